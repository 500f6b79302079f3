"""What is taken of other results against the rules: do the figure and the class exist, and does no class take in a
circle?"""

from __future__ import annotations

from collections.abc import Iterator

from evaltool.evaluation.checks.rosterview import RosterCheck, RulesAndRoster
from evaltool.findings import Finding, finding
from evaltool.names import nearest
from evaltool.roster import Indicator
from evaltool.rules import Component, Scheme
from evaltool.rules.settings import FILE
from evaltool.rules.taken import RESULT


def _classes(known: RulesAndRoster) -> Iterator[Finding]:
    """The class whose results others take is one of the rules."""
    for name, result in known.results.items():
        if result.of_class and result.of_class not in known.classes:
            args: dict[str, object] = {"column": "class", "near": nearest(result.of_class, known.classes) or "—"}
            cell = f"result.{name}.class"
            yield finding("REFERENCE_UNKNOWN", file=FILE, cell=cell, value=result.of_class, args=args)


def _from(known: RulesAndRoster) -> Iterator[Finding]:
    """A component is scored by a figure that there is, by a method for figures, and has no lines of its own."""
    with_lines = {(row.class_id, row.component) for row in known.roster.indicators}
    for scheme, leaf, component in known.leaves:
        if component.taken:
            because = _unfit(scheme, component, lined=(scheme.id, leaf) in with_lines)
            if because:
                names = [f"figure.{key}" if "." not in key else key for key in scheme.figures]
                args: dict[str, object] = {"name": component.name, "near": nearest(component.taken, names) or "—"}
                cell = f"component.{leaf}.from"
                yield finding(
                    "RULES_FROM", file=scheme.file, cell=cell, value=component.taken, args=args, because=because
                )


def _unfit(scheme: Scheme, component: Component, *, lined: bool) -> str:
    if "." not in component.taken or component.figure not in scheme.figures:
        return "" if component.taken in scheme.unread else "unknown"
    answer = component.answer
    if answer is None or not answer.measured or answer.kinds or answer.needs or answer.per_name:
        return "method"
    if component.by != "owner" or component.each or component.verify or component.goals:
        return "asked"
    return "lines" if lined else ""


def _circles(known: RulesAndRoster) -> Iterator[Finding]:
    """No class takes of one that takes of it."""
    takes = {scheme.id: _taken_by(known, scheme) for scheme in known.classes.values()}
    for scheme in known.classes.values():
        way, left = {scheme.id}, list(takes[scheme.id])
        while left:
            at = left.pop()
            if at == scheme.id:
                names = "、".join(known.classes[each].head.name for each in sorted(way))
                yield finding("RESULT_CIRCLE", file=scheme.file, value=scheme.head.name, args={"list": names})
                break
            if at in takes and at not in way:
                way.add(at)
                left += takes[at]


def _taken_by(known: RulesAndRoster, scheme: Scheme) -> set[str]:
    """The classes whose results a class takes."""
    figures = {component.figure for component in scheme.components.values() if component.taken}
    figures |= {
        row.figure for row in known.roster.indicators if isinstance(row, Indicator) and row.class_id == scheme.id
    }
    used = (each for key, each in scheme.figures.items() if not key.startswith(f"{RESULT}.") or key in figures)
    formulas = [*(each.formula for each in used), *scheme.condition_figures]
    names = {named.name for formula in formulas for named in formula.names if named.component == RESULT}
    return {known.results[name].of_class for name in names if name in known.results} - {""}


RESULT_CHECKS: tuple[RosterCheck, ...] = (_classes, _from, _circles)
