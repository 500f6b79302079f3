"""Good sheets, damaged in every way that can be thought of: none may crash, stall, or say what nobody wrote.

    python tools/fuzz.py [--number 100000] [--seed 1] [--workers 2] [--minutes 30]

Draws sheets of the sample and of a small evaluation, does something to each (`tests/making/damaged_books.py`), reads it
and holds it against what must hold of every one (`tests/making/judged_mutants.py`), openpyxl's reading included.  Then
every input cell of the sample is changed, one at a time (`tests/making/changed_cells.py`).  Prints what became of them
as the tables of docs/damaged.md; 1 if anything did not hold.  A mutant has a number, by which `--only` makes it again.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "making")]

import changed_cells  # noqa: E402
from damaged_books import MUTATIONS  # noqa: E402
from good_sheets import Expecting, good_sheets, of_sample  # noqa: E402
from judged_mutants import Tally, tried  # noqa: E402

AT_ONCE = 250
SECOND_OF = 5
_EACH_SEED = 10_000_000


def main() -> int:
    """The tables; 1 if something did not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--number", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=1e6, help="begin no more after so long")
    parser.add_argument("--only", type=int, help="one mutant, by its number")
    parser.add_argument(
        "--cells", action=argparse.BooleanOptionalAction, default=True, help="change the sample's cells"
    )
    given = parser.parse_args()
    first = given.seed * _EACH_SEED if given.only is None else given.only
    numbers = range(first, first + (given.number if given.only is None else 1))
    begun = time.monotonic()
    tally = _mutants(numbers, given.workers, begun + given.minutes * 60)
    _print_mutants(tally, time.monotonic() - begun)
    unseen = _cells(given.seed) if given.cells and given.only is None else []
    for one in (*tally.faults, *unseen):
        print(one)  # noqa: T201
    return int(bool(tally.faults or unseen))


def _mutants(numbers: range, workers: int, until: float) -> Tally:
    tally = Tally()
    chunks = [numbers[at : at + AT_ONCE] for at in range(0, len(numbers), AT_ONCE)]
    with (
        tempfile.TemporaryDirectory() as scratch,
        ProcessPoolExecutor(workers, get_context("spawn"), _begin, (scratch,)) as pool,
    ):
        for at, each in enumerate(pool.map(partial(_chunk, until=until), chunks), 1):
            tally.add(each)
            _progress(at * AT_ONCE, len(numbers), len(tally.faults))
    return tally


_kept: dict[str, Expecting] = {}


def _begin(scratch: str) -> None:
    """A worker's sheets, made once."""
    warnings.simplefilter("ignore")
    place = Path(tempfile.mkdtemp(dir=scratch))
    _kept["small"] = good_sheets(place / "small")
    _kept["sample"] = of_sample(shutil.copytree(changed_cells.SAMPLE, place / "sample"))


def _chunk(numbers: range, until: float) -> Tally:
    """Half of them of the small evaluation, half of the sample."""
    tally = Tally()
    if time.monotonic() > until:
        return tally
    for name, mine in (("small", numbers[::2]), ("sample", numbers[1::2])):
        sheets, expected = _kept[name]
        tally.add(tried(sheets, expected, mine, SECOND_OF))
    return tally


def _progress(done: int, of: int, faults: int) -> None:
    if sys.stderr.isatty() or done % 5_000 < AT_ONCE:
        print(f"{min(done, of)} of {of}, {faults} did not hold", file=sys.stderr)  # noqa: T201


def _print_mutants(tally: Tally, seconds: float) -> None:
    order = ("refused", "not taken", "same", "seen", "fault")
    rows = [(kind, *(tally.fates.get(kind, Counter())[fate] for fate in order)) for kind in MUTATIONS]
    total = ("all", *(sum(fates[fate] for fates in tally.fates.values()) for fate in order))
    _print_table(
        ("damage to", "refused", "not taken", "nothing changed", "change seen", "did not hold"), [*rows, total]
    )
    _print_table(("difference from openpyxl", "cells or sheets"), tally.rules.most_common())
    made = sum(sum(fates.values()) for fates in tally.fates.values())
    print(f"\n{made} mutants in {seconds:.0f} s; the slowest {tally.seconds:.2f} s, openpyxl included")  # noqa: T201


def _cells(seed: int) -> list[str]:
    with tempfile.TemporaryDirectory() as scratch:
        begun = time.monotonic()
        folder = shutil.copytree(changed_cells.SAMPLE, Path(scratch) / "sample")
        rows, unseen = [], []
        for kind, (count, lost) in _changed(folder, seed):
            rows.append((kind, count, len(lost)))
            unseen += lost
    _print_table(("changed, one at a time", "cells", "seen nowhere"), rows)
    print(f"\nin {time.monotonic() - begun:.0f} s")  # noqa: T201
    return unseen


def _changed(folder: Path, seed: int) -> Iterator[tuple[str, tuple[int, list[str]]]]:
    yield "cells of returned sheets, all", changed_cells.of_sheets(folder, seed)
    yield "cells of roster and decisions, five rows of each table", changed_cells.of_tables(folder, seed, 5)


def _print_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    print(f"\n| {' | '.join(header)} |\n|{'---|' * len(header)}")  # noqa: T201
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |")  # noqa: T201


if __name__ == "__main__":
    raise SystemExit(main())
