"""Tables of forms that several tests ask with: rows that name their unit, cards, and what is counted of cards."""

from __future__ import annotations

from decimal import Decimal

from evaltool.questions.forms import FormColumn, FormLine, FormTable

MARK = FormColumn("得分", "number", high=Decimal(10), decimals=1)
NOTE = FormColumn("说明", "text", "remark", required=False)
NAMED = FormColumn("单位", "choice", "unit", choices=("清川县", "白石区"), units=("C1", "C2"), required=False)
CHOICES = ("好", "中", "不了解")


def visits(*columns: FormColumn) -> FormTable:
    """Three rows, each about the unit that it names."""
    return FormTable("open", "counties", "visits", 5, ("序号",), _numbered(3), (NAMED, *columns))


def cards(number: int) -> FormTable:
    """So many cards on two units."""
    columns = (
        FormColumn("清川县", "choice", unit="C1", choices=CHOICES, required=False),
        FormColumn("云台县", "choice", unit="C3", choices=CHOICES, required=False),
        FormColumn("废票", "choice", "spoiled", choices=("废票",), required=False),
    )
    return FormTable("cards", "counties", "citizens", 5, ("卡号",), _numbered(number), columns)


def _numbered(count: int) -> tuple[FormLine, ...]:
    return tuple(FormLine((str(n),), repeat=str(n)) for n in range(1, count + 1))


TALLY = FormTable(
    "tally",
    "counties",
    "citizens",
    5,
    ("序号", "被评估单位"),
    (FormLine(("1", "清川县"), "C1"), FormLine(("2", "云台县"), "C3")),
    tuple(
        FormColumn(each, "count", "tally", indicator=each, high=Decimal(99), required=False)
        for each in (*CHOICES, "未填")
    ),
)
