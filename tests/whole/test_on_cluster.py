"""A real Dask cluster of this machine: the same bytes as without it, workers killed, interruptions, other versions.

Needs the extra `cluster`; `make check-cluster`.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import slow_cluster
from evaltool.inbox.readings import FOLDER
from terminal import ROOT, Ran, apart, environment

sys.path.insert(0, str(ROOT / "benchmarks"))

import make_data

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.slow

SHEETS = 120
PATIENCE = 120.0  # seconds until something must have happened


@dataclass
class RunningCluster:
    """A scheduler, and workers as processes of their own."""

    place: Path
    stack: ExitStack
    scheduler: subprocess.Popen[bytes] = field(init=False)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    address: str = ""

    def begin(self) -> None:
        file = self.place / "scheduler.json"
        self.scheduler = self._started("dask_scheduler", "--port", "0", "--scheduler-file", str(file), "--no-dashboard")
        _until(file.exists)
        self.address = json.loads(file.read_text())["address"]

    def add(self, *more: str, **variables: str) -> None:
        """A worker, and wait until the scheduler knows it."""
        before = len(self.known())
        own = self.place / f"worker{len(self.workers)}"
        where = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(own))
        self.workers.append(self._started("dask_worker", self.address, *where, *more, **variables))
        _until(lambda: len(self.known()) > before)

    def known(self) -> dict[str, int]:
        with distributed.Client(self.address, set_as_default=False) as client:
            found: dict[str, int] = client.nthreads()
            return found

    def tasks(self) -> int:
        """How much work of ours workers have."""
        with distributed.Client(self.address, set_as_default=False) as client:
            return sum(str(key).startswith("read_there") for keys in client.processing().values() for key in keys)

    def _started(self, module: str, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments]
        log = self.stack.enter_context((self.place / f"{module}{len(self.workers)}.log").open("wb"))
        process = subprocess.Popen(command, env=environment(**variables), stdout=log, stderr=log)
        self.stack.callback(process.wait)
        self.stack.callback(process.kill)
        return process

    @property
    def asked(self) -> str:
        return self.address.replace("tcp://", "dask://")


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.1)


@contextmanager
def running(place: Path) -> Iterator[RunningCluster]:
    with ExitStack() as stack:
        cluster = RunningCluster(place, stack)
        cluster.begin()
        yield cluster


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[RunningCluster]:
    """With two workers that take their time."""
    with running(tmp_path) as made:
        for _ in range(2):
            made.add("--preload", str(Path(slow_cluster.__file__)))
        yield made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An evaluation whose sheets have come back, taken in once."""
    made = make_data.data(tmp_path_factory.mktemp("data"), SHEETS)
    assert apart("ingest", str(made)).returncode == 0
    return made


def begun(folder: Path, cluster: RunningCluster) -> subprocess.Popen[bytes]:
    """`score` on the cluster, in the middle of reading."""
    hears = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # what runs tests may be deaf
    code = f"{hears}; import evaltool.__main__ as m; m.main()"
    command = [sys.executable, "-c", code, "score", str(folder), "--no-cache", "--workers", cluster.asked]
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    _until(lambda: cluster.tasks() > 0 or process.poll() is not None)
    time.sleep(1)
    assert process.poll() is None
    return process


def outcome(folder: Path) -> dict[str, bytes]:
    """What a run says: its files but for those with moment and hash."""
    (run,) = (folder / "runs").glob("0*")
    found = {path.relative_to(run).as_posix(): path.read_bytes() for path in run.rglob("*") if path.is_file()}
    found["readings"] = (folder / FOLDER / "readings").read_bytes()
    return {name: data for name, data in found.items() if name != "manifest.json"}


@pytest.fixture(scope="module")
def here(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What this machine alone makes of it."""
    copy = tmp_path_factory.mktemp("here") / "e"
    shutil.copytree(folder, copy)
    done = apart("score", str(copy), "--no-cache", "--workers", "1")
    assert done.returncode == 0, done.stderr
    return outcome(copy)


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "e"))


def test_a_worker_killed_in_the_middle_costs_nothing(
    cluster: RunningCluster, copy: Path, here: dict[str, bytes]
) -> None:
    """Dask gives its work to the other one; every file of the run is the same, byte for byte."""
    process = begun(copy, cluster)
    cluster.workers[0].kill()
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err.decode()
    assert cluster.workers[1].poll() is None
    assert b"distributed" not in err
    assert outcome(copy) == here
    assert out


def test_an_interruption_gives_the_work_back(cluster: RunningCluster, copy: Path) -> None:
    """Ctrl-C ends with 130 and no traceback; the scheduler has nothing of it left, and no run was stored."""
    process = begun(copy, cluster)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (130, b"")
    _until(lambda: cluster.tasks() == 0)
    assert not list((copy / "runs").glob("0*"))


def test_a_scheduler_that_goes_is_said(cluster: RunningCluster, copy: Path) -> None:
    """Exit code 3 and a finding; nothing is stored, and the same command works without the cluster."""
    process = begun(copy, cluster)
    cluster.scheduler.kill()
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 3, err.decode()
    assert b"CLUSTER_LOST" in err
    assert b"Traceback" not in err
    assert not list((copy / "runs").glob("0*"))
    assert apart("score", str(copy)).returncode == 0


def test_a_cluster_with_another_version_is_refused(copy: Path, tmp_path: Path) -> None:
    """A worker with another source of the reading is named before anything is read."""
    other = tmp_path / "other"
    shutil.copytree(ROOT / "src", other, ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "evaltool" / "inbox" / "problems.py").open("a") as file:
        file.write("# changed\n")
    with running(tmp_path) as cluster:
        cluster.add(PYTHONPATH=str(other))
        done: Ran = apart("validate", str(copy), "--no-cache", "--workers", cluster.asked)
    assert done.returncode == 2
    assert "CLUSTER_VERSIONS" in done.stderr
    assert done.stdout == ""
