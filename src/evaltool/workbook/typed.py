"""Cells that somebody may change: what they take, and how many of them hold no number any more.

A blank or a text among marks counts as nothing in a spreadsheet's sums, without a word.  So each tab counts, at its
head, the cells that are not numbers as they were, the overview adds that up, and each such cell turns red.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Literal

from evaltool.reader.cells import address, letters
from evaltool.writers.book import Cell, EntryRule, Formula, Highlight, Spot

LONGEST = 8000  # characters of a formula
_WORDS = 20  # texts among numbers that a colour's rule can tell
_APART = {"head", "banner", "label", "label_center", "title", "note"}  # styles that end a list
_FAR = "1000000000"
_ALERT = 224


@dataclass(frozen=True, slots=True)
class Takes:
    """What a cell takes: a number between bounds, or one of a list."""

    kind: Literal["decimal", "integer", "list"] = "decimal"
    low: str = f"-{_FAR}"
    high: str = _FAR
    choices: str = ""

    @property
    def words(self) -> str:
        if self.kind == "list":
            return "只能从下拉列表中选择。"
        sort = "整数" if self.kind == "integer" else "数"
        if self.high != _FAR:
            return f"只能填 {self.low} 到 {self.high} 之间的{sort}。"
        return f"只能填{'' if self.low.startswith('-') else '不小于 ' + self.low + ' 的'}{sort}。"


NUMBER, AT_LEAST_ZERO, WHOLE = Takes(), Takes(low="0"), Takes("integer", "0")


@dataclass(frozen=True, slots=True)
class Area:
    """A piece of a column with cells that may be changed; how many numbers stand in it, and which texts."""

    first: Spot
    last: Spot
    numbers: int
    texts: frozenset[str]

    @property
    def fixed(self) -> str:
        (top, left), (bottom, right) = self.first, self.last
        return f"${letters(left)}${top + 1}:${letters(right)}${bottom + 1}"


def areas(cells: Mapping[Spot, Cell]) -> list[Area]:
    """Every list of a tab in which numbers may be changed, column by column, from its first to its last row."""
    columns: dict[int, list[int]] = {}
    for row, column in sorted(cells):
        if cells[row, column].style not in _APART:
            columns.setdefault(column, []).append(row)
    runs = [(column, rows) for column, of in columns.items() for rows in _runs(of)]
    return [_area(cells, column, rows) for column, rows in runs if _open(cells, column, rows)]


def _runs(rows: Iterable[int]) -> Iterator[list[int]]:
    for _, run in groupby(enumerate(rows), lambda pair: pair[1] - pair[0]):
        yield [row for _, row in run]


def _open(cells: Mapping[Spot, Cell], column: int, rows: Iterable[int]) -> bool:
    return any(cells[row, column].style == "input" for row in rows)


def _area(cells: Mapping[Spot, Cell], column: int, rows: list[int]) -> Area:
    values = [_value(cells[row, column]) for row in rows]
    texts = frozenset("" if each is None else each for each in values if isinstance(each, str | None))
    return Area((rows[0], column), (rows[-1], column), sum(isinstance(each, int | Decimal) for each in values), texts)


def _value(cell: Cell) -> object:
    return cell.value.value if isinstance(cell.value, Formula) else cell.value


def no_numbers(cells: Mapping[Spot, Cell], found: Iterable[Area]) -> str:
    """A formula: how many cells are not numbers as they were; where the lists are too many for it, of the whole piece
    of the tab on which they stand."""
    together = _side_by_side(found)
    text = "+".join(f"ABS({area.numbers}-COUNT({area.fixed}))" for area in together)
    if len(text) <= LONGEST:
        return text
    first = min(area.first[0] for area in together), min(area.first[1] for area in together)
    last = max(area.last[0] for area in together), max(area.last[1] for area in together)
    within = (each for spot, each in cells.items() if first[0] <= spot[0] <= last[0] and first[1] <= spot[1] <= last[1])
    whole = Area(first, last, sum(isinstance(_value(each), int | Decimal) for each in within), frozenset())
    return f"ABS({whole.numbers}-COUNT({whole.fixed}))"


def _side_by_side(found: Iterable[Area]) -> list[Area]:
    """Columns of the same rows as one piece."""
    made: list[Area] = []
    for area in sorted(
        (each for each in found if each.numbers), key=lambda each: (each.first[0], each.last, each.first)
    ):
        before = made[-1] if made else None
        if before and (before.first[0], *before.last) == (area.first[0], area.last[0], area.last[1] - 1):
            made[-1] = Area(before.first, area.last, before.numbers + area.numbers, frozenset())
        else:
            made.append(area)
    return made


def lights(found: Iterable[Area]) -> Iterator[Highlight]:
    """Red where neither a number stands nor a text that stood among them from the beginning."""
    for area in found:
        if area.numbers and len(area.texts) <= _WORDS:
            own = address(*area.first)
            known = [
                f"ISNUMBER({own})",
                *(f'{own}="{text.replace(chr(34), chr(34) * 2)}"' for text in sorted(area.texts)),
            ]
            rule = f"=IF(ISERROR({own}),TRUE,NOT(OR({','.join(known)})))"
            if len(rule) <= 1000:
                yield Highlight(own, address(*area.last), rule, "bad")


def checks(cells: Mapping[Spot, Cell], takes: Mapping[Spot, Takes], found: Iterable[Area]) -> Iterator[EntryRule]:
    """What each area takes; where that changes from row to row, each piece of it."""
    for area in found:
        (top, column), (bottom, _) = area.first, area.last
        start, rule = top, None
        for row in range(top, bottom + 1):
            is_number = not isinstance(cells[row, column].value, str)
            new = takes.get((row, column), NUMBER if is_number else None)
            if cells[row, column].style == "input" and new is not None:
                if rule is not None and new != rule:
                    yield _entry(rule, (start, column), (row - 1, column))
                    start = row
                rule = new
        if rule is not None:
            yield _entry(rule, (start, column), (bottom, column))


def _entry(rule: Takes, first: Spot, last: Spot) -> EntryRule:
    alert = f"{rule.words}试算后要恢复的，点“取消”。"[:_ALERT]
    low, high = ("", "") if rule.kind == "list" else (rule.low, rule.high)
    where = address(*first), address(*last)
    return EntryRule(*where, rule.kind, low, high, choices=rule.choices, title="试算", alert=alert)
