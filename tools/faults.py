"""What becomes of a folder when machines and disks fail in the middle of a command: the table of docs/faults.md.

    python tools/faults.py [--points 200] [--only score,decide] [--show]

Puts faults (tests/making/faulty.py) into `score`, `decide`, `goals --approve` and `template` of small evaluations, one
at a time, and looks at what the command said and left, and whether the next one works (tests/making/faulted.py).  Every
try is a process of its own, forked from this one.  Needs Linux; where it may mount, a disk is really full.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import os
import pkgutil
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
for place in ("src", "tests/making", "tests"):
    sys.path.insert(0, str(ROOT / place))

import evaltool.__main__  # noqa: E402
from faulted import CASES, EPOCH, Bench, Ended, Verdict  # noqa: E402
from faulty import ANY, Fault, counted  # noqa: E402

_NOBODY = 65534
_THERE = "DECISION_REPEATED"
_LONGEST = 120  # seconds after which a command is said to hang
ERRORS = {"open": "EMFILE", "write": "ENOSPC", "fsync": "EIO", "replace": "EACCES", "mkdir": "ENOSPC", "unlink": "EIO"}


@dataclass(slots=True)
class Row:
    """One line of the table."""

    command: str
    fault: str
    verdicts: list[Verdict] = field(default_factory=list)

    def cells(self) -> list[str]:
        said = self.verdicts
        bad = [sum(not getattr(each, name) for each in said) for name in ("clear", "whole", "earlier", "goes_on")]
        survived = sum(each.survived for each in said)
        counts = (f"{len(said) - n} of {len(said)}" if n else "all" for n in bad)
        return [self.command, self.fault, str(len(said)), str(survived), *counts]


HEADER = (
    *("command", "fault", "points tried", "went through all the same", "else a clear error"),
    *("nothing half written", "earlier runs the same bytes", "the next run works and cleans up"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--points", type=int, default=200, help="at how many points of each command it is killed")
    parser.add_argument("--most", type=int, default=10_000, help="try so many of each kind of error, spread evenly")
    parser.add_argument("--only", default="", help="commands, by commas")
    parser.add_argument("--show", action="store_true", help="say what did not hold")
    asked = parser.parse_args()
    wanted = [name for name in CASES if not asked.only or name in asked.only.split(",")]
    _import_all()
    print(_line(HEADER), _line(["---"] * len(HEADER)), sep="\n", flush=True)  # noqa: T201
    good = True
    with tempfile.TemporaryDirectory(prefix="faults-") as scratch:
        for row in (row for name in wanted for row in rows(name, Path(scratch), asked.points, asked.most)):
            if not row.verdicts:
                continue
            print(_line(row.cells()), flush=True)  # noqa: T201
            wrong = [each for each in row.verdicts if not each.good]
            good &= not wrong
            for each in wrong if asked.show else ():
                print("   ", each, file=sys.stderr, flush=True)  # noqa: T201
    return 0 if good else 1


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def rows(name: str, scratch: Path, points: int, most: int) -> Iterator[Row]:
    """What is tried on one command."""
    kept = scratch / name
    _forked(lambda: CASES[name].make(kept))
    bench = Bench.of(CASES[name], kept, forked, scratch / "tried")
    for operation, what in ERRORS.items():
        verdicts = [bench.tried(operation, at, what) for at in _spread(bench.counted(operation), most)]
        yield Row(name, f"the Nth {operation} fails ({what})", verdicts)
    writes = _spread(bench.counted("write"), most)
    yield Row(name, "full from the Nth write on", [bench.tried("write", n, "ENOSPC", then=True) for n in writes])
    chosen = _spread(bench.counted(ANY), points)
    yield Row(name, "kill -9 at the Nth operation", [bench.tried(ANY, at, "kill") for at in chosen])
    if more := points - len(chosen):
        yield Row(name, "kill -9 at any moment", list(_at_moments(bench, more)))
    if os.geteuid() == 0:
        yield Row(name, "a small disk that is full (tmpfs)", list(_on_small_disks(bench)))
    yield Row(name, "files may not grow (RLIMIT_FSIZE)", list(_held_short(bench)))
    yield Row(
        name, "no permission: the folder of another account, and a drive that is read-only", list(_forbidden(bench))
    )
    if name == "decide":
        yield Row(
            name, "two at once, 50 times: one works, the other names it", [_two_at_once(bench) for _ in range(50)]
        )
    if name == "score":
        yield Row(name, "killed while its workers read: none is left", [_without_parent(bench, at) for at in range(20)])


def _spread(total: int, most: int) -> list[int]:
    """1, 2, 3 … to the total, or so many of them."""
    return sorted({1 + at * total // most for at in range(most)}) if total > most else [*range(1, total + 1)]


# --- a command in a process of its own -------------------------------------------------------------------------------


def _import_all() -> None:
    """Everything once, so that a fork has it; nothing is reckoned here, for threads would not come along."""
    for module in pkgutil.walk_packages(evaltool.__path__, "evaltool."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def forked(arguments: Sequence[str], fault: Fault | None = None) -> Ended:
    """Run evaltool in a fork of this process; what it counted comes back in the fault."""
    return _waited(_begun(arguments, fault), fault)


@dataclass(slots=True)
class _Child:
    process: int
    said: int
    told: int


def _begun(arguments: Sequence[str], fault: Fault | None, first: Callable[[], object] = lambda: None) -> _Child:
    said, says = os.pipe()
    told, tells = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(said)
        os.close(told)
        _run(arguments, fault, first, says, tells)
    os.close(says)
    os.close(tells)
    return _Child(process, said, told)


def _run(arguments: Sequence[str], fault: Fault | None, first: Callable[[], object], says: int, tells: int) -> NoReturn:
    signal.alarm(_LONGEST)
    os.environ |= {"SOURCE_DATE_EPOCH": EPOCH, "LANG": "C.UTF-8", "EVALTOOL_OPERATOR": "甲"}
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(says, 2)
    sys.stdout, sys.stderr = (os.fdopen(each, "w", closefd=False) for each in (1, 2))
    sys.argv = ["evaltool", *arguments]
    code = 99
    try:
        first()
        with counted(fault) if fault else contextlib.nullcontext():
            evaltool.__main__.main()
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os.write(tells, json.dumps(fault.done if fault else {}).encode())
        os._exit(code)


def _waited(child: _Child, fault: Fault | None = None) -> Ended:
    with open(child.said, "rb") as said, open(child.told, "rb") as told:  # noqa: PTH123
        words, counts = said.read().decode("utf-8", "replace"), told.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child.process, 0)[1])
    if fault and counts:
        fault.done.update(json.loads(counts))
    return Ended(code, words)


def _forked(work: Callable[[], object]) -> None:
    """Do something in a process of its own; it must come to its end."""
    process = os.fork()
    if process == 0:
        code = 1
        try:
            os.environ |= {"SOURCE_DATE_EPOCH": EPOCH}
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    assert os.waitpid(process, 0)[1] == 0


# --- what is no operation --------------------------------------------------------------------------------------------


def _at_moments(bench: Bench, number: int) -> Iterator[Verdict]:
    """Killed at moments spread over as long as the command takes."""
    begun = time.monotonic()
    forked(bench.case.asked(bench.fresh()))
    takes = time.monotonic() - begun
    for at in range(number):
        child = _begun(bench.case.asked(bench.fresh()), None)
        time.sleep(takes * (at + 1) / (number + 1))
        os.kill(child.process, signal.SIGKILL)
        yield bench.judged(_waited(child), killed=True)


def _on_small_disks(bench: Bench) -> Iterator[Verdict]:
    """The folder on a file system with less and less room left."""
    home = bench.scratch
    bench.fresh()
    needs = sum(len(data) for data in bench.after.values()) // 1024 * 3
    for room in range(0, needs, max(1, needs // 25)):
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", str(home)], check=True)
        try:
            shutil.copytree(bench.kept, home, dirs_exist_ok=True)
            free = os.statvfs(home)
            size = (free.f_blocks - free.f_bfree) * free.f_frsize // 1024 + room
            subprocess.run(["mount", "-o", f"remount,size={size}k", str(home)], check=True)
            ended = forked(bench.case.asked(home))
            subprocess.run(["mount", "-o", "remount,size=256m", str(home)], check=True)
            yield bench.judged(ended)
        finally:
            subprocess.run(["umount", str(home)], check=True)


def _held_short(bench: Bench) -> Iterator[Verdict]:
    """No file may grow beyond so many bytes."""
    sizes = sorted({len(data) for data in bench.after.values()})
    for most in [0, 20, *(size - 1 for size in sizes if size > 1)]:
        first = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (most, most))

        def held(first: Callable[[], object] = first) -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            first()

        yield bench.judged(_waited(_begun(bench.case.asked(bench.fresh()), None, held)))


def _forbidden(bench: Bench) -> Iterator[Verdict]:
    """A folder in which nobody may write, for an account that is not root; and a file system that takes nothing."""
    if os.geteuid() != 0:
        return
    folder = bench.fresh()
    yield bench.judged(_waited(_begun(bench.case.asked(folder), None, lambda: os.setuid(_NOBODY))))
    folder = bench.fresh()
    subprocess.run(["mount", "--bind", str(folder), str(folder)], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
        ended = forked(bench.case.asked(folder))
    finally:
        subprocess.run(["umount", str(folder)], check=True)
    yield bench.judged(ended)


def _two_at_once(bench: Bench) -> Verdict:
    """One was refused and told who holds the folder; or came after the other, and was told that the line is there."""
    folder = bench.fresh()
    both = [_begun(bench.case.asked(folder), None) for _ in range(2)]
    ended = [_waited(each) for each in both]
    came = [each.code == 0 for each in ended]
    told = all(
        each.code == 0 or f" {other.process} " in each.said or _THERE in each.said
        for each, other in zip(ended, reversed(both), strict=True)
    )
    made = len([*(folder / "decisions").glob("*.xlsx")])
    return Verdict(
        clear=told and any(came),
        whole=made == sum(came),
        why=str(ended),
        survived=any(_THERE in each.said for each in ended),
    )


_READING = """
import sys, time, evaltool.inbox.workers as workers, evaltool.__main__ as program
workers.SMALL = 0
program.main()
"""


def _without_parent(bench: Bench, at: int) -> Verdict:
    """Killed at some moment of its workers' lives; they have its stderr open for as long as they live."""
    command = [sys.executable, "-c", _READING, *bench.case.asked(bench.fresh()), "--no-cache"]
    with tempfile.TemporaryDirectory() as scratch:
        surroundings = {**os.environ, "TMPDIR": scratch, "SOURCE_DATE_EPOCH": EPOCH, "EVALTOOL_OPERATOR": "甲"}
        places = os.pathsep.join(str(ROOT / place) for place in ("src", "tests/making"))
        with subprocess.Popen(command, env=surroundings | {"PYTHONPATH": places}, stderr=subprocess.PIPE) as process:
            time.sleep(0.5 + at * 0.1)
            process.kill()
            try:
                _, said = process.communicate(timeout=30)
            except subprocess.TimeoutExpired:
                return Verdict(clear=False, why="a worker is left")
        if remains := [path.name for path in Path(scratch).iterdir()]:
            return Verdict(whole=False, why=f"left {remains}")
        code = process.returncode
    return bench.judged(Ended(code, said.decode("utf-8", "replace")), killed=code < 0)


if __name__ == "__main__":
    raise SystemExit(main())
