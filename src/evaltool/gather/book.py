"""The ranked workbook 汇总排名表.xlsx: 总览, a ranking over all cities for each class and group, cities side by side.

Ranks, counts, means and the numbers of grades are live formulas over the published totals, so that a reader can see
where each comes from; medians and spreads are values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from evaltool.gather.gathered import GatheredProvince
from evaltool.gather.standings import GatheredGroup
from evaltool.gather.tables import (
    CITY,
    GRADE,
    THERE,
    TOTAL,
    absent_table,
    cities_table,
    figures_table,
    findings_table,
    groups_table,
    ranking_table,
    vetoes_table,
)
from evaltool.reader.cells import letters
from evaltool.rules.expressions import Written
from evaltool.views.tables import ShownTable
from evaltool.views.wording import UNRANKED
from evaltool.workbook.formulas import as_stored, cell
from evaltool.workbook.page import Page
from evaltool.workbook.parts import (
    FIRST_ROW,
    HEAD_ROW,
    OVERVIEW,
    Frame,
    Stack,
    fitting,
    listed,
    stacked,
)
from evaltool.workbook.tables import block, columns, rows
from evaltool.writers.book import Book, Cell, Formula, Tab

COMPARED, VETOES, FINDINGS = "各市比较", "一票否决", "待核事项"
_SORTED = "可以筛选和排序；名次按总分现算，总分和本市名次是各市公布的"
_LIVE = "个数、平均分和等次从各排名表现算；中位数、最高最低分、极差、标准差是汇总时算好的"


def gathered_book(made: GatheredProvince) -> Book:
    frame = Frame(made.title, f"汇总校验码 {made.code}", not made.is_whole, OVERVIEW)
    titles = _titles(made)
    tabs = [_ranking(group, title, frame) for group, title in titles]
    listed_tables = [absent_table(made)] if made.absent else []
    overview = stacked(OVERVIEW, frame, map(block, (*listed_tables, groups_table(made), cities_table(made))))
    more = [_compared(titles, frame)] if titles else []
    more += [stacked(title, frame, [block(table)]) for title, table in _lists(made) if table.rows]
    return Book((overview, *tabs, *more), title=made.title, properties=(("校验码", made.code),))


def _lists(made: GatheredProvince) -> Iterable[tuple[str, ShownTable]]:
    return (VETOES, vetoes_table(made)), (FINDINGS, findings_table(made))


Titled = Sequence[tuple[GatheredGroup, str]]


def _titles(made: GatheredProvince) -> Titled:
    """Each ranking with the title of its tab, as a spreadsheet takes it."""
    titles: list[tuple[GatheredGroup, str]] = []
    used = {each.casefold() for each in (OVERVIEW, COMPARED, VETOES, FINDINGS)}
    for group in made.groups:
        base = "".join(sign for sign in group.of.title if sign not in "[]:*?/\\'!")[:28] or "排名"
        title = next(name for name in (base, *(f"{base}{n}" for n in range(2, 1000))) if name.casefold() not in used)
        used.add(title.casefold())
        titles.append((group, title))
    return titles


# --- rankings --------------------------------------------------------------------------------------------------------


def _ranking(group: GatheredGroup, title: str, frame: Frame) -> Tab:
    made = ranking_table(group)
    live = {(at, "rank"): _place(group, at) for at in range(len(made.rows))} if group.is_ranked else {}
    page = Page(title, FIRST_ROW)
    for row in rows(made, live):
        page.add(row)
    return listed(page, frame, columns(made), _SORTED, still=TOTAL)


def _place(group: GatheredGroup, at: int) -> Cell:
    """One more than the ranked units whose total is higher."""
    row, last = FIRST_ROW + at + 1, FIRST_ROW + len(group.units)
    total, there = letters(TOTAL), letters(THERE)
    higher = f'COUNTIFS({_column(total, last)},">"&{total}{row},{_column(there, last)},">0")'
    rank = group.units[at].rank
    value = UNRANKED if rank is None else as_stored(Fraction(rank))
    return Cell(Formula(f'=IF(ISNUMBER({there}{row}),1+{higher},"{UNRANKED}")', value), "integer")


def _column(name: str, last: int) -> str:
    return f"${name}${FIRST_ROW + 1}:${name}${last}"


# --- cities side by side ---------------------------------------------------------------------------------------------


def _compared(titles: Titled, frame: Frame) -> Tab:
    tables = [(group, title, figures_table(group)) for group, title in titles]
    filled = Stack(Page(COMPARED, HEAD_ROW), fitting(block(each) for _, _, each in tables))
    for group, title, made in tables:
        first = filled.page.next + 2
        live = {
            (at, key): each
            for at in range(len(made.rows))
            for key, each in _counted(group, title, made, at, first + at + 1).items()
        }
        filled.table(block(made, live))
    return filled.tab(frame, _LIVE)


def _counted(group: GatheredGroup, title: str, made: ShownTable, at: int, row: int) -> dict[str, Cell]:
    """What is reckoned anew in a row of a city; the last row is that of all."""
    last = FIRST_ROW + len(group.units)
    span = {key: f"'{title}'!{_column(letters(column), last)}" for key, column in _SPANS.items()}
    own = "1*" if at == len(made.rows) - 1 else f"({span['city']}=$A{row})*"
    value = {column.key: each for column, each in zip(made.columns, made.rows[at], strict=True)}
    found = {
        "units": _number(f'SUMPRODUCT({own}({span["city"]}<>""))', value["units"], "integer"),
        "ranked": _number(f"SUMPRODUCT({own}ISNUMBER({span['there']}))", value["ranked"], "integer"),
    }
    if value["mean"] is not None:
        those = f"{own}ISNUMBER({span['there']})"
        found["mean"] = _number(f"SUMPRODUCT({those}*{span['total']})/C{row}", value["mean"], "number")
    for grade in group.grades:
        text = grade.replace('"', '""')
        found[f"grade:{grade}"] = _number(
            f'SUMPRODUCT({own}({span["grade"]}="{text}"))', value[f"grade:{grade}"], "integer"
        )
    return found


_SPANS = {"city": CITY, "total": TOTAL, "there": THERE, "grade": GRADE}


def _number(text: str, value: object, style: str) -> Cell:
    assert isinstance(value, int | Fraction)
    return cell(Written(text, Fraction(value)), style)
