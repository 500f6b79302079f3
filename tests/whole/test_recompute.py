"""The tool against the second opinion: every unit's exact total, points, rank, grade and awards are the same."""

from __future__ import annotations

import csv
import json
import random
import shutil
import tomllib
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import filling
from differences import differences
from evaltool.evaluation import load
from evaltool.findings import Refused
from evaltool.publish import results
from evaltool.questions.layout import forms
from evaltool.run import score_folder, scored, take_in
from evaltool.sheets import blank
from evaltool.writers.saving import to_bytes
from folders import any_voters
from recompute import (
    apportion,
    best,
    cards_share,
    component_points,
    grade_of,
    half_up,
    mean,
    place_share,
    points_share,
    ranks,
    recompute,
)
from recompute_roster import Unsettled

ROOT = Path(__file__).parents[2]
BUNDLED = ROOT / "templates" / "evaluations" / "songyuan"
SAMPLES = [
    path
    for path in sorted((ROOT / "sample_data").glob("*/"))
    if (path / "evaluation.toml").is_file() and "flawed" not in path.name
]
LEDGER = ["种类", "文号", "日期", "理由", "单位", "评估主体", "新值"]
CARD = {"优秀": Fraction(1), "良好": Fraction(85, 100), "一般": Fraction(7, 10), "较差": Fraction(1, 2), "不了解": None}
TIER = {"一等": Fraction(1), "二等": Fraction(85, 100), "三等": Fraction(7, 10)}


def rules(name: str) -> dict[str, Any]:
    return tomllib.loads((BUNDLED / "schemes" / f"{name}.toml").read_text(encoding="utf-8"), parse_float=Decimal)


def cards(counts: str) -> Fraction:
    return cards_share(dict(zip(CARD, map(int, counts.split("/")), strict=True)), CARD)


def tiers(*words: str) -> Fraction:
    return mean([TIER[word] for word in words])


def worked_example() -> dict[str, Fraction | str]:
    """The county of the worked example, as shares of full marks."""
    return {
        "base": points_share([Fraction(27)], [Fraction(30)]),
        "progress": mean([Fraction(95), Fraction(90), Fraction(97)]) / 100,
        "visits": mean([Fraction(88), Fraction(93)]) / 100,
        "self": Fraction(98, 100),
        "common": points_share([Fraction("9.15")], [Fraction(10)]),
        "city_bodies": cards("20/12/6/1/1"),
        "county_bodies": cards("18/9/3/0/0"),
        "city_departments": cards("12/8/3/1/0"),
        "towns": cards("10/6/3/1/0"),
        "citizens": cards("25/15/6/2/2"),
        "priority": points_share([Fraction("82.35")], [Fraction(90)]),
        "mayor": tiers("一等"),
        "vice_mayors": tiers("一等", "一等", "一等", "一等", "二等", "二等"),
        "deputies": tiers("一等", "二等", "二等", "三等"),
    }


# --- the recomputation by itself ------------------------------------------------------------------------------------


def test_the_worked_example_comes_out() -> None:
    """A county with the figures of the worked example has 963289/10400 points, published 92.62, and is 优秀."""
    counties = rules("counties")
    points = component_points(counties["component"], worked_example())
    assert points["democratic"] == Fraction(349, 78) + Fraction("2.775") + Fraction("2.675") + Fraction(
        "1.77"
    ) + Fraction(859, 480)
    parts = ("base", "progress", "visits", "self", "common", "priority", "mayor", "vice_mayors", "deputies")
    expected = ("2.7", "2.82", "2.715", "0.98", "8.235", "32.94", "15", "9.5", "4.25")
    assert [points[part] for part in parts] == [Fraction(value) for value in expected]
    total = sum(points[key] for key, part in counties["component"].items() if "in" not in part)
    assert total == Fraction(963289, 10400)
    assert half_up(Fraction(total), 2) == Fraction("92.62")
    assert half_up(total + Fraction("0.5"), 2) == Fraction("93.12")
    assert grade_of(counties, Fraction("92.62"), vetoed=False) == "优秀"


def test_weight_of_what_did_not_take_place_moves_as_the_rules_say() -> None:
    """Without visits progress checks weigh 6; without anybody in charge at one level the leaders still weigh 30, in
    proportion."""
    counties = rules("counties")["component"]
    without = worked_example() | {"visits": "none", "deputies": "none"}
    points = component_points(counties, without)
    assert points["progress"] == points["tracking"] == 6 * Fraction(94, 100)
    assert "visits" not in points
    assert points["mayor"] == 15 + Fraction(5 * 15, 25)
    assert points["vice_mayors"] == (10 + Fraction(5 * 10, 25)) * Fraction(95, 100)
    alone = component_points(counties, without | {"vice_mayors": "none"})
    assert alone["leaders"] == alone["mayor"] == 30


def test_absence_without_a_rule_is_refused() -> None:
    """The rules name no place for the weight of a missing self-assessment, so there is no result."""
    with pytest.raises(Unsettled):
        component_points(rules("counties")["component"], worked_example() | {"self": "none"})


def test_a_half_is_rounded_up() -> None:
    """87.125 is published as 87.13, 87.1249999 as 87.12."""
    assert half_up(Fraction("87.125"), 2) == Fraction("87.13")
    assert half_up(Fraction("87.1249999"), 2) == Fraction("87.12")


def test_grades_have_no_gap_and_a_veto_lowers_by_one() -> None:
    """79.6 is 一般; a vetoed 优秀 is 良好; nothing is below 较差."""
    departments = rules("departments")
    assert grade_of(departments, Fraction("79.6"), vetoed=False) == "一般"
    assert grade_of(departments, Fraction(90), vetoed=True) == "良好"
    assert grade_of(departments, Fraction(59), vetoed=True) == "较差"


def test_places_in_a_leaders_list() -> None:
    """Place 1 has 100 points, each further place 3 less, none below 70."""
    table = rules("departments")["places"]["leader_list"]
    assert [place_share(table, Fraction(place)) * 100 for place in (1, 2, 10, 11, 12)] == [100, 97, 73, 70, 70]


def test_equal_units_share_a_rank_until_it_is_decided() -> None:
    """Equal keys give 1, 2, 2, 4; places decided for both give 1, 3, 2, 4."""
    keys = {unit: (Fraction(points),) for unit, points in {"a": 90, "b": 80, "c": 80, "d": 70}.items()}
    assert ranks(keys, {}) == {"a": 1, "b": 2, "c": 2, "d": 4}
    assert ranks(keys, {"b": Fraction(3), "c": Fraction(2)}) == {"a": 1, "b": 3, "c": 2, "d": 4}


def test_places_are_apportioned_by_largest_remainder() -> None:
    """Of equal remainders the earlier field gets the place."""
    assert apportion(21, [10, 10, 10, 10, 10, 10, 10]) == [3] * 7
    assert apportion(5, [1, 1, 1]) == [2, 2, 1]
    assert apportion(21, [14, 9, 8, 7, 11, 12, 6]) == [4, 3, 3, 2, 3, 4, 2]


def test_equals_across_the_edge_of_an_award_get_nothing_yet() -> None:
    """With two places, b and c equal behind a: only a has the award until the committee decides."""
    candidates = {unit: (Fraction(points),) for unit, points in {"a": 90, "b": 80, "c": 80}.items()}
    assert best(candidates, 2) == ["a"]
    assert best(candidates, 3) == ["a", "b", "c"]


def test_it_shares_no_code_with_the_tool() -> None:
    """Nothing of `evaltool` is imported by the recomputation."""
    for path in (ROOT / "tests" / "oracle").glob("recompute*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert not [line for line in lines if "import" in line and "evaltool" in line]


# --- the tool against it --------------------------------------------------------------------------------------------


@pytest.mark.slow  # test_sample.py has the same of the values before they are written
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_samples_score_as_recomputed(sample: Path, tmp_path: Path) -> None:
    """The run's `results.json` of a sample evaluation agrees with the recomputation from its workbooks, exactly."""
    folder = tmp_path / sample.name
    shutil.copytree(sample, folder, ignore=shutil.ignore_patterns("runs", "received"))
    run = score_folder(folder)
    written = json.loads((run.folder / "results.json").read_text(encoding="utf-8"))
    assert differences(written["units"], recompute(sample)) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_random_evaluations_score_as_recomputed(seed: int, tmp_path: Path) -> None:
    """Whatever is filled in, waived, granted, deducted or vetoed, and whichever lines do not exist for a unit: tool and
    recomputation agree exactly.  Where the rules give no result, because no leader is left, the tool refuses."""
    play(tmp_path / "played", seed)
    try:
        expected = recompute(tmp_path / "played")
    except Unsettled:
        with pytest.raises(Refused):
            scored(take_in(tmp_path / "played"), "0001")
        return
    result = scored(take_in(tmp_path / "played"), "0001")
    assert differences(results(result)["units"], expected) == []


@pytest.mark.slow
def test_a_waived_department_leaves_no_hole(tmp_path: Path) -> None:
    """Lines that nobody scores are out of the preset points; they are never a silent zero."""
    folder = tmp_path / "played"
    play(folder, 1, waived=["Z02"])
    result = scored(take_in(folder), "0001")
    assert differences(results(result)["units"], recompute(folder)) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3, 23))
def test_more_random_evaluations_score_as_recomputed(seed: int, tmp_path: Path) -> None:
    """The same over twenty more evaluations."""
    test_random_evaluations_score_as_recomputed(seed, tmp_path)


def play(folder: Path, seed: int, waived: Iterable[str] = ()) -> None:
    """The bundled evaluation with a roster changed at random, random decisions, and every sheet filled in; in every
    second one some sheets are keyed by two people."""
    dice = random.Random(seed)
    shutil.copytree(BUNDLED, folder)
    for rules in (folder / "schemes").glob("*.toml"):
        rules.write_text(any_voters(rules.read_text(encoding="utf-8")), encoding="utf-8")
    if seed % 2 == 0:
        path = folder / "evaluation.toml"
        path.write_text(path.read_text(encoding="utf-8").replace("# entered_twice", "entered_twice"), encoding="utf-8")
    change(folder / "roster" / "批次.csv", "评价卡数", lambda _: str(dice.randint(6, 12)))
    change(folder / "roster" / "单位.csv", "参评", lambda old: "不排名" if dice.random() < 0.1 else old)
    units = [row["编号"] for row in read(folder / "roster" / "单位.csv") if row["参评"] != "不参评"]
    blank_lines(folder, dice)
    absent = decide(folder, dice, units, waived)
    evaluation, _ = load(folder)
    habits = filling.Habits(quality={unit: dice.choice((0.6, 0.8, 0.9, 0.95)) for unit in units}, unvisited=0.3)
    (folder / "inbox").mkdir()
    for form in (form for form in forms(evaluation).values() if form.kind in ("marks", "cards")):
        if form.evaluator not in absent:
            answers = filling.answers(evaluation, form, seed, habits)
            filled = filling.fill(form, to_bytes(blank.book(form)), answers)
            (folder / "inbox" / form.file_name).write_bytes(filled)


def blank_lines(folder: Path, dice: random.Random) -> None:
    """A few lines of the common goals that do not exist for a few units."""
    path = folder / "roster" / "不适用.csv"
    lines = [row for row in read(folder / "roster" / "指标.csv") if row["评估内容"] == "共性工作目标"]
    rows = read(path)
    for unit in dice.sample(read(folder / "roster" / "单位.csv"), 8):
        line = dice.choice([row for row in lines if row["对象类别"] == unit["对象类别"]])
        named = (line["对象类别"], "共性工作目标", line["编号"], unit["名称"], "文1号", "无此职能")
        row = dict(zip(rows[0], named, strict=True))
        if not any((old["指标"], old["单位"]) == (row["指标"], row["单位"]) for old in rows):
            rows.append(row)
    write(path, rows)


def decide(folder: Path, dice: random.Random, units: list[str], also: Iterable[str]) -> set[str]:
    """Random bonuses, deductions, vetoes and waived leaders; returns who is waived.  The mayor and the other leaders
    are never waived together, since somebody should be left."""
    lines = []
    for word, count, most in (("加分", 12, 20), ("扣分", 6, 10)):
        for unit in dice.choices(units[:10], k=count):
            lines.append({"种类": word, "单位": unit, "新值": str(Decimal(dice.randint(1, most)) / 10)})
    lines += [{"种类": "一票否决", "单位": unit} for unit in dice.choices(units, k=5)]
    leaders = [row for row in read(folder / "roster" / "评估主体.csv") if row["角色"] in LEADERS]
    mayors = [row["编号"] for row in leaders if row["角色"] == LEADERS[0]]
    others = [row["编号"] for row in leaders if row["角色"] != LEADERS[0] and dice.random() < 0.4]
    waived = {*also, *(mayors if dice.random() < 0.1 else others)}
    lines += [{"种类": "免报", "评估主体": who} for who in sorted(waived)]
    stated = {"日期": "2027-04-01", "理由": "集体研究"}
    lines = [{"文号": f"文{at}号"} | line for at, line in enumerate(lines, 1)]  # two like lines are two decisions
    (folder / "decisions").mkdir(exist_ok=True)
    write(folder / "decisions" / "决定.csv", [dict.fromkeys(LEDGER, "") | stated | line for line in lines])
    return waived


LEADERS = ("市长", "副市长、秘书长、市长助理", "副秘书长")


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def change(path: Path, column: str, new: Any) -> None:
    """Every value of a column replaced."""
    write(path, [row | {column: new(row[column])} for row in read(path)])
