"""A letter of a list, by e-mail. Every night: are the proposals right? Every morning: what is awaited of senders?"""

from django.utils import timezone
from procrastinate.contrib.django import app

from buridan.courriers.actions.complement import rappeler_les_complements
from buridan.courriers.actions.expedier import poster_une_fois
from buridan.courriers.actions.juger import juger_les_propositions
from buridan.notifications.file import ENCORE
from buridan.organisation.acteur import systeme


@app.task(name="courriers.poster", queue="echeances", retry=ENCORE)
def poster(depart: int) -> None:
    """Make it, and give it to the outbox."""
    poster_une_fois(depart, at=timezone.now())


@app.periodic(cron="53 3 * * *")
@app.task(name="courriers.juger", queue="echeances", queueing_lock="propositions", pass_context=False, retry=ENCORE)
def juger(timestamp: int) -> None:
    """On the decisions of the day too."""
    at = timezone.now()
    juger_les_propositions(by=systeme(at), at=at)


@app.periodic(cron="41 6 * * *")
@app.task(name="courriers.rappeler", queue="echeances", queueing_lock="complements", pass_context=False, retry=ENCORE)
def rappeler(timestamp: int) -> None:
    """What senders were asked for and that is nearly due."""
    at = timezone.now()
    rappeler_les_complements(by=systeme(at), at=at)
