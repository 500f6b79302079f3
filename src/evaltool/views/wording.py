"""Words that every output has in common: how an interim result is marked, and names."""

from __future__ import annotations

from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.exact import half_up, plain, published
from evaltool.findings import Language
from evaltool.results.rank import Standing
from evaltool.rules import Scheme
from evaltool.rules.wording import pick

DRAFT = "（送审稿）"
"""What stands behind the title of a document whose result is not at its stage yet."""
INTERIM = "内部·阶段性结果，不作为最终结果"
UNRANKED = "不排名"


def grade_words(one: Standing) -> str:
    """The grade; of an interim result the worst and the best that it can still be."""
    return one.grade or "至".join(one.possible)


def received_words(one: Standing, full: Fraction) -> str:
    """How much of full marks an interim result is made of."""
    assert one.received is not None
    said = f"满分{plain(full)}分中已评{plain(half_up(one.available, 2))}分"
    if one.received != one.available:
        said += f"，按应报的份数和期数，已报到的折合{plain(half_up(one.received, 2))}分"
    return said


def veto_words(one: Standing) -> str:
    """A veto in a sentence: what it changed and what it did not."""
    left = "按规则有关评估内容得零分，总分和名次据此计算" if one.zeroed else "总分和名次不变"
    if one.possible:
        return f"有一票否决事项（{one.veto}），等次将降低；{left}。"
    if one.grade == one.grade_by_total:
        if one.zeroed:
            return f"有一票否决事项（{one.veto}），{left}。"
        return f"因一票否决事项（{one.veto}）应降低等次，因已是最低等次，不再降低；总分和名次不变。"
    return f"因一票否决事项（{one.veto}），等次由“{one.grade_by_total}”降为“{one.grade}”，{left}。"


def barred_words(one: Standing) -> str:
    """Why a unit has no award, and what becomes of those that it would have; "" where it may have them."""
    if not one.barred:
        return ""
    why = "；".join(each.words for each in one.barred)
    lost = f"，应得的{'、'.join(f'“{label}”' for label in one.withheld)}名额空缺，不递补" if one.withheld else ""
    return f"不授予奖项（{why}）{lost}"


def climb_words(scheme: Scheme, one: Standing, language: Language = "zh") -> str:
    """The first rank, what was gained for places climbed, the final rank, in a sentence."""
    climbed, name = one.climbed, scheme.climb.name
    assert climbed is not None
    first, total = climbed.first, published(one.at_first.total, scheme.head.decimals)
    zh, en = f"首次排名总分{total}分、第{first}名", f"first ranking: {total}, rank {first}"
    if climbed.before is None:
        return pick(language, f"{zh}，没有上年名次，不计{name}。", f"{en}; without an earlier rank there is no {name}")
    zh, en = f"{zh}，上年第{climbed.before}名", f"{en}; earlier rank {climbed.before}"
    if not climbed.points:
        return pick(language, f"{zh}，名次没有上升，不计{name}。", f"{en}; it did not climb, no {name}")
    places, points = climbed.before - first, plain(climbed.points)
    zh = f"{zh}，上升{places}位，{name}{points}分；再次排名总分{one.text}分、第{one.rank}名，以此为准。"
    en = f"{en}; {places} up, {name} {points}; second and final ranking: {one.text}, rank {one.rank}"
    return pick(language, zh, en)


def path(scheme: Scheme, component: str) -> str:
    """A component with those that it is part of: 民主评估／群众代表."""
    names: list[str] = []
    while component:
        names.append(scheme.components[component].name)
        component = scheme.components[component].parent
    return "／".join(reversed(names))


def used_in(scheme: Scheme, name: str) -> str:
    """Of what a scale or a table of places is, in the place of its name in the rules; "" where no component has it."""
    leaves = [leaf for leaf in scheme.leaves() if name in _named_by(scheme, leaf)]
    tops = dict.fromkeys(path(scheme, leaf).partition("／")[0] for leaf in leaves)
    return path(scheme, leaves[0]) if len(leaves) == 1 else "、".join(tops)


def _named_by(scheme: Scheme, leaf: str) -> tuple[str, ...]:
    answer = scheme.components[leaf].answer
    return (answer.scale_name, answer.places_name) if answer else ()


def unit_name(evaluation: Evaluation, unit: str) -> str:
    """Also of one that a decision took out."""
    named = [evaluation.units[unit]] if unit in evaluation.units else evaluation.roster.units
    return next((each.name for each in named if each.id == unit), unit)


def evaluator_name(evaluation: Evaluation, evaluator: str) -> str:
    return evaluation.evaluators[evaluator].name if evaluator in evaluation.evaluators else evaluator
