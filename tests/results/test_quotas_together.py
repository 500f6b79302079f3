"""A quota of a grade over several groups together: so many percent of all their units, ties at the edge as stated."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaltool.evaluation.in_words import explain
from evaltool.explain.explanation import explained
from evaltool.findings import Finding
from evaltool.questions.forms import Form
from evaltool.results.grade import places
from evaltool.results.result import Result
from evaltool.rules import Grade
from evaltool.run import judged, take_in
from evaltool.workbook.ranked import ranked_book
from evaltool.writers.saving import to_bytes
from filling import Spot
from folders import OFFICE_SETTINGS, make, mistakes_in, return_all
from spreadsheet import disagreeing, opened

RULES = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{ id = "a", name = "甲类" }, { id = "b", name = "乙类" }, { id = "c", name = "丙类" }]
[component.work]
name = "工作"
weight = 100
by = "office"
answer = "percent"
[[grade]]
name = "优秀"
from = 80
top_percent = 30
rounding = "down"
at_least = 1
together = ["a", "b"]
[[grade]]
name = "合格"
from = 0
"""
MARKS = {"a1": 95, "a2": 93, "a3": 90, "a4": 85, "b1": 94, "b2": 90, "b3": 70, "c1": 88, "c2": 81, "c3": 80}
PEOPLE = "编号,名称,角色\nO1,市绩效办,office\n"


def units(marks: dict[str, int]) -> str:
    rows = (f"{unit},{unit}局,d,{unit[0]},{at}\n" for at, unit in enumerate(marks, 1))
    return "编号,名称,对象类别,分类,顺序\n" + "".join(rows)


def made(
    tmp: Path, rules: str = RULES, marks: dict[str, int] | None = None, ledger: str = "", *, interim: bool = False
) -> tuple[Sequence[Finding], Result | None]:
    marks = marks or MARKS

    def says(form: Form, spot: Spot) -> object:
        return (marks[spot.unit] or None) if spot.column.field == "mark" else None

    folder = make(tmp / "e", {"单位": units(marks), "评估主体": PEOPLE}, {"d": rules}, OFFICE_SETTINGS, ledger)
    return_all(folder, says)
    return judged(take_in(folder), "0001", interim=interim)


def best(result: Result | None) -> set[str]:
    assert result is not None
    return {one.unit.id for one in result.standings if one.grade == "优秀"}


def by_hand(marks: dict[str, int], ties: str) -> set[str]:
    """30 % of the seven of a and b are two; of the three of c none, but one at least."""
    found = set[str]()
    for groups in ("ab", "c"):
        own = sorted((mark for unit, mark in marks.items() if unit[0] in groups), reverse=True)
        most = max(len(own) * 30 // 100, 1)
        for unit, mark in marks.items():
            if unit[0] in groups and mark >= 80:
                above, level = sum(each > mark for each in own), own.count(mark)
                found |= {unit} if above + (1 if ties == "all" else level) <= most else set()
    return found


def test_the_best_of_both_groups_have_the_grade(tmp_path: Path) -> None:
    """The first of a and the first of b, although 30 % of b alone would be none; c by itself has one at least."""
    _, result = made(tmp_path)
    assert best(result) == by_hand(MARKS, "none") == {"a1", "b1", "c1"}
    assert result is not None
    said = "".join(explained(result, next(one.unit for one in result.standings if one.unit.id == "b1")).said)
    assert "在甲类、乙类合计的前30%（2个）以内" in said
    words = "\n".join(explain(result.evaluation))
    assert "名次在甲类、乙类合计排名单位的前 30%（单位数舍去余数，至少 1 个：" in words
    assert "甲类、乙类7 个单位取 2 个、丙类3 个单位取 1 个" in words


TIED = MARKS | {"a2": 94}


@pytest.mark.parametrize(("ties", "who"), [("all", {"a1", "a2", "b1", "c1"}), ("none", {"a1", "c1"})])
def test_of_a_tie_across_groups_all_or_none_have_it(ties: str, who: set[str], tmp_path: Path) -> None:
    """Two places, and the second is shared by one of each group."""
    _, result = made(tmp_path, RULES.replace("at_least = 1", f'at_least = 1\nties = "{ties}"'), TIED)
    assert best(result) == by_hand(TIED, ties) == who


def test_a_tie_across_groups_is_decided_for_the_grade(tmp_path: Path) -> None:
    """By default the committee is asked; its lines name the grade and the places."""
    findings, result = made(tmp_path, marks=TIED)
    (found,) = [one for one in findings if one.code == "GRADE_EDGE_TOGETHER"]
    assert (result, "a2局、b1局" in found.message("zh"), "从2起" in found.hint("zh")) == (None, True, True)
    lines = "".join(f"同分裁定,纪要,2027-03-01,从严,{unit},优秀,{place}\n" for unit, place in (("a2", 3), ("b1", 2)))
    ledger = f"种类,文号,日期,理由,单位,评估内容,新值\n{lines}"
    findings, result = made(tmp_path / "decided", marks=TIED, ledger=ledger)
    assert best(result) == {"a1", "b1", "c1"}
    assert result is not None
    assert {one.unit.id: one.rank for one in result.standings}["b1"] == 1
    findings, _ = made(tmp_path / "idle", ledger=ledger)
    assert [one.code for one in findings if one.sheet == "决定"] == ["DECISION_WITHOUT_EFFECT"] * 2


def test_the_workbook_counts_over_both_tabs(tmp_path: Path) -> None:
    """A total on the one tab moves the grade on the other; another percentage gives more places."""
    _, result = made(tmp_path)
    assert result is not None
    book, cached = opened(to_bytes(ranked_book(result)))
    assert disagreeing(book, cached) == []
    at = {cached[spot]: spot for spot in cached if spot[0] in ("甲类", "乙类") and spot[2] == 2}
    grades = {unit: (*at[f"{unit}局"][:2], 4) for unit in MARKS if unit[0] != "c"}
    typed = {spot for spot, said in book.cells.items() if str(said) == "94" and spot[0] not in ("甲类", "乙类")}
    (mark,) = typed
    changed = book.with_changes({mark: 80})
    assert (changed.value(grades["b1"]), changed.value(grades["a2"])) == ("合格", "优秀")
    share = next(spot for spot in cached if spot[0] == "参数" and cached[spot] == "前百分之")
    more = book.with_changes({(*share[:2], 5): 60})
    assert [more.value(grades[unit]) for unit in ("a1", "a2", "b1", "b2", "b3")] == ["优秀"] * 3 + ["合格"] * 2


def test_an_interim_result_looks_at_both_groups(tmp_path: Path) -> None:
    """Whose mark is missing may still take a place from either group; who is behind two in any case is sure."""
    _, result = made(tmp_path, marks=MARKS | {"b2": 0}, interim=True)
    assert result is not None
    of = {one.unit.id: one for one in result.standings}
    assert (of["a1"].grade, of["b1"].possible, of["a2"].grade) == ("优秀", ("合格", "优秀"), "合格")


@pytest.mark.parametrize(
    ("before", "after", "code", "cell"),
    [
        ('["a", "b"]', '["a", "x"]', "RULES_NAME_UNKNOWN", "grade[1].together[2]"),
        ("top_percent = 30\n", "", "RULES_KEY_MISSING", "grade[1]"),
    ],
)
def test_a_quota_over_nothing_is_refused(before: str, after: str, code: str, cell: str, tmp_path: Path) -> None:
    """Groups that there are, and a percentage of them."""
    tables = {"单位": units(MARKS), "评估主体": PEOPLE}
    assert (code, cell) in mistakes_in(
        make(tmp_path / "e", tables, {"d": RULES.replace(before, after)}, OFFICE_SETTINGS)
    )


@given(st.integers(0, 60), st.sampled_from(["0", "7.5", "20", "33", "100"]), st.integers(0, 3))
def test_a_quota_is_never_passed(count: int, percent: str, least: int) -> None:
    """Never more than the percentage, rounded as stated, or the stated least; never more than there are."""
    share = Fraction(percent) * count / 100
    for rounding, slack in (("down", 0), ("half_up", Fraction(1, 2)), ("up", 1)):
        table = {"name": "优秀", "top_percent": Decimal(percent), "rounding": rounding, "at_least": least}
        one = Grade.model_validate(table)
        assert min(least, count) <= places(one, count) <= count
        assert places(one, count) <= share + slack or places(one, count) <= least
