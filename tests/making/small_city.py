"""A small evaluation of three departments with four sheets: an office, two leaders, one batch of cards."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

from evaltool.checks.validate import validate
from evaltool.evaluation import Evaluation, load
from evaltool.findings import Finding
from evaltool.inbox.ingest import ingest
from evaltool.inbox.intake import Intake
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from filling import Spot
from folders import filled

RULES = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{ id = "g", name = "甲类" }]
[component.work]
name = "工作"
weight = 60
by = "office"
answer = "percent"
[component.list]
name = "领导排名"
weight = 20
by = "leader"
answer = { rank = "places" }
[component.vote]
name = "民评"
weight = 20
by = "voters"
answer = { ballot = "card" }
[scale]
card = [["好", 100], ["中", 70], ["不了解", "abstain"]]
[places.places]
first = 100
step = 10
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
office = "市绩效办"
leader = "领导"
voters = "群众"
"""
ROSTER = {
    "单位": "编号,名称,对象类别,分类,顺序\nA,甲局,d,g,1\nB,乙局,d,g,2\nC,丙局,d,g,3\n",
    "评估主体": "编号,名称,角色\nO1,绩效办,office\nL1,张三,leader\nL2,李四,leader\nV1,群众代表,voters\n",
    "批次": "评估主体,批次,评价卡数\nV1,1,6\n",
}
PLACES = {"A": 1, "B": 2, "C": 3}
LEDGER = "种类,文号,日期,理由,单位,评估主体,文件指纹,工作表,单元格,原值,新值\n"


def says(form: Form, spot: Spot) -> object:
    """Plain answers: 90, 80, 70 for the units; places in order; five cards of six, one of them spoiled."""
    if spot.table.component == "work":
        return {"A": "90", "B": "80", "C": "70"}[spot.unit]
    if spot.table.component == "list":
        return str(PLACES[spot.unit])
    if spot.table.kind == "grid":
        return {"issued": "6", "returned": "5", "spoiled": "1"}[spot.column.field]
    if spot.table.kind == "cards":
        card = int(spot.line.repeat)
        if spot.column.field == "spoiled":
            return "废票" if card == 5 else None
        return {1: "好", 2: "中", 3: "不了解", 4: None if spot.unit == "A" else "好", 5: "好"}.get(card)
    return None


def taken(folder: Path) -> tuple[Evaluation, Intake, list[Finding]]:
    evaluation, _ = load(folder)
    intake, findings = ingest(evaluation)
    return evaluation, intake, findings + validate(evaluation, intake)


def fates(intake: Intake) -> dict[str, str]:
    return {each.file.removeprefix("inbox/"): each.became for each in intake.files}


def blocking(findings: list[Finding]) -> list[str]:
    return sorted(one.code for one in findings if one.blocks)


def again(
    folder: Path, evaluator: str, name: str, say: Callable[[Form, Spot], object] = says, replaces: str = ""
) -> str:
    """Put another submission of an evaluator into the inbox; its hash."""
    evaluation, _ = load(folder)
    form = next(form for form in forms(evaluation).values() if form.evaluator == evaluator)
    data = filled(form, lambda spot: say(form, spot), replaces)
    (folder / "inbox" / name).write_bytes(data)
    return hashlib.sha256(data).hexdigest()


TWICE = SETTINGS.replace('office = "市绩效办"\n', 'office = "市绩效办"\nentered_twice = ["leader", "voters"]\n', 1)
DAY = date(2027, 3, 21)
DEADLINES = """
[[deadline]]
what = "打分表"
role = "leader"
date = 2027-03-31
sheet = "marks"
strict = true
[[deadline]]
what = "目标申报"
date = 2026-04-15
[[deadline]]
what = "全部报送"
date = 2027-04-10
sheet = "marks"
[[deadline]]
what = "工作打分"
role = "office"
date = 2027-01-31
sheet = "marks"
"""


def settings() -> str:
    return SETTINGS.replace('office = "市绩效办"\n', 'office = "市绩效办"\ncharge_date = 2026-12-31\n', 1) + DEADLINES
