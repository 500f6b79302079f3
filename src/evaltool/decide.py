"""A line in the ledger without opening Excel: checks it as a line of any other file and adds a file of its own.

`decisions/0007-bonus.xlsx`: the number counts the files that were added so, the kind says what is inside.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from evaltool.decisions import COLUMNS, KINDS
from evaltool.evaluation import load
from evaltool.findings import Refused
from evaltool.received import write_atomically
from evaltool.runs import locked
from evaltool.workbook import Book, Cell, Tab, to_bytes

HASH_DIGITS = 12  # of a file's SHA-256, as findings print it
_NUMBERED = re.compile(r"(\d{4,})-")


def decide(folder: Path, kind: str, fields: Mapping[str, str]) -> str:
    """Add one decision; the new file's name, relative to the folder.

    `fields` by the ledger's attributes (document, date, reason, unit ...).  Raises `Refused` (usage) with everything
    that is wrong with the line; nothing is written then.
    """
    with locked(folder):
        load(folder)
        name = f"decisions/{_next_number(folder):04d}-{kind}.xlsx"
        path = folder / name
        write_atomically(path, to_bytes(ledger_book(kind, fields)))
        try:
            load(folder)
        except Refused as refused:
            path.unlink()
            raise Refused(refused.findings, usage=True) from None
        except BaseException:
            path.unlink()
            raise
    return name


def ledger_book(kind: str, fields: Mapping[str, str]) -> Book:
    """A workbook with one line of the ledger; every cell is text, so that no hash or number is changed by Excel."""
    values = {"kind": KINDS[kind].word if kind in KINDS else kind, **fields}
    cells = {(0, at): Cell(header, "head") for at, header in enumerate(COLUMNS)}
    cells |= {(1, at): Cell(values.get(attribute) or None) for at, attribute in enumerate(COLUMNS.values())}
    return Book((Tab("决定", cells, widths=(12, 24, 12, 40, *(16,) * (len(COLUMNS) - 4)), freeze=(1, 0)),))


def file_hash(folder: Path, text: str) -> str:
    """The beginning of a submission's SHA-256: as given, or of the file that is named."""
    path = next((path for path in (folder / text, Path(text)) if path.is_file()), None)
    return hashlib.sha256(path.read_bytes()).hexdigest()[:HASH_DIGITS] if path else text


def _next_number(folder: Path) -> int:
    names = (_NUMBERED.match(path.name) for path in (folder / "decisions").glob("*"))
    return max((int(match[1]) for match in names if match), default=0) + 1
