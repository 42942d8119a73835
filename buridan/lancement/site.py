"""`buridan run`: from nothing to a town in a browser; what dies is started again, and Ctrl-C stops all that it started."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import FrameType

from buridan.lancement.postgres import DemarrageImpossible, demarrer, exiger_la_base, verrou_du
from buridan.lancement.surveillance import RACINE, Base, Enfant, terminer

ARRETS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # Ctrl-C, a supervisor, a terminal that is closed


def _arreter(_signal: int, _cadre: FrameType | None) -> None:
    raise KeyboardInterrupt


def lancer(port: int, *, demo: bool, commande: Callable[[list[str]], int]) -> int:
    """Start the database, prepare the town, then web and worker until Ctrl-C."""
    _port_libre(port)
    donnees = Path(os.environ.get("BURIDAN_DONNEES", RACINE / "var"))
    embarquee = not os.environ.get("DATABASE_URL")
    serveur = None
    anciens = {numero: signal.getsignal(numero) for numero in ARRETS}
    for numero in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(numero, _arreter)
    with _seul_sur(donnees) if embarquee else nullcontext():
        try:
            if embarquee:
                with _sans_couper():
                    os.environ["DATABASE_URL"], serveur = demarrer(donnees)
            if demo:
                os.environ.setdefault("BURIDAN_DEMO", "oui")
            os.environ.setdefault("BURIDAN_ADRESSE", f"http://localhost:{port}")
            os.environ["BURIDAN_PG_PARTAGE"] = "1"
            _preparer(commande, demo=demo)
            return _surveiller(port, Base(serveur) if serveur is not None else None)
        except KeyboardInterrupt:
            print("\nBuridan s'arrête avant d'avoir fini de démarrer.", flush=True)
            return 0
        finally:
            for numero in ARRETS:
                signal.signal(numero, signal.SIG_IGN)  # a second Ctrl-C does not cut the stop
            if serveur is not None:
                serveur.stop()
            for numero, ancien in anciens.items():
                signal.signal(numero, ancien)


@contextmanager
def _seul_sur(donnees: Path) -> Iterator[None]:
    """One Buridan at a time on a data folder: the first to stop would stop the other's database."""
    with verrou_du(donnees) as verrou:
        try:
            fcntl.flock(verrou, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as erreur:
            raise DemarrageImpossible(
                f"Buridan tourne déjà sur le dossier {donnees}. Arrêtez-le d'abord (Ctrl-C dans sa fenêtre), ou choisissez "
                "un autre dossier de données avec BURIDAN_DONNEES."
            ) from erreur
        yield


@contextmanager
def _sans_couper() -> Iterator[None]:
    """Ctrl-C waits for the end of the block, so that what was started is known and can be stopped."""
    recus: list[int] = []
    anciens = {n: signal.signal(n, lambda numero, _cadre: recus.append(numero)) for n in ARRETS}
    try:
        yield
    except DemarrageImpossible:
        if not recus:
            raise
    finally:
        for numero, ancien in anciens.items():
            signal.signal(numero, ancien)
    if recus:
        raise KeyboardInterrupt


def _port_libre(port: int) -> None:
    ailleurs = "choisissez-en un autre : make run PORT=8001."
    if not 0 <= port < 65536:
        raise DemarrageImpossible(f"Il n'y a pas de port {port} (1024 à 65535) : {ailleurs}")
    with socket.socket() as essai:
        essai.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            essai.bind(("127.0.0.1", port))
        except PermissionError as erreur:
            raise DemarrageImpossible(f"Le port {port} est réservé à l'administrateur : {ailleurs}") from erreur
        except OSError as erreur:
            raise DemarrageImpossible(
                f"Le port {port} est déjà pris. Arrêtez ce qui l'occupe, ou {ailleurs}"
            ) from erreur


def _preparer(commande: Callable[[list[str]], int], *, demo: bool) -> None:
    """Migrations, shared cache, static files, preset; the demo year only in an empty town."""
    import django
    from django.core.management import call_command

    from buridan.lancement.reglages import exiger_des_reglages_surs

    django.setup()
    exiger_la_base()
    exiger_des_reglages_surs()
    _migrer()
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    from django.conf import settings

    from buridan.demandes.models import Demande

    if charge := commande(["load", settings.PRESET]):
        raise DemarrageImpossible(f"Le jeu de données « {settings.PRESET} » n'a pas été chargé (code {charge}).")
    if demo and not Demande.objects.exists():
        commande(["demo"])


def _migrer() -> None:
    from django.core.management import call_command
    from django.db import ProgrammingError

    try:
        call_command("migrate", verbosity=0)
    except ProgrammingError as erreur:
        if getattr(erreur.__cause__, "sqlstate", "") != "42501":  # insufficient_privilege
            raise
        raise DemarrageImpossible(
            f"Le compte de DATABASE_URL n'a pas le droit de créer des tables ({str(erreur).splitlines()[0]}). Donnez-lui la base "
            "(ALTER DATABASE … OWNER TO …), puis relancez."
        ) from erreur


def _surveiller(port: int, base: Base | None) -> int:
    """Web and jobs until Ctrl-C; whichever dies is started again."""
    web = [
        sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{port}", "--workers", "2",
        "--threads", "4", "--worker-class", "gthread", "--graceful-timeout", "10", "--log-level", "warning",
    ]  # fmt: skip
    # an e-mail can wait a second, whoever sends a form can't: on a busy machine the jobs give way to the site
    travaux = ["nice", "-n", "15", sys.executable, "manage.py", "procrastinate", "worker", "--concurrency", "2"]
    enfants = [Enfant("Le site", web), Enfant("Le processus des travaux", travaux)]

    try:
        _attendre_le_site(port, enfants[0].processus)
        print(f"\n  Buridan est prêt : http://localhost:{port}\n  Ctrl-C pour arrêter.\n", flush=True)
        while True:
            for surveille in (base, *enfants):
                if surveille is not None:
                    surveille.veiller(time.monotonic())
            time.sleep(0.2)
    except KeyboardInterrupt:
        print("\nArrêt de Buridan…", flush=True)
        return 0
    finally:
        for numero in ARRETS:
            signal.signal(numero, signal.SIG_IGN)
        terminer(enfants)


def _attendre_le_site(port: int, web: subprocess.Popen[bytes]) -> None:
    for _essai in range(300):
        if web.poll() is not None:
            raise DemarrageImpossible("Le site n'a pas démarré : lisez le message ci-dessus.")
        with socket.socket() as essai:
            if essai.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
