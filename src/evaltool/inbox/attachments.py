"""What came in and is no sheet: reports, proofs, pictures, lists.  It is filed, tied to a unit where its path or a
claim says so, and never in anybody's way.

A file that came under the name of a sheet which is still awaited, or that is such a sheet but for its identity, is no
attachment: somebody meant it as an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from evaltool.evaluation import Evaluation
from evaltool.identity import SubmissionKey
from evaltool.inbox.accounts.sheets import named_as
from evaltool.inbox.problems import Problem
from evaltool.inbox.received import Seen
from evaltool.inbox.submissions import Fates, Submission
from evaltool.inbox.suggested import (
    FormsByName,
    claimed_documents,
    form_meant,
    meant,
    names_of_units,
    units_claiming,
)
from evaltool.inbox.workers import Reading
from evaltool.questions.forms import Form

FILED, UNREAD, CLOSED = "ATTACHMENT_FILED", "ATTACHMENT_UNREAD", "ARCHIVE_UNOPENED"
_NO_WORKBOOK = ("FILE_NOT_XLSX", "FILE_EMPTY")
_ARCHIVES = ("普通压缩包", "压缩包（rar、7z 等）")
_IDENTITY = ("IDENTITY_CONFLICT", "IDENTITY_FORGED")


@dataclass(frozen=True, slots=True)
class Awaited:
    """The sheets that may still come; those of them whose absence the rules provide for."""

    forms: Mapping[SubmissionKey, Form]
    open: Collection[SubmissionKey]
    is_ruled: Callable[[SubmissionKey], bool]

    def wants(self, key: SubmissionKey) -> bool:
        return key in self.open and not self.is_ruled(key)


def attachments(
    evaluation: Evaluation, seen: Sequence[Seen], readings: Sequence[Reading], became: Fates, awaited: Awaited
) -> tuple[Fates, dict[str, SubmissionKey]]:
    """What is filed, by hash, with the code of what is said about it; and the sheets that unreadable files are meant to
    be, by the files' hashes."""
    known = FormsByName(evaluation, awaited.forms)
    filed: Fates = {}
    answers: dict[str, SubmissionKey] = {}
    for each, reading in zip(seen, readings, strict=True):
        if each.inside and each.digest not in became:
            filed[each.digest] = "not_a_submission", "ARCHIVE_OPENED"
        elif reading.identity is None and reading.extract is None and each.digest not in became:
            problem = reading.problems[-1]
            if _is_sheet(each, problem, awaited, known.sent):
                continue
            form = _meant(each, awaited, known) if _code(problem) == UNREAD else None
            if form:
                answers[each.digest] = form.key
            else:
                filed[each.digest] = "attachment", _code(problem)
    return filed, answers


def _code(problem: Problem) -> str:
    if problem.code in ("FILE_NOT_XLSX", "TEMPLATE_UNKNOWN"):
        return CLOSED if dict(problem.args).get("kind") in _ARCHIVES else FILED
    return UNREAD


def _is_sheet(each: Seen, problem: Problem, awaited: Awaited, known: Mapping[str, Form]) -> bool:
    """Whether a file came in the place of a sheet: under its name, or with its worksheets."""
    if problem.code in _IDENTITY or dict(problem.args).get("alike"):
        return True
    sheets = [form.key for form in (named_as(name, known) for name in (each.name, *each.copies)) if form]
    if problem.code in _NO_WORKBOOK:
        return any(map(awaited.wants, sheets))
    return bool(sheets)


def _meant(each: Seen, awaited: Awaited, known: FormsByName) -> Form | None:
    """The sheet, still to come, that a file which cannot be read is likely to be."""
    forms = (form_meant(name, known, awaited.wants) for name in (each.name, *each.copies))
    return next((form for form in forms if form and awaited.wants(form.key)), None)


def ties(
    evaluation: Evaluation, seen: Sequence[Seen], filed: Fates, submissions: Collection[Submission]
) -> dict[str, str]:
    """Hash -> the unit to which an attachment belongs; none where nothing or several things say so."""
    units = names_of_units(evaluation)
    papers = [each for each in seen if each.digest in filed and filed[each.digest][0] == "attachment"]
    documents = claimed_documents(submissions) if papers else {}
    found: dict[str, str] = {}
    for each in papers:
        names = (each.name, *each.copies)
        said = {unit for name in names for unit in meant(name, units) | units_claiming(name, documents)}
        if len(said) == 1 and (unit := said.pop()) in evaluation.units:
            found[each.digest] = unit
    return found
