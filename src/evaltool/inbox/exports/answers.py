"""The answers of an export, counted row by row: one finding for each kind of mistake and value, not one per row.

Which of repeated answers counts is a matter of their time, or else of the order of rows, and of whole rows: the first
(or last) row in which a respondent answers about a unit counts as it is, blanks included.  To know it, the rows are
read once beforehand and a short digest is kept of each respondent.  No respondent's name or number is kept or shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import blake2b

from evaltool.inbox.exports.header import Columns
from evaltool.inbox.exports.respondents import is_destroyed, may_be_destroyed, moment
from evaltool.inbox.exports.rows import BROKEN, ExportRow, ExportRows
from evaltool.inbox.exports.shapes import Comment, Export, Question, SurveyAnswers, SurveyCount, Unusable
from evaltool.inbox.problems import Problem
from evaltool.names import folded, nearest
from evaltool.reader import address
from evaltool.reader.personal import covered, on_one_line

SHOWN = 20  # different values that one kind of mistake is listed with
MOST_POINTS = 2_000
_LONGEST_POINT = 80
NOBODY_KNOWS = -1
Spans = dict[bytes, tuple[int, int]]
"""Those who answered more than once -> their first and last row."""
_Given = tuple[Decimal | None, int]  # when, and in which row


@dataclass
class _Tally:
    """What has been counted so far."""

    export: Export
    columns: Columns
    sheet: str
    ragged: bool
    again: Spans
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # unit, point, choice
    # (code, value, unit or place of the question) -> how many, row and column of the first
    found: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    points: dict[str, str] = field(default_factory=dict)  # folded -> as it is written
    comments: Counter[Comment] = field(default_factory=Counter)
    unread: int = 0  # comments of rows that lack cells
    zeros: list[int] = field(default_factory=list)  # rows whose respondent may have lost digits
    rows: int = 0
    read: int = 0
    repeated: int = 0
    blank: int = 0
    refused: int = 0

    def wrong(self, code: str, row: int, column: int, value: str = "", about: str = "", answers: int = 1) -> None:
        """These answers do not count."""
        self.refused += answers
        key = code, value[:80], about
        if key not in self.found:
            if self.kinds[code] >= SHOWN:
                key = "SURVEY_MORE", code, ""
            self.kinds[code] += 1
        entry = self.found.setdefault(key, [0, row, column])
        entry[0] += 1


def count(export: Export, rows: ExportRows, columns: Columns) -> tuple[SurveyAnswers, list[Problem]]:
    """Every answer counted, and what is wrong with those that are not.  Raises `Unusable`."""
    lookup = [{choice: choice for choice in question.choices} for question in export.questions]
    choices = [{folded(choice): choice for choice in question.choices} for question in export.questions]
    tally = _Tally(export, columns, rows.sheet, rows.ragged, _repeats(export, rows, columns))
    step = _wide if export.wide else _long
    for row, cells in _below(rows, columns):
        tally.rows += 1
        if columns.respondent >= 0 and may_be_destroyed(_cell(cells, columns.respondent)):
            tally.zeros.append(row)
        step(tally, row, cells, lookup, choices)
    if not tally.rows:
        raise Unusable(Problem("SURVEY_EMPTY", rows.sheet, f"{columns.row + 2}"))
    return _answers(tally), [*_problems(tally), *_zeros(tally), *_odd(rows, columns), *_told(tally)]


def _below(rows: ExportRows, columns: Columns) -> Iterator[ExportRow]:
    """The rows under the header in which anything stands."""
    for row, cells in rows.again():
        if row > columns.row and "".join(cells).strip():
            yield row, cells


def _misfit(cells: Sequence[str], columns: Columns) -> bool:
    """Whether a row holds more than the header has room for, or ends before the last column that counts: a comma or a
    line break has moved its cells, and nobody can tell which."""
    if len(cells) > columns.width:
        return any(map(str.strip, cells[columns.width :]))
    return len(cells) <= columns.last


def _cell(cells: Sequence[str], column: int) -> str:
    return cells[column].strip() if 0 <= column < len(cells) else ""


# --- who answered twice ----------------------------------------------------------------------------------------------


def _repeats(export: Export, rows: ExportRows, columns: Columns) -> Spans:
    """First and last row of every respondent (in the long form: and unit) that stands in more than one."""
    if columns.respondent < 0 or all(question.repeated == "all" for question in export.questions):
        return {}
    first: dict[bytes, _Given] = {}
    again: dict[bytes, list[_Given]] = {}
    for row, cells in _below(rows, columns):
        who = _cell(cells, columns.respondent)
        if not who or who == BROKEN or is_destroyed(who) or _misfit(cells, columns):
            continue
        unit = "" if export.wide else export.names.get(folded(_cell(cells, columns.unit)), "")
        key, given = _digest(who, unit), (_when(cells, columns, row), row)
        if first.setdefault(key, given) != given:
            again.setdefault(key, [first[key]]).append(given)
    return {key: (_one(given, min), _one(given, max)) for key, given in again.items()}


def _when(cells: Sequence[str], columns: Columns, row: int) -> Decimal | None:
    """What says which answer is first: its time, where there is a column of it, else its row."""
    return Decimal(row) if columns.time < 0 else moment(_cell(cells, columns.time))


def _one(answers: Sequence[_Given], which: Callable[[Iterable[Decimal]], Decimal]) -> int:
    """The row of the first or the last answer; `NOBODY_KNOWS` where times are the same or cannot be read."""
    times = [time for time, _ in answers if time is not None]
    if len(times) < len(answers) or times.count(which(times)) > 1:
        return NOBODY_KNOWS
    return next(row for time, row in answers if time == which(times))


def _digest(who: str, unit: str) -> bytes:
    plain = who if who.isascii() and who.isalnum() else folded(who)
    return blake2b(f"{plain}\0{unit}".encode(), digest_size=12).digest()


def _standing(tally: _Tally, question: Question, who: str, unit: str, row: int) -> str:
    """Whether an answer counts as far as repeats go: "counts", "repeated", or the finding that keeps it out."""
    if question.repeated == "all" or tally.columns.respondent < 0:
        return "counts"
    if who in ("", BROKEN):
        return "SURVEY_RESPONDENT_BLANK"
    if is_destroyed(who):
        return "SURVEY_RESPONDENT_ROUNDED"
    span = tally.again.get(_digest(who, unit)) if tally.again else None
    if span is None:
        return "counts"
    if may_be_destroyed(who):
        return "SURVEY_RESPONDENT_ROUNDED"
    if question.repeated == "refuse":
        return "SURVEY_REPEATED"
    counting = span[question.repeated == "last"]
    if counting == NOBODY_KNOWS:
        return "SURVEY_TIME"
    return "counts" if row == counting else "repeated"


# --- one row ---------------------------------------------------------------------------------------------------------

_Choices = list[dict[str, str]]


def _wide(tally: _Tally, row: int, cells: Sequence[str], lookup: _Choices, choices: _Choices) -> None:
    """A questionnaire: an answer in each unit's column."""
    columns, questions = tally.columns, tally.export.questions
    tally.read += len(columns.marks)
    if _misfit(cells, columns):
        tally.wrong("SURVEY_ROW_LENGTH", row, columns.width, answers=len(columns.marks))
        return
    who = _cell(cells, columns.respondent)
    standing = [_standing(tally, each, who, "", row) for each in questions]
    if "counts" in standing:
        _comments(tally, cells)
    point = _point(tally, row, cells, len(columns.marks))
    if point is None:
        return
    for code in dict.fromkeys(standing):
        held = [at for _, _, at in columns.marks if standing[at] == code and code not in ("counts", "repeated")]
        if held:
            tally.wrong(code, row, columns.respondent, answers=len(held))
    short = tally.ragged and len(cells) < columns.width
    for column, unit, at in columns.marks:
        if standing[at] == "counts":
            _answer(tally, row, column, unit, point, _cell(cells, column), lookup[at], choices[at], short)
        elif standing[at] == "repeated":
            tally.repeated += 1


def _long(tally: _Tally, row: int, cells: Sequence[str], lookup: _Choices, choices: _Choices) -> None:
    """One answer."""
    export, columns = tally.export, tally.columns
    tally.read += 1
    if _misfit(cells, columns):
        tally.wrong("SURVEY_ROW_LENGTH", row, columns.width)
        return
    short = tally.ragged and len(cells) < columns.width
    name = _cell(cells, columns.unit)
    unit = export.names.get(name) or export.names.get(folded(name), "")
    if unit not in export.asked:
        code = "SURVEY_UNIT_NOT_ASKED" if unit else "SURVEY_UNIT_UNKNOWN" if name else "SURVEY_UNIT_BLANK"
        _mistake(tally, code, row, columns.unit, name, unit, short)
        return
    at = export.asked[unit][1]
    question = export.questions[at]
    who = _cell(cells, columns.respondent)
    standing = _standing(tally, question, who, unit, row)
    if standing == "repeated":
        tally.repeated += 1
    elif standing != "counts":
        tally.wrong(standing, row, columns.respondent)
    else:
        _comments(tally, cells, unit)
        point = _point(tally, row, cells, 1)
        if point is not None:
            text = _cell(cells, columns.choice)
            _answer(tally, row, columns.choice, unit, point, text, lookup[at], choices[at], short)


def _comments(tally: _Tally, cells: Sequence[str], unit: str = "") -> None:
    """What the row says in words.  In one that lacks cells nobody knows whether it is what was written there."""
    for column, about in tally.columns.comments:
        text = on_one_line(_cell(cells, column))
        if says_nothing(text) or BROKEN in _cell(cells, column):
            continue
        if tally.ragged and len(cells) < tally.columns.width:
            tally.unread += 1
        else:
            tally.comments[Comment(about or unit, *covered(text))] += 1


_NOTHING = (
    "",
    "无",
    "没有",
    "暂无",
    "无意见",
    "没意见",
    "没有意见",
    "无建议",
    "没有建议",
    "无意见建议",
    "略",
    "不知道",
)


def says_nothing(text: str) -> bool:
    """Whether a cell of comments was filled in only because it had to be."""
    return not any(sign.isalnum() for sign in text) or folded(text).strip("。.!！~") in _NOTHING


def _point(tally: _Tally, row: int, cells: Sequence[str], answers: int) -> str | None:
    """The sampling point, None where it is needed and cannot be told; differently spaced names are one point."""
    column = tally.columns.point
    if column < 0:
        return ""
    text = _cell(cells, column)
    if not text or len(text) > _LONGEST_POINT or not text.isprintable():
        tally.wrong("SURVEY_POINT", row, column, answers=answers)
        return None
    name = folded(text)
    known = tally.points.get(name)
    if known is None and len(tally.points) >= MOST_POINTS:
        args = (("limit", str(MOST_POINTS)),)
        raise Unusable(Problem("SURVEY_POINTS", tally.sheet, address(row, column), value=tally.export.point, args=args))
    if known is None or (len(text), text) < (len(known), known):
        tally.points[name] = text
    return name


def _answer(
    tally: _Tally,
    row: int,
    column: int,
    unit: str,
    point: str,
    text: str,
    lookup: dict[str, str],
    choices: dict[str, str],
    short: bool,
) -> None:
    choice = lookup.get(text) or (choices.get(folded(text), "") if text else "")
    if choice or not text:
        tally.blank += not text
        tally.counts[unit, point, choice] += 1
    else:
        _mistake(tally, "SURVEY_CHOICE_UNKNOWN", row, column, text, unit, short)


def _mistake(tally: _Tally, code: str, row: int, column: int, text: str, unit: str, short: bool) -> None:
    """In a row that lacks cells others may have moved: what stands in them is not shown, it may be personal."""
    if text == BROKEN:
        tally.wrong("SURVEY_CELL_BROKEN", row, column)
    elif short and text:
        tally.wrong("SURVEY_ROW_LENGTH", row, tally.columns.width)
    elif code == "SURVEY_CHOICE_UNKNOWN":
        tally.wrong(code, row, column, text, str(tally.export.asked[unit][1]))
    else:
        tally.wrong(code, row, column, text, unit)


# --- what comes of it ------------------------------------------------------------------------------------------------


def _answers(tally: _Tally) -> SurveyAnswers:
    export = tally.export
    counts = []
    for (unit, point, choice), answers in tally.counts.items():
        question = export.questions[export.asked[unit][1]]
        spelt = tally.points.get(point, "")
        counts.append(SurveyCount(question.class_id, question.component, unit, spelt, choice, answers))
    counted = sum(each.answers for each in counts if each.choice)
    comments = tuple(sorted(each._replace(times=n) for each, n in tally.comments.items()))
    return SurveyAnswers(
        tuple(sorted(counts)), tally.rows, tally.read, counted, tally.repeated, tally.blank, tally.refused, comments
    )


def _problems(tally: _Tally) -> Iterator[Problem]:
    names = [name for name, _ in tally.export.asked.values()]
    for (code, value, about), (n, row, column) in tally.found.items():
        args = {"n": str(n), "column": _header(tally.export, code)}
        unit, component = about, ""
        if code == "SURVEY_UNIT_UNKNOWN":
            args["near"] = nearest(value, names) or "—"
        elif code == "SURVEY_CHOICE_UNKNOWN":
            question = tally.export.questions[int(about)]
            args |= {"choices": "、".join(question.choices), "near": nearest(value, question.choices) or "—"}
            unit, component = "", question.component
        yield Problem(code, tally.sheet, address(row, column), unit, component, value, tuple(sorted(args.items())))


def _zeros(tally: _Tally) -> Iterator[Problem]:
    """Long numbers that end in zeros, as those do that a spreadsheet has cut; said where repeats are told by them."""
    if tally.zeros and any(each.repeated != "all" for each in tally.export.questions):
        args = (("column", tally.export.respondent), ("n", str(len(tally.zeros))))
        cell = address(tally.zeros[0], tally.columns.respondent)
        yield Problem("SURVEY_RESPONDENT_ZEROS", tally.sheet, cell, args=args)


def _told(tally: _Tally) -> Iterator[Problem]:
    """That there are comments, which somebody has to look at."""
    if tally.comments or tally.unread:
        args = (("left", str(tally.unread)), ("n", str(tally.comments.total())))
        yield Problem("SURVEY_COMMENTS", tally.sheet, args=args)


def _header(export: Export, code: str) -> str:
    """The column that a finding is about, as the export calls it."""
    if code in ("SURVEY_RESPONDENT_BLANK", "SURVEY_REPEATED", "SURVEY_RESPONDENT_ROUNDED"):
        return export.respondent
    if code == "SURVEY_TIME":
        return export.time
    return export.point if code == "SURVEY_POINT" else export.unit


def _odd(rows: ExportRows, columns: Columns) -> Iterator[Problem]:
    """Cells that count and that somebody should look at: hidden ones, and results of formulas."""
    used = columns.used()
    for code, cells in (("SURVEY_HIDDEN", rows.hidden), ("SURVEY_FORMULA", rows.formulas)):
        meant = sorted(place for place in cells if place[0] > columns.row and place[1] in used)
        if meant:
            yield Problem(code, rows.sheet, address(*meant[0]), args=(("n", str(len(meant))),))
