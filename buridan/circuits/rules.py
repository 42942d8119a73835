"""Who may change the circuits. Pure: no write, no clock, no request."""

from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Droit
from buridan.outils.verdict import OUI, Verdict, non


def peut_modifier_circuits(acteur: Acteur) -> Verdict:
    """May open, change, publish and give up drafts of circuits."""
    if Droit.QUALITE in acteur.droits:
        return OUI
    return non("Seul le service organisation et qualité modifie les circuits. Proposez-lui votre changement.")
