"""From the results of leaves to points, without sheets: where weights go, what stands in for what is absent, and what a
component with parts comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding
from evaltool.ledger import Decision
from evaltool.points.leaves import LeafResult
from evaltool.points.score import PointsTable, pending, points_of, together
from evaltool.roster import Roster, Unit
from evaltool.rules import read_scheme
from evaltool.rules.settings import Settings
from said import seen

RULES = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{ id = "g", name = "甲类" }]
[component.goals]
name = "目标"
[component.main]
name = "主要目标"
in = "goals"
weight = 30
by = "office"
answer = "percent"
none = "reweigh"
[component.other]
name = "其他目标"
in = "goals"
weight = 10
by = "office"
answer = "percent"
none = "reweigh"
[component.vote]
name = "民评"
[component.inside]
name = "内部"
in = "vote"
weight = 15
by = "office"
answer = "percent"
none = "reweigh"
[component.outside]
name = "外部"
in = "vote"
weight = 25
by = "office"
answer = "percent"
none = { weight_to = ["goals", "inside"] }
[component.extra]
name = "专项"
weight = 20
by = "office"
answer = "percent"
not_applicable = { weight_to = { goals = 0.6, vote = 0.4 } }
waived = "full"
excluded = "zero"
unverified = 60
missing = "group_mean"
abstained = "class_mean"
[[grade]]
name = "合格"
from = 0
[veto]
[[veto.kinds]]
name = "重大事故"
zero = "goals"
"""
VOTE_AWAY = RULES.replace('none = { weight_to = ["goals", "inside"] }', 'none = { weight_to = ["goals"] }').replace(
    'weight = 15\nby = "office"\nanswer = "percent"\nnone = "reweigh"',
    'weight = 15\nby = "office"\nanswer = "percent"\nnone = { weight_to = ["goals"] }',
)
LEAVES = ("main", "other", "inside", "outside", "extra")
HALF = LeafResult(Fraction(1, 2), evaluators=3)
TIMES = Fraction(4, 5)


def scored(
    results: Mapping[str, LeafResult], rules: str = RULES, ledger: Sequence[Decision] = (), without: Sequence[str] = ()
) -> tuple[PointsTable, list[Finding]]:
    """Unit A with half of the points in every leaf of which nothing else is said; `without`: those of other groups."""
    scheme, findings = read_scheme(rules, "schemes/d.toml")
    assert scheme is not None
    assert findings == []
    roster = Roster(units=(Unit("A", "甲局", "d", "g", 1),))
    year = Settings(id="e", name="评估", year=2026, office="办")
    made = Evaluation(Path(), year, {"office": "办"}, {"d": scheme}, roster, tuple(ledger))
    found = {leaf: {"A": results.get(leaf, HALF)} if leaf not in without else {} for leaf in LEAVES}
    return points_of(made, {"d": found})


def absent(kind: str, **more: object) -> LeafResult:
    return LeafResult(None, kind, **more)  # type: ignore[arg-type]


def told(finding: Finding) -> tuple[str, str, object]:
    """What it is about, and the absence in words."""
    return finding.code, finding.component, dict(finding.args).get("absence")


def weights(points: PointsTable) -> dict[str, Fraction]:
    return {leaf: points["A", leaf].weight for leaf in LEAVES}


def test_a_weight_goes_to_its_siblings_in_proportion() -> None:
    """Nothing else gets anything of it, and the whole stays what it is."""
    points, findings = scored({"main": absent("none", nobody="没有指标")})
    assert findings == []
    assert weights(points) == {"main": 0, "other": 40, "inside": 15, "outside": 25, "extra": 20}
    moved = points["A", "main"]
    assert seen(moved.state, moved.points, moved.takers, moved.parts) == ("moved", 0, ("other",), ())
    assert moved.basis == "没有指标，权重转到其他目标"
    assert points["A", "other"].points == 20
    assert seen(points["A", ""].weight, points["A", ""].points, points["A", ""].state) == (100, 50, "scored")


def test_a_weight_goes_to_what_is_named_in_proportion_to_its_leaves() -> None:
    """25 over 30, 10 and 15; what is named and absent itself takes nothing."""
    points, _ = scored({"outside": absent("none")})
    of = {"main": 30, "other": 10, "inside": 15}
    assert weights(points) == {
        **{leaf: own + Fraction(25 * own, 55) for leaf, own in of.items()},
        "outside": 0,
        "extra": 20,
    }
    points, _ = scored({"outside": absent("none"), "inside": absent("none", nobody="没有指标")}, VOTE_AWAY)
    assert weights(points) == {"main": 60, "other": 20, "inside": 0, "outside": 0, "extra": 20}


def test_a_weight_goes_by_stated_parts_and_inside_each_in_proportion() -> None:
    """Of 20 the goals get 12, three quarters of it the main ones, and the vote 8; it is said how."""
    points, findings = scored({"extra": absent("not_applicable")})
    assert findings == []
    assert weights(points) == {"main": 39, "other": 13, "inside": 18, "outside": 30, "extra": 0}
    extra = points["A", "extra"]
    assert extra.takers == ("main", "other", "inside", "outside")
    assert extra.parts == (("goals", Fraction(3, 5)), ("vote", Fraction(2, 5)))
    assert extra.basis == "不适用，权重转到主要目标、其他目标、内部、外部（按目标 0.6、民评 0.4）"
    assert seen(points["A", "vote"].weight, points["A", "vote"].points) == (48, 24)


def test_stated_parts_are_those_of_what_can_take_some() -> None:
    """Where nobody voted, all of the 20 goes to the goals; where the main goals are gone, the others have their 12."""
    gone = absent("none")
    points, findings = scored({"extra": absent("not_applicable"), "inside": gone, "outside": gone}, VOTE_AWAY)
    assert findings == []
    assert weights(points) == {"main": 75, "other": 25, "inside": 0, "outside": 0, "extra": 0}
    points, _ = scored({"extra": absent("not_applicable"), "main": gone})
    assert weights(points) == {"main": 0, "other": 10 + 30 + 12, "inside": 18, "outside": 30, "extra": 0}


def test_weight_that_nothing_can_take_stays_and_is_said() -> None:
    """Both goals are gone: each keeps its weight and waits, and so does what they are part of."""
    points, findings = scored({"main": absent("none", nobody="没有评估主体负责评分"), "other": absent("none")})
    assert [told(one) for one in findings] == [
        ("WEIGHT_NOWHERE_TO_GO", "main", "没有评估主体负责评分"),
        ("WEIGHT_NOWHERE_TO_GO", "other", "无人评估"),
    ]
    main = points["A", "main"]
    assert seen(main.weight, main.points, main.state, main.received) == (30, None, "pending", 0)
    goals = points["A", "goals"]
    assert (goals.points, goals.share, goals.state) == (None, None, "pending")
    assert seen(points["A", ""].points, points["A", ""].state) == (30, "pending")


STANDS_IN: Mapping[str, tuple[str, Fraction, str]] = {
    "waived": ("full", TIMES, "免报，按规则计满分"),
    "excluded": ("zero", Fraction(0), "已排除，按规则计零分"),
    "unverified": ("stated", Fraction(3, 5) * TIMES, "未核实，按规则计满分的60%"),
}


@pytest.mark.parametrize("kind", STANDS_IN)
def test_what_the_rules_put_in_is_multiplied_as_marks_are(kind: str) -> None:
    """Full marks, nothing or so many percent, times the factor of the unit, and in words what was put in."""
    state, share, basis = STANDS_IN[kind]
    points, findings = scored({"extra": absent(kind, factor=TIMES)})
    point = points["A", "extra"]
    assert findings == []
    assert (point.state, point.share, point.points, point.basis) == (state, share, 20 * share, basis)


@pytest.mark.parametrize(
    ("kind", "state", "basis"),
    [
        ("missing", "group_mean", "未报，按规则计本分类其他单位的平均得分率"),
        ("abstained", "class_mean", "弃权，按规则计同类对象其他单位的平均得分率"),
    ],
)
def test_the_mean_of_other_units_stands_in_where_there_is_one(kind: str, state: str, basis: str) -> None:
    """Where no other unit has a result, nothing is put in, and that is said."""
    point = scored({"extra": LeafResult(Fraction(7, 10), kind)})[0]["A", "extra"]
    assert seen(point.state, point.share, point.points, point.basis) == (state, Fraction(7, 10), 14, basis)
    points, findings = scored({"extra": absent(kind)})
    assert (points["A", "extra"].state, points["A", "extra"].basis) == ("pending", "")
    assert [(one.code, one.component) for one in findings] == [("COMPONENT_ABSENT", "extra")]


def test_what_the_rules_do_without_in_no_way_is_refused_once() -> None:
    """A sheet that is missing and a mark that was withheld are told where they are missing; everything else here,
    with what it comes from."""
    found = {
        kind: [(*told(one), dict(one.args)["kind"]) for one in scored({"main": result})[1]]
        for kind, result in {
            "missing": absent("missing"),
            "abstained": absent("abstained"),
            "not_applicable": absent("not_applicable", nobody="没有指标"),
            "undefined": absent("undefined"),
        }.items()
    }
    assert found == {
        "missing": [],
        "abstained": [],
        "not_applicable": [("COMPONENT_ABSENT", "main", "不适用", "not_applicable")],
        "undefined": [("COMPONENT_ABSENT", "main", "无法计算", "undefined")],
    }


def test_lines_without_a_share_are_told_one_by_one() -> None:
    """Each with its reason; where the rules put something in, the point says them all."""
    reasons = ("指标“甲”：没有基期值", "a: no base"), ("指标“乙”：没有目标值", "b: no target")
    _, findings = scored({"main": absent("undefined", reasons=reasons)})
    assert [(one.code, dict(one.args)["reason_zh"]) for one in findings] == [
        ("SHARE_UNDEFINED", zh) for zh, _ in reasons
    ]
    ruled = RULES.replace('none = "reweigh"', 'none = "reweigh"\nundefined = "zero"', 1)
    points, findings = scored({"main": absent("undefined", reasons=reasons)}, ruled)
    assert findings == []
    assert points["A", "main"].basis == "无法计算（指标“甲”：没有基期值；指标“乙”：没有目标值），按规则计零分"
    points, _ = scored({"extra": absent("waived", reasons=reasons)})
    assert points["A", "extra"].basis == "免报，按规则计满分"


def test_a_veto_leaves_nothing_of_what_it_is_about() -> None:
    """Whatever was marked, and although the rules would have moved the weight; the rest stays."""
    ledger = [Decision("veto", "绩委〔2027〕3号", "2027-02-01", "事故", unit="A", after="重大事故")]
    points, findings = scored({"other": absent("none")}, ledger=ledger)
    assert findings == []
    for leaf, weight in (("main", 30), ("other", 10)):
        point = points["A", leaf]
        assert seen(point.state, point.share, point.points, point.weight) == ("zero", 0, 0, weight)
        assert point.basis == "一票否决（绩委〔2027〕3号），按规则计零分"
    assert points["A", ""].points == 30


def test_a_component_with_parts_is_rounded_before_it_is_added_up_where_the_rules_say_so() -> None:
    """18.015 of the goals is 18.02; the total is added up of what was rounded."""
    rules = RULES.replace('name = "目标"', 'name = "目标"\nround = 2', 1)
    points, _ = scored({"main": LeafResult(Fraction("0.4338"))}, rules)
    goals = points["A", "goals"]
    assert seen(goals.points, goals.share, goals.weight) == (Fraction("18.01"), Fraction("18.01") / 40, 40)
    points, _ = scored({"main": LeafResult(Fraction("0.43383"))}, rules)
    assert points["A", "goals"].points == Fraction("18.01")
    assert points["A", ""].points == Fraction("48.01")


def test_what_is_scored_says_how_much_of_it_is_in() -> None:
    """So many evaluators, such a part of the answers, and that it is of some periods only."""
    part = LeafResult(Fraction(1, 2), evaluators=2, received=Fraction(2, 3), so_far=True, against=Fraction(9, 10))
    points, _ = scored({"main": part})
    main = points["A", "main"]
    assert (main.evaluators, main.received, main.state, main.against) == (2, Fraction(2, 3), "partial", Fraction(9, 10))
    assert not main.is_complete
    assert (points["A", "other"].state, points["A", "other"].is_complete) == ("scored", True)
    assert (points["A", "goals"].state, points["A", ""].state, points["A", "vote"].state) == (
        "partial",
        "partial",
        "scored",
    )


def test_a_sum_is_as_complete_as_its_least_complete_part() -> None:
    """Pending before partial; what was put in by the rules is complete."""
    assert together(["scored", "partial", "pending"]) == "pending"
    assert together(["full", "partial", "moved"]) == "partial"
    assert together(["full", "zero", "stated", "group_mean"]) == "scored"
    assert together([]) == "scored"


def test_what_an_official_result_does_not_take_is_told_leaf_by_leaf() -> None:
    """A share of some periods and a hole are, and a component of which a part is not all there; the total is not."""
    scheme, _ = read_scheme(RULES, "schemes/d.toml")
    assert scheme is not None
    so_far = LeafResult(Fraction(1, 2), so_far=True)
    points, _ = scored({"main": so_far, "inside": absent("missing")})
    year = Settings(id="e", name="评估", year=2026, office="办")
    made = Evaluation(Path(), year, {}, {"d": scheme}, Roster(units=(Unit("A", "甲局", "d", "g", 1),)), ())
    found = {told(one) for one in pending(made, points)}
    assert found == {("COMPONENT_ABSENT", each, "未报") for each in ("main", "goals", "inside")}


def test_a_component_is_there_as_soon_as_one_of_its_parts_is() -> None:
    """Parts of other groups are none of the unit's: they have no points, and a component of such parts alone is not
    there."""
    points, _ = scored({}, without=["other", "inside", "outside"])
    assert {component for _, component in points} == {"", "goals", "main", "extra"}
    assert seen(points["A", "goals"].weight, points["A", ""].weight) == (30, 50)
