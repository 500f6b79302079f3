"""Who stands close to something that decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from evaltool.evaluation import Evaluation
from evaltool.points.score import PointsTable
from evaltool.results.award import award
from evaltool.results.closeness import closeness
from evaltool.results.grade import grade
from evaltool.results.rank import rank
from evaltool.rules import Ranking
from results import evaluation, no_sheets, points

PRIZE = '[[award]]\nname = "先进"\nranks = [1, 3]\n'
Close = tuple[str, str, str, str, str, Fraction]


def close(made: Evaluation, table: PointsTable) -> list[Close]:
    standings, _ = rank(made, table)
    standings, _ = award(made, grade(made, standings, table), no_sheets(), table, {})
    of = SimpleNamespace(
        evaluation=made,
        group=lambda class_id, group: [one for one in standings if one.key == (class_id, group)],
    )
    result: Any = of
    return [
        (each.kind, each.group, each.name, each.unit.unit.id, each.other.unit.id if each.other else "", each.apart)
        for each in closeness(result)
    ]


def of_totals(totals: Mapping[str, str]) -> PointsTable:
    return points({unit: ("40", str(Fraction(total) - 40)) for unit, total in totals.items()})


def test_all_that_are_near_to_a_cut_or_to_each_other_are_told() -> None:
    """A two hundredth of full marks apart is near, more is not: A and B stand 0.3 from 优秀 and 0.6 from each other, D
    at the bound of 良好 and C half a point above it; E, who is not ranked, below it."""
    made = evaluation({"A": "g1", "B": "g1", "C": "g1", "D": "g1", "E?": "g1", "F": "g2"}, PRIZE)
    table = of_totals({"A": "90.3", "B": "89.7", "C": "80.5", "D": "80", "E": "79.6", "F": "90.5"})
    assert close(made, table) == [
        ("above", "部门·甲类", "优秀", "A", "", Fraction("0.3")),
        ("below", "部门·甲类", "优秀", "B", "", Fraction("0.3")),
        ("above", "部门·甲类", "良好", "D", "", 0),
        ("above", "部门·甲类", "良好", "C", "", Fraction("0.5")),
        ("below", "部门·甲类", "良好", "E", "", Fraction("0.4")),
        ("cut", "部门·甲类", "先进", "C", "D", Fraction("0.5")),
        ("rank", "部门·甲类", "", "C", "D", Fraction("0.5")),
        ("above", "部门·乙类", "优秀", "F", "", Fraction("0.5")),
    ]


def test_who_shares_a_rank_is_no_neighbour() -> None:
    """B and C are second; D is behind both."""
    table = of_totals({"A": "75.2", "B": "75", "C": "75", "D": "74.9"})
    assert close(evaluation(dict.fromkeys("ABCD", "g1")), table) == [
        ("rank", "部门·甲类", "", "A", "B", Fraction("0.2")),
        ("rank", "部门·甲类", "", "C", "D", Fraction("0.1")),
    ]


def test_a_place_that_all_have_cuts_nothing_off() -> None:
    """Three places and three units: nobody is outside."""
    table = of_totals({"A": "75.2", "B": "74", "C": "73"})
    assert close(evaluation(dict.fromkeys("ABC", "g1"), PRIZE), table) == []


def test_where_places_go_by_change_totals_tell_of_bounds_alone() -> None:
    """Neighbours by change are not near because their totals are."""
    made = evaluation(dict.fromkeys("AB", "g1"))
    table = of_totals({"A": "90.1", "B": "90"})
    assert [each[0] for each in close(made, table)] == ["above", "above", "rank"]
    rules = replace(made.classes["d"], ranking=Ranking(by="variation"))
    assert [each[0] for each in close(replace(made, classes={"d": rules}), table)] == ["above", "above"]
