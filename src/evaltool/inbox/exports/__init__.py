"""The exports of surveys and polls: from bytes to counted answers, where they are read.

    bytes -> rows (text or Excel) -> header (which column is what) -> answers (counted, or a finding)

An export carries no identity; `evaluation.toml` names it and says what its columns are (`surveys.py` turns that into an
`Export`).  Personal columns are dropped here and never get further.  This package runs in reading workers: it imports
no rules, no roster and no Polars.
"""

from __future__ import annotations

from evaltool.inbox.exports.answers import count
from evaltool.inbox.exports.header import columns
from evaltool.inbox.exports.rows import rows_of
from evaltool.inbox.exports.shapes import Export, SurveyAnswers, Unusable
from evaltool.inbox.problems import Problem

__all__ = ["Export", "SurveyAnswers", "read_export"]


def read_export(data: bytes, export: Export) -> tuple[SurveyAnswers | None, tuple[Problem, ...]]:
    """What an export says, and what is wrong with it; None where nothing of it can be used."""
    try:
        rows = rows_of(data)
        header = next(((row, cells) for row, cells in rows.again() if "".join(cells).strip()), None)
        if header is None:
            raise Unusable(Problem("SURVEY_EMPTY", rows.sheet, "1"))
        found, problems = columns(export, rows.sheet, *header)
        answers, wrong = count(export, rows, found)
    except Unusable as unusable:
        return None, unusable.problems
    return answers, (*rows.problems, *problems, *wrong)
