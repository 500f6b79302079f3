"""A small city whose departments declare goals, report, are visited and marked, then decided about: for dossiers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl

from declared_goals import DAY, DOCUMENT, GOALS, declares, put, reports
from declared_goals import ROSTER as DECLARED_ROSTER
from declared_goals import RULES as DECLARED_RULES
from declared_goals import SETTINGS as DECLARED_SETTINGS
from evaltool.proof.dossiers import DossiersAsked, WrittenDossier, write_dossiers
from evaltool.questions.forms import Form
from evaltool.run import approve_goals, score_folder
from filling import Spot
from folders import decide, make

ON = date(2027, 10, 1)
RULES = (
    DECLARED_RULES.replace("weight = 40", "weight = 30")
    + """
[component.visit]
name = "实地踏查"
weight = 10
by = "inspector"
answer = "percent"
each = { word = "踏查" }
[disclosure]
floor = 1
"""
)
SETTINGS = (
    DECLARED_SETTINGS.replace('group = "评估组"', 'group = "评估组"\ninspector = "踏查组"')
    + """
[[deadline]]
what = "目标完成情况自评"
date = 2027-01-20
sheet = "report"
[stages]
needed = []
"""
)
ROSTER = {
    **DECLARED_ROSTER,
    "评估主体": "编号,名称,角色\nP1,一组,group\nI1,踏查一组,inspector\n",
    "单位变动": "单位,变动,日期,文号,原名称\n甲局,更名,2026-06-01,编发1号,旧甲局\n",
    "意见建议": "编号,单位,性质,内容,意见来源,转办,答复期限,答复,答复日期\n"
    "Y1,甲局,问题,排队太久,公众,是,2027-03-01,已增设窗口,2027-02-20\n",
}
LEDGER = """种类,文号,日期,理由,单位,提出人,项目,截止日期,原值,新值
异议,甲函1号,2027-04-14,少计一项,甲局,,,,,
处理意见,纪要2号,2027-04-17,不属实,甲局,,,,甲函1号,不采纳
答复,办函2号,2027-04-18,已答复,甲局,,,,甲函1号,
整改事项,函70号,2027-05-08,失分较多,甲局,,窗口服务,2027-09-30,,
加分,纪要9号,2027-04-02,获表彰,甲局,,,,,0.5
"""
VISITED = {"1": ("甲局", "2026-08-01", "88", "看了道路"), "2": ("乙局", "2026-08-02", "77", "看了水厂")}
EVIDENCE = b"%PDF-1.4 made for a test\n"


def says(form: Form, spot: Spot) -> object:
    """The inspectors see each department once; the group marks goals in full."""
    if form.evaluator == "I1":
        visited = VISITED.get(spot.line.repeat, ("", "", "", ""))
        return dict(zip(("unit", "date", "mark", "remark"), visited, strict=True)).get(spot.column.field) or None
    if spot.component == "work":
        return "90"
    return str(spot.line.high)


def reported(form: Form, spot: Spot) -> object:
    own = {"report_text": "已通车", "report_evidence": "附件3验收报告", "report_points": "2"}
    return own.get(spot.column.field)


def goals_city(place: Path, floor: int = 1, *, persons: bool = False) -> Path:
    """Goals approved, progress reported, nothing marked."""
    rules = RULES.replace("floor = 1", f"floor = {floor}")
    rules = rules.replace("total = 100", "total = 100\npersons = true") if persons else rules
    folder = make(place / "city", ROSTER, {"d": rules}, SETTINGS)
    for unit in "AB":
        put(folder, unit, declares(GOALS, {"goal_target": "通车", "goal_measure": ""}))
    approve_goals(folder, DOCUMENT, DAY)
    put(folder, "A", reports, "progress")
    return folder


def filed_city(place: Path, floor: int = 1, *, persons: bool = False, attach: bool = True) -> Path:
    """The same, reported, visited, marked and scored; then an objection, a matter and a bonus that no run has."""
    folder = goals_city(place, floor, persons=persons)
    put(folder, "A", reported, "report")
    evidence = folder / "inbox" / "甲局" / "附件3验收报告.pdf"
    evidence.parent.mkdir()
    if attach:
        evidence.write_bytes(EVIDENCE)
    for evaluator in ("P1", "I1"):
        put(folder, evaluator, says, "marks")
    score_folder(folder)
    decide(folder, LEDGER)
    return folder


def dossier_of(folder: Path, unit: str, run: str = "") -> WrittenDossier:
    return write_dossiers(folder, DossiersAsked(unit, run), ON)[1][0]


Rows = list[tuple[str, ...]]


def parts(path: Path) -> dict[str, Rows]:
    """Name of a part -> its rows, each as the texts that stand in it."""
    book = openpyxl.load_workbook(path)
    return {
        sheet.title.split(" ")[-1]: [
            tuple(str(cell) for cell in row if cell not in (None, "")) for row in sheet.iter_rows(values_only=True)
        ]
        for sheet in book
    }


def under(rows: Rows, caption: str) -> Rows:
    """What stands below a caption, its heads first, down to the next one."""
    at = next(number for number, row in enumerate(rows) if row and row[0].partition("（")[0] == caption)
    found: Rows = []
    for row in rows[at + 1 :]:
        if not row:
            break
        found.append(row)
    return found
