"""The rows of an export in blocks of columns, whichever kind of file they came from: what is counted is counted in the
same way for ten rows and for a hundred million.

A block has the columns that are used, as texts, with the number of each row; rows that do not fit the header are
counted and left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from evaltool.inbox.exports.header import Columns
from evaltool.inbox.problems import Problem

if TYPE_CHECKING:
    import polars as pl

ExportRow = tuple[int, Sequence[str]]  # number in the sheet from 0, texts
BROKEN = "\x00"
"""Stands for an error value or a formula without a result; no text of a usable file can be this."""
ROWS = 200_000
"""Rows of a block that are put together one by one."""


class RowBlock(NamedTuple):
    """`frame`: row (its number), lacks (it lacks cells, so that others may have moved), c0, c1 … (its texts).

    Where rows that say the same are one, `times` is how many, and `row` the first.  `misfits`: rows that hold more or
    less than the header has room for, and the first of them.
    """

    frame: pl.DataFrame
    misfits: int = 0
    first_misfit: int = 0

    @property
    def rows(self) -> int:
        fit = int(self.frame["times"].sum()) if "times" in self.frame.columns else self.frame.height
        return fit + self.misfits


@dataclass(frozen=True, slots=True)
class OpenedExport:
    """A file whose header is known; `blocks` reads what stands below it, and may put rows together that say the same
    where nobody asks who said it.  `problems` do not stop the reading."""

    sheet: str
    header: ExportRow
    blocks: Callable[[Columns, bool], Iterator[RowBlock]]
    problems: tuple[Problem, ...] = ()
    hidden: frozenset[tuple[int, int]] = frozenset()
    formulas: frozenset[tuple[int, int]] = frozenset()


def named(column: int) -> str:
    """What a column is called in a block."""
    return f"c{column}"


def in_blocks(rows: Iterable[ExportRow], columns: Columns, *, ragged: bool) -> Iterator[RowBlock]:
    """Rows as they come, put together.  `ragged`: a row can lack cells, as a broken line of text does."""
    waiting: list[ExportRow] = []
    for row, cells in rows:
        if row > columns.row and "".join(cells).strip():
            waiting.append((row, cells))
            if len(waiting) == ROWS:
                yield _block(waiting, columns, ragged)
                waiting = []
    if waiting:
        yield _block(waiting, columns, ragged)


def _block(rows: Sequence[ExportRow], columns: Columns, ragged: bool) -> RowBlock:
    import polars as pl

    odd = [row for row, cells in rows if _misfit(cells, columns)]
    left_out = frozenset(odd)
    fit = [each for each in rows if each[0] not in left_out]
    texts = {
        named(at): pl.Series([cells[at] if at < len(cells) else "" for _, cells in fit], dtype=pl.String)
        for at in columns.kept()
    }
    numbers = pl.Series([row for row, _ in fit], dtype=pl.UInt32)
    lacks = pl.Series([ragged and len(cells) < columns.width for _, cells in fit], dtype=pl.Boolean)
    return RowBlock(pl.DataFrame({"row": numbers, "lacks": lacks, **texts}), len(odd), next(iter(odd), 0))


def _misfit(cells: Sequence[str], columns: Columns) -> bool:
    """Whether a row holds more than the header has room for, or ends before the last column that counts: a comma or a
    line break has moved its cells, and nobody can tell which."""
    if len(cells) > columns.width:
        return any(map(str.strip, cells[columns.width :]))
    return len(cells) <= columns.last


def gathered(blocks: Iterable[RowBlock]) -> Iterator[RowBlock]:
    """Blocks of which little is left, since rows that say the same are one, as few larger ones; in their order."""
    import polars as pl

    waiting: list[pl.DataFrame] = []
    for block in blocks:
        is_little = "times" in block.frame.columns
        if is_little:
            waiting.append(block.frame)
        if waiting and (not is_little or sum(each.height for each in waiting) > ROWS):
            yield RowBlock(pl.concat(waiting))
            waiting = []
        if not is_little:
            yield block
    if waiting:
        yield RowBlock(pl.concat(waiting))
