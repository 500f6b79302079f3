"""What each line of a component came to, without sheets: by how many it was marked, what it weighed, and where lines
are not told because they do not add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from evaltool.points.linebyline import LinePoints, line_points
from evaltool.points.score import score
from evaltool.roster import NotApplicable
from results import line as decided
from said import Row, came, evaluated, line, said, seen

HALF = Fraction(1, 2)
LINES = (line("i1", "3"), line("i2", "1"))


def leaf(more: str = "", answer: str = "{ points = 4 }", by: str = "office", name: str = "work") -> str:
    return f'[component.{name}]\nname = "{name}"\nweight = 1\nby = "{by}"\nanswer = {answer}\n{more}\n'


def lines(
    rows: Sequence[Row], rules: str, units: str = "A", people: str = "O", *, sheets: Any = None, **more: Any
) -> dict[str, list[LinePoints]]:
    made = evaluated(rules, units, people, **more)
    intake = came(*rows, sheets=sheets)
    points, _ = score(made, intake)
    found = line_points(made, intake, made.classes["d"], "work", points)
    return {unit: list(own) for unit, own in found.items()}


def told(own: Sequence[LinePoints]) -> list[tuple[object, ...]]:
    """Line, repeat, who; points, what full marks in it are worth, by how many it was marked."""
    return [(each.line.id, each.repeat, each.who, each.points, each.weighed, each.marks) for each in own]


def marks(who: str, first: str, second: str, unit: str = "A", repeat: str = "") -> list[Row]:
    return [said(unit, who, first, "i1", repeat=repeat), said(unit, who, second, "i2", repeat=repeat)]


def test_a_line_weighs_its_part_of_the_preset_points() -> None:
    """3 of 4 points are worth 75 of 100: two of three points lost cost 50."""
    (first, second) = lines(marks("O", "1", "1"), leaf(), indicators=LINES)["A"]
    assert told([first, second]) == [("i1", "", "", 1, 75, 1), ("i2", "", "", 1, 25, 1)]
    assert seen(first.full, first.lost, first.cost, second.cost) == (3, 2, 50, 0)
    assert (first.kind, first.policy, first.figure) == ("", "", "")


def test_a_line_that_several_marked_has_their_mean() -> None:
    """So many marks; a blank one is none of them."""
    rows = [*marks("O", "1", "1"), *marks("P", "2", "0.5")]
    assert told(lines(rows, leaf(), people="O P", indicators=LINES)["A"]) == [
        ("i1", "", "", Fraction(3, 2), 75, 2),
        ("i2", "", "", Fraction(3, 4), 25, 2),
    ]


def test_an_absent_line_says_its_kind_and_what_the_rules_do_then() -> None:
    """Its owner's sheet is waived, and the rules put in nothing; the other owner's line was marked."""
    owned = (line("i1", "3", owner="O"), line("i2", "1", owner="P"))
    rules = leaf('waived = "zero"', by="owner")
    rows = [said("A", "O", "1.5", "i1"), said("A", "P", "", "i2")]
    (first, second) = lines(rows, rules, people="O:functional P:functional", indicators=owned, sheets={"P": "waived"})[
        "A"
    ]
    assert (first.kind, first.policy, first.marks) == ("", "", 1)
    assert seen(second.kind, second.policy, second.points, second.marks) == ("waived", "zero", 0, 0)


def test_a_line_that_is_not_verified_is_told_as_such() -> None:
    """Whatever was marked."""
    ledger = (replace(decided("evidence_verified", "A", "属实", component="work"), indicator="i1"),)
    rules = leaf('verify = true\nunverified = "zero"')
    (first, second) = lines(marks("O", "3", "1"), rules, indicators=LINES, ledger=ledger)["A"]
    assert seen(first.points, first.kind, second.points, second.kind) == (3, "", 0, "unverified")


def test_a_line_that_does_not_count_is_not_told() -> None:
    """It was decided away: the other one is worth all."""
    away = (NotApplicable(class_id="d", component="work", indicator="i1", unit="A", document="1号"),)
    rules = leaf('not_applicable = "reweigh"')
    assert told(lines([said("A", "O", "0.5", "i2")], rules, indicators=LINES, not_applicable=away)["A"]) == [
        ("i2", "", "", HALF, 100, 1)
    ]


def test_periods_stand_in_the_order_of_the_rules_and_share_the_weight() -> None:
    """Whoever marked them; several who did have their mean."""
    rules = leaf('each = ["下半年", "上半年"]', '"percent"')
    rows = [said("A", who, mark, repeat=at) for who, at, mark in (
        ("O", "上半年", "80"), ("O", "下半年", "60"), ("P", "上半年", "90"), ("P", "下半年", "100"))]  # fmt: skip
    assert told(lines(rows, rules, people="O P")["A"]) == [
        ("", "下半年", "", 80, 50, 2),
        ("", "上半年", "", 85, 50, 2),
    ]


def test_visits_stay_apart_in_the_order_of_the_sheets() -> None:
    """Two of O and the tenth row of P, which weighs as much as both of O's: each evaluator counts alike."""
    rules = leaf('each = "踏查"', '"percent"')
    rows = [said("A", "O", "80", repeat="10"), said("A", "O", "60", repeat="9"), said("A", "P", "90", repeat="2")]
    assert told(lines(rows, rules, people="O P")["A"]) == [
        ("", "9", "O", 60, 25, 1),
        ("", "10", "O", 80, 25, 1),
        ("", "2", "P", 90, 50, 1),
    ]


ADDED: dict[str, tuple[str, int, bool]] = {
    "all count alike": ("", 2, True),
    "the median of one is its mark": ('over = "median"', 1, True),
    "the median of several is nobody's": ('over = "median"', 2, False),
    "the best period decides": ('each = { periods = ["上", "下"], over = "best" }', 1, False),
    "stages are no mean of periods": (
        'each = { stages = { "一" = ["上"], "二" = ["下"] }, stage_over = "mean" }',
        1,
        False,
    ),
    "the mean of periods": ('each = ["上", "下"]', 2, True),
    "not all periods are in": ('each = { periods = ["上", "中", "下"], so_far = true }', 1, False),
    "what the rules convert": ("convert = [[0, 0], [50, 80], [100, 100]]", 1, False),
    "what is held against the best": ('benchmark = "best"', 1, False),
}


@pytest.mark.parametrize("case", ADDED)
def test_lines_are_told_where_they_add_up(case: str) -> None:
    """Not even where everybody said the same, so that it would come out by chance."""
    more, people, expected = ADDED[case]
    periods = ("上", "下") if "each" in more else ("",)
    rows = [said("A", who, "60", repeat=at) for who in "OP"[:people] for at in periods]
    rows += [said("B", "O", "90", repeat=at) for at in periods]
    found = lines(rows, leaf(more, '"percent"'), units="A B" if people == 1 else "A", people=" ".join("OP"[:people]))
    assert ("A" in found) is expected


def test_nothing_is_told_of_a_unit_of_which_something_is_missing() -> None:
    """B's answer is refused; A's is told."""
    rows = [*marks("O", "1", "1"), *marks("O", "1", "", "B")]
    assert lines(rows, leaf(), units="A B", indicators=LINES).keys() == {"A"}


def test_cards_and_choices_have_no_lines() -> None:
    """Nor have cases in a pot, and what is not asked of a unit of the class."""
    choice = leaf(answer='{ choice = "tier" }')
    assert lines([said("A", "O", "一等")], choice) == {}
    pot = leaf(answer='{ tally = { "国家级" = 1 } }')
    counted = [said("A", "O", "1", "国家级", field="figure:件数")]
    assert lines(counted, pot, indicators=(line("国家级"),)) == {}
    assert lines([said("A", "O", "60"), said("X", "O", "60")], leaf(answer='"percent"')).keys() == {"A"}


def test_marks_beside_figures_have_their_mean_as_well() -> None:
    """Two evaluators marked one line of 2 points with 1 and 2, and state the same figure for the other, half of its
    target; in a component that weighs nothing the first one's mark is told."""
    rules = leaf() + '[method.aim]\ntarget = "higher"\n'
    of = (line("i1", "2"), line("i2", "2", method="aim", target=Fraction(10)))
    rows = [said("A", who, mark, "i1") for who, mark in (("O", "1"), ("P", "2"))]
    rows += [said("A", who, "5", "i2", field="figure:核实数") for who in "OP"]
    assert told(lines(rows, rules, people="O P", indicators=of)["A"]) == [
        ("i1", "", "O", Fraction(3, 2), 50, 2),
        ("i2", "", "O", 1, 50, 2),
    ]
    nothing = rules.replace("weight = 1", "weight = 0") + leaf(answer='"percent"', name="zz")
    more = [*rows, *(said("A", who, "50", component="zz") for who in "OP")]
    assert told(lines(more, nothing, people="O P", indicators=of)["A"]) == [
        ("i1", "", "O", 1, 0, 2),
        ("i2", "", "O", 1, 0, 2),
    ]


def test_measured_lines_say_the_figure() -> None:
    """As it was typed; one that is reckoned with four decimals at most; a mark beside it none."""
    named = '[method.plain]\npoints = 1\n[figure.third]\nname = "三分之一"\nformula = "收入 / 3"\n'
    of = (
        line("i1", "1", target=Fraction(10)),
        line("i2", "1", figure="third", target=Fraction(1)),
        replace(line("rev", "0"), name="收入"),
    )
    rows = [said("A", "O", "5", "i1", field="figure:核实数"), said("A", "O", "2", "rev", field="figure:核实数")]
    (first, second) = lines(rows, leaf(answer='{ target = "higher" }') + named, indicators=of)["A"]
    assert (first.figure, first.points, first.marks, first.who) == ("5", HALF, 1, "O")
    assert (second.figure, second.points, second.marks) == ("0.6667", Fraction(2, 3), 1)
    other = leaf(answer='{ target = "higher" }', name="zz")
    more = replace(of[0], component="zz")
    beside = [
        said("A", "O", "9", "i1", field="figure:年鉴数", component="zz"),
        said("A", "O", "9", "i1", field="figure:年鉴数", class_id="e"),
        said("", "O", "9", "i1", field="figure:年鉴数"),
    ]
    rules = leaf(answer='{ target = "higher" }') + other + named
    assert lines([*rows, *beside], rules, indicators=(*of, more))["A"][0].figure == "5"
    missing = [said("A", "O", "", "i1", field="figure:核实数"), rows[1]]
    rules = leaf('missing = "zero"', '{ target = "higher" }') + named
    (first, second) = lines(missing, rules, indicators=of)["A"]
    assert (first.figure, first.kind, first.policy) == ("", "missing", "zero")
