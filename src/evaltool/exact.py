"""The only place where numbers are rounded, shares of a number of units included, and how numbers are written.

Rounding is half up (四舍五入) on exact fractions, away from zero for negative ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction


def half_up(value: Fraction, digits: int) -> Fraction:
    """The value rounded to so many digits after the point."""
    units = _units(value, digits)
    return Fraction(units if value.numerator >= 0 else -units, 10**digits)


def _units(value: Fraction, digits: int) -> int:
    """The absolute value in units of 10^-digits, rounded half up; in whole numbers, which is exact and quick."""
    scale: int = 10**digits
    numerator, denominator = abs(value.numerator) * scale, value.denominator
    return (2 * numerator + denominator) // (2 * denominator)


def added(values: Iterable[Fraction]) -> Fraction:
    """Their sum: of numbers with the same denominator in whole numbers, which is exact and quick."""
    numerators: dict[int, int] = {}
    for each in values:
        over, under = each.as_integer_ratio()
        numerators[under] = numerators.get(under, 0) + over
    return sum((Fraction(over, under) for under, over in numerators.items()), Fraction(0))


# --- shares of a number of units -------------------------------------------------------------------------------------


def share_of(units: int, percent: Decimal | Fraction | int, rounding: str) -> int:
    """How many units a percentage of so many is: rounded "half_up", "up" or "down"."""
    share = Fraction(percent) * units / 100
    return {"half_up": int(half_up(share, 0)), "up": math.ceil(share), "down": math.floor(share)}[rounding]


def apportioned(total: int, sizes: Mapping[str, int]) -> dict[str, int]:
    """Places shared out in proportion to sizes by largest remainder; equal remainders go to the earlier one."""
    whole = sum(sizes.values())
    if not whole:
        return dict.fromkeys(sizes, 0)
    shares = {key: Fraction(total * size, whole) for key, size in sizes.items()}
    places = {key: math.floor(share) for key, share in shares.items()}
    by_remainder = sorted(sizes, key=lambda key: shares[key] - places[key], reverse=True)
    for key in by_remainder[: total - sum(places.values())]:
        places[key] += 1
    return places


# --- how numbers are written -----------------------------------------------------------------------------------------


def plain(number: Decimal | Fraction) -> str:
    """A number as people write it: 36, not 36.0 or 3.6E+1; a fraction without an end as "1/3"."""
    value = number if isinstance(number, Fraction) else Fraction(number)
    digits = digits_of(value)
    return exact(value) if digits is None else _written(_units(value, digits), digits, negative=value.numerator < 0)


def digits_of(value: Fraction) -> int | None:
    """How many digits after the point a fraction has; None if they do not end."""
    denominator = value.denominator
    for digits, scale in enumerate((1, 10, 100, 1000)):  # nearly all of them
        if scale % denominator == 0:
            return digits
    rest, twos, fives = denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def _written(units: int, digits: int, *, negative: bool) -> str:
    signs = str(units).rjust(digits + 1, "0")
    text = f"{signs[:-digits]}.{signs[-digits:]}" if digits else signs
    return f"-{text}" if negative and units else text


def published(value: Fraction, digits: int) -> str:
    """The value as it is printed: rounded half up, with all its digits, such as "87.30"."""
    return _written(_units(value, digits), digits, negative=value.numerator < 0)


def exact(value: Fraction) -> str:
    """The value in lowest terms, such as "963289/10400"; whole numbers as "92/1"."""
    return f"{value.numerator}/{value.denominator}"


def decimal(value: Fraction) -> Decimal:
    """A preset value as a decimal; preset values are written as decimals, so this is exact."""
    return Decimal(value.numerator) / Decimal(value.denominator)
