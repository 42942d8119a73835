"""Jobs that died: taken up again, closed when another does the same, asked for again when all their tries failed."""

import re
from concurrent.futures import ThreadPoolExecutor
from smtplib import SMTPRecipientsRefused

import pytest
from asgiref.sync import async_to_sync
from django.core.mail import EmailMessage
from django.db import connection, connections
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from buridan.dossiers.tasks import reprendre_les_travaux
from buridan.notifications.envois import VIDER, ecrire_courriel
from buridan.notifications.file import demander
from buridan.notifications.models import Courriel
from buridan.notifications.tasks import ENVOYER, envoyer, reprendre, vider


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


def _trois_courriels() -> list[Courriel]:
    for nom in ("a", "b", "c"):
        ecrire_courriel(f"{nom}@courriel.example", f"Sujet {nom}", "Texte", at=timezone.now())
    return list(Courriel.objects.order_by("pk"))


def _refuser(autre: str, monkeypatch: pytest.MonkeyPatch, erreur: Exception) -> None:
    vrai = EmailMessage.send

    def envoyer_ou_pas(message: EmailMessage, *reste: object) -> int:
        if message.to == [autre]:
            raise erreur
        return vrai(message)

    monkeypatch.setattr(EmailMessage, "send", envoyer_ou_pas)


@pytest.mark.django_db
def test_the_job_of_the_outbox_is_the_one_procrastinate_would_write() -> None:
    ecrire_courriel("a@courriel.example", "Sujet", "Texte", at=timezone.now())
    demander(VIDER)
    ecrit, demande = ProcrastinateJob.objects.order_by("pk").values()
    assert {c: v for c, v in ecrit.items() if c != "id"} == {c: v for c, v in demande.items() if c != "id"}


@pytest.mark.django_db
def test_e_mails_ask_for_one_job_while_it_waits_and_for_another_once_it_began(mailoutbox: list[EmailMessage]) -> None:
    _trois_courriels()
    travail = ProcrastinateJob.objects.get()
    with connection.cursor() as curseur:
        curseur.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    _trois_courriels()
    assert ProcrastinateJob.objects.exclude(pk=travail.pk).get().status == "todo"
    vider()
    assert [m.subject for m in mailoutbox] == ["Sujet a", "Sujet b", "Sujet c"] * 2
    assert not Courriel.objects.filter(envoye_le=None).exists()
    vider()
    assert len(mailoutbox) == 6


@pytest.mark.django_db
def test_the_mark_of_an_e_mail_that_left_does_not_wait_for_the_disk_and_the_e_mail_itself_did() -> None:
    with connection.cursor() as curseur:
        _trois_courriels()
        assert curseur.execute("SHOW synchronous_commit").fetchone() == ("on",)
        vider()
        assert curseur.execute("SHOW synchronous_commit").fetchone() == ("off",)


@pytest.mark.django_db
def test_more_e_mails_than_a_turn_holds_ask_for_another_turn(
    mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    _trois_courriels()
    ProcrastinateJob.objects.all().delete()
    monkeypatch.setattr("buridan.notifications.tasks.LOT", 2)
    vider()
    assert len(mailoutbox) == 2
    assert ProcrastinateJob.objects.filter(status="todo", task_name=VIDER).count() == 1


@pytest.mark.django_db
def test_an_e_mail_refused_on_the_way_is_left_to_a_job_of_its_own(
    mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    _premier, autre, _dernier = _trois_courriels()
    _refuser(autre.destinataire, monkeypatch, SMTPRecipientsRefused({}))
    vider()
    vider()
    assert [m.subject for m in mailoutbox] == ["Sujet a", "Sujet c"]
    autre.refresh_from_db()
    assert (autre.envoye_le, autre.erreur) == (None, "SMTPRecipientsRefused")
    assert ProcrastinateJob.objects.get(task_name=ENVOYER).args == {"courriel": autre.pk}
    with pytest.raises(SMTPRecipientsRefused):
        envoyer(courriel=autre.pk)
    monkeypatch.undo()
    envoyer(courriel=autre.pk)
    envoyer(courriel=autre.pk)
    assert [m.subject for m in mailoutbox] == ["Sujet a", "Sujet c", "Sujet b"]


@pytest.mark.django_db
def test_an_e_mail_whose_tries_all_failed_is_asked_for_again_once(monkeypatch: pytest.MonkeyPatch) -> None:
    premier, *_autres = _trois_courriels()
    _refuser(premier.destinataire, monkeypatch, SMTPRecipientsRefused({}))
    vider()
    with connection.cursor() as curseur:
        curseur.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE task_name = %s", [ENVOYER])
    reprendre.func(0)
    reprendre.func(0)
    assert ProcrastinateJob.objects.filter(args={"courriel": premier.pk}, status="todo").count() == 1


@pytest.mark.django_db
def test_a_mail_server_that_does_not_answer_leaves_every_e_mail_to_the_next_minute(
    mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(_boite: object) -> None:
        raise ConnectionRefusedError

    _trois_courriels()
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.open", absent)
    with pytest.raises(ConnectionRefusedError):
        vider()
    assert Courriel.objects.filter(envoye_le=None, erreur="").count() == 3
    assert not ProcrastinateJob.objects.filter(task_name=ENVOYER).exists()
    monkeypatch.undo()
    assert ("* * * * *", VIDER) in {(t.cron, t.task.name) for t in app.periodic_registry.periodic_tasks.values()}
    vider(timestamp=0)
    assert len(mailoutbox) == 3


def test_what_comes_once_a_day_is_tried_again_when_it_fails() -> None:
    """A database away for a minute at midnight must not cost a day. Found by their hour: a task added tomorrow is in."""
    taches = [t for t in app.periodic_registry.periodic_tasks.values() if not re.search(r"[*/]", t.cron.split()[1])]
    assert len(taches) >= 12
    sans = [t.task.name for t in taches if t.task.retry_strategy is None]
    assert sans == []
    assert app.tasks["vieprivee.effacer"].retry_strategy is not None
