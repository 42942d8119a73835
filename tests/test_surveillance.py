"""What dies starts again: quickly at first, never later than PLAFOND, and quickly again after a quiet time."""

import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import psutil
import pytest

from buridan.lancement.surveillance import BLOQUE, PLAFOND, PREMIER, STABLE, Base, Enfant, Recul, terminer


def _attentes(recul: Recul, maintenant: float, morts: int) -> list[float]:
    """Seconds waited at each of these deaths, one right after the other."""
    attentes = []
    for _mort in range(morts):
        recul.depart, debut = maintenant, maintenant
        while not recul.pret("Essai", maintenant):
            maintenant += 0.25
        attentes.append(maintenant - debut)
        recul.reparti()
    return attentes


def test_the_wait_doubles_and_is_bounded(capsys: pytest.CaptureFixture[str]) -> None:
    assert _attentes(Recul(), 1000.0, 7) == [PREMIER, 1.0, 2.0, 4.0, 8.0, PLAFOND, PLAFOND]
    assert "Essai s'est arrêté ; redémarrage dans 0.5 s." in capsys.readouterr().err


def test_a_death_after_a_quiet_time_is_the_first_again() -> None:
    recul = Recul()
    _attentes(recul, 1000.0, 5)
    recul.depart = 2000.0
    assert not recul.pret("Essai", 2000.0 + STABLE + 1)
    assert recul.pret("Essai", 2000.0 + STABLE + 1 + PREMIER)


def test_a_killed_child_runs_again_and_stops_when_told_to() -> None:
    enfant = Enfant("Essai", ["sleep", "1000"])
    premier = enfant.processus
    premier.send_signal(signal.SIGKILL)
    premier.wait()
    while enfant.processus is premier:
        enfant.veiller(time.monotonic())
    assert enfant.processus.poll() is None
    terminer([enfant])
    assert enfant.processus.returncode == -signal.SIGTERM


@pytest.mark.parametrize(
    ("titre", "fin"),
    [
        ("postgres: checkpointer", -signal.SIGQUIT),  # neither works nor repairs itself
        ("postgres: startup recovering 000000010000000000000007", -signal.SIGTERM),
        ("postgres: walwriter", -signal.SIGTERM),
    ],
)
def test_a_database_that_nobody_repairs_is_ended_and_one_that_repairs_itself_is_waited_for(
    titre: str, fin: int
) -> None:
    """PostgreSQL 18 waits for ever when its process of recovery is killed; its children's titles say so."""
    programme = (  # a shell's background work ignores SIGQUIT, and so would what it starts
        "import signal, subprocess, sys; signal.signal(signal.SIGQUIT, signal.SIG_DFL); "
        "subprocess.run([sys.argv[1], '1000'], executable='/bin/sleep')"
    )
    with subprocess.Popen([sys.executable, "-c", programme, titre]) as maitre:
        suivi = psutil.Process(maitre.pid)
        while not any(titre in enfant.cmdline() for enfant in suivi.children()):
            time.sleep(0.01)
        base = Base(SimpleNamespace(get_postmaster_info=lambda: SimpleNamespace(process=suivi)))
        enfants, debut = suivi.children(), time.monotonic()
        for secondes in range(int(BLOQUE) + 20):
            base._debloquer(debut + secondes)
        if fin == -signal.SIGTERM:  # it was not ended
            assert maitre.poll() is None
            maitre.terminate()
        maitre.wait(60)
        for enfant in enfants:
            enfant.kill()
    assert maitre.returncode == fin
