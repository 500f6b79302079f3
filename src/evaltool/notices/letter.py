"""What stands in one unit's letter (评估结果反馈书): its result, its components against the group's mean, and in
sentences where it gained and where it lost.  Figures come from `comparison.py`, which keeps what is confidential."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from evaltool.comparison import (
    NONE,
    REST,
    Group,
    Line,
    compared,
    lines,
    notable,
    percent_text,
    printed,
    signed,
    tie_words,
    uneven,
    weight_text,
)
from evaltool.decision_words import decided_for
from evaltool.decisions import of_kind
from evaltool.rank import Standing, by_unit
from evaltool.ranked.parts import INTERIM, UNRANKED
from evaltool.result import Result
from evaltool.rounding import half_up, plain, published

GAP = "〔待填〕"
MOST = 3  # components that a sentence names
Context = dict[str, object]
ROW = ("name", "weight", "points", "mean", "difference", "note")


def letter(result: Result, unit: str) -> Context:
    """The fields of one unit's letter."""
    one = by_unit(result.standings)[unit]
    return letter_in(result, compared(result, *one.key), one)


def letter_in(result: Result, group: Group, one: Standing) -> Context:
    """The same, with the group already compared: one comparison serves all letters of a group."""
    settings, notice = result.evaluation.settings, result.evaluation.notice
    own = lines(group, one.unit.id)
    return {
        "mark_line": INTERIM if result.interim else "",
        "number": notice.letter_number or GAP,
        "title_lines": ["绩效评估阶段性结果反馈书" if result.interim else "绩效评估结果反馈书"],
        "unit_name": one.unit.name,
        "year": str(settings.year),
        "intro": _intro(result),
        "facts": [{"label": label, "value": value} for label, value in _facts(result, group, one)],
        "rows": [dict(zip(ROW, row, strict=True)) for row in _rows(group, one, own)],
        "sentences": list(_sentences(group, one, own)),
        "notes": list(_notes(result, group, one, own)),
        "office": notice.signatory or settings.committee or settings.office,
        "date": notice.date or GAP,
        "code": result.code,
    }


def _intro(result: Result) -> str:
    name = result.evaluation.settings.name
    if result.interim:
        return f"现将你单位在{name}中截至目前的阶段性结果反馈如下。数据尚未报齐，仅供内部参考，不作为最终结果。"
    return f"现将你单位在{name}中的结果反馈如下，请对照不足，改进工作。"


def _facts(result: Result, group: Group, one: Standing) -> Iterator[tuple[str, str]]:
    """What was decided, in the words that a clerk would look for; a file that is read back is compared with these."""
    yield "分类", group.name
    yield "总分", f"{one.text}分"
    yield "名次", f"第{one.rank}名（同组共{len(group.ranked)}个单位排名）" if one.rank is not None else UNRANKED
    yield "等次", one.grade or "不评等次"
    yield "奖项", "、".join(one.awards) or "无"
    yield "加分", _granted(result, group, one, "bonus") if one.bonus else "无"
    if one.deduction:
        yield "扣分", _granted(result, group, one, "deduction")


def _granted(result: Result, group: Group, one: Standing, kind: str) -> str:
    """Points that the committee gave or took, with the documents that say so."""
    ledger = of_kind(result.evaluation.ledger, kind)
    documents = "、".join(dict.fromkeys(line.document for line in ledger if line.unit == one.unit.id))
    amount = one.bonus if kind == "bonus" else one.deduction
    return f"{published(amount, group.digits)}分" + (f"（{documents}）" if documents else "")


# --- the table -------------------------------------------------------------------------------------------------------


def _rows(group: Group, one: Standing, own: list[Line]) -> list[list[str]]:
    return [*(_row(group, line, one) for line in own), *_closing_rows(group, one)]


def _row(group: Group, line: Line, one: Standing) -> list[str]:
    stated = line.weight if line.component == REST else group.scheme.weight(line.component, one.unit.group)
    return [
        "　" * line.depth + line.name,
        weight_text(line.weight),
        printed(line.points, group.digits),
        printed(line.mean, group.digits),
        signed(line.difference, group.digits),
        "；".join(_row_notes(line, stated)),
    ]


def _row_notes(line: Line, stated: Fraction) -> Iterator[str]:
    if stated != line.weight:
        yield f"权重由{weight_text(stated)}调整为{weight_text(line.weight)}"
    if not line.complete:
        yield "未报齐"


def _closing_rows(group: Group, one: Standing) -> Iterator[list[str]]:
    """Bonus and deduction where somebody in the group has one, and the total."""
    bonus, deduction = group.means.bonus, group.means.deduction
    deducted = None if deduction is None else -deduction
    for name, own, mean in (("加分", one.bonus, bonus), ("扣分", -one.deduction, deducted)):
        if own or mean:
            yield _sum_row(group, name, half_up(own, group.digits), mean)
    yield _sum_row(group, "总分", one.total, group.mean_total())


def _sum_row(group: Group, name: str, own: Fraction, mean: Fraction | None) -> list[str]:
    mean = None if mean is None else half_up(mean, group.digits)
    weight = weight_text(Fraction(group.scheme.head.total)) if name == "总分" else NONE
    difference = signed(None if mean is None else own - mean, group.digits)
    return [name, weight, published(own, group.digits), printed(mean, group.digits), difference, ""]


# --- sentences -------------------------------------------------------------------------------------------------------


def _sentences(group: Group, one: Standing, own: list[Line]) -> Iterator[str]:
    """What a person would write beside the table, with the figures of the table."""
    yield _overall(group, one)
    named = [line for line in own if line.complete and line.component in group.roots() and line.component != REST]
    yield from _against_mean(group, named)
    yield from _lost(group, own, named)


def _overall(group: Group, one: Standing) -> str:
    mean = group.mean_total()
    said = f"你单位总分{one.text}分"
    if mean is not None and len(group.ranked) > 1:
        difference = one.total - half_up(mean, group.digits)
        higher = "高" if difference > 0 else "低"
        said += f"，同组{len(group.ranked)}个排名单位平均{published(mean, group.digits)}分，"
        said += f"{higher}于平均{published(abs(difference), group.digits)}分" if difference else "与平均持平"
    bound = _next_bound(group, one)
    return f"{said}；{bound}。" if bound else f"{said}。"


def _next_bound(group: Group, one: Standing) -> str:
    """How far it is to the next better grade, where only points are missing."""
    grades = group.scheme.grades
    pending = group.points[one.unit.id, ""].state == "pending"
    if pending or not one.grade or one.veto or group.scheme.grade_index(one.grade) == 0:
        return ""
    better = grades[group.scheme.grade_index(one.grade) - 1]
    if better.bound is None or one.total >= Fraction(better.bound):
        return ""
    missing = published(Fraction(better.bound) - one.total, group.digits)
    return f"距“{better.name}”等次（{plain(better.bound)}分）还差{missing}分"


def _against_mean(group: Group, named: list[Line]) -> Iterator[str]:
    """The components that differ most from the mean, upwards and downwards, and how many there are."""
    if len(group.ranked) < 2:
        return
    for sign, words in ((1, "高"), (-1, "低")):
        listed = [(sign * line.difference, line) for line in named if line.difference and sign * line.difference > 0]
        listed.sort(key=lambda pair: -pair[0])
        if listed:
            most = "、".join(
                f"{line.name}（{words}{published(value, group.digits)}分）" for value, line in listed[:MOST]
            )
            rest = f"等{len(listed)}项" if len(listed) > MOST else ""
            yield f"{words}于同组平均分的有{most}{rest}。"


def _lost(group: Group, own: list[Line], named: list[Line]) -> Iterator[str]:
    """Where most was lost against full marks, and how much of all that was lost it is."""
    lost = sorted((line for line in named if line.lost > 0), key=lambda line: -line.lost)
    if not lost:
        return
    first = lost[0]
    whole = sum((line.lost for line in own if line.component in group.roots() and line.lost > 0), Fraction(0))
    complete = all(line.complete for line in own)
    among = "单列的各项中，" if REST in group.shown else "" if complete else "已报齐的各项中，"
    got = f"{weight_text(first.weight)}分中得{printed(first.points, group.digits)}分"
    said = f"与满分相比，{among}失分最多的是{first.name}，{got}，失{published(first.lost, group.digits)}分"
    said += f"，占全部失分的{percent_text(first.lost / whole)}" if complete else ""
    parts = [line for line in own if line.component in group.parts(first.component) and line.lost > 0]
    if parts:
        worst = max(parts, key=lambda line: line.lost)
        said += f"（其中失分最多的是{worst.name}，失{published(worst.lost, group.digits)}分）"
    others = "、".join(f"{line.name}（失{published(line.lost, group.digits)}分）" for line in lost[1:MOST])
    yield f"{said}；其次是{others}。" if others else f"{said}。"


# --- notes -----------------------------------------------------------------------------------------------------------


def _notes(result: Result, group: Group, one: Standing, own: list[Line]) -> Iterator[str]:
    """What a reader must know to check the table by hand."""
    if own:
        yield f"“同组平均分”为{len(group.ranked)}个排名单位的平均分；你单位权重有调整的内容，按调整后的权重折算。"
    yield from _folded(group)
    yield from _rounding(group, one, own)
    for what in notable(group, one):
        yield f"{group.title(what.component or REST)}：{what.words}。"
    if one.tie:
        yield f"名次：{tie_words(group, one)}。"
    if one.veto:
        yield veto_words(one)
    for label, document in one.revoked:
        yield f"依据{document}，撤销所获“{label}”，名额空缺，不递补。"
    yield from (f"{said}。" for said in decided_for(result.evaluation, one.unit.id))
    if one.rank is None:
        yield "你单位不参加排名。"
    if result.interim and one.available != group.points[one.unit.id, ""].weight:
        yield f"目前已有评估结果的内容合计权重{weight_text(one.available)}，其余尚未报齐，未计入总分。"


def _folded(group: Group) -> Iterator[str]:
    """Components of which only the sum is published."""
    scheme = group.scheme
    sums = [each for each in group.shown if each == REST or (scheme.children(each) and not group.parts(each))]
    if sums:
        yield f"{'、'.join(f'“{group.title(each)}”' for each in sums)}按规定只公布合计。"
    elif not group.shown:
        yield "各项评估内容的得分按规定不单独公布。"


def _rounding(group: Group, one: Standing, own: list[Line]) -> Iterator[str]:
    found = uneven(group, one, own)
    if found:
        names: Iterable[str] = ("总分" if not each else f"“{group.title(each)}”" for each in found)
        yield f"各项得分分别四舍五入，表中各部分相加与{'、'.join(names)}略有出入，以合计为准。"


def veto_words(one: Standing) -> str:
    """A veto in a sentence: what it changed and what it did not."""
    if one.grade == one.grade_by_total:
        return f"因一票否决事项（{one.veto}）应降低等次，因已是最低等次，不再降低；总分和名次不变。"
    return f"因一票否决事项（{one.veto}），等次由“{one.grade_by_total}”降为“{one.grade}”，总分和名次不变。"


# --- for others who say the same ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """What a letter says of its unit, without address and signature.  `rows`: component, weight, points, the group's
    mean, the difference from it, a note."""

    facts: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    sentences: tuple[str, ...]
    notes: tuple[str, ...]


def told(result: Result, group: Group, one: Standing) -> Told:
    own = lines(group, one.unit.id)
    return Told(
        tuple(_facts(result, group, one)),
        tuple(tuple(row) for row in _rows(group, one, own)),
        tuple(_sentences(group, one, own)),
        tuple(_notes(result, group, one, own)),
    )
