"""A small evaluation on its way from the first scoring to the published result, a decision at a time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from decided_city import ROSTER, RULES, SETTINGS, ledger, line, says
from evaltool import run
from evaltool.evaluation import load
from evaltool.evaluation.deciding import Entered
from evaltool.findings import Refused
from evaltool.runs.stages import PassedStages, passed_stages
from evaltool.runs.whereabouts import Whereabouts
from folders import make, return_all

PROVEN = [line("证据核实", 单位=unit, 评估内容="实绩", 新值="属实") for unit in "ABC"]
SENT = {"run": "1", "document": "办函1号", "date": "2027-04-01", "reason": "征求意见", "until": "2027-04-08"}
APPROVED = {"run": "1", "document": "纪要1号", "date": "2027-04-10", "reason": "审定"}
POSTED = {"run": "1", "document": "公告1号", "date": "2027-04-11", "reason": "公示", "until": "2027-04-16"}
FINAL = {"run": "1", "document": "通报1号", "date": "2027-04-20", "reason": "公布"}
OBJECTION = {"unit": "B", "document": "乙函1号", "date": "2027-04-14", "reason": "工作目标少计一项"}
SETTLED = {"before": "乙函1号", "document": "纪要2号", "date": "2027-04-17", "reason": "情况属实"}
REPLIED = {"before": "乙函1号", "document": "办函2号", "date": "2027-04-18", "reason": "已答复"}
BONUS = {"unit": "B", "document": "纪要2号", "date": "2027-04-17", "reason": "补计一项", "after": "1"}


def scored_city(path: Path, settings: str = SETTINGS) -> Path:
    """Scored once, without a decision about its stages."""
    folder = make(path, ROSTER, {"d": RULES}, settings)
    ledger(folder, *PROVEN)
    return_all(folder, says)
    run.score_folder(folder)
    return folder


def decide(folder: Path, kind: str, fields: dict[str, str], **other: str) -> Entered:
    return run.decide(folder, kind, [{**fields, **other}])


def posted_city(path: Path) -> Path:
    """Run 0001 sent for opinions, approved and posted until 16 April."""
    folder = scored_city(path)
    for kind, fields in (("sent_for_opinion", SENT), ("approved", APPROVED), ("posted", POSTED)):
        decide(folder, kind, fields)
    return folder


def refused(folder: Path, kind: str, fields: dict[str, str], **other: str) -> list[str]:
    """The codes for which a decision is not entered."""
    try:
        decide(folder, kind, fields, **other)
    except Refused as error:
        return [one.code for one in error.findings]
    return []


def stages_of(folder: Path) -> PassedStages:
    return passed_stages(load(folder)[0])


def where(folder: Path, on: str) -> Whereabouts:
    return run.where(folder, date.fromisoformat(on))[1]


def steps(folder: Path, on: str) -> list[tuple[str, str]]:
    """What comes next: what, and about which stage or entry."""
    found = where(folder, on).steps
    return [(each.what, each.entry.first.document if each.entry else each.stage) for each in found]
