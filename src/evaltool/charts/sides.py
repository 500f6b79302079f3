"""Things set against each other on one line for each unit: such as the part scored inside and the one outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from evaltool.charts.colours import LINE, SIDES
from evaltool.charts.drawing import ROW, Axis, cut_text, grid, label, label_width, marked, wide
from evaltool.charts.totals import Span
from evaltool.exact import published
from evaltool.writers.drawing import INK, WIDTH, Drawing, Shape


@dataclass(frozen=True, slots=True)
class Sided:
    """A unit's percentages of full marks, one for each side; None where a side has none."""

    name: str
    percents: tuple[Fraction | None, ...]


def dots(title: str, about: str, sides: Sequence[str], units: Sequence[Sided], span: Span) -> Drawing:
    """A mark for each side of each unit on one line, joined."""
    left = span.left or label_width(each.name for each in units)
    shapes, top = legend(sides)
    place = Axis(span.low, span.high, left + 6, WIDTH - 14)
    bottom = top + len(units) * ROW
    shapes += grid(place, top, bottom)
    for at, each in enumerate(units):
        y = top + at * ROW
        shapes.append(label(each.name, left, y))
        own = [(place(value), side, value) for side, value in enumerate(each.percents) if value is not None]
        if own:
            shapes.append(Shape("line", (min(own)[0], y + 12, max(own)[0], y + 12), LINE))
        shapes += [
            marked(side, x, y + 12, SIDES[side], f"{each.name}　{sides[side]}　{published(value, 1)}%")
            for x, side, value in own
        ]
    return Drawing(title, about, bottom + 22, tuple(shapes))


def legend(names: Sequence[str]) -> tuple[list[Shape], int]:
    """Each mark with its name, in as many lines as they need; and where what is below them begins."""
    shapes: list[Shape] = []
    x, y = 4, 4
    for at, name in enumerate(names):
        said = cut_text(name, WIDTH - 40)
        width = 34 + wide(said)
        if x + width > WIDTH and x > 4:
            x, y = 4, y + 20
        shapes += [marked(at, x + 6, y + 7, SIDES[at], ""), Shape("text", (x + 18, y + 12), INK, said)]
        x += width
    return shapes, y + 24
