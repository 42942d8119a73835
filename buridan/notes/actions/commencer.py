"""Begin a note: from now on its author has it to write, and its elected official may write it too."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.urls import reverse

from buridan.dossiers import rules as coeur
from buridan.dossiers.actions.avancer import refaire_la_suite
from buridan.dossiers.actions.ecriture import ecrire
from buridan.dossiers.actions.ouvrir import ouvrir
from buridan.dossiers.actions.traversee import Traversee, refus_de_la_base, traversee
from buridan.dossiers.models import Dossier
from buridan.dossiers.routage import Contexte
from buridan.interface.jetons import consommer
from buridan.notes import rules
from buridan.notes.chargement import dernier_formulaire
from buridan.notes.models import FormulaireNote, Note
from buridan.notes.queries import contenus, mots_de, note_de
from buridan.notes.route import Trajet, tracer
from buridan.notifications.envois import notifier_lien
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

NATURE = "notes"
SANS_FORMULAIRE = (
    "Cette ville n'a pas encore de formulaire de note : le service qualité le met dans son jeu de données."
)


@dataclass(frozen=True, slots=True)
class Cadre:
    """What gives a note its circuit: its kind, its subject, its theme, and the service that writes it."""

    genre: str
    objet: str
    theme: str
    entite: int


def commencer(cadre: Cadre, *, by: Acteur, at: datetime, jeton: UUID | None = None) -> Note:
    """Begin: for oneself when one heads the service, else for its head, who sends it.

    Raises DejaEnvoye when the form token was used, with the address of the first note.
    """
    rules.peut_ecrire_une_note(by).exiger()
    formulaire = dernier_formulaire()
    if formulaire is None:
        raise Refus(SANS_FORMULAIRE)
    if cadre.entite not in rules.services_ouverts(by):
        raise Refus("Choisissez un service que vous dirigez, ou le vôtre.")
    if not cadre.objet.strip():
        raise Refus("Dites l'objet de la note en quelques mots.")
    genre, uuid = formulaire.modele.genre(cadre.genre), uuid4()
    dirige = cadre.entite in rules.services(by)
    auteur = (
        next(p for p in by.postes if by.annuaire.postes[p].responsable)
        if dirige
        else by.annuaire.responsable(cadre.entite)
    )
    assert auteur is not None  # `services_ouverts` has just asked
    trajet = tracer(genre.circuit, by.annuaire, entite=cadre.entite, theme=cadre.theme, auteur=auteur)
    with refus_de_la_base(), transaction.atomic():
        if jeton is not None:
            consommer(jeton, f"/notes/{uuid}/rediger/", at=at)
        return ouvrir_la_note(
            cadre, trajet, formulaire, by=by, at=at, uuid=uuid, redacteur=None if dirige else by.personne
        )


def ouvrir_la_note(
    cadre: Cadre, trajet: Trajet, formulaire: FormulaireNote, *, by: Acteur, at: datetime, uuid: UUID | None = None,
    redacteur: int | None = None,
) -> Note:  # fmt: skip
    """The note and its dossier, inside the transaction of whoever opens it. `redacteur`: the agent who writes it for the head."""
    genre = formulaire.modele.genre(cadre.genre)
    dossier = ouvrir(
        by=by, at=at, uuid=uuid, nature=NATURE, objet=cadre.objet, contenu=f"{genre.titre}\n{cadre.theme}",
        circuit=trajet.circuit, contexte=Contexte(entite=cadre.entite), prioritaire=genre.urgente,
        suiveurs=_suiveurs(by, trajet),
    )  # fmt: skip
    note = Note.objects.create(
        dossier=dossier, formulaire=formulaire, genre=genre.code, theme=cadre.theme, auteur_id=trajet.auteur,
        elu_id=trajet.elu, maire_id=trajet.maire, redacteur_id=redacteur,
    )  # fmt: skip
    _inviter_l_elu(note, by=by, at=at)
    return note


def _inviter_l_elu(note: Note, *, by: Acteur, at: datetime) -> None:
    """Whoever answers for the theme, or stands in, is told that he or she writes it too, with where."""
    texte = f"{note.dossier.reference} : vous écrivez cette note avec {by.nom}, thème « {note.theme} » : {note.dossier.objet}"
    qui = [p for p in by.annuaire.resoudre(note.elu_id, NATURE).personnes if p != by.personne]
    if qui:
        page = reverse("note_rediger", kwargs={"uuid": note.dossier.uuid})
        ecrire(notifier_lien(page, dict.fromkeys(qui, texte), at=at))


def _suiveurs(by: Acteur, trajet: Trajet) -> list[int]:
    elu = by.annuaire.postes[trajet.elu].personne
    return [p for p in dict.fromkeys([by.personne, elu]) if p is not None]


def recadrer(dossier: Dossier, *, by: Acteur, at: datetime, genre: str, theme: str, objet: str) -> Note:
    """Another kind, theme or subject while it is being written: what is to come is computed again."""
    with traversee("recadrer_note", dossier.pk, by=by, at=at) as t:
        note = note_de(t.dossier)
        rules.peut_rediger(by, note, t.etapes).exiger()
        if not objet.strip():
            raise Refus("Dites l'objet de la note en quelques mots.")
        t.changer(objet=objet.strip()[:200])
        if (genre, theme) != (note.genre, note.theme):
            _reprendre_la_route(t, note, genre, theme)
        Dossier.objects.filter(pk=dossier.pk).update(contenu=mots_de(note, contenus(note)))
        t.contenu |= {"corrections": f"{note.genre_choisi.titre}, {note.theme}, « {t.dossier.objet} »"}
        return note


def _reprendre_la_route(t: Traversee, note: Note, genre: str, theme: str) -> None:
    etape = coeur.redaction(t.etapes)
    assert etape is not None
    choisi = note.modele.genre(genre)
    annuaire = t.acteur.annuaire
    auteur = note.auteur_id if note.auteur_id in annuaire.postes else etape.poste_id
    if auteur is None:
        raise Refus("Le poste de l'auteur n'existe plus : commencez une autre note.")
    trajet = tracer(choisi.circuit, annuaire, entite=t.dossier.entite_id, theme=theme, auteur=auteur)
    refaire_la_suite(t, etape, trajet.circuit, Contexte(entite=t.dossier.entite_id))
    avant = note.elu_id
    note.genre, note.theme, note.elu_id, note.maire_id = genre, theme, trajet.elu, trajet.maire
    note.save(update_fields=["genre", "theme", "elu", "maire"])
    note.dossier = t.dossier
    if trajet.elu != avant:
        _inviter_l_elu(note, by=t.acteur, at=t.at)
    t.changer(prioritaire=choisi.urgente)
    t.changer(suiveurs=list(dict.fromkeys([*t.dossier.suiveurs, *_suiveurs(t.acteur, trajet)])))
