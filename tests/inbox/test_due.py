"""What is due, from whom, by when: dates in order, days left, who is missing; on any day and in any state."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from announced import announced, paragraphs
from evaltool import run
from evaltool.cli.console import LabelledBlock, StyledLine
from evaltool.cli.summary import checking
from evaltool.cli.wallcalendar import calendar
from evaltool.evaluation import load
from evaltool.findings import Refused
from evaltool.inbox.due import Due, Missing, due, within
from folders import decide, make, return_all
from small_city import DEADLINES, LEDGER, ROSTER, RULES, SETTINGS, again, says, settings
from terminal import ev


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three deadlines with sheets, one without, a meeting; nothing has come."""
    roster = ROSTER | {"批次": "评估主体,批次,会议,日期,评价卡数\nV1,1,座谈会,2027-02-20,6\n"}
    return make(tmp_path / "city", roster, {"d": RULES}, settings())


def asked(folder: Path, on: str) -> list[Due]:
    taken = run.take_in(folder)
    return due(taken.evaluation, taken.intake, date.fromisoformat(on))


def test_dates_stand_in_order_with_the_days_left(folder: Path) -> None:
    """Deadlines, the day of charges, a meeting: each with its days, before anything has come."""
    found = asked(folder, "2027-03-20")
    assert [(str(one.date), one.kind, one.days, one.expected, len(one.missing)) for one in found] == [
        ("2026-04-15", "deadline", -339, None, 0),
        ("2026-12-31", "charges", -79, None, 0),
        ("2027-01-31", "deadline", -48, 1, 1),
        ("2027-02-20", "batch", -28, 1, 1),
        ("2027-03-31", "deadline", 11, 2, 2),
        ("2027-04-10", "deadline", 21, 4, 4),
    ]
    assert [who.name for who in found[4].missing] == ["张三", "李四"]


def test_who_has_answered_is_not_missing(folder: Path) -> None:
    """A sheet that came, one that was waived, one that cannot be used."""
    return_all(folder, says)
    inbox = folder / "inbox"
    (gone,) = (path for path in inbox.iterdir() if path.stem.startswith("L1"))
    gone.unlink()
    (spoilt,) = (path for path in inbox.iterdir() if path.stem.startswith("O1"))
    data = spoilt.read_bytes()
    spoilt.write_bytes(data[: len(data) // 2])
    decide(folder, LEDGER + "免报,1号,2027-01-01,出国,,L1,,,,,\n")
    found = {one.what: one for one in asked(folder, "2027-03-20")}
    leaders = found["打分表"]
    assert (leaders.expected, leaders.counted, leaders.waived, leaders.missing) == (2, 1, 1, ())
    assert leaders.settled
    assert [(who.name, who.refused) for who in found["工作打分"].with_errors] == [("绩效办", True)]
    assert not found["工作打分"].settled


def test_within_keeps_what_is_overdue_or_near(folder: Path) -> None:
    """Eleven days ahead: what has passed and is settled is left out, what is overdue stays."""
    found = within(asked(folder, "2027-03-20"), 11)
    assert [one.what for one in found] == ["工作打分", "群众代表　座谈会", "打分表"]


def test_the_list_reads_like_a_notice(folder: Path) -> None:
    """Text in both languages: days, counts, names; a passed date without sheets is one short line."""
    ran = ev("due", str(folder), "--on", "2027-03-20", "--lang", "zh")
    assert ran.returncode == 0
    for line in (
        "评估　日程（截至 2027-03-20）",
        "2026-04-15　全体：目标申报（已过）",
        "2027-01-31  已逾期 48 天  市绩效办：工作打分",
        "应报 2，计入 0，未报 2，免报 0",
        "张三、李四",
        "逾期报来的，须有决定才能计入",
    ):
        assert line in ran.stdout
    english = ev("due", str(folder), "--on", "2027-03-31", "--lang", "en").stdout
    assert "2027-03-31  today  领导: 打分表" in english


def test_programs_get_rows_and_the_day(folder: Path) -> None:
    """The same day gives the same output, as JSON and as JSON lines; a wrong day is wrong usage."""
    first, second = (ev("due", str(folder), "--on", "2027-03-20", "--output-format", "json").stdout for _ in range(2))
    assert first == second
    value = json.loads(first)
    assert value["on"] == "2027-03-20"
    assert [row["name"] for row in value["due"][4]["missing"]] == ["张三", "李四"]
    lines = ev("due", str(folder), "--on", "2027-03-20", "--output-format", "jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == value["due"]
    assert ev("due", str(folder), "--on", "31.3.2027").returncode == 2


def test_a_survey_that_has_not_come_is_missing_too(tmp_path: Path) -> None:
    """An export is due like a sheet."""
    survey = '\n[[survey]]\nevaluator = "V1"\nfile = "x.csv"\nunit = "单位"\nchoice = "评价"\n'
    roster = {name: text for name, text in ROSTER.items() if name != "批次"}
    folder = make(tmp_path / "city", roster, {"d": RULES}, settings() + survey)
    everything = asked(folder, "2027-03-20")[-1]
    assert [who.name for who in everything.missing] == ["绩效办", "张三", "李四", "群众代表"]


def test_meetings_whose_cards_are_in_take_one_line(folder: Path) -> None:
    """Five batches in a row that are settled are a line with their number; an open one stands for itself."""
    evaluation, _ = load(folder)
    settled = [Due(date(2027, 1, day), "batch", f"会议{day}", "voters", "群众", -9, expected=1) for day in range(1, 6)]
    late = Due(
        date(2027, 1, 6), "batch", "会议6", "voters", "群众", -3, expected=1, missing=(Missing("V1", "代表", "6"),)
    )
    lines = [part for part in calendar(evaluation, [*settled, late], date(2027, 1, 9)) if getattr(part, "text", "x")]
    assert isinstance(lines[1], StyledLine)
    assert lines[1].text == "2027-01-01 to 2027-01-05  batches of cards: 5 (all in)"
    assert isinstance(lines[2], LabelledBlock)
    assert lines[2].lines == (("missing", "代表"),)


def test_nothing_due_is_said(folder: Path) -> None:
    """An evaluation of which nothing is due within the days."""
    evaluation, _ = load(folder)
    assert any("Nothing" in getattr(part, "text", "") for part in calendar(evaluation, [], date(2026, 1, 1)))


def test_a_misspelt_key_of_a_deadline_is_named(tmp_path: Path) -> None:
    """A slip in [[deadline]] is a finding with its key."""
    with pytest.raises(Refused) as refused:
        load(make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS + DEADLINES.replace("strict", "strikt")))
    assert [(one.code, one.cell) for one in refused.value.findings] == [("RULES_KEY_UNKNOWN", "deadline[1].strikt")]


# --- everybody says the same ------------------------------------------------------------------------------------------

MEETINGS = {"座谈会": ("1", "2027-02-20"), "全委会": ("2", "2027-03-30")}
DAYS = [
    ("2027-02-18", [], ["座谈会", "全委会"]),
    ("2027-02-20", [], ["座谈会", "全委会"]),
    ("2027-02-21", ["座谈会"], ["全委会"]),
    ("2027-04-02", ["座谈会", "全委会"], []),
]


@pytest.mark.parametrize(("on", "missing", "to_come"), DAYS)
def test_everybody_who_says_who_is_missing_says_the_same(
    tmp_path: Path, on: str, missing: list[str], to_come: list[str]
) -> None:
    """Cards of two meetings have not come: the calendar, the terminal, the list of reminders and the notice name those
    whose day has passed, with that day, and nobody before it; the list of reminders says when the others are due."""
    batches = "".join(f"V1,{batch},{name},{day},6\n" for name, (batch, day) in MEETINGS.items())
    roster = ROSTER | {"批次": "评估主体,批次,会议,日期,评价卡数\n" + batches}
    folder = make(tmp_path / "city", roster, {"d": RULES}, settings())
    return_all(folder, says)
    for path in (folder / "inbox").glob("V1*"):
        path.unlink()
    taken, day = run.take_in(folder), date.fromisoformat(on)
    expected = [MEETINGS[name][0] for name in missing]
    found = due(taken.evaluation, taken.intake, day)
    assert [who.batch for one in found if one.kind == "batch" for who in one.missing] == expected
    (everything,) = (one for one in found if one.what == "全部报送")
    assert (sorted(who.batch for who in everything.missing), everything.to_come) == (expected, len(to_come))
    (accounts,) = (part for part in checking(taken, taken.findings, day) if isinstance(part, LabelledBlock))
    said = dict(accounts.lines)
    assert said.get("missing: 群众", "") == ", ".join(f"群众代表 / {batch}" for batch in expected)
    later = [MEETINGS[name] for name in to_come]
    assert [said.get(f"due {last}: 群众", "") for _, last in later] == [f"群众代表 / {batch}" for batch, _ in later]
    prepared = run.prepare_returns(taken, day)
    made, _ = announced(folder, "reminder", on=on)
    assert (bool(prepared.reminders), len(made)) == (bool(missing), len(missing[:1]))
    if missing:
        reminders = (folder / "returns" / prepared.reminders).read_text("utf-8-sig")
        assert f"应报未报 {len(missing)} 份；尚未到期 {len(to_come)} 份。" in reminders
        notice = "".join(paragraphs(made[0].file.path))
        for name in missing:
            last = date.fromisoformat(MEETINGS[name][1])
            passed = (day - last).days
            assert f"期限 {last}（{name}），已逾期 {passed} 天" in reminders
            assert f"评价卡（{name}）{last.year}年{last.month}月{last.day}日\n逾期{passed}天" in notice
            assert [name for name in to_come if name in notice] == []
        assert all(f"期限 {last}" in reminders.split("尚未到期，不用催报")[1] for _, last in later)


def test_cards_that_came_before_the_meeting_and_cannot_be_used_are_missing(folder: Path) -> None:
    """Who sent something has to mend it, whenever the meeting is."""
    return_all(folder, says)
    (spoilt,) = (folder / "inbox").glob("V1*")
    again(folder, "V1", "又一份.xlsx", lambda form, spot: None)
    assert spoilt.exists()
    taken = run.take_in(folder)
    (meeting,) = (one for one in due(taken.evaluation, taken.intake, date(2027, 2, 1)) if one.kind == "batch")
    assert [(who.name, who.refused) for who in meeting.with_errors] == [("群众代表", True)]
    reminders = run.prepare_returns(taken, date(2027, 2, 1)).reminders
    assert "期限 2027-02-20（座谈会），还有 19 天" in (folder / "returns" / reminders).read_text("utf-8-sig")
