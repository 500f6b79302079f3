"""Loaded by workers of a cluster when they start: they take their time, so that a fault surely finds them at it."""

from __future__ import annotations

import os
import time

from evaltool.inbox import cluster
from evaltool.inbox.proof import Expected
from evaltool.inbox.workers import Reading, Task, read_one


def read_slowly(task: Task, expected: Expected) -> Reading:
    time.sleep(float(os.environ.get("SECONDS_A_FILE", "0.1")))
    return read_one(task, expected)


vars(cluster)["read_one"] = read_slowly
