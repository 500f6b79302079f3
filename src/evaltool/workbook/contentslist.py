"""The index of a workbook: what each tab is for, in its colour, with a link; the audit's tabs stand last.

Tabs are made by their own modules; here is said, by title, for whom each is and what it shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from evaltool.results.result import Result
from evaltool.workbook import (
    cards,
    comparisons,
    evaluators,
    extrarows,
    marks,
    parameters,
    pastyears,
    periodpages,
    pointrows,
)
from evaltool.workbook.details import DETAILS
from evaltool.workbook.parts import FRONT, KEY_FIGURES, OVERVIEW, IndexRow, without_grades
from evaltool.workbook.rates import CHARTS, RATES
from evaltool.workbook.reportcards import CARDS, CONSEQUENCES
from evaltool.writers.book import Cell, Tab

PurposeName = Literal["review", "analysis", "basis", "audit"]
RANKING_TAB = "名次、总分、等次和各部分得分"
_FINDINGS, _ACCOUNTS, _LEDGER, _RULES = DETAILS


@dataclass(frozen=True, slots=True)
class Purpose:
    """For whom tabs are; `colour` of their tabs, each as light as no other; `style` of their row in the index."""

    title: str
    colour: str
    style: str
    says: str = ""


PURPOSES: Mapping[PurposeName, Purpose] = {
    "review": Purpose("评审会", "#1F4E79", "index_1", "要印的另有“评审会打印稿.xlsx”，整本打印"),
    "analysis": Purpose("分析", "#548235", "index_2"),
    "basis": Purpose("依据", "#F4B183", "index_3"),
    "audit": Purpose("核对", "#D9D9D9", "index_4", "逐级计算和记录，不必打印"),
}
"""In the order in which their tabs stand."""

ABOUT: Mapping[str, tuple[PurposeName, str]] = {
    FRONT: ("review", "评审会一页纸：前三和末位、等次、待定事项"),
    OVERVIEW: ("review", "全部名次、等次、奖项和说明"),
    pastyears.TITLE: ("review", "历年总分和名次，与上年的差"),
    CONSEQUENCES: ("review", "按规则应采取的措施"),
    CARDS: ("analysis", "与上年、与平均比较，各部分得分率"),
    CHARTS: ("analysis", "总分构成和所选单位的得分率"),
    RATES: ("analysis", "各部分得分率"),
    periodpages.TITLE: ("analysis", "每期单独的得分和名次"),
    KEY_FIGURES: ("basis", "报送、评价卡、等次和奖项的数目，公式核对"),
    _LEDGER: ("basis", "已登记的各项决定"),
    _RULES: ("basis", "评估内容、权重、等次和奖项的规则"),
    pointrows.TITLE: ("audit", "每项内容的得分率和得分"),
    marks.TITLE: ("audit", "每一个评分和出处，可以试算"),
    evaluators.TITLE: ("audit", "每个评估主体的得分合计"),
    comparisons.TITLE: ("audit", "比较计分的数值"),
    extrarows.TITLE: ("audit", "加分扣分逐项计算"),
    cards.TITLE: ("audit", "评价卡张数，可以试算"),
    parameters.TITLE: ("audit", "规则中的数字，可以试算"),
    _FINDINGS: ("audit", "校验发现的问题和处理办法"),
    _ACCOUNTS: ("audit", "报送表、文件和评价卡的账目"),
}
"""What every tab with a fixed title is for."""


def purpose_of(title: str) -> PurposeName:
    return ABOUT[title][0] if title in ABOUT else "review"


def in_order(tabs: Iterable[Tab]) -> tuple[Tab, ...]:
    """For the committee first, for the audit last, each in its colour; tabs for the same stay in their order."""
    places = list(PURPOSES)
    ordered = sorted(tabs, key=lambda tab: places.index(purpose_of(tab.title)))
    return tuple(replace(tab, colour=PURPOSES[purpose_of(tab.title)].colour) for tab in ordered)


def index_rows(result: Result, titles: Sequence[str], *, by_purpose: bool) -> list[IndexRow]:
    """A row for each tab, with the title that it links to; before them, one for each purpose, which links nowhere."""
    rows: list[IndexRow] = []
    for name, purpose in PURPOSES.items():
        own = [each for each in titles if purpose_of(each) == name]
        rows += (
            [([Cell(purpose.title, purpose.style), Cell(purpose.says or None, purpose.style)], "")]
            if own and by_purpose
            else []
        )
        for each in own:
            says = without_grades(ABOUT.get(each, ("", RANKING_TAB))[1], result)
            rows.append(([Cell(each, "link"), Cell(says)], each))
    return rows
