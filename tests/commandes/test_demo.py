"""The orders of the demo year reach every end, and leave no fault."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from buridan.budget.models import Reservation
from buridan.commandes.models import Commande
from buridan.demo.budget import jouer_le_budget
from buridan.demo.commandes import Commandes
from buridan.demo.jours import Jours
from buridan.demo.textes_commandes import COMMANDES
from buridan.dossiers.models import Reponse
from buridan.lancement import verification

pytestmark = pytest.mark.django_db


def test_the_orders_of_the_year_reach_every_end_without_a_fault() -> None:
    avant = set(verification.fautes(complet=True))
    at = datetime(timezone.now().year, 11, 27, 9, tzinfo=UTC)  # in January the year is too short for all of them
    Commandes(Jours(), at=at).jusqua(at)
    assert Commande.objects.count() == len(COMMANDES)
    sens = set(Reponse.objects.filter(dossier__nature="commandes").values_list("sens", flat=True))
    assert sens == {"favorable", "refus", "retiree"}
    attendent = set(
        Commande.objects.exclude(dossier__etat="clos")
        .filter(dossier__etapes__etat="active")
        .values_list("dossier__etapes__type", flat=True)
    )
    assert {"traitement", "visa", "signature", "validation"} <= attendent
    jouer_le_budget(at=at)
    assert Reservation.objects.filter(dossier=None).exists()
    assert set(verification.fautes(complet=True)) - avant == set()
