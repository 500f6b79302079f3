"""How files are written: all of it or nothing, by one process at a time, over nothing that is a person's; and the time
and the name to write down."""

from __future__ import annotations

import contextlib
import csv
import getpass
import hashlib
import io
import os
import socket
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Literal

from evaltool.findings import Refused, finding

LOCK = ".evaltool.lock"


_OF_SYSTEM = ("thumbs.db", "desktop.ini", "__macosx", "icon\r", "$recycle.bin")


def is_of_system(name: str) -> bool:
    """Whether a system or a program left a file of this name behind: hidden, a lock, a preview."""
    return name.startswith((".", "~$")) or name.casefold() in _OF_SYSTEM


def write_atomically(path: Path, data: bytes) -> None:
    """All of the file or nothing of it, whatever happens in between."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name[:100]}.{os.getpid()}.part")
    with part.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)


def copy_atomically(source: Path, path: Path, digest: str) -> None:
    """A copy of a large file, if what is copied still has this SHA-256; else nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name[:100]}.{os.getpid()}.part")
    copied = hashlib.sha256()
    with source.open("rb") as given, part.open("wb") as stream:
        while piece := given.read(1 << 20):
            copied.update(piece)
            stream.write(piece)
        stream.flush()
        os.fsync(stream.fileno())
    if copied.hexdigest() == digest:
        part.replace(path)
    else:
        part.unlink()


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


# --- over nothing that lies there -------------------------------------------------------------------------------------

Fate = Literal["written", "unchanged", "beside"]


@dataclass(frozen=True, slots=True)
class Placed:
    """A file and what became of it: written; the same was there already; written beside another of its name."""

    path: Path
    fate: Fate


def place(wanted: Path, data: bytes) -> Placed:
    """Put a file where nothing else lies; its name gets a number where something does."""
    for path in _names(wanted):
        if not path.exists():
            write_atomically(path, data)
            return Placed(path, "written" if path == wanted else "beside")
        if path.is_file() and path.read_bytes() == data:
            return Placed(path, "unchanged")
    raise AssertionError("there is always another name")


def _names(path: Path) -> Iterator[Path]:
    yield path
    for number in count(2):
        yield path.with_name(f"{path.stem}（{number}）{path.suffix}")


# --- folders that are made anew ---------------------------------------------------------------------------------------
# What the tool made there is made anew each time; what people put or changed there stays.  `index.csv` lists every
# generated file with its hash; one whose hash is no longer that of the index was changed by hand and is a person's.

INDEX = "index.csv"
_HEADER = ("name", "sha256")


def free_stem(wanted: str, endings: Sequence[str], taken: set[str]) -> str:
    """The stem, with a number where a file of that name and one of these endings is there (in any case of letters).

    The names are taken from then on.
    """
    for stem in (wanted, *(f"{wanted}-{n}" for n in range(2, 10_000))):
        names = {f"{stem}{ending}".casefold() for ending in endings}
        if not names & taken:
            taken |= names
            return stem
    raise ValueError(f"no free name left for {wanted}")


def foreign(folder: Path) -> set[str]:
    """The names, in lower case, that are a person's; the index has its own."""
    own = _own(folder)
    names = (path.name for path in folder.iterdir()) if folder.is_dir() else ()
    return {INDEX} | {name.casefold() for name in names if name not in own}


def rebuild(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make these the generated files of the folder.  The index names a file before it is there, so that one that was
    written just before a kill is known as the tool's."""
    own = _own(folder)
    if not files and not own:
        return
    wanted = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    if own != wanted:
        _write_index(folder, {*own.items(), *wanted.items()})
    for name in own.keys() - wanted.keys():
        (folder / name).unlink()
    for name, digest in wanted.items():
        if own.get(name) != digest:
            write_atomically(folder / name, files[name])
    _write_index(folder, wanted.items())


def _own(folder: Path) -> dict[str, str]:
    """Generated files that are still as they were generated, with their hashes."""
    path = folder / INDEX
    if not path.is_file():
        return {}
    lines = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))[1:]
    entries = {(line[0], line[1]) for line in lines if len(line) == 2 and Path(line[0]).name == line[0]}
    found = {(name, _digest(folder / name)) for name, _ in entries}
    return dict(sorted(entries & found))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() and not path.is_symlink() else ""


def _write_index(folder: Path, entries: Iterable[tuple[str, str]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_HEADER)
    writer.writerows(sorted(entries))
    write_atomically(folder / INDEX, out.getvalue().encode("utf-8-sig"))
