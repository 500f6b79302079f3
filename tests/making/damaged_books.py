"""Good sheets, and what becomes of them on their way: damaged bytes, archives, parts, cells, names and identities.

`MUTATIONS` has one function for each kind of damage; the same sheet and the same dice give the same mutant.
"""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import rawxlsx as raw
from damaged_xml import damaged_xml
from evaltool.questions.forms import CODE_LABEL, IDENTITY_PROPERTY, Form
from evaltool.reader import ReadCell, Workbook, address, read
from filling import spots


@dataclass(frozen=True)
class GoodSheet:
    """A workbook that is read without fault; `form`: what it answers, None where it answers none."""

    name: str
    data: bytes
    form: Form | None = None

    @cached_property
    def parts(self) -> Mapping[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            return {each: archive.read(each) for each in archive.namelist()}

    @cached_property
    def book(self) -> Workbook:
        book = read(self.data)
        assert isinstance(book, Workbook), (self.name, book)
        return book

    @cached_property
    def asked(self) -> Mapping[str, frozenset[str]]:
        """Worksheet -> the cells that its reader fills in."""
        found: dict[str, set[str]] = {}
        for spot in spots(self.form) if self.form else ():
            found.setdefault(spot.sheet, set()).add(spot.cell)
        return {title: frozenset(cells) for title, cells in found.items()}

    @cached_property
    def cells(self) -> list[tuple[str, int, int, bool]]:
        """Part, first and last byte of every cell, and whether it is one to fill in."""
        titles = [each.title for each in self.book.sheets]
        found = []
        for part, data in self.parts.items():
            if number := _SHEET_PART.fullmatch(part):
                asked = self.asked.get(titles[int(number[1]) - 1], frozenset())
                found += [(part, *cell.span(), cell[1].decode() in asked) for cell in _CELL.finditer(data)]
        return found


_SHEET_PART = re.compile(r"xl/worksheets/sheet(\d+)\.xml")
_CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"[^<>]*?(?:/>|>.*?</c>)', re.DOTALL)


def bare(good: GoodSheet) -> GoodSheet:
    """The same cells, merges and identity in a workbook of the fewest parts and styles."""
    sheets = {each.title: _rows(each.cells, each.merges) for each in good.book.sheets}
    states = {each.title: each.state for each in good.book.sheets if each.state != "visible"}
    properties = {name: f"<vt:lpwstr>{_escaped(text)}</vt:lpwstr>" for name, text in good.book.properties.items()}
    xfs = "".join(f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0"/>' for number in (0, 2, 14, 9))
    styles = (
        '<fonts count="1"><font/></fonts><fills count="1"><fill><patternFill/></fill></fills>'
        '<borders count="1"><border/></borders>'
        f'<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4">{xfs}</cellXfs>'
    )
    parts = raw.parts(sheets, states=states, styles=styles, properties=properties, texts="<si><t>好</t></si>")
    parts["[Content_Types].xml"] = _content_types(len(sheets))
    return GoodSheet(f"{good.name} (bare)", raw.archive(parts), good.form)


def _content_types(sheets: int) -> str:
    """Which part is what: openpyxl goes by it."""
    book = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    kinds = {"workbook": "sheet.main", "styles": "styles", "sharedStrings": "sharedStrings"}
    kinds |= {f"worksheets/sheet{number}": "worksheet" for number in range(1, sheets + 1)}
    named = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{book}.{kind}+xml"/>' for name, kind in kinds.items()
    )
    rest = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/docProps/custom.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.custom-properties+xml"/>'
    )
    return f'{raw.HEAD}<Types xmlns="{raw.PACKAGE}/content-types">{rest}{named}</Types>'


def _rows(cells: Mapping[tuple[int, int], ReadCell], merges: tuple[tuple[int, int, int, int], ...]) -> str:
    rows: dict[int, str] = {}
    for (row, column), cell in sorted((place, cell) for place, cell in cells.items() if cell.text or cell.formula):
        rows[row] = rows.get(row, "") + _cell(address(row, column), cell)
    merged = "".join(f'<mergeCell ref="{address(*one[:2])}:{address(*one[2:])}"/>' for one in merges)
    after = f"<mergeCells>{merged}</mergeCells>" if merged else ""
    return raw.sheet("".join(f'<row r="{row + 1}">{inside}</row>' for row, inside in rows.items()), after=after)


def _cell(at: str, cell: ReadCell) -> str:
    kind, text, number, formula, *_ = cell
    said = f"<f>{_escaped(formula)}</f>" if formula else ""
    if number is not None:
        return f'<c r="{at}">{said}<v>{number}</v></c>'
    kind = {"bool": "b", "error": "e"}.get(kind, "str")
    value = text.replace("TRUE", "1").replace("FALSE", "0") if kind == "b" else text
    return f'<c r="{at}" t="{kind}">{said}<v>{_escaped(value)}</v></c>'


def _escaped(text: str) -> str:
    return (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("\r", "&#13;")
    )


# --- bytes and archives ----------------------------------------------------------------------------------------------


def mended(data: bytes) -> bytes:
    """The same archive with right checksums, so that a mutation reaches the XML behind them."""
    whole = bytearray(data)
    at = data.find(b"PK\x01\x02")
    while 0 <= at <= len(data) - 46:
        size, start = struct.unpack_from("<L", data, at + 20)[0], struct.unpack_from("<L", data, at + 42)[0]
        if start <= len(data) - 30:
            first = start + 30 + sum(struct.unpack_from("<2H", data, start + 26))
            crc = zlib.crc32(data[first : first + size])
            struct.pack_into("<L", whole, at + 16, crc)
            struct.pack_into("<L", whole, start + 14, crc)
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(whole)


def damaged_bytes(good: GoodSheet, chance: random.Random) -> bytes:
    """Bytes flipped, put in, taken out, cut off; in half of them unpacked parts with checksums that fit."""
    open_one = chance.random() < 0.5
    data = raw.archive(good.parts, packed=False) if open_one else good.data
    for _ in range(chance.choice((1, 1, 2, 4))):
        at, count = chance.randrange(len(data)), chance.choice((1, 1, 2, 8))
        piece = chance.choice((chance.randbytes(count), data[at : at + count] * 2, b"", data[:count]))
        data = chance.choice((data[:at] + piece + data[at + len(piece) :], data[:at] + piece + data[at + count :]))
    if chance.random() < 0.1:
        data = data[: chance.randrange(len(data))]
    return mended(data) if open_one else data


def rearranged(good: GoodSheet, chance: random.Random) -> bytes:
    """The archive packed in another way, as programs do or as none may."""
    items: list[tuple[str, str | bytes]] = list(good.parts.items())
    at = chance.randrange(len(items))
    name, part = items[at]
    how = chance.randrange(9)
    if how == 0:
        chance.shuffle(items)
    elif how == 1:
        items.append((chance.choice((name, name.upper(), name.replace("/", "\\"))), chance.choice(items)[1]))
    elif how == 2:
        del items[at]
    elif how == 3:
        items[at] = (chance.choice((name.upper(), name.replace("/", "\\"), f"/{name}", f"../{name}", f"{name} ")), part)
    elif how == 4:
        items[at] = (name, chance.choice(items)[1])
    elif how == 5:
        items.append(
            (chance.choice(("xl/vbaProject.bin", "xl/media/图.png", "a/", "readme.txt")), chance.randbytes(99))
        )
    data = raw.archive(items, packed=chance.random() < 0.7)
    if how == 6:
        data = chance.choice((b"\n", b"junk", b"PK\x03\x04")) + data
    elif how == 7:
        data += chance.choice((b"\n", b"\r\n", bytes(2_000), data))
    elif how == 8:
        data = _lying(data, chance)
    return data


def _lying(data: bytes, chance: random.Random) -> bytes:
    """A field of one line of the directory, or of the entry's own header, says something else."""
    whole = bytearray(data)
    mark, size = chance.choice(((b"PK\x01\x02", 46), (b"PK\x03\x04", 30), (b"PK\x05\x06", 22)))
    places = [match.start() for match in re.finditer(re.escape(mark), data)]
    at = chance.choice(places) + 4 + chance.randrange(size - 5)
    if at + 2 <= len(whole):
        struct.pack_into("<H", whole, at, chance.choice((0, 1, 8, 0xFFFF, chance.randrange(0xFFFF))))
    return bytes(whole)


# --- parts -----------------------------------------------------------------------------------------------------------


def damaged_part(good: GoodSheet, chance: random.Random) -> bytes:
    """Tags and attributes of any part cut, doubled, swapped, moved, renamed."""
    name = chance.choice(sorted(good.parts))
    return _with(good, name, damaged_xml(good.parts[name], chance))


def damaged_worksheet(good: GoodSheet, chance: random.Random) -> bytes:
    """The same, of a worksheet, which is mostly what people and programs change."""
    name = chance.choice([each for each in good.parts if _SHEET_PART.fullmatch(each)])
    part = good.parts[name]
    if chance.random() < 0.1:
        return _with(good, name, part[: chance.randrange(len(part))] + chance.choice(_ENDS))
    return _with(good, name, damaged_xml(part, chance))


_ENDS = (b"", b"</sheetData></worksheet>", b"</row></sheetData></worksheet>", b"</c></row></sheetData></worksheet>")


def damaged_styles(good: GoodSheet, chance: random.Random) -> bytes:
    """Number formats of other codes, styles of other numbers, more or fewer of them."""
    name = "xl/styles.xml"
    part = good.parts[name]
    how = chance.randrange(4)
    if how == 0:
        number = b'numFmtId="%d"' % chance.choice((0, 1, 2, 9, 10, 14, 22, 31, 45, 49, 58, 164, 176, 9999))
        part = _one_replaced(part, rb'numFmtId="[0-9]+"', number, chance)
    elif how == 1:
        own_number, code = chance.choice((2, 9, 14, 164)), _escaped(chance.choice(CODES))
        own = f'<numFmts count="1"><numFmt numFmtId="{own_number}" formatCode="{code}"/></numFmts>'.encode()
        part = re.sub(rb"<numFmts.*?</numFmts>|<numFmts[^>]*/>", b"", part, flags=re.DOTALL)
        part = re.sub(rb"<styleSheet[^>]*>", lambda root: root[0] + own, part, count=1)
    elif how == 2:
        code = _escaped(chance.choice(CODES))
        part = _one_replaced(part, rb'formatCode="[^"]*"', f'formatCode="{code}"'.encode(), chance)
    else:
        part = damaged_xml(part, chance)
    return _with(good, name, part)


CODES = (
    *("General", "0", "0.00", "0.0%", "yyyy-mm-dd", 'yyyy"年"m"月"d"日"', "h:mm", "[h]:mm:ss", "@", ";;;", '0.0"分"'),
    *("[Red]0", "#,##0", "0,", "0.00E+00", "# ?/?", "[$-804]aaaa", '"满分"', "\\d0", "[<60]0;[Red]0", "m/d", "_-* 0"),
)


def damaged_texts(good: GoodSheet, chance: random.Random) -> bytes:
    """Shared strings swapped, split into runs, escaped, emptied."""
    name = "xl/sharedStrings.xml"
    part = good.parts.get(name, b"")
    if not part or chance.random() < 0.4:
        return _with(good, name, damaged_xml(part, chance)) if part else damaged_part(good, chance)
    said = _escaped(chance.choice(TEXTS)).encode()
    new = chance.choice(
        (b"<si><t>%s</t></si>", b'<si><t xml:space="preserve">%s</t></si>', b"<si><r><t>%s</t></r><r><t>x</t></r></si>")
    )
    return _with(good, name, _one_replaced(part, rb"<si>.*?</si>", new % said, chance))


def renamed(good: GoodSheet, chance: random.Random) -> bytes:
    """Worksheets of other names, hidden, doubled, in another order."""
    name = "xl/workbook.xml"
    part = good.parts[name]
    how = chance.randrange(5)
    found = [match[0] for match in re.finditer(rb"<sheet [^>]*/>", part)]
    one = chance.choice(found)
    if how == 0:
        title = chance.choice((*TEXTS, "填写说明", "选项", "_evaltool", *(each.title for each in good.book.sheets)))
        new = re.sub(rb' name="[^"]*"', lambda _: f' name="{_escaped(title)}"'.encode(), one)
    elif how == 1:
        new = re.sub(rb' name="([^"]*)"', chance.choice((rb' name="\1 "', rb' name=" \1"', rb' name="\1(2)"')), one)
    elif how == 2:
        new = one.replace(b"<sheet ", b'<sheet state="%s" ' % chance.choice((b"hidden", b"veryHidden", b"x")))
    elif how == 3:
        other = chance.choice(found)
        part = part.replace(one, b"\x00").replace(other, one).replace(b"\x00", other)
        return _with(good, name, part)
    else:
        new = damaged_xml(one, chance)
    return _with(good, name, part.replace(one, new))


def another_identity(good: GoodSheet, chance: random.Random) -> bytes:
    """The line that says whose sheet it is, changed in one place or in all of them."""
    code = good.book.properties.get(IDENTITY_PROPERTY, CODE_LABEL)
    at = chance.randrange(len(code))
    swapped = code.split(";")
    chance.shuffle(swapped)
    new = chance.choice(
        (
            code[:at] + chance.choice("0123456789abcdefOVUL;%") + code[at + 1 :],
            code[:at] + code[at + 1 :],
            code[:at],
            ";".join(swapped),
            code.replace(";1;", ";2;"),
            code.upper(),
            f" {code} ",
            code.replace(code.rsplit(";", 1)[-1], "0" * 16),
            "",
        )
    )
    everywhere = chance.random() < 0.5
    parts: dict[str, str | bytes] = dict(good.parts)
    holding = [name for name, part in good.parts.items() if _escaped(code).encode() in part]
    for name in holding if everywhere else holding and [chance.choice(holding)]:
        parts[name] = good.parts[name].replace(_escaped(code).encode(), _escaped(new).encode())
    return raw.archive(parts)


def _with(good: GoodSheet, name: str, part: bytes) -> bytes:
    return raw.archive({**good.parts, name: part})


def _one_replaced(part: bytes, pattern: bytes, new: bytes, chance: random.Random) -> bytes:
    found = list(re.finditer(pattern, part, re.DOTALL))
    if not found:
        return part
    first, last = chance.choice(found).span()
    return part[:first] + new + part[last:]


# --- cells -----------------------------------------------------------------------------------------------------------

NUMBERS = (
    *("0", "1", "2", "59", "60", "61", "38.5", "85", "90", "99.9", "100", "100.5", "-1", "-0", "+5", ".5", "5.", "007"),
    *("1e2", "8.5E+01", "9e-1", "1e400", "1E-400", "0.30000000000000004", "89.999999999999986", "12345678901234567890"),
    *("46000", "46000.5", "0.75", "2958465", "2958466", "NaN", "INF", "1,000", "８５", "85分", "85%", "0x10", "1_0"),
    *("", " ", " 90 ", "90\n", "九十", "--", "TRUE", "1e", "1 2", "9" * 40, "0." + "0" * 30 + "1"),
)
DAYS = (
    *("2026-05-20", "2026-05-20T00:00:00", "2026-05-20T12:30:00.5", "1900-01-01", "1900-02-28", "1900-03-01"),
    *(
        "1899-12-31",
        "1904-01-01",
        "9999-12-31",
        "20260520",
        "2026-W21-3",
        "2026-05-20T10:00:00Z",
        "12:30",
        "2026-13-01",
    ),
    *("2026-05-20T10:00:00+08:00", "2026-5-20", "x", ""),
)
TEXTS = (
    *(
        "",
        " ",
        "\u3000",
        "\u00a0",
        "\u200b",
        "\ufeff",
        "\n",
        "\t",
        "\u2028",
        "\u00ad",
        "好",
        " 好",
        "好 ",
        "好\n",
        "優秀",
    ),
    *(
        "优秀",
        "弃权",
        "不了解",
        "废票",
        "90",
        "９０",
        "90分",
        "90%",
        "=1+1",
        "'90",
        "甲局",
        "2026-05-20",
        "2026年5月20日",
    ),
    *("_x000D_", "_x005F_x000D_", "a_x0041_b", "😀", "\u202e09", "É", "E\u0301", "1/2", "#N/A", "TRUE", "<b>&amp;</b>"),
)
_FORMULAS = ("B1", "1/0", "SUM(A1:A9)", "A1&amp;B1", "")


def _other_content(chance: random.Random) -> str:
    """What stands behind a cell's address and style: its type, formula and value, in some notation."""
    number, text = chance.choice(NUMBERS), _escaped(chance.choice(TEXTS))
    formula = chance.choice(_FORMULAS)
    return chance.choice(
        (
            f"><v>{number}</v></c>",
            f"><v>{number}</v></c>",
            f' t="n"><v>{number}</v></c>',
            f' t="str"><v>{text}</v></c>',
            f' t="inlineStr"><is><t>{text}</t></is></c>',
            f' t="inlineStr"><is><t xml:space="preserve">{text}</t><phoneticPr fontId="1"/></is></c>',
            f' t="inlineStr"><is><r><t>{text}</t></r><r><t>{number}</t></r></is></c>',
            f' t="s"><v>{chance.choice((0, 1, 2, 3, 999, -1))}</v></c>',
            f' t="b"><v>{chance.choice(("0", "1", "true", "2", ""))}</v></c>',
            f' t="e"><v>{chance.choice(("#N/A", "#DIV/0!", "#REF!", "x", ""))}</v></c>',
            f' t="d"><v>{chance.choice(DAYS)}</v></c>',
            f"><f>{formula}</f><v>{number}</v></c>",
            f' t="str"><f>{formula}</f><v>{text}</v></c>',
            f"><f>{formula}</f></c>",
            f'><f t="shared" ref="A1:Z99" si="0">{formula}</f><v>{number}</v></c>',
            f'><f t="array" ref="A1">{formula}</f><v>{number}</v></c>',
            "/>",
            "></c>",
        )
    )


def other_cells(good: GoodSheet, chance: random.Random) -> bytes:
    """One to three cells say something else, mostly such as are to be filled in."""
    parts: dict[str, str | bytes] = dict(good.parts)
    asked = [each for each in good.cells if each[3]] if chance.random() < 0.8 else []
    chosen = chance.sample(asked or good.cells, min(chance.choice((1, 1, 2, 3)), len(asked or good.cells)))
    for part, first, last, _ in sorted(chosen, key=lambda each: -each[1]):
        data = parts[part]
        assert isinstance(data, bytes)
        begin = re.match(rb'<c r="[A-Z]+[0-9]+"( s="[0-9]+")?', data[first:last])
        assert begin
        head = begin[0].decode()
        if chance.random() < 0.4:
            head = head.partition(" s=")[0] + f' s="{chance.choice((0, 1, 1, 2, 2, 3, 3, 99))}"'
        parts[part] = data[:first] + (head + _other_content(chance)).encode("utf-8", "surrogatepass") + data[last:]
    return raw.archive(parts)


def laid_over(good: GoodSheet, chance: random.Random) -> bytes:
    """Merges, hidden rows and columns, another calendar, another number of a row or a column."""
    name = chance.choice([each for each in good.parts if _SHEET_PART.fullmatch(each)])
    part = good.parts[name]
    how = chance.randrange(5)
    row, column = chance.randrange(1, 14), chance.choice("ABCDEF")
    if how == 0:
        ref = f'<mergeCell ref="{column}{row}:{chance.choice("CDEFG")}{row + chance.randrange(4)}"/>'.encode()
        part = part.replace(b"<mergeCells/>", b"")
        if b"</mergeCells>" in part:
            part = part.replace(b"</mergeCells>", ref + b"</mergeCells>")
        else:
            part = part.replace(b"</sheetData>", b"</sheetData><mergeCells>%s</mergeCells>" % ref)
    elif how == 1:
        part = part.replace(b'<row r="%d"' % row, b'<row hidden="1" r="%d"' % row)
    elif how == 2:
        part = re.sub(rb"<cols>.*?</cols>", b"", part, flags=re.DOTALL)
        cols = b'<cols><col min="%d" max="%d" hidden="1"/></cols>' % (row % 6 + 1, row % 6 + 1)
        part = part.replace(b"<sheetData>", cols + b"<sheetData>")
    elif how == 3:
        part = re.sub(rb"(<row r=\"|<c r=\"[A-Z]+)%d\"" % row, rb'\g<1>%d"' % (row + 40), part)
    else:
        part = good.parts["xl/workbook.xml"]
        old = re.search(rb"<workbookPr[^>]*/>", part)
        new = b'<workbookPr date1904="1"/>'
        part = part.replace(old[0], new) if old else part.replace(b"<sheets>", new + b"<sheets>")
        return _with(good, "xl/workbook.xml", part)
    return _with(good, name, part)


Mutation = Callable[[GoodSheet, random.Random], bytes]
MUTATIONS: Mapping[str, Mutation] = {
    "bytes": damaged_bytes,
    "archive": rearranged,
    "any part": damaged_part,
    "worksheet": damaged_worksheet,
    "cells": other_cells,
    "layout": laid_over,
    "styles": damaged_styles,
    "texts": damaged_texts,
    "names": renamed,
    "identity": another_identity,
}
SHARES = {"cells": 3, "worksheet": 2}
"""How often a kind of damage is drawn; others once."""


def mutant(good: GoodSheet, chance: random.Random) -> tuple[str, bytes]:
    """The kind of damage, and the sheet with it."""
    kind = chance.choice([kind for kind in MUTATIONS for _ in range(SHARES.get(kind, 1))])
    return kind, MUTATIONS[kind](good, chance)
