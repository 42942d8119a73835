"""What a town says of internal requests, as a value: how far each importance goes up, and the models that help to write."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from buridan.dossiers.formulaires import FormulaireInvalide, lire_tables
from buridan.droit.delais import Delai

TABLES = {
    "importance": ("code", "titre", "circuit"), "modele": ("code", "titre", "aide", "importance", "delai"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Importance:
    """How far a request goes up: its circuit. `a_confirmer`: invented, the town must say."""

    code: str
    titre: str
    quand: str
    circuit: str
    a_confirmer: bool


@dataclass(frozen=True, slots=True)
class ModeleDeDemande:
    """A frequent kind of request: what to say in it (`aide`), how important it usually is, by when it is answered.

    `circuit`: its own, followed when the importance is the model's; empty for that of the importance.
    """

    code: str
    titre: str
    aide: str
    importance: str
    delai: Delai
    circuit: str
    a_confirmer: bool


@dataclass(frozen=True, slots=True)
class Formulaire:
    """The whole file."""

    importances: tuple[Importance, ...]
    modeles: tuple[ModeleDeDemande, ...]

    def importance(self, code: str) -> Importance:
        """The importance of that code. KeyError."""
        return {i.code: i for i in self.importances}[code]

    def modele(self, code: str) -> ModeleDeDemande:
        """The model of that code. KeyError."""
        return {m.code: m for m in self.modeles}[code]

    def circuit(self, modele: str, importance: str) -> str:
        """Code of the circuit of a request on that model, of that importance."""
        choisi = self.modele(modele)
        propre = choisi.circuit if choisi.importance == importance else ""
        return propre or self.importance(importance).circuit

    def circuits(self) -> set[str]:
        """Codes of all the circuits it names."""
        return {i.circuit for i in self.importances} | {m.circuit for m in self.modeles if m.circuit}


@lru_cache(maxsize=32)
def lire_formulaire(texte: str) -> Formulaire:
    """The form of this TOML text. Raises FormulaireInvalide with every fault."""
    brut, fautes = lire_tables(texte, TABLES)
    if fautes:
        raise FormulaireInvalide(fautes)
    importances = tuple(
        Importance(x["code"], x["titre"], x.get("quand", ""), x["circuit"], bool(x.get("a_confirmer")))
        for x in brut["importance"]
    )
    modeles = tuple(_modele(x, {i.code for i in importances}, fautes) for x in brut["modele"])
    if fautes:
        raise FormulaireInvalide(fautes)
    return Formulaire(importances, modeles)


def _modele(brut: dict[str, Any], importances: set[str], fautes: list[str]) -> ModeleDeDemande:
    if brut["importance"] not in importances:
        fautes.append(f"modèle « {brut['code']} » : l'importance « {brut['importance']} » n'existe pas.")
    try:
        delai = Delai.lire(brut["delai"])
    except ValueError as erreur:
        fautes.append(f"modèle « {brut['code']} » : {erreur}")
        delai = Delai.lire("1 jour ouvré")
    return ModeleDeDemande(
        brut["code"], brut["titre"], brut["aide"], brut["importance"], delai, brut.get("circuit", ""),
        bool(brut.get("a_confirmer")),
    )  # fmt: skip
