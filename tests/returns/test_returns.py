"""Sheets that go back: what stands on them, who gets which message, and that mending closes the matter."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import openpyxl
import pytest

from evaltool.evaluation import load
from evaltool.findings import Finding, finding
from evaltool.inbox import ingest, suggested
from evaltool.inbox.accounts.lacking import Lacking
from evaltool.questions.forms import RETURN_SHEET, Form
from evaltool.questions.layout import forms
from evaltool.returns import Prepared, messages, write_returns
from evaltool.returns.refill import refill
from evaltool.run import TakenIn, take_in
from filling import fill
from folders import Changes, change, decide, filled, make, return_all
from small_city import DAY, LEDGER, ROSTER, RULES, SETTINGS, says

DEADLINES = """
[[deadline]]
what = "目标"
role = "leader"
date = 2026-04-01
[[deadline]]
what = "打分表"
role = "leader"
date = 2027-03-31
"""
OFFICE, LEADER, VOTERS = "O1-绩效办", "L1-张三", "V1-群众代表-1"
WORK, LIST, CARDS, TALLY = "部门·工作", "部门·领导排名", "评价卡·部门", "汇总·部门"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small evaluation with all four sheets returned and nothing wrong."""
    made = make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS + DEADLINES)
    return_all(made, says)
    return made


def check(folder: Path, on: date = DAY) -> tuple[TakenIn, Prepared]:
    """What `validate` does."""
    taken = take_in(folder)
    return taken, write_returns(taken.evaluation, taken.intake, taken.findings, on)


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return sorted(one.code for one in findings)


def form_of(folder: Path, stem: str) -> Form:
    evaluation, _ = load(folder)
    return next(form for form in forms(evaluation).values() if form.file_name == f"{stem}.xlsx")


def returned(folder: Path, stem: str) -> openpyxl.Workbook:
    return openpyxl.load_workbook(folder / "returns" / f"{stem}.xlsx")


def read(folder: Path, name: str) -> str:
    return (folder / "returns" / name).read_text(encoding="utf-8-sig")


def names(folder: Path) -> set[str]:
    made = folder / "returns"
    return {path.name for path in made.iterdir()} if made.exists() else set()


def mend(folder: Path, stem: str, changes: Changes) -> None:
    """The evaluator fills in the returned sheet; it comes back under another name."""
    change(folder / "returns" / f"{stem}.xlsx", changes, folder / "inbox" / "改好了.xlsx")


# --- round trips -----------------------------------------------------------------------------------------------------


def test_nothing_goes_back_when_nothing_is_wrong(folder: Path) -> None:
    """Clean sheets leave no `returns/` behind."""
    _, prepared = check(folder)
    assert prepared == Prepared()
    assert names(folder) == set()


def test_three_mistakes_mended_on_the_returned_sheet_close_the_matter(folder: Path) -> None:
    """The mended sheet counts with the right values, the first is superseded by it, and `returns/` is empty again."""
    sheet = folder / "inbox" / f"{OFFICE}.xlsx"
    change(sheet, {(WORK, "C7"): 105, (WORK, "C8"): "较好", (WORK, "C9"): None})
    before, prepared = check(folder)
    assert codes(before.findings) == ["SCORE_MISSING", "SCORE_NOT_NUMBER", "SCORE_RANGE"]
    assert prepared.sheets == (f"{OFFICE}.xlsx",)
    mend(folder, OFFICE, {(WORK, "C7"): 95, (WORK, "C8"): 85, (WORK, "C9"): 75})
    after, prepared = check(folder)
    fates = {each.file: each.became for each in after.intake.files}
    assert after.findings == ()
    assert (fates["inbox/改好了.xlsx"], fates[f"inbox/{OFFICE}.xlsx"]) == ("counted", "superseded")
    marks = after.intake.answers.collect().filter(component="work").sort("unit")["value"].to_list()
    assert marks == [9500, 8500, 7500]
    assert prepared == Prepared()
    assert names(folder) == {"index.csv"}


def test_a_returned_sheet_that_nobody_touched_has_the_same_findings(folder: Path) -> None:
    """What was wrong stays wrong until somebody mends it: nothing is corrected silently."""
    wrong: dict[tuple[str, str], object] = {(WORK, "C7"): 90.123, (WORK, "C8"): "=80+1", (WORK, "C9"): True}
    change(folder / "inbox" / f"{OFFICE}.xlsx", wrong)
    before, _ = check(folder)
    mend(folder, OFFICE, {})
    after, _ = check(folder)
    places = {(one.sheet, one.cell) for one in before.findings if one.blocks}
    assert places == {(WORK, "C7"), (WORK, "C8"), (WORK, "C9")}
    assert {(one.sheet, one.cell) for one in after.findings if one.blocks} == places


def test_mended_twice(folder: Path) -> None:
    """A sheet that comes back still wrong goes out again and replaces the one before."""
    change(folder / "inbox" / f"{OFFICE}.xlsx", {(WORK, "C7"): 105, (WORK, "C8"): 106})
    check(folder)
    mend(folder, OFFICE, {(WORK, "C7"): 95})
    check(folder)
    change(
        folder / "returns" / f"{OFFICE}.xlsx",
        {(WORK, "C8"): 96},
        folder / "inbox" / "第三次.xlsx",
    )
    after, _ = check(folder)
    assert after.findings == ()
    assert sorted(each.became for each in after.intake.files).count("superseded") == 2


def test_the_letter_says_that_what_could_be_read_came_over(folder: Path) -> None:
    """And no more than that."""
    change(folder / "inbox" / f"{OFFICE}.xlsx", {(WORK, "C7"): 105})
    check(folder)
    assert "能读出的内容都在其中，需要改正的格" in read(folder, f"{OFFICE}.txt")


def test_the_letter_to_a_blank_sheet_says_that_it_is_blank(folder: Path) -> None:
    """Nothing was filled in, so nothing came over."""
    change(folder / "inbox" / f"{OFFICE}.xlsx", {(WORK, cell): None for cell in ("C7", "C8", "C9")})
    check(folder)
    assert returned(folder, OFFICE)[WORK]["C7"].value is None
    assert "其中没有您已填的内容" in read(folder, f"{OFFICE}.txt")
    assert "都在其中" not in read(folder, f"{OFFICE}.txt")
    assert "其中没有您已填的内容" in returned(folder, OFFICE)[RETURN_SHEET]["A3"].value


def test_a_worksheet_that_was_not_found_is_named_in_the_letter(folder: Path) -> None:
    """The others came over."""
    path = folder / "inbox" / f"{VOTERS}.xlsx"
    book = openpyxl.load_workbook(path)
    del book[CARDS]
    book.save(path)
    check(folder)
    assert f"能读出的内容都在其中，“{CARDS}”没有带入" in read(folder, f"{VOTERS}.txt")


@pytest.mark.parametrize("name", [f"{OFFICE}.xlsx", f"{OFFICE}（盖章）.xlsx"])
def test_an_unreadable_file_is_answered_with_a_blank_sheet(folder: Path, name: str) -> None:
    """The name under which it was sent out says whom to ask; the filled sheet supersedes the broken file."""
    (folder / "inbox" / f"{OFFICE}.xlsx").unlink()
    (folder / "inbox" / name).write_bytes(b"PK\x03\x04 broken")
    _, prepared = check(folder)
    assert prepared.sheets == (f"{OFFICE}.xlsx",)
    assert returned(folder, OFFICE)[WORK]["C7"].value is None
    assert "其中没有您已填的内容" in read(folder, f"{OFFICE}.txt")
    assert "其中没有您已填的内容" in returned(folder, OFFICE)[RETURN_SHEET]["A3"].value
    mend(folder, OFFICE, {(WORK, "C7"): 90, (WORK, "C8"): 80, (WORK, "C9"): 70})
    after, _ = check(folder)
    assert after.findings == ()
    assert {each.became for each in after.intake.files} == {"counted", "superseded"}


def test_last_years_sheet_is_answered_with_this_years(folder: Path) -> None:
    """Its identity says who it is from; nothing of it is carried over."""
    path = folder / "evaluation.toml"
    path.write_text(path.read_text("utf-8").replace("e-2026", "e-2025"), "utf-8")
    form = form_of(folder, OFFICE)
    path.write_text(path.read_text("utf-8").replace("e-2025", "e-2026"), "utf-8")
    (folder / "inbox" / f"{OFFICE}.xlsx").write_bytes(filled(form, lambda spot: says(form, spot)))
    _, prepared = check(folder)
    assert prepared.sheets == (f"{OFFICE}.xlsx",)
    assert returned(folder, OFFICE)[WORK]["C7"].value is None


def test_a_second_file_that_cannot_be_read_is_listed_only(folder: Path) -> None:
    """Beside the sheet that counts, one under its name is named in 说明.txt, and a decision lays it aside."""
    (folder / "inbox" / f"{OFFICE} (2).xlsx").write_bytes(b"PK\x03\x04 broken")
    taken, prepared = check(folder)
    assert (prepared.sheets, prepared.left) == ((), (f"inbox/{OFFICE} (2).xlsx",))
    assert f"{OFFICE} (2).xlsx" in read(folder, "说明.txt")
    assert "一、没有准备退回表" in read(folder, "说明.txt")  # sections are counted as they stand there
    digest = next(each.digest for each in taken.intake.files if "(2)" in each.file)
    decide(folder, LEDGER + f"排除,文1,2027-03-20,无关,,,{digest},,,,\n")
    after, prepared = check(folder)
    assert after.findings == ()
    assert prepared == Prepared()


@pytest.mark.parametrize(
    "name", ["绩效办/表.xlsx", "交绩效办的表.xlsx", "绩效办.zip/里面.xlsx", "O1-绩效办/表 (1).xlsx"]
)
def test_an_unreadable_file_is_asked_for_again_by_its_name_or_folder(folder: Path, name: str) -> None:
    """It suggests one sheet that is still to come: a blank one goes to its evaluator, and nobody else is missing."""
    (folder / "inbox" / f"{OFFICE}.xlsx").unlink()
    shutil.rmtree(folder / "received", ignore_errors=True)
    path = folder / "inbox" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"PK\x03\x04 broken")
    taken, prepared = check(folder)
    assert [(one.code, one.file) for one in taken.findings if one.blocks] == [("FILE_TRUNCATED", f"inbox/{name}")]
    assert (prepared.sheets, prepared.left) == ((f"{OFFICE}.xlsx",), ())
    assert returned(folder, OFFICE)[WORK]["C7"].value is None


def test_what_tells_whose_a_file_is_is_made_once_for_all_of_them(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many unreadable files each is looked up in the same tables: one for what came in, one for what goes back; and
    of the sheets that are open only those are looked into that a file may be."""
    (folder / "inbox" / f"{LEADER}.xlsx").unlink()
    shutil.rmtree(folder / "received", ignore_errors=True)
    for at in range(2, 5):
        (folder / "inbox" / f"{OFFICE} ({at}).xlsx").write_bytes(b"PK\x03\x04 broken" + bytes([at]))
        (folder / "inbox" / f"某人 ({at}).xlsx").write_bytes(b"PK\x03\x04 broken" + bytes([9, at]))
    made: list[str] = []

    def counting(module: ModuleType, name: str) -> None:
        function = getattr(module, name)

        def counted(*args: object) -> object:
            made.append(name)
            return function(*args)

        monkeypatch.setattr(module, name, counted)

    counting(suggested, "by_file_name")
    counting(suggested, "names_of_evaluators")
    counting(ingest, "is_ruled")
    taken, prepared = check(folder)
    assert len(prepared.left) == 3
    assert [one.code for one in taken.findings].count("ATTACHMENT_UNREAD") == 3
    assert sorted(made) == ["by_file_name"] * 2 + ["names_of_evaluators"]


@pytest.mark.parametrize("name", ["张三和李四/表.xlsx", "张三、李四.xlsx", "某人.xlsx"])
def test_an_unreadable_file_that_could_be_anybodys_is_filed(folder: Path, name: str) -> None:
    """Nothing is guessed: the missing sheet is said to be missing, and the file is to be looked at."""
    for each in (folder / "inbox").glob("L*.xlsx"):
        each.unlink()
    shutil.rmtree(folder / "received", ignore_errors=True)
    path = folder / "inbox" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"PK\x03\x04 broken")
    taken, prepared = check(folder)
    assert {one.code for one in taken.findings if one.file} == {"ATTACHMENT_UNREAD"}
    assert [one.evaluator for one in taken.findings if one.code == "SUBMISSION_MISSING"] == ["L1", "L2"]
    assert (prepared.sheets, prepared.left) == ((), ())


def test_of_two_different_submissions_neither_goes_back(folder: Path) -> None:
    """The evaluator is asked which one is meant; both are named with their hashes."""
    form = form_of(folder, OFFICE)
    (folder / "inbox" / "另一份.xlsx").write_bytes(filled(form, lambda spot: "60"))
    taken, prepared = check(folder)
    message = read(folder, f"{OFFICE}.txt")
    digests = [each.digest[:12] for each in taken.intake.files if each.reason == "SUBMISSION_CONFLICT"]
    assert (prepared.sheets, prepared.messages) == ((), (f"{OFFICE}.txt",))
    assert message.startswith("绩效办：")
    assert "另一份.xlsx" in message
    assert all(digest in message for digest in digests)


# --- what stands on a returned sheet ---------------------------------------------------------------------------------


def test_cards_come_back_as_they_were_entered(folder: Path) -> None:
    """Every card, the batch's account and the mistake as it was typed stand on the fresh sheet."""
    sheet = folder / "inbox" / f"{VOTERS}.xlsx"
    before = openpyxl.load_workbook(sheet)
    change(sheet, {(CARDS, "C8"): "很好"})
    check(folder)
    after = returned(folder, VOTERS)
    for title in ("批次", CARDS, TALLY):
        cells = {cell.coordinate: cell.value for row in before[title].iter_rows(min_row=7, min_col=2) for cell in row}
        if title == CARDS:
            cells["C8"] = "很好"
        same = {name: after[title][name].value for name in cells if not str(cells[name]).startswith("=")}
        assert same == {name: value for name, value in cells.items() if not str(value).startswith("=")}


def test_wrong_cells_are_marked_and_open_and_no_others(folder: Path) -> None:
    """A marked cell is red and unlocked; its neighbours look as on a blank sheet."""
    change(folder / "inbox" / f"{OFFICE}.xlsx", {(WORK, "C8"): 105})
    check(folder)
    sheet = returned(folder, OFFICE)[WORK]
    assert sheet["C8"].fill.fgColor.rgb == "FFFFC7CE"
    assert not sheet["C8"].protection.locked
    assert sheet["C7"].fill.fgColor.rgb != "FFFFC7CE"


def test_the_list_in_front_names_and_links_every_cell(folder: Path) -> None:
    """One row per finding, with a link to its cell and a word on whether it was touched."""
    change(folder / "inbox" / f"{OFFICE}.xlsx", {(WORK, "C7"): 105, (WORK, "C9"): None})
    check(folder)
    front = returned(folder, OFFICE).worksheets[0]
    rows = [[cell.value for cell in row] for row in front.iter_rows(min_row=7, max_col=8)]
    assert front.title == RETURN_SHEET
    assert [row[:5] for row in rows] == [
        ["1", WORK, "C7", "甲局", 105],
        ["2", WORK, "C9", "丙局", None],
    ]
    assert [front.cell(row, 3).hyperlink.location for row in (7, 8)] == [f"'{WORK}'!C7", f"'{WORK}'!C9"]
    assert [row[7] for row in rows] == [
        f'=IF(\'{WORK}\'!C7&""=E7&"","未改动","已改动")',
        f'=IF(\'{WORK}\'!C9="","未填写","已填写")',
    ]


def test_the_message_names_every_cell(folder: Path) -> None:
    """Greeting, each cell with what to do, and the file to send back."""
    change(folder / "inbox" / f"{OFFICE}.xlsx", {(WORK, "C7"): 105, (WORK, "C8"): "较好", (WORK, "C9"): None})
    check(folder)
    message = read(folder, f"{OFFICE}.txt")
    assert message.startswith("绩效办：")
    assert all(f"{WORK}!{cell}" in message for cell in ("C7", "C8", "C9"))
    assert "只填数字" in message
    assert f"{OFFICE}.xlsx" in message


def test_many_cells_with_the_same_to_do_are_one_line(folder: Path) -> None:
    """A message stays short enough to be read; every cell is named all the same."""
    wrong = {(CARDS, f"{column}{row}"): "很好" for column in "BCD" for row in (7, 8, 9)}
    change(folder / "inbox" / f"{VOTERS}.xlsx", wrong)
    check(folder)
    lines = [line for line in read(folder, f"{VOTERS}.txt").splitlines() if CARDS in line]
    assert len(lines) == 1
    assert all(cell in lines[0] for _, cell in wrong)


def test_a_finding_points_to_where_its_question_stands_on_the_fresh_sheet(folder: Path) -> None:
    """An evaluator who moved rows is led to the rows of the fresh sheet."""
    sheet = folder / "inbox" / f"{OFFICE}.xlsx"
    names = {(WORK, "B7"): "乙局", (WORK, "B8"): "甲局"}
    change(sheet, {**names, (WORK, "C7"): 105, (WORK, "C8"): 90})
    check(folder)
    after = returned(folder, OFFICE)
    assert after.worksheets[0]["C7"].value == "C8"
    assert [after[WORK][cell].value for cell in ("B8", "C8", "C7")] == ["乙局", 105, 90]


def test_merged_cells_are_to_be_filled_in_again(folder: Path) -> None:
    """Whose value a merged cell has is not guessed: all of them come back empty and marked."""
    sheet = folder / "inbox" / f"{OFFICE}.xlsx"
    book = openpyxl.load_workbook(sheet)
    book[WORK].merge_cells("C7:C8")
    book.save(sheet)
    check(folder)
    after = returned(folder, OFFICE)[WORK]
    assert [after[cell].value for cell in ("C7", "C8", "C9")] == [None, None, 70]
    assert {after[cell].fill.fgColor.rgb for cell in ("C7", "C8")} == {"FFFFC7CE"}


def percent(cell: openpyxl.cell.Cell) -> None:
    cell.value, cell.number_format = 0.95, "0%"


def as_date(cell: openpyxl.cell.Cell) -> None:
    cell.value, cell.number_format = 45000, "yyyy-mm-dd"


def hidden(cell: openpyxl.cell.Cell) -> None:
    cell.value, cell.number_format = 95, ";;;"


def error(cell: openpyxl.cell.Cell) -> None:
    cell.value = "#REF!"


@pytest.mark.parametrize(
    ("spoil", "value"),
    [(percent, "95%"), (as_date, "2023-03-15"), (hidden, None), (error, "#REF!")],
)
def test_what_could_be_taken_in_two_ways_never_comes_back_as_a_number(
    folder: Path, spoil: Callable[[openpyxl.cell.Cell], None], value: str | None
) -> None:
    """A percentage, a date, a hidden display and an error value stand as text or not at all."""
    book = openpyxl.load_workbook(folder / "inbox" / f"{OFFICE}.xlsx")
    spoil(book[WORK]["C7"])
    book.save(folder / "inbox" / f"{OFFICE}.xlsx")
    check(folder)
    assert returned(folder, OFFICE)[WORK]["C7"].value == value


def test_typed_gives_back_what_was_filled_in(folder: Path) -> None:
    """Filled, read and filled again: numbers, choices and abstentions are the same."""
    form = form_of(folder, OFFICE)
    from evaltool.sheets.blank import book
    from evaltool.writers.saving import to_bytes

    given: dict[tuple[str, str], object] = {(WORK, "C7"): Decimal(90), (WORK, "C8"): "弃权", (WORK, "C9"): "８８分"}
    said = refill(form, fill(form, to_bytes(book(form)), given), {})
    assert said.filled == {(WORK, "C7"): Decimal(90), (WORK, "C8"): "弃权", (WORK, "C9"): Decimal(88)}
    assert said.unread == set()


def test_text_of_an_evaluator_becomes_no_formula(folder: Path) -> None:
    """Hostile text stands on the fresh sheet as text."""
    change(folder / "inbox" / f"{OFFICE}.xlsx", {(WORK, "C7"): "@SUM(1)", (WORK, "C8"): '=HYPERLINK("http://x","y")'})
    check(folder)
    data = (folder / "returns" / f"{OFFICE}.xlsx").read_bytes()
    sheet = openpyxl.load_workbook(io.BytesIO(data))[WORK]
    assert [sheet[cell].data_type for cell in ("C7", "C8")] == ["s", "s"]
    assert not str(sheet["C8"].value).startswith("=")


# --- the folder ------------------------------------------------------------------------------------------------------


def test_the_same_findings_give_the_same_bytes(folder: Path) -> None:
    """A second check changes no file, not even its time."""
    change(folder / "inbox" / f"{OFFICE}.xlsx", {(WORK, "C7"): 105})
    check(folder)
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in (folder / "returns").glob("O*")}
    check(folder)
    after = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in (folder / "returns").glob("O*")}
    assert len(before) == 2
    assert after == before


def test_what_people_put_there_stays(folder: Path) -> None:
    """Own files, and generated ones that were changed by hand, are neither removed nor written over."""
    change(folder / "inbox" / f"{OFFICE}.xlsx", {(WORK, "C7"): 105})
    check(folder)
    (folder / "returns" / "记事.txt").write_text("电话联系", "utf-8")
    change(folder / "returns" / f"{OFFICE}.xlsx", {(WORK, "C7"): 95})
    by_hand = (folder / "returns" / f"{OFFICE}.xlsx").read_bytes()
    _, prepared = check(folder)
    assert prepared.sheets == (f"{OFFICE}-2.xlsx",)
    assert f"{OFFICE}-2.xlsx" in read(folder, f"{OFFICE}-2.txt")
    mend(folder, f"{OFFICE}-2", {(WORK, "C7"): 95})
    check(folder)
    assert names(folder) == {"记事.txt", f"{OFFICE}.xlsx", "index.csv"}
    assert (folder / "returns" / f"{OFFICE}.xlsx").read_bytes() == by_hand


def test_reminders_name_the_missing_by_role_with_the_days_left(folder: Path) -> None:
    """The last deadline of a role is that of its sheets.  Before it nobody is named, nor is a role without a deadline
    before the day that decides who marks; when a part is due, the list says of the rest how much and when."""
    (folder / "inbox" / f"{LEADER}.xlsx").unlink()
    (folder / "inbox" / f"{OFFICE}.xlsx").unlink()
    assert check(folder, date(2026, 12, 31))[1].reminders == ""
    _, prepared = check(folder)
    now, later = read(folder, "催报.txt").split("尚未到期，不用催报")
    assert prepared.reminders == "催报.txt"
    assert "应报未报 1 份；尚未到期 1 份。" in now
    assert "缺 1 份；evaluation.toml 没有写明期限" in now
    assert "张三" not in now + later
    assert "领导 1 份；期限 2027-03-31（打分表），还有 10 天" in later
    check(folder, date(2027, 4, 2))
    text = read(folder, "催报.txt")
    assert text.index("【市绩效办】缺 1 份") < text.index("领导同志（不催报，另写敬请函") < text.index("1. 张三")
    assert "张三；" not in text  # nobody counts a leader's days


def test_reminders_compare_nobody_with_everybody(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of sheets may be missing: who is due, and who leads, is seen of each by itself."""
    for stem in (LEADER, OFFICE):
        (folder / "inbox" / f"{stem}.xlsx").unlink()
    taken = take_in(folder)
    compared: list[Lacking] = []

    def equals(self: Lacking, other: object) -> bool:
        compared.append(self)
        return self is other

    monkeypatch.setattr(Lacking, "__eq__", equals)
    for on in (DAY, date(2027, 4, 2)):  # the leader's day is to come, and has passed
        assert messages.reminders(taken.evaluation, taken.intake, on)
    assert compared == []


def test_a_file_left_to_the_office_is_explained_once_for_each_cause() -> None:
    """Thirty rows of an export with the same fault are one line with the number and the first places."""
    rows = [finding("SURVEY_POINT", file="inbox/a.csv", cell=f"A{at}") for at in range(2, 32)]
    other = [finding("SURVEY_MERGED", file="inbox/a.csv", cell="B1")]
    lines = messages.overview([], [], [("inbox/a.csv", [*rows, *other])])
    assert [line.strip()[:23] for line in lines if "共 30 处" in line] == ["共 30 处（A2、A3、A4、A5、A6等）"]
    assert len([line for line in lines if line.startswith("    ")]) == 2


def test_a_letter_speaks_to_the_one_who_filled_in() -> None:
    """What the clerk reads speaks of that person to a third; the letter does not."""
    assert not [code for code, text in messages.TO_DO.items() if "填报人" in text]
    assert "请先与我们联系" in messages.TO_DO["SCORE_MISSING"]
