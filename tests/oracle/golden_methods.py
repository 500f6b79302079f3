"""The scoring methods once more, as arithmetic that a person can check; part of `golden.py`.

Nothing here is shared with the tool: a method is worked out from the words of the rules' reference, with fractions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

Parameters = Mapping[str, Any]


def number(parameters: Parameters, key: str, default: int = 0) -> Fraction:
    return Fraction(parameters.get(key, default))


def clamped(value: Fraction, low: Fraction, high: Fraction) -> Fraction:
    return min(max(value, low), high)


def target(p: Parameters, figure: Fraction, goal: Fraction | None) -> Fraction | None:
    """Completion of a target, or a figure inside a range."""
    if p["target"] == "range":
        return in_range(p, figure)
    if goal is None:
        return None
    if p["target"] == "attained":
        reached = figure <= goal if p.get("better") == "lower" else figure >= goal
        return Fraction(1) if reached else number(p, "missed") / 100
    if goal <= 0:
        return None
    if p["target"] == "lower" and figure <= 0:
        return number(p, "cap", 100) / 100
    above, below = (figure, goal) if p["target"] == "higher" else (goal, figure)
    completion = above / below * 100
    if completion < number(p, "floor"):
        return Fraction(0)
    return clamped(completion, Fraction(0), number(p, "cap", 100)) / 100


def in_range(p: Parameters, figure: Fraction) -> Fraction:
    """Full marks inside, falling evenly to nothing at the outer bounds."""
    for bound, outer in (("low", "zero_below"), ("high", "zero_above")):
        if bound not in p:
            continue
        edge = Fraction(p[bound])
        outside = figure < edge if bound == "low" else figure > edge
        if outside:
            if outer not in p:
                return Fraction(0)
            zero = Fraction(p[outer])
            return clamped((figure - zero) / (edge - zero), Fraction(0), Fraction(1))
    return Fraction(1)


def compare(p: Parameters, figure: Fraction, others: Sequence[Fraction], *, ranked: bool) -> Fraction | None:
    """A figure among those of the other ranked units; one that is not ranked sets no mark and gets full at most."""
    if not others:
        return None
    lower = p.get("better") == "lower"
    field = [*others, figure] if ranked else list(others)
    best, worst = (min(field), max(field)) if lower else (max(field), min(field))
    least, one = number(p, "least") / 100, Fraction(1)
    if p["compare"] == "best":
        above, below = (best, figure) if lower else (figure, best)
        if lower and best > 0 >= figure:
            return one
        return None if best <= 0 else max(clamped(above / below, Fraction(0), one), least)
    if p["compare"] == "min_max":
        if best == worst:
            return None
        return least + (1 - least) * clamped((figure - worst) / (best - worst), Fraction(0), one)
    better = sum((each < figure if lower else each > figure) for each in others)
    same = sum(each == figure for each in others)
    place = Fraction(1 + better) + (Fraction(same, 2) if p.get("ties") == "mean" else 0)
    if "last" in p:
        behind, steps = min(place - 1, Fraction(len(field) - 1)), len(field) - 1
        first, last = number(p, "first", 100), number(p, "last")
        return (first - (first - last) * behind / steps if steps else first if place <= 1 else last) / 100
    return max(number(p, "first", 100) - number(p, "step") * (place - 1), number(p, "least")) / 100


def growth(p: Parameters, now: Fraction, before: Fraction | None) -> Fraction | None:
    """Growth in percent, or places gained, on the line from nothing to full marks."""
    if before is None:
        return None
    if p["growth"] == "places":
        gained = before - now
    elif before <= 0:
        return None
    else:
        gained = (now / before - 1) * 100
    zero, full = number(p, "zero_at"), Fraction(p["full_at"])
    return clamped((gained - zero) / (full - zero) * 100, Fraction(0), number(p, "cap", 100)) / 100


def deduct(p: Parameters, figure: Fraction, full: Fraction) -> Fraction | None:
    """Full marks less so many points for each case, never below the limit; there are no cases below 0."""
    if figure < 0:
        return None
    return max(full - Fraction(p["deduct"]) * figure, min(number(p, "limit"), full)) / full


def curve(p: Parameters, x: Fraction, own: Mapping[str, Fraction]) -> Fraction:
    """Where a figure lies on a line or on steps."""
    full = Fraction(p.get("full", 100))
    points = [(own[at] if isinstance(at, str) else Fraction(at), Fraction(worth)) for at, worth in p["curve"]]
    beyond, shape = Fraction(p.get("beyond", 0)), p.get("shape", "line")
    if shape == "from":
        return ([beyond] + [worth for at, worth in points if x >= at])[-1] / full
    if shape == "up_to":
        return ([worth for at, worth in points if x <= at] + [beyond])[0] / full
    before = [point for point in points if point[0] <= x]
    behind = [point for point in points if point[0] > x]
    if not before or not behind:
        return (before[-1] if before else behind[0])[1] / full
    (low, less), (high, more) = before[-1], behind[0]
    return (less + (more - less) * (x - low) / (high - low)) / full


def combined(shares: Sequence[Fraction], over: object) -> Fraction:
    """Several answers as one, as the rules' `over` says."""
    if isinstance(over, Mapping) and "drop" in over:
        kept = sorted(shares)[over["drop"] : len(shares) - over["drop"]]
        return sum(kept, Fraction(0)) / len(kept)
    if isinstance(over, Mapping):
        drop = int(Fraction(over["trimmed"]) * len(shares))
        kept = sorted(shares)[drop : len(shares) - drop]
        return sum(kept, Fraction(0)) / len(kept)
    ordered = sorted(shares)
    middle = len(ordered) // 2
    if over == "median":
        return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    if over == "sum":
        return sum(shares, Fraction(0))
    if over == "last":
        return shares[-1]
    if over in ("best", "worst"):
        return ordered[-1] if over == "best" else ordered[0]
    return sum(shares, Fraction(0)) / len(shares)
