"""Where lines and columns stand on a returned worksheet after people worked on it; what stands where nobody asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from evaltool.inbox.extract import home
from evaltool.inbox.extract.home import at_home
from evaltool.inbox.extract.locate import locate, shown
from evaltool.inbox.extract.workbook import extract
from evaltool.questions.forms import (
    GOAL_HEADERS,
    INTERIM_HEADERS,
    Form,
    FormColumn,
    FormLine,
    FormSheet,
    FormTable,
    Worksheets,
)
from evaltool.reader import Workbook
from read_sheets import answers, cell, copied_row, deleted, inserted, problems, sent, typed_into, values

TRUE = cell(True)  # noqa: FBT003
MARK = FormColumn("得分", "number", high=Decimal(10))
NOTE = FormColumn("说明", "text", "remark", required=False)
DAY = FormColumn("日期", "text", "date", required=False)
LINES = (FormLine(("1", "清川县"), "C1"), FormLine(("2", "白石区"), "C2"), FormLine(("3", "云台县"), "C3"))
GRID = FormTable("grid", "counties", "base", 5, ("序号", "被评估单位"), LINES, (MARK, NOTE, DAY))
FILLED = {"C7": 9, "C8": 8, "C9": 7}
ALL = {"C1": 9, "C2": 8, "C3": 7}


def form_of(*tables: FormTable) -> Form:
    return Form("e", "O1", "", "测试", "O1.xlsx", Worksheets((FormSheet("打分表", "打分", (), tables),)))


FORM = form_of(GRID)
Edit = Callable[[Workbook], Workbook]


def typed(**cells: object) -> Edit:
    return lambda made: typed_into(made, cells)


def exchanged(made: Workbook, one: int, other: int) -> Workbook:
    """Two rows in each other's place."""
    return deleted(copied_row(copied_row(copied_row(made, one, 99), other, one), 99, other), row=99)


def after(*edits: Edit) -> Edit:
    def both(made: Workbook) -> Workbook:
        for edit in edits:
            made = edit(made)
        return made

    return both


@pytest.mark.parametrize(
    ("edit", "said", "read"),
    [
        pytest.param(typed(), [], ALL, id="as it was sent"),
        pytest.param(lambda made: inserted(made, row=3), [("LABELS_MOVED", "A7")], ALL, id="row above the table"),
        pytest.param(lambda made: inserted(made, row=1, n=2), [("LABELS_MOVED", "A8")], ALL, id="two rows on top"),
        pytest.param(lambda made: deleted(made, row=4), [("LABELS_MOVED", "A5")], ALL, id="a row above deleted"),
        pytest.param(lambda made: inserted(made, row=8), [("LABELS_MOVED", "A6")], ALL, id="row between lines"),
        pytest.param(lambda made: inserted(made, row=7), [("LABELS_MOVED", "A6")], ALL, id="row below the headings"),
        pytest.param(lambda made: inserted(made, column=1), [("LABELS_MOVED", "B6")], ALL, id="column in front"),
        pytest.param(lambda made: inserted(made, column=3), [("LABELS_MOVED", "A6")], ALL, id="column before marks"),
        pytest.param(
            lambda made: deleted(made, row=8), [("LABEL_MISSING", "B8")], {"C1": 9, "C3": 7}, id="a line deleted"
        ),
        pytest.param(
            lambda made: deleted(made, row=9), [("LABEL_MISSING", "B9")], {"C1": 9, "C2": 8}, id="the last line deleted"
        ),
        pytest.param(
            lambda made: deleted(made, row=9, n=2),
            [("LABEL_MISSING", "B9")],
            {"C1": 9, "C2": 8},
            id="the last line deleted, the identity in its row",
        ),
        pytest.param(
            lambda made: deleted(made, row=7, n=2),
            [("LABEL_MISSING", "B7"), ("LABEL_MISSING", "B7")],
            {"C3": 7},
            id="two lines deleted",
        ),
        pytest.param(lambda made: exchanged(made, 7, 9), [("LABELS_MOVED", "A6")], ALL, id="sorted"),
        pytest.param(typed(B8="白石"), [("LABEL_CHANGED", "B8")], {"C1": 9, "C3": 7}, id="a unit retyped"),
        pytest.param(
            typed(B7="清川", B8="白石"),
            [("LABEL_CHANGED", "B7"), ("LABEL_CHANGED", "B8")],
            {"C3": 7},
            id="two units retyped",
        ),
        pytest.param(typed(B8=None), [("LABEL_CHANGED", "B8")], {"C1": 9, "C3": 7}, id="a label deleted"),
        pytest.param(
            typed(A8="  ", B8=" ", C8="", D8="　"),
            [("LABEL_MISSING", "B8"), ("LABELS_MOVED", "A6")],
            {"C1": 9, "C3": 7},
            id="a line emptied: what stands below has not come up",
        ),
        pytest.param(typed(A8=None), [], ALL, id="the serial number does not matter"),
        pytest.param(typed(A8="9", A9="9"), [], ALL, id="nor which it is"),
        pytest.param(
            after(typed(C7=9), lambda made: copied_row(made, 8, 10)),
            [("LABEL_REPEATED", "B10")],
            {"C1": 9, "C3": 7},
            id="a line copied with its mark",
        ),
        pytest.param(typed(B10="白石区"), [("CELL_OUTSIDE", "B10")], ALL, id="a label once more, without a mark"),
        pytest.param(
            lambda made: copied_row(made, 8, 10, columns=2), [("CELL_OUTSIDE", "A10")], ALL, id="also with its number"
        ),
        pytest.param(
            after(lambda made: copied_row(made, 8, 10), typed(C8=None)),
            [("LABEL_REPEATED", "B10")],
            {"C1": 9, "C3": 7},
            id="marked in the copy only: which is meant nobody can tell",
        ),
        pytest.param(typed(B6="单位"), [("HEADING_CHANGED", "B6")], ALL, id="the heading of units retyped"),
        pytest.param(typed(B6=None), [("HEADING_CHANGED", "B6")], ALL, id="the heading of units deleted"),
        pytest.param(typed(A6="号"), [("HEADING_CHANGED", "A6")], ALL, id="the heading of numbers retyped"),
        pytest.param(typed(C6="分数"), [("LABEL_CHANGED", "C6")], {}, id="the heading of marks retyped"),
        pytest.param(lambda made: deleted(made, column=3), [("LABEL_MISSING", "C6")], {}, id="the marks deleted"),
        pytest.param(
            lambda made: deleted(made, column=5), [("LABEL_MISSING", "E6")], ALL, id="the last column deleted"
        ),
        pytest.param(lambda made: deleted(made, column=1), [("HEADING_CHANGED", "A6")], ALL, id="the numbers deleted"),
        pytest.param(lambda made: deleted(made, column=2), [("LABEL_MISSING", "B6")], {}, id="the units deleted"),
        pytest.param(lambda made: deleted(made, row=6), [("LABEL_MISSING", "A6")], {}, id="the headings deleted"),
        pytest.param(
            typed(C6="说明", D6="得分"),
            [("LABELS_MOVED", "A6")],
            {},
            id="two headings exchanged: what was typed is text",
        ),
        pytest.param(typed(F6="得分"), [("CELL_OUTSIDE", "F6")], ALL, id="a heading once more beside the table"),
        pytest.param(typed(G3="请审核"), [("CELL_OUTSIDE", "G3")], ALL, id="a note above"),
        pytest.param(typed(G7="好", G8="中"), [("CELL_OUTSIDE", "G7")], ALL, id="notes in a column are one"),
        pytest.param(typed(G7="好", H7="中"), [("CELL_OUTSIDE", "G7")], ALL, id="notes in a row are one"),
        pytest.param(
            typed(G7="好", H8="中"), [("CELL_OUTSIDE", "G7"), ("CELL_OUTSIDE", "H8")], ALL, id="notes here and there"
        ),
        pytest.param(typed(G7=" "), [], ALL, id="blanks are no note"),
        pytest.param(typed(C12=5), [("ROW_UNEXPECTED", "C12")], ALL, id="a number below"),
        pytest.param(typed(C10=5, E10=6), [("ROW_UNEXPECTED", "C10")], ALL, id="numbers right below, in one row"),
        pytest.param(
            typed(C12=5, C13=6), [("ROW_UNEXPECTED", "C12"), ("ROW_UNEXPECTED", "C13")], ALL, id="numbers in two rows"
        ),
        pytest.param(typed(B12="青山县", C12=5), [("ROW_UNEXPECTED", "C12")], ALL, id="a line added: one mistake"),
        pytest.param(typed(G12=5), [("CELL_OUTSIDE", "G12")], ALL, id="a number below, in no column of marks"),
        pytest.param(typed(C12="合计"), [("CELL_OUTSIDE", "C12")], ALL, id="a text below"),
        pytest.param(typed(A13="填表人：张三"), [("CELL_OUTSIDE", "A13")], ALL, id="a text at the foot"),
    ],
)
def test_what_people_do_to_a_table(edit: Edit, said: list[tuple[str, str]], read: dict[str, int]) -> None:
    """Each is said once, at the cell where somebody looks; what can be read by its labels is read."""
    found = extract(FORM, edit(sent(FORM, FILLED)))
    assert (problems(found), values(found, FORM)) == (said, read)


def test_what_is_said_of_a_label() -> None:
    """Which label it was, what stands there now, about which unit and component."""
    made = typed_into(sent(FORM, FILLED), {"B7": "清川", "C6": "得" * 100, "A6": "号"})
    found = [
        (one.code, one.sheet, one.unit, one.component, one.value, dict(one.args)["label"])
        for one in extract(FORM, made).problems
    ]
    assert found == [
        ("HEADING_CHANGED", "打分表", "", "base", "号", "序号"),
        ("LABEL_CHANGED", "打分表", "", "base", "得" * 80, "得分"),
        ("LABEL_CHANGED", "打分表", "C1", "base", "清川", "清川县"),
    ]


def test_long_texts_are_cut_where_they_are_told() -> None:
    """Eighty signs of what stands there, and of the label that is meant."""
    long = "长" * 100
    lines = (replace(LINES[0], labels=("1", "清" * 100)), *LINES[1:])
    form = form_of(replace(GRID, lines=lines))
    (changed,) = extract(form, typed_into(sent(form), {"B7": long})).problems
    assert (changed.value, dict(changed.args)["label"]) == ("长" * 80, "清" * 80)
    (outside,) = extract(FORM, typed_into(sent(FORM), {"G7": long})).problems
    assert outside.value == "长" * 80
    (gone, *_) = extract(FORM, typed_into(deleted(sent(FORM), row=6), {"A6": long})).problems
    assert (gone.code, gone.value) == ("LABEL_MISSING", "长" * 80)


# --- what tells lines apart ------------------------------------------------------------------------------------------

GOALS = (
    FormLine(("1", "清川县", "修路\n二十公里"), "C1", "g1"),
    FormLine(("2", "清川县", "植树"), "C1", "g2", component="trees"),
    FormLine(("3", "云台县", "修路\n二十公里"), "C3", "g3"),
)
OF_GOALS = replace(GRID, label_headers=("序号", "被评估单位", "目标"), lines=GOALS, columns=(MARK,))
MARKED = {"D7": 9, "D8": 8, "D9": 7}


def by_indicator(form: Form, made: Workbook) -> tuple[list[tuple[str, str]], list[int | None]]:

    said = extract(form, made)
    return problems(said), [one.value for one in answers(said, form)]


@pytest.mark.parametrize(
    ("edit", "said", "read"),
    [
        (typed(), [], [9, 8, 7]),
        (typed(C8="种树"), [("LABEL_CHANGED", "C8")], [9, 7]),
        (typed(B8="清水县"), [("LABEL_CHANGED", "B8")], [9, 7]),
        (typed(B8="云台县", C8="修路二十公里"), [("LABEL_MISSING", "B8"), ("LABEL_REPEATED", "B9")], [9]),
        (lambda made: deleted(made, column=2), [("LABEL_MISSING", "B6")], []),
        (lambda made: exchanged(made, 8, 9), [("LABELS_MOVED", "A6")], [9, 8, 7]),
    ],
)
def test_a_line_with_several_labels_is_known_by_all_of_them(
    edit: Edit, said: list[tuple[str, str]], read: list[int]
) -> None:
    """The wrong one of them is named; line breaks in one do not matter."""
    assert by_indicator(form_of(OF_GOALS), edit(sent(form_of(OF_GOALS), MARKED))) == (said, read)


def test_a_label_is_not_missed_where_the_others_tell_the_lines_apart() -> None:
    """The column of units was deleted, but no two goals are alike."""
    lines = (*GOALS[:2], replace(GOALS[2], labels=("3", "云台县", "修桥")))
    form = form_of(replace(OF_GOALS, lines=lines))
    assert by_indicator(form, deleted(sent(form, MARKED), column=2)) == ([("HEADING_CHANGED", "B6")], [9, 8, 7])


def test_what_is_said_of_a_line_with_several_labels() -> None:
    """Component and unit of the line, and the labels that tell it from the others in one text."""
    form = form_of(OF_GOALS)
    (gone,) = extract(form, deleted(sent(form, MARKED), row=8)).problems
    assert (gone.code, gone.cell, gone.unit, gone.component) == ("LABEL_MISSING", "B8", "C1", "trees")
    assert dict(gone.args)["label"] == "清川县 植树"
    (other,) = extract(form, typed_into(sent(form, MARKED), {"C8": "种树"})).problems
    assert (other.value, dict(other.args)["label"]) == ("种树", "植树")


@pytest.mark.parametrize(
    ("kind", "said"), [("grid", [("LABEL_MISSING", "A8")]), ("open", []), ("tally", [("LABEL_MISSING", "A8")])]
)
def test_a_number_alone_tells_lines_apart(kind: str, said: list[tuple[str, str]]) -> None:
    """Of lines that are numbered only, one that was deleted is no loss in itself where they are filled in as needed."""
    lines = tuple(FormLine((str(n),), repeat=str(n)) for n in range(1, 4))
    form = form_of(replace(GRID, kind=kind, label_headers=("序号",), lines=lines, columns=(MARK, NOTE)))  # type: ignore[arg-type]
    made = deleted(sent(form, {"B7": 9, "B8": 8, "B9": 7}), row=8)
    assert by_indicator(form, made)[0] == said


def test_a_label_in_the_first_column_is_told_there() -> None:
    """Retyped, once more, or deleted: lines that are only numbered; and marks may stand in front of all labels."""
    lines = tuple(FormLine((str(n),), repeat=str(n)) for n in range(1, 4))
    form = form_of(replace(GRID, kind="grid", label_headers=("序号",), lines=lines, columns=(MARK, NOTE)))
    made = sent(form, {"B7": 9, "B8": 8, "B9": 7})
    assert by_indicator(form, typed_into(made, {"A8": "二"}))[0] == [("LABEL_CHANGED", "A8")]
    assert by_indicator(form, copied_row(made, 8, 10))[0] == [("LABEL_REPEATED", "A10")]
    turned = (
        {"A6": "得分", "C6": "序号"}
        | {f"A{7 + at}": 9 - at for at in range(3)}
        | {f"C{7 + at}": at + 1 for at in range(3)}
    )
    said = extract(FORM, typed_into(sent(FORM), turned))
    assert (problems(said), values(said, FORM)) == ([("LABELS_MOVED", "C6")], ALL)
    assert [one.cell for one in answers(said, FORM) if one.field == "mark"] == ["A7", "A8", "A9"]


def test_lines_with_the_same_labels_are_told_by_their_order() -> None:
    """Two lines that say the same stand there twice: as many as were sent out are read in order; one more is not."""
    twice = (FormLine(("1", "清川县"), "C1", repeat="1"), FormLine(("2", "清川县"), "C1", repeat="2"))
    form = form_of(replace(GRID, lines=(*twice, LINES[2]), columns=(MARK,)))
    made = sent(form, FILLED)
    assert by_indicator(form, inserted(made, row=8)) == ([("LABELS_MOVED", "A6")], [9, 8, 7])
    said, read = by_indicator(form, copied_row(made, 8, 10))
    assert (said[:2], read) == ([("LABEL_REPEATED", "B10"), ("LABEL_REPEATED", "B10")], [7])
    said, read = by_indicator(form, typed_into(made, {"B8": "清川"}))  # the one that is left stands where the first was
    assert (said, read) == ([("LABEL_CHANGED", "B8")], [9, 7])


# --- several tables --------------------------------------------------------------------------------------------------

BELOW = replace(GRID, component="innovation", top=11, lines=LINES[:2], caption="创新目标")
TWO = form_of(GRID, BELOW)
BOTH = FILLED | {"C13": 6, "C14": 5}


def of_both(made: Workbook) -> tuple[list[tuple[str, str]], dict[str, list[int | None]]]:

    said = extract(TWO, made)
    read: dict[str, list[int | None]] = {"base": [], "innovation": []}
    for one in answers(said, TWO):
        if one.field == "mark":
            read[one.component].append(one.value)
    return problems(said), read


@pytest.mark.parametrize(
    ("edit", "said", "first", "second"),
    [
        (typed(), [], [9, 8, 7], [6, 5]),
        (lambda made: inserted(made, row=8), [("LABELS_MOVED", "A6")], [9, 8, 7], [6, 5]),
        (lambda made: inserted(made, row=11), [("LABELS_MOVED", "A13")], [9, 8, 7], [6, 5]),
        (lambda made: inserted(made, row=14), [("LABELS_MOVED", "A12")], [9, 8, 7], [6, 5]),
        (typed(B13="清川"), [("LABEL_CHANGED", "B13")], [9, 8, 7], [5]),
        (typed(B9="云台"), [("LABEL_CHANGED", "B9")], [9, 8], [6, 5]),
        (typed(B10="云台县", C10=1), [("LABEL_REPEATED", "B10")], [9, 8], [6, 5]),
        (typed(C11=4), [("CELL_OUTSIDE", "C11")], [9, 8, 7], [6, 5]),
        (typed(C15=4), [("ROW_UNEXPECTED", "C15")], [9, 8, 7], [6, 5]),
        (typed(A11="说明"), [], [9, 8, 7], [6, 5]),
    ],
)
def test_tables_below_each_other_are_not_mixed(
    edit: Edit, said: list[tuple[str, str]], first: list[int], second: list[int]
) -> None:
    """The same units stand in both; each table ends where the headings of the next one are."""
    assert of_both(edit(sent(TWO, BOTH))) == (said, {"base": first, "innovation": second})


def test_the_row_of_headings_is_the_nearest_that_has_most_of_them() -> None:
    """A copy of the table further down is not taken for it; half of the headings are enough."""
    made = sent(FORM, FILLED)
    half = typed_into(made, {"C6": "甲", "D6": "乙"})
    assert problems(extract(FORM, half)) == [("LABEL_CHANGED", "C6"), ("LABEL_CHANGED", "D6")]
    less = typed_into(half, {"E6": "丙"})
    assert problems(extract(FORM, less))[0] == ("LABEL_CHANGED", "C6")
    nothing = typed_into(less, {"A6": "丁", "B6": "戊"})
    (gone, *_) = extract(FORM, nothing).problems
    assert (gone.code, gone.cell, gone.value, dict(gone.args)["label"]) == (
        "LABEL_MISSING",
        "A6",
        "丁",
        "序号 被评估单位",
    )


def test_a_note_above_a_table_without_headings_is_noticed() -> None:
    """What belonged to the table is said with its headings; what stands above it is not."""
    made = typed_into(deleted(sent(FORM, FILLED), row=6), {"B4": "注", "B5": "题"})
    assert problems(extract(FORM, made)) == [("LABEL_MISSING", "A6"), ("CELL_OUTSIDE", "B4")]


# --- columns beside the inputs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("beside", "goals", "headings", "noted"),
    [
        (0, False, [INTERIM_HEADERS[0]], ["F6"]),
        (1, False, [INTERIM_HEADERS[0]], []),
        (1, False, [*INTERIM_HEADERS], ["G6"]),
        (2, False, [*INTERIM_HEADERS], []),
        (2, False, [INTERIM_HEADERS[0], "我的看法"], ["G6"]),
        (2, False, ["我的看法", INTERIM_HEADERS[0]], ["F6"]),
        (0, True, [GOAL_HEADERS[0], GOAL_HEADERS[3]], []),
        (0, False, [GOAL_HEADERS[0]], ["F6"]),
        (1, True, [f"{INTERIM_HEADERS[1]}（截至6月）", GOAL_HEADERS[1], "其他"], ["H6"]),
    ],
)
def test_columns_for_information_are_no_notes(beside: int, goals: bool, headings: list[str], noted: list[str]) -> None:
    """So many as the table may show, under their headings; whatever stands in them is not read."""
    form = form_of(replace(GRID, beside=beside, shows_goals=goals))
    shown_there = {f"{letter}6": heading for letter, heading in zip("FGH", headings, strict=False)}
    below = {f"{letter}8": "80" for letter in "FGH"[: len(headings)]}
    found = extract(form, typed_into(sent(form, FILLED), shown_there | below))
    assert ([one.cell for one in found.problems], values(found, form)) == (noted, ALL)


def test_an_input_is_no_column_for_information_whatever_it_is_called() -> None:
    """A note below it is noticed."""
    form = form_of(replace(GRID, shows_goals=True, columns=(MARK, replace(NOTE, header=GOAL_HEADERS[0]))))
    assert problems(extract(form, sent(form, {"D12": "注"}))) == [("CELL_OUTSIDE", "D12")]


# --- where both can tell ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [FORM, TWO, form_of(OF_GOALS)])
def test_looking_for_a_table_finds_it_where_it_was_sent_out(form: Form) -> None:
    """What is read without looking is what is found by looking: rows, columns, headings, labels."""
    made = sent(form)
    places = at_home(made.sheets[0], form.sheets[0])
    assert places is not None
    told: list[object] = []
    found = [locate(made.sheets[0], table, told) for table in form.sheets[0].tables]  # type: ignore[arg-type]
    assert (told, [replace(one, known=frozenset()) for one in found]) == ([], places)


def test_how_a_worksheet_was_sent_out_is_worked_out_once() -> None:
    """For all the files that come back on it; an equal one of another form is another."""
    layout = FORM.sheets[0]
    first = home._home(home.Same(layout))
    assert home._home(home.Same(layout)) is first
    assert home.Same(layout) == home.Same(layout)
    assert home.Same(layout) != home.Same(replace(layout))
    assert home.Same(layout) != layout


@pytest.mark.parametrize(
    "edit",
    [
        typed(B8="白石"),
        typed(C6=5),
        typed(A8=2, B8=" 白石区"),
        typed(F7=1),
        typed(B3="注"),
        typed(C12=1),
        typed(A10="注"),
        typed(A11="以上属实"),
        typed(A11=None, A12="以上属实"),
        lambda made: inserted(made, row=8),
        lambda made: inserted(made, column=2),
    ],
)
def test_whatever_is_not_as_it_was_sent_is_looked_for(edit: Edit) -> None:
    made = edit(sent(FORM, FILLED))
    assert at_home(made.sheets[0], FORM.sheets[0]) is None


@pytest.mark.parametrize(
    "edit", [typed(), typed(A1="改了的标题", A3="注"), typed(A8=2), typed(A11=None), typed(D7="好", E9=3)]
)
def test_what_may_differ_where_nothing_has_to_be_looked_for(edit: Edit) -> None:
    """The lines of text above, a number in the place of a label that shows the same, the identity gone, answers."""
    made = edit(sent(FORM, FILLED))
    assert at_home(made.sheets[0], FORM.sheets[0]) is not None


@pytest.mark.parametrize(
    ("merge", "is_home"),
    [
        ((0, 0, 4, 3), True),
        ((4, 0, 5, 0), False),
        ((5, 0, 5, 1), False),
        ((8, 2, 8, 3), False),
        ((9, 0, 9, 3), True),
        ((8, 2, 12, 2), False),
        ((6, 7, 6, 9), False),
    ],
)
def test_a_merge_that_touches_a_table_is_looked_at(merge: tuple[int, int, int, int], is_home: bool) -> None:
    made = sent(FORM, FILLED)
    assert (at_home(replace(made.sheets[0], merges=(merge,)), FORM.sheets[0]) is not None) == is_home


def test_a_cell_is_shown_as_a_person_would_write_it() -> None:
    """Numbers without what a program adds to them; nothing for none."""
    assert [shown(each) for each in (None, cell(Decimal("9.50")), cell("好"), TRUE)] == ["", "9.5", "好", "TRUE"]
