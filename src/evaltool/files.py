"""How files are written: all of it or nothing, by one process at a time; and the time and the name to write down."""

from __future__ import annotations

import contextlib
import getpass
import os
import socket
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from evaltool.findings import Refused, finding

LOCK = ".evaltool.lock"


def write_atomically(path: Path, data: bytes) -> None:
    """All of the file or nothing of it, whatever happens in between."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name[:100]}.{os.getpid()}.part")
    with part.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)


def now() -> str:
    """The time to write down: SOURCE_DATE_EPOCH where it is set, so that a run can be made again byte for byte."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    return moment.isoformat(timespec="seconds")


def local(moment: str) -> str:
    """A time that was written down, as the clock on the wall showed it here: 2027-04-08 17:05:00 +08:00."""
    try:
        here = datetime.fromisoformat(moment).astimezone()
    except ValueError:
        return moment
    return here.isoformat(" ", timespec="seconds")[:19] + " " + here.isoformat()[-6:]


def today() -> date:
    """The day from which days are counted: that of SOURCE_DATE_EPOCH where it is set, else the local one."""
    return datetime.fromisoformat(now()).date() if os.environ.get("SOURCE_DATE_EPOCH") else date.today()


def operator() -> str:
    """Who runs the tool: EVALTOOL_OPERATOR, else the name of the account."""
    if os.environ.get("EVALTOOL_OPERATOR"):
        return os.environ["EVALTOOL_OPERATOR"]
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


# --- one process at a time -------------------------------------------------------------------------------------------


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder; a second process is refused.  The system lets go of the lock when its process ends, however."""
    with (folder / LOCK).open("a+", encoding="utf-8") as stream:
        if not _hold(stream.fileno()):
            stream.seek(0)
            raise Refused([finding("RUN_LOCKED", file=LOCK, args={"holder": stream.read(200).strip()})])
        stream.truncate(0)
        stream.write(f"{socket.gethostname()} {os.getpid()} {now()}")
        stream.flush()
        yield


def _hold(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(handle, 1 << 20, os.SEEK_SET)  # beyond the text, so that others can read who holds it
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
