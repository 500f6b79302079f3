"""Marks as tables, for the screens: who gave whom what, without the workbooks in between."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from evaltool.checks.screens import over_ranks, over_tables
from evaltool.evaluation import Evaluation, load
from evaltool.findings import Finding
from evaltool.inbox.accounts.sheets import SheetAccount
from evaltool.inbox.extract.cardruns import CardRun
from evaltool.inbox.intake import Intake
from evaltool.inbox.tables import ANSWERS, BALLOTS, table
from evaltool.points.score import score
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from evaltool.results.grade import grade
from evaltool.results.rank import rank
from filling import Spot, spots
from folders import make

RULES = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{{ id = "g", name = "甲类" }}]
[component.work]
name = "工作"
weight = 60
by = "leader"
answer = "percent"
missing = "out"
own_line = "{own_line}"
[component.tier]
name = "档次"
weight = 20
by = "leader"
answer = {{ choice = "tier" }}
missing = "out"
own_line = "{own_line}"
[component.self]
name = "自评"
weight = 10
by = "self"
answer = "percent"
missing = "full"
[component.vote]
name = "民评"
weight = 10
by = "voters"
answer = {{ ballot = "card" }}
own_line = "{own_line}"
missing = "full"
undefined = "full"
[scale]
card = [["好", 100], ["中", 70], ["差", 40]]
tier = [["一等", 100], ["二等", 85], ["三等", 70]]
[[grade]]
name = "优秀"
from = 90
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
leader = "领导"
voters = "群众"
"""
Marks = Mapping[str, Mapping[str, str | int]]
"""Evaluator -> unit -> what stands in the cell."""


def city(folder: Path, leaders: int, units: int, own_line: str = "not_applicable", belongs: str = "") -> Evaluation:
    """Leaders L1, L2 … who mark units U1, U2 …; voters V1, V2 … with a batch of 40 cards each; `belongs`: L1's and V1's
    own unit."""
    rows = "".join(f"U{at},单位{at},d,g,{at}\n" for at in range(1, units + 1))
    own = f"单位{belongs[1:]}" if belongs else ""
    who = "".join(f"L{at},领导{at},leader,{own if at == 1 else ''}\n" for at in range(1, leaders + 1))
    who += "".join(f"V{at},群众{at},voters,{own if at == 1 else ''}\n" for at in (1, 2))
    roster = {
        "单位": f"编号,名称,对象类别,分类,顺序\n{rows}",
        "评估主体": f"编号,名称,角色,所属单位\n{who}",
        "批次": "评估主体,批次,评价卡数\nV1,1,40\nV2,1,40\n",
    }
    evaluation, _ = load(make(folder, roster, {"d": RULES.format(own_line=own_line)}, SETTINGS))
    return evaluation


def intake(evaluation: Evaluation, by_leaf: Mapping[str, Marks], cards: Mapping[str, Marks] | None = None) -> Intake:
    """What `ingest` would make of these marks (leaf -> marks) and cards (choice -> voters -> unit -> count)."""
    sheets = forms(evaluation)
    answers = [
        row
        for leaf, marks in by_leaf.items()
        for who, given in marks.items()
        for row in _rows(sheets, leaf, who, given)
    ]
    counts = [
        ("d", "vote", unit, who, "1", choice, True, int(count), f"hash of {who}")
        for choice, marks in (cards or {}).items()
        for who, given in marks.items()
        for unit, count in given.items()
    ]
    came = tuple(SheetAccount(*key, "counted", f"hash of {key[0]}") for key in sheets)
    return Intake(table(ANSWERS, answers), table(BALLOTS, counts), (), (), came)


def _rows(
    sheets: Mapping[tuple[str, str, str], Form], leaf: str, who: str, given: Mapping[str, str | int]
) -> list[tuple[object, ...]]:
    places = {spot.unit: spot for spot in spots(sheets[who, "", "1"]) if spot.component == leaf and _marks(spot)}
    return [_row(places[unit], leaf, who, unit, str(said)) for unit, said in given.items()]


def _marks(spot: Spot) -> bool:
    return spot.column.field == "mark"


def _row(spot: Spot, leaf: str, who: str, unit: str, said: str) -> tuple[object, ...]:
    column = spot.column
    choice = column.kind == "choice"
    value = column.choices.index(said) if choice else int(Decimal(said) * 10**column.decimals)
    high = 2**62 if choice else int(column.high * 10**column.decimals)
    limits = (column.decimals, "given", True, 0, high)
    place = (spot.sheet, spot.cell, "", who, "", f"hash of {who}", f"inbox/{who}.xlsx")
    return ("d", leaf, "", unit, "", "mark", said, value, *limits, *place)


def seen(evaluation: Evaluation, taken: Intake) -> list[Finding]:
    """What the screens say over the tables."""
    return sorted(over_tables(evaluation, taken))


def seen_in_ranks(evaluation: Evaluation, taken: Intake) -> list[Finding]:
    """What they say over points and ranks."""
    points, _ = score(evaluation, taken)
    standings, _ = rank(evaluation, points)
    return sorted(over_ranks(evaluation, taken, points, grade(evaluation, standings, points)))


def brief(findings: list[Finding]) -> list[tuple[str, str, str]]:
    """Code, evaluator and unit of each."""
    return [(one.code, one.evaluator, one.unit) for one in findings]


__all__ = ["CardRun", "brief", "city", "intake", "seen", "seen_in_ranks"]
