"""What a city published of its units: its public workbook 排名表.xlsx, read back.

Nothing else of a run is looked at for figures, so that whatever the city keeps to itself stays there (law 11).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from evaltool import reader
from evaltool.rules import Scheme
from evaltool.runs.taken import NotTaken
from evaltool.views.ranking import RANK
from evaltool.workbook.parts import OVERVIEW

_UNIT, _TOTAL, _GRADE, _AWARDS, _REMARKS = range(1, 6)
_FRONT = ("单位", "姓名", "总分", "等次", RANK.header)
VETO = "一票否决"

PublishedFigures = Mapping[str, Fraction]
"""What was published beside the total: component (with its weight) -> points."""


@dataclass(frozen=True, slots=True)
class PublishedUnit:
    """A unit as its city published it; `rank`: there, None where it is not ranked."""

    name: str
    rank: int | None
    total: Fraction
    grade: str
    awards: str
    remarks: str
    figures: PublishedFigures

    @property
    def has_veto(self) -> bool:
        return VETO in self.remarks


@dataclass(frozen=True, slots=True)
class PublishedGroup:
    """A ranking of a city; `shown`: the headers of the figures, in the order of the city's rules."""

    scheme: Scheme
    group: str
    units: tuple[PublishedUnit, ...]
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublicRanking:
    """All rankings of a city, under the name and the code that stand on them."""

    evaluation: str
    code: str
    groups: tuple[PublishedGroup, ...]


def read_public(data: bytes, schemes: Sequence[Scheme]) -> PublicRanking:
    """Raises `NotTaken` where it is none that this tool wrote, or says of classes what the rules do not have."""
    book = reader.read(data)
    titles = [] if isinstance(book, reader.Unreadable) else [each.title for each in book.sheets]
    if isinstance(book, reader.Unreadable) or OVERVIEW not in titles:
        raise NotTaken("book")
    first, *tables = map(_RankingSheet, book.sheets[titles.index(OVERVIEW) :])
    known = _by_title(schemes)
    groups = [_group(first, head, known, tables) for head in first.heads()]
    return PublicRanking(
        first.text(0, 0).removesuffix(f"　{OVERVIEW}"), book.properties.get("校验码", ""), tuple(groups)
    )


def _by_title(schemes: Sequence[Scheme]) -> dict[str, tuple[Scheme, str]]:
    titles: dict[str, tuple[Scheme, str]] = {}
    for scheme in schemes:
        for group in scheme.head.groups:
            if titles.setdefault(scheme.group_title(group.id), (scheme, group.id)) != (scheme, group.id):
                raise NotTaken("book")  # two rankings under one name
    return titles


@dataclass(frozen=True, slots=True)
class _RankingSheet:
    """A worksheet with tables one below the other, each under a head that begins with 名次."""

    sheet: reader.Sheet

    def heads(self) -> list[int]:
        cells = self.sheet.cells.items()
        return sorted(row for (row, column), cell in cells if column == 0 and cell.text == RANK.header)

    def text(self, row: int, column: int) -> str:
        cell = self.sheet.cells.get((row, column))
        return cell.text if cell else ""

    def number(self, row: int, column: int) -> Fraction | None:
        cell = self.sheet.cells.get((row, column))
        return None if cell is None or cell.number is None else Fraction(cell.number)

    def rows(self, head: int) -> Iterator[int]:
        """The rows of units: what stands below them has no place."""
        row = head + 1
        while self.text(row, 0) and self.text(row, _UNIT):
            yield row
            row += 1

    def names(self, head: int) -> tuple[str, ...]:
        return tuple(self.text(row, _UNIT) for row in self.rows(head))

    def columns(self, head: int) -> dict[str, int]:
        """Header of a figure -> column."""
        at = sorted(column for row, column in self.sheet.cells if row == head)
        headers = {self.text(head, column): column for column in reversed(at)}
        return {
            header: column for header, column in sorted(headers.items(), key=lambda e: e[1]) if header not in _FRONT
        }


def _group(
    first: _RankingSheet, head: int, known: Mapping[str, tuple[Scheme, str]], tables: Sequence[_RankingSheet]
) -> PublishedGroup:
    title = first.text(head - 1, 0).rpartition("（")[0]
    if title not in known:
        raise NotTaken("book")
    scheme, group = known[title]
    names = first.names(head)
    own = next((each for each in tables if each.heads() and each.names(each.heads()[0]) == names), None)
    figures = _figures(own) if own else {}
    shown = tuple(dict.fromkeys(header for each in figures.values() for header in each))
    units = tuple(_unit(first, row, figures.get(at, {})) for at, row in enumerate(first.rows(head)))
    return PublishedGroup(scheme, group, units, shown)


def _figures(table: _RankingSheet) -> dict[int, PublishedFigures]:
    """Place of a unit -> its figures, from all the tables of its group."""
    found: dict[int, dict[str, Fraction]] = {}
    for head in table.heads():
        columns = table.columns(head)
        for at, row in enumerate(table.rows(head)):
            numbers = {header: table.number(row, column) for header, column in columns.items()}
            found.setdefault(at, {}).update({name: value for name, value in numbers.items() if value is not None})
    return dict(found)


def _unit(table: _RankingSheet, row: int, figures: PublishedFigures) -> PublishedUnit:
    rank, total = table.number(row, 0), table.number(row, _TOTAL)
    if total is None:
        raise NotTaken("book")
    name, grade, awards, remarks = (table.text(row, column) for column in (_UNIT, _GRADE, _AWARDS, _REMARKS))
    return PublishedUnit(name, None if rank is None else int(rank), total, grade, awards, remarks, figures)
