"""What has been said of each goal: the unit's reports, verified figures; and where the two do not agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from evaltool.checks.attached import NO_PAPERS, Papers, named_papers, unit_papers
from evaltool.evaluation import Evaluation
from evaltool.exact import plain
from evaltool.findings import Finding
from evaltool.identity import FIGURES, REPORT, progress_batch
from evaltool.inbox.intake import Intake
from evaltool.inbox.rowfindings import AnswerRow, at_row

GoalKey = tuple[str, str, str]
"""Unit, component, indicator."""


@dataclass(frozen=True, slots=True)
class GoalReport:
    """What was said of one goal; `progress`: period -> how far it was, in the order of the deadlines; `papers`: the
    attachments that `evidence` names, those that came in and those that did not."""

    text: str = ""
    value: Decimal | None = None
    evidence: str = ""
    points: Decimal | None = None
    verified: Decimal | None = None
    remark: str = ""
    progress: Mapping[str, str] = field(default_factory=dict)
    papers: Papers = NO_PAPERS


NO_REPORT = GoalReport()
_ATTRIBUTES = {
    "report_text": "text",
    "report_value": "value",
    "report_evidence": "evidence",
    "report_points": "points",
    "verified_value": "verified",
    "verified_remark": "remark",
}


def reported(evaluation: Evaluation, intake: Intake) -> dict[GoalKey, GoalReport]:
    """Every goal of which anything was said on a sheet that counts."""
    made: dict[GoalKey, GoalReport] = {}
    papers = unit_papers(intake)
    for row in _given(intake, (REPORT, FIGURES)):
        attribute = _ATTRIBUTES[row["field"]]
        value: Any = row["text"].strip() if attribute in ("text", "evidence", "remark") else _number(row)
        more: dict[str, Any] = {}
        if attribute == "evidence":
            more = {"papers": named_papers(value, papers.get(row["unit"], ()))}
        made[_key(row)] = replace(made.get(_key(row), NO_REPORT), **{attribute: value}, **more)
    for period in dict.fromkeys(each.period for each in evaluation.deadlines if each.sheet == "progress"):
        said: dict[GoalKey, dict[str, AnswerRow]] = {}
        for row in _given(intake, (progress_batch(period),)):
            said.setdefault(_key(row), {})[row["field"]] = row
        for key, fields in said.items():
            before = made.get(key, NO_REPORT)
            made[key] = replace(before, progress={**before.progress, period: _how_far(fields)})
    return made


def _given(intake: Intake, batches: tuple[str, ...]) -> Iterator[AnswerRow]:
    import polars as pl

    rows = intake.rows(pl.col("batch").is_in(batches) & (pl.col("state") == "given"))
    yield from rows.sort("file", "sheet", "cell").iter_rows(named=True)


def _key(row: AnswerRow) -> GoalKey:
    return row["unit"], row["component"], row["indicator"]


def _number(row: AnswerRow) -> Decimal | None:
    return None if row["value"] is None else Decimal(row["value"]).scaleb(-row["decimals"])


def _how_far(fields: Mapping[str, AnswerRow]) -> str:
    """60%，能按期完成：已建成48公里"""
    percent = fields.get("progress_percent")
    number = _number(percent) if percent else None
    parts = [f"{plain(number)}%"] if number is not None else []
    parts += [fields["progress_expected"]["text"]] if "progress_expected" in fields else []
    words = [
        fields[each]["text"].strip().rstrip("。；") for each in ("progress_text", "progress_problem") if each in fields
    ]
    return "：".join(part for part in ("，".join(parts), "；".join(words)) if part)


# --- checks ----------------------------------------------------------------------------------------------------------


def _differ(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """Two who verify the same figure state the same; a unit that states another one is worth a look."""
    verified: dict[GoalKey, AnswerRow] = {}
    for row in _given(intake, (FIGURES,)):
        if row["field"] == "verified_value" and _number(row) is not None:
            first = verified.setdefault(_key(row), row)
            if _number(first) != _number(row):
                other = f"{first['file']} {first['sheet']}!{first['cell']}"
                yield at_row(evaluation, row, "VERIFIED_DIFFERS", {"other": other, "other_value": _shown(first)})
    for row in _given(intake, (REPORT,)):
        known = verified.get(_key(row)) if row["field"] == "report_value" else None
        if known is not None and _number(row) is not None and _number(known) != _number(row):
            yield at_row(evaluation, row, "REPORT_DIFFERS", {"verified": _shown(known)})


def _not_received(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """Attachments that a report names and that did not come in with it."""
    papers = unit_papers(intake)
    for row in _given(intake, (REPORT,)):
        is_proof = row["field"] == "report_evidence"
        named = named_papers(row["text"], papers.get(row["unit"], ())) if is_proof else NO_PAPERS
        if named.lacking:
            args = {"missing": "、".join(named.lacking), "n": len(papers.get(row["unit"], ()))}
            yield at_row(evaluation, row, "REPORT_PAPERS", args)


def _shown(row: AnswerRow) -> str:
    number = _number(row)
    return "" if number is None else plain(number)


REPORT_CHECKS = (_differ, _not_received)
