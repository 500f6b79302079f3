"""Each period's result by itself, from a few marks: whose points are all in, and who is placed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest

import results
from evaltool.inbox.intake import Intake
from evaltool.inbox.tables import ANSWERS, BALLOTS, table
from evaltool.results.periods import PeriodResult, _ranks, period_results, periods_of
from evaltool.roster import Evaluator
from evaltool.rules import Component

QUARTERS = ["一季度", "二季度"]
UNITS = {"A": "g1", "B": "g1", "C?": "g1", "D": "g2"}
MARKS = {"A": ("90", "70"), "B": ("60", "80"), "C": ("100", "100"), "D": ("50", "50")}


def component(**own: object) -> Component:
    return Component.model_validate({"name": "工作", "weight": 60, "by": "office", "answer": "percent", **own})


def quarters(marks: Mapping[str, tuple[str, ...]] = MARKS, **work: object) -> dict[tuple[str, str], PeriodResult]:
    """By group and period, where the office marks 工作 each quarter and 民评 once."""
    made = results.evaluation(UNITS)
    (scheme,) = made.classes.values()
    components = {**scheme.components, "work": component(each=QUARTERS, **work)}
    made = replace(made, classes={"d": replace(scheme, components=components)})
    made = replace(made, roster=replace(made.roster, evaluators=(Evaluator("O", "绩效办", "office"),)))
    beside = (2, "given", True, 0, 10000, "表", "A1", "", "O", "", "h", "f")
    rows = [
        ("d", "work", "", unit, quarter, "mark", said, int(said) * 100, *beside)
        for unit, own in marks.items()
        for quarter, said in zip(QUARTERS, own, strict=False)
    ]
    intake = Intake(table(ANSWERS, rows), table(BALLOTS, []), (), (), ())
    return {(one.group, one.period): one for one in period_results(made, intake)}


def test_a_period_counts_its_own_marks_alone() -> None:
    """Out of the 60 points of what is marked by quarters; the unranked unit has points and no place."""
    found = quarters()
    assert list(found) == [("g1", "一季度"), ("g2", "一季度"), ("g1", "二季度"), ("g2", "二季度")]
    first, second = found["g1", "一季度"], found["g1", "二季度"]
    assert (first.class_id, first.full) == ("d", Fraction(60))
    assert first.points == {"A": 54, "B": 36, "C": 60}
    assert (first.ranks, second.ranks) == ({"A": 1, "B": 2}, {"B": 1, "A": 2})
    assert found["g2", "二季度"].points == {"D": 30}


def test_who_waits_for_a_mark_keeps_all_from_their_places() -> None:
    """B has no mark of the second quarter; an unranked unit keeps nobody waiting."""
    found = quarters({**MARKS, "B": ("60",)})
    assert found["g1", "一季度"].ranks == {"A": 1, "B": 2}
    assert found["g1", "二季度"].points == {"A": 42, "C": 60}
    assert found["g1", "二季度"].ranks == {}
    found = quarters({**MARKS, "C": ("100",)})
    assert found["g1", "二季度"].points == {"A": 42, "B": 48}
    assert found["g1", "二季度"].ranks == {"B": 1, "A": 2}


def test_a_group_without_what_is_marked_by_periods_has_no_such_result() -> None:
    """Only the first group has the component."""
    assert list(quarters(groups=["g1"])) == [("g1", "一季度"), ("g1", "二季度")]


@pytest.mark.parametrize(("gaps", "last"), [(True, 4), (False, 3)])
def test_places_of_a_period_go_by_points_as_they_are_printed(gaps: bool, last: int) -> None:
    """50.004 and 50.00 are the same; 49.99 comes third of all, or has the next place."""
    scheme = results.scheme()
    scheme = replace(scheme, ranking=scheme.ranking.model_copy(update={"gaps": gaps}))
    points = {"A": Fraction("50.004"), "B": Fraction(50), "C": Fraction("49.99"), "D": Fraction(60)}
    assert _ranks(points, scheme) == {"A": 2, "B": 2, "C": last, "D": 1}


def test_stages_are_the_periods_of_which_there_are_results() -> None:
    """Where periods make up stages; what is marked once, or whenever something happens, has none."""
    stages = {"上半年": ["1月", "2月"], "下半年": ["7月"]}
    assert periods_of(component(each={"stages": stages, "stage_over": "mean"})) == ("上半年", "下半年")
    assert periods_of(component(each=QUARTERS)) == ("一季度", "二季度")
    assert periods_of(component(each="次")) == periods_of(component()) == ()
