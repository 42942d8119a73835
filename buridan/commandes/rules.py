"""Who may do what with an order. Pure: no write, no clock, no request."""

from collections.abc import Iterable, Sequence
from typing import Any

from buridan.budget import rules as budget
from buridan.budget.models import Reservation
from buridan.commandes.models import Commande
from buridan.dossiers import rules as coeur
from buridan.dossiers.etats import EtatDossier, EtatEtape, TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Droit, Genre
from buridan.outils.verdict import OUI, Verdict, non

SIGNEE = "Le bon de commande est signé : il ne change plus. Annulez-le si le fournisseur n'a pas livré, puis faites-en un autre."
VIVANTES = (EtatEtape.ACTIVE, EtatEtape.A_VENIR, EtatEtape.FAITE)


def peut_commander(acteur: Acteur) -> Verdict:
    """May prepare an order: any agent of a service. An elected official signs, and orders nothing."""
    if services(acteur):
        return OUI
    return non("Un bon de commande est préparé par un agent d'un service. Demandez au service concerné de le préparer.")


def services(acteur: Acteur) -> list[int]:
    """Services one may order for: one's own, then those one heads."""
    annuaire = acteur.annuaire
    hors = {Genre.ASSEMBLEE, Genre.VILLE}
    propres = list(dict.fromkeys(annuaire.postes[p].entite for p in acteur.postes))
    dessous = sorted(
        annuaire.descendance(e for e in propres if e in acteur.dirige) - set(propres), key=annuaire.nom_entite
    )
    return [e for e in (*propres, *dessous) if annuaire.entites[e].genre not in hors]


def peut_preparer(acteur: Acteur, commande: Commande, etapes: Iterable[Etape]) -> Verdict:
    """May write the order: whoever has it to prepare, and the colleagues of the service."""
    if commande.dossier.etat == EtatDossier.CLOS:
        return non("Cette commande est close : elle ne change plus. Préparez-en une autre.")
    etape = coeur.redaction(etapes)
    if commande.signee_le is not None:
        return non(SIGNEE)
    if etape is None:
        return non("La commande est dans le circuit : elle ne change plus. Demandez qu'on vous la renvoie.")
    if acteur.agit_pour(etape.poste_id, etape.entite_id, commande.dossier.nature):
        return OUI
    if commande.dossier.entite_id in acteur.entites | acteur.dirige:
        return OUI
    return non(f"Cette commande est préparée par : {coeur.destinataire(acteur, etape)}. Envoyez-lui un message.")


def pas_signee(commande: Commande) -> Verdict:
    """Nobody has signed it."""
    return non(SIGNEE) if commande.signee_le is not None else OUI


def tient(commande: Commande, ligne: Any, annee: int) -> Verdict:
    """Its line (`queries.ligne_de`) takes orders this year, and holds it, unless somebody allowed it to be exceeded."""
    if ligne is None:
        return non("Choisissez la ligne de budget qui paiera cette commande.")
    ouverte = budget.prend_des_commandes(ligne, annee)
    if not ouverte or commande.derogation:
        return ouverte
    return budget.tient(commande.montant.ttc, ligne.disponible)


def peut_depasser(acteur: Acteur, commande: Commande) -> Verdict:
    """May allow this order to exceed the credits of its line."""
    if commande.dossier.etat == EtatDossier.CLOS or commande.signee_le is not None:
        return non("Cette commande n'attend plus d'être signée : il n'y a rien à autoriser.")
    if commande.ligne_id is None or not commande.montant.ttc:
        return non("Cette commande n'a pas encore de montant ou de ligne de budget : il n'y a rien à autoriser.")
    if commande.derogation:
        return non("Le dépassement est déjà autorisé.")
    return budget.peut_depasser(acteur)


def peut_engager(acteur: Acteur, commande: Commande, tenue: Reservation | None) -> Verdict:
    """May note the engagement of the finance system."""
    if commande.signee_le is None or tenue is None:
        return non("L'engagement se note une fois le bon de commande signé.")
    return budget.peut_engager(acteur, tenue)


def peut_expedier(acteur: Acteur, commande: Commande) -> Verdict:
    """May send the signed order to its supplier, or say that it went on paper."""
    if commande.signee_le is None:
        return non("Le bon de commande part une fois signé.")
    if commande.recue_le is not None:
        return non(f"Le fournisseur a accusé réception le {commande.recue_le:%d/%m/%Y}.")
    return coeur.fait_partie(acteur, commande.dossier)


def peut_adresser(acteur: Acteur, dossier: Dossier, etapes: Iterable[Etape]) -> Verdict:
    """May hand the signature to whoever can give it today."""
    if not any(e.type == TypeEtape.SIGNATURE and e.etat == EtatEtape.ACTIVE for e in etapes):
        return non("Cette commande n'attend pas d'être signée.")
    return coeur.fait_partie(acteur, dossier)


def peut_annuler(acteur: Acteur, commande: Commande) -> Verdict:
    """May cancel: who prepared it, who heads its service, who signed may ask them. Not once the town got what it ordered."""
    dossier = commande.dossier
    if dossier.etat == EtatDossier.CLOS:
        return non("Cette commande est déjà close.")
    if commande.service_fait_le is not None:
        return non("Le service fait est constaté : la commande est due. Voyez avec les finances.")
    siennes = acteur.personne == dossier.createur_id or dossier.entite_id in acteur.dirige
    if siennes or Droit.SUPERVISION in acteur.droits or acteur.est_systeme:
        return OUI
    return non("Seuls la personne qui a préparé la commande et son responsable peuvent l'annuler. Demandez-leur.")


def peut_accuser(commande: Commande) -> Verdict:
    """May the supplier say that it came?"""
    if commande.recue_le is not None:
        return non(f"La réception est déjà confirmée, le {commande.recue_le:%d/%m/%Y}, par {commande.recue_par}.")
    if commande.dossier.etat == EtatDossier.CLOS:
        return non(
            "Cette commande est close ou annulée : il n'y a plus rien à confirmer. Appelez la mairie en cas de doute."
        )
    if commande.envoyee_le is None:
        return non("Ce bon de commande n'est pas envoyé.")
    return OUI


def circuit_tenu(etapes: Sequence[Etape]) -> Verdict:
    """Whoever changes the circuit keeps one signature, what is written before it, the service done and the invoice after it."""
    vivantes = [e for e in etapes if e.etat in VIVANTES]
    signatures = [e for e in vivantes if e.type == TypeEtape.SIGNATURE]
    if len(signatures) != 1:
        return non("Un bon de commande est signé une fois, et une seule. Pour un accord de plus, ajoutez un visa.")
    rang = signatures[0].rang
    apres = {e.type for e in vivantes if e.rang > rang}
    if not {TypeEtape.VALIDATION, TypeEtape.REPONSE} <= apres:
        return non("Après la signature viennent le service fait, puis la facture : laissez ces étapes à leur place.")
    if any(e.type == TypeEtape.VALIDATION and e.rang <= rang for e in vivantes) or TypeEtape.TRAITEMENT in apres:
        return non(
            "La commande est préparée avant la signature, et le service fait vient après. Pour un accord de plus, ajoutez un "
            "visa."
        )
    return OUI


def peut_refuser(acteur: Acteur, commande: Commande, etape: Etape) -> Verdict:
    """May refuse: while nobody has signed."""
    return pas_signee(commande) and coeur.peut_decider(acteur, etape, "refuser")


def peut_renvoyer(acteur: Acteur, commande: Commande, etape: Etape) -> Verdict:
    """May send back: while nobody has signed."""
    return pas_signee(commande) and coeur.peut_agir(acteur, etape)


def peut_revenir(acteur: Acteur, commande: Commande, etape: Etape) -> Verdict:
    """May take back one's decision: not a signature, nor what comes after it."""
    return pas_signee(commande) and coeur.peut_revenir(acteur, etape)
