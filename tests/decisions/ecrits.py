"""An internal request written, sent and carried to where a test needs it, through the gestures of the screen."""

from dataclasses import replace
from typing import Any

from buridan.decisions.actions.commencer import commencer
from buridan.decisions.actions.enregistrer import enregistrer, saisie_de
from buridan.decisions.actions.envoyer import envoyer
from buridan.decisions.models import DemandeInterne
from buridan.decisions.queries import demande_de
from buridan.dossiers.etats import TypeEtape
from buridan.dossiers.gestes import geste_de
from buridan.dossiers.models import Dossier, Etape
from buridan.organisation.acteur import Acteur, acteur
from tests.conftest import Troupe

TEXTE = "Il nous faut deux tronçonneuses : les nôtres ont douze ans."
PRINCIPAL = {
    TypeEtape.AVIS: ("donner_avis", {"avis": "favorable", "texte": ""}),
    TypeEtape.VISA: ("viser", {"remarque": ""}),
    TypeEtape.DECISION: ("decider", {"sens": "favorable", "texte": "D'accord, au prochain budget."}),
    TypeEtape.REPONSE: ("repondre", {"texte": "Votre demande est accordée."}),
}


def commencee(troupe: Troupe, modele: str = "autre", *, by: str = "agent-voirie-1", **champs: Any) -> DemandeInterne:
    """Begun by whoever holds that post, and written."""
    auteur = acteur(troupe.titulaire(by), troupe.at)
    demande = commencer(modele, "Deux tronçonneuses", by=auteur, at=troupe.at)
    tape = {"texte": TEXTE, **champs}
    return ecrire(demande, auteur, **tape) if any(tape.values()) else demande


def ecrire(demande: DemandeInterne, by: Acteur, **champs: Any) -> DemandeInterne:
    """Type in its form."""
    actuelle = saisie_de(demande)
    return enregistrer(demande.dossier, replace(actuelle, **champs), by=by, at=by.at, vu=actuelle.vu)


def envoyee(troupe: Troupe, modele: str = "autre", *, by: str = "agent-voirie-1", **champs: Any) -> DemandeInterne:
    """Written and sent."""
    demande = commencee(troupe, modele, by=by, **champs)
    envoyer(a_faire(demande)[0], by=acteur(troupe.titulaire(by), troupe.at), at=troupe.at)
    return demande_de(frais(demande))


def a_faire(dossier: Any) -> list[Etape]:
    return list(
        Etape.objects.filter(dossier=dossier.pk, etat="active").select_related("dossier").order_by("rang", "id")
    )


def frais(demande: Any) -> Dossier:
    dossier: Dossier = Dossier.objects.get(pk=demande.pk)
    return dossier


def qui_peut(troupe: Troupe, etape: Any) -> Acteur:
    jour = troupe.annuaire
    trouve = jour.resoudre(etape.poste_id, "decisions") if etape.poste_id else jour.resoudre_entite(etape.entite_id)
    return acteur(trouve.personnes[0], troupe.at)


def faire(code: str, objet: Any, by: Acteur, **donnees: Any) -> Any:
    """The gesture as the screen does it."""
    geste = geste_de(objet.dossier if isinstance(objet, Etape) else objet, code)
    assert geste is not None
    return geste.executer(objet, by=by, at=by.at, donnees=donnees)


def mener(troupe: Troupe, demande: DemandeInterne, jusqua: str) -> Etape:
    """Everybody agrees until an étape of that type is to be done."""
    for _ in range(20):
        etapes = a_faire(demande)
        if voulue := next((e for e in etapes if e.type == jusqua), None):
            return voulue
        code, donnees = PRINCIPAL[TypeEtape(etapes[0].type)]
        faire(code, etapes[0], qui_peut(troupe, etapes[0]), **donnees)
    raise LookupError(jusqua)


def finir(troupe: Troupe, demande: DemandeInterne) -> Dossier:
    """The answer is given."""
    etape = mener(troupe, demande, TypeEtape.REPONSE)
    faire("repondre", etape, qui_peut(troupe, etape), texte=etape.dossier.projet_reponse)
    return frais(demande)
