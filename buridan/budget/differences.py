"""What applying a file would change, line by line: shown before, computed again under the lock, never guessed."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from buridan.budget.lecture import LigneLue
from buridan.budget.models import LigneBudget

MONTANTS = {"credits": "Crédits", "engage": "Engagé", "mandate": "Mandaté"}
COMPARES = {"libelle": "Libellé", "service_id": "Service", "section": "Section", "chapitre": "Chapitre", "article": "Article",
            "fonction": "Fonction", **MONTANTS, "a_confirmer": "À confirmer", "fermee": "Hors budget"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Changement:
    """One line that would change: (word, before, after) of each field."""

    ligne: LigneBudget
    champs: tuple[tuple[str, Any, Any], ...]


@dataclass(slots=True)
class Differences:
    """What would be added, changed, closed, left alone; and what would then be overspent (with what would remain)."""

    nouvelles: list[LigneLue] = field(default_factory=list)
    changees: list[Changement] = field(default_factory=list)
    absentes: list[LigneBudget] = field(default_factory=list)
    pareilles: int = 0
    depassees: list[tuple[LigneLue, Decimal]] = field(default_factory=list)

    @property
    def empreinte(self) -> str:
        """Tells whether they are still those that were shown."""
        dit = [
            [[*n.cle, *map(str, n.en_json().values())] for n in self.nouvelles],
            [[c.ligne.pk, *map(str, c.champs)] for c in self.changees],
            [ligne.pk for ligne in self.absentes],
        ]
        return hashlib.sha256(json.dumps(dit).encode()).hexdigest()[:16]

    @property
    def bilan(self) -> str:
        """« 3 nouvelles, 2 changées, 0 absente »."""
        return (
            f"{len(self.nouvelles)} ligne(s) nouvelle(s), {len(self.changees)} changée(s), {len(self.absentes)} absente(s) du "
            f"fichier, {self.pareilles} sans changement"
        )


def champs_de(lue: LigneLue) -> dict[str, Any]:
    """The columns that a line of the file gives; not those it says nothing of."""
    champs = {c: v for c in COMPARES if c not in ("service_id", "fermee") and (v := getattr(lue, c)) is not None}
    return champs | {"service_id": lue.service, "fermee": False}


def comparer(lues: Iterable[LigneLue], lignes: Iterable[LigneBudget]) -> Differences:
    """`lignes`: all those of the years of the file, with `commande` as it would be after this file."""
    trouvees = {(ligne.exercice, ligne.code): ligne for ligne in lignes}
    d = Differences()
    for lue in lues:
        ligne = trouvees.pop(lue.cle, None)
        if ligne is None:
            d.nouvelles.append(lue)
        elif champs := _champs_changes(ligne, champs_de(lue)):
            d.changees.append(Changement(ligne, champs))
        else:
            d.pareilles += 1
        if (reste := _reste(lue, ligne)) < 0:
            d.depassees.append((lue, reste))
    d.absentes = [ligne for ligne in trouvees.values() if not ligne.fermee]
    return d


def _champs_changes(ligne: LigneBudget, neufs: dict[str, Any]) -> tuple[tuple[str, Any, Any], ...]:
    changes = [(c, mot) for c, mot in COMPARES.items() if c in neufs and getattr(ligne, c) != neufs[c]]
    return tuple((mot, getattr(ligne, c), neufs[c]) for c, mot in changes)


def _reste(lue: LigneLue, ligne: Any) -> Decimal:
    """What would be available."""
    engage = lue.engage if lue.engage is not None else ligne.engage if ligne is not None else Decimal(0)
    commande = ligne.commande if ligne is not None else Decimal(0)
    return Decimal(lue.credits - engage - commande)
