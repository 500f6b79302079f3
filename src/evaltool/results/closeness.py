"""Who stands close to something that decides?  All that are near a bound, the last inside and the first outside of what
goes by place, and neighbours that little lies between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from evaltool.results.margins import cuts
from evaltool.results.rank import Standing
from evaltool.results.result import Result

NEAR = Fraction(1, 200)  # of full marks


@dataclass(frozen=True, slots=True)
class Close:
    """`above` and `below`: a unit is that much `apart` above or below the bound `name`; `cut`: so little lies between
    the last inside (`unit`) and the first outside (`other`) a grade or an award that goes by place; `rank`: between two
    neighbours.  `text`: the distance as it is printed."""

    kind: Literal["above", "below", "cut", "rank"]
    group: str
    name: str
    unit: Standing
    other: Standing | None
    apart: Fraction


def closeness(result: Result) -> Iterator[Close]:
    """Of every group: cuts in the order of the rules, then neighbours from the first; nothing that is farther apart
    than a two hundredth of full marks."""
    for scheme in result.evaluation.classes.values():
        for group in scheme.head.groups:
            standings = result.group(scheme.id, group.id)
            near, title = NEAR * Fraction(scheme.head.total), scheme.group_title(group.id)
            found = [*_of_cuts(result, scheme.id, group.id, title)]
            if scheme.ranking.by != "variation":  # totals say nothing of a place there
                found += _of_neighbours(title, standings)
            yield from (each for each in found if each.apart <= near)


def _of_cuts(result: Result, class_id: str, group: str, title: str) -> Iterator[Close]:
    scheme = result.evaluation.classes[class_id]
    for cut in cuts(scheme, group, result.group(class_id, group)):
        if cut.bound is None:
            if cut.gap is not None:
                yield Close("cut", title, cut.name, cut.inside[0], cut.outside[0], cut.gap)
            continue
        yield from (Close("above", title, cut.name, one, None, one.total - cut.bound) for one in cut.inside)
        yield from (Close("below", title, cut.name, one, None, cut.bound - one.total) for one in cut.outside)


def _of_neighbours(title: str, standings: Sequence[Standing]) -> Iterator[Close]:
    """Units that share a rank are no neighbours."""
    ranked = [one for one in standings if one.rank is not None]
    for one, other in pairwise(ranked):
        if one.rank != other.rank:
            yield Close("rank", title, "", one, other, one.total - other.total)
