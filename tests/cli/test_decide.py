"""`evaltool decide`: every kind, in Chinese or English; asking on a terminal; saying what is missing elsewhere."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.completion import completion_init  # type: ignore[attr-defined]

from decided_city import ROSTER, RULES, SETTINGS, says
from evaltool.cli import asking
from evaltool.cli.completing import typed
from evaltool.evaluation import deciding as entry
from evaltool.evaluation import load
from evaltool.files.clock import local
from evaltool.findings import Refused
from evaltool.ledger import KINDS
from evaltool.run import take_in
from folders import make, return_all
from terminal import DECIDED, Ran, apart, environment, ev

ALWAYS = {"document": "1号", "date": "2026-09-01", "reason": "会议决定"}
CHANGE = {"unit": "甲局", "component": "工作目标", "effective": "2026-09-15"}
FIELD = """
[[award]]
name = "单项奖"
places = 1
contribution = { by = "office" }
fields = [{ id = "f1", name = "招商" }]
"""
LINES: dict[str, dict[str, str]] = {
    "bonus": {"unit": "甲局", "after": "0.5"},
    "deduction": {"unit": "甲局", "after": "0.5"},
    "veto": {"unit": "A"},
    "waiver": {"evaluator": "张三"},
    "correction": {"file_hash": "ab12cd34", "sheet": "部门·民评", "cell": "C8", "before": "5", "after": "6"},
    "exclusion": {"file_hash": "ab12cd34"},
    "supersession": {"file_hash": "ab12cd34"},
    "combination": {"file_hash": "ab12cd34"},
    "late_acceptance": {"file_hash": "ab12cd34"},
    "key_lost": {"file_hash": "ab12cd34"},
    "tie": {"unit": "甲局", "component": "招商", "after": "1"},
    "not_applicable": {"unit": "甲局", "component": "工作目标", "indicator": "A1"},
    "award_revoked": {"unit": "甲局", "component": "一等奖"},
    "unit_changed": {"unit": "甲局", "after": "更名", "before": "旧局"},
    "charge_changed": {"evaluator": "李四", "unit": "乙局", "before": "张三"},
    "evidence_verified": {"unit": "甲局", "component": "实绩", "after": "属实"},
    "batch_reopened": {"evaluator": "V1", "batch": "1", "file_hash": "ab12cd34"},
    "objection_rejected": {"unit": "甲局"},
    "opinion": {"source": "市纪委监委", "unit": "甲局", "after": "无意见"},
    "objection": {"unit": "甲局", "until": "2026-09-20"},
    "sent_for_opinion": {"run": "0001", "until": "2026-09-20"},
    "approved": {"run": "0001"},
    "posted": {"run": "0001", "effective": "2026-09-02", "until": "2026-09-20"},
    "final": {"run": "0001"},
    "goals_agreed": {"unit": "甲局", "file_hash": "ab12cd34", "after": "李副市长"},
    "matter": {"unit": "甲局", "item": "窗口服务超时", "until": "2026-12-20"},
}
NAMING_OTHERS = {"bonus_refused", "target_change", "withdrawal", "settled", "replied"}
NAMING_OTHERS |= {"matter_extended", "matter_verified", "matter_closed"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small evaluation without decisions."""
    return make(tmp_path / "city", ROSTER, {"d": RULES + FIELD}, SETTINGS)


def scripted(*answers: str) -> tuple[asking.Ask, list[str]]:
    """A person who gives these answers; what was shown to him."""
    left, shown = iter(answers), []

    def ask(prompt: str) -> str:
        shown.append(prompt)
        try:
            return next(left)
        except StopIteration:
            raise EOFError from None

    return ask, shown


def complete(folder: Path, kind: str, given: dict[str, str], *answers: str) -> tuple[dict[str, str], list[str]]:
    ask, shown = scripted(*answers)
    evaluation, _ = load(folder)
    return asking.complete(evaluation, kind, given, ask, shown.append), shown


# --- the ledger ------------------------------------------------------------------------------------------------------


def test_these_tests_know_every_kind() -> None:
    """But for goals, which come in several lines or need some, and lines that need another one to name."""
    goals = {"target_change", "goal_added", "goal_text"}  # see test_goal_decisions.py
    assert set(LINES) | goals | NAMING_OTHERS == set(KINDS)


@pytest.mark.parametrize("kind", LINES)
def test_every_kind_can_be_decided_and_needs_no_question_when_all_is_given(folder: Path, kind: str) -> None:
    """It stands in the ledger afterwards, in a file named after the kind."""
    fields, shown = complete(folder, kind, {**LINES[kind], **ALWAYS})
    entered = entry.decide(folder, kind, [fields])
    assert (entered.file, shown) == (f"decisions/0001-{kind}.xlsx", [])
    assert [line.kind for line in load(folder)[0].ledger] == [kind]


def test_a_bonus_that_names_its_kind_is_held_against_the_rules(tmp_path: Path) -> None:
    """More points than the kind has, a kind that there is not, a second answer to one claim: none of it is entered."""
    folder = make(tmp_path / "city", ROSTER, {"d": RULES + '[bonus]\ncap = 3\nkinds = [["表彰", 1]]\n'}, SETTINGS)
    offered, shown = complete(folder, "bonus", {"unit": "A"}, "表彰", "0.5", "1号", "2026-09-01", "获奖")
    assert (offered["item"], offered["after"], shown[0]) == ("表彰", "0.5", "表彰")
    claim = {"unit": "甲局", "item": "表彰", "file_hash": "ab12cd34", "sheet": "部门·自评", "cell": "B11", **ALWAYS}

    def codes(kind: str, **fields: str) -> list[str]:
        with pytest.raises(Refused) as refused:
            entry.decide(folder, kind, [{**claim, **fields}])
        return [one.code for one in refused.value.findings]

    assert codes("bonus", after="1.5") == ["EXTRA_MOST"]
    assert codes("bonus", after="0.5", item="奖状") == ["EXTRA_UNKNOWN"]
    entry.decide(folder, "bonus", [{**claim, "after": "1", "before": "1"}])
    assert codes("bonus_refused") == ["DECISION_TWICE"]
    assert [(line.item, line.after, line.cell) for line in load(folder)[0].ledger] == [("表彰", "1", "B11")]


def test_targets_that_rebalance_are_one_decision(folder: Path) -> None:
    """Options several times make a line each; one alone does not add up and is refused, with nothing written."""
    about = ("--unit", "甲局", "--component", "工作目标", "--effective", "2026-09-15")
    options = (*about, "--document", "1号", "--date", "2026-09-01", "--reason", "调整")
    first, second = ("--indicator", "A1", "--from", "6", "--to", "5"), ("--indicator", "A2", "--from", "4", "--to", "5")
    ran = ev("decide", str(folder), "目标调整", *options, *first)
    assert (ran.returncode, list((folder / "decisions").iterdir())) == (2, [])
    assert "ROSTER_POINTS" in ran.stderr
    assert ev("decide", str(folder), "目标调整", *options, *first, *second[:4]).returncode == 2
    assert ev("decide", str(folder), "目标调整", *options, *first, *second).returncode == 0
    assert [row.full for row in load(folder)[0].indicators("d", "goals", "A")] == [5, 5]


def test_one_decision_may_name_several_files(folder: Path) -> None:
    """A line each for files that are excluded or taken together."""
    paths = [folder / "inbox" / name for name in ("甲.txt", "乙.txt")]
    for path in paths:
        path.write_text(path.name, encoding="utf-8")
    files = [option for path in paths for option in ("--file", f"inbox/{path.name}")]
    for kind in ("排除", "合并采用"):
        ran = ev("decide", str(folder), kind, *files, *DECIDED)
        assert ran.returncode == 0, ran.stderr
    hashes = sorted(entry.file_hash(folder, f"inbox/{path.name}") for path in paths)
    assert [(line.kind, line.file_hash) for line in load(folder)[0].ledger] == [
        (kind, each) for kind in ("combination", "exclusion") for each in hashes
    ]


def test_a_file_that_has_left_the_inbox_is_still_known_by_the_name_under_which_it_came(folder: Path) -> None:
    """What came once is on record; a name under which two contents came says neither."""
    path = folder / "inbox" / "甲 (1).txt"
    path.write_text("once", encoding="utf-8")
    came = entry.file_hash(folder, f"inbox/{path.name}")
    ev("ingest", str(folder))
    path.unlink()
    ran = ev("decide", str(folder), "排除", "--file", f"inbox/{path.name}", *DECIDED)
    assert ran.returncode == 0, ran.stderr
    assert [line.file_hash for line in load(folder)[0].ledger] == [came]
    path.write_text("twice", encoding="utf-8")
    ev("ingest", str(folder))
    path.unlink()
    assert ev("decide", str(folder), "采用", "--file", f"inbox/{path.name}", *DECIDED).returncode == 2


def test_a_chinese_word_is_as_good_and_the_line_is_said_in_words(folder: Path) -> None:
    """The names, not the ids; what to do next goes to stderr."""
    ran = ev("decide", str(folder), "加分", "--unit", "A", "--to", "0.5", *DECIDED, "--lang", "zh")
    assert ran.returncode == 0, ran.stderr
    said = [line.split(maxsplit=1) for line in ran.stdout.splitlines()[1:]]
    assert ["单位", "甲局"] in [[part.strip() for part in pair] for pair in said]
    assert "evaltool validate" in ran.stderr
    assert [line.kind for line in load(folder)[0].ledger] == ["bonus"]


def test_a_decision_that_changes_nothing_is_entered_and_said(folder: Path) -> None:
    """A warning stops nobody."""
    ran = ev("decide", str(folder), "charge_changed", "--unit", "乙局", "--evaluator", "张三", *DECIDED)
    assert (ran.returncode, "DECISION_IDLE" in ran.stderr) == (0, True)


# --- without a terminal ----------------------------------------------------------------------------------------------


def test_what_is_missing_is_listed_with_its_options(folder: Path) -> None:
    """All of it at once; nothing is asked where nobody can answer, and nothing is written."""
    ran = ev("decide", str(folder), "bonus", "--document", "1号", "--lang", "zh")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "单位（--unit）、新值（--to）、日期（--date）、理由（--reason）" in ran.stderr
    assert list((folder / "decisions").iterdir()) == []


def test_an_unknown_kind_is_answered_with_all_kinds(folder: Path) -> None:
    """In both languages' words."""
    ran = ev("decide", str(folder), "奖励", *DECIDED)
    assert ran.returncode == 2
    assert all(name in ran.stderr and kind.word in ran.stderr for name, kind in KINDS.items())
    assert ev("decide", str(folder)).returncode == 2


def test_mistakes_are_said_at_the_options(folder: Path) -> None:
    """The file that was not written is nowhere mentioned."""
    ran = ev("decide", str(folder), "bonus", "--unit", "nobody", "--to", "much", *DECIDED, "--output-format", "jsonl")
    rows = [json.loads(row) for row in ran.stdout.splitlines()]
    assert [(row["file"], row["cell"]) for row in rows] == [("", "单位 --unit"), ("", "新值 --to")]
    ran = ev("decide", str(folder), "waiver", "--evaluator", "张三", *DECIDED)
    for document in ("0号", "9号"):  # before and after the first in the order of the ledger
        again = ("--document", document, *DECIDED[2:])
        ran = ev("decide", str(folder), "waiver", "--evaluator", "张三", *again)
        assert (ran.returncode, "DECISION_TWICE" in ran.stderr) == (2, True)
        assert "0002" not in ran.stderr
        assert "decisions/0001-waiver.xlsx" in ran.stderr


# --- on a terminal ---------------------------------------------------------------------------------------------------


def test_a_part_of_a_name_narrows_and_is_confirmed(folder: Path) -> None:
    """乙 is one unit: yes takes it.  局 is all three: they are listed, and it is asked again.  No goes on asking."""
    fields, shown = complete(folder, "veto", ALWAYS, "局", "乙", "n", "乙", "y")
    assert fields["unit"] == "B"
    assert shown[0] == "甲局（A）、乙局（B）、丙局（C）"
    assert sum("乙局（B）" in text for text in shown) == 4


def test_a_veto_asks_for_its_kind_where_the_rules_have_kinds(folder: Path) -> None:
    """The kinds are offered, and one may be left out; rules without kinds ask nothing."""
    rules = next((folder / "schemes").glob("*.toml"))
    rules.write_text(
        rules.read_text("utf-8")
        + '\n[[veto.kinds]]\nname = "重大案件"\nlowers = 2\n[[veto.kinds]]\nname = "瞒报"\nlowers = 1\n',
        "utf-8",
    )
    fields, shown = complete(folder, "veto", ALWAYS, "乙局", "重大案件")
    assert (fields["unit"], fields["after"]) == ("B", "重大案件")
    assert "重大案件、瞒报" in shown
    assert complete(folder, "veto", ALWAYS, "乙局", "")[0]["after"] == ""


def test_every_prompt_repeats_until_the_value_fits(folder: Path) -> None:
    """Nothing, a word, a negative number; a day that the calendar has not."""
    answers = ("", "nobody", "甲局", "很多", "-1", "0.5", "1号", "2026-02-30", "2026-02-03", "表彰")
    fields, _ = complete(folder, "bonus", {}, *answers)
    assert [fields[each] for each in ("unit", "after", "date", "reason")] == ["A", "0.5", "2026-02-03", "表彰"]


def test_what_was_given_and_does_not_fit_is_asked_again(folder: Path) -> None:
    """An option with a misspelt unit."""
    assert complete(folder, "veto", {"unit": "己局", **ALWAYS}, "丙局")[0]["unit"] == "C"


def test_choices_depend_on_what_is_known_already(folder: Path) -> None:
    """The unit's own indicators, the evaluator's batches, awards; the former name only for a renaming."""
    given = {"unit": "B", "component": "goals", **ALWAYS}
    assert complete(folder, "not_applicable", given | {"unit": ""}, "乙局", "B1")[0]["indicator"] == "B1"
    assert complete(folder, "waiver", ALWAYS, "V1", "2")[0]["batch"] == "2"
    assert "一等奖、二等奖、单项奖" in complete(folder, "award_revoked", ALWAYS, "甲局", "一等奖")[1]
    renamed, _ = complete(folder, "unit_changed", ALWAYS, "更名", "甲局", "旧局", "")
    dissolved, _ = complete(folder, "unit_changed", ALWAYS, "撤销", "甲局", "")
    assert (renamed["before"], dissolved["before"]) == ("旧局", "")


def test_a_file_can_be_chosen_by_its_name(folder: Path) -> None:
    """From the record, by a part of the name it came under; its hash is written down."""
    return_all(folder, says)
    take_in(folder)
    fields, _ = complete(folder, "exclusion", ALWAYS, "张三", "y", "")
    digest = next(
        path.name for path in (folder / "received").glob("*.xlsx") if path.name.startswith(fields["file_hash"])
    )
    assert len(fields["file_hash"]) == 12
    assert digest


def test_targets_are_asked_for_until_they_add_up(folder: Path) -> None:
    """6 to 5 leaves a point over; the next line takes it."""
    ask, shown = scripted("A1", "6", "5", "A2", "4", "5")
    lines = asking.complete_all(folder, "target_change", [{**CHANGE, **ALWAYS}], ask, shown.append)
    assert [(line["indicator"], line["after"]) for line in lines] == [("A1", "5"), ("A2", "5")]
    assert any("甲局" in text and "-1" in text for text in shown)
    assert len(entry.decide(folder, "target_change", lines).lines) == 2


def test_kinds_are_listed_and_chosen_by_number_or_word() -> None:
    """A number out of the list and an unknown word are asked again."""
    for answers, kind in (
        (("99", "0", "2"), "deduction"),
        (("奖励", "撤销奖项"), "award_revoked"),
        (("扣", "y"), "deduction"),
    ):
        ask, shown = scripted(*answers)
        assert asking.ask_kind(ask, shown.append) == kind
        assert all(any(each.word in text for text in shown) for each in KINDS.values())


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_on_a_terminal_the_command_asks(folder: Path) -> None:
    """Kind, unit, points, document, day, reason: typed one after the other."""
    ran = on_a_terminal(["decide", str(folder)], ["加分", "甲局", "0.5", "1号", "2027-03-31", "表彰"])
    (line,) = load(folder)[0].ledger
    assert (line.kind, line.unit, line.after, line.reason) == ("bonus", "A", "0.5", "表彰"), ran


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_the_end_of_input_is_a_refusal(folder: Path) -> None:
    """Ctrl-D: what is missing is said, nothing is written."""
    ran = on_a_terminal(["decide", str(folder), "bonus"], ["甲局", "\x04"])
    assert "DECISION_INCOMPLETE" in ran
    assert list((folder / "decisions").iterdir()) == []


def on_a_terminal(arguments: list[str], answers: list[str]) -> str:
    """What a terminal shows while somebody types these answers at the prompts."""
    import pty

    child, handle = pty.fork()
    if child == 0:
        os.execve(sys.executable, [sys.executable, "-m", "evaltool", *arguments], environment(EVALTOOL_LANG="zh"))
    shown = b""
    typing: Iterator[str] = iter(answers)
    while True:
        try:
            some = os.read(handle, 4096)
        except OSError:  # the other end has gone
            break
        if not some:
            break
        shown += some
        if shown.endswith(b": "):
            answer = next(typing, "\x04")
            os.write(handle, answer.encode() if answer == "\x04" else f"{answer}\n".encode())
    os.waitpid(child, 0)
    os.close(handle)
    return shown.decode("utf-8", "replace")


# --- completion ------------------------------------------------------------------------------------------------------


def completed(folder: Path, *words: str, run: Callable[..., Ran] = ev) -> list[str]:
    """What bash is offered for the last word."""
    line = ["evaltool", "decide", str(folder), *words]
    words_of_bash, at = "\n".join(line), str(len(line) - 1)
    return run(COMP_WORDS=words_of_bash, COMP_CWORD=at, _EVALTOOL_COMPLETE="complete_bash").stdout.split()


def test_the_shell_completes_kinds_units_and_what_depends_on_them(folder: Path) -> None:
    """By id or name; an unreadable folder completes nothing and says nothing."""
    assert completed(folder, "撤", run=apart) == ["撤销奖项", "撤回"]
    completion_init()  # as a program does by itself that a shell starts to ask
    assert completed(folder, "加分", "--unit", "乙") == ["乙局"]
    assert completed(folder, "免报", "--evaluator", "L") == ["L1", "L2"]
    assert completed(folder, "免报", "--evaluator", "群众代表", "--batch", "") == ["1", "2"]
    assert completed(folder, "撤销奖项", "--unit", "甲局", "--component", "二") == ["二等奖"]
    assert completed(folder / "nowhere", "加分", "--unit", "乙") == []


def test_completion_prints_what_the_shell_needs() -> None:
    """For bash a function and its registration."""
    ran = apart("completion", "bash")
    assert ran.returncode == 0
    assert "complete_bash" in ran.stdout
    assert "evaltool" in ran.stdout


def test_a_typed_line_is_read_whatever_stands_where() -> None:
    """Options before and after the arguments, with = or a blank, and those without a value."""
    line = "evaltool decide -q city --unit=甲局 加分 --lang zh --component "
    assert typed({"COMP_WORDS": line}) == {
        "folder": "city",
        "unit": "甲局",
        "kind": "加分",
        "lang": "zh",
        "component": "",
    }


# --- times -----------------------------------------------------------------------------------------------------------


def test_runs_are_listed_with_the_time_of_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its offset from UTC; a time that cannot be read stays as it is."""
    import time

    if not hasattr(time, "tzset"):
        pytest.skip("needs tzset")
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    assert local("2027-04-08T09:05:00+00:00") == "2027-04-08 17:05:00 +08:00"
    assert local("soon") == "soon"
    monkeypatch.undo()
    time.tzset()


def test_refusals_of_the_ledger_come_before_anything_is_written(folder: Path) -> None:
    """Also when called as a function."""
    with pytest.raises(Refused):
        entry.decide(folder, "bonus", [{"unit": "nobody", "after": "1", **ALWAYS}])
    assert list((folder / "decisions").iterdir()) == []
