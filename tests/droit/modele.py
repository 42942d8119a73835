"""A second computation of the law's dates, which shares nothing with the first: it walks one day at a time."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

UN_JOUR = timedelta(days=1)


@cache
def paques(annee: int) -> date:
    """Easter by the epact (the Sunday strictly after the paschal moon), not by the formula of Butcher."""
    siecle, nombre_d_or = annee // 100 + 1, annee % 19
    epacte = (14 + 11 * nombre_d_or - 3 * siecle // 4 + (5 + 8 * siecle) // 25) % 30
    if epacte == 0 or (epacte == 1 and nombre_d_or > 10):
        epacte += 1
    jour = date(annee, 4, 19) - timedelta(days=epacte) + UN_JOUR
    while jour.isoweekday() != 7:
        jour += UN_JOUR
    return jour


@cache
def feries(annee: int, alsace_moselle: bool = False) -> frozenset[date]:
    """Code du travail, L3133-1 and L3134-13. The library drops Whit Monday from 2005 to 2007: so do we, on purpose."""
    fixes = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
    ecarts = [1, 39] + ([] if 2005 <= annee <= 2007 else [50])
    if alsace_moselle:
        fixes.append((12, 26))
        ecarts.append(-2)
    mobiles = {paques(annee) + timedelta(days=ecart) for ecart in ecarts}
    return frozenset({date(annee, mois, jour) for mois, jour in fixes} | mobiles)


def ouvre(jour: date) -> bool:
    return jour.isoweekday() not in (6, 7) and jour not in feries(jour.year)


def ouvrable(jour: date) -> bool:
    return jour.isoweekday() != 7 and jour not in feries(jour.year)


def compter(depart: date, jours: int, compte: Callable[[date], bool]) -> date:
    """The day on which the `jours`-th counted day is reached, the start excluded."""
    jour = depart
    restants = jours
    while restants > 0:
        jour += UN_JOUR
        if compte(jour):
            restants -= 1
    return jour


def mois(depart: date, nombre: int) -> date:
    """Walk through the first days of the months, then to the same day number without leaving the last month."""
    jour = depart
    franchis = 0
    while franchis < nombre:
        jour += UN_JOUR
        franchis += jour.day == 1
    while jour.day < depart.day and (jour + UN_JOUR).month == jour.month:
        jour += UN_JOUR
    return jour


def recours(notifiee: date, nombre: int) -> date:
    """The first working day on which `nombre` months are entirely over."""
    jour = mois(notifiee, nombre) + UN_JOUR
    while not ouvre(jour):
        jour += UN_JOUR
    return jour


def rejet_suspendu(recue: date, suspensions: list[tuple[date, date]]) -> date:
    """Let a clock run day by day; it stands still on each day after a request for pieces, until its end included."""
    restants = (mois(recue, 2) - recue).days
    jour = recue
    while restants > 0:
        jour += UN_JOUR
        restants -= not any(demandees < jour <= fin for demandees, fin in suspensions)
    return jour


def envoi(seance: date, francs: int) -> date:
    """Go back until `francs` whole days lie strictly between the sending and the meeting."""
    jour = seance - UN_JOUR
    while len([n for n in range(jour.toordinal() + 1, seance.toordinal())]) < francs:
        jour -= UN_JOUR
    return jour
