"""A run is all there or not there; the same input gives the same bytes; one process at a time (laws 4, 5, 6, 9)."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
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


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The worked example's folder, never scored."""
    folder = make(tmp_path_factory.mktemp("runs") / "city", ROSTER, {"counties": scheme()}, bundled_settings())
    return_all(folder, says)
    return folder


@pytest.fixture
def folder(ready: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ready, tmp_path / "city"))


@pytest.fixture(scope="module")
def scored_once(ready: Path) -> Path:
    """The same with one run."""
    folder = Path(shutil.copytree(ready, ready.parent / "scored"))
    score_folder(folder, by="经办人")
    return folder


@pytest.fixture
def again(scored_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(scored_once, tmp_path / "city"))


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def without_run(files: dict[str, bytes]) -> dict[str, bytes]:
    """All files but those that tell the run's number, time or operator by their contract."""
    telling = ("manifest.json", "results.json", RANKED, PRINTED, INTERNAL)
    return {name: data for name, data in files.items() if name not in telling}


def test_a_run_has_its_files_and_a_manifest_that_hashes_them(scored_once: Path) -> None:
    """Every output stands in the manifest with its SHA-256, and nothing else stands in the folder."""
    files = contents(scored_once / "runs" / "0001")
    manifest = json.loads(files["manifest.json"])
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


def test_runs_are_chained_and_the_second_repeats_the_first(again: Path) -> None:
    """Each manifest carries the hash of the one before; nothing that depends on the input has changed."""
    first, second = contents(again / "runs" / "0001"), contents(score_folder(again).folder)
    assert json.loads(second["manifest.json"])["previous"] == hashlib.sha256(first["manifest.json"]).hexdigest()
    assert without_run(second) == without_run(first)
    assert second[INTERNAL].decode().replace("第0002次", "第0001次") == first[INTERNAL].decode()
    assert [one.number for one in list_runs(again)] == ["0001", "0002"]


def test_order_and_names_of_files_leave_no_trace(scored_once: Path, folder: Path) -> None:
    """Law 4: the sheets renamed and shuffled give the same results byte for byte."""
    paths = sorted((folder / "inbox").iterdir())
    random.Random(5).shuffle(paths)
    for at, path in enumerate(paths):
        path.rename(path.with_name(f"{at:02d}.xlsx"))
    there, here = contents(score_folder(folder).folder), contents(scored_once / "runs" / "0001")
    for name in ("results.json", "ballots.csv", "public/结果通报.docx", PUBLIC):
        assert there[name] == here[name], name


def test_the_same_folder_gives_the_same_bytes_in_every_file(scored_once: Path, folder: Path) -> None:
    """Law 5: workbooks, documents and pages too, in another process at another time, with another time zone, locale and
    hash seed; the manifest tells the time and who it was."""
    surroundings = {
        "TZ": "Asia/Shanghai",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "7",
        "PYTHONUTF8": "0",
        "SOURCE_DATE_EPOCH": "1800000000",
    }
    command = [sys.executable, "-m", "evaltool", "score", str(folder)]
    subprocess.run(command, check=True, env={**os.environ, **surroundings}, stdout=subprocess.DEVNULL)
    here, there = (contents(each / "runs" / "0001") for each in (scored_once, folder))
    assert here.keys() == there.keys()
    assert {name for name in here if here[name] != there[name]} == {"manifest.json"}
    assert json.loads(there["manifest.json"])["time"] == "2027-01-15T08:00:00+00:00"


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


def test_a_write_that_fails_leaves_nothing_that_looks_like_a_run(again: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Disk full in the middle: the error says which file of the run, earlier runs stay, nothing is left of the new."""

    def full(path: Path, data: bytes) -> None:
        if path.name == "manifest.json":
            raise OSError(28, "No space left on device")
        path.write_bytes(data)

    monkeypatch.setattr("evaltool.runs.store.write_through", full)
    with pytest.raises(OSError, match="No space") as stopped:
        store(again, next_number(again), {"results.json": b"{}"}, {"run": "0002"})
    assert stopped.value.filename == str(again / "runs" / "0002" / "manifest.json")
    assert [path.name for path in (again / "runs").iterdir()] == ["0001"]


@pytest.mark.usefixtures("bare_run")
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


def test_the_inbox_is_never_written_to(ready: Path, scored_once: Path) -> None:
    """Law 7: a submission is never edited."""
    assert contents(scored_once / "inbox") == contents(ready / "inbox")
