"""What `buridan run` started is started again when it dies: web, jobs, embedded database; quickly at first, then less."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

RACINE = Path(__file__).resolve().parent.parent.parent
PREMIER, PLAFOND = 0.5, 10.0  # seconds before a new start
STABLE = 10.0  # seconds alive after which a death is the first again
BLOQUE = 30.0  # seconds during which PostgreSQL neither works nor repairs itself; a crash is over in 5
A_L_OEUVRE = ("postgres: walwriter", "postgres: startup")  # it works; it repairs itself, however long that takes


@dataclass(slots=True)
class Recul:
    """How long to wait before the next start: doubled at each death in a row, never above PLAFOND."""

    attente: float = PREMIER
    depart: float = field(default_factory=time.monotonic)
    reprise: float | None = None

    def pret(self, nom: str, maintenant: float) -> bool:
        """Called while the thing is dead: True when it is time to start it again."""
        if self.reprise is None:
            if maintenant - self.depart > STABLE:
                self.attente = PREMIER
            self.reprise = maintenant + self.attente
            print(f"{nom} s'est arrêté ; redémarrage dans {self.attente:g} s.", file=sys.stderr, flush=True)
            self.attente = min(PLAFOND, self.attente * 2)
        return maintenant >= self.reprise

    def reparti(self) -> None:
        """It was started."""
        self.depart, self.reprise = time.monotonic(), None


class Enfant:
    """A process of ours, in its own group but in our session: Linux counts `nice` among the processes of one session only
    (sched(7), autogroup).
    """

    def __init__(self, nom: str, commande: Sequence[str]) -> None:
        self.nom, self.commande, self.recul = nom, commande, Recul()
        self.processus = self._demarrer()

    def _demarrer(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self.commande, cwd=RACINE, process_group=0)

    def veiller(self, maintenant: float) -> None:
        """Start again if dead; first end what it left, for gunicorn's workers hold the port."""
        if self.processus.poll() is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.processus.pid, signal.SIGTERM)
        if self.recul.pret(self.nom, maintenant):
            self.processus = self._demarrer()
            self.recul.reparti()


class Base:
    """The embedded PostgreSQL, which is not a child of ours: known by the number in its data folder."""

    nom = "PostgreSQL"

    def __init__(self, serveur: Any) -> None:
        self.serveur, self.recul = serveur, Recul()
        self.regarde = self.a_l_oeuvre = time.monotonic()

    def _debloquer(self, maintenant: float) -> None:
        """PostgreSQL 18 whose repairing process was killed waits for it for ever and refuses everybody: end it."""
        if maintenant - self.regarde < BLOQUE / 5:  # looking reads every process of the machine
            return
        self.regarde = maintenant
        try:
            serveur = self.serveur.get_postmaster_info().process
            titres = [" ".join(enfant.cmdline()) for enfant in serveur.children()]
        except psutil.Error:  # it ends just now
            return
        if any(titre.startswith(A_L_OEUVRE) for titre in titres):
            self.a_l_oeuvre = maintenant
        elif maintenant - self.a_l_oeuvre > BLOQUE:
            print(f"{self.nom} est bloqué ; il est arrêté.", file=sys.stderr, flush=True)
            serveur.send_signal(signal.SIGQUIT)

    def veiller(self, maintenant: float) -> None:
        """Start again if dead; it repairs itself from its own journal. A failure waits for the next try."""
        self._debloquer(maintenant)
        if self.serveur.get_postmaster_info().is_running() or not self.recul.pret(self.nom, maintenant):
            return
        try:
            with self.serveur._lock:
                self.serveur.ensure_postgres_running()
        except Exception as erreur:  # whatever it is, the next try is in a few seconds
            print(f"{self.nom} n'a pas redémarré : {erreur}", file=sys.stderr, flush=True)
        self.recul.reparti()
        self.a_l_oeuvre = self.recul.depart


def terminer(enfants: list[Enfant]) -> None:
    """Ask each to stop, then end what does not."""
    for enfant in enfants:
        if enfant.processus.poll() is None:
            enfant.processus.terminate()
    for enfant in enfants:
        try:
            enfant.processus.wait(15)
        except subprocess.TimeoutExpired:
            enfant.processus.kill()
