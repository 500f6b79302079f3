"""Where does a file differ from what it should be?  Named as people find it: a cell, a line, a unit and a key."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import PurePosixPath
from typing import Any

from evaltool import reader
from evaltool.writers.word.text import text_of

MOST = 20  # differences that are named one by one

DifferentPlace = tuple[str, str, str, str]
"""Worksheet or table, cell or key, what stands there, what should."""


def differences(name: str, there: bytes, wanted: bytes) -> list[DifferentPlace]:
    """The first places in which a file of a run is not what the scoring writes; one without a place where the bytes
    differ and nothing that people read does, or nobody can read it any more."""
    found = _KINDS.get(PurePosixPath(name).suffix.casefold(), _lines)
    try:
        places = list(found(there, wanted))[:MOST]
    except (ValueError, KeyError, csv.Error, OSError):
        places = []
    except Exception:  # a damaged archive makes libraries stumble in many ways
        places = []
    return places or [("", "", "", "")]


def _workbook(there: bytes, wanted: bytes) -> Iterator[DifferentPlace]:
    books = reader.read(there), reader.read(wanted)
    if any(isinstance(book, reader.Unreadable) for book in books):
        return
    mine, theirs = ({sheet.title: sheet.cells for sheet in book.sheets} for book in books)  # type: ignore[union-attr]
    for title in {**theirs, **mine}:
        here, due = mine.get(title, {}), theirs.get(title, {})
        for spot in sorted(here.keys() | due.keys()):
            one, other = here.get(spot), due.get(spot)
            if one is None or other is None or (one.text, one.formula) != (other.text, other.formula):
                yield title, reader.address(*spot), one.text if one else "", other.text if other else ""


def _value(there: bytes, wanted: bytes) -> Iterator[DifferentPlace]:
    yield from _values("", json.loads(there), json.loads(wanted))


def _values(path: str, one: Any, other: Any) -> Iterator[DifferentPlace]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in {**other, **one}:
            yield from _values(f"{path}.{key}".lstrip("."), one.get(key), other.get(key))
    elif isinstance(one, list) and isinstance(other, list):
        for at, pair in enumerate(zip_longest(one, other)):
            name = next((str(each["id"]) for each in pair if isinstance(each, dict) and "id" in each), str(at + 1))
            yield from _values(f"{path}[{name}]", *pair)
    elif one != other:
        yield "", path, _short(one), _short(other)


def _table(there: bytes, wanted: bytes) -> Iterator[DifferentPlace]:
    nothing: list[str] = []
    for at, (row, right) in enumerate(zip_longest(_rows(there), _rows(wanted), fillvalue=nothing)):
        for column, (one, other) in enumerate(zip_longest(row, right, fillvalue="")):
            if one != other:
                yield "", reader.address(at, column), one, other


def _rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def _document(there: bytes, wanted: bytes) -> Iterator[DifferentPlace]:
    yield from _in_order(text_of(there), text_of(wanted))


def _lines(there: bytes, wanted: bytes) -> Iterator[DifferentPlace]:
    yield from _in_order(there.decode().split("\n"), wanted.decode().split("\n"))


def _in_order(there: list[str], wanted: list[str]) -> Iterator[DifferentPlace]:
    for at, (one, other) in enumerate(zip_longest(there, wanted, fillvalue="")):
        if one != other:
            yield "", f"{at + 1}", _short(one), _short(other)


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text[:80]


_KINDS = {".xlsx": _workbook, ".json": _value, ".csv": _table, ".docx": _document}
