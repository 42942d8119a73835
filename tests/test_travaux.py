"""Jobs that died: taken up again, closed when another does the same, asked for again when all their tries failed."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from buridan.dossiers.tasks import reprendre_les_travaux
from buridan.notifications.models import Courriel
from buridan.notifications.tasks import reprendre

from .conftest import Troupe


def _travail(etat: str, verrou: str | None = None) -> int:
    """A job as a worker left it."""
    with connection.cursor() as curseur:
        curseur.execute(
            """INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, status)
            VALUES ('essai', 'essai', %s, %s::procrastinate_job_status) RETURNING id""",
            [verrou, etat],
        )
        return int(curseur.fetchone()[0])


def test_a_dead_job_whose_like_waits_already_is_closed_and_the_others_go_on(base_reelle: None) -> None:
    mort, _attend, autre = _travail("doing", "seul"), _travail("todo", "seul"), _travail("doing")
    with ThreadPoolExecutor(1) as fil:  # the browser's tests may have left an event loop in this thread
        fil.submit(async_to_sync(reprendre_les_travaux.func), 0).result()
    assert not ProcrastinateJob.objects.filter(pk=mort).exists()
    assert ProcrastinateJob.objects.get(pk=autre).status == "todo"


@pytest.mark.django_db
def test_an_e_mail_that_nothing_sends_any_more_is_asked_for_again_once(troupe: Troupe) -> None:
    courriel = Courriel.objects.get(dossier=troupe.deposer().dossier.uuid)
    with connection.cursor() as curseur:
        curseur.execute(
            "UPDATE procrastinate_jobs SET status = 'failed' WHERE args->>'courriel' = %s", [str(courriel.pk)]
        )
    reprendre.func(0)
    reprendre.func(0)
    assert ProcrastinateJob.objects.filter(args={"courriel": courriel.pk}, status="todo").count() == 1
