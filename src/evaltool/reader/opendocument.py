"""OpenDocument spreadsheets (.ods) as the same sheets and cells as those of an .xlsx.

Repeated rows and cells are counted before they are written out; what lies in a cell beside its text (notes, drawings,
tables) is passed over.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from xml.parsers import expat

from evaltool.reader import datastyles
from evaltool.reader.cells import COLUMNS, NUMBER, ROWS, CellContent, ReadCell, exact, iso_date
from evaltool.reader.container import Container, inflate
from evaltool.reader.datastyles import STYLE, DataStyle, Styles
from evaltool.reader.extents import cover
from evaltool.reader.markup import Clock, feed, new_parser
from evaltool.reader.oldbooks import OldSheet
from evaltool.reader.refusals import Limits, Note, refusal, too_much

_SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE, _TEXT, _META = (f"{_SPACE}{name}:1.0" for name in ("table", "office", "text", "meta"))
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
_CELLS = (f"{_TABLE} table-cell", f"{_TABLE} covered-table-cell")
_TIME = re.compile(r"PT([0-9]{1,9})H([0-9]{1,2})M([0-9]{1,2})(?:[.,][0-9]+)?S")
_ZERO = re.compile(r"0+(\.0*)?[a-z]*")
_FORMULA = re.compile(r"^[a-z]+:(?==)")


def open_document(
    container: Container, limits: Limits, clock: Clock, wanted: Callable[[str], bool]
) -> tuple[list[OldSheet], dict[str, str], tuple[Note, ...], bool]:
    """Sheets, properties, notes, and whether dates count from 1904.  Raises `Refusal`."""
    manifest = _part(container, "META-INF/manifest.xml")
    if b"encryption-data" in manifest:
        raise refusal("FILE_ENCRYPTED")
    styles = Styles()
    if stated := _part(container, "styles.xml"):
        _read(_Document(styles, limits, wanted), stated, "styles.xml", clock)
    document = _Document(styles, limits, wanted)
    _read(document, inflate(container, "content.xml"), "content.xml", clock)
    meta = _Meta(limits)
    if stated := _part(container, "meta.xml"):
        _read(meta, stated, "meta.xml", clock)
    return _sheets(document, limits), meta.properties, container.notes, document.date1904


def _part(container: Container, name: str) -> bytes:
    return inflate(container, name) if name.casefold() in container.entries else b""


def _read(reader: _Document | _Meta, data: bytes, part: str, clock: Clock) -> None:
    parser: expat.XMLParserType = new_parser(part)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    feed(parser, data, part, clock)


def _sheets(document: _Document, limits: Limits) -> list[OldSheet]:
    made: list[OldSheet] = []
    for table in document.tables:
        if table.title.casefold() in (one.title.casefold() for one in made):
            raise refusal("FILE_CORRUPT", part=table.title, reason="twice", sheet=table.title)
        if cover(table.cells, table.merges, limits.cells) > limits.cells:
            raise too_much("covered", limits.cells, limits.cells, sheet=table.title)
        state = "hidden" if ("table", table.style) in document.styles.hidden else "visible"
        made.append(OldSheet(table.title, state, table.cells, table.merges))
    return made


@dataclass
class _Meta:
    """The custom properties, as text."""

    limits: Limits
    properties: dict[str, str] = field(default_factory=dict)
    name: str | None = None
    depth: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth = _deeper(self.depth, self.limits)
        if name == f"{_META} user-defined":
            self.name = attributes.get(f"{_META} name", "")
            if self.name in self.properties:
                raise refusal("FILE_CORRUPT", part="meta.xml", reason="twice")
            self.properties[self.name] = ""

    def end(self, _name: str) -> None:
        self.depth -= 1
        self.name = None

    def characters(self, text: str) -> None:
        if self.name is not None:
            self.properties[self.name] += text


def _deeper(depth: int, limits: Limits) -> int:
    if depth >= limits.depth:
        raise too_much("depth", depth + 1, limits.depth)
    return depth + 1


@dataclass
class _OpenTable:
    """One worksheet while it is read."""

    title: str
    style: str
    cells: dict[tuple[int, int], ReadCell] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)  # behind the last column of each definition
    columns: list[tuple[str, bool]] = field(default_factory=list)  # its default style, whether it is hidden
    row: int = 0
    rows: int = 1  # how often the row that is read stands there
    row_style: str = ""
    hidden: bool = False
    column: int = 0


@dataclass
class _Document:
    """The state of reading one part: which table, which cell, how deep in something that is passed over."""

    styles: Styles
    limits: Limits
    wanted: Callable[[str], bool]
    tables: list[_OpenTable] = field(default_factory=list)
    date1904: bool = False
    table: _OpenTable | None = None
    cell: dict[str, str] | None = None
    covered: bool = False
    paragraphs: list[str] = field(default_factory=list)
    text: list[str] | None = None
    data: DataStyle | None = None
    family: tuple[str, str] = ("", "")
    literal: bool = False
    depth: int = 0
    skipped: int = 0
    count: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth = _deeper(self.depth, self.limits)
        space, _, local = name.rpartition(" ")
        if self.depth == 1 and (space != _OFFICE or not local.startswith("document-")):
            raise refusal("FILE_CORRUPT", part="content.xml", reason="root")
        if self.skipped:
            self.skipped += 1
        elif self.cell is not None:
            self._in_cell(space, local, attributes)
        elif self.table is not None:
            self._in_table(self.table, name, local, attributes)
        elif name == f"{_TABLE} table":
            self._open_table(attributes)
        elif name == f"{_TABLE} null-date":
            self.date1904 = attributes.get(f"{_TABLE} date-value", "").startswith("1904")
        else:
            self._in_styles(space, local, attributes)

    def end(self, name: str) -> None:
        self.depth -= 1
        if self.skipped:
            self.skipped -= 1
        elif self.text is not None:
            if name == f"{_TEXT} p":
                self.paragraphs.append("".join(self.text))
                self.text = None
        elif self.cell is not None:
            if name in _CELLS:
                self._close_cell()
        elif self.table is not None:
            self._close_in_table(self.table, name)
        else:
            self.literal = False
            if name.startswith(f"{datastyles.NUMBER} ") and name.endswith("-style"):
                self.data = None

    def characters(self, text: str) -> None:
        if self.skipped:
            return
        if self.text is not None:
            self.text.append(text)
        elif self.literal and self.data is not None:
            self.data.pieces.append(datastyles.literal(text, self.data.kind))

    # --- styles ---

    def _in_styles(self, space: str, local: str, attributes: dict[str, str]) -> None:
        if space == datastyles.NUMBER:
            self._in_data_style(local, attributes)
        elif space == STYLE and local == "style":
            name, family = attributes.get(f"{STYLE} name", ""), attributes.get(f"{STYLE} family", "")
            self.family = family, name
            if family == "table-cell":
                parent = attributes.get(f"{STYLE} parent-style-name", "")
                if len(self.styles.cells) >= self.limits.styles:
                    raise too_much("styles", len(self.styles.cells) + 1, self.limits.styles)
                self.styles.cells[name] = attributes.get(f"{STYLE} data-style-name", ""), parent
        elif space == STYLE and local == "map" and self.data is not None:
            if attributes.get(f"{STYLE} condition", "").startswith("value()>"):
                self.data.positive = attributes.get(f"{STYLE} apply-style-name", "")
        elif space == STYLE and self._hides(local, attributes):
            self.styles.hidden.add(self.family)

    def _hides(self, local: str, attributes: dict[str, str]) -> bool:
        if local == "table-properties":
            return attributes.get(f"{_TABLE} display") == "false"
        sizes = {"table-row-properties": "row-height", "table-column-properties": "column-width"}
        size = attributes.get(f"{STYLE} {sizes[local]}") if local in sizes else None
        return size is not None and bool(_ZERO.fullmatch(size))

    def _in_data_style(self, local: str, attributes: dict[str, str]) -> None:
        kind = local.removesuffix("-style")
        if local.endswith("-style") and kind in datastyles.KINDS:
            self.data = DataStyle(kind)
            self.styles.data[attributes.get(f"{STYLE} name", "")] = self.data
        elif self.data is not None:
            self.data.pieces.append(datastyles.piece(local, attributes))
            self.literal = local in ("text", "currency-symbol")

    # --- tables ---

    def _open_table(self, attributes: dict[str, str]) -> None:
        if len(self.tables) >= self.limits.sheets:
            raise too_much("sheets", len(self.tables) + 1, self.limits.sheets)
        self.table = _OpenTable(attributes.get(f"{_TABLE} name", ""), attributes.get(f"{_TABLE} style-name", ""))
        self.tables.append(self.table)

    def _in_table(self, table: _OpenTable, name: str, local: str, attributes: dict[str, str]) -> None:
        if not self.wanted(table.title):
            return
        if local == "table-column" and name.startswith(_TABLE):
            self._column(table, attributes)
        elif local == "table-row" and name.startswith(_TABLE):
            hidden = attributes.get(f"{_TABLE} visibility", "visible") != "visible"
            style = attributes.get(f"{_TABLE} style-name", "")
            table.rows, table.column = _times(attributes, "number-rows-repeated", ROWS), 0
            table.hidden = hidden or ("table-row", style) in self.styles.hidden
            table.row_style = attributes.get(f"{_TABLE} default-cell-style-name", "")
        elif name in _CELLS:
            self.cell, self.paragraphs = attributes, []
        elif not name.startswith(_TABLE) or local == "table":
            self.skipped = 1

    def _column(self, table: _OpenTable, attributes: dict[str, str]) -> None:
        times = _times(attributes, "number-columns-repeated", COLUMNS)
        hidden = attributes.get(f"{_TABLE} visibility", "visible") != "visible"
        hidden |= ("table-column", attributes.get(f"{_TABLE} style-name", "")) in self.styles.hidden
        table.columns.append((attributes.get(f"{_TABLE} default-cell-style-name", ""), hidden))
        table.ends.append((table.ends[-1] if table.ends else 0) + times)
        if len(table.columns) > self.limits.columns:
            raise too_much("columns", len(table.columns), self.limits.columns, sheet=table.title)

    def _close_in_table(self, table: _OpenTable, name: str) -> None:
        if name == f"{_TABLE} table-row":
            table.row += table.rows
            if table.row > ROWS:
                raise refusal("FILE_CORRUPT", part=table.title, reason="address", sheet=table.title)
        elif name == f"{_TABLE} table":
            self.table = None

    # --- cells ---

    def _in_cell(self, space: str, local: str, attributes: dict[str, str]) -> None:
        if self.text is None:
            if space == _TEXT and local == "p":
                self.text = []
            else:
                self.skipped = 1
        elif space == _TEXT and local == "s":
            self.text.append(" " * min(_times(attributes, "c", 1 << 15, _TEXT), 1 << 15))
        elif space == _TEXT and local in ("tab", "line-break"):
            self.text.append("\t" if local == "tab" else "\n")
        elif not (space == _TEXT and local in ("span", "a")):
            self.skipped = 1

    def _close_cell(self) -> None:
        table, stated = self.table, self.cell
        assert table is not None and stated is not None
        self.cell = None
        times = _times(stated, "number-columns-repeated", COLUMNS)
        first, table.column = table.column, table.column + times
        if table.column > COLUMNS or table.row + table.rows > ROWS:
            raise refusal("FILE_CORRUPT", part=table.title, reason="address", sheet=table.title)
        down, right = (_times(stated, f"number-{way}-spanned", ROWS) for way in ("rows", "columns"))
        if down > 1 or right > 1:
            self._merge(table, first, down, right)
        said = _content(stated, "\n".join(self.paragraphs), self.limits)
        if said is None:
            return
        self.count += times * table.rows
        if self.count > self.limits.cells:
            raise too_much("cells", self.count, self.limits.cells, sheet=table.title)
        for column in range(first, first + times):
            cell = self._cell(table, stated, said, column)
            table.cells.update({(row, column): cell for row in range(table.row, table.row + table.rows)})

    def _merge(self, table: _OpenTable, first: int, down: int, right: int) -> None:
        last = table.row + down - 1, first + right - 1
        if last[0] >= ROWS or last[1] >= COLUMNS:
            raise refusal("FILE_CORRUPT", part=table.title, reason="address", sheet=table.title)
        table.merges.append((table.row, first, *last))
        if len(table.merges) > self.limits.merges:
            raise too_much("merges", len(table.merges), self.limits.merges, sheet=table.title)

    def _cell(self, table: _OpenTable, stated: dict[str, str], said: CellContent, column: int) -> ReadCell:
        style, hidden = _of_column(table, column)
        name = stated.get(f"{_TABLE} style-name") or table.row_style or style
        formula = stated.get(f"{_TABLE} formula")
        formula = None if formula is None else _FORMULA.sub("", formula).removeprefix("=")
        return ReadCell(*said, formula, self.styles.code(name), merged=False, hidden=hidden or table.hidden)


def _times(attributes: dict[str, str], what: str, most: int, space: str = _TABLE) -> int:
    stated = attributes.get(f"{space} {what}", "1")
    if not (stated.isascii() and stated.isdigit() and 1 <= len(stated) <= 9 and 1 <= int(stated) <= most):
        raise refusal("FILE_CORRUPT", part="content.xml", reason="address")
    return int(stated)


def _of_column(table: _OpenTable, column: int) -> tuple[str, bool]:
    """The default style of a column, and whether it is hidden."""
    at = bisect_right(table.ends, column)
    return table.columns[at] if at < len(table.columns) else ("", False)


def _content(stated: dict[str, str], text: str, limits: Limits) -> CellContent | None:
    """Kind, text and number of a cell; None if nothing stands in it."""
    if len(text) > limits.text:
        raise too_much("text", len(text), limits.text, code="TEXT_TOO_LONG")
    formula = f"{_TABLE} formula" in stated
    kind = stated.get(f"{_OFFICE} value-type", "")
    if stated.get(f"{_CALC} value-type") == "error" or (formula and text.startswith(("#", "Err:"))):
        return "error", text, None
    if kind in ("float", "percentage", "currency"):
        return _number(stated.get(f"{_OFFICE} value", ""))
    if kind == "date":
        said = iso_date(stated.get(f"{_OFFICE} date-value", ""), date1904=False)
        if isinstance(said, str):
            raise refusal("FILE_CORRUPT", part="content.xml", reason=said)
        return said
    if kind == "time":
        return _time(stated.get(f"{_OFFICE} time-value", ""))
    if kind == "boolean":
        return "bool", "TRUE" if stated.get(f"{_OFFICE} boolean-value") == "true" else "FALSE", None
    text = stated.get(f"{_OFFICE} string-value", text)
    if not text:
        return ("blank" if not kind else "text", "", None) if formula else None
    return "text", text, None


def _number(text: str) -> CellContent:
    if not NUMBER.fullmatch(text) or abs(float(text)) == float("inf"):
        raise refusal("FILE_CORRUPT", part="content.xml", reason="number")
    return "number", text, exact(float(text))


def _time(text: str) -> CellContent:
    found = _TIME.fullmatch(text)
    if not found:
        raise refusal("FILE_CORRUPT", part="content.xml", reason="number")
    hours, minutes, seconds = (int(part) for part in found.groups())
    return "number", text, exact(float(Decimal(hours * 3600 + minutes * 60 + seconds) / 86_400))
