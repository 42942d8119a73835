"""Every night, drafts that nobody took up again."""

from django.utils import timezone
from procrastinate.contrib.django import app

from buridan.elus.actions.garder import purger
from buridan.notifications.file import ENCORE


@app.periodic(cron="41 3 * * *")
@app.task(name="elus.purger", queue="echeances", queueing_lock="brouillons", pass_context=False, retry=ENCORE)
def purger_les_brouillons(timestamp: int) -> None:
    """Older than a month."""
    purger(at=timezone.now())
