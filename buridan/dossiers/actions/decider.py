"""Decision in favour; the refusal is its own verb."""

from datetime import datetime

from buridan.dossiers import rules
from buridan.dossiers.actions.avancer import avancer
from buridan.dossiers.actions.traversee import traversee_etape
from buridan.dossiers.etats import Resultat
from buridan.dossiers.models import Etape
from buridan.organisation.acteur import Acteur


def decider(etape: Etape, *, by: Acteur, at: datetime, texte: str = "") -> Etape:
    """Decide in favour of the request, with reasons or conditions if any."""
    with traversee_etape("decider", etape, by=by, at=at) as t:
        assert t.etape is not None
        rules.peut_decider(by, t.etape, "decider").exiger()
        t.decider(Resultat.ACCORDEE, texte.strip())
        avancer(t)
        return t.etape
