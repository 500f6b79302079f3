"""数据采集表: the table in which a statistics provider (or the unit itself) states measured figures.

A row for every unit and indicator, with what the figure is held against; a column for every kind of figure.  The same
sheet comes back several times a year: the figures that were stated stay, later kinds are filled in beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.evaluation.derived import figures_of, in_words, typed_in
from evaltool.evaluation.lines import base_of, is_figure
from evaltool.exact import plain
from evaltool.questions.forms import (
    BASE,
    FIGURE,
    MEASURE,
    PERIOD,
    SERIAL,
    SOURCE,
    TARGET,
    UNIT,
    FormColumn,
    FormLine,
    FormTable,
)
from evaltool.questions.layout.asked import has_component
from evaltool.roster import Indicator, Unit
from evaltool.rules import Component, Scheme

NAME = "数据采集表"
NOTES = (
    "据实填写各项数据，后一种数出来后补填在后一栏：每行以最右边填了的一种为准，原来填的保留不动。",
    "每行至少填一种；数值为零的要填 0。",
)
_DIGITS = 15  # what a cell of a workbook can hold

FigureAsked = tuple[Unit, Indicator, str]
"""Unit, line and period of a figure."""
Extra = tuple[str, Callable[[FigureAsked], str]]
"""A label column that stands only where some line has something in it: its header, what it says."""


def figure_table(
    evaluation: Evaluation, scheme: Scheme, leaf: str, units: Iterable[Unit], owner: str, top: int
) -> FormTable | None:
    """The figures of a component that an evaluator states for these units; `owner`: of the lines that it owns only."""
    asked = _asked(evaluation, scheme, leaf, units, owner)
    if not asked:
        return None
    component = scheme.components[leaf]
    extras = [(header, says) for header, says in _extras(evaluation, scheme) if any(map(says, asked))]
    headers = (SERIAL, UNIT, "指标", *(header for header, _ in extras))
    lines = tuple(
        FormLine((str(at), one[0].name, one[1].name, *(says(one) for _, says in extras)), one[0].id, one[1].id, one[2])
        for at, one in enumerate(asked, 1)
    )
    counted = component.answer is not None and bool(component.answer.kinds)
    remark = FormColumn("依据（文号、证书、日期）" if counted else "备注", "text", "remark", required=False)
    return FormTable("figures", scheme.id, leaf, top, headers, lines, (*_kinds(component), remark))


def formulas(evaluation: Evaluation, scheme: Scheme, leaf: str) -> Iterator[str]:
    """What is reckoned from the figures of this sheet, or for lines of it that nobody fills in."""
    mine = figures_of(evaluation, scheme, leaf)
    used = [key for each in scheme.leaves() for key in figures_of(evaluation, scheme, each)]
    mine += [key for key in used if any(one.component == leaf for one in typed_in(evaluation, scheme, key))]
    for key in dict.fromkeys(mine):
        figure = scheme.figures[key]
        measure = f"（{figure.measure}）" if figure.measure else ""
        yield f"“{figure.name}”{measure}不用填，由工具算出：{in_words(evaluation, scheme, key)}。"


def _asked(evaluation: Evaluation, scheme: Scheme, leaf: str, units: Iterable[Unit], owner: str) -> list[FigureAsked]:
    """Every figure that is asked, indicator by indicator: that is how statistics are kept."""
    component = scheme.components[leaf]
    periods = component.each.periods if component.each and component.each.periods else [""]
    having = [unit for unit in units if has_component(component, unit)]
    alike: dict[str, list[Indicator]] = {}
    for line in evaluation.indicators(scheme.id, leaf):
        if is_figure(scheme, line) and not line.figure:
            alike.setdefault(line.id, []).append(line)
    return [
        (unit, line, period)
        for lines in alike.values()
        for period in periods
        for unit in having
        for line in lines
        if line.unit in ("", unit.id)
        and owner in ("", line.owner)
        and evaluation.is_applicable(scheme.id, leaf, line.id, unit.id)
    ]


def _extras(evaluation: Evaluation, scheme: Scheme) -> tuple[Extra, ...]:
    return (
        (PERIOD, lambda one: one[2]),
        (MEASURE, lambda one: one[1].measure),
        (SOURCE, lambda one: one[1].source),
        (TARGET, lambda one: _number(one[1].target)),
        (BASE, lambda one: _number(base_of(evaluation, scheme, one[1], one[0].id))),
    )


def _number(value: Fraction | None) -> str:
    return "" if value is None else plain(value)


def _kinds(component: Component) -> tuple[FormColumn, ...]:
    most = Decimal(10) ** (_DIGITS - component.decimals) - 1
    least = Decimal(0) if component.answer is not None and component.answer.kinds else -most
    return tuple(
        FormColumn(kind, "number", FIGURE + kind, low=least, high=most, decimals=component.decimals, required=False)
        for kind in component.figures
    )
