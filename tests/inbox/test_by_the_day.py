"""Who is missing and what is due as of a day: on it, the day before, the day after; on values made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

import handmade
from evaltool.findings import finding
from evaltool.inbox.accounts.files import FileAccount
from evaltool.inbox.accounts.lacking import by_day, lacking, missed
from evaltool.inbox.accounts.sheets import SheetAccount
from evaltool.inbox.due import Due, Missing, due, within
from evaltool.inbox.intake import Intake
from evaltool.inbox.submissions import LATE
from evaltool.ledger import Decision
from evaltool.ledger.matters import Matter
from evaltool.ledger.register import Entry
from evaltool.roster import Batch, Remark, Roster
from evaltool.rules.settings import Deadline
from made_intake import evaluation

DAY = date(2027, 3, 31)
BEFORE, AFTER = DAY - timedelta(1), DAY + timedelta(1)
MEETING = Batch(evaluator="V1", id="1", meeting="座谈会", place="一楼", date=DAY, cards=6)
UNDATED = Batch(evaluator="V1", id="2", meeting="入户", cards=6)
ROSTER = Roster(units=evaluation().roster.units, evaluators=evaluation().roster.evaluators, batches=(MEETING, UNDATED))


def deadline(**more: Any) -> Deadline:
    given: dict[str, Any] = {"what": "打分表", "date": DAY, "sheet": "marks"}
    return Deadline(**(given | more))


def came(*sheets: SheetAccount, files: Sequence[FileAccount] = ()) -> Intake:
    return replace(handmade.intake(), sheets=sheets, files=tuple(files))


LEADER = SheetAccount("L1", "", "1", "missing")
CARDS, VISITED = SheetAccount("V1", "1", "1", "missing"), SheetAccount("V1", "2", "1", "missing")


def why(taken: Intake, on: date, **more: Any) -> list[str]:
    made = evaluation(roster=ROSTER, deadlines=(deadline(strict=True),), **more)
    return [each.why for each in lacking(made, taken, on)]


# --- who is missing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sheet", "on", "expected"),
    [
        (LEADER, BEFORE, ["not_come"]),
        (CARDS, BEFORE, ["not_yet"]),
        (CARDS, DAY, ["not_yet"]),
        (CARDS, AFTER, ["not_come"]),
        (VISITED, BEFORE, ["not_come"]),
        (replace(LEADER, answered="with_errors"), BEFORE, ["refused"]),
        (replace(CARDS, answered="with_errors"), BEFORE, ["refused"]),
        (replace(LEADER, answered="with_errors", digest="h"), BEFORE, []),
        (replace(LEADER, answered="counted", digest="h"), BEFORE, []),
        (replace(LEADER, answered="waived"), BEFORE, []),
    ],
)
def test_why_a_sheet_is_not_there(sheet: SheetAccount, on: date, expected: list[str]) -> None:
    """Cards are not missed before their meeting is over; what came with errors and can be read counts as it is."""
    assert why(came(sheet), on) == expected


def test_what_came_and_was_refused_is_told_from_what_came_too_late() -> None:
    """Also of cards before their meeting; the files of others say nothing."""
    refused = FileAccount("a", "h", "rejected", "L1", "", "1", "SUBMISSION_CONFLICT")
    late = FileAccount("b", "k", "rejected", "L1", "", "1", LATE)
    assert why(came(LEADER, files=[refused]), DAY) == ["refused"]
    assert why(came(LEADER, files=[late]), DAY) == ["late"]
    assert why(came(LEADER, files=[late, refused]), DAY) == ["late"]
    assert why(came(LEADER, files=[replace(late, became="excluded")]), DAY) == ["not_come"]
    assert why(came(LEADER, files=[replace(late, evaluator="L2")]), DAY) == ["not_come"]
    assert why(came(CARDS, files=[replace(refused, evaluator="V1", batch="1")]), BEFORE) == ["refused"]
    assert why(came(CARDS, files=[replace(refused, evaluator="V1", batch="2")]), BEFORE) == ["not_yet"]


def test_by_when_a_sheet_is_due_and_whether_that_is_strict() -> None:
    """The day of the meeting before any deadline, and no meeting is strict; without either the day that decides who
    marks."""
    made = evaluation(roster=ROSTER, deadlines=(deadline(date=AFTER, strict=True),))
    leader, meeting, visits = lacking(made, came(LEADER, CARDS, VISITED), BEFORE)
    assert [(one.until, one.strict) for one in (leader, meeting, visits)] == [
        (AFTER, True),
        (DAY, False),
        (AFTER, True),
    ]
    assert not replace(leader, deadline=deadline()).strict
    undated = replace(leader, deadline=None)
    assert (undated.until, undated.strict, undated.judged) == (None, False, date(2026, 12, 31))
    assert [leader.is_due(day) for day in (DAY, AFTER, AFTER + timedelta(1))] == [False, False, True]
    assert [undated.is_due(day) for day in (date(2026, 12, 31), date(2027, 1, 1))] == [False, True]
    kinds: list[Any] = ["refused", "late", "not_yet"]
    assert [replace(undated, why=kind).is_due(date(2026, 1, 1)) for kind in kinds] == [True, True, False]


def test_whom_one_may_ask_for_a_sheet() -> None:
    """Everybody whose day is known, whether or not it has passed; nobody whose meeting is still to come."""
    early, late = date(2026, 5, 1), date(2027, 5, 1)
    taken = came(LEADER, CARDS, VISITED)
    made = evaluation(roster=ROSTER, deadlines=(deadline(role="leader", date=late),))
    assert [(one.evaluator, one.batch) for one in missed(made, taken, early)] == [("L1", "")]
    assert [(one.evaluator, one.batch) for one in missed(made, taken, DAY)] == [("L1", ""), ("V1", "2")]
    assert [(one.evaluator, one.batch) for one in missed(made, taken, AFTER)] == [("L1", ""), ("V1", "1"), ("V1", "2")]


@pytest.mark.parametrize(
    ("code", "deadlines", "on", "expected"),
    [
        ("SUBMISSION_MISSING", (deadline(),), DAY, ([], [("SUBMISSION_NOT_DUE", "2027-03-31")])),
        ("SUBMISSION_MISSING", (deadline(),), AFTER, (["SUBMISSION_MISSING"], [])),
        ("SUBMISSION_MISSING", (), date(2026, 12, 31), ([], [("SUBMISSION_NOT_DUE", "2026-12-31")])),
        ("SUBMISSION_MISSING", (), date(2027, 1, 1), (["SUBMISSION_MISSING"], [])),
        ("SUBMISSION_AWAITED", (deadline(),), DAY, ([], [])),
        ("SUBMISSION_AWAITED", (deadline(),), AFTER, (["SUBMISSION_AWAITED"], [])),
        ("SUBMISSION_LEFT_OUT", (deadline(),), DAY, (["SUBMISSION_LEFT_OUT"], [])),
    ],
)
def test_what_nobody_misses_yet_is_told_apart(
    code: str, deadlines: tuple[Deadline, ...], on: date, expected: tuple[list[str], list[tuple[str, str]]]
) -> None:
    """With the day, and whether somebody set it; of what is not scored nothing is said before its day."""
    one = finding(code, evaluator="L1", args={"name": "张三", "batch": "", "entry": "1"})
    now, later = by_day(evaluation(deadlines=deadlines), came(LEADER), [one], on)
    assert ([each.code for each in now], [(each.code, dict(each.args)["day"]) for each in later]) == expected
    if later:
        assert later[0].message().endswith("到期") == bool(deadlines)
        assert (later[0].evaluator, dict(later[0].args)["name"]) == ("L1", "张三")


def test_a_sheet_that_is_missing_for_another_reason_is_said_now() -> None:
    """The account says nothing of it, or it came and cannot be used."""
    one = finding("SUBMISSION_MISSING", evaluator="L1", args={"name": "张三", "batch": "", "entry": "1"})
    made = evaluation(deadlines=(deadline(),))
    for sheet in (replace(LEADER, answered="counted", digest="h"), replace(LEADER, answered="with_errors")):
        assert by_day(made, came(sheet), [one], BEFORE) == ([one], [])


def test_goals_are_asked_for_from_the_day_after_their_deadline() -> None:
    """Without a deadline of goals at once; other findings whenever they are there."""
    one, other = finding("GOALS_NOT_APPROVED", args={"unit": "甲县"}), finding("FILE_EMPTY", file="x")
    made = evaluation(deadlines=(deadline(sheet="goals", role="self"),))
    for on, now in ((BEFORE, [other]), (DAY, [other]), (AFTER, [one, other])):
        found = by_day(made, came(), [one, other], on)
        assert found == (now, [each for each in (one, other) if each not in now])
    assert by_day(evaluation(), came(), [one], BEFORE) == ([one], [])


# --- what is due -----------------------------------------------------------------------------------------------------


def only(on: date, taken: Intake | None = None, **more: Any) -> list[Due]:
    return due(evaluation(**more), taken or came(), on)


def test_a_deadline_counts_what_is_collected_by_it() -> None:
    """Expected, counted, waived, missing (refused, if too late), with errors (refused, if it cannot be read)."""
    sheets = (
        SheetAccount("O1", "", "1", "counted", "h"),
        LEADER,
        SheetAccount("L2", "", "1", "waived"),
        SheetAccount("L3", "", "1", "with_errors"),
        SheetAccount("L4", "", "1", "with_errors", "k"),
        SheetAccount("L5", "", "1", "missing"),
        CARDS,
        replace(VISITED, answered="counted", digest="v"),
    )
    people = tuple(replace(ROSTER.evaluators[1], id=f"L{n}", name=f"某{n}") for n in range(2, 6))
    roster = replace(ROSTER, evaluators=(*ROSTER.evaluators, *people))
    late = FileAccount("b", "k", "rejected", "L5", "", "1", LATE)
    taken = came(*sheets, files=[late])
    (found,) = [
        one for one in only(BEFORE, taken, roster=roster, deadlines=(deadline(strict=True),)) if one.kind == "deadline"
    ]
    assert (found.sheet, found.strict, found.days, found.role_name, found.what) == ("marks", True, 1, "", "打分表")
    assert (found.expected, found.counted, found.waived, found.to_come) == (8, 2, 1, 1)
    assert found.missing == (Missing("L1", "张三", ""), Missing("L5", "某5", "", refused=True))
    assert found.with_errors == (Missing("L3", "某3", "", refused=True), Missing("L4", "某4", ""))
    assert found.awaited == (*found.missing, *found.with_errors)
    (meeting,) = [
        one for one in only(BEFORE, taken, roster=roster, deadlines=(deadline(strict=True),)) if one.kind == "batch"
    ]
    assert (meeting.what, meeting.date, meeting.role, meeting.role_name) == (
        "代表　座谈会　一楼",
        DAY,
        "voters",
        "群众",
    )
    assert (meeting.expected, meeting.to_come, meeting.missing, meeting.sheet) == (1, 1, (), "marks")


@pytest.mark.parametrize(
    ("stated", "collected"),
    [
        (deadline(), {"O1", "L1", "V1"}),
        (deadline(role="leader"), {"L1"}),
        (deadline(sheet="goals", role=""), {"A goals"}),
        (deadline(sheet="goals", role="self"), {"A goals"}),
        (deadline(sheet="goals", role="office"), set()),
        (deadline(sheet="progress", period="一季度"), {"A progress:一季度"}),
        (deadline(sheet="progress", period="二季度"), set()),
        (deadline(sheet="progress"), set()),
    ],
)
def test_which_sheets_a_deadline_collects(stated: Deadline, collected: set[str]) -> None:
    """By role and kind; goals and reports on them are the units' own; of progress by its period."""
    from evaltool.identity import GOALS, progress_batch

    period = progress_batch("一季度")
    sheets = [SheetAccount(who, "", "1", "missing") for who in ("O1", "L1")]
    sheets += [CARDS, SheetAccount("A", GOALS, "1", "missing"), SheetAccount("A", period, "1", "missing")]
    names = {("A", GOALS): "A goals", ("A", period): "A progress:一季度"}
    roster = replace(ROSTER, batches=())
    (found,) = only(AFTER, came(*sheets), roster=roster, deadlines=(stated,))
    assert (found.kind, found.sheet, found.period) == ("deadline", stated.sheet, stated.period)
    assert {names.get((who.evaluator, who.batch), who.evaluator) for who in found.missing} == collected
    assert found.expected == len(collected)


def test_a_deadline_without_a_sheet_collects_none() -> None:
    """It expects nothing, and is settled once it has passed."""
    for on, settled in ((BEFORE, False), (DAY, False), (AFTER, True)):
        (found,) = only(on, came(LEADER), deadlines=(deadline(sheet=None),))
        assert (found.expected, found.counted, found.settled, found.days) == (None, 0, settled, (DAY - on).days)


@pytest.mark.parametrize(
    ("changes", "settled"),
    [
        ({"expected": 0}, True),
        ({"expected": 1, "to_come": 1}, False),
        ({"expected": 1, "missing": (Missing("L1", "张三", ""),)}, False),
        ({"expected": 1, "with_errors": (Missing("L1", "张三", ""),)}, False),
        ({"days": -1}, True),
        ({"days": 0}, False),
        ({"days": -1, "missing": (Missing("L1", "张三", ""),)}, False),
    ],
)
def test_when_nobody_has_to_do_anything_any_more(changes: dict[str, Any], settled: bool) -> None:
    made = replace(Due(DAY, "deadline", "打分表", "", "", 3), **changes)
    assert made.settled == settled


def test_within_some_days() -> None:
    """Up to the last of them; what has passed only as long as somebody is awaited; all where no number is given."""
    who = (Missing("L1", "张三", ""),)
    every = [Due(DAY, "deadline", f"{days}", "", "", days, missing=who if days == -1 else ()) for days in range(-2, 4)]
    assert [one.days for one in within(every, 2)] == [-1, 0, 1, 2]
    assert within(every, None) == every


def test_the_other_dates_of_the_year() -> None:
    """Charges, a draft, a posting: with the days that are left; of one day in the order in which they are listed."""
    settings = handmade.SETTINGS.model_copy(update={"charge_date": DAY})
    ledger = (
        Decision("posted", "公示1号", "2027-03-20", "", until="2027-03-29"),
        Decision("sent_for_opinion", "征求1号", "2027-03-20", ""),
        Decision("approved", "审定1号", "2027-03-20", ""),
    )
    found = only(BEFORE, settings=settings, ledger=ledger)
    days = evaluation().stages.opinion_days
    assert [(one.kind, one.what, one.date, one.days) for one in found] == sorted(
        [
            ("charges", "", DAY, 1),
            ("opinions", "征求1号", date(2027, 3, 20) + timedelta(days), days - 10),
            ("posting", "公示1号", date(2027, 3, 29), -1),
        ],
        key=lambda one: one[2],
    )
    assert {one.role_name for one in found if one.kind != "charges"} == {"某市绩效办"}
    assert only(BEFORE) == []


def objection(**more: Any) -> Entry:
    line = Decision(more.pop("kind", "objection"), "来函1号", "2027-03-01", "得分偏低。", unit="A")
    return Entry((line,), DAY, **more)


UPHELD = Decision("settled", "复核1号", "2027-03-10", "", after="采纳")
REPLIED = Decision("replied", "复函1号", "2027-03-12", "")


@pytest.mark.parametrize(
    ("entry", "kind", "counted", "missing", "with_errors"),
    [
        (objection(), "objection", 0, 1, 0),
        (objection(settled=UPHELD), "objection", 0, 0, 1),
        (objection(settled=UPHELD, replied=REPLIED), "objection", 1, 0, 0),
        (objection(kind="opinion"), "opinion", 0, 1, 0),
        (objection(kind="opinion", settled=UPHELD), "opinion", 1, 0, 0),
    ],
)
def test_who_waits_for_an_answer(entry: Entry, kind: str, counted: int, missing: int, with_errors: int) -> None:
    """Until it is decided, and an objection until it is answered."""
    (found,) = only(BEFORE, register=(entry,))
    assert (found.kind, found.expected, found.counted, found.days) == (kind, 1, counted, 1)
    assert (len(found.missing), len(found.with_errors)) == (missing, with_errors)
    assert found.what == "来函1号　甲县：得分偏低"
    assert {(who.evaluator, who.name) for who in found.awaited} <= {("A", "甲县")}


def test_who_raised_an_opinion_is_named_if_no_unit_did() -> None:
    """A citizen's letter, about a unit or about none."""
    line = Decision("opinion", "来信2号", "2027-03-01", "太高", unit="", source="市民")
    (found,) = only(BEFORE, register=(Entry((line,), DAY),))
    assert (found.what, found.missing) == ("来信2号　市民：太高", (Missing("", "市民", "来信2号"),))


DONE = Decision("verified", "核实1号", "2027-03-20", "", after="整改到位")


@pytest.mark.parametrize(
    ("changes", "counted", "missing", "with_errors"),
    [
        ({}, 0, 1, 0),
        ({"verified": (DONE,)}, 0, 0, 1),
        ({"verified": (DONE,), "closed": DONE}, 1, 0, 0),
        ({"closed": DONE}, 1, 0, 0),
    ],
)
def test_what_a_unit_has_to_put_right(changes: dict[str, Any], counted: int, missing: int, with_errors: int) -> None:
    """It is awaited until it is closed; once it was verified only the office has something to do."""
    matter = replace(Matter("A", "整改", "改进窗口", "通知1号", date(2027, 1, 1), DAY), **changes)
    (found,) = only(BEFORE, matters=(matter,))
    assert (found.kind, found.what, found.days, found.expected) == ("matter", "通知1号　甲县：改进窗口", 1, 1)
    assert (found.counted, len(found.missing), len(found.with_errors)) == (counted, missing, with_errors)
    (gone,) = only(BEFORE, matters=(replace(matter, unit="X"),))
    assert gone.role_name == "X"


def remark(at: int, **more: Any) -> Remark:
    given: dict[str, Any] = {"id": f"Y{at}", "unit": "A", "kind": "problem", "text": "排队久", "source": "citizens"}
    return Remark(**(given | {"passed_on": "yes", "answer_by": DAY} | more))


def test_remarks_that_were_passed_on() -> None:
    """By the day of the answer: how many, how many are answered, which units still have to answer some; of many the
    first eight are named."""
    listed = [remark(at) for at in range(1, 10)]
    listed[0] = remark(1, answered_on=BEFORE)
    roster = replace(ROSTER, remarks=(*listed, remark(20, unit="B", answer_by=AFTER)), batches=())
    first, second = only(BEFORE, roster=roster)
    assert (first.date, first.days, first.expected, first.counted) == (DAY, 1, 9, 1)
    assert first.what == "Y1、Y2、Y3、Y4、Y5、Y6、Y7、Y8……"
    assert first.missing == (Missing("A", "甲县", ""),)
    assert (second.date, second.what, second.missing) == (AFTER, "Y20", (Missing("B", "乙县", ""),))
    eight = replace(ROSTER, remarks=tuple(listed[:8]), batches=())
    assert only(BEFORE, roster=eight)[0].what == "Y1、Y2、Y3、Y4、Y5、Y6、Y7、Y8"
    answered = replace(ROSTER, remarks=(listed[0],), batches=())
    assert (only(BEFORE, roster=answered)[0].missing, only(BEFORE, roster=answered)[0].settled) == ((), True)
    undated = replace(ROSTER, remarks=(remark(1, answer_by=None),), batches=())
    assert (only(BEFORE, roster=undated)[0].date, only(BEFORE, roster=undated)[0].days) == (BEFORE, 0)
