"""`buridan run` on a data folder of its own, and the one who kills its processes."""

import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import psutil

RACINE = Path(__file__).resolve().parent.parent.parent
# who dies, how often: gunicorn's workers and master, the jobs, PostgreSQL's sessions and its postmaster
VICTIMES = {"web": 34, "gunicorn": 10, "travaux": 22, "postgres": 22, "postmaster": 12}


class Ville:
    """A running town without history; `arreter()` leaves its folder to be compared, `effacer()` removes it."""

    def __init__(self) -> None:
        self.donnees = Path(tempfile.mkdtemp(prefix="bf-", dir="/tmp"))  # short: a socket's path is
        with socket.socket() as prise:
            prise.bind(("127.0.0.1", 0))
            self.port: int = prise.getsockname()[1]
        sans = ("DATABASE_URL", "BURIDAN_STATIQUES", "XDG_RUNTIME_DIR", "BURIDAN_ADRESSE", "BURIDAN_PG_PARTAGE")
        self.env = {n: v for n, v in os.environ.items() if n not in sans} | {
            "BURIDAN_DONNEES": str(self.donnees), "BURIDAN_DEMO": "oui",
        }  # fmt: skip
        self.journal = (self.donnees / "run.log").open("wb")
        self.run = subprocess.Popen(
            [sys.executable, "-m", "buridan", "run", "--sans-demo", "--port", str(self.port)],
            cwd=RACINE, env=self.env, stdout=self.journal, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.attendre(180)

    def attendre(self, secondes: float) -> None:
        """Until the site and its database answer."""
        limite = time.monotonic() + secondes
        while time.monotonic() < limite:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/sante/", timeout=5):
                    return
            except (OSError, urllib.error.URLError):
                assert self.run.poll() is None, (self.donnees / "run.log").read_text()[-3000:]
                time.sleep(0.1)
        raise AssertionError(f"no answer in {secondes} s:\n" + (self.donnees / "run.log").read_text()[-3000:])

    @property
    def url(self) -> str:
        """Of its database."""
        return f"postgresql://postgres:@/buridan?host={self.lire_postmaster()[4]}"

    def lire_postmaster(self) -> list[str]:
        """Lines of postmaster.pid: process, folder, start, port, folder of the socket…"""
        return (self.donnees / "postgres" / "postmaster.pid").read_text().splitlines()

    def processus(self) -> dict[str, list[psutil.Process]]:
        """Who may be killed now."""
        enfants = psutil.Process(self.run.pid).children()
        gunicorn = [p for p in enfants if "gunicorn" in " ".join(p.cmdline())]
        postmaster = psutil.Process(int(self.lire_postmaster()[0]))
        return {
            "gunicorn": gunicorn,
            "web": [w for g in gunicorn for w in g.children()],
            "travaux": [p for p in enfants if "procrastinate" in p.cmdline()],
            "postmaster": [postmaster],
            "postgres": postmaster.children(),
        }

    def tuer(self, alea: random.Random) -> str:
        """kill -9 one of them; returns its kind, empty when that kind has nobody just now."""
        genre = alea.choices(list(VICTIMES), weights=list(VICTIMES.values()))[0]
        try:
            victimes = self.processus()[genre]
            if not victimes:
                return ""
            alea.choice(victimes).kill()
        except (psutil.Error, OSError, IndexError, ValueError):
            return ""
        return genre

    def faucher(
        self,
        coups: int,
        alea: random.Random,
        encore: Callable[[], bool] = lambda: False,
        ou: Callable[[], float] = lambda: 1,
    ) -> Counter[str]:
        """Kill `coups` times, then go on as long as `encore()`; each time once the site has come back for a moment.

        `ou`: how far the work has come, from 0 to 1: the blows keep step with it, so that none of it is done in peace.
        """
        morts: Counter[str] = Counter()
        while morts.total() < coups or encore():
            self.attendre(180)
            frappe = morts.total() < min(coups, coups * ou() + 1)
            time.sleep(alea.uniform(0.15, 0.6) if frappe else 1)
            if frappe and (genre := self.tuer(alea)):
                morts[genre] += 1
        self.attendre(180)
        return morts

    def buridan(self, *arguments: str) -> str:
        """Output of a command on this town."""
        fait = subprocess.run(
            [sys.executable, "-m", "buridan", *arguments], cwd=RACINE, env=self.env, capture_output=True, text=True
        )
        return (fait.stdout + (fait.stderr if fait.returncode else "")).strip()

    def arreter(self) -> None:
        """Ctrl-C."""
        self.run.terminate()
        self.run.wait(120)  # an interrupted recovery is waited for
        self.journal.close()

    def effacer(self) -> None:
        """Forget it."""
        shutil.rmtree(self.donnees, ignore_errors=True)
