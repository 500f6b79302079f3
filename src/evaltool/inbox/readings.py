"""What files said when they were read before, so that a rerun reads what changed.

`.evaltool-cache/readings` in the evaluation's folder has a line for each file: its hash, a keyed digest, and what it
was read as.  A line counts only for the same file, the same form, the same decided corrections and the same program,
and only if its digest is right; anything else is read again.  The folder may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from array import array
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from operator import attrgetter
from pathlib import Path
from sys import byteorder
from typing import Any

from evaltool.files import write_atomically
from evaltool.identity import Identity
from evaltool.inbox.extract.answers import Answers, OddAnswer
from evaltool.inbox.extract.cardruns import CardRun
from evaltool.inbox.extract.workbook import Card, CardLines, ChoiceCount, Extract, KeyedCards
from evaltool.inbox.problems import Problem
from evaltool.inbox.proof import Expected
from evaltool.inbox.workers import Reading, Task
from evaltool.questions.forms import Form

FOLDER = ".evaltool-cache"
_FILE = "readings"
_READS = ("exact.py", "identity.py", "names.py", "inbox", "questions", "reader")
"""The parts of the program on which it depends what a file is read as."""
_OF_BYTES_ALONE = ("TEMPLATE_UNKNOWN", "IDENTITY_CONFLICT")
"""What is said of a file whosever sheets are expected."""
_ENCODER = json.JSONEncoder(ensure_ascii=False)
_FIELDS = attrgetter(*(field.name for field in fields(Identity)))


def recalled(folder: Path, tasks: Sequence[Task], expected: Expected) -> dict[str, Reading]:
    """Hash -> what a file was read as before, of the files of which nothing changed that matters."""
    kept = dict(_lines(folder / FOLDER / _FILE, expected))
    found: dict[str, Reading] = {}
    for task in tasks:
        if task.digest in kept:
            with suppress(ValueError, TypeError, KeyError, IndexError, OverflowError):
                mark, reading = _reading(task.digest, json.loads(kept[task.digest]))
                if mark == _mark(task, reading, expected):
                    found[task.digest] = reading
    return found


def remember(folder: Path, tasks: Sequence[Task], readings: Iterable[Reading], expected: Expected) -> None:
    """Keep what the files were read as.  Whoever cannot write there reads them again."""
    lines: list[bytes] = []
    for task, reading in zip(tasks, readings, strict=True):
        if _is_kept(reading):
            text = _ENCODER.encode(_value(_mark(task, reading, expected), reading)).encode("utf-8", "surrogatepass")
            lines.append(b"%b %b %b\n" % (task.digest.encode(), _digest(text, expected), text))
    with suppress(OSError):
        write_atomically(folder / FOLDER / _FILE, b"".join(lines))


def _is_kept(reading: Reading) -> bool:
    if reading.extract is not None:
        return reading.identity is not None
    return reading.identity is None and any(each.code in _OF_BYTES_ALONE for each in reading.problems)


def _lines(path: Path, expected: Expected) -> Iterator[tuple[str, bytes]]:
    try:
        data = path.read_bytes()
    except OSError:
        return
    for line in data.split(b"\n"):
        digest, _, rest = line.partition(b" ")
        signed, _, value = rest.partition(b" ")
        if value and digest.isalnum() and hmac.compare_digest(signed, _digest(value, expected)):
            yield digest.decode(), value


def _digest(text: bytes, expected: Expected) -> bytes:
    return hmac.digest(expected.key.secret or b"-", text, "sha256").hex()[:32].encode()


def _mark(task: Task, reading: Reading, expected: Expected) -> str:
    """On what it depends what the file says: the form, corrections, keys, the program."""
    who = reading.identity
    form = expected.forms.get((who.evaluator, who.batch, who.entry)) if who and reading.extract else None
    if reading.extract and form is None:
        return ""  # it is expected no more
    known = sorted(expected.headings) if reading.extract is None else None
    about = (
        _of_form(form),
        known,
        task.corrections,
        expected.evaluation,
        expected.key.id,
        sorted(expected.lost),
        program_digest(),
        byteorder,
    )
    return hashlib.sha256(repr(about).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _of_form(form: Form | None) -> object:
    """What is asked, and what reading goes by that may change while sheets are out: headings, and columns beside."""
    if form is None:
        return None
    return form.sheets.version, form.twice, form.kind, form.sheets.shown


@cache
def program_digest() -> str:
    """A digest of the source that reads files."""
    package = files("evaltool")
    return hashlib.sha256(b"".join(_source(package / part) for part in _READS)).hexdigest()


def _source(part: Traversable) -> bytes:
    if part.is_dir():
        return b"".join(_source(each) for each in sorted(part.iterdir(), key=lambda each: each.name))
    return part.read_bytes() if part.name.endswith(".py") else b""


# --- as a line of text -----------------------------------------------------------------------------------------------


def _value(mark: str, reading: Reading) -> list[Any]:
    said, who = reading.extract, reading.identity
    return [mark, who and _FIELDS(who), said and _said(said), reading.problems]


def _said(said: Extract) -> dict[str, Any]:
    answers = said.answers
    return {
        "positions": _text(answers.positions),
        "states": _text(answers.states),
        "values": _packed(answers.values),
        "odd": answers.odd,
        "counts": said.counts,
        "tallied": said.tallied,
        "lines": said.card_lines,
        "problems": said.problems,
        "cards": said.cards,
        "runs": said.card_runs,
    }


def _reading(digest: str, value: list[Any]) -> tuple[str, Reading]:
    mark, who, said, problems = value
    identity = Identity(*who[:-1], old=who[-1]) if who else None
    return mark, Reading(digest, identity, _extract(said) if said else None, _problems(problems))


def _packed(values: array[int]) -> str:
    """Values as one text, two bytes each where that is enough; a list of them would take ten times as long."""
    with suppress(OverflowError):
        return "h" + _text(array("h", values))
    return values.typecode + _text(values)


def _text(numbers: array[int] | bytearray) -> str:
    return b2a_base64(numbers, newline=False).decode()


def _unpacked(kind: str, text: str) -> array[int]:
    numbers: array[int] = array(kind)
    numbers.frombytes(a2b_base64(text))
    return numbers


def _extract(said: Mapping[str, Any]) -> Extract:
    odd = {int(position): OddAnswer(*each) for position, each in said["odd"].items()}
    positions, values = _unpacked("i", said["positions"]), _unpacked(said["values"][:1], said["values"][1:])
    answers = Answers(positions, bytearray(a2b_base64(said["states"])), array("q", values), odd)
    if not len(answers.positions) == len(answers.states) == len(answers.values):
        raise ValueError("answers of unequal length")
    return Extract(
        answers,
        tuple(ChoiceCount(*each) for each in said["counts"]),
        tuple(ChoiceCount(*each) for each in said["tallied"]),
        tuple(CardLines(*each) for each in said["lines"]),
        _problems(said["problems"]),
        tuple(_cards(*each) for each in said["cards"]),
        tuple(CardRun(*each) for each in said["runs"]),
    )


def _problems(values: Iterable[Any]) -> tuple[Problem, ...]:
    return tuple(Problem._make((*each[:-1], tuple((key, text) for key, text in each[-1]))) for each in values)


def _cards(class_id: str, component: str, sheet: str, columns: list[int | None], cards: list[Any]) -> KeyedCards:
    keyed = tuple(Card(row, tuple(marks)) for row, marks in cards)
    return KeyedCards(class_id, component, sheet, tuple(columns), keyed)
