"""What one cell says to one question: each way of typing it, with the reason where nobody can tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from evaltool.inbox.extract.parsing import Parsed, percent, say
from evaltool.questions.forms import FormColumn
from evaltool.reader import ReadCell
from evaltool.reader.numberformats import EPOCH_1904
from read_sheets import cell

MARK = FormColumn("得分", "number", high=Decimal(10), decimals=1)
GROWTH = replace(MARK, low=Decimal(-100))
COUNT = FormColumn("张数", "count", high=Decimal(500))
TIER = FormColumn("档次", "choice", choices=("一等", "二等", "3"))
TEXT = FormColumn("说明", "text", "remark")
OPINION = FormColumn("意见", "text", "remark_text")
DATE = FormColumn("日期", "date", "date")
BLANK_RESULT = ReadCell("blank", "", None, "A1", "General", merged=False, hidden=False)
BLANK_TEXT = ReadCell("text", " ", None, "A1", "General", merged=False, hidden=False)
ERROR = ReadCell("error", "#N/A", None, None, "General", merged=False, hidden=False)
TRUE = cell(True)  # noqa: FBT003
HIDDEN = cell(Decimal("9.5"), hidden=True)

Read = tuple[str, int | None, str, str]


def read(given: ReadCell | None, column: FormColumn, epoch: date | None = None) -> Read:
    said = say(given, column, epoch) if epoch else say(given, column)
    return said.text, said.value, said.problem, said.state


@pytest.mark.parametrize(
    ("given", "column", "expected"),
    [
        (None, MARK, ("", None, "", "blank")),
        (cell(" 　"), MARK, ("", None, "", "blank")),
        (cell(Decimal("9.5")), MARK, ("9.5", 95, "", "given")),
        (cell(0), MARK, ("0", 0, "", "given")),
        (cell(-1), MARK, ("-1", -10, "", "given")),
        (cell(Decimal("9.55")), MARK, ("9.55", None, "SCORE_DECIMALS", "broken")),
        (cell(Decimal("9.5")), COUNT, ("9.5", None, "SCORE_NOT_WHOLE", "broken")),
        (cell(10**14), MARK, ("100000000000000", 10**15, "", "given")),
        (cell(10**14 + 1), MARK, ("100000000000001", None, "SCORE_RANGE", "broken")),
        (cell(-(10**14) - 1), MARK, ("-100000000000001", None, "SCORE_RANGE", "broken")),
        (cell(Decimal("9.5"), "0"), MARK, ("9.5", 95, "SCORE_DISPLAY_DIFFERS", "given")),
        (cell(9, "yyyy-mm-dd"), MARK, ("9", None, "SCORE_DATE", "broken")),
        (cell(9, ";;;"), MARK, ("9", None, "SCORE_DISPLAY_HIDES", "broken")),
        (cell(Decimal("0.95"), "0%"), MARK, ("0.95", None, "SCORE_PERCENT", "broken")),
        (TRUE, MARK, ("TRUE", None, "SCORE_BOOLEAN", "broken")),
        (cell(" 9.5 "), MARK, (" 9.5 ", 95, "SCORE_TEXT_NUMBER", "given")),
        (cell("９．５"), MARK, ("９．５", 95, "SCORE_TEXT_NUMBER", "given")),
        (cell("9.5分"), MARK, ("9.5分", 95, "SCORE_TEXT_UNIT", "given")),
        (cell("9.5 分"), MARK, ("9.5 分", 95, "SCORE_TEXT_UNIT", "given")),
        (cell("9.5分分"), MARK, ("9.5分分", None, "SCORE_NOT_NUMBER", "broken")),
        (cell("9."), MARK, ("9.", None, "SCORE_NOT_NUMBER", "broken")),
        (cell("9.55"), MARK, ("9.55", None, "SCORE_DECIMALS", "broken")),
        (cell("-9"), MARK, ("-9", None, "SCORE_NOT_NUMBER", "broken")),
        (cell("-9"), GROWTH, ("-9", -90, "SCORE_TEXT_NUMBER", "given")),
        (cell("95%"), MARK, ("95%", None, "SCORE_PERCENT", "broken")),
        (cell("九%"), MARK, ("九%", None, "SCORE_NOT_NUMBER", "broken")),
        (cell("-5%"), MARK, ("-5%", None, "SCORE_NOT_NUMBER", "broken")),
        (cell("-5%"), GROWTH, ("-5%", None, "SCORE_PERCENT", "broken")),
        (cell(" 弃权 "), MARK, ("弃权", None, "", "abstained")),
        (cell("弃权了"), MARK, ("弃权了", None, "SCORE_NOT_NUMBER", "broken")),
        (ERROR, MARK, ("#N/A", None, "SCORE_ERROR_CELL", "broken")),
        (ERROR, TEXT, ("#N/A", None, "SCORE_ERROR_CELL", "broken")),
        (cell(9, formula="B7*2"), MARK, ("=B7*2", None, "SCORE_FORMULA", "broken")),
        (cell(9, formula=""), MARK, ("9", None, "SCORE_FORMULA", "broken")),
        (BLANK_RESULT, MARK, ("=A1", None, "FORMULA_NO_VALUE", "broken")),
        (BLANK_TEXT, MARK, ("=A1", None, "SCORE_FORMULA", "broken")),
        (HIDDEN, MARK, ("9.5", 95, "HIDDEN_SCORE", "given")),
        (cell(Decimal("9.5"), "0", hidden=True), MARK, ("9.5", 95, "SCORE_DISPLAY_DIFFERS", "given")),
        (cell("弃权", hidden=True), MARK, ("弃权", None, "HIDDEN_SCORE", "abstained")),
        (cell("一等"), TIER, ("一等", 0, "", "given")),
        (cell(" 二 等"), TIER, ("二等", 1, "", "given")),
        (cell(3), TIER, ("3", 2, "", "given")),
        (cell(Decimal("3.0")), TIER, ("3", 2, "", "given")),
        (cell("三等"), TIER, ("三等", None, "CHOICE_UNKNOWN", "broken")),
        (cell(4), TIER, ("4", None, "CHOICE_UNKNOWN", "broken")),
        (cell("弃 权"), TIER, ("弃 权", None, "", "abstained")),
        (cell(" 完成\n较好 "), TEXT, (" 完成\n较好 ", None, "", "given")),
        (cell(Decimal("1.50")), TEXT, ("1.5", None, "", "given")),
        (cell(46329, "yyyy-mm-dd"), TEXT, ("2026-11-03", None, "", "given")),
        (cell(46329), TEXT, ("46329", None, "", "given")),
        (cell(Decimal("46329.5"), "yyyy-mm-dd hh:mm"), TEXT, ("2026-11-03 12:00", None, "", "given")),
        (cell(Decimal("46329.3854167"), "yyyy-mm-dd hh:mm"), TEXT, ("2026-11-03 09:15", None, "", "given")),
        (cell(Decimal("46329.0004"), "yyyy-mm-dd hh:mm"), TEXT, ("2026-11-03 00:01", None, "", "given")),
        (cell(Decimal("46329.0003"), "yyyy-mm-dd hh:mm"), TEXT, ("2026-11-03", None, "", "given")),
        (cell(Decimal("46329.99999"), "yyyy-mm-dd hh:mm"), TEXT, ("2026-11-03 23:59", None, "", "given")),
        (cell("请找 13812345678 核实"), TEXT, ("请找 13812345678 核实", None, "", "given")),
        (cell("2026年11月3日"), DATE, ("2026-11-03", None, "", "given")),
        (cell(46329, "yyyy-mm-dd"), DATE, ("2026-11-03", None, "", "given")),
        (cell(46329), DATE, ("46329", None, "DATE_UNKNOWN", "broken")),
        (cell("三月"), DATE, ("三月", None, "DATE_UNKNOWN", "broken")),
    ],
)
def test_what_a_cell_says(given: ReadCell | None, column: FormColumn, expected: Read) -> None:
    """Its text, its value in units of the last decimal, what is wrong, and whether it is given, blank or withheld."""
    assert read(given, column) == expected


@pytest.mark.parametrize("column", [TEXT, DATE])
def test_a_day_is_counted_from_the_first_of_the_workbooks_calendar(column: FormColumn) -> None:
    """Old Excel for Mac counts from 1904."""
    assert read(cell(46329 - 1462, "yyyy-mm-dd"), column, EPOCH_1904)[0] == "2026-11-03"


def test_what_tells_of_a_person_is_covered_in_opinions_only() -> None:
    """A telephone number in what somebody found, in one line; elsewhere a text stays as it was typed."""
    said = say(cell("请找\n13812345678 核实"), OPINION).text
    assert "13812345678" not in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("given", "plain"),
    [(cell(Decimal("9.50")), True), (cell(Decimal("9.5"), "0"), False), (cell("9.5"), False), (cell("一等"), False)],
)
def test_a_number_without_anything_wrong_is_what_it_shows(given: ReadCell, plain: bool) -> None:
    """Then its text follows from its value and is not kept."""
    assert say(given, MARK).plain == plain


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (cell("55%"), Parsed("55%", 550, "SCORE_PERCENT_READ")),
        (cell(" 5.5 ％ "), Parsed("5.5 ％", 55, "SCORE_PERCENT_READ")),
        (cell(Decimal("0.55"), "0%"), Parsed("55%", 550, "SCORE_PERCENT_READ")),
        (cell(Decimal("0.554"), "0%"), Parsed("55.4%", 554, "SCORE_DISPLAY_DIFFERS")),
        (cell(Decimal("0.5555"), "0.00%"), Parsed("55.55%", None, "SCORE_DECIMALS", "broken")),
        (cell(Decimal("0.55"), "0%", hidden=True), Parsed("55%", 550, "HIDDEN_SCORE")),
        (cell(Decimal("0.5555"), "0.00%", hidden=True), Parsed("55.55%", None, "SCORE_DECIMALS", "broken")),
    ],
)
def test_a_percentage_where_the_unit_is_percent(given: ReadCell, expected: Parsed) -> None:
    """55% and 0.55 in the format of percent are 55; what is hidden besides is said as that."""
    assert percent(given, MARK) == expected
