"""French public holidays, working days, and the words for a date (code du travail, art. L3133-1 and L3134-13)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from types import MappingProxyType
from typing import Final

import holidays

# The `holidays` library answers an empty year, without a word, after 2100: we refuse instead.
PREMIERE_ANNEE: Final = 1900
DERNIERE_ANNEE: Final = 2100

# Alsace and Moselle have the same two extra days (Good Friday, 26 December); a test keeps the two tables equal.
SUBDIVISION_ALSACE_MOSELLE: Final = "57"

VENDREDI: Final = 4
SAMEDI: Final = 5

NOMS_DES_JOURS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
NOMS_DES_MOIS: Final = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


@dataclass(frozen=True)
class Calendrier:
    """The calendar of one town: its region's holidays and its own closing days ("ponts")."""

    alsace_moselle: bool = False
    fermetures: frozenset[date] = frozenset()

    def est_ferie(self, jour: date) -> bool:
        """True for a legal holiday; a closing day of the town is not one."""
        return refuser_instant(jour) in _feries(jour.year, self.alsace_moselle)

    def nom_ferie(self, jour: date) -> str | None:
        """The French name of the holiday, or None."""
        return _feries(jour.year, self.alsace_moselle).get(refuser_instant(jour))

    def est_ouvre(self, jour: date) -> bool:
        """Monday to Friday, neither a holiday nor a closing day of the town."""
        return jour.weekday() <= VENDREDI and not self.est_ferie(jour) and jour not in self.fermetures

    def est_ouvrable(self, jour: date) -> bool:
        """Monday to Saturday, not a holiday; the town's closing days still count."""
        return jour.weekday() <= SAMEDI and not self.est_ferie(jour)

    def sans_fermetures(self) -> "Calendrier":
        """The same region without the town's closing days: what a court or the prefect goes by."""
        return Calendrier(alsace_moselle=self.alsace_moselle) if self.fermetures else self


CALENDRIER_NATIONAL: Final = Calendrier()


def en_lettres(jour: date) -> str:
    """A date as people read it: "vendredi 1er mai 2026"."""
    quantieme = "1er" if jour.day == 1 else str(jour.day)
    return f"{NOMS_DES_JOURS[jour.weekday()]} {quantieme} {NOMS_DES_MOIS[jour.month - 1]} {jour.year}"


def refuser_instant(jour: date) -> date:
    """Give the date back; TypeError for a datetime, which never equals a date and would be silently "not a holiday"."""
    if isinstance(jour, datetime):
        raise TypeError("Il faut une date et non un instant : passez d'abord par date_legale().")
    return jour


@cache
def _feries(annee: int, alsace_moselle: bool) -> Mapping[date, str]:
    """Holidays of one year, date -> French name; ValueError outside the years we know."""
    if not PREMIERE_ANNEE <= annee <= DERNIERE_ANNEE:
        raise ValueError(f"Les jours fériés ne sont connus que de {PREMIERE_ANNEE} à {DERNIERE_ANNEE}, pas en {annee}.")
    table = holidays.country_holidays(
        "FR",
        subdiv=SUBDIVISION_ALSACE_MOSELLE if alsace_moselle else None,
        years=annee,
        expand=False,
        language="fr",
    )
    return MappingProxyType({jour: " et ".join(table.get_list(jour)) for jour in table})
