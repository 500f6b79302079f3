"""What a name in a formula could mean: lines of 指标, derived figures, rows of 参数, what is taken of other results.

A formula that can be reckoned has one meaning for each of its names; the checks say where there is none, or more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from evaltool.names import folded
from evaltool.roster import Indicator
from evaltool.rules import Scheme
from evaltool.rules.formulas import FigureName, Which
from evaltool.rules.taken import RESULT


@dataclass(frozen=True, slots=True)
class TypedFigure:
    """A figure on a sheet, or what its line is held against."""

    component: str
    indicator: str
    which: Which


@dataclass(frozen=True, slots=True)
class ReckonedFigure:
    """Another derived figure, by its key."""

    figure: str


@dataclass(frozen=True, slots=True)
class UnitParameter:
    """A parameter of the unit, by its name."""

    parameter: str


@dataclass(frozen=True, slots=True)
class TakenFigure:
    """What is taken of another result, by its key."""

    result: str


KnownFigure = TypedFigure | UnitParameter | TakenFigure
"""What has a number by itself."""
NameMeaning = KnownFigure | ReckonedFigure


def meanings(
    scheme: Scheme, lines: Iterable[Indicator], parameters: Iterable[str], named: FigureName
) -> tuple[NameMeaning, ...]:
    """Everything that a name could mean; a formula that can be reckoned has one meaning for each."""
    wanted, where = folded(named.name), folded(named.component)
    found: dict[NameMeaning, None] = {}
    for line in lines:
        component = scheme.components.get(line.component)
        inside = component and where in ("", folded(line.component), folded(component.name))
        if inside and wanted in (folded(line.id), folded(line.name)) and not line.figure:
            found[TypedFigure(line.component, line.id, named.which)] = None
    if where == RESULT and named.which == "figure":
        taken = (key.removeprefix(f"{RESULT}.") for key in scheme.figures if key.startswith(f"{RESULT}."))
        found |= {TakenFigure(key): None for key in taken if folded(key) == wanted}
    if not where and named.which == "figure":
        for key, figure in scheme.figures.items():
            if wanted in (folded(key), folded(figure.name)):
                found[ReckonedFigure(key)] = None
        own = next((name for name in parameters if folded(name) == wanted), None)
        found |= {UnitParameter(own): None} if own is not None else {}
    return tuple(found)


def is_typed(scheme: Scheme, line: Indicator) -> bool:
    """Whether a figure is typed for a line: it has a measured method, or carries no points and is for others."""
    answer = scheme.methods.get(line.method) if line.method else None
    component = scheme.components.get(line.component)
    answer = answer or (component.answer if component else None)
    return not line.figure and (not line.full or (answer is not None and answer.measured))
