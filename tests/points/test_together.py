"""Summed by columns or answer by answer: the same shares."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path
from unittest.mock import Mock

import pytest

from evaltool.evaluation import Evaluation
from evaltool.inbox.accounts.sheets import SheetAccount
from evaltool.inbox.intake import Intake
from evaltool.inbox.tables import ANSWERS, BALLOTS, table
from evaltool.points import leaves
from evaltool.points.answered import answered
from evaltool.points.score import score
from evaltool.points.together import extremes, together
from evaltool.roster import Evaluator, Indicator, Roster, Unit
from evaltool.rules import read_scheme
from evaltool.rules.settings import Settings
from evaltool.workbook import answers
from evaltool.workbook.answers import AnswersFound

RULES = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{{ id = "g", name = "甲类" }}]
[component.work]
name = "工作"
weight = 100
by = "panel"
answer = {answer}
decimals = 1
over = {over}
missing = {missing}
abstained = "out"
[[grade]]
name = "合格"
from = 0
[scale]
tier = [["一等", 100], ["二等", 85], ["三等", "abstain"]]
"""
OVERS = ('"mean"', '"median"', '"best"', '"worst"', '"sum"', '"last"', "{ trimmed = 0.2 }")
ANSWERED = ('"percent"', "{ points = 30 }", '{ choice = "tier" }')
UNITS, PEOPLE, LINES = ("A", "B"), ("p1", "p2", "p3", "p4", "p5", "p6"), ("1", "2")
CHOICES = ("一等", "二等", "三等")


def evaluation(answer: str, over: str, missing: str = '"out"') -> Evaluation:
    scheme, findings = read_scheme(
        RULES.format(answer=answer, over=over, missing=missing).replace("[places]\n", ""), "schemes/d.toml"
    )
    assert scheme is not None
    assert findings == []
    units = tuple(Unit(name, name, "d", "g", at) for at, name in enumerate(UNITS))
    people = tuple(Evaluator(name, name, "panel") for name in PEOPLE)
    lines = tuple(Indicator("d", "work", each, each, Fraction(15)) for each in LINES) if "points" in answer else ()
    roster = Roster(units=units, evaluators=people, indicators=lines)
    year = Settings(id="e", name="评估", year=2026, office="办")
    return Evaluation(Path(), year, {"panel": "评议团"}, {"d": scheme}, roster, ())


Marks = dict[tuple[str, str, str], int | None]


def intake(answer: str, marks: Marks, states: dict[str, str]) -> Intake:
    rows = []
    for (unit, who, line), value in marks.items():
        if states[who] == "counted":
            text = CHOICES[value % 3] if value is not None and "choice" in answer else "" if value is None else "x"
            said = value % 3 if value is not None and "choice" in answer else value
            state = "blank" if value is None else "given"
            head = ("d", "work", line, unit, "", "mark", text, said, 0 if "choice" in answer else 1, state)
            rows.append((*head, True, 0, 2**62, "表", f"C{unit}{line}", "", who, "", who, who))
    digests = {who: who if state == "counted" else "" for who, state in states.items()}
    sheets = tuple(SheetAccount(who, "", "1", state, digests[who]) for who, state in states.items())  # type: ignore[arg-type]
    return Intake(table(ANSWERS, rows), table(BALLOTS, []), (), (), sheets)


@pytest.mark.parametrize("missing", ['"out"', '"zero"', '"refuse"'])
@pytest.mark.parametrize("over", OVERS)
@pytest.mark.parametrize("answer", ANSWERED)
def test_columns_and_single_answers_come_to_the_same(answer: str, over: str, missing: str) -> None:
    """Whichever answers are blank and whoever is missing, a leaf summed by columns has the shares of the exact path."""
    made, dice = evaluation(answer, over, missing), random.Random(7)
    lines = LINES if "points" in answer else ("",)
    keys = [(unit, who, line) for unit in UNITS for who in PEOPLE for line in lines]
    for blank in (0.0, 0.0, 0.02, 0.1, 0.5, 1.0):
        states = {who: "missing" if dice.random() < 0.2 else "counted" for who in PEOPLE}
        marks: Marks = {key: None if dice.random() < blank else dice.randint(0, 150) for key in keys}
        came = intake(answer, marks, states)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(leaves, "together", lambda *_: {})
            one_by_one = leaves.leaf_shares(made, came, made.classes["d"], "work")
        assert leaves.leaf_shares(made, came, made.classes["d"], "work") == one_by_one


@pytest.mark.parametrize("missing", ['"out"', '"zero"'])
@pytest.mark.parametrize("answer", ANSWERED)
def test_the_workbook_shows_the_same_from_columns_as_from_single_answers(
    answer: str, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who gave which share and whose sheet is not there, whether or not all of it is settled at once."""
    made, dice = evaluation(answer, '"mean"', missing), random.Random(7)
    lines, scheme, looked_at = LINES if "points" in answer else ("",), made.classes["d"], []
    for blank, absent in ((0.0, 0.0), (0.0, 0.3), (0.2, 0.3)):
        states = {who: "missing" if dice.random() < absent else "counted" for who in PEOPLE}
        keys = [(unit, who, line) for unit in UNITS for who in PEOPLE for line in lines]
        marks: Marks = {key: None if dice.random() < blank else dice.choice((0, 1, 15, 150)) for key in keys}
        came = intake(answer, marks, states)
        said = AnswersFound(made, came, score(made, came)[0], states)
        one_by_one = said.of_leaf(scheme, "work")
        with monkeypatch.context() as patch:
            patch.setattr(answers, "answered", Mock(side_effect=answered))
            shown, preset = said.once(scheme, "work")
            looked_at.append(answers.answered.called)  # type: ignore[attr-defined]
        assert shown == {unit: {who: of[""] for who, of in people.items()} for unit, people in one_by_one.of.items()}
        assert preset == one_by_one.preset
    assert looked_at == [False, missing != '"out"', True]


@pytest.mark.parametrize("over", [over for over in OVERS if over != '"last"'])
@pytest.mark.parametrize("answer", ANSWERED)
def test_a_unit_that_nobody_failed_is_settled_at_once(answer: str, over: str) -> None:
    """Complete answers are summed by columns; the unit with a blank mark is left to be looked at."""
    lines = LINES if "points" in answer else ("",)
    marks: Marks = {(unit, who, line): 90 for unit in UNITS for who in PEOPLE for line in lines}
    marks["B", "p3", lines[0]] = None
    made, came = evaluation(answer, over), intake(answer, marks, dict.fromkeys(PEOPLE, "counted"))
    found = together(made, came, made.classes["d"], "work", list(made.units.values()), {})
    assert found.keys() == {"A"}
    assert found["A"].evaluators == len(PEOPLE)


@pytest.mark.parametrize("answer", ANSWERED)
def test_the_ends_of_what_was_given_are_those_of_complete_answers(answer: str) -> None:
    """The least and the greatest of six answers; of a unit with a blank mark nothing is said."""
    lines = LINES if "points" in answer else ("",)
    marks: Marks = {(unit, who, line): at % 2 for unit in UNITS for at, who in enumerate(PEOPLE) for line in lines}
    marks["B", "p3", lines[0]] = None
    made, came = evaluation(answer, '"mean"'), intake(answer, marks, dict.fromkeys(PEOPLE, "counted"))
    found = extremes(made, came, made.classes["d"], "work", list(made.units.values()), {})
    zero, one = {"percent": ("0", "1/1000"), "points": ("0", "1/150"), "choice": ("85/100", "1")}[
        next(each for each in ("percent", "points", "choice") if each in answer)
    ]
    assert found == {"A": (Fraction(zero), Fraction(one))}


def test_sums_that_might_not_fit_are_left_to_exact_arithmetic() -> None:
    """A column of integers wraps in silence, so a leaf whose sums could come near its bounds is not summed there."""
    marks: Marks = {(unit, who, ""): 2**62 for unit in UNITS for who in PEOPLE}
    made = evaluation('"percent"', '"mean"')
    came = intake('"percent"', marks, dict.fromkeys(PEOPLE, "counted"))
    assert together(made, came, made.classes["d"], "work", list(made.units.values()), {}) == {}
    shares = leaves.leaf_shares(made, came, made.classes["d"], "work")
    assert shares["A"].share == Fraction(2**62, 1000)
