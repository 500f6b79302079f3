"""The difference of two runs as an internal workbook: causes, units that moved, what each cause contributed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evaltool.exact import exact
from evaltool.proof.moved import RunDifference, UnitDifference, UnitOutcome
from evaltool.reader.cells import address
from evaltool.views.tables import ShownColumn, ShownRow, ShownTable, table
from evaltool.workbook.tables import rows
from evaltool.writers.book import Book, Cell, Tab

NOW = "文件夹现有内容"
KINDS: Mapping[str, str] = {
    "tool": "程序",
    "rules": "规则",
    "roster": "名单",
    "result": "其他评估的结果",
    "submission": "报送表",
    "decision": "决定",
    "form": "文字、备注",
}
WHAT: Mapping[str, str] = {
    "changed": "改动",
    "added": "新增",
    "removed": "删去",
    "replaced": "重新报送",
    "unexplained": "没有原因可以解释",
}


def difference_book(made: RunDifference) -> Book:
    between = f"{_named(made.before)}　→　{_named(made.after)}"
    said = "　同一文件、同一表或同一种决定的原因并为一项" if made.grouped else ""
    unchanged = f"{between}　其他单位没有变化：{made.unchanged}个"
    tabs = ((_causes(made), between + said), (_units(made), unchanged), (_contributions(made), between))
    return Book(tuple(_tab(each, f"{note}　（内部，不是评估结果）") for each, note in tabs), title="变动和原因")


def _named(run: str) -> str:
    return f"第 {run} 次计分" if run else NOW


def _causes(made: RunDifference) -> ShownTable:
    columns = (
        ShownColumn("原因", "count", 8),
        ShownColumn("类别", "word", 12),
        ShownColumn("变动", "word", 12),
        ShownColumn("文件、表、主体", width=30),
        ShownColumn("事项", width=40),
        ShownColumn("原来", width=40),
        ShownColumn("现在", width=40),
    )
    listed = [
        (number, KINDS[each.kind], WHAT[each.what], each.file, each.at, each.before, each.after)
        for number, step in enumerate(made.steps, 1)
        for each in step
    ]
    return table("原因", columns, listed)


def _units(made: RunDifference) -> ShownTable:
    columns = [
        ShownColumn("单位", width=30),
        ShownColumn("变动", "number", 14),
        ShownColumn("变动（精确值）", "word", 20),
    ]
    columns += [
        ShownColumn(f"{side}{what}", "word", 14) for what in ("总分", "名次", "等次", "奖项") for side in "原现"
    ]
    return table("单位", columns, (_unit(each) for each in made.units))


def _unit(unit: UnitDifference) -> ShownRow:
    sides = [_outcome(side) for side in (unit.before, unit.after)]
    return unit.name, unit.points, exact(unit.points), *(text for pair in zip(*sides, strict=True) for text in pair)


def _outcome(side: UnitOutcome | None) -> tuple[str, str, str, str]:
    if side is None:
        return "不在其中", "", "", ""
    rank = "不排名" if side.rank is None else str(side.rank)
    return side.total, rank, side.grade, "、".join(side.awards)


def _contributions(made: RunDifference) -> ShownTable:
    columns = (
        ShownColumn("单位", width=30),
        ShownColumn("原因", "count", 8),
        ShownColumn("分值", "number", 14),
        ShownColumn("分值（精确值）", "word", 20),
        ShownColumn("单独先行代入", "word", 20),
        ShownColumn("代入前名次", "word", 12),
        ShownColumn("代入后名次", "word", 12),
    )
    return table("各项原因", columns, _effects(made))


def _effects(made: RunDifference) -> Iterator[ShownRow]:
    for unit in made.units:
        for each in unit.effects:
            alone = "" if each.alone is None else exact(each.alone)
            ranks = (_outcome(side)[1] for side in (each.before, each.after))
            yield unit.name, each.step, each.points, exact(each.points), alone, *ranks


def _tab(made: ShownTable, note: str) -> Tab:
    cells = {(0, 0): Cell(note, "note")}
    cells |= {(1, at): Cell(column.header, "head") for at, column in enumerate(made.columns)}
    for at, row in enumerate(rows(made), 2):
        cells |= {(at, column): cell for column, cell in enumerate(row)}
    widths = tuple(column.width for column in made.columns)
    ends = "A2", address(max(len(made.rows), 1) + 1, len(widths) - 1)
    return Tab(made.caption, cells, widths=widths, freeze=(2, 1), filter=ends, repeat_rows=(1, 1))
