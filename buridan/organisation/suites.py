"""What follows a change of the organisation, done by apps that stand above this one.

They register in their AppConfig.ready(): the core of dossiers tells whoever acts from now on and moves what stood on a
closed post; the desk writes the journal. This app knows none of them.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import Annuaire
from buridan.organisation.models import Personne, Poste


@dataclass(frozen=True, slots=True)
class Changement:
    """What changed, the organisation of the day before and after it, in the transaction of the change.

    `sujet`: the person who is away or the post that is stood in for, already locked; None for a load.
    """

    verbe: str
    sujet: Personne | Poste | None
    contenu: Mapping[str, Any]
    avant: Annuaire
    apres: Annuaire


class Suite(Protocol):
    """Something that follows. May raise Refus: then nothing is changed."""

    def __call__(self, changement: Changement, *, by: Acteur) -> None:
        """Do it, at the instant of the actor."""


@dataclass(slots=True)
class _Registre:
    suites: list[Suite] = field(default_factory=list)
    natures: Callable[[], Collection[str]] = tuple


_REGISTRE = _Registre()


def inscrire(suite: Suite) -> None:
    """Declare what follows, once, at start."""
    _REGISTRE.suites.append(suite)


def inscrire_natures(natures: Callable[[], Collection[str]]) -> None:
    """Declare where to ask which natures of dossiers exist, once, at start."""
    _REGISTRE.natures = natures


def natures_connues() -> Collection[str]:
    """Codes of the natures a stand-in may be limited to."""
    return _REGISTRE.natures()


def declencher(changement: Changement, *, by: Acteur) -> None:
    """Do all that follows."""
    for suite in _REGISTRE.suites:
        suite(changement, by=by)
