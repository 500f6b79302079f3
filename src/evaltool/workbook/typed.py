"""Cells that somebody may change: what they take, and how many of them hold no number any more.

A blank or a text among marks counts as nothing in a spreadsheet's sums, without a word.  So each tab counts, at its
head, the cells that are not numbers as they were, the overview adds that up, and each such cell turns red.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from evaltool.reader.cells import address, letters
from evaltool.writers.book import Cell, EntryRule, Formula, Highlight, Spot, Value

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
    opened = {column for (_, column), cell in cells.items() if cell.style == "input"}
    columns: dict[int, dict[int, Cell]] = {column: {} for column in opened}
    for (row, column), cell in cells.items():
        if column in opened and cell.style not in _APART:
            columns[column][row] = cell
    lists = sorted((min(of), column) for column, of in columns.items())
    runs = [(column, run) for _, column in lists for run in _runs(sorted(columns[column]))]
    return [each for column, run in runs if (each := _area(column, run, columns[column]))]


def _runs(rows: Sequence[int]) -> Iterator[Sequence[int]]:
    """Rows that stand below each other."""
    starts = [at for at in range(1, len(rows)) if rows[at] != rows[at - 1] + 1]
    yield from (rows[start:end] for start, end in pairwise((0, *starts, len(rows))))


def _area(column: int, rows: Sequence[int], of: Mapping[int, Cell]) -> Area | None:
    if not any(of[row].style == "input" for row in rows):
        return None
    values = [_value(of[row]) for row in rows]
    texts = [each or "" for each in values if each is None or isinstance(each, str)]
    return Area((rows[0], column), (rows[-1], column), len(values) - len(texts), frozenset(texts))


def _value(cell: Cell) -> Value:
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
    told = {column for _, column in takes}
    for area in found:
        (top, column), (bottom, _) = area.first, area.last
        start, rule = top, None
        for row in range(top, bottom + 1):
            cell = cells[row, column]
            if cell.style != "input":
                continue
            new = takes.get((row, column), None if isinstance(cell.value, str) else NUMBER)
            if new is not None and new is not rule:
                if rule is not None and new != rule:
                    yield _entry(rule, (start, column), (row - 1, column))
                    start = row
                rule = new
            if rule is not None and column not in told:
                break  # it takes numbers from top to bottom
        if rule is not None:
            yield _entry(rule, (start, column), (bottom, column))


def _entry(rule: Takes, first: Spot, last: Spot) -> EntryRule:
    alert = f"{rule.words}试算后要恢复的，点“取消”。"[:_ALERT]
    low, high = ("", "") if rule.kind == "list" else (rule.low, rule.high)
    where = address(*first), address(*last)
    return EntryRule(*where, rule.kind, low, high, choices=rule.choices, title="试算", alert=alert)
