"""A table as every output shows it: columns that say what stands in them, rows of values.

What is shown is made once, as such a table; each output takes the columns that it has room for and writes them in its
own way (`workbook.tables`, `page.tables`, `documents.tables`, `cli.console`).  What a value is as text is said here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from evaltool.exact import plain, published

NONE = "—"
"""What stands where nothing is known."""

ShownKind = Literal["text", "word", "names", "count", "points", "total", "change", "share", "number"]
"""`text` and `names` (several words) stand on the left, a `word` in the middle, figures on the right: `points` and
`total` with their decimals, a `change` with its sign, a `share` in percent, a `number` with the digits that it has."""
WORDS: tuple[ShownKind, ...] = ("text", "word", "names")
Tone = Literal["", "green", "blue", "yellow", "red"]


@dataclass(frozen=True, slots=True)
class Word:
    """A word with a colour, which never stands without it; or one that stands in a column of figures."""

    text: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Name:
    """A name that leads to what is said of this unit elsewhere."""

    text: str
    unit: str


ShownValue = str | int | Fraction | None | Word | Name | tuple[str, ...]
ShownRow = tuple[ShownValue, ...]


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """`key`: what an output asks for it by; `under`: a second line of the header; `width` in places of half a Chinese
    sign, for outputs that need one; `names`: whether it names the row."""

    header: str
    kind: ShownKind = "text"
    width: float = 10.0
    key: str = ""
    digits: int = 2
    under: str = ""
    names: bool = False


@dataclass(frozen=True, slots=True)
class ShownTable:
    """`key` tells readers of a written file which table it is."""

    caption: str
    columns: tuple[ShownColumn, ...]
    rows: tuple[ShownRow, ...]
    key: str = ""

    def only(self, *keys: str) -> ShownTable:
        """The columns of these keys, in this order, as far as there are any."""
        at = {column.key: at for at, column in enumerate(self.columns)}
        return self._taken([at[key] for key in keys if key in at])

    def without(self, *keys: str) -> ShownTable:
        return self._taken([at for at, column in enumerate(self.columns) if column.key not in keys])

    def _taken(self, places: Sequence[int]) -> ShownTable:
        rows = tuple(tuple(row[at] for at in places) for row in self.rows)
        return replace(self, columns=tuple(self.columns[at] for at in places), rows=rows)

    def beside(self, other: ShownTable) -> ShownTable:
        """With the columns of another table about the same rows."""
        rows = tuple((*row, *more) for row, more in zip(self.rows, other.rows, strict=True))
        return replace(self, columns=self.columns + other.columns, rows=rows)

    def called(self, caption: str, *headers: str) -> ShownTable:
        """The same under another caption and, where they are given, in other words (of another language)."""
        columns = self.columns
        if headers:
            columns = tuple(replace(each, header=word) for each, word in zip(columns, headers, strict=True))
        return replace(self, caption=caption, columns=columns)

    def keyed(self, key: str) -> ShownTable:
        """The same, known by another key or by none."""
        return replace(self, key=key)

    def texts(self) -> Iterator[tuple[str, ...]]:
        """The rows as they are printed."""
        for row in self.rows:
            yield tuple(shown(column, value) for column, value in zip(self.columns, row, strict=True))


def table(
    caption: str, columns: Iterable[ShownColumn], rows: Iterable[Iterable[ShownValue]], key: str = ""
) -> ShownTable:
    return ShownTable(caption, tuple(columns), tuple(map(tuple, rows)), key)


def of_texts(
    caption: str, headers: Sequence[str], rows: Iterable[Iterable[ShownValue]], figures: Sequence[int] = ()
) -> ShownTable:
    """Texts under headers; the columns numbered in `figures` are counts."""
    columns = [ShownColumn(header, "count" if at in figures else "text") for at, header in enumerate(headers)]
    return table(caption, columns, rows)


def shown(column: ShownColumn, value: ShownValue) -> str:
    """A value as it is printed."""
    if isinstance(value, Word | Name):
        return value.text
    if isinstance(value, tuple):
        return "、".join(value)
    if isinstance(value, Fraction):
        return _FIGURES[column.kind](value, column.digits)
    return NONE if value is None else str(value)


def signed(value: Fraction, digits: int) -> str:
    return ("+" if value > 0 else "") + published(value, digits)


def _plain(value: Fraction, _: int) -> str:
    return plain(value)


def _share(value: Fraction, digits: int) -> str:
    return f"{published(value * 100, digits)}%"


_FIGURES: dict[ShownKind, Callable[[Fraction, int], str]] = {
    "text": _plain,
    "word": _plain,
    "names": _plain,
    "count": _plain,
    "number": _plain,
    "points": published,
    "total": published,
    "change": signed,
    "share": _share,
}
