"""How many units of each group of a class have which grade, as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from evaltool.views.comparison import Group
from evaltool.views.tables import Column, Table, table


def by_grade(part: Sequence[Group]) -> Table:
    """The groups of one class, with the mean of the ranked units."""
    scheme = part[0].scheme
    columns = [Column("分类", "text", 20, names=True), Column("单位数", "count", 8)]
    columns += [Column(grade.name, "count", 8) for grade in scheme.grades]
    columns += [Column("平均分", "points", 8, digits=scheme.head.decimals)]
    rows = []
    for group in part:
        counts = Counter(one.grade for one in group.standings)
        numbers = (counts[grade.name] for grade in scheme.grades)
        rows.append((group.name, len(group.standings), *numbers, group.mean_total()))
    return table(f"{scheme.head.name}等次分布", columns, rows)
