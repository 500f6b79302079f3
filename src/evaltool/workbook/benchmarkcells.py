"""What evaluators and cards come to, as it counts: held against the other units' in cells of the tab 数值对比, then
converted, and the mean of the other units where it stands in for what is absent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from evaltool.evaluation.vetoes import vetoed
from evaltool.points.benchmarks import LeafField, Scope
from evaltool.points.score import PointState
from evaltool.results.result import Result
from evaltool.roster import Unit
from evaltool.rules import LeafKey, Scheme
from evaltool.rules.combining import mean
from evaltool.rules.expressions import Expr, Number, Range, as_expr, value_of
from evaltool.views.wording import evaluator_name, path
from evaltool.workbook.comparisons import Comparisons
from evaltool.workbook.linepoints import own_cells
from evaltool.workbook.parameters import Parameters

_AMONG: Mapping[PointState, Literal["group", "class"]] = {"group_mean": "group", "class_mean": "class"}
BEFORE, COUNTED = "折算前的得分率", "计入平均的得分率"


def counting_shares(
    result: Result, found: Mapping[tuple[LeafKey, str], Expr], compared: Comparisons, parameters: Parameters
) -> dict[tuple[LeafKey, str], Expr]:
    """The shares of all leaves before the factors of units."""
    made = dict(found)
    for scheme in result.evaluation.classes.values():
        for leaf in scheme.leaves():
            if scheme.components[leaf].is_changed or scheme.components[leaf].asks_for_means:
                for unit in result.evaluation.units_of(scheme.id):
                    made.pop(((scheme.id, leaf), unit.id), None)
                made |= _LeafCells(result, scheme, leaf, found, compared, parameters).shares()
    return made


class _LeafCells:
    """One component."""

    def __init__(
        self,
        result: Result,
        scheme: Scheme,
        leaf: str,
        found: Mapping[tuple[LeafKey, str], Expr],
        compared: Comparisons,
        parameters: Parameters,
    ) -> None:
        self.result, self.evaluation, self.scheme, self.leaf = result, result.evaluation, scheme, leaf
        self.component, self.compared, self.parameters = scheme.components[leaf], compared, parameters
        self.found = {unit.id: each for unit in self._units() if (each := found.get(((scheme.id, leaf), unit.id)))}

    def _units(self) -> list[Unit]:
        return self.evaluation.units_of(self.scheme.id)

    def shares(self) -> Iterator[tuple[tuple[LeafKey, str], Expr]]:
        key = self.scheme.id, self.leaf
        if not all(unit.id in self.found for unit in self._units() if self._is_scored(unit)):
            return  # too many answers to stand in cells
        field = LeafField(self.evaluation, self.scheme, self.leaf, _values(self.found), self.component.benchmark)
        counted = {
            unit.id: self._converted(unit, self._held(field, unit, self.found[unit.id]))
            for unit in self._units()
            if self._is_scored(unit) or (unit.id in self.found and self._is_vetoed(unit))
        }
        yield from (((key, unit.id), counted[unit.id]) for unit in self._units() if self._is_scored(unit))
        means = LeafField(self.evaluation, self.scheme, self.leaf, _values(counted))
        for unit in self._units():
            among = _AMONG.get(self._state(unit))
            if among is not None:
                scope = means.scope(unit, among)
                yield (key, unit.id), as_expr(mean(self._range(means, scope, counted, COUNTED)))

    def _state(self, unit: Unit) -> PointState:
        point = self.result.points.get((unit.id, self.leaf))
        return point.state if point else "pending"

    def _is_scored(self, unit: Unit) -> bool:
        return self._state(unit) in ("scored", "partial")

    def _is_vetoed(self, unit: Unit) -> bool:
        """Whether a veto leaves nothing of a result, which is among the others' all the same."""
        return self.leaf in vetoed(self.evaluation, self.scheme, unit.id).zeros

    def _held(self, field: LeafField, unit: Unit, share: Expr) -> Expr:
        benchmark = self.component.benchmark
        if benchmark is None:
            return share
        scope = field.scope(unit, benchmark.scope)
        panel = field.panel(unit) if benchmark.even else scope
        against = benchmark.against(
            self._range(field, scope, self.found, BEFORE), self._range(field, panel, self.found, BEFORE)
        )
        return as_expr(benchmark.made(share, against))

    def _converted(self, unit: Unit, share: Expr) -> Expr:
        convert = self.component.convert
        if convert is None:
            return share

        def stated(name: str, value: Decimal) -> Number:
            return self.parameters.of_curve(self.scheme, path(self.scheme, self.leaf), convert, name, value)

        limits = own_cells(self.parameters, self.evaluation, self.scheme, unit, convert.parameter_names)
        return as_expr(self.component.converted(share, stated, limits))

    def _range(self, field: LeafField, scope: Scope, cells: Mapping[str, Expr], what: str) -> Range:
        """The shares of those who are held together, each in a cell."""
        members = field.members(scope)
        names = {group.id: group.name for group in self.scheme.head.groups}
        judges = "、".join(evaluator_name(self.evaluation, who) for who in scope[1:])
        whom = "·".join(each for each in (names.get(scope[0], self.scheme.head.name), judges) if each)
        words = path(self.scheme, self.leaf), what, "", whom
        figures = [(self.evaluation.units[each].name, cells[each]) for each in members]
        return self.compared.field((self.scheme.id, self.leaf, what, "", "\t".join(scope)), words, figures)


def _values(cells: Mapping[str, Expr]) -> dict[str, Fraction]:
    return {unit: value_of(each) for unit, each in cells.items()}
