"""The record of everything that ever came in: `received/`, each content once, under its SHA-256.

`inbox/` is only looked at.  A file that was seen stays in the record when it vanishes from the inbox; only a decision
takes it out of the count.  `received/index.csv` lists hash, name, size and when it was first seen.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from evaltool import reader
from evaltool.findings import Finding, finding

INDEX = "index.csv"
HEADER = ("sha256", "name", "bytes", "first_seen")


@dataclass(frozen=True, slots=True)
class Seen:
    """One content that came in: its hash, the name it goes by, its other names in the inbox, where its bytes are."""

    digest: str
    name: str
    copies: tuple[str, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class Unreceived:
    """A path of the inbox that is no content: a lock file, a link, something that cannot be read."""

    name: str
    findings: tuple[Finding, ...]


def receive(folder: Path) -> tuple[list[Seen], list[Unreceived]]:
    """Look at the inbox, add what is new to the record, and return everything ever received, by hash."""
    found, refused = _look(folder)
    store = folder / "received"
    index = _read_index(store)
    new = {digest: names for digest, names in found.items() if digest not in index}
    if new:
        _record(store, index, new, {digest: names[1] for digest, names in found.items()})
    seen = []
    for digest in sorted(index.keys() | found.keys()):
        names, data = found.get(digest, ([], b""))
        name = names[0] if names else index[digest][1]
        seen.append(Seen(digest, name, tuple(names[1:]), data or _stored(store, digest, index[digest][1]).read_bytes()))
    return seen, refused


def _look(folder: Path) -> tuple[dict[str, tuple[list[str], bytes]], list[Unreceived]]:
    """Content of the inbox by hash, with the names it stands under, sorted."""
    found: dict[str, tuple[list[str], bytes]] = {}
    refused: list[Unreceived] = []
    for path in _files(folder / "inbox"):
        name = unicodedata.normalize("NFC", _text(path.relative_to(folder).as_posix()))
        if path.name.startswith(("~$", ".")):
            refused.append(Unreceived(name, (finding("SKIP_LOCKFILE", file=name),)))
            continue
        data = reader.load(path)
        if isinstance(data, reader.Unreadable):
            refused.append(Unreceived(name, (finding(data.code, file=name, args=dict(data.args)),)))
            continue
        digest = hashlib.sha256(data).hexdigest()
        found.setdefault(digest, ([], data))[0].append(name)
    return found, refused


def _text(name: str) -> str:
    """A name as it can be written down: bytes of it that are no UTF-8 by their numbers."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _files(inbox: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(inbox):
        folders.sort()
        yield from (Path(root) / name for name in sorted(names))
        # a link to a folder is not followed; it is named as what it is
        yield from (Path(root) / name for name in folders if (Path(root) / name).is_symlink())


def _read_index(store: Path) -> dict[str, tuple[str, ...]]:
    path = store / INDEX
    if not path.exists():
        return {}
    lines = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    return {line[0]: tuple(line) for line in lines[1:] if len(line) == len(HEADER)}


def _stored(store: Path, digest: str, name: str) -> Path:
    """Where a content is kept: its hash, with the ending of the name it came under, so that a clerk can open it."""
    suffix = Path(name).suffix.lower()
    return store / (digest + (suffix if suffix.isascii() and suffix[1:].isalnum() else ""))


def _record(
    store: Path,
    index: dict[str, tuple[str, ...]],
    new: dict[str, tuple[list[str], bytes]],
    data: dict[str, bytes],
) -> None:
    """Contents first, the index last and in one step: a kill in between leaves an index that is true."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with ThreadPoolExecutor(8) as pool:  # most of the time is waiting for the disk to have it
        list(pool.map(lambda each: write_atomically(_stored(store, each[0], each[1][0][0]), each[1][1]), new.items()))
    for digest, (names, _) in new.items():
        index[digest] = (digest, names[0], str(len(data[digest])), now)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(index[digest] for digest in sorted(index))
    write_atomically(store / INDEX, out.getvalue().encode("utf-8-sig"))


def write_atomically(path: Path, data: bytes) -> None:
    """All of the file or nothing of it, whatever happens in between."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name[:100]}.{os.getpid()}.part")
    with part.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)
