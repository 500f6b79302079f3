"""The screens say the same as everybody compared with everybody, each left out in turn, in fractions."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import get_args

import polars as pl
import pytest

import plain_deciders
import plain_screens
import screened
from evaltool.checks import screens
from evaltool.checks.screens import alike, copies, deciding, given, sameness
from evaltool.checks.screens.alike import Sheets
from evaltool.checks.screens.given import MarkKind
from evaltool.checks.screens.spread import common, off_the_others, over
from evaltool.evaluation import Evaluation, load
from evaltool.findings import Finding
from evaltool.inbox.accounts.sheets import SheetAccount
from evaltool.inbox.intake import Intake
from evaltool.inbox.tables import ANSWERS, BALLOTS, table
from evaltool.points.leaves import combine
from evaltool.points.score import score
from evaltool.questions.layout import forms
from evaltool.results.grade import grade
from evaltool.results.rank import rank
from evaltool.rules import Over, Trimmed
from filling import Spot, spots
from folders import make
from screened import SETTINGS

RULES = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
decimals = {decimals}
groups = [{{ id = "g", name = "甲类" }}, {{ id = "h", name = "乙类" }}]
[rank]
by = "{by}"
ties = ["work", "lines"]
[component.work]
name = "工作"
weight = 30
by = "leader"
answer = "percent"
own_line = "count"
over = {over}
none = "full"
missing = "out"
[component.tier]
name = "档次"
weight = 20
by = "leader"
answer = {{ choice = "tier" }}
over = {over}
none = "full"
missing = "out"
own_line = "count"
[component.both]
name = "两部分"
round = 1
[component.lines]
in = "both"
name = "逐项"
weight = 25
by = "leader"
answer = {{ points = 25 }}
over = {over}
none = "full"
missing = "out"
round = 2
[component.quarters]
in = "both"
name = "季度"
weight = 15
by = "leader"
answer = "percent"
each = ["一季度", "二季度"]
over = {over}
none = "full"
missing = "out"
[component.list]
name = "名次"
weight = 10
by = "leader"
answer = {{ rank = "list" }}
over = {over}
none = "full"
missing = "out"
[places.list]
first = 100
step = 5
least = 60
[scale]
tier = [["一等", 100], ["二等", 85], ["三等", 70], ["不了解", "abstain"]]
[[grade]]
name = "优秀"
top_percent = 30
from = 86
conditions = [{{ component = "both", percent = 85 }}]
[[grade]]
name = "良好"
from = 82
[[grade]]
name = "合格"
top_percent = 90
[[grade]]
name = "较差"
from = 0
"""
LEADERS, UNITS = 8, 8
OVERS = ('"mean"', '"median"', "{ trimmed = 0.2 }", '"sum"', '"last"', '"best"', '"worst"')


def city(folder: Path, over_: str, by: str, decimals: int) -> Evaluation:
    """Eight leaders, who belong to units here and there, and eight units in two groups, one without a rank."""
    rows = "".join(
        f"U{at},单位{at},d,{'g' if at < 7 else 'h'},{at},{'不排名' if at == 6 else '参评'}\n"
        for at in range(1, UNITS + 1)
    )
    who = "".join(f"L{at},领导{at},leader,{f'单位{at}' if at < 4 else ''}\n" for at in range(1, LEADERS + 1))
    lines = "".join(f"d,lines,I{at},事项{at},{full}\n" for at, full in enumerate((10, 8, 5, 2), 1))
    roster = {
        "单位": f"编号,名称,对象类别,分类,顺序,参评\n{rows}",
        "评估主体": f"编号,名称,角色,所属单位\n{who}",
        "指标": f"对象类别,评估内容,编号,名称,预赋分值\n{lines}",
    }
    rules = RULES.format(over=over_, by=by, decimals=decimals)
    return load(make(folder, roster, {"d": rules}, SETTINGS.replace('voters = "群众"\n', "")))[0]


def played(evaluation: Evaluation, dice: random.Random) -> Intake:
    """Marks of some leaders: coarse or fine, near the others' or anything, some missing, some sheets copied."""
    sheets = forms(evaluation)
    leaders = dice.sample(sorted({who for who, _, _ in sheets}), dice.randint(1, LEADERS))
    step, wide, gaps = dice.choice((1, 5, 10)), dice.choice((0, 3, 8, 40)), dice.choice((0, 0, 0.05, 0.3))
    level = {f"U{at}": dice.randint(60, 95) for at in range(1, UNITS + 1)}
    given_by: dict[str, dict[tuple[str, ...], Decimal]] = {}
    rows: list[tuple[object, ...]] = []
    for at, who in enumerate(leaders):
        copied = given_by[dice.choice(leaders[:at])] if at and dice.random() < 0.4 else {}
        strict, mine = dice.choice((0, 0, 0, 0, -15)), given_by.setdefault(who, {})
        same = dice.random() < 0.1
        for spot in spots(sheets[who, "", "1"]):
            key = (spot.component, spot.indicator, spot.unit, spot.repeat)
            mark = 80 if same else level[spot.unit] + strict + dice.randint(-wide, wide)
            drawn = Decimal(max(0, min(100, round(mark / step) * step)))
            mine[key] = copied[key] if key in copied and dice.random() < 0.97 else drawn
            if spot.column.field == "mark" and dice.random() >= gaps:
                rows.append(_row(spot, who, mine[key]))
    came = tuple(SheetAccount(*key, "counted" if key[0] in leaders else "missing", key[0]) for key in sheets)
    return Intake(table(ANSWERS, rows), table(BALLOTS, []), (), (), came)


def _row(spot: Spot, who: str, percent: Decimal) -> tuple[object, ...]:
    column = spot.column
    if column.kind == "choice":
        value = min(int(100 - percent) // 11, len(column.choices) - 1)
        text, low, high = column.choices[value], 0, 2**62
    elif spot.component == "list":
        value, text, low, high = 1 + int(percent) % UNITS, "", 1, UNITS
    else:
        low, high = 0, int(column.high * 10**column.decimals)
        value, text = int(percent * high / 100), ""
    place = (spot.sheet, spot.cell, "", who, "", who, f"inbox/{who}.xlsx")
    asked = ("d", spot.component, spot.indicator, spot.unit, spot.repeat, "mark")
    return (*asked, text, value, column.decimals, "given", True, low, high, *place)


def over_tables(evaluation: Evaluation, intake: Intake) -> list[Finding]:
    return sorted(one for leaf in given.leaves(evaluation, intake) for one in screens.over_leaf(evaluation, leaf))


@pytest.mark.parametrize("cases", [1, pytest.param(20, marks=pytest.mark.slow)])
@pytest.mark.parametrize("over_", OVERS)
def test_the_same_is_said_as_by_comparing_everybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, over_: str, cases: int
) -> None:
    """The same findings with the same figures in the same order, whatever was given and however it is combined; also
    where all pairs of sheets must be counted."""
    dice = random.Random(over_)
    said = 0
    for by, decimals in (("published", 2), ("published", 0), ("exact", 1)):
        evaluation = city(tmp_path / f"{by}{decimals}", over_, by, decimals)
        for _ in range(cases):
            intake = played(evaluation, dice)
            plain = sorted(plain_screens.over_tables(evaluation, intake))
            assert over_tables(evaluation, intake) == plain
            with monkeypatch.context() as patched:
                patched.setattr(sameness, "nearly_alike", lambda *_: None)
                assert over_tables(evaluation, intake) == plain
            points, _ = score(evaluation, intake)
            standings = grade(evaluation, rank(evaluation, points)[0], points)
            decided = list(plain_deciders.deciders(evaluation, intake, points, standings))
            assert list(deciding.deciders(evaluation, intake, points, standings)) == decided
            said += len(plain) + len(decided)
    assert said


def test_whose_ways_touch_may_change_places() -> None:
    """Two units can change places if the one's worst total is as good as the other's best, not if it is better."""
    ways = [(Fraction(1), Fraction(2), "a"), (Fraction(2), Fraction(3), "b"), (Fraction(4), Fraction(9), "c")]
    assert deciding._meeting(ways) == {"a", "b"}
    assert deciding._meeting([*ways, (Fraction(5), Fraction(6), "d")]) == {"a", "b", "c", "d"}


def plainly_left_out(shares: list[Fraction], over_: Over | Trimmed) -> list[Fraction]:
    return [combine(shares[:at] + shares[at + 1 :], over_) for at in range(len(shares))]


def test_what_is_left_of_a_column_without_each_of_its_marks() -> None:
    """The quick ways to what the others come to agree with leaving each out, ties and unlike fractions included."""
    dice = random.Random(3)
    for count in range(2, 14):
        shares = [Fraction(dice.randint(-2, 6), dice.choice((7, 7, 7, 12))) for _ in range(count)]
        whole = common(share.denominator for share in shares)
        column = {str(at): over(whole, share) for at, share in enumerate(shares)}
        off = off_the_others(column.values())
        middles = plainly_left_out(shares, "median")
        assert [Fraction(off[mark], whole) for mark in column.values()] == [
            share - middle for share, middle in zip(shares, middles, strict=True)
        ]
        for over_ in (*get_args(Over), Trimmed(trimmed=Decimal("0.2")), Trimmed(trimmed=Decimal("0.45"))):
            key, left = deciding.left_out(column, over_)
            assert [left[key[who]] / whole for who in column] == plainly_left_out(shares, over_)


def test_how_far_sheets_agree_is_counted_in_parts_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many sheets, which are taken some at a time, every pair is counted once, and rightly."""
    dice = random.Random(4)
    monkeypatch.setattr(alike, "BITS", 1)
    monkeypatch.setattr(alike, "AT_ONCE", 32)
    cells = {
        f"L{who}": {f"U{at}": dice.randint(1, 3) for at in range(12) if dice.random() < 0.95} for who in range(100)
    }
    found = as_pairs(Sheets.of(cells_of(cells), cells, 6).agreements())
    plain = []
    for (one, first), (other, second) in combinations(enumerate(cells.values()), 2):
        shared = first.keys() & second.keys()
        if len(shared) >= 6 and 5 * len(shared) >= 4 * max(len(first), len(second)):
            plain.append((one, other, (len(shared), sum(first[unit] != second[unit] for unit in shared))))
    assert found == plain


def cells_of(sheets: Mapping[str, Mapping[str, int]]) -> pl.DataFrame:
    rows = [(who, unit, "", "", value) for who, of in sheets.items() for unit, value in of.items()]
    return pl.DataFrame(rows, schema=("evaluator", "unit", "indicator", "repeat", "value"), orient="row")


def drawn(dice: random.Random) -> dict[str, dict[str, int]]:
    """Sheets about the same cells: some copied with changes, some with blanks, some nearly empty, some all the same."""
    spots = [f"U{at}" for at in range(dice.choice((5, 6, 13, 40, 90)))]
    values, gaps = dice.choice((2, 4, 100)), dice.choice((0, 0, 0.02, 0.2))
    found: dict[str, dict[str, int]] = {}
    for who in (f"L{at}" for at in range(dice.choice((2, 9, 30)))):
        copied = found[dice.choice(list(found))] if found and dice.random() < 0.4 else {}
        kept, empty = dice.choice((1, 0.98, 0.91, 0.85)), dice.random() < 0.1
        drew = {at: copied[at] if at in copied and dice.random() < kept else dice.randrange(values) for at in spots}
        found[who] = {at: each for at, each in drew.items() if dice.random() >= (0.7 if empty else gaps)} or drew
    return found


def as_pairs(found: Iterable[alike.Alike]) -> list[tuple[int, int, tuple[int, int]]]:
    return sorted((one, other, agreed) for one, agreed, others in found for other in alike.members(others))


def test_sheets_that_are_nearly_alike_are_found_without_comparing_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same pairs as when all are counted, whatever is blank or copied; or it is said that they are too many."""
    dice = random.Random(7)
    found = refused = 0
    for case in range(120):
        monkeypatch.setattr(copies, "FEW", 30 if case % 4 == 0 else 2**12)
        cells = drawn(dice)
        sheets = Sheets.of(cells_of(cells), cells, 6)
        pairs = copies.nearly_alike(sheets, Fraction(1, 10))
        if pairs is None:
            refused += 1
            continue
        near = [each for each in sheets.agreements() if 10 * each[1][1] <= each[1][0]]
        assert as_pairs(pairs) == as_pairs(near)
        found += len(near)
    assert found > 100
    assert 5 < refused < 60


def test_how_often_two_sheets_agree_lies_between_its_bounds() -> None:
    """Wherever in the middle of all pairs it is asked for; the bounds are near each other where sheets are large."""
    dice = random.Random(8)
    told = []
    for _ in range(80):
        sheets = Sheets.of(cells_of(cells := drawn(dice)), cells, 6)
        for kind in get_args(MarkKind):
            bounds = sameness._usual_at_least_and_most(kind, sheets)
            agreed = sorted((of for _, _, of in as_pairs(sheets.agreements())), key=sameness._rate)
            if bounds and agreed:
                at = (len(agreed) - 1) // 2
                usual = [sameness._usual(kind, of) for of in agreed[at : at + 2]]
                assert bounds[0] <= min(usual) <= max(usual) <= bounds[1]
                told.append(bounds[1] - bounds[0])
    assert len(told) > 60
    assert min(told) < Fraction(1, 5)


def test_a_grade_that_hangs_on_one_mark_is_said_of_a_unit_that_meets_nobody(tmp_path: Path) -> None:
    """Alone in its place whoever is left out, a unit may still have another grade without one of its marks."""
    evaluation = screened.city(tmp_path / "e", 5, 1)
    said = []
    for odd in range(0, 101, 10):
        leaders = [f"L{at}" for at in range(1, 6)]
        marks = {who: {"U1": odd if who == "L1" else 98} for who in leaders}
        intake = screened.intake(evaluation, {"work": marks, "tier": {who: {"U1": "一等"} for who in leaders}})
        points, _ = score(evaluation, intake)
        standings = grade(evaluation, rank(evaluation, points)[0], points)
        found = list(deciding.deciders(evaluation, intake, points, standings))
        assert found == list(plain_deciders.deciders(evaluation, intake, points, standings))
        said += found
    assert said
