"""Amounts of money in euros: read as people and finance systems write them, said as a French screen says them."""

import re
from decimal import Decimal

PLUS_GRAND = Decimal("999999999999.99")  # what the columns hold
BLANCS = dict.fromkeys(map(ord, " \t\u00a0\u202f\u2009"))


def lire_montant(texte: str, *, decimale: str = ",", milliers: str = "") -> Decimal:
    """« 1 234,50 € » is Decimal("1234.50"). Raises ValueError with a French sentence; never guesses, never rounds."""
    brut = texte.translate(BLANCS).removesuffix("€")
    nu = brut.replace(milliers, "") if milliers.strip() else brut
    if not re.fullmatch(rf"-?[0-9]+({re.escape(decimale)}[0-9]+)?", nu, re.ASCII):
        raise ValueError(f"« {texte.strip()} » n'est pas un montant. Écrivez-le comme 1234{decimale}50.")
    if len(nu.partition(decimale)[2]) > 2:
        raise ValueError(f"« {texte.strip()} » a plus de deux chiffres après la virgule.")
    montant = Decimal(nu.replace(decimale, "."))
    if abs(montant) > PLUS_GRAND:
        raise ValueError(f"« {texte.strip()} » est trop grand.")
    return montant


def euros(montant: Decimal, *, centimes: bool = True) -> str:
    """« 1 234,50 € », with spaces that do not break; « 1 235 € » without cents."""
    return f"{montant:,.{2 if centimes else 0}f} €".replace(",", "\u202f").replace(".", ",").replace(" €", "\u00a0€")


def prix(montant: Decimal) -> str:
    """A unit price: « 11,40 € », with more decimals only when it has them."""
    return euros(montant) if montant == montant.quantize(Decimal("0.01")) else f"{nombre(montant)}\u00a0€"


def nombre(valeur: Decimal) -> str:
    """« 2,5 », without useless zeros."""
    return format(valeur.normalize(), "f").replace(".", ",")
