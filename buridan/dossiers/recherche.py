"""Full-text queries in French, by our SQL functions that forgive accents.

The words of a dossier are kept by slices of 65,536 dossiers, so a search in dossiers names the slices it reads (ADR 0015).
"""

from django.contrib.postgres.search import SearchQuery
from django.db.models import Value

PETITE, GRANDE = 12, 16  # bits: slices of 4,096 and of 65,536 dossiers


class RequeteLarge(SearchQuery):
    """Any of the words, each may be unfinished: for the catalogue."""

    SEARCH_TYPES = {"plain": "buridan_requete_large"}


class RequeteRecente(SearchQuery):
    """All the words, as a person types them (quotes understood), in the two newest small slices."""

    SEARCH_TYPES = {"plain": "buridan_requete_recente"}

    def __init__(self, mots: str, dernier: int) -> None:
        super().__init__(mots)
        self.set_source_expressions([Value(mots), Value(dernier)])


class Requete(SearchQuery):
    """The same in the large slices numbered `de` to `a`."""

    SEARCH_TYPES = {"plain": "buridan_requete_tranches"}

    def __init__(self, mots: str, de: int, a: int) -> None:
        super().__init__(mots)
        self.set_source_expressions([Value(mots), Value(de), Value(a)])


def partout(mots: str, dernier: int) -> Requete:
    """The same in all the dossiers, of which `dernier` is the newest id."""
    return Requete(mots, 0, dernier >> GRANDE)


def mots_du_vecteur(colonne: str) -> str:
    """SQL: rows of the words (lexemes) of the column `recherche` of a dossier, without the slice each is kept with."""
    return f"(SELECT split_part(brut, ' ', 2) AS mot FROM unnest(tsvector_to_array({colonne})) AS brut)"  # noqa: S608  a column
