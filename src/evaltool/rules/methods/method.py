"""What every method is: its parameters as they stand in the rules, what it takes, the share that it gives, its words.

A share is written once, over `Number` (`rules/expressions.py`): on fractions it is the share of full marks, on
expressions the formula of a spreadsheet and the calculation for people.  It is asked for inside the method's domain
only; `outside` says why a figure has no share.  Everything is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

from evaltool.findings import Language
from evaltool.rules.calculations import Reader, calculation
from evaltool.rules.expressions import ManyNumbers, Number, Range, as_expr, out_of, percent
from evaltool.rules.methods.choicequota import ChoiceQuota
from evaltool.rules.strict import Strict

if TYPE_CHECKING:
    from evaltool.rules.scheme import Scheme

FULL = Fraction(1)
NOTHING = Fraction(0)
MarkOrChoice = Fraction | str


class Scale(Protocol):
    """Choice -> share of full marks; None is an abstention, which counts in no mean."""

    def get(self, choice: Any, /) -> Number | None: ...


def as_stated(_: str, value: Decimal) -> Number:
    """A parameter as the rules have it."""
    return Fraction(value)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a method may need beside the answer itself.

    `full`: preset points of the line; `scale`: choice -> share; `places`: share of each place, best first, of
    so many (`ranked`) in the list.  For
    figures: `target` and `base` of the line; `others`: the figures of the other units that take part in a comparison,
    `takes_part`: whether this one does; `per`, `per_base`: the figure to divide by, and what its base is divided by;
    `own`: the unit's parameters, by folded name.
    For a formula all of these are expressions, `compared` the cells of all who take part in a comparison, and
    `parameter` gives the cell of one of the method's own figures by its name.
    """

    full: Number = Fraction(100)
    scale: Scale = field(default_factory=dict)
    places: Callable[[Number, Number | None], Number] | None = None
    ranked: Number | None = None
    target: Number | None = None
    base: Number | None = None
    others: tuple[Fraction, ...] = ()
    takes_part: bool = True
    per: Number | None = None
    per_base: Number | None = None
    own: Mapping[str, Number] = field(default_factory=dict)
    compared: Range | None = None
    parameter: Callable[[str, Decimal], Number] = as_stated

    def percent(self, name: str, value: Decimal) -> Number:
        """A parameter that is stated in percent, as a share."""
        return percent(self.parameter(name, value))

    def told(self, figure: Fraction) -> Facts:
        """The same as expressions, so that what a method makes of them can be read as a calculation."""
        given = {name: getattr(self, name) for name in ("full", "target", "base", "per", "per_base")}
        told: dict[str, Any] = {name: None if value is None else as_expr(value) for name, value in given.items()}
        field = self.everybody(figure)
        compared = None if isinstance(field, Range) else Range("", tuple(field))
        own = {name: as_expr(value) for name, value in self.own.items()}
        return replace(self, **told, own=own, compared=compared, parameter=lambda _, value: as_expr(Fraction(value)))

    def everybody(self, figure: Number) -> ManyNumbers:
        """The figures of all who take part in a comparison."""
        if self.compared is not None:
            return self.compared
        return (*self.others, figure) if self.takes_part and isinstance(figure, Fraction) else self.others


class Method(Strict):
    """One way to score.  What other modules ask of a method stands here, with the answer of most methods."""

    formula: ClassVar[Mapping[str, str]]
    """In words, by language."""
    measured: ClassVar[bool] = False
    """Whether it works on a measured figure, not on somebody's mark."""
    on_marks: ClassVar[bool] = False
    """Whether a single line that is marked may have it."""
    in_points: ClassVar[bool] = False
    """Whether its figures are points, which change their worth where preset points are converted."""
    by_cards: ClassVar[bool] = False
    asked: ClassVar[str] = "得分"
    """The heading of the column in which the answer stands."""
    cells: ClassVar[Mapping[str, str]] = {}
    """What its parameters are called in the workbook's tab of parameters, where they may be changed."""
    reasons: ClassVar[Mapping[str, tuple[str, str]]] = {}
    """Why a figure has no share, in Chinese and in English."""

    @property
    def preset(self) -> Decimal | None:
        """The preset points in all that the rules state themselves."""
        return None

    @property
    def lined(self) -> bool:
        """Whether it scores line by line, each line with its preset points."""
        return self.measured or self.by_points

    @property
    def kinds(self) -> tuple[str, ...]:
        """The lines that it has by itself: kinds of events, of which cases are counted."""
        return ()

    @property
    def stated_lines(self) -> Mapping[str, Fraction]:
        """The lines that the rules themselves give it, with their preset points."""
        return {}

    def out_of(self, full: Fraction) -> Method:
        """The method in a component with so many points."""
        return self

    def of_line(self, line: str) -> Method:
        """The method for one of its kinds."""
        return self

    def pooled(self, points: Number, parameter: Callable[[str, Decimal], Number]) -> Number:
        """What the points of all kinds come to together; asked of methods with kinds only."""
        return points

    def told_pool(self, points: Fraction, language: Language, shown: Callable[[Fraction], str]) -> str:
        """The same as people are told."""
        return ""

    @property
    def may_fall(self) -> bool:
        """Whether a line that has nothing is not the worst that can be: another could take points off."""
        return False

    @property
    def preset_parts(self) -> Mapping[str, Decimal]:
        """What the parts of the preset points come to."""
        return {}

    @property
    def by_points(self) -> bool:
        """Whether a line is scored simply by points out of its preset points."""
        return self.preset is not None

    @property
    def is_mark(self) -> bool:
        """Whether somebody enters points, of which so many can be lost: no choice, place, card or figure."""
        return not (self.measured or self.by_cards or self.scale_name or self.places_name)

    @property
    def quotas(self) -> tuple[ChoiceQuota, ...]:
        """How many units at most an evaluator may put into choices, one by one or several together."""
        return ()

    @property
    def scale_name(self) -> str:
        """The scale that is chosen from; "" where nothing is chosen."""
        return ""

    @property
    def places_name(self) -> str:
        """The table of points for places; "" where no places are given."""
        return ""

    @property
    def per_name(self) -> str:
        """The indicator by whose figure a line's figure is divided; "" for none."""
        return ""

    @property
    def among_whom(self) -> Literal["", "group", "class"]:
        """Whose figures a figure is compared with; "" for nobody's."""
        return ""

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """The parameters of units that it asks for."""
        return ()

    @property
    def needs(self) -> tuple[str, ...]:
        """What a line must have beside its figure: "target", "base"."""
        return ()

    @property
    def starts_from_earlier_place(self) -> bool:
        """Whether the unit's rank of an earlier year stands in for a base."""
        return False

    @property
    def most_share(self) -> Fraction:
        """The greatest share that an answer can have."""
        return FULL

    def limits(self, full: Decimal, units: int) -> tuple[Decimal, Decimal]:
        """The least and the most that a mark may say: of a line with these preset points, of so many units."""
        return Decimal(0), full

    def takes(self, said: MarkOrChoice, facts: Facts) -> bool:
        """Whether what was said has a share."""
        return isinstance(said, Fraction) and not self.outside(said, facts)

    def outside(self, figure: Fraction, facts: Facts) -> str:
        """Why a figure has no share, by a key of `reasons`; "" if it has one, or if nothing more can be said."""
        return ""

    def made(self, said: Any, facts: Facts) -> Number:
        """The share of what was said, of whatever kind of number; inside the method's domain only."""
        raise NotImplementedError

    def share(self, said: MarkOrChoice, facts: Facts) -> Fraction | None:
        """The share of full marks; None outside the method's domain."""
        if not self.takes(said, facts):
            return None
        share = self.made(said, facts)
        assert isinstance(share, Fraction)
        return share

    def calculation(self, figure: Fraction, facts: Facts, reader: Reader) -> str:
        """How the points of a figure follow from it, with the numbers in it; inside the method's domain only."""
        told = facts.told(figure)
        return calculation(as_expr(out_of(self.made(as_expr(figure), told), told.full)), reader)

    def mistakes(self) -> Iterator[tuple[str, str, str]]:
        """(parameter, what is wrong with it in Chinese, in English) of parameters that hang together."""
        yield from ()

    def in_words(self, language: Language, scheme: Scheme, weight: str) -> str:
        """The method with its figures; `weight`: what full marks are worth, as text."""
        raise NotImplementedError

    def note(self, scheme: Scheme, digits: str) -> str:
        """What to enter, above the table of a sheet; `digits`: how fine, as text."""
        raise NotImplementedError
