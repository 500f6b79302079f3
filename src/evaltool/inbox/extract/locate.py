"""Where the lines and columns of a form stand on a returned worksheet, and what stands where nothing was asked.

Labels are checked, not trusted: a heading is looked for in the row of headings, a line by its labels below it, at its
place first and then at the only other place where the same stands.  What people do to a table as a whole (rows or
columns inserted, deleted, sorted) is one problem, not one for each cell that moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from evaltool.exact import plain
from evaltool.inbox.problems import Problem
from evaltool.names import folded
from evaltool.questions.forms import GOAL_HEADERS, INTERIM_HEADERS, FormLine, FormTable, code_in
from evaltool.reader import ReadCell, Sheet, address

CellsByRow = Mapping[int, Mapping[int, ReadCell]]
"""A worksheet's cells by row and column."""


def shown(cell: ReadCell | None) -> str:
    """What a cell says, as a person would write it."""
    if cell is None:
        return ""
    return cell.text if cell.number is None else plain(cell.number)


@dataclass(frozen=True, slots=True)
class TablePlace:
    """The sheet row of each line and the sheet column of each column; None where the label is gone.

    `known` are the cells that belong to the table or that a problem was told of; `moved`: something stands elsewhere
    than on the form, for other reasons than those already told; `beside`: columns that show information.
    """

    rows: tuple[int | None, ...]
    columns: tuple[int | None, ...]
    header: int
    labels: tuple[int | None, ...]
    known: frozenset[tuple[int, int]]
    moved: bool
    beside: tuple[int, ...] = ()


@dataclass(slots=True)
class _Found:
    """Where the headings or the lines of a table stand, in the order of the form."""

    places: list[int | None]
    lost: dict[int, int] = field(default_factory=dict)  # changed: its number -> where it must be
    gone: dict[int, int] = field(default_factory=dict)  # deleted: its number -> where it was
    twice: dict[int, list[int]] = field(default_factory=dict)  # copied: its number -> everywhere it stands

    def stands(self) -> list[int]:
        """Where everything that is still there stands, in the order of the form."""
        places = (self.lost.get(at, place) for at, place in enumerate(self.places))
        return [place for place in places if place is not None]

    def spare(self) -> list[int]:
        return [place for places in self.twice.values() for place in places]

    def moved(self, first: int) -> bool:
        """Whether anything stands elsewhere than what was deleted or copied before it explains."""
        stands = self.stands()
        every = sorted([*stands, *self.spare()])
        return stands != sorted(stands) or every != list(range(first, first + len(every)))


def locate(sheet: Sheet, table: FormTable, problems: list[Problem]) -> TablePlace:
    rows: dict[int, dict[int, ReadCell]] = {}
    for (row, column), cell in sheet.cells.items():
        if cell.kind != "text" or (cell.text.strip() and not code_in(cell.text)):
            rows.setdefault(row, {})[column] = cell
    header = _header(rows, table)
    end = _end(rows, table, header)
    if not _fit(rows, table, header):
        return _without_headings(sheet, table, end, problems)
    heads = _heads(rows, table, header, end)
    labels = tuple(heads.lost.get(at, heads.places[at]) for at in range(table.left))
    columns = tuple(heads.places[table.left :])
    taken = set(heads.stands())
    used = _telling(table, labels)
    problems += _head_problems(sheet, table, header, heads, told=bool(used))
    if not used:  # nothing says any more which line is which, and the heading that is gone says so already
        cells = {(row, column) for row in range(header, end) for column in taken}
        return TablePlace((None,) * len(table.lines), columns, header, labels, frozenset(cells), moved=False)
    lines = _lines(rows, table, header, end, labels, used, taken)
    problems += _line_problems(sheet, table, lines, labels, used)
    cells = {(row, column) for row in (header, *lines.stands()) for column in taken}
    cells |= {(row, column) for row in lines.spare() for column in rows[row]} | {(header - 1, labels[0] or 0)}
    beside = _beside(rows, table, header, taken)
    cells |= {(row, column) for row in range(header, end) for column in beside}
    moved = header != table.top or heads.moved(0) or lines.moved(header + 1)
    return TablePlace(tuple(lines.places), columns, header, labels, frozenset(cells), moved, beside)


def _beside(rows: CellsByRow, table: FormTable, header: int, taken: set[int]) -> tuple[int, ...]:
    """The columns that were put beside the inputs for information; a note in their place is still a note."""
    there = sorted(column for column, cell in rows.get(header, {}).items() if column > max(taken, default=0))
    said = {at: shown(rows[header][at]) for at in there}
    interim = [at for at in there if said[at].startswith(INTERIM_HEADERS)][: table.beside]
    goals = [at for at in there if table.shows_goals and said[at].startswith(GOAL_HEADERS)]
    return tuple(sorted({*interim, *goals}))


def _without_headings(sheet: Sheet, table: FormTable, end: int, problems: list[Problem]) -> TablePlace:
    """A table whose row of headings is gone: nothing of it can be read, which is said once."""
    spot, label = (table.top, 0), (("label", " ".join(table.label_headers)),)
    value = shown(sheet.cells.get(spot))[:80]
    problems.append(Problem("LABEL_MISSING", sheet.title, address(*spot), "", table.component, value, label))
    width = table.left + len(table.columns)
    cells = {(row, column) for row in range(table.top - 1, end) for column in range(width)}
    nowhere = (None,) * len(table.columns)
    return TablePlace(
        (None,) * len(table.lines), nowhere, table.top, (None,) * table.left, frozenset(cells), moved=False
    )


def _headings(table: FormTable) -> list[str]:
    return [*table.label_headers, *(column.header for column in table.columns)]


def _fit(rows: CellsByRow, table: FormTable, row: int) -> int:
    """How many of a table's headings stand in a row."""
    wanted = {folded(text) for text in _headings(table)}
    return len(wanted & {folded(shown(cell)) for cell in rows.get(row, {}).values()})


def _header(rows: CellsByRow, table: FormTable) -> int:
    """The row of the headings: where the form has it, or the nearest row that has most of them."""
    half = (len(set(_headings(table))) + 1) // 2
    if _fit(rows, table, table.top) >= half:
        return table.top
    fits = {row: _fit(rows, table, row) for row in rows}
    best = min(rows, key=lambda row: (-fits[row], abs(row - table.top), row), default=table.top)
    return best if fits.get(best, 0) >= half else table.top


def _end(rows: CellsByRow, table: FormTable, header: int) -> int:
    """The row before which the table's lines stand: that of the next table's headings, or behind everything."""
    first = folded(table.label_headers[0])
    for row in sorted(row for row in rows if row > header):
        if any(cell.kind == "text" and folded(cell.text) == first for cell in rows[row].values()):
            return row
    return max([*rows, header]) + 1


# --- headings --------------------------------------------------------------------------------------------------------


def _heads(rows: CellsByRow, table: FormTable, header: int, end: int) -> _Found:
    """The sheet column of every heading.  What is not found was changed where it stands, or deleted."""
    there = {column: folded(shown(cell)) for column, cell in rows.get(header, {}).items()}
    wanted = [folded(text) for text in _headings(table)]
    at_home = {at for at, text in enumerate(wanted) if there.get(at, "") == text}
    found = _Found([at if at in at_home else None for at in range(len(wanted))])
    for at, text in enumerate(wanted):
        others = [column for column, said in there.items() if said == text and column not in at_home]
        if at not in at_home and len(others) == 1:
            found.places[at] = others[0]
    filled = {column for row in rows if header < row < end for column in rows[row]} | there.keys()
    _explain(found, -1, filled)
    return found


def _explain(found: _Found, before: int, filled: Iterable[int]) -> None:
    """Say of everything that was not found whether it was changed, and where it stands then, or deleted."""
    taken, filled = {*found.stands(), *found.spare()}, set(filled)
    for at, place in enumerate(found.places):
        if at in found.twice:  # which of them is meant is not for the program to say
            before = max(found.twice[at])
        elif place is not None:
            before = place
        elif before + 1 in taken or before + 1 not in filled:
            found.gone[at] = before + 1
        else:
            before += 1
            found.lost[at] = before


def _head_problems(sheet: Sheet, table: FormTable, header: int, heads: _Found, *, told: bool) -> Iterator[Problem]:
    """Changed and deleted headings.  One above labels matters only if the lines cannot be told apart without it."""
    headings = _headings(table)
    for at, place in sorted((heads.lost | heads.gone).items()):
        column = table.columns[at - table.left] if at >= table.left else None
        if column is not None and column.kind == "sum":
            continue
        if column is None and (told or at in heads.lost):
            code = "HEADING_CHANGED"
        else:
            code = "LABEL_CHANGED" if at in heads.lost else "LABEL_MISSING"
        value = shown(sheet.cells.get((header, place)))[:80]
        label = (("label", headings[at].replace("\n", "")),)
        unit = column.unit if column else ""
        yield Problem(code, sheet.title, address(header, place), unit, table.component, value, label)


# --- lines -----------------------------------------------------------------------------------------------------------


def _telling(table: FormTable, labels: tuple[int | None, ...]) -> list[int]:
    """Which labels tell the lines apart, of those that are there; the serial number only where there is no other."""
    first = 1 if table.left > 1 else 0
    used = [at for at in range(first, table.left) if labels[at] is not None]
    whole = len(used) == table.left - first
    distinct = {_key(line, used) for line in table.lines}
    return used if whole or len(distinct) == len(table.lines) else []


def _key(line: FormLine, used: Iterable[int]) -> tuple[str, ...]:
    return tuple(folded(line.labels[at]) for at in used)


def _lines(
    rows: CellsByRow,
    table: FormTable,
    header: int,
    end: int,
    labels: tuple[int | None, ...],
    used: list[int],
    taken: set[int],
) -> _Found:
    """The sheet row of every line; `labels` are the sheet columns of the labels, of which these are `used`."""
    stands: dict[tuple[str, ...], list[int]] = {}
    for row in sorted(row for row in rows if header < row < end):
        stands.setdefault(tuple(folded(shown(rows[row].get(labels[at] or 0))) for at in used), []).append(row)
    wanted: dict[tuple[str, ...], list[int]] = {}
    for at, line in enumerate(table.lines):
        wanted.setdefault(_key(line, used), []).append(at)
    found = _Found([None] * len(table.lines))
    for key, lines in wanted.items():
        here, home = stands.get(key, []), {header + 1 + at for at in lines}
        if len(here) > len(lines):  # one that says nothing beside its labels is no second answer
            here = [row for row in here if row in home or (taken - set(labels)) & rows[row].keys()]
        if len(here) > len(lines):
            found.twice |= dict.fromkeys(lines, here)
        elif len(here) == len(lines):
            found.places = _with(found.places, lines, here)
        else:
            left = [at for at in lines if header + 1 + at in here]
            found.places = _with(found.places, left, [header + 1 + at for at in left])
    _explain(found, header, {row for row in rows if header < row < end and rows[row].keys() & taken})
    return found


def _with(places: list[int | None], numbers: list[int], rows: list[int]) -> list[int | None]:
    for at, row in zip(numbers, rows, strict=True):
        places[at] = row
    return places


def _line_problems(
    sheet: Sheet, table: FormTable, lines: _Found, labels: tuple[int | None, ...], used: list[int]
) -> Iterator[Problem]:
    """Changed, deleted and copied lines.  Where lines are numbered only, one that was deleted is no loss in itself."""
    for at, row in sorted(lines.lost.items()):
        line = table.lines[at]
        wrong = next(p for p in used if folded(shown(sheet.cells.get((row, labels[p] or 0)))) != folded(line.labels[p]))
        yield _line_problem("LABEL_CHANGED", sheet, table, line, (row, labels[wrong] or 0), line.labels[wrong])
    for at, row in sorted(lines.gone.items()) if table.kind in ("grid", "tally", "figures") else ():
        line = table.lines[at]
        yield _line_problem("LABEL_MISSING", sheet, table, line, (row, labels[used[0]] or 0), _named(line, used))
    for at, rows in sorted(lines.twice.items()):
        line = table.lines[at]
        yield _line_problem("LABEL_REPEATED", sheet, table, line, (rows[-1], labels[used[0]] or 0), _named(line, used))


def _line_problem(
    code: str, sheet: Sheet, table: FormTable, line: FormLine, spot: tuple[int, int], label: str
) -> Problem:
    value = shown(sheet.cells.get(spot))[:80]
    component = line.component or table.component
    return Problem(code, sheet.title, address(*spot), line.unit, component, value, (("label", label[:80]),))


def _named(line: FormLine, used: Iterable[int]) -> str:
    return " ".join(line.labels[at] for at in used)


# --- what nobody asked for -------------------------------------------------------------------------------------------


def outside(sheet: Sheet, places: Sequence[TablePlace], known: set[tuple[int, int]]) -> Iterator[Problem]:
    """What stands where nothing was asked: numbers right below the last of the tables are likely marks, anything else
    is a note.  What stands in one row or one column is one problem."""
    last = places[-1] if places else None
    columns = {column for column in last.columns if column is not None} if last else set()
    bottom = max([row for row in last.rows if row is not None], default=last.header) if last else 0
    strange = [spot for spot in sorted(sheet.cells) if spot not in known and not _says_nothing(sheet.cells[spot])]
    likely = [spot for spot in strange if spot[0] > bottom and spot[1] in columns and sheet.cells[spot].kind != "text"]
    for group in groups(likely, (0,)):
        yield _outside("ROW_UNEXPECTED", sheet, group)
    below = {row for row, _ in likely}
    for group in groups([spot for spot in strange if spot[0] not in below], (0, 1)):
        yield _outside("CELL_OUTSIDE", sheet, group)


def _says_nothing(cell: ReadCell) -> bool:
    """Blanks, and the identity, of which `codes` sees that it is the workbook's own."""
    return cell.kind == "text" and cell.formula is None and (not cell.text.strip() or bool(code_in(cell.text)))


def groups(spots: list[tuple[int, int]], sides: tuple[int, ...]) -> list[list[tuple[int, int]]]:
    """Cells that belong together: those of a row, or those of a column where that makes fewer groups."""
    made: list[dict[int, list[tuple[int, int]]]] = []
    for side in sides:
        made.append({})
        for spot in spots:
            made[-1].setdefault(spot[side], []).append(spot)
    return list(min(made, key=len).values())


def _outside(code: str, sheet: Sheet, spots: list[tuple[int, int]]) -> Problem:
    value = "；".join(shown(sheet.cells[spot]).strip() for spot in spots)
    return Problem(code, sheet.title, address(*spots[0]), value=value[:80])
