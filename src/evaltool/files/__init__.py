"""How files are written: all of it or nothing, by one process at a time, over nothing that is a person's; and the time
and the name to write down."""

from __future__ import annotations

import contextlib
import csv
import errno
import getpass
import hashlib
import io
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Literal

from evaltool.files.holding import LOCK, held, is_alive

STAGING = ".staging-"
"""How the name of a folder begins that is made whole before it is moved into place."""
_PART = re.compile(r"\..*\.\d+\.part\Z", re.DOTALL)
_HELD_OPEN = (5, 32, 33)
"""What Windows says while another program has a file open: a scanner, a client that synchronises."""
_READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)
_PAUSES = (0.1, 0.2, 0.4, 0.8)

_OF_SYSTEM = ("thumbs.db", "desktop.ini", "__macosx", "icon\r", "$recycle.bin")


def is_of_system(name: str) -> bool:
    """Whether a system or a program left a file of this name behind: hidden, a lock, a preview."""
    return name.startswith((".", "~$")) or name.casefold() in _OF_SYSTEM


def write_atomically(path: Path, data: bytes) -> None:
    """All of the file or nothing of it, whatever happens in between."""
    with _part_of(path) as part, said_of(path):
        write_through(part, data)
        move(part, path)


def copy_atomically(source: Path, path: Path, digest: str) -> None:
    """A copy of a large file, if what is copied still has this SHA-256; else nothing."""
    copied = hashlib.sha256()
    with _part_of(path) as part, said_of(path):
        with source.open("rb") as given, part.open("wb") as stream:
            while piece := given.read(1 << 20):
                copied.update(piece)
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())
        if copied.hexdigest() == digest:
            move(part, path)
        else:
            part.unlink()


def write_together(files: Mapping[Path, bytes]) -> None:
    """All of these files or none: all are written beside their places before the first is moved into its own, and where
    a move fails, what was moved before is put back."""
    before = {path: path.read_bytes() if path.exists() else None for path in files}
    moved: list[Path] = []
    try:
        with contextlib.ExitStack() as parts:
            ready = {path: parts.enter_context(_part_of(path)) for path in files}
            for path, part in ready.items():
                with said_of(path):
                    write_through(part, files[path])
            for path, part in ready.items():
                with said_of(path):
                    move(part, path)
                moved.append(path)
    except BaseException:
        for path in moved:
            data = before[path]
            path.unlink() if data is None else write_atomically(path, data)
        raise


@contextlib.contextmanager
def _part_of(path: Path) -> Iterator[Path]:
    """The name beside a file's under which it is written; nothing stands there afterwards."""
    part = path.with_name(f".{path.name[:100]}.{os.getpid()}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield part
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def said_of(path: Path) -> Iterator[None]:
    """An error in between is said of the file that somebody knows, not of a name beside it or of no name at all."""
    try:
        yield
    except OSError as problem:
        problem.filename, problem.filename2 = str(path), None
        raise


def write_through(path: Path, data: bytes) -> None:
    """Write a file until the disk has it."""
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def move(source: Path, target: Path) -> None:
    """Move into place in one step; what another program has open for a moment is waited for."""
    for pause in _PAUSES:
        try:
            source.replace(target)
            return
        except PermissionError as problem:
            if getattr(problem, "winerror", None) not in _HELD_OPEN:
                raise
        time.sleep(pause)
    source.replace(target)


def now() -> str:
    """The time to write down: SOURCE_DATE_EPOCH where it is set, so that a run can be made again byte for byte."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    return moment.isoformat(timespec="seconds")


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
    """Hold the folder; a second process is refused.  What a killed one left behind is taken away first."""
    with held(folder) as killed:
        if killed:
            _clear(folder)
        yield


@contextlib.contextmanager
def looked_at(folder: Path) -> Iterator[bool]:
    """For who only asks: hold the folder; one in which nothing can be written is looked at as it is.  Gives whether it
    is held."""
    with contextlib.ExitStack() as held_by:
        try:
            held_by.enter_context(locked(folder))
            is_held = True
        except OSError as problem:
            if problem.errno not in _READ_ONLY:
                raise
            is_held = False
        yield is_held


def _clear(folder: Path) -> None:
    """Take away what was half written: names that nobody but this tool gives.  An inbox is only ever looked at, and an
    evaluation inside of this one has a lock of its own: somebody may be at work there."""
    for root, folders, names in os.walk(folder):
        for name in [each for each in folders if each.startswith(STAGING)]:
            shutil.rmtree(Path(root) / name)
            folders.remove(name)
        folders[:] = [each for each in folders if each != "inbox" and not (Path(root) / each / LOCK).exists()]
        for name in filter(_PART.match, names):
            (Path(root) / name).unlink()


@contextlib.contextmanager
def built(folder: Path) -> Iterator[Path]:
    """A folder to fill, which becomes `folder` (new or empty) once it is whole; nothing is left where that fails."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for path in folder.parent.glob(f"{STAGING}*"):
        if (process := path.name.removeprefix(STAGING)).isdecimal() and not is_alive(int(process)):
            shutil.rmtree(path, ignore_errors=True)
    staged = folder.parent / f"{STAGING}{os.getpid()}"
    staged.mkdir()
    try:
        yield staged
        with said_of(folder):
            if not folder.exists():
                move(staged, folder)
            else:  # somebody may be in it
                for path in sorted(staged.iterdir()):
                    move(path, folder / path.name)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


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
