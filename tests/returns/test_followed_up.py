"""From the notice of rectification to the closing notice, and on into the next year, as the office does it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from evaltool import run
from evaltool.checks.declared import goals_of_units
from evaltool.checks.matters import followed
from evaltool.documents.kinds import KINDS
from evaltool.documents.options import checked
from evaltool.evaluation import load
from evaltool.findings import Refused
from evaltool.inbox.due import due
from evaltool.questions.layout import forms, is_due
from evaltool.returns.goals.review import review_book
from evaltool.runs.newyear import begin_year
from evaltool.sheets.outbox import write_blanks
from evaltool.writers.word.templates import text_of
from filling import Spot
from folders import filled, make, return_all
from small_city import ROSTER, RULES, SETTINGS, says, taken
from terminal import ev

OUTCOMES = """
[[grade]]
name = "合格"
from = 82
[[grade]]
name = "差"
from = 0
[[award]]
name = "先进"
ranks = [1, 3]
[[consequence]]
grade = "差"
text = "限期整改"
document = "限期整改通知书"
"""
ASKED = """
[[deadline]]
what = "整改方案"
date = 2027-06-01
sheet = "rectification"
[[deadline]]
what = "整改情况"
date = 2027-09-30
sheet = "rectified"
"""
HEAD = "种类,文号,日期,理由,单位,项目,截止日期,原值,新值\n"
MATTERS = (
    HEAD
    + "整改事项,函70号,2027-05-08,失分较多,C,窗口服务,2027-09-30,,\n"
    + "整改事项,听证纪要1号,2027-05-20,听证会意见,C,公开不够,2027-10-30,,改进\n"
)
PLAN = {"matter_measure": "增设窗口", "matter_leader": "张三", "matter_person": "李四", "matter_by": "2027-09-20"}
DONE = {"matter_state": "已完成", "matter_done": "已增设", "matter_evidence": "附件1", "matter_on": "2027-09-18"}


def city(folder: Path, ledger: str = MATTERS) -> Path:
    rules = RULES.replace(RULES[RULES.index("[[grade]]") :], OUTCOMES)
    return make(folder / "city", ROSTER, {"d": rules}, SETTINGS + ASKED, ledger)


def answer(folder: Path, batch: str, said: Mapping[str, str]) -> None:
    """The sheet of the third department, every line filled in alike; what is not said stays blank."""
    evaluation, _ = load(folder)
    form = forms(evaluation)["C", batch, "1"]

    def say(spot: Spot) -> object:
        return said.get(spot.column.field)

    there = folder / "inbox" / form.file_name
    before = hashlib.sha256(there.read_bytes()).hexdigest() if there.exists() else ""
    there.write_bytes(filled(form, say, before))


def states(folder: Path) -> dict[str, str]:
    evaluation, intake, _ = taken(folder)
    return {each.matter.item: each.state for each in followed(evaluation, intake)}


def decide(folder: Path, kind: str, **fields: str) -> None:
    said = {"document": "函90号", "date": "2027-09-28", "reason": "现场核查", "unit": "C", "before": "函70号"}
    run.decide(folder, kind, [{**said, **fields}])


def test_only_units_with_open_matters_are_asked(tmp_path: Path) -> None:
    """One of three departments has matters: it alone gets the two sheets, a line for each, and is waited for."""
    folder = city(tmp_path)
    evaluation, intake, _ = taken(folder)
    asked = {key for key, form in forms(evaluation).items() if form.batch}
    assert {key for key in asked if key[0] != "V1"} == {("C", "rectification", "1"), ("C", "rectified", "1")}
    sent = [each.file for each in write_blanks(evaluation, sheet="rectification")]
    assert sent == ["outbox/被评估单位/整改方案表/C-丙局-整改方案表.xlsx"]
    missing = {(one.what, who.name) for one in due(evaluation, intake, date(2027, 10, 1)) for who in one.missing}
    assert {("整改方案", "丙局"), ("整改情况", "丙局"), ("函70号　丙局：窗口服务", "丙局")} <= missing


def test_a_matter_goes_from_its_plan_to_its_closing(tmp_path: Path) -> None:
    """No plan, planned, reported, verified, closed; what the sheets said stays known after that, and nobody is asked
    any more once all is closed.  Scoring is never held up by any of it."""
    folder = city(tmp_path)
    return_all(folder, says)
    assert states(folder)["窗口服务"] == "no_plan"
    answer(folder, "rectification", PLAN)
    assert states(folder)["窗口服务"] == "planned"
    answer(folder, "rectified", DONE)
    assert states(folder) == {"窗口服务": "reported", "公开不够": "reported"}
    decide(folder, "matter_verified", after="整改到位")
    assert states(folder) == {"窗口服务": "verified", "公开不够": "reported"}
    decide(folder, "matter_closed")
    evaluation, intake, found = taken(folder)
    closed = followed(evaluation, intake)[0]
    assert (closed.state, closed.measure, closed.done, closed.on) == ("closed", "增设窗口", "已增设", date(2027, 9, 18))
    assert [one for one in found if one.blocks] == []
    decide(folder, "matter_verified", before="听证纪要1号", after="整改到位")
    decide(folder, "matter_closed", before="听证纪要1号")
    evaluation, _ = load(folder)
    assert [form for form in forms(evaluation).values() if form.evaluator == "C" and is_due(evaluation, form)] == []


def test_what_was_sent_back_waits_for_a_later_report(tmp_path: Path) -> None:
    """The report that was sent back is no new one: it goes back to the unit, until one of a later day replaces it."""
    folder = city(tmp_path)
    answer(folder, "rectification", PLAN)
    answer(folder, "rectified", DONE)
    decide(folder, "matter_verified", after="退回")
    assert states(folder)["窗口服务"] == "sent_back"
    (back,) = (one for one in taken(folder)[2] if one.code == "MATTER_SENT_BACK")
    assert (back.evaluator, back.blocks, dict(back.args)["how"]) == ("C", True, "现场核查")
    answer(folder, "rectified", {**DONE, "matter_on": "2027-09-29"})
    assert states(folder)["窗口服务"] == "reported"
    assert "MATTER_SENT_BACK" not in {one.code for one in taken(folder)[2]}


@pytest.mark.parametrize(
    ("batch", "said", "codes"),
    [
        ("rectification", {**PLAN, "matter_by": "2027-11-01"}, {"MATTER_PLAN_LATE"}),
        ("rectification", {**PLAN, "matter_measure": ""}, {"LINE_INCOMPLETE"}),
        ("rectified", {**DONE, "matter_on": "2027-11-01"}, {"MATTER_DONE_LATE"}),
        ("rectified", {**DONE, "matter_on": "2027-05-01"}, {"MATTER_DONE_EARLY"}),
        ("rectified", {**DONE, "matter_evidence": ""}, {"MATTER_UNPROVEN"}),
        ("rectified", {**DONE, "matter_state": "正在整改"}, {"MATTER_NOT_DONE"}),
        ("rectified", {"matter_state": "正在整改", "matter_done": "过半"}, set()),
        ("rectification", PLAN, set()),
    ],
)
def test_what_does_not_fit_is_found_at_its_cell(
    tmp_path: Path, batch: str, said: dict[str, str], codes: set[str]
) -> None:
    """Days outside those that were set, gaps, and reports that contradict themselves."""
    folder = city(tmp_path)
    answer(folder, batch, said)
    _, _, found = taken(folder)
    own = [one for one in found if one.evaluator == "C" and one.cell]
    assert {one.code for one in own} == codes


def test_the_closing_notice_and_the_list_say_what_holds(tmp_path: Path) -> None:
    """The notice has the closing line's number and day, measure, completion and how it was verified, and names what is
    still open; the list counts every matter once."""
    folder = city(tmp_path)
    answer(folder, "rectification", PLAN)
    answer(folder, "rectified", DONE)
    decide(folder, "matter_verified", after="整改到位")
    decide(folder, "matter_closed")
    kind = KINDS["closing"]
    (made,), _ = run.announce(folder, kind, checked(kind, {}))
    assert made.file.path.name == "整改销号通知书-丙局-函90号.docx"
    said = [each.strip() for each in text_of(made.file.path.read_bytes())]
    for text in ("函90号", "增设窗口", "已增设（附件1）", "现场核查（2027年9月28日）"):
        assert text in said, text
    assert any("尚有1项没有销号：公开不够（听证纪要1号，期限2027年10月30日）。" in line for line in said)
    (late,), _ = run.announce(folder, kind, checked(kind, {"date": "2027-11-02"}))
    assert "期限2027年10月30日，已逾期3天）" in "".join(text_of(late.file.path.read_bytes()))
    kind = KINDS["matters"]
    (made,), _ = run.announce(folder, kind, checked(kind, {"on": "2027-10-05"}))
    account = "截至2027年10月5日，共2项：已报告，待核实1项，已销号1项；逾期未销号0项。"
    assert account in text_of(made.file.path.read_bytes())
    _, where = run.where(folder, date(2027, 11, 5))
    value = json.loads(json.dumps(where.as_value()))["matters"]
    assert [(each["item"], each["state"], each["overdue"]) for each in value] == [
        ("窗口服务", "closed", 0),
        ("公开不够", "reported", 6),
    ]
    assert [(step.what, step.matter.item) for step in where.steps if step.matter] == [("verify", "公开不够")]


def test_nothing_closed_is_no_notice(tmp_path: Path) -> None:
    """It is said, and nothing is written."""
    folder = city(tmp_path)
    kind = KINDS["closing"]
    made, found = run.announce(folder, kind, checked(kind, {}))
    assert (made, [one.code for one in found]) == ([], ["NOTICE_NONE_CLOSED"])


def test_closing_what_nobody_verified_is_refused(tmp_path: Path) -> None:
    """Nothing is written then."""
    folder = city(tmp_path)
    with pytest.raises(Refused):
        decide(folder, "matter_closed")
    assert not list((folder / "decisions").glob("*.xlsx"))


def test_the_next_year_begins_with_what_is_open(tmp_path: Path) -> None:
    """The open matter stands in the new folder with its day, is asked about there and can be closed there; the closed
    one stays behind."""
    folder = city(tmp_path)
    decide(folder, "matter_verified", after="整改到位")
    decide(folder, "matter_closed")
    begin_year(tmp_path / "next", folder)
    evaluation, _ = load(tmp_path / "next")
    (matter,) = evaluation.matters
    assert (matter.item, matter.kind, matter.document, matter.due, matter.carried) == (
        "公开不够",
        "改进",
        "听证纪要1号",
        date(2027, 10, 30),
        True,
    )
    assert ("C", "rectified", "1") in forms(evaluation)
    closing: list[tuple[str, dict[str, str]]] = [
        ("matter_verified", {"after": "整改到位"}),
        ("matter_closed", {}),
    ]
    for kind, more in closing:
        decide(tmp_path / "next", kind, before="听证纪要1号", **more)
    assert load(tmp_path / "next")[0].matters[0].closed is not None


def test_what_is_open_stands_above_the_goals_of_a_unit_and_before_who_approves_them(tmp_path: Path) -> None:
    """The sheet on which goals are declared and the workbook for those who approve name the open matters of the unit,
    and of no other."""
    rules = RULES.replace(
        'by = "office"\nanswer = "percent"', 'by = "office"\nanswer = { points = 60 }\ngoals = true', 1
    )
    settings = SETTINGS + '[[deadline]]\nwhat = "目标申报"\ndate = 2026-04-15\nsheet = "goals"\n'
    folder = make(tmp_path / "city", ROSTER, {"d": rules}, settings, MATTERS)
    evaluation, intake, found = taken(folder)
    notes = {unit: "".join(forms(evaluation)[unit, "goals", "1"].sheets[0].notes) for unit in "AC"}
    assert "尚未销号的整改事项2项" in notes["C"]
    assert "窗口服务（函70号，期限2027-09-30）" in notes["C"]
    assert "整改" not in notes["A"]
    tab = review_book(evaluation, goals_of_units(evaluation, intake, found)).tabs[0]
    rows = {str(cell.value): row for (row, column), cell in tab.cells.items() if column == 1}
    shown = {
        unit: [cell.value for (row, _), cell in tab.cells.items() if row == rows[unit]] for unit in ("甲局", "丙局")
    }
    assert "窗口服务；公开不够" in shown["丙局"]
    assert "窗口服务；公开不够" not in shown["甲局"]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [("matter_extended", {"until": "2027-12-01"}), ("matter_verified", {"after": "退回"})],
)
def test_what_is_closed_is_decided_no_more(tmp_path: Path, kind: str, fields: dict[str, str]) -> None:
    """Neither put off nor sent back after it was closed, until the closing is withdrawn."""
    folder = city(tmp_path)
    decide(folder, "matter_verified", after="整改到位", item="窗口服务")
    decide(folder, "matter_closed", item="窗口服务")
    with pytest.raises(Refused) as refused:
        decide(folder, kind, item="窗口服务", date="2027-10-08", document="函95号", **fields)
    (one,) = refused.value.findings
    assert (one.code, dict(one.args)["other"]) == ("DECISION_REFUSED", "函90号")
    assert states(folder)["窗口服务"] == "closed"


def test_a_matter_that_there_is_not_is_told_with_those_there_are(tmp_path: Path) -> None:
    """A line that names no matter of its unit says which ones it has."""
    with pytest.raises(Refused) as refused:
        decide(city(tmp_path), "matter_verified", before="70号", item="窗口", after="整改到位")
    (one,) = refused.value.findings
    assert dict(one.args)["known"] == "窗口服务（函70号）、公开不够（听证纪要1号）"


def test_what_is_open_of_a_unit_that_is_gone_is_still_told(tmp_path: Path) -> None:
    """A department is dissolved while its matters are open: it is named, what was verified can be closed, and nobody is
    waited for with a plan."""
    folder = city(tmp_path)
    return_all(folder, says)
    decide(folder, "matter_verified", after="整改到位", item="窗口服务")
    gone = {"document": "编发3号", "date": "2027-09-29", "reason": "机构改革", "unit": "C", "after": "撤销"}
    run.decide(folder, "unit_changed", [gone])
    ran = ev("status", str(folder), "--on", "2027-10-05")
    assert ran.returncode == 0, ran.stderr
    assert "close 窗口服务（丙局）" in ran.stdout
    _, where = run.where(folder, date(2027, 10, 5))
    assert [step.what for step in where.steps if step.matter or step.what == "plan"] == ["close"]


def test_plans_are_asked_for_until_they_are_there(tmp_path: Path) -> None:
    """One step for all that have none, with the day by which they are due; none once all are in."""
    folder = city(tmp_path)
    return_all(folder, says)

    def asked() -> list[tuple[int, date | None]]:
        _, where = run.where(folder, date(2027, 5, 21))
        return [(step.matters, step.by) for step in where.steps if step.what == "plan"]

    assert asked() == [(2, date(2027, 6, 1))]
    answer(folder, "rectification", PLAN)
    assert asked() == []
