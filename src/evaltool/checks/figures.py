"""What measured figures and limits of the rules mean together: a figure for every line, one figure for one fact,
revisions on record, no choice above its quota, no stage above full marks.

Like the checks of `validate.py`: each looks at everything that was taken in and yields its findings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from evaltool.evaluation import Evaluation
from evaltool.exact import plain, published
from evaltool.findings import Finding, finding
from evaltool.inbox.intake import Intake
from evaltool.inbox.rowfindings import AnswerRow
from evaltool.points.answered import Answered, answered, states
from evaltool.points.figures import kind_of_figure
from evaltool.points.leaves import combine
from evaltool.questions.forms import FIGURE
from evaltool.roster import Indicator
from evaltool.rules import Component, Scheme
from evaltool.rules.methods.choicequota import ChoiceQuota

if TYPE_CHECKING:
    import polars as pl

"""A row of ANSWERS."""


def check_figures(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """Lines without a figure, figures that were revised, figures on which two evaluators differ."""
    stated: dict[tuple[str, ...], tuple[AnswerRow, Fraction]] = {}
    for lines in _by_line(intake):
        component = evaluation.component(lines[0]["class_id"], lines[0]["component"])
        filled = _in_order(component, lines)
        if not filled:
            yield _at(evaluation, lines[0], _missing_code(component), kinds="、".join(component.figures))
            continue
        known = [(row, _value(row)) for row in filled if row["value"] is not None]
        for (before, first), (after, second) in pairwise(known):
            if first != second:
                yield _at(evaluation, after, "FIGURE_REVISED", **_change(before, first, after, second))
        if known and known[-1][0] is filled[-1]:
            yield from _differs(evaluation, known[-1], stated)


def check_proofs(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """Cases that are counted without a word on where they stand proved."""
    counted = {
        (scheme.id, leaf)
        for scheme in evaluation.classes.values()
        for leaf, component in scheme.components.items()
        if component.answer is not None and component.answer.kinds
    }
    if not counted:
        return
    proved = {_line_of(row) for row in _fields(intake, "remark") if row["text"].strip()}
    for row in _fields(intake, FIGURE):
        there = (row["class_id"], row["component"]) in counted and bool(row["value"])
        if there and _line_of(row) not in proved:
            yield _at(evaluation, row, "CASES_UNPROVED", cases=plain(_value(row)))


def _fields(intake: Intake, beginning: str) -> Iterator[AnswerRow]:
    import polars as pl

    yield from intake.rows(intake.begins("field", beginning) & (pl.col("unit") != "")).iter_rows(named=True)


def _line_of(row: AnswerRow) -> tuple[str, ...]:
    names = ("class_id", "component", "indicator", "unit", "repeat", "evaluator")
    return tuple(str(row[name]) for name in names)


def _by_line(intake: Intake) -> Iterator[Sequence[AnswerRow]]:
    """The cells of every figure that one evaluator was asked for."""
    import polars as pl

    rows = intake.rows(intake.begins("field", FIGURE) & (pl.col("unit") != ""))
    lines: dict[tuple[str, ...], list[AnswerRow]] = {}
    for row in rows.iter_rows(named=True):
        key = (row["class_id"], row["component"], row["indicator"], row["unit"], row["repeat"], row["evaluator"])
        lines.setdefault(key, []).append(row)
    for listed in lines.values():
        yield sorted(listed, key=lambda row: (len(row["cell"]), row["cell"]))


def _in_order(component: Component, rows: Sequence[AnswerRow]) -> list[AnswerRow]:
    """The cells with something in them, the kind that counts last."""
    at = {kind: place for place, kind in enumerate(component.figures)}
    filled = [row for row in rows if row["state"] != "blank"]
    return sorted(filled, key=lambda row: at.get(kind_of_figure(row["field"]), -1))


def _missing_code(component: Component) -> str:
    return "FIGURE_MISSING" if component.missing == "refuse" else "FIGURE_LEFT_OUT"


def _value(row: AnswerRow) -> Fraction:
    return Fraction(row["value"], 10 ** row["decimals"])


def _change(before: AnswerRow, first: Fraction, after: AnswerRow, second: Fraction) -> dict[str, str]:
    kinds = {"before_kind": kind_of_figure(before["field"]), "after_kind": kind_of_figure(after["field"])}
    return {"before": plain(first), "after": plain(second), **kinds}


def _differs(
    evaluation: Evaluation, one: tuple[AnswerRow, Fraction], stated: dict[tuple[str, ...], tuple[AnswerRow, Fraction]]
) -> Iterator[Finding]:
    row, figure = one
    key = tuple(str(row[name]) for name in ("class_id", "component", "indicator", "unit", "repeat"))
    other, known = stated.setdefault(key, one)
    if known != figure:
        name = evaluation.evaluators[other["evaluator"]].name
        yield _at(evaluation, row, "FIGURE_DIFFERS", other=name, other_value=plain(known))


def _at(evaluation: Evaluation, row: AnswerRow, code: str, **args: object) -> Finding:
    lines = evaluation.indicators(row["class_id"], row["component"], row["unit"])
    line: Indicator | None = next((each for each in lines if each.id == row["indicator"]), None)
    unit = evaluation.units.get(row["unit"])
    said = {
        "unit_name": unit.name if unit else row["unit"],
        "name": line.name if line else row["indicator"],
        "period": row["repeat"],
        **args,
    }
    place = {key: row[key] for key in ("file", "sheet", "cell", "unit", "evaluator", "component")}
    return finding(code, **place, value=row["text"], args=said)


# --- quotas ----------------------------------------------------------------------------------------------------------


def check_quotas(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """An evaluator who puts more units into a choice than the rules allow; said once, where the quota is passed."""
    import polars as pl

    for scheme in evaluation.classes.values():
        for leaf in scheme.leaves():
            answer = scheme.components[leaf].answer
            if answer and answer.quotas:
                mine = (pl.col("class_id") == scheme.id) & (pl.col("component") == leaf) & (pl.col("field") == "mark")
                for _, asked in intake.rows(mine).group_by(["evaluator", "repeat"], maintain_order=True):
                    for quota in answer.quotas:
                        yield from _beyond(asked, quota)


def _beyond(asked: pl.DataFrame, quota: ChoiceQuota) -> Iterator[Finding]:
    """`asked`: all cells of one evaluator, filled in or not."""
    import polars as pl

    chosen = asked.filter(pl.col("text").is_in(quota.choices) & (pl.col("state") == "given"))
    rows = sorted(chosen.iter_rows(named=True), key=lambda row: (row["sheet"], _place(row["cell"])))
    most = quota.limit(len(asked))
    if len(rows) > most:
        first = rows[most]
        place = {key: first[key] for key in ("file", "sheet", "cell", "unit", "evaluator", "component")}
        args: dict[str, object] = {"n": len(rows), "most": most, "cells": "、".join(row["cell"] for row in rows)}
        yield finding("QUOTA_EXCEEDED", **place, value="、".join(quota.choices), args=args)


def _place(cell: str) -> tuple[int, int, str]:
    letters = cell.rstrip("0123456789")
    return int(cell[len(letters) :]), len(letters), letters


# --- stages ----------------------------------------------------------------------------------------------------------


def check_stages(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """Marks that are summed inside a stage and come to more than full marks together."""
    for scheme in evaluation.classes.values():
        for leaf in scheme.leaves():
            each = scheme.components[leaf].each
            if each and each.stages and each.stage_over == "sum":
                sheets = {evaluator: state for (evaluator, batch), state in states(intake).items() if not batch}
                given = answered(evaluation, intake, scheme, leaf, sheets)
                yield from _above_full(evaluation, scheme, leaf, given)


def _above_full(evaluation: Evaluation, scheme: Scheme, leaf: str, given: Answered) -> Iterator[Finding]:
    component = scheme.components[leaf]
    stages = component.each.stages if component.each else {}
    for unit, evaluators in sorted(given.of.items()):
        for evaluator, by_repeat in sorted(evaluators.items()):
            for stage, periods in stages.items():
                shares = [share for period in periods if isinstance(share := by_repeat.get(period), Fraction)]
                total = combine(shares, "sum") if shares else Fraction(0)
                if total > 1:
                    args = {"unit_name": evaluation.units[unit].name, "name": component.name, "stage": stage}
                    args["sum"] = published(total * 100, 2)
                    yield finding("STAGE_BEYOND_FULL", unit=unit, evaluator=evaluator, component=leaf, args=dict(args))
