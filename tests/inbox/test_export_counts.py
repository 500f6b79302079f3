"""What an export says once it is counted: figures, findings with their numbers and places, repeats, times, comments.

Each by itself, on a few rows.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from evaltool.inbox.exports import answers, coding, comments, rows, settling, tallying
from evaltool.inbox.exports.blocks import BROKEN
from evaltool.inbox.exports.counting import count_export
from evaltool.inbox.exports.respondents import CUT, DOUBTED, KNOWN, NOBODY, Anonymous, moments, numbers, states
from evaltool.inbox.exports.rows import opened
from evaltool.inbox.exports.settling import HELD
from evaltool.inbox.exports.shapes import Comment, Export, ExportPart, PartSaid, Question, SurveyAnswers, Unusable
from evaltool.inbox.exports.tallying import CountSums, said_key
from evaltool.inbox.surveys import SurveyAccount, is_part, parts_named, survey_totals
from evaltool.reader import ReadCell, Sheet, Workbook
from read_sheets import cell

CHOICES = ("满意", "一般")
QUESTIONS = (Question("d", "q", "问", CHOICES, "all"), Question("d", "r", "答", ("满意", "差"), "all"))
LONG = Export(
    evaluator="V",
    file="x",
    wide=False,
    respondent="",
    unit="单位",
    choice="评价",
    point="",
    time="",
    unused=(),
    names={"甲局": "A", "甲办": "A", "乙局": "B", "丙局": "C", "丁局": ""},
    asked={"A": ("甲局", 0), "B": ("乙局", 1)},
    questions=QUESTIONS,
)
WIDE = replace(LONG, wide=True, unit="", choice="")


def asking(export: Export, rule: str, **more: Any) -> Export:
    questions = tuple(question._replace(repeated=rule) for question in export.questions)  # type: ignore[arg-type]
    return replace(export, respondent="编号", questions=questions, **more)


def count(export: Export, *parts: str | bytes, held: int = HELD) -> list[PartSaid]:
    files = [
        ExportPart(str(at), f"p{at}", data if isinstance(data, bytes) else data.encode(), size=len(data))
        for at, data in enumerate(parts)
    ]
    return count_export(files, export, held)


PLAIN = (False,)
"""Rows that say the same are not put together."""


def figures(said: Sequence[PartSaid]) -> list[tuple[int, ...]]:
    """Rows, read, counted, repeated, blank and refused of each part."""
    return [each.answers.figures for each in said if each.answers is not None]


def counts(said: Sequence[PartSaid]) -> dict[tuple[str, ...], int]:
    """Unit, point and choice -> answers."""
    answers_ = said[0].answers
    assert answers_ is not None and answers_.whole is not None
    return {(one.unit, one.point, one.choice): one.answers for one in answers_.whole.counts}


def told(said: Sequence[PartSaid]) -> list[tuple[str, str, str, str]]:
    """Code, cell, value and number of everything that is said."""
    return [(one.code, one.cell, one.value, dict(one.args).get("n", "")) for part in said for one in part.problems]


# --- answers ---------------------------------------------------------------------------------------------------------


def test_what_is_wrong_with_an_answer_is_said_once_with_its_number() -> None:
    """At the first of them, by kind and value; what is right counts for the component of its unit."""
    said = count(
        LONG,
        "单位,评价\n甲局,满意\n乙局,差\n乙 局,\n甲局,差\n甲局,差\n乙局,一般\n丙局,满意\n丁局,满意\n戊局,满意\n,满意\n"
        " ,差\n甲局,满意 \n戊局,差\n",
    )
    assert figures(said) == [(13, 13, 3, 0, 1, 9)]
    assert counts(said) == {("A", "", "满意"): 2, ("B", "", "差"): 1, ("B", "", ""): 1}
    assert told(said) == [
        ("SURVEY_CHOICE_UNKNOWN", "B5", "差", "2"),
        ("SURVEY_CHOICE_UNKNOWN", "B7", "一般", "1"),
        ("SURVEY_UNIT_NOT_ASKED", "A8", "丙局", "1"),
        ("SURVEY_UNIT_UNKNOWN", "A9", "丁局", "1"),
        ("SURVEY_UNIT_UNKNOWN", "A10", "戊局", "2"),
        ("SURVEY_UNIT_BLANK", "A11", "", "2"),
    ]
    by_cell = {one.cell: one for one in said[0].problems}
    assert (by_cell["B5"].component, by_cell["B7"].component) == ("q", "r")
    assert dict(by_cell["B5"].args) == {"n": "2", "column": "单位", "choices": "满意、一般", "near": "—"}
    assert (by_cell["A8"].unit, dict(by_cell["A10"].args)["near"]) == ("C", "甲局")
    whole = said[0].answers and said[0].answers.whole
    assert whole and {(one.class_id, one.component) for one in whole.counts} == {("d", "q"), ("d", "r")}


def test_in_a_questionnaire_each_units_column_is_an_answer() -> None:
    """A blank is a unit left blank; a column that is not there says nothing."""
    said = count(WIDE, "甲局,乙局\n满意,差\n,满意\n怪,一般\n怪,差\n")
    assert (figures(said), counts(said)) == (
        [(4, 8, 4, 0, 1, 3)],
        {("A", "", "满意"): 1, ("A", "", ""): 1, ("B", "", "差"): 2, ("B", "", "满意"): 1},
    )
    assert told(said) == [("SURVEY_CHOICE_UNKNOWN", "A4", "怪", "2"), ("SURVEY_CHOICE_UNKNOWN", "B4", "一般", "1")]
    one = count(WIDE, "甲局\n满意\n")
    assert (figures(one), counts(one)) == ([(1, 1, 1, 0, 0, 0)], {("A", "", "满意"): 1})


def test_any_column_may_stand_first() -> None:
    """Points, times, numbers and comments as well as respondents."""
    at_points = count(replace(LONG, point="点"), "点,单位,评价\n东,甲局,满意\n")
    assert counts(at_points) == {("A", "东", "满意"): 1}
    for export in (asking(LONG, "first", time="时"), asking(LONG, "first", order="时")):
        said = count(export, "时,编号,单位,评价\n46330,1,甲局,满意\n46329,1,甲局,一般\n")
        assert (counts(said), told(said)) == ({("A", "", "一般"): 1}, [])
    said = count(replace(LONG, comments={"意见": ""}), "意见,单位,评价\nA,甲局,满意\n")
    assert heard(said) == {("A", "A"): 1}


def test_alike_questionnaires_are_each_counted() -> None:
    """Where nobody asks who said it, and where somebody does: the same person's same answer comes again."""
    assert counts(count(WIDE, "甲局,乙局\n满意,差\n满意,差\n")) == {("A", "", "满意"): 2, ("B", "", "差"): 2}
    said = count(asking(LONG, "first"), "编号,单位,评价\n1,甲局,满意\n1,甲局,满意\n")
    assert figures(said) == [(2, 2, 1, 1, 0, 0)]
    said = count(LONG, "单位,评价\n甲局,满意\n甲局,满意\n甲局,怪\n甲局,怪\n")
    assert (figures(said), told(said)) == ([(4, 4, 2, 0, 0, 2)], [("SURVEY_CHOICE_UNKNOWN", "B4", "怪", "2")])


def test_choices_and_units_are_known_however_they_are_spaced() -> None:
    said = count(LONG, "单位,评价\n 甲 局 ,满 意\n甲办,满意\n甲局, 一般\n")
    assert (told(said), counts(said)) == ([], {("A", "", "满意"): 2, ("A", "", "一般"): 1})


def test_a_row_that_lacks_cells_shows_nothing_of_what_may_have_moved() -> None:
    """Its text may be personal: only that the row is short is said."""
    export = replace(LONG, unused=("备注",))
    said = count(export, "单位,评价,备注\n13812345678,满意\n甲局,13812345678\n,满意\n甲局,满意\n甲局,满意,\n")
    assert told(said) == [("SURVEY_ROW_LENGTH", "D2", "", "2"), ("SURVEY_UNIT_BLANK", "A4", "", "1")]
    assert figures(said) == [(5, 5, 2, 0, 0, 3)]


def test_misfits_of_a_part_are_counted_for_each_unit() -> None:
    said = count(WIDE, "甲局,乙局\n满意,差,多\n满意\n满意,差\n")
    assert (figures(said), told(said)) == ([(3, 6, 2, 0, 0, 4)], [("SURVEY_ROW_LENGTH", "C2", "", "2")])


def test_of_many_different_mistakes_the_first_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each kind by itself; the rest is a number."""
    monkeypatch.setattr(answers, "SHOWN", 2)
    text = (
        "单位,评价\n"
        + "".join(f"甲局,怪{at}\n" for at in range(5))
        + "甲局,怪4\n甲局,怪0\n"
        + "戊局,满意\n己局,满意\n庚局,满意\n"
    )
    said = count(LONG, text)
    assert told(said) == [
        ("SURVEY_CHOICE_UNKNOWN", "B2", "怪0", "2"),
        ("SURVEY_CHOICE_UNKNOWN", "B3", "怪1", "1"),
        ("SURVEY_MORE", "B4", "SURVEY_CHOICE_UNKNOWN", "4"),
        ("SURVEY_UNIT_UNKNOWN", "A9", "戊局", "1"),
        ("SURVEY_UNIT_UNKNOWN", "A10", "己局", "1"),
        ("SURVEY_MORE", "A11", "SURVEY_UNIT_UNKNOWN", "1"),
    ]


def test_texts_beyond_those_told_apart_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are counted, and none of them is named; choices that are listed are always told apart."""
    monkeypatch.setattr(coding, "TOLD_APART", 2)
    text = (
        "单位,评价\n"
        + "".join(f"甲局,怪{at}\n" for at in range(4))
        + "戊局,满意\n己局,满意\n庚局,满意\n辛局,满意\n乙局,差\n"
    )
    said = count(LONG, text)
    assert figures(said) == [(9, 9, 1, 0, 0, 8)]
    assert told(said) == [
        ("SURVEY_CHOICE_UNKNOWN", "B2", "怪0", "1"),
        ("SURVEY_CHOICE_UNKNOWN", "B3", "怪1", "1"),
        ("SURVEY_MORE", "B4", "SURVEY_CHOICE_UNKNOWN", "2"),
        ("SURVEY_UNIT_UNKNOWN", "A6", "戊局", "1"),
        ("SURVEY_UNIT_UNKNOWN", "A7", "己局", "1"),
        ("SURVEY_MORE", "A8", "SURVEY_UNIT_UNKNOWN", "2"),
    ]


def test_a_long_text_is_cut() -> None:
    """And the rest of it tells nothing apart."""
    said = count(LONG, f"单位,评价\n甲局,{'长' * 90}一\n甲局,{'长' * 90}二\n{'名' * 90},满意\n")
    assert told(said) == [
        ("SURVEY_CHOICE_UNKNOWN", "B2", "长" * 80, "2"),
        ("SURVEY_UNIT_UNKNOWN", "A4", "名" * 80, "1"),
    ]


def test_the_vocabulary_forgets_texts_and_not_what_they_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coding, "_REMEMBERED", 1)
    said = count(LONG, "单位,评价\n甲局,怪\n甲局,怪 \n甲局,满意\n甲办,满意\n", "单位,评价\n甲局,怪\n甲办,满意\n")
    assert [one[3] for one in told(said)] == ["3"]
    assert counts(said) == {("A", "", "满意"): 3}


# --- sampling points -------------------------------------------------------------------------------------------------

AT_POINTS = replace(LONG, point="点")


def test_points_that_differ_in_blanks_only_are_one() -> None:
    """Under the shortest of their names; a blank is no point, nor is what cannot be told: such answers do not count."""
    said = count(
        AT_POINTS,
        "单位,评价,点\n甲局,满意,东 区\n甲局,满意,东区\n甲局,满意,\n甲局,满意,东\x07区\n甲局,满意," + "长" * 81 + "\n"
        "甲局,," + "长" * 80 + "\n",
    )
    assert counts(said) == {("A", "东区", "满意"): 2, ("A", "长" * 80, ""): 1}
    assert told(said) == [("SURVEY_POINT", "C4", "", "3")]
    assert dict(said[0].problems[0].args)["column"] == "点"
    assert figures(said) == [(6, 6, 2, 0, 1, 3)]
    wide = count(replace(WIDE, point="点"), "甲局,乙局,点\n满意,差,\x07\n满意,差,西\n")
    assert (figures(wide), told(wide)) == ([(2, 4, 2, 0, 0, 2)], [("SURVEY_POINT", "C2", "", "1")])


@pytest.mark.parametrize("most", [3, 2])
def test_too_many_points_are_no_points(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then another column was named; the same once more is none beside."""
    monkeypatch.setattr(answers, "MOST_POINTS", most)
    said = count(AT_POINTS, "单位,评价,点\n甲局,满意,一\n甲局,满意,二\n甲局,满意,三\n甲局,满意,三\n")
    if most == 3:
        assert told(said) == []
    else:
        (one,) = said[0].problems
        assert (said[0].answers, one.code, one.value, dict(one.args)["limit"]) == (None, "SURVEY_POINTS", "点", "2")


def test_points_beyond_those_told_apart_stop_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the heading of the column that was named."""
    monkeypatch.setattr(coding, "TOLD_APART", 2)
    text = "单位,评价,点\n甲局,满意,一\n甲局,满意,二\n"
    assert told(count(AT_POINTS, text)) == []
    (one,) = count(AT_POINTS, text + "甲局,满意,三\n")[0].problems
    assert (one.code, one.cell, one.value, dict(one.args)["limit"]) == ("SURVEY_POINTS", "C1", "点", "2000")


# --- parts -----------------------------------------------------------------------------------------------------------


def test_parts_have_figures_of_their_own_and_findings_where_they_were_met_first() -> None:
    """Whatever order they come in."""
    parts = "单位,评价\n甲局,满意\n甲局,怪\n", "评价,单位\n怪,甲局\n怪,甲局\n差,乙局\n"
    said = count(LONG, *parts)
    assert (figures(said), counts(said)) == (
        [(2, 2, 1, 0, 0, 1), (3, 3, 1, 0, 0, 2)],
        {("A", "", "满意"): 1, ("B", "", "差"): 1},
    )
    assert [(len(each.problems), told([each])) for each in said] == [
        (1, [("SURVEY_CHOICE_UNKNOWN", "B3", "怪", "3")]),
        (0, []),
    ]
    turned = count_export([ExportPart("1", "p1", parts[1].encode()), ExportPart("0", "p0", parts[0].encode())], LONG)
    assert turned == said[::-1]
    only_second = count(LONG, "单位,评价\n甲局,满意\n", "评价,单位\n满意,甲局\n怪,甲局\n")
    assert told(only_second[1:]) == [("SURVEY_CHOICE_UNKNOWN", "A3", "怪", "1")]
    assert told(only_second[:1]) == []


def test_parts_are_told_by_name_and_then_by_hash() -> None:
    """So that the same files say the same wherever they lay."""
    one, other = (
        ExportPart(digest, "p", f"单位,评价\n甲局,{said}\n".encode()) for digest, said in (("b", "怪"), ("a", "怪"))
    )
    first, second = count_export([one, other], LONG)
    assert (len(first.problems), len(second.problems)) == (0, 1)


def test_a_part_that_breaks_off_counts_for_nothing() -> None:
    """Nor does it settle who answered first; where all do, each says why."""
    export = asking(LONG, "first")
    broken, whole = '编号,单位,评价\n1,甲局,满意\n2,"甲局,满意\n', "编号,单位,评价\n1,甲局,一般\n"
    said = count(export, broken, whole)
    assert (said[0].answers, [one.code for one in said[0].problems]) == (None, ["TABLE_BROKEN"])
    assert (figures(said), counts(said[1:])) == ([(1, 1, 1, 0, 0, 0)], {("A", "", "一般"): 1})
    both = count(export, broken, "")
    assert [[one.code for one in each.problems] for each in both] == [["TABLE_BROKEN"], ["FILE_EMPTY"]]
    assert [each.answers for each in both] == [None, None]
    (empty,) = count(export, "编号,单位,评价\n")
    assert [(one.code, one.cell) for one in empty.problems] == [("SURVEY_EMPTY", "2")]


# --- repeats ---------------------------------------------------------------------------------------------------------

AGAIN = "编号,单位,评价\n1,甲局,满意\n2,甲局,满意\n1,甲局,一般\n1,乙局,差\n,甲局,满意\n1,戊局,满意\n"


@pytest.mark.parametrize("held", [HELD, 0])
@pytest.mark.parametrize(
    ("rule", "expected", "fates", "said"),
    [
        ("all", {"满意": 3, "一般": 1}, (6, 6, 5, 0, 0, 1), []),
        ("first", {"满意": 2}, (6, 6, 3, 1, 0, 2), [("SURVEY_RESPONDENT_BLANK", "A6", "", "1")]),
        ("last", {"满意": 1, "一般": 1}, (6, 6, 3, 1, 0, 2), [("SURVEY_RESPONDENT_BLANK", "A6", "", "1")]),
        (
            "refuse",
            {"满意": 1},
            (6, 6, 2, 0, 0, 4),
            [("SURVEY_REPEATED", "A2", "", "2"), ("SURVEY_RESPONDENT_BLANK", "A6", "", "1")],
        ),
    ],
)
def test_who_answers_again_about_a_unit(
    rule: str, expected: dict[str, int], fates: tuple[int, ...], said: list[tuple[str, ...]], held: int
) -> None:
    """In memory and from disk: of one person about one unit one answer, or none; nobody is not one person."""
    found = count(asking(LONG, rule), AGAIN, held=held)
    assert {choice: n for (unit, _, choice), n in counts(found).items() if unit == "A"} == expected
    assert counts(found)["B", "", "差"] == 1
    assert (figures(found), told(found)) == ([fates], [*said, ("SURVEY_UNIT_UNKNOWN", "B7", "戊局", "1")])


def test_what_is_said_of_respondents_names_their_column() -> None:
    found = count(asking(LONG, "refuse"), AGAIN)
    assert {dict(one.args)["column"] for one in found[0].problems if one.code != "SURVEY_UNIT_UNKNOWN"} == {"编号"}


def test_a_questionnaire_that_comes_again_is_one_as_a_whole() -> None:
    """What keeps it out is said once for the row, in each unit's figures."""
    export = asking(WIDE, "refuse")
    found = count(export, "编号,甲局,乙局\n1,满意,差\n1,一般,\n2,满意,\n,满意,差\n")
    assert (figures(found), counts(found)) == ([(4, 8, 1, 0, 1, 6)], {("A", "", "满意"): 1, ("B", "", ""): 1})
    assert told(found) == [("SURVEY_REPEATED", "A2", "", "2"), ("SURVEY_RESPONDENT_BLANK", "A5", "", "1")]
    first = count(asking(WIDE, "first"), "编号,甲局,乙局\n1,,差\n1,一般,满意\n")
    assert (figures(first), counts(first)) == ([(2, 4, 1, 2, 1, 0)], {("A", "", ""): 1, ("B", "", "差"): 1})


def test_each_units_question_has_its_own_rule() -> None:
    questions = (QUESTIONS[0]._replace(repeated="first"), QUESTIONS[1]._replace(repeated="last"))
    export = replace(LONG, respondent="编号", questions=questions)
    found = count(export, "编号,单位,评价\n1,甲局,满意\n1,甲局,一般\n1,乙局,满意\n1,乙局,差\n")
    assert counts(found) == {("A", "", "满意"): 1, ("B", "", "差"): 1}
    wide = count(replace(export, wide=True, unit="", choice=""), "编号,甲局,乙局\n1,满意,满意\n1,一般,差\n")
    assert (counts(wide), figures(wide)) == ({("A", "", "满意"): 1, ("B", "", "差"): 1}, [(2, 4, 2, 2, 0, 0)])
    mixed = replace(export, questions=(questions[0], questions[1]._replace(repeated="refuse")))
    found = count(replace(mixed, wide=True, unit="", choice=""), "编号,甲局,乙局\n1,满意,满意\n1,一般,差\n")
    assert (counts(found), told(found)) == ({("A", "", "满意"): 1}, [("SURVEY_REPEATED", "A2", "", "2")])


def test_who_answers_again_in_another_part_needs_a_time() -> None:
    """Files have no order; the same in one file has one."""
    head = "编号,单位,评价\n"
    found = count(asking(LONG, "last"), head + "1,甲局,满意\n1,甲局,一般\n", head + "2,甲局,满意\n")
    assert counts(found) == {("A", "", "一般"): 1, ("A", "", "满意"): 1}
    found = count(asking(LONG, "last"), head + "1,甲局,满意\n", head + "1,甲局,一般\n2,甲局,满意\n")
    assert (counts(found), told(found)) == ({("A", "", "满意"): 1}, [("SURVEY_PARTS_ORDER", "A2", "", "2")])
    timed = asking(LONG, "last", time="时间")
    head = "编号,单位,评价,时间\n"
    parts = head + "1,甲局,满意,2026-11-05\n", head + "1,甲局,一般,2026-11-04\n"
    assert counts(count(timed, *parts)) == {("A", "", "满意"): 1}
    ordered = asking(LONG, "first", order="时间")
    parts = head + "1,甲局,满意,10\n", head + "1,甲局,一般,9\n"
    assert counts(count(ordered, *parts)) == {("A", "", "一般"): 1}


@pytest.mark.parametrize(
    ("rule", "times", "kept"),
    [
        ("first", ("2026-11-3", "2026-11-4", "2026-11-4"), "满意"),
        ("last", ("2026-11-3", "2026-11-4", "2026-11-4"), ""),
        ("first", ("2026-11-3", "2026-11-3", "2026-11-4"), ""),
        ("last", ("2026-11-3", "2026-11-3", "2026-11-4"), "差"),
        ("last", ("2026-11-3", "", "2026-11-4"), ""),
        ("first", ("2026-11-3", "昨天", "2026-11-4"), ""),
    ],
)
def test_times_must_tell_the_one_that_counts(rule: str, times: tuple[str, ...], kept: str) -> None:
    """Two at the same moment matter only at the end that counts."""
    export = asking(LONG, rule, time="时间")
    lines = "".join(f"1,乙局,{said},{when}\n" for said, when in zip(("满意", "满意 ", "差"), times, strict=True))
    found = count(export, "编号,单位,评价,时间\n" + lines)
    assert counts(found) == ({("B", "", kept): 1} if kept else {})
    if not kept:
        (one,) = found[0].problems
        assert (one.code, one.cell, dict(one.args)["column"], dict(one.args)["n"]) == ("SURVEY_TIME", "A2", "时间", "3")


def test_doubted_numbers_count_alone_and_are_told() -> None:
    """A number that a spreadsheet may have cut: of two such nobody knows whether it is one person."""
    first, twice = "421023199001011000", "421023199001012000"
    found = count(
        asking(LONG, "first"),
        f"编号,单位,评价\n7,甲局,满意\n{first},甲局,满意\n{twice},甲局,满意\n",
        f"编号,单位,评价\n{twice},甲局,一般\n4.2E+17,甲局,一般\n",
    )
    assert counts(found) == {("A", "", "满意"): 2}
    assert told(found) == [
        ("SURVEY_RESPONDENT_ROUNDED", "A4", "", "3"),
        ("SURVEY_RESPONDENT_ZEROS", "A3", "", "3"),
    ]
    assert figures(found) == [(3, 3, 2, 0, 0, 1), (2, 2, 0, 0, 0, 2)]
    assert told(count(asking(LONG, "all"), f"编号,单位,评价\n{first},甲局,满意\n")) == []


@pytest.mark.parametrize(
    ("who", "state"),
    [
        ("", NOBODY),
        (BROKEN, NOBODY),
        ("张三", KNOWN),
        ("7", KNOWN),
        ("4.21E+17", CUT),
        ("4e17", CUT),
        ("-4.E17", CUT),
        ("E17", KNOWN),
        ("4.21E-17", KNOWN),
        ("4210231990010110", DOUBTED),
        ("421023199001011", KNOWN),
        ("421023199001000", DOUBTED),
        ("421023199001010", KNOWN),
        ("42102319900101100", DOUBTED),
        ("421023199001011010", KNOWN),
        ("421023199001011100", KNOWN),
        ("421023199001011000", DOUBTED),
        ("A21023199001011000", KNOWN),
        ("42102319900000", KNOWN),
    ],
)
def test_what_is_known_of_a_respondent(who: str, state: int) -> None:
    """Fifteen digits are kept of a number: what ends in zeros there may be another's."""
    assert states(pl.Series([who]), BROKEN).to_list() == [state]
    assert states(pl.Series(["1", who, "4.21E+17", "421023199001011000"]), BROKEN)[1] == state


def test_one_person_is_one_number_however_the_name_is_typed() -> None:
    """Full width and blanks are no difference; two names have two."""
    drawn = Anonymous()
    one, other = drawn.of(pl.Series(["张三", " 张　三", "ＡＢ", "AB", "李四", "AB"]))
    assert one[0] == one[1] and one[2] == one[3] == one[5] and len(set(one)) == 3
    assert (one != other).all()
    assert len({Anonymous().seeds for _ in range(3)}) == 3
    plain, _ = drawn.of(pl.Series(["7", "8", "7"]))
    assert (plain[0] == plain[2], plain[0] == plain[1]) == (True, False)


@pytest.mark.parametrize(
    ("early", "late"),
    [
        ("2026-11-03 09:15:02", "2026-11-03 09:15:03"),
        ("2026-11-03 09:15:02.1", "2026-11-03 09:15:02.12"),
        ("2026-11-03 09:15:02.0000001", "2026-11-03 09:15:02.0000002"),
        ("2026-11-03 09:15:59", "2026-11-03 09:16"),
        ("46329.385", "2026-11-03 09:15"),
        ("2026-11-03 09:14", "46329.385"),
        ("46329", "46329.000001"),
        ("46328.999999", "2026-11-03"),
        ("2026年1月2日", "2026.1.3"),
    ],
)
def test_moments_go_on_with_time(early: str, late: str) -> None:
    """To the tick; a day as a spreadsheet counts it stands between two dates."""
    one, other = moments(pl.Series([early, late]))
    assert one < other
    assert moments(pl.Series([f" {early} "]))[0] == one


def test_moments_are_counted_in_ticks_from_the_first_day_of_spreadsheets() -> None:
    assert moments(pl.Series(["1899-12-31 00:00:01", "0000-01-01", "2026-1-1 10:00:59", "1900-1-1"])).to_list()[:2] == [
        864_010_000_000,
        None,
    ]
    assert moments(pl.Series(["00002", "00001.5"])).to_list() == [2 * 864_000_000_000, 1_296_000_000_000]


@pytest.mark.parametrize(
    ("text", "number"),
    [(" 12 ", 12), ("9" * 18, int("9" * 18)), ("9" * 19, None), ("1.5", None), ("", None), ("-1", None)],
)
def test_numbers_by_which_answers_are_ordered(text: str, number: int | None) -> None:
    assert numbers(pl.Series([text])).to_list() == [number]


# --- sums ------------------------------------------------------------------------------------------------------------


def test_sums_are_put_together_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order in which each was said first, however many tables wait."""
    for most in (500_000, 3, 0):
        monkeypatch.setattr(tallying, "_TOGETHER", most)
        sums = CountSums(("key",))
        for key, n, first in ((7, 2, 50), (5, 1, 40), (7, 3, 20), (6, 1, 30), (5, 1, 60)):
            sums.add(pl.DataFrame({"key": [key], "n": [n], "first": [first]}))
        assert sums.summed().rows() == [(7, 5, 20), (6, 1, 30), (5, 2, 40)]
    assert CountSums(("key",)).summed().rows() == []


def test_many_blocks_are_counted_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is held of them between."""
    text = "编号,单位,评价\n" + "".join(f"{at % 7},{'甲局' if at % 3 else '乙局'},满意\n" for at in range(12))
    text += "".join(f"421023199001011{at}000,甲局\n421023199001011{at}000,甲局,满意\n" for at in range(2))
    for export in (LONG, asking(LONG, "last")):
        wanted = replace(export, unused=() if export.respondent else ("编号",))
        once = count(wanted, text)
        assert [one[1:] for one in told(once) if one[0] == "SURVEY_ROW_LENGTH"] == [("D14", "", "2")]
        with monkeypatch.context() as patch:
            patch.setattr("evaltool.inbox.exports.blocks.ROWS", 3)
            patch.setattr("evaltool.inbox.exports.texts.PIECE", 90)
            patch.setattr(tallying, "_TOGETHER", 1)
            patch.setattr(settling, "_FILES", 2)
            assert count(wanted, text, held=10) == once


def test_a_key_is_taken_apart_as_it_was_made() -> None:
    key = (3 << 41) + (70_000 << 21) + (65_535 << 5) + (1 << 4) + 6
    assert said_key(key) == (3, 70_000, 65_535, 1, 6)


# --- comments --------------------------------------------------------------------------------------------------------


def heard(said: Sequence[PartSaid]) -> dict[tuple[str, str], int]:
    answers_ = said[0].answers
    assert answers_ is not None and answers_.whole is not None
    return {(one.unit, one.text): one.times for one in answers_.whole.comments}


def test_what_people_write_is_kept_with_how_many_wrote_it() -> None:
    """About the row's unit; nothing of rows that do not count, nor what says nothing."""
    export = replace(asking(LONG, "first"), comments={"意见": ""})
    text = "编号,单位,评价,意见\n1,甲局,满意,窗口少\n2,甲局,满意, 窗口少 \n3,乙局,差,窗口少\n"
    text += "1,甲局,满意,又说\n4,戊局,满意,无名\n"
    said = count(export, text + "5,甲局,满意,无\n6,甲局,,……\n7,甲局,怪,仍算\n")
    assert heard(said) == {("A", "窗口少"): 2, ("B", "窗口少"): 1, ("A", "仍算"): 1}
    assert ("SURVEY_COMMENTS", "", "", "4") in told(said)
    wide = replace(WIDE, comments={"意见": "", "对乙": "B"})
    assert heard(count(wide, "甲局,乙局,意见,对乙\n满意,差,好,快\n满意,差,好,\n")) == {("", "好"): 2, ("B", "快"): 1}
    missing = count(replace(LONG, comments={"意见": ""}), "单位,评价\n甲局,满意\n")
    assert (heard(missing), told(missing)) == ({}, [("SURVEY_COLUMN_MISSING", "1", "意见", "")])


def test_what_rows_that_lack_cells_say_is_not_heard() -> None:
    """Nobody knows whether it is what was written there; it is said how many."""
    export = replace(LONG, comments={"意见": ""}, unused=("备注",))
    said = count(export, "单位,评价,意见,备注\n甲局,满意,13812345678\n甲局,满意,好,\n")
    assert heard(said) == {("A", "好"): 1}
    (one,) = said[0].problems
    assert (one.code, dict(one.args)) == ("SURVEY_COMMENTS", {"left": "1", "n": "1"})


@pytest.mark.parametrize(
    ("text", "nothing"),
    [
        ("", True),
        ("无", True),
        ("没有。", True),
        (" 无意见 ！", True),
        ("……", True),
        ("无障碍通道少", False),
        ("好", False),
        ("1", False),
    ],
)
def test_what_says_nothing(text: str, nothing: bool) -> None:
    assert comments.says_nothing(text) == nothing


def test_comments_beyond_the_limit_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which ones depends on what they say alone; it is said how many are not listed."""
    kept = comments.Comments(most=2)
    for text in ("一句", "二句", "三句", "四句", "五句", "一句"):
        kept.add(text, "A", 2, lacking=False)
    listed = kept.kept()
    assert (len(listed), kept.total) == (2, 12)
    assert all(one.times in (2, 4) for one in listed)
    exactly = comments.Comments(most=2)
    exactly.add("一句", "A", 1, lacking=False)
    exactly.add("二句", "A", 1, lacking=False)
    assert len(exactly.kept()) == 2
    export = replace(LONG, comments={"意见": ""})
    monkeypatch.setattr(comments, "MOST_COMMENTS", 2)
    long = comments.Comments()
    long.add("长" * 30_000, "", 1, lacking=False)
    assert [len(one.text) for one in long.kept()] == [20_000]
    long.add(f"坏{BROKEN}", "", 1, lacking=False)
    assert long.total == 1
    assert export.comments


def test_too_many_comments_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    made = comments.Comments
    monkeypatch.setattr(tallying.ExportTally.__dataclass_fields__["comments"], "default_factory", lambda: made(most=2))
    text = "单位,评价,意见\n" + "".join(f"甲局,满意,第{at}句\n" for at in range(5))
    tally = tallying.ExportTally(replace(LONG, comments={"意见": ""}), repeats=False, held=settling.HeldRows())
    tally.comments = made(most=2)
    file = opened(ExportPart("", "", text.encode()))
    from evaltool.inbox.exports.answers import read_out
    from evaltool.inbox.exports.header import columns

    tally.take(0, file, columns(tally.export, "", *file.header)[0])
    tally.settle()
    placed = read_out(tally)[2]
    assert [(one.code, dict(one.args)["n"]) for _, one in placed] == [
        ("SURVEY_COMMENTS", "5"),
        ("SURVEY_COMMENTS_MANY", "3"),
    ]


def test_what_tells_of_a_person_is_covered_and_alike_ones_are_one() -> None:
    kept = comments.Comments()
    for number in ("13812345678", "13912345678"):
        kept.add(f"请回电{number}", "A", 1, lacking=False)
    (one,) = kept.kept()
    assert (one.times, "138" in one.text, bool(one.personal)) == (2, False, True)
    assert isinstance(one, Comment)


# --- workbooks and Parquet -------------------------------------------------------------------------------------------


def read_book(
    cells: dict[tuple[int, int], ReadCell], *more: Sheet, merges: Any = (), monkeypatch: pytest.MonkeyPatch
) -> Any:
    """An export that is a workbook, without one being written."""
    made = Workbook((Sheet("S", "visible", cells, merges), *more), {}, ())
    monkeypatch.setattr("evaltool.reader.read", lambda data: made)
    return opened(ExportPart("", "", b"PK\x03\x04"))


def grid(*lines: Sequence[object]) -> dict[tuple[int, int], ReadCell]:
    return {
        (at, over): said if isinstance(said, ReadCell) else cell(said)
        for at, line in enumerate(lines)
        for over, said in enumerate(line)
        if said != ""
    }


ERROR = ReadCell("error", "#N/A", None, None, "General", merged=False, hidden=False)
NO_RESULT = ReadCell("blank", "", None, "A1", "General", merged=False, hidden=False)


def test_the_rows_of_a_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to one cell beyond the first row; broken cells are no blank ones; what is hidden or reckoned is noted."""
    cells = grid(
        ["单位", "评价"], ["甲局", ERROR], ["乙局", NO_RESULT], [], ["甲局", cell("满意", hidden=True), "x", "y"]
    )
    cells[6, 1] = cell("差", formula="C7")
    file = read_book(cells, monkeypatch=monkeypatch)
    assert (file.sheet, file.header) == ("S", (0, ["单位", "评价", ""]))
    assert (file.hidden, file.formulas) == (frozenset({(4, 1)}), frozenset({(2, 1), (6, 1)}))
    assert list(rows._grid(Sheet("S", "visible", cells, ()))) == [
        (0, ["单位", "评价", ""]),
        (1, ["甲局", BROKEN, ""]),
        (2, ["乙局", BROKEN, ""]),
        (4, ["甲局", "满意", "y"]),
        (6, ["", "差", ""]),
    ]
    assert read_book(grid(["", " "], ["单位", "评价"]), monkeypatch=monkeypatch).header == (1, ["单位", "评价", ""])


def test_what_a_workbook_must_not_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two worksheets with something on them, none, merged cells, too many columns."""
    other, empty = Sheet("T", "visible", grid(["x"]), ()), Sheet("U", "visible", {}, ())
    for cells, more, merges, code in (
        (grid(["单位"]), (other,), (), "SURVEY_SHEETS"),
        ({}, (empty,), (), "SURVEY_SHEETS"),
        (grid(["单位"]), (), ((0, 0, 0, 1),), "SURVEY_MERGED"),
        (grid(["  "]), (), (), "SURVEY_EMPTY"),
    ):
        with pytest.raises(Unusable) as unusable:
            read_book(cells, *more, merges=merges, monkeypatch=monkeypatch)
        assert [one.code for one in unusable.value.problems] == [code]
    assert read_book(grid(["单位", "评价"]), empty, monkeypatch=monkeypatch).sheet == "S"
    for width, fits in ((rows.MOST_COLUMNS - 1, True), (rows.MOST_COLUMNS, False)):
        wide = Sheet("S", "visible", {(0, 0): cell("单位"), (0, width): cell("x")}, ())
        if fits:
            assert len(next(rows._grid(wide))[1]) == width + 2
        else:
            with pytest.raises(Unusable) as unusable:
                next(rows._grid(wide))
            assert dict(unusable.value.problems[0].args)["n"] == str(width + 1)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("421023199001011234", "4.21023199001011234E+17"),
        ("421023199001011", "421023199001011"),
        ("1.50", "1.5"),
        ("1E+15", "1E+15"),
    ],
)
def test_a_long_number_is_known_for_what_a_spreadsheet_made_of_it(number: str, text: str) -> None:
    assert rows._text(cell(Decimal(number))) == text


def parquet(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("series", "texts"),
    [
        (pl.Series([1.0, 1.5, None, float("inf"), -2.0]), ["1", "1.5", "", BROKEN, "-2"]),
        (pl.Series([1e15, 999999999999999.0]), ["1000000000000000.0", "999999999999999"]),
        (pl.Series([7, None]), ["7", ""]),
        (pl.Series(["甲", None, ""]), ["甲", "", ""]),
        (pl.Series([b"\xe7\x94\xb2", b"\xff", None]), ["甲", BROKEN, ""]),
        (pl.Series(["2026-11-03"]).str.to_date(), ["2026-11-03"]),
        (pl.Series(["2026-11-03 09:15"]).str.to_datetime("%Y-%m-%d %H:%M"), ["2026-11-03 09:15:00"]),
        (
            pl.Series(["2026-11-03 09:15"]).str.to_datetime("%Y-%m-%d %H:%M").dt.replace_time_zone("Asia/Shanghai"),
            ["2026-11-03 01:15:00"],
        ),
    ],
)
def test_what_is_typed_in_a_parquet_file_as_a_spreadsheet_would_show_it(series: pl.Series, texts: list[str]) -> None:
    from evaltool.inbox.exports.header import Columns

    data = parquet(pl.DataFrame({"甲": series, "乙": ["x"] * len(series)}))
    file = opened(ExportPart("", "", data, size=len(data)))
    assert file.header == (0, ["甲", "乙"])
    (block,) = file.blocks(Columns(0, 2, 1, -1, 1, 0, -1, -1, ()), *PLAIN)
    assert block.frame["row"].to_list() == list(range(1, len(series) + 1))
    assert [text.removesuffix(".000000000").removesuffix(".000000") for text in block.frame["c0"]] == texts
    assert block.frame["lacks"].to_list() == [False] * len(series)


def test_a_column_of_a_kind_that_says_nothing_is_named_in_short() -> None:
    """Lists, flags, parts of a day: at its heading, with its name and kind."""
    long = "评价" + "长" * 100
    nested = pl.Series(long, [{"x" * 100: 1}])
    for series, kind in ((nested, "Struct"), (pl.Series(long, [[1]]), "List"), (pl.Series(long, [True]), "Boolean")):
        said = count(replace(LONG, choice=long), parquet(pl.DataFrame([pl.Series("单位", ["甲局"]), series])))
        (one,) = said[0].problems
        assert (one.code, one.cell, one.value) == ("SURVEY_COLUMN_TYPE", "B1", long[:80])
        told_kind = dict(one.args)["kind"]
        assert told_kind.startswith(kind) and len(told_kind) <= 80
        assert (len(told_kind) == 80) == (kind == "Struct")


def test_rows_of_a_parquet_file_in_which_nothing_stands_are_left_out() -> None:
    data = parquet(pl.DataFrame({"单位": ["甲局", "", "甲局"], "评价": ["满意", "", ""]}))
    said = count(LONG, data)
    assert (figures(said), counts(said)) == ([(2, 2, 1, 0, 1, 0)], {("A", "", "满意"): 1, ("A", "", ""): 1})


# --- names of parts --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("调查.csv", "调查.csv", True),
        ("调查.CSV", "调查.csv", True),
        ("调查-*.csv", "调查-1.csv", True),
        ("调查-*.csv", "调查-.csv", True),
        ("调查-*.csv", "调查1.csv", False),
        ("调查.csv", "调查xcsv", False),
        ("*", "x", True),
    ],
)
def test_whether_a_file_is_a_part(pattern: str, name: str, fits: bool) -> None:
    """A star stands for anything, every other sign for itself."""
    assert is_part(pattern, name) == fits


def test_under_which_names_a_content_is_a_part() -> None:
    export = replace(LONG, file="调查-*.csv")
    assert parts_named(export, ["inbox/乙/调查-2.csv", "inbox/调查-1.CSV", "inbox/别的.csv"]) == [
        "调查-1.csv",
        "调查-2.csv",
    ]


def test_the_account_of_an_export_in_parts_is_the_sum_of_theirs() -> None:
    one, other = SurveyAccount("V1", "b", 1, 2, 3, 4, 5, 6), SurveyAccount("V1", "a", 10, 20, 30, 40, 50, 60)
    assert survey_totals([one, other, replace(one, evaluator="V2")]) == [
        SurveyAccount("V1", "a", 11, 22, 33, 44, 55, 66),
        replace(one, evaluator="V2"),
    ]
    assert SurveyAnswers((), 1, 2, 3, 4, 5, 6).figures == (1, 2, 3, 4, 5, 6)
