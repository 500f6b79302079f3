"""What places and grades tell of a unit beside its figures: how far something may move before they would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import pytest

from evaltool.evaluation import Evaluation
from evaltool.points.score import PointsTable, score
from evaltool.results.cases import _one_side, cases
from evaltool.results.possible import PossibleAnswers
from evaltool.results.rank import rank
from evaltool.roster import Earlier
from handmade import RULES, Parts, parts, result
from results import evaluation, no_sheets, points
from said import came, evaluated, said

FAR = Fraction(10**9)
Margins = Mapping[str, tuple[Fraction, Fraction]]
UNITS = {"甲县": parts("18", "17", "8.5", "27", "17"), "乙县": parts("18", "17", "8.5", "26", "18")}
EXACT = RULES.replace("[rank]", '[rank]\nby = "exact"')


def told(units: Mapping[str, Parts], rules: str, *, unranked: Sequence[str] = ()) -> dict[str, Margins]:
    """By unit, of each component ("": the total) how much less and more it may be."""
    made = result(units, rules=rules, unranked=unranked)
    found = cases(made.evaluation, made.intake, made.evaluation.classes["c"], made.points, made.standings)
    return {unit: case.told.margins for unit, case in found.items()}


def test_a_chain_tells_of_the_components_that_it_compares() -> None:
    """Two units with the same total and the same base, told apart by the mayor: either may move by half of the way,
    away from the other as far as it likes; the base of neither may move."""
    found = told(UNITS, RULES.replace('ties = ["base"]', 'ties = ["base", "mayor", "vice"]'))
    still, half = (Fraction(0), Fraction(0)), Fraction(1, 2)
    assert found == {"甲县": {"base": still, "mayor": (half, FAR)}, "乙县": {"base": still, "mayor": (FAR, half)}}


def test_a_chain_that_is_not_asked_tells_nothing() -> None:
    """Other totals: nobody looks at the mayor."""
    units = {**UNITS, "乙县": parts("18", "17", "8.5", "26", "17")}
    assert told(units, RULES.replace('ties = ["base"]', 'ties = ["mayor"]')) == {"甲县": {}, "乙县": {}}


def test_units_that_print_the_same_total_are_told_apart_by_the_exact_one() -> None:
    """87.504 stands before 87.500: the order tells what the printed totals do not, where exact totals make it."""
    units = {**UNITS, "甲县": parts("18", "17", "8.5", "27.004", "17")}
    half = Fraction(2, 1000)
    assert told(units, EXACT) == {"甲县": {"": (half, FAR)}, "乙县": {"": (FAR, half)}}


def test_a_bound_tells_on_which_side_of_it_an_exact_total_is() -> None:
    """Both are printed as 87.50, and the bound is 87.502; of a bound farther off the printed total tells enough."""
    units = {"甲县": parts("18", "17", "8.5", "27.003", "17")}
    rules = EXACT.replace("from = 80", "from = 87.502")
    assert told(units, rules) == {"甲县": {"": (Fraction(1, 1000), FAR)}}
    units = {"甲县": parts("18", "17", "8.5", "27", "17")}
    assert told(units, rules) == {"甲县": {"": (FAR, Fraction(2, 1000))}}
    assert told(units, EXACT) == {"甲县": {}}
    assert told(units, rules.replace('by = "exact"', "")) == {"甲县": {}}  # what is graded is what is printed


def test_a_condition_tells_on_which_side_of_it_a_component_is() -> None:
    """26.99 points for 优秀: one has 27, the other 26."""
    for condition in ("points = 26.99", "percent = 89.966666"):
        rules = RULES.replace("from = 90", f'from = 80\nconditions = [{{ component = "mayor", {condition} }}]')
        bound = Fraction("26.99") if "points" in condition else Fraction("89.966666") * 30 / 100
        units = {**UNITS, "乙县": parts("18", "17", "8.5", "26", "17")}
        assert told(units, rules) == {"甲县": {"mayor": (27 - bound, FAR)}, "乙县": {"mayor": (FAR, bound - 26)}}


def test_a_condition_that_nobody_looked_at_tells_nothing() -> None:
    """Of a unit that is below the bound of a grade, or has a better one, the grade does not say whether its condition
    holds; nor does an award of a unit without the place or the grade for it."""
    grades = RULES.replace("from = 90", 'from = 90\nconditions = [{ component = "mayor", points = 20 }]')
    below, above = parts("18", "17", "8.5", "27", "17"), parts("20", "19", "9", "28", "19")  # 87.5, 95
    assert told({"甲县": above, "乙县": below}, grades) == {"甲县": {"mayor": (Fraction(8), FAR)}, "乙县": {}}
    better = RULES.replace("from = 80", 'from = 80\nconditions = [{ component = "mayor", points = 20 }]')
    assert told({"甲县": above, "乙县": below}, better) == {"甲县": {}, "乙县": {"mayor": (Fraction(7), FAR)}}
    awards = RULES.replace('grade = "优秀"', 'grade = "优秀"\nconditions = [{ component = "mayor", points = 20 }]')
    assert told({"甲县": above, "乙县": above}, awards)["乙县"]["mayor"] == (Fraction(8), FAR)  # both are first
    assert told({"甲县": above, "乙县": below}, awards)["乙县"] == {}
    assert told({"甲县": below}, awards) == {"甲县": {}}  # first, and not graded 优秀


def test_a_place_that_a_grade_asks_for_tells_of_an_unranked_unit_too() -> None:
    """优秀 needs a place among the first two: 28 and 27 are, and 26 is not; the unranked unit with 27.5 would be, the
    one with 26.5 would not, which leaves a quarter of a point between the last inside and the first outside, and one
    between the last and the unranked one before it, of which the other ranked one says nothing."""
    rules = RULES.replace("from = 90", 'from = 80\nconditions = [{ component = "mayor", first = 2 }]')
    mayors = {"甲县": "28", "乙县": "27", "丙县": "26", "丁县": "27.5", "戊县": "26.5"}
    units = {unit: parts("18", "17", "8.5", points, "17") for unit, points in mayors.items()}
    found = told(units, rules, unranked=["丁县", "戊县"])
    assert [found[unit]["mayor"] for unit in mayors] == of(
        "1.25", None, "0.25", "0.25", None, "0.75", "0.25", None, None, "0.25"
    )


# --- the same without documents --------------------------------------------------------------------------------------


def margins(made: Evaluation, table: PointsTable) -> dict[str, Margins]:
    standings, _ = rank(made, table)
    found = cases(made, no_sheets(), made.classes["d"], table, standings)
    return {unit: found[unit].told.margins for unit in sorted(found)}


def equal(total: str = "80", **work: str) -> PointsTable:
    """Units with the same total and other points in 工作."""
    return points({unit: (each, str(Fraction(total) - Fraction(each))) for unit, each in work.items()})


def of(*numbers: str | None) -> list[tuple[Fraction, Fraction]]:
    """Pairs, FAR where nothing is said."""
    values = [FAR if each is None else Fraction(each) for each in numbers]
    return list(zip(values[::2], values[1::2], strict=True))


def test_whoever_stands_between_two_may_move_by_half_of_the_way_to_each() -> None:
    """50, 48 and 45; those who are equal not at all, and whoever is behind them half of the way."""
    group = dict.fromkeys("ABC", "g1")
    found = margins(evaluation(group), equal(A="50", B="48", C="45"))
    assert [found[unit]["work"] for unit in "ABC"] == of("1", None, "1.5", "1", None, "1.5")
    found = margins(evaluation(group), equal(A="50", B="50", C="48"))
    assert [found[unit]["work"] for unit in "ABC"] == of("0", "0", "0", "0", None, "1")
    found = margins(evaluation(group), equal(A="50", B="48", C="48"))
    assert [found[unit]["work"] for unit in "ABC"] == of("1", None, "0", "0", "0", "0")


def test_only_units_of_one_group_that_are_ranked_are_told_apart() -> None:
    """B is of another group, C takes no part in the ranking."""
    made = evaluation({"A": "g1", "B": "g2", "C?": "g1"})
    assert margins(made, equal(A="50", B="48", C="45")) == {"A": {}, "B": {}, "C": {}}


def test_a_longer_chain_is_compared_as_far_as_it_has_to_be() -> None:
    """A and B are equal in the first component and apart in the second, which nobody looked at for C and D."""
    made = evaluation(dict.fromkeys("AB", "g1"))
    rules = made.classes["d"]
    chained = rules.ranking.model_copy(update={"ties": ["work", "vote"]})
    made = replace(made, classes={"d": replace(rules, ranking=chained)})
    same = margins(made, points({"A": ("50", "30"), "B": ("50", "30")}))
    assert {unit: sorted(each) for unit, each in same.items()} == {"A": ["vote", "work"], "B": ["vote", "work"]}
    apart = margins(made, points({"A": ("50", "30"), "B": ("48", "32")}))
    assert {unit: sorted(each) for unit, each in apart.items()} == {"A": ["work"], "B": ["work"]}


def test_a_chain_is_compared_up_to_what_tells_apart() -> None:
    """Equal in the first, apart in the second by what is printed nowhere."""
    made = evaluation(dict.fromkeys("AB", "g1"))
    rules = made.classes["d"]
    chained = rules.ranking.model_copy(update={"ties": ["work", "vote", "vote"]})
    made = replace(made, classes={"d": replace(rules, ranking=chained)})
    found = margins(made, points({"A": ("50", "30.002"), "B": ("50", "30.001")}))
    assert [found[unit]["work"] for unit in "AB"] == of("0", "0", "0", "0")
    assert [found[unit]["vote"] for unit in "AB"] == of("0.0005", None, None, "0.0005")


def exactly(made: Evaluation) -> Evaluation:
    rules = made.classes["d"]
    by = rules.ranking.model_copy(update={"by": "exact"})
    return replace(made, classes={"d": replace(rules, ranking=by)})


def test_groups_whose_grades_are_counted_together_are_told_apart_by_exact_totals() -> None:
    """80.004 and 80.001 are printed the same; apart they are in groups of their own."""
    made = exactly(evaluation({"A": "g1", "B": "g2"}))
    table = points({"A": ("50", "30.004"), "B": ("50", "30.001")})
    rules = made.classes["d"]
    grades = (
        rules.grades[0].model_copy(update={"bound": None, "top_percent": 50, "together": ["g1", "g2"]}),
        *rules.grades[1:],
    )
    both = replace(made, classes={"d": replace(rules, grades=grades)})
    found = margins(both, table)
    assert [found[unit][""] for unit in "AB"] == of("0.0015", None, "0.001", "0.0015")
    assert [margins(made, table)[unit].get("") for unit in "AB"] == of("0.004", None, "0.001", None)


def test_a_bound_tells_something_of_what_is_printed_as_near_as_half_a_digit() -> None:
    """90.005 and a total printed 90.01 of 90.008, or 90.00 of 90.003; nothing farther off."""
    made = exactly(evaluation({"A": "g1"}))
    rules = made.classes["d"]
    grades = (rules.grades[0].model_copy(update={"bound": Fraction("90.005")}), *rules.grades[1:])
    made = replace(made, classes={"d": replace(rules, grades=grades)})
    found = [
        margins(made, points({"A": ("60", part)}))["A"].get("") for part in ("30.008", "30.003", "30.005", "30.02")
    ]
    assert found == [*of("0.003", None, None, "0.002", "0", None), None]


def test_a_bound_farther_off_than_half_a_digit_tells_nothing() -> None:
    """90.003 and a total printed 90.01."""
    made = exactly(evaluation({"A": "g1"}))
    rules = made.classes["d"]
    grades = (rules.grades[0].model_copy(update={"bound": Fraction("90.003")}), *rules.grades[1:])
    made = replace(made, classes={"d": replace(rules, grades=grades)})
    assert margins(made, points({"A": ("60", "30.012")}))["A"] == {}


def test_the_first_ranking_is_told_where_places_climbed_are_rewarded() -> None:
    """Equal before the reward, apart after it."""
    made = evaluation(dict.fromkeys("AB", "g1"))
    rules = made.classes["d"]
    rising = replace(rules, climb=rules.climb.model_copy(update={"points": 1}))
    earlier = (Earlier(2025, "A", Fraction(80), 2), Earlier(2025, "B", Fraction(80), 1))
    made = replace(made, classes={"d": rising}, roster=replace(made.roster, earlier=earlier))
    found = margins(made, equal(A="50", B="48"))
    assert [found[unit].get("work") for unit in "AB"] == of("1", None, None, "1")
    still = replace(made, classes={"d": rules})
    assert margins(still, equal(A="50", B="48")) == found


PLACE = """
[[award]]
name = "先进"
ranks = [1, 9]
conditions = [{ component = "vote", first = 2 }]
"""


def test_a_place_that_all_or_none_have_tells_nothing() -> None:
    """Two units and two places; of three the edge lies between the second and the third."""
    two = {"A": ("50", "30"), "B": ("40", "20")}
    assert margins(evaluation(dict.fromkeys("AB", "g1"), PLACE), points(two)) == {"A": {}, "B": {}}
    three = {**two, "C": ("45", "10")}
    found = margins(evaluation(dict.fromkeys("ABC", "g1"), PLACE), points(three))
    assert [found[unit]["vote"] for unit in "ABC"] == of("15", None, "5", None, None, "5")


@pytest.mark.parametrize(
    ("units", "found"),
    [
        ({"A": 30, "B": 20, "C": 10, "D": 20}, ("10", None, "0", "0", None, "5", "0", "0")),
        ({"A": 20, "B": 20, "C": 20}, ("0", "0", "0", "0", "0", "0")),
        ({"A": 30, "B": 20, "C": 20, "D?": 26}, ("10", None, "0", "0", "0", "0", "6", None)),
        ({"A": 30, "B": 20, "D?": 20}, (None, None, None, "0", "0", None)),
        ({"A": 30, "B": 20, "D?": 24, "E?": 10}, ("15", None, "5", "2", "2", None, None, "5")),
        ({"A": 30, "D?": 24}, (None, None, None, None)),
    ],
)
def test_units_that_share_the_last_place_are_told_to_be_equal(
    units: Mapping[str, int], found: Sequence[str | None]
) -> None:
    """More are among the first two than there are places only where the last of them are equal; of an unranked one
    that would be among them one learns that no two ranked ones are before it."""
    votes = points({unit.rstrip("?"): ("50", str(vote)) for unit, vote in units.items()})
    own = margins(evaluation(dict.fromkeys(units, "g1"), PLACE), votes)
    assert [own[unit.rstrip("?")].get("vote", (FAR, FAR)) for unit in units] == of(*found)


def test_places_are_those_of_a_group_and_of_those_who_have_points() -> None:
    """C of another group is none of them; D has no points and no place."""
    table = dict(points({"A": ("50", "30"), "B": ("40", "20"), "C": ("45", "10"), "D": ("30", "5")}))
    table["D", "vote"] = replace(table["D", "vote"], points=None, share=None)
    found = margins(evaluation({"A": "g1", "B": "g1", "C": "g2", "D": "g1"}, PLACE), table)
    assert found == {"A": {}, "B": {}, "C": {}, "D": {}}


def test_of_several_conditions_the_nearest_bound_holds() -> None:
    """20 points and 60 percent of 40: 24; a place and every period are other matters, and so is a unit without
    points."""
    rules = """
[[award]]
name = "先进"
ranks = [1, 9]
conditions = [{ component = "vote", points = 20 }, { component = "vote", percent = 60 }]
"""
    table = dict(points({"A": ("50", "26"), "B": ("40", "24"), "C": ("45", "19"), "D": ("45", "22")}))
    made = evaluation(dict.fromkeys("ABCD", "g1"), rules)
    found = margins(made, table)
    assert [found[unit]["vote"] for unit in "ABCD"] == of("2", None, "0", None, None, "1", "2", "2")
    table["D", "vote"] = replace(table["D", "vote"], points=None, share=None)
    assert margins(made, table)["D"] == {}


LISTED = """
[component.work]
name = "排名"
groups = ["g"]
weight = 50
by = "office"
answer = { rank = "p" }
[component.vote]
name = "评分"
weight = 50
by = "office"
answer = "percent"
[places.p]
first = 100
step = 10
"""


def test_what_a_place_in_a_list_is_worth_is_known_of_those_who_stand_in_it() -> None:
    """Full marks in the list of the group add all of its weight; C of another group is in none."""
    made = evaluated(LISTED, "A B C:h", "O")
    rows = [said("A", "O", "1"), said("B", "O", "2")]
    rows += [said(unit, "O", "80", component="vote") for unit in "ABC"]
    taken = came(*rows)
    table, _ = score(made, taken)
    standings, _ = rank(made, table)
    found = cases(made, taken, made.classes["d"], table, standings)
    assert {unit: [each.leaf for each in case.lists] for unit, case in found.items()} == {
        "A": ["work"],
        "B": ["work"],
        "C": [],
    }
    assert {unit: case.worth for unit, case in found.items()} == {"A": {"work": 50}, "B": {"work": 50}, "C": {}}
    assert {unit: sorted(case.answers) for unit, case in found.items()} == {key: ["vote"] for key in "ABC"}


def test_places_in_a_list_are_not_exchanged_where_a_condition_looks_behind_rounded_points() -> None:
    """A percentage is asked of the share: nothing can be said of the list then."""
    judged = '[[award]]\nname = "先进"\nranks = [1, 1]\nconditions = [{ component = "work", percent = 95 }]\n'
    for more, rounded, worth in (("", "", 50), (judged, "", 50), (judged, "round = 0\n", None)):
        made = evaluated(LISTED.replace("weight = 50\n", f"weight = 50\n{rounded}", 1) + more, "A B", "O")
        rows = [said("A", "O", "1"), said("B", "O", "2")]
        taken = came(*rows, *(said(unit, "O", "80", component="vote") for unit in "AB"))
        table, _ = score(made, taken)
        standings, _ = rank(made, table)
        found = cases(made, taken, made.classes["d"], table, standings)
        assert found["A"].worth.get("work") == worth


ROUNDED = """
[component.work]
name = "工作"
weight = 90
by = "office"
answer = "percent"
[component.vote]
name = "评分"
weight = 10
by = "office"
answer = "percent"
decimals = 2
round = 0
[[award]]
name = "先进"
ranks = [1, 1]
conditions = [{ component = "vote", percent = 84.5 }]
"""


def test_a_condition_tells_of_a_share_what_rounded_points_do_not() -> None:
    """84.6 percent are 8 points of 10, as 75 are: the award says that they are 84.5 at least, and that 84.4 of the
    same 8 points are less; of the second, who has no award whatever they are, nothing."""
    full = Fraction(0), Fraction(1)
    for mark, ends in (("84.6", (Fraction("0.845"), Fraction(1))), ("84.4", (Fraction(0), Fraction("0.8449")))):
        made = evaluated(ROUNDED, "A B", "O")
        rows = [said("A", "O", "90"), said("B", "O", "80")]
        rows += [said(unit, "O", mark, component="vote") for unit in "AB"]
        taken = came(*rows)
        table, _ = score(made, taken)
        assert {table[unit, "vote"].points for unit in "AB"} == {8}
        standings, _ = rank(made, table)
        found = cases(made, taken, made.classes["d"], table, standings)
        assert [found[unit].answers["vote"].values for unit in "AB"] == [ends, full]


EVEN = PossibleAnswers(
    (Fraction(0), Fraction(1)), Fraction(1, 10), ((Fraction(1), 3),), loose=True, given=(Fraction(0), Fraction(1))
)


@pytest.mark.parametrize(
    ("bound", "above", "left"),
    [
        ("0.8", True, ("0.8", "1")),
        ("0.8", False, ("0", "0.7")),
        ("0.75", True, ("0.8", "1")),
        ("0.75", False, ("0", "0.7")),
        ("1", True, None),
        ("0.1", False, None),
        ("0.2", False, ("0", "0.1")),
        ("-1", True, ("0", "1")),
        ("2", False, ("0", "1")),
    ],
)
def test_of_even_steps_those_on_one_side_are_left(bound: str, above: bool, left: tuple[str, str] | None) -> None:
    """From the first step that reaches the bound on, or up to the last that does not; a single one is told."""
    made = _one_side(EVEN, Fraction(bound), above=above)
    assert (made and made.values) == (left and tuple(Fraction(each) for each in left))
    if made:
        assert (made.given, made.loose, made.step) == (None, False, Fraction(1, 10))


def test_two_choices_on_one_side_are_open_and_one_is_told() -> None:
    """Of four choices."""
    scale = PossibleAnswers(
        tuple(Fraction(each) for each in ("0.4", "0.6", "0.8", "1")), Fraction(0), ((Fraction(1), 3),)
    )
    made = _one_side(scale, Fraction(4, 5), above=True)
    assert made is not None
    assert made.values == (Fraction(4, 5), Fraction(1))
    assert _one_side(scale, Fraction(1), above=True) is None
