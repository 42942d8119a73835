"""On the page of a dossier: the way to its proof, for who may take it."""

from typing import Any

from buridan.dossiers.models import Dossier
from buridan.organisation.acteur import Acteur
from buridan.preuves import rules


def contexte(dossier: Dossier, acteur: Acteur) -> dict[str, Any] | None:
    """None for the others: the page itself says why."""
    return {"dossier": dossier} if rules.peut_emporter(acteur, dossier) else None
