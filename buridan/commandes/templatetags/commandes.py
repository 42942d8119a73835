"""Who would sign an order at the instant the page is asked for."""

from django import template

from buridan.commandes.models import Commande
from buridan.commandes.queries import Rapprochement, acte_de, rapprochement_de, regles_en_vigueur
from buridan.commandes.route import dire, signataire
from buridan.delegations.queries import registre
from buridan.droit.delais import date_legale
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

register = template.Library()


@register.filter
def qui_signe(acteur: Acteur, commande: Commande) -> str:
    """Who, in what right and up to how much; or why nobody can."""
    r, montant = registre(acteur.at, acteur.annuaire), commande.montant
    try:
        return dire(r, signataire(r, acte_de(commande.dossier, montant))[0], montant)
    except Refus as refus:
        return refus.raison


@register.filter
def rapproche(acteur: Acteur, commande: Commande) -> Rapprochement | None:
    """What looks like a split, with the other orders that this person may see."""
    return rapprochement_de(commande, regles_en_vigueur(), date_legale(commande.dossier.ouvert_le), acteur)
