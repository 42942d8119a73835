"""What we say to PostgreSQL beyond the ORM: several writes in one statement; the sentence of a trigger that refused."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any


@dataclass(frozen=True, slots=True)
class Ecriture:
    """One INSERT or UPDATE with its parameters; `nom` lets a later write of the same statement read its RETURNING."""

    nom: str
    sql: str
    params: Sequence[Any]


def executer(base: Any, sql: str, params: Sequence[Any] | Mapping[str, Any], *, lecture: bool = False) -> Any:
    """A cursor of psycopg on this statement, planned once for a connection. `base`: Django's connection.

    The server may have been restarted meanwhile: the connection is tried first, as for any cursor of Django. `lecture`: this
    statement writes nothing, so it is the trial itself, and is asked again on a new connection.
    Not for a search: its plan depends on its words, and a prepared one would forget them.
    """
    if (
        lecture
        and base.connection
        and base.health_check_enabled
        and not base.health_check_done
        and not base.in_atomic_block
    ):
        base.health_check_done = True
        try:
            return _lancer(base, sql, params)
        except Exception:
            if not base.connection.closed:
                raise
            base.close()
    base.close_if_health_check_failed()
    base.ensure_connection()
    return _lancer(base, sql, params)


def _lancer(base: Any, sql: str, params: Sequence[Any] | Mapping[str, Any]) -> Any:
    lancer: Any = lambda sql, params, _plusieurs, _contexte: base.connection.execute(sql, params, prepare=True)  # noqa: E731
    for enveloppe in reversed(base.execute_wrappers):  # whoever counts Django's statements counts these
        lancer = partial(enveloppe, lancer)
    with base.wrap_database_errors:
        return lancer(sql, params, False, {"connection": base})


@contextmanager
def ensemble(base: Any) -> Iterator[None]:
    """What is executed inside travels together (libpq's pipeline mode): read the cursors once out of it."""
    base.ensure_connection()
    with base.wrap_database_errors, base.connection.pipeline():
        yield


def joindre(ecritures: Sequence[Ecriture]) -> tuple[str, list[Any]]:
    """(statement, parameters) that runs them all, as parts of one WITH: each runs once and to its end, all on one snapshot
    (PostgreSQL manual, 7.8.4). At least one.
    """
    parties = ", ".join(f"{e.nom} AS ({e.sql})" for e in ecritures)
    return f"WITH {parties} SELECT 1", [p for e in ecritures for p in e.params]


def valeurs(types: Sequence[str], lignes: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
    """(`VALUES (...), (...)` with a cast for each column, its parameters). The planner knows how many rows come."""
    ligne = "(" + ", ".join(f"%s::{t}" for t in types) + ")"
    return "VALUES " + ", ".join([ligne] * len(lignes)), [valeur for une in lignes for valeur in une]


def phrase_du_declencheur(erreur: BaseException) -> str:
    """The sentence one of our triggers raised (SQLSTATE 23000, as they all do); empty for any other error of psycopg."""
    diagnostic = getattr(erreur.__cause__, "diag", None)
    if diagnostic is None or diagnostic.sqlstate != "23000":
        return ""
    return str(diagnostic.message_primary or "")
