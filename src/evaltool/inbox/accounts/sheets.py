"""Which expected sheets have come back: counted, with errors, missing or waived, and who is told so (law 1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding, finding
from evaltool.identity import SubmissionKey, batch_words, kind_of_batch
from evaltool.inbox.exports.shapes import Export
from evaltool.inbox.received import Seen
from evaltool.inbox.submissions import LATE, Became, Submission
from evaltool.inbox.surveys import components
from evaltool.inbox.workers import Reading
from evaltool.ledger import finding_at, waiver_of
from evaltool.names import folded
from evaltool.questions.forms import ENTRIES, Form
from evaltool.questions.layout import is_due
from evaltool.rules import Component

SheetState = Literal["counted", "with_errors", "missing", "waived"]
"""`with_errors` (有错待改): it came, and something has to be mended or decided before it counts for good."""
OFFICE = ("CORRECTION_MISMATCH", "IDENTITY_KEY_UNKNOWN", "SUBMISSION_LATE")
"""What the office has to mend or to decide, not the evaluator: a decision, a key that is gone, a sheet that is late."""
_DOUBTFUL = ("IDENTITY_OLD_FORMAT", "IDENTITY_UNSIGNED", "IDENTITY_KEY_UNKNOWN")


@dataclass(frozen=True, slots=True, order=True)
class SheetAccount:
    """Whether one expected sheet has come back; `digest` of the submission that counts, or would but for its errors."""

    evaluator: str
    batch: str
    entry: str
    answered: SheetState
    digest: str = ""

    @property
    def key(self) -> SubmissionKey:
        return self.evaluator, self.batch, self.entry

    @property
    def scored_as(self) -> Literal["counted", "missing", "waived"]:
        """What it is to a scoring: of a sheet with errors what can be read counts, where nothing can it is missing."""
        return "waived" if self.answered == "waived" else "counted" if self.digest else "missing"


def sheet_accounts(
    evaluation: Evaluation,
    expected: Mapping[SubmissionKey, Form],
    surveys: Mapping[SubmissionKey, Export],
    counted: Mapping[SubmissionKey, Submission],
    came: Mapping[SubmissionKey, str],
    spared: Set[SubmissionKey],
) -> tuple[list[SheetAccount], list[Finding]]:
    """Each expected sheet: counted, with errors, waived or missing.

    One that came and was refused is one with errors, and so is one of which a file has the sheet's own name and says
    nothing: the finding on the file says so.  One that came too late is missing until somebody decides.  What is wrong
    in those that count is seen once all is checked (`whole.with_errors`).  Where the rules say what a missing or
    excluded evaluator means for all that is asked, the finding does not block; neither does it for a sheet that is not
    scored, and a waiver says nothing about those.
    """
    sheets: list[SheetAccount] = []
    findings: list[Finding] = []
    for key in (*expected, *surveys):
        evaluator, batch, _ = key
        scored = kind_of_batch(batch) in ("marks", "cards")
        line = waiver_of(evaluation.ledger, evaluator, batch) if scored else None
        if key in counted:
            sheets.append(SheetAccount(*key, "counted", counted[key].seen.digest))
            if line:
                made = finding_at(line, "WAIVER_CONTRADICTED", files=counted[key].seen.name)
                findings.append(replace(made, evaluator=evaluator))
        elif key in expected and not is_due(evaluation, expected[key]):
            continue
        elif line or key in spared:
            sheets.append(SheetAccount(*key, "waived"))
        elif came.get(key) == "rejected":
            sheets.append(SheetAccount(*key, "with_errors"))
        else:
            sheets.append(SheetAccount(*key, "missing"))
            if came.get(key) == "late":
                continue
            absence: str = "excluded" if came.get(key) == "excluded" else "missing"
            survey = surveys.get(key)
            asked = components(evaluation, survey) if survey else asked_components(evaluation, expected[key])
            left_out = is_ruled(asked, key, counted, absence)
            code = "SUBMISSION_LEFT_OUT" if left_out else "SUBMISSION_MISSING" if scored else "SUBMISSION_AWAITED"
            who = _who(evaluation, expected[key]) if survey is None else _whose(evaluation, survey)
            who |= {"batch": batch, "entry": key[2]}  # not for its words: `lacking` tells by when it is due
            findings.append(finding(code, evaluator=evaluator, args=who))
    return sheets, findings


def open_sheets(
    evaluation: Evaluation,
    expected: Mapping[SubmissionKey, Form],
    counted: Mapping[SubmissionKey, Submission],
    spared: Set[SubmissionKey],
) -> list[SubmissionKey]:
    """The sheets that may still come."""
    return [
        key
        for key, form in expected.items()
        if key not in counted
        and key not in spared
        and is_due(evaluation, form)
        and not (kind_of_batch(form.batch) in ("marks", "cards") and waiver_of(evaluation.ledger, *key[:2]))
    ]


def is_ruled(
    asked: Sequence[Component], key: SubmissionKey, counted: Mapping[SubmissionKey, Submission], absence: str
) -> bool:
    """Whether the rules say what it means for all that is asked that a sheet does not count.  One entry alone does not
    count, whatever they say about those who are missing altogether."""
    half = any((*key[:2], entry) in counted for entry in ENTRIES)
    return bool(asked) and not half and all(component.policy(absence) != "refuse" for component in asked)


def asked_components(evaluation: Evaluation, form: Form) -> list[Component]:
    """The components that a form asks about; none if it asks for contributions too, which have no policy."""
    asked = {
        (line.class_id or table.class_id, line.component or table.component)
        for sheet in form.sheets
        for table in sheet.tables
        for line in table.lines
    }
    if kind_of_batch(form.batch) not in ("marks", "cards"):
        return []
    known = [evaluation.classes[scheme].components.get(leaf) for scheme, leaf in sorted(asked)]
    return [] if None in known else [component for component in known if component is not None]


def _who(evaluation: Evaluation, form: Form) -> dict[str, object]:
    name = evaluation.evaluators[form.evaluator].name
    more = [batch_words(form.batch).strip("（）")] if form.batch else []
    more += [ENTRIES[form.entry]] if form.twice else []
    return {"name": f"{name}（{'，'.join(more)}）" if more else name}


def _whose(evaluation: Evaluation, survey: Export) -> dict[str, object]:
    return {"name": f"{evaluation.evaluators[survey.evaluator].name}（{survey.file}）"}


_STRENGTH = ("rejected", "late", "excluded", "superseded", "copy", "counted")
"""What is said of a sheet for which several files came: the first of these that became of any, whatever their order."""


def came_in_vain(
    expected: Mapping[SubmissionKey, Form],
    seen: Sequence[Seen],
    readings: Sequence[Reading],
    became: Mapping[str, tuple[Became, str]],
    meant: Mapping[str, SubmissionKey],
) -> dict[SubmissionKey, str]:
    """What became of what came for each sheet: by its identity, or else by the name of the sheet that was sent out, or
    by whom an unreadable file is `meant` to come from (by its hash).  An attachment answers for nobody, and neither
    does an archive for the files in it."""
    came: dict[SubmissionKey, str] = {}
    known = by_file_name(expected)
    for each, reading in zip(seen, readings, strict=True):
        fate: str
        fate, reason = became.get(each.digest, ("rejected", ""))
        if fate == "attachment" or each.inside:
            continue
        named = () if reading.identity or _is_forged(reading) else (each.name, *each.copies)
        forms = (named_as(name, known) for name in named)
        keys = [_key(reading)] if _speaks(reading, fate) else [form.key for form in forms if form]
        keys += [meant[each.digest]] if each.digest in meant else []
        fate = "late" if reason == LATE else fate
        came |= {key: min(fate, came.get(key, fate), key=_STRENGTH.index) for key in keys}
    return came


def _speaks(reading: Reading, fate: str) -> bool:
    """Whether a file says something about its evaluator's answer.  One that proves nothing does so while it is looked
    into; once it was put aside it says no more, so that nobody is taken for excluded by a stranger's sheet."""
    doubtful = any(problem.code in _DOUBTFUL for problem in reading.problems)
    return reading.identity is not None and (fate == "rejected" or not doubtful)


def _is_forged(reading: Reading) -> bool:
    """Whether a sheet was made over to pass as somebody's: it answers for nobody, whatever its file is called."""
    return any(problem.code == "IDENTITY_FORGED" for problem in reading.problems)


def by_file_name(forms: Mapping[SubmissionKey, Form]) -> dict[str, Form]:
    """The forms by the names under which they went out; made once where many files are looked at."""
    return {folded(PurePosixPath(form.file_name).stem): form for form in forms.values()}


def named_as(file: str, known: Mapping[str, Form]) -> Form | None:
    """The form with the longest name with which the name of a file begins, if no letter or digit follows there.  A name
    decides no value, only who is asked for a sheet."""
    stem = folded(PurePosixPath(file).stem)
    ends = (end for end in range(len(stem), 0, -1) if not stem[end : end + 1].isalnum())
    return next((known[stem[:end]] for end in ends if stem[:end] in known), None)


def _key(reading: Reading) -> SubmissionKey:
    assert reading.identity is not None
    return reading.identity.evaluator, reading.identity.batch, reading.identity.entry
