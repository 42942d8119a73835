"""The town's rules of orders, as a value read from `commandes.toml`: families, VAT rates, circuits with the amounts from which
each visa is asked, and when several orders look like one that was split. Amounts are euros without tax.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from buridan.dossiers.formulaires import FormulaireInvalide

CENTIME = Decimal("0.01")
TAUX_MAX = Decimal(100)


def au_centime(montant: Decimal) -> Decimal:
    """Euros to the cent, half up (away from zero), as PostgreSQL's `round` does: once per line, never on a total."""
    return montant.quantize(CENTIME, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Famille:
    """What is bought, as the town groups its purchases (code de la commande publique, R2121-6)."""

    code: str
    titre: str


@dataclass(frozen=True, slots=True)
class Taux:
    """A rate of VAT, in percent (CGI, 278 and following)."""

    valeur: Decimal
    titre: str


@dataclass(frozen=True, slots=True)
class Parcours:
    """The circuit of the orders of some entities and all below them. `seuils`: from which amount each addressee's visa is
    asked; a visa that is not named is always asked.
    """

    circuit: str
    entites: tuple[str, ...]
    defaut: bool
    seuils: dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Fractionnement:
    """Orders to the same supplier in the same family within `jours` days, that together pass one of `seuils` euros."""

    jours: int
    seuils: tuple[Decimal, ...]

    def depasse(self, montant: Decimal, autres: Decimal) -> Decimal | None:
        """The highest ceiling that this amount alone stays under, and passes with the others."""
        return max((s for s in self.seuils if montant <= s < montant + autres), default=None)


@dataclass(frozen=True, slots=True)
class Regles:
    """All of it. `a_confirmer`: the town has not said yet that these are its own."""

    familles: tuple[Famille, ...]
    taux: tuple[Taux, ...]
    parcours: tuple[Parcours, ...]
    fractionnement: Fractionnement
    a_confirmer: bool

    def famille(self, code: str) -> str:
        """Its title; the code of a family that is no more."""
        return next((f.titre for f in self.familles if f.code == code), code)

    def parcours_de(self, lignee: Sequence[str]) -> Parcours:
        """The circuit of a service: of the nearest entity that has one, else the usual one. `lignee`: codes, from it upwards."""
        for code in lignee:
            for parcours in self.parcours:
                if code in parcours.entites:
                    return parcours
        return next(p for p in self.parcours if p.defaut)


@lru_cache(maxsize=8)
def lire_regles(texte: str) -> Regles:
    """Read and check. Raises FormulaireInvalide with all that is wrong."""
    try:
        brut = tomllib.loads(texte)
    except tomllib.TOMLDecodeError as erreur:
        raise FormulaireInvalide([f"le fichier n'est pas du TOML : {erreur}"]) from erreur
    fautes: list[str] = []
    familles = tuple(Famille(*_textes(f, ("code", "titre"), "famille", fautes)) for f in _liste(brut, "famille"))
    taux = tuple(
        Taux(_nombre(t.get("valeur"), "taux, valeur", fautes, TAUX_MAX), str(t.get("titre", "")))
        for t in _liste(brut, "taux")
    )
    parcours = tuple(_parcours(p, fautes) for p in _liste(brut, "parcours"))
    regle = brut.get("fractionnement", {})
    regle = regle if isinstance(regle, dict) else {}
    seuils = tuple(sorted(_nombre(s, "fractionnement, seuils", fautes) for s in regle.get("seuils", [])))
    jours = regle.get("jours", 365)
    if not isinstance(jours, int) or jours < 1:
        fautes.append("fractionnement : « jours » est un nombre de jours.")
    for nom, lus in (("famille", familles), ("taux", taux), ("parcours", parcours)):
        if not lus:
            fautes.append(f"il manque au moins un « [[{nom}]] ».")
    if sum(p.defaut for p in parcours) != 1:
        fautes.append("un seul parcours porte « defaut = true » : celui des services qui n'en ont pas.")
    if fautes:
        raise FormulaireInvalide(fautes)
    confirmer = brut.get("commandes", {}).get("a_confirmer", False)
    return Regles(familles, taux, parcours, Fractionnement(jours, seuils), bool(confirmer))


def _liste(brut: dict[str, Any], cle: str) -> list[dict[str, Any]]:
    valeur = brut.get(cle, [])
    return [v for v in valeur if isinstance(v, dict)] if isinstance(valeur, list) else []


def _textes(entree: dict[str, Any], cles: tuple[str, ...], ou: str, fautes: list[str]) -> list[str]:
    for cle in cles:
        if not str(entree.get(cle, "")).strip():
            fautes.append(f"{ou} : il manque « {cle} ».")
    return [str(entree.get(cle, "")).strip() for cle in cles]


def _nombre(valeur: Any, ou: str, fautes: list[str], plafond: Decimal = Decimal(10**9)) -> Decimal:
    try:
        nombre = Decimal(str(valeur))
    except InvalidOperation:
        nombre = Decimal(-1)
    if not (nombre.is_finite() and 0 <= nombre <= plafond):
        fautes.append(f"{ou} : « {valeur} » n'est pas un nombre possible.")
        return Decimal(0)
    return nombre


def _parcours(entree: dict[str, Any], fautes: list[str]) -> Parcours:
    (circuit,) = _textes(entree, ("circuit",), "parcours", fautes)
    seuils = {
        str(v.get("a", "")): _nombre(v.get("a_partir_de"), f"parcours « {circuit} », a_partir_de", fautes)
        for v in _liste(entree, "visa")
    }
    entites = tuple(str(e) for e in entree.get("entites", []))
    return Parcours(circuit, entites, bool(entree.get("defaut", False)), seuils)
