"""Shares, weights and absences: what a unit gets when something is not there, and how answers are combined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaltool.checks.validate import validate
from evaltool.evaluation import load
from evaltool.findings import Finding, finding
from evaltool.inbox.ingest import ingest
from evaltool.points.bounds import Doubts, doubts, is_doubted
from evaltool.points.leaves import combine
from evaltool.points.score import PointsTable, score
from evaltool.questions.forms import Form
from evaltool.rules import Over, Trimmed
from filling import Spot
from folders import decide, make, return_all

SETTINGS = """
format = 1
[evaluation]
id = "e-2026"
name = "评估"
year = 2026
office = "市绩效办"
[roles]
office = "市绩效办"
high = "市长级"
low = "秘书长级"
voters = "群众"
functional = "职能部门"
"""
HEAD = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{ id = "g", name = "甲类" }]
[[grade]]
name = "合格"
from = 0
[scale]
card = [["好", 100], ["中", 70], ["不了解", "abstain"]]
"""
UNITS = "编号,名称,对象类别,分类,顺序\nA,甲局,d,g,1\nB,乙局,d,g,2\n"
Says = Callable[[Form, Spot], object]


def scored(
    folder: Path, rules: str, roster: Mapping[str, str], says: Says, ledger: str = ""
) -> tuple[PointsTable, list[Finding]]:
    """Points of a small evaluation whose sheets are all returned, but for those of evaluators called 缺席."""
    made = make(folder / "e", {"单位": UNITS, **roster}, {"d": HEAD + rules}, SETTINGS)
    return_all(made, says)
    for absent in (made / "inbox").glob("*缺席*"):
        absent.unlink()
    if ledger:
        decide(made, "种类,文号,日期,理由,单位,评估主体\n" + ledger)
    evaluation, _ = load(made)
    intake, _ = ingest(evaluation)
    return score(evaluation, intake)


LEADERS = """
[component.leaders]
name = "领导"
[component.high]
name = "市长级"
in = "leaders"
weight = 30
by = "high"
answer = "percent"
none = "reweigh"
[component.low]
name = "秘书长级"
in = "leaders"
weight = 20
by = "low"
answer = "percent"
none = "reweigh"
[component.work]
name = "工作"
weight = 50
by = "office"
answer = "percent"
"""
LEADER_ROSTER = {
    "评估主体": "编号,名称,角色\nO1,绩效办,office\nH1,甲,high\nH2,乙,high\nL1,丙,low\n",
    "分管": "评估主体,单位\nL1,甲局\n",
}


def leader_marks(form: Form, spot: Spot) -> object:
    return {"O1": "80", "H1": "90", "H2": "70", "L1": "60"}[form.evaluator]


def test_a_level_without_anybody_in_charge_gives_its_weight_to_the_other_levels(tmp_path: Path) -> None:
    """B has no leader at the lower level: the higher level counts 50 instead of 30, and the point says why."""
    points, findings = scored(tmp_path, LEADERS, LEADER_ROSTER, leader_marks)
    assert findings == []
    assert points["A", "high"].points == Fraction(24)
    assert points["A", "low"].points == Fraction(12)
    assert (points["B", "high"].weight, points["B", "high"].points) == (Fraction(50), Fraction(40))
    assert (points["B", "low"].state, points["B", "low"].weight, points["B", "low"].points) == (
        "moved",
        Fraction(0),
        Fraction(0),
    )
    assert points["B", "low"].basis == "没有评估主体负责评分，权重转到市长级"
    assert points["B", ""].points == Fraction(80)


def test_a_waived_evaluator_is_out_of_the_mean_and_the_only_one_counts_as_none(tmp_path: Path) -> None:
    """One of two leaders waived: the other's mark alone; the only lower leader waived: as if nobody were in charge."""
    roster = {
        **LEADER_ROSTER,
        "评估主体": LEADER_ROSTER["评估主体"].replace("H2,乙", "H2,乙缺席").replace("L1,丙", "L1,丙缺席"),
    }
    ledger = "免报,文1,2027-01-01,病假,,乙缺席\n免报,文1,2027-01-01,病假,,丙缺席\n"
    points, findings = scored(tmp_path, LEADERS, roster, leader_marks, ledger)
    assert findings == []
    assert points["A", "high"].share == Fraction(9, 10)
    assert (points["A", "low"].state, points["A", "high"].weight) == ("moved", Fraction(50))
    assert points["A", "low"].basis == "评估主体经批准免报，权重转到市长级"


def test_when_every_level_is_gone_nothing_takes_the_weight_and_that_is_said(tmp_path: Path) -> None:
    """Weight that has nowhere to go blocks instead of vanishing."""
    roster = {
        **LEADER_ROSTER,
        "评估主体": LEADER_ROSTER["评估主体"].replace("H1,甲", "H1,甲缺席").replace("H2,乙", "H2,乙缺席"),
    }
    ledger = "免报,文1,2027-01-01,病假,,甲缺席\n免报,文1,2027-01-01,病假,,乙缺席\n"
    points, findings = scored(tmp_path, LEADERS, roster, leader_marks, ledger)
    assert {(one.code, one.unit) for one in findings} == {("WEIGHT_NOWHERE_TO_GO", "B")}
    assert points["A", "low"].weight == 50
    assert (points["B", "high"].state, points["B", ""].points) == ("pending", Fraction(40))


REPEATS = """
[component.progress]
name = "调度"
weight = 50
by = "office"
answer = "percent"
each = ["上半年", "下半年"]
[component.visits]
name = "踏查"
weight = 50
by = "office"
answer = "percent"
each = "踏查"
none = { weight_to = ["progress"] }
"""
OFFICE = {"评估主体": "编号,名称,角色\nO1,绩效办,office\n"}


def visited(form: Form, spot: Spot) -> object:
    """A is visited twice, B never."""
    if spot.table.component == "progress":
        return {"上半年": "80", "下半年": "91"}[spot.repeat]
    if spot.repeat not in ("1", "2"):
        return None
    return {"unit": "甲局", "date": "2026-05-01", "mark": {"1": "70", "2": "75"}[spot.repeat]}.get(spot.column.field)


def test_visits_are_averaged_and_a_unit_without_any_gives_their_weight_to_the_progress_checks(tmp_path: Path) -> None:
    """Spot checks: a unit has as many as it had."""
    points, findings = scored(tmp_path, REPEATS, OFFICE, visited)
    assert findings == []
    assert points["A", "visits"].share == Fraction(725, 1000)
    assert points["A", "progress"].points == Fraction("42.75")
    assert points["B", "progress"].points == Fraction("85.5")
    assert points["B", "visits"].basis == "没有踏查记录，权重转到调度"
    assert points["B", ""].weight == 100


def test_without_a_stated_policy_an_absent_component_is_refused(tmp_path: Path) -> None:
    """The language's default is to refuse, never a silent zero."""
    points, findings = scored(tmp_path, REPEATS.replace("none = {", "#"), OFFICE, visited)
    assert [(one.code, one.unit, one.component) for one in findings] == [("COMPONENT_ABSENT", "B", "visits")]
    assert points["B", "visits"].points is None


COMMON = """
[component.common]
name = "共性"
weight = 100
by = "owner"
answer = { points = 4 }
not_applicable = "reweigh"
"""
OWNERS = {
    "评估主体": "编号,名称,角色,所属单位\nF1,甲局评分组,functional,甲局\nF2,丁局,functional,\n",
    "指标": "对象类别,评估内容,编号,名称,预赋分值,评分主体\nd,common,i1,守法,3,F1\nd,common,i2,信访,1,F2\n",
}


def owned(form: Form, spot: Spot) -> object:
    return {"i1": "2.4", "i2": "0.5"}[spot.indicator]


def test_a_departments_line_for_itself_is_not_applicable_and_the_preset_points_shrink(tmp_path: Path) -> None:
    """A scores line i1 of everybody but itself: it is converted from 1 preset point, B from 4."""
    points, findings = scored(tmp_path, COMMON, OWNERS, owned)
    assert findings == []
    assert points["A", "common"].share == Fraction(1, 2)
    assert points["B", "common"].share == Fraction("2.9") / 4


def test_a_unit_without_any_line_of_its_own_is_told_apart_from_one_that_nobody_marks(tmp_path: Path) -> None:
    """Only A is asked for the lines: B has none, and the rules give it full marks."""
    lines = (
        OWNERS["指标"]
        .replace("评分主体\n", "评分主体,单位\n")
        .replace(",F1\n", ",F2,A\n")
        .replace(",1,F2\n", ",1,F2,A\n")
    )
    points, findings = scored(tmp_path, COMMON + 'none = "full"\n', {**OWNERS, "指标": lines}, owned)
    assert findings == []
    assert points["B", "common"].basis == "没有指标，按规则计满分"


def test_a_scheme_may_count_the_own_line(tmp_path: Path) -> None:
    """own_line = "count" asks the department about itself."""
    points, _ = scored(tmp_path, COMMON + 'own_line = "count"\n', OWNERS, owned)
    assert points["A", "common"].share == Fraction("2.9") / 4


def test_lines_of_which_no_sheet_came_at_all_count_each_as_its_owners_absence_does(tmp_path: Path) -> None:
    """One owner is missing, the other was waived: 3 of 4 points, as the rules say of the one and of the other."""
    owners = {**OWNERS, "评估主体": OWNERS["评估主体"].replace("甲局评分组", "缺席一").replace("丁局,f", "缺席二,f")}
    rules = COMMON + 'missing = "full"\nwaived = "zero"\n'
    points, _ = scored(tmp_path, rules, owners, owned, "免报,绩办〔2027〕1号,2027-02-01,出国,,F2\n")
    assert points["B", "common"].share == Fraction(3, 4)


def test_a_withheld_line_is_out_of_points_and_preset_points(tmp_path: Path) -> None:
    """One owner abstains on one unit: that line alone is out; nothing else is dropped and no weight moves."""

    def say(form: Form, spot: Spot) -> object:
        return "弃权" if spot.indicator == "i1" and spot.unit == "B" else owned(form, spot)

    points, findings = scored(tmp_path, COMMON + 'abstained = "out"\n', OWNERS, say)
    assert findings == []
    assert (points["B", "common"].share, points["B", "common"].weight) == (Fraction("0.5"), Fraction(100))
    assert "按1分折算" in points["B", "common"].basis


@pytest.mark.parametrize(("policy", "share"), [("zero", "0.125"), ("full", "0.875"), ("out", "0.5")])
@pytest.mark.parametrize("kind", ["missing", "waived", "abstained"])
def test_an_absent_owners_lines_follow_the_policy_for_their_kind(
    tmp_path: Path, kind: str, policy: str, share: str
) -> None:
    """B's line i1 (3 of 4 points) is absent: counted as nothing, as full, or not at all."""

    def say(form: Form, spot: Spot) -> object:
        return "弃权" if kind == "abstained" and spot.indicator == "i1" else owned(form, spot)

    owners = OWNERS["评估主体"] if kind == "abstained" else OWNERS["评估主体"].replace("甲局评分组", "缺席组")
    ledger = "免报,文1,2027-01-01,病假,,缺席组\n" if kind == "waived" else ""
    other = {"missing": "abstained", "waived": "missing", "abstained": "waived"}[kind]
    rules = f'{COMMON}{kind} = "{policy}"\n{other} = "{"zero" if policy == "full" else "full"}"\n'
    points, findings = scored(tmp_path, rules, {**OWNERS, "评估主体": owners}, say, ledger)
    assert findings == []
    assert points["B", "common"].share == Fraction(share)


SELF_AND_OFFICE = """
[component.own]
name = "自评"
weight = 40
by = "self"
answer = "percent"
[component.work]
name = "工作"
weight = 60
by = "office"
answer = "percent"
"""


def test_an_error_on_a_sheet_is_about_the_unit_whose_own_it_is_or_about_all_units(tmp_path: Path) -> None:
    """What the unit says of itself leaves the others what they are; what the office says is about everybody."""
    made = make(tmp_path / "e", {"单位": UNITS, **OFFICE}, {"d": HEAD + SELF_AND_OFFICE}, SETTINGS)
    evaluation, _ = load(made)

    def wrong(evaluator: str) -> Doubts:
        return doubts(evaluation, [finding("SUBMISSION_MISSING", evaluator=evaluator, args={"name": "某"})])

    assert [is_doubted(wrong("B"), unit, "own", "self") for unit in "AB"] == [False, True]
    assert [is_doubted(wrong("O1"), unit, "work", "office") for unit in "AB"] == [True, True]
    assert not is_doubted(wrong("O1"), "A", "own", "self")


def test_who_is_missing_is_not_made_up_for_by_the_others_unless_the_rules_say_so(tmp_path: Path) -> None:
    """One of two sheets of the office came: no result; with a rule it is that of the other."""
    both = {"评估主体": "编号,名称,角色\nO1,绩效办,office\nO2,缺席组,office\n"}
    points, findings = scored(tmp_path / "1", SELF_AND_OFFICE, both, lambda *_: "80")
    assert (points["A", "work"].share, points["A", "work"].state) == (None, "pending")
    out = SELF_AND_OFFICE.replace('by = "office"\n', 'by = "office"\nmissing = "out"\n')
    points, findings = scored(tmp_path / "2", out, both, lambda *_: "80")
    assert (points["A", "work"].share, findings) == (Fraction(4, 5), [])


def test_a_period_that_is_missing_is_not_made_up_for_by_the_others(tmp_path: Path) -> None:
    """Half a year was left blank: no result, unless the rules say so."""
    halves = SELF_AND_OFFICE.replace('by = "office"\n', 'by = "office"\neach = ["上半年", "下半年"]\n')

    def say(_: Form, spot: Spot) -> object:
        return None if spot.repeat == "下半年" else "80"

    points, _ = scored(tmp_path / "1", halves, OFFICE, say)
    assert (points["A", "work"].share, points["A", "work"].state) == (None, "pending")
    out = halves.replace('by = "office"\n', 'by = "office"\nmissing = "out"\n')
    points, _ = scored(tmp_path / "2", out, OFFICE, say)
    assert points["A", "work"].share == Fraction(4, 5)


def test_a_component_of_another_group_is_none_of_a_units(tmp_path: Path) -> None:
    """It has no points there and takes no weight."""
    groups = HEAD.replace('name = "甲类" }]', 'name = "甲类" }, { id = "h", name = "乙类" }]').replace(
        "total = 100\n", "total = 100\nnormalise = true\n"
    )
    rules = SELF_AND_OFFICE.replace('by = "self"\n', 'by = "self"\ngroups = ["g"]\n')
    made = make(
        tmp_path / "e", {"单位": UNITS.replace("乙局,d,g", "乙局,d,h"), **OFFICE}, {"d": groups + rules}, SETTINGS
    )
    return_all(made, lambda form, _: "50" if form.evaluator == "A" else "80")
    evaluation, _ = load(made)
    points, findings = score(evaluation, ingest(evaluation)[0])
    assert findings == []
    assert [key[0] for key in points if key[1] == "own"] == ["A"]
    assert points["A", "own"].points == 20
    assert points["A", ""].points == 68
    assert points["B", ""].points == 80


def test_the_order_of_evaluators_in_the_roster_decides_nothing(tmp_path: Path) -> None:
    """Two absences whose weights would go elsewhere: a fixed order of kinds decides, whoever stands first."""
    rules = LEADERS.replace('none = "reweigh"', 'none = "reweigh"\nabstained = "zero"\nmissing = "full"', 1)
    swapped = "编号,名称,角色\nO1,绩效办,office\nH2,乙缺席,high\nH1,甲,high\nL1,丙,low\n"
    plain = "编号,名称,角色\nO1,绩效办,office\nH1,甲,high\nH2,乙缺席,high\nL1,丙,low\n"

    def say(form: Form, spot: Spot) -> object:
        return "弃权" if form.evaluator == "H1" else leader_marks(form, spot)

    totals = []
    for at, people in enumerate((plain, swapped)):
        points, _ = scored(tmp_path / str(at), rules, {**LEADER_ROSTER, "评估主体": people}, say)
        totals.append(points["A", ""].points)
    assert totals[0] == totals[1] is not None


def test_a_decided_line_does_not_exist_for_the_unit(tmp_path: Path) -> None:
    """不适用 in the roster takes the line out of the unit's preset points."""
    away = {"不适用": "对象类别,评估内容,指标,单位,文号,理由\nd,common,i2,乙局,文1,无此职责\n"}
    points, _ = scored(tmp_path, COMMON, {**OWNERS, **away}, owned)
    assert points["B", "common"].share == Fraction("0.8")


VOTES = """
[component.vote]
name = "民评"
weight = 100
by = "voters"
answer = { ballot = "card", pool = "POOL" }
"""
VOTERS = {
    "评估主体": "编号,名称,角色\nV1,群众,voters\n",
    "批次": "评估主体,批次,评价卡数\nV1,1,3\nV1,2,3\n",
}


def voted(form: Form, spot: Spot) -> object:
    """First batch: three cards 好; second batch: one card 中 and, for B, an abstention."""
    cards = 3 if form.batch == "1" else 1
    if spot.table.kind == "grid":
        return {"issued": "3", "returned": str(cards), "spoiled": "0"}[spot.column.field]
    if spot.table.kind != "cards" or spot.column.field != "mark" or int(spot.line.repeat) > cards:
        return None
    if form.batch == "1":
        return "好"
    return "不了解" if spot.unit == "B" else "中"


@pytest.mark.parametrize(("pool", "share"), [("cards", Fraction("3.7") / 4), ("batches", Fraction("1.7") / 2)])
def test_cards_are_pooled_or_batches_averaged_as_the_rules_say(tmp_path: Path, pool: str, share: Fraction) -> None:
    """Abstaining cards count in no mean, so B has its first batch only."""
    points, findings = scored(tmp_path, VOTES.replace("POOL", pool), VOTERS, voted)
    assert findings == []
    assert points["A", "vote"].share == share
    assert points["B", "vote"].share == 1


def test_a_unit_on_which_every_card_abstains_is_undefined(tmp_path: Path) -> None:
    """No valid choice is neither full marks nor zero: the rules must say what it is."""

    def nobody(form: Form, spot: Spot) -> object:
        said = voted(form, spot)
        return "不了解" if spot.unit == "B" and said in ("好", "中") else said

    points, findings = scored(tmp_path / "1", VOTES.replace("POOL", "cards"), VOTERS, nobody)
    assert [(one.code, one.unit) for one in findings] == [("COMPONENT_ABSENT", "B")]
    points, findings = scored(tmp_path / "2", VOTES.replace("POOL", "cards") + 'undefined = "full"\n', VOTERS, nobody)
    assert (findings, points["B", "vote"].points, points["B", "vote"].state) == ([], Fraction(100), "full")


@pytest.mark.parametrize(
    ("when", "state", "points", "codes"),
    [
        ("", "pending", None, {"BALLOTS_TOO_FEW", "SHARE_UNDEFINED"}),
        ('undefined = "full"', "full", 60, {"BALLOTS_FEW"}),
        ('undefined = "zero"', "zero", 0, {"BALLOTS_FEW"}),
        ('undefined = { weight_to = ["work"] }', "moved", 0, {"BALLOTS_FEW"}),
    ],
)
def test_fewer_cards_than_the_rules_ask_for_have_no_share(
    tmp_path: Path, when: str, state: str, points: int | None, codes: set[str]
) -> None:
    """A has four cards that choose, B three and one that abstains: what the rules say of an undefined share is done;
    only where they say nothing does it block."""
    rules = VOTES.replace('pool = "POOL"', "minimum = 4").replace("weight = 100", "weight = 60")
    rules = f'{rules}{when}\n[component.work]\nname = "工作"\nweight = 40\nby = "office"\nanswer = "percent"\n'
    roster = {**VOTERS, "评估主体": VOTERS["评估主体"] + "O1,绩效办,office\n"}

    def says(form: Form, spot: Spot) -> object:
        return "80" if form.evaluator == "O1" else voted(form, spot)

    found, findings = scored(tmp_path, rules, roster, says)
    evaluation, _ = load(tmp_path / "e")
    said = [*findings, *validate(evaluation, ingest(evaluation)[0])]
    assert {one.code for one in said} == codes
    assert {one.blocks for one in said} == {state == "pending"}
    assert found["A", "vote"].state == "scored"
    assert (found["B", "vote"].state, found["B", "vote"].points) == (state, points)
    if state != "pending":
        assert "有效评价只有3张，不足4张" in found["B", "vote"].basis


def test_so_few_marks_that_fewer_are_dropped_at_the_ends_are_said(tmp_path: Path) -> None:
    """A fifth of five is one at each end, of four none: a warning says so, and nothing where as many are dropped."""
    rules = ABSTAINING.replace('abstained = "out"', "over = { trimmed = 0.2 }")
    people = "编号,名称,角色\n" + "".join(f"H{at},评委{at},high\n" for at in range(1, 6))

    def codes(at: Path, ledger: str) -> list[str]:
        roster = {"评估主体": people.replace("评委3", "缺席" if ledger else "评委3")}
        found, _ = scored(at, rules, roster, lambda form, _: {"H1": "0", "H5": "100"}.get(form.evaluator, "70"), ledger)
        evaluation, _ = load(at / "e")
        shares.append(found["A", "work"].share)
        return [one.code for one in validate(evaluation, ingest(evaluation)[0]) if one.code != "SCORE_ZERO"]

    shares: list[Fraction | None] = []
    assert codes(tmp_path / "1", "") == []
    assert codes(tmp_path / "2", "免报,1号,2027-01-01,出差,,H3\n") == ["TRIMMED_FEWER"]
    assert shares == [Fraction(7, 10), Fraction(6, 10)]


@pytest.mark.parametrize(("rule", "said"), [("", False), ('missing = "out"\n', True)])
def test_marks_that_are_still_to_come_are_not_dropped_marks(tmp_path: Path, rule: str, *, said: bool) -> None:
    """In mid-collection every rule would drop fewer; it is said once the absence is decided or the rules provide for
    it, although somebody else's sheet may be missing still."""
    rules = ABSTAINING.replace('abstained = "out"\n', "over = { trimmed = 0.2 }\n" + rule)
    people = "编号,名称,角色\n" + "".join(
        f"H{at},{'缺席' if at in (3, 4) else '评委'}{at},high\n" for at in range(1, 6)
    )

    def given(at: Path, waived: str) -> bool:
        lines = "".join(f"免报,{who}号,2027-01-01,出差,,{who}\n" for who in waived.split())
        scored(at, rules, {"评估主体": people}, lambda form, _: "70", lines)
        evaluation, _ = load(at / "e")
        return "TRIMMED_FEWER" in [one.code for one in validate(evaluation, ingest(evaluation)[0])]

    assert given(tmp_path / "1", "") is said
    assert given(tmp_path / "2", "H3") is said
    assert given(tmp_path / "3", "H3 H4")


ABSTAINING = """
[component.work]
name = "工作"
weight = 100
by = "high"
answer = "percent"
abstained = "out"
"""


def test_an_abstaining_evaluator_is_out_of_the_mean_where_the_rules_say_so(tmp_path: Path) -> None:
    """弃权 by one of two evaluators leaves the other's mark."""

    def say(form: Form, spot: Spot) -> object:
        return "弃权" if form.evaluator == "H1" and spot.unit == "A" else {"H1": "60", "H2": "90"}[form.evaluator]

    roster = {"评估主体": "编号,名称,角色\nH1,甲,high\nH2,乙,high\n"}
    points, findings = scored(tmp_path, ABSTAINING, roster, say)
    assert findings == []
    assert (points["A", "work"].share, points["B", "work"].share) == (Fraction("0.9"), Fraction("0.75"))


def test_a_missing_or_excluded_evaluator_is_out_where_the_rules_say_so(tmp_path: Path) -> None:
    """missing = "out": the sheet that never came is out of the mean and does not block."""

    def say(form: Form, spot: Spot) -> object:
        return {"H1": "60", "H2": "90"}[form.evaluator]

    roster = {"评估主体": "编号,名称,角色\nH1,甲缺席,high\nH2,乙,high\n"}
    rules = ABSTAINING + 'missing = "out"\n'
    points, findings = scored(tmp_path, rules, roster, say)
    assert (findings, points["A", "work"].share) == ([], Fraction("0.9"))
    evaluation, _ = load(tmp_path / "e")
    assert [(one.code, one.blocks) for one in ingest(evaluation)[1]] == [("SUBMISSION_LEFT_OUT", False)]


def test_a_component_rounds_first_only_where_the_rules_say_so(tmp_path: Path) -> None:
    """round = 1 rounds the component's points before they are added up."""

    def say(form: Form, spot: Spot) -> object:
        return "83.35"

    roster = {"评估主体": "编号,名称,角色\nH1,甲,high\n"}
    points, _ = scored(tmp_path, ABSTAINING + "round = 1\n", roster, say)
    assert points["A", ""].points == Fraction("83.4")


def test_nothing_is_a_mark_too(tmp_path: Path) -> None:
    """0 counts beside other marks, and a unit that everybody gives 0 has 0 points, not none."""

    def say(form: Form, spot: Spot) -> object:
        return "0" if spot.unit == "A" else {"H1": "0", "H2": "90"}[form.evaluator]

    points, _ = scored(tmp_path, ABSTAINING, {"评估主体": "编号,名称,角色\nH1,甲,high\nH2,乙,high\n"}, say)
    assert [points[unit, ""].points for unit in ("A", "B")] == [0, 45]


def test_what_is_not_there_yet_stays_pending_and_the_rest_is_scored(tmp_path: Path) -> None:
    """For an interim result: no points, and the total adds up what there is."""
    roster = {**LEADER_ROSTER, "评估主体": LEADER_ROSTER["评估主体"].replace("L1,丙", "L1,丙缺席")}
    points, _ = scored(tmp_path, LEADERS, roster, leader_marks)
    assert (points["A", "low"].state, points["A", "low"].points) == ("pending", None)
    assert points["A", ""].points == Fraction(24 + 40)


@pytest.mark.parametrize(
    ("over", "expected"),
    [("mean", "2.5"), ("median", "2.5"), ("sum", "10"), ("last", "4"), ("best", "4"), ("worst", "1")],
)
def test_how_several_answers_become_one(over: Over, expected: str) -> None:
    """An even median is the mean of the middle two."""
    assert combine([Fraction(1), Fraction(2), Fraction(3), Fraction(4)], over) == Fraction(expected)


@given(st.lists(st.fractions(0, 1, max_denominator=100), min_size=1, max_size=12), st.integers(1, 49))
def test_a_trimmed_mean_drops_floor_p_n_at_each_end(shares: list[Fraction], percent: int) -> None:
    """It lies between the extremes and is the plain mean where nothing is dropped."""
    trimmed = Trimmed(trimmed=Decimal(percent) / 100)
    drop = percent * len(shares) // 100
    kept = sorted(shares)[drop : len(shares) - drop]
    assert combine(shares, trimmed) == sum(kept, Fraction(0)) / len(kept)
