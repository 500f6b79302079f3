"""Derived figures of units: from the figures that were typed anywhere in the class, by the formulas of the rules.

A figure that cannot be reckoned is absent as the typed one that it lacks is (missing), or undefined where its formula
divides by nothing.  What came in is a fact for every component, whoever stated it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.evaluation.derived import FigureLacking, number
from evaltool.evaluation.lines import lines_of
from evaltool.evaluation.taken import taken
from evaltool.inbox.intake import Intake
from evaltool.points.bylines import UNDEFINED
from evaltool.points.figures import CellSaid, kind_of_figure, that_counts
from evaltool.questions.forms import FIGURE
from evaltool.roster import Indicator, Unit
from evaltool.roster.meanings import KnownFigure, TakenFigure, UnitParameter
from evaltool.rules import Scheme
from evaltool.rules.expressions import Expr, Number, as_expr

TypedFigures = Mapping[tuple[str, str, str, str], Fraction]
"""(component, indicator, repeat, unit) -> the figure that counts."""
_BLANK: CellSaid = ("blank", None, "")


@dataclass(frozen=True, slots=True)
class DerivedFigures:
    """What a component's lines with formulas come to; nothing where there are none."""

    evaluation: Evaluation
    scheme: Scheme
    leaf: str
    stated: TypedFigures

    @classmethod
    def of(cls, evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str) -> DerivedFigures:
        derived = any(line.figure for line in evaluation.indicators(scheme.id, leaf))
        return cls(evaluation, scheme, leaf, stated(evaluation, intake, scheme) if derived else {})

    def lines(self, unit: Unit) -> Iterator[Indicator]:
        """The lines of a unit that are reckoned."""
        own = lines_of(self.evaluation, self.scheme, self.leaf, unit)
        yield from (line for line in own if line.figure)

    def cells(self, unit: Unit, repeat: str) -> dict[str, CellSaid]:
        """Indicator -> what would stand in its cell, if it were typed."""
        return {line.id: self._cell(unit, line, repeat) for line in self.lines(unit)}

    def _cell(self, unit: Unit, line: Indicator, repeat: str) -> CellSaid:
        try:
            found = self._number(unit, line, repeat)
        except FigureLacking:
            return _BLANK
        except ZeroDivisionError:
            return UNDEFINED, None, ""
        assert isinstance(found, Fraction)
        return "given", found, ""

    def told(self, unit: Unit, line: Indicator, repeat: str) -> Expr | None:
        """The figure as an expression, which can be read as a calculation; None where it cannot be reckoned."""
        if self._cell(unit, line, repeat)[1] is None:
            return None
        return as_expr(self._number(unit, line, repeat, told=True))

    def _number(self, unit: Unit, line: Indicator, repeat: str, *, told: bool = False) -> Number:
        def look(meant: KnownFigure) -> Number:
            found = self.value(unit.id, meant, repeat)
            if found is None:
                raise FigureLacking
            return as_expr(found) if told else found

        return number(self.evaluation, self.scheme, line.figure, look)

    def value(self, unit: str, meant: KnownFigure, repeat: str) -> Fraction | None:
        """What a name of a formula stands for, of one unit at one time."""
        if isinstance(meant, TakenFigure):
            return taken(self.evaluation, meant.result).get(unit)
        if isinstance(meant, UnitParameter):
            return self.evaluation.parameter(unit, meant.parameter)
        if meant.which == "figure":
            once = self.stated.get((meant.component, meant.indicator, "", unit))
            return self.stated.get((meant.component, meant.indicator, repeat, unit), once)
        lines = self.evaluation.indicators(self.scheme.id, meant.component, unit)
        held = next((line for line in lines if line.id == meant.indicator), None)
        return None if held is None else held.base if meant.which == "base" else held.target


def stated(evaluation: Evaluation, intake: Intake, scheme: Scheme) -> TypedFigures:
    """Every figure of a class that was typed; of several kinds the last, of several who state it the first."""
    import polars as pl

    rows = intake.rows(
        (pl.col("class_id") == scheme.id) & (pl.col("unit") != "") & pl.col("field").str.starts_with(FIGURE)
    )
    columns = ("component", "indicator", "repeat", "unit", "evaluator", "field", "state", "value", "decimals")
    kinds: dict[tuple[str, ...], dict[str, CellSaid]] = {}
    for *key, field, state, value, decimals in rows.select(columns).iter_rows():
        figure = None if value is None else Fraction(value, 10**decimals)
        kinds.setdefault(tuple(key), {})[kind_of_figure(field)] = (state, figure, "")
    found: dict[tuple[str, str, str, str], Fraction] = {}
    for (component, indicator, repeat, unit, _), said in sorted(kinds.items()):
        figure = that_counts(scheme.components[component], said)[1][1]
        if figure is not None:
            found.setdefault((component, indicator, repeat, unit), figure)
    return found


def with_derived(
    derived: DerivedFigures,
    given: Mapping[tuple[str, str, str], Mapping[str, CellSaid]],
    asked: Iterable[tuple[str, str, str]],
) -> dict[tuple[str, str, str], dict[str, CellSaid]]:
    """What was said by unit, evaluator and repeat, with the figures that are reckoned; `asked`: keys that have an
    answer although nothing is typed in this component."""
    made = {key: dict(cells) for key, cells in given.items()}
    for key in asked:
        made.setdefault(key, {})
    for (unit, _, repeat), cells in made.items():
        cells |= derived.cells(derived.evaluation.units[unit], repeat)
    return made
