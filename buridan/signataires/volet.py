"""On the page of a dossier: the signatures awaited from outside, and what became of the others."""

from typing import Any

from buridan.dossiers.models import Dossier
from buridan.organisation.acteur import Acteur
from buridan.signataires import rules
from buridan.signataires.queries import demandes_de


def contexte(dossier: Dossier, acteur: Acteur) -> dict[str, Any] | None:
    """None when nothing was asked and this reader may not ask."""
    peut = bool(rules.peut_demander(acteur, dossier))
    demandes = list(demandes_de(dossier))
    return {"demandes": demandes, "peut": peut, "dossier": dossier} if demandes or peut else None
