"""What each input cell takes: its drop-down or bounds with prompt and alert, and the colours that show gaps and slips.

Whoever pastes or fills down goes past a drop-down, so what is wrong also turns red by a formula.  A gap turns amber
only once its row was begun: a fresh sheet accuses nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from evaltool.exact import plain
from evaltool.questions.forms import ABSTAINED, FIGURE, OWN_LIMIT, ColumnKind, FormColumn, FormTable
from evaltool.reader import address
from evaltool.writers.book import EntryRule, Highlight, Value

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
        return _preset(self.table) if self.column.field == "mark" else None

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


def _preset(table: FormTable) -> int | None:
    limits = [plain(line.high) if line.high is not None else "" for line in table.lines]
    return next((at for at in range(table.left) if limits == [line.labels[at] for line in table.lines]), None)


def takes(block: InputBlock, line: int, value: Value) -> bool:
    """Whether a value answers the question of a line: then the live line counts it."""
    column, own = block.column, block.table.lines[line].high
    if value is None or value == "":
        return False
    if kind_of(column) in ("text", "date"):
        return True
    if value == ABSTAINED:
        return withholds(column)
    if column.kind == "choice":
        return value in column.choices
    high = own if own is not None and column.field in OWN_LIMIT else column.high
    if isinstance(value, str) or not column.low <= value <= high:
        return False
    return Decimal(value).scaleb(column.decimals) % 1 == Decimal(0)  # more decimals than are asked for are refused


def withholds(column: FormColumn) -> bool:
    """Whether 弃权 is an answer: the rules accept it, or have it among the choices."""
    return column.may_abstain or ABSTAINED in column.choices


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
    return EntryRule(*area, kind, plain(column.low), _bound(block, "="), **shown)  # type: ignore[arg-type]


def _number_or_abstained(block: InputBlock) -> str:
    """What the checks for numbers say, or 弃权.  Not written as OR, every part of which is worked out: reckoning with a
    text fails."""
    cell, column = block.first, block.column
    tests = [f"{cell}>={plain(column.low)}", f"{cell}<={_bound(block)}"]
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


def _bound(block: InputBlock, sign: str = "") -> str:
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


# --- colours ---------------------------------------------------------------------------------------------------------


def highlights(table: FormTable, names: Names) -> Iterator[Highlight]:
    """Red: not a number, out of range, too many decimals, not a choice, a place given twice.  Amber: a gap."""
    for block in blocks(table):
        wrong = _wrong(block, names)
        if wrong:
            yield Highlight(block.first, block.last, f"={wrong}", "bad")
        if table.kind in ("grid", "open") and block.column.required:
            yield from _gaps(block)


def _wrong(block: InputBlock, names: Names) -> str:
    cell, column = block.first, block.column
    if kind_of(column) == "text":
        return ""
    if column.kind == "choice":
        known = f"SUMPRODUCT(--({names[column.choices]}=TRIM({cell})))>0"
        abstained = f'OR(TRIM({cell})="{ABSTAINED}",{known})' if column.may_abstain else known
        return f"IF(ISBLANK({cell}),FALSE,IF(ISERROR({cell}),TRUE,NOT({abstained})))"
    if column.kind == "date":
        dashed = f"TRIM({cell})"
        for sign, put in (("年", "-"), ("月", "-"), ("日", ""), (".", "-"), ("/", "-")):
            dashed = f'SUBSTITUTE({dashed},"{sign}","{put}")'
        number, other = f"OR({cell}<{FIRST_DAY},{cell}>{LAST_DAY})", f"ISERROR(DATEVALUE({dashed}))"
    else:
        tests = [f"{cell}<{plain(column.low)}", f"{cell}>{_bound(block)}"]
        tests += [f"ABS(ROUND({cell},{column.decimals})-{cell})>0.0000001"]
        if is_rank(column):
            tests.append(f"COUNTIF({_down(block.first, block.last)},{cell})>1")
        number, other = f"OR({','.join(tests)})", _no_number(column, cell)
    return f"IF(ISBLANK({cell}),FALSE,IF(ISNUMBER({cell}),{number},IF(ISERROR({cell}),TRUE,{other})))"


def _no_number(column: FormColumn, cell: str) -> str:
    """When a text among numbers is wrong: always, but where one may abstain."""
    return f'TRIM({cell})<>"{ABSTAINED}"' if column.may_abstain else "TRUE"


def _gaps(block: InputBlock) -> Iterator[Highlight]:
    """A blank cell in a row that was begun; where a row has one cell only, one above a cell that is filled."""
    table = block.table
    column = table.left + block.start
    for first, last in _runs(table, block.start):
        row = table.top + 1 + first
        cell = address(row, column)
        inputs = [f"${address(row, one)}:${address(row, two)}" for one, two in row_spans(table)]
        begun = "+".join(f"COUNTA({span})" for span in inputs)
        if sum(other.kind != "sum" for other in table.columns) == 1:
            begun = f"COUNTA({cell}:{_down(cell, block.last).split(':')[1]})"
        end = address(table.top + 1 + last, column)
        yield Highlight(cell, end, f"=AND(ISBLANK({cell}),{begun}>0)", "warn")


def row_spans(table: FormTable) -> Iterator[tuple[int, int]]:
    """The sheet columns of a row's inputs, from-to: sums stand between them and always hold something."""
    numbered = enumerate(table.columns)
    for is_sum, group in groupby(numbered, lambda pair: pair[1].kind == "sum"):
        together = [number for number, _ in group]
        if not is_sum:
            yield table.left + together[0], table.left + together[-1]


def _runs(table: FormTable, number: int) -> Iterator[tuple[int, int]]:
    """The lines of a column that are asked, in unbroken runs from-to."""
    blocked = set(table.blocked)
    for away, group in groupby(range(len(table.lines)), lambda at: (at, number) in blocked):
        together = list(group)
        if not away:
            yield together[0], together[-1]


def _down(first: str, last: str) -> str:
    """A range down one column whose rows stay where they are: C$7:C$20."""
    return ":".join(
        cell.rstrip("0123456789") + "$" + cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for cell in (first, last)
    )


def _fixed(cell: str) -> str:
    return "$" + cell.rstrip("0123456789") + "$" + cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
