"""A book that was filled in, read back: every line held against its matter as it is now; all that is wrong at its cell.

Lines are found by their codes, columns by their headers, so that both may be moved.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from evaltool.exact import plain
from evaltool.findings import Finding, blocking, finding
from evaltool.names import folded
from evaltool.returns.committee.book import headers, offered, unit_word
from evaltool.returns.committee.matters import (
    CODE,
    DECISION,
    DEFERRED,
    UNIT,
    AnswerColumn,
    CommitteeView,
    DecidedBefore,
    DecidedMatter,
    LineCode,
    LineSaid,
    MatterKind,
    code_in,
    code_of,
    shown,
)
from evaltool.roster.longtables import LongTable, by_column, oddly_shown, wrong_columns
from evaltool.roster.reading import read_tables
from evaltool.views.ranking import PERSON

_POINTS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?\Z")
_ABOVE = ("TABLE_TITLE", "TABLE_ABOVE", "TABLE_REMARKS")
"""What is said of a title above a header, which this book has."""


@dataclass(frozen=True, slots=True)
class MatterTable:
    """What there is to decide of one kind: matters by the code of each, and what was decided before."""

    kind: MatterKind
    matters: Mapping[str, DecidedMatter]
    decided: Mapping[str, Sequence[DecidedBefore]]


@dataclass(frozen=True, slots=True)
class BookLine:
    """A line that is filled in: its matter (None where that was decided and is over), what it says, where."""

    kind: MatterKind
    matter: DecidedMatter | None
    said: LineSaid
    table: LongTable
    number: int
    row: Mapping[str, str]
    before: Sequence[DecidedBefore] = ()

    def cell(self, header: str) -> str:
        return self.table.cell(self.number, header)

    @property
    def subject(self) -> str:
        """What it is about, for a person."""
        row = self.row
        facts = [self.kind.facts[at].header for at in self.kind.named]
        heads = [PERSON if header == UNIT and PERSON in row else header for header in facts]
        return "　".join(row.get(head, "") for head in heads)

    @property
    def block(self) -> tuple[str, str]:
        """The lines with which it is decided; "" for none."""
        return self.kind.id, self.matter.block if self.matter else ""

    @property
    def already(self) -> bool:
        """Whether just this was entered before."""
        return any(self.kind.same(each, self.said) for each in self.before)

    @property
    def put_off(self) -> bool:
        return self.said.get(DECISION) == DEFERRED


@dataclass(frozen=True, slots=True)
class FilledBook:
    """The lines that are filled in, how many are not, and what is wrong."""

    lines: tuple[BookLine, ...]
    blank: int
    findings: tuple[Finding, ...] = field(default=())


def read_filled(view: CommitteeView, file: str, data: bytes, tables: Sequence[MatterTable]) -> FilledBook:
    """Everything that the book says; `file`: what it is called in findings."""
    by_title = {each.kind.title: each for each in tables}
    known = {title: headers(view.evaluation, each.kind) for title, each in by_title.items()}
    read, found = read_tables({file: data}, known)
    findings = [one for one in found if one.code not in _ABOVE]
    mine = [table for table in read if table.sheet in by_title]
    if not mine and not blocking(findings):
        findings.append(finding("COMMITTEE_BOOK", file=file, args={"known": "、".join(by_title)}))
    lines: list[BookLine] = []
    blank = 0
    seen: dict[str, str] = {}
    doubtful: set[tuple[str, str]] = set()
    for table in mine:
        each = by_title[table.sheet]
        wrong = wrong_columns(table, known[table.sheet], _needed(each.kind), limits=False)
        findings += [one for one in wrong if one.code != "COLUMN_UNKNOWN"]
        if blocking(wrong) or not table.header:
            continue
        for number, row in table.rows:
            line, wrong = _read_line(view, each, table, number, by_column(table, row), seen)
            findings += wrong
            lines += [line] if line and not wrong else []
            doubtful |= {line.block} if line and wrong else set()
            blank += line is None and not wrong and bool(by_column(table, row).get(CODE))
    findings += _misplaced(lines, doubtful)
    return FilledBook(tuple(lines), blank, tuple(_once(findings)))


def _needed(kind: MatterKind) -> list[str]:
    return [*(one.header for one in kind.answers), CODE]


def _once(findings: Sequence[Finding]) -> Iterator[Finding]:
    """One finding a cell: one that is broken is not misread as well."""
    broken = {one.place() for one in findings if one.code == "CELL_BROKEN"}
    yield from (one for one in findings if one.code == "CELL_BROKEN" or one.place() not in broken)


# --- one line --------------------------------------------------------------------------------------------------------


def _read_line(
    view: CommitteeView,
    known: MatterTable,
    table: LongTable,
    number: int,
    row: Mapping[str, str],
    seen: dict[str, str],
) -> tuple[BookLine | None, list[Finding]]:
    """A line that is filled in, or what is wrong with it; neither where nothing was decided."""
    kind = known.kind
    said = {one.header: row[one.header].strip() for one in kind.answers if row.get(one.header, "").strip()}
    if not said:
        return None, []
    at = _LineSpot(table, number)
    code = code_in(view.evaluation, row.get(CODE, ""))
    if code is None:
        return None, [at.wrong("COMMITTEE_CODE", CODE, row.get(CODE, ""), "altered" if row.get(CODE) else "missing")]
    if (other := seen.setdefault(code.matter, at.where)) != at.where:
        return None, [at.wrong("COMMITTEE_CODE", CODE, row[CODE], "twice", other=other)]
    matter, before = known.matters.get(code.matter), known.decided.get(code.matter, ())
    answers, wrong = _answers(kind, matter, said, at)
    line = BookLine(kind, matter, answers, table, number, row, before)
    if wrong or line.put_off or line.already:
        return line, wrong
    if before and not kind.several:
        told = "；".join(f"{one.document} {one.after}".strip() for one in before)
        return line, [at.wrong("COMMITTEE_DECIDED", _first(kind), said.get(_first(kind), ""), told=told)]
    wrong = list(_out_of_date(view, kind, matter, code, row, at))
    return line, wrong or list(_unfit(kind, matter, answers, at))


@dataclass(frozen=True, slots=True)
class _LineSpot:
    """A line of the book, to which findings are tied."""

    table: LongTable
    number: int

    @property
    def where(self) -> str:
        return f"{self.table.sheet}!{self.number + 1}"

    def wrong(self, code: str, header: str, value: str = "", because: str = "", **args: object) -> Finding:
        cell = self.table.cell(self.number, header)
        words: dict[str, object] = {"column": header, "value": value, **args}
        return finding(
            code, file=self.table.file, sheet=self.table.sheet, cell=cell, value=value, because=because, args=words
        )


def _first(kind: MatterKind) -> str:
    return kind.answers[0].header


def _out_of_date(
    view: CommitteeView,
    kind: MatterKind,
    matter: DecidedMatter | None,
    code: LineCode,
    row: Mapping[str, str],
    at: _LineSpot,
) -> Iterator[Finding]:
    """A matter that is over, or another one than it was; a line whose cells say something else than it was."""
    if matter is None:
        yield at.wrong("COMMITTEE_STALE", CODE, row[CODE], "gone")
        return
    if str(code_of(view.evaluation, kind, matter)) != str(code):
        yield at.wrong("COMMITTEE_STALE", CODE, row[CODE], "changed", now=_now(kind, matter))
        return
    for column, fact in zip(kind.facts, matter.facts, strict=True):
        header = unit_word(view.evaluation) if column.header == UNIT else column.header
        if column.told and header in row and folded(row[header]) != folded(shown(fact)):
            yield at.wrong("COMMITTEE_ALTERED", header, row[header], was=shown(fact) or "（空）")


def _now(kind: MatterKind, matter: DecidedMatter) -> str:
    told = [(column.header, shown(fact)) for column, fact in zip(kind.facts, matter.facts, strict=True) if column.told]
    return "；".join(f"{header} {text}" for header, text in told if text)[:200]


# --- its yellow cells ------------------------------------------------------------------------------------------------


def _answers(
    kind: MatterKind, matter: DecidedMatter | None, said: LineSaid, at: _LineSpot
) -> tuple[dict[str, str], list[Finding]]:
    """What is filled in, in the words that are laid down."""
    answers: dict[str, str] = {}
    wrong: list[Finding] = []
    for column in kind.answers:
        text = said.get(column.header, "")
        odd = oddly_shown(at.table, at.number, at.table.header.index(column.header), dated=False)
        if not text:
            continue
        if odd and odd != "CELL_BROKEN" and column.kind != "text":
            wrong.append(at.wrong(odd, column.header, text))
            continue
        found, one = _answer(column, matter, text, at)
        answers[column.header] = found
        wrong += one
    if DECISION in (one.header for one in kind.answers) and not answers.get(DECISION) and not wrong:
        wrong.append(at.wrong("CELL_EMPTY", DECISION))
    return answers, wrong


def _answer(column: AnswerColumn, matter: DecidedMatter | None, text: str, at: _LineSpot) -> tuple[str, list[Finding]]:
    if column.kind == "text":
        return text, []
    if column.kind == "points":
        return _points(column, matter, text, at)
    choices = offered(column, matter) if matter else column.choices
    found = next((word for word in choices if folded(word) == folded(text)), "")
    if found or not choices:  # without a list, whoever enters the decision says what is wrong
        return found or text, []
    return "", [at.wrong("DECISION_CHOICE", column.header, text, known="、".join(choices))]


def _points(column: AnswerColumn, matter: DecidedMatter | None, text: str, at: _LineSpot) -> tuple[str, list[Finding]]:
    number = folded(text)
    if not _POINTS.match(number) or not Decimal(number):
        return "", [at.wrong("CELL_VALUE", column.header, text)]
    most = matter.most if matter else None
    if most is not None and Fraction(number) > most:
        return "", [at.wrong("COMMITTEE_ABOVE", column.header, text, most=plain(most))]
    return plain(Decimal(number)), []


def _unfit(kind: MatterKind, matter: DecidedMatter | None, answers: LineSaid, at: _LineSpot) -> Iterator[Finding]:
    """Cells that the decision needs, or has no use for."""
    lacking = [header for header in kind.needs(matter, answers) if not answers.get(header)] if matter else []
    yield from (at.wrong("CELL_EMPTY", header) for header in lacking)
    for header in kind.unused(answers):
        if answers.get(header):
            yield at.wrong("COMMITTEE_UNUSED", header, answers[header], decision=answers.get(DECISION, ""))


# --- lines together --------------------------------------------------------------------------------------------------


def _misplaced(lines: Sequence[BookLine], doubtful: Container[tuple[str, str]]) -> Iterator[Finding]:
    """Blocks whose lines cannot stand beside each other; `doubtful`: those with a line that is wrong by itself."""
    blocks: dict[tuple[str, str], list[BookLine]] = {}
    for line in lines:
        if line.block[1] and line.block not in doubtful and not (line.already or line.put_off):
            blocks.setdefault(line.block, []).append(line)
    for filled in blocks.values():
        first = filled[0]
        pairs = [(line.matter, line.said) for line in filled if line.matter]
        if because := first.kind.together(pairs):
            header = _first(first.kind)
            at = _LineSpot(first.table, first.number)
            yield at.wrong("COMMITTEE_TOGETHER", header, first.said.get(header, ""), because)
