"""A note written, sent and carried to where a test needs it, through the real functions."""

from typing import Any

from buridan.dossiers.actions.viser import viser
from buridan.dossiers.etats import Resultat, TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.notes.actions.arbitrer import arbitrer
from buridan.notes.actions.commencer import Cadre, commencer
from buridan.notes.actions.completer import completer
from buridan.notes.actions.enregistrer import Saisie, empreinte, enregistrer
from buridan.notes.actions.envoyer import envoyer
from buridan.notes.models import Note
from buridan.notes.queries import contenus
from buridan.organisation.acteur import Acteur, acteur
from tests.conftest import Troupe

THEME = "voirie"  # the fourth deputy's
TEXTES = {
    "contexte": "Le pont de la gare est fermé aux camions depuis lundi.",
    "preconisations": "Réparer le tablier avant l'hiver.",
    "impacts": "Deux agents pendant trois semaines.",
}


def commencee(troupe: Troupe, genre: str = "information", *, by: str = "resp-voirie", theme: str = THEME) -> Note:
    """Begun by whoever holds that post."""
    auteur = acteur(troupe.titulaire(by), troupe.at)
    entite = next(auteur.annuaire.postes[p].entite for p in auteur.postes)
    return commencer(Cadre(genre, "Pont de la gare", theme, entite), by=auteur, at=troupe.at)


def ecrire(note: Note, by: Acteur, **textes: str) -> Any:
    """Type in its texts."""
    lus = contenus(note)
    saisies = {c: Saisie({"texte": t} if t else {}, empreinte(lus.get(c, {}))) for c, t in textes.items()}
    return enregistrer(note.dossier, saisies, by=by, at=by.at)


def auteur_de(troupe: Troupe, note: Note) -> Acteur:
    return qui_peut(troupe, Etape.objects.filter(dossier=note.pk).order_by("rang").first())


def a_faire(dossier: Any) -> list[Etape]:
    pk = dossier.pk
    return list(Etape.objects.filter(dossier=pk, etat="active").select_related("dossier").order_by("rang", "id"))


def qui_peut(troupe: Troupe, etape: Any) -> Acteur:
    jour = troupe.annuaire
    trouve = (
        jour.resoudre(etape.poste_id, "notes") if etape.poste_id else jour.resoudre_entite(etape.entite_id, "notes")
    )
    return acteur(trouve.personnes[0], troupe.at)


def envoyee(troupe: Troupe, genre: str = "information", **champs: Any) -> Note:
    """Written and sent."""
    note = commencee(troupe, genre, **champs)
    auteur = auteur_de(troupe, note)
    ecrire(note, auteur, **TEXTES)
    envoyer(a_faire(note)[0], by=auteur, at=troupe.at)
    note.refresh_from_db()
    return note


def mener(troupe: Troupe, note: Note, jusqua: str, titre: str = "") -> Etape:
    """Everybody agrees until an étape of that type, and of that title, is to be done."""
    for _ in range(20):
        etapes = [e for e in a_faire(note) if e.type != TypeEtape.INFORMATION]
        if voulue := next((e for e in etapes if e.type == jusqua and titre in e.titre), None):
            return voulue
        etape = etapes[0]
        qui = {"by": qui_peut(troupe, etape), "at": troupe.at}
        if etape.type == TypeEtape.AVIS:
            completer(etape, avis=Resultat.FAVORABLE, **qui)
        elif etape.type == TypeEtape.DECISION:
            arbitrer(etape, choix="accord", **qui)
        elif etape.type != TypeEtape.VISA:
            break
        else:
            viser(etape, **qui)
    raise LookupError(jusqua)


def frais(note: Note) -> Dossier:
    dossier: Dossier = Dossier.objects.get(pk=note.pk)
    return dossier
