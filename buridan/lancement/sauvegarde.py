"""`buridan backup DIR`: the database at one instant, then every file it names, while the site is used (ADR 0014)."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from buridan.exploitation.sondes import TEMOIN_SAUVEGARDE
from buridan.lancement import manifeste, outils_pg
from buridan.lancement.manifeste import BASE, FICHIERS, Manifeste
from buridan.lancement.postgres import DemarrageImpossible

SANS_DONNEES = ("django_session", "cache_partage")  # everybody logs in again: a backup holds no open door
# Settings of the day; a secret is never in this list.
CONFIGURATION = (
    "BURIDAN_DONNEES", "BURIDAN_FICHIERS", "BURIDAN_STATIQUES", "BURIDAN_HOTES", "BURIDAN_ADRESSE", "BURIDAN_PRESET",
    "BURIDAN_PRESETS", "BURIDAN_DEMO", "BURIDAN_DEMO_CONFIRMEE", "BURIDAN_DEBUG", "BURIDAN_SMTP_HOTE",
    "BURIDAN_SMTP_PORT", "BURIDAN_SMTP_COMPTE", "BURIDAN_SMTP_TLS", "BURIDAN_EXPEDITEUR", "BURIDAN_JOURNAUX",
    "BURIDAN_JOURNAUX_JSON", "BURIDAN_MANDATAIRES", "BURIDAN_SCEAUX", "BURIDAN_EFFACEMENTS", "BURIDAN_CARTE_TUILES",
    "BURIDAN_CARTE_MENTION", "BURIDAN_PANNE", "BURIDAN_CLAMAV", "BURIDAN_AUTORITES", "BURIDAN_CACHET", "BURIDAN_HORODATAGE",
    "BURIDAN_PKCS11_MODULE", "BURIDAN_PKCS11_JETON", "BURIDAN_IMAP_AUTORITES", "BURIDAN_NUMERISATIONS",
)  # fmt: skip


def sauvegarder(dossier: Path, *, at: datetime, depuis: Path | None = None) -> Manifeste:
    """Write a whole backup in `dossier`, which must not exist or be empty. `depuis`: an older backup whose same files are
    linked instead of copied. Raises DemarrageImpossible; nothing is left in `dossier` then.
    """
    if dossier.exists() and (not dossier.is_dir() or any(dossier.iterdir())):
        raise DemarrageImpossible(
            f"{dossier} n'est pas vide. Donnez un nouveau dossier : une sauvegarde n'en écrase pas."
        )
    try:
        dossier.parent.mkdir(parents=True, exist_ok=True)
        provisoire = Path(tempfile.mkdtemp(prefix=f".{dossier.name}.", dir=dossier.parent))  # 0700: personal data
    except OSError as erreur:
        raise DemarrageImpossible(f"Impossible d'écrire dans {dossier.parent} : {erreur.strerror}.") from erreur
    try:
        ecrit = _remplir(provisoire, at=at, depuis=depuis)
        os.sync()
        provisoire.replace(dossier)
    except OSError as erreur:
        raise DemarrageImpossible(f"La sauvegarde s'est arrêtée : {erreur}. Rien n'est gardé.") from erreur
    finally:
        shutil.rmtree(provisoire, ignore_errors=True)
    (settings.DONNEES / TEMOIN_SAUVEGARDE).write_text(at.isoformat(), encoding="utf-8")
    return ecrit


def _remplir(dossier: Path, *, at: datetime, depuis: Path | None) -> Manifeste:
    with _instantane() as (instantane, vu):
        outils_pg.executer(
            "pg_dump", "--format=custom", f"--snapshot={instantane}", "--no-owner", "--no-privileges",
            *[f"--exclude-table-data={table}" for table in SANS_DONNEES], f"--file={dossier / BASE}",
        )  # fmt: skip
        documents = _documents()
    # After the snapshot: a file is stored before its row, so each row of the snapshot finds its file.
    condenses = _copier_les_fichiers(dossier / FICHIERS, depuis / FICHIERS if depuis else None)
    _copier_la_configuration(dossier)
    cles = manifeste.cles()
    ecrit = Manifeste(
        faite_le=at.isoformat(), buridan=manifeste.version_de_buridan(), sans_donnees=list(SANS_DONNEES),
        fichiers=len(condenses), octets=sum(chemin.stat().st_size for chemin in condenses), **vu,
        cle_journal=cles["cle_journal"], cle_secrete=cles["cle_secrete"],
    )  # fmt: skip
    ecrit.fautes = _fautes(documents, condenses)
    ecrit.empreintes = manifeste.ecrire_empreintes(dossier, condenses)
    ecrit.ecrire(dossier)
    return ecrit


@contextmanager
def _instantane() -> Iterator[tuple[str, dict[str, Any]]]:
    """One snapshot that pg_dump shares: its name, and what it shows."""
    connection.close()  # isolation is set before the first query
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        curseur.execute("SELECT pg_export_snapshot()")
        nom = str(curseur.fetchone()[0])
        curseur.execute("SELECT app || '.' || name FROM django_migrations ORDER BY id")
        migrations = [ligne for (ligne,) in curseur.fetchall()]
        yield nom, {"postgresql": outils_pg.version_du_serveur(), "migrations": migrations, "tables": compter()}


def compter() -> dict[str, int]:
    """Rows of every table of the database, but those whose data stays out."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        tables = sorted({ligne[0] for ligne in curseur.fetchall()} - set(SANS_DONNEES))
        comptes = {}
        for table in tables:
            curseur.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608  the catalogue's names
            comptes[table] = int(curseur.fetchone()[0])
    return comptes


def _documents() -> set[str]:
    """Digests of the files that the rows of the snapshot name."""
    from buridan.dossiers.fichiers import sql_des_nommes

    with connection.cursor() as curseur:
        curseur.execute(f"SELECT DISTINCT sha256 FROM ({sql_des_nommes()}) f")  # noqa: S608  constants of the apps
        return {ligne[0] for ligne in curseur.fetchall()}


def _copier_les_fichiers(cible: Path, ancienne: Path | None) -> dict[Path, str]:
    """Copy every stored file, or link it to the older backup's; digests of the copies by path."""
    source, condenses = Path(settings.MEDIA_ROOT), {}
    cible.mkdir()
    for chemin in manifeste.fichiers_sous(source) if source.is_dir() else ():
        if chemin.suffix == ".part" or chemin.name.startswith("."):
            continue  # being written: no row names it yet
        copie = cible / chemin.relative_to(source)
        copie.parent.mkdir(parents=True, exist_ok=True)
        deja = ancienne / chemin.relative_to(source) if ancienne else None
        if deja and deja.is_file():
            os.link(deja, copie)
            if manifeste.sha256(copie) == chemin.name:
                condenses[copie] = chemin.name
                continue
            copie.unlink()
        with suppress(FileNotFoundError):  # erased meanwhile: `_fautes` tells if a row still names it
            shutil.copyfile(chemin, copie)
            condenses[copie] = manifeste.sha256(copie)
    return condenses


def _fautes(documents: set[str], condenses: dict[Path, str]) -> list[str]:
    """Files that the rows name and that the backup does not hold as they were; the backup is kept all the same."""
    justes = {condense for chemin, condense in condenses.items() if chemin.name == condense}
    return [f"Le fichier {sha} manque ou a changé sur le disque." for sha in sorted(documents - justes)]


def _copier_la_configuration(dossier: Path) -> None:
    lignes = [f"{nom}={os.environ[nom]}\n" for nom in CONFIGURATION if nom in os.environ]
    (dossier / "configuration.env").write_text("".join(lignes), encoding="utf-8")
    preset = settings.PRESETS / settings.PRESET
    if preset.is_dir():
        shutil.copytree(preset, dossier / "preset")
