"""Blank sheets for everybody who is asked: `outbox/`, a sub-folder per role, a workbook per evaluator (and batch); and
the paper for those who mark on the spot, in a sub-folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from evaltool.blank import NOTHING, Beside, book
from evaltool.evaluation import Evaluation
from evaltool.forms import Form
from evaltool.guidance import guide
from evaltool.interim import Interim
from evaltool.layout import forms
from evaltool.names import folded, safe_name
from evaltool.paper import is_on_paper, paper, paper_name
from evaltool.received import write_atomically
from evaltool.workbook import Book, to_bytes

PAPER = "纸质"


@dataclass(frozen=True, slots=True)
class Sent:
    """One blank sheet: for whom, and where it was written (relative to the evaluation's folder).

    `entry` tells the two workbooks apart into which two people key the same paper; `paper`: to print, not to return.
    """

    evaluator: str
    name: str
    role: str
    role_name: str
    batch: str
    file: str
    entry: str = "1"
    paper: bool = False


def write_blanks(
    evaluation: Evaluation,
    only: str = "",
    progress: Callable[[str], None] = lambda _: None,
    *,
    interim: Interim | None = None,
    on_paper: bool = False,
) -> list[Sent]:
    """Write the blank sheets of everybody, or of one role, over earlier ones of the same name; with the interim result
    where it may be seen, and with paper to print where it is marked on the spot."""
    sent = []
    for form in forms(evaluation).values():
        if only in ("", evaluation.evaluators[form.evaluator].role):
            beside = interim.beside(form) if interim else NOTHING
            for one, made in _books(evaluation, form, beside, on_paper=on_paper):
                progress(one.file)
                write_atomically(evaluation.folder / one.file, to_bytes(made))
                sent.append(one)
    return sent


def _books(evaluation: Evaluation, form: Form, beside: Beside, *, on_paper: bool) -> Iterator[tuple[Sent, Book]]:
    one = _sent(evaluation, form)
    yield one, book(form, guide=guide(evaluation, form), beside=beside, key=evaluation.key)
    if on_paper and is_on_paper(form):
        folder = one.file.rpartition("/")[0]
        yield replace(one, file=f"{folder}/{PAPER}/{paper_name(form)}", entry="", paper=True), paper(form, beside)


def _sent(evaluation: Evaluation, form: Form) -> Sent:
    who = evaluation.evaluators[form.evaluator]
    role = evaluation.roles[who.role]
    file = f"outbox/{safe_name(role)}/{form.file_name}"
    return Sent(who.id, who.name, who.role, role, form.batch, file, form.entry)


def role_id(evaluation: Evaluation, text: str) -> str | None:
    """The role that is meant by its id or by its name."""
    names = {folded(name): role for role, name in evaluation.roles.items()}
    return text if text in evaluation.roles else names.get(folded(text))
