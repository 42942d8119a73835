"""A whole preset: the organisation, the circuits, what each nature reads of it, the first budget. Everything is
checked before anything is written.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

from django.db import DataError, IntegrityError, transaction

from buridan.budget.chargement import charger_budget
from buridan.circuits.chargement import codes_possibles, ecrire_circuits, lire_circuits
from buridan.delegations.echange import importer
from buridan.dossiers.natures import Chargement, Ecrire, natures
from buridan.droit.delais import date_legale
from buridan.organisation.acteur import systeme
from buridan.organisation.chargement import PresetInvalide, charger_organisation
from buridan.organisation.refus import phrase
from buridan.outils.lecture import texte_de
from buridan.outils.verdict import FichierInvalide

FICHIERS = ("ville.toml", "circuits")
_AUSSI: list[Callable[[Chargement], Ecrire]] = []


def charger_aussi(charger: Callable[[Chargement], Ecrire]) -> None:
    """Declare, at start, what reads of a preset and is no nature; it comes after them."""
    if charger not in _AUSSI:
        _AUSSI.append(charger)


def charger(
    preset: Path,
    *,
    at: datetime,
    modeles_repris: Collection[str] = (),
    circuits_repris: Collection[str] = (),
    avis: list[str] | None = None,
) -> int:
    """Load a whole preset, idempotent. Raises PresetInvalide with every fault, having written nothing.

    What was changed in the application is kept and told in `avis`; `modeles_repris` and `circuits_repris` name the
    answer templates and the circuits to take from the files all the same.
    """
    avis = avis if avis is not None else []
    if not preset.is_dir():
        raise PresetInvalide([f"Le jeu de données « {preset.name} » n'existe pas dans {preset.parent}."])
    attendus = [*(nom for nature in natures() for nom in nature.fichiers), *FICHIERS]
    if manquants := [nom for nom in attendus if not (preset / nom).exists()]:
        raise PresetInvalide([f"{nom} : le fichier (ou le dossier) manque." for nom in manquants])
    try:
        with transaction.atomic():
            return _charger(preset, at, modeles_repris, circuits_repris, avis)
    except PresetInvalide:
        raise
    except FichierInvalide as erreur:
        raise PresetInvalide(erreur.fautes) from erreur
    except (IntegrityError, DataError) as erreur:
        raise PresetInvalide([f"La base de données a refusé cet ensemble : {phrase(erreur)}"]) from erreur


def _charger(
    preset: Path, at: datetime, modeles_repris: Collection[str], circuits_repris: Collection[str], avis: list[str]
) -> int:
    change = charger_organisation(preset, jour=date_legale(at), at=at, avis=avis)
    change += _delegations(preset, at=at)
    fautes: list[str] = []
    circuits = lire_circuits(preset, fautes)
    charge = Chargement(preset, at, codes_possibles(circuits), modeles_repris, circuits_repris, avis, fautes)
    ecritures = [nature.charger(charge) for nature in natures() if nature.charger is not None]
    ecritures += [aussi(charge) for aussi in _AUSSI]
    if fautes:
        raise PresetInvalide(fautes)
    change += ecrire_circuits(circuits, at=at, preset=preset.name, reprendre=circuits_repris, avis=avis)
    return change + sum(ecrire() for ecrire in ecritures) + charger_budget(preset, at=at)


def _delegations(preset: Path, *, at: datetime) -> int:
    """A town may begin with an empty register: the file is not required."""
    fichier = preset / "delegations.csv"
    if not fichier.exists():
        return 0
    try:
        return importer(texte_de(fichier), by=systeme(at), at=at)
    except FichierInvalide as erreur:
        raise PresetInvalide(erreur.fautes) from erreur
