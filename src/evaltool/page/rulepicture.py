"""The picture of the rules as files: an SVG and a PNG for each class of units."""

from __future__ import annotations

from pathlib import Path

from evaltool.charts.png import FAMILY, png
from evaltool.charts.svg import picture
from evaltool.evaluation import Evaluation
from evaltool.files import write_atomically
from evaltool.names import safe_name
from evaltool.page.picture import FOLDER
from evaltool.views.ruletree import rule_tree

NAME = "评估方案图"


def draw_rules(evaluation: Evaluation) -> list[Path]:
    """Write them into `documents/`, the SVGs first.  Raises `Refused` where no font of the machine has Chinese."""
    folder = evaluation.folder / FOLDER
    folder.mkdir(exist_ok=True)
    drawings = {
        safe_name(f"{NAME}-{scheme.head.name}"): rule_tree(evaluation, scheme) for scheme in evaluation.classes.values()
    }
    written = [_placed(folder / f"{stem}.svg", picture(each, FAMILY).encode()) for stem, each in drawings.items()]
    return written + [_placed(folder / f"{stem}.png", png(each)) for stem, each in drawings.items()]


def _placed(path: Path, data: bytes) -> Path:
    write_atomically(path, data)
    return path
