"""The dates of a letter: what was promised, what the law says, what the letter itself wants. The law's by `buridan.droit`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from buridan.courriers.etats import JURIDIQUES, Effet
from buridan.courriers.models import BureauCourrier, Complement, Courrier
from buridan.droit.delais import DateExpliquee, Delai, ajouter, expliquer
from buridan.droit.demandes import DemandeDePieces, Silence, decision_implicite


@dataclass(frozen=True, slots=True)
class Dates:
    """`implicite`: silence becomes a decision. `echeance`: the day set by the letter, or by the law."""

    promesse: DateExpliquee
    implicite: DateExpliquee | None
    echeance: date | None

    @property
    def promis_le(self) -> date:
        """The first of the two days by which the town wants to have answered."""
        return min(self.promesse.date, self.echeance) if self.echeance else self.promesse.date

    @property
    def legal_le(self) -> date | None:
        """The day on which silence becomes a decision."""
        return self.implicite.date if self.implicite else None


def pieces_de(courrier: Courrier) -> list[DemandeDePieces]:
    """What its sender was asked for, each time, as the law's clock counts it."""
    demandes = Complement.objects.filter(depart__dossier=courrier.pk)
    return [DemandeDePieces(c.demande_le, c.jusquau, c.recu_le) for c in demandes]


def dates_de(
    bureau: BureauCourrier,
    recue_le: date,
    *,
    effet: str,
    silence: str,
    fixee: date | None = None,
    pieces: Sequence[DemandeDePieces] = (),
) -> Dates:
    """Dates of a letter received that day. `fixee`: the day that the letter gives; `pieces`: what its sender was asked for since.

    A request: CRPA L231-1, L231-4. An administrative appeal: silence is a refusal after two months (CRPA L231-4, 2°).
    """
    promesse = expliquer(recue_le, Delai.lire(bureau.promesse))
    implicite = None
    if effet == Effet.DEMANDE:
        implicite = decision_implicite(recue_le, Silence(silence), pieces=pieces)
    elif effet == Effet.RECOURS:
        implicite = decision_implicite(recue_le, Silence.REJET, pieces=pieces)
    echeance = fixee
    if echeance is None and effet == Effet.MISE_EN_DEMEURE:
        echeance = ajouter(recue_le, Delai.lire(bureau.mise_en_demeure))
    if echeance is None and effet in JURIDIQUES and implicite is not None:
        echeance = implicite.date
    return Dates(promesse, implicite, echeance)
