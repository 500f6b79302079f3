"""A run is believed only after it has been checked (law 12)."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import shutil
from pathlib import Path

import pytest

from evaltool.evaluation import load
from evaltool.evaluation.key import KEY_FILE, read_key, write_key
from evaltool.findings import Refused
from evaltool.identity import Key
from evaltool.proof.verify import verify
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


@pytest.fixture
def _no_second_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in the cells is `test_verify.py`'s."""
    monkeypatch.setattr("evaltool.proof.verify.read_twice", lambda *_: (0, []))


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


@pytest.mark.usefixtures("bare_run")
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


@pytest.mark.usefixtures("bare_run")
def test_a_lost_key_is_decided(folder: Path) -> None:
    """What it sealed counts again once a run sealed with the new key stands after it: a decision alone would let
    anybody write what the lost key is said to have sealed."""
    old = read_key(folder)[0]
    write_key(folder, Key(b"b" * 32))
    assert reasons(folder) == [(f"runs/{run}/manifest.json", "folder") for run in ("0001", "0002")]
    decide(folder, f"种类,文号,日期,理由,文件指纹\n密钥遗失,绩发〔2027〕3号,2027-02-01,硬盘损坏,{old.id}\n")
    assert reasons(folder) == [(f"runs/{run}/manifest.json", "more") for run in ("0001", "0002")]
    forged = folder.parent / "forged"
    shutil.copytree(folder, forged)
    score_folder(folder)
    assert reasons(folder) == []
    for run in ("0001", "0002"):
        _forge(forged / "runs" / run)
    assert reasons(forged) == [(f"runs/{run}/manifest.json", "more") for run in ("0001", "0002")]


@pytest.mark.usefixtures("bare_run", "_no_second_reading")
def test_without_a_key_a_lost_one_is_away_like_the_present_one(folder: Path) -> None:
    """A copy of the folder that lacks its key: nothing more can be told of the runs before the key was lost."""
    old = read_key(folder)[0]
    write_key(folder, Key(b"b" * 32))
    decide(folder, f"种类,文号,日期,理由,文件指纹\n密钥遗失,绩发〔2027〕3号,2027-02-01,硬盘损坏,{old.id}\n")
    score_folder(folder)
    (folder / KEY_FILE).unlink()
    assert reasons(folder) == [(f"runs/{run}/manifest.json", "checked") for run in ("0001", "0002", "0003")]
    codes = [(one.code, one.blocks) for each in verify(folder) for one in each.findings]
    assert codes == [("SEALS_UNCHECKED", False)]


def _forge(run: Path) -> None:
    """Other results, and every digest that anybody can write, the one of the run before among them."""
    path = run / "results.json"
    path.write_bytes(path.read_bytes().replace(b'"92.62"', b'"98.62"'))
    manifest = json.loads((run / "manifest.json").read_bytes())
    manifest["outputs"]["results.json"] = hashlib.sha256(path.read_bytes()).hexdigest()
    if manifest["previous"]:
        manifest["previous"] = hashlib.sha256((run.parent / "0001/manifest.json").read_bytes()).hexdigest()
    (run / "manifest.json").write_bytes(text_of(manifest))


def test_a_digest_written_anew_under_the_old_seal_is_not_believed(folder: Path) -> None:
    """The key and the seal stay as they were; the seal fits no longer."""
    _forge(folder / "runs/0002")
    assert reasons(folder) == [("runs/0002/manifest.json", "folder")]


def test_a_seal_that_anybody_can_reckon_is_none_of_a_key(folder: Path) -> None:
    """A bare digest, or one by another key, under the id of the folder's key."""
    path = folder / "runs/0002/manifest.json"
    manifest = json.loads(path.read_bytes())
    text = text_of({name: value for name, value in manifest.items() if name != "seal"})
    for seal in (hashlib.sha256(text).hexdigest(), hmac.digest(b"b" * 32, text, "sha256").hex(), ""):
        path.write_bytes(text_of({**manifest, "seal": seal}))
        assert reasons(folder) == [("runs/0002/manifest.json", "folder")]


def test_a_run_under_another_number_is_not_believed(folder: Path) -> None:
    """A folder that was renamed, whose manifest is sealed with the number that it had."""
    (folder / "runs/0002").rename(folder / "runs/0003")
    assert reasons(folder) == [("runs/0003/manifest.json", "folder")]


@pytest.mark.usefixtures("bare_run", "_no_second_reading")
def test_a_copy_of_a_run_is_named_and_stumbled_over_by_nobody(folder: Path) -> None:
    """As file managers make it: it is no run, and the runs are read as before."""
    shutil.copytree(folder / "runs/0001", folder / "runs/0001 - 副本")
    assert [each.number for each in list_runs(folder)] == ["0001", "0002"]
    assert reasons(folder) == [("runs/0001 - 副本", "scoring")]
    for command in (("verify", str(folder)), ("runs", str(folder)), ("pack", str(folder))):
        ran = ev(*command)
        assert ran.returncode == 1, command
        assert "runs/0001 - 副本" in ran.stdout + ran.stderr, command
    assert ev("explain", str(folder), "清川县").returncode == 0
    assert score_folder(folder).folder.name == "0003"


def test_a_run_whose_manifest_is_gone_is_named(folder: Path) -> None:
    """The newest one has none after it that would miss it."""
    (folder / "runs/0002/manifest.json").unlink()
    assert reasons(folder) == [("runs/0002/manifest.json", "gone")]


@pytest.mark.usefixtures("bare_run")
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
        past_results(load(folder)[0])
