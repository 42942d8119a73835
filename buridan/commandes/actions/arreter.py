"""An order that goes no further: refused before it is signed, or cancelled, which gives its credits back; or allowed to
exceed its line.
"""

from datetime import datetime

from buridan.budget.actions.reserver import liberer
from buridan.commandes import rules
from buridan.commandes.models import Commande
from buridan.commandes.queries import commande_de, ligne_de, reservation_de
from buridan.dossiers.actions.avancer import passer_outre
from buridan.dossiers.actions.refuser import prevenir_du_refus
from buridan.dossiers.actions.repondre import clore
from buridan.dossiers.actions.traversee import DejaFait, Traversee, traversee, traversee_etape
from buridan.dossiers.etats import EtatDossier, Resultat, SensReponse
from buridan.dossiers.models import Dossier, Etape
from buridan.notifications.envois import ecrire_courriel
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Droit
from buridan.outils.montants import euros
from buridan.outils.verdict import Refus


def refuser_commande(etape: Etape, *, by: Acteur, at: datetime, motif: str) -> Etape:
    """Refuse, with the reason: the order is closed, and its author is told."""
    with traversee_etape("refuser", etape, by=by, at=at) as t:
        assert t.etape is not None
        rules.peut_refuser(by, commande_de(t.dossier), t.etape).exiger()
        if not motif.strip():
            raise Refus("Écrivez le motif du refus : la personne qui a préparé la commande doit le connaître.")
        t.decider(Resultat.REFUSEE, motif.strip())
        clore(t, f"La commande est refusée par {by.nom}.\n\n{motif.strip()}", SensReponse.REFUS)
        prevenir_du_refus(t, motif)
        passer_outre(t, t.restantes())
        return t.etape


def annuler(dossier: Dossier, *, by: Acteur, at: datetime, motif: str) -> Commande:
    """Cancel: the credits go back to the line, and the supplier is told when the order had been sent."""
    with traversee("annuler_commande", dossier.pk, by=by, at=at) as t:
        if t.dossier.etat == EtatDossier.CLOS:
            raise DejaFait("C'est déjà fait : cette commande est close.")
        commande = commande_de(t.dossier)
        rules.peut_annuler(by, commande).exiger()
        if not motif.strip():
            raise Refus("Écrivez pourquoi cette commande est annulée : cela reste dans le journal.")
        suite = _rendre(t, motif)
        if commande.envoyee_le is not None:
            _prevenir_le_fournisseur(commande, motif, at)
        t.contenu["motif"] = motif.strip()
        clore(t, f"La commande est annulée par {by.nom}.\n\n{motif.strip()}{suite}", SensReponse.RETIREE)
        passer_outre(t, t.restantes())
        return commande


def _rendre(t: Traversee, motif: str) -> str:
    """Give back what it holds. Once engaged, only the finance system can: the finances are told."""
    tenue = reservation_de(t.dossier)
    if tenue is None or tenue.liberee_le is not None:
        return ""
    if tenue.engage_le is None:
        liberer(tenue, by=t.acteur, at=t.at, motif=f"Commande annulée : {motif.strip()}"[:300], dossier=t.dossier.uuid)
        return f"\n\n{euros(tenue.montant)} sont rendus à la ligne {tenue.ligne.code}."
    finances = [p.personne for p in t.acteur.annuaire.postes.values() if Droit.FINANCES in p.droits and p.personne]
    texte = f"{t.dossier.reference} annulée : annulez l'engagement {tenue.engagement} au logiciel financier"
    t.prevenir(finances, texte)
    return f"\n\nL'engagement {tenue.engagement} est à annuler au logiciel financier ; la direction des finances est prévenue."


def _prevenir_le_fournisseur(commande: Commande, motif: str, at: datetime) -> None:
    reference = commande.dossier.reference
    texte = f"Bonjour,\n\nLe bon de commande {reference} est annulé : ne le livrez pas.\n\nMotif : {motif.strip()}\n"
    ecrire_courriel(
        commande.courriel, f"Bon de commande {reference} annulé", texte, at=at, dossier=commande.dossier.uuid
    )


def autoriser(dossier: Dossier, *, by: Acteur, at: datetime, motif: str) -> Commande:
    """Let this order exceed the credits of its line, with the reason. It holds for this content only."""
    with traversee("autoriser_commande", dossier.pk, by=by, at=at) as t:
        commande = commande_de(t.dossier)
        if commande.derogation and commande.derogation_par_id == by.personne:
            raise DejaFait("C'est déjà fait : le dépassement est autorisé.")
        rules.peut_depasser(by, commande).exiger()
        if not motif.strip():
            raise Refus(
                "Écrivez pourquoi cette commande peut dépasser les crédits : cela reste dans l'historique de la ligne."
            )
        ligne = ligne_de(commande)
        if ligne is not None and commande.montant.ttc <= ligne.disponible:
            raise Refus("Les crédits suffisent : il n'y a pas de dépassement à autoriser.")
        commande.derogation, commande.derogation_par_id = motif.strip()[:500], by.personne
        commande.save(update_fields=["derogation", "derogation_par"])
        t.contenu["motif"] = commande.derogation
        t.prevenir({*t.dossier.suiveurs}, f"{t.dossier.reference} : le dépassement de crédits est autorisé")
        return commande
