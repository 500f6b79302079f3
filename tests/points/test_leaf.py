"""One leaf at a time, without sheets: what several answers about a unit come to, and what is said of those that are not
there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from evaltool.inbox.tables import ANSWERS
from evaltool.points.leaves import (
    LeafResult,
    counting,
    evaluator_marks,
    evaluator_shares,
    leaf_shares,
    nobody,
    settled,
    voices_of,
)
from evaltool.roster import Charge, NotApplicable, Parameter
from evaltool.rules import Combination, Component, Dropped
from evaltool.rules.combining import combined
from evaltool.rules.expressions import value_of
from said import Row, came, evaluated, line, said, seen

HALF, FULL = Fraction(1, 2), Fraction(1)


def leaf(more: str = "", answer: str = '"percent"', by: str = "office") -> str:
    return f'[component.work]\nname = "工作"\nweight = 100\nby = "{by}"\nanswer = {answer}\n{more}\n'


def shares(*rows: Row, rules: str = leaf(), units: str = "A", people: str = "O", **more: Any) -> dict[str, LeafResult]:
    """The results of all units; `sheets`: what became of those of which nothing is said."""
    sheets = more.pop("sheets", None)
    made = evaluated(rules, units, people, **more)
    return leaf_shares(made, came(*rows, sheets=sheets), made.classes["d"], "work")


# --- several answers as one ------------------------------------------------------------------------------------------


def one(answers: Sequence[Fraction | str], over: Combination = "mean", **policies: object) -> Fraction | str:
    """What several answers come to by policies for absent ones."""
    fields = {"name": "工作", "weight": 1, "by": "x", "answer": "percent", **policies}
    return settled(
        Component.model_validate(fields),
        answers,
        lambda _, share: share,
        lambda found, _: value_of(combined(found, over)),
        over,
    )


@pytest.mark.parametrize(
    ("policy", "over", "expected"),
    [
        ("refuse", "mean", "missing"),
        ("out", "mean", HALF),
        ("full", "mean", Fraction(3, 4)),
        ("zero", "mean", Fraction(1, 4)),
        (60, "mean", Fraction(11, 20)),
        ("mean", "mean", HALF),
        ("mean", "sum", FULL),
        ("out", "sum", HALF),
        ("reweigh", "mean", "missing"),
        ("group_mean", "mean", HALF),
    ],
)
def test_an_absent_answer_follows_its_policy(policy: object, over: Combination, expected: object) -> None:
    """Beside one answer of a half; the mean of the others is put in where more is made of the answers than a mean."""
    assert one([HALF, "missing"], over, missing=policy) == expected


def test_of_several_absences_the_refused_one_decides() -> None:
    """Before those that the rules know an answer to; what nobody is asked never decides."""
    assert one([HALF, "missing", "abstained"], missing="reweigh") == "abstained"
    assert one([HALF, "missing", "abstained"], missing="reweigh", abstained="reweigh") == "missing"
    assert one([HALF, "none"]) == HALF
    assert one(["none", "none"]) == "none"


def test_where_nothing_is_left_it_is_as_if_nobody_were_asked() -> None:
    """But for the mean of the others, which then is that of other units."""
    assert one(["missing", "waived"], missing="out") == "none"
    assert one(["missing", "waived"], missing="mean") == "missing"
    assert one(["waived", "none"], none="group_mean") == "none"
    assert one(["none", "waived"], waived="class_mean") == "waived"


def test_too_few_answers_come_to_nothing() -> None:
    """Without the best and the worst of three one is left, of two none."""
    assert one([HALF, FULL, Fraction(0)], Dropped(drop=1)) == HALF
    assert one([HALF, FULL], Dropped(drop=1)) == "undefined"
    assert one([HALF, FULL, "missing"], Dropped(drop=1), missing="out") == "undefined"


def test_numbers_may_be_points() -> None:
    """The mean of 5 and 7 of 10, put in for what is missing, is three fifths; whoever puts it in says where."""
    fields = {"name": "工作", "weight": 1, "by": "x", "answer": "percent", "missing": "mean"}
    found: list[list[int]] = []
    answers: list[Fraction | str] = [Fraction(5), "none", "missing", Fraction(7)]

    def added(numbers: list[Fraction], places: list[int]) -> Fraction:
        found.append(places)
        return sum(numbers, Fraction(0))

    made = settled(
        Component.model_validate(fields), answers, lambda at, share: share * 10 + at, added, "sum", Fraction(10)
    )
    assert seen(made, found) == (5 + 7 + 6 + 2, [[0, 2, 3]])


# --- evaluators ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("became", "people", "received"),
    [("counted", 2, "1"), ("missing", 1, "1/2"), ("waived", 1, "1")],
)
@pytest.mark.parametrize("abstained", [False, True])
def test_how_much_of_what_is_awaited_is_in(became: str, people: int, received: str, *, abstained: bool) -> None:
    """A sheet that is missing is awaited, one that is waived is not; it is the same whether the marks were summed at
    once or, because somebody withheld one, one by one."""
    rules = leaf('missing = "out"\nabstained = "out"')
    rows = [said("A", "O", "50"), *([said("A", "P", "90")] if became == "counted" else [])]
    rows += [said("A", "Q", "弃权")] if abstained else []
    sheets = {} if became == "counted" else {"P": became}
    found = shares(*rows, rules=rules, people="O P Q" if abstained else "O P", sheets=sheets)["A"]
    share = Fraction(7, 10) if became == "counted" else HALF
    told = Fraction(2, 3) if abstained and became == "missing" else Fraction(received)
    assert (found.share, found.absence, found.evaluators, found.received) == (share, "", people, told)


def test_two_of_three_are_in() -> None:
    """One is missing."""
    rules = leaf('missing = "out"')
    found = shares(said("A", "O", "50"), said("A", "P", "90"), rules=rules, people="O P Q", sheets={"Q": "missing"})
    assert (found["A"].share, found["A"].evaluators, found["A"].received) == (Fraction(7, 10), 2, Fraction(2, 3))


def test_why_there_is_nobodys_mark() -> None:
    """Nobody is asked, or what became of the sheets; of what did not take place that."""
    visits = Component.model_validate({"name": "w", "weight": 1, "by": "x", "answer": "percent", "each": "踏查"})
    assert nobody([]) == "没有评估主体负责评分"
    assert nobody(["missing", "waived", "waived"]) == "评估主体经批准免报、评估主体未报"
    assert nobody(["excluded"]) == "评估主体的表已排除"
    assert nobody(["counted", "waived"], visits) == "没有踏查记录"
    assert nobody(["waived"], visits) == "评估主体经批准免报"
    periods = Component.model_validate({"name": "w", "weight": 1, "by": "x", "answer": "percent", "each": ["上", "下"]})
    assert nobody(["counted", "waived"], periods) == "评估主体经批准免报"
    assert nobody(["counted", "waived"], Component.model_validate({"name": "w"})) == "评估主体经批准免报"


def test_too_few_marks_are_said_with_how_many_there_must_be() -> None:
    """Where there are enough and one of them is undefined, it is not said that there are too few."""
    over = "over = { drop = 1 }"
    rows = [said("A", who, "50") for who in ("O", "P")]
    found = shares(*rows, rules=leaf(over), people="O P")["A"]
    assert (found.absence, found.share) == ("undefined", None)
    assert found.reasons == (("计入的评分只有2个，不足3个", "2 marks that count, fewer than 3"),)
    visits = leaf(f'{over}\neach = {{ word = "踏查", {over} }}')
    rows = [said("A", who, "50", repeat=at) for who in ("O", "P", "Q") for at in "123"]
    found = shares(*rows, said("A", "R", "50", repeat="1"), rules=visits, people="O P Q R")["A"]
    assert (found.absence, found.reasons) == ("undefined", ())
    waiting = shares(rows[0], rules=leaf(over), people="O P", sheets={"P": "missing"})["A"]
    assert (waiting.absence, waiting.reasons) == ("missing", ())
    few = shares(*rows[:6], said("A", "R", "50", repeat="1"), rules=visits, people="O P R")["A"]
    assert few.reasons == (("计入的评分只有2个，不足3个", "2 marks that count, fewer than 3"),)


def test_marks_count_by_months_in_charge() -> None:
    """Three months and nine; a mark that is withheld takes its months with it."""
    days = {"O": (date(2026, 1, 1), date(2026, 3, 31)), "P": (date(2026, 4, 1), None), "Q": (date(2026, 4, 1), None)}
    charges = tuple(Charge(who, start=start, end=end) for who, (start, end) in days.items())
    rules = leaf('charge = "months"\nabstained = "out"')
    rows = [said("A", "O", "60"), said("A", "P", "100"), said("A", "Q", "弃权")]
    assert shares(*rows, rules=rules, people="O P Q", charges=charges)["A"].share == Fraction(9, 10)
    plain = leaf('abstained = "out"')
    assert shares(*rows, rules=plain, people="O P Q")["A"].share == Fraction(8, 10)
    assert shares(*rows[:2], rules=rules, people="O P", charges=charges[:2])["A"].share == Fraction(9, 10)


# --- who has it at all -----------------------------------------------------------------------------------------------


POINTS = leaf('not_applicable = "reweigh"\nmissing = "out"\nabstained = "out"', "{ points = 4 }")
LINES = (line("i1", "3"), line("i2", "1"))


def away(unit: str, of: str = "") -> NotApplicable:
    return NotApplicable(class_id="d", component="work", indicator=of, unit=unit, document="文1")


def test_a_leaf_of_one_group_is_nobody_elses() -> None:
    """Units of other groups have no result in it, not even an absent one."""
    rows = [said("A", "O", "50"), said("B", "O", "50")]
    assert shares(*rows, rules=leaf('groups = ["h"]'), units="A B:h").keys() == {"B"}
    assert shares(*rows, units="A B:h").keys() == {"A", "B"}


def test_what_does_not_exist_for_a_unit_is_told_from_what_it_has_no_line_of() -> None:
    """B has no line of its own; of C all lines were decided away, of D one, of E the component."""
    lines = tuple(line(of, full, unit=unit) for unit in "ACDE" for of, full in (("i1", "3"), ("i2", "1")))
    decided = (away("C", "i1"), away("C", "i2"), away("D", "i2"), away("E"))
    rows = [said(unit, "O", "1", of) for unit in "ACE" for of in ("i1", "i2")] + [said("D", "O", "1", "i1")]
    found = shares(*rows, rules=POINTS, units="A B C D E", indicators=lines, not_applicable=decided)
    assert {unit: one.absence for unit, one in found.items()} == {
        "A": "",
        "B": "none",
        "C": "not_applicable",
        "D": "",
        "E": "not_applicable",
    }
    assert {unit: one.nobody for unit, one in found.items() if one.nobody} == {"B": "没有指标"}
    assert (found["A"].share, found["A"].basis) == (HALF, "")
    assert (found["D"].share, found["D"].basis) == (Fraction(1, 3), "预赋4分中1分不适用或不计，按3分折算")


def test_a_figure_that_others_are_divided_by_is_no_line_that_keeps_a_component_in_being() -> None:
    """It carries no points: where the one line that does is decided away, there is nothing."""
    lines = (line("i1", "4"), line("pop", "0"))
    rows = [said(unit, "O", "1", of) for unit in "AB" for of in ("i1", "pop")]
    found = shares(*rows, rules=POINTS, units="A B", indicators=lines, not_applicable=(away("A", "i1"),))
    assert {unit: one.absence for unit, one in found.items()} == {"A": "not_applicable", "B": ""}


def test_what_is_measured_needs_something_to_measure() -> None:
    """Without any line there is nothing; a component that is marked as a whole needs none."""
    target = leaf(answer='{ target = "attained" }')
    assert shares(rules=target)["A"].absence == "none"
    assert shares(said("A", "O", "50"))["A"].share == HALF


def test_a_component_that_is_not_verified_counts_for_nobody() -> None:
    """Marked as a whole it is absent as such; what does not exist for a unit is said before that."""
    rules = leaf('verify = true\nunverified = "zero"\nnot_applicable = "reweigh"')
    found = shares(said("A", "O", "50"), said("B", "O", "50"), rules=rules, units="A B", not_applicable=(away("B"),))
    assert {unit: one.absence for unit, one in found.items()} == {"A": "unverified", "B": "not_applicable"}
    lined = leaf('verify = true\nunverified = "zero"', "{ points = 4 }")
    rows = [said("A", "O", "1", of) for of in ("i1", "i2")]
    assert shares(*rows, rules=lined, indicators=LINES)["A"].share == 0


def test_lines_without_a_share_say_what_the_rules_put_in() -> None:
    """The method gives no share without a base: full marks for that line, by the rules, and in words."""
    rows = [said("A", "O", "5", of, field="figure:核实数") for of in ("i1", "i2")]
    lines = (line("i1", "3", base=Fraction(4)), line("i2", "1"))
    growth = '{ growth = "rate", full_at = 25 }'
    for ruled, words in (("full", "满分"), ("zero", "零分")):
        found = shares(*rows, rules=leaf(f'undefined = "{ruled}"', growth), indicators=lines)["A"]
        assert found.basis == f"指标“i2”（数值 5）：没有基期值，按规则计{words}"
    left_out = shares(*rows, rules=leaf('undefined = "out"', growth), indicators=lines)["A"]
    assert left_out.basis == "预赋4分中1分不适用或不计，按3分折算"


# --- repeats ---------------------------------------------------------------------------------------------------------

QUARTERS = 'each = { periods = ["一", "二", "三", "四"], so_far = true }'


def in_quarters(marks: Mapping[str, str], who: str = "O", unit: str = "A", names: str = "一二三四") -> list[Row]:
    return [said(unit, who, marks.get(at, ""), repeat=at) for at in names]


def test_an_interim_result_of_some_periods_says_which() -> None:
    """Two of four quarters are in: their mean, and that it is no final one."""
    found = shares(*in_quarters({"一": "60", "三": "80"}), rules=leaf(QUARTERS))["A"]
    assert (found.share, found.received, found.so_far) == (Fraction(7, 10), HALF, True)
    assert found.basis == "4期中已报2期（一、三），由已报的取平均"


def test_once_all_periods_are_in_it_is_a_result() -> None:
    """Nothing more is said."""
    found = shares(*in_quarters(dict.fromkeys("一二三四", "60")), rules=leaf(QUARTERS))["A"]
    assert seen(found.share, found.received, found.so_far, found.basis) == (Fraction(3, 5), 1, False, "")


def test_evaluators_of_whom_not_the_same_is_in_are_counted_together() -> None:
    """One has given all four, another one: five of eight; a third is excused and awaited no more."""
    rows = [*in_quarters(dict.fromkeys("一二三四", "60")), *in_quarters({"二": "80"}, "P")]
    found = shares(*rows, rules=leaf(QUARTERS), people="O P Q", sheets={"Q": "waived"})["A"]
    assert (found.share, found.received, found.so_far) == (Fraction(7, 10), Fraction(5, 8), True)
    assert found.basis == "各评估主体应报8期次，已报5期次，由已报的取平均"


def test_whoever_is_missing_owes_all_periods() -> None:
    """No result, and a quarter of what is awaited is in."""
    found = shares(*in_quarters({"一": "60", "三": "80"}), rules=leaf(QUARTERS), people="O P", sheets={"P": "missing"})
    assert (found["A"].share, found["A"].absence, found["A"].received) == (None, "missing", Fraction(1, 4))
    assert (found["A"].so_far, found["A"].nobody) == (False, "")


def test_periods_that_the_rules_do_not_pass_over_are_waited_for() -> None:
    """Without `so_far` a quarter that is not in leaves nothing; where the rules put something in, it is a result."""
    waiting = leaf('each = ["一", "二", "三", "四"]')
    found = shares(*in_quarters({"一": "60", "三": "80"}), rules=waiting)["A"]
    assert (found.share, found.absence, found.received, found.so_far) == (None, "missing", HALF, False)
    zero = shares(*in_quarters({"一": "60", "三": "80"}), rules=leaf(f'{QUARTERS}\nmissing = "zero"'))["A"]
    assert (zero.share, zero.received, zero.so_far, zero.basis) == (Fraction(7, 20), HALF, False, "")


def test_of_a_year_of_which_nothing_is_in_there_is_nothing_so_far() -> None:
    """All four are missing."""
    found = shares(*in_quarters({}), rules=leaf(QUARTERS))["A"]
    assert seen(found.share, found.absence, found.received, found.so_far) == (None, "missing", 0, False)


STAGES = 'each = { stages = { "上半年" = ["一", "二"], "下半年" = ["三", "四"] }, stage_over = "mean", so_far = true }'


def test_only_complete_stages_are_taken_so_far() -> None:
    """The third quarter is in without the fourth: the first half of the year counts."""
    found = shares(*in_quarters({"一": "60", "二": "80", "三": "100"}), rules=leaf(STAGES))["A"]
    assert (found.share, found.received, found.so_far) == (Fraction(7, 10), HALF, True)
    assert found.basis == "2阶段中已报1阶段（上半年），由已报的取平均"


def test_how_stages_and_what_is_inside_them_become_one() -> None:
    """The worse half of the year, each the sum of its quarters."""
    rules = leaf(
        'each = { stages = { "上半年" = ["一", "二"], "下半年" = ["三", "四"] }, over = "worst" }', '"percent"'
    )
    found = shares(*in_quarters({"一": "30", "二": "40", "三": "10", "四": "50"}), rules=rules)["A"]
    assert seen(found.share, found.received, found.so_far) == (Fraction(3, 5), 1, False)


def test_what_is_not_asked_of_a_unit_is_said_beside_what_is_in_so_far() -> None:
    """One line was decided away, and one of two halves is in."""
    rules = leaf('each = { periods = ["上", "下"], so_far = true }\nnot_applicable = "reweigh"', "{ points = 4 }")
    rows = [said("A", "O", mark, of, repeat=at) for at, mark in (("上", "1"), ("下", "")) for of in ("i1", "i2")]
    found = shares(*rows, rules=rules, indicators=LINES, not_applicable=(away("A", "i2"),))["A"]
    assert found.basis == "2期中已报1期（上），由已报的取平均；预赋4分中1分不适用或不计，按3分折算"


def visits(marks: Sequence[tuple[str, str, str]], component: str = "work", class_id: str = "d") -> list[Row]:
    """Row of the sheet, day, mark."""
    of = {"component": component, "class_id": class_id}
    return [
        row
        for at, day, mark in marks
        for row in (said("A", "O", mark, repeat=at, **of), said("A", "O", day, repeat=at, field="date", **of))
    ]


def test_the_last_visit_is_the_one_that_happened_last() -> None:
    """By its day, whatever row it stands in and whatever happened in other components; on one day by the rows, of which
    the tenth comes after the second."""
    rules = leaf('each = { word = "踏查", over = "last" }')
    other = '[component.zz]\nname = "其他"\nweight = 1\nby = "office"\nanswer = "percent"\neach = "踏查"\n'
    rows = visits([("1", "2026-09-01", "70"), ("2", "2026-03-01", "90")])
    assert shares(*rows, rules=rules)["A"].share == Fraction(7, 10)
    apart = [*visits([("1", "2026-01-01", "1")], "zz"), *visits([("1", "2026-01-01", "1")], class_id="e")]
    assert shares(*rows, *apart, rules=rules + other)["A"].share == Fraction(7, 10)
    same = visits([("10", "2026-03-01", "70"), ("2", "2026-03-01", "90")])
    assert shares(*same, rules=rules)["A"].share == Fraction(7, 10)


def test_a_unit_that_was_not_visited_has_nothing() -> None:
    """The sheet is in: nothing is awaited."""
    rows = visits([("1", "2026-09-01", "70")])
    found = shares(*rows, rules=leaf('each = "踏查"'), units="A B")["B"]
    assert seen(found.absence, found.nobody, found.received) == ("none", "没有踏查记录", 1)


# --- what stands beside ----------------------------------------------------------------------------------------------

OTHER = '[component.zz]\nname = "其他"\nweight = 1\nby = "office"\nanswer = {}\n'


def beside(*rows: Row) -> list[Row]:
    """What must not count: marks in another component and in another class, other fields, a row of no unit."""
    other = [said("A", "O", "7", row[2], component="zz") for row in rows]  # type: ignore[arg-type]
    foreign = [said("A", "O", "8", row[2], class_id="e") for row in rows]  # type: ignore[arg-type]
    return [
        *other,
        *foreign,
        said("A", "O", "3", field="figure:核实数"),
        said("A", "O", "3", rows[0][2], field="loss"),  # type: ignore[arg-type]
        said("", "O", "9", rows[0][2]),  # type: ignore[arg-type]
    ]


@pytest.mark.parametrize("withheld", [False, True])
@pytest.mark.parametrize("answer", ['"percent"', "{ points = 4 }"])
def test_nothing_else_on_the_sheets_counts(answer: str, *, withheld: bool) -> None:
    """Whether marks are summed at once or one by one: only marks of the component, of the class, of the unit."""
    lines = LINES if "points" in answer else ()
    ways = leaf('abstained = "out"', answer) + OTHER.format(answer)
    ids, full = ([each.id for each in lines], 4) if lines else ([""], 100)
    rows = [said("A", who, "1", of) for who in ("O", "P") for of in ids]
    own = [*rows, *(said("A", "Q", "弃权", of) for of in ids if withheld)]
    people = "O P Q" if withheld else "O P"
    more = (*lines, *(line(each.id, "1", "zz") for each in lines))
    found = shares(*own, *beside(*rows[: len(ids)]), rules=ways, people=people, indicators=more)["A"]
    assert (found.share, found.evaluators) == (Fraction(len(ids), full), 2)


@pytest.mark.parametrize("at", range(4))
@pytest.mark.parametrize("answer", ['"percent"', "{ points = 4 }"])
def test_nothing_else_stands_in_for_a_mark_that_is_blank(answer: str, at: int) -> None:
    """A mark in another component, in another class, in another field, of no unit."""
    of, lines = ("i1", (line("i1", "4"), line("i1", "4", "zz"))) if "points" in answer else ("", ())
    other = [
        said("A", "O", "7", of, component="zz"),
        said("A", "O", "7", of, class_id="e"),
        said("A", "O", "7", of, field="loss"),
        said("", "O", "7", of),
    ][at]
    found = shares(said("A", "O", "", of), other, rules=leaf(answer=answer) + OTHER.format(answer), indicators=lines)
    assert (found["A"].share, found["A"].absence) == (None, "missing")


def with_decimals(row: Row, decimals: int, value: int) -> Row:
    at = list(ANSWERS).index("value")
    return (*row[:at], value, decimals, *row[at + 2 :])


def test_a_single_mark_is_read_with_its_decimals() -> None:
    """2.5 is 25 tenths of 4 points."""
    one = with_decimals(said("A", "O", "2.5", "i1"), 1, 25)
    assert shares(one, rules=leaf(answer="{ points = 4 }"), indicators=(line("i1", "4"),))["A"].share == Fraction(5, 8)


@pytest.mark.parametrize("answer", ['"percent"', "{ points = 4 }"])
def test_a_sheet_of_which_nothing_was_taken_says_nothing(answer: str) -> None:
    """It counts, and not a single mark stands in it."""
    lines = (line("i1", "4"),) if "points" in answer else ()
    found = shares(rules=leaf(answer=answer), indicators=lines, sheets={"O": "counted"})["A"]
    assert (found.share, found.absence) == (None, "missing")


@pytest.mark.parametrize("answer", ['"percent"', "{ points = 4 }"])
@pytest.mark.parametrize(("huge", "people"), [(2**62, 1), (2**61, 6)])
def test_marks_too_great_to_be_summed_are_reckoned_exactly(answer: str, huge: int, people: int) -> None:
    """One is enough, or several that are so great together; the others' marks are small."""
    lines = (line("i1", "4"),) if "points" in answer else ()
    of, full = ("i1", 4) if lines else ("", 100)
    who = [f"O{at}" for at in range(people)]
    rows = [with_decimals(said("A", each, "1", of), 2, huge) for each in who] + [
        said("B", each, "1", of) for each in who
    ]
    found = shares(*rows, rules=leaf(answer=answer), units="A B", people=" ".join(who), indicators=lines)
    assert {unit: one.share for unit, one in found.items()} == {
        "A": Fraction(huge, 100 * full),
        "B": Fraction(1, full),
    }


def test_places_are_worth_what_the_length_of_the_list_makes_them() -> None:
    """The second of two is the last of O's list, the second of three is not the last of P's."""
    rules = leaf(answer='{ rank = "p" }') + "[places.p]\nfirst = 100\nlast = 60\n"
    charges = (Charge("O", unit="A"), Charge("O", unit="B"))
    rows = [said(unit, "O", place) for unit, place in (("A", "1"), ("B", "2"))]
    rows += [said(unit, "P", place) for unit, place in (("A", "1"), ("B", "2"), ("C", "3"))]
    found = shares(*rows, rules=rules, units="A B C", people="O P", charges=charges)
    assert {unit: one.share for unit, one in found.items()} == {
        "A": FULL,
        "B": (Fraction(6, 10) + Fraction(8, 10)) / 2,
        "C": Fraction(6, 10),
    }


# --- what is made of all results -------------------------------------------------------------------------------------


def marks(**given: str) -> list[Row]:
    return [said(unit, "O", mark) for unit, mark in given.items() if mark]


def test_results_are_held_against_the_best_and_then_converted() -> None:
    """B has two thirds of A's 90, which a curve makes 80; what the answers said is kept, and so is what they were
    divided by.  C has nothing to be held against anything."""
    rules = leaf('benchmark = "best"\nconvert = [[0, 60], [100, 90]]\nabstained = "reweigh"')
    found = shares(*marks(A="90", B="60", C="弃权"), rules=rules, units="A B C")
    assert {unit: (one.share, one.before, one.against) for unit, one in found.items()} == {
        "A": (Fraction(9, 10), Fraction(9, 10), Fraction(9, 10)),
        "B": (Fraction(8, 10), Fraction(6, 10), Fraction(9, 10)),
        "C": (None, None, None),
    }
    assert found["C"].absence == "abstained"
    made = evaluated(rules, "A B C")
    scheme = made.classes["d"]
    assert counting(made, scheme, "work", "B", Fraction(6, 10), Fraction(9, 10)) == Fraction(8, 10)
    assert counting(made, scheme, "work", "B", Fraction(6, 10), None) == Fraction(78, 100)


def test_where_nobody_has_anything_there_is_nothing_to_be_held_against() -> None:
    """All have nothing: no share, with the reason, in the place of a division by nothing."""
    found = shares(*marks(A="0", B="0"), rules=leaf('benchmark = "best"'), units="A B")
    assert {(one.share, one.absence, one.so_far) for one in found.values()} == {(None, "undefined", False)}
    assert [one.reasons[0][0] for one in found.values()] == ["所比的得分率不大于 0，无法计算比例"] * 2


def test_a_curve_without_a_benchmark_keeps_what_the_answers_say() -> None:
    """A curve that falls gives more for less."""
    found = shares(*marks(A="90"), rules=leaf("convert = [[0, 100], [100, 0]]"))["A"]
    assert (found.share, found.before, found.against) == (Fraction(1, 10), Fraction(9, 10), None)


def test_a_curve_may_have_numbers_of_the_units() -> None:
    """From 60 to 90 for A; of B the lower end is above the upper one, which gives no share."""
    rules = leaf('convert = [["低", 0], ["高", 100]]')
    numbers = [("", "低", "60"), ("", "高", "90"), ("B", "低", "95")]
    own = tuple(Parameter(unit=unit, name=name, value=Fraction(value)) for unit, name, value in numbers)
    found = shares(*marks(A="75", B="75"), rules=rules, units="A B", parameters=own)
    assert (found["A"].share, found["A"].before) == (HALF, Fraction(3, 4))
    assert (found["B"].share, found["B"].absence, len(found["B"].reasons)) == (None, "undefined", 1)
    made = evaluated(rules, "A", parameters=own)
    assert counting(made, made.classes["d"], "work", "A", Fraction(3, 4), None) == HALF


def test_cases_in_one_pot_are_no_preset_points() -> None:
    """A pot of 1 point for 2 kinds of cases: nothing is said of points that do not count."""
    kinds = tuple(line(each, "1") for each in ("国家级", "省级"))
    rows = [said("A", "O", "1", each.id, field="figure:件数") for each in kinds]
    rules = leaf(answer='{ tally = { "国家级" = 0.25, "省级" = 0.25 } }').replace("weight = 100", "weight = 1")
    found = shares(*rows, rules=rules, indicators=kinds)["A"]
    assert (found.share, found.basis) == (HALF, "")


def test_the_mean_of_other_units_stands_in_where_the_rules_say_so() -> None:
    """C withheld: the mean of A and B of its group; D is ranked nowhere and E in another group.  B's own stays."""
    rules = leaf('abstained = "{}"')
    given = marks(A="90", B="60", C="弃权", D="10", E="30")
    of = {
        among: shares(*given, rules=rules.format(among), units="A B C D? E:h")
        for among in ("group_mean", "class_mean", "reweigh")
    }
    assert {among: found["C"].share for among, found in of.items()} == {
        "group_mean": Fraction(75, 100),
        "class_mean": Fraction(60, 100),
        "reweigh": None,
    }
    assert (of["group_mean"]["C"].absence, of["group_mean"]["B"].share) == ("abstained", Fraction(6, 10))


def test_a_factor_multiplies_what_is_there_and_waits_beside_what_is_not() -> None:
    """A share is multiplied and what was marked kept; an absent result carries the factor for what the rules put in.
    Whoever has no number of the rules is multiplied by 1."""
    rules = leaf('factor = "系数"\nnot_applicable = "zero"')
    of = {"A": HALF, "B": HALF, "C": Fraction(2)}
    numbers = tuple(Parameter(unit=unit, name="系数", value=value) for unit, value in of.items())
    given = marks(A="90", C="40")
    found = shares(*given, rules=rules, units="A B C", parameters=numbers, not_applicable=(away("B"),))
    assert {unit: (one.share, one.before, one.factor) for unit, one in found.items()} == {
        "A": (Fraction(45, 100), Fraction(9, 10), HALF),
        "B": (None, None, HALF),
        "C": (Fraction(8, 10), Fraction(4, 10), 2),
    }
    curved = leaf('factor = "系数"\nconvert = [[0, 100], [100, 0]]')
    one = shares(*marks(A="90"), rules=curved, parameters=numbers)["A"]
    assert (one.share, one.before) == (Fraction(1, 20), Fraction(9, 10))
    made = evaluated(curved, "A", parameters=numbers)
    assert counting(made, made.classes["d"], "work", "A", Fraction(9, 10), None) == Fraction(1, 20)


# --- one by one ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("withheld", [False, True])
def test_what_every_evaluator_gave_a_unit(*, withheld: bool) -> None:
    """As shares, and as whole numbers with one denominator, of the units that are asked for; whoever withheld is not
    there."""
    rules = leaf('abstained = "out"', "{ points = 4 }")
    made = evaluated(rules, "A B", "O P", indicators=LINES)
    given = {"A": ("1", "3"), "B": ("2", "弃权" if withheld else "2")}
    rows = [
        row
        for unit, of in given.items()
        for who, mark in zip("OP", of, strict=True)
        for row in (said(unit, who, mark, "i1"), said(unit, who, mark if mark == "弃权" else "0", "i2"))
    ]
    intake, scheme = came(*rows), made.classes["d"]
    expected = {"A": {"O": Fraction(1, 4), "P": Fraction(3, 4)}, "B": {"O": HALF, "P": HALF}}
    if withheld:
        expected["B"] = {"O": HALF}
    assert evaluator_shares(made, intake, scheme, "work") == expected
    for units in ("AB", "B"):
        found, whole = evaluator_marks(made, intake, scheme, "work", [made.units[unit] for unit in units])
        assert {unit: {who: Fraction(mark, whole) for who, mark in of.items()} for unit, of in found.items()} == {
            unit: expected[unit] for unit in units
        }


def test_a_unit_that_nobody_marked_is_not_among_them() -> None:
    """Nor are those who are missing."""
    made = evaluated(leaf('missing = "out"\nabstained = "out"'), "A B", "O P")
    intake = came(said("A", "O", "50"), said("B", "O", "弃权"), sheets={"P": "missing"})
    assert evaluator_shares(made, intake, made.classes["d"], "work") == {"A": {"O": HALF}}
    found, whole = evaluator_marks(made, intake, made.classes["d"], "work", list(made.units.values()))
    assert {unit: {who: Fraction(mark, whole) for who, mark in of.items()} for unit, of in found.items()} == {
        "A": {"O": HALF}
    }
    intake = came(said("A", "O", "50"), said("B", "O", "30"), sheets={"P": "missing"})
    found, whole = evaluator_marks(made, intake, made.classes["d"], "work", list(made.units.values()))
    assert {unit: {who: Fraction(mark, whole) for who, mark in of.items()} for unit, of in found.items()} == {
        "A": {"O": HALF},
        "B": {"O": Fraction(3, 10)},
    }


def test_what_everybody_who_is_asked_says() -> None:
    """A share, or what became of the sheet."""
    made = evaluated(leaf('missing = "out"'), "A", "O P Q")
    intake = came(said("A", "O", "50"), sheets={"P": "waived", "Q": "missing"}, excluded=["Q"])
    found = voices_of(made, intake, made.classes["d"], "work", [made.units["A"]])
    assert found == {"A": {"O": HALF, "P": "waived", "Q": "excluded"}}


def test_marks_out_of_different_preset_points_have_one_denominator() -> None:
    """A has one line of 4 points and B one of 3."""
    lines = (line("a", "4", unit="A"), line("b", "3", unit="B"))
    made = evaluated(leaf(answer="{ points = 4 }"), "A B", indicators=lines)
    intake = came(said("A", "O", "1", "a"), said("B", "O", "1", "b"))
    found, whole = evaluator_marks(made, intake, made.classes["d"], "work", list(made.units.values()))
    assert {unit: Fraction(of["O"], whole) for unit, of in found.items()} == {"A": Fraction(1, 4), "B": Fraction(1, 3)}
