"""The files in an ordinary archive (.zip), one level deep: what somebody packed to send several files at once.

The archive is held to everything that a workbook's container is held to.  Names are read as Chinese programs write
them, in UTF-8 or GBK, whatever the archive says of them; one that leads outside the archive refuses all of it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from evaltool.reader.container import Container, DirectoryEntry, checked, inflate
from evaltool.reader.refusals import LIMITS, Limits, Refusal, refusal
from evaltool.reader.sniffing import names_another_kind

_SHEETS = (".xlsx", ".xlsm", ".xls", ".et", ".ett", ".ods", ".xlsb", ".csv")
# how workbooks, documents and presentations begin: they are archives too, and most of what comes in
_OFFICE = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/", b"word/", b"ppt/", b"mimetype", b"customXml/")
_HEADER = 30


@dataclass(frozen=True, slots=True)
class Member:
    """One file in an archive, with its path inside."""

    name: str
    data: bytes


def sheets_inside(data: bytes, limits: Limits = LIMITS) -> list[Member]:
    """All files of an archive that holds something which may be a sheet; nothing for any other file.

    An archive that cannot be trusted is not opened either: why not is said when it is read as a workbook.
    """
    if not data.startswith(b"PK\x03\x04") or data.startswith(_OFFICE, _HEADER):
        return []
    try:
        return _members(data, limits)
    except Refusal:
        return []


def _members(data: bytes, limits: Limits) -> list[Member]:
    container = checked(data, limits, member_key)
    names = {key: _name(entry.raw_name) for key, entry in container.entries.items()}
    files = [key for key, name in names.items() if not name.endswith("/")]
    if names_another_kind(frozenset(names)) or not any(key.endswith(_SHEETS) for key in files):
        return []
    return [Member(names[key], _inflated(container, key)) for key in files]


def _inflated(container: Container, key: str) -> bytes:
    entry: DirectoryEntry = container.entries[key]
    return inflate(container, key) if entry.size else b""


def _name(raw: bytes) -> str:
    """UTF-8 where the bytes can be that, else GBK; both slashes are one."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return unicodedata.normalize("NFC", raw.decode(encoding)).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437").replace("\\", "/")


def member_key(raw: bytes) -> str:
    """One spelling for all names that some program takes for the same; refuses what leads outside the archive."""
    name = _name(raw)
    key = name.casefold().removesuffix("/")
    odd = any(unicodedata.category(sign) in ("Cc", "Cs") for sign in key)
    if odd or ":" in key or any(piece in ("", ".", "..") for piece in key.split("/")):
        raise refusal("ZIP_BAD_NAME", name=ascii(name)[1:-1][:80])
    return key
