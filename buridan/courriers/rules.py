"""Who may do what with letters. Pure: no write, no clock, no request."""

from buridan.courriers.etats import JURIDIQUES, Effet, Objet, Sens
from buridan.courriers.models import BureauCourrier, Courrier, Depart
from buridan.courriers.queries import NATURE, bureau, complements_attendus, courrier_de, pas_partis, tient_le_registre
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
        return (
            _sans_effet(courrier)
            if siens
            else non("Seul le destinataire de ce pli peut dire qu'il n'appelle pas de réponse.")
        )
    if Droit.SUPERVISION in acteur.droits:
        return OUI
    if courrier.effet != Effet.INFORMATION:
        return non("Ce courrier attend une réponse : seule la direction générale peut dire qu'il n'en appelle pas.")
    if dossier.entite_id in acteur.dirige:
        return OUI
    return non(
        "Seul le responsable du service chargé du courrier peut dire qu'il n'appelle pas de réponse. Demandez-lui."
    )


def _sans_effet(courrier: Courrier) -> Verdict:
    """Nobody else reads a confidential letter: what the law attaches to it is answered, or given to a service."""
    if courrier.ouvert_le is None:
        return non("Le pli n'est pas ouvert : ouvrez-le d'abord, et dites ce que la loi y attache.")
    if courrier.effet == Effet.INFORMATION:
        return OUI
    return non(f"Ce pli attend une réponse ({courrier.get_effet_display()}) : envoyez-la.")


def peut_changer_le_destinataire(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Corrects whom a confidential letter is for: the mail office, until it is opened."""
    if dossier.etat == EtatDossier.CLOS:
        return non("Le courrier est déjà clos.")
    courrier = courrier_de(dossier)
    if not courrier.confidentiel or courrier.ouvert_le is not None:
        return non("Le pli est ouvert : son destinataire le garde, ou le donne à un service.")
    return peut_enregistrer(acteur)


def voit_l_enveloppe(acteur: Acteur, courrier: Courrier) -> bool:
    """Reads what the register says of a confidential letter that is a formal notice or an appeal, and nothing it holds: the
    legal department and the general management. The mail office reads the register whole.
    """
    chez = bureau()
    if chez is None or not courrier.confidentiel or courrier.effet not in JURIDIQUES:
        return False
    return _du_juridique(acteur, chez)


def peut_transmettre(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Sends it on to another administration; a formal notice or an appeal, the general management only."""
    courrier = courrier_de(dossier)
    if courrier.sens != Sens.ARRIVEE:
        return non("Un courrier que nous écrivons ne se transmet pas : son auteur peut le retirer avant qu'il parte.")
    if not (verdict := coeur.peut_conduire(acteur, dossier)):
        return verdict
    if courrier.confidentiel and courrier.ouvert_le is None:
        return non("Le pli n'est pas ouvert : ouvrez-le d'abord, et dites ce que la loi y attache.")
    if courrier.effet in JURIDIQUES and Droit.SUPERVISION not in acteur.droits:
        return non(
            f"{courrier.get_effet_display()} : seule la direction générale peut dire que ce courrier est pour une autre"
            " administration. Demandez-lui."
        )
    return OUI


def peut_retirer(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Gives up a letter of ours before it leaves: who began it."""
    if dossier.etat == EtatDossier.CLOS:
        return non("Le courrier est déjà clos.")
    if courrier_de(dossier).sens != Sens.DEPART:
        return non(
            "Un courrier reçu ne se retire pas : le service courrier peut annuler un enregistrement fait par erreur."
        )
    return OUI if acteur.personne == dossier.createur_id else non("Seul l'auteur de ce courrier peut le retirer.")


def peut_annuler(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Cancels a registration made by mistake (twice, not for the town hall), before anybody has worked on it."""
    if dossier.etat == EtatDossier.CLOS:
        return non("Le courrier est déjà clos.")
    verdict = peut_enregistrer(acteur)
    if not verdict:
        return verdict
    courrier = courrier_de(dossier)
    if courrier.sens != Sens.ARRIVEE:
        return non("Seul un courrier reçu s'annule au registre des arrivées.")
    if courrier.confidentiel and courrier.ouvert_le is not None:
        return non("Le pli est ouvert : son destinataire répond, ou dit pourquoi il n'y a pas de réponse.")
    faites = [e for e in dossier.etapes.all() if e.etat == EtatEtape.FAITE]
    if any(e.type not in (TypeEtape.QUALIFICATION, TypeEtape.INFORMATION) for e in faites):
        return non("Un service a déjà travaillé sur ce courrier : son responsable peut le clore sans réponse.")
    return OUI


def peut_accuser(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Sends the acknowledgement that did not leave by itself."""
    courrier = courrier_de(dossier)
    if courrier.accuse_le is not None:
        return non(f"L'accusé de réception est parti le {courrier.accuse_le:%d/%m/%Y}.")
    if not courrier.attend_un_accuse or dossier.etat == EtatDossier.CLOS:
        return non("Ce courrier n'appelle pas d'accusé de réception.")
    return OUI if tient_le_registre(acteur) else coeur.peut_conduire(acteur, dossier)


def peut_demander_complement(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Asks the sender for what is missing: the service in charge, or who has something to decide; of a confidential letter, its
    reader once it is open.
    """
    courrier = courrier_de(dossier)
    if courrier.sens != Sens.ARRIVEE:
        return non("Un courrier que nous écrivons n'attend pas de complément : écrivez un autre courrier.")
    if not (verdict := coeur.peut_voir(acteur, dossier) and coeur.peut_mettre_en_attente(acteur, dossier)):
        return verdict
    if courrier.confidentiel and courrier.ouvert_le is None:
        return non("Le pli n'est pas ouvert : ouvrez-le d'abord, et dites ce que la loi y attache.")
    if any(e.type == TypeEtape.QUALIFICATION and e.etat == EtatEtape.ACTIVE for e in dossier.etapes.all()):
        return non("Ce courrier n'est pas encore confié : le service qui répondra demandera ce qui manque.")
    return OUI


def peut_recevoir_complement(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Says that what was asked for has come, in time or late: who may ask for it."""
    if dossier.etat == EtatDossier.CLOS:
        return non("Le courrier est clos : enregistrez ce qui arrive comme un nouveau courrier.")
    if not complements_attendus(dossier).exists():
        return non("Ce courrier n'attend pas de complément.")
    return coeur.peut_voir(acteur, dossier) and coeur.peut_conduire(acteur, dossier)


def peut_recevoir_la_lettre(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Joins to it the letter it waits for: the mail office too, when it may read it."""
    if dossier.etat == EtatDossier.CLOS or not complements_attendus(dossier).exists():
        return non("Ce courrier n'attend plus de complément : il a repris, ou il est clos. Traitez celui-ci à part.")
    if not (verdict := coeur.peut_voir(acteur, dossier)):
        return verdict
    return OUI if tient_le_registre(acteur) else coeur.peut_conduire(acteur, dossier)


def peut_joindre_complement(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Says that this letter is what another one waits for: the mail office, or the service that has it."""
    if dossier.etat == EtatDossier.CLOS:
        return non("Le courrier est déjà clos.")
    courrier = courrier_de(dossier)
    if courrier.sens != Sens.ARRIVEE or courrier.confidentiel:
        return non("Seul un courrier reçu, et qui n'est pas confidentiel, se joint à celui qu'il complète.")
    if courrier.effet != Effet.INFORMATION:
        return non(
            f"{courrier.get_effet_display()} : ce courrier attend sa propre réponse. Notez l'arrivée du complément dans l'autre."
        )
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
    if courrier_de(dossier).confidentiel and tient_le_registre(acteur):
        return OUI  # the envelope, which it wrote; what came inside stays as its reader said
    if not (verdict := coeur.peut_voir(acteur, dossier)):
        return verdict
    return OUI if tient_le_registre(acteur) else coeur.fait_partie(acteur, dossier)


def peut_corriger_l_effet(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Corrects what the law attaches to a letter at work: the mail office, the head of the service, the legal department."""
    if dossier.etat == EtatDossier.CLOS:
        return non("Le courrier est clos : il ne se corrige plus.")
    courrier, chez = courrier_de(dossier), bureau()
    if courrier.sens != Sens.ARRIVEE or chez is None:
        return non("Un courrier que nous écrivons n'a pas d'effet à corriger.")
    if not (verdict := coeur.peut_voir(acteur, dossier)):
        return verdict
    if dossier.etat == EtatDossier.ATTENTE:
        return non(f"Le dossier est en attente jusqu'au {dossier.attente_jusquau:%d/%m/%Y}. Reprenez-le d'abord.")
    if any(e.type == TypeEtape.QUALIFICATION and e.etat == EtatEtape.ACTIVE for e in dossier.etapes.all()):
        return non("Ce courrier n'est pas encore confié : son effet se dit en le confiant.")
    dirige = dossier.entite_id in acteur.dirige or courrier.confidentiel  # read by its addressee alone
    if dirige or tient_le_registre(acteur) or _du_juridique(acteur, chez):
        return OUI
    return non("Le service courrier, le responsable du service ou le service juridique corrige l'effet. Demandez-leur.")


def _du_juridique(acteur: Acteur, chez: BureauCourrier) -> bool:
    return Droit.SUPERVISION in acteur.droits or acteur.agit_pour(None, chez.juridique_id, NATURE)


def peut_devenir(acteur: Acteur, courrier: Courrier, effet: str) -> Verdict:
    """Says that the law attaches less to a letter than was written: not who would then have less to do."""
    chez = bureau()
    assert chez is not None
    if effet == courrier.effet or _du_juridique(acteur, chez):
        return OUI
    if courrier.effet in JURIDIQUES:
        return non(
            f"{courrier.get_effet_display()} : seuls le service juridique et la direction générale disent que ce courrier"
            " n'en est pas."
        )
    if effet == Effet.INFORMATION and not tient_le_registre(acteur):
        return non("Seul le service courrier, ou le service juridique, dit que ce courrier n'est pas une demande.")
    return OUI


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


def peut_relancer(acteur: Acteur, depart: Depart) -> Verdict:
    """Tries again to send a departure by e-mail of which nothing left."""
    if not (verdict := peut_enregistrer(acteur)):
        return verdict
    if not pas_partis([depart]):
        return non("Ce courriel est parti, ou il part en ce moment : il n'y a rien à envoyer de nouveau.")
    return OUI


def peut_reexpedier(acteur: Acteur, dossier: Dossier, depart: Depart) -> Verdict:
    """Sends again, to another address, a letter that came back."""
    if not (verdict := peut_enregistrer(acteur)):
        return verdict
    if not (verdict := coeur.peut_voir(acteur, dossier)):
        return verdict
    if depart.objet == Objet.ACCUSE:
        return non("Un accusé de réception ne repart pas : la réponse ira à la bonne adresse, une fois corrigée.")
    if depart.objet == Objet.COMPLEMENT:
        return non(
            "Une demande de complément ne repart pas telle quelle : corrigez l'expéditeur, reprenez le dossier, redemandez-le."
        )
    if not depart.revenu_le and not pas_partis([depart]):
        return non("Notez d'abord que la lettre est revenue, ou que le courriel n'est pas arrivé.")
    if dossier.etat != EtatDossier.CLOS or dossier.tour != depart.tour:
        return non("Le dossier est rouvert : corrigez le correspondant, la prochaine réponse ira à la bonne adresse.")
    return OUI
