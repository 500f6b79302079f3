"""What stands on the sheet 填写说明: how to fill in, what each worksheet asks and what comes of it, when it is due.

Everything is said from the form and from the rules; the sheet changes when they change.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from evaltool.evaluation import Evaluation
from evaltool.exact import plain
from evaltool.questions.deadlines import deadline
from evaltool.questions.forms import ABSTAINED, ENTRIES, FIGURE, GUIDE_SHEET, Form, FormColumn, FormSheet, FormTable
from evaltool.rules import Component, Policy, Scheme, WeightTo
from evaltool.rules.combining import way_in_words
from evaltool.rules.wording import worth
from evaltool.sheets.guidesheet import GuideSection
from evaltool.sheets.inputs import InputBlock, blocks, is_rank, kind_of, words

_MOST_ROWS = 12
_COUNTS_AS = {
    "out": "不计入平均",
    "full": "按满分计",
    "zero": "按零分计",
    "reweigh": "其权重按比例转到并列的其他部分",
    "mean": "按其余评分的平均计",
    "group_mean": "以其余评分为准，都没有的按本分类其他单位的平均得分率计",
    "class_mean": "以其余评分为准，都没有的按同类对象的平均得分率计",
}
_NOT_SCORED = {
    "goals": (
        "一行写一项目标，写得出完成标准、查得到数据；同一目标不要分写两行。",
        "承担角色写明是独立承担，还是只负责协调、指导、服务；牵头、配合的，另一方也要在自己的表中写明。",
        "三级责任人：责任领导是本单位主要负责同志或班子成员，分管责任人是分管此项工作的负责人，具体责任人是承办人。",
        "表头上方的一行随时显示各部分分值之和；与应为的分值相符、各行填齐后变为绿色。",
        "申报的目标经审核、批准后下达，年末由评估组逐项打分。批准以后要调整的，须另行报批。",
    ),
    "progress": ("进展表不计分，用于了解进展、及早发现困难；完成进度按年度目标计算，年底应达到的为100。",),
    "report": (
        "完成情况写结果，不写过程；与目标值不一致的，写明原因。自评分不超过该项目标的预赋分值。",
        "本表不计分，评分的人打分时看得到；与经核实的数不一致的，会请本单位说明。",
    ),
    "figures": ("核实数按计量单位填写，只写数；与单位自报的不一致，评分时以核实数为参考。",),
    "rectification": (
        "整改措施写做什么、做到什么程度；一项措施管不住的，分条写在同一格。",
        "完成时限写日期，不晚于表中的期限；确需延期的，先书面申请，批准后按新的期限填写。",
    ),
    "rectified": (
        "完成情况写结果：做了哪些、指标或满意度有什么变化、怎样防止再发生。",
        "填“正在整改”的，不填完成日期；完成以后再报一次，在原表上改好即可。",
    ),
    "remarks": ("本表不计分，与评分表、评价卡分开交；意见由绩效办初选后采用，公文中只写来源，不写是谁提的。",),
    "evidence": (
        "验证方式：现场验证、工作底单核验，或综合验证；表中写明规定方式的，按规定方式验证。结论为属实的才计分；未经验证的，按规则中“未经核验”的规定处理。",
    ),
}
_TEXTS = {
    "goal_name": "新改建农村公路80公里",
    "goal_points": "12",
    "goal_standard": "建成通车80公里得满分，每少1公里扣0.15分",
    "goal_source": "交通部门年报",
    "goal_target": "80",
    "goal_measure": "公里",
    "goal_base": "65",
    "goal_leader": "张三",
    "goal_manager": "李四",
    "goal_person": "王五",
    "progress_text": "已建成通车48公里，其余路段路基已完成",
    "progress_percent": "60",
    "progress_problem": "两个路段征地尚未完成",
    "report_text": "建成通车82公里，超额2公里",
    "report_value": "82",
    "report_evidence": "附件3：竣工验收报告",
    "report_points": "12",
    "verified_value": "81.5",
    "verified_remark": "按交通部门年报口径",
    "matter_measure": "增设两个窗口，实行延时服务，每周通报办结时限",
    "matter_leader": "张三",
    "matter_person": "王五",
    "matter_done": "7月起增设窗口，平均办结时限由5天降到2天",
    "matter_evidence": "附件2：窗口排班表、办结时限统计",
    "remark_theme": "政务服务",
    "remark_text": "窗口排队时间长，希望增开窗口",
    "verify_remark": "台账与现场不符：缺验收单",
    "reasons": "对照年初目标，逐项写明完成情况和主要差距。",
    "claim_deed": "××工作",
    "claim_facts": "××工作获国家级表彰，证书见附件1。",
    "claim_document": "党组纪要〔××〕3号",
    "claim_consent": "签批单12号",
}


def guide(evaluation: Evaluation, form: Form) -> tuple[GuideSection, ...]:
    """The instructions for whoever fills in a form."""
    return (
        GuideSection("一、怎么填", tuple(_how())),
        GuideSection("二、交回", tuple(_return(evaluation, form))),
        *([GuideSection("三、两人录入", tuple(_twice(form)))] if form.twice else []),
        *(
            GuideSection(
                f"工作表“{sheet.title}”", tuple(_said(evaluation, form, sheet)), tuple(_rows(evaluation, sheet))
            )
            for sheet in form.sheets
        ),
    )


def _how() -> Iterator[str]:
    yield "1. 只填浅黄色单元格。其余单元格已锁定（没有密码）；需要时可以调整列宽和行高。"
    yield "2. 点中单元格，会显示这一格填什么；带下拉箭头的，从列表中选。深灰色单元格不适用，不必填。"
    yield "3. 表头上方的一行随时显示已填多少、还差多少，填齐后变为绿色。只有填对了的才计数。"
    yield "4. 黄底：这一行已经开始填，这一格还空着。红底：不是数字、超出范围、小数位数太多、不在选项之内或名次重复。"
    yield "5. 可以复制粘贴，请用“选择性粘贴—数值”。不要填公式，不要合并单元格，不要插入或删除行、列。"
    yield "6. 不要改工作表名称、表头、单位名称和表尾的模板编号；文件名可以改。"
    yield f"7. 用 Excel 2016 及以上版本、WPS 表格或 LibreOffice 填写。本页（{GUIDE_SHEET}）不必填。"


def _return(evaluation: Evaluation, form: Form) -> Iterator[str]:
    office, role = evaluation.settings.office, evaluation.evaluators[form.evaluator].role
    last = deadline(evaluation, role, form.batch)
    due = [last] if last else []
    yield f"1. 保存为 .xlsx 文件，不设打开密码，交回{office}。纸质件每页页脚有签章栏，需要存档的打印后签章。"
    if due:
        listed = "；".join(f"{each.what}：{each.date.year}年{each.date.month}月{each.date.day}日" for each in due)
        yield f"2. 期限：{listed}。"
    else:
        yield f"2. 期限：以{office}的通知为准。"
    yield "3. 交回后要改的，不要另起新表：在原表上改好再交，并说明以哪一份为准。"


def _twice(form: Form) -> Iterator[str]:
    yield f"1. 同一份纸质表由两个人各录一遍，本工作簿供{ENTRIES[form.entry]}。两人不互相参看，不复制对方的表。"
    yield "2. 照纸质表逐格录入；看不清的不要猜，留空并告知监录人。评价卡不必按同一顺序录入。"
    yield "3. 录完打印，录入人、监录人在每页页脚签名，与纸质表一并存档。"
    yield "4. 两份不一致的格会逐一列出，对照纸质表更正；两份一致，或者决定了以哪一份为准，才计入。"


# --- a worksheet: the rule behind it ---------------------------------------------------------------------------------


def _said(evaluation: Evaluation, form: Form, sheet: FormSheet) -> Iterator[str]:
    if form.kind in _NOT_SCORED:
        yield from sheet.notes
        yield from _NOT_SCORED[form.kind]
    else:
        yield from _about(evaluation, sheet)


def _about(evaluation: Evaluation, sheet: FormSheet) -> Iterator[str]:
    yield from sheet.notes
    for table in sheet.tables[:1]:
        scheme = evaluation.classes.get(table.class_id)
        if table.kind == "cards":
            yield "一张评价卡填一行，卡号就是行号；作废的卡也要登记，在最后一列标明。全部空白的行不算卡。"
        if scheme is None:
            yield "每一行是一种评价卡：发放、收回、废票各多少张。收回张数应与登记的张数一致。"
        elif table.component in scheme.components:
            yield from _rule(evaluation, scheme, table.component)
            yield from _own_methods(evaluation, scheme, table.component, sheet)
            if table.kind != "figures":
                yield from _blanks(evaluation, scheme.components[table.component], scheme)
        else:
            yield f"用于评定“{table.component}”，不计入总分。空着不填的视为漏填，会退回补填。"


def _rule(evaluation: Evaluation, scheme: Scheme, leaf: str) -> Iterator[str]:
    """Name, weight, who answers, how it is scored."""
    component = scheme.components[leaf]
    weight, total = worth(scheme.weight(leaf)), plain(scheme.head.total)
    yield f"评估内容：{'—'.join(_path(scheme, leaf))}。权重：总分 {total} 分中占 {weight} 分。"
    yield f"评估主体：{_who(evaluation, component)}。"
    if component.answer is not None:
        said = "计分" if component.measured else "打分"
        formula = component.answer.formula["zh"]
        yield f"{said}：{component.answer.in_words('zh', scheme, weight)}。"
        yield f"{'公式' if said == '计分' else '计分'}：{formula}；得分率乘以权重，就是这一项的得分。"
    if component.each:
        yield f"次数：{component.each.in_words('zh')}。"


def _own_methods(evaluation: Evaluation, scheme: Scheme, leaf: str, sheet: FormSheet) -> Iterator[str]:
    """How the lines of this sheet that have a method of their own are scored."""
    asked = {line.indicator or column.indicator for t in sheet.tables for line in t.lines for column in t.columns}
    lines = [line for line in evaluation.indicators(scheme.id, leaf) if line.id in asked and line.method]
    for method in dict.fromkeys(line.method for line in lines if line.method in scheme.methods):
        names = "、".join(dict.fromkeys(line.name for line in lines if line.method == method))
        yield f"指标“{names}”：{scheme.methods[method].in_words('zh', scheme, '预赋分值')}。"


def _path(scheme: Scheme, leaf: str) -> list[str]:
    component = scheme.components[leaf]
    return [*(_path(scheme, component.parent) if component.parent else []), component.name]


def _who(evaluation: Evaluation, component: Component) -> str:
    if component.by == "self":
        return "被评估单位自己"
    if component.by == "owner":
        return "各指标的评分主体"
    several = sum(each.role == component.by for each in evaluation.roster.evaluators)
    over = f"（共 {several} 个，{way_in_words('zh', component.over)}）"
    return evaluation.roles.get(component.by, component.by) + (over if several > 1 and not component.ballot else "")


def _blanks(evaluation: Evaluation, component: Component, scheme: Scheme) -> Iterator[str]:
    """What becomes of a cell that is left blank, and of one who abstains."""
    office = evaluation.settings.office
    if component.ballot:
        abstain = _abstaining(scheme, component.scale_name)
        yield "某个单位空着的，算作对该单位未评，不计入平均" + (
            f"；选“{abstain}”是弃权，也不计入平均。" if abstain else "。"
        )
        return
    points = component.answer and not component.answer.scale_name and not component.answer.places_name
    zero = "得零分的要填 0，不能空着。" if points else ""
    missing, abstained = component.policy("missing"), component.policy("abstained")
    if isinstance(missing, WeightTo) or missing == "refuse":
        yield f"空着不填的视为漏填，会退回补填。{zero}"
    else:
        yield f"空着不填的，{_counts_as(missing)}。{zero}"
    abstain = _abstaining(scheme, component.scale_name) if component.scale_name else ""
    if abstain:
        yield f"选“{abstain}”是弃权，不计入平均。"
    elif abstained == "refuse":
        yield f"本项不能弃权；确实无法评价的，不要随意填写，先与{office}联系。"
    else:
        how = f"先与{office}联系" if component.scale_name else f"在格内填“{ABSTAINED}”"
        yield f"确需弃权的，{how}。弃权的，{_counts_as(abstained)}。"


def _counts_as(policy: Policy) -> str:
    """What becomes of an answer that is not there."""
    if isinstance(policy, WeightTo):
        return "其权重转到规则指定的部分"
    return f"按满分的{plain(policy)}%计" if isinstance(policy, Decimal) else _COUNTS_AS[policy]


def _abstaining(scheme: Scheme, scale: str) -> str:
    return "、".join(choice for choice, points in scheme.scales[scale] if points == "abstain")


# --- a worksheet: what its columns take ------------------------------------------------------------------------------


def _rows(evaluation: Evaluation, sheet: FormSheet) -> Iterator[tuple[str, str, str]]:
    for table in sheet.tables:
        listed = [block for block in blocks(table) if block.column.field != "sum"]
        for block in listed[:_MOST_ROWS]:
            yield _name(table, block), words(block)[0], _example(evaluation, block)
        if len(listed) > _MOST_ROWS:
            yield f"其余 {len(listed) - _MOST_ROWS} 栏", "与以上各栏相同，范围见表头。", ""


def _name(table: FormTable, block: InputBlock) -> str:
    if block.stop - block.start == 1:
        return block.column.header.replace("\n", "")
    return "各单位" if table.kind == "cards" else "各档张数"


def _example(evaluation: Evaluation, block: InputBlock) -> str:
    column = block.column
    if column.kind == "number" and column.field in _TEXTS:
        return _TEXTS[column.field]
    match kind_of(column):
        case "choice":
            return column.choices[0]
        case "date":
            return f"{evaluation.settings.year}-06-18"
        case "text":
            return _TEXTS.get(column.field, "查看台账和现场")
        case "number" if column.field.startswith(FIGURE):
            return "1286.35" if column.decimals >= 2 else "128"
        case "count":
            return "0" if column.field == "spoiled" else "36"
    return _number(column, block.high)


def _number(column: FormColumn, high: Decimal) -> str:
    """Nine tenths of the range, with one decimal where decimals are allowed; a place near the front."""
    if is_rank(column):
        return plain(min(Decimal(2), high))
    share = column.low + (high - column.low) * Decimal("0.9")
    return plain(share.quantize(Decimal(1).scaleb(-min(column.decimals, 1))))
