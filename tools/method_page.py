"""The page `docs/methods.md`: every scoring method with its formula, parameters, domain and examples worked out.

The examples are data; `tests/project/test_method_page.py` scores every one of them with the method itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

Facts = Mapping[str, Any]
"""Facts of an example as text: `{"target": "6"}`."""


@dataclass(frozen=True, slots=True)
class Example:
    """A rule as it is written, what stands in the cell, the facts that it is held against, the share, and how."""

    rule: str
    said: str
    share: str
    zh: str
    en: str
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class About:
    """What a method is for, what it does at the edges, where it comes from; its parameters and examples."""

    zh: str
    en: str
    edges_zh: str
    edges_en: str
    source: str
    parameters: Mapping[str, tuple[str, str]]
    examples: tuple[Example, ...]


_BETTER = ("越高越好 higher，或越低越好 lower", "`higher` or `lower` figures are better")
ABOUT: Mapping[str, About] = {
    "points": About(
        "在预赋分值内打分；有指标的逐项打分后相加。",
        "Points out of preset points; with indicators, line by line, added up.",
        "不适用的指标从预赋分值中减去，按余下的折算。",
        "A line that does not apply shrinks the preset points; the rest is converted.",
        "base work, common goals, priority goals",
        {
            "points": ("预赋分值合计", "the preset points in all"),
            "parts": ("各部分的预赋分值", "the preset points of each part"),
        },
        (Example("{ points = 30 }", "24", "4/5", "24÷30", "24 / 30", {"full": "30"}),),
    ),
    "percent": About(
        "按百分制打分。",
        "Points out of 100.",
        "空着的按 missing 的规定处理，不当作零分。",
        "A blank cell follows `missing`; it is never a silent zero.",
        "self-assessment, the mayor's marks",
        {},
        (Example('"percent"', "85", "17/20", "85÷100", "85 / 100"),),
    ),
    "choice": About(
        "从若干档次中选一档，每档有分值；可以是弃权。",
        "One of several choices, each worth points; a choice may abstain.",
        "弃权按 abstained 的规定处理。选某一档的单位多于名额的，报送时指出（QUOTA_EXCEEDED）。",
        "An abstention follows `abstained`. More units in a choice than its quota: QUOTA_EXCEEDED.",
        "leaders' tiers; peers in an appraisal from all sides",
        {
            "choice": ("档次表的名称（[scale]）", "the name of the scale"),
            "quota": ("各档最多几个单位", "how many units at most a choice may have"),
            "together": ("几档合起来最多几个单位", "how many units several choices may have together"),
            "lines": ("逐项选档的各项和分值", "what is chosen for one by one, each with its points"),
        },
        (Example('{ choice = "tier" }', "二档", "17/20", "二档 85 分：85÷100", "the tier is worth 85: 85 / 100"),),
    ),
    "ballot": About(
        "许多人的评价卡，逐张选档次。",
        "Cards of many voters, each choosing on a scale.",
        "没有一张有效选择的，算不出得分；少于 minimum 的，报告。",
        "Without a single valid choice there is no share; fewer cards than `minimum` are reported.",
        "democratic evaluation, surveys",
        {
            "ballot": ("档次表的名称（[scale]）", "the name of the scale"),
            "pool": (
                "cards 全部卡一起平均；batches 先分批平均",
                "`cards`: mean of all cards; `batches`: of each batch first",
            ),
            "voters": ("每个单位由几人评价", "how many voters judge each unit"),
            "minimum": ("最少几张有效卡", "the least number of valid cards"),
            "repeated": ("同一人重复评价时取哪一次", "which of repeated answers counts"),
            "satisfied": (
                "哪些选项计为满意（满意率）；空：有分值的选项中靠上的一半",
                "the choices that count as satisfied; empty: the upper half of those with points",
            ),
        },
        (Example('{ ballot = "tier" }', "一档", "1", "每张卡：一档 100 分", "one card: the tier is worth 100"),),
    ),
    "rank": About(
        "评估主体把单位排成名次，名次折成分值。",
        "An evaluator's own list; each place is worth points.",
        "名次重复的报告；只有一个单位的名次总是第1名，提醒。",
        "A place given twice is a finding; a list of one is worth a look.",
        "leaders who rank the departments in their charge",
        {"rank": ("名次分值表的名称（[places]）", "the name of the table of places")},
        (Example('{ rank = "table" }', "3", "47/50", "第1名100，每低一名少3：94", "100, then 3 less a place: 94"),),
    ),
    "target": About(
        "数值与目标值比较：完成比例（越高或越低越好）、是否达到、是否在区间内。",
        "A figure against its target: completion (more or less is better), reached or not, inside a range.",
        "完成比例要求目标值大于 0，否则算不出得分。越低越好而数值不大于 0 的，按 cap 计；负的完成比例按零分计。",
        "Completion needs a target above 0. Where less is better, a figure of 0 or less has the cap; a negative "
        "completion is nothing.",
        "nine national indicators; B indicators; quantitative part of local plans",
        {
            "target": ("higher、lower、attained 或 range", "`higher`, `lower`, `attained` or `range`"),
            "floor": ("完成比例低于这个百分数的不得分", "completion in percent below which there is nothing"),
            "cap": ("最多按百分之几计（超额完成）", "the most that counts, in percent (over-fulfilment)"),
            "better": ("attained 用：" + _BETTER[0], "for `attained`: " + _BETTER[1]),
            "missed": ("attained 用：达不到的得百分之几", "for `attained`: what a missed target is worth, in percent"),
            "low": ("range 用：满分区间的下限", "for `range`: the low end of full marks"),
            "high": ("range 用：满分区间的上限", "for `range`: the high end of full marks"),
            "zero_below": ("range 用：低到这里为零分", "for `range`: nothing from here down"),
            "zero_above": ("range 用：高到这里为零分", "for `range`: nothing from here up"),
        },
        (
            Example('{ target = "higher" }', "5.1", "17/20", "完成率 5.1÷6＝85%", "5.1 / 6 = 85%", {"target": "6"}),
            Example(
                '{ target = "higher", floor = 60, cap = 110 }',
                "7.2",
                "11/10",
                "7.2÷6＝120%，最多按110%",
                "7.2 / 6 = 120%, at most 110%",
                {"target": "6"},
            ),
            Example('{ target = "lower" }', "6.25", "22/25", "5.5÷6.25＝88%", "5.5 / 6.25 = 88%", {"target": "5.5"}),
            Example(
                '{ target = "attained", missed = 40 }',
                "99",
                "2/5",
                "99 未达到 100，得40%",
                "99 is below 100: 40%",
                {"target": "100"},
            ),
            Example(
                '{ target = "range", low = 1, high = 3, zero_below = -1, zero_above = 6 }',
                "4.5",
                "1/2",
                "高于3，(6－4.5)÷(6－3)",
                "above 3: (6 - 4.5) / (6 - 3)",
            ),
        ),
    ),
    "compare": About(
        "与其他单位的数值比较：与最好的之比、在最差与最好之间的位置、位次。",
        "A figure against those of other units: ratio to the best, position between worst and best, place.",
        '参加比较的是同一分类（among = "class" 时为全部同类对象）中参加排名、该项有数的单位；'
        "不排名的单位照此计分，不影响别人，不超过满分。"
        "没有别的单位可比、min_max 时数值全相同、best 时最好的数值不大于 0，算不出得分。",
        'Compared are the ranked units of the group (`among = "class"`: of the class) that have a figure; an unranked '
        "unit is scored by them, sets no mark for others and gets no more than full marks. Nobody to compare with, all "
        "figures equal (`min_max`), a best figure of 0 or less (`best`): no share.",
        "A indicators (competitive); measured indices across units",
        {
            "compare": ("best、min_max 或 rank", "`best`, `min_max` or `rank`"),
            "better": _BETTER,
            "among": ("group 同一分类，class 全部同类对象", "inside the `group` or the whole `class`"),
            "ties": (
                "rank 用：并列取最好的位次 best，或平均 mean",
                "for `rank`: equal figures share the `best` place or the `mean`",
            ),
            "first": ("rank 用：第1名得百分之几", "for `rank`: what the first place is worth, in percent"),
            "step": ("rank 用：每低一名少百分之几", "for `rank`: how much less each further place is worth"),
            "least": ("最少得百分之几", "the least that anybody gets, in percent"),
            "last": (
                "rank 用：最后一名得百分之几，其间按个数均匀递减",
                "for `rank`: the last place in percent, evenly between by how many there are",
            ),
        },
        (
            Example('{ compare = "best" }', "60", "3/4", "60÷80", "60 / 80", {"others": "80 20"}),
            Example(
                '{ compare = "best", better = "lower" }',
                "8",
                "1/2",
                "最低的是4，4÷8",
                "the lowest is 4: 4 / 8",
                {"others": "4 16"},
            ),
            Example(
                '{ compare = "min_max", least = 60 }',
                "30",
                "7/10",
                "60%＋40%×(30－20)÷(60－20)",
                "60% + 40% x (30 - 20) / (60 - 20)",
                {"others": "20 60"},
            ),
            Example(
                '{ compare = "rank", first = 60, step = 3 }',
                "30",
                "57/100",
                "第2名：60－3",
                "second: 60 - 3",
                {"others": "20 60"},
            ),
            Example(
                '{ compare = "rank", last = 60 }',
                "30",
                "4/5",
                "3个中第2名：100－40×1÷2",
                "second of 3: 100 - 40 x 1 / 2",
                {"others": "20 60"},
            ),
            Example(
                '{ compare = "rank", step = 10, ties = "mean" }',
                "30",
                "17/20",
                "并列第2、3名，按2.5名：100－15",
                "places 2 and 3 shared, 2.5: 100 - 15",
                {"others": "30 60"},
            ),
        ),
    ),
    "growth": About(
        "与本单位以前的数值比较：增长率、人均增长率、进退的位次。",
        "A figure against the unit's own earlier one: growth, growth per head, places gained.",
        "增长率要求基期值大于 0；人均的，作除数的指标的数值和基期值都要大于 0。位次是不小于 1 的整数；没有基期值的，"
        "用历年结果中最近一年的名次。full_at 可以小于 zero_at（下降为好）。",
        "Growth needs a base above 0; per head, also a divisor and a base of it above 0. A place is a whole number "
        "from 1 on; without a base it starts from the last rank in 历年结果. "
        "`full_at` may lie below `zero_at` (a fall is good).",
        "growth per head as a condition of a grade; provincial places won or lost",
        {
            "growth": ("rate 增长率、per_head 人均增长率、places 进退位次", "`rate`, `per_head` or `places`"),
            "full_at": ("满分点（百分数，或位数）", "full marks from here (percent, or places)"),
            "zero_at": ("零分点", "nothing up to here"),
            "cap": ("最多按百分之几计", "the most that counts, in percent"),
            "per": ("per_head 用：除以哪个指标的编号", "for `per_head`: the id of the indicator to divide by"),
        },
        (
            Example(
                '{ growth = "rate", full_at = 10 }',
                "107.5",
                "3/4",
                "增长7.5%，7.5÷10",
                "growth 7.5%: 7.5 / 10",
                {"base": "100"},
            ),
            Example(
                '{ growth = "per_head", per = "people", full_at = 8 }',
                "110.16",
                "1",
                "(110.16÷100)÷(51÷50)＝1.08，人均增长8%",
                "(110.16 / 100) / (51 / 50) = 1.08: 8% per head",
                {"base": "100", "per": "51", "per_base": "50"},
            ),
            Example(
                '{ growth = "places", full_at = 10 }',
                "9",
                "3/10",
                "由第12位进到第9位，进3位，每位0.1",
                "from 12 to 9: three places, 0.1 each",
                {"base": "12"},
            ),
        ),
    ),
    "deduct": About(
        "从预赋分值中扣减，每件（次、分）扣若干分。",
        "The preset points less so many for each case.",
        "件数不能是负数；limit 高于预赋分值的，按预赋分值。",
        "A number of cases is not negative; a limit above the preset points counts as those.",
        "C indicators (limiting)",
        {
            "deduct": ("每件扣几分", "points off for each case"),
            "limit": ("最低得几分", "the least points"),
        },
        (Example("{ deduct = 5 }", "2", "3/4", "(40－5×2)÷40", "(40 - 5 x 2) / 40", {"full": "40"}),),
    ),
    "curve": About(
        "折线或台阶：给出若干点（数值、分值），按数值、完成率、增长率或名次查得分。",
        "Points joined by lines, or steps, over the figure, its completion, its growth or its place.",
        "折线两端以外不变；同一数值写两次是跳跃。各点的数值可以写“参数”表中的名称，各单位不同。多个评价合成后的得分率要折算的，"
        "写在内容的 `convert`。",
        "Beyond its ends a line stays as it is; a figure that stands twice is a jump. Figures may be names of the "
        "table 参数, for each unit its own. What marks or cards come to is converted by the component's `convert`.",
        "bands of growth, brackets, target ranges, points of places",
        {
            "curve": ("各点：[数值, 分值]，数值从小到大", "the points: [figure, worth], figures rising"),
            "shape": (
                "line 折线；from 达到该数值起得该分；up_to 不超过该数值的得该分",
                "`line`; `from`: a worth counts from its figure on; `up_to`: up to its figure",
            ),
            "over": (
                "figure 数值、target 完成率%、growth 增长率%、place 名次",
                "`figure`, `target` (completion in percent), `growth` (in percent) or `place`",
            ),
            "full": ("分值的满分：分值÷它＝得分率", "what worth is out of"),
            "beyond": ("台阶之外得几分", "the worth of what no step speaks of"),
            "better": ("place 用：" + _BETTER[0], "for `place`: " + _BETTER[1]),
            "among": ("place 用：group 同一分类，class 全部同类对象", "for `place`: inside the `group` or the `class`"),
        },
        (
            Example(
                "{ curve = [[60, 0], [80, 60], [100, 100]] }",
                "90",
                "4/5",
                "60＋(100－60)×(90－80)÷(100－80)＝80",
                "60 + (100 - 60) x (90 - 80) / (100 - 80) = 80",
            ),
            Example(
                '{ curve = [[90, 6], [95, 8], [100, 10]], shape = "from", over = "target", full = 10, beyond = 3 }',
                "58.2",
                "4/5",
                "完成率 97%，达到95得8分，8÷10",
                "97% of the target: 8 from 95 on, 8 / 10",
                {"target": "60"},
            ),
            Example(
                '{ curve = [[0, 100], [2, 60]], shape = "up_to" }',
                "3",
                "0",
                "超过2，得0分",
                "more than 2: nothing",
            ),
            Example(
                '{ curve = [[1, 100], [3, 80], [10, 50]], shape = "up_to", over = "place" }',
                "30",
                "4/5",
                "第2名，不超过3，得80",
                "second: up to 3 it is 80",
                {"others": "20 60"},
            ),
        ),
    ),
    "tally": About(
        "几种情形各计各的分，合在一起有上下限：从 0 分加起，或从满分扣起。",
        "Several kinds of events in one pot, from nothing up or from full marks down, within limits.",
        "各种情形写在规则中，不写在指标表；每种情形填件（次）数和依据，没有的填 0。分时段的，各算各的。",
        "The kinds stand in the rules, not in the table 指标; each asks for a number of cases (0 where there is none) "
        "and where they stand proved. With periods, each period has a pot of its own.",
        "commendations by level; discipline; safety",
        {
            "tally": (
                "每种情形每件计几分：加分写正数，扣分写负数",
                "points for a case of each kind, below 0 to take away",
            ),
            "start": (
                "从几分起；`full` 从满分（权重）起",
                "from how many points; `full`: from full marks (the weight)",
            ),
            "least": ("合计最低几分", "the least points"),
            "most": ("合计最高几分；不写的，满分", "the most points; full marks if left out"),
        },
        (
            Example(
                '{ tally = { "国家级" = 4, "省级" = 2, "迟到" = -0.5 } }',
                "1、2、3",
                "13/20",
                "4×1＋2×2－0.5×3＝6.5，÷10",
                "(4 x 1 + 2 x 2 - 0.5 x 3) / 10",
                {"full": "10"},
            ),
            Example(
                '{ tally = { "迟到" = -0.5, "通报批评" = -3 }, start = "full", least = 4 }',
                "5、2",
                "2/5",
                "10－0.5×5－3×2＝1.5，最低 4，÷10",
                "10 - 0.5 x 5 - 3 x 2 = 1.5, at least 4, / 10",
                {"full": "10"},
            ),
        ),
    ),
}


def methods_page(made: str) -> str:
    """The page; `made`: the line that says how it is made."""
    from evaltool.rules.methods import METHODS

    lines = ["# Scoring methods 计分方法", "", made, "", *_INTRODUCTION]
    for name, method in METHODS.items():
        about = ABOUT[name]
        lines += ["", f"## {name}", "", f"{about.zh}  ", about.en, ""]
        lines += [f"公式：{method.formula['zh']}  ", f"Formula: {method.formula['en']}", ""]
        lines += [*_parameters(method, about.parameters), *_examples(about.examples), ""]
        lines += [f"边界：{about.edges_zh}  ", f"Edges: {about.edges_en}", "", f"Source: {about.source}"]
    return "\n".join(lines) + "\n"


_INTRODUCTION = (
    "每种方法把一个答案变成得分率（满分为 1，精确分数）；得分＝得分率×权重，指标的得分＝得分率×预赋分值。  ",
    "Every method turns an answer into a share of full marks (an exact fraction); points = share x weight, for a line",
    "share x preset points.",
    "",
    "方法写在最末一级内容的 `answer` 中；"
    "个别指标另有方法的，在 `[method.名称]` 中写好，指标表的“计分方法”一列写名称。  ",
    "A method stands in the `answer` of a component of the last level; for single lines under",
    "`[method.NAME]`, named in the column 计分方法 of the roster's 指标.",
    "",
    "算不出得分的（例如目标值为 0），按内容的 `undefined`：默认不予计分，逐条说明原因；可以写 full、zero、reweigh。  ",
    "What has no share (a target of 0, for example) follows the component's `undefined`: refused by default, with the",
    "reason; the rules may say full, zero or reweigh.",
    "",
    "`target`、`compare`、`growth`、`deduct`、`tally`、`curve` 的数值由数据采集表填报，"
    "每种数据一栏（`figures`，默认初步数、核实数、年鉴数），以最后一种为准。  ",
    "Figures for `target`, `compare`, `growth`, `deduct`, `tally`, `curve` come on a 数据采集表 with a column for each",
    "kind (`figures`); the last one that is filled in counts.",
)


def _parameters(shape: Any, words: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    if not words:
        return
    yield "| parameter | default | 中文 | English |"
    yield "|---|---|---|---|"
    for name, info in shape.model_fields.items():
        zh, en = words[name]
        yield f"| `{name}` | {_default(info)} | {zh} | {en} |"
    yield ""


def _default(info: Any) -> str:
    if info.is_required():
        return "必填 required"
    default = info.get_default(call_default_factory=True)
    return f"`{default}`" if default not in (None, "", {}, []) else "—"


def _examples(examples: Iterable[Example]) -> Iterator[str]:
    yield "| rule 规则 | cell 填 | facts 已知 | share 得分率 | 算法 | how |"
    yield "|---|---|---|---|---|---|"
    for one in examples:
        facts = "，".join(f"{_FACTS[key]} {value}" for key, value in one.facts.items()) or "—"
        percent = float(Fraction(one.share) * 100)
        yield f"| `{one.rule}` | {one.said} | {facts} | {one.share} ({percent:g}%) | {one.zh} | {one.en} |"


_FACTS = {
    "full": "预赋分值 preset points",
    "target": "目标值 target",
    "base": "基期值 base",
    "others": "其他单位 other units",
    "per": "除数 divisor",
    "per_base": "除数基期 its base",
}
