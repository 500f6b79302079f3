"""What stands out in a result, in the sentences that bulletin and report share: strengths, problems, suggestions.

Everything is reckoned from what `comparison.py` lets the public see and from the earlier totals; nothing is said
that a reader could not work out from what is published.  Sentences come under what they are about.  What units say of
themselves is neither praised nor blamed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import groupby

from evaltool.documents.persons import U
from evaltool.documents.phrases import names
from evaltool.exact import half_up, published
from evaltool.results.history import ChangeSinceLast, change
from evaltool.results.means import is_above, is_below
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.rules import Scheme
from evaltool.rules.documentnumbers import day_text
from evaltool.rules.settings import SELF
from evaltool.views.comparison import REST, ComparedGroup, percent_text, printed
from evaltool.views.history import since
from evaltool.writers.official import gap

MOST = 3  # units that a sentence names
Topic = tuple[str, list[str]]
"""What sentences are about, and the sentences."""


def by_class(groups: Sequence[ComparedGroup]) -> list[list[ComparedGroup]]:
    return [list(part) for _, part in groupby(groups, key=lambda group: group.scheme.id)]


# --- how the groups did ----------------------------------------------------------------------------------------------


def spreads(groups: Sequence[ComparedGroup]) -> Iterator[str]:
    """A sentence for each group: mean, how many are above it, best, last, and how far they are apart; none where totals
    cannot be compared yet."""
    for group in groups:
        if len(group.ranked) > 1 and group.mean_total() is not None:
            yield f"{group.full_name}：{_spread(group)}"


def _spread(group: ComparedGroup) -> str:
    ranked, digits = group.ranked, group.digits
    mean = group.mean_total()
    above = sum(is_above(one, mean) for one in ranked)
    first, last = max(ranked, key=lambda one: one.total), min(ranked, key=lambda one: one.total)
    says = group.scheme.head.says
    whom = f"{says('排名单位', '排名人员')}{len(ranked)}{says('个', '名')}"
    if first.total == last.total:
        return f"{whom}，总分均为{first.text}分。"
    best = foremost([(one.total, one.unit.name) for one in ranked if one.total == first.total], of=group)
    said = f"{whom}，平均{printed(mean, digits)}分，{above}{says('个单位', '人')}高于平均；"
    spread = published(first.total - last.total, digits)
    return f"{said}最高{first.text}分（{best}），最低{last.text}分，相差{spread}分。"


def foremost(listed: Sequence[tuple[Fraction, str]], of: ComparedGroup | None = None) -> str:
    """The first of what is listed by its figures; with how many there are that are equal to the last of them.  `of`:
    the group that they are all of."""
    whom = f"{U}个单位" if of is None else of.scheme.head.says("个单位", "人")
    alike = len(listed[:MOST]) + sum(figure == listed[MOST - 1][0] for figure, _ in listed[MOST:])
    return names(said for _, said in listed[:MOST]) + (f"等{alike}{whom}" if alike > MOST else "")


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
    """Mean rates of the components right below the total that others judge, the best first."""
    roots = (each for each in group.roots() if each != REST and each in group.rates)
    known = [(group.rates[each], each) for each in roots if is_judged(group.scheme, each)]
    return sorted(known, key=lambda pair: -pair[0])


def is_judged(scheme: Scheme, component: str) -> bool:
    """Whether anybody but the unit itself has a say in a component."""
    return any(scheme.components[leaf].by != SELF for leaf in scheme.leaves(component))


def but_own(groups: Iterable[ComparedGroup]) -> str:
    """The components of these groups that units judge themselves, as an exception."""
    own = dict.fromkeys(
        group.title(each)
        for group in groups
        for each in group.roots()
        if each != REST and not is_judged(group.scheme, each)
    )
    return f"（{names(own)}除外）" if own else ""


# --- strengths -------------------------------------------------------------------------------------------------------


def strengths(result: Result, groups: Sequence[ComparedGroup]) -> list[Topic]:
    """The best components, who gained on the earlier result, who has a bonus."""
    return _filled(
        ("得分率较高的内容", _best(groups)),
        (f"总分提高{U}的单位", _gained(result, groups)),
        ("加分事项", _bonuses(groups)),
    )


def _filled(*topics: tuple[str, Iterable[str]]) -> list[Topic]:
    return [(about, said) for about, sentences in topics if (said := list(sentences))]


def _best(groups: Sequence[ComparedGroup]) -> Iterator[str]:
    best = [_named(group, found, found[0][0]) for group, found in _told(groups)]
    if best:
        yield f"平均得分率最高的评估内容{but_own(groups)}，{'；'.join(best)}。"


def _gained(result: Result, groups: Sequence[ComparedGroup]) -> Iterator[str]:
    moves = movements(result, groups)
    gained = [each for each in moves if each[0] > 0]
    if gained:
        most = foremost([(each[0], moved(*each)) for each in gained])
        known = f"与{before(result, moves)}{U}可比的单位{len(moves)}{U}个"
        yield f"{known}，总分提高的{len(gained)}{U}个，提高最多的是{most}。"


def _bonuses(groups: Sequence[ComparedGroup]) -> Iterator[str]:
    granted = [(one, group.digits) for group in groups for one in group.standings if one.bonus]
    if granted:
        listed = "、".join(f"{one.unit.name}{published(one.bonus, digits)}分" for one, digits in granted)
        yield f"获得{U}加分的单位{len(granted)}{U}个：{listed}。"


def _named(group: ComparedGroup, found: Sequence[tuple[Fraction, str]], rate: Fraction) -> str:
    """All components that have a rate."""
    listed = names(group.title(component) for own, component in found if own == rate)
    return f"{group.full_name}是{listed}（{percent_text(rate)}）"


def _told(groups: Sequence[ComparedGroup]) -> list[tuple[ComparedGroup, list[tuple[Fraction, str]]]]:
    """Groups whose components can be told apart by their rates."""
    found = ((group, rates(group)) for group in groups if group.ranked)
    return [(group, each) for group, each in found if len(each) > 1 and each[0][0] != each[-1][0]]


# --- problems --------------------------------------------------------------------------------------------------------


def problems(result: Result, groups: Sequence[ComparedGroup], named: Collection[str]) -> list[Topic]:
    """The weakest components, where units differ most, who lost on the earlier result, who has a veto, who is
    `named` to rectify."""
    return _filled(
        ("得分率较低的内容", _worst(groups)),
        (f"{U}单位之间的差距", _differences(groups)),
        (f"总分下降{U}的单位", _fallen(result, groups)),
        ("一票否决和限期整改", _blamed(groups, named)),
    )


def _worst(groups: Sequence[ComparedGroup]) -> Iterator[str]:
    worst = [_named(group, found, found[-1][0]) for group, found in _told(groups)]
    if worst:
        yield f"平均得分率最低的评估内容{but_own(groups)}，{'；'.join(worst)}。"


def _differences(groups: Sequence[ComparedGroup]) -> Iterator[str]:
    apart = [said for group in groups if (said := _apart(group))]
    if apart:
        yield f"{U}单位之间差距最大的评估内容{but_own(groups)}，{'；'.join(apart)}。"


def _fallen(result: Result, groups: Sequence[ComparedGroup]) -> Iterator[str]:
    moves = movements(result, groups)
    lost = [each for each in reversed(moves) if each[0] < 0]
    if lost:
        most = foremost([(each[0], moved(*each)) for each in lost])
        yield f"总分比{before(result, moves)}{U}下降的单位{len(lost)}{U}个，下降最多的是{most}。"


def _blamed(groups: Sequence[ComparedGroup], named: Collection[str]) -> Iterator[str]:
    listed = [one.unit.name for group in groups for one in group.standings if one.unit.id in named]
    if listed:
        yield f"需限期{U}整改的单位{len(listed)}{U}个：{'、'.join(listed)}。"
    vetoed = [one.unit.name for group in groups for one in group.standings if one.veto]
    if vetoed:
        yield f"有一票否决{U}事项的单位{len(vetoed)}{U}个：{'、'.join(vetoed)}。"


def _apart(group: ComparedGroup) -> str:
    """The component in which the ranked units' rates lie furthest apart, without saying whose they are."""
    widest: tuple[Fraction, str, Fraction, Fraction] | None = None
    for _, component in rates(group):
        points = [group.points.get((one.unit.id, component)) for one in group.ranked]
        known = [each for each in points if each and each.is_complete and each.weight]
        own = [each.points / each.weight for each in known if each.points is not None]
        if len(own) > 1 and (widest is None or max(own) - min(own) > widest[0]):
            widest = max(own) - min(own), component, max(own), min(own)
    if widest is None or not widest[0]:
        return ""
    _, component, high, low = widest
    return f"{group.full_name}是{group.title(component)}（得分率最高{percent_text(high)}，最低{percent_text(low)}）"


# --- suggestions -----------------------------------------------------------------------------------------------------


def suggestions(result: Result, groups: Sequence[ComparedGroup], named: Collection[str]) -> list[Topic]:
    """What to do next, as it follows from the figures and the rules: which units, in what."""
    return _filled(
        ("补齐得分率偏低的内容", _weak(groups)),
        ("缩小差距", [*_behind(groups), *_to_recover(result, groups)]),
        ("落实整改", _to_rectify(result, groups, named)),
    )


def _weak(groups: Sequence[ComparedGroup]) -> Iterator[str]:
    """The weakest component of each group, with the units that have least in it."""
    said = []
    for group, found in _told(groups):
        mean, component = found[-1]
        own = sorted((rate, one.unit.order, one.unit.name) for rate, one in _rates_of(group, component) if rate < mean)
        whose = foremost([(rate, f"{name}（{percent_text(rate)}）") for rate, _, name in own], of=group)
        if whose:
            said.append(f"{group.full_name}“{group.title(component)}”得分率居后的{whose}")
    if said:
        yield (f"{'；'.join(said)}，要对照失分项目逐项查找原因，制定改进措施，明确责任人和完成时限。")


def _rates_of(group: ComparedGroup, component: str) -> Iterator[tuple[Fraction, Standing]]:
    """The ranked units' shares of full marks in a component."""
    for one in group.ranked:
        point = group.points.get((one.unit.id, component))
        if point and point.points is not None and point.weight:
            yield point.points / point.weight, one


def _behind(groups: Sequence[ComparedGroup]) -> Iterator[str]:
    """Who is below the mean, by name where it is furthest."""
    low = [
        (one.total - half_up(mean, group.digits), one, group.digits)
        for group in groups
        if (mean := group.mean_total()) is not None
        for one in group.ranked
        if is_below(one, mean)
    ]
    if low:
        low.sort(key=lambda each: (each[0], each[1].unit.order))
        most = foremost(
            [(gap_, f"{one.unit.name}（低{published(-gap_, digits)}分）") for gap_, one, digits in low if gap_]
        )
        far = f"，即{most}" if len(low) <= MOST else f"，尤其是差距较大的{most}"
        whose = f"总分低于同组平均分的{len(low)}{U}个排名单位{far if most else ''}"
        yield f"{whose}，要以反馈书所列差距为重点，学习借鉴同组{U}先进单位的做法，尽快缩小差距。"


def _to_recover(result: Result, groups: Sequence[ComparedGroup]) -> Iterator[str]:
    moves = movements(result, groups)
    lost = [(gained, each.one.unit.name) for gained, each in reversed(moves) if gained < 0]
    if lost:
        yield f"总分比{before(result, moves)}下降较多的{foremost(lost)}，要逐项分析下降的原因，针对性地采取措施。"


def _to_rectify(result: Result, groups: Sequence[ComparedGroup], named: Collection[str]) -> Iterator[str]:
    standings = [one for group in groups for one in group.standings]
    if listed := [one.unit.name for one in standings if one.unit.id in named]:
        until = day_text(result.evaluation.notice.rectify_until) or gap("整改期限")
        yield f"需限期{U}整改的单位（{names(listed)}），要于{until}前完成整改，并书面报告整改情况。"
    if vetoed := [one.unit.name for one in standings if one.veto]:
        yield f"{names(vetoed)}要针对一票否决事项查明原因，堵塞漏洞，防止再次发生。"
