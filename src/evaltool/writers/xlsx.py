"""How a `Book` becomes the bytes of an .xlsx file: the only module that knows XlsxWriter.

XlsxWriter cuts, leaves out or turns into formulas what it is not told to leave alone, and says so at most by a return
code or a warning.  Here every code is looked at, warnings are errors, and each error says its tab and cell.
"""

from __future__ import annotations

import contextlib
import datetime
import io
import math
import re
import warnings
from collections.abc import Iterator
from itertools import pairwise

from xlsxwriter.core import Core
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.utility import xl_cell_to_rowcol, xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from evaltool.writers.book import STYLES, Book, Cell, EntryRule, HeatRange, NamedTable, Spot, Style, Tab, clean
from evaltool.writers.xlsxcells import KeptSheet, Look, Use, length
from evaltool.writers.xlsxcharts import drawn

_BASE: Style = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
_OPTIONS = {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
_A4 = 9
_LIGHT_KEYS = ("bg_color", "font_color", "bold")  # what a conditional format may change
_PRINT_FONT = '&9&"宋体,Regular"'  # the size first: "&9" right before a year would be read as size 92026
_ADDRESS = re.compile(r"\$?[A-Z]{1,3}\$?[1-9][0-9]{0,6}")
_LIMITS = {"title": 32, "prompt": 255, "alert": 224}  # longer ones make Excel "repair" the file
_MARGIN, _SHORT, _LONG = 0.6, 8.27, 11.69  # inches, of A4
_EDGE = 0.8  # inches above and below what is printed
_PIXELS, _POINTS = 96, 72  # of an inch
_HEIGHT = 15.0  # points of a row of which nothing is said
_SIGN, _PADDING = 9.5, 5  # pixels of a sign in the widest of the programs, of a column's padding
_READABLE = 0.5  # what is made smaller than that goes on several pages side by side
_TABLE_STYLE = "Table Style Light 1"
_COMMENT = {"author": "evaltool", "x_scale": 1.6, "y_scale": 1.1, "font_name": _BASE["font_name"], "font_size": 10}
_BAR, _LAST = "#9DC3E6", "#1F4E79"


class _UndatedCore(Core):  # type: ignore[misc]
    def _write_dcterms_created(self) -> None: ...

    def _write_dcterms_modified(self) -> None: ...


class _UndatedPackager(Packager):  # type: ignore[misc]
    def _write_core_file(self) -> None:
        core = _UndatedCore()
        core._set_properties(self.workbook.doc_properties)
        core._set_xml_writer(self._filename("docProps/core.xml"))
        core._assemble_xml_file()


class _Undated(Workbook):  # type: ignore[misc]
    """A workbook whose properties name no day, rather than today (law 5) or one that is made up."""

    def _get_packager(self) -> Packager:
        return _UndatedPackager()


def write(book: Book, created: datetime.datetime | None) -> bytes:
    """See `evaltool.writers.saving.to_bytes`."""
    _check(book)
    file = io.BytesIO()
    with warnings.catch_warnings():
        # XlsxWriter leaves out what it dislikes and only warns
        warnings.simplefilter("error", UserWarning)
        try:
            workbook = Workbook(file, _OPTIONS) if created else _Undated(file, _OPTIONS)
            _describe(workbook, book, created)
            look = _looks(workbook)
            sheets = [_sheet(workbook, tab, look) for tab in book.tabs]
            _open_at(sheets, book.tabs)
            workbook.close()
        except (XlsxWriterException, UserWarning) as error:
            raise ValueError(f"{book.title}: {error}") from error
    return file.getvalue()


def _check(book: Book) -> None:
    """What makes Excel refuse or repair a file though XlsxWriter writes it, and links that lead nowhere."""
    titles = {tab.title for tab in book.tabs}
    if all(tab.state != "visible" for tab in book.tabs):
        raise ValueError(f"{book.title}: no visible tab")
    for kind, pairs in (("property", book.properties), ("name", book.names)):
        seen = {key.casefold() for key, _ in pairs}
        if "" in seen or len(seen) < len(pairs):
            raise ValueError(f"{book.title}: a {kind} is empty or there twice")
    for tab in book.tabs:
        if not tab.title or clean(tab.title) != tab.title:
            raise ValueError(f"{tab.title!r}: not a title for a tab")
        for spot, target in tab.links.items():
            place, sign, _ = target.rpartition("!")
            if spot not in tab.cells or (sign and place.strip("'").replace("''", "'") not in titles):
                raise ValueError(f"{_place(tab, spot)}: link without a cell or to a missing tab: {target}")


def _describe(workbook: Workbook, book: Book, created: datetime.datetime | None) -> None:
    if created and created.tzinfo is not None:
        created = created.astimezone(datetime.UTC).replace(tzinfo=None)
    workbook.formats[0].set_font_name(_BASE["font_name"])
    workbook.formats[0].set_font_size(_BASE["font_size"])
    workbook.set_properties({"title": clean(book.title), "author": clean(book.author), "created": created})
    for name, value in book.properties:
        workbook.set_custom_property(clean(name), clean(value), "text")
    for name, formula in book.names:
        workbook.define_name(name, formula)


def _looks(workbook: Workbook) -> Look:
    """A function from a style's name and its use to a format, each made once in a workbook."""
    made: dict[tuple[str, Use], Format] = {}

    def look(name: str, use: Use) -> Format:
        if (name, use) not in made:
            made[name, use] = workbook.add_format(_properties(name, use))
        return made[name, use]

    return look


def _properties(name: str, use: Use) -> Style:
    if name not in STYLES:
        raise ValueError(f"unknown style {name!r}")
    style = STYLES[name]
    if use == "light":
        return {key: style[key] for key in _LIGHT_KEYS if key in style}
    # a number or formula in a text style must stay one when somebody edits it
    return {**_BASE, **{key: value for key, value in style.items() if use == "text" or value != "@"}}


def _sheet(workbook: Workbook, tab: Tab, look: Look) -> Worksheet:
    sheet = workbook.add_worksheet(tab.title, KeptSheet)
    _arrange(sheet, tab)
    _print_setup(sheet, tab)
    _merge(sheet, tab, look)
    _write(sheet, tab, look)
    for check in tab.checks:
        with _blame(f"{tab.title}!{check.first}:{check.last}"):
            _done(sheet.data_validation(*_area(check.first, check.last), _rule(check)))
    for light in tab.highlights:
        with _blame(f"{tab.title}!{light.first}:{light.last}"):
            rule = {"type": "formula", "criteria": light.formula, "stop_if_true": light.stop}
            rule["format"] = look(light.style, "light")
            _done(sheet.conditional_format(*_area(light.first, light.last), rule))
    if tab.heat and tab.heat.areas:
        with _blame(f"{tab.title}!{tab.heat.areas[0][0]}"):
            _done(sheet.conditional_format(*_area(*tab.heat.areas[0]), _heat(tab.heat)))
    _draw(workbook, sheet, tab, look)
    return sheet


def _heat(heat: HeatRange) -> dict[str, object]:
    return {
        "type": "2_color_scale",
        "min_type": "percentile",
        "min_value": 5,
        "min_color": heat.least,
        "max_type": "num",
        "max_value": heat.full,
        "max_color": heat.most,
        "multi_range": " ".join(f"{first}:{last}" for first, last in heat.areas),
    }


def _draw(workbook: Workbook, sheet: Worksheet, tab: Tab, look: Look) -> None:
    """Comments, tables, charts, sparklines: what lies over the cells."""
    for spot, text in sorted(tab.comments.items()):
        with _blame(_place(tab, spot)):
            _done(sheet.write_comment(*spot, clean(text), _COMMENT))
    for table in tab.tables:
        with _blame(f"{tab.title}!{table.first}:{table.last}"):
            _done(sheet.add_table(*_area(table.first, table.last), _as_table(tab, table, look)))
    for chart in tab.charts:
        with _blame(_place(tab, chart.spot)):
            _done(sheet.insert_chart(*chart.spot, drawn(workbook, chart), {"description": clean(chart.words)}))
    for line in tab.sparklines:
        with _blame(_place(tab, line.spot)):
            options = {"range": line.cells, "type": "column", "min": line.low, "max": line.high, "series_color": _BAR}
            options |= {"last_point": True, "last_color": _LAST}
            _done(sheet.add_sparkline(*line.spot, options))


def _as_table(tab: Tab, table: NamedTable, look: Look) -> dict[str, object]:
    """Excel repairs a file whose headers are not those of the table's columns, or not told apart."""
    top, left, bottom, right = _area(table.first, table.last)
    heads = [tab.cells.get((top, column)) for column in range(left, right + 1)]
    names = [cell.value if cell and isinstance(cell.value, str) else "" for cell in heads]
    if any(not name or "\n" in name for name in names) or len({name.casefold() for name in names}) < len(names):
        raise ValueError(f"not the headers of a table: {names}")
    if bottom <= top or not re.fullmatch(r"[^\W\d]\w{0,200}", table.name):
        raise ValueError(f"not a table: {table.name!r}")
    styles = [look(cell.style if cell else "head", "text") for cell in heads]
    columns = [{"header": clean(name), "header_format": style} for name, style in zip(names, styles, strict=True)]
    return {"name": table.name, "style": _TABLE_STYLE, "columns": columns}


def _arrange(sheet: Worksheet, tab: Tab) -> None:
    """Sizes, panes, filter, protection: the tab on the screen."""
    with _blame(tab.title):
        for column, width in enumerate(tab.widths):
            _done(sheet.set_column(column, column, _within(width, 255)))
        for row, height in tab.heights.items():
            _done(sheet.set_row(row, _within(height, 409)))
        sheet.hide_gridlines(2)
        if tab.colour:
            sheet.set_tab_color(tab.colour)
        if tab.freeze:
            sheet.freeze_panes(*tab.freeze)
        if tab.filter:
            _done(sheet.autofilter(*_area(*tab.filter)))
        if tab.protect:  # no password: it guards against slips; columns can be widened, rows made higher
            sheet.protect(
                "",
                {"format_columns": True, "format_rows": True, "autofilter": tab.filter is not None or bool(tab.tables)},
            )


def _print_setup(sheet: Worksheet, tab: Tab) -> None:
    sheet.set_paper(_A4)
    breaks = tab.breaks or _whole_tables(tab)
    if breaks:  # a spreadsheet program overlooks them where pages are to be fitted
        sheet.set_print_scale(_scale(tab))
        sheet.set_h_pagebreaks(breaks)
    else:
        pages = math.ceil(_READABLE / _share_of_paper(tab)) if tab.fits == "readable" else 1
        sheet.fit_to_pages(pages, int(tab.fits == "page"))
        if pages > 1 and tab.freeze and tab.freeze[1]:
            _done(sheet.repeat_columns(0, tab.freeze[1] - 1))
    sheet.set_margins(left=_MARGIN, right=_MARGIN, top=_EDGE, bottom=_EDGE)
    sheet.center_horizontally()
    if tab.landscape:
        sheet.set_landscape()
    with _blame(tab.title):
        if tab.printed:
            _done(sheet.print_area(*_area(*tab.printed)))
        if tab.repeat_rows:
            _done(sheet.repeat_rows(*tab.repeat_rows))
        if tab.header:
            sheet.set_header(_print_codes(tab.header))
        if tab.footer:
            sheet.set_footer(_print_codes(tab.footer))


def _whole_tables(tab: Tab) -> tuple[int, ...]:
    """The tables before which a page ends because they would go over its end and fit on the next."""
    if tab.fits == "page" or (tab.fits == "readable" and _share_of_paper(tab) < _READABLE):
        return ()
    room = ((_SHORT if tab.landscape else _LONG) - 2 * _EDGE) * _POINTS * 100 / _scale(tab)
    last = max((row for row, _ in tab.cells), default=0) + 1
    breaks, used = [], sum(tab.heights.get(row, _HEIGHT) for row in range(tab.starts[0])) if tab.starts else 0.0
    for first, after in pairwise((*tab.starts, last)):
        tall = sum(tab.heights.get(row, _HEIGHT) for row in range(first, after))
        if used + tall > room and first != tab.starts[0]:
            breaks.append(first)
            used = 0.0
        used = (used + tall) % room if used + tall > room else used + tall
    return tuple(breaks)


def _scale(tab: Tab) -> int:
    """Percent at which the columns fit the width of the paper."""
    return max(10, min(100, int(100 * _share_of_paper(tab))))


def _share_of_paper(tab: Tab) -> float:
    """By how much the columns are to be made smaller to fit the width of the paper; above 1 they are narrower."""
    columns = _area(*tab.printed)[3] + 1 if tab.printed else len(tab.widths)
    inches = sum(width * _SIGN + _PADDING for width in tab.widths[:columns]) / _PIXELS
    return ((_LONG if tab.landscape else _SHORT) - 2 * _MARGIN) / max(inches, 1)


def _print_codes(text: str) -> str:
    """Every section (&L, &C, &R) in our font; a section before the first code is the middle one."""
    if re.search(r"&[0-9]{3}", text.replace("&&", "")):
        raise ValueError(f"a font size runs into digits: {text}")
    if not text.startswith(("&L", "&C", "&R")):
        text = "&C" + text
    return re.sub(r"&(.)", lambda code: code[0] + (_PRINT_FONT if code[1] in "LCR" else ""), text)


def _merge(sheet: Worksheet, tab: Tab, look: Look) -> None:
    for first, last in tab.merges:
        with _blame(f"{tab.title}!{first}:{last}"):
            top, left, bottom, right = _area(first, last)
            spots = ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
            head, *covered = (tab.cells.get(spot) for spot in spots)
            if any(cell and cell.value is not None for cell in covered):
                raise ValueError("a value would be hidden under the merge")
            _done(sheet.merge_range(top, left, bottom, right, None, look(head.style if head else "text", "text")))


def _write(sheet: KeptSheet, tab: Tab, look: Look) -> None:
    """Every cell, in the order of their places: equal values give equal bytes, however the dictionary was filled."""
    spots, keep = sorted(tab.cells), sheet.keeper(look)
    for spot in spots:
        cell = tab.cells[spot]
        try:
            if spot in tab.links:  # first the link, which leaves its own text behind, then over it what stands there
                _link(sheet, spot, cell, look, tab.links[spot])
            keep(spot, cell)
        except (ValueError, UserWarning) as error:
            raise ValueError(f"{_place(tab, spot)}: {error}") from error
    if spots:
        columns = {column for _, column in spots}
        corners = (spots[0][0], min(columns)), (spots[-1][0], max(columns))
        with _blame(_place(tab, corners[0] if min(corners[0]) < 0 else corners[1])):
            sheet.reaches(*corners)


def _link(sheet: KeptSheet, spot: Spot, cell: Cell, look: Look, target: str) -> None:
    text = isinstance(cell.value, str)
    form = look(cell.style, "text" if text or cell.value is None else "value")
    _done(sheet.write_url(*spot, f"internal:{target}", form, clean(str(cell.value)) if text else ""))


def _rule(check: EntryRule) -> dict[str, object]:
    """The validation in XlsxWriter's words; the title heads both the prompt and the alert."""
    texts = {"title": clean(check.title), "prompt": clean(check.prompt), "alert": clean(check.alert)}
    for name, text in texts.items():
        if length(text) > _LIMITS[name]:
            raise ValueError(f"{name} over {_LIMITS[name]} characters: {text[:40]}")
    rule: dict[str, object] = {"validate": check.kind, **_bounds(check)}
    rule |= {"input_title": texts["title"], "input_message": texts["prompt"]} if check.prompt else {}
    rule |= {"error_title": texts["title"], "error_message": texts["alert"]} if check.alert else {}
    rule |= {} if check.strict else {"show_error": False}
    return rule


def _bounds(check: EntryRule) -> dict[str, str]:
    if check.kind == "list":
        if not check.choices or length(check.choices) > 255:
            raise ValueError(f"not a list of choices: {check.choices[:40]!r}")
        return {"source": "=" + check.choices.removeprefix("=")}
    if check.kind == "custom":
        if not check.formula.startswith("=") or length(check.formula) > 255:
            raise ValueError(f"not a formula for a check: {check.formula[:40]!r}")
        return {"value": check.formula}
    low, high = _bound(check.low), _bound(check.high)
    if low and high:
        return {"criteria": "between", "minimum": low, "maximum": high}
    if not low and not high:
        raise ValueError(f"a {check.kind} without bounds")
    return {"criteria": ">=", "value": low} if low else {"criteria": "<=", "value": high}


def _bound(text: str) -> str:
    """A plain number or a formula; XlsxWriter would let "nan" and "1_0" pass as numbers."""
    if text and not text.startswith("=") and not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        raise ValueError(f"not a bound: {text!r}")
    return text


def _open_at(sheets: list[Worksheet], tabs: tuple[Tab, ...]) -> None:
    """Hide what is hidden; the file opens at the first tab that is not."""
    for sheet, tab in zip(sheets, tabs, strict=True):
        if tab.state == "hidden":
            sheet.hide()
        elif tab.state == "veryHidden":
            sheet.very_hidden()
    first = next(sheet for sheet, tab in zip(sheets, tabs, strict=True) if tab.state == "visible")
    first.activate()
    first.set_first_sheet()


def _area(first: str, last: str) -> tuple[int, int, int, int]:
    if not _ADDRESS.fullmatch(first) or not _ADDRESS.fullmatch(last):
        raise ValueError("not a range")
    (top, left), (bottom, right) = xl_cell_to_rowcol(first), xl_cell_to_rowcol(last)
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)


def _place(tab: Tab, spot: Spot) -> str:
    return f"{tab.title}!{xl_rowcol_to_cell(*spot) if min(spot) >= 0 else spot}"


def _within(size: float, limit: int) -> float:
    if not 0 <= size <= limit:
        raise ValueError(f"a width or height of {size}, the limit is {limit}")
    return size


def _done(code: int | None) -> None:
    """XlsxWriter returns a number below zero for what it did not write, and no more."""
    if code:
        raise ValueError(f"XlsxWriter refused it with code {code}")


@contextlib.contextmanager
def _blame(place: str) -> Iterator[None]:
    """Say of whatever goes wrong inside where it stands."""
    try:
        yield
    except (ValueError, UserWarning, XlsxWriterException) as error:
        raise ValueError(f"{place}: {error}") from error
