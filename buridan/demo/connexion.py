"""The connection of the database while a year is played: the same statements thousands of times, and a year can begin again."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# Real work may not lose its last second, a demo may. The tables are filled as they are read: a plan made once does for all.
_REGLAGES = {"synchronous_commit": "off", "plan_cache_mode": "force_generic_plan"}
_ESSAIS, _PREPAREES = 3, 2000  # a statement seen more often than that is prepared; how many are kept


@contextmanager
def d_une_traite() -> Iterator[None]:
    """Inside, each statement is planned once and no commit waits for the disk. The connection is given back as it was."""
    connection.ensure_connection()
    psycopg = connection.connection
    avant = psycopg.prepare_threshold, psycopg.prepared_max
    psycopg.prepare_threshold, psycopg.prepared_max = _ESSAIS, _PREPAREES
    with connection.cursor() as curseur:
        for nom, valeur in _REGLAGES.items():
            curseur.execute("SELECT set_config(%s, %s, false)", [nom, valeur])
    try:
        yield
    finally:
        psycopg.prepare_threshold, psycopg.prepared_max = avant
        with connection.cursor() as curseur:
            for nom in _REGLAGES:
                curseur.execute(f"RESET {nom}")
