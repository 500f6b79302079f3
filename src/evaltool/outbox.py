"""Blank sheets for everybody who is asked: `outbox/`, a sub-folder per role, a workbook per evaluator (and batch)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from evaltool.blank import book
from evaltool.evaluation import Evaluation
from evaltool.forms import Form
from evaltool.guidance import guide
from evaltool.layout import forms
from evaltool.names import folded, safe_name
from evaltool.received import write_atomically
from evaltool.workbook import to_bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """One blank sheet: for whom, and where it was written (relative to the evaluation's folder)."""

    evaluator: str
    name: str
    role: str
    role_name: str
    batch: str
    file: str


def write_blanks(
    evaluation: Evaluation, only: str = "", progress: Callable[[str], None] = lambda _: None
) -> list[Sent]:
    """Write the blank sheets of everybody, or of one role, over earlier ones of the same name."""
    sent = []
    for form in forms(evaluation).values():
        one = _sent(evaluation, form)
        if only in ("", one.role):
            progress(one.file)
            made = book(form, guide=guide(evaluation, form), key=evaluation.key)
            write_atomically(evaluation.folder / one.file, to_bytes(made))
            sent.append(one)
    return sent


def _sent(evaluation: Evaluation, form: Form) -> Sent:
    who = evaluation.evaluators[form.evaluator]
    role = evaluation.roles[who.role]
    return Sent(who.id, who.name, who.role, role, form.batch, f"outbox/{safe_name(role)}/{form.file_name}")


def role_id(evaluation: Evaluation, text: str) -> str | None:
    """The role that is meant by its id or by its name."""
    names = {folded(name): role for role, name in evaluation.roles.items()}
    return text if text in evaluation.roles else names.get(folded(text))
