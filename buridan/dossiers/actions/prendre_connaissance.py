"""Take note of an information."""

from datetime import datetime

from buridan.dossiers import rules
from buridan.dossiers.actions.avancer import avancer
from buridan.dossiers.actions.traversee import traversee_etape
from buridan.dossiers.etats import Resultat
from buridan.dossiers.models import Etape
from buridan.organisation.acteur import Acteur


def prendre_connaissance(etape: Etape, *, by: Acteur, at: datetime) -> Etape:
    """Say that one has read it."""
    with traversee_etape("prendre_connaissance", etape, by=by, at=at) as t:
        assert t.etape is not None
        rules.peut_decider(by, t.etape, "prendre_connaissance").exiger()
        t.decider(Resultat.LUE, "")
        avancer(t)
        return t.etape
