"""How many units have which grade: one bar, a part of it for each grade, and below it what each part is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from evaltool.charts.colours import FAINT, GRID, LINE, TONES, WHITE
from evaltool.charts.drawing import SMALL, wide
from evaltool.writers.drawing import INK, WIDTH, Drawing, Shape

TALL = 22


@dataclass(frozen=True, slots=True)
class GradePart:
    """A grade, its tone (one of `TONES` or none), and how many units have it."""

    name: str
    tone: str
    count: int


def grade_bar(title: str, about: str, parts: Sequence[GradePart]) -> Drawing:
    """Grades that nobody has stand in the key alone."""
    whole = max(sum(each.count for each in parts), 1)
    shapes: list[Shape] = []
    x = Fraction(0)
    for each in parts:
        ground, ink = TONES.get(each.tone, (GRID, INK))
        width = Fraction(WIDTH * each.count, whole)
        if width:
            shapes.append(Shape("rect", (x, 0, width, TALL), WHITE))  # a gap between neighbours
            shapes.append(Shape("rect", (x, 0, max(width - 1, Fraction(1)), TALL), ground, f"{each.name} {each.count}"))
            shapes.append(Shape("text", (x + width / 2, 16), ink, str(each.count), "middle", bold=True))
        x += width
    own, bottom = _key(parts)
    return Drawing(title, about, bottom, (*shapes, *own))


def _key(parts: Sequence[GradePart]) -> tuple[list[Shape], int]:
    shapes: list[Shape] = []
    x, y = 0, TALL + 6
    for each in parts:
        said = f"{each.name} {each.count}"
        width = 30 + wide(said, SMALL)
        if x + width > WIDTH and x:
            x, y = 0, y + 18
        shapes += [
            Shape("rect", (x, y, 12, 12), LINE),
            Shape("rect", (x + 1, y + 1, 10, 10), TONES.get(each.tone, (GRID, INK))[0]),
            Shape("text", (x + 16, y + 11), FAINT, said, size=SMALL),
        ]
        x += width
    return shapes, y + 16
