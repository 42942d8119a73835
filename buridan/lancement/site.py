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

from buridan.lancement.postgres import DemarrageImpossible, demarrer, verrou_du
from buridan.lancement.surveillance import RACINE, Base, Enfant, terminer


def lancer(port: int, *, demo: bool, commande: Callable[[list[str]], int]) -> int:
    """Start the database, prepare the town, then web and worker until Ctrl-C."""
    _port_libre(port)
    donnees = Path(os.environ.get("BURIDAN_DONNEES", RACINE / "var"))
    embarquee = not os.environ.get("DATABASE_URL")
    serveur = None
    ctrl_c = signal.getsignal(signal.SIGINT)
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
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C does not cut the stop
            if serveur is not None:
                serveur.stop()
            signal.signal(signal.SIGINT, ctrl_c)


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
    ancien = signal.signal(signal.SIGINT, lambda numero, _cadre: recus.append(numero))
    try:
        yield
    except DemarrageImpossible:
        if not recus:
            raise
    finally:
        signal.signal(signal.SIGINT, ancien)
    if recus:
        raise KeyboardInterrupt


def _port_libre(port: int) -> None:
    with socket.socket() as essai:
        essai.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            essai.bind(("127.0.0.1", port))
        except OSError as erreur:
            raise DemarrageImpossible(
                f"Le port {port} est déjà pris. Arrêtez ce qui l'occupe, ou choisissez-en un autre : make run PORT=8001."
            ) from erreur


def _preparer(commande: Callable[[list[str]], int], *, demo: bool) -> None:
    """Migrations, shared cache, static files, preset; the demo year only in an empty town."""
    import django
    from django.core.management import call_command

    django.setup()
    _base_sure()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    from django.conf import settings

    from buridan.demandes.models import Demande

    if charge := commande(["load", settings.PRESET]):
        raise DemarrageImpossible(f"Le jeu de données « {settings.PRESET} » n'a pas été chargé (code {charge}).")
    if demo and not Demande.objects.exists():
        commande(["demo"])


def _base_sure() -> None:
    """Refuse a PostgreSQL that may lose what it confirmed; say what is weak."""
    from buridan.lancement.reglages import faiblesses

    trouvees = faiblesses()
    for faiblesse in trouvees:
        print(f"ATTENTION. {faiblesse.phrase}", file=sys.stderr)
    if any(f.grave for f in trouvees):
        raise DemarrageImpossible("Buridan ne démarre pas avec ces réglages : ce qui est confirmé pourrait être perdu.")


def _surveiller(port: int, base: Base | None) -> int:
    """Web and jobs until Ctrl-C; whichever dies is started again."""
    web = [
        sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{port}", "--workers", "2",
        "--threads", "4", "--worker-class", "gthread", "--graceful-timeout", "10", "--log-level", "warning",
    ]  # fmt: skip
    # an e-mail can wait a second, whoever sends a form can't: on a busy machine the jobs give way to the site
    travaux = ["nice", "-n", "15", sys.executable, "manage.py", "procrastinate", "worker", "--concurrency", "2"]
    enfants = [Enfant("Le site", web), Enfant("Le processus des travaux", travaux)]

    def arreter(_signal: int, _cadre: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, arreter)
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
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        terminer(enfants)


def _attendre_le_site(port: int, web: subprocess.Popen[bytes]) -> None:
    for _essai in range(300):
        if web.poll() is not None:
            raise DemarrageImpossible("Le site n'a pas démarré : lisez le message ci-dessus.")
        with socket.socket() as essai:
            if essai.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
