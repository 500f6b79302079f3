"""What is due, from whom, by when: dates in order, days left, who is missing; on any day and in any state."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from evaltool import run
from evaltool.cli.console import Block, Line
from evaltool.cli.wallcalendar import calendar
from evaltool.evaluation import load
from evaltool.findings import Refused
from evaltool.inbox.due import Due, Missing, due, within
from folders import decide, make, return_all
from small_city import DEADLINES, LEDGER, ROSTER, RULES, SETTINGS, says, settings
from terminal import ev


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three deadlines with sheets, one without, a meeting; nothing has come."""
    roster = ROSTER | {"批次": "评估主体,批次,会议,日期,评价卡数\nV1,1,座谈会,2027-02-20,6\n"}
    return make(tmp_path / "city", roster, {"d": RULES}, settings())


def asked(folder: Path, on: str) -> list[Due]:
    taken = run.take_in(folder)
    refused = {(one.evaluator, one.batch, one.entry) for one in taken.accounts.files if one.became == "rejected"}
    return due(taken.evaluation, taken.accounts.sheets, refused, date.fromisoformat(on))


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
    assert [who.name for who in found["工作打分"].missing] == ["绩效办"]


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
    assert isinstance(lines[1], Line)
    assert lines[1].text == "2027-01-01 to 2027-01-05  batches of cards: 5 (all in)"
    assert isinstance(lines[2], Block)
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
