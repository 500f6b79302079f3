"""evaltool against other programs on the same data in the same run; prints a table of ratios in Markdown.

    python benchmarks/bench.py [--row ROW ...] [--sheets N] [--sizes N,N,N] [--large N] [--answers N] [--parted N]
                               [--rounds N] [--before REV]

Programs take turns, each a whole process with its children; the figures are medians over the rounds.  Linux.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import poll_data
from measuring import HERE, ROOT, TODAY, Cost, Setting, exponent, run, say, shown, state, turns

SAMPLE = ROOT / "sample_data" / "chengchuan-2026"
A_FEW = 100  # sheets, of which one is looked at
LIVE = 50  # sheets of the workbook whose every mark is live
PACKAGES = ("pandas", "openpyxl", "python-calamine", "polars", "xlsxwriter", "duckdb")


@dataclass(frozen=True)
class Row:
    """A line of the table; ratios are evaltool's over the other's."""

    case: str
    against: str
    cpu: str
    wall: str
    seen: str
    aim: str = ""


def compared(case: str, costs: Mapping[str, Cost], ours: str, theirs: str, aim: str = "") -> Row:
    mine, other = costs[ours], costs[theirs]
    seen = f"{shown(mine)} : {shown(other)}"
    return Row(case, theirs, f"{mine.cpu / other.cpu:.2f}", f"{mine.wall / other.wall:.2f}", seen, aim)


# --- rows ------------------------------------------------------------------------------------------------------------


def score(given: Setting) -> Iterator[Row]:
    """The whole of `score` against the scripts of an office."""
    folder = given.data(given.sheets)
    ours, theirs = given.scratch / "ours.json", given.scratch / "peer.json"

    def peer(engine: str) -> Cost:
        out = theirs.with_suffix(".xlsx")
        spent = given.cost([HERE / "peer_pandas.py", folder, out, "--engine", engine])
        agree(ours, theirs)
        return spent

    case = f"`score`, {given.sheets} sheets"
    both = {"pandas + openpyxl": lambda: peer("openpyxl"), "pandas + calamine": lambda: peer("calamine")}
    costs = turns(given.rounds, {"evaltool": lambda: given.once("score", folder, results=ours), **both})
    yield compared(case, costs, "evaltool", "pandas + openpyxl", "≤ 0.125, then 0.083")
    yield compared(case, costs, "evaltool", "pandas + calamine", "≤ 0.67, then 0.40")


def agree(ours: Path, theirs: Path) -> None:
    """Whoever is compared comes to the same totals, or is not compared."""
    mine = {unit["name"]: unit["total"] for unit in json.loads(ours.read_text("utf-8"))["units"]}
    other = {name: f"{total:.2f}" for name, total in json.loads(theirs.read_text("utf-8")).items()}
    if mine != other:
        raise SystemExit(f"other totals: {sorted(mine.items() ^ other.items())}")


def earlier(given: Setting, command: str, folder: Path, case: str, aim: str) -> Row:
    """A command against itself in the state before, on the same folder."""
    assert given.before
    source = given.before
    costs = turns(
        given.rounds,
        {
            "evaltool": lambda: given.once(command, folder),
            "the state before": lambda: given.once(command, folder, source),
        },
    )
    return compared(case, costs, "evaltool", "the state before", aim)


def file(given: Setting) -> Iterator[Row]:
    """From the bytes of one file to what it says."""
    folder = given.data(min(given.sheets, A_FEW))
    case = "bytes to answers, one file"
    spent = inside(given, "file", folder, TODAY)
    ratio = spent["evaltool"] / spent["calamine"]
    seen = f"{1000 * spent['evaltool']:.2f} ms : {1000 * spent['calamine']:.2f} ms"
    yield Row(case, "calamine alone", f"{ratio:.1f}", "", seen, "≤ 4")


def workbook(given: Setting) -> Iterator[Row]:
    """The ranked workbook with every mark live."""
    folder = given.data(LIVE)
    thousands = (LIVE * 240 + 60) / 1000
    mine = inside(given, "workbook", given.fresh(folder), TODAY)
    case, now = "ranked workbook, per 1,000 live marks", (mine["made"] + mine["written"]) / thousands
    bare = mine["bare"] / thousands
    cells = f"{now:.3f} s : {bare:.3f} s, {mine['cells']} cells"
    yield Row(case, "XlsxWriter alone, the same cells", f"{now / bare:.2f}", "", cells)


def inside(given: Setting, what: str, folder: Path, source: Path) -> dict[str, float]:
    """What `inside.py` measures; medians over the rounds."""
    say(f"  {what}: {source}")
    command: list[str | Path] = [HERE / "inside.py", what, folder]
    runs = [json.loads(run(command, source, given.scratch)) for _ in range(given.rounds)]
    return {name: statistics.median(each[name] for each in runs) for name in runs[0]}


def growth(given: Setting) -> Iterator[Row]:
    """How `validate` and `score` grow with the sheets."""
    folders = {sheets: given.data(sheets) for sheets in given.sizes}
    for command in ("validate", "score"):
        runners = {
            f"{command} {sheets}": lambda sheets=sheets, command=command: given.once(command, folders[sheets])
            for sheets in given.sizes
        }
        costs = list(turns(given.rounds, runners).values())
        cpu, wall = (exponent(given.sizes, each) for each in zip(*((one.cpu, one.wall) for one in costs), strict=True))
        seen = ", ".join(f"{one.cpu:.1f}" for one in costs) + " s CPU"
        case = f"growth of `{command}`: exponent over {', '.join(map(str, given.sizes))} sheets"
        yield Row(case, "", f"{cpu:.2f}", f"{wall:.2f}", seen, "≤ 1.1")


def large(given: Setting) -> Iterator[Row]:
    """Many sheets against nothing but reading them."""
    folder = given.data(given.large)
    costs = turns(
        given.rounds,
        {
            "evaltool": lambda: given.once("score", folder),
            "calamine in two processes": lambda: given.cost([HERE / "bare_calamine.py", folder]),
        },
    )
    case = f"`score`, {given.large} sheets"
    yield compared(case, costs, "evaltool", "calamine in two processes", "≤ 4; largest process 500 MB")


def rerun(given: Setting) -> Iterator[Row]:
    """Scoring again after one sheet was mended, in a folder that was scored before."""
    folder = given.data(given.sheets)
    copies = [given.fresh(folder) for _ in range(given.rounds)]

    def first() -> Cost:
        return given.evaltool("score", copies[-1])

    def again() -> Cost:
        copy = copies.pop()
        given.make([copy, "--mend"])
        return given.evaltool("score", copy)

    costs = turns(given.rounds, {"the first run": first, "evaltool": again})
    yield compared(f"`score` again, 1 of {given.sheets} sheets mended", costs, "evaltool", "the first run", "≤ 0.25")


def sample(given: Setting) -> Iterator[Row]:
    """The bundled sample, against the state before."""
    for command in ("score", "validate") if given.before else ():
        yield earlier(given, command, SAMPLE, f"`{command}`, the sample", "≤ 0.5")


def poll(given: Setting) -> Iterator[Row]:
    """The answers of a poll against DuckDB, without and with repeats that are settled by respondent."""
    folder = poll_data.poll(given.cache, given.answers)
    for name, rule, aim in (
        ("答卷-0000.parquet", "all", "≤ 1.5"),
        ("答卷.csv", "all", "≤ 1.2"),
        ("答卷-0000.parquet", "last", "≤ 2"),
        ("答卷.csv", "last", "≤ 2"),
    ):
        kind = "CSV" if name.endswith(".csv") else "Parquet"
        case = f"{given.answers:,} answers, {kind}" + (", repeats settled" if rule != "all" else "")
        yield polled(given, case, [folder / name], rule, aim)


def pollparts(given: Setting) -> Iterator[Row]:
    """Many answers in parts, repeats settled; DuckDB is given as much memory and may use the disk too."""
    folder = poll_data.poll(given.cache, given.parted, 20)
    files = sorted(folder.glob("*.parquet"))
    case = f"{given.parted:,} answers in {len(files)} Parquet files"
    for rule in ("all", "last"):
        yield polled(given, case + (", repeats settled" if rule != "all" else ""), files, rule, "peak 1 GB")


def polled(given: Setting, case: str, files: Sequence[Path], rule: str, aim: str) -> Row:
    ours, theirs = given.scratch / "ours.json", given.scratch / "peer.json"

    def peer() -> Cost:
        spent = given.cost([HERE / "peer_duckdb.py", theirs, rule, *files])
        if json.loads(ours.read_text("utf-8")) != json.loads(theirs.read_text("utf-8")):
            raise SystemExit(f"other counts: {case}")
        return spent

    runners = {"evaltool": lambda: given.cost([HERE / "poll_evaltool.py", ours, rule, *files]), "DuckDB alone": peer}
    return compared(case, turns(given.rounds, runners), "evaltool", "DuckDB alone", aim)


ROWS: dict[str, Callable[[Setting], Iterator[Row]]] = {
    "score": score,
    "file": file,
    "growth": growth,
    "large": large,
    "rerun": rerun,
    "sample": sample,
    "workbook": workbook,
    "poll": poll,
    "pollparts": pollparts,
}
RARE = ("large", "pollparts")  # only when they are asked for

# --- the whole -------------------------------------------------------------------------------------------------------


def table(rows: Sequence[Row], given: Setting) -> Iterator[str]:
    """What goes into README.md."""
    day = datetime.now(UTC).date().isoformat()
    commit = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    yield f"{day}, commit {commit.stdout.strip() or '?'}, {os.cpu_count()} cores, medians of {given.rounds} rounds;"
    yield f"Python {platform.python_version()}, {versions}."
    yield ""
    yield "| case | against | CPU | wall | evaltool : the other | aim |"
    yield "|---|---|---|---|---|---|"
    yield from (f"| {' | '.join((r.case, r.against, r.cpu, r.wall, r.seen, r.aim))} |" for r in rows)


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--row", action="append", choices=ROWS, help="a row, once or more; without it, the usual ones")
    parser.add_argument("--sheets", type=int, default=1000)
    parser.add_argument("--sizes", default="250,500,1000,2000", help="numbers of sheets for `growth`")
    parser.add_argument("--large", type=int, default=10_000, help="sheets of the row `large`")
    parser.add_argument("--answers", type=int, default=10_000_000, help="answers of the row `poll`")
    parser.add_argument("--parted", type=int, default=100_000_000, help="answers of the row `pollparts`")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--before", default="", help="an earlier state, to compare with")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "evaltool-bench")
    return parser.parse_args()


def main() -> None:
    said = asked()
    said.cache.mkdir(parents=True, exist_ok=True)
    cache = said.cache.resolve()
    with tempfile.TemporaryDirectory(dir=cache) as scratch, state(said.before, Path(scratch)) as before:
        sizes = tuple(map(int, said.sizes.split(",")))
        given = Setting(
            said.sheets, sizes, said.large, said.answers, said.parted, said.rounds, cache, Path(scratch), before
        )
        rows: list[Row] = []
        for name in said.row or [each for each in ROWS if each not in RARE]:
            say(name)
            rows += ROWS[name](given)
        print("\n".join(table(rows, given)))


if __name__ == "__main__":
    main()
