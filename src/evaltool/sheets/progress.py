"""The line above a table that says how far one is: 已填 109/112 项，还差 3 项.

It is live.  The counts behind it stand on the hidden worksheet, a cell for each block of inputs, so that no formula
grows with the form; the line adds them up and puts them into words.  Programs that do not recalculate show the values
that are computed here.  Only what answers the question is counted: a text among numbers is still to be done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from evaltool.exact import plain
from evaltool.questions.forms import ABSTAINED, FIGURE, LIST_SHEET, Form, FormSheet, FormTable
from evaltool.reader import address
from evaltool.sheets.accepting import accepted, accepts, counted_blocks, is_filled, number_in, withholds
from evaltool.sheets.accepting import filled as filled_cells
from evaltool.sheets.colours import row_spans
from evaltool.sheets.inputs import InputBlock, Names, is_rank, kind_of
from evaltool.writers.book import Formula, Highlight, Value

FilledCells = Mapping[tuple[str, str], Value]
"""(worksheet, address) -> value, for the cells that are already filled."""

DONE = "√ "


@dataclass(frozen=True, slots=True)
class ProgressLine:
    """The live line of a worksheet, and the counts that it needs, for the hidden worksheet's column."""

    line: Formula
    counts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """What one table adds to the line: its words and when it is done, as formulas and as they stand now."""

    counts: tuple[Formula, ...]
    words: str
    done: str
    shown: str
    is_done: bool


def progress(form: Form, sheet: FormSheet, column: int, names: Names, filled: FilledCells) -> ProgressLine:
    """The line of one worksheet; its counts will stand in this column of the hidden worksheet."""
    parts: list[_Part] = []
    for table in sheet.tables:
        at = sum(len(part.counts) for part in parts)
        parts.append(_PARTS[table.kind](form, sheet, table, (at, column), names, filled))
    done = ",".join(part.done for part in parts)
    words = '&"；"&'.join(part.words for part in parts)
    formula = f'=IF(AND({done}),"{DONE}","")&{words}&IF(AND({done}),"，本表已填齐","")'
    shown = "；".join(part.shown for part in parts)
    if all(part.is_done for part in parts):
        shown = f"{DONE}{shown}，本表已填齐"
    return ProgressLine(Formula(formula, shown), tuple(count for part in parts for count in part.counts))


def lights(row: int, last: int) -> tuple[Highlight, ...]:
    """Green once everything is done, amber until then."""
    area = address(row, 0), address(row, last)
    done = f'LEFT($A${row + 1},1)="{DONE.strip()}"'
    return Highlight(*area, f"={done}", "ok"), Highlight(*area, f"=NOT({done})", "warn")


# --- tables where every cell is asked --------------------------------------------------------------------------------


def _grid(
    form: Form, sheet: FormSheet, table: FormTable, at: tuple[int, int], names: Names, filled: FilledCells
) -> _Part:
    every = list(counted_blocks(table))
    asked = [block for block in every if block.column.required]
    counts = tuple(Formula(_count(sheet, block, names), _counted(sheet, block, filled)) for block in asked)
    total = sum(table.columns[number].required for _, number, _, _ in table.cells() if _is_input(table, number))
    have = _total(at, len(counts))
    words = f'"已填 "&{have}&"/{total} 项"&IF({have}<{total},"，还差 "&({total}-{have})&" 项","")'
    now = sum(int(count.value or 0) for count in counts)
    shown = f"已填 {now}/{total} 项" + (f"，还差 {total - now} 项" if now < total else "")
    return _with_wrong(_Part(counts, words, f"{have}={total}", shown, now == total), sheet, every, at, names, filled)


def _with_wrong(
    part: _Part, sheet: FormSheet, every: Sequence[InputBlock], at: tuple[int, int], names: Names, filled: FilledCells
) -> _Part:
    """And how many cells hold what will not be accepted: they are red, and nothing is done before they are mended."""
    judged = [block for block in every if kind_of(block.column) != "text" or block.table.blocked]
    if not judged:
        return part
    counts = tuple(
        Formula(f"={_filled(sheet, block)}-({_count(sheet, block, names)[1:]})", _wrong_now(sheet, block, filled))
        for block in judged
    )
    row, column = at[0] + len(part.counts), at[1]
    wrong = _total((row, column), len(counts))
    now = sum(int(count.value or 0) for count in counts)
    words = f'{part.words}&IF({wrong}>0,"，有 "&{wrong}&" 格填得不对（红底）","")'
    shown = part.shown + (f"，有 {now} 格填得不对（红底）" if now else "")
    return _Part((*part.counts, *counts), words, f"{part.done},{wrong}=0", shown, part.is_done and not now)


def _is_input(table: FormTable, number: int) -> bool:
    return table.columns[number].kind != "sum"


def _total(at: tuple[int, int], count: int) -> str:
    row, column = at
    return f"SUM({_cell(row, column)}:{_cell(row + count - 1, column).split('!')[1]})"


def _cell(row: int, column: int) -> str:
    place = address(row, column)
    letters = place.rstrip("0123456789")
    return f"{LIST_SHEET}!${letters}${row + 1}"


def _count(sheet: FormSheet, block: InputBlock, names: Names) -> str:
    """How many cells of a block answer the question."""
    cells = f"{_quoted(sheet)}!{block.fixed}"
    if _is_list(block):  # a place given twice counts once
        places = f"SUMPRODUCT(--(COUNTIF({cells},ROW({cells})-{block.table.top + 1})>0))"
        return f'={places}+COUNTIF({cells},"{ABSTAINED}")' if withholds(block.column) else f"={places}"
    return f"=SUMPRODUCT(1*{accepted(block, cells, _quoted(sheet), names)})"


def _filled(sheet: FormSheet, block: InputBlock) -> str:
    return f"SUMPRODUCT({filled_cells(f'{_quoted(sheet)}!{block.fixed}')})"


def _values(sheet: FormSheet, block: InputBlock, filled: FilledCells) -> list[tuple[int, Value]]:
    """Line and value of every cell of a block."""
    return [
        (line, filled.get((sheet.title, address(row, place))))
        for line, number, row, place in block.table.cells()
        if block.start <= number < block.stop
    ]


def _counted(sheet: FormSheet, block: InputBlock, filled: FilledCells) -> int:
    good = [value for line, value in _values(sheet, block, filled) if accepts(block, line, value)]
    if not _is_list(block):
        return len(good)
    numbers = [number_in(value) for value in good]
    return numbers.count(None) + len(set(numbers) - {None})


def _wrong_now(sheet: FormSheet, block: InputBlock, filled: FilledCells) -> int:
    return sum(is_filled(value) for _, value in _values(sheet, block, filled)) - _counted(sheet, block, filled)


def _is_list(block: InputBlock) -> bool:
    """Whether the cells of a block are one list of places, as many as there are lines."""
    return is_rank(block.column) and block.high == len(block.table.lines)


def _quoted(sheet: FormSheet) -> str:
    return "'" + sheet.title.replace("'", "''") + "'"


# --- tables where rows are begun as needed ---------------------------------------------------------------------------


def _open(
    form: Form, sheet: FormSheet, table: FormTable, at: tuple[int, int], names: Names, filled: FilledCells
) -> _Part:
    begun, rows = _begun(sheet, table), _rows_begun(sheet, table, filled)
    every = list(counted_blocks(table))
    asked = [block for block in every if block.column.required]
    blank = (f"(1-{filled_cells(f'{_quoted(sheet)}!{block.fixed}')})" for block in asked)
    gaps = "+".join(f"SUMPRODUCT(({begun})*{cells})" for cells in blank) or "0"
    lacking = sum(
        line in rows and not is_filled(value) for block in asked for line, value in _values(sheet, block, filled)
    )
    counts = Formula(f"=SUMPRODUCT(--({begun}))", len(rows)), Formula(f"={gaps}", lacking)
    have, lack = _cell(*at), _cell(at[0] + 1, at[1])
    what = table.caption.split("（")[0] or "已记"
    words = f'"{what} "&{have}&" 行"&IF({lack}>0,"，还有 "&{lack}&" 格未填","")'
    shown = f"{what} {len(rows)} 行" + (f"，还有 {lacking} 格未填" if lacking else "")
    alone = len(sheet.tables) == 1  # beside another table, no row at all is an answer
    done = f"{lack}=0,{have}>0" if alone else f"{lack}=0"
    part = _Part(counts, words, done, shown, not lacking and (bool(rows) or not alone))
    part = _with_wrong(part, sheet, every, at, names, filled)
    return _with_sums(part, sheet, table, at, filled) if table.wanted else part


def _with_sums(part: _Part, sheet: FormSheet, table: FormTable, at: tuple[int, int], filled: FilledCells) -> _Part:
    """The sums that a column has to come to, each with what it comes to so far."""
    assert table.wanted
    counts, words, done, shown, is_done = part.counts, part.words, part.done, part.shown, part.is_done
    numbers = f"{_quoted(sheet)}!{_column(table, table.wanted.number)}"
    for label, points in table.wanted.sums:
        now = _sum_now(sheet, table, label, filled)
        if label and table.wanted.by is not None:
            formula = (
                f'=ROUND(SUMIF({_quoted(sheet)}!{_column(table, table.wanted.by)},"{_doubled(label)}",{numbers}),6)'
            )
        else:
            formula = f"=ROUND(SUM({numbers}),6)"
        cell, what = _cell(at[0] + len(counts), at[1]), label or "合计"
        counts += (Formula(formula, now),)
        words += f'&"，{_doubled(what)} "&{cell}&"/{plain(points)} 分"'
        shown += f"，{what} {plain(now)}/{plain(points)} 分"
        done += f",{cell}={plain(points)}"
        is_done = is_done and now == points
    return _Part(counts, words, done, shown, is_done)


def _sum_now(sheet: FormSheet, table: FormTable, label: str, filled: FilledCells) -> Decimal:
    assert table.wanted
    number, by = table.left + table.wanted.number, table.wanted.by
    total = Decimal(0)
    for row in range(table.top + 1, table.bottom + 1):
        value = filled.get((sheet.title, address(row, number)))
        own = label if by is None or not label else filled.get((sheet.title, address(row, table.left + by)))
        total += Decimal(value) if own == label and isinstance(value, int | Decimal) else 0
    return total


def _doubled(text: str) -> str:
    """A text inside a formula's text."""
    return text.replace('"', '""')


def _column(table: FormTable, number: int) -> str:
    """The cells of one column, fixed."""
    letters = address(0, table.left + number)[:-1]
    return f"${letters}${table.top + 2}:${letters}${table.bottom + 1}"


def _cards(
    form: Form, sheet: FormSheet, table: FormTable, at: tuple[int, int], names: Names, filled: FilledCells
) -> _Part:
    """Cards entered, against the cards that the batch's account says were returned."""
    counts, have, now = _rows(sheet, table, at, filled)
    words, shown = f'"已登记 "&{have}&" 张"', f"已登记 {now} 张"
    place, every = _returned(form, table), list(counted_blocks(table))
    if place is None:
        part = _Part(counts, words, f"{have}>0", shown, now > 0)
        return _with_wrong(part, sheet, every, at, names, filled)
    account, cell = place
    stated = f"{_quoted(account)}!{cell}"
    words += f'&IF({have}<>N({stated}),"，批次表填的收回张数为 "&N({stated}),IF({have}>0,"，与收回张数相符",""))'
    value = filled.get((account.title, cell))
    returned = value if isinstance(value, int) else 0
    if now != returned:
        shown += f"，批次表填的收回张数为 {returned}"
    elif now:
        shown += "，与收回张数相符"
    part = _Part(counts, words, f"{have}>0,{have}={stated}", shown, now == returned > 0)
    return _with_wrong(part, sheet, every, at, names, filled)


def _returned(form: Form, table: FormTable) -> tuple[FormSheet, str] | None:
    """Where the account of a batch says how many of these cards came back."""
    for sheet in form.sheets:
        for each in sheet.tables:
            for line, number, row, column in each.cells():
                about = each.lines[line]
                same = (about.class_id, about.component) == (table.class_id, table.component)
                if same and each.columns[number].field == "returned":
                    return sheet, address(row, column)
    return None


def _tally(
    form: Form, sheet: FormSheet, table: FormTable, at: tuple[int, int], names: Names, filled: FilledCells
) -> _Part:
    counts, have, now = _rows(sheet, table, at, filled)
    total = len(table.lines)
    none = "没有填（已逐张登记的不必填）"
    words = f'IF({have}=0,"{none}","已填 "&{have}&"/{total} 个单位")'
    shown = f"已填 {now}/{total} 个单位" if now else none
    part = _Part(counts, words, f"{have}={total}", shown, now == total)
    return _with_wrong(part, sheet, list(counted_blocks(table)), at, names, filled)


def _rows(
    sheet: FormSheet, table: FormTable, at: tuple[int, int], filled: FilledCells
) -> tuple[tuple[Formula, ...], str, int]:
    rows = len(_rows_begun(sheet, table, filled))
    return (Formula(f"=SUMPRODUCT(--({_begun(sheet, table)}))", rows),), _cell(*at), rows


def _begun(sheet: FormSheet, table: FormTable) -> str:
    """For each row whether something stands in it: the cells that are not blank times a column of ones."""
    (first, last), *_ = row_spans(table)
    top, name = table.top + 1, _quoted(sheet)
    count = last - first + 1
    cells = f"{name}!{address(top, first)}:{address(table.bottom, last)}"
    ones = f"{address(top, first)}:{address(top + count - 1, first)}"
    return f"MMULT({filled_cells(cells)},ROW({name}!{ones})^0)>0"


def _rows_begun(sheet: FormSheet, table: FormTable, filled: FilledCells) -> list[int]:
    begun = {
        line for line, _, row, column in table.cells() if is_filled(filled.get((sheet.title, address(row, column))))
    }
    return sorted(begun)


# --- measured figures ------------------------------------------------------------------------------------------------


def _figures(
    form: Form, sheet: FormSheet, table: FormTable, at: tuple[int, int], names: Names, filled: FilledCells
) -> _Part:
    """Lines with a figure of one kind at least."""
    every = list(counted_blocks(table))
    kinds = [block for block in every if block.column.field.startswith(FIGURE)]
    now = len({line for block in kinds for line, value in _values(sheet, block, filled) if accepts(block, line, value)})
    given = "+".join(_by_row(sheet, block, names) for block in kinds)
    counts = (Formula(f"=SUMPRODUCT(--(({given})>0))", now),)
    total, have = len(table.lines), _cell(*at)
    words = f'"数据已填 "&{have}&"/{total} 行"&IF({have}<{total},"，还差 "&({total}-{have})&" 行","")'
    shown = f"数据已填 {now}/{total} 行" + (f"，还差 {total - now} 行" if now < total else "")
    return _with_wrong(_Part(counts, words, f"{have}={total}", shown, now == total), sheet, every, at, names, filled)


def _by_row(sheet: FormSheet, block: InputBlock, names: Names) -> str:
    """How many cells of each row of a block answer the question."""
    good = f"1*{accepted(block, f'{_quoted(sheet)}!{block.fixed}', _quoted(sheet), names)}"
    width = block.stop - block.start
    if width == 1:
        return good
    top, left = block.table.top + 1, block.table.left
    ones = f"{_quoted(sheet)}!{address(top, left)}:{address(top + width - 1, left)}"
    return f"MMULT({good},ROW({ones})^0)"


_PARTS = {"grid": _grid, "open": _open, "cards": _cards, "tally": _tally, "figures": _figures}
