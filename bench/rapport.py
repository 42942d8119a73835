"""The table of ratios."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ligne:
    """One ratio and its target: at least `cible`, or at most when `au_plus`."""

    nom: str
    ratio: float
    cible: float
    au_plus: bool = False

    @property
    def atteinte(self) -> bool:
        """The target is met."""
        return self.ratio <= self.cible if self.au_plus else self.ratio >= self.cible


def imprimer(lignes: Iterable[Ligne]) -> None:
    """Print the table."""
    print(f"\n{'mesure':<52}{'rapport':>9}  {'cible':<8}")
    for ligne in lignes:
        cible = f"{'<=' if ligne.au_plus else '>='} {ligne.cible:.1f}"
        print(f"{ligne.nom:<52}{ligne.ratio:>9.2f}  {cible:<8}{'OK' if ligne.atteinte else 'À AMÉLIORER'}")
