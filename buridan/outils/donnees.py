"""The data map: what each column holds, why, for how long, and what an erasure does to it.

Each app declares its own tables in its `donnees.py`. The erasure and the subject export read this map, so a table that is
declared is erased and exported without being named anywhere else; `tests/test_donnees.py` refuses a column left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

EFFACE = "Effacé"  # stands where a column can't be empty


class Effet(StrEnum):
    """What a column holds, and what becomes of it when its dossier is erased."""

    TECHNIQUE = "technique"
    STATISTIQUE = "statistique"
    AGENT = "agent"
    VIDE = "vidé"
    REMPLACE = "remplacé"
    CALCULE = "calculé"
    SUPPRIME = "supprimé"


SENS: Mapping[Effet, str] = {
    Effet.TECHNIQUE: "says nothing about anybody: kept",
    Effet.STATISTIQUE: "kept, says nothing about the requester once the rest is gone: figures stay true",
    Effet.AGENT: "an agent or elected official in office: kept as long as the organisation",
    Effet.VIDE: "about the requester: emptied",
    Effet.REMPLACE: "about the requester, can't be empty: replaced by « Effacé »",
    Effet.CALCULE: "computed by the database from the others: follows them",
    Effet.SUPPRIME: "goes with its row",
}
PERSONNELS = frozenset({Effet.VIDE, Effet.REMPLACE, Effet.SUPPRIME})


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `modele`: label of the model, or name of the table when it has none; `titre`: its French name on an export.

    `champs`: names of columns by effect. `chemin`: look-up from a row to its dossier (its UUID when `par_uuid`), empty for
    a table that holds nothing of a dossier. `ligne_supprimee`: the erasure deletes the row. `a_part`: erased by its own
    app's function. `exportee`: false when the requester has no right to it (about others only); `a_son_adresse`:
    column that holds the requester's e-mail in the rows that are exported. `fichier`: column that holds the SHA-256 of a
    stored file that the erasure takes away, empty for none.
    """

    modele: str
    finalite: str
    duree: str
    champs: Mapping[Effet, str]
    titre: str = ""
    chemin: str = ""
    par_uuid: bool = False
    ligne_supprimee: bool = False
    a_part: bool = False
    exportee: bool = True
    a_son_adresse: str = ""
    fichier: str = ""
    effets: Mapping[str, Effet] = field(init=False)

    def __post_init__(self) -> None:
        paires = [(nom, effet) for effet, noms in self.champs.items() for nom in noms.split()]
        object.__setattr__(self, "effets", dict(paires))
        assert len(self.effets) == len(paires), f"{self.modele}: a column has two effects"


_TABLES: dict[str, Table] = {}


def inscrire(*tables: Table) -> None:
    """Declare, at start."""
    for table in tables:
        _TABLES[table.modele] = table


def tables() -> Iterator[Table]:
    """All declared, in the order of the layers."""
    yield from _TABLES.values()
