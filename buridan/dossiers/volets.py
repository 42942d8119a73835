"""Parts of the page of any dossier, given by apps that stand above the core and that it does not name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from buridan.dossiers.models import Dossier
from buridan.organisation.acteur import Acteur


@dataclass(frozen=True, slots=True)
class Volet:
    """A template, and what it is given as `volet` for this dossier and reader; None when there is nothing to show."""

    gabarit: str
    contexte: Callable[[Dossier, Acteur], dict[str, Any] | None]


_VOLETS: list[Volet] = []


def inscrire(volet: Volet) -> None:
    """Declare, at start."""
    if volet not in _VOLETS:
        _VOLETS.append(volet)


def volets_de(dossier: Dossier, acteur: Acteur) -> list[tuple[str, dict[str, Any]]]:
    """(template, context) of each part that has something to show."""
    contextes = [(volet.gabarit, volet.contexte(dossier, acteur)) for volet in _VOLETS]
    return [(gabarit, contexte) for gabarit, contexte in contextes if contexte is not None]
