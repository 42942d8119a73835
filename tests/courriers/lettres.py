"""A letter registered and carried to where a test needs it, through the real functions."""

from datetime import timedelta
from typing import Any

from buridan.courriers.actions.confier import Aiguillage, confier
from buridan.courriers.actions.enregistrer import Arrivee, enregistrer
from buridan.courriers.actions.expedier import Envoi, expedier
from buridan.courriers.models import Courrier
from buridan.dossiers.actions.donner_avis import donner_avis
from buridan.dossiers.actions.signer import signer
from buridan.dossiers.actions.traiter import traiter
from buridan.dossiers.actions.viser import viser
from buridan.dossiers.etats import Resultat, SensReponse, TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.organisation.acteur import Acteur, acteur, systeme
from tests.conftest import Troupe


def du_courrier(troupe: Troupe) -> Acteur:
    return troupe.present("courrier")


def entite(troupe: Troupe, code: str) -> int:
    return troupe.annuaire.codes_entites[code]


def poste(troupe: Troupe, code: str) -> int:
    return troupe.annuaire.codes_postes[code]


def arrivee(troupe: Troupe, **champs: Any) -> Arrivee:
    valeurs = {
        "arrive_le": troupe.at - timedelta(hours=2), "expediteur": "Camille Essai", "objet": "Un banc cassé",
        "adresse": "3 rue de l'Essai, 62400 Essai",
    }  # fmt: skip
    return Arrivee(**{**valeurs, **champs})


def recu(troupe: Troupe, **champs: Any) -> Courrier:
    """Registered; in the queue of the mail office unless a service or a rule says better."""
    return enregistrer(arrivee(troupe, **champs), by=du_courrier(troupe), at=troupe.at)


def confie(troupe: Troupe, service: str = "voirie", **champs: Any) -> Courrier:
    """Registered and given to that service."""
    return recu(troupe, service=entite(troupe, service), **champs)


def a_faire(courrier: Any) -> list[Etape]:
    return list(
        Etape.objects.filter(dossier=courrier.pk, etat="active").select_related("dossier").order_by("rang", "id")
    )


def etape(courrier: Any, type_: str) -> Etape:
    return next(e for e in a_faire(courrier) if e.type == type_)


def qui_peut(troupe: Troupe, etape: Etape) -> Acteur:
    jour = systeme(troupe.at).annuaire
    ou = jour.resoudre(etape.poste_id, "courriers") if etape.poste_id else None
    trouve = ou or jour.resoudre_entite(etape.entite_id or 0, "courriers")
    return acteur(trouve.personnes[0], troupe.at)


def mener(troupe: Troupe, courrier: Any, jusqua: str) -> Etape:
    """Everybody agrees until an étape of that type is to be done."""
    for _ in range(12):
        etapes = [e for e in a_faire(courrier) if e.type != TypeEtape.INFORMATION]
        if voulue := next((e for e in etapes if e.type == jusqua), None):
            return voulue
        fait = etapes[0]
        qui: dict[str, Any] = {"by": qui_peut(troupe, fait), "at": troupe.at}
        match fait.type:
            case TypeEtape.QUALIFICATION:
                confier(fait, aiguillage=Aiguillage(entite(troupe, "voirie")), **qui)
            case TypeEtape.TRAITEMENT:
                traiter(fait, projet="Le banc est réparé.", **qui)
            case TypeEtape.AVIS:
                donner_avis(fait, avis=Resultat.FAVORABLE, **qui)
            case TypeEtape.VISA:
                viser(fait, **qui)
            case TypeEtape.SIGNATURE:
                signer(fait, **qui)
            case _:
                break
    raise LookupError(jusqua)


def parti(troupe: Troupe, courrier: Any, envoi: Envoi | None = None) -> Any:
    """Answered: signed and sent."""
    derniere = mener(troupe, courrier, TypeEtape.REPONSE)
    texte, sens = derniere.dossier.projet_reponse or "Voici.", SensReponse(derniere.dossier.projet_sens or "favorable")
    qui = qui_peut(troupe, derniere)
    return expedier(derniere, by=qui, at=troupe.at, texte=texte, sens=sens, envoi=envoi or Envoi())


def frais(courrier: Any) -> Dossier:
    dossier: Dossier = Dossier.objects.get(pk=courrier.pk)
    return dossier
