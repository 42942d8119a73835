"""Forty processes killed under real clients; a job whose worker died meanwhile."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connections
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from buridan.notifications.envois import VIDER
from buridan.notifications.models import Courriel
from buridan.outils.panne import VARIABLE
from tests.conftest import Troupe
from tests.monde import traces_effacees

from .campagne import Campagne, mener
from .test_points import RACINE, url_de_test
from .ville import Ville

COUPS = 40


@pytest.fixture(scope="module")
def travail_tue(django_db_setup: None, django_db_blocker: Any) -> Iterator[int]:
    """An e-mail whose worker was killed in the middle of its job; another worker has been started since. Its id."""
    commande = [sys.executable, "manage.py", "procrastinate", "worker", "--concurrency", "1"]
    env = {**os.environ, "DATABASE_URL": url_de_test()}
    with django_db_blocker.unblock(), traces_effacees():
        ProcrastinateJob.objects.filter(status="todo").update(status="cancelled")  # what other tests left comes first
        courriel = Courriel.objects.get(dossier=Troupe(datetime.now(UTC)).deposer().dossier.uuid)
        mort = subprocess.run(commande, cwd=RACINE, env={**env, VARIABLE: "envoi.avant"}, stderr=subprocess.DEVNULL)
        assert mort.returncode == -9
        releve = subprocess.Popen(commande, cwd=RACINE, env=env, stderr=subprocess.DEVNULL)
        yield courriel.pk
        releve.terminate()
        releve.wait(60)
        connections.close_all()


@pytest.fixture(scope="module")
def campagne(travail_tue: int) -> Iterator[Campagne]:
    """The town under fire, while the job waits; then, on a busy machine, in peace until each nature was played."""
    ville = Ville()
    try:
        yield mener(ville, coups=COUPS, ecritures=0, graine=20261125, attente=0, minutes=5)
    finally:
        ville.arreter()
        ville.effacer()


def test_nothing_confirmed_is_lost_doubled_or_torn_under_forty_kills(campagne: Campagne) -> None:
    assert campagne.morts.total() == COUPS
    assert {c.genre for c in campagne.registre.confirmations} == {
        "dépôt",
        "message",
        "commencé",
        "écrit",
        "étape",
        "geste",
    }
    assert campagne.registre.comptes["réponses perdues, redemandées"]  # the kills did hurt
    assert (campagne.bilan.perdus, campagne.bilan.doubles, campagne.bilan.dechires) == ([], [], [])


def test_every_nature_is_begun_and_decided_under_the_kills(campagne: Campagne) -> None:
    """Found by the addresses and the forms they offer: a new nature that nobody can play is red here."""
    assert campagne.en_reste == [], campagne.bilan.natures


def test_a_job_whose_worker_was_killed_is_done_once_within_ninety_seconds(
    base_reelle: None, travail_tue: int, campagne: Campagne
) -> None:
    for _essai in range(1800):
        if Courriel.objects.get(pk=travail_tue).envoye_le is not None:
            break
        time.sleep(0.1)
    commences = ProcrastinateEvent.objects.filter(job__task_name=VIDER, type="started")
    travail = ProcrastinateJob.objects.get(pk=commences.order_by("at").values("job")[:1])
    departs = ProcrastinateEvent.objects.filter(job=travail, type="started").order_by("at").values_list("at", flat=True)
    assert len(departs) == 2
    assert (departs[1] - departs[0]).total_seconds() <= 90
    courriel = Courriel.objects.get(pk=travail_tue)
    boite = RACINE.joinpath(os.environ["BURIDAN_DONNEES"], "courriels")
    assert "".join(f.read_text() for f in boite.glob("*.log")).count(f"Message-ID: {courriel.message_id}") == 1
