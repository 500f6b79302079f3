"""What is asked of an export, what it is read from, and what it says once it is counted."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple

from evaltool.inbox.problems import Problem

Repeated = Literal["refuse", "first", "last", "all"]


class Question(NamedTuple):
    """The component that an answer belongs to: its choices, and which of repeated answers counts."""

    class_id: str
    component: str
    name: str
    choices: tuple[str, ...]
    repeated: Repeated


@dataclass(frozen=True, slots=True)
class Export:
    """One export as `[[survey]]` describes it, with everything that reading it needs to know.

    `names`: folded name of a unit -> its id, "" where two units share it.  `asked`: unit's id -> (name, place in
    `questions`), in the order of the roster.  Columns that are not there are "".  `comments`: column of comments ->
    the unit that it is about, "" where that is the row's, or all.
    """

    evaluator: str
    file: str
    wide: bool
    respondent: str
    unit: str
    choice: str
    point: str
    time: str
    unused: tuple[str, ...]
    names: Mapping[str, str]
    asked: Mapping[str, tuple[str, int]]
    questions: tuple[Question, ...]
    comments: Mapping[str, str] = field(default_factory=dict)
    order: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Its place among the expected sheets: evaluator, batch, entry."""
        return self.evaluator, "", "1"


@dataclass(frozen=True, slots=True)
class ExportPart:
    """One file of an export: its hash, the name by which it is told from the other parts, and its bytes; of a large
    file how it begins, and where it stands.  `is_no_utf8`: a text of which that is known."""

    digest: str
    name: str
    data: bytes
    path: Path | None = None
    size: int = 0
    is_no_utf8: bool = False

    def opened(self) -> BinaryIO:
        return self.path.open("rb") if self.path else io.BytesIO(self.data)


class SurveyCount(NamedTuple):
    """So many answers of an export chose this for this unit at this point; choice "" is a unit left blank."""

    class_id: str
    component: str
    unit: str
    point: str
    choice: str
    answers: int


class Comment(NamedTuple):
    """What somebody wrote about a unit ("": about all), with whatever tells of a person covered; so many wrote it, and
    nobody can tell who.  `personal`: what was covered.  Of sheets also what it was said to be, and its theme."""

    unit: str
    text: str
    personal: tuple[str, ...] = ()
    kind: str = ""
    theme: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True)
class SurveyAnswers:
    """An export, counted: read = counted + repeated (left out by the rule) + blank + refused (with a finding).

    Of an export in several parts each part has its own figures; counts and comments are those of the `whole`.
    """

    counts: tuple[SurveyCount, ...]
    rows: int
    read: int
    counted: int
    repeated: int
    blank: int
    refused: int
    comments: tuple[Comment, ...] = ()
    part: str = ""
    whole: SurveyAnswers | None = field(default=None, compare=False, repr=False)

    @property
    def figures(self) -> tuple[int, ...]:
        return self.rows, self.read, self.counted, self.repeated, self.blank, self.refused


@dataclass(frozen=True, slots=True)
class PartSaid:
    """What a part says, and what is wrong with it; None where nothing of it can be used."""

    answers: SurveyAnswers | None
    problems: tuple[Problem, ...]


class Unusable(Exception):
    """The file cannot be read at all; carries why.  Never leaves the package."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__(problems[0].code)
