"""Sheets that are read without fault, to be damaged: of a small evaluation, and of the sample as people sent them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import hostile
from damaged_books import GoodSheet, bare
from evaltool.evaluation import Evaluation, load
from evaltool.inbox.proof import Expected
from evaltool.inbox.workers import Task, read_one
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from folders import make, return_all

MOST_BYTES = 20_000

Expecting = tuple[list[GoodSheet], Expected]
"""Sheets, and who is expected to send what."""


def good_sheets(folder: Path) -> Expecting:
    """Three sheets of a small evaluation, as they are sent out and with the fewest parts: marks, visits, cards."""
    make(folder, hostile.roster(), {"d": hostile.RULES}, hostile.SETTINGS)
    evaluation = return_all(folder, hostile.says)
    expected = _expected(evaluation)
    wanted = ("U1", "O1", "V1")
    named = [form for form in expected.forms.values() if form.kind != "goals" and form.evaluator in wanted]
    sheets = [_sheet(folder / "inbox" / form.file_name, form) for form in named if _came(folder, form)]
    return [*sheets, *map(bare, sheets)], expected


def _came(folder: Path, form: Form) -> bool:
    return (folder / "inbox" / form.file_name).exists()


def _sheet(path: Path, form: Form) -> GoodSheet:
    return GoodSheet(path.name, path.read_bytes(), form)


def of_sample(folder: Path) -> Expecting:
    """The smaller sheets of an evaluation that count as they came, whatever program saved them: the smallest of every
    kind and batch, and every eighth of the others; each with the fewest parts too."""
    evaluation, _ = load(folder)
    expected = _expected(evaluation)
    found = sorted(_read(folder, expected), key=lambda one: len(one.data))
    kinds = {(one.form.kind, one.form.batch, one.form.sheets[0].title): one for one in reversed(found) if one.form}
    chosen = {one.name: one for one in (*kinds.values(), *found[::8])}
    return [*chosen.values(), *map(bare, chosen.values())], expected


def _read(folder: Path, expected: Expected) -> Iterator[GoodSheet]:
    for path in sorted((folder / "inbox").rglob("*.xlsx")):
        data = path.read_bytes()
        if len(data) > MOST_BYTES:
            continue
        said = read_one(Task("", data), expected)
        if said.identity and said.extract and not said.problems:
            who = (said.identity.evaluator, said.identity.batch, said.identity.entry)
            yield GoodSheet(path.relative_to(folder).as_posix(), data, expected.forms[who])


def _expected(evaluation: Evaluation) -> Expected:
    return Expected(evaluation.identity, forms(evaluation), evaluation.key)
