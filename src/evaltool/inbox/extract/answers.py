"""What one file answers, flat: of every cell that was asked, where it stands among the form's, its state and its value.

What all answers to a question have in common stands in QUESTIONS (`questions/table.py`) and is not repeated here; what
follows from neither question nor value (a text, a cell that was moved, a decided correction) is kept for the few cells
that have it.  Thirteen bytes an answer, which a worker process hands over at once.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from evaltool.exact import plain
from evaltool.inbox.extract.parsing import Parsed
from evaltool.questions.forms import ABSTAINED, FormColumn, Numbered, Worksheets
from evaltool.questions.table import asked
from evaltool.reader import address

NOTHING = -(2**63)
"""The value of an answer that has none."""
STATES = ("given", "blank", "abstained", "broken")
_NUMBER = {state: at for at, state in enumerate(STATES)}


class OddAnswer(NamedTuple):
    """What of an answer follows neither from its question nor from its value; None where it does.

    `text`: what was typed; `unit`: of a row that names its unit; `sheet`, `cell`: where it was found; `decision`: the
    document of the correction that changed it.
    """

    text: str | None = None
    unit: str | None = None
    sheet: str | None = None
    cell: str | None = None
    decision: str | None = None


AS_ASKED = OddAnswer()
BLANK = Parsed("", state="blank", plain=True)


@dataclass(frozen=True, slots=True)
class Answers:
    """One file's answers, in the order of their positions on the form."""

    positions: array[int] = field(default_factory=lambda: array("i"))
    states: bytearray = field(default_factory=bytearray)
    values: array[int] = field(default_factory=lambda: array("q"))
    odd: dict[int, OddAnswer] = field(default_factory=dict)

    def put(self, position: int, column: FormColumn, said: Parsed, odd: OddAnswer = AS_ASKED) -> None:
        """Add what one cell says; `odd`: what is to be known of it beside its text."""
        self.positions.append(position)
        self.states.append(_NUMBER[said.state])
        self.values.append(NOTHING if said.value is None else said.value)
        if said is not BLANK and said.text != text_of(column, said.state, said.value):
            odd = odd._replace(text=said.text)
        if odd is not AS_ASKED and odd != AS_ASKED:
            self.odd[position] = odd

    def put_all(self, positions: Sequence[int], said: Sequence[StoredAnswer]) -> None:
        """Add what stands as it was asked and in which nothing is wrong."""
        self.positions.extend(positions)
        self.states.extend([one.state for one in said])
        self.values.extend([one.value for one in said])
        for position, one in zip(positions, said, strict=True):
            if one.text is not None:
                self.odd[position] = OddAnswer(text=one.text)


class StoredAnswer(NamedTuple):
    """What is kept of an answer that stands as it was asked; `text` where it does not follow from the value."""

    state: int
    value: int
    text: str | None

    @staticmethod
    def of(column: FormColumn, said: Parsed) -> StoredAnswer:
        follows = said.plain or said.text == text_of(column, said.state, said.value)
        value = NOTHING if said.value is None else said.value
        return StoredAnswer(_NUMBER[said.state], value, None if follows else said.text)


def text_of(column: FormColumn, state: str, value: int | None) -> str:
    """What an answer says in words, as far as it follows from its value."""
    if value is None or state != "given":
        return ABSTAINED if state == "abstained" else ""
    return column.choices[value] if column.kind == "choice" else _written(value, column.decimals)


@lru_cache(maxsize=4096)
def _written(value: int, decimals: int) -> str:
    return plain(Decimal(value).scaleb(-decimals))


class Answer(NamedTuple):
    """One answer in full: a row of ANSWERS (`inbox/tables.py`) but for file and evaluator."""

    class_id: str
    component: str
    indicator: str
    unit: str
    repeat: str
    field: str
    text: str
    value: int | None
    decimals: int
    state: str
    required: bool
    low: int
    high: int
    sheet: str
    cell: str
    decision: str


def in_full(sheets: Worksheets, answers: Answers) -> Iterator[Answer]:
    """A file's answers with what its form says of them; for the few files that are looked at one by one."""
    firsts = [each.first for each in sheets.numbered]
    for position, state, value in zip(answers.positions, answers.states, answers.values, strict=True):
        each = sheets.numbered[bisect_right(firsts, position) - 1]
        given = None if value == NOTHING else value
        yield _in_full(sheets, each, position, STATES[state], given, answers.odd.get(position, AS_ASKED))


def _in_full(
    sheets: Worksheets, each: Numbered, position: int, state: str, value: int | None, odd: OddAnswer
) -> Answer:
    line, number = divmod(position - each.first, len(each.table.columns))
    question = asked(sheets[each.worksheet], each.table, line, number)
    text = text_of(each.table.columns[number], state, value)
    return Answer(
        *question[:3],
        question.unit if odd.unit is None else odd.unit,
        *question[4:6],
        text if odd.text is None else odd.text,
        value,
        question.decimals,
        state,
        question.required,
        question.low,
        question.high,
        question.sheet if odd.sheet is None else odd.sheet,
        question.cell if odd.cell is None else odd.cell,
        odd.decision or "",
    )


def cell_of(each: Numbered, line: int, column: int, spot: tuple[int, int]) -> str | None:
    """The address of a cell that stands elsewhere than on the blank form; None: it stands there."""
    return None if spot == each.table.spot(line, column) else address(*spot)
