"""An evaluation with 300 sheets of every kind, generated: the bundled rules, a roster made for many small sheets.

A `Sheet` is one form with what its evaluator answered; `write` puts it into a workbook as the tool writes it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from evaltool.evaluation import Evaluation, load
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from evaltool.reader.numberformats import EPOCH
from evaltool.sheets.blank import book
from evaltool.writers.book import Value
from evaltool.writers.saving import to_bytes
from filling import Answers, Habits, answers
from folders import KEY, any_voters, bundled_scheme, bundled_settings, make

GROUPS = ("经济调节和经济管理类", "社会管理和政务管理类", "市场监管和执法监管类")
COUNTIES = [(f"X{at:02}", f"第{at}县") for at in range(1, 9)]
DEPARTMENTS = [(f"D{at:02}", f"第{at}局", GROUPS[at % 3]) for at in range(1, 41)]
COUNTY, DEPARTMENT = "县（区）政府", "市政府工作部门"
OWNED = {COUNTY: (1,) * 10, DEPARTMENT: (2, 2, 2, 3, 2, 2, 2, 3, 2)}
GOALS = {COUNTY: (("市定目标", 72), ("创新目标", 18)), DEPARTMENT: (("", 50), ("", 30))}
Row = tuple[object, ...]


def _table(header: str, rows: Iterable[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([header.split(","), *rows])
    return out.getvalue()


def _owner(class_name: str, at: int) -> str:
    return f"F{at if class_name == COUNTY else at + 10:02}"


def _evaluators() -> Iterator[Row]:
    yield from ((f"J{at}", f"绩效办{at}处", "office", "") for at in range(1, 11))
    for at in range(1, 20):  # some owners are departments themselves, whose own line is blocked
        yield f"F{at:02}", f"职能部门{at}", "functional", f"D{at:02}" if at > 12 else ""
    yield from ((f"P{at}", f"评估组{at}", "review_group", "") for at in range(1, 5))
    yield "M", "市长", "mayor", ""
    yield from ((f"V{at:02}", f"副市长{at}", "vice_mayor", "") for at in range(1, 13))
    yield from ((f"S{at:02}", f"副秘书长{at}", "deputy", "") for at in range(1, 25))
    for role, letter, count in VOTERS:
        yield from ((f"{letter}{at:02}", f"代表{letter}{at}", role, "") for at in range(1, count + 1))


VOTERS = (
    ("clients", "K", 40),
    ("towns", "T", 8),
    ("citizens", "Q", 8),
    ("county_bodies", "H", 8),
    ("city_bodies", "B", 1),
    ("city_departments", "C", 1),
    ("county_heads", "U", 1),
    ("county_departments", "W", 1),
    ("enterprises", "E", 1),
)
BATCHES = {"K": 2, "T": 3, "Q": 4, "H": 4, "B": 3, "C": 3, "U": 2, "W": 3, "E": 3}


def _charges() -> Iterator[Row]:
    for at in range(1, 9):
        yield from ((f"{letter}{at:02}", "", "", f"X{at:02}") for letter in "TQH")
    for at, _ in enumerate(DEPARTMENTS, 1):
        yield f"K{at:02}", "", "", f"D{at:02}"
    yield "P1", COUNTY, "", ""
    yield from ((f"P{at}", DEPARTMENT, group, "") for at, group in enumerate(GROUPS, 2))
    for letter, count, each in (("V", 12, 4), ("S", 24, 3)):
        for at in range(1, count + 1):
            yield f"{letter}{at:02}", COUNTY, "", ""
            units = [DEPARTMENTS[(each * at + step) % 40][0] for step in range(each)]
            yield from ((f"{letter}{at:02}", "", "", unit) for unit in units)
    for at in range(2, 11):
        yield from ((f"J{at}", "", "", unit) for unit in ("X01", "X02", "X03", f"D{at:02}", "D20", "D30", "D40"))


def _indicators() -> Iterator[Row]:
    for name, points in OWNED.items():
        yield from ((name, "基础工作评估", f"J{at}", f"基础{at}", 5, "", "", "") for at in range(1, 7))
        for at, full in enumerate(points, 1):
            yield name, "共性工作目标", f"G{at:02}", f"共性{at}", full, _owner(name, at), "", ""
    for name, units in ((COUNTY, COUNTIES), (DEPARTMENT, DEPARTMENTS)):
        for unit, *_ in units:
            for at, (part, full) in enumerate(GOALS[name], 1):
                yield name, "重点工作目标", f"{unit}-{at}", f"目标{unit}之{at}", full, "", unit, part


def roster() -> dict[str, str]:
    """The long tables of the evaluation."""
    units = [(unit, name, COUNTY, "县（区）") for unit, name in COUNTIES]
    units += [(unit, name, DEPARTMENT, group) for unit, name, group in DEPARTMENTS]
    batches = [
        (f"{letter}{at:02}", batch, f"会议{batch}", "", "2027-01-12", 8)
        for _, letter, count in VOTERS
        for at in range(1, count + 1)
        for batch in range(1, BATCHES[letter] + 1)
    ]
    return {
        "单位": _table("编号,名称,对象类别,分类,顺序", [(*unit, at) for at, unit in enumerate(units, 1)]),
        "评估主体": _table("编号,名称,角色,所属单位", _evaluators()),
        "分管": _table("评估主体,对象类别,分类,单位", _charges()),
        "批次": _table("评估主体,批次,会议,地点,日期,评价卡数", batches),
        "指标": _table("对象类别,评估内容,编号,名称,预赋分值,评分主体,单位,部分", _indicators()),
    }


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form and what its evaluator answered."""

    form: Form
    answers: Answers

    @property
    def file(self) -> str:
        return f"inbox/{self.form.file_name}"


def big_year(folder: Path, seed: int) -> tuple[Evaluation, list[Sheet]]:
    """The folder, its evaluation, and everybody's answers; nothing of it is zero, abstained or worth a look."""
    schemes = {name: any_voters(bundled_scheme(name)) for name in ("counties", "departments")}
    make(folder, roster(), schemes, _marks_only(bundled_settings()))
    evaluation, _ = load(folder)
    habits = Habits(unreturned=0.1, spoiled=0.1, tally_only=0.3, tally_too=0.2)
    return evaluation, [Sheet(form, answers(evaluation, form, seed, habits)) for form in forms(evaluation).values()]


def _marks_only(settings: str) -> str:
    """The year without the sheets that nobody waits for: goals, reports, figures, matters."""
    return re.sub(
        r'\nsheet = "(goals|progress|evidence|report|figures|rectification|rectified|remarks)"(\nperiod = "[^"]*")?',
        "",
        settings,
    )


def write(sheet: Sheet, form: Form | None = None, replaces: str = "") -> bytes:
    """The filled workbook; `form` where it is another's than the answers'."""
    filled = {place: _stored(value) for place, value in sheet.answers.items() if value is not None}
    return to_bytes(book(form or sheet.form, filled, replaces, key=KEY))


def _stored(value: object) -> Value:
    if isinstance(value, date):
        return (value - EPOCH).days
    assert isinstance(value, str | int | Decimal)
    return value
