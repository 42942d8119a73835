"""Amounts of money in euros: read as people and finance systems write them, said as a French screen says them."""

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

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


def repartir(total: Decimal, poids: Sequence[Decimal]) -> list[Decimal]:
    """Shares of an amount (not negative, two decimals) by weight: exact to the cent, they add up to it.

    Largest remainder (Hamilton): each share is rounded down, the cents left go to the largest remainders, the first of
    equal ones.
    """
    centimes, somme = int(total.scaleb(2)), sum(map(Fraction, poids))
    exactes = [centimes * Fraction(p) / somme for p in poids]
    entieres = [int(x) for x in exactes]
    par_reste = sorted(range(len(poids)), key=lambda i: (entieres[i] - exactes[i], i))
    for i in par_reste[: centimes - sum(entieres)]:
        entieres[i] += 1
    return [Decimal(x).scaleb(-2) for x in entieres]


def euros(montant: Decimal, *, centimes: bool = True) -> str:
    """« 1 234,50 € », with spaces that do not break; « 1 235 € » without cents."""
    return f"{montant:,.{2 if centimes else 0}f} €".replace(",", "\u202f").replace(".", ",").replace(" €", "\u00a0€")


def prix(montant: Decimal) -> str:
    """A unit price: « 11,40 € », with more decimals only when it has them."""
    return euros(montant) if montant == montant.quantize(Decimal("0.01")) else f"{nombre(montant)}\u00a0€"


def nombre(valeur: Decimal) -> str:
    """« 2,5 », without useless zeros."""
    return format(valeur.normalize(), "f").replace(".", ",")
