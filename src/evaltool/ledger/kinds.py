"""Which kinds of decision there are: the word of each, the columns that it needs and those that it may fill in.

What stands in any other column would say more than the tool does, so it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from evaltool.names import day_in, folded
from evaltool.roster import MATTER_WORDS

COLUMNS = {
    "种类": "kind",
    "文号": "document",
    "日期": "date",
    "理由": "reason",
    "单位": "unit",
    "评估主体": "evaluator",
    "评估内容": "component",
    "指标": "indicator",
    "批次": "batch",
    "文件指纹": "file_hash",
    "工作表": "sheet",
    "单元格": "cell",
    "原值": "before",
    "新值": "after",
    "生效日期": "effective",
    "计分批次": "run",
    "截止日期": "until",
    "提出人": "source",
    "项目": "item",
    "事项": "deed",
}
HEADERS = {attribute: header for header, attribute in COLUMNS.items()}
ALWAYS = ("kind", "document", "date", "reason")
DAYS = ("date", "effective", "until")
UNIT_CHANGES = {"更名": "renamed", "合并": "merged", "撤销": "dissolved", "新设": "founded"}
VERIFIED = {"属实": "true", "不属实": "false"}
ENTRIES = {"opinion": "意见", "objection": "异议"}
"""What is registered before anything is decided about it: its kinds, with their words."""
NO_OBJECTION = "无意见"
OUTCOMES = {"采纳": "upheld", "部分采纳": "in_part", "不采纳": "rejected"}
VERDICTS = {"整改到位": "done", "退回": "sent_back"}
_ABOUT = ("unit", "source", "component", "indicator")
_CLAIM = ("before", "file_hash", "sheet", "cell")


@dataclass(frozen=True, slots=True)
class DecisionKind:
    """One kind of decision: its word in the ledger, the columns it needs and those it may fill in beside `ALWAYS`.

    `after` and `before` say what the new and the old value must be; `choices` are the words that the new value can be;
    `refers` is what the column 评估内容 names; `needs_if` are columns needed with one of the choices and not used with
    the others, `needs_unless` those needed where another one is blank.  `says` is what it decides, for whoever fills in
    the ledger.  `moves`: whether it can move a result; what does not is a record of the procedure.
    """

    word: str
    needs: tuple[str, ...]
    may: tuple[str, ...] = ()
    after: Literal["any", "points", "place", "points_or_level"] = "any"
    before: Literal["any", "points", "evaluator"] = "any"
    refers: Literal["component", "field", "award"] = "component"
    choices: tuple[str, ...] = ()
    needs_if: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needs_unless: Mapping[str, str] = field(default_factory=dict)
    new_line: bool = False  # the indicator is no line yet: its name
    says: str = ""
    moves: bool = True

    @property
    def of_files(self) -> bool:
        """Whether a decision is about files as a whole, so that it may be about several."""
        return (
            "file_hash" in self.needs and "cell" not in self.needs and self.word != "密钥遗失"
        ) or self.word in ENTRIES.values()


def _extra(word: str, says: str, *more: str) -> DecisionKind:
    how = "新值写分值；规则分了种类的，项目写种类（带级别、名次），分值由规则定的可以不写，同一事项几次受奖罚的写事项"
    may, form = ("item", "after", "deed", *more), {"after": "item"}
    after: Literal["points_or_level"] = "points_or_level"
    return DecisionKind(word, ("unit",), may, after, before="points", needs_unless=form, says=f"{says}：{how}")


KINDS: Mapping[str, DecisionKind] = {
    # 项目 is the kind of the rules, 新值 then its level or its points, or nothing where the rules say what it is worth;
    # file, worksheet and cell say which claim a bonus answers, 原值 what was claimed
    "bonus": _extra("加分", "委员会确认的加分", *_CLAIM),
    "deduction": _extra("扣分", "委员会确认的扣分"),
    "veto": DecisionKind(
        "一票否决", ("unit",), ("after",), says="等次降一等，总分不变；规则分了情形的，新值写是哪一种情形"
    ),
    # without a batch: everything that the evaluator is asked for
    "waiver": DecisionKind("免报", ("evaluator",), ("batch",), says="该评估主体不再报送；写了批次的，只免这一批"),
    # a blank "from" means that the cell was left blank
    "correction": DecisionKind(
        "更正",
        ("file_hash", "sheet", "cell", "after"),
        ("unit", "evaluator", "component", "before"),
        says="改正报送表中的一个数；原来空白的，不写原值",
    ),
    "exclusion": DecisionKind("排除", ("file_hash",), ("evaluator",), says="这份表不计"),
    "supersession": DecisionKind(
        "采用", ("file_hash",), ("evaluator",), says="同一主体报来几份，或两次录入不一致，以这份为准"
    ),
    "combination": DecisionKind(
        "合并采用",
        ("file_hash",),
        ("evaluator",),
        says="同一主体分几份报来、没有一格互相矛盾的表合起来计入，每份一行",
    ),
    "late_acceptance": DecisionKind(
        "逾期采用", ("file_hash",), ("evaluator",), says="过了严格期限才收到的表，同意计入"
    ),
    # 文件指纹 is the id of the key, as the findings on its sheets print it
    "key_lost": DecisionKind("密钥遗失", ("file_hash",), says="用这个密钥发出的表不经验证也计入；文件指纹写密钥编号"),
    # 评估内容 names the field of work whose award is meant; blank means the ranks
    "tie": DecisionKind(
        "同分裁定",
        ("unit", "after"),
        ("component",),
        after="place",
        refers="field",
        says="同分单位的名次，每个单位一行；单项奖的在评估内容中写单项",
    ),
    "not_applicable": DecisionKind("不适用", ("unit", "component"), ("indicator",), says="该单位没有这项内容或指标"),
    "award_revoked": DecisionKind(
        "撤销奖项", ("unit", "component"), refers="award", says="取消该单位的奖项，名额空缺；评估内容写奖项名称"
    ),
    "target_change": DecisionKind(
        "目标调整",
        ("unit", "component", "indicator", "before", "after", "effective"),
        after="points",
        before="points",
        says="改一个单位一项指标的预赋分值，几项一起登记，合计不变",
    ),
    # 文件指纹 is that of the sheet on which the goals were declared, so that what is confirmed is what was approved
    "goals_agreed": DecisionKind(
        "目标审批",
        ("unit", "file_hash", "after"),
        after="any",
        says="分管领导同意该单位申报的目标，报委员会确认；文件指纹写申报表的，新值写审批的领导",
    ),
    # 指标 is the name of the new goal, 项目 the part that it belongs to
    "goal_added": DecisionKind(
        "任务增加",
        ("unit", "component", "indicator", "after", "effective"),
        ("item",),
        after="points",
        new_line=True,
        says="年内增加的一项目标，新值写分值，指标写名称，项目写所属部分；同一文件中其他目标的分值相应调整，合计不变",
    ),
    "goal_text": DecisionKind(
        "目标变更",
        ("unit", "component", "indicator", "item", "after", "effective"),
        ("before",),
        says="改一项目标的文字或目标值；项目写改哪一栏（名称、评分标准、目标值、责任领导等），原来空着的，不写原值",
    ),
    "unit_changed": DecisionKind(
        "单位变动",
        ("unit", "after"),
        ("effective",),
        choices=tuple(UNIT_CHANGES),
        needs_if={"更名": ("before",), "合并": ("before",)},
        says="更名、合并、撤销、新设；更名、合并的，原值写原名称",
    ),
    "charge_changed": DecisionKind(
        "分管调整",
        ("evaluator", "unit"),
        ("before", "effective"),
        before="evaluator",
        says="该单位改由另一位领导分管；原值写原分管领导，没有的不写",
    ),
    "evidence_verified": DecisionKind(
        "证据核实",
        ("unit", "component", "after"),
        ("indicator",),
        choices=tuple(VERIFIED),
        says="规则要求核实的内容，核实后才计分",
    ),
    "batch_reopened": DecisionKind(
        "批次重录", ("evaluator", "batch", "file_hash"), says="这一批评价卡重新录入，原表不计"
    ),
    "bonus_refused": DecisionKind(
        "加分不予认定",
        ("unit", "item", "file_hash", "sheet", "cell"),
        ("before",),
        before="points",
        says="委员会没有同意的一项加分申报；文件指纹、工作表、单元格写申报在哪里",
        moves=False,
    ),
    "objection_rejected": DecisionKind(
        "异议驳回", ("unit",), ("before",), says="不改变得分，写入反馈书和台账；原值写异议的文号", moves=False
    ),
    # the register: 文号 is the paper that came, 理由 what it says; the later lines name it by that number in 原值
    "opinion": DecisionKind(
        "意见",
        ("source",),
        ("unit", "component", "indicator", "file_hash", "after", "until"),
        choices=(NO_OBJECTION,),
        says="对征求意见稿提出的意见：文号写来文，理由写意见，没有意见的新值写无意见",
        moves=False,
    ),
    "objection": DecisionKind(
        "异议",
        ("unit",),
        ("source", "component", "indicator", "file_hash", "until"),
        says="对结果的异议：文号写来文，理由写异议事项，文件指纹写证明材料；由别人提出的写提出人",
        moves=False,
    ),
    "settled": DecisionKind(
        "处理意见",
        ("before", "after"),
        _ABOUT,
        choices=tuple(OUTCOMES),
        says="对一条意见或异议的决定，原值写它的文号；采纳的，再登记更正等决定，重新计分",
        moves=False,
    ),
    "replied": DecisionKind("答复", ("before",), _ABOUT, says="异议已经答复，原值写它的文号", moves=False),
    # matters to put right: 文号 is the paper that asks for it, 项目 the matter; later lines name both, in 原值 and 项目
    "matter": DecisionKind(
        "整改事项",
        ("unit", "item", "until"),
        ("after", "component", "indicator", "source"),
        choices=MATTER_WORDS,
        says="要该单位整改（改进、办理）的一件事，每件一行：文号写通知书或纪要，项目写事项，截止日期写期限，新值写类别（空着的是整改）",
        moves=False,
    ),
    "matter_extended": DecisionKind(
        "整改延期",
        ("unit", "before", "until"),
        ("item",),
        says="同意延期到截止日期；原值写事项的文号，项目写事项，不写的是该单位这一文号下的全部事项",
        moves=False,
    ),
    "matter_verified": DecisionKind(
        "整改核实",
        ("unit", "before", "after"),
        ("item", "file_hash", "source"),
        choices=tuple(VERDICTS),
        says="核实的结论，理由写怎样核实、情况如何，文件指纹写佐证材料，提出人写核实人；原值、项目同整改延期",
        moves=False,
    ),
    "matter_closed": DecisionKind(
        "整改销号",
        ("unit", "before"),
        ("item",),
        says="核实到位的事项销号，文号写销号通知书的；原值、项目同整改延期",
        moves=False,
    ),
    # the stages: each names a run, with its short code where that is known
    "sent_for_opinion": DecisionKind(
        "征求意见", ("run",), ("until",), says="这一批次的结果送出征求意见，截止日期前反馈", moves=False
    ),
    "approved": DecisionKind("审定", ("run",), says="这一批次的结果经委员会审定", moves=False),
    "posted": DecisionKind(
        "公示", ("run", "until"), ("effective",), says="这一批次的结果自生效日期起公示到截止日期", moves=False
    ),
    "final": DecisionKind("公布", ("run",), says="这一批次的结果为最终结果，予以公布", moves=False),
    # 原值 is the document of the decision that is withdrawn, 新值 its kind, 文件指纹 its own or that of its file; the
    # others narrow it down to one line
    "withdrawal": DecisionKind(
        "撤回",
        ("before",),
        ("after", "unit", "evaluator", "component", "indicator", "batch", "file_hash", "sheet", "cell"),
        says="以前登记的一行决定不再有效，原来的一行保留；原值写那项决定的文号，同一文号有几行的，再写种类（新值）、单位等，直到只剩一行",
    ),
}
_WORDS = {kind.word: name for name, kind in KINDS.items()} | {name: name for name in KINDS}
_WORDS |= {"withdraw": "withdrawal", "定稿": "final", "通报": "final", "published": "final"}
_HASH = re.compile(r"[0-9a-f]{8,64}\Z")
_CELL = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}\Z")
RUN = re.compile(r"0*([1-9][0-9]{0,5})(?:[ ,，、/(（]*([0-9a-f]{8})[)）]?)?\Z")
"""The number of a run, and its short code."""
_NUMBER = {"points": re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?\Z"), "place": re.compile(r"[1-9][0-9]{0,5}\Z")}


def is_points(text: str) -> bool:
    """Whether a text is a number of points."""
    return bool(_NUMBER["points"].match(text))


def kind_named(text: str) -> str:
    """The kind that is called so, in Chinese or in English; "" if none is."""
    return _WORDS.get(folded(text).casefold(), "")


def needed(kind: DecisionKind, fields: Mapping[str, str]) -> tuple[str, ...]:
    """The columns that a line of this kind with these values must fill in, beside `ALWAYS`."""
    unless = (each for each, other in kind.needs_unless.items() if not fields.get(other))
    return (*kind.needs, *unless, *kind.needs_if.get(fields.get("after", ""), ()))


def misshapen(kind: DecisionKind, attribute: str, text: str, item: str = "") -> str:
    """The form that a text of this column should have and has not (date, run, hash, address, number, choice), or "";
    `item`: what the line's column of that name says."""
    if attribute in DAYS:
        return "" if day_in(text) else "date"
    if attribute == "run":
        return "" if RUN.match(text) else "run"
    if attribute == "file_hash":
        return "" if _HASH.match(text) else "hash"
    if attribute == "cell":
        return "" if _CELL.match(text) else "address"
    if attribute == "after" and kind.choices:
        return "" if text in kind.choices else "choice"
    if attribute in ("after", "before"):
        form = kind.after if attribute == "after" else kind.before
        form = "points" if form == "points_or_level" and not item else form  # a level is one of a kind
        return "" if form not in _NUMBER or _is_number(text, form) else "number"
    return ""


def tidied(kind: DecisionKind, attribute: str, text: str) -> str:
    """A day as 2027-03-31, a hash in small letters, an address without `$`, a number and a laid down word without
    blanks, all in signs of half width."""
    plain = folded(text)
    if attribute in DAYS:
        day = day_in(text)
        return day.isoformat() if day else text
    if attribute == "run":
        found = RUN.match(plain.casefold())
        return " ".join([found[1].zfill(4), *filter(None, [found[2]])]) if found else text
    if attribute == "file_hash":
        return plain.lower()
    if attribute == "cell":
        return plain.upper().replace("$", "")
    form = {"after": kind.after, "before": kind.before}.get(attribute, "any")
    form = "points" if form == "points_or_level" and is_points(plain) else form
    laid_down = form in _NUMBER or (attribute == "after" and kind.choices)
    return plain if laid_down else text


def _is_number(text: str, form: str) -> bool:
    """Points and places are positive and written out: a minus or an exponent may mean something else to a reader."""
    return bool(_NUMBER[form].match(text) and Decimal(text))
