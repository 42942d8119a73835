"""The daily seals, written outside the database as well: who deletes the last ones from it is seen.

One line a day, `2026-11-24 <seal in hexadecimal>`, only ever appended. The file is worth most on another machine or on a
medium that is written once (docs/configuration.md).
"""

import os
from datetime import date
from pathlib import Path

from django.conf import settings

from buridan.journal.models import Sceau


def fichier() -> Path:
    """Where the seals are published."""
    return Path(settings.SCEAUX)


def publies() -> dict[date, str]:
    """Seal of each published day; nothing when the file isn't there. Raises ValueError on a line that isn't one."""
    if not fichier().exists():
        return {}
    lignes = [ligne.split() for ligne in fichier().read_text(encoding="ascii").splitlines()]
    return {date.fromisoformat(jour): sceau for jour, sceau in lignes}


def publier() -> int:
    """Append the seals that the file lacks, after their commit; returns how many. A crash before is made up for the next time."""
    derniere = max(publies(), default=date.min)
    nouveaux = [
        f"{s.jour} {bytes(s.empreinte).hex()}\n" for s in Sceau.objects.filter(jour__gt=derniere).order_by("jour")
    ]
    if nouveaux:
        fichier().parent.mkdir(parents=True, exist_ok=True)
        with fichier().open("a", encoding="ascii") as sortie:
            sortie.write("".join(nouveaux))
            sortie.flush()
            os.fsync(sortie.fileno())
    return len(nouveaux)
