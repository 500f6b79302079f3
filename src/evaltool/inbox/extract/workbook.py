"""From a returned workbook and its form to answers, counted cards and problems, each with its cell.

Cards are counted here, so that nothing later grows with the number of
voters.  This module runs in reading workers: it imports no rules, no roster and no Polars.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from evaltool.identity import parse_code
from evaltool.inbox.exports.shapes import SurveyAnswers
from evaltool.inbox.extract.answers import AS_ASKED, BLANK, Answers, OddAnswer, cell_of, in_full
from evaltool.inbox.extract.cardruns import CardRun, rarest
from evaltool.inbox.extract.corrections import Correction, corrected, spot_of, unplaced
from evaltool.inbox.extract.home import at_home
from evaltool.inbox.extract.locate import TablePlace, groups, locate, outside, shown
from evaltool.inbox.extract.parsing import Parsed, percent, say
from evaltool.inbox.extract.smoothly import taken_smoothly
from evaltool.inbox.extract.sums import sum_differs
from evaltool.inbox.extract.worksheets import additional, known, moved, worksheets
from evaltool.inbox.problems import Problem
from evaltool.names import folded, nearest
from evaltool.questions.forms import (
    CODE_LABEL,
    GUIDE_SHEET,
    IDENTITY_PROPERTY,
    IDENTITY_SHEET,
    LIST_SHEET,
    Form,
    FormColumn,
    FormLine,
    FormSheet,
    FormTable,
    Numbered,
    Worksheets,
    code_in,
)
from evaltool.reader import Sheet, Workbook, address
from evaltool.reader.numberformats import EPOCH, EPOCH_1904


class ChoiceCount(NamedTuple):
    """So many cards of this workbook chose this for this unit; choice "" is a unit left blank.

    Spoiled cards (not `valid`) count for nothing, but what stands on them is kept.
    """

    class_id: str
    component: str
    unit: str
    choice: str
    valid: bool
    cards: int


class CardLines(NamedTuple):
    """How many card rows of a worksheet were used, how many of those are spoiled, and on how many nobody can tell."""

    class_id: str
    component: str
    used: int
    spoiled: int
    unclear: int
    sheet: str


class Card(NamedTuple):
    """One card as it was keyed: what stands in each cell of its row, None where nobody can tell.

    Kept only of sheets that two people key, so that a difference can name the card.
    """

    row: int
    marks: tuple[str | None, ...]


class KeyedCards(NamedTuple):
    """The keyed cards of one worksheet; `columns` are where the marks stand on it."""

    class_id: str
    component: str
    sheet: str
    columns: tuple[int | None, ...]
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Extract:
    """Everything that a workbook (or the export of a survey) says."""

    answers: Answers = field(default_factory=Answers)
    counts: tuple[ChoiceCount, ...] = ()
    tallied: tuple[ChoiceCount, ...] = ()  # from the tally of a component whose cards were not entered one by one
    card_lines: tuple[CardLines, ...] = ()
    problems: tuple[Problem, ...] = ()
    cards: tuple[KeyedCards, ...] = ()
    card_runs: tuple[CardRun, ...] = ()  # at most one for a worksheet of cards
    survey: SurveyAnswers | None = None


def codes(book: Workbook) -> set[str]:
    """Every identity that a workbook carries: hidden worksheet, property, visible text."""
    found = {text for name, text in book.properties.items() if name == IDENTITY_PROPERTY}
    for sheet in book.sheets:
        if sheet.title == IDENTITY_SHEET and (0, 1) in sheet.cells:
            found.add(sheet.cells[0, 1].text)
        elif sheet.title not in (IDENTITY_SHEET, LIST_SHEET, GUIDE_SHEET):
            coded = [cell for cell in sheet.cells.values() if CODE_LABEL in cell.text and cell.kind == "text"]
            found |= {code_in(cell.text) for cell in coded}
    return {code.strip() for code in found if parse_code(code)}


def extract(form: Form, book: Workbook, corrections: tuple[Correction, ...] = ()) -> Extract:
    """Read a workbook as its form says."""
    taken = _Taken()
    sheets, told = worksheets(form, book, taken.problems)
    numbered = iter(form.sheets.numbered)
    for layout in form.sheets:
        tables = [next(numbered) if table.kind != "cards" else Numbered(0, table, 0) for table in layout.tables]
        if layout.title in sheets:
            titles = {folded(layout.title), folded(sheets[layout.title].title)}
            mine = [one for one in corrections if folded(one.sheet) in titles]
            _worksheet(taken, sheets[layout.title], layout, tables, mine, book.date1904, form.twice)
    read = {folded(title) for name, sheet in sheets.items() for title in (name, sheet.title)}
    taken.problems += [unplaced(one) for one in corrections if folded(one.sheet) not in read]
    taken.problems += additional(form, book, told)
    return taken.extract(form)


@dataclass(slots=True)
class _Taken:
    """What has been read of a workbook so far."""

    answers: Answers = field(default_factory=Answers)
    counts: list[ChoiceCount] = field(default_factory=list)
    card_lines: list[CardLines] = field(default_factory=list)
    card_runs: list[CardRun] = field(default_factory=list)
    cards: list[KeyedCards] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def extract(self, form: Form) -> Extract:
        tallies = tallied(form.sheets, self.answers, self.card_lines) if form.kind == "cards" else ()
        lines, problems = tuple(self.card_lines), tuple(_hidden_together(self.problems))
        return Extract(
            self.answers, tuple(self.counts), tallies, lines, problems, tuple(self.cards), tuple(self.card_runs)
        )


def _worksheet(
    taken: _Taken,
    sheet: Sheet,
    layout: FormSheet,
    tables: list[Numbered],
    corrections: list[Correction],
    date1904: bool,
    twice: bool,
) -> None:
    problems, epoch = taken.problems, EPOCH_1904 if date1904 else EPOCH
    if sheet.state != "visible":
        problems.append(Problem("SHEET_HIDDEN", sheet.title))
    home = at_home(sheet, layout)
    documents: dict[str, str] = {}
    places = list(home or _looked_for(sheet, layout, problems))
    if corrections:
        sheet, documents = corrected(sheet, corrections, problems, _asked(layout, places), epoch)
    for each, place in zip(tables, places, strict=True):
        if each.table.kind != "cards":
            merged = merged_cells(sheet, each.table, place) if home is None else {}
            title = sheet.title if sheet.title != layout.title else None
            told = _Told(title, documents, as_asked=bool(home and title is None and not documents))
            _answers(taken, sheet, each, place, merged, told, epoch)
        elif any(row is not None for row in place.rows):
            used, found, keyed, run = _cards(sheet, each.table, place, problems)
            taken.cards += [keyed] if twice else []
            taken.card_lines.append(used)
            taken.counts += found
            taken.card_runs += run


def _asked(layout: FormSheet, places: list[TablePlace]) -> set[tuple[int, int]]:
    """The cells that an evaluator fills in, where they stand on the worksheet."""
    return {
        (row, column)
        for table, place in zip(layout.tables, places, strict=True)
        for at, number, _, _ in table.cells()
        if (row := place.rows[at]) is not None and (column := place.columns[number]) is not None
        if table.columns[number].kind != "sum"
    }


def _looked_for(sheet: Sheet, layout: FormSheet, problems: list[Problem]) -> list[TablePlace]:
    """Where the tables of a worksheet stand that is not in every place as it was sent out."""
    places = [locate(sheet, table, problems) for table in layout.tables]
    problems += moved(sheet, layout, places)
    problems += outside(sheet, places, known(layout, places))
    return places


def _hidden_together(problems: list[Problem]) -> list[Problem]:
    """What is hidden is a row or a column: said once for it, at its first cell, not for every cell."""
    hidden = [one for one in problems if one.code == "HIDDEN_SCORE"]
    said = [one for one in problems if one.code != "HIDDEN_SCORE"]
    for title in dict.fromkeys(one.sheet for one in hidden):
        mine = [one for one in hidden if one.sheet == title]
        for group in groups([spot_of(one.cell) for one in mine], (0, 1)):
            first = next(one for one in mine if one.cell == address(*group[0]))
            said.append(first._replace(args=(*first.args, ("n", str(len(group))))))
    return said


# --- what was said ---------------------------------------------------------------------------------------------------


class _Told(NamedTuple):
    """What is to be said of the answers of a worksheet: its name if it is another than the form's, the documents of
    corrections by cell.  `as_asked`: nothing, and all of them stand where they were asked."""

    title: str | None
    documents: Mapping[str, str]
    as_asked: bool


def _answers(
    taken: _Taken, sheet: Sheet, each: Numbered, place: TablePlace, merged: Merged, told: _Told, epoch: date
) -> None:
    """The answers of one table.  A cell's content that stands in many cells is read once for each column."""
    table, blocked = each.table, set(each.table.blocked)
    smooth = told.as_asked and not blocked and table.kind != "open"
    if smooth and taken_smoothly(taken.answers, sheet, each, epoch):
        return
    known: list[dict[int, Parsed]] = [{} for _ in table.columns]
    for at, line in enumerate(table.lines):
        row = place.rows[at]
        if row is None:
            continue
        said = _line(taken.problems, sheet, table, (at, row), place.columns, blocked, merged, known, epoch)
        if table.kind == "open" and all(one.state == "blank" for one in said.values()):
            continue
        unit = _unit(table, line, said) if table.kind == "open" else line.unit
        as_asked = told.as_asked and unit == line.unit
        first = each.position(at, 0)
        for number, one in said.items():
            column, spot = table.columns[number], (row, place.columns[number] or 0)
            if column.kind == "sum":
                taken.problems += sum_differs(sheet, table, line, said, number, spot)
                continue
            if one.problem:
                taken.problems.append(_problem(one.problem, sheet, table, line, spot, one.text, unit, column))
            odd = AS_ASKED
            if not as_asked:
                own = unit if unit != line.unit and not column.unit else None
                odd = OddAnswer(
                    None, own, told.title, cell_of(each, at, number, spot), told.documents.get(address(*spot))
                )
            taken.answers.put(first + number, column, one, odd)


def _line(
    problems: list[Problem],
    sheet: Sheet,
    table: FormTable,
    where: tuple[int, int],
    columns: Sequence[int | None],
    blocked: set[tuple[int, int]],
    merged: Merged,
    known: list[dict[int, Parsed]],
    epoch: date,
) -> dict[int, Parsed]:
    """What stands in the cells of one line; `where`: its number and its row, `known`: what cells said before."""
    at, row = where
    cells, said = sheet.cells, {}
    for number, column in enumerate(columns):
        if column is None:
            continue
        cell = cells.get((row, column))
        if (at, number) in blocked:
            if cell is not None:
                problems.append(_problem("CELL_BLOCKED", sheet, table, table.lines[at], (row, column), shown(cell)))
        elif merged and (row, column) in merged:
            said[number] = said_in(sheet, (row, column), table.columns[number], merged, epoch)
        elif cell is None:
            said[number] = BLANK
        else:
            one = known[number].get(id(cell))
            if one is None:
                one = known[number][id(cell)] = say(cell, table.columns[number], epoch)
            if one.problem == "SCORE_PERCENT" and in_percent(table, table.lines[at], table.columns[number]):
                one = percent(cell, table.columns[number])
            said[number] = one
    return said


_PERCENT = re.compile(r"(?<![\d.])%")
_MEASURE = "计量单位"


def in_percent(table: FormTable, line: FormLine, column: FormColumn) -> bool:
    """Whether a cell's heading, or the line's own unit of measure, says that its numbers are per cent.  A heading such
    as “得分（20%）” says something else."""
    if _PERCENT.search(folded(column.header)):
        return True
    return _MEASURE in table.label_headers and folded(line.labels[table.label_headers.index(_MEASURE)]) == "%"


Merged = Mapping[tuple[int, int], tuple[int, int] | None]
"""Cells covered by a merge -> where its value stands; None where another of them has the finding."""
_MANY_MERGES = 1_000


def merged_cells(sheet: Sheet, table: FormTable, place: TablePlace) -> Merged:
    """Which input cells of a table lie under a merge.  Beyond so many merges nobody merged by hand: all of them do."""
    asked: set[tuple[int, int]] = set()
    for at, number, _, _ in table.cells() if sheet.merges else ():
        row, column = place.rows[at], place.columns[number]
        if row is not None and column is not None and table.columns[number].kind != "sum":
            asked.add((row, column))
    if not asked:
        return {}
    top, bottom = min(row for row, _ in asked), max(row for row, _ in asked)
    left, right = min(column for _, column in asked), max(column for _, column in asked)
    inside = [one for one in sheet.merges if one[0] <= bottom and one[2] >= top and one[1] <= right and one[3] >= left]
    if len(inside) > _MANY_MERGES:
        inside = [(top, left, bottom, right)]
    covered: dict[tuple[int, int], tuple[int, int] | None] = {}
    for one in inside:
        rows = range(max(one[0], top), min(one[2], bottom) + 1)
        columns = range(max(one[1], left), min(one[3], right) + 1)
        under = [(row, column) for row in rows for column in columns if (row, column) in asked]
        told = under if len(under) <= _MANY_MERGES else under[:1]
        covered |= dict.fromkeys(under) | dict.fromkeys(told, one[:2])
    return covered


def said_in(sheet: Sheet, spot: tuple[int, int], column: FormColumn, merged: Merged, epoch: date) -> Parsed:
    """What one cell says; a cell that was merged with others says nothing, which is said at each of them."""
    if spot in merged:
        first = merged[spot]
        text = shown(sheet.cells.get(first or spot))
        return Parsed(text, problem="MERGED_SCORE" if first else "", state="broken")
    return say(sheet.cells.get(spot), column, epoch)


def _unit(table: FormTable, line: FormLine, said: Mapping[int, Parsed]) -> str:
    """An open line names its unit itself."""
    for number, one in said.items():
        column = table.columns[number]
        if column.field == "unit" and one.value is not None:
            return column.units[one.value]
    return line.unit


def _problem(
    code: str,
    sheet: Sheet,
    table: FormTable,
    line: FormLine,
    spot: tuple[int, int],
    value: str,
    unit: str = "",
    column: FormColumn | None = None,
) -> Problem:
    args: dict[str, str] = {}
    if column is not None:
        args = {
            "decimals": str(column.decimals),
            "choices": "、".join(column.choices),
            "column": column.header.replace("\n", ""),
        }
        if code == "CHOICE_UNKNOWN":
            args["near"] = nearest(value, column.choices)
    unit = unit or line.unit or (column.unit if column else "")
    return Problem(
        code,
        sheet.title,
        address(*spot),
        unit,
        line.component or table.component,
        value[:80],
        tuple(sorted(args.items())),
    )


# --- cards -----------------------------------------------------------------------------------------------------------


def _cards(
    sheet: Sheet, table: FormTable, place: TablePlace, problems: list[Problem]
) -> tuple[CardLines, list[ChoiceCount], KeyedCards, list[CardRun]]:
    """Count the cards of a worksheet, valid and spoiled ones apart; the cards themselves; a stretch of alike ones."""
    counts: Counter[tuple[str, str, bool]] = Counter()
    valid: list[tuple[int, tuple[str, ...]]] = []
    used = spoiled = unclear = 0
    merged = merged_cells(sheet, table, place)
    keyed: list[Card] = []
    for at, line in enumerate(table.lines):
        row = place.rows[at]
        if row is None:
            continue
        said = [
            (column, said_in(sheet, (row, spot), column, merged, EPOCH), spot)
            for column, spot in zip(table.columns, place.columns, strict=True)
            if spot is not None
        ]
        if all(one.state == "blank" for _, one, _ in said):
            continue
        used += 1
        texts = {spot: one.text for _, one, spot in said if one.state != "broken"}
        keyed.append(Card(row, tuple(None if spot is None else texts.get(spot) for spot in place.columns)))
        for column, one, spot in said:
            if one.problem:
                problems.append(_problem(one.problem, sheet, table, line, (row, spot), one.text, column.unit, column))
        marked = next((one.state for column, one, _ in said if column.field == "spoiled"), "blank")
        if marked != "blank":
            spoiled += marked == "given"
            unclear += marked != "given"
        for column, one, _ in said:
            if column.field == "mark" and one.state != "broken":
                counts[column.unit, one.text, marked == "blank"] += 1
        if marked == "blank":
            valid.append((row, tuple(one.text for column, one, _ in said if column.field == "mark")))
    found = [ChoiceCount(table.class_id, table.component, *what, count) for what, count in sorted(counts.items())]
    kept = KeyedCards(table.class_id, table.component, sheet.title, place.columns, tuple(keyed))
    lines = CardLines(table.class_id, table.component, used, spoiled, unclear, sheet.title)
    return lines, found, kept, _run(sheet, table, place, valid)


def _run(sheet: Sheet, table: FormTable, place: TablePlace, valid: list[tuple[int, tuple[str, ...]]]) -> list[CardRun]:
    """The stretch of identical cards that is least to be expected, if there is any of some length."""
    found = rarest([card for _, card in valid])
    if found is None:
        return []
    at, length, alike = found
    left = next(spot for spot in place.columns if spot is not None)
    cells = address(valid[at][0], left), address(valid[at + length - 1][0], left)
    units = len(valid[at][1])
    return [CardRun(table.class_id, table.component, sheet.title, *cells, length, alike, len(valid), units)]


def tallied(sheets: Worksheets, answers: Answers, card_lines: Iterable[CardLines]) -> tuple[ChoiceCount, ...]:
    """What the tallies come to of components whose cards were not entered one by one."""
    by_card = {(lines.class_id, lines.component) for lines in card_lines if lines.used}
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for one in in_full(sheets, answers):
        if one.field == "tally" and one.value and (one.class_id, one.component) not in by_card:
            counts[one.class_id, one.component, one.unit, "" if one.indicator == "未填" else one.indicator] += one.value
    return tuple(ChoiceCount(*key, valid=True, cards=count) for key, count in sorted(counts.items()))
