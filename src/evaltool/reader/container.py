"""From a path to bytes, and from bytes to the parts of an .xlsx archive, trusting nothing that the archive says.

A zip file states everything twice (in the directory at its end and before each entry), and programs differ in which
they believe: that is how one file can show a reviewer one score and count another.  So whatever two readers could
take differently is refused: twins, overlaps, hidden data, sizes and checksums that do not hold.  `zipfile` is not
used because it believes the directory alone, and takes twice the time.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from evaltool.reader.refusals import LIMITS, Limits, Note, Refusal, Unreadable, refusal, too_much
from evaltool.reader.sniffing import not_a_workbook, not_an_archive

_END = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_SIZES_FOLLOW = 0x8
_IN_ZIP64 = 0xFFFFFFFF
_SMALL = 1 << 16
_IN_THE_CLOUD = range(358, 405)  # ERROR_CLOUD_FILE_… of Windows: only the name of the file is on this machine
_OF_THE_MACHINE = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)
_DESCRIPTOR = 24  # the longest record of sizes that may follow an entry's data


class DirectoryEntry(NamedTuple):
    """One line of the archive's directory; `start` is where its local header stands, `key` its name for look-ups."""

    key: str
    raw_name: bytes
    start: int
    packed: int
    size: int
    crc: int
    method: int
    flags: int


@dataclass(frozen=True, slots=True)
class Container:
    """A checked archive: where each part's bytes are, by lower-case name with forward slashes."""

    data: bytes
    entries: dict[str, DirectoryEntry]
    notes: tuple[Note, ...]


def load(path: str | os.PathLike[str], limits: Limits = LIMITS) -> bytes | Unreadable:
    """The bytes of a regular file, read once; never follows a link, waits for a pipe or reads past the limit.  Raises
    `OSError` only where the machine can open no file at all."""
    try:
        return _load(path, limits)
    except Refusal as refused:
        return refused.unreadable
    except (OSError, ValueError) as problem:
        return _not_opened(problem)


@dataclass(frozen=True, slots=True)
class Large:
    """A file that is too large to be read as a workbook: its SHA-256, its size, and how it begins."""

    digest: str
    size: int
    head: bytes


def large(path: str | os.PathLike[str], limits: Limits = LIMITS) -> Large | Unreadable:
    """A large file in pieces, as `load` takes a small one."""
    try:
        with _opened(path) as (handle, found):
            read = _in_pieces(handle, limits)
            _check_still(handle, found, read.size)
            return read
    except Refusal as refused:
        return refused.unreadable
    except (OSError, ValueError) as problem:
        return _not_opened(problem)


def _in_pieces(handle: int, limits: Limits) -> Large:
    digest, size, head = hashlib.sha256(), 0, b""
    while piece := os.read(handle, 1 << 20):
        head = head or piece
        size += len(piece)
        digest.update(piece)
        if size > limits.stored:
            raise too_much("bytes", size, limits.stored, code="FILE_TOO_BIG")
    return Large(digest.hexdigest(), size, head)


def _not_opened(problem: OSError | ValueError) -> Unreadable:
    """Why a file cannot be read; where it is the machine that can read no more, it is no fault of the file: raised."""
    number = getattr(problem, "errno", None)
    if number in _OF_THE_MACHINE:
        raise problem
    if number == errno.ELOOP:
        return refusal("FILE_NOT_REGULAR", kind="link").unreadable
    if number == errno.ENXIO:
        return refusal("FILE_NOT_REGULAR", kind="special").unreadable
    if getattr(problem, "winerror", None) in _IN_THE_CLOUD:
        return refusal("FILE_NOT_HERE").unreadable
    return refusal("FILE_UNREADABLE", reason=errno.errorcode.get(number or 0, type(problem).__name__)).unreadable


def _load(path: str | os.PathLike[str], limits: Limits) -> bytes:
    with _opened(path) as (handle, found):
        stated = found.st_size
        data = _read_all(handle, limits.bytes + 1) if stated <= limits.bytes else b""
        if stated <= limits.bytes:
            _check_still(handle, found, len(data))
    size = max(stated, len(data))
    if size > limits.bytes:
        raise too_much("bytes", size, limits.bytes, code="FILE_TOO_BIG")
    return data


def _check_still(handle: int, before: os.stat_result, read: int) -> None:
    """Whether a file was the same all the while: one that is being copied or synchronised is not whole yet."""
    now = os.fstat(handle)
    if (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns) or read != now.st_size:
        raise refusal("FILE_CHANGING")


@contextmanager
def _opened(path: str | os.PathLike[str]) -> Iterator[tuple[int, os.stat_result]]:
    """The handle of a regular file and what the system says of it."""
    # Windows has no O_NOFOLLOW
    if not hasattr(os, "O_NOFOLLOW") and Path(path).is_symlink():
        raise refusal("FILE_NOT_REGULAR", kind="link")
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"):
        flags |= getattr(os, name, 0)
    handle = os.open(path, flags)
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise refusal("FILE_NOT_REGULAR", kind="folder" if stat.S_ISDIR(found.st_mode) else "special")
        yield handle, found
    finally:
        os.close(handle)


def _read_all(handle: int, most: int) -> bytes:
    pieces = []
    while most > 0 and (piece := os.read(handle, most)):
        pieces.append(piece)
        most -= len(piece)
    return b"".join(pieces)


def unpack(data: bytes, limits: Limits = LIMITS) -> Container:
    """The archive of a workbook, checked as a whole; no part is inflated yet.  Raises `Refusal`."""
    if not data.startswith(b"PK\x03\x04"):
        raise not_an_archive(data)
    if len(data) > limits.bytes:
        raise too_much("bytes", len(data), limits.bytes, code="FILE_TOO_BIG")
    container = checked(data, limits, _key)
    parts = container.entries
    mimetype = inflate(container, "mimetype") if "mimetype" in parts and parts["mimetype"].size < 200 else b""
    if other := not_a_workbook(frozenset(parts), mimetype):
        raise other
    return container


def checked(data: bytes, limits: Limits, key: Callable[[bytes], str]) -> Container:
    """Any archive, checked as a whole; `key`: the spelling of a name for look-ups.  Raises `Refusal`."""
    start, count, end, trailing = _directory(data, limits)
    entries = _entries(data, start, end, count, key)
    _check_extent(data, entries, start)
    _check_sizes(data, entries, limits)
    parts = _by_key(entries)
    return Container(data, parts, _notes(parts, trailing))


def inflate(container: Container, name: str) -> bytes:
    """One part's bytes; its stated size and checksum must hold."""
    entry = container.entries.get(name.casefold())
    if entry is None:
        raise refusal("FILE_CORRUPT", part=name, reason="missing")
    data = container.data
    *_, name_size, extra_size = _LOCAL.unpack_from(data, entry.start)
    first = entry.start + _LOCAL.size + name_size + extra_size
    packed = data[first : first + entry.packed]
    read = _whole if entry.size <= _SMALL else _whole.__wrapped__
    return read(packed, entry.method, entry.size, entry.crc, name)


@lru_cache(maxsize=32)
def _whole(packed: bytes, method: int, size: int, crc: int, name: str) -> bytes:
    """A part's bytes from its packed ones.  The sheets of one form share most of their parts byte for byte."""
    whole = packed if method == 0 else _inflate(packed, size, name)
    if len(whole) != size:
        raise refusal("FILE_CORRUPT", part=name, reason="size")
    if zlib.crc32(whole) != crc:
        raise refusal("FILE_CORRUPT", part=name, reason="crc")
    return whole


def _inflate(packed: bytes, size: int, name: str) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        whole = inflater.decompress(packed, size + 1)
    except zlib.error:
        raise refusal("FILE_CORRUPT", part=name.casefold(), reason="inflate") from None
    if not inflater.eof or inflater.unused_data:
        raise refusal("FILE_CORRUPT", part=name.casefold(), reason="size")
    return whole


def _directory(data: bytes, limits: Limits) -> tuple[int, int, int, int]:
    """Where the directory starts, how many entries it has, where it ends, and how many bytes follow the archive."""
    at = data.rfind(b"PK\x05\x06")
    if at < 0 or at + _END.size > len(data):
        raise refusal("FILE_TRUNCATED")
    _, disk, first_disk, here, count, size, start, comment = _END.unpack_from(data, at)
    trailing = len(data) - at - _END.size - comment
    if trailing < 0:
        raise refusal("FILE_TRUNCATED")
    if count > limits.entries:
        raise refusal("ZIP_BOMB", reason="too_many_entries")
    if start == _IN_ZIP64 or size == _IN_ZIP64:
        raise refusal("FILE_CORRUPT", part="zip", reason="zip64")
    # a directory that does not end where its end record begins is another archive's, or has something hidden behind it
    if disk or first_disk or here != count or start + size != at:
        raise refusal("FILE_CORRUPT", part="zip", reason="directory")
    if trailing > limits.trailing:
        raise refusal("FILE_CORRUPT", part="zip", reason="trailing")
    return start, count, at, trailing


def _entries(data: bytes, start: int, end: int, count: int, key: Callable[[bytes], str]) -> list[DirectoryEntry]:
    entries = []
    at = start
    for _ in range(count):
        if at + _CENTRAL.size > end:
            raise refusal("FILE_CORRUPT", part="zip", reason="directory")
        fields = _CENTRAL.unpack_from(data, at)
        signature, _, _, flags, method, _, _, crc, packed, size, name_size, extra, comment, disk, _, _, local = fields
        raw = data[at + _CENTRAL.size : at + _CENTRAL.size + name_size]
        at += _CENTRAL.size + name_size + extra + comment
        if signature != b"PK\x01\x02" or at > end or disk:
            raise refusal("FILE_CORRUPT", part="zip", reason="directory")
        if flags & _ENCRYPTED:
            raise refusal("FILE_ENCRYPTED")
        entries.append(DirectoryEntry(key(raw), raw, local, packed, size, crc, method, flags))
    if at != end:
        raise refusal("FILE_CORRUPT", part="zip", reason="directory")
    return entries


@lru_cache(maxsize=1_024)
def _key(raw: bytes) -> str:
    """One spelling for all names that some reader takes for the same: any case, either slash."""
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        name = raw.decode("cp437")
    key = name.replace("\\", "/").casefold()
    pieces = key.removesuffix("/").split("/")
    if any(piece in ("", ".", "..") for piece in pieces) or ":" in key or not key.isprintable():
        raise refusal("ZIP_BAD_NAME", name=ascii(name)[1:-1][:80])
    return key


def _by_key(entries: list[DirectoryEntry]) -> dict[str, DirectoryEntry]:
    parts: dict[str, DirectoryEntry] = {}
    for entry in entries:
        if entry.key in parts:
            raise refusal("ZIP_DUPLICATE_ENTRY", name=entry.key)
        parts[entry.key] = entry
    return parts


def _check_extent(data: bytes, entries: list[DirectoryEntry], directory: int) -> None:
    """The entries lie one behind the other from byte 0 to the directory, and each says there what it says here."""
    position = 0
    for entry in sorted(entries, key=lambda one: one.start):
        if entry.start < position:
            raise refusal("ZIP_BOMB", reason="overlap")
        if entry.start - position > (_DESCRIPTOR if position else 0):
            raise refusal("FILE_CORRUPT", part="zip", reason="gap")
        position = _check_local(data, entry, directory)
    if position > directory:
        raise refusal("ZIP_BOMB", reason="overlap")
    if directory - position > _DESCRIPTOR:
        raise refusal("FILE_CORRUPT", part="zip", reason="gap")


def _check_local(data: bytes, entry: DirectoryEntry, directory: int) -> int:
    """Compare an entry's local header with the directory; gives where its data ends."""
    if entry.start + _LOCAL.size > directory:
        raise refusal("FILE_CORRUPT", part=entry.key, reason="directory")
    if _IN_ZIP64 in (entry.packed, entry.size):
        raise refusal("FILE_CORRUPT", part=entry.key, reason="zip64")
    if entry.method not in (0, 8):
        raise refusal("FILE_CORRUPT", part=entry.key, reason="method")
    fields = _LOCAL.unpack_from(data, entry.start)
    signature, _, flags, method, _, _, crc, packed, size, name_size, extra = fields
    name_at = entry.start + _LOCAL.size
    agrees = signature == b"PK\x03\x04" and method == entry.method and not flags & _ENCRYPTED
    agrees &= data[name_at : name_at + name_size] == entry.raw_name
    for here, there in ((crc, entry.crc), (packed, entry.packed), (size, entry.size)):
        # 0 when the sizes follow the data; all ones when a writer prepared for a larger file
        agrees &= here in (there, _IN_ZIP64) or (here == 0 and bool(flags & _SIZES_FOLLOW))
    if not agrees:
        raise refusal("FILE_CORRUPT", part=entry.key, reason="local")
    end: int = name_at + name_size + extra + entry.packed
    return end


def _check_sizes(data: bytes, entries: list[DirectoryEntry], limits: Limits) -> None:
    total = sum(entry.size for entry in entries)
    for packed, size in [(entry.packed, entry.size) for entry in entries] + [(len(data), total)]:
        if size > limits.ratio_from and size > limits.ratio * packed:
            raise refusal("ZIP_BOMB", reason="ratio")
    largest = max((entry.size for entry in entries), default=0)
    if largest > limits.part:
        raise too_much("part", largest, limits.part, code="FILE_TOO_BIG")
    if total > limits.unpacked:
        raise too_much("unpacked", total, limits.unpacked, code="FILE_TOO_BIG")


def _notes(parts: dict[str, DirectoryEntry], trailing: int) -> tuple[Note, ...]:
    notes = []
    if any(key.endswith("vbaproject.bin") for key in parts):
        notes.append(Note("FILE_MACRO"))
    if trailing:
        notes.append(Note("FILE_TRAILING_BYTES", (("n", str(trailing)),)))
    return tuple(notes)
