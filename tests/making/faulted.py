"""One fault tried on one command: what the command said, what it left, and whether the next one works.

What must hold: the exit code says so and one line says which file and why; every file is as it was or as the command
makes it, whole; the runs that were there are the same bytes; the next command works, ends at what there would have been
without the fault, and leaves nothing of the one that failed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from declared_goals import GOALS, declares, put
from declared_goals import ROSTER as GOALS_ROSTER
from declared_goals import RULES as GOALS_RULES
from declared_goals import SETTINGS as GOALS_SETTINGS
from evaltool.run import score_folder
from faulty import Fault
from folders import make, return_all
from small_city import ROSTER, RULES, SETTINGS, again, says

EPOCH = "1806000000"  # 2027-03-25
_LEFT = re.compile(r"\..*\.\d+\.part$|\.staging-\d+$")
Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code (negative: the signal), and what it said on stderr."""

    code: int
    said: str


Runner = Callable[[Sequence[str], Fault | None], Ended]


@dataclass(frozen=True, slots=True)
class Case:
    """A command, and how the folder is made in which it is tried."""

    name: str
    make: Callable[[Path], object]
    arguments: tuple[str, ...]

    def asked(self, folder: Path) -> list[str]:
        command, *rest = self.arguments
        return [command, str(folder), *rest, "--quiet"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds after one fault; `survived`: the command did all the same what it should."""

    clear: bool = True
    whole: bool = True
    earlier: bool = True
    goes_on: bool = True
    survived: bool = False
    why: str = ""

    @property
    def good(self) -> bool:
        return self.clear and self.whole and self.earlier and self.goes_on


# --- what is tried ---------------------------------------------------------------------------------------------------


def _scored(folder: Path) -> None:
    """A scored folder with a new sheet in its inbox."""
    make(folder, ROSTER, {"d": RULES}, SETTINGS)
    return_all(folder, says)
    score_folder(folder, by="甲")
    old = hashlib.sha256((folder / "inbox" / "L1-张三.xlsx").read_bytes()).hexdigest()
    again(folder, "L1", "新.xlsx", says, replaces=old)


def _begun(folder: Path) -> None:
    make(folder, ROSTER, {"d": RULES}, SETTINGS)


def _declared(folder: Path) -> None:
    make(folder, GOALS_ROSTER, {"d": GOALS_RULES}, GOALS_SETTINGS)
    for unit in GOALS:
        put(folder, unit, declares(GOALS))


_DECISION = ("--evaluator", "张三", "--document", "1号", "--date", "2026-09-01", "--reason", "出差")
CASES: Mapping[str, Case] = {
    each.name: each
    for each in (
        Case("score", _scored, ("score",)),
        Case("decide", _begun, ("decide", "waiver", *_DECISION)),
        Case("goals", _declared, ("goals", "--approve", "--document", "5号", "--date", "2026-05-10")),
        Case("template", _begun, ("template",)),
    )
}


# --- what is there afterwards ----------------------------------------------------------------------------------------


def visible(folder: Path) -> Files:
    """Every file that somebody sees, but for the moments at which files came in, which are the clock's."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and not _is_hidden(path, folder))
    return {path.relative_to(folder).as_posix(): _timeless(path) for path in paths}


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _timeless(path: Path) -> bytes:
    data = path.read_bytes()
    if path.name == "index.csv":
        return re.sub(rb",[^,\r]+\r", b"\r", data)
    if path.name == "manifest.json" and data.endswith(b"}\n"):
        said = json.loads(data)
        for each in said["submissions"]:
            each["first_seen"] = ""
        return json.dumps({**said, "seal": ""}, ensure_ascii=False).encode()
    return data


def left(folder: Path) -> list[str]:
    """What a command left that was not done."""
    return [path.name for path in folder.rglob("*") if _LEFT.search(path.name)]


@dataclass(slots=True)
class Bench:
    """Tries faults on one case; what follows on the same state is found out once."""

    case: Case
    kept: Path
    run: Runner
    scratch: Path
    before: Files
    after: Files
    follows: dict[str, str]

    @classmethod
    def of(cls, case: Case, kept: Path, run: Runner, scratch: Path) -> Bench:
        """With what the command makes of the folder `kept` where nothing fails."""
        bench = cls(case, kept, run, scratch, visible(kept), {}, {})
        ended = run(case.asked(bench.fresh()), None)
        assert ended.code == 0, ended.said
        bench.after = visible(scratch)
        return bench

    def counted(self, operation: str) -> int:
        """How often the command does something."""
        fault = Fault(operation, 0, "EIO", str(self.scratch))
        self.run(self.case.asked(self.fresh()), fault)
        return fault.done[operation]

    def tried(self, operation: str, number: int, what: str, *, then: bool = False) -> Verdict:
        """Whether all holds after the Nth of an operation."""
        folder = self.fresh()
        ended = self.run(self.case.asked(folder), Fault(operation, number, what, str(folder), then))
        return self.judged(ended, killed=what == "kill")

    def judged(self, ended: Ended, *, killed: bool = False) -> Verdict:
        """What holds in the folder after a command that something was done to."""
        folder, now = self.scratch, visible(self.scratch)
        parts = [name for name, data in now.items() if data not in (self.before.get(name), self.after.get(name))]
        parts += [name for name in self.before.keys() & self.after.keys() if name not in now]
        runs = {name.split("/")[1] for name in now.keys() - self.before.keys() if name.startswith("runs/")}
        parts += [f"runs/{run}" for run in runs if not _is_all_there(run, now, self.after)]
        parts += [] if killed or ended.code == -9 else left(folder)
        earlier = all(now.get(name) == data for name, data in self.before.items() if name.startswith("runs/"))
        survived = ended.code == 0 and now.keys() == self.after.keys()
        clear = survived or (ended.code == -9 if killed else _is_clear(ended))
        why = f"{ended} {parts}" if parts or not clear else ""
        verdict = Verdict(clear, not parts, earlier, survived=survived, why=why)
        trouble = self._next(now)
        return replace(verdict, goes_on=False, why=trouble) if trouble else verdict

    def fresh(self) -> Path:
        """The folder as it was before the command."""
        shutil.rmtree(self.scratch, ignore_errors=True)
        return Path(shutil.copytree(self.kept, self.scratch))

    def _next(self, now: Files) -> str:
        """What is wrong with the same command given again."""
        state = self._state()
        if state not in self.follows:
            self.follows[state] = self._followed(now)
        return self.follows[state]

    def _followed(self, now: Files) -> str:
        done = now.keys() == self.after.keys() and dict(now) == dict(self.after)
        ended = self.run(self.case.asked(self.scratch), None)
        then = visible(self.scratch)
        if ended.code not in ((0, 1, 2) if done else (0,)) or "Traceback" in ended.said:
            return f"the next: {ended}"
        if remains := left(self.scratch):
            return f"the next left {remains}"
        differ = [name for name, data in self.after.items() if then.get(name) != data]
        return f"the next made another {differ}" if differ else ""

    def _state(self) -> str:
        """A digest of all that is there, hidden files too; of the lock whether it says a holder."""
        digest = hashlib.sha256()
        for path in sorted(path for path in self.scratch.rglob("*") if path.is_file()):
            data = bytes([path.stat().st_size > 0]) if path.name == ".evaltool.lock" else _timeless(path)
            digest.update(f"{re.sub('[0-9]+', '#', path.name)} {len(data)} ".encode() + data)
        return digest.hexdigest()


def _is_all_there(run: str, now: Files, after: Files) -> bool:
    """Whether a run that is there is there with every file."""
    return all(name in now for name in after if name.startswith(f"runs/{run}/"))


def _is_clear(ended: Ended) -> bool:
    """Exit code 3 and one line that names a file; or refused for a file that could not be read, with its name."""
    if "Traceback" in ended.said or "internal error" in ended.said:
        return False
    if ended.code == 3:
        return len(ended.said.splitlines()) == 1 and os.sep in ended.said
    return ended.code in (1, 2) and "FILE_UNREADABLE" in ended.said
