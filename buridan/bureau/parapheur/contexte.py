"""What waits in the parapheur, for the menu of every page and the desk."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from buridan.bureau.parapheur import queries


def mon_parapheur(request: HttpRequest) -> dict[str, Any]:
    """Read when the page asks for it, once; the parapheur's own pages give theirs instead."""
    acteur = getattr(request, "acteur", None)
    if acteur is None:
        return {}
    return {"parapheur": SimpleLazyObject(lambda: queries.en_attente(acteur))}
