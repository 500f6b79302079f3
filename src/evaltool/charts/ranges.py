"""The ranges of ranks as a picture: for each unit where it is now, where nine of ten draws put it, best and worst."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from evaltool.charts.colours import ABOVE, FAINT, GRID, LINE, NAVY, SIDES, WARNING
from evaltool.charts.drawing import ROW, SMALL, broken, label, label_width
from evaltool.writers.drawing import INK, Drawing, Shape

WIDTH, RIGHT = 540, 24


@dataclass(frozen=True, slots=True)
class DrawnRange:
    """The ranks of one unit: now, in the middle of all draws, between which nine of ten lie, the best and the worst."""

    name: str
    rank: int
    middle: int
    low: int
    high: int
    best: int
    worst: int


def range_picture(title: str, mark: str, about: str, groups: Sequence[tuple[str, Sequence[DrawnRange]]]) -> Drawing:
    """`mark` says that it is no result; `about`: of which run, how many draws; `groups` with their names."""
    shapes: list[Shape] = []
    y = 8
    for text, size, tall, colour in ((title, 18, 28, NAVY), (mark, 15, 24, WARNING), (about, SMALL, 18, FAINT)):
        for line in broken(text, WIDTH - 24, size):
            y += tall
            shapes.append(Shape("text", (WIDTH // 2, y), colour, line, "middle", size, bold=size > SMALL))
    y += 10
    for name, units in groups:
        shapes += [Shape("text", (12, y + 22), NAVY, name, size=16, bold=True)]
        shapes += _panel(units, y + 34)
        y += 34 + ROW * len(units) + 36
    said = "；".join(f"{one.name}第{one.rank}，{one.low}至{one.high}" for _, units in groups for one in units)
    return Drawing(title, said, y + 8, tuple(shapes), WIDTH)


def _panel(units: Sequence[DrawnRange], top: int) -> Iterator[Shape]:
    left = label_width(one.name for one in units) + 14
    last = max(one.worst for one in units)
    step = Fraction(WIDTH - RIGHT - left, max(last - 1, 1))
    bottom = top + ROW * len(units)
    for rank in _ranks(last):
        x = left + (rank - 1) * step
        yield Shape("line", (x, top, x, bottom), GRID)
        yield Shape("text", (x, bottom + 16), FAINT, str(rank), "middle", SMALL)
    for at, one in enumerate(units):
        yield from _row(one, left, step, top + at * ROW)


def _ranks(last: int) -> Iterator[int]:
    step = next(each for each in (1, 2, 5, 10, 20, 50, 100, 10**6) if last / each <= 16)
    yield 1
    yield from range(max(step, 2), last + 1, step)


def _row(one: DrawnRange, left: int, step: Fraction, y: int) -> Iterator[Shape]:
    def x(rank: int) -> Fraction:
        return left + (rank - 1) * step

    says = f"{one.name}：现第{one.rank}名；九成在第{one.low}至{one.high}名，最好第{one.best}名，最差第{one.worst}名"
    yield label(one.name, left - 6, y)
    yield Shape("line", (x(one.best), y + 12, x(one.worst), y + 12), LINE)
    yield Shape("rect", (x(one.low) - 4, y + 7, x(one.high) - x(one.low) + 8, 10), SIDES[2], says)
    yield Shape("line", (x(one.middle), y + 5, x(one.middle), y + 19), INK)
    yield Shape("circle", (x(one.rank), y + 12, 5), ABOVE, says)
