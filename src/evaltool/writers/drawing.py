"""A drawing as a value: shapes at exact places, before it is a picture, a part of a page or of a Word document.

Who draws (`charts`, `views.ruletree`) makes one of these; `charts.svg`, `charts.png` and `writers.word.drawings` know
how it becomes a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

WIDTH = 400
"""A phone shows it nearly at its own size; beside it on a desk there is room for a second one."""
SIZE = 13
INK = "#1a1a1a"
Position = Fraction | int
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Shape:
    """A mark of a drawing: `rect` (x, y, width, height), `line` (x1, y1, x2, y2), `circle` (x, y, radius),
    `path` (points, closed) or `text` (x, y); `says` is shown when it is pointed at, or is the text itself.
    `edge`: the colour of a rect's edge, if it has one."""

    kind: Literal["rect", "line", "circle", "path", "text"]
    at: tuple[Position, ...]
    colour: str = INK
    says: str = ""
    anchor: Anchor = "start"
    size: int = SIZE
    bold: bool = False
    dashed: bool = False
    thick: bool = False
    edge: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole drawing; `about` says in words what it shows."""

    title: str
    about: str
    height: int
    shapes: tuple[Shape, ...]
    width: int = WIDTH
