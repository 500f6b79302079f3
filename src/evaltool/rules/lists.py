"""Numbers in lists, on fractions or in cells: the highest, how many are greater, what stands at a place or a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from evaltool.rules.expressions import (
    Expr,
    ExprValue,
    Function,
    ManyNumbers,
    Number,
    Range,
    Written,
    as_expr,
    percent,
    value_of,
)


def values_of(numbers: ManyNumbers) -> Sequence[Fraction]:
    return numbers.values if isinstance(numbers, Range) else numbers


def of_list(name: str, numbers: ManyNumbers, of: Callable[[Sequence[Fraction]], Fraction]) -> Number:
    """What a function comes to for a list; `name`: what spreadsheets call it."""
    if isinstance(numbers, Range):
        return Function(name, (numbers,), of(numbers.values) if numbers.values else None)
    return of(numbers)


def highest(numbers: ManyNumbers) -> Number:
    return of_list("MAX", numbers, max)


def lowest(numbers: ManyNumbers) -> Number:
    return of_list("MIN", numbers, min)


def how_many(numbers: ManyNumbers) -> Number:
    return of_list("COUNT", numbers, lambda values: Fraction(len(values)))


def counted(numbers: ManyNumbers, sign: str, than: Number) -> Number:
    """How many of the numbers are greater than, less than or equal to a typed number."""
    limit, values = value_of(than), numbers.values if isinstance(numbers, Range) else numbers
    number = Fraction(
        sum(one > limit if sign == ">" else one < limit if sign == "<" else one == limit for one in values)
    )
    if not isinstance(numbers, Range):
        return number
    text = as_expr(than).text
    rule = Written(f'"{sign}"&{text}' if sign != "=" else text, limit)
    return Function("COUNTIF", (numbers, rule), number)


def places_behind(figure: Number, field: ManyNumbers, better: Literal["higher", "lower"]) -> Number:
    """How many of those who are compared have a better figure."""
    return counted(field, ">" if better == "higher" else "<", figure)


def nth(numbers: ManyNumbers, place: Number) -> Number:
    """What stands at a place of a list, counted from 1; the last of it also for every place behind."""
    values = values_of(numbers)
    found = values[min(int(value_of(place)), len(values)) - 1]
    if not isinstance(numbers, Range):
        return found
    return Written(f"INDEX({numbers.text},MIN({as_expr(place).text},{len(values)}))", found)


def products(left: Range, right: Range, value: Fraction) -> Expr:
    """The sum of the products of two rows of cells; words count for nothing."""
    return Function("SUMPRODUCT", (left, right), value)


@dataclass(frozen=True, slots=True)
class ListCells:
    """Names and numbers side by side in cells: a scale, or the points of places."""

    keys: str
    values: str
    points: Mapping[str, Fraction | None]

    def get(self, name: Expr, /) -> Number:
        """The share of full marks that stands beside a name, where the points are out of 100."""
        return percent(looked_up(self.values, self.keys, name, self.points.get(str(name.value))))


def looked_up(values: str, keys: str, key: Expr, value: ExprValue) -> Expr:
    """What stands in the range `values` where `keys` has the key."""
    return Written(f"INDEX({values},MATCH({key.text},{keys},0))", value)
