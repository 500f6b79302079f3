"""The picture of a whole result, narrow enough to be read on a phone: grades and best units of each group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from evaltool.charts.colours import ABOVE, BELOW, FAINT, GRID, LINE, NAVY, TONES, WARNING
from evaltool.charts.drawing import broken, cut_text, wide
from evaltool.charts.gradebar import GradePart
from evaltool.writers.drawing import INK, Drawing, Shape

WIDTH = 540
EDGE, LINE_HEIGHT = 20, 24
_NAME, _BAR, _TOTAL, _CHIP = 66, 266, 440, 448  # where the name and the bar begin, the total ends, the grade begins


@dataclass(frozen=True, slots=True)
class PlacedUnit:
    """One unit; `share`: how far along the axis its total lies, from 0 to 1."""

    rank: str
    name: str
    total: str
    share: Fraction
    grade: GradePart | None


@dataclass(frozen=True, slots=True)
class Panel:
    """One group: what is said beside its name, its grades, its best units, what is said of the others; `mean`: how far
    along the axis it lies; `span`: from where to where the axis goes, in words."""

    name: str
    note: str
    grades: tuple[GradePart, ...]
    places: tuple[PlacedUnit, ...]
    rest: str = ""
    mean: Fraction | None = None
    span: str = ""


def overview(title: str, mark: str, about: Sequence[str], panels: Sequence[Panel]) -> Drawing:
    """`mark` stands on what is not final; `about`: whose it is and which run."""
    shapes: list[Shape] = []
    y = EDGE + 8
    for line in broken(title, WIDTH - 2 * EDGE, 22):
        shapes.append(Shape("text", (WIDTH // 2, y + 20), NAVY, line, "middle", 22, bold=True))
        y += 32
    if mark:
        shapes.append(Shape("text", (WIDTH // 2, y + 16), WARNING, mark, "middle", 15, bold=True))
        y += 26
    for line in about:
        shapes.append(Shape("text", (WIDTH // 2, y + 14), FAINT, line, "middle", 12))
        y += 20
    for panel in panels:
        own, y = _panel(panel, y + 22)
        shapes += own
    said = "；".join(f"{panel.name}：{panel.note}" for panel in panels)
    return Drawing(title, said, y + EDGE, tuple(shapes), WIDTH)


def _panel(panel: Panel, top: int) -> tuple[list[Shape], int]:
    """A group's part of the picture, and where it ends."""
    right = WIDTH - EDGE
    room = right - EDGE - wide(panel.note, 12) - 12
    shapes = [
        Shape("text", (EDGE, top + 16), NAVY, cut_text(panel.name, room, 16), size=16, bold=True),
        Shape("text", (right, top + 16), FAINT, panel.note, "end", 12),
        Shape("line", (EDGE, top + 25, right, top + 25), LINE),
    ]
    y = top + 33
    if panel.grades:
        shapes += _counts(panel.grades, y)
        y += 30
    shapes.append(Shape("text", (_TOTAL, y - 2), FAINT, panel.span, "end", 11))
    y += 4
    for place in panel.places:
        shapes += _place(place, panel.mean, y)
        y += LINE_HEIGHT
    if panel.rest:
        shapes.append(Shape("text", (_NAME, y + 17), FAINT, panel.rest, size=12))
        y += LINE_HEIGHT
    return shapes, y


def _counts(grades: Sequence[GradePart], y: int) -> Iterator[Shape]:
    x = EDGE
    for grade in grades:
        said = f"{grade.name} {grade.count}"
        width = wide(said) + 18
        if x + width <= WIDTH - EDGE:
            yield from _chip(said, grade.tone, x, y, width)
        x += width + 8


def _chip(said: str, tone: str, x: int, y: int, width: int) -> Iterator[Shape]:
    background, ink = TONES.get(tone, (GRID, INK))
    yield Shape("rect", (x, y, width, 21), background)
    yield Shape("text", (x + Fraction(width, 2), y + 15), ink, said, "middle")


def _place(place: PlacedUnit, mean: Fraction | None, y: int) -> Iterator[Shape]:
    room = _TOTAL - 50 - _BAR
    yield Shape("text", (_NAME - 10, y + 16), FAINT, place.rank, "end", 12)
    yield Shape("text", (_NAME, y + 16), INK, cut_text(place.name, _BAR - _NAME - 8))
    yield Shape("line", (_BAR, y + 12, _BAR + room, y + 12), LINE)
    if mean is not None:
        yield Shape("line", (_BAR + mean * room, y, _BAR + mean * room, y + LINE_HEIGHT), FAINT, dashed=True)
    yield Shape(
        "circle", (_BAR + place.share * room, y + 12, 5), ABOVE if mean is None or place.share >= mean else BELOW
    )
    yield Shape("text", (_TOTAL, y + 16), INK, place.total, "end", bold=True)
    if place.grade:
        yield from _chip(cut_text(place.grade.name, 60), place.grade.tone, _CHIP, y + 1, WIDTH - EDGE - _CHIP)
