"""Blank sheets: the committed ones are current, every input is checked, and what is filled in comes back."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import openpyxl
import pytest

from evaltool import reader
from evaltool.blank import book
from evaltool.evaluation import Evaluation, load
from evaltool.extract import codes, extract
from evaltool.forms import Form, parse_code
from evaltool.layout import forms
from evaltool.workbook import to_bytes
from filling import answers, fill, spots
from folders import BUNDLED, TEMPLATES

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))
from make_blanks import blanks


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return load(BUNDLED)[0]


def one_of_each(evaluation: Evaluation) -> list[Form]:
    """The first form of every role, cards among them."""
    first: dict[tuple[str, bool], Form] = {}
    for form in forms(evaluation).values():
        first.setdefault((evaluation.evaluators[form.evaluator].role, bool(form.batch)), form)
    return list(first.values())


def test_the_committed_blanks_are_those_that_the_tool_makes() -> None:
    """`templates/blank/` holds one workbook of each kind, byte for byte."""
    committed = {path.name: path.read_bytes() for path in (TEMPLATES / "blank").glob("*.xlsx")}
    assert committed == blanks()


def test_only_asked_cells_are_unlocked_and_each_has_its_check(evaluation: Evaluation) -> None:
    """Labels are locked; an unlocked number or choice has bounds or a list."""
    for form in one_of_each(evaluation):
        file = openpyxl.load_workbook(io.BytesIO(to_bytes(book(form))))
        asked = {(spot.sheet, spot.cell) for spot in spots(form)}
        checked = {
            (sheet.title, cell.coordinate)
            for sheet in file.worksheets
            for check in sheet.data_validations.dataValidation
            for part in check.sqref.ranges
            for row in sheet.iter_rows(part.min_row, part.max_row, part.min_col, part.max_col)
            for cell in row
        }
        for sheet in file.worksheets:
            unlocked = {
                (sheet.title, cell.coordinate)
                for row in sheet.iter_rows()
                for cell in row
                if not cell.protection.locked
            }
            assert unlocked == {place for place in asked if place[0] == sheet.title}
            assert sheet.protection.sheet or sheet.sheet_state == "hidden"
        need = {(spot.sheet, spot.cell) for spot in spots(form) if spot.column.kind in ("number", "count", "choice")}
        assert need <= checked


def test_what_is_filled_in_is_what_is_read(evaluation: Evaluation) -> None:
    """Template, fill, read: every value of every kind of sheet comes back at its cell, and nothing else."""
    for form in one_of_each(evaluation):
        given = answers(evaluation, form, seed=5)
        read = reader.read(fill(form, to_bytes(book(form)), given))
        assert isinstance(read, reader.Workbook)
        said = extract(form, read)
        assert said.problems == ()
        marks = {(one.sheet, one.cell) for one in said.answers if one.state != "blank"}
        cards = {(spot.sheet, spot.cell) for spot in spots(form) if spot.table.kind == "cards"}
        assert marks == {place for place, value in given.items() if value is not None} - cards


def test_every_blank_carries_its_own_identity(evaluation: Evaluation) -> None:
    """No two forms share an identity, and a blank reads back as its own form's."""
    found = set()
    for form in forms(evaluation).values():
        read = reader.read(to_bytes(book(form)))
        assert isinstance(read, reader.Workbook)
        (code,) = codes(read)
        assert parse_code(code) == form.identity()
        found.add(code)
    assert len(found) == len(forms(evaluation))


def test_the_version_changes_with_what_is_asked_and_with_nothing_else(evaluation: Evaluation, tmp_path: Path) -> None:
    """A new grade bound outdates no sheet; a new unit name outdates the sheets that show it."""
    import shutil

    other = Path(shutil.copytree(BUNDLED, tmp_path / "e"))
    rules = other / "schemes" / "counties.toml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("from = 90", "from = 91"), encoding="utf-8")
    versions = {key: form.version() for key, form in forms(evaluation).items()}
    assert {key: form.version() for key, form in forms(load(other)[0]).items()} == versions
    first = next(iter(evaluation.units.values()))
    for table in (other / "roster").glob("*.csv"):
        table.write_text(table.read_text(encoding="utf-8-sig").replace(first.name, "新名县"), encoding="utf-8")
    after = {key: form.version() for key, form in forms(load(other)[0]).items()}
    assert after[(first.id, "", "1")] != versions[(first.id, "", "1")]
