"""An expression as a cell: its formula with the value that it comes to."""

from __future__ import annotations

from decimal import Context, Decimal

from evaltool.rules.expressions import Expr, ExprValue
from evaltool.writers.book import Cell, Formula

LONGEST = 8000  # characters of a formula; Excel takes 8,192
STATED = "stated"
_DIGITS = Context(prec=17)  # what a spreadsheet's number holds


def cell(expr: Expr, style: str = "number", own: str = "") -> Cell:
    """The formula as a cell; `own`: the prefix of the tab that it stands on, which its formula does without.

    Where no formula says it, or one longer than a spreadsheet takes, the value stands in the style `STATED`."""
    text = expr.text.replace(own, "") if own else expr.text
    value = as_stored(expr.value)
    return Cell(Formula(f"={text}", value), style) if text and len(text) <= LONGEST else Cell(value, STATED)


def as_stored(value: ExprValue) -> str | Decimal:
    """A value as the file holds it: a number with the digits of a spreadsheet's numbers."""
    if value is None:
        raise ValueError("a formula whose value is an error")
    if isinstance(value, str):
        return value
    return _DIGITS.divide(*value.as_integer_ratio())
