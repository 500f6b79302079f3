"""What a run says otherwise than the one before it: by `score` and `runs`; causes are scored only where they must."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from evaltool.findings import Refused
from evaltool.proof import since as module
from evaltool.proof.since import since
from evaltool.run import score_folder
from folders import decide, make, return_all
from small_city import LEDGER, ROSTER, RULES, SETTINGS, says
from terminal import ev

pytestmark = pytest.mark.usefixtures("bare_runs")

BONUS = "加分,绩发〔2027〕9号,2027-02-01,创新,甲局,,,,,,0.5\n"
DEDUCTION = "扣分,绩发〔2027〕8号,2027-02-02,迟报,乙局,,,,,,1.25\n"


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make(tmp_path_factory.mktemp("since") / "city", ROSTER, {"d": RULES}, SETTINGS)
    return_all(folder, says)
    score_folder(folder)
    return folder


@pytest.fixture
def folder(ready: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ready, tmp_path / "city"))


def test_score_says_who_moved_and_each_cause_with_what_it_moved(folder: Path) -> None:
    """The short form of the difference; `runs` has it in a line; the exit code is that of a scoring."""
    decide(folder, LEDGER + BONUS + DEDUCTION)
    ran = ev("score", str(folder), "--lang", "en")
    lines = [" ".join(line.split()) for line in ran.stdout.splitlines()]
    at = lines.index("Since run 0001: 2 units have moved")
    assert ran.returncode == 0
    assert lines[at + 3 : at + 5] == [
        "cause 1 new decision, 加分 绩发〔2027〕9号: 甲局 0.5: 甲局 +0.5",
        "cause 2 new decision, 扣分 绩发〔2027〕8号: 乙局 1.25: 乙局 -1.25",
    ]
    listed = json.loads(ev("runs", str(folder), "--output-format", "json", "--lang", "en").stdout)["runs"]
    assert [each["change"] for each in listed] == [
        "",
        "since run 0001 moved: 2; new decision, 加分 绩发〔2027〕9号: 甲局 0.5 and 1 more",
    ]


def test_nothing_is_scored_again_where_nothing_moved(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The causes are named all the same; without any it says that nothing has changed."""

    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(module, "stored_side", never)
    made = since(folder, score_folder(folder).result)
    assert made is not None
    assert (made.units, made.steps, made.unchanged) == ((), (), 3)
    assert "nothing has changed since run 0002" in ev("score", str(folder), "--lang", "en").stdout
    settings = folder / "evaluation.toml"
    settings.write_text(
        settings.read_text("utf-8").replace('office = "市绩效办"', 'office = "绩效办"', 1), encoding="utf-8"
    )
    made = since(folder, score_folder(folder).result)
    assert made is not None
    assert ([step[0].at for step in made.steps], made.units) == (["evaluation.office"], ())


def test_units_are_named_without_contributions_where_the_run_before_cannot_be_scored_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A result that was stored is never lost to what can no longer be proved."""

    def lost(*_: object) -> None:
        raise Refused([])

    monkeypatch.setattr(module, "stored_side", lost)
    decide(folder, LEDGER + BONUS)
    made = since(folder, score_folder(folder).result)
    assert made is not None
    assert [(one.id, one.points, one.effects) for one in made.units] == [("A", Fraction(1, 2), ())]


def test_a_result_is_stored_although_the_record_lost_what_the_run_before_was_made_of(folder: Path) -> None:
    """A note in the inbox that somebody took out of the record too, line and all."""
    note = folder / "inbox" / "说明.txt"
    note.write_text("abc", encoding="utf-8")
    score_folder(folder)
    note.unlink()
    (content,) = (folder / "received").glob("*.txt")
    content.unlink()
    index = folder / "received" / "index.csv"
    kept = [line for line in index.read_bytes().splitlines(keepends=True) if content.stem.encode() not in line]
    index.write_bytes(b"".join(kept))
    assert since(folder, score_folder(folder).result) is None


def test_runs_of_two_kinds_and_altered_ones_are_held_against_nothing(folder: Path) -> None:
    """An interim total says nothing beside an official one; an altered run says nothing at all."""
    assert since(folder, score_folder(folder, interim=True).result) is None
    decide(folder, LEDGER + BONUS)
    results = folder / "runs/0001/results.json"
    results.write_text(results.read_text("utf-8") + " ", encoding="utf-8")
    assert since(folder, score_folder(folder).result) is None
