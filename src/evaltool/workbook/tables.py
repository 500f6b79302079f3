"""A table of `views` as cells of a tab: numbers stay numbers, colours are styles, and live cells may take the place of
values."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from evaltool.views.tables import NONE, ShownColumn, ShownTable, ShownValue, Word, shown
from evaltool.workbook.parts import TONES, TabBlock, TabColumn, TabRow, number, text, word
from evaltool.writers.book import Cell


def block(made: ShownTable, live: Mapping[tuple[int, str], Cell] | None = None) -> TabBlock:
    """Caption, columns, rows; `live`: (row, key of a column) -> the cell that stands there."""
    return made.caption, columns(made), rows(made, live)


def columns(made: ShownTable) -> list[TabColumn]:
    return [TabColumn("\n".join(filter(None, (each.header, each.under))), each.width) for each in made.columns]


def rows(made: ShownTable, live: Mapping[tuple[int, str], Cell] | None = None) -> list[TabRow]:
    live = live or {}
    return [
        [live.get((at, column.key)) or cell(column, value) for column, value in zip(made.columns, row, strict=True)]
        for at, row in enumerate(made.rows)
    ]


def cell(column: ShownColumn, value: ShownValue) -> Cell:
    if isinstance(value, Word):
        return word(value.text, TONES[value.tone])
    if isinstance(value, Fraction):
        return number(value, _style(column))
    if isinstance(value, int):
        return Cell(value, "integer")
    if value is None:
        return word(NONE)
    return text(shown(column, value)) if column.kind in ("text", "names") else word(shown(column, value))


def _style(column: ShownColumn) -> str:
    """A total of two decimals, and what is always shown with two; else as many as there are."""
    if column.kind == "total":
        return "total" if column.digits == 2 else "number_any"
    if column.kind == "points" and column.digits != 2:
        return "number_any"
    return {"share": "percent", "number": "text_center"}.get(column.kind, "number")
