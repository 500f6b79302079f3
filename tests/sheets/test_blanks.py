"""Blank sheets: the committed ones are current, every input is checked, and what is filled in comes back."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from evaltool import reader
from evaltool.evaluation import Evaluation, load
from evaltool.identity import parse_code
from evaltool.inbox.extract.answers import in_full
from evaltool.inbox.extract.workbook import codes, extract
from evaltool.questions.forms import (
    GUIDE_SHEET,
    LIST_SHEET,
    Form,
    FormColumn,
    FormLine,
    FormSheet,
    FormTable,
    Worksheets,
)
from evaltool.questions.layout import _distinct, forms
from evaltool.sheets.blank import book
from evaltool.sheets.guidance import guide
from evaltool.sheets.guidesheet import GuideSection
from evaltool.writers.book import Cell, Formula, Tab
from evaltool.writers.saving import to_bytes
from filling import answers, fill, spots
from folders import BUNDLED, TEMPLATES, with_values
from typing_in import typed_in

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
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
    """Labels are locked; every unlocked cell, be it a text or a date, has a validation."""
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
        assert asked <= checked


def test_what_is_filled_in_is_what_is_read(evaluation: Evaluation) -> None:
    """Template, fill, read: every value of every kind of sheet comes back at its cell, and nothing else."""
    for form in one_of_each(evaluation):
        given = answers(evaluation, form, seed=5)
        read = reader.read(with_values(form, to_bytes(book(form, guide=guide(evaluation, form))), given))
        assert isinstance(read, reader.Workbook)
        said = extract(form, read)
        assert said.problems == ()
        marks = {(one.sheet, one.cell) for one in in_full(form.sheets, said.answers) if one.state != "blank"}
        cards = {(spot.sheet, spot.cell) for spot in spots(form) if spot.table.kind == "cards"}
        assert marks == {place for place, value in given.items() if value is not None} - cards


def test_what_the_tests_type_in_stands_where_another_program_puts_it(evaluation: Evaluation) -> None:
    """Cells filled without a library (`typed_in`) are read like those that openpyxl fills, and all else is the same."""
    kinds: dict[frozenset[str], Form] = {}
    for each in one_of_each(evaluation):
        kinds.setdefault(frozenset(table.kind for sheet in each.sheets for table in sheet.tables), each)
    assert len(kinds) > 2
    for form in kinds.values():
        blank = to_bytes(book(form))
        said = {spot.place: "甲 <&>" if spot.column.kind == "text" else Decimal("4.5") for spot in spots(form)}
        ours, theirs = (_cells(made) for made in (typed_in(blank, said), fill(form, blank, said)))
        assert ours == theirs
    with pytest.raises(KeyError):
        typed_in(blank, {(form.sheets[0].title, "ZZ1"): 1})


def _cells(data: bytes) -> dict[tuple[str, str], object]:
    file = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    said = ((sheet.title, cell) for sheet in file for row in sheet.iter_rows() for cell in row)
    return {(title, cell.coordinate): cell.value for title, cell in said if cell.value is not None}


def test_every_blank_carries_its_own_identity(evaluation: Evaluation) -> None:
    """No two forms share an identity, and a blank reads back as its own form's."""
    for form in one_of_each(evaluation):
        read = reader.read(to_bytes(book(form)))
        assert isinstance(read, reader.Workbook)
        (code,) = codes(read)
        assert parse_code(code) == form.identity()
    every = [form.identity() for form in forms(evaluation).values()]
    assert len(set(every)) == len(every) > 200


def test_the_version_changes_with_what_is_asked_and_with_nothing_else(evaluation: Evaluation, tmp_path: Path) -> None:
    """A new grade bound outdates no sheet; a new unit name outdates the sheets that show it."""
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


# --- words at the cell -----------------------------------------------------------------------------------------------


def test_every_input_says_what_to_fill_in_and_what_was_wrong(evaluation: Evaluation) -> None:
    """Every validation has a title, a prompt and an alert in Chinese, within the lengths that Excel takes."""
    for form in one_of_each(evaluation):
        for check in [check for tab in book(form).tabs for check in tab.checks]:
            for text, limit in ((check.title, 32), (check.prompt, 255), (check.alert, 224)):
                assert re.search("[\u4e00-\u9fff]", text), check
                assert len(text.encode("utf-16-le")) <= 2 * limit


def test_long_names_and_long_lists_stay_within_what_excel_takes() -> None:
    """A heading of 400 characters, rare characters among them, and a list of 90 units can be written."""
    column = FormColumn("𬭎" * 400, "number", high=Decimal(5), decimals=2)
    unit = FormColumn("单位", "choice", "unit", choices=tuple(f"第{at}号被评估的单位" for at in range(90)))
    assert to_bytes(book(_form(_table("open", column, unit))))


def test_worksheets_of_one_name_are_numbered() -> None:
    """Excel takes no name twice, no special sign, and 31 characters."""
    titles = ["年/度", "年度", "长" * 40, "长" * 40, "年度"]
    named = [each.title for each in _distinct(FormSheet(title, "", (), ()) for title in titles)]
    assert named == ["年度", "年度2", "长" * 28, "长" * 28 + "2", "年度3"]


def test_a_choice_without_a_list_is_taken_as_text() -> None:
    """Rules without grades still give a sheet that asks for the grade one would give oneself."""
    form = _form(_table("grid", FormColumn("自报等次", "choice", "stated_grade")))
    assert book(form).tabs[0].checks[0].kind == "length"
    assert _shown(form, C7="优秀") == "已填 1/3 项，还差 2 项"


def test_cards_have_a_rule_per_question_not_per_cell(evaluation: Evaluation) -> None:
    """A sheet of 60 x 50 cells has one validation for the choices and one for spoiled cards; it stays small."""
    choices = tuple(FormColumn(f"单位{at}", "choice", unit=f"U{at}", choices=("优秀", "良好")) for at in range(50))
    spoiled = FormColumn("废票", "choice", "spoiled", choices=("废票",), required=False)
    lines = tuple(FormLine((str(at),)) for at in range(1, 61))
    table = FormTable("cards", "c", "k", 5, ("卡号",), lines, (*choices, spoiled))
    start = time.process_time()
    data = to_bytes(book(_form(table)))
    assert time.process_time() - start < 1
    assert len(data) < 40_000
    tab = book(_form(table)).tabs[0]
    assert [(check.first, check.last) for check in tab.checks] == [("B7", "AY66"), ("AZ7", "AZ66")]
    assert len(tab.highlights) == 4


# --- the live line ---------------------------------------------------------------------------------------------------


def _table(kind: str, *columns: FormColumn, blocked: tuple[tuple[int, int], ...] = (), lines: int = 3) -> FormTable:
    listed = tuple(FormLine((str(at), f"单位{at}"), f"U{at}") for at in range(1, lines + 1))
    return FormTable(kind, "c", "k", 5, ("序号", "被评估单位"), listed, columns, blocked)  # type: ignore[arg-type]


def _form(*tables: FormTable) -> Form:
    return Form("e", "O1", "", "某年评估", "x.xlsx", Worksheets((FormSheet("表", "表", (), tables),)))


def _shown(form: Form, **filled: str | int | Decimal) -> str:
    """The live line with these cells filled in."""
    cell = _line(book(form, {("表", place): value for place, value in filled.items()}).tabs[0])
    return str(cell.value)


def _line(tab: Tab) -> Formula:
    cell = tab.cells[4, 0]
    assert isinstance(cell, Cell)
    assert isinstance(cell.value, Formula)
    return cell.value


POINTS = FormColumn("得分", "number", high=Decimal(30), decimals=1)
TIER = FormColumn("等次", "choice", choices=("一等", "二等"))


def test_the_line_counts_what_is_filled_in_and_says_what_is_missing() -> None:
    """Blocked cells are not asked; a text among numbers, a number out of range and an unknown choice do not count."""
    form = _form(_table("grid", POINTS, TIER, blocked=((2, 1),)))
    assert _shown(form) == "已填 0/5 项，还差 5 项"
    assert (
        _shown(form, C7=3, D7="一等", C8="二十", D8="特等", C9=31) == "已填 2/5 项，还差 3 项，有 3 格填得不对（红底）"
    )
    assert _shown(form, C7=3, D7="一等", C8=Decimal("2.5"), D8="二等", C9=30) == "√ 已填 5/5 项，本表已填齐"
    assert _shown(form, C7="弃权") == "已填 0/5 项，还差 5 项，有 1 格填得不对（红底）"
    said = _shown(form, C7=Decimal("2.55"), C8=Decimal("2.50"), C9="12 分")  # refused; the same as 2.5; read as 12
    assert said == "已填 2/5 项，还差 3 项，有 1 格填得不对（红底）"


@pytest.mark.parametrize(
    ("column", "passes", "fails"),
    [
        (replace(POINTS, may_abstain=True), ["弃权", " 弃权 ", "0", "29.55", "30"], ["弃", "-1", "30.5", "二十"]),
        (
            FormColumn("名次", "number", low=Decimal(1), high=Decimal(3), may_abstain=True),
            ["弃权", "3"],
            ["0", "4", "1.5"],
        ),
    ],
)
def test_where_one_may_abstain_the_cell_takes_it_and_says_so(
    column: FormColumn, passes: list[str], fails: list[str]
) -> None:
    """The check is a formula that takes 弃权 beside what it took before; it is in the prompt, counted and not red."""
    form = _form(_table("grid", column))
    tab = book(form).tabs[0]
    (rule,) = tab.checks
    assert rule.kind == "custom"
    assert "确需弃权的，填“弃权”" in rule.prompt
    assert [_takes(rule.formula, typed) for typed in (*passes, *fails)] == [
        *[True] * len(passes),
        *[False] * len(fails),
    ]
    assert _shown(form, C7="弃权") == "已填 1/3 项，还差 2 项"
    red = next(light.formula for light in tab.highlights if light.style == "bad" and light.first == "C7")
    assert 'TRIM(C7)="弃权",FALSE' in red
    refused = book(_form(_table("grid", replace(column, may_abstain=False)))).tabs[0]
    assert refused.checks[0].kind in ("decimal", "integer")
    assert "弃权" not in refused.checks[0].prompt + "".join(light.formula for light in refused.highlights)


def _takes(formula: str, typed: str) -> bool:
    """What a check of ours says to one entry in C7; it is made of few words, so that a few lines can read it."""
    number = re.fullmatch(r"-?[0-9.]+", typed)
    found = re.fullmatch(r'=IF\(ISNUMBER\(C7\),AND\((.*)\),TRIM\(C7\)="弃权"\)', formula)
    assert found
    if not number:
        return typed.strip() == "弃权"
    for test in found[1].split(","):
        low, high = re.fullmatch(r"C7>=(.+)", test), re.fullmatch(r"C7<=(.+)", test)
        value = Decimal(typed)
        assert low or high or test == "INT(C7)=C7"
        if (low and value < Decimal(low[1])) or (high and value > Decimal(high[1])):
            return False
        if not low and not high and value % 1:
            return False
    return True


def test_a_place_that_is_given_twice_counts_once() -> None:
    """A list of places is complete when every place is there."""
    form = _form(_table("grid", FormColumn("名次", "number", low=Decimal(1), high=Decimal(3))))
    assert _shown(form, C7=1, C8=1, C9=3) == "已填 2/3 项，还差 1 项，有 1 格填得不对（红底）"
    assert _shown(form, C7=2, C8=1, C9=3) == "√ 已填 3/3 项，本表已填齐"


def test_where_rows_are_added_the_line_counts_rows() -> None:
    """Rows begun, and the cells that are still blank in them; what may be left out is not missing."""
    remark = FormColumn("说明", "text", "remark", required=False)
    form = _form(_table("open", TIER, POINTS, remark))
    assert _shown(form) == "已记 0 行"
    assert _shown(form, C7="一等", D7=3, E8="看了台账") == "已记 2 行，还有 2 格未填"
    assert _shown(form, C7="一等", D7=3) == "√ 已记 1 行，本表已填齐"


def test_cards_are_counted_against_the_account_of_the_batch() -> None:
    """The line of a sheet of cards says how many were entered and whether as many were returned."""
    account = FormTable(
        "grid",
        "",
        "",
        5,
        ("类别",),
        (FormLine(("甲",), class_id="c", component="k"),),
        (FormColumn("收回", "count", "returned"),),
    )
    cards = FormTable("cards", "c", "k", 5, ("卡号",), (FormLine(("1",)), FormLine(("2",))), (TIER,))
    form = Form(
        "e",
        "O1",
        "1",
        "某年评估",
        "x.xlsx",
        Worksheets((FormSheet("批次", "", (), (account,)), FormSheet("卡", "", (), (cards,)))),
    )

    def shown(returned: int) -> object:
        return _line(book(form, {("批次", "B7"): returned, ("卡", "B7"): "一等"}).tabs[1]).value

    assert shown(1) == "√ 已登记 1 张，与收回张数相符，本表已填齐"
    assert shown(2) == "已登记 1 张，批次表填的收回张数为 2"


KNOWN_FUNCTIONS = """
ABS AND COUNT COUNTA COUNTIF DATEVALUE FIND IF INT ISBLANK ISERROR ISNUMBER LEFT LEN MATCH MID MMULT N NOT OR
ROUND ROW SUBSTITUTE SUM SUMIF SUMPRODUCT TRIM VALUE
"""


def test_formulas_are_those_that_old_programs_know(evaluation: Evaluation) -> None:
    """Live lines, counts and colours use only what Excel 2016, WPS and LibreOffice share."""
    known = set(KNOWN_FUNCTIONS.split())
    used: set[str] = set()
    for form in one_of_each(evaluation):
        for tab in book(form).tabs:
            texts = [cell.value.text for cell in tab.cells.values() if isinstance(cell.value, Formula)]
            texts += [light.formula for light in tab.highlights] + [check.formula for check in tab.checks]
            assert max(map(len, texts), default=0) < 2000
            used |= {name for text in texts for name in re.findall(r"([A-Z][A-Z0-9.]*)\(", text)}
    assert used <= known


def test_wide_labels_leave_room_for_the_cells_to_fill_in(evaluation: Evaluation) -> None:
    """Frozen label columns never fill a small window; the header row always stays in view."""
    for form in one_of_each(evaluation):
        for sheet, tab in zip(form.sheets, book(form).tabs, strict=False):
            assert tab.freeze is not None
            assert tab.freeze[0] == sheet.tables[0].top + 1
            assert sum(tab.widths[: tab.freeze[1]]) <= 60
            assert tab.repeat_rows == (sheet.tables[0].top,) * 2
            assert "签章" in tab.footer
            assert "&P" in tab.footer


# --- the instructions ------------------------------------------------------------------------------------------------


def _text(sections: tuple[GuideSection, ...]) -> str:
    return "\n".join(
        part for one in sections for part in (one.heading, *one.lines, *(cell for row in one.rows for cell in row))
    )


def test_one_list_of_several_groups_says_which_unit_is_of_which(evaluation: Evaluation) -> None:
    """In a note, so that sheets which are out stay as they were asked."""
    noted = [
        note
        for form in forms(evaluation).values()
        for sheet in form.sheets
        for note in sheet.notes
        if note.startswith("各分类的单位在一张表内统一排名。")
    ]
    assert noted
    groups = {group.name for scheme in evaluation.classes.values() for group in scheme.head.groups}
    assert all(sum(group in note for group in groups) > 1 for note in noted)


def test_the_title_of_a_wide_register_stays_on_its_first_page() -> None:
    columns = [FormColumn(f"单位{at}", "choice", unit=f"U{at}", choices=("优秀",), required=False) for at in range(60)]
    tab = book(_form(_table("cards", *columns))).tabs[0]
    ends = {merge[1].rstrip("0123456789") for merge in tab.merges}
    assert len(ends) == 1
    assert 0 < openpyxl.utils.column_index_from_string(ends.pop()) < len(tab.widths) / 2


def test_a_long_title_has_room_above_a_small_table(evaluation: Evaluation) -> None:
    """The worksheet is as wide as its title, up to what fits an upright page: nothing of the title is cut off."""
    form = next(each for each in forms(evaluation).values() if each.kind == "cards")
    lone = replace(form.sheets[0], tables=tuple(replace(t, columns=t.columns[:1]) for t in form.sheets[0].tables))
    wide = [
        sum(book(replace(form, title="年" * count, sheets=Worksheets((lone,)))).tabs[0].widths)
        for count in (10, 24, 30, 90)
    ]
    assert wide == sorted(wide) and wide[1] >= 24 * 2.5 and wide[2] >= 30 * 2.5 and wide[3] < 100


def test_the_instructions_say_rule_weight_and_deadline(evaluation: Evaluation) -> None:
    """A unit's own sheet explains its component, what blanks mean, what each column takes, and when it is due."""
    form = next(form for form in forms(evaluation).values() if evaluation.evaluators[form.evaluator].role == "self")
    said = _text(guide(evaluation, form))
    for part in (
        "自我评估",
        "总分 100 分中占 1 分",
        "得分÷100",
        "会退回补填",
        "2027年3月31日",
        "不要改工作表名称",
        "主要理由",
    ):
        assert part in said
    assert all(f"工作表“{sheet.title}”" in said for sheet in form.sheets)


def test_cards_explain_what_abstaining_means(evaluation: Evaluation) -> None:
    """The instructions for cards name the choice that abstains, as the rules have it."""
    form = next(form for form in forms(evaluation).values() if form.batch)
    assert "选“不了解”是弃权" in _text(guide(evaluation, form))


def test_the_instructions_ask_for_nothing(evaluation: Evaluation) -> None:
    """The sheet of instructions is locked, comes after those to fill in, and is no finding when it comes back."""
    for form in one_of_each(evaluation):
        made = book(form, guide=guide(evaluation, form))
        tab = made.tabs[len(form.sheets)]
        assert (tab.title, tab.protect, tab.checks, tab.state) == (GUIDE_SHEET, True, (), "visible")
        read = reader.read(to_bytes(made))
        assert isinstance(read, reader.Workbook)
        assert extract(form, read).problems == ()


# --- another program -------------------------------------------------------------------------------------------------


def _saved_by_libreoffice(data: bytes, folder: Path) -> bytes:
    folder.mkdir()
    (folder / "in.xlsx").write_bytes(data)
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", str(folder / "out"), str(folder / "in.xlsx")], check=True, timeout=120)
    return (folder / "out" / "in.xlsx").read_bytes()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_libreoffice_keeps_and_recalculates_a_sheet(evaluation: Evaluation, tmp_path: Path) -> None:
    """A filled sheet that LibreOffice saved has its validations, colours and identity, reads back without a problem,
    and its live line says what evaltool computed itself."""
    for number, form in enumerate(one_of_each(evaluation)):
        given = answers(evaluation, form, seed=7)
        some = {place: value for at, (place, value) in enumerate(given.items()) if at % 3}
        plain = {place: "2026-03-31" if isinstance(value, date) else value for place, value in some.items()}
        ours = book(form, plain)
        data = _saved_by_libreoffice(fill(form, to_bytes(book(form)), some), tmp_path / str(number))
        read = reader.read(data)
        assert isinstance(read, reader.Workbook)
        assert codes(read) == {form.identity().code()}
        assert {one.code for one in extract(form, read).problems} <= {"SUM_DIFFERS"}
        saved = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        assert saved[LIST_SHEET].sheet_state == "hidden"
        for sheet, tab in zip(form.sheets, ours.tabs, strict=False):
            other = saved[sheet.title]
            assert other["A5"].value == _line(tab).value
            assert len(other.data_validations.dataValidation) == len(tab.checks)
            assert sum(len(one.rules) for one in other.conditional_formatting) == len(tab.highlights)
            assert other.protection.sheet
