"""Once a day: links that end, or end soon."""

from django.utils import timezone
from procrastinate.contrib.django import app

from buridan.notifications.file import ENCORE
from buridan.organisation.acteur import systeme
from buridan.signataires.actions.suivre import suivre_les_signatures


@app.periodic(cron="41 6 * * *")
@app.task(name="signataires.suivre", queue="echeances", queueing_lock="signataires", pass_context=False, retry=ENCORE)
def suivre(timestamp: int) -> None:
    """End and remind. A link ends by itself, whether this runs or not."""
    at = timezone.now()
    suivre_les_signatures(by=systeme(at), at=at)
