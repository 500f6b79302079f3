"""Tasks that are added in the year, and texts of goals that are changed: what such a decision makes of the roster.

Whether the points still add up is asked of the whole roster, like with targets that are adjusted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from evaltool.exact import plain
from evaltool.ledger import Decision, kind_named, refused
from evaltool.ledger.kinds import HEADERS
from evaltool.names import folded
from evaltool.roster import Goal, Indicator, figure_in, table_of
from evaltool.roster.longtables import LongTable, by_column
from evaltool.roster.tables import KnownNames

if TYPE_CHECKING:
    from evaltool.evaluation.decided import DecidedRoster

_TEXTS = ("name", "standard", "target", "measure", "source", "role", "base", "method", "leader", "manager", "person")
ITEMS: Mapping[str, str] = {table_of(Goal).columns[each].header: each for each in _TEXTS}
"""What of a goal may be changed: the header of its column -> attribute.  Its points are a kind of decision apart."""
_MARKED_BY = ("name", "standard", "target", "base", "method", "measure", "role")
"""Whoever has marked the goal before these changed is asked again."""
_NUMBERS = ("target", "base")


def added_id(unit: str, component: str, name: str) -> str:
    """The id of a task that was added: the same wherever and in whatever order it is entered."""
    return f"{unit}-{hashlib.sha256(f'{component} {folded(name)}'.encode()).hexdigest()[:6]}"


def learn_added(tables: Iterable[LongTable], known: KnownNames) -> None:
    """Let the ledger's other lines mean a task by its name that the ledger itself adds."""
    for table in tables:
        for _, row in table.rows if table.header else ():
            said = by_column(table, row)
            if kind_named(said.get(HEADERS["kind"], "")) != "goal_added":
                continue
            name = said.get(HEADERS["indicator"], "")
            unit = known.resolve("unit", said.get(HEADERS["unit"], "")) or ""
            leaf = known.resolve(known.scope("component", unit), said.get(HEADERS["component"], ""))
            if unit and leaf and name:
                known.add(f"line of {leaf} in {unit}", added_id(unit, leaf, name), name)


def add_goal(made: DecidedRoster, line: Decision) -> None:
    """One more goal of a unit, behind those that it has; `line.indicator` is its name, `line.item` its part."""
    own = list(_own(made, line))
    if not own:
        made.findings.append(refused(line, "no_goals"))
    elif any(folded(row.name) == folded(line.indicator) for _, row in own):
        made.findings.append(refused(line, "same_goal", name=line.indicator))
    else:
        goal = Goal(
            class_id=made.units[line.unit].class_id,
            component=line.component,
            unit=line.unit,
            id=added_id(line.unit, line.component, line.indicator),
            part=line.item,
            name=line.indicator,
            full=line.amount,
            document=line.document,
            date=date.fromisoformat(line.day),
        )
        made.places[Indicator, len(made.roster.indicators)] = line.place
        made.places[Goal, len(made.roster.goals)] = line.place
        rows = (*made.roster.indicators, goal.as_indicator())
        made.roster = replace(made.roster, indicators=rows, goals=(*made.roster.goals, goal))


def change_text(made: DecidedRoster, line: Decision) -> None:
    """Another text of one goal, in the table of goals and among the indicators."""
    at, row = next(((at, row) for at, row in _own(made, line) if row.id == line.indicator), (-1, None))
    attribute = ITEMS.get(line.item, "")
    if row is None or not attribute:
        because = "no_indicator" if row is None else "no_item"
        made.findings.append(refused(line, because, indicator=line.indicator, item=line.item, items="、".join(ITEMS)))
        return
    number = at - (len(made.roster.indicators) - len(made.roster.goals))
    goal = made.roster.goals[number] if number >= 0 else None
    now = getattr(goal or row, attribute)
    if not _says(now, line.before):
        args = {"name": row.name, "item": line.item, "now": _text(now) or "（空）", "before": line.before or "（空）"}
        made.findings.append(refused(line, "other_text", **args))
    elif attribute in _NUMBERS and (goal is None or attribute == "base") and figure_in(line.after) is None:
        made.findings.append(refused(line, "no_number", item=line.item, after=line.after))
    else:
        _put(made, line, at, number, attribute)


def _put(made: DecidedRoster, line: Decision, at: int, number: int, attribute: str) -> None:
    rows, goals = list(made.roster.indicators), list(made.roster.goals)
    before = rows[at]
    if number >= 0:
        value: Any = figure_in(line.after) if attribute == "base" else line.after
        goals[number] = replace(goals[number], **{attribute: value})
        rows[at] = replace(goals[number].as_indicator(), full=before.full, changed=before.changed)
    else:
        stated: Any = figure_in(line.after) if attribute in _NUMBERS else line.after
        rows[at] = replace(before, **{attribute: stated})
    if attribute in _MARKED_BY and _is_told_already(before, attribute):
        documents = dict.fromkeys([*before.changed.split("、"), line.document])
        rows[at] = replace(rows[at], changed="、".join(each for each in documents if each))
    made.roster = replace(made.roster, indicators=tuple(rows), goals=tuple(goals))
    made.places[Indicator, at] = line.place


def _is_told_already(row: Indicator, attribute: str) -> bool:
    """Whether something stood there before: a text that is merely completed does not make a mark another one."""
    return bool(_text(getattr(row, attribute)))


def _own(made: DecidedRoster, line: Decision) -> Iterator[tuple[int, Indicator]]:
    """The lines of a component that a unit has alone, with the numbers of their rows."""
    about = made.units[line.unit].class_id, line.component, line.unit
    for at, row in enumerate(made.roster.indicators):
        if (row.class_id, row.component, row.unit) == about:
            yield at, row


def _says(now: object, stated: str) -> bool:
    figure = figure_in(stated)
    return folded(_text(now)) == folded(stated) or (figure is not None and _text(now) == _text(figure))


def _text(value: object) -> str:
    return plain(value) if isinstance(value, Fraction) else str(value or "")
