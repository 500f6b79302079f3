"""Who decides a rank or a grade alone, written plainly: everybody left out in turn and everything worked out again."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import polars as pl

from evaltool.checks.screens.given import points as shown
from evaltool.checks.screens.limits import FAR, LEAST_SPREAD, SPREADS
from evaltool.evaluation import Evaluation
from evaltool.exact import half_up, published
from evaltool.findings import Finding, finding
from evaltool.inbox.intake import Intake
from evaltool.points.leaves import combine, evaluator_shares
from evaltool.points.score import Point, PointsTable
from evaltool.results.grade import grade
from evaltool.results.rank import Standing, Standings
from evaltool.rules import Scheme
from evaltool.rules.methods import Ballot, Choice
from plain_screens import median, off_the_others, spread

Marks = Mapping[str, Mapping[str, Fraction]]
"""Unit -> evaluator -> share, for units with several."""
Pair = tuple[str, str]  # the unit that stands higher, the unit that would


@dataclass(frozen=True, slots=True)
class _Without:
    """What would be without one evaluator: the units that change places, and grades that would be others."""

    swapped: frozenset[Pair]
    grades: Mapping[str, str]
    ranks: Mapping[str, int]


def deciders(evaluation: Evaluation, intake: Intake, points: PointsTable, standings: Standings) -> Iterator[Finding]:
    """Evaluators who decide a rank or a grade by themselves."""
    for scheme in evaluation.classes.values():
        own = [one for one in standings if one.unit.class_id == scheme.id]
        for leaf in scheme.leaves():
            component = scheme.components[leaf]
            if component.by in ("", "self", "owner") or isinstance(component.answer, Ballot):
                continue
            marks = _several(evaluation, intake, scheme, leaf, points)
            if marks:
                yield from _leaf(evaluation, intake, scheme, leaf, points, own, marks)


def _several(
    evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str, points: PointsTable
) -> dict[str, dict[str, Fraction]]:
    marks = evaluator_shares(evaluation, intake, scheme, leaf)
    scored = {unit for (unit, component), point in points.items() if component == leaf and point.state == "scored"}
    return {unit: of for unit, of in marks.items() if len(of) > 1 and unit in scored}


def _leaf(
    evaluation: Evaluation,
    intake: Intake,
    scheme: Scheme,
    leaf: str,
    points: PointsTable,
    standings: list[Standing],
    marks: Marks,
) -> Iterator[Finding]:
    base = _ranks(scheme, standings, points)
    usual = _usual(scheme, leaf, marks)
    everybody = sorted({who for of in marks.values() for who in of})
    without = {who: _without(evaluation, scheme, leaf, points, standings, marks, who, base) for who in everybody}
    for who, found in without.items():
        others = [each for other, each in without.items() if other != who]
        swaps = [
            pair
            for pair in found.swapped
            if not any(pair in each.swapped for each in others) and _alone(marks, who, pair, usual)
        ]
        grades = [
            unit
            for unit in found.grades
            if not any(unit in each.grades for each in others) and _against(marks, who, unit, usual)
        ]
        if swaps or grades:
            unit = max(_moved(base, found, pair) for pair in swaps)[1] if swaps else grades[0]
            yield _finding(evaluation, intake, scheme, leaf, who, unit, standings, found, base, len(swaps), marks)


def _usual(scheme: Scheme, leaf: str, marks: Marks) -> Fraction:
    """How far a mark usually is from the median of the others; of tiers at least half a tier."""
    answer = scheme.components[leaf].answer
    scale = scheme.scale(answer.choice).values() if isinstance(answer, Choice) else ()
    tiers = sorted(share for share in scale if share is not None)
    step = max((upper - lower for lower, upper in pairwise(tiers)), default=Fraction(0))
    off = (distance for of in marks.values() for distance in off_the_others(of).values())
    return max(spread(off), LEAST_SPREAD, step / 2)


def _alone(marks: Marks, who: str, pair: Pair, usual: Fraction) -> bool:
    """Whether the evaluator puts the higher unit above the other, nobody else does and most the other way round, and
    this is far from how the others see the two."""
    upper, lower = (marks.get(unit, {}) for unit in pair)
    if who not in upper or who not in lower or upper[who] <= lower[who]:
        return False
    others = [upper[other] - lower[other] for other in upper if other != who and other in lower]
    if not others or max(others) > 0 or 2 * sum(each < 0 for each in others) <= len(others):
        return False
    return _far(upper[who] - lower[who] - median(others), usual)


def _against(marks: Marks, who: str, unit: str, usual: Fraction) -> bool:
    """Whether the evaluator's mark for a unit is far from the median of the others."""
    of = marks.get(unit, {})
    return who in of and _far(abs(off_the_others(of)[who]), usual)


def _far(distance: Fraction, usual: Fraction) -> bool:
    return distance >= FAR and distance > SPREADS * usual


def _moved(base: Mapping[str, int], found: _Without, pair: Pair) -> tuple[int, str]:
    """The unit of a pair that moves more."""
    return max((abs(base[unit] - found.ranks[unit]), unit) for unit in pair)


# --- without one of them ---------------------------------------------------------------------------------------------


def _without(
    evaluation: Evaluation,
    scheme: Scheme,
    leaf: str,
    points: PointsTable,
    standings: list[Standing],
    marks: Marks,
    who: str,
    base: Mapping[str, int],
) -> _Without:
    changed: dict[tuple[str, str], Point] = {}
    for unit, of in marks.items():
        if who in of:
            left = [share for other, share in of.items() if other != who]
            changed |= _lifted(scheme, points, unit, leaf, combine(left, scheme.components[leaf].over))
    table = ChainMap(changed, dict(points)) if changed else points
    then = [_standing(scheme, one, points, table) for one in standings]
    ranks = _ranks(scheme, then, table)
    graded = grade(evaluation, tuple(then), table)
    pairs = zip(standings, graded, strict=True)
    grades = {one.unit.id: new.grade for one, new in pairs if new.grade != one.grade}
    return _Without(frozenset(_swapped(standings, base, ranks)), grades, ranks)


def _swapped(standings: list[Standing], base: Mapping[str, int], ranks: Mapping[str, int]) -> Iterator[Pair]:
    moved = [one for one in standings if one.unit.id in ranks and ranks[one.unit.id] != base[one.unit.id]]
    for upper in moved:
        for lower in moved:
            one, other = upper.unit.id, lower.unit.id
            if upper.key == lower.key and base[one] < base[other] and ranks[one] > ranks[other]:
                yield one, other


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


def _ranks(scheme: Scheme, standings: list[Standing], points: PointsTable) -> dict[str, int]:
    """Ranks of the ranked units by total and the rules' chain; what the ledger decided on ties is left aside."""
    keys: dict[tuple[str, str], list[tuple[Fraction, ...]]] = {}
    of: dict[str, tuple[Fraction, ...]] = {}
    for one in standings:
        if one.rank is not None:
            of[one.unit.id] = _key(scheme, one, points)
            keys.setdefault(one.key, []).append(of[one.unit.id])
    ordered = {group: sorted(each, reverse=True) for group, each in keys.items()}
    return {one.unit.id: 1 + ordered[one.key].index(of[one.unit.id]) for one in standings if one.unit.id in of}


def _key(scheme: Scheme, one: Standing, points: PointsTable) -> tuple[Fraction, ...]:
    first = one.total if scheme.ranking.by == "published" else one.exact
    chain = (points.get((one.unit.id, each)) for each in scheme.ranking.ties)
    return first, *((point.points if point else None) or Fraction(0) for point in chain)


# --- what is said ----------------------------------------------------------------------------------------------------


def _finding(
    evaluation: Evaluation,
    intake: Intake,
    scheme: Scheme,
    leaf: str,
    who: str,
    unit: str,
    standings: list[Standing],
    found: _Without,
    base: Mapping[str, int],
    swaps: int,
    marks: Marks,
) -> Finding:
    one = next(each for each in standings if each.unit.id == unit)
    before, after = (str(base[unit]), str(found.ranks[unit])) if unit in base else ("—", "—")
    theirs = [share for other, share in marks[unit].items() if other != who]
    args: dict[str, object] = {
        "name": evaluation.evaluators[who].name,
        "component_name": scheme.components[leaf].name,
        "unit_name": one.unit.name,
        "share": shown(marks[unit][who]) if who in marks[unit] else "—",
        "others": shown(sum(theirs, Fraction(0)) / len(theirs)),
        "n": len(theirs),
        "rank": before,
        "without": after,
        "grade": one.grade or "—",
        "grade_without": found.grades.get(unit, one.grade) or "—",
        "total": published(one.exact, scheme.head.decimals),
        "pairs": swaps,
    }
    return finding("SCREEN_DECIDES", **_place(intake, scheme.id, leaf, who, unit), component=leaf, args=args)


def _place(intake: Intake, class_id: str, leaf: str, who: str, unit: str) -> dict[str, str]:
    mine = (pl.col("class_id") == class_id) & (pl.col("component") == leaf) & (pl.col("evaluator") == who)
    rows = intake.rows(mine & (pl.col("unit") == unit) & (pl.col("field") == "mark"))
    place = rows.select("file", "sheet", "cell").row(0, named=True) if rows.height else {}
    return {**place, "evaluator": who, "unit": unit}
