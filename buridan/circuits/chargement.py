"""Circuits of a preset. One that was published in the application is kept, and it is said."""

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

from buridan.circuits.actions import RESERVES
from buridan.circuits.catalogue import derniere, lire, publier
from buridan.circuits.lecture import lire_circuit
from buridan.circuits.modele import CircuitInvalide, CircuitModele
from buridan.circuits.models import VersionCircuit
from buridan.circuits.verification import verifier
from buridan.droit.delais import date_legale
from buridan.organisation.models import Entite, Poste
from buridan.outils.lecture import texte_de

Lus = Sequence[tuple[CircuitModele, str]]


def lire_circuits(preset: Path, fautes: list[str]) -> Lus:
    """The circuits of the files, checked against the organisation; faults are added with file and line."""
    postes = set(Poste.objects.values_list("code", flat=True))
    entites = set(Entite.objects.values_list("code", flat=True))
    lus = []
    for fichier in sorted((preset / "circuits").glob("*.toml")):
        source = f"circuits/{fichier.name}"
        texte = texte_de(fichier, source)
        try:
            modele = lire_circuit(texte, source)
        except CircuitInvalide as erreur:
            fautes += map(str, erreur.fautes)
            continue
        if modele.code in RESERVES:
            fautes.append(f"{source} : le code « {modele.code} » est réservé : choisissez-en un autre.")
        fautes += map(str, verifier(modele, postes=postes, entites=entites, source=source))
        lus.append((modele, texte))
    return lus


def codes_possibles(lus: Lus) -> set[str]:
    """Circuits that a request type may follow: those of the files, and those made in the application."""
    publies = VersionCircuit.objects.filter(publiee_le__isnull=False).values_list("code", flat=True)
    return {modele.code for modele, _texte in lus} | set(publies)


def ecrire_circuits(lus: Lus, *, at: datetime, preset: str, reprendre: Collection[str], avis: list[str]) -> int:
    """Publish what the files say; returns how many changed. `reprendre`: codes to take from the file all the same."""
    return sum(_ecrire(modele, texte, at, preset, reprendre, avis) for modele, texte in lus)


def _ecrire(
    modele: CircuitModele, texte: str, at: datetime, preset: str, reprendre: Collection[str], avis: list[str]
) -> bool:
    actuelle = derniere(modele.code)
    ecrite_ici = actuelle is not None and actuelle.auteur_id is not None
    if actuelle is None or not ecrite_ici or modele.code in reprendre:
        return publier(modele, texte, at=at) is not None
    if lire(actuelle) != modele:
        avis.append(_garde(actuelle, preset))
    return False


def _garde(version: VersionCircuit, preset: str) -> str:
    assert version.publiee_le is not None
    return (
        f"Circuit « {version.titre} » : publié dans l'application par {version.auteur} le "
        f"{date_legale(version.publiee_le):%d/%m/%Y} (version {version.numero}), il est gardé tel quel. "
        f"Pour reprendre celui du fichier : buridan load {preset} --reprendre-circuit {version.code}"
    )
