"""What stands in one unit's letter (评估结果反馈书): its result, in sentences how it compares and where it lost, and
its components beside the group's mean.  Figures come from `comparison.py`, which keeps what is confidential.

A letter has two pages at most: where a unit has more components than that, the table shows the upper levels of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from evaltool.documents.content import Content
from evaltool.documents.official.room import room
from evaltool.documents.sentences import notes, sentences, stated_weight
from evaltool.exact import half_up, published
from evaltool.ledger import of_kind
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.views.comparison import NONE, Group, Line, lines, printed, signed, weight_text
from evaltool.views.wording import UNRANKED
from evaltool.writers.official import Align, Block, Heading, Table, Text, texts
from evaltool.writers.official import rows as as_rows

_ROOM = 31.0  # lines of two pages, less head, title, signature and what a page break wastes


def letter(result: Result, group: Group, one: Standing) -> Content:
    """One unit's letter."""
    own = lines(group, one.unit.id)
    said = told(result, group, one)
    body: list[Block] = []
    for depth in range(max((line.depth for line in own), default=0), -1, -1):
        body = _body(result, said, own, depth)
        if room(body) <= _ROOM:
            break
    title = "绩效评估阶段性结果反馈书" if result.interim else "绩效评估结果反馈书"
    return Content([title], body, recipients=one.unit.name, more=_more(result, group, one))


def _more(result: Result, group: Group, one: Standing) -> dict[str, str]:
    """Further fields for an office's own template of letters."""
    settings = result.evaluation.settings
    return {
        "unit": one.unit.name,
        "group": group.name,
        "total": one.text,
        "rank": UNRANKED if one.rank is None else str(one.rank),
        "grade": one.grade,
        "awards": "、".join(one.awards),
        "evaluation": settings.name,
        "year": str(settings.year),
        "office": settings.office,
    }


@dataclass(frozen=True, slots=True)
class Told:
    """What a letter says of its unit, for others who say the same.  `rows`: component, weight, points, the group's
    mean, the difference from it, a note; bonus, deduction and total at the end."""

    facts: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    sentences: tuple[str, ...]
    notes: tuple[str, ...]


def told(result: Result, group: Group, one: Standing) -> Told:
    own = lines(group, one.unit.id)
    before = result.evaluation.earlier(one.unit.id).get(result.evaluation.settings.year - 1)
    return Told(
        tuple(_facts(result, group, one)),
        as_rows([*(_row(group, line, one) for line in own), *_closing_rows(group, one)]),
        tuple(sentences(group, one, own, before)),
        tuple(notes(result, group, one, own)),
    )


def _body(result: Result, said: Told, own: list[Line], depth: int) -> list[Block]:
    """Everything between recipient and signature, the table down to a depth."""
    body: list[Block] = [Text(_intro(result)), _in_two_columns(said.facts)]
    body += [Heading("情况分析"), *texts(*said.sentences)]
    if own:
        shown = [row for line, row in zip(own, said.rows, strict=False) if line.depth <= depth]
        less = ["因篇幅所限，表中只列上级评估内容。"] if len(shown) < len(own) else []
        table = _table([*shown, *said.rows[len(own) :]])
        body += [Heading("各项得分与同组平均分"), table, *_noted([*said.notes, *less])]
    return body


def _noted(listed: Sequence[str]) -> list[Block]:
    """Notes below the table, numbered if there are several."""
    numbered = (f"{at}.{each}" for at, each in enumerate(listed, 1)) if len(listed) > 1 else listed
    return [Text(f"注：{''.join(numbered)}", note=True)] if listed else []


def _intro(result: Result) -> str:
    name = result.evaluation.settings.name
    if result.interim:
        return f"现将{name}截至目前的阶段性结果反馈如下。数据尚未报齐，仅供内部参考，不作为最终结果。"
    return f"现将{name}结果反馈如下。"


def _in_two_columns(facts: Sequence[tuple[str, str]]) -> Table:
    """Labels and values in pairs; the same pairs are found when the file is read back."""
    padded = [*facts, ("", "")] if len(facts) % 2 else facts
    paired = [(*left, *right) for left, right in zip(padded[::2], padded[1::2], strict=True)]
    return Table((), as_rows(paired), (16, 54, 16, 70), ("center",) * 4)


def _facts(result: Result, group: Group, one: Standing) -> Iterator[tuple[str, str]]:
    """What was decided, in the words that a clerk would look for; a file that is read back is compared with these."""
    yield "总分", f"{one.text}分"
    yield "名次", f"第{one.rank}名（同组共{len(group.ranked)}个单位排名）" if one.rank is not None else UNRANKED
    yield "等次", one.grade or "不评等次"
    yield "分类", group.name
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


def points_table(group: Group, one: Standing, own: list[Line]) -> Table:
    """Some of the unit's components beside the group's mean."""
    return _table(as_rows([_row(group, line, one) for line in own]))


def _table(rows: Sequence[tuple[str, ...]]) -> Table:
    """The last column only where a row has something in it."""
    head = ("评估内容", "分值", "得分", "同组平均分", "与平均之差", "备注")
    align: tuple[Align, ...] = ("left", "center", "center", "center", "center", "center")
    if any(row[-1] for row in rows):
        return Table(head, tuple(rows), (54, 14, 18, 24, 24, 22), align)
    return Table(head[:-1], tuple(row[:-1] for row in rows), (72, 16, 20, 24, 24), align[:-1])


def _row(group: Group, line: Line, one: Standing) -> list[str]:
    return [
        "　" * line.depth + line.name,
        weight_text(line.weight),
        printed(line.points, group.digits),
        printed(line.mean, group.digits),
        signed(line.difference, group.digits),
        "；".join(_row_notes(line, stated_weight(group, one, line))),
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
