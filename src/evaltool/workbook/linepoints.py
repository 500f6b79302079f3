"""What one line comes to as a formula: by its method, from the cell of its mark and whatever the method looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.evaluation.lines import method_of
from evaltool.points.bylines import Judged
from evaltool.points.figures import Surroundings
from evaltool.roster import Indicator, Unit
from evaltool.rules import Scheme
from evaltool.rules.methods import Choice, Compare, Growth, Parameters, Points, Rank, name_of
from evaltool.views.wording import path, unit_name
from evaltool.workbook.comparisons import Comparisons
from evaltool.workbook.expressions import Expr, Range, stated
from evaltool.workbook.methodformulas import FORMULAS, Line, Table
from evaltool.workbook.parameters import Parameters as Cells

Key = tuple[str, str, str]
"""Unit, evaluator ("" for owners together), repeat."""


@dataclass(frozen=True, slots=True)
class Stands:
    """Where the mark of one line stands, its preset points, and its target and base where it has them."""

    mark: Expr
    full: Expr
    target: Expr | None = None
    base: Expr | None = None


@dataclass
class Lines:
    """One component's lines; `figures`: (indicator, repeat, unit) -> cells of the figure and its base; `own`: whether
    its lines have methods of their own."""

    evaluation: Evaluation
    scheme: Scheme
    leaf: str
    compared: Comparisons
    parameters: Cells
    own: bool
    around: Surroundings
    figures: dict[tuple[str, str, str], tuple[Expr, Expr | None]] = field(default_factory=dict)


def line_points(lines: Lines, unit: Unit, key: Key, judged: Judged, at: Stands) -> Expr:
    """By the line's method, or what the policy for its absence says; held against what scoring found."""
    if judged.share is None:
        return at.full if judged.policy == "full" else Expr("0", Fraction(0))
    answer = answer_of(lines, judged.line)
    made = FORMULAS[name_of(answer)](answer, _line(lines, unit, key, judged.line, answer, at))
    if made.value == judged.points:
        return made
    # two who measure the same figure said two things, which stops an official result: no one formula has both
    return stated(judged.points)


def answer_of(lines: Lines, line: Indicator) -> Parameters:
    component = lines.scheme.components[lines.leaf]
    if lines.own or isinstance(component.answer, Points):
        return method_of(lines.scheme, line)
    assert component.answer is not None
    return component.answer


def _line(lines: Lines, unit: Unit, key: Key, line: Indicator, answer: Parameters, at: Stands) -> Line:
    of = line.method or path(lines.scheme, lines.leaf)

    def parameter(name: str, value: Decimal) -> Expr:
        return lines.parameters.of_method(lines.scheme, of, answer, name, value)

    per, per_base = _divisor(lines, unit, key, answer)
    return Line(
        at.mark,
        at.full,
        parameter,
        table=_table(lines, answer),
        steps=_steps(lines, answer),
        target=at.target,
        base=at.base,
        per=per,
        per_base=per_base,
        field=_field(lines, unit, key, line, answer) if isinstance(answer, Compare) else None,
        takes_part=unit.standing == "ranked",
    )


def _divisor(lines: Lines, unit: Unit, key: Key, answer: Parameters) -> tuple[Expr | None, Expr | None]:
    if not isinstance(answer, Growth) or not answer.per:
        return None, None
    return lines.figures.get((answer.per, key[2], unit.id), (None, None))


def _table(lines: Lines, answer: Parameters) -> Table | None:
    if isinstance(answer, Choice):
        return scale_table(lines.parameters, lines.scheme, answer.choice)
    if isinstance(answer, Rank) and lines.scheme.places[answer.rank].points:
        points = lines.scheme.places[answer.rank].points
        rows = [(str(place), Fraction(each)) for place, each in enumerate(points, 1)]
        return lines.parameters.table(lines.scheme, "名次分值", answer.rank, rows)
    return None


def _steps(lines: Lines, answer: Parameters) -> tuple[Decimal, Decimal, Decimal] | None:
    places = lines.scheme.places[answer.rank] if isinstance(answer, Rank) else None
    return (places.first, places.step, places.least) if places and not places.points else None


def _field(lines: Lines, unit: Unit, key: Key, line: Indicator, answer: Compare) -> Range:
    """The figures of those who take part: the ranked units of the group or of the class that have one."""
    group = unit.group if answer.among == "group" else ""
    names: Mapping[str, str] = {each.id: each.name for each in lines.scheme.head.groups}
    figures = [
        (unit_name(lines.evaluation, other), lines.figures[line.id, key[2], other][0])
        for other in lines.around.ranked.get(group, [])
        if (line.id, key[2], other) in lines.figures
    ]
    words = path(lines.scheme, lines.leaf), line.name, key[2], names.get(group, lines.scheme.head.name)
    return lines.compared.field((lines.scheme.id, lines.leaf, line.id, key[2], group), words, figures)


def scale_table(parameters: Cells, scheme: Scheme, scale: str) -> Table:
    """The points of a scale's choices, out of 100."""
    rows = [(choice, None if points == "abstain" else Fraction(points)) for choice, points in scheme.scales[scale]]
    return parameters.table(scheme, "选项分值", scale, rows)
