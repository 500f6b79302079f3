"""From the XML of one worksheet to its cells.

The schema fixes which element may stand where, and every worksheet is held to it: a cell with two values, a row given
twice or an alternative content is read differently by different programs, so the file is refused with the cell named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from evaltool.reader.cells import (
    COLUMNS,
    ROWS,
    SPACE,
    CellContent,
    Merge,
    ReadCell,
    Shared,
    address,
    column_of,
    content,
    letters,
)
from evaltool.reader.extents import column_range, cover, flag, merge_range, zero
from evaltool.reader.markup import MAIN, decoded, feed, new_parser
from evaltool.reader.numberformats import looks_like_date
from evaltool.reader.refusals import Refusal, refusal, too_much

_PROLOG, _SHEET, _COLS, _MERGES, _DATA, _ROW, _CELL, _VALUE, _FORMULA, _INLINE, _RUN, _TEXT, _SKIPPED = range(13)
_TAGS = (
    *("worksheet", "cols", "col", "mergeCells", "mergeCell", "sheetData", "row", "c", "v", "f", "is", "r", "t"),
    *("rPr", "rPh", "phoneticPr", "extLst"),
)
_NAMES = {space: {f"{space} {tag}": tag for tag in _TAGS} for space in MAIN}
_ROW_NUMBER = re.compile("[1-9][0-9]{0,6}")
_ADDRESS = re.compile("([A-Za-z]{1,3})([1-9][0-9]{0,6})")
_KNOWN_COLUMNS = {letters(column): column for column in range(702)}
_REMEMBERED = 20_000
_DATE_FORMAT = "yyyy-mm-dd"


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one worksheet by (row, column) from 0, its merged ranges, and its cells whose style is missing."""

    cells: dict[tuple[int, int], ReadCell]
    merges: tuple[Merge, ...]
    unstyled: tuple[tuple[int, int], ...]


def grid(data: bytes, part: str, title: str, shared: Shared) -> Grid:
    """Read a worksheet part.  Raises `Refusal`."""
    reader = _Worksheet(part, title, shared)
    parser = new_parser(part)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text.append
    feed(parser, data, part, shared.clock)
    if not reader.finished:
        raise reader.refusal("structure")
    covered = cover(reader.cells, reader.merges, shared.limits.cells)
    if covered > shared.limits.cells:
        raise too_much("covered", covered, shared.limits.cells, sheet=title)
    return Grid(reader.cells, tuple(reader.merges), tuple(reader.unstyled))


class _Worksheet:
    """The state of reading one worksheet; expat calls `start` and `end`, and appends to `text`."""

    def __init__(self, part: str, title: str, shared: Shared) -> None:
        self.part, self.title, self.shared = part, title, shared
        self.names: dict[str, str] = {}
        self.c = self.v = ""
        self.level = _PROLOG
        self.skipped = 0  # how many open elements deep in something that holds no values
        self.resume = _SHEET  # the level to go back to after it
        self.back = _INLINE
        self.text: list[str] = []
        self.row, self.row_text, self.row_hidden = -1, "", False
        self.column, self.type, self.style = -1, "n", "0"
        self.value: str | None = None
        self.formula: str | None = None
        self.inline: list[str] | None = None
        self.cells: dict[tuple[int, int], ReadCell] = {}
        self.known: dict[tuple[str, str | None, str, bool], ReadCell] = {}
        self.columns = 0
        self.hidden_columns = bytearray(COLUMNS)
        self.merges: list[Merge] = []
        self.unstyled: list[tuple[int, int]] = []
        self.finished = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Ordered by how often each case comes up, and with the common cases in place: calls are what reading costs."""
        level = self.level
        if self.text and level != _SKIPPED:
            self._between()
        if level == _ROW and name == self.c:
            ref = attributes.get("r")
            row_text = self.row_text
            column = _KNOWN_COLUMNS.get(ref[: -len(row_text)]) if ref and ref.endswith(row_text) else None
            if column is None or column <= self.column:
                column = self._odd_column(ref, column)
            self.column = column
            self.type = attributes.get("t", "n")
            self.style = attributes.get("s", "0")
            self.value = self.formula = self.inline = None
            self.level = _CELL
        elif level == _CELL:
            if name == self.v and self.value is None and self.inline is None:
                self.level = _VALUE
            else:
                self._open_in_cell(self.names.get(name))
        elif level == _DATA and self.names.get(name) == "row":
            self._open_row(attributes)
        elif level == _SKIPPED:
            self._skip()
        else:
            self._open_other(level, name, self.names.get(name), attributes)

    def end(self, _name: str) -> None:
        level = self.level
        if level == _VALUE:
            text = self.text
            self.value = text.pop() if len(text) == 1 else self._take()
            self.level = _CELL
        elif level == _CELL:
            if self.text:
                self._between()
            self.level = _ROW
            if self.formula is None and self.inline is None:
                if self.value is not None:
                    self._close_plain()
            elif cell := self._cell(self._hidden()):
                self.cells[self.row, self.column] = cell
        elif level == _FORMULA:
            self.formula = self._take()
            self.level = _CELL
        elif level == _TEXT:
            assert self.inline is not None
            self.inline.append(self._take())
            self.level = self.back
        else:
            self._close_other(level)

    def _close_plain(self) -> None:
        """A cell with a value and no formula.  Scores and names repeat, and then the same cell serves again."""
        hidden = self._hidden()
        key = (self.type, self.value, self.style, hidden)
        cell = self.known.get(key)
        if cell is None:
            cell = self._cell(hidden)
            if cell is None:
                return
            if self.style in self.shared.formats and len(self.known) < _REMEMBERED:
                self.known[key] = cell
        self.cells[self.row, self.column] = cell

    def _odd_column(self, ref: str | None, column: int | None) -> int:
        """The column where it is not plain to see: no address, lower case, beyond ZZ, not after the last, or wrong."""
        if ref is None:
            column = self.column + 1
        elif column is None:
            match = _ADDRESS.fullmatch(ref)
            if not match or match[2] != self.row_text:
                raise self.refusal("address", cell=ref[:20])
            column = column_of(match[1])
        if column >= COLUMNS:
            raise self.refusal("address", cell=address(self.row, column))
        if column <= self.column:
            raise self._repeated((self.row, column), same=column == self.column)
        return column

    def _open_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        if number is None:
            row = self.row + 1
        elif _ROW_NUMBER.fullmatch(number):
            row = int(number) - 1
        else:
            raise self.refusal("address", cell=number[:20])
        if row >= ROWS:
            raise self.refusal("address", cell=str(row + 1)[:20])
        if row <= self.row:
            raise self._repeated((row, -1), same=row == self.row or any(key[0] == row for key in self.cells))
        self.row, self.row_text, self.column = row, str(row + 1), -1
        self.row_hidden = flag(attributes.get("hidden")) or zero(attributes.get("ht"))
        self.level = _ROW

    def _open_in_cell(self, tag: str | None) -> None:
        if tag == "is" and self.value is None and self.inline is None:
            self.inline = []
            self.level = _INLINE
        elif tag == "f" and self.formula is None:
            self.level = _FORMULA
        elif tag == "extLst":
            self._skip()
        elif tag in ("v", "f", "is"):
            raise self.refusal("", code="CELL_DUPLICATE", cell=address(self.row, self.column))
        else:
            raise self.refusal("structure", cell=address(self.row, self.column))

    def _open_other(self, level: int, name: str, tag: str | None, attributes: dict[str, str]) -> None:
        if level == _PROLOG:
            self._open_root(name)
        elif level == _SHEET:
            self._open_section(tag)
        elif level == _COLS and tag == "col":
            self._hide_columns(attributes)
            self._skip()
        elif level == _MERGES and tag == "mergeCell":
            self._merge(attributes.get("ref", ""))
            self._skip()
        elif level in (_INLINE, _RUN) and tag == "t":
            self.level, self.back = _TEXT, level
        elif level == _INLINE and tag == "r":
            self.level = _RUN
        elif tag in ("rPr", "rPh", "phoneticPr", "extLst"):
            self._skip()
        else:
            raise self.refusal("structure")

    def _open_root(self, name: str) -> None:
        space = name.rpartition(" ")[0]
        self.names = _NAMES.get(space, {})
        if self.names.get(name) != "worksheet":
            raise self.refusal("root")
        self.c, self.v = f"{space} c", f"{space} v"
        self.level = _SHEET

    def _open_section(self, tag: str | None) -> None:
        """Columns must come before the cells that they hide, and the cells come once."""
        if tag in ("sheetData", "cols") and self.finished:
            raise self.refusal("structure")
        if tag == "sheetData":
            self.finished = True
            self.level = _DATA
        elif tag == "cols":
            self.level = _COLS
        elif tag == "mergeCells":
            self.level = _MERGES
        else:
            self._skip()

    def _close_other(self, level: int) -> None:
        if level == _SKIPPED:
            self.skipped -= 1
            if not self.skipped:
                self.level = self.resume
                self.text.clear()
            return
        if level in (_ROW, _DATA, _INLINE, _RUN) and self.text:
            self._between()
        self.text.clear()
        self.level = {_ROW: _DATA, _INLINE: _CELL, _RUN: _INLINE}.get(level, _SHEET)
        if level == _ROW and len(self.cells) > self.shared.limits.cells:
            raise too_much("cells", len(self.cells), self.shared.limits.cells, sheet=self.title)

    def _cell(self, hidden: bool) -> ReadCell | None:
        kind, text, number = self._content()
        if not text:
            if self.formula is None:
                return None
            if kind != "text":
                kind = "blank"
        style = self.shared.formats.get(self.style)
        if style is None:
            self.unstyled.append((self.row, self.column))
            style = "General"
        if self.type == "d" and not looks_like_date(style):
            style = _DATE_FORMAT
        return ReadCell(kind, text, number, self.formula, style, merged=False, hidden=hidden)

    def _content(self) -> CellContent:
        if self.inline is not None or self.type == "inlineStr":
            return self._inline()
        raw = self.value
        if raw is not None and len(raw) > self.shared.limits.text:
            raise self._too_long(raw)
        said = content(self.type, raw or "", self.shared)
        if isinstance(said, str):
            raise self.refusal(said, cell=address(self.row, self.column))
        return said if raw is not None else ("blank", "", None)

    def _inline(self) -> CellContent:
        if self.type != "inlineStr" or self.value is not None:
            raise self.refusal("type", cell=address(self.row, self.column))
        text = "".join(self.inline or ())
        if len(text) > self.shared.limits.text:
            raise self._too_long(text)
        return "text", decoded(text), None

    def _hidden(self) -> bool:
        return self.row_hidden or self.hidden_columns[self.column] == 1

    def _hide_columns(self, attributes: dict[str, str]) -> None:
        self.columns += 1
        if self.columns > self.shared.limits.columns:
            raise too_much("columns", self.columns, self.shared.limits.columns, sheet=self.title)
        found = column_range(attributes)
        if found is None:
            raise self.refusal("address")
        first, last = found
        if flag(attributes.get("hidden")) or zero(attributes.get("width")):
            self.hidden_columns[first : last + 1] = b"\x01" * (last - first + 1)

    def _merge(self, ref: str) -> None:
        merge = merge_range(ref)
        if merge is None:
            raise self.refusal("address", cell=ref[:20])
        self.merges.append(merge)
        if len(self.merges) > self.shared.limits.merges:
            raise too_much("merges", len(self.merges), self.shared.limits.merges, sheet=self.title)

    def _skip(self) -> None:
        if self.level != _SKIPPED:
            self.resume, self.level = self.level, _SKIPPED
        self.skipped += 1
        if self.skipped > self.shared.limits.depth:
            raise too_much("depth", self.skipped, self.shared.limits.depth, part=self.part)

    def _take(self) -> str:
        text = self.text
        if len(text) == 1:
            return text.pop()
        whole = "".join(text)
        text.clear()
        return whole

    def _between(self) -> None:
        """Text between elements: spaces and line breaks are layout, anything else among the cells is no schema's."""
        if self._take().strip(SPACE) and self.level >= _DATA:
            raise self.refusal("structure")

    def _repeated(self, place: tuple[int, int], *, same: bool) -> Refusal:
        cell = address(*place) if place[1] >= 0 else str(place[0] + 1)
        if same or place in self.cells:
            return self.refusal("", code="CELL_DUPLICATE", cell=cell)
        return self.refusal("order", cell=cell)

    def _too_long(self, text: str) -> Refusal:
        place = {"sheet": self.title, "cell": address(self.row, self.column)}
        return too_much("text", len(text), self.shared.limits.text, code="TEXT_TOO_LONG", **place)

    def refusal(self, reason: str, *, code: str = "FILE_CORRUPT", cell: str = "") -> Refusal:
        place = {"cell": cell} if cell else {}
        if reason:
            part = f"{self.title}!{cell}" if cell else self.title
            return refusal(code, sheet=self.title, part=part, reason=reason, **place)
        return refusal(code, sheet=self.title, **place)
