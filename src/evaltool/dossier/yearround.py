"""Parts 进度 and 踏查调度: what the unit reported of its goals in the year, and what was seen when somebody looked."""

from __future__ import annotations

from collections.abc import Iterator

from evaltool.documents.persons import U
from evaltool.dossier.cells import CellsByField, file_of, place, text, together
from evaltool.dossier.gathered import Gathered
from evaltool.dossier.parts import DossierPart, DossierRow, DossierSection, PaperSource, listed
from evaltool.dossier.sheets import sheets_of
from evaltool.identity import kind_of_batch, progress_batch
from evaltool.inbox.rowfindings import AnswerRow
from evaltool.questions.forms import FIGURE
from evaltool.roster import Unit

# --- progress --------------------------------------------------------------------------------------------------------

_PROGRESS = (
    ("时段", 12.0),
    ("评估内容", 16.0),
    ("目标", 28.0),
    ("完成进度（%）", 9.0),
    ("预计能否完成", 12.0),
    ("进展情况", 44.0),
    ("存在问题", 30.0),
    ("文件", 32.0),
    ("单元格", 22.0),
)


def progress(g: Gathered, unit: Unit) -> DossierPart:
    """Goal by goal, period after period, in the order of the deadlines."""
    periods = list(dict.fromkeys(each.period for each in g.then.deadlines if each.sheet == "progress"))
    none = "没有要求报进展" if not periods else "没有报来进展表"
    rows: list[DossierRow] = []
    sources: list[PaperSource] = []
    for period in periods:
        own = [row for row in g.rows.get(unit.id, ()) if row["batch"] == progress_batch(period)]
        for (component, indicator), said in together(own, "component", "indicator").items():
            rows.append(_progress(g, unit, period, component, indicator, said))
            sources.append(g.source(*file_of(said)))
    handed, counted = sheets_of(g, unit, ("progress",), "进展表", none)
    sections = (DossierSection("各时段进展", _PROGRESS, tuple(rows), none), handed)
    return DossierPart("进度", f"{U}本单位年内逐项报告的进展。", sections, listed([*sources, *counted]))


def _progress(g: Gathered, unit: Unit, period: str, component: str, indicator: str, said: CellsByField) -> DossierRow:
    fields = ("progress_percent", "progress_expected", "progress_text", "progress_problem")
    names = g.scheme(unit).components[component].name, g.line_name(component, indicator, unit.id)
    return (period, *names, *(text(said, each) for each in fields), file_of(said)[0], place(said))


# --- visits and checks -----------------------------------------------------------------------------------------------

_VISITS = (
    ("评估内容", 16.0),
    ("时段、次数", 12.0),
    ("日期", 12.0),
    ("指标", 24.0),
    ("得分", 9.0),
    ("所看项目、说明", 40.0),
    ("失分理由", 32.0),
    ("评估主体", 18.0),
    ("文件", 30.0),
    ("单元格", 22.0),
)
_KNOWN = ("mark", "date", "reason", "unit", "sum")


def visits(g: Gathered, unit: Unit) -> DossierPart:
    """Whatever the rules have marked several times a year: regular checks, visits on the spot."""
    scheme = g.scheme(unit)
    leaves = [each for each in scheme.leaves() if scheme.components[each].each and not scheme.components[each].ballot]
    rows: list[DossierRow] = []
    sources: list[PaperSource] = []
    for leaf in leaves:
        own = [row for row in _marked(g, unit) if row["component"] == leaf]
        for said in together(own, "evaluator", "file_hash", "sheet", "repeat", "indicator").values():
            rows.append(_visit(g, unit, leaf, said))
            sources += [] if scheme.is_secret(leaf) else [g.source(*file_of(said))]
    none = "没有踏查、调度的记录" if leaves else "规则没有分次评的内容"
    section = DossierSection("踏查、调度记录", _VISITS, tuple(rows), none)
    return DossierPart("踏查调度", "年内分次进行的调度、踏查和检查，逐次记录。", (section,), listed(sources))


def _marked(g: Gathered, unit: Unit) -> Iterator[AnswerRow]:
    """Of sheets of marks alone, and of this unit's class."""
    for row in g.rows.get(unit.id, ()):
        if kind_of_batch(str(row["batch"])) == "marks" and row["class_id"] == unit.class_id:
            yield row


def _visit(g: Gathered, unit: Unit, leaf: str, said: CellsByField) -> DossierRow:
    scheme, first = g.scheme(unit), next(iter(said.values()))
    evaluator, repeat = str(first["evaluator"]), str(first["repeat"])
    name = g.names.get(evaluator, evaluator)
    who, file = g.who(evaluator, name, str(first["file"]), secret=scheme.is_secret(leaf))
    each = scheme.components[leaf].each
    when = f"{each.word if each else ''}第{repeat}行" if repeat.isdigit() else repeat
    more = [text(said, field) for field in said if field not in _KNOWN and not field.startswith(FIGURE)]
    mark = text(said, "mark") or "；".join(
        f"{field.removeprefix(FIGURE)}{text(said, field)}" for field in said if field.startswith(FIGURE)
    )
    return (
        scheme.components[leaf].name,
        when,
        text(said, "date"),
        g.line_name(leaf, str(first["indicator"]), unit.id),
        mark,
        "；".join(each for each in more if each),
        text(said, "reason"),
        who,
        file,
        place(said),
    )
