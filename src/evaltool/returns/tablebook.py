"""A long table of the roster as a workbook: what the program wrote into it, as a clerk reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from evaltool.evaluation import Evaluation
from evaltool.reader import address
from evaltool.roster.columns import Header, RosterTable
from evaltool.sheets.guidesheet import room
from evaltool.writers.book import Book, Cell, Tab

_WIDTH = 12.0


def table_book(
    evaluation: Evaluation,
    table: RosterTable,
    rows: Iterable[Any],
    title: str,
    widths: Mapping[str, float],
    tallest: str,
) -> Book:
    """The rows as they come; classes, components and units by name.  `tallest`: the attribute whose text decides how
    high a row is."""
    columns = tuple(table.columns.values())
    listed = list(rows)
    cells: dict[tuple[int, int], Cell] = {(0, at): Cell(each.header, "head_left") for at, each in enumerate(columns)}
    for number, row in enumerate(listed, 1):
        for at, column in enumerate(columns):
            value = _shown(evaluation, row, column)
            cells[number, at] = Cell(value, "input" if isinstance(value, Decimal) else "text")
    wide = tuple(widths.get(column.header, _WIDTH) for column in columns)
    at = columns.index(table.columns[tallest])
    heights = {row: room(str(cells[row, at].value or ""), wide[at]) for row in range(1, len(listed) + 1)}
    last = max(len(listed), 1), len(columns) - 1
    tab = Tab(
        table.sheet,
        cells,
        widths=wide,
        heights=heights,
        freeze=(1, 0),
        filter=(address(0, 0), address(*last)),
        repeat_rows=(0, 0),
    )
    return Book((tab,), title)


def _shown(evaluation: Evaluation, row: Any, column: Header) -> str | Decimal | None:
    value = getattr(row, column.attribute)
    if column.refers == "class":
        return evaluation.classes[value].head.name
    if column.refers == "component":
        name = evaluation.component(row.class_id, value).name
        listed = [(key, each) for scheme in evaluation.classes.values() for key, each in scheme.components.items()]
        meant = {key for key, each in listed if each.name == name}
        return name if meant == {value} else str(value)
    if column.refers == "unit":
        return evaluation.units[value].name if value in evaluation.units else value or None
    if column.choices:
        return next((word for word, means in column.choices.items() if means == value), None)
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    if isinstance(value, int):
        return Decimal(value)
    return value.isoformat() if isinstance(value, date) else value or None
