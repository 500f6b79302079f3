"""A run scored once more from what it kept: the same bytes; with one input changed: what that would be."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from evaltool.findings import Refused, finding
from evaltool.proof.inputs import inputs_now, inputs_of
from evaltool.proof.replay import replayed
from evaltool.proof.verify import verify
from evaltool.publish import machine_files
from evaltool.run import score_folder, with_gaps
from folders import bundled_settings, decide, make, return_all
from worked_county import ROSTER, says, scheme

pytestmark = pytest.mark.usefixtures("bare_runs")

BONUS = "种类,文号,日期,理由,单位,新值\n加分,绩发〔2027〕9号,2027-02-01,创新,清川县,0.5\n"


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The worked example, scored once."""
    folder = make(tmp_path_factory.mktemp("proof") / "city", ROSTER, {"counties": scheme()}, bundled_settings())
    return_all(folder, says)
    score_folder(folder)
    return folder


@pytest.fixture
def folder(ready: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ready, tmp_path / "city"))


def test_a_run_replayed_gives_the_same_machine_files(folder: Path) -> None:
    """Also after the inbox is empty, the rules have changed and a copy has been renamed: what the run kept counts."""
    shutil.rmtree(folder / "inbox")
    (folder / "schemes/counties.toml").write_text("no rules any more")
    run = folder / "runs/0001"
    made = machine_files(with_gaps(replayed(inputs_of(folder, run), "0001")))
    assert made == {name: (run / name).read_bytes() for name in made}


def test_what_is_not_read_is_no_part_of_a_run(folder: Path) -> None:
    """It is said when the folder is scored, and a replay, which has the inputs only, gives the same files."""
    (folder / "notices").mkdir()
    (folder / "notices/反馈书.doc").write_text("x")
    done = score_folder(folder)
    assert [one.file for one in done.unused] == ["notices/反馈书.doc"]
    made = machine_files(with_gaps(replayed(inputs_of(folder, done.folder), "0002")))
    assert made == {name: (done.folder / name).read_bytes() for name in made}
    assert made["findings.jsonl"] == (folder / "runs/0001/findings.jsonl").read_bytes()
    assert inputs_now(folder).files == inputs_of(folder, done.folder).files
    assert all(not proof.findings for proof in verify(folder))


def test_copies_keep_their_names(folder: Path) -> None:
    """A content that came under several names goes by the same one again."""
    first = sorted((folder / "inbox").rglob("*.xlsx"))[0]
    shutil.copyfile(first, first.with_name("a copy.xlsx"))
    shutil.copyfile(first, first.with_name("z copy.xlsx"))
    run = score_folder(folder).folder
    made = machine_files(with_gaps(replayed(inputs_of(folder, run), "0002")))
    assert made == {name: (run / name).read_bytes() for name in made}


def test_what_is_worth_a_look_is_said_unless_it_is_not_wanted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is proved says it again; where runs are only compared nobody looks for it; all else is the same."""
    noticed = finding("SCREEN_ALL_SAME", evaluator="M1")
    monkeypatch.setattr("evaltool.run.over_tables", lambda *_: [noticed])
    then = inputs_of(folder, folder / "runs/0001")
    said, unsaid = replayed(then), replayed(then, screened=False)
    assert noticed in said.findings
    assert noticed not in unsaid.findings
    assert said.standings == unsaid.standings


def test_a_replay_writes_nothing(folder: Path) -> None:
    """Neither the record nor the runs change."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and "cache" not in str(path)}
    replayed(inputs_of(folder, folder / "runs/0001"))
    assert before == {
        path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and "cache" not in str(path)
    }


def test_one_input_changed_moves_what_it_should(folder: Path) -> None:
    """A decision that is not in the folder, scored as if it were."""
    unit = json.loads((folder / "runs/0001/results.json").read_text("utf-8"))["units"][0]
    then = inputs_of(folder, folder / "runs/0001")
    ledger = BONUS.replace("清川县", unit["name"]).encode()
    result = replayed(replace(then, files={**then.files, "decisions/try.csv": ledger}))
    assert {one.unit.id: one.bonus for one in result.standings if one.bonus} == {unit["id"]: Fraction(1, 2)}


def test_what_stands_in_the_folder_today_is_replayed_too(folder: Path) -> None:
    """A ledger written since the run is in today's inputs, not in the run's."""
    decide(folder, BONUS)
    assert inputs_now(folder).files.keys() - inputs_of(folder, folder / "runs/0001").files.keys() == {
        "decisions/决定.csv"
    }


def test_a_submission_that_is_lost_is_named(folder: Path) -> None:
    """Without it the run cannot be scored again."""
    path = sorted((folder / "received").glob("*.xlsx"))[0]
    path.unlink()
    with pytest.raises(Refused) as refused:
        inputs_of(folder, folder / "runs/0001")
    assert [one.code for one in refused.value.findings] == ["RECORD_MISSING"]
