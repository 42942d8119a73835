"""Who may do what with requests and their catalogue. Pure: no write, no clock, no request."""

from buridan.demandes.models import Demande
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


DEJA_REMISE = "Il n'y a pas de réponse à donner : elle est partie par courriel, ou quelqu'un l'a déjà donnée."


def peut_remettre(acteur: Acteur, dossier: Dossier, demande: Demande) -> Verdict:
    """May say that the answer was given: whoever reads the request, once it is answered."""
    if dossier.etat != EtatDossier.CLOS:
        return non("La réponse n'est pas encore partie.")
    return non(DEJA_REMISE) if demande.a_remettre_depuis is None else coeur.peut_voir(acteur, dossier)
