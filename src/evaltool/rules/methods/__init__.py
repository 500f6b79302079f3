"""How an answer becomes a share of full marks.

Every method is a function from one answer and the facts around it to a share (an exact fraction; 1 is full marks), or
to None where the answer lies outside the method's domain ("undefined").  Points are share x weight; nothing else in the
tool knows how a mark is scored.  A new method is one parameter model, one function, its words, one line in `METHODS`.

In the rules a method is written by its name: `answer = "percent"`, `answer = { points = 30 }`,
`answer = { choice = "tier" }`.  The key that is a method's name holds its first parameter, other keys its further ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt
from pydantic_core import PydanticCustomError

from evaltool.rules.methods import figures as measured

Scale = Mapping[str, Fraction | None]
"""Choice -> share of full marks; None is an abstention, which counts in no mean."""


def _exact(value: object) -> object:
    """30 and 30.0 are numbers; "30" and true are mistakes that a lenient reader would let pass."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise PydanticCustomError("not_a_number", "should be a number")
    return Decimal(value)


Exact = Annotated[Decimal, BeforeValidator(_exact)]
Positive = Annotated[Exact, Field(gt=0)]
Percentage = Annotated[Exact, Field(ge=0, le=100)]
Count = Annotated[StrictInt, Field(ge=1)]
Flag = StrictBool


class Strict(BaseModel):
    """Rules are read strictly: unknown keys are mistakes, numbers are exact."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


class Points(Strict):
    """Points out of preset points, for each indicator or for the component as a whole."""

    points: Positive
    parts: dict[str, Positive] = {}


class Percent(Strict):
    """Points out of 100."""


class Choice(Strict):
    """One of the choices of a scale; `quota`: how many units at most an evaluator may put into a choice."""

    choice: str
    quota: dict[str, Count] = {}


class Ballot(Strict):
    """Cards of many voters, each choosing on a scale."""

    ballot: str
    pool: Literal["cards", "batches"] = "cards"
    minimum: Count = 1
    repeated: Literal["refuse", "first", "last", "all"] = "refuse"


class Rank(Strict):
    """A place in the evaluator's own list, turned into points by a table."""

    rank: str


class Target(Strict):
    """A figure against its target.

    `higher`, `lower`: completion in percent (figure / target, or target / figure), none below `floor`, at most `cap`;
    `attained`: full marks or `missed` percent; `range`: full marks from `low` to `high`, falling evenly to nothing at
    `zero_below` and `zero_above` (left out: nothing outside the range).
    """

    target: Literal["higher", "lower", "attained", "range"]
    floor: Percentage = Decimal(0)
    cap: Positive = Decimal(100)
    better: Literal["higher", "lower"] = "higher"
    missed: Percentage = Decimal(0)
    low: Exact | None = None
    high: Exact | None = None
    zero_below: Exact | None = None
    zero_above: Exact | None = None


class Compare(Strict):
    """A figure against those of the group (or of the whole class): as a percentage of the best, between the worst and
    the best, or by place (`first` percent, `step` less a place); never below `least` percent."""

    compare: Literal["best", "min_max", "rank"]
    better: Literal["higher", "lower"] = "higher"
    among: Literal["group", "class"] = "group"
    ties: Literal["best", "mean"] = "best"
    first: Percentage = Decimal(100)
    step: Percentage = Decimal(0)
    least: Percentage = Decimal(0)


class Growth(Strict):
    """A figure against its own earlier one: growth in percent (`per_head`: of the figure divided by the indicator that
    `per` names), or places gained; nothing at `zero_at`, full marks at `full_at`, evenly between."""

    growth: Literal["rate", "per_head", "places"]
    full_at: Exact
    zero_at: Exact = Decimal(0)
    cap: Positive = Decimal(100)
    per: str = ""


class Deduct(Strict):
    """Full marks less `deduct` points for each unit of the figure (a case, a point), never below `limit` points."""

    deduct: Positive
    limit: Exact = Decimal(0)


Parameters = Points | Percent | Choice | Ballot | Rank | Target | Compare | Growth | Deduct


@dataclass(frozen=True, slots=True)
class Facts:
    """What a method may need beside the answer itself.

    `full`: preset points of the line; `scale`: choice -> share; `places`: share of each place, best first.  For
    figures: `target` and `base` of the line; `others`: the figures of the other units that take part in a comparison,
    `takes_part`: whether this one does; `per`, `per_base`: the figure to divide by, and what its base is divided by.
    """

    full: Fraction = Fraction(100)
    scale: Scale = field(default_factory=dict)
    places: Callable[[int], Fraction] | None = None
    target: Fraction | None = None
    base: Fraction | None = None
    others: tuple[Fraction, ...] = ()
    takes_part: bool = True
    per: Fraction | None = None
    per_base: Fraction | None = None


Answer = Fraction | str
Share = Callable[[Any, Answer, Facts], Fraction | None]
Outside = Callable[[Any, Fraction, Facts], str]


@dataclass(frozen=True, slots=True)
class Method:
    """One way to score: its parameters, its function, its formula in words.

    `outside`: for a figure without a share the key of the reason (`figuremethods.REASONS`), "" for every other one.
    """

    parameters: type[Strict]
    share: Share
    formula: dict[str, str]
    outside: Outside | None = None


def _points(_: Points, answer: Answer, facts: Facts) -> Fraction | None:
    return answer / facts.full if isinstance(answer, Fraction) and facts.full else None


def _percent(_: Percent, answer: Answer, __: Facts) -> Fraction | None:
    return answer / 100 if isinstance(answer, Fraction) else None


def _choice(_: Choice | Ballot, answer: Answer, facts: Facts) -> Fraction | None:
    return facts.scale.get(answer) if isinstance(answer, str) else None


def _rank(_: Rank, answer: Answer, facts: Facts) -> Fraction | None:
    if facts.places is None or not isinstance(answer, Fraction) or answer < 1 or answer.denominator != 1:
        return None
    return facts.places(int(answer))


def _figure(outside: Outside, share: Callable[[Any, Fraction, Facts], Fraction]) -> Share:
    """A method on figures as one function: None outside its domain."""

    def function(parameters: Any, answer: Answer, facts: Facts) -> Fraction | None:
        inside = isinstance(answer, Fraction) and not outside(parameters, answer, facts)
        return share(parameters, answer, facts) if inside and isinstance(answer, Fraction) else None

    return function


METHODS: dict[str, Method] = {
    "points": Method(
        Points,
        _points,
        {"zh": "得分率＝得分合计÷预赋分值合计", "en": "share = points / preset points"},
    ),
    "percent": Method(Percent, _percent, {"zh": "得分率＝得分÷100", "en": "share = points / 100"}),
    "choice": Method(
        Choice,
        _choice,
        {"zh": "得分率＝所选档次的分值÷100", "en": "share = points of the choice / 100"},
    ),
    "ballot": Method(
        Ballot,
        _choice,
        {
            "zh": "得分率＝各有效评价（弃权、未填除外）分值的平均÷100",
            "en": "share = mean points of the cards that chose (abstained and blank ones left out) / 100",
        },
    ),
    "rank": Method(
        Rank,
        _rank,
        {"zh": "得分率＝所排名次对应的分值÷100", "en": "share = points of the place / 100"},
    ),
    "target": Method(
        Target,
        _figure(measured.target_outside, measured.target_share),
        {
            "zh": "完成率＝数值÷目标值（越低越好的，目标值÷数值）；得分率由完成率得出，在规定的下限和上限之内",
            "en": "completion = figure / target (less is better: target / figure); the share follows it between floor "
            "and cap",
        },
        measured.target_outside,
    ),
    "compare": Method(
        Compare,
        _figure(measured.compare_outside, measured.compare_share),
        {
            "zh": "得分率＝与最好数值之比，或（数值－最差）÷（最好－最差），或由位次得出",
            "en": "share = ratio to the best figure, or (figure - worst) / (best - worst), or by place",
        },
        measured.compare_outside,
    ),
    "growth": Method(
        Growth,
        _figure(measured.growth_outside, measured.growth_share),
        {
            "zh": "增长率＝（数值÷基期值－1）×100；得分率＝（增长率－零分点）÷（满分点－零分点）",
            "en": "growth = (figure / base - 1) x 100; share = (growth - zero_at) / (full_at - zero_at)",
        },
        measured.growth_outside,
    ),
    "deduct": Method(
        Deduct,
        _figure(measured.deduct_outside, measured.deduct_share),
        {
            "zh": "得分率＝（预赋分值－每件扣分×件数）÷预赋分值，不低于下限",
            "en": "share = (preset points - deduction x number of cases) / preset points, not below the limit",
        },
        measured.deduct_outside,
    ),
}


def name_of(parameters: Parameters) -> str:
    """The method's name in the rules."""
    return next(name for name, method in METHODS.items() if method.parameters is type(parameters))


def is_measured(parameters: Parameters | None) -> bool:
    """Whether a method works on a measured figure, not on somebody's mark."""
    return isinstance(parameters, Target | Compare | Growth | Deduct)


def has_indicators(parameters: Parameters | None) -> bool:
    """Whether a method scores line by line, each line with its preset points."""
    return isinstance(parameters, Points) or is_measured(parameters)


def mean(shares: list[tuple[Fraction, int]]) -> Fraction | None:
    """The mean of (share, how many) pairs; None if there are none."""
    count = sum(number for _, number in shares)
    return sum((share * number for share, number in shares), Fraction(0)) / count if count else None
