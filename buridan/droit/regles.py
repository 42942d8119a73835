"""The catalogue of the rules of law (regles.toml): one entry per rule, with its article, source and review status."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType


class Statut(StrEnum):
    """Whether the text was read at its source, or still waits for a jurist."""

    VERIFIEE = "verifiee"
    A_CONFIRMER = "a confirmer"


@dataclass(frozen=True)
class Regle:
    """One rule; `source` is an address or the name of the text, `note` says what a reader should know."""

    id: str
    article: str
    titre: str
    source: str
    statut: Statut
    note: str = ""


def regle(identifiant: str) -> Regle:
    """The rule of this id; KeyError if the catalogue has none."""
    return catalogue()[identifiant]


@cache
def catalogue() -> Mapping[str, Regle]:
    """All the rules, id -> Regle, in the order of the file."""
    return charger(files(__package__).joinpath("regles.toml").read_text(encoding="utf-8"))


def charger(texte: str) -> Mapping[str, Regle]:
    """Read a catalogue written in TOML ([[regle]] tables); ValueError on a missing, unknown or repeated entry."""
    regles: dict[str, Regle] = {}
    for rang, entree in enumerate(tomllib.loads(texte).get("regle", []), start=1):
        nouvelle = _lire(rang, entree)
        if nouvelle.id in regles:
            raise ValueError(f"La règle « {nouvelle.id} » figure deux fois dans le catalogue.")
        regles[nouvelle.id] = nouvelle
    return MappingProxyType(regles)


def _lire(rang: int, entree: Mapping[str, str]) -> Regle:
    noms = {champ.name for champ in fields(Regle)}
    manquants = sorted(nom for nom in noms - {"note"} if not entree.get(nom, "").strip())
    inconnus = sorted(set(entree) - noms)
    if manquants or inconnus:
        raise ValueError(f"Règle n° {rang} du catalogue : champs manquants {manquants}, champs inconnus {inconnus}.")
    return Regle(**{**entree, "statut": Statut(entree["statut"])})  # type: ignore[arg-type]
