"""目标批复: the approved goals of one unit, or of all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from evaltool.documents.commongoals import common_goals, common_goals_of_all
from evaltool.documents.content import Content, ContentsAndFindings, Occasion
from evaltool.documents.named import unit_named
from evaltool.documents.persons import U
from evaltool.documents.phrases import enumerated, names, one_line, some, table
from evaltool.evaluation import Evaluation
from evaltool.evaluation.in_words.decisions import goal_decisions, in_words
from evaltool.evaluation.lines import target_of
from evaltool.exact import plain
from evaltool.findings import Finding, Refused, finding
from evaltool.ledger import Decision
from evaltool.questions.layout.goals import goal_components, goals_of_unit, own_goals
from evaltool.roster import Indicator, Unit
from evaltool.rules.documentnumbers import day_text
from evaltool.writers.official import Attachment, DocumentBlock, DocumentTable, Heading, Text

FEW = 10  # units named in a finding


@dataclass(frozen=True, slots=True)
class ShownTarget:
    """One goal as documents show it; the texts are "" where the roster does not say them."""

    part: str
    name: str
    full: Fraction
    standard: str = ""
    role: str = ""
    persons: str = ""
    aim: str = ""


def targets(at: Occasion) -> ContentsAndFindings:
    """One unit's, each unit's, or all in one document."""
    evaluation, asked = at.evaluation, at.asked
    units = [unit for unit in evaluation.units.values() if any(goal_components(evaluation, unit))]
    if not units:
        raise Refused([finding("NOTICE_NO_GOALS_ASKED")], usage=True)
    if asked.unit:
        units = [unit_named(evaluation, asked.unit)]
    ready = [unit for unit in units if approved(evaluation, unit)]
    left = [unit.name for unit in units if unit not in ready]
    found: list[Finding] = []
    if left:
        args: dict[str, object] = {"n": len(left), "units": some(left, FEW)}
        found.append(finding("NOTICE_GOALS_LEFT", args=args))
    if asked.unit or asked.each:
        return [_to_one(evaluation, unit) for unit in ready], found
    return ([_to_all(evaluation, ready)] if ready else []), found


def approved(evaluation: Evaluation, unit: Unit) -> list[ShownTarget]:
    """The goals that the roster has for a unit: approved by document or entered there, and the office's beside them."""
    return [
        _target(evaluation, row)
        for _, leaf, _ in goal_components(evaluation, unit)
        if own_goals(evaluation, unit, leaf)
        for row in goals_of_unit(evaluation, unit, leaf)
    ]


def preset(evaluation: Evaluation, unit: Unit) -> list[ShownTarget]:
    """What the office has preset in components in which the unit's own goals are not approved yet."""
    return [
        _target(evaluation, row)
        for _, leaf, _ in goal_components(evaluation, unit)
        if not own_goals(evaluation, unit, leaf)
        for row in goals_of_unit(evaluation, unit, leaf)
    ]


def _target(evaluation: Evaluation, row: Indicator) -> ShownTarget:
    aim = target_of(evaluation, row)
    return ShownTarget(row.part, row.name, row.full, row.standard, row.role, row.responsible, aim)


# --- documents --------------------------------------------------------------------------------------------------------


def _to_one(evaluation: Evaluation, unit: Unit) -> Content:
    year = evaluation.settings.year
    own = approved(evaluation, unit)
    blocks = (
        Text(f"{U}你单位报送的{year}年度工作目标收悉。经研究，批复如下："),
        *enumerated(
            (
                f"同意{U}你单位{year}年度工作目标{len(own)}项，{_points(own)}。",
                *(f"{each}。" for each in _changes(evaluation, unit)),
                *_demands(evaluation, f"{U}你单位"),
            )
        ),
        goal_table(own),
        Text("此复。"),
    )
    title = (f"关于{unit.addressed}{year}年度工作目标的批复",)
    persons = evaluation.classes[unit.class_id].head.persons
    attachments = common_goals(evaluation, unit)
    made = Content(title, blocks, attachments, unit.addressed, f"目标批复-{unit.name}", persons=persons)
    return _approved(evaluation, made, [unit])


def _to_all(evaluation: Evaluation, units: Sequence[Unit]) -> Content:
    year, name = evaluation.settings.year, evaluation.settings.name
    count = sum(len(approved(evaluation, unit)) for unit in units)
    changes = [f"{unit.name}{each}" for unit in units for each in _changes(evaluation, unit)]
    blocks = (
        Text(f"{U}各单位报送的{year}年度工作目标收悉。经研究，批复如下："),
        *enumerated(
            (
                f"同意{len(units)}{U}个单位的{year}年度工作目标共{count}项，{U}各单位的目标和分值见附件。",
                *(f"{each}。" for each in changes),
                *_demands(evaluation, f"{U}各单位"),
            )
        ),
        Text("此复。"),
    )
    lists = goal_lists(evaluation, [(unit, approved(evaluation, unit)) for unit in units])
    attachments = [Attachment((f"{U}各单位{year}年度工作目标",), tuple(lists)), *common_goals_of_all(evaluation, units)]
    title = (f"关于{name}工作目标的批复",)
    made = Content(title, blocks, attachments, stem="目标批复", form="document")
    return _approved(evaluation, made, units)


def _approved(evaluation: Evaluation, made: Content, units: Sequence[Unit]) -> Content:
    """With number and day of the document that approved the goals, where nobody states others and the roster names one
    document alone."""
    ids = {unit.id for unit in units}
    said = {(goal.document, goal.date) for goal in evaluation.roster.goals if goal.unit in ids}
    if len(said) != 1:
        return made
    number, day = said.pop()
    return replace(made, number=number, date=day_text(day))


def _points(own: Sequence[ShownTarget]) -> str:
    """What the goals come to, in all and part by part."""
    parts = list(dict.fromkeys(goal.part for goal in own if goal.part))
    sums = [f"{part}{plain(_sum(goal for goal in own if goal.part == part))}分" for part in parts]
    listed = f"，其中{names(sums)}" if len(sums) > 1 else ""
    return f"预赋分值合计{plain(_sum(own))}分{listed}"


def _sum(goals: Sequence[ShownTarget] | Iterator[ShownTarget]) -> Fraction:
    return sum((goal.full for goal in goals), Fraction(0))


def _changes(evaluation: Evaluation, unit: Unit) -> list[str]:
    """Targets that were changed since and tasks that were added, with old points or texts and the document."""
    return [
        _change(f"“{one_line(in_words(evaluation, line)['indicator'])}”", line)
        for line in goal_decisions(evaluation, unit.id)
    ]


def _change(what: str, line: Decision) -> str:
    since = f"自{_day(line.day)}起"
    if line.kind == "goal_added":
        return f"{what}{since}增加，{line.after}分（{line.document}）"
    if line.kind == "goal_text":
        was = f"由“{one_line(line.before)}”变更为" if line.before else "定为"
        return f"{what}的{line.item}{since}{was}“{one_line(line.after)}”（{line.document}），所列为变更后的内容"
    return f"{what}的分值{since}由{line.before}分调整为{line.after}分（{line.document}），所列为调整后的分值"


def _day(text: str) -> str:
    year, month, day = (int(part) for part in text.split("-"))
    return f"{year}年{month}月{day}日"


def _demands(evaluation: Evaluation, who: str) -> Iterator[str]:
    until = evaluation.settings.targets_until
    late = f"应在{day_text(until)}前报批" if until else "应按程序报批"
    yield f"目标经批准后原则上不作调整，确需调整的，{late}。"
    reported = [each for each in evaluation.deadlines if each.sheet == "progress"]
    when = names(f"{each.period}进展（{day_text(each.date)}前）" for each in reported)
    progress = f"，并按期报送{when}" if when else ""
    yield f"请{who}对照目标细化措施，逐项落实责任人和完成时限{progress}。"


# --- tables -----------------------------------------------------------------------------------------------------------


def goal_lists(evaluation: Evaluation, listed: Sequence[tuple[Unit, Sequence[ShownTarget]]]) -> Iterator[DocumentBlock]:
    """Each unit's goals in a table of its own; units under their class where there are several."""
    for scheme in evaluation.classes.values():
        own = [(unit, goals) for unit, goals in listed if unit.class_id == scheme.id]
        if own and len(evaluation.classes) > 1:
            yield Heading(scheme.head.name)
        for unit, goals in own:
            yield goal_table(goals, f"{unit.name}（{len(goals)}项，{plain(_sum(goals))}分）")


def goal_table(own: Sequence[ShownTarget], caption: str = "") -> DocumentTable:
    """Columns that nobody filled in are left out; what is left gets their room."""
    columns = (
        ("序号", 12.0, [str(at) for at in range(1, len(own) + 1)]),
        ("类别", 24.0, [goal.part for goal in own]),
        ("工作目标", 60.0, [one_line(goal.name) for goal in own]),
        ("分值", 14.0, [plain(goal.full) for goal in own]),
        ("目标值", 22.0, [one_line(goal.aim) for goal in own]),
        ("评分标准", 60.0, [one_line(goal.standard) for goal in own]),
        ("承担角色", 18.0, [goal.role for goal in own]),
        ("责任人", 28.0, [goal.persons for goal in own]),
    )
    tight = 0.8 if any(goal.aim for goal in own) else 1.0
    used = [(name, width * tight, cells) for name, width, cells in columns if any(cells)]
    flexible = ("工作目标", "评分标准")
    fixed = sum(width for name, width, _ in used if name not in flexible)
    free = (156.0 - fixed) / sum(name in flexible for name, _, _ in used)
    widths = tuple(free if name in flexible else width for name, width, _ in used)
    rows = tuple(zip(*(cells for _, _, cells in used), strict=True))
    left = tuple(at for at, (name, _, _) in enumerate(used) if name in flexible)
    return table([name for name, _, _ in used], rows, widths, left, caption)
