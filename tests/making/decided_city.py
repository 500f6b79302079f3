"""A small evaluation of three departments that every kind of decision can be about, and lines of its ledger."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from pathlib import Path

from evaltool.questions.forms import Form
from evaltool.run import take_in
from filling import Spot
from folders import decide

RULES = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{ id = "g", name = "甲类" }]
[component.goals]
name = "工作目标"
weight = 40
by = "office"
answer = { points = 10 }
not_applicable = "reweigh"
[component.proof]
name = "实绩"
weight = 20
by = "office"
answer = { points = 10 }
verify = true
unverified = "zero"
not_applicable = "reweigh"
[component.list]
name = "领导评价"
weight = 20
by = "leader"
answer = "percent"
[component.vote]
name = "民评"
weight = 20
by = "voters"
answer = { ballot = "card" }
[scale]
card = [["好", 100], ["中", 50]]
[rank]
ties = ["goals"]
[[grade]]
name = "优秀"
from = 80
[[grade]]
name = "合格"
from = 0
[[award]]
name = "一等奖"
ranks = [1, 1]
grade = "优秀"
[[award]]
name = "二等奖"
ranks = [2, 2]
"""
SETTINGS = """
format = 1
[evaluation]
id = "e-2026"
name = "评估"
year = 2026
office = "市绩效办"
targets_until = 2026-10-30
[roles]
office = "市绩效办"
leader = "领导"
voters = "群众"
"""
GOALS = "".join(
    f"d,goals,{unit}{at},{unit}目标{at},{points},{unit}\n" for unit in "ABC" for at, points in ((1, 6), (2, 4))
)
ROSTER = {
    "单位": "编号,名称,对象类别,分类,顺序\nA,甲局,d,g,1\nB,乙局,d,g,2\nC,丙局,d,g,3\n",
    "评估主体": "编号,名称,角色\nO1,绩效办,office\nL1,张三,leader\nL2,李四,leader\nV1,群众代表,voters\n",
    "分管": "评估主体,单位\nL1,A\nL1,B\nL2,C\n",
    "批次": "评估主体,批次,评价卡数\nV1,1,2\nV1,2,2\n",
    "指标": f"对象类别,评估内容,编号,名称,预赋分值,单位\n{GOALS}d,proof,P1,产值,6,\nd,proof,P2,就业,4,\n",
}
HEADER = "种类,文号,日期,理由,单位,评估主体,评估内容,指标,批次,文件指纹,原值,新值,生效日期"
MARKS = {"A": Fraction(9, 10), "B": Fraction(7, 10), "C": Fraction(5, 10)}


def says(form: Form, spot: Spot) -> object:
    """A gets nine tenths of every line, B seven, C five; 90, 80, 70 from the leaders; two cards: 好 and 中."""
    if spot.table.component in ("goals", "proof"):
        high = spot.column.high if spot.line.high is None else spot.line.high
        return str(float(MARKS[spot.unit] * Fraction(high)))
    if spot.table.component == "list":
        return {"A": "90", "B": "80", "C": "70"}[spot.unit]
    if spot.table.kind == "grid":
        return {"issued": "2", "returned": "2", "spoiled": "0"}[spot.column.field]
    if spot.table.kind == "cards":
        return None if spot.column.field == "spoiled" else {1: "好", 2: "中"}[int(spot.line.repeat)]
    return None


def ledger(folder: Path, *lines: str) -> None:
    decide(folder, "\n".join([HEADER, *lines, ""]))


def line(kind: str, date: str = "2026-09-01", document: str = "1号", **columns: str) -> str:
    """A line of the ledger; columns by their headers."""
    said = {"种类": kind, "文号": document, "日期": date, "理由": "会议决定", **columns}
    assert set(said) <= set(HEADER.split(","))
    return ",".join(said.get(column, "") for column in HEADER.split(","))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def seen_at(folder: Path, path: Path, moment: str) -> str:
    """Write into the record when a file was first seen; its hash."""
    take_in(folder)
    index = folder / "received" / "index.csv"
    rows = index.read_text(encoding="utf-8-sig").splitlines()
    hash_ = digest(path)
    rows = [",".join([*row.split(",")[:-1], moment]) if row.startswith(hash_) else row for row in rows]
    index.write_text("\n".join(rows) + "\n", encoding="utf-8-sig")
    return hash_
