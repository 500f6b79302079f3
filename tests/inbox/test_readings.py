"""What was read before: used only for what did not change, and the same as reading again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaltool.evaluation import load
from evaltool.inbox import ingest as taking_in
from evaltool.inbox import workers
from evaltool.inbox.ingest import ingest
from evaltool.inbox.readings import FOLDER
from evaltool.inbox.workers import Reading, Task
from folders import change, decide, make, return_all
from small_city import ROSTER, RULES, SETTINGS, says


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small evaluation whose sheets have come back, with a file that is none."""
    made = make(tmp_path / "e", ROSTER, {"d": RULES}, SETTINGS)
    return_all(made, says)
    (made / "inbox" / "别的.xlsx").write_bytes((made / "roster" / "单位.csv").read_bytes())
    return made


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read, as they are."""
    files: list[str] = []
    real = workers.read_all

    def noted(tasks: list[Task], *more: object, **options: object) -> list[Reading]:
        files.extend(task.digest for task in tasks)
        return list(real(tasks, *more, **options))  # type: ignore[arg-type]

    monkeypatch.setattr(taking_in, "read_all", noted)
    return files


def taken(folder: Path, *, anew: bool = False) -> tuple[list[tuple[object, ...]], object, object, object]:
    intake, findings = ingest(load(folder)[0], anew=anew)
    return intake.answers.collect().rows(), intake.ballots.rows(), intake.files, sorted(findings)


def test_what_is_recalled_is_what_is_read(folder: Path, read: list[str]) -> None:
    """The second time nothing that is a sheet is read, and everything taken in is the same."""
    first = taken(folder)
    sheets = len(read)
    read.clear()
    assert taken(folder) == first
    assert len(read) < sheets
    read.clear()
    assert taken(folder, anew=True) == first
    assert len(read) == sheets


def test_a_decided_correction_has_its_sheet_read_again(folder: Path, read: list[str]) -> None:
    """What was decided about a cell since is in what is taken in."""
    before = taken(folder)
    answers = ingest(load(folder)[0])[0].answers.collect()
    row = answers.filter(component="work").row(0, named=True)
    head = "种类,文号,日期,理由,文件指纹,工作表,单元格,原值,新值"
    place = f"{row['file_hash']},{row['sheet']},{row['cell']},{row['text']}"
    decide(folder, f"{head}\n更正,绩办〔2027〕9号,2027-04-01,录错,{place},1\n")
    read.clear()
    after = taken(folder)
    assert row["file_hash"] in read
    assert after[0] != before[0]


def test_columns_that_may_stand_beside_the_marks_no_more_have_the_sheet_read_again(folder: Path) -> None:
    """Rules that no longer show standings beside the marks change no question, but what stands there is a note now."""
    rules = folder / "schemes" / "d.toml"
    rules.write_text(RULES.replace('answer = "percent"', 'answer = "percent"\ninterim = true'), "utf-8")
    row = ingest(load(folder)[0])[0].answers.filter(component="work").collect().row(0, named=True)
    sheet = next(path for path in (folder / "inbox").glob("*.xlsx") if path.name in row["file"])
    change(sheet, {(row["sheet"], "D6"): "阶段得分", (row["sheet"], "D7"): 80})
    before = taken(folder)
    rules.write_text(RULES, "utf-8")
    after = taken(folder)
    assert after == taken(folder, anew=True)
    assert after != before


@pytest.mark.parametrize("harm", ["cut", "flipped", "forged", "nonsense", "empty"])
def test_a_damaged_store_is_ignored(folder: Path, harm: str) -> None:
    """Whatever happened to the store of readings, what is taken in is what the files say; and it is made anew."""
    first = taken(folder)
    store = folder / FOLDER / "readings"
    lines = store.read_text("utf-8").splitlines(keepends=True)
    whole = "".join(lines)
    if harm == "forged":  # another value in a line whose digest stays
        digest, signed, value = lines[0].split(" ", 2)
        said = json.loads(value)
        said[2]["values"] = said[2]["values"][:-1] + "7"
        lines[0] = f"{digest} {signed} {json.dumps(said, ensure_ascii=False)}\n"
    harmed = {
        "cut": whole[: len(whole) // 2],
        "flipped": whole.replace("0", "1"),
        "forged": "".join(lines),
        "nonsense": "\x00\n \n  \n" + whole[7:],
        "empty": "",
    }[harm]
    store.write_text(harmed, "utf-8")
    assert taken(folder) == first
    assert store.read_text("utf-8") == whole


def test_the_store_may_be_deleted_or_unwritable(folder: Path) -> None:
    """A file in the place of its folder is no reason to fail."""
    first = taken(folder)
    for path in (folder / FOLDER).iterdir():
        path.unlink()
    (folder / FOLDER).rmdir()
    (folder / FOLDER).write_text("", "utf-8")
    assert taken(folder) == first
