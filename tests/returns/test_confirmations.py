"""Sheets to be signed: they show what counts, for paper, and can be mistaken for nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from evaltool.questions.forms import Form
from evaltool.returns.confirmations import Confirmation, write_confirmations
from evaltool.run import take_in
from filling import Spot
from folders import decide, make, return_all
from small_city import LEDGER, ROSTER, RULES, SETTINGS, says
from terminal import ev

MARKS = "confirmations/市绩效办/O1-绩效办-数据确认单.xlsx"
CARDS = "confirmations/群众/V1-群众代表-1-数据确认单.xlsx"
Make = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small evaluation with all four sheets returned."""
    made = make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS)
    return_all(made, says)
    return made


def confirm(folder: Path, role: str = "", evaluator: str = "") -> list[Confirmation]:
    taken = take_in(folder)
    return write_confirmations(taken.evaluation, taken.intake, role, evaluator)


def texts(folder: Path, file: str) -> list[list[str]]:
    """What stands on the sheets, row by row, blank cells left out."""
    book = openpyxl.load_workbook(folder / file)
    rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
    return [[str(value) for value in row if value not in (None, "")] for row in rows if any(row)]


def test_everybody_who_has_answered_gets_a_sheet(folder: Path) -> None:
    """A sheet for each submission that counts, with its hash; none for who is missing."""
    (folder / "inbox" / "L2-李四.xlsx").unlink()
    made = confirm(folder)
    assert [one.evaluator for one in made] == ["O1", "L1", "V1"]
    assert all((folder / one.file).is_file() for one in made)
    for one in made:
        said = texts(folder, one.file)
        assert [f"文件指纹（SHA-256）：{one.sha256}"] in said
        assert any(row[0].startswith(f"校验码：{one.sha256[:8]}（文件指纹的前 8 位") for row in said)
        assert ["以上数据由本单位/本人报送，核对无误。"] in said
        assert any("签字（盖章）" in row[0] and "经办人" in row[0] for row in said)


def test_marks_stand_as_they_count(folder: Path) -> None:
    """Unit by column, in the sheet's order."""
    confirm(folder)
    said = texts(folder, MARKS)
    at = said.index(["序号", "被评估单位", "得分\n（0—100分）"])
    assert said[at + 1 : at + 4] == [["1", "甲局", "90"], ["2", "乙局", "80"], ["3", "丙局", "70"]]
    assert ["评估主体：绩效办（市绩效办）"] in said and ["来源文件：inbox/O1-绩效办.xlsx"] in said


def test_blanks_abstentions_and_what_nobody_can_read(folder: Path) -> None:
    """They are called what they are, and the sheet says that something is open."""
    for file in (folder / "inbox").iterdir():
        file.unlink()
    odd = {"A": None, "B": "弃权", "C": "约八十"}
    return_all(folder, lambda form, spot: odd[spot.unit] if spot.table.component == "work" else says(form, spot))
    confirm(folder)
    said = texts(folder, MARKS)
    assert ["1", "甲局", "未填"] in said and ["2", "乙局", "弃权"] in said
    assert ["3", "丙局", "无法读取：约八十"] in said
    assert any(row[0].startswith("注意：尚有 2 处") for row in said)


def test_a_corrected_cell_carries_its_document(folder: Path) -> None:
    """What counts is the decided value; the paper says by which document, and in which colour."""
    digest = next(one.sha256 for one in confirm(folder) if one.evaluator == "O1")
    decide(folder, f"{LEDGER}更正,3号,2027-01-05,笔误,,,{digest[:12]},部门·工作,C8,80,88\n")
    confirm(folder)
    sheet = openpyxl.load_workbook(folder / MARKS).worksheets[0]
    cell = next(cell for row in sheet for cell in row if cell.value == "88\n（更正：3号）")
    assert cell.fill.fgColor.rgb.endswith("FFEB9C")
    assert any(row[0].startswith("标黄的数已按所列文号更正") for row in texts(folder, MARKS))


def test_cards_stand_as_counts(folder: Path) -> None:
    """Issued, returned and spoiled cards, and for every unit its choices, blanks and their sum; spoiled ones apart."""
    confirm(folder)
    said = texts(folder, CARDS)
    assert ["部门", "民评", "6", "5", "1"] in said
    at = said.index(["序号", "被评估单位", "好", "中", "不了解\n（弃权）", "未填", "有效合计"])
    assert said[at + 1] == ["1", "甲局", "1", "1", "1", "1", "4"]
    assert said[at + 2] == ["2", "乙局", "2", "1", "1", "0", "4"]
    assert said[at - 1] == ["各单位有效评价卡张数（逐张登记，废票不计）"]


def test_the_sheet_is_made_for_paper(folder: Path) -> None:
    """A4, headings on every page, page numbers and code in the footer, and no cell to type into."""
    confirm(folder)
    for sheet in openpyxl.load_workbook(folder / CARDS):
        assert isinstance(sheet, Worksheet)
        assert sheet.protection.sheet and sheet.page_setup.paperSize == 9 and sheet.print_title_rows
        assert "&P" in (sheet.oddFooter.right.text or "") and "校验码" in (sheet.oddFooter.left.text or "")
        assert all(cell.protection.locked for row in sheet for cell in row)


def test_mailed_back_it_is_no_submission(folder: Path) -> None:
    """A confirmation sheet in the inbox is not taken for anybody's marks, and what counted goes on to count."""
    one = confirm(folder)[0]
    shutil.copy(folder / one.file, folder / "inbox" / "签好.xlsx")
    became = {each.file: each.became for each in take_in(folder).intake.files}
    assert became.pop("inbox/签好.xlsx") == "not_a_submission"
    assert set(became.values()) == {"counted"}


def test_a_rerun_changes_nothing_and_stale_sheets_go(folder: Path) -> None:
    """The same bytes again; an excluded submission loses its sheet; what people put or changed there stays."""
    confirm(folder)
    before = {path: path.read_bytes() for path in (folder / "confirmations").rglob("*.*")}
    confirm(folder)
    assert before == {path: path.read_bytes() for path in (folder / "confirmations").rglob("*.*")}
    (folder / "confirmations" / "领导" / "扫描件.pdf").write_bytes(b"signed")
    changed = folder / "confirmations" / "领导" / "L1-张三-数据确认单.xlsx"
    changed.write_bytes(b"by hand")
    leaders = {one.evaluator: one.sha256 for one in confirm(folder) if one.role == "leader"}
    decide(folder, f"{LEDGER}排除,2号,2027-01-05,作废,,,{leaders['L2'][:12]},,,,\n")
    confirm(folder)
    assert sorted(path.name for path in (folder / "confirmations" / "领导").iterdir()) == [
        "L1-张三-数据确认单-2.xlsx",
        "L1-张三-数据确认单.xlsx",
        "index.csv",
        "扫描件.pdf",
    ]
    assert changed.read_bytes() == b"by hand"


def test_one_role_or_evaluator_leaves_the_others_alone(folder: Path) -> None:
    """What was not asked for is neither written nor taken away."""
    assert [one.evaluator for one in confirm(folder, evaluator="L1")] == ["L1"]
    assert not (folder / MARKS).exists()
    assert [one.evaluator for one in confirm(folder, role="office")] == ["O1"]
    assert (folder / MARKS).is_file() and (folder / "confirmations/领导/L1-张三-数据确认单.xlsx").is_file()


def test_rows_that_were_added_and_units_own_sheets(tmp_path: Path) -> None:
    """Visits stand row by row with their units; a unit's own sheet shows stated grade, reasons, and claims or that
    there are none."""
    own = '[component.own]\nname = "自评"\nweight = 10\nby = "self"\nanswer = "percent"\n'
    bonus = '[bonus]\nclaimed_in = "own"\nkinds = [["表彰", 1]]\n'
    rules = RULES.replace("weight = 60", "weight = 50").replace(
        "[component.list]", f'each = "踏查"\n{own}[component.list]'
    )
    folder = make(tmp_path / "city", ROSTER, {"d": rules + bonus}, SETTINGS)

    def visits(form: Form, spot: Spot) -> object:
        if spot.table.kind == "open":
            visit = {"unit": "乙局", "date": "2026-05-20", "mark": "86.5"}.get(spot.column.field)
            return visit if spot.line.repeat == "2" and form.evaluator == "O1" else None
        if spot.table.component == "own":
            return {"mark": "9", "stated_grade": "合格", "reasons": "照实"}[spot.column.field]
        return says(form, spot)

    return_all(folder, visits)
    made = {one.evaluator: texts(folder, one.file) for one in confirm(folder)}
    assert ["2", "乙局", "2026-05-20", "86.5", "未填"] in made["O1"]
    assert ["1", "甲局", "9", "合格", "照实"] in made["A"]
    assert ["奖项申报（没有的不填）　没有填写。"] in made["A"]


def test_the_command_names_what_it_wrote(folder: Path) -> None:
    """A person's name will do; a name that nobody has is wrong usage, with the nearest one."""
    done = ev("confirm", str(folder), "--evaluator", "张三", "--output-format", "json")
    assert done.returncode == 0 and '"L1"' in done.stdout and '"O1"' not in done.stdout
    wrong = ev("confirm", str(folder), "--evaluator", "张三丰")
    assert wrong.returncode == 2 and "张三" in wrong.stderr
