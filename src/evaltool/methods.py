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

    `full`: preset points of the line; `scale`: choice -> share; `places`: share of each place, best first.
    """

    full: Fraction = Fraction(100)
    scale: Scale = field(default_factory=dict)
    places: Callable[[int], Fraction] | None = None


Answer = Fraction | str
Share = Callable[[Any, Answer, Facts], Fraction | None]


@dataclass(frozen=True, slots=True)
class Method:
    """One way to score: its parameters, its function (None: not built yet), its formula in words."""

    parameters: type[Strict]
    share: Share | None
    formula: dict[str, str]


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
        None,
        {"zh": "按目标完成情况计分", "en": "share by completion of the target"},
    ),
    "compare": Method(
        Compare,
        None,
        {"zh": "与同类单位比较计分", "en": "share by comparison inside the group"},
    ),
    "growth": Method(
        Growth,
        None,
        {"zh": "与上年比较计分", "en": "share by growth against the year before"},
    ),
    "deduct": Method(
        Deduct,
        None,
        {"zh": "从满分中扣减", "en": "full marks less deductions"},
    ),
}


def name_of(parameters: Parameters) -> str:
    """The method's name in the rules."""
    return next(name for name, method in METHODS.items() if method.parameters is type(parameters))


def has_indicators(parameters: Parameters | None) -> bool:
    """Whether a method scores line by line, each line with its preset points."""
    return isinstance(parameters, Points | Target | Compare | Growth | Deduct)


def mean(shares: list[tuple[Fraction, int]]) -> Fraction | None:
    """The mean of (share, how many) pairs; None if there are none."""
    count = sum(number for _, number in shares)
    return sum((share * number for share, number in shares), Fraction(0)) / count if count else None
