"""One answer line by line: the share of each line, or what its absence means, summed over the preset points.

Each absent line follows the policy for its own kind: out of points and preset points, full, zero, or the whole
component is absent for the unit.  A figure outside its method's domain is absent too: undefined, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from evaltool.exact import plain
from evaltool.points.figures import CellSaid
from evaltool.roster import Indicator
from evaltool.rules import ABSENCES, Component, Policy
from evaltool.rules.absence import passes_over, stated_share
from evaltool.rules.expressions import value_of
from evaltool.rules.methods import Facts, Method
from evaltool.rules.methods.method import as_stated

Absence = str
"""A kind of absence, as in `ABSENCES`."""
States = Mapping[str, str]
"""Evaluator -> what became of the sheet of marks: counted, missing, waived, excluded."""
UNDEFINED = "undefined"
"""The state of a cell whose figure is reckoned by a formula that divides by nothing."""
_BY_NOTHING = ("算式的除数为 0", "its formula divides by 0")
Reason = tuple[str, str]
"""Why a line has no share, in Chinese and in English."""


@dataclass(frozen=True, slots=True)
class Sum:
    """One answer: its share or the absence that decides, the preset points that counted, the lines without a share."""

    answer: Fraction | Absence
    preset: Fraction
    reasons: tuple[Reason, ...] = ()


def worst(component: Component, kinds: list[Absence]) -> Absence:
    """Of several absences the one that decides: one that the rules refuse, else the first in a fixed order."""
    return min(kinds, key=lambda kind: (component.policy(kind) != "refuse", ABSENCES.index(kind)))


def kind_of_cell(state: str) -> Absence:
    """The absence that a cell without a share stands for; a choice that abstains is withheld too."""
    return "abstained" if state in ("abstained", "given") else "missing"


def share_of(answer: Method, said: CellSaid, facts: Facts) -> Fraction | None:
    """The share of what a cell says; None where it says nothing, or nothing that has one."""
    _, number, text = said
    if number is None:
        return None
    return answer.share(text if answer.scale_name else number, facts)


@dataclass(frozen=True, slots=True)
class Judged:
    """One line of an answer: its share, or the kind of its absence with the policy for it and the reason in words."""

    line: Indicator
    share: Fraction | None
    kind: Absence = ""
    policy: Policy = "out"
    reasons: tuple[Reason, ...] = ()

    @property
    def points(self) -> Fraction | None:
        """What the line adds to the points; None where its preset points do not count."""
        if self.share is not None:
            return self.share * self.line.full
        stated = stated_share(self.policy)
        return None if stated is None else stated * self.line.full


def judged(
    component: Component,
    lines: Iterable[Indicator],
    said: Mapping[str, CellSaid],
    owners: States,
    doubted: Collection[str],
    method: Callable[[Indicator], tuple[Method, Facts]],
) -> Iterator[Judged]:
    """The lines of one answer that carry points, one by one; `said` by indicator, `method`: how a line is scored.

    A line whose evidence is not verified (`doubted`) is absent, whatever was marked."""
    for line in lines:
        if not line.full:
            continue  # a figure that others are divided by
        answer, facts = method(line)
        cell = said.get(line.id, ("blank", None, ""))
        share = share_of(answer, cell, facts) if line.id not in doubted else None
        if share is not None:
            yield Judged(line, share)
            continue
        reason = _outside(answer, cell, facts) if line.id not in doubted else None
        owner = owners.get(line.owner, "counted")
        absence = "undefined" if reason else kind_of_cell(cell[0]) if owner == "counted" else owner
        kind = "unverified" if line.id in doubted else absence
        yield Judged(line, None, kind, component.policy(kind), (_in_words(line, cell[1], reason),) if reason else ())


def sum_lines(component: Component, lines: Iterable[Judged]) -> Sum:
    """The lines of one answer added up."""
    points = preset = Fraction(0)
    stops: list[Absence] = []
    out: list[Absence] = []
    reasons: list[Reason] = []
    for each in lines:
        reasons += each.reasons
        if each.points is not None:
            points, preset = points + each.points, preset + each.line.full
        else:
            (out if passes_over(each.policy) else stops).append(each.kind)
    if stops or not preset:
        return Sum(worst(component, stops or out or ["missing"]), preset, tuple(reasons))
    if component.answer is not None and component.answer.kinds:
        full = Fraction(component.weight or 0)  # of all kinds together
        return Sum(value_of(component.answer.pooled(points, as_stated)) / full, full, tuple(reasons))
    return Sum(points / preset, preset, tuple(reasons))


def _outside(answer: Method, cell: CellSaid, facts: Facts) -> Reason | None:
    """Why a figure has no share, where the method or its formula can say it."""
    if cell[0] == UNDEFINED:
        return _BY_NOTHING
    return answer.reasons.get(answer.outside(cell[1], facts)) if cell[1] is not None else None


def _in_words(line: Indicator, figure: Fraction | None, reason: Reason) -> Reason:
    zh, en = reason
    if figure is None:
        return f"指标“{line.name}”：{zh}", f"{line.name}: {en}"
    shown = plain(figure)
    return f"指标“{line.name}”（数值 {shown}）：{zh}", f"{line.name} (figure {shown}): {en}"
