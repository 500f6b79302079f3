"""A sheet that counts goes out once more, with what stands in it, to be revised: what comes back replaces it."""

from __future__ import annotations

from evaltool.checks.reported import reported
from evaltool.evaluation import Evaluation
from evaltool.files import locked, write_atomically
from evaltool.identity import SubmissionKey
from evaltool.inbox.intake import Intake
from evaltool.inbox.received import stored
from evaltool.questions.layout import forms
from evaltool.questions.sent import sent_before
from evaltool.returns.refill import joined, refill
from evaltool.sheets.blank import BesideInputs, book
from evaltool.sheets.goalfacts import GoalFacts, both
from evaltool.sheets.guidance import guide
from evaltool.sheets.outbox import Sent, sent_as
from evaltool.writers.saving import to_bytes

REVISION = "修订"


def write_revisions(evaluation: Evaluation, intake: Intake, evaluator: str) -> list[Sent]:
    """The sheets of an evaluator that count now, with everything that stands in them and the hash that they replace:
    what comes back supersedes them by itself.  None for an evaluator of whom nothing counts."""
    expected = forms(evaluation)
    before = sent_before(evaluation.folder, expected.values())
    facts = GoalFacts(evaluation, reported(evaluation, intake))
    sent = []
    for account in intake.sheets:
        key = account.evaluator, account.batch, account.entry
        parts = _parts(evaluation, intake, key) if account.evaluator == evaluator and account.digest else []
        if parts:
            form = expected[key]
            one = sent_as(evaluation, form, f"-{REVISION}{account.digest[:8]}")
            said = joined([refill(form, data, before) for data in parts])
            shown = both(BesideInputs(said.beside), facts.beside(form))
            made = book(form, said.filled, account.digest, guide(evaluation, form), shown, evaluation.key)
            with locked(evaluation.folder):
                write_atomically(evaluation.folder / one.file, to_bytes(made))
            sent.append(one)
    return sent


def _parts(evaluation: Evaluation, intake: Intake, key: SubmissionKey) -> list[bytes]:
    """The files of a sheet that counts: several where a decision takes them together."""
    counted = [each for each in intake.files if each.became == "counted"]
    mine = (each.digest for each in counted if (each.evaluator, each.batch, each.entry) == key)
    return [data for digest in mine if (data := stored(evaluation.folder, digest)) is not None]
