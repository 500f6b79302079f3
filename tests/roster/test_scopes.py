"""Whom the cards of a batch are about: narrowed by the batch, shown on its sheet, checked on loading."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaltool import run
from evaltool.evaluation import Evaluation, load
from evaltool.findings import Refused
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from filling import Spot
from folders import make, return_all

RULES = """
format = 1
[scheme]
id = "{id}"
name = "{name}"
total = 100
groups = [{groups}]
[component.vote]
name = "民评"
weight = 100
by = "voters"
answer = {{ ballot = "card", pool = "batches" }}
missing = "out"
[scale]
card = [["好", 100], ["中", 70]]
[[grade]]
name = "合格"
from = 0
"""
DEPARTMENTS = RULES.format(id="d", name="部门", groups='{ id = "g1", name = "甲类" }, { id = "g2", name = "乙类" }')
COUNTIES = RULES.format(id="c", name="县区", groups='{ id = "c", name = "县区" }')
SETTINGS = """
format = 1
[evaluation]
id = "e-2026"
name = "评估"
year = 2026
office = "市绩效办"
[roles]
voters = "群众"
"""
ROSTER = {
    "单位": "编号,名称,对象类别,分类,顺序,别名\nA,甲局,d,g1,1,甲办\nB,乙局,d,g2,2,\nC,丙县,c,c,3,\nD,丁县,c,c,4,\n",
    "评估主体": "编号,名称,角色\nV1,群众代表,voters\n",
}
HEADER = "评估主体,批次,会议,地点,日期,评价卡数,范围\n"


def folder(tmp_path: Path, *batches: str, header: str = HEADER) -> Path:
    text = header + "".join(f"{line}\n" for line in batches)
    return make(tmp_path / "city", ROSTER | {"批次": text}, {"d": DEPARTMENTS, "c": COUNTIES}, SETTINGS)


def units(evaluation: Evaluation, batch: str) -> set[str]:
    form = forms(evaluation)["V1", batch, "1"]
    return {column.unit for sheet in form.sheets for table in sheet.tables for column in table.columns if column.unit}


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("", "ABCD"),
        ("部门", "AB"),
        ("甲类", "A"),
        ("县区", "CD"),
        ("甲办、丙县", "AC"),
        ("乙类、丁 县", "BD"),
        ("d；C", "ABC"),
    ],
)
def test_a_scope_names_units_groups_and_classes(scope: str, expected: str, tmp_path: Path) -> None:
    """By id, name or other name; blank means all; a class whose only group has its name is no ambiguity."""
    evaluation, findings = load(folder(tmp_path, f"V1,1,,,,5,{scope}", "V1,2,,,,5,"))
    assert findings == []
    assert units(evaluation, "1") == set(expected)


def test_the_column_may_be_left_out(tmp_path: Path) -> None:
    """Rosters from before the column was there are read as they were."""
    evaluation, findings = load(folder(tmp_path, "V1,1,5", header="评估主体,批次,评价卡数\n"))
    assert findings == []
    assert units(evaluation, "1") == set("ABCD")


def test_the_batch_sheet_says_where_when_and_about_whom(tmp_path: Path) -> None:
    """Meeting, place, date and scope stand on the first worksheet."""
    evaluation, _ = load(folder(tmp_path, "V1,1,座谈会,市宾馆,2026-12-20,5,县区、乙局", "V1,2,,,,5,"))
    notes = {batch: forms(evaluation)["V1", batch, "1"].sheets[0].notes for batch in ("1", "2")}
    assert notes["1"] == ("座谈会　市宾馆　2026-12-20", "评价范围：县区（全部2个）；乙局。")
    assert "部门（全部2个）" in notes["2"][1]


@pytest.mark.parametrize(
    ("batches", "expected"),
    [
        (["V1,1,,,,5,甲居", "V1,2,,,,5,"], [("REFERENCE_UNKNOWN", "G2", "甲居")]),
        (["V1,1,,,,5,县区"], [("ROSTER_NOBODY", "B2", ""), ("ROSTER_NOBODY", "B3", "")]),
    ],
)
def test_a_wrong_scope_is_refused_at_its_cell(
    batches: list[str], expected: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    """A name that nothing bears; units that no batch is about."""
    with pytest.raises(Refused) as refused:
        load(folder(tmp_path, *batches))
    assert [(one.code, one.cell, one.value) for one in refused.value.findings] == expected


def test_a_batch_about_nobody_is_refused(tmp_path: Path) -> None:
    """The evaluator is in charge of departments, the batch is about counties."""
    made = folder(tmp_path, "V1,1,,,,5,县区", "V1,2,,,,5,", "V2,1,,,,5,")
    (made / "roster" / "评估主体.csv").write_text("编号,名称,角色\nV1,群众代表,voters\nV2,县代表,voters\n", "utf-8")
    (made / "roster" / "分管.csv").write_text("评估主体,对象类别\nV1,部门\n", "utf-8")
    with pytest.raises(Refused) as refused:
        load(made)
    assert [(one.code, one.cell, one.value) for one in refused.value.findings] == [("ROSTER_BATCH_EMPTY", "G2", "1")]


def test_a_name_with_two_meanings_is_refused(tmp_path: Path) -> None:
    """A class and one of its two groups bear one name."""
    rules = DEPARTMENTS.replace('name = "甲类"', 'name = "部门"')
    roster = ROSTER | {"批次": HEADER + "V1,1,,,,5,部门\nV1,2,,,,5,\n"}
    made = make(tmp_path / "city", roster, {"d": rules, "c": COUNTIES}, SETTINGS)
    with pytest.raises(Refused) as refused:
        load(made)
    assert [(one.code, one.cell) for one in refused.value.findings] == [("ROSTER_SCOPE_AMBIGUOUS", "G2")]


def test_a_missing_batch_concerns_only_the_units_of_its_scope(tmp_path: Path) -> None:
    """Departments are scored from the batch that came; counties had one batch, which did not come."""
    made = folder(tmp_path, "V1,1,,,,1,部门", "V1,2,,,,1,县区")

    def says(_: Form, spot: Spot) -> object:
        if spot.table.kind == "grid":
            return {"issued": "1", "returned": "1", "spoiled": "0"}[spot.column.field]
        return "中" if spot.table.kind == "cards" and spot.column.unit else None

    return_all(made, says)
    (gone,) = (path for path in (made / "inbox").iterdir() if path.stem.endswith("-2"))
    gone.unlink()
    points = run.score_folder(made, interim=True).result.points
    assert points["A", "vote"].state == "scored"
    assert points["C", "vote"].state != "scored"
