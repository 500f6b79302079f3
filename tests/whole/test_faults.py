"""What becomes of a folder when something fails in the middle of a command (law 6): a part of `make faults`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import faulty
from faulted import CASES, EPOCH, Bench, Ended, Verdict, left
from faulty import ANY, VARIABLE, Fault, counted
from terminal import environment, ev

WRITING = ("write", "fsync", "replace")


def here(arguments: Sequence[str], fault: Fault | None = None) -> Ended:
    """Run in this process, with the fault put into it."""
    with counted(fault or Fault(ANY, 0, "EIO", "\0")):
        ran = ev(*arguments, SOURCE_DATE_EPOCH=EPOCH, EVALTOOL_OPERATOR="甲")
    return Ended(ran.returncode, ran.stderr)


def killed(arguments: Sequence[str], fault: Fault) -> Ended:
    """Run in a process of its own, which the fault kills."""
    start = Path(faulty.__file__).parent
    beside = os.pathsep.join((environment()["PYTHONPATH"], str(start), str(start / "faulty_start")))
    named = f"{fault.operation}:{fault.number}:{fault.what}:{fault.folder}"
    surroundings = environment(PYTHONPATH=beside, SOURCE_DATE_EPOCH=EPOCH, EVALTOOL_OPERATOR="甲", **{VARIABLE: named})
    command = [sys.executable, "-m", "evaltool", *arguments]
    ran = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    return Ended(ran.returncode, ran.stderr)


def bench_of(name: str, folder: Path) -> Bench:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SOURCE_DATE_EPOCH", EPOCH)
        CASES[name].make(folder / "kept")
    return Bench.of(CASES[name], folder / "kept", here, folder / "tried")


@pytest.fixture(scope="module")
def deciding(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return bench_of("decide", tmp_path_factory.mktemp("deciding"))


@pytest.fixture(scope="module")
def scoring(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return bench_of("score", tmp_path_factory.mktemp("scoring"))


def bad(verdicts: Sequence[Verdict]) -> list[str]:
    assert verdicts
    return [each.why for each in verdicts if not each.good]


@pytest.mark.parametrize("operation", ["open", *WRITING])
def test_whatever_fails_a_decision_is_entered_or_not(deciding: Bench, operation: str) -> None:
    """The Nth open, write, fsync and move fail, for every N: exit code 3, one line with the file, nothing half."""
    total = range(1, deciding.counted(operation) + 1)
    assert bad([deciding.tried(operation, at, "EIO" if operation != "open" else "EMFILE") for at in total]) == []


def test_whatever_fails_a_run_is_there_or_not(scoring: Bench) -> None:
    """The disk is full when its last files are written: the run before is the same, nothing of this one is left."""
    assert bad([scoring.tried("write", scoring.counted("write") - 1, "ENOSPC", then=True)]) == []


def test_a_killed_command_leaves_nothing_that_the_next_one_does_not_clear(deciding: Bench) -> None:
    """kill -9 while the ledger's file is written: its part is there, no line is, and the next command takes it away."""
    folder = deciding.fresh()
    ended = killed(deciding.case.asked(folder), Fault("fsync", 1, "kill", str(folder)))
    assert (ended.code, len(left(folder))) == (-signal.SIGKILL, 1)
    assert bad([deciding.judged(ended, killed=True)]) == []


def test_a_killed_scoring_leaves_the_runs_before_it_and_none_of_its_own(scoring: Bench) -> None:
    """kill -9 while the last files of a run are written: no half run can be taken for one, and the next cleans up."""
    number = scoring.counted("write") - 1
    folder = scoring.fresh()
    ended = killed(scoring.case.asked(folder), Fault("write", number, "kill", str(folder)))
    assert ended.code == -signal.SIGKILL
    assert bad([scoring.judged(ended, killed=True)]) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", [*CASES])
def test_every_fault_of_every_command(name: str, tmp_path: Path) -> None:
    bench = bench_of(name, tmp_path)
    told = [
        bench.tried(operation, at, "EMFILE" if operation == "open" else "EIO")
        for operation in ("open", *WRITING)
        for at in range(1, bench.counted(operation) + 1)
    ]
    assert bad(told) == []
