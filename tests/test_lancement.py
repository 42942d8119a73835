"""Starting: one Buridan on a data folder, a clear sentence when it can't, no half stop."""

import fcntl
import os
import signal
import subprocess
import sys
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
