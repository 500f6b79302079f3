"""The quick way through worksheets as Excel, WPS, LibreOffice, XlsxWriter and openpyxl really write them.

It accounts for every byte or declines, and then `worksheet` reads the part from the start.  What stands beside the
cells is cut into whole elements, and expat says of each that it is well-formed.  The cells are cut at `<row r="` and
`<c r="`, so that nothing falls between, and each piece must match an expression from end to end.  Pieces repeat (a
score with its style, an empty cell), and then the same cell serves again.

It refuses nothing: whatever is odd the careful way looks at again, and says what is wrong.
"""

from __future__ import annotations

import re
from functools import lru_cache
from operator import getitem
from typing import Any, NamedTuple, cast
from xml.parsers import expat

from evaltool.reader.cells import INDEX, OWN_CONTENT, ROWS, CellContent, Formats, Merge, ReadCell, Shared, letters
from evaltool.reader.extents import column_range, cover, flag, merge_range, zero
from evaltool.reader.markup import (
    MAIN,
    PLAIN_HEAD,
    PLAIN_SIZE,
    PLAIN_TEXT,
    SHORT_PIECE,
    OddMarkup,
    decoded,
    keep,
    remembered,
    unescaped,
)
from evaltool.reader.refusals import Limits
from evaltool.reader.worksheet import Grid

_DEPTH = 8  # how deep elements beside the cells lie in each other at most; the limit is far above


def _nested(depth: int) -> str:
    """An expression for what stands inside of an element: text, and whole elements down to a depth."""
    if not depth:
        return "[^<]*+"
    inside = rf"<[^/?!][^>]*+>(?:(?<=/>)|(?<!/>){_nested(depth - 1)}</[^>]*+>)"
    return f"[^<]*+(?:{inside}[^<]*+)*+"


# no prefix: it could stand for any namespace
_SECTION = re.compile(rf"<[A-Za-z]++(?=[ />])[^>]*+>(?:(?<=/>)|(?<!/>){_nested(_DEPTH)}</[^>]*+>)".encode())
_ROOT = re.compile(rf'(?:{PLAIN_HEAD})?<worksheet((?: [A-Za-z0-9:]+="[^"<>]*")*+)>'.encode())
_FIRST, _LAST = b"<sheetData>", b"</sheetData>"
_END = re.compile(rb"</worksheet>[ \t\r\n]*")
_COLS = re.compile(b'<cols>(?:<col(?: [A-Za-z]+="[A-Za-z0-9.]*")*+/>)*+</cols>')
_MERGES = re.compile(rb'<mergeCells(?: count="[0-9]+")?>(?:<mergeCell ref="[A-Z0-9:]+"/>)*+</mergeCells>')
_PAGE_TEXTS = re.compile(
    rf"<headerFooter>(?:<((?:odd|even|first)(?:Header|Footer))>{PLAIN_TEXT}</\1>)*+</headerFooter>"
)
_ATTRIBUTE = re.compile(' ([A-Za-z0-9:]+)="([^"]*)"')
_ROW_NUMBER = re.compile("[1-9][0-9]{0,6}")
_ROW_REST = re.compile('(?: (?:[A-Za-z]+|x14ac:dyDescent)="[A-Za-z0-9.: ]*")*+(/?)>')
_FORMULA = (
    r'(<f)(?: aca="[a-z]+")?(?: t="[a-z]+")?(?: ref="[A-Z0-9:]+")?(?: ca="[01]")?(?: si="[0-9]+")?'
    rf"(?:/>|>({PLAIN_TEXT})</f>)"
)
_VALUE = rf'(<v)(?:/>|>({PLAIN_TEXT})</v>)|<is><t(?: xml:space="preserve")?>({PLAIN_TEXT})</t></is>'
_CELL_REST = re.compile(rf'(?: s="([0-9]{{1,9}})")?(?: t="([a-zA-Z]{{1,9}})")?(?:/>|>(?:{_FORMULA})?(?:{_VALUE})?</c>)')
_VALUE_AT = re.compile(rb"<v>([^<]*+)</v>")
_COLUMNS = {letters(column): column for column in range(702)}
_EMPTY = "<v></v>"
_OFTEN = 300_000  # characters of a worksheet without its values that may be remembered


def plain_grid(data: bytes, shared: Shared) -> Grid | None:
    """What `worksheet.grid` says of the part, or None if it is not written as plainly as all that."""
    start, end = data.find(_FIRST) + len(_FIRST), data.rfind(_LAST)
    if not len(_FIRST) <= start <= end or len(data) > PLAIN_SIZE or shared.limits.depth < _DEPTH + 2:
        return None
    try:
        excel, hidden, merges = _beside(data[:start], data[end:], shared.limits)
        cells = _cells(data[start:end], hidden, shared, excel=excel)
    except (OddMarkup, UnicodeDecodeError, expat.ExpatError):
        return None
    if cover(cells, merges, shared.limits.cells) > shared.limits.cells:
        return None
    return Grid(cells, merges, ())


# --- beside the cells ------------------------------------------------------------------------------------------------


class _Beside(NamedTuple):
    """Whether rows may have Excel's own attribute, the hidden columns and the merged ranges."""

    excel: bool
    hidden: frozenset[int]
    merges: tuple[Merge, ...]


def _beside(before: bytes, after: bytes, limits: Limits) -> _Beside:
    """What the elements beside the cells say.  The texts above and below printed pages, which name the evaluator, say
    nothing, so that all the rest is the same on every sheet of a form."""
    end = _END.search(after, len(_LAST))
    if not end or end.end() < len(after):
        raise OddMarkup
    behind = after[len(_LAST) : end.start()]
    first = behind.find(b"<headerFooter>")
    last = behind.find(b"</headerFooter>", first) + len(b"</headerFooter>")
    texts = behind[first:last].decode("utf-8") if 0 <= first < last else ""
    if not _PAGE_TEXTS.fullmatch(texts):
        return _elements(before, behind, b"", limits)
    unescaped(texts)  # which declines references to what is no character
    return _elements(before, behind[:first], behind[last:], limits)


@remembered(64)
def _elements(before: bytes, behind: bytes, last: bytes, limits: Limits) -> _Beside:
    head = _ROOT.match(before)
    if not head:
        raise OddMarkup
    root = head[0]
    hidden: frozenset[int] = frozenset()
    for section in _sections(before[len(root) : -len(_FIRST)]):
        if section.startswith(b"<mergeCells"):
            raise OddMarkup
        said = _section(section, root)
        hidden = hidden | said.hidden if hidden else said.hidden
    merges: list[Merge] = []
    for section in (*_sections(behind), *_sections(last)):
        if section.startswith(b"<cols"):
            raise OddMarkup
        merges += _section(section, root).merges
    if len(merges) > limits.merges or before.count(b"<col ") > limits.columns:
        raise OddMarkup
    return _Beside(_section(b"", root).excel, hidden, tuple(merges))


def _sections(part: bytes) -> list[bytes]:
    """The elements of which a part consists, the cells not among them."""
    # where each < has its >, and each element is well-formed, a > ends a tag and is nothing else
    if part.count(b"<") != part.count(b">") or b"<sheetData" in part:
        raise OddMarkup
    sections = []
    at = 0
    while at < len(part):
        match = _SECTION.match(part, at)
        if not match:
            raise OddMarkup
        sections.append(match[0])
        at = match.end()
    return sections


class _Section(NamedTuple):
    excel: bool  # whether the root knows the attribute that Excel gives to every row
    hidden: frozenset[int]
    merges: tuple[Merge, ...]


@remembered(512)
def _section(section: bytes, root: bytes) -> _Section:
    """What an element beside the cells says, in a worksheet with this root, after expat found it well-formed."""
    expat.ParserCreate(namespace_separator=" ").Parse(root + section + b"</worksheet>", True)  # noqa: FBT003
    stated = dict(_ATTRIBUTE.findall(root.decode()))
    if stated.get("xmlns") != MAIN[0] or b"<!" in section:
        raise OddMarkup
    hidden = _hidden(section) if section.startswith(b"<cols") else frozenset()
    merges = _merges(section) if section.startswith(b"<mergeCells") else ()
    return _Section("xmlns:x14ac" in stated, hidden, merges)


def _hidden(cols: bytes) -> frozenset[int]:
    if not _COLS.fullmatch(cols):
        raise OddMarkup
    hidden: set[int] = set()
    last = -1
    for column in cols.decode().split("<col")[2:]:
        stated = dict(_ATTRIBUTE.findall(column))
        found = column_range(stated)
        # programs write them one behind the other; a hundred thousand over one another would take minutes
        if found is None or "xmlns" in stated or found[0] <= last:
            raise OddMarkup
        last = found[1]
        if flag(stated.get("hidden")) or zero(stated.get("width")):
            hidden.update(range(found[0], found[1] + 1))
    return frozenset(hidden)


def _merges(section: bytes) -> tuple[Merge, ...]:
    if not _MERGES.fullmatch(section):
        raise OddMarkup
    merges = []
    for ref in section.decode().split(' ref="')[1:]:
        merge = merge_range(ref.partition('"')[0])
        if merge is None:
            raise OddMarkup
        merges.append(merge)
    return tuple(merges)


# --- the cells -------------------------------------------------------------------------------------------------------


CellSpot = tuple[int, int]  # row and column, from 0


def _cells(data: bytes, hidden_columns: frozenset[int], shared: Shared, *, excel: bool) -> dict[CellSpot, ReadCell]:
    """The cells: what is the same on every sheet of a form, and the values of this one put into it."""
    if len(data) > shared.limits.text:
        raise OddMarkup
    pieces = _VALUE_AT.split(data)
    hollow = _EMPTY.encode().join(pieces[::2])
    values = b"<".join(pieces[1::2]).decode("utf-8").split("<") if len(pieces) > 1 else []
    planned = _plan if len(hollow) <= _OFTEN else _plan.__wrapped__
    plan = planned(hollow, shared.formats, hidden_columns, excel=excel)
    if len(values) != len(plan.hollows):
        raise OddMarkup
    found: list[Any] = list(map(getitem, plan.hollows, values))
    _put_texts(found, plan.pointers, shared.texts)
    cells = plan.cells.copy()
    cells.update(zip(plan.spots, found, strict=True))
    if len(cells) > shared.limits.cells:
        raise OddMarkup
    return cast("dict[CellSpot, ReadCell]", cells) if all(found) else _without_empty(cells)


def _put_texts(found: list[Any], pointers: list[tuple[int, _Texted]], texts: list[str]) -> None:
    """In the place of numbers of shared texts the cells that have them."""
    try:
        for at, texted in pointers:
            found[at] = texted[texts[found[at]]]
    except IndexError:
        raise OddMarkup from None


def _without_empty(cells: dict[CellSpot, ReadCell | None]) -> dict[CellSpot, ReadCell]:
    return {spot: cell for spot, cell in cells.items() if cell is not None}


class _Plan(NamedTuple):
    """What cells there are, whatever their values: in their order those without one, and places for the others; where
    the others are, what each is with its value, and which of them point at a text."""

    cells: dict[CellSpot, ReadCell | None]
    spots: list[CellSpot]
    hollows: list[_Hollow]
    pointers: list[tuple[int, _Texted]]


@lru_cache(maxsize=64)
def _plan(hollow: bytes, formats: Formats, hidden_columns: frozenset[int], *, excel: bool) -> _Plan:
    """The cells of a worksheet out of which the values were taken.  Sheets of one form that one program wrote share it.
    What matches with no value matches with every other that has no markup in it, and cells look at that themselves."""
    plan = _Plan({}, [], [], [])
    first, *rows = hollow.decode("utf-8").split('<row r="')
    row = -1
    if first:
        raise OddMarkup
    for one in rows:
        whole = one.removesuffix("</row>")
        head, *pieces = whole.split('<c r="')
        number, _, rest = head.partition('"')
        hidden, closed = _row_head(rest, excel=excel)
        # a row is closed in its own tag or by a tag of its own, never both
        if closed == (whole is not one) or (closed and pieces) or not _ROW_NUMBER.fullmatch(number):
            raise OddMarkup
        above, row = row, int(number) - 1
        if not above < row < ROWS:
            raise OddMarkup
        _plan_row(plan, row, pieces, formats, hidden_columns, hidden=hidden)
    return plan


def _plan_row(
    plan: _Plan, row: int, pieces: list[str], formats: Formats, hidden_columns: frozenset[int], *, hidden: bool
) -> None:
    address_end = f'{row + 1}"'
    column = -1
    for piece in pieces:
        name, _, rest = piece.partition(address_end)
        here = _COLUMNS.get(name, -1)
        if here <= column:
            raise OddMarkup
        column = here
        cell = _pieces(formats, hidden=hidden or column in hidden_columns)[rest]
        if isinstance(cell, _Hollow):
            if cell.texted is not None:
                plan.pointers.append((len(plan.spots), cell.texted))
            plan.spots.append((row, column))
            plan.hollows.append(cell)
            plan.cells[row, column] = None
        elif cell is not None:
            plan.cells[row, column] = cell


@lru_cache(maxsize=256)
def _row_head(rest: str, *, excel: bool) -> tuple[bool, bool]:
    """Whether a row is hidden, and closed in its own tag, from what follows its number, such as ` ht="30">`.

    `excel`: it may have the attribute of its own namespace that Excel gives to every row.
    """
    match = _ROW_REST.fullmatch(rest) if len(rest) <= SHORT_PIECE else None
    pairs = _ATTRIBUTE.findall(rest) if match else []
    stated = dict(pairs)
    if not match or len(stated) < len(pairs) or "r" in stated or "xmlns" in stated:
        raise OddMarkup
    if "x14ac:dyDescent" in stated and not excel:
        raise OddMarkup
    return flag(stated.get("hidden")) or zero(stated.get("ht")), bool(match[1])


class _Texted(dict[str, "ReadCell | None"]):
    """What a cell that points at a shared text is with each of them."""

    def __init__(self, formula: str | None, code: str, *, hidden: bool) -> None:
        self.formula, self.code, self.hidden = formula, code, hidden

    def __missing__(self, text: str) -> ReadCell | None:
        says = bool(text) or self.formula is not None
        cell = ReadCell("text", text, None, self.formula, self.code, False, self.hidden) if says else None  # noqa: FBT003
        keep(self, text, cell)
        return cell


@lru_cache(maxsize=256)
def _texted(formula: str | None, code: str, *, hidden: bool) -> _Texted:
    return _Texted(formula, code, hidden=hidden)


class _Hollow(dict[str, "ReadCell | int | None"]):
    """What a cell is with each of its values; `piece` is what follows its address, such as ` s="9"><v></v></c>`.  One
    that points at a shared text has `texted`, and is the number of the text."""

    def __init__(self, piece: str, formats: Formats, texted: _Texted | None, *, hidden: bool) -> None:
        self.before, _, self.after = piece.partition(_EMPTY)
        self.formats, self.texted, self.hidden = formats, texted, hidden

    def __missing__(self, value: str) -> ReadCell | int | None:
        match = _CELL_REST.fullmatch(f"{self.before}<v>{value}</v>{self.after}")
        if not match or (self.texted is not None and not INDEX.fullmatch(value)):
            raise OddMarkup
        cell = int(value) if self.texted is not None else _cell(match.groups(), self.formats, hidden=self.hidden)
        keep(self, value, cell)
        return cell


class _Pieces(dict[str, "ReadCell | _Hollow | None"]):
    """What follows the address of a cell without its value, and what cell that is.

    Pieces repeat within a sheet, and from sheet to sheet with the same styles.
    """

    def __init__(self, formats: Formats, *, hidden: bool) -> None:
        self.formats, self.hidden = formats, hidden

    def __missing__(self, rest: str) -> ReadCell | _Hollow | None:
        match = _CELL_REST.fullmatch(rest)
        if not match:
            raise OddMarkup
        style, kind, has_formula, formula, *_ = match.groups()
        cell: ReadCell | _Hollow | None
        if _EMPTY in rest:
            texted = None
            if kind == "s":
                said = unescaped(formula or "") if has_formula else None
                texted = _texted(said, _format(style, self.formats), hidden=self.hidden)
            cell = _Hollow(rest, self.formats, texted, hidden=self.hidden)
        else:
            cell = _cell(match.groups(), self.formats, hidden=self.hidden)
        keep(self, rest, cell)
        return cell


@lru_cache(maxsize=64)
def _pieces(formats: Formats, *, hidden: bool) -> _Pieces:
    return _Pieces(formats, hidden=hidden)


def _cell(groups: tuple[str | None, ...], formats: Formats, *, hidden: bool) -> ReadCell | None:
    style, kind, has_formula, formula, has_value, value, inline = groups
    if has_formula:
        formula = unescaped(formula or "")
    elif not has_value and inline is None:
        return None
    name, text, number = _content(kind or "n", unescaped(value or "") if has_value else None, inline)
    code = _format(style, formats)
    if not text:
        if formula is None:
            return None
        if name != "text":
            name = "blank"
    return ReadCell(name, text, number, formula, code, merged=False, hidden=hidden)


def _format(style: str | None, formats: Formats) -> str:
    code = formats.get(style or "0")
    if code is None:
        raise OddMarkup
    return code


def _content(kind: str, value: str | None, inline: str | None) -> CellContent:
    if kind == "inlineStr" and inline is not None:
        return "text", decoded(unescaped(inline)), None
    if inline is not None or (kind != "s" and kind not in OWN_CONTENT):
        raise OddMarkup
    if value is None:
        return "blank", "", None
    content = OWN_CONTENT[kind](value) if kind in OWN_CONTENT else ("text", "", None)
    if isinstance(content, str):
        raise OddMarkup
    return content
