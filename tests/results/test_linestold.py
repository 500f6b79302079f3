"""What lines leave open of a unit's marks once letters tell them, against everything that could have been marked."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import pytest

from evaltool.exact import half_up
from evaltool.points.linebyline import LinePoints
from evaltool.points.score import Point
from evaltool.results.audit import Case, KnownOfUnit
from evaltool.results.linelevels import STEPS, LineLevel, as_told, is_told, levels_at, open_leaves
from evaltool.results.linestold import known_anyway, still_open
from evaltool.results.possible import PossibleAnswers
from evaltool.roster import Indicator
from evaltool.rules import Award, Component, Condition, Scheme
from handmade import RULES
from handmade import scheme as handmade_scheme

WEIGHT = 20
ANY = PossibleAnswers((Fraction(0), Fraction(1)), Fraction(1, 100), ((Fraction(1, 2), 2),))
"""What is open of a component before its lines are told."""


def case(decimals: int = 0) -> Case:
    """A unit marked in a component of two parts, with so many decimals in a mark."""
    fields = {"weight": WEIGHT, "by": "x", "answer": {"points": 10}, "decimals": decimals}
    rules = Scheme(handmade_scheme().head, {each: Component.model_validate({"name": each} | fields) for each in "ab"})
    points = {
        each: Point("c", "u", each, Fraction(WEIGHT), Fraction(1, 2), Fraction(10), "scored", 2)
        for each in ("a", "b", "")
    }
    return Case(rules, KnownOfUnit(points, Fraction(0), Fraction(20)), {"a": ANY, "b": ANY})


def lines(*said: str, marks: int = 1, weight: int = WEIGHT) -> list[LinePoints]:
    """Lines such as "3/10": 3 of 10 points; what a point is worth is the same in all of them."""
    pairs = [tuple(map(Fraction, each.split("/"))) for each in said]
    whole = sum(full for _, full in pairs)
    return [
        LinePoints(Indicator("c", "a", f"i{at}", f"i{at}", full), "", "", points, weight * full / whole, marks)
        for at, (points, full) in enumerate(pairs)
    ]


def left(own: Sequence[LinePoints], level: LineLevel, decimals: int = 0) -> PossibleAnswers | None:
    """What is still open of the component."""
    found = still_open(case(decimals), {"a": level}, {"a": {"u": tuple(own)}}).answers
    assert found["b"] == ANY
    return found.get("a")


def answers(low: str, high: str, step: str) -> PossibleAnswers:
    return PossibleAnswers((Fraction(low), Fraction(high)), Fraction(step), ((Fraction(1), 1),))


@pytest.mark.parametrize(
    ("condition", "rounded", "known"),
    [
        ({"every_period": True, "percent": 80}, None, True),
        ({"percent": 80}, 0, True),
        ({"percent": 80}, None, False),
        ({"points": 8}, 0, False),
        ({"every_period": True, "percent": 80, "component": "b"}, None, False),
    ],
)
def test_what_a_condition_tells_beside_the_points_is_not_left_open(
    condition: dict[str, object], rounded: int | None, known: bool
) -> None:
    """Of its periods, or of its share before it is rounded: lines that are only named may then leave less than all that
    their names would."""
    asked = Award(name="先进", conditions=[Condition.model_validate({"component": "a"} | condition)])
    made = case()
    a = made.scheme.components["a"].model_copy(update={"round": rounded})
    rules = replace(made.scheme, components={**made.scheme.components, "a": a}, awards=(asked,))
    found = still_open(replace(made, scheme=rules), {"a": "named"}, {"a": {"u": tuple(lines("8/10", "10/10"))}})
    assert ("a" in found.answers) is not known


def by_hand(own: Sequence[LinePoints], level: LineLevel, step: Fraction) -> list[Fraction]:
    """Every share that goes with what is told, the marks being whole steps."""

    def said(points: Fraction, full: Fraction) -> object:
        return points if level == "exact" else half_up(points, 1) if level == "tenths" else points < full

    def alike(line: LinePoints) -> list[Fraction]:
        every = (step * at for at in range(int(line.full / step) + 1))
        return [each for each in every if said(each, line.full) == said(line.points, line.full)]

    found = {Fraction(0)}
    for line in own:
        points = [line.points] if line.kind else alike(line)
        found = {before + each / line.full * line.weighed / WEIGHT for before in found for each in points}
    return sorted(found)


@pytest.mark.parametrize("level", ["exact", "tenths", "named"])
def test_what_is_said_to_be_left_open_is_left_open(level: LineLevel) -> None:
    """Of lines out of 1 to 3 points with zero to two decimals, one or two marks each, one of them perhaps without a
    mark: the least and the greatest that all of them may come to."""
    dice = random.Random(level)
    open_ones = 0
    for _ in range(30):
        decimals, marks = dice.choice([(0, 1), (0, 2), (1, 1), (1, 2), (2, 1)])
        step = Fraction(1, 10**decimals * marks)
        fulls = [dice.randint(1, 3) for _ in range(3 - decimals)]
        own = [
            replace(line, points=step * dice.randint(0, int(line.full / step)))
            for line in lines(*(f"0/{full}" for full in fulls), marks=marks)
        ]
        if len(own) > 1 and dice.random() < 0.3:
            own[0] = replace(own[0], kind="waived", points=own[0].full, marks=0)
        shares, found = by_hand(own, level, step), left(own, level, decimals)
        assert (found is None) == (len(shares) == 1)
        if found is not None:
            open_ones += 1
            assert found.values == (shares[0], shares[-1])
            assert shares == [shares[0] + found.step * at for at in range(len(shares))]
    assert bool(open_ones) == (level != "exact")


def test_lines_that_are_told_exactly_leave_nothing_open() -> None:
    """3 and 5 of 10 points each."""
    assert left(lines("3/10", "5/10"), "exact") is None


def test_a_line_that_is_named_has_lost_points() -> None:
    """The first has lost some of its 10 points, the second none: 0 to 9 and 10, of 20."""
    assert left(lines("3/10", "10/10"), "named") == answers("10/20", "19/20", "1/20")
    assert left(lines("10/10", "10/10"), "named") is None


def test_a_line_may_have_more_than_its_points() -> None:
    """Such a line has lost nothing: it is told by not being named, and taken as it is."""
    assert left(lines("12/10", "3/10"), "named") == answers("12/20", "21/20", "1/20")


def test_a_line_with_one_decimal_is_open_by_what_is_rounded() -> None:
    """7.3 is 7.25 to 7.34, of 20; full marks are no more than full marks, and nothing no less than nothing."""
    exactly = lines("7.3/10", "5/10")
    assert left(exactly, "tenths", 2) == answers(str(Fraction("12.2") / 20), str(Fraction("12.38") / 20), "1/2000")
    assert left(lines("10/10"), "tenths", 2) == answers("0.995", "1", "1/1000")
    assert left(lines("0/10"), "tenths", 2) == answers("0", "0.004", "1/1000")
    assert left(exactly, "tenths", 1) is None  # marks have no more decimals than are told


def test_the_mean_of_several_marks_has_finer_steps() -> None:
    """Of two leaders' marks without decimals the mean is told by halves."""
    assert left(lines("7.5/10", marks=2), "tenths") is None
    assert left(lines("7.5/10", marks=2), "named") == answers("0", "0.95", "1/20")


def test_what_stands_in_for_a_mark_is_known() -> None:
    """A waived line counts in full whatever the others have."""
    waived = replace(lines("10/10", "3/10")[0], kind="waived", policy="full", marks=0)
    assert left([waived, lines("10/10", "3/10")[1]], "named") == answers("10/20", "19/20", "1/20")


def test_where_no_even_steps_go_from_end_to_end_nothing_is_said() -> None:
    """A share of 66 percent in a line without a mark, a line out of 2.5 points marked in whole ones, lines of which a
    point is not worth the same, marks of different numbers of people, a line that nobody marked."""
    first, second = lines("6.6/10", "3/10")
    assert left([replace(first, kind="missing", policy="66", marks=0), second], "named") is None
    assert left(lines("1/2.5", "3/7.5"), "named") is None
    assert left(lines("2/2.5"), "named") == answers("0", "0.8", "0.4")
    assert left([replace(first, points=Fraction(6), weighed=Fraction(5)), second], "named") is None
    assert left([replace(first, points=Fraction(6), marks=2), second], "named") is None
    assert left([replace(first, points=Fraction(6), marks=0), second], "named") is None
    assert left([replace(each, marks=0) for each in (first, second)], "named") is None
    assert left([replace(first, kind="waived", marks=0)], "named") is None


def test_only_what_is_told_tells_anything() -> None:
    """A leaf without lines, or of which letters tell none, stays as open as it was; one of which nothing can be said
    gains nothing."""
    own = {"a": {"u": tuple(lines("3/10")), "v": tuple(lines("3/10"))}}
    whole = case()
    assert still_open(whole, {}, own).answers == {"a": ANY, "b": ANY}
    assert still_open(whole, {"a": "named"}, {}).answers == {"a": ANY, "b": ANY}
    assert still_open(whole, {"a": "named"}, {"a": {"v": own["a"]["v"]}}).answers == {"a": ANY, "b": ANY}
    assert still_open(whole, {"a": "exact", "b": "named"}, own).answers == {"b": ANY}
    assert still_open(replace(whole, answers={"b": ANY}), {"a": "named"}, own).answers == {"b": ANY}


def test_what_nobody_can_reckon_counts_as_known() -> None:
    """Leaves of whose answers something can be said for one unit at least are not taken as known."""
    some = case()
    other = replace(some, answers={"b": ANY})
    assert known_anyway([some, other], ["a", "b", "c"]) == {"c"}
    assert known_anyway([other], ["a", "b", "c"]) == {"a", "c"}


# --- how finely ------------------------------------------------------------------------------------------------------


def test_a_component_that_is_not_shown_is_told_more_coarsely() -> None:
    """At each step: a leaf that is shown, one that is shown and known anyway, one that is kept back."""
    rules = handmade_scheme(RULES.replace("floor = 2", "floor = 1").replace('public = "sum"\n', ""))
    assert open_leaves(rules) == ["base", "deputies", "citizens", "mayor", "vice"]
    found = [levels_at(rules, {"base", "mayor"}, {"mayor", "vice"}, step) for step in range(len(STEPS))]
    names = ["base", "mayor", "deputies", "citizens", "vice"]
    assert [[each.get(name) for name in names] for each in found] == [
        ["exact", "exact", "named", "named", "named"],
        ["tenths", "exact", "named", "named", "named"],
        ["named", "exact", "named", "named", "named"],
        ["named", "exact", None, None, None],
        [None, "exact", None, None, None],
    ]
    assert all(None not in each.values() for each in found)


@pytest.mark.parametrize(
    ("change", "leaves"),
    [
        ({}, ["base"]),
        ({'public = "sum"\n': ""}, ["base"]),
        ({"floor = 2": "floor = 1"}, ["base", "deputies", "citizens"]),
        ({'public = "show"': 'public = "hidden"'}, []),
    ],
    ids=str,
)
def test_told_is_what_is_neither_confidential_nor_hidden(change: Mapping[str, str], leaves: list[str]) -> None:
    """By the rules: a floor keeps all leaves confidential but those that are shown whoever marks them."""
    rules = RULES
    for before, after in change.items():
        rules = rules.replace(before, after)
    assert open_leaves(handmade_scheme(rules)) == leaves


def test_a_measured_figure_that_is_hidden_is_not_told() -> None:
    """It is no secret mark, and hidden all the same."""
    rules = RULES.replace('answer = "percent"\npublic = "show"', 'answer = { target = "higher" }\npublic = "hidden"')
    assert open_leaves(handmade_scheme(rules)) == []


def test_a_line_is_among_those_that_lost_points_by_what_is_told_of_it() -> None:
    """9.96 of 10 is told as 10.0, which has lost nothing; named or told exactly it has."""
    assert as_told(Fraction("9.96"), "tenths") == 10
    assert as_told(Fraction("9.96"), "exact") == as_told(Fraction("9.96"), "named") == Fraction("9.96")
    lost = [is_told(Fraction("9.96"), Fraction(10), level) for level in ("exact", "tenths", "named")]
    assert lost == [True, False, True]
    assert not is_told(Fraction(10), Fraction(10), "exact")
