"""Behind nginx the visitor's address comes in a header; without this, limits by address would count everybody as one."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class MandataireMiddleware:
    """Put the visitor's address in REMOTE_ADDR, as written by the last `settings.MANDATAIRES` proxies; none by default."""

    def __init__(self, suivant: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.suivant = suivant

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        adresses = request.headers.get("X-Forwarded-For", "").split(",")
        if 0 < settings.MANDATAIRES <= len(adresses) and adresses[-settings.MANDATAIRES].strip():
            request.META["REMOTE_ADDR"] = adresses[-settings.MANDATAIRES].strip()
        return self.suivant(request)
