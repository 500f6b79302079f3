"""A long table as text: a CSV file, separated as whichever program wrote it separates."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection

from evaltool.findings import Finding, finding
from evaltool.names import folded
from evaltool.roster.longtables import TextRow

_SEPARATORS = ",;\t，；"
_TOP = 10  # lines among which the header stands


def csv_lines(data: bytes, file: str, headers: Collection[str]) -> tuple[tuple[TextRow, ...], list[Finding]]:
    """The rows of a CSV file, separated by what makes most of these headers stand alone."""
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        return (), [finding("TABLE_ENCODING", file=file)]
    try:
        lines = _lines(text, _separator(text, headers))
    except csv.Error as problem:  # such as a quotation mark without its pair, which makes one cell of all that follows
        return (), [finding("TABLE_BROKEN", file=file, args={"reason": problem})]
    return tuple((number, line) for number, line in enumerate(lines) if any(line)), []


def _separator(text: str, headers: Collection[str]) -> str:
    known = {folded(header) for header in headers}
    top = text.splitlines()[:_TOP]
    return max(_SEPARATORS, key=lambda sign: max((_named(line, sign, known) for line in top), default=0))


def _named(line: str, sign: str, known: set[str]) -> int:
    return len({folded(part.strip('" ')) for part in line.split(sign)} & known)


def _lines(text: str, separator: str) -> list[tuple[str, ...]]:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    return [tuple(cell.strip() for cell in line) for line in lines]
