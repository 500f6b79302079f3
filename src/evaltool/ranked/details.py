"""The tabs behind the totals: points, marks, cards, findings, accounts, decisions, parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding
from evaltool.forms import FIGURE, sheet_name
from evaltool.lines import method_of
from evaltool.methods import Choice, Percent, Points
from evaltool.ranked.ledger import ledger_tab
from evaltool.ranked.parameters import rule_blocks
from evaltool.ranked.parts import (
    Block,
    Column,
    Frame,
    Row,
    count,
    listing,
    number,
    plain_number,
    stacked,
    text,
    word,
)
from evaltool.ranked.parts import points as points_cell
from evaltool.result import Result
from evaltool.roster import Indicator
from evaltool.rules import Scheme
from evaltool.workbook import Tab

DETAILS = ("得分明细", "指标明细", "评价卡", "校验问题", "账目", "决定", "参数")
FATES = {
    "counted": "计入",
    "copy": "相同副本",
    "superseded": "被替代",
    "rejected": "退回",
    "excluded": "排除",
    "not_a_submission": "非报送表",
}
SEVERITY_WORDS = {"error": "错误", "warning": "提醒", "note": "提示"}
_SEVERITY_STYLES = {"error": "bad", "warning": "warn", "note": "text_center"}
_STATES = {"abstained": "弃权", "broken": "无法识别"}
_BLANK_CHOICE = "未填"
_HASH = 12  # digits of a file's hash, enough to find it in the ledger and the accounts


def detail_tabs(result: Result, made: Frame) -> tuple[Tab, ...]:
    """All tabs after the groups', in the order in which one would look a number up."""
    points, marks, cards, findings, accounts, ledger, rules = DETAILS
    return (
        listing(points, made, _POINTS, list(_points_rows(result)), still=2),
        listing(marks, made, _MARKS, _marks_rows(result), still=1),
        listing(cards, made, _CARDS, _card_rows(result), still=1),
        listing(findings, made, _FINDINGS, [_finding_row(result.evaluation, one) for one in result.findings]),
        stacked(accounts, made, _accounts(result)),
        ledger_tab(result, ledger, made),
        stacked(rules, made, rule_blocks(result.evaluation)),
    )


# --- points ----------------------------------------------------------------------------------------------------------

_POINTS = (
    Column("单位", 28),
    Column("评估内容", 60),
    Column("权重\n（调整后）", 11),
    Column("得分率", 12),
    Column("得分", 12),
    Column("评估主体\n或评价卡数", 12),
    Column("说明", 50),
)


def _points_rows(result: Result) -> Iterator[Row]:
    """Every unit with every component that it has."""
    for one in result.standings:
        scheme = result.evaluation.classes[one.unit.class_id]
        for component, _ in scheme.walk():
            point = result.points.get((one.unit.id, component))
            if point is not None:
                yield (
                    text(one.unit.name),
                    text(path(scheme, component)),
                    plain_number(point.weight),
                    number(point.share, "percent"),
                    points_cell(point),
                    count(point.evaluators or None),
                    text(point.basis),
                )


def path(scheme: Scheme, component: str) -> str:
    """A component with those that it is part of: 民主评估／群众代表."""
    names: list[str] = []
    while component:
        names.append(scheme.components[component].name)
        component = scheme.components[component].parent
    return "／".join(reversed(names))


# --- marks and cards -------------------------------------------------------------------------------------------------

_MARKS = (
    Column("单位", 26),
    Column("评估内容", 40),
    Column("指标", 30),
    Column("预赋分值", 10),
    Column("评分", 10),
    Column("次数\n（时段）", 10),
    Column("评估主体", 24),
    Column("文件", 54),
    Column("工作表", 28),
    Column("单元格", 9),
    Column("更正文号", 20),
    Column("责任人（三级）", 30),
)


def _marks_rows(result: Result) -> list[Row]:
    """Every mark that counted and every figure of any kind, in the order of units, rules and evaluators."""
    import polars as pl

    columns = [
        "class_id",
        "component",
        "indicator",
        "unit",
        "repeat",
        "evaluator",
        "text",
        "value",
        "decimals",
        "state",
    ]
    repeat = pl.concat_str("repeat", pl.col("field").str.strip_prefix(FIGURE).replace("mark", ""), separator=" ")
    kept = (
        ((pl.col("field") == "mark") | pl.col("field").str.starts_with(FIGURE))
        & (pl.col("state") != "blank")
        & (pl.col("unit") != "")
    )
    marks = (
        result.intake.answers.filter(kept)
        .with_columns(repeat=repeat.str.strip_chars())
        .select(*columns, "file", "sheet", "cell", "decision")
        .rows()
    )
    units = {unit: at for at, unit in enumerate(result.evaluation.units)}
    indicator = _indicators(result.evaluation)
    order = {
        (scheme.id, leaf): at
        for scheme in result.evaluation.classes.values()
        for at, leaf in enumerate(scheme.leaves())
    }
    marks.sort(key=lambda mark: (units.get(mark[3], len(units)), order.get(mark[:2], len(order)), *mark[2:6]))
    return [_mark_row(result.evaluation, indicator(*mark[:4]), mark) for mark in marks]


def _mark_row(evaluation: Evaluation, asked: Asked, mark: tuple[object, ...]) -> Row:
    _, _, _, unit, repeat, evaluator, typed, value, decimals, state, *place = mark
    component, indicator, full, chosen, responsible = asked
    if chosen or not isinstance(value, int) or not isinstance(decimals, int):
        said = word(_STATES.get(str(state), str(typed)))
    else:
        said = number(Fraction(value, 10**decimals), "text_center")
    return (
        text(unit_name(evaluation, str(unit))),
        text(component),
        text(indicator),
        word("") if full is None else plain_number(full),
        said,
        word(str(repeat)),
        text(evaluator_name(evaluation, str(evaluator))),
        *(text(str(each)) for each in place),
        text(responsible),
    )


Asked = tuple[str, str, Fraction | None, bool, str]
"""What a mark was asked for: component, indicator, preset points, whether it is a choice, the persons responsible."""


def _indicators(evaluation: Evaluation) -> Callable[[str, str, str, str], Asked]:
    """A function from (class, component, indicator, unit) of a mark to what it was asked for."""
    lines: dict[tuple[str, str, str, str], Indicator] = {
        (line.class_id, line.component, line.id, line.unit): line for line in evaluation.roster.indicators
    }
    fields = {
        (scheme.id, award.name, field.id): field.name
        for scheme in evaluation.classes.values()
        for award in scheme.awards
        for field in award.fields
    }

    def find(class_id: str, leaf: str, id_: str, unit: str) -> Asked:
        scheme = evaluation.classes[class_id]
        if leaf not in scheme.components:  # contributions stand under their award's name
            return leaf, fields.get((class_id, leaf, id_), id_), Fraction(100), False, ""
        line = lines.get((class_id, leaf, id_, unit)) or lines.get((class_id, leaf, id_, ""))
        answer = method_of(scheme, line) if line else scheme.components[leaf].answer
        full = line.full if line else _full(scheme, leaf)
        responsible = line.responsible if line else ""
        return path(scheme, leaf), line.name if line else id_, full, isinstance(answer, Choice), responsible

    return find


def _full(scheme: Scheme, leaf: str) -> Fraction | None:
    """The preset points of a leaf without indicators."""
    answer = scheme.components[leaf].answer
    if isinstance(answer, Points):
        return Fraction(answer.points)
    return Fraction(100) if isinstance(answer, Percent) else None


_CARDS = (
    Column("评估内容", 60),
    Column("单位", 28),
    Column("评估主体", 38),
    Column("批次", 10),
    Column("选项", 12),
    Column("张数", 10),
)


def _card_rows(result: Result) -> list[Row]:
    """Cards by component, unit, batch and choice; choices in the order of the scale, blank ones last."""
    import polars as pl

    keys = ["class_id", "component", "unit", "evaluator", "batch", "choice"]
    counts = result.intake.ballots.filter("valid").group_by(keys).agg(pl.col("count").sum()).rows()
    units = {unit: at for at, unit in enumerate(result.evaluation.units)}
    order: dict[tuple[str, str], int] = {}
    choices: dict[tuple[str, str], list[str]] = {}
    for scheme in result.evaluation.classes.values():
        for leaf in scheme.leaves():
            order[scheme.id, leaf] = len(order)
            answer = scheme.components[leaf].answer
            name = getattr(answer, "ballot", "")
            choices[scheme.id, leaf] = [choice for choice, _ in scheme.scales.get(name, ())]

    def place(row: tuple[str, ...]) -> tuple[object, ...]:
        listed = choices[row[0], row[1]]
        at = listed.index(row[5]) if row[5] in listed else len(listed)
        return order[row[0], row[1]], units.get(row[2], len(units)), row[3], row[4], at

    return [_card_row(result.evaluation, row) for row in sorted(counts, key=place)]


def _card_row(evaluation: Evaluation, row: tuple[str, str, str, str, str, str, int]) -> Row:
    class_id, component, unit, evaluator, batch, choice, cards = row
    return (
        text(path(evaluation.classes[class_id], component)),
        text(unit_name(evaluation, unit)),
        text(evaluator_name(evaluation, evaluator)),
        word(batch),
        word(choice or _BLANK_CHOICE),
        count(cards),
    )


# --- findings and accounts -------------------------------------------------------------------------------------------

_FINDINGS = (
    Column("级别", 8),
    Column("代码", 28),
    Column("文件", 36),
    Column("工作表", 26),
    Column("单元格", 9),
    Column("单位", 24),
    Column("评估主体", 24),
    Column("问题", 60),
    Column("处理办法", 44),
)


def _finding_row(evaluation: Evaluation, one: Finding) -> Row:
    return (
        word(SEVERITY_WORDS[one.severity], _SEVERITY_STYLES[one.severity]),
        text(one.code),
        text(one.file),
        text(one.sheet),
        word(one.cell),
        text(unit_name(evaluation, one.unit)),
        text(evaluator_name(evaluation, one.evaluator)),
        text(one.message()),
        text(one.hint()),
    )


def _accounts(result: Result) -> Iterator[Block]:
    """Sheets by role, files by what became of them, every file, every batch of cards."""
    made, evaluation = result.accounts, result.evaluation
    columns = [Column(header, 14) for header in ("角色", "应报", "计入", "未报", "免报")]
    yield (
        "报送表：应报＝计入＋未报＋免报",
        columns,
        [
            (text(role.name), *map(count, (role.expected, role.counted, role.missing, role.waived)))
            for role in made.roles
        ],
    )
    fates = [(text(FATES[fate]), count(number)) for fate, number in made.files_by_fate().items()]
    yield f"文件：共{len(made.files)}个", [Column("处理结果", 44), Column("个数", 14)], fates
    yield (
        "每个文件",
        [
            Column("文件", 44),
            Column("处理结果", 14),
            Column("评估主体", 26),
            Column("批次", 10),
            Column("文件指纹", 18),
            Column("说明", 30),
        ],
        [
            (
                text(each.file),
                word(FATES[each.became]),
                text(evaluator_name(evaluation, each.evaluator)),
                word(sheet_name(each.batch) or each.batch),
                text(each.digest[:_HASH]),
                text(each.reason),
            )
            for each in made.files
        ],
    )
    headers = ("评估内容", "评估主体", "批次", "发放", "收回", "未收回", "废票", "有效")
    yield (
        "评价卡：发放＝收回＋未收回，收回＝有效＋废票",
        [Column(header, 10) for header in headers],
        list(_batch_rows(result)),
    )
    if result.accounts.surveys:
        headers = ("评估主体", "文件", "行数", "答案", "计入", "重复未计", "空白", "未采用")
        yield (
            "调查（导出文件）：答案＝计入＋重复未计＋空白＋未采用",
            [Column(header, 10) for header in headers],
            list(_survey_rows(result)),
        )


def _batch_rows(result: Result) -> Iterator[Row]:
    for each in result.accounts.batches:
        out = each.issued - each.returned if each.issued is not None and each.returned is not None else None
        yield (
            text(path(result.evaluation.classes[each.class_id], each.component)),
            text(evaluator_name(result.evaluation, each.evaluator)),
            word(each.batch),
            *map(count, (each.issued, each.returned, out, each.spoiled, each.valid)),
        )


def _survey_rows(result: Result) -> Iterator[Row]:
    for each in result.accounts.surveys:
        figures = each.rows, each.read, each.counted, each.repeated, each.blank, each.refused
        yield text(evaluator_name(result.evaluation, each.evaluator)), text(each.file), *map(count, figures)


def unit_name(evaluation: Evaluation, unit: str) -> str:
    return evaluation.units[unit].name if unit in evaluation.units else unit


def evaluator_name(evaluation: Evaluation, evaluator: str) -> str:
    return evaluation.evaluators[evaluator].name if evaluator in evaluation.evaluators else evaluator
