"""评估通知: who is evaluated, on what, and who submits what by when, as rules, roster and deadlines say it."""

from __future__ import annotations

from collections.abc import Iterator

from evaltool.documents.content import Content, ContentsAndFindings, Occasion
from evaltool.documents.persons import U
from evaltool.documents.phrases import chapters, enumerated, names, separate
from evaltool.documents.ruletexts import contents, results
from evaltool.documents.timetable import dates, meetings, sheets
from evaltool.evaluation import Evaluation
from evaltool.questions.layout.goals import goal_components
from evaltool.rules import Scheme
from evaltool.rules.documentnumbers import day_text
from evaltool.rules.settings import SELF
from evaltool.views.ruletree import rule_tree
from evaltool.writers.official import Attachment, DocumentBlock, DocumentPicture, Heading, Text

LIST, PICTURE, MEETINGS = "评估对象名单", "评估内容与权重图", "评价卡填写安排"


def announcement(at: Occasion) -> ContentsAndFindings:
    """One document to all."""
    evaluation = at.evaluation
    name = evaluation.settings.name
    listed = tuple(meetings(evaluation))
    blocks = (
        Text(f"为做好{name}{'' if name.endswith('工作') else '工作'}，现将有关事项通知如下。{separate(evaluation)}"),
        *chapters(
            (
                ("评估对象", _units(evaluation)),
                ("评估内容", (*contents(evaluation), _pictured(bool(listed)))),
                ("结果评定", results(evaluation)),
                ("时间安排", dates(evaluation)),
                ("报送安排", sheets(evaluation)),
                ("有关要求", enumerated(_demands(evaluation))),
            )
        ),
    )
    attachments = [Attachment((LIST,), tuple(unit_list(evaluation)))]
    if listed:
        attachments.append(Attachment((MEETINGS,), listed))
    drawings = [rule_tree(evaluation, scheme) for scheme in evaluation.classes.values()]
    pictures = tuple(DocumentPicture(drawing.title, drawing) for drawing in drawings)
    attachments.append(Attachment((PICTURE,), pictures))
    title = (f"关于开展{name}的通知",)
    return [Content(title, blocks, attachments, stem="评估通知")], []


# --- who --------------------------------------------------------------------------------------------------------------


def _units(evaluation: Evaluation) -> Iterator[DocumentBlock]:
    parts = [_class_counted(evaluation, scheme) for scheme in evaluation.classes.values()]
    several = len(parts) > 1
    total = f"共{len(evaluation.units)}{U}个" if several else ""
    said = f"评估对象{total}：{'；'.join(parts)}。" if several else f"评估对象为{parts[0]}。"
    unranked = [unit.name for unit in evaluation.units.values() if unit.standing == "unranked"]
    aside = f"其中，{names(unranked)}参加评估，不参加排名。" if unranked else ""
    yield Text(f"{said}{aside}名单见附件1。")


def _pictured(meetings: bool) -> Text:
    return Text(f"各项内容的构成、分值和评估主体，以及没有评分、报送时的处理，见附件{3 if meetings else 2}。")


def _class_counted(evaluation: Evaluation, scheme: Scheme) -> str:
    each = scheme.head.each
    groups = [f"{group.name}{len(evaluation.units_of(scheme.id, group.id))}{each}" for group in scheme.head.groups]
    listed = f"，其中{names(groups)}" if len(groups) > 1 else ""
    return f"{scheme.head.name}{len(evaluation.units_of(scheme.id))}{each}{listed}"


def unit_list(evaluation: Evaluation) -> Iterator[DocumentBlock]:
    """Every unit by class and group, in the order of the roster."""
    for scheme in evaluation.classes.values():
        each = scheme.head.each
        if len(evaluation.classes) > 1:
            yield Heading(f"{scheme.head.name}（{len(evaluation.units_of(scheme.id))}{each}）")
        for group in scheme.head.groups:
            listed = [unit.name for unit in evaluation.units_of(scheme.id, group.id)]
            named = f"{group.name}（{len(listed)}{each}）：" if len(scheme.head.groups) > 1 else ""
            if listed:
                yield Text(f"{named}{names(listed)}。")


# --- what is demanded -------------------------------------------------------------------------------------------------


def _demands(evaluation: Evaluation) -> Iterator[str]:
    settings = evaluation.settings
    yield (
        f"报送表由{settings.office}统一制发电子表格。请在表内填写，不要增删工作表、行和列，不要合并单元格；"
        "填好后报回原表，需要签字盖章的，同时报送纸质件。"
    )
    yield "填报的数据和事实应当真实准确、有据可查，证明材料由填报单位保存备查。"
    units = evaluation.units.values()
    if any(True for unit in units for _ in goal_components(evaluation, unit)):
        until = settings.targets_until
        late = f"，确需调整的，应在{day_text(until)}前报批" if until else "，确需调整的，按程序报批"
        yield f"年度工作目标经批准后原则上不作调整{late}。"
    if any(each.role == SELF and each.sheet == "progress" for each in evaluation.deadlines):
        yield "工作目标进展按期填报，有困难或者不能完成的，写明存在的问题。"
    claims = [each for each in evaluation.classes.values() if each.bonus.kinds and each.bonus.claimed_in]
    if claims:
        consent = "；须征得分管领导同意的，附同意文号" if any(each.bonus.consent for each in claims) else ""
        yield (
            f"申报加分的，在{names(dict.fromkeys(each.components[each.bonus.claimed_in].name for each in claims))}"
            f"的报送表中一并填写，写明主要事实、证明材料和领导班子审议文号{consent}。加分经审核、公示后计入总分。"
        )
    if any(each.strict for each in evaluation.deadlines):
        yield "逾期报送的材料，时限中注明须经批准的，未经批准不予计入。"
