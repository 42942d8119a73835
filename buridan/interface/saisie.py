"""What is typed, freed of characters nobody types: they hide or turn text round, forge lines, or break XML and PostgreSQL."""

import re
from typing import Any

from django.http import HttpRequest, QueryDict

# Controls but tab and line breaks; bidirectional embeddings, overrides and isolates (left-to-right marks stay); what XML 1.0
# and PostgreSQL refuse.
INVISIBLES = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
LIGNES = re.compile("[\u2028\u2029]")


def net(texte: str) -> str:
    """The same text, as it is seen."""
    return LIGNES.sub(" ", INVISIBLES.sub("", texte))


def _nettoyer(donnees: QueryDict) -> QueryDict:
    if not any(INVISIBLES.search(v) or LIGNES.search(v) for valeurs in donnees.lists() for v in valeurs[1]):
        return donnees
    propres = donnees.copy()
    for nom, valeurs in donnees.lists():
        propres.setlist(nom, [net(valeur) for valeur in valeurs])
    propres._mutable = False  # as Django gives it
    return propres


class SaisieMiddleware:
    """Before any view or form reads them."""

    def __init__(self, suivant: Any) -> None:
        self.suivant = suivant

    def __call__(self, request: HttpRequest) -> Any:
        """Clean both, and pass the request on."""
        request.GET = _nettoyer(request.GET)  # type: ignore[assignment]
        request.POST = _nettoyer(request.POST)  # type: ignore[assignment]
        return self.suivant(request)
