"""The strict reader: what it keeps of a cell, what it refuses and with which code, and that nothing makes it raise."""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

import rawxlsx as raw
from damaged_books import mended
from evaltool.reader import Limits, ReadCell, Sheet, Unreadable, Workbook, address, read

GOOD = raw.parts({"表": raw.sheet(raw.cell("><v>38</v>"))})


def opened(data: bytes, limits: Limits | None = None) -> Workbook:
    result = read(data, limits or Limits())
    assert isinstance(result, Workbook), result
    return result


def refused(data: bytes, limits: Limits | None = None) -> Unreadable:
    result = read(data, limits or Limits())
    assert isinstance(result, Unreadable), result
    return result


def only_sheet(data: bytes) -> Sheet:
    (sheet,) = opened(data).sheets
    return sheet


def c5(inside: str, *, texts: str | None = None, styles: str = "") -> ReadCell | None:
    return only_sheet(raw.book(raw.cell(inside), texts=texts, styles=styles)).cells.get((4, 2))


# --------------------------------------------------------------------------------------------------------------- cells


@pytest.mark.parametrize(
    ("inside", "kind", "text", "number"),
    [
        ("><v>38</v>", "number", "38", "38"),
        ("><v> 38 </v>", "number", "38", "38"),
        ('t="n"><v>-0.5</v>', "number", "-0.5", "-0.5"),
        ("><v>37.600000000000009</v>", "number", "37.600000000000009", "37.6"),
        ("><v>0.1234567</v>", "number", "0.1234567", "0.1234567"),
        ("><v>3.8E1</v>", "number", "3.8E1", "38"),
        ("><v>12345678901234567890</v>", "number", "12345678901234567890", "12345678901234600000"),
        ("><v>3<!-- -->8</v>", "number", "38", "38"),
        ("><v><![CDATA[38]]></v>", "number", "38", "38"),
        ("><v>&#51;8</v>", "number", "38", "38"),
        ("cm='1'><v>1</v><extLst><ext><v>2</v></ext></extLst>", "number", "1", "1"),
        ('t="b"><v>1</v>', "bool", "TRUE", None),
        ('t="b"><v>0</v>', "bool", "FALSE", None),
        ('t="e"><v>#N/A</v>', "error", "#N/A", None),
        ('t="e"><v>#SPILL!</v>', "error", "#SPILL!", None),
        ('t="str"><v>弃权</v>', "text", "弃权", None),
        ('t="inlineStr"><is><t> 38 </t></is>', "text", " 38 ", None),
        ('t="inlineStr"><is><r><t>3</t></r><r><rPr><b/></rPr><t>8</t></r></is>', "text", "38", None),
        ('t="inlineStr"><is><t>财务处</t><rPh sb="0" eb="3"><t>x</t></rPh><phoneticPr/></is>', "text", "财务处", None),
        ('t="inlineStr"><is><t>财务_x5904_</t></is>', "text", "财务处", None),
        ('t="inlineStr"><is><t>a_x000D_b</t></is>', "text", "a\rb", None),
        ('t="inlineStr"><is><t>_x005F_x000D_</t></is>', "text", "_x000D_", None),
        ('t="inlineStr"><is><t>_xD83D__xDE00_</t></is>', "text", "😀", None),
        ('t="inlineStr"><is><t>_xD83D_!</t></is>', "text", "\ufffd!", None),
        ('t="d"><v>1900-02-07</v>', "number", "1900-02-07", "38"),
        ('t="d"><v>2026-05-01T12:00:00</v>', "number", "2026-05-01T12:00:00", "46143.5"),
    ],
)
def test_a_cell_keeps_its_type_its_text_and_its_exact_number(
    inside: str, kind: str, text: str, number: str | None
) -> None:
    """Each way of storing a value gives its kind, its text and, for numbers, the 15 digits that Excel shows."""
    cell = c5(inside)
    assert cell is not None
    assert (cell.kind, cell.text) == (kind, text)
    assert cell.number == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    "inside",
    [">", 's="0">', "><v></v>", 't="str"><v/>', 't="inlineStr"><is><t/></is>', 't="s">'],
)
def test_a_cell_without_content_is_not_kept(inside: str) -> None:
    """Style alone, an empty value and an empty text are all nothing."""
    assert c5(inside) is None


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=6))
@settings(max_examples=60, deadline=None)
def test_short_numbers_are_what_a_double_shows(value: Decimal) -> None:
    """The quick way for plain numbers gives exactly what rounding the double to 15 digits gives."""
    cell = c5(f"><v>{value:f}</v>")
    assert cell is not None
    assert cell.number is not None
    assert cell.number.as_tuple() == Decimal(format(float(f"{value:f}"), ".15g")).as_tuple()


@pytest.mark.parametrize(
    "text",
    ["NaN", "INF", "1e400", "0x26", "36,5", "abc", "３８", "٣٨", "3_8", "--1", ".", "1e", "38" + "0" * 400, "1 2"],
)
def test_what_is_no_number_is_refused_with_its_cell(text: str) -> None:
    """A numeric cell must hold ASCII digits and be finite; `float()` would take some of these."""
    result = refused(raw.book(raw.cell(f"><v>{text}</v>")))
    assert result.code == "FILE_CORRUPT"
    assert dict(result.args)["cell"] == "C5"
    assert dict(result.args)["sheet"] == "表"


def test_formulas_keep_text_and_stored_result() -> None:
    """Formula and value stand side by side; a follower of a shared formula has an empty text, no result is `blank`."""
    rows = (
        '<row r="1"><c r="A1"><f>20+18</f><v>12</v></c><c r="B1"><f t="shared" ref="B1:B2" si="0">1+1</f><v>2</v></c>'
        '<c r="C1"><f>1/0</f></c><c r="D1" t="str"><f>""</f><v></v></c>'
        '<c r="E1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
        '<row r="2"><c r="B2"><f t="shared" si="0"/><v>2</v></c></row>'
    )
    cells = only_sheet(raw.book(rows)).cells
    found = {address(*place): (cell.kind, cell.text, cell.formula) for place, cell in cells.items()}
    assert found == {
        "A1": ("number", "12", "20+18"),
        "B1": ("number", "2", "1+1"),
        "C1": ("blank", "", "1/0"),
        "D1": ("text", "", '""'),
        "E1": ("error", "#DIV/0!", "1/0"),
        "B2": ("number", "2", ""),
    }


def test_shared_texts_are_put_together_without_phonetic_runs() -> None:
    """Plain, rich and annotated shared texts."""
    texts = (
        "<si><t>甲</t></si><si><r><t>乙</t></r><r><rPr/><t>丙</t></r><rPh><t>x</t></rPh></si><si><t>_x0041_</t></si>"
    )
    assert [getattr(c5(f't="s"><v>{n}</v>', texts=texts), "text", None) for n in range(3)] == ["甲", "乙丙", "A"]
    assert refused(raw.book(raw.cell('t="s"><v>3</v>'), texts=texts)).code == "FILE_CORRUPT"


def test_the_number_format_comes_from_the_style() -> None:
    """Own formats, built-in ones, Chinese built-in dates; an ISO date has a date's format even without a style."""
    styles = (
        '<numFmts><numFmt numFmtId="170" formatCode="0&quot;分&quot;"/></numFmts><cellStyleXfs><xf numFmtId="9"/>'
        '</cellStyleXfs><cellXfs><xf/><xf numFmtId="170"/><xf numFmtId="9"/><xf numFmtId="31"/></cellXfs>'
    )
    codes = [getattr(c5(f's="{n}"><v>1</v>', styles=styles), "format", None) for n in range(4)]
    assert codes == ["General", '0"分"', "0%", 'yyyy"年"m"月"d"日"']
    dated = c5('t="d"><v>2026-05-01</v>')
    assert dated is not None
    assert dated.format == "yyyy-mm-dd"


@pytest.mark.parametrize(
    "whole",
    [
        raw.parts({"表": raw.sheet(raw.cell('s="7"><v>38</v>'))}),
        {name: part for name, part in GOOD.items() if name != "xl/styles.xml"},
    ],
)
def test_a_missing_style_is_noted_and_the_value_kept(whole: raw.Parts) -> None:
    """A style index beyond the table and a missing table are the same: one note with the first cell and the count."""
    book = opened(raw.archive(whole))
    assert [(note.code, dict(note.args)) for note in book.notes] == [("STYLE_UNKNOWN", {"cell": "表!C5", "n": "1"})]
    assert book.sheets[0].cells[4, 2].format == "General"


def test_hidden_and_merged_cells_say_so() -> None:
    """Rows and columns are hidden by flag or by size 0; under a merged range all cells but the first are marked."""
    rows = "".join(
        f'<row r="{n}"{how}><c r="A{n}"><v>1</v></c><c r="B{n}"><v>2</v></c><c r="D{n}"><v>3</v></c></row>'
        for n, how in ((1, ""), (2, ' hidden="1"'), (3, ' ht="0"'), (4, ' ht="15"'))
    )
    sheet = only_sheet(
        raw.book(
            rows,
            before='<cols><col min="4" max="9" width="0"/></cols>',
            after='<mergeCells count="2"><mergeCell ref="A1:B1"/><mergeCell ref="A4:XFD1048576"/></mergeCells>',
        )
    )
    assert {address(*p) for p, c in sheet.cells.items() if c.hidden} == {"D1", "A2", "B2", "D2", "A3", "B3", "D3", "D4"}
    assert {address(*place) for place, cell in sheet.cells.items() if cell.merged} == {"B1", "B4", "D4"}
    assert sheet.merges == ((0, 0, 0, 1), (3, 0, 1_048_575, 16_383))


def test_positions_are_counted_where_they_are_not_stated() -> None:
    """Rows and cells without `r=`, an empty row in between, a lower-case address, a wrong dimension: all legal."""
    rows = '<row><c><v>1</v></c><c/><c><v>2</v></c></row><row/><row><c r="b3"><v>3</v></c><c><v>4</v></c></row>'
    sheet = only_sheet(raw.book(rows, before='<dimension ref="A1:XFD1048576"/>'))
    assert {address(*p): c.text for p, c in sheet.cells.items()} == {"A1": "1", "C1": "2", "B3": "3", "C3": "4"}


def test_the_far_corner_is_an_ordinary_cell() -> None:
    """A stray cell at the end of the grid costs nothing."""
    assert only_sheet(raw.book(raw.cell("><v>1</v>", at="XFD1048576"))).cells.keys() == {(1_048_575, 16_383)}


@pytest.mark.parametrize(
    ("rows", "code", "cell"),
    [
        ('<row r="5"><c r="C5"><v>38</v></c><c r="C5"><v>12</v></c></row>', "CELL_DUPLICATE", "C5"),
        ('<row r="5"><c r="C5"><v>38</v></c></row><row r="5"><c r="C5"><v>1</v></c></row>', "CELL_DUPLICATE", "5"),
        ('<row r="5"><c r="C5"><v>38</v></c></row><row r="6"/><row r="5"/>', "CELL_DUPLICATE", "5"),
        (raw.cell("><v>38</v><v>12</v>"), "CELL_DUPLICATE", "C5"),
        (raw.cell("><f>1</f><f>2</f><v>12</v>"), "CELL_DUPLICATE", "C5"),
        (raw.cell('t="inlineStr"><is><t>38</t></is><v>12</v>'), "CELL_DUPLICATE", "C5"),
        ('<row r="5"><c r="D5"><v>1</v></c><c r="C5"><v>1</v></c></row>', "FILE_CORRUPT", "C5"),
        ('<row r="5"/><row r="4"/>', "FILE_CORRUPT", "4"),
        ('<row r="5"><c r="C6"><v>1</v></c></row>', "FILE_CORRUPT", "C6"),
        ('<row r="8"><c r="A18"><v>1</v></c></row>', "FILE_CORRUPT", "A18"),
        ('<row r="5"><c r="$C$5"><v>1</v></c></row>', "FILE_CORRUPT", "$C$5"),
        ('<row r="1"><c r="XFE1"><v>1</v></c></row>', "FILE_CORRUPT", "XFE1"),
        ('<row r="1048577"/>', "FILE_CORRUPT", "1048577"),
        ('<row r="0"/>', "FILE_CORRUPT", "0"),
        (raw.cell('t="zz"><v>1</v>'), "FILE_CORRUPT", "C5"),
        (raw.cell('t="b"><v>2</v>'), "FILE_CORRUPT", "C5"),
        (raw.cell('t="d"><v>soon</v>'), "FILE_CORRUPT", "C5"),
        (raw.cell('t="inlineStr"><v>1</v>'), "FILE_CORRUPT", "C5"),
        (raw.cell("><is><t>1</t></is>"), "FILE_CORRUPT", "C5"),
        (raw.cell('><AlternateContent xmlns="urn:x"><v>1</v></AlternateContent>'), "FILE_CORRUPT", "C5"),
        (raw.cell('><v xmlns="urn:x">1</v>'), "FILE_CORRUPT", "C5"),
        (raw.cell("><v>3<b/>8</v>"), "FILE_CORRUPT", None),
        (raw.cell("><v>3</v>8"), "FILE_CORRUPT", None),
        ("</sheetData><sheetData>", "FILE_CORRUPT", None),
        ("</sheetData><cols/><sheetData>", "FILE_CORRUPT", None),
    ],
)
def test_what_two_readers_could_take_differently_is_refused(rows: str, code: str, cell: str | None) -> None:
    """Twice the same cell, disorder, foreign or loose content: refused, with the cell where there is one."""
    result = refused(raw.book(rows))
    assert result.code == code
    assert dict(result.args).get("cell") == cell


# ------------------------------------------------------------------------------------------------------------- package


def test_sheets_come_in_order_with_title_state_and_their_own_part() -> None:
    """Titles follow the relationships, not the numbers in part names; targets may be absolute."""
    whole = raw.parts(
        {"甲": raw.sheet(raw.cell("><v>1</v>")), "乙": raw.sheet(raw.cell("><v>2</v>"))}, states={"乙": "veryHidden"}
    )
    swapped = raw.altered(whole, "xl/_rels/workbook.xml.rels", "worksheets/sheet1", "worksheets/sheetX")
    swapped = raw.altered(swapped, "xl/_rels/workbook.xml.rels", "worksheets/sheet2", "/xl/worksheets/sheet1")
    swapped = raw.altered(swapped, "xl/_rels/workbook.xml.rels", "worksheets/sheetX", "../xl/worksheets/./sheet2")
    found = [(s.title, s.state, s.cells[4, 2].text) for s in opened(raw.archive(swapped)).sheets]
    assert found == [("甲", "visible", "2"), ("乙", "veryHidden", "1")]


def test_custom_properties_are_texts() -> None:
    """Whatever their type, with escapes resolved."""
    properties = {"a": "<vt:lpwstr>x_x0041_y</vt:lpwstr>", "b": "<vt:i4>7</vt:i4>", "c": "<vt:bool>true</vt:bool>"}
    whole = raw.parts({"表": raw.sheet()}, properties=properties)
    assert opened(raw.archive(whole)).properties == {"a": "xAy", "b": "7", "c": "true"}


def variants() -> dict[str, raw.Parts]:
    part = "xl/worksheets/sheet1.xml"
    xml = str(GOOD[part])
    return {
        "strict": {
            k: str(v).replace(raw.MAIN, raw.STRICT_MAIN).replace(raw.LINKS, raw.STRICT_LINKS) for k, v in GOOD.items()
        },
        "utf-16": GOOD | {part: xml.replace("UTF-8", "UTF-16").encode("utf-16")},
        "byte order mark": GOOD | {part: xml.encode("utf-8-sig")},
        "prefix": GOOD
        | {
            part: f'<x:worksheet xmlns:x="{raw.MAIN}"><x:sheetData><x:row r="5"><x:c r="C5"><x:v>38</x:v></x:c></x:row>'
            "</x:sheetData></x:worksheet>"
        },
        "backslashes": {name.replace("/", "\\"): data for name, data in GOOD.items()},
        "other case": {name.upper(): data for name, data in GOOD.items()},
        "line breaks": GOOD | {part: xml.replace("><", ">\n <")},
    }


@pytest.mark.parametrize("name", variants())
def test_every_legal_spelling_gives_the_same_cells(name: str) -> None:
    """Strict and transitional names, any prefix, UTF-16, old writers' names, indented XML."""
    assert opened(raw.archive(variants()[name])) == opened(raw.archive(GOOD))


def broken_packages() -> dict[str, tuple[str, bytes]]:
    book, rels, part = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"
    xml = str(GOOD[part])
    two = raw.parts({"甲": raw.sheet(), "乙": raw.sheet()})
    dtd = xml.replace("<worksheet", '<!DOCTYPE worksheet [<!ENTITY s "12">]><worksheet').replace("38", "&s;")
    made: dict[str, tuple[str, raw.Parts]] = {
        "no content types": ("FILE_CORRUPT", without("[Content_Types].xml")),
        "no worksheet part": ("FILE_CORRUPT", without(part)),
        "no workbook part": ("FILE_CORRUPT", without(book)),
        "worksheet outside": ("FILE_CORRUPT", raw.altered(GOOD, rels, "worksheets/sheet1.xml", "../../../etc/passwd")),
        "external worksheet": (
            "FILE_CORRUPT",
            raw.altered(GOOD, rels, '"worksheets/sheet1.xml"', '"file:///etc/passwd" TargetMode="External"'),
        ),
        "two worksheets, one part": ("FILE_CORRUPT", raw.altered(two, rels, "sheet2.xml", "sheet1.xml")),
        "two worksheets, one title": ("FILE_CORRUPT", raw.altered(two, book, "乙", "甲")),
        "same relationship twice": ("FILE_CORRUPT", raw.altered(two, rels, "rId2", "rId1")),
        "unknown state": ("FILE_CORRUPT", raw.altered(GOOD, book, 'sheetId="1"', 'sheetId="1" state="secret"')),
        "property twice": (
            "FILE_CORRUPT",
            raw.altered(
                raw.parts({"表": raw.sheet()}, properties={"a": "<vt:i4>1</vt:i4>", "b": "<vt:i4>2</vt:i4>"}),
                "docProps/custom.xml",
                'name="b"',
                'name="a"',
            ),
        ),
        "XML cut off": ("FILE_CORRUPT", GOOD | {part: xml[:-20]}),
        "NUL in XML": ("FILE_CORRUPT", GOOD | {part: xml.replace("38", "3\x008")}),
        "GBK in UTF-8": ("FILE_CORRUPT", GOOD | {part: xml.encode().replace(b"38", "财".encode("gbk"))}),
        "GB18030": ("FILE_CORRUPT", GOOD | {part: xml.replace("UTF-8", "GB18030").encode("gb18030")}),
        "other root": ("FILE_CORRUPT", GOOD | {part: xml.replace("worksheet", "chartsheet")}),
        "no namespace": ("FILE_CORRUPT", GOOD | {part: xml.replace(f' xmlns="{raw.MAIN}"', "")}),
        "entity as score": ("XML_DTD", GOOD | {part: dtd}),
        "external DTD": (
            "XML_DTD",
            raw.altered(GOOD, book, "<workbook", '<!DOCTYPE workbook SYSTEM "http://127.0.0.1:9/x"><workbook'),
        ),
        "xlsb": ("FILE_XLSB", without(book) | {"xl/workbook.bin": b"x"}),
        "docx": ("FILE_NOT_XLSX", without(book) | {"word/document.xml": "<x/>"}),
        "pptx": ("FILE_NOT_XLSX", without(book) | {"ppt/presentation.xml": "<x/>"}),
        "ods": ("FILE_CORRUPT", {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}),
        "odt": ("FILE_NOT_XLSX", {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}),
        "zip of files": ("FILE_NOT_XLSX", {"评分表.xlsx": raw.archive(GOOD)}),
        "no entries": ("FILE_NOT_XLSX", {}),
        "name with ..": ("ZIP_BAD_NAME", GOOD | {"../../tmp/x": "x"}),
        "absolute name": ("ZIP_BAD_NAME", GOOD | {"/etc/x": "x"}),
        "drive": ("ZIP_BAD_NAME", GOOD | {"C:\\x": "x"}),
        "other case twin": ("ZIP_DUPLICATE_ENTRY", GOOD | {part.upper(): xml}),
        "backslash twin": ("ZIP_DUPLICATE_ENTRY", GOOD | {part.replace("/", "\\"): xml}),
    }
    return {name: (code, raw.archive(whole)) for name, (code, whole) in made.items()}


def without(name: str) -> raw.Parts:
    return {key: part for key, part in GOOD.items() if key != name}


@pytest.mark.parametrize("name", broken_packages())
def test_a_broken_or_foreign_package_is_refused_by_name(name: str) -> None:
    """Each kind of damage and each other kind of archive has its code."""
    code, data = broken_packages()[name]
    assert refused(data).code == code


def test_only_what_is_needed_is_unpacked() -> None:
    """A damaged picture harms nobody; a damaged worksheet does."""
    data = raw.archive(GOOD | {"xl/media/image1.png": b"picture " * 9}, packed=False)
    assert opened(data.replace(b"picture ", b"damaged ")) == opened(data)
    result = refused(data.replace(b"<v>38</v>", b"<v>83</v>"))
    assert (result.code, dict(result.args)["reason_en"]) == ("FILE_CORRUPT", "its checksum is wrong")


def test_a_macro_is_noted_and_left_alone() -> None:
    """A workbook with macros is read; the macro part is not opened."""
    assert [note.code for note in opened(raw.archive(GOOD | {"xl/vbaProject.bin": b"x"})).notes] == ["FILE_MACRO"]


def test_the_calendar_of_1904_is_told() -> None:
    """Dates of old Mac workbooks count from another day; ISO dates are converted to match."""
    settings_1904 = '<workbookPr date1904="1"/>'
    whole = raw.parts({"表": raw.sheet(raw.cell('t="d"><v>1904-01-02</v>'))}, book_settings=settings_1904)
    book = opened(raw.archive(whole))
    assert book.date1904
    assert book.sheets[0].cells[4, 2].number == 1


# --------------------------------------------------------------------------------------------------------- whole files


def by_xlsxwriter() -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    one, day = book.add_format({"num_format": "0.0"}), book.add_format({"num_format": "yyyy-mm-dd"})
    for title in ("县区", "部门"):
        tab = book.add_worksheet(title)
        for row in range(30):
            tab.write_string(row, 0, f"单位{row}")
            for column in range(1, 7):
                tab.write_number(row, column, round(60 + (row * 7 + column * 13) % 401 / 10, 1), one)
            tab.write_formula(row, 7, f"=SUM(B{row + 1}:G{row + 1})", one, 500 + row)
        tab.write_boolean(31, 0, boolean=True)
        tab.write_datetime(31, 1, date(2026, 5, 1), day)
        tab.write_rich_string(31, 2, "富", book.add_format({"bold": True}), "文本")
        tab.merge_range("B34:D35", "合并")
    book.close()
    return stream.getvalue()


def by_openpyxl() -> bytes:
    book = openpyxl.Workbook()
    tab = book.active
    assert tab is not None
    tab.title = "表"
    for row in range(1, 40):
        tab.append([f"单位{row}", row / 8, row, f"=B{row}*2", None, row % 2 == 0])
    tab.merge_cells("A50:C51")
    tab["A50"] = "合并"
    tab["E1"] = "#N/A"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("data", [by_xlsxwriter(), by_openpyxl()], ids=["xlsxwriter", "openpyxl"])
def test_the_second_reader_agrees(data: bytes) -> None:
    """Values, formulas, formats and merges are those that openpyxl reads, cell by cell."""
    values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(data))
    book = opened(data)
    assert [sheet.title for sheet in book.sheets] == values.sheetnames
    for sheet in book.sheets:
        theirs = {}
        for row in formulas[sheet.title].iter_rows():
            for cell in row:
                if cell.value is not None:
                    value = values[sheet.title][cell.coordinate].value
                    formula = cell.value[1:] if cell.data_type == "f" else None
                    theirs[cell.row - 1, cell.column - 1] = (plain(value), formula, cell.number_format)
        assert {place: (ours(cell), cell.formula, cell.format) for place, cell in sheet.cells.items()} == theirs
        merges = {
            (m.min_row - 1, m.min_col - 1, m.max_row - 1, m.max_col - 1)
            for m in values[sheet.title].merged_cells.ranges
        }
        assert set(sheet.merges) == merges


def plain(value: object) -> object:
    if isinstance(value, date):
        return Decimal((date(value.year, value.month, value.day) - date(1899, 12, 30)).days)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Decimal(format(float(value), ".15g"))
    return value


def ours(cell: ReadCell) -> object:
    return {"number": cell.number, "bool": cell.text == "TRUE", "blank": None}.get(cell.kind, cell.text)


def test_results_can_be_pickled() -> None:
    """A worker process can send back either outcome, and it arrives equal."""
    for result in (read(by_xlsxwriter()), read(b"")):
        assert pickle.loads(pickle.dumps(result)) == result


def test_a_worker_imports_the_reader_alone() -> None:
    """The reader pulls in the standard library only: no polars, no other library, in no worker."""
    code = "import sys, evaltool.reader; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    outside = set(output.stdout.split()) - set(sys.stdlib_module_names) - {"evaltool", "__main__"}
    assert not {name for name in outside if not name.startswith("_")}


def test_addresses() -> None:
    """Row and column from 0 become what Excel shows."""
    assert [address(*place) for place in ((7, 2), (0, 25), (0, 26), (0, 701), (0, 702), (1_048_575, 16_383))] == [
        *("C8", "Z1", "AA1", "ZZ1", "AAA1", "XFD1048576")
    ]


WIDE = "".join(f'<row r="{n}">' + "".join(f"<c><v>{n}</v></c>" for _ in range(9)) + "</row>" for n in range(1, 9))
SEED = raw.archive(
    raw.parts(
        {
            "表": raw.sheet(
                WIDE + raw.cell('t="s"><v>0</v>', at="C50"), after='<mergeCells><mergeCell ref="A1:B2"/></mergeCells>'
            )
        },
        texts="<si><t>甲</t></si>",
        properties={"a": "<vt:i4>1</vt:i4>"},
    ),
    packed=False,
)


@given(
    st.lists(
        st.tuples(st.sampled_from("fidx"), st.integers(0, len(SEED) - 1), st.binary(min_size=1, max_size=6)), max_size=4
    )
)
@settings(max_examples=150, deadline=None)
def test_no_mutation_makes_it_raise(changes: list[tuple[str, int, bytes]]) -> None:
    """Flipped, inserted and deleted bytes, with and without repaired checksums, give a workbook or a reason."""
    data = SEED
    for how, at, piece in changes:
        at = min(at, len(data))
        tail = {"f": data[at + len(piece) :], "i": data[at:], "d": data[at + len(piece) :], "x": data[at + 1 :]}[how]
        data = data[:at] + (b"" if how == "d" else piece[:1] if how == "x" else piece) + tail
    for result in (read(data), read(mended(data))):
        assert isinstance(result, (Workbook, Unreadable))
        assert not isinstance(result, Unreadable) or result.code != "READER_CRASH", result
