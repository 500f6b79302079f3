"""Faults put into the code, one at a time: does a test notice?

    python tools/mutants.py [--number 100] [--seed 1] [--only src/evaltool/points]

Draws places in the modules that reckon and take in (`MUTATED`), changes one operator, bound or branch at each, and runs
the test files that reach the line, the quickest first, as many of them as take `BUDGET` seconds.  Which file reaches
which line is measured once for a state of the code and kept in build/.  What nothing notices is printed with its place;
what is known to change nothing that can be seen stands in `mutants.toml` with the reason, and is not drawn.
"""

from __future__ import annotations

import argparse
import ast
import copy
import hashlib
import json
import random
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

if TYPE_CHECKING:
    from coverage import Coverage, CoverageData

ROOT = Path(__file__).resolve().parent.parent
MUTATED = ("src/evaltool/points", "src/evaltool/results", "src/evaltool/inbox", "src/evaltool/exact.py")
BUDGET = 120.0  # seconds of tests for a mutant, as they were measured; the three quickest files always
PATIENCE = 900  # seconds until a loop without an end counts as noticed
KNOWN = Path(__file__).with_suffix(".toml")
BUILD = ROOT / "build"

Reached = Mapping[str, Mapping[str, Sequence[tuple[str, float]]]]
"""Module -> line -> test files with their seconds, the quickest first."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed place; `span` counts the bytes of the module, `whole` the lines of the function."""

    module: str
    function: str
    line: int
    whole: range
    span: tuple[int, int]
    before: str
    after: str

    @property
    def words(self) -> str:
        return f"{self.module}:{self.line} {self.function}: {self.before} -> {self.after}"


# --- which faults there are ------------------------------------------------------------------------------------------


_COMPARED: Mapping[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_RECKONED: Mapping[type, type] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.BitAnd: ast.BitOr,
}  # fmt: skip
_CALLED = {"min": "max", "max": "min", "any": "all", "all": "any"}
_SKIPPED = {"annotation", "returns", "decorator_list"}


def mutants(module: Path) -> Iterator[Mutant]:
    """Every fault that can be put into a module, in the order of its text."""
    data = module.read_bytes()
    starts = [0]
    for line in data.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    name = module.relative_to(ROOT).as_posix()
    for function, node, is_asked in _inside_functions(ast.parse(data), None):
        for changed in (*_changed(node), *(_denied(node) if is_asked else ())):
            assert node.end_lineno is not None
            assert node.end_col_offset is not None
            span = starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset
            after = "pass" if isinstance(changed, ast.Pass) else f"({ast.unparse(changed)})"
            before = " ".join(data[slice(*span)].decode().split())
            whole = range(function.lineno, (function.end_lineno or function.lineno) + 1)
            yield Mutant(name, function.name, node.lineno, whole, span, before, after)


def _inside_functions(
    tree: ast.AST, function: ast.FunctionDef | None
) -> Iterator[tuple[ast.FunctionDef, ast.expr | ast.stmt, bool]]:
    """What runs, with the function that it stands in, and whether it is the condition of a branch; not annotations,
    texts that are put together, and assertions, which fail by themselves."""
    for field, value in ast.iter_fields(tree):
        for node in value if isinstance(value, list) else [value]:
            if field in _SKIPPED or not isinstance(node, ast.AST) or isinstance(node, ast.JoinedStr | ast.Assert):
                continue
            inside = node if isinstance(node, ast.FunctionDef) else function
            if inside and isinstance(node, ast.expr | ast.stmt):
                yield inside, node, field in ("test", "ifs") and not isinstance(tree, ast.IfExp)
            yield from _inside_functions(node, inside)


def _changed(node: ast.expr | ast.stmt) -> Iterator[ast.AST]:
    """What a careless hand could have written instead."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in _COMPARED:
            yield _with(node, ops=[_COMPARED[type(op)]()])
        case ast.BoolOp():
            yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert()):
            yield node.operand
        case ast.BinOp() if type(node.op) in _RECKONED and not _is_text(node):
            yield _with(node, op=_RECKONED[type(node.op)]())
        case ast.IfExp():
            yield node.orelse
            yield node.body
        case ast.Call(func=ast.Name(id=name)) if name in _CALLED:
            yield _with(node, func=ast.Name(_CALLED[name]))
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int()):
            yield ast.Constant(node.value + 1)
        case ast.AugAssign() | ast.Continue() | ast.Break():
            yield ast.Pass()
        case ast.Expr(value=ast.Call()):
            yield ast.Pass()


def _denied(node: ast.expr | ast.stmt) -> Iterator[ast.AST]:
    """A condition that `_changed` has nothing for."""
    if isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript | ast.NamedExpr):
        yield ast.UnaryOp(ast.Not(), node)


def _with(node: ast.expr, **changes: object) -> ast.expr:
    made = copy.copy(node)
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_text(node.left) or _is_text(node.right)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


# --- which test reaches which line -----------------------------------------------------------------------------------


def reached() -> Reached:
    """Measured once for a state of src/ and tests/: takes somewhat longer than all tests one after another."""
    sources = sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])
    state = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    kept = BUILD / f"reached-{state}.json"
    if not kept.exists():
        BUILD.mkdir(exist_ok=True)
        kept.write_text(json.dumps(_measured()), "utf-8")
    found: Reached = json.loads(kept.read_text("utf-8"))
    return found


def _measured() -> Reached:
    """`pytest_runtest_protocol` below tells coverage which file runs, fixtures included."""
    from coverage import Coverage

    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch, "tests.xml")
        measure = Coverage(data_file=Path(scratch, "data"), source=[str(ROOT / "src")])
        measure.start()
        code = pytest.main(
            ["-m", "not slow", f"--junitxml={report}", "-o", "junit_family=xunit1"], [_Contexts(measure)]
        )
        measure.stop()
        if code:
            raise SystemExit("the tests fail without any fault put in")
        return _by_line(measure.get_data(), _seconds(report))


class _Contexts:
    def __init__(self, measure: Coverage) -> None:
        self.measure = measure

    def pytest_runtest_logstart(self, location: tuple[str, int | None, str]) -> None:
        self.measure.switch_context(location[0])


def _seconds(report: Path) -> dict[str, float]:
    found: dict[str, float] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        found[case.attrib["file"]] = found.get(case.attrib["file"], 0) + float(case.attrib["time"])
    return found


def _by_line(data: CoverageData, seconds: Mapping[str, float]) -> Reached:
    found: dict[str, dict[str, list[tuple[str, float]]]] = {}
    for path in data.measured_files():
        name = Path(path).relative_to(ROOT).as_posix()
        for line, files in data.contexts_by_lineno(path).items():
            known = sorted((seconds[file], file) for file in files if file in seconds)
            found.setdefault(name, {})[str(line)] = [(file, took) for took, file in known]
    return found


# --- trying them -----------------------------------------------------------------------------------------------------


def noticed(copy_: Path, mutant: Mutant, tests: Sequence[str]) -> bool:
    """Whether one of the test files fails, or nothing comes back, with the fault in a copy of the repository."""
    module = copy_ / mutant.module
    data = module.read_bytes()
    first, last = mutant.span
    module.write_bytes(data[:first] + mutant.after.encode() + data[last:])
    try:
        return fails(copy_, tests, PATIENCE)
    except subprocess.TimeoutExpired:
        return True
    finally:
        module.write_bytes(data)


def fails(copy_: Path, tests: Sequence[str], patience: float | None = None) -> bool:
    """Whether one of the test files fails in a copy as it stands."""
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-m", "not slow", *tests]
    ran = subprocess.run(command, cwd=copy_, capture_output=True, timeout=patience, check=False)
    if ran.returncode in _NOT_RUN:
        raise SystemExit(f"pytest ran nothing:\n{ran.stdout.decode()}{ran.stderr.decode()}")
    return ran.returncode != 0


_NOT_RUN = (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED)


def nearest(reach: Reached, mutant: Mutant) -> list[str]:
    """The test files that are run for a mutant: those that reach its line; where none is known to (what stands in for
    an argument is worked out on import, a part of a longer statement may have no line), those that reach its
    function."""
    lines = reach.get(mutant.module, {})
    inside = {(file, took) for line in mutant.whole for file, took in lines.get(str(line), ())}
    known = lines.get(str(mutant.line)) or sorted(inside, key=lambda each: each[::-1])
    chosen: list[str] = []
    taken = 0.0
    for file, took in known:
        taken += took
        if len(chosen) < 3 or taken <= BUDGET:
            chosen.append(file)
    return chosen


def _copied(place: Path) -> Path:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, place / name)
    return place


def main() -> int:
    """Prints what nothing noticed, and the share; 1 if that is 5 % or more."""
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--number", type=int, default=100)
    wanted.add_argument("--seed", type=int, default=1)
    wanted.add_argument("--only", action="append", help="a module or a folder of modules")
    said = wanted.parse_args()
    known = {(each["module"], each["function"], each["before"], each["after"]) for each in _known()}
    reach = reached()
    every = [
        each
        for module in _modules(said.only or MUTATED)
        for each in mutants(module)
        if (each.module, each.function, each.before, each.after) not in known
    ]
    drawn = random.Random(said.seed).sample(every, min(said.number, len(every)))
    left = []
    with tempfile.TemporaryDirectory() as scratch:
        place = _copied(Path(scratch))
        if fails(place, sorted({file for mutant in drawn for file in nearest(reach, mutant)})):
            raise SystemExit("the tests fail in a copy of the repository without any fault put in")
        for at, mutant in enumerate(drawn, 1):
            tests = nearest(reach, mutant)
            found = bool(tests) and noticed(place, mutant, tests)
            left += [] if found else [mutant]
            print(f"{at}/{len(drawn)} {'' if found else 'NOT NOTICED '}{mutant.words}", flush=True)  # noqa: T201
    share = len(left) / len(drawn) if drawn else 0
    print(f"{len(every)} places, {len(drawn)} tried, {len(left)} not noticed: {share:.1%}")  # noqa: T201
    return int(share >= 0.05)


def _modules(wanted: Sequence[str]) -> Iterator[Path]:
    for each in wanted:
        path = ROOT / each
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def _known() -> list[dict[str, str]]:
    listed: list[dict[str, str]] = tomllib.loads(KNOWN.read_text("utf-8"))["equal"] if KNOWN.exists() else []
    return listed


if __name__ == "__main__":
    sys.exit(main())
