"""Full-text queries in French, by our SQL functions that forgive accents.

The words of a dossier are kept by slices of 65,536 dossiers, so a search in dossiers names the slices it reads (ADR 0015).
"""

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import BooleanField, F, QuerySet, Value
from django.db.models.expressions import RawSQL

PETITE, GRANDE = 12, 16  # bits: slices of 4,096 and of 65,536 dossiers
LONGUES = ("contenu", "recherche")  # fields that no list shows
PETITES, GRANDES = 3, 2  # slices that are read first, then second: the newest has perhaps just begun

# Steps from the newest to the oldest, in one statement: PostgreSQL begins a step only when those before don't fill the page.
_PAS_A_PAS = """
SELECT {colonnes} FROM (
    (SELECT trouve.pk FROM (
        VALUES (buridan_requete_petites(%s, %s, %s), 9223372036854775807), (buridan_requete_tranches(%s, %s, %s), %s)
    ) AS pas (mots, avant) CROSS JOIN LATERAL ({recents}) AS trouve LIMIT %s)
    UNION ALL ({anciens}) LIMIT %s
) AS page JOIN dossiers_dossier d ON d.id = page.pk ORDER BY d.id DESC
"""
# By the words alone: no order of ids to follow, hence the sum.
_DU_PAS = "dossiers_dossier.recherche @@ pas.mots AND dossiers_dossier.id + 0 < pas.avant"


class RequeteLarge(SearchQuery):
    """Any of the words, each may be unfinished: for the catalogue."""

    SEARCH_TYPES = {"plain": "buridan_requete_large"}


class Requete(SearchQuery):
    """All the words, as a person types them (quotes understood), in the large slices numbered `de` to `a`."""

    SEARCH_TYPES = {"plain": "buridan_requete_tranches"}

    def __init__(self, mots: str, de: int, a: int) -> None:
        super().__init__(mots)
        self.set_source_expressions([Value(mots), Value(de), Value(a)])


def partout(mots: str, dernier: int) -> Requete:
    """The same in all the dossiers, of which `dernier` is the newest id."""
    return Requete(mots, 0, dernier >> GRANDE)


def les_derniers(
    recents: QuerySet[Any], anciens: QuerySet[Any], mots: str, *, dernier: int, limite: int
) -> Iterator[Any]:
    """Dossiers with all these words, the latest first, without their long texts. `dernier`: the newest id.

    `recents` and `anciens` are the dossiers one may see: read by the words only, or as PostgreSQL chooses.
    """
    petite, grande = max(0, (dernier >> PETITE) - PETITES + 1), (dernier >> GRANDE) - GRANDES + 1
    recents = recents.filter(RawSQL(_DU_PAS, (), BooleanField()))  # noqa: S611  a constant
    anciens = anciens.filter(recherche=Requete(mots, 0, grande - 1))
    # Sorted by an expression: in the index of ids, PostgreSQL would read ten years backwards to find a rare word.
    (sql, params), (sql_anciens, params_anciens) = (
        lignes.order_by((F("pk") + 0).desc()).values("pk")[:limite].query.sql_with_params()
        for lignes in (recents, anciens)
    )
    colonnes = (c.column for c in recents.model._meta.concrete_fields if c.name not in LONGUES)
    pas = (mots, petite, dernier >> PETITE, mots, max(0, grande), dernier >> GRANDE, petite << PETITE)
    yield from recents.model._default_manager.raw(
        _PAS_A_PAS.format(colonnes=", ".join(f"d.{c}" for c in colonnes), recents=sql, anciens=sql_anciens),
        (*pas, *params, limite, *params_anciens, limite),
    )


def mots_du_vecteur(colonne: str) -> str:
    """SQL: rows of the words (lexemes) of the column `recherche` of a dossier, without the slice each is kept with."""
    return f"(SELECT split_part(brut, ' ', 2) AS mot FROM unnest(tsvector_to_array({colonne})) AS brut)"  # noqa: S608  a column
