"""Goals after they were declared: approved in two steps, tasks added in the year, texts changed by decision."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from declared_goals import DAY, DOCUMENT, GOALS, ROSTER, RULES, SETTINGS, declares, form_of, put
from evaltool.cli import asking
from evaltool.evaluation import load
from evaltool.evaluation.deciding import decide
from evaltool.evaluation.in_words.decisions import decided_for
from evaltool.exact import plain
from evaltool.findings import Finding, Refused
from evaltool.questions.forms import Form
from evaltool.run import agree_goals, approve_goals, review_goals, score_folder, take_in
from filling import Spot
from folders import copy, filled, make, sent_out
from terminal import ev

SIGNED = "签批单12号"
ALWAYS = (
    "--document",
    "市绩评〔2026〕9号",
    "--date",
    "2026-08-01",
    "--reason",
    "年内增加",
    "--effective",
    "2026-08-15",
)
ABOUT = ("--unit", "甲局", "--component", "重点工作目标")


def city(path: Path, rules: str = RULES) -> Path:
    """Two units whose goals are declared."""
    folder = make(path / "city", ROSTER, {"d": rules}, SETTINGS)
    for unit in "AB":
        put(folder, unit, declares(GOALS))
    return folder


@pytest.fixture(scope="module")
def approved_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The goals of both units approved; the sheets of marks have gone out."""
    folder = city(tmp_path_factory.mktemp("approved"))
    approve_goals(folder, DOCUMENT, DAY)
    return sent_out(folder)


@pytest.fixture
def approved(approved_once: Path, tmp_path: Path) -> Path:
    return copy(approved_once, tmp_path / "city")


def marks(form: Form, spot: Spot) -> object:
    return "90" if spot.component == "work" else str(spot.line.high)


def codes(findings: Sequence[Finding]) -> list[str]:
    return sorted(one.code for one in findings)


# --- two steps -------------------------------------------------------------------------------------------------------


def test_the_leader_approves_before_the_committee_confirms(tmp_path: Path) -> None:
    """Where the rules want it: who and by which document stands with each goal; without it nothing is confirmed."""
    folder = city(tmp_path, RULES.replace("goals = true", "goals = { leader = true }"))
    assert {each.state for each in review_goals(folder)[1].units} == {"waiting"}
    with pytest.raises(Refused) as refused:
        approve_goals(folder, DOCUMENT, DAY, ["A"])
    assert codes(refused.value.findings) == ["GOALS_NOT_READY"]
    agree_goals(folder, "李副市长", SIGNED, DAY, "审批", ["甲局"])
    assert [each.state for each in review_goals(folder)[1].units] == ["ready", "waiting"]
    assert approve_goals(folder, DOCUMENT, DAY).units == (("甲局", 3),)
    goal = load(folder)[0].roster.goals[0]
    assert (goal.agreed_by, goal.agreed_document, goal.document) == ("李副市长", SIGNED, DOCUMENT)
    with pytest.raises(Refused) as refused:
        agree_goals(folder, "李副市长", SIGNED, DAY, "审批", ["甲局"])
    assert codes(refused.value.findings) == ["GOALS_NOT_READY"]


def test_what_the_leader_did_not_see_is_not_confirmed(tmp_path: Path) -> None:
    """Another sheet of the same unit, handed in after the approval, waits for an approval of its own."""
    folder = city(tmp_path, RULES.replace("goals = true", "goals = { leader = true }"))
    agree_goals(folder, "李副市长", SIGNED, DAY, "审批")
    seen = next(each.digest for each in take_in(folder).intake.files if each.evaluator == "B")
    put(folder, "B", declares({"B": (("市定目标", "造桥", "8"), ("创新目标", "夜校", "2"))}), replaces=seen)
    assert [each.state for each in review_goals(folder)[1].units] == ["ready", "waiting"]


def in_two_files(folder: Path, unit: str) -> None:
    """The goals of a unit, of which a colleague has filled in some columns in another copy, taken together."""
    form, say = form_of(folder, unit, "goals"), declares(GOALS)
    theirs = ("goal_part", "goal_leader", "goal_manager", "goal_person")

    def part(spot: Spot, *, persons: bool) -> object:
        return say(form, spot) if (spot.column.field in theirs) == persons else None

    for persons in (True, False):
        (folder / "inbox" / f"{persons}.xlsx").write_bytes(filled(form, partial(part, persons=persons)))
    came = [each.digest for each in take_in(folder).intake.files if each.evaluator == unit]
    named = [option for digest in came for option in ("--file", digest)]
    assert ev("decide", str(folder), "合并采用", *named, *ALWAYS[:6]).returncode == 0


def test_goals_that_came_in_two_files_are_agreed_to_file_by_file(tmp_path: Path) -> None:
    """A line may stand in both; the leader has seen the goals only if both are named."""
    folder = make(
        tmp_path / "city", ROSTER, {"d": RULES.replace("goals = true", "goals = { leader = true }")}, SETTINGS
    )
    in_two_files(folder, "A")
    assert [one for one in take_in(folder).findings if one.blocks and one.unit == "A" and one.file] == []
    first, second = agree_goals(folder, "李副市长", SIGNED, DAY, "审批", ["甲局"]).lines
    assert first.file_hash != second.file_hash
    assert review_goals(folder)[1].units[0].state == "ready"
    withdrawn = ("--from", SIGNED, "--file", second.file_hash, "--document", "13号", "--date", "2026-05-11")
    assert ev("decide", str(folder), "撤回", *withdrawn, "--reason", "未阅").returncode == 0
    assert review_goals(folder)[1].units[0].state == "waiting"
    agree_goals(folder, "李副市长", "14号", DAY, "审批", ["甲局"])
    assert approve_goals(folder, DOCUMENT, DAY, ["A"]).units == (("甲局", 3),)
    goal = load(folder)[0].roster.goals[0]
    assert (goal.name, goal.part, goal.person, goal.agreed_by) == ("修路", "市定目标", "修路的具体责任人", "李副市长")


def test_agreeing_on_the_command_line(tmp_path: Path) -> None:
    """All that wait, in one file of the ledger; a document and a day are needed."""
    folder = city(tmp_path, RULES.replace("goals = true", "goals = { leader = true }"))
    command = ("goals", str(folder), "--agree", "李副市长", "--document", SIGNED)
    assert ev(*command).returncode == 2
    assert ev(*command, "--date", "2026-05-08").returncode == 0
    lines = load(folder)[0].ledger
    assert [(line.kind, line.unit, line.after) for line in lines] == [
        ("goals_agreed", "A", "李副市长"),
        ("goals_agreed", "B", "李副市长"),
    ]
    ran = ev(*command, "--date", "2026-05-08")
    assert (ran.returncode, "GOALS_NONE_WAIT" in ran.stderr) == (1, True)


# --- in the course of the year ---------------------------------------------------------------------------------------


def add(folder: Path, *more: str) -> int:
    """A task of 2 points that another goal gives, entered by the clerk."""
    task = ("--item", "市定目标", "--indicator", "防汛抢险", "--to", "2")
    given = ("--indicator", "修路", "--from", "5", "--to", "3")
    return ev("decide", str(folder), "任务增加", *ABOUT, *ALWAYS, *task, *given, *more).returncode


def test_a_task_that_is_added_takes_its_points_from_other_goals(approved: Path) -> None:
    """Only the review group's sheet is another one; what was marked stays, but for the goal with other points."""
    put(approved, "P1", marks, "marks")
    assert add(approved) == 0
    evaluation, _ = load(approved)
    rows = [(row.name, plain(row.full)) for row in evaluation.indicators("d", "priority", "A")]
    assert rows == [("修路", "3"), ("建校", "3"), ("一网通办", "2"), ("防汛抢险", "2")]
    goal = evaluation.roster.goals[-1]
    assert (goal.part, goal.document, goal.date.isoformat()) == ("市定目标", "市绩评〔2026〕9号", "2026-08-15")
    said = [one for one in take_in(approved).findings if one.file]
    assert codes(said) == ["QUESTION_CHANGED", "QUESTION_NEW", "SHEET_OLDER"]
    old = next(each.digest for each in take_in(approved).intake.files if each.evaluator == "P1")
    put(approved, "P1", marks, "marks", replaces=old)
    assert score_folder(approved).result.points["A", "priority"].share == 1


def test_only_the_sheets_concerned_are_issued_again(approved: Path) -> None:
    """Nobody has handed in marks: the review group's sheet is named, no other."""
    assert add(approved) == 0
    notes = [one for one in take_in(approved).findings if one.code == "SHEET_REISSUED"]
    assert {one.evaluator for one in notes} == {"A", "P1"}  # its progress sheet has one more line
    assert form_of(approved, "B", "progress").version() in {path.stem for path in (approved / "sent").iterdir()}


def test_a_task_without_balanced_points_is_refused(approved: Path) -> None:
    """One line alone does not add up; nothing is written."""
    ran = ev(
        "decide", str(approved), "goal_added", *ABOUT, *ALWAYS, "--indicator", "防汛", "--to", "2", "--item", "市定目标"
    )
    assert (ran.returncode, "ROSTER_POINTS" in ran.stderr) == (2, True)
    assert not list((approved / "decisions").iterdir())


def test_goals_that_are_approved_later_leave_what_was_decided_since_to_the_ledger(tmp_path: Path) -> None:
    """The roster says what was approved; tasks, points and texts that were decided may still be withdrawn."""
    folder = city(tmp_path)
    approve_goals(folder, DOCUMENT, DAY, ["A"])
    assert add(folder) == 0
    assert ev("decide", str(folder), "goal_text", *text("评分标准", "修路的评分标准", "通车得满分")).returncode == 0
    decided = load(folder)[0].indicators("d", "priority", "A")
    assert approve_goals(folder, DOCUMENT, DAY, ["B"]).units == (("乙局", 2),)
    evaluation, _ = load(folder)
    assert evaluation.indicators("d", "priority", "A") == decided
    assert [plain(goal.full) for goal in evaluation.stated.goals if goal.unit == "A"] == ["5", "3", "2"]


def text(item: str, before: str, after: str, goal: str = "修路") -> tuple[str, ...]:
    change = ("--indicator", goal, "--item", item, "--to", after)
    return (*ABOUT, *ALWAYS, *change, *(("--from", before) if before else ()))


REFUSED = {
    "another text stood there": (text("评分标准", "别的", "新标准"), "评分标准现在是“修路的评分标准”"),
    "nothing stood there": (text("基期值", "很多", "12"), "基期值现在是“（空）”"),
    "no such column": (text("颜色", "", "红"), "“颜色”不是目标的一栏"),
    "a base in words": (text("基期值", "", "很多"), "基期值应为数"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_change_of_text_that_cannot_be_meant_is_refused(approved: Path, case: str) -> None:
    """The old text is stated and compared, the column is one of a goal's, a number is a number."""
    options, said = REFUSED[case]
    ran = ev("decide", str(approved), "目标变更", *options, "--lang", "zh")
    assert (ran.returncode, said in ran.stderr) == (2, True)


def test_a_number_that_stood_there_is_named_as_one_writes_it(approved: Path) -> None:
    """12.5, not 25/2."""
    assert ev("decide", str(approved), "目标变更", *text("基期值", "", "12.5")).returncode == 0
    later = (*ALWAYS[:-1], "2026-09-01")
    change = ("--indicator", "修路", "--item", "基期值", "--from", "13", "--to", "14")
    ran = ev("decide", str(approved), "目标变更", *ABOUT, *later, *change, "--lang", "zh")
    assert (ran.returncode, "基期值现在是“12.5”" in ran.stderr) == (2, True)


def asked_again(folder: Path) -> list[str]:
    return [one.cell for one in take_in(folder).findings if one.code == "QUESTION_CHANGED"]


def test_a_changed_standard_is_marked_again_and_nothing_else(approved: Path) -> None:
    """Of the goal whose standard changed the mark is asked for again; all others stand."""
    put(approved, "P1", marks, "marks")
    assert ev("decide", str(approved), "goal_text", *text("评分标准", "修路的评分标准", "通车得满分")).returncode == 0
    evaluation, _ = load(approved)
    line = evaluation.indicators("d", "priority", "A")[0]
    assert (line.standard, line.changed) == ("通车得满分", "市绩评〔2026〕9号")
    assert evaluation.roster.goals[0].standard == "通车得满分"
    assert asked_again(approved) == ["F7"]
    (said,) = decided_for(evaluation, "A")
    assert "修路”的评分标准自2026-08-15起由“修路的评分标准”变更为“通车得满分”" in said


def test_persons_and_texts_that_were_lacking_change_no_mark(approved: Path) -> None:
    """Who is responsible is no part of what is marked, nor is a base that was not stated before."""
    put(approved, "P1", marks, "marks")
    for options in (text("具体责任人", "修路的具体责任人", "赵六"), text("基期值", "", "12", "治水")):
        unit = ("--unit", "乙局") if "治水" in options else ()
        assert ev("decide", str(approved), "goal_text", *options, *unit).returncode == 0
    assert load(approved)[0].roster.goals[0].person == "赵六"
    assert asked_again(approved) == []


def test_an_added_task_gets_its_texts_by_name(approved: Path) -> None:
    """Lines of the ledger may mean a goal that the ledger itself adds."""
    assert add(approved) == 0
    options = text("目标值", "", "零伤亡", goal="防汛抢险")
    assert ev("decide", str(approved), "goal_text", *options).returncode == 0
    goal = load(approved)[0].roster.goals[-1]
    assert (goal.name, goal.target) == ("防汛抢险", "零伤亡")


BACK = ("--document", "10号", "--date", "2026-08-02", "--reason", "误登")
TOLD = {
    "by its document": (),
    "by its kind": ("--to", "任务增加"),
    "by its name": ("--indicator", "防汛抢险"),
    "by all of it": ("--unit", "甲局", "--component", "重点工作目标", "--indicator", "防汛抢险"),
    "goal by goal": ("--indicator", "防汛抢险", "--indicator", "修路"),
}


def withdraw(folder: Path, *options: str, document: str = "市绩评〔2026〕9号") -> int:
    return ev("decide", str(folder), "撤回", "--from", document, *options, *BACK).returncode


@pytest.mark.parametrize("told", TOLD)
def test_an_added_task_is_withdrawn_with_the_points_that_it_took(approved: Path, told: str) -> None:
    """However it is told: in one file of the ledger, and the goals are what was approved."""
    assert add(approved) == 0
    assert withdraw(approved, *TOLD[told]) == 0
    evaluation, _ = load(approved)
    rows = [(row.name, plain(row.full)) for row in evaluation.indicators("d", "priority", "A")]
    assert rows == [("修路", "5"), ("建校", "3"), ("一网通办", "2")]
    assert sorted(line.kind for line in evaluation.withdrawn) == ["goal_added", "target_change"]
    assert len(list((approved / "decisions").iterdir())) == 2


def test_of_two_tasks_of_one_decision_nobody_guesses_whose_points_go_back(approved: Path) -> None:
    """One alone is refused, since the other goals' points may be for either; with the goal that gave them it goes."""
    more = ("--indicator", "抗旱", "--to", "1", "--item", "市定目标", "--indicator", "建校", "--from", "3", "--to", "2")
    assert add(approved) == 0
    assert ev("decide", str(approved), "任务增加", *ABOUT, *ALWAYS, *more).returncode == 0
    assert withdraw(approved, "--indicator", "抗旱") == 2
    assert withdraw(approved, "--indicator", "抗旱", "--indicator", "建校") == 0
    names = [row.name for row in load(approved)[0].indicators("d", "priority", "A")]
    assert names == ["修路", "建校", "一网通办", "防汛抢险"]


def test_on_a_terminal_the_goal_that_gives_the_points_is_asked_for(approved: Path) -> None:
    """A task of 2 points leaves 2 too many; the next line takes them from another goal, in the same file."""
    about = {"unit": "甲局", "component": "重点工作目标", "indicator": "防汛抢险", "after": "2", "item": "市定目标"}
    given = {**about, "document": "9号", "date": "2026-08-01", "effective": "2026-08-01", "reason": "新任务"}
    answers = iter(("修路", "5", "3"))
    lines = asking.complete_all(approved, "goal_added", [given], lambda _: next(answers), lambda _: None)
    assert [line.kind for line in decide(approved, "goal_added", lines).lines] == ["goal_added", "target_change"]
