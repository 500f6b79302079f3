"""One component of one unit on its page: the sentences of `explain/leaf.py` and tables of who marked what in which
cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

from evaltool.explain.figures import fine
from evaltool.explain.leaf import in_words, outcome
from evaltool.explain.measured import Measured
from evaltool.explain.sources import BatchCards, EvaluatorMarks, Mark, Sources
from evaltool.page.contents import Folded, PageBlock, PageCell, PageRow, PageTable, Paragraphs, figure, text, word
from evaltool.points.score import Point
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.rules import Scheme
from evaltool.views.comparison import ComparedGroup
from evaltool.views.wording import path

FEW = 3  # marks of a sheet that deserve no table of their own


def explained(result: Result, group: ComparedGroup, one: Standing, found: Sources) -> Iterator[Folded]:
    """Every leaf of a unit in the order of the rules."""
    for leaf in group.scheme.leaves():
        point = group.points.get((one.unit.id, leaf))
        if point is not None:
            yield _leaf(result, group, one, point, found)


def _leaf(result: Result, group: ComparedGroup, one: Standing, point: Point, found: Sources) -> Folded:
    scheme, leaf = group.scheme, point.component
    spot = (one.unit.id, leaf)
    sheets, cards, shares = found.sheets.get(spot, []), found.cards.get(spot, []), found.shares.get(spot, {})
    lines = found.lines.get(spot, [])
    blocks: list[PageBlock] = [Paragraphs([*in_words(group, one, point, sheets, cards, lines)])]
    blocks += [_line_table(lines)] if lines else []
    blocks += [_card_table(scheme, leaf, cards)] if cards else []
    blocks += _share_table(result, shares, point)
    blocks += _mark_tables(sheets)
    return Folded(f"{path(scheme, leaf)}：{outcome(point)}", blocks)


# --- tables ----------------------------------------------------------------------------------------------------------


def _share_table(result: Result, shares: Mapping[str, Fraction], point: Point) -> Iterator[PageTable]:
    """What each evaluator's marks come to, where there are several."""
    if len(shares) < 2:
        return
    names = result.evaluation.evaluators
    rows: list[PageRow] = [
        (
            text(names[who].name if who in names else who),
            figure(f"{fine(share * 100)}%"),
            figure(fine(share * point.weight)),
        )
        for who, share in shares.items()
    ]
    yield PageTable("各评估主体的得分率", ("评估主体", "得分率", "按权重折算"), rows)


def _mark_tables(sheets: Sequence[EvaluatorMarks]) -> Iterator[PageTable]:
    """A table for each sheet; one for all of them where each says little."""
    if len(sheets) > 1 and sum(len(sheet.marks) for sheet in sheets) < FEW * len(sheets):
        yield _mark_table("各评估主体的评分", sheets, together=True)
    else:
        for sheet in sheets:
            yield _mark_table(f"{sheet.evaluator}（{sheet.file}，工作表“{sheet.sheet}”）", [sheet], together=False)


def _mark_table(caption: str, sheets: Sequence[EvaluatorMarks], *, together: bool) -> PageTable:
    """Marks with their cells; columns that say nothing are left out."""
    columns: dict[str, Callable[[EvaluatorMarks, Mark], PageCell]] = {
        "评估主体": lambda sheet, mark: text(sheet.evaluator),
        "指标": lambda sheet, mark: text(mark.indicator),
        "预赋分值": lambda sheet, mark: figure(mark.full),
        "时段、次数": lambda sheet, mark: word(mark.repeat),
        "填报值": lambda sheet, mark: figure(mark.said),
        "失分理由": lambda sheet, mark: text(mark.reason),
        "文件": lambda sheet, mark: text(sheet.file),
        "工作表": lambda sheet, mark: text(sheet.sheet),
        "单元格": lambda sheet, mark: word(mark.cell),
        "更正依据": lambda sheet, mark: text(mark.decision),
    }
    said = [(sheet, mark) for sheet in sheets for mark in sheet.marks]
    apart = () if together else ("评估主体", "文件", "工作表")
    every = {head: [made(*each) for each in said] for head, made in columns.items() if head not in apart}
    kept = {head: cells for head, cells in every.items() if any(cell.text for cell in cells)}
    rows = list(zip(*kept.values(), strict=True))
    return PageTable(caption, tuple(kept), rows, name=0 if "评估主体" in kept or "指标" in kept else -1)


def _line_table(lines: Sequence[Measured]) -> PageTable:
    """A line for each indicator; columns that say nothing are left out."""

    def amount(value: Fraction | None) -> str:
        return "" if value is None else fine(value)

    columns: dict[str, Callable[[Measured], PageCell]] = {
        "指标": lambda each: text(each.line.name),
        "时段、次数": lambda each: word(each.repeat),
        "评分办法": lambda each: text(each.method),
        "预赋分值": lambda each: figure(amount(each.line.full) if each.line.full else ""),
        "目标值": lambda each: figure(amount(each.line.target)),
        "基期值": lambda each: figure(amount(each.base)),
        "数值": lambda each: figure(each.said),
        "数值的算式": lambda each: text(each.reckoned),
        "得分率": lambda each: figure("" if each.share is None else f"{fine(each.share * 100)}%"),
        "得分": lambda each: figure("" if each.share is None else fine(each.share * each.line.full)),
    }
    every = {head: [made(each) for each in lines] for head, made in columns.items()}
    kept = {head: cells for head, cells in every.items() if any(cell.text for cell in cells)}
    return PageTable("各指标的得分", tuple(kept), list(zip(*kept.values(), strict=True)))


def _card_table(scheme: Scheme, leaf: str, cards: Sequence[BatchCards]) -> PageTable:
    """A line for each batch, a column for each choice."""
    name = scheme.components[leaf].scale_name
    choices = [choice for choice, _ in scheme.scales.get(name, ())]
    blank = any("" in each.counts for each in cards)
    head = ("评估主体", "批次", *choices, *(["未填"] if blank else []), "文件")
    rows = [
        (
            text(each.evaluator),
            word(each.batch),
            *(figure(each.counts.get(choice, 0)) for choice in choices),
            *([figure(each.counts.get("", 0))] if blank else []),
            text(each.file),
        )
        for each in cards
    ]
    return PageTable("有效评价卡（张）", head, rows)
