"""Opinion: favourable, with reservations, unfavourable. It informs; it does not stop the circuit."""

from datetime import datetime

from buridan.dossiers import rules
from buridan.dossiers.actions.avancer import avancer
from buridan.dossiers.actions.traversee import traversee_etape
from buridan.dossiers.etats import Resultat
from buridan.dossiers.models import Etape
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

AVIS = (Resultat.FAVORABLE, Resultat.RESERVES, Resultat.DEFAVORABLE)


def donner_avis(etape: Etape, *, by: Acteur, at: datetime, avis: Resultat, texte: str = "") -> Etape:
    """Give an opinion. Reservations and an unfavourable opinion need their reasons."""
    with traversee_etape("donner_avis", etape, by=by, at=at) as t:
        assert t.etape is not None
        rules.peut_decider(by, t.etape, "donner_avis").exiger()
        if avis not in AVIS:
            raise Refus("Choisissez un avis : favorable, avec réserves ou défavorable.")
        if avis != Resultat.FAVORABLE and not texte.strip():
            raise Refus("Expliquez vos réserves ou votre avis défavorable : la suite en dépend.")
        t.decider(avis, texte.strip())
        avancer(t)
        return t.etape
