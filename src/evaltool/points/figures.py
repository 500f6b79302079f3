"""Measured figures: which of several kinds counts, and what a line's method must know about the others' figures.

A figure is stated in several kinds through the year, the preliminary one first; a later kind outranks the earlier ones,
which are kept.  A figure is a fact, not an opinion: if two evaluators state one, they state the same
(`figurechecks.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.evaluation.lines import base_of, method_of
from evaltool.names import folded
from evaltool.questions.forms import FIGURE
from evaltool.roster import Indicator, Unit
from evaltool.rules import Component, Scheme
from evaltool.rules.methods import Facts, Method

CellSaid = tuple[str, Fraction | None, str]
"""What a cell says: its state (given, blank, abstained, broken), its number, its text."""
Pool = Mapping[tuple[str, str], Mapping[str, Fraction]]
"""(indicator, repeat) -> unit -> figure that counts."""


def kind_of_figure(field: str) -> str:
    """The kind that a field of a figure's cell names: 核实数 of "figure:核实数"; "" for other cells."""
    return field.removeprefix(FIGURE) if field.startswith(FIGURE) else ""


def that_counts(component: Component, said: Mapping[str, CellSaid]) -> tuple[str, CellSaid]:
    """Of one line's figures by kind the latest that is filled in, with its kind; a blank one if none is."""
    for kind in reversed(component.figures):
        if kind in said and said[kind][0] != "blank":
            return kind, said[kind]
    return "", ("blank", None, "")


def pool(stated: Iterable[tuple[str, str, str, Fraction]]) -> Pool:
    """The figures (indicator, repeat, unit, figure) of everybody who stated some; the first of equals counts."""
    made: dict[tuple[str, str], dict[str, Fraction]] = {}
    for indicator, repeat, unit, figure in stated:
        made.setdefault((indicator, repeat), {}).setdefault(unit, figure)
    return made


def own_parameters(evaluation: Evaluation, unit: str, names: Iterable[str]) -> dict[str, Fraction]:
    """A unit's numbers of the rules by folded name, as far as it has them."""
    found = {folded(name): evaluation.parameter(unit, name) for name in names}
    return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A component's lines and figures, as its methods look at them."""

    evaluation: Evaluation
    scheme: Scheme
    figures: Pool
    ranked: Mapping[str, list[str]]
    """Group ("" for the whole class) -> its ranked units."""

    @classmethod
    def of(cls, evaluation: Evaluation, scheme: Scheme, figures: Pool) -> Surroundings:
        ranked: dict[str, list[str]] = {}
        for unit in evaluation.units_of(scheme.id):
            if unit.standing == "ranked":
                ranked.setdefault("", []).append(unit.id)
                ranked.setdefault(unit.group, []).append(unit.id)
        return cls(evaluation, scheme, figures, ranked)

    def facts(self, unit: Unit, line: Indicator, repeat: str) -> Facts:
        """What the method of a line may need beside the figure itself."""
        answer = method_of(self.scheme, line)
        per = self._divisor(unit, line, answer.per_name) if answer.per_name else None
        return replace(
            self.scheme.facts(answer),
            full=line.full,
            target=line.target,
            base=base_of(self.evaluation, self.scheme, line, unit.id),
            others=self._others(unit, line, repeat, answer),
            takes_part=unit.standing == "ranked",
            own=own_parameters(self.evaluation, unit.id, answer.parameter_names),
            per=self.figures.get((per.id, repeat), {}).get(unit.id) if per else None,
            per_base=per.base if per else None,
        )

    def _divisor(self, unit: Unit, line: Indicator, per: str) -> Indicator | None:
        lines = self.evaluation.indicators(self.scheme.id, line.component, unit.id)
        return next((other for other in lines if other.id == per), None)

    def _others(self, unit: Unit, line: Indicator, repeat: str, answer: Method) -> tuple[Fraction, ...]:
        """The figures of the other ranked units of the group (or class) that have one, in no order that matters."""
        if not answer.among_whom:
            return ()
        mine = self.figures.get((line.id, repeat), {})
        field = self.ranked.get(unit.group if answer.among_whom == "group" else "", [])
        return tuple(mine[other] for other in field if other in mine and other != unit.id)
