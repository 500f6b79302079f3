"""A table of `views` in an official document: as it is printed, in so many millimetres."""

from __future__ import annotations

from collections.abc import Sequence

from evaltool.views.tables import ShownTable
from evaltool.writers.official import Align, DocumentTable

WIDTH = 156.0  # mm


def in_document(made: ShownTable, widths: Sequence[float] = (), caption: str = "") -> DocumentTable:
    """The column that names the rows stands on the left; without `widths` the line is shared out as the columns ask."""
    asked = sum(each.width for each in made.columns)
    shared = tuple(widths) or tuple(round(WIDTH * each.width / asked, 1) for each in made.columns)
    align: tuple[Align, ...] = tuple("left" if each.names else "center" for each in made.columns)
    return DocumentTable(tuple(each.header for each in made.columns), tuple(made.texts()), shared, align, caption)
