"""How figures are written before they are rounded for publication: with at most four digits after the point."""

from __future__ import annotations

from fractions import Fraction

from evaltool.exact import plain, published
from evaltool.findings import Language
from evaltool.rules.wording import pick

FINE = 4


def is_fine(value: Fraction) -> bool:
    """Whether a figure has no more digits than are written."""
    digits: int = 10**FINE
    return digits % value.denominator == 0


def fine(value: Fraction) -> str:
    """A figure with the digits that it has, at most so many."""
    return plain(value) if is_fine(value) else published(value, FINE)


def equals(*values: Fraction, language: Language = "zh") -> str:
    """The sign between figures: "about" where one of them is shortened."""
    return pick(language, "＝", " = ") if all(map(is_fine, values)) else pick(language, "≈", " ≈ ")
