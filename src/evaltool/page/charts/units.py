"""Charts with a line for each unit: bars of components, arrows against last year, sides against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from evaltool.exact import plain, published
from evaltool.page.charts.shapes import (
    FAINT,
    GRID,
    INK,
    LINE,
    ROW,
    WIDTH,
    Axis,
    PageChart,
    Shape,
    around_all,
    colour_of,
    label,
    label_width,
    legend,
    ticks,
    wide,
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One unit: points in each component as they are printed, and what stands behind the bar."""

    name: str
    parts: tuple[Fraction, ...]
    total: str


def stacked(title: str, about: str, components: Sequence[str], bars: Sequence[Bar], full: Fraction) -> PageChart:
    """A bar for each unit, a part of it for each component."""
    left = label_width(bar.name for bar in bars)
    right = wide(max((bar.total for bar in bars), key=len, default="")) + 12
    whole = max([full, *(sum(bar.parts, Fraction(0)) for bar in bars)])
    scale = Fraction(WIDTH - left - right) / whole
    shapes, top = legend(components)
    for at, bar in enumerate(bars):
        y, x = top + at * ROW, Fraction(left)
        shapes.append(label(bar.name, left, y))
        for part, (component, points) in enumerate(zip(components, bar.parts, strict=True)):
            width = max(points, Fraction(0)) * scale
            if width:
                says = f"{bar.name}　{component}　{plain(points)}"
                shapes.append(Shape("rect", (x, y + 3, max(width - 1, Fraction(1, 2)), ROW - 7), colour_of(part), says))
            x += width
        shapes.append(Shape("text", (x + 6, y + 16), INK, bar.total, bold=True))
    return PageChart(title, about, top + len(bars) * ROW + 4, tuple(shapes))


@dataclass(frozen=True, slots=True)
class TotalChange:
    """A unit's total of last year and of this one."""

    name: str
    before: Fraction
    now: Fraction
    said: str


def arrows(title: str, about: str, changes: Sequence[TotalChange]) -> PageChart:
    """An arrow for each unit from last year's total to this year's: up to the right in green, down to the left in
    red; the figure stands behind it."""
    low, high = around_all([value for each in changes for value in (each.before, each.now)])
    left = label_width(each.name for each in changes)
    right = max((wide(each.said) for each in changes), default=0) + 16
    place = Axis(low, high, left, WIDTH - right)
    bottom = 8 + len(changes) * ROW
    shapes: list[Shape] = []
    for tick in ticks(low, high):
        shapes += [
            Shape("line", (place(tick), 4, place(tick), bottom), GRID),
            Shape("text", (place(tick), bottom + 16), FAINT, plain(tick), "middle", 12),
        ]
    for at, each in enumerate(changes):
        y = 4 + at * ROW
        shapes.append(label(each.name, left, y))
        shapes += _arrow(each, place(each.before), place(each.now), Fraction(y + 12))
        shapes.append(Shape("text", (WIDTH - right + 10, y + 16), INK, each.said))
    return PageChart(title, about, bottom + 22, tuple(shapes))


def _arrow(each: TotalChange, start: Fraction, end: Fraction, y: Fraction) -> Iterator[Shape]:
    better = each.now >= each.before
    colour = "#2c6e3f" if better else "#a33a2f"
    back = end - 8 if better else end + 8
    yield Shape("circle", (start, y, 4), FAINT, f"{each.name}　上年 {plain(each.before)}")
    if abs(end - start) > 9:
        yield Shape("line", (start, y, back, y), colour)
    points = (end, y, back, y - 5, back, y + 5)
    yield Shape("path", points, colour, f"{each.name}　本年 {plain(each.now)}")


@dataclass(frozen=True, slots=True)
class Sided:
    """A unit's percentages of full marks, one for each side; None where a side has none."""

    name: str
    percents: tuple[Fraction | None, ...]


def dots(title: str, about: str, sides: Sequence[str], units: Sequence[Sided]) -> PageChart:
    """A dot for each side of each unit on one line, joined."""
    known = [value for each in units for value in each.percents if value is not None]
    low, high = around_all(known)
    left = label_width(each.name for each in units)
    shapes, top = legend(sides)
    place = Axis(low, high, left, WIDTH - 30)
    bottom = top + len(units) * ROW
    for tick in ticks(low, high):
        shapes += [
            Shape("line", (place(tick), top, place(tick), bottom), GRID),
            Shape("text", (place(tick), bottom + 16), FAINT, plain(tick), "middle", 12),
        ]
    for at, each in enumerate(units):
        y = top + at * ROW
        shapes.append(label(each.name, left, y))
        own = [(place(value), side, value) for side, value in enumerate(each.percents) if value is not None]
        if own:
            shapes.append(Shape("line", (min(own)[0], y + 12, max(own)[0], y + 12), LINE))
        shapes += [
            Shape("circle", (x, y + 12, 5), colour_of(side), f"{each.name}　{sides[side]}　{published(value, 1)}%")
            for x, side, value in own
        ]
    return PageChart(title, about, bottom + 22, tuple(shapes))
