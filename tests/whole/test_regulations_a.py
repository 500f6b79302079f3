"""Regulations of townships, state enterprises, civil servants and departments: each written first, then expressed.

The texts are in `tests/making/regulations/*/办法.md`; the numbers in brackets below are their clauses.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

import golden_texts
from evaltool.explain.explanation import explained, readded
from evaltool.results.result import Result
from evaltool.run import scored, take_in
from evaltool.workbook.ranked import ranked_book
from evaltool.writers.saving import to_bytes
from live_changes import counter, differing
from regulations_played import REGULATIONS, folder_of, said
from spreadsheet import reckoning

Outcome = tuple[Fraction, str, int, str, tuple[str, ...]]
"""Exact total, printed total, rank, grade, awards."""

F = Fraction

TOWNSHIP: dict[str, Outcome] = {
    # 青石镇 (3) 8%: 2x5 + 3 = 13, (5) 720 is the best: 10, (6) 5000x1.2/5000 = 120%: 15; (7) 9.5, (8) 92%: 10;
    # (9) 15 - 1; (10) 3 + 2x2 = 7: 5; (11) (11x90 + 58)/12 of 20.  April has 58: no prize (15).
    "T1": (13 + 10 + 15 + F("9.5") + 10 + 14 + 5 + F(1048, 60), "93.97", 1, "优秀", ()),
    # 柳河镇 (4) 100 of 1000, not of 800: 10%: 15; 600/720; 4400/4000 = 110%: 13.5; 8.5; 82.5%: 3/4 of 10;
    # 15 - 0.5 - 2; 3; (11x85 + 97)/12; all times 1.02 (12)
    "T2": (
        F("1.02") * (15 + F(60, 72) * 10 + F("13.5") + F("8.5") + F("7.5") + F("12.5") + 3 + F(1032, 60)),
        *("87.24", 2, "优秀", ("二等奖",)),
    ),
    # 双桥镇: revenue falls (the verified 1470, not 1500): 0; 600/720; 80%: 6; 7; 70%: 1/3 of 10; 15 - 1 - 2 - 12: 3; 1;
    # 70%
    "T3": (F(60, 72) * 10 + 6 + 7 + F(10, 3) + 3 + 1 + 14, "42.67", 3, "不合格", ()),
    # 城东街道: 3%: 6; 772.5/800; 100%: 12; 9.8; 90%: 10; 15; 0; 92%; all times 0.98
    "S1": (
        F("0.98") * (6 + F("772.5") / 80 + 12 + F("9.8") + 10 + 15 + F("18.4")),
        *("79.24", 2, "良好", ("二等奖",)),
    ),
    # 城西街道: revenue falls by 1%: 0, and nothing better than 合格 (14), so the first prize stays empty (15); 10;
    # 110%: 13.5; 9.8; 94%: 10; 15; 5; (11x88 + 60)/12
    "S2": (10 + F("13.5") + F("9.8") + 10 + 15 + 5 + F(1028, 60), "80.43", 1, "合格", ()),
}
ENTERPRISE: dict[str, Outcome] = {
    # 城建集团 (3) 110%, between 100% and its limit 125%: 35 x 1.08; (4) 98%: 16; (5) 68 between 65 and 75: 0.7 x 15;
    # (6) x 1.05; (7) 92%; (8) 9; (9) 2 x 0.3 + 1, the city's criticism of the same deed is not counted.  (11) at best B
    "E1": (
        F("1.05") * (35 * F("1.08") + 16 + F("10.5")) + F("18.4") + 9 - F("1.6"),
        *("93.32", 1, "B", ("业绩优秀企业",)),
    ),
    # 商贸集团: 85% from its lower limit 75%: 10/25; 101%: 20; 60 below 65: 15; 88%; 10
    "E2": (35 * F("0.4") + 20 + 15 + F("17.6") + 10, "76.60", 2, "C", ()),
    # 水务集团: 97% from 80%: 17/20; 90%: 12; 56 between 50 and 70: 0.7 x 15; x 0.98; 95%; (11) 0 instead of 3.5;
    # (9) 4 x 0.3 + 1 = 2.2, at most 2
    "E3": (F("0.98") * (35 * F("0.85") + 12 + F("10.5")) + 19 + 0 - 2, "68.21", 2, "C", ()),
    # 公交集团: 120% of the target: 35 x 1.2; 20; 15; 90%; 10.  (11) straight to D, so no prize (12)
    "E4": (F(42 + 20 + 15 + 18 + 10), "105.00", 1, "D", ()),
    # (13) 60% of the printed total of the enterprise, 100 at most; (14) x 1.1; (15) 5 + 0.85 x 6 + 4
    "P1": (60 * F("0.9332") + F("1.1") * F("22.5") + F("14.1"), "94.84", 1, "优秀", ("优秀负责人",)),
    "P2": (60 * F("0.9332") + 20 + F("13.35"), "89.34", 3, "优秀", ("优秀负责人",)),
    "P3": (60 * F("0.766") + F("1.1") * F("23.75") + 15, "87.09", 4, "称职", ()),  # (16) of a C: not 优秀
    "P4": (60 * F("0.6821") + F("21.25") + F("12.6"), "74.78", 5, "基本称职", ()),
    "P5": (60 + F("17.5") + F("14.4"), "91.90", 2, "基本称职", ()),  # (16) of a D: neither 优秀 nor 称职
}
"""(17) 40% of five are two prizes: the two that are 优秀."""

CIVIL: dict[str, Outcome] = {
    # (4) chief 80/3, deputy 40/3, peers 40/3, below 20/3; (6) without anybody below: peers 160/9, deputy 140/9.
    # One step down in 绩 is 0.955, in 能 and 勤 0.9475, in all five 0.85.
    "C1": (F(372, 10) + (240 + 140 * F("0.955") + 160) / 9, "96.50", 1, "优秀", ("嘉奖",)),  # (5) not by itself
    "C2": (36 + (240 * F("0.955") + 140 + 160 * F("0.95125")) / 9, "93.93", 2, "称职", ()),  # third of six: (8)
    "C3": (30 + (240 * F("0.85") + 140 * F("0.85") + 160 * F("0.725")) / 9, "78.78", 3, "称职", ()),
    "C4": (F("35.2") + 60, "95.20", 1, "称职", ()),  # second of six, but 58 in a quarter: (9), and nobody moves up
    "C5": (34 + (240 * F("0.9475") + 140 * F("0.955") + 160 * F("0.89875")) / 9, "90.10", 2, "称职", ()),
    "C6": (23 + 60 * F("0.6"), "59.00", 3, "不称职", ()),
    "C7": (38 + (80 * F("0.955") + 40 * F("0.955") + 40 + 20 * F("0.955")) / 3, "95.90", 1, "优秀", ("嘉奖",)),
    # 绩 two steps down, 能 and 勤 one: 0.8275
    "C8": (
        F("35.2") + (80 * F("0.9475") + 40 * F("0.8275") + 40 * F("0.95125") + 20 * F("0.85")) / 3,
        *("89.85", 2, "称职", ()),
    ),
}
"""(8) 20% of the six of two groups are 1.2: two; of the two heads 0.4: one."""

EVEN = F(1516, 18)
"""(5) mean of all six after (4): 90, 80, 70; 274/3 (the mean 90 of the absent one counts), 88, 86."""
PANELS = F(240, 3), F(796, 9)
DEPARTMENTS: dict[str, Outcome] = {
    "D1": (37 + F("0.3") * 90 * EVEN / PANELS[0] + F("18.4") + F("9.5"), "93.33", 1, "优秀", ("综合奖",)),
    "D2": (35 + F("0.3") * 80 * EVEN / PANELS[0] + F("17.2") + 10, "87.47", 3, "良好", ()),
    # (6) four cards: the mean of 18.4 and 17.2; (8) 85.91 was third, sixth last year: 3 x 0.6, and passes D2
    "D3": (38 + F("0.3") * 70 * EVEN / PANELS[0] + F("17.8") + 8 + F("1.8"), "87.71", 2, "良好", ("进步奖",)),
    # (11) up by 1.00, as D5 is: both
    "D4": (37 + F("0.3") * F(274, 3) * EVEN / PANELS[1] + 18 + 10, "91.09", 1, "优秀", ("综合奖", "进步奖")),
    # (8) five places would be 3.0: 2, and passes D6, whose one place is worth 0.6
    "D5": (F("38.5") + F("0.3") * 88 * EVEN / PANELS[1] + F("15.2") + F("7.5") + 2, "88.34", 2, "良好", ("进步奖",)),
    "D6": (34 + F("0.3") * 86 * EVEN / PANELS[1] + F("18.8") + 10 + F("0.6"), "87.97", 3, "良好", ()),
}
TEXTS = {"township": TOWNSHIP, "enterprise": ENTERPRISE, "civil": CIVIL, "departments": DEPARTMENTS}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    top = tmp_path_factory.mktemp("regulations")
    return {name: scored(take_in(folder_of(name, top)), "0001") for name in TEXTS}


@pytest.mark.parametrize("name", TEXTS)
def test_the_text_comes_out_as_worked_out_by_hand(name: str, results: dict[str, Result]) -> None:
    """Exact total, printed total, rank, grade and awards of everybody."""
    got = {one.unit.id: (one.exact, one.text, one.rank, one.grade, one.awards) for one in results[name].standings}
    assert got == TEXTS[name]


@pytest.mark.parametrize("name", TEXTS)
def test_another_program_makes_the_same_of_the_text(name: str) -> None:
    """Plain loops over the rules, the tables and what was said, without workbooks."""
    assert golden_texts.outcomes(REGULATIONS / name, said(name)) == TEXTS[name]


@pytest.mark.parametrize("name", TEXTS)
def test_every_total_of_a_text_adds_up_again(name: str, results: dict[str, Result]) -> None:
    """What is explained comes to the total of everybody, step by step."""
    result = results[name]
    for one in result.standings:
        assert readded(explained(result, one.unit)) == []


def test_what_became_of_a_rate_is_told_in_its_order(results: dict[str, Result]) -> None:
    """The sum first, then conversion, then factor; figures and cases are not out of preset points."""
    result = results["township"]
    nodes = {node.id: node for node in explained(result, result.evaluation.units["T2"]).nodes}
    assert nodes["satisfaction"].said[-3:] == (
        "（满意5张×100＋基本满意2张×80＋不满意1张×0）÷8张＝82.5。",
        "折算前的得分率82.5%，按规则折算（60 得 0 分、90 得 100 分，其间按比例，两端以外不变（满分 100））为75%，"
        "乘以“规模系数”1.02。",
        "得分率76.5%；76.5%×10＝7.65分。",
    )
    assert "从15分起，各种情形合计-2.5分，在3至15分之内，计12.5分。" in nodes["peace"].said
    fulls = {
        mark.full
        for key in ("peace", "economy")
        for voice in nodes[key].voices
        for each in voice.sheets
        for mark in each.marks
    }
    assert fulls == {""}


@pytest.mark.parametrize("name", TEXTS)
def test_the_workbook_of_a_text_reckons_the_same(name: str, results: dict[str, Result]) -> None:
    """Its formulas come to the same totals, ranks and grades, none of them written in as a value."""
    book = reckoning(to_bytes(ranked_book(results[name])))
    cells = {spot: book.value(spot) for spot in book.cells}
    assert differing(cells, results[name]) == []
    assert counter(cells) == 0
