"""`--workers`: what may be said, which versions are compared, and reading by workers that are somewhere else.

The cluster is a made-up one; `tests/whole/test_on_cluster.py` has a real one.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from evaltool.evaluation import load
from evaltool.findings import Refused
from evaltool.inbox import cluster
from evaltool.inbox import workers as reading
from evaltool.inbox.askedworkers import ANYBODY, WorkersAsked, workers_asked
from evaltool.inbox.cluster import NotHere, OtherProgram, read_on_cluster, unlike
from evaltool.inbox.problems import Problem
from evaltool.inbox.proof import Expected
from evaltool.inbox.readings import program_digest
from evaltool.inbox.received import receive
from evaltool.inbox.workers import Here, Reading, Task, read_all
from evaltool.questions.layout import forms
from folders import make, return_all
from small_city import ROSTER, RULES, SETTINGS, says
from terminal import ev

WORKERS = ("tcp://10.0.0.7:1", "tcp://10.0.0.8:1")

# --- who is asked ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("1", WorkersAsked(1)),
        ("61", WorkersAsked(61)),
        ("dask://master:9000", WorkersAsked(cluster="tcp://master:9000")),
        ("dask://master", WorkersAsked(cluster="tcp://master:8786")),
        ("dask://10.1.2.3:8786/", WorkersAsked(cluster="tcp://10.1.2.3:8786")),
        ("dask://[fe80::1]:8786", WorkersAsked(cluster="tcp://[fe80::1]:8786")),
        ("dask+tls://master.example", WorkersAsked(cluster="tls://master.example:8786")),
    ],
)
def test_workers_are_a_number_or_an_address(text: str, asked: WorkersAsked) -> None:
    assert workers_asked(text) == asked


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "62",
        "-1",
        "٣",
        "dask:/h",
        "dask://",
        "dask://a b",
        "dask://h:0",
        "dask://h:65536",
        "tcp://h:1",
        "dask://u@h",
    ],
)
def test_what_is_neither_is_wrong_usage(text: str, tmp_path: Path) -> None:
    assert workers_asked(text) is None
    assert workers_asked(f"tcp{text}") is None
    (tmp_path / "evaluation.toml").touch()
    said = ev("ingest", str(tmp_path), f"--workers={text}")
    assert said.returncode == 2
    assert "--workers" in said.stderr


# --- versions --------------------------------------------------------------------------------------------------------


@dataclass
class FakeExecutor(Executor):
    """Does what it is given when it is given it, or fails as `failing` says; counts what has not been fetched."""

    failing: Callable[[cluster.Chunk], BaseException | None] = lambda chunk: None
    chunks: list[cluster.Chunk] = field(default_factory=list)
    ended: list[bool] = field(default_factory=list)
    out: int = 0
    most: int = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.chunks.append(args[0])
        self.out += 1
        self.most = max(self.most, self.out)
        future = Noted(self)
        problem = self.failing(args[0])
        try:
            future.set_exception(problem) if problem else future.set_result(fn(*args, **kwargs))
        except NotHere as problem:
            future.set_exception(problem)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self.ended.append(wait)


class Noted(Future[Any]):
    """A result whose fetching is noted."""

    def __init__(self, pool: FakeExecutor) -> None:
        super().__init__()
        self.pool = pool

    def result(self, timeout: float | None = None) -> Any:
        self.pool.out -= 1
        return super().result(timeout)


@dataclass
class FakeClient:
    """A cluster of two workers that are like this process, but for `other`: what one says to a function, by its
    name and arguments."""

    other: Mapping[str, object] = field(default_factory=dict)
    blind: bool = False  # whether one does not see what this machine sees
    pool: FakeExecutor = field(default_factory=FakeExecutor)

    def run(self, function: Callable[..., object], *args: object, on_error: str) -> Mapping[str, object]:
        assert on_error == "return"
        here = function(*args)
        if function is cluster.sees:
            return dict.fromkeys(WORKERS, here) | ({WORKERS[1]: False} if self.blind else {})
        name = str(args[0]) if args else function.__name__
        return {WORKERS[0]: here, WORKERS[1]: self.other.get(name, here)}

    def submit(self, function: Callable[..., object], *args: object, pure: bool) -> object:
        return function(*args)

    def get_executor(self, pure: bool) -> FakeExecutor:
        return self.pool

    def nthreads(self) -> dict[str, int]:
        return dict.fromkeys(WORKERS, 1)


def test_workers_that_are_alike_are_taken() -> None:
    """The last number of Python's version, such as 3.11.7, does not matter."""
    third = ".".join([*platform.python_version_tuple()[:2], "99"])
    assert unlike(FakeClient()) == []
    assert unlike(FakeClient({"python_version": third})) == []
    assert unlike(FakeClient({"evaltool:__version__": OSError("gone")})) == []


@pytest.mark.parametrize(
    ("other", "what", "there"),
    [
        ({"python_version": "3.99.1"}, "Python", "3.99"),
        ({"evaltool:__version__": "9.9"}, "evaltool", "9.9"),
        ({"evaltool:__version__": ModuleNotFoundError("no evaltool")}, "evaltool", "—"),
        ({"xlrd:__version__": "1.0"}, "xlrd", "1.0"),
        ({"distributed:__version__": "2021.1"}, "distributed", "2021.1"),
        ({"program_digest": "f" * 64}, "evaltool.inbox", "f" * 16),
    ],
)
def test_workers_that_differ_are_named(
    other: Mapping[str, object], what: str, there: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One finding says in both languages what differs, where, and what it is here."""
    known = {name: (_here if args else function, args) for name, (function, args) in COMPARED.items()}
    monkeypatch.setattr(cluster, "_COMPARED", known)
    (found,) = unlike(FakeClient(other))
    assert (found.code, found.value, found.severity) == ("CLUSTER_VERSIONS", what, "error")
    for language in ("zh", "en"):
        said = found.message(language)
        assert all(each in said for each in (what, there, WORKERS[1]))


COMPARED = dict(cluster._COMPARED)


def _here(name: object) -> str:
    """A version of this process, of whatever may not be installed."""
    return f"{name} here"


# --- reading ---------------------------------------------------------------------------------------------------------


@dataclass
class Case:
    """What came back to a small evaluation, read here, and to be read elsewhere."""

    folder: Path
    tasks: list[Task]
    expected: Expected
    here: list[Reading]

    def there(self, client: FakeClient, monkeypatch: pytest.MonkeyPatch) -> list[Reading]:
        monkeypatch.setattr(cluster, "_connected", connecting(client))
        record = self.folder / "received"
        return list(read_on_cluster(self.tasks, self.expected, address="tcp://here", record=record))


def connecting(client: FakeClient) -> Callable[[str], Any]:
    @contextmanager
    def connected(address: str) -> Iterator[FakeClient]:
        yield client

    return connected


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = make(tmp_path_factory.mktemp("cluster") / "e", ROSTER, {"d": RULES}, SETTINGS)
    return_all(folder, says)
    (folder / "inbox" / "junk.xlsx").write_bytes(b"PK\x03\x04junk")
    evaluation, _ = load(folder)
    tasks = [Task(each.digest, each.data) for each in receive(folder)[0]]
    expected = Expected(evaluation.identity, forms(evaluation), evaluation.key)
    return Case(folder, tasks, expected, list(read_all(tasks, expected, Here())))


@pytest.fixture(autouse=True)
def alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dask need not be here to be compared."""
    monkeypatch.delitem(cluster._COMPARED, "distributed")


def test_a_cluster_reads_the_same(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all workers see the record, no bytes are sent; where one does not, all files are; the same is read."""
    client = FakeClient()
    assert case.there(client, monkeypatch) == case.here
    assert {each.task.data for chunk in client.pool.chunks for each in chunk} == {b""}
    client = FakeClient(blind=True)
    assert case.there(client, monkeypatch) == case.here
    assert [each.task for chunk in client.pool.chunks for each in chunk] == case.tasks
    assert client.pool.ended == [False]


def test_a_file_that_is_not_the_one_received_is_sent(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker believes what it fetches by its hash alone: another storage may be mounted there."""
    late = case.tasks[-1].digest
    (stored,) = (case.folder / "received").glob(f"{late}*")
    data = stored.read_bytes()
    try:
        stored.write_bytes(b"another")
        client = FakeClient()
        assert case.there(client, monkeypatch) == case.here
        assert [each.task for each in client.pool.chunks[-1]][-1] == case.tasks[-1]
    finally:
        stored.write_bytes(data)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read here after all."""
    files: list[str] = []

    def noted(task: Task, expected: Expected) -> Reading:
        files.append(task.digest)
        return reading.read_one(task, expected)

    monkeypatch.setattr(cluster, "alone", noted)
    return files


def test_what_kills_its_workers_is_read_here(case: Case, alone: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    client = FakeClient(pool=FakeExecutor(lambda chunk: MemoryError()))
    assert case.there(client, monkeypatch) == case.here
    assert alone == [task.digest for task in case.tasks]


def test_what_took_a_worker_too_long_is_read_here(
    case: Case, alone: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow machine is no reason to refuse a sheet that this one reads in time."""
    slow = case.tasks[2].digest

    def read_slowly(task: Task, expected: Expected) -> Reading:
        said = reading.read_one(task, expected)
        return replace(said, extract=None, problems=(Problem("READER_TIMEOUT"),)) if task.digest == slow else said

    monkeypatch.setattr(cluster, "read_one", read_slowly)
    assert case.there(FakeClient(), monkeypatch) == case.here
    assert alone == [slow]


@pytest.mark.parametrize(
    ("problem", "other", "code", "usage"),
    [
        (CancelledError(), {}, "CLUSTER_LOST", False),
        (OSError("closed"), {}, "CLUSTER_LOST", False),
        (OtherProgram(), {}, "CLUSTER_LOST", False),  # it came, was asked for work, and went
        (ImportError("evaltool"), {"evaltool:__version__": "0"}, "CLUSTER_VERSIONS", True),
    ],
)
def test_a_cluster_that_is_lost_is_said(
    case: Case,
    problem: Exception,
    other: dict[str, object],
    code: str,
    usage: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is made of half of the files, and the cluster is not left with the rest."""
    client = FakeClient()

    def failing(chunk: cluster.Chunk) -> Exception:
        client.other = other  # a worker that joins in the middle
        return problem

    client.pool.failing = failing
    with pytest.raises(Refused) as refused:
        case.there(client, monkeypatch)
    assert [one.code for one in refused.value.findings] == [code]
    assert (refused.value.usage, refused.value.fault) == (usage, not usage)
    assert client.pool.ended == [False]


def test_a_worker_does_nothing_for_another_program(case: Case) -> None:
    """Workers that come later are not asked beforehand: each piece of work says for which program it is."""
    with pytest.raises(OtherProgram):
        cluster.read_there((), case.expected, "another")
    assert cluster.read_there((), case.expected, program_digest()) == []


def test_a_cluster_without_workers_is_not_waited_for_long(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    class Waiting(Future[Any]):
        def result(self, timeout: float | None = None) -> Any:
            return super().result(0)

    client = FakeClient()
    monkeypatch.setattr(client, "nthreads", dict)
    monkeypatch.setattr(client.pool, "submit", lambda *_: Waiting())
    monkeypatch.setattr(cluster, "WAIT", 0)
    with pytest.raises(Refused) as refused:
        case.there(client, monkeypatch)
    assert [one.code for one in refused.value.findings] == ["CLUSTER_IDLE"]
    assert refused.value.fault


def test_little_waits_at_the_scheduler(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds in memory what it has not handed out: a few pieces of work a thread, each of few files or bytes."""
    many = [replace(case.tasks[0], digest=f"{n:064d}") for n in range(500)]
    client = FakeClient()
    readings = replace(case, tasks=many).there(client, monkeypatch)
    assert [one.digest for one in readings] == [task.digest for task in many]
    assert max(map(len, client.pool.chunks)) <= 16
    assert client.pool.most <= 8
    large = [cluster.PlacedFile(Task(str(n), bytes(3 << 20))) for n in range(3)]
    assert [len(chunk) for chunk in cluster._chunks(large)] == [1, 1, 1]


# --- commands --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["ingest", "validate", "score"])
def test_commands_read_on_the_cluster(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster that is asked for is used by the command, and what it says is what is said without."""
    folder = make(tmp_path / "e", ROSTER, {"d": RULES}, SETTINGS)
    return_all(folder, says)
    client = FakeClient()
    monkeypatch.setattr(cluster, "_connected", connecting(client))
    there = ev(command, str(folder), "--no-cache", "--workers", "dask://here", "--output-format", "json")
    read = sum(map(len, client.pool.chunks))
    here = ev(command, str(folder), "--no-cache", "--workers", "1", "--output-format", "json")
    assert read == len(list((folder / "inbox").iterdir()))
    assert there.returncode == here.returncode
    assert there.stdout.replace('"0001"', '"0002"') == here.stdout


def test_without_the_extra_it_is_said_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make(tmp_path / "e", ROSTER, {"d": RULES}, SETTINGS)
    return_all(folder, says)
    monkeypatch.setitem(sys.modules, "distributed", None)
    said = ev("ingest", str(folder), "--workers", "dask://here")
    assert said.returncode == 2
    assert "evaltool[cluster]" in said.stderr


def test_a_cluster_that_is_away_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 3, as for a disk that is away."""
    folder = make(tmp_path / "e", ROSTER, {"d": RULES}, SETTINGS)
    return_all(folder, says)

    def away(address: str) -> None:
        raise cluster._lost(address, ConnectionRefusedError())

    monkeypatch.setattr(cluster, "_connected", away)
    said = ev("ingest", str(folder), "--workers", "dask://here")
    assert said.returncode == 3
    assert "CLUSTER_LOST" in said.stderr
    assert "tcp://here:8786" in said.stderr


@pytest.mark.parametrize(("number", "wanted"), [(1, 1), (3, 3)])
def test_so_many_processes_are_used(number: int, wanted: int, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the number of files; one: none but this process."""
    asked: list[int] = []

    def pool(workers: int, *_: object) -> Here:
        asked.append(workers)
        return Here()

    monkeypatch.setattr(reading, "ProcessPoolExecutor", pool)
    with reading.executor(case.expected, 2, number) as found:
        assert isinstance(found, Here)
    assert asked == ([wanted] if wanted > 1 else [])
    assert ANYBODY.number == 0
