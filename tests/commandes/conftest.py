"""What the random timelines saw, all processes together, is said at the end of `make chronologies`."""

import os
from collections import Counter
from typing import Any

VUES = "chronologies"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """In one line; nothing when the timelines were only a test among others."""
    if "CHRONOLOGIES" not in os.environ:
        return
    vues: Counter[str] = Counter()
    for rapport in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        vues.update(dict(rapport.user_properties).get(VUES, {}))
    terminalreporter.write_line(", ".join(f"{round(n)} {quoi}" for quoi, n in vues.items()))
