"""The real thing: gunicorn on its own database with a small demo town, and Debian's Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from fcntl import LOCK_EX, flock
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from tests.conftest import VIERGE, copier_la_base

RACINE = Path(__file__).resolve().parent.parent.parent
AXE = (RACINE / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync"]  # fmt: skip
expect.set_options(timeout=30_000)  # a busy machine is slow, not wrong


# With pytest-xdist each process has its own town.
BASE = f"navigateur_{os.environ.get('PYTEST_XDIST_WORKER', '')}"
ANNEE = "navigateur_annee"  # the model of them


ENVIRONNEMENT: dict[str, str] = {}  # of the site, once it runs


def url_de_base(nom: str) -> str:
    """Address of another database of the same server."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{nom}"))


@pytest.fixture(scope="session")
def donnees(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data folder of a town with the preset and forty requests, whose database is BASE.

    The first process plays the year; each takes a copy of the database and of the folder.
    """
    miennes, communes = tmp_path_factory.mktemp("donnees"), tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        communes = communes.parent
    annee, faite = communes / "annee", communes / "annee.faite"
    with (communes / "annee.verrou").open("w") as verrou:
        flock(verrou, LOCK_EX)
        if not faite.exists():
            copier_la_base(VIERGE, ANNEE)
            annee.mkdir()
            env = {**os.environ, "DATABASE_URL": url_de_base(ANNEE), "BURIDAN_DONNEES": str(annee)}
            for suite in (["load", "bethune"], ["demo", "--size", "40"]):  # loading makes the demo's certificates too
                commande = [sys.executable, "-m", "buridan", *suite]
                subprocess.run(commande, cwd=RACINE, env=env, check=True, stdout=subprocess.DEVNULL)
            faite.touch()
        copier_la_base(ANNEE, BASE)
    return shutil.copytree(annee, miennes, dirs_exist_ok=True)


@pytest.fixture(scope="session")
def site(donnees: Path) -> Iterator[str]:
    """Address of a running Buridan with the preset and forty requests."""
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        port = prise.getsockname()[1]
    env = {**os.environ, "DATABASE_URL": url_de_base(BASE), "BURIDAN_ADRESSE": f"http://localhost:{port}",
           # the same small picture everywhere, from the site itself: enough to see that tiles are asked for and shown
           "BURIDAN_CARTE_TUILES": "/static/vendor/leaflet/images/layers.png?z={z}&x={x}&y={y}", "BURIDAN_CARTE_MENTION": "Plan d'essai",
           "BURIDAN_DONNEES": str(donnees)}  # fmt: skip
    ENVIRONNEMENT.update(env)
    web = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{port}", "--threads", "4",
         "--log-level", "warning"],
        cwd=RACINE, env=env,
    )  # fmt: skip
    for _ in range(300):
        with socket.socket() as essai:
            if essai.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield f"http://localhost:{port}"
    web.terminate()
    web.wait(15)


@pytest.fixture
def travailler(site: str) -> Callable[[], None]:
    """Have the jobs of scanned post and of the archives done, as the jobs' process would."""
    commande = ["manage.py", "procrastinate", "worker", "--one-shot", "--queues", "numerisation,archives"]
    return lambda: (
        subprocess.run([sys.executable, *commande], cwd=RACINE, env=ENVIRONNEMENT, check=True, capture_output=True)
        and None
    )


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    assert executable, "Chromium is missing: `make test` installs it or says how to."
    with sync_playwright() as p:
        navigateur = p.chromium.launch(executable_path=executable, args=OPTIONS)
        yield navigateur
        navigateur.close()


class Visiteur:
    """A page with what went wrong in it: script errors, CSP refusals, requests to another host."""

    def __init__(self, contexte: BrowserContext, site: str) -> None:
        self.site, self.contexte = site, contexte
        contexte.set_default_timeout(30_000)
        self.page: Page = contexte.new_page()
        self.fautes: list[str] = []
        self.page.on(
            "console", lambda m: self.fautes.append(m.text) if m.type == "error" and "status of" not in m.text else None
        )
        self.page.on("pageerror", lambda e: self.fautes.append(str(e)))
        self.page.on("request", lambda r: None if r.url.startswith((site, "data:")) else self.fautes.append(r.url))

    def ouvrir(self, chemin: str) -> Page:
        """Go to an address of the site."""
        self.page.goto(self.site + chemin)
        return self.page

    def cliquer(self, ou: Locator) -> None:
        """Click, and have the page that follows: what is read next is no longer the one that was left."""
        with self.page.expect_navigation():
            ou.click()

    def entrer(self, poste: str) -> None:
        """Log in as the demo person whose card shows this post."""
        self.ouvrir("/demo/")
        carte = self.page.locator("form", has=self.page.get_by_text(poste, exact=False)).first
        carte.get_by_role("button").click()
        self.page.wait_for_url("**/bureau/")

    def axe(self) -> list[str]:
        """Violations of axe-core on the page, all rules."""
        self.page.wait_for_load_state()  # a click returns when the page that follows has begun, empty still
        self.page.evaluate(AXE)
        fautes = self.page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(dit => dit.violations)")
        return [f"{v['id']}: {v['help']} {[n['target'] for n in v['nodes']][:3]}" for v in fautes]

    def deborde(self) -> bool:
        """Does the page scroll sideways?"""
        self.page.wait_for_load_state()
        return bool(
            self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1")
        )


@pytest.fixture
def visiteur(chromium: Browser, site: str) -> Iterator[Visiteur]:
    """Somebody with a fresh browser, 1280 px wide, CSP kept."""
    contexte = chromium.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
    yield Visiteur(contexte, site)
    contexte.close()


@pytest.fixture
def sans_javascript(chromium: Browser, site: str) -> Iterator[Visiteur]:
    """Somebody whose browser runs no script, on a 320 px screen."""
    contexte = chromium.new_context(locale="fr-FR", java_script_enabled=False, viewport={"width": 320, "height": 800})
    yield Visiteur(contexte, site)
    contexte.close()
