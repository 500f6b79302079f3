"""The tabs beside the totals: findings, accounts, decisions, rules in words."""

from __future__ import annotations

from collections.abc import Iterator

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding
from evaltool.identity import sheet_name
from evaltool.results.result import Result
from evaltool.views.wording import evaluator_name, path, unit_name
from evaltool.workbook.ledger import ledger_tab
from evaltool.workbook.parts import Block, Column, Frame, Row, count, listing, stacked, text, word
from evaltool.workbook.ruletables import rule_blocks
from evaltool.writers.book import Tab

DETAILS = ("校验问题", "账目", "决定", "规则")
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
_HASH = 12  # digits of a file's hash, enough to find it in the ledger and the accounts


def detail_tabs(result: Result, made: Frame) -> tuple[Tab, ...]:
    """What was found, what came in, what was decided, by which rules."""
    findings, accounts, ledger, rules = DETAILS
    rows = [_finding_row(result.evaluation, one) for one in result.findings]
    return (
        listing(findings, made, _FINDINGS, rows, table="校验问题表"),
        stacked(accounts, made, _accounts(result)),
        ledger_tab(result, ledger, made),
        stacked(rules, made, rule_blocks(result.evaluation)),
    )


# --- findings and accounts -------------------------------------------------------------------------------------------

_FINDINGS = (
    Column("级别", 7),
    Column("代码", 20),
    Column("文件", 26),
    Column("工作表", 14),
    Column("单元格", 8),
    Column("单位", 16),
    Column("评估主体", 16),
    Column("问题", 44),
    Column("处理办法", 34),
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
