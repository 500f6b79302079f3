"""Which expected sheets have come back: counted, missing or waived, and who is told so (law 1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding, finding
from evaltool.identity import SubmissionKey, batch_words, kind_of_batch
from evaltool.inbox.exports import Export
from evaltool.inbox.received import Seen
from evaltool.inbox.submissions import Became, Submission
from evaltool.inbox.surveys import components
from evaltool.inbox.workers import Reading
from evaltool.ledger import finding_at, waiver_of
from evaltool.names import folded
from evaltool.questions.forms import ENTRIES, Form
from evaltool.questions.layout import is_due
from evaltool.rules import Component

SheetState = Literal["counted", "missing", "waived"]
_DOUBTFUL = ("IDENTITY_OLD_FORMAT", "IDENTITY_UNSIGNED", "IDENTITY_KEY_UNKNOWN")


@dataclass(frozen=True, slots=True, order=True)
class SheetAccount:
    """Whether one expected sheet has come back; `digest` of the submission that counts."""

    evaluator: str
    batch: str
    entry: str
    answered: SheetState
    digest: str = ""


def sheet_accounts(
    evaluation: Evaluation,
    expected: Mapping[SubmissionKey, Form],
    surveys: Mapping[SubmissionKey, Export],
    counted: Mapping[SubmissionKey, Submission],
    came: Mapping[SubmissionKey, str],
    spared: Set[SubmissionKey],
) -> tuple[list[SheetAccount], list[Finding]]:
    """Each expected sheet: counted, waived or missing.

    One that came and was refused is missing too, but the finding on the file says so already; so does that on a file
    which has the sheet's own name and says nothing.  Where the rules say what a missing or excluded evaluator means for
    all that is asked, the finding does not block; neither does it for a sheet that is not scored, and a waiver says
    nothing about those.
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
        else:
            sheets.append(SheetAccount(*key, "missing"))
            if came.get(key) in ("rejected", "not_a_submission"):
                continue
            absence = "excluded" if came.get(key) == "excluded" else "missing"
            survey = surveys.get(key)
            asked = components(evaluation, survey) if survey else _components(evaluation, expected[key])
            ruled = bool(asked) and all(component.policy(absence) != "refuse" for component in asked)
            # one entry alone does not count, whatever the rules say about those who are missing altogether
            half = any((evaluator, batch, entry) in counted for entry in ENTRIES)
            left_out = ruled and not half
            code = "SUBMISSION_LEFT_OUT" if left_out else "SUBMISSION_MISSING" if scored else "SUBMISSION_AWAITED"
            who = _who(evaluation, expected[key]) if survey is None else _whose(evaluation, survey)
            who |= {"batch": batch, "entry": key[2]}  # not for its words: `lacking` tells by when it is due
            findings.append(finding(code, evaluator=evaluator, args=who))
    return sheets, findings


def _components(evaluation: Evaluation, form: Form) -> list[Component]:
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


def came_in_vain(
    expected: Mapping[SubmissionKey, Form],
    seen: Sequence[Seen],
    readings: Sequence[Reading],
    became: Mapping[str, tuple[Became, str]],
) -> dict[SubmissionKey, str]:
    """What became of what came for each sheet: by its identity, or else by the name of the sheet that was sent out."""
    came: dict[SubmissionKey, str] = {}
    known = by_file_name(expected)
    for each, reading in zip(seen, readings, strict=True):
        fate = became.get(each.digest, ("rejected", ""))[0]
        named = () if reading.identity or _is_forged(reading) else (each.name, *each.copies)
        forms = (named_as(name, known) for name in named)
        keys = [_key(reading)] if _speaks(reading, fate) else [form.key for form in forms if form]
        came |= dict.fromkeys(keys, fate)
    return came


def _speaks(reading: Reading, fate: str) -> bool:
    """Whether a file says something about its evaluator's answer.  One that proves nothing does so while it is looked
    into; once it was put aside it says no more, so that nobody is taken for excluded by a stranger's sheet."""
    doubtful = any(problem.code in _DOUBTFUL for problem in reading.problems)
    return reading.identity is not None and (fate == "rejected" or not doubtful)


def _is_forged(reading: Reading) -> bool:
    """Whether a sheet was made over to pass as somebody's: it answers for nobody, whatever its file is called."""
    return any(problem.code == "IDENTITY_FORGED" for problem in reading.problems)


def sent_as(file: str, forms: Mapping[SubmissionKey, Form]) -> Form | None:
    """The form that went out under the name of a file.  A name decides no value, only who is asked for a sheet."""
    return named_as(file, by_file_name(forms))


def by_file_name(forms: Mapping[SubmissionKey, Form]) -> dict[str, Form]:
    """The forms by the names under which they went out; made once where many files are looked at."""
    return {folded(PurePosixPath(form.file_name).stem): form for form in forms.values()}


def named_as(file: str, known: Mapping[str, Form]) -> Form | None:
    """The form with the longest name with which the name of a file begins, if no letter or digit follows there."""
    stem = folded(PurePosixPath(file).stem)
    ends = (end for end in range(len(stem), 0, -1) if not stem[end : end + 1].isalnum())
    return next((known[stem[:end]] for end in ends if stem[:end] in known), None)


def _key(reading: Reading) -> SubmissionKey:
    assert reading.identity is not None
    return reading.identity.evaluator, reading.identity.batch, reading.identity.entry
