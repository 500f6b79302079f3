"""How much of a group is published, and in which order less."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest

from attacker import Figures, Line, Rules, Seat, around, attack
from evaltool.exact import plain, published
from evaltool.inbox.intake import Intake
from evaltool.results import publishing
from evaltool.results.linelevels import levels_at
from evaltool.results.publishing import exactly_told, publishable
from evaltool.results.rank import rank
from evaltool.results.result import Result
from evaltool.views.comparison import REST, compared, lines
from evaltool.views.lostpoints import lost_points
from handmade import RULES, UNITS, Got, Parts, intake, parts, result

TIERS = (
    RULES.replace('by = "mayor"\nanswer = "percent"', 'by = "mayor"\nanswer = { choice = "tier" }')
    .replace('by = "vice"\nanswer = "percent"', 'by = "vice"\nanswer = { choice = "tier" }')
    .replace("[rank]", '[scale]\ntier = [["一等", 100], ["二等", 85], ["三等", 70]]\n[rank]')
)
COARSE = RULES.replace('by = "vice"\nanswer = "percent"', 'by = "vice"\nanswer = { choice = "tier" }').replace(
    "[rank]", '[scale]\ntier = [["一等", 100], ["二等", 85], ["三等", 70]]\n[rank]'
)


def tiered(mayor: int, *vice: int, **others: str) -> Parts:
    """A unit that leaders put into tiers worth so much."""
    got = parts(others.get("base", "18"), others.get("deputies", "17"), others.get("citizens", "8.5"), "", "")
    vices = Fraction(sum(vice), len(vice)) / 5
    return {
        **got,
        "mayor": Got(str(Fraction(mayor * 3, 10)), 1),
        "vice": Got(str(vices), len(vice)),
    }


def said(made: Result) -> dict[str, Figures]:
    """What stands in the letters of a group, as they print it."""
    group = compared(made, "c", "g")
    lost = lost_points(made, [group])
    found = {}
    for one in group.standings:
        own = [each for each in lost[one.unit.id].lines if each.title not in lost[one.unit.id].whole]
        own += lost[one.unit.id].named
        told = [
            Line(each.title, plain(each.full), "" if each.points is None else published(each.points, each.digits))
            for each in own
        ]
        figures = Figures(around(one.text), one.bonus - one.deduction, lines=told)
        for line in lines(group, one.unit.id):
            assert line.points is not None
            name = group.scheme.components[line.component].parent if line.component != REST else ""
            path = f"{group.title(name)}／{line.name}" if name else line.name
            figures.parts[path] = around(published(line.points, group.figures))
        found[one.unit.id] = figures
    return found


def attacked(made: Result, rules: str, units: Mapping[str, Parts]) -> list[tuple[str, str]]:
    """The units and leaves of which an attacker learns more than their totals tell."""
    import tomllib
    from decimal import Decimal

    read = Rules(tomllib.loads(rules, parse_float=Decimal))
    scheme = made.evaluation.classes["c"]
    seats = {
        unit: {
            leaf: Seat(got.evaluators, scheme.weight(leaf), lines=int(leaf == "base"), worth=Fraction(1, 5))
            for leaf, got in own.items()
        }
        for unit, own in units.items()
    }
    public = said(made)
    everything = attack(read, seats, public)
    alone = attack(read, seats, {unit: Figures(one.total, one.extra) for unit, one in public.items()})
    return [
        (unit, each.leaf)
        for unit, found in everything.items()
        for each, least in zip(found, alone[unit], strict=True)
        if each.width < min(each.scale / 20, least.width / 2) or (least.width and not each.width)
    ]


def marks(units: Mapping[str, Parts]) -> Intake:
    """The office's mark behind the points of every unit in what it marks in its own name."""
    beside = (2, "given", True, 0, 10000, "表", "A1", "", "O", "", "h", "f")
    values = {unit: Fraction(own["base"].points) * 500 for unit, own in units.items()}
    return intake(
        [("c", "base", "", unit, "", "mark", str(value / 100), int(value), *beside) for unit, value in values.items()]
    )


def shown(made: Result) -> tuple[tuple[str, ...], int]:
    return made.published["c", "g"].shown, made.published["c", "g"].digits


def test_what_hides_a_mark_is_published_as_the_rules_show_it() -> None:
    """Where every mark could be several, with enough between them, nothing more is kept back."""
    made = result()
    assert shown(made) == (("base", "vote", "deputies", "citizens", "leaders"), 2)
    assert made.published["c", "g"].guarded


def test_a_sum_of_few_tiers_is_left_out_for_all_units() -> None:
    """44 of 50 is one combination of four tiers: nobody's leaders are shown, and a second component goes with them."""
    units = {"甲": tiered(100, 70, 70, 70), "乙": tiered(85, 100, 85, 70, base="17", deputies="16")}
    made = result(units, rules=TIERS)
    assert "leaders" not in shown(made)[0]
    assert {"base", "vote"} - set(shown(made)[0])
    assert attacked(made, TIERS, units) == []


def test_the_attacker_finds_the_mayor_where_everything_is_published() -> None:
    """The same figures without the audit give the mayor away: the test is one that can fail."""
    units = {"甲": tiered(100, 70, 70, 70), "乙": tiered(85, 100, 85, 70, base="17", deputies="16")}
    made = result(units, rules=TIERS)
    whole = replace(made.published["c", "g"], shown=("base", "vote", "leaders"), digits=2)
    assert ("甲", "mayor") in attacked(replace(made, published={("c", "g"): whole}), TIERS, units)


def test_fewer_decimals_come_first() -> None:
    """A hundred cards that all say the best are told by 10.00, not by 10.0: one of them may have said something else.
    All components of all units then have as many decimals."""
    rules = TIERS.replace('by = "citizens"\nanswer = "percent"', 'by = "citizens"\nanswer = { choice = "tier" }')
    for role in ("mayor", "vice", "deputies"):
        rules = rules.replace(f'by = "{role}"\n', f'by = "{role}"\npublic = "show"\n')
    rules = rules.replace('public = "sum"\n', "")
    everything = ("base", "vote", "deputies", "citizens", "leaders", "mayor", "vice")
    same = {**tiered(85, 100, 85, 70), "citizens": Got("9.55", 100)}
    assert shown(result({"甲": same, "乙": same}, rules=rules)) == (everything, 2)
    unanimous = {"甲": {**same, "citizens": Got("10", 100)}, "乙": same}
    made = result(unanimous, rules=rules)
    assert shown(made) == (everything, 1)
    assert attacked(made, rules, unanimous) == []


@pytest.mark.parametrize("seed", range(60))
def test_nothing_is_found_in_small_groups(seed: int) -> None:
    """Units in tiers by chance: the attacker learns nothing from all letters together."""
    dice = random.Random(seed)
    tiers = (100, 85, 70)
    count = dice.randint(1, 6)
    units = {
        f"单位{at}": tiered(
            dice.choice(tiers),
            *(dice.choice(tiers) for _ in range(count)),
            base=str(Fraction(dice.randint(0, 2000), 100)),
            deputies=str(Fraction(dice.randint(0, 2000), 100)),
            citizens=str(Fraction(dice.randint(0, 1000), 100)),
        )
        for at in range(dice.randint(1, 4))
    }
    rules = dice.choice([TIERS, COARSE])
    assert attacked(result(units, rules=rules), rules, units) == []
    assert attacked(result(units, rules=rules, taken=marks(units)), rules, units) == []


# --- lines -----------------------------------------------------------------------------------------------------------


ONE_DECIMAL = TIERS.replace("total = 100\n", "total = 100\ndecimals = 1\n")
OPEN = {
    "甲": tiered(85, 100, 100, 85, 100, base="15.25", deputies="19.75", citizens="8.32"),
    "乙": tiered(100, 100, 85, base="15.42", deputies="18.38", citizens="10"),
}


def test_a_line_is_told_as_finely_as_leaves_every_mark_open() -> None:
    """Of an office's mark beside leaders' tiers it is told that it lost points: what it was would give them away."""
    made = result(OPEN, rules=ONE_DECIMAL, taken=marks(OPEN))
    assert dict(made.published["c", "g"].lines) == {"base": "named"}
    assert attacked(made, ONE_DECIMAL, OPEN) == []


def test_the_attacker_finds_the_mayor_where_every_line_is_told_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the audit of lines is for: the same letters without it."""
    monkeypatch.setattr(
        publishing,
        "_told_by_line",
        lambda of, _: {group: levels_at(of.scheme, ["base"], (), 0) for group in of.units},
    )
    made = result(OPEN, rules=ONE_DECIMAL, taken=marks(OPEN))
    assert dict(made.published["c", "g"].lines) == {"base": "exact"}
    assert attacked(made, ONE_DECIMAL, OPEN) == [("乙", "mayor")]


def test_what_nobody_keeps_secret_is_told_exactly() -> None:
    """No mark of the class is confidential."""
    rules = RULES.replace('public = "sum"\n', "").replace("floor = 2", "floor = 1")
    made = result(OPEN, rules=rules, taken=marks(OPEN))
    assert dict(made.published["c", "g"].lines) == dict.fromkeys(
        ("base", "deputies", "citizens", "mayor", "vice"), "exact"
    )


def test_what_the_rules_hide_is_never_told_by_line() -> None:
    """Neither hidden components nor confidential ones, measured figures among them."""
    rules = RULES.replace('answer = "percent"\npublic = "show"', 'answer = { target = "higher" }\npublic = "hidden"')
    made = result(OPEN, rules=rules, taken=marks(OPEN))
    assert made.published["c", "g"].lines == ()


def test_rules_that_keep_nothing_back_are_not_audited() -> None:
    """Without a floor and with everything shown all is published as before, and means are those of exact points."""
    rules = RULES[: RULES.index("[disclosure]")].replace('public = "sum"\n', "")
    made = result(rules=rules)
    assert not made.published["c", "g"].guarded
    assert compared(made, "c", "g").points["清河县", "base"].points == Fraction("19.005")


def test_nothing_finer_than_the_figures_is_made_of_them() -> None:
    """Where marks are confidential, means and rates are those of the printed points."""
    group = compared(result(), "c", "g")
    assert group.points["清河县", "base"].points == Fraction("19.01")
    assert group.rates["base"] == (Fraction("19.01") + 18 + 15) / 60


def test_the_office_is_told_before_anything_is_written() -> None:
    """What is kept back, for whose sake; and whose totals alone tell a mark."""
    units = {"甲": tiered(100, 70, 70, 70), "乙": tiered(100, 100, 100, 100, base="20", deputies="20", citizens="10")}
    made = result(units, rules=TIERS)
    _, findings, _ = publishable(made.evaluation, made.intake, made.points, made.standings)
    codes = {each.code: each for each in findings}
    assert codes.keys() == {"PUBLISHED_LESS", "TOTAL_TELLS"}
    assert "领导评估" in codes["PUBLISHED_LESS"].message()
    assert "乙" in codes["TOTAL_TELLS"].message()
    assert not any(each.blocks for each in findings)


def test_what_cannot_be_decided_is_not_published() -> None:
    """Of marks of which the last one counts nothing can be said: the total alone is left."""
    rules = TIERS.replace('by = "vice"\n', 'by = "vice"\nover = "last"\n').replace("floor = 2", "floor = 2\nopen = 50")
    made = result({name: {**got, "vice": Got("17", 3)} for name, got in UNITS.items()}, rules=rules)
    assert "leaders" not in shown(made)[0]


def nearly_full() -> str:
    """Rules by which 30 and 29.964 of the mayor are both printed as 100.0 in the total and as 50.0 in the leaders' sum;
    nobody else can come close to full marks."""
    rules = RULES.replace("total = 100", "total = 100\ndecimals = 1").replace('ties = ["base"]', "ties = []")
    rules = rules.replace(
        'by = "mayor"\nanswer = "percent"', 'by = "mayor"\npublic = "hidden"\nanswer = { choice = "m" }'
    )
    for role in ("deputies", "citizens", "vice"):
        shown_to_all = f'by = "{role}"\npublic = "show"\nanswer = {{ choice = "t" }}'
        rules = rules.replace(f'by = "{role}"\nanswer = "percent"', shown_to_all)
    scales = 't = [["一等", 100], ["二等", 50]]\nm = [["甲等", 100], ["乙等", 99.88], ["丙等", 98]]'
    return rules.replace("floor = 2", f"floor = 1\n[scale]\n{scales}")


def test_what_a_grade_by_the_exact_total_tells_is_kept_back() -> None:
    """99.964 and 100 are both printed as 100.0; 良好, below 99.98, says that the mayor did not choose 甲等. Where the
    printed total is graded, nothing follows."""
    rules = nearly_full().replace("from = 90", "from = 99.98")
    units = {"甲": parts("20", "20", "10", "29.964", "20")}
    by_printed, by_exact = (
        result(units, rules=rules.replace("[rank]", f'[rank]\nby = "{by}"')) for by in ("published", "exact")
    )
    assert [(one.text, one.grade) for one in by_exact.standings] == [("100.0", "良好")]
    assert "leaders" in shown(by_printed)[0]
    assert shown(by_exact)[0] == ()


@pytest.mark.parametrize("condition", ["points = 29.98", "percent = 99.9"])
def test_what_a_condition_of_a_grade_tells_is_kept_back(condition: str) -> None:
    """良好 with 100.0 says that the mayor did not choose 甲等; a condition that 丙等 fulfils too says nothing."""
    rules = nearly_full()
    of_grade = f'from = 90\nconditions = [{{ component = "mayor", {condition} }}]'
    near = rules.replace("from = 90", of_grade)
    far = rules.replace("from = 90", of_grade.replace("29.98", "20").replace("99.9", "60"))
    units = {"甲": parts("20", "20", "10", "29.964", "20")}
    by_near, by_far = (result(units, rules=each) for each in (near, far))
    assert [(one.text, one.grade) for one in by_near.standings] == [("100.0", "良好")]
    assert "leaders" in shown(by_far)[0]
    assert shown(by_near)[0] == ()


@pytest.mark.parametrize("order", ['ties = ["mayor"]', 'by = "exact"\nties = []'])
def test_what_the_order_of_units_tells_is_kept_back(order: str) -> None:
    """Two units with 100.0, of which one is first: the mayor chose 甲等 for it and not for the other. Where they share
    the place, nothing follows."""
    units = {"甲": parts("20", "20", "10", "29.964", "20"), "乙": parts("20", "20", "10", "30", "20")}
    shared, apart = (result(units, rules=each) for each in (nearly_full(), nearly_full().replace("ties = []", order)))
    assert [(one.unit.id, one.text, one.rank) for one in apart.standings] == [("乙", "100.0", 1), ("甲", "100.0", 2)]
    assert "leaders" in shown(shared)[0]
    assert shown(apart)[0] == ()


TOLD_BY_GRADE = TIERS.replace("from = 90", 'from = 80\nconditions = [{ component = "mayor", percent = 90 }]')


def codes_of(units: Mapping[str, Parts], rules: str) -> dict[str, str]:
    made = result(units, rules=rules)
    _, findings, _ = publishable(made.evaluation, made.intake, made.points, made.standings)
    return {each.code: each.message() for each in findings}


def test_the_office_is_told_where_a_grade_tells_a_mark() -> None:
    """优秀 needs the mayor's first tier: whoever has it has 100 of the mayor, though the total alone may be published.
    Without the condition, or with one on what is shown anyway, nothing of the kind is said."""
    units = {"甲": tiered(100, 85, 85, 85), "乙": tiered(85, 100, 85, 70, base="17", deputies="16")}
    told = codes_of(units, TOLD_BY_GRADE)
    assert "甲、乙" in told["OUTCOME_TELLS"]
    assert "市长" in told["OUTCOME_TELLS"]
    assert "只公布总分" in told["PUBLISHED_LESS"]
    assert "OUTCOME_TELLS" not in codes_of(units, TIERS)
    assert "OUTCOME_TELLS" not in codes_of(
        units, TOLD_BY_GRADE.replace('{ component = "mayor"', '{ component = "base"')
    )


@pytest.mark.parametrize(
    ("more", "told"),
    [("", {"g": True, "h": False}), ('benchmark = { full = "best", among = "class" }', {"g": False, "h": False})],
)
def test_what_is_held_against_the_class_is_told_where_all_groups_may_be(more: str, told: dict[str, bool]) -> None:
    """Told exactly, the base of 乙 gives its mayor away, that of 甲 does not.  They are in two groups; but held against
    the best of both, each is told what the other has."""
    groups = 'groups = [{ id = "g", name = "县区" }, { id = "h", name = "新区" }]'
    rules = ONE_DECIMAL.replace('groups = [{ id = "g", name = "县区" }]', groups)
    rules = rules.replace('public = "show"\n', f'public = "show"\n{more}\n')
    made = result(OPEN, rules=rules, taken=marks(OPEN))
    units = tuple(replace(unit, group="h" if unit.id == "乙" else "g") for unit in made.evaluation.roster.units)
    evaluation = replace(made.evaluation, roster=replace(made.evaluation.roster, units=units))
    standings, _ = rank(evaluation, made.points)
    published, _, _ = publishable(evaluation, made.intake, made.points, standings)
    found = {
        group: exactly_told(evaluation, made.intake, made.points, standings, published, ("c", group)) for group in told
    }
    assert found == told
