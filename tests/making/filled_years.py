"""A bundled evaluation as a folder in which everybody has returned their sheets, as the kept filling says."""

from __future__ import annotations

import random
import shutil
from decimal import Decimal
from pathlib import Path

import fillings
from evaltool.evaluation import Evaluation, load
from evaltool.inbox.newkey import make_key
from evaltool.questions.forms import FIGURE, Form
from evaltool.questions.layout import forms
from evaltool.runs import newyear
from evaltool.sheets.blank import book
from evaltool.writers.saving import to_bytes
from filling import answers, spots
from folders import TEMPLATES, with_values
from survey_exports import exports


def begin(source: Path, folder: Path) -> None:
    newyear.begin_year(folder, source)
    make_key(folder, load(folder)[0].identity)
    evaluation, _ = load(folder)
    rows = fillings.read(fillings.FILLINGS / f"{source.name}.csv")
    for name, data in {**fillings.files(evaluation, rows), **exports(evaluation, fillings.SEED)}.items():
        (folder / "inbox" / name).write_bytes(data)


def returned(name: str, folder: Path, seed: int) -> Evaluation:
    """A copy of a scheme's folder with every expected sheet filled in."""
    shutil.copytree(TEMPLATES / "evaluations" / name, folder)
    evaluation, _ = load(folder)
    (folder / "inbox").mkdir()
    for form in forms(evaluation).values():
        given = {**answers(evaluation, form, seed), **_figures(form, seed)}
        data = with_values(
            form, to_bytes(book(form)), {place: value for place, value in given.items() if value is not None}
        )
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
