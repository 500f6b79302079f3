"""A decision in the ledger without opening Excel: checked as a line of any other file, then added as a file of its own.

`decisions/0007-bonus.xlsx`: the number counts the files that were added so, the kind says what is inside.  Several
lines of one decision (targets that rebalance) stand in one file: each alone would not add up.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evaltool.evaluation import Evaluation, load
from evaltool.files import is_of_system, locked, write_together
from evaltool.findings import Finding, Refused, finding
from evaltool.ledger import ALWAYS, COLUMNS, KINDS, Decision, needed
from evaltool.ledger.kinds import HEADERS
from evaltool.ledger.lines import HASH_DIGITS
from evaltool.writers.book import Book, Cell, Tab
from evaltool.writers.saving import to_bytes

SHEET = "决定"
OPTIONS = {
    "kind": "KIND",
    "document": "--document",
    "date": "--date",
    "reason": "--reason",
    "unit": "--unit",
    "evaluator": "--evaluator",
    "component": "--component",
    "indicator": "--indicator",
    "batch": "--batch",
    "file_hash": "--file",
    "sheet": "--sheet",
    "cell": "--cell",
    "before": "--from",
    "after": "--to",
    "effective": "--effective",
    "run": "--run",
    "until": "--until",
    "source": "--source",
    "item": "--item",
    "deed": "--deed",
}
SEVERAL = ("indicator", "before", "after", "item")
"""Options that changed targets and added tasks may have several times: a line each, all else the same.  So may the file
of a decision on files, and the text of matters."""
_OF_MATTERS = ("matter", "matter_extended", "matter_verified", "matter_closed")
_NUMBERED = re.compile(r"(\d{4,})-")
_PLACE = re.compile(r"([A-Z]+)([0-9]+)\Z")

Fields = Mapping[str, str]
"""A line by the ledger's attributes (document, date, reason, unit ...)."""


@dataclass(frozen=True, slots=True)
class Entered:
    """What was added: the file's name relative to the folder, its lines, and what is worth a look about them."""

    file: str
    evaluation: Evaluation
    lines: tuple[Decision, ...]
    findings: tuple[Finding, ...]


def decide(
    folder: Path, kind: str, lines: Sequence[Fields], wrong: Callable[[Evaluation], list[Finding]] = lambda _: []
) -> Entered:
    """Add the lines of one decision.  Raises `Refused` (usage) with everything that is wrong with them; nothing is
    written then, and the findings speak of options, since no file is there to be looked at.  `wrong`: what else stops
    one, of all that is wrong with the ledger."""
    with locked(folder):
        return enter(folder, kind, lines, wrong, lambda one, name: _spoken(one, name, len(lines)))


def enter(
    folder: Path,
    kind: str,
    lines: Sequence[Fields],
    wrong: Callable[[Evaluation], list[Finding]],
    spoken: Callable[[Finding, str], Finding],
    beside: Mapping[str, bytes] | None = None,
) -> Entered:
    """The same for whoever holds the folder.  `kind` names the file; a line may be of a kind of its own.  `spoken`: a
    finding at the file (whose name comes with it) as one at the place that the line came from; `beside`: what is
    written with it, or not at all."""
    made = to_enter(folder, kind, lines, wrong, spoken, beside)
    write_together({folder / each: content for each, content in made.files.items()})
    return made.entered


@dataclass(frozen=True, slots=True)
class ToEnter:
    """What would be added, and the files to write."""

    entered: Entered
    files: Mapping[str, bytes]


def to_enter(
    folder: Path,
    kind: str,
    lines: Sequence[Fields],
    wrong: Callable[[Evaluation], list[Finding]],
    spoken: Callable[[Finding, str], Finding],
    beside: Mapping[str, bytes] | None = None,
) -> ToEnter:
    """The same without writing anything."""
    files = dict(beside or {})
    _, known = load(folder, files)
    name = f"decisions/{_next_number(folder):04d}-{kind}.xlsx"
    data = to_bytes(ledger_book(kind, lines))
    try:
        files[name] = data
        evaluation, findings = load(folder, files)
        if of_these := [one for one in wrong(evaluation) if one.file == name]:
            raise Refused(of_these, usage=True)
    except Refused as refused:
        new = [one for one in refused.findings if one not in known]
        raise Refused([spoken(one, name) for one in new], usage=True) from None
    added = tuple(line for line in evaluation.ledger if line.place[0] == name)
    return ToEnter(Entered(name, evaluation, added, tuple(one for one in findings if one not in known)), files)


def incomplete(kind: str, fields: Fields) -> list[str]:
    """The columns that a line still needs."""
    wanted = (*needed(KINDS[kind], fields), *ALWAYS[1:])
    return [attribute for attribute in wanted if not fields.get(attribute)]


def lacking(kind: str, attributes: Sequence[str]) -> Finding:
    """What a decision still needs, as options."""
    missing = "、".join(f"{HEADERS[each]}（{OPTIONS[each]}）" for each in attributes)
    return finding("DECISION_INCOMPLETE", args={"kind": KINDS[kind].word, "missing": missing})


def unknown_kind(text: str) -> Finding:
    known = "、".join(f"{each.word}（{name}）" for name, each in KINDS.items())
    return finding("DECISION_KIND", value=text, args={"known": known})


def several(kind: str, fields: Fields, more: Mapping[str, Sequence[str]]) -> list[Fields]:
    """A line for each value of the options that were given several times.  Raises `Refused` where they do not match."""
    files = list(dict.fromkeys(more.get("file_hash", ())))
    if len(files) > 1 and KINDS[kind].of_files:
        rest = {attribute: values for attribute, values in more.items() if attribute != "file_hash"}
        return [{**line, "file_hash": each} for each in files for line in several(kind, fields, rest)]
    if kind in _OF_MATTERS:
        items = list(dict.fromkeys(more.get("item", ())))
        rest = {attribute: values for attribute, values in more.items() if attribute != "item"}
        if len(items) > 1:
            return [{**line, "item": each} for each in items for line in several(kind, fields, rest)]
    elif kind == "goal_added" and len(more.get("item", ())) == 1:
        fields, more = {**fields, "item": more["item"][0]}, {**more, "item": ()}
    count = max([len(values) for values in more.values()], default=1) or 1
    if kind == "goal_added" and len(more.get("before", ())) == count - 1 > 0:
        more = {**more, "before": ["", *more["before"]]}  # what is new has no old points
    uneven = [attribute for attribute, values in more.items() if values and len(values) != count]
    if kind == "withdrawal":  # what is said once holds for all
        more = {attribute: [*values] * count if len(values) == 1 else values for attribute, values in more.items()}
        uneven = [attribute for attribute in uneven if len(more[attribute]) != count]
    wanted = count if kind in ("target_change", "goal_added", "withdrawal") else 1
    if count > 1 and (wanted == 1 or uneven):
        at = next(attribute for attribute, values in more.items() if values and len(values) != wanted)
        args: dict[str, object] = {"option": OPTIONS[at], "kind": KINDS[kind].word, "n": len(more[at]), "count": wanted}
        raise Refused([finding("DECISION_OPTIONS", args=args)], usage=True)
    lines: list[Fields] = [
        {**fields, **{attribute: values[at] for attribute, values in more.items() if values}} for at in range(count)
    ]
    return [lines[0], *map(_rebalanced, lines[1:])] if kind == "goal_added" else lines


def _rebalanced(line: Fields) -> Fields:
    """A line beside an added task: another goal that gives points."""
    return {**line, "kind": KINDS["target_change"].word, "item": ""}


def ledger_book(kind: str, lines: Sequence[Fields]) -> Book:
    """A workbook of the ledger's form; every cell is text, so that no hash or number is changed by Excel."""
    word = KINDS[kind].word if kind in KINDS else kind
    cells = {(0, at): Cell(header, "head") for at, header in enumerate(COLUMNS)}
    for row, fields in enumerate(lines, 1):
        values = {"kind": word, **fields}  # a line may be of a kind of its own
        cells |= {(row, at): Cell(values.get(attribute) or None) for at, attribute in enumerate(COLUMNS.values())}
    return Book((Tab(SHEET, cells, widths=(12, 24, 12, 40, *(16,) * (len(COLUMNS) - 4)), freeze=(1, 0)),))


def _spoken(one: Finding, name: str, lines: int) -> Finding:
    """A finding at the file that was not written, as one at an option."""
    args = dict(one.args)
    if one.file == name:
        return replace(one, file="", sheet="", cell=_option(one.cell, lines))
    if args.get("other", "").startswith(name):  # the earlier line was taken for the second: the new one is
        args |= {"other": one.place(), "other_document": args["document"]}
        args["document"] = dict(one.args).get("other_document", args["document"])
        return replace(one, file="", sheet="", cell="", args=tuple(sorted(args.items())))
    return one


def _option(cell: str, lines: int) -> str:
    """`L3` -> 新值 --to (2), where there are several lines."""
    match = _PLACE.match(cell)
    if match is None:
        return ""
    at = 0
    for letter in match[1]:
        at = at * 26 + ord(letter) - 64
    attribute = list(COLUMNS.values())[at - 1]
    place = "" if attribute == "kind" else f"{HEADERS[attribute]} {OPTIONS[attribute]}"
    return f"{place} ({int(match[2]) - 1})".strip() if lines > 1 else place


def file_hash(folder: Path, text: str) -> str:
    """The beginning of a submission's SHA-256: as given, or of the file that is named."""
    path = next((path for path in (folder / text, Path(text)) if path.is_file()), None)
    return hashlib.sha256(path.read_bytes()).hexdigest()[:HASH_DIGITS] if path else text


def file_hashes(folder: Path, texts: Sequence[str]) -> list[str]:
    """The same of several; a folder means the files that are in it now."""
    found: list[str] = []
    for text in texts:
        inside = next((path for path in (folder / text, Path(text)) if text and path.is_dir()), None)
        found_in = inside.rglob("*") if inside else ()
        paths = sorted(path for path in found_in if path.is_file() and not is_of_system(path.name))
        found += [file_hash(folder, str(path)) for path in paths] or [file_hash(folder, text)]
    return found


def _next_number(folder: Path) -> int:
    names = (_NUMBERED.match(path.name) for path in (folder / "decisions").glob("*"))
    return max((int(match[1]) for match in names if match), default=0) + 1
