"""The circuits' versions, read once and kept in memory: a version never changes."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection, transaction

from buridan.circuits.lecture import lire_circuit
from buridan.circuits.modele import CircuitModele
from buridan.circuits.models import VersionCircuit
from buridan.outils.sql import executer

# asked for at each filing: prepared, since to build and plan it costs more than to run it
CHAMPS = ["id", "code", "numero", "titre", "texte", "publiee_le"]
EN_VIGUEUR = f"""SELECT {", ".join(CHAMPS)} FROM {VersionCircuit._meta.db_table}
    WHERE code = {{}} AND publiee_le IS NOT NULL ORDER BY numero DESC LIMIT 1"""


class CircuitInconnu(LookupError):
    """No published version bears that code."""


@lru_cache(maxsize=256)
def _lire(texte: str, source: str, brouillon: bool) -> CircuitModele:
    return lire_circuit(texte, source, brouillon=brouillon)


def lire(version: VersionCircuit) -> CircuitModele:
    """The circuit of a version, or of a draft."""
    return _lire(version.texte, str(version), version.publiee_le is None)


def derniere(code: str) -> VersionCircuit | None:
    """The version in force, None when the circuit was never published."""
    versions = VersionCircuit.objects.filter(code=code, publiee_le__isnull=False).select_related("auteur")
    return versions.order_by("-numero").first()


def en_vigueur(code: str) -> tuple[CircuitModele, int]:
    """The latest published version of a circuit and its number. Raises CircuitInconnu."""
    return de_la_ligne(code, executer(connection, EN_VIGUEUR.format("%s"), [code]).fetchone())


def de_la_ligne(code: str, ligne: Sequence[Any] | None) -> tuple[CircuitModele, int]:
    """The same from what a statement with `EN_VIGUEUR` in it read. Raises CircuitInconnu."""
    if ligne is None or ligne[0] is None:
        raise CircuitInconnu(f"Le circuit « {code} » n'existe pas ou n'est pas publié.")
    version = VersionCircuit.from_db(connection.alias, CHAMPS, ligne)
    return lire(version), version.numero or 0


def version(code: str, numero: int) -> CircuitModele:
    """The circuit as that version, published, says it."""
    return lire(VersionCircuit.objects.get(code=code, numero=numero, publiee_le__isnull=False))


def verrouiller() -> None:
    """Writes of circuits come one after the other; who reads waits for nobody. Held to the end of the transaction."""
    with connection.cursor() as curseur:
        curseur.execute("LOCK TABLE circuits_versioncircuit IN SHARE ROW EXCLUSIVE MODE")


def numero_suivant(code: str) -> int:
    """The number of the next version. The caller holds the lock."""
    version = derniere(code)
    return (version.numero or 0) + 1 if version is not None else 1


@transaction.atomic
def publier(modele: CircuitModele, texte: str, *, at: datetime) -> VersionCircuit | None:
    """Publish a preset's text as the next version; None when it says the same as the version in force."""
    verrouiller()
    actuelle = derniere(modele.code)
    if actuelle is not None and lire(actuelle) == modele:
        return None
    return VersionCircuit.objects.create(
        code=modele.code, numero=numero_suivant(modele.code), titre=modele.titre, nature=modele.nature, texte=texte,
        publiee_le=at,
    )  # fmt: skip
