"""What an export says once its rows are counted: counts, figures of each part, and one finding for each kind of mistake
and value, not one per row.

What was counted is gone through in the order in which it was said first, and parts in the order of their names: of many
mistakes the first are named, and it is said how many more there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from evaltool.inbox.exports.blocks import BROKEN, OpenedExport
from evaltool.inbox.exports.coding import LONGEST_TEXT, NOT_A_POINT, PART
from evaltool.inbox.exports.header import Columns
from evaltool.inbox.exports.settling import COUNTS, REPEATED, RULES, STANDINGS
from evaltool.inbox.exports.shapes import Export, Question, SurveyAnswers, SurveyCount, Unusable
from evaltool.inbox.exports.tallying import MOST_POINTS, ROW, ExportTally, PartMet, SaidKey, said_key, unit_said
from evaltool.inbox.problems import Problem
from evaltool.names import folded, nearest
from evaltool.reader import address

SHOWN = 20  # different values that one kind of mistake is listed with
PlacedProblem = tuple[int, Problem]
"""A problem with the number of the part in which it was met first."""
_RESPONDENT = ("SURVEY_RESPONDENT_BLANK", "SURVEY_REPEATED", "SURVEY_RESPONDENT_ROUNDED", "SURVEY_PARTS_ORDER")
_NONE_OF_THEM = "…"  # stands for texts that are no longer told apart


@dataclass
class Found:
    """Mistakes by kind, value and what they are about: how many, and where the first is."""

    mistakes: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)

    def wrong(self, code: str, place: int, column: int, n: int, value: str = "", about: str = "") -> None:
        key = code, value[:LONGEST_TEXT], about
        if key not in self.mistakes:
            if self.kinds[code] >= SHOWN or about == _NONE_OF_THEM:
                key = "SURVEY_MORE", code, ""
            self.kinds[code] += 1
        self.mistakes.setdefault(key, [0, place, column])[0] += n


@dataclass
class _ReadOut:
    """What is made of the sums of a tally."""

    tally: ExportTally
    found: Found = field(default_factory=Found)
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # unit, point, choice
    points: dict[str, str] = field(default_factory=dict)  # folded -> as it is written
    choices: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        asked = self.tally.export.questions
        self.choices = [{folded(choice): choice for choice in question.choices} for question in asked]

    def column(self, place: int, unit: int) -> int:
        """Where an answer stands in the part that it is from."""
        columns = self.tally.met[place >> PART].columns
        if not self.tally.export.wide:
            return columns.choice
        wanted = list(self.tally.export.asked)[unit]
        return next(column for column, each, _ in columns.marks if each == wanted)

    def chosen(self, question: int, choice: int) -> str | None:
        """The choice as it is listed, "" for a blank; None if it is none."""
        text = self.tally.coder.choices.values[choice]
        if not isinstance(text, str):
            return None
        known = self.choices[question]
        return text if not text or text in self.tally.export.questions[question].choices else known.get(folded(text))


def read_out(tally: ExportTally) -> tuple[SurveyAnswers, dict[int, SurveyAnswers], list[PlacedProblem]]:
    """The whole, the figures of each part, and what is wrong.  Raises `Unusable`."""
    reading = _ReadOut(tally)
    for met_in, met in sorted(tally.met.items()):
        if met.misfits:
            place = (met_in << PART) + met.first_misfit
            reading.found.wrong("SURVEY_ROW_LENGTH", place, met.columns.width, met.misfits)
    step = _of_questionnaires if tally.export.wide else _of_answers
    step(reading)
    fates = _fates(reading)
    parts = {part: _figures(met, fates.get(part, Counter()), tally.export) for part, met in tally.met.items()}
    counts = tuple(sorted(_counts(reading)))
    rows, read, counted, repeated, blank, refused = map(sum, zip(*(one.figures for one in parts.values()), strict=True))
    whole = SurveyAnswers(counts, rows, read, counted, repeated, blank, refused, tally.comments.kept())
    return whole, parts, [*_problems(reading), *_doubts(tally), *_told(tally)]


# --- what each sum means ---------------------------------------------------------------------------------------------


def _of_answers(reading: _ReadOut) -> None:
    """A row is an answer."""
    tally = reading.tally
    for number, n, first in tally.said.summed().iter_rows():
        key, columns = said_key(number), tally.met[first >> PART].columns
        unit = unit_said(tally, key.unit)
        if unit.wrong:
            _mistake(reading, unit.wrong, first, columns.unit, n, unit.text, unit.unit, short=key.lacks > 0)
        elif key.standing > REPEATED:
            reading.found.wrong(STANDINGS[key.standing], first, columns.respondent, n)
        elif key.standing == COUNTS and key.point == NOT_A_POINT:
            reading.found.wrong("SURVEY_POINT", first, columns.point, n)
        elif key.standing == COUNTS:
            _answer(reading, key, first, n)


def _of_questionnaires(reading: _ReadOut) -> None:
    """A row is an answer in each unit's column; what keeps all of it out is said once for the row."""
    tally = reading.tally
    for kind, n, first in tally.of_rows.summed().iter_rows():
        columns = tally.met[first >> PART].columns
        standings = {(kind >> 4 * at) & 15 for at, rule in enumerate(RULES, 1) if rule in tally.rules}
        if kind & 1:
            reading.found.wrong("SURVEY_POINT", first, columns.point, n)
        else:
            for standing in sorted(standings - {COUNTS, REPEATED}):
                reading.found.wrong(STANDINGS[standing], first, columns.respondent, n)
    for number, n, first in tally.said.summed().iter_rows():
        key = said_key(number)
        if key.point != NOT_A_POINT and key.standing == COUNTS:
            _answer(reading, key, first, n)


def _answer(reading: _ReadOut, key: SaidKey, place: int, n: int) -> None:
    export = reading.tally.export
    unit, (_, question) = list(export.asked.items())[key.unit]
    point = _point(reading, key.point)
    choice = reading.chosen(question, key.choice)
    if choice is not None:
        reading.counts[unit, point, choice] += n
        return
    text = reading.tally.coder.choices.values[key.choice]
    column = reading.column(place, key.unit)
    if isinstance(text, str):
        _mistake(reading, "SURVEY_CHOICE_UNKNOWN", place, column, n, text, str(question), short=key.lacks > 0)
    else:
        reading.found.wrong("SURVEY_CHOICE_UNKNOWN", place, column, n, "", _NONE_OF_THEM)


def _mistake(
    reading: _ReadOut, code: str, place: int, column: int, n: int, text: str, about: str, *, short: bool
) -> None:
    """In a row that lacks cells others may have moved: what stands in them is not shown, it may be personal."""
    if text == BROKEN or code == "SURVEY_CELL_BROKEN":
        reading.found.wrong("SURVEY_CELL_BROKEN", place, column, n)
    elif short and text:
        reading.found.wrong("SURVEY_ROW_LENGTH", place, reading.tally.met[place >> PART].columns.width, n)
    else:
        reading.found.wrong(code, place, column, n, text, about)


def _point(reading: _ReadOut, number: int) -> str:
    """The sampling point; differently spaced names are one."""
    text = str(reading.tally.coder.points.values[number])
    if not text:
        return ""
    name = folded(text)
    known = reading.points.get(name)
    if known is None and len(reading.points) >= MOST_POINTS:
        args = (("limit", str(MOST_POINTS)),)
        raise Unusable(Problem("SURVEY_POINTS", value=reading.tally.export.point, args=args))
    if known is None or (len(text), text) < (len(known), known):
        reading.points[name] = text
    return name


def _counts(reading: _ReadOut) -> Iterator[SurveyCount]:
    export = reading.tally.export
    for (unit, point, choice), answers in reading.counts.items():
        question = export.questions[export.asked[unit][1]]
        yield SurveyCount(question.class_id, question.component, unit, reading.points.get(point, ""), choice, answers)


def _fates(reading: _ReadOut) -> dict[int, Counter[str]]:
    """What became of the answers of each part."""
    fates: dict[int, Counter[str]] = {}
    known: dict[int, str] = {}
    for part, kind, n, _ in reading.tally.fates.summed().iter_rows():
        if kind not in known:
            known[kind] = _fate(reading, said_key(kind))
        fates.setdefault(part, Counter())[known[kind]] += n
    return fates


def _fate(reading: _ReadOut, kind: SaidKey) -> str:
    """`kind.unit` is the question, from 1; `kind.point` is 1 where it is no point."""
    wide = reading.tally.export.wide
    if not kind.unit or (wide and kind.point) or kind.standing > REPEATED:
        return "refused"
    if kind.standing == REPEATED:
        return "repeated"
    choice = reading.chosen(kind.unit - 1, kind.choice)
    return "refused" if kind.point or choice is None else "counted" if choice else "blank"


def _figures(met: PartMet, fates: Counter[str], export: Export) -> SurveyAnswers:
    each = len(met.columns.marks) if export.wide else 1
    refused = fates["refused"] + met.misfits * each
    read = met.rows * each
    return SurveyAnswers((), met.rows, read, fates["counted"], fates["repeated"], fates["blank"], refused)


# --- what is said about it -------------------------------------------------------------------------------------------


def _problems(reading: _ReadOut) -> Iterator[PlacedProblem]:
    export = reading.tally.export
    names = [name for name, _ in export.asked.values()]
    for (code, value, about), (n, place, column) in reading.found.mistakes.items():
        args = {"n": str(n), "column": _header(export, code)}
        unit, component = about, ""
        if code == "SURVEY_UNIT_UNKNOWN":
            args["near"] = nearest(value, names) or "—"
        elif code == "SURVEY_CHOICE_UNKNOWN":
            question: Question = export.questions[int(about)]
            args |= {"choices": "、".join(question.choices), "near": nearest(value, question.choices) or "—"}
            unit, component = "", question.component
        sheet = reading.tally.met[place >> PART].sheet
        cell = address(place & ROW, column)
        yield place >> PART, Problem(code, sheet, cell, unit, component, value, tuple(sorted(args.items())))


def _doubts(tally: ExportTally) -> Iterator[PlacedProblem]:
    """Long numbers that end in zeros, as those do that a spreadsheet has cut; said where repeats are told by them."""
    doubted = [(part, met) for part, met in sorted(tally.met.items()) if met.doubted]
    if doubted:
        part, met = doubted[0]
        args = (("column", tally.export.respondent), ("n", str(sum(each.doubted for _, each in doubted))))
        cell = address(met.first_doubted, met.columns.respondent)
        yield part, Problem("SURVEY_RESPONDENT_ZEROS", met.sheet, cell, args=args)


def _told(tally: ExportTally) -> Iterator[PlacedProblem]:
    """That there are comments, which somebody has to look at, and how many are too many to be listed."""
    said = tally.comments
    part = min(tally.met)
    if said.total or said.unread:
        args = (("left", str(said.unread)), ("n", str(said.total)))
        yield part, Problem("SURVEY_COMMENTS", tally.met[part].sheet, args=args)
    if left := said.total - said.times.total():
        args = (("limit", str(said.most)), ("n", str(left)))
        yield part, Problem("SURVEY_COMMENTS_MANY", tally.met[part].sheet, args=args)


def _header(export: Export, code: str) -> str:
    """The column that a finding is about, as the export calls it."""
    if code in _RESPONDENT:
        return export.respondent
    if code == "SURVEY_TIME":
        return export.time or export.order
    return export.point if code == "SURVEY_POINT" else export.unit


def odd_cells(file: OpenedExport, columns: Columns) -> Iterator[Problem]:
    """Cells that count and that somebody should look at: hidden ones, and results of formulas."""
    used = columns.used()
    for code, cells in (("SURVEY_HIDDEN", file.hidden), ("SURVEY_FORMULA", file.formulas)):
        meant: Sequence[tuple[int, int]] = sorted(
            place for place in cells if place[0] > columns.row and place[1] in used
        )
        if meant:
            yield Problem(code, file.sheet, address(*meant[0]), args=(("n", str(len(meant))),))
