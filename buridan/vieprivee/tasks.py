"""Jobs of the privacy work: erase what was approved; each night purge what has ended."""

from django.utils import timezone
from procrastinate.contrib.django import app

from buridan.notifications.file import ENCORE
from buridan.vieprivee.actions import effacer as effacements
from buridan.vieprivee.actions.purger import purger
from buridan.vieprivee.models import Effacement


@app.task(name="vieprivee.effacer", queue="echeances", retry=ENCORE)
def effacer(effacement: int) -> None:
    """Erase an approved list."""
    effacements.executer(Effacement.objects.get(pk=effacement), at=timezone.now())


@app.periodic(cron="47 2 * * *")
@app.task(name="vieprivee.nuit", queue="echeances", queueing_lock="vieprivee_nuit", pass_context=False, retry=ENCORE)
def nuit(timestamp: int) -> None:
    """What was approved and not finished, what a backup brought back, what has ended."""
    at = timezone.now()
    for approuve in Effacement.objects.filter(
        approuve_le__isnull=False, lignes__fait_le=None, lignes__refus=""
    ).distinct():
        effacements.executer(approuve, at=at)
    effacements.rejouer(at=at)
    purger(at=at)
