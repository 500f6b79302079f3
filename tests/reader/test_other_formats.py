"""Old workbooks and OpenDocument: the same cells as an .xlsx of the same content, and nothing hostile comes through.

`files/odd.*` is one workbook in three formats, saved by one program: numbers, formulas, errors, percent, dates, hidden
rows and columns, merges, formats that round or add a word.
"""

from __future__ import annotations

import random
import struct
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

import rawxlsx as raw
from evaltool.reader import Limits, ReadCell, Sheet, Unreadable, Workbook, read

FILES = Path(__file__).parent / "files"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def book(ending: str) -> Workbook:
    made = read((FILES / f"odd.{ending}").read_bytes())
    assert isinstance(made, Workbook), made
    return made


def seen(cell: ReadCell) -> object:
    """What the checks look at, but for the words of a formula and of a number."""
    code = "date" if "y" in cell.format else cell.format.replace("\\", "").replace('"', "")
    text = cell.text if cell.kind == "text" else ""
    return cell.kind, cell.number, text, cell.formula is not None, code, cell.merged, cell.hidden


def sheets(made: Workbook) -> list[tuple[object, ...]]:
    return [
        (one.title, one.state, one.merges, {spot: seen(cell) for spot, cell in one.cells.items()})
        for one in made.sheets
    ]


@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_other_formats_say_what_an_xlsx_says(ending: str) -> None:
    """Kinds, exact values, errors, that there is a formula, formats, merges, what is hidden: cell by cell the same."""
    expected, found = sheets(book("xlsx")), sheets(book(ending))
    if ending == "ods":  # LibreOffice writes a logical value as a number there
        for each in (expected, found):
            assert isinstance(each[0][3], dict)
            each[0][3].pop((6, 1))
    assert found == expected
    assert len(book("xlsx").sheets[0].cells) == 22


def test_of_an_old_workbook_it_is_noted_that_formulas_are_not_seen() -> None:
    """That there is one is seen; a note says that its words are not."""
    assert [note.code for note in book("xls").notes] == ["FILE_OLD_FORMAT"]
    assert book("ods").notes == ()
    formulas = [book(ending).sheets[0].cells[2, 1].formula for ending in ("xlsx", "xls", "ods")]
    assert formulas == ["1+2", "", "1+2"]


@pytest.mark.parametrize("ending", ["xls", "ods"])
@pytest.mark.parametrize("seed", range(60))
def test_no_damaged_file_crashes_or_hangs(ending: str, seed: int) -> None:
    """Bytes changed, cut off or repeated anywhere: a workbook or a reason, in a moment, and no unforeseen one."""
    dice = random.Random(f"{ending}{seed}")
    data = bytearray((FILES / f"odd.{ending}").read_bytes())
    for _ in range(dice.choice((1, 3, 40))):
        at = dice.randrange(len(data))
        data[at : at + dice.choice((1, 2, 4))] = bytes(dice.choice((0, 255, dice.randrange(256))) for _ in range(4))
    if seed % 5 == 0:
        data = data[: dice.randrange(9, len(data))]
    begun = time.process_time()
    made = read(bytes(data), replace(Limits(), seconds=5))
    assert not (isinstance(made, Unreadable) and made.code == "READER_CRASH")
    assert time.process_time() - begun < 5


# --- old workbooks, record by record ---------------------------------------------------------------------------------


def record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


BOF_BOOK = record(0x809, struct.pack("<HHHHII", 0x600, 0x005, 0, 1996, 0, 0))
BOF_SHEET = record(0x809, struct.pack("<HHHHII", 0x600, 0x010, 0, 1996, 0, 0))
FONTS = record(0x31, struct.pack("<HHHHHBBBB", 200, 0, 0, 400, 0, 0, 0, 0, 0) + b"\x01\x00A") * 5
STYLES = record(0xE0, struct.pack("<HHHHHHHII", 0, 0, 0xFFF5, 0, 0, 0, 0, 0, 0x20C0)[:20])
EOF = record(0x0A)


def number(row: int, column: int, value: float) -> bytes:
    return record(0x203, struct.pack("<HHHd", row, column, 0, value))


def old(sheets: dict[str, bytes], more: bytes = b"", starts: tuple[int, ...] = ()) -> bytes:
    """An old workbook with these records on its worksheets; `more` among the globals, `starts` to lie about places."""

    def globals_(places: list[int]) -> bytes:
        listed = b"".join(
            record(0x85, struct.pack("<IBBBB", at, 0, 0, len(title), 0) + title.encode("latin-1"))
            for title, at in zip(sheets, places, strict=True)
        )
        return BOF_BOOK + FONTS + STYLES + listed + more + EOF

    at, places = len(globals_([0] * len(sheets))), []
    for body in sheets.values():
        places.append(at)
        at += len(BOF_SHEET + body + EOF)
    stream = globals_(list(starts) or places) + b"".join(BOF_SHEET + body + EOF for body in sheets.values())
    return ole(stream)


def ole(stream: bytes) -> bytes:
    """An OLE file with one stream, Workbook."""
    sector = 512
    stream += bytes(max(4096 - len(stream), -len(stream) % sector))
    count = len(stream) // sector
    tables = 1
    while tables * 128 < count + 1 + tables:
        tables += 1
    chain = [*range(1, count), -2, -2, *[-3] * tables]
    fat = struct.pack(f"<{tables * 128}i", *chain, *[-1] * (tables * 128 - len(chain)))
    header = OLE + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIiIIiIiI", 0, tables, count, 0, 4096, -2, 0, -2, 0)
    header += struct.pack("<109i", *range(count + 1, count + 1 + tables), *[-1] * (109 - tables))

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw_name = name.encode("utf-16-le") + b"\0\0" if name else b""
        return (
            raw_name.ljust(64, b"\0")
            + struct.pack("<HBBiii", len(raw_name), kind, 1, -1, -1, child)
            + bytes(36)
            + struct.pack("<iII", start, size, 0)
        )

    folder = entry("Root Entry", 5, 1, -2, 0) + entry("Workbook", 2, -1, 0, len(stream)) + entry("", 0, -1, 0, 0) * 2
    return header + stream + folder + fat


def cells(made: Workbook | Unreadable) -> dict[tuple[int, int], Decimal | None]:
    assert isinstance(made, Workbook), made
    (sheet,) = made.sheets
    assert isinstance(sheet, Sheet)
    return {spot: cell.number for spot, cell in sheet.cells.items()}


def code(data: bytes, limits: Limits | None = None) -> str:
    made = read(data, limits or Limits())
    assert isinstance(made, Unreadable), made
    return made.code


def test_a_handmade_old_workbook_is_read() -> None:
    """What the hostile ones below are made of is a workbook."""
    assert cells(read(old({"a": number(0, 0, 38.5) + number(4, 2, 0.1 + 0.2)}))) == {
        (0, 0): Decimal("38.5"),
        (4, 2): Decimal("0.3"),
    }


def test_old_workbooks_that_can_be_read_in_two_ways_are_refused() -> None:
    """Two values for one cell; two worksheets that are one place of the file."""
    assert code(old({"a": number(0, 0, 1) + number(0, 0, 2)})) == "CELL_DUPLICATE"
    first = len(BOF_BOOK + FONTS + STYLES + EOF) + 2 * (4 + 9)
    assert code(old({"a": number(0, 0, 1), "b": number(0, 0, 1)}, starts=(first, first))) == "FILE_CORRUPT"


def test_old_workbooks_keep_to_the_limits() -> None:
    """Cells are counted before they are made, merges and worksheets too; a password is said."""
    many = record(0xBD, struct.pack("<HH", 0, 0) + struct.pack("<HI", 0, 2) * 256 + struct.pack("<H", 255))
    assert code(old({"a": many}), Limits(cells=200)) == "FILE_TOO_COMPLEX"
    merges = record(0xE5, struct.pack("<H", 1_000) + struct.pack("<4H", 0, 1, 0, 1) * 1_000)
    assert code(old({"a": merges}), Limits(merges=999)) == "FILE_TOO_COMPLEX"
    assert code(old({"a": b"", "b": b""}), Limits(sheets=1)) == "FILE_TOO_COMPLEX"
    assert code(old({"a": b""}, record(0x2F, bytes(6)))) == "FILE_ENCRYPTED"
    assert code(old({"a": number(0, 0, 1)})[:-600]) in ("FILE_XLS_OLD", "FILE_TRUNCATED")


def test_names_in_an_old_workbook_are_never_worked_out() -> None:
    """Each of forty names is the one before it twice over: 255 x 2^40 letters, were they joined."""
    names = b""
    for at in range(40):
        formula = b"\x17\xff\x00" + b"A" * 255 if not at else (b"\x23" + struct.pack("<HH", at, 0)) * 2 + b"\x08"
        head = struct.pack("<HBBHHHBBBB", 0, 0, 2, len(formula), 0, 0, 0, 0, 0, 0)
        names += record(0x18, head + b"\x00" + f"n{at % 10}".encode() + formula)
    begun = time.process_time()
    assert cells(read(old({"a": number(0, 0, 1)}, names))) == {(0, 0): Decimal(1)}
    assert time.process_time() - begun < 2


def test_a_cell_far_out_makes_no_old_workbook_large() -> None:
    """The last cell of the last row, and a row of its own for each thousandth: nothing in between is made."""
    far = b"".join(number(row, 255, row) for row in (*range(0, 65_000, 1_000), 65_535))
    begun = time.process_time()
    assert len(cells(read(old({"a": far})))) == 66
    assert time.process_time() - begun < 3


# --- OpenDocument ----------------------------------------------------------------------------------------------------

SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for name, space in (
        *(("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("number", "datastyle")),
    )
)


def ods(rows: str, styles: str = "", manifest: str = "<m/>") -> bytes:
    content = (
        f"<office:document-content {SPACES}><office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f'<office:spreadsheet><table:table table:name="表">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    return raw.archive({"mimetype": mimetype, "content.xml": content, "META-INF/manifest.xml": manifest})


def row(*inside: str, more: str = "") -> str:
    return f"<table:table-row{more}>{''.join(inside)}</table:table-row>"


ONE = '<table:table-cell office:value-type="float" office:value="1"{}><text:p>1</text:p></table:table-cell>'
PLAIN = ONE.format("")
FAR = ' table:number-columns-repeated="16384"'


def test_repeated_cells_are_counted_before_they_are_made() -> None:
    """A million rows of sixteen thousand cells in one line of text; blank ones cost nothing."""
    rows = ' table:number-rows-repeated="1048576"'
    assert code(ods(row(ONE.format(FAR), more=rows))) == "FILE_TOO_COMPLEX"
    assert cells(
        read(ods(row(f"<table:table-cell{FAR}/>", more=' table:number-rows-repeated="1048575"') + row(PLAIN)))
    ) == {(1_048_575, 0): Decimal(1)}
    assert code(ods(row(ONE.format(FAR), PLAIN))) == "FILE_CORRUPT"
    assert code(ods(row(ONE.format(' table:number-columns-repeated="0"')))) == "FILE_CORRUPT"


def test_a_note_or_a_picture_in_a_cell_is_not_its_text() -> None:
    """Only paragraphs of the cell itself are read."""
    note = "<office:annotation><text:p>99</text:p></office:annotation>"
    made = read(
        ods(
            row(f'<table:table-cell office:value-type="string">{note}<text:p>甲<text:s/>局</text:p></table:table-cell>')
        )
    )
    assert isinstance(made, Workbook)
    assert made.sheets[0].cells[0, 0].text == "甲 局"


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ('<number:number number:decimal-places="2"/>', "0.00"),
        ('<number:number number:decimal-places="0" number:grouping="true"/>', "#,##0"),
        ('<number:number number:decimal-places="1" number:display-factor="1000"/>', "0.0,"),
        ('<number:number number:decimal-places="1"/><number:text>分</number:text>', '0.0"分"'),
        ("<number:text></number:text>", ";;;"),
        ("<number:number/>", "General"),
    ],
)
def test_what_a_style_shows_is_a_format_code(inside: str, code: str) -> None:
    """Decimals, thousands that are left out, a word behind the number, nothing at all."""
    styles = f'<number:number-style style:name="N">{inside}</number:number-style>'
    styles += '<style:style style:name="c" style:family="table-cell" style:data-style-name="N"/>'
    made = read(ods(row(ONE.format(' table:style-name="c"')), styles))
    assert isinstance(made, Workbook)
    assert made.sheets[0].cells[0, 0].format == code


def test_an_encrypted_open_document_says_so() -> None:
    """Its parts are no XML; the manifest tells why."""
    assert code(ods(row(PLAIN), manifest="<manifest:encryption-data/>")) == "FILE_ENCRYPTED"
