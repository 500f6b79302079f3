"""Faults put into a process's files: the Nth open, write, fsync or move fails, or the process is killed at it.

Only what happens below one folder counts, so that the program's own files do not.  `begin` is called by
`faulty_start/sitecustomize.py` in a process whose surroundings name a fault, and in every worker that it starts;
`counted` does the same to the process that it is called in, for as long as it lasts.
"""

from __future__ import annotations

import builtins
import contextlib
import errno
import io
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

VARIABLE = "EVALTOOL_FAULT"
"""OPERATION:N:WHAT:FOLDER[:FILE] — WHAT is the name of an error, or kill; FILE gets what was counted."""
OPERATIONS = ("open", "write", "fsync", "replace", "rename", "mkdir", "unlink", "truncate")
ANY = "any"


@dataclass(slots=True)
class Fault:
    """The Nth of an operation below a folder fails with an error, or kills the process (`kill`); of a write, one half
    is written first.  `then`: every later one too, as on a disk that is full."""

    operation: str
    number: int
    what: str
    folder: str
    then: bool = False
    done: Counter[str] = field(default_factory=Counter)

    def comes(self, operation: str, path: str) -> bool:
        """Count an operation; whether it is the one."""
        if not path.startswith(self.folder):
            return False
        self.done[operation] += 1
        self.done[ANY] += 1
        at = self.done[self.operation] if self.operation in (operation, ANY) else 0
        return 0 < self.number == at or (self.then and at > self.number > 0)

    def strike(self, *path: str) -> None:
        """Fail, with the path in the error where the system says one."""
        if self.what == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        number = getattr(errno, self.what)
        raise OSError(number, os.strerror(number), *path)


class _Raw(io.FileIO):
    """A file whose writes are counted; an error of a write has no name, as those of the system have none."""

    fault: Fault
    path: str

    def write(self, data: Any) -> int:
        if self.fault.comes("write", self.path):
            super().write(memoryview(data)[: len(data) // 2])
            self.fault.strike()
        return super().write(data)

    def truncate(self, size: int | None = None) -> int:
        if self.fault.comes("truncate", self.path):
            self.fault.strike()
        return super().truncate(size)


@contextlib.contextmanager
def counted(fault: Fault) -> Iterator[Fault]:
    """Put the fault into this process, and take it out again."""
    patched = [(io, "open"), (builtins, "open"), *((os, each) for each in _SYSTEM)]
    kept = [(module, name, getattr(module, name)) for module, name in patched]
    _put(fault)
    try:
        yield fault
    finally:
        for module, name, function in kept:
            setattr(module, name, function)


def begin() -> None:
    """Put in the fault that the surroundings name."""
    operation, number, what, folder, *report = os.environ[VARIABLE].split(":")
    fault = Fault(operation, int(number), what.removesuffix("+"), folder, what.endswith("+"))
    _put(fault)
    if report:
        import atexit

        def tell(write: Callable[[str], int] = Path(report[0]).write_text) -> None:
            fault.folder = "\0"
            write(repr(dict(fault.done)))

        atexit.register(tell)


_SYSTEM = ("open", "fsync", "replace", "rename", "mkdir", "unlink", "write")


def _put(fault: Fault) -> None:
    real_open = io.open

    def opened(file: Any, mode: str = "r", buffering: int = -1, *args: Any, **named: Any) -> Any:
        path = _path(file)
        if fault.comes("open", path):
            fault.strike(path)
        if not path.startswith(fault.folder) or not set(mode) & set("wax+"):
            return real_open(file, mode, buffering, *args, **named)
        raw = _Raw(file, mode.replace("b", "").replace("t", ""))
        raw.fault, raw.path = fault, path
        if buffering == 0:
            return raw
        buffered = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        return buffered if "b" in mode else io.TextIOWrapper(buffered, *args, **named)

    io.open = builtins.open = opened
    for name in _SYSTEM:
        setattr(os, name, _struck(fault, name, getattr(os, name)))


def _struck(fault: Fault, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def called(first: Any, *args: Any, **named: Any) -> Any:
        path = _path(first)
        if fault.comes(name, path):
            if name == "write":
                real(first, memoryview(args[0])[: len(args[0]) // 2])
            fault.strike(*([] if isinstance(first, int) else [path]))
        return real(first, *args, **named)

    return called


def _path(file: Any) -> str:
    if isinstance(file, int):
        with contextlib.suppress(OSError):
            return str(Path(f"/proc/self/fd/{file}").readlink())
        return ""
    return os.path.abspath(os.fsdecode(file))  # noqa: PTH100
