"""Drawings of change: an arrow for each unit against its last total, and lines over the years."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from evaltool.charts.colours import ABOVE, BELOW, FAINT, GRID, LINE
from evaltool.charts.drawing import ROW, SMALL, Axis, around_all, cut_text, grid, label, label_width, ticks, wide
from evaltool.charts.totals import Span
from evaltool.exact import plain
from evaltool.writers.drawing import INK, WIDTH, Anchor, Drawing, Shape

APART = 16  # of the names at the end of lines
_Height = Callable[[Fraction], Fraction]


@dataclass(frozen=True, slots=True)
class TotalChange:
    """A unit's total of last year and of this one."""

    name: str
    before: Fraction
    now: Fraction
    said: str


def arrows(title: str, about: str, changes: Sequence[TotalChange], span: Span) -> Drawing:
    """An arrow for each unit from last year's total to this year's; the figure stands behind it."""
    left = span.left or label_width(each.name for each in changes)
    right = max((wide(each.said) for each in changes), default=0) + 14
    place = Axis(span.low, span.high, left + 6, WIDTH - right - 6)
    bottom = 4 + len(changes) * ROW
    shapes = [*grid(place, 4, bottom)]
    for at, each in enumerate(changes):
        y = 4 + at * ROW
        shapes.append(label(each.name, left, y))
        shapes += _arrow(each, place(each.before), place(each.now), y + 12)
        shapes.append(Shape("text", (WIDTH - 4, y + 16), INK, each.said, "end", bold=True))
    return Drawing(title, about, bottom + 22, tuple(shapes))


def _arrow(each: TotalChange, start: Fraction, end: Fraction, y: int) -> Iterator[Shape]:
    better = each.now >= each.before
    colour = ABOVE if better else BELOW
    back = end - 8 if better else end + 8
    yield Shape("circle", (start, y, 4), FAINT, f"{each.name}　{plain(each.before)}")
    if abs(end - start) > 9:
        yield Shape("line", (start, y, back, y), colour)
    yield Shape("path", (end, y, back, y - 5, back, y + 5), colour, f"{each.name}　{plain(each.now)}")


# --- over the years --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class YearLine:
    """A unit's totals, one for each year; None where it has none.  `named`: what stands at its end; "" for a line among
    the others.  `rises`: whether it is drawn as one that went up or, dashed, as one that went down."""

    name: str
    totals: tuple[Fraction | None, ...]
    named: str = ""
    rises: bool | None = None


def slopes(title: str, about: str, years: Sequence[str], lines: Sequence[YearLine]) -> Drawing:
    """A line for each unit over the years; those that are named stand out."""
    low, high = around_all(total for each in lines for total in each.totals if total is not None)
    ends = [each for each in lines if each.named and each.totals[-1] is not None]
    right = min(max((wide(each.named, SMALL) for each in ends), default=0), WIDTH // 2) + 14
    top, tall = 26, max(190, APART * len(ends))
    place = Axis(low, high, 0, tall)

    def y(total: Fraction) -> Fraction:
        return top + tall - place(total)

    step = Fraction(WIDTH - right - 40, max(len(years) - 1, 1))
    shapes = [*_frame(years, low, high, y, step, WIDTH - right)]
    for each in sorted(lines, key=lambda line: bool(line.named)):  # what is named lies above the rest
        shapes += _line(each, y, step)
    shapes += _ends(ends, y, WIDTH - right + 10, top + tall)
    return Drawing(title, about, top + tall + 16, tuple(shapes))


def _frame(
    years: Sequence[str], low: Fraction, high: Fraction, y: _Height, step: Fraction, right: int
) -> Iterator[Shape]:
    for tick in ticks(low, high):
        yield Shape("line", (36, y(tick), right, y(tick)), GRID)
        yield Shape("text", (30, y(tick) + 4), FAINT, plain(tick), "end", SMALL)
    for at, year in enumerate(years):
        anchor: Anchor = "start" if not at else "end" if at == len(years) - 1 else "middle"
        yield Shape("text", (36 + step * at, 14), FAINT, year, anchor, SMALL)


def _line(each: YearLine, y: _Height, step: Fraction) -> Iterator[Shape]:
    colour = LINE if not each.named else FAINT if each.rises is None else ABOVE if each.rises else BELOW
    known = [(36 + step * at, y(total), total) for at, total in enumerate(each.totals) if total is not None]
    for (x, height, _), (next_x, next_height, _) in pairwise(known):
        dashed, thick = each.rises is False, each.rises is not None
        yield Shape("line", (x, height, next_x, next_height), colour, dashed=dashed, thick=thick)
    for x, height, total in known:
        yield Shape("circle", (x, height, 4 if each.named else 3), colour, f"{each.name}　{plain(total)}")


def _ends(lines: Sequence[YearLine], y: _Height, left: int, bottom: int) -> Iterator[Shape]:
    """The names, each at the end of its line or as near below it as there is room."""
    wanted = sorted((y(each.totals[-1]), each.named) for each in lines if each.totals[-1] is not None)
    last = Fraction(0)
    spots = []
    for height, said in wanted:
        last = max(height, last + APART)
        spots.append((last, said))
    over = max(last - bottom, Fraction(0))
    for height, said in spots:
        yield Shape(
            "text", (left, max(height - over, Fraction(12)) + 4), INK, cut_text(said, WIDTH - left, SMALL), size=SMALL
        )
