"""From points to published totals, ranks and grades."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaltool.evaluation import Evaluation
from evaltool.exact import exact, half_up, published
from evaltool.findings import Finding
from evaltool.ledger import Decision
from evaltool.points.score import PointsTable
from evaltool.results.grade import edges, grade
from evaltool.results.rank import Climbed, Standing, Standings, decided_places, placed_by, rank
from evaltool.roster import Earlier
from evaltool.rules import Condition, Grade
from evaltool.rules.outcomes import ClimbRule
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
    assert "按工作得分确定名次" in next(one.tie for one in standings if one.unit.id == "C")


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
    assert list(ranks(standings).items()) == [("A", 1), ("C", 2), ("B", 3), ("D", 4)]
    assert findings == []


def test_a_decision_that_does_not_fit_the_tie_is_a_finding() -> None:
    """Place 1 is not one that the tied units occupy, and one of them is not placed at all."""
    table = points({"A": ("55", "38"), "B": ("50", "30"), "C": ("50", "30"), "D": ("40", "30")})
    standings, findings = rank(evaluation(UNITS, ledger=(line("tie", unit="C", after="1"),)), table)
    assert ranks(standings) == {"A": 1, "B": 2, "C": 2, "D": 4}
    assert [(one.code, dict(one.args)["first"], dict(one.args)["last"]) for one in findings] == [
        ("TIE_DECISION", "2", "3")
    ]


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


# --- what a standing says --------------------------------------------------------------------------------------------


def ruled(made: Evaluation, **change: object) -> Evaluation:
    """With something replaced in the rules; of `ranking` what is named."""
    (scheme,) = made.classes.values()
    if "ranking" in change:
        change["ranking"] = scheme.ranking.model_copy(update=change["ranking"])  # type: ignore[arg-type]
    return replace(made, classes={scheme.id: replace(scheme, **change)})  # type: ignore[arg-type]


def test_a_total_is_its_components_and_what_is_added() -> None:
    """Nothing else: without places climbed there is no reward, and the first ranking is the last."""
    ledger = (line("bonus", unit="A", after="2"), line("deduction", unit="A", after="0.5"))
    ((one,), _) = rank(evaluation({"A": "g1"}, ledger=ledger), points({"A": ("50", "30")}))
    assert (one.reward, one.added, one.exact) == (Fraction(0), Fraction("1.5"), Fraction("81.5"))
    assert one.at_first == one
    climbed = replace(one, climbed=Climbed(4, 5, Fraction(3)), rank=1, exact=one.exact + 3, total=one.total + 3)
    assert (climbed.reward, climbed.added) == (Fraction(3), Fraction("4.5"))
    assert (climbed.at_first.exact, climbed.at_first.total, climbed.at_first.rank) == (one.exact, one.total, 4)


def test_what_could_be_scored_is_said() -> None:
    """A component that is awaited is not available; one that the unit does not have is not missing."""
    table = points({"A": ("50", "30"), "B": ("50", "30")})
    awaited = {**table, ("A", "vote"): replace(table["A", "vote"], points=None, share=None)}
    del awaited["B", "vote"]
    by_id = {one.unit.id: one for one in rank(evaluation({"A": "g1", "B": "g1"}), awaited)[0]}
    assert [by_id[unit].available for unit in "AB"] == [60, 100]
    assert rank(evaluation({"A": "g1"}), points({"A": ("50", "30")}))[0][0].available == 100
    nothing = {**table, ("A", ""): replace(table["A", ""], points=None)}
    assert rank(evaluation({"A": "g1"}), nothing)[0][0].exact == 0


@pytest.mark.parametrize(("taken", "codes"), [("80", []), ("79.5", []), ("80.5", ["TOTAL_NEGATIVE"])])
def test_a_total_below_zero_is_said(taken: str, codes: list[str]) -> None:
    """Of nothing at all nothing is said; the lowest grade is left to it in any case."""
    made = evaluation({"A": "g1"}, ledger=(line("deduction", unit="A", after=taken),))
    table = points({"A": ("50", "30")})
    standings, findings = rank(made, table)
    assert [one.code for one in findings] == codes
    (one,) = grade(made, standings, table)
    assert (one.grade, one.grade_by_total) == ("较差", "较差")


@pytest.mark.parametrize(("second", "codes"), [("2", ["BONUS_CAPPED"]), ("1", []), ("0.5", [])])
def test_what_is_cut_off_by_the_cap_is_said(second: str, codes: list[str]) -> None:
    """Where all of it counts there is nothing to say."""
    ledger = (line("bonus", unit="A", after="2"), line("bonus", unit="A", after=second))
    _, findings = rank(evaluation({"A": "g1"}, "[bonus]\ncap = 3\n", ledger), points({"A": ("50", "30")}))
    assert [one.code for one in findings] == codes


def test_unranked_units_stand_behind_in_the_order_of_their_totals() -> None:
    """Those with the same in the order of the roster."""
    units = {"A?": "g1", "B?": "g1", "C?": "g1", "D": "g1"}
    table = points({"A": ("10", "10"), "B": ("50", "30"), "C": ("10", "10"), "D": ("1", "1")})
    assert [one.unit.id for one in rank(evaluation(units), table)[0]] == ["D", "B", "A", "C"]


def test_a_tie_of_a_unit_that_takes_no_part_is_not_said_here() -> None:
    """Who is unknown is said where the ledger is read."""
    ledger = (line("tie", unit="X", after="1"),)
    assert rank(evaluation({"A": "g1"}, ledger=ledger), points({"A": ("50", "30")}))[1] == []


def test_places_climbed_are_rewarded_where_the_rules_say_so() -> None:
    """B was fifth and is second by its total: three places, a point each, make it first; A was first before.  Other
    rules look at no earlier place."""
    table = points({"A": ("50", "40"), "B": ("50", "39.5")})
    before = (Earlier(2025, "A", Fraction(90), 1), Earlier(2025, "B", Fraction(70), 5))
    made = evaluation({"A": "g1", "B": "g1"})
    made = replace(made, roster=replace(made.roster, earlier=before))
    assert [(one.unit.id, one.rank, one.climbed) for one in rank(made, table)[0]] == [("A", 1, None), ("B", 2, None)]
    standings, _ = rank(ruled(made, climb=ClimbRule(points=Decimal(1))), table)
    assert [(one.unit.id, one.rank, one.text, one.climbed) for one in standings] == [
        ("B", 1, "92.50", Climbed(2, 5, Fraction(3))),
        ("A", 2, "90.00", Climbed(1, 1, Fraction(0))),
    ]


# --- by the change against the year before ---------------------------------------------------------------------------


def by_change(table: PointsTable, *earlier: Earlier, ledger: tuple[Decision, ...] = ()) -> Standings:
    made = ruled(evaluation({"A": "g1", "B": "g1"}, ledger=ledger), ranking={"by": "variation"})
    return rank(replace(made, roster=replace(made.roster, earlier=earlier)), table)[0]


def test_whoever_gained_more_is_first_where_the_change_decides() -> None:
    """B has less and gained more; of A no earlier total is known, which counts as no change."""
    table = points({"A": ("50", "40"), "B": ("50", "30")})
    before = Earlier(2025, "B", Fraction("79.50"), 1)
    first, second = by_change(table, before)
    assert [(one.unit.id, one.rank, one.change) for one in (first, second)] == [
        ("B", 1, Fraction("0.5")),
        ("A", 2, None),
    ]
    first, second = by_change(table, replace(before, total=Fraction("80.50")))
    assert [(one.unit.id, one.change) for one in (first, second)] == [("A", None), ("B", Fraction("-0.5"))]
    first, second = by_change(table, replace(before, total=None))
    assert [(one.unit.id, one.rank, one.change) for one in (first, second)] == [("A", 1, None), ("B", 1, None)]
    assert first.tie == "单位A、单位B总分增减相同，名次并列"


def test_where_totals_decide_no_change_is_told() -> None:
    """Though there is an earlier result."""
    made = evaluation({"A": "g1"})
    made = replace(made, roster=replace(made.roster, earlier=(Earlier(2025, "A", Fraction(70), 1),)))
    assert rank(made, points({"A": ("50", "30")}))[0][0].change is None


# --- the chain -------------------------------------------------------------------------------------------------------


def chained(table: PointsTable, ledger: tuple[Decision, ...] = ()) -> dict[str, Standing]:
    """Ranked by published totals, then work, then vote."""
    made = ruled(evaluation(UNITS, ledger=ledger), ranking={"ties": ["work", "vote"]})
    return {one.unit.id: one for one in rank(made, table)[0]}


def test_a_tie_says_all_that_was_compared_until_the_last_was_told_apart() -> None:
    """All have 80.00: C is told apart from both by its work, A and B have the same of it and differ in the vote."""
    found = chained(points({"A": ("50", "30.004"), "B": ("50", "30.001"), "C": ("49", "31"), "D": ("1", "1")}))
    assert [(unit, one.rank) for unit, one in found.items()] == [("A", 1), ("B", 2), ("C", 3), ("D", 4)]
    assert found["A"].tie == "与单位B、单位C总分相同，依次比较工作、民评，由民评得分确定名次"
    assert found["B"].tie == "与单位A、单位C总分相同，依次比较工作、民评，由民评得分确定名次"
    assert found["C"].tie == "与单位A、单位B总分相同，按工作得分确定名次"
    assert found["D"].tie == ""


def test_units_that_stay_tied_say_from_whom_they_are_told_apart() -> None:
    """A and B share the place, and C comes behind them by its work."""
    found = chained(points({"A": ("50", "30"), "B": ("50", "30"), "C": ("49", "31"), "D": ("1", "1")}))
    shared = "与单位C总分相同，按工作得分确定名次；单位A、单位B总分相同，名次并列"
    assert [(one.rank, one.tie) for one in (found["A"], found["B"])] == [(1, shared), (1, shared)]
    assert (found["C"].rank, found["C"].tie) == (3, "与单位A、单位B总分相同，按工作得分确定名次")


def test_a_component_that_a_unit_has_not_counts_as_nothing_in_the_chain() -> None:
    """Absent or awaited: half a point of the other unit is more."""
    table = points({"A": ("0", "40"), "B": ("0.5", "39.5")})
    for without in ({}, {("A", "work"): replace(table["A", "work"], points=None)}):
        own = {key: point for key, point in table.items() if key != ("A", "work")} | without
        assert ranks(rank(evaluation({"A": "g1", "B": "g1"}), own)[0]) == {"B": 1, "A": 2}


def test_what_a_decision_told_apart_is_known() -> None:
    """B and C share everything that the rules look at, and have a place each by decision; where they share the place
    nothing was decided."""
    table = points({"A": ("55", "38"), "B": ("50", "30"), "C": ("50", "30"), "D": ("40", "30")})
    ledger = (line("tie", unit="C", after="2"), line("tie", unit="B", after="3"))
    made = evaluation(UNITS)
    (scheme,) = made.classes.values()
    apart, shared = (rank(evaluation(UNITS, ledger=lines), table)[0] for lines in (ledger, ()))
    assert decided_places(scheme, apart, table) == {"C": 2, "B": 3}
    assert decided_places(scheme, shared, table) == {}
    assert list(placed_by(scheme, apart[1], table)) == [80, 50]


# --- grades ----------------------------------------------------------------------------------------------------------


def grades(made: Evaluation, table: PointsTable) -> dict[str, str]:
    return {one.unit.id: one.grade for one in grade(made, rank(made, table)[0], table)}


def listed(*rows: dict[str, object]) -> tuple[Grade, ...]:
    return tuple(Grade.model_validate({"name": f"{at}等", **row}) for at, row in enumerate(rows, 1))


def test_an_exact_total_is_graded_where_the_rules_say_exact() -> None:
    """89.996 is printed as 90.00."""
    table = points({"A": ("50", "39.996")})
    by_exact = ruled(evaluation({"A": "g1"}), ranking={"by": "exact"})
    assert (grades(evaluation({"A": "g1"}), table), grades(by_exact, table)) == ({"A": "优秀"}, {"A": "良好"})


def test_rules_without_grades_give_none() -> None:
    """Whoever is vetoed then has nothing to lose."""
    made = ruled(evaluation({"A": "g1"}, ledger=(line("veto", unit="A"),)), grades=())
    assert grades(made, points({"A": ("50", "39")})) == {"A": ""}


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        ({"points": Decimal(50)}, "1等"),
        ({"points": Decimal("50.01")}, "2等"),
        ({"percent": Decimal("83.33")}, "1等"),
        ({"percent": Decimal("83.34")}, "2等"),
        ({"percent": Decimal(75), "component": "vote"}, "1等"),
        ({"percent": Decimal("50"), "points": Decimal("50.01")}, "2等"),
        ({"percent": Decimal("83.34"), "points": Decimal("50")}, "2等"),
    ],
    ids=str,
)
def test_a_condition_holds_from_its_bound_on(asked: dict[str, object], got: str) -> None:
    """50 of 60 points are 83.33 percent, 30 of 40 just 75; where both are asked for both must hold."""
    condition = Condition.model_validate({"component": "work", **asked})
    made = ruled(evaluation({"A": "g1"}), grades=listed({"conditions": [condition]}, {"from": Decimal(0)}))
    assert grades(made, points({"A": ("50", "30")})) == {"A": got}


def test_a_condition_on_every_period_looks_at_periods_alone() -> None:
    """90 percent in both quarters, whatever a curve has made of them: the year has 83.33 percent."""
    made = evaluation({"A": "g1"})
    table = points({"A": ("50", "30")})
    for percent, got in ((Decimal(90), "1等"), (Decimal(91), "2等")):
        condition = Condition(component="work", percent=percent, every_period=True)
        graded = ruled(made, grades=listed({"conditions": [condition]}, {"from": Decimal(0)}))
        measured = {("A", condition): [("一季度", Fraction(95)), ("二季度", Fraction(90))]}
        (one,) = grade(graded, rank(graded, table)[0], table, measured)
        assert one.grade == got


def test_a_condition_on_what_is_not_there_does_not_hold() -> None:
    """Awaited, or no component of the unit; further conditions make no difference."""
    conditions = [Condition.model_validate({"component": each, "points": Decimal(0)}) for each in ("work", "vote")]
    made = ruled(evaluation({"A": "g1"}), grades=listed({"conditions": conditions}, {"from": Decimal(0)}))
    table = points({"A": ("50", "30")})
    assert grades(made, table) == {"A": "1等"}
    awaited = {**table, ("A", "work"): replace(table["A", "work"], points=None, share=None)}
    absent = {key: point for key, point in table.items() if key != ("A", "work")}
    assert [grades(made, each) for each in (awaited, absent)] == [{"A": "2等"}] * 2


UNRANKED = {"A": "g1", "B": "g1", "C": "g1", "D": "g1", "E?": "g1"}


@pytest.mark.parametrize("ties", ["all", "none", "committee"])
@pytest.mark.parametrize(
    ("own", "percent", "inside"),
    [("95", 25, True), ("89", 50, True), ("89", 25, False), ("79", 50, False), ("79", 75, True), ("60", 100, False)],
)
def test_an_unranked_unit_is_graded_as_if_it_stood_among_the_ranked(
    own: str, percent: int, inside: bool, ties: str
) -> None:
    """Of 90, 80, 70 and 69: 95 would be first, 89 second, 79 third; behind all four it has no place of theirs."""
    best = {"top_percent": Decimal(percent), "ties": ties}
    made = ruled(evaluation(UNRANKED), grades=listed(best, {"from": Decimal(0)}))
    totals = dict(zip("ABCDE", ("90", "80", "70", "69", own), strict=True))
    found = grades(made, points({unit: (total, "0") for unit, total in totals.items()}))
    assert found["E"] == ("1等" if inside else "2等")


@pytest.mark.parametrize(
    ("ties", "inside", "codes"), [("all", "ABC", []), ("none", "A", []), ("committee", "A", ["GRADE_EDGE_TIE"])]
)
def test_units_that_share_the_last_places_of_a_group(ties: str, inside: str, codes: list[str]) -> None:
    """Two places for five units, and B and C are second: all, none, or the committee is asked; of grades by bounds
    nothing is asked."""
    quota = listed({"top_percent": Decimal(40), "ties": ties}, {"from": Decimal(0)})
    made = ruled(evaluation(dict.fromkeys(TOTALS, "g1")), grades=quota)
    table = points({unit: (total, "0") for unit, total in TOTALS.items()})
    standings = rank(made, table)[0]
    assert "".join(sorted(unit for unit, own in grades(made, table).items() if own == "1等")) == inside
    assert [(one.code, one.unit) for one in edges(made, standings)] == [(code, "B") for code in codes]


# --- places of several groups together -------------------------------------------------------------------------------


TOGETHER = {"A": "g1", "B": "g1", "C": "g2", "D": "g2", "E": "g1"}
TOTALS = {"A": "95", "B": "90", "C": "90", "D": "80", "E": "70"}


def together(
    ties: str = "committee", *decided: Decision, totals: dict[str, str] = TOTALS, units: dict[str, str] = TOGETHER
) -> tuple[str, list[Finding]]:
    """Who has the best grade, of two places for both groups, and what there is to say."""
    quota = {"top_percent": Decimal(40), "ties": ties, "at_least": 2, "together": ["g1", "g2"]}
    made = ruled(evaluation(units, ledger=decided), grades=listed(quota, {"from": Decimal(0)}))
    table = points({unit: (total, "0") for unit, total in totals.items()})
    standings, _ = rank(made, table)
    return "".join(sorted(unit for unit, own in grades(made, table).items() if own == "1等")), list(
        edges(made, standings)
    )


def placed(unit: str, place: str, grade_of: str = "1等") -> Decision:
    return line("tie", unit=unit, after=place, component=grade_of)


def test_a_tie_at_the_common_edge_is_for_the_committee() -> None:
    """A is first, B and C of different groups share the second place: one place is left for the two."""
    best, (found,) = together()
    assert best == "A"
    assert (found.code, found.unit, found.value) == ("GRADE_EDGE_TOGETHER", "B", "1等")
    assert dict(found.args) == {"units": "单位B、单位C", "places": "2", "left": "1", "first": "2"}
    assert [together(ties) for ties in ("all", "none")] == [("ABC", []), ("A", [])]


def test_a_tie_that_all_fit_into_is_for_nobody_to_decide() -> None:
    """B and C have the first two places, and nobody is at the edge."""
    assert together(totals={**TOTALS, "A": "60"}) == ("BC", [])
    assert together(totals={**TOTALS, "A": "91", "D": "92"}) == ("AD", [])


def test_the_committee_places_them_for_the_grade() -> None:
    """C before B; lines about their ranks are other lines."""
    ranks_ = (line("tie", unit="B", after="1"), line("tie", unit="C", after="1"))
    assert together("committee", placed("B", "3"), placed("C", "2")) == ("AC", [])
    assert together("committee", *ranks_, placed("B", "3"), placed("C", "2")) == ("AC", [])
    assert together("committee", placed("B", "2"), *ranks_, placed("C", "3")) == ("AB", [])


@pytest.mark.parametrize(
    "decided",
    [
        (placed("C", "2"),),
        (placed("C", "2"), placed("B", "2")),
        (placed("C", "1"), placed("B", "2")),
        (placed("C", "2"), placed("C", "3")),
        (placed("C", "2"), placed("B", "3"), placed("B", "2")),
        (placed("C", "2", "2等"), placed("B", "3", "2等")),
    ],
    ids=["one of them", "the same place", "places that they have not", "one twice", "and one again", "another grade"],
)
def test_what_does_not_place_each_of_them_places_none(decided: tuple[Decision, ...]) -> None:
    """The committee is asked all the same."""
    best, findings = together("committee", *decided)
    assert (best, [one.code for one in findings][:1]) == ("A", ["GRADE_EDGE_TOGETHER"])


def test_a_place_for_a_grade_that_nobody_waits_for_is_said() -> None:
    """A is no unit at the edge; of those that are nothing is said."""
    best, findings = together("committee", placed("B", "3"), placed("C", "2"), placed("A", "1"))
    assert (best, [(one.code, one.unit) for one in findings]) == ("AC", [("DECISION_WITHOUT_EFFECT", "A")])
    best, findings = together("none", placed("B", "3"), placed("C", "2"))
    assert {(one.code, one.unit) for one in findings} == {("DECISION_WITHOUT_EFFECT", unit) for unit in "BC"}


def test_ties_inside_a_group_are_ties_of_all_groups() -> None:
    """B and E of the first group share the second place of both; of the first group alone nothing is asked."""
    best, (found,) = together(totals={**TOTALS, "C": "60", "E": "90"})
    assert (best, found.code, dict(found.args)["units"]) == ("A", "GRADE_EDGE_TOGETHER", "单位B、单位E")


def test_an_unranked_unit_has_the_common_place_of_its_figure() -> None:
    """Among the units of both groups: beside A it is inside, beside D it is not."""
    units = {**TOGETHER, "F?": "g2"}
    assert together("all", totals={**TOTALS, "F": "95"}, units=units)[0] == "ABCF"
    assert together("all", totals={**TOTALS, "F": "80"}, units=units)[0] == "ABC"
    assert together("none", totals={**TOTALS, "F": "92"}, units=units)[0] == "AF"
