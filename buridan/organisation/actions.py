"""What changes the organisation from day to day."""

from datetime import date

from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Absence, Droit
from buridan.outils.verdict import OUI, Verdict, non


def peut_declarer_absence(acteur: Acteur, personne: int) -> Verdict:
    """Oneself, the people one heads, everybody for an administrator."""
    if personne == acteur.personne or Droit.ADMINISTRATION in acteur.droits:
        return OUI
    entites = {acteur.annuaire.postes[p].entite for p in acteur.annuaire.postes_de.get(personne, ())}
    return OUI if entites & acteur.dirige else non("Vous ne pouvez déclarer que vos absences et celles de vos équipes.")


def declarer_absence(*, by: Acteur, personne: int, debut: date, fin: date, motif: str = "") -> Absence:
    """Declare; `fin` is the day of return. From then on the stand-in or the head acts."""
    peut_declarer_absence(by, personne).exiger()
    return Absence.objects.create(personne_id=personne, debut=debut, fin=fin, motif=motif, saisie_par_id=by.personne)
