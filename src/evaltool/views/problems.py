"""What was found, as a table: how bad it is, where, what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Iterable

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding
from evaltool.views.tables import ShownColumn, ShownTable, Tone, Word, table
from evaltool.views.wording import evaluator_name, unit_name

SEVERITY_WORDS = {"error": "错误", "warning": "提醒", "note": "提示"}
_TONES: dict[str, Tone] = {"error": "red", "warning": "yellow", "note": ""}
_COLUMNS = (
    ShownColumn("级别", "word", 7, "severity"),
    ShownColumn("代码", "text", 20, "code"),
    ShownColumn("位置", "text", 40, "place"),
    ShownColumn("文件", "text", 26, "file"),
    ShownColumn("工作表", "text", 14, "sheet"),
    ShownColumn("单元格", "word", 8, "cell"),
    ShownColumn("单位", "text", 16, "unit"),
    ShownColumn("评估主体", "text", 16, "evaluator"),
    ShownColumn("问题", "text", 44, "problem"),
    ShownColumn("处理办法", "text", 34, "hint"),
)


def problems(evaluation: Evaluation, findings: Iterable[Finding]) -> ShownTable:
    """`place` says in one column what file, sheet, cell, unit and evaluator say in several."""
    rows = [
        (
            Word(SEVERITY_WORDS[one.severity], _TONES[one.severity]),
            one.code,
            one.place(),
            one.file,
            one.sheet,
            one.cell,
            unit_name(evaluation, one.unit),
            evaluator_name(evaluation, one.evaluator),
            one.message(),
            one.hint(),
        )
        for one in findings
    ]
    return table("校验问题", _COLUMNS, rows)
