"""What charts are made of, and their SVG: shapes at exact places, written to one digit.  Every text is escaped here."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape

from evaltool.exact import plain, published
from evaltool.writers.widths import measure

WIDTH = 760
INK, FAINT, LINE, NAVY, GRID = "#1a1a1a", "#5a6270", "#c9ced6", "#1f3a5f", "#e6e8ec"
COLOURS = ("#1f4e79", "#2f7f86", "#b5822a", "#a5533b", "#6b7a8f", "#7a5c8e", "#6f7f35", "#4f86bf", "#8a6a4a", "#3f6b4f")
TONES = {
    "green": ("#dff0e2", "#0b4f1f"),
    "blue": ("#dce8f5", "#12375c"),
    "yellow": ("#fbf0c9", "#5c4400"),
    "red": ("#fadcdc", "#7a0009"),
}
ROW, SIZE = 24, 13
Position = Fraction | int


@dataclass(frozen=True, slots=True)
class Shape:
    """A mark of a chart: `rect` (x, y, width, height), `line` (x1, y1, x2, y2), `circle` (x, y, radius), `path` (three
    points) or `text` (x, y); `says` is shown when it is pointed at, or is the text itself."""

    kind: str
    at: tuple[Position, ...]
    colour: str = INK
    says: str = ""
    anchor: str = "start"
    size: int = SIZE
    bold: bool = False
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class PageChart:
    title: str
    about: str
    height: int
    shapes: tuple[Shape, ...]
    width: int = WIDTH


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


# --- what several charts have ----------------------------------------------------------------------------------------


def legend(names: Sequence[str]) -> tuple[list[Shape], int]:
    """Squares with names, in as many lines as they need; and where what is below them begins."""
    shapes: list[Shape] = []
    x, y = 4, 4
    for at, name in enumerate(names):
        said = cut_text(name, 300)
        width = 20 + wide(said) + 18
        if x + width > WIDTH and x > 4:
            x, y = 4, y + 22
        shapes += [Shape("rect", (x, y, 13, 13), colour_of(at)), Shape("text", (x + 18, y + 11), INK, said)]
        x += width
    return shapes, y + 28 if names else 8


def colour_of(at: int) -> str:
    return COLOURS[at % len(COLOURS)]


def label_width(names: Iterable[str]) -> int:
    return min(max((wide(name) for name in names), default=0), 240) + 14


def label(name: str, left: int, y: Position) -> Shape:
    return Shape("text", (left - 8, y + 16), INK, cut_text(name, left - 12), "end")


def around_all(values: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    """Round numbers around all values, some way apart."""
    least, most = min(values, default=Fraction(0)), max(values, default=Fraction(100))
    step = 5 if most - least <= 40 else 10
    low, high = math.floor(least / step) * step, math.ceil(most / step) * step
    return Fraction(low), Fraction(max(high, low + 2 * step))


class Axis:
    """From a value to where it lies between two sides."""

    def __init__(self, low: Fraction, high: Fraction, left: int, right: int) -> None:
        self.low, self.left = low, left
        self.scale = Fraction(right - left) / (high - low)

    def __call__(self, value: Fraction) -> Fraction:
        return self.left + (value - self.low) * self.scale


def axis(low: Fraction, high: Fraction, y: int, left: int) -> tuple[list[Shape], Axis]:
    place = Axis(low, high, left, WIDTH - 24)
    shapes = [Shape("line", (left, y, WIDTH - 24, y), FAINT)]
    for tick in ticks(low, high):
        shapes += [
            Shape("line", (place(tick), y, place(tick), y + 5), FAINT),
            Shape("text", (place(tick), y + 19), FAINT, plain(tick), "middle", 12),
        ]
    return shapes, place


def ticks(low: Fraction, high: Fraction) -> Iterator[Fraction]:
    step = next(each for each in (1, 2, 5, 10, 20, 25, 50, 100, 1000, 10**6) if (high - low) / each <= 12)
    value = Fraction(math.ceil(low / step) * step)
    while value <= high:
        yield value
        value += step


# --- as SVG ----------------------------------------------------------------------------------------------------------


def svg(chart: PageChart, key: str) -> str:
    """The chart's SVG, to stand inside a page; `key` makes its ids its own."""
    shapes = "".join(map(_shape, chart.shapes))
    return (
        f'<svg viewBox="0 0 {chart.width} {chart.height}" role="img" aria-labelledby="{key}-t {key}-d">'
        f'<title id="{key}-t">{escape(chart.title)}</title>'
        f'<desc id="{key}-d">{escape(chart.about)}</desc>{shapes}</svg>'
    )


def picture(chart: PageChart, family: str, background: str = "#ffffff") -> str:
    """The chart as a file of its own."""
    shapes = "".join(map(_shape, chart.shapes))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{chart.width}" height="{chart.height}" '
        f'viewBox="0 0 {chart.width} {chart.height}" font-family="{escape(family)}">'
        f"<title>{escape(chart.title)}</title><desc>{escape(chart.about)}</desc>"
        f'<rect width="{chart.width}" height="{chart.height}" fill="{background}"/>{shapes}</svg>'
    )


def _shape(one: Shape) -> str:
    x, y, *more = (_number(value) for value in one.at)
    if one.kind == "text":
        anchor = f' text-anchor="{one.anchor}"' if one.anchor != "start" else ""
        weight = ' font-weight="600"' if one.bold else ""
        drawn = f'font-size="{one.size}" fill="{one.colour}"{anchor}{weight}'
        return f'<text x="{x}" y="{y}" {drawn}>{escape(one.says)}</text>'
    if one.kind == "line":
        dashed = ' stroke-dasharray="4 3"' if one.dashed else ""
        wider = ' stroke-width="2"' if one.colour not in (FAINT, LINE, GRID) else ""
        return f'<line x1="{x}" y1="{y}" x2="{more[0]}" y2="{more[1]}" stroke="{one.colour}"{wider}{dashed}/>'
    body = {
        "rect": lambda: f'rect x="{x}" y="{y}" width="{more[0]}" height="{more[-1]}"',
        "circle": lambda: f'circle cx="{x}" cy="{y}" r="{more[0]}" stroke="#ffffff"',
        "path": lambda: f'path d="M{x} {y}L{more[0]} {more[1]}L{more[2]} {more[3]}Z"',
    }[one.kind]()
    tag = one.kind
    if one.says:
        return f'<{body} fill="{one.colour}"><title>{escape(one.says)}</title></{tag}>'
    return f'<{body} fill="{one.colour}"/>'


def _number(value: Position) -> str:
    return str(value) if isinstance(value, int) else published(value, 1).removesuffix(".0")
