"""The erasures, written outside the database as well: a backup restored later does not bring an erased person back.

One line each, `2026-11-24T10:00:00+00:00 <uuid of the dossier or of the contact>`, only ever appended, before the erasure is
committed: a crash between the two leaves a line for an erasure that was approved, and that the next run makes. The file is worth
most on another machine (docs/sauvegardes.md).
"""

import fcntl
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings


def fichier() -> Path:
    """Where the erasures are written."""
    return Path(settings.EFFACEMENTS)


def inscrits() -> dict[UUID, datetime]:
    """Each erased dossier, each erased contact, and when. A line half written by a crash, the last one, counts for nothing:
    its erasure was not committed. Raises ValueError on any other line that isn't one.
    """
    if not fichier().exists():
        return {}
    texte = fichier().read_text(encoding="ascii")
    lignes = [ligne.split() for ligne in texte[: texte.rfind("\n") + 1].splitlines()]
    return {UUID(uuid): datetime.fromisoformat(at) for at, uuid in lignes}


def inscrire(effaces: Mapping[UUID, datetime]) -> None:
    """Append, durably."""
    if not effaces:
        return
    fichier().parent.mkdir(parents=True, exist_ok=True)
    descripteur = os.open(fichier(), os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descripteur, "r+", encoding="ascii") as sortie:
        fcntl.flock(sortie, fcntl.LOCK_EX)
        a_finir = fichier().read_text(encoding="ascii")
        if a_finir and not a_finir.endswith("\n"):
            sortie.truncate(a_finir.rfind("\n") + 1)
        sortie.write("".join(f"{at.isoformat()} {uuid}\n" for uuid, at in effaces.items()))
        sortie.flush()
        os.fsync(sortie.fileno())
