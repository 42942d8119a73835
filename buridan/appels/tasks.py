"""Once a day: the syndicates that are late."""

from django.utils import timezone
from procrastinate.contrib.django import app

from buridan.appels.actions.correspondre import relancer_les_retards
from buridan.notifications.file import ENCORE
from buridan.organisation.acteur import systeme


@app.periodic(cron="40 6 * * *")
@app.task(name="appels.relancer", queue="echeances", queueing_lock="appels", pass_context=False, retry=ENCORE)
def relancer(timestamp: int) -> None:
    """Remind them, each once a week. The service that follows has the reminders of its étape besides."""
    at = timezone.now()
    relancer_les_retards(by=systeme(at), at=at)
