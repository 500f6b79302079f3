"""From points to published totals, ranks and grades."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaltool.exact import exact, half_up, published
from evaltool.results.grade import grade
from evaltool.results.rank import Standings, rank
from results import evaluation, line, points

UNITS = {"A": "g1", "B": "g1", "C": "g1", "D": "g1"}


def ranks(standings: Standings) -> dict[str, int | None]:
    return {one.unit.id: one.rank for one in standings}


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        ("2.345", 2, "2.35"),
        ("2.3449999", 2, "2.34"),
        ("79.6", 2, "79.60"),
        ("1/3", 3, "0.333"),
        ("-2.345", 2, "-2.35"),
        ("0.5", 0, "1"),
        ("2.5", 0, "3"),
    ],
)
def test_rounding_is_half_up_on_exact_values(value: str, digits: int, text: str) -> None:
    """四舍五入: a half goes up, whatever the digit before it."""
    assert published(Fraction(value), digits) == text


@given(st.fractions(min_value=0, max_value=1000, max_denominator=10**6))
def test_rounding_moves_a_value_by_half_a_unit_at_most(value: Fraction) -> None:
    """The published value is the nearest one."""
    assert abs(half_up(value, 2) - value) <= Fraction(1, 200)
    assert Fraction(exact(value)) == value


def test_ranks_follow_the_published_total_and_ties_the_exact_points_of_the_chain() -> None:
    """B and C are published alike; C is ahead by its work although its exact total is smaller."""
    table = points({"A": ("55", "38"), "B": ("50", "30.004"), "C": ("50.001", "30.001"), "D": ("40", "30")})
    standings, findings = rank(evaluation(UNITS), table)
    assert ranks(standings) == {"A": 1, "C": 2, "B": 3, "D": 4}
    assert findings == []
    assert "由工作得分确定名次" in next(one.tie for one in standings if one.unit.id == "C")


def test_a_tie_says_what_was_compared_up_to_what_told_them_apart() -> None:
    """Level in the first component of the chain, apart in the second."""
    made = evaluation({"A": "g1", "B": "g1"})
    (scheme,) = made.classes.values()
    chain = [*scheme.ranking.ties, *(each for each in scheme.leaves() if each not in scheme.ranking.ties)]
    ranking = scheme.ranking.model_copy(update={"ties": chain})
    made = replace(made, classes={scheme.id: replace(scheme, ranking=ranking)})
    standings, _ = rank(made, points({"A": ("50", "30.004"), "B": ("50", "30.001")}))
    first, second = (scheme.components[each].name for each in chain[:2])
    assert standings[0].tie == f"与单位B总分相同，依次比较{first}、{second}，由{second}得分确定名次"


def test_a_tie_that_nothing_breaks_is_a_shared_rank() -> None:
    """1, 2, 2, 4."""
    table = points({"A": ("55", "38"), "B": ("50", "30"), "C": ("50", "30"), "D": ("40", "30")})
    standings, _ = rank(evaluation(UNITS), table)
    assert ranks(standings) == {"A": 1, "B": 2, "C": 2, "D": 4}


def test_the_ledger_settles_a_tie() -> None:
    """One line per tied unit, each with its own place."""
    table = points({"A": ("55", "38"), "B": ("50", "30"), "C": ("50", "30"), "D": ("40", "30")})
    ledger = (line("tie", unit="C", after="2"), line("tie", unit="B", after="3"))
    standings, findings = rank(evaluation(UNITS, ledger=ledger), table)
    assert ranks(standings) == {"A": 1, "C": 2, "B": 3, "D": 4}
    assert findings == []


def test_a_decision_that_does_not_fit_the_tie_is_a_finding() -> None:
    """Place 1 is not one that the tied units occupy, and one of them is not placed at all."""
    table = points({"A": ("55", "38"), "B": ("50", "30"), "C": ("50", "30"), "D": ("40", "30")})
    standings, findings = rank(evaluation(UNITS, ledger=(line("tie", unit="C", after="1"),)), table)
    assert ranks(standings) == {"A": 1, "B": 2, "C": 2, "D": 4}
    assert [one.code for one in findings] == ["TIE_DECISION"]


def test_a_unit_that_is_placed_twice_settles_nothing() -> None:
    """Two lines for one unit contradict each other; neither is picked."""
    table = points({"A": ("55", "38"), "B": ("50", "30"), "C": ("50", "30"), "D": ("40", "30")})
    ledger = (line("tie", unit="C", after="3"), line("tie", unit="C", after="2"), line("tie", unit="B", after="3"))
    standings, findings = rank(evaluation(UNITS, ledger=ledger), table)
    assert ranks(standings) == {"A": 1, "B": 2, "C": 2, "D": 4}
    assert {one.code for one in findings} == {"TIE_DECISION"}


def test_a_tie_decided_for_a_unit_that_is_not_tied_is_a_finding() -> None:
    """A has rank 1 alone, and E has none: the lines would be forgotten without a word."""
    table = points({"A": ("55", "38"), "B": ("50", "30"), "E": ("55", "38")})
    ledger = (line("tie", unit="A", after="1"), line("tie", unit="E", after="1"))
    standings, findings = rank(evaluation({"A": "g1", "B": "g1", "E?": "g1"}, ledger=ledger), table)
    assert ranks(standings) == {"A": 1, "B": 2, "E": None}
    assert [(one.code, one.unit) for one in findings] == [
        ("DECISION_WITHOUT_EFFECT", "A"),
        ("DECISION_WITHOUT_EFFECT", "E"),
    ]


def test_a_tie_of_a_field_of_work_is_no_tie_of_ranks() -> None:
    """Lines that name a field settle no rank and are none of its findings."""
    table = points({"A": ("50", "30"), "B": ("50", "30")})
    ledger = tuple(line("tie", unit=unit, after=after, component="f1") for unit, after in (("A", "2"), ("B", "1")))
    standings, findings = rank(evaluation({"A": "g1", "B": "g1"}, ledger=ledger), table)
    assert (ranks(standings), findings) == ({"A": 1, "B": 1}, [])


def test_an_unranked_unit_has_a_total_and_no_rank() -> None:
    """It stands at the end and takes nobody's place."""
    standings, _ = rank(evaluation({"A?": "g1", "B": "g1"}), points({"A": ("60", "40"), "B": ("50", "30")}))
    assert [(one.unit.id, one.rank, one.text) for one in standings] == [("B", 1, "80.00"), ("A", None, "100.00")]


def test_bonus_is_capped_and_deduction_subtracted_before_rounding() -> None:
    """The bonus counts up to the cap of the rules; exact totals are rounded once."""
    ledger = (
        line("bonus", unit="A", after="2"),
        line("bonus", unit="A", after="2"),
        line("deduction", unit="A", after="0.005"),
    )
    standings, _ = rank(evaluation({"A": "g1"}, "[bonus]\ncap = 3\n", ledger), points({"A": ("50", "30")}))
    assert (standings[0].bonus, standings[0].exact, standings[0].text) == (Fraction(3), Fraction("82.995"), "83.00")


@pytest.mark.parametrize(
    ("total", "expected"),
    [("90", "优秀"), ("89.995", "优秀"), ("89.994", "良好"), ("79.6", "一般"), ("60", "一般"), ("59.99", "较差")],
)
def test_grades_are_lower_bounds_on_the_published_total(total: str, expected: str) -> None:
    """79.6 is 一般, and what is published as 90.00 is 优秀."""
    made = evaluation({"A": "g1"})
    table = points({"A": (total, "0")})
    assert grade(made, rank(made, table)[0], table)[0].grade == expected


def test_vetoes_lower_the_grade_by_one_however_many() -> None:
    """Two vetoes lower by one grade; total and rank stay; the lowest grade cannot be lowered."""
    ledger = (line("veto", unit="A"), line("veto", unit="A", document="绩委〔2027〕2号"), line("veto", unit="B"))
    made = evaluation({"A": "g1", "B": "g1"}, ledger=ledger)
    table = points({"A": ("55", "38"), "B": ("10", "10")})
    first, second = grade(made, rank(made, table)[0], table)
    assert (first.grade, first.grade_by_total, first.rank, first.text) == ("良好", "优秀", 1, "93.00")
    assert (second.grade, second.grade_by_total) == ("较差", "较差")


@given(
    st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 4000)), min_size=2, max_size=4),
    st.integers(0, 3),
    st.integers(1, 500),
)
def test_a_raised_mark_never_lowers_a_rank(parts: list[tuple[int, int]], at: int, more: int) -> None:
    """Whatever the others have, more points in a component never cost a place."""
    names = list(UNITS)[: len(parts)]
    who = names[at % len(names)]
    before = {
        name: (str(Fraction(work, 100)), str(Fraction(vote, 100)))
        for name, (work, vote) in zip(names, parts, strict=True)
    }
    work, vote = before[who]
    after = {**before, who: (str(Fraction(work) + Fraction(more, 100)), vote)}
    made = evaluation(dict.fromkeys(names, "g1"))
    old, new = (ranks(rank(made, points(each))[0])[who] for each in (before, after))
    assert old is not None
    assert new is not None
    assert new <= old
