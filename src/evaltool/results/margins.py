"""How close it was: from every cut (a grade's bound, the last place of an award) to the units on both sides of it, and
from every unit to the next grade and to its neighbours.

Distances are differences of published totals, so that they can be reckoned from what is printed.  On which side of a
bound a unit stands is another matter: where the rules grade by the unrounded total, a published 90.00 can be below 90.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from evaltool.results.award import places as award_places
from evaltool.results.grade import place_among
from evaltool.results.grade import places as grade_places
from evaltool.results.rank import Standing, counted_total
from evaltool.rules import Award, Grade, Scheme


@dataclass(frozen=True, slots=True)
class Cut:
    """A line that decides something.  `bound` is the total that it lies at; None for a place, where the line lies
    between two units.  `inside` are the units on its better side, nearest first, `outside` those on the other."""

    name: str
    bound: Fraction | None
    inside: tuple[Standing, ...]
    outside: tuple[Standing, ...]

    @property
    def gap(self) -> Fraction | None:
        """What lies between the last unit inside and the first outside."""
        return self.inside[0].total - self.outside[0].total if self.inside and self.outside else None


@dataclass(frozen=True, slots=True)
class Margin:
    """One unit.  `missing` to the next better grade, `spare` above its own grade's bound: (grade, points); `before` and
    `after`: the neighbours in the ranking with the difference of totals.  None where there is no such thing."""

    missing: tuple[str, Fraction] | None
    spare: tuple[str, Fraction] | None
    before: tuple[str, Fraction] | None
    after: tuple[str, Fraction] | None


def cuts(scheme: Scheme, group: str, standings: Sequence[Standing]) -> list[Cut]:
    """The cuts of one group in the order of the rules: grades, best first, then awards that go by place, unless places
    go by change: totals say nothing of a place then.  `standings`: those of the group, best first."""
    ranked = [one for one in standings if one.rank is not None]
    found = [_grade_cut(scheme, each, standings, ranked) for each in scheme.grades[:-1]]
    found += [_place_cut(each.name, ranked, last) for each in scheme.awards if (last := _last(each, group, ranked))]
    by_total = scheme.ranking.by != "variation"
    return [cut for cut in found if (cut.inside or cut.outside) and (by_total or cut.bound is not None)]


def _grade_cut(scheme: Scheme, grade: Grade, standings: Sequence[Standing], ranked: Sequence[Standing]) -> Cut:
    if grade.bound is None and grade.together:
        return Cut(grade.name, None, (), ())  # other groups' units stand on both sides
    if grade.bound is None:
        most = grade_places(grade, len(ranked))
        ranks = [_rank(one) for one in ranked]
        inside_ = [one for one in ranked if place_among(grade, ranks, _rank(one)) <= most]
        return Cut(grade.name, None, tuple(reversed(inside_)), tuple(ranked[len(inside_) :]))
    bound = Fraction(grade.bound)
    inside = sorted((one for one in standings if counted_total(scheme, one) >= bound), key=lambda one: one.total)
    outside = sorted((one for one in standings if counted_total(scheme, one) < bound), key=lambda one: -one.total)
    return Cut(grade.name, bound, tuple(inside), tuple(outside))


def _place_cut(name: str, ranked: Sequence[Standing], last: int) -> Cut:
    """The line behind a place; those who share it are inside."""
    inside = [one for one in ranked if _rank(one) <= last]
    return Cut(name, None, tuple(reversed(inside)), tuple(ranked[len(inside) :]))


def _last(award: Award, group: str, ranked: Sequence[Standing]) -> int:
    """The last place that has the award; 0 for awards that do not go by total."""
    if award.by == "gain":
        return 0
    if award.ranks and (award.barred == "empty" or not any(one.barred for one in ranked)):
        return award.ranks[-1]
    if not award.ranks and not award_places(award, group, len(ranked)):
        return 0
    return max((_rank(one) for one in ranked if award.name in one.awards), default=0)


def margin(scheme: Scheme, one: Standing, ranked: Sequence[Standing]) -> Margin:
    """How one unit stands to the grades and to its neighbours among the ranked units, which are in order."""
    before, after = _neighbours(one, ranked) if one.rank and scheme.ranking.by != "variation" else (None, None)
    return Margin(next(_missing(scheme, one), None), _spare(scheme, one), before, after)


def _neighbours(one: Standing, ranked: Sequence[Standing]) -> tuple[tuple[str, Fraction] | None, ...]:
    """The last one of a better rank and the first one of a worse rank: those who share the rank are no neighbours."""
    first, behind = bisect_left(ranked, _rank(one), key=_rank), bisect_right(ranked, _rank(one), key=_rank)
    return _gap(one, ranked, first - 1), _gap(one, ranked, behind)


def _rank(one: Standing) -> int:
    assert one.rank is not None
    return one.rank


def _missing(scheme: Scheme, one: Standing) -> Iterator[tuple[str, Fraction]]:
    """The next better grade by total that the unit does not reach."""
    for grade in reversed(scheme.grades):
        if grade.bound is not None and counted_total(scheme, one) < Fraction(grade.bound):
            yield grade.name, Fraction(grade.bound) - one.total


def _spare(scheme: Scheme, one: Standing) -> tuple[str, Fraction] | None:
    """The best bound that the unit reaches, and by how much; nothing for a last grade that begins at nothing."""
    for grade in scheme.grades:
        if grade.bound is not None and counted_total(scheme, one) >= Fraction(grade.bound):
            return (grade.name, one.total - Fraction(grade.bound)) if grade.bound else None
    return None


def _gap(one: Standing, ranked: Sequence[Standing], at: int) -> tuple[str, Fraction] | None:
    return (ranked[at].unit.name, abs(one.total - ranked[at].total)) if 0 <= at < len(ranked) else None
