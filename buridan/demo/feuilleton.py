"""Stories of the year played step by step, in the order of time, between the requests."""

import heapq
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from buridan.demo.jours import Jours
from buridan.droit.calendrier import CALENDRIER_NATIONAL
from buridan.droit.delais import date_legale
from buridan.organisation.acteur import Acteur


class Feuilleton:
    """Stories of one nature: each is an iterator that does a step and yields the instant of the next."""

    nature = ""

    def __init__(self, jours: Jours, *, at: datetime) -> None:
        self.jours, self.at = jours, at
        self.tas: list[tuple[datetime, int, Iterator[datetime]]] = []

    def raconter(self, n: int, suite: Iterator[datetime], depart: datetime) -> None:
        """Have this story begin then."""
        heapq.heappush(self.tas, (depart, n, suite))

    def jusqua(self, instant: datetime) -> None:
        """Everything that happens before that instant."""
        while self.tas and self.tas[0][0] < min(instant, self.at):
            _quand, n, suite = heapq.heappop(self.tas)
            prochaine = next(suite, None)
            if prochaine is not None:
                heapq.heappush(self.tas, (prochaine, n, suite))

    def ouvre(self, instant: datetime, minutes: int = 0) -> datetime:
        """That day if people work, else the next, in the morning."""
        jour = date_legale(instant)
        while not CALENDRIER_NATIONAL.est_ouvre(jour):
            jour += timedelta(days=1)
        return datetime.combine(jour, time(9, 10), self.at.tzinfo) + timedelta(minutes=minutes)

    def agit(self, poste: int | None, entite: int | None, at: datetime) -> Acteur:
        """Whoever acts that day for the post or the entity."""
        annuaire = self.jours.annuaire(date_legale(at))
        trouve = (
            annuaire.resoudre(poste, self.nature)
            if poste is not None
            else annuaire.resoudre_entite(entite or 0, self.nature)
        )
        return self.jours.acteur(trouve.personnes[0], at)
