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

_MOST = 3  # names of units with the same share


def _percent(share: Fraction) -> str:
    return f"{published(share * 100, 0)}%"


def satisfied_by_group(groups: Sequence[ComparedGroup]) -> Iterator[str]:
    """A sentence for each group: component by component the mean, and whose share is the highest; of ranked units."""
    for group in groups:
        components = list(group.means.satisfied)
        ways = {each: f"（选{'、'.join(satisfied_choices(group.scheme, each))}的占表态的比例）" for each in components}
        alike = next(iter(ways.values()), "") if len(set(ways.values())) == 1 else ""
        said = "；".join(_said(group, each, "" if alike else ways[each]) for each in components)
        if said:
            yield f"{group.full_name}满意率{alike}：{said}。"


def _said(group: ComparedGroup, component: str, way: str) -> str:
    """`way`: what counts as satisfied, where it is not the same for all."""
    shares = group.satisfied[component]
    known = {one.unit.name: shares[one.unit.id] for one in group.ranked if one.unit.id in shares}
    best, least = max(known.values()), min(known.values())
    said = f"{group.title(component)}{way}平均{published(group.means.satisfied[component] * 100, 1)}%"
    if best == least:
        return said
    first = [name for name, share in known.items() if share == best]
    names = "、".join(first[:_MOST]) + (f"等{len(first)}{group.scheme.head.each}" if len(first) > _MOST else "")
    return f"{said}，最高{_percent(best)}（{names}），最低{_percent(least)}"


def satisfied_with(group: ComparedGroup, one: Standing) -> list[str]:
    """A unit's own shares beside the group's mean, in a sentence."""
    said = []
    for component, shares in group.satisfied.items():
        share, mean = shares.get(one.unit.id), group.means.satisfied.get(component)
        if share is not None:
            beside = f"（同组平均{published(mean * 100, 1)}%）" if mean is not None else ""
            said.append(f"{group.title(component)}{_percent(share)}{beside}")
    return [f"满意率：{'；'.join(said)}。"] if said else []


def satisfaction_table(group: ComparedGroup) -> ShownTable:
    """Every unit's shares in percent."""
    columns = [whose(group), *(ShownColumn(group.title(each), "points", 14, digits=0) for each in group.satisfied)]
    rows: list[ShownRow] = []
    for one in group.standings:
        shares = (own.get(one.unit.id) for own in group.satisfied.values())
        rows.append((Name(one.unit.name, one.unit.id), *(None if each is None else each * 100 for each in shares)))
    return table(f"{group.full_name}满意率（%）", columns, rows)
