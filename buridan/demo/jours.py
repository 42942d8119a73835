"""The organisation of each simulated day, read again only when a period begins or ends."""

from bisect import bisect_right
from copy import copy
from datetime import date, datetime

from buridan.droit.delais import date_legale
from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import Annuaire, charger
from buridan.organisation.models import Absence, Affectation, Mandat, Suppleance, VersionEntite, VersionPoste

DATEES = (Absence, Affectation, Mandat, Suppleance, VersionEntite, VersionPoste)


class Jours:
    """Actors of any day. Nobody else changes the organisation while the year is played."""

    def __init__(self) -> None:
        lignes = [jours for modele in DATEES for jours in modele.objects.values_list("debut", "fin")]
        self._changements = sorted({jour for debut_fin in lignes for jour in debut_fin if jour is not None})
        self._lus: dict[int, Annuaire] = {}

    def annuaire(self, jour: date) -> Annuaire:
        """The organisation of that day."""
        periode = bisect_right(self._changements, jour)
        lu = self._lus.get(periode)
        if lu is None:
            lu = charger(jour)
        if lu.jour != jour:
            lu = copy(lu)  # what was found who acts stays true for the period
            lu.jour = jour
        self._lus[periode] = lu
        return lu

    def acteur(self, personne: int | None, at: datetime) -> Acteur:
        """That person at that instant; None is Buridan itself."""
        return Acteur(personne, self.annuaire(date_legale(at)), at)
