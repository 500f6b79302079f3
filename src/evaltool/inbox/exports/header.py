"""Which column of an export is what: every header is named by `[[survey]]` or is a unit, or it is a finding."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from evaltool.inbox.exports.shapes import Export, Unusable
from evaltool.inbox.problems import Problem
from evaltool.names import folded, nearest
from evaltool.reader import address

MarkColumn = tuple[int, str, int]  # column, unit's id, place of its question


class Columns(NamedTuple):
    """Where everything stands, columns counted from 0; -1: the export has no such column.

    `row` is the header's, `last` the last column whose cells count.
    """

    row: int
    width: int
    last: int
    respondent: int
    unit: int
    choice: int
    point: int
    time: int
    marks: tuple[MarkColumn, ...]
    order: int = -1
    comment_places: tuple[int, ...] = ()  # in the order of the export's columns of comments

    def used(self) -> set[int]:
        """The columns whose cells count."""
        own = {self.respondent, self.unit, self.choice, self.point, self.time, self.order} - {-1}
        return own | {column for column, _, _ in self.marks}

    def kept(self) -> list[int]:
        """The columns that are taken out of a file, comments among them."""
        return sorted(self.used() | ({*self.comment_places} - {-1}))


def columns(export: Export, sheet: str, row: int, header: Sequence[str]) -> tuple[Columns, list[Problem]]:
    """The columns and what is wrong with them.  Raises `Unusable` where a column that everything rests on is gone."""
    places: dict[str, int] = {}
    problems: list[Problem] = []
    names = _names(export, header)
    read = [at for at, name in enumerate(names) if name != folded(header[at])]
    if read:
        first, meant = read[0], export.names.get(names[read[0]], "")
        name = export.asked[meant][0] if meant in export.asked else names[first]
        problems.append(_at("SURVEY_HEADERS_READ", sheet, row, first, header[first], n=str(len(read)), name=name))
    for at, text in enumerate(header):
        name = names[at]
        if name and name in places:
            other = address(row, places[name])
            raise Unusable(_at("COLUMN_REPEATED", sheet, row, at, text, other=other))
        if name:
            places[name] = at
    left = dict(places)
    own = {name: left.pop(folded(name), -1) for name in _named(export)}
    marks = _marks(export, sheet, row, header, left, problems) if export.wide else []
    known, beside = {folded(name) for name in own}, (*export.unused, *export.comments)
    own |= {name: left.pop(folded(name), -1) for name in beside if folded(name) not in known}
    if all(at < 0 for at in own.values()) and not marks:
        raise Unusable(Problem("SURVEY_HEADER", sheet, address(row, 0), args=(("wanted", _listed(export)),)))
    missing = [name for name, at in own.items() if at < 0]
    missing += [name for unit, (name, _) in export.asked.items() if export.wide and unit not in {m[1] for m in marks}]
    problems += _strange(sheet, row, header, left, missing)
    if any(own[name] < 0 for name in _named(export)) or (export.wide and not marks):
        raise Unusable(*problems)
    width = max(places.values()) + 1
    said = (export.respondent, export.unit, export.choice, export.point, export.time, export.order)
    respondent, unit, choice, point, moment, order = (own[name] if name else -1 for name in said)
    last = max(respondent, unit, choice, point, moment, order, *(column for column, _, _ in marks))
    comments = tuple(own[name] for name in export.comments)
    return Columns(row, width, last, respondent, unit, choice, point, moment, tuple(marks), order, comments), problems


_NUMBER = re.compile(r"\*?(?:Q|第)?\d+(?:题)?(?:[.、,:_)\-—]+|(?=\())", re.IGNORECASE)
_KIND = re.compile(r"\((?:单选题?|必填|必答|矩阵单选题?|矩阵量表题?|量表题?)\)")
_PARTS = re.compile(r"[:_|—]|--")


def _names(export: Export, header: Sequence[str]) -> list[str]:
    """The folded headers; those of survey services (3、东山镇, Q3_东山镇, 3、请您评价：东山镇) without question and
    number, where exactly one known name is left."""
    known = {folded(name) for name in (*_named(export), *export.unused, *export.comments)}
    known |= export.names.keys() if export.wide else set()
    names = []
    for text in header:
        name = folded(text)
        bare = set() if name in known else known.intersection(_bare(name))
        names.append(bare.pop() if len(bare) == 1 else name)
    return names


def _bare(name: str) -> Iterator[str]:
    """What a question may be about: its text without the number, its last part, what stands in brackets at its end."""
    rest = _KIND.sub("", _NUMBER.sub("", name, count=1))
    yield rest
    yield _PARTS.split(rest)[-1]
    if rest.endswith(")") and "(" in rest:
        yield rest[:-1].rpartition("(")[2]


def _named(export: Export) -> list[str]:
    """The columns without which nothing can be read."""
    names = (export.respondent, export.unit, export.choice, export.point, export.time, export.order)
    return [name for name in dict.fromkeys(names) if name]


def _listed(export: Export) -> str:
    return "、".join([*_named(export), *export.unused, *export.comments])


def _marks(
    export: Export, sheet: str, row: int, header: Sequence[str], left: dict[str, int], problems: list[Problem]
) -> list[MarkColumn]:
    """The columns that are units; one whose unit this evaluator is not asked about is not read."""
    unused = {folded(name) for name in (*export.unused, *export.comments)}
    marks: list[MarkColumn] = []
    taken: dict[str, int] = {}
    for name, at in list(left.items()):
        unit = export.names.get(name, "")
        if not unit or name in unused:
            continue
        del left[name]
        if unit in taken:
            raise Unusable(_at("COLUMN_REPEATED", sheet, row, at, header[at], other=address(row, taken[unit])))
        taken[unit] = at
        if unit in export.asked:
            marks.append((at, unit, export.asked[unit][1]))
        else:
            problems.append(_at("SURVEY_UNIT_NOT_ASKED", sheet, row, at, header[at])._replace(unit=unit))
    return marks


def _strange(
    sheet: str, row: int, header: Sequence[str], left: dict[str, int], missing: list[str]
) -> Iterator[Problem]:
    """Headers that nobody named, and columns that are gone; a header that looks like one of those is one mistake."""
    for at in left.values():
        near = nearest(header[at], missing)
        if near:
            missing.remove(near)
        yield _at("SURVEY_COLUMN_UNKNOWN", sheet, row, at, header[at], near=near or "—")
    for name in missing:
        yield Problem("SURVEY_COLUMN_MISSING", sheet, f"{row + 1}", value=name[:80])


def _at(code: str, sheet: str, row: int, column: int, value: str, **args: str) -> Problem:
    return Problem(code, sheet, address(row, column), value=value.strip()[:80], args=tuple(sorted(args.items())))
