"""The mapping file (TOML): which column of the finance system's CSV is what. Checked before the CSV is opened."""

import codecs
import tomllib
from dataclasses import dataclass, field
from typing import Any

from buridan.budget.models import Section
from buridan.outils.verdict import FichierInvalide

TEXTES = ("code", "libelle", "chapitre", "article", "fonction", "service", "section")
MONTANTS = ("credits", "engage", "mandate")
OBLIGATOIRES = ("code", "libelle", "service", "section", "credits")
PARTIES = {"fichier", "colonnes", "services", "sections", "ignorer"}
FICHIER = {
    "encodage": str,
    "separateur": str,
    "decimale": str,
    "milliers": str,
    "lignes_avant": int,
    "a_confirmer": bool,
}


@dataclass(frozen=True, slots=True)
class Correspondance:
    """How to read one CSV. A text made of several columns is joined by « - »; an amount made of several is their sum.

    `encodage` empty: UTF-8, else Windows (cp1252). `lignes_avant`: lines before the heads. `ignorer`: column and values of
    the lines that are totals.
    """

    colonnes: dict[str, tuple[str, ...]]
    services: dict[str, str] = field(default_factory=dict)
    sections: dict[str, str] = field(default_factory=dict)
    ignorer: dict[str, tuple[str, ...]] = field(default_factory=dict)
    encodage: str = ""
    separateur: str = ";"
    decimale: str = ","
    milliers: str = ""
    lignes_avant: int = 0
    a_confirmer: bool = False

    @property
    def lues(self) -> set[str]:
        """Every column that the file must have."""
        return {c for choisies in self.colonnes.values() for c in choisies} | set(self.ignorer)


def lire_correspondance(texte: str, nom: str) -> Correspondance:
    """Raises FichierInvalide with every fault."""
    try:
        brut = tomllib.loads(texte)
    except tomllib.TOMLDecodeError as erreur:
        raise FichierInvalide([f"{nom} : le fichier n'est pas du TOML valide ({erreur})."]) from erreur
    fautes = [f"la partie [{cle}] est inconnue." for cle in sorted(set(brut) - PARTIES)]
    fautes += [f"[{cle}] doit être une partie." for cle in sorted(brut) if not isinstance(brut[cle], dict)]
    if not fautes:
        fautes = [*_fautes_du_fichier(brut.get("fichier", {})), *_fautes_des_colonnes(brut.get("colonnes", {})),
                  *_fautes_des_valeurs(brut)]  # fmt: skip
    if fautes:
        raise FichierInvalide([f"{nom} : {faute}" for faute in fautes])
    return Correspondance(
        colonnes={cle: _liste(valeur) for cle, valeur in brut["colonnes"].items()},
        services=brut.get("services", {}),
        sections=brut.get("sections", {}),
        ignorer={cle: _liste(valeur) for cle, valeur in brut.get("ignorer", {}).items()},
        **brut.get("fichier", {}),
    )


def _liste(valeur: Any) -> tuple[str, ...]:
    return (valeur,) if isinstance(valeur, str) else tuple(valeur)


def _textes(valeur: Any) -> bool:
    """A text, or a list of texts that is not empty."""
    valeurs = [valeur] if isinstance(valeur, str) else valeur
    return isinstance(valeurs, list) and bool(valeurs) and all(isinstance(v, str) and v.strip() for v in valeurs)


def _fautes_du_fichier(fichier: dict[str, Any]) -> list[str]:
    fautes = [f"[fichier] « {cle} » est inconnu." for cle in sorted(set(fichier) - set(FICHIER))]
    fautes += [
        f"[fichier] « {cle} » n'a pas la bonne forme."
        for cle, genre in FICHIER.items()
        if cle in fichier and type(fichier[cle]) is not genre
    ]
    if fautes:
        return fautes
    try:
        codecs.lookup(fichier.get("encodage") or "utf-8")
    except LookupError:
        fautes.append(f"[fichier] l'encodage « {fichier['encodage']} » n'existe pas. Exemples : utf-8, cp1252.")
    if len(fichier.get("separateur", ";")) != 1:
        fautes.append("[fichier] « separateur » est un seul caractère.")
    if fichier.get("decimale", ",") not in (",", "."):
        fautes.append("[fichier] « decimale » est une virgule ou un point.")
    if fichier.get("milliers", "") not in {"", " ", ".", ",", "'"} - {fichier.get("decimale", ",")}:
        fautes.append(
            "[fichier] « milliers » est vide, une espace, une apostrophe, ou celui du point et de la virgule qui reste."
        )
    if not 0 <= fichier.get("lignes_avant", 0) <= 100:
        fautes.append("[fichier] « lignes_avant » va de 0 à 100.")
    return fautes


def _fautes_des_colonnes(colonnes: dict[str, Any]) -> list[str]:
    connues = {"exercice", *TEXTES, *MONTANTS}
    fautes = [f"[colonnes] « {cle} » est inconnu." for cle in sorted(set(colonnes) - connues)]
    fautes += [f"[colonnes] il manque « {cle} »." for cle in OBLIGATOIRES if cle not in colonnes]
    return fautes + [
        f"[colonnes] « {cle} » est le nom d'une colonne, ou une liste de noms."
        for cle, valeur in colonnes.items()
        if not _textes(valeur)
    ]


def _fautes_des_valeurs(brut: dict[str, Any]) -> list[str]:
    fautes = [
        f"[{partie}] « {cle} » doit être un texte."
        for partie in ("services", "sections")
        for cle, valeur in brut.get(partie, {}).items()
        if not isinstance(valeur, str)
    ]
    fautes += [
        f"[sections] « {valeur} » n'est pas une section : {', '.join(Section.values)}."
        for valeur in brut.get("sections", {}).values()
        if isinstance(valeur, str) and valeur not in Section.values
    ]
    return fautes + [
        f"[ignorer] « {cle} » est une valeur, ou une liste de valeurs."
        for cle, valeur in brut.get("ignorer", {}).items()
        if not _textes(valeur)
    ]
