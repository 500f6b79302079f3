"""A heat map: a row for each unit, a column for each component, the darker the more was lost; the share of full marks
stands in each field."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from evaltool.charts.colours import FAINT, HEAT, ink_on
from evaltool.charts.drawing import ROW, SMALL, broken, label, label_width, notes, wide
from evaltool.exact import plain, published
from evaltool.writers.drawing import INK, WIDTH, Drawing, Shape

MOST_SIGNS = 9  # of a column's name, one below the other
_LEVEL, _MOST_LEVEL, _LINE = 66, 2, 15  # how wide a column must be for names that lie; their lines
STEPS = (1, 2, 3, 4, 5, 8, 10, 15)  # in percent, from one colour to the next


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One unit's percentages of full marks; None where there is none."""

    name: str
    percents: tuple[Fraction | None, ...]


@dataclass(frozen=True, slots=True)
class HeatScale:
    """Where each colour begins: from `full` downwards, one of `step` percent after the other."""

    full: Fraction
    step: Fraction

    def colour(self, percent: Fraction) -> str:
        lost = max(self.full - percent, Fraction(0)) / self.step
        return HEAT[min(math.floor(lost), len(HEAT) - 1)]

    def key(self) -> Iterator[tuple[str, str]]:
        """Each colour with its bounds in words; what lies on a bound has the darker one."""
        for at, colour in enumerate(HEAT):
            low = plain(self.full - self.step * (at + 1))
            high = plain(self.full - self.step * at)
            last = at == len(HEAT) - 1
            yield colour, f"≤{high}" if last else f"＞{low}"


def scale_of(percents: Sequence[Fraction]) -> HeatScale:
    """One scale for all that is held against each other; the darkest colour is for the last twentieth at most."""
    ordered = sorted(percents)
    least = ordered[len(ordered) // 20] if ordered else Fraction(50)
    step = next((each for each in STEPS if 100 - each * (len(HEAT) - 1) <= least), STEPS[-1])
    return HeatScale(Fraction(100), Fraction(step))


def heat(
    title: str, about: str, columns: Sequence[str], rows: Sequence[HeatRow], scale: HeatScale, digits: int = 0
) -> Drawing:
    """The fields of all rows below the columns' names, and what the colours mean; `digits`: decimals of the figures."""
    left = label_width(each.name for each in rows)
    step = Fraction(WIDTH - 2 - left, max(len(columns), 1))
    lines = [list(broken(name, int(step) - 12, SMALL)) for name in columns] if step >= _LEVEL else []
    if lines and max(map(len, lines)) <= _MOST_LEVEL:
        top = 10 + _LINE * max(map(len, lines))
        shapes = [row for at, own in enumerate(lines) for row in _level(own, left + step * at + step / 2, top)]
    else:
        top = max((_tall(name) for name in columns), default=0) + 8
        shapes = [sign for at, name in enumerate(columns) for sign in _upright(name, left + step * at + step / 2, top)]
    shapes += [label(each.name, left, top + at * ROW) for at, each in enumerate(rows)]
    shapes += _fields(rows, scale, left, step, top, digits)
    bottom = top + len(rows) * ROW
    own, bottom = _key(scale, bottom + 6)
    return Drawing(title, about, bottom, (*shapes, *own))


def _tall(name: str) -> int:
    return min(len(name), MOST_SIGNS) * 13 + 2


def _level(lines: Sequence[str], x: Fraction, bottom: int) -> Iterator[Shape]:
    """A name over a column that is wide enough for it."""
    for at, line in enumerate(reversed(lines)):
        yield Shape("text", (x, bottom - 7 - _LINE * at), INK, line, "middle", SMALL)


def _upright(name: str, x: Fraction, bottom: int) -> Iterator[Shape]:
    """A name from top to bottom, ending above its column."""
    said = name if len(name) <= MOST_SIGNS else name[: MOST_SIGNS - 1] + "…"
    first = bottom - 5 - 13 * (len(said) - 1)
    for at, sign in enumerate(said):
        yield Shape("text", (x, first + 13 * at), INK, _turned(sign), "middle", SMALL)


def _turned(sign: str) -> str:
    """As it stands in upright text."""
    return {"…": "︙", "（": "︵", "）": "︶", "(": "︵", ")": "︶", "—": "︱", "“": "﹁", "”": "﹂"}.get(sign, sign)


def _fields(
    rows: Sequence[HeatRow], scale: HeatScale, left: int, step: Fraction, top: int, digits: int
) -> Iterator[Shape]:
    """First all fields by their colours, then all figures by their inks: so each look is written once."""
    known = [
        (scale.colour(value), left + step * column, top + row * ROW, value)
        for row, each in enumerate(rows)
        for column, value in enumerate(each.percents)
        if value is not None
    ]
    for colour, x, y, _ in sorted(known, key=lambda field: HEAT.index(field[0])):
        yield Shape("rect", (x + 1, y + 1, step - 2, ROW - 2), colour)
    size = SMALL if step >= wide("100", SMALL) else SMALL - 2
    for colour, x, y, percent in sorted(known, key=lambda field: ink_on(field[0])):
        yield Shape("text", (x + step / 2, y + 16), ink_on(colour), published(percent, digits), "middle", size)
    for row, each in enumerate(rows):
        for column, value in enumerate(each.percents):
            if value is None:
                yield Shape("text", (left + step * column + step / 2, top + row * ROW + 16), FAINT, "—", "middle", size)


def _key(scale: HeatScale, top: int) -> tuple[list[Shape], int]:
    shapes = [Shape("text", (4, top + 14), FAINT, "得分率%", size=SMALL)]
    x = 56
    for colour, said in scale.key():
        shapes += [
            Shape("rect", (x, top + 4, 12, 12), FAINT),
            Shape("rect", (x + 1, top + 5, 10, 10), colour),
            Shape("text", (x + 16, top + 14), FAINT, said, size=SMALL),
        ]
        x += 22 + wide(said, SMALL)
    more, bottom = notes(["颜色越深，失分越多；各图颜色同一标准。"], top + 16)
    return shapes + more, bottom
