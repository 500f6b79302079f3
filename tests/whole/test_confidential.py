"""Law 11: somebody who has `public/` and the rules finds no confidential mark, and no narrow range of one."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from attacker import Figures, Found, Rules, Seat, around, attack, read_public
from evaltool.questions.layout.asked import respondents
from evaltool.results.linestold import line_tables
from evaltool.results.result import Result
from evaltool.rules.methods import Rank
from evaltool.run import score_folder
from filled_years import begin
from fillings import FILLINGS

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_data" / "chengchuan-2026"
EVALUATIONS = ROOT / "templates" / "evaluations"
GUARDED = sorted(
    folder.name
    for folder in EVALUATIONS.iterdir()
    if (FILLINGS / f"{folder.name}.csv").exists()
    and any(
        word in path.read_text(encoding="utf-8")
        for path in (folder / "schemes").glob("*.toml")
        for word in ("[disclosure]", 'public = "sum"', 'public = "hidden"')
    )
)


def seats(result: Result, class_id: str) -> dict[str, dict[str, Seat]]:
    """By name of unit and leaf: how many marked, and what the leaf weighs; everybody knows who marks whom."""
    scheme, found = result.evaluation.classes[class_id], dict[str, dict[str, Seat]]()
    ranks = [leaf for leaf in scheme.leaves() if isinstance(scheme.components[leaf].answer, Rank)]
    asked = {
        (leaf, unit.id): tuple(respondents(result.evaluation, class_id, leaf, unit))
        for leaf in ranks
        for unit in result.evaluation.units_of(class_id)
    }
    tables = line_tables(result.evaluation, result.intake, scheme, result.points)
    lengths = Counter((leaf, who) for (leaf, _), many in asked.items() for who in many)
    for unit in result.evaluation.units_of(class_id):
        for leaf in scheme.leaves():
            point = result.points.get((unit.id, leaf))
            if point is None or not point.weight or point.points is None:
                continue
            who = asked.get((leaf, unit.id), ())
            count = 1 if scheme.components[leaf].by == "owner" else point.evaluators
            listed = max((lengths[leaf, each] for each in who), default=1)
            own = tables.get(leaf, {}).get(unit.id, ())
            worth = {each.weighed / each.full for each in own}
            lines = (len(own), worth.pop()) if len(worth) == 1 else (0, Fraction(0))
            found.setdefault(unit.name, {})[leaf] = Seat(count, point.weight, who, listed, *lines)
    return found


def told(rules: Rules, of: Mapping[str, Mapping[str, Seat]], public: Mapping[str, Figures]) -> list[str]:
    """What follows from everything that does not follow from the totals alone."""
    everything = attack(rules, of, public)
    alone = attack(rules, of, {unit: Figures(one.total, one.extra) for unit, one in public.items()})
    share = Fraction(rules.tree.get("disclosure", {}).get("open", Decimal(5))) / 100  # type: ignore[attr-defined]
    return [
        f"{unit} {found.leaf}: {float(found.least):.4f} to {float(found.most):.4f}"
        for unit, marks in everything.items()
        for found, least in zip(marks, alone[unit], strict=True)
        if _is_told(found, least, share)
    ]


def _is_told(found: Found, by_total: Found, share: Fraction) -> bool:
    assert found.leaf == by_total.leaf
    enough = min(found.scale * share, by_total.width / 2)
    return found.width < enough or (by_total.width > 0 and not found.width)


def attacked(folder: Path) -> list[str]:
    """Score a folder, and let somebody have what is public of the run."""
    scored = score_folder(folder)
    public, found = read_public(scored.folder / "public"), list[str]()
    for class_id, scheme in scored.result.evaluation.classes.items():
        names = {unit.name for unit in scored.result.evaluation.units_of(class_id)}
        own = {unit: one for unit, one in public.items() if unit in names}
        assert own
        found += told(Rules.of(folder / scheme.file), seats(scored.result, class_id), own)
    return found


@pytest.mark.slow
def test_nothing_is_found_in_the_sample(tmp_path: Path) -> None:
    """Of no leader's tier, mark or place and of no card more is told than the totals tell."""
    folder = shutil.copytree(SAMPLE, tmp_path / "sample")
    assert attacked(folder) == []


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(each, marks=pytest.mark.slow if each in ("songyuan", "shenzhen-2010", "shenzhen-2014") else ())
        for each in GUARDED
    ],
)
def test_nothing_is_found_in_a_bundled_evaluation(name: str, tmp_path: Path) -> None:
    """Every bundled evaluation that keeps something back, filled in as its golden results have it."""
    folder = tmp_path / "year"
    begin(EVALUATIONS / name, folder)
    assert attacked(folder) == []


# --- the attacker himself --------------------------------------------------------------------------------------------


COUNTIES = {
    "base": Seat(1, Fraction(3)),
    "progress": Seat(1, Fraction(3)),
    "visits": Seat(1, Fraction(3)),
    "self": Seat(1, Fraction(1)),
    "common": Seat(1, Fraction(9)),
    "city_bodies": Seat(100, Fraction(5)),
    "county_bodies": Seat(60, Fraction(3)),
    "city_departments": Seat(40, Fraction(3)),
    "towns": Seat(30, Fraction(2)),
    "citizens": Seat(50, Fraction(2)),
    "priority": Seat(1, Fraction(36)),
    "mayor": Seat(1, Fraction(15)),
    "vice_mayors": Seat(4, Fraction(10)),
    "deputies": Seat(3, Fraction(5)),
}
PRINTED = {
    "基础工作评估": "2.81",
    "跟踪评估": "5.55",
    "自我评估": "0.93",
    "共性工作目标": "8.46",
    "民主评估": "13.77",
    "重点工作目标": "33.99",
}


def county(leaders: str, *, printed: bool) -> list[Found]:
    """One county's confidential marks as the attacker finds them: its leaders' sum is printed or left out."""
    total = sum(map(Decimal, PRINTED.values())) + Decimal(leaders)
    parts = {name: around(points) for name, points in PRINTED.items()}
    parts |= {"市政府领导加权评估": around(leaders)} if printed else {}
    public = {"甲县": Figures(around(str(total)), Fraction(0), parts)}
    rules = Rules.of(SAMPLE / "schemes" / "counties.toml")
    return [each for each in attack(rules, {"甲县": COUNTIES}, public)["甲县"] if each.leaf in COUNTIES]


@pytest.mark.parametrize("printed", [True, False])
def test_the_attacker_finds_a_mayor_in_two_decimals(printed: bool) -> None:
    """21.25 of 30 is one combination of tiers only, whether the sum is printed or is the total less the others."""
    found = {each.leaf: each for each in county("21.25", printed=printed)}
    assert (found["mayor"].least, found["mayor"].most) == (Fraction(7, 10), Fraction(7, 10))
    assert not found["vice_mayors"].width


def test_the_attacker_finds_nothing_where_a_second_part_is_left_out() -> None:
    """With the priority goals in the rest, every tier of the mayor is possible."""
    total = sum(map(Decimal, PRINTED.values())) + Decimal("21.25")
    parts = {name: around(points) for name, points in PRINTED.items() if name != "重点工作目标"}
    rules = Rules.of(SAMPLE / "schemes" / "counties.toml")
    public = {"甲县": Figures(around(str(total)), Fraction(0), parts)}
    found = {each.leaf: each for each in attack(rules, {"甲县": COUNTIES}, public)["甲县"]}
    assert found["mayor"].width > Fraction(1, 10)
