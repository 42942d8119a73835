"""pyHanko runs an event loop of its own; the browser of the tests, kept from one test to the next, leaves one in this thread."""

import asyncio
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def sans_boucle() -> Iterator[None]:
    """Put the browser's loop aside during the test."""
    boucle = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(boucle)
