"""Charts of a group's totals: where they lie between the bounds of grades, and how near they are to every cut."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from evaltool.exact import plain, published
from evaltool.page.charts.shapes import (
    COLOURS,
    FAINT,
    INK,
    LINE,
    NAVY,
    WIDTH,
    Axis,
    PageChart,
    Shape,
    around_all,
    axis,
    cut_text,
    label_width,
    wide,
)

TALLEST = 390  # of dots one above the other; more of them lie closer


@dataclass(frozen=True, slots=True)
class NamedValue:
    """A value with a name."""

    name: str
    value: Fraction


def strip(
    title: str, about: str, marks: Sequence[NamedValue], bounds: Sequence[NamedValue], mean: Fraction | None
) -> PageChart:
    """A dot for each unit where its total lies, dots of about the same total one above the other; lines at the bounds
    of grades, a dashed one at the mean."""
    low, high = around_all([mark.value for mark in marks])
    seen = [mark for mark in bounds if low <= mark.value <= high]
    bins = _bins(marks, low, high)
    most = max((len(each) for each in bins.values()), default=1)
    apart = min(Fraction(13), Fraction(TALLEST, most))
    base = 44 + math.ceil(apart * most)
    shapes, place = axis(low, high, base, 24)
    for bound in seen:
        x = place(bound.value)
        shapes += [
            Shape("line", (x, 20, x, base), NAVY),
            Shape("text", (x + 4, 14), NAVY, f"{bound.name} {plain(bound.value)}"),
        ]
    if mean is not None:
        shapes += _mean(f"平均 {published(mean, 2)}", place(mean), base, [place(bound.value) for bound in seen])
    for column, own in bins.items():
        for up, mark in enumerate(own):
            at = (place(column), base - 8 - apart * up, 5)
            shapes.append(Shape("circle", at, COLOURS[0], f"{mark.name}　{plain(mark.value)}"))
    return PageChart(title, about, base + 26, tuple(shapes))


def _mean(said: str, x: Fraction, base: int, lines: Sequence[Fraction]) -> Iterator[Shape]:
    """A dashed line with its words on the side where no other line goes through them."""
    crossed = any(x <= line <= x + 8 + wide(said, 12) for line in lines)
    yield Shape("line", (x, 34, x, base), FAINT, dashed=True)
    yield Shape("text", (x - 4 if crossed else x + 4, 32), FAINT, said, "end" if crossed else "start", 12)


def _bins(marks: Sequence[NamedValue], low: Fraction, high: Fraction) -> dict[Fraction, list[NamedValue]]:
    """The marks by the columns in which their dots stand, some 60 on the line."""
    width = (high - low) / 60
    bins: dict[Fraction, list[NamedValue]] = {}
    for mark in sorted(marks, key=lambda mark: mark.value):
        column = low + width * math.floor((mark.value - low) / width) + width / 2
        bins.setdefault(column, []).append(mark)
    return bins


@dataclass(frozen=True, slots=True)
class Near:
    """The units around one cut: distances above it (not negative) and below it (negative), nearest first."""

    name: str
    inside: tuple[NamedValue, ...]
    outside: tuple[NamedValue, ...]


def around(title: str, about: str, cuts: Sequence[Near], span: Fraction) -> PageChart:
    """Every cut as a line from top to bottom in the middle, units left and right of it; the nearest are named."""
    left = label_width(cut.name for cut in cuts)
    place = Axis(-span, span, left + 10, WIDTH - 20)
    tall = 46
    bottom = 8 + len(cuts) * tall
    middle = place(Fraction(0))
    shapes = [Shape("line", (middle, 4, middle, bottom), NAVY)]
    for tick in (-span, -span / 2, Fraction(0), span / 2, span):
        shapes.append(Shape("text", (place(tick), bottom + 16), FAINT, _signed(tick), "middle", 12))
    for at, cut in enumerate(cuts):
        y = 8 + at * tall
        shapes += [
            Shape("text", (left - 8, y + 32), INK, cut_text(cut.name, left - 12), "end"),
            Shape("line", (left + 10, y + 28, WIDTH - 20, y + 28), LINE),
        ]
        # the inner ends of what is on both sides of a line may be at one place: one stands above it, one below
        for marks, side, colour, up in ((cut.inside, 1, COLOURS[0], 25), (cut.outside, -1, COLOURS[3], 31)):
            near = [mark for mark in marks if abs(mark.value) <= span]
            shapes += _dots(near, colour, place, y + up)
            shapes += _named(near[0], side, colour, place, y, left) if near else []
    return PageChart(title, about, bottom + 22, tuple(shapes))


def _dots(marks: Sequence[NamedValue], colour: str, place: Axis, y: int) -> Iterator[Shape]:
    for mark in marks:
        yield Shape("circle", (place(mark.value), y, 5), colour, f"{mark.name}　{_signed(mark.value)}")


def _named(mark: NamedValue, side: int, colour: str, place: Axis, y: int, left: int) -> Iterator[Shape]:
    """The nearest with its name, and a line from one to the other, so that no other dot seems to be meant; away from
    the middle where there is room, else towards it.  `side`: 1 on the right of the middle, -1 on its left."""
    x, middle = place(mark.value), place(Fraction(0))
    said = f"{mark.name} {_signed(mark.value)}"
    away, inwards = (WIDTH - 2 - x if side > 0 else x - left), abs(x - middle)
    out = wide(said, 12) + 6 <= away or away >= inwards
    label = cut_text(said, int(max(away, inwards)) - 6, 12)
    rightwards = (side > 0) == out
    yield Shape("line", (x, y + 6, x, y + 28), colour)
    yield Shape("text", (x + 5 if rightwards else x - 5, y + 16), colour, label, "start" if rightwards else "end", 12)


def _signed(value: Fraction) -> str:
    return ("+" if value > 0 else "") + plain(value)
