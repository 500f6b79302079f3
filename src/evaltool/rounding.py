"""The only place where numbers are rounded, and how numbers are written.

Rounding is half up (四舍五入) on exact fractions, away from zero for negative ones.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction


def half_up(value: Fraction, digits: int) -> Fraction:
    """The value rounded to so many digits after the point."""
    scaled = abs(value) * 10**digits
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(units if value >= 0 else -units, 10**digits)


def plain(number: Decimal | Fraction) -> str:
    """A number as people write it: 36, not 36.0 or 3.6E+1; a fraction without an end as "1/3"."""
    value = Fraction(number)
    text = _decimal(value)
    return text if text is not None else exact(value)


def _decimal(value: Fraction) -> str | None:
    """All digits of a fraction whose decimals end, else None."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return None
    digits = max(twos, fives)
    signs = str(abs(value.numerator) * 10**digits // value.denominator).rjust(digits + 1, "0")
    text = f"{signs[:-digits]}.{signs[-digits:]}" if digits else signs
    return f"-{text}" if value < 0 else text


def published(value: Fraction, digits: int) -> str:
    """The value as it is printed: rounded half up, with all its digits, such as "87.30"."""
    rounded = half_up(value, digits)
    return format(Decimal(rounded.numerator) / Decimal(rounded.denominator), f".{digits}f")


def exact(value: Fraction) -> str:
    """The value in lowest terms, such as "963289/10400"; whole numbers as "92/1"."""
    return f"{value.numerator}/{value.denominator}"


def decimal(value: Fraction) -> Decimal:
    """A preset value as a decimal; preset values are written as decimals, so this is exact."""
    return Decimal(value.numerator) / Decimal(value.denominator)
