"""Formulas that know their values: every piece of a formula is built together with what it comes to, exactly.

So a cell's cached value is computed where its formula is written, and nothing has to evaluate formulas.  Only functions
are built that Excel 2016, WPS and LibreOffice share.  A value of None is a spreadsheet's error: it may stand in the
branch of an IF that is not taken, nowhere else.

Comparisons of computed numbers go through ROUND, so that the last binary digit of a spreadsheet's arithmetic decides
nothing; typed numbers are compared as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

from evaltool.exact import half_up, plain
from evaltool.writers.book import Cell, Formula

Value = Fraction | str | None
FINE = 12  # digits to which computed numbers are compared
LONGEST = 8000  # characters of a formula; Excel takes 8,192
STATED = "stated"
_DIGITS = Context(prec=17)  # what a spreadsheet's number holds
_SUM, _PRODUCT, _ATOM = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Expr:
    """A piece of a formula and its value; `binds`: how strongly its outermost operator does."""

    text: str
    value: Value
    binds: int = _ATOM


@dataclass(frozen=True, slots=True)
class Range:
    """Cells side by side; `values`: the numbers in them, in their order (functions over ranges pass over words)."""

    text: str
    values: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Test:
    """A condition and whether it holds; None: it cannot be said."""

    text: str
    holds: bool | None


def cell(expr: Expr, style: str = "number", own: str = "") -> Cell:
    """The formula as a cell; `own`: the prefix of the tab that it stands on, which its formula does without.

    Where no formula says it, or one longer than a spreadsheet takes, the value stands in the style `STATED`."""
    text = expr.text.replace(own, "") if own else expr.text
    value = as_stored(expr.value)
    return Cell(Formula(f"={text}", value), style) if text and len(text) <= LONGEST else Cell(value, STATED)


def stated(value: Value) -> Expr:
    """What no formula says: the cell holds the value itself, and the workbook counts such cells.  Other formulas refer
    to the cell; nothing can be built from it otherwise."""
    return Expr("", value)


def as_stored(value: Value) -> str | Decimal:
    """A value as the file holds it: a number with the digits of a spreadsheet's numbers."""
    if value is None:
        raise ValueError("a formula whose value is an error")
    if isinstance(value, str):
        return value
    return _DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))


def constant(value: Fraction | int) -> Expr:
    """A number written into the formula itself."""
    text = plain(Fraction(value))
    return Expr(text, Fraction(value), _PRODUCT if "/" in text else _ATOM)


def quoted(text: str) -> Expr:
    return Expr('"' + text.replace('"', '""') + '"', text)


# --- arithmetic ------------------------------------------------------------------------------------------------------


def _numbers(parts: Iterable[Expr]) -> list[Fraction] | None:
    """The values as numbers; None if one of them is an error or a word."""
    found = [part.value for part in parts]
    return [one for one in found if isinstance(one, Fraction)] if all(isinstance(x, Fraction) for x in found) else None


def _inside(expr: Expr, binds: int) -> str:
    return expr.text if expr.binds >= binds else f"({expr.text})"


def add(*parts: Expr) -> Expr:
    if not parts:
        return constant(0)
    if len(parts) == 1:
        return parts[0]
    values = _numbers(parts)
    text = "+".join(_inside(part, _SUM) for part in parts)
    return Expr(text, None if values is None else sum(values, Fraction(0)), _SUM)


def less(left: Expr, right: Expr) -> Expr:
    """`left` less `right`."""
    values = _numbers((left, right))
    text = f"{_inside(left, _SUM)}-{_inside(right, _PRODUCT)}"
    return Expr(text, None if values is None else values[0] - values[1], _SUM)


def times(left: Expr, right: Expr) -> Expr:
    values = _numbers((left, right))
    text = f"{_inside(left, _PRODUCT)}*{_inside(right, _PRODUCT)}"
    return Expr(text, None if values is None else values[0] * values[1], _PRODUCT)


def over(left: Expr, right: Expr) -> Expr:
    """`left` divided by `right`."""
    values = _numbers((left, right))
    text = f"{_inside(left, _PRODUCT)}/{_inside(right, _ATOM)}"
    return Expr(text, values[0] / values[1] if values and values[1] else None, _PRODUCT)


def percent(part: Expr) -> Expr:
    return over(part, constant(100))


def greatest(*parts: Expr) -> Expr:
    return _function("MAX", max, parts)


def smallest(*parts: Expr) -> Expr:
    return _function("MIN", min, parts)


def within(part: Expr, low: Expr, high: Expr) -> Expr:
    return smallest(greatest(part, low), high)


def _function(name: str, of: Callable[[list[Fraction]], Fraction], parts: Sequence[Expr]) -> Expr:
    values = _numbers(parts)
    return Expr(f"{name}({','.join(part.text for part in parts)})", None if values is None else of(values))


def rounded(part: Expr, digits: int) -> Expr:
    """Half up, as the tool rounds; the inner ROUND takes away what binary arithmetic adds to a decimal half."""
    value = half_up(part.value, digits) if isinstance(part.value, Fraction) else None
    return Expr(f"ROUND(ROUND({part.text},10),{digits})", value)


def fine(part: Expr, digits: int = FINE) -> Expr:
    """A computed number as it is compared."""
    return Expr(f"ROUND({part.text},{digits})", part.value)


# --- conditions ------------------------------------------------------------------------------------------------------


def compared(left: Expr, sign: str, right: Expr) -> Test:
    values = _numbers((left, right))
    holds = None
    if values is not None:
        a, b = values
        holds = {"<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b, "=": a == b}[sign]
    return Test(f"{left.text}{sign}{right.text}", holds)


def all_of(tests: Sequence[Test]) -> Test:
    if not tests:
        return Test("TRUE", holds=True)
    if len(tests) == 1:
        return tests[0]
    return Test(f"AND({','.join(test.text for test in tests)})", all(test.holds for test in tests))


def when(test: Test, then: Expr, otherwise: Expr) -> Expr:
    value = None if test.holds is None else then.value if test.holds else otherwise.value
    return Expr(f"IF({test.text},{then.text},{otherwise.text})", value)


# --- ranges ----------------------------------------------------------------------------------------------------------


def total(cells: Range) -> Expr:
    return Expr(f"SUM({cells.text})", sum(cells.values, Fraction(0)))


def highest(cells: Range) -> Expr:
    return Expr(f"MAX({cells.text})", max(cells.values, default=None))


def lowest(cells: Range) -> Expr:
    return Expr(f"MIN({cells.text})", min(cells.values, default=None))


def mean(cells: Range) -> Expr:
    values = cells.values
    return Expr(f"AVERAGE({cells.text})", sum(values, Fraction(0)) / len(values) if values else None)


def median(cells: Range) -> Expr:
    ordered = sorted(cells.values)
    middle = len(ordered)
    value = (ordered[(middle - 1) // 2] + ordered[middle // 2]) / 2 if ordered else None
    return Expr(f"MEDIAN({cells.text})", value)


def trimmed(cells: Range, drop: int) -> Expr:
    """The mean without the lowest and the highest so many."""
    left = range(drop + 1, len(cells.values) - drop + 1)
    kept = sorted(cells.values)[drop : len(cells.values) - drop]
    places = ",".join(map(str, left))
    text = f"SUMPRODUCT(SMALL({cells.text},{{{places}}}))/{len(left)}"
    return Expr(text, sum(kept, Fraction(0)) / len(kept), _PRODUCT)


def trimmed_list(cells: Range, drop: int) -> Expr:
    """The same for cells that do not stand side by side."""
    if not drop:
        return mean(cells)
    value = trimmed(cells, drop).value
    left = len(cells.values) - 2
    return (
        Expr(f"(SUM({cells.text})-MIN({cells.text})-MAX({cells.text}))/{left}", value, _PRODUCT)
        if drop == 1
        else (stated(value))
    )


def counted(cells: Range, sign: str, than: Expr) -> Expr:
    """How many numbers of the range are greater than, less than or equal to a typed number."""
    assert isinstance(than.value, Fraction)
    limit = than.value
    number = sum({">": one > limit, "<": one < limit, "=": one == limit}[sign] for one in cells.values)
    rule = f'"{sign}"&{than.text}' if sign != "=" else than.text
    return Expr(f"COUNTIF({cells.text},{rule})", Fraction(number))


def products(left: Range, right: Range, value: Fraction) -> Expr:
    """The sum of the products of two rows of cells; words count for nothing."""
    return Expr(f"SUMPRODUCT({left.text},{right.text})", value)


def looked_up(values: str, keys: str, key: Expr, value: Value) -> Expr:
    """What stands in the range `values` where `keys` has the key."""
    return Expr(f"INDEX({values},MATCH({key.text},{keys},0))", value)
