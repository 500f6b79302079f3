"""What stands out in a result, in the sentences that bulletin and report share: strengths, problems, suggestions.

Everything is reckoned from what `comparison.py` lets the public see and from the earlier totals; nothing is said
that a reader could not work out from the tables.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from itertools import groupby

from evaltool.documents.persons import U
from evaltool.exact import published
from evaltool.results.history import ChangeSinceLast, change
from evaltool.results.means import is_above, is_below
from evaltool.results.result import Result
from evaltool.rules.documentnumbers import day_text
from evaltool.views.comparison import REST, ComparedGroup, percent_text, printed
from evaltool.views.history import since
from evaltool.writers.official import gap

MOST = 3  # units that a sentence names


def by_class(groups: Sequence[ComparedGroup]) -> list[list[ComparedGroup]]:
    return [list(part) for _, part in groupby(groups, key=lambda group: group.scheme.id)]


# --- how the groups did ----------------------------------------------------------------------------------------------


def spreads(groups: Sequence[ComparedGroup]) -> Iterator[str]:
    """A sentence for each group: mean, how many are above it, best, last, and how far they are apart."""
    for group in groups:
        if len(group.ranked) > 1:
            yield f"{group.full_name}：{_spread(group)}"


def _spread(group: ComparedGroup) -> str:
    ranked, digits = group.ranked, group.digits
    mean = group.mean_total()
    above = sum(is_above(one, mean) for one in ranked)
    first, last = max(ranked, key=lambda one: one.total), min(ranked, key=lambda one: one.total)
    says = group.scheme.head.says
    whom = f"{says('排名单位', '排名人员')}{len(ranked)}{says('个', '名')}"
    said = f"{whom}，平均{printed(mean, digits)}分，{above}{says('个单位', '人')}高于平均；"
    spread = published(first.total - last.total, digits)
    return f"{said}最高{first.text}分（{first.unit.name}），最低{last.text}分，相差{spread}分。"


def movements(result: Result, groups: Sequence[ComparedGroup]) -> list[tuple[Fraction, ChangeSinceLast]]:
    """The units with an earlier total and what they gained, those that gained most first."""
    found = (change(result.evaluation, one) for group in groups for one in group.standings)
    gains = [(each.gained, each) for each in found if each is not None and each.gained is not None]
    return sorted(gains, key=lambda pair: (-pair[0], pair[1].one.unit.order, pair[1].one.unit.id))


def moved(gained: Fraction, each: ChangeSinceLast) -> str:
    """A unit and how its total moved."""
    way = "提高" if gained > 0 else "下降"
    return f"{each.one.unit.name}（{way}{published(abs(gained), each.digits)}分）"


def before(result: Result, moves: Sequence[tuple[Fraction, ChangeSinceLast]]) -> str:
    """What the earlier totals are called: 上年, or their year."""
    return since(result.evaluation, (each.last.year for _, each in moves))


def rates(group: ComparedGroup) -> list[tuple[Fraction, str]]:
    """Mean rates of the components right below the total, the best first."""
    known = [(group.rates[each], each) for each in group.roots() if each != REST and each in group.rates]
    return sorted(known, key=lambda pair: -pair[0])


# --- strengths -------------------------------------------------------------------------------------------------------


def strengths(result: Result, groups: Sequence[ComparedGroup]) -> Iterator[str]:
    """The best components, who gained on the earlier result, who has a bonus."""
    best = [_named(group, *found[0]) for group, found in _told(groups)]
    if best:
        yield f"平均得分率最高的评估内容，{'；'.join(best)}。"
    moves = movements(result, groups)
    gained = [each for each in moves if each[0] > 0]
    if gained:
        most = "、".join(moved(*each) for each in gained[:MOST])
        yield f"与{before(result, moves)}{U}可比的单位{len(moves)}个，总分提高的{len(gained)}个，提高最多的是{most}。"
    granted = [(one, group.digits) for group in groups for one in group.standings if one.bonus]
    if granted:
        listed = "、".join(f"{one.unit.name}{published(one.bonus, digits)}分" for one, digits in granted)
        yield f"获得{U}加分的单位{len(granted)}个：{listed}。"


def _named(group: ComparedGroup, rate: Fraction, component: str) -> str:
    return f"{group.full_name}是{group.title(component)}（{percent_text(rate)}）"


def _told(groups: Sequence[ComparedGroup]) -> list[tuple[ComparedGroup, list[tuple[Fraction, str]]]]:
    """Groups whose components can be told apart by their rates."""
    found = ((group, rates(group)) for group in groups if group.ranked)
    return [(group, each) for group, each in found if len(each) > 1 and each[0][0] != each[-1][0]]


# --- problems --------------------------------------------------------------------------------------------------------


def problems(result: Result, groups: Sequence[ComparedGroup], named: Collection[str]) -> Iterator[str]:
    """The weakest components, where units differ most, who lost on the earlier result, who has a veto, who is
    `named` to rectify."""
    worst = [_named(group, *found[-1]) for group, found in _told(groups)]
    if worst:
        yield f"平均得分率最低的评估内容，{'；'.join(worst)}。"
    apart = [said for group in groups if (said := _apart(group))]
    if apart:
        yield f"{U}单位之间差距最大的评估内容，{'；'.join(apart)}。"
    moves = movements(result, groups)
    lost = [each for each in reversed(moves) if each[0] < 0]
    if lost:
        most = "、".join(moved(*each) for each in lost[:MOST])
        yield f"总分比{before(result, moves)}{U}下降的单位{len(lost)}个，下降最多的是{most}。"
    listed = [one.unit.name for group in groups for one in group.standings if one.unit.id in named]
    if listed:
        yield f"需限期{U}整改的单位{len(listed)}个：{'、'.join(listed)}。"
    vetoed = [one.unit.name for group in groups for one in group.standings if one.veto]
    if vetoed:
        yield f"有一票否决{U}事项的单位{len(vetoed)}个：{'、'.join(vetoed)}。"


def _apart(group: ComparedGroup) -> str:
    """The component in which the ranked units' rates lie furthest apart, without saying whose they are."""
    widest: tuple[Fraction, str, Fraction, Fraction] | None = None
    for _, component in rates(group):
        points = [group.points.get((one.unit.id, component)) for one in group.ranked]
        own = [each.points / each.weight for each in points if each and each.points is not None and each.weight]
        if len(own) > 1 and (widest is None or max(own) - min(own) > widest[0]):
            widest = max(own) - min(own), component, max(own), min(own)
    if widest is None or not widest[0]:
        return ""
    _, component, high, low = widest
    return f"{group.full_name}是{group.title(component)}（得分率最高{percent_text(high)}，最低{percent_text(low)}）"


# --- suggestions -----------------------------------------------------------------------------------------------------


def suggestions(result: Result, groups: Sequence[ComparedGroup], named: Collection[str]) -> Iterator[str]:
    """What to do next, as it follows from the figures and the rules."""
    weak = list(dict.fromkeys(group.title(found[-1][1]) for group, found in _told(groups)))
    if weak:
        listed = "、".join(f"“{each}”" for each in weak)
        yield f"对得分率偏低的{listed}，{U}有关单位要对照失分项目逐项查找原因，制定改进措施，明确责任人和完成时限。"
    below = sum(is_below(one, group.mean_total()) for group in groups for one in group.ranked)
    if below:
        whose = f"总分低于同组平均分的{below}{U}个排名单位"
        yield f"{whose}，要以反馈书所列差距为重点，学习借鉴同组{U}先进单位的做法，尽快缩小差距。"
    if named:
        until = day_text(result.evaluation.notice.rectify_until) or gap("整改期限")
        yield f"需限期{U}整改的单位，要于{until}前完成整改，并书面报告整改情况。"
