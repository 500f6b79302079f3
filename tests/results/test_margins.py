"""How close it was: cuts of grades and awards, distances as they are printed."""

from __future__ import annotations

from fractions import Fraction

import results
from evaltool.charts.colours import ABOVE, BELOW
from evaltool.charts.drawing import SMALL, wide
from evaltool.charts.totals import NamedValue, Near, around
from evaltool.results.award import award
from evaltool.results.grade import grade
from evaltool.results.margins import Cut, cuts, margin
from evaltool.results.rank import Standing, rank
from evaltool.rules import Scheme
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
