"""What each input cell takes: its drop-down or bounds, with prompt and alert."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from evaltool.exact import plain
from evaltool.questions.forms import ABSTAINED, FIGURE, OWN_LIMIT, ColumnKind, FormColumn, FormTable
from evaltool.reader import address
from evaltool.writers.book import EntryRule

Names = Mapping[tuple[str, ...], str]
"""A list of choices -> the name under which the workbook defines it."""

MOST_TEXT = 1000
FIRST_DAY, LAST_DAY = 36526, 73050  # 2000-01-01 and 2099-12-31 as a workbook counts days
_LIMITS = {"title": 32, "prompt": 255, "alert": 224}  # what Excel takes, in UTF-16 units
_SHARED_TITLES = {"cards": "评价", "tally": "张数"}


@dataclass(frozen=True, slots=True)
class InputBlock:
    """Columns of a table, side by side, that ask the same question: one rule serves all their cells."""

    table: FormTable
    start: int
    stop: int

    @property
    def column(self) -> FormColumn:
        return self.table.columns[self.start]

    @property
    def first(self) -> str:
        return address(self.table.top + 1, self.table.left + self.start)

    @property
    def last(self) -> str:
        return address(self.table.bottom, self.table.left + self.stop - 1)

    @property
    def fixed(self) -> str:
        """The block's range as other worksheets refer to it."""
        return f"{_fixed(self.first)}:{_fixed(self.last)}"

    @property
    def preset(self) -> int | None:
        """The label column that shows each line's own limit, if lines have one."""
        return preset_label(self.table) if self.column.field == "mark" else None

    @property
    def high(self) -> Decimal:
        """The highest number that any cell takes."""
        own = [line.high for line in self.table.lines if line.high is not None]
        return max(own) if own and self.column.field in OWN_LIMIT else self.column.high


def blocks(table: FormTable) -> Iterator[InputBlock]:
    """The input cells of a table; cards and tallies ask the same of many columns, other tables of each its own."""
    numbered = [number for number, column in enumerate(table.columns) if column.kind != "sum"]
    shared = table.kind in _SHARED_TITLES
    for _, group in groupby(numbered, lambda number: _question(table.columns[number]) if shared else number):
        together = list(group)
        yield InputBlock(table, together[0], together[-1] + 1)


def _question(column: FormColumn) -> tuple[object, ...]:
    return column.kind, column.field, column.low, column.high, column.decimals, column.choices


def kind_of(column: FormColumn) -> ColumnKind:
    """What a cell takes; a choice for which the rules list nothing is taken as text."""
    return "text" if column.kind == "choice" and not column.choices else column.kind


def preset_label(table: FormTable) -> int | None:
    """The label column that shows each line's own limit, if there is one."""
    limits = [plain(line.high) if line.high is not None else "" for line in table.lines]
    return next((at for at in range(table.left) if limits == [line.labels[at] for line in table.lines]), None)


# --- what may be entered ---------------------------------------------------------------------------------------------


def check(block: InputBlock, names: Names) -> EntryRule:
    """The validation of a block; every input cell has one, if only for the words that it shows."""
    column = block.column
    single = block.stop - block.start == 1
    title = column.header.split("\n")[0] if single else _SHARED_TITLES[block.table.kind]
    prompt, alert = words(block)
    told = {"title": title, "prompt": prompt, "alert": alert}
    shown: dict[str, Any] = {name: _cut(text, _LIMITS[name]) for name, text in told.items()}
    area = block.first, block.last
    match kind_of(column):
        case "choice":
            return EntryRule(*area, "list", choices=f"={names[column.choices]}", **shown)
        case "date":  # a date is a number of days; as a number it is checked alike by all programs
            return EntryRule(*area, "decimal", str(FIRST_DAY), str(LAST_DAY), **shown)
        case "text":
            return EntryRule(*area, "length", "0", str(_most(column)), **shown)
    if column.may_abstain:
        return EntryRule(*area, "custom", formula=f"={_number_or_abstained(block)}", **shown)
    kind: str = "decimal" if column.decimals else "integer"
    return EntryRule(*area, kind, plain(column.low), bound(block, "="), **shown)  # type: ignore[arg-type]


def _number_or_abstained(block: InputBlock) -> str:
    """What the checks for numbers say, or 弃权.  Not written as OR, every part of which is worked out: reckoning with a
    text fails."""
    cell, column = block.first, block.column
    tests = [f"{cell}>={plain(column.low)}", f"{cell}<={bound(block)}"]
    tests += [] if column.decimals else [f"INT({cell})={cell}"]
    return f'IF(ISNUMBER({cell}),AND({",".join(tests)}),TRIM({cell})="{ABSTAINED}")'


def words(block: InputBlock) -> tuple[str, str]:
    """Prompt and alert of a block, in full."""
    column = block.column
    name = column.header.split("\n")[0] if block.stop - block.start == 1 else _SHARED_TITLES[block.table.kind]
    optional = "" if column.required else "没有的可以不填。"
    match kind_of(column):
        case "choice":
            listed = "、".join(column.choices)
            listed = f"：{listed}" if len(listed) <= 160 else ""
            return f"请从下拉列表中选一项{listed}。{optional}", f"只能从下拉列表中选择{listed}。"
        case "date":
            return f"请填日期，写成 2026-03-31 的样子。{optional}", "这里只能填日期，写成“年-月-日”，如 2026-03-31。"
        case "text":
            limit = f"不超过 {_most(column)} 字"
            return f"请用文字写明“{name}”，{limit}。{optional}", f"“{name}”{limit}，详细材料请另附。"
    if column.field.startswith(FIGURE):
        return _figure_words(column, name)
    bounds = f"{plain(column.low)} 到 {_limit_in_words(block)}之间的{_digits(column)}"
    rank = "同一名次不能用两次。" if is_rank(column) else ""
    again = "请点“重试”修改，或点“取消”恢复原值。"
    abstain, either = (f"确需弃权的，填“{ABSTAINED}”。", f"，或“{ABSTAINED}”") if column.may_abstain else ("", "")
    return f"请填 {bounds}。{rank}{abstain}{optional}", f"“{name}”只能填 {bounds}{either}。{again}"


def _most(column: FormColumn) -> int:
    """How long a text may be."""
    return int(column.high) or MOST_TEXT


def _figure_words(column: FormColumn, name: str) -> tuple[str, str]:
    """A measured figure has no bounds that one could name, and most lines have one kind of it only at first."""
    digits = f"最多 {column.decimals} 位小数" if column.decimals else "整数"
    prompt = f"请填“{name}”：只填数字，可以是负数，{digits}，不带单位和百分号。还没有的留空，有了再补。"
    return prompt, f"“{name}”只能填数字（{digits}），不带单位、百分号和千分位逗号。请点“重试”修改，或点“取消”恢复原值。"


def _limit_in_words(block: InputBlock) -> str:
    if block.preset is None:
        return f"{plain(block.high)} "
    return f"该行“{block.table.label_headers[block.preset]}”"


def _digits(column: FormColumn) -> str:
    return f"数，最多 {column.decimals} 位小数" if column.decimals else "整数"


def bound(block: InputBlock, sign: str = "") -> str:
    """The upper limit as a rule writes it: a number, or what the line's own label says."""
    if block.preset is None:
        return plain(block.high)
    return f"{sign}VALUE(${address(block.table.top + 1, block.preset)})"


def is_rank(column: FormColumn) -> bool:
    """Places in a list: the only marks that count from 1."""
    return column.kind == "number" and column.field == "mark" and column.low == 1


def _cut(text: str, limit: int) -> str:
    """Text that Excel takes: a character outside the first plane counts as two."""
    while len(text.encode("utf-16-le")) > 2 * limit:
        text = text[:-1]
    return text


def _fixed(cell: str) -> str:
    return "$" + cell.rstrip("0123456789") + "$" + cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
