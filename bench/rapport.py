"""The table of ratios, against their targets and against those recorded (`--noter`)."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent
NOTES, PAGE = RACINE / "bench" / "ratios.json", RACINE / "docs" / "performance.md"
MARQUE = "<!-- bench -->"
TOLERANCE = 0.20
ROUGE, NORMAL = "\033[31m", "\033[0m"


@dataclass(frozen=True, slots=True)
class Ligne:
    """One figure and its target, if it has one: at least `cible`, or at most when `au_plus`."""

    nom: str
    ratio: float
    cible: float | None
    au_plus: bool = False

    @property
    def atteinte(self) -> bool:
        """The target is met."""
        return self.cible is None or (self.ratio <= self.cible if self.au_plus else self.ratio >= self.cible)

    def recule(self, note: float | None) -> bool:
        """Worse than what was recorded by more than a fifth."""
        if note is None:
            return False
        return self.ratio > note * (1 + TOLERANCE) if self.au_plus else self.ratio < note * (1 - TOLERANCE)

    def verdict(self, note: float | None) -> str:
        """In words; empty for a figure without target that did not get worse."""
        mots = ["RECUL"] if self.recule(note) else []
        if self.cible is not None:
            mots.append("OK" if self.atteinte else "À AMÉLIORER")
        return ", ".join(mots)

    def colonnes(self, note: float | None) -> tuple[str, str, str, str, str]:
        """Name, figure, what was recorded, target, verdict."""
        signe = "<=" if self.au_plus else ">="
        cible = f"{signe} {self.cible:g}" if self.cible is not None else ""
        return self.nom, f"{self.ratio:.2f}", f"{note:.2f}" if note is not None else "", cible, self.verdict(note)


def lire_notes() -> dict[str, float]:
    """The ratios recorded, by name; none when nothing was."""
    return json.loads(NOTES.read_text(encoding="utf-8")) if NOTES.exists() else {}


def imprimer(lignes: Sequence[Ligne], notes: Mapping[str, float], *, couleur: bool | None = None) -> None:
    """Print the table, then the name of each line that got worse; those in red on a terminal."""
    couleur = sys.stdout.isatty() and "NO_COLOR" not in os.environ if couleur is None else couleur
    rouge, normal = (ROUGE, NORMAL) if couleur else ("", "")
    print(f"\n{'mesure':<52}{'rapport':>9}{'noté':>9}  {'cible':<8}")
    for ligne in lignes:
        note = notes.get(ligne.nom)
        nom, ratio, avant, cible, verdict = ligne.colonnes(note)
        texte = f"{nom:<52}{ratio:>9}{avant:>9}  {cible:<8}{verdict}".rstrip()
        print(f"{rouge}{texte}{normal}" if ligne.recule(note) else texte)
    for ligne in lignes:
        if ligne.recule(notes.get(ligne.nom)):
            print(f"{rouge}RECUL de plus de {TOLERANCE:.0%} : {ligne.nom}{normal}")


def noter(lignes: Sequence[Ligne], details: Sequence[str]) -> None:
    """Record these ratios, and print them with the details (Markdown) in docs/performance.md."""
    notes = {ligne.nom: round(ligne.ratio, 3) for ligne in lignes}
    NOTES.write_text(json.dumps(notes, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    tableau = ["| mesure | rapport | cible | |", "|---|--:|---|---|"]
    for ligne in lignes:
        nom, ratio, _avant, cible, verdict = ligne.colonnes(None)
        tableau.append(f"| {nom} | {ratio} | {cible} | {verdict} |")
    avant, _ancien, apres = PAGE.read_text(encoding="utf-8").split(MARQUE)
    corps = "\n".join([*tableau, "", *details])
    PAGE.write_text(f"{avant}{MARQUE}\n{corps}\n{MARQUE}{apres}", encoding="utf-8")
