"""Every byte that a result stands on is guarded, and every counted cell is read twice (laws 8 and 12)."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import json
import random
import shutil
import subprocess
import time
import zipfile
from array import array
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import pytest

from evaltool.evaluation.key import read_key
from evaltool.findings import Finding, Refused
from evaltool.proof import secondreading
from evaltool.proof.otherreader import compare
from evaltool.proof.pack import pack
from evaltool.proof.verify import STEPS, verify
from evaltool.run import score_folder
from evaltool.runs.store import seal_of, text_of
from folders import bundled_settings, decide, make, return_all
from stuck_reader import stuck
from terminal import ev
from worked_county import ROSTER, says, scheme

pytestmark = pytest.mark.usefixtures("bare_runs")

BONUS = "种类,文号,日期,理由,单位,新值\n加分,绩发〔2027〕9号,2027-02-01,创新,清川县,0.5\n"


@pytest.fixture(scope="module")
def scored_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The worked example with a ledger and one official run."""
    folder = make(tmp_path_factory.mktemp("verify") / "city", ROSTER, {"counties": scheme()}, bundled_settings())
    return_all(folder, says)
    decide(folder, BONUS)
    score_folder(folder)
    return folder


@pytest.fixture
def folder(scored_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(scored_once, tmp_path / "city"))


@pytest.fixture
def _no_second_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the other proofs are looked at: a process of its own for each of a hundred would take minutes."""
    monkeypatch.setattr("evaltool.proof.verify.read_twice", lambda *_: (0, []))


def found(folder: Path, run: str = "") -> list[Finding]:
    return [one for each in verify(folder, run) for one in each.findings]


def test_a_run_as_it_was_stored_is_proved(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All five proofs, each over everything it is about."""
    proofs = verify(folder)
    assert [each.step for each in proofs] == list(STEPS)
    assert [each.findings for each in proofs] == [()] * 5
    assert all(each.looked_at for each in proofs)
    monkeypatch.setattr("evaltool.proof.verify.read_twice", lambda *_: (proofs[-1].looked_at, []))  # as just seen
    assert ev("verify", str(folder)).returncode == 0


@pytest.mark.usefixtures("_no_second_reading")
def test_one_changed_byte_anywhere_is_found(folder: Path) -> None:
    """In rules, roster, ledger, inbox, record and its index, what was asked, outputs, the manifest of each run: the
    file is named as itself."""
    score_folder(folder)
    dice = random.Random(5)
    for part in PARTS:
        for path in dice.choices(files_of(folder, part), k=1):
            with flipped(path, dice) as at:
                assert path.relative_to(folder).as_posix() in faulty(folder), (path, at)


@pytest.mark.slow
@pytest.mark.usefixtures("_no_second_reading")
def test_a_thousand_changed_bytes_are_found(folder: Path) -> None:
    """One at a time, as often in each part of what a result stands on, in either of two runs."""
    score_folder(folder)
    dice = random.Random(2027)
    unseen = []
    for number in range(1000):
        path = dice.choice(files_of(folder, PARTS[number % len(PARTS)]))
        with flipped(path, dice) as at:
            if path.relative_to(folder).as_posix() not in faulty(folder):
                unseen.append((number, path, at))
    assert unseen == []


def faulty(folder: Path) -> set[str]:
    return {one.file for one in found(folder) if one.blocks}


PARTS = (
    "evaluation.toml",
    "schemes",
    "roster",
    "decisions",
    "inbox",
    "received",
    "received/index.csv",
    "sent",
    "runs/0001",
    "runs/0002",
    "runs/0001/manifest.json",
    "runs/0002/manifest.json",
)


def files_of(folder: Path, part: str) -> list[Path]:
    return sorted(path for path in [folder / part, *(folder / part).rglob("*")] if path.is_file())


@contextmanager
def flipped(path: Path, dice: random.Random) -> Iterator[int]:
    """A file with one bit of one byte changed; gives the byte."""
    before = path.read_bytes()
    at = dice.randrange(len(before))
    path.write_bytes(before[:at] + bytes([before[at] ^ 1 << dice.randrange(8)]) + before[at + 1 :])
    yield at
    path.write_bytes(before)


def _lines(folder: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO((folder / "received/index.csv").read_text("utf-8-sig"), newline="")))


def _rewrite(folder: Path, lines: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(lines)
    (folder / "received/index.csv").write_bytes(out.getvalue().encode("utf-8-sig"))


@pytest.mark.usefixtures("_no_second_reading")
@pytest.mark.parametrize(
    ("column", "value"), [(1, "inbox/别的.xlsx"), (2, "7"), (3, "2020-01-01T00:00:00+00:00"), (0, "0" * 64)]
)
def test_a_line_of_the_index_written_over_is_found(folder: Path, column: int, value: str) -> None:
    """The name, the size, the time and the hash: the first three decide which sheet counts, and whether it was late."""
    lines = _lines(folder)
    lines[1][column] = value
    _rewrite(folder, lines)
    assert {(one.code, one.file) for one in found(folder)} == {("RECORD_INDEX", "received/index.csv")}


@pytest.mark.usefixtures("_no_second_reading")
def test_a_line_of_the_index_that_is_gone_is_found(folder: Path) -> None:
    """One of them, or all with the file."""
    lines = _lines(folder)
    _rewrite(folder, [*lines[:1], *lines[2:]])
    assert [(one.code, one.file) for one in found(folder)] == [("RECORD_INDEX", "received/index.csv")]
    (folder / "received/index.csv").unlink()
    assert [one.code for one in found(folder)] == ["RECORD_INDEX"] * (len(lines) - 1)


@pytest.mark.usefixtures("_no_second_reading")
def test_what_the_record_has_more_than_the_run_is_said(folder: Path) -> None:
    """A file that somebody put there is no part of the result, and has no line in the index."""
    data = b"put there"
    name = f"received/{hashlib.sha256(data).hexdigest()}.txt"
    (folder / name).write_bytes(data)
    assert {(one.code, one.file) for one in found(folder)} == {
        ("INPUT_ADDED", name),
        ("RECORD_INDEX", "received/index.csv"),
    }


@pytest.mark.usefixtures("_no_second_reading")
def test_what_was_asked_is_proved_by_its_name(folder: Path) -> None:
    """Also in a run that did not keep its digest, where no sheet of it came; and a file that is gone is missed."""
    path = files_of(folder, "sent")[0]
    other = path.with_name("0123456789ab.json")
    other.write_bytes(path.read_bytes())
    path.unlink()
    assert {(one.code, one.file) for one in found(folder)} == {
        ("SENT_CHANGED", f"sent/{path.name}"),
        ("SENT_CHANGED", f"sent/{other.name}"),
    }


@pytest.mark.usefixtures("_no_second_reading")
@pytest.mark.parametrize("key", ["inputs", "submissions", "sha256", "first_seen", "run", "tool", "outputs", "interim"])
def test_a_damaged_manifest_is_named_and_not_stumbled_over(folder: Path, key: str) -> None:
    """Nothing of it is gone by any more."""
    path = folder / "runs/0001/manifest.json"
    path.write_bytes(path.read_bytes().replace(f'"{key}"'.encode(), f'"{key[:-1]}~"'.encode(), 1))
    assert {one.file for one in found(folder)} == {"runs/0001/manifest.json"}


@pytest.mark.usefixtures("_no_second_reading")
@pytest.mark.parametrize("name", ["accounts.json", "results.json"])
def test_a_damaged_account_is_named_and_not_stumbled_over(folder: Path, name: str) -> None:
    """Another value than the scoring wrote."""
    for text in ("[]", "{}", '{"files": 3}', "", "null"):
        (folder / "runs/0001" / name).write_text(text)
        assert f"runs/0001/{name}" in {one.file for one in found(folder) if one.blocks}, text


@pytest.mark.usefixtures("_no_second_reading")
def test_a_kept_rule_that_is_gone_is_named(folder: Path) -> None:
    """Also where the one in the folder was changed, so that nothing is left to compare it with."""
    kept, own = folder / "runs/0001/rules/schemes/counties.toml", folder / "schemes/counties.toml"
    kept.unlink()
    own.write_bytes(own.read_bytes() + b"# changed\n")
    assert {(one.code, one.file) for one in found(folder)} == {
        ("RUN_ALTERED", "runs/0001/rules/schemes/counties.toml"),
        ("INPUT_ALTERED", "schemes/counties.toml"),
    }


@pytest.mark.usefixtures("_no_second_reading")
def test_a_result_that_nobody_scored_is_found_under_a_good_seal(folder: Path) -> None:
    """Whoever has the key can seal anything; it does not come out of what the run was made of."""
    run = folder / "runs/0001"
    manifest = json.loads((run / "manifest.json").read_bytes())
    for name in ("results.json", "marks.csv"):
        data = (run / name).read_bytes().replace(b"1", b"2", 1)
        (run / name).write_bytes(data)
        manifest["outputs"][name] = hashlib.sha256(data).hexdigest()
    del manifest["seal"]
    seal = seal_of(text_of(manifest), read_key(folder)[0])
    (run / "manifest.json").write_bytes(text_of({**manifest, "seal": seal}))
    assert {(one.code, one.file) for one in found(folder)} == {
        ("RUN_NOT_REPEATED", "runs/0001/results.json"),
        ("RUN_NOT_REPEATED", "runs/0001/marks.csv"),
    }


@pytest.mark.usefixtures("_no_second_reading")
def test_what_was_remembered_of_files_proves_nothing(folder: Path) -> None:
    """Another mark in the cache, signed with the folder's key: the run is proved from the sheets themselves, and is
    found out where it was scored from the cache."""
    path = folder / ".evaltool-cache/readings"
    key = read_key(folder)[0].secret
    sheet = hashlib.sha256(next((folder / "inbox").glob("G1*")).read_bytes()).hexdigest()
    (line,) = [one for one in path.read_text("utf-8").splitlines() if one.startswith(sheet)]
    reading = json.loads(line.split(" ", 2)[2])
    width, packed = reading[2]["values"][0], reading[2]["values"][1:]
    values = array(width, a2b_base64(packed))
    values[0] -= 1
    reading[2]["values"] = width + b2a_base64(values, newline=False).decode()
    text = json.dumps(reading, ensure_ascii=False)
    poisoned = f"{sheet} {hmac.digest(key, text.encode(), 'sha256').hex()[:32]} {text}\n"
    path.write_text(poisoned, "utf-8")
    assert found(folder) == []
    path.write_text(poisoned, "utf-8")
    score_folder(folder)
    assert ("RUN_NOT_REPEATED", "runs/0002/results.json") in {(one.code, one.file) for one in found(folder)}


@pytest.mark.usefixtures("_no_second_reading")
def test_what_came_after_the_run_is_said_and_is_no_fault(folder: Path) -> None:
    """A new decision and a new sheet are not in the result yet: score again."""
    decide(folder, BONUS.replace("9号", "10号"), "另一份")
    shutil.copyfile(next((folder / "inbox").glob("*.xlsx")), folder / "inbox/again.xlsx")
    (folder / "inbox/new.xlsx").write_bytes((folder / "inbox/again.xlsx").read_bytes() + b"\n")
    assert [(one.code, one.file, one.blocks) for one in found(folder)] == [
        ("INPUT_ADDED", "decisions/另一份.csv", False),
        ("INPUT_ADDED", "inbox/new.xlsx", False),
    ]


def test_a_cell_that_another_program_reads_otherwise_is_found(folder: Path) -> None:
    """An escape in a text that one reader resolves and the other shows; by `verify` and before scoring."""
    shutil.rmtree(folder / "received")
    path = next((folder / "inbox").glob("M1*"))
    book = openpyxl.load_workbook(path)
    sheet = next(one for one in book.worksheets if one.sheet_state == "visible" and one.max_column > 2)
    cell = next(one for row in sheet.iter_rows() for one in row if one.value in ("一等", "二等", "三等"))
    wanted = str(cell.value)
    cell.value = f"_x{ord(wanted[0]):04X}_{wanted[1:]}"
    book.save(path)
    ran = ev("validate", str(folder), "--double-check", "--no-returns", "--output-format", "jsonl")
    rows = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [(row["sheet"], row["cell"]) for row in rows if row["code"] == "READER_DISAGREE"] == [
        (sheet.title, cell.coordinate)
    ]
    assert ran.returncode == 1


def test_a_sheet_that_the_other_program_cannot_read_is_found(folder: Path) -> None:
    """It is no second reading, and nothing is said of its cells; the other sheets are read."""
    (folder / "received").rename(folder / "kept")
    path = next((folder / "inbox").glob("M1*"))
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts["docProps/core.xml"] = b"<broken"  # no reader of cells needs it
    with zipfile.ZipFile(path, "w") as book:
        for name, data in parts.items():
            book.writestr(name, data)
    score_folder(folder)
    (proof,) = [each for each in verify(folder) if each.step == "cells"]
    assert [(one.code, one.file, one.evaluator, one.blocks) for one in proof.findings] == [
        ("READER_DISAGREE", f"inbox/{path.name}", "M1", True)
    ]
    assert dict(proof.findings[0].args)["second"].startswith("openpyxl: ")
    assert proof.looked_at > 500


def test_a_format_in_the_last_cell_makes_no_other_cells(tmp_path: Path) -> None:
    """A worksheet goes as far as its last formatted cell; reading all up to there would never end."""
    import xlsxwriter

    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_number(0, 0, 1)
        sheet.write_blank(1048575, 16383, None, book.add_format({"bold": True}))
    compared = compare("x", path.read_bytes())
    assert (compared.cells, compared.differing, compared.unread) == (1, (), "")


def test_a_file_that_a_reader_never_comes_back_from_holds_up_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its process is ended, and the files after it are read by another."""
    monkeypatch.setattr(secondreading, "compare_all", stuck)
    monkeypatch.setattr(secondreading, "AT_ONCE", 1)
    monkeypatch.setattr(secondreading, "PROCESSES", 1)  # so that patience is tried by no other process that starts
    monkeypatch.setattr(secondreading, "PATIENCE", 2)
    began = time.monotonic()
    read = list(secondreading._in_processes([("a", b""), ("b", b"stuck"), ("c", b"")]))
    assert [(one.digest, one.cells, one.unread) for one in read] == [
        ("a", 1, ""),
        ("b", 0, "TimeoutError"),
        ("c", 1, ""),
    ]
    assert time.monotonic() - began < 60


def test_readers_agree_about_numbers_days_and_texts(tmp_path: Path) -> None:
    """What is stored as a number, shown as a day, or has line breaks is no difference."""
    import xlsxwriter

    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for row, value in enumerate((0.1 + 0.2, 1e-9, 12345678.9, -3, 0)):
            sheet.write_number(row, 0, value)
            sheet.write_number(row, 1, 46000 + row, day)
            sheet.write_number(row, 2, 46000.123456 + row, moment)
        sheet.write_string(9, 0, "两行\n文字 ")
        sheet.write_boolean(9, 1, boolean=True)
        sheet.write_formula(9, 2, "=1/0", None, "#DIV/0!")
    compared = compare("x", path.read_bytes())
    assert (compared.cells, compared.differing, compared.unread) == (18, (), "")


@pytest.mark.usefixtures("_no_second_reading")
def test_an_old_run_is_proved_when_newer_ones_stand_beside_it(folder: Path) -> None:
    """From what it keeps itself; that the ledger has grown since is said."""
    decide(folder, BONUS.replace("9号", "10号"), "另一份")
    score_folder(folder)
    assert [one.code for one in found(folder, "1")] == ["INPUT_ADDED"]
    assert found(folder) == []
    with pytest.raises(Refused):
        verify(folder, "7")


def test_the_archive_is_checked_without_the_tool(folder: Path, tmp_path: Path) -> None:
    """Everything but the key, the same bytes each time, one list of checksums that sha256sum understands."""
    path, names = pack(folder)
    assert pack(folder, out=tmp_path / "b.zip")[0].read_bytes() == path.read_bytes()
    assert "evaltool.key" not in names
    assert {"evaluation.toml", "decisions/决定.csv", "runs/0001/manifest.json", "received/index.csv"} <= set(names)
    assert {f"sent/{path.name}" for path in files_of(folder, "sent")} == {one for one in names if one[:5] == "sent/"}
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "there")
    if shutil.which("sha256sum"):
        subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=tmp_path / "there", check=True)
    sums = (tmp_path / "there/SHA256SUMS").read_text("utf-8").splitlines()
    assert {line[66:]: line[:64] for line in sums} == {
        name: hashlib.sha256((tmp_path / "there" / name).read_bytes()).hexdigest() for name in names
    }


def test_an_archive_is_proved_but_for_what_takes_the_key(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seals and signatures: said once, however many runs and sheets; whatever was altered is found all the same."""
    score_folder(folder)
    there = tmp_path / "there"
    with zipfile.ZipFile(pack(folder)[0]) as archive:
        archive.extractall(there)
    proofs = verify(there)
    assert [(each.step, each.skipped) for each in proofs] == [(step, "") for step in STEPS]
    assert all(each.looked_at for each in proofs)
    told = [one for each in proofs for one in each.findings]
    assert [(one.code, one.file, one.blocks) for one in told] == [("SEALS_UNCHECKED", "evaltool.key", False)]
    monkeypatch.setattr("evaltool.proof.verify.read_twice", lambda *_: (proofs[-1].looked_at, []))  # as just seen
    ran = ev("verify", str(there), "--lang", "en")
    assert (ran.returncode, "proved, but for seals and signatures" in ran.stdout + ran.stderr) == (0, True)
    (there / "runs/0001/marks.csv").write_bytes(b"")
    sheet = next((there / "received").glob("*.xlsx"))
    sheet.write_bytes(sheet.read_bytes() + b"\n")
    assert {(one.code, one.file) for one in found(there) if one.blocks} >= {
        ("RUN_ALTERED", "runs/0001/marks.csv"),
        ("RECORD_CHANGED", f"received/{sheet.name}"),
    }


def test_the_public_archive_has_nothing_confidential(folder: Path) -> None:
    """The public documents and the rules; no sheet, no mark, no name of an evaluator's file."""
    path, names = pack(folder, public=True)
    assert all("/public/" in name or "/rules/schemes/" in name or name.endswith("code.txt") for name in names)
    with zipfile.ZipFile(path) as archive:
        _, *rows = csv.reader(io.StringIO((folder / "received/index.csv").read_text("utf-8-sig")))
        for row in rows:
            assert not any(row[0].encode() in archive.read(name) for name in archive.namelist())


def test_an_altered_record_is_not_packed(folder: Path) -> None:
    """Its checksum would be that of the altered file."""
    path = next((folder / "received").glob("*.xlsx"))
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(Refused) as refused:
        pack(folder)
    assert [(one.code, one.file) for one in refused.value.findings] == [("RECORD_CHANGED", f"received/{path.name}")]


def test_an_altered_run_is_not_packed(folder: Path) -> None:
    """An archive would make the forgery look proved."""
    (folder / "runs/0001/marks.csv").write_bytes(b"")
    with pytest.raises(Refused) as refused:
        pack(folder)
    assert [one.code for one in refused.value.findings] == ["RUN_ALTERED"]
    assert not (folder / "archive").exists() or not list((folder / "archive").iterdir())
