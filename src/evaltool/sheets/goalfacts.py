"""What whoever marks a goal sees beside the cell: its standard and target, what the unit reports, what was verified.

Nothing of it is asked or read back, and it is no part of the form: a sheet that went out before the reports came in is
the same sheet.  The unit sees the standard on the sheet on which it reports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from evaltool.checks.reported import NO_REPORT, GoalKey, GoalReport
from evaltool.evaluation import Evaluation
from evaltool.evaluation.lines import target_of
from evaltool.exact import plain
from evaltool.questions.forms import GOAL_HEADERS, Form, FormTable
from evaltool.roster import Indicator
from evaltool.sheets.blank import NOTHING, BesideInputs
from evaltool.writers.book import Value

_Says = Callable[[Evaluation, Indicator, GoalReport], str]


def _figure(value: Decimal | None, line: Indicator) -> str:
    return "" if value is None else f"{plain(value)}{line.measure}"


def _verified(_: Evaluation, line: Indicator, said: GoalReport) -> str:
    return "　".join(part for part in (_figure(said.verified, line), said.remark) if part)


def _evidence(_: Evaluation, __: Indicator, said: GoalReport) -> str:
    """What the unit names, and whether it is there to be looked at."""
    papers = said.papers
    parts = [said.evidence]
    parts += [f"（附件已收到：{'、'.join(papers.received)}）"] if papers.received else []
    parts += [f"（没有收到：{'、'.join(papers.lacking)}）"] if papers.lacking else []
    return "\n".join(parts)


_COLUMNS: tuple[_Says, ...] = (
    lambda _, line, __: line.standard,
    lambda evaluation, line, _: target_of(evaluation, line),
    lambda _, line, __: line.role,
    lambda _, line, __: line.source,
    lambda _, __, said: "\n".join(f"{period}：{how}" for period, how in said.progress.items()),
    lambda _, __, said: said.text,
    lambda _, line, said: _figure(said.value, line),
    _evidence,
    lambda _, __, said: "" if said.points is None else plain(said.points),
    _verified,
)
"""What stands below each of `GOAL_HEADERS`."""
_OWN = 1  # so many of them a unit's own sheet shows; the rest it knows or fills in there itself


@dataclass(frozen=True, slots=True)
class GoalFacts:
    """What is known of the goals on a day, and how it stands on a sheet; `reports` are none where nothing came in."""

    evaluation: Evaluation
    reports: Mapping[GoalKey, GoalReport] = field(default_factory=dict)
    on: date | None = None

    def beside(self, form: Form) -> BesideInputs:
        """The columns of every table of a form that shows goals, those only in which something stands."""
        cells: dict[tuple[str, int, int], Value] = {}
        notes: dict[str, str] = {}
        for sheet in form.sheets:
            for table in sheet.tables:
                shown = dict(_table(self, table, _OWN if form.kind == "report" else len(_COLUMNS)))
                cells |= {(sheet.title, *place): value for place, value in shown.items()}
                if shown:
                    notes[sheet.title] = _OWN_NOTE if form.kind == "report" else _note(self)
        return BesideInputs(cells, notes) if cells else NOTHING


def _table(facts: GoalFacts, table: FormTable, count: int) -> Iterator[tuple[tuple[int, int], Value]]:
    if not table.shows_goals:
        return
    evaluation = facts.evaluation
    leaf = table.class_id, table.component
    units = dict.fromkeys(line.unit for line in table.lines if line.indicator)
    rows = {(unit, row.id): row for unit in units for row in evaluation.indicators(*leaf, unit)}
    lines = [rows.get((line.unit, line.indicator)) for line in table.lines]
    said = [facts.reports.get((line.unit, table.component, line.indicator), NO_REPORT) for line in table.lines]
    labels = set(table.label_headers)
    at = table.left + len(table.columns) + table.beside
    for header, says in list(zip(GOAL_HEADERS, _COLUMNS, strict=True))[:count]:
        told = [says(evaluation, line, one) if line else "" for line, one in zip(lines, said, strict=True)]
        if header in labels or not any(told):
            continue
        yield (table.top, at), header
        yield from (((row, at), text) for row, text in enumerate(told, table.top + 1))
        at += 1


_OWN_NOTE = "右侧是各项目标的评分标准，供填报参考。"


def _note(facts: GoalFacts) -> str:
    on = f"，截至 {facts.on.year}年{facts.on.month}月{facts.on.day}日" if facts.on and facts.reports else ""
    return f"右侧各栏是目标的要求和填报、核实的情况{on}，供打分参考，不必填写。"


def both(one: BesideInputs, other: BesideInputs) -> BesideInputs:
    """Two kinds of information on the same sheets."""
    titles = dict.fromkeys([*one.notes, *other.notes])
    notes = {title: one.notes.get(title, "") + other.notes.get(title, "") for title in titles}
    return BesideInputs({**one.cells, **other.cells}, notes)
