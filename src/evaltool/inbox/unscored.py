"""Whether a file of the record is a sheet of which nothing enters a score: by the identity in it, where nothing else
of the inbox is read."""

from __future__ import annotations

from pathlib import Path

from evaltool import reader
from evaltool.identity import UNSCORED, kind_of_batch, parse_code
from evaltool.inbox.extract.workbook import codes
from evaltool.inbox.received import index_lines, stored


def is_unscored(folder: Path, digits: str) -> bool:
    """`digits`: how its SHA-256 begins.  What cannot be told is not said to be apart."""
    meant = [digest for digest in index_lines(folder) if digest.startswith(digits)]
    return bool(meant) and all(_is_unscored(stored(folder, digest)) for digest in meant)


def _is_unscored(data: bytes | None) -> bool:
    book = reader.read(data) if data else None
    if book is None or isinstance(book, reader.Unreadable):
        return False
    said = [identity for text in codes(book) if (identity := parse_code(text))]
    return len(said) == 1 and kind_of_batch(said[0].batch) in UNSCORED
