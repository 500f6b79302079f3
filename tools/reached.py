"""Which test reaches which line of the modules that `mutants.py` puts faults into, and how long it takes.

Measured with coverage, every test of `MEASURED` under its own name; what tests share (fixtures of a module) counts for
each.  Kept in build/ for a state of the modules, folder by folder: a test file that changed is measured again, alone.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from coverage import Coverage, CoverageData

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "build" / "reached.json"
MEASURED = (
    "tests/points", "tests/results", "tests/whole/test_golden.py", "tests/inbox", "tests/checks", "tests/rules",
    "tests/evaluation", "tests/ledger", "tests/views", "tests/workbook", "tests/whole/test_refusals.py",
    "tests/whole/test_worked_example.py",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reached:
    """What a test file reaches: seconds of its tests, and module -> line -> tests."""

    seconds: Mapping[str, float]
    lines: Mapping[str, Mapping[str, Sequence[str]]]


def reached(modules: Sequence[Path]) -> list[Reached]:
    """Of every test file that is measured."""
    state = _digest(modules)
    kept = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
    files = kept["files"] if kept.get("state") == state else {}
    wanted = {path.relative_to(ROOT).as_posix(): _digest([path]) for path in _test_files()}
    stale = [name for name, digest in wanted.items() if files.get(name, {}).get("digest") != digest]
    for _, some in groupby(stale, lambda name: Path(name).parent):
        for name, found in _apart(list(some), modules).items():
            files[name] = {"digest": wanted[name], **found}
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_text(json.dumps({"state": state, "files": files}, ensure_ascii=False), "utf-8")
    return [Reached(files[name]["seconds"], files[name]["lines"]) for name in wanted]


def _test_files() -> Iterator[Path]:
    for each in MEASURED:
        yield from sorted((ROOT / each).glob("test_*.py")) if (ROOT / each).is_dir() else [ROOT / each]


def _digest(paths: Sequence[Path]) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(paths))).hexdigest()[:16]


def _apart(files: Sequence[str], modules: Sequence[Path]) -> dict[str, dict[str, Any]]:
    """Measured in a process that ends: the modules must not be loaded in this one."""
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch, "reached.json")
        process = multiprocessing.get_context("fork").Process(target=_measure, args=(files, modules, report))
        process.start()
        process.join()
        if not report.exists():
            raise SystemExit("the tests fail without any fault put in")
        found: dict[str, dict[str, Any]] = json.loads(report.read_text("utf-8"))
        return found


def _measure(files: Sequence[str], modules: Sequence[Path], report: Path) -> None:
    from coverage import Coverage

    measure = Coverage(data_file=str(report.with_suffix(".data")), include=[str(path) for path in modules])
    told = _Contexts(measure)
    measure.start()
    failed = pytest.main(["-m", "not slow", *(str(ROOT / name) for name in files)], [told])
    measure.stop()
    if not failed:
        report.write_text(json.dumps(_by_file(files, told, measure.get_data()), ensure_ascii=False), "utf-8")


@dataclass(eq=False)  # pytest keeps plugins in a set
class _Contexts:
    """Tells coverage which test or shared fixture runs."""

    measure: Coverage
    seconds: dict[str, float] = field(default_factory=dict)
    users: dict[str, set[str]] = field(default_factory=dict)
    now: str = ""

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            self.users[item.nodeid] = {item.nodeid}
            for each in _shared(item):
                self.users.setdefault(each, set()).add(item.nodeid)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._switch(nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0) + report.duration

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object]) -> Iterator[None]:
        if fixturedef.scope == "function":
            return (yield)
        with self._inside(_name(fixturedef)):
            return (yield)

    @contextmanager
    def _inside(self, context: str) -> Iterator[None]:
        before = self.now
        self._switch(context)
        try:
            yield
        finally:
            self._switch(before)

    def _switch(self, context: str) -> None:
        self.now = context
        self.measure.switch_context(context)


def _shared(item: pytest.Item) -> Iterator[str]:
    for found in item._fixtureinfo.name2fixturedefs.values():  # type: ignore[attr-defined]
        yield from (_name(each) for each in found if each.scope != "function")


def _name(fixture: pytest.FixtureDef[object]) -> str:
    return f"{fixture.baseid}::{fixture.argname}()"


def _by_file(files: Collection[str], told: _Contexts, data: CoverageData) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {name: {"seconds": {}, "lines": {}} for name in files}
    for test, took in told.seconds.items():
        found[test.split("::")[0]]["seconds"][test] = round(took, 3)
    for path in data.measured_files():
        module = Path(path).relative_to(ROOT).as_posix()
        for line, contexts in data.contexts_by_lineno(path).items():
            for test in sorted({test for each in contexts for test in told.users.get(each, ())}):
                lines = found[test.split("::")[0]]["lines"].setdefault(module, {})
                lines.setdefault(str(line), []).append(test)
    return found
