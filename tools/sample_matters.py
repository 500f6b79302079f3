"""What units of the sample have to put right: one matter that was closed, one that is overdue, one from the hearing.

The first two follow from last year's result, so they were open when the year began.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from sample_files import ledger
from sample_opinions import new_table
from sample_play import Play

from evaltool.identity import ABOUT_MATTERS
from evaltool.questions.layout import forms
from filling import Value, spots

CARRIED = (
    {
        "单位": "市应急管理局",
        "类别": "整改",
        "事项": "乡镇（街道）应急预案没有全部修编，没有按期演练",
        "文号": "澄绩办函〔2026〕71号",
        "日期": "2026-05-12",
        "期限": "2026-09-30",
        "评估内容": "重点工作目标",
        "依据": "2025年度等次为一般，这一项失分最多",
        "提出人": "澄川市绩效办",
    },
    {
        "单位": "市外事办公室",
        "类别": "整改",
        "事项": "因公出访团组没有绩效台账，成果没有跟踪",
        "文号": "澄绩办函〔2026〕72号",
        "日期": "2026-05-12",
        "期限": "2026-10-31",
        "评估内容": "重点工作目标",
        "依据": "2025年度等次为一般，这一项失分最多",
        "提出人": "澄川市绩效办",
    },
)
_PREPARED = "澄绩办函〔2026〕71号"
FOLLOWED = (
    {
        "种类": "整改核实",
        "文号": "澄绩办〔2026〕52号",
        "日期": "2026-10-12",
        "理由": "现场抽查6个乡镇，预案和演练记录齐全",
        "单位": "市应急管理局",
        "原值": _PREPARED,
        "新值": "整改到位",
        "提出人": "市绩效办督查组",
    },
    {
        "种类": "整改销号",
        "文号": "澄绩办函〔2026〕118号",
        "日期": "2026-10-16",
        "理由": "核实到位",
        "单位": "市应急管理局",
        "原值": _PREPARED,
    },
    {
        "种类": "整改事项",
        "文号": "澄绩评纪〔2026〕11号",
        "日期": "2026-11-20",
        "理由": "听证会代表反映集中",
        "单位": "市城市管理综合执法局",
        "新值": "改进",
        "截止日期": "2027-06-30",
        "提出人": "听证会",
        "项目": "早市、夜市占道经营反复，没有长效管理办法",
    },
)
_SAID: Mapping[str, Mapping[str, Value]] = {
    "市应急管理局": {
        "matter_measure": "逐乡镇修编预案，8月底前各组织一次演练，市局派员现场指导",
        "matter_leader": "裴少卿",
        "matter_person": "韩永强",
        "matter_by": date(2026, 9, 20),
        "matter_state": "已完成",
        "matter_done": "48个乡镇（街道）预案全部修编印发，组织演练51场",
        "matter_evidence": "应急预案汇编.pdf、应急演练记录及照片.pdf",
        "matter_on": date(2026, 9, 18),
    },
    "市外事办公室": {
        "matter_measure": "建立团组绩效台账，出访结束一个月内报成果，半年跟踪一次",
        "matter_leader": "单思齐",
        "matter_person": "柏雨晴",
        "matter_by": date(2026, 10, 20),
        "matter_state": "正在整改",
        "matter_done": "台账已建立，2026年18个团组录入11个，成果跟踪办法还在征求意见",
    },
    "市城市管理综合执法局": {
        "matter_measure": "划定便民市场12处，公示经营时段，建立夜间巡查和联合执法制度",
        "matter_leader": "康立言",
        "matter_person": "谢海燕",
        "matter_by": date(2027, 5, 31),
        "matter_state": "正在整改",
        "matter_done": "已划定便民市场10处，夜间巡查制度自2026年12月起试行",
    },
}


def begin_matters(folder: Path) -> None:
    """What last year left open, and what was decided of it since."""
    new_table(folder / "roster", "整改事项", CARRIED)
    ledger(folder / "decisions" / "整改.csv", list(FOLLOWED))


def tell_matters(sample: Play) -> None:
    """What units say that they will do, and what they did; the sheets of one that nobody asks any more came before."""
    for key, form in forms(sample.evaluation).items():
        if key[1] in ABOUT_MATTERS:
            said = _SAID[sample.evaluation.units[key[0]].name]
            sample.reports[key] = form
            sample.given[key] = {spot.place: said.get(spot.column.field) for spot in spots(form)}
