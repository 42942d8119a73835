"""Sign off inside Buridan: the signer takes responsibility for the answer. No PAdES signature is made here."""

from datetime import datetime

from buridan.dossiers import rules
from buridan.dossiers.actions.avancer import avancer
from buridan.dossiers.actions.traversee import traversee_etape
from buridan.dossiers.etats import Resultat
from buridan.dossiers.models import Etape
from buridan.organisation.acteur import Acteur


def signer(etape: Etape, *, by: Acteur, at: datetime, remarque: str = "") -> Etape:
    """Sign off."""
    with traversee_etape("signer", etape, by=by, at=at) as t:
        assert t.etape is not None
        rules.peut_decider(by, t.etape, "signer").exiger()
        t.decider(Resultat.SIGNEE, remarque.strip())
        if t.dossier.projet_reponse:
            t.changer(projet_vise=True)
        avancer(t)
        return t.etape
