"""What a town says of the matters of its elected officials, as a value: the two ways, and the subjects with their service."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from buridan.dossiers.formulaires import FormulaireInvalide, lire_tables
from buridan.droit.delais import Delai
from buridan.elus.etats import Voie

TABLES = {"voie": ("code", "circuit", "delai"), "sujet": ("code", "titre", "service")}


@dataclass(frozen=True, slots=True)
class Chemin:
    """A way: its circuit, by when it is answered, what it may become (`devient`: code of a nature; `genre`: of which kind)."""

    circuit: str
    delai: Delai
    devient: str
    genre: str


@dataclass(frozen=True, slots=True)
class Sujet:
    """What a matter is about: the theme of the elected official in charge, the service that treats a daily one."""

    code: str
    titre: str
    service: str
    theme: str
    a_confirmer: bool


@dataclass(frozen=True, slots=True)
class Formulaire:
    """The whole file."""

    chemins: dict[str, Chemin]
    sujets: tuple[Sujet, ...]

    def sujet(self, code: str) -> Sujet:
        """The subject of that code. KeyError."""
        return {s.code: s for s in self.sujets}[code]


@lru_cache(maxsize=32)
def lire_formulaire(texte: str) -> Formulaire:
    """The form of this TOML text. Raises FormulaireInvalide with every fault."""
    brut, fautes = lire_tables(texte, TABLES)
    chemins = {v["code"]: _chemin(v, fautes) for v in brut.get("voie", []) if not fautes}
    if not fautes and set(chemins) != set(Voie.values):
        fautes.append(f"il faut les deux voies : {', '.join(Voie.values)}.")
    if fautes:
        raise FormulaireInvalide(fautes)
    sujets = tuple(
        Sujet(s["code"], s["titre"], s["service"], s.get("theme", ""), bool(s.get("a_confirmer")))
        for s in brut["sujet"]
    )
    return Formulaire(chemins, sujets)


def _chemin(brut: dict[str, Any], fautes: list[str]) -> Chemin:
    try:
        delai = Delai.lire(brut["delai"])
    except ValueError as erreur:
        fautes.append(f"voie « {brut['code']} » : {erreur}")
        delai = Delai.lire("1 jour ouvré")
    return Chemin(brut["circuit"], delai, brut.get("devient", ""), brut.get("genre", ""))
