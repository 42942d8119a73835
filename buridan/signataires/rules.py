"""Who may ask for a signature outside, and when a link still works. Pure."""

from datetime import date, datetime, timedelta

from buridan.dossiers import rules
from buridan.dossiers.etats import EtatDossier
from buridan.dossiers.models import Dossier
from buridan.droit.delais import date_legale
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import OUI, Verdict, non
from buridan.signataires.etats import Etat
from buridan.signataires.models import DemandeSignature, LienSignature

CODE_VAUT, CODE_ATTEND = timedelta(minutes=10), timedelta(minutes=1)
ESSAIS_MAX, CODES_MAX = 5, 10
SEANCE = timedelta(minutes=30)  # from the right code to the signature
RAPPEL = timedelta(days=3)


def peut_demander(acteur: Acteur, dossier: Dossier) -> Verdict:
    """May speak for the town on this open dossier: whoever leads it, or has something to decide on it.

    What comes back is a document of the dossier; it decides no étape, and stands for no signature of the town.
    """
    return rules.peut_voir(acteur, dossier) and rules.peut_conduire(acteur, dossier)


def peut_suivre(acteur: Acteur, demande: DemandeSignature, dossier: Dossier) -> Verdict:
    """May send a new link, or call the request off."""
    if demande.etat != Etat.ATTENDUE:
        return non(
            f"Cette demande de signature est terminée ({demande.get_etat_display().lower()}). Faites-en une autre."
        )
    return peut_demander(acteur, dossier)


def sans_objet(demande: DemandeSignature, dossier: Dossier) -> bool:
    """The dossier closed, or began again, meanwhile."""
    return dossier.etat == EtatDossier.CLOS or dossier.tour != demande.tour


def ouverte(demande: DemandeSignature, dossier: Dossier, jour: date) -> Verdict:
    """The person outside may still answer on that day. Said to him or her."""
    le = f"{date_legale(demande.finie_le):%d/%m/%Y}" if demande.finie_le else ""
    if demande.etat == Etat.SIGNEE:
        return non(f"Vous avez signé ce document le {le}. La copie signée vous a été envoyée par courriel.")
    if demande.etat == Etat.REFUSEE:
        return non(f"Vous avez refusé de signer le {le}. Si vous changez d'avis, demandez un autre lien à la mairie.")
    if demande.etat == Etat.ANNULEE:
        return non(f"La mairie a annulé cette demande le {le} : vous n'avez rien à signer.")
    if demande.etat == Etat.CADUQUE or sans_objet(demande, dossier):
        return non("L'affaire est terminée à la mairie : vous n'avez plus rien à signer.")
    if demande.etat == Etat.EXPIREE or jour > demande.jusquau:
        fin = f"{demande.jusquau:%d/%m/%Y}"
        return non(f"Ce lien valait jusqu'au {fin}. Pour signer encore, demandez un autre lien à la mairie.")
    return OUI


def marche(lien: LienSignature, jour: date) -> Verdict:
    """This very link works on that day."""
    demande = lien.demande
    verdict = ouverte(demande, demande.dossier, jour)
    if verdict and not lien.actif:
        return non("Un lien plus récent vous a été envoyé : ouvrez le dernier courriel reçu de la mairie.")
    return verdict


def peut_recevoir_un_code(demande: DemandeSignature, at: datetime) -> Verdict:
    """One a minute, CODES_MAX for one link."""
    if demande.codes >= CODES_MAX:
        return non("Trop de codes ont été demandés avec ce lien. Demandez un autre lien à la mairie.")
    if demande.code and demande.code_le is not None and at < demande.code_le + CODE_ATTEND:
        return non(
            "Un code vient d'être envoyé. Regardez vos courriels ; attendez une minute avant d'en demander un autre."
        )
    return OUI


def code_attendu(demande: DemandeSignature, at: datetime) -> Verdict:
    """There is a code to type."""
    if not demande.code or demande.code_le is None or at > demande.code_le + CODE_VAUT:
        return non("Ce code ne vaut plus : il sert une fois, pendant dix minutes. Demandez-en un autre.")
    if demande.essais >= ESSAIS_MAX:
        return non("Ce code a été mal écrit trop de fois : il ne vaut plus. Demandez-en un autre.")
    return OUI


def reconnue(demande: DemandeSignature, at: datetime) -> Verdict:
    """The right code was typed not long ago."""
    if demande.verifie_le is None or at > demande.verifie_le + SEANCE:
        return non("Votre code date de plus d'une demi-heure : demandez-en un autre, puis signez.")
    return OUI
