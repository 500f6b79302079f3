"""What the sheets of evidence conclude, as a set of lines, and what is wrong with them.

A line is borne out when everybody who says something about it says that it is true.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding, finding
from evaltool.forms import EVIDENCE
from evaltool.intake import Intake
from evaltool.layout.evidence import NAMES, TRUE, UNTRUE

FIELDS = tuple(NAMES)
Row = dict[str, Any]


class Verified(NamedTuple):
    """One line that is verified, or found untrue; `indicator` "" where the component has no indicators."""

    class_id: str
    component: str
    indicator: str
    unit: str


def borne_out(intake: Intake) -> frozenset[Verified]:
    """The lines that are true as far as the sheets say it."""
    said = _conclusions(intake)
    return frozenset(line for line, results in said.items() if {row["text"] for row in results} == {TRUE})


def _conclusions(intake: Intake) -> dict[Verified, list[Row]]:
    """Line -> the cells that say whether it is true; nothing where nobody said anything."""
    import polars as pl

    rows = intake.answers.filter(
        (pl.col("batch") == EVIDENCE) & (pl.col("field") == "verify_result") & (pl.col("state") == "given")
    )
    said: dict[Verified, list[Row]] = {}
    for row in rows.iter_rows(named=True):
        line = Verified(row["class_id"], row["component"], row["indicator"], row["unit"])
        said.setdefault(line, []).append(row)
    return said


# --- checks ----------------------------------------------------------------------------------------------------------


def _at(row: Row, code: str, **args: object) -> Finding:
    place = {key: row[key] for key in ("file", "sheet", "cell", "unit", "evaluator", "component")}
    return finding(code, **place, value=row["text"], args=args)


def _incomplete(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """A conclusion says how it was come to; a line that is begun says one; an untrue one says why."""
    import polars as pl

    lines: dict[tuple[str, ...], dict[str, Row]] = {}
    for row in intake.answers.filter(pl.col("batch") == EVIDENCE).iter_rows(named=True):
        key = row["file"], row["class_id"], row["component"], row["indicator"], row["unit"]
        lines.setdefault(key, {})[row["field"]] = row
    for line in lines.values():
        blank = [field for field in FIELDS if field in line and line[field]["state"] == "blank"]
        given = len(blank) < len(line)
        is_untrue = "verify_result" in line and line["verify_result"]["text"] == UNTRUE
        for field in blank:
            if given and (field != "verify_remark" or is_untrue):
                yield _at(line[field], "LINE_INCOMPLETE", column=NAMES[field])


def _differ(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """Two who verify the same line must not say the opposite."""
    for results in _conclusions(intake).values():
        ordered = sorted(results, key=lambda row: (row["file"], row["sheet"], row["cell"]))
        for row in ordered[1:]:
            if row["text"] != ordered[0]["text"]:
                other = f"{ordered[0]['file']} {ordered[0]['sheet']}!{ordered[0]['cell']}"
                yield _at(row, "EVIDENCE_DIFFERS", other=other)


def _not_verified(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """How many lines of a returned sheet nobody said anything about: one note per worksheet."""
    import polars as pl

    rows = intake.answers.filter((pl.col("batch") == EVIDENCE) & (pl.col("field") == "verify_result"))
    for (file, sheet, evaluator, component), group in sorted(
        rows.group_by("file", "sheet", "evaluator", "component"), key=lambda item: item[0]
    ):
        left = group.filter(pl.col("state") == "blank").height
        if left:
            place = {"file": str(file), "sheet": str(sheet), "evaluator": str(evaluator), "component": str(component)}
            yield finding("EVIDENCE_LEFT_OUT", **place, args={"n": left, "total": group.height})


EVIDENCE_CHECKS = (_incomplete, _differ, _not_verified)
