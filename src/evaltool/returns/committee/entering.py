"""What the committee decided, into the ledger as one file and into the roster: all lines of a book, or none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from evaltool.evaluation import Evaluation
from evaltool.evaluation.deciding import Entered, Fields, enter, to_enter
from evaltool.files import place, write_together
from evaltool.findings import Finding, Refused, blocking
from evaltool.ledger import COLUMNS, Decision
from evaltool.names import safe_name
from evaltool.reader.cells import letters
from evaltool.returns.committee import FOLDER, read_book
from evaltool.returns.committee.declaring import confirmed_unit
from evaltool.returns.committee.matters import DECISION, CommitteeView
from evaltool.returns.committee.readback import BookLine
from evaltool.returns.goals import to_approve
from evaltool.returns.goals.approval import FILE as ROSTER_FILE

_ADDRESS = re.compile(r"([A-Z]+)([0-9]+)\Z")
_LINE_OF = {letters(at): attribute for at, attribute in enumerate(COLUMNS.values())}
_OWN = {"after": ("批准分值", "裁定名次", "否决情形"), "reason": ("加分事由", "事实和依据", "备注")}
"""Columns of the ledger -> the cells of the book that they came from."""
_OF_POINTS = ("EXTRA_POINTS", "EXTRA_MOST")
_OF_MEETING = ("DECISION_DATE", "DECISION_DATE_BEFORE")
"""What is wrong with the day of the meeting, which all lines have of the command."""

WrongLedger = Callable[[Evaluation], list[Finding]]


@dataclass(frozen=True, slots=True)
class TakenBook:
    """What became of a book: the ledger's file ("" for none) and its lines, units whose goals were confirmed with how
    many each; lines that were entered before, put off, decided without a line of the ledger; how many are blank.
    `kept`: the copy of the book."""

    file: str
    entered: tuple[Decision, ...]
    confirmed: tuple[tuple[str, int], ...]
    already: tuple[BookLine, ...]
    put_off: tuple[BookLine, ...]
    without: tuple[BookLine, ...]
    blank: int
    evaluation: Evaluation
    findings: tuple[Finding, ...] = ()
    kept: str = ""


def take_book(view: CommitteeView, name: str, data: bytes, document: str, on: date, wrong: WrongLedger) -> TakenBook:
    """Enter every line that is decided and was not entered before.  Raises `Refused` with everything that is wrong in
    the book, or with its decisions; nothing is written then."""
    book = read_book(view, name, data)
    put_off = tuple(line for line in book.lines if line.put_off)
    already = tuple(line for line in book.lines if not line.put_off and line.already)
    rest = [line for line in book.lines if not (line.put_off or line.already)]
    new = [(line, line.matter) for line in rest if line.matter]
    fields = [(line, each) for line, matter in new for each in line.kind.enters(matter, line.said)]
    if blocking(book.findings):
        raise Refused([*book.findings, *_of_points(view, fields, document, on, wrong)])
    units = [unit for line, matter in new for unit in confirmed_unit(matter, line.said)]
    entered, confirmed = _enter(view, fields, units, document, on, wrong)
    settled = {id(line) for line, _ in fields}
    without = tuple(line for line, each in new if id(line) not in settled and not [*confirmed_unit(each, line.said)])
    kept = _keep(view.evaluation.folder, data, document) if entered or confirmed else ""
    lines, file = (entered.lines, entered.file) if entered else ((), "")
    evaluation = entered.evaluation if entered else view.evaluation
    said = (*book.findings, *(entered.findings if entered else ()))
    return TakenBook(file, lines, confirmed, already, put_off, without, book.blank, evaluation, said, kept)


def _of_points(
    view: CommitteeView, fields: Sequence[tuple[BookLine, Fields]], document: str, on: date, wrong: WrongLedger
) -> Iterator[Finding]:
    """What the rules say of points in a book that is refused for something else: of a line by itself, so that it holds
    whatever becomes of the others."""
    lines = [{**each, "document": document, "date": on.isoformat()} for _, each in fields]
    if not lines:
        return
    try:
        spoken = partial(_spoken, sources=[line for line, _ in fields])
        to_enter(view.evaluation.folder, "committee", lines, wrong, spoken)
    except Refused as refused:
        yield from (one for one in dict.fromkeys(refused.findings) if one.code in _OF_POINTS)


def _keep(folder: Path, data: bytes, document: str) -> str:
    """A copy under the number of the meeting's document, for whoever asks later what was filled in."""
    return f"{FOLDER}/{place(folder / FOLDER / f'{safe_name(document)}.xlsx', data).path.name}"


def _enter(
    view: CommitteeView,
    fields: Sequence[tuple[BookLine, Fields]],
    units: Sequence[str],
    document: str,
    on: date,
    wrong: WrongLedger,
) -> tuple[Entered | None, tuple[tuple[str, int], ...]]:
    """The goals into the roster and the lines into the ledger: both, or neither."""
    folder = view.evaluation.folder
    confirmed: tuple[tuple[str, int], ...] = ()
    roster: dict[str, bytes] = {}
    if units:
        approved, data = to_approve(view.evaluation, view.intake, view.findings, document, on, units)
        confirmed, roster = approved.units, {ROSTER_FILE: data}
    day = {"document": document, "date": on.isoformat()}
    lines = [{**each, **day} for _, each in fields]
    sources = [line for line, _ in fields]
    if not lines:
        write_together({folder / file: data for file, data in roster.items()})
        return None, confirmed
    try:
        spoken = partial(_spoken, sources=sources)
        return enter(folder, "committee", lines, wrong, spoken, roster), confirmed
    except Refused as refused:  # what is wrong stands in the book, not in the command
        raise Refused([*dict.fromkeys(refused.findings)]) from None


def _spoken(one: Finding, name: str, sources: Sequence[BookLine]) -> Finding:
    """A finding at the ledger's file that was not written, as one at the book's line."""
    match = _ADDRESS.match(one.cell)
    if one.file != name or match is None:
        return one
    if one.code in _OF_MEETING:
        return replace(one, file="--date", sheet="", cell="", unit="")
    source = sources[int(match[2]) - 2]
    wanted = _OWN.get("after" if one.code in _OF_POINTS else _LINE_OF.get(match[1], ""), ())
    there = [each.header for each in source.kind.answers]
    header = next((each for each in wanted if each in there), DECISION if DECISION in there else there[0])
    return replace(one, file=source.table.file, sheet=source.table.sheet, cell=source.cell(header))
