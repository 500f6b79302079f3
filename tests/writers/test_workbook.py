"""A book goes in as a value; what comes out is read with openpyxl, which shares no code with the writer."""

from __future__ import annotations

import datetime
import io
import zipfile
from dataclasses import replace
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from xlsxwriter.worksheet import Worksheet

from evaltool.writers.book import STYLES, Book, Cell, EntryRule, Formula, Highlight, Tab, clean, header_text
from evaltool.writers.saving import to_bytes
from evaltool.writers.xlsxcells import KeptSheet

HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://example.org","x")',
    "=cmd|' /C calc'!A0",
    "{=SUM(A1)}",
    "+1",
    "-1",
    "@SUM(A1)",
    "http://example.org",
    "mailto:a@example.org",
    "file:///etc/passwd",
    "internal:Sheet1!A1",
    "#N/A",
    "012",
    "3-4",
    "TRUE",
    "_x0041_",
    "<r><t>x</t></r",
    " blank at both ends ",
    "一\n二",
]


def tab(**given: Any) -> Tab:
    return Tab(**{"title": "评价表", "cells": {(0, 0): Cell("甲")}} | given)


def opened(*tabs: Tab, **given: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(to_bytes(Book(tabs, **given))))


def first(**given: Any) -> Any:
    return opened(tab(**given)).worksheets[0]


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()


def test_values_come_back() -> None:
    """Text, whole numbers and decimals stand in their cells; None and "" are blank cells that keep their style."""
    sheet = first(
        cells={
            (0, 0): Cell("市教育局"),
            (0, 1): Cell(-7, "integer"),
            (0, 2): Cell(Decimal("92.62"), "number"),
            (0, 3): Cell(None, "input"),
            (0, 4): Cell("", "label"),
            (1, 0): Cell(Decimal("0.1"), "total"),
        }
    )
    assert [cell.value for cell in sheet[1]] == ["市教育局", -7, 92.62, None, None]
    assert sheet["A2"].value == 0.1
    assert sheet["D1"].fill.fgColor.rgb == "FFFFFDE7"
    assert sheet["E1"].fill.fgColor.rgb == "FFF2F2F2"


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("style", ["text", "banner", "input_text"])
def test_text_stays_text(text: str, style: str) -> None:
    """Whatever a stranger typed comes back letter by letter: no formula, link, error or number."""
    sheet = first(cells={(0, 0): Cell(text, style)})
    cell = sheet["A1"]
    assert cell.data_type == "s"
    assert cell.value.replace("_x005F_", "_") == text  # openpyxl leaves this escape as it stands in the file
    assert cell.hyperlink is None


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("a\x00b\x1fc\x7fd\x85e", "a\ufffdb\ufffdc\ufffdd\ufffde"),
        ("a\ud800b\udfffc\uffffd", "a\ufffdb\ufffdc\ufffdd"),
        ("a\r\nb\rc\nd\te", "a\nb\nc\nd\te"),
        ("<r><t>甲</t></r>", "＜r><t>甲</t></r>"),
        ("𠮷（⚖️）&<b>", "𠮷（⚖️）&<b>"),
    ],
)
def test_harmful_characters(typed: str, written: str) -> None:
    """Control characters, lone surrogates and what XlsxWriter takes for markup cannot break the file."""
    assert clean(typed) == written
    assert first(cells={(0, 0): Cell(typed)})["A1"].value == written


def test_formula_has_its_value() -> None:
    """A formula is live and carries the value computed for it, which programs show that do not recalculate."""
    cells = {
        (0, 0): Cell(Formula("=ROUND(1/3,2)", Decimal("0.33")), "total"),
        (0, 1): Cell(Formula('="已填 "&COUNT(A1)', "已填 1"), "banner"),
        (0, 2): Cell(Formula("=1", None)),
    }
    content = to_bytes(Book((tab(cells=cells),)))
    live = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    shown = openpyxl.load_workbook(io.BytesIO(content), data_only=True).worksheets[0]
    assert [cell.value for cell in live[1]] == ["=ROUND(1/3,2)", '="已填 "&COUNT(A1)', "=1"]
    assert [cell.value for cell in shown[1]] == [0.33, "已填 1", None]


def test_every_style() -> None:
    """Every style has its font and vertical centre, and only the three kinds of input are unlocked, marked ones too."""
    sheet = first(cells={(row, 0): Cell("甲", name) for row, name in enumerate(STYLES)})
    cells = dict(zip(STYLES, sheet["A"], strict=True))
    inputs = {f"{mark}{kind}" for mark in ("", "bad_", "warn_") for kind in ("input", "input_text", "input_date")}
    assert {name for name, cell in cells.items() if not cell.protection.locked} == inputs
    assert {cell.font.name for name, cell in cells.items() if name != "title"} == {"宋体"}
    assert {cell.font.scheme for cell in cells.values()} == {None}  # a theme's font would win over ours
    assert (cells["title"].font.name, cells["title"].font.sz) == ("方正小标宋简体", 18)
    assert {cell.alignment.vertical for name, cell in cells.items() if name != "paragraph"} == {"center"}
    assert (cells["head"].font.b, cells["head"].font.color.rgb) == (True, "FFFFFFFF")
    assert cells["input_date"].number_format == "yyyy-mm-dd"
    assert cells["blocked"].fill.fill_type == "lightUp"
    assert [cells[f"grade_{n}"].fill.fgColor.rgb[2:] for n in (1, 2, 3, 4)] == ["C6EFCE", "BDD7EE", "FFEB9C", "FFC7CE"]


def test_text_format() -> None:
    """Cells for text are text to Excel, so that 3-4 is no date; numbers and formulas in the same style are not."""
    sheet = first(
        cells={(0, 0): Cell("甲"), (0, 1): Cell(3), (0, 2): Cell(Formula("=A1")), (0, 3): Cell(None, "input")}
    )
    assert [cell.number_format for cell in sheet[1]] == ["@", "General", "General", "General"]
    assert first(cells={(0, 0): Cell(None, "input_text")})["A1"].number_format == "@"


def test_protection() -> None:
    """A protected tab has no password and lets people widen columns; others are not protected."""
    sheet = first(protect=True).protection
    assert (sheet.sheet, sheet.password, sheet.formatColumns, sheet.formatRows) == (True, None, False, False)
    assert (sheet.selectLockedCells, sheet.selectUnlockedCells) == (False, False)
    assert sheet.formatCells
    assert not first().protection.sheet


def test_page() -> None:
    """A4, one page wide, repeated rows, header and footer in a size that cannot run into the year after it."""
    sheet = first(repeat_rows=(3, 4), header="2026年度&R第 &P 页", footer="&L" + header_text("甲&乙"))
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) in {(1, 0), (None, 0)}
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.print_title_rows, sheet.print_options.horizontalCentered) == ("$4:$5", True)
    assert (sheet.oddHeader.center.text, sheet.oddHeader.center.size) == ("2026年度", 9)
    assert sheet.oddHeader.right.text == "第 &P 页"
    assert sheet.oddFooter.left.text == "甲&&乙"
    assert first(landscape=False).page_setup.orientation == "portrait"


def test_screen() -> None:
    """Widths, heights, panes, filter and merges stand as given."""
    sheet = first(
        cells={
            (0, 0): Cell("表", "title"),
            (0, 1): Cell(None),
            (1, 0): Cell("单位", "head"),
            (1, 1): Cell("分", "head"),
        },
        widths=(6, 30),
        heights={0: 36.0},
        merges=(("A1", "B1"),),
        freeze=(2, 1),
        filter=("A2", "B2"),
    )
    assert [round(sheet.column_dimensions[letter].width) for letter in "AB"] == [7, 31]
    assert (sheet.row_dimensions[1].height, sheet.freeze_panes, sheet.auto_filter.ref) == (36, "B3", "A2:B2")
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:B1"]
    assert (sheet["A1"].value, sheet["A1"].font.sz) == ("表", 18)


def test_links() -> None:
    """A link leads inside the workbook and leaves the cell's text or number as it is."""
    cells = {(0, 0): Cell("=1+1", "link"), (1, 0): Cell(5, "link")}
    links = {(0, 0): "'明 细'!A1", (1, 0): "评价表!A1"}
    sheet = opened(tab(cells=cells, links=links), Tab("明 细", {})).worksheets[0]
    assert [(cell.value, cell.hyperlink.location, cell.hyperlink.target) for cell in sheet["A"]] == [
        ("=1+1", "'明 细'!A1", None),
        (5, "评价表!A1", None),
    ]


def test_checks() -> None:
    """A check becomes a validation with prompt and alert; with one bound it is open at the other end."""
    checks = (
        EntryRule("C3", "C9", "decimal", "0", "100", title="得分", prompt="请填 0—100", alert="超出范围"),
        EntryRule("D3", "D9", "integer", low="1"),
        EntryRule("E3", "E9", "list", choices="=等次选项"),
        EntryRule("F3", "F9", "length", high="200"),
    )
    found = first(checks=checks).data_validations.dataValidation
    assert [(rule.type, rule.operator, rule.formula1, rule.formula2, str(rule.sqref)) for rule in found] == [
        ("decimal", None, "0", "100", "C3:C9"),
        ("whole", "greaterThanOrEqual", "1", None, "D3:D9"),
        ("list", None, "等次选项", None, "E3:E9"),
        ("textLength", "lessThanOrEqual", "200", None, "F3:F9"),
    ]
    assert (found[0].promptTitle, found[0].prompt, found[0].errorTitle, found[0].error) == (
        "得分",
        "请填 0—100",
        "得分",
        "超出范围",
    )


def test_highlights() -> None:
    """A highlight changes colours only, in the order given, and can stop those after it."""
    highlights = (Highlight("A1", "B9", "=ISBLANK(A1)", "bad", stop=True), Highlight("A1", "B9", "=A1>5", "ok"))
    [(area, rules)] = [(str(one.sqref), one.rules) for one in first(highlights=highlights).conditional_formatting]
    assert area == "A1:B9"
    assert [(rule.formula, rule.priority, rule.stopIfTrue) for rule in rules] == [
        (["ISBLANK(A1)"], 1, True),
        (["A1>5"], 2, None),
    ]
    assert (rules[0].dxf.fill.bgColor.rgb, rules[0].dxf.font.color.rgb) == ("FFFFC7CE", "FF9C0006")
    assert rules[0].dxf.border is None


def test_hidden_tabs() -> None:
    """Tabs are hidden as asked, and the file opens at the first one that is not."""
    book = opened(
        tab(title="_evaltool", state="veryHidden"), tab(title="选项", state="hidden"), tab(), tab(title="填写说明")
    )
    assert [sheet.sheet_state for sheet in book] == ["veryHidden", "hidden", "visible", "visible"]
    assert book.active.title == "评价表"
    assert [sheet.sheet_view.tabSelected for sheet in book] == [None, None, True, None]


def test_names_and_properties() -> None:
    """Defined names, title, author, date and custom properties can be read from the file."""
    given = Book(
        (tab(), tab(title="选项")),
        title="评价表",
        author="绩效办",
        properties=(("evaltool.sheet", "示\x01例"), ("evaltool.version", "7")),
        names=(("等次选项", "=选项!$A$1:$A$4"),),
    )
    east = datetime.timezone(datetime.timedelta(hours=8))
    book = openpyxl.load_workbook(io.BytesIO(to_bytes(given, datetime.datetime(2026, 11, 1, 8, tzinfo=east))))
    assert book.defined_names["等次选项"].attr_text == "选项!$A$1:$A$4"
    assert (book.properties.title, book.properties.creator) == ("评价表", "绩效办")
    assert book.properties.created == datetime.datetime(2026, 11, 1)
    with zipfile.ZipFile(io.BytesIO(to_bytes(given))) as parts:  # without a day there is none, not one that is made up
        assert b"dcterms" not in parts.read("docProps/core.xml").replace(b"xmlns:dcterms", b"")
    assert {one.name: one.value for one in book.custom_doc_props.props} == {
        "evaltool.sheet": "示\ufffd例",
        "evaltool.version": "7",
    }


def test_same_value_same_bytes() -> None:
    """Equal books give equal bytes, in whatever order their cells were put in; another date gives others."""
    cells = {(row, column): Cell(f"{row}.{column}") for row in range(5) for column in range(4)}
    book = Book((tab(cells=cells, links={(0, 0): "评价表!A1"}, protect=True),), title="甲")
    turned = replace(book, tabs=(replace(book.tabs[0], cells=dict(reversed(cells.items()))),))
    assert to_bytes(book) == to_bytes(book) == to_bytes(turned)
    assert to_bytes(book) != to_bytes(book, datetime.datetime(2026, 1, 1))


MANY: list[Cell] = [
    Cell(Decimal("9.5"), "input"),
    Cell("甲＜&>"),
    Cell(None, "input"),
    Cell(7, "integer"),
    *(Cell(Formula('="a"&"<b>"', value)) for value in ("", "#N/A", "#DIV/0!", "#甲", "<甲>", 3, Decimal("0.1"))),
]


def test_cells_are_written_as_xlsxwriter_writes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Row by row, to the byte, whatever stands in them, under a merge and in a row without cells too."""
    cells = {(row, column): cell for row in (0, 1, 17) for column, cell in enumerate(MANY, row)}
    book = Book((tab(cells=cells, merges=(("B20", "C21"),), heights={4: 30.0}, links={(1, 2): "'评价表'!A1"}),))
    written = to_bytes(book)
    for name in ("_write_rows", "_calculate_spans"):
        monkeypatch.setattr(KeptSheet, name, getattr(Worksheet, name))
    assert part(written, "xl/worksheets/sheet1.xml") == part(to_bytes(book), "xl/worksheets/sheet1.xml")


def test_a_cell_in_many_places_is_written_as_equal_cells() -> None:
    """Whether thousands of places share one value or each has its own."""
    shared = {(row, column): cell for row in range(3) for column, cell in enumerate(MANY)}
    apart = {spot: replace(cell) for spot, cell in shared.items()}
    assert to_bytes(Book((tab(cells=shared),))) == to_bytes(Book((tab(cells=apart),)))


def test_longest_text() -> None:
    """A cell takes 32,767 UTF-16 units and not one more; nothing is cut."""
    longest = "𠮷" + "长" * 32765
    assert first(cells={(0, 0): Cell(longest)})["A1"].value == longest
    with pytest.raises(ValueError, match="评价表!B3"):
        first(cells={(2, 1): Cell(longest + "长")})


@pytest.mark.parametrize(
    "value",
    [
        True,
        1.5,
        Decimal("NaN"),
        Decimal("Infinity"),
        10**15,
        Formula(""),
        Formula("SUM(A1)"),
        Formula("=" + "A" * 8192),
        Formula("=A1", "长" * 32768),
        Formula("=A1", Decimal("NaN")),
    ],
    ids=str,
)
def test_bad_values(value: Any) -> None:
    """Floats, truth values, numbers that a cell would round and things that are no formulas are refused."""
    with pytest.raises(ValueError, match="评价表!C8"):
        first(cells={(7, 2): Cell(value)})


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"cells": {(0, 0): Cell("甲", "no such style")}}, "评价表!A1: unknown style"),
        ({"cells": {(1048576, 0): Cell("甲")}}, "评价表!A1048577"),
        ({"cells": {(0, 16384): Cell(1)}}, "评价表!XFE1"),
        ({"cells": {(-1, 0): Cell(None)}}, "评价表"),
        ({"title": "甲/乙"}, "甲/乙"),
        ({"title": "长" * 32}, "长长"),
        ({"title": ""}, "not a title"),
        ({"title": "甲\x01"}, "not a title"),
        ({"state": "hidden"}, "no visible tab"),
        ({"widths": (300,)}, "评价表: a width"),
        ({"heights": {0: 500}}, "评价表: a width"),
        ({"header": "&92026年"}, "评价表: a font size"),
        ({"footer": "长" * 256}, "评价表: Footer string"),
        ({"links": {(5, 5): "评价表!A1"}}, "评价表!F6: link"),
        ({"links": {(0, 0): "明细!A1"}}, "评价表!A1: link"),
        ({"merges": (("A1", "A1"),)}, "评价表!A1:A1"),
        ({"merges": (("A1", "B2"), ("B2", "C3"))}, "评价表!B2:C3"),
        ({"merges": (("A1", "B1"),), "cells": {(0, 1): Cell("乙")}}, "评价表!A1:B1: a value would be hidden"),
        ({"merges": (("甲", "B1"),)}, "not a range"),
        ({"filter": ("A1", "ZZZZ1")}, "not a range"),
        ({"highlights": (Highlight("A1", "A2", "=A1", "none"),)}, "评价表!A1:A2: unknown style"),
    ],
)
def test_bad_tabs(given: dict[str, Any], words: str) -> None:
    """What Excel would refuse, cut or repair is refused here, with its place."""
    with pytest.raises(ValueError, match=words):
        first(**given)


@pytest.mark.parametrize(
    "check",
    [
        EntryRule("A1", "A2", "decimal", "0", "1", title="长" * 33),
        EntryRule("A1", "A2", "decimal", "0", "1", prompt="长" * 256),
        EntryRule("A1", "A2", "decimal", "0", "1", alert="长" * 225),
        EntryRule("A1", "A2", "decimal", "nan", "1"),
        EntryRule("A1", "A2", "decimal"),
        EntryRule("A1", "A2", "list"),
        EntryRule("A1", "A2", "list", choices='"' + "甲," * 200 + '"'),
    ],
    ids=["title", "prompt", "alert", "not a number", "no bounds", "no choices", "long list"],
)
def test_bad_checks(check: EntryRule) -> None:
    """A validation that Excel would drop or repair is refused: texts too long, bounds that are no numbers."""
    with pytest.raises(ValueError, match="评价表!A1:A2"):
        first(checks=(check,))


@pytest.mark.parametrize(
    "given",
    [
        {"properties": (("a", "长" * 256),)},
        {"properties": (("a", "1"), ("A", "2"))},
        {"names": (("A1", "=评价表!$A$1"),)},
        {"names": (("有 空格", "=评价表!$A$1"),)},
        {"names": (("甲", "=评价表!$A$1"), ("甲", "=评价表!$A$2"))},
    ],
)
def test_bad_books(given: dict[str, Any]) -> None:
    """Names that look like cells, names given twice and properties too long are refused."""
    with pytest.raises(ValueError, match="年度评价"):
        opened(tab(), title="年度评价", **given)


def test_two_tabs_of_one_name() -> None:
    """Two tabs may not have the same title, as Excel compares titles."""
    with pytest.raises(ValueError, match="already in use"):
        opened(tab(title="Sheet"), tab(title="SHEET"))


def test_markup_in_text_is_escaped() -> None:
    """No text reaches the file as markup."""
    content = to_bytes(Book((tab(cells={(0, 0): Cell("<r><evil/></r>"), (0, 1): Cell("</t><f>1</f>")}),)))
    assert "<evil" not in part(content, "xl/sharedStrings.xml")
    assert "<f>" not in part(content, "xl/sharedStrings.xml")
