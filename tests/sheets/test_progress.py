"""The line above a table counts what will be accepted: its formulas, worked out elsewhere, against the reader."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time
from decimal import Decimal
from random import Random
from typing import Any

import openpyxl
import pytest

from evaltool import reader
from evaltool.inbox.extract.answers import in_full
from evaltool.inbox.extract.workbook import extract
from evaltool.questions.forms import Form, FormColumn, FormLine, FormSheet, FormTable, Worksheets
from evaltool.sheets.blank import book
from evaltool.writers.book import Formula
from evaltool.writers.saving import to_bytes
from spreadsheet import Workbook, in_memory

POINTS = FormColumn("得分", "number", high=Decimal(30), decimals=1)
WHOLE = FormColumn("张数", "count", "tally", high=Decimal(100))
TIER = FormColumn("等次", "choice", choices=("优", "良", "一般"))
DAY = FormColumn("日期", "date", "date")
WHY = FormColumn("说明", "text", "remark", required=False)
FIGURE = FormColumn(
    "初步数", "number", "figure:初步数", low=Decimal(-1000), high=Decimal(1000), decimals=2, required=False
)
PLACE = FormColumn("名次", "number", low=Decimal(1), high=Decimal(4))

TYPED: tuple[Any, ...] = (
    *(None, None, "", " ", "　"),
    *(0, 3, 3.5, 29.5, 30, 30.1, 31, -1, 2.55, 2.5, 1, 2, 4, 100, 101, 1e-5),
    *(
        "12",
        " 12 ",
        "12.5",
        "12.50",
        "12.55",
        "12分",
        "1分2",
        "12 分",
        "1.2.3",
        "85%",
        "2026-05-20",
        "-3",
        "1e2",
        "二十",
        ".",
    ),
    *("优", "良", " 优 ", "?", "*", "~", "优秀", "一般", "弃权", " 弃权 "),
    *("2026.5.20", "2026年5月20日", "2026/5/20", "3/4/2026", "五月", "2026-13-01", datetime(2026, 5, 20)),
    True,
)


def table(kind: str, *columns: FormColumn, **more: Any) -> FormTable:
    lines = tuple(FormLine((str(at), f"单位{at}"), f"U{at}") for at in range(1, 5))
    return FormTable(kind, "c", "k", 5, ("序号", "被评估单位"), lines, columns, **more)  # type: ignore[arg-type]


GOALS = replace(
    table("grid", replace(POINTS, high=Decimal(0))),
    label_headers=("序号", "预赋分值"),
    lines=tuple(FormLine((str(at), str(at * 10)), f"U{at}", high=Decimal(at * 10)) for at in range(1, 5)),
)
OWN = replace(
    GOALS,
    label_headers=("序号", "目标"),
    lines=tuple(replace(each, labels=("甲", f"目标{each.unit}")) for each in GOALS.lines),
)
TABLES = {
    "points": table("grid", POINTS, replace(POINTS, indicator="B"), replace(POINTS, indicator="C", high=Decimal(10))),
    "choices": table("grid", TIER, POINTS, blocked=((2, 1), (0, 1))),
    "abstained": table("grid", replace(POINTS, may_abstain=True), replace(TIER, may_abstain=True)),
    "places": table("grid", PLACE, replace(PLACE, repeat="下半年", may_abstain=True)),
    "own limits": GOALS,
    "own limits unseen": OWN,
    "counts": table("tally", WHOLE, replace(WHOLE, indicator="良")),
    "rows": table("open", TIER, DAY, POINTS, WHY),
    "cards": table("cards", replace(TIER, unit="U1", required=False), replace(TIER, unit="U2", required=False)),
    "figures": table("figures", FIGURE, replace(FIGURE, field="figure:核实数"), WHY),
}


def form_of(made: FormTable) -> Form:
    return Form("e", "O1", "", "某年评估", "x.xlsx", Worksheets((FormSheet("表", "表", (), (made,)),)))


def filled_in(form: Form, dice: Random) -> dict[str, Any]:
    """Something in every cell that one could type into, blocked ones too."""
    made = form.sheets[0].tables[0]
    few = dice.choice([TYPED, TYPED, (3, "优", 1, 2, 4, None), (2.5,)])
    said = {}
    for at in range(len(made.lines)):
        for number in range(len(made.columns)):
            said[reader.address(*made.spot(at, number))] = value = dice.choice(few)
            if ((at, number) in made.blocked and str(value).isspace()) or (
                made.kind == "cards" and "弃权" in str(value)
            ):
                del said[reader.address(*made.spot(at, number))]
    return said


def line_of(form: Form, said: dict[str, Any]) -> tuple[str, bytes]:
    """What the line says once these cells are filled in, worked out by the formulas alone; and the workbook."""
    file = openpyxl.load_workbook(io.BytesIO(to_bytes(book(form))))
    for cell, value in said.items():
        file["表"][cell].value = value
    stored = io.BytesIO()
    file.save(stored)
    return str(_serial(in_memory(file)).value(("表", 5, 1))), stored.getvalue()


def known(said: dict[str, Any]) -> dict[tuple[str, str], Any] | None:
    """The same as it is carried over into a sheet that goes back, which has no truth values and no days as numbers."""
    if any(isinstance(value, bool | datetime) for value in said.values()):
        return None
    return {("表", cell): Decimal(str(each)) if isinstance(each, float) else each for cell, each in said.items()}


def shown(form: Form, filled: dict[tuple[str, str], Any]) -> str:
    """The line as programs show it that work nothing out."""
    cell = book(form, filled).tabs[0].cells[4, 0].value
    assert isinstance(cell, Formula)
    return str(cell.value)


def _serial(calc: Workbook) -> Workbook:
    """Days as a program reckons with them."""
    day = datetime(1899, 12, 30)

    def number(each: Any) -> Any:
        return (each - day).days if isinstance(each, datetime) else each.hour / 24 if isinstance(each, time) else each

    return replace(calc, cells={spot: number(each) for spot, each in calc.cells.items()})


def accepted(form: Form, data: bytes) -> tuple[int, int, int]:
    """Answers that count, cells that somebody must mend, rows of the table that were begun; as the reader has it."""
    read = reader.read(data)
    assert isinstance(read, reader.Workbook)
    taken = extract(form, read)
    made = form.sheets[0].tables[0]
    if made.kind == "cards":
        return 0, len(taken.problems), taken.card_lines[0].used
    asked = dict(_asked(made))
    good, wrong, rows = 0, 0, set()
    wrong += sum(one.code == "CELL_BLOCKED" for one in taken.problems)
    rows |= {one.cell.lstrip("ABCDEFG") for one in taken.problems if one.code == "CELL_BLOCKED"}
    places: dict[str, set[int]] = {}
    for one in in_full(form.sheets, taken.answers):
        column = asked[one.cell]
        if one.state == "blank":
            continue
        rows.add(one.cell.lstrip("ABCDEFG"))
        if column.kind in ("number", "count") and one.value is not None:
            fits = one.low <= one.value <= one.high
            if column.low == 1:
                there = places.setdefault(column.repeat, set())
                fits = fits and one.value not in there
                there.add(one.value)
        else:
            fits = one.state == "given" or (one.state == "abstained" and column.may_abstain)
        good += fits and column.required
        wrong += not fits
    return good, wrong, len(rows)


def _asked(made: FormTable) -> Iterator[tuple[str, FormColumn]]:
    for _, number, row, column in made.cells():
        yield reader.address(row, column), made.columns[number]


@pytest.mark.parametrize("kind", TABLES)
def test_the_line_counts_what_the_reader_takes(kind: str) -> None:
    """Whatever is typed: blanks, text among numbers, too many decimals, out of bounds, places given twice."""
    form, dice = form_of(TABLES[kind]), Random(kind)
    for _ in range(6):
        said = filled_in(form, dice)
        line, data = line_of(form, said)
        if (values := known(said)) and not TABLES[kind].blocked:
            assert line == shown(form, values), said
        good, wrong, rows = accepted(form, data)
        told = f"，有 {wrong} 格填得不对（红底）" if wrong else ""
        assert told in line, said
        assert ("填得不对" in line) == bool(wrong), said
        if TABLES[kind].kind == "grid":
            assert f"已填 {good}/" in line, said
        elif TABLES[kind].kind in ("open", "cards"):
            assert f" {rows} " in line, said
        assert line.startswith("√") <= (wrong == 0), said


@pytest.mark.parametrize("column", [POINTS, replace(POINTS, may_abstain=True), TIER, DAY, FIGURE, PLACE])
def test_what_is_counted_as_wrong_is_red(column: FormColumn) -> None:
    """And what is accepted is not, but for days that the cell itself refuses."""
    form = form_of(table("grid", column))
    (red,) = (each for each in book(form).tabs[0].highlights if each.style == "bad")
    file = openpyxl.load_workbook(io.BytesIO(to_bytes(book(form))))
    file["表"]["Z1"].value = red.formula
    calc = in_memory(file)
    for value in TYPED:
        typed = (value - datetime(1899, 12, 30)).days if isinstance(value, datetime) else value
        now = calc.with_changes({("表", 7, 3): typed})
        wrong = "填得不对" in str(now.value(("表", 5, 1)))
        seen = now.value(("表", 1, 26))
        assert seen is wrong or (column is DAY and isinstance(typed, int | float)), value
