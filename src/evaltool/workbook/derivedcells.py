"""Derived figures as formulas: over the cells of typed figures, in whatever component, units' parameters, and what is
taken of other results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evaltool.evaluation.derived import number
from evaltool.points.derived import DerivedFigures
from evaltool.roster import Indicator, Unit
from evaltool.roster.meanings import KnownFigure, TakenFigure, TypedFigure, UnitParameter
from evaltool.rules.expressions import Expr, Number, as_expr, constant
from evaltool.workbook.linepoints import Stands
from evaltool.workbook.parameters import Parameters

TypedCells = dict[tuple[str, str, str, str, str], Stands]
"""(class, component, indicator, repeat, unit) -> where a typed figure stands, and what it is held against."""


@dataclass(frozen=True, slots=True)
class DerivedCells:
    """The derived figures of one component; `typed` grows while components are laid out."""

    of: DerivedFigures
    parameters: Parameters
    typed: TypedCells

    def formula(self, unit: Unit, line: Indicator, repeat: str, beside: Mapping[str, Stands]) -> Expr:
        """A figure that can be reckoned; `beside`: the typed figures of the same row, by indicator.  What has no cell
        stands in the formula as a number."""

        def look(meant: KnownFigure) -> Number:
            value = self.of.value(unit.id, meant, repeat)
            assert value is not None
            if isinstance(meant, TakenFigure):
                name = self.of.evaluation.results[meant.result].name
                return self.parameters.taken(self.of.scheme, unit.name, name, value)
            if isinstance(meant, UnitParameter):
                return self.parameters.of_unit(self.of.scheme, unit.name, meant.parameter, value)
            found = self._cell(unit, meant, repeat, beside)
            return found if found is not None and found.value == value else constant(value)

        return as_expr(number(self.of.evaluation, self.of.scheme, line.figure, look))

    def _cell(self, unit: Unit, meant: TypedFigure, repeat: str, beside: Mapping[str, Stands]) -> Expr | None:
        place = self.of.scheme.id, meant.component, meant.indicator
        own = beside.get(meant.indicator) if meant.component == self.of.leaf else None
        at = own or self.typed.get((*place, repeat, unit.id)) or self.typed.get((*place, "", unit.id))
        if at is None:
            return None
        return at.mark if meant.which == "figure" else at.base if meant.which == "base" else at.target
