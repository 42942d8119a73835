"""Starting: one Buridan on a data folder, a clear sentence when it can't, no half stop."""

import fcntl
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from buridan.lancement import site
from buridan.lancement.postgres import DemarrageImpossible, demarrer, verrou_du

RACINE = Path(__file__).resolve().parent.parent


def jamais(arguments: list[str]) -> int:
    """No command is reached."""
    raise AssertionError(arguments)


def test_a_second_start_on_a_data_folder_is_refused_with_a_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("BURIDAN_DONNEES", str(tmp_path))
    with verrou_du(tmp_path) as premier:
        fcntl.flock(premier, fcntl.LOCK_EX)
        with pytest.raises(DemarrageImpossible, match="tourne déjà sur le dossier .*BURIDAN_DONNEES"):
            site.lancer(0, demo=False, commande=jamais)
    assert not (tmp_path / "postgres").exists()
    with site._seul_sur(tmp_path):  # free again when the first has stopped
        pass


def test_ctrl_c_waits_until_what_starts_is_known() -> None:
    avant, fini = signal.getsignal(signal.SIGINT), False
    with pytest.raises(KeyboardInterrupt), site._sans_couper():
        os.kill(os.getpid(), signal.SIGINT)
        fini = True
    assert fini
    assert signal.getsignal(signal.SIGINT) is avant


def test_what_fails_because_of_ctrl_c_is_a_stop_not_a_failure() -> None:
    with pytest.raises(KeyboardInterrupt), site._sans_couper():
        os.kill(os.getpid(), signal.SIGINT)
        raise DemarrageImpossible("PostgreSQL n'a pas démarré")


def test_a_data_folder_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("")
    with pytest.raises(DemarrageImpossible, match="Impossible d'écrire dans .*fichier"):
        demarrer(tmp_path / "fichier")


@pytest.mark.parametrize("commande", [["buridan", "check"], ["buridan.lancement.assets"]])
def test_a_folder_refused_by_the_system_gives_no_traceback(tmp_path: Path, commande: list[str]) -> None:
    (tmp_path / "fichier").write_text("")
    (tmp_path / "sitecustomize.py").write_text(
        "import pathlib\n"
        "def refuser(self, *a, **k): raise PermissionError(13, 'Permission denied', str(self))\n"
        "pathlib.Path.mkdir = refuser\n"
    )
    env = {**os.environ, "BURIDAN_DONNEES": str(tmp_path / "fichier"), "PYTHONPATH": f"{tmp_path}:{RACINE}"}
    fini = subprocess.run([sys.executable, "-m", *commande], env=env, cwd=RACINE, capture_output=True, text=True)
    assert fini.returncode == 1 and "droit d'écriture" in " ".join(fini.stderr.split()), fini.stderr
    assert "Traceback" not in fini.stderr


@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [
        (["run", "--port", "99999"], "Il n'y a pas de port 99999"),
        (["run", "--port", "abc"], "n'est pas un numéro de port"),
        (["export", "FICHIER/dehors"], "un fichier porte déjà ce nom"),
    ],
)
def test_what_can_not_be_is_said_without_a_traceback(tmp_path: Path, arguments: list[str], phrase: str) -> None:
    (tmp_path / "fichier").write_text("")
    arguments = [a.replace("FICHIER", str(tmp_path / "fichier")) for a in arguments]
    fini = subprocess.run(
        [sys.executable, "-m", "buridan", *arguments], cwd=RACINE, capture_output=True, text=True,
        env={**os.environ, "BURIDAN_DONNEES": str(tmp_path)},
    )  # fmt: skip
    assert fini.returncode and phrase in fini.stderr and "Traceback" not in fini.stderr, fini.stderr


@pytest.mark.parametrize("commande", ["run", "check"])
def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path: Path, commande: str) -> None:
    env = {**os.environ, "DATABASE_URL": "postgresql://moi:secret@127.0.0.1:1/rien", "BURIDAN_DONNEES": str(tmp_path)}
    plus = ["--port", "0"] if commande == "run" else []
    fini = subprocess.run(
        [sys.executable, "-m", "buridan", commande, *plus], cwd=RACINE, capture_output=True, text=True,
        env={**env, "BURIDAN_DEMO": "oui"},
    )  # fmt: skip
    assert fini.returncode == 1 and "« rien » sur 127.0.0.1:1 ne répond pas" in fini.stderr, fini.stderr
    assert "Traceback" not in fini.stderr and "secret" not in fini.stderr


@pytest.mark.parametrize("numero", [signal.SIGTERM, signal.SIGHUP])
def test_whatever_asks_to_stop_while_it_starts_stops_the_database_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, numero: signal.Signals
) -> None:
    arrets: list[str] = []

    class Serveur:
        def stop(self) -> None:
            arrets.append("base")

    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("BURIDAN_DONNEES", str(tmp_path))
    monkeypatch.setattr(site, "demarrer", lambda donnees: ("postgresql:///rien", Serveur()))
    monkeypatch.setattr(site, "_preparer", lambda commande, demo: os.kill(os.getpid(), numero))
    avant = signal.getsignal(numero)
    assert site.lancer(0, demo=False, commande=jamais) == 0
    assert arrets == ["base"] and signal.getsignal(numero) is avant


def test_a_daily_job_missed_while_all_was_off_is_done_at_the_next_start() -> None:
    """A town hall's machine, or a laptop, that is off at night: the seal, the stand-ins of the day, the law's silence."""
    from procrastinate.contrib.django import app
    from procrastinate.periodic import PeriodicDeferrer

    deferrer = PeriodicDeferrer(app.periodic_registry, **app.periodic_defaults)
    a_neuf_heures = datetime(2026, 3, 10, 9, tzinfo=UTC).timestamp()
    repris = {tache.task.name for tache, _quand in deferrer.get_previous_tasks(at=a_neuf_heures)}
    assert repris == {nom for nom, _id in app.periodic_registry.periodic_tasks}
