"""Reading many files at once: the same in this process, in workers, and when a worker dies."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evaltool.evaluation import load
from evaltool.inbox import workers as reading
from evaltool.inbox.ingest import ingest
from evaltool.inbox.proof import Expected
from evaltool.inbox.workers import Here, Reading, Task, executor, read_all
from evaltool.questions.layout import forms
from folders import make, return_all
from small_city import ROSTER, RULES, SETTINGS, says
from terminal import environment

Case = tuple[list[Task], Expected]


class Dying(Executor):
    """Workers that die on every chunk, as they do when one file kills its process."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_exception(BrokenProcessPool("a worker died"))
        return future


class Dead(Executor):
    """Workers that are gone before anything is handed to them."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        raise BrokenProcessPool("no worker is left")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The returned sheets of a small evaluation, with a file that is none."""
    folder = make(tmp_path_factory.mktemp("reading") / "e", ROSTER, {"d": RULES}, SETTINGS)
    return_all(folder, says)
    evaluation, _ = load(folder)
    tasks = [Task(path.name, path.read_bytes()) for path in sorted((folder / "inbox").iterdir())]
    expected = Expected(evaluation.identity, forms(evaluation), evaluation.key)
    return [*tasks, Task("junk", b"PK\x03\x04junk")], expected


def read(case: Case, pool: Executor | None = None) -> list[Reading]:
    return list(read_all(*case, pool=pool))


def test_worker_processes_read_the_same(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few files are read here, many by workers; the readings are equal and in the order of the files."""
    here = read(case)
    monkeypatch.setattr(reading, "SMALL", 0)
    with executor(case[1], len(case[0])) as workers:
        assert not isinstance(workers, Here)
    assert read(case) == here
    assert [one.digest for one in here] == [task.digest for task in case[0]]


@pytest.mark.parametrize("pool", [Dying(), Dead()])
def test_a_dying_worker_costs_no_other_file(case: Case, pool: Executor) -> None:
    """The files of a broken pool are tried one at a time, and all are read."""
    first: Sequence[Task] = case[0][:2]
    assert list(read_all(first, case[1], pool)) == read(case)[:2]


class Unstarted(Executor):
    """Processes that the system refuses to start; `tries`: how often they were asked for."""

    tries = 0

    def __init__(self, *_: object) -> None:
        Unstarted.tries += 1

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        raise OSError(12, "Cannot allocate memory")


def test_workers_that_cannot_start_are_said_once(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without memory or permission for processes every file is read in this one, which is said once; nobody tries to
    start a process for each file."""
    here = read(case)
    monkeypatch.setattr(reading, "SMALL", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr(reading, "ProcessPoolExecutor", Unstarted)
    monkeypatch.setattr(Unstarted, "tries", 0)
    told: list[str] = []
    assert list(read_all(*case, unable=told.append)) == here
    assert told == ["[Errno 12] Cannot allocate memory"]
    assert Unstarted.tries == 2


def test_a_note_says_that_no_worker_could_be_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One note among the findings, with the system's reason; it blocks nothing."""
    folder = make(tmp_path / "e", ROSTER, {"d": RULES}, SETTINGS)
    return_all(folder, says)
    monkeypatch.setattr(reading, "SMALL", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr(reading, "ProcessPoolExecutor", Unstarted)
    _, findings = ingest(load(folder)[0])
    said = [one for one in findings if one.code == "WORKERS_UNABLE"]
    assert [(one.severity, "Cannot allocate memory" in one.message("en")) for one in said] == [("note", True)]


def test_the_order_of_files_is_kept_whatever_the_number(case: Case) -> None:
    """Forty names for the same contents come back in their order."""
    tasks = [replace(case[0][n % 5], digest=f"{n:03d}") for n in range(40)]
    assert [one.digest for one in read_all(tasks, case[1], Here())] == [task.digest for task in tasks]


def test_any_executor_can_read(case: Case) -> None:
    """Workers that were given nothing when they started, such as those of a cluster, get the forms with the files."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as pool:
        assert read(case, pool) == read(case)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for worker processes in /proc")
def test_no_worker_outlives_a_parent_that_is_killed(tmp_path: Path) -> None:
    """Killed while its workers begin or wait for work, it can end nobody: they go by themselves, and so does the file
    that they were given, which has the folder's key."""
    folder = make(tmp_path / "e", ROSTER, {"d": RULES}, SETTINGS)
    return_all(folder, says)
    waits = "w.read_one = lambda task, expected: __import__('time').sleep(60)"
    code = f"import evaltool.inbox.workers as w, evaltool.__main__ as m; w.SMALL = 0; {waits}; m.main()"
    surroundings = environment(TMPDIR=str(tmp_path))
    begun = subprocess.Popen(
        [sys.executable, "-c", code, "ingest", str(folder)], env=surroundings, stderr=subprocess.PIPE
    )
    with begun as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while process.poll() is None and len(_spawned(children)) < 2:
            time.sleep(0.02)
        time.sleep(1)
        process.kill()
        process.communicate(timeout=60)  # workers have the stream open as long as they live
    assert list(tmp_path.glob("evaltool-*")) == []


def _spawned(children: Path) -> list[str]:
    """Workers of a process, without the one that only keeps its books."""
    found = children.read_text().split()
    return [each for each in found if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()]
