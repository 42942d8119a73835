"""Who may do what with mailboxes and mails. Pure: no write, no clock, no request."""

from buridan.courriers import rules as courriers
from buridan.dossiers import rules as coeur
from buridan.dossiers.etats import EtatDossier
from buridan.dossiers.models import Dossier
from buridan.elus.actions.saisir import NATURE as ELUS
from buridan.messagerie.etats import EN_FILE, Etat, Usage
from buridan.messagerie.models import CourrielRecu
from buridan.messagerie.queries import usages_de
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Droit
from buridan.outils.verdict import OUI, Verdict, non

AILLEURS = "Cette boîte est lue par un autre service : il décidera de ce courriel."

QUI_DEMANDE = (
    "Joint au dossier, ce courriel dirait à ceux qui traitent quel élu demande. Passez-le à la file du cabinet, qui écrira "
    "lui-même dans le dossier."
)
ECRIVEZ = (
    "Joint au dossier, ce courriel dirait à ceux qui traitent quel élu demande. Écrivez vous-même dans le dossier ce qu'il dit, "
    "sans dire de qui, puis écartez-le."
)


def peut_tenir_les_boites(acteur: Acteur) -> Verdict:
    """Declares mailboxes: administrators."""
    if Droit.ADMINISTRATION in acteur.droits:
        return OUI
    return non("Les boîtes de courriel sont déclarées par les administrateurs : demandez-leur.")


def peut_lire_la_file(acteur: Acteur) -> Verdict:
    """Reads what came in: the mail office, and the cabinet for the officials' mailbox."""
    if usages_de(acteur):
        return OUI
    return non(
        "Les courriels reçus sont lus par le service courrier, et ceux des élus par le cabinet. Pour leur faire suivre un "
        "courriel, envoyez-le à l'adresse de la mairie."
    )


def lit_la_boite(acteur: Acteur, courriel: CourrielRecu) -> bool:
    """Reads the mailbox it came to."""
    return courriel.usage in usages_de(acteur)


def peut_traiter(acteur: Acteur, courriel: CourrielRecu) -> Verdict:
    """Decides what becomes of it: whoever reads its mailbox, while it waits."""
    if not lit_la_boite(acteur, courriel):
        return peut_lire_la_file(acteur) and non(AILLEURS)
    if courriel.etat not in EN_FILE:
        return non("Ce courriel est déjà traité.")
    return OUI


def peut_passer(acteur: Acteur, courriel: CourrielRecu, vers: str) -> Verdict:
    """Hands it to the other office, which then reads it instead."""
    if vers not in Usage.values:
        return non("Dites à qui passe ce courriel : le service courrier, ou le cabinet.")
    return peut_traiter(acteur, courriel)


def peut_enregistrer(acteur: Acteur, courriel: CourrielRecu) -> Verdict:
    """Makes a letter of it."""
    if courriel.usage != Usage.COURRIER:
        return non("Cette boîte reçoit les demandes des élus : faites-en une demande d'élu.")
    return peut_traiter(acteur, courriel) and courriers.peut_enregistrer(acteur)


def peut_en_faire_une_demande(acteur: Acteur, courriel: CourrielRecu) -> Verdict:
    """Makes a matter of an elected official of it."""
    if courriel.usage != Usage.ELUS:
        return non("Cette boîte n'est pas celle des élus : enregistrez le courriel comme courrier.")
    return peut_traiter(acteur, courriel)


def peut_joindre(acteur: Acteur, courriel: CourrielRecu, dossier: Dossier, *, propose: bool) -> Verdict:
    """Attaches it to an open dossier: one that the mail itself seems to be about, or one that this person may see."""
    if not (verdict := peut_traiter(acteur, courriel)):
        return verdict
    if courriel.usage == Usage.ELUS:
        return non(ECRIVEZ)
    if dossier.nature == ELUS:
        return non(QUI_DEMANDE)
    if not propose and not coeur.peut_voir(acteur, dossier):
        return non(
            "Aucun dossier de cette référence ne vous est ouvert : vérifiez-la, ou enregistrez le courriel comme courrier."
        )
    if dossier.efface_le is not None or dossier.etat == EtatDossier.CLOS:
        return non(
            f"Le dossier {dossier.reference} est clos, personne n'y travaille plus : enregistrez le courriel comme courrier, un "
            "service y répondra."
        )
    return OUI


def peut_remettre(acteur: Acteur, courriel: CourrielRecu) -> Verdict:
    """Puts it back in the queue: what was set aside, by somebody or by itself."""
    if not lit_la_boite(acteur, courriel):
        return peut_lire_la_file(acteur) and non(AILLEURS)
    if courriel.etat not in (Etat.ECARTE, Etat.AUTOMATIQUE):
        return non("Seul un courriel écarté, ou mis de côté comme automatique, se remet dans la file.")
    if courriel.vide_le is not None:
        return non("Ce courriel a été vidé après son délai de garde : il n'y a plus rien à traiter.")
    return OUI
