"""Law 10, end to end: whatever lies in the inbox, the good sheets count, the rest is accounted for, nothing leaks."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from evaltool.inbox import workers as reading
from evaltool.run import score_folder, scored, take_in
from folders import make, return_all
from hostile import NAMES, PLAIN, RULES, SETTINGS, elements, hostile_files, roster, says, written

pytestmark = pytest.mark.filterwarnings("ignore:Duplicate name")  # zipfile, of the archive that has one on purpose


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """A folder with good sheets of everybody, and the hostile files that come among them."""
    root = tmp_path_factory.mktemp("good")
    folder = make(root / "e", roster(), {"d": RULES}, SETTINGS)
    return_all(folder, says)
    (root / "secret.xlsx").write_bytes(next((folder / "inbox").glob("*O1*")).read_bytes())
    return root, hostile_files((root / "secret.xlsx").read_bytes(), root / "secret.xlsx")


@pytest.fixture
def besieged(made: tuple[Path, dict[str, bytes]], tmp_path: Path) -> Path:
    """Good sheets of everybody among hostile files, links, pipes and folders; beside the evaluation lies a secret."""
    good, hostile = made
    folder = shutil.copytree(good / "e", tmp_path / "e")
    secret = shutil.copyfile(good / "secret.xlsx", tmp_path / "secret.xlsx")
    inbox = folder / "inbox"
    for name, data in hostile.items():
        (inbox / name).write_bytes(data)
    (inbox / "夹.xlsx").mkdir()
    for at, name in enumerate(NAMES):
        (inbox / "夹.xlsx" / name).write_bytes(b"not a workbook %d" % at)
    os.mkfifo(inbox / "管道.xlsx")
    (inbox / "链接.xlsx").symlink_to(secret)
    (inbox / "零.xlsx").symlink_to("/dev/zero")
    (inbox / "断链.xlsx").symlink_to(tmp_path / "nowhere")
    (inbox / "环").symlink_to(inbox)
    (inbox / "~$锁.xlsx").write_bytes(b"lock")
    return folder


def paths(folder: Path) -> list[str]:
    """Everything in the inbox that is no real folder."""
    found = sorted((folder / "inbox").rglob("*"))
    return [path.relative_to(folder).as_posix() for path in found if path.is_symlink() or not path.is_dir()]


def test_everything_in_a_hostile_inbox_is_accounted_for_and_the_good_sheets_count(besieged: Path) -> None:
    """Within seconds, every path once in the accounts; five good sheets count and give the result they always give."""
    begun = sum(os.times()[:4])  # of work, here and in workers: a busy machine takes longer
    taken = take_in(besieged)
    assert sum(os.times()[:4]) - begun < 10
    assert Counter(each.file for each in taken.accounts.files) == Counter(paths(besieged))
    counted = [each for each in taken.accounts.files if each.became == "counted"]
    assert len(counted) == len(PLAIN) + 2
    assert {each.answered for each in taken.accounts.sheets} == {"counted"}
    spoken = {one.file for one in taken.findings}
    assert [each.file for each in taken.accounts.files if each.became != "counted" and each.file not in spoken] == []
    totals = {one.unit.name: one.exact for one in scored(taken, "0001", interim=True).standings}
    assert totals == {
        name: Fraction(27) + Fraction(40 * (70 + at), 100) + Fraction(51, 2) for at, name in enumerate(PLAIN, 1)
    }


def test_a_hostile_inbox_is_refused_the_same_way_again(besieged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong is known by content: a second look, and one through worker processes, says the same."""
    first = take_in(besieged)
    again = take_in(besieged)
    assert (again.accounts, again.findings) == (first.accounts, first.findings)
    monkeypatch.setattr(reading, "SMALL", 0)
    by_workers = take_in(besieged, anew=True)
    assert (by_workers.accounts, by_workers.findings) == (first.accounts, first.findings)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_named(besieged: Path) -> None:
    """It is no submission, and a finding says why."""
    (besieged / "inbox" / "空.xlsx").chmod(0)
    taken = take_in(besieged)
    assert "FILE_UNREADABLE" in {one.code for one in taken.findings if one.file == "inbox/空.xlsx"}


def test_a_name_that_is_no_text_is_accounted_for(besieged: Path) -> None:
    """A file whose name is no UTF-8 stands in the accounts, and its findings can be printed."""
    name = os.fsdecode("乙.xlsx".encode("gb18030"))
    (besieged / "inbox" / name).write_bytes(b"not a workbook, oddly named")
    for _ in range(2):
        taken = take_in(besieged)
        assert len(taken.accounts.files) == len(paths(besieged))
        for one in taken.findings:
            json.dumps(one.as_row(), ensure_ascii=False).encode()


def test_names_of_files_are_shown_and_written_harmlessly(besieged: Path) -> None:
    """The run of a besieged folder has no formula or link from a file's name; the terminal gets no control signs."""
    run = score_folder(besieged, interim=True).folder
    counts = elements(written(run, ".xlsx"))
    assert (counts["outside"], counts["error"]) == (0, 0)
    for name in ("findings.jsonl", "accounts.json"):
        assert "夹.xlsx" in (run / name).read_text(encoding="utf-8")
    command = [sys.executable, "-m", "evaltool", "validate", str(besieged)]
    environment = {**os.environ, "PYTHONPATH": str(Path(reading.__file__).parent.parent), "EVALTOOL_LANG": "zh"}
    said = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert said.returncode == 1
    shown = (said.stdout + said.stderr).decode()
    assert "红.xlsx" in shown
    assert not set(shown) & {"\x1b", "\u202e", "\x01"}


# --- nothing else is touched -----------------------------------------------------------------------------------------

_WATCHED: list[list[tuple[str, str]]] = []  # an audit hook cannot be taken out again, so it looks here


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    calls = ("open", "socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.system", "os.fork")
    if _WATCHED and event.startswith(calls) and event != "socket.gethostname":  # the lock says whose it is
        named = arguments[0] if event == "open" and arguments else ""
        _WATCHED[-1].append((event, os.fsdecode(named) if isinstance(named, str | bytes) else ""))


@pytest.fixture
def watched() -> Iterator[list[tuple[str, str]]]:
    """What is opened, connected to or started while the test runs."""
    if not getattr(sys, "_evaltool_hook", False):
        sys.addaudithook(_hook)
        sys._evaltool_hook = True  # type: ignore[attr-defined]
    _WATCHED.append([])
    yield _WATCHED[-1]
    _WATCHED.pop()


def test_nothing_outside_the_folder_is_opened_and_nobody_is_called(
    besieged: Path, watched: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taking in a hostile inbox opens the folder's files and the interpreter's own, no socket and no other process."""
    monkeypatch.setattr(reading, "SMALL", 10_000)
    watched.clear()
    take_in(besieged)
    events = list(watched)
    assert [event for event, _ in events if event != "open"] == []
    libraries = [Path(each) for each in (sys.prefix, sys.base_prefix, sys.exec_prefix)] + [
        Path(reading.__file__).parent
    ]
    allowed = [str(besieged), *(str(each.resolve()) for each in libraries), *map(str, libraries)]
    opened = {os.path.normpath(Path(path).absolute()) for _, path in events if path}
    assert len([path for path in opened if path.startswith(str(besieged / "inbox"))]) > 40
    assert [path for path in sorted(opened) if not path.startswith(tuple(allowed))] == []
    assert str(besieged.parent / "secret.xlsx") not in opened
