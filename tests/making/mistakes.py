"""What people do to sheets: a catalogue of mistakes, each with the one thing that must be said of it.

A mistake is made in a real workbook, by another program (openpyxl) or in the file's bytes, and its finding is expected
from the words of `catalogue.toml`: its code, and the place where a person would look.  Nothing here knows how the
reading works.  `MISTAKES` maps a name to a function that makes the mistake in a `Case`, or returns None where the sheet
has no place for it.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import openpyxl

from big_year import Sheet, write
from evaltool.questions.forms import FormSheet, FormTable
from evaltool.reader import address
from filling import Spot, spots

Expected = tuple[str, str, str, str]  # code, file, worksheet, cell


@dataclass
class Case:
    """One sheet in the hands of somebody who makes a mistake; the dice decide where."""

    sheet: Sheet
    dice: random.Random
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def file(self) -> str:
        return self.sheet.file

    def book(self) -> openpyxl.Workbook:
        return openpyxl.load_workbook(io.BytesIO(write(self.sheet)))

    def keep(self, book: openpyxl.Workbook) -> None:
        self.files[self.file] = saved(book)

    def written(self) -> list[tuple[str, bytes]]:
        return [(name, data) for name, data in self.files.items() if name]

    def value(self, spot: Spot) -> object:
        return self.sheet.answers.get(spot.place)

    def filled(self, *kinds: str, field: str = "", table: str = "") -> list[Spot]:
        """Cells that were filled in, by what they take, what they are, and the kind of their table."""
        return [
            spot
            for spot in spots(self.sheet.form)
            if self.value(spot) is not None
            and spot.column.kind in kinds
            and field in ("", spot.column.field)
            and table in ("", spot.table.kind)
        ]

    def any(self, found: list[Spot]) -> Spot | None:
        return self.dice.choice(found) if found else None

    def tables(self, *kinds: str) -> list[tuple[FormSheet, FormTable]]:
        every = [(sheet, table) for sheet in self.sheet.form.sheets for table in sheet.tables]
        return [(sheet, table) for sheet, table in every if table.kind in kinds and table.class_id]

    def is_batch(self) -> bool:
        return bool(self.sheet.form.batch)

    def says(self, code: str, sheet: str = "", cell: str = "", file: str = "") -> Expected:
        return code, file or self.file, sheet, cell


Mistake = Callable[[Case], Expected | None]
MISTAKES: dict[str, Mistake] = {}


def mistake(function: Mistake) -> Mistake:
    MISTAKES[getattr(function, "__name__", "").lstrip("_")] = function
    return function


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# --- one cell --------------------------------------------------------------------------------------------------------

Pick = Callable[[Case], list[Spot]]
Typed = Callable[[Case, Spot], object]


@dataclass(frozen=True)
class CellMistake:
    """Something typed into one cell; several of them fit on one sheet."""

    code: str
    pick: Pick
    typed: Typed
    format: str = ""

    def __call__(self, case: Case) -> Expected | None:
        spot = case.any(self.pick(case))
        if spot is None:
            return None
        book = case.book()
        self.make(case, book, spot)
        case.keep(book)
        return case.says(self.code, *spot.place)

    def make(self, case: Case, book: openpyxl.Workbook, spot: Spot) -> None:
        cell = book[spot.sheet][spot.cell]
        cell.value = self.typed(case, spot)
        if self.format:
            cell.number_format = self.format


def marks(case: Case) -> list[Spot]:
    """Marks that are points, not places in a list; at least one, so that no part of one is nought."""
    marks = [spot for spot in case.filled("number", field="mark") if "名次" not in spot.column.header]
    return [spot for spot in marks if _whole(case, spot) >= 1]


def fine_marks(case: Case) -> list[Spot]:
    return [spot for spot in marks(case) if spot.column.decimals and case.value(spot) != int(str(_whole(case, spot)))]


def _whole(case: Case, spot: Spot) -> int:
    return int(Decimal(str(case.value(spot))))


def _places(case: Case) -> list[Spot]:
    return [spot for spot in case.filled("number", field="mark") if "名次" in spot.column.header]


def _counts(case: Case) -> list[Spot]:
    return case.filled("count")


def choices(case: Case) -> list[Spot]:
    return [spot for spot in case.filled("choice") if spot.column.field in ("mark", "stated_grade")]


def _required(case: Case) -> list[Spot]:
    """More than one cell of its worksheet is filled in, so that the sheet does not become a blank one."""
    here = case.filled("number", "choice", "text", "date", table="grid")
    return [spot for spot in here if sum(other.sheet == spot.sheet for other in here) > 1]


def _high(spot: Spot) -> Decimal:
    return spot.line.high if spot.line.high is not None else spot.column.high


CELLS: dict[str, CellMistake] = {
    "words in a number cell": CellMistake(
        "SCORE_NOT_NUMBER", marks, lambda c, s: c.dice.choice(["九十", "较好", "8-9"])
    ),
    "words in a count": CellMistake("SCORE_NOT_NUMBER", _counts, lambda c, s: "若干"),
    "words in a place": CellMistake("SCORE_NOT_NUMBER", _places, lambda c, s: "第一"),
    "full-width digits": CellMistake(
        "SCORE_TEXT_NUMBER", marks, lambda c, s: "".join(chr(ord(x) + 0xFEE0) for x in str(_whole(c, s)))
    ),
    "a unit after the number": CellMistake("SCORE_TEXT_UNIT", marks, lambda c, s: f"{_whole(c, s)}分"),
    "a number stored as text": CellMistake("SCORE_TEXT_NUMBER", marks, lambda c, s: str(c.value(s))),
    "a number with blanks": CellMistake("SCORE_TEXT_NUMBER", marks, lambda c, s: f" {c.value(s)} "),
    "too high": CellMistake("SCORE_RANGE", marks, lambda c, s: float(_high(s) + 1)),
    "negative": CellMistake("SCORE_RANGE", marks, lambda c, s: -1),
    "a place beyond the list": CellMistake("SCORE_RANGE", _places, lambda c, s: int(s.column.high) + 1),
    "place nought": CellMistake("SCORE_RANGE", _places, lambda c, s: 0),
    "half a place": CellMistake("SCORE_NOT_WHOLE", _places, lambda c, s: 1.5),
    "half a card": CellMistake("SCORE_NOT_WHOLE", _counts, lambda c, s: 2.5),
    "too many decimals": CellMistake("SCORE_DECIMALS", marks, lambda c, s: _whole(c, s) - 0.12345),
    "left blank": CellMistake("SCORE_MISSING", _required, lambda c, s: None),
    "only blanks": CellMistake("SCORE_MISSING", _required, lambda c, s: "　 "),
    "no place given": CellMistake("SCORE_MISSING", _places, lambda c, s: None),
    "formula without a value": CellMistake("FORMULA_NO_VALUE", marks, lambda c, s: "=40+2"),
    "error value": CellMistake("SCORE_ERROR_CELL", marks, lambda c, s: c.dice.choice(["#N/A", "#DIV/0!", "#REF!"])),
    "truth value": CellMistake("SCORE_BOOLEAN", marks, lambda c, s: True),
    "percent format": CellMistake("SCORE_PERCENT", marks, lambda c, s: 0.95, "0%"),
    "percent typed": CellMistake("SCORE_PERCENT", marks, lambda c, s: "95%"),
    "turned into a date": CellMistake("SCORE_DATE", marks, lambda c, s: date(2026, 5, 20)),
    "rounded display": CellMistake("SCORE_DISPLAY_DIFFERS", fine_marks, lambda c, s: float(str(c.value(s))), "0"),
    "hidden by its format": CellMistake("SCORE_DISPLAY_HIDES", marks, lambda c, s: float(str(c.value(s))), ";;;"),
    "abstention where none is ruled": CellMistake("SCORE_ABSTAINED", marks, lambda c, s: "弃权"),
    "abstention in a count": CellMistake("ABSTAINED_FIELD", _counts, lambda c, s: "弃权"),
    "unknown choice": CellMistake("CHOICE_UNKNOWN", choices, lambda c, s: "特等"),
    "almost a choice": CellMistake("CHOICE_UNKNOWN", choices, lambda c, s: s.column.choices[0][0]),
    "unknown unit": CellMistake("CHOICE_UNKNOWN", lambda c: c.filled("choice", field="unit"), lambda c, s: "第九十局"),
    "no date": CellMistake("DATE_UNKNOWN", lambda c: c.filled("date"), lambda c, s: "下周三"),
    "a date as a number": CellMistake("DATE_UNKNOWN", lambda c: c.filled("date"), lambda c, s: 46000, "General"),
    "a date of another year": CellMistake(
        "DATE_OTHER_YEAR", lambda c: c.filled("date"), lambda c, s: date(2025, 5, 20), "yyyy-mm-dd"
    ),
    "date left blank": CellMistake("SCORE_MISSING", lambda c: c.filled("date"), lambda c, s: None),
    "reasons left blank": CellMistake("SCORE_MISSING", lambda c: c.filled("text", field="reasons"), lambda c, s: None),
    "strange spoiled mark": CellMistake(
        "CHOICE_UNKNOWN", lambda c: c.filled("choice", field="spoiled"), lambda c, s: "作废"
    ),
}
MISTAKES |= CELLS


def several(case: Case, names: list[str]) -> list[Expected]:
    """Mistakes in single cells of one sheet, at most one for each row and column of a table."""
    book, made, rows, columns = case.book(), list[Expected](), set[object](), set[object]()
    for name in names:
        one = CELLS[name]
        free = [s for s in one.pick(case) if (s.sheet, row_of(s)) not in rows and (s.sheet, letters(s)) not in columns]
        if spot := case.any(free):
            one.make(case, book, spot)
            made.append(case.says(one.code, *spot.place))
            rows.add((spot.sheet, row_of(spot)))
            columns.add((spot.sheet, letters(spot)) if "名次" in spot.column.header or case.is_batch() else None)
    case.keep(book)
    return made


def letters(spot: Spot) -> str:
    return spot.cell.rstrip("0123456789")


def row_of(spot: Spot) -> int:
    return int(spot.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


@mistake
def _formula_with_its_value(case: Case) -> Expected | None:
    spot = case.any(marks(case))
    if spot is None:
        return None
    book = case.book()
    book[spot.sheet][spot.cell] = 7.25
    cell, marker = f'r="{spot.cell}"', b"<v>7.25</v>"
    index = book.sheetnames.index(spot.sheet) + 1
    case.files[case.file] = _replaced(saved(book), f"xl/worksheets/sheet{index}.xml", cell, marker)
    return case.says("SCORE_FORMULA", *spot.place)


def _replaced(data: bytes, part: str, cell: str, marker: bytes) -> bytes:
    """A formula in front of the stored value of a cell: openpyxl writes formulas without values."""
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == part:
                at = content.index(marker, content.index(cell.encode()))
                content = content[:at] + b"<f>7+0.25</f>" + content[at:]
            new.writestr(info, content)
    return out.getvalue()


@mistake
def _same_place_twice(case: Case) -> Expected | None:
    """Said at the second of the two in the order of the sheet."""
    listed = _places(case)
    spots = [spot for spot in listed if spot.sheet == listed[0].sheet]
    if len(spots) < 2:
        return None
    first, second = sorted(case.dice.sample(spots, 2), key=row_of)
    book = case.book()
    book[second.sheet][second.cell] = case.value(first)
    case.keep(book)
    return case.says("RANK_DUPLICATE", *second.place)


@mistake
def _merged_cells(case: Case) -> Expected | None:
    """Two marks one below the other become one cell: said at the first."""
    by_place = {spot.place: spot for spot in marks(case)}
    pairs = [
        (spot, below)
        for spot in by_place.values()
        if (below := by_place.get((spot.sheet, f"{letters(spot)}{row_of(spot) + 1}"))) and below.table is spot.table
    ]
    if not pairs:
        return None
    upper, lower = case.dice.choice(pairs)
    book = case.book()
    book[upper.sheet].merge_cells(f"{upper.cell}:{lower.cell}")
    case.keep(book)
    return case.says("MERGED_SCORE", *upper.place)


@mistake
def _filled_a_blocked_cell(case: Case) -> Expected | None:
    for sheet, table in case.tables("grid"):
        if table.blocked:
            at, number = case.dice.choice(table.blocked)
            cell = address(table.top + 1 + at, table.left + number)
            return typed(case, sheet.title, cell, 1, "CELL_BLOCKED")
    return None


def typed(case: Case, title: str, cell: str, value: object, code: str) -> Expected:
    book = case.book()
    book[title][cell] = value
    case.keep(book)
    return case.says(code, title, cell)


@mistake
def _typed_over_a_sum(case: Case) -> Expected | None:
    for sheet, table in case.tables("grid"):
        sums = [at for at, column in enumerate(table.columns) if column.kind == "sum"]
        if sums:
            row, number = case.dice.randrange(len(table.lines)), case.dice.choice(sums)
            cell = address(table.top + 1 + row, table.left + number)
            return typed(case, sheet.title, cell, 1, "SUM_DIFFERS")
    return None
