"""Every night: are the proposals right?"""

from django.utils import timezone
from procrastinate.contrib.django import app

from buridan.courriers.actions.juger import juger_les_propositions
from buridan.organisation.acteur import systeme


@app.periodic(cron="53 3 * * *")
@app.task(name="courriers.juger", queue="echeances", queueing_lock="propositions", pass_context=False)
def juger(timestamp: int) -> None:
    """On the decisions of the day too."""
    at = timezone.now()
    juger_les_propositions(by=systeme(at), at=at)
