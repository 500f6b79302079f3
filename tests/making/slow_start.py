"""Workers that take their time before they begin, so that an interruption surely finds them at it."""

from __future__ import annotations

import time

from evaltool.inbox import workers

SECONDS = 6


def start(path: str) -> None:
    """What a worker process runs in the place of the program's own beginning."""
    time.sleep(SECONDS)
    workers._start(path)
