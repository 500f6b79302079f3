"""From a returned workbook and its form to answers, counted cards and problems, each with its cell.

Cards are counted here, so that nothing later grows with the number of
voters.  This module runs in reading workers: it imports no rules, no roster and no Polars.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from evaltool.exact import plain
from evaltool.identity import parse_code
from evaltool.inbox.exports import SurveyAnswers
from evaltool.inbox.extract.cardruns import CardRun, rarest
from evaltool.inbox.extract.corrections import Correction, corrected, spot_of, unplaced
from evaltool.inbox.extract.locate import Place, groups, locate, outside, shown
from evaltool.inbox.extract.parsing import Said, say
from evaltool.inbox.extract.worksheets import additional, known, moved, worksheets
from evaltool.inbox.problems import Problem
from evaltool.names import folded, nearest
from evaltool.questions.forms import (
    CODE_LABEL,
    GUIDE_SHEET,
    IDENTITY_PROPERTY,
    IDENTITY_SHEET,
    LIST_SHEET,
    Column,
    Form,
    Line,
    Table,
)
from evaltool.reader import Sheet, Workbook, address
from evaltool.reader.numberformats import EPOCH, EPOCH_1904


class Answer(NamedTuple):
    """One cell that was asked, filled or not: a row of ANSWERS (`tables.py`) but for file and evaluator."""

    class_id: str
    component: str
    indicator: str
    unit: str
    repeat: str
    field: str
    text: str
    value: int | None
    decimals: int
    state: str
    required: bool
    low: int
    high: int
    sheet: str
    cell: str
    decision: str


class Count(NamedTuple):
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


class Cards(NamedTuple):
    """The keyed cards of one worksheet; `columns` are where the marks stand on it."""

    class_id: str
    component: str
    sheet: str
    columns: tuple[int | None, ...]
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Extract:
    """Everything that a workbook (or the export of a survey) says."""

    answers: tuple[Answer, ...] = ()
    counts: tuple[Count, ...] = ()
    card_lines: tuple[CardLines, ...] = ()
    problems: tuple[Problem, ...] = ()
    cards: tuple[Cards, ...] = ()
    card_runs: tuple[CardRun, ...] = ()  # at most one for a worksheet of cards
    survey: SurveyAnswers | None = None


def codes(book: Workbook) -> set[str]:
    """Every identity that a workbook carries: hidden worksheet, property, visible text."""
    found = {text for name, text in book.properties.items() if name == IDENTITY_PROPERTY}
    for sheet in book.sheets:
        if sheet.title == IDENTITY_SHEET and (0, 1) in sheet.cells:
            found.add(sheet.cells[0, 1].text)
        elif sheet.title not in (IDENTITY_SHEET, LIST_SHEET, GUIDE_SHEET):
            texts = (cell.text for (row, _), cell in sheet.cells.items() if row < 5)
            found |= {text.removeprefix(CODE_LABEL) for text in texts if text.startswith(CODE_LABEL)}
    return {code.strip() for code in found if parse_code(code)}


def extract(form: Form, book: Workbook, corrections: tuple[Correction, ...] = ()) -> Extract:
    """Read a workbook as its form says."""
    answers: list[Answer] = []
    counts: list[Count] = []
    card_lines: list[CardLines] = []
    card_runs: list[CardRun] = []
    cards: list[Cards] = []
    problems: list[Problem] = []
    sheets, renamed = worksheets(form, book, problems)
    for layout in form.sheets:
        sheet = sheets.get(layout.title)
        if sheet is None:
            continue
        if sheet.state != "visible":
            problems.append(Problem("SHEET_HIDDEN", sheet.title))
        mine = [one for one in corrections if folded(one.sheet) == folded(sheet.title)]
        sheet = corrected(sheet, mine, problems)
        documents = {one.cell: one.document for one in mine}
        places = [locate(sheet, table, problems) for table in layout.tables]
        problems += moved(sheet, layout, places)
        for table, place in zip(layout.tables, places, strict=True):
            if table.kind == "cards" and any(row is not None for row in place.rows):
                used, found, keyed, run = _cards(sheet, table, place, problems)
                cards += [keyed] if form.twice else []
                card_lines.append(used)
                counts += found
                card_runs += run
            elif table.kind != "cards":
                answers += _answers(sheet, table, place, documents, problems, EPOCH_1904 if book.date1904 else EPOCH)
        problems += outside(sheet, places, known(layout, places))
    read = {folded(sheet.title) for sheet in sheets.values()}
    problems += [unplaced(one) for one in corrections if folded(one.sheet) not in read]
    problems += additional(form, book, renamed)
    said = (answers, counts, card_lines, _hidden_together(problems), cards, card_runs)
    return Extract(*(tuple(each) for each in said))  # type: ignore[arg-type]


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


def _answers(
    sheet: Sheet, table: Table, place: Place, documents: Mapping[str, str], problems: list[Problem], epoch: date
) -> Iterator[Answer]:
    blocked, merged = set(table.blocked), merged_cells(sheet, table, place)
    for at, line in enumerate(table.lines):
        row = place.rows[at]
        if row is None:
            continue
        said = {}
        for number, column in enumerate(table.columns):
            spot = row, place.columns[number]
            if spot[1] is None:
                continue
            if (at, number) in blocked:
                if spot in sheet.cells:
                    problems.append(
                        _problem("CELL_BLOCKED", sheet, table, line, (row, spot[1]), shown(sheet.cells[row, spot[1]]))
                    )
                continue
            said[number] = said_in(sheet, (row, spot[1]), column, merged, epoch)
        if table.kind == "open" and all(one.state == "blank" for one in said.values()):
            continue
        unit = _unit(table, line, said)
        for number, one in said.items():
            column, cell_column = table.columns[number], place.columns[number]
            assert cell_column is not None
            spot = row, cell_column
            if column.kind == "sum":
                problems += _sum_differs(sheet, table, line, said, number, spot)
                continue
            if one.problem:
                problems.append(_problem(one.problem, sheet, table, line, spot, one.text, unit, column))
            yield _answer(
                table, line, column, one, unit, sheet.title, address(*spot), documents.get(address(*spot), "")
            )


Merged = Mapping[tuple[int, int], bool]
"""Cells covered by a merge -> whether this one is where the finding stands."""
_MANY_MERGES = 1_000


def merged_cells(sheet: Sheet, table: Table, place: Place) -> Merged:
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
    covered: dict[tuple[int, int], bool] = {}
    for one in inside:
        rows = range(max(one[0], top), min(one[2], bottom) + 1)
        columns = range(max(one[1], left), min(one[3], right) + 1)
        under = [(row, column) for row in rows for column in columns if (row, column) in asked]
        covered |= {spot: spot == under[0] for spot in under}
    return covered


def said_in(sheet: Sheet, spot: tuple[int, int], column: Column, merged: Merged, epoch: date) -> Said:
    """What one cell says; a cell that was merged with others says nothing, and the first of them says so."""
    if spot in merged:
        return Said(shown(sheet.cells.get(spot)), problem="MERGED_SCORE" if merged[spot] else "", state="broken")
    return say(sheet.cells.get(spot), column, epoch)


def _unit(table: Table, line: Line, said: Mapping[int, Said]) -> str:
    """An open line names its unit itself."""
    for number, one in said.items():
        column = table.columns[number]
        if column.field == "unit" and one.value is not None:
            return column.units[one.value]
    return line.unit


def _answer(
    table: Table, line: Line, column: Column, one: Said, unit: str, sheet: str, cell: str, document: str
) -> Answer:
    high = line.high if line.high is not None and column.field == "mark" else column.high
    scale = 10**column.decimals
    return Answer(
        line.class_id or table.class_id,
        line.component or table.component,
        line.indicator or column.indicator,
        column.unit or unit,
        line.repeat or column.repeat,
        column.field,
        one.text,
        one.value,
        column.decimals,
        one.state,
        column.required,
        int(column.low * scale) if column.kind in ("number", "count") else 0,
        int(high * scale) if column.kind in ("number", "count") else 2**62,
        sheet,
        cell,
        document,
    )


def _problem(
    code: str,
    sheet: Sheet,
    table: Table,
    line: Line,
    spot: tuple[int, int],
    value: str,
    unit: str = "",
    column: Column | None = None,
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


def _sum_differs(
    sheet: Sheet, table: Table, line: Line, said: Mapping[int, Said], number: int, spot: tuple[int, int]
) -> list[Problem]:
    """A stated sum that is not what its parts add up to; the parts count."""
    cell = sheet.cells.get(spot)
    parts = [said[at] for at in table.summed(number) if at in said]
    if cell is None or cell.number is None or any(one.value is None for one in parts):
        return []
    decimals = max((table.columns[at].decimals for at in table.summed(number)), default=0)
    total = sum((Decimal(one.value or 0) for one in parts), Decimal(0)).scaleb(-decimals)
    if cell.number == total:
        return []
    return [
        Problem(
            "SUM_DIFFERS",
            sheet.title,
            address(*spot),
            line.unit,
            table.component,
            plain(cell.number),
            (("sum", plain(total)),),
        )
    ]


# --- cards -----------------------------------------------------------------------------------------------------------


def _cards(
    sheet: Sheet, table: Table, place: Place, problems: list[Problem]
) -> tuple[CardLines, list[Count], Cards, list[CardRun]]:
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
    found = [Count(table.class_id, table.component, *what, count) for what, count in sorted(counts.items())]
    kept = Cards(table.class_id, table.component, sheet.title, place.columns, tuple(keyed))
    lines = CardLines(table.class_id, table.component, used, spoiled, unclear, sheet.title)
    return lines, found, kept, _run(sheet, table, place, valid)


def _run(sheet: Sheet, table: Table, place: Place, valid: list[tuple[int, tuple[str, ...]]]) -> list[CardRun]:
    """The stretch of identical cards that is least to be expected, if there is any of some length."""
    found = rarest([card for _, card in valid])
    if found is None:
        return []
    at, length, alike = found
    left = next(spot for spot in place.columns if spot is not None)
    cells = address(valid[at][0], left), address(valid[at + length - 1][0], left)
    units = len(valid[at][1])
    return [CardRun(table.class_id, table.component, sheet.title, *cells, length, alike, len(valid), units)]


def tallied(said: Extract) -> list[Count]:
    """Counts from the tally of a component whose cards were not entered one by one."""
    by_card = {(lines.class_id, lines.component) for lines in said.card_lines if lines.used}
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for one in said.answers:
        if one.field == "tally" and one.value and (one.class_id, one.component) not in by_card:
            counts[one.class_id, one.component, one.unit, "" if one.indicator == "未填" else one.indicator] += one.value
    return [Count(*key, valid=True, cards=count) for key, count in sorted(counts.items())]
