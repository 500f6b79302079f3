"""How a unit's place and total differ from its earlier result, as cells that follow the group's tab.

The number says how far, its format which way: ▲ up, ▼ down, ＝ level.  A change is told apart without its colour.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from evaltool.exact import plain
from evaltool.reader.cells import address
from evaltool.results.history import ChangeSinceLast
from evaltool.rules.expressions import Expr, Written
from evaltool.views.tables import NONE
from evaltool.workbook.formulas import cell
from evaltool.workbook.parts import word
from evaltool.writers.book import Cell, Highlight


def climbed_cell(known: ChangeSinceLast | None, rank: Expr) -> Cell:
    """Places up or down."""
    if known is None or known.climbed is None:
        return word(NONE)
    return cell(Written(f"{known.last.rank}-{rank.text}", Fraction(known.climbed)), "arrow_places")


def gained_cell(known: ChangeSinceLast | None, total: Expr) -> Cell:
    """Points more or less."""
    if known is None or known.gained is None or known.before is None:
        return word(NONE)
    gained = Written(f"ROUND({total.text}-{plain(known.before)},9)", known.gained)
    return cell(gained, "arrow_points" if known.digits == 2 else "arrow_any")


def change_lights(first: int, last: int, column: int) -> Iterator[Highlight]:
    """What rose and what fell."""
    own, end = address(first, column), address(last, column)
    yield Highlight(own, end, f"=N({own})>0", "rose")
    yield Highlight(own, end, f"=N({own})<0", "fell")
