"""A worker dies while it reads a mailbox: the next reading goes on there, nothing is lost nor doubled."""

import os
import signal
import subprocess
import sys

import pytest

from buridan.messagerie.actions.relever import relever
from buridan.outils.panne import VARIABLE
from tests.conftest import Troupe
from tests.fiabilite.test_points import RACINE, RELEVE, url_de_test
from tests.messagerie.courriels import boite_de, mail
from tests.messagerie.dovecot import Dovecot
from tests.messagerie.test_relever import sujets


@pytest.mark.parametrize("panne", sorted(RELEVE))
def test_a_worker_killed_in_the_middle_goes_on_there(panne: str, troupe_reelle: Troupe, dovecot: Dovecot) -> None:
    boite = boite_de(troupe_reelle, dovecot)
    dovecot.deposer(boite.compte, mail("un"), mail("deux"))
    code = (
        "import django; django.setup(); from django.utils import timezone; from buridan.messagerie.actions.relever import relever; "
        f"relever({boite.pk}, at=timezone.now())"
    )
    env = {**os.environ, "DATABASE_URL": url_de_test(), "DJANGO_SETTINGS_MODULE": "config.settings", VARIABLE: panne}
    mort = subprocess.run([sys.executable, "-c", code], cwd=RACINE, env=env, check=False)
    assert mort.returncode == -signal.SIGKILL
    assert sujets() == ([] if panne == "releve.avant" else ["un"]) and "\\Seen" not in dovecot.marques(boite.compte)[1]
    relever(boite.pk, at=troupe_reelle.at)
    assert sujets() == ["un", "deux"] and set(dovecot.marques(boite.compte).values()) == {"\\Seen"}
