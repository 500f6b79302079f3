"""A run is believed only after it has been checked (law 12)."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from pathlib import Path

import pytest

from evaltool.evaluation.key import KEY_FILE, read_key, write_key
from evaltool.findings import Refused
from evaltool.identity import Key
from evaltool.run import score_folder
from evaltool.runs.chain import altered, believed, broken_links
from evaltool.runs.pastresults import past_results
from evaltool.runs.store import list_runs, seal_of, text_of
from folders import bundled_settings, decide, make, return_all
from terminal import ev
from worked_county import ROSTER, says, scheme


@pytest.fixture(scope="module")
def scored_twice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The worked example with two official runs."""
    folder = make(tmp_path_factory.mktemp("chain") / "city", ROSTER, {"counties": scheme()}, bundled_settings())
    return_all(folder, says)
    score_folder(folder)
    score_folder(folder)
    return folder


@pytest.fixture
def folder(scored_twice: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(scored_twice, tmp_path / "city"))


def reasons(folder: Path) -> list[tuple[str, str]]:
    """(file, reason) of everything that is wrong with the runs of a folder."""
    found = [one for entry in list_runs(folder) for one in altered(folder, entry)] + broken_links(folder)
    return sorted({(one.file, dict(one.args)["reason_en"].split()[-1]) for one in found})


def test_runs_as_they_were_stored_are_believed(folder: Path) -> None:
    """Also beside what programs leave in a folder that somebody opened."""
    (folder / "runs/0002/internal/~$排名总表.xlsx").write_bytes(b"lock")
    (folder / "runs/0002/Thumbs.db").write_bytes(b"pictures")
    assert reasons(folder) == []
    assert [believed(folder, each).number for each in list_runs(folder)] == ["0001", "0002"]


def test_every_byte_of_a_run_is_guarded(folder: Path) -> None:
    """One byte changed anywhere in the files of either run, the newest manifest among them, and the file is named."""
    dice = random.Random(11)
    paths = sorted(path for path in (folder / "runs").rglob("*") if path.is_file())
    for _ in range(120):
        path = dice.choice(paths)
        before = path.read_bytes()
        at = dice.randrange(len(before))
        path.write_bytes(before[:at] + bytes([before[at] ^ 1 << dice.randrange(8)]) + before[at + 1 :])
        assert path.relative_to(folder).as_posix() in {file for file, _ in reasons(folder)}, (path, at)
        path.write_bytes(before)
    assert reasons(folder) == []


def test_files_that_came_or_went_are_named(folder: Path) -> None:
    """What the manifest does not know was not written by the scoring."""
    (folder / "runs/0001/public/更正.docx").write_bytes(b"forged")
    (folder / "runs/0002/marks.csv").unlink()
    assert reasons(folder) == [("runs/0001/public/更正.docx", "scoring"), ("runs/0002/marks.csv", "gone")]


def test_a_manifest_rewritten_without_the_key_is_not_believed(folder: Path) -> None:
    """Whoever changes a result can write every digest anew, but not the seal, with which key they claim it ever was."""
    run = folder / "runs/0002"
    for key, known in ((Key(b"a" * 32), False), (Key(), False), (read_key(folder)[0], True)):
        results = (run / "results.json").read_bytes().replace(b'"92.62"', b'"98.62"')
        (run / "results.json").write_bytes(results)
        manifest = json.loads((run / "manifest.json").read_bytes())
        manifest["outputs"]["results.json"] = hashlib.sha256(results).hexdigest()
        whole = {**{name: value for name, value in manifest.items() if name != "seal"}, "key": key.id}
        (run / "manifest.json").write_bytes(text_of({**whole, "seal": seal_of(text_of(whole), key)}))
        assert (reasons(folder) == []) is known


def test_a_run_from_before_there_was_a_key_is_vouched_for_by_the_next(folder: Path) -> None:
    """A key that is made later takes nothing away from it; without either nobody can tell who wrote it."""
    shutil.rmtree(folder / "runs")
    (folder / "runs").mkdir()
    key = (folder / KEY_FILE).read_bytes()
    (folder / KEY_FILE).unlink()
    score_folder(folder, interim=True)
    assert reasons(folder) == []
    (folder / KEY_FILE).write_bytes(key)
    assert reasons(folder) == [("runs/0001/manifest.json", "folder")]
    score_folder(folder)
    assert reasons(folder) == []


def test_a_lost_key_is_decided(folder: Path) -> None:
    """What it sealed counts by the decision, as its sheets do."""
    old = read_key(folder)[0]
    write_key(folder, Key(b"b" * 32))
    assert reasons(folder) == [(f"runs/{run}/manifest.json", "folder") for run in ("0001", "0002")]
    decide(folder, f"种类,文号,日期,理由,文件指纹\n密钥遗失,绩发〔2027〕3号,2027-02-01,硬盘损坏,{old.id}\n")
    assert reasons(folder) == []


def test_a_run_taken_out_of_the_middle_or_put_in_its_place_is_noticed(folder: Path) -> None:
    """The manifests are a chain."""
    score_folder(folder)
    shutil.rmtree(folder / "runs/0002")
    assert reasons(folder) == [("runs/0001/manifest.json", "manifest")]
    shutil.rmtree(folder / "runs/0001")
    assert reasons(folder) == [("runs/0003/manifest.json", "gone")]


def test_a_manifest_that_is_none_any_more_is_named_not_stumbled_over(folder: Path) -> None:
    """Half a line, or another kind of value."""
    for text in ("{", "[]", ""):
        (folder / "runs/0002/manifest.json").write_text(text)
        assert ("runs/0002/manifest.json", "folder") in reasons(folder)


def test_nothing_is_written_from_an_altered_run(folder: Path) -> None:
    """Not by a notice, a picture, the list of runs or a new year."""
    path = folder / "runs/0002/results.json"
    path.write_bytes(path.read_bytes().replace(b'"92.62"', b'"98.62"'))
    before = {each.relative_to(folder) for each in folder.rglob("*")}
    for command in (
        ("notice", str(folder), "correction"),
        ("picture", str(folder)),
        ("runs", str(folder)),
        ("init", str(folder.parent / "next"), "--from", str(folder)),
    ):
        ran = ev(*command)
        assert ran.returncode == 1, command
        assert "runs/0002/results.json" in ran.stdout + ran.stderr, command
    assert before == {each.relative_to(folder) for each in folder.rglob("*")}
    with pytest.raises(Refused):
        past_results(folder, {})
