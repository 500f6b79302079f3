"""What is wrong in the sheets of evidence: lines begun and not concluded, two who say the opposite, lines left out."""

from __future__ import annotations

from collections.abc import Iterator

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding, finding
from evaltool.identity import EVIDENCE
from evaltool.inbox.intake import Intake
from evaltool.inbox.rowfindings import AnswerRow
from evaltool.points.evidence import conclusions
from evaltool.questions.layout.evidence import NAMES, UNTRUE

FIELDS = tuple(NAMES)


def _at(row: AnswerRow, code: str, **args: object) -> Finding:
    place = {key: row[key] for key in ("file", "sheet", "cell", "unit", "evaluator", "component")}
    return finding(code, **place, value=row["text"], args=args)


def _incomplete(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """A conclusion says how it was come to; a line that is begun says one; an untrue one says why."""
    import polars as pl

    lines: dict[tuple[str, ...], dict[str, AnswerRow]] = {}
    for row in intake.rows(pl.col("batch") == EVIDENCE).iter_rows(named=True):
        key = row["file"], row["class_id"], row["component"], row["indicator"], row["unit"]
        lines.setdefault(key, {})[row["field"]] = row
    for line in lines.values():
        blank = [field for field in FIELDS if field in line and line[field]["state"] == "blank"]
        given = len(blank) < len(line)
        is_untrue = "verify_result" in line and line["verify_result"]["text"] == UNTRUE
        for field in blank:
            if given and (field != "verify_remark" or is_untrue):
                yield _at(line[field], "LINE_INCOMPLETE", column=NAMES[field])


def _other_way(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """Lines that were verified in another way than the roster fixes."""
    import polars as pl

    rows = intake.rows(
        (pl.col("batch") == EVIDENCE) & (pl.col("field") == "verify_method") & (pl.col("state") == "given")
    )
    for row in rows.iter_rows(named=True):
        lines = evaluation.indicators(row["class_id"], row["component"], row["unit"])
        wanted = next((line.verified_by for line in lines if line.id == row["indicator"]), "")
        if wanted and row["text"] != wanted:
            yield _at(row, "EVIDENCE_METHOD", wanted=wanted)


def _differ(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """Two who verify the same line must not say the opposite."""
    for results in conclusions(intake).values():
        ordered = sorted(results, key=lambda row: (row["file"], row["sheet"], row["cell"]))
        for row in ordered[1:]:
            if row["text"] != ordered[0]["text"]:
                other = f"{ordered[0]['file']} {ordered[0]['sheet']}!{ordered[0]['cell']}"
                yield _at(row, "EVIDENCE_DIFFERS", other=other)


def _not_verified(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """How many lines of a returned sheet nobody said anything about: one note per worksheet."""
    import polars as pl

    rows = intake.rows((pl.col("batch") == EVIDENCE) & (pl.col("field") == "verify_result"))
    for (file, sheet, evaluator, component), group in sorted(
        rows.group_by("file", "sheet", "evaluator", "component"), key=lambda item: item[0]
    ):
        left = group.filter(pl.col("state") == "blank").height
        if left:
            place = {"file": str(file), "sheet": str(sheet), "evaluator": str(evaluator), "component": str(component)}
            yield finding("EVIDENCE_LEFT_OUT", **place, args={"n": left, "total": group.height})


EVIDENCE_CHECKS = (_incomplete, _other_way, _differ, _not_verified)
