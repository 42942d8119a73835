"""The pages of a list, however long it is."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

LOIN = 100  # lines counted after the page that is asked, in the order of the list


class Pages(Paginator):  # type: ignore[type-arg]
    """Counts `loin` lines past the page asked and no further: a first page costs the same among a hundred lines and a million.

    `il_en_reste`: there are more than `count`.
    """

    def __init__(self, lignes: QuerySet[Any], par_page: int, numero: int, loin: int) -> None:
        super().__init__(lignes, par_page)
        self.lignes = lignes
        self.borne = numero * par_page + loin

    @cached_property
    def count(self) -> int:
        """Lines, `borne` at most."""
        return self.lignes[: self.borne].count()

    @property
    def il_en_reste(self) -> bool:
        """The count stopped before the end."""
        return self.count == self.borne


def page_de(request: HttpRequest, lignes: QuerySet[Any], par_page: int, *, loin: int = LOIN) -> "Page[Any]":
    """The page of the list that the address asks (`?page=`): the first for what is no number, the last past the end."""
    demande = request.GET.get("page", "")
    numero = int(demande) if demande.isdecimal() and len(demande) < 7 else 1
    return Pages(lignes, par_page, numero, loin).get_page(demande)
