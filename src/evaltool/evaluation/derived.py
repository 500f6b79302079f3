"""Derived figures: what the names in a formula mean, and the number of one unit at one time.

A name means a figure that is typed on a sheet (a line of 指标 by its id or name, in any component of the class), what a
line is held against (基期值, 目标值), another derived figure, a unit's parameter (参数), or what is taken of another
result (`taken.py`).  A figure that is typed by
periods has a number for each; one that is typed once has the same in every period.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from evaltool.evaluation import Evaluation
from evaltool.findings import Language
from evaltool.roster import Indicator
from evaltool.roster.meanings import (
    KnownFigure,
    NameMeaning,
    ReckonedFigure,
    TakenFigure,
    TypedFigure,
    is_typed,
    meanings,
)
from evaltool.rules import Scheme
from evaltool.rules.expressions import Number
from evaltool.rules.formulas import FigureFormula, FigureName, Which


class FigureLacking(Exception):
    """A number that a formula needs is not there."""


def meaning(evaluation: Evaluation, scheme: Scheme, named: FigureName) -> NameMeaning:
    """What a name means, in rules that were checked; looked up once, not for every unit among everybody's lines."""
    key = scheme.id, named
    if key not in evaluation.meanings:
        lines = _lines(evaluation, scheme)
        (evaluation.meanings[key],) = meanings(scheme, lines, evaluation.parameter_names, named)
    return evaluation.meanings[key]


def _lines(evaluation: Evaluation, scheme: Scheme) -> list[Indicator]:
    return [line for line in evaluation.roster.indicators if line.class_id == scheme.id and is_typed(scheme, line)]


def typed_in(evaluation: Evaluation, scheme: Scheme, figure: str) -> Iterator[TypedFigure]:
    """All that has to be typed for a figure, through whatever other figures."""
    return typed_names(evaluation, scheme, scheme.figures[figure].formula)


def typed_names(evaluation: Evaluation, scheme: Scheme, formula: FigureFormula) -> Iterator[TypedFigure]:
    """The same for a formula that stands anywhere in the rules."""
    for named in formula.names:
        meant = meaning(evaluation, scheme, named)
        if isinstance(meant, TypedFigure):
            yield meant
        elif isinstance(meant, ReckonedFigure):
            yield from typed_in(evaluation, scheme, meant.figure)


def taken_in(evaluation: Evaluation, scheme: Scheme, figure: str) -> Iterator[str]:
    """The other results that a figure is made of, through whatever other figures."""
    return taken_names(evaluation, scheme, scheme.figures[figure].formula)


def taken_names(evaluation: Evaluation, scheme: Scheme, formula: FigureFormula) -> Iterator[str]:
    """The same for a formula that stands anywhere in the rules."""
    for named in formula.names:
        meant = meaning(evaluation, scheme, named)
        if isinstance(meant, TakenFigure):
            yield meant.result
        elif isinstance(meant, ReckonedFigure):
            yield from taken_in(evaluation, scheme, meant.figure)


def taken_of(evaluation: Evaluation, scheme: Scheme, leaf: str) -> list[str]:
    """The other results by which lines of a component are scored."""
    figures = figures_of(evaluation, scheme, leaf)
    return list(dict.fromkeys(name for figure in figures for name in taken_in(evaluation, scheme, figure)))


def figures_of(evaluation: Evaluation, scheme: Scheme, leaf: str) -> list[str]:
    """The derived figures that the lines of a component are scored by."""
    return list(dict.fromkeys(line.figure for line in evaluation.indicators(scheme.id, leaf) if line.figure))


def number(evaluation: Evaluation, scheme: Scheme, figure: str, look: Callable[[KnownFigure], Number]) -> Number:
    """A derived figure; `look` gives what its formula needs, or raises `FigureLacking`."""
    return number_by(evaluation, scheme, scheme.figures[figure].formula, look)


def number_by(
    evaluation: Evaluation,
    scheme: Scheme,
    formula: FigureFormula,
    look: Callable[[KnownFigure], Number],
) -> Number:
    """What a formula that stands anywhere in the rules comes to."""

    def of(named: FigureName) -> Number:
        meant = meaning(evaluation, scheme, named)
        if isinstance(meant, ReckonedFigure):
            return number(evaluation, scheme, meant.figure, look)
        return look(meant)

    return formula.made(of)


def in_words(evaluation: Evaluation, scheme: Scheme, figure: str, language: Language = "zh") -> str:
    """The formula with the names of lines, such as （财政收入－财政收入基期值）÷财政收入基期值."""
    return formula_in_words(evaluation, scheme, scheme.figures[figure].formula, language)


def formula_in_words(evaluation: Evaluation, scheme: Scheme, formula: FigureFormula, language: Language = "zh") -> str:
    """The same of a formula that stands anywhere in the rules."""

    def said(named: FigureName) -> str:
        meant = meaning(evaluation, scheme, named)
        if isinstance(meant, TypedFigure):
            return _line_name(evaluation, scheme, meant, language)
        if isinstance(meant, TakenFigure):
            return evaluation.results[meant.result].name
        return scheme.figures[meant.figure].name if isinstance(meant, ReckonedFigure) else meant.parameter

    text = formula.in_words(said)
    return text.translate(_CHINESE).replace(" ", "") if language == "zh" else text


_CHINESE = str.maketrans(
    {"+": "＋", "-": "－", "*": "×", "/": "÷", "(": "（", ")": "）", ",": "，", "<": "＜", ">": "＞"}
)
_HELD: Mapping[Language, Mapping[Which, str]] = {
    "zh": {"figure": "", "base": "基期值", "target": "目标值"},
    "en": {"figure": "", "base": " (base)", "target": " (target)"},
}


def _line_name(evaluation: Evaluation, scheme: Scheme, meant: TypedFigure, language: Language) -> str:
    lines = evaluation.indicators(scheme.id, meant.component)
    return next(line.name for line in lines if line.id == meant.indicator) + _HELD[language][meant.which]
