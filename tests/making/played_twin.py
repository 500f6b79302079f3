"""The same year without a slip: everybody's sheet as it was meant, in a folder that the recomputation can read.

What was sent back, mended, adopted, corrected or keyed again comes out as if it had been said at once; the answers of
the survey stand on a sheet of cards, since the recomputation reads workbooks only.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping
from pathlib import Path

from big_year import Sheet, write
from decided_city import ledger
from evaltool.evaluation import load
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from filling import Answers, spots
from played_city import SURVEY, SURVEYED
from played_year import Year

OF_SHEETS = ("更正", "排除", "采用", "逾期采用", "批次重录")
"""Decisions about a submission: the twin has only the ones that count."""


def twin(
    year: Year, folder: Path, without: Collection[tuple[str, str]], counts: Mapping[str, Mapping[str, int]]
) -> Path:
    """The folder; `without`: evaluators and batches that were waived; `counts`: what the survey says of each unit."""
    shutil.copytree(year.folder, folder, ignore=shutil.ignore_patterns("inbox", "received", "runs", "returns"))
    settings = folder / "evaluation.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text[: text.index("[[survey]]")] + text[text.index("[notice]") :], encoding="utf-8")
    with (folder / "roster" / "批次.csv").open("a", encoding="utf-8") as file:
        file.write(f"{SURVEY},1,问卷,,2027-01-12,{SURVEYED}\n")
    for path in (folder / "decisions").iterdir():
        if "committee" not in path.name:
            path.unlink()
    kept = [line for line in year.decided if not line.startswith(OF_SHEETS) and not _of_batch(line)]
    ledger(folder, *kept)
    (folder / "inbox").mkdir()
    evaluation, _ = load(folder)
    for form in forms(evaluation).values():
        if form.kind in ("marks", "cards") and (form.evaluator, form.batch) not in without:
            meant = surveyed(form, counts) if form.evaluator == SURVEY else year.answers(form)
            (folder / "inbox" / form.file_name).write_bytes(write(Sheet(form, meant)))
    return folder


def _of_batch(line: str) -> bool:
    return line.startswith("免报") and bool(line.split(",")[8])


def surveyed(form: Form, counts: Mapping[str, Mapping[str, int]]) -> Answers:
    """The counts of the survey on a tally."""
    given: Answers = {}
    for spot in spots(form):
        if spot.table.kind == "tally":
            given[spot.place] = counts[spot.unit].get(spot.indicator, 0)
        elif spot.table.kind == "grid":
            given[spot.place] = 0 if spot.column.field == "spoiled" else SURVEYED
    return given
