"""Grades by lower bound on the published total or by place, with their conditions; then vetoes, which lower by one.

Units that share the last places of a quota have the grade all or none of them, as the rules say; where they leave it to
the committee, a finding asks, and the units are told apart by decided places.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from typing import Literal

from evaltool.evaluation import Evaluation
from evaltool.evaluation.vetoes import vetoed
from evaltool.exact import share_of
from evaltool.findings import Finding, finding
from evaltool.ledger import finding_at, ties
from evaltool.points.score import PointsTable
from evaltool.results.conditions import NOTHING_MEASURED, ConditionNumbers, Judge
from evaltool.results.rank import GroupKey, Standing, Standings, counted_total, deciding
from evaltool.rules import Condition, Grade, Scheme
from evaltool.rules.expressions import NINE, Holds, Number, all_of, fine, percent


def grade(
    evaluation: Evaluation, standings: Standings, points: PointsTable, measured: ConditionNumbers = NOTHING_MEASURED
) -> Standings:
    """The same standings with their grades.  Total and rank stay as they are.  `measured`: what conditions on figures
    and periods look at."""
    ranked = RankedUnits(ranked_by_group(standings))
    judges = {scheme.id: Judge(evaluation, scheme, points, measured) for scheme in evaluation.classes.values()}
    return tuple(graded(judges[one.unit.class_id], one, ranked) for one in standings)


StandingsByGroup = Mapping[GroupKey, Sequence[Standing]]
"""The ranked units of every group."""


def ranked_by_group(standings: Iterable[Standing]) -> dict[GroupKey, list[Standing]]:
    groups: dict[GroupKey, list[Standing]] = {}
    for one in standings:
        if one.unit.standing == "ranked":
            groups.setdefault(one.key, []).append(one)
    return groups


@dataclass(frozen=True)
class PlaceField:
    """The ranked units among which units have their places for a grade, and what they are placed by, ascending."""

    scheme: Scheme
    units: Sequence[Standing]

    @cached_property
    def ranks(self) -> list[int]:
        return sorted(one.rank for one in self.units if one.rank is not None)

    @cached_property
    def figures(self) -> list[Fraction]:
        return sorted(deciding(self.scheme, one) for one in self.units)


@dataclass(frozen=True)
class RankedUnits:
    """The ranked units of every group, and those of several that share the places of a grade: set together once."""

    groups: StandingsByGroup

    def field(self, scheme: Scheme, grade: Grade, one: Standing) -> PlaceField:
        keys = tuple((scheme.id, group) for group in grade.shares(one.unit.group))
        if keys not in self._fields:
            self._fields[keys] = PlaceField(scheme, [other for key in keys for other in self.groups.get(key, ())])
        return self._fields[keys]

    @cached_property
    def _fields(self) -> dict[tuple[GroupKey, ...], PlaceField]:
        """By their groups, as they were asked for."""
        return {}


def graded(judge: Judge, one: Standing, ranked: RankedUnits) -> Standing:
    """The unit with its grade among the ranked units."""

    def place(grade: Grade) -> int:
        return place_of(judge.evaluation, grade, one, ranked.field(judge.scheme, grade, one))

    return graded_at(judge, one, place, lambda grade: len(ranked.field(judge.scheme, grade, one).units))


def graded_at(judge: Judge, one: Standing, place: Callable[[Grade], int], units: Callable[[Grade], int]) -> Standing:
    """The unit with its grade; `place`: the place that it has for a grade, among so many ranked units."""
    evaluation, scheme = judge.evaluation, judge.scheme
    if not scheme.grades:
        return one
    by = _by(judge, one, place, units)
    at = next(
        (at for at, each in enumerate(scheme.grades) if all_of(tests(each, by))),
        len(scheme.grades) - 1,
    )
    veto = vetoed(evaluation, scheme, one.unit.id)
    left = scheme.grades[veto.grade(at, len(scheme.grades))].name
    zeroed = tuple(veto.zeros)
    return replace(one, grade=left, grade_by_total=scheme.grades[at].name, veto=veto.documents, zeroed=zeroed)


def edges(evaluation: Evaluation, standings: Standings) -> Iterator[Finding]:
    """Units that share places on both sides of a quota's edge, where the rules leave them to the committee."""
    groups = ranked_by_group(standings)
    for scheme in evaluation.classes.values():
        for group in scheme.head.groups:
            for each in scheme.grades:
                if each.top_percent is not None and each.ties == "committee" and group.id not in each.together:
                    yield from _edge(each, groups.get((scheme.id, group.id), []))
        for each in (each for each in scheme.grades if each.together):
            yield from _edge_together(evaluation, scheme, each, groups)


def _edge(grade: Grade, ranked: Sequence[Standing]) -> Iterator[Finding]:
    most, before = places(grade, len(ranked)), 0
    for _, tied in groupby(ranked, key=lambda one: one.rank):
        block = list(tied)
        if before < most < before + len(block):
            yield _edge_finding("GRADE_EDGE_TIE", grade, block, most, before)
        before += len(block)


def _edge_together(evaluation: Evaluation, scheme: Scheme, grade: Grade, groups: StandingsByGroup) -> Iterator[Finding]:
    """The same of several groups together: decided places are those of lines that name the grade."""
    units = [one for group in grade.together for one in groups.get((scheme.id, group), ())]
    ordered = sorted(units, key=lambda one: (-deciding(scheme, one), one.unit.order, one.unit.id))
    most, before, at_edge = places(grade, len(ordered)), 0, set[str]()
    for _, tied in groupby(ordered, key=lambda one: deciding(scheme, one)):
        block = list(tied)
        if before < most < before + len(block) and grade.ties == "committee":
            at_edge = {one.unit.id for one in block}
            if not _decided_places(evaluation, grade, block, before + 1):
                yield _edge_finding("GRADE_EDGE_TOGETHER", grade, block, most, before)
        before += len(block)
    inside = {one.unit.id for one in units} - at_edge
    for line in ties(evaluation.ledger, grade.name):
        if line.unit in inside:
            yield finding_at(line, "DECISION_WITHOUT_EFFECT")


def _edge_finding(code: str, grade: Grade, block: Sequence[Standing], most: int, before: int) -> Finding:
    names = "、".join(one.unit.name for one in block)
    args: dict[str, object] = {"units": names, "places": most, "left": most - before, "first": before + 1}
    return finding(code, unit=block[0].unit.id, value=grade.name, args=args)


def _decided_places(evaluation: Evaluation, grade: Grade, block: Sequence[Standing], first: int) -> Mapping[str, int]:
    """Unit -> place, where the committee gave each of the units a place of its own; else nothing."""
    units = {one.unit.id for one in block}
    lines = [line for line in ties(evaluation.ledger, grade.name) if line.unit in units]
    wanted = sorted(int(line.amount) for line in lines)
    whole = len({line.unit for line in lines}) == len(units) and wanted == list(range(first, first + len(units)))
    return {line.unit: int(line.amount) for line in lines} if whole else {}


@dataclass(frozen=True, slots=True)
class GradedBy:
    """What a unit is graded by, as numbers of any kind: its total and place, its share and points in a component; of a
    grade its bound, how many places have it or a better one, what its conditions ask for, and whether one holds that
    looks at figures, periods or places."""

    total: Number
    place: Callable[[Grade], Number]
    got: Callable[[str], tuple[Number, Number] | None]
    bound: Callable[[Grade, Decimal], Number]
    most: Callable[[Grade], Number]
    asked: Callable[[Grade, Condition, Literal["share", "points"], Decimal], Number]
    kept: Callable[[Grade, Condition], Holds]


def tests(grade: Grade, by: GradedBy) -> Iterator[Holds]:
    """Everything that must hold for a grade."""
    if grade.bound is not None:
        yield by.total >= by.bound(grade, grade.bound)
    if grade.top_percent is not None:
        yield by.place(grade) <= by.most(grade)
    for condition in grade.conditions:
        if not condition.by_points:
            yield by.kept(grade, condition)
            continue
        got = by.got(condition.component)
        if got is None:
            yield False
            return
        share, points = got
        if condition.percent is not None:
            yield fine(share) >= fine(percent(by.asked(grade, condition, "share", condition.percent)))
        if condition.points is not None:
            yield fine(points, NINE) >= by.asked(grade, condition, "points", condition.points)


def _by(judge: Judge, one: Standing, place: Callable[[Grade], int], units: Callable[[Grade], int]) -> GradedBy:
    def got(component: str) -> tuple[Number, Number] | None:
        point = judge.points.get((one.unit.id, component))
        if point is None or point.share is None or point.points is None:
            return None
        return point.share, point.points

    return GradedBy(
        counted_total(judge.scheme, one),
        lambda grade: Fraction(place(grade)),
        got,
        lambda _, bound: Fraction(bound),
        lambda grade: Fraction(places(grade, units(grade))),
        lambda _grade, _condition, _what, value: Fraction(value),
        lambda _, condition: judge.holds(one.unit, condition),
    )


def places(grade: Grade, units: int) -> int:
    """How many of so many ranked units have a grade that goes by place, or a better one."""
    assert grade.top_percent is not None
    return max(share_of(units, grade.top_percent, grade.rounding), min(grade.at_least, units))


def place_among(grade: Grade, ranks: Sequence[int], rank: int) -> int:
    """The place that counts for a grade of a unit with one of these ranks, which are in ascending order."""
    return bisect_left(ranks, rank) + 1 if grade.ties == "all" else bisect_right(ranks, rank)


def place_of(evaluation: Evaluation, grade: Grade, one: Standing, field: PlaceField) -> int:
    """The place that counts for a grade: of places that units share the first if all of them have what one has, else
    the last.  An unranked unit has the place that it would have among the ranked ones; units of several groups stand
    in the order of the figure that decides, those with the same as a decision places them."""
    if one.rank is not None and one.unit.group not in grade.together:
        return place_among(grade, field.ranks, one.rank)
    own = deciding(field.scheme, one)
    behind = bisect_right(field.figures, own)
    before, same = len(field.figures) - behind, behind - bisect_left(field.figures, own)
    named = any(line.component == grade.name for line in evaluation.decided("tie", one.unit.id))
    if one.unit.group in grade.together and named:
        block = [other for other in field.units if deciding(field.scheme, other) == own]
        decided = _decided_places(evaluation, grade, block, before + 1)
        if one.unit.id in decided:
            return decided[one.unit.id]
    return before + 1 if grade.ties == "all" else before + max(same, 1)
