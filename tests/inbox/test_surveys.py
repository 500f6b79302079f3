"""Exports of surveys and polls: every answer accounted for, every kind of mistake named once, nothing personal kept."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import pickle
import random
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from evaltool import run
from evaltool.checks.validate import validate
from evaltool.evaluation import Evaluation, load
from evaltool.evaluation.checks.unbuilt import unbuilt
from evaltool.evaluation.in_words import explain
from evaltool.findings import Finding, Refused
from evaltool.inbox.accounts.whole import Accounts, accounts
from evaltool.inbox.exports.counting import read_export
from evaltool.inbox.ingest import ingest
from evaltool.inbox.intake import Intake
from evaltool.inbox.surveys import exports
from evaltool.writers.book import Book, Cell, Tab
from evaltool.writers.saving import to_bytes
from folders import decide, filled, make
from rawxlsx import book
from small_city import LEDGER

RULES = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{ id = "g", name = "甲类" }]
[component.work]
name = "工作"
weight = 60
by = "office"
answer = "percent"
[component.vote]
name = "民意调查"
weight = 40
by = "survey"
answer = { ballot = "card" }
[scale]
card = [["满意", 100], ["一般", 60], ["不了解", "abstain"]]
[[grade]]
name = "合格"
from = 0
"""
SETTINGS = """
format = 1
[evaluation]
id = "e-2026"
name = "评估"
year = 2026
office = "市绩效办"
[roles]
office = "市绩效办"
survey = "民意调查"
"""
LONG = """
[[survey]]
evaluator = "调查队"
file = "满意度调查.csv"
respondent = "问卷编号"
unit = "被评单位"
choice = "评价"
ignore = ["备注"]
personal = ["姓名", "电话"]
"""
WIDE = """
[[survey]]
evaluator = "V1"
file = "满意度调查.csv"
respondent = "问卷编号"
units = "columns"
personal = ["姓名"]
"""
ROSTER = {
    "单位": "编号,名称,对象类别,分类,顺序,别名\nA,甲局,d,g,1,甲办\nB,乙局,d,g,2,\n",
    "评估主体": "编号,名称,角色\nO1,绩效办,office\nV1,调查队,survey\n",
}
LONG_HEADER = "问卷编号,姓名,电话,被评单位,评价,备注\n"
FILE = "满意度调查.csv"


def prepare(tmp_path: Path, survey: str = LONG, rules: str = RULES, roster: dict[str, str] = ROSTER) -> Path:
    """A folder in which the office has marked everybody 80; the survey is still to come."""
    made = make(tmp_path / "city", roster, {"d": rules}, SETTINGS + survey)
    evaluation, _ = load(made)
    from evaltool.questions.layout import forms

    for form in forms(evaluation).values():
        (made / "inbox" / form.file_name).write_bytes(filled(form, lambda _: "80"))
    return made


def put(folder: Path, text: str | bytes, name: str = FILE) -> Path:
    path = folder / "inbox" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def taken(folder: Path) -> tuple[Evaluation, Intake, Accounts, list[Finding]]:
    evaluation, findings = load(folder)
    intake, wrong = ingest(evaluation)
    made, still_open = accounts(evaluation, intake)
    assert still_open == []
    return evaluation, intake, made, [*findings, *wrong, *validate(evaluation, intake)]


def ballots(intake: Intake) -> dict[tuple[str, str, str], int]:
    rows = intake.ballots.select("unit", "batch", "choice", "count").rows()
    return {(unit, batch, choice): count for unit, batch, choice, count in rows}


def said(findings: Sequence[Finding]) -> list[tuple[str, str, str]]:
    return sorted((one.code, one.cell, one.value) for one in findings)


def numbers(made: Accounts) -> tuple[int, ...]:
    (one,) = made.surveys
    return one.rows, one.read, one.counted, one.repeated, one.blank, one.refused


def with_rule(rule: str) -> str:
    return RULES.replace('{ ballot = "card" }', f'{{ ballot = "card", {rule} }}')


def sheet(rows: Sequence[Sequence[object]]) -> bytes:
    cells = {
        (row, column): Cell(value if not isinstance(value, int) else Decimal(value))  # type: ignore[arg-type]
        for row, line in enumerate(rows)
        for column, value in enumerate(line)
        if value != ""
    }
    return to_bytes(Book((Tab("Sheet1", cells),), "export"))


# --- what is counted -------------------------------------------------------------------------------------------------


def test_a_long_export_is_counted_row_by_row(tmp_path: Path) -> None:
    """Units are known by name, other name or with blanks about; a blank choice is a unit left blank; the survey is an
    expected sheet, and its file is counted under any folder of the inbox."""
    folder = prepare(tmp_path)
    put(
        folder,
        LONG_HEADER
        + "1,张三,138,甲局,满意,好\n1,张三,138,乙局,一般,\n2,李四,139,甲办,不了解,\n3,王五,137, 乙 局 ,,\n\n",
        f"调查/{FILE}",
    )
    _, intake, made, findings = taken(folder)
    assert findings == []
    assert ballots(intake) == {("A", "", "满意"): 1, ("A", "", "不了解"): 1, ("B", "", "一般"): 1, ("B", "", ""): 1}
    assert numbers(made) == (4, 4, 3, 0, 1, 0)
    assert [(each.evaluator, each.batch, each.entry, each.answered) for each in made.sheets] == [
        ("O1", "", "1", "counted"),
        ("V1", "", "1", "counted"),
    ]
    assert {each.file: each.became for each in made.files}[f"inbox/调查/{FILE}"] == "counted"
    assert {(one.unit, one.chosen, one.abstained, one.blank) for one in made.units} == {("A", 1, 1, 0), ("B", 1, 0, 1)}


def test_a_wide_export_has_a_column_per_unit(tmp_path: Path) -> None:
    """A questionnaire of two units is two answers."""
    folder = prepare(tmp_path, WIDE)
    put(folder, "问卷编号,甲局,姓名,乙局\n1,满意,张三,一般\n2,,李四,满意\n")
    _, intake, made, findings = taken(folder)
    assert findings == []
    assert ballots(intake) == {("A", "", "满意"): 1, ("A", "", ""): 1, ("B", "", "一般"): 1, ("B", "", "满意"): 1}
    assert numbers(made) == (2, 4, 3, 0, 1, 0)


def test_points_become_batches_that_are_pooled_by_the_rule(tmp_path: Path) -> None:
    """Three answers of 100 at one point and one of 60 at another: 90 pooled, 80 as the mean of the points."""
    rows = "1,东区,甲局,满意\n2,东区,甲局,满意\n3,东 区,甲局,满意\n4,西区,甲局,一般\n5,西区,乙局,满意\n"
    survey = LONG.replace('ignore = ["备注"]\npersonal = ["姓名", "电话"]', 'point = "调查点"')
    for pool, share in (("cards", Fraction(90, 100)), ("batches", Fraction(80, 100))):
        folder = prepare(tmp_path / pool, survey, with_rule(f'pool = "{pool}"'))
        put(folder, "问卷编号,调查点,被评单位,评价\n" + rows)
        _, intake, _, findings = taken(folder)
        assert findings == []
        assert ballots(intake)["A", "东区", "满意"] == 3
        result = run.score_folder(folder).result
        assert result.points["A", "vote"].share == share


@pytest.mark.parametrize(
    ("encode", "notes"),
    [
        (lambda text: text.encode(), []),
        (lambda text: text.encode("utf-8-sig"), []),
        (lambda text: text.encode("gb18030"), ["SURVEY_GB18030"]),
        (lambda text: text.replace(",", "\t").encode(), []),
        (lambda text: text.replace("\n", "\r\n").encode(), []),
        (lambda text: sheet([line.split(",") for line in text.splitlines()]), []),
    ],
    ids=["utf-8", "bom", "gb18030", "tabs", "windows", "xlsx"],
)
def test_every_program_that_exports_gives_the_same_counts(
    encode: Callable[[str], bytes], notes: list[str], tmp_path: Path
) -> None:
    """Encoding, line ends, separator and Excel make no difference; what is not UTF-8 is said."""
    folder = prepare(tmp_path)
    put(folder, encode(LONG_HEADER + "1,张三,138,甲局,满意,\n2,李四,139,乙局,一般,\n"))
    _, intake, _, findings = taken(folder)
    assert [one.code for one in findings] == notes
    assert ballots(intake) == {("A", "", "满意"): 1, ("B", "", "一般"): 1}


# --- repeated answers ------------------------------------------------------------------------------------------------

REPEATS = "1,,,甲局,满意,\n2,,,甲局,一般,\n1,,,甲局,不了解,\n1,,,乙局,满意,\n"


@pytest.mark.parametrize(
    ("rule", "counted", "figures"),
    [
        ("first", {"满意": 1, "一般": 1}, (4, 4, 3, 1, 0, 0)),
        ("last", {"不了解": 1, "一般": 1}, (4, 4, 3, 1, 0, 0)),
        ("all", {"满意": 1, "一般": 1, "不了解": 1}, (4, 4, 4, 0, 0, 0)),
        ("refuse", {"一般": 1}, (4, 4, 2, 0, 0, 2)),
    ],
)
@pytest.mark.parametrize("wide", [False, True])
def test_of_repeated_answers_the_rule_says_which_counts(
    rule: str, counted: dict[str, int], figures: tuple[int, ...], wide: bool, tmp_path: Path
) -> None:
    """First, last, all; refused: none of them counts, and one finding says so with the rule that would decide it."""
    folder = prepare(tmp_path, WIDE if wide else LONG, with_rule(f'repeated = "{rule}"'))
    if wide:
        put(folder, "问卷编号,姓名,甲局,乙局\n1,,满意,\n2,,一般,满意\n1,,不了解,\n")
    else:
        put(folder, LONG_HEADER + REPEATS)
    _, intake, made, findings = taken(folder)
    assert {choice: n for (unit, _, choice), n in ballots(intake).items() if unit == "A" and choice} == counted
    if rule == "refuse":
        (one,) = findings
        assert (one.code, one.cell, dict(one.args)["n"]) == ("SURVEY_REPEATED", "A2", "2")
        assert 'repeated = "first"' in one.hint()
        assert one.value == ""
    else:
        assert findings == []
        assert unbuilt(load(folder)[0]) == []
    if not wide:
        assert numbers(made) == figures


def test_each_units_own_component_decides_about_repeats(tmp_path: Path) -> None:
    """Two classes in one export: the first answer about a department counts, the last one about a county."""
    counties = with_rule('repeated = "last"').replace('id = "d"', 'id = "c"').replace("部门", "县区")
    roster = ROSTER | {"单位": "编号,名称,对象类别,分类,顺序\nA,甲局,d,g,1\nC,丙县,c,g,2\n"}
    folder = make(tmp_path / "city", roster, {"d": with_rule('repeated = "first"'), "c": counties}, SETTINGS + WIDE)
    put(folder, "问卷编号,姓名,甲局,丙县\n1,,满意,满意\n1,,一般,一般\n")
    _, intake, made, _ = taken(folder)
    assert ballots(intake) == {("A", "", "满意"): 1, ("C", "", "一般"): 1}
    assert numbers(made) == (2, 4, 2, 2, 0, 0)


def test_the_questionnaire_counts_as_a_whole_blanks_included(tmp_path: Path) -> None:
    """A first questionnaire that leaves a unit blank is not filled up from the second."""
    folder = prepare(tmp_path, WIDE, with_rule('repeated = "first"'))
    put(folder, "问卷编号,姓名,甲局,乙局\n1,,,满意\n1,,满意,满意\n")
    _, intake, made, _ = taken(folder)
    assert ballots(intake) == {("A", "", ""): 1, ("B", "", "满意"): 1}
    assert numbers(made) == (2, 4, 1, 2, 1, 0)


def test_without_a_respondent_every_row_is_an_answer(tmp_path: Path) -> None:
    """An anonymous survey has no repeats; a rule that wants one of several is refused when it is loaded."""
    survey = LONG.replace('respondent = "问卷编号"\n', "").replace('["备注"]', '["备注", "问卷编号"]')
    folder = prepare(tmp_path / "one", survey)
    put(folder, LONG_HEADER + REPEATS)
    assert numbers(taken(folder)[2]) == (4, 4, 4, 0, 0, 0)
    with pytest.raises(Refused) as refused:
        prepare(tmp_path / "two", survey, with_rule('repeated = "first"'))
    assert [(one.code, one.cell) for one in refused.value.findings] == [("SURVEY_MAPPING", "survey[1].respondent")]


def test_repeats_on_cards_cannot_be_told(tmp_path: Path) -> None:
    """A rule about repeats whose voters use cards is still said before anything is scored."""
    roster = ROSTER | {"批次": "评估主体,批次,评价卡数\nV1,1,6\n"}
    folder = prepare(tmp_path, "", with_rule('repeated = "first"'), roster)
    assert [one.cell for one in unbuilt(load(folder)[0])] == ["component.vote.answer.repeated"]


# --- mistakes --------------------------------------------------------------------------------------------------------


def test_one_finding_for_each_kind_of_mistake_and_value(tmp_path: Path) -> None:
    """Ten thousand rows with the same mistake are one finding with their number, at the first of them."""
    folder = prepare(tmp_path)
    wrong = "".join(f"{at},,,甲居,满意,\n{at},,,乙局,很满意,\n" for at in range(2, 302))
    last = "900,,,,满意,\n,,,甲局,满意,\n"
    put(folder, LONG_HEADER + "1,张三,138,甲局,满意,\n" + wrong + last)
    _, intake, made, findings = taken(folder)
    assert said(findings) == [
        ("SURVEY_CHOICE_UNKNOWN", "E4", "很满意"),
        ("SURVEY_RESPONDENT_BLANK", "A604", ""),
        ("SURVEY_UNIT_BLANK", "D603", ""),
        ("SURVEY_UNIT_UNKNOWN", "D3", "甲居"),
    ]
    by_code = {one.code: one for one in findings}
    assert dict(by_code["SURVEY_UNIT_UNKNOWN"].args)["n"] == "300"
    assert "甲局" in by_code["SURVEY_UNIT_UNKNOWN"].hint()
    assert "满意" in by_code["SURVEY_CHOICE_UNKNOWN"].message()
    assert ballots(intake) == {("A", "", "满意"): 1}
    assert numbers(made) == (603, 603, 1, 0, 0, 602)


def test_a_column_that_is_not_what_it_should_be_gives_few_findings(tmp_path: Path) -> None:
    """A thousand different texts in the place of choices: twenty of them, and how many more."""
    folder = prepare(tmp_path)
    put(folder, LONG_HEADER + "".join(f"{at},,,甲局,说法{at},\n" for at in range(1000)))
    findings = taken(folder)[3]
    assert len(findings) == 21
    (more,) = [one for one in findings if one.code == "SURVEY_MORE"]
    assert (more.value, dict(more.args)["n"]) == ("SURVEY_CHOICE_UNKNOWN", "980")


@pytest.mark.parametrize(
    ("survey", "header", "expected", "became"),
    [
        (LONG, "问卷编号,姓名,电话,被评单位,评价,备注,年龄", [("SURVEY_COLUMN_UNKNOWN", "G1", "年龄")], "counted"),
        (LONG, "问卷编号,姓名,被评单位,评价,备注", [("SURVEY_COLUMN_MISSING", "1", "电话")], "counted"),
        (LONG, "问卷编号,姓名,电话,被评单位,评分,备注", [("SURVEY_COLUMN_UNKNOWN", "E1", "评分")], "rejected"),
        (LONG, "问卷编号,姓名,电话,被评单位,评价,评价", [("COLUMN_REPEATED", "F1", "评价")], "rejected"),
        (LONG, "满意度调查结果", [("SURVEY_HEADER", "A1", "")], "rejected"),
        (WIDE, "问卷编号,姓名,甲局,丁局", [("SURVEY_COLUMN_UNKNOWN", "D1", "丁局")], "counted"),
        (WIDE, "问卷编号,姓名,甲局", [("SURVEY_COLUMN_MISSING", "1", "乙局")], "counted"),
        (WIDE, "问卷编号,姓名,甲局,甲办,乙局", [("COLUMN_REPEATED", "D1", "甲办")], "rejected"),
    ],
)
def test_every_column_is_named_or_is_a_finding(
    survey: str, header: str, expected: list[tuple[str, str, str]], became: str, tmp_path: Path
) -> None:
    """An unknown column and a missing one, at their cells; a header misspelt is one finding, not two."""
    folder = prepare(tmp_path, survey)
    put(folder, header + "\n" + ",".join("" for _ in header.split(",")) + "\n1," + "," * header.count(",") + "\n")
    _, _, made, findings = taken(folder)
    assert [one for one in said(findings) if one[0] not in ("SURVEY_UNIT_BLANK", "SURVEY_ROW_LENGTH")] == expected
    assert {each.became for each in made.files if each.evaluator == "V1"} == {became}
    assert all(one.blocks for one in findings)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "FILE_EMPTY"),
        (LONG_HEADER.encode(), "SURVEY_EMPTY"),
        (LONG_HEADER.encode() + b"1,,,\xff\xff,,\n", "SURVEY_ENCODING"),
        (LONG_HEADER.encode() + '1,"张三,138,甲局,满意,\n2,,,甲局,满意,\n'.encode(), "TABLE_BROKEN"),
        (LONG_HEADER.encode() + "1,,,甲局,满意,\x00\n".encode(), "TABLE_BROKEN"),
        ((LONG_HEADER.replace(",", ",;") + "1,;2,;3\n").encode(), "SURVEY_SEPARATOR"),
        (b"%PDF-1.4", "FILE_NOT_XLSX"),
        (b"<html><table>", "FILE_HTML"),
    ],
)
def test_what_cannot_be_read_is_one_finding(data: bytes, code: str, tmp_path: Path) -> None:
    """Whatever lies under the export's name is refused with its reason, and the survey came with errors."""
    folder = prepare(tmp_path)
    put(folder, data)
    _, _, made, findings = taken(folder)
    assert [one.code for one in findings] == [code]
    assert {each.answered for each in made.sheets if each.evaluator == "V1"} == {"with_errors"}


def test_a_row_that_slipped_shows_nothing_personal(tmp_path: Path) -> None:
    """A comma without quotes moves a telephone number into another column: the row is refused, the number not shown."""
    folder = prepare(tmp_path)
    put(
        folder,
        LONG_HEADER + "1,张三,13812345678,甲局,满意,一,二\n2,李四,13912345678,甲局\n3,,\n,13712345678,甲局,满意\n",
    )
    _, _, made, findings = taken(folder)
    assert [(*one[:2], dict(findings[0].args)["n"]) for one in said(findings)] == [("SURVEY_ROW_LENGTH", "G2", "4")]
    assert numbers(made) == (4, 4, 0, 0, 0, 4)


def test_excel_specialities_are_findings(tmp_path: Path) -> None:
    """Two worksheets with content, merged cells: nobody can tell what was meant."""
    rows = [LONG_HEADER.strip().split(","), ["1", "", "", "甲局", "满意"]]
    cells = {(row, column): Cell(value) for row, line in enumerate(rows) for column, value in enumerate(line) if value}
    two = Book((Tab("一", cells), Tab("二", {(0, 0): Cell("x")})), "export")
    merged = Book((Tab("一", cells, merges=(("D2", "D3"),)),), "export")
    for at, (made, code) in enumerate(((two, "SURVEY_SHEETS"), (merged, "SURVEY_MERGED"))):
        folder = prepare(tmp_path / str(at))
        put(folder, to_bytes(made))
        assert [one.code for one in taken(folder)[3]] == [code]


def test_cells_of_a_workbook_that_somebody_should_look_at(tmp_path: Path) -> None:
    """An error value does not count; a filtered row and a formula's stored result count, and are said."""

    def line(number: int, choice: str, attributes: str = "") -> str:
        texts = "".join(
            f'<c r="{column}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
            for column, text in (("A", f"Q{number}"), ("B", "甲局"))
        )
        return f'<row r="{number}"{attributes}>{texts}{choice}</row>'

    head = "".join(
        f'<c r="{column}1" t="inlineStr"><is><t>{text}</t></is></c>'
        for column, text in (("A", "问卷编号"), ("B", "被评单位"), ("C", "评价"))
    )
    rows = f'<row r="1">{head}</row>' + line(2, '<c r="C2" t="e"><v>#N/A</v></c>')
    rows += line(3, '<c r="C3" t="inlineStr"><is><t>满意</t></is></c>', ' hidden="1"')
    rows += line(4, '<c r="C4" t="str"><f>D4</f><v>一般</v></c>')
    folder = prepare(tmp_path, LONG.replace('ignore = ["备注"]\npersonal = ["姓名", "电话"]', ""))
    put(folder, book(rows))
    _, intake, made, findings = taken(folder)
    assert said(findings) == [
        ("SURVEY_CELL_BROKEN", "C2", ""),
        ("SURVEY_FORMULA", "C4", ""),
        ("SURVEY_HIDDEN", "A3", ""),
    ]
    assert ballots(intake) == {("A", "", "满意"): 1, ("A", "", "一般"): 1}
    assert numbers(made) == (3, 3, 2, 0, 0, 1)


def test_what_a_worker_gets_and_gives_can_be_sent(tmp_path: Path) -> None:
    """The plan of an export and what it says survive pickling, as between processes."""
    folder = prepare(tmp_path)
    (export,) = exports(load(folder)[0]).values()
    sent = pickle.loads(pickle.dumps(export))
    answer = read_export((LONG_HEADER + REPEATS).encode(), sent)
    assert pickle.loads(pickle.dumps(answer)) == read_export((LONG_HEADER + REPEATS).encode(), export)


def test_a_file_that_no_survey_names_is_filed(tmp_path: Path) -> None:
    """Another CSV file is no sheet, and the survey is still missing."""
    folder = prepare(tmp_path)
    put(folder, LONG_HEADER + REPEATS, "别的.csv")
    _, _, _, findings = taken(folder)
    assert sorted(one.code for one in findings) == ["ATTACHMENT_UNREAD", "SUBMISSION_MISSING"]


def test_two_versions_of_an_export_need_a_decision(tmp_path: Path) -> None:
    """Nobody guesses which one counts; excluding the old one by its hash settles it.  `returns/` takes it in stride."""
    folder = prepare(tmp_path)
    old = put(folder, LONG_HEADER + "1,,,甲局,满意,\n2,,,乙局,满意,\n")
    taken(folder)
    put(folder, LONG_HEADER + "1,,,甲局,满意,\n2,,,乙局,一般,\n")
    assert [one.code for one in taken(folder)[3]] == ["SUBMISSION_CONFLICT"]
    run.prepare_returns(run.take_in(folder), date(2027, 1, 1))
    first = hashlib.sha256((LONG_HEADER + "1,,,甲局,满意,\n2,,,乙局,满意,\n").encode()).hexdigest()
    assert old.exists()
    decide(folder, LEDGER + f"排除,1号,2027-01-01,重新导出,,,{first},,,,\n")
    _, intake, _, findings = taken(folder)
    assert findings == []
    assert ballots(intake)["B", "", "一般"] == 1


def test_the_same_answers_from_another_program_are_a_copy(tmp_path: Path) -> None:
    """The CSV and the same saved anew in GBK say the same: one counts, the other is its copy."""
    folder = prepare(tmp_path)
    text = LONG_HEADER + "1,,,甲局,满意,\n2,,,乙局,满意,\n"
    put(folder, text)
    put(folder, text.encode("gb18030"), f"GBK/{FILE}")
    _, _, made, findings = taken(folder)
    assert sorted(one.severity for one in findings) == ["note"] * len(findings)
    assert sorted(each.became for each in made.files if each.evaluator == "V1") == ["copy", "counted"]


def test_an_export_has_no_confirmation_sheet(tmp_path: Path) -> None:
    """Nobody filled it in: only the office's own marks are there to be signed."""
    folder = prepare(tmp_path)
    put(folder, LONG_HEADER + "1,,,甲局,满意,\n1,,,乙局,一般,\n")
    made = run.prepare_confirmations(run.take_in(folder))
    assert [one.evaluator for one in made] == ["O1"]


def test_too_few_answers_are_a_finding(tmp_path: Path) -> None:
    """The rules ask for two answers that choose; a unit with one of them and an abstention has too few."""
    folder = prepare(tmp_path, LONG, with_rule("minimum = 2"))
    put(folder, LONG_HEADER + "1,,,甲局,满意,\n2,,,甲局,不了解,\n1,,,乙局,满意,\n2,,,乙局,满意,\n")
    assert [(one.code, one.unit) for one in taken(folder)[3]] == [("BALLOTS_TOO_FEW", "A")]


def test_a_survey_that_does_not_come_can_be_waived(tmp_path: Path) -> None:
    """Missing it blocks; a waiver with a document settles it."""
    folder = prepare(tmp_path)
    assert [(one.code, one.evaluator) for one in taken(folder)[3]] == [("SUBMISSION_MISSING", "V1")]
    decide(folder, LEDGER + "免报,1号,2027-01-01,未开展,,V1,,,,,\n")
    assert taken(folder)[3] == []


# --- what evaluation.toml says ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("survey", "roster", "expected"),
    [
        (LONG.replace("调查队", "调查对"), {}, [("REFERENCE_UNKNOWN", "survey[1].evaluator")]),
        (LONG.replace("调查队", "O1"), {}, [("SURVEY_EVALUATOR", "survey[1].evaluator")]),
        (LONG, {"批次": "评估主体,批次,评价卡数\nV1,1,6\n"}, [("SURVEY_EVALUATOR", "survey[1].evaluator")]),
        (LONG.replace('"评价"', '"问卷编号"'), {}, [("SURVEY_MAPPING", "survey[1].choice")]),
        (LONG.replace('choice = "评价"\n', ""), {}, [("SURVEY_MAPPING", "survey[1].choice")]),
        (
            LONG + 'units = "columns"\n',
            {},
            [("SURVEY_MAPPING", "survey[1].choice"), ("SURVEY_MAPPING", "survey[1].unit")],
        ),
        (LONG.replace(FILE, f"调查/{FILE}"), {}, [("SURVEY_MAPPING", "survey[1].file")]),
        (LONG + LONG, {}, [("RULES_DUPLICATE", "survey[2].evaluator"), ("RULES_DUPLICATE", "survey[2].file")]),
        (LONG.replace("respondent", "respondents"), {}, [("RULES_KEY_UNKNOWN", "survey[1].respondents")]),
    ],
)
def test_a_wrong_description_is_refused_with_its_key(
    survey: str, roster: dict[str, str], expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    """Every mistake in [[survey]] is named before anything is read."""
    with pytest.raises(Refused) as refused:
        prepare(tmp_path, survey, roster=ROSTER | roster)
    found = [(one.code, one.cell) for one in refused.value.findings if one.code != "ROSTER_BATCH_MISSING"]
    assert sorted(found) == expected


def test_the_rules_in_words_say_how_a_survey_is_read(tmp_path: Path) -> None:
    """File, form, what tells repeats, what is dropped: in both languages."""
    evaluation, _ = load(prepare(tmp_path))
    assert (
        "  调查队：“满意度调查.csv”，一行一个回答（单位：“被评单位”，选项：“评价”）；“问卷编号”相同的是同一人；"
        "个人信息不保留：姓名、电话"
    ) in explain(evaluation)
    assert "personal data, dropped: 姓名, 电话" in "\n".join(explain(evaluation, "en"))


def test_one_export_cannot_answer_two_components(tmp_path: Path) -> None:
    """Two leaves of one role about the same unit: an answer could belong to either."""
    again = RULES.replace("weight = 40", "weight = 20") + (
        '[component.poll]\nname = "网评"\nweight = 20\nby = "survey"\nanswer = { ballot = "card" }\n'
    )
    with pytest.raises(Refused) as refused:
        prepare(tmp_path, LONG, again)
    assert [(one.code, one.cell) for one in refused.value.findings] == [("SURVEY_EVALUATOR", "survey[1].evaluator")]


# --- laws ------------------------------------------------------------------------------------------------------------


def test_changing_any_cell_that_counts_changes_ballots_or_findings(tmp_path: Path) -> None:
    """Every cell of respondent, unit and choice, one after the other (law 1)."""
    folder = prepare(tmp_path, LONG, with_rule('repeated = "first"'))
    rows = [["1", "", "", "甲局", "满意", ""], ["1", "", "", "乙局", "一般", ""], ["2", "", "", "甲局", "", ""]]
    rows.append(["1", "", "", "甲局", "一般", ""])
    evaluation, _ = load(folder)
    (export,) = exports(evaluation).values()

    def outcome(lines: list[list[str]]) -> object:
        text = LONG_HEADER + "".join(",".join(line) + "\n" for line in lines)
        return read_export(text.encode(), export)

    before = outcome(rows)
    for row, line in enumerate(rows):
        for column, value in ((0, "7"), (0, ""), (3, "丙局"), (3, ""), (4, "不了解"), (4, "差")):
            if (row == 3 and column == 4) or (row in (1, 2) and value == "7"):
                continue  # the answer that the rule leaves out; another name for one who answered once
            changed = [list(each) for each in rows]
            changed[row][column] = value
            if changed[row] != line:
                assert outcome(changed) != before, (row, column, value)


def test_nothing_personal_gets_into_a_run(tmp_path: Path) -> None:
    """Names, telephone numbers and the numbers of respondents stand in the record and nowhere in runs/ or returns/."""
    folder = prepare(tmp_path, LONG.replace('["姓名", "电话"]', '["姓名", "电话", "问卷编号"]'))
    text = LONG_HEADER + "Q-4711,张三丰,13812345678,甲局,满意,闲话\nQ-4712,李四光,13987654321,乙局,一般,闲话\n"
    put(folder, text + "Q-4712,李四光,13987654321,乙局,满意,闲话\n")
    first = run.score_folder(folder, interim=True)
    run.prepare_returns(run.take_in(folder), date(2027, 1, 1))
    private = ["张三丰", "李四光", "13812345678", "13987654321", "Q-4711", "Q-4712", "闲话"]
    assert "SURVEY_REPEATED" in (first.folder / "findings.jsonl").read_text("utf-8")
    for part in ("runs", "returns"):
        for path in (each for each in (folder / part).rglob("*") if each.is_file()):
            contents = _texts(path)
            assert [word for word in private if word in contents] == [], path
    assert any("张三丰" in path.read_text("utf-8") for path in (folder / "received").glob("*.csv"))


def _texts(path: Path) -> str:
    """Everything that a file says, archives unpacked."""
    data = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            data = b"\n".join(archive.read(name) for name in archive.namelist())
    return data.decode("utf-8", "replace")


def test_a_run_keeps_the_accounts_and_scores_the_answers(tmp_path: Path) -> None:
    """accounts.json has the export's figures, ballots.csv its counts, and the share is the mean of the answers."""
    folder = prepare(tmp_path, LONG, with_rule('repeated = "last"'))
    put(folder, LONG_HEADER + REPEATS)
    scored = run.score_folder(folder)
    made = json.loads((scored.folder / "accounts.json").read_text("utf-8"))
    assert made["surveys"] == [
        {
            "evaluator": "V1",
            "file": f"inbox/{FILE}",
            "rows": 4,
            "read": 4,
            "counted": 3,
            "repeated": 1,
            "blank": 0,
            "refused": 0,
        }
    ]
    assert scored.result.points["A", "vote"].share == Fraction(60, 100)
    rows = list(csv.DictReader(io.StringIO((scored.folder / "ballots.csv").read_text("utf-8-sig"))))
    assert {(row["unit"], row["choice"], row["count"]) for row in rows} == {
        ("A", "一般", "1"),
        ("A", "不了解", "1"),
        ("B", "满意", "1"),
    }


# --- size ------------------------------------------------------------------------------------------------------------

MANY = {
    "单位": "编号,名称,对象类别,分类,顺序\n" + "".join(f"u{at},第{at}局,d,g,{at}\n" for at in range(1, 21)),
    "评估主体": ROSTER["评估主体"],
}
CHOICES = ("满意", "一般", "不了解", "")


def big(rows: int, wide: bool) -> bytes:
    """An export whose every hundredth respondent answers again; 14 sampling points."""
    dice = random.Random(2008)
    names = [f"第{at}局" for at in range(1, 21)]
    lines = ["问卷编号,调查点," + (",".join(names) if wide else "被评单位,评价")]
    for at in range(rows):
        who = at - 50 if at % 100 == 99 else at
        head = f"Q{who if wide else who // 20:06d},第{at % 14 + 1}点"
        said = [dice.choice(CHOICES) for _ in names] if wide else [names[at % 20], dice.choice(CHOICES)]
        lines.append(",".join([head, *said]))
    return ("\n".join(lines) + "\n").encode()


@pytest.mark.parametrize(
    ("rows", "wide"),
    [(10_207, True), *(pytest.param(rows, False, marks=pytest.mark.slow) for rows in (40_000, 200_000))],
)
def test_exports_of_a_citys_size_are_read_at_once(rows: int, wide: bool, tmp_path: Path) -> None:
    """10,207 questionnaires about 20 units, or many rows: every answer accounted for, in seconds, without holding
    the rows in memory."""
    survey = '[[survey]]\nevaluator = "V1"\nfile = "x.csv"\nrespondent = "问卷编号"\npoint = "调查点"\n'
    survey += 'units = "columns"\n' if wide else 'unit = "被评单位"\nchoice = "评价"\n'
    folder = make(tmp_path / "city", MANY, {"d": with_rule('repeated = "first"')}, SETTINGS + survey)
    (export,) = exports(load(folder)[0]).values()
    data = big(rows, wide)
    start = time.process_time()
    answers, problems = read_export(data, export)
    took = time.process_time() - start
    assert answers is not None
    assert problems == ()
    assert answers.rows == rows
    assert answers.read == (rows * 20 if wide else rows)
    assert answers.read == answers.counted + answers.repeated + answers.blank + answers.refused
    assert answers.repeated > 0
    assert took < 10
    tracemalloc.start()
    read_export(data, export)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"{rows} rows, {len(data)} bytes: {took:.2f} s of CPU, {rows / took:.0f} rows/s, peak {peak / 1e6:.0f} MB")  # noqa: T201
    assert peak < 64e6


# --- as survey services and spreadsheets write it --------------------------------------------------------------------


def with_separator(text: str, separator: str) -> str:
    return text.replace(",", separator)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_separators_and_encodings_are_found_out(tmp_path: Path, separator: str, encoding: str) -> None:
    """Commas, semicolons and tabs; UTF-8, GBK and UTF-16: the same answers."""
    folder = prepare(tmp_path)
    put(
        folder,
        with_separator(LONG_HEADER + "1,张三,138,甲局,满意,\n2,李四,139,乙局,一般,\n", separator).encode(encoding),
    )
    _, intake, _, findings = taken(folder)
    assert ballots(intake) == {("A", "", "满意"): 1, ("B", "", "一般"): 1}
    assert [one.code for one in findings] == (["SURVEY_GB18030"] if encoding == "gb18030" else [])


@pytest.mark.parametrize(
    "text",
    [
        '问卷编号;姓名;电话;被评单位;评价;备注\n1;张三;138;甲局;满意;好,很好\n2;;;乙局;一般;"a;b,c"\n',
        "sep=;\n问卷编号;姓名;电话;被评单位;评价;备注\n1;张三;138;甲局;满意;\n2;;;乙局;一般;\n",
        '"问卷编号";"姓名";"电话";"被评单位";"评价";"备注"\n1;"张;三,四";138;甲局;满意;\n2;;;乙局;一般;\n',
    ],
)
def test_what_stands_in_a_text_separates_nothing(tmp_path: Path, text: str) -> None:
    """Commas in a remark, semicolons in quotation marks, the line by which Excel is told the separator."""
    folder = prepare(tmp_path)
    put(folder, text)
    _, intake, _, findings = taken(folder)
    assert (ballots(intake), findings) == ({("A", "", "满意"): 1, ("B", "", "一般"): 1}, [])


@pytest.mark.parametrize(
    "header",
    [
        *(
            "3、{}",
            "3.{}",
            "Q3_{}",
            "3、请您评价：{}",
            "3、请您评价:{}",
            "第3题：{}",
            "3. {}",
            "3){}",
            "*3、{}",
            "3、您的评价—{}",
        ),
        *("3、请您评价({})", "3({})", "3、{}[单选题]", "（3）请评价：{}"),
    ],
)
def test_headers_of_survey_services_name_units(tmp_path: Path, header: str) -> None:
    """Without number and question exactly one unit is left; a note names one of the columns."""
    folder = prepare(tmp_path, WIDE)
    put(folder, f"问卷编号,姓名,{header.format('甲局')},{header.format('乙局')}\n1,张三,满意,一般\n")
    _, intake, _, findings = taken(folder)
    assert ballots(intake) == {("A", "", "满意"): 1, ("B", "", "一般"): 1}
    assert [(one.code, one.value) for one in findings] == [("SURVEY_HEADERS_READ", header.format("甲局"))]


def test_two_questions_about_one_unit_are_not_mixed(tmp_path: Path) -> None:
    """Which of the two is meant is said by nobody; the one that is not is put under `ignore`, by its whole header."""
    text = "问卷编号,姓名,1、效率：甲局,2、作风：甲局,3、效率：乙局\n1,张三,满意,一般,一般\n"
    folder = prepare(tmp_path, WIDE)
    put(folder, text)
    _, _, _, findings = taken(folder)
    assert [one.code for one in findings] == ["COLUMN_REPEATED"]
    folder = prepare(tmp_path / "again", WIDE.replace("personal", 'ignore = ["2、作风：甲局"]\npersonal'))
    put(folder, text)
    _, intake, _, _ = taken(folder)
    assert ballots(intake) == {("A", "", "满意"): 1, ("B", "", "一般"): 1}


@pytest.mark.parametrize("who", ["4.21E+17", "2.20702E+17", "4.21023199001011E+17"])
def test_numbers_that_a_spreadsheet_destroyed_are_nobody(tmp_path: Path, who: str) -> None:
    """Two people are not one who answered again: none of the answers counts, and it is said why."""
    folder = prepare(tmp_path, rules=with_rule('repeated = "last"'))
    put(folder, LONG_HEADER + f"{who},,,甲局,满意,\n{who},,,甲局,一般,\n7,,,乙局,一般,\n")
    _, intake, made, findings = taken(folder)
    assert said(findings) == [("SURVEY_RESPONDENT_ROUNDED", "A2", "")]
    assert ballots(intake) == {("B", "", "一般"): 1}
    assert numbers(made) == (3, 3, 1, 0, 0, 2)


def test_a_long_number_in_an_excel_cell_is_destroyed(tmp_path: Path) -> None:
    """A number of more than fifteen digits in a cell of numbers has lost some; as text it has not."""
    folder = prepare(tmp_path, LONG.replace(".csv", ".xlsx"), with_rule('repeated = "last"'))
    header = LONG_HEADER.strip().split(",")
    rows: list[Sequence[object]] = [
        header,
        [421023199001011234, "", "", "甲局", "满意"],
        ["421023199001011234", "", "", "乙局", "一般"],
    ]
    put(folder, sheet(rows), "满意度调查.xlsx")
    _, intake, _, findings = taken(folder)
    assert said(findings) == [("SURVEY_RESPONDENT_ROUNDED", "A2", "")]
    assert ballots(intake) == {("B", "", "一般"): 1}


def test_long_numbers_that_end_in_zeros_are_doubted(tmp_path: Path) -> None:
    """Alone they count, with a warning; where one stands twice, nobody can tell whether it is one person."""
    folder = prepare(tmp_path, rules=with_rule('repeated = "last"'))
    first, twice = "421023199001011000", "421023199001012000"
    lines = f"{first},,,甲局,满意,\n{twice},,,甲局,满意,\n{twice},,,甲局,一般,\n421023199001012001,,,乙局,一般,\n"
    put(folder, LONG_HEADER + lines)
    _, intake, made, findings = taken(folder)
    assert said(findings) == [("SURVEY_RESPONDENT_ROUNDED", "A3", ""), ("SURVEY_RESPONDENT_ZEROS", "A2", "")]
    assert ballots(intake) == {("A", "", "满意"): 1, ("B", "", "一般"): 1}
    assert numbers(made) == (4, 4, 2, 0, 0, 2)


TIMED = LONG.replace('ignore = ["备注"]', 'time = "备注"')


@pytest.mark.parametrize(("rule", "counts"), [("first", "满意"), ("last", "一般")])
@pytest.mark.parametrize(
    ("early", "late"),
    [
        ("2026/11/3 9:15:02", "2026/11/3 10:15"),
        ("2026-11-03 09:15", "2026-11-12 08:00:00"),
        ("2026年11月3日 9时15分", "2026.11.4"),
        ("46329.385", "46329.4271"),
    ],
)
def test_a_column_of_time_says_which_answer_is_first(
    tmp_path: Path, rule: str, counts: str, early: str, late: str
) -> None:
    """Services list the newest answer first; the order of rows says nothing then."""
    folder = prepare(tmp_path, TIMED, with_rule(f'repeated = "{rule}"'))
    put(folder, LONG_HEADER + f"1,,,甲局,一般,{late}\n1,,,甲局,满意,{early}\n")
    _, intake, _, findings = taken(folder)
    assert (ballots(intake), findings) == ({("A", "", counts): 1}, [])


@pytest.mark.parametrize(("one", "other"), [("3/11/2026", "2026/11/4"), ("", "2026/11/4"), ("2026/11/4", "2026-11-4")])
def test_times_that_do_not_tell_which_is_first_are_a_finding(tmp_path: Path, one: str, other: str) -> None:
    """Day or month, no time at all, the same time twice: none counts; who answered once needs no time."""
    folder = prepare(tmp_path, TIMED, with_rule('repeated = "last"'))
    put(folder, LONG_HEADER + f"1,,,甲局,一般,{one}\n1,,,甲局,满意,{other}\n2,,,乙局,一般,\n")
    _, intake, _, findings = taken(folder)
    assert [(each.code, each.value) for each in findings] == [("SURVEY_TIME", "")]
    assert ballots(intake) == {("B", "", "一般"): 1}


def test_the_ending_of_an_export_may_be_in_capitals(tmp_path: Path) -> None:
    """Some programs write 满意度调查.CSV."""
    folder = prepare(tmp_path)
    put(folder, LONG_HEADER + "1,,,甲局,满意,\n", "满意度调查.CSV")
    assert taken(folder)[3] == []
