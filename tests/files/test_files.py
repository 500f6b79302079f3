"""All of a file or nothing of it; one process at a time; what killed processes leave is taken away."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest

from evaltool.files import (
    built,
    copy_atomically,
    locked,
    looked_at,
    move,
    write_atomically,
    write_each,
    write_together,
)
from evaltool.files.holding import CREATED, LOCK, _locked, is_alive
from evaltool.findings import Refused
from faulty import Fault, counted


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def holder(host: str, process: int, ago: timedelta = timedelta()) -> str:
    return f"{host} {process} {(datetime.now(UTC) - ago).isoformat(timespec='seconds')}"


@pytest.fixture
def gone() -> int:
    """The number of a process that is no more."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", ["open", "write", "fsync", "replace"])
def test_a_write_that_fails_is_said_of_its_file_and_leaves_nothing(tmp_path: Path, operation: str) -> None:
    """Whatever fails, the old content stays, no part lies beside it, and the error names the file that is known."""
    path = tmp_path / "名单.xlsx"
    path.write_bytes(b"old")
    with pytest.raises(OSError) as failed, counted(Fault(operation, 1, "ENOSPC", str(tmp_path))):
        write_atomically(path, b"new")
    assert (failed.value.errno, failed.value.filename) == (errno.ENOSPC, str(path))
    assert (names(tmp_path), path.read_bytes()) == (["名单.xlsx"], b"old")


@pytest.mark.parametrize(("operation", "number"), [("write", 1), ("write", 2), ("replace", 1), ("replace", 2)])
def test_files_that_belong_together_are_written_all_or_none(tmp_path: Path, operation: str, number: int) -> None:
    """Roster and ledger: where either fails, both are as they were."""
    roster, ledger = tmp_path / "roster.xlsx", tmp_path / "0001-committee.xlsx"
    roster.write_bytes(b"old")
    with pytest.raises(OSError) as failed, counted(Fault(operation, number, "EIO", str(tmp_path))):
        write_together({roster: b"new", ledger: b"line"})
    assert failed.value.filename == str((roster, ledger)[number - 1])
    assert (names(tmp_path), roster.read_bytes()) == (["roster.xlsx"], b"old")
    write_together({roster: b"new", ledger: b"line"})
    assert (roster.read_bytes(), ledger.read_bytes()) == (b"new", b"line")


@pytest.mark.parametrize("operation", ["open", "write", "fsync", "replace"])
def test_many_files_are_each_there_whole_or_not_at_all(
    tmp_path: Path, operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In stretches: what failed is named and not there, nor is any part; what was whole before stays."""
    monkeypatch.setattr("evaltool.files._STRETCH", 2)
    contents = {tmp_path / "received" / str(at): bytes([at]) for at in range(5)}
    with pytest.raises(OSError) as failed, counted(Fault(operation, 4, "ENOSPC", str(tmp_path))):
        write_each(contents.items())
    assert failed.value.filename in (str(tmp_path / "received" / "2"), str(tmp_path / "received" / "3"))
    there = names(tmp_path / "received")
    assert there in (["0", "1"], ["0", "1", "2"])
    assert all((tmp_path / "received" / name).read_bytes() == bytes([int(name)]) for name in there)
    write_each(contents.items())
    assert {path: path.read_bytes() for path in (tmp_path / "received").iterdir()} == contents


def test_a_copy_of_what_changed_meanwhile_is_none(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"other")
    copy_atomically(tmp_path / "a", tmp_path / "b", "0" * 64)
    assert names(tmp_path) == ["a"]


def test_a_file_that_another_program_has_open_for_a_moment_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scanners and synchronising clients hold new files briefly on Windows; any other refusal is one at once."""
    tries: list[int] = []

    def refused(source: Path, target: Path) -> Path:
        tries.append(1)
        problem = PermissionError(errno.EACCES, "held")
        problem.winerror = 32 if source.name == "held" else 19  # type: ignore[attr-defined]
        if len(tries) < 3:
            raise problem
        return target

    monkeypatch.setattr(Path, "replace", refused)
    monkeypatch.setattr("evaltool.files._PAUSES", (0.0,) * 4)
    move(tmp_path / "held", tmp_path / "b")
    assert len(tries) == 3
    tries.clear()
    with pytest.raises(PermissionError):
        move(tmp_path / "read-only", tmp_path / "b")
    assert len(tries) == 1


def test_a_new_folder_is_there_whole_or_not_at_all(tmp_path: Path, gone: int) -> None:
    """One that fails leaves nothing, one that was killed is taken away by the next, one that is there is filled."""
    (tmp_path / f".staging-{gone}").mkdir()
    with pytest.raises(ZeroDivisionError), built(tmp_path / "year") as made:
        (made / "evaluation.toml").write_text("half")
        raise ZeroDivisionError
    assert names(tmp_path) == []
    for target in (tmp_path / "year", tmp_path / "empty"):
        (tmp_path / "empty").mkdir(exist_ok=True)
        with built(target) as made:
            (made / "evaluation.toml").write_text("whole")
        assert names(target) == ["evaluation.toml"]
    assert names(tmp_path) == ["empty", "year"]


# --- one process at a time -------------------------------------------------------------------------------------------


def test_whoever_comes_second_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    """Also where the holder has not written its name yet, and the name of a killed one is still there."""
    with locked(tmp_path):
        with pytest.raises(Refused) as refused, locked(tmp_path):
            pass
        assert f"{socket.gethostname()}, process {os.getpid()}, since 20" in refused.value.findings[0].message("en")
    assert (tmp_path / LOCK).read_bytes() == b""


def test_who_only_asks_looks_at_a_folder_that_cannot_be_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is; one that another process is at work in is refused, and one that is not there is not."""
    with looked_at(tmp_path) as is_held:
        assert is_held
        with pytest.raises(Refused), looked_at(tmp_path):
            pass

    def held(_: Path) -> NoReturn:
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr("evaltool.files.held", held)
    with looked_at(tmp_path) as is_held:
        assert not is_held
    with pytest.raises(OSError, match="read-only"), locked(tmp_path):
        pass


def test_what_a_killed_process_left_is_taken_away(tmp_path: Path, gone: int) -> None:
    """Parts of files and runs, wherever they lie but in the inbox; nothing where the last one let go in good order."""
    left = [f"received/.a.{gone}.part", f"runs/.staging-{gone}/results.json", "inbox/.a.1.part", "roster/.a.part"]
    for name in left:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("half")
    with locked(tmp_path):
        assert all((tmp_path / name).exists() for name in left)
    (tmp_path / LOCK).write_text(holder(socket.gethostname(), gone))
    with locked(tmp_path):
        assert [(tmp_path / name).exists() for name in left] == [False, False, True, True]


def test_what_is_under_way_in_an_evaluation_inside_stays(tmp_path: Path, gone: int) -> None:
    """A single matter of the year has a lock of its own: its half run may be somebody's; its inbox is an inbox."""
    left = [f"flood/runs/.staging-{os.getpid()}/results.json", "flood/inbox/.a.1.part", f"policy/inbox/.b.{gone}.part"]
    for name in left:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("half")
    (tmp_path / LOCK).write_text(holder(socket.gethostname(), gone))
    with locked(tmp_path / "flood"), locked(tmp_path):
        assert all((tmp_path / name).exists() for name in left)


def test_a_lock_of_another_machine_counts_where_locks_are_not_shared(tmp_path: Path) -> None:
    """On a synchronised folder only its words tell; an hour later they are those of a machine that was switched off."""
    (tmp_path / LOCK).write_text(holder("PC-7", 12))
    with pytest.raises(Refused) as refused, locked(tmp_path):
        pass
    (said,) = refused.value.findings
    assert said.code == "RUN_LOCKED_ELSEWHERE"
    assert "电脑 PC-7，进程号 12，" in said.message() and LOCK in said.hint()
    (tmp_path / LOCK).write_text(holder("PC-7", 12, timedelta(hours=2)))
    with locked(tmp_path):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="tzset")
def test_the_time_of_the_holder_is_that_of_the_clock_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock has it in UTC; what it does not say is not made up."""
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    said = _locked("RUN_LOCKED", "PC-7 12 2027-04-08T09:05:00+00:00", LOCK).message()
    assert said == "另一个进程正在处理这个文件夹（电脑 PC-7，进程号 12，2027-04-08 17:05:00 +08:00 开始）"
    assert "没有写明" in _locked("RUN_LOCKED", "", LOCK).message()
    monkeypatch.undo()
    time.tzset()


def test_a_drive_without_locks_has_a_file_in_their_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: int
) -> None:
    """One holds the folder, the other names the holder; that of a killed process of this machine is taken over."""
    monkeypatch.setattr("evaltool.files.holding._hold", lambda _: "unknown")
    with locked(tmp_path):
        with pytest.raises(Refused) as refused, locked(tmp_path):
            pass
        assert f"{socket.gethostname()}, process {os.getpid()}, since 20" in refused.value.findings[0].message("en")
        assert CREATED in refused.value.findings[0].hint("en")
    assert CREATED not in names(tmp_path)
    (tmp_path / CREATED).write_text(holder(socket.gethostname(), gone))
    with locked(tmp_path):
        assert (tmp_path / CREATED).read_text().split()[1] == str(os.getpid())


@pytest.mark.skipif(sys.platform == "win32", reason="flock")
def test_locks_that_do_not_work_are_told_from_one_that_is_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A network drive says that it knows no locks: that is no other process."""
    import fcntl

    def fails(number: int) -> None:
        def flock(*_: object) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(fcntl, "flock", flock)

    fails(errno.ENOLCK)
    with locked(tmp_path):
        assert CREATED in names(tmp_path)
    fails(errno.EAGAIN)
    monkeypatch.setattr("evaltool.files.holding._PAUSE", 0)
    with pytest.raises(Refused) as refused, locked(tmp_path):
        pass
    assert [one.code for one in refused.value.findings] == ["RUN_LOCKED"]


def test_a_process_is_alive_or_gone(gone: int) -> None:
    assert is_alive(os.getpid())
    assert not is_alive(gone)
