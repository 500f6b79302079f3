"""What is read from a cell, a row and a worksheet: nothing guessed, nothing lost, one finding for one mistake."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable
from decimal import Decimal

import openpyxl
import pytest

import asked_tables
from evaltool import reader
from evaltool.identity import parse_code
from evaltool.inbox.extract.answers import Answer, in_full
from evaltool.inbox.extract.corrections import Correction
from evaltool.inbox.extract.parsing import say
from evaltool.inbox.extract.workbook import Extract, codes, extract
from evaltool.questions.forms import FIGURE, Form, FormColumn, FormLine, FormSheet, FormTable, Worksheets
from evaltool.sheets.blank import book
from evaltool.writers.saving import to_bytes

MARK = FormColumn("得分\n（0—10分）", "number", high=Decimal(10), decimals=1)
TIER = FormColumn("档次", "choice", indicator="t", choices=("一等", "二等"))
NOTE = FormColumn("说明", "text", "remark", required=False)
LINES = (FormLine(("1", "清川县"), "C1"), FormLine(("2", "白石（新）区"), "C2"), FormLine(("3", "云台县"), "C3"))
GRID = FormTable("grid", "counties", "base", 5, ("序号", "被评估单位"), LINES, (MARK, TIER, NOTE))
FORM = Form("e-2026", "O1", "", "测试", "O1.xlsx", Worksheets((FormSheet("打分表", "打分", ("说明。",), (GRID,)),)))
FILLED = {"C7": 9.5, "D7": "一等", "C8": 8, "D8": "二等", "C9": 7.5, "D9": "一等"}

Edit = Callable[[openpyxl.Workbook], None]


def returned(
    edit: Edit | None = None, cells: dict[str, object] | None = None, form: Form = FORM, *, keep: bool = True
) -> reader.Workbook:
    """The form filled in, edited as an evaluator might, saved by another program and read."""
    file = openpyxl.load_workbook(io.BytesIO(to_bytes(book(form))))
    for cell, value in {**(FILLED if keep else {}), **(cells or {})}.items():
        file["打分表"][cell] = value
    if edit:
        edit(file)
    out = io.BytesIO()
    file.save(out)
    read = reader.read(out.getvalue())
    assert isinstance(read, reader.Workbook), read
    return read


def problems(said: Extract) -> list[tuple[str, str]]:
    return [(problem.code, problem.cell) for problem in said.problems]


def answers(said: Extract, form: Form = FORM) -> list[Answer]:
    return list(in_full(form.sheets, said.answers))


def values(said: Extract, form: Form = FORM) -> dict[str, object]:
    return {answer.cell: answer.value for answer in answers(said, form) if answer.state == "given"}


def test_a_filled_form_reads_back_as_it_was_filled() -> None:
    """Numbers come back as integers in units of the last decimal, choices as their place in the list."""
    said = extract(FORM, returned())
    assert values(said) == {"C7": 95, "D7": 0, "C8": 80, "D8": 1, "C9": 75, "D9": 0}
    assert problems(said) == []


def test_the_identity_stands_in_three_places_and_agrees() -> None:
    """Hidden worksheet, property and visible code carry the same identity."""
    found = codes(returned())
    assert [parse_code(code) for code in found] == [FORM.identity()]


def test_an_edited_identity_is_seen() -> None:
    """Who edits one of the three places leaves two identities in the file."""

    def edit(file: openpyxl.Workbook) -> None:
        file["_evaltool"]["B1"] = FORM.identity().code().replace("O1", "M1")

    assert len(codes(returned(edit))) == 2


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("九分", "SCORE_NOT_NUMBER"),
        ("９．５", "SCORE_TEXT_NUMBER"),
        ("9.5分", "SCORE_TEXT_UNIT"),
        ("95%", "SCORE_PERCENT"),
        ("8-9", "SCORE_NOT_NUMBER"),
        ("1,5", "SCORE_NOT_NUMBER"),
        (9.55, "SCORE_DECIMALS"),
        ("=9+0.5", "FORMULA_NO_VALUE"),
        (True, "SCORE_BOOLEAN"),
    ],
)
def test_what_is_typed_into_a_mark(typed: object, code: str) -> None:
    """Each way to type something else than a plain number has its own code, at its cell, once."""
    assert problems(extract(FORM, returned(cells={"C8": typed}))) == [(code, "C8")]


@pytest.mark.parametrize(
    ("shown_as", "number", "code"),
    [
        ("0%", 0.95, "SCORE_PERCENT"),
        ("yyyy-mm-dd", 9, "SCORE_DATE"),
        ("0", 9.5, "SCORE_DISPLAY_DIFFERS"),
        (";;;", 9, "SCORE_DISPLAY_HIDES"),
        ('"10"', 9, "SCORE_DISPLAY_HIDES"),
        ("0,", 9, "SCORE_DISPLAY_HIDES"),
        ('0.0"分"', 9.5, ""),
        ("#,##0.00", 9.5, ""),
    ],
)
def test_a_cell_that_shows_something_else_than_it_holds(shown_as: str, number: float, code: str) -> None:
    """The evaluator saw the display, so a display that differs is said, and a hidden or ambiguous one blocks."""

    def edit(file: openpyxl.Workbook) -> None:
        file["打分表"]["C8"].number_format = shown_as

    assert problems(extract(FORM, returned(edit, {"C8": number}))) == ([(code, "C8")] if code else [])


def test_float_noise_is_not_a_decimal() -> None:
    """0.1 + 0.2 is 0.3, as Excel shows it."""
    assert values(extract(FORM, returned(cells={"C8": 0.1 + 0.2})))["C8"] == 3


def test_an_abstention_is_neither_missing_nor_zero() -> None:
    """弃权 in a cell is a state of its own."""
    said = extract(FORM, returned(cells={"C8": " 弃权 "}))
    assert [answer.state for answer in answers(said) if answer.cell == "C8"] == ["abstained"]


def test_a_changed_label_takes_its_row_out_and_is_said_once() -> None:
    """A retyped unit name matches nobody; its marks are not read and not missing either."""
    said = extract(FORM, returned(cells={"B8": "白石区"}))
    assert problems(said) == [("LABEL_CHANGED", "B8")]
    assert "C8" not in values(said)


def test_width_blanks_and_brackets_of_a_label_do_not_matter() -> None:
    """The stated normalisation folds full and half width, blanks and kinds of brackets."""
    said = extract(FORM, returned(cells={"B8": "白石 (新) 区"}))
    assert problems(said) == []


def test_sorted_rows_are_matched_by_name_with_a_warning() -> None:
    """Two rows exchanged with their labels are read by their labels."""

    def edit(file: openpyxl.Workbook) -> None:
        sheet = file["打分表"]
        for column in "BCD":
            sheet[f"{column}7"].value, sheet[f"{column}8"].value = sheet[f"{column}8"].value, sheet[f"{column}7"].value

    said = extract(FORM, returned(edit))
    marks = {answer.unit: answer.value for answer in answers(said) if answer.field == "mark" and answer.indicator == ""}
    assert marks == {"C1": 95, "C2": 80, "C3": 75}
    assert [code for code, _ in problems(said)] == ["LABELS_MOVED"]


def test_a_number_below_the_table_blocks_and_a_remark_beside_it_does_not() -> None:
    """A number in an added row is probably a mark; a text aside is a note to look at."""
    said = extract(FORM, returned(cells={"C12": 9, "H3": "请审核"}))
    assert sorted(problems(said)) == [("CELL_OUTSIDE", "H3"), ("ROW_UNEXPECTED", "C12")]


def test_a_renamed_worksheet_is_read() -> None:
    """Heading and identity are intact: what stands on it counts, at the name that it has now, and a warning says so."""

    def edit(file: openpyxl.Workbook) -> None:
        file["打分表"].title = "Sheet1"

    said, asked = extract(FORM, returned(edit)), extract(FORM, returned(lambda file: None))
    assert [(one.code, one.sheet, one.value) for one in said.problems] == [("SHEET_RENAMED", "Sheet1", "打分表")]
    assert [one._replace(sheet="") for one in answers(said)] == [one._replace(sheet="") for one in answers(asked)]
    assert {one.sheet for one in answers(said)} == {"Sheet1"}


@pytest.mark.parametrize("cell", ["A2", f"A{FORM.sheets[0].foot + 1}"])
def test_a_renamed_worksheet_without_its_heading_or_its_identity_is_missing(cell: str) -> None:
    """Nothing shows any more that it is the one that was sent out; its likely new name is a hint only."""

    def edit(file: openpyxl.Workbook) -> None:
        file["打分表"].title = "打分表（新）"
        file["打分表（新）"][cell].value = None

    said = extract(FORM, returned(edit))
    assert [(one.code, one.value) for one in said.problems] == [("SHEET_MISSING", "打分表（新）")]
    assert answers(said) == []


def copied(renamed: bool, value: object) -> Callable[[openpyxl.Workbook], None]:
    """The worksheet once more, with a value of its own; `renamed`: neither bears the name that was sent out."""

    def edit(file: openpyxl.Workbook) -> None:
        other = file.copy_worksheet(file["打分表"])
        other.title = "打分表 (2)"
        other["C7"].value = value
        if renamed:
            file["打分表"].title = "打分表 (1)"

    return edit


@pytest.mark.parametrize("renamed", [False, True])
def test_two_worksheets_that_both_fit_are_an_error(renamed: bool) -> None:
    """Which of them counts is for the evaluator to say; two that say the same are one."""
    same = returned(lambda file: None).sheets[0].cells[6, 2].number
    assert same is not None
    said = extract(FORM, returned(copied(renamed, float(same))))
    assert sorted(code for code, _ in problems(said)) == [*(["SHEET_EXTRA"]), *(["SHEET_RENAMED"] if renamed else [])]
    assert len(answers(said)) == len(answers(extract(FORM, returned(lambda file: None))))
    said = extract(FORM, returned(copied(renamed, float(same) - 1)))
    assert [code for code, _ in problems(said)] == ["SHEET_TWICE"]
    assert bool(answers(said)) is not renamed


def test_merged_marks_are_not_read_and_are_said_at_each_cell() -> None:
    """One value over two rows may belong to either, so neither row has it; both are to be mended."""

    def edit(file: openpyxl.Workbook) -> None:
        file["打分表"].merge_cells("D7:D8")

    said = extract(FORM, returned(edit))
    assert problems(said) == [("MERGED_SCORE", "D7"), ("MERGED_SCORE", "D8")]
    assert not {"D7", "D8"} & values(said).keys()


def test_a_blocked_cell_that_is_filled() -> None:
    """A mark where the evaluator was not asked is a finding, not a mark."""
    table = FormTable("grid", "counties", "base", 5, ("序号", "被评估单位"), LINES, (MARK, TIER, NOTE), ((1, 0),))
    form = Form(
        "e-2026", "O1", "", "测试", "O1.xlsx", Worksheets((FormSheet("打分表", "打分", ("说明。",), (table,)),))
    )
    said = extract(form, returned(form=form))
    assert problems(said) == [("CELL_BLOCKED", "C8")]
    assert "C8" not in values(said, form)


def test_a_correction_replaces_what_the_sheet_says() -> None:
    """The corrected value counts and carries the document's number."""
    decided = Correction("打分表", "C8", "8", "8.5", "绩办〔2027〕5号")
    said = extract(FORM, returned(), (decided,))
    assert [(answer.value, answer.decision) for answer in answers(said) if answer.cell == "C8"] == [
        (85, "绩办〔2027〕5号")
    ]


def test_a_correction_of_another_value_is_refused() -> None:
    """ "From" must be what the sheet says; else the sheet's value stays and somebody is told."""
    said = extract(FORM, returned(), (Correction("打分表", "C8", "6", "8.5", "绩办〔2027〕5号"),))
    assert problems(said) == [("CORRECTION_MISMATCH", "C8")]
    assert values(said)["C8"] == 80


def test_a_sum_that_differs_from_its_parts() -> None:
    """A typed-over sum is a warning; the parts count."""
    total = FormColumn("合计", "sum", field="sum", required=False)
    other = FormColumn("乙", "number", indicator="b", high=Decimal(10), decimals=1)
    table = FormTable("grid", "counties", "base", 5, ("序号", "被评估单位"), LINES, (MARK, other, total))
    form = Form(
        "e-2026", "O1", "", "测试", "O1.xlsx", Worksheets((FormSheet("打分表", "打分", ("说明。",), (table,)),))
    )
    cells: dict[str, object] = {"D7": 1, "D8": 1, "D9": 1, "E7": 10.5, "E8": 9.5, "E9": 8.5}
    assert problems(extract(form, returned(cells=cells, form=form))) == [("SUM_DIFFERS", "E8")]


def test_a_blank_cell_is_blank_whatever_its_style() -> None:
    """Blanks of any kind are no answer."""
    cell = reader.ReadCell("text", "  ", None, None, "General", merged=False, hidden=False)
    assert say(cell, MARK).state == "blank"


# --- cards -----------------------------------------------------------------------------------------------------------

CARDS = asked_tables.cards(5)
CARD_FORM = Form(
    "e-2026", "B1", "1", "评价卡", "B1.xlsx", Worksheets((FormSheet("打分表", "卡", ("说明。",), (CARDS,)),))
)


def cards(cells: dict[str, object]) -> Extract:
    file = openpyxl.load_workbook(io.BytesIO(to_bytes(book(CARD_FORM))))
    for cell, value in cells.items():
        file["打分表"][cell] = value
    out = io.BytesIO()
    file.save(out)
    read = reader.read(out.getvalue())
    assert isinstance(read, reader.Workbook)
    return extract(CARD_FORM, read)


def test_cards_are_counted_per_unit_and_choice() -> None:
    """A spoiled card counts for nothing else; a unit left blank on a valid card is counted as blank."""
    said = cards({"B7": "好", "C7": "中", "B8": "好", "B9": "不了解", "C9": "好", "B10": "好", "D10": "废票"})
    counted = {(one.unit, one.choice): one.cards for one in said.counts if one.valid}
    assert counted == {("C1", "好"): 2, ("C1", "不了解"): 1, ("C3", "中"): 1, ("C3", ""): 1, ("C3", "好"): 1}
    assert {(one.unit, one.choice) for one in said.counts if not one.valid} == {("C1", "好"), ("C3", "")}
    assert (said.card_lines[0].used, said.card_lines[0].spoiled) == (4, 1)


def test_a_choice_that_is_not_on_the_card_is_said_at_its_cell() -> None:
    """It counts for nothing until it is mended."""
    said = cards({"B7": "很好", "C7": "中"})
    assert problems(said) == [("CHOICE_UNKNOWN", "B7")]
    assert [(one.unit, one.choice) for one in said.counts] == [("C3", "中")]


SHARE = FormColumn("完成率（%）", "number", high=Decimal(100), decimals=1)
WEIGHED = FormColumn("得分（占20%）", "number", high=Decimal(100), decimals=1)
MEASURED = FormTable(
    "figures",
    "counties",
    "base",
    5,
    ("序号", "计量单位"),
    (FormLine(("1", "％"), "C1"), FormLine(("2", "亿元"), "C2")),
    (FormColumn("初步数", "number", f"{FIGURE}初步数", high=Decimal(100), decimals=1),),
)


def of_table(table: FormTable) -> Form:
    return dataclasses.replace(FORM, sheets=Worksheets((FormSheet("打分表", "打分", ("说明。",), (table,)),)))


def as_percent(file: openpyxl.Workbook) -> None:
    for cell in ("C7", "C8"):
        file["打分表"][cell].number_format = "0.0%"


@pytest.mark.parametrize(
    ("column", "typed", "expected"),
    [
        (SHARE, ("55%", "0.5％"), {"C7": 550, "C8": 5}),
        (SHARE, (0.55, 0.555), {"C7": 550, "C8": 555}),
        (WEIGHED, ("55%", "60%"), {}),  # the sign belongs to the weight
        (MARK, (0.55, 0.6), {}),
    ],
)
def test_a_percentage_counts_where_the_heading_says_percent(
    column: FormColumn, typed: tuple[object, object], expected: dict[str, object]
) -> None:
    """55% and 0.55 shown as 55% are 55 there, with a note; anywhere else nobody can tell 55 from 0.55."""
    table = dataclasses.replace(GRID, columns=(column,))
    cells = {"C7": typed[0], "C8": typed[1], "C9": 1}
    said = extract(of_table(table), returned(as_percent, cells, of_table(table), keep=False))
    code = "SCORE_PERCENT_READ" if expected else "SCORE_PERCENT"
    assert problems(said) == [(code, "C7"), (code, "C8")]
    found = values(said, of_table(table))
    assert {cell: found[cell] for cell in ("C7", "C8") if cell in found} == expected


def test_a_percentage_counts_where_the_lines_unit_of_measure_is_percent() -> None:
    """Line by line: of the next one, in 亿元, nobody can tell."""
    said = extract(of_table(MEASURED), returned(None, {"C7": "55%", "C8": "55%"}, of_table(MEASURED), keep=False))
    assert problems(said) == [("SCORE_PERCENT_READ", "C7"), ("SCORE_PERCENT", "C8")]
    assert values(said, of_table(MEASURED))["C7"] == 550


@pytest.mark.parametrize("shown", ['0.0"%"', r"0.0\%", "0.0*%"])
def test_a_percent_sign_that_is_only_shown_multiplies_nothing(shown: str) -> None:
    """0.5 shown as 0.5% by a format with a quoted sign may be 0.5 or 50: somebody has to look."""
    table = of_table(dataclasses.replace(GRID, columns=(SHARE,)))

    def edit(file: openpyxl.Workbook) -> None:
        file["打分表"]["C7"].number_format = shown

    said = extract(table, returned(edit, {"C7": 0.5, "C8": 1, "C9": 1}, table, keep=False))
    assert problems(said) == [("SCORE_DISPLAY_HIDES", "C7")]
    assert "C7" not in values(said, table)


@pytest.mark.parametrize(
    ("shown", "code"),
    [
        ("0%", "SCORE_DISPLAY_DIFFERS"),
        ("0%;-0%", "SCORE_DISPLAY_DIFFERS"),
        ("0.0%", "SCORE_PERCENT_READ"),
        ("0.00%", "SCORE_PERCENT_READ"),
    ],
)
def test_a_rounded_percentage_is_worth_a_look(shown: str, code: str) -> None:
    """0.554 shown as 55% counts as 55.4, and is told of as any number that shows fewer digits than it has."""
    table = of_table(dataclasses.replace(GRID, columns=(SHARE,)))

    def edit(file: openpyxl.Workbook) -> None:
        file["打分表"]["C7"].number_format = shown

    said = extract(table, returned(edit, {"C7": 0.554, "C8": 1, "C9": 1}, table, keep=False))
    assert problems(said) == [(code, "C7")]
    assert values(said, table)["C7"] == 554


@pytest.mark.parametrize(("low", "code"), [(-100, "SCORE_PERCENT_READ"), (0, "SCORE_NOT_NUMBER")])
def test_a_percentage_below_zero_counts_where_figures_have_a_sign(low: int, code: str) -> None:
    """-5% is read as a text as it is as -0.05 in the format of percent; a mark has no sign."""
    table = of_table(dataclasses.replace(GRID, columns=(dataclasses.replace(SHARE, low=Decimal(low)),)))
    said = extract(table, returned(None, {"C7": "-5%", "C8": "－5％", "C9": 1}, table, keep=False))
    assert problems(said) == [(code, "C7"), (code, "C8")]
    assert [values(said, table).get(cell) for cell in ("C7", "C8")] == ([-50, -50] if low else [None, None])
