"""What one line comes to as a formula: by its method, from the cell of its mark and whatever the method looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from evaltool.evaluation import Evaluation
from evaltool.evaluation.lines import method_of
from evaltool.names import folded
from evaltool.points.answered import AnswerKey
from evaltool.points.bylines import Judged
from evaltool.points.figures import Surroundings
from evaltool.questions.layout.asked import asked_about
from evaltool.roster import Indicator, Unit
from evaltool.rules import Scheme
from evaltool.rules.absence import stated_share
from evaltool.rules.expressions import Expr, Number, Range, Written, as_expr, constant, fine, out_of
from evaltool.rules.lists import ListCells
from evaltool.rules.methods import Facts, Method
from evaltool.views.wording import path, unit_name
from evaltool.workbook.comparisons import Comparisons
from evaltool.workbook.parameters import Parameters

"""Unit, evaluator ("" for owners together), repeat."""


@dataclass(frozen=True, slots=True)
class Stands:
    """Where the mark of one line stands, its preset points, and its target and base where it has them."""

    mark: Expr
    full: Expr
    target: Expr | None = None
    base: Expr | None = None


@dataclass
class ComponentLines:
    """One component's lines; `figures`: (indicator, repeat, unit) -> cells of the figure and its base; `own`: whether
    its lines have methods of their own."""

    evaluation: Evaluation
    scheme: Scheme
    leaf: str
    compared: Comparisons
    parameters: Parameters
    own: bool
    around: Surroundings
    figures: dict[tuple[str, str, str], tuple[Expr, Expr | None]] = field(default_factory=dict)

    @cached_property
    def lengths(self) -> Mapping[str, int]:
        """How many units each evaluator ranks, where a place is worth more or less by that."""
        by_length = self.scheme.goes_by_length(self.scheme.components[self.leaf].answer)
        return asked_about(self.evaluation, self.scheme.id, self.leaf) if by_length else {}


def line_points(lines: ComponentLines, unit: Unit, key: AnswerKey, judged: Judged, at: Stands) -> Expr:
    """By the line's method, or what the policy for its absence says; held against what scoring found."""
    if judged.share is None:
        stated = stated_share(judged.policy) or Fraction(0)
        return at.full if stated == 1 else as_expr(at.full * stated) if stated else Written("0", Fraction(0))
    answer = answer_of(lines, judged.line)
    share = answer.made(at.mark, _facts(lines, unit, key, judged.line, answer, at))
    made = as_expr(out_of(share, at.full))
    if made.value == judged.points:
        return made
    # two who measure the same figure said two things, which stops an official result: no one formula has both
    return Written("", judged.points)


def answer_of(lines: ComponentLines, line: Indicator) -> Method:
    component = lines.scheme.components[lines.leaf]
    if lines.own or component.preset is not None:
        return method_of(lines.scheme, line)
    assert component.answer is not None
    return component.answer


def _facts(lines: ComponentLines, unit: Unit, key: AnswerKey, line: Indicator, answer: Method, at: Stands) -> Facts:
    """What the method looks at, as cells."""
    of = line.method or path(lines.scheme, lines.leaf)

    def parameter(name: str, value: Decimal) -> Number:
        return lines.parameters.of_method(lines.scheme, of, answer, name, value)

    per, per_base = lines.figures.get((answer.per_name, key[2], unit.id), (None, None))
    facts = Facts(
        full=at.full,
        target=at.target,
        base=at.base,
        takes_part=unit.standing == "ranked",
        per=per,
        per_base=per_base,
        own=own_cells(lines.parameters, lines.evaluation, lines.scheme, unit, answer.parameter_names),
        compared=_field(lines, unit, key, line, answer) if answer.among_whom else None,
        parameter=parameter,
    )
    if answer.scale_name:
        return replace(facts, scale=scale_table(lines.parameters, lines.scheme, answer.scale_name))
    if not answer.places_name:
        return facts
    length = lines.lengths.get(key[1])
    return replace(facts, places=_places(lines, answer, facts), ranked=None if length is None else constant(length))


def own_cells(
    parameters: Parameters, evaluation: Evaluation, scheme: Scheme, unit: Unit, names: Iterable[str]
) -> dict[str, Number]:
    """A unit's numbers of the rules, as cells."""
    found = {name: evaluation.parameter(unit.id, name) for name in names}
    return {
        folded(name): parameters.of_unit(scheme, unit.name, name, value)
        for name, value in found.items()
        if value is not None
    }


def _places(lines: ComponentLines, answer: Method, facts: Facts) -> Callable[[Number, Number | None], Number]:
    """The points of places, from the cells of their list or of the figures that they follow from."""
    places = lines.scheme.places[answer.places_name]
    listed = [(str(place), Fraction(points)) for place, points in enumerate(places.points, 1)]
    table = lines.parameters.table(lines.scheme, "名次分值", answer.places_name, listed) if listed else None
    cells = Range(table.values if table else "", tuple(points for _, points in listed))
    return lambda place, ranked: places.made(place, facts.percent, cells, ranked)


def _field(lines: ComponentLines, unit: Unit, key: AnswerKey, line: Indicator, answer: Method) -> Range:
    """The figures of those who take part: the ranked units of the group or of the class that have one."""
    group = unit.group if answer.among_whom == "group" else ""
    names: Mapping[str, str] = {each.id: each.name for each in lines.scheme.head.groups}
    cells = {
        other: lines.figures[line.id, key[2], other][0]
        for other in lines.around.ranked.get(group, [])
        if (line.id, key[2], other) in lines.figures
    }
    if line.figure:  # as the unit's own: a last binary digit more is no better figure
        cells = {other: as_expr(fine(each)) for other, each in cells.items()}
    figures = [(unit_name(lines.evaluation, other), each) for other, each in cells.items()]
    words = path(lines.scheme, lines.leaf), line.name, key[2], names.get(group, lines.scheme.head.name)
    return lines.compared.field((lines.scheme.id, lines.leaf, line.id, key[2], group), words, figures)


def scale_table(parameters: Parameters, scheme: Scheme, scale: str) -> ListCells:
    """The points of a scale's choices, out of 100."""
    rows = [(choice, None if points == "abstain" else Fraction(points)) for choice, points in scheme.scales[scale]]
    return parameters.table(scheme, "选项分值", scale, rows)
