"""A drawing as a template draws it: in mm, its writing in points, its shapes in the units of the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evaltool.charts.colours import WHITE
from evaltool.charts.drawing import stroke
from evaltool.documents.official.titles import span
from evaltool.writers.drawing import Drawing, Shape

_BODY, _HIGHEST = 156.0, 165.0  # mm: as wide as the body; what a page has room for below the title of an attachment
_LARGEST = 0.3125  # mm to a drawing's unit: its writing is no larger than a table's
_PT = 72 / 25.4  # to the mm
_EMU = 36000  # to the mm
_FORMS = {"line": "line", "circle": "ellipse"}
_ALIGN = {"start": "left", "middle": "center", "end": "right"}


def picture_scale(drawing: Drawing) -> float:
    """Millimetres to the drawing's unit."""
    return min(_BODY / drawing.width, _HIGHEST / drawing.height, _LARGEST)


def picture_fields(drawing: Drawing, number: int, numbers: Iterator[int]) -> dict[str, Any]:
    """What `{% chart %}` asks for of a picture; `numbers`: of its shapes, through the document."""
    scale = picture_scale(drawing)
    return {
        "number": number,
        "said": drawing.about,
        "width": round(drawing.width * scale, 2),
        "height": round(drawing.height * scale, 2),
        "shapes": [_shape(each, scale, next(numbers)) for each in drawing.shapes],
    }


def _shape(one: Shape, scale: float, number: int) -> dict[str, Any]:
    """Where it is and how it looks; a line, which has a box too, is drawn through it upwards where it is `rising`."""
    x, y, width, height = _box(one)
    edge = WHITE if one.kind == "circle" else one.edge
    return {
        "left": _emu(x, scale),
        "top": _emu(y, scale),
        "across": _emu(width, scale),
        "down": _emu(height, scale),
        "kind": one.kind,
        "form": _FORMS.get(one.kind, "rect"),
        "number": number,
        "colour": one.colour.lstrip("#"),
        "edge": edge.lstrip("#"),
        "stroke": int(scale * _EMU * (stroke(one) if one.kind == "line" else 1)),
        "dashed": one.dashed,
        "rising": one.kind == "line" and (one.at[2] - one.at[0]) * (one.at[3] - one.at[1]) < 0,
        "points": list(_points(one, x, y, scale)),
        "text": one.says if one.kind == "text" else "",
        "size": int(one.size * scale * _PT * 2) / 2,
        "bold": one.bold,
        "align": _ALIGN[one.anchor],
    }


def _points(one: Shape, left: float, top: float, scale: float) -> Iterator[int]:
    """The corners of a path, from the upper left of its box."""
    if one.kind == "path":
        for across, down in zip(one.at[::2], one.at[1::2], strict=True):
            yield from (_emu(float(across) - left, scale), _emu(float(down) - top, scale))


def _emu(length: float, scale: float) -> int:
    return int(round(length * scale, 3) * _EMU)


def _box(one: Shape) -> tuple[float, float, float, float]:
    """Left, top, width and height; a text's has room for one sign more than it has."""
    x, y, *more = map(float, one.at)
    if one.kind == "rect":
        return x, y, more[0], more[1]
    if one.kind == "circle":
        return x - more[0], y - more[0], 2 * more[0], 2 * more[0]
    if one.kind == "text":
        width = one.size * (span(one.says) + 1)
        left = x - {"start": 0.0, "middle": width / 2, "end": width}[one.anchor]
        return left, y - one.size * 1.15, width, one.size * 1.5
    across, down = [x, *more[::2]], [y, *more[1::2]]
    return min(across), min(down), max(across) - min(across), max(down) - min(down)
