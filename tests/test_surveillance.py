"""What dies starts again: quickly at first, never later than PLAFOND, and quickly again after a quiet time."""

import signal
import time

import pytest

from buridan.lancement.surveillance import PLAFOND, PREMIER, STABLE, Enfant, Recul, terminer


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
