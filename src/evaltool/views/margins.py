"""How far every unit is from the bounds of grades and from its neighbours, as a table."""

from __future__ import annotations

from evaltool.results.margins import margin
from evaltool.views.comparison import ComparedGroup
from evaltool.views.ranking import ranking
from evaltool.views.tables import ShownColumn, ShownTable, table


def distances(group: ComparedGroup) -> ShownTable:
    columns = [ShownColumn(header, "points", 14, digits=group.digits) for header in _HEADERS]
    rows = []
    for one in group.standings:
        near = margin(group.scheme, one, group.ranked)
        gaps = near.spare, near.missing, near.before, near.after
        rows.append([gap[1] if gap else None for gap in gaps])
    graded = ("grade",) if group.scheme.grades else ()
    columns, rows = (columns, rows) if graded else (columns[2:], [row[2:] for row in rows])
    caption = f"{group.full_name}{group.scheme.head.says('各单位', '各人')}的分差（分）"
    return ranking(group, key="").only("unit", "total", *graded).beside(table("", columns, rows)).called(caption)


_HEADERS = ("高出下限（按总分）", "距上一等次（按总分）", "距前一名", "距后一名")
