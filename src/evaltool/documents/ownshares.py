"""What a letter draws of its unit: its shares of full marks beside the means of its group.

They are reckoned of the points and the weights that the letter prints, so that the drawing tells nothing that is not
said; all of them are said to who cannot see it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from evaltool import charts
from evaltool.charts.drawing import around_all, label_width
from evaltool.exact import half_up, published
from evaltool.views.comparison import ComparedGroup, ComponentLine
from evaltool.writers.official import DocumentPicture

_MOST = 30  # components of a drawing that is to be read
_HUNDRED = Fraction(100)


def drawn_shares(group: ComparedGroup, own: Sequence[ComponentLine]) -> Iterator[DocumentPicture]:
    """A unit's shares of full marks beside the means of its group; nothing where there is little to set against it."""
    known = [(line.name, *both) for line in own if (both := _shares(line))]
    if not 1 < len(known) <= _MOST:
        return
    sides = (group.scheme.head.says("你单位", "本人"), "同组平均")
    about = "；".join(f"{name}{published(mine, 1)}%，{sides[1]}{published(mean, 1)}%" for name, mine, mean in known)
    title = "各项得分率与同组平均得分率"
    span = charts.Span(
        *around_all(value for _, *both in known for value in both), label_width(name for name, _, _ in known)
    )
    units = [charts.Sided(name, (mine, mean)) for name, mine, mean in known]
    yield DocumentPicture(f"{title}（单位：%）", charts.dots(title, f"{about}。", sides, units, span))


def _shares(line: ComponentLine) -> tuple[Fraction, Fraction] | None:
    """Of the points that are printed, in percent of the weight that is printed."""
    weight = half_up(line.weight, 2)
    if not line.complete or not weight or line.points is None or line.mean is None:
        return None
    return half_up(line.points / weight * _HUNDRED, 1), half_up(line.mean / weight * _HUNDRED, 1)
