"""Rows, columns and ranges as a worksheet states them: which are hidden, which cells a merged range covers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from evaltool.reader.cells import COLUMNS, INDEX, NUMBER, ROWS, Merge, ReadCell, column_of

_RANGE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})(?::([A-Z]{1,3})([1-9][0-9]{0,6}))?")


def flag(text: str | None) -> bool:
    """A yes or no attribute."""
    return text in ("1", "true")


def zero(size: str | None) -> bool:
    """A row of height 0 or a column of width 0 is as hidden as one that says so."""
    return size is not None and bool(NUMBER.fullmatch(size)) and float(size) == 0


def column_range(attributes: dict[str, str]) -> tuple[int, int] | None:
    """First and last column, from 0, of a column definition; None if it makes no sense."""
    first, last = attributes.get("min", ""), attributes.get("max", "")
    if not INDEX.fullmatch(first) or not INDEX.fullmatch(last) or not 1 <= int(first) <= int(last) <= COLUMNS:
        return None
    return int(first) - 1, int(last) - 1


def merge_range(ref: str) -> Merge | None:
    """A merged range such as `C5:D6`; None if it makes no sense."""
    match = _RANGE.fullmatch(ref)
    if not match:
        return None
    top, left = int(match[2]) - 1, column_of(match[1])
    bottom, right = (int(match[4]) - 1, column_of(match[3])) if match[3] else (top, left)
    return (top, left, bottom, right) if top <= bottom < ROWS and left <= right < COLUMNS else None


def cover(cells: dict[tuple[int, int], ReadCell], merges: Iterable[Merge], limit: int) -> int:
    """Mark the cells under merged ranges, in place; gives the number of cells looked at, and stops beyond `limit`.

    Looks through the range or through the cells, whichever are fewer: a range may have 17 thousand million cells.
    """
    work = 0
    for top, left, bottom, right in merges:
        area = (bottom - top + 1) * (right - left + 1)
        work += min(area, len(cells))
        if work > limit:
            break
        if area <= len(cells):
            inside = [(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1) if (r, c) in cells]
        else:
            inside = [(r, c) for r, c in cells if top <= r <= bottom and left <= c <= right]
        for place in inside:
            if place != (top, left):
                cells[place] = cells[place]._replace(merged=True)
    return work
