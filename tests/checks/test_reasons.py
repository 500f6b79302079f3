"""Reasons for lost points: asked for by the rules, kept, explained, and there for letters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest

from declared_goals import ROSTER, SETTINGS, form_of, put
from evaltool.evaluation import load
from evaltool.evaluation.in_words import method
from evaltool.findings import Refused
from evaltool.questions.forms import Form
from evaltool.run import score_folder, take_in
from filling import Spot
from folders import filled, make, sent_out
from terminal import ev

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
answer = { points = 10 }
public = "show"
reason = { from = 1, percent = 50 }
[component.work]
name = "工作"
weight = 20
by = "group"
answer = "percent"
each = ["上半年", "下半年"]
reason = { percent = 20 }
[component.visits]
name = "实地踏查"
weight = 20
by = "group"
answer = "percent"
each = "踏查"
none = "full"
reason = { from = 30 }
[[grade]]
name = "合格"
from = 0
"""
LINES = "对象类别,评估内容,编号,名称,预赋分值,单位\n"
LINES += "d,priority,A1,修路,9,A\nd,priority,A2,建校,1,A\nd,priority,B1,治水,10,B\n"
CITY = {**ROSTER, "指标": LINES}
SHEETS = SETTINGS.split("[[deadline]]")[0] + '[[deadline]]\nwhat = "评分"\nrole = "group"\ndate = 2027-03-31\n'
Cells = Mapping[tuple[str, str, str], str]  # (indicator or unit, period, field) -> text


def city(tmp_path: Path, rules: str = RULES) -> Path:
    return sent_out(make(tmp_path / "city", CITY, {"d": rules}, SHEETS))


def says(cells: Cells) -> Callable[[Form, Spot], object]:
    """Full marks but for what is stated."""

    def say(form: Form, spot: Spot) -> object:
        field, about = spot.column.field, spot.line.indicator or spot.line.unit
        if spot.component == "visits":
            return cells.get(("visit", spot.line.repeat, field))
        full = str(spot.line.high) if spot.component == "priority" else "100"
        return cells.get((about, spot.column.repeat, field), full if field == "mark" else None)

    return say


def said(folder: Path, cells: Cells) -> list[str]:
    put(folder, "P1", says(cells), "marks")
    found = [one for one in take_in(folder).findings if one.code == "REASON_MISSING"]
    return sorted(f"{one.sheet} {one.cell}" for one in found)


VISIT = {("visit", "1", "unit"): "甲局", ("visit", "1", "date"): "2026-06-01", ("visit", "1", "mark"): "70"}
CASES: Mapping[str, tuple[Cells, list[str]]] = {
    "nothing lost": ({}, []),
    "less than the bound": ({("A1", "", "mark"): "8.5"}, []),
    "the bound in points": ({("A1", "", "mark"): "8"}, ["部门·重点工作目标 G7"]),
    "nothing given at all": ({("A1", "", "mark"): "0"}, ["部门·重点工作目标 G7"]),
    "half of a small line": ({("A2", "", "mark"): "0.5"}, ["部门·重点工作目标 G8"]),
    "with its reason": ({("A1", "", "mark"): "8", ("A1", "", "reason"): "一段未通车"}, []),
    "blanks are no reason": ({("A1", "", "mark"): "8", ("A1", "", "reason"): "　 "}, ["部门·重点工作目标 G7"]),
    "by period": ({("A", "下半年", "mark"): "80"}, ["部门·工作 F7"]),
    "the reason of the other period": (
        {("A", "下半年", "mark"): "80", ("A", "上半年", "reason"): "晚"},
        ["部门·工作 F7"],
    ),
    "a visit": (VISIT, ["部门·实地踏查 F7"]),
    "a visit with its reason": ({**VISIT, ("visit", "1", "reason"): "工地停工"}, []),
}


@pytest.mark.parametrize("case", CASES)
def test_a_loss_without_a_reason_is_named_at_the_reasons_cell(tmp_path: Path, case: str) -> None:
    """From so many points or such a part on; each mark has a cell of its own for it."""
    cells, expected = CASES[case]
    assert said(city(tmp_path), cells) == expected


def test_without_its_reason_a_mark_holds_the_scoring_up(tmp_path: Path) -> None:
    """The rules want it; a decided correction of the mark brings its own."""
    folder = city(tmp_path)
    put(folder, "P1", says({("A1", "", "mark"): "8"}), "marks")
    with pytest.raises(Refused) as refused:
        score_folder(folder)
    assert "REASON_MISSING" in {one.code for one in refused.value.findings}
    (digest,) = [each.digest for each in take_in(folder).intake.files]
    about = ("--file", digest, "--sheet", "部门·重点工作目标", "--cell", "F7", "--from", "8", "--to", "7")
    decision = ("--document", "1号", "--date", "2027-04-02", "--reason", "核实")
    assert ev("decide", str(folder), "更正", *about, *decision).returncode == 0
    assert score_folder(folder).result.points["A", "priority"].share == Fraction(8, 10)


def test_a_sheet_that_asked_for_no_reasons_counts_and_is_asked_only_for_those_that_lack(tmp_path: Path) -> None:
    """The rule came after the sheets: full marks stand; a lost point is asked for at the present sheet's cell."""
    folder = city(tmp_path, RULES.replace("reason =", "# reason ="))
    old = form_of(folder, "P1", "marks")
    rules = folder / "schemes" / "d.toml"
    rules.write_text(RULES, encoding="utf-8")
    sent_out(folder)
    for cells, expected in (({}, []), ({("A1", "", "mark"): "8"}, ["G7"])):
        (folder / "inbox" / "P1.xlsx").write_bytes(filled(old, partial(says(cells), old)))
        found = take_in(folder).findings
        assert [one.cell for one in found if one.blocks and one.file] == expected
        for part in ("inbox", "received"):
            for path in (folder / part).iterdir():
                path.unlink()


TWO_FILES: Mapping[str, tuple[Cells, Cells, int]] = {
    "the reason in the other file": ({("A1", "", "mark"): "6"}, {("A1", "", "reason"): "一段未通车"}, 0),
    "no reason in either": ({("A2", "", "mark"): "1"}, {("A1", "", "mark"): "6"}, 1),
}


@pytest.mark.parametrize("case", TWO_FILES)
def test_a_sheet_in_several_files_is_asked_for_its_reasons_like_one(tmp_path: Path, case: str) -> None:
    """Mark and reason are told apart by what they are about, not by the file in which they came."""
    folder = city(tmp_path)
    one, two, expected = TWO_FILES[case]
    form = form_of(folder, "P1", "marks")
    rest = says({("A1", "", "mark"): None, **dict.fromkeys((*one, *two))})  # type: ignore[dict-item]
    first, second = says_only(one), lambda form, spot: says_only(two)(form, spot) or rest(form, spot)
    for name, say in (("一", first), ("二", second)):
        (folder / "inbox" / f"{name}.xlsx").write_bytes(filled(form, partial(say, form)))
    digests = [each.digest for each in take_in(folder).intake.files]
    both = [option for digest in digests for option in ("--file", digest)]
    decision = ("--document", "1号", "--date", "2027-04-02", "--reason", "分两次报送")
    assert ev("decide", str(folder), "合并采用", *both, *decision).returncode == 0
    assert sum(each.code == "REASON_MISSING" for each in take_in(folder).findings) == expected
    if not expected:
        score_folder(folder)
        assert '"reason": "一段未通车"' in ev("explain", str(folder), "A", "--output-format", "json").stdout


def says_only(cells: Cells) -> Callable[[Form, Spot], object]:
    """Nothing but what is stated."""
    return lambda _, spot: cells.get((spot.line.indicator, spot.column.repeat, spot.column.field))


LOST = {
    ("A1", "", "mark"): "6",
    ("A1", "", "reason"): "一段未通车",
    ("A2", "", "mark"): "0.75",
    ("A", "上半年", "mark"): "90",
}


@pytest.fixture
def scored(tmp_path: Path) -> Path:
    """A year in which A lost points, one mark with a reason."""
    folder = city(tmp_path)
    put(folder, "P1", says(LOST), "marks")
    score_folder(folder)
    return folder


def test_reasons_are_kept_and_explained(scored: Path) -> None:
    """In the marks of the run, in the explanation on the terminal and for programs, on the unit's report page."""
    run = scored / "runs" / "0001"
    rows = [line for line in (run / "marks.csv").read_text("utf-8-sig").splitlines() if ",reason," in line]
    assert any("一段未通车" in line for line in rows)
    assert "一段未通车" in "".join(ev("explain", str(scored), "A", "--lang", "zh").stdout.split())  # folded
    assert '"reason": "一段未通车"' in ev("explain", str(scored), "A", "--output-format", "json").stdout
    assert "一段未通车" in (run / "internal" / "评估报告页.html").read_text("utf-8")


WRONG = {
    "where nothing is marked": ('answer = "percent"\neach = ["上半年", "下半年"]', "answer = { target = 'higher' }"),
    "without a bound": ("reason = { percent = 20 }", "reason = {}"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_rule_for_reasons_says_from_when_on_and_where_points_are_marked(tmp_path: Path, case: str) -> None:
    """Other rules are refused at their key."""
    old, new = WRONG[case]
    assert old in RULES
    with pytest.raises(Refused) as refused:
        load(make(tmp_path / "city", CITY, {"d": RULES.replace(old, new)}, SHEETS))
    assert "component.work.reason" in {one.cell for one in refused.value.findings}


def test_the_rules_read_out_say_when_a_reason_is_needed(tmp_path: Path) -> None:
    """For the committee, in words."""
    evaluation, _ = load(city(tmp_path))
    assert "失分达到1分或50%的，评分的人写明失分理由" in method(evaluation, evaluation.classes["d"], "priority")
