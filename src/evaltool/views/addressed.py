"""How is somebody spoken to?  A unit as one (or as a person, where units are persons), a leader as a person and with
courtesy, everybody else without a pronoun.

Leaders are roles: those that `leaders` in evaluation.toml names, else those that mark, not on cards, with the interim
result before them or by their months in charge, or whose title is a leader's.
"""

from __future__ import annotations

import re
from typing import Literal

from evaltool.evaluation import Evaluation
from evaltool.names import meant
from evaltool.rules import Component
from evaltool.rules.settings import SELF

Addressed = Literal["unit", "person", "leader", "other"]
_TITLE = re.compile("[市县区州盟旗镇乡]长|书记|秘书长|领导(?!小组)")


def is_leader(evaluation: Evaluation, role: str) -> bool:
    """Whether a role is held by leaders, who are asked and not dunned."""
    if evaluation.settings.leaders is not None:
        return role in evaluation.settings.leaders
    marked = [
        component
        for scheme in evaluation.classes.values()
        for component in scheme.components.values()
        if component.by == role and not component.ballot
    ]
    titled = bool(_TITLE.search(evaluation.roles.get(role, "")))
    return any(titled or _looked_up_to(component) for component in marked)


def _looked_up_to(component: Component) -> bool:
    return component.interim or component.charge == "months"


def addressed(evaluation: Evaluation, evaluator: str) -> Addressed:
    """Whom a text speaks to.  Who belongs to a unit and bears another name may be a person: neither is said."""
    who = evaluation.evaluators[evaluator]
    if is_leader(evaluation, who.role):
        return "leader"
    own = evaluation.units.get(who.unit)
    if own is None or not (who.role == SELF or meant(who.name, [own], lambda unit: (unit.name, *unit.other_names))):
        return "other"
    return "person" if evaluation.classes[own.class_id].head.persons else "unit"
