"""Several kinds of events in one capped pot, end to end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_figures import GRADE, HEAD, SETTINGS, UNITS

from evaltool.checks.validate import validate
from evaltool.evaluation import load
from evaltool.evaluation.in_words import explain
from evaltool.explain.explanation import explained, readded
from evaltool.findings import Refused
from evaltool.inbox.ingest import ingest
from evaltool.points.bounds import bounds
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from evaltool.rules.expressions import value_of
from evaltool.rules.methods import Facts, Tally
from evaltool.rules.methods.method import as_stated
from evaltool.run import scored, take_in
from evaltool.workbook.ranked import ranked_book
from evaltool.writers.saving import to_bytes
from filling import Spot
from folders import make, result_of, return_all
from spreadsheet import disagreeing, opened

RULES = """
[component.honours]
name = "表彰奖励"
weight = 10
by = "statistics"
answer = { tally = { "国家级" = 4, "省级" = 2.5, "迟到" = -0.5 } }
[component.discipline]
name = "工作纪律"
weight = 90
by = "statistics"
answer = { tally = { "通报批评" = -20, "超期" = -7 }, start = "full", least = 30 }
"""
STATISTICS = {"评估主体": "编号,名称,角色\nS1,统计局,statistics\n"}
CASES = {
    "A": {"国家级": "1", "省级": "2", "迟到": "3", "通报批评": "1", "超期": "0"},
    "B": {"国家级": "3", "省级": "0", "迟到": "1", "通报批评": "3", "超期": "1"},
    "C": {"国家级": "0", "省级": "0", "迟到": "5", "通报批评": "0", "超期": "0"},
    "D": {"国家级": "0", "省级": "1", "迟到": "0", "通报批评": "0", "超期": "3"},
}


def says(cases: Mapping[str, Mapping[str, str]]) -> Callable[[Form, Spot], object]:
    return lambda _, spot: cases[spot.unit].get(spot.indicator) if spot.column.field == "figure:件数" else None


def folder(tmp: Path, rules: str = RULES, indicators: Mapping[str, str] | None = None) -> Path:
    return make(tmp / "e", {"单位": UNITS, **STATISTICS, **(indicators or {})}, {"d": HEAD + rules + GRADE}, SETTINGS)


def test_kinds_of_events_come_together_in_one_pot(tmp_path: Path) -> None:
    """4 + 5 - 1.5 = 7.5; 12 - 0.5 is more than the pot's 10; nobody has less than nothing; 90 - 60 - 7 stops at 30."""
    made = folder(tmp_path)
    result = result_of(made, says(CASES))
    got = {key: point.points for key, point in result.points.items()}
    assert [got[unit, "honours"] for unit in "ABCD"] == [Fraction(15, 2), 10, 0, Fraction(5, 2)]
    assert [got[unit, "discipline"] for unit in "ABCD"] == [70, 30, 90, 69]
    assert all(result.points[unit, leaf].basis == "" for unit in "ABCD" for leaf in ("honours", "discipline"))
    told = explained(result, result.evaluation.units["B"])
    assert readded(told) == []
    said = [sentence for node in told.nodes for sentence in node.said]
    assert any("从0分起，各种情形合计11.5分，在0至10分之内，计10分" in one for one in said)
    book, cached = opened(to_bytes(ranked_book(result)))
    assert disagreeing(book, cached) == []
    made_of = dict(book.formulas())
    typed = next(spot for spot, value in cached.items() if spot[0] == "指标明细" and value == 3 and spot not in made_of)
    changed = book.with_changes({typed: 0})  # 甲县 without its three latenesses
    assert any((cached[spot], changed.value(spot)) == (7.5, 9) for spot in made_of if spot[0] == "得分明细")


def test_the_sheet_asks_for_cases_and_their_proof(tmp_path: Path) -> None:
    """A row for every unit and kind, whole numbers from 0 on; the rules read out what each case is worth."""
    evaluation, _ = load(folder(tmp_path))
    (form,) = (form for form in forms(evaluation).values() if form.kind == "marks")
    table = form.sheets[0].tables[0]
    assert [line.indicator for line in table.lines if line.unit == "A"] == ["国家级", "省级", "迟到"]
    cases, proof = table.columns
    assert [cases.header, cases.decimals, cases.low, proof.header] == ["件数", 0, 0, "依据（文号、证书、日期）"]
    assert any(
        "国家级 +4、省级 +2.5、迟到 -0.5；从 0 分起，合计不低于 0 分，不超过 10 分" in one
        for one in explain(evaluation)
    )


def test_cases_without_proof_are_worth_a_look(tmp_path: Path) -> None:
    """Where cases are counted and nothing is written beside them; none where there are no cases."""
    made = folder(tmp_path)
    return_all(made, says(CASES))
    evaluation, _ = load(made)
    intake, _ = ingest(evaluation)
    found = [one for one in validate(evaluation, intake) if one.code == "CASES_UNPROVED"]
    assert len(found) == sum(int(cases) > 0 for of in CASES.values() for cases in of.values())
    assert all(one.sheet and one.cell for one in found)


def test_a_number_of_cases_that_is_left_out_is_missed(tmp_path: Path) -> None:
    """A blank is never a silent zero."""
    made = folder(tmp_path)
    return_all(made, says({**CASES, "D": {"国家级": "0", "省级": "1", "通报批评": "0", "超期": "3"}}))
    with pytest.raises(Refused) as wrong:
        scored(take_in(made), "0001")
    assert ("FIGURE_MISSING", "D") in {(one.code, one.unit) for one in wrong.value.findings}


def test_cases_that_are_not_known_may_still_take_points_off(tmp_path: Path) -> None:
    """Whoever left out how often there was a reprimand may come to the least of the pot; the others are what they
    are."""
    made = folder(tmp_path)
    return_all(made, says({**CASES, "C": {"国家级": "0", "省级": "0", "迟到": "5", "超期": "0"}}))
    evaluation, _ = load(made)
    low, high = bounds(evaluation, *ingest(evaluation))
    ends = {unit: [low[unit, "discipline"].points, high[unit, "discipline"].points] for unit in "AC"}
    assert ends["A"] == [70, 70]
    least, most = ends["C"]
    assert least is not None
    assert least <= 30
    assert most == 90


@pytest.mark.parametrize(
    ("before", "after", "cell"),
    [
        ('start = "full", least = 30', 'start = "full", least = 95', "component.discipline.answer.least"),
        ('start = "full", least = 30', "start = 20, least = 30", "component.discipline.answer.start"),
        ('start = "full", least = 30', "least = -5", "component.discipline.answer.least"),
        ('"超期" = -7', '"超期" = 0', "component.discipline.answer.tally"),
    ],
)
def test_a_pot_that_cannot_be_says_why(before: str, after: str, cell: str, tmp_path: Path) -> None:
    """Limits in the wrong order, a start outside them, kinds worth nothing: at their keys."""
    with pytest.raises(Refused) as wrong:
        load(folder(tmp_path, RULES.replace(before, after)))
    assert [(one.code, one.cell) for one in wrong.value.findings] == [("RULES_FIGURE", cell)]


def test_a_pot_of_endless_points_is_refused(tmp_path: Path) -> None:
    """Points for a case out of 10/3 cannot be written down: the rules say so, wherever the pot starts."""
    rules = RULES.replace("weight = 10", 'weight = "10/3"').replace("weight = 90", 'weight = "290/3"')
    with pytest.raises(Refused) as wrong:
        load(folder(tmp_path, rules))
    said = [(one.code, one.cell) for one in wrong.value.findings]
    assert said == [("RULES_FIGURE", f"component.{leaf}.answer.tally") for leaf in ("discipline", "honours")]
    assert "10/3 除不尽" in wrong.value.findings[1].message("zh")


def test_the_kinds_stand_in_the_rules_alone(tmp_path: Path) -> None:
    """Lines in the table of indicators would say them twice."""
    lines = "对象类别,评估内容,编号,名称,预赋分值\nd,honours,1,国家级,10\n"
    with pytest.raises(Refused) as wrong:
        load(folder(tmp_path, indicators={"指标": lines}))
    assert [one.code for one in wrong.value.findings] == ["ROSTER_INDICATOR"]


POINTS = st.integers(-40, 40).map(lambda one: Decimal(one) / 4)
POTS = st.builds(
    lambda kinds, least, more: Tally(tally=kinds, least=Decimal(least), most=Decimal(least + more)).out_of(
        Fraction(20)
    ),
    st.dictionaries(st.sampled_from("甲乙丙丁"), POINTS, min_size=1),
    st.integers(0, 10),
    st.integers(0, 10),
)


@given(POTS, st.lists(st.integers(0, 9), min_size=4, max_size=4))
def test_a_pot_stays_inside_its_limits(pot: Tally, cases: list[int]) -> None:
    """Whatever happens how often: not below the least, not above the most; one more good event never takes away."""

    def worth(counts: list[int]) -> Fraction:
        shares = [
            pot.of_line(kind).share(Fraction(n), Facts(full=Fraction(20)))
            for kind, n in zip(pot.kinds, counts, strict=False)
        ]
        return value_of(pot.pooled(sum((one * 20 for one in shares if one is not None), Fraction(0)), as_stated))

    assert pot.most is not None
    assert pot.least <= worth(cases) <= pot.most
    at = next((at for at, kind in enumerate(pot.kinds) if pot.tally[kind] > 0), None)
    if at is not None:
        more = [*cases[:at], cases[at] + 1, *cases[at + 1 :]]
        assert worth(more) >= worth(cases)
