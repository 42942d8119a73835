"""The guided first visit is closed; the choice stays on this computer."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from buridan.bureau.visite import temoin
from buridan.interface.politique import Acces, geste
from buridan.organisation.acteur import Acteur


@geste(Acces.AGENT)
def fermer_visite(request: HttpRequest) -> HttpResponse:
    """Do not invite again."""
    acteur: Acteur = request.acteur  # type: ignore[attr-defined]
    reponse = redirect("bureau")
    reponse.set_cookie(
        temoin(acteur),
        "vue",
        max_age=365 * 24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return reponse
