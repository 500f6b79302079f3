"""The colours that show gaps and slips.

Whoever pastes or fills down goes past a drop-down, so what is wrong also turns red by a formula.  A gap turns amber
only once its row was begun: a fresh sheet accuses nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from evaltool.exact import plain
from evaltool.questions.forms import ABSTAINED, FormTable
from evaltool.reader import address
from evaltool.sheets.accepting import day_test, number_test, without_blanks
from evaltool.sheets.inputs import FIRST_DAY, LAST_DAY, InputBlock, Names, blocks, bound, is_rank, kind_of
from evaltool.writers.book import Highlight


def highlights(table: FormTable, names: Names) -> Iterator[Highlight]:
    """Red: not a number, out of range, too many decimals, not a choice, a place given twice.  Amber: a gap."""
    for block in blocks(table):
        wrong = _wrong(block, names)
        if wrong:
            yield Highlight(block.first, block.last, f"={wrong}", "bad")
        if table.kind in ("grid", "open") and block.column.required:
            yield from _gaps(block)


def _wrong(block: InputBlock, names: Names) -> str:
    cell, column = block.first, block.column
    if kind_of(column) == "text":
        return ""
    if column.kind == "choice":
        known = f"SUMPRODUCT(--({names[column.choices]}=TRIM({cell})))>0"
        number, other = f"NOT({known})", f"NOT({known})"
    elif column.kind == "date":
        number, other = f"OR({cell}<{FIRST_DAY},{cell}>{LAST_DAY})", f"ISERROR(1/({day_test(cell)}))"
    else:
        number, other = _wrong_number(block)
    if column.may_abstain:
        other = f'IF(TRIM({cell})="{ABSTAINED}",FALSE,{other})'
    other = f"IF(ISERROR({cell}),TRUE,IF(LEN({without_blanks(cell)})=0,FALSE,{other}))"
    return f"IF(ISBLANK({cell}),FALSE,IF(ISNUMBER({cell}),{number},{other}))"


def _wrong_number(block: InputBlock) -> tuple[str, str]:
    """When a number is wrong, and when a text in its place."""
    cell, column = block.first, block.column
    tests = [f"{cell}<{plain(column.low)}", f"{cell}>{bound(block)}", f"ROUND({cell},{column.decimals})<>{cell}"]
    twice = [f"COUNTIF({_down(block.first, block.last)},{cell})>1"] if is_rank(column) else []
    other = f"ISERROR(1/({number_test(column, cell, bound(block))}))"
    return f"OR({','.join([*tests, *twice])})", f"OR({other},{twice[0]})" if twice else other


def _gaps(block: InputBlock) -> Iterator[Highlight]:
    """A blank cell in a row that was begun; where a row has one cell only, one above a cell that is filled."""
    table = block.table
    column = table.left + block.start
    for first, last in _runs(table, block.start):
        row = table.top + 1 + first
        cell = address(row, column)
        inputs = [f"${address(row, one)}:${address(row, two)}" for one, two in row_spans(table)]
        begun = "+".join(f"COUNTA({span})" for span in inputs)
        if sum(other.kind != "sum" for other in table.columns) == 1:
            begun = f"COUNTA({cell}:{_down(cell, block.last).split(':')[1]})"
        end = address(table.top + 1 + last, column)
        yield Highlight(cell, end, f"=AND(ISBLANK({cell}),{begun}>0)", "warn")


def row_spans(table: FormTable) -> Iterator[tuple[int, int]]:
    """The sheet columns of a row's inputs, from-to: sums stand between them and always hold something."""
    numbered = enumerate(table.columns)
    for is_sum, group in groupby(numbered, lambda pair: pair[1].kind == "sum"):
        together = [number for number, _ in group]
        if not is_sum:
            yield table.left + together[0], table.left + together[-1]


def _runs(table: FormTable, number: int) -> Iterator[tuple[int, int]]:
    """The lines of a column that are asked, in unbroken runs from-to."""
    blocked = set(table.blocked)
    for away, group in groupby(range(len(table.lines)), lambda at: (at, number) in blocked):
        together = list(group)
        if not away:
            yield together[0], together[-1]


def _down(first: str, last: str) -> str:
    """A range down one column whose rows stay where they are: C$7:C$20."""
    return ":".join(
        cell.rstrip("0123456789") + "$" + cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for cell in (first, last)
    )
