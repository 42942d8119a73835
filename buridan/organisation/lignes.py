"""Rows of the organisation in force on a day, by statements written once."""

from datetime import date
from functools import cache
from typing import Any

from django.db import connection

from buridan.organisation.models import Datee
from buridan.outils.sql import executer


@cache
def _sql(modele: type[Datee], champs: tuple[str, ...], ordre: str, passees: bool) -> tuple[str, int]:
    """(statement, how many times it takes the day). Its text is the same whatever the day."""
    lignes = modele.objects.filter(debut__lte=date.min) if passees else modele.objects.en_vigueur(date.min)
    sql, params = lignes.order_by(ordre).values_list(*champs).query.sql_with_params()
    return sql, len(params)


def lignes_du(jour: date, modele: type[Datee], *champs: str, ordre: str = "id", passees: bool = False) -> Any:
    """A cursor on plain rows in force on that day, `passees`: and those that ended before it. The organisation is read again at
    each of its changes, and the ORM takes longer to write such a query than PostgreSQL to run it: written once, planned once.
    """
    sql, fois = _sql(modele, champs, ordre, passees)
    return executer(connection, sql, [jour] * fois)
