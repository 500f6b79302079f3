"""Parts 目标 and 审批: what the unit was to reach, who agreed to it and by which document, what changed in the year."""

from __future__ import annotations

from collections.abc import Iterator

from evaltool.documents.persons import U
from evaltool.dossier.decided import decisions, papers_of
from evaltool.dossier.gathered import Gathered
from evaltool.dossier.parts import DossierPart, DossierRow, DossierSection, PaperSource, listed
from evaltool.dossier.sheets import sheets_of
from evaltool.evaluation.lines import target_of
from evaltool.exact import decimal, plain
from evaltool.identity import GOALS
from evaltool.roster import CHANGE_WORDS, Goal, Indicator, Unit, UnitChange

_GOALS = (
    ("评估内容", 12.0),
    ("部分", 8.0),
    ("编号", 8.0),
    ("目标（指标）", 24.0),
    ("由谁提出", 8.0),
    ("分值", 6.0),
    ("评分标准", 30.0),
    ("目标值", 10.0),
    ("基期值", 8.0),
    ("计分方法", 9.0),
    ("承担角色", 8.0),
    ("数据来源", 10.0),
    ("责任领导", 8.0),
    ("分管责任人", 8.0),
    ("具体责任人", 8.0),
    ("备注", 10.0),
)
_CHANGES = ("goal_added", "goal_text", "target_change", "not_applicable")
_UNIT = (
    ("变动", 11.0),
    ("文号", 20.0),
    ("日期", 11.0),
    ("单位", 16.0),
    ("原名称", 22.0),
    ("并入单位", 16.0),
)
_WORDS = {kind: word for word, kind in CHANGE_WORDS.items()}


def goals(g: Gathered, unit: Unit) -> DossierPart:
    """Every line that the unit is marked by, as the run had it, and what changed."""
    rows = tuple(_row(g, unit, line) for line in _lines(g, unit))
    changed, about = g.of_kinds(unit, *_CHANGES), g.of_kinds(unit, "unit_changed", "charge_changed")
    none = "不参加本次评估，没有目标" if unit.id not in g.then.units else "规则没有指标，或目标尚未批准"
    sections = (
        DossierSection("年度目标和指标", _GOALS, rows, none),
        decisions(g, unit, "年内的增加、变更和调整", "年内没有增加、变更和调整", changed),
        _changes_of_unit(g, unit),
        decisions(g, unit, "单位变动和分管调整的决定", "没有这类决定", about),
    )
    sources = (
        [*g.tables("指标", "目标", "单位变动"), *papers_of(g, [*changed, *about])] if rows or changed or about else []
    )
    days = tuple(each.date.isoformat() for each in _declared(g, unit))
    return DossierPart("目标", f"{U}本单位承担的目标和各项指标，以及年内的变更。", sections, listed(sources), days)


def _lines(g: Gathered, unit: Unit) -> Iterator[Indicator]:
    """In the order of the rules."""
    if unit.id in g.then.units:
        for leaf in g.scheme(unit).leaves():
            yield from g.then.indicators(unit.class_id, leaf, unit.id)


def _row(g: Gathered, unit: Unit, line: Indicator) -> DossierRow:
    applies = g.then.is_applicable(line.class_id, line.component, line.id, unit.id)
    whose = "本单位申报" if g.then.goal_of(line) else "下达本单位" if line.unit else "各单位共有"
    notes = ("" if applies else "不适用", f"经{line.changed}变更" if line.changed else "")
    return (
        g.scheme(unit).components[line.component].name,
        line.part,
        line.id,
        line.name,
        whose.replace("单位", "人") if g.scheme(unit).head.persons else whose,
        decimal(line.full),
        line.standard,
        _target(g, line),
        "" if line.base is None else plain(line.base),
        line.method,
        line.role,
        line.source,
        line.leader,
        line.manager,
        line.person,
        "；".join(each for each in notes if each),
    )


def _target(g: Gathered, line: Indicator) -> str:
    """With its unit of measure, whether or not there is a figure."""
    said = target_of(g.then, line)
    return said if said.endswith(line.measure) else f"{said}（{line.measure}）"


def _changes_of_unit(g: Gathered, unit: Unit) -> DossierSection:
    """The unit's own changes, and those by which others became part of it."""
    rows = (*g.now.roster.changes, *g.now.roster.decided_changes)
    own = tuple(_changed(g, each) for each in rows if unit.id in (each.unit, each.successor))
    return DossierSection("单位变动", _UNIT, own, "单位没有变动")


def _changed(g: Gathered, change: UnitChange) -> DossierRow:
    day = change.date.isoformat() if change.date else ""
    names = g.names.get(change.unit, change.unit), change.former, g.names.get(change.successor, change.successor)
    return (_WORDS[change.kind], change.document, day, *names)


# --- approval --------------------------------------------------------------------------------------------------------

_APPROVED = (
    ("评估内容", 16.0),
    ("目标数", 8.0),
    ("分值合计", 10.0),
    ("审批领导", 14.0),
    ("审批文号", 24.0),
    ("委员会确认文号", 24.0),
    ("确认日期", 12.0),
    ("申报表指纹", 16.0),
    ("所在单元格", 16.0),
)


_PRESET = "目标直接列入名单的指标表，没有申报和批准的记录"


def approvals(g: Gathered, unit: Unit) -> DossierPart:
    """What was handed in, what the leader in charge agreed to, what the committee confirmed."""
    agreed, own = g.of_kinds(unit, "goals_agreed"), _declared(g, unit)
    asked = any(each.goals for each in g.scheme(unit).components.values())
    preset = any(line.unit for line in _lines(g, unit))
    none = _PRESET if preset and not own else "目标尚未批准" if asked else "规则不要求申报目标"
    handed, sources = sheets_of(
        g, unit, (GOALS,), "目标申报表", none if (preset and not own) or not asked else "没有报来申报表"
    )
    sections = (
        handed,
        decisions(g, unit, "分管领导审批", "没有登记分管领导审批" if asked and (own or not preset) else none, agreed),
        DossierSection("评估委员会确认", _APPROVED, tuple(_approved(g, unit, own)), none),
    )
    papers: list[PaperSource] = [*sources, *papers_of(g, agreed), *(g.tables("目标") if own else [])]
    days = tuple(each.date.isoformat() for each in own)
    return DossierPart("审批", "目标由分管领导同意，经评估委员会确认。", sections, listed(papers), days)


def _declared(g: Gathered, unit: Unit) -> list[Goal]:
    found = (g.then.goal_of(line) for line in _lines(g, unit) if line.unit == unit.id)
    return [each for each in found if each]


def _approved(g: Gathered, unit: Unit, own: list[Goal]) -> Iterator[DossierRow]:
    """Goals that were approved together, in a line."""
    together: dict[tuple[str, ...], list[Goal]] = {}
    for each in own:
        agreed = each.agreed_by, each.agreed_document, each.document, each.date.isoformat(), each.file_hash
        together.setdefault((each.component, *agreed), []).append(each)
    for (component, *about, digest), goals_ in together.items():
        name = g.scheme(unit).components[component].name
        cells = "、".join(dict.fromkeys(each.cell for each in goals_ if each.cell))
        total = decimal(sum((each.full for each in goals_), start=goals_[0].full * 0))
        yield (name, str(len(goals_)), total, *about, digest[:12], cells)
