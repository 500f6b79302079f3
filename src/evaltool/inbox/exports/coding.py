"""Rows of an export as small numbers: who, where, about whom, what.  What a text means is asked once for each text.

Of what a column may say that is wrong only so many texts are told apart; the rest are one, which is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from evaltool.inbox.exports.blocks import BROKEN, named
from evaltool.inbox.exports.header import Columns
from evaltool.inbox.exports.respondents import Anonymous, moments, numbers, states
from evaltool.inbox.exports.shapes import Export
from evaltool.names import folded

if TYPE_CHECKING:
    import polars as pl

TOLD_APART = 10_000
_REMEMBERED = 200_000
LONGEST_TEXT = 80
PART = 40
"""A row's place is its number, and above so many bits the number of its part."""
NO_POINT, NOT_A_POINT = 0, 1


class UnitSaid(NamedTuple):
    """What a cell of units says: the unit's place among those asked about (-1: none of them), or what is wrong."""

    wrong: str = ""
    text: str = ""
    unit: str = ""
    at: int = -1


@dataclass
class Vocabulary:
    """What the texts of a column mean, each meaning with a number; beyond `most` they all have the last one."""

    meant: Callable[[str], object]
    values: list[object]
    most: int
    _numbers: dict[object, int] = field(default_factory=dict)
    _known: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._numbers = {value: at for at, value in enumerate(self.values)}
        self.most += len(self.values)

    @property
    def is_full(self) -> bool:
        return len(self.values) > self.most

    def codes(self, texts: pl.Series) -> pl.Series:
        import polars as pl

        places = texts.cast(pl.Categorical(pl.Categories.random())).to_physical()
        first = places.arg_unique()  # in the order in which they are met
        codes = pl.Series([self._code(text) for text in texts.gather(first)], dtype=pl.UInt32)
        table = pl.DataFrame({"place": places.gather(first), "code": codes}).sort("place")
        if table["place"].max() == table.height - 1:
            return table["code"].gather(places)
        return places.replace_strict(table["place"], table["code"], return_dtype=pl.UInt32)

    def _code(self, text: str) -> int:
        known = self._known.get(text)
        if known is None:
            value = self.meant(text.strip())
            known = self._numbers.get(value)
            if known is None:
                known = min(len(self.values), self.most)
                if known < self.most:
                    self._numbers[value] = known
                if len(self.values) <= self.most:
                    self.values.append(value if known < self.most else None)
            if len(self._known) < _REMEMBERED:
                self._known[text] = known
        return known


@dataclass
class Coder:
    """Turns blocks into rows of numbers, with one vocabulary for all parts.

    `place`: part and row; `lacks`; `point`; `unit` (a row per answer); m0, m1 … what is chosen, in the order of the
    units asked about; t0, t1 … comments.  Where repeats matter also `who`, what is known of the respondent; h1, h2,
    which stand for it; `when`, where a column says so.  `times`: how many rows say so, where alike ones are one.
    """

    export: Export
    repeats: bool
    units: Vocabulary = field(init=False)
    choices: Vocabulary = field(init=False)
    points: Vocabulary = field(init=False)
    anonymous: Anonymous = field(default_factory=Anonymous)
    _asked: dict[str, UnitSaid] = field(init=False)

    def __post_init__(self) -> None:
        self._asked = {unit: UnitSaid(at=at) for at, unit in enumerate(self.export.asked)}
        self.units = Vocabulary(self._unit, [*self._asked.values()], TOLD_APART)
        known = dict.fromkeys(choice for question in self.export.questions for choice in question.choices)
        self.choices = Vocabulary(lambda text: text[: max(LONGEST_TEXT, *map(len, known))], ["", *known], TOLD_APART)
        self.points = Vocabulary(_point, ["", None], TOLD_APART)

    def _unit(self, name: str) -> UnitSaid:
        export = self.export
        unit = export.names.get(name) or export.names.get(folded(name), "")
        if unit in export.asked:
            return self._asked[unit]
        if name == BROKEN:
            return UnitSaid("SURVEY_CELL_BROKEN")
        code = "SURVEY_UNIT_NOT_ASKED" if unit else "SURVEY_UNIT_UNKNOWN" if name else "SURVEY_UNIT_BLANK"
        return UnitSaid(code, name[:LONGEST_TEXT], unit)

    def coded(self, frame: pl.DataFrame, columns: Columns, part: int) -> pl.DataFrame:
        import polars as pl

        place = (frame["row"].cast(pl.UInt64) + (part << PART)).alias("place")
        made = [place, frame["lacks"], *self._said(frame, columns), *self._comments(frame, columns)]
        if "times" in frame.columns:
            made.append(frame["times"])
        if self.repeats:
            who = frame[named(columns.respondent)].str.strip_chars()
            made += [states(who, BROKEN).alias("who"), *self.anonymous.of(who)]
            if columns.time >= 0:
                made.append(moments(frame[named(columns.time)]))
            elif columns.order >= 0:
                made.append(numbers(frame[named(columns.order)]))
        return pl.DataFrame(made)

    def _said(self, frame: pl.DataFrame, columns: Columns) -> Iterable[pl.Series]:
        import polars as pl

        nowhere = pl.repeat(NO_POINT, frame.height, dtype=pl.UInt64, eager=True)
        point = nowhere if columns.point < 0 else self.points.codes(frame[named(columns.point)])
        yield point.cast(pl.UInt16).alias("point")
        if not self.export.wide:
            yield self.units.codes(frame[named(columns.unit)]).cast(pl.UInt32).alias("unit")
            yield self.choices.codes(frame[named(columns.choice)]).cast(pl.UInt16).alias("m0")
            return
        at = {unit: column for column, unit, _ in columns.marks}
        for number, unit in enumerate(self.export.asked):
            missing = pl.repeat(None, frame.height, dtype=pl.UInt16, eager=True)
            said = self.choices.codes(frame[named(at[unit])]).cast(pl.UInt16) if unit in at else missing
            yield said.alias(f"m{number}")

    def _comments(self, frame: pl.DataFrame, columns: Columns) -> Iterable[pl.Series]:
        import polars as pl

        said = dict(zip(self.export.comments, columns.comment_places, strict=True))
        for number, name in enumerate(self.export.comments):
            if said[name] >= 0:
                yield frame[named(said[name])].alias(f"t{number}")
            else:
                yield pl.repeat("", frame.height, dtype=pl.String, eager=True).alias(f"t{number}")


def _point(text: str) -> str | None:
    """The sampling point; None where it cannot be told."""
    return text if text and len(text) <= LONGEST_TEXT and text.isprintable() else None
