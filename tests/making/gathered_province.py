"""A province of small cities, each with a final result of its own."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaltool import run
from evaltool.questions.forms import Form
from filling import Spot
from folders import make, return_all

RULES = """
format = 1
[scheme]
id = "c"
name = "县（区）"
total = 100
groups = [{ id = "g", name = "甲类" }]
[component.work]
name = "工作实绩"
weight = 60
by = "office"
answer = "percent"
public = "show"
[component.order]
name = "安全稳定"
weight = 40
by = "office"
answer = "percent"
public = "show"
[[grade]]
name = "优秀"
from = 90
[[grade]]
name = "良好"
from = 80
[[grade]]
name = "一般"
from = 0
"""
OTHER_WEIGHTS = RULES.replace("weight = 60", "weight = 70").replace("weight = 40", "weight = 30")
TOWNS = RULES.replace("县（区）", "乡镇")
HIDDEN = RULES.replace(
    'weight = 40\nby = "office"\nanswer = "percent"\npublic = "show"',
    """weight = 20
by = "office"
answer = "percent"
public = "hidden"
[component.more]
name = "群众评议"
weight = 20
by = "office"
answer = "percent"
public = "hidden\"""",
)
SETTINGS = """
format = 1
[evaluation]
id = "{id}"
name = "{name}2027年度绩效评估"
year = {year}
office = "{name}绩效办"
[stages]
needed = ["final"]
[roles]
office = "绩效办"
"""
OFFICE = "编号,名称,角色\nO,绩效办,office\n"
FINAL = {"run": "1", "document": "通报1号", "date": "2028-03-01", "reason": "公布"}


def city(
    path: Path,
    name: str,
    marks: Mapping[str, str],
    rules: str = RULES,
    *,
    final: bool = True,
    interim: bool = False,
    year: int = 2027,
    unranked: str = "",
    ledger: str = "",
) -> Path:
    """A city whose counties got these marks, in percent, in every component."""
    lines = [f"{at},{unit},c,g,{at},{'不排名' if unit == unranked else ''}" for at, unit in enumerate(marks, 1)]
    units = "\n".join(["编号,名称,对象类别,分类,顺序,参评", *lines, ""])
    settings = SETTINGS.format(id=path.name.lower() if path.name.isascii() else "e", name=name, year=year)
    folder = make(path, {"单位": units, "评估主体": OFFICE}, {"c": rules}, settings, ledger)
    given = dict(enumerate(marks.values(), 1))

    def said(form: Form, spot: Spot) -> object:
        return given[int(spot.unit)] if spot.column.field == "mark" else None

    return_all(folder, said)
    run.score_folder(folder, interim=interim)
    if final:
        run.decide(folder, "final", [FINAL])
    return folder


OTHERS: Mapping[str, Mapping[str, Any]] = {
    "weights": {"rules": OTHER_WEIGHTS},
    "towns": {"rules": TOWNS},
    "hidden": {"rules": HIDDEN},
    "draft": {"final": False},
    "interim": {"final": False, "interim": True},
    "earlier": {"year": 2026},
    "namesake": {"name": "乙市"},
    "veto": {"ledger": "种类,文号,日期,理由,单位\n一票否决,纪要1号,2028-02-01,重大事故,北县\n"},
}
"""What is another way in a city beside the province's."""


@dataclass(frozen=True)
class OtherCities:
    """Cities of other kinds, each scored when it is first asked for."""

    root: Path

    def put(self, kind: str, path: Path) -> Path:
        """A copy of one in the place where a test needs it."""
        kept = self.root / kind
        if not kept.exists():
            city(kept, **{"name": "丁市", "marks": {"北县": "99", "中县": "80"}, **OTHERS[kind]})
        return Path(shutil.copytree(kept, path))
