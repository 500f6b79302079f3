"""What places and grades tell of a unit beside its figures: how far something may move before they would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from evaltool.results.cases import cases
from handmade import RULES, Parts, parts, result

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
    one with 26.5 would not, which leaves a quarter of a point between the last inside and the first outside."""
    rules = RULES.replace("from = 90", 'from = 80\nconditions = [{ component = "mayor", first = 2 }]')
    mayors = {"甲县": "28", "乙县": "27", "丙县": "26", "丁县": "27.5", "戊县": "26.5"}
    units = {unit: parts("18", "17", "8.5", points, "17") for unit, points in mayors.items()}
    edge = Fraction("26.75")
    assert told(units, rules, unranked=["丁县", "戊县"]) == {
        unit: {"mayor": (Fraction(points) - edge, FAR) if Fraction(points) > edge else (FAR, edge - Fraction(points))}
        for unit, points in mayors.items()
    }
