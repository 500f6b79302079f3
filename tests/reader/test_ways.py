"""The quick ways of reading and the careful one say the same, of what programs write and of what was done to it."""

from __future__ import annotations

import functools
import io
import os
import random
import re
import time
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

import evaltool.reader
import rawxlsx as raw
from damaged_xml import damaged_xml
from evaltool.reader import Limits, Unreadable, Workbook, read, sharedtexts
from evaltool.reader.cells import Shared
from evaltool.reader.container import inflate, unpack
from evaltool.reader.markup import Clock
from evaltool.reader.numberformats import formats
from evaltool.reader.plainsheets import plain_grid
from evaltool.reader.refusals import LIMITS, Refusal
from evaltool.reader.sharedtexts import careful_texts, plain_texts, texts
from evaltool.reader.worksheet import Grid, grid

ROOT = Path(__file__).resolve().parents[2]
MUTANTS = int(os.environ.get("EVALTOOL_MUTANTS", "4000"))
SEED = int(os.environ.get("EVALTOOL_SEED", "1"))
# a form as each program saved it: LibreOffice, openpyxl, XlsxWriter; long and short ones
SAVED = (
    "sample_data/chengchuan-2026/inbox/县区/柳泽区自评（盖章）.xlsx",
    "sample_data/chengchuan-2026/inbox/领导/张市长 打分表 0325.xlsx",
    "sample_data/chengchuan-2026/inbox/评价卡/群众/青泽县群众代表.xlsx",
    "templates/blank/市长.xlsx",
    "templates/blank/评估组.xlsx",
)


# --- sheets of all kinds ---------------------------------------------------------------------------------------------


def by_xlsxwriter() -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    day, share = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": '0.0"分"', "bold": True})
    tab = book.add_worksheet("表")
    for row in range(12):
        tab.write_string(row, 0, f" 单位<{row}>&\n_x000D_ 😀\x01")
        tab.write_number(row, 1, row / 7, share)
        tab.write_formula(row, 2, f'=IF(B{row + 1}>0,"a&b",B1)', None, "a&b")
        tab.write_blank(row, 3, None, day)
    tab.write_rich_string(12, 0, book.add_format({"bold": True, "font_color": "red"}), "富", "文本 & 更多")
    tab.write_boolean(12, 1, boolean=True)
    tab.write_formula(12, 2, "=1/0", None, "#DIV/0!")
    tab.write_array_formula("D13:E13", "{=B1:B2}", None, 3)
    tab.set_row(14, 0)
    tab.set_row(15, None, None, {"hidden": True})
    tab.write_number(14, 0, 1e-7)
    tab.write_number(15, 0, 12345678901234567890)
    tab.set_column("F:AB", None, None, {"hidden": True})
    tab.write_number(15, 7, 38)
    tab.merge_range("A18:C20", "合并")
    tab.data_validation("B1:B9", {"validate": "list", "source": ["<甲>", '"乙"']})
    tab.conditional_format("B1:B9", {"type": "data_bar", "data_bar_2010": True})
    tab.write_comment("A1", "批注")
    book.close()
    return stream.getvalue()


def by_openpyxl() -> bytes:
    book = openpyxl.Workbook()
    tab = book.active
    assert tab is not None
    for row in range(1, 15):
        tab.append([f"'单位' \"{row}\"", row / 8, f'=B{row}&"\'"', None, row % 2 == 0, "#N/A", "a\tb\r\nc"])
    tab["H1"] = "\u2028\ufffd\x85"
    tab.row_dimensions[3].hidden = True
    tab.column_dimensions["B"].width = 0
    tab.merge_cells("A20:C21")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def rows(attributes: str) -> str:
    """Rows with a text, a score, an empty cell, formulas (one shared), an error and a truth."""
    whole = ""
    for n in range(1, 10):
        formula = '<f t="shared" ref="D1:D9" si="0">B1</f>' if n == 1 else '<f t="shared" si="0"/>'
        whole += (
            f'<row r="{n}" {attributes}><c r="A{n}" s="1" t="s"><v>{n % 4}</v></c><c r="B{n}" s="2"><v>{n}.5</v></c>'
            f'<c r="C{n}" s="1"/><c r="D{n}">{formula}<v>3</v></c><c r="E{n}" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
            f'<c r="F{n}" t="str"><f>A{n}&amp;"x"</f><v>甲x</v></c><c r="G{n}" t="b"><v>1</v></c></row>'
        )
    return whole


AC = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"
EXCEL = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<worksheet xmlns="{raw.MAIN}" xmlns:r="{raw.LINKS}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac xr" '
    f'xmlns:x14ac="{AC}" xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision" '
    'xr:uid="{00000000-0001-0000-0000-000000000000}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
    '<dimension ref="A1:G9"/><sheetViews><sheetView tabSelected="1" workbookViewId="0"><pane ySplit="6"/>'
    '<selection activeCell="C7" sqref="C7"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="14.25" '
    'x14ac:dyDescent="0.2"/><cols><col min="1" max="1" width="6.75" style="1" customWidth="1"/><col min="3" max="4" '
    'width="0" hidden="1" customWidth="1"/></cols><sheetData>'
    + rows('spans="1:7" ht="30" customHeight="1" x14ac:dyDescent="0.15"')
    + '</sheetData><sheetProtection sheet="1"/><phoneticPr fontId="1" type="noConversion"/><mergeCells count="1">'
    '<mergeCell ref="A1:B2"/></mergeCells><dataValidations count="1"><dataValidation type="list" sqref="C7:C9">'
    '<formula1>"甲,乙"</formula1></dataValidation></dataValidations><pageMargins left="0.7" right="0.7"/>'
    "<headerFooter><oddHeader>&amp;L评议员&#19968;</oddHeader><oddFooter>第 &amp;P 页</oddFooter></headerFooter>"
    "<extLst>"
    '<ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}" xmlns:x14="urn:x14"><x14:conditionalFormattings>'
    '<x14:conditionalFormatting xmlns:xm="urn:xm"><x14:cfRule type="dataBar"><x14:dataBar><x14:cfvo type="autoMin"/>'
    "</x14:dataBar></x14:cfRule><xm:sqref>B1</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext>"
    "</extLst></worksheet>"
)
WPS = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{raw.MAIN}" xmlns:r="{raw.LINKS}" '
    'xmlns:xdr="urn:xdr" xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"><sheetPr/><dimension '
    'ref="A1:G9"/><sheetViews><sheetView workbookViewId="0"><selection activeCell="A1" sqref="A1"/></sheetView>'
    '</sheetViews><sheetFormatPr defaultColWidth="9" defaultRowHeight="13.5" outlineLevelCol="6"/><sheetData>'
    + rows('ht="27" customHeight="1" spans="1:7"')
    + '</sheetData><mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells><pageMargins left="0.7"/><headerFooter/>'
    "</worksheet>"
)
EXCEL_TEXTS = (
    '<si><t>甲</t><phoneticPr fontId="1" type="noConversion"/></si>'
    '<si><t xml:space="preserve"> 乙 &amp; 丙_x000D_\n</t></si>'
    '<si><r><rPr><b/><sz val="11"/><color theme="1" tint="0.5"/><rFont val="宋体"/></rPr><t>富</t></r>'
    '<r><t>文本</t></r><phoneticPr fontId="1"/></si><si><t/></si>'
)
STYLES = '<cellXfs><xf numFmtId="0"/><xf numFmtId="49"/><xf numFmtId="2"/></cellXfs>'


@functools.cache
def sources() -> dict[str, bytes]:
    """Whole workbooks by name."""
    return {
        **{name: (ROOT / name).read_bytes() for name in SAVED},
        "xlsxwriter": by_xlsxwriter(),
        "openpyxl": by_openpyxl(),
        "excel": raw.archive(raw.parts({"表": EXCEL}, texts=EXCEL_TEXTS, styles=STYLES)),
        "wps": raw.archive(raw.parts({"表": WPS}, texts=EXCEL_TEXTS, styles=STYLES)),
    }


def parts(data: bytes) -> tuple[list[bytes], bytes, Shared]:
    """The worksheets of a workbook, its shared strings, and what its cells refer to."""
    container = unpack(data)
    clock = Clock.start(Limits(seconds=1e9))
    names = [name for name in container.entries if re.fullmatch(r"xl/worksheets/[^/]*\.xml", name)]
    strings = inflate(container, "xl/sharedStrings.xml") if "xl/sharedstrings.xml" in container.entries else b""
    read_texts = texts(strings, "", LIMITS, clock) if strings else []
    styles = formats(inflate(container, "xl/styles.xml"), "", LIMITS, clock)
    shared = Shared(read_texts, styles, date1904=False, limits=LIMITS, clock=clock)
    return [inflate(container, name) for name in names], strings, shared


# --- what both say ---------------------------------------------------------------------------------------------------


def exactly(found: Grid) -> object:
    """All of it, the order of cells and the digits of numbers too, in which equal values may differ."""
    return found, list(found.cells), [str(cell.number) for cell in found.cells.values()]


def took_the_quick_way(part: bytes, shared: Shared) -> bool:
    """Whether it accounts for this worksheet; if so, the careful way must say the same."""
    plain = plain_grid(part, shared)
    if plain is None:
        return False
    try:
        careful = grid(part, "", "表", shared)
    except Refusal as refused:
        raise AssertionError((part, refused.unreadable)) from None
    assert exactly(plain) == exactly(careful), part
    return True


def took_the_quick_way_with_texts(part: bytes) -> bool:
    plain = plain_texts(part, LIMITS)
    if plain is None:
        return False
    try:
        assert plain == careful_texts(part, "", LIMITS, Clock.start(LIMITS)), part
    except Refusal as refused:
        raise AssertionError((part, refused.unreadable)) from None
    return True


@pytest.mark.parametrize("name", sources())
def test_what_programs_write_takes_the_quick_way(name: str) -> None:
    """Every worksheet and every shared text of each program, and the careful way says the same of it."""
    sheets, strings, shared = parts(sources()[name])
    assert [took_the_quick_way(sheet, shared) for sheet in sheets] == [True] * len(sheets)
    assert not strings or took_the_quick_way_with_texts(strings)


def test_sheets_of_the_sample_take_the_quick_way() -> None:
    """Every fourth, whatever program saved it; the flawed inbox has files that are no workbooks besides."""
    taken: Counter[bool] = Counter()
    for path in sorted(ROOT.glob("sample_data/chengchuan-2026*/inbox/**/*.xlsx"))[::4]:
        try:
            sheets, strings, shared = parts(path.read_bytes())
        except Refusal:
            continue
        taken.update(took_the_quick_way(sheet, shared) for sheet in sheets[:1])
        taken.update([took_the_quick_way_with_texts(strings)] if strings else [])
    assert taken[True] > 80
    assert not taken[False]


# --- mutants ---------------------------------------------------------------------------------------------------------


@functools.cache
def seeds() -> tuple[list[tuple[bytes, Shared]], list[bytes]]:
    """Short worksheets and shared strings of every program; in long ones nothing else happens."""
    sheets: list[tuple[bytes, Shared]] = []
    strings: list[bytes] = []
    for data in sources().values():
        found, texts_part, shared = parts(data)
        sheets += [(part, shared) for part in found if len(part) < 16_000]
        strings += [texts_part] if 0 < len(texts_part) < 16_000 else []
    return sheets, strings


def compared(seed: int) -> Counter[str]:
    """One mutant looked at in both ways; counts which way it took."""
    chance = random.Random(seed)
    sheets, strings = seeds()
    if chance.random() < 0.2:
        quick = took_the_quick_way_with_texts(damaged_xml(chance.choice(strings), chance))
        return Counter([f"texts {quick}"])
    part, shared = chance.choice(sheets)
    return Counter([f"sheet {took_the_quick_way(damaged_xml(part, chance), shared)}"])


def test_mutants_say_the_same_in_both_ways() -> None:
    """What was done to the XML either is no longer plain, or makes the same cells in both ways; both come up."""
    taken: Counter[str] = Counter()
    for number in range(MUTANTS):
        taken += compared(SEED * 1_000_000 + number)
    assert min(taken[way] for way in ("sheet True", "sheet False", "texts True", "texts False")) > MUTANTS / 100, taken


@pytest.mark.slow
def test_many_more_mutants_say_the_same() -> None:
    """The same with other seeds."""
    for number in range(100_000):
        compared(SEED * 1_000_000 + MUTANTS + number)


@pytest.mark.parametrize("name", ["xlsxwriter", "openpyxl", "excel", "wps"])
def test_a_workbook_reads_the_same_without_the_quick_ways(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From bytes to workbook, of mutants of every part and with whatever is remembered of the parts before."""
    with zipfile.ZipFile(io.BytesIO(sources()[name])) as archive:
        whole: raw.Parts = {each: archive.read(each) for each in archive.namelist()}
    chance = random.Random(SEED)
    mutants = [sources()[name]]
    for part in sorted(whole) * 6:
        before = whole[part]
        assert isinstance(before, bytes)
        mutants.append(raw.archive(whole | {part: damaged_xml(before, chance)}))
    quick = [read(data) for data in mutants]
    monkeypatch.setattr(evaltool.reader, "plain_grid", lambda *_: None)
    monkeypatch.setattr(sharedtexts, "plain_texts", lambda *_: None)
    assert [read(data) for data in mutants] == quick
    assert {type(each) for each in quick} == {Workbook, Unreadable}


# --- what the quick ways must not take -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<sheetData>", "<sheetData> "),
        ("<sheetData>", '<sheetData xml:space="preserve">'),
        ("<sheetData>", "<mergeCells/><sheetData>"),
        ("<sheetData>", '<cols><col min="1" max="2" xmlns="urn"/></cols><sheetData>'),
        ("<sheetData>", "<x><sheetData/></x><sheetData>"),
        ("</sheetData>", "</sheetData><cols/>"),
        ("</sheetData>", "</sheetData><!-- -->"),
        ("</sheetData>", '</sheetData><p:mergeCells xmlns:p="urn:p"/>'),
        ('r="A3"', 'r="A"'),
        ('r="A3"', 'r="a3"'),
        ('r="A3"', 'r="A4"'),
        ('r="A3"', 'r="B3"'),
        ('r="A3"', "r='A3'"),
        ('<row r="3"', '<row r="2"'),
        ('<row r="3"', '<row r="03"'),
        ('<row r="3"', '<row ht="1" r="3"'),
        ('<row r="3"', '<row r="3" xmlns="urn"'),
        ('<row r="3"', '<row r="3" x14ac:dyDescent="1"'),
        ('<row r="3"', '<row r="3" ht="1" ht="1"'),
        ('<row r="3"', '<row/><row r="3"'),
        ("<v>3.5</v>", "<v>3.5</v><v>3.5</v>"),
        ("<v>3.5</v>", "<v>3.<!-- -->5</v>"),
        ("<v>3.5</v>", "<v>&#0;3.5</v>"),
        ("<v>3.5</v>", "<v>]]>3.5</v>"),
        ("<v>3.5</v>", "<v>３</v>"),
        ("<v>3.5</v>", "<is><t>3.5</t></is>"),
        ("<v>3.5</v>", "<v>\r3.5</v>"),
        ('s="2"><v>3.5', 's="9"><v>3.5'),
        ('s="2"><v>3.5', 's="2" t="zz"><v>3.5'),
        ('s="2"><v>3.5', 't="s"><v>4'),
        ("<headerFooter/>", "<headerFooter><oddHeader>&#0;</oddHeader></headerFooter>"),
        ("<headerFooter/>", "<headerFooter><oddHeader>甲</oddFooter></headerFooter>"),
        ("<headerFooter/>", '<x a="<headerFooter></headerFooter>"/>'),
        ("<headerFooter/>", "<mergeCells><headerFooter></headerFooter></mergeCells>"),
        ("</worksheet>", "</worksheet><!-- -->"),
        ("<?xml ", "<?pi?><?xml "),
        ('"UTF-8"', '"us-ascii"'),
    ],
)
def test_whatever_is_odd_goes_the_careful_way(old: str, new: str) -> None:
    """Each of these is allowed and rare, or wrong: the careful way decides."""
    assert old in WPS
    shared = parts(sources()["wps"])[2]
    assert plain_grid(WPS.encode(), shared)
    assert not plain_grid(WPS.replace(old, new, 1).encode(), shared)


def test_the_quick_ways_keep_to_the_limits() -> None:
    """What passes a limit is left to the careful way, which says so."""
    whole = raw.parts({"表": WPS}, texts=EXCEL_TEXTS, styles=STYLES)
    for limits in (Limits(cells=10), Limits(text=4), Limits(merges=0)):
        result = read(raw.archive(whole), limits)
        assert isinstance(result, Unreadable)
        assert result.code in ("FILE_TOO_COMPLEX", "TEXT_TOO_LONG")


def test_column_definitions_over_one_another_take_no_time() -> None:
    """Twenty thousand of them, each over all columns: refused or read in a moment."""
    cols = "<cols>" + '<col min="1" max="16384" hidden="1"/>' * 19_999 + "</cols>"
    begun = time.process_time()
    read(raw.archive(raw.parts({"a": raw.sheet(raw.cell("><v>1</v>"), before=cols)})))
    assert time.process_time() - begun < 3
