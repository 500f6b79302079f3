"""得分构成说明: one unit's total taken apart, to be handed to the unit: what each component weighs and came to, from
what, how that adds up to the published total, why this place, this grade, these awards.

It is the explanation of the total, down to the lines that the rules let the unit see (law 11): what is marked in
confidence is as coarse as in the unit's letter, and no mark of it stands here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from evaltool.documents.breakdowntables import components_table, marks_tables
from evaltool.documents.content import Content, ContentsAndFindings, Occasion
from evaltool.documents.letter import Told, told
from evaltool.documents.named import unit_named
from evaltool.documents.officialnames import under_official_names
from evaltool.documents.persons import U
from evaltool.documents.phrases import chapters, enumerated, table
from evaltool.exact import exact, half_up, published
from evaltool.explain import leaf as words
from evaltool.explain import total
from evaltool.explain.awards import awards
from evaltool.explain.conditions import judge_of
from evaltool.explain.explanation import ExplainedNode, Explanation, explained, readded
from evaltool.explain.figures import equals, fine
from evaltool.findings import Refused, finding
from evaltool.results.publishing import exactly_told
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.roster import Unit
from evaltool.views.comparison import REST, ComparedGroup, compared, uneven
from evaltool.views.ties import tie_words
from evaltool.writers.official import DocumentBlock, Text, texts


@dataclass(frozen=True, slots=True)
class ShownToUnit:
    """One unit's explanation and what of it the unit may see.  `group`: as public documents show it; `inside`: with
    everything; `exactly`: whether what is no secret is told mark by mark."""

    result: Result
    group: ComparedGroup
    inside: ComparedGroup
    one: Standing
    made: Explanation
    exactly: bool

    def is_open(self, component: str) -> bool:
        """Whether the unit may see what a shown component is made of, mark by mark."""
        scheme = self.group.scheme
        if not self.exactly or component == REST:
            return False
        parts = scheme.children(component)
        if parts and not self.group.is_printed:
            return True
        below = [leaf for leaf in scheme.leaves(component) if scheme.weight(leaf, self.one.unit.group)]
        return all(leaf in self.group.shown and not scheme.is_secret(leaf) for leaf in below)

    @property
    def leaves(self) -> list[ExplainedNode]:
        """The components at the end of what is shown, those of which only the sum is shown left out."""
        ends = {each for each in self.group.shown if each != REST and not self.group.scheme.children(each)}
        return [node for node in self.made.nodes if node.id in ends]


def breakdown(at: Occasion) -> ContentsAndFindings:
    """One document.  Raises `Refused` where the run is not believed or not official, or the explanation does not come
    to what was published."""
    result = under_official_names(at.proofs.result(at.asked.run))
    if result.interim:
        raise Refused([finding("EXPLANATION_INTERIM", args={"run": result.run})], usage=True)
    shown = shown_to(result, unit_named(result.evaluation, at.asked.unit))
    if wrong := readded(shown.made):
        raise Refused(wrong)
    return [_document(shown)], []


def shown_to(result: Result, unit: Unit) -> ShownToUnit:
    """What a unit may see of its total."""
    group, inside = (compared(result, unit.class_id, unit.group, inside=each) for each in (False, True))
    one = next(each for each in result.standings if each.unit.id == unit.id)
    exactly = exactly_told(result.evaluation, result.intake, result.points, result.standings, result.published, one.key)
    return ShownToUnit(result, group, inside, one, explained(result, unit), exactly)


def _document(shown: ShownToUnit) -> Content:
    result, one = shown.result, shown.one
    name, said = result.evaluation.settings.name, told(result, shown.group, one)
    body = (
        Text(
            f"现将{U}你单位{name}总分的构成说明如下。本说明依据第{result.run}次计分（校验码{result.code}）作出；"
            "该次计分已核验，并用留存的材料重新计算，结果一致。"
        ),
        *chapters(
            (
                ("评估结果", [table(("项目", "结果"), said.facts, (40, 116), (1,))]),
                ("得分构成", [components_table(shown)]),
                ("各项计分依据", _grounds(shown)),
                ("加总核对", texts(*_sum(shown))),
                ("名次、等次和奖项", texts(*_place(shown))),
                ("有关说明", enumerated(_remarks(shown, said))),
            )
        ),
    )
    persons = shown.group.scheme.head.persons
    stem = f"得分构成说明-{one.unit.name}-{result.run}"
    title = (f"{name}得分构成说明",)
    return Content(title, body, recipients=one.unit.addressed, stem=stem, code=result.code, persons=persons)


# --- components ------------------------------------------------------------------------------------------------------


def _grounds(shown: ShownToUnit) -> Iterator[DocumentBlock]:
    """Of each leaf that is shown the rule; of an open one the sums and the marks too."""
    listed = [(node, said) for node in shown.leaves if (said := _ground(shown, node))]
    for at, (node, said) in enumerate(listed, 1):
        number = f"{at}." if len(listed) > 1 else ""
        yield Text(f"{number}{node.name}。{said}")
        if shown.is_open(node.id):
            yield from marks_tables(shown, node)


def _ground(shown: ShownToUnit, node: ExplainedNode) -> str:
    group, one = shown.inside, shown.one
    point = group.points[one.unit.id, node.id]
    moved = set(words.moved(group, one, point, "zh"))  # stands in the notes, in words that may be told
    if shown.is_open(node.id):
        return "".join(each for each in node.said if each not in moved)
    component = group.scheme.components[node.id]
    return "".join(words.method(group.scheme, component, point, "zh", by_line=bool(node.lines)))


# --- added up --------------------------------------------------------------------------------------------------------


def _sum(shown: ShownToUnit) -> Iterator[str]:
    """The parts added up again, as finely as the unit may see them, and what they were added up to inside."""
    group, one = shown.group, shown.one
    parts = [(group.title(each), group.points[one.unit.id, each].points or Fraction(0)) for each in _roots(shown)]
    if not parts:
        again = f"按未取舍的得分重新加总，四舍五入后为{one.text}分，与公布的总分一致。"
        yield f"各项评估内容的得分按规定不单独公布；{again}"
    elif group.is_printed:
        yield _as_printed(shown, parts)
    else:
        whole = sum((points for _, points in parts), one.added)
        sign = equals(whole, *(points for _, points in parts))
        listed = _terms(shown, [(name, fine(points)) for name, points in parts])
        yield (
            f"{listed}{sign}{fine(whole)}分，四舍五入保留{group.digits}位小数，为{one.text}分，与公布的总分一致"
            f"（未取舍的精确值为{exact(whole)}）。"
        )


def _as_printed(shown: ShownToUnit, parts: Sequence[tuple[str, Fraction]]) -> str:
    group, one = shown.group, shown.one
    listed = _terms(shown, [(name, published(points, group.figures)) for name, points in parts])
    extra = half_up(one.bonus, group.digits) - half_up(one.deduction, group.digits) + one.reward
    whole = published(sum((half_up(points, group.figures) for _, points in parts), extra), group.digits)
    again = f"按未取舍的得分重新加总，四舍五入保留{group.digits}位小数，为{one.text}分，与公布的总分一致。"
    return f"{listed}＝{whole}分" + (f"（各项分别四舍五入）；{again}" if "" in uneven(group, one) else f"。{again}")


def _terms(shown: ShownToUnit, parts: Sequence[tuple[str, str]]) -> str:
    one = shown.one
    listed = "＋".join(f"{name}{figure}" for name, figure in parts)
    listed += f"＋加分{fine(one.bonus)}" if one.bonus else ""
    listed += f"－扣分{fine(one.deduction)}" if one.deduction else ""
    return listed + (f"＋{shown.group.scheme.climb.name}{fine(one.reward)}" if one.reward else "")


def _roots(shown: ShownToUnit) -> list[str]:
    return [each for each in shown.group.roots() if (shown.one.unit.id, each) in shown.group.points]


# --- place, grade, awards --------------------------------------------------------------------------------------------


def _place(shown: ShownToUnit) -> Iterator[str]:
    result, group, one = shown.result, shown.group, shown.one
    if one.rank is None:
        yield f"名次：{U}你单位参加评估，不参加排名。"
    else:
        tie = f"；{tie_words(group, one)}" if one.tie else ""
        yield f"名次：总分{one.text}分，在同组{len(group.ranked)}{U}个排名单位中列第{one.rank}名{tie}。"
    judge = judge_of(result, one.unit.class_id)
    yield from total.graded(judge, group, one, "zh")
    yield from total.distances(group, one, "zh")
    for each in awards(result, judge, group, one, "zh"):  # no number of a component that is not shown
        yield f"{each.label or each.name}：{'获得' if each.label else '未获得'}，{each.why}。评定办法：{each.rule}。"


def _remarks(shown: ShownToUnit, said: Told) -> Iterator[str]:
    """Bonus and deduction with their documents, then what stands below the table of the letter."""
    yield from total.decided(shown.result, shown.one, "zh")
    yield from total.climbed(shown.group.scheme, shown.one, "zh")
    yield from (each for each in said.notes if "同组平均分" not in each and not each.startswith("名次："))
