"""Whether a confidential mark follows from what is to be published (law 11): the audit of feasibility.

Published figures are rounded, so each says an interval.  Nodes whose points are known in this way divide the leaves
into cells (`HiddenSum`): the leaves below a known node that are below no smaller one.  What a cell's leaves may come to
is a window: its own figure's interval, those of the figures above it, the total less what other figures say.  A mark
is safe if the answers that others could have given leave it two values at least, and a stated part of its scale.

Everything here errs on one side: what is called possible is possible; what cannot be said counts as told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import ceil, lcm

from evaltool.exact import half_up
from evaltool.points.score import Point
from evaltool.results.disclosure import Published
from evaltool.results.possible import Listed, PossibleAnswers
from evaltool.results.sums import MOST, Stretch, added, all_of, left_open, meets, times
from evaltool.rules import Scheme

Window = tuple[Fraction, Fraction]  # from the first up to, but not with, the second; equal: exactly this


@dataclass(frozen=True, slots=True)
class KnownOfUnit:
    """What is known of one unit beside its components' figures.

    `points`: by component; `extra`: bonus less deduction; `total`: as it is printed; `margins`: how much less and
    more a component ("": the total) may be than it is before the order of units or a grade's condition changes.
    """

    points: Mapping[str, Point]
    extra: Fraction
    total: Fraction
    margins: Mapping[str, tuple[Fraction, Fraction]] = field(default_factory=dict)

    @property
    def exact(self) -> Fraction:
        return (self.points[""].points or Fraction(0)) + self.extra


@dataclass(frozen=True)
class Case:
    """One unit with all that could have been answered about it.

    `answers`: by leaf, where it can be said; `lists`: those in which the unit stands, `worth`: what full marks in a
    list of a leaf add to the unit's points.
    """

    scheme: Scheme
    told: KnownOfUnit
    answers: Mapping[str, PossibleAnswers]
    lists: Sequence[Listed] = ()
    worth: Mapping[str, Fraction] = field(default_factory=dict)
    _slacks: dict[tuple[str, Published], Slack] = field(default_factory=dict, repr=False)

    @cached_property
    def lines(self) -> dict[str, list[str]]:
        """Every leaf with itself and the components above it, upwards."""
        return {leaf: _line(self.scheme, leaf) for leaf in self.scheme.leaves()}

    @cached_property
    def _wholes(self) -> dict[str, int]:
        return {leaf: _denominator(self, leaf) for leaf in self.answers}

    def whole(self, leaf: str) -> int:
        """Everything that a leaf may add is so many parts of this many to a point."""
        return self._wholes[leaf]

    def slack(self, component: str, published: Published) -> Slack:
        if (component, published) not in self._slacks:
            self._slacks[component, published] = _slack(self, published, component)
        return self._slacks[component, published]


@dataclass(frozen=True, slots=True)
class Kind:
    """Answers that weigh the same, in whole numbers: what one of them adds, evenly from the first to the last where
    there is a step, and how many there are; `given`: how far apart two of them are that may have changed places."""

    values: tuple[int, ...]
    step: int
    many: int
    given: int

    @property
    def scale(self) -> int:
        return self.values[-1] - self.values[0]

    @property
    def widest(self) -> int:
        """The widest step from an answer to the next: sums of several are no further apart, because one answer after
        the other can be taken a step down or up."""
        return self.step or max((after - before for before, after in pairwise(self.values)), default=0)

    def sums(self, count: int, gap: int) -> list[Stretch]:
        """What so many of them may come to."""
        first, last = self.values[0], self.values[-1]
        if self.widest <= gap:
            return [(first * count, last * count)]
        few = self.step * (-(-self.scale // (MOST * self.step))) if self.step else 0
        values = (*range(first, last, few), last) if few else self.values
        return times([(each, each) for each in values], count, gap)


@dataclass(frozen=True, slots=True)
class HiddenLeaf:
    """One leaf of a cell; `loose` as `PossibleAnswers` has it."""

    leaf: str
    kinds: tuple[Kind, ...]
    loose: bool

    def sums(self, gap: int, without: int | None = None) -> list[Stretch]:
        """What the leaf may come to; `without`: with one answer of this kind less."""
        return all_of((kind.sums(kind.many - (at == without), gap) for at, kind in enumerate(self.kinds)), gap)


@dataclass(frozen=True)
class HiddenSum:
    """`parts` come to something inside the window; they are in units of 1/`whole`.  `fixed`: the leaves of the cell
    that are taken as they are, because nothing can be said about them or because they stand in lists."""

    node: str
    parts: tuple[HiddenLeaf, ...]
    window: Window
    whole: int
    fixed: tuple[str, ...]

    @property
    def gap(self) -> int:
        return max(int((self.window[1] - self.window[0]) * self.whole), 1)

    def bounds(self, by: Fraction = Fraction(0)) -> Stretch:
        """The window in whole numbers, if answers in lists add so much more; empty where that cannot be."""
        low, high, over = self._scaled
        shift, under = by.numerator * self.whole * over, by.denominator
        over *= under
        first, end = -((shift - low * under) // over), -((shift - high * under) // over)
        exactly = low == high and (low * under - shift) % over == 0
        return first, first + 1 if exactly else end

    @cached_property
    def _scaled(self) -> tuple[int, int, int]:
        """The window's ends as whole numbers over a third."""
        low, high = (each * self.whole for each in self.window)
        over = lcm(low.denominator, high.denominator)
        return int(low * over), int(high * over), over

    @cached_property
    def sums(self) -> list[Stretch]:
        """What the parts may come to."""
        return all_of((part.sums(self.gap) for part in self.parts), self.gap)

    def allows(self, by: Fraction) -> bool:
        """Whether answers in lists may add so much more."""
        return meets(self.sums, self.bounds(by))


# --- what is known ---------------------------------------------------------------------------------------------------


def _around(value: Fraction, digits: int) -> Window:
    half = Fraction(1, 2 * 10**digits)
    return half_up(value, digits) - half, half_up(value, digits) + half


def _meet(one: Window, other: Window) -> Window:
    return max(one[0], other[0]), min(one[1], other[1])


def _points(case: Case, component: str) -> Fraction:
    point = case.told.points.get(component)
    return Fraction(0) if point is None or point.points is None else point.points


def _known(case: Case, published: Published) -> dict[str, str]:
    """Node -> how it is known: its figure is printed, an order tells of it, or the rules round it before it counts."""
    there = [each for each, point in case.told.points.items() if each and point.weight]
    known = {each: "printed" for each in there if each in published.shown}
    known |= {each: "ordered" for each in there if each in case.told.margins and each not in known}
    return known | {each: "rounded" for each in there if case.scheme.components[each].round is not None}


def _line(scheme: Scheme, component: str) -> list[str]:
    return [component, *scheme.ancestors(component)] if component else []


def homes(case: Case, published: Published) -> dict[str, list[str]]:
    """The leaves that count, by the smallest known node above them ("": the total)."""
    known = _known(case, published)
    found: dict[str, list[str]] = {}
    for leaf, line in case.lines.items():
        point = case.told.points.get(leaf)
        if point is not None and point.weight and point.points is not None:
            found.setdefault(next((each for each in line if each in known), ""), []).append(leaf)
    return found


def cell_of(case: Case, published: Published, home: str, leaves: Sequence[str]) -> HiddenSum:
    """The cell of a known node."""
    free = [leaf for leaf in leaves if leaf in case.answers]
    whole = lcm(*(case.whole(leaf) for leaf in free))
    parts = tuple(_part(case, leaf, whole) for leaf in free)
    fixed = tuple(leaf for leaf in leaves if leaf not in free)
    return HiddenSum(home, parts, _window(case, published, home, leaves), whole, fixed)


def _window(case: Case, published: Published, home: str, leaves: Sequence[str]) -> Window:
    """What the free leaves of a cell may come to, the others being what they are."""
    known = _known(case, published)
    free = sum((_before_rounding(case, leaf) for leaf in leaves if leaf in case.answers), Fraction(0))
    if known.get(home) == "rounded":
        before = _before_rounding(case, home)
        return _moved(_around(before, case.scheme.components[home].round or 0), free - before)
    line = _line(case.scheme, home)
    if any(known.get(each) == "rounded" for each in line):
        return free, free  # by way of what is above it nothing is looked for
    window = _by_total(case, published, line[-1] if line else "", free)
    for each in (*line, ""):
        if known.get(each) == "printed":
            points = _points(case, each)
            window = _meet(window, _moved(_around(points, published.digits), free - points))
        if each in case.told.margins:
            down, up = case.told.margins[each]
            window = _meet(window, (free - down, free + up))
    return window


def _moved(window: Window, by: Fraction) -> Window:
    return window[0] + by, window[1] + by


def _before_rounding(case: Case, node: str) -> Fraction:
    parts = case.scheme.children(node)
    point = case.told.points[node]
    if not parts:
        return (point.share or Fraction(0)) * point.weight
    return Fraction(sum(_points(case, part) for part in parts))


def _by_total(case: Case, published: Published, root: str, free: Fraction) -> Window:
    """What the total leaves to something below a component right under it ("": to all that is not shown, the sum of
    which is printed too)."""
    told, roots = case.told, case.scheme.children()
    half = Fraction(1, 2 * 10**case.scheme.head.decimals)
    slacks = [
        case.slack(other, published)
        for other in roots
        if other != root and _points(case, other) and other in published.shown
    ]
    down, up = sum((each.down for each in slacks), Fraction(0)), sum((each.up for each in slacks), Fraction(0))
    window = _moved((told.total - half - up, told.total + half + down), free - told.exact)
    if not root and published.shown:
        rest = sum((_points(case, each) for each in roots if each not in published.shown), Fraction(0))
        window = _meet(window, _moved(_around(rest, published.digits), free - rest))
    for each in roots if not root else ():
        if each not in published.shown and each in told.margins:  # a cell of its own, of which the order alone tells
            slack = case.slack(each, published)
            window = (window[0] - slack.up, window[1] + slack.down) if slack.gap <= window[1] - window[0] else window
    return window


@dataclass(frozen=True, slots=True)
class Slack:
    """How far below and above its points a printed component may be for all that its figure says, in steps that are no
    wider than `gap`."""

    down: Fraction = Fraction(0)
    up: Fraction = Fraction(0)
    gap: Fraction = Fraction(0)


def _slack(case: Case, published: Published, root: str) -> Slack:
    """None at all where it cannot be said, or the steps are wider than the total is printed."""
    inside = [root, *(each for each, _ in case.scheme.walk(root))]
    if any(case.scheme.components[each].round is not None for each in inside) or "" in case.told.margins:
        return Slack()
    wide = Fraction(1, 10**case.scheme.head.decimals)
    far = Fraction(case.scheme.head.total)
    down, up = case.told.margins.get(root, (far, far))
    if root in published.shown:
        low, high = _around(_points(case, root), published.digits)
        down, up = min(_points(case, root) - low, down), min(high - _points(case, root), up)
    parts = [part for part in case.scheme.children(root) if part in published.shown]
    if parts:
        found = [case.slack(part, published) for part in parts]
    else:
        leaves = [leaf for leaf in case.scheme.leaves(root) if leaf in case.answers and _points(case, leaf)]
        found = [_leaf_slack(case, leaf, wide, down, up) for leaf in leaves]
    if len(found) == 1:
        return found[0]
    gap = max((each.gap for each in found), default=Fraction(0))
    # the last that is still inside may be a step short of the end
    return Slack(
        min(sum((each.down for each in found), Fraction(0)), max(down - gap, Fraction(0))),
        min(sum((each.up for each in found), Fraction(0)), max(up - gap, Fraction(0))),
        gap,
    )


def _leaf_slack(case: Case, leaf: str, wide: Fraction, least: Fraction, most: Fraction) -> Slack:
    """How far a leaf's points may be from what they are, up to the bounds."""
    whole, points = case.whole(leaf), _points(case, leaf)
    kinds = _part(case, leaf, whole).kinds
    gap = Fraction(max(kind.widest for kind in kinds), whole)
    if gap > wide or not gap:
        return Slack()
    down = points - Fraction(sum(kind.values[0] * kind.many for kind in kinds), whole)
    up = Fraction(sum(kind.values[-1] * kind.many for kind in kinds), whole) - points
    if len(kinds) == 1 and kinds[0].step:
        return Slack(min(down, least // gap * gap), min(up, (ceil(most / gap) - 1) * gap), gap)
    return Slack(min(down, max(least - gap, Fraction(0))), min(up, max(most - gap, Fraction(0))), gap)


def _denominator(case: Case, leaf: str) -> int:
    answers, weight = case.answers[leaf], case.told.points[leaf].weight
    steps = (answers.step,) if answers.step else answers.values
    return lcm(*((each * weight * of).denominator for of, _ in answers.weights for each in steps))


def _part(case: Case, leaf: str, whole: int) -> HiddenLeaf:
    answers, weight = case.answers[leaf], case.told.points[leaf].weight * whole
    apart = (answers.given[1] - answers.given[0]) if answers.given else Fraction(0)
    kinds = tuple(
        Kind(
            tuple(int(value * weight * of) for value in answers.values),
            int(answers.step * weight * of),
            many,
            int(apart * weight * of),
        )
        for of, many in answers.weights
    )
    return HiddenLeaf(leaf, kinds, answers.loose)


# --- what is left open -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Open:
    """How much is left open of one evaluator's answer in a leaf, or of what several leaves come to, as points of the
    unit: `width` from the least to the greatest possible; `values`: what there was before anything was known, all of
    them or, where they stand close together, the first and the last."""

    leaves: tuple[str, ...]
    width: Fraction
    values: tuple[Fraction, ...]
    close: bool

    @property
    def scale(self) -> Fraction:
        return self.values[-1] - self.values[0]


def open_marks(cell: HiddenSum, secret: Collection[str], moves: Iterable[Fraction], share: Fraction) -> Iterator[Open]:
    """For the leaves that are secret, how much of a single answer stays open; `moves`: what lists may add besides.
    Nothing more is looked for where that is a stated share of the scale."""
    windows = [cell.bounds(by) for by in moves]
    for part in cell.parts:
        if part.leaf in secret:
            for at, kind in enumerate(part.kinds):
                width = kind.scale if part.loose else kind.given
                if width < kind.scale * share or not width:
                    width = max(width, _mark_width(cell, part, at, windows))
                values = tuple(Fraction(each, cell.whole) for each in kind.values)
                yield Open((part.leaf,), Fraction(width, cell.whole), values, bool(kind.step))


def _mark_width(cell: HiddenSum, part: HiddenLeaf, at: int, windows: Sequence[Stretch]) -> int:
    kind = part.kinds[at]
    rest = all_of((other.sums(cell.gap) for other in cell.parts if other is not part), cell.gap)
    others = added(part.sums(cell.gap, at), rest, cell.gap)
    values = [(kind.values[0], kind.values[-1])] if kind.step else [(each, each) for each in kind.values]
    return _width(values, kind.step, others, windows)


def open_sum(cell: HiddenSum, leaves: Collection[str], moves: Iterable[Fraction]) -> Open:
    """How much of what several leaves of a cell come to stays open."""
    windows = [cell.bounds(by) for by in moves]
    inside = [part for part in cell.parts if part.leaf in leaves]
    wanted = all_of((part.sums(cell.gap) for part in inside), cell.gap)
    others = all_of((part.sums(cell.gap) for part in cell.parts if part.leaf not in leaves), cell.gap)
    ends = Fraction(wanted[0][0], cell.whole), Fraction(wanted[-1][1], cell.whole)
    return Open(
        tuple(part.leaf for part in inside), Fraction(_width(wanted, 0, others, windows), cell.whole), ends, close=True
    )


def _width(wanted: Sequence[Stretch], step: int, others: Sequence[Stretch], windows: Sequence[Stretch]) -> int:
    found = [each for window in windows if (each := left_open(wanted, step, others, window)) is not None]
    return max(high for _, high in found) - min(low for low, _ in found) if found else 0


# --- what the total tells by itself ----------------------------------------------------------------------------------


def by_total_alone(case: Case, of: Open) -> Fraction:
    """How much is left open of something by the total, the rules and the bounds of all other marks: no more than this
    could stay open, whatever else is kept back."""
    told = case.told
    limits = [_limits(case, leaf) for leaf in case.scheme.leaves() if leaf in told.points]
    known = [each for each in limits if each is not None]
    if len(known) < len(limits):
        return of.scale
    half = Fraction(1, 2 * 10**case.scheme.head.decimals) + _rounded_away(case)
    first, last = of.values[0], of.values[-1]
    least = told.total - half - told.extra - sum((high for _, high in known), Fraction(0)) + last
    most = told.total + half - told.extra - sum((low for low, _ in known), Fraction(0)) + first
    if of.close:
        return max(min(most, last) - max(least, first), Fraction(0))
    inside = [value for value in of.values if least <= value <= most]
    return max(inside) - min(inside) if inside else Fraction(0)


def _limits(case: Case, leaf: str) -> Window | None:
    """The least and the most that a leaf can come to; None where nothing is sure."""
    point, component = case.told.points[leaf], case.scheme.components[leaf]
    if not point.weight or point.state != "scored" or component.taken:  # what is taken of others is public there
        return _points(case, leaf), _points(case, leaf)
    if component.measured or component.over == "sum" or (component.each is not None and leaf not in case.answers):
        return None
    answers = case.answers.get(leaf)
    if answers is None:
        cap = Fraction(component.benchmark.cap) / 100 if component.benchmark else Fraction(1)
        full = point.weight * (component.convert.most_share if component.convert else cap)
        return min(Fraction(0), _points(case, leaf)), max(full, _points(case, leaf))
    whole = sum((of * many for of, many in answers.weights), Fraction(0)) * point.weight
    return answers.values[0] * whole, answers.values[-1] * whole


def _rounded_away(case: Case) -> Fraction:
    """How much the roundings that the rules ask for on the way may hide."""
    digits = (each.round for each in case.scheme.components.values())
    return sum((Fraction(1, 2 * 10**each) for each in digits if each is not None), Fraction(0))
