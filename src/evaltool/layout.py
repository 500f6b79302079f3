"""Which sheets there are and where everything stands on them: from rules and roster to forms.

One form per evaluator; for cards one per evaluator and batch.  An evaluator answers every leaf whose `by` is their
role, for the units in their charge; a worksheet per leaf and class.  The forms are also the list of what is expected
back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from unicodedata import category

from evaltool.evaluation import Evaluation
from evaltool.forms import Column, Form, FormSheet, Line, Table
from evaltool.methods import Ballot, Choice, Percent, Points, Rank
from evaltool.roster import Batch, Evaluator, Indicator, Unit
from evaltool.rounding import plain
from evaltool.rules import Award, Component, Scheme

CLAIM_LINES = 6
VISIT_LINES_PER_UNIT = 3
TOP = 5  # header row of a worksheet's first table: heading, identity, progress line, note, blank row stand above
SERIAL, UNIT = "序号", "被评估单位"
BLANK_CHOICE = "未填"
SPOILED = "废票"


def forms(evaluation: Evaluation) -> dict[tuple[str, str, str], Form]:
    """Every form of the evaluation, by (evaluator, batch, entry), in the order of the roster."""
    made = [form for evaluator in evaluation.evaluators.values() for form in _forms_of(evaluation, evaluator)]
    return {form.key: form for form in made}


def respondents(evaluation: Evaluation, class_id: str, leaf: str, unit: Unit) -> list[str]:
    """The evaluators who are asked about a unit in a leaf (not through cards: through a sheet of any kind)."""
    component = evaluation.component(class_id, leaf)
    if component.by == "owner":
        lines = evaluation.indicators(class_id, leaf, unit.id)
        asked = [line.owner for line in lines if evaluation.is_applicable(class_id, leaf, line.id, unit.id)]
        return list(dict.fromkeys(asked))
    return [each.id for each in evaluation.evaluators.values() if _asked(evaluation, component, each, unit)]


def _forms_of(evaluation: Evaluation, evaluator: Evaluator) -> Iterator[Form]:
    sheets = [sheet for scheme in evaluation.classes.values() for sheet in _sheets(evaluation, scheme, evaluator)]
    if sheets:
        yield _form(evaluation, evaluator, "", evaluator.name, _distinct(sheets))
    for batch in evaluation.roster.batches:
        if batch.evaluator == evaluator.id:
            cards = _ballot_sheets(evaluation, evaluator, batch)
            if cards:
                yield _form(
                    evaluation,
                    evaluator,
                    batch.id,
                    f"{evaluator.name}（{batch.meeting or batch.id}）",
                    _distinct(cards),
                )


def _form(evaluation: Evaluation, evaluator: Evaluator, batch: str, who: str, sheets: Iterable[FormSheet]) -> Form:
    name = "-".join(part for part in (evaluator.id, evaluator.name, batch) if part)
    title = f"{evaluation.settings.name}　{who}"
    return Form(evaluation.identity, evaluator.id, batch, title, f"{safe_name(name)}.xlsx", tuple(sheets))


def safe_name(name: str) -> str:
    """A file name that every system takes and shows as it is: no separators, no reserved or invisible signs, at most 80
    characters."""
    invisible = ("Cc", "Cf", "Cs")  # U+202E among them, which makes the end of a name stand in front
    kept = "".join("_" if sign in '\\/:*?"<>|' or category(sign) in invisible else sign for sign in name)
    return kept.strip(" .")[:80] or "_"


def _distinct(sheets: Iterable[FormSheet]) -> list[FormSheet]:
    """Worksheet names as Excel takes them (at most 31 characters, no special signs, none twice)."""
    taken: set[str] = set()
    named = []
    for sheet in sheets:
        base = "".join(sign for sign in sheet.title if sign not in "[]:*?/\\'")[:28]
        title = next(name for name in (base, *(f"{base}{n}" for n in range(2, 1000))) if name not in taken)
        taken.add(title)
        named.append(FormSheet(title, sheet.heading, sheet.notes, sheet.tables))
    return named


# --- who is asked ----------------------------------------------------------------------------------------------------


def _asked(evaluation: Evaluation, component: Component, evaluator: Evaluator, unit: Unit) -> bool:
    """Whether an evaluator marks a unit in a component: right role, in charge, not itself unless the rules say so."""
    if not _has(component, unit):
        return False
    if component.by == "self":
        return evaluator.role == "self" and evaluator.id == unit.id
    himself = evaluator.unit == unit.id and component.own_line == "not_applicable"
    return evaluator.role == component.by and not himself and evaluation.covers(evaluator.id, unit)


def _has(component: Component, unit: Unit) -> bool:
    """Whether units of this group have the component."""
    return not component.groups or unit.group in component.groups


def _units(evaluation: Evaluation, class_id: str, leaf: str, evaluator: Evaluator) -> list[Unit]:
    component = evaluation.component(class_id, leaf)
    return [
        unit
        for unit in evaluation.units_of(class_id)
        if _asked(evaluation, component, evaluator, unit) and evaluation.is_applicable(class_id, leaf, "", unit.id)
    ]


# --- sheets of marks -------------------------------------------------------------------------------------------------


def _sheets(evaluation: Evaluation, scheme: Scheme, evaluator: Evaluator) -> Iterator[FormSheet]:
    for leaf in scheme.leaves():
        component = scheme.components[leaf]
        if isinstance(component.answer, Ballot):
            continue
        tables = _tables(evaluation, scheme, leaf, evaluator)
        if tables:
            yield _sheet(scheme, component.name, tables, _notes(scheme, component))
    for award in scheme.awards:
        if award.contribution and award.contribution.by == evaluator.role:
            table = _contribution_table(evaluation, scheme, award, evaluator)
            if table.lines:
                notes = ("按单位在该单项工作中的贡献打分，0—100分。",)
                yield _sheet(scheme, award.contribution.name or award.name, (table,), notes)


def _sheet(scheme: Scheme, name: str, tables: tuple[Table, ...], notes: tuple[str, ...]) -> FormSheet:
    return FormSheet(f"{scheme.head.name}·{name}", f"{scheme.head.name}　{name}", notes, tables)


def _notes(scheme: Scheme, component: Component) -> tuple[str, ...]:
    """One line above the table that says what to enter."""
    answer = component.answer
    digits = f"，最多{component.decimals}位小数" if component.decimals else "，整数"
    if isinstance(answer, Points):
        return (f"按各项预赋分值打分{digits}。",)
    if isinstance(answer, Percent):
        return (f"按百分制打分，0—100{digits}。",)
    if isinstance(answer, Choice):
        return (f"从下拉列表中选择：{'、'.join(choice for choice, _ in scheme.scales[answer.choice])}。",)
    return ("把分管部门排成一个名次：第1名最好，名次不重复、不空缺。",)


def _tables(evaluation: Evaluation, scheme: Scheme, leaf: str, evaluator: Evaluator) -> tuple[Table, ...]:
    component = scheme.components[leaf]
    if component.by == "owner":
        return _owner_tables(evaluation, scheme, leaf, evaluator)
    units = _units(evaluation, scheme.id, leaf, evaluator)
    if not units:
        return ()
    if component.each and component.each.word:
        return (_open_table(scheme, leaf, units),)
    lines = evaluation.indicators(scheme.id, leaf)
    if any(line.unit for line in lines):
        return (_goal_table(evaluation, scheme, leaf, units),)
    columns = _columns(scheme, component, lines, len(units))
    table = _grid(scheme, leaf, units, columns, _not_applicable(evaluation, scheme.id, leaf, units, columns))
    if component.by == "self":
        table = _with_statement(table, scheme, leaf)
        if scheme.bonus.claimed_in == leaf:
            return (table, _claims_table(scheme, leaf, units[0], table.bottom + 3))
    return (table,)


def _columns(scheme: Scheme, component: Component, lines: list[Indicator], units: int) -> tuple[Column, ...]:
    """Indicators x repeats, each a column; a sum at the end where several points add up."""
    repeats = component.each.periods if component.each else [""]
    columns = []
    for repeat in repeats:
        asked = [_indicator_column(component, line, repeat) for line in lines] or [
            _plain_column(scheme, component, repeat, units)
        ]
        columns += asked
        if len(asked) > 1:
            columns.append(Column(f"{repeat}合计", "sum", field="sum", repeat=repeat, required=False))
    return tuple(columns)


def _indicator_column(component: Component, line: Indicator, repeat: str) -> Column:
    header = f"{repeat}{line.name}\n（0—{plain(line.full)}分）"
    return Column(header, "number", "mark", line.id, repeat, high=decimal(line.full), decimals=component.decimals)


def _plain_column(scheme: Scheme, component: Component, repeat: str, units: int) -> Column:
    answer = component.answer
    if isinstance(answer, Choice):
        choices = tuple(choice for choice, _ in scheme.scales[answer.choice])
        return Column(repeat or "评价", "choice", repeat=repeat, choices=choices)
    if isinstance(answer, Rank):
        return Column(f"{repeat}名次\n（1—{units}）", "number", repeat=repeat, low=Decimal(1), high=Decimal(units))
    high = answer.points if isinstance(answer, Points) else Decimal(100)
    header = f"{repeat or '得分'}\n（0—{plain(high)}分）"
    return Column(header, "number", repeat=repeat, high=high, decimals=component.decimals)


def _grid(
    scheme: Scheme, leaf: str, units: list[Unit], columns: tuple[Column, ...], blocked: Iterable[tuple[int, int]]
) -> Table:
    lines = tuple(Line((str(at), unit.name), unit.id) for at, unit in enumerate(units, 1))
    return Table("grid", scheme.id, leaf, TOP, (SERIAL, UNIT), lines, columns, tuple(blocked))


def _not_applicable(
    evaluation: Evaluation, class_id: str, leaf: str, units: list[Unit], columns: tuple[Column, ...]
) -> Iterator[tuple[int, int]]:
    for at, unit in enumerate(units):
        for number, column in enumerate(columns):
            if column.indicator and not evaluation.is_applicable(class_id, leaf, column.indicator, unit.id):
                yield at, number


def _owner_tables(evaluation: Evaluation, scheme: Scheme, leaf: str, evaluator: Evaluator) -> tuple[Table, ...]:
    """The lines of a component that this evaluator owns, for all units that have it."""
    component = scheme.components[leaf]
    lines = [line for line in evaluation.indicators(scheme.id, leaf) if line.owner == evaluator.id]
    units = [unit for unit in evaluation.units_of(scheme.id) if _has(component, unit)]
    if not lines or not units:
        return ()
    columns = _columns(scheme, component, lines, len(units))
    return (_grid(scheme, leaf, units, columns, _not_applicable(evaluation, scheme.id, leaf, units, columns)),)


def _goal_table(evaluation: Evaluation, scheme: Scheme, leaf: str, units: list[Unit]) -> Table:
    """Units with goals of their own: one row per unit and goal, its preset points beside it."""
    component = scheme.components[leaf]
    lines: list[Line] = []
    for unit in units:
        for goal in evaluation.indicators(scheme.id, leaf, unit.id):
            if evaluation.is_applicable(scheme.id, leaf, goal.id, unit.id):
                labels = (str(len(lines) + 1), unit.name, goal.part, goal.name, plain(goal.full))
                lines.append(Line(labels, unit.id, goal.id, high=decimal(goal.full)))
    mark = Column("得分", "number", decimals=component.decimals)
    headers = (SERIAL, UNIT, "类别", "重点工作目标" if not component.name else component.name, "预赋分值")
    return Table("grid", scheme.id, leaf, TOP, headers, tuple(lines), (mark,))


def _open_table(scheme: Scheme, leaf: str, units: list[Unit]) -> Table:
    """Rows that are added as things happen: which unit, when, how many points."""
    component = scheme.components[leaf]
    word = component.each.word if component.each else ""
    count = max(20, VISIT_LINES_PER_UNIT * len(units))
    columns = (
        Column(
            UNIT, "choice", "unit", choices=tuple(unit.name for unit in units), units=tuple(unit.id for unit in units)
        ),
        Column(f"{word}日期", "date", "date"),
        _plain_column(scheme, component, "", len(units)),
        Column("说明", "text", "remark", required=False),
    )
    lines = tuple(Line((str(at),), repeat=str(at)) for at in range(1, count + 1))
    return Table("open", scheme.id, leaf, TOP, (SERIAL,), lines, columns)


def _with_statement(table: Table, scheme: Scheme, leaf: str) -> Table:
    """A unit's own sheet also states a grade and the reasons for it."""
    stated = (
        Column("自报等次", "choice", "stated_grade", choices=tuple(grade.name for grade in scheme.grades)),
        Column("主要理由", "text", "reasons"),
    )
    return Table(
        table.kind,
        scheme.id,
        leaf,
        table.top,
        table.label_headers,
        table.lines,
        (*table.columns, *stated),
        table.blocked,
    )


def _claims_table(scheme: Scheme, leaf: str, unit: Unit, top: int) -> Table:
    """What a unit applies for as bonus: kind, points, facts, the document of its leadership's resolution."""
    most = max((points for _, points in scheme.bonus.kinds), default=Decimal(0))
    columns = [
        Column("加分项目", "choice", "claim_kind", choices=tuple(kind for kind, _ in scheme.bonus.kinds)),
        Column(f"申报分值\n（0—{plain(most)}分）", "number", "claim_points", high=most, decimals=2),
        Column("主要事实和证明材料", "text", "claim_facts"),
        Column("领导班子审议文号", "text", "claim_document"),
    ]
    columns += [Column("分管领导同意文号", "text", "claim_consent")] if scheme.bonus.consent else []
    lines = tuple(Line((str(at),), unit.id, repeat=str(at)) for at in range(1, CLAIM_LINES + 1))
    return Table("open", scheme.id, leaf, top, (SERIAL,), lines, tuple(columns), caption="奖项申报（没有的不填）")


def _contribution_table(evaluation: Evaluation, scheme: Scheme, award: Award, evaluator: Evaluator) -> Table:
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
        Column(f"{each.name}\n（0—100分）", "number", indicator=each.id, high=Decimal(100), decimals=2)
        for each in award.fields
    )
    blocked = (
        (at, number)
        for at, unit in enumerate(units)
        for number, field in enumerate(fields)
        if (field, unit.id) not in listed
    )
    return _grid(scheme, award.name, units, columns, blocked)


# --- cards -----------------------------------------------------------------------------------------------------------


def _ballot_sheets(evaluation: Evaluation, evaluator: Evaluator, batch: Batch) -> list[FormSheet]:
    """The batch's account, then for each class its cards row by row and as a tally."""
    sheets: list[FormSheet] = []
    account: list[Line] = []
    for scheme in evaluation.classes.values():
        for leaf in scheme.leaves():
            answer = scheme.components[leaf].answer
            units = _units(evaluation, scheme.id, leaf, evaluator) if isinstance(answer, Ballot) else []
            if isinstance(answer, Ballot) and units:
                choices = tuple(choice for choice, _ in scheme.scales[answer.ballot])
                name = scheme.head.name
                account.append(Line((name, scheme.components[leaf].name), class_id=scheme.id, component=leaf))
                notes = (
                    f"每张评价卡一行，每个单位从下拉列表选一项：{'、'.join(choices)}；不评的留空。废票在最后一列选“{SPOILED}”。",
                )
                sheets.append(
                    FormSheet(
                        f"评价卡·{name}", f"{name}　评价卡登记", notes, (_cards(scheme, leaf, units, choices, batch),)
                    )
                )
                notes = ("已逐张登记的不必填本表；只有汇总数的填本表。每个单位各栏之和等于有效卡数（收回减废票）。",)
                sheets.append(
                    FormSheet(f"汇总·{name}", f"{name}　评价卡汇总", notes, (_tally(scheme, leaf, units, choices),))
                )
    if not sheets:
        return []
    columns = tuple(Column(header, "count", field, high=Decimal(100_000)) for header, field in _ACCOUNT)
    table = Table("grid", "", "", TOP, ("对象类别", "评估主体"), tuple(account), columns)
    place = "　".join(
        part for part in (batch.meeting, batch.place, batch.date.isoformat() if batch.date else "") if part
    )
    return [
        FormSheet("批次", f"评价卡批次 {batch.id}", (place or "先填本表：发放、收回、废票张数。",), (table,)),
        *sheets,
    ]


_ACCOUNT = (("发放张数", "issued"), ("收回张数", "returned"), ("废票张数", "spoiled"))


def _cards(scheme: Scheme, leaf: str, units: list[Unit], choices: tuple[str, ...], batch: Batch) -> Table:
    columns = [Column(unit.name, "choice", unit=unit.id, choices=choices, required=False) for unit in units]
    columns.append(Column(SPOILED, "choice", "spoiled", choices=(SPOILED,), required=False))
    lines = tuple(Line((str(at),), repeat=str(at)) for at in range(1, batch.cards + 1))
    return Table("cards", scheme.id, leaf, TOP, ("卡号",), lines, tuple(columns))


def _tally(scheme: Scheme, leaf: str, units: list[Unit], choices: tuple[str, ...]) -> Table:
    columns = tuple(
        Column(choice, "count", "tally", indicator=choice, high=Decimal(100_000), required=False)
        for choice in (*choices, BLANK_CHOICE)
    )
    lines = tuple(Line((str(at), unit.name), unit.id) for at, unit in enumerate(units, 1))
    return Table("tally", scheme.id, leaf, TOP, (SERIAL, UNIT), lines, columns)


# --- numbers as text -------------------------------------------------------------------------------------------------


def decimal(value: Fraction) -> Decimal:
    """A preset value as a decimal; preset values are written as decimals, so this is exact."""
    return Decimal(value.numerator) / Decimal(value.denominator)
