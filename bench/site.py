"""`buridan run` itself (gunicorn, jobs) on a database of the bench, and clients that keep their connection."""

import http.client
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.cookies import SimpleCookie
from pathlib import Path

import psutil

from bench.base import LOCAL, RACINE
from bench.comptage import ENTETE

MIO = 1024 * 1024
INACTIF = 1.0  # seconds; gunicorn closes a connection after two


class Site:
    """A running site; `depart`: seconds from the command to the first page answered."""

    def __init__(self, adresse: str, port: int, nom: str) -> None:
        donnees = LOCAL / f"bench-{nom}"
        donnees.mkdir(parents=True, exist_ok=True)
        sans = ("BURIDAN_STATIQUES", "BURIDAN_ADRESSE", "BURIDAN_PG_PARTAGE")
        env = {n: v for n, v in os.environ.items() if n not in sans} | {
            "DATABASE_URL": adresse, "BURIDAN_DONNEES": str(donnees), "DJANGO_SETTINGS_MODULE": "bench.reglages",
        }  # fmt: skip
        self.port, self.journal = port, donnees / "run.log"
        debut = time.perf_counter()
        self.processus = subprocess.Popen(
            [sys.executable, "-m", "buridan", "run", "--sans-demo", "--port", str(port)],
            cwd=RACINE, env=env, stdout=self.journal.open("wb"), stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            self._attendre("/", 300)
        except BaseException:
            self.arreter()
            raise
        self.depart = time.perf_counter() - debut

    def _attendre(self, chemin: str, secondes: float) -> None:
        limite = time.monotonic() + secondes
        while time.monotonic() < limite:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{chemin}", timeout=10):
                    return
            except (OSError, urllib.error.URLError):
                if self.processus.poll() is not None:
                    break
                time.sleep(0.02)
        raise SystemExit(f"Le site du banc n'a pas répondu :\n{self.journal.read_text()[-3000:]}")

    def memoire(self) -> dict[str, float]:
        """MiB (PSS: what is shared is shared out) of the web processes and of the jobs."""
        enfants = psutil.Process(self.processus.pid).children(recursive=True)
        return {
            "web": sum(pss(p) for p in enfants if "gunicorn" in " ".join(p.cmdline())),
            "travaux": sum(pss(p) for p in enfants if "procrastinate" in p.cmdline()),
        }

    def arreter(self) -> None:
        """Ctrl-C."""
        self.processus.terminate()
        self.processus.wait(60)


def pss(processus: psutil.Process) -> float:
    """MiB of one process."""
    return float(processus.memory_full_info().pss) / MIO


def memoire_de_postgres(dossier: Path) -> float:
    """MiB of the server and its sessions; its shared buffers are counted once."""
    serveur = psutil.Process(int((dossier / "postmaster.pid").read_text().split()[0]))
    return sum(pss(p) for p in (serveur, *serveur.children(recursive=True)))


class Client:
    """One connection, kept open, with its cookies."""

    def __init__(self, port: int, biscuits: Mapping[str, str] | None = None) -> None:
        self.lien = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.biscuits = dict(biscuits or {})
        self.requetes = 0
        self.vu = 0.0

    def demander(
        self, chemin: str, genre: str = "", corps: bytes | None = None, *, compter: bool = False
    ) -> tuple[int, str, bytes]:
        """(status, Location, body); a POST when there is a body. `compter`: `requetes` holds the number of SQL statements."""
        entetes = {"Cookie": "; ".join(f"{n}={v}" for n, v in self.biscuits.items()), "Accept-Encoding": "identity"}
        if corps is not None:
            entetes["Content-Type"] = genre
        if compter:
            entetes[ENTETE] = "1"
        if time.monotonic() - self.vu > INACTIF:
            self.lien.close()
        self.lien.request("GET" if corps is None else "POST", chemin, corps, entetes)
        reponse = self.lien.getresponse()
        page, self.vu = reponse.read(), time.monotonic()
        for entete in reponse.headers.get_all("Set-Cookie") or []:
            self.biscuits |= {nom: biscuit.value for nom, biscuit in SimpleCookie(entete).items()}
        self.requetes = int(reponse.headers.get(ENTETE) or 0)
        return reponse.status, reponse.headers.get("Location", ""), page
