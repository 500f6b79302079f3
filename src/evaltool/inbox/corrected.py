"""Whose mistake it is where a decision changed a cell: what is wrong with the new value is wrong with the decision.

The office mends the line of its ledger; the evaluator, whose sheet it is not, hears nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding
from evaltool.inbox.accounts.files import FileAccount
from evaltool.ledger import Decision, finding_at, of_kind
from evaltool.names import folded

_OWN = ("SCORE_", "CHOICE_", "CELL_", "COUNT_", "DATE_", "TEXT_", "ABSTAINED_")
"""Findings on what one cell says."""
_CorrectedCells = dict[tuple[str, str, str], list[Decision]]  # file, worksheet, cell -> the lines, the last decides


def of_decisions(evaluation: Evaluation, files: Iterable[FileAccount], findings: Iterable[Finding]) -> list[Finding]:
    """The findings, those at corrected cells as findings at the lines that corrected them."""
    lines = sorted(of_kind(evaluation.ledger, "correction"), key=lambda line: (line.date, line.document))
    cells: _CorrectedCells = {}
    for each in files:
        for line in (line for line in lines if each.digest and line.names(each.digest)):
            cells.setdefault((each.file, folded(line.sheet), line.cell), []).append(line)
    return [_attributed(one, cells) for one in findings]


def _attributed(one: Finding, cells: _CorrectedCells) -> Finding:
    lines = cells.get((one.file, folded(one.sheet), one.cell), [])
    if one.code in ("CORRECTION_MISMATCH", "CORRECTION_NOWHERE"):
        document = dict(one.args).get("document")
        return _moved(one, [line for line in lines if line.document == document])
    if one.blocks and lines and one.code.startswith(_OWN):
        return _wrong("CORRECTION_WRONG", one, lines[-1])
    if one.code == "RANK_DUPLICATE":
        other = (one.file, folded(one.sheet), dict(one.args).get("other", ""))
        lines = lines or cells.get(other, [])
        return _wrong("CORRECTION_CLASH", one, lines[-1]) if lines else one
    return one


def _wrong(code: str, one: Finding, line: Decision) -> Finding:
    args = {"at": one.place(), "reason_zh": one.message("zh"), "reason_en": one.message("en")}
    made = finding_at(line, code, **args)
    return replace(made, unit=one.unit, component=one.component, value=line.after)


def _moved(one: Finding, lines: Sequence[Decision]) -> Finding:
    """A finding about a correction, at its line; where in the sheet it is meant to be stays in the sentence."""
    if not lines:
        return one
    file, sheet, cell = lines[-1].place
    args = tuple(sorted({**dict(one.args), "at": one.place()}.items()))
    return replace(one, file=file, sheet=sheet, cell=cell, evaluator="", args=args)
