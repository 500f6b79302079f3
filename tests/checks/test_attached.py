"""The proof that reports name: what of it came in as an attachment of the unit, and what did not."""

from __future__ import annotations

from pathlib import Path

import pytest

from declared_goals import DAY, DOCUMENT, GOALS, ROSTER, RULES, SETTINGS, declares, put
from evaltool.checks.attached import named_papers
from evaltool.checks.reported import reported
from evaltool.questions.forms import Form
from evaltool.run import approve_goals, goal_facts, score_folder, take_in
from evaltool.views.accounts import proofs
from filling import Spot
from folders import make

FILES = (
    "附件/附件1 2026年决算.pdf",
    "附件/附件2-绩效报告.pdf",
    "附件/高标准农田验收报告.pdf",
    "附件/附件12、13 合同.pdf",
    "附件/5-现场照片.jpg",
    "附件7/第一张.jpg",
)
NAMED = {
    "附件1：2026年财政决算": (("附件1 2026年决算.pdf",), ()),
    "附件２": (("附件2-绩效报告.pdf",), ()),
    "附件一、附件三": (("附件1 2026年决算.pdf",), ("附件3",)),
    "附件12": (("附件12、13 合同.pdf",), ()),
    "附件13": (("附件12、13 合同.pdf",), ()),
    "附件十二": (("附件12、13 合同.pdf",), ()),
    "附件1—3": (("附件1 2026年决算.pdf", "附件2-绩效报告.pdf"), ("附件3",)),
    "附件2、4": (("附件2-绩效报告.pdf",), ("附件4",)),
    "附件1-2026年决算": (("附件1 2026年决算.pdf",), ()),
    "附件2、3份合同": (("附件2-绩效报告.pdf",), ()),
    "附件5": (("5-现场照片.jpg",), ()),
    "附件7": (("第一张.jpg",), ()),
    "高标准农田验收报告.PDF": (("高标准农田验收报告.pdf",), ()),
    "高标准农田 验收报告": (("高标准农田验收报告.pdf",), ()),
    "绩效报告；台账第2册": (("附件2-绩效报告.pdf",), ()),
    "竣工图.dwg、验收.docx": ((), ("竣工图.dwg", "验收.docx")),
    "澄政办发〔2026〕21号，会议纪要8份": ((), ()),
    "见附件": ((), ()),
    "": ((), ()),
}


@pytest.mark.parametrize("text", NAMED)
def test_what_a_text_names_is_looked_for_among_the_files_of_the_unit(text: str) -> None:
    """By number, by name; what is neither is on paper."""
    found = named_papers(text, FILES)
    received, lacking = NAMED[text]
    assert tuple(file.rpartition("/")[2] for file in found.received) == received
    assert found.lacking == lacking


SHEETS = """
[[deadline]]
what = "目标完成情况自评"
date = 2027-01-20
sheet = "report"
"""
PDF = b"%PDF-1.4\n1"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """Two units name the same two attachments; one of them came, from the first unit."""
    folder = make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS + SHEETS)
    for unit in "AB":
        put(folder, unit, declares(GOALS))
    approve_goals(folder, DOCUMENT, DAY)
    for unit in "AB":
        put(folder, unit, says, "report")
    paper = folder / "inbox" / "甲局" / "附件3 验收.pdf"
    paper.parent.mkdir()
    paper.write_bytes(PDF)
    return folder


def says(form: Form, spot: Spot) -> object:
    own = {"report_text": "已通车", "report_evidence": "附件3、照片.jpg", "report_points": "2"}
    return (
        own.get(spot.column.field)
        if spot.indicator.endswith("-01")
        else "无"
        if spot.column.field == "report_text"
        else None
    )


def test_papers_that_did_not_come_are_noted_and_hold_nothing_up(city: Path) -> None:
    """At the cell that names them; another unit's file of the same number is none of them."""
    found = [one for one in take_in(city).findings if one.code == "REPORT_PAPERS"]
    said = {one.unit: (dict(one.args)["missing"], dict(one.args)["n"], one.blocks) for one in found}
    assert said == {"A": ("照片.jpg", "1", False), "B": ("附件3、照片.jpg", "0", False)}
    (city / "inbox" / "甲局" / "照片.JPG").write_bytes(b"\xff\xd8\xff\xe01")
    assert {one.unit for one in take_in(city).findings if one.code == "REPORT_PAPERS"} == {"B"}


def test_whoever_marks_and_the_accounts_see_what_came(city: Path) -> None:
    """Beside the text that the unit wrote."""
    taken = take_in(city)
    table = proofs(taken.evaluation, reported(taken.evaluation, taken.intake))
    assert [row[-3:] for row in table.rows] == [
        ("附件3、照片.jpg", "甲局/附件3 验收.pdf", "照片.jpg"),
        ("附件3、照片.jpg", "", "附件3、照片.jpg"),
    ]
    facts = goal_facts(city, DAY)
    said = facts.reports["A", "priority", "A-01"]
    assert said.papers.received == ("甲局/附件3 验收.pdf",)
    put(city, "P1", lambda form, spot: "90" if spot.component == "work" else str(spot.line.high), "marks")
    run = score_folder(city).folder
    assert "佐证材料（2项目标）" in (run / "internal" / "评估报告页.html").read_text(encoding="utf-8")
