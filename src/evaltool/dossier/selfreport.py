"""Part 自评与佐证: what the unit says that it did, what it names as proof, what the record has, who verified it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from evaltool.checks.attached import named_papers
from evaltool.documents.persons import U
from evaltool.dossier.cells import CellsByField, file_of, place, text, together
from evaltool.dossier.decided import decisions, papers_of
from evaltool.dossier.gathered import HASH, Gathered
from evaltool.dossier.parts import DossierPart, DossierRow, DossierSection, PaperSource, listed
from evaltool.dossier.sheets import sheets_of
from evaltool.exact import decimal
from evaltool.identity import EVIDENCE, FIGURES, REPORT, kind_of_batch
from evaltool.inbox.accounts.files import FileAccount
from evaltool.inbox.rowfindings import AnswerRow
from evaltool.roster import Unit

_REPORTS = (
    ("评估内容", 14.0),
    ("目标", 24.0),
    ("完成情况", 40.0),
    ("完成值", 10.0),
    ("自评分", 8.0),
    ("佐证材料", 24.0),
    ("在案附件（指纹）", 24.0),
    ("核实数", 10.0),
    ("核实说明", 18.0),
    ("文件", 26.0),
    ("单元格", 20.0),
)
_OWN = (
    ("评估内容", 16.0),
    ("指标", 24.0),
    ("自评分", 9.0),
    ("自报等次", 10.0),
    ("主要理由", 60.0),
    ("文件", 30.0),
    ("单元格", 22.0),
)
_CLAIMS = (
    ("序号", 7.0),
    ("加分项目", 22.0),
    ("申报分值", 10.0),
    ("主要事实和证明材料", 44.0),
    ("领导班子审议文号", 22.0),
    ("分管领导同意文号", 22.0),
    ("文件", 30.0),
    ("单元格", 18.0),
)
_FILED = (("附件", 60.0), ("文件指纹（SHA-256）", 70.0), ("收到日期", 12.0), ("佐证哪项目标", 40.0))
_VERIFIED = (
    ("评估内容", 16.0),
    ("指标", 24.0),
    ("验证方式", 14.0),
    ("结论", 10.0),
    ("说明", 40.0),
    ("验证人", 18.0),
    ("文件", 30.0),
    ("单元格", 20.0),
)


def self_report(g: Gathered, unit: Unit) -> DossierPart:
    """Everything that the unit says of its year, and what supports it."""
    rows, filed = g.rows.get(unit.id, []), g.attachments.get(unit.id, [])
    reports = [row for row in rows if row["batch"] in (REPORT, FIGURES)]
    own = [row for row in rows if row["class_id"] == unit.class_id and _is_own(g, unit, row)]
    evidence = [row for row in rows if row["batch"] == EVIDENCE]
    lines = g.of_kinds(unit, "evidence_verified")
    handed, counted = sheets_of(g, unit, ("report", "marks"), f"{U}本单位报来的表", "没有报来自评的表")
    sections = (
        _section(
            g, "目标完成情况自评", _REPORTS, _reports(g, unit, reports, filed), _why(g, "report", "没有报来自评表")
        ),
        _section(g, "自我评估", _OWN, _statements(g, unit, own), "规则没有自我评估，或没有报来"),
        _section(g, "加分申报", _CLAIMS, _claimed(g, unit), "没有申报加分"),
        DossierSection("附件", _FILED, tuple(_filed(g, unit, reports, filed)), f"没有附件归入{U}本单位", counted=False),
        _section(g, "佐证材料验证", _VERIFIED, _verified(g, unit, evidence), _why(g, "evidence", "没有验证结论")),
        decisions(g, unit, "证据核实的决定", "没有登记证据核实", lines),
        handed,
    )
    sources: list[PaperSource] = [*counted, *papers_of(g, lines), *(g.source(one.file, one.digest) for one in filed)]
    sources += [g.source(str(row["file"]), str(row["file_hash"])) for row in (*reports, *own, *evidence)]
    return DossierPart("自评与佐证", f"{U}本单位的自评、佐证材料及其在案情况、验证结论。", sections, listed(sources))


def _section(
    g: Gathered, title: str, heads: tuple[tuple[str, float], ...], rows: Iterator[DossierRow], none: str
) -> DossierSection:
    return DossierSection(title, heads, tuple(rows), none)


def _why(g: Gathered, sheet: str, none: str) -> str:
    return none if any(each.sheet == sheet for each in g.then.deadlines) else "没有要求报这类表"


def _is_own(g: Gathered, unit: Unit, row: AnswerRow) -> bool:
    """Whether a cell is the unit's mark for itself, or what it says beside it."""
    component = g.scheme(unit).components.get(str(row["component"]))
    is_marks = kind_of_batch(str(row["batch"])) == "marks"
    return bool(is_marks and component and component.by == "self" and not str(row["field"]).startswith("claim_"))


def _names(g: Gathered, unit: Unit, component: str, indicator: str) -> tuple[str, str]:
    return g.scheme(unit).components[component].name, g.line_name(component, indicator, unit.id)


def _reports(g: Gathered, unit: Unit, rows: Sequence[AnswerRow], filed: Sequence[FileAccount]) -> Iterator[DossierRow]:
    for (component, indicator), said in together(rows, "component", "indicator").items():
        named = text(said, "report_evidence")
        own = {field: row for field, row in said.items() if field.startswith("report_")} or said
        yield (
            *_names(g, unit, component, indicator),
            text(said, "report_text"),
            text(said, "report_value"),
            text(said, "report_points"),
            named,
            _in_record(named, filed),
            text(said, "verified_value"),
            text(said, "verified_remark"),
            file_of(own)[0],
            place(own),
        )


def _in_record(named: str, filed: Sequence[FileAccount]) -> str:
    """The attachments that a text names, each with its digest, and those that did not come."""
    digests = {each.file: each.digest for each in filed}
    papers = named_papers(named, tuple(digests))
    found = [f"{PurePosixPath(file).name}（{digests[file][:HASH]}）" for file in papers.received]
    return "；".join([*found, *(f"没有收到{each}" for each in papers.lacking)])


def _filed(g: Gathered, unit: Unit, rows: Sequence[AnswerRow], filed: Sequence[FileAccount]) -> Iterator[DossierRow]:
    files = tuple(each.file for each in filed)
    proves: dict[str, list[str]] = {}
    for row in rows:
        if row["field"] == "report_evidence":
            line = g.line_name(str(row["component"]), str(row["indicator"]), unit.id)
            for file in named_papers(str(row["text"]), files).received:
                proves.setdefault(file, []).append(line)
    for each in filed:
        yield each.file, each.digest, g.first_seen(each.digest), "、".join(dict.fromkeys(proves.get(each.file, ())))


def _statements(g: Gathered, unit: Unit, rows: Sequence[AnswerRow]) -> Iterator[DossierRow]:
    for (component, indicator, _, _), said in together(rows, "component", "indicator", "repeat", "file_hash").items():
        fields = ("mark", "stated_grade", "reasons")
        yield (
            *_names(g, unit, component, indicator),
            *(text(said, each) for each in fields),
            file_of(said)[0],
            place(said),
        )


def _claimed(g: Gathered, unit: Unit) -> Iterator[DossierRow]:
    for each in g.claims.get(unit.id, ()):
        points = "" if each.points is None else decimal(each.points)
        row: CellsByField = {"claim_kind": each.row}
        papers = each.facts, each.document, each.consent
        yield str(each.number), each.chosen, points, *papers, str(each.row["file"]), place(row)


def _verified(g: Gathered, unit: Unit, rows: Sequence[AnswerRow]) -> Iterator[DossierRow]:
    """Who verified it is named: it is an office's finding, and no mark."""
    for (component, indicator, evaluator, _), said in together(
        rows, "component", "indicator", "evaluator", "file_hash"
    ).items():
        fields = ("verify_method", "verify_result", "verify_remark")
        who = g.names.get(evaluator, evaluator)
        yield (
            *_names(g, unit, component, indicator),
            *(text(said, each) for each in fields),
            who,
            file_of(said)[0],
            place(said),
        )
