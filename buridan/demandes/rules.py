"""Who may do what with requests and their catalogue. Pure: no write, no clock, no request."""

from buridan.dossiers import rules as coeur
from buridan.dossiers.etats import EtatDossier
from buridan.dossiers.models import Dossier
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Droit
from buridan.outils.verdict import OUI, Verdict, non


def peut_modifier_modeles(acteur: Acteur) -> Verdict:
    """May write, change and retire answer templates."""
    if Droit.QUALITE in acteur.droits:
        return OUI
    return non("Seul le service organisation et qualité écrit les modèles de réponse. Proposez-lui votre changement.")


def peut_corriger(acteur: Acteur, dossier: Dossier) -> Verdict:
    """May correct an open request: who works on it, and the front desk when it sees it."""
    if dossier.etat == EtatDossier.CLOS:
        return non("La demande a reçu sa réponse : elle ne se corrige plus. Le responsable du service peut la rouvrir.")
    if Droit.GUICHET in acteur.droits and coeur.peut_voir(acteur, dossier):
        return OUI
    return coeur.fait_partie(acteur, dossier)
