"""How close it was: cuts of grades and awards, distances as they are printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

import results
from evaltool.charts.colours import ABOVE, BELOW
from evaltool.charts.drawing import SMALL, wide
from evaltool.charts.totals import NamedValue, Near, around
from evaltool.results.award import award
from evaltool.results.entailing import Barred, Entailed
from evaltool.results.grade import grade
from evaltool.results.margins import Cut, cuts, margin
from evaltool.results.rank import Standing, rank
from evaltool.rules import Award, Grade, Scheme
from evaltool.writers.drawing import INK, WIDTH

AWARDS = """
[[award]]
name = "先进"
grade = "良好"
percent = { g1 = 40, g2 = 20 }
"""
TOTALS = {"a": ("57", "38.00"), "b": ("54", "36.00"), "c": ("54", "35.995"), "d": ("48", "31.99"), "e": ("30", "20")}


def placed(totals: dict[str, tuple[str, str]] = TOTALS, more: str = AWARDS) -> tuple[Scheme, list[Standing]]:
    """One group's standings from points in two components."""
    made = results.evaluation(dict.fromkeys(totals, "g1"), more)
    points = results.points({key.rstrip("?"): parts for key, parts in totals.items()})
    standings, _ = rank(made, points)
    standings, _ = award(made, grade(made, standings, points), results.no_sheets(), points, {})
    return made.classes["d"], list(standings)


def named(scheme: Scheme, standings: list[Standing]) -> dict[str, Cut]:
    return {cut.name: cut for cut in cuts(scheme, "g1", standings)}


def test_the_nearest_dot_is_tied_to_its_name() -> None:
    """A line leads from the nearest dot to its name, which ends or begins at it, inside the picture and on its own side
    of the middle; two units at the line itself are two dots."""
    long = "市国有资产监督管理委员会和国有企业改革领导小组办公室"
    near = Near("优秀", tuple(marks(("甲", "0"), (long, "1.9"))), tuple(marks(("乙", "0"), (long, "-1.9"))))
    far = Near("良好", tuple(marks((long, "1.6"))), tuple(marks((long, "-1.6"))))
    drawn = around("界", "", [near, far], Fraction(2)).shapes
    dots = [each.at for each in drawn if each.kind == "circle"]
    assert len({each[:2] for each in dots}) == len(dots) == 6
    named = [each for each in drawn if each.kind == "text" and each.size == SMALL and each.colour == INK]
    ties = [each.at for each in drawn if each.kind == "line" and each.colour in (ABOVE, BELOW)]
    assert len(named) == len(ties) == 4
    for name, tie in zip(named, ties, strict=True):
        assert abs(name.at[0] - tie[0]) == 5
        assert any(tie[0] == dot[0] for dot in dots)
        begin = name.at[0] - (wide(name.says, 12) if name.anchor == "end" else 0)
        assert begin >= 0
        assert begin + wide(name.says, 12) <= WIDTH


def marks(*pairs: tuple[str, str]) -> list[NamedValue]:
    return [NamedValue(name, Fraction(value)) for name, value in pairs]


def test_a_bound_has_the_nearest_units_first_on_both_sides() -> None:
    """A total of just the bound is inside, one hundredth less is outside; the gap is that of published totals."""
    found = named(*placed())
    first = found["优秀"]
    assert (str(first.bound), [one.text for one in first.inside]) == ("90", ["90.00", "90.00", "95.00"])
    assert [one.text for one in first.outside] == ["79.99", "50.00"]
    assert found["良好"].outside[0].text == "79.99"
    assert found["一般"].gap == Fraction("29.99")


def test_a_last_grade_is_no_cut() -> None:
    """Nobody falls out of the last grade."""
    assert "较差" not in named(*placed())


def test_the_line_of_an_award_lies_between_two_units() -> None:
    """Behind the last unit that has it; equal totals of which one has it and the other has not lie nothing apart."""
    by_chain = named(*placed({**TOTALS, "c": ("53.995", "36")}))["先进"]
    assert by_chain.bound is None
    assert str(by_chain.gap) == "0"
    assert [one.unit.id for one in by_chain.inside] == ["b", "a"]
    undecided = named(*placed())["先进"]
    assert [one.unit.id for one in undecided.outside] == ["b", "c", "d", "e"]
    assert str(undecided.gap) == "5"


def test_places_count_ranked_units_only() -> None:
    """A unit outside the ranking is on no side of an award's line, but stands to the bounds of grades."""
    found = named(*placed({**TOTALS, "f?": ("59", "39")}))
    sides = {one.unit.id for one in (*found["先进"].inside, *found["先进"].outside)}
    assert sides == set("abcde")
    assert "f" in {one.unit.id for one in found["优秀"].inside}


def test_a_units_distances() -> None:
    """To the next better grade, above its own bound, to both neighbours; the best has none before it."""
    scheme, standings = placed()
    by_id = {one.unit.id: one for one in standings}
    middle = margin(scheme, by_id["d"], standings)
    assert middle.missing == ("良好", Fraction("0.01"))
    assert middle.spare == ("一般", Fraction("19.99"))
    assert middle.before is not None
    assert middle.before[1] == Fraction("10.01")
    assert middle.after == ("单位e", Fraction("29.99"))
    best = margin(scheme, by_id["a"], standings)
    assert (best.missing, best.spare, best.before) == (None, ("优秀", Fraction(5)), None)
    last = margin(scheme, by_id["e"], standings)
    assert (last.missing, last.spare, last.after) == (("一般", Fraction(10)), None, None)


def test_an_unranked_unit_has_no_neighbours() -> None:
    """It stands to the grades only."""
    scheme, standings = placed({**TOTALS, "f?": ("54", "30")})
    own = margin(scheme, next(one for one in standings if one.unit.id == "f"), standings)
    assert (own.before, own.after) == (None, None)
    assert own.missing == ("优秀", Fraction(6))


def test_a_bound_that_is_just_reached_is_reached() -> None:
    """At 90.00 nothing is missing to 优秀, and nothing is spare."""
    scheme, standings = placed()
    own = margin(scheme, next(one for one in standings if one.unit.id == "b"), standings)
    assert (own.missing, own.spare) == (None, ("优秀", Fraction(0)))


def test_neighbours_are_the_nearest_of_another_rank() -> None:
    """b and c share the second rank: a stands before both, d behind both, whatever else there is."""
    scheme, standings = placed()
    of = {one.unit.id: margin(scheme, one, standings) for one in standings}
    for shared in ("b", "c"):
        assert of[shared].before == ("单位a", Fraction(5))
        assert of[shared].after == ("单位d", Fraction("10.01"))
    assert of["a"].after == ("单位b", Fraction(5))
    assert of["e"].before == ("单位d", Fraction("29.99"))


def ruled(scheme: Scheme, **change: object) -> Scheme:
    """The rules with something in them replaced, `by` being what decides the order."""
    if by := change.pop("by", None):
        change["ranking"] = scheme.ranking.model_copy(update={"by": by})
    return replace(scheme, **change)  # type: ignore[arg-type]


def test_where_the_change_decides_totals_say_nothing_of_places() -> None:
    """Bounds are cuts all the same; awards and neighbours are none."""
    scheme, standings = placed()
    by_change = ruled(scheme, by="variation")
    assert [cut.name for cut in cuts(scheme, "g1", standings)] == ["优秀", "良好", "一般", "先进"]
    assert [cut.name for cut in cuts(by_change, "g1", standings)] == ["优秀", "良好", "一般"]
    own = margin(by_change, standings[1], standings)
    assert (own.before, own.after, own.spare) == (None, None, ("优秀", Fraction(0)))


def test_a_cut_may_have_units_on_one_side_only() -> None:
    """There is no gap then; where there are no units there is no cut."""
    scheme, standings = placed({"a": ("57", "38.00"), "b": ("54", "37")}, "")
    found = named(scheme, standings)
    assert [one.unit.id for one in found["优秀"].inside] == ["b", "a"]
    assert (found["优秀"].outside, found["优秀"].gap) == ((), None)
    scheme, standings = placed({"e": ("30", "20")}, "")
    below = named(scheme, standings)["优秀"]
    assert ([one.unit.id for one in below.outside], below.inside, below.gap) == (["e"], (), None)
    assert cuts(scheme, "g1", []) == []


# --- grades by place -------------------------------------------------------------------------------------------------


def by_place(percent: int, **more: object) -> tuple[Grade, ...]:
    best = Grade.model_validate({"name": "优秀", "top_percent": Decimal(percent), **more})
    return best, Grade.model_validate({"name": "一般", "top_percent": Decimal(100)})


@pytest.mark.parametrize(
    ("percent", "ties", "inside"),
    [
        (20, "none", "a"),
        (40, "none", "a"),
        (40, "all", "abc"),
        (60, "none", "abc"),
        (20, "all", "a"),
        (100, "all", "abcde"),
    ],
)
def test_a_quota_cuts_behind_its_last_place(percent: int, ties: str, inside: str) -> None:
    """Of five units, of which b and c share the second and third place, the unranked one on neither side."""
    scheme, standings = placed({**TOTALS, "f?": ("59", "39")}, "")
    cut = named(ruled(scheme, grades=by_place(percent, ties=ties)), standings)["优秀"]
    assert cut.bound is None
    assert "".join(one.unit.id for one in reversed(cut.inside)) == inside
    assert "".join(one.unit.id for one in cut.outside) == "abcde"[len(inside) :]


def test_a_quota_over_several_groups_cuts_none_of_them() -> None:
    """Other groups' units stand on both sides; a bound beside it cuts as every bound does."""
    scheme, standings = placed(more="")
    assert named(ruled(scheme, grades=by_place(40, together=["g1", "g2"])), standings) == {}
    bounded = by_place(40, together=["g1", "g2"], **{"from": 90})
    assert str(named(ruled(scheme, grades=bounded), standings)["优秀"].bound) == "90"
    assert str(named(ruled(scheme, grades=by_place(40, **{"from": 80})), standings)["优秀"].bound) == "80"


# --- awards by place -------------------------------------------------------------------------------------------------


BAR = (Barred(2026, Entailed("较差", 1, "不得评奖", "", "this")),)


def award_cut(
    award: Mapping[str, object], *, given: str = "", barred: str = "", totals: dict[str, tuple[str, str]] = TOTALS
) -> str | None:
    """The units inside the line of an award that some have been given, best first; None where there is no line."""
    scheme, standings = placed(totals, "")
    marked = [
        replace(one, awards=("奖",) if one.unit.id in given else (), barred=BAR if one.unit.id in barred else ())
        for one in standings
    ]
    ruled_ = ruled(scheme, awards=(Award.model_validate({"name": "奖", **award}),), grades=scheme.grades[-1:])
    found = ["".join(one.unit.id for one in reversed(cut.inside)) for cut in cuts(ruled_, "g1", marked)]
    assert len(found) <= 1
    return found[0] if found else None


def test_an_award_for_ranks_cuts_behind_the_last_of_them() -> None:
    """Whoever has it: a place of which a condition fails stays empty."""
    assert award_cut({"ranks": [1, 1]}) == "a"
    assert award_cut({"ranks": [1, 2]}) == "abc"
    assert award_cut({"ranks": [2, 4]}) == "abcd"
    assert award_cut({"ranks": [2, 4]}, given="b") == "abcd"


def test_where_the_next_one_comes_up_the_line_is_behind_the_last_who_has_it() -> None:
    """b and c may have none, and d has it in their place; where places of such units stay empty, nothing moves."""
    ranks: Mapping[str, object] = {"ranks": [1, 2], "barred": "next"}
    assert award_cut(ranks, given="ad", barred="bc") == "abcd"
    assert award_cut(ranks, given="a") == "abc"
    assert award_cut({"ranks": [1, 2], "barred": "empty"}, given="ad", barred="bc") == "abc"
    assert award_cut(ranks, barred="a") is None


def test_an_award_for_a_part_of_the_units_cuts_behind_the_last_who_has_it() -> None:
    """Nobody has it: there is no line; nor is there one in a group for which the rules have no percentage."""
    assert award_cut({"percent": {"g1": 40}}, given="ab") == "abc"
    assert award_cut({"percent": {"g1": 40}}, given="a") == "a"
    assert award_cut({"percent": {"g1": 40}}) is None
    assert award_cut({"percent": {"g2": 40}}, given="ab") is None


def test_an_award_by_gain_has_no_line_in_the_order_of_totals() -> None:
    """Nor has one for single fields of work."""
    assert award_cut({"ranks": [1, 2], "by": "gain"}, given="ab") is None
    assert award_cut({"places": 2, "fields": [{"id": "f", "name": "项目"}]}, given="ab") is None
