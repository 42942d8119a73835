"""The archive of a transfer: the manifest and every file, written as it goes, never held in memory.

`manifest.xml` at the root, the files in `content/`, one after the other in the order of the dossiers. All entries bear the
instant at which the transfer was prepared: built again, the archive is the same to the byte.
"""

import hashlib
import json
import mimetypes
from collections.abc import Iterator
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder

from buridan.archives import seda
from buridan.archives.description import LISIBLE, TOUT, en_page, ranges, rubriques
from buridan.archives.models import LigneVersement, ServiceArchives, Versement
from buridan.archives.plume import Impossible, Plume, ici
from buridan.dossiers.etats import EtatDossier, SortFinal
from buridan.dossiers.fichiers import SUFFIXES, propre
from buridan.dossiers.recit import recit
from buridan.droit.conservation import mois_de
from buridan.droit.delais import date_legale
from buridan.organisation.annuaire import Annuaire

MANIFESTE = "manifest.xml"
# Of formats that their type alone tells without a doubt (PRONOM).
FORMATS = {
    "text/html": "fmt/471", "application/json": "fmt/817",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "fmt/412",
}  # fmt: skip


def ecrire(sortie: IO[bytes], versement: Versement, annuaire: Annuaire) -> None:
    """Write the archive in `sortie`. Raises Impossible."""
    chez = ServiceArchives.objects.first()
    if chez is None:
        raise Impossible("Le service d'archives n'est pas décrit : complétez [versement] dans conservation.toml.")
    unites = []
    with ZipFile(sortie, "w", ZIP_DEFLATED) as archive:
        plume = Plume(archive, versement.prepare_le)
        for rang, ligne in enumerate(versement.lignes.select_related("dossier").order_by("dossier"), 1):
            unites.append(_verser(plume, ligne, rang, annuaire))
        message = seda.Message(
            identifiant=str(versement.uuid), at=ici(versement.prepare_le), commentaire=f"{versement} : {len(unites)} dossiers",
            versant=chez.identifiant_versant, archives=chez.identifiant,
            accord=chez.accord, acces=chez.regle_acces,
        )  # fmt: skip
        plume.poser(MANIFESTE, seda.bordereau(message, unites), "application/xml")


def _verser(plume: Plume, ligne: LigneVersement, rang: int, annuaire: Annuaire) -> seda.Unite:
    """Write the files of a dossier; what the manifest says of it."""
    dossier = ligne.dossier
    if dossier.etat != EtatDossier.CLOS or dossier.clos_le != ligne.clos_le or dossier.efface_le is not None:
        raise Impossible(
            f"Le dossier {dossier.reference} a été rouvert depuis : rendez ce versement, puis préparez-en un sans lui."
        )
    objets = [
        *_composes(plume, ligne, f"content/{rang:05}-", annuaire),
        *_joints(plume, ligne, f"content/{rang:05}-"),
    ]
    ouvert, ferme = date_legale(dossier.ouvert_le), date_legale(ligne.clos_le)
    dits = f"{annuaire.nom_entite(dossier.entite_id)}. {ligne.type}. Ouvert le {ouvert:%d/%m/%Y}, clos le {ferme:%d/%m/%Y}."
    garde = f"Dossier tenu dans Buridan, gardé {ligne.conservation} ({ligne.source})."
    return seda.Unite(
        titre=str(dossier), reference=dossier.reference, uuid=dossier.uuid,
        description=dits, service=dossier.entite.code, du=ouvert, au=ferme,
        recu_le=ici(dossier.ouvert_le), regle=_duree(ligne.conservation),
        historique=f"{garde} Sort final : {SortFinal(ligne.sort_final).label.lower()}.",
        objets=objets,
    )  # fmt: skip


def _duree(duree: str) -> str:
    """« 10 ans » as ISO 8601 says it."""
    ans, mois = divmod(mois_de(duree), 12)
    return f"P{ans}Y" if not mois else f"P{ans * 12 + mois}M"


def _composes(plume: Plume, ligne: LigneVersement, debut: str, annuaire: Annuaire) -> Iterator[seda.Objet]:
    """The page that says all of the dossier, and the same as data."""
    dossier, journal = ligne.dossier, list(reversed(recit(ligne.dossier, au_plus=None)))
    service = annuaire.nom_entite(dossier.entite_id)
    dates = f"Ouvert le {date_legale(dossier.ouvert_le):%d/%m/%Y}, clos le {date_legale(ligne.clos_le):%d/%m/%Y}"
    tete = (
        f"{ligne.type}. {service}. {dates}. Gardé {ligne.conservation} ({ligne.source}). Les mêmes données sont dans "
        "« donnees.json », les documents sont à part."
    )
    page = en_page(dossier, tete, rubriques(dossier, LISIBLE), journal)
    donnees = json.dumps(_donnees(ligne, journal), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode()
    for nom, octets, mime, titre in (
        ("dossier.html", page, "text/html", "Le dossier et son journal, à lire"),
        ("donnees.json", donnees, "application/json", "Les mêmes données, pour une machine"),
    ):
        uri = debut + nom
        plume.poser(uri, octets, mime)
        condense = hashlib.sha256(octets).hexdigest()
        yield seda.Objet(uri, nom, condense, len(octets), mime, titre, ici(ligne.clos_le), FORMATS[mime])


def _donnees(ligne: LigneVersement, journal: list[dict[str, Any]]) -> dict[str, Any]:
    dossier = ligne.dossier
    return {
        "reference": dossier.reference, "uuid": dossier.uuid, "nature": dossier.nature, "type": ligne.type,
        "ouvert_le": dossier.ouvert_le, "clos_le": ligne.clos_le, "service": dossier.entite.code,
        "conservation": ligne.conservation, "source": ligne.source, "sort_final": ligne.sort_final,
        "rubriques": [{"titre": p.titre, "lignes": p.lignes} for p in rubriques(dossier, TOUT)], "journal": journal,
    }  # fmt: skip


def _joints(plume: Plume, ligne: LigneVersement, debut: str) -> Iterator[seda.Objet]:
    """Every stored file, untouched: a signature in a PDF stays valid."""
    for numero, f in enumerate(ranges(ligne.dossier), 1):
        uri, nom = f"{debut}{numero:03}{_suffixe(f.mime)}", propre(f.nom)
        taille, at = plume.copier(uri, f, ligne.dossier.reference), ici(f.at or ligne.clos_le)
        yield seda.Objet(uri, nom, f.sha256, taille, f.mime, nom, at, FORMATS.get(f.mime, ""))


def _suffixe(mime: str) -> str:
    return SUFFIXES[mime][0] if mime in SUFFIXES else mimetypes.guess_extension(mime) or ".bin"
