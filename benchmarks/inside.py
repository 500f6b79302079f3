"""What no command shows, measured inside one process; prints a line of JSON with CPU seconds.

    python benchmarks/inside.py file FOLDER        bytes to answers, one file; and calamine over the same bytes
    python benchmarks/inside.py workbook FOLDER    the ranked workbook made and written; and XlsxWriter alone

Run with the source of an earlier state on PYTHONPATH it measures that one, so what it needs is looked up by name: first
where it stands today, then where it stood before.
"""

from __future__ import annotations

import hashlib
import importlib
import io
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evaltool.evaluation import load

FILES = 20
ROUNDS = 5


def main() -> None:
    measured = {"file": file, "workbook": workbook}[sys.argv[1]](Path(sys.argv[2]))
    print(json.dumps(measured))


def file(folder: Path) -> dict[str, float]:
    """Seconds for one file: what evaltool makes of its bytes, and calamine's reading of every worksheet."""
    from python_calamine import CalamineWorkbook

    def bare(data: bytes) -> None:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            for name in book.sheet_names:
                book.get_sheet_by_name(name).to_python()

    files = [path.read_bytes() for path in sorted((folder / "inbox" / "panel").iterdir())[:FILES]]
    ours, theirs = reading(folder), []
    spent: list[float] = []
    for _ in range(ROUNDS):
        for data in files:
            spent.append(seconds(ours, data))
            theirs.append(seconds(bare, data))
    return {"evaltool": statistics.median(spent), "calamine": statistics.median(theirs)}


def reading(folder: Path) -> Callable[[bytes], object]:
    """A function from a file's bytes to what it says, as a worker has it."""
    layout, proof = named("questions.layout", "layout"), named("inbox.proof", "proof")
    workers = named("inbox.workers", "reading")
    evaluation, _ = load(folder)
    expected = proof.Expected(evaluation.identity, layout.forms(evaluation), evaluation.key)

    def read(data: bytes) -> object:
        said = workers.read_one(workers.Task(hashlib.sha256(data).hexdigest(), data), expected)
        assert said.extract and not said.problems, said.problems
        return said

    return read


def workbook(folder: Path) -> dict[str, float]:
    """Seconds for the ranked workbook as a value, as a file, and of XlsxWriter for the same cells without any looks."""
    run, ranked = named("run"), named("workbook.ranked", "ranked")
    saving = named("writers.saving", "workbook")
    result = run.scored(run.take_in(folder), "0001")
    started = time.process_time()
    book = ranked.ranked_book(result)
    made = time.process_time()
    saving.to_bytes(book)
    return {
        "made": made - started,
        "written": time.process_time() - made,
        "bare": seconds(bare_cells, book),
        "cells": sum(len(tab.cells) for tab in book.tabs),
    }


def bare_cells(book: Any) -> None:
    """The values and formulas of a book by XlsxWriter, and nothing else."""
    import xlsxwriter

    written = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    for tab in book.tabs:
        sheet = written.add_worksheet(tab.title)
        for (row, column), cell in tab.cells.items():
            value = cell.value
            if hasattr(value, "text"):
                sheet.write_formula(row, column, value.text, None, value.value)
            elif isinstance(value, str):
                sheet.write_string(row, column, value)
            elif value is not None:
                sheet.write_number(row, column, value)
    written.close()


def named(*places: str) -> Any:
    """The first of these modules that there is."""
    for place in places:
        try:
            return importlib.import_module(f"evaltool.{place}")
        except ModuleNotFoundError:
            continue
    raise ModuleNotFoundError(" or ".join(places))


def seconds(act: Callable[[Any], object], given: Any) -> float:
    """CPU seconds of this process."""
    started = time.process_time()
    act(given)
    return time.process_time() - started


if __name__ == "__main__":
    main()
