"""The office's own tables as people keep them: read where they can be read in one way, else said at the cell."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date, datetime
from fractions import Fraction

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from evaltool.findings import Finding
from evaltool.ledger import COLUMNS, Ledger, read_ledger
from evaltool.roster import Roster
from evaltool.roster.reading import read_tables
from evaltool.roster.tables import HEADERS, KnownNames, read_roster

Rows = Sequence[Sequence[object]]
UNITS: Rows = (("编号", "名称", "对象类别", "分类", "顺序"), ("A", "甲镇", "c", "g", 1), ("B", "乙镇", "c", "g", 2))
CHARGES: Rows = (("评估主体", "单位"), ("V", "甲镇"), ("V", "乙镇"))
BATCHES: Rows = (
    ("评估主体", "批次", "日期", "评价卡数", "范围"),
    ("V", "一", None, 3, "甲镇"),
    ("V", "二", None, 3, None),
)
LINES: Rows = (("对象类别", "评估内容", "编号", "名称", "预赋分值", "目标值"), ("c", "work", "1", "产值", 5, 95))
AWAY: Rows = (
    ("对象类别", "评估内容", "指标", "单位", "文号"),
    ("c", "work", "1", "甲镇", "1号"),
    ("c", "work", None, "乙镇", "1号"),
)
DECISIONS: Rows = (
    ("种类", "文号", "日期", "理由", "单位", "评估内容", "指标", "新值"),
    ("不适用", "1号", "2026-05-21", "无此职能", "甲镇", "work", "1", None),
    ("加分", "2号", "2026-05-21", "表彰", "乙镇", None, None, 0.5),
)


def workbook(tables: dict[str, Rows], change: Callable[[openpyxl.Workbook], None] = lambda _: None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in tables.items():
        add(book, title, rows)
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def add(book: openpyxl.Workbook, title: str, rows: Rows) -> None:
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(list(row))


def names() -> KnownNames:
    known = KnownNames()
    known.add("class", "c", "乡镇")
    known.add("group", "g", "全部")
    known.add("component", "work", "重点任务")
    known.add("component of c", "work", "重点任务")
    known.add("evaluator", "V", "张三")
    return known


def roster(files: dict[str, bytes]) -> tuple[Roster, list[Finding]]:
    tables, findings = read_tables(files, HEADERS)
    made, wrong = read_roster(tables, names())
    return made, findings + wrong


def kept(
    tables: dict[str, Rows], change: Callable[[openpyxl.Workbook], None] = lambda _: None
) -> tuple[Roster, list[Finding]]:
    """A roster of one workbook with these tables, after what a clerk did to it."""
    return roster({"roster.xlsx": workbook({"单位": UNITS} | tables, change)})


def decided(rows: Rows, change: Callable[[openpyxl.Workbook], None] = lambda _: None) -> tuple[Ledger, list[Finding]]:
    """A ledger with these lines about the units of `UNITS`."""
    known = names()
    tables, _ = read_tables({"roster.xlsx": workbook({"单位": UNITS, "指标": LINES})}, HEADERS)
    read_roster(tables, known)
    tables, findings = read_tables({"decisions/决定.xlsx": workbook({"决定": rows}, change)}, {}, tuple(COLUMNS))
    ledger, wrong = read_ledger(tables, known)
    return ledger, findings + wrong


def said(findings: list[Finding]) -> list[tuple[str, str, str]]:
    for one in findings:
        assert "?" not in one.message("zh") + one.hint("zh") + one.hint("en"), one
    return [(one.code, one.sheet, one.cell) for one in findings]


def header(rows: Rows, old: str, new: str | None) -> Rows:
    return tuple(tuple(new if cell == old and not at else cell for cell in row) for at, row in enumerate(rows))


def test_the_tables_of_these_tests_are_sound() -> None:
    """Nothing to say of them as they are."""
    tables = {"单位": UNITS, "分管": CHARGES, "批次": BATCHES, "指标": LINES, "不适用": AWAY}
    made, findings = kept(tables)
    assert findings == []
    assert [len(made.units), len(made.charges), len(made.batches), len(made.not_applicable)] == [2, 2, 2, 2]
    ledger, findings = decided(DECISIONS)
    assert ([line.indicator for line in ledger], findings) == (["", "1"], [])


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", ["分管 ", " 分管", "分管\u3000", "分\u00a0管", "分 管", "\u200b分管"])
def test_blanks_in_the_name_of_a_worksheet_are_nothing(title: str) -> None:
    """Without the table, every leader would mark every unit."""
    made, findings = kept({title: CHARGES})
    assert ([row.unit for row in made.charges], findings) == (["A", "B"], [])


@pytest.mark.parametrize("title", ["分管表", "分管（新）", "领导分管"])
def test_a_worksheet_that_looks_like_one_that_is_missing_is_refused(title: str) -> None:
    """Nobody can tell whether it is a note; where the table is there, it is one."""
    _, findings = kept({title: CHARGES})
    assert [(one.code, dict(one.args)["near"]) for one in findings] == [("TABLE_MEANT", "分管")]
    _, findings = kept({title: CHARGES, "分管": CHARGES})
    assert [one.severity for one in findings] == ["warning"]


def test_two_worksheets_with_one_name_are_refused() -> None:
    """When blanks are left out."""
    _, findings = kept({"分管": CHARGES, "分管 ": CHARGES})
    assert [one.code for one in findings] == ["TABLE_REPEATED"]


@pytest.mark.parametrize("text", ["指 标", "指\n标", " 指标", "指标\u3000", "指\u00a0标", "＊指标", "指标*"])
def test_blanks_in_a_header_are_nothing(text: str) -> None:
    """A decision on one line must not become one on the whole component."""
    ledger, findings = decided(header(DECISIONS, "指标", text))
    assert ([line.indicator for line in ledger], findings) == (["", "1"], [])
    made, findings = kept({"指标": LINES, "不适用": header(AWAY, "指标", text)})
    assert ([row.indicator for row in made.not_applicable], findings) == (["1", ""], [])


def test_two_headers_of_one_name_are_refused() -> None:
    """When blanks are left out."""
    rows = tuple((*row, cell) for row, cell in zip(DECISIONS, ("指 标", "1", None), strict=True))
    ledger, findings = decided(rows)
    assert (said(findings), ledger) == ([("COLUMN_REPEATED", "决定", "I1")], ())


@pytest.mark.parametrize("text", ["指标编号", "指标名称", "哪个指标", "范围", "适用项目"])
def test_a_column_of_a_decision_that_nobody_reads_is_refused(text: str) -> None:
    """What stands in it may narrow the decision."""
    ledger, findings = decided(header(DECISIONS, "指标", text))
    assert ledger == ()
    assert [one.severity for one in findings] == ["error"]


def test_a_remark_beside_a_decision_is_said() -> None:
    """It limits nothing."""
    ledger, findings = decided(header(DECISIONS, "指标", "备注"))
    assert (len(ledger), said(findings)) == (2, [("COLUMN_UNKNOWN", "决定", "G1")])


@pytest.mark.parametrize(
    ("title", "rows", "old", "new"),
    [
        ("分管", CHARGES, "单位", "分管单位"),
        ("分管", CHARGES, "单位", "乡镇"),
        ("批次", BATCHES, "范围", "评价范围"),
        ("批次", BATCHES, "范围", "评谁"),
        ("不适用", AWAY, "指标", "指标编号"),
        ("指标", LINES, "目标值", "目标"),
        ("单位", UNITS, "顺序", "序号"),
    ],
)
def test_a_column_of_the_roster_that_nobody_reads_is_refused(title: str, rows: Rows, old: str, new: str) -> None:
    """Where it looks like one that is missing, or may narrow what a row is about."""
    _, findings = kept({"指标": LINES, title: header(rows, old, new)})
    assert "error" in {one.severity for one in findings}
    assert new in {one.value for one in findings} or old in {one.value for one in findings}


def test_a_column_that_an_office_keeps_for_itself_is_said() -> None:
    """A telephone number among the units narrows nothing."""
    made, findings = kept({"单位": [(*row, "电话" if not at else "123") for at, row in enumerate(UNITS)]})
    assert (len(made.units), said(findings)) == (2, [("COLUMN_UNKNOWN", "单位", "F1")])


# --- what is no row --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("above", [[("2026年度单位名单",)], [("单位名单",), ("制表：张三", None, None, "2026年5月")]])
def test_a_title_is_said_once_and_the_header_below_it_is_read(above: list[tuple[object, ...]]) -> None:
    """However many rows there are."""
    many = [(f"U{at}", f"单位{at}", "c", "g", at) for at in range(1, 301)]
    made, findings = kept({"单位": [*above, UNITS[0], *many]})
    assert len(made.units) == 300
    assert [(one.code, one.severity) for one in findings] == [("TABLE_TITLE", "note")]
    lines = "\n".join(",".join(str(cell or "") for cell in row) for row in (*above, UNITS[0], *many))
    made, findings = roster({"roster/单位.csv": lines.encode()})
    assert ([one.code for one in findings], len(made.units)) == (["TABLE_TITLE"], 300)


def test_rows_above_the_header_are_refused() -> None:
    """Whoever sorted the sheet may have moved the header down."""
    _, findings = kept({"单位": [UNITS[1], UNITS[0], UNITS[2]]})
    assert said(findings) == [("TABLE_ABOVE", "单位", "A1")]


def test_a_table_without_a_header_is_one_mistake() -> None:
    """Not one at each cell."""
    many = [(f"U{at}", f"单位{at}", "c", "g", at) for at in range(1, 301)]
    _, findings = kept({"单位": many})
    assert said(findings) == [("TABLE_NO_HEADER", "单位", "A1")]


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        (("合计", None, None, None, 3), "A4"),
        ((None, "合 计：", None, None, 3), "B4"),
        (("注：以编办文件为准",), "A4"),
        ((None, None, "以下空白"), "C4"),
        (UNITS[0], "A4"),
    ],
)
def test_what_is_no_row_is_one_mistake(row: Sequence[object], cell: str) -> None:
    """A sum, a remark, the header again: not a blank here and an unknown name there."""
    made, findings = kept({"单位": [*UNITS, row]})
    assert (said(findings), len(made.units)) == ([("TABLE_NO_ROW", "单位", cell)], 2)


def test_blank_rows_between_are_nothing() -> None:
    """Nor are columns that were once used."""
    made, findings = kept({"单位": [*UNITS[:2], (), (None, " "), *UNITS[2:]]})
    assert ([unit.name for unit in made.units], findings) == (["甲镇", "乙镇"], [])


def test_remarks_beside_the_ledger_are_said() -> None:
    """A worksheet without one of its headers, where another one has them."""
    notes: Rows = [("填写说明",), ("每行一项决定", "不要合并")]
    ledger, findings = decided(DECISIONS, lambda book: add(book, "说明", notes))
    assert (len(ledger), [(one.code, one.severity) for one in findings]) == (2, [("TABLE_REMARKS", "warning")])
    ledger, findings = decided(notes)
    assert ([one.code for one in findings], ledger) == (["TABLE_NO_HEADER"], ())


# --- what a person sees ----------------------------------------------------------------------------------------------


def merged(title: str, *areas: str) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        for area in areas:
            book[title].merge_cells(area)

    return change


@pytest.mark.parametrize(
    ("tables", "title", "area", "cell"),
    [
        ({"指标": LINES, "不适用": AWAY}, "不适用", "C2:C3", "C2"),
        ({"批次": BATCHES}, "批次", "E2:E3", "E2"),
        ({"分管": CHARGES}, "分管", "A2:A3", "A2"),
    ],
)
def test_a_merge_over_rows_is_never_a_blank(tables: dict[str, Rows], title: str, area: str, cell: str) -> None:
    """A blank line of 不适用 would take the whole component out, a blank 范围 would be all units."""
    _, findings = kept(tables, merged(title, area))
    assert said(findings) == [("CELL_MERGED", title, cell)]
    assert findings[0].blocks


def test_a_merge_in_the_ledger_is_refused() -> None:
    """0.5 for each or for both: nobody can tell."""
    _, findings = decided(DECISIONS, merged("决定", "B2:B3"))
    assert said(findings) == [("CELL_MERGED", "决定", "B2")]


def test_merges_that_hide_nothing_are_nothing() -> None:
    """A title across the table, and blank cells."""
    rows = [("2026年度单位名单",), *UNITS]
    _, findings = kept({"单位": rows}, merged("单位", "A1:E1", "G3:G4"))
    assert [one.code for one in findings] == ["TABLE_TITLE"]


def test_many_merges_of_a_column_are_one_statement() -> None:
    """With how many there are."""
    rows = [UNITS[0], *((f"U{at}", f"单位{at}", "c", "g" if at % 2 else None, at) for at in range(1, 41))]
    areas = [f"D{at}:D{at + 1}" for at in range(2, 42, 2)]
    _, findings = kept({"单位": rows}, merged("单位", *areas))
    assert said(findings) == [("CELL_MERGED", "单位", "D2")]
    assert "20" in findings[0].message("zh")


def hide(title: str, row: int = 0, column: str = "") -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        if row:
            book[title].row_dimensions[row].hidden = True
        if column:
            book[title].column_dimensions[column].hidden = True
        if not row and not column:
            book[title].sheet_state = "hidden"

    return change


@pytest.mark.parametrize(
    ("change", "cell", "word"),
    [
        (hide("分管", row=3), "A3", "第 3 行"),
        (hide("分管", column="B"), "B1", "B 列"),
        (hide("分管"), "", "工作表"),
    ],
)
def test_what_is_hidden_counts_and_is_said(change: Callable[[openpyxl.Workbook], None], cell: str, word: str) -> None:
    """Rows that a filter took away, columns, a whole worksheet."""
    made, findings = kept({"分管": CHARGES}, change)
    assert said(findings) == [("TABLE_HIDDEN", "分管", cell)]
    assert (word in findings[0].message("zh"), findings[0].severity, len(made.charges)) == (True, "warning", 2)


def test_a_hidden_decision_is_said() -> None:
    """It counts."""
    ledger, findings = decided(DECISIONS, hide("决定", row=2))
    assert (len(ledger), said(findings)) == (2, [("TABLE_HIDDEN", "决定", "A2")])


def written(title: str, cell: str, value: object, style: str = "General") -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        sheet: Worksheet = book[title]
        sheet[cell].value = value
        sheet[cell].number_format = style

    return change


@pytest.mark.parametrize(
    ("cell", "value", "style", "code"),
    [
        ("F2", 0.95, "0%", "CELL_PERCENT"),
        ("F2", "95%", "General", "CELL_PERCENT"),
        ("F2", "９５％", "General", "CELL_PERCENT"),
        ("F2", 95.46, "0.0", "CELL_ROUNDED"),
        ("F2", 46023, "yyyy-mm-dd", "CELL_DATE"),
        ("F2", 95, '"约"0', "CELL_HIDES"),
        ("C2", date(2026, 1, 2), 'm"月"d"日"', "CELL_DATE"),
        ("C2", 7, "000", "CELL_HIDES"),
        ("C2", 110101199001011234, "0", "CELL_LONG"),
        ("C2", "1.10101E+17", "@", "CELL_LONG"),
        ("E2", "#N/A", "General", "CELL_BROKEN"),
        ("E2", "=1+1", "General", "CELL_BROKEN"),
    ],
)
def test_what_a_cell_shows_otherwise_than_it_holds_is_said(cell: str, value: object, style: str, code: str) -> None:
    """Percentages, dates that were an id, rounded and padded displays, lost digits, errors: as in returned sheets."""
    _, findings = kept({"指标": LINES}, written("指标", cell, value, style))
    assert (code, "指标", cell) in said(findings)
    assert all(one.cell == cell for one in findings)


def test_what_is_shown_rounded_counts_as_it_is_stored() -> None:
    """A warning, and the row is there."""
    made, findings = kept({"指标": LINES}, written("指标", "F2", 95.46, "0.0"))
    assert made.indicators[0].target == Fraction("95.46")
    assert [one.severity for one in findings] == ["warning"]


@pytest.mark.parametrize(
    ("cell", "value", "style", "code"),
    [
        ("H3", 0.05, "0%", "CELL_PERCENT"),
        ("G2", date(2026, 1, 2), "yyyy-mm-dd", "CELL_DATE"),
        ("H3", 0.55, "0.0", "CELL_ROUNDED"),
        ("B3", 5, "000", "CELL_HIDES"),
    ],
)
def test_the_ledger_is_read_as_carefully(cell: str, value: object, style: str, code: str) -> None:
    """The same checks, at the cell."""
    _, findings = decided(DECISIONS, written("决定", cell, value, style))
    assert (code, "决定", cell) in said(findings)


@pytest.mark.parametrize("value", [date(2026, 3, 31), datetime(2026, 3, 31, 9, 30), "2026/3/31", "2026年3月31日"])
def test_days_are_read_as_people_write_them(value: object) -> None:
    """As dates of Excel, with a time or without, or as text."""
    made, findings = kept({"批次": BATCHES}, written("批次", "C2", value, "yyyy-mm-dd"))
    assert (made.batches[0].date, findings) == (date(2026, 3, 31), [])
    ledger, findings = decided(DECISIONS, written("决定", "C2", value, "yyyy-mm-dd"))
    assert ([line.date for line in ledger], findings) == (["2026-05-21", "2026-03-31"], [])


def test_numbers_may_be_texts_and_of_full_width() -> None:
    """And ids may be numbers."""
    rows = [UNITS[0], (1, "甲镇", "c", "g", "１"), ("２", "乙镇", "c", "g", "2")]
    made, findings = kept({"单位": rows, "分管": [CHARGES[0], ("V", "1"), ("V", 2)]})
    assert ([unit.order for unit in made.units], findings) == ([1, 2], [])
    assert [row.unit for row in made.charges] == ["1", "２"]


def test_a_zero_lost_in_front_is_no_other_unit() -> None:
    """001 that Excel made 1 is nobody, and the nearest is named."""
    rows = [UNITS[0], ("001", "甲镇", "c", "g", 1), ("002", "乙镇", "c", "g", 2)]
    _, findings = kept({"单位": rows, "分管": [CHARGES[0], ("V", 1)]})
    assert said(findings) == [("REFERENCE_UNKNOWN", "分管", "B2")]


@pytest.mark.parametrize("word", ["不参评 ", "不 参评", "不参评\n"])
def test_blanks_in_a_word_that_is_laid_down_are_nothing(word: str) -> None:
    """Of the roster and of the ledger."""
    made, findings = kept({"单位": [(*UNITS[0], "参评"), (*UNITS[1], word), (*UNITS[2], None)]})
    assert ([unit.standing for unit in made.units], findings) == (["out", "ranked"], [])
    ledger, findings = decided(header((DECISIONS[0], ("加 分", *DECISIONS[2][1:])), "", ""))
    assert ([line.kind for line in ledger], findings) == (["bonus"], [])


# --- CSV -------------------------------------------------------------------------------------------------------------

TEXT = "编号,名称,对象类别,分类,顺序,别名\nA,甲镇,c,g,1,\nB,乙镇,c,g,2,老乙、小乙\n"


@pytest.mark.parametrize("sign", [",", ";", "\t", "，", "；"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_csv_is_read_as_programs_write_it(sign: str, encoding: str, end: str) -> None:
    """Separated by commas, semicolons or tabs, with a mark of its encoding or without."""
    data = TEXT.replace(",", sign).replace("\n", end).encode(encoding)
    made, findings = roster({"roster/单位.csv": data})
    assert findings == []
    assert [(unit.name, unit.aliases) for unit in made.units] == [("甲镇", ()), ("乙镇", ("老乙", "小乙"))]


def test_columns_that_are_blank_are_nothing() -> None:
    """As Excel leaves them behind, with blank lines at the end."""
    made, findings = roster({"roster/单位.CSV": (TEXT.replace("\n", ",,,\n") + ",,,,,,,,\n\n").encode()})
    assert (len(made.units), findings) == (2, [])


def test_a_rounded_cell_excuses_no_mistake_in_it() -> None:
    """It is worth a warning; that what stands there is none of the table's is an error all the same: in a ledger the
    line would grow, in a roster nothing could be reckoned with it."""
    ledger, findings = decided(DECISIONS, written("决定", "G2", 2.1, "0"))
    assert ledger == () or [line.kind for line in ledger] == ["bonus"]
    assert ("REFERENCE_UNKNOWN", "决定", "G2") in said([one for one in findings if one.blocks])
    made, findings = kept({"批次": BATCHES}, written("批次", "D2", 12.4, "0"))
    assert [row.id for row in made.batches] == ["二"]
    assert said([one for one in findings if one.blocks]) == [("CELL_VALUE", "批次", "D2")]


def test_a_sheet_of_lines_without_a_header_is_no_remark() -> None:
    """Decisions that go on on another worksheet are not passed over with a warning."""

    def goes_on(book: openpyxl.Workbook) -> None:
        book.create_sheet("决定续").append(("扣分", "3号", "2026-05-21", "通报", "甲镇", None, None, 1))

    _, findings = decided(DECISIONS, goes_on)
    assert [(one.code, one.sheet) for one in findings if one.blocks] == [("TABLE_NO_HEADER", "决定续")]

    def remark(book: openpyxl.Workbook) -> None:
        book.create_sheet("说明").append(("由绩效办登记", "每周一次"))

    _, findings = decided(DECISIONS, remark)
    assert [(one.code, one.sheet) for one in findings] == [("TABLE_REMARKS", "说明")]
