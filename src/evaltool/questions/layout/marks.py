"""Worksheets of marks: a worksheet for each leaf and class that an evaluator answers, its lines, columns and limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from evaltool.evaluation import Evaluation
from evaltool.evaluation.lines import is_figure, method_of
from evaltool.exact import decimal, plain
from evaltool.questions.forms import (
    INTERIM_HEADERS,
    PRESET,
    SERIAL,
    TOP,
    UNIT,
    FormColumn,
    FormLine,
    FormSheet,
    FormTable,
)
from evaltool.questions.layout import figures
from evaltool.questions.layout.asked import has_component, may_abstain, units_asked_about
from evaltool.questions.layout.goals import MOST_TEXT
from evaltool.roster import Evaluator, Indicator, Unit
from evaltool.rules import Award, Component, Scheme

CLAIM_LINES = 6
VISIT_LINES_PER_UNIT = 3


def mark_sheets(evaluation: Evaluation, scheme: Scheme, evaluator: Evaluator) -> Iterator[FormSheet]:
    """What an evaluator marks in a class, a worksheet per leaf; contributions to single-field awards at the end."""
    for leaf in scheme.leaves():
        component = scheme.components[leaf]
        if component.ballot:
            continue
        tables = _tables(evaluation, scheme, leaf, evaluator)
        if component.interim:
            tables = tuple(replace(table, beside=len(INTERIM_HEADERS)) for table in tables)
        if component.goals:
            tables = tuple(replace(table, shows_goals=True) for table in tables)
        if tables:
            notes = (
                *_notes(scheme, component, tables),
                *_groups(evaluation, scheme, component, tables),
                *figures.formulas(evaluation, scheme, leaf),
            )
            yield _sheet(scheme, component.name, tables, notes)
    for award in scheme.awards:
        if award.contribution and award.contribution.by == evaluator.role:
            table = _contribution_table(evaluation, scheme, award, evaluator)
            if table.lines:
                notes = ("按单位在该单项工作中的贡献打分，0—100分。",)
                yield _sheet(scheme, award.contribution.name or award.name, (table,), notes)


def _sheet(scheme: Scheme, name: str, tables: tuple[FormTable, ...], notes: tuple[str, ...]) -> FormSheet:
    heading = f"{scheme.head.name}　{name}"
    if all(table.kind == "figures" for table in tables):
        heading += f"　{figures.NAME}"
    return FormSheet(f"{scheme.head.name}·{name}", heading, notes, tables)


def _notes(scheme: Scheme, component: Component, tables: tuple[FormTable, ...]) -> tuple[str, ...]:
    """The lines above the tables that say what to enter."""
    marked = [table for table in tables if table.kind != "figures"]
    units = len({line.unit for table in marked for line in table.lines if line.unit})
    marks = _mark_notes(scheme, component, units) if marked else ()
    if component.answer is not None and component.answer.kinds:
        return (component.answer.note(scheme, ""),)
    return (*marks, *(figures.NOTES if any(table.kind == "figures" for table in tables) else ()))


def _mark_notes(scheme: Scheme, component: Component, units: int) -> tuple[str, ...]:
    digits = f"，最多{component.decimals}位小数" if component.decimals else "，整数"
    assert component.answer is not None
    rule = component.reason
    why = (f"失分达到{rule.words('zh')}的，写明失分理由：依据什么、差在哪里。",) if rule else ()
    quotas = (each.note(scheme, units) for each in component.answer.quotas)
    return (component.answer.note(scheme, digits), *quotas, *why)


def _groups(
    evaluation: Evaluation, scheme: Scheme, component: Component, tables: tuple[FormTable, ...]
) -> Iterator[str]:
    """Which unit is of which group, where units of several are put into one list."""
    if component.answer is None or not component.answer.places_name:
        return
    listed = {line.unit: None for table in tables for line in table.lines if line.unit}
    groups: dict[str, list[str]] = {}
    for unit in map(evaluation.units.__getitem__, listed):
        groups.setdefault(scheme.group_title(unit.group), []).append(unit.name)
    if len(groups) > 1:
        said = "；".join(f"{group}：{'、'.join(names)}" for group, names in groups.items())
        yield f"各分类的单位在一张表内统一排名。{said}。"


def _tables(evaluation: Evaluation, scheme: Scheme, leaf: str, evaluator: Evaluator) -> tuple[FormTable, ...]:
    """The marks of a component; its measured figures in a table of their own below."""
    component = scheme.components[leaf]
    owner = evaluator.id if component.by == "owner" else ""
    if owner:
        owns = any(line.owner == owner for line in evaluation.indicators(scheme.id, leaf))
        units = [unit for unit in evaluation.units_of(scheme.id) if has_component(component, unit)] if owns else []
    else:
        units = units_asked_about(evaluation, scheme.id, leaf, evaluator)
    if not units:
        return ()
    lines = [line for line in evaluation.indicators(scheme.id, leaf) if owner in ("", line.owner)]
    marked = [line for line in lines if not is_figure(scheme, line)]
    tables = _mark_tables(evaluation, scheme, leaf, units, marked) if marked or not lines else ()
    top = tables[-1].bottom + 3 if tables else TOP
    measured = figures.figure_table(evaluation, scheme, leaf, units, owner, top)
    if measured and tables:
        measured = replace(measured, caption=figures.NAME)
    tables = (*tables, measured) if measured else tables
    if component.by == "self" and scheme.bonus.claimed_in == leaf and tables:
        return (*tables, _claims_table(scheme, leaf, units[0], tables[-1].bottom + 3))
    return tables


def _mark_tables(
    evaluation: Evaluation, scheme: Scheme, leaf: str, units: list[Unit], lines: list[Indicator]
) -> tuple[FormTable, ...]:
    component = scheme.components[leaf]
    if component.measured:
        return ()  # without a line there is no figure to ask for
    if component.each and component.each.word:
        return (_open_table(scheme, leaf, units),)
    if component.goals and not lines:
        return ()  # nothing is approved yet
    if any(line.unit for line in lines):
        table = _goal_table(evaluation, scheme, leaf, units, lines)
        return (table,) if table.lines else ()
    columns = _columns(scheme, component, lines, len(units))
    table = _grid(scheme, leaf, units, columns, _not_applicable(evaluation, scheme.id, leaf, units, columns))
    return (_with_statement(table, scheme),) if component.by == "self" else (table,)


def _columns(scheme: Scheme, component: Component, lines: list[Indicator], units: int) -> tuple[FormColumn, ...]:
    """Indicators x repeats, each a column; a sum at the end where several points add up."""
    repeats = component.each.periods if component.each else [""]
    columns = []
    for repeat in repeats:
        asked = [_indicator_column(scheme, component, line, repeat) for line in lines] or [
            _plain_column(scheme, component, repeat, units)
        ]
        columns += asked
        if len(asked) > 1 and all(method_of(scheme, line).by_points for line in lines):
            columns.append(FormColumn(f"{repeat}合计", "sum", field="sum", repeat=repeat, required=False))
    return (*columns, *_reason_columns(component, columns))


def _reason_columns(component: Component, marks: Iterable[FormColumn]) -> tuple[FormColumn, ...]:
    """Why points were lost, for each column of points, where the rules want it."""
    asked = [column for column in marks if column.kind == "number"] if component.reason else []
    return tuple(
        FormColumn(
            f"{_of_what(column)}失分理由",
            "text",
            "reason",
            column.indicator,
            column.repeat,
            high=MOST_TEXT,
            required=False,
            width=30,
        )
        for column in asked
    )


def _of_what(column: FormColumn) -> str:
    """What a column of points is about, where there are several."""
    name = column.header.split("\n")[0]
    return f"{name}：" if column.indicator else column.repeat


def _indicator_column(scheme: Scheme, component: Component, line: Indicator, repeat: str) -> FormColumn:
    answer, high, abstain = method_of(scheme, line), _high(scheme, line), may_abstain(component)
    if answer.scale_name:
        choices = tuple(choice for choice, _ in scheme.scales[answer.scale_name])
        return FormColumn(
            f"{repeat}{line.name}", "choice", "mark", line.id, repeat, choices=choices, may_abstain=abstain
        )
    header = f"{repeat}{line.name}\n（0—{plain(high)}分）"
    return FormColumn(
        header, "number", "mark", line.id, repeat, high=high, decimals=component.decimals, may_abstain=abstain
    )


def _plain_column(scheme: Scheme, component: Component, repeat: str, units: int) -> FormColumn:
    answer, abstain = component.answer, may_abstain(component)
    assert answer is not None
    if answer.scale_name:
        choices = tuple(choice for choice, _ in scheme.scales[answer.scale_name])
        return FormColumn(repeat or answer.asked, "choice", repeat=repeat, choices=choices, may_abstain=abstain)
    low, high = answer.limits(answer.preset or Decimal(100), units)
    if answer.places_name:
        header = f"{repeat}{answer.asked}\n（{plain(low)}—{plain(high)}）"
        return FormColumn(header, "number", repeat=repeat, low=low, high=high, may_abstain=abstain)
    header = f"{repeat or answer.asked}\n（0—{plain(high)}分）"
    return FormColumn(header, "number", repeat=repeat, high=high, decimals=component.decimals, may_abstain=abstain)


def _grid(
    scheme: Scheme, leaf: str, units: list[Unit], columns: tuple[FormColumn, ...], blocked: Iterable[tuple[int, int]]
) -> FormTable:
    lines = tuple(FormLine((str(at), unit.name), unit.id) for at, unit in enumerate(units, 1))
    return FormTable("grid", scheme.id, leaf, TOP, (SERIAL, UNIT), lines, columns, tuple(blocked))


def _not_applicable(
    evaluation: Evaluation, class_id: str, leaf: str, units: list[Unit], columns: tuple[FormColumn, ...]
) -> Iterator[tuple[int, int]]:
    for at, unit in enumerate(units):
        for number, column in enumerate(columns):
            if column.indicator and not evaluation.is_applicable(class_id, leaf, column.indicator, unit.id):
                yield at, number


def _goal_table(
    evaluation: Evaluation, scheme: Scheme, leaf: str, units: list[Unit], asked: list[Indicator]
) -> FormTable:
    """Units with goals of their own: one row per unit and goal, its preset points beside it."""
    component = scheme.components[leaf]
    lines: list[FormLine] = []
    for unit in units:
        for goal in asked:
            if goal.unit in ("", unit.id) and evaluation.is_applicable(scheme.id, leaf, goal.id, unit.id):
                labels = (str(len(lines) + 1), unit.name, goal.part, goal.name, plain(goal.full))
                lines.append(FormLine(labels, unit.id, goal.id, high=_high(scheme, goal), changed=goal.changed))
    periods = component.each.periods if component.each and component.each.periods else [""]
    abstain = may_abstain(component)
    marks = tuple(
        FormColumn(f"{period}得分", "number", repeat=period, decimals=component.decimals, may_abstain=abstain)
        for period in periods
    )
    marks += _reason_columns(component, marks)
    headers = (SERIAL, UNIT, "类别", "重点工作目标" if not component.name else component.name, PRESET)
    return FormTable("grid", scheme.id, leaf, TOP, headers, tuple(lines), marks)


def _high(scheme: Scheme, line: Indicator) -> Decimal:
    """The most that a mark may say: preset points, or 100 where the line is marked out of 100."""
    return method_of(scheme, line).limits(decimal(line.full), 0)[1]


def _open_table(scheme: Scheme, leaf: str, units: list[Unit]) -> FormTable:
    """Rows that are added as things happen: which unit, when, how many points."""
    component = scheme.components[leaf]
    word = component.each.word if component.each else ""
    count = max(20, VISIT_LINES_PER_UNIT * len(units))
    asked = (
        FormColumn(
            UNIT, "choice", "unit", choices=tuple(unit.name for unit in units), units=tuple(unit.id for unit in units)
        ),
        FormColumn(f"{word}日期", "date", "date"),
        _plain_column(scheme, component, "", len(units)),
        FormColumn("说明", "text", "remark", required=False),
    )
    columns = (*asked, *_reason_columns(component, asked))
    lines = tuple(FormLine((str(at),), repeat=str(at)) for at in range(1, count + 1))
    return FormTable("open", scheme.id, leaf, TOP, (SERIAL,), lines, columns)


def _with_statement(table: FormTable, scheme: Scheme) -> FormTable:
    """A unit's own sheet also states a grade, where the rules have grades, and the reasons for its points."""
    stated = [FormColumn("主要理由", "text", "reasons")]
    if scheme.grades:
        names = tuple(grade.name for grade in scheme.grades)
        stated.insert(0, FormColumn("自报等次", "choice", "stated_grade", choices=names))
    return replace(table, columns=(*table.columns, *stated))


def _claims_table(scheme: Scheme, leaf: str, unit: Unit, top: int) -> FormTable:
    """What a unit applies for as bonus: kind, points, facts, the document of its leadership's resolution."""
    bonus = scheme.bonus
    choices = tuple(choice for kind in bonus.kinds for choice in kind.choices)
    worths = [worth for kind in bonus.kinds for worth in (kind.points, kind.most, *kind.levels.values()) if worth]
    most = max(worths, default=Decimal(0))
    columns = [
        FormColumn("加分项目", "choice", "claim_kind", choices=choices),
        FormColumn(f"申报分值\n（0—{plain(most)}分）", "number", "claim_points", high=most, decimals=2),
    ]
    columns += [FormColumn("受奖事项", "text", "claim_deed")] if bonus.same_deed == "highest" else []
    columns += [
        FormColumn("主要事实和证明材料", "text", "claim_facts"),
        FormColumn("领导班子审议文号", "text", "claim_document"),
    ]
    columns += [FormColumn("分管领导同意文号", "text", "claim_consent")] if scheme.bonus.consent else []
    lines = tuple(FormLine((str(at),), unit.id, repeat=str(at)) for at in range(1, CLAIM_LINES + 1))
    return FormTable("open", scheme.id, leaf, top, (SERIAL,), lines, tuple(columns), caption="奖项申报（没有的不填）")


def _contribution_table(evaluation: Evaluation, scheme: Scheme, award: Award, evaluator: Evaluator) -> FormTable:
    """Units in the evaluator's charge that are listed for a field; a cell for each field they are listed for."""
    listed = {(entry.field, entry.unit) for entry in evaluation.roster.fields}
    fields = [each.id for each in award.fields]
    units = [
        unit
        for unit in evaluation.units_of(scheme.id)
        if any((field, unit.id) in listed for field in fields)
        and evaluation.covers(evaluator.id, unit)
        and evaluator.unit != unit.id
    ]
    columns = tuple(
        FormColumn(f"{each.name}\n（0—100分）", "number", indicator=each.id, high=Decimal(100), decimals=2)
        for each in award.fields
    )
    blocked = (
        (at, number)
        for at, unit in enumerate(units)
        for number, field in enumerate(fields)
        if (field, unit.id) not in listed
    )
    return _grid(scheme, award.name, units, columns, blocked)
