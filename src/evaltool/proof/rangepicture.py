"""The ranges of ranks as a picture: for each unit where it is now, where nine of ten draws put it, best and worst."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from evaltool.page.charts.shapes import FAINT, GRID, INK, LINE, NAVY, PageChart, Shape, label, label_width
from evaltool.proof.ranges import RankRange

WIDTH, ROW, RIGHT = 760, 24, 40
_RED, _BAR = "#7a0009", "#9db8d6"


def range_picture(title: str, mark: str, about: str, groups: Sequence[tuple[str, Sequence[RankRange]]]) -> PageChart:
    """`mark` says that it is no result; `about`: of which run, how many draws; `groups` with their names."""
    shapes = [
        Shape("text", (WIDTH // 2, 34), NAVY, title, "middle", 20, bold=True),
        Shape("text", (WIDTH // 2, 60), _RED, mark, "middle", 15, bold=True),
        Shape("text", (WIDTH // 2, 82), FAINT, about, "middle", 12),
    ]
    y = 96
    for name, units in groups:
        shapes += [Shape("text", (16, y + 22), NAVY, name, size=16, bold=True)]
        shapes += _panel(units, y + 34)
        y += 34 + ROW * len(units) + 40
    said = "；".join(f"{one.name}第{one.rank}，{one.low}至{one.high}" for _, units in groups for one in units)
    return PageChart(title, said, y + 12, tuple(shapes), WIDTH)


def _panel(units: Sequence[RankRange], top: int) -> Iterator[Shape]:
    left = label_width(one.name for one in units) + 24
    last = max(one.worst for one in units)
    step = Fraction(WIDTH - RIGHT - left, max(last - 1, 1))
    bottom = top + ROW * len(units)
    for rank in _ticks(last):
        x = left + (rank - 1) * step
        yield Shape("line", (x, top, x, bottom), GRID)
        yield Shape("text", (x, bottom + 16), FAINT, str(rank), "middle", 12)
    for at, one in enumerate(units):
        yield from _row(one, left, step, top + at * ROW)


def _ticks(last: int) -> Iterator[int]:
    step = next(each for each in (1, 2, 5, 10, 20, 50, 100, 10**6) if last / each <= 20)
    yield 1
    yield from range(max(step, 2), last + 1, step)


def _row(one: RankRange, left: int, step: Fraction, y: int) -> Iterator[Shape]:
    def x(rank: int) -> Fraction:
        return left + (rank - 1) * step

    says = f"{one.name}：现第{one.rank}名；九成在第{one.low}至{one.high}名，最好第{one.best}名，最差第{one.worst}名"
    yield label(one.name, left - 8, y)
    yield Shape("line", (x(one.best), y + 12, x(one.worst), y + 12), LINE)
    yield Shape("rect", (x(one.low) - 4, y + 7, x(one.high) - x(one.low) + 8, 10), _BAR, says)
    yield Shape("line", (x(one.middle), y + 6, x(one.middle), y + 18), INK)
    yield Shape("circle", (x(one.rank), y + 12, 5), _RED, says)
