"""What was asked on every sheet that went out: `sent/` in the evaluation's folder, a file for each version.

A sheet carries its version, signed; here stands what that version asked, so that nobody has to believe the sheet.  A
file is believed only as far as its name, which digests what it says, bears it out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from evaltool.files import write_each
from evaltool.questions.forms import Form, FormColumn, FormLine, FormSheet, FormTable, WantedSums, Worksheets

FOLDER = "sent"
_ENDING = ".json"
SentBefore = Mapping[str, bytes]
"""Version -> what stands in the record of it."""


def record(folder: Path, forms: Iterable[Form]) -> None:
    """Keep what these forms ask; what is there already stays as it is."""
    store = folder / FOLDER
    there = _versions(store)
    new = {form.version(): form.sheets for form in forms if form.version() not in there}
    write_each((store / f"{version}{_ENDING}", _written(sheets)) for version, sheets in new.items())


def sent_before(folder: Path, forms: Iterable[Form]) -> dict[str, bytes]:
    """The record without the versions that these forms have."""
    store = folder / FOLDER
    earlier = _versions(store) - {form.version() for form in forms}
    return {version: (store / f"{version}{_ENDING}").read_bytes() for version in sorted(earlier)}


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file of the record, by its name: titles and notes are no part of a version."""
    paths = sorted((folder / FOLDER).glob(f"*{_ENDING}"))
    return {f"{FOLDER}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def is_borne_out(folder: Path, name: str) -> bool:
    """Whether a file of the record asks what its name digests."""
    path = folder / name
    return worksheets(path.stem, path.read_bytes()) is not None


def earlier(form: Form, version: str, before: SentBefore) -> Form | None:
    """A form as an earlier version of it asked; None for its present one, and where the record does not have it."""
    text = before.get(version) if version != form.version() else None
    sheets = worksheets(version, text) if text is not None else None
    return replace(form, sheets=sheets) if sheets is not None else None


def _versions(store: Path) -> set[str]:
    return {path.stem for path in store.glob(f"*{_ENDING}")}


def _written(sheets: Worksheets) -> bytes:
    return json.dumps([asdict(sheet) for sheet in sheets], ensure_ascii=False, default=str).encode()


@lru_cache(maxsize=256)
def worksheets(version: str, text: bytes) -> Worksheets | None:
    """What a version asked; None where the record says something else."""
    try:
        sheets = Worksheets(_sheet(**each) for each in json.loads(text))
        return sheets if sheets.version == version else None
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError):
        return None


def _sheet(tables: list[Any], notes: list[str], **told: Any) -> FormSheet:
    return FormSheet(notes=tuple(notes), tables=tuple(_table(**each) for each in tables), **told)


def _table(
    label_headers: list[str], lines: list[Any], columns: list[Any], blocked: list[Any], wanted: Any, **told: Any
) -> FormTable:
    return FormTable(
        label_headers=tuple(label_headers),
        lines=tuple(_line(**each) for each in lines),
        columns=tuple(_column(**each) for each in columns),
        blocked=tuple((line, column) for line, column in blocked),
        wanted=wanted and _sums(**wanted),
        **told,
    )


def _line(labels: list[str], high: str | None, **told: Any) -> FormLine:
    return FormLine(labels=tuple(labels), high=None if high is None else Decimal(high), **told)


def _column(low: str, high: str, choices: list[str], units: list[str], **told: Any) -> FormColumn:
    return FormColumn(low=Decimal(low), high=Decimal(high), choices=tuple(choices), units=tuple(units), **told)


def _sums(number: int, by: int | None, sums: list[tuple[str, str]]) -> WantedSums:
    return WantedSums(number, by, tuple((label, Decimal(points)) for label, points in sums))
