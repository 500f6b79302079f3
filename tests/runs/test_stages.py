"""From a scored run to the published result: stages as decisions, what each needs, where the evaluation stands."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from announced import codes, paragraphs
from decided_city import SETTINGS, digest, ledger, line
from evaltool.cli.console import Console
from evaltool.cli.nextsteps import say_scoring
from evaltool.documents.kinds import KINDS as DOCUMENTS
from evaltool.documents.options import checked
from evaltool.evaluation import load
from evaltool.findings import Refused
from evaltool.ledger import Decision
from evaltool.proof.issued import issue_document
from evaltool.proof.pack import pack
from evaltool.questions.forms import REMARK, Form
from evaltool.questions.layout import forms
from evaltool.run import score_folder
from evaltool.runs.pastresults import past_results
from evaltool.runs.stages import passed_stages
from evaltool.runs.whereabouts import whereabouts
from filling import spots
from folders import filled
from staged_city import (
    APPROVED,
    BONUS,
    FINAL,
    OBJECTION,
    POSTED,
    PROVEN,
    REPLIED,
    SENT,
    SETTLED,
    decide,
    posted_city,
    refused,
    scored_city,
    stages_of,
    steps,
    where,
)
from terminal import ev


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scored_city(tmp_path_factory.mktemp("scored") / "city")


@pytest.fixture
def scored(ready: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ready, tmp_path / "city"))


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return posted_city(tmp_path_factory.mktemp("posted") / "city")


@pytest.fixture
def posted(shown: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(shown, tmp_path / "city"))


def issued(folder: Path, kind: str, **given: str) -> list[str]:
    """The texts of the one document that is written."""
    (made,), _ = issue_document(folder, DOCUMENTS[kind], checked(DOCUMENTS[kind], given))
    return paragraphs(made.file.path)


def not_issued(folder: Path, kind: str) -> list[str]:
    with pytest.raises(Refused) as refusal:
        issue_document(folder, DOCUMENTS[kind], {})
    assert refusal.value.usage
    return codes(refusal.value.findings)


# --- the story -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("bare_run")
def test_a_result_passes_its_stages_and_an_objection_moves_it(scored: Path) -> None:
    """Every step of a year with one objection that is upheld, and what status says is next after each."""
    assert where(scored, "2027-04-01").stage == "drafted"
    assert steps(scored, "2027-04-01") == [("stage", "sent_for_opinion")]
    decide(scored, "sent_for_opinion", SENT)
    (step,) = where(scored, "2027-04-02").steps
    assert (step.stage, step.who, str(step.after), step.held_up_by) == ("approved", "市绩效办", "2027-04-08", ())
    opinion = {"source": "市纪委监委", "unit": "C", "document": "纪函1号", "date": "2027-04-05", "reason": "丙局有案件"}
    decide(scored, "opinion", opinion)
    assert steps(scored, "2027-04-06") == [("settle", "纪函1号"), ("stage", "approved")]
    assert where(scored, "2027-04-06").steps[1].held_up_by == ("纪函1号",)
    assert refused(scored, "approved", APPROVED) == ["STAGE_OPEN"]
    settled = {"before": "纪函1号", "after": "不采纳", "document": "纪要1号", "date": "2027-04-10", "reason": "已结案"}
    decide(scored, "settled", settled)
    decide(scored, "approved", APPROVED)
    assert steps(scored, "2027-04-10") == [("stage", "posted")]
    decide(scored, "posted", POSTED)
    assert [str(each.after) for each in where(scored, "2027-04-16").steps] == ["2027-04-16"]
    assert where(scored, "2027-04-17").steps[0].after is None
    decide(scored, "objection", OBJECTION)
    assert steps(scored, "2027-04-15") == [("settle", "乙函1号"), ("stage", "final")]
    assert refused(scored, "final", FINAL) == ["STAGE_OPEN"]
    decide(scored, "settled", SETTLED, after="采纳")
    decide(scored, "bonus", BONUS)
    assert steps(scored, "2027-04-17") == [("score", "")]
    score_folder(scored)
    assert steps(scored, "2027-04-17") == [("reply", "乙函1号"), ("stage", "approved")]
    assert stages_of(scored).standing.run.number == "0001"  # type: ignore[union-attr]  # until another is decided
    decide(scored, "approved", APPROVED, run="2", document="纪要3号", date="2027-04-18")
    assert refused(scored, "final", FINAL, run="2") == ["STAGE_OPEN"]
    decide(scored, "replied", REPLIED)
    assert refused(scored, "final", FINAL) == ["STAGE_OPEN"]  # run 0001 does not show what was upheld
    decide(scored, "final", FINAL, run="2")
    assert (where(scored, "2027-05-01").stage, steps(scored, "2027-05-01")) == ("final", [("finished", "")])
    assert stages_of(scored).standing.run.number == "0002"  # type: ignore[union-attr]


@pytest.mark.usefixtures("bare_run")
def test_a_folder_without_decisions_about_stages_works_as_before(scored: Path) -> None:
    """It scores as often as somebody likes, and the ledger needs nothing."""
    score_folder(scored)
    assert [each.number for each in stages_of(scored).runs] == ["0001", "0002"]
    assert (stages_of(scored).standing, stages_of(scored).findings) == (None, ())


@pytest.mark.usefixtures("bare_run")
def test_a_decision_about_a_sheet_that_is_not_scored_asks_for_no_scoring(tmp_path: Path) -> None:
    """Which of two sheets of remarks counts moves nothing, nor does taking that back; of a sheet of marks it does."""
    asked = '[remarks]\noffice = "市绩效办"\n'
    asked += '[[deadline]]\nwhat = "意见"\nrole = "office"\ndate = 2027-05-01\nsheet = "remarks"\n'
    folder = scored_city(tmp_path / "city", SETTINGS + asked)
    form = forms(load(folder)[0])["O1", "remarks", "1"]
    for text in ("窗口少", "网站慢"):
        said = filled(form, lambda spot, text=text: text if spot.cell == form_cell(form) else None)  # type: ignore[misc]
        (folder / "inbox" / f"{text}.xlsx").write_bytes(said)
    before = steps(folder, "2027-04-01")
    fields = {"document": "纪要5号", "date": "2027-04-01", "reason": "以此为准"}
    decide(folder, "supersession", fields, file_hash=digest(folder / "inbox" / "网站慢.xlsx")[:8])
    assert steps(folder, "2027-04-01") == before != [("score", "")]
    decide(folder, "withdrawal", fields, before="纪要5号", document="纪要6号")
    assert steps(folder, "2027-04-01") == before
    marks = next(path for path in (folder / "inbox").glob("*.xlsx") if "李四" in path.name)
    decide(folder, "exclusion", fields, document="纪要7号", file_hash=digest(marks))
    assert steps(folder, "2027-04-01") == [("score", "")]


def form_cell(form: Form) -> str:
    """The cell of the first remark's words."""
    return next(spot.cell for spot in spots(form) if spot.column.field == REMARK and spot.line.repeat == "1")


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("bare_run")
def test_stages_come_in_their_order(scored: Path) -> None:
    """Nothing is approved before it was sent, posted before it was approved, final before the posting is over."""
    assert refused(scored, "approved", APPROVED) == ["STAGE_ORDER"]
    decide(scored, "sent_for_opinion", SENT)
    assert refused(scored, "approved", APPROVED, date="2027-03-31") == ["STAGE_ORDER"]
    assert refused(scored, "posted", POSTED) == ["STAGE_ORDER"]
    decide(scored, "approved", APPROVED)
    assert refused(scored, "final", FINAL) == ["STAGE_ORDER"]
    decide(scored, "posted", POSTED)
    assert refused(scored, "final", FINAL, date="2027-04-16") == ["STAGE_ORDER"]
    score_folder(scored, decision="试算")
    assert refused(scored, "posted", POSTED, run="2") == ["STAGE_ORDER"]  # another run was approved
    assert refused(scored, "sent_for_opinion", SENT, date="2027-04-17", until="2027-04-20") == ["STAGE_ORDER"]
    decide(scored, "final", FINAL, date="2027-04-17")


@pytest.mark.usefixtures("bare_run")
def test_a_stage_names_an_official_run_that_is_as_it_was(scored: Path) -> None:
    """Unknown, interim, of another code, altered; the code is written down where the number alone is given."""
    score_folder(scored, interim=True)
    assert [refused(scored, "sent_for_opinion", SENT, run=run) for run in ("9", "2", "0001 00000000")] == [
        ["STAGE_RUN"]
    ] * 3
    made = decide(scored, "sent_for_opinion", SENT)
    (run,) = stages_of(scored).runs
    assert made.lines[0].run == f"0001 {run.code}"
    page = scored / "runs/0001/public/结果通报.docx"
    page.write_bytes(page.read_bytes() + b"x")
    assert (stages_of(scored).reached, codes(list(stages_of(scored).findings))) == ((), ["STAGE_RUN"])


def test_a_period_ends_after_it_began_and_is_long_enough(scored: Path) -> None:
    """A day before the first is refused where the ledger is read; a short posting is only said."""
    decide(scored, "sent_for_opinion", SENT)
    decide(scored, "approved", APPROVED)
    assert refused(scored, "posted", POSTED, until="2027-04-10") == ["DECISION_REFUSED"]
    assert refused(scored, "posted", POSTED, effective="2027-04-12", until="2027-04-11") == ["DECISION_REFUSED"]
    decide(scored, "posted", POSTED, until="2027-04-12")
    assert codes(list(stages_of(scored).findings)) == ["STAGE_SHORT"]
    assert stages_of(scored).latest("posted") is not None


@pytest.mark.usefixtures("bare_run")
def test_lines_typed_in_excel_that_do_not_hold_are_named_and_do_not_count(scored: Path) -> None:
    """No command has looked at them: status names them, documents wait, scoring goes on."""
    header = "种类,文号,日期,理由,计分批次,截止日期\n"
    (scored / "decisions/程序.csv").write_text(header + "公示,公告1号,2027-04-11,公示,1,2027-04-16\n", encoding="utf-8")
    assert (stages_of(scored).reached, codes(list(stages_of(scored).findings))) == ((), ["STAGE_ORDER"])
    assert not_issued(scored, "posting") == ["NOTICE_STAGE", "STAGE_ORDER"]
    said = ev("status", str(scored), "--on", "2027-04-12")
    assert (said.returncode, "STAGE_ORDER" in said.stderr) == (0, True)
    score_folder(scored)


# --- after posting ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("bare_run")
def test_after_posting_only_a_decision_moves_the_result(posted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a stage nor the register is one, and no command says that a scoring comes next; --decision names a
    document; interim runs are no results."""
    decide(posted, "objection", OBJECTION)
    with pytest.raises(Refused) as refusal:
        score_folder(posted)
    assert (codes(refusal.value.findings), refusal.value.usage) == (["SCORE_POSTED"], False)
    ran = ev("score", str(posted))
    assert (ran.returncode, "Next: evaltool decide" in ran.stderr) == (1, True)
    score_folder(posted, interim=True)
    made = score_folder(posted, decision="纪要9号")
    assert json.loads((made.folder / "manifest.json").read_text("utf-8"))["decision"] == "纪要9号"
    say_scoring(Console(), load(posted)[0], posted)
    assert "Next: evaltool status" in capsys.readouterr().err
    decide(posted, "bonus", BONUS)
    say_scoring(Console(), load(posted)[0], posted)
    assert "Next: evaltool score" in capsys.readouterr().err
    score_folder(posted)


@pytest.mark.usefixtures("bare_run")
def test_what_is_taken_back_moves_a_result_only_if_it_had(posted: Path) -> None:
    """An objection that was registered by mistake is no decision on the result; a bonus that was counted is one."""
    decide(posted, "objection", OBJECTION)
    withdrawal = {"before": "乙函1号", "document": "纪要7号", "date": "2027-04-15", "reason": "登记错了"}
    decide(posted, "withdrawal", withdrawal)
    assert steps(posted, "2027-04-15") == [("stage", "final")]
    with pytest.raises(Refused) as refusal:
        score_folder(posted)
    assert codes(refusal.value.findings) == ["SCORE_POSTED"]
    decide(posted, "bonus", BONUS)
    score_folder(posted)
    decide(posted, "withdrawal", withdrawal, before="纪要2号", date="2027-04-18")
    assert steps(posted, "2027-04-18") == [("score", "")]


def test_an_objection_after_the_posting_is_late_and_not_refused(posted: Path) -> None:
    """It is registered, decided and answered as any other, and says that it came late."""
    decide(posted, "objection", OBJECTION, date="2027-04-17")
    decide(posted, "objection", OBJECTION, document="乙函2号")
    decide(posted, "objection", OBJECTION, document="乙函3号", date="2027-04-16")  # the last day
    assert [entry.late for entry in load(posted)[0].register] == [False, False, True]
    assert [each["late"] for each in where(posted, "2027-04-18").as_value()["register"]] == [False, False, True]


def test_what_came_on_the_very_day_is_open_too(posted: Path) -> None:
    """A result is not final on the day on which somebody objected."""
    decide(posted, "objection", OBJECTION, date=FINAL["date"])
    assert refused(posted, "final", FINAL) == ["STAGE_OPEN"]


def test_what_is_registered_afterwards_opens_what_was_final_and_nothing_else(posted: Path) -> None:
    """An objection that had come before the end was overlooked: the result is posted again, not a draft."""
    decide(posted, "final", FINAL)
    opinion = {"source": "市纪委监委", "document": "纪函1号", "date": "2027-04-05", "reason": "尚有案件未结"}
    decide(posted, "opinion", opinion)
    passed = stages_of(posted)
    assert [each.stage for each in passed.reached] == ["sent_for_opinion", "approved", "posted"]
    assert [one.message("en").split(" ")[0] for one in passed.findings] == ["纪要1号", "通报1号"]
    assert codes(list(passed.findings)) == ["STAGE_OPEN"] * 2
    assert "does not hold" not in passed.findings[0].message("en")  # the approval does
    with pytest.raises(Refused):
        score_folder(posted)


def test_a_veto_found_later_corrects_what_was_published(posted: Path) -> None:
    """It belongs to the year of the folder that it stands in: scored again, approved, announced as a correction of what
    was final; the next year begins from what was decided, not from what was scored last."""
    decide(posted, "final", FINAL)
    score_folder(posted, decision="试算")
    assert past_results(load(posted)[0]).entry.number == "0001"  # type: ignore[union-attr]
    veto = {"unit": "A", "document": "纪要8号", "date": "2028-03-01", "reason": "查实重大责任事故"}
    decide(posted, "veto", veto)
    assert steps(posted, "2028-03-01") == [("score", "")]
    score_folder(posted)
    assert steps(posted, "2028-03-02") == [("stage", "approved")]
    texts = corrected(posted)
    assert "（送审稿）" in "".join(texts[:8])
    decide(posted, "approved", APPROVED, run="3", date="2028-03-05", document="纪要9号")
    (step,) = where(posted, "2028-03-06").steps
    assert (step.stage, step.run, step.document) == ("final", "0003", "correction")
    decide(posted, "final", FINAL, run="3", date="2028-03-06", document="通报2号")
    texts = corrected(posted)
    assert "（送审稿）" not in "".join(texts)
    assert "查实重大责任事故，对甲局予以一票否决（纪要8号，2028年3月1日）。" in texts
    assert "甲局：不再授予一等奖。" in texts
    assert past_results(load(posted)[0]).entry.number == "0003"  # type: ignore[union-attr]
    assert past_results(load(posted)[0]).since == ()


def corrected(folder: Path) -> list[str]:
    """The newest correction bulletin."""
    from announced import announced

    (made,), _ = announced(folder, "correction")
    assert made.file.path.name.startswith("更正通报-0001-0003")
    return paragraphs(made.file.path)


# --- documents -------------------------------------------------------------------------------------------------------


def test_documents_are_drafts_until_their_stage(posted: Path) -> None:
    """What lies in the run says so; what `notice` writes after the decision does not, with the days of the decision."""
    run = posted / "runs/0001/public"
    for path in sorted([*run.glob("*.docx"), *run.glob("反馈书/*.docx")]):
        assert "（送审稿）" in "".join(paragraphs(path)), path
    texts = issued(posted, "posting", telephone="0431-1234")
    assert "（送审稿）" not in "".join(texts)
    assert "公示时间：2027年4月11日至4月16日。" in texts
    letter = issued(posted, "letter", unit="乙局")
    assert [text for text in letter if "乙局" in text]
    assert "2027年4月11日" in letter  # with the posting: it asks for objections while that lasts
    assert "2027年4月13日" in issued(posted, "letter", unit="乙局", date="2027-04-13")
    assert not_issued(posted, "bulletin") == ["NOTICE_STAGE"]
    decide(posted, "final", FINAL)
    score_folder(posted, decision="试算")
    assert "（送审稿）" not in "".join(issued(posted, "bulletin", number="某绩〔2027〕9号"))
    assert sorted(path.name for path in (posted / "documents").iterdir()) == [
        "反馈书-0001",
        "结果公示-0001.docx",
        "结果通报-0001.docx",
    ]


def test_a_result_that_is_posted_again_has_the_days_of_the_last_posting(posted: Path) -> None:
    """The first one was too short, or went wrong: what goes out now says when one can object now."""
    decide(posted, "posted", POSTED, document="公告2号", date="2027-04-18", until="2027-04-25")
    assert "公示时间：2027年4月18日至4月25日。" in issued(posted, "posting", telephone="0431-1234")


def test_a_letter_tells_what_is_final_and_a_posting_what_was_posted(posted: Path) -> None:
    """A result that was corrected after the posting is not posted again; who asks for letters then gets the new one."""
    decide(posted, "bonus", BONUS)
    score_folder(posted)
    decide(posted, "approved", APPROVED, run="2", date="2027-04-18", document="纪要3号")
    assert "你单位总分73.00分" in "".join(issued(posted, "letter", unit="乙局"))  # nothing else is known outside yet
    decide(posted, "final", FINAL, run="2")
    letter = issued(posted, "letter", unit="乙局")
    assert "你单位总分74.00分" in "".join(letter)
    assert "2027年4月11日" not in letter  # the day on which another result was posted
    issued(posted, "posting", telephone="0431-1234")
    assert {path.name for path in (posted / "documents").iterdir()} >= {"结果公示-0001.docx", "反馈书-0002"}


def test_nothing_is_issued_of_a_run_that_was_altered(posted: Path) -> None:
    """The decision then names a run that is not what was approved."""
    results = posted / "runs/0001/results.json"
    results.write_text(results.read_text("utf-8").replace('"total": "', '"total": "1', 1), "utf-8")
    assert not_issued(posted, "posting") == ["NOTICE_STAGE", *["STAGE_RUN"] * 3]


@pytest.mark.parametrize(("needed", "clean"), [("", True), ('"final"', False)])
def test_an_evaluation_may_need_fewer_stages(tmp_path: Path, needed: str, clean: bool) -> None:
    """None: documents are final as they are scored.  One: the others are refused, and everything waits for it."""
    folder = scored_city(tmp_path / "city", SETTINGS + f"[stages]\nneeded = [{needed}]\n")
    draft = "".join(paragraphs(folder / "runs/0001/public/结果通报.docx"))
    assert ("（送审稿）" not in draft) == clean
    assert refused(folder, "approved", APPROVED) == ["STAGE_ORDER"]
    if not clean:
        assert not_issued(folder, "bulletin") == ["NOTICE_STAGE"]
        decide(folder, "final", FINAL)
    assert issued(folder, "bulletin")


def test_days_that_are_none_are_refused(tmp_path: Path) -> None:
    """A stage that nobody knows, a number of days below one."""
    with pytest.raises(Refused) as refusal:
        scored_city(tmp_path / "city", SETTINGS + '[stages]\nneeded = ["drafted"]\nreply_days = 0\n')
    assert {one.cell for one in refusal.value.findings} >= {"stages.reply_days"}


# --- where it stands -------------------------------------------------------------------------------------------------


def test_status_is_what_the_program_says_in_an_evaluations_folder(posted: Path) -> None:
    """Without a command; outside of a folder it prints its help."""
    decide(posted, "objection", OBJECTION)
    assert [len(where(posted, day).overdue) for day in ("2027-04-29", "2027-04-30")] == [0, 1]
    assert refused(posted, "final", FINAL, date=OBJECTION["date"]) == ["STAGE_ORDER"]
    assert refused(posted, "final", FINAL, date="2027-04-17") == ["STAGE_OPEN"]
    environment = {**os.environ, "EVALTOOL_LANG": "zh"}
    command = [sys.executable, "-m", "evaltool"]
    given = {"env": environment, "capture_output": True, "text": True, "encoding": "utf-8"}
    here = subprocess.run(command, cwd=posted, check=True, **given).stdout  # type: ignore[call-overload]
    assert "乙函1号" in here and "evaltool decide . 处理意见 --from 乙函1号" in here
    elsewhere = subprocess.run(command, cwd=posted.parent, check=False, **given)  # type: ignore[call-overload]
    assert "用法：" in elsewhere.stdout + elsewhere.stderr
    said = json.loads(ev("status", str(posted), "--on", "2027-05-01", "--output-format", "json").stdout)
    assert (said["stage"], said["standing"]["run"], said["register"][0]["overdue"]) == ("posted", "0001", True)
    assert said["sheets"] == {"counted": 5, "expected": 5}
    assert said["next"][0]["command"][:4] == ["evaltool", "decide", str(posted), "settled"]


def test_status_says_as_much_of_an_entry_as_it_takes(posted: Path) -> None:
    """Two matters of one paper are told apart by their component too: what is shown can be entered as it stands."""
    for component in ("goals", "list"):
        decide(posted, "objection", OBJECTION, component=component)
    for step, component in zip(where(posted, "2027-04-15").steps, ("goals", "list"), strict=False):
        assert step.command[3:9] == ("--from", "乙函1号", "--unit", "B", "--component", component)
        decide(posted, "settled", SETTLED, unit="B", component=component, after="不采纳")


def test_a_command_that_status_shows_is_one_a_shell_takes(posted: Path) -> None:
    """The number of a paper that came is whatever stands on it; a shell reads nothing but one word in it."""
    decide(posted, "objection", OBJECTION, document="乙函 1号; echo $(id)")
    said = ev("status", str(posted), "--on", "2027-04-15").stdout
    assert " settled --from '乙函 1号; echo $(id)' --to … " in said
    said = ev("status", str(posted), "--on", "2027-04-15", "--lang", "zh").stdout
    assert " 处理意见 --from '乙函 1号; echo $(id)' --to … " in said


@pytest.mark.usefixtures("bare_run")
def test_a_run_shows_an_entry_once_it_has_what_its_document_decided(posted: Path) -> None:
    """The decision may be entered after the correction that follows from it, and after the scoring."""
    decide(posted, "bonus", BONUS)
    score_folder(posted)
    decide(posted, "objection", OBJECTION)
    decide(posted, "settled", SETTLED, after="采纳")
    passed = stages_of(posted)
    (entry,) = passed.evaluation.register
    assert (passed.shown_by(entry).number, passed.state(entry)) == ("0002", "unanswered")  # type: ignore[union-attr]
    assert passed.newer(passed.runs[1]) == []


@pytest.mark.usefixtures("bare_run")
def test_status_grows_with_the_ledger_and_not_with_its_square(posted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many objections and decisions there are, a line is compared a few times, and a run's ledger read once."""
    papers = range(60)
    header = "种类,文号,日期,理由,单位,原值,新值\n"
    objections = [f"异议,函{at}号,2027-04-14,异议,B,,\n" for at in papers]
    settled = [f"处理意见,纪要{at}号,2027-04-15,属实,,函{at}号,采纳\n" for at in papers]
    (posted / "decisions/异议.csv").write_text("".join([header, *objections, *settled]), encoding="utf-8")
    bonuses = [f"加分,纪要{at}号,2027-04-15,补计,B,,0.01\n" for at in papers]
    (posted / "decisions/加分.csv").write_text("".join([header, *bonuses]), encoding="utf-8")
    score_folder(posted)
    passed, made, same = stages_of(posted), [0], Decision.same

    def counted(line: Decision) -> tuple[str, ...]:
        made[0] += 1
        return same.fget(line)  # type: ignore[attr-defined, no-any-return]

    monkeypatch.setattr(Decision, "same", property(counted))
    found = whereabouts(passed, date(2027, 4, 20), complete=True)
    assert {state for _, state in found.entries} == {"unanswered"}
    assert made[0] < 20 * len(papers)


def test_runs_and_their_stages_are_listed(posted: Path) -> None:
    """Beside its number, what was decided of a run."""
    rows = json.loads(ev("runs", str(posted), "--output-format", "json").stdout)["runs"]
    assert [row["stages"] for row in rows] == ["征求意见、审定、公示"]


@pytest.mark.usefixtures("bare_run")
def test_the_record_of_the_procedure_is_one_cause_that_moves_nothing(posted: Path) -> None:
    """Between two runs, beside the decision that moved something."""
    decide(posted, "objection", OBJECTION)
    decide(posted, "settled", SETTLED, after="采纳", date=OBJECTION["date"])
    decide(posted, "bonus", BONUS)
    score_folder(posted)
    said = json.loads(ev("diff", str(posted), "1", "2", "--output-format", "json").stdout)
    assert [cause["file"] for step in said["steps"] for cause in step["causes"]] == [
        "公示、处理意见、审定、异议、征求意见",
        "加分",
    ]


def test_what_is_packed_for_the_public_is_what_was_published(posted: Path) -> None:
    """Not what was scored last, unless it is asked for."""
    score_folder(posted, decision="试算")
    assert pack(posted, public=True)[0].name.startswith("0001-")
    assert pack(posted, "2", public=True)[0].name.startswith("0002-")


def test_a_withdrawn_approval_takes_what_rests_on_it_along(posted: Path) -> None:
    """What was posted without an approval that holds does not count."""
    ledger(posted, *PROVEN, line("撤回", date="2027-04-12", document="纪要2号", 原值="纪要1号", 新值="审定"))
    passed = passed_stages(load(posted)[0])
    assert ([each.stage for each in passed.reached], codes(list(passed.findings))) == (
        ["sent_for_opinion"],
        ["STAGE_ORDER"],
    )
