"""A run is all there or not there; the same input gives the same bytes; one process at a time (laws 4, 5, 6, 9)."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evaltool.files import locked
from evaltool.findings import Refused
from evaltool.page import INTERNAL, PUBLIC
from evaltool.publish import PRINTED, RANKED, disagreements, outputs
from evaltool.run import score_folder, scored, take_in
from evaltool.runs.store import list_runs, next_number, store
from folders import bundled_settings, make, return_all
from worked_county import ROSTER, says, scheme

SCORE = "import sys; from pathlib import Path; from evaltool.run import score_folder; score_folder(Path(sys.argv[1]))"


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The worked example's folder, never scored."""
    folder = make(tmp_path_factory.mktemp("runs") / "city", ROSTER, {"counties": scheme()}, bundled_settings())
    return_all(folder, says)
    return folder


@pytest.fixture
def folder(ready: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ready, tmp_path / "city"))


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def without_run(files: dict[str, bytes]) -> dict[str, bytes]:
    """All files but those that tell the run's number, time or operator by their contract."""
    telling = ("manifest.json", "results.json", RANKED, PRINTED, INTERNAL)
    return {name: data for name, data in files.items() if name not in telling}


def test_a_run_has_its_files_and_a_manifest_that_hashes_them(folder: Path) -> None:
    """Every output stands in the manifest with its SHA-256, and nothing else stands in the folder."""
    done = score_folder(folder, by="经办人")
    manifest = json.loads((done.folder / "manifest.json").read_text(encoding="utf-8"))
    files = contents(done.folder)
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name != "manifest.json"}
    assert manifest["outputs"] == hashes
    assert {
        "results.json",
        "marks.csv",
        "ballots.csv",
        "findings.jsonl",
        "accounts.json",
        RANKED,
        PRINTED,
        INTERNAL,
        PUBLIC,
        "public/结果通报.docx",
        "public/排名表.xlsx",
    } <= files.keys()
    assert (manifest["run"], manifest["operator"], manifest["previous"], manifest["interim"]) == (
        "0001",
        "经办人",
        "",
        False,
    )
    results = json.loads(files["results.json"])
    assert [(unit["total"], unit["exact"]) for unit in results["units"]] == [("92.62", "963289/10400")]


def test_runs_are_chained_and_the_second_repeats_the_first(folder: Path) -> None:
    """Each manifest carries the hash of the one before; nothing that depends on the input has changed."""
    first, second = score_folder(folder), score_folder(folder)
    manifest = json.loads((second.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["previous"] == hashlib.sha256((first.folder / "manifest.json").read_bytes()).hexdigest()
    assert without_run(contents(second.folder)) == without_run(contents(first.folder))
    pages = [(each.folder / INTERNAL).read_text(encoding="utf-8") for each in (first, second)]
    assert pages[1].replace("第0002次", "第0001次") == pages[0]
    assert [one.number for one in list_runs(folder)] == ["0001", "0002"]


def test_order_names_time_zone_locale_and_hash_seed_leave_no_trace(folder: Path, tmp_path: Path) -> None:
    """Laws 4 and 5: the sheets renamed and shuffled, in other surroundings, give the same results byte for byte."""
    other = Path(shutil.copytree(folder, tmp_path / "other"))
    paths = sorted((other / "inbox").iterdir())
    random.Random(5).shuffle(paths)
    for at, path in enumerate(paths):
        path.rename(path.with_name(f"{at:02d}.xlsx"))
    here = score_folder(folder)
    surroundings = {
        "TZ": "Asia/Shanghai",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "7",
        "PYTHONUTF8": "0",
        "SOURCE_DATE_EPOCH": "1800000000",
    }
    command = [sys.executable, "-m", "evaltool", "score", str(other)]
    subprocess.run(command, check=True, env={**os.environ, **surroundings}, stdout=subprocess.DEVNULL)
    there = contents(other / "runs" / "0001")
    for name in ("results.json", "ballots.csv", "public/结果通报.docx", PUBLIC):
        assert there[name] == contents(here.folder)[name], name
    assert json.loads(there["manifest.json"])["time"] == "2027-01-15T08:00:00+00:00"


def test_the_same_folder_gives_the_same_bytes_in_every_file(folder: Path, tmp_path: Path) -> None:
    """Law 5: workbooks, documents and pages too, in another process at another time; the manifest tells the time."""
    twin = Path(shutil.copytree(folder, tmp_path / "twin"))
    here = contents(score_folder(folder).folder)
    command = [sys.executable, "-m", "evaltool", "score", str(twin)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "7"}, stdout=subprocess.DEVNULL)
    there = contents(twin / "runs" / "0001")
    assert here.keys() == there.keys()
    assert {name for name in here if here[name] != there[name]} == {"manifest.json"}


def test_a_refused_scoring_leaves_no_run(folder: Path) -> None:
    """With a blocking finding nothing is written; as interim result it is, and marked so everywhere."""
    next((folder / "inbox").glob("M1*")).unlink()
    with pytest.raises(Refused) as refused:
        score_folder(folder)
    assert [one.code for one in refused.value.findings if one.blocks] == ["SUBMISSION_MISSING"]
    assert list_runs(folder) == []
    done = score_folder(folder, interim=True)
    assert json.loads((done.folder / "results.json").read_text(encoding="utf-8"))["interim"] is True
    assert list_runs(folder)[0].interim


def test_a_file_that_disagrees_with_the_result_is_found(folder: Path) -> None:
    """Law 9: outputs are read back; a total changed in any of them stops the run."""
    result = scored(take_in(folder), "0001")
    files = outputs(result)
    assert disagreements(result, files) == []
    changed = {**files, "results.json": files["results.json"].replace(b'"92.62"', b'"92.63"')}
    assert [one.code for one in disagreements(result, changed)] == ["OUTPUT_DISAGREES"]


def test_a_second_process_is_refused_while_the_first_is_at_work(folder: Path) -> None:
    """One folder, one process; afterwards it is free again."""
    with locked(folder), pytest.raises(Refused) as refused, locked(folder):
        pass
    assert [one.code for one in refused.value.findings] == ["RUN_LOCKED"]
    with locked(folder):
        pass


def test_a_killed_process_leaves_earlier_runs_untouched_and_the_next_one_cleans_up(folder: Path) -> None:
    """Law 6: killed at any moment, what was there stays as it was and no half run can be taken for one."""
    before = contents(score_folder(folder).folder)
    dice = random.Random(17)
    for _ in range(4):
        process = subprocess.Popen([sys.executable, "-c", SCORE, str(folder)], stderr=subprocess.DEVNULL)
        time.sleep(dice.uniform(0.2, 2.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert contents(folder / "runs" / "0001") == before
        for run in list_runs(folder):
            manifest = json.loads((run.folder / "manifest.json").read_text(encoding="utf-8"))
            assert {name for name in contents(run.folder) if name != "manifest.json"} == manifest["outputs"].keys()
    score_folder(folder)
    assert [path.name for path in (folder / "runs").iterdir() if path.name.startswith(".")] == []


def test_a_write_that_fails_leaves_nothing_that_looks_like_a_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Disk full in the middle: the error says which file of the run, earlier runs stay, nothing is left of the new."""
    score_folder(folder)

    def full(path: Path, data: bytes) -> None:
        if path.name == "manifest.json":
            raise OSError(28, "No space left on device")
        path.write_bytes(data)

    monkeypatch.setattr("evaltool.runs.store.write_through", full)
    with pytest.raises(OSError, match="No space") as stopped:
        store(folder, next_number(folder), {"results.json": b"{}"}, {"run": "0002"})
    assert stopped.value.filename == str(folder / "runs" / "0002" / "manifest.json")
    assert [path.name for path in (folder / "runs").iterdir()] == ["0001"]


def test_a_clock_that_is_wrong_is_said_and_moves_no_result(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Back in 1970, or earlier than at the run before: what came in too late is told by it; the run is made."""
    said = []
    for epoch in ("1806000000", "1805000000", "0"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        done = score_folder(folder)
        said.append([dict(one.args)["reason_en"][:30] for one in done.unused if one.code == "CLOCK_WRONG"])
    back = "the run before was made later "
    assert said == [[], [back], [back]]
    (folder / "runs").rename(folder / "old")
    assert ["the evaluation is of 2026" in one.message("en") for one in score_folder(folder).unused] == [True]


def test_the_inbox_is_never_written_to(folder: Path) -> None:
    """Law 7: a submission is never edited."""
    before = contents(folder / "inbox")
    score_folder(folder)
    assert contents(folder / "inbox") == before
