"""The tables of 得分构成说明: every component with what it weighs, its rate, its points before and after rounding and
what was counted; the marks and figures behind a component that the unit may see."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from evaltool.documents.phrases import one_line, table
from evaltool.exact import plain, published
from evaltool.explain.explanation import ExplainedNode
from evaltool.explain.figures import fine
from evaltool.explain.leaf import MARKED
from evaltool.explain.voices import Voice
from evaltool.rules import EXTRAS
from evaltool.rules.combining import Dropped, kept, way_in_words
from evaltool.views.comparison import REST, ComponentLine, lines, printed, stated_weight, weight_text
from evaltool.views.extras import extras_of, papers
from evaltool.views.tables import NONE
from evaltool.writers.official import DocumentTable

if TYPE_CHECKING:
    from evaltool.documents.breakdown import ShownToUnit

_HEADS = ("评估内容", "分值", "得分率", "未取舍得分", "得分", "计分依据")
_WIDTHS = (42.0, 12.0, 22.0, 24.5, 16.0, 39.5)
_COARSE = (54.0, 15.0, 20.0, 17.0, 50.0)
_CAPTION = "得分构成表（分）"
_EXTRA = ("加分", "扣分")
_ABSENCES = {
    "none": "无评分事项",
    "not_applicable": "不适用",
    "missing": "未报",
    "abstained": "弃权",
    "waived": "免报",
    "excluded": "不予计入",
    "unverified": "证据未核实",
    "undefined": "无法计算",
}
_LEFT_OUT = {"lowest": "最低，去掉", "highest": "最高，去掉", "earlier": "以较晚的一次为准"}


def components_table(shown: ShownToUnit) -> DocumentTable:
    """得分构成表; bonus, deduction and total at its end.  Without unrounded points where the unit may see none."""
    nodes = {node.id: node for node in shown.made.nodes}
    own = lines(shown.group, shown.one.unit.id)
    rows = [*(_row(shown, line, nodes.get(line.component)) for line in own), *_closing(shown)]
    if all(row[3] == NONE or row[0] in _EXTRA for row in rows):
        return table(_HEADS[:3] + _HEADS[4:], [row[:3] + row[4:] for row in rows], _COARSE, (0, 4), _CAPTION)
    return table(_HEADS, rows, _WIDTHS, (0, 5), _CAPTION)


def _row(shown: ShownToUnit, line: ComponentLine, node: ExplainedNode | None) -> tuple[str, ...]:
    figures = shown.group.figures
    name, weight = "　" * line.depth + line.name, weight_text(line.weight)
    if line.points is None or node is None:
        rest = "按规定只公布合计" if line.component == REST else _counted(shown, line, node)
        return name, weight, NONE, NONE, printed(line.points, figures), rest
    if shown.is_open(line.component) and node.unrounded is not None:
        rate = node.share if node.share is not None else node.unrounded / node.weight if node.weight else None
        share, unrounded = NONE if rate is None else f"{fine(rate * 100)}%", fine(node.unrounded)
    else:
        share = f"{published(line.points / line.weight * 100, 2)}%" if line.weight else NONE
        unrounded = NONE
    return name, weight, share, unrounded, printed(line.points, figures), _counted(shown, line, node)


def _closing(shown: ShownToUnit) -> Iterator[tuple[str, ...]]:
    one, digits = shown.one, shown.group.digits
    for kind, name, points in zip(EXTRAS, _EXTRA, (one.bonus, -one.deduction), strict=True):
        if points:
            said = papers(extras_of(shown.result, one, kind))
            yield name, NONE, NONE, fine(points), published(points, digits), said
    if one.climbed is not None and one.reward:
        name, points = shown.group.scheme.climb.name, one.reward
        climbed = f"首次排名第{one.climbed.first}名，上年第{one.climbed.before}名"
        yield name, NONE, NONE, fine(points), published(points, digits), climbed
    exact = NONE if shown.group.is_printed else fine(one.exact)
    full = plain(Fraction(shown.group.scheme.head.total))
    yield "总分", full, NONE, exact, one.text, f"各项之和，四舍五入保留{digits}位小数"


def _counted(shown: ShownToUnit, line: ComponentLine, node: ExplainedNode | None) -> str:
    """What a component was made of, and what happened to its weight."""
    said = []
    stated = stated_weight(shown.group, shown.one, line)
    if stated != line.weight:
        said.append(f"权重由{weight_text(stated)}调整为{weight_text(line.weight)}")
    if node is not None:
        said.append(_made_of(shown, node))
        if node.digits is not None:
            said.append(f"按规则保留{node.digits}位小数")
    return "；".join(each for each in said if each) or NONE


def _made_of(shown: ShownToUnit, node: ExplainedNode) -> str:
    scheme = shown.group.scheme
    if scheme.children(node.id):
        return "下列各项之和" if shown.group.parts(node.id) else "按规定只公布合计"
    component, point = scheme.components[node.id], shown.inside.points[shown.one.unit.id, node.id]
    if node.state not in MARKED:
        return "" if node.state == "moved" else "按规则计分，见有关说明"
    if component.ballot:
        return f"有效评价{point.evaluators}条"
    if node.lines:
        return f"{len({each.line.id for each in node.lines})}项指标"
    if point.evaluators < 2:
        return f"{point.evaluators}个评估主体"
    used = kept(component.over, point.evaluators)
    said_already = component.charge == "months" or isinstance(component.over, Dropped)
    dropped = point.evaluators - int(used[1]) if used and not said_already else 0
    left_out = f"（去掉{dropped}个）" if dropped else ""
    return f"{point.evaluators}个评估主体，{way_in_words('zh', component.over)}{left_out}".replace(" ", "")


# --- what stands behind an open component ----------------------------------------------------------------------------


def marks_tables(shown: ShownToUnit, node: ExplainedNode) -> Iterator[DocumentTable]:
    """The figures of its lines, or the marks that were counted and those that were not."""
    if node.lines:
        rows = [
            (
                one_line(each.line.name) + (f"（{each.repeat}）" if each.repeat else ""),
                each.method,
                each.said or NONE,
                plain(each.line.full),
                NONE if each.share is None else fine(each.share * each.line.full),
            )
            for each in node.lines
        ]
        yield table(("指标", "计分办法", "数值", "预赋分值", "得分"), rows, (46, 50, 20, 20, 20), (0, 1))
    elif node.cards:
        order = list(shown.group.scheme.scale(shown.group.scheme.components[node.id].ballot.ballot))  # type: ignore[union-attr]
        counts = [
            sorted(each.counts.items(), key=lambda of: order.index(of[0]) if of[0] in order else len(order))
            for each in node.cards
        ]
        said = ["，".join(f"{choice or '弃权'}{count}张" for choice, count in own) for own in counts]
        names_ = [each.batch or each.evaluator for each in node.cards]
        yield table(("评价批次", "各等次票数"), list(zip(names_, said, strict=True)), (46, 110), (0, 1))
    elif node.voices:
        yield table(
            ("评估主体", "评分内容", "评分", "得分率", "说明"),
            [row for voice in node.voices for row in _voice(voice)],
            (38, 48, 20, 22, 28),
            (0, 1),
        )


def _voice(voice: Voice) -> Iterator[tuple[str, ...]]:
    """A row for each mark of a voice; of one without marks why there is none."""
    share = NONE if voice.share is None else f"{fine(voice.share * 100)}%"
    months = f"分管{voice.months}个月" if voice.months is not None else ""
    remark = "；".join(
        each for each in (_ABSENCES.get(voice.absence, ""), _LEFT_OUT.get(voice.left_out, ""), months) if each
    )
    marks = [(sheet, mark) for sheet in voice.sheets for mark in sheet.marks]
    if not marks:
        yield voice.evaluator or NONE, NONE, NONE, share, remark
    last = ""
    for at, (sheet, mark) in enumerate(marks):
        what = "，".join(each for each in (one_line(mark.indicator), mark.repeat) if each) or "总体评分"
        said = f"{mark.said}/{mark.full}" if mark.full else mark.said
        who, corrected = voice.evaluator or sheet.evaluator, f"依{mark.decision}更正" if mark.decision else ""
        notes = "；".join(each for each in ("" if at else remark, corrected) if each)
        yield "" if who == last else who, what, said, "" if at else share, notes
        last = who
