"""The rules of one class of units as one value, and how it is read from a file.

A scheme is a tree of components.  Only leaves are answered; a leaf says who answers (`by`), what stands in the cell
(`answer`), how it repeats (`each`), how several answers become one (`over`), and what each kind of absence means.
Reading order is the order of the rules themselves: components, scales, ranking, grades, awards, veto, bonus.

`read_scheme` checks the shape and reports every mistake with its key; what the pieces mean together is checked in
`checks/`.  No figure, name or scale of any city stands in the code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from evaltool.exact import plain
from evaltool.findings import Finding, Language, finding
from evaltool.names import nearest
from evaltool.rules.absence import ABSENCES, Policy, mean_of_units
from evaltool.rules.benchmark import Benchmark
from evaltool.rules.combining import Combination, Each
from evaltool.rules.expressions import Number, fine, value_of
from evaltool.rules.formulas import FigureFormula
from evaltool.rules.methods import METHODS, Ballot, Curve, Facts, Method, Places
from evaltool.rules.methods.curve import StatedFigure
from evaltool.rules.outcomes import (
    Award,
    Bonus,
    ClimbRule,
    Condition,
    Consequence,
    Constraint,
    Deduction,
    Disclosure,
    Extras,
    Grade,
    Group,
    Ranking,
    Veto,
    Zone,
)
from evaltool.rules.shapes import parse, read_toml
from evaltool.rules.strict import Exact, Flag, Percentage, Positive, Strict, Weight
from evaltool.rules.taken import RESULT, TakenResult
from evaltool.rules.wording import pick

Digits = Annotated[StrictInt, Field(ge=0, le=6)]
LeafKey = tuple[str, str]  # class and component
OWNER = "owner"  # in the place of a role: each line is answered by whoever the roster says


def _as_each(value: object) -> object:
    if isinstance(value, str):
        return {"word": value}
    if isinstance(value, Mapping) and isinstance(value.get("stages"), Mapping) and "periods" not in value:
        listed = [periods if isinstance(periods, list) else [periods] for periods in value["stages"].values()]
        return {**value, "periods": [period for periods in listed for period in periods]}
    return {"periods": value} if isinstance(value, list) else value


def _as_parameters(value: object) -> object:
    """`"percent"` or `{ points = 30, parts = … }` -> the parameters of the method that is named."""
    given: Mapping[str, Any] = value if isinstance(value, Mapping) else {value: None} if isinstance(value, str) else {}
    named = [key for key in given if key in METHODS]
    if len(named) != 1:
        raise PydanticCustomError("method_unknown", "no method", {"known": "、".join(METHODS)})
    shape = METHODS[named[0]]
    if isinstance(value, str) and any(field.is_required() for field in shape.model_fields.values()):
        raise PydanticCustomError("method_bare", "no parameters", {"known": f"{{ {value} = … }}"})
    if isinstance(value, str):
        return shape.model_validate({})
    if not shape.model_fields:
        raise PydanticCustomError("method_plain", "no parameters", {"known": named[0]})
    return shape.model_validate(dict(given))


class GoalRules(Strict):
    """`goals = { … }`: units declare lines of the component at the beginning of the year.

    `declared`: the parts that they declare, the others being preset by the office; none named: all.  `methods`: by
    which of the rules' methods a goal may be scored from figures.  `leader`: the leader in charge approves before the
    committee confirms.
    """

    declared: list[str] = Field(default_factory=list)
    methods: list[str] = Field(default_factory=list)
    leader: Flag = False


def _as_goals(value: object) -> object:
    """`goals = true` is the short form of a table without anything in it."""
    return {} if value is True else None if value is False else value


class ReasonRule(Strict):
    """`reason = { … }`: from which loss on a mark needs a reason: so many points, or such a part of what it can be."""

    points: Positive | None = Field(default=None, alias="from")
    percent: Percentage | None = None

    def asks(self, lost: Fraction, full: Fraction) -> bool:
        """Whether somebody who took so many of so many points off has to say why."""
        by_points = self.points is not None and lost >= Fraction(self.points)
        return by_points or (self.percent is not None and lost * 100 >= Fraction(self.percent) * full)

    def words(self, language: Language) -> str:
        """From which loss on."""
        parts = (
            [] if self.points is None else [pick(language, f"{plain(self.points)}分", f"{plain(self.points)} points")]
        )
        parts += [] if self.percent is None else [f"{plain(self.percent)}%"]
        return pick(language, "或", " or ").join(parts)


def _as_curve(value: object) -> object:
    """`[[60, 0], [90, 100]]`, short for `{ curve = [[60, 0], [90, 100]] }`."""
    return {"curve": value} if isinstance(value, list) else value


def _as_benchmark(value: object) -> object:
    """`"best"`, short for `{ full = "best" }`."""
    return {"full": value} if isinstance(value, str) else value


class Component(Strict):
    """A part of the total; `parent` is written `in`.  A component that no other names as its parent is a leaf."""

    name: str
    parent: str = Field(default="", alias="in")
    weight: Weight | None = None
    by: str = ""
    answer: Annotated[Method | None, BeforeValidator(_as_parameters)] = None
    decimals: Digits = 2
    figures: list[str] = Field(default=["初步数", "核实数", "年鉴数"], min_length=1)  # kinds, the one that counts last
    each: Annotated[Each | None, BeforeValidator(_as_each)] = None
    over: Combination = "mean"
    benchmark: Annotated[Benchmark | None, BeforeValidator(_as_benchmark)] = None  # what all results are held against
    convert: Annotated[Curve | None, BeforeValidator(_as_curve)] = None  # of what all answers come to, in percent
    factor: str = ""  # the parameter of units that multiplies its points
    round: Digits | None = None
    public: Literal["show", "sum", "hidden"] = "show"
    own_line: Literal["not_applicable", "count"] = "not_applicable"
    charge: Literal["present", "months"] = "present"
    verify: Flag = False
    interim: Flag = False  # whoever marks it is shown what all other leaves come to, without bonus and deduction
    goals: Annotated[GoalRules | None, BeforeValidator(_as_goals)] = None  # which of its lines units declare
    taken: str = Field(default="", alias="from")  # the figure that it is scored by: nobody answers it
    reason: ReasonRule | None = None  # whoever marks says why points were lost
    groups: list[str] = Field(default_factory=list)  # only units of these groups have the component
    none: Policy = "refuse"
    not_applicable: Policy = "refuse"
    missing: Policy = "refuse"
    abstained: Policy = "refuse"
    waived: Policy = "out"
    excluded: Policy = "refuse"
    unverified: Policy = "refuse"
    undefined: Policy = "refuse"
    source: str = ""

    @model_validator(mode="before")
    @classmethod
    def _counted(cls, value: object) -> object:
        """Where cases are counted, there is one kind of figure without decimals, unless the rules say otherwise."""
        answer = value.get("answer") if isinstance(value, Mapping) else None
        counted = isinstance(answer, Mapping) and "tally" in answer
        return {"figures": ["件数"], "decimals": 0, **value} if counted and isinstance(value, Mapping) else value

    @model_validator(mode="before")
    @classmethod
    def _of_nobody(cls, value: object) -> object:
        """What is taken from a figure has no answers of anybody; of itself the figure is a percentage."""
        if not (isinstance(value, Mapping) and "from" in value):
            return value
        return {"by": OWNER, "answer": {"curve": [[0, 0], [100, 100]]}, **value}

    @model_validator(mode="after")
    def _out_of_its_weight(self) -> Component:
        if self.answer is not None and self.answer.kinds:
            object.__setattr__(self, "answer", self.answer.out_of(Fraction(self.weight or 0)))
        return self

    def converted(self, share: Number, stated: StatedFigure, own: Mapping[str, Number]) -> Number:
        """What all answers come to, as it counts."""
        return share if self.convert is None else self.convert.worth(fine(share * 100), stated, own)

    @property
    def asks_for_means(self) -> bool:
        """Whether the mean of other units stands in for anything that is absent."""
        return any(mean_of_units(self.policy(kind)) for kind in ABSENCES)

    @property
    def is_changed(self) -> bool:
        """Whether what all answers come to is not yet what counts."""
        return self.benchmark is not None or self.convert is not None

    @property
    def is_always_public(self) -> bool:
        """Whether the rules themselves say `public = "show"`: then it is shown however few evaluators it has."""
        return self.public == "show" and "public" in self.model_fields_set

    @property
    def ballot(self) -> Ballot | None:
        """How the cards count, where cards decide."""
        return self.answer if isinstance(self.answer, Ballot) else None

    @property
    def scale_name(self) -> str:
        """The scale that is chosen from; "" where nothing is chosen."""
        return self.answer.scale_name if self.answer else ""

    @property
    def measured(self) -> bool:
        """Whether it is scored from measured figures, not from marks."""
        return self.answer is not None and self.answer.measured

    @property
    def lined(self) -> bool:
        """Whether it is scored line by line, each line with its preset points."""
        return self.answer is not None and self.answer.lined

    @property
    def preset(self) -> Decimal | None:
        """The preset points in all that the rules state, where it is scored out of them."""
        return self.answer.preset if self.answer else None

    @property
    def parts(self) -> Mapping[str, Decimal]:
        """What the parts of the preset points come to, where the rules state them."""
        return self.answer.preset_parts if self.answer else {}

    @property
    def declared_parts(self) -> tuple[str, ...]:
        """The parts whose lines units declare; () where there are no parts, or no goals."""
        if self.goals is None:
            return ()
        return tuple(part for part in self.parts if part in self.goals.declared or not self.goals.declared)

    def declares(self, part: str) -> bool:
        """Whether units declare the lines of a part."""
        return self.goals is not None and (part in self.declared_parts or not self.parts)

    @property
    def figure(self) -> str:
        """The derived figure that the component is scored by, where nobody answers it: a key of `Scheme.figures`."""
        return self.taken.removeprefix("figure.")

    def policy(self, absence: str) -> Policy:
        policy: Policy = getattr(self, absence)
        return policy


class DerivedFigure(Strict):
    """A figure that is not typed but reckoned from others, which are typed once: `[figure.NAME]`."""

    name: str
    formula: FigureFormula
    measure: str = ""
    source: str = ""


class Head(Strict):
    """`[scheme]`: the class of units that these rules are for, and how its total is published."""

    id: str
    name: str
    total: Positive
    decimals: Digits = 2
    normalise: Flag = False
    factor: str = ""  # the parameter of units that multiplies the total before bonus
    persons: Flag = False  # units are persons: letters speak to one, not to an office
    groups: list[Group] = Field(min_length=1)
    source: str = ""

    @property
    def each(self) -> str:
        """What its units are counted by, behind a number."""
        return self.says("个", "人")

    def says(self, units: str, persons: str) -> str:
        """What is said of these units, or of persons where they are persons."""
        return persons if self.persons else units


ExtraWord = Literal["bonus", "deduction"]
EXTRAS: tuple[ExtraWord, ...] = ("bonus", "deduction")


def extra_word(kind: str) -> ExtraWord | None:
    """Whether a kind of decision is one of these."""
    return next((each for each in EXTRAS if each == kind), None)


ScaleOption = tuple[str, Exact | Literal["abstain"]]


@dataclass(frozen=True)
class Scheme:
    """All the rules of one class of units."""

    head: Head
    components: Mapping[str, Component]
    scales: Mapping[str, tuple[ScaleOption, ...]] = field(default_factory=dict)
    places: Mapping[str, Places] = field(default_factory=dict)
    methods: Mapping[str, Method] = field(default_factory=dict)
    figures: Mapping[str, DerivedFigure] = field(default_factory=dict)
    ranking: Ranking = field(default_factory=Ranking)
    climb: ClimbRule = field(default_factory=ClimbRule)
    grades: tuple[Grade, ...] = ()
    awards: tuple[Award, ...] = ()
    veto: Veto = field(default_factory=Veto)
    bonus: Bonus = field(default_factory=Bonus)
    deduction: Deduction = field(default_factory=Deduction)
    constraints: tuple[Constraint, ...] = ()
    zones: tuple[Zone, ...] = ()
    consequences: tuple[Consequence, ...] = ()
    disclosure: Disclosure = field(default_factory=Disclosure)
    file: str = ""
    unread: frozenset[str] = frozenset()  # keys of pieces whose shape was wrong: nothing more can be said about them
    unread_names: Mapping[str, str] = field(default_factory=dict)  # of components among them, as far as they have one

    @property
    def id(self) -> str:
        return self.head.id

    @property
    def titles(self) -> dict[str, str]:
        """What each component is called."""
        return {key: component.name for key, component in self.components.items()}

    @property
    def has_unread_components(self) -> bool:
        """Whether a component could not be read: who is asked what is then not known."""
        return any(key.startswith("component") for key in self.unread)

    @cached_property
    def _parts(self) -> dict[str, list[str]]:
        parts: dict[str, list[str]] = {}
        for key, value in self.components.items():
            parts.setdefault(value.parent, []).append(key)
        return parts

    def children(self, component: str = "") -> list[str]:
        """The parts of a component in the order of the rules; "" is the total."""
        return list(self._parts.get(component, ()))

    def extras(self, kind: ExtraWord) -> Extras:
        """The rules for what the committee gives, or for what it takes."""
        return self.bonus if kind == "bonus" else self.deduction

    def leaves(self, component: str = "") -> list[str]:
        """The leaves below a component (itself, if it is one)."""
        parts = self.children(component)
        if not parts:
            return [component] if component else []
        return [leaf for part in parts for leaf in self.leaves(part)]

    def walk(self, component: str = "", depth: int = 0) -> Iterator[tuple[str, int]]:
        """Every component with its depth, parents before parts."""
        for part in self.children(component):
            yield part, depth
            yield from self.walk(part, depth + 1)

    def ancestors(self, component: str) -> list[str]:
        """The parents upwards; ends at the total, at an unknown name, or where the line comes round to itself."""
        line: list[str] = []
        parent = self.components[component].parent
        while parent in self.components and parent not in line:
            line.append(parent)
            parent = self.components[parent].parent
        return line

    def factors(self, leaf: str) -> tuple[str, ...]:
        """The parameters of units that multiply a leaf's points: its own, those of the components above it, the
        total's."""
        line = (self.components[each].factor for each in (leaf, *self.ancestors(leaf)))
        return tuple(factor for factor in (*line, self.head.factor) if factor)

    def is_secret(self, leaf: str) -> bool:
        """Whether single marks in a leaf are nobody's business: it or a component above it is not shown of itself, or
        the rules have a floor and do not show it whoever marks it.  A unit's mark for itself is no secret, nor is a
        measured figure a mark."""
        component = self.components[leaf]
        line = [component, *(self.components[each] for each in self.ancestors(leaf))]
        if component.by == "self" or component.measured:
            return False
        if self.is_closed(leaf):
            return True
        return self.disclosure.floor > 1 and not any(each.is_always_public for each in line)

    def is_closed(self, component: str) -> bool:
        """Whether the rules do not show it of itself, or something above it only as a sum."""
        return any(self.components[each].public != "show" for each in (component, *self.ancestors(component)))

    @property
    def is_tree(self) -> bool:
        """Whether every component could be read and ends at the total; sums and siblings mean nothing otherwise."""
        known = all(not each.parent or each.parent in self.components for each in self.components.values())
        circle = any(key in self.ancestors(key) for key in self.components)
        return known and not self.has_unread_components and not circle

    def weight(self, component: str = "", group: str = "") -> Fraction:
        """The weight that the rules give a component (for the units of a group): its leaves' weights, normalised where
        the rules say so."""
        if (component, group) not in self._weights:
            stated = sum((self._stated(leaf, group) for leaf in self.leaves(component)), Fraction(0))
            whole = self.stated_total(group)
            normalised = stated * Fraction(self.head.total) / whole if self.head.normalise and whole else stated
            self._weights[component, group] = normalised
        return self._weights[component, group]

    def stated_total(self, group: str = "") -> Fraction:
        """What the leaves' weights add up to as they are written."""
        if group not in self._stated_totals:
            self._stated_totals[group] = sum((self._stated(leaf, group) for leaf in self.leaves()), Fraction(0))
        return self._stated_totals[group]

    @cached_property
    def _weights(self) -> dict[tuple[str, str], Fraction]:
        """By component and group, as they were asked for: they are asked for often."""
        return {}

    @cached_property
    def _stated_totals(self) -> dict[str, Fraction]:
        """By group, likewise."""
        return {}

    def scale(self, name: str) -> dict[str, Fraction | None]:
        """Choice -> share of full marks, None for an abstention."""
        return self._shares[name]

    @cached_property
    def _shares(self) -> dict[str, dict[str, Fraction | None]]:
        """By scale: they are asked for with every card."""
        return {
            name: {choice: None if points == "abstain" else Fraction(points) / 100 for choice, points in options}
            for name, options in self.scales.items()
        }

    def facts(self, method: Method) -> Facts:
        """What a method looks up in the rules themselves."""
        scale = self.scale(method.scale_name) if method.scale_name else {}
        return Facts(scale=scale, places=self._places(method))

    def goes_by_length(self, method: Method | None) -> bool:
        """Whether a place is worth more or less by how many are ranked."""
        places = self.places.get(method.places_name) if method else None
        return places is not None and places.last is not None

    def _places(self, method: Method) -> Callable[[Number, Number | None], Number] | None:
        places = self.places[method.places_name] if method.places_name else None
        return (lambda place, ranked: places.share(int(value_of(place)), ranked)) if places else None

    def group_name(self, group: str) -> str:
        """What a group is called inside its class: a class's only group by the class."""
        name = next(each.name for each in self.head.groups if each.id == group)
        return self.head.name if len(self.head.groups) == 1 else name

    def group_title(self, group: str) -> str:
        """The same among groups of other classes."""
        name = self.group_name(group)
        return name if name == self.head.name else f"{self.head.name}·{name}"

    @cached_property
    def conditions(self) -> list[tuple[str, Condition]]:
        """All conditions, each with the grade or the award that it is of."""
        of_grades = ((grade.name, each) for grade in self.grades for each in grade.conditions)
        of_awards = ((award.name, each) for award in self.awards for each in award.conditions)
        return list(dict.fromkeys((*of_grades, *of_awards)))

    @property
    def condition_figures(self) -> list[FigureFormula]:
        """The formulas that conditions look at."""
        return [each.figure for _, each in self.conditions if each.figure is not None]

    def grade_index(self, name: str) -> int:
        """0 is the best grade."""
        return [grade.name for grade in self.grades].index(name)

    def with_results(self, results: Mapping[str, TakenResult]) -> Scheme:
        """The rules with a figure for everything that is taken of other results: `result.NAME`."""
        figures = {
            f"{RESULT}.{name}": DerivedFigure(name=one.name, formula=FigureFormula(f"{RESULT}.{name}"))
            for name, one in results.items()
        }
        return replace(self, figures={**self.figures, **figures}) if figures else self

    def _stated(self, leaf: str, group: str) -> Fraction:
        component = self.components[leaf]
        has_it = not group or not component.groups or group in component.groups
        return Fraction(component.weight or 0) if has_it else Fraction(0)


_TABLES: dict[str, tuple[str, Any]] = {
    # table in the file -> (attribute of Scheme, type of one entry)
    "component": ("components", Component),
    "scale": ("scales", tuple[ScaleOption, ...]),
    "places": ("places", Places),
    "method": ("methods", Annotated[Method, BeforeValidator(_as_parameters)]),
    "figure": ("figures", DerivedFigure),
}
_LISTS: dict[str, tuple[str, type[Strict]]] = {
    "grade": ("grades", Grade),
    "award": ("awards", Award),
    "constraint": ("constraints", Constraint),
    "zone": ("zones", Zone),
    "consequence": ("consequences", Consequence),
}
_SINGLES: dict[str, tuple[str, type[Strict]]] = {
    "rank": ("ranking", Ranking),
    "climb": ("climb", ClimbRule),
    "veto": ("veto", Veto),
    "bonus": ("bonus", Bonus),
    "deduction": ("deduction", Deduction),
    "disclosure": ("disclosure", Disclosure),
}
TOP_KEYS = ("format", "scheme", *_TABLES, *_LISTS, *_SINGLES)
"""What can stand in a file by itself."""


def read_scheme(text: str, file: str) -> tuple[Scheme | None, list[Finding]]:
    """The rules of one file and every mistake in their shape; each piece is read on its own, so that one mistake
    does not hide the next.  None if the class of units has no id to speak of it by."""
    tree, findings = read_toml(text, file)
    if not tree:
        return None, findings
    findings += [*_unknown_tables(tree, file), *_no_head(tree, file)]
    pieces: dict[str, Any] = {}
    unread: set[str] = set()

    def read(shape: Any, value: object, key: str) -> Any | None:
        piece, wrong = parse(shape, value, key, file)
        findings.extend(wrong)
        unread.update({key} if piece is None else ())
        return piece

    head = read(Head, tree["scheme"], "scheme") or _usable_head(tree["scheme"]) if "scheme" in tree else None
    for table, (attribute, shape) in _TABLES.items():
        entries = read(dict[str, Any], tree.get(table, {}), table) or {}
        pieces_read = {key: read(shape, value, f"{table}.{key}") for key, value in entries.items()}
        pieces[attribute] = {key: piece for key, piece in pieces_read.items() if piece is not None}
    for table, (attribute, entry) in _LISTS.items():
        listed = read(Annotated[list[Any], BeforeValidator(_as_list)], tree.get(table, []), table) or []
        pieces[attribute] = tuple(_present(read(entry, value, f"{table}[{at}]") for at, value in enumerate(listed, 1)))
    for table, (attribute, single) in _SINGLES.items():
        piece = read(single, tree.get(table, {}), table)
        pieces |= {attribute: piece} if piece is not None else {}
    names = {key: _title(tree["component"][key]) for key in tree.get("component", {}) if f"component.{key}" in unread}
    made = Scheme(head=head, file=file, unread=frozenset(unread), unread_names=names, **pieces) if head else None
    return made, findings


def _title(piece: object) -> str:
    title = piece.get("name") if isinstance(piece, Mapping) else ""
    return title if isinstance(title, str) else ""


def _as_list(value: object) -> object:
    if isinstance(value, Mapping):
        raise PydanticCustomError("table_single", "one table instead of a list of tables")
    return value


def _present(pieces: Iterable[Any | None]) -> list[Any]:
    return [piece for piece in pieces if piece is not None]


def _usable_head(value: object) -> Head | None:
    """What can be read of a wrong `[scheme]`, so that the rest of the file is still looked at."""
    if not isinstance(value, Mapping) or not isinstance(value.get("id"), str):
        return None
    listed = value.get("groups")
    groups = [parse(Group, group, "", "")[0] for group in listed] if isinstance(listed, list) else []
    name = value.get("name")
    return Head.model_construct(
        id=value["id"], name=name if isinstance(name, str) else value["id"], total=Decimal(100), groups=_present(groups)
    )


def _no_head(tree: Mapping[str, Any], file: str) -> list[Finding]:
    args: dict[str, object] = {"key": "[scheme]", "place": file}
    return [] if "scheme" in tree else [finding("RULES_KEY_MISSING", file=file, cell="scheme", args=args)]


def _unknown_tables(tree: Mapping[str, Any], file: str) -> list[Finding]:
    return [
        finding(
            "RULES_KEY_UNKNOWN",
            file=file,
            cell=key,
            value=key,
            args={"known": "、".join(TOP_KEYS), "near": nearest(key, TOP_KEYS) or "—"},
        )
        for key in tree
        if key not in TOP_KEYS
    ]
