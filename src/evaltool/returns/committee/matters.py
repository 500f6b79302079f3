"""What the committee's book is made of: kinds of matters, each a worksheet, and matters, each a line.

A line carries a code of its own, so that lines may be sorted, filtered and left out.  The code says which matter it is,
what the matter was when the book was written, and that this folder wrote it: a line whose matter has changed since is
told apart, and so is a code that was typed over.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from evaltool.evaluation import Evaluation
from evaltool.evaluation.deciding import Fields
from evaltool.exact import plain
from evaltool.findings import Finding
from evaltool.inbox.intake import Intake
from evaltool.ledger import Decision
from evaltool.names import folded
from evaltool.results.result import Result

UNIT = "单位"
SERIAL, CODE = "序号", "行码（勿改）"
DECISION, REMARK = "决定", "备注"
DEFERRED = "缓议"
AGREED, DECLINED = "同意", "不同意"
_DIGITS = (10, 6, 6)  # of the matter, of what it was, of who wrote it
_CODE = re.compile(r"([0-9a-f]{10})-([0-9a-f]{6})-([0-9a-f]{6})\Z")

Fact = str | Decimal | None
MatterId = tuple[str, ...]
"""What tells a matter from all others: its kind, then ids."""
LineSaid = Mapping[str, str]
"""What stands in the yellow cells of a line, by header."""


@dataclass(frozen=True, slots=True)
class FactColumn:
    """Something that the committee has to know.  `told`: it is part of the matter, which is another one when it
    changes; else it merely stands beside it."""

    header: str
    width: float
    told: bool = True
    centred: bool = False


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """A cell to fill in: one of a list (`choices`, or those of the matter), points, or words."""

    header: str
    kind: Literal["choice", "points", "text"]
    width: float = 10
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DecidedMatter:
    """One line of the book.  `fields`: what its decision says whatever is decided; `most`: the points that may be
    granted; `choices`: by header, where they are this line's own; `block`: lines that are decided together; `beside`:
    what it depends on that no column shows."""

    about: MatterId
    facts: tuple[Fact, ...]
    fields: Fields = field(default_factory=dict)
    most: Fraction | None = None
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    block: str = ""
    beside: str = ""


@dataclass(frozen=True, slots=True)
class DecidedBefore:
    """What was decided of a matter already, and where that stands."""

    kind: str
    after: str
    document: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class CommitteeView:
    """Everything that matters are made from.  `result`: the present one, with ties still open, or an interim one, or
    None where nothing can be scored yet."""

    evaluation: Evaluation
    intake: Intake
    findings: tuple[Finding, ...]
    result: Result | None

    @property
    def final(self) -> Result | None:
        """The result, if nothing is missing."""
        return self.result if self.result and not self.result.interim else None


@dataclass(frozen=True, slots=True)
class MatterKind:
    """A worksheet of the book: its columns, the lines that there are, and what a line that is filled in means.

    `matters`: all of them, decided or not.  `decided`: which of them a line of the ledger decides, None for lines of
    other kinds.  `same`: whether what was decided is what a line says.  `needs` and `unused`: headers of cells that
    what is decided cannot do without, and has no use for.  `enters`: the lines of the ledger; none where a decision has
    none.  `together`: why lines of one block that are filled in cannot stand beside each other, "" if they can.
    """

    id: str
    title: str
    says: tuple[str, ...]
    facts: tuple[FactColumn, ...]
    answers: tuple[AnswerColumn, ...]
    matters: Callable[[CommitteeView], Iterator[DecidedMatter]]
    decided: Callable[[Decision], MatterId | None] = lambda _: None
    same: Callable[[DecidedBefore, LineSaid], bool] = lambda _before, _said: False
    needs: Callable[[DecidedMatter, LineSaid], Sequence[str]] = lambda _matter, _said: ()
    unused: Callable[[LineSaid], Sequence[str]] = lambda _: ()
    enters: Callable[[DecidedMatter, LineSaid], Sequence[Fields]] = lambda _matter, _said: ()
    together: Callable[[Sequence[tuple[DecidedMatter, LineSaid]]], str] = lambda _: ""
    several: bool = False  # one matter may be decided several times, each time something else
    rules: Callable[[CommitteeView], Sequence[str]] = lambda _: ()  # what the rules say of all of them
    named: tuple[int, ...] = (0, 1)  # the facts by which a person tells its lines
    waits: Callable[[CommitteeView, DecidedMatter], bool] = lambda _view, _matter: True  # or is only offered
    elsewhere: bool = False  # whether another step of the year is about it too

    @property
    def headers(self) -> tuple[str, ...]:
        return (SERIAL, *(one.header for one in self.facts), *(one.header for one in self.answers), CODE)


# --- codes -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LineCode:
    """The code of a line, taken apart."""

    matter: str
    state: str
    seal: str

    def __str__(self) -> str:
        return f"{self.matter}-{self.state}-{self.seal}"


def code_of(evaluation: Evaluation, kind: MatterKind, matter: DecidedMatter) -> LineCode:
    told = [shown(fact) for column, fact in zip(kind.facts, matter.facts, strict=True) if column.told]
    limits = [f"{header}={'|'.join(choices)}" for header, choices in matter.choices.items()]
    most = "" if matter.most is None else plain(matter.most)
    entered = [f"{key}={value}" for key, value in matter.fields.items()]
    state = _digest((*map(folded, told), *entered, *limits, most, matter.beside), _DIGITS[1])
    return sealed(evaluation, about_code(matter.about), state)


def about_code(about: MatterId) -> str:
    """The part of a code that says which matter it is."""
    return _digest(about, _DIGITS[0])


def sealed(evaluation: Evaluation, matter: str, state: str) -> LineCode:
    """A code as this folder writes it."""
    text = f"committee;{evaluation.settings.id};{matter};{state}"
    return LineCode(matter, state, (evaluation.key.mac(text) or _digest((text,), 16))[: _DIGITS[2]])


def code_in(evaluation: Evaluation, text: str) -> LineCode | None:
    """The code that somebody's cell holds; None for what this folder did not write."""
    found = _CODE.match(folded(text).lower())
    code = LineCode(*found.groups()) if found else None
    return code if code and code == sealed(evaluation, code.matter, code.state) else None


def _digest(parts: Sequence[str], digits: int) -> str:
    lengths = "".join(f"{len(part)}:{part};" for part in parts)
    return hashlib.sha256(lengths.encode("utf-8", "surrogatepass")).hexdigest()[:digits]


def shown(fact: Fact) -> str:
    """A fact as the text that its cell shows."""
    return plain(fact) if isinstance(fact, Decimal) else fact or ""


# --- what most kinds have in common ----------------------------------------------------------------------------------


def choice(*words: str) -> AnswerColumn:
    """The column 决定, with whatever may be decided; every matter can be put off."""
    return AnswerColumn(DECISION, "choice", 9, (*words, DEFERRED))


REMARKS = AnswerColumn(REMARK, "text", 24)


def reason(said: LineSaid, otherwise: str = "经委员会会议审议") -> str:
    """The reason that is entered: the line's own remark, where there is one."""
    return said.get(REMARK, "") or otherwise


def same_word(before: DecidedBefore, said: LineSaid) -> bool:
    """Whether the word that was decided is the one that a line says."""
    return before.after == said[DECISION]


def enters_word(matter: DecidedMatter, said: LineSaid) -> Sequence[Fields]:
    """A line of the ledger with that word."""
    return ({**matter.fields, "after": said[DECISION], "reason": reason(said)},)


def one_line(text: str) -> str:
    return " ".join(text.split())
