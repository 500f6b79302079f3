"""Which sheets there are and where everything stands on them: from rules and roster to forms.

One form per evaluator; for cards one per evaluator and batch; two of each where two people key the same paper.  An
evaluator answers every leaf whose `by` is their role, for the units in their charge; a worksheet per leaf and class.
Sheets of goals, reports, figures, evidence and remarks exist because a deadline asks for them.  The forms that `is_due`
are also the list of what is expected back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count

from evaltool.evaluation import Evaluation
from evaltool.identity import (
    ABOUT_MATTERS,
    EVIDENCE,
    FIGURES,
    GOALS,
    REMARKS,
    REPORT,
    SubmissionKey,
    progress_batch,
    sheet_name,
)
from evaltool.names import folded, safe_name
from evaltool.questions.forms import ENTRIES, Form, FormSheet, Worksheets
from evaltool.questions.layout.cards import card_sheets
from evaltool.questions.layout.evidence import evidence_sheets
from evaltool.questions.layout.goals import goal_sheets, has_all_goals, progress_sheets
from evaltool.questions.layout.marks import mark_sheets
from evaltool.questions.layout.matters import done_sheets, is_asked, plan_sheets
from evaltool.questions.layout.remarks import remark_sheets
from evaltool.questions.layout.reports import figure_sheets, report_sheets
from evaltool.roster import Evaluator
from evaltool.rules.settings import SELF


def forms(evaluation: Evaluation) -> dict[SubmissionKey, Form]:
    """Every form of the evaluation, by (evaluator, batch, entry), in the order of the roster."""
    marks: _Marks = {}
    made = [form for evaluator in evaluation.evaluators.values() for form in _forms_of(evaluation, evaluator, marks)]
    return {entry.key: entry for entry in _named_apart(entry for form in made for entry in _entries(evaluation, form))}


def _named_apart(made: Iterable[Form]) -> Iterator[Form]:
    """Each with a file name of its own, to systems that know no case and to people who type in full width."""
    taken: set[str] = set()
    for form in made:
        stem = form.file_name.removesuffix(".xlsx")
        free = next(name for name in _numbered(stem) if folded(name).casefold() not in taken)
        taken.add(folded(free).casefold())
        yield form if free == stem else replace(form, file_name=f"{free}.xlsx")


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    yield from (f"{stem}-{number}" for number in count(2))


_Marks = dict[tuple[int, str], Worksheets]
"""(Who is asked the same, owner of lines of their own) -> the worksheets of marks, made once for all of them."""


def _entries(evaluation: Evaluation, form: Form) -> Iterator[Form]:
    """The form itself, or for a role whose paper is keyed twice one for each of the two people."""
    scored = form.kind in ("marks", "cards")
    if not scored or evaluation.evaluators[form.evaluator].role not in evaluation.settings.entered_twice:
        yield form
        return
    for entry, word in ENTRIES.items():
        title = f"{form.title}（{word}）"
        name = f"{form.file_name.removesuffix('.xlsx')}-录入{entry}.xlsx"
        yield replace(form, title=title, file_name=name, entry=entry, twice=True)


def _forms_of(evaluation: Evaluation, evaluator: Evaluator, marks: _Marks) -> Iterator[Form]:
    sheets = _marks_of(evaluation, evaluator, marks)
    if sheets:
        yield _form(evaluation, evaluator, "", evaluator.name, sheets)
    for batch in evaluation.batches(evaluator.id):
        cards = card_sheets(evaluation, evaluator, batch)
        if cards:
            who = f"{evaluator.name}（{batch.meeting or batch.id}）"
            yield _form(evaluation, evaluator, batch.id, who, Worksheets(_distinct(cards)))
    yield from _asked_by_deadlines(evaluation, evaluator)


def _marks_of(evaluation: Evaluation, evaluator: Evaluator, marks: _Marks) -> Worksheets:
    key = evaluation.alike[evaluator.id], evaluator.id if evaluator.id in evaluation.owners else ""
    if key not in marks:
        classes = evaluation.classes.values()
        sheets = [sheet for scheme in classes for sheet in mark_sheets(evaluation, scheme, evaluator)]
        marks[key] = Worksheets(_distinct(sheets))
    return marks[key]


def is_due(evaluation: Evaluation, form: Form) -> bool:
    """Whether a form is waited for: nobody asks for the goals of a unit that has them all, nor one about its matters
    that has put all of them right."""
    if form.kind in ABOUT_MATTERS:
        return is_asked(evaluation, form.evaluator)
    return form.kind != "goals" or not has_all_goals(evaluation, evaluation.units[form.evaluator])


def _asked_by_deadlines(evaluation: Evaluation, evaluator: Evaluator) -> Iterator[Form]:
    """Sheets beside marks and cards, once each, in the order of the deadlines."""
    made: dict[str, list[FormSheet]] = {}
    for each in evaluation.deadlines:
        if (each.role or SELF) != evaluator.role:
            continue
        if each.sheet == "goals":
            made.setdefault(GOALS, list(goal_sheets(evaluation, evaluator)))
        elif each.sheet == "progress":
            made.setdefault(progress_batch(each.period), list(progress_sheets(evaluation, evaluator, each.period)))
        elif each.sheet == "report":
            made.setdefault(REPORT, list(report_sheets(evaluation, evaluator)))
        elif each.sheet == "figures":
            made.setdefault(FIGURES, list(figure_sheets(evaluation, evaluator)))
        elif each.sheet == "evidence":
            made.setdefault(EVIDENCE, list(evidence_sheets(evaluation, evaluator)))
        elif each.sheet == "rectification":
            made.setdefault(each.sheet, list(plan_sheets(evaluation, evaluator)))
        elif each.sheet == "rectified":
            made.setdefault(each.sheet, list(done_sheets(evaluation, evaluator)))
        elif each.sheet == "remarks":
            made.setdefault(REMARKS, list(remark_sheets(evaluation, evaluator)))
    for batch, sheets in made.items():
        if sheets:
            who = f"{evaluator.name}　{sheet_name(batch)}"
            yield _form(evaluation, evaluator, batch, who, Worksheets(_distinct(sheets)))


def _form(evaluation: Evaluation, evaluator: Evaluator, batch: str, who: str, sheets: Worksheets) -> Form:
    name = "-".join(part for part in (evaluator.id, evaluator.name, sheet_name(batch) or batch) if part)
    title = f"{evaluation.settings.name}　{who}"
    return Form(evaluation.identity, evaluator.id, batch, title, f"{safe_name(name)}.xlsx", sheets)


def _distinct(sheets: Iterable[FormSheet]) -> list[FormSheet]:
    """Worksheet names as Excel takes them (at most 31 characters, no special signs, none twice)."""
    taken: set[str] = set()
    named = []
    for sheet in sheets:
        base = "".join(sign for sign in sheet.title if sign not in "[]:*?/\\'")[:28]
        title = base if base not in taken else next(n for at in range(2, 1000) if (n := f"{base}{at}") not in taken)
        taken.add(title)
        named.append(FormSheet(title, sheet.heading, sheet.notes, sheet.tables))
    return named
