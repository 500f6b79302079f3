"""The report card: colours, last year, the mean, and what follows from grades of one year and of several."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from evaltool.results.reportcard import GroupCard, UnitCard, as_value, report_cards
from evaltool.results.result import Result
from evaltool.roster import Earlier
from evaltool.workbook.ranked import ranked_book
from handmade import RULES, result

ZONES = """
[[zone]]
name = "绿区"
colour = "green"
from = 90
[[zone]]
name = "蓝区"
colour = "blue"
from = 80
[[zone]]
name = "红区"
colour = "red"
from = 0
[[consequence]]
grade = "优秀"
text = "通报表彰"
document = "表彰决定"
[[consequence]]
grade = "优秀"
years = 3
text = "记集体三等功"
[[consequence]]
grade = "较差"
text = "限期整改"
"""
PAST = """
2025 清河县 90.00 2 优秀
2024 清河县 91.50 1 优秀
2025 白山区 87.53 1 良好
2025 临江县 80.00 3 较差
2023 临江县 70.00 3 较差
"""


def scored(past: str = PAST, *, interim: bool = False) -> Result:
    """Three counties with 93.885, 87.53 and 77.41, and what they got in earlier years."""
    made = result(rules=RULES + ZONES, interim=interim)
    rows = [line.split() for line in past.split("\n") if line]
    earlier = tuple(Earlier(int(y), unit, Fraction(total), int(rank), grade) for y, unit, total, rank, grade in rows)
    roster = replace(made.evaluation.roster, earlier=earlier)
    return replace(made, evaluation=replace(made.evaluation, roster=roster))


def cards(of: Result) -> tuple[GroupCard, dict[str, UnitCard]]:
    (group,) = report_cards(of)
    return group, {card.unit: card for card in group.units}


def test_zones_are_those_of_the_published_total_and_of_each_side() -> None:
    """A total of 93.89 is green although a side at 85 percent of its full marks is blue."""
    group, units = cards(scored())
    assert [units[name].zone for name in ("清河县", "白山区", "临江县")] == ["绿区", "蓝区", "红区"]
    assert group.zones == {"绿区": 1, "蓝区": 1, "红区": 1}
    sides = {side.component: (side.percent, side.zone) for side in units["白山区"].sides}
    assert sides["base"] == (Fraction(90), "绿区")
    assert sides["vote"] == (Fraction(85), "蓝区")


def test_changes_are_those_of_what_was_published() -> None:
    """Gains are differences of published totals; places count upwards; the most improved stand first."""
    group, units = cards(scored())
    assert units["清河县"].gained == Fraction("3.89")
    assert (units["清河县"].climbed, units["白山区"].climbed, units["临江县"].climbed) == (1, -1, 0)
    assert group.improved == (("清河县", Fraction("3.89")),)


def test_no_last_year_is_no_change() -> None:
    """A result of two years ago is not last year's."""
    _, units = cards(scored("2024 清河县 91.50 1 优秀"))
    assert (units["清河县"].gained, units["清河县"].climbed) == (None, None)


def test_who_is_above_the_mean() -> None:
    """The mean is that of the ranked units' published totals."""
    group, units = cards(scored())
    assert group.mean == (Fraction("93.89") + Fraction("87.53") + Fraction("77.41")) / 3
    assert (group.above, group.ranked) == (2, 3)
    assert [units[name].above_mean for name in ("清河县", "白山区", "临江县")] == [True, True, False]


def test_consequences_of_one_year_and_of_years_running() -> None:
    """Three years of the grade in a row have both consequences; a year between them ends the row."""
    _, units = cards(scored())
    assert units["清河县"].running == 3
    assert [each.text for each in units["清河县"].entailed] == ["通报表彰", "记集体三等功"]
    assert units["临江县"].running == 2
    _, broken = cards(scored(PAST.replace("2025 清河县 90.00 2 优秀\n", "")))
    assert [each.text for each in broken["清河县"].entailed] == ["通报表彰"]


def test_an_interim_result_has_no_consequences() -> None:
    """Nothing follows from a grade that is not final."""
    _, units = cards(scored(interim=True))
    assert all(not each.entailed for each in units.values())


def test_the_workbook_shows_the_cards_and_what_follows() -> None:
    """The tabs stand in the ranked workbook; without zones and earlier years there are none."""
    tabs = {tab.title: {cell.value for cell in tab.cells.values()} for tab in ranked_book(scored()).tabs}
    assert {"绿区", "升1位", "降1位", "持平"} <= tabs["成绩单"]
    assert {"记集体三等功", "表彰决定", "限期整改"} <= tabs["结果运用"]
    assert not {"成绩单", "结果运用"} & {tab.title for tab in ranked_book(result()).tabs}


def test_programs_get_the_same() -> None:
    """`reportcard.json` says what the value says, printed and exact."""
    (group,) = as_value(scored())["groups"]
    unit = next(each for each in group["units"] if each["unit"] == "清河县")
    assert (unit["gained"], unit["climbed"], unit["running"], group["mean"]) == ("3.89", 1, 3, "86.28")
    assert unit["sides"][0]["published"] == "95.03"
