"""Measured components of the bundled evaluations, filled in by chance, against a recomputation from the workbooks."""

from __future__ import annotations

import random
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from evaltool.evaluation import Evaluation, load
from evaltool.inbox.ingest import ingest
from evaltool.points.score import score
from evaltool.questions.forms import FIGURE, Form
from evaltool.questions.layout import forms
from evaltool.sheets.blank import book
from evaltool.writers.saving import to_bytes
from figure_oracle import shares
from filling import answers, fill, spots

SCHEMES = Path(__file__).parent.parent / "templates" / "evaluations"
MEASURED = (
    "abc-indicators",
    "administrative-staff",
    "city-leadership",
    "local-dimensions",
    "local-methods",
    "national-indicators",
    "result-report",
)


def returned(name: str, folder: Path, seed: int) -> Evaluation:
    """A copy of a scheme's folder with every expected sheet filled in."""
    shutil.copytree(SCHEMES / name, folder)
    evaluation, _ = load(folder)
    (folder / "inbox").mkdir()
    for form in forms(evaluation).values():
        given = {**answers(evaluation, form, seed), **_figures(form, seed)}
        data = fill(form, to_bytes(book(form)), {place: value for place, value in given.items() if value is not None})
        (folder / "inbox" / form.file_name).write_bytes(data)
    return evaluation


def _figures(form: Form, seed: int) -> dict[tuple[str, str], object]:
    """Whole figures, as places and cases are; of three lines one has a second kind."""
    given: dict[tuple[str, str], object] = {}
    for spot in spots(form):
        if spot.column.field.startswith(FIGURE):
            dice = random.Random(f"{seed}|{spot.component}|{spot.unit}|{spot.indicator}|{spot.column.field}")
            revised = dice.random() < 0.33
            first = spot.column.field == f"{FIGURE}初步数"
            given[spot.place] = Decimal(dice.randint(1, 60)) if first or revised else None
    return given


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", MEASURED)
def test_measured_components_agree_with_the_recomputation(name: str, seed: int, tmp_path: Path) -> None:
    """Every share of every component of figures, worked out again from the workbooks by plain loops, is the same."""
    folder = tmp_path / "e"
    returned(name, folder, seed)
    evaluation, _ = load(folder)
    intake, _ = ingest(evaluation)
    points, _ = score(evaluation, intake)
    expected = {
        key: one for file in sorted((folder / "schemes").glob("*.toml")) for key, one in shares(folder, file).items()
    }
    assert expected
    assert {key: points[key].share for key in expected} == expected
