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
        said = ("+" if tick > 0 else "") + plain(tick)
        shapes.append(Shape("text", (place(tick), bottom + 16), FAINT, said, "middle", 12))
    for at, cut in enumerate(cuts):
        y = 8 + at * tall
        shapes += [
            Shape("text", (left - 8, y + 32), INK, cut_text(cut.name, left - 12), "end"),
            Shape("line", (left + 10, y + 28, WIDTH - 20, y + 28), LINE),
        ]
        for marks, anchor, colour in ((cut.inside, "start", COLOURS[0]), (cut.outside, "end", COLOURS[3])):
            shapes += _nearest(marks, anchor, colour, place, y, span)
    return PageChart(title, about, bottom + 22, tuple(shapes))


def _nearest(
    marks: Sequence[NamedValue], anchor: str, colour: str, place: Axis, y: int, span: Fraction
) -> Iterator[Shape]:
    """Dots inside the span; the nearest with its name, as far as there is room."""
    for first, mark in enumerate(mark for mark in marks if abs(mark.value) <= span):
        x = place(mark.value)
        said = ("+" if mark.value > 0 else "") + plain(mark.value)
        yield Shape("circle", (x, y + 28, 5), colour, f"{mark.name}　{said}")
        if not first:
            label = cut_text(f"{mark.name} {said}", WIDTH // 2, 12)
            inwards = anchor == "start" and x + 6 + wide(label, 12) > WIDTH
            outwards = anchor == "end" and x - 6 - wide(label, 12) < 0
            at = WIDTH - 2 if inwards else 2 if outwards else x + 6 if anchor == "start" else x - 6
            end = inwards or (anchor == "end" and not outwards)
            yield Shape("text", (at, y + 16), colour, label, "end" if end else "start", 12)
