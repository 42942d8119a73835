"""pyHanko runs an event loop of its own: the browser's is put aside, as in tests/signatures."""

from tests.signatures.conftest import sans_boucle  # noqa: F401
