"""How files are handed to workers, in which pieces and to how many; what one file is taken for; on made-up pools."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar, cast

import pytest

from evaltool import reader
from evaltool.findings import Refused
from evaltool.identity import Identity, Key
from evaltool.inbox import cluster
from evaltool.inbox import workers as reading
from evaltool.inbox.cluster import PlacedFile, read_on_cluster, sees
from evaltool.inbox.problems import Problem
from evaltool.inbox.proof import Expected, forged, unproved
from evaltool.inbox.workers import Here, Reading, Task, alone, executor, read_all, read_one
from evaltool.questions.forms import GUIDE_SHEET, IDENTITY_SHEET, LIST_SHEET, Form
from evaltool.reader import Note, Sheet, Unreadable, Workbook
from made_submissions import form
from read_sheets import cell, sent, typed_into

EXPECTED = Expected("e-2026@2026", {})


class Pool(Executor):
    """Processes that are none: what was asked of them is noted, work is done at once."""

    made: ClassVar[list[Pool]] = []
    fails: ClassVar[BaseException | None] = None

    def __init__(self, number: int, context: object, first: Callable[..., object], given: tuple[str, ...] = ()) -> None:
        self.number, self.first, self.given = number, first, given
        self.pieces: list[int] = []
        self.ended: list[bool] = []
        self.works: set[object] = set()
        Pool.made.append(self)

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.pieces.append(len(args[0]))
        self.works.add(getattr(fn, "func", fn))
        future: Future[Any] = Future()
        if Pool.fails:
            future.set_exception(Pool.fails)
        else:
            future.set_result(fn(*args, **kwargs))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self.ended.append(cancel_futures)


@pytest.fixture
def pools(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Pool]]:
    monkeypatch.setattr(reading, "ProcessPoolExecutor", Pool)
    monkeypatch.setattr(reading, "read_one", lambda task, expected: Reading(task.digest))
    monkeypatch.setattr(reading, "_worker", {"expected": EXPECTED})
    monkeypatch.setattr(Pool, "made", [])
    monkeypatch.setattr(Pool, "fails", None)
    yield Pool.made


@pytest.mark.parametrize(
    ("processors", "files", "asked", "number"),
    [
        (1, 10**6, 0, 0),
        (None, 10**6, 0, 0),
        (2, 2_000, 0, 0),
        (2, 2_001, 0, 2),
        (3, 1_000, 0, 0),
        (3, 1_001, 0, 3),
        (8, 10**6, 0, 8),
        (64, 10**6, 0, 8),
        (8, 1, 2, 2),
        (1, 1, 61, 61),
        (8, 10**6, 1, 0),
    ],
)
def test_how_many_workers_read(
    processors: int | None, files: int, asked: int, number: int, pools: list[Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as are worth their start, eight at the most; or as many as are asked for; 0: this process alone."""
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    with executor(EXPECTED, files, asked) as workers:
        assert isinstance(workers, Here) == (number == 0)
    assert [pool.number for pool in pools] == ([number] if number else [])
    assert [pool.ended for pool in pools] == ([[True]] if number else [])


def test_workers_are_given_the_forms_in_a_file_that_is_gone_afterwards(
    pools: list[Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They end with whoever gave it to them."""
    ends: list[str] = []
    monkeypatch.setattr(reading, "_end_with_parent", ends.append)
    with executor(EXPECTED, 1, 2):
        (path,) = pools[0].given
        reading._worker.clear()
        reading._start(path)
        assert (reading._worker["expected"], ends) == (EXPECTED, [path])
    assert not Path(path).exists()


@pytest.mark.parametrize(
    ("files", "pieces"),
    [(0, []), (1, [1]), (15, [1] * 15), (16, [2] * 8), (17, [2] * 8 + [1]), (64, [8] * 8), (1_000, [32] * 31 + [8])],
)
def test_files_are_handed_out_in_pieces(files: int, pieces: list[int], pools: list[Pool]) -> None:
    """Few of few files, 32 of many; what comes back is in their order."""
    tasks = [Task(f"{at:04}", b"") for at in range(files)]
    told: list[str] = []
    assert [one.digest for one in read_all(tasks, EXPECTED, number=2, meanwhile=lambda: told.append("meanwhile"))] == [
        task.digest for task in tasks
    ]
    assert (pools[0].pieces, told) == (pieces, ["meanwhile"])
    own = Pool(1, None, lambda: None)
    assert len(list(read_all(tasks, EXPECTED, own))) == files
    assert (own.pieces, own.ended) == (pieces, [])
    if files:  # our own have the forms already; to others they go with every piece
        assert (pools[0].works, own.works) == ({reading._work}, {reading._work_for})


def test_a_dead_pool_is_said_once_and_everything_read_here(pools: list[Pool], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no process can be started; where one can, each file of the broken piece is read by itself."""
    monkeypatch.setattr(Pool, "fails", BrokenProcessPool("no memory"))
    tasks, told = [Task(f"{at}", b"") for at in range(20)], list[str]()
    assert len(list(read_all(tasks, EXPECTED, number=2, unable=told.append))) == 20
    assert (told, [pool.number for pool in pools]) == (["no memory"], [2, 1])
    monkeypatch.setattr(reading, "_not_started", lambda expected: "")
    monkeypatch.setattr(reading, "alone", lambda task, expected: Reading(task.digest, problems=(Problem("X"),)))
    told.clear()
    assert {one.problems[0].code for one in read_all(tasks, EXPECTED, number=2, unable=told.append)} == {"X"}
    assert told == []


def test_why_no_process_can_be_started(pools: list[Pool], monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's words, or at least what kind of problem it was; nothing if one can."""
    assert reading._not_started(EXPECTED) == ""
    for problem, words in ((OSError(12, "Cannot allocate"), "[Errno 12] Cannot allocate"), (OSError(), "OSError")):
        monkeypatch.setattr(Pool, "fails", problem)
        assert reading._not_started(EXPECTED) == words


def test_a_file_that_kills_its_worker_is_said_to_have_done_so(
    pools: list[Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert alone(Task("h", b""), EXPECTED) == Reading("h")
    monkeypatch.setattr(Pool, "fails", BrokenProcessPool())
    assert alone(Task("h", b""), EXPECTED).problems == (Problem("READER_CRASH", args=(("reason", "worker died"),)),)
    assert [pool.number for pool in pools] == [1, 1]


def test_processes_are_started_deaf_to_an_interruption_of_the_terminal() -> None:
    """As long as they are started, and not in a thread, which may not say what a process hears."""
    heard: list[object] = []

    def inside() -> None:
        with reading._deaf():
            heard.append(signal.getsignal(signal.SIGINT))

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a program in the background hears nothing
    try:
        inside()
        heard.append(signal.getsignal(signal.SIGINT))
        thread = threading.Thread(target=inside)
        thread.start()
        thread.join()
    finally:
        signal.signal(signal.SIGINT, before)
    assert heard == [signal.SIG_IGN, signal.default_int_handler, signal.default_int_handler]


def test_a_worker_ends_with_whoever_started_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And takes away what that one can no longer; the program itself has nobody to end with."""
    ended: list[object] = []
    monkeypatch.setattr(os, "_exit", ended.append)

    class Parent:
        def join(self) -> None:
            ended.append("waited")

    path = tmp_path / "forms" / "expected"
    path.parent.mkdir()
    path.touch()
    reading._after(cast(Any, Parent()), "")
    assert (ended, path.exists()) == (["waited", 1], True)
    reading._after(cast(Any, Parent()), str(path))
    assert (path.parent.exists(), tmp_path.exists()) == (False, True)
    begun: list[tuple[object, ...]] = []

    class Thread:
        def __init__(self, *, target: object, args: tuple[object, ...], daemon: bool) -> None:
            self.said = (target, *args, daemon)

        def start(self) -> None:
            begun.append(self.said)

    monkeypatch.setattr(threading, "Thread", Thread)
    monkeypatch.setattr("multiprocessing.parent_process", lambda: None)
    reading._end_with_parent("x")
    assert begun == []
    monkeypatch.setattr("multiprocessing.parent_process", lambda: "parent")
    reading._end_with_parent("x")
    assert begun == [(reading._after, "parent", "x", True)]


# --- one file --------------------------------------------------------------------------------------------------------

KEY = Key(bytes(range(32)))
FORM = form()
OLD = replace(FORM, sheets=type(FORM.sheets)(replace(sheet, title="旧表") for sheet in FORM.sheets))


def with_code(made: Workbook, *identities: Identity) -> Workbook:
    """A workbook with these identities on its hidden worksheet and nowhere else."""
    bare = [sheet for sheet in made.sheets if sheet.title != IDENTITY_SHEET]
    bare = [
        replace(sheet, cells={spot: one for spot, one in sheet.cells.items() if "evaltool" not in one.text})
        for sheet in bare
    ]
    hidden = [Sheet(IDENTITY_SHEET, "hidden", {(0, 1): cell(each.code())}, ()) for each in identities]
    return replace(made, sheets=(*bare, *hidden), properties={})


def read(
    book: Workbook | Unreadable,
    monkeypatch: pytest.MonkeyPatch,
    *forms: Form,
    key: Key = KEY,
    lost: frozenset[str] = frozenset(),
) -> tuple[str, list[tuple[str, str]], bool]:
    """Whose sheet it is, what is said, whether it can be used."""
    wanted: list[Callable[[str], bool]] = []

    def given(data: bytes, wanted_: Callable[[str], bool] | None = None, **more: Any) -> Any:
        wanted.append(more["wanted"])
        return book

    monkeypatch.setattr(reader, "read", given)
    expected = Expected("e-2026@2026", {each.key: each for each in forms or (FORM,)}, key, lost)
    said = read_one(Task("h", b""), expected)
    assert [wanted[0](title) for title in (GUIDE_SHEET, LIST_SHEET, IDENTITY_SHEET, "打分表")] == [
        False,
        False,
        True,
        True,
    ]
    assert said.digest == "h"
    who = said.identity.evaluator if said.identity else ""
    return who, [(one.code, one.value) for one in said.problems], said.extract is not None


FILLED = {"C7": 9, "C8": 8}
OWN = FORM.identity(key=KEY)


def test_a_sheet_is_taken_for_what_its_identity_says(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(with_code(sent(FORM, FILLED), OWN), monkeypatch) == ("O1", [], True)


@pytest.mark.parametrize(
    ("identity", "who", "said"),
    [
        (replace(FORM, evaluation="e-2025@2025").identity(key=KEY), "O1", ("TEMPLATE_OTHER_EVALUATION", "e-2025@2025")),
        (replace(FORM, evaluation="e-2025@2025").identity(), "O1", ("TEMPLATE_OTHER_EVALUATION", "e-2025@2025")),
        (form("X9").identity(key=KEY), "X9", ("EVALUATOR_UNKNOWN", "X9")),
        (form(batch="7").identity(key=KEY), "O1", ("BATCH_UNKNOWN", "7")),
        (form(entry="2").identity(key=KEY), "O1", ("ENTRY_UNKNOWN", "2")),
        (OLD.identity(key=KEY), "O1", ("TEMPLATE_OLD_VERSION", OLD.version())),
        (FORM.identity(), "O1", ("IDENTITY_UNSIGNED", "—")),
        (FORM.identity(key=Key(bytes(32))), "O1", ("IDENTITY_KEY_UNKNOWN", Key(bytes(32)).id)),
        (replace(OWN, evaluator="L1"), "", ("IDENTITY_FORGED", "L1")),
        (replace(OWN, key_id="", mac="", old=True), "O1", ("IDENTITY_OLD_FORMAT", "")),
    ],
)
def test_why_a_sheet_cannot_be_used(
    identity: Identity, who: str, said: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose it says it is, and what is to be said; of a forgery not even whose."""
    made = with_code(sent(FORM, FILLED), identity)
    if identity.old:  # is written in another way
        text = ";".join(["evaltool1", *identity.code().split(";")[1:7]])
        made = typed_into(made, {"B1": text}, len(made.sheets) - 1)
    assert read(made, monkeypatch) == (who, [said], False)


def test_what_counts_without_proof_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that is lost by decision, or no key at all."""
    other = Key(bytes(32))
    made = with_code(sent(FORM, FILLED | {"C7": "九"}), FORM.identity(key=other))
    assert read(made, monkeypatch, lost=frozenset({other.id})) == (
        "O1",
        [("IDENTITY_UNPROVED", other.id), ("SCORE_NOT_NUMBER", "九")],
        True,
    )
    unsigned = with_code(sent(FORM, FILLED), FORM.identity())
    assert read(unsigned, monkeypatch, key=Key(b"")) == ("O1", [("IDENTITY_UNPROVED", "—")], True)


def test_what_has_no_identity_or_several(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose stand in it; where all are one evaluator's, the identities themselves, cut; a stranger's book is one."""
    made = sent(FORM, FILLED)
    two = with_code(made, OWN, form("L1", "3").identity(key=KEY))
    assert read(two, monkeypatch) == ("", [("IDENTITY_CONFLICT", "L1 3、O1")], False)
    same = with_code(made, OWN, OLD.identity(key=KEY))
    assert read(same, monkeypatch)[1] == [
        ("IDENTITY_CONFLICT", "; ".join(sorted((OWN.code(), OLD.identity(key=KEY).code())))[:80])
    ]
    assert read(with_code(made), monkeypatch)[1] == [("TEMPLATE_UNKNOWN", "")]
    strange = Workbook(
        (Sheet("x", "visible", {(0, 0): cell("x")}, ()),), {}, (Note("NOTE", (("sheet", "x"), ("cell", "A1"))),)
    )
    assert read(strange, monkeypatch)[1] == [("NOTE", ""), ("TEMPLATE_UNKNOWN", "")]
    broken = Unreadable("FILE_CORRUPT", (("part", "x"),))
    assert read(broken, monkeypatch) == ("", [("FILE_CORRUPT", "")], False)


@pytest.mark.parametrize(
    ("edit", "alike"),
    [
        ({}, True),
        ({"A2": None, "A5": "打分"}, True),  # anywhere above the tables
        ({"A2": None, "A6": "打分"}, False),
        ({"A2": "评分"}, False),
        ({"A2": " 打 分 "}, True),
    ],
)
def test_a_workbook_that_lost_its_identity_is_known_by_a_worksheet(
    edit: dict[str, object], alike: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its name and its heading."""
    made = typed_into(with_code(sent(FORM, FILLED)), edit)
    expected = Expected("e", {FORM.key: FORM}, KEY)
    assert expected.knows(made.sheets[0]) == alike
    assert not expected.knows(replace(made.sheets[0], title="别的"))
    monkeypatch.setattr(reader, "read", lambda data, **more: made)
    (problem,) = read_one(Task("h", b""), expected).problems
    assert dict(problem.args) == ({"alike": "打分表"} if alike else {})


def test_an_outdated_sheet_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is expected, and whether its cards were of other voters or nobody knows what it asked."""
    made = with_code(sent(FORM, FILLED), OLD.identity(key=KEY))
    monkeypatch.setattr(reader, "read", lambda data, **more: made)
    expected = Expected("e-2026@2026", {FORM.key: FORM}, KEY)
    (problem,) = read_one(Task("h", b""), expected).problems
    assert dict(problem.args) == {"expected": FORM.version(), "because": "unknown"}
    monkeypatch.setattr(reading, "earlier", lambda form, version, before: OLD if version == OLD.version() else None)
    assert read_one(Task("h", b""), expected).extract is not None
    monkeypatch.setattr(reading, "carried", lambda *_: None)
    (problem,) = read_one(Task("h", b""), expected).problems
    assert dict(problem.args)["because"] == "cards"


# --- proof -----------------------------------------------------------------------------------------------------------


def test_what_was_changed_in_an_identity_is_told() -> None:
    """What it was when it went out and what it is now, in both languages, and to whom it was sent."""
    expected = Expected("e-2026@2026", {FORM.key: FORM}, KEY)
    lie = forged(replace(OWN, evaluator="L1", entry="2"), expected)
    assert lie is not None
    args = dict(lie.args)
    assert (lie.code, lie.value, args["who"], args["who_en"]) == ("IDENTITY_FORGED", "L1", "O1-绩效办", "O1-绩效办")
    assert args["changed"] == "评估主体发出时为“O1”，现为“L1”；录入次序发出时为“1”，现为“2”"
    assert args["changed_en"] == "evaluator was “O1” and is now “L1”; entry was “1” and is now “2”"
    mended = FORM.identity(replaces="ab" * 32, key=KEY)
    lie = forged(replace(mended, batch="3"), expected)
    assert lie is not None and "批次发出时为“”，现为“3”" in dict(lie.args)["changed"]
    lie = forged(replace(OWN, evaluator="x" * 30), expected)
    assert lie is not None and f"现为“{'x' * 20}”" in dict(lie.args)["changed"]
    lie = forged(replace(OWN, mac="0" * 16, evaluator="x" * 30), expected)
    assert lie is not None
    assert dict(lie.args)["changed"] == "验证码与内容对不上，无法还原改动之处"
    assert dict(lie.args)["who_en"] == "whoever handed it in"
    assert forged(OWN, expected) is None
    assert forged(replace(OWN, evaluator="L1"), replace(expected, key=Key(b""))) is None
    strange = FORM.identity(key=Key(bytes(32)))
    assert (forged(strange, expected), forged(FORM.identity(), expected)) == (None, None)
    moved = forged(replace(OWN, key_id="00000000"), expected)
    assert moved is not None and "密钥编号发出时为" in dict(moved.args)["changed"]


def test_what_is_to_be_said_of_a_sheet_without_proof() -> None:
    for key, lost, identity, code in (
        (KEY, frozenset[str](), OWN, None),
        (KEY, frozenset[str](), FORM.identity(), "IDENTITY_UNSIGNED"),
        (Key(b""), frozenset[str](), FORM.identity(), "IDENTITY_UNPROVED"),
        (KEY, frozenset({"12345678"}), replace(OWN, key_id="12345678"), "IDENTITY_UNPROVED"),
        (KEY, frozenset[str](), replace(OWN, key_id="12345678"), "IDENTITY_KEY_UNKNOWN"),
        (KEY, frozenset({"12345678"}), replace(OWN, key_id="12345678", old=True), "IDENTITY_OLD_FORMAT"),
    ):
        said = unproved(identity, Expected("e", {}, key, lost))
        assert (said and said.code) == code


# --- a cluster -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sizes", "pieces"),
    [
        ([1] * 16, [16]),
        ([1] * 17, [16, 1]),
        ([1] * 33, [16, 16, 1]),
        ([2 << 20, 2 << 20, 1], [2, 1]),
        ([(2 << 20) + 1, 2 << 20], [1, 1]),
        ([5 << 20, 1], [1, 1]),
        ([1, 5 << 20], [1, 1]),
    ],
)
def test_pieces_of_work_for_a_cluster(sizes: list[int], pieces: list[int]) -> None:
    """Of sixteen files and four megabytes at the most, unless one alone has more."""
    files = [PlacedFile(Task(f"{at}", bytes(size))) for at, size in enumerate(sizes)]
    made = list(cluster._chunks(files))
    assert [len(chunk) for chunk in made] == pieces
    assert [each for chunk in made for each in chunk] == files


def test_a_worker_sees_only_what_was_received(tmp_path: Path) -> None:
    from hashlib import sha256

    path = tmp_path / "a"
    path.write_bytes(b"one")
    assert sees(str(path), sha256(b"one").hexdigest())
    assert not sees(str(path), sha256(b"two").hexdigest())
    assert not sees(str(tmp_path / "b"), sha256(b"one").hexdigest())
    path.write_bytes(b"")
    task = cluster._fetched(PlacedFile(Task("h", b"data")))
    assert task == Task("h", b"data")


def test_nothing_to_read_asks_no_cluster(tmp_path: Path) -> None:
    told: list[str] = []
    found = read_on_cluster([], EXPECTED, address="tcp://nobody", record=tmp_path, meanwhile=lambda: told.append("x"))
    assert (list(found), told) == ([], ["x"])


def test_how_much_waits_at_the_scheduler() -> None:
    """Four pieces for every thread, and one where there is no worker yet."""

    class Client:
        def __init__(self, threads: dict[str, int]) -> None:
            self.nthreads = lambda: threads

    for threads, room in (({}, 1), ({"a": 1}, 4), ({"a": 2, "b": 3}, 20)):
        assert cluster._Cluster(cast(Any, Client(threads)), cast(Any, None), None, "").window() == room


def connected(problem: BaseException | None, idle: bool, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What a client of Dask, which need not be here, was asked for."""
    asked: dict[str, object] = {}

    class Client:
        def __init__(self, address: str, **more: object) -> None:
            if problem:
                raise problem
            asked.update(address=address, **more)

        def __enter__(self) -> Client:
            return self

        def __exit__(self, *_: object) -> None:
            asked["ended"] = True

        def wait_for_workers(self, number: int, timeout: float) -> None:
            asked["number"], asked["wait"] = number, timeout
            if idle:
                raise TimeoutError

    monkeypatch.setattr(cluster, "_quiet", lambda: asked.update(quiet=True))
    monkeypatch.setitem(sys.modules, "distributed", cast(Any, SimpleNamespace(Client=Client)))
    with cluster._connected("tcp://h:1") as client:
        assert isinstance(client, Client)
    return asked


def test_a_cluster_is_there_with_one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """One is enough to begin; the client is nobody else's, and left afterwards; its own warnings are not shown."""
    assert connected(None, idle=False, monkeypatch=monkeypatch) == {
        "quiet": True,
        "address": "tcp://h:1",
        "timeout": cluster.ANSWER,
        "set_as_default": False,
        "number": 1,
        "wait": cluster.WAIT,
        "ended": True,
    }


def test_what_dask_would_say_of_its_own_is_not_shown() -> None:
    """However grave; and its warning of large work is no news."""
    said = logging.getLogger("distributed.client")
    before = said.level
    try:
        with warnings.catch_warnings():
            cluster._quiet()
            assert warnings.filters[0][0] == "ignore"
        assert said.level > logging.CRITICAL
    finally:
        said.setLevel(before)


@pytest.mark.parametrize(
    ("problem", "idle", "code"),
    [
        (OSError("refused"), False, "CLUSTER_LOST"),
        (ValueError("no certificate"), False, "CLUSTER_LOST"),
        (TypeError(), False, "CLUSTER_LOST"),
        (None, True, "CLUSTER_IDLE"),
    ],
)
def test_a_cluster_that_does_not_answer_is_said(
    problem: BaseException | None, idle: bool, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That it is not there, or has no worker; it is nobody's mistake in the folder."""
    with pytest.raises(Refused) as refused:
        connected(problem, idle=idle, monkeypatch=monkeypatch)
    assert [(one.code, one.value) for one in refused.value.findings] == [(code, "tcp://h:1")]
    assert (refused.value.fault, refused.value.usage) == (True, False)


def test_without_the_extra_nothing_is_connected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(Refused) as refused, cluster._connected("tcp://h:1"):
        pass
    assert ([one.code for one in refused.value.findings], refused.value.usage) == (["CLUSTER_EXTRA"], True)


def test_what_a_version_is_compared_by() -> None:
    """Of Python the first two numbers; of a source a digest; a worker that has none says nothing."""
    assert cluster._said("Python", "3.11.7") == "3.11"
    assert cluster._said("evaltool", "1.2.3.4") == "1.2.3.4"
    assert cluster._said("evaltool.inbox", "f" * 64) == "f" * 16
    assert cluster._said("xlrd", ImportError()) == "—"
