"""The first budget of a town, from its preset: `budget.csv` as `budget.toml` says. What was imported since is left alone."""

from datetime import date, datetime
from pathlib import Path

from buridan.budget.actions.importer import appliquer_import, preparer_import
from buridan.budget.correspondance import Correspondance, lire_correspondance
from buridan.budget.models import LigneBudget
from buridan.droit.delais import date_legale
from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import charger
from buridan.organisation.chargement_lecture import PresetInvalide
from buridan.outils.lecture import texte_de
from buridan.outils.verdict import FichierInvalide

CORRESPONDANCE, LIGNES = "budget.toml", "budget.csv"


def correspondance_du_preset(preset: Path) -> Correspondance | None:
    """The town's mapping, None when it has none. Raises FichierInvalide."""
    fichier = preset / CORRESPONDANCE
    return lire_correspondance(texte_de(fichier), CORRESPONDANCE) if fichier.exists() else None


def charger_budget(preset: Path, *, at: datetime) -> int:
    """Load the first budget, as voted for the year of `at`; returns how many lines. Raises PresetInvalide."""
    if not (preset / LIGNES).exists() or LigneBudget.objects.exists():
        return 0
    jour = date_legale(at)
    by = Acteur(None, charger(jour), at)
    try:
        correspondance = correspondance_du_preset(preset)
        if correspondance is None:
            raise FichierInvalide([f"{CORRESPONDANCE} : le fichier manque, {LIGNES} ne peut pas être lu."])
        origine = preparer_import(
            (preset / LIGNES).read_bytes(), by=by, at=at, nom=LIGNES, correspondance=correspondance,
            extrait_le=date(jour.year, 1, 1), exercice=jour.year,
        )  # fmt: skip
    except FichierInvalide as erreur:
        raise PresetInvalide(erreur.fautes) from erreur
    return len(appliquer_import(origine, by=by, at=at).nouvelles)
