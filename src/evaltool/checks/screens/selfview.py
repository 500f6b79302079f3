"""Units that assess themselves far higher, against all other components, than the other units do."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from evaltool.checks.screens.given import points as shown
from evaltool.checks.screens.limits import FAR, LEAST_SPREAD, SELF_SPREADS, SELF_UNITS
from evaltool.checks.screens.spread import beyond, common, median, over, spread
from evaltool.evaluation import Evaluation
from evaltool.findings import Finding, finding
from evaltool.inbox.intake import Intake
from evaltool.points.score import PointsTable
from evaltool.rules import Scheme


def self_assessments(evaluation: Evaluation, intake: Intake, points: PointsTable) -> Iterator[Finding]:
    """The gap between a unit's self-assessment and the rest of its total, compared with the other units' gaps."""
    for scheme in evaluation.classes.values():
        for leaf in scheme.leaves():
            if scheme.components[leaf].by == "self":
                yield from _leaf(evaluation, intake, points, scheme, leaf)


def _leaf(evaluation: Evaluation, intake: Intake, points: PointsTable, scheme: Scheme, leaf: str) -> Iterator[Finding]:
    both = {unit.id: _shares(points, scheme, unit.id, leaf) for unit in evaluation.units_of(scheme.id)}
    known = {unit: pair for unit, pair in both.items() if pair is not None}
    if len(known) < SELF_UNITS:
        return
    exact = {unit: own - rest for unit, (own, rest) in known.items()}
    whole = common(gap.denominator for gap in exact.values())
    gaps = {unit: over(whole, gap) for unit, gap in exact.items()}
    middle = median(gaps.values())
    far = beyond(whole, FAR, SELF_SPREADS, max(spread(gaps.values(), middle), LEAST_SPREAD * whole))
    places = _places(intake, scheme.id, leaf)
    for unit, gap in gaps.items():
        if gap >= FAR * whole and gap - middle >= far:
            args: dict[str, object] = {
                "unit_name": evaluation.units[unit].name,
                "share": shown(known[unit][0]),
                "rest": shown(known[unit][1]),
                "gap": shown(exact[unit]),
                "middle": shown(Fraction(middle, whole)),
            }
            yield finding("SCREEN_SELF_HIGH", **places.get(unit, {}), unit=unit, component=leaf, args=args)


def _shares(points: PointsTable, scheme: Scheme, unit: str, leaf: str) -> tuple[Fraction, Fraction] | None:
    """The share of full marks in the self-assessment, and in everything else that is scored."""
    own = points.get((unit, leaf))
    others = [points[unit, other] for other in scheme.leaves() if other != leaf and (unit, other) in points]
    weight = sum((each.weight for each in others if each.points is not None), Fraction(0))
    if own is None or own.share is None or own.state != "scored" or not weight or own.share > 1:
        return None  # what is out of range has its finding already
    return own.share, sum((each.points for each in others if each.points is not None), Fraction(0)) / weight


def _places(intake: Intake, class_id: str, leaf: str) -> dict[str, dict[str, str]]:
    import polars as pl

    mine = (pl.col("class_id") == class_id) & (pl.col("component") == leaf) & (pl.col("field") == "mark")
    rows = intake.rows(mine).select("unit", "file", "sheet", "cell", "evaluator")
    return {unit: dict(zip(("file", "sheet", "cell", "evaluator"), rest, strict=True)) for unit, *rest in rows.rows()}
