"""Agree to an order on its way to the signature: its credits are looked at again, and who signs."""

from datetime import datetime

from buridan.commandes import rules
from buridan.commandes.models import Commande
from buridan.commandes.queries import acte_de, commande_de, ligne_de
from buridan.commandes.route import signataire
from buridan.delegations.queries import registre
from buridan.dossiers import rules as coeur
from buridan.dossiers.actions.avancer import avancer, montrer_a, qui_agit
from buridan.dossiers.actions.traversee import DejaFait, Traversee, traversee, traversee_etape
from buridan.dossiers.etats import Resultat, TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.organisation.acteur import Acteur


def viser_commande(etape: Etape, *, by: Acteur, at: datetime, remarque: str = "") -> Etape:
    """Give the visa. The signature goes to whoever can give it by then. Raises Refus when the credits don't hold it."""
    with traversee_etape("viser", etape, by=by, at=at) as t:
        assert t.etape is not None
        coeur.peut_decider(by, t.etape, "viser").exiger()
        commande = commande_de(t.dossier)
        rules.tient(commande, ligne_de(commande), by.annuaire.jour.year).exiger()
        t.decider(Resultat.VISEE_REMARQUE if remarque.strip() else Resultat.VISEE, remarque.strip())
        t.changer(projet_vise=True)
        _adresser(t, commande)
        avancer(t)
        return t.etape


def adresser(dossier: Dossier, *, by: Acteur, at: datetime) -> Etape:
    """Hand the signature that waits to whoever can give it today: a delegation ended, somebody is away."""
    with traversee("adresser_commande", dossier.pk, by=by, at=at) as t:
        rules.peut_adresser(by, t.dossier, t.etapes).exiger()
        if not _adresser(t, commande_de(t.dossier)):
            raise DejaFait("Cette commande est déjà chez la personne qui peut la signer aujourd'hui.")
        signature = next(e for e in t.restantes() if e.type == TypeEtape.SIGNATURE)
        montrer_a(t, signature)
        _pour, personnes = qui_agit(by, signature, t.dossier.nature)
        t.prevenir(personnes, f"{t.dossier.reference} : {signature.titre}")
        t.contenu |= {"etape": signature.titre, "a": coeur.destinataire(by, signature)}
        return signature


def _adresser(t: Traversee, commande: Commande) -> bool:
    """Give the signature to come, or due, to who signs today; False when it is there already."""
    _pouvoir, poste = signataire(registre(t.at, t.acteur.annuaire), acte_de(t.dossier, commande.montant))
    suivantes = [e for e in t.restantes() if e.type == TypeEtape.SIGNATURE and e.poste_id != poste]
    if not suivantes:
        return False
    t.relire()
    Etape.objects.filter(pk__in=[e.pk for e in suivantes]).update(poste=poste, entite=None, prise_par=None)
    return True
