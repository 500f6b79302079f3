"""Do the indicators fit the rules: the right component, points that add up, an owner, a method and its figures?

Preset points add up for every unit: the shared indicators of its class and those that it has alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from evaltool.evaluation.checks.references import NameKind
from evaltool.evaluation.checks.rosterview import RosterCheck, RulesAndRoster, repeated
from evaltool.exact import plain
from evaltool.findings import Finding
from evaltool.names import folded, nearest
from evaltool.roster import Indicator
from evaltool.rules import Component, Scheme
from evaltool.rules.methods import Method, name_of

SHEET = "指标"


def _rows(known: RulesAndRoster) -> Iterator[tuple[int, Indicator, Scheme, Component]]:
    """Indicators of components that can have some, with the number of their row."""
    for at, row in enumerate(known.roster.indicators):
        scheme = known.classes.get(row.class_id)
        component = scheme.components.get(row.component) if scheme else None
        if scheme and component and component.lined:
            yield at, row, scheme, component


def _of(known: RulesAndRoster, scheme: Scheme, leaf: str, unit: str) -> list[tuple[int, Indicator]]:
    rows = enumerate(known.roster.indicators)
    return [(at, r) for at, r in rows if (r.class_id, r.component) == (scheme.id, leaf) and r.unit in ("", unit)]


def _right_component(known: RulesAndRoster) -> Iterator[Finding]:
    for at, row in enumerate(known.roster.indicators):
        scheme = known.classes.get(row.class_id)
        if scheme is None:
            continue
        component = scheme.components.get(row.component)
        zh, en = "", ""
        if component is None:
            zh, en = f"“{scheme.head.name}”没有这项内容", f"{scheme.head.name} has no such component"
        elif scheme.children(row.component):
            zh, en = "它下面还有部分，指标要写到最末一级", "it has parts; indicators belong to the last level"
        elif component.answer is not None and not component.lined:
            method = name_of(component.answer)
            zh, en = f"计分方法 {method} 不按指标计分", f"the method {method} does not score by indicators"
        if zh:
            shown = component.name if component else row.component
            yield known.wrong("ROSTER_INDICATOR", SHEET, at, "评估内容", shown, reason_zh=zh, reason_en=en)


def _right_unit(known: RulesAndRoster) -> Iterator[Finding]:
    for at, row, scheme, _ in _rows(known):
        unit = known.units.get(row.unit)
        if unit and unit.class_id != scheme.id:
            zh, en = f"“{unit.name}”不属于“{scheme.head.name}”", f"{unit.name} does not belong to {scheme.head.name}"
            yield known.wrong("ROSTER_INDICATOR", SHEET, at, "单位", row.name, reason_zh=zh, reason_en=en)


def _ids(known: RulesAndRoster) -> Iterator[Finding]:
    """An id is unique among the indicators that one unit has of a component."""
    keys = [((row.class_id, row.component, row.unit, folded(row.id)), row.id) for row in known.roster.indicators]
    yield from repeated(known, NameKind.INDICATOR, SHEET, "编号", keys)
    shared = {key[:2] + key[3:]: at for at, (key, _) in enumerate(keys) if not key[2]}
    for at, (key, shown) in enumerate(keys):
        first = shared.get(key[:2] + key[3:])
        if key[2] and first is not None:
            other = known.wrong("ROSTER_DUPLICATE", SHEET, first, "编号").cell
            yield known.wrong("ROSTER_DUPLICATE", SHEET, at, "编号", shown, other=other, **NameKind.INDICATOR.words)


def _owners(known: RulesAndRoster) -> Iterator[Finding]:
    for at, row, _, component in _rows(known):
        args: dict[str, object] = {"name": row.name, "component": component.name}
        if component.by == "owner" and not row.owner:
            yield known.wrong("ROSTER_OWNER_MISSING", SHEET, at, "评分主体", **args)
        elif component.by != "owner" and row.owner:
            role = known.roles.get(component.by, component.by)
            yield known.wrong("ROSTER_OWNER_EXTRA", SHEET, at, "评分主体", row.owner, role=role, **args)


def _methods(known: RulesAndRoster) -> Iterator[Finding]:
    for at, row, scheme, component in _rows(known):
        if row.method and row.method not in scheme.methods:
            args = {"column": "计分方法", "near": nearest(row.method, scheme.methods) or "—"}
            yield known.wrong("REFERENCE_UNKNOWN", SHEET, at, "计分方法", row.method, **args)
            continue
        answer = scheme.methods[row.method] if row.method else component.answer
        for column, there in _figures(answer, row).items():
            if not there and not (column == "基期值" and _has_earlier_places(known, answer, row, scheme, component)):
                method = row.method or (name_of(answer) if answer else "")
                yield known.wrong("ROSTER_FIGURE", SHEET, at, column, name=row.name, method=method, column=column)
        per = answer.per_name if answer else ""
        others = {other.id for _, other in _of(known, scheme, row.component, row.unit)} if per else set()
        if per and per not in others:
            args = {"column": "per", "near": nearest(per, others) or "—"}
            yield known.wrong("REFERENCE_UNKNOWN", SHEET, at, "计分方法", per, **args)


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
                args = {"name": other.name, "method": row.method or "growth", "column": "基期值"}
                yield known.wrong("ROSTER_FIGURE", SHEET, at, "基期值", **args)


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
    columns = {"target": ("目标值", row.target), "base": ("基期值", row.base)}
    needed = (columns[each] for each in (answer.needs if answer else ()))
    return {column: figure is not None for column, figure in needed}


def _presets(known: RulesAndRoster) -> Iterator[Finding]:
    """Only a figure that others are divided by may carry no points."""
    for at, row, scheme, _ in _rows(known):
        divisors = {method.per_name for method in scheme.methods.values()} - {""}
        if row.full < 0 or (row.full == 0 and row.id not in divisors):
            yield known.wrong("ROSTER_PRESET", SHEET, at, "预赋分值", plain(row.full), name=row.name)


# --- sums ------------------------------------------------------------------------------------------------------------


def _points_add_up(known: RulesAndRoster) -> Iterator[Finding]:
    for scheme, leaf, component in known.leaves:
        if component.preset is not None:
            yield from _sums(known, scheme, leaf, {"": component.preset, **component.parts})


def _sums(known: RulesAndRoster, scheme: Scheme, leaf: str, wanted: Mapping[str, Decimal]) -> Iterator[Finding]:
    """Sums of one component; shared indicators are summed once, unit by unit where units have their own."""
    component = scheme.components[leaf]
    rows = [row for row in known.roster.indicators if (row.class_id, row.component) == (scheme.id, leaf)]
    units = known.having(scheme, component) if any(row.unit for row in rows) else [None]
    for unit in units:
        mine = _of(known, scheme, leaf, unit.id if unit else "")
        if not mine:
            continue  # nothing to add up; whether that may be is asked below
        whose = {"whose_zh": f"（{unit.name}）" if unit else "", "whose_en": f" ({unit.name})" if unit else ""}
        for part, points in wanted.items():
            total = sum((row.full for _, row in mine if part in ("", row.part)), Fraction(0))
            if total != Fraction(points):
                name = f"{component.name}·{part}" if part else component.name
                args = {"name": name, "sum": plain(total), "total": plain(points), **whose}
                at = next((at for at, _ in mine if (SHEET, at) in known.decided), mine[0][0])
                yield known.wrong("ROSTER_POINTS", SHEET, at, "预赋分值", **args)


def _converted(known: RulesAndRoster) -> Iterator[Finding]:
    """Where the rules state no sum: a unit with other preset points than the rest, or "2 points off" that are not 2."""
    for scheme, leaf, component in known.leaves:
        if component.preset is not None or not component.lined or component.goals:
            continue
        listed = {unit.name: _of(known, scheme, leaf, unit.id) for unit in known.having(scheme, component)}
        sums = {name: sum((row.full for _, row in rows), Fraction(0)) for name, rows in listed.items() if rows}
        for zh, en in _conversions(scheme, component, sums, [row for rows in listed.values() for _, row in rows]):
            args: dict[str, object] = {"name": component.name, "weight": plain(Fraction(component.weight or 0))}
            yield known.wrong("ROSTER_CONVERTED", SHEET, -1, "", **args, reason_zh=zh, reason_en=en)


def _conversions(
    scheme: Scheme, component: Component, sums: dict[str, Fraction], rows: list[Indicator]
) -> Iterator[tuple[str, str]]:
    answers = [scheme.methods.get(row.method) if row.method else component.answer for row in rows]
    if len(set(sums.values())) > 1:
        listed = [f"{name} {plain(total)}" for name, total in sums.items()][:6]
        more = "……" if len(sums) > len(listed) else ""
        zh, en = "、".join(listed) + more, ", ".join(listed) + more
        yield f"各单位的合计不同（{zh}）", f"units have different sums ({en})"
    elif set(sums.values()) - {Fraction(component.weight or 0)} and any(
        answer and answer.in_points for answer in answers
    ):
        total = plain(max(sums.values()))
        yield (
            f"合计是 {total}，每件所扣的分也随之折算",
            f"they add up to {total}, and what a case costs changes with them",
        )


def _goals(known: RulesAndRoster) -> Iterator[Finding]:
    """Approved goals belong to a component that units declare, and a unit has them in one place."""
    listed = known.roster.indicators[: len(known.roster.indicators) - len(known.roster.goals)]
    elsewhere = {
        (row.class_id, row.component, row.unit): at for at, row in reversed(list(enumerate(listed))) if row.unit
    }
    for at, goal in enumerate(known.roster.goals):
        scheme = known.classes.get(goal.class_id)
        component = scheme.components.get(goal.component) if scheme else None
        if component and not component.goals:
            zh, en = (
                "规则没有写明它由单位申报（goals = true）",
                "the rules do not say that units declare it (goals = true)",
            )
            yield known.wrong("ROSTER_INDICATOR", "目标", at, "评估内容", component.name, reason_zh=zh, reason_en=en)
        first = elsewhere.pop((goal.class_id, goal.component, goal.unit), None)
        if first is not None:
            args = {"unit": known.units[goal.unit].name if goal.unit in known.units else goal.unit, "name": goal.name}
            other = known.wrong("ROSTER_GOALS_TWICE", SHEET, first, "单位").cell
            yield known.wrong("ROSTER_GOALS_TWICE", "目标", at, "单位", other=other, **args)


def _parts(known: RulesAndRoster) -> Iterator[Finding]:
    for at, row, _, component in _rows(known):
        if component.parts and row.part not in component.parts:
            args = {"name": component.name, "known": "、".join(component.parts)}
            yield known.wrong("ROSTER_PART", SHEET, at, "部分", row.part, **args)


def _indicators_exist(known: RulesAndRoster) -> Iterator[Finding]:
    """A component that is scored line by line has lines, for every unit, unless the rules say what happens without."""
    for scheme, leaf, component in known.leaves:
        rows = [row for row in known.roster.indicators if (row.class_id, row.component) == (scheme.id, leaf)]
        single = component.preset is not None and not component.parts and component.by != "owner"
        if not component.lined or component.none != "refuse" or (single and not rows):
            continue
        if component.goals:  # declared in the course of the year: what is lacking is said with the sheets
            continue
        lacking = [unit for unit in known.having(scheme, component) if not _of(known, scheme, leaf, unit.id)]
        if not rows:
            yield known.wrong("ROSTER_NO_INDICATORS", SHEET, -1, "", name=component.name, whose_zh="", whose_en="")
        for unit in lacking if rows else []:
            args = {"name": component.name, "whose_zh": f"（{unit.name}）", "whose_en": f" for {unit.name}"}
            yield known.wrong("ROSTER_NO_INDICATORS", "单位", known.roster.units.index(unit), "名称", **args)


def _not_applicable(known: RulesAndRoster) -> Iterator[Finding]:
    keys = [
        ((r.class_id, r.component, r.indicator, r.unit), r.indicator or r.component)
        for r in known.roster.not_applicable
    ]
    yield from repeated(known, NameKind.LINE, "不适用", "单位", keys)
    for at, row in enumerate(known.roster.not_applicable):
        unit, scheme = known.units.get(row.unit), known.classes.get(row.class_id)
        component = scheme.components.get(row.component) if scheme else None
        if unit is None or scheme is None:
            continue
        zh, en = "", ""
        if unit.class_id != scheme.id:
            zh, en = f"该单位不属于“{scheme.head.name}”", f"it does not belong to {scheme.head.name}"
        elif component is None or scheme.children(row.component):
            zh, en = "规则中没有这项最末一级的内容", "the rules have no such component of the last level"
        elif row.indicator and row.indicator not in {r.id for _, r in _of(known, scheme, row.component, row.unit)}:
            zh, en = f"没有编号为“{row.indicator}”的指标", f"there is no indicator {row.indicator}"
        elif component.not_applicable == "refuse":
            zh, en = "规则没有写明不适用时怎么办", "the rules do not say what happens then"
        if zh:
            args = {"unit": unit.name, "name": component.name if component else row.component}
            args |= {"reason_zh": zh, "reason_en": en}
            yield known.wrong("ROSTER_NOT_APPLICABLE", "不适用", at, "评估内容", **args)


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
