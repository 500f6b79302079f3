"""Screens speak on what a person should look at, stay silent on what is near it, and change nothing."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from evaltool.cli.console import StyledLine
from evaltool.cli.summary import worth_a_look
from evaltool.findings import blocking
from evaltool.inbox.extract.cardruns import CardRun, expected, rarest
from evaltool.questions.forms import Form
from evaltool.run import take_in
from filling import Spot
from folders import return_all
from screened import brief, city, intake, seen, seen_in_ranks

QUALITY = {"U1": 93, "U2": 90, "U3": 87, "U4": 84, "U5": 81, "U6": 78, "U7": 75}
TIERS = dict(zip(QUALITY, ("一等", "一等", "二等", "二等", "二等", "三等", "三等"), strict=True))


def marks(who: str, spread: int = 4, units: int = 7) -> dict[str, str]:
    """Marks of an ordinary evaluator: the units' quality, some points off."""
    dice = random.Random(f"{who} honest")
    return {unit: str(mark + dice.randint(-spread, spread)) for unit, mark in list(QUALITY.items())[:units]}


def leaders(count: int, units: int = 7) -> dict[str, dict[str, str]]:
    return {f"L{at}": marks(f"L{at}", units=units) for at in range(1, count + 1)}


def test_ordinary_marks_are_passed_over(tmp_path: Path) -> None:
    """Six evaluators who differ by a few points give no finding, neither in the marks nor in the ranks."""
    evaluation = city(tmp_path / "c", 6, 7)
    taken = intake(evaluation, {"work": leaders(6)})
    assert seen(evaluation, taken) + seen_in_ranks(evaluation, taken) == []


# --- the same --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("units", "told"), [(7, True), (5, True), (4, False)])
def test_the_same_mark_for_everybody(tmp_path: Path, units: int, told: bool) -> None:
    """One mark for five or more units is worth a look; for four it is not."""
    evaluation = city(tmp_path / "c", 1, units)
    found = seen(evaluation, intake(evaluation, {"work": {"L1": {f"U{at}": "88" for at in range(1, units + 1)}}}))
    assert brief(found) == ([("SCREEN_ALL_SAME", "L1", "")] if told else [])
    assert all(one.severity == "note" and one.file == "inbox/L1.xlsx" and one.cell == "C7" for one in found)
    assert all("88.0 分" in one.message() and f"{units} 个" in one.message() for one in found)


def test_one_mark_that_differs_is_enough(tmp_path: Path) -> None:
    """Six equal marks and one other are not all the same."""
    evaluation = city(tmp_path / "c", 1, 7)
    given = {**{f"U{at}": "88" for at in range(1, 7)}, "U7": "88.5"}
    assert seen(evaluation, intake(evaluation, {"work": {"L1": given}})) == []


def test_two_identical_sheets(tmp_path: Path) -> None:
    """Two sheets that say the same throughout are one finding, which names the other evaluator and the other file."""
    evaluation = city(tmp_path / "c", 5, 7)
    found = seen(evaluation, intake(evaluation, {"work": {**leaders(5), "L4": marks("L2")}}))
    assert brief(found) == [("SCREEN_IDENTICAL", "L2", "")]
    assert "领导4" in found[0].message() and "inbox/L4.xlsx" in found[0].hint()


def test_three_identical_sheets_are_one_finding(tmp_path: Path) -> None:
    """A set of identical sheets is said once, not for every pair; they do not vouch for one another."""
    evaluation = city(tmp_path / "c", 6, 7)
    copied = {"L4": marks("L2"), "L5": marks("L2")}
    found = seen(evaluation, intake(evaluation, {"work": {**leaders(6), **copied}}))
    assert brief(found) == [("SCREEN_IDENTICAL", "L2", "")]
    assert "领导4、领导5" in found[0].message()


def test_agreement_that_is_to_be_expected(tmp_path: Path) -> None:
    """Evaluators who put seven units into the same three tiers agree as honest people do; five equal marks are few."""
    evaluation = city(tmp_path / "c", 5, 7)
    tiers = dict.fromkeys(("L1", "L2"), TIERS)
    others = {"L3": {**TIERS, "U3": "一等"}, "L4": {**TIERS, "U5": "三等"}}
    few = {"L1": marks("L1", units=5), "L2": marks("L1", units=5)}
    assert seen(evaluation, intake(evaluation, {"tier": {**tiers, **others}})) == []
    assert seen(evaluation, intake(evaluation, {"work": few})) == []


def test_nearly_identical_sheets(tmp_path: Path) -> None:
    """Of twenty marks, one differs: worth a look where others agree in one mark out of eight; five that differ are
    not."""
    evaluation = city(tmp_path / "c", 5, 20)
    dice = random.Random(5)
    given = {f"L{at}": {f"U{unit}": str(dice.randint(80, 96)) for unit in range(1, 21)} for at in range(1, 6)}
    one_off = {**given["L1"], "U20": "79"}
    found = seen(evaluation, intake(evaluation, {"work": {**given, "L2": one_off}}))
    assert brief(found) == [("SCREEN_NEARLY_IDENTICAL", "L1", "")]
    assert "20 格打分至多 1 格不同" in found[0].message()
    five_off = {**given["L1"], **{f"U{at}": "79" for at in range(16, 21)}}
    assert seen(evaluation, intake(evaluation, {"work": {**given, "L2": five_off}})) == []


# --- cards -----------------------------------------------------------------------------------------------------------


def test_the_odds_of_a_stretch_are_those_of_a_random_order() -> None:
    """Two of three cards alike: in two of the three orders they lie side by side; if all are alike, nothing is odd."""
    assert expected(2, 2, 3) == Fraction(2, 3)
    assert expected(5, 5, 5) == 1


def test_the_rarest_stretch_is_taken_not_the_longest() -> None:
    """Six of a batch's usual card in a row say less than five of a card that stands nowhere else."""
    usual, rare = ("好", "好", "好"), ("差", "好", "中")
    others = [("中", "好", "好"), ("好", "中", "好")]
    cards = [usual] * 6 + others + [rare] * 5 + [others[0], usual] * 10
    assert rarest(cards) == (8, 5, 5)
    assert rarest([usual, others[0]] * 20) is None


def run_of(length: int, alike: int, cards: int, units: int = 3) -> CardRun:
    return CardRun("d", "vote", "评价卡·部门", "B10", "B20", length, alike, cards, units)


@pytest.mark.parametrize(
    ("run", "told"),
    [
        (run_of(8, 8, 60), True),
        (run_of(5, 5, 40), True),
        (run_of(6, 30, 60), False),  # the batch's usual card
        (run_of(60, 60, 60), False),  # all cards alike
        (run_of(8, 8, 60, units=1), False),  # a card with one choice
    ],
)
def test_repeated_cards(tmp_path: Path, run: CardRun, told: bool) -> None:
    """A stretch is said only where the batch's own cards, in any order, would hardly show it."""
    evaluation = city(tmp_path / "c", 1, 3)
    taken = replace(intake(evaluation, {}), card_runs=((run, "V1", "1", "inbox/V1.xlsx"),))
    found = seen(evaluation, taken)
    assert brief(found) == ([("SCREEN_CARDS_REPEATED", "V1", "")] if told else [])
    assert all((one.sheet, one.cell) == ("评价卡·部门", "B10") for one in found)


# --- far from the others ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [5, 6, 7, 8, 9])
def test_one_mark_far_off_among_five_to_nine(tmp_path: Path, count: int) -> None:
    """A mark of 45 where the others say about 87 is found, though no mark among so few reaches three deviations."""
    evaluation = city(tmp_path / "c", count, 7)
    given = leaders(count)
    found = seen(evaluation, intake(evaluation, {"work": {**given, "L2": {**given["L2"], "U3": "45"}}}))
    assert brief(found) == [("SCREEN_FAR", "L2", "U3")]
    assert found[0].cell == "C9" and "45.0" in found[0].message() and f"{count - 1} 个" in found[0].message()


def test_an_everyday_difference_and_four_evaluators(tmp_path: Path) -> None:
    """Nine points off is everyday; with four evaluators nobody can say who stands apart."""
    evaluation = city(tmp_path / "c", 5, 7)
    given = leaders(5)
    near = {**given, "L2": {**given["L2"], "U3": "78"}}
    assert seen(evaluation, intake(evaluation, {"work": near})) == []
    four = {who: given[who] for who in ("L1", "L2", "L3", "L4")}
    assert seen(evaluation, intake(evaluation, {"work": {**four, "L2": {**given["L2"], "U3": "45"}}})) == []


def test_a_strict_evaluator_is_one_finding(tmp_path: Path) -> None:
    """Somebody who gives everybody 25 points less is said once, for the level, and not for every mark."""
    evaluation = city(tmp_path / "c", 6, 7)
    strict = {unit: str(int(mark) - 25) for unit, mark in marks("L3").items()}
    found = seen(evaluation, intake(evaluation, {"work": {**leaders(6), "L3": strict}}))
    assert brief(found) == [("SCREEN_LEVEL", "L3", "")]
    assert "偏低" in found[0].message()


def test_strictness_of_a_few_points_is_passed_over(tmp_path: Path) -> None:
    """Eight points below the others are a matter of strictness."""
    evaluation = city(tmp_path / "c", 6, 7)
    strict = {unit: str(int(mark) - 8) for unit, mark in marks("L3").items()}
    assert seen(evaluation, intake(evaluation, {"work": {**leaders(6), "L3": strict}})) == []


def test_two_tiers_from_all_others(tmp_path: Path) -> None:
    """The third tier where all others say the first is worth a look; the second is not, nor the third where they do
    not agree."""
    evaluation = city(tmp_path / "c", 5, 7)
    tiers = {f"L{at}": dict(TIERS) for at in range(1, 6)}
    third = intake(evaluation, {"tier": {**tiers, "L5": {**TIERS, "U1": "三等"}}})
    assert brief([one for one in seen(evaluation, third) if one.unit]) == [("SCREEN_TIER", "L5", "U1")]
    second = intake(evaluation, {"tier": {**tiers, "L5": {**TIERS, "U1": "二等"}}})
    assert not any(one.unit for one in seen(evaluation, second))
    parted = {**tiers, "L5": {**TIERS, "U1": "三等"}, "L4": {**TIERS, "U1": "二等"}}
    assert not any(one.unit for one in seen(evaluation, intake(evaluation, {"tier": parted})))


def test_a_scale_read_upside_down(tmp_path: Path) -> None:
    """Every unit in a lower tier than the others put it is one finding; all but one is none."""
    evaluation = city(tmp_path / "c", 5, 7)
    best = dict.fromkeys(QUALITY, "一等")
    tiers = {f"L{at}": {**best, f"U{at}": "二等"} for at in range(1, 5)}
    low = dict.fromkeys(QUALITY, "二等")
    found = seen(evaluation, intake(evaluation, {"tier": {**tiers, "L5": low}}))
    assert ("SCREEN_TIER_LEVEL", "L5", "") in brief(found)
    nearly = intake(evaluation, {"tier": {**tiers, "L5": {**low, "U7": "一等"}}})
    assert "SCREEN_TIER_LEVEL" not in [one.code for one in seen(evaluation, nearly)]


# --- the own unit and the own work -----------------------------------------------------------------------------------


def test_the_own_unit_favoured(tmp_path: Path) -> None:
    """A department that gives itself 99 where the others give it 84 is worth a look; 88 is not."""
    evaluation = city(tmp_path / "c", 5, 7, own_line="count", belongs="U4")
    given = leaders(5)
    found = seen(evaluation, intake(evaluation, {"work": {**given, "L1": {**given["L1"], "U4": "100"}}}))
    assert brief(found) == [("SCREEN_OWN_UNIT", "L1", "U4")]
    fair = intake(evaluation, {"work": {**given, "L1": {**given["L1"], "U4": "88"}}})
    assert seen(evaluation, fair) == []


def test_the_own_unit_where_nobody_else_marks_it(tmp_path: Path) -> None:
    """Alone with its marks, a department is compared with what it gives the others."""
    evaluation = city(tmp_path / "c", 1, 7, own_line="count", belongs="U7")
    given = marks("L1")
    high = intake(evaluation, {"work": {"L1": {**dict.fromkeys(given, "80"), "U1": "81", "U7": "99"}}})
    assert brief(seen(evaluation, high)) == [("SCREEN_OWN_UNIT", "L1", "U7")]
    assert seen(evaluation, intake(evaluation, {"work": {"L1": {**given, "U7": "94"}}})) == []


def test_cards_of_the_own_people(tmp_path: Path) -> None:
    """Voters of a unit whose cards set it far above what other voters say are worth a look."""
    evaluation = city(tmp_path / "c", 1, 7, own_line="count", belongs="U2")
    usual = {unit: {"好": 20, "中": 20} for unit in QUALITY}

    def votes(own: int) -> dict[str, dict[str, dict[str, int]]]:
        mine = {**usual, "U2": {"好": own, "中": 40 - own}}
        return {
            choice: {"V1": {u: n[choice] for u, n in mine.items()}, "V2": {u: n[choice] for u, n in usual.items()}}
            for choice in ("好", "中")
        }

    assert brief(seen(evaluation, intake(evaluation, {}, votes(38)))) == [("SCREEN_OWN_UNIT", "V1", "U2")]
    assert seen(evaluation, intake(evaluation, {}, votes(26))) == []


def test_a_self_assessment_far_above(tmp_path: Path) -> None:
    """A unit that gives itself 100 where everything else comes to 75 stands out against units that are 5 above; if all
    are as generous, nobody does."""
    evaluation = city(tmp_path / "c", 5, 7)
    modest = {unit: {unit: str(mark + 4)} for unit, mark in QUALITY.items()}
    work = {f"L{at}": {unit: str(mark) for unit, mark in QUALITY.items()} for at in range(1, 6)}
    tiers = {f"L{at}": dict.fromkeys(QUALITY, "二等") for at in range(1, 6)}

    def found(own: dict[str, dict[str, str]]) -> list[tuple[str, str, str]]:
        by_leaf = {"work": work, "tier": tiers, "self": own}
        return [one for one in brief(seen_in_ranks(evaluation, intake(evaluation, by_leaf))) if "SELF" in one[0]]

    assert found(modest) == []
    assert found({**modest, "U7": {"U7": "100"}}) == [("SCREEN_SELF_HIGH", "U7", "U7")]
    assert found({unit: {unit: str(mark + 7)} for unit, mark in QUALITY.items()}) == []


# --- who decides a rank ----------------------------------------------------------------------------------------------


def test_one_evaluator_who_decides_a_rank(tmp_path: Path) -> None:
    """Four see the second unit before the first, one turns the order round alone: that is said with both ranks."""
    evaluation = city(tmp_path / "c", 5, 7)
    given = {f"L{at}": {unit: str(mark) for unit, mark in QUALITY.items()} for at in range(1, 6)}
    for who in ("L1", "L2", "L3", "L4"):
        given[who] |= {"U1": "90", "U2": "92"}
    turned = {**given, "L5": {**given["L5"], "U1": "99", "U2": "80"}}
    found = seen_in_ranks(evaluation, intake(evaluation, {"work": turned}))
    assert [(one.code, one.evaluator) for one in found] == [("SCREEN_DECIDES", "L5")]
    assert "第 1 名" in found[0].message() and "第 2 名" in found[0].message()
    agreed = {**given, "L5": {**given["L5"], "U1": "90", "U2": "92"}}
    assert seen_in_ranks(evaluation, intake(evaluation, {"work": agreed})) == []


def test_a_close_race_says_nothing_about_anybody(tmp_path: Path) -> None:
    """Two units a hair apart, each preferred by some: leaving one evaluator out changes the order, as in any close
    race."""
    evaluation = city(tmp_path / "c", 5, 7)
    given = leaders(5)
    for at, who in enumerate(given):
        given[who] |= {"U1": str(90 + at % 2), "U2": str(91 - at % 2)}
    assert seen_in_ranks(evaluation, intake(evaluation, {"work": given})) == []


# --- exactness, and through real workbooks ---------------------------------------------------------------------------


def test_screens_see_through_real_workbooks(tmp_path: Path) -> None:
    """Sheets that came back: a copied sheet, a run of identical cards and one far mark are noted at their cells, and
    nothing of it blocks; every note is about its own file."""
    city(tmp_path / "c", 6, 7)
    given = {**leaders(6), "L4": marks("L2"), "L6": {**marks("L6"), "U1": "9"}}
    dice = random.Random(8)

    def says(form: Form, spot: Spot) -> object:
        if spot.component == "work":
            return given[form.evaluator][spot.unit]
        if spot.component == "tier":
            return "一等" if random.Random(f"{form.evaluator}{spot.unit}").random() < 0.5 else "二等"
        if spot.table.kind == "grid" and spot.component == "vote":
            return {"issued": "40", "returned": "40", "spoiled": "0"}[spot.column.field]
        if spot.table.kind == "cards" and spot.column.field == "mark":
            copied = form.evaluator == "V2" and 11 <= int(spot.line.repeat) <= 18
            return "中" if copied else dice.choice(("好", "中", "差"))
        return {"mark": "85", "stated_grade": "合格", "reasons": "照实"}.get(spot.column.field)

    return_all(tmp_path / "c", says)
    taken = take_in(tmp_path / "c")
    found = [(one.code, one.file, one.cell) for one in taken.findings if one.code.startswith("SCREEN")]
    assert found == [
        ("SCREEN_IDENTICAL", "inbox/L2-领导2.xlsx", "C7"),
        ("SCREEN_FAR", "inbox/L6-领导6.xlsx", "C7"),
        ("SCREEN_CARDS_REPEATED", "inbox/V2-群众2-1.xlsx", "B17"),
    ]
    assert blocking(taken.findings) == []


def test_many_notes_take_a_few_lines_at_the_end(tmp_path: Path) -> None:
    """The terminal shows the first six with their place and says where the rest is; nothing noticed, nothing said."""
    evaluation = city(tmp_path / "c", 8, 5)
    same = {f"L{at}": {f"U{unit}": str(80 + at) for unit in range(1, 6)} for at in range(1, 9)}
    found = [one for one in seen(evaluation, intake(evaluation, {"work": same})) if one.code == "SCREEN_ALL_SAME"]
    lines = [part.text for part in worth_a_look(found, "zh", "见清单") if isinstance(part, StyledLine)]
    assert len(found) == 8 and len(lines) == 2 + 6 + 1
    assert "inbox/L1.xlsx" in lines[2] and lines[-1].endswith("见清单")
    assert worth_a_look([], "zh", "见清单") == []
