"""One Dovecot for the session."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.messagerie.dovecot import Dovecot


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """Started once, stopped by its pid. A short path: the sockets of Dovecot have a hundred characters at most."""
    with (
        TemporaryDirectory(prefix="dovecot-", ignore_cleanup_errors=True) as dossier,
        Dovecot(Path(dossier)) as serveur,
    ):
        yield serveur
