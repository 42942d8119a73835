"""Once a day: delegations that end within a month."""

from django.utils import timezone
from procrastinate.contrib.django import app

from buridan.delegations.actions.annoncer import annoncer_les_fins
from buridan.notifications.file import ENCORE
from buridan.organisation.acteur import systeme


@app.periodic(cron="22 5 * * *")
@app.task(name="delegations.annoncer", queue="echeances", queueing_lock="delegations", pass_context=False, retry=ENCORE)
def annoncer(timestamp: int) -> None:
    """Announce the ends that come. A delegation ends by itself, whether this runs or not."""
    at = timezone.now()
    annoncer_les_fins(by=systeme(at), at=at)
