"""A small evaluation in which something of every kind waits for the committee; its book, filled in as a person does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from evaltool import run
from evaltool.findings import Refused
from evaltool.ledger import Decision
from evaltool.questions.forms import Form
from evaltool.returns.committee import FILE
from evaltool.returns.committee.entering import TakenBook
from evaltool.returns.committee.matters import CODE, SERIAL
from filling import Spot
from folders import make, return_all

RULES = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{ id = "g", name = "甲类" }]
[component.self]
name = "自我评估"
weight = 10
by = "self"
answer = "percent"
[component.work]
name = "工作"
weight = 60
by = "office"
answer = "percent"
[component.proof]
name = "实绩"
weight = 30
by = "office"
answer = "percent"
verify = true
unverified = "zero"
[rank]
ties = ["work"]
[[grade]]
name = "优秀"
from = 80
[[grade]]
name = "良好"
from = 60
[[grade]]
name = "较差"
from = 0
[[award]]
name = "一等奖"
ranks = [1, 1]
[[award]]
name = "单项奖"
places = 1
fields = [{ id = "invest", name = "招商" }]
contribution = { by = "office" }
[veto]
facts = ["违纪"]
kinds = [{ name = "重大事故", at_best = "较差" }]
[bonus]
cap = 2
kinds = [["表彰", 1], ["创新", 0.5]]
claimed_in = "self"
consent = true
"""
SETTINGS = """
format = 1
[evaluation]
id = "e-2026"
name = "评估"
year = 2026
office = "市绩效办"
committee = "绩效评估委员会"
[roles]
office = "市绩效办"
"""
ROSTER = {
    "单位": "编号,名称,对象类别,分类,顺序\nA,甲局,d,g,1\nB,乙局,d,g,2\nC,丙局,d,g,3\n",
    "评估主体": "编号,名称,角色\nO1,绩效办,office\n",
    "单项参评": "单项,单位\ninvest,A\ninvest,B\n",
}
Claims = Mapping[str, tuple[tuple[str, str | None, str], ...]]
CLAIMED: Claims = {
    "A": (("表彰", "1", "获省级表彰。"), ("创新", "0.3", "一网通办")),
    "B": (("创新", "0.5", "夜间服务"),),
}
MARKS = {"A": "90", "B": "90", "C": "70"}
DOCUMENT, DAY = "市绩评〔2027〕9号", date(2027, 4, 20)


def says(form: Form, spot: Spot, claimed: Claims = CLAIMED, marks: Mapping[str, str] = MARKS) -> object:
    """甲局 and 乙局 are marked alike, 丙局 less; claims as `CLAIMED` has them."""
    field = spot.column.field
    if field.startswith("claim_"):
        listed, number = claimed.get(form.evaluator, ()), int(spot.line.repeat)
        if number > len(listed):
            return None
        kind, points, facts = listed[number - 1]
        own = f"{form.evaluator}{number}"
        paper = {"claim_document": f"党组纪要{own}号", "claim_consent": f"批示{own}号"}
        return {"claim_kind": kind, "claim_points": points, "claim_facts": facts, **paper}[field]
    return {"stated_grade": "优秀", "reasons": "任务完成"}.get(field, marks[spot.unit])


def waiting_city(path: Path, rules: str = RULES, settings: str = SETTINGS, claimed: Claims = CLAIMED) -> Path:
    """All sheets are in."""
    folder = make(path, ROSTER, {"d": rules}, settings)
    return_all(folder, lambda form, spot: says(form, spot, claimed))
    return folder


# --- the book --------------------------------------------------------------------------------------------------------


def written(folder: Path) -> Path:
    return folder / run.write_committee(folder).file


def top_of(sheet: Worksheet) -> int:
    return next(row for row in range(1, 12) if sheet.cell(row, 1).value == SERIAL)


def lines(path: Path, tab: str) -> list[dict[str, object]]:
    """Every line of a worksheet, by header; nothing where there is no such worksheet."""
    book = openpyxl.load_workbook(path, read_only=True)  # of ten worksheets only this one
    rows = list(book[tab].iter_rows(values_only=True)) if tab in book.sheetnames else []
    book.close()
    if not rows:
        return []
    top = next(at for at, row in enumerate(rows) if row[0] == SERIAL)
    return [dict(zip(map(str, rows[top]), row, strict=True)) for row in rows[top + 1 :]]


def fill_in(path: Path, tab: str, line: int, said: Mapping[str, object]) -> tuple[str, str]:
    """Fill in cells of a line (from 1), by header; where the last of them is."""
    book = openpyxl.load_workbook(path)
    sheet = book[tab]
    top, cell = top_of(sheet), ""
    headers = {sheet.cell(top, column).value: column for column in range(1, sheet.max_column + 1)}
    for header, value in said.items():
        spot = sheet.cell(top + line, headers[header])
        spot.value, cell = value, spot.coordinate
    book.save(path)
    return tab, cell


def taken(folder: Path, path: Path, document: str = DOCUMENT, on: date = DAY) -> TakenBook:
    return run.take_committee(folder, path.name, path.read_bytes(), document, on)


def wrong(folder: Path, path: Path, on: date = DAY) -> list[tuple[str, str, str]]:
    """(code, worksheet, cell) of all for which a book is not taken; nothing is entered then."""
    before = files(folder)
    try:
        taken(folder, path, on=on)
    except Refused as refused:
        assert files(folder) == before
        assert {one.file for one in refused.findings} == {path.name}
        return [(one.code, one.sheet, one.cell) for one in refused.findings]
    return []


def files(folder: Path) -> dict[str, bytes]:
    """What is decided and what lies beside it."""
    parts = ("decisions", "roster", "committee")
    found = (each for part in parts for each in (folder / part).glob("*") if each.name != Path(FILE).name)
    return {str(each.relative_to(folder)): each.read_bytes() for each in found}


def short(line: Decision) -> tuple[str, ...]:
    """What a line decides, in a few words."""
    return line.kind, line.unit, line.component or line.item, line.after


__all__ = ["CODE", "DAY", "DOCUMENT", "FILE", "RULES", "SETTINGS", "fill_in", "lines", "taken", "written", "wrong"]
