"""Regulations of counties, hospitals, service windows and a single matter: each written first, then expressed.

The texts are in `tests/making/regulations/*/办法.md`.  What they give everybody is worked out by hand, component by
component in the order of the text.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pytest

import golden_texts
from evaltool.evaluation.in_words import explain
from evaltool.explain.explanation import explained, readded
from evaltool.findings import Refused
from evaltool.results.periods import period_results
from evaltool.results.result import Result
from evaltool.run import score_folder, scored, take_in
from evaltool.views.comparison import compared
from evaltool.views.lostpoints import lost_points
from evaltool.workbook.ranked import ranked_book
from evaltool.writers.saving import to_bytes
from live_changes import counter, differing
from regulations_played import REGULATIONS, folder_of, return_sheets, said
from spreadsheet import reckoning

F = Fraction


class Outcome(NamedTuple):
    """Points of the components of the last level, in the order of the text; what decisions add; what comes of it."""

    points: tuple[Fraction | int, ...]
    added: Fraction | int
    total: str
    rank: int
    grade: str
    awards: tuple[str, ...] = ()

    @property
    def exact(self) -> Fraction:
        return F(sum(self.points)) + self.added


THIRD = F(40, 3)
COUNTY = {
    # growth 6, 5, 4 % against each other, 5 and 8 %: places 1, 2, 3 and 2, 1
    # investment +10 %: 50 + 5 x 5; research 31.8 / 1060 = 3 %, the best of all
    # 东湖区: all of 30; one 督察; 9 of 10; 85 against the group's 75 is 17/15, at most 1.05; 92 %; 优秀
    "e": Outcome(
        (THIRD, THIRD * F("0.75"), THIRD, 30, F("8.5"), 8, F("4.2"), F("4.6"), 3),
        *(0, "94.97", 1, "优秀", ("高质量发展先进县区",)),
    ),
    # +2 %: 20; 2 of 3 %; 97 % of the grain, 90 % of the jobs, the air missed; 3 + 2 x 1; 6 of 8: half; 70 of 75; 80 %
    "w": Outcome(
        (THIRD * F("0.9"), THIRD * F("0.2"), THIRD * F(2, 3), 8 + 9 + 4, 5, 4, 4 * F(70, 75), 4, 3 * F("0.8")),
        *(0, "63.69", 2, "良好", ("进步奖",)),  # up by 3.69, the first by 1.97
    ),
    # -5 %; 2.5 of 3 %; no grain: 17.5 of 20, of 30; 6 + 4.5 are more than 10; 5 of 9 are less than 60 %
    "k": Outcome(
        (THIRD * F("0.75"), 0, THIRD * F(5, 6), F("17.5") * 30 / 20, 0, 0, 4 * F(70, 75), F("3.775"), 3 * F("0.6")),
        *(0, "56.67", 3, "一般"),
    ),
    # 92 % of the grain; 80 against 70, at most 1.05.  84.78 are enough, a growth of 5 % is not: no 优秀, no prize
    "n": Outcome(
        (THIRD * F("0.9"), THIRD, THIRD / 3, 6 + 10 + 10, 10, 8, F("4.2"), F("4.4"), 3 * F("0.8")),
        *(0, "84.78", 1, "良好"),
    ),
    # +4 %: 40; 88 %: nothing; 5 of 6; 7 of 9 votes: (700/9 - 60) / 30; no earlier year: the 80 % of the other county
    "b": Outcome(
        (THIRD, THIRD * F("0.4"), THIRD / 2, 0 + F(25, 3) + 10, 9, 8 * F(16, 27), 4 * F(6, 7), 3, 3 * F("0.8")),
        *(0, "66.24", 2, "良好"),
    ),
}
HOSPITAL = {
    # surgery, drugs, stay; cases; cost, beds, dearer; share, children, training; three kinds of cards
    # 35 of 35 %, 38, 8 of 8.5 days; (60 + 20) x 1.05; 25000/20000/1.25 = 1, the least; 97 %; +8 %; +1 point
    # (400 + 160 + 60) / 8; 92 %.  Two prizes for one deed: 20.  Fined 12.5: no A, so no prize for the first place
    "h1": Outcome(
        (100 + 100 + 120 * F(16, 17), 84, 150 + 100 * F(13, 17) + 35, 40, 27, 18, F("77.5"), 60, F("36.8")),
        *(20, "937.7", 1, "B级"),
    ),
    # 25 of 35 %, 45, 8 of 10 days; 1.25; 75 %; 0 %; -1 point: 30 % of 50 + 20; no children; 80 % of 20 + 10.  B less 1
    "h2": Outcome(
        (100 * F(5, 7) + 75 + 96, 32, 120 + 60 + 50, 70 * F("0.3"), 0, 30 * F("0.8"), F("92.5"), 54, 40),
        *(10, "745.9", 3, "C级"),
    ),
    # 32 of 35 %; (36 + 24) x 0.9; 1.05; +12 %; +5 points
    "h3": Outcome(
        (100 * F(32, 35) + 100 + 120, 54, 150 / F("1.05") + 100 + 15, 50, 30, 15, F(235, 3), 43, F("31.2")),
        *(0, "870.8", 2, "A级", ("先进医院",)),
    ),
    # 15 of 20 %, 61, 7 of 7.5 days; 2560/4000/0.8 = 0.8, the least; 55 %; +15 %; -2 points; five and three cards do
    "h4": Outcome(
        (75 + 0 + 120 * F(14, 15), 10, 150 + 0 + 0, 0, 18, 12, F(430, 7), F("50.4"), 28),
        *(0, "516.8", 2, "D级"),
    ),
    # 0.84; -1.5 points: 15 %; three cards of patients, one of staff: 80 %
    "h5": Outcome(
        (300 + 20, F("3.5"), 150 * F("0.8") / F("0.84") + 100 + 50, F("7.5"), 21, 14, 80, 42, 32),
        *(0, "812.9", 1, "B级"),
    ),
}
WINDOW = {
    # 90 and 93; 10 + 3 - 1 and 10 + 12, at most 20; 100, 85, 85; 0.2 %.  3 + 1.5, at most 4; 3, at most 2; at most 5
    "p": Outcome((F(90 + 93, 4), F(12 + 20, 2), 18, 8), 5, "92.75", 1, "优秀", ("红旗窗口",)),
    # 85 and 480/6; 6.5 and 10 + 1 - 12; 1.33 %.  0.5 + 2 x 0.3
    "r": Outcome((F(85 + 80, 4), F("6.5") / 2, 14, 0), F("-1.1"), "57.40", 5, "不合格"),
    # 95 and 583/6; 13 and 13.5; 85, 100, 100.  Spread twice, counted once
    "y": Outcome(((95 + F(583, 6)) / 4, F("13.25"), 19, 10), 2, "92.29", 2, "优秀", ("红旗窗口",)),
    # four months: 306/4, and 82; 10 and 9.5; 1 %.  2 + 1 + 0.3, at most 3
    "b": Outcome(((F("76.5") + 82) / 4, F("9.75"), 14, 5), -3, "65.38", 4, "合格"),
    # 88 and 92.5; 11 and 10; 85, 85, 70; 0.5 %.  One deed: 1.5.  No month below 75
    "s": Outcome(((88 + F("92.5")) / 4, F("10.5"), 16, 8), F("1.5"), "81.13", 3, "良好", ("服务标兵",)),
}
REVIVAL = {
    # growth 8, 7, 5, 5 %, places 1 to 3 of 4: 100 - 40/3 a place; places 1 to 5: 100 - 7.5 a place
    "c1": Outcome((20, 15 * F("0.86"), 15 * F("0.9625")), 0, "47.3", 1, ""),
    "c2": Outcome((20 * F(260, 300), 15 * F("0.9"), 15 * F("0.9625")), 0, "45.3", 2, ""),
    "c3": Outcome((20 * F(220, 300), 15 * F("0.8375"), 15 * F("0.8125")), 0, "39.4", 3, ""),
    "c4": Outcome((20 * F(220, 300), 15 * F("0.835"), 15 * F("0.8125")), 0, "39.4", 3, ""),
    # founded in July: two quarters; 15 + 40/3 and 15 + 20/3
    "c5": Outcome((0, F(85, 3) * F("0.65"), F(65, 3) * F("0.7")), 0, "33.6", 4, ""),
}
YEAR = {
    # the printed total of the matter, out of 50
    "c1": Outcome((F("79.2"), 10 * F("47.3") / 50), 0, "88.66", 3, "良好"),
    "c2": Outcome((F("82.8"), 10 * F("45.3") / 50), 0, "91.86", 1, "优秀"),
    "c3": Outcome((F("76.5"), 10 * F("39.4") / 50), 0, "84.38", 4, "良好"),
    "c4": Outcome((81, 10 * F("39.4") / 50), 0, "88.88", 2, "优秀"),  # 40 % of six: two
    "c5": Outcome((F("67.5"), 10 * F("33.6") / 50), 0, "74.22", 5, "合格"),
    "c6": Outcome((F("84.38"), 0), 0, "84.38", 4, "良好"),  # no part in the matter: all of 100
}
OUTCOMES = {"county": COUNTY, "hospital": HOSPITAL, "window": WINDOW, "revival": REVIVAL, "revival-year": YEAR}
TAKEN_FIRST = {"county": "county-quarters", "revival-year": "revival"}


def scored_text(name: str, top: Path) -> Result:
    """A regulation scored, after that whose result it takes."""
    if name in TAKEN_FIRST and not (top / TAKEN_FIRST[name]).exists():
        score_folder(folder_of(TAKEN_FIRST[name], top))
    return scored(take_in(folder_of(name, top)), "0001")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    return {name: scored_text(name, tmp_path_factory.mktemp(name)) for name in OUTCOMES}


@pytest.mark.parametrize("name", OUTCOMES)
def test_the_text_comes_out_as_worked_out_by_hand(name: str, results: dict[str, Result]) -> None:
    """The points of every component, exact and printed total, rank, grade and awards of everybody."""
    result, expected = results[name], OUTCOMES[name]
    (scheme,) = result.evaluation.classes.values()
    leaves = [leaf for leaf in scheme.components if not scheme.children(leaf)]
    got = {
        one.unit.id: Outcome(
            tuple(result.points[one.unit.id, leaf].points or F(0) for leaf in leaves),
            *(one.added, one.text, one.rank or 0, one.grade, one.awards),
        )
        for one in result.standings
    }
    assert got == expected
    assert {one.unit.id: one.exact for one in result.standings} == {unit: one.exact for unit, one in expected.items()}


@pytest.mark.parametrize("name", OUTCOMES)
def test_every_total_of_a_text_adds_up_again(name: str, results: dict[str, Result]) -> None:
    """What is explained comes to the total of everybody, step by step."""
    for one in results[name].standings:
        assert readded(explained(results[name], one.unit)) == []


SLOWER = [pytest.param(name, marks=pytest.mark.slow if name != "revival" else ()) for name in OUTCOMES]


@pytest.mark.parametrize("name", SLOWER)
def test_the_workbook_of_a_text_reckons_the_same(name: str, results: dict[str, Result]) -> None:
    """Its formulas come to the same totals, ranks and grades."""
    book = reckoning(to_bytes(ranked_book(results[name])))
    cells = {spot: book.value(spot) for spot in book.cells}
    assert differing(cells, results[name]) == []
    assert counter(cells) == 0


def test_the_rules_are_read_out_in_the_words_of_the_text(results: dict[str, Result]) -> None:
    """What the text says of a line that a unit lacks, of units without an earlier year, of a single matter."""
    told = {name: "\n".join(explain(results[name].evaluation)) for name in ("county", "hospital", "revival")}
    assert "个别指标不适用的，其分值从满分中减去\n" in told["county"]
    assert "没有可以取用的结果的，按本分类其他单位的平均得分率计" in told["county"]
    assert "按在同一分类中的名次（越高越好）：不超过 1 得 100 分、不超过 2 得 90 分" in told["county"]
    assert "且“医保违规金额”不高于 0" in told["hospital"]
    assert "欺诈骗保：等次降 1 等" in told["hospital"]
    assert "“2026年度县区绩效评估”以外单独进行的专项评估" in told["revival"]
    assert "权重分给：人居环境 2/3、乡村治理 1/3" in told["revival"]


def test_the_explanation_says_what_stood_on_the_steps(results: dict[str, Result]) -> None:
    """The place, and the part of the target, before what they are worth; what carries no points says so."""
    result = results["county"]
    nodes = explained(result, result.evaluation.units["w"]).nodes
    told = "\n".join(sentence for node in nodes for sentence in node.said)
    assert "＝（525－500）÷500×100＝5，第2名，90%×10＝9分" in told
    assert "粮食产量：完成率97%，8÷10×10＝8分" in told
    english = explained(result, result.evaluation.units["w"], "en").nodes
    assert any("97% of the target, 8 / 10 x 10 = 8" in sentence for node in english for sentence in node.said)


def test_a_letter_says_what_a_reckoned_figure_came_to(results: dict[str, Result]) -> None:
    """25 operations of 100 against 35, as it says figures that are typed; what is taken of others is no figure of its
    own."""
    lost: dict[str, tuple[str, ...]] = {}
    for name, unit, group in (("hospital", "h2", "three"), ("county", "w", "urban")):
        result = results[name]
        of = lost_points(result, [compared(result, result.evaluation.units[unit].class_id, group)])
        lost |= {each.name: each.reasons for each in of[unit].lines}
    assert lost["出院患者手术占比"] == ("完成值25%，目标值35%",)
    assert lost["研发投入强度"] == ("完成值2%",)
    assert lost["上年等次"] == ()


HALF = {"p": F(45) + 12, "r": F("42.5") + F("6.5"), "y": F("47.5") + 13, "b": F("38.25") + 10, "s": F(44) + 11}
"""Half a year by itself, out of the 70 points that are given by halves."""


def test_half_a_year_is_a_result_of_its_own(results: dict[str, Result], tmp_path: Path) -> None:
    """In July the first half is complete, months and events: the interim result has it, and later the year."""
    first = [row for row in said("window") if row["repeat"] in ("上半年", *(f"{month}月" for month in range(1, 7)))]
    folder = folder_of("window", tmp_path)
    for sheet in (folder / "inbox").iterdir():
        sheet.unlink()
    return_sheets(folder, first)
    taken = take_in(folder)
    interim = scored(taken, "0001", interim=True)
    got = {unit: [interim.points[unit, leaf].points for leaf in ("monthly", "daily")] for unit in HALF}
    assert {unit: sum(filter(None, points), F(0)) for unit, points in got.items()} == HALF
    for evaluation, intake in (
        (taken.evaluation, taken.intake),
        (results["window"].evaluation, results["window"].intake),
    ):
        half = next(one for one in period_results(evaluation, intake) if one.period == "上半年")
        assert half.full == 70
        assert half.points == HALF
        assert half.ranks == {"y": 1, "p": 2, "s": 3, "r": 4, "b": 5}


@pytest.mark.parametrize(("row", "choice"), [("r", "二档"), ("b", "一档")])
def test_a_leader_keeps_to_his_quota_over_both_tiers(row: str, choice: str, tmp_path: Path) -> None:
    """Three of five may be in the upper two tiers; a fourth goes back, as a second first one does."""
    folder = folder_of("window", tmp_path)
    more = [
        {**each, "value": choice} if (each["evaluator"], each["unit"]) == ("l1", row) else each
        for each in said("window")
    ]
    return_sheets(folder, more)
    with pytest.raises(Refused) as wrong:
        scored(take_in(folder), "0001")
    assert {one.code for one in wrong.value.findings if one.blocks} == {"QUOTA_EXCEEDED"}


@pytest.mark.parametrize("name", OUTCOMES)
def test_another_program_makes_the_same_of_the_text(name: str) -> None:
    """Plain loops over the rules, the tables and what was said, without workbooks; what is taken of another folder is
    worked out there, and printed."""
    elsewhere = {}
    if before := TAKEN_FIRST.get(name):
        full = {"revival": 50, "county-quarters": 100}[before]
        printed = {unit: F(one[1]) for unit, one in golden_texts.outcomes(REGULATIONS / before, said(before)).items()}
        elsewhere[f"../{before}"] = {unit: total / full * 100 for unit, total in printed.items()}
    assert golden_texts.outcomes(REGULATIONS / name, said(name), elsewhere) == {
        unit: (one.exact, one.total, one.rank, one.grade, one.awards) for unit, one in OUTCOMES[name].items()
    }
