"""The monthly board: what each service and each section has used, and how the year went month by month. Euros.

A month is seen as it stood on its last day (today for the month under way): the last extract made by then, and what was
ordered by then and not yet in it.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from buridan.budget.models import Section
from buridan.droit.delais import FUSEAU_LEGAL

_MOIS = """
SELECT f.fin, l.service_id, l.section, max(r.extrait_le), sum(r.credits), sum(r.engage), sum(r.mandate), sum(c.montant),
    count(*) FILTER (WHERE r.credits < r.engage + c.montant)
FROM unnest(%(fins)s::date[]) f(fin)
JOIN budget_lignebudget l ON l.id = ANY(%(lignes)s)
JOIN LATERAL (SELECT r.credits, r.engage, r.mandate, i.extrait_le
    FROM budget_releve r JOIN budget_importbudget i ON i.id = r.origine_id
    WHERE r.ligne_id = l.id AND i.extrait_le <= f.fin ORDER BY i.extrait_le DESC, i.decide_le DESC, i.id DESC LIMIT 1) r ON true
CROSS JOIN LATERAL (SELECT coalesce(sum(v.montant), 0) AS montant FROM budget_reservation v
    WHERE v.ligne_id = l.id AND (v.at AT TIME ZONE %(fuseau)s)::date <= f.fin
    AND (v.liberee_le IS NULL OR (v.liberee_le AT TIME ZONE %(fuseau)s)::date > f.fin)
    AND (v.engage_le IS NULL OR v.engage_le >= r.extrait_le)) c
GROUP BY 1, 2, 3 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Montants:
    """Credits and what became of them. `depassees`: how many lines are overspent."""

    credits: Decimal = Decimal(0)
    engage: Decimal = Decimal(0)
    mandate: Decimal = Decimal(0)
    commande: Decimal = Decimal(0)
    depassees: int = 0

    def __add__(self, autre: "Montants") -> "Montants":
        return Montants(
            self.credits + autre.credits, self.engage + autre.engage, self.mandate + autre.mandate,
            self.commande + autre.commande, self.depassees + autre.depassees,
        )  # fmt: skip

    @property
    def disponible(self) -> Decimal:
        """What is left; negative when overspent."""
        return self.credits - self.engage - self.commande

    @property
    def part(self) -> Decimal | None:
        """Percent of the credits engaged or ordered; None without credits."""
        return 100 * (self.engage + self.commande) / self.credits if self.credits else None

    @property
    def barre(self) -> dict[str, str | bool]:
        """Engaged then ordered, in percent of the larger of the credits and of what was used; where the credits end."""
        tout = max(self.credits, self.engage + self.commande) or Decimal(1)
        parts = {"engage": self.engage, "commande": self.commande, "limite": self.credits}
        return {c: f"{100 * v / tout:.1f}" for c, v in parts.items()} | {"depasse": self.disponible < 0}


@dataclass(frozen=True, slots=True)
class Mois:
    """One month of the year, as it stood on `fin`."""

    fin: date
    montants: Montants


@dataclass(frozen=True, slots=True)
class Tableau:
    """All that the board shows. `extrait_le`: the latest extract used for the month looked at."""

    fin: date
    extrait_le: date | None
    total: Montants
    services: list[tuple[int, Montants]]
    sections: list[tuple[str, Montants]]
    mois: list[Mois]


def fin_de_mois(annee: int, mois: int, aujourdhui: date) -> date:
    """Its last day, or today when it is under way."""
    return min(date(annee, mois, monthrange(annee, mois)[1]), aujourdhui)


def tableau(lignes: Iterable[int], *, annee: int, mois: int, aujourdhui: date) -> Tableau:
    """The board of these lines (ids) for that month and those before it: one read."""
    fins = [fin_de_mois(annee, m, aujourdhui) for m in range(1, mois + 1)]
    rangees = _lire({"fins": fins, "lignes": sorted(lignes), "fuseau": FUSEAU_LEGAL.key})
    derniere = [r for r in rangees if r[0] == fins[-1]]
    sections = _sommes(derniere, lambda r: r[2])
    return Tableau(
        fin=fins[-1],
        extrait_le=max((r[3] for r in derniere), default=None),
        total=_somme(derniere),
        services=sorted(_sommes(derniere, lambda r: r[1]).items(), key=lambda s: -s[1].credits),
        sections=[(s.label, sections[s.value]) for s in Section if s.value in sections],
        mois=[Mois(fin, _somme([r for r in rangees if r[0] == fin])) for fin in fins],
    )


def _lire(parametres: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as curseur:
        curseur.execute(_MOIS, parametres)
        rangees: list[tuple[Any, ...]] = curseur.fetchall()
    return rangees


def _somme(rangees: list[tuple[Any, ...]]) -> Montants:
    return sum((Montants(*r[4:]) for r in rangees), Montants())


def _sommes(rangees: list[tuple[Any, ...]], cle: Callable[[tuple[Any, ...]], Any]) -> dict[Any, Montants]:
    sommes: dict[Any, Montants] = {}
    for r in rangees:
        sommes[cle(r)] = sommes.get(cle(r), Montants()) + Montants(*r[4:])
    return sommes
