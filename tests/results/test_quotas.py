"""Quotas of grades and places without gaps: who has a grade where units share the place at its edge, worked out again
by plain loops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaltool.evaluation.in_words import outcomes
from evaltool.findings import Finding
from evaltool.ledger import Decision
from evaltool.results.grade import edges
from evaltool.results.margins import cuts
from evaltool.results.result import Result
from evaltool.workbook.ranked import ranked_book
from evaltool.writers.saving import to_bytes
from golden import Unsettled, within_quota
from handmade import Got, result
from spreadsheet import disagreeing, opened

ROUNDINGS = ("down", "up", "half_up")


def rules(grades: str, rank: str = "") -> str:
    return f"""
format = 1
[scheme]
id = "c"
name = "县区"
total = 100
groups = [{{ id = "g", name = "县区" }}]
[component.base]
name = "工作"
weight = 100
by = "office"
answer = "percent"
public = "show"
{rank}
{grades}
[[grade]]
name = "一般"
top_percent = 100
"""


def quota(percent: str, rounding: str = "down", ties: str = "committee") -> str:
    return f'[[grade]]\nname = "优秀"\ntop_percent = {percent}\nrounding = "{rounding}"\nties = "{ties}"\n'


def made(totals: str, grades: str, rank: str = "", ledger: tuple[Decision, ...] = (), unranked: int = 0) -> Result:
    """Counties A, B, C … with these totals; of the last so many none is ranked."""
    given_ = totals.split()
    names = [chr(ord("A") + at) for at in range(len(given_))]
    units = {name: {"base": Got(total)} for name, total in zip(names, given_, strict=True)}
    out = names[len(names) - unranked :]
    return result(units, rules=rules(grades, rank), ledger=ledger, unranked=out)


def best(of: Result) -> str:
    return "".join(sorted(one.unit.id for one in of.standings if one.grade == "优秀"))


def found(of: Result) -> list[Finding]:
    return list(edges(of.evaluation, of.standings))


TEN = "95 94 94 90 89 88 87 86 85 84"


@pytest.mark.parametrize(("ties", "who"), [("all", "ABC"), ("none", "A")])
def test_units_that_share_the_last_place_have_the_grade_all_or_none_of_them(ties: str, who: str) -> None:
    """Two of ten at 20 %, and two share the second place: the rules say which."""
    of = made(TEN, quota("20", ties=ties))
    assert (best(of), found(of)) == (who, [])


def test_by_default_the_committee_is_asked() -> None:
    """Nothing is guessed: an error names the units, the places and what is left of them."""
    (one,) = found(made(TEN, quota("20")))
    assert (one.code, one.blocks, one.value) == ("GRADE_EDGE_TIE", True, "优秀")
    assert "名额是2个，到名额边缘只剩1个" in one.message("zh")
    assert "B、C" in one.message("zh")


def test_decided_places_tell_them_apart() -> None:
    """The committee's tie lines place B third and C second: C has the grade."""
    lines = tuple(
        Decision("tie", "某绩委〔2027〕1号", "2027-04-01", "理由", unit=unit, after=place)
        for unit, place in (("B", "3"), ("C", "2"))
    )
    of = made(TEN, quota("20"), ledger=lines)
    assert (best(of), found(of)) == ("AC", [])


@pytest.mark.parametrize(("rounding", "places"), [("down", 2), ("up", 3), ("half_up", 2)])
def test_how_a_part_of_a_unit_counts_is_said(rounding: str, places: int) -> None:
    """20 % of 11 are 2.2: the rules in words say the rounding, what it comes to, and who decides at the edge."""
    of = made("95 94 93 92 91 90 89 88 87 86 85", quota("20", rounding))
    assert len(best(of)) == places
    said = "\n".join(outcomes(of.evaluation, of.evaluation.classes["c"], "zh"))
    assert f"11 个单位取 {places} 个" in said
    assert "名额边缘名次并列的，由委员会裁定" in said


def test_places_without_gaps() -> None:
    """并列不占名次: 1, 2, 2, 3; a quota counts units all the same, and decided places take up one each."""
    of = made(TEN, quota("30"), "[rank]\ngaps = false\n")
    assert [one.rank for one in of.standings] == [1, 2, 2, 3, 4, 5, 6, 7, 8, 9]
    assert (best(of), found(of)) == ("ABC", [])
    lines = tuple(
        Decision("tie", "某绩委〔2027〕1号", "2027-04-01", "理由", unit=unit, after=place)
        for unit, place in (("B", "3"), ("C", "2"))
    )
    apart = made(TEN, quota("20"), "[rank]\ngaps = false\n", lines)
    assert [(one.unit.id, one.rank) for one in apart.standings][:4] == [("A", 1), ("C", 2), ("B", 3), ("D", 4)]
    assert "不占名次：1、2、2、3" in "\n".join(outcomes(of.evaluation, of.evaluation.classes["c"], "zh"))


def test_an_award_by_ranks_without_gaps_goes_to_all_who_share_them() -> None:
    """Ranks 2 to 2 where two are second: both, and nothing is at an edge."""
    award = '[[award]]\nname = "二等奖"\nranks = [2, 2]\n'
    of = made("95 94 94 90", award + quota("25"), "[rank]\ngaps = false\n")
    assert [one.unit.id for one in of.standings if one.awards] == ["B", "C"]


@settings(max_examples=20, deadline=None)
@given(
    totals=st.lists(st.integers(80, 86), min_size=1, max_size=12),
    percent=st.sampled_from([10, 20, 25, 33, 50]),
    rounding=st.sampled_from(ROUNDINGS),
    ties=st.sampled_from(["committee", "all", "none"]),
    gaps=st.booleans(),
)
def test_grades_by_quota_are_those_of_plain_loops(
    totals: list[int], percent: int, rounding: str, ties: str, gaps: bool
) -> None:
    """Whatever the totals and the rules; where the committee is to decide, the loops stop and a finding asks.  The
    live workbook comes to the same, and the units inside the quota's cut are those that have the grade."""
    of = made(" ".join(map(str, totals)), quota(str(percent), rounding, ties), f"[rank]\ngaps = {str(gaps).lower()}\n")
    grade: Mapping[str, Any] = {"name": "优秀", "top_percent": percent, "rounding": rounding, "ties": ties}
    try:
        expected = {
            f"{chr(ord('A') + at)}"
            for at, own in enumerate(totals)
            if within_quota(grade, sum(one > own for one in totals), totals.count(own), len(totals))
        }
    except Unsettled:
        assert [one.code for one in found(of)] == ["GRADE_EDGE_TIE"]
        return
    assert found(of) == []
    assert set(best(of)) == expected
    places = [
        1 + (sum(one > own for one in totals) if gaps else len({one for one in totals if one > own})) for own in totals
    ]
    assert {one.unit.id: one.rank for one in of.standings} == {
        chr(ord("A") + at): each for at, each in enumerate(places)
    }
    cut = [cut for cut in cuts(of.evaluation.classes["c"], "g", of.standings) if cut.name == "优秀"]
    assert {one.unit.id for each in cut for one in each.inside} == expected
    book, written = opened(to_bytes(ranked_book(of)))
    assert disagreeing(book, written) == []


def test_an_unranked_unit_has_the_grade_of_its_place() -> None:
    """It takes up no place: beside one that has the grade it has it too, beside one that has it not it has not."""
    of = made("95 94 94 90 94", quota("50", ties="none"), unranked=1)
    assert best(of) == "A"
    assert best(made("95 94 94 90 94", quota("50", ties="all"), unranked=1)) == "ABCE"
