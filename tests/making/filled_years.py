"""A bundled evaluation as a folder in which everybody has returned their sheets, as the kept filling says."""

from __future__ import annotations

import random
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

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

_Folder = Mapping[str, bytes | None]
"""What lies in a folder, by path; None: a folder."""


def begin(source: Path, folder: Path) -> None:
    """A year begun from a bundled evaluation; whoever asks again gets a copy, the key included."""
    _put(folder, _begun(source))


@cache
def _begun(source: Path) -> _Folder:
    with TemporaryDirectory() as root:
        folder = Path(root) / "e"
        newyear.begin_year(folder, source)
        make_key(folder, load(folder)[0].identity)
        evaluation, _ = load(folder)
        rows = fillings.read(fillings.FILLINGS / f"{source.name}.csv")
        for name, data in {**fillings.files(evaluation, rows), **exports(evaluation, fillings.SEED)}.items():
            (folder / "inbox" / name).write_bytes(data)
        return _taken_up(folder)


def _taken_up(folder: Path) -> _Folder:
    paths = sorted(folder.rglob("*"))
    return {str(path.relative_to(folder)): None if path.is_dir() else path.read_bytes() for path in paths}


def _put(folder: Path, made: _Folder) -> None:
    folder.mkdir(parents=True)
    for name, data in made.items():
        if data is None:
            (folder / name).mkdir()
        else:
            (folder / name).write_bytes(data)


def returned(name: str, folder: Path, seed: int) -> Evaluation:
    """A copy of a scheme's folder with every expected sheet filled in."""
    _put(folder, _returned(name, seed))
    return load(folder)[0]


@cache
def _returned(name: str, seed: int) -> _Folder:
    source = TEMPLATES / "evaluations" / name
    evaluation, _ = load(source)
    made: dict[str, bytes | None] = {**_taken_up(source), "inbox": None}
    for form in forms(evaluation).values():
        given = {**answers(evaluation, form, seed), **_figures(form, seed)}
        said = {place: value for place, value in given.items() if value is not None}
        made[f"inbox/{form.file_name}"] = with_values(form, to_bytes(book(form)), said)
    return made


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
