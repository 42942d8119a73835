"""Jobs of the core: once a minute what is due; stalled jobs are taken up again; once a day the seal and the sweep."""

from datetime import date, timedelta

from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateEvent
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from buridan.dossiers.actions.echeances import passer_les_echeances
from buridan.dossiers.actions.relever import prevenir_la_releve
from buridan.dossiers.actions.silence import constater_les_silences
from buridan.dossiers.fichiers import balayer
from buridan.droit.delais import date_legale
from buridan.journal.chaine import sceller_le_jour
from buridan.journal.publication import publier
from buridan.notifications.file import ENCORE
from buridan.organisation.acteur import systeme
from buridan.organisation.annuaire import annuaire_du

RELEVE = "dossiers.releve"


@app.periodic(cron="*/5 * * * *")
@app.task(name="dossiers.echeances", queue="echeances", queueing_lock="echeances", pass_context=False)
def echeances(timestamp: int) -> None:
    """Reminders, escalations, resumptions due today."""
    at = timezone.now()
    passer_les_echeances(by=systeme(at), at=at)


@app.periodic(cron="22 0 * * *")
@app.task(name="dossiers.silences", queue="echeances", queueing_lock="silences", pass_context=False, retry=ENCORE)
def silences(timestamp: int) -> None:
    """Decisions that the law made of silence, the day after."""
    at = timezone.now()
    constater_les_silences(by=systeme(at), at=at)


@app.periodic(cron="7 0 * * *")
@app.task(name="dossiers.sceller", queue="echeances", queueing_lock="sceau", retry=ENCORE)
def sceller(timestamp: int) -> None:
    """Seal the day before, and publish the seal outside the database."""
    at = timezone.now()
    sceller_le_jour(date_legale(at) - timedelta(days=1), at=at)
    publier()


@app.periodic(cron="37 3 * * *")
@app.task(name="dossiers.balayer", queue="echeances", queueing_lock="balayage", pass_context=False, retry=ENCORE)
def balayer_les_fichiers(timestamp: int) -> None:
    """Files that no document names, after their respite."""
    balayer(at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="dossiers.reprendre_les_travaux", queue="echeances", queueing_lock="reprise", pass_context=False)
async def reprendre_les_travaux(timestamp: int) -> None:
    """A job whose worker died goes back to the queue: at most 20 s without a sign of life, then the next minute.

    When the same job waits already (its queueing lock), the dead one is closed: the other does its work.
    """
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=settings.SANS_NOUVELLES):
        try:
            await app.job_manager.retry_job(job)
        except UniqueViolation:
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)


def derniere_releve(jour: date) -> date:
    """The day of the handovers last told: the day before, or an earlier one when the machine was off."""
    dites = ProcrastinateEvent.objects.filter(job__task_name=RELEVE, type="succeeded", at__date__lt=jour)
    le = dites.aggregate(le=Max("at"))["le"]
    return date_legale(le) if le else jour - timedelta(days=1)


@app.periodic(cron="12 0 * * *")
@app.task(name=RELEVE, queue="echeances", queueing_lock="releve", pass_context=False, retry=ENCORE)
def releve(timestamp: int) -> None:
    """An absence or a stand-in declared beforehand begins today: tell whoever acts from now on."""
    at = timezone.now()
    prevenir_la_releve(annuaire_du(derniere_releve(date_legale(at))), by=systeme(at), at=at)
