"""One returned file at a time, from bytes to what it says; and the workers that do it for many files at once.

Reading is a map over files behind the `Executor` interface of the standard library: in this process, in local worker
processes, or on a cluster, with the same function.  Workers import this module and what it imports, which is little.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import shutil
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from evaltool import reader
from evaltool.files.scratch import scratch_folder
from evaltool.identity import Identity, parse_code
from evaltool.inbox.extract.carried import carried
from evaltool.inbox.extract.corrections import Correction
from evaltool.inbox.extract.workbook import Extract, codes, extract
from evaltool.inbox.problems import Problem
from evaltool.inbox.proof import Expected, forged, unproved
from evaltool.questions.forms import GUIDE_SHEET, LIST_SHEET, Form
from evaltool.questions.sent import earlier

SMALL = 2_000
"""Up to so many files for every worker beyond the first, the start of worker processes costs more than it saves.  Two
processors are most often two halves of one, on which two workers take as long as one."""
_LONGEST_VALUE = 80


@dataclass(frozen=True, slots=True)
class Task:
    """One file to read, with the corrections decided for it."""

    digest: str
    data: bytes
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file was taken for and what it says; `extract` is None when it is not a usable sheet of this evaluation,
    and `problems` then say why.  An identity that was made over is no identity."""

    digest: str
    identity: Identity | None = None
    extract: Extract | None = None
    problems: tuple[Problem, ...] = ()


def read_one(task: Task, expected: Expected) -> Reading:
    """Read, identify and extract one file.  Never raises for anything that stands in it."""
    book = reader.read(task.data, wanted=lambda title: title not in (GUIDE_SHEET, LIST_SHEET))
    if isinstance(book, reader.Unreadable):
        return Reading(task.digest, problems=(_problem(book),))
    notes = tuple(_problem(note) for note in book.notes)
    found = codes(book)
    if len(found) != 1:
        lost = Problem("IDENTITY_CONFLICT", value=_contradiction(found)) if found else _stranger(book, expected)
        return Reading(task.digest, problems=(*notes, lost))
    identity = parse_code(found.pop())
    assert identity is not None
    if lie := forged(identity, expected):
        return Reading(task.digest, problems=(*notes, lie))
    doubt = unproved(identity, expected)
    refusal = _not_ours(identity, expected, doubt)
    if refusal:
        return Reading(task.digest, identity, problems=(*notes, refusal))
    form = expected.forms[identity.evaluator, identity.batch, identity.entry]
    older = earlier(form, identity.version, expected.before)
    said = _said_before(older, form, book, task) if older else extract(form, book, task.corrections)
    if said is None:
        return Reading(task.digest, identity, problems=(*notes, _outdated(form, identity, "cards")))
    doubts = (doubt,) if doubt else ()
    return Reading(task.digest, identity, said, (*doubts, *notes, *said.problems))


def _said_before(older: Form, form: Form, book: reader.Workbook, task: Task) -> Extract | None:
    return carried(older, form, extract(older, book, task.corrections))


def _contradiction(found: Iterable[str]) -> str:
    """Whose sheets stand in one workbook; where all are one evaluator's, the identities themselves."""
    stated = [parse_code(code) for code in sorted(found)]
    whose = dict.fromkeys(" ".join(filter(None, (one.evaluator, one.batch))) for one in stated if one)
    return ("、".join(whose) if len(whose) > 1 else "; ".join(sorted(found)))[:_LONGEST_VALUE]


def _stranger(book: reader.Workbook, expected: Expected) -> Problem:
    """A workbook that says nothing of whose it is; `alike`: it has a worksheet of one that was sent out."""
    alike = next((one.title for one in book.sheets if expected.knows(one)), "")
    return Problem("TEMPLATE_UNKNOWN", args=(("alike", alike),) if alike else ())


def _problem(said: reader.Unreadable | reader.Note) -> Problem:
    """What the reader says of a file, with its place where it names one."""
    args = dict(said.args)
    return Problem(said.code, args.get("sheet", ""), args.get("cell", ""), args=said.args)


def _not_ours(identity: Identity, expected: Expected, doubt: Problem | None) -> Problem | None:
    """Why a sheet cannot be used, if it cannot; one of another year needs no proof to be said so."""
    if identity.evaluation != expected.evaluation:
        args = (("expected", expected.evaluation),)
        return Problem("TEMPLATE_OTHER_EVALUATION", value=identity.evaluation, args=args)
    if doubt and doubt.code != "IDENTITY_UNPROVED":
        return doubt
    form = expected.forms.get((identity.evaluator, identity.batch, identity.entry))
    if form is None:
        if (identity.evaluator, identity.batch, "1") in expected.forms:
            return Problem("ENTRY_UNKNOWN", value=identity.entry)
        known = any(evaluator == identity.evaluator for evaluator, _, _ in expected.forms)
        code = "BATCH_UNKNOWN" if known else "EVALUATOR_UNKNOWN"
        return Problem(code, value=identity.batch if known else identity.evaluator)
    if form.version() != identity.version and earlier(form, identity.version, expected.before) is None:
        return _outdated(form, identity, "unknown")
    return None


def _outdated(form: Form, identity: Identity, because: str) -> Problem:
    """Nothing of an older version can be taken: `because` of which reason of the catalogue."""
    args = (("expected", form.version()), ("because", because))
    return Problem("TEMPLATE_OLD_VERSION", value=identity.version, args=args)


# --- workers ---------------------------------------------------------------------------------------------------------

_worker: dict[str, Any] = {}  # what a worker process is given once, when it starts


@contextmanager
def _deaf() -> Iterator[None]:
    """Start processes that do not hear Ctrl-C: it reaches every process of a terminal, and the first ends the rest."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, heard)


def _start(path: str) -> None:
    """Begin as a worker.  The forms come in a file: through the pipe of a new process they would hold up its parent."""
    _end_with_parent(path)
    with Path(path).open("rb") as stream:
        _worker.update(expected=pickle.load(stream))


def _end_with_parent(path: str = "") -> None:
    """End this worker when the process that started it ends, however: it would wait for work for ever.  What that one
    can no longer take away goes too."""
    parent = multiprocessing.parent_process()
    if parent:
        threading.Thread(target=_after, args=(parent, path), daemon=True).start()


def _after(parent: BaseProcess, path: str) -> None:
    parent.join()
    if path:
        shutil.rmtree(Path(path).parent, ignore_errors=True)
    os._exit(1)


def _work(tasks: Sequence[Task]) -> list[Reading]:
    """What our own workers do: they were given the forms when they started."""
    return _work_for(tasks, _worker["expected"])


def _work_for(tasks: Sequence[Task], expected: Expected) -> list[Reading]:
    """What any worker can do, such as one of a cluster, at the price of sending the forms with every chunk."""
    return [read_one(task, expected) for task in tasks]


class Here(Executor):
    """Runs everything in this process, when it is asked for."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@contextmanager
def executor(expected: Expected, files: int, number: int = 0) -> Iterator[Executor]:
    """Worker processes for many files, this process for few; `number`: so many of them, whatever it is worth.
    Spawned: forking once Polars is imported hangs."""
    workers = number or min(os.cpu_count() or 1, 8)
    if workers < 2 or (not number and files * (workers - 1) <= SMALL):
        _worker.update(expected=expected)
        yield Here()
        return
    with scratch_folder() as scratch:
        path = Path(scratch) / "expected"
        path.write_bytes(pickle.dumps(expected))
        pool = ProcessPoolExecutor(workers, get_context("spawn"), _start, (str(path),))
        try:
            yield pool
        finally:  # after an interruption nobody waits for what has not begun
            pool.shutdown(cancel_futures=True)


def read_all(
    tasks: Sequence[Task],
    expected: Expected,
    pool: Executor | None = None,
    number: int = 0,
    meanwhile: Callable[[], object] = lambda: None,
    unable: Callable[[str], object] = lambda _: None,
) -> Iterator[Reading]:
    """Every file's reading, in the order of `tasks`; `meanwhile` is called while the workers are at it.

    If a worker dies, the files that were not finished are tried one at a time, and the one that kills its worker is
    said to have done so.  If no process can be started at all, `unable` is told why, once, and they are read in this
    one.  A `pool` that is given stays open.
    """
    why: str | None = None
    with nullcontext(pool) if pool else executor(expected, len(tasks), number) as workers:
        size = max(1, min(8, len(tasks) // 8))
        chunks = [tasks[at : at + size] for at in range(0, len(tasks), size)]
        work = partial(_work_for, expected=expected) if pool else _work
        with _deaf():
            futures = [_submit(workers, work, chunk) for chunk in chunks]
        meanwhile()
        for chunk, future in zip(chunks, futures, strict=True):
            try:
                yield from future.result()
            except BrokenProcessPool:
                if why is None and (why := _not_started(expected)):
                    unable(why)
                yield from (read_one(task, expected) if why else alone(task, expected) for task in chunk)


def _submit(
    workers: Executor, work: Callable[[Sequence[Task]], list[Reading]], chunk: Sequence[Task]
) -> Future[list[Reading]]:
    """Hand a chunk to the workers; if they are dead already, or cannot be started, a future that says so."""
    try:
        return workers.submit(work, chunk)
    except (BrokenProcessPool, OSError) as broken:
        future: Future[list[Reading]] = Future()
        future.set_exception(BrokenProcessPool(str(broken)))
        return future


def _not_started(expected: Expected) -> str:
    """Why no process can be started; blank if one can that takes the forms."""
    try:
        with ProcessPoolExecutor(1, get_context("spawn"), _end_with_parent) as pool:
            with _deaf():
                future = pool.submit(_work_for, [], expected)
            future.result()
    except (BrokenProcessPool, OSError) as problem:
        return str(problem) or type(problem).__name__
    return ""


def alone(task: Task, expected: Expected) -> Reading:
    """In a process of its own, which it may kill."""
    with ProcessPoolExecutor(1, get_context("spawn"), _end_with_parent) as pool:
        try:
            with _deaf():
                future = pool.submit(_work_for, [task], expected)
            return future.result()[0]
        except BrokenProcessPool:
            return Reading(task.digest, problems=(Problem("READER_CRASH", args=(("reason", "worker died"),)),))
