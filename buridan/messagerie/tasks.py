"""Jobs: every two minutes each mailbox is read, by slices; each night what was set aside long ago is emptied."""

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from buridan.messagerie.actions.purger import purger
from buridan.messagerie.actions.relever import relever
from buridan.messagerie.models import Boite
from buridan.notifications.file import ENCORE

LIRE = "messagerie.lire"


def demander_la_lecture(boite: int) -> bool:
    """Ask for a reading of that mailbox; False when one is asked for already."""
    travail = app.configure_task(LIRE, allow_unknown=False, queueing_lock=f"boite-{boite}")
    try:
        with transaction.atomic():
            travail.defer(boite=boite)
    except AlreadyEnqueued:
        return False
    return True


@app.periodic(cron="*/2 * * * *")
@app.task(name="messagerie.relever", queue="boites", queueing_lock="releve_des_boites", pass_context=False)
def relever_les_boites(timestamp: int) -> None:
    """One job for each mailbox in use: one that is slow holds up no other."""
    for pk in Boite.objects.filter(active=True).values_list("pk", flat=True):
        demander_la_lecture(pk)


@app.task(name=LIRE, queue="boites")
def lire(boite: int) -> None:
    """A slice; the next one is asked for when more waits, so that the other jobs have their turn."""
    if relever(boite, at=timezone.now()):
        demander_la_lecture(boite)


@app.periodic(cron="23 3 * * *")
@app.task(
    name="messagerie.purger", queue="echeances", queueing_lock="purge_des_courriels", pass_context=False, retry=ENCORE
)
def vider_les_ecartes(timestamp: int) -> None:
    """What was set aside longer ago than its mailbox keeps it."""
    purger(at=timezone.now())
