"""Numbers that know how they were made: what a rule makes of numbers is written once, and read in three ways.

A rule is a function over `Number`: + - * / and the functions below.  On fractions it gives a fraction, at once; on
expressions it gives an expression, which has a value (exactly the same), a formula (`text`, for a spreadsheet, with the
cells in which what was given stands) and a calculation (`calculation`, for people, with the numbers in it).  So a
cell's value is known where its formula is written, and nothing has to evaluate formulas.

Only functions are written that Excel 2016, WPS and LibreOffice share.  A value of None is a spreadsheet's error: it may
stand in the branch of an IF that is not taken, nowhere else; on fractions that branch is never called.  Comparisons of
computed numbers go through ROUND (`fine`), so that the last binary digit of a spreadsheet's arithmetic decides nothing;
typed numbers are compared as they are.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from evaltool.exact import half_up, plain

ExprValue = Fraction | str | None
FINE, NINE = 12, 9  # digits to which computed numbers are compared; exact totals and points
_SIGNS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
_COMPARISONS = {"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}
CLAUSE, SUM, PRODUCT, ATOM = range(4)  # how strongly the outermost sign of a text binds
BINDS = {"+": (SUM, SUM), "-": (SUM, PRODUCT), "*": (PRODUCT, PRODUCT), "/": (PRODUCT, ATOM)}


class Expr:
    """A number, or a word, and how it was made."""

    __slots__ = ()
    value: ExprValue

    @property
    def text(self) -> str:
        """The formula."""
        raise NotImplementedError

    def __add__(self, other: Number | int) -> Expr:
        return _infix("+", self, other)

    def __radd__(self, other: Fraction | int) -> Expr:
        return _infix("+", other, self)

    def __sub__(self, other: Number | int) -> Expr:
        return _infix("-", self, other)

    def __rsub__(self, other: Fraction | int) -> Expr:
        return _infix("-", other, self)

    def __mul__(self, other: Number | int) -> Expr:
        return _infix("*", self, other)

    def __rmul__(self, other: Fraction | int) -> Expr:
        return _infix("*", other, self)

    def __truediv__(self, other: Number | int) -> Expr:
        return _infix("/", self, other)

    def __rtruediv__(self, other: Fraction | int) -> Expr:
        return _infix("/", other, self)

    def __lt__(self, other: Number | int) -> Test:
        return _compared(self, "<", other)

    def __gt__(self, other: Number | int) -> Test:
        return _compared(self, ">", other)

    def __le__(self, other: Number | int) -> Test:
        return _compared(self, "<=", other)

    def __ge__(self, other: Number | int) -> Test:
        return _compared(self, ">=", other)


@dataclass(frozen=True, slots=True)
class Written(Expr):
    """What is given: a cell, a number, a piece of a formula that nothing here builds.  "" is what no formula says: the
    cell holds the value itself, and the workbook counts such cells."""

    written: str
    value: ExprValue
    binds: int = ATOM

    @property
    def text(self) -> str:
        return self.written


@dataclass(frozen=True, slots=True)
class Infix(Expr):
    """Two numbers with a sign between them."""

    sign: str
    left: Expr
    right: Expr
    value: ExprValue

    @property
    def text(self) -> str:
        low, high = BINDS[self.sign]
        return f"{_inside(self.left, low)}{self.sign}{_inside(self.right, high)}"


@dataclass(frozen=True, slots=True)
class Function(Expr):
    """A spreadsheet's function of numbers or of cells."""

    name: str
    parts: tuple[Expr | Range, ...]
    value: ExprValue

    @property
    def text(self) -> str:
        return f"{self.name}({','.join(part.text for part in self.parts)})"


@dataclass(frozen=True, slots=True)
class Chosen(Expr):
    """One of two, by a condition."""

    test: Test
    then: Expr
    otherwise: Expr
    value: ExprValue

    @property
    def taken(self) -> Expr:
        return self.then if self.test.holds else self.otherwise

    @property
    def text(self) -> str:
        return f"IF({self.test.text},{self.then.text},{self.otherwise.text})"


@dataclass(frozen=True, slots=True)
class Range:
    """Cells side by side, or listed one by one (`apart`); `values`: the numbers in them, in their order (functions over
    ranges pass over words); `cells`: each of those by itself, where it is asked for."""

    text: str
    values: tuple[Fraction, ...]
    cells: tuple[Expr, ...] = ()
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Test:
    """A condition and whether it holds; None: it cannot be said."""

    text: str
    holds: bool | None

    def __bool__(self) -> bool:
        raise TypeError("a condition of a formula goes to `chosen` or `all_of`")


Number = Fraction | Expr
"""What rules are reckoned with."""
ManyNumbers = Sequence[Fraction] | Range
Holds = bool | Test
Later = Number | Callable[[], Number]


def constant(value: Fraction | int) -> Expr:
    """A number written into the formula itself."""
    text = plain(Fraction(value))
    return Written(text, Fraction(value), PRODUCT if "/" in text else ATOM)


HUNDRED = constant(100)


def as_expr(number: Number | int) -> Expr:
    return number if isinstance(number, Expr) else constant(number)


def value_of(number: Number) -> Fraction:
    """The number itself, however it was made."""
    value = number.value if isinstance(number, Expr) else number
    assert isinstance(value, Fraction)
    return value


# --- arithmetic ------------------------------------------------------------------------------------------------------


def _inside(part: Expr, level: int) -> str:
    binds = part.binds if isinstance(part, Written) else BINDS[part.sign][0] if isinstance(part, Infix) else ATOM
    return part.text if binds >= level else f"({part.text})"


def _numbers(parts: Iterable[Expr]) -> list[Fraction] | None:
    """The values as numbers; None if one of them is an error or a word."""
    found = [part.value for part in parts]
    return [one for one in found if isinstance(one, Fraction)] if all(isinstance(x, Fraction) for x in found) else None


def _infix(sign: str, left: Number | int, right: Number | int) -> Expr:
    one, two = as_expr(left), as_expr(right)
    values = _numbers((one, two))
    known = values and (sign != "/" or values[1])
    return Infix(sign, one, two, _SIGNS[sign](*values) if values and known else None)


def add(first: Number, *others: Number) -> Number:
    """All of them together."""
    for other in others:
        first = first + other
    return first


def percent(part: Number) -> Number:
    """What is stated in percent, as a share."""
    return part / HUNDRED if isinstance(part, Expr) else part / 100


def out_of(share: Number, full: Number) -> Number:
    """The points of a share of full marks.  A share that is a part of them is not divided and multiplied again."""
    if isinstance(share, Infix) and share.sign == "/" and share.right == full:
        return share.left
    return share * full


def _function(name: str, of: Callable[[list[Fraction]], Fraction], parts: Sequence[Number]) -> Number:
    fractions = [part for part in parts if isinstance(part, Fraction)]
    if len(fractions) == len(parts):
        return of(fractions)
    made = tuple(map(as_expr, parts))
    values = _numbers(made)
    return Function(name, made, None if values is None else of(values))


def most(*parts: Number) -> Number:
    """The greatest of them: the first, but not below the others."""
    return _function("MAX", max, parts)


def least(*parts: Number) -> Number:
    """The smallest of them: the first, but not above the others."""
    return _function("MIN", min, parts)


def magnitude(part: Number) -> Number:
    """How far it is from nothing; said once, where the greater of it and its opposite would say it twice."""
    return _function("ABS", lambda values: abs(values[0]), (part,))


def within(part: Number, low: Number, high: Number) -> Number:
    return least(most(part, low), high)


def rounded(part: Number, digits: int) -> Number:
    """Half up, as the tool rounds; the inner ROUND takes away what binary arithmetic adds to a decimal half."""
    if isinstance(part, Fraction):
        return half_up(part, digits)
    value = half_up(part.value, digits) if isinstance(part.value, Fraction) else None
    return Function("ROUND", (as_expr(fine(part, 10)), constant(digits)), value)


def fine(part: Number, digits: int = FINE) -> Number:
    """A computed number as it is compared."""
    return Function("ROUND", (part, constant(digits)), part.value) if isinstance(part, Expr) else part


# --- conditions ------------------------------------------------------------------------------------------------------


def _compared(left: Expr, sign: str, right: Number | int) -> Test:
    other = as_expr(right)
    values = _numbers((left, other))
    return Test(f"{left.text}{sign}{other.text}", _COMPARISONS[sign](*values) if values else None)


def all_of(tests: Iterable[Holds]) -> Holds:
    """Whether all conditions hold; on plain numbers, the first that does not ends it."""
    made: list[Test] = []
    for test in tests:
        if isinstance(test, Test):
            made.append(test)
        elif not test:
            return False
    if len(made) < 2:
        return made[0] if made else True
    return Test(f"AND({','.join(test.text for test in made)})", all(test.holds for test in made))


def chosen(test: Holds, then: Later, otherwise: Later) -> Number:
    """One of two, by a condition; what cannot be reckoned in the other case is given as a function."""
    if not isinstance(test, Test):
        return _now(then) if test else _now(otherwise)
    yes, no = as_expr(_now(then)), as_expr(_now(otherwise))
    return Chosen(test, yes, no, None if test.holds is None else yes.value if test.holds else no.value)


def _now(number: Later) -> Number:
    return number() if callable(number) else number
