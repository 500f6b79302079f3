"""The worked example of the main scheme: one county, what each of its evaluators writes."""

from __future__ import annotations

from evaltool.questions.forms import Form
from filling import Spot
from folders import bundled_scheme

ROSTER = {
    "单位": "编号,名称,对象类别,分类,顺序\nC1,清川县,counties,counties,1\n",
    "评估主体": """编号,名称,角色
O1,市绩效办,office
F1,共性目标评分单位,functional
G1,县区评估组,review_group
M1,市长甲,mayor
V1,副市长一,vice_mayor
V2,副市长二,vice_mayor
V3,副市长三,vice_mayor
V4,副市长四,vice_mayor
V5,副市长五,vice_mayor
V6,秘书长,vice_mayor
D1,副秘书长一,deputy
D2,副秘书长二,deputy
D3,副秘书长三,deputy
D4,副秘书长四,deputy
B1,四套班子,city_bodies
B2,县四套班子,county_bodies
B3,市直部门,city_departments
B4,乡镇街道,towns
B5,群众,citizens
""",
    "批次": "评估主体,批次,评价卡数\nB1,1,40\nB2,1,30\nB3,1,24\nB4,1,20\nB5,1,50\n",
    "指标": "对象类别,评估内容,编号,名称,预赋分值,评分主体\n"
    + "".join(f"counties,base,b{n},基础{n},5,\n" for n in range(1, 7))
    + "".join(f"counties,common,g{n},共性{n},1,F1\n" for n in range(1, 11))
    + "counties,priority,p1,主要经济指标,40,\ncounties,priority,p2,重大项目,32,\n"
    + "counties,priority,p3,自定创新目标,18,\n",
}
BASE = {"b1": "5", "b2": "4.5", "b3": "4.5", "b4": "4", "b5": "4.5", "b6": "4.5"}
COMMON = {f"g{n}": "0.9" for n in range(1, 10)} | {"g10": "1"}  # 9.1; g9 is raised below to make 9.15
GOALS = {"p1": "37", "p2": "29", "p3": "16.35"}
PROGRESS = {"一季度": "95", "二季度": "90", "三季度": "97"}
VISITS = {"1": "88", "2": "93"}
TIERS = {"M1": "一等", "V5": "二等", "V6": "二等", "D1": "一等", "D2": "二等", "D3": "二等", "D4": "三等"}
CARDS = {
    "B1": (20, 12, 6, 1, 1),
    "B2": (18, 9, 3, 0, 0),
    "B3": (12, 8, 3, 1, 0),
    "B4": (10, 6, 3, 1, 0),
    "B5": (25, 15, 6, 2, 2),
}
CHOICES = ("优秀", "良好", "一般", "较差", "不了解")


def says(form: Form, spot: Spot) -> object:
    """What the worked example's evaluators write."""
    field, who = spot.column.field, form.evaluator
    if who in CARDS:
        return _card(who, spot)
    if spot.table.component in ("base", "common", "priority"):
        return {**BASE, **COMMON, "g9": "0.95", **GOALS}.get(spot.indicator)
    if spot.table.component == "progress":
        return PROGRESS[spot.column.repeat]
    if spot.table.component == "visits":
        return _visit(spot)
    if spot.table.component == "self":
        return {"mark": "98", "stated_grade": "优秀", "reasons": "目标全部完成"}.get(field)
    return TIERS.get(who, "一等")


def _visit(spot: Spot) -> object:
    if spot.line.repeat not in VISITS:
        return None
    return {"unit": "清川县", "date": "2026-05-20", "mark": VISITS[spot.line.repeat]}.get(spot.column.field)


def _card(who: str, spot: Spot) -> object:
    counts = CARDS[who]
    if spot.table.kind == "grid":
        return {"issued": sum(counts), "returned": sum(counts), "spoiled": 0}[spot.column.field]
    if spot.table.kind != "cards" or spot.column.field != "mark":
        return None
    marks = [choice for choice, count in zip(CHOICES, counts, strict=True) for _ in range(count)]
    number = int(spot.line.repeat) - 1
    return marks[number] if number < len(marks) else None


def scheme() -> str:
    """The bundled rules; the example's goals are the same for every county, so their parts are not stated."""
    without = bundled_scheme("counties").replace(', parts = { "市定目标" = 72, "创新目标" = 18 }', "")
    return without.replace('goals = { declared = ["创新目标"] }', "goals = true")
