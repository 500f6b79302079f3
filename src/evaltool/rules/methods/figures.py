"""From a measured figure to a share of full marks: completion of a target, comparison, growth, deductions.

Each method has two functions.  `outside` says why a figure has no share ("" if it has one), by a key of `REASONS`: a
target of 0 cannot be completed, a base of 0 cannot grow, one unit alone cannot be compared.  `share` is called inside
that domain only, and never falls when the figure gets better.  Everything is exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evaltool.rules.methods import Compare, Deduct, Facts, Growth, Target

FULL = Fraction(1)
NOTHING = Fraction(0)

REASONS: Mapping[str, tuple[str, str]] = {
    "no_target": ("没有目标值", "there is no target"),
    "target": ("目标值不大于 0，无法计算完成比例", "the target is not above 0, so that nothing can be a part of it"),
    "no_base": ("没有基期值", "there is no figure to start from"),
    "base": ("基期值不大于 0，无法计算增长率", "the figure to start from is not above 0, so that nothing grows on it"),
    "per": (
        "作除数的指标没有数值或基期值，或者不大于 0",
        "the indicator to divide by has no figure or no base, or one that is not above 0",
    ),
    "place": ("位次应为不小于 1 的整数", "a place is a whole number from 1 on"),
    "best": ("最好的数值不大于 0，无法计算比例", "the best figure is not above 0, so that nothing can be a part of it"),
    "same": ("各单位数值相同，分不出高低", "all units have the same figure"),
    "alone": ("没有可以比较的单位", "there is nobody to compare with"),
    "negative": ("件（次、分）数不能是负数", "a number of cases cannot be below 0"),
}


def _within(value: Fraction, low: Fraction, high: Fraction) -> Fraction:
    return min(max(value, low), high)


def _percent(value: Decimal) -> Fraction:
    return Fraction(value) / 100


# --- a figure against its target -------------------------------------------------------------------------------------


def target_outside(answer: Target, figure: Fraction, facts: Facts) -> str:
    if answer.target == "range":
        return ""
    if facts.target is None:
        return "no_target"
    return "target" if answer.target != "attained" and facts.target <= 0 else ""


def target_share(answer: Target, figure: Fraction, facts: Facts) -> Fraction:
    if answer.target == "range":
        return _in_range(answer, figure)
    assert facts.target is not None
    if answer.target == "attained":
        reached = figure >= facts.target if answer.better == "higher" else figure <= facts.target
        return FULL if reached else _percent(answer.missed)
    cap = _percent(answer.cap)
    if answer.target == "lower" and figure <= 0:
        return cap  # below every figure that could be divided by, and less is better
    completion = figure / facts.target if answer.target == "higher" else facts.target / figure
    return NOTHING if completion < _percent(answer.floor) else _within(completion, NOTHING, cap)


def _in_range(answer: Target, figure: Fraction) -> Fraction:
    """Full marks from `low` to `high`; outside it falling evenly to the point of nothing, or nothing at once."""
    assert answer.low is not None
    assert answer.high is not None
    if figure < answer.low:
        return _falling(figure, answer.low, answer.zero_below)
    if figure > answer.high:
        return _falling(figure, answer.high, answer.zero_above)
    return FULL


def _falling(figure: Fraction, full: Decimal, zero: Decimal | None) -> Fraction:
    if zero is None or zero == full:
        return NOTHING
    end, start = Fraction(zero), Fraction(full)
    return _within((figure - end) / (start - end), NOTHING, FULL)


# --- a figure against those of other units ---------------------------------------------------------------------------


def compare_outside(answer: Compare, figure: Fraction, facts: Facts) -> str:
    if not facts.others:
        return "alone"
    best, worst = _ends(answer, figure, facts)
    if answer.compare == "best" and best <= 0:
        return "best"
    return "same" if answer.compare == "min_max" and best == worst else ""


def compare_share(answer: Compare, figure: Fraction, facts: Facts) -> Fraction:
    best, worst = _ends(answer, figure, facts)
    least = _percent(answer.least)
    if answer.compare == "rank":
        place = _place(answer, figure, facts)
        return max(_percent(answer.first) - _percent(answer.step) * (place - 1), least)
    if answer.compare == "min_max":
        return least + (FULL - least) * _within((figure - worst) / (best - worst), NOTHING, FULL)
    # a unit outside the comparison may have a better figure than the best of those inside
    if answer.better == "higher":
        return max(_within(figure / best, NOTHING, FULL), least)
    return max(_within(best / figure, NOTHING, FULL), least) if figure > 0 else FULL


def _ends(answer: Compare, figure: Fraction, facts: Facts) -> tuple[Fraction, Fraction]:
    """The best and the worst figure of those who take part."""
    field = [*facts.others, figure] if facts.takes_part else facts.others
    low, high = min(field), max(field)
    return (high, low) if answer.better == "higher" else (low, high)


def _place(answer: Compare, figure: Fraction, facts: Facts) -> Fraction:
    """1 for the best; units with the same figure share the best place, or the mean of those that they take up."""
    sign = 1 if answer.better == "higher" else -1
    before = sum(sign * other > sign * figure for other in facts.others)
    same = sum(other == figure for other in facts.others)
    return Fraction(1 + before) + (Fraction(same, 2) if answer.ties == "mean" else 0)


# --- a figure against an earlier one ---------------------------------------------------------------------------------


def growth_outside(answer: Growth, figure: Fraction, facts: Facts) -> str:
    if facts.base is None:
        return "no_base"
    if answer.growth == "places":
        whole = all(each >= 1 and each.denominator == 1 for each in (figure, facts.base))
        return "" if whole else "place"
    if facts.base <= 0:
        return "base"
    if answer.growth == "per_head" and not all(each is not None and each > 0 for each in (facts.per, facts.per_base)):
        return "per"
    return ""


def growth_share(answer: Growth, figure: Fraction, facts: Facts) -> Fraction:
    assert facts.base is not None
    if answer.growth == "places":
        grown = facts.base - figure
    else:
        heads = facts.per / facts.per_base if facts.per and facts.per_base else FULL
        grown = (figure / facts.base / (heads if answer.growth == "per_head" else FULL) - 1) * 100
    zero, full = Fraction(answer.zero_at), Fraction(answer.full_at)
    return _within((grown - zero) / (full - zero), NOTHING, _percent(answer.cap))


# --- full marks less deductions --------------------------------------------------------------------------------------


def deduct_outside(_: Deduct, figure: Fraction, facts: Facts) -> str:
    return "negative" if figure < 0 else ""


def deduct_share(answer: Deduct, figure: Fraction, facts: Facts) -> Fraction:
    left = facts.full - Fraction(answer.deduct) * figure
    # a limit above the preset points of a line would give more than full marks
    return max(left, min(Fraction(answer.limit), facts.full)) / facts.full
