"""How many notifications wait, for the menu of every page."""

from typing import Any

from django.http import HttpRequest

from buridan.notifications.models import Notification


def non_lues(request: HttpRequest) -> dict[str, Any]:
    """Unread notifications of the person, counted up to 100."""
    acteur = getattr(request, "acteur", None)
    if acteur is None:
        return {}
    liste = Notification.objects.filter(personne=acteur.personne, lue_le__isnull=True)[:100]
    return {"notifications_non_lues": liste.count()}
