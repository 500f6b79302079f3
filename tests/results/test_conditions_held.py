"""Whether conditions hold, and the numbers that they look at, without sheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from evaltool.points.score import PointsTable
from evaltool.results.conditions import Broken, Judge, Rivals, lacking, looked_at, measured_for
from evaltool.rules import Condition
from results import evaluation, points
from said import came, evaluated, line, said


def condition(**fields: object) -> Condition:
    return Condition.model_validate(fields)


def judge(table: PointsTable, *units: str, **more: Any) -> Judge:
    of = evaluation(dict.fromkeys(units or ("A", "B"), "g1"))
    return Judge(of, of.classes["d"], table, **more)


def test_a_condition_looks_at_points_at_a_share_or_at_a_place() -> None:
    """Of a component; at nothing where there are no points."""
    table = dict(points({"A": ("45", "20"), "B": ("50", "10")}))
    of = judge(table)
    unit = of.evaluation.units["A"]
    looks = [{"points": 40}, {"percent": 80}, {"first": 2}]
    assert [of.numbers(unit, condition(component="work", **each)) for each in looks] == [
        [("", Fraction(number))] for number in (45, 75, 2)
    ]
    own = table["A", "work"]
    for without in (replace(own, points=None), replace(own, share=None)):
        table["A", "work"] = without
        assert [of.numbers(unit, condition(component="work", **each)) for each in looks] == [()] * 3
    del table["A", "work"]
    assert of.numbers(unit, condition(component="work", points=40)) == ()
    assert of.broken(unit, condition(component="work", points=40)) == Broken(
        condition(component="work", points=40), None
    )


def test_a_bound_holds_where_it_is_just_reached() -> None:
    """From below and from above; what breaks it is said with its number and its period, of several the worst."""
    at = condition(component="work", every_period=True, percent=80)
    few = condition(figure="欠薪", at_most=3)

    def broken(of: Condition, *numbers: tuple[str, str]) -> object:
        given = [(period, Fraction(number)) for period, number in numbers]
        made = judge(points({"A": ("45", "20"), "B": ("50", "10")}), measured={("A", of): given})
        found = made.broken(made.evaluation.units["A"], of)
        assert made.holds(made.evaluation.units["A"], of) is (found is None)
        return found and (found.value, found.period, found.bound)

    assert broken(at, ("1月", "80"), ("2月", "95")) is None
    assert broken(at, ("1月", "79"), ("2月", "78"), ("3月", "78")) == (78, "2月", (">=", 80))
    assert broken(few, ("", "3")) is None
    assert broken(few, ("上", "4"), ("下", "5")) == (5, "下", ("<=", 3))
    assert broken(few) == (None, "", None)
    between = condition(figure="欠薪", at_least=1, at_most=3)
    assert broken(between, ("", "0")) == (0, "", (">=", 1))
    assert [broken(between, ("", each)) for each in ("1", "2", "3")] == [None] * 3


def test_all_conditions_must_hold() -> None:
    """45 points are 75%."""
    of = judge(points({"A": ("45", "20"), "B": ("50", "10")}))
    met, missed = condition(component="work", points=45), condition(component="work", percent=76)
    unit = of.evaluation.units["A"]
    assert of.all_hold(unit, [met])
    assert not of.all_hold(unit, [met, missed])
    assert of.all_hold(unit, [])


def test_places_may_be_those_that_others_have_for_sure() -> None:
    """A would be first with other points of B."""
    table, other = points({"A": ("45", "20"), "B": ("50", "10")}), points({"A": ("45", "20"), "B": ("40", "10")})
    first = condition(component="work", first=1)
    alone = judge(table)
    assert not alone.holds(alone.evaluation.units["A"], first)
    assert judge(table, others=Rivals(alone.evaluation, other)).holds(alone.evaluation.units["A"], first)


def test_a_unit_is_placed_by_the_points_that_are_asked_about() -> None:
    """With more than it has it passes those between, itself among them; with less it does not."""
    of = evaluation({"A": "g1", "B": "g1", "C?": "g1"})
    rivals = Rivals(of, points({"A": ("40", "0"), "B": ("45", "0"), "C": ("44", "0")}))
    unit = of.units["A"]
    assert [rivals.place(unit, "work", Fraction(each)) for each in (50, 45, 44, 40, 30)] == [1, 1, 2, 2, 2]
    assert [rivals.place(of.units["C"], "work", Fraction(each)) for each in (50, 44, 40, 30)] == [1, 2, 2, 3]
    assert rivals.place(unit, "nothing", Fraction(1)) == 1


def test_of_an_interim_result_what_is_not_settled_is_unsure() -> None:
    """Figures and periods only: points have ends of their own.  A figure is settled once all that it is made of is
    there and settled."""
    at = condition(component="work", every_period=True, percent=80)
    plain = condition(component="work", points=40)
    table = points({"A": ("45", "20"), "B": ("50", "10")})
    numbers = {("A", at): [("1月", Fraction(90))]}
    sure, other = frozenset({("A", "work")}), frozenset({("A", "vote")})
    for unsure in (False, True):

        def holds(of: Condition, unsure: bool = unsure, **more: Any) -> bool:
            made = judge(table, unsure=unsure, **more)
            return made.holds(made.evaluation.units["A"], of)

        assert holds(plain, settled=frozenset())
        assert holds(at, measured=numbers, settled=sure)
        assert holds(at, measured=numbers)
        assert holds(at, measured=numbers, settled=other) is unsure
        assert holds(at, settled=sure) is unsure
        assert not holds(at)


PERIODS = """
[component.work]
name = "月度检查"
weight = 60
by = "office"
answer = "percent"
abstained = "out"
{each}
[component.econ]
name = "经济数据"
weight = 40
by = "stats"
answer = {{ target = "attained" }}
missing = "zero"
[[award]]
name = "先进"
ranks = [1, 4]
conditions = [{{ component = "work", every_period = true, percent = 80 }}, {{ figure = "欠薪 / 人口", at_most = 3 }}]
"""


OTHER = """[component.other]
name = "其他"
weight = 1
by = "stats"
answer = { target = "attained" }
[[award]]"""


def measured(
    rows: Sequence[tuple[object, ...]], each: str, people: str = "O S:stats"
) -> tuple[dict[str, Any], list[str]]:
    """What conditions look at, by unit and whether it is periods; and of whom it is said that something is lacking."""
    lines = (
        replace(line("debt", "1", "econ", target=Fraction(1)), name="欠薪"),
        replace(line("pop", "1", "econ", target=Fraction(1)), name="人口"),
    )
    made = evaluated(PERIODS.format(each=each), "A B", people, indicators=lines)
    found = measured_for(made, came(*rows))
    assert {condition.every_period for _, condition in found} <= {True, False}
    both = {
        f"{unit} {'periods' if of.every_period else 'figure'}": list(numbers) for (unit, of), numbers in found.items()
    }
    return both, [f"{one.unit} {one.value}" for one in lacking(made, found)]


def figure(unit: str, of: str, number: str) -> tuple[object, ...]:
    return said(unit, "S", number, of, component="econ", field="figure:核实数")


def test_what_periods_and_figures_came_to_in_numbers() -> None:
    """The mean of both evaluators in each month, those that are answered; the figure of a unit of which one is lacking
    or is divided by nothing is not there, and that is said."""
    marks = {"1月": ("90", "80"), "2月": ("70", "弃权"), "3月": ("", "")}
    rows = [said("A", who, mark, repeat=at) for at, both in marks.items() for who, mark in zip("OP", both, strict=True)]
    rows += [figure("A", "debt", "6"), figure("A", "pop", "2"), figure("B", "debt", "6"), figure("B", "pop", "0")]
    found, short = measured(rows, 'each = ["1月", "2月", "3月"]', "O P S:stats")
    assert found["A periods"] == [("1月", 85), ("2月", 70)]
    assert found["A figure"] == [("", 3)]
    assert short == ["B 月度检查", "B 欠薪 / 人口"]
    found, short = measured([figure("A", "debt", "6")], 'each = ["1月", "2月", "3月"]')
    assert (found, short) == ({}, ["A 月度检查", "B 月度检查", "A 欠薪 / 人口", "B 欠薪 / 人口"])


def test_periods_stand_in_the_order_of_the_rules() -> None:
    """Whatever they are called."""
    rows = [said("A", "O", mark, repeat=at) for at, mark in (("上", "90"), ("下", "80"))]
    found, _ = measured(rows, 'each = ["下", "上"]')
    assert found["A periods"] == [("下", 80), ("上", 90)]


def test_what_became_of_an_owners_sheet_counts_in_every_period() -> None:
    """P's line is waived and counts in full: half of the points in each period, although O gave none."""
    rules = PERIODS.format(each='each = ["上", "下"]\nwaived = "full"')
    rules = rules.replace('by = "office"\nanswer = "percent"', 'by = "owner"\nanswer = { points = 2 }', 1)
    lines = (
        line("o", "1", owner="O"),
        line("p", "1", owner="P"),
        replace(line("debt", "1", "econ", target=Fraction(1)), name="欠薪"),
        replace(line("pop", "1", "econ", target=Fraction(1)), name="人口"),
    )
    made = evaluated(rules, "A", "O:functional P:functional S:stats", indicators=lines)
    rows = [said("A", "O", "0", "o", repeat=at) for at in ("上", "下")]
    found = measured_for(made, came(*rows, sheets={"P": "waived"}))
    assert [list(numbers) for (_, of), numbers in found.items() if of.every_period] == [
        [("上", Fraction(50)), ("下", Fraction(50))]
    ]


def test_a_figure_is_settled_once_all_that_it_is_made_of_is() -> None:
    """Typed in two components, of which one is still open."""
    other = PERIODS.format(each='each = ["上", "下"]').replace("[[award]]", OTHER)
    lines = (
        replace(line("debt", "1", "econ", target=Fraction(1)), name="欠薪"),
        replace(line("pop", "1", "other", target=Fraction(1)), name="人口"),
    )
    made = evaluated(other, "A", "O S:stats", indicators=lines)
    of = next(each for _, each in made.classes["d"].conditions if each.figure)
    assert looked_at(made, made.classes["d"], of) == ["econ", "other"]
    numbers = {("A", of): [("", Fraction(1))]}
    both = frozenset({("A", "econ"), ("A", "other")})
    for settled, held in ((both, True), (frozenset({("A", "econ")}), False)):
        made_of = Judge(made, made.classes["d"], {}, numbers, settled=settled)
        assert made_of.holds(made.units["A"], of) is held


def test_a_stage_is_what_its_periods_came_to() -> None:
    """Of a stage of which one period is in that one."""
    each = 'each = { stages = { "一季度" = ["1月", "2月"], "二季度" = ["4月", "5月"] }, stage_over = "mean" }'
    rows = [said("A", "O", mark, repeat=at) for at, mark in (("1月", "90"), ("2月", "80"), ("4月", "70"), ("5月", ""))]
    found, _ = measured(rows, each)
    assert found["A periods"] == [("一季度", 85), ("二季度", 70)]


def test_occasions_are_numbered_in_the_order_of_the_sheet() -> None:
    """Rows 2 and 10 are the unit's first and second visit."""
    rows = [said("A", "O", "90", repeat="10"), said("A", "O", "80", repeat="2"), said("B", "O", "70", repeat="3")]
    found, _ = measured(rows, 'each = "踏查"')
    assert found["A periods"] == [("第1次踏查", 80), ("第2次踏查", 90)]
    assert found["B periods"] == [("第1次踏查", 70)]


def test_a_figure_of_periods_is_looked_at_in_each() -> None:
    """In the periods of the components in which it is typed."""
    rules = PERIODS.format(each='each = ["1月", "2月"]').replace(
        'missing = "zero"', 'each = ["上", "下"]\nmissing = "zero"'
    )
    lines = (
        replace(line("debt", "1", "econ", target=Fraction(1)), name="欠薪"),
        replace(line("pop", "1", "econ", target=Fraction(1)), name="人口"),
    )
    made = evaluated(rules, "A", "O S:stats", indicators=lines)
    rows = [
        said("A", "S", number, of, component="econ", field="figure:核实数", repeat=at)
        for of, at, number in (("debt", "上", "6"), ("debt", "下", "8"), ("pop", "上", "2"), ("pop", "下", "2"))
    ]
    found = {of.every_period: list(numbers) for (_, of), numbers in measured_for(made, came(*rows)).items()}
    assert found[False] == [("上", Fraction(3)), ("下", Fraction(4))]
    of_figure = next(each for _, each in made.classes["d"].conditions if each.figure)
    of_periods = next(each for _, each in made.classes["d"].conditions if each.every_period)
    assert looked_at(made, made.classes["d"], of_figure) == ["econ"]
    assert looked_at(made, made.classes["d"], of_periods) == ["work"]
