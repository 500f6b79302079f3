"""What two people key independently: when their entries agree, what is said where they differ, what a decision does."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from evaltool.evaluation import load
from evaltool.findings import Finding
from evaltool.inbox.proof import Expected
from evaltool.inbox.twice.entries import seen_from_the_other
from evaltool.inbox.workers import Task, read_one
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from evaltool.returns import write_returns
from evaltool.run import TakenIn, prepare_returns, scored, take_in
from filling import Spot
from folders import change, decide, filled, make, return_all
from small_city import DAY, LEDGER, ROSTER, RULES, SETTINGS, TWICE, says

LIST, CARDS, TALLY, BATCH = "部门·领导排名", "评价卡·部门", "汇总·部门", "批次"
L1, V1 = "inbox/L1-张三-录入{}.xlsx", "inbox/V1-群众代表-1-录入{}.xlsx"
Say = Callable[[Form, Spot], object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Leaders' lists and the voters' cards are keyed twice, everything alike."""
    made = make(tmp_path / "city", ROSTER, {"d": RULES}, TWICE)
    return_all(made, says)
    return made


def key(folder: Path, file: str, say: Say, entry: str = "2") -> None:
    """Key one of the two entries otherwise."""
    evaluation, _ = load(folder)
    path = folder / file.format(entry)
    form = next(form for form in forms(evaluation).values() if form.file_name == path.name)
    path.write_bytes(filled(form, lambda spot: say(form, spot)))


def digest(folder: Path, file: str) -> str:
    return hashlib.sha256((folder / file).read_bytes()).hexdigest()


def differing(taken: TakenIn) -> list[Finding]:
    return [one for one in taken.findings if one.code == "ENTRY_DIFFERS"]


def said(taken: TakenIn) -> list[tuple[str, str, str, str, str, str]]:
    """(sheet, cell, what stands there, other sheet, cell, what stands there) of every difference."""
    rows = []
    for one in differing(taken):
        args = dict(one.args)
        rows.append((one.sheet, one.cell, args["one"], args["other_sheet"], args["other_cell"], args["two"]))
    return rows


def decision(folder: Path, file: str, kind: str = "采用", cells: str = ",,,") -> str:
    return f"{kind},1号,2027-03-01,核对纸质表,,,{digest(folder, file)},{cells}\n"


# --- agreeing --------------------------------------------------------------------------------------------------------


def test_two_people_get_a_workbook_each(folder: Path) -> None:
    """Same questions and same version, but a file name, a title and an identity of its own."""
    evaluation, _ = load(folder)
    pair = [form for form in forms(evaluation).values() if form.evaluator == "L1"]
    assert [form.file_name for form in pair] == ["L1-张三-录入1.xlsx", "L1-张三-录入2.xlsx"]
    assert [form.title[-7:] for form in pair] == ["（第一人录入）", "（第二人录入）"]
    assert pair[0].sheets == pair[1].sheets
    assert pair[0].identity() != pair[1].identity()


def test_entries_that_agree_count_once(folder: Path) -> None:
    """Both files are accounted for, both sheets have come, and nothing is doubled: the result is that of one entry."""
    twice = take_in(folder)
    assert twice.findings == ()
    assert {each.became for each in twice.intake.files} == {"counted"}
    assert {(role.role, role.expected, role.counted) for role in twice.accounts.roles} == {
        ("office", 1, 1),
        ("leader", 4, 4),
        ("voters", 2, 2),
    }
    once = make(folder.parent / "once", ROSTER, {"d": RULES}, SETTINGS)
    return_all(once, says)
    alone = take_in(once)
    assert [one.exact for one in scored(twice, "0001").standings] == [
        one.exact for one in scored(alone, "0001").standings
    ]
    assert twice.intake.ballots.drop("file_hash").equals(alone.intake.ballots.drop("file_hash"))
    assert twice.accounts.units == alone.accounts.units
    assert not set(twice.intake.answers.collect()["file"]) & {L1.format(2), V1.format(2)}


def test_cards_may_be_keyed_in_another_order(folder: Path) -> None:
    """What was counted is compared, not where a card stands."""

    def backwards(form: Form, spot: Spot) -> object:
        if spot.table.kind == "cards":
            card = {1: "5", 2: "4", 3: "3", 4: "2", 5: "1"}.get(int(spot.line.repeat), "6")
            return says(form, spot._replace(line=spot.table.lines[int(card) - 1]))
        return says(form, spot)

    key(folder, V1, backwards)
    assert take_in(folder).findings == ()


def test_rows_that_were_moved_are_no_difference(folder: Path) -> None:
    """Cells are compared by what they mean: somebody sorted the second list by unit."""
    path = folder / L1.format(2)
    change(path, {(LIST, "B7"): "丙局", (LIST, "C7"): 3, (LIST, "B9"): "甲局", (LIST, "C9"): 1})
    assert [one.code for one in take_in(folder).findings] == ["LABELS_MOVED"]


@pytest.mark.parametrize("slip", [False, True])
def test_cards_one_by_one_and_the_same_cards_counted(folder: Path, *, slip: bool) -> None:
    """One person keyed every card, the other only the tally: they agree, or differ by a choice."""

    def tally(form: Form, spot: Spot) -> object:
        if spot.table.kind == "cards":
            return None
        if spot.table.kind == "tally":
            counts = {"A": (1, 1, 1, 1), "B": (2, 1, 1, 0), "C": (2, 1, 1, 0)}[spot.unit]
            return str(dict(zip(("好", "中", "不了解", "未填"), counts, strict=True))[spot.indicator])
        return says(form, spot)

    key(folder, V1, tally)
    if not slip:
        assert take_in(folder).findings == ()
        return
    change(folder / V1.format(2), {(TALLY, "C8"): 1, (TALLY, "D8"): 2})
    taken = take_in(folder)
    assert said(taken) == [
        (CARDS, "", "“中”1张", TALLY, "D8", "“中”2张"),
        (CARDS, "", "“好”2张", TALLY, "C8", "“好”1张"),
    ]


# --- differing -------------------------------------------------------------------------------------------------------


def test_every_differing_cell_is_named_in_both_files_and_blocks(folder: Path) -> None:
    """One finding per cell, at the first entry, with file, sheet and cell of the second."""
    change(folder / L1.format(2), {(LIST, "C7"): 2, (LIST, "C8"): 1})
    taken = take_in(folder)
    assert said(taken) == [(LIST, "C7", "1", LIST, "C7", "2"), (LIST, "C8", "2", LIST, "C8", "1")]
    first = differing(taken)[0]
    assert (first.file, first.unit, first.component, first.value, first.blocks) == (
        L1.format(1),
        "A",
        "list",
        "",
        True,
    )
    assert f"{L1.format(2)} {LIST}!C7" in first.message()
    assert len(taken.findings) == 2


def test_a_difference_in_a_card_names_the_card_in_both_files(folder: Path) -> None:
    """The second person keyed in another order and slipped on one card."""

    def slipped(form: Form, spot: Spot) -> object:
        if spot.table.kind == "cards":
            card = {1: 2, 2: 1}.get(int(spot.line.repeat), int(spot.line.repeat))
            if spot.unit == "B" and card == 1:
                return "中"
            return says(form, spot._replace(line=spot.table.lines[card - 1]))
        return says(form, spot)

    key(folder, V1, slipped)
    taken = take_in(folder)
    assert said(taken) == [(CARDS, "C7", "好", CARDS, "C8", "中")]
    assert [(one.unit, one.component) for one in taken.findings] == [("B", "vote")]


def test_a_card_that_only_one_has_keyed(folder: Path) -> None:
    """Besides the account of the batch, which both have alike, the card itself is named."""
    change(folder / V1.format(2), {(CARDS, f"{column}7"): None for column in "BCD"})
    assert said(take_in(folder)) == [(CARDS, "B7", "有这张卡", CARDS, "", "没有这张卡")]


def test_a_cell_that_cannot_be_read_has_one_finding_only(folder: Path) -> None:
    """It is no difference as well."""
    change(folder / L1.format(2), {(LIST, "C7"): "第一"})
    change(folder / V1.format(2), {(CARDS, "B7"): "很好"})
    found = {(one.code, one.file) for one in take_in(folder).findings}
    assert found == {("SCORE_NOT_NUMBER", L1.format(2)), ("CHOICE_UNKNOWN", V1.format(2))}


@pytest.mark.parametrize("sheet, cell, value", [(BATCH, "C7", 7), (CARDS, "B7", "中"), (CARDS, "E7", "废票")])
def test_any_changed_cell_of_the_second_entry_shows(folder: Path, sheet: str, cell: str, value: object) -> None:
    """Nothing of an entry that is not scored is lost (law 1)."""
    change(folder / V1.format(2), {(sheet, cell): value})
    taken = take_in(folder)
    assert {one.code for one in taken.findings} == {"ENTRY_DIFFERS"}
    assert differing(taken)[0].cell == cell


def test_a_tally_beside_cards_in_one_entry_only(folder: Path) -> None:
    """It is said once, not for every cell of the tally."""
    change(folder / V1.format(2), {(TALLY, "C7"): 1, (TALLY, "D7"): 1})
    assert said(take_in(folder)) == [(TALLY, "C7", "空白", TALLY, "C7", "1")]


# --- settling --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", ["1", "2"])
def test_a_decision_says_which_entry_counts(folder: Path, entry: str) -> None:
    """The differences become one note, the other file is superseded, and the values are those of the chosen one."""
    change(folder / L1.format(2), {(LIST, "C7"): 2, (LIST, "C8"): 1})
    decide(folder, LEDGER + decision(folder, L1.format(entry)))
    taken = take_in(folder)
    assert [(one.code, one.file) for one in taken.findings] == [("ENTRY_DECIDED", L1.format(entry))]
    assert "2 处不一致" in taken.findings[0].message()
    fates = {each.file: each.became for each in taken.intake.files}
    other = "2" if entry == "1" else "1"
    assert (fates[L1.format(entry)], fates[L1.format(other)]) == ("counted", "superseded")
    rows = taken.intake.answers.collect().filter(component="list", evaluator="L1").sort("unit")
    assert rows["value"].to_list() == ([1, 2, 3] if entry == "1" else [2, 1, 3])
    assert all(sheet.answered == "counted" for sheet in taken.intake.sheets)
    scored(taken, "0001")


def test_decisions_for_both_entries_settle_nothing(folder: Path) -> None:
    """What can be read in two ways is not guessed."""
    change(folder / L1.format(2), {(LIST, "C7"): 2, (LIST, "C8"): 1})
    decide(folder, LEDGER + decision(folder, L1.format(1)) + decision(folder, L1.format(2)))
    assert len(differing(take_in(folder))) == 2


def test_a_decision_among_files_of_one_person_says_nothing_about_the_other(folder: Path) -> None:
    """Two files of the first entry, one adopted: whether it or the second entry counts is still open."""
    change(folder / L1.format(1), {(LIST, "C7"): 3, (LIST, "C9"): 1}, folder / "inbox" / "又一份.xlsx")
    decide(folder, LEDGER + decision(folder, "inbox/又一份.xlsx"))
    assert len(differing(take_in(folder))) == 2
    decide(folder, LEDGER + decision(folder, "inbox/又一份.xlsx") + decision(folder, L1.format(1), "排除"))
    assert [one.code for one in take_in(folder).findings] == ["ENTRY_DECIDED"]


def test_a_correction_in_the_wrong_entry_makes_them_agree(folder: Path) -> None:
    """Whichever of the two was keyed wrongly."""
    change(folder / L1.format(2), {(LIST, "C7"): 2, (LIST, "C8"): 1})
    corrections = [decision(folder, L1.format(2), "更正", cells) for cells in (f"{LIST},C7,2,1", f"{LIST},C8,1,2")]
    decide(folder, LEDGER + "".join(corrections))
    assert take_in(folder).findings == ()


def test_either_entry_can_be_mended_on_a_returned_sheet(folder: Path) -> None:
    """Both go back with the cell marked; the mended one supersedes by itself and `returns/` is empty again."""
    change(folder / L1.format(2), {(LIST, "C7"): 2, (LIST, "C8"): 1})
    taken = take_in(folder)
    prepared = write_returns(taken.evaluation, taken.intake, taken.findings, DAY)
    assert prepared.sheets == ("L1-张三-录入1.xlsx", "L1-张三-录入2.xlsx")
    text = (folder / "returns" / "L1-张三-录入2.txt").read_text(encoding="utf-8-sig")
    assert "对照纸质原件" in text
    change(
        folder / "returns" / "L1-张三-录入2.xlsx",
        {(LIST, "C7"): 1, (LIST, "C8"): 2},
        folder / "inbox" / "改好的.xlsx",
    )
    after = take_in(folder)
    assert after.findings == ()
    assert write_returns(after.evaluation, after.intake, after.findings, DAY).sheets == ()


def test_a_difference_seen_from_the_other_file() -> None:
    """Its place and the file that it names change sides; seen twice it is as before."""
    args = {"one": "空白", "two": "9", "other_file": "b", "other_sheet": "S", "other_cell": "C8", "other_place": "S!C8"}
    one = Finding("a", "S", "C7", "ENTRY_DIFFERS", args=tuple(sorted(args.items())))
    other = seen_from_the_other(one)
    assert (other.file, other.cell, other.value) == ("b", "C8", "")
    assert "另一份是 a S!C7" in other.message()
    assert "9" not in other.message() + other.message("en") + other.hint()
    assert seen_from_the_other(other) == one


# --- one entry only --------------------------------------------------------------------------------------------------


def test_an_entry_alone_is_missing_its_other_half(folder: Path) -> None:
    """It is named with its entry, it blocks, and what came is in the tables once."""
    (folder / V1.format(1)).unlink()
    taken = take_in(folder)
    assert [one.code for one in taken.findings] == ["SUBMISSION_MISSING"]
    assert "批次 1，第一人录入" in taken.findings[0].message()
    assert taken.intake.ballots.filter(unit="A")["count"].sum() == 5
    prepared = write_returns(taken.evaluation, taken.intake, taken.findings, DAY)
    assert "群众代表（批次 1）（第一人录入）" in (folder / "returns" / prepared.reminders).read_text("utf-8-sig")


def test_an_entry_alone_blocks_where_a_missing_evaluator_would_not(tmp_path: Path) -> None:
    """Rules that leave out who is missing do not let one keying pass for two."""
    rules = RULES.replace('by = "leader"\n', 'by = "leader"\nmissing = "out"\n')
    folder = make(tmp_path / "city", ROSTER, {"d": rules}, TWICE)
    return_all(folder, says)
    (folder / L1.format(2)).unlink()
    assert [one.code for one in take_in(folder).findings] == ["SUBMISSION_MISSING"]
    (folder / L1.format(1)).unlink()
    shutil.rmtree(folder / "received")
    assert [one.code for one in take_in(folder).findings] == ["SUBMISSION_LEFT_OUT"] * 2


def test_a_decision_can_adopt_the_only_entry(folder: Path) -> None:
    """Then nobody waits for the other, and the note says by which document."""
    (folder / L1.format(1)).unlink()
    decide(folder, LEDGER + decision(folder, L1.format(2)))
    taken = take_in(folder)
    assert [one.code for one in taken.findings] == ["ENTRY_ALONE"]
    states = {sheet.entry: sheet.answered for sheet in taken.intake.sheets if sheet.evaluator == "L1"}
    assert states == {"1": "waived", "2": "counted"}
    assert scored(taken, "0001").standings[0].text


def test_a_waiver_covers_both_entries(folder: Path) -> None:
    """The evaluator is out of the mean once."""
    for entry in "12":
        (folder / L1.format(entry)).unlink()
    decide(folder, LEDGER + "免报,1号,2027-03-01,出国,,L1,,,,,\n")
    taken = take_in(folder)
    assert taken.findings == ()
    assert scored(taken, "0001").points["A", "list"].evaluators == 1


def test_a_second_entry_that_nobody_expects(folder: Path) -> None:
    """The roles that are entered twice were changed after the sheets had gone out."""
    (folder / "evaluation.toml").write_text(TWICE.replace('"leader", ', ""), encoding="utf-8")
    evaluation, _ = load(folder)
    data = (folder / L1.format(2)).read_bytes()
    problems = read_one(Task("x", data), Expected(evaluation.identity, forms(evaluation), evaluation.key)).problems
    assert [one.code for one in problems] == ["ENTRY_UNKNOWN"]


def test_the_entry_sheet_says_who_signs_it(folder: Path) -> None:
    """The footer has a place for who keyed and who watched, and the instructions tell the two to work apart."""
    book = openpyxl.load_workbook(folder / L1.format(2))
    assert "录入人：" in str(book[LIST].oddFooter.left.text)
    assert "监录人：" in str(book[LIST].oddFooter.left.text)
    assert "第二人录入" in str(book[LIST]["A2"].value)


def test_nobody_is_told_what_the_other_has_keyed(folder: Path) -> None:
    """Neither in findings nor in what goes back to the two: who knows the figure does not look at the paper."""
    office = "O1-绩效办-录入{}.xlsx"
    (folder / "evaluation.toml").write_text(TWICE.replace('["leader"', '["office", "leader"'), "utf-8")
    shutil.rmtree(folder / "inbox")
    (folder / "inbox").mkdir()
    return_all(folder, says)

    def keyed(figure: str) -> Say:
        return lambda form, spot: figure if (spot.unit, spot.column.field) == ("A", "mark") else says(form, spot)

    for entry, figure in (("1", "81.75"), ("2", "73.25")):
        key(folder, f"inbox/{office}", keyed(figure), entry)
    taken = take_in(folder)
    (one,) = differing(taken)
    for text in (one.value, one.message(), one.message("en"), one.hint(), str(one.as_row())):
        assert "73.25" not in text
        assert "81.75" not in text
    prepared = prepare_returns(taken, date(2027, 3, 1))
    assert len(prepared.sheets) == 2
    first, second = (folder / "returns" / name for name in sorted(prepared.sheets))
    for path, own, others in ((first, "81.75", "73.25"), (second, "73.25", "81.75")):
        book = openpyxl.load_workbook(path)
        words = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
        assert own in words
        assert others not in words
        assert others not in path.with_suffix(".txt").read_text("utf-8-sig")
