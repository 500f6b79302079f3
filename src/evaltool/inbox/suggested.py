"""Whom a file that does not say it itself comes from, or is about: by its name, its folders, a document's number.

A name decides no value.  It says who is asked for a sheet again, and beside whose papers an attachment is laid; where
it can be read in two ways it says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from evaltool.evaluation import Evaluation
from evaltool.identity import SubmissionKey
from evaltool.inbox.accounts.sheets import by_file_name, named_as
from evaltool.inbox.submissions import Submission
from evaltool.names import folded
from evaltool.questions.forms import Form
from evaltool.roster.tables import unit_names

_SHORTEST = 2  # signs of a name that is looked for inside of another
_ARCHIVE = re.compile(r"\.(zip|rar|7z)\Z", re.IGNORECASE)
NamesOf = Mapping[str, str]
"""Folded names -> whom each means, "" where it means several."""


def names_of_units(evaluation: Evaluation) -> NamesOf:
    return unit_names(evaluation.roster).of.get("unit", {})


def names_of_evaluators(evaluation: Evaluation) -> NamesOf:
    known: dict[str, str] = {}
    for each in evaluation.evaluators.values():
        for name in (each.id, each.name):
            known[folded(name)] = each.id if known.get(folded(name), each.id) == each.id else ""
    return known


def meant(file: str, names: NamesOf) -> set[str]:
    """Whoever is named by a file's name or one of its folders; several: nobody can tell."""
    stem, folders = _pieces(file)
    found = {names[folder] for folder in folders if folder in names}
    return found | {names[name] for name in _inside(stem, names)}


def _pieces(file: str) -> tuple[str, list[str]]:
    path = PurePosixPath(file)
    folders = [_ARCHIVE.sub("", part) for part in path.parts[1:-1]]
    return folded(path.stem), [folded(part) for part in folders]


def _inside(stem: str, names: NamesOf) -> set[str]:
    """The names that stand in a text, none of them inside of a longer one; of ids only those that stand alone."""
    tokens = set(re.split(r"[\W_]+", stem))
    there = {name for name in names if len(name) >= _SHORTEST and name in stem}
    there = {name for name in there if not name.isascii() or (name in tokens and not name.isdigit())}
    return {name for name in there if not any(name in longer for longer in there - {name})}


@dataclass(frozen=True)
class FormsByName:
    """By what it is told which form a file is likely to be; each table is made once, when a first file needs it."""

    evaluation: Evaluation
    forms: Mapping[SubmissionKey, Form]

    @cached_property
    def sent(self) -> Mapping[str, Form]:
        return by_file_name(self.forms)

    @cached_property
    def evaluators(self) -> NamesOf:
        return names_of_evaluators(self.evaluation)

    @cached_property
    def own(self) -> Mapping[str, list[Form]]:
        found: dict[str, list[Form]] = {}
        for form in self.forms.values():
            found.setdefault(form.evaluator, []).append(form)
        return found


def form_meant(file: str, known: FormsByName, is_open: Callable[[SubmissionKey], bool]) -> Form | None:
    """The form that a file which cannot be read is likely to be: the one under whose name it came, else the only open
    one of the only evaluator whom its name or folder names."""
    path = PurePosixPath(file)
    for part in (path.name, *reversed(path.parts[1:-1])):
        if form := named_as(part, known.sent):
            return form
    named = meant(file, known.evaluators)
    own = [form for who in named if len(named) == 1 for form in known.own.get(who, ()) if is_open(form.key)]
    return own[0] if len(own) == 1 else None


# --- by a document's number -------------------------------------------------------------------------------------------


def claimed_documents(submissions: Iterable[Submission]) -> dict[str, set[str]]:
    """The numbers of documents that claims of bonuses name -> the units that claim."""
    found: dict[str, set[str]] = {}
    for each in submissions:
        if any(column.field == "claim_document" for one in each.sheets.numbered for column in one.table.columns):
            for one in each.answers():
                number = folded(one.text)
                if one.field in ("claim_document", "claim_consent") and re.search(r"\d", number) and len(number) > 3:
                    found.setdefault(number, set()).add(one.unit)
    return found


def units_claiming(file: str, documents: Mapping[str, set[str]]) -> set[str]:
    """The units whose claims name a document that stands in a file's name."""
    stem, _ = _pieces(file)
    pattern = r"(?<!\d){}(?!\d)"
    return {
        unit
        for number, units in documents.items()
        if re.search(pattern.format(re.escape(number)), stem)
        for unit in units
    }
