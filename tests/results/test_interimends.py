"""What is in of an unfinished result, and how far grades are open between its two ends, from a few points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

import results
from evaltool.evaluation import Evaluation
from evaltool.ledger import Decision
from evaltool.points.score import PointsTable
from evaltool.results.interim import by_totals, unfinished
from evaltool.results.rank import Standing, rank
from evaltool.roster import Earlier
from evaltool.rules import Condition, Grade
from evaltool.rules.outcomes import ClimbRule
from results import line, points

Ends = Mapping[str, tuple[str, str]]
"""The least and the most that each unit may come to in 工作."""


def ruled(units: Mapping[str, str], ledger: tuple[Decision, ...] = (), **change: object) -> Evaluation:
    made = results.evaluation(units, ledger=ledger)
    (scheme,) = made.classes.values()
    if "by" in change:
        change["ranking"] = scheme.ranking.model_copy(update={"by": change.pop("by")})
    return replace(made, classes={"d": replace(scheme, **change)})  # type: ignore[arg-type]


def table(ends: Ends, at: int) -> PointsTable:
    return points({unit: (of[at], "0") for unit, of in ends.items()})


def found(made: Evaluation, ends: Ends, *, earlier: tuple[Earlier, ...] = ()) -> dict[str, Standing]:
    """The standings by what is in, which is the least, with the grades that are open."""
    made = replace(made, roster=replace(made.roster, earlier=earlier))
    low, high = table(ends, 0), table(ends, 1)
    standings = unfinished(made, rank(by_totals(made), low)[0], low, (low, high))
    return {one.unit.id: one for one in standings}


def grades(made: Evaluation, ends: Ends, *, earlier: tuple[Earlier, ...] = ()) -> dict[str, tuple[str, ...]]:
    return {unit: one.possible or (one.grade,) for unit, one in sorted(found(made, ends, earlier=earlier).items())}


ONE = {"A": "g1"}


def test_what_is_in_is_the_weight_of_the_answers_that_are_there() -> None:
    """Of 工作 (60) one of two quarters, of 民评 (40) everything; nobody waits for a component that a unit has not."""
    made = ruled(ONE)
    low = points({"A": ("30", "20")})
    half = {**low, ("A", "work"): replace(low["A", "work"], received=Fraction(1, 2), state="partial")}
    standings, _ = rank(made, half)
    (one,) = unfinished(made, standings, half, (low, low))
    assert one.received == 30 + 40
    without = {key: point for key, point in half.items() if key != ("A", "vote")}
    (one,) = unfinished(made, rank(made, without)[0], without, (low, low))
    assert one.received == 30


def test_a_grade_is_open_between_the_two_ends() -> None:
    """By bounds at 90, 80 and 60; a veto counts as it stands."""
    ends = {"A": ("95", "99"), "B": ("79", "91"), "C": ("85", "85"), "D": ("10", "59.99"), "E": ("59", "60")}
    made = ruled(dict.fromkeys(ends, "g1"))
    wanted = {"A": ("优秀",), "B": ("一般", "优秀"), "C": ("良好",), "D": ("较差",), "E": ("较差", "一般")}
    assert grades(made, ends) == wanted
    vetoed = ruled(dict.fromkeys(ends, "g1"), (line("veto", unit="A"), line("veto", unit="B")))
    assert grades(vetoed, ends) == {**wanted, "A": ("良好",), "B": ("较差", "良好")}
    of = found(vetoed, ends)
    assert [of[unit].veto for unit in "ABC"] == ["绩委〔2027〕1号", "绩委〔2027〕1号", ""]
    assert of["A"].grade_by_total == "优秀"


def test_rules_without_grades_leave_none_open() -> None:
    """Neither a certain one nor several."""
    assert grades(ruled(ONE, grades=()), {"A": ("10", "99")}) == {"A": ("",)}


@pytest.mark.parametrize("at", [0, 1])
def test_where_nothing_can_be_said_every_grade_is_open(at: int) -> None:
    """Of one of its components not even a bound is known, at whichever end, though both totals are 优秀."""
    made = ruled(ONE)
    low = points({"A": ("60", "35")})
    ends = [dict(low), dict(low)]
    ends[at]["A", "vote"] = replace(low["A", "vote"], points=None, share=None)
    (one,) = unfinished(made, rank(made, low)[0], low, (ends[0], ends[1]))
    assert (one.grade, one.possible) == ("", ("较差", "优秀"))


# --- what an unfinished total is not compared with -------------------------------------------------------------------


def test_an_unfinished_total_is_held_against_no_earlier_one() -> None:
    """Places go by total and no climbing is rewarded; rules that look at nothing earlier stay what they are."""
    climbing = ClimbRule(points=Decimal(1))
    changed = by_totals(ruled(ONE, by="variation", climb=climbing)).classes["d"]
    assert (changed.ranking.by, changed.climb) == ("published", ClimbRule())
    exactly = by_totals(ruled(ONE, by="exact")).classes["d"]
    assert exactly == ruled(ONE, by="exact").classes["d"]
    assert by_totals(ruled(ONE, climb=climbing)).classes["d"].climb == ClimbRule()


@pytest.mark.parametrize(
    ("most", "before", "best"),
    [("86", 5, "优秀"), ("85.99", 5, "良好"), ("90", None, "优秀"), ("89", None, "良好"), ("89.99", 1, "良好")],
)
def test_whoever_was_behind_may_still_come_first(most: str, before: int | None, best: str) -> None:
    """From the fifth place to the first are four places, a point each: 86 may become 90."""
    made = ruled(ONE, climb=ClimbRule(points=Decimal(1)))
    earlier = (Earlier(2025, "A", Fraction(50), before),)
    assert grades(made, {"A": ("80", most)}, earlier=earlier)["A"][-1] == best
    assert grades(made, {"A": ("80", "89")})["A"] == ("良好",)


def test_whoever_is_not_ranked_climbs_no_places() -> None:
    """Its total is what it is."""
    made = ruled({"A?": "g1"}, climb=ClimbRule(points=Decimal(1)))
    assert grades(made, {"A": ("80", "89")}, earlier=(Earlier(2025, "A", Fraction(50), 5),)) == {"A": ("良好",)}


# --- places and conditions -------------------------------------------------------------------------------------------


def quota(percent: int, **more: object) -> tuple[Grade, ...]:
    best = Grade.model_validate({"name": "优秀", "top_percent": Decimal(percent), **more})
    return best, Grade.model_validate({"name": "合格", "from": Decimal(0)})


GROUPS = {"A": "g1", "B": "g1", "C": "g2", "D": "g2"}


def test_places_of_several_groups_are_open_among_all_of_them() -> None:
    """Two of four: A is among them in any case and D is not; B of the first group and C of the second may be."""
    ends = {"A": ("90", "95"), "B": ("70", "85"), "C": ("80", "80"), "D": ("10", "60")}
    together = quota(50, together=["g1", "g2"])
    assert grades(ruled(GROUPS, grades=together), ends) == {
        "A": ("优秀",), "B": ("合格", "优秀"), "C": ("合格", "优秀"), "D": ("合格",)
    }  # fmt: skip
    assert grades(ruled(GROUPS, grades=quota(50)), ends) == {
        "A": ("优秀",), "B": ("合格",), "C": ("优秀",), "D": ("合格",)
    }  # fmt: skip


def test_an_unranked_unit_takes_nobodys_place() -> None:
    """It is graded by where it would stand, and one of two places is left to B whatever it has."""
    units = {"A": "g1", "B": "g1", "C?": "g1", "D": "g1", "E": "g1"}
    ends = {"A": ("90", "90"), "B": ("80", "80"), "C": ("85", "99"), "D": ("10", "10"), "E": ("5", "5")}
    assert grades(ruled(units, grades=quota(50)), ends) == {
        "A": ("优秀",), "B": ("优秀",), "C": ("优秀",), "D": ("合格",), "E": ("合格",)
    }  # fmt: skip


def test_a_condition_is_looked_at_with_the_points_of_its_end() -> None:
    """40 points of 工作 for 优秀: from 30 to 50 both are possible, from 41 on it is sure."""
    asked = Condition(component="work", points=Decimal(40))
    made = ruled({"A": "g1", "B": "g1"}, grades=quota(100, conditions=[asked]))
    assert grades(made, {"A": ("30", "50"), "B": ("40", "50")}) == {"A": ("合格", "优秀"), "B": ("优秀",)}


def test_a_condition_on_periods_is_open_while_something_of_them_is_missing() -> None:
    """No quarter is below 80 percent so far; where both ends are the same that is sure, else it may not hold."""
    asked = Condition(component="work", percent=Decimal(80), every_period=True)
    made = ruled({"A": "g1", "B": "g1"}, grades=quota(100, conditions=[asked]))
    ends = {"A": ("50", "55"), "B": ("50", "50")}
    low, high = table(ends, 0), table(ends, 1)
    measured = {(unit, asked): [("一季度", Fraction(85))] for unit in ends}
    standings = unfinished(made, rank(made, low)[0], low, (low, high), measured)
    assert {one.unit.id: one.possible or (one.grade,) for one in standings} == {"A": ("合格", "优秀"), "B": ("优秀",)}
