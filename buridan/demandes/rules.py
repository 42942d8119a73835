"""Who may do what with the catalogue of requests. Pure: no write, no clock, no request."""

from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Droit
from buridan.outils.verdict import OUI, Verdict, non


def peut_modifier_modeles(acteur: Acteur) -> Verdict:
    """May write, change and retire answer templates."""
    if Droit.QUALITE in acteur.droits:
        return OUI
    return non("Seul le service organisation et qualité écrit les modèles de réponse. Proposez-lui votre changement.")
