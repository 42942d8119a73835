"""The register at one instant, held in memory: what the rule reads. Ids are those of the models; amounts are euros."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from buridan.organisation.annuaire import Annuaire


@dataclass(frozen=True, slots=True)
class Montant:
    """What an act costs, excluding and including VAT."""

    ht: Decimal
    ttc: Decimal


@dataclass(frozen=True, slots=True)
class Acte:
    """What is to be signed. `entite`: whose act it is; None when it is nobody's in particular: the town's."""

    nature: str
    entite: int | None = None
    montant: Montant | None = None


@dataclass(frozen=True, slots=True)
class Ligne:
    """A delegation and the act that gave it, as written."""

    id: int
    numero: str
    signe_le: date
    executoire_le: date | None
    delegant: int
    delegant_fonction: str
    delegant_poste: int | None
    delegataire: int
    poste: int
    nature: str
    entite: int | None
    plafond: Decimal | None
    taxes: str
    priorite: int
    suppleant: int | None
    suppleant_poste: int | None
    debut: date
    fin: date | None
    retiree_le: datetime | None
    retrait_motif: str


@dataclass(frozen=True, slots=True)
class Registre:
    """All delegations ever given, and the mandates and posts in force on the day of `at`.

    `mandats`: (person, function) to (rank, first day); `tenues`: (person, post) to first day.
    """

    at: datetime
    annuaire: Annuaire
    lignes: tuple[Ligne, ...]
    mandats: dict[tuple[int, str], tuple[int, date]]
    tenues: dict[tuple[int, int], date]

    @property
    def jour(self) -> date:
        """Paris day of the instant."""
        return self.annuaire.jour
