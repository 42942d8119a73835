"""The number of SQL statements of a request, for who asks."""

from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

ENTETE = "X-Requetes"


class Comptage:
    """Answers with the number of statements to a request that carries the header; costs nothing to the others."""

    def __init__(self, suivant: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.suivant = suivant

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Count when asked."""
        if ENTETE not in request.headers:
            return self.suivant(request)
        textes: list[str] = []

        def noter(execute: Callable[..., object], texte: str, *reste: object) -> object:
            textes.append(texte)
            return execute(texte, *reste)

        with connection.execute_wrapper(noter):
            reponse = self.suivant(request)
        reponse[ENTETE] = str(len(textes))
        return reponse
