"""Who keeps the address book, and what was exchanged with whom: told at start by the app that registers letters."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from buridan.contacts.models import Contact
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Echange:
    """One letter: its number or reference, whether it came in or left, who it says it is from or to, the day, its page."""

    cote: str
    sens: str
    qui: str
    objet: str
    le: datetime
    adresse: str


@dataclass(frozen=True, slots=True)
class Tenue:
    """`peut`: may read and change the book. `echanges(acteur, contact)`: the letters that this person may read, the latest
    first. `actifs(jour)`: queries of the ids of those with a letter since that day, or with one that is not closed.
    """

    peut: Callable[[Acteur], Verdict]
    echanges: Callable[[Acteur, Contact], list[Echange]]
    actifs: Callable[[date], Iterable[QuerySet[Any]]]


_TENUES: list[Tenue] = []


def inscrire(tenue: Tenue) -> None:
    """Declare, once at start."""
    _TENUES[:] = [tenue]


def tenue() -> Tenue:
    """The one declared."""
    return _TENUES[0]
