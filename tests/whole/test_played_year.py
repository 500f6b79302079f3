"""A whole year of a small city, in order, as the office lives through it: nothing is lost, and the result is the one
that everybody meant.

Goals in April, agreed by the leader in charge and confirmed; what last year left to put right, one matter closed and
one overdue; a renamed department, reports of progress, targets changed, a leader who takes over, reports on every goal
and verified figures; in March every mistake of the catalogue on some sheet, sent back and mended until only those are
missing who have not answered; a mark without its reason, two people who key one paper, a late sheet, batches waived,
excluded and keyed again, a survey; a hearing and a comment that is passed on; a bonus decided in the committee's book;
a result, an objection, a second result.
"""

from __future__ import annotations

import io
import json
import random
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

import big_year
from big_year import Sheet
from decided_city import digest, seen_at
from declared_goals import reports
from differences import differences
from evaltool import run
from evaltool.evaluation import load
from evaltool.findings import Finding, Refused
from evaltool.identity import sheet_name
from evaltool.returns import Prepared
from evaltool.run import TakenIn, approve_goals, prepare_confirmations, review_goals, score_folder
from evaltool.writers.word.templates import text_of
from filling import Answers, Value, answers, spots
from mistakes import CELLS, MISTAKES, Case, Expected, saved
from mistakes_found import put, said
from played_city import (
    COUNTIES,
    COUNTY,
    DEPARTMENT,
    DEPARTMENTS,
    EXPORT,
    GOALS,
    NOTICE,
    OVERDUE,
    PUT_RIGHT,
    RENAMED,
    SURVEY,
    SURVEYED,
    rename,
    save,
    settle,
    survey_counts,
    survey_export,
)
from played_slips import OF_VISITS, fate, slip, slipped
from played_twin import twin
from played_year import HABITS, SEED, VERIFIED, Year, claiming, goals_of, report_of
from recompute import recompute
from terminal import ev

OF_REPORTS = ("REPORT_DIFFERS", "REPORT_PAPERS")
NOT_YET = ("SUBMISSION_MISSING", "SHEET_REISSUED", "YEAR_PLACES")


@pytest.mark.slow
def test_a_year_from_january_to_the_second_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each act is a function below, in the order in which it happens."""
    year = begun(tmp_path / "city")
    goals_are_declared_mended_and_approved(year)
    what_last_year_left_is_put_right_or_overdue(year)
    a_department_is_renamed(year)
    progress_is_reported(year)
    targets_and_charges_change(year)
    goals_are_reported_on_and_verified(year)
    monkeypatch.setattr(big_year, "KEY", year.evaluation.key)  # the catalogue's sheets carry the city's own key
    waived = sheets_come_back_until_only_missing_ones_are_left(year)
    a_mark_without_its_reason_is_sent_back(year)
    leaders_mark_last(year)
    batches_are_excluded_and_keyed_again(year, waived)
    people_are_heard(year)
    a_bonus_is_decided_in_the_committees_book(year)
    expected = twin(year, tmp_path / "meant", waived, survey_counts())
    the_result_is_what_everybody_meant(year, expected)
    an_objection_leads_to_a_second_result(year, expected)


def begun(folder: Path) -> Year:
    """January: a folder from the bundled rules, the city's own lists, a key."""
    assert ev("init", str(folder), "--from", "songyuan").returncode == 0
    settle(folder)
    assert ev("scheme", str(folder), "--lang", "zh").returncode == 0
    return Year(folder)


# --- April to November ----------------------------------------------------------------------------------------------


def declared(year: Year, unit: str) -> Answers:
    form = year.form(unit, "goals")
    return goals_of(form, GOALS[COUNTY if unit in COUNTIES else DEPARTMENT])


def goals_are_declared_mended_and_approved(year: Year) -> None:
    """One declaration does not add up and is mended where it was sent back; one comes late."""
    folder = str(year.folder)
    assert ev("template", folder, "--sheet", "goals", "--quiet").returncode == 0
    listed = ev("due", folder, "--on", "2026-04-14", "--within", "7", "--lang", "zh").stdout
    assert "应报 9，计入 0，未报 9，免报 0" in listed
    units = [form.evaluator for form in year.forms("goals")]
    for unit in units[:-1]:
        wrong = (("创新目标", 10), ("创新目标", 6))
        form = year.form(unit, "goals")
        year.send(form, goals_of(form, wrong) if unit == "X2" else declared(year, unit))
    assert ev("goals", folder, "--lang", "zh").returncode == 1
    taken, back = year.check(date(2026, 4, 16))
    assert [(one.code, one.unit) for one in came(taken)] == [("GOALS_SUM", "X2")]
    assert back.sheets == ("X2-西岭县-年度目标申报表.xlsx",)
    assert year.mend(back.sheets[0], year.form("X2", "goals"), declared(year, "X2")) == ["D8"]
    _, reviewed = review_goals(year.folder)
    assert Counter(each.state for each in reviewed.units) == {"ready": 3, "waiting": 5, "missing": 1}
    agree = ("goals", folder, "--agree", "李副市长", "--document")
    assert ev(*agree, "签批单12号", "--date", "2026-05-06").returncode == 0
    assert len(approve_goals(year.folder, "市绩办〔2026〕A号", date(2026, 5, 10)).units) == 8
    year.send(year.form("D6", "goals"), declared(year, "D6"))
    with pytest.raises(Refused):
        approve_goals(year.folder, "市绩办〔2026〕B号", date(2026, 5, 20), ["城管局"])
    assert ev(*agree, "签批单15号", "--date", "2026-05-18").returncode == 0
    assert approve_goals(year.folder, "市绩办〔2026〕B号", date(2026, 5, 20), ["城管局"]).units == (("城管局", 2),)
    documents = Counter(goal.document[-2:] for goal in year.evaluation.roster.goals)
    assert documents == {"A号": 16, "B号": 2}
    agreed = Counter(goal.agreed_document for goal in year.evaluation.roster.goals)
    assert agreed == {"": 6, "签批单12号": 10, "签批单15号": 2}  # counties have no leader in charge


def what_last_year_left_is_put_right_or_overdue(year: Year) -> None:
    """Plans of both units; one reports that it is done, which is verified and closed, the other is still at it."""
    said: dict[str, dict[str, Value]] = {
        "rectification": {"matter_by": date(2026, 9, 20)},
        PUT_RIGHT[0]: {"matter_state": "已完成", "matter_evidence": "档案目录", "matter_on": date(2026, 9, 18)},
        OVERDUE[0]: {"matter_state": "正在整改", "matter_evidence": None, "matter_on": None},
    }
    for sheet in ("rectification", "rectified"):
        assert ev("template", str(year.folder), "--sheet", sheet, "--quiet").returncode == 0
        for form in year.forms(sheet):
            own = said.get(sheet, said[form.evaluator])
            year.send(form, {spot.place: own.get(spot.column.field, "逐项整改") for spot in spots(form)})
    unit = {"单位": COUNTIES[PUT_RIGHT[0]], "原值": NOTICE}
    year.decide("整改核实", "2026-09-25", **unit, 新值="整改到位")
    year.decide("整改销号", "2026-09-28", **unit)


def came(taken: TakenIn) -> list[Finding]:
    """What is said of sheets that came, but for what is known of reports."""
    there = [one for one in taken.findings if one.file.startswith(("inbox/", "received/"))]
    return [one for one in there if one.code not in OF_REPORTS and not one.file.startswith("inbox/附件/")]


def a_department_is_renamed(year: Year) -> None:
    """Its approved goals stand under the former name: the folder is refused until the ledger says who that is."""
    unit, former, name = RENAMED
    rename(year.folder)
    with pytest.raises(Refused) as refused:
        load(year.folder)
    assert {one.code for one in refused.value.findings} == {"REFERENCE_UNKNOWN"}
    year.decide("单位变动", "2026-06-01", 单位=name, 原值=former, 新值="更名", 生效日期="2026-06-01")
    taken = year.take_in()
    assert came(taken) == []
    assert [goal.unit for goal in taken.evaluation.roster.goals].count(unit) == 2


def progress_is_reported(year: Year) -> None:
    """By all but one, whom nobody waits for."""
    assert ev("template", str(year.folder), "--sheet", "progress", "--quiet").returncode == 0
    for form in year.forms("progress"):
        if form.evaluator != "D2":
            percent = {spot.place: 40 for spot in spots(form) if spot.column.field == "progress_percent"}
            year.send(form, {spot.place: reports(form, spot) for spot in spots(form)} | percent)  # type: ignore[arg-type]
    taken = year.take_in()
    awaited = [one for one in taken.findings if one.code not in NOT_YET]
    assert {(one.code, one.blocks) for one in awaited} == {("SUBMISSION_AWAITED", False)}
    reports_to_come = dict.fromkeys((*COUNTIES, *DEPARTMENTS, "N1"), 1)
    assert Counter(one.evaluator for one in awaited) == {**reports_to_come, "D2": 2}


def targets_and_charges_change(year: Year) -> None:
    """Only the sheets concerned are outdated; what stood there before stays in the table of goals."""
    goal = {"单位": "财税局", "评估内容": "重点工作目标", "生效日期": "2026-09-01"}
    year.decide("目标调整", "2026-09-01", **goal, 指标="D1-01", 原值="50", 新值="45")
    year.decide("目标调整", "2026-09-01", **goal, 指标="D1-02", 原值="30", 新值="35")
    taken = year.take_in()
    assert reissued(taken) == {"D1", "P2"}  # its report has the points beside its goals
    assert [row.full for row in taken.evaluation.indicators("departments", "priority", "D1")] == [45, 35]
    assert [goal.full for goal in taken.evaluation.stated.goals if goal.unit == "D1"] == [50, 30]
    charge = {"评估主体": "副市长2", "单位": "民政局", "原值": "副市长1"}
    year.decide("分管调整", "2026-11-01", **charge, 生效日期="2026-11-01")
    assert reissued(year.take_in()) == {"D1", "P2", "V1", "V2"}


def reissued(taken: TakenIn) -> set[str]:
    return {one.evaluator for one in taken.findings if one.code == "SHEET_REISSUED"}


def goals_are_reported_on_and_verified(year: Year) -> None:
    """All but one report, a paper that is named as proof comes from one of them; the statistics bureau has another
    figure than the units.  Whoever marks sees all of it beside the cell, and nothing of it is scored."""
    folder = str(year.folder)
    for sheet in ("report", "figures"):
        assert ev("template", folder, "--sheet", sheet, "--quiet").returncode == 0
    for form in year.forms("report"):
        if form.evaluator != "D3":
            year.send(form, report_of(form))
    year.put("附件/东河县/附件1 清单.pdf", b"%PDF-1.4\n1")
    figures = year.form("N1", "figures")
    given: dict[str, Value] = {"verified_value": VERIFIED, "verified_remark": "按年报口径"}
    year.send(figures, {spot.place: given[spot.column.field] for spot in spots(figures)})
    found = [one for one in year.take_in().findings if one.code not in NOT_YET]
    assert {(one.code, one.evaluator, one.blocks) for one in found if one.code == "SUBMISSION_AWAITED"} == {
        ("SUBMISSION_AWAITED", "D2", False),
        ("SUBMISSION_AWAITED", "D3", False),
    }
    reported = {unit for unit in (*COUNTIES, *DEPARTMENTS) if unit != "D3"}
    assert {one.evaluator for one in found if one.code == "REPORT_DIFFERS"} == reported
    assert {one.evaluator for one in found if one.code == "REPORT_PAPERS"} == reported - {"X1"}
    assert {one.code for one in found} == {"SUBMISSION_AWAITED", "ATTACHMENT_FILED", *OF_REPORTS}


# --- March -----------------------------------------------------------------------------------------------------------


def sheets_come_back_until_only_missing_ones_are_left(year: Year) -> set[tuple[str, str]]:
    """Every mistake is found and nothing else; who mends in a hurry slips again; returns who is waived."""
    folder = str(year.folder)
    assert ev("template", folder, "--sheet", "marks", "--quiet").returncode == 0
    listed = ev("due", folder, "--on", "2027-03-20", "--within", "20", "--lang", "zh").stdout
    assert "工业局" in listed
    assert f"2026-09-30  已逾期 171 天  整改：{NOTICE}　城管局：{OVERDUE[1]}" in listed
    assert PUT_RIGHT[1] not in listed
    year.told_otherwise["D1", ""] = claiming(year.form("D1"), year.answers(year.form("D1")))
    sheets = {form.file_name: year.sheet(form) for form in year.forms() if form.evaluator not in ("M", "V1")}
    made = slipped(sheets.values())
    assert made.keys() == MISTAKES.keys() - CELLS.keys()
    expected = [found for _, found in made.values()]
    expected += _in_visits(made["typed_over_a_sum"][0])
    written = {case.file: case.written() for case, _ in made.values()}
    for sheet in sheets.values():
        put(year.folder, written.get(sheet.file, [(sheet.file, big_year.write(sheet))]))
    taken, back = year.check(date(2027, 4, 1))
    assert said(came(taken)) == Counter(each for each in expected if each[1])
    assert missing(taken) == {"M", "V1", "E1", made["not_sent"][0].sheet.form.evaluator}
    assert fates(made, back) == {name: fate(name) for name in made if name != "typed_over_a_sum"}
    seen_at(year.folder, year.folder / "inbox" / year.form("V2").file_name, "2027-03-30T01:00:00+00:00")

    names = sorted(CELLS.keys() - set(OF_VISITS), key=lambda name: (name not in SCARCE, name))
    slips = [each for name in back.sheets for each in _in_a_hurry(year, name, Case(sheets[name], dice(name)), names)]
    assert names == []
    taken, back = year.check(date(2027, 4, 3))
    assert Counter(slips) == said(one for one in came(taken) if one.file.startswith("inbox/改好/"))
    for name in back.sheets:
        assert year.mend(name, sheets[name].form, to="再改") != []
    taken, back = year.check(date(2027, 4, 4))
    assert back.sheets == ()
    return _settled_by_the_office(year, made, back)


SCARCE = (
    "reasons left blank",
    "place nought",
    "no place given",
    "words in a place",
    "half a place",
    "a place beyond the list",
)


def dice(name: str) -> random.Random:
    return random.Random(name)


def missing(taken: TakenIn) -> set[str]:
    return {one.evaluator for one in taken.findings if one.code == "SUBMISSION_MISSING"}


def _in_visits(case: Case) -> list[Expected]:
    """The office's own sheet has more than one thing wrong: dates and units of its visits."""
    book = openpyxl.load_workbook(io.BytesIO(case.files[case.file]))
    slips = slip(case, book, names := list(OF_VISITS))
    assert names == []
    case.keep(book)
    return slips


def fates(made: dict[str, tuple[Case, Expected]], back: Prepared) -> dict[str, str]:
    """What became of every mistake: sent back, asked about, left to the office, counted all the same."""
    found = {}
    for name, (case, _) in made.items():
        stem = case.sheet.form.file_name.removesuffix(".xlsx")
        if name == "typed_over_a_sum":  # has been given other mistakes as well
            assert f"{stem}.xlsx" in back.sheets
            continue
        found[name] = "missing" if not case.written() else "counts"
        for word, there in (
            ("returned", f"{stem}.xlsx" in back.sheets),
            ("asked", f"{stem}.txt" in back.messages),
            ("office", bool(case.files.keys() & set(back.left))),
        ):
            found[name] = word if there else found[name]
    return found


def _in_a_hurry(year: Year, name: str, case: Case, names: list[str]) -> list[Expected]:
    """Mend a returned sheet, and slip in other cells of it."""
    book, _ = year.returned(name, case.sheet.form)
    made = slip(case, book, names)
    year.put(f"改好/{name}", saved(book))
    return [(code, f"inbox/改好/{name}", sheet, cell) for code, _, sheet, cell in made]


def _settled_by_the_office(year: Year, made: dict[str, tuple[Case, Expected]], back: Prepared) -> set[tuple[str, str]]:
    """Of two sheets the right one is adopted, what is no submission is excluded, a batch that never met is waived."""
    asked = made["two_that_differ"][0]
    assert back.messages == (asked.sheet.form.file_name.replace(".xlsx", ".txt"),)
    year.decide("采用", "2027-04-05", 文件指纹=digest(year.folder / asked.file)[:16])
    assert len(back.left) == 1
    for file in back.left:
        year.decide("排除", "2027-04-05", 文件指纹=digest(year.folder / file))
    gone = made["not_sent"][0].sheet.form
    year.decide("免报", "2027-04-05", 评估主体=gone.evaluator, 批次=gone.batch)
    taken, back = year.check(date(2027, 4, 6))
    assert (back.sheets, back.messages, back.left) == ((), (), ())
    assert missing(taken) == {"M", "V1", "E1"}
    assert {one.code for one in taken.findings if one.blocks} == {"SUBMISSION_MISSING"}
    listed = ev("due", str(year.folder), "--on", "2027-04-12", "--lang", "zh").stdout
    assert "副市长1" in listed
    assert "副市长2" not in listed
    return {(gone.evaluator, gone.batch)}


def a_mark_without_its_reason_is_sent_back(year: Year) -> None:
    """A group lowers a mark on its revised sheet and does not say why: asked for at the cell, and stated."""
    form = year.form("P3")
    assert ev("template", str(year.folder), "--revise", "P3", "--quiet").returncode == 0
    (revised,) = (year.folder / "outbox").rglob("P3-*修订*.xlsx")
    book = openpyxl.load_workbook(revised)
    mark, reason = [each for each in spots(form) if each.component == "priority" and each.unit == "D4"][:2]
    shown = [cell.value for cell in book[mark.sheet][6]]
    assert {"自报完成情况", "自报完成值", "经核实的数", "年内进展"} <= set(shown)
    book[mark.sheet][mark.cell], book[reason.sheet][reason.cell] = 10, None
    year.put("评估组/再议.xlsx", saved(book))
    taken, back = year.check(date(2027, 4, 7))
    assert [(one.code, one.cell) for one in came(taken) if one.blocks] == [("REASON_MISSING", reason.cell)]
    assert back.sheets == (form.file_name,)
    year.told_otherwise["P3", ""] = {**year.answers(form), mark.place: 10, reason.place: "两个项目没有开工"}
    assert year.mend(form.file_name, form, to="说明理由") == [reason.cell]
    assert not [one for one in came(year.take_in()) if one.blocks]


# --- leaders, survey, batches ----------------------------------------------------------------------------------------


def leaders_mark_last(year: Year) -> None:
    """With the interim result before them; the mayor's paper is keyed twice and differs in a cell; one is late."""
    folder = str(year.folder)
    assert ev("score", folder).returncode == 1
    year.put(EXPORT, survey_export())
    for role in ("mayor", "vice_mayor"):
        assert ev("template", folder, "--only", role, "--interim", "--quiet").returncode == 0
    first, second = (year.form("M", entry=entry) for entry in "12")
    shown = openpyxl.load_workbook(next((year.folder / "outbox").rglob(first.file_name)))
    assert "阶段得分" in str([cell.value for cell in shown[first.sheets[0].title][6]])
    told = year.answers(first)
    place = next(spot.place for spot in spots(first) if spot.column.kind == "number")
    slipped_at = year.send(second, told | {place: 12})
    kept = year.send(first)
    late = year.send(year.form("V1"))
    taken, back = year.check(date(2027, 4, 12))
    assert [(one.code, one.sheet, one.cell) for one in taken.findings if one.blocks] == [("ENTRY_DIFFERS", *place)]
    assert back.sheets == (first.file_name, second.file_name)
    texts = [(year.folder / "returns" / name.replace(".xlsx", ".txt")).read_text("utf-8-sig") for name in back.sheets]
    assert all("对照纸质原件" in text for text in texts)
    decided = ("--document", "纪要1号", "--date", "2027-04-13", "--reason", "核对纸质原件")
    assert ev("decide", folder, "采用", "--file", f"inbox/{kept.name}", *decided).returncode == 0
    assert slipped_at.exists()
    hash_ = seen_at(year.folder, late, "2027-04-11T02:00:00+00:00")
    taken = year.take_in()
    assert {(one.code, one.evaluator) for one in taken.findings if one.blocks} == {("SUBMISSION_LATE", "V1")}
    year.decide("逾期采用", "2027-04-13", 文件指纹=hash_)


def batches_are_excluded_and_keyed_again(year: Year, waived: set[tuple[str, str]]) -> None:
    """One batch is thrown out for good and waived; another is opened and keyed again."""
    taken = year.take_in()
    assert not [one for one in taken.findings if one.blocks]
    year.decide("排除", "2027-04-14", 文件指纹=year.counted(taken, "K5", "2"))
    year.decide("批次重录", "2027-04-14", 评估主体="T1", 批次="1", 文件指纹=year.counted(taken, "T1", "1"))
    assert missing(year.take_in()) == {"K5", "T1"}
    year.decide("免报", "2027-04-14", 评估主体="K5", 批次="2")
    waived.add(("K5", "2"))
    form = year.form("T1", "cards", "1")
    year.told_otherwise["T1", "1"] = answers(year.evaluation, form, SEED + 1, HABITS)
    year.send(form, to=f"重录/{form.file_name}")


def people_are_heard(year: Year) -> None:
    """A comment of the survey is looked at and passed on, its telephone number covered; a hearing has its minutes."""
    save(year.folder / "roster" / "听证评审.csv", ["编号", "会议类型", "议题", "日期", "纪要文号", "结果"], [HEARING])
    _, listed = run.collect_remarks(year.folder)
    assert (listed.remarks, listed.covered) == (1, 1)
    path = year.folder / listed.file
    book = openpyxl.load_workbook(path)
    said = {"采用": "是", "性质": "问题", "是否公开": "公开", "转办": "是", "答复期限": "2027-05-10"}
    text = fill_first(book.worksheets[0], said)["内容"]
    assert text == "救助窗口太少，可打＊＊＊问我"
    book.save(path)
    assert run.take_remarks(year.folder, path).taken == 1


HEARING = ("H1", "听证会", "民生实事", "2027-03-10", "听证纪要1号", "同意，列入通报")


def a_bonus_is_decided_in_the_committees_book(year: Year) -> None:
    """The claim waits in the book; what is filled in there stands in the ledger, tied to the claim's cell."""
    path = year.folder / run.write_committee(year.folder).file
    book = openpyxl.load_workbook(path)
    line = fill_first(book["加分申报"], {"决定": "同意", "加分事由": "获省级表彰"})
    assert (line["单位"], line["加分项目"], line["申报分值"]) == ("财税局", "命名表彰", 1)
    taken = run.take_committee(year.folder, path.name, saved(book), "纪要3号", date(2027, 4, 15))
    (entered,) = taken.entered
    assert (entered.kind, entered.unit, entered.item, entered.after) == ("bonus", "D1", "命名表彰", "1")
    assert entered.cell and entered.file_hash


def fill_first(sheet: Worksheet, said: dict[str, str]) -> dict[str, object]:
    """Fill in cells of the only line, by header; the line as it was."""
    rows = list(sheet.iter_rows())
    at = next(number for number, row in enumerate(rows) if row[0].value == "序号")
    assert [row[0].value for row in rows[at + 1 :]] in ([1], ["1"])
    line = {str(head.value): cell for head, cell in zip(rows[at], rows[at + 1], strict=True)}
    before = {name: cell.value for name, cell in line.items()}
    for name, value in said.items():
        line[name].value = value
    return before


# --- results ---------------------------------------------------------------------------------------------------------


def the_result_is_what_everybody_meant(year: Year, meant: Path) -> None:
    """The run agrees with the recomputation of the year without slips; accounts close; there is a sheet to sign for
    every submission that counts."""
    assert ev("score", str(year.folder)).returncode == 0
    (stored,) = (year.folder / "runs").iterdir()
    assert differences(units(stored), recompute(meant)) == []
    assert [one["bonus"] for one in units(stored) if one["id"] == "D1"] == ["1/1"]
    told = "".join(text_of((stored / "public" / "评估报告.docx").read_bytes()))
    assert "召开民生实事听证会，形成会议纪要（听证纪要1号）。结果：同意，列入通报。" in told
    assert "公众反映：民政局，救助窗口太少，可打＊＊＊问我" in told
    taken = year.take_in()
    accounts_close(year, taken)
    marks = [each for each in taken.intake.sheets if not sheet_name(each.batch)]
    counted = {each.digest for each in marks if each.answered == "counted"}
    surveyed = {each.digest for each in marks if each.evaluator == SURVEY}
    confirmed = prepare_confirmations(taken)
    assert {each.sha256 for each in confirmed} >= counted - surveyed
    assert all((year.folder / each.file).is_file() for each in confirmed)


def units(run: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((run / "results.json").read_text(encoding="utf-8"))["units"]
    return found


def accounts_close(year: Year, taken: TakenIn) -> None:
    """Every file of the inbox stands in the accounts once; sheets and cards add up."""
    made = taken.accounts
    inbox = {path.relative_to(year.folder).as_posix() for path in (year.folder / "inbox").rglob("*") if path.is_file()}
    names = Counter(each.file for each in made.files)
    assert {name: names[name] for name in inbox} == dict.fromkeys(inbox, 1)
    assert {each.became for each in made.files} >= {
        "counted",
        "copy",
        "superseded",
        "excluded",
        "attachment",
        "not_a_submission",
    }
    for role in made.roles:
        assert role.expected == role.counted + role.missing + role.waived, role
        assert role.missing == (1 if role.sheet.startswith(("progress", "report")) else 0)
    valid = {(each.class_id, each.component, each.evaluator, each.batch): each.valid for each in made.batches}
    for card in made.units:
        key = card.class_id, card.component, card.evaluator, card.batch
        assert card.chosen + card.abstained + card.blank == (SURVEYED if card.evaluator == SURVEY else valid[key])


def an_objection_leads_to_a_second_result(year: Year, meant: Path) -> None:
    """A mark is corrected by decision; there are two runs, and the first is what it was."""
    (first,) = (year.folder / "runs").iterdir()
    before = tree(first)
    form = year.form("P2")
    spot = next(each for each in spots(form) if each.column.field == "mark" and each.unit == "D1")
    told = year.answers(form)
    hash_ = year.counted(year.take_in(), "P2")
    cell = ("--file", hash_, "--sheet", spot.sheet, "--cell", spot.cell, "--from", str(told[spot.place]), "--to", "20")
    decided = ("--document", "复核1号", "--date", "2027-05-10", "--reason", "异议成立")
    assert ev("decide", str(year.folder), "更正", *cell, *decided).returncode == 0
    (meant / "inbox" / form.file_name).write_bytes(big_year.write(Sheet(form, told | {spot.place: 20})))
    second = score_folder(year.folder).folder
    assert sorted((year.folder / "runs").iterdir()) == [first, second]
    assert tree(first) == before
    assert differences(units(second), recompute(meant)) == []
    changed = {new["id"] for old, new in zip(units(first), units(second), strict=True) if old["exact"] != new["exact"]}
    assert changed == {"D1"}


def tree(folder: Path) -> dict[str, str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): digest(path) for path in files}
