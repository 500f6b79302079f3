"""What several drawings have: texts, rows with their names, axes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from evaltool.charts.colours import FAINT, GRID, LINE, WHITE
from evaltool.exact import plain
from evaltool.writers.drawing import INK, SIZE, WIDTH, Position, Shape
from evaltool.writers.widths import measure

ROW, SMALL = 24, 12
NAMES = 160  # the most room for names at the left


# --- texts -----------------------------------------------------------------------------------------------------------


def wide(text: str, size: int = SIZE) -> int:
    """About how wide a text is: signs of Chinese are square, others a little more than half of that."""
    square = measure(text) - len(text)
    return math.ceil((100 * square + 58 * (len(text) - square)) * size / 100)


def cut_text(text: str, most: int, size: int = SIZE) -> str:
    """A text that is no wider than it may be."""
    if wide(text, size) <= most:
        return text
    while text and wide(text + "…", size) > most:
        text = text[:-1]
    return text + "…"


def broken(text: str, most: int, size: int) -> Iterator[str]:
    """A text in as many lines as it needs."""
    line = ""
    for sign in text:
        if wide(line + sign, size) > most:
            yield line
            line = ""
        line += sign
    yield line


def notes(texts: Sequence[str], top: int, width: int = WIDTH) -> tuple[list[Shape], int]:
    """Small lines below a drawing, and where they end."""
    lines = [line for text in texts for line in broken(text, width - 8, SMALL)]
    shapes = [Shape("text", (4, top + 14 + 17 * at), FAINT, line, size=SMALL) for at, line in enumerate(lines)]
    return shapes, top + 17 * len(lines) + (6 if lines else 0)


def label_width(names: Iterable[str]) -> int:
    return min(max((wide(name) for name in names), default=0), NAMES) + 10


def label(name: str, left: int, y: Position) -> Shape:
    return Shape("text", (left - 7, y + 16), INK, cut_text(name, left - 9), "end")


def marked(side: int, x: Position, y: Position, colour: str, says: str) -> Shape:
    """The mark of one of several things: each has a shape of its own."""
    if side == 1:
        return Shape("rect", (x - 5, y - 5, 10, 10), colour, says)
    if side == 2:
        return Shape("path", (x, y - 6, x + 6, y + 5, x - 6, y + 5), colour, says)
    return Shape("circle", (x, y, 5), colour, says)


def stroke(line: Shape) -> int:
    """How thick a line is."""
    return 3 if line.thick else 1 if line.colour in (FAINT, LINE, GRID) else 2


# --- axes ------------------------------------------------------------------------------------------------------------


def around_all(values: Iterable[Fraction]) -> tuple[Fraction, Fraction]:
    """Round numbers around all values, some way apart."""
    known = list(values)
    least, most = min(known, default=Fraction(0)), max(known, default=Fraction(100))
    step = 5 if most - least <= 40 else 10
    low, high = math.floor(least / step) * step, math.ceil(most / step) * step
    return Fraction(low), Fraction(max(high, low + 2 * step))


class Axis:
    """From a value to where it lies between two sides."""

    def __init__(self, low: Fraction, high: Fraction, left: int, right: int) -> None:
        self.low, self.high, self.left = low, high, left
        self.scale = Fraction(right - left) / (high - low)

    def __call__(self, value: Fraction) -> Fraction:
        return self.left + (min(max(value, self.low), self.high) - self.low) * self.scale


def grid(place: Axis, top: int, bottom: int) -> Iterator[Shape]:
    """Thin upright lines at round values, which stand below them."""
    for tick in ticks(place.low, place.high):
        yield Shape("line", (place(tick), top, place(tick), bottom), GRID)
        yield Shape("text", (place(tick), bottom + 15), FAINT, plain(tick), "middle", SMALL)


def ticks(low: Fraction, high: Fraction, most: int = 6) -> Iterator[Fraction]:
    steps = (1, 2, 5, 10, 20, 25, 50, 100, 1000, 10**6)
    step = next((each for each in steps if (high - low) / each <= most), steps[-1])
    value = Fraction(math.ceil(low / step) * step)
    while value <= high:
        yield value
        value += step


def hollow(x: Position, y: Position, colour: str, says: str) -> Iterator[Shape]:
    """The mark of who is not ranked."""
    yield Shape("circle", (x, y, 5), colour, says)
    yield Shape("circle", (x, y, 3), WHITE)
