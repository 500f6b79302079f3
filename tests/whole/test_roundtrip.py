"""LibreOffice opens and saves every blank and every filled sheet of the sample, and nothing that counts is lost.

Needs LibreOffice (`make check-sheets`).  Compared is what is read: identity, answers, counted cards, findings; and what
guides the evaluator: checks of what may be entered, formats, protection, conditional colours.
"""

from __future__ import annotations

import io
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from evaltool.evaluation import Evaluation, load
from evaltool.inbox.proof import Expected
from evaltool.inbox.workers import Reading, Task, read_one
from evaltool.questions.forms import IDENTITY_SHEET, LIST_SHEET, Form
from evaltool.questions.layout import forms
from evaltool.sheets.blank import book
from evaltool.sheets.guidance import guide
from evaltool.writers.saving import to_bytes
from filling import answers, fill

SAMPLE = Path(__file__).parents[2] / "sample_data" / "chengchuan-2026"
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice")]
Files = Mapping[str, bytes]


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return load(SAMPLE)[0]


@pytest.fixture(scope="module")
def sheets(evaluation: Evaluation, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Form, bytes, bytes]]:
    """Name -> form, the workbook as it was given to LibreOffice, and as it came out: every form blank and filled in."""
    given: dict[str, tuple[Form, bytes]] = {}
    for at, form in enumerate(forms(evaluation).values()):
        blank = to_bytes(book(form, guide=guide(evaluation, form), key=evaluation.key))
        given[f"{at}-blank"] = form, blank
        given[f"{at}-filled"] = form, fill(form, blank, answers(evaluation, form, 5))
    out = converted({name: data for name, (_, data) in given.items()}, tmp_path_factory.mktemp("office"))
    return {name: (form, data, out[name]) for name, (form, data) in given.items()}


def converted(files: Files, scratch: Path) -> dict[str, bytes]:
    """The same workbooks, saved by LibreOffice: many in one run, with a profile of its own."""
    given, saved = scratch / "given", scratch / "saved"
    given.mkdir()
    for name, data in files.items():
        (given / f"{name}.xlsx").write_bytes(data)
    paths = sorted(given.iterdir())
    for at in range(0, len(paths), 60):
        command = ["soffice", f"-env:UserInstallation={(scratch / 'profile').as_uri()}", "--headless"]
        command += ["--convert-to", "xlsx", "--outdir", str(saved), *map(str, paths[at : at + 60])]
        subprocess.run(command, check=True, capture_output=True, timeout=1200)
    return {name: (saved / f"{name}.xlsx").read_bytes() for name in files}


def reading(evaluation: Evaluation, form: Form, data: bytes) -> Reading:
    return read_one(Task("", data), Expected(evaluation.identity, {form.key: form}, evaluation.key))


def test_every_sheet_of_the_sample_is_there_blank_and_filled(
    evaluation: Evaluation, sheets: dict[str, tuple[Form, bytes, bytes]]
) -> None:
    """No form is left out of the check."""
    assert len(sheets) == 2 * len(forms(evaluation)) > 200


def test_the_same_is_read_before_and_after(
    evaluation: Evaluation, sheets: dict[str, tuple[Form, bytes, bytes]]
) -> None:
    """Identity, every answer, every counted card, every finding: the same."""
    for name, (form, before, after) in sheets.items():
        assert reading(evaluation, form, after) == reading(evaluation, form, before), f"{name} {form.file_name}"
        assert reading(evaluation, form, after).extract is not None, name


def test_what_guides_the_evaluator_survives(sheets: dict[str, tuple[Form, bytes, bytes]]) -> None:
    """Checks with their prompts and alerts, unlocked cells, protection, colours, formats, headings on every page."""
    for name, (form, before, after) in sheets.items():
        if name.endswith("filled"):  # saved by another program already when they were filled in
            continue
        old, new = openpyxl.load_workbook(io.BytesIO(before)), openpyxl.load_workbook(io.BytesIO(after))
        assert new.sheetnames == old.sheetnames, name
        for title in (sheet.title for sheet in form.sheets):
            for what, look in LOOKS.items():
                assert look(new[title]) == look(old[title]), f"{name} {form.file_name} {title}: {what}"


def test_the_lists_stay_out_of_sight(sheets: dict[str, tuple[Form, bytes, bytes]]) -> None:
    """The choices and the identity are on worksheets that nobody sees; LibreOffice knows only one way to hide."""
    for name, (_, _, after) in sheets.items():
        new = openpyxl.load_workbook(io.BytesIO(after), read_only=True)
        assert {new[title].sheet_state for title in (LIST_SHEET, IDENTITY_SHEET)} == {"hidden"}, name


def _checks(sheet: Worksheet) -> Counter[tuple[object, ...]]:
    """Every cell with what may be entered there, and what is said about it."""
    found: Counter[tuple[object, ...]] = Counter()
    for one in sheet.data_validations.dataValidation:
        said = (one.promptTitle, one.prompt, one.errorTitle, one.error)
        for area in one.sqref.ranges:
            cells = area.size["rows"] * area.size["columns"]
            found[one.type, one.errorStyle or "stop", bool(one.showErrorMessage), said] += cells
    return found


def _coloured(sheet: Worksheet) -> Counter[str]:
    """How many rules of colour there are; how they are split over areas is the program's business."""
    return Counter(str(rule.type) for area in sheet.conditional_formatting for rule in area.rules)


def _unlocked(sheet: Worksheet) -> set[str]:
    return {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}


def _dates(sheet: Worksheet) -> set[str]:
    return {cell.coordinate for row in sheet.iter_rows() for cell in row if getattr(cell, "is_date", False)}


def _areas(areas: Iterable[object]) -> set[str]:
    return {str(area) for area in areas}


LOOKS: Mapping[str, Callable[[Worksheet], object]] = {
    "checks": _checks,
    "colours": _coloured,
    "unlocked cells": _unlocked,
    "dates": _dates,
    "merged cells": lambda sheet: _areas(sheet.merged_cells.ranges),
    "protection": lambda sheet: bool(sheet.protection.sheet),
    "paper": lambda sheet: (sheet.page_setup.paperSize, sheet.page_setup.orientation, sheet.page_setup.fitToWidth or 1),
    "repeated headings": lambda sheet: str(sheet.print_title_rows),
    "signature line": lambda sheet: bool(sheet.oddFooter.left.text),
}
