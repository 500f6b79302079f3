"""What follows from the totals, as values: ranking, grades, awards, veto, bonus and deduction, zones, consequences,
disclosure.

These are tables of the rules like the components; `scheme.py` reads them and hands their names on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictInt

from evaltool.names import folded
from evaltool.rules.formulas import FigureFormula
from evaltool.rules.strict import Count, Exact, Flag, Percentage, Strict


class Group(Strict):
    """Units that are ranked against each other."""

    id: str
    name: str


class Ranking(Strict):
    """What decides the order (the total, or its change against the year before), and what breaks a tie: exact points of
    these components, one after the other; `gaps`: whether units that share a place take up as many."""

    by: Literal["published", "exact", "variation"] = "published"
    ties: list[str] = Field(default_factory=list)
    gaps: Flag = True


class ClimbRule(Strict):
    """Points for every place that a unit stands before its earlier rank once all are ranked, up to a most; then all are
    ranked a second and last time."""

    name: str = "名次进步奖励"
    points: Annotated[Exact, Field(ge=0)] = Decimal(0)
    most: Annotated[Exact, Field(ge=0)] | None = None

    def reward(self, places: int) -> Fraction:
        """What so many places up are worth."""
        made = Fraction(self.points) * max(places, 0)
        return made if self.most is None else min(made, Fraction(self.most))


Sign = Literal[">=", "<="]


class Condition(Strict):
    """A condition beside the bound.  Of a component: the points, or the percentage of its full marks, that it must
    reach, or that it is among the `first` of the group; with `every_period` the percentage that each of its periods
    must reach, or the `grade` that none is below.  Or of a `figure`: what it must reach and must not pass."""

    component: str = ""
    percent: Percentage | None = None
    points: Exact | None = None
    first: Count | None = None
    every_period: Flag = False
    grade: str = ""
    figure: FigureFormula | None = None
    at_least: Exact | None = None
    at_most: Exact | None = None

    @property
    def share(self) -> Fraction | None:
        """The percentage as a share of full marks, of what a component came to in all."""
        return None if self.percent is None or self.every_period else Fraction(self.percent) / 100

    @property
    def is_measured(self) -> bool:
        """Whether it looks at what was taken in, not at points."""
        return self.figure is not None or self.every_period

    @property
    def by_points(self) -> bool:
        """Whether it looks at what a component came to."""
        return not self.is_measured and self.first is None

    def bounds(self, grades: Sequence[Grade], total: Fraction) -> list[tuple[Sign, Fraction]]:
        """What its numbers must keep to; a grade of a period is the one that its percentage would have as a total."""
        found: list[tuple[Sign, Fraction | Decimal | None]] = [(">=", self.percent), (">=", self.points)]
        found += [("<=", None if self.first is None else Fraction(self.first)), (">=", self.at_least)]
        named = next((each.bound for each in grades if self.grade and each.name == self.grade), None)
        found += [("<=", self.at_most), (">=", None if named is None else Fraction(named) / total * 100)]
        return [(sign, Fraction(bound)) for sign, bound in found if bound is not None]


class Grade(Strict):
    """A grade by its lower bound (inclusive), by the best `top_percent` of the group's ranked units (counted from the
    top: 20, then 60, then 100; `rounding`: how a part of a unit counts; `ties`: whether units that share places on both
    sides of the edge have it all, none, or as the committee decides; `at_least`: never fewer places; `together`: the
    groups whose units are counted as one), or by both; best first."""

    name: str
    bound: Exact | None = Field(default=None, alias="from")
    top_percent: Percentage | None = None
    rounding: Literal["half_up", "up", "down"] = "down"
    ties: Literal["committee", "all", "none"] = "committee"
    at_least: Annotated[StrictInt, Field(ge=0)] = 0
    together: list[str] = Field(default_factory=list)
    conditions: list[Condition] = Field(default_factory=list)

    def shares(self, group: str) -> tuple[str, ...]:
        """The groups whose units share the places of a quota with this one's."""
        return tuple(self.together) if group in self.together else (group,)


class Contribution(Strict):
    """The marks (0-100) by which candidates for a field's award are ordered."""

    by: str
    name: str = ""


class Award(Strict):
    """An award by ranks, by a percentage of each group's ranked units, or by single fields of work; `by`: whether
    places go by rank, or by what the total gained on the earlier one; `ties`: whether units that tie at the edge wait
    for the committee, all have it, or none."""

    name: str
    by: Literal["rank", "gain"] = "rank"
    ties: Literal["committee", "all", "none"] = "committee"
    grade: str = ""
    ranks: list[Count] = Field(default=[], max_length=2)
    percent: dict[str, Percentage] = Field(default_factory=dict)
    rounding: Literal["half_up", "up", "down"] = "half_up"
    at_least: Annotated[StrictInt, Field(ge=0)] = 1
    places: Annotated[StrictInt, Field(ge=0)] = 0
    fields: list[Group] = Field(default_factory=list)
    contribution: Contribution | None = None
    not_with: list[str] = Field(default_factory=list)
    barred: Literal["empty", "next"] = "empty"  # the place of a unit that may have no award: empty, or who comes next
    conditions: list[Condition] = Field(default_factory=list)


class VetoKind(Strict):
    """A kind of veto and what it entails: so many grades down, no better grade than `at_best`, nothing in a component;
    one of them, or several together."""

    name: str
    lowers: Annotated[StrictInt, Field(ge=1, le=9)] | None = None
    at_best: str = ""
    zero: str = ""


class Veto(Strict):
    """Facts that lower the grade once the committee has decided so, and kinds that entail something of their own."""

    lowers: Annotated[StrictInt, Field(ge=1, le=1)] = 1
    facts: list[str] = Field(default_factory=list)
    kinds: list[VetoKind] = Field(default_factory=list)


class ExtraKind(Strict):
    """A kind of bonus or deduction: what one case is worth (`points`), or what it is worth by level or place, or the
    most that the committee may give for it; together no more than `cap`, and `once` where only one case counts."""

    name: str
    points: Exact | None = None
    levels: dict[str, Exact] = Field(default_factory=dict)
    most: Exact | None = None
    cap: Exact | None = None
    once: Flag = False

    @property
    def is_reckoned(self) -> bool:
        """Whether the rules say what a case is worth."""
        return self.most is None

    @property
    def choices(self) -> tuple[str, ...]:
        """What is chosen by who claims or decides: the kind, with its levels where it has some."""
        return tuple(f"{self.name}·{level}" for level in self.levels) or (self.name,)

    def worth(self, level: str) -> Decimal | None:
        """What a case is worth; None where that is for the committee to say."""
        return self.levels[level] if level else self.points


def _as_extra_kind(value: object) -> object:
    """`["表彰", 1]`: up to so many points, as the committee decides."""
    return dict(zip(("name", "most"), value, strict=True)) if isinstance(value, list) and len(value) == 2 else value


class Extras(Strict):
    """What the committee gives or takes beside the components: by kind, no more than the cap together; `same_deed`:
    whether of one deed that is honoured several times each counts, or the highest."""

    cap: Exact | None = None
    kinds: list[Annotated[ExtraKind, BeforeValidator(_as_extra_kind)]] = Field(default_factory=list)
    same_deed: Literal["each", "highest"] = "each"

    @property
    def are_reckoned(self) -> bool:
        """Whether a decision has to say of which kind it is."""
        return any(kind.is_reckoned for kind in self.kinds)

    @property
    def by_kind(self) -> bool:
        """Whether anything but the sum matters: what a kind is worth, how much of it counts."""
        limited = any(kind.cap is not None or kind.once for kind in self.kinds)
        return self.are_reckoned or limited or self.same_deed == "highest"

    def named(self, text: str) -> tuple[ExtraKind, str] | None:
        """The kind, and the level if one is named with it, that a text means."""
        plain = without_signs(text)
        bare = next(((kind, "") for kind in self.kinds if without_signs(kind.name) == plain), None)
        levels = ((kind, level) for kind in self.kinds for level in kind.levels)
        return bare or next((one for one in levels if without_signs(one[0].name + one[1]) == plain), None)


_BETWEEN = re.compile(r"[\s.·•・/:,、()\[\]—-]+")


def without_signs(text: str) -> str:
    """A kind and its level as people write them together, whatever they put between."""
    return _BETWEEN.sub("", folded(text))


class Deduction(Extras):
    """Points that the committee takes off."""


class Bonus(Extras):
    """Points that the committee may grant."""

    claimed_in: str = ""
    consent: Flag = False  # a claim also needs the written consent of the leader in charge


class Constraint(Strict):
    """A rule about the rules: these components together weigh at least or at most so many percent of the total."""

    name: str
    components: list[str] = Field(min_length=1)
    at_least: Percentage | None = None
    at_most: Percentage | None = None


class Zone(Strict):
    """A colour by lower bound, for the report card."""

    name: str
    colour: Literal["green", "blue", "yellow", "red"]
    bound: Exact = Field(alias="from")


COMMENDATION, CRITICISM, RECTIFICATION = "表彰决定", "通报批评", "限期整改通知书"
WARNING_TALK, PROPOSAL = "诫勉谈话通知书", "结果运用建议函"
FOLLOWING = (COMMENDATION, CRITICISM, RECTIFICATION, WARNING_TALK, PROPOSAL)
"""The documents that a consequence can need, by their names; `documents/kinds.py` has a row for each."""


class Consequence(Strict):
    """What a grade entails, in one year or in so many years running; `no_awards`: of which years' awards the unit has
    none: those of the year of the grade, of the next one, or of both."""

    grade: str
    years: Count = 1
    text: str
    document: str = ""
    no_awards: Literal["this", "next", "both"] | None = None


class Disclosure(Strict):
    """Public outputs show no component with fewer evaluators than this; its parent is shown.  Of every single mark that
    is confidential all that is public together leaves `open` percent of its scale, and two answers at least."""

    floor: Count = 1
    open: Annotated[Exact, Field(ge=0, le=50)] = Decimal(5)
