"""The report card: colours, last year, the mean, and what follows from grades of one year and of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from evaltool.results.reportcard import GroupCard, Side, UnitCard, as_value, entailed, report_cards
from evaltool.results.result import Result
from evaltool.roster import Earlier
from evaltool.views.comparison import compared
from evaltool.views.history import against_earlier, changes
from evaltool.workbook.ranked import ranked_book
from handmade import RULES, UNITS, Got, paper_of, parts, result

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


def scored(past: str = PAST, *, interim: bool = False, unranked: Sequence[str] = (), rules: str = RULES) -> Result:
    """Three counties with 93.885, 87.53 and 77.41, and what they got in earlier years."""
    made = result(rules=rules + ZONES, interim=interim, unranked=unranked)
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


def test_no_earlier_result_is_no_change() -> None:
    """Whoever has none is held against nothing."""
    _, units = cards(scored("2025 清河县 91.50 1 优秀"))
    assert (units["白山区"].since, units["白山区"].gained, units["白山区"].climbed) == (None, None, None)


def test_an_earlier_rank_without_a_total_tells_of_places_alone() -> None:
    """As where a year published places only."""
    made = scored()
    (last, *others) = made.evaluation.roster.earlier
    roster = replace(made.evaluation.roster, earlier=(replace(last, total=None), *others))
    _, units = cards(replace(made, evaluation=replace(made.evaluation, roster=roster)))
    assert (units["清河县"].gained, units["清河县"].climbed) == (None, 1)


def test_the_earlier_result_is_that_of_the_last_year_before_this_one() -> None:
    """A unit that had none last year is held against the year before, and everything says so; rows of this year or of
    a later one are no earlier results."""
    made = scored(
        "2026 清河县 60.00 3 较差\n2027 清河县 70.00 3 较差\n2024 清河县 91.50 2 优秀\n2023 清河县 50.00 3 较差"
    )
    _, units = cards(made)
    card = units["清河县"]
    assert (card.since, card.gained, card.climbed, card.running) == (2024, Fraction("2.39"), 1, 1)
    assert "比2024年度\n增减" in {cell.value for tab in ranked_book(made).tabs for cell in tab.cells.values()}
    assert "与2024年度相比，总分提高2.39分，名次由第2名升至第1名" in str(paper_of(made, "letter", "清河县"))
    assert "与2024年度可比的单位1个" in str(paper_of(made, "bulletin"))
    (group,) = [compared(made, "c", "g")]
    table = against_earlier(group, changes(made, group))
    assert [column.header for column in table.columns][1:3] == ["2024年度总分", "本年度总分"]
    assert list(table.texts()) == [("清河县", "91.50", "93.89", "+2.39", "2", "1", "升1位")]


def test_earlier_results_of_different_years_stand_with_their_years() -> None:
    """A column says of which year each is, and no sentence calls them last year's."""
    made = scored("2025 清河县 90.00 2 优秀\n2024 白山区 87.53 1 良好")
    (group,) = [compared(made, "c", "g")]
    table = against_earlier(group, changes(made, group))
    assert [row[:3] for row in table.texts()] == [("清河县", "2025", "90.00"), ("白山区", "2024", "87.53")]
    assert "与上次评估可比的单位2个" in str(paper_of(made, "bulletin"))


def test_everybody_says_the_same_of_who_is_above_the_mean() -> None:
    """Of 80.01 and 80.00 one is above their mean, though it is printed as 80.01: in workbook, bulletin and letter."""
    alike = {"清河县": parts("16.01", "16", "8", "24", "16"), "白山区": parts("16", "16", "8", "24", "16")}
    made = result(alike)
    group, units = cards(made)
    assert (group.above, units["清河县"].above_mean, units["白山区"].above_mean) == (1, True, False)
    assert "平均80.01分，1个单位高于平均" in str(paper_of(made, "bulletin"))
    assert "总分低于同组平均分的1个排名单位" in str(paper_of(made, "bulletin"))
    assert "平均80.01分，略高于平均" in str(paper_of(made, "letter", "清河县"))
    assert "平均80.01分，低于平均0.01分" in str(paper_of(made, "letter", "白山区"))


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


def test_an_interim_card_has_no_zone_and_no_row_of_years() -> None:
    """Though a grade is certain already: nothing is compared with another year, and nothing follows."""
    made = scored(interim=True)
    assert [one.grade for one in made.standings] == ["优秀", "良好", "较差"]
    _, units = cards(made)
    first = units["清河县"]
    assert (first.zone, first.since, first.gained, first.climbed, first.running, first.entailed) == (
        "", None, None, None, 0, (),
    )  # fmt: skip
    assert all(entailed(made, one) == () for one in made.standings)


def test_what_follows_is_the_same_for_one_unit_and_on_its_card() -> None:
    """In the order of the rules."""
    made = scored()
    _, units = cards(made)
    for one in made.standings:
        assert entailed(made, one) == units[one.unit.id].entailed
    assert [each.text for each in entailed(made, made.standings[0])] == ["通报表彰", "记集体三等功"]


def test_who_improved_stands_in_the_order_of_the_gain() -> None:
    """Most first, those with the same by id; who has neither gained nor lost has not improved."""
    group, _ = cards(scored("2025 清河县 92.89 1 优秀\n2025 白山区 84.53 2 良好\n2025 临江县 76.41 3 较差"))
    assert group.improved == (("白山区", Fraction(3)), ("临江县", Fraction(1)), ("清河县", Fraction(1)))
    group, _ = cards(scored("2025 清河县 93.89 1 优秀\n2025 白山区 88.53 2 良好\n2025 临江县 77.40 3 较差"))
    assert group.improved == (("临江县", Fraction("0.01")),)


def test_an_unranked_unit_is_on_no_side_of_the_mean() -> None:
    """It has a zone and a gain, and is not counted among the ranked."""
    group, units = cards(scored(unranked=["白山区"]))
    assert (group.ranked, group.above) == (2, 1)
    assert (units["白山区"].above_mean, units["白山区"].zone, units["白山区"].gained) == (None, "蓝区", Fraction(0))
    nobody = scored(unranked=["清河县", "白山区", "临江县"])
    (value,) = as_value(nobody)["groups"]
    assert (value["mean"], value["above_mean"], value["ranked"]) == (None, 0, 0)


def test_sides_are_those_that_count_for_the_unit() -> None:
    """A component that is awaited has no percentage and no zone; one that counts for nothing is left out."""
    awaited = {**UNITS["清河县"], "base": Got("")}
    light = {**UNITS["白山区"], "base": Got("0", weight="0")}
    made = result({"清河县": awaited, "白山区": light}, rules=RULES + ZONES, interim=True)
    _, units = cards(made)
    assert units["清河县"].sides[0] == Side("base", None, "")
    assert [side.component for side in units["白山区"].sides] == ["vote", "leaders"]
    (value,) = as_value(made)["groups"]
    first = next(each for each in value["units"] if each["unit"] == "清河县")["sides"][0]
    assert first == {"component": "base", "percent": None, "published": None, "zone": ""}


def test_a_figure_of_some_periods_has_no_percentage_yet() -> None:
    """It stands for all of them, and more will come."""
    made = scored()
    points = {key: replace(point, state="partial") if key[1] == "base" else point for key, point in made.points.items()}
    _, units = cards(replace(made, points=points))
    assert [side.percent for side in units["白山区"].sides] == [None, Fraction(85), Fraction("88.06")]


def test_zones_of_sides_are_those_of_a_total_of_the_rules() -> None:
    """Of a total of 1000 the zones begin at 900 and 800: a side with 90 percent of its marks is green."""
    rules = RULES.replace("total = 100", "total = 1000")
    for weight in (20, 10, 30):
        rules = rules.replace(f"weight = {weight}\n", f"weight = {weight}0\n")
    zones = ZONES.replace("from = 90", "from = 900").replace("from = 80", "from = 800")
    units = {"清河县": parts("180", "160", "80", "300", "200")}
    _, found = cards(result(units, rules=rules + zones))
    assert found["清河县"].sides == (
        Side("base", Fraction(90), "绿区"),
        Side("vote", Fraction(80), "蓝区"),
        Side("leaders", Fraction(100), "绿区"),
    )


def test_programs_are_told_what_is_not_there() -> None:
    """No earlier result, no gain; percentages exact and printed; the form of the file is said."""
    whole = as_value(scored("2025 清河县 90.00 2 优秀"))
    assert whole["schema"] == 1
    first, second = whole["groups"][0]["units"][:2]
    assert (second["since"], second["gained"], second["climbed"]) == (None, None, None)
    assert first["sides"][0] == {"component": "base", "percent": "3801/40", "published": "95.03", "zone": "绿区"}
