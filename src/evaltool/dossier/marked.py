"""Part 评分: every mark that was counted, with file, worksheet and cell; cards by batch; measured figures line by line.

Of confidential marks evaluators go by codes, as wherever the tool takes a total apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from evaltool.dossier.gathered import Gathered
from evaltool.dossier.parts import DossierPart, DossierRow, DossierSection, PaperSource, listed
from evaltool.explain.figures import fine
from evaltool.roster import Unit
from evaltool.rules import Scheme
from evaltool.views.wording import path

_MARKS = (
    ("评估内容", 24.0),
    ("指标", 26.0),
    ("时段、次数", 12.0),
    ("满分", 8.0),
    ("评分", 10.0),
    ("失分理由", 32.0),
    ("更正文号", 18.0),
    ("评估主体", 18.0),
    ("文件", 34.0),
    ("工作表", 20.0),
    ("单元格", 8.0),
)
_CARDS = (("评估内容", 24.0), ("批次", 16.0), ("票数", 50.0), ("评估主体", 18.0), ("文件", 40.0))
_FIGURES = (
    ("评估内容", 24.0),
    ("指标", 26.0),
    ("时段", 12.0),
    ("所报的数", 14.0),
    ("得分率", 10.0),
    ("计分办法", 30.0),
    ("计算", 50.0),
)


def marks(g: Gathered, unit: Unit) -> DossierPart:
    """What the run counted."""
    none = g.why_none(unit)
    leaves = [] if none else [(g.scheme(unit), leaf) for leaf in g.scheme(unit).leaves()]
    sections = (
        DossierSection("逐格评分", _MARKS, tuple(_marks(g, unit, leaves)), none or "没有逐格的评分"),
        DossierSection("评价卡", _CARDS, tuple(_cards(g, unit, leaves)), none or "没有评价卡"),
        DossierSection("按数据计分的指标", _FIGURES, tuple(_figures(g, unit, leaves)), none or "没有按数据计分的指标"),
    )
    return DossierPart(
        "评分", "计入结果的每一个评分及其出处；保密的评分，评估主体写代号。", sections, listed(_open(g, unit, leaves))
    )


_Leaves = list[tuple[Scheme, str]]


def _marks(g: Gathered, unit: Unit, leaves: _Leaves) -> Iterator[DossierRow]:
    for scheme, leaf in leaves:
        for one in g.marks.sheets.get((unit.id, leaf), ()):
            who, file = g.voice(one, secret=scheme.is_secret(leaf))
            for each in one.marks:
                about = path(scheme, leaf), each.indicator, each.repeat, each.full
                yield (*about, each.said, each.reason, each.decision, who, file, one.sheet, each.cell)


def _cards(g: Gathered, unit: Unit, leaves: _Leaves) -> Iterator[DossierRow]:
    for scheme, leaf in leaves:
        for each in g.marks.cards.get((unit.id, leaf), ()):
            who, file = g.voice(each, secret=scheme.is_secret(leaf))
            counts = "，".join(f"{choice or '未选'}{count}" for choice, count in each.counts.items())
            yield path(scheme, leaf), each.batch, counts, who, file


def _figures(g: Gathered, unit: Unit, leaves: _Leaves) -> Iterator[DossierRow]:
    for scheme, leaf in leaves:
        for each in g.marks.lines.get((unit.id, leaf), ()):
            rate = "" if each.share is None else f"{fine(each.share * 100)}%"
            how = "；".join(part for part in (each.reckoned, each.calculation) if part)
            yield path(scheme, leaf), each.line.name, each.repeat, each.said, rate, each.method, how


def _open(g: Gathered, unit: Unit, leaves: _Leaves) -> Iterator[PaperSource]:
    """The files whose evaluators may be named; the others go by their digests."""
    for scheme, leaf in leaves:
        for one in (*g.marks.sheets.get((unit.id, leaf), ()), *g.marks.cards.get((unit.id, leaf), ())):
            secret = scheme.is_secret(leaf)
            yield g.source(g.voice(one, secret=secret)[1], g.digests.get(one.file, ""))
