"""The only place where numbers are rounded, and how exact numbers are written.

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


def published(value: Fraction, digits: int) -> str:
    """The value as it is printed: rounded half up, with all its digits, such as "87.30"."""
    rounded = half_up(value, digits)
    return format(Decimal(rounded.numerator) / Decimal(rounded.denominator), f".{digits}f")


def exact(value: Fraction) -> str:
    """The value in lowest terms, such as "963289/10400"; whole numbers as "92/1"."""
    return f"{value.numerator}/{value.denominator}"
