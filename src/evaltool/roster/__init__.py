"""Who takes part, as values: units, evaluators, who is in charge of what, batches of cards, indicators, earlier years.

Each value is a row of a long table that the clerk keeps, each line of its class a column (`columns.py`); a table is a
line of `Roster`.  `tables.py` says how the tables are read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated, Literal

from evaltool.roster.columns import Header, RosterTable, tables_of

Participation = Literal["ranked", "unranked", "out"]
STANDING_WORDS: Mapping[str, Participation] = {"参评": "ranked", "不排名": "unranked", "不参评": "out"}
PUBLIC_WORDS = {"是": "shown", "否": "kept"}
WAYS_TO_VERIFY = ("现场验证", "工作底单核验", "综合验证")
MATTER_WORDS = ("整改", "改进", "转办")
"""What a matter asks of a unit: to put right, to improve (what a hearing or a review advised), to answer what was
passed on to it."""
CHANGE_WORDS = {"更名": "renamed", "合并": "merged", "撤销": "dissolved", "新设": "founded"}
MEETING_KINDS = {"听证会": "hearing", "专家评审": "experts"}
RemarkKind = Literal["problem", "advice", "praise"]
REMARK_KINDS: Mapping[str, RemarkKind] = {"问题": "problem", "建议": "advice", "肯定": "praise"}
RemarkSource = Literal["office", "citizens", "observers", "hearing", "experts"]
SOURCES: Mapping[str, RemarkSource] = {
    "市绩效办": "office",
    "公众": "citizens",
    "绩效观察员": "observers",
    "听证会": "hearing",
    "专家评审": "experts",
}
OPEN_WORDS: Mapping[str, Literal["shown", "kept"]] = {"公开": "shown", "不公开": "kept"}
YES_OR_NO: Mapping[str, Literal["yes", "no"]] = {"是": "yes", "否": "no"}


@dataclass(frozen=True, slots=True)
class Unit:
    """An evaluated unit; `aliases` are other names that mean it (offices that share its staff, earlier names);
    `official`: its full name, by which documents address it."""

    id: Annotated[str, Header("编号", "各表都可以用它指这个单位", "any table may mean the unit by it")]
    name: Annotated[str, Header("名称", "表和公文中的名称", "its name on sheets and in notices")]
    class_id: Annotated[str, Header("对象类别", "按哪套规则评", "whose rules hold: the `[scheme]`", "class")]
    group: Annotated[str, Header("分类", "该 `[scheme]` 的 `groups` 之一", "one of its `groups`", "group")]
    order: Annotated[int, Header("顺序", "表和公文中的次序", "its place on sheets and in notices")]
    standing: Annotated[
        Participation,
        Header("参评", "空着的参评；不排名的只评分", "blank: 参评; 不排名: scored, not ranked", "", STANDING_WORDS),
    ] = "ranked"
    aliases: Annotated[tuple[str, ...], Header("别名", "也指这个单位的其他名称", "other names that mean it")] = ()
    official: Annotated[
        str,
        Header(
            "公文名称",
            "公文称呼和主送用的全称，如某某县人民政府；空着的用名称",
            "its full name, by which documents address it; blank: its name",
        ),
    ] = ""
    leads: Annotated[
        str,
        Header(
            "任职单位",
            "是人员的，写他任职的单位（编号或名称）：取所在单位结果的（`whose`）按它取",
            "of a person: the unit that he or she leads, by id or name (see `whose`)",
        ),
    ] = ""
    results_in: Annotated[
        str,
        Header(
            "结果文件夹",
            "有自己的评估的（如省对市），它的文件夹或解压的归档：取各自结果的（`folders`）按它取",
            "of a unit with an evaluation of its own, as a city has: its folder or unpacked archive (see `folders`)",
        ),
    ] = ""

    @property
    def other_names(self) -> tuple[str, ...]:
        """All names but its own that mean it."""
        return (*self.aliases, self.official) if self.official not in ("", self.name, *self.aliases) else self.aliases

    @property
    def addressed(self) -> str:
        """What documents call it to its face."""
        return self.official or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChange:
    """A unit renamed, merged, dissolved or founded, with the document that did it."""

    unit: Annotated[str, Header("单位", "变动的单位", "the unit that changed", "unit")]
    kind: Annotated[str, Header("变动", "变动的种类", "what happened", "", CHANGE_WORDS)]
    date: Annotated[date | None, Header("日期", "哪天起", "from which day")] = None
    document: Annotated[str, Header("文号", "凭哪份文件", "by which document")]
    former: Annotated[str, Header("原名称", "更名前的名称，仍指这个单位", "the name before, which still means it")] = ""
    successor: Annotated[str, Header("并入单位", "合并后归哪个单位", "the unit that it became part of", "unit")] = ""


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Who fills in a sheet.  `unit`: the evaluated unit that this evaluator is (a department that scores others)."""

    id: Annotated[str, Header("编号", "各表都可以用它指这个评估主体", "any table may mean the evaluator by it")]
    name: Annotated[str, Header("名称", "表上的名称", "the name on sheets")]
    role: Annotated[str, Header("角色", "`[roles]` 之一", "one of `[roles]`", "role")]
    unit: Annotated[str, Header("所属单位", "自己的单位（见 `own_line`）", "its own (see `own_line`)", "unit")] = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """What an evaluator is in charge of; a blank column means all.  An evaluator without a line judges everybody."""

    evaluator: Annotated[str, Header("评估主体", "谁评", "who marks", "evaluator")]
    class_id: Annotated[str, Header("对象类别", "只评这一类", "only units of this class", "class")] = ""
    group: Annotated[str, Header("分类", "只评这一分类", "only units of this group", "group")] = ""
    unit: Annotated[str, Header("单位", "只评这个单位", "only this unit", "unit")] = ""
    start: Annotated[date | None, Header("起", "第一天", "the first day")] = None
    end: Annotated[date | None, Header("止", "最后一天", "the last day")] = None

    def covers(self, unit: Unit, on: date) -> bool:
        inside = (self.start is None or self.start <= on) and (self.end is None or on <= self.end)
        return inside and self.names(unit)

    def names(self, unit: Unit) -> bool:
        """Whether the unit is meant, on whatever day."""
        return self.unit in ("", unit.id) and self.group in ("", unit.group) and self.class_id in ("", unit.class_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One collection of cards: where and when, and how many cards the sheet has room for.

    `scope`: the units, groups or classes that its cards are about, as they are written in the table; blank: all whom
    the evaluator judges.
    """

    evaluator: Annotated[str, Header("评估主体", "谁填评价卡", "whose cards they are", "evaluator")]
    id: Annotated[str, Header("批次", "批次的名称", "what the batch is called")]
    meeting: Annotated[str, Header("会议", "在哪次会议上填", "the meeting at which they are filled in")] = ""
    place: Annotated[str, Header("地点", "会议地点", "where it is held")] = ""
    date: Annotated[date | None, Header("日期", "会议日期，在此之前不催报", "its day; due from then on")] = None
    cards: Annotated[int, Header("评价卡数", "表中留几张卡的位置", "how many cards the sheet has room for")]
    scope: Annotated[
        tuple[str, ...],
        Header("范围", "评哪些单位、分类、类别；空着的评全部", "units, groups or classes that they judge; blank: all"),
    ] = ()


@dataclass(frozen=True, slots=True)
class Indicator:
    """One scored line with its preset points.  `unit` blank: every unit of the class has it.

    For a measured figure: the `target` and the earlier figure (`base`) that it is held against, its unit of measure,
    the source that it is taken from.  `verified_by`: how it has to be verified, where that is fixed.  `leader`,
    `manager`, `person`: the three levels of persons responsible.
    """

    class_id: Annotated[str, Header("对象类别", "哪一类单位的", "the class that has it", "class")]
    component: Annotated[str, Header("评估内容", "属于哪项内容", "the component that it is part of", "component")]
    id: Annotated[str, Header("编号", "同一内容中不重复", "once in a component")]
    name: Annotated[str, Header("名称", "表上的名称", "its name on sheets")]
    full: Annotated[Fraction, Header("预赋分值", "满分几分；只供计算用的写 0", "its points; 0: for reckoning only")]
    owner: Annotated[str, Header("评分主体", "由谁打分（见 `by`）", "who marks it (see `by`)", "evaluator")] = ""
    unit: Annotated[str, Header("单位", "哪个单位的；空着的各单位都有", "whose it is; blank: all units'", "unit")] = ""
    part: Annotated[str, Header("部分", "`parts` 之一", "one of `parts`")] = ""
    method: Annotated[str, Header("计分方法", "`[method.名称]` 的名称", "a `[method.NAME]`; blank: `answer`")] = ""
    target: Annotated[Fraction | None, Header("目标值", "要达到多少", "the figure to reach")] = None
    base: Annotated[Fraction | None, Header("基期值", "上年数", "the figure of the year before")] = None
    figure: Annotated[
        str,
        Header(
            "算式", "由 `[figure.名称]` 算出的写名称，不再填报", "the `[figure.NAME]` that reckons it; blank: typed"
        ),
    ] = ""
    measure: Annotated[str, Header("计量单位", "按什么计量", "its unit of measure")] = ""
    source: Annotated[str, Header("数据来源", "数据取自哪里", "where the figure is taken from")] = ""
    standard: Annotated[str, Header("评分标准", "怎样算完成", "what counts as done")] = ""
    role: Annotated[str, Header("承担角色", "独立承担，还是协调、指导、服务", "what the unit does about it")] = ""
    leader: Annotated[str, Header("责任领导", "三级责任人的第一级", "responsible, first level")] = ""
    manager: Annotated[str, Header("分管责任人", "第二级", "second level")] = ""
    person: Annotated[str, Header("具体责任人", "第三级", "third level")] = ""
    changed: str = ""  # the documents that changed what it asks, by decision
    verified_by: Annotated[
        str,
        Header(
            "验证方式",
            "须经核实的（`verify`）用哪种方式验证；空着的由验证人定",
            "how a line that is verified (`verify`) has to be; blank: whoever verifies says how",
            "",
            {way: way for way in WAYS_TO_VERIFY},
        ),
    ] = ""

    @property
    def responsible(self) -> str:
        """The persons responsible, from the top."""
        return "、".join(dict.fromkeys(each for each in (self.leader, self.manager, self.person) if each))


_FIGURE = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,9})?\Z")


def figure_in(text: str) -> Fraction | None:
    """The number that a text is; None where it says anything else beside it."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return Fraction(plain) if _FIGURE.match(plain) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A goal that a unit declared and that was approved: a scored line of its own, with what was declared about it.

    `leader`, `manager`, `person`: the three levels of persons responsible.  `file_hash` and `cell`: where it was
    declared.
    """

    class_id: Annotated[str, Header("对象类别", "哪一类单位的", "the class of the unit", "class")]
    component: Annotated[str, Header("评估内容", "属于哪项内容", "the component that it is part of", "component")]
    unit: Annotated[str, Header("单位", "哪个单位的", "whose it is", "unit")]
    id: Annotated[str, Header("编号", "同一内容中不重复", "once in a component")]
    part: Annotated[str, Header("部分", "`parts` 之一", "one of `parts`")] = ""
    name: Annotated[str, Header("名称", "目标", "the goal")]
    full: Annotated[Fraction, Header("预赋分值", "满分几分", "its points")]
    standard: Annotated[str, Header("评分标准", "怎样算完成", "what counts as done")] = ""
    role: Annotated[str, Header("承担角色", "独立承担，还是协调、指导、服务", "what the unit does about it")] = ""
    source: Annotated[str, Header("数据来源", "数据取自哪里", "where figures are taken from")] = ""
    target: Annotated[
        str, Header("目标值", "要达到多少；按数计分的只写数", "what is to be reached, a number or words")
    ] = ""
    measure: Annotated[str, Header("计量单位", "按什么计量", "its unit of measure")] = ""
    method: Annotated[str, Header("计分方法", "`[method.名称]` 的名称", "a `[method.NAME]`; blank: `answer`")] = ""
    base: Annotated[Fraction | None, Header("基期值", "上年数", "the figure of the year before")] = None
    leader: Annotated[str, Header("责任领导", "三级责任人的第一级", "responsible, first level")] = ""
    manager: Annotated[str, Header("分管责任人", "第二级", "second level")] = ""
    person: Annotated[str, Header("具体责任人", "第三级", "third level")] = ""
    document: Annotated[str, Header("文号", "批准的文件", "the document that approves")]
    date: Annotated[date, Header("日期", "批准的日期", "the day of the approval")]
    agreed_by: Annotated[str, Header("审批领导", "哪位分管领导同意", "the leader in charge who approved")] = ""
    agreed_document: Annotated[str, Header("审批文号", "凭哪份文件同意", "the document of that approval")] = ""
    file_hash: Annotated[str, Header("来源文件指纹", "申报表的指纹", "the hash of the sheet that declared it")] = ""
    cell: Annotated[str, Header("来源单元格", "在申报表的哪里", "where it stands there")] = ""

    def as_indicator(self) -> Indicator:
        return Indicator(
            self.class_id,
            self.component,
            self.id,
            self.name,
            self.full,
            unit=self.unit,
            part=self.part,
            method=self.method,
            target=figure_in(self.target),
            base=self.base,
            measure=self.measure,
            source=self.source,
            standard=self.standard,
            role=self.role,
            leader=self.leader,
            manager=self.manager,
            person=self.person,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A number of the rules that differs from unit to unit: a base, an upper limit, a coefficient.  `unit` blank: every
    unit that has no row of its own."""

    unit: Annotated[
        str, Header("单位", "哪个单位的；空着的是其余各单位", "whose it is; blank: of all others", "unit")
    ] = ""
    name: Annotated[str, Header("参数", "规则中用它的名称", "the name by which rules use it")]
    value: Annotated[Fraction, Header("数值", "数", "the number")]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotApplicable:
    """Decided: this component (or one indicator of it) does not exist for this unit."""

    class_id: Annotated[str, Header("对象类别", "单位的类别", "the class of the unit", "class")]
    component: Annotated[str, Header("评估内容", "哪项内容", "which component", "component")]
    indicator: Annotated[str, Header("指标", "其中哪个指标（编号）；空着的是整项", "which line of it; blank: all")] = ""
    unit: Annotated[str, Header("单位", "哪个单位没有", "the unit that does not have it", "unit")]
    document: Annotated[str, Header("文号", "凭哪份文件", "by which document")]
    reason: Annotated[str, Header("理由", "为什么", "why")] = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A unit's result of an earlier year."""

    year: Annotated[int, Header("年度", "哪一年", "which year")]
    unit: Annotated[str, Header("单位", "哪个单位", "which unit", "unit")]
    total: Annotated[Fraction | None, Header("总分", "那年的总分", "its total")] = None
    rank: Annotated[int | None, Header("名次", "那年的名次", "its rank")] = None
    grade: Annotated[str, Header("等次", "那年的等次", "its grade")] = ""


@dataclass(frozen=True, slots=True)
class EarlierPart:
    """What a unit got in a component in an earlier year, as it was printed.  `component` is a name of that year's rules
    and may mean nothing in this year's; only what was `public` then may stand in a document."""

    year: Annotated[int, Header("年度", "哪一年", "which year")]
    unit: Annotated[str, Header("单位", "哪个单位", "which unit", "unit")]
    component: Annotated[str, Header("评估内容", "那年的哪项内容", "which component of that year")]
    weight: Annotated[Fraction, Header("分值", "那年值几分", "what it weighed then")]
    points: Annotated[Fraction, Header("得分", "那年得几分", "the points that it got")]
    public: Annotated[
        Literal["shown", "kept"],
        Header("公开", "空着的当时没有公开，反馈书不用", "blank: was not public, no letter uses it", "", PUBLIC_WORDS),
    ] = "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMatter:
    """Something that a unit had still to put right when the year began, as the year before left it."""

    unit: Annotated[str, Header("单位", "要整改的单位", "the unit that has to do it", "unit")]
    kind: Annotated[
        str,
        Header("类别", "空着的是整改", "what is asked; blank: to put right", "", {word: word for word in MATTER_WORDS}),
    ] = "整改"
    item: Annotated[str, Header("事项", "要做什么", "what has to be done")]
    document: Annotated[str, Header("文号", "凭哪份文件", "the document that asks for it")]
    asked: Annotated[date, Header("日期", "文件的日期", "its day")]
    until: Annotated[date, Header("期限", "哪天以前", "by which day")]
    component: Annotated[str, Header("评估内容", "涉及哪项内容", "what of the evaluation it is about")] = ""
    why: Annotated[str, Header("依据", "为什么", "the ground for it")] = ""
    source: Annotated[str, Header("提出人", "谁提出的", "who raised it")] = ""


@dataclass(frozen=True, slots=True)
class FieldEntry:
    """A unit that takes part in a single-field award."""

    field: Annotated[str, Header("单项", "`[[award]]` 的 `fields` 之一", "one of the `fields` of an award", "field")]
    unit: Annotated[str, Header("单位", "参加的单位", "the unit that competes", "unit")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewMeeting:
    """A hearing or a review by experts: what it was about, who held it, and what came of it."""

    id: Annotated[str, Header("编号", "“意见建议”表用它指这次会", "remarks refer to it by this")]
    kind: Annotated[
        str, Header("会议类型", "听证会还是专家评审", "a hearing, or a review by experts", "", MEETING_KINDS)
    ]
    theme: Annotated[str, Header("议题", "听证、评审什么", "what it is about")]
    date: Annotated[date | None, Header("日期", "哪天开的", "the day on which it was held")] = None
    place: Annotated[str, Header("地点", "在哪里开的", "where it was held")] = ""
    chair: Annotated[str, Header("主持人", "谁主持", "who presided")] = ""
    present: Annotated[int | None, Header("到会人数", "多少人参加", "how many were present")] = None
    document: Annotated[str, Header("纪要文号", "会议纪要的文号", "the document number of its minutes")] = ""
    result: Annotated[str, Header("结果", "听证、评审的结论", "what came of it, in words")] = ""
    minutes: Annotated[
        str,
        Header("纪要文件", "会议纪要的文件名；不止一个的用“、”隔开", "the file of its minutes, by its name"),
    ] = ""
    file_hash: Annotated[str, Header("纪要指纹", "该文件的 SHA-256", "the SHA-256 of that file")] = ""

    @property
    def word(self) -> str:
        return next(word for word, kind in MEETING_KINDS.items() if kind == self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something that somebody found or proposed, in words.  `unit` blank: it is about all of them.

    `passed_on`: the unit has to answer it, until `answer_by`; `mark`: which comments it was made of, so that nobody
    looks at them twice.  Nothing says who the person was that wrote it.
    """

    id: Annotated[str, Header("编号", "一条一个，不重复", "once in this table")]
    unit: Annotated[str, Header("单位", "对哪个单位的；空着的对各单位", "about whom; blank: about all", "unit")] = ""
    kind: Annotated[
        RemarkKind, Header("性质", "问题、建议还是肯定", "a problem, a proposal or praise", "", REMARK_KINDS)
    ]
    theme: Annotated[str, Header("主题", "归在哪个题目下，如评估内容的名称", "under which it is told")] = ""
    text: Annotated[str, Header("内容", "写成一句话，不写个人信息", "in a sentence, without personal data")]
    count: Annotated[int, Header("条数", "相同的意见有几条；空着的 1 条", "how many said so; blank: one")] = 1
    source: Annotated[RemarkSource, Header("意见来源", "谁提出的", "whose it is", "", SOURCES)]
    meeting: Annotated[str, Header("会议", "哪次听证、评审（编号）", "the number of the meeting", "meeting")] = ""
    made_on: Annotated[date | None, Header("日期", "哪天提出的", "when it was made")] = None
    public: Annotated[
        Literal["shown", "kept"],
        Header("是否公开", "空着的不公开，不写进公文", "blank: 不公开, in no document", "", OPEN_WORDS),
    ] = "kept"
    passed_on: Annotated[
        Literal["yes", "no"], Header("转办", "是否转给单位答复", "whether the unit has to answer it", "", YES_OR_NO)
    ] = "no"
    answer_by: Annotated[date | None, Header("答复期限", "转办的，何时以前答复", "by when, if passed on")] = None
    answer: Annotated[str, Header("答复", "单位怎样答复", "what the unit answered")] = ""
    answered_on: Annotated[date | None, Header("答复日期", "哪天答复的", "when it answered")] = None
    mark: Annotated[
        str,
        Header("来源标记", "取自意见初选的由程序写，不改", "written by `evaltool remarks --take`; stays as it is"),
    ] = ""

    @property
    def is_public(self) -> bool:
        return self.public == "shown"

    @property
    def is_answered(self) -> bool:
        return self.answered_on is not None

    @property
    def source_word(self) -> str:
        return next(word for word, source in SOURCES.items() if source == self.source)

    @property
    def kind_word(self) -> str:
        return next(word for word, kind in REMARK_KINDS.items() if kind == self.kind)


@dataclass(frozen=True, slots=True)
class Roster:
    """All long tables of one evaluation, by worksheet.  They are read in this order, since later ones refer to earlier.

    `decided_changes` stand in the ledger; the lines of `goals` stand at the end of `indicators` too.
    """

    units: Annotated[tuple[Unit, ...], "单位"] = ()
    changes: Annotated[tuple[UnitChange, ...], "单位变动"] = ()
    decided_changes: tuple[UnitChange, ...] = ()
    evaluators: Annotated[tuple[Evaluator, ...], "评估主体"] = ()
    charges: Annotated[tuple[Charge, ...], "分管"] = ()
    batches: Annotated[tuple[Batch, ...], "批次"] = ()
    indicators: Annotated[tuple[Indicator, ...], "指标"] = ()
    goals: Annotated[tuple[Goal, ...], "目标"] = ()
    parameters: Annotated[tuple[Parameter, ...], "参数"] = ()
    not_applicable: Annotated[tuple[NotApplicable, ...], "不适用"] = ()
    earlier: Annotated[tuple[Earlier, ...], "历年结果"] = ()
    earlier_parts: Annotated[tuple[EarlierPart, ...], "历年得分"] = ()
    fields: Annotated[tuple[FieldEntry, ...], "单项参评"] = ()
    matters: Annotated[tuple[OpenMatter, ...], "整改事项"] = ()
    meetings: Annotated[tuple[ReviewMeeting, ...], "听证评审"] = ()
    remarks: Annotated[tuple[Remark, ...], "意见建议"] = ()

    def last_before(self, year: int) -> dict[str, Earlier]:
        """Unit -> its earlier result, that of the last year before this one: what changes, places gained, and every
        comparison with last year start from."""
        rows = sorted((row for row in self.earlier if row.year < year), key=lambda row: row.year)
        return {row.unit: row for row in rows}

    @property
    def gone(self) -> set[str]:
        """Units that a decision took out of the evaluation."""
        return {row.unit for row in self.decided_changes if row.kind in ("merged", "dissolved")} & {
            unit.id for unit in self.units if unit.standing == "out"
        }


TABLES = tables_of(Roster)
"""Worksheet -> table: what is read, and what the reference page lists."""
_OF_ROWS = {table.row: table for table in TABLES.values()}


def table_of(row: type[object]) -> RosterTable:
    """The table whose rows are of this class."""
    return _OF_ROWS[row]


def header(row: type[object], attribute: str) -> str:
    """What stands above the column of an attribute."""
    return table_of(row).columns[attribute].header
