"""How many units of each group of a class have which grade, as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from evaltool.views.comparison import ComparedGroup
from evaltool.views.tables import ShownColumn, ShownTable, table


def by_grade(part: Sequence[ComparedGroup]) -> ShownTable:
    """The groups of one class, with the mean of the ranked units."""
    scheme = part[0].scheme
    columns = [ShownColumn("分类", "text", 20, names=True), ShownColumn(scheme.head.says("单位数", "人数"), "count", 8)]
    columns += [ShownColumn(grade.name, "count", 8) for grade in scheme.grades]
    some_open = any(one.possible for group in part for one in group.standings)
    columns += [ShownColumn("待定", "count", 8)] if some_open else []
    # an unranked unit is counted here and is in no mean
    mean = scheme.head.says("排名单位平均分", "排名人员平均分")
    mean = "平均分" if all(len(group.ranked) == len(group.standings) for group in part) else mean
    columns += [ShownColumn(mean, "points", 8, digits=scheme.head.decimals)]
    rows = []
    for group in part:
        counts = Counter(one.grade for one in group.standings)
        numbers = [counts[grade.name] for grade in scheme.grades]
        numbers += [sum(bool(one.possible) for one in group.standings)] if some_open else []
        rows.append((group.name, len(group.standings), *numbers, group.mean_total()))
    return table(f"{scheme.head.name}等次分布", columns, rows)
