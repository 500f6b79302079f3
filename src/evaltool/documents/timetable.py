"""Who submits what by when, as documents say it: the days of the year, the meetings at which cards are filled in, a row
for every role and kind of sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from evaltool.documents.phrases import names, span, table
from evaltool.evaluation import Evaluation
from evaltool.identity import BY_UNITS, PROGRESS, REPORT, kind_of_batch, progress_batch, sheet_name
from evaltool.questions.deadlines import deadline
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from evaltool.questions.layout.goals import goal_components
from evaltool.roster import Batch, Unit
from evaltool.rules import Component, Scheme
from evaltool.rules.documentnumbers import day_text
from evaltool.rules.settings import SELF, Deadline
from evaltool.writers.official import DocumentBlock, Text, gap


def dates(evaluation: Evaluation) -> Iterator[DocumentBlock]:
    """Deadlines, the days of the cards and the day of charges in order."""
    listed = [(each.date, _date_row(evaluation, each)) for each in evaluation.deadlines]
    dated = sorted(each.date for each in evaluation.roster.batches if each.date)
    if dated:
        where = "（安排见附件2）"
        listed.append((dated[-1], (span(dated[0], dated[-1]), "评价卡填写人", f"填写评价卡{where}")))
    if evaluation.settings.charge_date:
        day = evaluation.settings.charge_date
        listed.append((day, (day_text(day), evaluation.settings.office, "核定分管关系，以当日分管情况为准")))
    if listed:
        rows = tuple(row for _, row in sorted(listed, key=lambda one: one[0]))
        yield table(("时间", "责任主体", "工作事项"), rows, (60, 38, 58), left=(2,))


def _date_row(evaluation: Evaluation, each: Deadline) -> tuple[str, str, str]:
    role = each.role or (SELF if each.sheet in BY_UNITS else "")
    who = evaluation.roles[role] if role else "各评估主体"
    strict = "（逾期报送的，须经批准方可计入）" if each.strict else ""
    period = f"（{each.period}）" if each.period and each.period not in each.what else ""
    return f"{day_text(each.date)}前", who, f"{each.what}{period}{strict}"


def meetings(evaluation: Evaluation) -> Iterator[DocumentBlock]:
    """The meetings at which cards are filled in, by day."""
    dated = [each for each in evaluation.roster.batches if each.date]
    rows = tuple(
        _meeting(evaluation, each) for each in sorted(dated, key=lambda one: (one.date or date.min, one.evaluator))
    )
    if rows:
        yield table(("日期", "评估主体", "会议（批次）", "地点"), rows, (34, 42, 44, 36), left=(1, 2, 3))


def _meeting(evaluation: Evaluation, each: Batch) -> tuple[str, str, str, str]:
    day = day_text(each.date) if each.date else ""
    return day, evaluation.evaluators[each.evaluator].name, each.meeting or f"第{each.id}批", each.place


# --- what is submitted ------------------------------------------------------------------------------------------------


def sheets(evaluation: Evaluation) -> Iterator[DocumentBlock]:
    """A row for every role and kind of sheet: how many submit it, what it asks, by when.

    Sheets that follow from goals have no form before the goals are approved; the year's notice names them all the same.
    """
    made: dict[tuple[str, str], list[Form]] = {}
    for form in forms(evaluation).values():
        made.setdefault((evaluation.evaluators[form.evaluator].role, _what(form.batch)), []).append(form)
    later = {key: row for key, row in _after_approval(evaluation) if key not in made}
    ordered = sorted((*made, *later), key=lambda key: list(evaluation.roles).index(key[0]))
    rows = [later[key] if key in later else _sheet_row(evaluation, *key, made[key]) for key in ordered]
    rows += [_survey_row(evaluation, each.evaluator, each.file) for each in evaluation.surveys]
    if rows:
        yield Text("各评估主体应报送的材料和时限如下：")
        heads = ("评估主体", "份数", "报送材料", "内容", "时限")
        yield table(heads, rows, (34, 12, 24, 44, 42), left=(0, 3))


def _what(batch: str) -> str:
    return sheet_name(batch) or {"marks": "评分表", "cards": "评价卡"}[kind_of_batch(batch)]


def _after_approval(evaluation: Evaluation) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    """(role, sheet) and row of the sheets whose lines are goals: reports of progress, marks of those who mark goals."""
    owners = {unit.id: list(goal_components(evaluation, unit)) for unit in evaluation.units.values()}
    owners = {unit: found for unit, found in owners.items() if found}
    leaves = {(leaf.by, leaf.name): None for found in owners.values() for _, _, leaf in found}
    asked = names(dict.fromkeys(name for _, name in leaves))
    for each in evaluation.deadlines:
        if each.sheet in (PROGRESS, REPORT) and owners:
            what = _what(progress_batch(each.period) if each.sheet == PROGRESS else REPORT)
            row = (evaluation.roles[SELF], str(len(owners)), what, asked, f"{day_text(each.date)}前")
            yield (SELF, what), row
    for role in dict.fromkeys(by for by, _ in leaves):
        count = sum(each.role == role for each in evaluation.evaluators.values())
        due = deadline(evaluation, role)
        what, until = _what(""), f"{day_text(due.date)}前" if due else gap("报送时限")
        yield (role, what), (evaluation.roles.get(role, role), str(count), what, _goals_of(leaves, role), until)


def _goals_of(leaves: Iterable[tuple[str, str]], role: str) -> str:
    return names(dict.fromkeys(name for by, name in leaves if by == role))


def _sheet_row(evaluation: Evaluation, role: str, what: str, listed: Sequence[Form]) -> tuple[str, ...]:
    count = len({(form.evaluator, form.batch) for form in listed})
    parts = [part for form in listed for part in _asked(evaluation, form)]
    if what == _what(""):
        parts += [leaf.name for unit in evaluation.units.values() for leaf in _goals_for(evaluation, unit, role)]
    asked = names(dict.fromkeys(parts))
    return evaluation.roles[role], str(count), what, asked, _until(evaluation, role, listed)


def _goals_for(evaluation: Evaluation, unit: Unit, role: str) -> list[Component]:
    """What a role marks of a unit's goals."""
    return [leaf for _, _, leaf in goal_components(evaluation, unit) if leaf.by == role]


def _survey_row(evaluation: Evaluation, evaluator: str, file: str) -> tuple[str, ...]:
    who = evaluation.evaluators[evaluator]
    until = deadline(evaluation, who.role)
    asked = [
        component.name
        for scheme in evaluation.classes.values()
        for component in scheme.components.values()
        if component.by == who.role
    ]
    day = f"{day_text(until.date)}前" if until else gap("报送时限")
    return who.name, "1", "调查数据", names(dict.fromkeys(asked)), day


def _asked(evaluation: Evaluation, form: Form) -> Iterator[str]:
    """The components that a form asks about, by name; what a form of contributions asks has its own words."""
    for sheet in form.sheets:
        for asked in sheet.tables:
            leaves = [asked.component, *(line.component for line in asked.lines if line.component)]
            classes = [asked.class_id, *(line.class_id for line in asked.lines if line.class_id)]
            for class_id in dict.fromkeys(each for each in classes if each):
                scheme = evaluation.classes[class_id]
                yield from (_content(evaluation, scheme, leaf) for leaf in dict.fromkeys(leaves) if leaf)


def _content(evaluation: Evaluation, scheme: Scheme, leaf: str) -> str:
    """A component's name; the one above it where it is called after those who answer it."""
    if leaf not in scheme.components:
        return leaf
    component = scheme.components[leaf]
    who = evaluation.roles.get(component.by, "")
    above = scheme.components.get(component.parent)
    called_so = who and (component.name in who or who in component.name)
    return above.name if above and called_so else component.name


def _until(evaluation: Evaluation, role: str, listed: Sequence[Form]) -> str:
    """The deadline of a kind of sheet; for cards the days of their meetings."""
    ids = {(form.evaluator, form.batch) for form in listed}
    batches = [each for each in evaluation.roster.batches if (each.evaluator, each.id) in ids]
    days = sorted(each.date for each in batches if each.date)
    if days:
        return span(days[0], days[-1])
    due = [each for form in listed if (each := deadline(evaluation, role, form.batch))]
    last = sorted({each.date for each in due})
    return f"{names(map(day_text, last))}前" if last else gap("报送时限")
