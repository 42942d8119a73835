"""Faults that `buridan check` looks for. Each app declares those of its own tables; the command knows none by name."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Controle:
    """One kind of fault. `sql`: one row per fault, on the whole table at once; `phrase`: the row in plain French with what
    to do, `{0}`, `{1}`… being its columns. `%` has no meaning in `sql`.
    """

    nom: str
    sql: str
    phrase: str


@dataclass(frozen=True, slots=True)
class Recherche:
    """What SQL can't see. `chercher()` yields sentences. `longue`: only when everything is asked for."""

    nom: str
    chercher: Callable[[], Iterable[str]]
    longue: bool = False


_CONTROLES: dict[str, Controle | Recherche] = {}


def inscrire(*controles: Controle | Recherche) -> None:
    """Declare, at start."""
    for controle in controles:
        _CONTROLES[controle.nom] = controle


def controles() -> Iterator[Controle | Recherche]:
    """All declared, in the order of the layers."""
    yield from _CONTROLES.values()
