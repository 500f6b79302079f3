"""Where a unit lost points, why, and what it had reported: line by line, what cost most first.

Lines with a reason or a goal's report are the ones that a letter can act on; `is_secret` lines are nobody's business
outside (law 11).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from evaltool.checks.reasons import lost, marks_and_reasons
from evaltool.checks.reported import NO_REPORT, GoalReport, reported
from evaltool.evaluation import Evaluation
from evaltool.evaluation.lines import method_of, target_of
from evaltool.inbox.intake import Intake
from evaltool.inbox.rowfindings import AnswerRow
from evaltool.roster import Indicator
from evaltool.rules import Scheme
from evaltool.views.wording import path


@dataclass(frozen=True, slots=True)
class LostPoints:
    """One mark below full.  `full` and `lost` are in the points of the line; `weighed` is its part of the total, where
    the line's marks are averaged; `reason` is "" where none was stated; `file`, `sheet`, `cell`: the mark."""

    unit: str
    leaf: str
    component: str  # its path of names
    line: str
    repeat: str
    evaluator: str
    full: Fraction
    lost: Fraction
    weighed: Fraction
    reason: str
    target: str
    report: GoalReport
    file: str
    sheet: str
    cell: str
    is_secret: bool


def lost_points(evaluation: Evaluation, intake: Intake) -> dict[str, tuple[LostPoints, ...]]:
    """Unit -> its marks below full, of components that are marked by points, what cost most first."""
    leaves = [
        (scheme.id, leaf)
        for scheme in evaluation.classes.values()
        for leaf in scheme.leaves()
        if _by_points(scheme, leaf)
    ]
    marks, reasons = marks_and_reasons(intake, leaves)
    reports = reported(evaluation, intake)
    times = Counter(_line_key(row) for row in marks.values())
    found: dict[str, list[LostPoints]] = {}
    for key, row in marks.items():
        if row["unit"] not in evaluation.units or row["value"] is None or not 0 <= row["value"] < row["high"]:
            continue
        scheme = evaluation.classes[row["class_id"]]
        line = _line(evaluation, row["class_id"], row["component"], row["indicator"], row["unit"])
        worth = _weight(evaluation, scheme, row["component"], row["unit"], line)
        beside = reasons.get(key)
        full = Fraction(Decimal(row["high"]).scaleb(-row["decimals"]))
        found.setdefault(row["unit"], []).append(
            LostPoints(
                row["unit"],
                row["component"],
                path(scheme, row["component"]),
                line.name if line else "",
                row["repeat"],
                row["evaluator"],
                full,
                lost(row),
                lost(row) / full * worth / times[_line_key(row)],
                beside["text"].strip() if beside else "",
                target_of(evaluation, line) if line else "",
                reports.get((row["unit"], row["component"], row["indicator"]), NO_REPORT),
                row["file"],
                row["sheet"],
                row["cell"],
                scheme.is_secret(row["component"]),
            )
        )
    return {unit: tuple(sorted(rows, key=_costly)) for unit, rows in found.items()}


def of_unit(rows: Mapping[str, tuple[LostPoints, ...]], unit: str, *, public: bool) -> tuple[LostPoints, ...]:
    """One unit's; `public`: without what must not leave the office."""
    return tuple(row for row in rows.get(unit, ()) if not (public and row.is_secret))


def _costly(row: LostPoints) -> tuple[object, ...]:
    return -row.weighed, row.component, row.line, row.repeat, row.evaluator


def _line_key(row: AnswerRow) -> tuple[str, str, str]:
    return row["unit"], row["component"], row["indicator"]


def _by_points(scheme: Scheme, leaf: str) -> bool:
    """Whether others mark it by points."""
    component = scheme.components[leaf]
    return component.answer is not None and component.answer.is_mark and component.by != "self"


def _line(evaluation: Evaluation, class_id: str, leaf: str, indicator: str, unit: str) -> Indicator | None:
    rows = evaluation.indicators(class_id, leaf, unit)
    found = next((row for row in rows if row.id == indicator), None)
    return found if found is None or method_of(evaluation.classes[class_id], found).is_mark else None


def _weight(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: str, line: Indicator | None) -> Fraction:
    """What full marks in a line are worth in the total: its part of the component's weight."""
    whole = scheme.weight(leaf, evaluation.units[unit].group)
    if line is None:
        return whole
    fulls = sum((row.full for row in evaluation.indicators(scheme.id, leaf, unit)), Fraction(0))
    return whole * line.full / fulls if fulls else Fraction(0)
