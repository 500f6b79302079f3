"""Law 1 tried out: every input cell of an evaluation, changed one at a time, must show in marks, ballots or findings.

A cell of a returned sheet is changed in the workbook as it was read, and that one file is taken in anew: its rows of
marks.csv and of ballots.csv, and what is found in it.  A cell of the roster or of the decisions is changed in its
table, and the folder is loaded anew: what the evaluation then is, or what is found in it.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl

from evaltool.evaluation import Evaluation, load
from evaltool.findings import Refused
from evaltool.identity import Identity, parse_code
from evaltool.inbox.extract.answers import in_full
from evaltool.inbox.extract.carried import carried
from evaltool.inbox.extract.corrections import spot_of
from evaltool.inbox.extract.home import at_home
from evaltool.inbox.extract.workbook import Extract, codes, extract
from evaltool.inbox.intake import intake_of
from evaltool.inbox.received import Seen
from evaltool.inbox.submissions import Submission
from evaltool.inbox.tables import MARKS, in_words
from evaltool.inbox.workers import Reading
from evaltool.questions.forms import Form, FormColumn
from evaltool.questions.layout import forms
from evaltool.questions.sent import earlier, sent_before
from evaltool.reader import ReadCell, Workbook, address, read
from evaltool.run import TakenIn, take_in

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data" / "chengchuan-2026"

Spot = tuple[str, int, int]  # worksheet, row and column from 0


@dataclass(frozen=True)
class CountedSheet:
    """A file that counts: what it is called, its workbook and form, and the form of the version that it was sent as."""

    name: str
    book: Workbook
    form: Form
    older: Form | None

    def say(self, book: Workbook) -> Extract:
        """What another workbook in its place says."""
        if self.older is None:
            return extract(self.form, book)
        said = carried(self.older, self.form, extract(self.older, book))
        assert said is not None, self.name
        return said

    def cells(self) -> Mapping[Spot, FormColumn]:
        """Every cell to be filled in, and every sum, where it stands on this workbook."""
        found: dict[Spot, FormColumn] = {}
        for layout in (self.older or self.form).sheets:
            sheet = next((each for each in self.book.sheets if each.title == layout.title), None)
            if sheet is not None and at_home(sheet, layout):
                for table in layout.tables:
                    for line, number, row, column in table.cells():
                        if (line, number) not in table.blocked:
                            found[sheet.title, row, column] = table.columns[number]
        return self._moved() | found

    def _moved(self) -> dict[Spot, FormColumn]:
        """The answers where people moved something: where they were found."""
        if self.older is not None:
            return {}
        tables = [each for sheet in self.form.sheets for each in sheet.tables]
        columns = {each.field: each for table in tables if table.kind != "cards" for each in table.columns}
        said = in_full(self.form.sheets, self.say(self.book).answers)
        return {(one.sheet, *spot_of(one.cell)): columns[one.field] for one in said if one.field in columns}


def counted_sheets(folder: Path, came: TakenIn) -> Iterator[CountedSheet]:
    """All of them, but for exports of surveys, whose cells have a test of their own."""
    expected = forms(came.evaluation)
    before = sent_before(folder, expected.values())
    for each in came.intake.files:
        form = expected.get((each.evaluator, each.batch, each.entry or "1"))
        if each.became != "counted" or form is None or not (folder / each.file).exists():
            continue
        book = read((folder / each.file).read_bytes())
        if isinstance(book, Workbook):
            version = next(identity.version for code in codes(book) if (identity := parse_code(code)))
            yield CountedSheet(each.file, book, form, earlier(form, version, before))


def of_sheets(folder: Path, seed: int, most: int | None = None) -> tuple[int, list[str]]:
    """How many cells of returned sheets were changed, `most` of each file, and those that showed nowhere."""
    count, unseen = 0, []
    for sheet in counted_sheets(folder, take_in(folder)):
        chance = random.Random(f"{seed} {sheet.name}")
        cells = sorted(sheet.cells().items(), key=lambda each: each[0])
        chosen = cells if most is None else chance.sample(cells, min(most, len(cells)))
        before = sheet.say(sheet.book)
        written = tables(sheet, before)
        for spot, column in chosen:
            count += 1
            said = sheet.say(with_cell(sheet.book, spot, column, chance))
            if said.problems == before.problems and tables(sheet, said) == written:
                unseen.append(f"{sheet.name} {spot[0]}!{address(*spot[1:])} ({column.kind} {column.field})")
    return count, unseen


def tables(sheet: CountedSheet, said: Extract) -> object:
    """What stands of a file in marks.csv and ballots.csv."""
    identity = Identity("", sheet.form.evaluator, sheet.form.batch, sheet.form.entry, "", "")
    seen = Seen("0" * 64, sheet.name, (), b"")
    submission = Submission(seen, Reading(seen.digest, identity, said, said.problems), sheet.form.sheets)
    intake = intake_of({submission.key: submission}, (), ())
    marks = in_words(intake.kept(pl.col("state") != "blank").select(MARKS).lazy()).collect()
    return marks.rows(), intake.ballots.rows(), intake.card_lines


def with_cell(book: Workbook, spot: Spot, column: FormColumn, chance: random.Random) -> Workbook:
    """The workbook with one cell that says something else: another answer mostly, none at times."""
    title, *place = spot
    sheets = []
    for sheet in book.sheets:
        if sheet.title == title:
            cells = dict(sheet.cells)
            old = cells.pop((place[0], place[1]), None)
            emptied = (
                old and old.text.strip() and column.kind != "sum" and chance.random() < 0.2
            )  # a sum says nothing new
            if not emptied:
                cells[place[0], place[1]] = _another(old, column, chance)
            sheet = replace(sheet, cells=cells)
        sheets.append(sheet)
    return replace(book, sheets=tuple(sheets))


def _another(old: ReadCell | None, column: FormColumn, chance: random.Random) -> ReadCell:
    said = old.text if old else ""
    if column.kind == "choice":
        other = chance.choice([choice for choice in column.choices if choice != said] or ["别的"])
        return _typed(other)
    if column.kind == "text":
        return _typed(f"{said}改")
    if column.kind == "date":
        day = date(2026, 1, 1) + timedelta(days=chance.randrange(300))
        return _typed("2025-12-31" if said == day.isoformat() else day.isoformat())
    low, high = int(column.low), int(column.high)
    values = {str(value) for value in (low, high, (low + high) // 2, chance.randint(low, max(low, high)), high + 1)}
    number = Decimal(chance.choice(sorted(values - {said, str(old.number) if old else ""})))
    return ReadCell("number", str(number), number, None, "General", merged=False, hidden=False)


def _typed(text: str) -> ReadCell:
    return ReadCell("text", text, None, None, "General", merged=False, hidden=False)


# --- roster and decisions --------------------------------------------------------------------------------------------


def of_tables(folder: Path, seed: int, rows: int | None = None) -> tuple[int, list[str]]:
    """How many cells of the roster and of the decisions were changed, in so many rows of each table, and those that
    neither changed the evaluation nor gave a finding."""
    count, unseen = 0, []
    before = stated(folder)
    for path in sorted([*(folder / "roster").glob("*.csv"), *(folder / "decisions").glob("*.csv")]):
        data = path.read_bytes()
        lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        chance = random.Random(f"{seed} {path.name}")
        chosen = (
            range(1, len(lines)) if rows is None else chance.sample(range(1, len(lines)), min(rows, len(lines) - 1))
        )
        for row in sorted(chosen):
            for column, header in enumerate(lines[0]):
                count += 1
                path.write_text(_changed_table(lines, row, column), encoding="utf-8-sig")
                if stated(folder) == before:
                    unseen.append(f"{path.name} {address(row, column)} ({header})")
        path.write_bytes(data)
    return count, unseen


def _changed_table(lines: Sequence[Sequence[str]], row: int, column: int) -> str:
    changed = [list(line) for line in lines]
    changed[row] += [""] * (column + 1 - len(changed[row]))
    changed[row][column] = _another_text(changed[row][column])
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(changed)
    return out.getvalue()


def _another_text(said: str) -> str:
    try:
        return (date.fromisoformat(said) + timedelta(days=1)).isoformat()
    except ValueError:
        return str(int(said) + 1) if said.isdecimal() else f"{said}改"


def stated(folder: Path) -> object:
    """What is known before a sheet is read, and what is found in it; the bytes of the files apart."""
    try:
        evaluation, findings = load(folder)
    except Refused as refused:
        return refused.findings
    known = [getattr(evaluation, each.name) for each in fields(Evaluation) if each.name != "files"]
    return known, findings
