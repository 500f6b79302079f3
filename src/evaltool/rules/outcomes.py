"""What follows from the totals, as values: ranking, grades, awards, veto, bonus, zones, consequences, disclosure.

These are tables of the rules like the components; `scheme.py` reads them and hands their names on.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, StrictInt

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


class Condition(Strict):
    """A condition beside the bound: the points, or the percentage of its full marks, that a component must reach."""

    component: str
    percent: Percentage | None = None
    points: Exact | None = None

    @property
    def share(self) -> Fraction | None:
        """The percentage as a share of full marks."""
        return None if self.percent is None else Fraction(self.percent) / 100


class Grade(Strict):
    """A grade by its lower bound (inclusive), by the best `top_percent` of the group's ranked units (counted from the
    top: 20, then 60, then 100; `rounding`: how a part of a unit counts; `ties`: whether units that share places on both
    sides of the edge have it all, none, or as the committee decides), or by both; best first."""

    name: str
    bound: Exact | None = Field(default=None, alias="from")
    top_percent: Percentage | None = None
    rounding: Literal["half_up", "up", "down"] = "down"
    ties: Literal["committee", "all", "none"] = "committee"
    conditions: list[Condition] = Field(default_factory=list)


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


class Bonus(Strict):
    """Points that the committee may grant, by kind, and the most that one unit can get."""

    cap: Exact | None = None
    kinds: list[tuple[str, Exact]] = Field(default_factory=list)
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


class Consequence(Strict):
    """What a grade entails, in one year or in so many years running."""

    grade: str
    years: Count = 1
    text: str
    document: str = ""


class Disclosure(Strict):
    """Public outputs show no component with fewer evaluators than this; its parent is shown.  Of every single mark that
    is confidential all that is public together leaves `open` percent of its scale, and two answers at least."""

    floor: Count = 1
    open: Annotated[Exact, Field(ge=0, le=50)] = Decimal(5)
