"""Formulas of derived figures against the tables: does every name mean one thing, and is it there when it is needed?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaltool.evaluation.checks.references import SHOWN, NameKind
from evaltool.evaluation.checks.rosterview import RosterCheck, RulesAndRoster, repeated
from evaltool.exact import plain
from evaltool.findings import Finding, finding
from evaltool.names import folded, nearest
from evaltool.roster import Indicator, Parameter, header
from evaltool.roster.meanings import (
    NameMeaning,
    ReckonedFigure,
    TakenFigure,
    TypedFigure,
    UnitParameter,
    is_typed,
    meanings,
)
from evaltool.rules import Scheme
from evaltool.rules.formulas import FigureFormula, FigureName
from evaltool.rules.methods import Method


def _names(known: RulesAndRoster) -> Iterator[Finding]:
    """Every name of a formula means one thing."""
    for scheme in known.classes.values():
        for key, formula in _formulas(scheme):
            for named in formula.names:
                found = _meanings(known, scheme, named)
                if len(found) != 1 and not scheme.has_unread_components:
                    yield _unclear(known, scheme, key, named, found)


def _formulas(scheme: Scheme) -> Iterator[tuple[str, FigureFormula]]:
    """Every formula of a class with its key: of derived figures, and in conditions."""
    yield from ((f"figure.{key}.formula", figure.formula) for key, figure in scheme.figures.items())
    of = [(f"grade[{at}]", grade.conditions) for at, grade in enumerate(scheme.grades, 1)]
    of += [(f"award[{at}]", award.conditions) for at, award in enumerate(scheme.awards, 1)]
    for place, conditions in of:
        for number, condition in enumerate(conditions, 1):
            if condition.figure is not None:
                yield f"{place}.conditions[{number}].figure", condition.figure


def _meanings(known: RulesAndRoster, scheme: Scheme, named: FigureName) -> Sequence[NameMeaning]:
    return meanings(scheme, typed_lines(known, scheme), (row.name for row in known.roster.parameters), named)


def typed_lines(known: RulesAndRoster, scheme: Scheme) -> list[Indicator]:
    """The lines of a class for which a figure is typed."""
    return [line for line in known.roster.indicators if line.class_id == scheme.id and is_typed(scheme, line)]


def _unclear(
    known: RulesAndRoster, scheme: Scheme, key: str, named: FigureName, found: Sequence[NameMeaning]
) -> Finding:
    """A name that means nothing, with what there is; or several things, with how to tell them apart."""
    lines = typed_lines(known, scheme)
    listed = [name for line in lines for name in (line.name, line.id)]
    listed += [*(row.name for row in known.roster.parameters), *scheme.figures]
    names = list(dict.fromkeys(listed))
    args: dict[str, object] = {
        "known": "、".join(names[:SHOWN]) + ("……" if len(names) > SHOWN else "") or "—",
        "near": nearest(named.name, names) or "—",
        "several": "、".join(_path(scheme, each) for each in found),
    }
    because = "several" if found else "unknown"
    return finding(
        "RULES_FORMULA_NAME",
        file=scheme.file,
        cell=key,
        value=named.name,
        args=args,
        because=because,
    )


def _path(scheme: Scheme, meant: NameMeaning) -> str:
    if isinstance(meant, TypedFigure):
        return f"{meant.component}.'{meant.indicator}'"
    if isinstance(meant, TakenFigure):
        return f"[result.{meant.result}]"
    return f"[figure.{meant.figure}]" if isinstance(meant, ReckonedFigure) else f"参数 {meant.parameter}"


def _held_against(known: RulesAndRoster) -> Iterator[Finding]:
    """Whose base or target a formula speaks of, has one."""
    for scheme in known.classes.values():
        wanted = {
            meant: key
            for key, formula in _formulas(scheme)
            for named in formula.names
            for meant in _meanings(known, scheme, named)
            if isinstance(meant, TypedFigure) and meant.which != "figure"
        }
        for meant, key in wanted.items():
            for at, row in enumerate(known.roster.indicators):
                same = (row.class_id, row.component, row.id) == (scheme.id, meant.component, meant.indicator)
                if same and getattr(row, meant.which) is None:
                    words = {"name": row.name, "method": key, "column": header(Indicator, meant.which)}
                    yield known.wrong("ROSTER_FIGURE", Indicator, at, meant.which, **words)


def _circles(known: RulesAndRoster) -> Iterator[Finding]:
    """No figure is reckoned from itself."""
    for scheme in known.classes.values():
        for key, figure in scheme.figures.items():
            if key in _made_of(known, scheme, key):
                args: dict[str, object] = {"name": figure.name}
                yield finding("RULES_FORMULA_CIRCLE", file=scheme.file, cell=f"figure.{key}.formula", args=args)


def _made_of(known: RulesAndRoster, scheme: Scheme, key: str) -> set[str]:
    """The figures that a figure is made of, through whatever others."""
    found: set[str] = set()
    left = [key]
    while left:
        for named in scheme.figures[left.pop()].formula.names:
            inner = {each.figure for each in _meanings(known, scheme, named) if isinstance(each, ReckonedFigure)}
            left += inner - found
            found |= inner
    return found


def _lines(known: RulesAndRoster) -> Iterator[Finding]:
    """A line with a formula names one that there is, is scored by a method for figures, and carries points."""
    for at, row in enumerate(known.roster.indicators):
        scheme = known.classes.get(row.class_id)
        if scheme is None or not row.figure:
            continue
        if row.figure not in scheme.figures:
            if f"figure.{row.figure}" not in scheme.unread:
                args = {"column": "算式", "near": nearest(row.figure, scheme.figures) or "—"}
                yield known.wrong("REFERENCE_UNKNOWN", Indicator, at, "figure", row.figure, **args)
            continue
        component = scheme.components.get(row.component)
        answer = scheme.methods.get(row.method) if row.method else component.answer if component else None
        if answer is not None and not answer.measured:
            yield known.wrong("ROSTER_FORMULA", Indicator, at, "figure", row.figure, "method", name=row.name)
        elif not row.full:
            yield known.wrong("ROSTER_FORMULA", Indicator, at, "figure", row.figure, "points", name=row.name)
        else:
            yield from _periods(known, scheme, at, row)


def _periods(known: RulesAndRoster, scheme: Scheme, at: int, row: Indicator) -> Iterator[Finding]:
    """What is typed in another component is typed once, or in the same periods."""
    own = _repeats(scheme, row.component)
    figures = {row.figure, *_made_of(known, scheme, row.figure)}
    for named in (named for key in figures for named in scheme.figures[key].formula.names):
        for meant in _meanings(known, scheme, named):
            if not isinstance(meant, TypedFigure) or meant.component == row.component or meant.which != "figure":
                continue
            there = _repeats(scheme, meant.component)
            if there != [""] and not set(own) <= set(there):
                other = scheme.components[meant.component].name
                words = {"name": row.name, "other": other, "figure": meant.indicator}
                yield known.wrong("ROSTER_FORMULA", Indicator, at, "figure", row.figure, "periods", **words)


def _repeats(scheme: Scheme, component: str) -> list[str]:
    each = scheme.components[component].each if component in scheme.components else None
    return each.periods if each and each.periods else [""]


def _parameters(known: RulesAndRoster) -> Iterator[Finding]:
    """A unit has a parameter once, and every unit has those that are asked for."""
    rows = known.roster.parameters
    keys = [((folded(row.name), row.unit), row.name) for row in rows]
    yield from repeated(known, NameKind.PARAMETER, Parameter, "name", keys)
    used = _used(known)
    there = {(folded(row.name), row.unit) for row in rows}
    for class_id, names in used.items():
        for name, where in names.items():
            lacking = [unit.name for unit in known.taking_part(class_id) if not there & {(name, unit.id), (name, "")}]
            if lacking:
                shown = "、".join(lacking[:8]) + ("……" if len(lacking) > 8 else "")
                args = {"units": shown, "where": where[1]}
                yield known.wrong("ROSTER_PARAMETER", Parameter, -1, "", where[0], **args)


def _used(known: RulesAndRoster) -> dict[str, dict[str, tuple[str, str]]]:
    """Class -> folded name of a parameter -> its name, and the key of the rules that asks for it."""
    used: dict[str, dict[str, tuple[str, str]]] = {}
    for scheme in known.classes.values():
        mine = used.setdefault(scheme.id, {})
        for place, factor in _factors(scheme):
            mine.setdefault(folded(factor), (factor, place))
        for place, answer in _answers(scheme):
            for name in answer.parameter_names:
                mine.setdefault(folded(name), (name, place))
        for key, formula in _formulas(scheme):
            for named in formula.names:
                for meant in _meanings(known, scheme, named):
                    if isinstance(meant, UnitParameter):
                        mine.setdefault(folded(meant.parameter), (meant.parameter, key))
    return used


def _factors(scheme: Scheme) -> Iterator[tuple[str, str]]:
    """The parameters that multiply points, with their keys."""
    stated = {f"component.{key}.factor": component.factor for key, component in scheme.components.items()}
    yield from ((place, name) for place, name in {"scheme.factor": scheme.head.factor, **stated}.items() if name)


def _no_negative_factors(known: RulesAndRoster) -> Iterator[Finding]:
    factors = {folded(name) for scheme in known.classes.values() for _, name in _factors(scheme)}
    for at, row in enumerate(known.roster.parameters):
        if folded(row.name) in factors and row.value < 0:
            yield known.wrong("ROSTER_FACTOR", Parameter, at, "value", plain(row.value), name=row.name)


def _answers(scheme: Scheme) -> Iterator[tuple[str, Method]]:
    """Every method of the rules, with its key."""
    for key, component in scheme.components.items():
        if component.answer is not None:
            yield f"component.{key}.answer", component.answer
        if component.convert is not None:
            yield f"component.{key}.convert", component.convert
    yield from ((f"method.{key}", method) for key, method in scheme.methods.items())


FORMULA_CHECKS: tuple[RosterCheck, ...] = (_names, _held_against, _circles, _lines, _parameters, _no_negative_factors)
