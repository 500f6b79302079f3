"""Who acts in the played year: the office at its commands, and people who fill in, forget, mistype and mend.

A `Year` is the folder together with what everybody means to say; nothing here knows how the tool reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl

from big_year import Sheet
from decided_city import ledger, line
from evaltool.evaluation import Evaluation, load
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from evaltool.returns import Prepared
from evaltool.run import TakenIn, prepare_returns, take_in
from filling import Answers, Habits, Value, answers, fill, spots
from mistakes import saved

HABITS = Habits(unreturned=0.1, spoiled=0.1, tally_only=0.3, tally_too=0.2, claiming=0.0)
SEED = 26


@dataclass
class Year:
    """One evaluation folder over a year; the lines of its ledger; what somebody says who thought better of it."""

    folder: Path
    decided: list[str] = field(default_factory=list)
    told_otherwise: dict[tuple[str, str], Answers] = field(default_factory=dict)

    loaded: dict[str, Evaluation] = field(default_factory=dict)

    @property
    def evaluation(self) -> Evaluation:
        """The evaluation as its files are now."""
        places = (self.folder / name for name in ("evaluation.toml", "roster", "decisions"))
        files = [path for place in places for path in (place, *place.rglob("*"))]
        state = str([(path, path.stat().st_mtime_ns) for path in sorted(files)])
        if state not in self.loaded:
            self.loaded = {state: load(self.folder)[0]}
        return self.loaded[state]

    def take_in(self) -> TakenIn:
        return take_in(self.folder)

    def check(self, on: date) -> tuple[TakenIn, Prepared]:
        """What `evaltool validate` does."""
        taken = take_in(self.folder)
        return taken, prepare_returns(taken, on)

    def forms(self, *kinds: str) -> list[Form]:
        return [form for form in forms(self.evaluation).values() if form.kind in (kinds or ("marks", "cards"))]

    def form(self, evaluator: str, kind: str = "marks", batch: str = "", entry: str = "1") -> Form:
        of = [each for each in self.forms(kind) if (each.evaluator, each.entry) == (evaluator, entry)]
        return next(each for each in of if batch in ("", each.batch))

    def answers(self, form: Form) -> Answers:
        """What the evaluator means to say, the same whoever keys it and however often."""
        other = self.told_otherwise.get((form.evaluator, form.batch))
        return answers(self.evaluation, form, SEED, HABITS) if other is None else other

    def sheet(self, form: Form) -> Sheet:
        return Sheet(form, self.answers(form))

    def put(self, name: str, data: bytes) -> Path:
        path = self.folder / "inbox" / name.removeprefix("inbox/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def send(self, form: Form, given: Answers | None = None, to: str = "") -> Path:
        """The blank sheet out of `outbox/`, filled in by another program and returned under its own name."""
        (blank,) = (path for path in (self.folder / "outbox").rglob(form.file_name))
        told = self.answers(form) if given is None else given
        said = {place: value for place, value in told.items() if value is not None}
        return self.put(to or form.file_name, fill(form, blank.read_bytes(), said))

    def decide(self, kind: str, on: str, **columns: str) -> str:
        """A line more in the ledger; its document."""
        document = f"市绩办〔{on[:4]}〕{len(self.decided) + 1}号"
        self.decided.append(line(kind, on, document, **columns))
        ledger(self.folder, *self.decided)
        return document

    def returned(self, name: str, form: Form, given: Answers | None = None) -> tuple[openpyxl.Workbook, list[str]]:
        """The sheet of this name in `returns/` with every cell set right, and which cells had to be."""
        told = self.answers(form) if given is None else given
        book = openpyxl.load_workbook(self.folder / "returns" / name)
        wrong = []
        for spot in spots(form):
            if differs(book[spot.sheet][spot.cell].value, told.get(spot.place)):
                wrong.append(spot.cell)
                value = told.get(spot.place)
                book[spot.sheet][spot.cell].value = float(value) if isinstance(value, Decimal) else value
        return book, wrong

    def mend(self, name: str, form: Form, given: Answers | None = None, to: str = "改好") -> list[str]:
        """Send back the returned sheet, mended; which cells were."""
        book, wrong = self.returned(name, form, given)
        self.put(f"{to}/{name}", saved(book))
        return wrong

    def counted(self, taken: TakenIn, evaluator: str, batch: str = "", entry: str = "1") -> str:
        """The hash of the submission that counts."""
        key = evaluator, batch, entry
        (sheet,) = (each for each in taken.intake.sheets if (each.evaluator, each.batch, each.entry) == key)
        assert sheet.answered == "counted"
        return sheet.digest


def differs(stands: object, meant: object) -> bool:
    """Whether a cell says something else than what was meant."""
    if isinstance(stands, datetime):
        stands = stands.date()
    if isinstance(stands, int | float) and isinstance(meant, int | Decimal) and not isinstance(stands, bool):
        return Decimal(format(float(stands), ".15g")) != meant
    return stands != meant or isinstance(stands, bool)


REPORTED, VERIFIED = 96, 95


def report_of(form: Form, own: int = REPORTED) -> Answers:
    """What a unit reports on its goals: everything done but a little, proved by an attachment."""
    text = "已完成大部分，其余下年一季度完成"
    said: dict[str, str | int] = {"report_text": text, "report_evidence": "附件1：清单", "report_points": 5}
    said["report_value"] = own
    return {spot.place: said.get(spot.column.field) for spot in spots(form)}


CLAIMED: dict[str, Value] = {
    "claim_kind": "命名表彰",
    "claim_points": 1,
    "claim_facts": "获省级表彰",
    "claim_document": "党组纪要9号",
    "claim_consent": "签批单30号",
}


def claiming(form: Form, said: Answers) -> Answers:
    """The same with a claim in its first line."""
    first = {
        spot.place: CLAIMED[spot.column.field]
        for spot in spots(form)
        if spot.column.field in CLAIMED and spot.repeat == "1"
    }
    return {**said, **first}


def goals_of(form: Form, points: Iterable[tuple[str, int]]) -> Answers:
    """A unit's declaration: goals with these parts and points, plain words for the rest."""
    listed = list(points)
    given: Answers = {}
    for spot in spots(form):
        number = int(spot.line.repeat or 0)
        if 0 < number <= len(listed):
            part, full = listed[number - 1]
            own: dict[str, Value] = {"goal_part": part, "goal_points": full, "goal_role": "牵头"}
            own |= {"goal_name": f"{form.evaluator}目标{number}", "goal_source": "统计局"}
            own |= {"goal_target": "100", "goal_measure": "件"}
            given[spot.place] = own.get(spot.column.field, f"第{number}项的{spot.column.header.splitlines()[0]}")
    return given
