"""Full-text queries in French, by our SQL functions that forgive accents."""

from django.contrib.postgres.search import SearchQuery


class Requete(SearchQuery):
    """All the words, as a person types them (quotes and minus signs understood)."""

    SEARCH_TYPES = {"plain": "buridan_requete"}


class RequeteLarge(SearchQuery):
    """Any of the words, each may be unfinished: for the catalogue."""

    SEARCH_TYPES = {"plain": "buridan_requete_large"}


class Tranches(SearchQuery):
    """The slice of 4,096 dossiers that holds this id, or the one before: `Requete(mots) & Tranches(dernier)`."""

    SEARCH_TYPES = {"plain": "buridan_tranches"}
    BITS = 12

    @classmethod
    def tiennent_tout(cls, dernier: int) -> bool:
        """No dossier is older than these two slices."""
        return dernier >> cls.BITS <= 1


class GrandesTranches(Tranches):
    """The same with slices of 65,536 dossiers."""

    SEARCH_TYPES = {"plain": "buridan_grandes_tranches"}
    BITS = 16
