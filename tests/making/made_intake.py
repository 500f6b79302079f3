"""What came in as a value, made by hand: rows of ANSWERS and BALLOTS, and an evaluation that they are of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import handmade
from evaltool.evaluation import Evaluation
from evaltool.inbox.tables import ANSWERS, BALLOTS
from evaltool.roster import Evaluator, Roster, Unit

RULES = """
format = 1
[scheme]
id = "c"
name = "县区"
total = 100
groups = [{ id = "g", name = "县区" }]
[component.work]
name = "工作"
weight = 60
by = "office"
answer = "percent"
[component.vote]
name = "民评"
weight = 40
by = "voters"
answer = { ballot = "card" }
[scale]
card = [["好", 100], ["中", 70], ["不了解", "abstain"]]
[[grade]]
name = "合格"
from = 0
"""
ROLES = {"office": "市绩效办", "leader": "领导", "voters": "群众", "self": "被评估单位"}
UNITS = {"A": "甲县", "B": "乙县"}
PEOPLE = (Evaluator("O1", "绩效办", "office"), Evaluator("L1", "张三", "leader"), Evaluator("V1", "代表", "voters"))


def evaluation(rules: str = RULES, *, people: Sequence[Evaluator] = PEOPLE, **more: Any) -> Evaluation:
    """Two units of one class, an office, a leader, one group of voters; nothing of it stands in a folder."""
    read = handmade.scheme(rules)
    units = tuple(Unit(id_, name, "c", "g", at) for at, (id_, name) in enumerate(UNITS.items(), 1))
    given: dict[str, Any] = {"ledger": ()} | more
    roster = given.pop("roster", None) or Roster(units=units, evaluators=tuple(people))
    settings = given.pop("settings", handmade.SETTINGS)
    return Evaluation(Path(), settings, ROLES, {read.id: read}, roster, given.pop("ledger"), **given)


_PLAIN: Mapping[str, object] = {
    **dict.fromkeys(ANSWERS, ""),
    "class_id": "c",
    "component": "vote",
    "decimals": 0,
    "state": "given",
    "required": True,
    "low": 0,
    "high": 1_000,
    "sheet": "批次",
    "evaluator": "V1",
    "batch": "1",
    "file_hash": "h1",
    "file": "inbox/v.xlsx",
}


def row(field: str, value: int | None, cell: str = "C7", **more: object) -> tuple[object, ...]:
    """A row of ANSWERS; what is not said is that of a count of a batch."""
    said = {"field": field, "value": value, "text": "" if value is None else str(value), "cell": cell}
    if value is None:
        said["state"] = "blank"
    return tuple((dict(_PLAIN) | said | more)[column] for column in ANSWERS)


def ballot(unit: str, choice: str, count: int, *, valid: bool = True, **more: object) -> tuple[object, ...]:
    """A row of BALLOTS."""
    said = {"unit": unit, "choice": choice, "count": count, "valid": valid}
    return tuple((dict(_PLAIN) | said | more)[column] for column in BALLOTS)
