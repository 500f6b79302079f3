"""One answer line by line: the share of each line, or what its absence means, summed over the preset points.

Each absent line follows the policy for its own kind: out of points and preset points, full, zero, or the whole
component is absent for the unit.  A figure outside its method's domain is absent too: undefined, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from evaltool.figuremethods import REASONS
from evaltool.figures import Said
from evaltool.methods import METHODS, Choice, Facts, Parameters, name_of
from evaltool.roster import Indicator
from evaltool.rounding import plain
from evaltool.rules import ABSENCES, Component

Kind = str
"""A kind of absence, as in `ABSENCES`."""
States = Mapping[str, str]
"""Evaluator -> what became of the sheet of marks: counted, missing, waived, excluded."""
Reason = tuple[str, str]
"""Why a line has no share, in Chinese and in English."""


@dataclass(frozen=True, slots=True)
class Sum:
    """One answer: its share or the absence that decides, the preset points that counted, the lines without a share."""

    answer: Fraction | Kind
    preset: Fraction
    reasons: tuple[Reason, ...] = ()


def worst(component: Component, kinds: list[Kind]) -> Kind:
    """Of several absences the one that decides: one that the rules refuse, else the first in a fixed order."""
    return min(kinds, key=lambda kind: (component.policy(kind) != "refuse", ABSENCES.index(kind)))


def kind_of_cell(state: str) -> Kind:
    """The absence that a cell without a share stands for; a choice that abstains is withheld too."""
    return "abstained" if state in ("abstained", "given") else "missing"


def share_of(answer: Parameters, said: Said, facts: Facts) -> Fraction | None:
    """The share of what a cell says; None where it says nothing, or nothing that has one."""
    _, number, text = said
    if number is None:
        return None
    return METHODS[name_of(answer)].share(answer, text if isinstance(answer, Choice) else number, facts)


def sum_lines(
    component: Component,
    lines: list[Indicator],
    said: Mapping[str, Said],
    owners: States,
    doubted: Collection[str],
    method: Callable[[Indicator], tuple[Parameters, Facts]],
) -> Sum:
    """The lines of one answer added up; `said` by indicator, `method`: how a line is scored.

    A line whose evidence is not verified (`doubted`) is absent, whatever was marked."""
    points = preset = Fraction(0)
    stops: list[Kind] = []
    out: list[Kind] = []
    reasons: list[Reason] = []
    for line in lines:
        if not line.full:
            continue  # a figure that others are divided by
        answer, facts = method(line)
        cell = said.get(line.id, ("blank", None, ""))
        share = share_of(answer, cell, facts) if line.id not in doubted else None
        if share is not None:
            points, preset = points + share * line.full, preset + line.full
            continue
        reason = _outside(answer, cell[1], facts) if line.id not in doubted else ""
        if reason:
            reasons.append(_in_words(line, cell[1], reason))
        owner = owners.get(line.owner, "counted")
        absence = "undefined" if reason else kind_of_cell(cell[0]) if owner == "counted" else owner
        kind = "unverified" if line.id in doubted else absence
        policy = component.policy(kind)
        if policy == "out":
            out.append(kind)
        elif policy in ("full", "zero"):
            points, preset = points + (line.full if policy == "full" else 0), preset + line.full
        else:
            stops.append(kind)
    if stops or not preset:
        return Sum(worst(component, stops or out or ["missing"]), preset, tuple(reasons))
    return Sum(points / preset, preset, tuple(reasons))


def _outside(answer: Parameters, figure: Fraction | None, facts: Facts) -> str:
    outside = METHODS[name_of(answer)].outside
    return outside(answer, figure, facts) if outside and figure is not None else ""


def _in_words(line: Indicator, figure: Fraction | None, reason: str) -> Reason:
    zh, en = REASONS[reason]
    shown = plain(figure if figure is not None else Fraction(0))
    return f"指标“{line.name}”（数值 {shown}）：{zh}", f"{line.name} (figure {shown}): {en}"
