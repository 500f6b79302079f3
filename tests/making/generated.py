"""Made-up evaluations as values: rules, roster, decisions and what every evaluator says.

Nothing here knows how anything is scored.  `generated_draw.py` draws a case, `generated_files.py` makes a folder of it,
`generated_expected.py` works it out a second time, `test_generated.py` compares.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

WITHHELD = "弃权"
SCALE = {"优": "100", "良": "85.5", "中": "62", "差": "0", "不了解": None}
"""Choice -> points out of 100; None abstains."""
PLACES = ("100", "92.5", "92.5", "80")
"""Points of the places in an evaluator's list; the last one holds for all places after it."""
PERIODS = ("一季度", "二季度", "三季度")  # their order is not that of their characters
OVERS = ("mean", "median", "best", "worst", "last", "sum")
MARKING, VOTING, OWNERS = ("r1", "r2"), "voters", "owners"

Policy = str | tuple[str, ...]
"""A word of the rules, or the components that take the weight."""
Mark = Decimal | str | None
MarkKey = tuple[str, str, str, str, str]
"""leaf, evaluator, unit, repeat, line"""


@dataclass(frozen=True)
class Unit:
    id: str
    group: str
    standing: str = "参评"

    @property
    def name(self) -> str:
        return f"{self.id}局"


@dataclass(frozen=True)
class Evaluator:
    """`unit`: the unit that it is itself; `charge`: the units that it judges (None: all)."""

    id: str
    role: str
    unit: str = ""
    charge: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Line:
    """An indicator; `unit` blank: every unit has it."""

    id: str
    full: Decimal
    unit: str = ""
    owner: str = ""


@dataclass(frozen=True)
class Leaf:
    """A component that is answered; `over` of evaluators may be the share that a trimmed mean drops."""

    key: str
    parent: str
    weight: Decimal
    role: str
    kind: str
    decimals: int = 2
    round: int | None = None
    groups: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    visits: bool = False
    each_over: str = "mean"
    over: str | Decimal = "mean"
    points: Decimal = Decimal(100)
    lines: tuple[Line, ...] = ()
    pool: str = "cards"
    counts_own: bool = False
    policies: Mapping[str, Policy] = field(default_factory=dict)

    def policy(self, absence: str) -> Policy:
        return self.policies.get(absence, "out" if absence == "waived" else "refuse")


@dataclass(frozen=True)
class Condition:
    component: str
    percent: Decimal | None
    points: Decimal | None


@dataclass(frozen=True)
class Grade:
    name: str
    bound: Decimal
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Batch:
    """Cards of one meeting: each a choice (or a blank) by unit, None for a spoiled card; how they are handed in."""

    issued: int
    cards: tuple[Mapping[str, str] | None, ...]
    tally: str  # "no", "too", "only"


@dataclass(frozen=True)
class Case:
    """One evaluation; `nodes`: component -> (parent, digits that it is rounded to)."""

    units: tuple[Unit, ...]
    nodes: Mapping[str, tuple[str, int | None]]
    leaves: tuple[Leaf, ...]
    evaluators: tuple[Evaluator, ...]
    meetings: tuple[tuple[str, str], ...]
    away: tuple[tuple[str, str, str], ...]  # leaf, line or "", unit
    waived: frozenset[str]
    total: Decimal
    normalise: bool
    decimals: int
    by: str
    ties: tuple[str, ...]
    grades: tuple[Grade, ...]
    cap: Decimal | None
    bonus: tuple[tuple[str, Decimal], ...]
    deduction: tuple[tuple[str, Decimal], ...]
    vetoes: tuple[str, ...]
    places: Mapping[str, int] = field(default_factory=dict)  # ties that the committee decides: unit -> place
    marks: Mapping[MarkKey, Mark] = field(default_factory=dict)
    visits: Mapping[tuple[str, str], tuple[tuple[str, Mark], ...]] = field(default_factory=dict)
    batches: Mapping[tuple[str, str, str], Batch] = field(default_factory=dict)

    @property
    def taking_part(self) -> list[Unit]:
        return [unit for unit in self.units if unit.standing != "不参评"]

    @property
    def groups(self) -> list[str]:
        return sorted({unit.group for unit in self.units})

    def parts(self, component: str) -> list[str]:
        """What stands directly below a component, "" being the total."""
        nodes = [key for key, (parent, _) in self.nodes.items() if parent == component]
        return nodes + [leaf.key for leaf in self.leaves if leaf.parent == component]

    def below(self, component: str) -> list[str]:
        """The leaves below a component, or itself."""
        if component and component not in self.nodes:
            return [component]
        return [leaf for part in self.parts(component) for leaf in self.below(part)]

    def applies(self, leaf: Leaf, unit: Unit, line: Line | None = None) -> bool:
        """Not decided away, and not a line that the unit would mark for itself."""
        decided = {(leaf.key, "", unit.id), (leaf.key, line.id if line else "", unit.id)} & set(self.away)
        owner = self.evaluator(line.owner) if line and line.owner else None
        return not decided and not (owner and owner.unit == unit.id and not leaf.counts_own)

    def lines(self, leaf: Leaf, unit: Unit) -> list[Line]:
        """The lines of a leaf that exist for a unit."""
        return [line for line in leaf.lines if line.unit in ("", unit.id) and self.applies(leaf, unit, line)]

    def evaluator(self, key: str) -> Evaluator:
        return next(each for each in self.evaluators if each.id == key)

    def asked(self, leaf: Leaf, unit: Unit) -> list[str]:
        """Who is asked about a unit, in the order of the roster; owners apart."""
        if leaf.role == "self":
            return [unit.id]
        return [
            each.id
            for each in self.evaluators
            if each.role == leaf.role
            and (each.charge is None or unit.id in each.charge)
            and (each.unit != unit.id or leaf.counts_own)
        ]

    def asking(self, leaf: Leaf) -> Iterator[tuple[str, list[Unit]]]:
        """Everybody who answers a leaf, with the units that they are asked about."""
        units = [u for u in self.taking_part if (not leaf.groups or u.group in leaf.groups) and self.applies(leaf, u)]
        for who in [each.id for each in self.evaluators] + [unit.id for unit in self.taking_part]:
            mine = [unit for unit in units if who in self.asked(leaf, unit)]
            if mine and who not in self.waived:
                yield who, mine
