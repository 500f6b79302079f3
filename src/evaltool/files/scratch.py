"""Folders for what a process needs only while it runs, in the folder for temporary files: nobody else may look into
them, and those of a process that was killed go when the next one makes its own."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from evaltool.files.holding import is_alive

_NAME = "evaltool-"


def scratch_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder that carries the number of this process, mode 0700."""
    _clear()
    return tempfile.TemporaryDirectory(prefix=f"{_NAME}{os.getpid()}-")


def _clear() -> None:
    """Take away the folders of processes that were killed before they could do it."""
    for path in Path(tempfile.gettempdir()).glob(f"{_NAME}*-*"):
        process = path.name.split("-")[1]
        if process.isdecimal() and not is_alive(int(process)):
            shutil.rmtree(path, ignore_errors=True)
