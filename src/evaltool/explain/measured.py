"""The lines of a component that are scored by methods of their own, such as measured figures: what each was compared
with and what it got.  Reckoned here from what stands in the cells, with the methods that score them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from evaltool.evaluation.derived import in_words, taken_in, taken_of
from evaltool.evaluation.lines import base_of, has_own_methods, lines_of, method_of
from evaltool.evaluation.taken import told
from evaltool.exact import plain
from evaltool.explain.figures import equals, fine
from evaltool.findings import Language
from evaltool.points.answered import AnswerKey, reckoned_for
from evaltool.points.bylines import share_of
from evaltool.points.derived import DerivedFigures, with_derived
from evaltool.points.evidence import unverified
from evaltool.points.figures import CellSaid, Surroundings, kind_of_figure, pool, that_counts
from evaltool.questions.forms import FIGURE
from evaltool.results.result import Result
from evaltool.roster import Indicator, Unit
from evaltool.rules import Component, Scheme
from evaltool.rules.calculations import Reader, calculation
from evaltool.rules.expressions import value_of
from evaltool.rules.taken import RESULT
from evaltool.rules.wording import pick


@dataclass(frozen=True, slots=True)
class Measured:
    """One line for one unit; `share` None where the line has none; `calculation`: how the points of a figure follow;
    `reckoned`: how the figure itself follows from others, where it is not typed."""

    line: Indicator
    method: str
    repeat: str
    said: str
    base: Fraction | None
    share: Fraction | None
    calculation: str = ""
    reckoned: str = ""


def measured(result: Result, language: Language = "zh") -> dict[tuple[str, str], list[Measured]]:
    """(unit, leaf) -> its lines, for every leaf that has lines with methods of their own."""
    evaluation = result.evaluation
    found: dict[tuple[str, str], list[Measured]] = {}
    for scheme in evaluation.classes.values():
        for leaf in scheme.leaves():
            if evaluation.indicators(scheme.id, leaf) and has_own_methods(evaluation, scheme, leaf):
                for unit, line in _lines(result, scheme, leaf, language):
                    found.setdefault((unit, leaf), []).append(line)
    return found


def _lines(result: Result, scheme: Scheme, leaf: str, language: Language) -> Iterator[tuple[str, Measured]]:
    evaluation = result.evaluation
    derived = DerivedFigures.of(evaluation, result.intake, scheme, leaf)
    said = with_derived(derived, _said(result, scheme, leaf), reckoned_for(evaluation, scheme, leaf))
    stated = (
        (indicator, repeat, unit, number)
        for (unit, _, repeat), cells in sorted(said.items())
        for indicator, (_, number, _) in cells.items()
        if number is not None
    )
    around = Surroundings.of(evaluation, scheme, pool(stated))
    elsewhere = {name: told(evaluation, name, language) for name in taken_of(evaluation, scheme, leaf)}
    doubted = unverified(evaluation, result.intake, scheme.id, leaf)
    for (unit_id, _, repeat), cells in sorted(said.items()):
        unit = evaluation.units[unit_id]
        for line in lines_of(evaluation, scheme, leaf, unit):
            answer, cell = method_of(scheme, line), cells.get(line.id, ("blank", None, ""))
            counts = line.full and line.id not in doubted.get(unit_id, ())
            facts = around.facts(unit, line, repeat)
            share = share_of(answer, cell, facts) if counts else None
            figure = cell[1] if answer.measured and share is not None else None
            how = "" if figure is None else answer.calculation(figure, facts, Reader(language, fine))
            unscored = pick(language, "不计分，供算式或条件使用", "not scored: for formulas or conditions")
            method = answer.in_words(language, scheme, plain(line.full)) if line.full else unscored
            shown = fine if line.figure else plain
            text = cell[2] if cell[1] is None or answer.scale_name else shown(cell[1])
            base = base_of(evaluation, scheme, line, unit_id)
            made = _reckoned(derived, elsewhere, unit, line, repeat, language)
            yield unit_id, Measured(line, method, repeat, text, base, share, how, made)


def _reckoned(
    derived: DerivedFigures,
    elsewhere: Mapping[str, Mapping[str, str]],
    unit: Unit,
    line: Indicator,
    repeat: str,
    language: Language,
) -> str:
    """How a derived figure is made, in words and with its numbers: 增速＝（数值－基期值）÷基期值＝（110－100）÷100.
    `elsewhere`: other results by name, what units have of them."""
    if not line.figure:
        return ""
    evaluation, scheme = derived.evaluation, derived.scheme
    words = in_words(evaluation, scheme, line.figure, language)
    made = derived.told(unit, line, repeat)
    taken = {name: elsewhere[name].get(unit.id, "") for name in taken_in(evaluation, scheme, line.figure)}
    if made is None:
        return words
    value = value_of(made)
    if line.figure.startswith(f"{RESULT}."):
        return "".join(taken.values()) + equals(value, language=language) + fine(value)
    from_where = "".join(
        pick(language, f"，其中{evaluation.results[name].name}：{said}", f"; {evaluation.results[name].name}: {said}")
        for name, said in taken.items()
    )
    said = calculation(made, Reader(language, fine)), equals(value, language=language), fine(value)
    return words + pick(language, "＝", " = ") + "".join(said) + from_where


def _said(result: Result, scheme: Scheme, leaf: str) -> Mapping[AnswerKey, Mapping[str, CellSaid]]:
    """What stands in the cells by indicator: the mark, or of several kinds of figure the one that counts."""
    import polars as pl

    component = scheme.components[leaf]
    mine = (pl.col("class_id") == scheme.id) & (pl.col("component") == leaf) & (pl.col("unit") != "")
    asked = (pl.col("field") == "mark") | pl.col("field").str.starts_with(FIGURE)
    columns = ("unit", "evaluator", "repeat", "indicator", "field", "state", "text", "value", "decimals")
    cells: dict[AnswerKey, dict[str, dict[str, CellSaid]]] = {}
    for unit, who, repeat, indicator, field, state, text, value, decimals in (
        result.intake.rows(mine & asked).select(columns).iter_rows()
    ):
        key = (unit, "" if component.by == "owner" else who, repeat)
        number = None if value is None else Fraction(value, 10**decimals)
        cells.setdefault(key, {}).setdefault(indicator, {})[field] = (state, number, text)
    return {key: {line: _counts(component, of) for line, of in lines.items()} for key, lines in cells.items()}


def _counts(component: Component, cells: Mapping[str, CellSaid]) -> CellSaid:
    if "mark" in cells:
        return cells["mark"]
    return that_counts(component, {kind_of_figure(field): said for field, said in cells.items()})[1]
