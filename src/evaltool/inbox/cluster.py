"""Reading on a Dask cluster that stands already: what a process of this machine does, done by the cluster's workers.

Before anything is read, all of them are asked which program they run; every piece of work asks again, since workers
come and go.  Workers that can see the folder's record, on shared storage, are told which file to read; others are sent
its bytes.  Dask gives the work of a lost worker to another one; what kills its workers, or took one too long, is read
here.
"""

from __future__ import annotations

import hashlib
import pickle
import platform
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, Protocol

from evaltool.findings import Finding, Refused, finding
from evaltool.inbox.proof import Expected
from evaltool.inbox.readings import program_digest
from evaltool.inbox.workers import Reading, Task, alone, read_one

if TYPE_CHECKING:
    from distributed import Client

ANSWER, WAIT = 15, 60
"""Seconds that a scheduler may take to answer, and a cluster to have a worker, also after it lost all."""
_FILES, _BYTES = 16, 4 << 20  # of one chunk of work
_AHEAD = 4  # pieces of work for every thread that wait at the scheduler, which holds them in memory
_AGAIN = frozenset({"READER_TIMEOUT", "READER_CRASH"})
"""What is said of the machine that read a file, not of the file."""


class AsksWorkers(Protocol):
    """What of a client of Dask is used to compare versions."""

    def run(self, function: Callable[..., object], *args: object, on_error: str) -> Mapping[str, object]: ...


class NotHere(Exception):
    """A worker cannot read a file of the record where it stands."""


class OtherProgram(Exception):
    """A worker runs another program than whoever sent it the work."""


@dataclass(frozen=True, slots=True)
class PlacedFile:
    """A file to read, and where the record has it; its bytes are sent if there is no such place."""

    task: Task
    place: str = ""


Chunk = tuple[PlacedFile, ...]

# --- what workers do -------------------------------------------------------------------------------------------------


def read_there(chunk: Chunk, expected: Expected, program: str) -> list[Reading]:
    """What a worker of a cluster does."""
    if program_digest() != program:
        raise OtherProgram
    return [read_one(_fetched(each), expected) for each in chunk]


def _fetched(each: PlacedFile) -> Task:
    """With its bytes; what stands in its place must be what was received."""
    if not each.place:
        return each.task
    try:
        data = Path(each.place).read_bytes()
    except OSError as problem:
        raise NotHere from problem
    if hashlib.sha256(data).hexdigest() != each.task.digest:
        raise NotHere
    return replace(each.task, data=data)


def sees(place: str, digest: str) -> bool:
    """Whether a worker can read a file of the record where it stands."""
    try:
        return bool(_fetched(PlacedFile(Task(digest, b""), place)))
    except NotHere:
        return False


# --- versions --------------------------------------------------------------------------------------------------------

_COMPARED: dict[str, tuple[Callable[..., object], tuple[object, ...]]] = {
    "Python": (platform.python_version, ()),
    "evaltool": (resolve_name, ("evaltool:__version__",)),
    "xlrd": (resolve_name, ("xlrd:__version__",)),
    "distributed": (resolve_name, ("distributed:__version__",)),
}
"""What must be the same there and here, by functions that every worker has, even one without evaltool."""


def unlike(client: AsksWorkers) -> list[Finding]:
    """For each thing in which workers differ from this process, a finding with the first of them and their number."""
    found = [_differing(client, name, function, args) for name, (function, args) in _COMPARED.items()]
    if not any(found):
        found = [_differing(client, "evaltool.inbox", program_digest, ())]
    return [each for each in found if each]


def _differing(
    client: AsksWorkers, name: str, function: Callable[..., object], args: Iterable[object]
) -> Finding | None:
    here = _said(name, function(*args))
    answers = client.run(function, *args, on_error="return").items()
    there = {
        address: _said(name, said) for address, said in answers if not isinstance(said, OSError)
    }  # else it is gone
    wrong = sorted((address, said) for address, said in there.items() if said != here)
    if not wrong:
        return None
    told: dict[str, object] = {"what": name, "here": here, "there": wrong[0][1], "worker": wrong[0][0], "n": len(wrong)}
    return finding("CLUSTER_VERSIONS", value=name, args=told)


def _said(name: str, said: object) -> str:
    """A version as it is compared: of Python its first two numbers, of a source a digest; a worker that has none."""
    if isinstance(said, BaseException):
        return "—"
    text = str(said)
    return ".".join(text.split(".")[:2]) if name == "Python" else text[:16]


# --- work handed out and taken back ----------------------------------------------------------------------------------


def read_on_cluster(
    tasks: Sequence[Task],
    expected: Expected,
    *,
    address: str,
    record: Path,
    meanwhile: Callable[[], object] = lambda: None,
) -> Iterator[Reading]:
    """Every file's reading, in the order of `tasks`.  Raises `Refused` if the cluster is not there, is not like this
    process, or is lost.  However it ends, what was not done is taken back from the cluster."""
    if not tasks:
        meanwhile()
        return
    with _connected(address) as client:
        if wrong := unlike(client):
            raise Refused(wrong, usage=True)
        placed = _placed(client, tasks, record)
        forms = client.submit(pickle.loads, pickle.dumps(expected), pure=False)  # made again if it is lost
        pool = client.get_executor(pure=False)
        try:
            meanwhile()
            yield from _in_order(_Cluster(client, pool, forms, address), placed, expected)
        finally:
            pool.shutdown(wait=False)


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    try:
        from distributed import Client
    except ImportError as lacking:
        raise Refused([finding("CLUSTER_EXTRA")], usage=True) from lacking
    _quiet()
    try:
        client = Client(address, timeout=ANSWER, set_as_default=False)
    except (OSError, ValueError, TypeError) as problem:  # the last two: no settings for an encrypted connection
        raise _lost(address, problem) from problem
    with client:
        try:
            client.wait_for_workers(1, timeout=WAIT)
        except TimeoutError as problem:
            raise _idle(address) from problem
        yield client


def _quiet() -> None:
    """What Dask writes to the terminal of its own is said as findings, and its warning of large work is no news."""
    import logging
    import warnings

    for name in ("distributed", "distributed.client", "distributed.core", "distributed.comm", "distributed.batched"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    warnings.filterwarnings("ignore", category=UserWarning, module="distributed")


def _lost(address: str, problem: BaseException) -> Refused:
    reason = type(problem).__name__
    return Refused([finding("CLUSTER_LOST", value=address, args={"reason": reason})], fault=True)


def _idle(address: str) -> Refused:
    return Refused([finding("CLUSTER_IDLE", value=address, args={"seconds": WAIT})], fault=True)


def _placed(client: Client, tasks: Sequence[Task], record: Path) -> list[PlacedFile]:
    """With their places, if all workers see the first of them."""
    places = {path.name[:64]: str(path.resolve()) for path in record.iterdir()} if record.is_dir() else {}
    first = next((task.digest for task in tasks if task.digest in places), "")
    said = client.run(sees, places[first], first, on_error="return") if first else {}
    if not said or any(each is not True for each in said.values()):
        return [PlacedFile(task) for task in tasks]
    return [PlacedFile(task, places.get(task.digest, "")) for task in tasks]  # what lay in an archive has none


@dataclass(frozen=True, slots=True)
class _Cluster:
    client: Client
    pool: Executor
    forms: Any  # what Dask has in their place
    address: str

    def submit(self, chunk: Chunk) -> Future[list[Reading]]:
        light = tuple(replace(each, task=replace(each.task, data=b"")) if each.place else each for each in chunk)
        return self.pool.submit(read_there, light, self.forms, program_digest())

    def window(self) -> int:
        threads: int = sum(self.client.nthreads().values())
        return max(1, _AHEAD * threads)


def _chunks(files: Iterable[PlacedFile]) -> Iterator[Chunk]:
    """Of a few files and so many bytes at the most, unless one alone has more."""
    chunk: list[PlacedFile] = []
    size = 0
    for each in files:
        if chunk and (len(chunk) == _FILES or size + len(each.task.data) > _BYTES):
            yield tuple(chunk)
            chunk, size = [], 0
        chunk.append(each)
        size += len(each.task.data)
    yield tuple(chunk)


def _in_order(cluster: _Cluster, files: Sequence[PlacedFile], expected: Expected) -> Iterator[Reading]:
    """Pieces in their order; no more of them are out than keep all workers busy."""
    out: deque[tuple[Chunk, Future[list[Reading]]]] = deque()
    room = cluster.window()
    for at, chunk in enumerate(_chunks(files), 1):
        out.append((chunk, cluster.submit(chunk)))
        if at % 64 == 0:
            room = cluster.window()  # workers come and go
        while len(out) >= room:
            yield from _taken_back(cluster, *out.popleft(), expected)
    while out:
        yield from _taken_back(cluster, *out.popleft(), expected)


def _taken_back(
    cluster: _Cluster, chunk: Chunk, future: Future[list[Reading]], expected: Expected
) -> Iterator[Reading]:
    """What came of a chunk; what a worker could not do for want of a disk, memory or time is done otherwise."""
    try:
        said = _awaited(cluster, future)
    except NotHere:
        sent = tuple(PlacedFile(each.task) for each in chunk)
        yield from _taken_back(cluster, sent, cluster.submit(sent), expected)
        return
    except (OtherProgram, ImportError, AttributeError) as problem:  # a worker that came later
        if wrong := unlike(cluster.client):
            raise Refused(wrong, usage=True) from problem
        raise _lost(cluster.address, problem) from problem
    except (OSError, CancelledError) as problem:
        raise _lost(cluster.address, problem) from problem
    except Refused:
        raise
    except Exception:  # it killed its workers, or they have no memory for it
        yield from (alone(each.task, expected) for each in chunk)
        return
    for each, reading in zip(chunk, said, strict=True):
        doubtful = any(problem.code in _AGAIN for problem in reading.problems)
        yield alone(each.task, expected) if doubtful else reading


def _awaited(cluster: _Cluster, future: Future[list[Reading]]) -> list[Reading]:
    """A result, however long it takes as long as there is any worker."""
    busy = time.monotonic()
    while True:
        try:
            return future.result(timeout=5)
        except TimeoutError:
            if future.done():
                raise
            if cluster.client.nthreads():
                busy = time.monotonic()
            elif time.monotonic() - busy > WAIT:
                raise _idle(cluster.address) from None
