"""How numbers are rounded, shared out and written: exact fractions, half up, away from zero for negative ones."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from evaltool.exact import added, apportioned, decimal, digits_of, exact, half_up, plain, published, share_of


@pytest.mark.parametrize(
    ("value", "digits", "rounded"),
    [
        ("2.345", 2, "2.35"),
        ("2.3449999", 2, "2.34"),
        ("-2.345", 2, "-2.35"),
        ("-2.344", 2, "-2.34"),
        ("0.5", 0, "1"),
        ("1/3", 3, "0.333"),
        ("2/3", 1, "0.7"),
        ("0", 2, "0"),
    ],
)
def test_a_half_goes_away_from_zero(value: str, digits: int, rounded: str) -> None:
    assert half_up(Fraction(value), digits) == Fraction(rounded)


def test_a_sum_is_that_of_its_parts_whatever_their_denominators() -> None:
    assert added([Fraction(1, 3), Fraction(1, 4), Fraction(1, 3), Fraction(-1, 2)]) == Fraction(5, 12)
    assert added([]) == 0


@pytest.mark.parametrize(("rounding", "units"), [("half_up", 3), ("up", 3), ("down", 2)])
def test_a_percentage_of_units_is_rounded_as_is_said(rounding: str, units: int) -> None:
    """25% of 10 units is two and a half; of 8 it is two in every way."""
    assert share_of(10, 25, rounding) == units
    assert share_of(8, Decimal(25), rounding) == 2
    assert share_of(9, 25, "half_up") == 2


def test_places_left_over_go_to_the_largest_remainders() -> None:
    """7 over 5, 3 and 2 units is 3.5, 2.1 and 1.4: the first has the odd one; of 8 (4, 2.4, 1.6) the last."""
    assert apportioned(7, {"a": 5, "b": 3, "c": 2}) == {"a": 4, "b": 2, "c": 1}
    assert apportioned(8, {"a": 5, "b": 3, "c": 2}) == {"a": 4, "b": 2, "c": 2}


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        ("36", 0, "36"),
        ("36.0", 0, "36"),
        ("0.05", 2, "0.05"),
        ("-0.5", 1, "-0.5"),
        ("1/8", 3, "0.125"),
        ("1/16", 4, "0.0625"),
        ("1/3125", 5, "0.00032"),
        ("1/100000", 5, "0.00001"),
        ("1234567.1234567", 7, "1234567.1234567"),
        ("1/3", None, "1/3"),
        ("-5/7000", None, "-1/1400"),
    ],
)
def test_a_number_is_written_with_the_digits_that_it_has(value: str, digits: int | None, written: str) -> None:
    """However many; one whose digits do not end as a fraction."""
    assert (digits_of(Fraction(value)), plain(Fraction(value))) == (digits, written)


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        ("87.3", 2, "87.30"),
        ("-0.125", 2, "-0.13"),
        ("-0.001", 2, "0.00"),
        ("0.05", 1, "0.1"),
        ("99.995", 2, "100.00"),
        ("2.5", 0, "3"),
    ],
)
def test_what_is_published_has_all_its_digits_and_no_minus_nothing(value: str, digits: int, written: str) -> None:
    assert published(Fraction(value), digits) == written


def test_fractions_and_decimals_are_written_without_loss() -> None:
    assert (exact(Fraction(92)), exact(Fraction(6, 4))) == ("92/1", "3/2")
    assert decimal(Fraction(5, 4)) == Decimal("1.25")
