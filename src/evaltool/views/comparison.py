"""One group's units side by side, as far as public documents may: shown components, mean rates, points and mean.

The mean is that of the group's ranked units.  A component is compared by its rate (points by weight), so that a unit
whose weights moved is measured by its own weight; where no weight moved this is the plain mean of the points.  What is
printed beside each other re-adds: a difference is that of the two rounded figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from evaltool.exact import half_up, plain, published
from evaltool.points.score import Point, together
from evaltool.results.disclosure import Published, disclosed
from evaltool.results.linelevels import LineLevel, levels_at, open_leaves
from evaltool.results.means import mean_total
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.results.satisfaction import PublicShares, public_shares
from evaltool.rules import Scheme
from evaltool.views.tables import NONE

REST = "*"  # what is not shown of the total, taken together


@dataclass(frozen=True, slots=True)
class Means:
    """None where nobody is ranked.  `satisfied`: component -> the mean of the shares that are public."""

    total: Fraction | None
    bonus: Fraction | None
    deduction: Fraction | None
    reward: Fraction | None
    satisfied: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class ComparedGroup:
    """The units that are ranked against each other.  `shown`: components in the order of the rules; `figures`: how many
    decimals what is said of them has; `is_printed`: whether nothing is finer than that; `rates`: their mean rates;
    `points`: (unit, component) -> point, `REST` among the components where something is not shown; `ranked`: the ranked
    units, best first; `means`: of what they got; `lines`: the leaves that are told line by line, and how finely;
    `satisfied`: shares of satisfied answers, as far as they are public."""

    scheme: Scheme
    id: str
    name: str
    standings: tuple[Standing, ...]
    shown: tuple[str, ...]
    figures: int
    is_printed: bool
    points: Mapping[tuple[str, str], Point]
    rates: Mapping[str, Fraction]
    ranked: tuple[Standing, ...]
    means: Means
    lines: Mapping[str, LineLevel]
    satisfied: PublicShares

    @property
    def digits(self) -> int:
        return self.scheme.head.decimals

    @property
    def full_name(self) -> str:
        """Its name among groups of other classes."""
        return self.scheme.group_title(self.id)

    def mean_total(self) -> Fraction | None:
        return self.means.total

    def roots(self) -> list[str]:
        """The shown components that add up to the total before bonus."""
        return [each for each in self.shown if each == REST or not self.scheme.components[each].parent]

    def parts(self, component: str) -> list[str]:
        """The shown parts of a shown component."""
        return [] if component == REST else [each for each in self.scheme.children(component) if each in self.shown]

    def compared_in(self, component: str) -> int:
        """How many of the ranked units a component's mean rate is of."""
        return len(_counted(self.points, [one.unit.id for one in self.ranked], component))

    def title(self, component: str) -> str:
        return "其他评估内容" if component == REST else self.scheme.components[component].name


@dataclass(frozen=True, slots=True)
class ComponentLine:
    """One unit in one shown component; rounded as it is printed.  `points` is None while nothing is known; a line that
    is not `complete` says what is there so far and is compared with nothing."""

    component: str
    name: str
    depth: int
    weight: Fraction
    points: Fraction | None
    mean: Fraction | None
    complete: bool

    @property
    def difference(self) -> Fraction | None:
        return None if self.points is None or self.mean is None else self.points - self.mean

    @property
    def lost(self) -> Fraction:
        return Fraction(0) if self.points is None else self.weight - self.points


def compared(result: Result, class_id: str, group: str, *, inside: bool = False) -> ComparedGroup:
    """Everything that the documents say of a group comes from this value; `inside`: with every component, for what is
    not public."""
    key = (compared, class_id, group, inside)
    return result.view(key, lambda: _compared(result, class_id, group, inside=inside))


def _compared(result: Result, class_id: str, group: str, *, inside: bool) -> ComparedGroup:
    scheme = result.evaluation.classes[class_id]
    standings = tuple(result.group(class_id, group))
    units = {one.unit.id for one in standings}
    exact = points = {key: point for key, point in result.points.items() if key[0] in units}
    whole = [each for each, _ in scheme.walk() if scheme.weight(each, group)]
    public = result.published.get((class_id, group)) or _unaudited(scheme, points.values())
    shown = whole if inside else list(public.shown)
    rest = [each for each in scheme.children() if each not in shown and scheme.weight(each, group)]
    if rest and shown:
        points |= {(unit, REST): _together(points, unit, rest) for unit in units}
        shown.append(REST)
    ranked = tuple(one for one in standings if one.rank is not None)
    ids = [one.unit.id for one in ranked]
    figures = scheme.head.decimals if inside else public.digits
    is_printed = public.guarded and not inside
    if is_printed:
        points = {key: _as_printed(point, figures) for key, point in points.items()}
    rates = {each: rate for each in shown if (rate := _rate(points, ids, each)) is not None}
    audited = result.published.get((class_id, group))
    happy: PublicShares = {}
    if audited:
        key = (public_shares, class_id, group)
        happy = result.view(key, lambda: public_shares(result.intake, scheme, exact, sorted(units), audited))
    return ComparedGroup(
        scheme,
        group,
        scheme.group_name(group),
        standings,
        tuple(shown),
        figures,
        is_printed,
        points,
        rates,
        ranked,
        _means(ranked, happy),
        dict(public.lines),
        happy,
    )


def _unaudited(scheme: Scheme, points: Iterable[Point]) -> Published:
    """What the rules show of a result of which nothing is published: an interim one.  Its lines are told only where no
    mark of the class is confidential."""
    shown = tuple(disclosed(scheme, points))
    is_guarded = any(scheme.is_secret(leaf) for leaf in scheme.leaves())
    lines = {} if is_guarded else levels_at(scheme, shown, open_leaves(scheme), 0)
    return Published(shown, scheme.head.decimals, guarded=False, lines=tuple(lines.items()))


def _as_printed(point: Point, digits: int) -> Point:
    """With nothing finer than what is printed: means and rates that are made of it tell no more than it does itself."""
    points = None if point.points is None else half_up(point.points, digits)
    return replace(point, points=points, share=points / point.weight if points is not None and point.weight else None)


def _means(ranked: Sequence[Standing], happy: PublicShares) -> Means:
    def mean(values: Iterable[Fraction]) -> Fraction | None:
        return sum(filter(None, values), Fraction(0)) / len(ranked) if ranked else None  # nearly all may be 0

    bonus, deduction, reward = (mean(getattr(one, kind) for one in ranked) for kind in ("bonus", "deduction", "reward"))
    shares = {component: [own[one.unit.id] for one in ranked if one.unit.id in own] for component, own in happy.items()}
    satisfied = {component: sum(own, Fraction(0)) / len(own) for component, own in shares.items() if own}
    return Means(mean_total(ranked), bonus, deduction, reward, satisfied)


def _together(points: Mapping[tuple[str, str], Point], unit: str, components: list[str]) -> Point:
    own = [points[unit, each] for each in components if (unit, each) in points]
    known = [point.points for point in own if point.points is not None]
    weight = sum((point.weight for point in own), Fraction(0))
    total = sum(known, Fraction(0)) if known else None
    state = together(point.state for point in own)
    return Point(points[unit, ""].class_id, unit, REST, weight, None, total, state)


def _rate(points: Mapping[tuple[str, str], Point], units: list[str], component: str) -> Fraction | None:
    rates = _counted(points, units, component)
    return sum(rates, Fraction(0)) / len(rates) if rates else None


def _counted(points: Mapping[tuple[str, str], Point], units: list[str], component: str) -> list[Fraction]:
    """The rates of those who have one."""
    own = [points[unit, component] for unit in units if (unit, component) in points]
    known = [point for point in own if point.is_complete and point.weight]
    return [point.points / point.weight for point in known if point.points is not None]


def lines(group: ComparedGroup, unit: str) -> list[ComponentLine]:
    """A unit's shown components in the order of the rules."""
    depths = dict(group.scheme.walk())
    return [
        _line(group, each, depths.get(each, 0), group.points[unit, each])
        for each in group.shown
        if (unit, each) in group.points
    ]


def _line(group: ComparedGroup, component: str, depth: int, point: Point) -> ComponentLine:
    rate = group.rates.get(component)
    complete = point.is_complete
    mean = None if rate is None or not complete or not point.weight else half_up(rate * point.weight, group.figures)
    moved = point.state == "moved" or not point.weight
    points = None if moved or point.points is None else half_up(point.points, group.figures)
    return ComponentLine(component, group.title(component), depth, point.weight, points, mean, complete)


def stated_weight(group: ComparedGroup, one: Standing, line: ComponentLine) -> Fraction:
    """What the rules say that a component weighs, before anything moved."""
    return line.weight if line.component == REST else group.scheme.weight(line.component, one.unit.group)


def uneven(group: ComparedGroup, one: Standing, own: Sequence[ComponentLine] = ()) -> list[str]:
    """What does not add up as printed, because parts and sum are each rounded: "" for the total, else components.
    `own`: the unit's lines, where they are there already."""
    printed = {line.component: line.points or Fraction(0) for line in own or lines(group, one.unit.id)}
    found = []
    if printed:
        extra = half_up(one.bonus, group.digits) - half_up(one.deduction, group.digits) + one.reward
        total = sum((printed.get(each, Fraction(0)) for each in group.roots()), extra)
        found += [""] if total != one.total else []
    for node in printed:
        parts = [] if node == REST else group.scheme.children(node)
        there = [part for part in parts if (one.unit.id, part) in group.points]
        if there and all(part in printed for part in there) and sum(printed[part] for part in there) != printed[node]:
            found.append(node)
    return found


@dataclass(frozen=True, slots=True)
class Notable:
    """A leaf that is not simply scored for a unit: the shown component it belongs to ("" where none is shown), what
    happened, and the same in general words that many units can share."""

    component: str
    words: str
    general: str


def notable(group: ComparedGroup, one: Standing) -> list[Notable]:
    """What the rules did where something was absent.  What is not shown of itself is spoken of in general words, by the
    shown component above it."""
    found: dict[Notable, None] = {}
    for leaf in group.scheme.leaves():
        point = group.points.get((one.unit.id, leaf))
        if point is not None and point.basis:
            place = leaf
            while place and place not in group.shown:
                place = group.scheme.components[place].parent
            general = _general(point, whole=place == leaf)
            found[Notable(place, point.basis if place == leaf else general, general)] = None
    return list(found)


def _general(point: Point, *, whole: bool) -> str:
    if point.state == "partial":
        return point.basis
    if point.state == "scored":
        return "部分指标不适用或免报，按其余指标折算"
    if whole:
        return point.basis
    absence = point.basis.partition("，")[0]
    of = "的" if absence.startswith("评估主体") else ""
    return f"部分内容{of}{absence}，" + ("权重按规则转到其他内容" if point.state == "moved" else "按规则计分")


# --- figures as they are printed -------------------------------------------------------------------------------------


def printed(value: Fraction | None, digits: int) -> str:
    return NONE if value is None else published(value, digits)


def weight_text(weight: Fraction) -> str:
    """A weight with the digits that it has, at most two after the point."""
    return plain(half_up(weight, 2))


def percent_text(share: Fraction) -> str:
    return f"{published(share * 100, 1)}%"
