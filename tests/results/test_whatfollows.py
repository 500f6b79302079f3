"""Step by step, what is kept back of a group and why: marks and sums of few that follow, what is tried next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import pytest

from evaltool.findings import FEW, Finding, finding
from evaltool.points.score import Point, PointState
from evaltool.results import publishing
from evaltool.results.audit import Case, HiddenSum, KnownOfUnit, Open
from evaltool.results.disclosure import Less, Published
from evaltool.results.linelevels import STEPS
from evaltool.results.possible import Ends, Listed, PossibleAnswers
from evaltool.results.publishing import (
    _all_open,
    _Class,
    _Failure,
    _failure,
    _is_told_by_total,
    _less,
    _lessened,
    _looks_across,
    _next,
    _one_mark,
    _some,
    _Step,
    _sums,
    _told,
    _told_by_line,
    _told_by_outcome,
    exactly_told,
    publishable,
)
from evaltool.results.rank import GroupKey, rank
from evaltool.results.result import Result
from evaltool.results.swaps import Moves
from evaltool.rules import Component, Scheme
from handmade import RULES, UNITS, Got, Parts, parts, result
from handmade import scheme as handmade_scheme

SCHEME: Scheme = handmade_scheme()
NOTHING = Moves((Fraction(0),), {})
TIERS = tuple(Fraction(each, 100) for each in (70, 85, 100))


def tiers(given: Ends | None = None, *, many: int = 2, loose: bool = False) -> PossibleAnswers:
    """So many people chose one of three tiers each."""
    return PossibleAnswers(TIERS, Fraction(0), ((Fraction(1, many), many),), loose, given)


def point(leaf: str, *, count: int = 2, weight: int = 20, state: PointState = "scored") -> Point:
    return Point("c", "u", leaf, Fraction(weight), Fraction(1, 2), Fraction(weight, 2), state, count)


def case(
    answers: Mapping[str, PossibleAnswers],
    *points: Point,
    lists: Sequence[Listed] = (),
    worth: Mapping[str, Fraction] | None = None,
    unit: str = "u",
    rules: Scheme = SCHEME,
) -> Case:
    """A unit with what could have been answered, and the points that are named; 20 of 40 points in all else."""
    table = {each: point(each) for each in ("", *rules.components)} | {each.component: each for each in points}
    table = {key: replace(each, unit=unit) for key, each in table.items()}
    return Case(rules, KnownOfUnit(table, Fraction(0), Fraction(50)), answers, lists, worth or {})


def audited(
    *cases: Case, shown: Sequence[str] = (), digits: int = 2, rules: Scheme = SCHEME, less: Less | None = None
) -> _Class:
    """Units of one group of which so much is shown."""
    units = {each.told.points[""].unit: each for each in cases}
    step = _Step(less or Less(), Published(tuple(shown), digits))
    points = [each for one in cases for each in one.told.points.values()]
    return _Class(rules, units, {"g": list(units)}, {"g": points}, {"g": step})


# --- which marks are looked at ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of", "given", "loose", "needy"),
    [
        (point("mayor"), None, False, True),
        (point("mayor"), ("0.7", "1"), False, False),
        (point("mayor"), ("0.85", "0.85"), False, True),
        (point("mayor"), ("0.85", "0.85"), True, False),
        (point("mayor"), ("0.85", "0.865"), False, False),  # 5 % of what lies between 70 and 100
        (point("mayor"), ("0.85", "0.8649"), False, True),
        (point("mayor", state="stated"), None, False, False),
        (point("mayor", state="pending"), None, False, False),
        (point("mayor", count=0), None, False, False),
        (point("mayor", weight=0), None, False, False),
    ],
)
def test_marks_protect_each_other_by_being_different(
    of: Point, given: tuple[str, str] | None, loose: bool, needy: bool
) -> None:
    """Whoever gave which does not follow; a median hardly moves; where there is no mark, none can follow."""
    ends = None if given is None else (Fraction(given[0]), Fraction(given[1]))
    own = audited(case({"mayor": tiers(ends, loose=loose)}, of))
    assert ("mayor" in own.needy["u"]) == needy


def test_marks_of_which_nothing_can_be_said_are_looked_at() -> None:
    """Confidential ones of a component that the unit has; the rest of the rules' leaves are nobody's business."""
    own = audited(case({}))
    assert set(own.needy["u"]) == {"deputies", "citizens", "mayor", "vice"}
    without = case({})
    table = {key: each for key, each in without.told.points.items() if key != "mayor"}
    assert "mayor" not in audited(replace(without, told=replace(without.told, points=table))).needy["u"]


ORDER = Listed("mayor", {"u": Fraction(1), "v": Fraction(4, 5)})


def test_a_list_is_taken_as_it_is_in_its_cell() -> None:
    """Where its answers could be told one by one it is no list; what counts for nothing is in no cell."""
    own = audited(case({"vice": tiers()}, lists=[ORDER], worth={"mayor": Fraction(30)}), shown=["leaders"])
    found = own.listed_in("u", "mayor")
    assert found is not None
    assert (found.node, found.fixed) == ("leaders", ("mayor",))
    assert own.listed_in("u", "vice") is None
    light = audited(case({}, point("mayor", weight=0)), shown=["leaders"])
    assert light.listed_in("u", "mayor") is None


def test_of_what_is_published_now_cells_are_made() -> None:
    """With fewer decimals a cell is wider: nothing of before is taken for it."""
    own = audited(case({"mayor": tiers()}), shown=["leaders"])
    fine = own.cell("u", "leaders", ["mayor", "vice"])
    own.take("g", _Step(Less(), Published(("leaders",), 1)))
    coarse = own.cell("u", "leaders", ["mayor", "vice"])
    assert fine.window[1] - fine.window[0] < coarse.window[1] - coarse.window[0]
    assert own.cell("u", "leaders", ["mayor", "vice"]) is coarse


# --- what follows ----------------------------------------------------------------------------------------------------


def follows(monkeypatch: pytest.MonkeyPatch, width: str, alone: str, *, share: str = "5", scale: str = "100") -> bool:
    """Whether a mark counts as told of which so much stays open, and so much by the total alone."""
    rules = replace(SCHEME, disclosure=SCHEME.disclosure.model_copy(update={"open": Fraction(share)}))
    mark = Open(("mayor",), Fraction(width), (Fraction(0), Fraction(scale)), close=True)
    monkeypatch.setattr(publishing, "_all_open", lambda *_: iter([mark]))
    monkeypatch.setattr(publishing, "by_total_alone", lambda *_: Fraction(alone))
    own = audited(case({"mayor": tiers()}, rules=rules), rules=rules)
    return list(_told(own, "u", "leaders", ["mayor"])) == [("mayor",)]


@pytest.mark.parametrize(
    ("width", "alone", "told"),
    [
        ("5", "100", False),
        ("4.99", "100", True),
        ("0", "100", True),
        ("4.99", "9.98", False),
        ("4.98", "9.98", True),
        ("3", "5", False),
        ("2", "5", True),
        ("0", "0.01", True),
        ("0", "0", False),
    ],
)
def test_a_mark_follows_where_little_of_it_stays_open(
    width: str, alone: str, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Less than 5 percent of its scale, unless that is half of what the total leaves, which nothing can keep back."""
    assert follows(monkeypatch, width, alone) == told


def test_a_mark_that_is_the_only_one_possible_follows_whatever_share_the_rules_want(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rules with `open = 0` want two answers at least."""
    assert follows(monkeypatch, "0", "10", share="0")
    assert not follows(monkeypatch, "0.01", "10", share="0")
    assert not follows(monkeypatch, "0", "0", share="0")


@pytest.mark.parametrize(
    ("alone", "share", "told"),
    [("5", "5", False), ("4.99", "5", True), ("0", "5", True), ("0", "0", True), ("0.01", "0", False)],
)
def test_what_the_total_tells_by_itself_is_said(
    alone: str, share: str, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a mark out of 100 points; of one that could be nothing else there was nothing to tell."""
    rules = replace(SCHEME, disclosure=SCHEME.disclosure.model_copy(update={"open": Fraction(share)}))
    monkeypatch.setattr(publishing, "by_total_alone", lambda *_: Fraction(alone))
    mark = PossibleAnswers((Fraction(0), Fraction(1)), Fraction(1, 100), ((Fraction(1), 1),))
    full, small = (point("mayor", weight=weight, count=1) for weight in (100, 1))
    assert _is_told_by_total(audited(case({"mayor": mark}, full, rules=rules), rules=rules), "u") == told
    assert not _is_told_by_total(audited(case({"mayor": replace(mark, given=(Fraction(0), Fraction(1)))}, full)), "u")
    only = replace(mark, values=(Fraction(1), Fraction(1)))
    assert not _is_told_by_total(audited(case({"mayor": only}, small, rules=rules), rules=rules), "u")


def test_marks_of_which_nothing_can_be_said_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless they stand in lists of which it is known what they are worth; a leaf that is no secret is none."""
    monkeypatch.setattr(publishing, "_all_open", lambda *_: iter(()))
    leaves = ["base", "mayor", "vice"]
    assert list(_told(audited(case({"vice": tiers()})), "u", "", leaves)) == [("mayor",)]
    listed = case({"vice": tiers()}, lists=[ORDER], worth={"mayor": Fraction(30)})
    assert list(_told(audited(listed, case({}, unit="v")), "u", "", leaves)) == []
    assert list(_told(audited(case({})), "u", "base", ["base"])) == []


def test_a_sum_is_looked_at_where_no_mark_has_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """The marks protect each other by being different; what voters of both groups come to is hidden all the same."""
    of_few = Open(("deputies", "citizens"), Fraction(0), (Fraction(0), Fraction(30)), close=True)
    monkeypatch.setattr(publishing, "open_sum", lambda *_: of_few)
    monkeypatch.setattr(publishing, "by_total_alone", lambda *_: Fraction(10))
    different = tiers((Fraction(7, 10), Fraction(1)))
    for hidden, told in (("hidden", [of_few.leaves]), ("show", [])):
        vote = SCHEME.components["vote"].model_copy(update={"public": hidden})
        rules = replace(SCHEME, components={**SCHEME.components, "vote": vote})
        own = case(dict.fromkeys(("deputies", "citizens", "mayor", "vice"), different), rules=rules)
        assert list(_told(audited(own, rules=rules), "u", "", rules.leaves())) == told


def shares_of_lists(marks: Sequence[str], fixed: tuple[str, ...], lists: Sequence[Listed], worth: str) -> list[Open]:
    of = case({}, lists=lists, worth={"mayor": Fraction(worth)} if worth else {})
    cell = HiddenSum("", (), (Fraction(0), Fraction(1)), 1, fixed)
    possible = Moves((Fraction(0),), {0: frozenset({Fraction(4, 5)})})
    return list(_all_open(audited(of), of, cell, marks, [], possible))


def test_a_place_in_a_list_is_open_as_far_as_it_may_be_another() -> None:
    """30 points for the first place, 24 for the second, which it might have had; of the third 18."""
    three = Listed("mayor", {**ORDER.given, "w": Fraction(3, 5)})
    found = shares_of_lists(["mayor"], ("mayor",), [three], "30")
    assert found == [Open(("mayor",), Fraction(6), (Fraction(18), Fraction(24), Fraction(30)), close=False)]
    assert shares_of_lists(["mayor"], ("mayor",), [ORDER], "30")[0].width == 6
    chosen = replace(ORDER, values=(Fraction(1, 2), Fraction(4, 5), Fraction(1)))
    assert shares_of_lists(["mayor"], ("mayor",), [chosen], "30")[0].values == (
        Fraction(15),
        Fraction(24),
        Fraction(30),
    )


@pytest.mark.parametrize(
    ("marks", "fixed", "lists", "worth"),
    [
        ([], ("mayor",), [ORDER], "30"),
        (["mayor"], ("vice",), [ORDER], "30"),
        (["mayor"], ("mayor",), [ORDER], ""),
        (["mayor"], ("mayor",), [Listed("mayor", {"u": Fraction(1)})], "30"),
        (["mayor"], ("mayor",), [], "30"),
    ],
    ids=["no mark to protect", "another cell's", "worth nobody knows what", "of one unit", "no list"],
)
def test_of_other_lists_nothing_is_asked(
    marks: Sequence[str], fixed: tuple[str, ...], lists: Sequence[Listed], worth: str
) -> None:
    """A list of one unit tells nothing that its rules do not."""
    assert shares_of_lists(marks, fixed, lists, worth) == []


@pytest.mark.parametrize("given", [2, 1, 0])
def test_one_mark_is_as_open_as_the_rules_leave_it(given: int) -> None:
    """One of two leaders' tiers is 10 of 20 points; a place is one of those in its list, of two units at least."""
    of = case({"mayor": tiers()})
    assert _one_mark(of, "mayor") == Open(
        ("mayor",), Fraction(0), (Fraction(7), Fraction("8.5"), Fraction(10)), close=False
    )
    even = PossibleAnswers((Fraction(0), Fraction(1)), Fraction(1, 100), ((Fraction(1), 1),))
    assert _one_mark(case({"mayor": even}), "mayor") == Open(
        ("mayor",), Fraction(0), (Fraction(0), Fraction(20)), close=True
    )
    listed = Listed("mayor", dict(list(ORDER.given.items())[:given]))
    other = Listed("vice", ORDER.given)
    placed = case({}, lists=[other, listed] if given else [other], worth={"mayor": Fraction(30)})
    wanted = Open(("mayor",), Fraction(0), (Fraction(24), Fraction(30)), close=False)
    assert _one_mark(placed, "mayor") == (wanted if given == 2 else None)
    assert _one_mark(replace(placed, worth={}), "mayor") is None


# --- sums of few -----------------------------------------------------------------------------------------------------


def sums(
    answers: Sequence[str], hidden: Sequence[str] = (), few: Mapping[str, int] | None = None, home: str = ""
) -> list[list[str]]:
    """The sums that are looked at, by what is said of leaves; so many have marked in them."""
    components = {
        key: each.model_copy(update={"public": "hidden"}) if key in hidden else each
        for key, each in SCHEME.components.items()
    }
    rules = replace(SCHEME, components=components)
    points = [point(leaf, count=count) for leaf, count in (few or {}).items()]
    of = case({leaf: tiers() for leaf in answers}, *points, rules=rules)
    return list(_sums(audited(of, rules=rules), of, home, [*rules.leaves(home)]))


ALL = ["base", "deputies", "citizens", "mayor", "vice"]


def test_the_sum_of_what_the_rules_hide_must_not_follow() -> None:
    """民评 has two voter groups and is hidden; so is what one of several voters chose."""
    assert sums(ALL, ["vote"]) == [["deputies", "citizens"]]
    assert sums(ALL, ["deputies"]) == [["deputies"]]
    assert sums(ALL, ["vote"], home="vote") == []
    assert sums(ALL) == []


def test_the_sum_of_fewer_than_the_floor_must_not_follow() -> None:
    """The leaders' sum has one leader by whom the unit was marked; a single mark is looked at as one."""
    assert sums(ALL, few={"mayor": 1, "vice": 0}) == [["mayor", "vice"]]
    assert sums(ALL, few={"mayor": 1}) == []
    assert sums(ALL, ["mayor"], few={"mayor": 1}) == []
    assert sums(ALL, ["mayor"], few={"mayor": 2}) == [["mayor"]]


def test_a_sum_of_all_that_is_open_is_the_cell_itself() -> None:
    """Nor is there a sum of what nothing can be said of, or of what is no secret."""
    assert sums(["deputies", "citizens"], ["vote"]) == []
    assert sums(["deputies", "citizens", "mayor"], ["vote"]) == [["deputies", "citizens"]]
    assert sums(["deputies", "mayor"], ["vote"]) == [["deputies"]]
    assert sums(["deputies"], ["vote"]) == sums([], ["vote"]) == []


# --- what is tried next ----------------------------------------------------------------------------------------------


WHOLE = ("base", "vote", "deputies", "citizens", "leaders")


def tried(node: str, shown: Sequence[str] = WHOLE, digits: int = 1, less: Less | None = None) -> _Step | None:
    own = audited(case({}, *(point(leaf, count=9) for leaf in ALL)), shown=shown, digits=digits, less=less)
    return _next(own, "g", _Failure("u", node, ("mayor",)))


def test_decimals_go_first() -> None:
    """One at a time, and one is left."""
    assert tried("leaders", digits=3) == _Step(Less(), Published(WHOLE, 2))
    assert tried("leaders", digits=2) == _Step(Less(), Published(WHOLE, 1))


def test_then_parts_and_then_components() -> None:
    """A part goes with all parts beside it, a component right below the total with those that are kept back already;
    what the total less the others tells costs the next of them."""
    folded = tried("deputies")
    assert folded is not None
    assert folded.less == Less(frozenset(), frozenset({"vote"}))
    assert folded.published == Published(("base", "vote", "leaders"), 2)
    hidden = tried("leaders")
    assert hidden is not None
    assert hidden.less.withheld == {"leaders"}
    assert "leaders" not in hidden.published.shown
    more = tried("vote", ("base", "vote"), less=Less(frozenset(), frozenset({"vote"})))
    assert more is not None
    assert more.less == Less(frozenset({"vote", "leaders"}), frozenset({"vote"}))
    rest = tried("", ("base", "vote"))
    assert rest is not None
    assert rest.less.withheld - {"leaders"} in ({"base"}, {"vote"})


def test_where_nothing_more_can_be_kept_back_the_total_is_left() -> None:
    """Nothing is tried after it."""
    already = Less(frozenset({"leaders", "vote"}), frozenset({"vote"}))
    assert tried("deputies", ("base",), less=already) == _Step(already, Published((), 2))
    assert tried("", ()) is None


def test_all_groups_are_looked_at_again_where_one_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists go through several groups: what follows in the first only shows once the second tells less."""
    rules = handmade_scheme(RULES.replace('name = "县区" }]', 'name = "县区" }, { id = "h", name = "新区" }]'))
    own = audited(case({}), shown=["leaders"], rules=rules)
    both = replace(own, units={"g": ["u"], "h": ["u"]}, steps={"g": own.steps["g"], "h": own.steps["g"]})
    less = _Step(Less(), Published((), 2))
    failed = _Failure("u", "leaders", ("mayor",))

    def failure(of: _Class, group: str) -> _Failure | None:
        shown = {each: bool(step.published.shown) for each, step in of.steps.items()}
        return failed if shown["h"] == (group == "h") and shown[group] else None

    monkeypatch.setattr(publishing, "_failure", failure)
    monkeypatch.setattr(publishing, "_next", lambda *_: less)
    monkeypatch.setattr(publishing, "_is_told_by_total", lambda *_: False)
    findings = list(_lessened(both, {"u": "甲县"}))
    assert both.steps == {"g": less, "h": less}
    assert [one.code for one in findings] == ["PUBLISHED_LESS"] * 2


def test_of_whom_something_followed_is_looked_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last one first; whoever it follows of again is no second suspect."""
    own = audited(*(case({}, unit=unit) for unit in "uvwx"))
    looked: list[str] = []

    def failing(*units: str) -> Callable[[_Class, str], _Failure | None]:
        def found(_: _Class, unit: str) -> _Failure | None:
            looked.append(unit)
            return _Failure(unit, "", ()) if unit in units else None

        return found

    for units, order in (("v", "uv"), ("vw", "v"), ("w", "vuw"), ("w", "w"), ("x", "wvux"), ("", "xwvu")):
        monkeypatch.setattr(publishing, "_failure_of", failing(*units))
        looked.clear()
        assert bool(_failure(own, "g")) == bool(units)
        assert "".join(looked) == order
    assert own.suspects == {"g": ["x", "w", "v"]}


# --- lines -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fine", "levels"), [(0, {"base": "exact"}), (1, {"base": "tenths"}), (3, {"base": "named"}), (4, {})]
)
def test_lines_are_told_at_the_first_step_at_which_nothing_follows(
    fine: int, levels: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a component that is shown; where something follows even from nothing, no group is told anything."""
    own = audited(case({"base": tiers()}), shown=["base"])
    steps = iter(range(len(STEPS)))
    failed = _Failure("u", "", ())
    monkeypatch.setattr(publishing, "_failure", lambda *_: None if next(steps) >= fine else failed)
    assert _told_by_line(own, {}) == {"g": levels}


def test_a_group_of_which_something_follows_anyway_keeps_all_from_being_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first group could be told exactly; beside the second, which never passes, nothing is."""
    own = audited(case({"base": tiers()}), shown=["base"])
    both = replace(own, units={"g": ["u"], "h": []}, steps={"g": own.steps["g"], "h": own.steps["g"]})
    failed = _Failure("u", "", ())
    monkeypatch.setattr(publishing, "_failure", lambda _, group: failed if group == "h" else None)
    assert _told_by_line(both, {}) == {"g": {}, "h": {}}
    monkeypatch.setattr(publishing, "_failure", lambda *_: None)
    assert _told_by_line(both, {}) == {"g": {"base": "exact"}, "h": {"base": "exact"}}


@pytest.mark.parametrize(
    ("change", "across"),
    [
        ({}, False),
        ({"benchmark": {"full": "best"}}, False),
        ({"benchmark": {"full": "best", "among": "class"}}, True),
        ({"benchmark": {"full": "best", "even": "groups"}}, True),
        ({"missing": "group_mean"}, False),
        ({"missing": "class_mean"}, True),
        ({"none": "class_mean"}, True),
    ],
    ids=str,
)
def test_rates_of_other_groups_are_told_where_the_whole_class_is_looked_at(
    change: Mapping[str, object], across: bool
) -> None:
    """In one of the components at least."""
    base = {"name": "b", "weight": 20, "by": "office", "answer": "percent"}
    components = {**SCHEME.components, "base": Component.model_validate({**base, **change})}
    assert _looks_across(replace(SCHEME, components=components)) == across


# --- words -----------------------------------------------------------------------------------------------------------


def test_a_warning_names_some_and_counts_all() -> None:
    """Five of five are all; of six five are named."""
    names = [f"县{at}" for at in range(FEW + 1)]
    assert _some(names[:FEW]) == "县0、县1、县2、县3、县4"
    assert _some(names) == "县0、县1、县2、县3、县4……（6）"


@pytest.mark.parametrize(
    ("shown", "digits", "said"),
    [
        (WHOLE, 1, "公开材料中各项得分只保留1位小数（如"),
        (("base", "vote", "leaders"), 1, "公开材料不单列代表、群众（如"),
        (("base",), 2, "公开材料不单列民主评估、领导评估（如"),
        ((), 2, "公开材料只公布总分，不公布各项得分（如"),
    ],
)
def test_the_office_is_told_what_is_kept_back_and_for_whom(shown: Sequence[str], digits: int, said: str) -> None:
    """Fewer decimals, components (their parts go with them), or all but the total."""
    own = audited(case({}), shown=shown, digits=digits)
    found = _less(own, "g", Published(WHOLE, 2), _Failure("u", "leaders", ("mayor", "vice")), {"u": "甲县"})
    assert found.code == "PUBLISHED_LESS"
    assert f"{said}甲县的“市长、副市长”）" in found.message("zh")


@pytest.mark.parametrize(
    ("by_total", "plainly", "told"), [(False, False, True), (True, False, False), (False, True, False)]
)
def test_an_outcome_tells_what_totals_alone_do_not(
    by_total: bool, plainly: bool, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is left to keep back; what follows from the total, or would without places and grades, is another
    matter; a group that is shown something still has been looked after."""
    own, plain = audited(case({})), audited(case({}))
    failed = _Failure("u", "", ("mayor",))
    monkeypatch.setattr(publishing, "_failure_of", lambda of, _: failed if of is own or plainly else None)
    monkeypatch.setattr(publishing, "_is_told_by_total", lambda *_: by_total)
    assert [one.code for one in _told_by_outcome(own, plain, {"u": "甲县"})] == ["OUTCOME_TELLS"] * told
    shown = audited(case({}), shown=["base"])
    monkeypatch.setattr(publishing, "_failure_of", lambda of, _: failed if of is shown else None)
    assert list(_told_by_outcome(shown, plain, {"u": "甲县"})) == []
    monkeypatch.setattr(publishing, "_failure_of", lambda *_: None)
    assert list(_told_by_outcome(own, plain, {"u": "甲县"})) == []


# --- whole classes ---------------------------------------------------------------------------------------------------


PLAIN = RULES.replace('id = "c"', 'id = "d"').replace('public = "sum"\n', "").replace("floor = 2", "floor = 1")


def two_classes() -> Result:
    """Counties with confidential marks, of which few voted, and departments with none."""
    few: dict[str, Parts] = {unit: {**own, "deputies": Got("15", 1)} for unit, own in UNITS.items()}
    offices = {"甲局": parts("19", "18", "9", "28", "19"), "乙局": parts("18", "17", "8", "27", "17")}
    counties, departments = result(few), result(offices, rules=PLAIN)
    one, other = counties.evaluation, departments.evaluation
    roster = replace(one.roster, units=(*one.roster.units, *other.roster.units))
    both = replace(one, classes={**one.classes, **other.classes}, roster=roster)
    points = {**counties.points, **departments.points}
    return replace(counties, evaluation=both, points=points, standings=(*counties.standings, *departments.standings))


def published(made: Result) -> tuple[dict[GroupKey, Published], list[Finding]]:
    return publishable(made.evaluation, made.intake, made.points, made.standings)[:2]


def test_every_class_is_looked_at_by_itself() -> None:
    """Of the counties the deputies are one only, and are not shown; of the departments everything is, exactly."""
    made = two_classes()
    found, _ = published(made)
    counties, departments = found["c", "g"], found["d", "g"]
    assert set(found) == {("c", "g"), ("d", "g")}
    assert (counties.guarded, departments.guarded) == (True, False)
    assert "deputies" not in counties.shown
    assert set(departments.shown) == {"base", "vote", "deputies", "citizens", "leaders", "mayor", "vice"}
    assert dict(departments.lines) == dict.fromkeys(ALL, "exact")
    assert exactly_told(made.evaluation, made.intake, made.points, made.standings, found, ("d", "g"))


def two_groups() -> Result:
    """清河县 in a group of its own."""
    rules = RULES.replace('name = "县区" }]', 'name = "县区" }, { id = "h", name = "新区" }]')
    made = result(rules=rules)
    units = tuple(replace(unit, group="h" if unit.id == "清河县" else "g") for unit in made.evaluation.roster.units)
    evaluation = replace(made.evaluation, roster=replace(made.evaluation.roster, units=units))
    standings, _ = rank(evaluation, made.points)
    return replace(made, evaluation=evaluation, standings=standings)


@pytest.mark.parametrize(("without", "asked"), [("", 0), ("g", 1), ("h", 1), ("gh", 1)])
def test_outcomes_are_looked_at_where_a_group_has_nothing_left(
    without: str, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One group is enough, whatever is shown of the other; then it is looked for what totals alone would tell."""
    made = two_groups()
    looked: list[tuple[_Class, _Class]] = []

    def lessened(of: _Class, _: Mapping[str, str]) -> Iterator[Finding]:
        of.steps.update({group: _Step(Less(), Published((), 2)) for group in without})
        return iter(())

    def outcome(of: _Class, plain: _Class, _: Mapping[str, str]) -> Iterator[Finding]:
        looked.append((of, plain))
        return iter([finding("OUTCOME_TELLS", args={"group": "甲", "units": "乙", "component": "丙"})])

    monkeypatch.setattr(publishing, "_lessened", lessened)
    monkeypatch.setattr(publishing, "_told_by_outcome", outcome)
    found, findings = published(made)
    assert (len(looked), len(findings)) == (asked, asked)
    assert {group for _, group in found if not found["c", group].shown} == set(without)
    assert all(of.steps == plain.steps and not plain.suspects for of, plain in looked)


@pytest.mark.parametrize(
    ("across", "follows_in", "told"),
    [
        (False, "", True),
        (False, "g", False),
        (False, "h", True),
        (True, "", True),
        (True, "h", False),
        (True, "g", False),
    ],
)
def test_a_group_is_told_exactly_where_nothing_follows_then(
    across: bool, follows_in: str, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From its own letters, or from those of all groups where they tell of each other; what is no secret counts as
    known."""
    made = two_groups()
    found, _ = published(made)
    open_ones: set[str] = set()

    def failure(of: _Class, group: str) -> _Failure | None:
        assert set(of.cases) == set(UNITS)
        open_ones.update(leaf for each in of.cases.values() for leaf in each.answers)
        return _Failure("清河县", "", ()) if group in follows_in else None

    monkeypatch.setattr(publishing, "_failure", failure)
    monkeypatch.setattr(publishing, "_looks_across", lambda _: across)
    key = ("c", "g")
    assert exactly_told(made.evaluation, made.intake, made.points, made.standings, found, key) == told
    assert open_ones == {"deputies", "citizens", "mayor", "vice"}
    plain = {**found, key: replace(found[key], guarded=False)}
    assert exactly_told(made.evaluation, made.intake, made.points, made.standings, plain, key)


def test_rules_that_want_no_share_open_keep_back_what_is_the_only_answer() -> None:
    """Of three tiers all leaders chose the best: 50.00 of 50 tells each of them, with `open = 0` as with any share."""
    scale = '[scale]\ntier = [["一等", 100], ["二等", 85], ["三等", 70]]\n[rank]'
    rules = RULES.replace("[rank]", scale).replace("floor = 2", "floor = 2\nopen = 0")
    for role in ("mayor", "vice"):
        rules = rules.replace(f'by = "{role}"\nanswer = "percent"', f'by = "{role}"\nanswer = {{ choice = "tier" }}')
    made = result(
        {"甲县": parts("15", "14", "7", "30", "20"), "乙县": parts("14", "13", "6", "25.5", "17")}, rules=rules
    )
    assert "leaders" not in made.published["c", "g"].shown
    _, findings = published(result({"甲县": parts("20", "20", "10", "30", "20")}, rules=rules))
    assert "TOTAL_TELLS" in {each.code for each in findings}
