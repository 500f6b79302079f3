"""A city of one's own: an empty folder explains itself, its workbooks are filled in as they ask, and then it scores."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from evaltool.evaluation import load
from evaltool.findings import Finding, Refused
from evaltool.ledger import KINDS
from evaltool.proof.since import since
from evaltool.roster import TABLES
from evaltool.run import score_folder
from evaltool.runs.emptyyear import begin_empty
from evaltool.runs.officebooks import write_ledger, write_roster
from evaltool.sheets.rosterbook import EXAMPLES
from folders import return_all
from terminal import ev

TOWNS = ("东山镇", "西河镇", "南关镇", "北口乡", "中集镇")
ROWS: dict[str, list[tuple[object, ...]]] = {
    "单位": [(f"X{at}", name, "乡镇", "乡镇", at) for at, name in enumerate(TOWNS, 1)],
    "评估主体": [("B1", "绩效办", "绩效办"), ("L1", "王建国", "分管领导"), ("L2", "李卫民", "分管领导")],
    "分管": [("王建国", None, None, TOWNS[0]), *(("李卫民", None, None, name) for name in TOWNS[1:])],
    "指标": [("乡镇", "重点工作", 1, "招商引资", 60), ("乡镇", "重点工作", 2, "安全生产", 40)],
}


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    folder = tmp_path / "五镇"
    begin_empty(folder, 2031)
    return folder


def fill(folder: Path) -> Path:
    """What a clerk does: over the examples, and rows below them."""
    book = openpyxl.load_workbook(folder / "roster.xlsx")
    for name in book.sheetnames:
        if name in TABLES:
            book[name].delete_rows(2)
            for row in ROWS.get(name, []):
                book[name].append(row)
    book.save(folder / "roster.xlsx")
    return folder


def filled(folder: Path, *lines: tuple[object, ...]) -> None:
    """Lines of the ledger's workbook, from its first row on."""
    book = openpyxl.load_workbook(folder / "decisions" / "决定登记.xlsx")
    book["决定"].delete_rows(2, 9)
    head = [cell.value for cell in book["决定"][1]]
    for line in lines:
        said = dict(zip(("种类", "文号", "日期", "理由", "单位", "原值", "新值"), line, strict=True))
        book["决定"].append([said.get(name) for name in head])
    book.save(folder / "decisions" / "决定登记.xlsx")


def found(folder: Path) -> list[Finding]:
    try:
        return load(folder)[1]
    except Refused as refused:
        return refused.findings


# --- the empty folder ------------------------------------------------------------------------------------------------


def test_an_empty_folder_lacks_its_units_and_nothing_else(empty: Path) -> None:
    """Its rules hold, its year is the one asked for; examples are no data, and that is said once a file."""
    wrong = found(empty)
    assert [one.code for one in wrong if one.blocks] == ["ROSTER_NO_UNITS"]
    examples = [one for one in wrong if one.code == "TABLE_EXAMPLE"]
    assert {one.file: one.value for one in examples}["decisions/决定登记.xlsx"] == "决定 2"
    assert len(examples) == 2 and all(f"{name} 2" in examples[1].value for name in EXAMPLES)
    assert "year = 2031" in (empty / "evaluation.toml").read_text(encoding="utf-8")


def test_every_example_can_be_read_once_it_is_no_example(empty: Path) -> None:
    """Without the word in front each is a row that fits the rules and the other examples."""
    book = openpyxl.load_workbook(empty / "roster.xlsx")
    for name in EXAMPLES:
        book[name]["A2"] = str(book[name]["A2"].value).removeprefix("示例：")
    book["评估主体"].append(("B1", "群众代表", "绩效办"))  # whom the example of cards names
    book.save(empty / "roster.xlsx")
    unread = {"CELL_VALUE", "CELL_EMPTY", "COLUMN_MISSING", "COLUMN_UNKNOWN", "CELL_BROKEN"}
    wrong = found(empty)
    assert [(one.code, one.sheet) for one in wrong if one.code in unread] == []
    assert [one.sheet for one in wrong if one.code == "REFERENCE_UNKNOWN"] == ["单项参评"]  # the rules have no field


def test_five_towns_are_scored_from_nothing(empty: Path) -> None:
    """Filled in with another program, sheets returned, a bonus entered in the ledger and withdrawn; each scoring says
    what moved."""
    fill(empty)
    filled(empty)
    assert found(empty) == []
    return_all(empty, lambda form, spot: "一等" if spot.column.kind == "choice" else 30 + int(spot.unit[1]))
    assert since(empty, score_folder(empty).result) is None
    bonus = ("加分", "1号", "2032-02-01", "表彰", "东山镇", None, "2")
    filled(empty, bonus)
    changed = since(empty, score_folder(empty).result)
    assert changed is not None
    moved = {one.name: (one.before and one.before.total, one.after and one.after.total) for one in changed.units}
    assert moved["东山镇"] == ("73.40", "75.40")
    assert [[(each.kind, each.at) for each in step] for step in changed.steps] == [[("decision", "1号")]]
    filled(empty, bonus, ("撤回", "2号", "2032-02-03", "登记有误", None, "1号", None))
    totals = {one.unit.name: one.text for one in score_folder(empty).result.standings}
    assert totals["东山镇"] == "73.40"


def test_the_command_begins_from_nothing_or_from_something(tmp_path: Path) -> None:
    """One of the two; what comes next has the folder in it."""
    ran = ev("init", str(tmp_path / "五 镇"), "--empty", "--year", "2031", "--lang", "zh")
    assert (ran.returncode, f'evaltool scheme "{tmp_path / "五 镇"}"' in ran.stderr) == (0, True)
    assert ev("init", str(tmp_path / "x")).returncode == 2
    assert ev("init", str(tmp_path / "x"), "--empty", "--from", "songyuan").returncode == 2


# --- the workbooks ---------------------------------------------------------------------------------------------------


def test_every_column_is_explained_and_names_are_chosen_from_lists(empty: Path) -> None:
    """A comment at each header; lists of the rules' names, of the words that a column takes, of units and evaluators as
    they are typed."""
    book = openpyxl.load_workbook(empty / "roster.xlsx")
    for name, table in TABLES.items():
        if name in ("目标", "意见建议"):  # in files of their own
            assert name not in book.sheetnames
            continue
        sheet = book[name]
        assert [cell.value for cell in sheet[1]] == list(table.headers)
        assert all(cell.comment for cell in sheet[1])
        offered = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
        for at, column in enumerate(table.columns.values()):
            rule = offered[f"{openpyxl.utils.get_column_letter(at + 1)}2"]
            if column.refers in ("unit", "evaluator"):
                assert rule.formula1 == {"unit": "单位名称", "evaluator": "评估主体名称"}[column.refers]
                assert not rule.showErrorMessage
            assert (rule.type == "list") == (column.refers not in ("", "field") or bool(column.choices))
    assert book.defined_names["单位名称"].attr_text.startswith("OFFSET(单位!$B$2")


def test_the_ledger_says_what_each_kind_needs(empty: Path) -> None:
    """Every kind in its list, with what it means and the columns that it needs."""
    book = openpyxl.load_workbook(empty / "decisions" / "决定登记.xlsx")
    guide = {row[0]: row for row in book["填写说明"].iter_rows(min_row=2, max_row=1 + len(KINDS), values_only=True)}
    assert list(guide) == [kind.word for kind in KINDS.values()]
    assert all(row[1] for row in guide.values())
    assert guide["加分"][2] == "单位、新值（写了项目的可以不写）"
    lists = book["下拉选项"]
    heads = [cell.value for cell in lists[1]]
    needs = {row[0].value: row for row in lists.iter_rows(min_row=2)}
    at = len(heads) - heads[::-1].index("单位") - 1
    assert [needs[kind][at].value for kind in ("加分", "更正", "免报")] == ["必填", "可填", "不填"]


def test_workbooks_for_a_folder_that_there_is(empty: Path) -> None:
    """The roster as it is, beside the one that lies there; a second ledger beside the first, which is read too."""
    fill(empty)
    beside = write_roster(empty).path
    assert beside.name == "名单.xlsx"
    before, _ = load(empty)
    beside.replace(empty / "roster.xlsx")
    after, _ = load(empty)
    assert after.roster == before.roster
    ledger = write_ledger(empty).path
    assert ledger.parent.name == "decisions" and ledger.name != "决定登记.xlsx"
    names = [cell.value for cell in openpyxl.load_workbook(ledger)["下拉选项"]["B"]]
    assert names[1:6] == list(TOWNS)


# --- who marks whom --------------------------------------------------------------------------------------------------


def test_who_marks_whom_and_where_nobody_does(empty: Path, tmp_path: Path) -> None:
    """In words, as values, as a workbook whose cells are red where nobody marks."""
    fill(empty)
    rules = empty / "schemes" / "units.toml"
    rules.write_text(rules.read_text(encoding="utf-8").replace('waived = "out"', 'none = "reweigh"'), encoding="utf-8")
    book = openpyxl.load_workbook(empty / "roster.xlsx")
    book["分管"].delete_rows(6)  # 中集镇
    book.save(empty / "roster.xlsx")
    out = tmp_path / "谁评谁.xlsx"
    ran = ev("scheme", str(empty), "--who", "--out", str(out), "--lang", "zh")
    said = [line.split() for line in ran.stdout.splitlines()]
    assert ["乡镇", "领导评价", "李卫民", "西河镇、南关镇、北口乡"] in said
    assert ["乡镇", "领导评价", "无人评", "中集镇"] in said
    assert ["乡镇", "重点工作", "绩效办", "全部5个"] in said
    sheet = openpyxl.load_workbook(out)["乡镇"]
    cells = {row[0].value: row[2] for row in sheet.iter_rows(min_row=3)}
    assert (cells["东山镇"].value, cells["中集镇"].value) == ("王建国", "无人评")
    assert cells["中集镇"].fill.fgColor.rgb != cells["东山镇"].fill.fgColor.rgb
    listed = list(openpyxl.load_workbook(out)["清单"].iter_rows(min_row=2, values_only=True))
    assert ("分管领导", "王建国", "乡镇", "领导评价", "东山镇") in listed
    assert len(listed) == 10
