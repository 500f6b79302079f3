"""One process at a time in a folder: who holds it is said to everybody else, and whoever comes after one that was
killed is told so.

The lock is the system's, so that it goes with its process, however that ends.  Its file says who holds it: host,
process, time; it is emptied when the folder is let go, and what a killed process left in it is how the next one knows.
A network drive may know no locks; then a second file that only one can create stands for it.  On a synchronised folder
every machine has locks of its own: there the words of the file alone tell of a holder elsewhere.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import socket
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import FileIO
from pathlib import Path
from typing import Literal

from evaltool.files.clock import local
from evaltool.findings import Finding, Refused, finding

LOCK = ".evaltool.lock"
CREATED = ".evaltool.lock.held"
"""Stands for the lock where the folder's system knows none."""
_STALE = timedelta(hours=1)
"""So old, what another machine wrote into the lock is what it left when it was killed: no command takes as long."""
_TRIES, _PAUSE = 20, 0.05
"""A holder that has just come has not said its name yet."""
_BUSY = (errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK)

_HOLDER = re.compile(r"(\S+) ([0-9]+) (\S+)")

Hold = Literal["held", "busy", "unknown"]


@contextlib.contextmanager
def held(folder: Path) -> Iterator[bool]:
    """Hold the folder; gives whether the process that held it before was killed.  Raises `Refused`, naming the holder,
    where there is one."""
    with (folder / LOCK).open("a+b", buffering=0) as stream:
        if _wait(stream) == "unknown":
            with _created(folder / CREATED) as killed:
                yield killed
            return
        before = _said(stream)
        if _is_elsewhere(before):
            raise _elsewhere(before, LOCK)
        _say(stream, folder / LOCK)
        try:
            yield bool(before)
        finally:
            with contextlib.suppress(OSError):
                stream.truncate(0)


def _wait(stream: FileIO) -> Hold:
    """Take the lock.  Raises `Refused` once it is known who has it."""
    for _ in range(_TRIES):
        state = _hold(stream.fileno())
        if state != "busy":
            return state
        holder = _said(stream)
        if holder and not _is_gone(holder):
            break
        time.sleep(_PAUSE)
    raise Refused([_locked("RUN_LOCKED", _said(stream), LOCK)])


def _hold(handle: int) -> Hold:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(handle, 1 << 20, os.SEEK_SET)  # beyond the text, so that others can read who holds it
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        return "busy" if problem.errno in _BUSY else "unknown"
    return "held"


@contextlib.contextmanager
def _created(path: Path) -> Iterator[bool]:
    """Hold the folder by a file that only one process can create."""
    killed = False
    while True:
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR)
            break
        except FileExistsError:
            holder = path.read_bytes()[:200].decode("utf-8", "replace").strip() if path.exists() else ""
            if killed or not (holder and _is_gone(holder)):
                raise _elsewhere(holder, CREATED) from None
            path.unlink()
            killed = True
    try:
        with FileIO(handle, "r+") as stream:
            _say(stream, path)
            yield killed
    finally:
        with contextlib.suppress(OSError):
            path.unlink()


# --- what the lock says ----------------------------------------------------------------------------------------------


def _say(stream: FileIO, path: Path) -> None:
    try:
        stream.truncate(0)
        stream.write(f"{socket.gethostname()} {os.getpid()} {datetime.now(UTC).isoformat(timespec='seconds')}".encode())
    except OSError as problem:
        problem.filename = str(path)
        raise


def _said(stream: FileIO) -> str:
    stream.seek(0)
    return (stream.read(200) or b"").decode("utf-8", "replace").strip()


def _elsewhere(holder: str, file: str) -> Refused:
    return Refused([_locked("RUN_LOCKED_ELSEWHERE", holder, file)])


def _locked(code: str, holder: str, file: str) -> Finding:
    """Who holds the folder, in words, with the time as the clock shows it here."""
    if not (named := _HOLDER.fullmatch(holder)):
        return finding(code, file=file, args={"lock": file}, because="unnamed")
    args: dict[str, object] = {"lock": file, "host": named[1], "process": named[2], "since": local(named[3])}
    return finding(code, file=file, args=args, because="named")


def _is_elsewhere(holder: str) -> bool:
    """Whether another machine holds the folder, as far as what it wrote there tells."""
    host, _, rest = holder.partition(" ")
    try:
        since = datetime.fromisoformat(rest.rpartition(" ")[2])
        return host != socket.gethostname() and abs(datetime.now(UTC) - since) < _STALE
    except (ValueError, TypeError):
        return False


def _is_gone(holder: str) -> bool:
    """Whether a holder was a process of this machine that is no more."""
    host, _, rest = holder.partition(" ")
    process = rest.partition(" ")[0]
    return host == socket.gethostname() and process.isdecimal() and not is_alive(int(process))


def is_alive(process: int) -> bool:
    """Whether a process of this machine is at work."""
    if sys.platform == "win32":
        import ctypes

        synchronize = 0x00100000
        handle = ctypes.windll.kernel32.OpenProcess(synchronize, 0, process)
        return bool(handle and ctypes.windll.kernel32.CloseHandle(handle))
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
