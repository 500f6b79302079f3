"""The ledger: what a person would stop is refused when it is read, and decisions without effect are said."""

from __future__ import annotations

import pytest

from evaltool.findings import Finding
from evaltool.inbox.extract.corrections import Correction, corrected
from evaltool.inbox.problems import Problem
from evaltool.ledger import COLUMNS, Ledger, of_nobody, read_ledger
from evaltool.reader import Sheet
from evaltool.roster.reading import read_tables
from evaltool.roster.tables import KnownNames

HEADER = "种类,文号,日期,理由,单位,评估主体,评估内容,文件指纹,工作表,单元格,原值,新值"
HASH = "ab12cd34"


def known() -> KnownNames:
    made = KnownNames()
    made.add("unit", "U1", "甲局")
    made.add("unit", "U2", "乙局")
    made.add("evaluator", "L1", "张三")
    made.add("component", "work", "工作")
    made.add("field", "f1", "招商")
    return made


def read(*files: str, header: str = HEADER) -> tuple[Ledger, list[Finding]]:
    """The ledger of files that each hold these lines."""
    texts = {f"decisions/{at}.csv": f"{header}\n{text}\n".encode() for at, text in enumerate(files)}
    tables, _ = read_tables(texts, {}, tuple(COLUMNS))
    return read_ledger(tables, known())


def codes(*files: str, header: str = HEADER) -> list[tuple[str, str, str]]:
    return [(one.code, one.file, one.cell) for one in read(*files, header=header)[1]]


BONUS = "加分,文1,2027-04-01,表彰,甲局,,,,,,,0.5"


def test_a_line_that_stands_twice_is_refused_at_the_second() -> None:
    """In another file or row, by id or by name, with 0.5 or 0.50: the same decision cannot count twice."""
    same = "加分,文1,2027-04-01,表彰,U1,,,,,,,0.50"
    assert codes(BONUS, same) == [("DECISION_REPEATED", "decisions/1.csv", "A2")]
    assert codes(f"{BONUS}\n{same}") == [("DECISION_REPEATED", "decisions/0.csv", "A3")]
    assert len(read(BONUS, same)[0]) == 1


def test_two_decisions_of_one_document_are_two() -> None:
    """Another reason makes it another decision."""
    ledger, findings = read(BONUS, BONUS.replace("表彰", "现场会"))
    assert (len(ledger), findings) == (2, [])


@pytest.mark.parametrize("kind", ["加分", "扣分"])
@pytest.mark.parametrize("after", ["-1", "0", "0.00", "1e1", "+1", "1－", "NaN", "1,000", "5%", "1" * 16])
def test_points_are_positive_and_written_out(kind: str, after: str) -> None:
    """A deduction of -1 would add; 1e1 is 10 to a program and nothing to a person."""
    assert codes(f'{kind},文1,2027-04-01,理由,甲局,,,,,,,"{after}"') == [("CELL_VALUE", "decisions/0.csv", "L2")]


@pytest.mark.parametrize("after", ["0", "1.5", "-1", "1e0", "第一"])
def test_the_place_of_a_tie_is_a_positive_whole_number(after: str) -> None:
    """There is no place 0 and none between two places."""
    assert codes(f"同分裁定,文1,2027-04-01,票决,甲局,,,,,,,{after}") == [("CELL_VALUE", "decisions/0.csv", "L2")]


@pytest.mark.parametrize("day", ["4/1/2027", "2027/4", "2027-W13-4", "27-4-1", "2027-02-30", "四月一日"])
def test_the_date_of_a_decision_is_a_day(day: str) -> None:
    """One that the calendar has, and that can be read in one way."""
    assert codes(f"一票否决,文1,{day},事故,甲局,,,,,,,") == [("CELL_VALUE", "decisions/0.csv", "C2")]


@pytest.mark.parametrize(
    "day",
    [
        "2027-04-01",
        "2027/4/1",
        "2027-4-1",
        "2027.4.1",
        "2027年4月1日",
        "２０２７／４／１",
        "20270401",
        "2027-04-01 9:30",
    ],
)
def test_a_day_may_be_written_as_people_write_it(day: str) -> None:
    """Year, month, day can be read in one way; what the ledger keeps is one spelling."""
    (line,), findings = read(f"一票否决,文1,{day},事故,甲局,,,,,,,")
    assert (line.date, findings) == ("2027-04-01", [])


def test_digits_of_full_width_are_digits() -> None:
    """In points, addresses and hashes; a minus of full width is a minus."""
    (line,), findings = read("加分,文1,2027-04-01,表彰,甲局,,,,,,,０．５")
    assert (line.after, findings) == ("0.5", [])
    (line,), findings = read(f"更正,文1,2027-04-01,复核,,,,{HASH.upper()},表一,ｃ８,５,6")
    assert (line.cell, line.file_hash, findings) == ("C8", HASH, [])


def test_an_unknown_column_is_said() -> None:
    """As in the roster: it may be remarks, or a misspelt column that was meant to count."""
    line = "一票否决,文1,2027-04-01,事故,甲局,会后补"
    ledger, findings = read(line, header="种类,文号,日期,理由,单位,备注")
    assert [(one.code, one.value, one.severity) for one in findings] == [("COLUMN_UNKNOWN", "备注", "warning")]
    assert len(ledger) == 1


@pytest.mark.parametrize(
    ("line", "cell"),
    [
        ("免报,文1,2027-04-01,出国,,张三,工作,,,,,", "G2"),
        ("免报,文1,2027-04-01,出国,甲局,张三,,,,,,", "E2"),
        ("一票否决,文1,2027-04-01,事故,甲局,,,,,,0,", "K2"),
        ("加分,文1,2027-04-01,表彰,甲局,,工作,,,,,1", "G2"),
        (f"排除,文1,2027-04-01,代填,,,,{HASH},表一,,,", "I2"),
        (f"采用,文1,2027-04-01,确认,,,,{HASH},,,,5", "L2"),
    ],
)
def test_a_column_that_the_kind_does_not_use_is_refused(line: str, cell: str) -> None:
    """A waiver for one component would waive all of them: the line says less than would be done."""
    assert codes(line) == [("DECISION_COLUMN_UNUSED", "decisions/0.csv", cell)]


@pytest.mark.parametrize(
    "line",
    [
        f"更正,文1,2027-04-01,复核,甲局,张三,工作,{HASH},表一,C8,5,6",
        f"更正,文1,2027-04-01,漏填,,,,{HASH},表一,C8,,6",
        f"排除,文1,2027-04-01,代填,,张三,,{HASH},,,,",
        f"采用,文1,2027-04-01,确认,,张三,,{HASH},,,,",
        "同分裁定,文1,2027-04-01,票决,甲局,,,,,,,1",
    ],
)
def test_what_helps_a_reader_may_be_filled_in(line: str) -> None:
    """A correction may name its unit, and a blank "from" says that the cell was blank."""
    assert codes(line) == []


def test_a_cell_that_was_left_blank_can_be_corrected() -> None:
    """Nothing stood there, nothing is expected there; but a cell that has something is no blank one."""
    problems: list[Problem] = []
    blank = Sheet("表一", "visible", {}, ())
    filled, _ = corrected(blank, [Correction("表一", "C8", "", "6", "文1")], problems)
    assert (filled.cells[7, 2].text, problems) == ("6", [])
    corrected(filled, [Correction("表一", "C8", "", "7", "文1")], problems)
    assert [one.code for one in problems] == ["CORRECTION_MISMATCH"]


def test_a_tie_may_name_a_field_of_work() -> None:
    """评估内容 of a tie holds a field, by id or name; a component is none."""
    ledger, findings = read("同分裁定,文1,2027-04-01,票决,甲局,,招商,,,,,1")
    assert ([line.component for line in ledger], findings) == (["f1"], [])
    assert codes("同分裁定,文1,2027-04-01,票决,甲局,,工作,,,,,1") == [("REFERENCE_UNKNOWN", "decisions/0.csv", "G2")]


def test_a_decision_on_a_unit_that_does_not_take_part_is_said() -> None:
    """Bonus, deduction, veto and tie; a waiver is about an evaluator."""
    lines = [BONUS, BONUS.replace("加分", "扣分"), "一票否决,文1,2027-04-01,事故,甲局,,,,,,,"]
    lines += ["同分裁定,文1,2027-04-01,票决,甲局,,,,,,,1", "免报,文1,2027-04-01,出国,,张三,,,,,,"]
    ledger, _ = read("\n".join(lines))
    assert {one.code for one in of_nobody(ledger, {"U2"})} == {"DECISION_WITHOUT_EFFECT"}
    assert sorted(one.cell for one in of_nobody(ledger, {"U2"})) == ["A2", "A3", "A4", "A5"]
    assert of_nobody(ledger, {"U1"}) == []
