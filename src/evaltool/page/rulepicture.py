"""The picture of the rules as files: an SVG and a PNG for each class of units."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from evaltool.charts.drawing import Drawing, Shape
from evaltool.charts.png import FAMILY, png
from evaltool.charts.svg import picture
from evaltool.evaluation import Evaluation
from evaltool.files import write_atomically
from evaltool.names import safe_name
from evaltool.page.picture import FOLDER
from evaltool.views.ruletree import rule_tree
from evaltool.writers.official import DocumentPicture, DrawnShape

NAME = "评估方案图"


def draw_rules(evaluation: Evaluation) -> list[Path]:
    """Write them into `documents/`, the SVGs first.  Raises `Refused` where no font of the machine has Chinese."""
    folder = evaluation.folder / FOLDER
    folder.mkdir(exist_ok=True)
    drawings = {
        safe_name(f"{NAME}-{scheme.head.name}"): as_drawing(rule_tree(evaluation, scheme))
        for scheme in evaluation.classes.values()
    }
    written = [_placed(folder / f"{stem}.svg", picture(each, FAMILY).encode()) for stem, each in drawings.items()]
    return written + [_placed(folder / f"{stem}.png", png(each)) for stem, each in drawings.items()]


def _placed(path: Path, data: bytes) -> Path:
    write_atomically(path, data)
    return path


def as_drawing(drawn: DocumentPicture) -> Drawing:
    """The shapes as the drawings of pages have them."""
    shapes = tuple(shape for each in drawn.shapes for shape in _shapes(each))
    return Drawing(drawn.title, drawn.said, drawn.height, shapes, drawn.width)


def _shapes(one: DrawnShape) -> Iterator[Shape]:
    right, bottom = one.x + one.width, one.y + one.height
    match one.kind:
        case "text":
            yield Shape("text", (one.x, one.y), one.colour, one.text, one.anchor, one.size, one.bold)
        case "line":
            yield Shape("line", (one.x, one.y, right, bottom), one.colour)
        case "box":
            if one.edge:
                yield Shape("rect", (one.x, one.y, one.width, one.height), one.edge)
                yield Shape("rect", (one.x + 1, one.y + 1, one.width - 2, one.height - 2), one.colour)
            else:
                yield Shape("rect", (one.x, one.y, one.width, one.height), one.colour)
