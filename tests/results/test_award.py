"""Awards: by ranks, by percentage, by single fields; empty places, edges, one award per unit."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import recompute
from evaltool.evaluation import Evaluation
from evaltool.evaluation.in_words import award_in_words
from evaltool.exact import apportioned
from evaltool.findings import Finding
from evaltool.inbox.intake import Intake
from evaltool.points.score import PointsTable
from evaltool.results.award import award, contributions
from evaltool.results.grade import grade
from evaltool.results.rank import Standing, rank
from evaltool.roster import Earlier, FieldEntry
from evaltool.rules import Ranking
from evaltool.views.wording import barred_words
from results import evaluation, line, no_sheets, points

PRIZES = """
[[award]]
name = "一等奖"
ranks = [1, 1]
grade = "优秀"
[[award]]
name = "二等奖"
ranks = [2, 3]
grade = "良好"
"""
COMPOSITE = """
[[award]]
name = "综合奖"
grade = "优秀"
percent = { g1 = 40, g2 = 20 }
"""
FIELDS = """
[[award]]
name = "单项奖"
grade = "良好"
places = 3
contribution = { by = "office" }
not_with = ["综合奖"]
fields = [{ id = "f1", name = "招商" }, { id = "f2", name = "民生" }]
"""


def awards(
    made: Evaluation, table: PointsTable, intake: Intake | None = None
) -> tuple[dict[str, tuple[str, ...]], list[Finding]]:
    standings, _ = rank(made, table)
    awarded, findings = award(made, grade(made, standings, table), intake or no_sheets(), table, {})
    return {one.unit.id: one.awards for one in awarded if one.awards}, findings


def test_prizes_go_by_rank_and_a_place_whose_condition_fails_stays_empty() -> None:
    """Rank 1 is only 良好: no first prize, and nobody moves up; rank 3 is 一般 and gets nothing."""
    made = evaluation({"A": "g1", "B": "g1", "C": "g1", "D": "g1"}, PRIZES)
    table = points({"A": ("50", "38"), "B": ("50", "35"), "C": ("40", "30"), "D": ("40", "29")})
    assert awards(made, table) == ({"B": ("二等奖",)}, [])


def test_a_vetoed_unit_is_judged_by_its_final_grade() -> None:
    """First by total but lowered to 良好: no first prize."""
    made = evaluation({"A": "g1", "B": "g1"}, PRIZES, (line("veto", unit="A"),))
    assert awards(made, points({"A": ("60", "38"), "B": ("55", "38")}))[0] == {"B": ("二等奖",)}


def test_two_units_sharing_a_rank_inside_an_award_both_get_it() -> None:
    """Rank 2 twice, both places belong to the second prize."""
    made = evaluation({"A": "g1", "B": "g1", "C": "g1"}, PRIZES)
    table = points({"A": ("60", "38"), "B": ("50", "35"), "C": ("50", "35")})
    assert awards(made, table)[0] == {"A": ("一等奖",), "B": ("二等奖",), "C": ("二等奖",)}


def test_a_shared_rank_across_the_edge_is_a_finding_and_no_pick() -> None:
    """Rank 1 twice: first or second prize is the committee's to say."""
    made = evaluation({"A": "g1", "B": "g1", "C": "g1"}, PRIZES)
    given, findings = awards(made, points({"A": ("60", "38"), "B": ("60", "38"), "C": ("50", "38")}))
    assert given == {"C": ("二等奖",)}
    assert {one.code for one in findings} == {"AWARD_EDGE_TIE"}


def test_a_percentage_of_places_rounds_half_up_and_is_at_least_one() -> None:
    """40 % of 4 ranked units is 1.6, so 2; 20 % of one is 0.2, so 1; unranked units do not count."""
    units = {"A": "g1", "B": "g1", "C": "g1", "D": "g1", "E?": "g1", "F": "g2"}
    table = points({name.rstrip("?"): ("58", str(40 - at)) for at, name in enumerate(units)})
    assert awards(evaluation(units, COMPOSITE), table)[0] == {"A": ("综合奖",), "B": ("综合奖",), "F": ("综合奖",)}


def test_places_of_a_percentage_that_nobody_deserves_stay_empty() -> None:
    """Two places, but only one unit is graded 优秀."""
    units = {"A": "g1", "B": "g1", "C": "g1", "D": "g1"}
    table = points({"A": ("58", "38"), "B": ("50", "30"), "C": ("50", "29"), "D": ("50", "28")})
    assert awards(evaluation(units, COMPOSITE), table)[0] == {"A": ("综合奖",)}


def test_places_are_apportioned_by_largest_remainder_with_ties_to_the_earlier_field() -> None:
    """3 places over 2, 2 and 2 units: one each; over 3 and 3: the earlier field gets the odd one."""
    assert apportioned(3, {"a": 2, "b": 2, "c": 2}) == {"a": 1, "b": 1, "c": 1}
    assert apportioned(3, {"a": 3, "b": 3}) == {"a": 2, "b": 1}
    assert apportioned(21, {"a": 10, "b": 5, "c": 3}) == {"a": 12, "b": 6, "c": 3}
    assert apportioned(5, {"a": 0, "b": 0}) == {"a": 0, "b": 0}


def test_single_fields_go_by_contribution_then_total_one_per_unit_and_not_with_the_composite_award() -> None:
    """A has the composite award; B wins the first field by contribution; the second field goes to the next."""
    units = {"A": "g1", "B": "g1", "C": "g1", "D": "g1"}
    fields = tuple(FieldEntry(field, unit) for field in ("f1", "f2") for unit in "ABCD")
    made = evaluation(units, COMPOSITE.replace("g1 = 40, g2 = 20", "g1 = 20") + FIELDS, fields=fields)
    table = points({"A": ("58", "38"), "B": ("50", "32"), "C": ("50", "31"), "D": ("30", "30")})
    marks = {("f1", unit): mark for unit, mark in zip("ABCD", ("99", "90", "80", "95"), strict=True)}
    marks |= {("f2", unit): "70" for unit in "ABCD"}
    sheets = no_sheets(marks)
    given, findings = awards(made, table, sheets)
    assert given == {"A": ("综合奖",), "B": ("单项奖·招商",), "C": ("单项奖·招商",)}
    scheme = next(iter(made.classes.values()))
    assert contributions(sheets, scheme, scheme.awards[-1])["f1", "C"] == 80
    assert findings == []


def test_a_field_is_only_for_the_units_listed_for_it() -> None:
    """A unit that does not take part in the field is not a candidate, whatever its marks."""
    fields = (FieldEntry("f1", "A"), FieldEntry("f2", "B"))
    made = evaluation({"A": "g1", "B": "g1"}, FIELDS, fields=fields)
    marks = {(field, unit): "90" for field in ("f1", "f2") for unit in "AB"}
    assert awards(made, points({"A": ("50", "35"), "B": ("50", "34")}), no_sheets(marks))[0] == {
        "A": ("单项奖·招商",),
        "B": ("单项奖·民生",),
    }


TIED = dict.fromkeys("ABC", ("50", "32"))  # all 良好 and equal in everything


def tied_field(*lines: tuple[str, str, str]) -> tuple[dict[str, tuple[str, ...]], list[Finding]]:
    """Awards of three units that tie for the only place of f1, with these ties decided: (field, unit, place)."""
    ledger = tuple(line("tie", unit=unit, after=place, component=part) for part, unit, place in lines)
    entries = tuple(FieldEntry("f1", unit) for unit in "ABC")
    made = evaluation(dict.fromkeys("ABC", "g1"), FIELDS.replace("places = 3", "places = 1"), ledger, entries)
    return awards(made, points(TIED), no_sheets({("f1", unit): "90" for unit in "ABC"}))


def test_a_tie_in_a_field_is_settled_by_the_lines_that_name_it() -> None:
    """Same contribution and total: the place that the committee gave decides, 1 first."""
    given, findings = tied_field(("f1", "A", "3"), ("f1", "B", "1"), ("f1", "C", "2"))
    assert (given, findings) == ({"B": ("单项奖·招商",)}, [])


def test_a_tie_in_a_field_stays_open_until_each_unit_has_a_place_of_its_own() -> None:
    """Lines for the ranks, for some of the units or with the same place twice settle nothing."""
    for lines in (
        (("", "A", "1"), ("", "B", "2"), ("", "C", "3")),
        (("f1", "A", "1"), ("f1", "B", "2")),
        (("f1", "A", "1"), ("f1", "B", "1"), ("f1", "C", "2")),
        (("f1", "A", "1"), ("f1", "A", "2"), ("f1", "B", "3")),
    ):
        given, findings = tied_field(*lines)
        assert (given, [one.code for one in findings]) == ({}, ["AWARD_EDGE_TIE"])
        assert "评估内容" in findings[0].hint()


def test_a_tie_decided_for_a_field_without_one_is_a_finding() -> None:
    """Nobody is listed for f2, and f9 is no field of this class."""
    for part in ("f2", "f9"):
        assert [(one.code, one.unit) for one in tied_field((part, "A", "1"))[1]] == [
            ("AWARD_EDGE_TIE", "A"),
            ("DECISION_WITHOUT_EFFECT", "A"),
        ]


def test_a_listed_unit_without_a_contribution_is_a_finding() -> None:
    """It must not drop out without a word; a unit without a rank is no candidate."""
    entries = tuple(FieldEntry("f1", unit) for unit in "ABC")
    made = evaluation({"A": "g1", "B": "g1", "C?": "g1"}, FIELDS, fields=entries)
    given, findings = awards(made, points(TIED), no_sheets({("f1", "A"): "90"}))
    assert given == {"A": ("单项奖·招商",)}
    assert [(one.code, one.unit, one.value) for one in findings] == [("CONTRIBUTION_MISSING", "B", "招商")]


def test_awards_exclude_each_other_whichever_of_the_two_says_so() -> None:
    """Both got the composite award first; the second prize goes to neither, whether it or the other award says so."""
    table = points({"A": ("60", "38"), "B": ("55", "38"), "C": ("50", "35")})
    composite = COMPOSITE.replace("g1 = 40", "g1 = 66")
    for rules in (
        composite + 'not_with = ["二等奖"]\n' + PRIZES,
        composite + PRIZES.replace("[2, 3]", '[2, 3]\nnot_with = ["综合奖"]'),
    ):
        made = evaluation(dict.fromkeys("ABC", "g1"), rules)
        assert awards(made, table)[0] == {"A": ("综合奖", "一等奖"), "B": ("综合奖",), "C": ("二等奖",)}


def test_the_name_of_an_award_may_hold_a_middle_dot() -> None:
    """An award is excluded by its whole name, not by what stands before the dot."""
    table = points({"A": ("60", "38"), "B": ("55", "38"), "C": ("50", "35")})
    first = COMPOSITE.replace("综合奖", "综合·甲").replace("g1 = 40", "g1 = 66")
    other = COMPOSITE.replace("综合奖", "综合").replace("g1 = 40, g2 = 20", "g2 = 20")
    for excluded, expected in (("综合·甲", ()), ("综合", ("二等奖",))):
        prizes = PRIZES.replace("[2, 3]", f'[2, 3]\nnot_with = ["{excluded}"]')
        made = evaluation(dict.fromkeys("ABC", "g1"), first + other + prizes)
        assert awards(made, table)[0]["B"] == ("综合·甲", *expected)


# --- units that may have no award ------------------------------------------------------------------------------------

BARRING = """
[[consequence]]
grade = "较差"
text = "取消评先评优资格"
no_awards = "both"
[[consequence]]
grade = "一般"
years = 2
text = "连续两年一般的，次年不评先"
no_awards = "next"
"""
BEST = {"A": ("60", "38"), "B": ("60", "37"), "C": ("60", "36"), "D": ("60", "35")}


def after(grades: Mapping[str, Sequence[str]], rules: str) -> Evaluation:
    """Four units of one group; unit -> the grades of the years before, the last one first."""
    made = evaluation(dict.fromkeys("ABCD", "g1"), BARRING + rules)
    rows = [Earlier(2025 - back, unit, grade=grade) for unit, own in grades.items() for back, grade in enumerate(own)]
    return replace(made, roster=replace(made.roster, earlier=tuple(rows)))


def test_who_was_bad_last_year_has_no_award_and_its_place_stays_empty() -> None:
    """First and 优秀 this year, 较差 the year before: no first prize, nobody moves up, and it is said why."""
    standings, _ = rank(made := after({"A": ["较差"]}, PRIZES), points(BEST))
    awarded, _ = award(made, grade(made, standings, points(BEST)), no_sheets(), points(BEST), {})
    assert {one.unit.id: one.awards for one in awarded if one.awards} == {"B": ("二等奖",), "C": ("二等奖",)}
    first = awarded[0]
    assert (first.withheld, [each.words for each in first.barred]) == (
        ("一等奖",),
        ["2025年度评为“较差”，取消评先评优资格"],
    )
    assert barred_words(first) == ("不授予奖项（2025年度评为“较差”，取消评先评优资格），应得的“一等奖”名额空缺，不递补")


def test_the_next_moves_up_where_the_award_says_so() -> None:
    """`barred = "next"`: places are counted without those who may have none, for the awards that say so."""
    moving = PRIZES.replace("ranks = [1, 1]", 'ranks = [1, 1]\nbarred = "next"')
    assert awards(after({"A": ["较差"]}, moving), points(BEST))[0] == {"B": ("一等奖", "二等奖"), "C": ("二等奖",)}
    both = moving.replace("ranks = [2, 3]", 'ranks = [2, 3]\nbarred = "next"')
    assert awards(after({"A": ["较差"]}, both), points(BEST))[0] == {
        "B": ("一等奖",),
        "C": ("二等奖",),
        "D": ("二等奖",),
    }


def test_years_running_and_the_years_that_are_meant() -> None:
    """Two years of 一般 bar the next one; one year does not, nor do two that ended a year earlier."""
    for own, barred in ((["一般", "一般"], True), (["一般", "良好", "一般"], False), (["良好", "一般", "一般"], False)):
        assert ("A" not in awards(after({"A": own}, PRIZES), points(BEST))[0]) is barred, own


def test_the_grade_of_this_year_bars_as_the_rules_say() -> None:
    """A unit lowered to 较差 has nothing this year with "both", and would have had it with "next"."""
    table = points({**BEST, "D": ("20", "20")})
    anyone = '[[award]]\nname = "参与奖"\nranks = [1, 4]\n'
    assert "D" not in awards(after({}, anyone), table)[0]
    later = after({}, anyone)
    first = later.classes["d"].consequences[0].model_copy(update={"no_awards": "next"})
    rules = replace(later.classes["d"], consequences=(first,))
    assert "D" in awards(replace(later, classes={"d": rules}), table)[0]


def test_a_percentage_keeps_the_place_of_who_is_barred_or_gives_it_on() -> None:
    """Two places of four units: one stays empty, or the third moves up."""
    share = COMPOSITE.replace("g1 = 40", "g1 = 50")
    assert set(awards(after({"A": ["较差"]}, share), points(BEST))[0]) == {"B"}
    on = share.replace('grade = "优秀"', 'grade = "优秀"\nbarred = "next"')
    assert set(awards(after({"A": ["较差"]}, on), points(BEST))[0]) == {"B", "C"}


WAYS = st.sampled_from(["empty", "next"])


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.integers(50, 100), min_size=4, max_size=4),
    st.lists(st.lists(st.sampled_from(["优秀", "一般", "较差"]), max_size=3), min_size=4, max_size=4),
    st.tuples(WAYS, WAYS, WAYS),
)
def test_awards_without_the_barred_are_those_of_plain_loops(
    totals: list[int], before: list[list[str]], ways: tuple[str, str, str]
) -> None:
    """Whatever the places, earlier grades and ways, an independent recomputation gives the same awards."""
    texts = [*PRIZES.split("[[award]]")[1:], *COMPOSITE.split("[[award]]")[1:]]
    rules = "".join(f'[[award]]{text}barred = "{way}"\n' for text, way in zip(texts, ways, strict=True))
    grades = dict(zip("ABCD", before, strict=True))
    made = after(grades, rules)
    parts = {unit: (str(min(one, 60)), str(max(one - 60, 0))) for unit, one in zip("ABCD", totals, strict=True)}
    standings = grade(made, rank(made, points(parts))[0], points(parts))
    names = [{"name": each.name, "from": each.bound} for each in made.classes["d"].grades]
    told = tomllib.loads(rules + BARRING, parse_float=Decimal) | {"grade": names}
    plain = [_plain(told, one, grades[one.unit.id]) for one in standings]
    recompute.give_awards(told, mock.Mock(fields=set()), mock.Mock(), plain)
    awarded, _ = award(made, standings, no_sheets(), points(parts), {})
    found = {one.unit.id: (list(one.awards), list(one.withheld), bool(one.barred)) for one in awarded}
    assert found == {s.unit: ([a for a, _ in s.awards], [a for a, _ in s.lost], s.barred) for s in plain}


def _plain(rules: Mapping[str, Any], one: Standing, before: Sequence[str]) -> recompute.Standing:
    own = recompute.Standing(
        one.unit.id, one.unit.group, ranked=True, exact=one.exact, published=one.total, grade=one.grade, points={}
    )
    own.rank = one.rank
    own.barred = recompute.is_barred(rules, 2026, {2026: one.grade, **{2025 - at: g for at, g in enumerate(before)}})
    return own


RISING = """
[[award]]
name = "进步奖"
by = "gain"
ranks = [1, 2]
{more}
"""


def risen(made: Evaluation, before: dict[str, str]) -> Evaluation:
    earlier = tuple(Earlier(2025, unit, Fraction(total)) for unit, total in before.items())
    return replace(made, roster=replace(made.roster, earlier=earlier))


def test_an_award_goes_to_those_who_gained_most() -> None:
    """By published totals against last year's: B gained 10.01 (86.005 is printed 86.01), C 10, D fell, A is first by
    rank and gained 5, E has no earlier total and is no candidate."""
    made = evaluation(dict.fromkeys("ABCDE", "g1"), RISING.format(more=""))
    table = points({"A": ("60", "35"), "B": ("50", "36.005"), "C": ("40", "30"), "D": ("40", "20"), "E": ("60", "30")})
    made = risen(made, {"A": "90", "B": "76", "C": "60", "D": "65"})
    assert awards(made, table) == ({"B": ("进步奖",), "C": ("进步奖",)}, [])


@pytest.mark.parametrize(
    ("ties", "expected"),
    [("committee", {"A"}), ("all", {"A", "B", "C"}), ("none", {"A"})],
)
@pytest.mark.parametrize("by_gain", [True, False])
def test_who_ties_at_the_edge_as_the_rules_say(ties: str, expected: set[str], *, by_gain: bool) -> None:
    """The second and the third share a place, and there are places for two: by ranks, by gain, by percentage."""
    prizes = RISING.format(more=f'ties = "{ties}"')
    prizes = prizes if by_gain else prizes.replace('by = "gain"\n', "")
    for rules in (prizes, prizes.replace("ranks = [1, 2]", "percent = { g1 = 50 }")):
        made = risen(evaluation(dict.fromkeys("ABCD", "g1"), rules), dict.fromkeys("ABCD", "50"))
        found, findings = awards(
            made, points({"A": ("60", "35"), **dict.fromkeys("BC", ("50", "35")), "D": ("40", "20")})
        )
        assert found.keys() == expected
        assert [one.code for one in findings] == (["AWARD_EDGE_TIE"] if ties == "committee" else [])


def test_places_by_gain_leave_gaps_or_none() -> None:
    """Two share the first place: the next is third, or second where places leave no gap."""
    for gaps, expected in ((True, {"A", "B"}), (False, {"A", "B", "C"})):
        made = risen(evaluation(dict.fromkeys("ABC", "g1"), RISING.format(more="")), dict.fromkeys("ABC", "40"))
        made = replace(made, classes={"d": replace(made.classes["d"], ranking=Ranking(gaps=gaps))})
        table = points({**dict.fromkeys("AB", ("50", "30")), "C": ("50", "20")})
        assert awards(made, table)[0].keys() == expected


def test_an_award_by_gain_is_told_as_such() -> None:
    """The rules' words say what it goes by and what happens at the edge."""
    made = evaluation(dict.fromkeys("AB", "g1"), RISING.format(more='ties = "all"'))
    scheme = made.classes["d"]
    assert award_in_words(made, scheme, scheme.awards[0], "zh") == "总分比上年提高最多的第 1—2 名；名额边缘并列的都得"
