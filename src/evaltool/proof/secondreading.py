"""Every counted cell read once more, by another reader: openpyxl, in a process of its own.

Two programs that share no line of code must see the same in a cell.  Where they do not, a file can show one thing to a
reviewer and say another; that is a finding, whichever of the two is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from typing import TYPE_CHECKING

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding, finding
from evaltool.inbox.intake import Intake
from evaltool.inbox.received import on_record
from evaltool.proof.otherreader import Compared, compare_all

if TYPE_CHECKING:
    from evaltool.run import TakenIn

PROCESSES = 2
AT_ONCE = 16  # files that a process is given together
PATIENCE = 120  # seconds for each of them


def read_twice(evaluation: Evaluation, intake: Intake) -> tuple[int, list[Finding]]:
    """How many cells of counted submissions were read twice, and what was seen differently."""
    record = on_record(evaluation.folder)
    names = {each.digest: each for each in intake.files if each.became == "counted"}
    data = [(digest, record[digest].data) for digest in sorted(names) if digest in record]
    workbooks = [each for each in data if each[1].startswith(b"PK")]
    cells, findings = 0, []
    for each in _in_processes(workbooks):
        cells += each.cells
        who = names[each.digest]
        for sheet, cell, first, second in each.differing:
            args: dict[str, object] = {"first": first, "second": second}
            place = {"file": who.file, "sheet": sheet, "cell": cell, "evaluator": who.evaluator}
            findings.append(finding("READER_DISAGREE", **place, value=first[:80], args=args))
        if each.unread:
            args = {"first": "—", "second": each.unread}
            findings.append(finding("READER_DISAGREE", file=who.file, evaluator=who.evaluator, args=args))
    return cells, findings


def double_checked(taken: TakenIn, progress: Callable[[str], None] = lambda _: None) -> TakenIn:
    """What was taken in, with what a second reader reads differently among its findings."""
    progress("cells")
    _, found = read_twice(taken.evaluation, taken.intake)
    return replace(taken, findings=tuple(sorted([*taken.findings, *found])))


def _in_processes(workbooks: Sequence[tuple[str, bytes]]) -> Iterator[Compared]:
    """In a process apart, since openpyxl is no strict reader and some files make it take all memory there is."""
    pieces = [workbooks[at : at + AT_ONCE] for at in range(0, len(workbooks), AT_ONCE)]
    while pieces:
        with _processes(min(PROCESSES, len(pieces))) as pool:
            begun = pool.submit(compare_all, ())  # while a process starts, nobody's patience is tried
            futures = [pool.submit(compare_all, piece) for piece in pieces]
            for future in futures:
                piece = pieces.pop(0)
                try:
                    begun.result()
                    yield from future.result(PATIENCE * len(piece))
                except (BrokenProcessPool, TimeoutError, MemoryError) as problem:
                    yield from (Compared(digest, unread=type(problem).__name__) for digest, _ in piece)
                    break  # the rest in new processes: these may be dead, or at it for ever


@contextmanager
def _processes(many: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that are ended with what they are at: nobody waits for one that is stuck."""
    pool = ProcessPoolExecutor(many, get_context("spawn"))
    try:
        yield pool
    finally:
        for process in list((pool._processes or {}).values()):
            process.terminate()
        pool.shutdown(cancel_futures=True)
