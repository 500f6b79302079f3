"""What scoring will refuse whatever comes in, from rules, roster and waivers alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from evaltool.ledger import Decision
from evaltool.points.foreseen import foreseen
from evaltool.roster import Batch, Charge, NotApplicable
from said import evaluated, line

Said = tuple[str, str, str]


def leaf(more: str = "", answer: str = '"percent"', by: str = "office", name: str = "work") -> str:
    return f'[component.{name}]\nname = "{name}"\nweight = 1\nby = "{by}"\nanswer = {answer}\n{more}\n'


def said(rules: str, units: str = "A", people: str = "O", surveys: tuple[Any, ...] = (), **more: Any) -> list[Said]:
    made = replace(evaluated(rules, units, people, **more), surveys=surveys)
    return [(one.code, one.unit, str(dict(one.args)["kind"])) for one in foreseen(made)]


def waived(who: str, batch: str = "") -> Decision:
    return Decision("waiver", "1号", "2027-01-01", "病假", evaluator=who, batch=batch)


def test_who_is_asked_about_is_foreseen_to_have_everything() -> None:
    """Nothing to say where somebody marks everybody."""
    assert said(leaf(), "A B:h") == []


def test_a_part_that_nobody_is_asked_about_is_refused() -> None:
    """B has nobody in charge; where the rules have an answer to that, nothing is said, but for weight that nothing
    can take; of a group that has no such part nothing either."""
    charge = (Charge("O", unit="A"),)
    assert said(leaf(), "A B", charges=charge) == [("COMPONENT_ABSENT", "B", "none")]
    assert said(leaf('none = "full"'), "A B", charges=charge) == []
    assert said(leaf('none = "reweigh"'), "A B", charges=charge) == [("WEIGHT_NOWHERE_TO_GO", "B", "none")]
    assert said(leaf('none = "group_mean"'), "A B", charges=charge) == []
    both = leaf('groups = ["g"]') + leaf(name="zz", by="panel")
    assert said(both, "A B:h", "O P:panel", charges=charge) == []


def test_weight_of_an_absent_part_may_go_to_one_that_may_come() -> None:
    """Full marks of the other part are to come."""
    rules = leaf('none = "reweigh"') + leaf(name="zz", by="panel")
    assert said(rules, "A B", "O P:panel", charges=(Charge("O", unit="A"),)) == []


def test_what_does_not_exist_for_a_unit_is_said_before_who_is_asked() -> None:
    """As decided, although somebody would be asked."""
    away = (NotApplicable(class_id="d", component="work", unit="A", document="1号"),)
    assert said(leaf(), not_applicable=away) == [("COMPONENT_ABSENT", "A", "not_applicable")]


@pytest.mark.parametrize(
    ("policy", "one", "both"),
    [
        ("out", [], [("COMPONENT_ABSENT", "A", "none")]),
        ("refuse", [("COMPONENT_ABSENT", "A", "waived")], [("COMPONENT_ABSENT", "A", "waived")]),
        ("full", [], []),
        ("mean", [], [("COMPONENT_ABSENT", "A", "waived")]),
        ("group_mean", [], []),
    ],
)
def test_sheets_that_are_waived_follow_the_policy(policy: str, one: list[Said], both: list[Said]) -> None:
    """One of two evaluators, or both of them."""
    rules = leaf(f'waived = "{policy}"')
    assert said(rules, people="O P", ledger=(waived("O"),)) == one
    assert said(rules, people="O P", ledger=(waived("O"), waived("P"))) == both


def test_lines_are_waived_one_by_one() -> None:
    """An owner's waiver leaves the lines of the others, and what the rules say of his is said of lines."""
    lines = (line("i1", owner="O"), line("i2", owner="P"))
    rules = leaf(answer="{ points = 2 }", by="owner")
    assert said(rules, people="O:functional P:functional", indicators=lines, ledger=(waived("O"), waived("P"))) == []
    own = (line("i1", owner="O", unit="A"), line("pop", "0", owner="O", unit="B"))
    away = (NotApplicable(class_id="d", component="work", indicator="pop", unit="B", document="1号"),)
    found = said(rules, "A B", "O:functional", indicators=own, not_applicable=away)
    assert found == [("COMPONENT_ABSENT", "B", "none")]


VOTES = leaf(answer='{ ballot = "tier" }', by="voters")


def test_cards_are_waived_batch_by_batch() -> None:
    """One of two meetings is enough; a meeting about others is none of a unit's; a survey needs none."""
    batches = tuple(Batch(evaluator="V", id=each, cards=9) for each in ("一", "二"))
    people = "V:voters"
    assert said(VOTES, people=people, batches=batches, ledger=(waived("V", "一"),)) == []
    both = (waived("V", "一"), waived("V", "二"))
    assert said(VOTES, people=people, batches=batches, ledger=both) == [("COMPONENT_ABSENT", "A", "none")]
    assert said(VOTES, people=people) == [("COMPONENT_ABSENT", "A", "none")]
    other = (Batch(evaluator="V", id="一", cards=9, scope=("B",)),)
    assert said(VOTES, "A B", people, batches=other) == [("COMPONENT_ABSENT", "A", "none")]
    survey: Any = type("S", (), {"evaluator": "V"})()
    assert said(VOTES, people=people, surveys=(survey,)) == []
    assert said(VOTES, people=people, surveys=(survey,), ledger=(waived("V"),)) == [("COMPONENT_ABSENT", "A", "none")]


def test_goals_that_are_still_to_be_approved_are_no_gap() -> None:
    """That is said as such; once there is one, what holds of others holds of them."""
    rules = leaf("goals = true", "{ points = 1 }")
    charge = (Charge("O", unit="B"),)
    assert said(rules, "A B", charges=charge) == []
    assert said(rules, "A B", charges=charge, indicators=(line("i1", unit="A"), line("i2", unit="B"))) == [
        ("COMPONENT_ABSENT", "A", "none")
    ]
