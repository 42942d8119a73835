"""Save what is typed, part by part. Two who save at once lose nothing: the second sees both texts and chooses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from buridan.dossiers.actions.ecriture import verrouiller
from buridan.dossiers.models import Dossier
from buridan.journal import chaine
from buridan.notes import rules
from buridan.notes.modele import Contenu
from buridan.notes.models import Note, PartieNote, VersionPartie
from buridan.notes.queries import contenus, mots_de, note_de
from buridan.organisation.acteur import Acteur
from buridan.outils.texte import empreinte

SEANCE = timedelta(minutes=10)  # what one person types in a part without a longer break is one version


@dataclass(frozen=True, slots=True)
class Saisie:
    """What somebody typed in a part, and the imprint of what was shown when he or she began."""

    contenu: Contenu
    vu: str


@dataclass(frozen=True, slots=True)
class Sort:
    """What became of a part. `etat`: « gardée », « inchangée », « rafraîchie » (only the other changed it) or « conflit »;
    `contenu`: what stands now, by whom and when.
    """

    etat: str
    contenu: Contenu
    par: int | None = None
    at: datetime | None = None


def enregistrer(dossier: Dossier, saisies: Mapping[str, Saisie], *, by: Acteur, at: datetime) -> dict[str, Sort]:
    """Save the parts that changed; says what became of each. Raises Refus when the note is no longer written."""
    with transaction.atomic():
        verrouille, etapes, _tete = verrouiller(dossier.pk)
        note = note_de(verrouille)
        rules.peut_rediger(by, note, etapes).exiger()
        return ecrire_parties(note, saisies, by=by, at=at)


def ecrire_parties(note: Note, saisies: Mapping[str, Saisie], *, by: Acteur, at: datetime) -> dict[str, Sort]:
    """Inside the lock of the dossier, once it is known that this person may write these parts."""
    permis = {p.code: p.intitule(note.genre) for p in note.modele.parties_de(note.genre)}
    actuelles = {p.code: p for p in note.parties.all()}
    sorts, a_dire = {}, []
    for code, saisie in saisies.items():
        if code in permis:
            sorts[code], neuve = _une_partie(note, code, saisie, actuelles.get(code), by, at)
            a_dire += [permis[code]] if neuve else []
    if a_dire:
        contenu = {"qui": by.nom, "parties": ", ".join(a_dire)}
        chaine.ecrire(note.dossier.uuid, "rediger_note", auteur=by.personne, at=at, contenu=contenu)
        Dossier.objects.filter(pk=note.pk).update(contenu=mots_de(note, contenus(note)))
    return sorts


def _une_partie(
    note: Note, code: str, saisie: Saisie, actuelle: PartieNote | None, by: Acteur, at: datetime
) -> tuple[Sort, bool]:
    """(what became of it, whether the journal has to say so)."""
    la = actuelle.contenu if actuelle else {}
    mienne, courante = empreinte(saisie.contenu), empreinte(la)
    if mienne == courante:
        return Sort("inchangée", la), False
    par, quand = (actuelle.par_id, actuelle.at) if actuelle else (None, None)
    if mienne == saisie.vu:
        return Sort("rafraîchie", la, par, quand), False
    if courante != saisie.vu:
        _garder(note, code, saisie.contenu, by, at, retenue=False)
        return Sort("conflit", la, par, quand), False
    valeurs = {"contenu": saisie.contenu, "at": at, "par_id": by.personne}
    if actuelle is None:
        PartieNote.objects.create(note=note, code=code, **valeurs)
    else:
        PartieNote.objects.filter(pk=actuelle.pk).update(**valeurs)
    return Sort("gardée", saisie.contenu, by.personne, at), _garder(note, code, saisie.contenu, by, at, retenue=True)


def _garder(note: Note, code: str, contenu: Contenu, by: Acteur, at: datetime, *, retenue: bool) -> bool:
    """Keep the version; True when it is not the going on of the one before."""
    derniere = VersionPartie.objects.filter(note=note, code=code).order_by("-id").first()
    valeurs = {"contenu": contenu, "at": at}
    meme = derniere is not None and (derniere.par_id, derniere.retenue) == (by.personne, retenue)
    if derniere is not None and meme and at - derniere.at < SEANCE and derniere.at >= (note.envoyee_le or derniere.at):
        VersionPartie.objects.filter(pk=derniere.pk).update(**valeurs)
        return False
    VersionPartie.objects.create(note=note, code=code, par_id=by.personne, retenue=retenue, **valeurs)
    return True
