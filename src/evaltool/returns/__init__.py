"""Sheets that go back: what is prepared in `returns/` after a check, and for whom.

A submission that counts but has blocking findings goes back as a fresh sheet with everything in it that could be read;
a file that says nothing usable as a blank one, if its evaluator is known.  Both carry the hash that they replace, so
that the mended sheet supersedes by itself.  Of two different submissions of one evaluator nobody knows which to mend:
there is a message only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from evaltool.evaluation import Evaluation
from evaltool.files import foreign, free_stem, rebuild
from evaltool.findings import Finding
from evaltool.identity import SubmissionKey
from evaltool.inbox.accounts.files import FileAccount
from evaltool.inbox.accounts.sheets import OFFICE
from evaltool.inbox.intake import Intake
from evaltool.inbox.received import stored
from evaltool.inbox.suggested import FormsByName, form_meant
from evaltool.inbox.twice.entries import seen_from_the_other
from evaltool.names import safe_name
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms as expected_forms
from evaltool.questions.sent import SentBefore, sent_before
from evaltool.returns import messages
from evaltool.returns.refill import Refill, inputs, joined, refill
from evaltool.returns.sheet import PointToMend, carried_over, returned
from evaltool.sheets.guidance import guide
from evaltool.writers.saving import to_bytes

__all__ = ["FOLDER", "Prepared", "write_returns"]

FOLDER = "returns"
OVERVIEW, REMINDERS = "说明", "催报"

_WORTH_A_LOOK = ("SCORE_ZERO", "SCORE_DISPLAY_DIFFERS", "SUM_DIFFERS", "CELL_OUTSIDE", "DATE_OTHER_YEAR")
"""Warnings that an evaluator can say something to; the others are the office's, or gone with the fresh sheet."""
_SEVERAL = ("SUBMISSION_CONFLICT", "SUBMISSION_PARTS")
"""Several submissions of one evaluator about which somebody has to decide."""
_SAME_PERSON = ("TEMPLATE_OTHER_EVALUATION", "TEMPLATE_OLD_VERSION", "IDENTITY_OLD_FORMAT")
"""Refused sheets whose identity may be believed as far as to whom a blank one is sent."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was written: sheets to send back, messages about conflicts, files left to the office, the reminders."""

    sheets: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    reminders: str = ""


@dataclass(frozen=True, slots=True)
class _Case:
    """One submission to send back, in one file or in several that are taken together; `blank` if nothing of it can be
    used."""

    accounts: tuple[FileAccount, ...]
    form: Form
    findings: tuple[Finding, ...]
    blank: bool


def write_returns(evaluation: Evaluation, intake: Intake, findings: Sequence[Finding], on: date) -> Prepared:
    """Make `returns/` anew from the findings of a check; `on` is the day from which days to deadlines are counted."""
    forms = expected_forms(evaluation)
    before = sent_before(evaluation.folder, forms.values())
    by_file: dict[str, list[Finding]] = {}
    for one in findings:
        both = [one, seen_from_the_other(one)] if one.code == "ENTRY_DIFFERS" else [one]
        for each in both:
            by_file.setdefault(each.file, []).append(each)
    shelf = evaluation.folder / FOLDER
    taken = foreign(shelf)
    names = {name: f"{free_stem(name, ('.txt',), taken)}.txt" for name in (OVERVIEW, REMINDERS)}
    conflicts = _conflicts(intake.files)
    undecided = {one.file: one for one in findings if one.code in _SEVERAL}
    cases, left = _cases(evaluation, intake, forms, by_file)
    files: dict[str, bytes] = {}
    sent, asked = [], []
    for case in cases:
        stem = _stem(case.form, taken)
        files |= _files(evaluation, case, stem, before)
        sent.append((f"{stem}.xlsx", f"{stem}.txt", "、".join(each.file for each in case.accounts)))
    for key, sources in conflicts.items():
        if key not in forms:
            continue
        name = f"{_stem(forms[key], taken)}.txt"
        files[name] = _text(messages.conflict(evaluation, forms[key], sources, undecided[sources[0][0]]))
        asked.append((name, evaluation.evaluators[key[0]].name))
    if sent or asked or left:
        files[names[OVERVIEW]] = _text(messages.overview(sent, asked, left))
    if missing := messages.reminders(evaluation, intake, on):
        files[names[REMINDERS]] = _text(missing)
    rebuild(shelf, files)
    return Prepared(
        tuple(file for file, _, _ in sent),
        tuple(name for name, _ in asked),
        tuple(file for file, _ in left),
        names[REMINDERS] if missing else "",
    )


def _text(lines: Iterable[str]) -> bytes:
    """As the simplest editors of Windows show it."""
    return ("\r\n".join(lines).rstrip() + "\r\n").encode("utf-8-sig", "replace")


def _stem(form: Form, taken: set[str]) -> str:
    """Evaluator's id, name and batch, free for the sheet and its message at once."""
    return free_stem(safe_name(PurePosixPath(form.file_name).stem), (".xlsx", ".txt"), taken)


# --- what goes back --------------------------------------------------------------------------------------------------


def _conflicts(files: Iterable[FileAccount]) -> dict[SubmissionKey, list[tuple[str, str]]]:
    """(file, hash) of the different submissions of one evaluator."""
    found: dict[SubmissionKey, list[tuple[str, str]]] = {}
    for each in files:
        if each.reason in _SEVERAL:
            found.setdefault((each.evaluator, each.batch, each.entry), []).append((each.file, each.digest))
    return found


def _cases(
    evaluation: Evaluation, intake: Intake, forms: Mapping[SubmissionKey, Form], by_file: Mapping[str, list[Finding]]
) -> tuple[list[_Case], list[tuple[str, Sequence[Finding]]]]:
    """What goes back, and the files for which that is not possible.  One sheet at most for each that is expected."""
    cases: list[_Case] = []
    left: list[tuple[str, Sequence[Finding]]] = []
    busy = {(each.evaluator, each.batch, each.entry) for each in intake.sheets if each.scored_as != "missing"}
    busy |= _conflicts(intake.files).keys()
    counted: dict[SubmissionKey, list[FileAccount]] = {}
    for each in intake.files:
        if each.became == "counted":
            counted.setdefault((each.evaluator, each.batch, each.entry), []).append(each)
    known = FormsByName(evaluation, forms)
    for each in intake.files:
        wrong = by_file.get(each.file, [])
        blocking = [one for one in wrong if one.blocks and one.code not in OFFICE]
        key = each.evaluator, each.batch, each.entry
        if each.evaluator and key not in forms and each.became in ("counted", "rejected") and blocking:
            left.append((each.file, blocking))  # an export: no sheet was sent out that could go back
            continue
        if each.reason in _SEVERAL or not blocking:
            continue
        if each.became == "counted":
            parts = counted.pop(key, [])
            asked = [one for part in parts for one in by_file.get(part.file, []) if _is_asked(one)]
            cases += [_Case(tuple(parts), forms[key], tuple(asked), blank=False)] if parts else []
        elif each.became in ("rejected", "not_a_submission"):
            form = _form(each, blocking, known, busy)
            if form is None or form.key in busy or not each.digest:
                left.append((each.file, blocking))
            else:
                busy.add(form.key)
                cases.append(_Case((each,), form, tuple(blocking), blank=True))
    return cases, left


def _is_asked(one: Finding) -> bool:
    """Whether an evaluator can do something about it."""
    return (one.blocks and one.code not in OFFICE) or one.code in _WORTH_A_LOOK


def _form(
    account: FileAccount, blocking: Iterable[Finding], known: FormsByName, busy: Collection[SubmissionKey]
) -> Form | None:
    """Whose sheet a refused file is: by its identity, or by its name and folders.

    A name decides no value here, only who is asked to fill in a sheet again; who made a sheet over is asked by the
    office.
    """
    if any(one.code == "IDENTITY_FORGED" for one in blocking):
        return None
    if account.evaluator:
        believed = all(one.code in _SAME_PERSON for one in blocking)
        return known.forms.get((account.evaluator, account.batch, account.entry)) if believed else None
    return form_meant(account.file, known, lambda key: key not in busy)


def _files(evaluation: Evaluation, case: _Case, stem: str, before: SentBefore) -> dict[str, bytes]:
    """The sheet and the message of one case."""
    said = {each.file: Refill() for each in case.accounts}
    if not case.blank:
        said = {each.file: _refilled(evaluation, case.form, each.digest, before) for each in case.accounts}
    points = _points(evaluation, case, said)
    sheet, files = f"{stem}.xlsx", [each.file for each in case.accounts]
    replaces, whole = case.accounts[0].digest, joined(list(said.values()))
    carried = carried_over(case.form, whole)
    message = messages.to_mend(evaluation, case.form, files, points, sheet, blank=case.blank, carried=carried)
    made = returned(case.form, whole, points, replaces, guide(evaluation, case.form), evaluation.key)
    return {sheet: to_bytes(made), f"{stem}.txt": _text(message)}


def _refilled(evaluation: Evaluation, form: Form, digest: str, before: SentBefore) -> Refill:
    data = stored(evaluation.folder, digest)
    return Refill() if data is None else refill(form, data, before)


def _points(evaluation: Evaluation, case: _Case, said: Mapping[str, Refill]) -> list[PointToMend]:
    """The findings as the evaluator sees them, in the order of the sheets."""
    order = {place: at for at, place in enumerate(inputs(case.form))}
    sheets = {sheet.title: at for at, sheet in enumerate(case.form.sheets)}
    points = [_point(evaluation, one, said[one.file], blank=case.blank) for one in case.findings]
    end = len(order)
    return sorted(
        points, key=lambda one: (sheets.get(one.sheet, -1), order.get((one.sheet, one.cell), end), not one.blocks)
    )


def _point(evaluation: Evaluation, one: Finding, said: Refill, *, blank: bool) -> PointToMend:
    args = dict(one.args)
    sheet, cell = ("", "") if blank else said.moved.get((one.sheet, one.cell), (one.sheet, one.cell))
    if "fresh" in args:
        sheet, cell = args["fresh_sheet"], args["fresh"]
    other = args.get("other", "") if one.code == "RANK_DUPLICATE" else ""
    _, also = said.moved.get((one.sheet, other), ("", ""))
    unit = evaluation.units[one.unit].name if one.unit in evaluation.units else ""
    do = messages.AGAIN if blank else messages.TO_DO.get(one.code, one.hint())
    value, wrong = messages.one_line(one.value), messages.one_line(messages.wrong(one))
    return PointToMend(sheet, cell, unit, wrong, messages.one_line(do), value, one.blocks, also)
