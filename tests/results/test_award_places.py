"""Awards place by place: edges, conditions, several classes, what decisions take away, contributions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding
from evaltool.inbox.intake import Intake
from evaltool.points.score import PointsTable
from evaltool.results.award import award, award_places, contributions, gained, good_enough, places
from evaltool.results.grade import grade
from evaltool.results.rank import Standing, rank
from evaltool.roster import Earlier, FieldEntry, Unit
from evaltool.rules import Award, Ranking
from results import evaluation, line, no_sheets, points
from said import came, said


def totals(**of: str) -> PointsTable:
    return points({unit: ("40", str(Fraction(total) - 40)) for unit, total in of.items()})


def awarded(
    made: Evaluation, table: PointsTable, intake: Intake | None = None
) -> tuple[dict[str, Standing], list[Finding]]:
    standings, _ = rank(made, table)
    given, findings = award(made, grade(made, standings, table), intake or no_sheets(), table, {})
    return {one.unit.id: one for one in given}, findings


def awards(made: Evaluation, table: PointsTable, intake: Intake | None = None) -> dict[str, tuple[str, ...]]:
    return {unit: one.awards for unit, one in awarded(made, table, intake)[0].items() if one.awards}


def prize(ranks: str = "[1, 2]", more: str = "", name: str = "先进") -> str:
    return f'[[award]]\nname = "{name}"\nranks = {ranks}\n{more}\n'


FOUR = dict.fromkeys("ABCD", "g1")


# --- by rank ---------------------------------------------------------------------------------------------------------


def test_the_first_and_the_last_place_of_an_award_are_in_it() -> None:
    """Of four, the second and the third; of the other group those as well, but no unit without a rank."""
    made = evaluation({**FOUR, "E": "g2", "F": "g2", "G?": "g2"}, prize("[2, 3]"))
    table = totals(A="95", B="94", C="93", D="92", E="50", F="49", G="48")
    assert awards(made, table) == dict.fromkeys("BCF", ("先进",))


@pytest.mark.parametrize(
    ("ranks", "ties", "given", "asked"),
    [
        ("[4, 4]", "committee", "", "B"),
        ("[4, 4]", "all", "BC", ""),
        ("[4, 4]", "none", "", ""),
        ("[5, 6]", "committee", "D", "B"),
        ("[5, 6]", "all", "D", ""),
        ("[5, 6]", "none", "D", ""),
        ("[4, 5]", "committee", "BC", ""),
        ("[6, 6]", "committee", "D", ""),
        ("[1, 3]", "committee", "AEF", ""),
        ("[2]", "committee", "E", ""),
    ],
)
def test_a_shared_place_across_either_edge_is_decided_as_the_rules_say(
    ranks: str, ties: str, given: str, asked: str
) -> None:
    """B and C share the fourth place and take up the fifth; D is sixth."""
    made = evaluation({**FOUR, "E": "g1", "F": "g1"}, prize(ranks, f'ties = "{ties}"'))
    found, findings = awarded(made, totals(A="95", E="94", F="93", B="92", C="92", D="91"))
    assert "".join(sorted(unit for unit, one in found.items() if one.awards)) == given
    assert "".join(one.unit for one in findings) == asked


def test_a_shared_place_before_an_award_is_no_edge_of_it() -> None:
    """A and B share the first place and take up two: the third is free for the award of places 3 and 4."""
    made = evaluation(FOUR, prize("[3, 4]"))
    table = totals(A="95", B="95", C="93", D="92")
    found, findings = awarded(made, table)
    assert [unit for unit, one in found.items() if one.awards] == ["C", "D"]
    assert findings == []
    behind = evaluation(FOUR, prize("[1, 2]"))
    assert awarded(behind, totals(A="95", B="94", C="93", D="93"))[1] == []


def test_places_without_gaps_are_counted_as_such() -> None:
    """A and B are both first, and C is second."""
    made = evaluation(FOUR, prize("[1, 2]"))
    made = replace(made, classes={"d": replace(made.classes["d"], ranking=Ranking(gaps=False))})
    table = totals(A="95", B="95", C="93", D="92")
    assert awards(made, table).keys() == set("ABC")


def test_the_place_of_each_among_those_who_may_have_an_award() -> None:
    """Two who share a rank share the place; the next is counted on, or not."""
    made = evaluation({**FOUR, "E": "g1"}, prize())
    standings, _ = rank(made, totals(A="95", B="95", C="93", D="93", E="90"))
    scheme = made.classes["d"]
    assert award_places(scheme, standings) == {"A": 1, "B": 1, "C": 3, "D": 3, "E": 5}
    assert award_places(scheme, standings[1:]) == {"B": 1, "C": 2, "D": 2, "E": 4}
    dense = replace(scheme, ranking=Ranking(gaps=False))
    assert award_places(dense, standings) == {"A": 1, "B": 1, "C": 2, "D": 2, "E": 3}


def test_a_grade_is_good_enough_from_the_one_that_is_named_on() -> None:
    """Equal is enough; without a name any is."""
    made = evaluation(FOUR, prize())
    scheme = made.classes["d"]
    standings = grade(
        made, rank(made, totals(A="95", B="85", C="65", D="45"))[0], totals(A="95", B="85", C="65", D="45")
    )
    asks = [Award(name="x", ranks=[1, 1], grade=each) for each in ("良好", "")]
    assert [[good_enough(scheme, each, one) for one in standings] for each in asks] == [
        [True, True, False, False],
        [True] * 4,
    ]


def test_grade_and_conditions_must_both_be_met() -> None:
    """B has the points and not the grade, C the grade and not the points."""
    conditions = 'conditions = [{ component = "vote", points = 30 }]'
    made = evaluation(FOUR, prize("[1, 4]", f'grade = "良好"\n{conditions}'))
    table = points({"A": ("55", "40"), "B": ("40", "35"), "C": ("58", "29"), "D": ("10", "10")})
    assert awards(made, table).keys() == {"A"}


def test_awards_that_exclude_each_other_are_not_both_given() -> None:
    """Whichever of the two says so; one of several that a unit has is enough, and one that it has not is nothing."""
    for first, second in (("", 'not_with = ["甲"]'), ('not_with = ["丙"]', "")):
        rules = prize("[1, 1]", first, "甲") + prize("[1, 2]", "", "乙") + prize("[1, 3]", second, "丙")
        assert awards(evaluation(FOUR, rules), totals(A="95", B="94", C="93", D="92")) == {
            "A": ("甲", "乙"),
            "B": ("乙", "丙"),
            "C": ("丙",),
        }


# --- by percentage ---------------------------------------------------------------------------------------------------


def test_how_many_places_a_percentage_makes() -> None:
    """Rounded as the award says, never fewer than it says; none in a group that it does not name."""
    of = {"name": "综合奖", "percent": {"g1": 30}}
    made = [Award.model_validate({**of, **more}) for more in ({}, {"rounding": "up"}, {"at_least": 3})]
    assert [places(each, "g1", 5) for each in made] == [2, 2, 3]
    assert [places(each, "g1", 4) for each in made] == [1, 2, 3]
    assert [places(each, "g2", 9) for each in made] == [0, 0, 0]


@pytest.mark.parametrize(("ties", "given"), [("committee", "A"), ("all", "ABC"), ("none", "A")])
def test_equal_units_at_the_edge_of_a_percentage(ties: str, given: str) -> None:
    """Two places of four units, and B and C are equal; whoever is before them has one."""
    made = evaluation(FOUR, f'[[award]]\nname = "综合奖"\npercent = {{ g1 = 50 }}\nties = "{ties}"\n')
    found, findings = awarded(made, totals(A="95", B="93", C="93", D="92"))
    assert "".join(unit for unit, one in found.items() if one.awards) == given
    assert [(one.unit, dict(one.args)["units"]) for one in findings] == (
        [("B", "单位B、单位C")] if ties == "committee" else []
    )
    # apart, or with as many places as units, there is nothing to decide
    assert awarded(made, totals(A="95", B="93", C="92", D="91"))[1] == []
    assert set(awards(made, totals(A="95", B="93", C="92", D="91"))) == {"A", "B"}


def test_a_percentage_of_nothing_is_no_place() -> None:
    """Ten percent of one unit, where no least number is stated."""
    made = evaluation({"A": "g1", "B": "g1"}, '[[award]]\nname = "综合奖"\npercent = { g1 = 10 }\nat_least = 0\n')
    assert awards(made, totals(A="95", B="95")) == {}


# --- by gain ---------------------------------------------------------------------------------------------------------


def test_who_gained_nothing_has_gained_nothing() -> None:
    """Equal to last year is no gain, one hundredth is."""
    made = evaluation(FOUR, prize())
    earlier = tuple(Earlier(2025, unit, Fraction(total)) for unit, total in (("A", "94.99"), ("B", "93"), ("C", "99")))
    made = replace(made, roster=replace(made.roster, earlier=earlier))
    standings, _ = rank(made, totals(A="95", B="93", C="92", D="91"))
    assert [gained(made, one) for one in standings] == [Fraction("0.01"), None, None, None]


# --- decisions -------------------------------------------------------------------------------------------------------


def test_an_award_that_is_taken_away_leaves_the_others_and_its_place_empty() -> None:
    """With its document; one that a unit does not have cannot be taken away, which is said."""
    rules = prize("[1, 1]", name="甲") + prize("[1, 2]", name="乙")
    ledger = (line("award_revoked", "A", component="甲"), line("award_revoked", "C", component="甲"))
    found, findings = awarded(evaluation(FOUR, rules, ledger), totals(A="95", B="94", C="93", D="92"))
    assert {unit: (one.awards, one.revoked) for unit, one in found.items()} == {
        "A": (("乙",), (("甲", "绩委〔2027〕1号"),)),
        "B": (("乙",), ()),
        "C": ((), ()),
        "D": ((), ()),
    }
    assert [(one.code, one.unit) for one in findings] == [("DECISION_IDLE", "C")]


def test_a_tie_decided_for_nothing_is_said_unless_it_is_of_a_grade_or_a_rank() -> None:
    """Of a field in which nobody ties; not of a grade, of the ranks, or of a unit that takes no part."""
    ledger = tuple(
        line("tie", unit, "1", component=part) for unit, part in (("A", "f1"), ("A", "良好"), ("A", ""), ("X", "f1"))
    )
    _, findings = awarded(evaluation(FOUR, prize(), ledger), totals(A="95", B="94", C="93", D="92"))
    assert [(one.code, one.unit) for one in findings] == [("DECISION_WITHOUT_EFFECT", "A")]


# --- fields ----------------------------------------------------------------------------------------------------------

FIELD = """
[[award]]
name = "单项奖"
places = 1
contribution = { by = "office" }
fields = [{ id = "f1", name = "招商" }]
"""


def test_a_contribution_is_the_mean_of_what_evaluators_gave() -> None:
    """Only marks, of this class and this award, and none that is blank."""
    made = evaluation(FOUR, FIELD)
    of: dict[str, Any] = {"component": "单项奖"}
    rows = [
        said("A", "O", "90.5", "f1", **of),
        said("A", "P", "80", "f1", **of),
        said("A", "Q", "", "f1", **of),
        said("A", "O", "10", "f1", component="其他奖"),
        said("A", "O", "10", "f1", class_id="e", **of),
        said("A", "O", "10", "f1", field="note", **of),
        said("B", "O", "70", "f1", **of),
    ]
    scheme = made.classes["d"]
    assert contributions(came(*rows), scheme, scheme.awards[-1]) == {
        ("f1", "A"): Fraction("85.25"),
        ("f1", "B"): 70,
    }


def field_award(marks: Mapping[str, str], entered: str = "ABCD") -> dict[str, tuple[str, ...]]:
    made = evaluation(FOUR, FIELD, fields=tuple(FieldEntry("f1", unit) for unit in entered))
    given = {("f1", unit): mark for unit, mark in marks.items()}
    return awards(made, totals(A="95", B="94", C="93", D="92"), no_sheets(given))


def test_the_greatest_contribution_goes_before_the_greatest_total() -> None:
    """Then the total; whoever is not entered is no candidate."""
    assert field_award({"A": "70", "B": "80", "C": "90", "D": "60"}) == {"C": ("单项奖·招商",)}
    assert field_award({"A": "70", "B": "90", "C": "90", "D": "60"}) == {"B": ("单项奖·招商",)}
    assert field_award({"A": "70", "B": "80", "C": "90", "D": "60"}, "ABD") == {"B": ("单项奖·招商",)}


def test_two_who_tie_in_a_field_are_told_apart_by_what_was_decided() -> None:
    """B and C have the same contribution and the same total: C was placed first; a place for A, who ties with nobody,
    is without effect."""
    ledger = tuple(line("tie", unit, place, component="f1") for unit, place in (("B", "2"), ("C", "1"), ("A", "1")))
    made = evaluation(FOUR, FIELD, ledger, tuple(FieldEntry("f1", unit) for unit in "ABC"))
    marks = {("f1", "A"): "70", ("f1", "B"): "90", ("f1", "C"): "90"}
    found, findings = awarded(made, totals(A="95", B="94", C="94", D="92"), no_sheets(marks))
    assert [unit for unit, one in found.items() if "单项奖·招商" in one.awards] == ["C"]
    assert [(one.code, one.unit) for one in findings] == [("DECISION_WITHOUT_EFFECT", "A")]


def test_an_award_for_a_field_is_taken_away_by_the_name_of_the_award() -> None:
    """It is printed with the field."""
    made = evaluation(FOUR, FIELD, (line("award_revoked", "C", component="单项奖"),), (FieldEntry("f1", "C"),))
    found, findings = awarded(made, totals(A="95", B="94", C="93", D="92"), no_sheets({("f1", "C"): "90"}))
    assert (found["C"].awards, found["C"].revoked) == ((), (("单项奖·招商", "绩委〔2027〕1号"),))
    assert findings == []


# --- classes ---------------------------------------------------------------------------------------------------------


def test_awards_of_a_class_are_for_its_units() -> None:
    """A and B are of another class, with a prize of its own."""
    made = evaluation(FOUR, prize("[1, 1]", name="甲"))
    other = evaluation(FOUR, prize("[1, 1]", name="乙")).classes["d"]
    other = replace(other, head=other.head.model_copy(update={"id": "e"}))
    units: list[Unit] = [replace(each, class_id="e") if each.id in "AB" else each for each in made.roster.units]
    made = replace(made, classes={"d": made.classes["d"], "e": other}, roster=replace(made.roster, units=tuple(units)))
    table = {
        key: replace(point, class_id="e") if key[0] in "AB" else point
        for key, point in totals(A="95", B="94", C="93", D="92").items()
    }
    assert awards(made, table) == {"A": ("乙",), "C": ("甲",)}
