"""Do the indicators fit the rules: the right component, points that add up, an owner, a method and its figures?

Preset points add up for every unit: the shared indicators of its class and those that it has alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from operator import itemgetter

from evaltool.evaluation.checks.references import NameKind
from evaltool.evaluation.checks.rosterview import RosterCheck, RulesAndRoster, repeated
from evaltool.exact import plain
from evaltool.findings import Finding
from evaltool.names import folded, nearest
from evaltool.roster import Goal, Indicator, NotApplicable, Unit, header
from evaltool.rules import Component, Scheme
from evaltool.rules.methods import Method, name_of
from evaltool.rules.taken import RESULT


def _rows(known: RulesAndRoster) -> Iterator[tuple[int, Indicator, Scheme, Component]]:
    """Indicators of components that can have some, with the number of their row."""
    for at, row in enumerate(known.roster.indicators):
        scheme = known.classes.get(row.class_id)
        component = scheme.components.get(row.component) if scheme else None
        if scheme and component and component.lined:
            yield at, row, scheme, component


def _of(known: RulesAndRoster, scheme: Scheme, leaf: str, unit: str) -> list[tuple[int, Indicator]]:
    """The lines that a unit has of a component, or those that all have, with the numbers of their rows."""
    shared = known.lines.get((scheme.id, leaf, ""), [])
    return sorted(shared + known.lines.get((scheme.id, leaf, unit), []), key=itemgetter(0)) if unit else shared


def _right_component(known: RulesAndRoster) -> Iterator[Finding]:
    for at, row in enumerate(known.roster.indicators):
        scheme = known.classes.get(row.class_id)
        if scheme is None or row.component in scheme.unread_names:
            continue
        component = scheme.components.get(row.component)
        because, args = "", {"class": scheme.head.name}
        if component is None:
            because = "unknown"
        elif scheme.children(row.component):
            because = "has_parts"
        elif component.answer is not None and not component.lined:
            because, args = "not_lined", {"method": name_of(component.answer)}
        if because:
            shown = component.name if component else row.component
            yield known.wrong("ROSTER_INDICATOR", Indicator, at, "component", shown, because, **args)


def _right_unit(known: RulesAndRoster) -> Iterator[Finding]:
    for at, row, scheme, _ in _rows(known):
        unit = known.units.get(row.unit)
        if unit and unit.class_id != scheme.id:
            args = {"unit": unit.name, "class": scheme.head.name}
            yield known.wrong("ROSTER_INDICATOR", Indicator, at, "unit", row.name, "other_class", **args)


def _ids(known: RulesAndRoster) -> Iterator[Finding]:
    """An id is unique among the indicators that one unit has of a component."""
    keys = [((row.class_id, row.component, row.unit, folded(row.id)), row.id) for row in known.roster.indicators]
    yield from repeated(known, NameKind.INDICATOR, Indicator, "id", keys)
    shared = {key[:2] + key[3:]: at for at, (key, _) in enumerate(keys) if not key[2]}
    for at, (key, shown) in enumerate(keys):
        first = shared.get(key[:2] + key[3:])
        if key[2] and first is not None:
            other = known.wrong("ROSTER_DUPLICATE", Indicator, first, "id").cell
            yield known.wrong("ROSTER_DUPLICATE", Indicator, at, "id", shown, other=other, **NameKind.INDICATOR.words)


def _owners(known: RulesAndRoster) -> Iterator[Finding]:
    for at, row, _, component in _rows(known):
        args: dict[str, object] = {"name": row.name, "component": component.name}
        if component.by == "owner" and not row.owner:
            yield known.wrong("ROSTER_OWNER_MISSING", Indicator, at, "owner", **args)
        elif component.by != "owner" and row.owner:
            role = known.roles.get(component.by, component.by)
            yield known.wrong("ROSTER_OWNER_EXTRA", Indicator, at, "owner", row.owner, role=role, **args)


def _methods(known: RulesAndRoster) -> Iterator[Finding]:
    for at, row, scheme, component in _rows(known):
        if row.method and row.method not in scheme.methods:
            args = {"column": header(Indicator, "method"), "near": nearest(row.method, scheme.methods) or "—"}
            yield known.wrong("REFERENCE_UNKNOWN", Indicator, at, "method", row.method, **args)
            continue
        answer = scheme.methods[row.method] if row.method else component.answer
        if not row.full and _is_reckoned_with(scheme, row):
            continue  # no method scores it
        for column, there in _figures(answer, row).items():
            if not there and not (column == "base" and _has_earlier_places(known, answer, row, scheme, component)):
                method = row.method or (name_of(answer) if answer else "")
                args = {"name": row.name, "method": method, "column": header(Indicator, column)}
                yield known.wrong("ROSTER_FIGURE", Indicator, at, column, **args)
        per = answer.per_name if answer else ""
        others = {other.id for _, other in _of(known, scheme, row.component, row.unit)} if per else set()
        if per and per not in others:
            args = {"column": "per", "near": nearest(per, others) or "—"}
            yield known.wrong("REFERENCE_UNKNOWN", Indicator, at, "method", per, **args)


def _divisors(known: RulesAndRoster) -> Iterator[Finding]:
    """A figure that others are divided by has a base of its own, as growth per head needs it."""
    said: set[int] = set()
    for _, row, scheme, component in _rows(known):
        answer = scheme.methods.get(row.method) if row.method else component.answer
        if answer is None or not answer.per_name:
            continue
        for at, other in _of(known, scheme, row.component, row.unit):
            if (
                other.id == answer.per_name
                and other.base is None
                and at not in said
                and not _asked_already(scheme, other)
            ):
                said.add(at)
                args = {"name": other.name, "method": row.method or "growth", "column": header(Indicator, "base")}
                yield known.wrong("ROSTER_FIGURE", Indicator, at, "base", **args)


def _asked_already(scheme: Scheme, line: Indicator) -> bool:
    """Whether the line's own method asks for a base anyway."""
    answer = scheme.methods.get(line.method) if line.method else scheme.components[line.component].answer
    return answer is not None and "base" in answer.needs


def _has_earlier_places(
    known: RulesAndRoster, answer: Method | None, row: Indicator, scheme: Scheme, component: Component
) -> bool:
    """Whether every unit that has a line of places gained has an earlier rank to start from."""
    if answer is None or not answer.starts_from_earlier_place:
        return False
    units = [unit.id for unit in known.having(scheme, component) if row.unit in ("", unit.id)]
    placed = {earlier.unit for earlier in known.last.values() if earlier.rank is not None}
    return bool(units) and set(units) <= placed


def _figures(answer: Method | None, row: Indicator) -> dict[str, bool]:
    """The columns that a method needs, and whether they are filled in."""
    return {column: getattr(row, column) is not None for column in (answer.needs if answer else ())}


def _presets(known: RulesAndRoster) -> Iterator[Finding]:
    """Only a figure that others are divided by or reckoned from, or a condition looks at, may carry no points."""
    for at, row, scheme, _ in _rows(known):
        divisors = {method.per_name for method in scheme.methods.values()} - {""}
        if row.full < 0 or (row.full == 0 and row.id not in divisors and not _is_reckoned_with(scheme, row)):
            yield known.wrong("ROSTER_PRESET", Indicator, at, "full", plain(row.full), name=row.name)


def _is_reckoned_with(scheme: Scheme, row: Indicator) -> bool:
    """Whether a formula of the rules speaks of a line, or a condition of a grade or an award."""
    asked = [each.conditions for each in scheme.grades] + [each.conditions for each in scheme.awards]
    formulas = [figure.formula for figure in scheme.figures.values()]
    formulas += [each.figure for conditions in asked for each in conditions if each.figure is not None]
    named = {folded(each.name) for formula in formulas for each in formula.names if each.component != RESULT}
    return bool(named & {folded(row.id), folded(row.name)}) or any(key.startswith("figure") for key in scheme.unread)


# --- sums ------------------------------------------------------------------------------------------------------------


def _points_add_up(known: RulesAndRoster) -> Iterator[Finding]:
    for scheme, leaf, component in known.leaves:
        declared = component.goals.declared if component.goals else []
        if component.preset is not None and set(declared) <= component.parts.keys():
            yield from _sums(known, scheme, leaf, {"": component.preset, **component.parts})


def _sums(known: RulesAndRoster, scheme: Scheme, leaf: str, wanted: Mapping[str, Decimal]) -> Iterator[Finding]:
    """Sums of one component; shared indicators are summed once, unit by unit where units have their own.  Of a unit
    whose declared goals are not approved yet only what the office has preset."""
    component = scheme.components[leaf]
    rows = [row for row in known.roster.indicators if (row.class_id, row.component) == (scheme.id, leaf)]
    single = component.goals is not None or any(row.unit for row in rows)
    units = known.having(scheme, component) if single else [None]
    for unit in units:
        mine = _of(known, scheme, leaf, unit.id if unit else "")
        if not mine:
            continue  # nothing to add up; whether that may be is asked below
        if unit and component.goals and not any(component.declares(row.part) for _, row in mine):
            wanted = {part: points for part, points in wanted.items() if part and not component.declares(part)}
        whose = {"whose_zh": f"（{unit.name}）" if unit else "", "whose_en": f" ({unit.name})" if unit else ""}
        for part, points in wanted.items():
            total = sum((row.full for _, row in mine if part in ("", row.part)), Fraction(0))
            if total != Fraction(points):
                name = f"{component.name}·{part}" if part else component.name
                args = {"name": name, "sum": plain(total), "total": plain(points), **whose}
                at = next((at for at, _ in mine if (Indicator, at) in known.decided), mine[0][0])
                yield known.wrong("ROSTER_POINTS", Indicator, at, "full", **args)


def _converted(known: RulesAndRoster) -> Iterator[Finding]:
    """Where the rules state no sum: a unit with other preset points than the rest, or "2 points off" that are not 2."""
    for scheme, leaf, component in known.leaves:
        if component.preset is not None or not component.lined or component.goals:
            continue
        listed = {unit.name: _of(known, scheme, leaf, unit.id) for unit in known.having(scheme, component)}
        sums = {name: sum((row.full for _, row in rows), Fraction(0)) for name, rows in listed.items() if rows}
        rows = [row for each in listed.values() for _, row in each]
        for because, words in _conversions(scheme, component, sums, rows):
            words |= {"name": component.name, "weight": plain(Fraction(component.weight or 0))}
            yield known.wrong("ROSTER_CONVERTED", Indicator, -1, "", "", because, **words)


def _conversions(
    scheme: Scheme, component: Component, sums: dict[str, Fraction], rows: list[Indicator]
) -> Iterator[tuple[str, dict[str, str]]]:
    """Why points are converted, and the words that the reason speaks of."""
    answers = [scheme.methods.get(row.method) if row.method else component.answer for row in rows]
    if len(set(sums.values())) > 1:
        listed = [f"{name} {plain(total)}" for name, total in sums.items()][:6]
        more = "……" if len(sums) > len(listed) else ""
        yield "sums_differ", {"sums_zh": "、".join(listed) + more, "sums_en": ", ".join(listed) + more}
    elif set(sums.values()) - {Fraction(component.weight or 0)} and any(
        answer and answer.in_points for answer in answers
    ):
        yield "cases", {"total": plain(max(sums.values()))}


def _is_declared(known: RulesAndRoster, row: Indicator) -> bool:
    """Whether units declare such lines themselves."""
    scheme = known.classes.get(row.class_id)
    component = scheme.components.get(row.component) if scheme else None
    return component is not None and component.declares(row.part)


def _goals(known: RulesAndRoster) -> Iterator[Finding]:
    """Approved goals belong to a component that units declare, and a unit has them in one place."""
    listed = known.roster.indicators[: len(known.roster.indicators) - len(known.roster.goals)]
    elsewhere = {
        (row.class_id, row.component, row.unit): at
        for at, row in reversed(list(enumerate(listed)))
        if row.unit and _is_declared(known, row)
    }
    for at, goal in enumerate(known.roster.goals):
        scheme = known.classes.get(goal.class_id)
        component = scheme.components.get(goal.component) if scheme else None
        if component and not component.goals:
            yield known.wrong("ROSTER_INDICATOR", Goal, at, "component", component.name, "not_declared")
        first = elsewhere.pop((goal.class_id, goal.component, goal.unit), None)
        if first is not None:
            args = {"unit": known.units[goal.unit].name if goal.unit in known.units else goal.unit, "name": goal.name}
            other = known.wrong("ROSTER_GOALS_TWICE", Indicator, first, "unit").cell
            yield known.wrong("ROSTER_GOALS_TWICE", Goal, at, "unit", other=other, **args)


def _parts(known: RulesAndRoster) -> Iterator[Finding]:
    first_goal = len(known.roster.indicators) - len(known.roster.goals)
    for at, row, _, component in _rows(known):
        decided = (Indicator, at) in known.decided  # a task that was added may belong to the office's part
        parts = component.declared_parts if at >= first_goal and not decided else tuple(component.parts)
        if component.parts and row.part not in (parts or component.parts):
            args = {"name": component.name, "known": "、".join(parts or component.parts)}
            yield known.wrong("ROSTER_PART", Indicator, at, "part", row.part, **args)


def _indicators_exist(known: RulesAndRoster) -> Iterator[Finding]:
    """A component that is scored line by line has lines, for every unit, unless the rules say what happens without."""
    for scheme, leaf, component in known.leaves:
        rows = [row for row in known.roster.indicators if (row.class_id, row.component) == (scheme.id, leaf)]
        single = component.preset is not None and not component.parts and component.by != "owner"
        if not component.lined or component.none != "refuse" or (single and not rows):
            continue
        if component.taken:  # its only line stands in the rules
            continue
        if component.goals:  # declared in the course of the year: what is lacking is said with the sheets
            continue
        lacking = [unit for unit in known.having(scheme, component) if not _of(known, scheme, leaf, unit.id)]
        if not rows:
            yield known.wrong("ROSTER_NO_INDICATORS", Indicator, -1, name=component.name, whose_zh="", whose_en="")
        for unit in lacking if rows else []:
            args = {"name": component.name, "whose_zh": f"（{unit.name}）", "whose_en": f" for {unit.name}"}
            yield known.wrong("ROSTER_NO_INDICATORS", Unit, known.roster.units.index(unit), "name", **args)


def _keeps_a_line(known: RulesAndRoster, scheme: Scheme, row: NotApplicable, away: set[str]) -> bool:
    """Whether a unit keeps a line, which its points are converted by: no policy for the whole is needed."""
    lines = (one for _, one in _of(known, scheme, row.component, row.unit))
    return "" not in away and any(one.full and one.id not in away for one in lines)


def _not_applicable(known: RulesAndRoster) -> Iterator[Finding]:
    keys = [
        ((r.class_id, r.component, r.indicator, r.unit), r.indicator or r.component)
        for r in known.roster.not_applicable
    ]
    yield from repeated(known, NameKind.LINE, NotApplicable, "unit", keys)
    away: dict[tuple[str, str], set[str]] = {}
    for row in known.roster.not_applicable:
        away.setdefault((row.unit, row.component), set()).add(row.indicator)
    for at, row in enumerate(known.roster.not_applicable):
        unit, scheme = known.units.get(row.unit), known.classes.get(row.class_id)
        component = scheme.components.get(row.component) if scheme else None
        if unit is None or scheme is None or row.component in scheme.unread_names:
            continue
        because = ""
        if unit.class_id != scheme.id:
            because = "other_class"
        elif component is None or scheme.children(row.component):
            because = "no_leaf"
        elif row.indicator and row.indicator not in {r.id for _, r in _of(known, scheme, row.component, row.unit)}:
            because = "no_indicator"
        elif component.not_applicable == "refuse":
            kept = _keeps_a_line(known, scheme, row, away[row.unit, row.component])
            because = "" if kept else "unruled"
        if because:
            args = {"unit": unit.name, "name": component.name if component else row.component}
            args |= {"class": scheme.head.name, "indicator": row.indicator}
            yield known.wrong("ROSTER_NOT_APPLICABLE", NotApplicable, at, "component", "", because, **args)


INDICATOR_CHECKS: tuple[RosterCheck, ...] = (
    _right_component,
    _right_unit,
    _ids,
    _owners,
    _methods,
    _divisors,
    _presets,
    _goals,
    _parts,
    _points_add_up,
    _converted,
    _indicators_exist,
    _not_applicable,
)
