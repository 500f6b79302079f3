"""Faults put into the code, one at a time: does a test notice?

    python tools/mutants.py [--number 100] [--seed 1] [--only src/evaltool/points] [--again]

Draws faults in the modules that reckon and take in (`MUTATED`): one operator, bound or branch changed.  For each it
runs the tests that reach the line (`reached.py`), the quickest first, as many of them as take `BUDGET` seconds; results
of the bundled evaluations, worked out apart from the tool, are among them.  What nothing notices is printed with its
place; what is known to change nothing that can be seen stands in `mutants.toml` with the reason, and is not tried.
"""

from __future__ import annotations

import argparse
import ast
import copy
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import hypothesis  # noqa: F401  what takes long to load, once for all faults
import openpyxl  # noqa: F401
import polars  # noqa: F401
import pydantic  # noqa: F401
import pytest
from reached import Reached, reached

ROOT = Path(__file__).resolve().parent.parent
MUTATED = ("src/evaltool/points", "src/evaltool/results", "src/evaltool/inbox", "src/evaltool/exact.py")
BUDGET = 30.0  # seconds of tests for a mutant, as they were measured; the three quickest always
PATIENCE = 4  # times the seconds that they took when measured, until a loop without an end counts as noticed
EQUAL = Path(__file__).with_suffix(".toml")
LEFT = ROOT / "build" / "mutants-left.txt"


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

    @property
    def known(self) -> tuple[str, str, str, str]:
        """By what `mutants.toml` names it: lines move."""
        return self.module, self.function, self.before, self.after


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
            if field in _SKIPPED or not isinstance(node, ast.AST) or _fails_by_itself(node):
                continue
            inside = node if isinstance(node, ast.FunctionDef) else function
            if inside and isinstance(node, ast.expr | ast.stmt):
                yield inside, node, field in ("test", "ifs") and not isinstance(tree, ast.IfExp)
            yield from _inside_functions(node, inside)


def _fails_by_itself(node: ast.AST) -> bool:
    """Or only puts a text together."""
    match node:
        case ast.JoinedStr() | ast.Assert() | ast.Raise(exc=ast.Call(func=ast.Name(id="AssertionError"))):
            return True
        case ast.keyword(arg="strict", value=ast.Constant(value=True)):  # that what is zipped is equally long
            return True
    return False


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
        case ast.Constant(value=int(number)):
            yield ast.Constant(number + 1)
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


# --- trying them -----------------------------------------------------------------------------------------------------


def nearest(reach: Sequence[Reached], mutant: Mutant) -> dict[str, float]:
    """The tests that are run for a mutant, with their seconds: those that reach its line, the quickest first; where
    none does (what stands in for an argument is worked out on import, a part of a longer statement may have no line),
    those that reach its function."""
    known = _reaching(reach, mutant.module, [mutant.line]) or _reaching(reach, mutant.module, mutant.whole)
    chosen: dict[str, float] = {}
    for took, test in sorted((took, test) for test, took in known.items()):
        if len(chosen) < 3 or sum(chosen.values()) + took <= BUDGET:
            chosen[test] = took
    return chosen


def _reaching(reach: Sequence[Reached], module: str, lines: Iterable[int]) -> dict[str, float]:
    return {
        test: each.seconds[test]
        for each in reach
        for line in lines
        for test in each.lines.get(module, {}).get(str(line), ())
    }


def noticed(place: Path, mutant: Mutant, tests: Mapping[str, float]) -> bool:
    """Whether one of the tests fails, or nothing comes back, with the fault in a copy of the repository."""
    module = place / mutant.module
    data, was = module.read_bytes(), module.stat()
    first, last = mutant.span
    module.write_bytes(data[:first] + mutant.after.encode() + data[last:])
    os.utime(module, (was.st_atime, was.st_mtime - 60))  # what was compiled of it does not count
    try:
        return fails(place, list(tests), 30 + PATIENCE * sum(tests.values()))
    finally:
        module.write_bytes(data)
        os.utime(module, (was.st_atime, was.st_mtime))


def fails(place: Path, tests: Sequence[str], patience: float | None = None, *, compiles: bool = False) -> bool:
    """Whether one of the tests fails, in a copy as it stands."""
    process = _FORKED.Process(target=_run, args=(place, tests, compiles))
    process.start()
    process.join(patience)
    if process.is_alive():
        assert process.pid
        os.killpg(process.pid, signal.SIGKILL)  # with the workers that it has begun
        process.join()
        return True
    if process.exitcode in _NOT_RUN:
        raise SystemExit(f"pytest ran nothing:\n{(place / _LOG).read_text('utf-8')}")
    return process.exitcode != 0


_FORKED = multiprocessing.get_context("fork")
_NOT_RUN = (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED)
_LOG = "mutants.log"


def _run(place: Path, tests: Sequence[str], compiles: bool) -> None:
    """What takes long to load is loaded already; what was compiled is kept only of the code as it is."""
    os.setsid()
    os.chdir(place)
    log = os.open(_LOG, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    sys.dont_write_bytecode = not compiles
    os.environ["PYTHONPATH"] = os.pathsep.join(str(place / each) for each in ("src", "tests/making", "tests/oracle"))
    files = dict.fromkeys(test.split("::")[0] for test in tests)
    code = pytest.main(["-x", "-m", "not slow", "--basetemp", str(place / "scratch"), *files], [_Only(tests)])
    os._exit(code)


class _Only:
    def __init__(self, tests: Sequence[str]) -> None:
        self.tests = {test: at for at, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Quick ones first, those of a file together, whose fixtures are then made once."""
        items[:] = [item for item in items if item.nodeid in self.tests]
        first: dict[Path, int] = {}
        for item in items:
            first[item.path] = min(first.get(item.path, len(self.tests)), self.tests[item.nodeid])
        items.sort(key=lambda item: (first[item.path], self.tests[item.nodeid]))


def _copied(place: Path) -> Path:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, place / name)
    return place


# --- all of it -------------------------------------------------------------------------------------------------------


def main() -> int:
    """Prints what nothing noticed, and the share; 1 if that is 5 % or more."""
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--number", type=int, default=100)
    wanted.add_argument("--seed", type=int, default=1)
    wanted.add_argument("--only", action="append", help="a module or a folder of modules")
    wanted.add_argument("--again", action="store_true", help="those that nothing noticed the last time")
    said = wanted.parse_args()
    every = [each for module in _modules(said.only or MUTATED) for each in mutants(module)]
    drawn = random.Random(said.seed).sample(every, min(said.number, len(every)))
    if said.again:
        last = set(LEFT.read_text("utf-8").splitlines())
        drawn = [each for each in every if each.words in last]
    equal = {(each["module"], each["function"], each["before"], each["after"]) for each in _equal()}
    wanting = [each for each in drawn if each.known not in equal]
    left = list(_left(wanting))
    LEFT.write_text("".join(f"{each.words}\n" for each in left), "utf-8")
    same = len(drawn) - len(wanting)
    share = len(left) / len(wanting) if wanting else 0
    print(  # noqa: T201
        f"{len(every)} faults, {len(drawn)} drawn with seed {said.seed}, {same} known to change nothing that can be "
        f"seen; {len(wanting)} tried, {len(left)} not noticed: {share:.1%}"
    )
    return int(share >= 0.05)


def _left(wanting: Sequence[Mutant]) -> Iterator[Mutant]:
    """Those that nothing notices; how far it is stands in the terminal."""
    reach = reached(list(_modules(MUTATED)))
    tests = [nearest(reach, mutant) for mutant in wanting]
    with tempfile.TemporaryDirectory() as scratch:
        place = _copied(Path(scratch))
        if fails(place, sorted({test for each in tests for test in each}), compiles=True):
            raise SystemExit(f"the tests fail in a copy without any fault put in\n{(place / _LOG).read_text('utf-8')}")
        for at, (mutant, nearby) in enumerate(zip(wanting, tests, strict=True), 1):
            found = bool(nearby) and noticed(place, mutant, nearby)
            print(f"{at}/{len(wanting)} {'' if found else 'NOT NOTICED '}{mutant.words}", flush=True)  # noqa: T201
            if not found:
                yield mutant


def _modules(wanted: Sequence[str]) -> Iterator[Path]:
    for each in wanted:
        path = ROOT / each
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def _equal() -> list[dict[str, str]]:
    listed: list[dict[str, str]] = tomllib.loads(EQUAL.read_text("utf-8"))["equal"] if EQUAL.exists() else []
    return listed


if __name__ == "__main__":
    sys.exit(main())
