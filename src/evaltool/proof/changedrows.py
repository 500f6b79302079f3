"""Which rows of the roster and lines of the ledger are not the same?  Each of them is a cause, wherever it is written.

What differs is written as CSV where only some of it is put in place: a workbook of the roster becomes a file for each
of its tables, which is read as the same.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from evaltool.ledger import COLUMNS, KINDS, kind_named
from evaltool.ledger.kinds import HEADERS
from evaltool.proof.causes import Cause, DifferingPart, InputFiles, whole
from evaltool.roster.longtables import LongTable, by_column
from evaltool.roster.reading import read_tables
from evaltool.roster.tables import HEADERS as TABLES

FilledRow = tuple[tuple[str, str], ...]
"""Header and text of the cells of a row that are filled in."""
RowPair = tuple[tuple[FilledRow, ...], tuple[FilledRow, ...]]
"""A row before and after, where there is one."""
What = Literal["changed", "added", "removed"]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Rows of a table: those before and those after, which are the same where there is no cause."""

    before: tuple[FilledRow, ...]
    after: tuple[FilledRow, ...]
    cause: Cause | None = None

    def rows(self, applied: Set[Cause]) -> tuple[FilledRow, ...]:
        return self.after if self.cause in applied else self.before


def roster_part(old: InputFiles, new: InputFiles) -> Iterator[DifferingPart]:
    """The tables of the roster, whether they stand in a workbook or in files of their own."""
    before, after = (_of(side, "roster") for side in (old, new))
    if not before and not after:
        return
    then, now = (_tables(side, TABLES, ()) for side in (before, after))
    if then is None or now is None:
        yield whole(Cause("roster", "changed", "roster"), before, after)
        return
    tables = {name: _stretches(name, then.get(name, []), now.get(name, [])) for name in {**then, **now}}
    causes = tuple(each.cause for stretches in tables.values() for each in stretches if each.cause)
    if causes:
        yield DifferingPart(causes, before, after, lambda applied: dict(_files(tables, applied)))


def ledger_part(old: InputFiles, new: InputFiles) -> Iterator[DifferingPart]:
    """The lines of the ledger; in which file one stands, and where, says nothing."""
    before, after = (_of(side, "decisions/") for side in (old, new))
    then, now = (
        Counter(row for table in read_tables(side, {}, tuple(COLUMNS))[0] for row in _rows(table, tuple(COLUMNS)))
        for side in (before, after)
    )
    same = tuple((then & now).elements())
    moved = list(_pairs(list((then - now).elements()), list((now - then).elements())))
    stretches = [_Stretch(*pair, _decision(*pair, at)) for at, pair in enumerate(moved)]
    causes = tuple(each.cause for each in stretches if each.cause)
    if causes:
        lines = {"decisions/lines": [_Stretch(same, same), *stretches]}
        yield DifferingPart(causes, before, after, lambda applied: dict(_files(lines, applied)))


def _of(files: InputFiles, beginning: str) -> InputFiles:
    return {name: data for name, data in files.items() if name.startswith(beginning)}


def _tables(
    files: InputFiles, known: Mapping[str, Sequence[str]], others: Sequence[str]
) -> dict[str, list[FilledRow]] | None:
    """The rows of each table; None where two tables have one name."""
    found = read_tables(files, known, others)[0]
    tables = {f"roster/{table.sheet}": list(_rows(table, table.header)) for table in found}
    return tables if len(tables) == len(found) else None


def _rows(table: LongTable, columns: Iterable[str]) -> Iterator[FilledRow]:
    for _, row in table.rows:
        said = by_column(table, row)
        yield tuple((column, said[column]) for column in dict.fromkeys(columns) if said.get(column))


def _files(tables: Mapping[str, Sequence[_Stretch]], applied: Set[Cause]) -> Iterator[tuple[str, bytes]]:
    for name, stretches in tables.items():
        rows = [dict(row) for each in stretches for row in each.rows(applied)]
        if rows:
            out = io.StringIO()
            writer = csv.DictWriter(out, list(dict.fromkeys(column for row in rows for column in row)))
            writer.writeheader()
            writer.writerows(rows)
            yield f"{name}.csv", out.getvalue().encode("utf-8")


# --- rows of the roster ----------------------------------------------------------------------------------------------


def _stretches(name: str, then: Sequence[FilledRow], now: Sequence[FilledRow]) -> list[_Stretch]:
    """A table from the top to the bottom; the order of rows can matter, so a row that was moved went and came."""
    made = []
    for tag, a, b, c, d in SequenceMatcher(None, then, now, autojunk=False).get_opcodes():
        old, new = tuple(then[a:b]), tuple(now[c:d])
        if tag == "equal":
            made.append(_Stretch(old, new))
            continue
        paired = len(old) == len(new)
        pairs: list[RowPair] = [((x,), (y,)) for x, y in zip(old, new, strict=True)] if paired else []
        gone: list[RowPair] = [((row,), ()) for row in old]
        come: list[RowPair] = [((), (row,)) for row in new]
        for before, after in pairs or [*gone, *come]:
            made.append(_Stretch(before, after, _row(name.removeprefix("roster/"), before, after, len(made))))
    return made


def _row(table: str, before: Sequence[FilledRow], after: Sequence[FilledRow], number: int) -> Cause:
    at = " ".join(text for _, text in (after or before)[0][:2])
    was, now = (dict(side[0]) if side else {} for side in (before, after))
    columns = [column for column in {**was, **now} if was.get(column) != now.get(column)]
    old, new = ("，".join(f"{column}：{row[column]}" for column in columns if column in row) for row in (was, now))
    return Cause("roster", _what(before, after), table, at, old, new, number)


def _what(before: object, after: object) -> What:
    return "changed" if before and after else "added" if after else "removed"


# --- lines of the ledger ---------------------------------------------------------------------------------------------

_SAME = ("kind", "document", "unit", "evaluator", "component", "indicator", "batch", "file_hash", "sheet", "cell")
"""What two lines have in common that say different things of one matter."""
_SHOWN = ("unit", "evaluator", "component", "indicator", "batch", "sheet", "cell", "file_hash", "before", "after")


def _pairs(gone: Sequence[FilledRow], new: Sequence[FilledRow]) -> Iterator[RowPair]:
    """Line by line, in the order of days; first, together, what records the procedure: none of it moves a result,
    and its lines name one another."""
    procedure = tuple(sorted(filter(_is_procedure, gone))), tuple(sorted(filter(_is_procedure, new)))
    if any(procedure):
        yield procedure
    gone, left = ([row for row in rows if not _is_procedure(row)] for rows in (gone, new))
    for row in sorted(gone):
        like = next((each for each in left if _matter(each) == _matter(row)), None)
        if like:
            left.remove(like)
        yield (row,), (like,) if like else ()
    yield from (((), (row,)) for row in sorted(left, key=lambda row: (dict(row).get("日期", ""), row)))


def _is_procedure(row: FilledRow) -> bool:
    """Whether a line is about a stage or in the register."""
    kind = KINDS.get(kind_named(dict(row).get(HEADERS["kind"], "")))
    return kind is not None and not kind.moves and kind is not KINDS["objection_rejected"]


def _matter(row: FilledRow) -> list[str]:
    return [dict(row).get(HEADERS[name], "") for name in _SAME]


def _decision(before: Sequence[FilledRow], after: Sequence[FilledRow], number: int) -> Cause:
    was, now = (dict(side[0]) if side else {} for side in (before, after))
    line = now or was
    if _is_procedure((after or before)[0]):
        rows = [dict(row) for row in after or before]
        kinds, papers = ("、".join(dict.fromkeys(row[HEADERS[name]] for row in rows)) for name in ("kind", "document"))
        return Cause("decision", _what(before, after), kinds, papers, number=number)
    kind, document, written = (line.get(HEADERS[name], "") for name in ("kind", "document", "file_hash"))
    old, new = (" ".join(row[HEADERS[name]] for name in _SHOWN if HEADERS[name] in row) for row in (was, now))
    digests = tuple(written.casefold().replace("，", " ").replace("、", " ").replace(",", " ").split())
    return Cause("decision", _what(before, after), kind, document, old, new, number, digests)
