"""Who may do what with letters. Pure: no write, no clock, no request."""

from buridan.courriers.etats import Effet, Objet, Sens
from buridan.courriers.models import Depart
from buridan.courriers.queries import NATURE, bureau, courrier_de, tient_le_registre
from buridan.dossiers import rules as coeur
from buridan.dossiers.etats import EtatDossier, EtatEtape, TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Droit
from buridan.outils.verdict import OUI, Verdict, non

RETOURS_AVANT_ARBITRAGE = 2
SANS_BUREAU = "Cette ville n'a pas de service du courrier : le service qualité le désigne dans son jeu de données."


def peut_enregistrer(acteur: Acteur) -> Verdict:
    """Keeps the registers: the mail office."""
    trouve = bureau()
    if trouve is None:
        return non(SANS_BUREAU)
    if tient_le_registre(acteur):
        return OUI
    nom = acteur.annuaire.nom_entite(trouve.entite_id)
    return non(f"Le registre est tenu par : {nom}. Portez-lui le courrier, ou envoyez-lui le fichier.")


def peut_ecrire(acteur: Acteur) -> Verdict:
    """Writes a letter without having received one: whoever holds a post."""
    if bureau() is None:
        return non(SANS_BUREAU)
    return OUI if acteur.postes else non("Il faut occuper un poste pour écrire au nom de la mairie.")


def peut_rendre(acteur: Acteur, etape: Etape) -> Verdict:
    """« Ce n'est pas pour nous »: the service asked to answer, until the general management has decided."""
    if etape.type != TypeEtape.TRAITEMENT:
        return non("Seul le service chargé de répondre rend un courrier.")
    verdict = coeur.peut_agir(acteur, etape)
    if not verdict:
        return verdict
    courrier = courrier_de(etape.dossier)
    if courrier.sens != Sens.ARRIVEE or courrier.confidentiel:
        return non("Ce courrier n'a pas été aiguillé par le service courrier : confiez l'étape à quelqu'un d'autre.")
    if courrier.retours.count() >= RETOURS_AVANT_ARBITRAGE:
        return non(
            "La direction générale a tranché après deux retours : ce courrier vous revient. Parlez-en avec elle."
        )
    return OUI


def peut_clore_sans_reponse(acteur: Acteur, dossier: Dossier) -> Verdict:
    """States that no answer is needed: the head of the service in charge; the general management when the law wants one."""
    if dossier.etat == EtatDossier.CLOS:
        return non("Le courrier est déjà clos.")
    courrier = courrier_de(dossier)
    if courrier.confidentiel:
        siens = courrier.destinataire_id in acteur.postes_exerces(NATURE)
        return OUI if siens else non("Seul le destinataire de ce pli peut dire qu'il n'appelle pas de réponse.")
    if Droit.SUPERVISION in acteur.droits:
        return OUI
    if courrier.effet != Effet.INFORMATION:
        return non("Ce courrier attend une réponse : seule la direction générale peut dire qu'il n'en appelle pas.")
    if dossier.entite_id in acteur.dirige:
        return OUI
    return non(
        "Seul le responsable du service chargé du courrier peut dire qu'il n'appelle pas de réponse. Demandez-lui."
    )


def peut_annuler(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Cancels a registration made by mistake (twice, not for the town hall), before anybody has worked on it."""
    if dossier.etat == EtatDossier.CLOS:
        return non("Le courrier est déjà clos.")
    verdict = peut_enregistrer(acteur)
    if not verdict:
        return verdict
    if courrier_de(dossier).sens != Sens.ARRIVEE:
        return non("Seul un courrier reçu s'annule au registre des arrivées.")
    faites = [e for e in dossier.etapes.all() if e.etat == EtatEtape.FAITE]
    if any(e.type not in (TypeEtape.QUALIFICATION, TypeEtape.INFORMATION) for e in faites):
        return non("Un service a déjà travaillé sur ce courrier : son responsable peut le clore sans réponse.")
    return OUI


def peut_accuser(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Sends the acknowledgement by post when no e-mail could carry it."""
    courrier = courrier_de(dossier)
    if courrier.accuse_le is not None:
        return non(f"L'accusé de réception est parti le {courrier.accuse_le:%d/%m/%Y}.")
    if not courrier.attend_un_accuse or dossier.etat == EtatDossier.CLOS:
        return non("Ce courrier n'appelle pas d'accusé de réception.")
    return OUI if tient_le_registre(acteur) else coeur.peut_conduire(acteur, dossier)


def peut_joindre_une_version(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Gives the answer as a file: whoever drafts it, while it is drafted."""
    ici = [e for e in dossier.etapes.all() if e.etat == EtatEtape.ACTIVE and e.type == TypeEtape.TRAITEMENT]
    if not ici:
        return non("La réponse n'est plus en rédaction : demandez qu'on vous la renvoie pour changer le fichier.")
    return next((v for e in ici if (v := coeur.peut_agir(acteur, e))), coeur.peut_agir(acteur, ici[0]))


def peut_corriger(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Corrects what was typed: the mail office, or who works on the letter, until it is closed."""
    if dossier.etat == EtatDossier.CLOS:
        return non("Le courrier est clos : il ne se corrige plus.")
    if not (verdict := coeur.peut_voir(acteur, dossier)):
        return verdict
    return OUI if tient_le_registre(acteur) else coeur.fait_partie(acteur, dossier)


def peut_rouvrir(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Reopens; a confidential letter stays with its reader."""
    if courrier_de(dossier).confidentiel:
        return non("Un pli confidentiel ne se rouvre pas : écrivez un nouvel envoi.")
    return coeur.peut_rouvrir(acteur, dossier)


def peut_confier_a_un_autre(acteur: Acteur, etape: Etape) -> Verdict:
    """Gives an étape to somebody else; of a confidential letter, its reader only."""
    if courrier_de(etape.dossier).confidentiel and not coeur.peut_agir(acteur, etape):
        return non("Ce pli est confidentiel : seul son destinataire peut le confier à quelqu'un d'autre.")
    return coeur.peut_reaffecter(acteur, etape)


def peut_suivre_un_depart(acteur: Acteur, depart: Depart) -> Verdict:
    """Notes the receipt or the return of what left, and corrects it."""
    return peut_enregistrer(acteur)


def peut_reexpedier(acteur: Acteur, dossier: Dossier, depart: Depart) -> Verdict:
    """Sends again, to another address, a letter that came back."""
    if not (verdict := peut_enregistrer(acteur)):
        return verdict
    if not (verdict := coeur.peut_voir(acteur, dossier)):
        return verdict
    if depart.objet == Objet.ACCUSE:
        return non("Un accusé de réception ne repart pas : la réponse ira à la bonne adresse, une fois corrigée.")
    if not depart.revenu_le:
        return non("Notez d'abord que la lettre est revenue, ou que le courriel n'est pas arrivé.")
    if dossier.etat != EtatDossier.CLOS or dossier.tour != depart.tour:
        return non("Le dossier est rouvert : corrigez le correspondant, la prochaine réponse ira à la bonne adresse.")
    return OUI
