"""Formulas, links, fields and markup, typed into every text that people may type or borne as names, stay texts."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import openpyxl
import polars as pl
import pytest

from evaltool.evaluation import load
from evaltool.page import INTERNAL, PUBLIC
from evaltool.publish import harmless
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from evaltool.run import score_folder
from evaltool.runs.bundled import templates
from evaltool.sheets.blank import book
from evaltool.writers.saving import to_bytes
from evaltool.writers.word.templates import text_of
from filling import Spot
from folders import filled, make
from hostile import (
    ACTIVE,
    LAYING_OUT,
    RULES,
    SETTINGS,
    elements,
    roster,
    says,
    token,
    written,
)
from injections import INJECTIONS, NAMED, evaluation_with, typed


class Pair(NamedTuple):
    """An evaluation with injections everywhere and the same with plain words, both scored."""

    harmful: Path
    plain: Path
    put: dict[str, str]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    root = tmp_path_factory.mktemp("injected")
    harmful, put = evaluation_with(root / "harmful", NAMED, INJECTIONS)
    plain, _ = evaluation_with(root / "plain", tuple(f"单位{at}局" for at in range(len(NAMED))), tuple("文字号数理由"))
    score_folder(harmful)
    score_folder(plain)
    return Pair(harmful / "runs" / "0001", plain / "runs" / "0001", put)


@pytest.mark.parametrize("suffix", [".xlsx", ".docx"])
def test_no_text_becomes_a_formula_a_link_or_a_field(pair: Pair, suffix: str) -> None:
    """A run over harmful texts has as many formulas, links and fields as one over plain words, and no new element."""
    harmful, plain = (elements(written(run, suffix)) for run in (pair.harmful, pair.plain))
    assert plain.total() > 1_000
    assert {each: harmful[each] for each in ACTIVE} == {each: plain[each] for each in ACTIVE}
    assert (harmful["outside"], harmful["error"]) == (0, 0)
    assert {each for each, count in harmful.items() if count} - set(plain) <= LAYING_OUT


def test_no_text_becomes_a_tag_of_a_page(pair: Pair) -> None:
    """The report pages over harmful texts are well-formed and have the same tags and attributes as those over plain
    words, none of them an address and no script but the page's own; nothing turns the text that follows around."""
    own = (templates() / "pages" / "report.js").read_text("utf-8")
    for name in (INTERNAL, PUBLIC):
        harmful, plain = (tags((run / name).read_bytes()) for run in (pair.harmful, pair.plain))
        assert plain.total() > 200
        assert harmful.keys() == plain.keys()
        assert not {"img", "iframe", "link", "object", "form"} & {tag for tag, _ in harmful}
        root = ElementTree.fromstring((pair.harmful / name).read_bytes())
        assert [each.text for each in root.iter("script")] == [own]
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", (pair.harmful / name).read_text("utf-8"))


def tags(page: bytes) -> Counter[tuple[str, tuple[str, ...]]]:
    """How often each tag with these attributes occurs."""
    root = ElementTree.fromstring(page)
    return Counter((each.tag, tuple(sorted(each.attrib))) for each in root.iter())


def test_blank_sheets_take_names_for_names(pair: Pair) -> None:
    """What goes out to evaluators has no more formulas or links than with plain names."""

    def blanks(run: Path) -> Counter[str]:
        evaluation, _ = load(run.parent.parent)
        return elements(to_bytes(book(form)) for form in forms(evaluation).values())

    harmful, plain = blanks(pair.harmful), blanks(pair.plain)
    assert {each: harmful[each] for each in ACTIVE} == {each: plain[each] for each in ACTIVE}
    assert (harmful["outside"], harmful["error"]) == (0, 0)


def test_what_is_typed_where_a_number_belongs_is_shown_as_text(pair: Pair, tmp_path: Path) -> None:
    """Harmful words for marks are findings with their value, and no output makes anything else of them."""
    words = [text for text in INJECTIONS if len(text) < 80]
    folder = make(tmp_path / "e", roster(tuple(f"单位{at}局" for at in range(len(words)))), {"d": RULES}, SETTINGS)
    said = {f"U{at}": word for at, word in enumerate(words, 1)}

    put: dict[str, str] = {}

    def say(form: Form, spot: Spot) -> object:
        marked = form.evaluator in said and spot.column.field == "mark"
        put[token(form, spot)] = said[form.evaluator] if marked else "文字"
        return token(form, spot) if marked else says(form, spot)

    evaluation, _ = load(folder)
    for form in forms(evaluation).values():
        data = filled(form, lambda spot, form=form: say(form, spot))  # type: ignore[misc]
        (folder / "inbox" / form.file_name).write_bytes(typed(data, put))
    run = score_folder(folder, interim=True).folder
    found = [json.loads(line) for line in (run / "findings.jsonl").read_text(encoding="utf-8").split("\n")[:-1]]
    assert {one["value"] for one in found if one["code"] == "SCORE_NOT_NUMBER"} == set(words)
    counts = elements(written(run, ".xlsx"))
    assert (counts["outside"], counts["error"]) == (0, 0)
    books = [openpyxl.load_workbook(io.BytesIO(data)) for data in written(run, ".xlsx")]
    cells = [cell for book in books for sheet in book for line in sheet.iter_rows() for cell in line]
    formulas = [str(cell.value) for cell in cells if cell.data_type == "f"]
    assert formulas
    assert not [word for word in words if len(word) > 5 for formula in formulas if word in formula]


def rows(run: Path, name: str) -> list[dict[str, str]]:
    with (run / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def is_formula(text: str) -> bool:
    return text[:1] in tuple("=+-@\t\r") and not re.fullmatch(r"-\d+(\.\d+)?", text)


def test_no_cell_of_a_csv_is_a_formula(pair: Pair) -> None:
    """Nothing in marks.csv or ballots.csv begins with a sign that a spreadsheet program takes for a formula."""
    for name in ("marks.csv", "ballots.csv"):
        assert [row for row in rows(pair.harmful, name) for text in row.values() if is_formula(text)] == []


def test_a_negative_number_is_no_formula() -> None:
    """It stands as the number that it is; what only begins like one is guarded."""
    texts = pl.DataFrame({"text": ["-1.5", "-3", "-1.5+2", "-", "=1", "+1", "5"]})
    assert harmless(texts)["text"].to_list() == ["-1.5", "-3", "'-1.5+2", "'-", "'=1", "'+1", "5"]


def test_texts_come_back_as_they_were_typed(pair: Pair) -> None:
    """Every text stands in marks.csv beside its cell, whole, with an apostrophe where it could be a formula."""
    found = {
        f"T.{row['evaluator']}.{row['field']}.{row['cell']}.T": row["text"] for row in rows(pair.harmful, "marks.csv")
    }
    wanted = {key: f"'{text}" if is_formula(text) else text for key, text in pair.put.items()}
    assert {key: found.get(key) for key in wanted} == wanted


def test_files_for_programs_can_be_read(pair: Pair) -> None:
    """results.json names the units as the roster does; each line of findings.jsonl is a value."""
    results = json.loads((pair.harmful / "results.json").read_text(encoding="utf-8"))
    assert {unit["name"] for unit in results["units"]} == set(NAMED)
    lines = (pair.harmful / "findings.jsonl").read_bytes().split(b"\n")[:-1]
    assert all(isinstance(json.loads(line), dict) for line in lines)


def test_people_read_the_names_as_they_are(pair: Pair) -> None:
    """openpyxl finds every unit's name as text in both workbooks, and the bulletin has it in its table."""
    for workbook in written(pair.harmful, ".xlsx"):
        sheets = openpyxl.load_workbook(io.BytesIO(workbook)).worksheets
        texts = {cell.value for sheet in sheets for line in sheet.iter_rows() for cell in line if cell.data_type == "s"}
        assert set(NAMED) <= texts
    bulletin = text_of((pair.harmful / "public" / "结果通报.docx").read_bytes())
    assert set(NAMED) <= {text.strip() for text in bulletin}
