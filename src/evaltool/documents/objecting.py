"""How a unit objects to its result: to whom, until when, with what, and when it is answered."""

from __future__ import annotations

from evaltool.documents.persons import U
from evaltool.results.result import Result
from evaltool.rules import Scheme
from evaltool.rules.documentnumbers import day_text
from evaltool.writers.official import gap


def objecting(result: Result, scheme: Scheme, *, annexed: bool, rest: str = "") -> str:
    """Of an interim result nothing can be objected to: whom to ask, "" where nobody is stated.  `rest`: the annex that
    says what is asked of whoever objects (`demanded`), where it is not said here."""
    evaluation = result.evaluation
    office, notice = evaluation.settings.office, evaluation.notice
    address = f"，地址：{notice.address}" if notice.address else ""
    if result.interim:
        asked = f"对已报数据有疑问的，请与{office}联系，联系电话：{notice.telephone}{address}。"
        return asked if notice.telephone else ""
    until = day_text(notice.posted_until) or gap("公示期的最后一天")
    asked = f"具体要求见{rest}" if rest else demanded(scheme, annexed=annexed)
    return (
        f"对结果有异议的，请{U}你单位于{until}前（含当日）以书面形式向{office}提出（联系电话："
        f"{notice.telephone or gap('联系电话')}{address}），{asked}。"
        f"{office}自收到之日起{evaluation.stages.reply_days}日内作出决定并书面答复。"
    )


def demanded(scheme: Scheme, *, annexed: bool) -> str:
    """What an objection has to say, and what goes with it."""
    what = "评估内容和项目（失分明细的序号）" if annexed else "评估内容"
    signed = scheme.head.says("加盖单位公章", "由本人签名")
    return f"写明{what}、事实和理由，附文件、统计数据、照片等证明材料，{signed}，并注明联系人和联系方式"
