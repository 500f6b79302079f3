"""Blank sheets for everybody who is asked: `outbox/`, a sub-folder per role, a workbook per evaluator (and batch).

Sheets of goals, reports, figures and evidence have sub-folders of their own, and so has the paper for those who mark
on the spot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from evaltool.evaluation import Evaluation
from evaltool.evaluation.lines import awaits_goals
from evaltool.files import locked, write_atomically
from evaltool.identity import sheet_name
from evaltool.names import meant, safe_name
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms, is_due
from evaltool.questions.layout.goals import goal_components
from evaltool.questions.sent import record
from evaltool.roster import Unit
from evaltool.sheets.blank import NOTHING, BesideInputs, book
from evaltool.sheets.goalfacts import GoalFacts, both
from evaltool.sheets.guidance import guide
from evaltool.sheets.interim import Interim
from evaltool.sheets.paper import is_on_paper, paper, paper_name
from evaltool.writers.book import Book
from evaltool.writers.saving import to_bytes

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
    sheet: str
    entry: str = "1"
    paper: bool = False


SHEETS: Mapping[str, tuple[str, ...]] = {
    "marks": ("评分表", "打分表", "评价卡"),
    "goals": ("年度目标申报表", "目标申报表", "目标"),
    "progress": ("进展表", "季度进展表", "进展"),
    "report": ("目标完成情况自评表", "目标自评表", "完成情况自评表"),
    "figures": ("目标数据核实表", "数据核实表"),
    "evidence": ("符合性验证表", "验证表", "符合性验证"),
    "rectification": ("整改方案表", "整改方案", "改进方案"),
    "rectified": ("整改情况表", "整改情况", "整改报告"),
    "remarks": ("意见建议表", "意见表", "意见建议"),
}
"""What can be asked for by itself, with its Chinese names."""


def write_blanks(
    evaluation: Evaluation,
    only: str = "",
    progress: Callable[[str], None] = lambda _: None,
    sheet: str = "",
    *,
    interim: Interim | None = None,
    goals: GoalFacts | None = None,
    on_paper: bool = False,
) -> list[Sent]:
    """Write the blank sheets that are due, or those of one role or kind (of `SHEETS`), over earlier ones of the same
    name; with the interim result where it may be seen, with what is known of goals (none: what the roster says of them)
    where they are marked, and with paper to print where it is marked on the spot."""
    sent = []
    facts = goals or GoalFacts(evaluation)
    made = forms(evaluation)
    due = [form for form in made.values() if _is_asked_for(evaluation, form, only, sheet)]
    with locked(evaluation.folder):
        record(evaluation.folder, made.values())
        for at, form in enumerate(due, 1):
            progress(f"sheets {at}/{len(due)}")
            beside = interim.beside(form) if interim else NOTHING
            for one, sheet_book in _books(evaluation, form, beside, facts, on_paper=on_paper):
                write_atomically(evaluation.folder / one.file, to_bytes(sheet_book))
                sent.append(one)
    return sent


def _is_asked_for(evaluation: Evaluation, form: Form, only: str, sheet: str) -> bool:
    wanted = sent_as(evaluation, form)
    return only in ("", wanted.role) and sheet in ("", wanted.sheet) and is_due(evaluation, form)


def without_goals(evaluation: Evaluation) -> int:
    """How many units declare goals and have none yet: the sheets of those who mark these lack them."""

    def lacks(unit: Unit) -> bool:
        parts = goal_components(evaluation, unit)
        return any(awaits_goals(evaluation, scheme, leaf, unit.id) for scheme, leaf, _component in parts)

    return sum(map(lacks, evaluation.units.values()))


def _books(
    evaluation: Evaluation, form: Form, beside: BesideInputs, facts: GoalFacts, *, on_paper: bool
) -> Iterator[tuple[Sent, Book]]:
    one = sent_as(evaluation, form)
    shown = both(beside, facts.beside(form))
    yield one, book(form, guide=guide(evaluation, form), beside=shown, key=evaluation.key)
    if on_paper and is_on_paper(form):
        folder = one.file.rpartition("/")[0]
        yield replace(one, file=f"{folder}/{PAPER}/{paper_name(form)}", entry="", paper=True), paper(form, beside)


def sent_as(evaluation: Evaluation, form: Form, mark: str = "") -> Sent:
    """Where a form's workbook is written; `mark` tells it from the blank one."""
    who = evaluation.evaluators[form.evaluator]
    role = evaluation.roles[who.role]
    folder = "/".join(safe_name(part) for part in ("outbox", role, sheet_name(form.batch)) if part)
    sheet = "marks" if form.kind == "cards" else form.kind
    name = form.file_name.removesuffix(".xlsx") + mark + ".xlsx"
    return Sent(who.id, who.name, who.role, role, form.batch, f"{folder}/{name}", sheet, form.entry)


def sheet_id(text: str) -> str | None:
    """The kind of sheet that is meant by its id or by one of its names."""
    return next((sheet for sheet, _ in meant(text, SHEETS.items(), lambda each: (each[0], *each[1]))), None)
