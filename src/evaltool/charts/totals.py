"""Drawings of a group's totals: each unit on an axis that begins where the totals do, how far from the mean and from
the bounds of grades; where very many lie; and how near they are to every cut."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from evaltool.charts.colours import ABOVE, BELOW, FAINT, LINE, NAVY
from evaltool.charts.drawing import ROW, SMALL, Axis, cut_text, grid, hollow, label, label_width, notes, wide
from evaltool.exact import plain, published
from evaltool.writers.drawing import INK, WIDTH, Anchor, Drawing, Shape

TALLEST = 390  # of dots one above the other; more of them lie closer


@dataclass(frozen=True, slots=True)
class NamedValue:
    """A value with a name."""

    name: str
    value: Fraction


@dataclass(frozen=True, slots=True)
class Span:
    """From where to where an axis goes, and the room for names beside it: the same for all that is held against each
    other."""

    low: Fraction
    high: Fraction
    left: int = 0


@dataclass(frozen=True, slots=True)
class DrawnTotal:
    """One unit; `said`: its total as it is printed; `ranked`: whether it has a place."""

    name: str
    value: Fraction
    said: str
    ranked: bool = True


@dataclass(frozen=True, slots=True)
class Against:
    """What totals are held against: the bounds of grades and the mean, printed with so many decimals."""

    bounds: Sequence[NamedValue]
    mean: Fraction | None
    digits: int = 2


def totals(
    title: str, about: str, units: Sequence[DrawnTotal], against: Against, span: Span, below: Sequence[str] = ()
) -> Drawing:
    """A line for each unit from the mean to its total, which stands behind it; who is not ranked has a hollow mark.
    `below`: what is said under the drawing, such as who stands at a bound."""
    left = span.left or label_width(each.name for each in units)
    right = max((wide(each.said) for each in units), default=0) + 14
    place = Axis(span.low, span.high, left + 6, WIDTH - right - 6)
    shapes, top = _above(against, place)
    bottom = top + len(units) * ROW
    shapes = [*grid(place, top, bottom), *shapes, *_uprights(against, place, top, bottom)]
    for at, each in enumerate(units):
        shapes += _total(each, against.mean, place, left, top + at * ROW)
        shapes.append(Shape("text", (WIDTH - 4, top + at * ROW + 16), INK, each.said, "end", bold=True))
    more = [*([] if all(each.ranked for each in units) else ["空心为不排名"]), *below]
    under, bottom = notes(more, bottom + 22)
    return Drawing(title, about, bottom + 4, (*shapes, *under))


def _above(against: Against, place: Axis) -> tuple[list[Shape], int]:
    """The names of the upright lines, each in the first row where it has room; and where the rows of units begin."""
    said = [] if against.mean is None else [(f"平均 {published(against.mean, against.digits)}", against.mean, FAINT)]
    said += [(each.name, each.value, NAVY) for each in against.bounds if place.low <= each.value <= place.high]
    ends: list[Fraction] = []
    shapes: list[Shape] = []
    for text, value, colour in sorted(said, key=lambda one: one[1]):
        half = Fraction(wide(text, SMALL), 2)
        x = min(max(place(value), half + 2), WIDTH - half - 2)
        row = next((at for at, end in enumerate(ends) if x - half > end + 4), len(ends))
        ends[row : row + 1] = [x + half]
        shapes.append(Shape("text", (x, 13 + 15 * row), colour, text, "middle", SMALL))
    return shapes, 6 + 15 * len(ends)


def _uprights(against: Against, place: Axis, top: int, bottom: int) -> Iterator[Shape]:
    for each in against.bounds:
        if place.low <= each.value <= place.high:
            yield Shape("line", (place(each.value), top, place(each.value), bottom), NAVY)
    if against.mean is not None:
        yield Shape("line", (place(against.mean), top, place(against.mean), bottom), FAINT, dashed=True)


def _total(each: DrawnTotal, mean: Fraction | None, place: Axis, left: int, y: int) -> Iterator[Shape]:
    colour = ABOVE if mean is None or each.value >= mean else BELOW
    x = place(each.value)
    yield label(each.name, left, y)
    if mean is not None:
        yield Shape("line", (place(mean), y + 12, x, y + 12), colour, thick=True)
    says = f"{each.name}　{each.said}"
    if each.ranked:
        yield Shape("circle", (x, y + 12, 5), colour, says)
    else:
        yield from hollow(x, y + 12, colour, says)


def strip(title: str, about: str, marks: Sequence[NamedValue], against: Against, span: Span) -> Drawing:
    """A dot for each unit where its total lies, dots of about the same total one above the other; lines at the bounds
    of grades, a dashed one at the mean."""
    place = Axis(span.low, span.high, 14, WIDTH - 14)
    bins = _bins(marks, span)
    most = max((len(each) for each in bins.values()), default=1)
    apart = min(Fraction(9), Fraction(TALLEST, most))
    names, top = _above(against, place)
    base = top + 12 + math.ceil(apart * most)
    shapes = [*grid(place, top, base), *names, *_uprights(against, place, top, base)]
    for column, own in bins.items():
        for up, mark in enumerate(own):
            at = (place(column), base - 6 - apart * up, 4)
            shapes.append(Shape("circle", at, ABOVE, f"{mark.name}　{plain(mark.value)}"))
    return Drawing(title, about, base + 22, tuple(shapes))


def _bins(marks: Sequence[NamedValue], span: Span) -> dict[Fraction, list[NamedValue]]:
    """The marks by the columns in which their dots stand, some 40 on the line."""
    width = (span.high - span.low) / 40
    bins: dict[Fraction, list[NamedValue]] = {}
    for mark in sorted(marks, key=lambda mark: mark.value):
        column = span.low + width * math.floor((mark.value - span.low) / width) + width / 2
        bins.setdefault(column, []).append(mark)
    return bins


@dataclass(frozen=True, slots=True)
class Near:
    """The units around one cut: distances above it (not negative) and below it (negative), nearest first."""

    name: str
    inside: tuple[NamedValue, ...]
    outside: tuple[NamedValue, ...]


def around(title: str, about: str, cuts: Sequence[Near], span: Fraction) -> Drawing:
    """Every cut as a line from top to bottom in the middle, units left and right of it; the nearest are named."""
    place = Axis(-span, span, 12, WIDTH - 12)
    tall = 64
    bottom = 4 + len(cuts) * tall
    shapes = [Shape("line", (place(Fraction(0)), 4, place(Fraction(0)), bottom), NAVY)]
    for value in (-span, -span / 2, Fraction(0), span / 2, span):
        anchor: Anchor = "start" if value == -span else "end" if value == span else "middle"
        at = {-span: Fraction(2), span: Fraction(WIDTH - 2)}.get(value, place(value))
        shapes.append(Shape("text", (at, bottom + 16), FAINT, _signed(value), anchor, SMALL))
    for row, cut in enumerate(cuts):
        y = 4 + row * tall
        shapes += [
            Shape("text", (4, y + 16), NAVY, cut_text(cut.name, WIDTH // 2 - 12), bold=True),
            Shape("line", (12, y + 48, WIDTH - 12, y + 48), LINE),
        ]
        # the inner ends of what is on both sides of a line may be at one place: one stands above it, one below
        for marks, side, colour, up in ((cut.inside, 1, ABOVE, 45), (cut.outside, -1, BELOW, 51)):
            near = [mark for mark in marks if abs(mark.value) <= span]
            shapes += _dots(near, colour, place, y + up)
            shapes += _nearest(near[0], side, colour, place, y + 20) if near else []
    return Drawing(title, about, bottom + 22, tuple(shapes))


def _dots(marks: Sequence[NamedValue], colour: str, place: Axis, y: int) -> Iterator[Shape]:
    for mark in marks:
        yield Shape("circle", (place(mark.value), y, 5), colour, f"{mark.name}　{_signed(mark.value)}")


def _nearest(mark: NamedValue, side: int, colour: str, place: Axis, y: int) -> Iterator[Shape]:
    """The nearest with its name, and a line from one to the other, so that no other dot seems to be meant; away from
    the middle where there is room, else towards it.  `side`: 1 on the right of the middle, -1 on its left."""
    x, middle = place(mark.value), place(Fraction(0))
    figure = f" {_signed(mark.value)}"
    said = f"{mark.name}{figure}"
    away, inwards = (WIDTH - 2 - x if side > 0 else x - 2), abs(x - middle)
    out = wide(said, SMALL) + 6 <= away or away >= inwards
    short = cut_text(mark.name, int(max(away, inwards)) - 6 - wide(figure, SMALL), SMALL) + figure
    rightwards = (side > 0) == out
    at = (x + 5 if rightwards else x - 5, y + 16)
    yield Shape("line", (x, y + 6, x, y + 28), colour)
    yield Shape("text", at, INK, short, "start" if rightwards else "end", SMALL)


def _signed(value: Fraction) -> str:
    return ("+" if value > 0 else "") + plain(value)
