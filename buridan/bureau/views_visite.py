"""The guided first visit is closed; the choice stays on this computer."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from buridan.bureau.visite import temoin
from buridan.interface.politique import Acces, acteur_de, geste


@geste(Acces.AGENT)
def fermer_visite(request: HttpRequest) -> HttpResponse:
    """Do not invite again."""
    acteur = acteur_de(request)
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
