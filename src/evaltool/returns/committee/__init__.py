"""评审材料: everything that waits for the committee, as a workbook to decide in; what is decided goes into the ledger.

A module for each kind of matter says what waits and what a line that is filled in means: `claimed` (bonuses),
`vetoing`, `tied`, `proved` (evidence), `declaring` (goals), `papers` (sheets, opinions and objections).  `known` is
beside them to be read.  `book` writes, `readback` reads, `entering` takes it into ledger and roster: all or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaltool.files import place, write_atomically
from evaltool.returns.committee.book import TITLE, OpenMatters, committee_book
from evaltool.returns.committee.claimed import CLAIMS
from evaltool.returns.committee.declaring import GOALS_TO_CONFIRM, approved_goals
from evaltool.returns.committee.known import CLOSE, DECLARED, STATEMENTS
from evaltool.returns.committee.matters import CommitteeView, DecidedBefore, MatterId, MatterKind, about_code
from evaltool.returns.committee.papers import OBJECTIONS, SHEETS, settled_entries
from evaltool.returns.committee.proved import PROVED
from evaltool.returns.committee.readback import FilledBook, MatterTable, read_filled
from evaltool.returns.committee.tied import TIES
from evaltool.returns.committee.vetoing import VETOES
from evaltool.writers.saving import to_bytes

FOLDER = "committee"
FILE = f"{FOLDER}/{TITLE}.xlsx"
MATTER_KINDS = (CLAIMS, VETOES, TIES, PROVED, GOALS_TO_CONFIRM, SHEETS, OBJECTIONS)
KNOWN = (STATEMENTS, CLOSE, DECLARED)


@dataclass(frozen=True, slots=True)
class WaitingMatters:
    """How many matters of each kind wait for a decision; `only_here`: how many that no other step of the year is about.

    What the book offers beside them (a line for a veto of every unit, a tie that decides no more than a place) waits
    for nobody.
    """

    kinds: tuple[tuple[str, int], ...]
    only_here: int

    @property
    def total(self) -> int:
        return sum(count for _, count in self.kinds)


@dataclass(frozen=True, slots=True)
class CommitteeBook:
    """What was written, relative to the folder, and how many matters of each kind wait."""

    file: str
    waiting: WaitingMatters


def write_book(view: CommitteeView) -> CommitteeBook:
    """Write what waits.  A book in which somebody has filled in something stays, and the new one lies beside it."""
    open_ones = [_open(view, table) for table in matter_tables(view)]
    data = to_bytes(committee_book(view, open_ones, KNOWN))
    path = view.evaluation.folder / FILE
    if path.exists() and _is_filled(view, path):
        path = place(path, data).path
    else:
        write_atomically(path, data)
    return CommitteeBook(f"{FOLDER}/{path.name}", _waiting(view, open_ones))


def _is_filled(view: CommitteeView, path: Path) -> bool:
    """Whether anything may be lost with it: an entry, or something that cannot be read."""
    book = read_filled(view, FILE, path.read_bytes(), matter_tables(view))
    return bool(book.lines or book.findings)


def _open(view: CommitteeView, table: MatterTable) -> OpenMatters:
    """The matters of a kind that nobody has decided; what may be decided several times stays open."""
    decided = () if table.kind.several else table.decided
    return OpenMatters(table.kind, tuple(each for code, each in table.matters.items() if code not in decided))


def matter_tables(view: CommitteeView) -> list[MatterTable]:
    """What there is to decide, kind by kind, and what was decided of it."""
    return [_table(view, kind) for kind in MATTER_KINDS]


def _table(view: CommitteeView, kind: MatterKind) -> MatterTable:
    decided: dict[str, list[DecidedBefore]] = {}
    for about, before in _decided(view, kind):
        decided.setdefault(about_code(about), []).append(before)
    return MatterTable(kind, {about_code(each.about): each for each in kind.matters(view)}, decided)


def _decided(view: CommitteeView, kind: MatterKind) -> Iterator[tuple[MatterId, DecidedBefore]]:
    for line in view.evaluation.ledger:
        about = kind.decided(line)
        if about:
            yield about, DecidedBefore(line.kind, line.after, line.document, line.before)
    if kind is OBJECTIONS:
        yield from settled_entries(view.evaluation)
    if kind is GOALS_TO_CONFIRM:
        yield from approved_goals(view.evaluation)


def read_book(view: CommitteeView, file: str, data: bytes) -> FilledBook:
    return read_filled(view, file, data, matter_tables(view))


def waiting(view: CommitteeView) -> WaitingMatters:
    """What waits: the book says it, and so does whoever tells where the evaluation stands."""
    return _waiting(view, [_open(view, table) for table in matter_tables(view)])


def _waiting(view: CommitteeView, open_ones: Sequence[OpenMatters]) -> WaitingMatters:
    counts = [(each.kind, sum(each.kind.waits(view, one) for one in each.matters)) for each in open_ones]
    kinds = tuple((kind.title, count) for kind, count in counts)
    return WaitingMatters(kinds, sum(count for kind, count in counts if not kind.elsewhere))
