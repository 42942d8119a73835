"""Drafts of circuits: open, change, publish, give up. One draft per circuit; a published version never changes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify

from buridan.circuits import rules
from buridan.circuits.catalogue import CircuitInconnu, derniere, lire, numero_suivant, verrouiller
from buridan.circuits.destinataires import fautes, nommer
from buridan.circuits.differences import differences
from buridan.circuits.edition import Edition, EtapeDisparue
from buridan.circuits.lecture import ecrire_circuit
from buridan.circuits.models import VersionCircuit
from buridan.circuits.queries import Evenement, brouillon_de, chaine_de, evenements
from buridan.droit.delais import date_legale
from buridan.interface.jetons import consommer
from buridan.journal import chaine
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

RESERVES = frozenset({"nouveau"})  # addresses of the pages beside the circuits


class BrouillonChange(Refus):
    """Somebody changed the draft in the meantime: `faits` says what, `revision` is where it stands now."""

    def __init__(self, faits: Sequence[Evenement], revision: int) -> None:
        self.faits, self.revision = faits, revision
        super().__init__("Le brouillon a changé entre-temps : rien n'a été enregistré.")


class SansBrouillon(Refus):
    """The draft was published or given up in the meantime, or never was."""


class EtapeEnlevee(Refus):
    """The étape is no longer in the draft."""


def creer_circuit(titre: str, *, by: Acteur, at: datetime, copie_de: str, jeton: UUID | None = None) -> VersionCircuit:
    """A new circuit, as a draft copied from a published one. Raises CircuitInconnu, DejaEnvoye."""
    rules.peut_modifier_circuits(by).exiger()
    if not titre.strip():
        raise Refus("Un circuit a un titre.")
    with transaction.atomic():
        verrouiller()
        source = derniere(copie_de)
        if source is None:
            raise CircuitInconnu(copie_de)
        code = _code_libre(titre)
        if jeton is not None:
            consommer(jeton, code, at=at)
        modele = replace(lire(source), code=code, titre=titre.strip())
        brouillon = VersionCircuit.objects.create(
            code=code, titre=modele.titre, nature=modele.nature, texte=ecrire_circuit(modele), auteur_id=by.personne
        )
        _noter("creer_circuit", brouillon, [f"Copie de « {source.titre} »."], by=by, at=at)
        return brouillon


def ouvrir_brouillon(code: str, *, by: Acteur, at: datetime, numero: int | None = None) -> VersionCircuit:
    """The draft of a circuit: the one that is open, or a new one taken from the version in force, or from `numero`.

    Raises CircuitInconnu; Refus when another version is asked for while a draft is open.
    """
    rules.peut_modifier_circuits(by).exiger()
    with transaction.atomic():
        verrouiller()
        ouvert = brouillon_de(code)
        if ouvert is not None:
            if numero is None or ouvert.base == numero:
                return ouvert
            raise Refus(
                f"Un brouillon de ce circuit est déjà ouvert (par {ouvert.auteur}). Publiez-le ou abandonnez-le "
                f"avant de repartir de la version {numero}."
            )
        version = derniere(code)
        if numero is not None:
            version = VersionCircuit.objects.filter(code=code, numero=numero).first()
        if version is None:
            raise CircuitInconnu(code)
        brouillon = VersionCircuit.objects.create(
            code=code, titre=version.titre, nature=version.nature, texte=ecrire_circuit(lire(version)),
            auteur_id=by.personne, base=version.numero,
        )  # fmt: skip
        _noter("ouvrir_brouillon", brouillon, [f"À partir de la version {version.numero}."], by=by, at=at)
        return brouillon


def modifier_brouillon(
    code: str, edition: Edition, *, by: Acteur, at: datetime, revision: int, jeton: UUID | None = None
) -> VersionCircuit:
    """Apply a gesture to the draft as it was read at `revision`. What is so already changes nothing.

    Faults do not keep it from being saved. Raises BrouillonChange, SansBrouillon, EtapeEnlevee, DejaEnvoye.
    """
    rules.peut_modifier_circuits(by).exiger()
    with transaction.atomic():
        if jeton is not None:
            consommer(jeton, code, at=at)
        brouillon = _brouillon(code)
        avant = lire(brouillon)
        try:
            apres = edition(avant)
        except EtapeDisparue as disparue:
            raise EtapeEnlevee("Cette étape a été enlevée du brouillon entre-temps.") from disparue
        if apres == avant:
            return brouillon
        _exiger_revision(brouillon, revision)
        brouillon.texte, brouillon.titre, brouillon.revision = ecrire_circuit(apres), apres.titre, revision + 1
        brouillon.save(update_fields=["texte", "titre", "revision"])
        phrases = [c.phrase for c in differences(avant, apres, nommer(by.annuaire))]
        _noter("modifier_brouillon", brouillon, phrases, by=by, at=at)
        return brouillon


def publier_brouillon(
    code: str, *, by: Acteur, at: datetime, revision: int, actuelle: int | None, note: str, jeton: UUID | None = None
) -> VersionCircuit:
    """The draft becomes the version in force for new dossiers; those that run keep theirs.

    `revision` and `actuelle` (number in force, None for a new circuit): what the person has read. Raises Refus.
    """
    rules.peut_modifier_circuits(by).exiger()
    with transaction.atomic():
        if jeton is not None:
            consommer(jeton, code, at=at)
        brouillon = _brouillon(code)
        _exiger_revision(brouillon, revision)
        en_place, modele = derniere(code), lire(brouillon)
        if (en_place.numero if en_place else None) != actuelle:
            raise Refus("Une autre version est entrée en vigueur entre-temps. Relisez ce qui change, puis publiez.")
        if not note.strip():
            raise Refus("Dites pourquoi vous publiez cette version : les autres agents le liront.")
        restent = fautes(modele, by.annuaire)
        if restent:
            raise Refus(f"Le brouillon a encore {len(restent)} point(s) à corriger : il ne peut pas être publié.")
        if en_place is not None and lire(en_place) == modele:
            raise Refus("Rien ne change par rapport à la version en vigueur : il n'y a rien à publier.")
        brouillon.numero, brouillon.publiee_le = numero_suivant(code), at
        brouillon.auteur_id, brouillon.note = by.personne, note.strip()
        brouillon.save()
        _noter("publier_circuit", brouillon, [f"Version {brouillon.numero} : {brouillon.note}"], by=by, at=at)
        return brouillon


def abandonner_brouillon(code: str, *, by: Acteur, at: datetime, revision: int) -> None:
    """Nothing is left of the draft but the lines of the journal. Raises BrouillonChange, SansBrouillon."""
    rules.peut_modifier_circuits(by).exiger()
    with transaction.atomic():
        brouillon = _brouillon(code)
        _exiger_revision(brouillon, revision)
        _noter("abandonner_brouillon", brouillon, [], by=by, at=at)
        brouillon.delete()


def _brouillon(code: str) -> VersionCircuit:
    verrouiller()
    brouillon = brouillon_de(code)
    if brouillon is None:
        raise SansBrouillon(pourquoi_sans_brouillon(code))
    return brouillon


def pourquoi_sans_brouillon(code: str) -> str:
    """Where the draft of this circuit has gone."""
    faits = evenements(code)
    if not faits:
        return "Ce circuit n'a pas de brouillon."
    return f"Ce circuit n'a plus de brouillon : {faits[0].en_mots} le {date_legale(faits[0].at):%d/%m/%Y}."


def _exiger_revision(brouillon: VersionCircuit, revision: int) -> None:
    if brouillon.revision != revision:
        faits = evenements(brouillon.code, brouillon=brouillon.pk, depuis=revision)
        raise BrouillonChange(faits, brouillon.revision)


def _code_libre(titre: str) -> str:
    racine = slugify(titre)[:50].strip("-") or "circuit"
    pris = set(VersionCircuit.objects.filter(code__startswith=racine).values_list("code", flat=True)) | RESERVES
    return next(c for c in (racine, *(f"{racine}-{n}" for n in range(2, 10_000))) if c not in pris)


def _noter(verbe: str, version: VersionCircuit, phrases: Sequence[str], *, by: Acteur, at: datetime) -> None:
    contenu = {
        "qui": by.nom, "circuit": version.code, "brouillon": version.pk, "revision": version.revision,
        "phrases": list(phrases),
    }  # fmt: skip
    chaine.ecrire(chaine_de(version.code), verbe, auteur=by.personne, at=at, contenu=contenu)
