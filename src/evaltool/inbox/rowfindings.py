"""A finding at the cell that a row of ANSWERS came from."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from evaltool.evaluation import Evaluation
from evaltool.exact import plain
from evaltool.findings import Finding, finding

AnswerRow = Mapping[str, Any]  # a row of ANSWERS


def at_row(evaluation: Evaluation, row: AnswerRow, code: str, args: Mapping[str, object]) -> Finding:
    """`args` go before what the row says itself: the unit's name, that of the line where there are several, and the
    limits of the cell."""
    unit, line = evaluation.units.get(row["unit"]), _line_name(evaluation, row)
    shown = {
        "unit_name": unit.name if unit else row["unit"],
        "line": f"“{line}”" if line else "",
        "line_en": f" (“{line}”)" if line else "",
        "low": plain(Fraction(row["low"], 10 ** row["decimals"])),
        "high": plain(Fraction(row["high"], 10 ** row["decimals"])),
        **args,
    }
    place = {key: row[key] for key in ("file", "sheet", "cell", "unit", "evaluator", "component")}
    return finding(code, **place, value=row["text"], args=shown)


def _line_name(evaluation: Evaluation, row: AnswerRow) -> str:
    lines = evaluation.indicators(row["class_id"], row["component"], row["unit"]) if row["indicator"] else []
    return next((each.name for each in lines if each.id == row["indicator"]), "")
