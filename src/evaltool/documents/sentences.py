"""The sentences of a unit's letter: how it stands, against last year and its group, where it lost most, and the notes
that a reader of the table needs.  Every figure in them stands in the table or can be reckoned from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from evaltool.documents.assessment import but_own, is_judged
from evaltool.documents.partsince import parts_since
from evaltool.documents.persons import U
from evaltool.evaluation.in_words.decisions import decided_for
from evaltool.exact import half_up, plain, published
from evaltool.results.history import change
from evaltool.results.rank import Standing, counted_total
from evaltool.results.result import Result
from evaltool.views.comparison import (
    REST,
    ComparedGroup,
    ComponentLine,
    notable,
    percent_text,
    printed,
    stated_weight,
    uneven,
    weight_text,
)
from evaltool.views.history import since
from evaltool.views.ties import tie_words
from evaltool.views.wording import barred_words, received_words, veto_words

MOST = 3  # components that a sentence names


# --- sentences -------------------------------------------------------------------------------------------------------


def sentences(result: Result, group: ComparedGroup, one: Standing, own: list[ComponentLine]) -> Iterator[str]:
    """What a person would write beside the table, with the figures of the table; where most was lost comes after it."""
    yield _overall(result, group, one) + _since(result, group, one)
    judged = [line for line in _named(group, own) if is_judged(group.scheme, line.component)]
    yield from parts_since(result, group, one, judged)
    yield from _against_mean(group, judged, but_own([group]))


def _named(group: ComparedGroup, own: list[ComponentLine]) -> list[ComponentLine]:
    """The components that sentences name."""
    return [line for line in own if line.complete and line.component in group.roots() and line.component != REST]


def _overall(result: Result, group: ComparedGroup, one: Standing) -> str:
    mean = group.mean_total()
    said = f"{U}你单位{'目前得' if result.interim else '总分'}{one.text}分"
    even = len({each.received for each in (one, *group.ranked)}) == 1  # else some totals have more in them
    if mean is not None and len(group.ranked) > 1 and even:
        said += (
            f"，同组{len(group.ranked)}{U}个排名单位平均{published(mean, group.digits)}分，{_side(group, one, mean)}"
        )
    bound = _next_bound(group, one)
    return f"{said}；{bound}。" if bound else f"{said}。"


def _side(group: ComparedGroup, one: Standing, mean: Fraction) -> str:
    """On which side of the mean, and by how much of what is printed."""
    difference = one.total - half_up(mean, group.digits)
    if one.total == mean:
        return "与平均持平"
    side = "高" if one.total > mean else "低"
    return f"{side}于平均{published(abs(difference), group.digits)}分" if difference else f"略{side}于平均"


def _since(result: Result, group: ComparedGroup, one: Standing) -> str:
    """Against the earlier result: total, place and grade, as far as they are known."""
    found = change(result.evaluation, one)
    if found is None or result.interim:
        return ""
    said, last, up = [], found.last, found.climbed
    if found.gained is not None:
        said.append(moved("总分", found.gained, group.digits))
    if up is not None:
        way = "升" if up > 0 else "降"
        said.append(f"名次由第{last.rank}名{way}至第{one.rank}名" if up else f"名次仍为第{one.rank}名")
    if last.grade and one.grade:
        said.append(_graded_since(last.grade, one))
    return f"与{since(result.evaluation, [last.year])}相比，{'，'.join(said)}。" if said else ""


def _graded_since(last: str, one: Standing) -> str:
    """The grade against the earlier one; after a veto with what it would have been."""
    if one.veto and one.grade != one.grade_by_total:
        return f"等次按总分为“{one.grade_by_total}”，因一票否决降为“{one.grade}”（上次为“{last}”）"
    return f"等次仍为“{one.grade}”" if last == one.grade else f"等次由“{last}”变为“{one.grade}”"


def moved(what: str, difference: Fraction, digits: int) -> str:
    """How a figure moved since last year; `difference` of two rounded figures."""
    if not difference:
        return f"{what}持平"
    return f"{what}{'提高' if difference > 0 else '下降'}{published(abs(difference), digits)}分"


def _next_bound(group: ComparedGroup, one: Standing) -> str:
    """How far it is to the next better grade, where only points are missing."""
    grades = group.scheme.grades
    if (
        not group.points[one.unit.id, ""].is_complete
        or not one.grade
        or one.veto
        or group.scheme.grade_index(one.grade) == 0
    ):
        return ""
    better = grades[group.scheme.grade_index(one.grade) - 1]
    if better.bound is None or counted_total(group.scheme, one) >= Fraction(better.bound):
        return ""
    missing = Fraction(better.bound) - one.total
    if not missing:
        return f"未取舍的总分不到“{better.name}”等次（{plain(better.bound)}分）"
    return f"距“{better.name}”等次（{plain(better.bound)}分）还差{published(missing, group.digits)}分"


def _against_mean(group: ComparedGroup, named: list[ComponentLine], but: str) -> Iterator[str]:
    """The components that differ most from the mean, upwards and downwards, and how many there are."""
    if len(group.ranked) < 2:
        return
    said, counts = [], []
    for sign, words in ((1, "高"), (-1, "低")):
        listed = [(sign * line.difference, line) for line in named if line.difference and sign * line.difference > 0]
        listed.sort(key=lambda pair: -pair[0])
        counts.append(len(listed))
        if listed:
            most = "、".join(f"{line.name}（{words}{published(gap, group.figures)}分）" for gap, line in listed[:MOST])
            rest = f"等{len(listed)}项" if len(listed) > MOST else ""
            said.append((words, f"{most}{rest}"))
    if len(said) == 2:
        yield f"各项评估内容{but}中，{'；'.join(f'{words}于同组平均分的有{most}' for words, most in said)}。"
    elif said and max(counts) == len(named) > 1:
        (words, most), *_ = said
        yield f"单列的各项评估内容{but}均{words}于同组平均分，差距较大的是{most.removesuffix(f'等{len(named)}项')}。"
    elif said:
        (words, most), *_ = said
        none = "没有低于同组平均分的" if words == "高" else "没有高于同组平均分的"
        yield f"单列的各项评估内容{but}中，{words}于同组平均分的有{most}，{none}。"


def where_lost(group: ComparedGroup, own: list[ComponentLine]) -> Iterator[str]:
    """Where most was lost against full marks, and how much of all that was lost it is."""
    lost = sorted((line for line in _named(group, own) if line.lost > 0), key=lambda line: -line.lost)
    if not lost:
        return
    first = lost[0]
    whole = sum((line.lost for line in own if line.component in group.roots() and line.lost > 0), Fraction(0))
    complete = all(line.complete for line in own)
    among = "单列的各项中，" if REST in group.shown else "" if complete else "已报齐的各项中，"
    got = f"{weight_text(first.weight)}分中得{printed(first.points, group.figures)}分"
    said = f"与满分相比，{among}失分最多的是{first.name}，{got}，失{published(first.lost, group.figures)}分"
    said += f"，占全部失分的{percent_text(first.lost / whole)}" if complete else ""
    parts = [line for line in own if line.component in group.parts(first.component) and line.lost > 0]
    if parts:
        worst = max(parts, key=lambda line: line.lost)
        said += f"（其中失分最多的是{worst.name}，失{published(worst.lost, group.figures)}分）"
    for words, listed in (
        ("失分同样多的是", [line for line in lost[1:MOST] if line.lost == first.lost]),
        ("其次是", [line for line in lost[1:MOST] if line.lost < first.lost]),
    ):
        others = "、".join(f"{line.name}（失{published(line.lost, group.figures)}分）" for line in listed)
        said += f"；{words}{others}" if others else ""
    yield f"{said}。"


# --- notes -----------------------------------------------------------------------------------------------------------


def notes(result: Result, group: ComparedGroup, one: Standing, own: list[ComponentLine]) -> Iterator[str]:
    """What a reader must know to check the table by hand."""
    if own:
        yield _whose_mean(group, one, own)
    yield from _folded(group)
    if own and group.figures < group.digits:
        yield f"各项得分只公布到小数点后{group.figures}位。"
    yield from _rounding(group, one, own)
    for what in notable(group, one):
        yield f"{group.title(what.component or REST)}：{what.words}。"
    if one.tie and not result.interim:
        yield f"名次：{tie_words(group, one)}。"
    if one.veto:
        yield veto_words(one)
    for label, document in one.revoked:
        yield f"依据{document}，撤销所获“{label}”，名额空缺，不递补。"
    if one.barred:
        yield f"{barred_words(one)}。"
    yield from (f"{said}。" for said in decided_for(result.evaluation, one.unit.id))
    if one.rank is None:
        yield f"{U}你单位不参加排名。"
    if one.received is not None and one.received != group.points[one.unit.id, ""].weight:
        full = Fraction(group.scheme.head.total)
        yield f"{received_words(one, full)}，其余尚未报齐，未计入总分。"
    if one.possible:
        yield f"等次：尚未报到的可能改变等次，目前可能为“{one.possible[0]}”至“{one.possible[1]}”。"


def _whose_mean(group: ComparedGroup, one: Standing, own: list[ComponentLine]) -> str:
    """Whose mean stands beside the unit's points: in some components not everybody has any, or not yet."""
    if not group.ranked:
        return f"同组没有{U}排名单位，不列同组平均分。"
    listed = [line for line in own if line.mean is not None]
    if not listed:
        return "各项均未报齐，不列同组平均分。"
    whose = f"“同组平均分”为{len(group.ranked)}{U}个排名单位的平均分"
    if any(group.compared_in(line.component) < len(group.ranked) for line in listed):
        whose += "，没有该项得分或者该项尚未报齐的不计入"
    if any(line.weight != stated_weight(group, one, line) for line in own):
        whose += f"；{U}你单位权重有调整的内容，按调整后的权重折算"
    return f"{whose}。"


def _folded(group: ComparedGroup) -> Iterator[str]:
    """Components of which only the sum is published."""
    scheme = group.scheme
    sums = [each for each in group.shown if each == REST or (scheme.children(each) and not group.parts(each))]
    if sums:
        yield f"{'、'.join(f'“{group.title(each)}”' for each in sums)}按规定只公布合计。"
    elif not group.shown:
        yield "各项评估内容的得分按规定不单独公布。"


def _rounding(group: ComparedGroup, one: Standing, own: list[ComponentLine]) -> Iterator[str]:
    found = uneven(group, one, own)
    if found:
        names: Iterable[str] = ("总分" if not each else f"“{group.title(each)}”" for each in found)
        yield f"各项得分分别四舍五入，表中各部分相加与{'、'.join(names)}略有出入，以合计为准。"
