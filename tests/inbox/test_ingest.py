"""Every file accounted for once; which submission counts; what is refused and why."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest

import results
from evaltool.evaluation import load
from evaltool.inbox.accounts.whole import accounts
from evaltool.inbox.intake import Intake
from evaltool.inbox.rowfindings import at_row
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from evaltool.roster import Indicator
from filling import Spot, spots
from folders import decide, filled, make, return_all
from small_city import LEDGER, ROSTER, RULES, SETTINGS, again, blocking, fates, says, taken


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small evaluation with all four sheets returned."""
    made = make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS)
    return_all(made, says)
    return made


def higher(form: Form, spot: Spot) -> object:
    """The same answers, but B gets 85 for its work."""
    return "85" if spot.table.component == "work" and spot.unit == "B" else says(form, spot)


def digest_of(intake: Intake, name: str) -> str:
    return next(each.digest for each in intake.files if each.file == f"inbox/{name}")


def test_clean_sheets_have_no_finding_and_every_account_closes(folder: Path) -> None:
    """Four sheets, four counted; cards: issued 6, returned 5, spoiled 1, valid 4 for every unit."""
    evaluation, intake, findings = taken(folder)
    made, open_accounts = accounts(evaluation, intake)
    assert findings == []
    assert open_accounts == []
    assert made.files_by_fate()["counted"] == 4
    assert [(one.issued, one.returned, one.spoiled, one.valid) for one in made.batches] == [(6, 5, 1, 4)]
    assert {(one.unit, one.chosen, one.abstained, one.blank) for one in made.units} == {
        ("A", 2, 1, 1),
        ("B", 3, 1, 0),
        ("C", 3, 1, 0),
    }


def test_names_folders_and_order_of_files_do_not_matter(folder: Path) -> None:
    """Renamed into sub-folders, the same sheets give the same tables but for the names."""
    _, before, _ = taken(folder)
    files = sorted((folder / "inbox").iterdir())
    random.Random(3).shuffle(files)
    for at, path in enumerate(files):
        target = folder / "inbox" / f"第{at}批" / f"回收 ({at}).xlsx"
        target.parent.mkdir()
        path.rename(target)
    _, after, findings = taken(folder)
    assert findings == []
    answers = after.answers.collect()
    assert answers.equals(answers.sort(*answers.columns, nulls_last=False))
    assert (
        after.answers.collect().drop("file").sort(pl_all()).equals(before.answers.collect().drop("file").sort(pl_all()))
    )
    assert after.ballots.equals(before.ballots)


def pl_all() -> list[str]:
    from evaltool.inbox.tables import ANSWERS

    return [column for column in ANSWERS if column != "file"]


def test_a_copy_counts_once(folder: Path) -> None:
    """The same bytes under another name are a copy, and a note says so."""
    shutil.copy(folder / "inbox" / "O1-绩效办.xlsx", folder / "inbox" / "绩效办(1).xlsx")
    _, intake, findings = taken(folder)
    assert Counter(fates(intake).values()) == {"counted": 4, "copy": 1}
    assert [one.code for one in findings] == ["FILE_DUPLICATE"]


def test_a_sheet_that_another_program_saved_again_counts_once(folder: Path) -> None:
    """Other bytes with the same answers are a copy as well."""
    import openpyxl

    book = openpyxl.load_workbook(folder / "inbox" / "O1-绩效办.xlsx")
    book["部门·工作"].column_dimensions["B"].width = 50
    book.save(folder / "inbox" / "resaved.xlsx")
    _, intake, findings = taken(folder)
    assert Counter(fates(intake).values()) == {"counted": 4, "copy": 1}
    assert [one.code for one in findings] == ["SUBMISSION_DUPLICATE"]


def test_two_different_submissions_are_a_conflict_that_nobody_guesses(folder: Path) -> None:
    """Neither counts, whatever their times; one finding names both, and the cells that differ, with what."""
    again(folder, "O1", "改.xlsx", higher)
    _, intake, findings = taken(folder)
    assert fates(intake)["改.xlsx"] == fates(intake)["O1-绩效办.xlsx"] == "rejected"
    assert blocking(findings) == ["SUBMISSION_CONFLICT"]
    (conflict,) = [one for one in findings if one.code == "SUBMISSION_CONFLICT"]
    for name in ("改.xlsx", "O1-绩效办.xlsx"):
        assert f"inbox/{name}（{digest_of(intake, name)[:12]}，" in conflict.message()
    assert conflict.message().endswith("；不同之处：部门·工作!C8 “80”和“85”")


def test_the_mended_version_of_a_submission_supersedes_it_by_itself(folder: Path) -> None:
    """A sheet made to be sent back carries the hash that it replaces."""
    _, intake, _ = taken(folder)
    again(folder, "O1", "改.xlsx", higher, replaces=digest_of(intake, "O1-绩效办.xlsx"))
    _, intake, findings = taken(folder)
    assert (fates(intake)["O1-绩效办.xlsx"], fates(intake)["改.xlsx"]) == ("superseded", "counted")
    assert blocking(findings) == []


def test_a_decision_by_hash_says_which_submission_counts(folder: Path) -> None:
    """采用 names the file; the other one is superseded."""
    digest = again(folder, "O1", "改.xlsx", higher)
    decide(folder, f"{LEDGER}采用,绩办〔2027〕2号,2027-04-01,本人确认,,,{digest[:16]},,,,\n")
    _, intake, findings = taken(folder)
    assert (fates(intake)["O1-绩效办.xlsx"], fates(intake)["改.xlsx"]) == ("superseded", "counted")
    assert blocking(findings) == []


def test_an_excluded_submission_does_not_count_and_its_evaluator_is_missing(folder: Path) -> None:
    """排除 takes a file out; somebody must still answer."""
    _, intake, _ = taken(folder)
    digest = digest_of(intake, "L2-李四.xlsx")
    decide(folder, f"{LEDGER}排除,绩办〔2027〕2号,2027-04-01,代填,,,{digest},,,,\n")
    _, intake, _ = taken(folder)
    assert fates(intake)["L2-李四.xlsx"] == "excluded"
    assert {sheet.evaluator: sheet.answered for sheet in intake.sheets}["L2"] == "missing"


def test_a_missing_sheet_is_named_and_a_waiver_closes_it(folder: Path) -> None:
    """Without a decision it blocks; with one the sheet is waived."""
    (folder / "inbox" / "L2-李四.xlsx").unlink()
    _, _, findings = taken(folder)
    assert blocking(findings) == ["SUBMISSION_MISSING"]
    decide(folder, f"{LEDGER}免报,绩办〔2027〕2号,2027-04-01,出国,,李四,,,,,\n")
    evaluation, intake, findings = taken(folder)
    assert findings == []
    assert [role.waived for role in accounts(evaluation, intake)[0].roles] == [0, 1, 0]


def test_removing_a_file_from_the_inbox_changes_nothing(folder: Path) -> None:
    """The record keeps what was once received; only a decision takes it out."""
    _, before, _ = taken(folder)
    shutil.rmtree(folder / "inbox")
    (folder / "inbox").mkdir()
    _, after, findings = taken(folder)
    assert findings == []
    assert after.answers.collect().equals(before.answers.collect())


def test_files_that_are_no_submissions_are_accounted_for(folder: Path) -> None:
    """A lock file, a text, an empty file, a link, a foreign workbook: each once, none crashes anything."""
    import openpyxl

    inbox = folder / "inbox"
    (inbox / "~$O1-绩效办.xlsx").write_bytes(b"lock")
    (inbox / "说明.txt").write_text("请查收", encoding="utf-8")
    (inbox / "空.xlsx").write_bytes(b"")
    (inbox / "链接.xlsx").symlink_to("/etc/passwd")
    openpyxl.Workbook().save(inbox / "别的表.xlsx")
    _, intake, findings = taken(folder)
    assert fates(intake) == {
        "O1-绩效办.xlsx": "counted",
        "L1-张三.xlsx": "counted",
        "L2-李四.xlsx": "counted",
        "V1-群众代表-1.xlsx": "counted",
        "~$O1-绩效办.xlsx": "not_a_submission",
        "说明.txt": "attachment",
        "空.xlsx": "attachment",
        "链接.xlsx": "not_a_submission",
        "别的表.xlsx": "attachment",
    }
    codes = {one.file.removeprefix("inbox/"): one.code for one in findings}
    assert (codes["空.xlsx"], codes["链接.xlsx"], codes["别的表.xlsx"]) == (
        "ATTACHMENT_UNREAD",
        "FILE_NOT_REGULAR",
        "ATTACHMENT_FILED",
    )


def test_a_sheet_of_another_evaluation_or_an_old_version_is_refused(folder: Path) -> None:
    """Another year's sheet, and one made before the roster changed of which no record is left, say so; nobody is
    missing besides."""
    evaluation, _ = load(folder)
    form = next(form for form in forms(evaluation).values() if form.evaluator == "O1")
    import dataclasses

    other = dataclasses.replace(form, evaluation="e-2025")
    (folder / "inbox" / "去年.xlsx").write_bytes(filled(other, lambda spot: says(other, spot)))
    _, _, findings = taken(folder)
    assert blocking(findings) == ["TEMPLATE_OTHER_EVALUATION"]
    (folder / "inbox" / "去年.xlsx").unlink()
    shutil.rmtree(folder / "received")
    shutil.rmtree(folder / "sent")
    units = folder / "roster" / "单位.csv"
    units.write_text(units.read_text(encoding="utf-8").replace("丙局", "丁局"), encoding="utf-8")
    _, _, findings = taken(folder)
    assert set(blocking(findings)) == {"TEMPLATE_OLD_VERSION"}


@pytest.mark.parametrize(
    ("component", "unit", "typed", "code"),
    [
        ("work", "B", "101", "SCORE_RANGE"),
        ("work", "B", "-1", "SCORE_RANGE"),
        ("work", "B", "80.123", "SCORE_DECIMALS"),
        ("work", "B", None, "SCORE_MISSING"),
        ("work", "B", "弃权", "SCORE_ABSTAINED"),
        ("work", "B", "优秀", "SCORE_NOT_NUMBER"),
        ("list", "B", "1", "RANK_DUPLICATE"),
        ("list", "B", "4", "SCORE_RANGE"),
        ("list", "B", "1.5", "SCORE_NOT_WHOLE"),
        ("list", "B", None, "SCORE_MISSING"),
    ],
)
def test_one_bad_value_gives_one_blocking_finding_at_its_cell(
    folder: Path, component: str, unit: str, typed: object, code: str
) -> None:
    """Each mistake of an evaluator is said once, with unit and cell."""

    def say(form: Form, spot: Spot) -> object:
        wrong = spot.table.component == component and spot.unit == unit
        return typed if wrong else says(form, spot)

    evaluator = {"work": "O1", "list": "L1"}[component]
    name = {"O1": "O1-绩效办.xlsx", "L1": "L1-张三.xlsx"}[evaluator]
    again(folder, evaluator, name, say)
    _, _, findings = taken(folder)
    assert [(one.code, one.unit) for one in findings if one.blocks] == [(code, unit)]
    assert all(one.cell and one.sheet and one.file == f"inbox/{name}" for one in findings if one.blocks)


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("issued", "4", "CARDS_RETURNED_BEYOND_ISSUED"),
        ("returned", "6", "CARDS_ENTERED_DIFFER"),
        ("spoiled", "0", "CARDS_SPOILED_DIFFER"),
        ("returned", "二十", "SCORE_NOT_NUMBER"),
    ],
)
def test_a_batch_whose_account_does_not_close(folder: Path, field: str, typed: str, code: str) -> None:
    """Issued, returned and spoiled cards are held against each other and against the cards entered."""

    def say(form: Form, spot: Spot) -> object:
        return typed if spot.table.kind == "grid" and spot.column.field == field else says(form, spot)

    again(folder, "V1", "V1-群众代表-1.xlsx", say)
    assert blocking(taken(folder)[2]) == [code]


def tallied(form: Form, spot: Spot) -> object:
    """The same batch as a tally."""
    if spot.table.kind == "cards":
        return None
    if spot.table.kind == "tally":
        return {"好": {"A": "1"}.get(spot.unit, "2"), "中": "1", "不了解": "1", "未填": {"A": "1"}.get(spot.unit)}[
            spot.column.header
        ]
    return says(form, spot)


def test_a_tally_counts_like_its_cards(folder: Path) -> None:
    """Card by card or as a tally, the same cards give the same ballots."""
    _, by_card, _ = taken(folder)
    again(folder, "V1", "V1-群众代表-1.xlsx", tallied)
    shutil.rmtree(folder / "received")
    _, by_tally, findings = taken(folder)
    assert findings == []
    assert by_tally.ballots.drop("file_hash").equals(by_card.ballots.filter("valid").drop("file_hash"))


def test_a_tally_beyond_the_valid_cards_and_one_that_contradicts_the_cards(folder: Path) -> None:
    """The sum of a line is held against returned less spoiled, each choice against the cards."""

    def beyond(form: Form, spot: Spot) -> object:
        return (
            "3"
            if spot.table.kind == "tally" and spot.unit == "B" and spot.column.header == "好"
            else tallied(form, spot)
        )

    def both(form: Form, spot: Spot) -> object:
        if spot.table.kind == "cards":
            return says(form, spot)
        if spot.table.kind == "tally" and spot.unit == "B":
            return {"好": "1", "中": "2", "不了解": "1"}.get(spot.column.header)
        return tallied(form, spot)

    again(folder, "V1", "V1-群众代表-1.xlsx", beyond)
    shutil.rmtree(folder / "received", ignore_errors=True)
    assert blocking(taken(folder)[2]) == ["TALLY_BEYOND_RETURNED"]
    again(folder, "V1", "V1-群众代表-1.xlsx", both)
    shutil.rmtree(folder / "received")
    assert blocking(taken(folder)[2]) == ["TALLY_CARDS_DIFFER", "TALLY_CARDS_DIFFER"]


def test_any_changed_input_cell_shows_in_tables_or_findings(folder: Path) -> None:
    """Law 1: every input cell that is changed changes answers, ballots or findings."""
    evaluation, before, old = taken(folder)
    dice = random.Random(11)
    for form in forms(evaluation).values():
        for chosen in dice.sample(list(spots(form)), 3):
            again(folder, form.evaluator, form.file_name, partial(_changed, chosen))
            shutil.rmtree(folder / "received")
            _, after, new = taken(folder)
            assert _said(after) != _said(before) or new != old, chosen
            again(folder, form.evaluator, form.file_name)


def _said(intake: Intake) -> object:
    return intake.answers.collect().drop("file_hash").rows(), intake.ballots.drop("file_hash").rows()


def _changed(chosen: Spot, form: Form, spot: Spot) -> object:
    """The plain answers, but another one in the chosen cell."""
    said = says(form, spot)
    if spot.place != chosen.place:
        return said
    if spot.column.kind == "choice":
        return next((choice for choice in spot.column.choices if choice != said), None)
    return "2" if said != "2" else "3"


def test_a_correction_of_a_worksheet_that_is_not_there_is_refused(folder: Path) -> None:
    """Nothing vanishes: the line says what it could not find."""
    _, intake, _ = taken(folder)
    digest = digest_of(intake, "O1-绩效办.xlsx")
    decide(folder, f"{LEDGER}更正,绩办〔2027〕2号,2027-04-01,录入错误,,,{digest},没有的表,C7,90,91\n")
    assert blocking(taken(folder)[2]) == ["CORRECTION_NOWHERE"]


def test_successive_corrections_of_a_cell_follow_their_dates(folder: Path) -> None:
    """The later decision corrects what the earlier one decided, whatever their numbers look like."""
    _, intake, _ = taken(folder)
    digest = digest_of(intake, "O1-绩效办.xlsx")
    line = f"更正,绩办〔2027〕{{}}号,2027-04-{{}},录入错误,,,{digest},部门·工作,C7,{{}},{{}}\n"
    decide(folder, LEDGER + line.format(10, "09", 91, 92) + line.format(9, "02", 90, 91))
    _, intake, findings = taken(folder)
    assert findings == []
    assert intake.answers.collect().filter(cell="C7", component="work")["value"].to_list() == [9200]


def test_correcting_one_of_two_identical_submissions_makes_no_conflict(folder: Path) -> None:
    """The copy is still a copy, and the corrected one counts."""
    import openpyxl

    book = openpyxl.load_workbook(folder / "inbox" / "O1-绩效办.xlsx")
    book.save(folder / "inbox" / "resaved.xlsx")
    _, intake, _ = taken(folder)
    for name in ("O1-绩效办.xlsx", "resaved.xlsx"):
        digest = digest_of(intake, name)
        decide(folder, f"{LEDGER}更正,绩办〔2027〕2号,2027-04-01,录入错误,,,{digest},部门·工作,C7,90,91\n")
        _, after, findings = taken(folder)
        assert blocking(findings) == []
        assert fates(after)[name] == "counted"


def test_a_copy_with_something_wrong_in_it_is_no_copy(folder: Path) -> None:
    """Equal answers, but one of the two has a number below its table: that must not depend on which one is read."""
    import openpyxl

    book = openpyxl.load_workbook(folder / "inbox" / "O1-绩效办.xlsx")
    book["部门·工作"]["C12"] = 5
    book.save(folder / "inbox" / "added.xlsx")
    assert blocking(taken(folder)[2]) == ["ROW_UNEXPECTED", "SUBMISSION_PARTS"]


def test_last_years_sheets_do_not_count_when_only_the_year_was_changed(folder: Path) -> None:
    """The identity carries the year beside the id."""
    settings = folder / "evaluation.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("year = 2026", "year = 2027"), encoding="utf-8")
    assert set(blocking(taken(folder)[2])) == {"TEMPLATE_OTHER_EVALUATION"}


def abstains(form: Form, spot: Spot) -> object:
    """The plain answers, but nobody can say anything about B's work."""
    return "弃权" if spot.table.component == "work" and spot.unit == "B" else says(form, spot)


def test_an_abstention_comes_back_as_one_and_outdates_no_sheet(folder: Path) -> None:
    """Typed into the sheet and read back: a finding where the rules refuse it; none once they say what it means."""
    from evaltool.sheets.blank import book
    from evaltool.sheets.guidance import guide

    return_all(folder, abstains)
    assert [(one.code, one.unit) for one in taken(folder)[2]] == [("SCORE_ABSTAINED", "B")]
    ruled = RULES.replace('answer = "percent"', 'answer = "percent"\nabstained = "reweigh"')
    (folder / "schemes" / "d.toml").write_text(ruled, encoding="utf-8")
    evaluation, intake, findings = taken(folder)
    assert findings == []
    states = dict(intake.answers.collect().filter(component="work").select("unit", "state").iter_rows())
    assert states == {"A": "given", "B": "abstained", "C": "given"}
    form = next(form for form in forms(evaluation).values() if form.evaluator == "O1")
    said = [line for section in guide(evaluation, form) for line in section.lines]
    assert any("确需弃权的，在格内填“弃权”。弃权的，其权重按比例转到并列的其他部分。" in line for line in said)
    assert [rule.kind for rule in book(form).tabs[0].checks] == ["custom"]


def test_a_finding_at_a_cell_names_the_line_of_the_sheet() -> None:
    """A unit with several rows on a sheet is not told the same of each; a component that is one line has no name of a
    line."""
    made = results.evaluation({"甲": "g1"})
    lines = tuple(Indicator("d", "work", key, name, Fraction(30)) for key, name in (("a", "信访"), ("b", "普法")))
    made = replace(made, roster=replace(made.roster, indicators=lines))
    place = dict.fromkeys(("file", "sheet", "cell", "evaluator", "text"), "")
    row = {**place, "class_id": "d", "component": "work", "unit": "甲", "low": 0, "high": 30, "decimals": 0}
    said = [at_row(made, {**row, "indicator": each}, "SCORE_MISSING", {}) for each in ("a", "b", "")]
    assert [one.message("zh") for one in said] == ["单位甲“信访”未填", "单位甲“普法”未填", "单位甲未填"]
    assert said[0].message("en") == "not filled in for 单位甲 (“信访”)"
