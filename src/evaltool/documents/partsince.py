"""Which components a unit gained in and which it lost in since it was last evaluated, in a sentence.

Only what may be shown now and was shown then is compared.  Points are compared where the component weighs the same; the
share of full marks where it does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from evaltool.exact import half_up, published
from evaltool.results.history import public_parts
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.roster import EarlierPart
from evaltool.views.comparison import ComparedGroup, ComponentLine
from evaltool.views.history import since

MOST = 3  # components that are named of those that gained, and of those that lost

Moved = tuple[Fraction, str]  # by how much of full marks, and in words


def parts_since(result: Result, group: ComparedGroup, one: Standing, named: Sequence[ComponentLine]) -> Iterator[str]:
    """Nothing where nothing can be compared, or where not everything is in."""
    before = {} if result.interim else public_parts(result.evaluation, one)
    found = [moved for line in named if line.component in before for moved in _moved(group, line, before)]
    gained = sorted((each for each in found if each[0] > 0), key=lambda each: -each[0])
    lost = sorted((each for each in found if each[0] < 0), key=lambda each: each[0])
    said = [words for words in (_listed("提高", gained), _listed("下降", lost)) if words]
    if said:
        years = [row.year for row in before.values()]
        yield f"各项评估内容与{since(result.evaluation, years)}相比，{'；'.join(said)}。"


def _moved(group: ComparedGroup, line: ComponentLine, before: Mapping[str, EarlierPart]) -> Iterator[Moved]:
    past = before[line.component]
    if line.points is None or not line.weight or not past.weight:
        return
    if line.weight == past.weight:
        gap = line.points - half_up(past.points, group.digits)
        if gap:
            yield gap / line.weight, f"{line.name}（{published(abs(gap), group.digits)}分）"
        return
    gap = half_up(line.points / line.weight * 100, 1) - half_up(past.points / past.weight * 100, 1)
    if gap:
        yield gap / 100, f"{line.name}（得分率{published(abs(gap), 1)}个百分点）"


def _listed(word: str, moved: Sequence[Moved]) -> str:
    if not moved:
        return ""
    rest = f"等{len(moved)}项" if len(moved) > MOST else ""
    return f"{word}的有{'、'.join(words for _, words in moved[:MOST])}{rest}"
