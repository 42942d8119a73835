"""Take an étape for oneself, or give it back to its service."""

from datetime import datetime

from buridan.dossiers import rules
from buridan.dossiers.actions.traversee import traversee_etape
from buridan.dossiers.models import Etape
from buridan.organisation.acteur import Acteur


def prendre(etape: Etape, *, by: Acteur, at: datetime) -> Etape:
    """Say « je m'en occupe »: colleagues see it and don't do it twice."""
    with traversee_etape("prendre", etape, by=by, at=at) as t:
        assert t.etape is not None
        rules.peut_prendre(by, t.etape).exiger()
        Etape.objects.filter(pk=t.etape.pk).update(prise_par=by.personne)
        t.etape.prise_par_id = by.personne
        t.contenu["etape"] = t.etape.titre
        return t.etape


def rendre(etape: Etape, *, by: Acteur, at: datetime) -> Etape:
    """Give it back: anyone of the service may take it."""
    with traversee_etape("rendre", etape, by=by, at=at) as t:
        assert t.etape is not None
        rules.peut_rendre(by, t.etape).exiger()
        Etape.objects.filter(pk=t.etape.pk).update(prise_par=None)
        t.etape.prise_par_id = None
        t.contenu["etape"] = t.etape.titre
        return t.etape
