"""How much a letter looks like past ones: counts and nothing else. Pure: neither database nor clock, no date, no name.

A naive Bayes on what is present. Each trait of a letter (a French lexeme, its sender) multiplies the chance of a label by how
many past letters of that label bore it, against how many would have by chance (both plus LISSAGE): a trait that is rare and
missing says little, a trait that is common everywhere says nothing. Only the most telling traits are heard, so that a long
text is not louder than a short one, and each answer comes with the counts that speak for it.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable
from dataclasses import dataclass, field
from math import exp, fsum, log
from typing import Generic, TypeVar

E = TypeVar("E", bound=Hashable)

EXPEDITEUR = "@"  # the trait « same sender »; no lexeme looks like it
LISSAGE = 1.0  # letters added to what was seen and to what chance would give: a rare trait that is missing says little
PORTEURS = 12  # traits heard, beside the sender
NETTEMENT = 2  # times the odds of all letters
HABITUDE = 2  # one letter alone makes no habit, and must not be told


@dataclass(frozen=True, slots=True)
class Appui:
    """What speaks for a label: of the `tous` past letters with this trait, `ici` had the label."""

    trait: str
    ici: int
    tous: int


@dataclass(frozen=True, slots=True)
class Rang(Generic[E]):
    """A label, its chance (0 to 1) and what speaks for it, the strongest first. Without anything it is only a habit."""

    etiquette: E
    chance: float
    appuis: tuple[Appui, ...]


@dataclass(slots=True)
class Memoire(Generic[E]):
    """How many past letters had each label, and each label with each trait."""

    totaux: Counter[E] = field(default_factory=Counter)
    par_trait: defaultdict[str, Counter[E]] = field(default_factory=lambda: defaultdict(Counter))

    def compter(self, etiquette: E, trait: str | None, nombre: int = 1) -> None:
        """So many letters more (fewer when negative) with this label; `trait` None: whatever their traits."""
        (self.totaux if trait is None else self.par_trait[trait])[etiquette] += nombre

    def classer(self, traits: Collection[str]) -> list[Rang[E]]:
        """Labels from the most to the least likely for a letter with these traits; at equal chance the more usual one, then
        in the order of labels, so the same past always gives the same answer.
        """
        en_tout = self.totaux.total()
        partout = {t: self.par_trait[t].total() / en_tout for t in self._entendus(traits, en_tout)}
        poids = {e: self._poids(e, n, partout) for e, n in self.totaux.items() if n > 0}
        notes = {e: log(self.totaux[e] / en_tout) + sum(p.values()) for e, p in poids.items()}
        haut = max(notes.values(), default=0.0)
        somme = fsum(exp(n - haut) for n in notes.values())
        tries = sorted(notes, key=lambda e: (-notes[e], -self.totaux[e], str(e)))
        return [Rang(e, exp(notes[e] - haut) / somme, self._appuis(e, poids[e])) for e in tries]

    def _poids(self, etiquette: E, lettres: int, partout: dict[str, float]) -> dict[str, float]:
        """How much each trait speaks for a label (natural logarithm), or against it."""
        return {t: log((self.par_trait[t][etiquette] + LISSAGE) / (lettres * f + LISSAGE)) for t, f in partout.items()}

    def _entendus(self, traits: Collection[str], en_tout: int) -> list[str]:
        """The most telling of those already seen; the sender is always heard."""
        gains = {t: self._gain(t, n, en_tout) for t in traits if (n := self._vus(t)) > 0}
        mots = sorted((t for t in gains if t != EXPEDITEUR), key=lambda t: (-gains[t], t))
        return [*(t for t in gains if t == EXPEDITEUR), *mots[:PORTEURS]]

    def _vus(self, trait: str) -> int:
        return self.par_trait[trait].total() if trait in self.par_trait else 0

    def _gain(self, trait: str, lettres: int, en_tout: int) -> float:
        """How far the labels of the letters with this trait are from those of all (Kullback-Leibler), less when few."""
        parts = ((c / lettres, self.totaux[e] / en_tout) for e, c in self.par_trait[trait].items() if c > 0)
        return sum(ici * log(ici / partout) for ici, partout in parts) * lettres / (lettres + LISSAGE)

    def _appuis(self, etiquette: E, poids: dict[str, float]) -> tuple[Appui, ...]:
        """Traits that went there clearly more than others did (odds against odds): the rest says nothing to a reader."""
        comptes = [
            Appui(t, self.par_trait[t][etiquette], self._vus(t)) for t in sorted(poids, key=lambda t: (-poids[t], t))
        ]
        ici, ailleurs = self.totaux[etiquette], self.totaux.total() - self.totaux[etiquette]
        habituels = (a for a in comptes if a.ici >= HABITUDE)
        return tuple(a for a in habituels if a.ici * ailleurs >= NETTEMENT * (a.tous - a.ici) * ici)
