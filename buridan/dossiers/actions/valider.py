"""Validation: the hierarchy takes responsibility for the content. More than a visa, and no signature: no act is signed."""

from datetime import datetime

from buridan.dossiers import rules
from buridan.dossiers.actions.avancer import avancer
from buridan.dossiers.actions.traversee import traversee_etape
from buridan.dossiers.etats import Resultat
from buridan.dossiers.models import Etape
from buridan.organisation.acteur import Acteur


def valider(etape: Etape, *, by: Acteur, at: datetime, remarque: str = "") -> Etape:
    """Validate what was prepared; a draft of the answer goes out as it is."""
    with traversee_etape("valider", etape, by=by, at=at) as t:
        assert t.etape is not None
        rules.peut_decider(by, t.etape, "valider").exiger()
        t.decider(Resultat.VALIDEE, remarque.strip())
        if t.dossier.projet_reponse:
            t.changer(projet_vise=True)
        avancer(t)
        return t.etape
