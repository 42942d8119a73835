"""What a reader may know of who asked and of the resident."""

from django import template

from buridan.elus import rules
from buridan.elus.models import DemandeElu
from buridan.elus.route import direction_de
from buridan.organisation.acteur import Acteur

register = template.Library()


@register.filter
def qui_demande(acteur: Acteur, demande: DemandeElu) -> str:
    """« Demandée par … », or only the general management it came through."""
    annuaire = acteur.annuaire
    if rules.voit_qui_demande(acteur, demande):
        return f"Demandée par {annuaire.nom_personne(demande.elu_id)}"
    return (
        f"Demande transmise par la direction {annuaire.nom_entite(direction_de(annuaire, demande.dossier.entite_id))}"
    )


@register.filter
def voit_l_habitant(acteur: Acteur, demande: DemandeElu) -> bool:
    """May read the resident's name and how to reach him or her."""
    return rules.voit_l_habitant(acteur, demande)
