"""Several workbooks of one evaluator: what they contradict each other in, and taking those together that do not."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from evaltool.cli.commands import app
from evaltool.findings import Finding
from evaltool.inbox.received import HEADER
from evaltool.questions.forms import Form
from evaltool.returns import write_returns
from evaltool.returns.revisions import write_revisions
from evaltool.run import TakenIn, score_folder, take_in
from filling import Spot
from folders import change, decide, make, return_all
from small_city import DAY, LEDGER, ROSTER, RULES, SETTINGS, again, fates, says

WORK, OFFICE, FIRST, SECOND = "部门·工作", "O1-绩效办.xlsx", "上半.xlsx", "下半.xlsx"
VOTERS, BATCH, CARDS, TALLY = "V1-群众代表-1.xlsx", "批次", "评价卡·部门", "汇总·部门"


def only(*units: str) -> Callable[[Form, Spot], object]:
    """Somebody who has filled in the marks of these units so far."""

    def say(form: Form, spot: Spot) -> object:
        return says(form, spot) if spot.unit in units else None

    return say


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """All sheets returned but that of the office."""
    made = make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS)
    return_all(made, says)
    (made / "inbox" / OFFICE).unlink()
    return made


def of_code(taken: TakenIn, code: str) -> list[Finding]:
    return [one for one in taken.findings if one.code == code]


def combined(folder: Path, *digests: str) -> None:
    """The decision that files are taken together."""
    lines = (f"合并采用,绩办〔2027〕7号,2027-04-01,本人分两次报送,,,{digest[:12]},,,,\n" for digest in digests)
    decide(folder, LEDGER + "".join(lines))


def marks(taken: TakenIn) -> dict[str, tuple[str, str]]:
    """Unit -> what counts, and in which file it stands."""
    rows = taken.intake.answers.collect().iter_rows(named=True)
    return {
        row["unit"]: (row["text"], row["file"].removeprefix("inbox/")) for row in rows if row["component"] == "work"
    }


def test_two_halves_are_shown_as_such_and_one_command_takes_both(folder: Path) -> None:
    """Nothing counts until somebody decides; then every mark counts from the file in which it stands."""
    digests = [again(folder, "O1", FIRST, only("A")), again(folder, "O1", SECOND, only("B", "C"))]
    before = take_in(folder)
    (parts,) = of_code(before, "SUBMISSION_PARTS")
    assert fates(before.intake)[FIRST] == fates(before.intake)[SECOND] == "rejected"
    assert "填了 1 格" in parts.message()
    assert "填了 2 格" in parts.message()
    options = parts.hint().split("合并采用 ")[1].split(" --document")[0].split()
    given = ["--document", "绩办〔2027〕7号", "--date", "2027-04-01", "--reason", "本人分两次报送"]
    told = CliRunner().invoke(app, ["decide", str(folder), "combination", *options, *given])
    assert told.exit_code == 0, told.output
    taken = take_in(folder)
    assert marks(taken) == {"A": ("90", FIRST), "B": ("80", SECOND), "C": ("70", SECOND)}
    assert {each.digest: each.reason for each in taken.intake.files if each.evaluator == "O1"} == dict.fromkeys(
        digests, "绩办〔2027〕7号"
    )
    assert taken.accounts.files_by_fate()["counted"] == 5
    assert [one.code for one in taken.findings if one.blocks] == []
    assert all(each.total is not None for each in score_folder(folder).result.standings)


def test_a_later_copy_that_goes_on_from_the_first_contradicts_nothing(folder: Path) -> None:
    """One is a part of the other: what both say counts once."""
    digests = [again(folder, "O1", FIRST, only("A", "B")), again(folder, "O1", SECOND)]
    assert len(of_code(take_in(folder), "SUBMISSION_PARTS")) == 1
    combined(folder, *digests)
    taken = take_in(folder)
    assert {unit: text for unit, (text, _) in marks(taken).items()} == {"A": "90", "B": "80", "C": "70"}
    assert [one.code for one in taken.findings if one.blocks] == []


def test_one_value_typed_in_two_ways_is_no_contradiction(folder: Path) -> None:
    """90 in one and 90分 in the other say the same; 91分 does not."""

    def with_unit(mark: str) -> Callable[[Form, Spot], object]:
        return lambda form, spot: f"{mark}分" if spot.unit == "A" else only("C")(form, spot)

    digests = [again(folder, "O1", FIRST, only("A", "B")), again(folder, "O1", SECOND, with_unit("90"))]
    assert len(of_code(take_in(folder), "SUBMISSION_PARTS")) == 1
    combined(folder, *digests)
    said = {unit: text.removesuffix("分") for unit, (text, _) in marks(take_in(folder)).items()}
    assert said == {"A": "90", "B": "80", "C": "70"}
    (folder / "decisions" / "决定.csv").unlink()
    again(folder, "O1", "第三份.xlsx", with_unit("91"))
    (conflict,) = of_code(take_in(folder), "SUBMISSION_CONFLICT")
    assert "91分" in conflict.message()


def test_a_cell_that_nobody_filled_in_is_missing_once(folder: Path) -> None:
    """The sheet goes back once, with what both said, and replaces both."""
    combined(folder, again(folder, "O1", FIRST, only("A")), again(folder, "O1", SECOND, only("C")))
    taken = take_in(folder)
    (missing,) = [one for one in taken.findings if one.blocks]
    assert (missing.code, missing.unit) == ("SCORE_MISSING", "B")
    prepared = write_returns(taken.evaluation, taken.intake, taken.findings, DAY)
    assert prepared.sheets == (OFFICE,)
    text = (folder / "returns" / "O1-绩效办.txt").read_text(encoding="utf-8-sig")
    assert FIRST in text and SECOND in text
    mended = folder / "returns" / OFFICE
    sheet = openpyxl.load_workbook(io.BytesIO(mended.read_bytes()))[WORK]
    assert [sheet[f"C{row}"].value for row in (7, 8, 9)] == [90, None, 70]
    change(mended, {(WORK, "C8"): 66}, folder / "inbox" / "改.xlsx")
    again_taken = take_in(folder)
    assert {unit: text for unit, (text, _) in marks(again_taken).items()} == {"A": "90", "B": "66", "C": "70"}
    assert fates(again_taken.intake)[FIRST] == fates(again_taken.intake)[SECOND] == "superseded"
    assert [one.code for one in again_taken.findings if one.blocks] == []


def test_a_mistake_in_one_of_them_is_not_hidden(folder: Path) -> None:
    """While nobody has decided, what is wrong in either is said beside the conflict."""
    again(folder, "O1", FIRST, lambda form, spot: "九十" if spot.unit == "A" else says(form, spot))
    again(folder, "O1", SECOND, lambda form, spot: "71" if spot.unit == "C" else says(form, spot))
    taken = take_in(folder)
    assert [(one.code, one.file) for one in taken.findings if one.blocks and "O1" in one.evaluator] == [
        ("SUBMISSION_CONFLICT", f"inbox/{FIRST}"),
        ("SCORE_NOT_NUMBER", f"inbox/{FIRST}"),
    ]
    (conflict,) = of_code(taken, "SUBMISSION_CONFLICT")
    assert "C7 “九十”和“90”；部门·工作!C9 “70”和“71”" in conflict.message()
    assert "C7 “九十” and “90”; 部门·工作!C9 “70” and “71”" in conflict.message("en")


def test_a_conflict_says_when_each_was_first_seen(folder: Path) -> None:
    """The days of the record, for whoever has to ask; they decide nothing."""
    digests = [again(folder, "O1", FIRST), again(folder, "O1", SECOND, lambda form, spot: "60")]
    take_in(folder)
    index = folder / "received" / "index.csv"
    lines = index.read_text(encoding="utf-8-sig").splitlines()
    for digest, day in zip(digests, ("2027-03-20T09:00:00+08:00", "2027-03-25T09:00:00+08:00"), strict=True):
        lines = [
            ",".join((*line.split(",")[: len(HEADER) - 1], day)) if line.startswith(digest) else line for line in lines
        ]
    index.write_text("\r\n".join(lines), encoding="utf-8-sig")
    taken = take_in(folder)
    (conflict,) = of_code(taken, "SUBMISSION_CONFLICT")
    assert f"{FIRST}（{digests[0][:12]}，2027-03-20 收到" in conflict.message()
    assert f"{SECOND}（{digests[1][:12]}，2027-03-25 收到" in conflict.message()
    write_returns(taken.evaluation, taken.intake, taken.findings, DAY)
    text = (folder / "returns" / "O1-绩效办.txt").read_text(encoding="utf-8-sig")
    assert "2027-03-25 收到" in text
    assert "部门·工作!C7 “90”和“60”" in text


@pytest.mark.parametrize(("which", "words"), [(0, "至少要有同一主体的两份表"), (2, "互相矛盾")])
def test_a_decision_to_take_together_what_cannot_be_is_refused(folder: Path, which: int, words: str) -> None:
    """Named alone, or contradictory: the finding stands at the decision, and nothing counts."""
    digests = [again(folder, "O1", FIRST), again(folder, "O1", SECOND, lambda form, spot: "60")]
    combined(folder, *(digests[: which or 1]))
    (refused,) = of_code(take_in(folder), "DECISION_REFUSED")
    assert words in refused.message()
    assert "decisions/" in refused.file
    assert marks(take_in(folder)) == {}


def test_a_third_one_that_nobody_decided_on_is_a_conflict_again(folder: Path) -> None:
    """The decision names two files and no other."""
    combined(folder, again(folder, "O1", FIRST, only("A")), again(folder, "O1", SECOND, only("B", "C")))
    again(folder, "O1", "第三份.xlsx", lambda form, spot: "60")
    taken = take_in(folder)
    (conflict,) = of_code(taken, "SUBMISSION_CONFLICT")
    assert all(name in conflict.message() for name in (FIRST, SECOND, "第三份.xlsx"))
    assert marks(taken) == {}


def test_the_account_in_one_file_and_the_cards_in_another(folder: Path) -> None:
    """Cards that one of them counts, the numbers of the batch in the other: the accounts close as from one file."""
    whole = take_in(folder)
    (folder / "inbox" / VOTERS).unlink()
    for path in (folder / "received").iterdir():
        path.unlink()
    digests = [
        again(folder, "V1", FIRST, lambda form, spot: says(form, spot) if spot.table.kind == "grid" else None),
        again(folder, "V1", SECOND, lambda form, spot: says(form, spot) if spot.table.kind != "grid" else None),
    ]
    assert len(of_code(take_in(folder), "SUBMISSION_PARTS")) == 1
    combined(folder, *digests)
    taken = take_in(folder)
    assert taken.intake.ballots.drop("file_hash").equals(whole.intake.ballots.drop("file_hash"))
    assert [(one.issued, one.returned, one.spoiled) for one in taken.accounts.batches] == [(6, 5, 1)]
    assert [one.code for one in taken.findings if one.blocks and one.evaluator == "V1"] == []


def test_two_tallies_of_the_same_cards_are_not_added_up(folder: Path) -> None:
    """Both have the tally of A, one that of B and C: every unit is counted once."""

    def tally(*units: str) -> Callable[[Form, Spot], object]:
        def say(form: Form, spot: Spot) -> object:
            if spot.table.kind == "tally":
                return {"好": "3", "中": "1"}.get(spot.column.indicator, "0") if spot.unit in units else None
            return says(form, spot) if spot.table.kind == "grid" else None

        return say

    (folder / "inbox" / VOTERS).unlink()
    combined(folder, again(folder, "V1", FIRST, tally("A")), again(folder, "V1", SECOND, tally("A", "B", "C")))
    taken = take_in(folder)
    counts = {(row["unit"], row["choice"]): row["count"] for row in taken.intake.ballots.iter_rows(named=True)}
    assert counts == {(unit, choice): n for unit in "ABC" for choice, n in (("好", 3), ("中", 1))}
    assert len(taken.intake.ballots) == 6


def test_cards_that_differ_contradict_each_other(folder: Path) -> None:
    """Two files with cards: nobody can tell whether they are the same cards."""
    (folder / "inbox" / VOTERS).unlink()
    for name, last in ((FIRST, 4), (SECOND, 5)):

        def say(form: Form, spot: Spot, last: int = last) -> object:
            return None if spot.table.kind == "cards" and int(spot.line.repeat) > last else says(form, spot)

        again(folder, "V1", name, say)
    (conflict,) = of_code(take_in(folder), "SUBMISSION_CONFLICT")
    assert "评价卡·部门 “4 张卡”和“5 张卡”" in conflict.message()
    assert "评价卡·部门 “4 cards” and “5 cards”" in conflict.message("en")


def test_what_counts_in_parts_is_revised_and_confirmed_as_one(folder: Path) -> None:
    """The sheet that goes out again has what both say."""
    combined(folder, again(folder, "O1", FIRST, only("A")), again(folder, "O1", SECOND, only("B", "C")))
    taken = take_in(folder)
    (sent,) = write_revisions(taken.evaluation, taken.intake, "O1")
    sheet = openpyxl.load_workbook(io.BytesIO((folder / sent.file).read_bytes()))[WORK]
    assert [sheet[f"C{row}"].value for row in (7, 8, 9)] == [90, 80, 70]
    told = CliRunner().invoke(app, ["confirm", str(folder), "--evaluator", "O1"])
    assert told.exit_code == 0, told.output
    (path,) = (folder / "confirmations").rglob("*O1*.xlsx")
    values = {str(cell.value) for sheet in openpyxl.load_workbook(path) for row in sheet for cell in row}
    assert {"90", "80", "70"} <= values
