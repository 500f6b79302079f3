"""A small evaluation of two departments that declare goals, report on them and are marked by a group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from evaltool.evaluation import load
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
[component.priority]
name = "重点工作目标"
weight = 60
by = "group"
answer = { points = 10, parts = { "市定目标" = 8, "创新目标" = 2 } }
goals = true
[component.work]
name = "工作"
weight = 40
by = "group"
answer = "percent"
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
group = "评估组"
[[deadline]]
what = "目标申报"
role = "self"
date = 2026-04-15
sheet = "goals"
[[deadline]]
what = "一季度进展"
date = 2026-04-20
sheet = "progress"
period = "一季度"
[[deadline]]
what = "评分"
role = "group"
date = 2027-03-31
"""
ROSTER = {
    "单位": "编号,名称,对象类别,分类,顺序\nA,甲局,d,g,1\nB,乙局,d,g,2\n",
    "评估主体": "编号,名称,角色\nP1,一组,group\n",
}
DOCUMENT, DAY = "市绩办〔2026〕5号", date(2026, 5, 10)
GOALS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "A": (("市定目标", "修路", "5"), ("市定目标", "建校", "3"), ("创新目标", "一网通办", "2")),
    "B": (("市定目标", "治水", "8"), ("创新目标", "夜校", "2")),
}
Goals = Mapping[str, tuple[tuple[str, str, str], ...]]


def declares(goals: Goals, more: Mapping[str, str] | None = None) -> Callable[[Form, Spot], object]:
    """What units fill in: these (part, name, points), plain words for everything else; `more` by field."""

    def say(form: Form, spot: Spot) -> object:
        field = spot.column.field
        listed = goals.get(form.evaluator, ())
        number = int(spot.line.repeat or 0)
        if number > len(listed):
            return None
        part, name, points = listed[number - 1]
        own = {"goal_part": part, "goal_name": name, "goal_points": points, "goal_role": "牵头", **(more or {})}
        return own.get(field, f"{name}的{spot.column.header}")

    return say


def form_of(folder: Path, evaluator: str, kind: str) -> Form:
    evaluation, _ = load(folder)
    return next(form for form in forms(evaluation).values() if (form.evaluator, form.kind) == (evaluator, kind))


def put(
    folder: Path, evaluator: str, say: Callable[[Form, Spot], object], kind: str = "goals", replaces: str = ""
) -> None:
    form = form_of(folder, evaluator, kind)
    (folder / "inbox" / form.file_name).write_bytes(filled(form, lambda spot: say(form, spot), replaces))


def reports(form: Form, spot: Spot) -> object:
    return {"progress_text": "开工", "progress_percent": "40", "progress_expected": "能按期完成"}.get(spot.column.field)
