"""How many voters were satisfied, as documents say it; only what `ComparedGroup.satisfied` has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from evaltool.exact import published
from evaltool.results.rank import Standing
from evaltool.results.satisfaction import satisfied_choices
from evaltool.views.comparison import ComparedGroup
from evaltool.views.ranking import whose
from evaltool.views.tables import Name, ShownColumn, ShownRow, ShownTable, table


def _components(group: ComparedGroup) -> list[str]:
    return [each for each in group.shown if any(component == each for _, component in group.satisfied)]


def _mean(group: ComparedGroup, component: str) -> Fraction | None:
    """The mean of the ranked units' shares, as they are printed."""
    own = [group.satisfied[key] for one in group.ranked if (key := (one.unit.id, component)) in group.satisfied]
    return sum(own, Fraction(0)) / len(own) if own else None


def _percent(share: Fraction) -> str:
    return f"{published(share * 100, 0)}%"


def satisfied_by_group(groups: Sequence[ComparedGroup]) -> Iterator[str]:
    """A sentence for each group: component by component the mean, and whose share is the highest."""
    for group in groups:
        components = _components(group)
        ways = {each: f"（选{'、'.join(satisfied_choices(group.scheme, each))}的占表态的比例）" for each in components}
        alike = next(iter(ways.values()), "") if len(set(ways.values())) == 1 else ""
        said = "；".join(_said(group, each, "" if alike else ways[each]) for each in components)
        if said:
            yield f"{group.full_name}满意率{alike}：{said}。"


def _said(group: ComparedGroup, component: str, way: str) -> str:
    """`way`: what counts as satisfied, where it is not the same for all."""
    mean = _mean(group, component)
    shares = {one.unit.name: group.satisfied.get((one.unit.id, component)) for one in group.ranked}
    known = {name: share for name, share in shares.items() if share is not None}
    said = f"{group.title(component)}{way}"
    if mean is None:
        return f"{said}见附表"
    best, least = max(known.values()), min(known.values())
    names = "、".join(name for name, share in known.items() if share == best)
    if len(known) < 2 or best == least:
        return f"{said}平均{published(mean * 100, 1)}%"
    return f"{said}平均{published(mean * 100, 1)}%，最高{_percent(best)}（{names}），最低{_percent(least)}"


def satisfied_with(group: ComparedGroup, one: Standing) -> list[str]:
    """A unit's own shares beside the group's mean, in a sentence."""
    said = []
    for component in _components(group):
        share, mean = group.satisfied.get((one.unit.id, component)), _mean(group, component)
        if share is not None:
            beside = f"（同组平均{published(mean * 100, 1)}%）" if mean is not None else ""
            said.append(f"{group.title(component)}{_percent(share)}{beside}")
    return [f"满意率：{'；'.join(said)}。"] if said else []


def satisfaction_table(group: ComparedGroup) -> ShownTable:
    """Every unit's shares in percent."""
    components = _components(group)
    columns = [whose(group), *(ShownColumn(group.title(each), "points", 14, digits=0) for each in components)]
    rows: list[ShownRow] = []
    for one in group.standings:
        shares = (group.satisfied.get((one.unit.id, each)) for each in components)
        rows.append((Name(one.unit.name, one.unit.id), *(None if each is None else each * 100 for each in shares)))
    return table(f"{group.full_name}满意率（%）", columns, rows)
