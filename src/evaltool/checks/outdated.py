"""Which sheets a decision on the roster outdates: those that ask something else or more since, and no others."""

from __future__ import annotations

from dataclasses import replace

from evaltool.evaluation import Evaluation
from evaltool.evaluation.decided import ON_ROSTER
from evaltool.findings import Finding, finding
from evaltool.inbox.intake import Intake
from evaltool.questions.changed import compared
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms


def outdated(evaluation: Evaluation, intake: Intake) -> list[Finding]:
    """Expected sheets that asked for something else before the decisions and have not come back in the new form.

    One that came back in the old form has its finding at the file.
    """
    documents = dict.fromkeys(line.document for line in evaluation.ledger if line.kind in ON_ROSTER)
    if not documents:
        return []
    before = forms(replace(evaluation, roster=evaluation.stated))
    missing = {(each.evaluator, each.batch, each.entry) for each in intake.sheets if each.answered == "missing"}
    findings = []
    for key, form in forms(evaluation).items():
        if key in missing and _asks_more(before.get(key), form):
            who = evaluation.evaluators[form.evaluator].name
            name = f"{who}（批次 {form.batch}）" if form.batch else who
            args: dict[str, object] = {"name": name, "documents": "、".join(documents)}
            findings.append(finding("SHEET_REISSUED", evaluator=form.evaluator, args=args))
    return findings


def _asks_more(before: Form | None, form: Form) -> bool:
    if before is None:
        return True
    return before.version() != form.version() and compared(before.sheets, form.sheets).asks_more
