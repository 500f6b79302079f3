"""What each line of a component came to for a unit: the points of an indicator, a goal, a period, a visit, and what
they are worth in the total.

A component is taken apart only where its lines add up to what was scored.  Where they do not (the highest and the
lowest evaluator are dropped, the rules convert the sum, a veto leaves nothing), no line has a part of its own in the
loss, and the component stays whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from evaltool.evaluation import Evaluation
from evaltool.evaluation.lines import has_own_methods, is_figure
from evaltool.exact import half_up, plain
from evaltool.inbox.intake import Intake
from evaltool.points.answered import AnswerKey, judged_lines, lines_judged, states
from evaltool.points.bylines import Judged
from evaltool.points.evidence import unverified
from evaltool.points.figures import CellSaid
from evaltool.points.score import PointsTable
from evaltool.points.together import marks_of_leaf
from evaltool.roster import Indicator
from evaltool.rules import Component, Scheme
from evaltool.rules.methods import Percent, Points

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class LinePoints:
    """`line`: with a blank id where the component has no lines; `repeat`: period, or row of a visit that `who` made;
    `points` out of `full`, the mean of so many `marks`; `weighed`: what full marks in it are worth in the total;
    `kind` and `policy`: why it has no mark, and what the rules do then; `figure`: what was measured."""

    line: Indicator
    repeat: str
    who: str
    points: Fraction
    weighed: Fraction
    marks: int = 1
    kind: str = ""
    policy: str = ""
    figure: str = ""

    @property
    def full(self) -> Fraction:
        return self.line.full

    @property
    def lost(self) -> Fraction:
        return self.full - self.points

    @property
    def cost(self) -> Fraction:
        """What it lost of the total."""
        return self.lost / self.full * self.weighed


LinesByUnit = Mapping[str, tuple[LinePoints, ...]]
"""Unit -> the lines of a component, of the units for which they add up."""


def line_points(evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str, points: PointsTable) -> LinesByUnit:
    """The lines of one component, in the order of the roster and of the year."""
    answers: dict[str, list[_Answer]] = {}
    for key, answer in _answers(evaluation, intake, scheme, leaf):
        answers.setdefault(key[0], []).append(answer)
    component, made = scheme.components[leaf], dict[str, tuple[LinePoints, ...]]()
    alone = bool(component.each and component.each.word)
    for unit, own in answers.items():
        point = points.get((unit, leaf))
        if (
            point is None
            or point.state != "scored"
            or point.points is None
            or not _is_mean(component, point.evaluators)
        ):
            continue
        lines = tuple(_merged(_weighed(own, point.weight), alone=alone))
        if sum((each.cost for each in lines), Fraction(0)) == point.weight - point.points:
            made[unit] = lines
    return made


def _is_mean(component: Component, evaluators: int) -> bool:
    """Whether every answer has its part in what they come to."""
    each = component.each
    repeated = each is None or (each.over == "mean" and not each.stages)
    return repeated and (component.over == "mean" or evaluators < 2)


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer, or the mean of several: `marks` by line."""

    who: str
    repeat: str
    lines: tuple[Judged, ...]
    marks: Mapping[str, int]
    figures: Mapping[str, str]


def _weighed(answers: Sequence[_Answer], weight: Fraction) -> Iterator[LinePoints]:
    """Each evaluator's answers count alike, and each of one evaluator's."""
    repeats = Counter(each.who for each in answers)
    for answer in answers:
        counted = [each for each in answer.lines if each.points is not None]
        preset = sum((each.line.full for each in counted), Fraction(0))
        for each in counted:
            assert each.points is not None
            yield LinePoints(
                each.line,
                answer.repeat,
                answer.who,
                each.points,
                weight * each.line.full / preset / repeats[answer.who] / len(repeats),
                answer.marks.get(each.line.id, 0),
                each.kind,
                str(each.policy) if each.kind else "",
                answer.figures.get(each.line.id, ""),
            )


def _merged(lines: Iterable[LinePoints], *, alone: bool) -> Iterator[LinePoints]:
    """A line that several marked is one, with the mean of what they gave; visits stay `alone`."""
    alike: dict[tuple[str, str, str], list[LinePoints]] = {}
    for each in lines:
        alike.setdefault((each.line.id, each.repeat, each.who if alone else ""), []).append(each)
    for first, *others in alike.values():
        yield _mean([first, *others]) if others else first


def _mean(own: Sequence[LinePoints]) -> LinePoints:
    weighed = sum((each.weighed for each in own), Fraction(0))
    cost = sum((each.cost for each in own), Fraction(0))
    points = own[0].full * (1 - cost / weighed) if weighed else own[0].points
    return replace(own[0], points=points, weighed=weighed, marks=sum(each.marks for each in own))


def _answers(evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str) -> Iterator[tuple[AnswerKey, _Answer]]:
    component = scheme.components[leaf]
    if component.answer is None or component.ballot or component.answer.kinds:
        return
    if has_own_methods(evaluation, scheme, leaf):
        for key, cells, lines in judged_lines(evaluation, intake, scheme, leaf):
            own = tuple(lines)
            measured = [each.line.id for each in own if is_figure(scheme, each.line) and not component.taken]
            figures = {line: _said(cells[line]) for line in measured if line in cells}
            yield key, _Answer(key[1], key[2], own, dict.fromkeys(cells, 1), figures)
    elif isinstance(component.answer, Percent | Points):
        yield from _of_marks(evaluation, intake, scheme, leaf)


def _said(cell: CellSaid) -> str:
    """A figure as it was typed; one that is reckoned with four decimals at most."""
    return cell[2] or ("" if cell[1] is None else plain(half_up(cell[1], 4)))


def _of_marks(evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str) -> Iterator[tuple[AnswerKey, _Answer]]:
    """Marks by points: the mean of all evaluators' in a line is what the line got.  Rows of visits are each their
    own."""
    component = scheme.components[leaf]
    doubted = unverified(evaluation, intake, scheme.id, leaf) if component.preset is not None else {}
    owned = component.by == "owner"
    owners = {who: state for (who, batch), state in states(intake).items() if not batch} if owned else {}
    alone = bool(component.each and component.each.word)
    said: dict[AnswerKey, dict[str, CellSaid]] = {}
    many: dict[AnswerKey, dict[str, int]] = {}
    for unit, who, repeat, indicator, total, given, decimals in _means(
        marks_of_leaf(intake, scheme, leaf), alone=alone
    ):
        key = unit, who, repeat
        mean = Fraction(total, given * 10**decimals) if given else None
        said.setdefault(key, {})[indicator] = ("given" if given else "blank", mean, "")
        many.setdefault(key, {})[indicator] = given
    periods = component.each.periods if component.each else None
    for key in sorted(said, key=lambda key: (key[0], key[1], _in_year(periods, key[2]))):
        if judged := evaluation.units.get(key[0]):
            lines = tuple(lines_judged(evaluation, scheme, leaf, judged, said[key], owners, doubted, None))
            yield key, _Answer(key[1], key[2], lines, many[key], {})


def _in_year(periods: Sequence[str] | None, repeat: str) -> tuple[int, str]:
    """Periods in the order of the rules, rows in that of the sheet."""
    if periods and repeat in periods:
        return periods.index(repeat), ""
    return (int(repeat), "") if repeat.isdigit() else (0, repeat)


def _means(marks: pl.DataFrame, *, alone: bool) -> Iterable[tuple[str, str, str, str, int, int, int]]:
    """Unit, evaluator (where each stands `alone`), repeat, indicator; sum, number and decimals of the marks."""
    import polars as pl

    key = ["unit", "evaluator", "repeat", "indicator"]
    named = marks.lazy() if alone else marks.lazy().with_columns(evaluator=pl.lit(""))
    sums = named.group_by(key).agg(
        pl.col("value").sum().alias("sum"), pl.col("value").count().alias("given"), pl.col("decimals").first()
    )
    return sums.collect(engine="streaming").with_columns(pl.col(key).cast(pl.String)).sort(key).iter_rows()
