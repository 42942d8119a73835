"""The passphrase during a session: sealed in the session, its key in a cookie of the browser alone.

Whoever reads the database finds a sealed text; whoever takes the cookie has a key without a lock. Both end with the session.
"""

import json
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE, CASE = "cle_signature", "signature"
DUREE = 4 * 3600  # seconds
_PHRASE: ContextVar[tuple[int, str] | None] = ContextVar("phrase", default=None)


def deverrouiller(request: HttpRequest, reponse: HttpResponse, personne: int, phrase: str) -> None:
    """Keep it until the session ends, four hours at most."""
    cle = Fernet.generate_key()
    request.session[CASE] = Fernet(cle).encrypt(json.dumps([personne, phrase]).encode()).decode()
    reponse.set_cookie(COOKIE, cle.decode(), httponly=True, samesite="Strict", secure=settings.SESSION_COOKIE_SECURE)


def verrouiller(request: HttpRequest, reponse: HttpResponse) -> None:
    """Forget it."""
    request.session.pop(CASE, None)
    reponse.delete_cookie(COOKIE, samesite="Strict")


def phrase_de(personne: int | None) -> str:
    """The passphrase that this request unlocked for that person; empty when there is none."""
    connue = _PHRASE.get()
    return connue[1] if connue is not None and connue[0] == personne else ""


class SessionDeSignature:
    """For the time of a request, what its session and its cookie open together."""

    def __init__(self, suivant: Callable[[HttpRequest], Any]) -> None:
        self.suivant = suivant

    def __call__(self, request: HttpRequest) -> Any:
        """Open, answer, forget."""
        marque = _PHRASE.set(_ouvrir(request))
        try:
            return self.suivant(request)
        finally:
            _PHRASE.reset(marque)


def _ouvrir(request: HttpRequest) -> tuple[int, str] | None:
    cle = request.COOKIES.get(COOKIE)
    if not cle or CASE not in request.session:
        return None
    try:
        personne, phrase = json.loads(Fernet(cle.encode()).decrypt(request.session[CASE].encode(), ttl=DUREE))
    except (InvalidToken, ValueError):
        return None
    return int(personne), str(phrase)
