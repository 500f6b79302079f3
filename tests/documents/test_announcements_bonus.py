"""The posting of bonuses: what is granted or claimed, and nothing confidential beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from announced import FRAME, announced, codes, gaps, paragraphs, rows, written
from evaltool.evaluation import load
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from filling import Spot
from folders import decide, filled, make

RULES = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{ id = "g", name = "甲类" }]
[component.self]
name = "自评"
weight = 40
by = "self"
answer = "percent"
[component.mayor]
name = "市长打分"
weight = 60
by = "mayor"
answer = "percent"
public = "hidden"
[disclosure]
floor = 3
[bonus]
cap = 1
kinds = [["表彰", 1], ["推广", 0.5]]
claimed_in = "self"
consent = true
[[grade]]
name = "合格"
from = 0
"""
SETTINGS = """
format = 1
[evaluation]
id = "e-2026"
name = "评估"
year = 2026
office = "市绩效办"
[roles]
mayor = "市长"
"""
ROSTER = {
    "单位": "编号,名称,对象类别,分类,顺序\nA,甲局,d,g,1\nB,乙局,d,g,2\n",
    "评估主体": "编号,名称,角色\nM1,张立群,mayor\n",
}
SECRET = "87.65"


def claims(form: Form, spot: Spot) -> object:
    """Everybody's marks; A claims two bonuses, B none."""
    if form.evaluator == "M1":
        return SECRET
    known: dict[str, object] = {"mark": "90", "stated_grade": "合格", "text": "自查报告"}
    repeat = int(spot.line.repeat or 0)
    if spot.column.field.startswith("claim_"):
        if form.evaluator != "A" or repeat > 2:
            return None
        said = {
            "claim_kind": ("表彰", "推广")[repeat - 1],
            "claim_points": ("1", "0.5")[repeat - 1],
            "claim_facts": ("获省政府表彰。", "推广经验")[repeat - 1],
            "claim_document": "党组纪要〔2027〕3号",
            "claim_consent": "市长批示101号",
        }
        return said[spot.column.field]
    return known.get(spot.column.field, "有")


@pytest.fixture
def claiming(tmp_path: Path) -> Path:
    folder = make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS)
    evaluation, _ = load(folder)
    for form in forms(evaluation).values():
        data = filled(form, lambda spot, form=form: claims(form, spot))  # type: ignore[misc]
        (folder / "inbox" / form.file_name).write_bytes(data)
    return folder


def test_claims_are_posted_with_period_and_telephone(claiming: Path) -> None:
    """Before anything is granted the claims are posted; the cap is said of whoever exceeds it."""
    (made,), found = announced(claiming, "bonus", before="2027-04-03", after="2027-04-09", **FRAME)
    texts = paragraphs(made.file.path)
    assert (made.file.path.name, gaps(found)) == ("加分公示-申报.docx", [])
    assert rows(texts, ("序号", "单位", "加分种类", "主要事实", "申报分值"))[:2] == [
        ("1", "甲局", "表彰", "获省政府表彰", "1"),
        ("2", "甲局", "推广", "推广经验", "0.5"),
    ]
    assert "每个单位最多加1分，甲局申报合计1.5分，最多按1分计入总分。" in texts
    assert "公示时间：2027年4月3日至4月9日（共7天）。" in texts
    assert "联系单位：市绩效办；联系电话：0431-1234。" in texts


def test_what_is_granted_is_posted_instead_and_claims_left_are_noted(claiming: Path) -> None:
    """Decisions go before claims; a unit that claims and got nothing is in the note."""
    header = "种类,文号,日期,理由,单位,新值\n"
    decide(claiming, header + "加分,某绩〔2027〕1号,2027-04-02,经验推广。,乙局,0.5\n")
    (made,), found = announced(claiming, "bonus")
    assert rows(paragraphs(made.file.path), ("序号", "单位", "加分种类", "主要事实", "分值", "依据"))[0] == (
        "1",
        "乙局",
        "—",
        "经验推广",
        "0.5",
        "某绩〔2027〕1号",
    )
    assert [one.message() for one in found if one.code == "NOTICE_CLAIMS_LEFT"] == [
        "1 个单位申报了加分而没有加分决定，没有写入公示：甲局"
    ]


@pytest.mark.parametrize("about", ["claimed", "granted"])
def test_a_posting_tells_nothing_confidential(claiming: Path, about: str) -> None:
    """Law 11: no mark of a hidden component, nobody who gave one, no number of minutes or consent."""
    decide(claiming, "种类,文号,日期,理由,单位,新值\n加分,某绩〔2027〕1号,2027-04-02,获表彰,甲局,1\n")
    whole = "".join(written(claiming, "bonus", about=about, **FRAME))
    assert [each for each in (SECRET, "张立群", "市长", "批示", "纪要", "90") if each in whole] == []


def test_no_bonus_no_posting(tmp_path: Path) -> None:
    """Neither granted nor claimed: a note, no document."""
    made, found = announced(make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS), "bonus")
    assert (made, codes(found)) == ([], ["NOTICE_NO_BONUS"])
