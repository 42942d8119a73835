"""Visa: a trace that one has seen and agrees, with or without a remark. Not a signature."""

from datetime import datetime

from buridan.dossiers import rules
from buridan.dossiers.actions.avancer import avancer
from buridan.dossiers.actions.traversee import traversee_etape
from buridan.dossiers.etats import Resultat
from buridan.dossiers.models import Etape
from buridan.organisation.acteur import Acteur


def viser(etape: Etape, *, by: Acteur, at: datetime, remarque: str = "") -> Etape:
    """Give the visa; a remark is kept and shown to those after."""
    with traversee_etape("viser", etape, by=by, at=at) as t:
        assert t.etape is not None
        rules.peut_decider(by, t.etape, "viser").exiger()
        t.decider(Resultat.VISEE_REMARQUE if remarque.strip() else Resultat.VISEE, remarque.strip())
        if t.dossier.projet_reponse:
            t.changer(projet_vise=True)
        avancer(t)
        return t.etape
