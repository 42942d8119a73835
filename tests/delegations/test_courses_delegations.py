"""Eight clicks at once on the verbs of the register, and a signature against a withdrawal."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from buridan.delegations.actions.annoncer import annoncer_les_fins
from buridan.delegations.actions.deleguer import DonneesArrete, DonneesLigne, deleguer, publier
from buridan.delegations.actions.retirer import retirer_delegation
from buridan.delegations.journal import REGISTRE
from buridan.delegations.models import Delegation
from buridan.journal.models import Ligne
from buridan.notifications.models import Notification
from buridan.organisation.acteur import Acteur, systeme
from tests.conftest import Troupe
from tests.dossiers.test_courses import HUIT, course


@pytest.fixture
def don(troupe_reelle: Troupe) -> tuple[Acteur, DonneesArrete, DonneesLigne]:
    """The keeper, an act not yet published, and a line."""
    t = troupe_reelle
    poste = t.annuaire.codes_postes["agent-sports-1"]
    ligne = DonneesLigne(t.titulaire("agent-sports-1"), poste, "commandes", t.annuaire.jour, None, Decimal(500), "HT")
    arrete = DonneesArrete("COURSE-1", t.annuaire.jour, t.titulaire("maire"), "maire")
    return t.au_poste("dir-juridique-assemblees"), arrete, ligne


def _lignes(verbe: str) -> int:
    return Ligne.objects.filter(chaine=REGISTRE, verbe=verbe, charge__contenu__arrete="COURSE-1").count()


def test_a_line_is_given_published_announced_and_withdrawn_once(troupe_reelle: Troupe, don: Any) -> None:
    by, arrete, ligne = don
    at, jour = troupe_reelle.at, troupe_reelle.annuaire.jour
    ligne = replace(ligne, fin=jour + timedelta(days=20))
    course(*[lambda: deleguer(arrete, ligne, by=by, at=at)] * HUIT)
    assert _lignes("deleguer") == 1
    d = Delegation.objects.get(arrete__numero="COURSE-1")
    course(*[lambda: publier(d.arrete, by=by, at=at, publie_le=jour, executoire_le=jour)] * HUIT)
    assert _lignes("publier_delegation") == 1
    course(*[lambda: annoncer_les_fins(by=systeme(at), at=at)] * HUIT)
    assert Notification.objects.filter(personne=ligne.delegataire, texte__contains="COURSE-1").count() == 1
    Delegation.objects.exclude(pk=d.pk).update(prevenue_le=None)  # the preset as it was
    course(*[lambda: retirer_delegation(d, by=by, at=at, motif="Fin.")] * HUIT)
    assert _lignes("retirer_delegation") == 1
