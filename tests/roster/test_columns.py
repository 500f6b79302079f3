"""A column of a long table is one line of its row's class: everything else follows from that line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated

import pytest

from evaltool.roster import TABLES
from evaltool.roster.columns import Header, tables_of
from evaltool.roster.longtables import LongTable
from evaltool.roster.tables import KnownNames, read_roster

WORDS = {"甲": "first", "乙": "second"}


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A row as somebody might add it."""

    unit: Annotated[str, Header("单位", "去哪里", "where", "unit")]
    day: Annotated[date | None, Header("日期", "哪天", "when")] = None
    share: Annotated[Fraction, Header("比例", "占多少", "how much")]
    rooms: Annotated[int | None, Header("间数", "几间", "how many")] = None
    names: Annotated[tuple[str, ...], Header("人员", "谁去", "who")] = ()
    kind: Annotated[str, Header("种类", "哪种", "which kind", "", WORDS)] = "first"
    seen: bool = False  # no column


@dataclass(frozen=True)
class Visits:
    """A roster of one table."""

    visits: Annotated[tuple[Visit, ...], "走访"] = ()
    count: int = 0


def test_a_line_says_how_its_column_is_read() -> None:
    """The type says the kind, a default that it may be blank; attributes without a column are no columns."""
    (table,) = tables_of(Visits).values()
    assert (table.sheet, table.attribute, table.row) == ("走访", "visits", Visit)
    assert [(each.header, each.kind, each.required) for each in table.columns.values()] == [
        ("单位", "ref", True),
        ("日期", "date", False),
        ("比例", "number", True),
        ("间数", "count", False),
        ("人员", "list", False),
        ("种类", "choice", False),
    ]


def test_no_table_has_a_header_twice() -> None:
    """A header names one column of its worksheet, and every column has words in both languages."""
    for table in TABLES.values():
        assert len(set(table.headers)) == len(table.columns) > 1
        assert all(column.zh and column.en for column in table.columns.values())


def entries(count: int) -> LongTable:
    rows = tuple((at, (f"不存在的单位{at}", "撤销", "1号")) for at in range(1, count + 1))
    return LongTable("roster/单位变动.csv", "单位变动", ("单位", "变动", "文号"), rows)


@pytest.mark.parametrize(("names", "hinted"), [(5, True), (300_000, False)])
def test_hints_are_for_spelling(names: int, hinted: bool) -> None:
    """An unknown name comes with the nearest known one, unless thousands were unknown before it."""
    known = KnownNames()
    known.add("unit", "U", "存在的单位1")
    known.shown["unit"] *= names
    _, findings = read_roster([entries(1)], known)
    (unknown,) = (one for one in findings if one.code == "REFERENCE_UNKNOWN")
    assert dict(unknown.args)["near"] == ("存在的单位1" if hinted else "—")
