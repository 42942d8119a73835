"""What every letter of the town says in the same way: its head, who signed it. `lettre.typ` sets it for a window envelope."""

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from buridan.dossiers.etats import Resultat, SensReponse
from buridan.dossiers.models import Decision, Dossier, Reponse
from buridan.dossiers.pdf import propre
from buridan.interface.contexte import ville
from buridan.organisation.annuaire import annuaire_du

MODELE = Path(__file__).with_name("lettre.typ")
CONTESTABLES = {SensReponse.REFUS, SensReponse.PARTIELLE}
RECOURS = (
    "Si vous contestez cette décision, vous pouvez, dans les deux mois qui suivent sa réception, demander à la mairie de la "
    "revoir (recours gracieux) ou saisir : {tribunal}. Une demande faite à la mairie dans ce délai le suspend : vous aurez de "
    "nouveau deux mois après sa réponse, ou après deux mois sans réponse. (Code de justice administrative, R421-1 et R421-5 ; "
    "code des relations entre le public et l'administration, L411-2.)"
)


def entete(telephone: str = "", courriel: str = "") -> dict[str, Any]:
    """Town and where to reach the service; the town hall itself where the service has nothing of its own."""
    commune = ville(settings.PRESET)
    joindre = [telephone or commune.get("telephone", ""), courriel or commune.get("courriel", "")]
    return {
        "ville": commune["nom"],
        "coordonnees": sans_vides([*commune.get("adresse", "").split(", ", 1), *joindre]),
    }


def recours(sens: str) -> str:
    """How to contest an answer that says no; empty for another, and in a town that does not name its court."""
    tribunal = ville(settings.PRESET).get("tribunal")
    return RECOURS.format(tribunal=tribunal) if sens in CONTESTABLES and tribunal else ""


def sans_vides(lignes: list[str]) -> list[str]:
    """Lines that say something, without what no font draws."""
    return [propre(ligne).strip() for ligne in lignes if ligne.strip()]


def signature(dossier: Dossier, reponse: Reponse | None, jour: date) -> list[str]:
    """First name, name and quality of who decided (CRPA L212-1): who signed, else who answered; said for whom."""
    if reponse is None:
        return []
    decisions = Decision.objects.filter(etape__dossier=dossier, at__lte=reponse.at)
    precedente = Reponse.objects.filter(dossier=dossier, tour__lt=reponse.tour).order_by("-tour").first()
    if precedente is not None:
        decisions = decisions.filter(at__gt=precedente.at)
    decisions = decisions.select_related("etape").order_by("-at")
    signee = decisions.filter(resultat=Resultat.SIGNEE).first() or decisions.filter(resultat=Resultat.REPONDUE).first()
    if signee is None:
        return ["La mairie"]
    annuaire = annuaire_du(jour)
    poste = signee.etape.poste_id
    qualite = (
        annuaire.postes[poste].intitule if poste in annuaire.postes else annuaire.nom_entite(signee.etape.entite_id)
    )
    pour = signee.pour[:1].upper() + signee.pour[1:]
    return sans_vides([pour, annuaire.nom_personne(signee.par_id), qualite])
