"""Stories of the fictitious year, each played step by step, all in the order of time."""

import heapq
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from buridan.demo.jours import Jours
from buridan.droit.calendrier import CALENDRIER_NATIONAL
from buridan.droit.delais import date_legale
from buridan.organisation.acteur import Acteur


class Deroule:
    """Plays stories of one nature until `at`; each is an iterator that yields the instant of its next step."""

    nature = ""

    def __init__(self, jours: Jours, *, at: datetime) -> None:
        self.jours, self.at = jours, at
        self.tas: list[tuple[datetime, int, Iterator[datetime]]] = []

    def entamer(self, depart: datetime, suite: Iterator[datetime]) -> None:
        """One more story, from that instant on."""
        heapq.heappush(self.tas, (depart, len(self.tas), suite))

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
        """Whoever acts that day for that post or entity."""
        annuaire = self.jours.annuaire(date_legale(at))
        trouve = (
            annuaire.resoudre(poste, self.nature)
            if poste is not None
            else annuaire.resoudre_entite(entite or 0, self.nature)
        )
        return self.jours.acteur(trouve.personnes[0], at)

    def titulaire(self, code: str, at: datetime) -> Acteur | None:
        """Whoever holds the post of that code that day; None when this town has none, or it is vacant."""
        annuaire = self.jours.annuaire(date_legale(at))
        poste = annuaire.postes.get(annuaire.codes_postes.get(code, 0))
        if poste is None or poste.personne not in annuaire.personnes:
            return None
        return self.jours.acteur(poste.personne, at)
