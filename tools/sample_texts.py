"""What people of the sample write: how a goal was fulfilled, the proof of it, why points were taken off, how far it is.

Drawn from the seed, the goal and how well it went, so that a report, the verified figure and the reason beside a mark
tell one story.  Some people write carelessly, as people do.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sample_goals import Aim, dice

CARELESS = 0.1
DONE, NEARLY = 0.9, 0.8  # shares of full marks from which a goal was reached, or nearly


@dataclass(frozen=True, slots=True)
class Course:
    """How a goal went: the share of full marks that the review group gives it, and the figure that it came to."""

    unit: str
    number: str
    aim: Aim
    share: float
    figure: Decimal | None

    @property
    def is_done(self) -> bool:
        if self.figure is None or self.aim.target is None:
            return self.share >= DONE
        return self.figure <= self.aim.target if self.aim.lower else self.figure >= self.aim.target

    def dice(self, *about: str) -> random.Random:
        return dice(self.number, *about)

    @property
    def is_careless(self) -> bool:
        """Whoever fills this in has other things to do."""
        return self.dice("careless").random() < CARELESS


def course(unit: str, number: str, about: Aim, share: float) -> Course:
    return Course(unit, number, about, share, _figure(about, share, dice(number, "figure")))


def _figure(about: Aim, share: float, drawn: random.Random) -> Decimal | None:
    if about.target is None:
        return None
    target, reached = float(about.target), share >= DONE
    part = drawn.uniform(0, 0.06) if reached else (DONE - share) * drawn.uniform(0.5, 1.2) + 0.01
    if about.lower:
        value = target * (1 - part if reached else 1 + part)
    elif about.kind == "rate" and about.measure == "%":
        value = min(target * (1 + part / 3), 100.0) if reached else target * (1 - part / 2)
    else:
        value = target * (1 + part if reached else 1 - part)
    step = Decimal(1).scaleb(-about.decimals)
    made = Decimal(str(value)).quantize(step, ROUND_HALF_UP)
    return max(made, about.target) if reached and not about.lower else made


# --- reports ---------------------------------------------------------------------------------------------------------

_CARELESS_TEXTS = ("已完成。", "完成", "已完成，详见年终总结", "同上", "按计划推进。。", "基本完成，材料另附", "己完成")
_STEPS = (
    "成立工作专班，实行周调度、月通报，全年召开调度会{n}次。",
    "任务分解到{k}个科室（单位），逐项明确责任人和时限。",
    "制定年度实施方案，挂图作战，按月销号。",
    "会同有关部门开展联合检查{k}轮，发现并整改问题{n}个。",
    "先后{k}次向分管市领导专题汇报，协调解决用地、资金等问题{m}个。",
    "组织业务培训{k}期、{h}人次，编印操作指南。",
    "建立台账，每月核对一次，数据经科室、分管领导两级审核。",
    "深入{m}个乡镇（街道）现场办公，当场答复问题{n}个。",
    "争取上级资金{f}万元，全部按进度拨付。",
    "引入第三方抽查{h}份（件），合格率{r}%。",
    "在全市{k}个点位先行试点，{q}月起全面铺开。",
    "开展入户走访、问卷调查{h}份，群众满意度{r}%。",
)
_CAUSES = {
    "site": (
        "上级资金{q}月才到位，年内只完成招标",
        "征地涉及的{n}户未签协议，{k}个标段未能进场",
        "汛期连续降雨，有效施工期比计划少{n}天",
        "设计方案调整后重新报批，耽误近{k}个月",
        "招标两次流标，{q}月才确定施工单位",
        "配套资金缺口{f}万元，尚未落实",
        "管线迁改与主体施工交叉，工序安排不够紧凑",
    ),
    "economy": (
        "上年基数较高，加之{k}户重点企业停产检修",
        "市场需求不足，{k}户企业订单减少",
        "{k}个重点项目推迟入库，支撑不足",
        "原材料价格上涨，企业投资意愿下降",
        "部分县（区）推进不平衡，{k}个县（区）未达进度",
        "新增长点尚在培育，{q}月后才见效",
    ),
    "service": (
        "市县两级系统对接滞后，部分数据未归集",
        "人员变动较大，基层台账不全",
        "主管科室力量不足，前期工作启动较晚",
        "政策宣传不到位，知晓率偏低",
        "{k}个县（区）进度滞后，督促不够及时",
        "历史遗留问题多，{n}件需上级或外地协助",
        "标准出台较晚，{q}月后才按新口径执行",
    ),
}
_SITE = re.compile(r"建成|新建|改造|改建|工程|公路|管网|水库|站点|开工|公厕|电梯|封顶|通车|治理|整修|投资")
_ECONOMY = re.compile(r"增长|产值|企业|项目|资金|招商|投资|贷款|收入|销量")
_BY_JULY = (
    "已召开调度会{k}次",
    "任务分解到{k}个科室，逐项明确时限",
    "争取资金{f}万元",
    "完成摸底排查，建立清单{n}项",
    "开展培训{k}期、{h}人次",
    "在{k}个点位试点",
    "印发实施方案，签订责任书",
)


def _filled(text: str, drawn: random.Random) -> str:
    return text.format(
        n=drawn.randrange(6, 48),
        k=drawn.randrange(2, 6),
        m=drawn.randrange(5, 22),
        h=drawn.randrange(12, 90) * 10,
        f=drawn.randrange(8, 160) * 10,
        r=drawn.randrange(88, 99),
        q=drawn.randrange(8, 12),
    )


def shown(value: Decimal) -> str:
    return format(value.normalize(), "f") if value != value.to_integral() else format(value.to_integral(), "f")


def report_text(of: Course) -> str:
    """How it was fulfilled: what it came to, what was done, and what is lacking."""
    drawn = of.dice("report")
    if of.is_careless:
        return drawn.choice(_CARELESS_TEXTS)
    parts = [_came_to(of, drawn)]
    if of.aim.more:
        parts.append(_second(of, drawn))
    parts += [_filled(step, drawn) for step in drawn.sample(_STEPS, drawn.choice((1, 1, 2)))]
    if not of.is_done:
        parts.append(f"{drawn.choice(('主要原因：', '差距在于', '未完成的原因是', '存在不足：'))}{cause(of)}。")
    return "".join(parts)


def cause(of: Course) -> str:
    """Why it fell short; the review group finds the same as the unit says."""
    drawn, name = of.dice("cause"), of.aim.name
    field = "economy" if of.aim.kind == "growth" else "site" if _SITE.search(name) else "service"
    field = "economy" if field == "service" and _ECONOMY.search(name) and drawn.random() < 0.5 else field
    return _filled(drawn.choice(_CAUSES[field]), drawn)


def _came_to(of: Course, drawn: random.Random) -> str:
    about, figure, target = of.aim, of.figure, of.aim.target
    if figure is None or target is None:
        return _in_words(of, drawn)
    value, aimed = shown(figure) + about.measure, shown(target) + about.measure
    done = of.is_done
    if about.kind == "growth":
        gap = abs(figure - target)
        points = f"{shown(gap)}个百分点"
        held = f"{'高于' if done else '低于'}目标{points}" if gap else "与目标持平"
        choices = (
            f"全年{about.subject}{about.verb}{value}，{held}。",
            f"据快报数，1—12月{about.subject}{about.verb}{value}，{held}。",
            f"{about.subject}比上年{about.verb}{value}（目标{aimed}），{'完成' if done else '未完成'}年度目标。",
        )
    elif about.kind == "rate":
        choices = (
            f"{about.subject}为{value}，{'达到' if done else '未达到'}{aimed}的目标。",
            f"截至12月底，{about.subject}{value}，目标{aimed}，{'完成' if done else '还有差距'}。",
            f"全年{about.subject}{'达到' if done else '为'}{value}（目标{aimed}）。",
        )
    else:
        part = shown((100 * figure / target).quantize(Decimal("0.1"), ROUND_HALF_UP))
        choices = (
            f"{about.subject}{value}，为年度目标的{part}%。",
            f"截至12月底，{about.subject}{value}（目标{aimed}），{'' if done else '未'}完成。",
            f"全年{about.subject}{value}，目标{aimed}。",
        )
    return drawn.choice(choices)


def _in_words(of: Course, drawn: random.Random) -> str:
    name = of.aim.name
    if of.aim.kind == "zero":
        if of.is_done:
            return drawn.choice((f"{name}：全年未发生，问题已全部销号。", f"{name}的目标已实现，无通报、无遗留。"))
        return drawn.choice(
            (
                f"{name}：排查问题{drawn.randrange(30, 90)}个，尚有{drawn.randrange(2, 6)}个未销号。",
                f"{name}：年内发生一般情形{drawn.randrange(1, 3)}起，均已处置。",
            )
        )
    if of.is_done:
        return drawn.choice(
            (
                f"{name}，已于{drawn.randrange(9, 13)}月通过验收。",
                f"“{name}”年度任务{drawn.randrange(5, 14)}项全部完成。",
                f"{name}：方案、制度、措施均已落地，运行平稳。",
            )
        )
    return drawn.choice(
        (
            f"{name}：年度任务{drawn.randrange(8, 14)}项，完成{drawn.randrange(5, 8)}项。",
            f"{name}：总体进度约{round(100 * of.share)}%，预计下年一季度完成。",
        )
    )


def _second(of: Course, drawn: random.Random) -> str:
    more = of.aim.more
    told = ("已完成", "达到要求", "按期完成") if of.share >= NEARLY else ("未完全达到", "仍有差距", "正在推进")
    return f"{more}：{drawn.choice(told)}。"


def report_value(of: Course) -> Decimal | None:
    """The careless leave it blank, or say the target."""
    if of.figure is None or of.is_careless:
        return None if of.dice("blank").random() < 0.6 else of.aim.target
    return of.figure


def report_evidence(of: Course, attached: str = "") -> str | None:
    """Numbers of documents and files; `attached`: an attachment that came with the report."""
    drawn = of.dice("evidence")
    if attached:
        return attached
    if of.is_careless:
        return drawn.choice((None, None, "见总结", "有", "备查"))
    number = drawn.randrange(3, 160)
    if of.aim.measure in ("%", "个百分点") and drawn.random() < 0.5:
        return drawn.choice(("统计快报（12月）", "年度统计报表第{n}页", "业务系统导出数据，截图{k}张")).format(
            n=drawn.randrange(2, 30), k=drawn.randrange(2, 6)
        )
    kinds = (
        f"验收报告{drawn.randrange(1, 6)}份、现场照片{drawn.randrange(4, 20)}张",
        f"工作台账第{drawn.randrange(1, 5)}册第{drawn.randrange(3, 60)}页",
        f"澄政办发〔2026〕{number}号、会议纪要{drawn.randrange(2, 9)}份",
        f"批复文件{drawn.randrange(1, 9)}份，合同{drawn.randrange(2, 15)}份",
        f"材料汇编（一）{drawn.randrange(3, 90)}—{drawn.randrange(91, 160)}页",
    )
    return drawn.choice(kinds)


def own_points(of: Course, full: Decimal) -> Decimal:
    """Units see themselves in a good light."""
    drawn = of.dice("own")
    if of.is_careless or of.is_done:
        return full
    return min(full, Decimal(round(2 * float(full) * min(of.share + drawn.uniform(0.02, 0.12), 1.0))) / 2)


def self_reasons(unit: str, own: Sequence[Course]) -> str:
    """What a unit puts forward for its own grade: how many goals it reached, the best of them, and what is left."""
    drawn = dice(unit, "self")
    reached = [each for each in own if each.is_done or each.share >= NEARLY]
    names = (pick(own, key=lambda each: each.share).aim.name for pick in (max, min))
    best, worst = (name.replace("“", "‘").replace("”", "’") for name in names)
    if len(reached) == len(own):
        return f"{len(own)}项重点工作目标全部完成，{drawn.choice(('其中', '尤其是'))}“{best}”成效明显。"
    lacking = drawn.choice(("还有差距，已列入下年计划", "没有完全达到预期", "进度偏慢，正在补齐"))
    done = f"完成或基本完成{len(reached)}项" if reached else "多数没有达到序时进度"
    return f"{len(own)}项重点工作目标{done}；“{worst}”{lacking}。"


# --- figures, reasons, progress --------------------------------------------------------------------------------------


def verified(of: Course) -> tuple[Decimal | None, str | None]:
    """The figure of the office that has it, and a remark; seldom another one than the unit reports."""
    if of.figure is None:
        return None, None
    drawn = of.dice("verified")
    if drawn.random() < 0.2:
        step = Decimal(1).scaleb(-of.aim.decimals)
        remark = drawn.choice(("按年报口径", "扣除跨年度项目", "快报数与年报数之差", "重复计算部分已剔除"))
        return of.figure - step * drawn.randrange(1, 4), remark
    return of.figure, None


def reason(of: Course, full: Decimal, mark: Decimal) -> str | None:
    """Why a mark is below full: always from a loss of a fifth on, often below it."""
    lost, drawn = full - mark, of.dice("reason")
    must = 5 * lost >= full
    if lost <= 0 or not (must or (drawn.random() < 0.35 and 12 * lost >= full)):
        return None
    if drawn.random() < CARELESS:
        return drawn.choice(("进度慢", "未完成", "材料不全", "差距较大。"))
    if of.figure is not None and of.aim.target is not None and not of.is_done:
        gap = shown(abs(of.figure - of.aim.target))
        measure = "个百分点" if of.aim.measure == "%" else of.aim.measure
        less = "高于" if of.aim.lower else "低于"
        return drawn.choice(
            (
                f"完成{shown(of.figure)}{of.aim.measure}，{less}目标{gap}{measure}，{cause(of)}",
                f"实际{shown(of.figure)}{of.aim.measure}，差{gap}{measure}，按评分标准扣{shown(lost)}分",
                f"{less}目标{gap}{measure}：{cause(of)}",
            )
        )
    return drawn.choice(
        (
            f"实地查看，{_filled('{k}处与台账不一致', drawn)}",
            f"目标基本完成，{cause(of)}，扣{shown(lost)}分",
            f"佐证材料不全，缺{drawn.choice(('验收文件', '第三方报告', '影像资料', '下半年台账', '资金拨付凭证'))}",
            f"{cause(of)}，质量评定为{drawn.choice(('良', '中'))}",
        )
    )


def progress(of: Course, choices: tuple[str, ...]) -> dict[str, str | Decimal | None]:
    """At mid-year: how far, whether it will be reached, and what stands in the way."""
    drawn = of.dice("progress")
    percent = round(min(max(of.share * drawn.uniform(42, 62) - 4, 15), 70))
    late = of.share < NEARLY and drawn.random() < 0.7
    expected = choices[1] if late else choices[2] if of.share < 0.68 and drawn.random() < 0.3 else choices[0]
    begun = ["方案已印发，任务已分解", "按月调度，进度正常", "时间过半、任务过半"]
    begun += ["前期手续已办结，现场已开工", "完成招标，施工单位进场"] if _SITE.search(of.aim.name) else []
    texts = [drawn.choice(begun), *(_filled(each, drawn) for each in drawn.sample(_BY_JULY, drawn.choice((1, 2))))]
    if of.is_careless:
        texts = [drawn.choice(("正常推进", "按计划", "正在实施中。"))]
    return {
        "progress_text": "；".join(text.rstrip("。") for text in texts) + "。",
        "progress_percent": Decimal(percent),
        "progress_expected": expected,
        "progress_problem": cause(of) if expected != choices[0] else None,
    }
