"""What could what is missing still change?  Without sheets: the least and the most that every unit can have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from evaltool.findings import Finding, finding
from evaltool.points.bounds import bounds, doubts, undecided
from evaltool.points.score import Point
from evaltool.roster import Parameter
from results import line as decided
from said import Row, came, evaluated, line, said

Ends = tuple[Fraction, Fraction]
HALF = Fraction(1, 2)


def leaf(more: str = "", answer: str = '"percent"', by: str = "office", name: str = "work", weight: int = 1) -> str:
    return f'[component.{name}]\nname = "{name}"\nweight = {weight}\nby = "{by}"\nanswer = {answer}\n{more}\n'


def ends(
    rows: Sequence[Row],
    rules: str,
    units: str = "A B C",
    people: str = "O",
    *,
    findings: Sequence[Finding] = (),
    sheets: dict[str, Any] | None = None,
    of: str = "work",
    **tables: Any,
) -> dict[str, Ends]:
    """Unit -> the least and the most, as shares of the component."""
    made = evaluated(rules, units, people, **tables)
    low, high = bounds(made, came(*rows, sheets=sheets), findings)
    whole = made.classes["d"].weight(of)
    found = {}
    for unit in made.units:
        least, most = low[unit, of].points, high[unit, of].points
        assert least is not None
        assert most is not None
        found[unit] = (least / whole, most / whole)
    return found


def exactly(**shares: str) -> dict[str, Ends]:
    return {unit: (Fraction(share), Fraction(share)) for unit, share in shares.items()}


def marks(**given: str) -> list[Row]:
    return [said(unit, "O", mark) for unit, mark in given.items()]


OPEN = (Fraction(0), Fraction(1))


def about(unit: str, component: str) -> Finding:
    """An error about a unit's cell."""
    return finding("SCORE_NOT_NUMBER", unit=unit, component=component)


def test_what_is_in_is_what_it_is_and_what_is_missing_may_be_anything() -> None:
    """B was left blank; of two evaluators one is missing, whose mark may be nothing or all."""
    assert ends(marks(A="50", B="", C="70"), leaf()) == {**exactly(A="1/2", C="7/10"), "B": OPEN}
    of = ends(marks(A="50", B="60", C="70"), leaf(), people="O P", sheets={"P": "missing"})
    assert of["A"] == (Fraction(1, 4), Fraction(3, 4))


def test_what_the_rules_say_of_an_absence_stays_so() -> None:
    """A withheld mark counts 60%; one that the rules refuse may be anything; a missing one they put nothing in for
    may come yet."""
    given = marks(A="弃权", B="50", C="50")
    assert ends(given, leaf("abstained = 60"))["A"] == (Fraction(3, 5), Fraction(3, 5))
    assert ends(given, leaf())["A"] == OPEN
    assert ends(marks(A="", B="50", C="50"), leaf('missing = "zero"'))["A"] == OPEN


COMPARED = leaf(answer='{ compare = "min_max" }')
LINES = (line("i1", "1"),)


def figures(**given: str) -> list[Row]:
    return [said(unit, "O", figure, "i1", field="figure:核实数") for unit, figure in given.items()]


def test_whoever_is_compared_with_what_is_missing_may_be_anything() -> None:
    """One figure of the group is blank: all of them; once all are in, everybody is what he is.  A mark that is blank
    moves nobody else."""
    assert ends(figures(A="1", B="", C="3"), COMPARED, indicators=LINES) == dict.fromkeys("ABC", OPEN)
    assert ends(figures(A="1", B="2", C="3"), COMPARED, indicators=LINES) == exactly(A="0", B="1/2", C="1")
    target = leaf(answer='{ target = "higher" }')
    own = (line("i1", "1", target=Fraction(10)),)
    assert ends(figures(A="1", B="", C="3"), target, indicators=own) == {**exactly(A="1/10", C="3/10"), "B": OPEN}


def test_a_blank_cell_that_need_not_be_filled_in_opens_nothing() -> None:
    """Nor one of another component or of another class."""
    rows = figures(A="1", B="2", C="3")
    optional = [(*row[:10], False, *row[11:]) for row in figures(A="", B="")]
    kept = [(*row[:5], "figure:初步数", *row[6:]) for row in optional]
    other = [said("A", "O", "", component="zz"), said("A", "O", "", "i1", field="figure:核实数", class_id="e")]
    rules = COMPARED + leaf(name="zz")
    assert ends([*rows, *kept, *other], rules, indicators=LINES) == exactly(A="0", B="1/2", C="1")
    assert ends([*rows, said("A", "O", "", "i1", field="note")], rules, indicators=LINES) == dict.fromkeys("ABC", OPEN)


def test_growth_per_head_is_compared_with_the_heads() -> None:
    """Whose number is missing: all may be anything, because a figure of a unit is divided by another's line."""
    rules = leaf(answer='{ growth = "per_head", per = "pop", full_at = 10 }')
    lines = (line("i1", "1", base=Fraction(1)), line("pop", "0", base=Fraction(1)))
    heads = [said(unit, "O", "1", "pop", field="figure:核实数") for unit in "ABC"]
    assert ends([*figures(A="1.1", B="1.05", C="1"), *heads], rules, indicators=lines) == exactly(A="1", B="1/2", C="0")
    assert ends([*figures(A="1.1", B="1.05", C=""), *heads], rules, indicators=lines)["A"] == OPEN


@pytest.mark.parametrize(("cap", "most"), [("", "1"), (", cap = 120", "6/5")])
def test_what_all_are_held_against_may_still_be_somebody_elses(cap: str, most: str) -> None:
    """The best is not known while one result is open; nobody has more than the cap."""
    rules = leaf(f'benchmark = {{ full = "mean"{cap} }}')
    opened = (Fraction(0), Fraction(most))
    assert ends(marks(A="50", B="", C="70"), rules) == dict.fromkeys("ABC", opened)
    assert ends(marks(A="50", B="70", C="60"), rules)["A"] == (Fraction(5, 6), Fraction(5, 6))


def test_what_all_are_held_against_waits_for_blank_cells_and_for_sheets() -> None:
    """A cell beside the marks that must be filled in, or a sheet of which there is no cell yet."""
    rules = leaf('benchmark = "mean"')
    given = marks(A="50", B="70", C="60")
    assert ends([*given, said("A", "O", "", field="note")], rules) == dict.fromkeys("ABC", OPEN)
    assert ends(given, rules, people="O P", sheets={"P": "missing"}) == dict.fromkeys("ABC", OPEN)


def test_one_line_that_compares_is_enough() -> None:
    """Beside one that is held against a target."""
    rules = leaf(answer='{ compare = "min_max" }') + '[method.aim]\ntarget = "higher"\n'
    lines = (*LINES, line("i2", "1", method="aim", target=Fraction(10)))
    aims = [said(unit, "O", "5", "i2", field="figure:核实数") for unit in "ABC"]
    assert ends([*figures(A="1", B="", C="3"), *aims], rules, indicators=lines) == dict.fromkeys("ABC", OPEN)


def test_a_curve_says_what_the_most_is_where_it_converts_what_all_are_held_against() -> None:
    """A curve up to 150% after a cap of 120."""
    rules = leaf('benchmark = { full = "mean", cap = 120 }\nconvert = [[0, 0], [120, 150]]')
    assert ends(marks(A="50", B="", C="70"), rules)["B"] == (Fraction(0), Fraction(3, 2))


def test_a_curve_that_falls_leaves_what_is_not_in_open() -> None:
    """Nothing and full marks are its ends no more; of what is in it gives what it is.  One that rises keeps the
    order."""
    falling = leaf("convert = [[0, 50], [50, 100], [100, 40]]")
    assert ends(marks(A="50", B="", C="100"), falling) == {**exactly(A="1", C="2/5"), "B": OPEN}
    rising = leaf("convert = [[0, 50], [100, 80]]")
    assert ends(marks(A="50", B="", C="100"), rising) == {
        **exactly(A="13/20", C="4/5"),
        "B": (HALF, Fraction(4, 5)),
    }


def test_two_answers_on_a_curve_may_be_worth_the_same_at_both_ends() -> None:
    """Both ends of the curve are 50: what lies between may be more."""
    rules = leaf("convert = [[0, 50], [50, 100], [100, 50]]")
    assert ends(marks(A="50", B="", C="70"), rules)["B"] == OPEN


def test_more_than_full_marks_may_come_where_the_method_has_more() -> None:
    """120% of the target; one of two lines that can is enough."""
    rules = leaf(answer='{ target = "higher", cap = 120 }')
    own = (line("i1", "1", target=Fraction(10)),)
    assert ends(figures(A="1", B="", C="3"), rules, indicators=own)["B"] == (Fraction(0), Fraction(6, 5))
    named = leaf(answer='{ target = "higher" }') + '[method.more]\ntarget = "higher"\ncap = 150\n'
    two = (line("i1", "1", target=Fraction(10)), line("i2", "1", target=Fraction(10), method="more"))
    assert ends(figures(A="1", B="2", C="3"), named, indicators=two)["B"] == (Fraction(0), Fraction(3, 2))


def test_what_is_multiplied_may_be_so_much_more() -> None:
    """By the greatest factor of the class where the share itself may be more than full marks."""
    numbers = (Parameter(unit="A", name="系数", value=Fraction(2)), Parameter(name="系数", value=Fraction(1, 2)))
    rules = leaf('factor = "系数"', '{ target = "higher", cap = 120 }')
    own = (line("i1", "1", target=Fraction(10)),)
    found = ends(figures(A="5", B="", C="4"), rules, indicators=own, parameters=numbers)
    assert found == {**exactly(A="1", C="1/5"), "B": (0, Fraction(12, 5))}
    plain = leaf('factor = "系数"')
    assert ends(marks(A="50", B="", C="40"), plain, parameters=numbers)["B"] == (Fraction(0), Fraction(2))


TALLY = leaf(answer='{ tally = { "国家级" = 4, "迟到" = -1 } }', weight=10)
KINDS = (line("国家级", "1"), line("迟到", "1"))


def cases(unit: str, good: str, late: str) -> list[Row]:
    of = (("国家级", good), ("迟到", late))
    return [said(unit, "O", each, kind, field="figure:件数") for kind, each in of]


def test_where_more_can_be_worth_less_a_case_that_is_not_known_leaves_all_open() -> None:
    """B's latenesses are not known: it may have anything, although nothing and full marks of that line are the same."""
    rows = [*cases("A", "1", "1"), *cases("B", "2", ""), *cases("C", "0", "0")]
    assert ends(rows, TALLY, indicators=KINDS) == {**exactly(A="3/10", C="0"), "B": OPEN}
    curved = TALLY.replace("weight = 10", "weight = 10\nconvert = [[0, 0], [100, 100]]")
    assert ends(rows, curved, indicators=KINDS)["B"] == OPEN
    mistyped = [(*row[:9], "broken", *row[10:]) if row[3] == "B" and row[7] is None else row for row in rows]
    assert ends(mistyped, TALLY, indicators=KINDS)["B"] == OPEN


def test_cases_that_are_not_verified_leave_all_open() -> None:
    """A's are verified, B's and C's are not; what stands in other components is none of it."""
    rules = TALLY.replace("weight = 10", 'weight = 10\nverify = true\nunverified = "zero"') + leaf(
        answer='{ target = "higher" }', name="zz"
    )
    rows = [*cases("A", "1", "1"), *cases("B", "2", "1"), *cases("C", "0", "0")]
    other = [said("A", "O", "", "i1", field="figure:核实数", component="zz")]
    foreign = [said("A", "O", "", "国家级", field="figure:件数", class_id="e")]
    ledger = (decided("evidence_verified", "A", "属实", component="work"),)
    lines = (*KINDS, line("i1", "1", "zz", target=Fraction(1)))
    found = ends([*rows, *other, *foreign], rules, indicators=lines, ledger=ledger)
    assert found == {**exactly(A="3/10"), "B": OPEN, "C": OPEN}


def test_the_mean_of_others_may_still_be_anything_while_one_of_them_is_open() -> None:
    """C withheld and has the mean of A and B, of which B is blank; nothing is open once B is in without errors."""
    rules = leaf('abstained = "group_mean"')
    assert ends(marks(A="50", B="", C="弃权"), rules) == {**exactly(A="1/2"), "B": OPEN, "C": OPEN}
    given = marks(A="50", B="70", C="弃权")
    assert ends(given, rules) == exactly(A="1/2", B="7/10", C="3/5")
    wrong = [about("A", "work")]
    assert ends(given, rules, findings=wrong) == {**exactly(B="7/10"), "A": OPEN, "C": OPEN}


def test_figures_that_lines_are_reckoned_from_count_where_they_are_typed() -> None:
    """All are compared by a figure that is reckoned from one in another component, which B has left blank."""
    rules = leaf(answer='{ compare = "min_max" }') + leaf(answer='{ target = "attained" }', name="typed")
    rules += '[figure.twice]\nname = "两倍"\nformula = "收入 * 2"\n'
    lines = (
        line("i1", "1", figure="twice"),
        replace(line("rev", "1", "typed", target=Fraction(1)), name="收入"),
    )

    def rows(**given: str) -> list[Row]:
        of = {"component": "typed", "field": "figure:核实数"}
        return [said(unit, "O", figure, "rev", **of) for unit, figure in given.items()]

    assert ends(rows(A="1", B="2", C="3"), rules, indicators=lines) == exactly(A="0", B="1/2", C="1")
    assert ends(rows(A="1", B="", C="3"), rules, indicators=lines) == dict.fromkeys("ABC", OPEN)
    blank = said("A", "O", "", "rev", component="typed", field="note")
    assert ends([*rows(A="1", B="2", C="3"), blank], rules, indicators=lines) == dict.fromkeys("ABC", OPEN)
    wrong = [about("B", "typed")]
    assert ends(rows(A="1", B="2", C="3"), rules, indicators=lines, findings=wrong)["B"] == OPEN


# --- errors ----------------------------------------------------------------------------------------------------------


def test_errors_open_what_they_are_about() -> None:
    """One of a component and a unit; what is missing is none: it is looked at by itself."""
    given = marks(A="50", B="60", C="70")
    one = about("A", "work")
    assert ends(given, leaf(), findings=[one]) == {**exactly(B="3/5", C="7/10"), "A": OPEN}
    gap = finding("SCORE_MISSING", unit="A", component="work", evaluator="O", args={"unit_name": "A", "name": "x"})
    assert ends(given, leaf(), findings=[gap]) == exactly(A="1/2", B="3/5", C="7/10")


def test_whom_an_error_on_a_sheet_is_about() -> None:
    """Of an owner of lines also all that owners mark; of a unit's own sheet the unit; of nobody known nobody."""
    owner = leaf(by="owner", answer="{ points = 1 }", name="owned")
    made = evaluated(
        leaf(by="self") + owner, "A B", "O:functional P", indicators=(line("i1", "1", "owned", owner="O"),)
    )

    def wrong(**of: str) -> set[tuple[str, str, str]]:
        return set(doubts(made, [finding("SUBMISSION_MISSING", args={"name": "某"}, **of)]))

    assert wrong(evaluator="O") == {("", "", "functional"), ("", "", "owner")}
    assert wrong(evaluator="P") == {("", "", "office")}
    assert wrong(evaluator="P", unit="A") == {("A", "", "office")}
    assert wrong(evaluator="B", unit="A") == {("B", "", "self")}
    assert wrong(evaluator="P", unit="A", component="work") == {("A", "work", "")}
    assert wrong(evaluator="X") == set()


def test_a_unit_with_a_leaf_of_which_nothing_can_be_said_is_undecided() -> None:
    """One such leaf is enough; a leaf that is none of its own is not."""
    made = evaluated(leaf() + leaf(name="zz"), "A")
    scheme, unit = made.classes["d"], made.units["A"]

    def point(of: str, points: int | None) -> tuple[tuple[str, str], Point]:
        value = None if points is None else Fraction(points)
        return ("A", of), Point("d", "A", of, Fraction(1), value, value, "scored")

    assert undecided(dict([point("work", 1), point("zz", None)]), scheme, unit)
    assert not undecided(dict([point("work", 1), point("zz", 0)]), scheme, unit)
    assert not undecided(dict([point("work", 1)]), scheme, unit)
