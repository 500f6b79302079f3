"""What changed since the earlier result, and on which side of its group's mean a unit is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest

import results
from evaltool.evaluation import Evaluation
from evaltool.results.history import change, public_parts
from evaltool.results.means import is_above, is_below, mean_total
from evaltool.results.rank import Standing, rank
from evaltool.roster import Earlier, EarlierPart

TOTALS = {"a": ("54", "36"), "b": ("48", "32"), "c?": ("42", "28")}
PAST = (
    Earlier(2025, "a", Fraction("85.125"), 3, "良好"),
    Earlier(2025, "c", Fraction(60), 1, "一般"),
    Earlier(2024, "a", Fraction(99), 1, "优秀"),
)


def scored(
    earlier: Sequence[Earlier] = PAST, parts: Sequence[EarlierPart] = ()
) -> tuple[Evaluation, dict[str, Standing]]:
    """Units with totals of 90 and 80, and one of 70 that is not ranked."""
    made = results.evaluation(dict.fromkeys(TOTALS, "g1"))
    made = replace(made, roster=replace(made.roster, earlier=tuple(earlier), earlier_parts=tuple(parts)))
    standings, _ = rank(made, results.points({unit.rstrip("?"): got for unit, got in TOTALS.items()}))
    return made, {one.unit.id: one for one in standings}


def test_gains_and_places_are_those_since_the_last_result() -> None:
    """The earlier total is rounded as this year's is: 90.00 is 4.87 more than 85.13; third before, first now."""
    made, by_id = scored()
    found = change(made, by_id["a"])
    assert found is not None
    assert (found.last.year, found.digits, found.before) == (2025, 2, Fraction("85.13"))
    assert (found.gained, found.climbed) == (Fraction("4.87"), 2)
    assert change(made, by_id["b"]) is None


def test_who_has_no_place_has_climbed_none() -> None:
    """Now, or then; without an earlier total nothing is gained."""
    made, by_id = scored()
    found = change(made, by_id["c"])
    assert found is not None
    assert (found.gained, found.climbed) == (Fraction(10), None)
    made, by_id = scored([replace(PAST[0], rank=None)])
    found = change(made, by_id["a"])
    assert found is not None
    assert (found.gained, found.climbed) == (Fraction("4.87"), None)
    made, by_id = scored([replace(PAST[0], total=None)])
    found = change(made, by_id["a"])
    assert found is not None
    assert (found.before, found.gained, found.climbed) == (None, None, 2)


def test_an_unfinished_total_is_held_against_nothing() -> None:
    """An interim result has no total yet."""
    made, by_id = scored()
    assert change(made, replace(by_id["a"], received=Fraction(60))) is None


def test_of_earlier_years_only_what_was_public_is_told() -> None:
    """By the name that this year's rules have for it; a component that two rows could mean is left out, and so is one
    that this year's rules do not have, what was kept back, another year's and another unit's."""
    full = Fraction(60)

    def row(component: str, points: int, unit: str = "a", year: int = 2025, public: str = "shown") -> EarlierPart:
        return EarlierPart(year, unit, component, full, Fraction(points), public)  # type: ignore[arg-type]

    made, by_id = scored(parts=[row("工作", 50), row("基建", 9)])
    assert public_parts(made, by_id["a"]) == {"work": row("工作", 50)}
    assert public_parts(made, by_id["b"]) == {}
    made, by_id = scored(parts=[row("工作", 50), row("work", 40), row("民评", 30)])
    assert public_parts(made, by_id["a"]) == {"vote": row("民评", 30)}
    others = [row("工作", 50, public="kept"), row("民评", 30, year=2024), row("民评", 31, unit="c")]
    made, by_id = scored(parts=others)
    assert public_parts(made, by_id["a"]) == {}
    assert public_parts(made, by_id["c"]) == {"vote": others[2]}
    made, by_id = scored(parts=[row("工作", 50), row("工作", 40, public="kept")])
    assert public_parts(made, by_id["a"]) == {"work": row("工作", 50)}


# --- the mean --------------------------------------------------------------------------------------------------------


def test_the_mean_is_that_of_the_ranked_units() -> None:
    """90 and 80; the unit that is not ranked has no part in it and stands on no side of it."""
    _, by_id = scored()
    mean = mean_total(by_id.values())
    assert mean == 85
    assert [is_above(by_id[unit], mean) for unit in "abc"] == [True, False, False]
    assert [is_below(by_id[unit], mean) for unit in "abc"] == [False, True, False]


@pytest.mark.parametrize("side", [is_above, is_below])
def test_who_is_at_the_mean_is_on_no_side_of_it(side: object) -> None:
    """Nor is anybody where there is none, because nobody is ranked."""
    _, by_id = scored()
    assert callable(side)
    assert not side(by_id["a"], by_id["a"].total)
    assert mean_total([by_id["c"]]) is None
    assert not side(by_id["a"], None)
