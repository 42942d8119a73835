"""`buridan check`: every fault that the apps declare, those of the database itself first; prints nothing on a sound base."""

from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from buridan.journal.chaine import verifier
from buridan.lancement.reglages import faiblesses
from buridan.outils.controle import Controle, controles

PAR_CONTROLE = 20
GARDES = Controle(
    "gardes",
    """SELECT t.tgrelid::regclass::text, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE c.relnamespace = 'public'::regnamespace AND t.tgenabled IN ('D', 'R')
    UNION ALL SELECT k.conrelid::regclass::text, k.conname FROM pg_constraint k
        WHERE k.connamespace = 'public'::regnamespace AND NOT k.convalidated
    UNION ALL SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = 'public'::regnamespace AND NOT i.indisvalid""",
    "La garde « {1} » de la table {0} ne veille plus : la base accepte des erreurs. Rétablissez-la, ou reprenez une sauvegarde.",
)
_CLES = """SELECT k.conrelid::regclass::text, k.confrelid::regclass::text, a.attname, b.attname FROM pg_constraint k
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]
    WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace AND cardinality(k.conkey) = 1 ORDER BY 1, 3"""


def fautes(*, complet: bool) -> Iterator[str]:
    """Every fault in words, seen at one instant while the site is used; at most PAR_CONTROLE of a kind, then their number.

    `complet`: files and seals are read and computed again too, which takes time.
    """
    executeur = MigrationExecutor(connection)
    if executeur.migration_plan(executeur.loader.graph.leaf_nodes()):
        yield "La base n'est pas à la version du programme. Lancez « manage.py migrate » (ou buridan run), puis recommencez."
        return
    en_cours = connection.in_atomic_block  # a caller's own transaction keeps its ways
    with transaction.atomic():
        if not en_cours:
            with connection.cursor() as curseur:
                curseur.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield from (f.phrase for f in faiblesses())
        yield from _resumer(_lignes(GARDES))
        yield from _resumer(_liens_rompus())
        for controle in controles():
            if isinstance(controle, Controle):
                yield from _resumer(_lignes(controle))
            elif complet or not controle.longue:
                yield from _resumer(iter(controle.chercher()))
        if complet:
            yield from (str(anomalie) for anomalie in verifier())


def _resumer(phrases: Iterator[str]) -> Iterator[str]:
    """The first ones; how many others there are."""
    autres = 0
    for n, phrase in enumerate(phrases):
        if n < PAR_CONTROLE:
            yield phrase
        else:
            autres += 1
    if autres:
        yield f"… et {autres} autre(s) du même genre."


def _lignes(controle: Controle) -> Iterator[str]:
    with connection.chunked_cursor() as curseur:
        curseur.execute(controle.sql)
        for ligne in curseur:
            yield controle.phrase.format(*ligne)


def _liens_rompus() -> Iterator[str]:
    """Rows that refer to a row that isn't there, whatever the tables."""
    with connection.cursor() as curseur:
        curseur.execute(_CLES)
        cles: list[tuple[Any, ...]] = curseur.fetchall()
    for table, vers, colonne, cle in cles:
        with connection.chunked_cursor() as curseur:
            curseur.execute(
                f"SELECT l.{colonne} FROM {table} l LEFT JOIN {vers} v ON v.{cle} = l.{colonne} "  # noqa: S608  catalogue
                f"WHERE l.{colonne} IS NOT NULL AND v.{cle} IS NULL"
            )
            for (valeur,) in curseur:
                yield (
                    f"Dans {table}, une ligne renvoie à {vers} n° {valeur}, qui n'existe pas. "
                    "Reprenez la ligne perdue d'une sauvegarde."
                )
