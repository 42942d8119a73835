"""A call written and carried to where a test needs it, through the real functions."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from buridan.appels.actions.demander import Saisie, demander
from buridan.appels.actions.engager import engager
from buridan.appels.actions.noter import noter
from buridan.appels.models import Appel, Canal, Competence, Genre
from buridan.dossiers.actions.viser import viser
from buridan.dossiers.etats import TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.organisation.acteur import Acteur, acteur
from tests.conftest import Troupe

ECLAIRAGE = "appel-eclairage-public"


def saisie(code: str = ECLAIRAGE, **champs: Any) -> Saisie:
    valeurs = {
        "lieu": "12 rue de la Gare",
        "description": "Remplacer l'ampoule du mât 118.",
        "estimation": Decimal(350),
    }
    return Saisie(Competence.objects.select_related("syndicat").get(code=code), **{**valeurs, **champs})


def demande_de(troupe: Troupe) -> Dossier:
    """A resident's request about a street lamp."""
    dossier: Dossier = troupe.deposer("eclairage-en-panne", reponses={"etendue": "Un seul"}).dossier
    return dossier


def ecrit(troupe: Troupe, *, origine: Dossier | None = None, entite: str = "eclairage-public", **champs: Any) -> Appel:
    """Written by an agent of the service that follows."""
    return demander(saisie(**champs), by=troupe.present(entite), at=troupe.at, origine=origine)


def a_faire(appel: Appel) -> Etape:
    actives = Etape.objects.filter(dossier=appel.pk, etat="active").select_related("dossier").order_by("rang", "id")
    return actives[0]


def qui_peut(troupe: Troupe, etape: Etape) -> Acteur:
    jour = troupe.annuaire
    trouve = (
        jour.resoudre(etape.poste_id, "appels")
        if etape.poste_id
        else jour.resoudre_entite(etape.entite_id or 0, "appels")
    )
    return acteur(trouve.personnes[0], troupe.at)


def mener(troupe: Troupe, appel: Appel, jusqua: str) -> Etape:
    """Visas, then the signature, until an étape of that type is to be done."""
    for _ in range(6):
        etape = a_faire(appel)
        if etape.type == jusqua:
            return etape
        faire = engager if etape.type == TypeEtape.SIGNATURE else viser
        faire(etape, by=qui_peut(troupe, etape), at=troupe.at)
    raise LookupError(jusqua)


def envoye(troupe: Troupe, **champs: Any) -> Appel:
    """Signed: it is at the syndicate."""
    appel = ecrit(troupe, **champs)
    mener(troupe, appel, TypeEtape.TRAITEMENT)
    return frais(appel)


def dire(
    troupe: Troupe, appel: Appel, genre: Genre, texte: str = "", jour: date | None = None, par: str = "syndicat"
) -> Any:
    """The syndicate says it on its page, or somebody of the service notes it."""
    dossier = Dossier.objects.get(pk=appel.pk)
    if par == "syndicat":
        return noter(
            dossier, by=acteur(None, troupe.at), at=troupe.at, genre=genre, canal=Canal.PAGE, texte=texte, jour=jour
        )
    by = qui_peut(troupe, a_faire(appel))
    return noter(dossier, by=by, at=troupe.at, genre=genre, canal=Canal.TELEPHONE, texte=texte, jour=jour)


def accepte(troupe: Troupe, dans: int = 5, **champs: Any) -> Appel:
    """The syndicate comes in so many days."""
    appel = envoye(troupe, **champs)
    dire(troupe, appel, Genre.ACCEPTEE, jour=troupe.annuaire.jour + timedelta(days=dans))
    return frais(appel)


def frais(appel: Appel) -> Appel:
    lu: Appel = Appel.objects.select_related("dossier", "competence__syndicat").get(pk=appel.pk)
    return lu
