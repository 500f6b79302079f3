"""What of every group is published (law 11): as much as the rules show, less where a confidential mark would follow.

The audit is made for all units of a group, and what it leads to is the same for all of them.  Where a mark would
follow, or where it cannot be shown that none does, less is published, in this order: the components' figures with fewer
decimals (one at least); a component without its parts, or not at all, and a further one where the total less the others
tells it; at last the total alone.  What the total, a place, a grade or an award tells by itself nothing can keep back:
the office is told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import groupby

from evaltool.evaluation import Evaluation
from evaltool.findings import FEW, Finding, finding
from evaltool.inbox.intake import Intake
from evaltool.points.score import Point, PointsTable
from evaltool.results.audit import (
    Case,
    HiddenSum,
    Open,
    by_total_alone,
    cell_of,
    homes,
    open_marks,
    open_sum,
)
from evaltool.results.cases import cases
from evaltool.results.disclosure import NOTHING_MORE, Less, Published, disclosed, has_too_few, next_to_withhold
from evaltool.results.linelevels import STEPS, Levels, levels_at, open_leaves
from evaltool.results.linestold import LineTables, known_anyway, line_tables, still_open
from evaltool.results.possible import Listed
from evaltool.results.rank import GroupKey, Standing
from evaltool.results.swaps import Moves, moves
from evaltool.rules import ABSENCES, Condition, Scheme
from evaltool.rules.outcomes import Ranking


@dataclass(frozen=True, slots=True)
class _Step:
    """How far a group has come on the way to less."""

    less: Less
    published: Published


@dataclass(frozen=True)
class _Class:
    """One class of units while it is decided what of its groups is published; `units`, `points`, `steps` by group;
    `suspects`: units of a group of which something once followed, looked at first; `known`, `cells`: what was found of
    units at the steps where their groups are."""

    scheme: Scheme
    cases: Mapping[str, Case]
    units: Mapping[str, list[str]]
    points: Mapping[str, list[Point]]
    steps: dict[str, _Step]
    suspects: dict[str, list[str]] = field(default_factory=dict)
    known: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    cells: dict[str, dict[str, HiddenSum]] = field(default_factory=dict)

    @property
    def share(self) -> Fraction:
        return Fraction(self.scheme.disclosure.open) / 100

    @cached_property
    def secret(self) -> frozenset[str]:
        return frozenset(leaf for leaf in self.scheme.leaves() if self.scheme.is_secret(leaf))

    @cached_property
    def group_of(self) -> Mapping[str, str]:
        return {unit: group for group, own in self.units.items() for unit in own}

    def take(self, group: str, step: _Step) -> None:
        """Go on with a group."""
        self.steps[group] = step
        for unit in self.units[group]:
            self.known.pop(unit, None)
            self.cells.pop(unit, None)

    def homes(self, unit: str) -> dict[str, list[str]]:
        if unit not in self.known:
            self.known[unit] = homes(self.cases[unit], self.steps[self.group_of[unit]].published)
        return self.known[unit]

    def cell(self, unit: str, home: str, leaves: Sequence[str]) -> HiddenSum:
        own = self.cells.setdefault(unit, {})
        if home not in own:
            published = self.steps[self.group_of[unit]].published
            own[home] = cell_of(self.cases[unit], published, home, leaves)
        return own[home]

    def listed_in(self, unit: str, leaf: str) -> HiddenSum | None:
        """The cell of a unit in which a leaf is taken as it is."""
        found = next(((home, own) for home, own in self.homes(unit).items() if leaf in own), None)
        return None if found is None or leaf in self.cases[unit].answers else self.cell(unit, *found)

    @cached_property
    def needy(self) -> Mapping[str, list[str]]:
        """By unit, the leaves with secret marks that do not protect each other by being different."""
        return {unit: [leaf for leaf in self.secret if self._is_needy(case, leaf)] for unit, case in self.cases.items()}

    def _is_needy(self, case: Case, leaf: str) -> bool:
        point, answers = case.told.points.get(leaf), case.answers.get(leaf)
        if point is None or point.state != "scored" or not point.evaluators or not point.weight:
            return False
        if answers is None or answers.given is None:
            return True
        apart = answers.given[1] - answers.given[0]
        return not answers.loose and (not apart or apart < (answers.values[-1] - answers.values[0]) * self.share)


def publishable(
    evaluation: Evaluation, intake: Intake, points: PointsTable, standings: Sequence[Standing]
) -> tuple[dict[GroupKey, Published], list[Finding]]:
    """What of every group is published, and what the office should know of it before anything is."""
    found: dict[GroupKey, Published] = {}
    findings: list[Finding] = []
    for scheme in evaluation.classes.values():
        own = [one for one in standings if one.unit.class_id == scheme.id]
        units = {group: [one.unit.id for one in of] for group, of in groupby(own, key=lambda one: one.unit.group)}
        group_of = {unit: group for group, of in units.items() for unit in of}
        by_group: dict[str, list[Point]] = {group: [] for group in units}
        for (unit, _), point in points.items():
            if unit in group_of:
                by_group[group_of[unit]].append(point)
        steps = {group: _step(scheme, by_group[group], Less()) for group in units}
        guarded = any(scheme.is_secret(leaf) for leaf in scheme.leaves())
        if guarded:
            names = {one.unit.id: one.unit.name for one in own}
            audited = _Class(scheme, cases(evaluation, intake, scheme, points, own), units, by_group, dict(steps))
            findings += _lessened(audited, names)
            steps = audited.steps
            if any(not step.published.shown for step in steps.values()):
                plain = cases(evaluation, intake, _by_totals_alone(scheme), points, own)
                findings += _told_by_outcome(
                    audited, replace(audited, cases=plain, suspects={}, known={}, cells={}), names
                )
            tables = line_tables(evaluation, intake, scheme, points)
            lines: Mapping[str, Levels] = _told_by_line(audited, tables)
        else:
            leaves = open_leaves(scheme)
            lines = {group: levels_at(scheme, step.published.shown, leaves, 0) for group, step in steps.items()}
        found |= {
            (scheme.id, group): replace(step.published, guarded=guarded, lines=tuple(lines[group].items()))
            for group, step in steps.items()
        }
    return found, findings


def _step(scheme: Scheme, points: Iterable[Point], less: Less) -> _Step:
    return _Step(less, Published(tuple(disclosed(scheme, points, less)), scheme.head.decimals))


def exactly_told(
    evaluation: Evaluation,
    intake: Intake,
    points: PointsTable,
    standings: Sequence[Standing],
    published: Mapping[GroupKey, Published],
    key: GroupKey,
) -> bool:
    """Whether the units of a group may be told what is no secret of theirs, mark by mark: the audit of what is
    published, once more, with every leaf that is no secret known as it is."""
    if not published[key].guarded:
        return True
    scheme = evaluation.classes[key[0]]
    own = [one for one in standings if one.unit.class_id == scheme.id]
    units = {group: [one.unit.id for one in of] for group, of in groupby(own, key=lambda one: one.unit.group)}
    secret = [leaf for leaf in scheme.leaves() if scheme.is_secret(leaf)]
    known = {
        unit: replace(case, answers={leaf: case.answers[leaf] for leaf in secret if leaf in case.answers}, _slacks={})
        for unit, case in cases(evaluation, intake, scheme, points, own).items()
    }
    steps = {group: _Step(NOTHING_MORE, published[scheme.id, group]) for group in units}
    told = _Class(scheme, known, units, {}, steps)
    # what is held against the whole class tells the rates of units of other groups
    return all(_failure(told, group) is None for group in (units if _looks_across(scheme) else (key[1],)))


def _looks_across(scheme: Scheme) -> bool:
    """Whether what units of several groups got is held against each other, or stands in for what is absent."""
    return any(
        (each.benchmark is not None and (each.benchmark.scope == "class" or each.benchmark.even is not None))
        or "class_mean" in map(each.policy, ABSENCES)
        for each in map(scheme.components.__getitem__, scheme.leaves())
    )


def _told_by_line(of: _Class, tables: LineTables) -> Mapping[str, Levels]:
    """By group how finely lines are told: the first step at which nothing follows.  A group that is told something was
    looked at with all others told as much or more; one that is told nothing is looked at beside them."""
    known = known_anyway(of.cases.values(), of.scheme.leaves())
    steps = {group: _Step(NOTHING_MORE, step.published) for group, step in of.steps.items()}
    told: dict[str, Levels] = {}
    cases: Mapping[str, Case] = {}
    for step in range(len(STEPS)):
        left = [group for group in of.units if group not in told]
        shown = {group: of.steps[group].published.shown for group in left}
        tried = told | {group: levels_at(of.scheme, shown[group], known, step) for group in left}
        cases = {
            unit: cases[unit] if of.group_of[unit] in told else still_open(case, tried[of.group_of[unit]], tables)
            for unit, case in of.cases.items()
        }
        beside = _Class(of.scheme, cases, of.units, {}, steps)
        told |= {group: tried[group] for group in left if _failure(beside, group) is None}
    return told if len(told) == len(of.units) else {group: {} for group in of.units}


# --- less and less ---------------------------------------------------------------------------------------------------


def _lessened(of: _Class, names: Mapping[str, str]) -> Iterator[Finding]:
    """Take every group down until nothing follows from what is published of it, or nothing is left to keep back; lists
    go through several groups, so that all are looked at again where one has changed."""
    first, why = dict(of.steps), dict[str, _Failure]()
    changed = True
    while changed:
        changed = False
        for group in of.units:
            while (failed := _failure(of, group)) and (step := _next(of, group, failed)):
                of.take(group, step)
                changed = True
                why.setdefault(group, failed)
    for group in of.units:
        if group in why:
            yield _less(of, group, first[group].published, why[group], names)
        told = [names[unit] for unit in of.units[group] if _is_told_by_total(of, unit)]
        if told:
            yield finding("TOTAL_TELLS", args={"group": of.scheme.group_title(group), "units": _some(told)})


def _some(told: Sequence[str]) -> str:
    """The first of them by name, and how many they are: a warning about a whole group has to stay readable."""
    return "、".join(told[:FEW]) + (f"……（{len(told)}）" if len(told) > FEW else "")


def _next(of: _Class, group: str, failed: _Failure) -> _Step | None:
    """The next that is tried; None if only the total is left."""
    step, scheme = of.steps[group], of.scheme
    published, less = step.published, step.less
    if not published.shown:
        return None
    if published.digits > 1:
        return _Step(less, Published(published.shown, published.digits - 1))
    parent = scheme.components[failed.node].parent if failed.node else ""
    if parent:
        less = Less(less.withheld, less.folded | {parent})
    else:
        hidden = {each for each in scheme.children() if each not in published.shown}
        less = Less(less.withheld | hidden | {failed.node or next_to_withhold(scheme, published.shown)}, less.folded)
    made = _step(scheme, of.points[group], less)
    # where that changes nothing, nothing in sight has to do with what follows
    same = made.published.shown == published.shown
    return _Step(less, Published((), scheme.head.decimals)) if same else made


def _by_totals_alone(scheme: Scheme) -> Scheme:
    """The rules with an order and grades that tell nothing beside printed totals."""
    plain: dict[str, list[Condition]] = {"conditions": []}
    return replace(
        scheme,
        ranking=Ranking(),
        grades=tuple(each.model_copy(update=plain) for each in scheme.grades),
        awards=tuple(each.model_copy(update=plain) for each in scheme.awards),
    )


def _told_by_outcome(of: _Class, plain: _Class, names: Mapping[str, str]) -> Iterator[Finding]:
    """Units of which a place, a grade or an award tells what their totals do not, with nothing left to keep back."""
    for group in (group for group in of.units if not of.steps[group].published.shown):
        told = {
            unit: failed
            for unit in of.units[group]
            if (failed := _failure_of(of, unit)) and not (_is_told_by_total(of, unit) or _failure_of(plain, unit))
        }
        if told:
            leaves = dict.fromkeys(leaf for failed in told.values() for leaf in failed.leaves)
            args: dict[str, object] = {
                "group": of.scheme.group_title(group),
                "units": _some([names[unit] for unit in told]),
                "component": "、".join(of.scheme.titles[leaf] for leaf in leaves),
            }
            yield finding("OUTCOME_TELLS", args=args)


# --- what follows ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Failure:
    """Something of a unit that would follow: marks in these leaves of the cell of a node."""

    unit: str
    node: str
    leaves: tuple[str, ...]


def _failure(of: _Class, group: str) -> _Failure | None:
    """The first thing that would follow."""
    suspects = of.suspects.setdefault(group, [])
    for unit in dict.fromkeys((*suspects, *of.units[group])):
        if failed := _failure_of(of, unit):
            suspects[:0] = [] if unit in suspects else [unit]
            return failed
    return None


def _failure_of(of: _Class, unit: str) -> _Failure | None:
    """The first thing of a unit that would follow."""
    found = (
        _Failure(unit, home, told) for home, leaves in of.homes(unit).items() for told in _told(of, unit, home, leaves)
    )
    return next(found, None)


def _told(of: _Class, unit: str, home: str, leaves: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The leaves of a cell in which something is told that should stay open."""
    case, needy = of.cases[unit], of.needy[unit]
    marks = [leaf for leaf in leaves if leaf in needy]
    sums = list(_sums(of, case, home, leaves))
    if not marks and not sums:
        return
    yield from ((leaf,) for leaf in marks if leaf not in case.answers and leaf not in case.worth)
    cell = of.cell(unit, home, leaves)
    possible = moves(of.cases, of.listed_in, unit, cell)
    for each in _all_open(of, case, cell, marks, sums, possible):
        # little is left, and not half of what the total alone would leave
        if (each.width < each.scale * of.share or not each.width) and each.width < by_total_alone(case, each) / 2:
            yield each.leaves


def _all_open(
    of: _Class, case: Case, cell: HiddenSum, marks: Sequence[str], sums: Iterable[Sequence[str]], possible: Moves
) -> Iterator[Open]:
    yield from open_marks(cell, marks, possible.sums, of.share)
    for at, listed in enumerate(case.lists):
        if listed.leaf in cell.fixed and listed.leaf in marks and listed.leaf in case.worth and len(listed.given) > 1:
            yield _of_list(case, listed, possible.values.get(at, frozenset()))
    for leaves in sums:
        yield open_sum(cell, leaves, possible.sums)


def _of_list(case: Case, listed: Listed, others: Collection[Fraction]) -> Open:
    worth = case.worth[listed.leaf]
    found = [listed.given[case.told.points[""].unit], *others]
    values = tuple(worth * each for each in sorted({*listed.given.values(), *listed.values}))
    return Open((listed.leaf,), worth * (max(found) - min(found)), values, close=False)


def _sums(of: _Class, case: Case, home: str, leaves: Sequence[str]) -> Iterator[list[str]]:
    """Components below a cell's node that the rules do not show: hidden ones, and those with too few evaluators.  Of a
    single mark enough is said."""
    free = [leaf for leaf in leaves if leaf in case.answers and leaf in of.secret]
    for node in (each for each, _ in of.scheme.walk(home)) if len(free) > 1 else ():
        inside = [leaf for leaf in of.scheme.leaves(node) if leaf in free]
        if not inside or len(inside) == len(free) or (len(inside) == 1 and case.told.points[inside[0]].evaluators == 1):
            continue
        if of.scheme.components[node].public == "hidden" or has_too_few(of.scheme, node, case.told.points):
            yield inside


# --- words -----------------------------------------------------------------------------------------------------------


def _less(of: _Class, group: str, first: Published, failed: _Failure, names: Mapping[str, str]) -> Finding:
    """What is kept back, and for whose sake."""
    titles, now = of.scheme.titles, of.steps[group].published
    hidden = [each for each in first.shown if each not in now.shown]
    gone = [titles[each] for each in hidden if of.scheme.components[each].parent not in hidden]
    args: dict[str, object] = {
        "group": of.scheme.group_title(group),
        "unit": names[failed.unit],
        "component": "、".join(titles[leaf] for leaf in failed.leaves),
        "digits": now.digits,
        "less": "、".join(gone),
    }
    return finding("PUBLISHED_LESS", args=args, because="digits" if not gone else "parts" if now.shown else "total")


def _is_told_by_total(of: _Class, unit: str) -> bool:
    """Whether something of a unit would nearly follow if its total alone were published."""
    case = of.cases[unit]
    marks = [_one_mark(case, leaf) for leaf in of.needy[unit]]
    alone = [(by_total_alone(case, each), each.scale) for each in marks if each is not None]
    return any(left < scale * of.share or (scale and not left) for left, scale in alone)


def _one_mark(case: Case, leaf: str) -> Open | None:
    """One answer in a leaf as nobody knows anything of it."""
    if answers := case.answers.get(leaf):
        worth = case.told.points[leaf].weight * answers.weights[0][0]
        return Open((leaf,), Fraction(0), tuple(worth * each for each in answers.values), bool(answers.step))
    listed = next((each for each in case.lists if each.leaf == leaf and leaf in case.worth), None)
    return None if listed is None or len(listed.given) < 2 else _of_list(case, listed, ())
