"""A single matter, a year that takes its result, and the leaders who take the results of the units that they lead."""

from __future__ import annotations

from pathlib import Path

from evaltool import run
from evaltool.questions.forms import Form
from filling import Spot
from folders import make, return_all

MATTER_RULES = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 50
groups = [{ id = "g", name = "甲类" }]
[component.work]
name = "抢险救灾"
weight = 50
by = "office"
answer = "percent"
"""
MATTER = """
format = 1
[evaluation]
id = "flood"
name = "防汛专项评估"
year = 2027
office = "市防办"
[part_of]
id = "year"
name = "2027年度绩效评估"
folder = "../year"
[stages]
needed = ["final"]
[roles]
office = "市防办"
"""
UNITS = "编号,名称,对象类别,分类,顺序,别名\nA,甲局,d,g,1,\nB,乙局,d,g,2,乙委\nC,丙局,d,g,3,\n"
OFFICE = "编号,名称,角色\nO,办公室,office\n"
FINAL = {"run": "1", "document": "通报1号", "date": "2027-11-01", "reason": "公布"}

RULES = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{ id = "g", name = "甲类" }]
[component.work]
name = "工作"
weight = 70
by = "office"
answer = "percent"
[component.flood]
name = "防汛"
weight = 20
from = "result.flood"
missing = "reweigh"
[component.last]
name = "上年基础"
weight = 10
from = "result.last"
answer = { curve = [[60, 0], [100, 100]] }
[[grade]]
name = "优秀"
from = 80
[[grade]]
name = "合格"
from = 0
"""
LEADERS = """
format = 1
[scheme]
id = "p"
name = "领导干部"
total = 100
persons = true
groups = [{ id = "h", name = "班子成员" }]
[component.unit]
name = "单位绩效"
weight = 60
from = "result.unit"
[component.grade]
name = "单位等次"
weight = 10
from = "result.grade"
[component.duty]
name = "履职"
weight = 30
by = "office"
answer = "percent"
[[grade]]
name = "称职"
from = 0
"""
YEAR = """
format = 1
[evaluation]
id = "year"
name = "2027年度绩效评估"
year = 2027
office = "市绩效办"
[stages]
needed = []
[roles]
office = "市绩效办"
[result.flood]
name = "防汛专项评估得分率"
folder = "../flood"
take = "percent"
[result.last]
name = "上年得分"
earlier = true
take = "points"
[result.unit]
name = "所在单位得分率"
class = "d"
take = "percent"
[result.grade]
name = "所在单位等次"
class = "d"
take = "grade"
grades = { "优秀" = 100, "合格" = 70 }
"""
LED = """编号,名称,对象类别,分类,顺序,别名,任职单位
A,甲局,d,g,1,,
B,乙委,d,g,2,,
C,丙局,d,g,3,,
P1,张三,p,h,4,,甲局
P2,李四,p,h,5,,B
P3,王五,p,h,6,,丙局
"""
EARLIER = "年度,单位,总分,名次,等次\n2026,A,90,1,优秀\n2026,B,70,3,合格\n2026,C,82.5,2,合格\n"


def say(marks: dict[str, str]):  # type: ignore[no-untyped-def]
    def said(form: Form, spot: Spot) -> object:
        return marks[spot.unit] if spot.column.field == "mark" else None

    return said


def matter(path: Path, marks: dict[str, str], *, final: bool = True, units: str = UNITS) -> Path:
    """The single matter, scored and final."""
    folder = make(path, {"单位": units, "评估主体": OFFICE}, {"d": MATTER_RULES}, MATTER)
    return_all(folder, say(marks))
    run.score_folder(folder)
    if final:
        run.decide(folder, "final", [FINAL])
    return folder


def year(path: Path, marks: dict[str, str], settings: str = YEAR, rules: str = RULES, leaders: str = LEADERS) -> Path:
    """The year with its sheets returned, not scored."""
    tables = {"单位": LED, "评估主体": OFFICE, "历年结果": EARLIER}
    folder = make(path, tables, {"d": rules, "p": leaders}, settings)
    return_all(folder, say(marks))
    return folder
