"""Parts 异议和意见 and 整改: what was objected to and decided, what the unit has to put right or to answer."""

from __future__ import annotations

from collections.abc import Iterator

from evaltool.checks.matters import Followed
from evaltool.documents.matterlist import WORDS as HOW_FAR
from evaltool.documents.persons import U
from evaltool.dossier.decided import decisions, papers_of
from evaltool.dossier.gathered import HASH, Gathered, Line
from evaltool.dossier.parts import DossierPart, DossierRow, DossierSection, listed
from evaltool.dossier.sheets import sheets_of
from evaltool.ledger import KINDS, Decision
from evaltool.ledger.kinds import OUTCOMES
from evaltool.ledger.register import Entry
from evaltool.roster import Unit

_ENTRIES = (
    ("种类", 8.0),
    ("来文文号", 18.0),
    ("收到日期", 12.0),
    ("提出人", 16.0),
    ("评估内容、指标", 22.0),
    ("事项", 36.0),
    ("证明材料（指纹）", 16.0),
    ("处理期限", 12.0),
    ("处理意见", 12.0),
    ("处理文号、日期", 24.0),
    ("处理理由", 32.0),
    ("答复文号、日期", 24.0),
    ("目前", 18.0),
)
_WORDS = {outcome: word for word, outcome in OUTCOMES.items()} | {"none": "无意见", "": "尚未决定"}
_STATES = {
    "undecided": "尚未决定",
    "unscored": "已采纳，尚未重新计分",
    "unanswered": "尚未答复",
    "closed": "已办结",
}
_ELSEWHERE = frozenset(
    (
        "goal_added",
        "goal_text",
        "target_change",
        "not_applicable",
        "unit_changed",
        "charge_changed",
        "goals_agreed",
        "evidence_verified",
        "correction",
        "opinion",
        "objection",
        "settled",
        "replied",
        "objection_rejected",
        "matter",
        "matter_extended",
        "matter_verified",
        "matter_closed",
    )
)
"""Kinds of lines that other tables show."""
_IN_ENTRIES = ("opinion", "objection", "settled", "replied", "objection_rejected", "matter")


def objections(g: Gathered, unit: Unit) -> DossierPart:
    """The register, the cells that were corrected, and whatever else was decided about the unit."""
    entries = g.entries.get(unit.id, [])
    corrected = g.of_kinds(unit, "correction")
    others = [each for each in g.lines.get(unit.id, ()) if _is_other(*each)]
    loose: list[Line] = [
        each for each in g.of_kinds(unit, "objection_rejected") if not any(one.settled is each[0] for one in entries)
    ]
    others = [*others, *(each for each in loose if each not in others)]
    sections = (
        DossierSection(
            "意见和异议登记", _ENTRIES, tuple(_entry(g, unit, each) for each in entries), "没有提出意见和异议"
        ),
        decisions(g, unit, "更正", "没有更正", corrected),
        decisions(g, unit, "其他决定（含撤回的各行）", "没有其他决定", others),
    )
    lines = [(line, True) for each in entries for line in _lines(each)]
    return DossierPart(
        "异议和意见",
        "意见、异议及其处理、答复，更正和委员会的其他决定。",
        sections,
        listed(papers_of(g, [*lines, *corrected, *others])),
    )


def _is_other(line: Decision, holds: bool) -> bool:
    """Whether no other table shows it: those of register and matters leave out what was withdrawn."""
    return line.kind not in _ELSEWHERE or (not holds and line.kind in _IN_ENTRIES)


def _lines(entry: Entry) -> list[Decision]:
    return [*entry.lines, *(line for line in (entry.settled, entry.replied) if line)]


def _entry(g: Gathered, unit: Unit, entry: Entry) -> DossierRow:
    first, settled = entry.first, entry.settled
    components = g.scheme(unit).components
    about = components[first.component].name if first.component in components else first.component
    line = g.line_name(first.component, first.indicator, unit.id) if first.indicator else ""
    return (
        KINDS[first.kind].word,
        first.document,
        first.date,
        first.source or unit.name,
        "　".join(each for each in (about, line) if each),
        entry.text,
        "、".join(each[:HASH] for each in entry.evidence),
        entry.due.isoformat() + ("（公示期后提出）" if entry.late else ""),
        _WORDS[entry.outcome],
        _paper(settled),
        settled.reason if settled else "",
        _paper(entry.replied),
        _STATES[g.passed.state(entry)],
    )


def _paper(line: Decision | None) -> str:
    return f"{line.document}　{line.date}" if line else ""


# --- rectification and remarks ---------------------------------------------------------------------------------------

_MATTERS = (
    ("类别", 8.0),
    ("事项", 26.0),
    ("依据", 22.0),
    ("文号", 18.0),
    ("日期", 12.0),
    ("期限", 12.0),
    ("整改措施", 32.0),
    ("责任人", 16.0),
    ("计划完成", 12.0),
    ("完成情况", 32.0),
    ("佐证材料", 18.0),
    ("完成日期", 12.0),
    ("目前", 14.0),
)
_REMARKS = (
    ("性质", 8.0),
    ("主题", 16.0),
    ("内容", 44.0),
    ("条数", 7.0),
    ("来源", 12.0),
    ("听证、评审", 20.0),
    ("日期", 12.0),
    ("转办", 8.0),
    ("答复期限", 12.0),
    ("答复", 40.0),
    ("答复日期", 12.0),
)


def rectification(g: Gathered, unit: Unit) -> DossierPart:
    """Matters from their notice to their closing; remarks that were passed on, and the others about the unit."""
    matters, remarks = g.matters.get(unit.id, []), g.remarks.get(unit.id, [])
    steps = g.of_kinds(unit, "matter_extended", "matter_verified", "matter_closed")
    asked = g.of_kinds(unit, "matter")
    handed, _ = sheets_of(g, unit, ("rectification", "rectified"), "报来的整改方案、整改情况", "没有报来的表")
    sections = (
        DossierSection(
            "整改、改进、转办事项", _MATTERS, tuple(_matter(g, each) for each in matters), "没有需要整改的事项"
        ),
        decisions(g, unit, "延期、核实、销号", "没有延期、核实、销号的记录", steps),
        handed,
        DossierSection("意见建议和转办答复", _REMARKS, tuple(_remarks(g, unit)), f"没有关于{U}本单位的意见建议"),
    )
    papers = [
        *papers_of(g, [*asked, *steps]),
        *(g.tables("整改事项", "意见建议", "听证评审") if remarks or matters else []),
    ]
    return DossierPart("整改", "需要整改、改进、答复的事项，从通知到销号。", sections, listed(papers))


def _matter(g: Gathered, each: Followed) -> DossierRow:
    matter, late = each.matter, each.matter.overdue(g.on)
    state = HOW_FAR[each.state] + (f"，逾期{late}天" if late else "")
    return (
        matter.kind,
        matter.item,
        "；".join(part for part in (matter.component, matter.why, matter.source) if part),
        matter.document,
        matter.asked.isoformat(),
        matter.due.isoformat(),
        each.measure,
        "、".join(dict.fromkeys(part for part in (each.leader, each.person) if part)),
        each.by.isoformat() if each.by else "",
        each.done,
        each.evidence,
        each.on.isoformat() if each.on else "",
        state,
    )


def _remarks(g: Gathered, unit: Unit) -> Iterator[DossierRow]:
    meetings = {each.id: f"{each.word}：{each.theme}" for each in g.now.roster.meetings}
    for each in g.remarks.get(unit.id, ()):
        days = (day.isoformat() if day else "" for day in (each.made_on, each.answer_by, each.answered_on))
        made, by, answered = days
        passed = "转办" if each.passed_on == "yes" else ""
        said = each.kind_word, each.theme, each.text, str(each.count), each.source_word
        yield (*said, meetings.get(each.meeting, ""), made, passed, by, each.answer, answered)
