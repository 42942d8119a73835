"""The real web server on the test database, and its worker for one round, with all that they say kept."""

import http.cookiejar
import os
import re
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from django.db import connection

RACINE = Path(__file__).resolve().parent.parent


@dataclass
class Reponse:
    """What came back, after redirections."""

    status: int
    url: str
    texte: str


class Serveur:
    """`with Serveur(env, folder) as s`: gunicorn on a free port."""

    def __init__(self, env: dict[str, str], dossier: Path) -> None:
        with socket.socket() as prise:
            prise.bind(("127.0.0.1", 0))
            self.port = prise.getsockname()[1]
        base = connection.settings_dict
        url = f"postgresql://{base['USER']}@/{base['NAME']}?host={base['HOST']}"
        self.adresse = f"http://localhost:{self.port}"
        self.env = {**os.environ, "DATABASE_URL": url, "BURIDAN_ADRESSE": self.adresse, **env}
        self.env.pop("DJANGO_SETTINGS_MODULE", None)  # a unit does not set it
        self.sortie = dossier / "sortie"
        self.navigateur = build_opener(HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def __enter__(self) -> "Serveur":
        self.web = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{self.port}",
             "--logger-class", "buridan.exploitation.journaux.JournalGunicorn"],
            cwd=RACINE, env=self.env, stdout=self.sortie.open("ab"), stderr=subprocess.STDOUT,
        )  # fmt: skip
        for _ in range(600):
            with socket.socket() as essai:
                if essai.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            assert self.web.poll() is None, self.lignes()
            time.sleep(0.1)
        raise AssertionError("the site did not start")

    def __exit__(self, *_erreur: Any) -> None:
        self.web.terminate()
        self.web.wait(15)

    def _demander(self, requete: Request) -> Reponse:
        try:
            with self.navigateur.open(requete) as r:
                return Reponse(r.status, r.url, r.read().decode())
        except HTTPError as erreur:
            return Reponse(erreur.code, requete.full_url, erreur.read().decode())

    def ouvrir(self, chemin: str) -> Reponse:
        """GET."""
        return self._demander(Request(self.adresse + chemin))

    def envoyer(self, chemin: str, champs: dict[str, str], corps: bytes | None = None) -> Reponse:
        """POST, followed."""
        return self._demander(Request(self.adresse + chemin, data=corps or urlencode(champs).encode()))

    def jeton_csrf(self, page: Reponse) -> dict[str, str]:
        """The hidden field of a page."""
        trouve = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.texte)
        assert trouve, page.texte[:500]
        return {"csrfmiddlewaretoken": trouve.group(1)}

    def travailler(self) -> None:
        """One round of the jobs."""
        subprocess.run(
            [sys.executable, "manage.py", "procrastinate", "worker", "--one-shot"],
            cwd=RACINE, env=self.env, stdout=self.sortie.open("ab"), stderr=subprocess.STDOUT, timeout=120, check=False,
        )  # fmt: skip

    def lignes(self) -> list[str]:
        """All that was said."""
        return self.sortie.read_text(errors="replace").splitlines()
