"""有错待改: a sheet that came and has errors is neither counted nor missing, wherever sheets are counted."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import zipfile
from pathlib import Path

import pytest

from evaltool.findings import blocking
from evaltool.inbox.accounts.sheets import SheetAccount, came_in_vain
from evaltool.inbox.received import Seen
from evaltool.inbox.submissions import LATE, Became
from evaltool.inbox.workers import Reading
from evaltool.points.answered import states
from evaltool.run import score_folder, take_in
from folders import change, decide, make, return_all
from small_city import DEADLINES, LEDGER, ROSTER, RULES, SETTINGS, TWICE, again, says
from terminal import ev

WORK, LIST = "部门·工作", "部门·领导排名"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of four sheets one has an error, one cannot be used, one has not come, and that of the voters counts."""
    made = make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS + DEADLINES.replace("strict = true\n", ""))
    return_all(made, says)
    change(made / "inbox" / "O1-绩效办.xlsx", {(WORK, "C8"): 101})
    (made / "inbox" / "L1-张三.xlsx").write_bytes((made / "inbox" / "L1-张三.xlsx").read_bytes()[:2000])
    (made / "inbox" / "L2-李四.xlsx").unlink()
    return made


def answered(folder: Path) -> dict[str, str]:
    return {f"{each.evaluator}{each.entry}": each.answered for each in take_in(folder).accounts.sheets}


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_each_sheet_is_in_one_state(folder: Path) -> None:
    """An error in a cell, a file that cannot be read, none at all, and one that is right."""
    assert answered(folder) == {"O11": "with_errors", "L11": "with_errors", "L21": "missing", "V11": "counted"}
    taken = take_in(folder)
    assert all(role.expected == role.told for role in taken.accounts.roles)
    assert [(role.role, role.counted, role.with_errors, role.missing) for role in taken.accounts.roles] == [
        ("office", 0, 1, 0),
        ("leader", 0, 1, 1),
        ("voters", 1, 0, 0),
    ]


def test_a_mended_sheet_counts_and_a_warning_is_no_error(folder: Path) -> None:
    """Zero is worth a look and no more; a decided correction mends too."""
    change(folder / "inbox" / "O1-绩效办.xlsx", {(WORK, "C8"): 0})
    assert answered(folder)["O11"] == "counted"


def test_the_offices_own_mistake_makes_no_sheet_wrong(folder: Path) -> None:
    """A correction whose old value is another one than the sheet has: the sheet is as it should be."""
    change(folder / "inbox" / "O1-绩效办.xlsx", {(WORK, "C8"): 80})
    taken = take_in(folder)
    (digest,) = (each.digest for each in taken.intake.files if each.evaluator == "O1")
    decide(folder, f"{LEDGER}更正,1号,2027-04-01,笔误,,,{digest[:12]},{WORK},C8,81,82\n")
    assert [one.file for one in take_in(folder).findings if one.code == "CORRECTION_MISMATCH"] == ["decisions/决定.csv"]
    assert answered(folder)["O11"] == "counted"


def test_several_sheets_of_one_evaluator_are_with_errors_until_somebody_decides(folder: Path) -> None:
    """It came, so it is not missing; it does not count, so it is not counted."""
    again(folder, "L2", "一.xlsx")
    again(folder, "L2", "二.xlsx", lambda form, spot: {"A": "3", "B": "2", "C": "1"}[spot.unit])
    assert answered(folder)["L21"] == "with_errors"


@pytest.mark.parametrize("at", range(8))
def test_what_is_said_of_a_sheet_does_not_depend_on_the_hashes_of_files(tmp_path: Path, at: int) -> None:
    """Beside a sheet that cannot be read lie its scan, which is filed, and one that was excluded: it has errors,
    whichever of them comes first.  The rules know what is to be if it is missing, so nothing else would be said."""
    rules = RULES.replace('answer = "percent"', 'answer = "percent"\nmissing = "out"', 1)
    made = make(tmp_path / "city", ROSTER, {"d": rules}, SETTINGS)
    return_all(made, says)
    inbox = made / "inbox"
    sheet = (inbox / "O1-绩效办.xlsx").read_bytes()
    wrong = sheet[:900] + str(at).encode()
    (inbox / "O1-绩效办.xlsx").write_bytes(sheet[:2000] + str(at).encode())
    (inbox / "O1-绩效办-扫描.pdf").write_bytes(b"%PDF-1.4\n")
    (inbox / "O1-绩效办（误）.xlsx").write_bytes(wrong)
    decide(made, f"{LEDGER}排除,1号,2027-04-01,误发,,,{hashlib.sha256(wrong).hexdigest()[:12]},,,,\n")
    became = {each.became for each in take_in(made).intake.files if "O1" in each.file}
    assert (became, answered(made)["O11"]) == ({"rejected", "attachment", "excluded"}, "with_errors")


def test_an_archive_under_a_sheets_name_is_no_answer(folder: Path) -> None:
    """The files in it are sheets or not, by themselves: where the one that is missing is not among them, it is said."""
    (folder / "inbox" / "L2-李四.zip").write_bytes(
        packed({"O1.xlsx": (folder / "inbox" / "O1-绩效办.xlsx").read_bytes()})
    )
    assert answered(folder)["L21"] == "missing"
    assert ("SUBMISSION_MISSING", "L2") in {(one.code, one.evaluator) for one in take_in(folder).findings}


def test_two_entries_that_differ_are_both_with_errors(tmp_path: Path) -> None:
    """Either of the two may be the one to mend."""
    made = make(tmp_path / "city", ROSTER, {"d": RULES}, TWICE)
    return_all(
        made, lambda form, spot: "1" if (form.entry, spot.table.component) == ("2", "work") else says(form, spot)
    )
    change(made / "inbox" / "L1-张三-录入2.xlsx", {(LIST, "C7"): 3, (LIST, "C9"): 1})
    found = answered(made)
    assert (found["L11"], found["L12"], found["L21"]) == ("with_errors", "with_errors", "counted")


def test_to_a_scoring_it_is_what_can_be_read_of_it(folder: Path) -> None:
    """What counted in an interim result still does; what could not be used is still missing."""
    assert states(take_in(folder).intake) == {
        ("O1", ""): "counted",
        ("L1", ""): "missing",
        ("L2", ""): "missing",
        ("V1", "1"): "counted",
    }
    assert SheetAccount("O1", "", "1", "waived").scored_as == "waived"


def test_the_terminal_and_programs_are_told(folder: Path) -> None:
    """The table by role, the line of sums and the names; JSON of `validate` and of `due`."""
    text = ev("validate", str(folder), "--lang", "zh").stdout
    head, *rows = (line.split() for line in text[text.index("\n角色 ") + 1 :].splitlines())
    assert head == ["角色", "应报", "已计入", "有错待改", "未报", "免报"]
    assert rows[1] == ["领导", "2", "0", "1", "1", "0"]
    assert "有错待改: 领导" in text
    value = json.loads(ev("validate", str(folder), "--output-format", "json").stdout)
    assert [role["with_errors"] for role in value["accounts"]["roles"]] == [1, 1, 0]
    due = ev("due", str(folder), "--on", "2027-03-20", "--lang", "zh").stdout
    assert "应报 2，计入 0，未报 1，免报 0；有错待改 1" in due
    rows_due = json.loads(ev("due", str(folder), "--on", "2027-03-20", "--output-format", "json").stdout)["due"]
    assert [(row["what"], [who["name"] for who in row["with_errors"]]) for row in rows_due if row["with_errors"]] == [
        ("工作打分", ["绩效办"]),
        ("打分表", ["张三"]),
        ("全部报送", ["绩效办", "张三"]),
    ]


def test_an_interim_run_says_so_everywhere(folder: Path) -> None:
    """Accounts, page and ranked workbook; once all is mended nothing of it is left."""
    made = score_folder(folder, interim=True).folder
    assert [one["with_errors"] for one in json.loads((made / "accounts.json").read_text("utf-8"))["roles"]] == [1, 1, 0]
    pages = "".join(path.read_text(encoding="utf-8") for path in (made / "internal").rglob("*.html"))
    assert "应报＝计入＋有错待改＋未报＋免报" in pages
    assert "有错待改：绩效办、张三。" in pages
    return_all(folder, says)
    (folder / "received").rename(folder / "away")
    taken = take_in(folder)
    assert blocking(taken.findings) == []
    final = score_folder(folder).folder
    pages = "".join(path.read_text(encoding="utf-8") for path in (final / "internal").rglob("*.html"))
    assert "有错待改" not in pages


BECAME: dict[str, tuple[Became, str]] = {
    "rejected": ("rejected", "CELL"),
    "late": ("rejected", LATE),
    "excluded": ("excluded", "绩办〔2027〕2号"),
    "superseded": ("superseded", "b"),
    "copy": ("copy", "b"),
}


@pytest.mark.parametrize(("one", "other"), [*itertools.combinations(BECAME, 2)])
def test_of_several_files_of_a_sheet_the_one_with_most_to_do_speaks(one: str, other: str) -> None:
    """An error before a late one, a late one before one put aside, all of them before what says nothing of its own;
    whichever came first."""
    key = ("O1", "", "1")
    seen = [Seen(fate, f"{fate}.xlsx", (), b"") for fate in (one, other)]
    for files in (seen, seen[::-1]):
        readings = [Reading(each.digest) for each in files]
        assert came_in_vain({}, files, readings, BECAME, {one: key, other: key}) == {key: one}
