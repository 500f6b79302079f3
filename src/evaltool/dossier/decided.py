"""Lines of the ledger in a dossier: what was decided about a unit, with its document, and whether the run has it."""

from __future__ import annotations

from collections.abc import Iterable

from evaltool.dossier.gathered import HASH, Gathered, Line
from evaltool.dossier.parts import DossierRow, DossierSection, PaperSource
from evaltool.ledger import KINDS, Decision, kind_named
from evaltool.roster import Unit

HEADS = (
    ("种类", 11.0),
    ("文号", 20.0),
    ("日期", 11.0),
    ("评估内容", 16.0),
    ("指标、项目", 22.0),
    ("原值", 16.0),
    ("新值", 16.0),
    ("理由", 34.0),
    ("生效、期限", 12.0),
    ("所涉文件、单元格", 26.0),
    ("状态", 14.0),
)


def decisions(g: Gathered, unit: Unit, title: str, nothing: str, lines: Iterable[Line]) -> DossierSection:
    """A table of lines."""
    return DossierSection(title, HEADS, tuple(_row(g, unit, *each) for each in lines), nothing)


def papers_of(g: Gathered, lines: Iterable[Line]) -> list[PaperSource]:
    """The files of the ledger in which lines stand, each with the day of the decision."""
    return [g.source(line.place[0], day=line.date) for line, _ in lines]


def _row(g: Gathered, unit: Unit, line: Decision, holds: bool) -> DossierRow:
    about = (_indicator(g, unit, line), line.item, line.deed)
    place = " ".join(each for each in (line.file_hash[:HASH], line.sheet, line.cell) if each)
    return (
        KINDS[line.kind].word,
        line.document,
        line.date,
        _component(g, unit, line),
        "　".join(each for each in about if each),
        g.names.get(line.before, line.before) if KINDS[line.kind].before == "evaluator" else line.before,
        _after(line),
        line.reason,
        line.effective or line.until,
        place,
        _state(g, line, holds=holds),
    )


def _component(g: Gathered, unit: Unit, line: Decision) -> str:
    """A component, a field of work or an award by its name."""
    scheme = g.scheme(unit)
    names = {each.id: each.name for award in scheme.awards for each in award.fields}
    names |= {key: each.name for key, each in scheme.components.items()}
    return names.get(line.component, line.component)


def _indicator(g: Gathered, unit: Unit, line: Decision) -> str:
    return g.line_name(line.component, line.indicator, unit.id) if line.indicator else ""


def _after(line: Decision) -> str:
    if line.kind == "withdrawal" and kind_named(line.after):
        return KINDS[kind_named(line.after)].word
    return line.after


def _state(g: Gathered, line: Decision, *, holds: bool) -> str:
    if not holds:
        return "已撤回"
    if not KINDS[line.kind].moves:
        return "记录"
    if g.entry is None:
        return "尚未计分"
    return f"已计入{g.entry.number}" if line.same in g.made_with else "计分后登记"
