"""What is known of every unit of a class beside its components' figures, and what could have been answered about it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby, pairwise
from math import ceil

from evaltool.evaluation import Evaluation
from evaltool.inbox.intake import Intake
from evaltool.points.score import Point, PointsTable
from evaltool.results.audit import Case, KnownOfUnit
from evaltool.results.conditions import Judge, looks_inside, measured_for
from evaltool.results.possible import Listed, PossibleAnswers, answers_of, asked, is_listed, lists, worth
from evaltool.results.rank import Standing, counted_total, deciding, placed_by
from evaltool.rules import Award, Condition, Grade, Scheme


def cases(
    evaluation: Evaluation, intake: Intake, scheme: Scheme, points: PointsTable, standings: Sequence[Standing]
) -> dict[str, Case]:
    """By unit."""
    tables: dict[str, dict[str, Point]] = {}
    for (unit, component), point in points.items():
        tables.setdefault(unit, {})[component] = point
    units = evaluation.units_of(scheme.id)
    listed = [leaf for leaf in scheme.leaves() if is_listed(scheme.components[leaf])]
    in_lists = lists(evaluation, intake, scheme, listed, units)
    # who may have changed places is not looked for where more than points decides
    plain = [leaf for leaf in listed if not any(looks_inside(scheme, each, leaf) for _, each in scheme.conditions)]
    of = [asked(evaluation, intake, scheme, leaf, units) for leaf in scheme.leaves()]
    margins = _margins(scheme, standings, points)
    judge = Judge(evaluation, scheme, points, measured_for(evaluation, intake))
    made: dict[str, Case] = {}
    for one in standings:
        table, own = tables[one.unit.id], in_lists.get(one.unit.id, [])
        told = KnownOfUnit(table, one.added, one.total, margins[one.unit.id])
        found = ((each.leaf, answers_of(each, table[each.leaf])) for each in of if each.leaf in table)
        known = ((leaf, each) for leaf, each in found if each is not None)
        kept = ((leaf, _keeping(judge, one, leaf, each)) for leaf, each in known)
        answers: dict[str, PossibleAnswers] = {leaf: each for leaf, each in kept if each is not None}
        made[one.unit.id] = Case(scheme, told, answers, tuple(own), _worths(scheme, table, own, plain))
    return made


def _keeping(judge: Judge, one: Standing, leaf: str, answers: PossibleAnswers) -> PossibleAnswers | None:
    """The answers with which every condition on the leaf's periods, or on its share before it is rounded, still holds,
    or does not: all of them at least what is asked, or all below it.  Which period an answer belongs to is nothing that
    hides it then."""
    for _, condition in judge.scheme.conditions:
        if looks_inside(judge.scheme, condition, leaf) and _is_asked(judge.scheme, one, condition):
            for _sign, percent in condition.bounds(judge.scheme.grades, Fraction(judge.scheme.head.total)):
                kept = _one_side(answers, percent / 100, above=judge.holds(one.unit, condition))
                if kept is None:
                    return None
                answers = kept
    return answers


def _one_side(answers: PossibleAnswers, bound: Fraction, *, above: bool) -> PossibleAnswers | None:
    """None where fewer than two answers are left."""
    if answers.step:
        first, last = answers.values[0], answers.values[-1]
        steps = ceil(bound / answers.step)
        ends = (max(first, steps * answers.step), last) if above else (first, min(last, (steps - 1) * answers.step))
        values: tuple[Fraction, ...] = ends if ends[0] < ends[1] else ()
    else:
        values = tuple(value for value in answers.values if (value >= bound) == above)
    return replace(answers, values=values, given=None, loose=False) if len(values) > 1 else None


def _worths(
    scheme: Scheme, table: Mapping[str, Point], own: Sequence[Listed], leaves: Iterable[str]
) -> dict[str, Fraction]:
    found = {
        leaf: worth(scheme, table[leaf], [each for each in own if each.leaf == leaf])
        for leaf in leaves
        if leaf in table
    }
    return {leaf: each for leaf, each in found.items() if each is not None}


# --- what an order tells ---------------------------------------------------------------------------------------------


_FAR = Fraction(10**9)
Margins = dict[str, tuple[Fraction, Fraction]]  # component ("": the total) -> how much less and more it may be


def _margins(scheme: Scheme, standings: Sequence[Standing], points: PointsTable) -> dict[str, Margins]:
    """By unit, as far as places and grades tell something."""
    found: dict[str, Margins] = {one.unit.id: {} for one in standings}
    for one in standings:
        for component, margin in (*_by_bound(scheme, one), *_by_condition(scheme, one, points)):
            _narrow(found[one.unit.id], component, margin)
    ranked = [one for one in standings if one.rank is not None]
    _by_order(found, scheme, ranked, points)
    if scheme.climb.points:  # the first ranking is told as well
        _by_order(found, scheme, [one.at_first for one in ranked], points)
    for condition in (each for _, each in scheme.conditions):
        if condition.first is not None:
            _by_place(found, standings, points, condition.component, condition.first)
    return found


def _by_order(found: dict[str, Margins], scheme: Scheme, ranked: Sequence[Standing], points: PointsTable) -> None:
    """What the order of units with the same total tells."""
    if scheme.ranking.by == "exact":
        fields = dict.fromkeys(tuple(each.together) for each in scheme.grades if each.together)
        for field in [(), *fields]:
            for block in _equal(ranked, lambda one: one.total, field):
                _keep_apart(found, "", {one.unit.id: one.exact for one in block})
    for block in _equal(ranked, lambda one: deciding(scheme, one)):
        values = {one.unit.id: placed_by(scheme, one, points)[1:] for one in block}
        for at, component in enumerate(_compared(scheme, list(values.values()))):
            _keep_apart(found, component, {unit: chain[at] for unit, chain in values.items()})


def _by_place(
    found: Mapping[str, Margins], standings: Sequence[Standing], points: PointsTable, component: str, first: int
) -> None:
    """A grade or an award tells who is among the first of a group in a component, of an unranked unit whether it would
    be."""
    groups: dict[str, dict[str, Fraction]] = {}
    for one in standings:
        point = points.get((one.unit.id, component))
        if point is not None and point.points is not None:
            groups.setdefault(one.unit.group, {})[one.unit.id] = point.points
    ranked = {one.unit.id for one in standings if one.rank is not None}
    for own in groups.values():
        if len(own.keys() & ranked) >= first:  # else everybody is among them
            for unit, margin in _around_last(own, ranked, first):
                _narrow(found[unit], component, margin)


def _around_last(
    own: Mapping[str, Fraction], ranked: Collection[str], first: int
) -> Iterator[tuple[str, tuple[Fraction, Fraction]]]:
    """All may move by half of the way between the last inside and the first outside.  Where ranked units share the last
    place, so that more are inside than there are places, those do not move at all, and nobody inside below them; else
    the last and the unranked ones before it by half of the way between them."""
    last = sorted(own[each] for each in own.keys() & ranked)[-first]
    shared = sum(own[each] >= last for each in own.keys() & ranked) > first
    outside = [each for each in own.values() if each < last]
    before = [own[each] for each in own.keys() - ranked if own[each] >= last]
    edge = (last + max(outside)) / 2 if outside else -_FAR
    between = last if shared else (last + min(before)) / 2 if before else 2 * _FAR
    lowest = last if shared else edge
    for unit, value in own.items():
        down, up = _FAR, _FAR
        if value < last:
            up = edge - value
        elif unit not in ranked:
            down = value - between
        else:
            down = min(value - lowest, _FAR)
            up = min(between - last, _FAR) if value == last else _FAR
        if (down, up) != (_FAR, _FAR):
            yield unit, (down, up)


def _narrow(own: Margins, component: str, margin: tuple[Fraction, Fraction]) -> None:
    known = own.get(component, margin)
    own[component] = min(known[0], margin[0]), min(known[1], margin[1])


def _equal(
    ranked: Sequence[Standing], figure: Callable[[Standing], Fraction], together: Sequence[str] = ()
) -> Iterator[list[Standing]]:
    """The units of a group, or of those that are counted together, with the same figure, where there are several."""

    def field(one: Standing) -> tuple[str, ...]:
        return tuple(together) if one.unit.group in together else (one.unit.group,)

    ordered = sorted(ranked, key=lambda one: (field(one), figure(one)))
    for _, equal in groupby(ordered, key=lambda one: (field(one), figure(one))):
        block = list(equal)
        if len(block) > 1:
            yield block


def _keep_apart(found: Mapping[str, Margins], component: str, values: Mapping[str, Fraction]) -> None:
    """All may move by half of the way to the next, the first and the last also away from the others; those that are
    equal not at all."""
    ordered = sorted(values.values())
    ways = [(after - before) / 2 for before, after in pairwise(ordered)]
    for unit, value in values.items():
        first, last = bisect_left(ordered, value), bisect_right(ordered, value) - 1
        equal = Fraction(0) if first < last else _FAR
        down, up = (ways[first - 1] if first else _FAR), (ways[last] if last < len(ways) else _FAR)
        _narrow(found[unit], component, (min(down, equal), min(up, equal)))


def _compared(scheme: Scheme, chains: Sequence[tuple[Fraction, ...]]) -> list[str]:
    """The components that are compared until all stand apart."""
    ties = scheme.ranking.ties
    apart = (at for at in range(len(ties)) if len({each[: at + 1] for each in chains}) == len(chains))
    return ties[: next(apart, len(ties)) + 1]


def _by_bound(scheme: Scheme, one: Standing) -> Iterator[tuple[str, tuple[Fraction, Fraction]]]:
    """Where exact totals decide, a grade tells on which side of a bound one is that is printed as the same."""
    half = Fraction(1, 2 * 10**scheme.head.decimals)
    bounds = (Fraction(each.bound) for each in scheme.grades if each.bound is not None)
    for bound in bounds if scheme.ranking.by == "exact" else ():
        if abs(bound - one.total) <= half:
            yield "", _side(one.exact - bound)


def _by_condition(
    scheme: Scheme, one: Standing, points: PointsTable
) -> Iterator[tuple[str, tuple[Fraction, Fraction]]]:
    """A grade or an award tells on which side of a condition a component is."""
    for _, each in scheme.conditions:
        point = points.get((one.unit.id, each.component))
        if point is not None and point.points is not None and _is_asked(scheme, one, each):
            bounds = [] if each.points is None or not each.by_points else [Fraction(each.points)]
            bounds += [] if each.share is None else [each.share * point.weight]
            for bound in bounds:
                yield each.component, _side(point.points - bound)


def _is_asked(scheme: Scheme, one: Standing, condition: Condition) -> bool:
    """Whether a unit's grade or award hung on a condition.  Of one with a better grade, or whose total, place or grade
    is not enough, nobody learns whether it holds."""
    grades = (each for each in scheme.grades if condition in each.conditions)
    awards = (each for each in scheme.awards if condition in each.conditions)
    return any(_in_reach(scheme, one, each) for each in grades) or any(
        _is_open_to(scheme, one, each) for each in awards
    )


def _in_reach(scheme: Scheme, one: Standing, grade: Grade) -> bool:
    """Whether no better grade came first, and the total is enough."""
    own = scheme.grade_index(one.grade_by_total) if one.grade_by_total else len(scheme.grades)
    enough = grade.bound is None or counted_total(scheme, one) >= Fraction(grade.bound)
    return enough and own >= scheme.grade_index(grade.name)


def _is_open_to(scheme: Scheme, one: Standing, award: Award) -> bool:
    """Whether a unit's grade is enough for an award, and its place where nobody moves up."""
    good = not award.grade or not one.grade or scheme.grade_index(one.grade) <= scheme.grade_index(award.grade)
    if award.ranks and award.by == "rank" and award.barred == "empty":
        return good and one.rank is not None and one.rank <= award.ranks[-1]
    return good


def _side(above: Fraction) -> tuple[Fraction, Fraction]:
    return (above, _FAR) if above >= 0 else (_FAR, -above)
