"""Jobs that died: taken up again, closed when another does the same, asked for again when all their tries failed."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import async_to_sync
from django.core.mail import EmailMessage
from django.db import connection, connections
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from buridan.dossiers.tasks import reprendre_les_travaux
from buridan.notifications.envois import ecrire_courriel
from buridan.notifications.file import demander
from buridan.notifications.models import Courriel
from buridan.notifications.tasks import envoyer, reprendre

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
        fil.submit(connections.close_all).result()
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


def _trois_courriels() -> list[Courriel]:
    for nom in ("a", "b", "c"):
        ecrire_courriel(f"{nom}@courriel.example", f"Sujet {nom}", "Texte", at=timezone.now())
    return list(Courriel.objects.order_by("pk"))


def _etat(courriel: Courriel) -> str:
    return ProcrastinateJob.objects.get(args={"courriel": courriel.pk}).status


@pytest.mark.django_db
def test_the_job_of_an_e_mail_is_the_one_procrastinate_would_write() -> None:
    ecrire_courriel("a@courriel.example", "Sujet", "Texte", at=timezone.now())
    demander("notifications.envoyer", courriel=Courriel.objects.get().pk)
    ecrit, demande = ProcrastinateJob.objects.order_by("pk").values()
    assert {c: v for c, v in ecrit.items() if c != "id"} == {c: v for c, v in demande.items() if c != "id"}


@pytest.mark.django_db
def test_a_job_sends_the_e_mails_that_wait_and_closes_their_jobs(mailoutbox: list[EmailMessage]) -> None:
    premier, *autres = _trois_courriels()
    envoyer(courriel=premier.pk)
    assert [m.subject for m in mailoutbox] == ["Sujet a", "Sujet b", "Sujet c"]
    assert {_etat(autre) for autre in autres} == {"succeeded"}
    assert not Courriel.objects.filter(envoye_le=None).exists()
    envoyer(courriel=autres[0].pk)
    assert len(mailoutbox) == 3


@pytest.mark.django_db
def test_an_e_mail_refused_on_the_way_is_left_to_its_own_job(
    mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    premier, autre, _dernier = _trois_courriels()
    vrai = EmailMessage.send

    def refuser_le_deuxieme(message: EmailMessage, *reste: object) -> int:
        if message.to == [autre.destinataire]:
            raise ConnectionRefusedError
        return vrai(message)

    monkeypatch.setattr(EmailMessage, "send", refuser_le_deuxieme)
    envoyer(courriel=premier.pk)
    assert [m.subject for m in mailoutbox] == ["Sujet a"]
    assert (_etat(autre), Courriel.objects.get(pk=autre.pk).envoye_le) == ("todo", None)
    with pytest.raises(ConnectionRefusedError):
        envoyer(courriel=autre.pk)


@pytest.mark.django_db
def test_a_job_of_another_kind_in_the_queue_is_left_alone(mailoutbox: list[EmailMessage]) -> None:
    ecrire_courriel("a@courriel.example", "Sujet", "Texte", at=timezone.now())
    courriel = Courriel.objects.get()
    demander("notifications.reprendre", timestamp=0)
    envoyer(courriel=courriel.pk)
    assert len(mailoutbox) == 1
    assert ProcrastinateJob.objects.get(task_name="notifications.reprendre").status == "todo"


def test_what_comes_once_a_day_is_tried_again_when_it_fails() -> None:
    """A database away for a minute at midnight must not cost a day. Found by their hour: a task added tomorrow is in."""
    taches = [t for t in app.periodic_registry.periodic_tasks.values() if not re.search(r"[*/]", t.cron.split()[1])]
    assert len(taches) >= 12
    sans = [t.task.name for t in taches if t.task.retry_strategy is None]
    assert sans == []
    assert app.tasks["vieprivee.effacer"].retry_strategy is not None
