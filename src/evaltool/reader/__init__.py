"""Reads a workbook strictly: all of it, unambiguously, or a reason why not.  Mostly an .xlsx; .xls, .et and .ods become
the same values (`oldbooks`, `opendocument`).

This is the reader of record.  `load` takes bytes from a path, `read` turns bytes into a `Workbook`; neither raises,
whatever the bytes are, and `read` keeps to its `Limits`.  All values can be pickled.  A worker process imports this
module with those that it names, and they import the standard library and each other only.

    bytes -> container (parts) -> relationships -> workbook, texts, formats -> worksheets (cells)

Only the parts that are needed are inflated, and they are found as Excel finds them, by relationships inside the
package; nothing outside of it is ever opened.

Worksheets and shared texts are read in two ways.  The careful one decides what a file says.  The quick one takes what
programs really write, only if it accounts for every byte, and says the same; `plainsheets` tells how.  The sheets of
one form share most of their bytes, so what a small part or a piece says is remembered from file to file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from evaltool.reader.archives import sheets_inside
from evaltool.reader.cells import Formats, Merge, ReadCell, Shared, address
from evaltool.reader.container import Container, inflate, large, load, unpack
from evaltool.reader.markup import (
    LINKS,
    MAIN,
    PACKAGE_LINKS,
    PROPERTIES,
    Clock,
    Element,
    Tree,
    decoded,
    elements,
    remembered,
)
from evaltool.reader.numberformats import formats
from evaltool.reader.oldbooks import old_book
from evaltool.reader.opendocument import open_document
from evaltool.reader.plainsheets import plain_grid
from evaltool.reader.refusals import LIMITS, Limits, Note, Refusal, Unreadable, refusal, too_much
from evaltool.reader.sharedtexts import texts
from evaltool.reader.sniffing import is_old_book, is_open_document, not_an_archive
from evaltool.reader.worksheet import Grid, grid

__all__ = [
    "Limits",
    "Note",
    "ReadCell",
    "Sheet",
    "Unreadable",
    "Workbook",
    "address",
    "large",
    "load",
    "read",
    "sheets_inside",
    "unread",
]

WantedSheet = Callable[[str], bool]
_LINK_TREE: Tree = {"Relationships": {"Relationship": {}}}
_BOOK_TREE: Tree = {"workbook": {"workbookPr": {}, "sheets": {"sheet": {}}}}
_PROPERTY_TREE: Tree = {"Properties": {"property": {"*": {}}}}
_STATES = ("visible", "hidden", "veryHidden")
_WITHOUT_CELLS = ("chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet")
_KINDS_FROM = (*LINKS, "http://schemas.microsoft.com/office/2006/relationships")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet.  `cells` is keyed by (row, column) from 0 and has only cells with content; a chart has none."""

    title: str
    state: str
    cells: dict[tuple[int, int], ReadCell]
    merges: tuple[Merge, ...]


@dataclass(frozen=True, slots=True)
class Workbook:
    """Its sheets in order, its custom document properties as text, and what was odd.

    `date1904`: dates count from 1904 instead of 1900 (old Excel for Mac).
    """

    sheets: tuple[Sheet, ...]
    properties: dict[str, str]
    notes: tuple[Note, ...]
    date1904: bool = False


@dataclass(frozen=True, slots=True)
class _Link:
    kind: str
    target: str | None  # None: outside the package


@dataclass(frozen=True, slots=True)
class _Package:
    container: Container
    limits: Limits
    clock: Clock

    def part(self, name: str) -> bytes:
        self.clock.check()
        return inflate(self.container, name)


def read(data: bytes, limits: Limits = LIMITS, wanted: WantedSheet = lambda _: True) -> Workbook | Unreadable:
    """The workbook in these bytes, or why it cannot be read.  Never raises an `Exception`.

    A worksheet whose title is not `wanted` is listed without its cells.
    """
    try:
        return _read(data, limits, wanted)
    except Refusal as refused:
        return refused.unreadable
    except Exception as problem:  # whatever was not foreseen concerns this file only
        return Unreadable("READER_CRASH", (("reason", type(problem).__name__),))


def unread(head: bytes, size: int, limits: Limits = LIMITS) -> Unreadable:
    """What to say of a file that is too large to be read, by how it begins."""
    if not head.startswith(b"PK\x03\x04"):
        other = not_an_archive(head).unreadable
        if other.code == "FILE_NOT_XLSX":
            return other
    return too_much("bytes", size, limits.bytes, code="FILE_TOO_BIG").unreadable


def _read(data: bytes, limits: Limits, wanted: WantedSheet) -> Workbook:
    if len(data) <= limits.bytes and is_old_book(data):
        old, notes, date1904 = old_book(data, limits, wanted)
        return Workbook(tuple(Sheet(*one[:3], tuple(one.merges)) for one in old), {}, notes, date1904)
    package = _Package(unpack(data, limits), limits, Clock.start(limits))
    if is_open_document(package.container.entries):
        tables, own, odd, date1904 = open_document(package.container, limits, package.clock, wanted)
        return Workbook(tuple(Sheet(*one[:3], tuple(one.merges)) for one in tables), own, odd, date1904)
    if "[content_types].xml" not in package.container.entries:
        raise refusal("FILE_CORRUPT", part="[Content_Types].xml", reason="missing")
    roots = _links(package, "")
    book = _only(roots, "officeDocument", "_rels/.rels")
    if book is None:
        raise refusal("FILE_CORRUPT", part="_rels/.rels", reason="target")
    links = _links(package, book)
    found = _listed(package.part(book), book, package.clock, package.limits.depth)
    date1904 = any(one.attributes.get("date1904") in ("1", "true") for one in found if one.name == "workbookPr")
    shared = _shared(package, links, book, date1904)
    listed = [one for one in found if one.name == "sheet"]
    sheets, unstyled = _sheets(package, book, links, listed, shared, wanted)
    custom = _only(roots, "custom-properties", "_rels/.rels")
    properties = _properties(package, custom) if custom else {}
    return Workbook(sheets, properties, (*package.container.notes, *unstyled), date1904)


def _links(package: _Package, source: str) -> dict[str, _Link]:
    """The relationships of a part by id; of the package itself for ""."""
    folder, _, name = source.rpartition("/")
    part = f"{folder}/_rels/{name}.rels".lstrip("/")
    if source and part.casefold() not in package.container.entries:
        return {}
    return _links_in(package.part(part), part, folder, package.clock, package.limits.depth)


@remembered(64)
def _links_in(data: bytes, part: str, folder: str, clock: Clock, depth: int) -> dict[str, _Link]:
    links: dict[str, _Link] = {}
    for one in elements(data, part, PACKAGE_LINKS, _LINK_TREE, clock, depth):
        if one.name == "Relationship":
            key = one.attributes.get("Id", "")
            if key in links:
                raise refusal("FILE_CORRUPT", part=part, reason="twice")
            outside = one.attributes.get("TargetMode") == "External"
            target = None if outside else _resolved(folder, one.attributes.get("Target", ""))
            space, _, kind = one.attributes.get("Type", "").rpartition("/")
            links[key] = _Link(kind if space in _KINDS_FROM else "", target)
    return links


def _resolved(folder: str, target: str) -> str | None:
    """A part's name from a relationship's target; None if it leaves the package."""
    target = target.replace("\\", "/")
    pieces = [] if target.startswith("/") or not folder else folder.split("/")
    for piece in target.split("/"):
        if piece == "..":
            if not pieces:
                return None
            pieces.pop()
        elif piece not in ("", "."):
            pieces.append(piece)
    return "/".join(pieces)


def _only(links: dict[str, _Link], kind: str, part: str) -> str | None:
    """The one part of a kind, as Strict workbooks or others name it; two would be two readings."""
    names = (kind, "customProperties") if kind == "custom-properties" else (kind,)
    targets = [link.target for link in links.values() if link.kind in names]
    if len(targets) > 1:
        raise refusal("FILE_CORRUPT", part=part, reason="twice")
    if targets and targets[0] is None:
        raise refusal("FILE_CORRUPT", part=part, reason="target")
    return targets[0] if targets else None


@remembered(64)
def _listed(data: bytes, part: str, clock: Clock, depth: int) -> list[Element]:
    """The worksheets of a workbook and its settings."""
    return elements(data, part, MAIN, _BOOK_TREE, clock, depth)


def _shared(package: _Package, links: dict[str, _Link], book: str, date1904: bool) -> Shared:
    strings = _only(links, "sharedStrings", book)
    styles = _only(links, "styles", book)
    limits, clock = package.limits, package.clock
    known = Formats()
    if styles and styles.casefold() in package.container.entries:
        known = formats(package.part(styles), styles, limits, clock)
    listed = texts(package.part(strings), strings, limits, clock) if strings else []
    return Shared(listed, known, date1904, limits, clock)


def _sheets(
    package: _Package, book: str, links: dict[str, _Link], listed: list[Element], shared: Shared, wanted: WantedSheet
) -> tuple[tuple[Sheet, ...], tuple[Note, ...]]:
    if len(listed) > package.limits.sheets:
        raise too_much("sheets", len(listed), package.limits.sheets)
    sheets: list[Sheet] = []
    odd: list[str] = []
    seen: set[str] = set()
    count = 0
    for one in listed:
        title = one.attributes.get("name", "")
        link = _sheet_link(one, links, title)
        for key in (f"title {title.casefold()}", f"part {str(link.target).casefold()}"):
            if key in seen:
                raise refusal("FILE_CORRUPT", part=title, reason="twice", sheet=title)
            seen.add(key)
        read = _grid(package, link, title, shared) if wanted(title) else Grid({}, (), ())
        count += len(read.cells)
        if count > package.limits.cells:
            raise too_much("cells", count, package.limits.cells, sheet=title)
        odd += [f"{title}!{address(*place)}" for place in read.unstyled]
        sheets.append(Sheet(title, one.attributes.get("state", "visible"), read.cells, read.merges))
    notes = (Note("STYLE_UNKNOWN", (("cell", odd[0]), ("n", str(len(odd))))),) if odd else ()
    return tuple(sheets), notes


def _sheet_link(one: Element, links: dict[str, _Link], title: str) -> _Link:
    if one.attributes.get("state", "visible") not in _STATES:
        raise refusal("FILE_CORRUPT", part=title, reason="state", sheet=title)
    keys = [one.attributes[f"{space} id"] for space in LINKS if f"{space} id" in one.attributes]
    link = links.get(keys[0]) if len(keys) == 1 else None
    if link is None or not link.target or link.kind not in ("worksheet", *_WITHOUT_CELLS):
        raise refusal("FILE_CORRUPT", part=title, reason="target", sheet=title)
    return link


def _grid(package: _Package, link: _Link, title: str, shared: Shared) -> Grid:
    assert link.target is not None
    if link.kind in _WITHOUT_CELLS:
        return Grid({}, (), ())
    part = package.part(link.target)
    return plain_grid(part, shared) or grid(part, link.target, title, shared)


def _properties(package: _Package, part: str) -> dict[str, str]:
    """Custom document properties by name; every type of value as its text."""
    properties: dict[str, str] = {}
    name = ""
    data = package.part(part)
    for one in elements(data, part, PROPERTIES, _PROPERTY_TREE, package.clock, package.limits.depth):
        if one.name == "property":
            name = one.attributes.get("name", "")
            if name in properties:
                raise refusal("FILE_CORRUPT", part=part, reason="twice")
            properties[name] = ""
        elif one.name != "Properties":
            properties[name] += decoded("".join(one.text))
    return properties
