"""Stories of the fictitious year, each played step by step, all in the order of time."""

import heapq
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db import connection

from buridan.demo.jours import Jours
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.recherche import LONGUES
from buridan.droit.calendrier import CALENDRIER_NATIONAL
from buridan.droit.delais import date_legale
from buridan.organisation.acteur import Acteur
from buridan.outils.sql import executer

# asked after each gesture: prepared, since to build and plan it costs more than to run it
_ETAPE = [c.attname for c in Etape._meta.concrete_fields]
_DOSSIER = [c.attname for c in Dossier._meta.concrete_fields if c.attname not in LONGUES]
_ACTIVES = f"""SELECT {", ".join(f"e.{c}" for c in _ETAPE)}, {", ".join(f"d.{c}" for c in _DOSSIER)}
    FROM {Etape._meta.db_table} e JOIN {Dossier._meta.db_table} d ON d.id = e.dossier_id
    WHERE e.dossier_id = %s AND e.etat = 'active' ORDER BY e.rang, e.id"""


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

    def debut(self, il_y_a: int, minutes: int = 0) -> datetime:
        """In the morning of a working day, at least that many days before the last one whose morning is over: a town begun
        on a Sunday night holds the same stories as one begun on a Friday.
        """
        jour = _ouvre_avant(date_legale(self.at - timedelta(hours=12)))
        return self.ouvre_le(_ouvre_avant(jour - timedelta(days=il_y_a)), minutes)

    def ouvre(self, instant: datetime, minutes: int = 0) -> datetime:
        """That day if people work, else the next, in the morning."""
        jour = date_legale(instant)
        while not CALENDRIER_NATIONAL.est_ouvre(jour):
            jour += timedelta(days=1)
        return self.ouvre_le(jour, minutes)

    def ouvre_le(self, jour: date, minutes: int) -> datetime:
        """The offices open, and that many minutes more."""
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


def etapes_actives(dossier: int) -> list[Etape]:
    """What is to be done on that dossier, each with it, in order of rank."""
    lues = []
    for ligne in executer(connection, _ACTIVES, [dossier]):
        etape: Etape = Etape.from_db(connection.alias, _ETAPE, ligne[: len(_ETAPE)])
        etape.dossier = Dossier.from_db(connection.alias, _DOSSIER, ligne[len(_ETAPE) :])
        lues.append(etape)
    return lues


def _ouvre_avant(jour: date) -> date:
    """That day if people work, else the one before."""
    while not CALENDRIER_NATIONAL.est_ouvre(jour):
        jour -= timedelta(days=1)
    return jour
