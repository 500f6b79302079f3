"""A table of `views` on a page: texts with their colours, names that lead to the units' sections."""

from __future__ import annotations

from collections.abc import Mapping

from evaltool.page.contents import PageCell, PageTable, figure, several, text, word
from evaltool.views.tables import Name, ShownColumn, ShownTable, ShownValue, Word, shown

Keys = Mapping[str, str]
"""Unit -> the id of its section."""


def on_page(made: ShownTable, keys: Keys | None = None) -> PageTable:
    """Without the columns in which nothing stands."""
    full = [at for at in range(len(made.columns)) if any(_says(row[at]) for row in made.rows)]
    columns = [made.columns[at] for at in full]
    rows = [[cell(made.columns[at], row[at], keys or {}) for at in full] for row in made.rows]
    name = next((at for at, column in enumerate(columns) if column.names), -1)
    return PageTable(made.caption, [each.header + each.under for each in columns], rows, name, made.key or "")


def _says(value: ShownValue) -> bool:
    return value not in ("", (), Word(""))


def cell(column: ShownColumn, value: ShownValue, keys: Keys) -> PageCell:
    if isinstance(value, Word):
        return word(value.text, value.tone)
    if isinstance(value, tuple):
        return several(value)
    said = shown(column, value)
    if column.kind == "text":
        return text(said, keys.get(value.unit, "") if isinstance(value, Name) else "")
    return word(said) if column.kind == "word" else figure(said)
