"""Stories whose people are found by their post."""

from collections.abc import Iterator
from datetime import datetime

from buridan.demo.feuilleton import Feuilleton
from buridan.droit.delais import date_legale
from buridan.organisation.acteur import Acteur


class Deroule(Feuilleton):
    """Told in the order in which they begin."""

    def entamer(self, depart: datetime, suite: Iterator[datetime]) -> None:
        """One more story, from that instant on."""
        self.raconter(len(self.tas), suite, depart)

    def titulaire(self, code: str, at: datetime) -> Acteur | None:
        """Whoever holds the post of that code that day; None when this town has none, or it is vacant."""
        annuaire = self.jours.annuaire(date_legale(at))
        poste = annuaire.postes.get(annuaire.codes_postes.get(code, 0))
        if poste is None or poste.personne not in annuaire.personnes:
            return None
        return self.jours.acteur(poste.personne, at)
