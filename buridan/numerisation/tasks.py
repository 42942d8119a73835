"""Jobs of scanned post: a step of a batch, one batch at a time; each minute the folder of the scanner; what was left aside."""

from time import monotonic

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from buridan.notifications.file import ENCORE, demander
from buridan.numerisation.actions import avancer as machine
from buridan.numerisation.actions.dossier_surveille import relever_le_dossier
from buridan.numerisation.actions.lots import AVANCER, purger_lots
from buridan.numerisation.models import Lot
from buridan.numerisation.queries import SANS_TRAVAIL
from buridan.organisation.acteur import systeme

TOUR = 180.0  # seconds; between two jobs of one lock Procrastinate may wait for five


@app.task(name=AVANCER, queue="numerisation", lock="numerisation", retry=RetryStrategy(max_attempts=4, wait=20))
def avancer(lot: int) -> None:
    """The steps of a batch, then its place to another. One at a time: the other jobs keep a place, and a step uses every core."""
    fin = monotonic() + TOUR
    while _un_pas(lot):
        if monotonic() > fin:
            demander(AVANCER, lot=lot)
            return


def _un_pas(lot: int) -> bool:
    at = timezone.now()
    return machine.avancer(lot, by=systeme(at), at=at)


@app.periodic(cron="* * * * *")
@app.task(name="numerisation.relever", queue="numerisation", queueing_lock="dossier_surveille", pass_context=False)
def relever(timestamp: int) -> None:
    """What the scanner wrote in its folder."""
    at = timezone.now()
    relever_le_dossier(by=systeme(at), at=at)


@app.periodic(cron="*/10 * * * *")
@app.task(name="numerisation.reprendre", queue="numerisation", queueing_lock="reprise_lots", pass_context=False)
def reprendre(timestamp: int) -> None:
    """A batch that nothing moves any more (all its tries failed) is asked for again."""
    for lot in Lot.objects.raw(SANS_TRAVAIL):
        demander(AVANCER, lot=lot.pk)


@app.periodic(cron="51 3 * * *")
@app.task(
    name="numerisation.purger", queue="numerisation", queueing_lock="purge_lots", pass_context=False, retry=ENCORE
)
def purger(timestamp: int) -> None:
    """Files of batches that are done with."""
    at = timezone.now()
    purger_lots(by=systeme(at), at=at)
