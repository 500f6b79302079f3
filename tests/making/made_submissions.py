"""Submissions as values: a small sheet of marks, filled in, under a name and a made-up hash."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from evaltool.identity import Identity
from evaltool.inbox.exports.shapes import SurveyAnswers
from evaltool.inbox.extract.corrections import Correction
from evaltool.inbox.extract.workbook import Extract, extract
from evaltool.inbox.problems import Problem
from evaltool.inbox.received import Seen
from evaltool.inbox.submissions import Submission
from evaltool.inbox.workers import Reading
from evaltool.ledger import Decision
from evaltool.questions.forms import Form, FormColumn, FormLine, FormSheet, FormTable, Worksheets
from read_sheets import sent

MARK = FormColumn("得分", "number", high=Decimal(10), decimals=1)
LINES = (FormLine(("1", "甲县"), "A"), FormLine(("2", "乙县"), "B"))
GRID = FormTable("grid", "c", "work", 5, ("序号", "被评估单位"), LINES, (MARK,))
SHEETS = Worksheets((FormSheet("打分表", "打分", (), (GRID,)),))
FIRST, SECOND, THIRD = "a1" * 32, "b2" * 32, "c3" * 32


def form(evaluator: str = "O1", batch: str = "", entry: str = "1", **more: Any) -> Form:
    return Form("e-2026@2026", evaluator, batch, "测试", f"{evaluator}-绩效办.xlsx", SHEETS, entry, **more)


def said(cells: Mapping[str, object], *corrections: Correction) -> Extract:
    return extract(form(), sent(form(), cells), corrections)


def seen(digest: str, name: str = "", **more: Any) -> Seen:
    given: dict[str, Any] = {"copies": (), "data": b"", "first_seen": "2027-03-20T09:00:00+08:00"} | more
    return Seen(digest, name or f"inbox/{digest[:2]}.xlsx", **given)


def reading(digest: str, evaluator: str = "O1", found: Extract | None = None, **more: Any) -> Reading:
    problems: tuple[Problem, ...] = more.pop("problems", found.problems if found else ())
    given = {"batch": "", "entry": "1", "replaces": ""} | more
    identity = Identity("e-2026@2026", evaluator, given["batch"], given["entry"], given["replaces"], "v")
    return Reading(digest, identity if evaluator else None, found, problems)


def submission(
    digest: str, cells: Mapping[str, object], *corrections: Correction, evaluator: str = "O1", **more: Any
) -> Submission:
    about = {name: more.pop(name) for name in ("name", "copies", "first_seen") if name in more}
    return Submission(seen(digest, **about), reading(digest, evaluator, said(cells, *corrections), **more), SHEETS)


def export_part(digest: str, part: str, **more: Any) -> Submission:
    """A part of the export of a survey."""
    whole = more.pop("whole", SurveyAnswers((), 2, 2, 2, 0, 0, 0))
    answers = SurveyAnswers((), 1, 1, 1, 0, 0, 0, part=part, whole=whole)
    found = Extract(problems=more.pop("problems", ()), survey=answers)
    return Submission(seen(digest), reading(digest, "V1", found, **more))


def decided(kind: str, digest: str, **more: Any) -> Decision:
    return Decision(
        kind, more.pop("document", "9号"), more.pop("date", "2027-04-01"), "", file_hash=digest[:12], **more
    )
