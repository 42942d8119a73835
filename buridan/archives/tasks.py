"""Jobs of the transfers: build one, one at a time."""

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from buridan.archives.actions import construire as construction
from buridan.archives.actions.preparer import CONSTRUIRE
from buridan.archives.models import Versement
from buridan.organisation.acteur import systeme


@app.task(name=CONSTRUIRE, queue="archives", lock="archives", retry=RetryStrategy(max_attempts=4, wait=20))
def construire(versement: int) -> None:
    """Build its file. Killed on the way, it is built again from the start."""
    at = timezone.now()
    construction.construire(Versement.objects.get(pk=versement), by=systeme(at), at=at)
