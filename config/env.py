"""Typed readers of the environment. A secret may stand in a file: NAME_FILE instead of NAME."""

import os
import sys
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


class EnvironnementInvalide(Exception):
    """The environment holds a value that can't be used; the message says which and what to write."""


def texte(nom: str, defaut: str = "") -> str:
    """Value of NOM, or the content of the file named by NOM_FILE, or the default."""
    fichier = os.environ.get(f"{nom}_FILE")
    if fichier:
        return Path(fichier).read_text(encoding="utf-8").strip()
    return os.environ.get(nom, defaut)


def oui(nom: str, *, defaut: bool = False) -> bool:
    """Truth of NOM: 1/true/oui or 0/false/non; anything else raises."""
    valeur = texte(nom).lower()
    if not valeur:
        return defaut
    if valeur in {"1", "true", "oui", "yes"}:
        return True
    if valeur in {"0", "false", "non", "no"}:
        return False
    raise EnvironnementInvalide(f"{nom} vaut « {valeur} » : écrivez oui ou non.")


def liste(nom: str, defaut: str = "") -> list[str]:
    """Comma-separated values of NOM."""
    return [morceau.strip() for morceau in texte(nom, defaut).split(",") if morceau.strip()]


def tuiles(nom: str) -> tuple[str, list[str]]:
    """(URL template of map tiles, what the CSP must allow for it): one host at most, none for a path of this site.

    Raises EnvironnementInvalide for several hosts or anything but a path or https.
    """
    modele = texte(nom)
    if not modele or (modele.startswith("/") and not modele.startswith("//")):
        return modele, []
    parties = urlsplit(modele)
    if parties.scheme != "https" or not parties.netloc or "{" in parties.netloc:
        raise EnvironnementInvalide(
            f"{nom} vaut « {modele} » : écrivez un chemin de ce site (/tuiles/{{z}}/{{x}}/{{y}}.png) ou une adresse https "
            "d'un seul hôte, sans {s}."
        )
    return modele, [f"https://{parties.netloc}"]


def prise(nom: str) -> str:
    """Where a local service listens: the path of its socket or host:port; "" without. Raises EnvironnementInvalide."""
    adresse = texte(nom)
    hote, _, port = adresse.rpartition(":")
    if adresse and not adresse.startswith("/") and not (hote and port.isdigit()):
        raise EnvironnementInvalide(
            f"{nom} vaut « {adresse} » : écrivez le chemin d'une prise (/run/clamav/clamd.ctl) ou hôte:port."
        )
    return adresse


def base_de_donnees(url: str) -> dict[str, object]:
    """Django's database settings from a URL (postgresql://user:password@host:port/name, libpq's form).

    Raises EnvironnementInvalide for anything but PostgreSQL.
    """
    parties = urlsplit(url)
    if parties.scheme not in {"postgres", "postgresql"}:
        raise EnvironnementInvalide("DATABASE_URL doit commencer par postgresql:// (Buridan n'utilise que PostgreSQL).")
    options = dict(parse_qsl(parties.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parties.path.lstrip("/") or "buridan",
        "USER": unquote(parties.username or ""),
        "PASSWORD": unquote(parties.password or ""),
        "HOST": options.pop("host", unquote(parties.hostname or "")),
        "PORT": options.pop("port", str(parties.port or "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # prepared on demand only (dossiers/actions/ecriture.py): the plan of a search depends on its words
        "OPTIONS": {**options, "server_side_binding": True, "prepare_threshold": sys.maxsize},
    }
