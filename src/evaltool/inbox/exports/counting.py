"""What the parts of an export say, counted together, and what is wrong with each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from evaltool.inbox.exports.answers import odd_cells, read_out
from evaltool.inbox.exports.blocks import OpenedExport
from evaltool.inbox.exports.header import Columns, columns
from evaltool.inbox.exports.rows import opened
from evaltool.inbox.exports.settling import HELD, HeldRows
from evaltool.inbox.exports.shapes import Export, ExportPart, PartSaid, SurveyAnswers, Unusable
from evaltool.inbox.exports.tallying import ExportTally
from evaltool.inbox.problems import Problem

BadParts = dict[int, tuple[Problem, ...]]
"""Why parts cannot be used, by their numbers."""


def read_export(data: bytes, export: Export) -> tuple[SurveyAnswers | None, tuple[Problem, ...]]:
    """An export that is one file."""
    said = count_export([ExportPart("", "", data, size=len(data))], export)[0]
    return said.answers and said.answers.whole, said.problems


def count_export(parts: Sequence[ExportPart], export: Export, held: int = HELD) -> list[PartSaid]:
    """All parts of an export, counted together; `held`: bytes of rows that wait in memory.

    A part that breaks off in the middle counts for nothing: then the others are counted once more, without it; and so
    are all where one turns out to be no UTF-8 far below its beginning.
    """
    order = sorted(range(len(parts)), key=lambda at: (parts[at].name, parts[at].digest))
    ordered = [parts[at] for at in order]
    bad: BadParts = {}
    said = None
    while said is None and len(bad) < len(ordered):
        said = _counted(ordered, export, held, bad)
    found = said or [PartSaid(None, bad[at]) for at in range(len(ordered))]
    return [each for _, each in sorted(zip(order, found, strict=True), key=lambda pair: pair[0])]


def _counted(parts: list[ExportPart], export: Export, held: int, bad: BadParts) -> list[PartSaid] | None:
    """None where what was counted is of no use, since a part turned out to be `bad` in the middle."""
    repeats = bool(export.respondent) and any(question.repeated != "all" for question in export.questions)
    tally = ExportTally(export, repeats, HeldRows(held))
    problems: dict[int, list[Problem]] = {}
    spoilt = False
    try:
        for at, part in enumerate(parts):
            if at not in bad:
                try:
                    file, found, wrong = _headed(part, export)
                    problems[at] = [*file.problems, *wrong, *odd_cells(file, found)]
                    spoilt |= not _taken(tally, at, file, found, bad)
                except Unusable as unusable:
                    bad[at] = unusable.problems
                except UnicodeDecodeError:
                    parts[at], spoilt = replace(part, is_no_utf8=True), True
        if spoilt or not tally.met:
            return None
        tally.settle()
        whole, figures, placed = read_out(tally)
    except Unusable as unusable:  # all together say too much
        bad |= {at: unusable.problems for at in range(len(parts)) if at not in bad}
        return None
    finally:
        tally.held.away()
    for at, problem in placed:
        problems[at].append(problem)
    return [
        PartSaid(None, bad[at])
        if at in bad
        else PartSaid(replace(figures[at], part=part.name, whole=whole), tuple(problems[at]))
        for at, part in enumerate(parts)
    ]


def _taken(tally: ExportTally, at: int, file: OpenedExport, found: Columns, bad: BadParts) -> bool:
    try:
        tally.take(at, file, found)
    except Unusable as unusable:
        bad[at] = unusable.problems
    return at not in bad


def _headed(part: ExportPart, export: Export) -> tuple[OpenedExport, Columns, list[Problem]]:
    try:
        file = opened(part)
    except OSError as problem:
        args = (("reason", type(problem).__name__),)
        raise Unusable(Problem("FILE_UNREADABLE", args=args)) from problem
    found, wrong = columns(export, file.sheet, *file.header)
    return file, found, wrong
