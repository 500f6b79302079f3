"""The ranked workbook as a value, and what is read back from the written file."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from openpyxl import load_workbook

from evaltool.findings import finding
from evaltool.results.result import Result
from evaltool.roster import Earlier
from evaltool.workbook.ranked import ranked_book, read_ranked, shown_in_ranked
from evaltool.writers.book import Formula, Tab
from evaltool.writers.saving import to_bytes
from handmade import RULES, UNITS, Got, decided, intake, parts, result

VALUE = ("c", "mayor", "", "清河县", "", "mark", "95.9", 9590, 2, "given", True, 0, 10000)
MARK = (*VALUE, "县区·市长", "C5", "某绩委〔2027〕2号", "M", "", "ab" * 32, "inbox/=1+1.xlsx")
CARD = ("c", "citizens", "清河县", "V", "1", "优秀", True, 12, "cd" * 32)
SPOILED = ("c", "citizens", "清河县", "V", "1", "优秀", False, 3, "cd" * 32)


def tab(made: Result, title: str) -> Tab:
    return next(each for each in ranked_book(made).tabs if each.title == title)


def rows(sheet: Tab) -> list[list[object]]:
    """The values of a tab, those of formulas too, row by row, blank cells left out."""
    found: dict[int, list[object]] = {}
    for (row, _), cell in sorted(sheet.cells.items()):
        value = cell.value.value if isinstance(cell.value, Formula) else cell.value
        if value is not None:
            found.setdefault(row, []).append(value)
    return list(found.values())


def test_tabs_lead_from_the_first_page_to_the_single_mark() -> None:
    """What the committee reads, charts, what the result rests on, and for the audit what the totals are made of; each
    purpose has a colour of its own."""
    tabs = ranked_book(result()).tabs
    titles = [each.title for each in tabs]
    basis, audit = ["计分情况", "决定", "规则"], ["得分明细", "指标明细", "评价卡", "参数", "校验问题", "账目"]
    assert titles == ["首页", "总览", "县区", "图表", "得分率", *basis, *audit]
    colours = [len({each.colour for each in tabs if each.title in own}) for own in (titles[:3], basis, audit)]
    assert colours == [1, 1, 1]
    assert len({each.colour for each in tabs}) == 4


def test_written_overview_says_what_the_standings_say() -> None:
    """Law 9: rank, total and grade of every unit are read back from the file as they were published."""
    made = result(unranked=["临江县"])
    assert read_ranked(to_bytes(ranked_book(made))) == shown_in_ranked(made)
    assert shown_in_ranked(made)["清河县"] == ("1", "93.89", "优秀")
    assert shown_in_ranked(made)["临江县"][0] == "不排名"


def test_read_back_notices_another_total() -> None:
    """A file of another result is not taken for this one."""
    other = result({**UNITS, "白山区": parts("18", "17", "8.5", "27.04", "17")})
    assert read_ranked(to_bytes(ranked_book(other))) != shown_in_ranked(result())


def test_totals_of_any_number_of_decimals_are_read_back() -> None:
    """The number of decimals is the scheme's."""
    for decimals in (0, 1, 3):
        made = result(rules=RULES.replace("total = 100\n", f"total = 100\ndecimals = {decimals}\n"))
        assert read_ranked(to_bytes(ranked_book(made))) == shown_in_ranked(made)


def test_nothing_is_read_from_what_is_no_workbook() -> None:
    """Bytes that are not a workbook show nothing, and so agree with no standings."""
    assert read_ranked(b"no workbook") == {}


def test_group_tab_has_every_component_in_the_order_of_the_rules() -> None:
    """Components with their weights, bonus, deduction and total; below them the parts of the components."""
    made = result(ledger=(decided("bonus", "白山区", "0.5"),))
    head, first, second, _, caption, parts_head, parts_row, *_ = rows(tab(made, "县区"))[2:]
    assert head[4:7] == ["基础工作\n（20）", "民主评估\n（30）", "领导评估\n（50）"]
    assert first[:6] == [1, "清河县", Decimal("93.89"), "优秀", Decimal("19.005"), Decimal("27")]
    assert second[7:10] == [Decimal("0.5"), 0, Decimal("88.03")]
    assert caption == ["其中：各部分得分"]
    assert parts_head[2:4] == ["民主评估／代表\n（20）", "民主评估／群众\n（10）"]
    assert parts_row == [1, "清河县", 18, 9, Decimal("28.77"), Decimal("19.11")]


def test_places_of_tied_units_are_those_that_ranking_gave_them() -> None:
    """Lines of 同分裁定 that place both units settle the tie, in the workbook too; lines that name one of them twice
    contradict each other and settle nothing, and the workbook is written all the same."""
    units = {"甲县": UNITS["清河县"], "乙县": UNITS["清河县"]}
    settling = (decided("tie", "乙县", "1"), decided("tie", "甲县", "2"))
    for ledger, ranks in ((settling, [1, 2]), ((decided("tie", "乙县", "2"), *settling), [1, 1])):
        head, *units_rows = rows(tab(result(units, ledger=ledger), "县区"))[2:5]
        assert [row[0] for row in units_rows] == ranks
        assert ("同分裁定" in head) == (ranks == [1, 2])


def test_absent_points_are_words() -> None:
    """A component whose weight went elsewhere and one that is not marked yet have no number."""
    units = {
        "甲县": dict(UNITS["清河县"], vice=Got("0", 0, "0", "moved", "无人评估，权重转到市长")),
        "乙县": dict(UNITS["白山区"], vice=Got("", 0, state="pending")),
    }
    said = [row[-1] for row in rows(tab(result(units, interim=True), "县区"))[-2:]]
    assert said == ["权重转出", "未评"]


def test_overview_says_why() -> None:
    """The tie's sentence, the veto's document, points granted and weights that moved stand beside the unit."""
    units = {
        "甲县": UNITS["白山区"],
        "乙县": parts("17.5", "17.5", "8.5", "27.03", "17"),
        "丙县": dict(UNITS["清河县"], vice=Got("0", 0, "0", "moved", "无人评估，权重转到市长")),
    }
    made = result(units, ledger=(decided("veto", "甲县"), decided("bonus", "丙县", "1")))
    said = {str(row[1]): str(row[-1]) for row in rows(tab(made, "总览")) if row[0] in (1, 2, 3)}
    assert "一票否决（某绩委〔2027〕1号），等次由良好降为较差" in said["甲县"]
    assert "按基础工作得分确定名次" in said["乙县"]
    assert said["丙县"] == "加分1分（某绩委〔2027〕1号）；副市长：无人评估，权重转到市长"


def test_every_counted_mark_has_its_place() -> None:
    """A mark stands with value, evaluator, file, sheet, cell and the document that corrected it."""
    made = result(taken=intake([MARK], [CARD, SPOILED]))
    grid = rows(tab(made, "指标明细"))
    top = next(at for at, row in enumerate(grid) if row == ["县区：领导评估／市长"])
    heads = ["单位", "评估主体", "评分", "得分合计", "计入满分", "得分率", "序号", "出处"]
    assert grid[top + 1 : top + 3] == [["", "预赋分值", Decimal(100)], heads]
    row = grid[top + 3]
    assert row[:5] == ["清河县", "王某（市长）", Decimal("95.9"), Decimal("95.9"), Decimal(100)]
    assert row[-1] == "inbox/=1+1.xlsx　县区·市长!C5；C5按某绩委〔2027〕2号更正"
    assert rows(tab(made, "评价卡"))[4:] == [["清河县", "李某（副市长）", "1", 12]]


def test_findings_are_named_in_words() -> None:
    """Severity, unit and evaluator are words; the message says what is wrong and what to do."""
    wrong = finding("FILE_DUPLICATE", file="inbox/a.xlsx", unit="清河县", evaluator="M")
    (row,) = rows(tab(result(findings=(wrong,)), "校验问题"))[3:]
    assert row[:3] == ["提示", "FILE_DUPLICATE", "inbox/a.xlsx"]
    assert "王某（市长）" in row


def test_accounts_and_rules_are_complete() -> None:
    """Roles, files with what became of them, weights, grade bounds and awards are there to be looked up."""
    said = [cell.value for title in ("账目", "规则") for cell in tab(result(waived=True), title).cells.values()]
    for each in ("副市长", "非报送表", "基础工作", "优秀", "一等奖", "第1名", Decimal(90)):
        assert each in said


def test_interim_is_marked_on_every_tab() -> None:
    """An interim workbook says so in red at the head of every tab and in the printed header."""
    for each in ranked_book(result(interim=True)).tabs:
        assert each.cells[1, 0].style == "bad"
        assert str(each.cells[1, 0].value).startswith("内部·阶段性结果")
        assert "阶段性结果" in each.header


def test_grades_are_coloured_and_named() -> None:
    """The best grade is green, the worst red, whatever the number of grades; colours follow what the cell says."""
    for title, grade in (("县区", "$D4"), ("总览", "$D5")):
        lights = {each.formula: each.style for each in tab(result(), title).highlights}
        colours = [lights[f'={grade}="{each}"'] for each in ("优秀", "良好", "较差")]
        assert colours == ["grade_1", "grade_2", "grade_4"]


def test_strangers_text_stays_text() -> None:
    """Law 10: a file name that looks like a formula is a text in the written file, for another program too."""
    book = load_workbook(io.BytesIO(to_bytes(ranked_book(result()))))
    cells = [cell for row in book["账目"].iter_rows() for cell in row if cell.value == "inbox/=1+1.xlsx"]
    assert cells
    assert all(cell.data_type == "s" for cell in cells)


def test_very_long_text_is_cut() -> None:
    """What a cell could not hold is cut with a sign that it was."""
    wrong = finding("FILE_DUPLICATE", file="inbox/" + "很长" * 20000)
    row = rows(tab(result(findings=(wrong,)), "校验问题"))[3]
    assert str(row[2]).endswith("……")
    assert to_bytes(ranked_book(result(findings=(wrong,))))


def test_the_written_file_has_tables_charts_and_a_unit_to_choose() -> None:
    """Another program finds the tables, frozen panes, filters, repeated heads, two charts and the list of units."""
    book = load_workbook(io.BytesIO(to_bytes(ranked_book(result(taken=intake([MARK]))))))
    assert {name for sheet in book for name in sheet.tables} >= {"得分明细表", "指标明细表1", "参数表"}
    assert book["县区"].auto_filter.ref == "A3:P6"
    assert all(sheet.freeze_panes for sheet in book if sheet.title != "图表")
    assert book["得分明细"].print_title_rows == "$3:$3"
    assert len(book["图表"]._charts) == 2
    totals, pairs = book["图表"]._charts
    assert [each.__class__.__name__ for each in (totals, pairs)] == ["LineChart", "LineChart"]
    assert 0 < totals.y_axis.scaling.min < 80  # below every total and mean, so that what is tried stands on it too
    assert pairs.hiLowLines is not None  # the unit and the mean are joined, not laid upon each other
    assert (0 < pairs.y_axis.scaling.min < 1, pairs.y_axis.scaling.max) == (True, 1)
    (check,) = book["图表"].data_validations.dataValidation
    assert check.formula1 == "'得分率'!$A$5:$A$7"


def test_every_printed_page_is_a4_as_wide_as_its_columns() -> None:
    """Nothing runs over the right edge, pages are numbered."""
    for sheet in load_workbook(io.BytesIO(to_bytes(ranked_book(result())))):
        setup = sheet.sheet_properties.pageSetUpPr
        on_one = int(sheet.title == "首页")
        tall = sheet.page_setup.fitToHeight  # one where nothing is said
        assert (int(sheet.page_setup.paperSize), 1 if tall is None else int(tall)) == (9, on_one)
        assert setup is not None
        assert setup.fitToPage
        assert "&P" in str(sheet.oddFooter.right.text)


def test_overview_and_details_lead_to_each_other() -> None:
    """From a unit in the overview to its group, from there to its points, and back; every tab leads to the first page,
    and that leads to every tab."""
    tabs = {each.title: each for each in ranked_book(result()).tabs}
    assert tabs["总览"].links[4, 1] == "'县区'!B4"
    assert tabs["县区"].links[4, 1] == "'得分明细'!A11"
    assert tabs["得分明细"].links[10, 0] == "'县区'!B5"
    assert all("'首页'!A1" in each.links.values() for title, each in tabs.items() if title != "首页")
    assert {f"'{title}'!A1" for title in tabs if title != "首页"} <= set(tabs["首页"].links.values())


def test_earlier_years_stand_beside_this_one() -> None:
    """Totals of earlier years with small columns that all begin at the same figure, and how far this year's are from
    them; nothing where there are none."""
    assert "历年" not in [each.title for each in ranked_book(result()).tabs]
    made = result()
    rows_ = (Earlier(2025, "清河县", Fraction("71.5"), 3, "良好"),)
    evaluation = replace(made.evaluation, roster=replace(made.evaluation.roster, earlier=rows_))
    sheet = tab(replace(made, evaluation=evaluation), "历年")
    assert rows(sheet)[2:6] == [
        ["县区"],
        ["单位", "2025年", "2026年", "总分比上年", "名次比上年", "趋势（柱高从60分起）"],
        ["清河县", Decimal("71.5"), Decimal("93.89"), Decimal("22.39"), Decimal(2)],
        ["白山区", "—", Decimal("87.53"), "—", "—"],
    ]
    (line,) = sheet.sparklines
    assert (line.cells, line.low, line.high) == ("'历年'!B5:C5", 60, 100)
