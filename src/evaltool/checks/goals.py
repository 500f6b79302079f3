"""What declared goals and reports of progress mean together: sums, names, lines without an end.

What is wrong inside one cell was said where the cell was read, and a line with such a cell is in no sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from evaltool.checks.declared import tidy
from evaltool.evaluation import Evaluation
from evaltool.evaluation.lines import awaits_goals
from evaltool.exact import plain
from evaltool.findings import Finding, finding
from evaltool.identity import GOALS
from evaltool.inbox.intake import Intake
from evaltool.inbox.rowfindings import AnswerRow
from evaltool.names import folded
from evaltool.questions.layout import matters, remarks, reports
from evaltool.questions.layout.goals import (
    EXPECTED,
    MOST_TEXT,
    NAMES,
    asked_sums,
    goal_components,
    has_all_goals,
    own_goals,
)
from evaltool.roster import Unit, figure_in

SHOWN = 6


def headings() -> Mapping[str, str]:
    """Field -> what its column is called, for goals, reports on them, matters to be put right and remarks."""
    return {**NAMES, **reports.NAMES, **matters.NAMES, **remarks.NAMES}


def _rows(intake: Intake, fields: Iterable[str]) -> Iterator[AnswerRow]:
    """The answers to some questions, from top to bottom of each sheet."""
    import polars as pl

    rows = intake.rows(pl.col("field").is_in(list(fields)))
    ordered = rows.with_columns(at=pl.col("cell").str.extract(r"(\d+)").cast(pl.Int64)).sort(
        "file", "sheet", "at", "cell"
    )
    yield from ordered.iter_rows(named=True)


def _at(row: AnswerRow, code: str, **args: object) -> Finding:
    place = {key: row[key] for key in ("file", "sheet", "cell", "unit", "evaluator", "component")}
    return finding(code, **place, value=row["text"][:80], args=args)


# --- goals -----------------------------------------------------------------------------------------------------------


def _sums(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """The points of a part, at its first line; said only when every line says its part and its points."""
    sheets: dict[tuple[str, str, str], dict[str, dict[str, AnswerRow]]] = {}
    for row in _rows(intake, ("goal_part", "goal_points")):
        key = row["unit"], row["class_id"], row["component"]
        sheets.setdefault(key, {}).setdefault(row["repeat"], {})[row["field"]] = row
    for (_, class_id, leaf), lines in sheets.items():
        if not all(_is_clear(row) for line in lines.values() for row in line.values()):
            continue
        component = evaluation.component(class_id, leaf)
        needed = {"goal_points", *(("goal_part",) if component.declared_parts else ())}
        if not all(needed <= line.keys() for line in lines.values()):
            continue  # an older sheet, that asked otherwise
        for part, wanted in asked_sums(component):
            own = [line for line in lines.values() if not part or line["goal_part"]["text"] == part]
            total = sum((_number(line["goal_points"]) for line in own), Decimal(0))
            if total != wanted:
                place = own[0]["goal_points"] if own else next(iter(lines.values()))["goal_part"]
                args = {"name": part or component.name, "sum": plain(total), "total": plain(wanted)}
                yield _at(place, "GOALS_SUM", **args)


def _is_clear(row: AnswerRow) -> bool:
    """Whether a cell says something that is right by itself; points out of bounds had their finding already."""
    return row["value"] is not None and row["low"] <= row["value"] <= row["high"]


def _number(row: AnswerRow) -> Decimal:
    return Decimal(row["value"]).scaleb(-row["decimals"])


def _names(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """A goal that stands twice on a unit's sheet; names are compared as they will stand in the roster."""
    first: dict[tuple[str, str], AnswerRow] = {}
    for row in _rows(intake, ("goal_name",)):
        key = row["unit"], folded(tidy(row["text"]))
        if not key[1]:
            continue
        if key in first:
            other = first[key]
            yield _at(row, "GOAL_NAME_TWICE", other="!".join((other["sheet"], other["cell"])))
        first.setdefault(key, row)


def _texts(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """No text is longer than the roster takes, and blanks alone are none."""
    fields = [field for field in NAMES if field.startswith("goal_")]
    for row in _rows(intake, fields):
        if len(tidy(row["text"])) > MOST_TEXT:
            yield _at(row, "GOAL_TEXT_LONG", column=NAMES[row["field"]], most=MOST_TEXT)
        elif row["required"] and row["state"] == "given" and not tidy(row["text"]):
            yield _at(row, "LINE_INCOMPLETE", column=NAMES[row["field"]])


def _measured(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """A goal that is scored from figures says what its method needs, as numbers."""
    fields = ("goal_method", "goal_target", "goal_base")
    lines: dict[tuple[str, str, str], dict[str, AnswerRow]] = {}
    for row in _rows(intake, fields):
        lines.setdefault((row["unit"], row["component"], row["repeat"]), {})[row["field"]] = row
    for line in lines.values():
        chosen = line.get("goal_method")
        method = evaluation.classes[chosen["class_id"]].methods.get(chosen["text"]) if chosen else None
        for needed in method.needs if method else ():
            cell = line.get(f"goal_{needed}")
            if chosen and cell and figure_in(cell["text"]) is None:
                yield _at(cell, "GOAL_FIGURE", column=NAMES[cell["field"]], method=chosen["text"])


def _empty(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """A sheet that came back without a goal, for a component that the unit has no goals in."""
    files = {(each.evaluator, each.batch): each.file for each in intake.files if each.became == "counted"}
    said = {(row["unit"], row["component"]) for row in _rows(intake, ("goal_name",))}
    for each in intake.sheets:
        if each.batch != GOALS or not each.digest:
            continue
        unit = evaluation.units[each.evaluator]
        for _, leaf, component in goal_components(evaluation, unit):
            if (unit.id, leaf) not in said and not own_goals(evaluation, unit, leaf):
                place = {"file": files[each.evaluator, GOALS], "unit": unit.id, "evaluator": unit.id, "component": leaf}
                yield finding("GOALS_EMPTY", **place, args={"name": component.name})


def _after_approval(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """Another sheet of goals than the approved one counts: what was approved stays."""
    sources: dict[str, set[str]] = {}
    for goal in evaluation.roster.goals:
        sources.setdefault(goal.unit, set()).add(goal.file_hash)
    files = {each.digest: each.file for each in intake.files if each.became == "counted"}
    for each in intake.sheets:
        unit = evaluation.units.get(each.evaluator)
        approved = each.batch == GOALS and unit is not None and has_all_goals(evaluation, unit)
        if approved and each.digest and each.digest not in sources.get(each.evaluator, set()):
            yield finding(
                "GOALS_AFTER_APPROVAL", file=files[each.digest], unit=each.evaluator, evaluator=each.evaluator
            )


def _lacking(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """Components that cannot be scored because units have no approved goals in them yet: one finding for each."""
    lacking: dict[tuple[str, str], list[Unit]] = {}
    for unit in evaluation.units.values():
        for scheme, leaf, component in goal_components(evaluation, unit):
            preset = evaluation.indicators(scheme.id, leaf, unit.id)
            if (component.none == "refuse" or preset) and awaits_goals(evaluation, scheme, leaf, unit.id):
                lacking.setdefault((scheme.id, leaf), []).append(unit)
    for (class_id, leaf), units in lacking.items():
        scheme = evaluation.classes[class_id]
        names = "、".join(unit.name for unit in units[:SHOWN]) + ("等" if len(units) > SHOWN else "")
        args = {"class": scheme.head.name, "name": scheme.components[leaf].name, "n": len(units), "units": names}
        yield finding("GOALS_NOT_APPROVED", component=leaf, args=args)


# --- progress --------------------------------------------------------------------------------------------------------


def _problems(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """A goal that will not be reached in time needs its reasons."""
    lines: dict[tuple[str, str, str, str], dict[str, AnswerRow]] = {}
    for row in _rows(intake, ("progress_expected", "progress_problem")):
        key = row["file"], row["component"], row["unit"], row["indicator"]
        lines.setdefault(key, {})[row["field"]] = row
    for line in lines.values():
        expected, problem = line.get("progress_expected"), line.get("progress_problem")
        if expected and problem and expected["text"] in EXPECTED[1:] and problem["state"] == "blank":
            yield _at(problem, "PROGRESS_PROBLEM", expected=expected["text"])


GOAL_CHECKS = (_sums, _names, _texts, _measured, _empty, _after_approval, _lacking, _problems)
