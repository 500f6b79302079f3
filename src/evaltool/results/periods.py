"""Each period's result by itself: what the components that are marked by periods come to in one quarter alone, and the
places that follow.

The rules are those of the year with one period left in them, so that policies, curves and benchmarks hold inside it.
Bonus, deduction and vetoes are the year's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.exact import half_up
from evaltool.inbox.intake import Intake
from evaltool.points.leaves import leaf_shares
from evaltool.points.score import points_of
from evaltool.rules import Component, Each, Scheme


@dataclass(frozen=True, slots=True)
class PeriodResult:
    """One group in one period: `full` marks of the components that ask about it, the points of each unit whose answers
    are all in, and the places of the ranked ones; no places while anybody's points are missing."""

    class_id: str
    group: str
    period: str
    full: Fraction
    points: Mapping[str, Fraction]
    ranks: Mapping[str, int]


def periods_of(component: Component) -> tuple[str, ...]:
    """The periods, or the stages, of which a component has a result each."""
    each = component.each
    return tuple(each.stages or each.periods) if each else ()


def period_results(evaluation: Evaluation, intake: Intake) -> list[PeriodResult]:
    """Every group in every period, in the order of the rules."""
    found = []
    for scheme in evaluation.classes.values():
        periods = dict.fromkeys(period for leaf in scheme.leaves() for period in periods_of(scheme.components[leaf]))
        found += [one for period in periods for one in _of_period(evaluation, intake, scheme, period)]
    return found


def _of_period(evaluation: Evaluation, intake: Intake, scheme: Scheme, period: str) -> Iterator[PeriodResult]:
    import polars as pl

    only = _only(scheme, period)
    ledger = tuple(line for line in evaluation.ledger if line.kind != "veto")
    alone = replace(evaluation, classes={**evaluation.classes, scheme.id: only}, ledger=ledger)
    own = [leaf for leaf in scheme.leaves() if period in periods_of(scheme.components[leaf])]
    asked = {each for leaf in own if (of := only.components[leaf].each) for each in of.periods}
    of_it = replace(intake, table=intake.kept(pl.col("repeat").is_in(sorted({"", *asked}))))
    points, _ = points_of(
        _of_class(alone, scheme.id), {scheme.id: {leaf: leaf_shares(alone, of_it, only, leaf) for leaf in own}}
    )
    for group in scheme.head.groups:
        units = alone.units_of(scheme.id, group.id)
        leaves = [leaf for leaf in own if any((unit.id, leaf) in points for unit in units)]
        got = {
            unit.id: total
            for unit in units
            if all(point.is_complete for leaf in leaves if (point := points.get((unit.id, leaf))))
            and (total := points[unit.id, ""].points) is not None
        }
        ranked = [unit.id for unit in units if unit.standing == "ranked"]
        ranks = _ranks({each: got[each] for each in ranked}, scheme) if all(each in got for each in ranked) else {}
        if leaves:
            full = sum((only.weight(leaf, group.id) for leaf in own), Fraction(0))
            yield PeriodResult(scheme.id, group.id, period, full, got, ranks)


def _of_class(evaluation: Evaluation, class_id: str) -> Evaluation:
    return replace(evaluation, classes={class_id: evaluation.classes[class_id]})


def _only(scheme: Scheme, period: str) -> Scheme:
    """The rules with one period in what is marked by periods."""
    changed = dict(scheme.components)
    for leaf in scheme.leaves():
        component = changed[leaf]
        if period in periods_of(component):
            assert component.each is not None
            stage = component.each.stages.get(period)
            each = Each(periods=stage, stages={period: stage}, stage_over=component.each.stage_over) if stage else None
            changed[leaf] = component.model_copy(update={"each": each or Each(periods=[period])})
    return replace(scheme, components=changed)


def _ranks(points: Mapping[str, Fraction], scheme: Scheme) -> dict[str, int]:
    """Places by points as they are printed."""
    printed = {unit: half_up(each, scheme.head.decimals) for unit, each in points.items()}
    levels = sorted(printed.values() if scheme.ranking.gaps else set(printed.values()), reverse=True)
    places: dict[Fraction, int] = {}
    for place, each in enumerate(levels, 1):
        places.setdefault(each, place)
    return {unit: places[each] for unit, each in printed.items()}
