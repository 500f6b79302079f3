"""One evaluator on whose marks alone a rank or a grade hangs, against what the others of the component think.

Every evaluator of a component with several is left out once, and totals, ranks and grades are worked out again,
exactly: only the leaf and what stands above it move.  In a close race leaving anybody out changes a rank, which says
nothing; a finding needs more: that nobody else's absence does the same, that none of the others sees the two units as
this evaluator does, and that the difference is far beyond the usual one (for a grade: that the mark is far from all).

What a unit has without an evaluator depends on the mark alone that is left out, so it is worked out once for each mark.
"""

from __future__ import annotations

from collections import ChainMap, Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from evaltool.checks.screens.given import points as shown
from evaltool.checks.screens.limits import FAR, LEAST_SPREAD, SPREADS
from evaltool.checks.screens.spread import ROOM, beyond, median, off_the_others, spread, sums_of_others
from evaltool.evaluation import Evaluation
from evaltool.exact import half_up, published
from evaltool.findings import Finding, finding
from evaltool.inbox.intake import Intake
from evaltool.points.leaves import evaluator_marks
from evaltool.points.score import Point, PointsTable
from evaltool.results.conditions import Judge, Rivals, measured_for
from evaltool.results.grade import RankedUnits, StandingsByGroup, graded
from evaltool.results.rank import GroupKey, Standing, Standings
from evaltool.rules import Combination, Scheme
from evaltool.rules.combining import enough, kept

UnitPair = tuple[str, str]  # the unit that stands higher, the unit that would


@dataclass(frozen=True, slots=True)
class _Leaf:
    """One leaf of one class: unit -> evaluator -> share, for units with several, as whole numbers over `whole`."""

    evaluation: Evaluation
    scheme: Scheme
    leaf: str
    points: dict[tuple[str, str], Point]
    standings: list[Standing]
    marks: Mapping[str, Mapping[str, int]]
    whole: int
    judge: Judge


@dataclass(frozen=True, slots=True)
class _Without:
    """What would be without one evaluator: the units that change places, and grades that would be others."""

    swapped: frozenset[UnitPair]
    grades: Mapping[str, str]
    ranks: Mapping[str, int]


def deciders(evaluation: Evaluation, intake: Intake, points: PointsTable, standings: Standings) -> Iterator[Finding]:
    """Evaluators who decide a rank or a grade by themselves."""
    measured = measured_for(evaluation, intake)
    for scheme in evaluation.classes.values():
        own = [one for one in standings if one.unit.class_id == scheme.id]
        judge = Judge(evaluation, scheme, points, measured, Rivals(evaluation, points))
        for leaf in scheme.leaves():
            component = scheme.components[leaf]
            if component.by in ("", "self", "owner") or component.ballot or component.is_changed:
                continue  # of what is converted, nobody's mark decides by itself
            marks, whole = _several(evaluation, intake, scheme, leaf, points)
            if marks:
                yield from _deciders(_Leaf(evaluation, scheme, leaf, dict(points), own, marks, whole, judge), intake)


def _several(
    evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str, points: PointsTable
) -> tuple[dict[str, dict[str, int]], int]:
    """The marks of the units that several have marked, and over what they are whole numbers."""
    scored = [
        unit
        for unit in evaluation.units_of(scheme.id)
        if (point := points.get((unit.id, leaf))) and point.state == "scored"
    ]
    marks, whole = evaluator_marks(evaluation, intake, scheme, leaf, scored)
    least = enough(scheme.components[leaf].over)  # without one of them there must still be a result
    return {unit: {who: ROOM * of[who] for who in of} for unit, of in marks.items() if len(of) > least}, ROOM * whole


def _deciders(one: _Leaf, intake: Intake) -> Iterator[Finding]:
    off = {unit: off_the_others(of.values()) for unit, of in one.marks.items()}
    far = beyond(one.whole, FAR, SPREADS, _usual(one, off))
    base, without = _all_without(one)
    swaps = Counter(pair for each in without.values() for pair in each.swapped)
    grades = Counter(unit for each in without.values() for unit in each.grades)
    for who, found in without.items():
        pairs = [pair for pair in found.swapped if swaps[pair] == 1 and _alone(one, who, pair, far)]
        units = [
            unit
            for unit in found.grades
            if grades[unit] == 1 and who in one.marks.get(unit, {}) and abs(off[unit][one.marks[unit][who]]) >= far
        ]
        if pairs or units:
            unit = max(_moved(base, found, pair) for pair in pairs)[1] if pairs else units[0]
            yield _finding(one, intake, who, unit, found, base, len(pairs))


def _usual(one: _Leaf, off: Mapping[str, Mapping[int, int]]) -> Fraction:
    """How far a mark usually is from the median of the others; of tiers at least half a tier."""
    name = one.scheme.components[one.leaf].scale_name
    scale = one.scheme.scale(name).values() if name else ()
    tiers = sorted(share for share in scale if share is not None)
    step = max((upper - lower for lower, upper in pairwise(tiers)), default=Fraction(0))
    distances = (off[unit][share] for unit, of in one.marks.items() for share in of.values())
    return max(spread(distances), max(LEAST_SPREAD, step / 2) * one.whole)


def _alone(one: _Leaf, who: str, pair: UnitPair, far: int) -> bool:
    """Whether the evaluator puts the higher unit above the other, nobody else does and most the other way round, and
    this is far from how the others see the two."""
    upper, lower = (one.marks.get(unit, {}) for unit in pair)
    if who not in upper or who not in lower or upper[who] <= lower[who]:
        return False
    others = [upper[other] - lower[other] for other in upper if other != who and other in lower]
    if not others or max(others) > 0 or 2 * sum(each < 0 for each in others) <= len(others):
        return False
    return upper[who] - lower[who] - median(others) >= far


def _moved(base: Mapping[str, int], found: _Without, pair: UnitPair) -> tuple[int, str]:
    """The unit of a pair that moves more."""
    return max((abs(base[unit] - found.ranks[unit]), unit) for unit in pair)


# --- without one of them ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Changed:
    """A unit without one of its marks: its standing, the points that are others, its grade and by what it is placed."""

    standing: Standing
    points: dict[tuple[str, str], Point]
    grade: str
    key: tuple[Fraction, ...]


def _all_without(one: _Leaf) -> tuple[Mapping[str, int], dict[str, _Without]]:
    """The ranks as they are, and what would be without each of those who marked, in the order of their ids."""
    groups: dict[GroupKey, list[Standing]] = {}
    for each in one.standings:
        if each.rank is not None:
            groups.setdefault(each.key, []).append(each)
    kept = {each.unit.id: _key(one.scheme, each, one.points) for each in one.standings}
    moving = _moving(one, groups, kept)
    ranked = RankedUnits(groups)
    changed = {each.unit.id: _without_each(one, each, ranked) for each in one.standings if each.unit.id in moving}
    keys = {*kept.values(), *(each.key for of in changed.values() for each in of.values())}
    places = {key: at for at, key in enumerate(sorted(keys))}
    as_it_is = {unit: places[key] for unit, key in kept.items()}
    base = _ranks(groups, as_it_is)
    without: dict[str, _Without] = {}
    for who in sorted({who for of in one.marks.values() for who in of}):
        now = {unit: of[who] for unit, of in changed.items() if who in of}
        ranks = _ranks(groups, as_it_is | {unit: places[each.key] for unit, each in now.items()})
        without[who] = _Without(frozenset(_swapped(groups, base, ranks)), _grades(one, groups, now), ranks)
    return base, without


def _moving(one: _Leaf, groups: StandingsByGroup, kept: Mapping[str, tuple[Fraction, ...]]) -> set[str]:
    """The units that anybody's absence could put into another place or grade.

    Without the highest of its marks a unit has least, without the lowest most, and all else lies between: whoever meets
    nobody of the group on that way and has one grade at both ends stays where it is.
    """
    over = one.scheme.components[one.leaf].over
    by_others = any(
        each.top_percent is not None or any(of.first for of in each.conditions) for each in one.scheme.grades
    )
    if over == "last" or by_others:
        return set(one.marks)
    ranked = RankedUnits(groups)
    moving: set[str] = set()
    ways: dict[tuple[str, str], list[tuple[Fraction, Fraction, str]]] = {}
    for each in one.standings:
        ends = [kept[each.unit.id][0]]
        if each.unit.id in one.marks:
            _, shares = left_out(one.marks[each.unit.id], over)
            found = [_changed(one, each, shares[mark] / one.whole, ranked) for mark in (min(shares), max(shares))]
            ends += [end.key[0] for end in found]
            if any(end.grade != each.grade for end in found):
                moving.add(each.unit.id)
        ways.setdefault(each.key, []).append((min(ends), max(ends), each.unit.id))
    for group in ways.values():
        moving |= _meeting(sorted(group)) & one.marks.keys()
    return moving


def _meeting(ways: Sequence[tuple[Fraction, Fraction, str]]) -> set[str]:
    """Whose ways, sorted by where they begin, touch another's."""
    found: set[str] = set()
    furthest: tuple[Fraction, str] | None = None
    for low, high, unit in ways:
        if furthest and low <= furthest[0]:
            found |= {unit, furthest[1]}
        if furthest is None or high > furthest[0]:
            furthest = high, unit
    return found


def _without_each(one: _Leaf, standing: Standing, ranked: RankedUnits) -> dict[str, _Changed]:
    """Evaluator -> what the unit would be without this mark."""
    depends, shares = left_out(one.marks[standing.unit.id], one.scheme.components[one.leaf].over)
    changed = {key: _changed(one, standing, share / one.whole, ranked) for key, share in shares.items()}
    return {who: changed[key] for who, key in depends.items()}


def left_out(marks: Mapping[str, int], over: Combination) -> tuple[Mapping[str, int], dict[int, Fraction]]:
    """What it depends on for each evaluator how the others' marks combine, and to what: as `leaves.combine` does."""
    if over == "last":
        *_, before, last = marks
        return {who: who == last for who in marks}, {False: Fraction(marks[last]), True: Fraction(marks[before])}
    first, many = kept(over, len(marks) - 1) or (0, 0)
    sums = sums_of_others(marks.values(), first, first + many)
    return marks, {mark: Fraction(total, 1 if over == "sum" else many) for mark, total in sums.items()}


def _changed(one: _Leaf, standing: Standing, share: Fraction, ranked: RankedUnits) -> _Changed:
    points = _lifted(one.scheme, one.points, standing.unit.id, one.leaf, share)
    table = ChainMap(points, one.points)
    then = _standing(one.scheme, standing, one.points, table)
    grade = graded(replace(one.judge, points=table), then, ranked).grade
    return _Changed(then, points, grade, _key(one.scheme, then, table))


def _grades(one: _Leaf, groups: StandingsByGroup, now: Mapping[str, _Changed]) -> dict[str, str]:
    """Grades that would be others.  A ranked unit keeps its place here; an unranked one is placed by the totals of the
    others, so it is looked at anew."""
    by_place = any(each.top_percent is not None for each in one.scheme.grades)
    found: dict[str, str] = {}
    for each in one.standings:
        unit = each.unit.id
        if by_place and each.rank is None:
            then = now[unit].standing if unit in now else each
            others = [now[o.unit.id].standing if o.unit.id in now else o for o in groups.get(each.key, [])]
            table = ChainMap(now[unit].points, one.points) if unit in now else one.points
            among = RankedUnits({**groups, each.key: others})
            grade = graded(replace(one.judge, points=table), then, among).grade
        else:
            grade = now[unit].grade if unit in now else each.grade
        if grade != each.grade:
            found[unit] = grade
    return found


def _ranks(groups: StandingsByGroup, places: Mapping[str, int]) -> dict[str, int]:
    """Ranks of the ranked units; what the ledger decided on ties is left aside.  `places`: the higher, the better."""
    ranks: dict[str, int] = {}
    for group in groups.values():
        ordered = sorted((places[each.unit.id] for each in group), reverse=True)
        first: dict[int, int] = {}
        for rank, place in enumerate(ordered, 1):
            first.setdefault(place, rank)
        ranks |= {each.unit.id: first[places[each.unit.id]] for each in group}
    return ranks


def _swapped(groups: StandingsByGroup, base: Mapping[str, int], ranks: Mapping[str, int]) -> Iterator[UnitPair]:
    for group in groups.values():
        moved = [each.unit.id for each in group if ranks[each.unit.id] != base[each.unit.id]]
        for upper in moved:
            yield from ((upper, low) for low in moved if base[upper] < base[low] and ranks[upper] > ranks[low])


def _lifted(scheme: Scheme, points: PointsTable, unit: str, leaf: str, share: Fraction) -> dict[tuple[str, str], Point]:
    """The points of a unit with another share in one leaf: the leaf, what stands above it, the total."""
    old = points[unit, leaf]
    new = replace(old, share=share, points=_rounded(scheme, leaf, share * old.weight))
    changed = {(unit, leaf): new}
    before, after = old.points or Fraction(0), new.points or Fraction(0)
    for node in [*scheme.ancestors(leaf), ""]:
        point = points[unit, node]
        parts = [points[unit, part] for part in scheme.children(node) if (unit, part) in points]
        total = _rounded(scheme, node, sum((each.points or Fraction(0) for each in parts), after - before))
        changed[unit, node] = replace(point, points=total, share=total / point.weight if point.weight else None)
        before, after = point.points or Fraction(0), total
    return changed


def _rounded(scheme: Scheme, component: str, value: Fraction) -> Fraction:
    digits = scheme.components[component].round if component else None
    return value if digits is None else half_up(value, digits)


def _standing(scheme: Scheme, one: Standing, points: PointsTable, table: PointsTable) -> Standing:
    new, old = table[one.unit.id, ""].points, points[one.unit.id, ""].points
    if new == old:
        return one
    exact = one.exact + (new or Fraction(0)) - (old or Fraction(0))
    return replace(one, exact=exact, total=half_up(exact, scheme.head.decimals))


def _key(scheme: Scheme, one: Standing, points: PointsTable) -> tuple[Fraction, ...]:
    """By what a unit is placed: its total, then the rules' chain."""
    first = one.total if scheme.ranking.by == "published" else one.exact
    chain = (points.get((one.unit.id, each)) for each in scheme.ranking.ties)
    return first, *((point.points if point else None) or Fraction(0) for point in chain)


# --- what is said ----------------------------------------------------------------------------------------------------


def _finding(
    one: _Leaf, intake: Intake, who: str, unit: str, found: _Without, base: Mapping[str, int], swaps: int
) -> Finding:
    standing = next(each for each in one.standings if each.unit.id == unit)
    before, after = (str(base[unit]), str(found.ranks[unit])) if unit in base else ("—", "—")
    marks = one.marks[unit]
    theirs = [share for other, share in marks.items() if other != who]
    args: dict[str, object] = {
        "name": one.evaluation.evaluators[who].name,
        "component_name": one.scheme.components[one.leaf].name,
        "unit_name": standing.unit.name,
        "share": shown(Fraction(marks[who], one.whole)) if who in marks else "—",
        "others": shown(Fraction(sum(theirs), one.whole * len(theirs))),
        "n": len(theirs),
        "rank": before,
        "without": after,
        "grade": standing.grade or "—",
        "grade_without": found.grades.get(unit, standing.grade) or "—",
        "total": published(standing.exact, one.scheme.head.decimals),
        "pairs": swaps,
    }
    place = _place(intake, one.scheme.id, one.leaf, who, unit)
    return finding("SCREEN_DECIDES", **place, component=one.leaf, args=args)


def _place(intake: Intake, class_id: str, leaf: str, who: str, unit: str) -> dict[str, str]:
    import polars as pl

    mine = (pl.col("class_id") == class_id) & (pl.col("component") == leaf) & (pl.col("evaluator") == who)
    mine = mine & (pl.col("unit") == unit) & (pl.col("field") == "mark")
    rows = intake.rows(mine).select("file", "sheet", "cell")
    place = rows.row(0, named=True) if rows.height else {}
    return {**place, "evaluator": who, "unit": unit}
