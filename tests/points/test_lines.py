"""What single lines and cards come to, without sheets: absent ones by the policy of their kind, evidence, figures that
are compared and reckoned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from evaltool.inbox.accounts.sheets import SheetAccount
from evaltool.ledger import Decision
from evaltool.points.answered import answered, states
from evaltool.points.bylines import Judged, Sum, kind_of_cell, sum_lines, worst
from evaltool.points.derived import stated
from evaltool.points.evidence import unneeded, unverified
from evaltool.points.figures import kind_of_figure, pool, that_counts
from evaltool.points.leaves import LeafResult, leaf_shares
from evaltool.roster import Batch, Indicator, Parameter
from evaltool.rules import Component
from results import line as decided
from said import Row, came, cards, evaluated, line, said, seen

HALF = Fraction(1, 2)
LINES = (line("i1", "3"), line("i2", "1"))
DEFAULTS: dict[str, object] = {"name": "工作", "weight": 4, "by": "x", "answer": {"points": 4}}


def leaf(more: str = "", answer: str = "{ points = 4 }", by: str = "office") -> str:
    return f'[component.work]\nname = "工作"\nweight = 100\nby = "{by}"\nanswer = {answer}\n{more}\n'


def found(
    rows: Sequence[Row],
    rules: str,
    units: str = "A",
    people: str = "O",
    *,
    came_in: dict[str, Any] | None = None,
    **more: Any,
) -> dict[str, LeafResult]:
    made = evaluated(rules, units, people, **more)
    return leaf_shares(made, came(*rows, **(came_in or {})), made.classes["d"], "work")


def component(**more: object) -> Component:
    return Component.model_validate({**DEFAULTS, **more})


# --- lines added up --------------------------------------------------------------------------------------------------


def judged(share: str | None, full: str = "1", kind: str = "", policy: Any = "out", reason: str = "") -> Judged:
    reasons = ((reason, ""),) if reason else ()
    return Judged(line("i", full), None if share is None else Fraction(share), kind, policy, reasons)


def test_a_line_adds_its_share_of_its_points_or_what_the_rules_put_in() -> None:
    """Half of 3; full, nothing or 60% of it; or it does not count at all."""
    assert judged("1/2", "3").points == Fraction(3, 2)
    assert judged(None, "3", "missing", "full").points == 3
    assert judged(None, "3", "missing", "zero").points == 0
    assert judged(None, "3", "missing", 60).points == Fraction(9, 5)
    assert [judged(None, "3", "missing", policy).points for policy in ("out", "refuse", "mean")] == [None] * 3


def test_lines_are_added_up_over_the_preset_points_that_count() -> None:
    """2 of 3 and 1 of 1 points, and a line of 6 that is passed over."""
    made = sum_lines(component(), [judged("2/3", "3"), judged("1", "1"), judged(None, "6", "missing", "out", "甲")])
    assert made == Sum(Fraction(3, 4), Fraction(4), (("甲", ""),))


def test_a_line_that_the_rules_do_not_do_without_stops_the_answer() -> None:
    """Whatever the others come to; where nothing counts, the kinds that were passed over decide, and without any
    line it is missing."""
    assert sum_lines(component(), [judged("1"), judged(None, "1", "abstained", "refuse")]).answer == "abstained"
    passed = [judged(None, "1", "waived", "out"), judged(None, "1", "missing", "out")]
    assert sum_lines(component(), passed) == Sum("missing", Fraction(0))
    stopped = [judged(None, "1", "missing", "out"), judged(None, "1", "waived", "reweigh")]
    assert sum_lines(component(waived="reweigh", missing="out"), stopped).answer == "waived"
    assert sum_lines(component(), []) == Sum("missing", Fraction(0))


def test_cases_in_one_pot_are_out_of_the_components_points() -> None:
    """Two commendations of 4 in a pot of 10."""
    pot = component(weight=10, answer={"tally": {"国家级": 4, "迟到": -1}})
    counted = Judged(Indicator("d", "work", "国家级", "国家级", Fraction(1)), Fraction(8))
    assert sum_lines(pot, [counted]) == Sum(Fraction(8, 10), Fraction(10))


def test_the_absence_that_decides_is_refused_or_the_first_in_a_fixed_order() -> None:
    """Whoever stands first in the list."""
    both = ["waived", "missing"]
    assert {worst(component(waived="refuse", missing="zero"), kinds) for kinds in (both, both[::-1])} == {"waived"}
    assert {worst(component(waived="refuse"), kinds) for kinds in (both, both[::-1])} == {"missing"}
    assert {worst(component(waived="zero", missing="zero"), kinds) for kinds in (both, both[::-1])} == {"missing"}


def test_what_a_cell_without_a_share_stands_for() -> None:
    """A choice that abstains is withheld as well; what is blank or broken is missing."""
    kinds = {state: kind_of_cell(state) for state in ("abstained", "given", "blank", "broken")}
    assert kinds == {"abstained": "abstained", "given": "abstained", "blank": "missing", "broken": "missing"}


def test_each_line_follows_the_policy_of_its_own_kind() -> None:
    """A blank one, a withheld one, one whose owner is missing and one that is not verified: 1 of 4 points each."""
    lines = tuple(line(of, "1", owner=who) for of, who in zip(("i1", "i2", "i3", "i4"), "OPQR", strict=True))
    rows = [said("A", "O", "", "i1"), said("A", "P", "弃权", "i2"), said("A", "R", "1", "i4")]
    rules = 'missing = "{}"\nabstained = "{}"\nwaived = "{}"\nunverified = "{}"\nverify = true'
    proof = said("A", "R", "属实", "i4", field="verify_result", batch="evidence")
    for at in range(4):
        policies = ["full" if each == at else "zero" for each in range(4)]
        made = found(
            rows,
            leaf(rules.format(*policies), by="owner"),
            people="O:functional P:functional Q:functional R:functional",
            indicators=lines,
            came_in={"sheets": {"Q": "waived"}},
            ledger=tuple(
                replace(decided("evidence_verified", "A", "属实", component="work"), indicator=of)
                for of in ("i1", "i2", "i3")
            ),
        )
        assert made["A"].share == Fraction(1, 4), policies
    proven = found(
        [*rows, proof], leaf(rules.format("zero", "zero", "zero", "zero"), by="owner"),
        people="O:functional P:functional Q:functional R:functional", indicators=lines,
        came_in={"sheets": {"Q": "waived"}},
    )  # fmt: skip
    assert proven["A"].share == Fraction(1, 4)


def test_a_unit_of_which_nothing_was_said_at_all_has_its_owners_absences() -> None:
    """No owner has answered: 1 of 2 points is the waived one's, which the rules count in full."""
    lines = (line("i1", "1", owner="O"), line("i2", "1", owner="P"))
    rules = leaf('missing = "zero"\nwaived = "full"', by="owner")
    made = found(
        [],
        rules,
        people="O:functional P:functional",
        indicators=lines,
        came_in={"sheets": {"O": "missing", "P": "waived"}},
    )
    assert (made["A"].share, made["A"].evaluators) == (HALF, 0)


def test_what_a_sheet_that_counts_left_blank_is_missing_whatever_became_of_others() -> None:
    """Where nobody owns lines, a line is not absent because some sheet of that name is."""
    lines = (line("i1", "3", owner="Q"), line("i2", "1"))
    rules = leaf('missing = "out"\nwaived = "zero"')
    made = found(
        [said("A", "O", "", "i1"), said("A", "O", "1", "i2")],
        rules,
        people="O Q:panel",
        indicators=lines,
        came_in={"sheets": {"Q": "waived"}},
    )
    assert made["A"].share == 1


# --- sheets ----------------------------------------------------------------------------------------------------------


def test_what_became_of_a_sheet_is_told_from_all_that_came_of_it() -> None:
    """One of two entries is enough; a sheet whose files were left out by decision is no missing one; sheets that carry
    no marks are none of it."""
    intake = came(sheets={"O": "counted", "P": "missing", "Q": "missing"}, excluded=["P", "O"])
    twice = SheetAccount("R", "", "1", "missing"), SheetAccount("R", "", "2", "counted", "x")
    sheets = (*intake.sheets, *twice, *reversed(twice), SheetAccount("O", "goals", "1", "missing"))
    intake = replace(intake, sheets=(*sheets, SheetAccount("V", "会议", "1", "waived")))
    assert states(intake) == {
        ("O", ""): "counted",
        ("P", ""): "excluded",
        ("Q", ""): "missing",
        ("R", ""): "counted",
        ("V", "会议"): "waived",
    }


@pytest.mark.parametrize("answer", ['"percent"', "{ points = 1 }", '{ target = "attained" }'])
def test_only_answers_about_the_leaf_and_its_units_are_looked_at(answer: str) -> None:
    """Not what stands in other components, in other classes, about no unit, or about units that are settled; in
    periods, so that each answer is looked at by itself."""
    measured = "target" in answer
    lines = (line("i1", "1", target=Fraction(9)),) if "percent" not in answer else ()
    other = leaf('each = ["上", "下"]', answer).replace("component.work", "component.zz")
    made = evaluated(
        leaf('each = ["上", "下"]\nmissing = "zero"', answer) + other.replace('name = "工作"', 'name = "其他"'),
        "A B",
        indicators=(*lines, *(replace(each, component="zz") for each in lines)),
    )
    of, field = (lines[0].id, "figure:核实数" if measured else "mark") if lines else ("", "mark")
    rows = [
        said(unit, "O", "1", of, repeat=at, field=field, component=component, class_id=class_id)
        for unit in ("A", "B", "")
        for at in ("上", "下")
        for component, class_id in (("work", "d"), ("zz", "d"), ("work", "e"))
    ]
    beside = [said("A", "O", "0.5", of, repeat="上", field=each) for each in ("loss", "mark" if measured else "loss2")]
    rows = [*rows, *beside[: 1 if not measured else 0]]
    given = answered(made, came(*rows), made.classes["d"], "work", {}, [] if measured else ["B"])
    shares = {"上": Fraction(0) if measured else Fraction(1, 100) if not lines else Fraction(1)}
    assert given.of == {
        unit: {"O": {"上": shares["上"], "下": shares["上"]}} for unit in (("A", "B") if measured else ("A",))
    }


def test_choices_are_read_as_texts_and_those_that_abstain_are_withheld() -> None:
    """A scale of tiers, one by one, because somebody left his blank."""
    rules = leaf('abstained = "zero"\nmissing = "out"', '{ choice = "tier" }')
    rows = [said("A", who, choice) for who, choice in (("O", "一等"), ("P", "三等"), ("Q", "不了解"), ("R", ""))]
    made = found(rows, rules, people="O P Q R")
    assert (made["A"].share, made["A"].evaluators) == (Fraction("1.6") / 3, 3)


def test_the_preset_points_that_are_named_are_those_of_what_is_in() -> None:
    """A line is withheld in one of two periods; the period of which nothing is in says nothing about it."""
    rules = leaf('each = { periods = ["上", "下"], so_far = true }\nabstained = "out"')
    rows = [said("A", "O", "弃权", "i1", repeat="上"), said("A", "O", "1", "i2", repeat="上")]
    rows += [said("A", "O", "", of, repeat="下") for of in ("i1", "i2")]
    made = found(rows, rules, indicators=LINES)["A"]
    assert seen(made.share, made.basis) == (
        1,
        "2期中已报1期（上），由已报的取平均；预赋4分中3分不适用或不计，按1分折算",
    )


# --- evidence --------------------------------------------------------------------------------------------------------


def proven(*lines: Any, rows: Sequence[Row] = (), more: str = "verify = true") -> dict[str, set[str]]:
    tree = '[component.all]\nname = "全部"\n' + leaf(more).replace('name = "工作"', 'name = "工作"\nin = "all"')
    made = evaluated(tree, "A B", indicators=LINES, ledger=tuple(lines))
    return unverified(made, came(*rows), "d", "work")


def evidence(
    unit: str,
    of: str = "",
    word: str = "属实",
    when: str = "2027-04-01",
    component: str = "work",
    document: str = "1号",
) -> Decision:
    return replace(decided("evidence_verified", unit, word, document, component), indicator=of, date=when)


def test_a_line_counts_once_its_evidence_was_found_to_be_true() -> None:
    """By decision about a line, about all that a unit has, or about what the component is part of; nobody is asked
    where the rules do not."""
    everything = {"i1", "i2"}
    assert proven() == {"A": everything, "B": everything}
    assert proven(evidence("A", "i1")) == {"A": {"i2"}, "B": everything}
    assert proven(evidence("A")) == proven(evidence("A", component="all")) == {"A": set(), "B": everything}
    assert proven(evidence("X")) == {"A": everything, "B": everything}
    assert proven(more="") == {}


def test_sheets_say_that_evidence_is_true_if_nobody_says_otherwise() -> None:
    """In the cell for it, on a sheet of evidence."""
    everything = {"i1", "i2"}

    def sheet(word: str, who: str = "O", **more: str) -> Row:
        return said("A", who, word, "i1", **{"field": "verify_result", "batch": "evidence", **more})

    assert proven(rows=[sheet("属实")])["A"] == {"i2"}
    assert proven(rows=[sheet("属实"), sheet("不属实", "P")])["A"] == everything
    assert proven(rows=[sheet("属实"), sheet("", "P")])["A"] == {"i2"}
    assert proven(rows=[sheet("属实", field="verify_way")])["A"] == everything
    assert proven(rows=[sheet("属实", batch="")])["A"] == everything


def test_a_later_decision_on_evidence_goes_before_an_earlier_one() -> None:
    """On one day a line before the whole component, whatever the order of the ledger; both before the sheets."""
    sheet = said("A", "O", "属实", "i1", field="verify_result", batch="evidence")
    early, late = evidence("A", when="2027-04-01"), evidence("A", word="不属实", when="2027-04-02")
    for lines in ((early, late), (late, early)):
        assert proven(*lines, rows=[sheet])["A"] == {"i1", "i2"}
    one, all_ = evidence("A", "i1", "不属实", document="1号"), evidence("A", document="2号")
    for lines in ((one, all_), (all_, one)):
        assert proven(*lines)["A"] == {"i1"}


def test_a_decision_on_evidence_that_nobody_asks_for_is_said() -> None:
    """Of a component without `verify`; not of one with it or with such a part, nor of a unit that takes no part."""
    inside = ('name = "工作"', 'name = "工作"\nin = "all"')
    tree = '[component.all]\nname = "全部"\n' + leaf("verify = true").replace(*inside)
    tree += leaf().replace("component.work", "component.zz").replace(*inside).replace("工作", "其他")
    lines = [evidence("A"), evidence("A", component="all"), evidence("X", component="zz")]
    lines += [evidence("A", component="zz"), evidence("B", component="zz")]
    made = evaluated(tree, "A B", indicators=LINES, ledger=tuple(lines))
    assert [(one.code, one.unit) for one in unneeded(made)] == [("DECISION_IDLE", "A"), ("DECISION_IDLE", "B")]


def test_of_a_line_that_is_not_verified_nothing_else_is_said() -> None:
    """Neither its share nor that its figure has none."""
    growing = line("i1", "1", base=Fraction(0), method="g"), line("i2", "1", base=Fraction(1), method="g")
    rules = leaf('verify = true\nunverified = "zero"', "{ points = 2 }") + '[method.g]\ngrowth = "rate"\nfull_at = 10\n'
    rows = [said("A", "O", "5", of, field="figure:核实数") for of in ("i1", "i2")]
    ledger = (evidence("A", "i2"),)
    made = found(rows, rules, indicators=growing, ledger=ledger)["A"]
    assert (made.share, made.reasons, made.basis) == (HALF, (), "")


# --- figures ---------------------------------------------------------------------------------------------------------


def test_of_several_kinds_of_figure_the_latest_that_is_filled_in_counts() -> None:
    """Not the one that stands there blank."""
    of = component(answer={"target": "attained"}, figures=["初步数", "核实数", "年鉴数"])
    first, checked = ("given", Fraction(1), "1"), ("given", Fraction(2), "2")
    blank = ("blank", None, "")
    assert that_counts(of, {"初步数": first, "核实数": checked, "年鉴数": blank}) == ("核实数", checked)
    assert that_counts(of, {"初步数": first}) == ("初步数", first)
    assert that_counts(of, {"初步数": blank}) == ("", blank)
    assert [kind_of_figure(each) for each in ("figure:核实数", "mark")] == ["核实数", ""]
    assert pool([("i", "", "A", Fraction(1)), ("i", "", "A", Fraction(2)), ("i", "上", "A", Fraction(3))]) == {
        ("i", ""): {"A": 1},
        ("i", "上"): {"A": 3},
    }


@pytest.mark.parametrize(
    ("among", "expected"),
    [("group", {"A": "1", "B": "0", "D": "1/2", "E": None}), ("class", {"A": "1", "B": "0", "D": "1/2", "E": "3/4"})],
)
def test_figures_are_compared_with_those_of_the_other_ranked_units(among: str, expected: dict[str, str | None]) -> None:
    """D is not ranked: it is compared, and nobody with it; E is alone in its group."""
    rules = leaf(answer=f'{{ compare = "min_max", among = "{among}" }}')
    rows = [
        said(unit, "O", figure, "i1", field="figure:核实数")
        for unit, figure in (("A", "5"), ("B", "1"), ("D", "3"), ("E", "4"))
    ]
    made = found(rows, rules, units="A B D? E:h", indicators=(line("i1", "4"),))
    assert {unit: one.share for unit, one in made.items()} == {
        unit: None if each is None else Fraction(each) for unit, each in expected.items()
    }


DERIVED = """
[figure.rate]
name = "增速"
formula = "(财政收入 - 财政收入.基期值) / 人口"
"""


def reckoned(rows: Sequence[Row], population: str = "2", **more: Any) -> dict[str, LeafResult]:
    lines = (
        line("rate", "4", figure="rate", target=Fraction(5)),
        line("rev", "0", unit="A", base=Fraction(10)),
    )
    own = replace(lines[1], full=Fraction(0), name="财政收入")
    rules = leaf('undefined = "zero"\nmissing = "full"', '{ target = "higher" }') + DERIVED
    made = evaluated(
        rules, "A", indicators=(lines[0], own), parameters=(Parameter(name="人口", value=Fraction(population)),), **more
    )
    return leaf_shares(made, came(*rows), made.classes["d"], "work")


def test_a_figure_is_reckoned_from_what_was_typed() -> None:
    """20 less 10 over 2 is the target; without the figure the line is missing, divided by nothing it is undefined."""
    typed = [said("A", "O", "20", "rev", field="figure:核实数")]
    assert reckoned(typed)["A"].share == 1
    assert reckoned([said("A", "O", "15", "rev", field="figure:核实数")])["A"].share == HALF
    assert (reckoned([said("A", "O", "", "rev", field="figure:核实数")])["A"].share) == 1
    nothing = reckoned(typed, population="0")["A"]
    assert seen(nothing.share, nothing.basis) == (0, "指标“rate”：算式的除数为 0，按规则计零分")


def test_a_unit_of_which_all_is_reckoned_has_an_answer() -> None:
    """B has one line, which is reckoned from its parameter; nothing is typed about it, and A has a line to type too."""
    rules = leaf(answer='{ target = "higher" }') + '[figure.own]\nname = "自有"\nformula = "人口 * 2"\n'
    lines = (line("own", "1", figure="own", target=Fraction(8)), line("typed", "1", unit="A", target=Fraction(4)))
    numbers = (Parameter(name="人口", value=Fraction(2)),)
    rows = [said("A", "O", "4", "typed", field="figure:核实数")]
    made = found(rows, rules, "A B", indicators=lines, parameters=numbers)
    assert {unit: one.share for unit, one in made.items()} == {"A": Fraction(3, 4), "B": HALF}


def test_figures_of_owners_whose_sheets_are_away_follow_what_became_of_them() -> None:
    """P's is waived and counts in full; O's says half of the target."""
    lines = (line("i1", "1", owner="O", target=Fraction(4)), line("i2", "1", owner="P", target=Fraction(4)))
    rules = leaf('waived = "full"\nmissing = "zero"', '{ target = "higher" }', by="owner")
    rows = [said("A", "O", "2", "i1", field="figure:核实数")]
    people = "O:functional P:functional"
    for state, share in (("waived", Fraction(3, 4)), ("missing", Fraction(1, 4))):
        made = found(rows, rules, people=people, indicators=lines, came_in={"sheets": {"P": state}})
        assert made["A"].share == share


def test_what_was_typed_is_looked_up_by_class_and_kind() -> None:
    """The latest kind; of two who state one the first; nothing of other classes, of no unit, or that is a mark."""
    made = evaluated(leaf(answer='{ target = "higher" }'), "A", "O P", indicators=(line("rev", "1"),))
    rows = [
        said("A", "O", "20", "rev", field="figure:核实数"),
        said("A", "O", "19", "rev", field="figure:初步数"),
        said("A", "P", "21", "rev", field="figure:核实数"),
        said("A", "O", "22", "rev", field="figure:核实数", class_id="e"),
        said("", "O", "23", "rev", field="figure:核实数"),
        said("A", "O", "24", "other"),
        said("A", "O", "", "blank", field="figure:核实数"),
    ]
    assert stated(made, came(*rows), made.classes["d"]) == {("work", "rev", "", "A"): 20}


# --- cards -----------------------------------------------------------------------------------------------------------


VOTES = leaf("{more}", '{{ ballot = "tier"{answer} }}', "voters")


def voted(
    given: Sequence[Row],
    more: str = "",
    answer: str = "",
    became: dict[tuple[str, str], Any] | None = None,
    **tables: Any,
) -> LeafResult:
    batches = tuple(Batch(evaluator="V", id=each, cards=9) for each in ("一", "二"))
    made = evaluated(VOTES.format(more=more, answer=answer), "A", "V:voters", **{"batches": batches, **tables})
    counted = dict.fromkeys((("V", "一"), ("V", "二")), "counted") | (became or {})
    return leaf_shares(made, came(cards=given, batches=counted), made.classes["d"], "work")["A"]


CARDS = [cards("A", "V", "一", "一等", 3), cards("A", "V", "二", "二等", 1)]


def test_cards_that_choose_are_pooled_or_taken_batch_by_batch() -> None:
    """Three at 100 and one at 80; spoiled cards, those of other components and classes and those that abstain are in no
    mean."""
    aside = [
        cards("A", "V", "一", "三等", 5, valid=False),
        cards("A", "V", "一", "三等", 5, component="zz"),
        ("e", *cards("A", "V", "一", "三等", 5)[1:]),
        cards("A", "V", "一", "不了解", 5),
        cards("A", "V", "一", "", 5),
    ]
    made = voted([*CARDS, *aside])
    assert seen(made.share, made.evaluators, made.received) == (Fraction(95, 100), 4, 1)
    assert voted([*CARDS, *aside], answer=', pool = "batches"').share == Fraction(90, 100)


def test_how_much_of_the_batches_is_in() -> None:
    """One of two is missing and awaited, or excused."""
    one = [CARDS[0]]
    missing = voted(one, 'missing = "out"', became={("V", "二"): "missing"})
    assert seen(missing.share, missing.received) == (1, HALF)
    assert voted(one, became={("V", "二"): "waived"}).received == 1
    assert voted(one, became={("V", "二"): "missing"}).absence == "missing"
    three = voted(
        one,
        'missing = "out"',
        became={("V", "二"): "counted", ("V", "三"): "missing"},
        batches=tuple(Batch(evaluator="V", id=each, cards=9) for each in ("一", "二", "三")),
    )
    assert three.received == Fraction(2, 3)


def test_batches_about_others_are_not_awaited() -> None:
    """The second meeting is about B alone."""
    batches = (Batch(evaluator="V", id="一", cards=9), Batch(evaluator="V", id="二", cards=9, scope=("B",)))
    made = evaluated(VOTES.format(more="", answer=""), "A B", "V:voters", batches=batches)
    came_in = came(cards=[CARDS[0]], batches={("V", "一"): "counted", ("V", "二"): "missing"})
    of = leaf_shares(made, came_in, made.classes["d"], "work")
    assert seen(of["A"].share, of["B"].absence) == (1, "missing")


def test_where_no_batch_counts_it_is_said_what_became_of_them() -> None:
    """All excused; or the rules take the mean of other units for what is missing, of which there are none."""
    gone = {("V", "一"): "waived", ("V", "二"): "missing"}
    made = voted([], 'missing = "out"', became=gone)
    assert (made.absence, made.nobody) == ("none", "评估主体经批准免报、评估主体未报")
    mean = voted([], 'missing = "group_mean"', became=gone)
    assert (mean.absence, mean.nobody) == ("missing", "评估主体经批准免报、评估主体未报")


def test_fewer_cards_than_the_rules_ask_for_have_no_share() -> None:
    """Four are enough where four are asked for; how many there are is said where they are not."""
    assert voted(CARDS, answer=", minimum = 4").share == Fraction(95, 100)
    few = voted(CARDS, answer=", minimum = 5")
    assert seen(few.share, few.absence, few.evaluators, few.received) == (None, "undefined", 0, 1)
    assert few.reasons == (("有效评价只有4张，不足5张", "4 cards that count, fewer than 5"),)
    none = voted([cards("A", "V", "一", "不了解", 5)])
    assert (none.absence, none.reasons) == ("undefined", ())
