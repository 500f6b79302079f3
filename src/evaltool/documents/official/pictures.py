"""A picture of shapes as a template draws it: in mm, its writing in points."""

from __future__ import annotations

from typing import Any

from evaltool.documents.official.titles import span
from evaltool.writers.official import DocumentPicture, DrawnShape

_BODY, _HIGHEST = 156.0, 165.0  # mm: as wide as the body; what a page has room for below the title of an attachment
_PT = 72 / 25.4  # to the mm
_ALIGN = {"start": "left", "middle": "center", "end": "right"}


def picture_scale(picture: DocumentPicture) -> float:
    """Millimetres to the picture's unit."""
    return min(_BODY / picture.width, _HIGHEST / picture.height)


def picture_fields(picture: DocumentPicture, number: int) -> dict[str, Any]:
    """What `{% chart %}` asks for of a picture."""
    scale = picture_scale(picture)
    return {
        "number": number,
        "said": picture.said,
        "width": round(picture.width * scale, 2),
        "height": round(picture.height * scale, 2),
        "shapes": [_shape(each, scale, at) for at, each in enumerate(picture.shapes, 1)],
    }


def _shape(one: DrawnShape, scale: float, at: int) -> dict[str, Any]:
    """A text is a box of its own, with room for one sign more than it has."""
    x, y, width, height = one.x, one.y, one.width, one.height
    if one.kind == "text":
        width, height = int(one.size * (span(one.text) + 1)), int(one.size * 1.5)
        x -= {"start": 0, "middle": width // 2, "end": width}[one.anchor]
        y -= int(one.size * 1.15)
    placed = {"x": x, "y": y, "width": width, "height": height}
    return {
        **{name: round(value * scale, 3) for name, value in placed.items()},
        "kind": one.kind,
        "number": at,
        "colour": one.colour.lstrip("#"),
        "edge": one.edge.lstrip("#"),
        "text": one.text,
        "size": int(one.size * scale * _PT * 2) / 2,
        "bold": one.bold,
        "align": _ALIGN[one.anchor],
    }
