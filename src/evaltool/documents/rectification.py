"""限期整改通知书: to one unit, why it has to rectify, what, by when; with a form for its report.

What it names are matters (整改事项): the components in which most was lost, and those that the office entered under the
notice's number.  Once the components are entered too (`evaltool notice … --enter`), it names what the ledger has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from evaltool.documents.bulletin import groups_of
from evaltool.documents.consequences import rectified
from evaltool.documents.content import Content
from evaltool.documents.letter import points_table
from evaltool.documents.lostlines import tables
from evaltool.documents.persons import U
from evaltool.documents.phrases import sentence
from evaltool.exact import published
from evaltool.findings import Finding, Refused, finding
from evaltool.identity import ABOUT_MATTERS
from evaltool.ledger.matters import open_matters
from evaltool.names import folded
from evaltool.results.entailing import Entailed
from evaltool.results.rank import Standing
from evaltool.results.reportcard import entailed
from evaltool.results.result import Result
from evaltool.rules.documentnumbers import day_text, following
from evaltool.rules.outcomes import RECTIFICATION
from evaltool.views.comparison import REST, ComparedGroup, ComponentLine, lines, percent_text
from evaltool.views.lostpoints import LostPoints
from evaltool.writers.official import Attachment, DocumentBlock, DocumentTable, Heading, Text, gap, texts

MOST = 5  # components to rectify
MOST_LINES = 10  # lines to rectify, of those with figures and of those without
_FORM = ("序号", "整改事项", "整改措施", "责任领导", "责任人", "完成时限", "完成情况")
_FORM_WIDTHS = (12.0, 34.0, 34.0, 19.0, 17.0, 20.0, 20.0)


@dataclass(frozen=True, slots=True)
class AskedMatter:
    """A matter that a notice names: its text, why, by when (None: as the notice says); `component`: the one in which so
    much was lost, "" where it stands in the ledger."""

    item: str
    why: str
    until: date | None = None
    component: str = ""


def rectification(result: Result, group: ComparedGroup, one: Standing, lost: LostPoints, number: str = "") -> Content:
    """The notice of that number."""
    asked, worst = asked_matters(result, group, one, number), _worst(group, one)
    named = {each.item for each in asked}
    shown = [line for line in worst if line.name in named]
    body: list[DocumentBlock] = [Text(_reason(result, group, one)), Heading("整改事项")]
    body += [Text(_what(asked)), *_listed(asked)] if asked else [Text(_all())]
    body += [points_table(group, one, shown)] if shown else []
    body += _lines(group, lost)
    body += [Heading("整改要求"), *(Heading(each, 3) for each in _demands(result))]
    body += [Heading("按规定作出的处理"), *texts(*dealt_with(entailed(result, one)))]
    form = Attachment((f"{one.unit.addressed}整改情况表",), (_form([each.item for each in asked]),))
    attachments = [] if _sheets_go_out(result) else [form]
    persons = group.scheme.head.persons
    return Content([RECTIFICATION], body, attachments, one.unit.addressed, persons=persons)


def _lines(group: ComparedGroup, lost: LostPoints) -> Iterator[DocumentBlock]:
    """The lines that cost most, with the reasons of whoever marked them."""
    if lost.is_told and (lost.lines or lost.named):
        rest = max(len(lost.lines) - MOST_LINES, 0) + max(len(lost.named) - MOST_LINES, 0)
        more = f"其余{rest}项见评估结果反馈书所附失分明细。" if rest else ""
        yield Text(f"具体到项目，失分和理由如下，请逐项整改。{more}")
        yield from tables(group, lost, MOST_LINES)


# --- matters ---------------------------------------------------------------------------------------------------------


def asked_matters(result: Result, group: ComparedGroup, one: Standing, number: str) -> list[AskedMatter]:
    """What a unit's notice of that number names."""
    every = result.evaluation.matters_of(one.unit.id)
    own = [each for each in every if number and folded(each.document) == folded(number)]
    entered = [AskedMatter(each.item, each.why, each.due) for each in own]
    if any(each.component for each in own):
        return entered
    taken = {folded(each.item) for each in own}
    return [*(_of_component(group, line) for line in _worst(group, one) if folded(line.name) not in taken), *entered]


def to_enter(result: Result, unit: str = "") -> list[dict[str, str]]:
    """The ledger's lines (attribute -> text) of the matters that the notices name and that are not in it: of all units,
    or of one.  Raises `Refused` (usage) where number, day or term are not stated, and where another notice has them."""
    notice, whose = result.evaluation.notice, rectified(result)
    day, until = (each.isoformat() if isinstance(each, date) else "" for each in (notice.date, notice.rectify_until))
    stated = {"文号": notice.numbers.rectification, "成文日期": day, "整改期限": until}
    if missing := "、".join(word for word, text in stated.items() if not text):
        raise Refused([finding("NOTICE_ENTER", args={"missing": missing})], usage=True)
    if until < day:
        raise Refused([finding("NOTICE_TERM", args={"until": until, "day": day})], usage=True)
    every = [(one, group) for group in groups_of(result) for one in group.standings if one.unit.id in whose]
    every.sort(key=lambda pair: (pair[0].unit.order, pair[0].unit.id))
    asked = [
        (one, each, number)
        for nth, (one, group) in enumerate(every)
        if unit in ("", one.unit.id) and (number := following(notice.numbers.rectification, nth))
        for each in asked_matters(result, group, one, number)
        if each.component
    ]
    if open_ := [found for one, each, _ in asked for found in _open_already(result, one, each)]:
        raise Refused(open_, usage=True)
    return [_line(one, each, number, day, until) for one, each, number in asked]


def _open_already(result: Result, one: Standing, asked: AskedMatter) -> Iterator[Finding]:
    """A component that another notice of this year asks for and that is not closed: one matter is not entered twice."""
    for each in open_matters(result.evaluation.matters_of(one.unit.id)):
        if each.component and not each.carried and folded(each.item) == folded(asked.item):
            args: dict[str, object] = {"unit": one.unit.name, "item": each.item, "document": each.document}
            yield finding("NOTICE_MATTER_OPEN", args=args)


def _line(one: Standing, each: AskedMatter, number: str, day: str, until: str) -> dict[str, str]:
    said = {"document": number, "date": day, "reason": each.why, "unit": one.unit.id}
    return said | {"component": each.component, "item": each.item, "until": until}


def _of_component(group: ComparedGroup, line: ComponentLine) -> AskedMatter:
    why = f"失{published(line.lost, group.figures)}分（{_rate(line)}）"
    return AskedMatter(line.name, why, component=line.component)


def _worst(group: ComparedGroup, one: Standing) -> list[ComponentLine]:
    """The components in which most of the full marks was lost, as far down as they are shown."""
    own = [line for line in lines(group, one.unit.id) if line.component != REST and not group.parts(line.component)]
    lost = [line for line in own if line.complete and line.weight and line.lost > 0]
    return [replace(line, depth=0) for line in sorted(lost, key=lambda line: (-line.lost, line.name))[:MOST]]


def _rate(line: ComponentLine) -> str:
    assert line.points is not None
    return f"得分率{percent_text(line.points / line.weight)}"


def _sheets_go_out(result: Result) -> bool:
    """Whether units report on matters in sheets of their own (`evaltool template`), so that no form is attached."""
    return any(each.sheet in ABOUT_MATTERS for each in result.evaluation.deadlines)


# --- words -----------------------------------------------------------------------------------------------------------


def _form(matters: Sequence[str]) -> DocumentTable:
    """A line for each matter, and some that the unit adds itself."""
    rows = [(str(at), matter, *[""] * 5) for at, matter in enumerate([*matters, "", "", ""], 1)]
    return DocumentTable(
        _FORM, tuple(rows), _FORM_WIDTHS, ("center", "left", "left", "center", "center", "center", "center")
    )


def standing_words(result: Result, group: ComparedGroup, one: Standing) -> str:
    """In a sentence: total, place, grade."""
    place = f"，在同组{len(group.ranked)}{U}个排名单位中列第{one.rank}名" if one.rank is not None else ""
    name = result.evaluation.settings.name
    return f"在{name}中，{U}你单位总分{one.text}分{place}，等次为“{one.grade}”。"


def _reason(result: Result, group: ComparedGroup, one: Standing) -> str:
    return f"{standing_words(result, group, one)}按照评估规则，请{U}你单位限期整改。"


def _what(asked: Sequence[AskedMatter]) -> str:
    return f"{U}你单位需整改的事项共{len(asked)}项。请逐项查找问题和原因，落实整改措施。"


def _listed(asked: Sequence[AskedMatter]) -> Iterator[DocumentBlock]:
    for at, each in enumerate(asked, 1):
        why = f"：{each.why.rstrip('。；')}" if each.why else ""
        until = f"（期限：{day_text(each.until)}）" if each.until else ""
        yield Text(f"{at}.{each.item}{why}{until}。")


def _all() -> str:
    return "请对照评估规则和评估结果反馈书，逐项查找问题和原因。"


def _demands(result: Result) -> Iterator[str]:
    settings, notice = result.evaluation.settings, result.evaluation.notice
    until = day_text(notice.rectify_until) or gap("整改期限")
    yield "制定整改方案，逐项明确整改措施、责任领导、责任人和完成时限。"
    if _sheets_go_out(result):
        sheets = f"并按{settings.office}制发的表格报送整改方案和整改情况"
        yield f"于{until}前完成整改，将整改情况报告书面报送{settings.office}，{sheets}。"
    else:
        yield f"于{until}前完成整改，并将整改情况报告和整改情况表（见附件）书面报送{settings.office}。"
    telephone = notice.telephone or gap("联系电话")
    yield f"{settings.office}将对整改情况逐项核实，整改到位的予以销号。联系电话：{telephone}。"


def dealt_with(each_of: Sequence[Entailed]) -> Iterator[str]:
    """What the rules entail, a sentence each."""
    for each in each_of:
        years = f"连续{each.years}年" if each.years > 1 else ""
        yield f"{years}评为“{each.grade}”：{sentence(each.text)}"
