"""The queue of jobs: asked for by name, on the connection of the fact itself, so both commit or neither."""

from datetime import datetime
from typing import Any

import procrastinate
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

# a job that nothing else would ask for before the next night: tried for six hours (4 s, 16 s … 4.5 h)
ENCORE = RetryStrategy(max_attempts=8, exponential_wait=4)


def preparer(_app: procrastinate.App) -> None:
    """Called by Procrastinate when Django is ready; the tasks register themselves by import path."""


def demander(tache: str, *, at: datetime | None = None, **arguments: Any) -> None:
    """Ask for a job by name. A name that doesn't exist raises at once. `at`: not before that instant."""
    app.configure_task(tache, allow_unknown=False, schedule_at=at).defer(**arguments)
