"""What was found and proposed in words, as documents say it: in sentences by theme, with the source's name; hearings
and reviews with what came of them.

Only what somebody released stands in a document, and never who the person was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from evaltool.documents.persons import U
from evaltool.documents.phrases import one_line, sentence, table
from evaltool.evaluation import Evaluation
from evaltool.evaluation.remarks import passed_on, passed_on_by
from evaltool.reader.personal import covered, on_one_line
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.roster import REMARK_KINDS, SOURCES, Remark, RemarkKind, ReviewMeeting
from evaltool.rules.documentnumbers import day_text
from evaltool.views.comparison import ComparedGroup
from evaltool.views.satisfaction import satisfied_with
from evaltool.writers.official import Attachment, DocumentBlock, DocumentTable, Heading, Text, texts

_SAY = {"problem": "反映", "advice": "建议", "praise": "肯定"}
_LONG = 120  # signs of remarks that a letter of two pages has room for


def remarked(result: Result, groups: Sequence[ComparedGroup], kind: RemarkKind) -> Iterator[str]:
    """A sentence for each theme: what was released about the units of these groups, or about all."""
    units = [one.unit.id for group in groups for one in group.standings]
    evaluation = result.evaluation
    yield from by_theme(evaluation, [each for each in _released(evaluation, units) if each.kind == kind])


def _released(evaluation: Evaluation, units: Iterable[str]) -> list[Remark]:
    """What may be told about these units, and about all."""
    return [each for unit in ("", *units) for each in evaluation.remarks_of(unit) if each.is_public]


def by_theme(evaluation: Evaluation, listed: Iterable[Remark], *, named: bool = True) -> Iterator[str]:
    """Sentences by theme, those that most people named first; `named`: with the unit's name."""
    themes: dict[str, list[Remark]] = {}
    for each in listed:
        themes.setdefault(one_line(each.theme), []).append(each)
    for theme, own in sorted(themes.items(), key=lambda pair: (-sum(each.count for each in pair[1]), pair[0])):
        said = "。".join(_by_source(evaluation, own, named=named))
        yield f"关于“{theme}”，{said}。" if theme else f"{said}。"


def _by_source(evaluation: Evaluation, own: Sequence[Remark], *, named: bool) -> Iterator[str]:
    """What one source after the other says, in the order of units."""
    whose = {each.id: each for each in evaluation.roster.meetings}
    keys = [(source, kind) for source in SOURCES.values() for kind in REMARK_KINDS.values()]
    for source, kind in keys:
        mine = [each for each in own if (each.source, each.kind) == (source, kind)]
        for meeting in sorted({each.meeting for each in mine}):
            same = [each for each in mine if each.meeting == meeting]
            same.sort(key=lambda each: (_place(evaluation, each.unit), -each.count, each.text, each.id))
            items = "；".join(_item(evaluation, each, named=named) for each in same)
            yield f"{_whose(evaluation, same[0], whose.get(meeting))}{_SAY[kind]}：{items}"


def _place(evaluation: Evaluation, unit: str) -> tuple[bool, int, str]:
    """What is about all stands before what is about one."""
    return (bool(unit), evaluation.units[unit].order if unit else 0, unit)


def _whose(evaluation: Evaluation, each: Remark, meeting: ReviewMeeting | None) -> str:
    if meeting is not None:
        return f"{one_line(meeting.theme)}{meeting.word}"
    return evaluation.settings.office if each.source == "office" else each.source_word


def _item(evaluation: Evaluation, each: Remark, *, named: bool) -> str:
    unit = evaluation.units.get(each.unit)
    text = words_of(each)
    name = unit.name if unit and named and unit.name not in text else ""
    return name + ("，" if name else "") + text + (f"（{each.count}条）" if each.count > 1 else "")


def words_of(each: Remark) -> str:
    """A remark's text as any document shows it."""
    return covered(on_one_line(each.text))[0].rstrip("。；;，,. ")


# --- one unit --------------------------------------------------------------------------------------------------------


def to_unit(
    result: Result, group: ComparedGroup, one: Standing, *, brief: bool = False, rest: str = "附件"
) -> list[DocumentBlock]:
    """The section of a unit's letter: how many were satisfied with it, what was released about it and about all, and
    what it was asked to answer.  `brief`: what can be attached is, in the annex `rest`."""
    listed = _released(result.evaluation, {one.unit.id})
    told = _told_to(result, one)
    if told and (brief or sum(map(len, told)) > _LONG):
        kinds = [(word, sum(each.kind == kind for each in listed)) for word, kind in REMARK_KINDS.items()]
        counts = "、".join(f"{word}{count}条" for word, count in kinds if count)
        to_all = f"和{U}各单位" if any(not each.unit for each in listed) else ""
        told = [f"对{U}你单位{to_all}的意见建议共{len(listed)}条（{counts}），见{rest}。"]
    own = passed_on(result.evaluation, one.unit.id)
    if own:
        answered = sum(each.is_answered for each in own)
        told.append(f"转{U}你单位办理的意见{len(own)}条，已答复{answered}条。")
    happy = list(satisfied_with(group, one))
    if brief and happy:
        happy = [f"各评估主体对{U}你单位的满意率见{rest}。"]
        if told and told[0].endswith(f"见{rest}。"):
            happy, told[0] = [], f"各评估主体对{U}你单位的满意率，和{told[0]}"
    name = "满意率和意见建议" if told and (happy or satisfied_with(group, one)) else "满意率" if happy else "意见建议"
    return [Heading(name), *texts(*happy, *told)] if happy or told else []


def _told_to(result: Result, one: Standing) -> list[str]:
    """The sentences about a unit and about all; a new list of them, made once for all lengths of its letter."""

    def made() -> list[str]:
        return list(by_theme(result.evaluation, _released(result.evaluation, {one.unit.id}), named=False))

    return list(result.view((_told_to, one.unit.id), made))


def attached(result: Result, group: ComparedGroup, one: Standing, *, brief: bool = False) -> list[Attachment]:
    """What a letter has no room for: the list of remarks; how many were satisfied, where it is `brief`."""
    listed = _released(result.evaluation, {one.unit.id})
    happy = list(satisfied_with(group, one)) if brief else []
    long = sum(map(len, _told_to(result, one))) > _LONG
    if not listed or not (brief or long):
        listed = []
    order = list(REMARK_KINDS.values())
    listed.sort(key=lambda each: (not each.unit, order.index(each.kind), each.theme, -each.count, each.text, each.id))
    blocks = (*texts(*happy), *((_listed(listed),) if listed else ()))
    name = "满意率和意见建议" if happy and listed else "各评估主体的满意率" if happy else "意见建议"
    return [Attachment((name,), blocks)] if blocks else []


def _listed(listed: Sequence[Remark]) -> DocumentTable:
    rows = [
        (str(at), each.kind_word, one_line(each.theme), words_of(each), each.source_word, str(each.count))
        for at, each in enumerate(listed, 1)
    ]
    return table(("序号", "性质", "主题", "意见建议", "来源", "条数"), rows, (12, 14, 28, 66, 24, 12), left=(2, 3))


# --- how opinions were heard -----------------------------------------------------------------------------------------


def heard(result: Result) -> Iterator[DocumentBlock]:
    """Hearings and reviews that were held, what was gathered in words, what was passed on."""
    evaluation = result.evaluation
    held = [each for each in evaluation.roster.meetings if each.date or each.result]
    for each in sorted(held, key=lambda one: (one.date or date.max, one.id)):
        yield Text(_meeting(each))
    remarks = evaluation.roster.remarks
    if remarks:
        sources = [(word, sum(each.source == source for each in remarks)) for word, source in SOURCES.items()]
        listed = "、".join(f"{word}{count}条" for word, count in sources if count)
        yield Text(f"整理采用意见建议{len(remarks)}条，其中{listed}。")
    stands = passed_on_by(evaluation, date.min)
    if stands.remarks:
        yield Text(f"转办意见{stands.remarks}条，已答复{stands.answered}条。")


def _meeting(each: ReviewMeeting) -> str:
    where = f"在{one_line(each.place)}" if each.place else ""
    day = day_text(each.date) if each.date else ""
    said = [f"{day}{where}召开{one_line(each.theme)}{each.word}"]
    said += [f"{one_line(each.chair)}主持"] if each.chair else []
    said += [f"{each.present}人到会"] if each.present is not None else []
    said += [f"形成会议纪要（{each.document}）"] if each.document else []
    result = f"结果：{sentence(each.result)}" if each.result else ""
    return f"{'，'.join(said)}。{result}"
