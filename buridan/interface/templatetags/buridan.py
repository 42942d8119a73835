"""Template tags of ours: names of people and places on the day, relative dates, the form token."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from buridan.outils.montants import euros as en_euros
from buridan.outils.montants import nombre as en_nombre
from buridan.outils.montants import prix as en_prix

register = template.Library()


@register.simple_tag
def jeton_formulaire() -> SafeString:
    """A hidden field: one form, one effect."""
    return format_html('<input type="hidden" name="jeton" value="{}">', uuid4())


@register.filter
def personne(acteur: Any, identifiant: int | None) -> str:
    """Name of a person on the actor's day."""
    return str(acteur.annuaire.nom_personne(identifiant))


@register.filter
def entite(acteur: Any, identifiant: int | None) -> str:
    """Name of an entity on the actor's day."""
    return str(acteur.annuaire.nom_entite(identifiant))


@register.filter
def poste(acteur: Any, identifiant: int) -> str:
    """Holder and title of a post on the actor's day."""
    return str(acteur.annuaire.designer(identifiant))


@register.filter
def dire_sens(sens: str, nature: Any) -> str:
    """What an answer says, in the words of the nature, inside a sentence."""
    return str(nature.mots.dire_sens(sens)).lower()


@register.filter
def intitule(acteur: Any, identifiant: int) -> str:
    """Title of a post on the actor's day."""
    return str(acteur.annuaire.postes[identifiant].intitule)


@register.filter
def dans_combien(jour: date | None, aujourdhui: date) -> str:
    """« aujourd'hui », « demain », « dans 3 jours », « en retard de 2 jours »."""
    if jour is None:
        return ""
    if isinstance(jour, datetime):
        jour = jour.date()
    ecart = (jour - aujourdhui).days
    if ecart < 0:
        return f"en retard de {-ecart} jour{'s' if ecart < -1 else ''}"
    return {0: "aujourd'hui", 1: "demain"}.get(ecart, f"dans {ecart} jours")


@register.filter
def euros(montant: Decimal) -> str:
    """« 1 234,50 € »."""
    return en_euros(Decimal(montant))


@register.filter
def prix(montant: Decimal) -> str:
    """A unit price: « 11,40 € », with more decimals only when it has them."""
    return en_prix(Decimal(montant))


@register.filter
def nombre(valeur: Decimal) -> str:
    """« 2,5 », without useless zeros."""
    return en_nombre(Decimal(valeur))


@register.filter
def euros_ronds(montant: Decimal) -> str:
    """« 1 235 € », for tables where cents would hide the rest."""
    return en_euros(Decimal(montant), centimes=False)
