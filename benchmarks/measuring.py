"""What a program takes: whole processes with their children, in turns, medians over the rounds; and where they work."""

from __future__ import annotations

import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
TODAY = ROOT / "src"


@dataclass(frozen=True)
class Cost:
    """What a process and its children took: seconds, and MB of the largest of them."""

    wall: float
    cpu: float
    peak: float


@dataclass(frozen=True)
class Setting:
    """What is measured, and where."""

    sheets: int
    sizes: tuple[int, ...]
    large: int
    answers: int
    parted: int
    rounds: int
    cache: Path
    scratch: Path
    before: Path | None

    def data(self, sheets: int) -> Path:
        """The evaluation with so many sheets."""
        return Path(self.make([self.cache, "--sheets", str(sheets)]).strip())

    def make(self, arguments: Sequence[str | Path]) -> str:
        """What `make_data.py` says."""
        return run([HERE / "make_data.py", *arguments], TODAY, self.scratch)

    def fresh(self, folder: Path) -> Path:
        """A copy in which nothing was scored yet; only what is replaced as a whole is written into it."""
        copy = Path(tempfile.mkdtemp(dir=self.scratch)) / folder.name
        linked = folder.is_relative_to(self.cache)
        return shutil.copytree(folder, copy, copy_function=os.link if linked else shutil.copy)

    def once(self, command: str, folder: Path, source: Path = TODAY, results: Path | None = None) -> Cost:
        """A command over a fresh copy, which is removed again; its `results.json` is kept where that is asked for."""
        copy = self.fresh(folder)
        spent = self.evaltool(command, copy, source)
        if results:
            shutil.copy(copy / "runs" / "0001" / "results.json", results)
        shutil.rmtree(copy.parent)
        return spent

    def evaltool(self, command: str, folder: Path, source: Path = TODAY) -> Cost:
        """A command of the tool; what it keeps for the next time stays beside its folder."""
        return self.cost(["-m", "evaltool", command, folder], source, folder.parent / "kept")

    def cost(self, command: Sequence[str | Path], source: Path = TODAY, kept: Path | None = None) -> Cost:
        """Run a command to its end; one that fails ends everything."""
        with tempfile.TemporaryFile(dir=self.scratch) as said:
            started = time.perf_counter()
            process = subprocess.Popen(
                [sys.executable, *command], env=environment(source, kept or self.scratch), stdout=said, stderr=said
            )
            _, status, used = os.wait4(process.pid, 0)
            wall = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                said.seek(0)
                raise SystemExit(f"{' '.join(map(str, command))}\n{said.read().decode()}")
        return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def run(command: Sequence[str | Path], source: Path, scratch: Path) -> str:
    """What a script prints that runs with these sources."""
    made = subprocess.run(
        [sys.executable, *command], env=environment(source, scratch), check=True, stdout=subprocess.PIPE, text=True
    )
    return made.stdout


def environment(source: Path, kept: Path) -> dict[str, str]:
    """A process's own; what it keeps for the next time goes into the folder `kept`."""
    hidden = {"XDG_CACHE_HOME": str(kept), "EVALTOOL_OPERATOR": "bench", "EVALTOOL_LANG": "en"}
    given = {
        name: value for name, value in os.environ.items() if name != "_RJEM_MALLOC_CONF"
    }  # polars' own of this one
    return {**given, **hidden, "PYTHONPATH": str(source)}


Runner = Callable[[], Cost]


def turns(rounds: int, runners: Mapping[str, Runner]) -> dict[str, Cost]:
    """Everybody once in a round, so that a busy machine is busy for all; the medians."""
    spent: dict[str, list[Cost]] = {name: [] for name in runners}
    for at in range(rounds):
        for name, run in runners.items():
            spent[name].append(run())
            say(f"  {at + 1}/{rounds} {name}: {shown(spent[name][-1])}")
    return {name: median(costs) for name, costs in spent.items()}


def median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(each.wall for each in costs),
        statistics.median(each.cpu for each in costs),
        max(each.peak for each in costs),
    )


def shown(cost: Cost) -> str:
    return f"{cost.cpu:.2f} s CPU, {cost.wall:.2f} s, {cost.peak:.0f} MB"


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """The slope of a straight line through the logarithms, by least squares."""
    return statistics.linear_regression([*map(math.log, sizes)], [*map(math.log, seconds)]).slope


@contextmanager
def state(rev: str, scratch: Path) -> Iterator[Path | None]:
    """The sources of an earlier state in a work tree of their own; None where there is no such state."""
    tree, git = scratch / "before", ["git", "-C", str(ROOT), "worktree"]
    add = [*git, "add", "--detach", "--force", str(tree), rev]
    made = bool(rev) and subprocess.run(add, capture_output=True).returncode == 0
    if rev and not made:
        say(f"no state {rev} here: rows against it are left out")
    compiled = [TODAY, *([tree / "src"] if made else [])]  # that no first run has it to do
    subprocess.run([sys.executable, "-m", "compileall", "-q", *compiled], check=True)
    try:
        yield tree / "src" if made else None
    finally:
        if made:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
