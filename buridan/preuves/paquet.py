"""The proof of a dossier: one ZIP that anybody checks without Buridan (docs in its LISEZ-MOI.txt; ADR 0041).

The documents to the byte, the dossier to read, its journal with the chain, what the signatures are worth, and the manifest
of all that (SHA-256), sealed by the town and time-stamped when a server is set.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from asn1crypto import pem
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q
from django.template.loader import render_to_string

from buridan.archives.description import LISIBLE, Range, Rubrique, en_page, rubriques
from buridan.archives.plume import Plume
from buridan.dossiers.fichiers import chemin, propre
from buridan.dossiers.models import Document, Dossier
from buridan.dossiers.recit import recit
from buridan.droit.delais import date_legale
from buridan.interface.contexte import ville
from buridan.journal.extrait import extraire
from buridan.organisation.acteur import Acteur
from buridan.outils.texte import sans_accents
from buridan.preuves import rules
from buridan.signatures.cachet import le_cachet, sceller_octets
from buridan.signatures.confiance import racines
from buridan.signatures.controle_pdf import controler
from buridan.signatures.models import Signature

MANIFESTE, SCEAU, JETON = "manifeste.sha256", "manifeste.sha256.p7s", "manifeste.sha256.tst"
JOURNAL, SIGNATURES, PAGE, NOTICE, AUTORITES = (
    "journal.json",
    "signatures.json",
    "dossier.html",
    "LISEZ-MOI.txt",
    "autorites.pem",
)
PDF = "application/pdf"
# Listed apart; or sent, with links that open by themselves.
HORS = dict.fromkeys(("dossiers.Document", "notifications.Courriel", "notifications.Notification"), Q(pk__isnull=False))
COURRIELS = "Les courriels envoyés : ils portent des liens personnels. Le journal dit quand ils sont partis."


@dataclass(frozen=True, slots=True)
class Annonce:
    """What a proof would hold: documents and their bytes; what stays out, in whole sentences; étapes whose vote is hidden."""

    documents: list[Document]
    octets: int
    absents: list[str]
    caches: list[int]


def annoncer(dossier: Dossier, acteur: Acteur) -> Annonce:
    """For this reader, now."""
    documents = list(dossier.documents.order_by("at", "pk"))
    caches = rules.votes_caches(acteur, list(dossier.etapes.select_related("decision")))
    absents = [COURRIELS]
    if caches:
        absents.append(
            f"{len(caches)} avis que vous ne pouvez pas encore lire : ils seront là quand tous seront donnés."
        )
    if dossier.efface_le is not None:
        absents.append(f"Ce qui a été effacé le {dossier.efface_le:%d/%m/%Y}, comme la loi le demande.")
    return Annonce(documents, sum(d.taille for d in documents), absents, caches)


@dataclass(slots=True)
class _Paquet:
    """Writes entries, and keeps the manifest."""

    plume: Plume
    lignes: list[str] = field(default_factory=list)

    def poser(self, nom: str, octets: bytes, mime: str) -> None:
        self.plume.poser(nom, octets, mime)
        self._noter(nom, hashlib.sha256(octets).hexdigest())

    def poser_donnees(self, nom: str, donnees: Any) -> None:
        texte = json.dumps(donnees, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        self.poser(nom, texte.encode(), "application/json")

    def copier(self, nom: str, d: Document, reference: str) -> None:
        self.plume.copier(nom, Range(d.sha256, d.nom, d.type_mime, d.at), reference)
        self._noter(nom, d.sha256)

    def _noter(self, nom: str, sha256: str) -> None:
        self.lignes.append(f"{sha256}  {nom}\n")


def ecrire(sortie: IO[bytes], dossier: Dossier, *, by: Acteur, at: datetime) -> None:
    """Write it in `sortie`. Raises Refus (no right, no seal, no time stamp), Impossible (a document is missing or changed)."""
    rules.peut_emporter(by, dossier).exiger()
    cachet, annonce = le_cachet(at), annoncer(dossier, by)
    rules.tient(annonce.octets).exiger()
    noms = {d.pk: nom_d_entree(rang, d.nom) for rang, d in enumerate(annonce.documents, 1)}
    with ZipFile(sortie, "w", ZIP_DEFLATED) as archive:
        paquet = _Paquet(Plume(archive, at))
        for d in annonce.documents:
            paquet.copier(noms[d.pk], d, dossier.reference)
        rapports = list(_rapports(dossier, annonce.documents, noms, at))
        paquet.poser_donnees(SIGNATURES, rapports)
        paquet.poser_donnees(JOURNAL, extraire(dossier.uuid, tus=annonce.caches))
        paquet.poser(PAGE, _page(dossier, annonce, noms, rapports, by, at), "text/html")
        paquet.poser(AUTORITES, b"".join(pem.armor("CERTIFICATE", r.dump()) for r in racines()), "text/plain")
        contexte = {
            "dossier": dossier, "ville": ville(settings.PRESET)["nom"], "cachet": cachet.fiche, "at": at,
            "horodate": bool(settings.HORODATAGE), "absents": annonce.absents,
        }  # fmt: skip
        paquet.poser(NOTICE, render_to_string("preuves/LISEZ-MOI.txt", contexte).encode(), "text/plain")
        manifeste = "".join(sorted(paquet.lignes, key=lambda x: x[66:])).encode()
        paquet.plume.poser(MANIFESTE, manifeste, "text/plain")
        sceau, jeton = sceller_octets(manifeste, cachet, at=at)
        paquet.plume.poser(SCEAU, sceau, "application/pkcs7-signature")
        if jeton is not None:
            paquet.plume.poser(JETON, jeton, "application/timestamp-token")


def nom_d_entree(rang: int, nom: str) -> str:
    """« documents/001-lettre.pdf »: letters that every system unpacks alike."""
    sobre = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in sans_accents(propre(nom)))
    return f"documents/{rang:03}-{sobre[-100:]}"


def _rapports(
    dossier: Dossier, documents: list[Document], noms: dict[int, str], at: datetime
) -> Iterator[dict[str, Any]]:
    """What each PDF's signatures are worth that day, and who signed what in Buridan; those on paper have no file."""
    actes = (
        Signature.objects.filter(etape__dossier=dossier)
        .select_related("personne", "etape__decision")
        .order_by("at", "pk")
    )
    par_document: dict[int | None, list[Signature]] = {}
    for acte in actes:
        par_document.setdefault(acte.document_id, []).append(acte)
    for d in documents:
        rapport = controler(chemin(d.sha256).read_bytes(), at=at) if d.type_mime == PDF else None
        siens = par_document.get(d.pk, [])
        if rapport is not None and (rapport.constats or siens):
            constats = [{**asdict(c), "valable": c.valable} for c in rapport.constats]
            dits = {"fichier": noms[d.pk], "sha256": d.sha256, "conclusion": rapport.phrase, "signatures": constats}
            yield {**dits, "actes": [_acte(s) for s in siens]}
    if sur_papier := par_document.get(None):
        yield {
            "fichier": "",
            "conclusion": "Signé sur papier.",
            "signatures": [],
            "actes": [_acte(s) for s in sur_papier],
        }


def _acte(s: Signature) -> dict[str, Any]:
    niveau = s.etape.decision.get_niveau_signature_display()
    return {
        "etape": s.etape.titre, "personne": str(s.personne), "qualite": s.qualite, "moyen": s.get_moyen_display(),
        "niveau": niveau, "formule": s.formule, "certificat_de": s.titulaire, "horodatee": s.horodatee, "at": s.at,
    }  # fmt: skip


def _page(
    dossier: Dossier, annonce: Annonce, noms: dict[int, str], rapports: list[dict[str, Any]], by: Acteur, at: datetime
) -> bytes:
    """The dossier to read, and its journal in words."""
    tete = (
        f"Dossier de preuve remis à {by.nom} le {date_legale(at):%d/%m/%Y}. {by.annuaire.nom_entite(dossier.entite_id)}. "
        f"{'Clos' if dossier.clos_le else 'Encore ouvert ce jour-là'}. « {NOTICE} » dit comment le vérifier."
    )
    fichiers = [
        {"fichier": noms[d.pk], "nom": d.nom, "joint le": d.at, "empreinte SHA-256": d.sha256}
        for d in annonce.documents
    ]
    parts = [
        Rubrique("Ce qui n'est pas dans ce dossier de preuve", [{"absent": a} for a in annonce.absents]),
        Rubrique("Documents", fichiers),
        Rubrique("Signatures", [ligne for r in rapports for ligne in _en_lignes(r)]),
        *rubriques(dossier, LISIBLE, {**HORS, "dossiers.Decision": Q(etape__in=annonce.caches)}),
    ]
    journal = list(reversed(recit(dossier, caches=annonce.caches, au_plus=None)))
    return en_page(dossier, tete, [p for p in parts if any(p.lignes)], journal)


def _en_lignes(rapport: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield {"fichier": rapport["fichier"], "conclusion": rapport["conclusion"]}
    for c in rapport["signatures"]:
        prouve = "date prouvée par un horodatage" if c["horodatee"] else "date déclarée"
        yield {"signature de": f"{c['titulaire']}, certificat émis par {c['emetteur']}", "le": c["date"], "date": prouve,
               "à savoir": [*c["fautes"], *c["remarques"]]}  # fmt: skip
    for a in rapport["actes"]:
        yield {
            "signé dans Buridan par": f"{a['personne']}, {a['qualite']}", "moyen": a["moyen"], "niveau": a["niveau"],
            "le": a["at"], "en vertu de": a["formule"], "étape": a["etape"],
        }  # fmt: skip
