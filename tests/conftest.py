"""The town of the preset, loaded once; a cast with names that say which right is at stake."""

import asyncio
import gc
import os
import threading
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import connections
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis.configuration import set_hypothesis_home_dir
from pytest_socket import socket_allow_hosts

from buridan.demandes.actions.deposer import Depot, deposer
from buridan.demandes.models import TypeDemande
from buridan.dossiers.chargement import charger
from buridan.organisation import annuaire
from buridan.organisation.acteur import Acteur, acteur, systeme
from tests.monde import Monde, batir, nature_essai, oublier_le_preset, traces_effacees

# Playwright keeps an event loop in this thread, and Django keeps other connections beside a loop than without one: a test
# that puts the loop aside would write on a connection that nobody rolls back.
connections._connections = threading.local()
set_hypothesis_home_dir(settings.DONNEES / "hypothesis")

# A busy machine is slow, not wrong: no test fails for its time.
hypothesis_settings.register_profile("buridan", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("buridan")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Under CI nothing is skipped in silence: what could not be tried is red."""
    rapport = yield
    if rapport.skipped and os.environ.get("CI"):
        rapport.outcome, rapport.longrepr = "failed", f"Skipped under CI: {rapport.longrepr}"
    return rapport


# Begun first when several processes share the tests: who would begin them last would end alone.
LONGS = (
    "attaque/", "fiabilite/", "navigateur/", "dossiers/test_machine", "commandes/test_chronologies", "test_controle", "test_demo",
    "test_droits_gestes", "test_sauvegarde",
)  # fmt: skip


_BOUCLE: list[asyncio.AbstractEventLoop] = []


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """pyHanko runs an event loop of its own: the one that the browser of other tests left in this thread is put aside."""
    boucle = asyncio._get_running_loop()
    if boucle is not None and "navigateur" not in item.path.parts:
        _BOUCLE.append(boucle)
        asyncio._set_running_loop(None)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """It comes back: the browser may be closed after any test."""
    if _BOUCLE:
        asyncio._set_running_loop(_BOUCLE.pop())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In one process the order stays the random one."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        tests = settings.BASE_DIR / "tests"
        items.sort(key=lambda item: not item.path.relative_to(tests).as_posix().startswith(LONGS))


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the collector no longer goes over all of it again and again."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,  # with pytest-xdist, a database of its own for each process
    django_db_blocker: Any,
    django_db_keepdb: bool,
) -> Iterator[None]:
    """The whole preset in the test database, before any test.

    The database is made whatever the tests asked for: pytest-django makes none for a run where only `base_reelle` is
    used, and such tests would then write in the database of DATABASE_URL.
    """
    with django_db_blocker.unblock():
        bases = setup_databases(verbosity=0, interactive=False, keepdb=django_db_keepdb)
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        charger(settings.PRESETS / "bethune", at=timezone.now())
        copier_la_base(connections["default"].settings_dict["NAME"], VIERGE)
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            teardown_databases(bases, verbosity=0)


# The preset loaded and nothing more, kept beside the tests' database: migrating again takes fifteen seconds.
VIERGE = f"vierge_{os.environ.get('PYTEST_XDIST_WORKER', '')}"


def copier_la_base(modele: str, nom: str) -> None:
    """Database `nom`, made again as `modele` is now; nobody else may be connected to `modele`."""
    connections.close_all()
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connexion:
        connexion.execute(f'DROP DATABASE IF EXISTS "{nom}" WITH (FORCE)')
        connexion.execute(f'CREATE DATABASE "{nom}" TEMPLATE "{modele}"')


@pytest.fixture(autouse=True)
def _annuaire_frais() -> Iterator[None]:
    """A rolled-back revision number could come back with another organisation: forget between tests."""
    annuaire._memoire.clear()
    caches["memoire"].clear()
    yield
    annuaire._memoire.clear()


@pytest.fixture
def base_reelle(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Commits for real, for races between connections; every trace is deleted afterwards."""
    with django_db_blocker.unblock():
        with traces_effacees():
            yield
        connections.close_all()


@pytest.fixture
def at() -> datetime:
    """Now, aware."""
    return datetime.now(UTC)


class Troupe:
    """People found by their post, so that no name is needed."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.annuaire = systeme(at).annuaire

    def au_poste(self, code: str) -> Acteur:
        """Whoever acts for that post today."""
        personnes = self.annuaire.resoudre(self.annuaire.codes_postes[code]).personnes
        return acteur(personnes[0], self.at)

    def titulaire(self, code: str) -> int:
        """The holder's id."""
        personne = self.annuaire.postes[self.annuaire.codes_postes[code]].personne
        assert personne is not None
        return personne

    def present(self, entite: str, *, responsable: bool = False) -> Acteur:
        """Somebody present in the entity: its head, or a plain agent."""
        pk = self.annuaire.codes_entites[entite]
        for p in self.annuaire.postes_par_entite[pk]:
            poste = self.annuaire.postes[p]
            if poste.responsable == responsable and self.annuaire.present(poste.personne):
                return acteur(poste.personne, self.at)
        raise LookupError(entite)

    def deposer(self, type_demande: str = "nid-de-poule", **champs: Any) -> Any:
        """A request filed through the portal."""
        valeurs = {
            "type": TypeDemande.objects.get(code=type_demande), "description": "Un grand trou devant le numéro 12.",
            "nom": "Alix Dupuis-Test", "courriel": "alix@courriel.example", "lieu": "12 rue de la Gare",
        }  # fmt: skip
        return deposer(Depot(**{**valeurs, **champs}), by=systeme(self.at), at=self.at)


@pytest.fixture
def troupe(db: None, at: datetime) -> Troupe:
    """The cast."""
    return Troupe(at)


@pytest.fixture(autouse=True)
def _sceaux_a_soi() -> None:
    """What an earlier test published of seals that are gone with its transaction."""
    Path(settings.SCEAUX).unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def _reseau_ferme() -> None:
    """No test reaches another machine."""
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


@pytest.fixture
def monde(db: None) -> Iterator[Monde]:
    """The small town, alone, in the test's transaction."""
    oublier_le_preset()
    ville = batir()
    with nature_essai(ville):
        yield ville


@pytest.fixture
def monde_reel(base_reelle: None) -> Iterator[Monde]:
    """The small town committed for real, beside the preset, for races."""
    ville = batir()
    with nature_essai(ville):
        yield ville


@pytest.fixture
def troupe_reelle(base_reelle: None, at: datetime) -> Troupe:
    """The cast of the preset, committing for real."""
    return Troupe(at)
