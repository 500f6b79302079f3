"""Which column of an export is what: where each stands, and what is said of those that nobody named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from evaltool.inbox.exports.header import Columns, columns
from evaltool.inbox.exports.shapes import Export, Question, Unusable
from evaltool.inbox.problems import Problem

QUESTIONS = (Question("d", "q", "问", ("满意", "一般"), "all"), Question("d", "r", "答", ("满意",), "all"))
NAMES = {"甲局": "A", "甲办": "A", "乙局": "B", "丙局": "C", "丁局": ""}
LONG = Export(
    evaluator="V",
    file="x",
    wide=False,
    respondent="编号",
    unit="单位",
    choice="评价",
    point="点",
    time="时间",
    unused=("姓名",),
    names=NAMES,
    asked={"A": ("甲局", 0), "B": ("乙局", 1)},
    questions=QUESTIONS,
    comments={"意见": "", "建议": "A"},
    order="",
)
WIDE = replace(LONG, wide=True, unit="", choice="", time="", comments={}, point="")
WHOLE = ["编号", "点", "时间", "单位", "评价", "姓名", "意见", "建议"]


def read(export: Export, header: Sequence[str], row: int = 0) -> tuple[Columns | None, list[tuple[str, str, str]]]:
    """Where the columns are (None: nothing can be read), and code, cell and value of what is said."""
    try:
        found, wrong = columns(export, "S", row, header)
    except Unusable as unusable:
        return None, [(one.code, one.cell, one.value) for one in unusable.problems]
    return found, [(one.code, one.cell, one.value) for one in wrong]


def test_where_the_columns_of_a_long_export_stand() -> None:
    """By their names, in any order; the last that counts, and all that are taken out of the file."""
    found, wrong = read(LONG, WHOLE, row=3)
    assert wrong == []
    assert found == Columns(3, 8, 4, 0, 3, 4, 1, 2, (), -1, (6, 7))
    assert (found.used(), found.kept()) == ({0, 1, 2, 3, 4}, [0, 1, 2, 3, 4, 6, 7])
    found, wrong = read(LONG, WHOLE[::-1])
    assert (wrong, found) == ([], Columns(0, 8, 7, 7, 4, 3, 6, 5, (), -1, (1, 0)))
    ordered = replace(LONG, time="", order="序号")
    found, wrong = read(ordered, ["评价", "序号", "编号", "点", "单位", "姓名", "意见", "建议", "", ""])
    assert (wrong, found) == ([], Columns(0, 8, 4, 2, 4, 0, 3, -1, (), 1, (6, 7)))


def test_where_the_columns_of_a_wide_export_stand() -> None:
    """Each unit's with the place of its question; a respondent's may be missing from the export altogether."""
    found, wrong = read(WIDE, ["乙局", "姓名", "甲办", "编号"])
    assert (wrong, found) == ([], Columns(0, 4, 3, 3, -1, -1, -1, -1, ((0, "B", 1), (2, "A", 0))))
    found, wrong = read(replace(WIDE, respondent=""), ["乙局", "姓名", "甲办"])
    assert (wrong, found and (found.last, found.respondent)) == ([], (2, -1))


def test_full_width_and_blanks_do_not_matter() -> None:
    found, wrong = read(LONG, [" 编 号", "点", "时间", "单位", "评价", "姓名", "意见", "建议"])
    assert (wrong, found and found.respondent) == ([], 0)


@pytest.mark.parametrize(
    ("export", "header", "said", "usable"),
    [
        (LONG, [*WHOLE, "年龄"], [("SURVEY_COLUMN_UNKNOWN", "I3", "年龄")], True),
        (LONG, ["编号", "点", "时间", "单位", "评价", "姓名", "意见"], [("SURVEY_COLUMN_MISSING", "3", "建议")], True),
        (LONG, [*WHOLE[:5], "姓明", *WHOLE[6:]], [("SURVEY_COLUMN_UNKNOWN", "F3", "姓明")], True),
        (
            LONG,
            [*WHOLE[:4], "评介", *WHOLE[5:]],
            [("SURVEY_COLUMN_UNKNOWN", "E3", "评介")],
            False,
        ),
        (LONG, [*WHOLE[:4], *WHOLE[5:]], [("SURVEY_COLUMN_MISSING", "3", "评价")], False),
        (LONG, [*WHOLE, "点"], [("COLUMN_REPEATED", "I3", "点")], False),
        (LONG, ["一", "二"], [("SURVEY_HEADER", "A3", "")], False),
        (WIDE, ["编号", "姓名", "甲局"], [("SURVEY_COLUMN_MISSING", "3", "乙局")], True),
        (WIDE, ["编号", "姓名", "甲局", "乙局", "丙局"], [("SURVEY_UNIT_NOT_ASKED", "E3", "丙局")], True),
        (WIDE, ["编号", "姓名", "甲局", "乙局", "丁局"], [("SURVEY_COLUMN_UNKNOWN", "E3", "丁局")], True),
        (WIDE, ["编号", "姓名", "甲局", "甲办", "乙局"], [("COLUMN_REPEATED", "D3", "甲办")], False),
        (
            WIDE,
            ["编号", "姓名"],
            [("SURVEY_COLUMN_MISSING", "3", "甲局"), ("SURVEY_COLUMN_MISSING", "3", "乙局")],
            False,
        ),
        (WIDE, ["姓名", "甲局", "乙局"], [("SURVEY_COLUMN_MISSING", "3", "编号")], False),
        (WIDE, ["一"], [("SURVEY_HEADER", "A3", "")], False),
        (replace(WIDE, respondent="", unused=()), ["甲局", "乙局"], [], True),
        (LONG, ["", "", *WHOLE], [], True),
    ],
)
def test_every_column_is_named_or_is_said(
    export: Export, header: list[str], said: list[tuple[str, str, str]], usable: bool
) -> None:
    """At its cell, a missing one at its row; nothing is read without the columns on which everything rests."""
    found, wrong = read(export, header, row=2)
    assert (wrong, found is not None) == (said, usable)


def told(export: Export, header: list[str]) -> list[Problem]:
    try:
        return columns(export, "S", 2, header)[1]
    except Unusable as unusable:
        return list(unusable.problems)


def test_what_is_said_of_a_column() -> None:
    """Which missing one it looks like, once for each; where the same name stands already; whose column it is."""
    (unknown,) = told(LONG, [*WHOLE[:5], "姓明", *WHOLE[6:]])
    assert (unknown.sheet, dict(unknown.args)) == ("S", {"near": "姓名"})
    (unknown, another) = told(LONG, [*WHOLE[:5], "姓明", *WHOLE[6:], "姓命"])
    assert [dict(one.args)["near"] for one in (unknown, another)] == ["姓名", "—"]
    (repeated,) = told(LONG, [*WHOLE, "点"])
    assert dict(repeated.args) == {"other": "B3"}
    (repeated,) = told(WIDE, ["编号", "姓名", "甲局", "甲办", "乙局"])
    assert dict(repeated.args) == {"other": "C3"}
    (other,) = told(WIDE, ["编号", "姓名", "甲局", "乙局", "丙局"])
    assert other.unit == "C"
    (nothing,) = told(LONG, ["一"])
    assert dict(nothing.args) == {"wanted": "编号、单位、评价、点、时间、姓名、意见、建议"}
    (long,) = told(LONG, [*WHOLE, " " + "长" * 200])
    assert long.value == "长" * 80


def test_a_long_name_of_a_missing_column_is_cut() -> None:
    _, wrong = read(replace(LONG, unused=("长" * 100,)), [each for each in WHOLE if each != "姓名"], row=2)
    assert wrong == [("SURVEY_COLUMN_MISSING", "3", "长" * 80)]


def test_what_is_put_aside_is_no_unit() -> None:
    """A column of comments under a unit's name, and one that nobody wants."""
    export = replace(WIDE, unused=("姓名", "丙局"), comments={"乙局": ""}, asked={"A": ("甲局", 0)})
    found, wrong = read(export, ["编号", "姓名", "甲局", "乙局", "丙局"])
    assert (wrong, found and (found.marks, found.comment_places, found.kept())) == (
        [],
        (((2, "A", 0),), (3,), [0, 2, 3]),
    )


@pytest.mark.parametrize(
    ("header", "marks", "read_as"),
    [
        (["编号", "姓名", "1、甲局", "2、乙局"], [(2, "A"), (3, "B")], "2"),
        (["编号", "姓名", "Q1_甲局", "乙局"], [(2, "A"), (3, "B")], "1"),
        (["编号", "姓名", "第3题：甲局", "请评价：乙局"], [(2, "A"), (3, "B")], "2"),
        (["编号", "姓名", "请评价(甲局)", "*4.乙局(单选题)"], [(2, "A"), (3, "B")], "2"),
        (["编号", "2、姓名", "甲局", "乙局"], [(2, "A"), (3, "B")], "1"),
        (["编号", "姓名", "甲局", "问题|乙局"], [(2, "A"), (3, "B")], "1"),
    ],
)
def test_headers_of_survey_services(header: list[str], marks: list[tuple[int, str]], read_as: str) -> None:
    """Without number, kind and question one known name is left; it is said how many were read so, at the first."""
    found, (note,) = columns(WIDE, "S", 2, header)
    assert [(column, unit) for column, unit, _ in found.marks] == marks
    assert (note.code, dict(note.args)["n"]) == ("SURVEY_HEADERS_READ", read_as)
    first = next(at for at, text in enumerate(header) if text not in ("编号", "姓名", *NAMES))
    assert (note.cell, note.value) == (f"{'ABCD'[first]}3", header[first])
    assert dict(note.args)["name"] == ("姓名" if first == 1 else {2: "甲局", 3: "乙局"}[first])


def test_a_number_that_is_part_of_a_name_stays() -> None:
    """Only the question's own is taken away."""
    wide = replace(WIDE, names={"2.0专班": "A", "乙局": "B"})
    found, _ = columns(wide, "S", 0, ["编号", "姓名", "1、2.0专班", "乙局(2号楼)：请评价：乙局"])
    assert [(column, unit) for column, unit, _ in found.marks] == [(2, "A"), (3, "B")]


def test_what_was_read_of_a_header_is_told_under_the_units_name() -> None:
    """Whatever other name stands there; of a column that is no unit its own."""
    (note,) = columns(WIDE, "S", 0, ["编号", "姓名", "1、甲办", "乙局"])[1]
    assert dict(note.args)["name"] == "甲局"
    wide = replace(WIDE, names={**NAMES, "甲单位": "C"})
    notes = columns(wide, "S", 0, ["编号", "1、姓名", "甲局", "乙局"])[1]
    assert [dict(one.args)["name"] for one in notes] == ["姓名"]


@pytest.mark.parametrize("header", ["甲局和乙局：丙", "甲局(乙局)", "1、戊局", "甲局情况"])
def test_a_header_that_names_no_unit_or_two_is_unknown(header: str) -> None:
    """It is left to be named by hand."""
    export = replace(WIDE, names={**NAMES, "甲局(乙局)情况": "A"})
    _, wrong = read(export, ["编号", "姓名", "甲局", "乙局", header])
    assert wrong == [("SURVEY_COLUMN_UNKNOWN", "E1", header)] or wrong[0][0] == "COLUMN_REPEATED"


def test_units_are_looked_for_in_the_headers_of_wide_exports_only() -> None:
    """In a long one a unit's name is no column."""
    _, wrong = read(LONG, [*WHOLE, "1、甲局"])
    assert wrong == [("SURVEY_COLUMN_UNKNOWN", "I1", "1、甲局")]
