"""Evaluations and what came in, without files: components as text, a roster of values, answers one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from evaltool.evaluation import Evaluation
from evaltool.inbox.accounts.files import FileAccount
from evaltool.inbox.accounts.sheets import SheetAccount, SheetState
from evaltool.inbox.intake import Intake
from evaltool.inbox.tables import ANSWERS, BALLOTS, table
from evaltool.ledger import Decision
from evaltool.roster import Evaluator, Indicator, Roster, Unit
from evaltool.rules import Scheme, read_scheme
from evaltool.rules.settings import Settings

HEAD = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
normalise = true
groups = [{ id = "g", name = "甲类" }, { id = "h", name = "乙类" }]
[[grade]]
name = "合格"
from = 0
[scale]
tier = [["一等", 100], ["二等", 80], ["三等", 60], ["不了解", "abstain"]]
"""
ROLES = {"office": "市绩效办", "panel": "评估组", "stats": "统计局", "functional": "职能部门", "voters": "群众"}
Row = tuple[object, ...]


def rules(components: str, head: str = HEAD) -> Scheme:
    read, findings = read_scheme(head + components, "schemes/d.toml")
    assert read is not None
    assert findings == [], findings
    return read


def evaluated(
    components: str, units: str = "A B C", people: str = "O", *, ledger: tuple[Decision, ...] = (), **tables: Any
) -> Evaluation:
    """Units by id, ":h" behind those of the second group, "?" behind those without a rank; evaluators of the office by
    id, of another role behind a colon; the other tables of the roster by their names."""
    made = []
    for at, (key, group) in enumerate((*each.split(":"), "g")[:2] for each in units.split()):
        made.append(Unit(key.rstrip("?"), f"{key.rstrip('?')}局", "d", group, at, _standing(key)))
    evaluators = [
        Evaluator(who, who, role) for who, role in ((*each.split(":"), "office")[:2] for each in people.split())
    ]
    roster = Roster(units=tuple(made), evaluators=tuple(evaluators), **tables)
    year = Settings(id="e", name="评估", year=2026, office="办")
    return Evaluation(Path(), year, ROLES, {"d": rules(components)}, roster, ledger)


def _standing(key: str) -> Any:
    return "unranked" if key.endswith("?") else "ranked"


def line(of: str, full: str = "1", component: str = "work", **more: Any) -> Indicator:
    """An indicator by its id."""
    return Indicator("d", component, of, of, Fraction(full), **more)


def said(
    unit: str,
    who: str,
    mark: str,
    of: str = "",
    *,
    component: str = "work",
    repeat: str = "",
    field: str = "mark",
    batch: str = "",
    class_id: str = "d",
) -> Row:
    """One answer: a number with two decimals, a choice, 弃权 or nothing; `of`: the indicator."""
    number = mark.lstrip("-").replace(".", "", 1).isdecimal()
    value = int(Fraction(mark) * 100) if number else 0 if mark not in ("", "弃权") else None
    state = "blank" if not mark else "abstained" if mark == "弃权" else "given"
    cell = (mark, value, 2 if number else 0, state, True, -(10**6), 10**6, "表", f"{unit}{of}{repeat}", "")
    return (class_id, component, of, unit, repeat, field, *cell, who, batch, f"h{who}{batch}", f"{who}{batch}.xlsx")


def seen(*values: object) -> tuple[object, ...]:
    """What was found, to be compared with numbers of any kind."""
    return values


def cards(
    unit: str, who: str, batch: str, choice: str, count: int, *, component: str = "work", valid: bool = True
) -> Row:
    """So many cards that say the same of a unit."""
    return ("d", component, unit, who, batch, choice, valid, count, f"h{who}{batch}")


def came(
    *rows: Row,
    cards: Iterable[Row] = (),
    sheets: Mapping[str, SheetState] | None = None,
    batches: Mapping[tuple[str, str], SheetState] | None = None,
    excluded: Iterable[str] = (),
) -> Intake:
    """Sheets of marks whose answers are here have come; `sheets` and `batches`: what became of others."""
    at = list(ANSWERS).index("evaluator")
    came_in: dict[tuple[str, str], SheetState] = {(str(row[at]), str(row[at + 1])): "counted" for row in rows}
    came_in |= {(who, ""): state for who, state in (sheets or {}).items()} | dict(batches or {})
    accounts = [
        SheetAccount(*key, "1", state, "digest" if state == "counted" else "") for key, state in came_in.items()
    ]
    files = tuple(FileAccount(f"{who}.xlsx", who, "excluded", who) for who in excluded)
    return Intake(table(ANSWERS, rows), table(BALLOTS, list(cards)), (), files, tuple(accounts))
