"""What a nature gives to be read before one decides: a PDF, and the address where it opens."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from buridan.dossiers.models import Dossier
from buridan.organisation.acteur import Acteur


@dataclass(frozen=True, slots=True)
class Papier:
    """`adresse`: name of the address of the PDF, given the UUID; `composer(dossier, reader, at)`: its bytes."""

    titre: str
    adresse: str
    composer: Callable[[Dossier, Acteur, datetime], bytes]
