"""The record of everything that ever came in: `received/`, each content once, under its SHA-256.

`inbox/` is only looked at.  A file that was seen stays in the record when it vanishes from the inbox; only a decision
takes it out of the count.  `received/index.csv` lists hash, name, size and when it was first seen.  What lies in an
archive that holds sheets came in too, as `archive.zip/inner.xlsx`.  A file too large to be a sheet is kept
as it is; if it is the export of a survey, it is read there.
"""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from evaltool import reader
from evaltool.files import copy_atomically, write_atomically
from evaltool.findings import Finding, finding
from evaltool.inbox.passed_over import passed_over

INDEX = "index.csv"
HEADER = ("sha256", "name", "bytes", "first_seen")


_ARCHIVE = ".zip"
_HASH = re.compile(r"[0-9a-f]{64}")

Index = dict[str, tuple[str, ...]]  # hash -> its line


@dataclass(slots=True)
class CameIn:
    """One content: its names, plain ones first, those in archives last; its bytes (the first of a large file); its
    size."""

    names: list[str]
    data: bytes
    size: int
    source: Path | None = None  # where a large file stands, to be copied from
    inside: int = 0  # the files in an archive that was opened


CameInByHash = dict[str, CameIn]  # by hash


@dataclass(frozen=True, slots=True)
class Seen:
    """One content that came in: its hash, the name it goes by, its other names in the inbox, where its bytes are."""

    digest: str
    name: str
    copies: tuple[str, ...]
    data: bytes
    first_seen: str = ""  # the moment at which the record first had it
    size: int = 0
    path: Path | None = None  # of a file too large to be held: where the record has it, and `data` is how it begins
    inside: int = 0  # the files in it, each seen too, if it is an archive that was opened

    @property
    def large(self) -> bool:
        return self.path is not None


@dataclass(frozen=True, slots=True)
class Unreceived:
    """A path that is no content: a lock file, a link, something unreadable, a record that is not what it was."""

    name: str
    findings: tuple[Finding, ...]


Receipts = tuple[list[Seen], list[Unreceived]]
"""Everything that came in, by hash, and what is no content."""


def receive(folder: Path, *, keep: bool = True) -> Receipts:
    """Look at the inbox, add what is new to the record if it is to `keep` it, and return everything ever received, by
    hash.

    What the record holds is believed only as far as its hash bears it out; every file of it is used or named.
    """
    found, refused = _look(folder)
    store = folder / "received"
    index = _read_index(store)
    kept, strange = _kept(folder, index)
    refused += _open_archives(found, kept, index)
    if keep:
        _record(store, index, found, kept, strange)
    else:
        index |= _new_lines(index, found, kept, folder)
    copies = store if keep else None
    seen = [_seen(digest, index, found, kept, copies) for digest in sorted(found.keys() | kept.keys())]
    lost = [
        _missing(digest, row[1])
        for digest, row in sorted(index.items())
        if digest not in found and digest not in kept and not stands(digest, strange)
    ]
    return seen, [*refused, *strange, *lost]


def on_record(folder: Path) -> dict[str, Seen]:
    """What the record holds, by hash; the inbox is not looked at and nothing is written."""
    return whole_record(folder)[0]


def whole_record(folder: Path) -> tuple[dict[str, Seen], list[Unreceived]]:
    """What the record holds, by hash, and what stands in it without being that."""
    index = _read_index(folder / "received")
    kept, strange = _kept(folder, index)
    for digest in kept.keys() - index.keys():
        index[digest] = _line(digest, {}, kept, folder)
    _open_archives({}, kept, index)
    return {digest: _seen(digest, index, {}, kept, folder / "received") for digest in sorted(kept)}, strange


def is_digest(name: str) -> bool:
    return _HASH.fullmatch(name) is not None


def in_inbox(folder: Path) -> dict[str, str]:
    """What stands in the inbox, in archives of sheets too: name -> SHA-256."""
    found, _ = _look(folder)
    _open_archives(found, {}, {})
    return {name: digest for digest, one in found.items() for name in one.names}


def index_lines(folder: Path) -> dict[str, dict[str, str]]:
    """What the index says of each content, by hash."""
    lines = _read_index(folder / "received").items()
    return {digest: dict(zip(HEADER[1:], line[1:], strict=True)) for digest, line in lines}


def is_index_as_written(folder: Path) -> bool:
    """Whether the index is, byte for byte, what would be written of what is read from it."""
    path = folder / "received" / INDEX
    return not path.exists() or path.read_bytes() == _index_text(_read_index(path.parent))


def _seen(digest: str, index: Index, found: CameInByHash, kept: CameInByHash, store: Path | None) -> Seen:
    names = found[digest].names if digest in found else []
    copies = kept[digest].names if digest in kept else []
    one = found.get(digest) or kept[digest]
    name = names[0] if names else index[digest][1]
    further = [*names[1:], *sorted(copies, key=_simplest)[1:]]
    first_seen = index[digest][HEADER.index("first_seen")]
    others = tuple(copy for copy in further if copy != name)
    return Seen(
        digest, name, others, one.data, first_seen, one.size, _stands_at(digest, found, kept, store), one.inside
    )


def _stands_at(digest: str, found: CameInByHash, kept: CameInByHash, store: Path | None) -> Path | None:
    """Where the record has a large file: what lies in the inbox may be altered while it is read.  Without a `store` in
    which it was put, that is all there is."""
    one = kept.get(digest) or found[digest]
    if one.source is None or store is None or digest in kept:
        return one.source
    return store / _stored_as(digest, one.names[0])


def _missing(digest: str, name: str) -> Unreceived:
    file = f"received/{_stored_as(digest, name)}"
    return Unreceived(file, (finding("RECORD_MISSING", file=file, args={"name": name}),))


def stands(digest: str, strange: Iterable[Unreceived]) -> bool:
    """Whether a file stands for this content in the record that no longer is that content."""
    return any(PurePosixPath(each.name).name.startswith(digest) for each in strange)


def _kept(folder: Path, index: Index) -> tuple[CameInByHash, list[Unreceived]]:
    """Content of the record by hash, with the names it stands under there; and what stands there without being it."""
    kept: CameInByHash = {}
    strange: list[Unreceived] = []
    store = folder / "received"
    for path in _files(store):
        if path == store / INDEX or path.name.startswith("."):
            continue
        name, digest = _name(path, folder), path.name[:64]
        if not is_digest(digest):
            code = passed_over(path.relative_to(store).parts) or "RECORD_UNKNOWN"
            strange.append(Unreceived(name, (finding(code, file=name),)))
            continue
        loaded = _loaded(path)
        if isinstance(loaded, reader.Unreadable):
            strange.append(Unreceived(name, (finding(loaded.code, file=name, args=dict(loaded.args)),)))
        elif loaded[0] != digest:
            came = index[digest][1] if digest in index else "—"
            strange.append(Unreceived(name, (finding("RECORD_CHANGED", file=name, args={"name": came}),)))
        else:
            kept.setdefault(digest, loaded[1]).names.append(name)
    return kept, strange


def _loaded(path: Path) -> tuple[str, CameIn] | reader.Unreadable:
    """A file's hash and content; what is too large to be read is looked at in pieces."""
    data = reader.load(path)
    if isinstance(data, bytes):
        return hashlib.sha256(data).hexdigest(), CameIn([], data, len(data))
    if data.code != "FILE_TOO_BIG":
        return data
    one = reader.large(path)
    return one if isinstance(one, reader.Unreadable) else (one.digest, CameIn([], one.head, one.size, path))


def _look(folder: Path) -> tuple[CameInByHash, list[Unreceived]]:
    """Content of the inbox by hash, with the names it stands under, plain ones first."""
    found: CameInByHash = {}
    refused: list[Unreceived] = []
    for path in _files(folder / "inbox"):
        name = _name(path, folder)
        if code := passed_over(path.relative_to(folder / "inbox").parts):
            refused.append(Unreceived(name, (finding(code, file=name),)))
            continue
        loaded = _loaded(path)
        if isinstance(loaded, reader.Unreadable):
            code = "ATTACHMENT_TOO_BIG" if loaded.code == "FILE_TOO_BIG" else loaded.code
            refused.append(Unreceived(name, (finding(code, file=name, args=dict(loaded.args)),)))
            continue
        found.setdefault(*loaded).names.append(name)
    for one in found.values():
        one.names = _plain_first(one.names)
    return found, refused


def _plain_first(names: list[str]) -> list[str]:
    """In each folder the shortest first: what a program or a drive adds to the name of a copy makes it longer, and the
    file is known by the name without that."""
    folders: dict[PurePosixPath, int] = {}
    for name in names:
        folders.setdefault(PurePosixPath(name).parent, len(folders))
    return sorted(names, key=lambda name: (folders[PurePosixPath(name).parent], _simplest(name)))


def _open_archives(found: CameInByHash, kept: CameInByHash, index: Index) -> list[Unreceived]:
    """Put what lies in archives that hold sheets among what was found; gives the files in them that are passed over."""
    archives = [(one, one.names, True) for one in found.values()]
    archives += [
        (one, [index[digest][1]], False) for digest, one in kept.items() if digest in index and digest not in found
    ]
    refused: list[Unreceived] = []
    for one, known, fresh in archives:
        names = [name for name in known if _may_be_opened(name)]
        members = reader.sheets_inside(one.data) if names and not one.source else []
        one.inside = len(members)
        for name in names:
            for member in members:
                inner = f"{name}/{member.name}"
                code = passed_over(member.name.split("/"))
                if code:
                    refused.append(Unreceived(inner, (finding(code, file=inner),)))
                else:
                    _put_inner(found, kept, inner, member.data, fresh=fresh)
    return refused


def _may_be_opened(name: str) -> bool:
    """Whether a file is called an archive and does not lie in one itself: what was packed twice stays closed."""
    *folders, last = PurePosixPath(name.casefold()).parts
    return last.endswith(_ARCHIVE) and not any(folder.endswith(_ARCHIVE) for folder in folders)


def _put_inner(found: CameInByHash, kept: CameInByHash, name: str, data: bytes, *, fresh: bool) -> None:
    """A file out of an archive; of one that stands in the record only, nothing that the record has already."""
    digest = hashlib.sha256(data).hexdigest()
    if fresh or digest not in kept:
        found.setdefault(digest, CameIn([], data, len(data))).names.append(name)


def _name(path: Path, folder: Path) -> str:
    """A path as it can be written down: bytes of it that are no UTF-8 by their numbers."""
    text = os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")
    return unicodedata.normalize("NFC", text)


def _files(inbox: Path) -> Iterator[Path]:
    """Every file.  A folder that cannot be looked into would make what is in it missing: raises `OSError`."""
    for root, folders, names in os.walk(inbox, onerror=_unless_missing):
        folders.sort()
        yield from (Path(root) / name for name in sorted(names))
        # a link to a folder is not followed; it is named as what it is
        yield from (Path(root) / name for name in folders if (Path(root) / name).is_symlink())


def _unless_missing(problem: OSError) -> None:
    if not isinstance(problem, FileNotFoundError):
        raise problem


def _read_index(store: Path) -> Index:
    """The lines of the index.  One that is damaged costs names and times, never a content: those are in the files."""
    path = store / INDEX
    if not path.exists():
        return {}
    index: Index = {}
    lines = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig", errors="replace"), newline=""))
    with suppress(csv.Error):
        for line in lines:
            if len(line) == len(HEADER) and is_digest(line[0]):
                index[line[0]] = tuple(line)
    return index


def _stored_as(digest: str, name: str) -> str:
    """What a content is called in the record: its hash, with the ending it came with, so that a clerk can open it."""
    suffix = PurePosixPath(name).suffix.lower()
    return digest + (suffix if suffix.isascii() and suffix[1:].isalnum() else "")


def _record(store: Path, index: Index, found: CameInByHash, kept: CameInByHash, strange: Iterable[Unreceived]) -> None:
    """Contents first, the index last and in one step: a kill in between leaves an index that is true.

    A file that was altered is not written over: it stays as it is until somebody has looked at it.
    """
    lacking = [digest for digest in found if digest not in kept and not stands(digest, strange)]
    with ThreadPoolExecutor(8) as pool:  # most of the time is waiting for the disk to have it
        list(pool.map(lambda digest: _store(store, digest, found[digest]), lacking))
    if new := _new_lines(index, found, kept, store.parent):
        index |= new
        write_atomically(store / INDEX, _index_text(index))


def _new_lines(index: Index, found: CameInByHash, kept: CameInByHash, folder: Path) -> Index:
    """What the index does not have yet."""
    new = (found.keys() | kept.keys()) - index.keys()
    return {digest: _line(digest, found, kept, folder) for digest in new}


def _index_text(index: Index) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(index[digest] for digest in sorted(index))
    return out.getvalue().encode("utf-8-sig")


def _store(store: Path, digest: str, one: CameIn) -> None:
    path = store / _stored_as(digest, one.names[0])
    if one.source:
        copy_atomically(one.source, path, digest)
        if not path.exists():
            raise OSError(errno.EBUSY, "changed while it was copied", str(one.source))
    else:
        write_atomically(path, one.data)


def _line(digest: str, found: CameInByHash, kept: CameInByHash, folder: Path) -> tuple[str, ...]:
    """A new line of the index.  What the record holds already was first seen when it was written there."""
    one = found.get(digest) or kept[digest]
    name = min(one.names, key=_simplest) if digest not in found else one.names[0]
    moment = datetime.now(UTC)
    if digest in kept:
        with suppress(OSError):  # a name that was written down in another way than it stands on the disk
            moment = datetime.fromtimestamp((folder / min(kept[digest].names, key=_simplest)).stat().st_mtime, UTC)
    return digest, name, str(one.size), moment.isoformat(timespec="seconds")


def _simplest(name: str) -> tuple[int, str]:
    """The order of the files of one content: before its copies the one that the program wrote."""
    return len(name), name


def stored(folder: Path, digest: str) -> bytes | None:
    """The content of the record with this hash; a stored file that was altered since is not it, and one that is too
    large to be a sheet is not held."""
    found = (reader.load(path) for path in sorted((folder / "received").glob(f"{digest}*")))
    return next(
        (each for each in found if isinstance(each, bytes) and hashlib.sha256(each).hexdigest() == digest), None
    )
