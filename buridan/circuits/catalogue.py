"""The published circuits, read once per version and kept in memory: a version never changes."""

from datetime import datetime
from functools import lru_cache

from django.db import connection, transaction

from buridan.circuits.lecture import lire_circuit
from buridan.circuits.modele import CircuitModele
from buridan.circuits.models import VersionCircuit


class CircuitInconnu(LookupError):
    """No published version bears that code."""


@lru_cache(maxsize=256)
def _lire(code: str, numero: int, texte: str) -> CircuitModele:
    return lire_circuit(texte, f"{code} v{numero}")


def en_vigueur(code: str) -> tuple[CircuitModele, int]:
    """The latest published version of a circuit and its number. Raises CircuitInconnu."""
    version = VersionCircuit.objects.filter(code=code, publiee_le__isnull=False).order_by("-numero").first()
    if version is None:
        raise CircuitInconnu(f"Le circuit « {code} » n'existe pas ou n'est pas publié.")
    return _lire(version.code, version.numero, version.texte), version.numero


def version(code: str, numero: int) -> CircuitModele:
    """One version, published or draft."""
    ligne = VersionCircuit.objects.get(code=code, numero=numero)
    return lire_circuit(ligne.texte, f"{code} v{numero}")


@transaction.atomic
def publier(modele: CircuitModele, texte: str, *, at: datetime, auteur: int | None = None) -> VersionCircuit | None:
    """Publish this text as the next version; None when it equals the version in force."""
    with connection.cursor() as curseur:  # two publications at once: the second sees what the first has written
        curseur.execute("LOCK TABLE circuits_versioncircuit IN SHARE ROW EXCLUSIVE MODE")
    derniere = VersionCircuit.objects.filter(code=modele.code).order_by("-numero").first()
    publiee = VersionCircuit.objects.filter(code=modele.code, publiee_le__isnull=False).order_by("-numero").first()
    if publiee is not None and publiee.texte == texte:
        return None
    return VersionCircuit.objects.create(
        code=modele.code, numero=(derniere.numero if derniere else 0) + 1, titre=modele.titre, nature=modele.nature,
        texte=texte, publiee_le=at, auteur_id=auteur,
    )  # fmt: skip
