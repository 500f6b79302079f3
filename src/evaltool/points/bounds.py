"""What could what is missing still change?  The points of every unit if nothing that is missing gets anything, and if
all of it gets full marks.

Every way to make one of several answers keeps their order, so that the two enclose whatever comes.  Some things do not
follow their own answer alone, and have nothing and full marks there at once: a component that compares units, where
anybody's figure is missing; one whose marks can be worth more than full marks, or in which more can be worth less (a
curve that falls, cases that take points off); one about which errors stand.  Decisions stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Literal

from evaltool.evaluation import Evaluation
from evaltool.evaluation.derived import figures_of, typed_in
from evaltool.evaluation.lines import method_of
from evaltool.findings import Finding, blocking
from evaltool.inbox.intake import Intake
from evaltool.points.evidence import unverified
from evaltool.points.leaves import LeafResult, factor_of
from evaltool.points.score import PointsTable, all_shares, points_of
from evaltool.questions.forms import FIGURE
from evaltool.roster import Unit
from evaltool.rules import ABSENCES, Component, Scheme
from evaltool.rules.methods import Method
from evaltool.rules.settings import SELF

Doubts = frozenset[tuple[str, str, str]]
"""(unit or "" for all, component or "", role or "") of blocking findings: nobody can rely on these numbers yet."""
_GAPS = {"SCORE_MISSING", "SHEET_BLANK", "FIGURE_MISSING", "SUBMISSION_MISSING"}
_NOTHING = Fraction(0)


def bounds(evaluation: Evaluation, intake: Intake, findings: Iterable[Finding]) -> tuple[PointsTable, PointsTable]:
    """The least and the most that every unit can have in every component; `findings`: those of what was taken in."""
    least, most = _as_if(evaluation, "zero"), _as_if(evaluation, "full")
    low, high = all_shares(least, intake), all_shares(most, intake)
    wrong = doubts(evaluation, [one for one in findings if one.code not in _GAPS])
    for scheme in evaluation.classes.values():
        for leaf in scheme.leaves():
            below, above = low[scheme.id][leaf], high[scheme.id][leaf]
            top = _most(evaluation, scheme, leaf)
            for unit in _wide_open(evaluation, intake, scheme, leaf, wrong, below, above):
                below[unit], above[unit] = LeafResult(_NOTHING), LeafResult(top)
    return points_of(least, low)[0], points_of(most, high)[0]


def doubts(evaluation: Evaluation, findings: Iterable[Finding]) -> Doubts:
    """Whom and what the errors are about."""
    wrong: set[tuple[str, str, str]] = set()
    for one in blocking(findings):
        who = evaluation.evaluators.get(one.evaluator)
        if one.component:
            wrong.add((one.unit, one.component, ""))
        elif who:
            unit = who.unit if who.role == SELF else one.unit
            wrong |= {(unit, "", who.role)} | ({(unit, "", "owner")} if who.id in evaluation.owners else set())
    return frozenset(wrong)


def is_doubted(wrong: Doubts, unit: str, leaf: str, role: str) -> bool:
    """Whether an error stands about a unit's marks in a leaf."""
    return any(wrong & {(whose, leaf, ""), (whose, "", role)} for whose in (unit, ""))


def _as_if(evaluation: Evaluation, word: Literal["zero", "full"]) -> Evaluation:
    """The evaluation with rules by which all that is missing, or that the rules refuse, counts so."""

    def changed(component: Component) -> Component:
        refused = (each for each in ABSENCES if component.policy(each) == "refuse")
        return component.model_copy(update={**dict.fromkeys(refused, word), "missing": word})

    def ruled(scheme: Scheme) -> Scheme:
        return replace(scheme, components={key: changed(one) for key, one in scheme.components.items()})

    return replace(evaluation, classes={key: ruled(scheme) for key, scheme in evaluation.classes.items()})


def _wide_open(
    evaluation: Evaluation,
    intake: Intake,
    scheme: Scheme,
    leaf: str,
    wrong: Doubts,
    below: Mapping[str, LeafResult],
    above: Mapping[str, LeafResult],
) -> Iterator[str]:
    """The units whose share in a leaf may still be anything."""
    uneven = {unit for unit, one in below.items() if _counts(one) != _counts(above[unit])}
    if any(one.may_fall for one in _methods(evaluation, scheme, leaf)):
        uneven |= _without_figure(evaluation, intake, scheme, leaf)
    compares = any(one.among_whom or one.per_name for one in _methods(evaluation, scheme, leaf))
    blanks = any(_has_blanks(intake, scheme, each) for each in (leaf, *fed_by(evaluation, scheme, leaf)))
    everybody = compares and (bool(uneven) or blanks)
    benchmark, convert = scheme.components[leaf].benchmark, scheme.components[leaf].convert
    everybody = everybody or (benchmark is not None and (bool(uneven) or blanks))
    above_full = _most(evaluation, scheme, leaf) > 1 or (convert is not None and not convert.rises)
    above_full |= any(one.may_fall for one in _methods(evaluation, scheme, leaf))
    fed = {leaf, *fed_by(evaluation, scheme, leaf)}
    for unit in below:
        doubted = any(is_doubted(wrong, unit, each, scheme.components[each].by) for each in fed)
        of_others = _is_mean(below[unit]) and (bool(uneven) or blanks or bool(wrong))
        if everybody or of_others or (above_full and unit in uneven) or doubted:
            yield unit


def _is_mean(one: LeafResult) -> bool:
    """Whether the mean of the other units stands in for the result."""
    return bool(one.absence) and one.share is not None


def fed_by(evaluation: Evaluation, scheme: Scheme, leaf: str) -> set[str]:
    """The components in which figures are typed that lines of a leaf are reckoned from."""
    derived = figures_of(evaluation, scheme, leaf)
    return {typed.component for key in derived for typed in typed_in(evaluation, scheme, key)}


def _counts(one: LeafResult) -> Fraction | None:
    """What the answers come to: two of them may be worth the same on a curve, and those between more or less."""
    return one.share if one.before is None else one.before


def _has_blanks(intake: Intake, scheme: Scheme, leaf: str) -> bool:
    import polars as pl

    mine = (pl.col("class_id") == scheme.id) & (pl.col("component") == leaf)
    return intake.rows(mine & (pl.col("state") == "blank") & pl.col("required")).height > 0


def _without_figure(evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str) -> set[str]:
    """The units of which a figure of some line is not known, of no kind, or not verified."""
    import polars as pl

    mine = (pl.col("class_id") == scheme.id) & (pl.col("component") == leaf)
    cells = intake.rows(mine & intake.begins("field", FIGURE))
    of_line = cells.group_by("unit", "evaluator", "indicator", "repeat").agg((pl.col("state") != "given").all())
    blank = set(of_line.filter(pl.col("state"))["unit"].cast(pl.String).to_list())
    return blank | {unit for unit, lines in unverified(evaluation, intake, scheme.id, leaf).items() if lines}


def _methods(evaluation: Evaluation, scheme: Scheme, leaf: str) -> Iterator[Method]:
    """The method of a leaf and those of its lines."""
    answer, convert = scheme.components[leaf].answer, scheme.components[leaf].convert
    yield from (one for one in (answer, convert) if one is not None)
    if scheme.components[leaf].lined:
        yield from (method_of(scheme, line) for line in evaluation.indicators(scheme.id, leaf))


def _most(evaluation: Evaluation, scheme: Scheme, leaf: str) -> Fraction:
    """The greatest share that a leaf can give."""
    share = max((one.most_share for one in _methods(evaluation, scheme, leaf)), default=Fraction(1))
    benchmark = scheme.components[leaf].benchmark
    if benchmark is not None and scheme.components[leaf].convert is None:
        share = Fraction(benchmark.cap) / 100
    if not scheme.factors(leaf):
        return share
    units = evaluation.units_of(scheme.id)
    return share * max((factor_of(evaluation, scheme, leaf, unit.id) for unit in units), default=Fraction(1))


def undecided(points: PointsTable, scheme: Scheme, unit: Unit) -> bool:
    """Whether a unit has a leaf of which nothing can be said, not even a bound."""
    own = (points.get((unit.id, leaf)) for leaf in scheme.leaves())
    return any(point is not None and point.points is None for point in own)
