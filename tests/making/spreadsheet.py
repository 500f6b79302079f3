"""A small spreadsheet program of the tests' own: recalculates the formulas of a written workbook from its input cells.

It knows what Excel 2016, WPS and LibreOffice have in common and no more: an unknown function, name or reference is an
error, so that a workbook that passes here uses nothing else.  Numbers are floats, as in those programs.  It shares no
code with evaltool; openpyxl gives it the formulas and the values.
"""

from __future__ import annotations

import io
import math
import operator
import re
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import openpyxl
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string


class FormulaError(Exception):
    """What a spreadsheet would show as #VALUE!, #DIV/0!, #N/A or #NAME?: raised where there is one value, and kept as a
    value in its place among the cells of an area."""


Scalar = float | str | bool | FormulaError | None
Array = list[list[Scalar]]
Value = Scalar | Array
Spot = tuple[str, int, int]  # sheet, row, column (from 1)
Node = Callable[["Workbook"], Value]


@dataclass
class Workbook:
    """Cells of a workbook; `changed` puts other values into input cells before anything is worked out."""

    cells: Mapping[Spot, Any]
    names: Mapping[str, str]
    size: Mapping[str, tuple[int, int]]
    changed: Mapping[Spot, Scalar] = field(default_factory=dict)
    worked_out: dict[Spot, Scalar] = field(default_factory=dict)

    def value(self, spot: Spot) -> Scalar:
        if spot in self.changed:
            said = self.changed[spot]
            if isinstance(said, str) and said.startswith("#"):
                raise FormulaError(said)
            return said
        if spot not in self.worked_out:
            said = self.cells.get(spot)
            self.worked_out[spot] = _single(_parsed(str(said), spot[0])(self)) if _is_formula(said) else _plain(said)
        return self.worked_out[spot]

    def formulas(self) -> Iterator[tuple[Spot, str]]:
        """Every formula cell with its text."""
        return ((spot, said) for spot, said in self.cells.items() if _is_formula(said))

    def with_changes(self, changed: Mapping[Spot, Scalar]) -> Workbook:
        """The same workbook after somebody has typed other values into input cells."""
        if wrong := [spot for spot in changed if _is_formula(self.cells.get(spot))]:
            raise AssertionError(f"not input cells: {wrong}")
        return Workbook(self.cells, self.names, self.size, dict(changed))


def reckoning(data: bytes) -> Workbook:
    """The workbook with its formulas."""
    return in_memory(load_workbook(io.BytesIO(data)))


def in_memory(book: openpyxl.Workbook) -> Workbook:
    """The same of one that another program has open."""
    sys.setrecursionlimit(20_000)
    cells = {(sheet.title, c.row, c.column): c.value for sheet in book.worksheets for row in sheet for c in row}
    names = {name: named.attr_text for name, named in book.defined_names.items()}
    size = {sheet.title: (sheet.max_row, sheet.max_column) for sheet in book.worksheets}
    return Workbook({key: value for key, value in cells.items() if value is not None}, names, size)


def opened(data: bytes) -> tuple[Workbook, dict[Spot, Any]]:
    """The workbook with its formulas, and the cached value of every cell."""
    cached = load_workbook(io.BytesIO(data), data_only=True, read_only=True)  # values alone, which is quicker
    told = (
        (sheet.title, c) for sheet in cached.worksheets for row in sheet.iter_rows() for c in row if c.value is not None
    )
    return reckoning(data), {(title, c.row, c.column): c.value for title, c in told}


def disagreeing(book: Workbook, cached: Mapping[Spot, Any]) -> list[str]:
    """Formulas that come to something else than the value that stands in the file."""
    found = []
    for spot, text in book.formulas():
        got, wanted = book.value(spot), cached.get(spot)
        if isinstance(got, int | float) and isinstance(wanted, int | float):
            if abs(got - wanted) > 1e-9 * max(1, abs(wanted)):
                found.append(f"{spot} {text}: {got}, not {wanted}")
        elif (got or "") != (wanted or ""):
            found.append(f"{spot} {text}: {got!r}, not {wanted!r}")
    return found


def _is_formula(said: Any) -> bool:
    return isinstance(said, str) and said.startswith("=")


def _plain(said: Any) -> Scalar:
    return float(said) if isinstance(said, int | float) and not isinstance(said, bool) else said


def _single(value: Value) -> Scalar:
    return value[0][0] if isinstance(value, list) else value


# --- reading a formula -----------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)(?![A-Za-z(])
    |(?P<text>"(?:[^"]|"")*")
    |(?P<ref>(?:(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?(?![\w(]))
    |(?P<call>[A-Z][A-Z0-9.]*)\(
    |(?P<name>[^\W\d][\w.]*)
    |(?P<sign><=|>=|<>|[-+*/^&=<>(),{};%]))""",
    re.VERBOSE,
)
_REF = re.compile(r"(?:(?:'((?:[^']|'')+)'|([^\W\d][\w.]*))!)?\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?")
_PASSING_ERRORS = {"COUNT", "COUNTIF"}
_LEVELS = (("=", "<>", "<", ">", "<=", ">="), ("&",), ("+", "-"), ("*", "/"), ("^",))
_parsed_already: dict[tuple[str, str], Node] = {}


def _parsed(text: str, sheet: str) -> Node:
    key = (text, sheet)
    if key not in _parsed_already:
        _parsed_already[key] = _Reading(text[1:], sheet).whole()
    return _parsed_already[key]


class _Reading:
    """One formula from left to right."""

    def __init__(self, text: str, sheet: str) -> None:
        self.sheet = sheet
        self.passes = False
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while text[at:].strip():
            match = _TOKEN.match(text, at)
            if match is None:
                raise FormulaError(f"cannot read {text!r} at {text[at : at + 20]!r}")
            kind = match.lastgroup or ""
            self.tokens.append((kind, match[kind]))
            at = match.end()
        self.tokens.append(("end", ""))

    def next(self) -> tuple[str, str]:
        return self.tokens.pop(0)

    def sees(self, *signs: str) -> bool:
        return self.tokens[0][0] == "sign" and self.tokens[0][1] in signs

    def expect(self, sign: str) -> None:
        if not self.sees(sign):
            raise FormulaError(f"{sign} expected, not {self.tokens[0]}")
        self.next()

    def whole(self) -> Node:
        node = self.level(0)
        if self.tokens[0][0] != "end":
            raise FormulaError(f"not expected: {self.tokens[0]}")
        return node

    def level(self, at: int) -> Node:
        if at == len(_LEVELS):
            return self.signed()
        left = self.level(at + 1)
        while self.sees(*_LEVELS[at]):
            sign = self.next()[1]
            left = _joined(sign, left, self.level(at + 1))
        return left

    def signed(self) -> Node:
        if self.sees("-"):
            self.next()
            inner = self.signed()
            return lambda book: _each(lambda one: -_number(one), inner(book))
        if self.sees("+"):
            self.next()
            return self.signed()
        node = self.atom()
        while self.sees("%"):
            self.next()
            node = _joined("/", node, lambda _: 100.0)
        return node

    def atom(self) -> Node:
        kind, text = self.next()
        if kind == "number":
            number = float(text)
            return lambda _: number
        if kind == "text":
            said = text[1:-1].replace('""', '"')
            return lambda _: said
        if kind == "ref":
            return _reference(text, self.sheet, passes=self.passes)
        if kind == "call":
            return self.row_numbers() if text == "ROW" else self.call(text)
        if kind == "name":
            return _named(text)
        if (kind, text) == ("sign", "("):
            node = self.level(0)
            self.expect(")")
            return node
        if (kind, text) == ("sign", "{"):
            return self.array()
        raise FormulaError(f"not expected: {text!r}")

    def call(self, name: str) -> Node:
        parts: list[Node] = []
        outer, self.passes = self.passes, name in _PASSING_ERRORS
        while not self.sees(")"):
            parts.append((lambda _: None) if self.sees(",") else self.level(0))
            if self.sees(","):
                self.next()
                if self.sees(")"):
                    parts.append(lambda _: None)
        self.expect(")")
        self.passes = outer
        if name in ("IF", "IFERROR"):
            return _if(parts) if name == "IF" else _if_error(parts)
        if name not in FUNCTIONS:
            raise FormulaError(f"not a function that all programs have: {name}")
        if len(parts) > 255:
            raise FormulaError(f"{name} with {len(parts)} arguments")
        function = FUNCTIONS[name]
        if name in CELL_BY_CELL:
            return lambda book: function(*(_or_error(part, book) for part in parts))
        return lambda book: function(*(_sound(part(book)) for part in parts))

    def row_numbers(self) -> Node:
        """ROW, which looks at where cells stand and not at what is in them."""
        kind, text = self.next()
        match = _REF.fullmatch(text)
        assert kind == "ref"
        assert match
        self.expect(")")
        first, last = int(match[4]), int(match[6] or match[4])
        return lambda _: [[float(row)] for row in range(first, last + 1)]

    def array(self) -> Node:
        rows: Array = [[]]
        while not self.sees("}"):
            if self.sees(",", ";"):
                if self.next()[1] == ";":
                    rows.append([])
                continue
            minus = -1 if self.sees("-") else 1
            if minus < 0:
                self.next()
            kind, text = self.next()
            rows[-1].append(minus * float(text) if kind == "number" else text.strip('"'))
        self.expect("}")
        return lambda _: [list(row) for row in rows]


def _reference(text: str, sheet: str, *, passes: bool = False) -> Node:
    """`passes`: whether errors in the cells are passed over, as texts are."""
    match = _REF.fullmatch(text)
    assert match
    quoted, bare, column, row, column_to, row_to = match.groups()
    title = quoted.replace("''", "'") if quoted else bare or sheet
    top, left = int(row), column_index_from_string(column)
    if column_to is None:
        return lambda book: book.value(_known(book, title, top, left))
    bottom, right = int(row_to), column_index_from_string(column_to)

    def area(book: Workbook) -> Value:
        _known(book, title, top, left)
        columns, done = range(left, right + 1), book.worked_out  # no cell that was changed is ever among these
        return [
            [done[spot] if (spot := (title, row, column)) in done else one(book, spot) for column in columns]
            for row in range(top, bottom + 1)
        ]

    def one(book: Workbook, spot: Spot) -> Scalar:
        try:
            return book.value(spot)
        except FormulaError as error:
            return "#" if passes else error

    return area


def _known(book: Workbook, title: str, row: int, column: int) -> Spot:
    if title not in book.size:
        raise FormulaError(f"no sheet {title!r}")
    return title, row, column


def _named(name: str) -> Node:
    if name in ("TRUE", "FALSE"):
        return lambda _: name == "TRUE"

    def node(book: Workbook) -> Value:
        if name not in book.names:
            raise FormulaError(f"no name {name!r}")
        return _reference(book.names[name].lstrip("="), "")(book)

    return node


# --- working it out --------------------------------------------------------------------------------------------------


def _number(value: Scalar) -> float:
    if value is None:
        return 0.0
    if isinstance(value, bool | int | float):
        return float(value)
    raise FormulaError(f"#VALUE!: {value!r}")


def _text(value: Scalar) -> str:
    if value is None:
        return ""
    if isinstance(value, FormulaError):
        raise value
    if isinstance(value, bool):
        return str(value).upper()
    return format(value, ".15g") if isinstance(value, float | int) else value


def _sound(value: Value) -> Value:
    """What a function takes that works on whole areas: an error in one of the cells is its own error."""
    for one in _flat(value):
        if isinstance(one, FormulaError):
            raise one
    return value


def _or_error(part: Node, book: Workbook) -> Value:
    try:
        return part(book)
    except FormulaError as error:
        return error


def _rows(value: Value) -> Array:
    return value if isinstance(value, list) else [[value]]


def _flat(value: Value) -> list[Scalar]:
    return [one for row in _rows(value) for one in row]


def _each(what: Callable[[Scalar], Scalar], value: Value) -> Value:
    if not isinstance(value, list):
        return what(_no_error(value))

    def one_of(one: Scalar) -> Scalar:
        return _kept(lambda: what(_no_error(one)))

    return [[one_of(one) for one in row] for row in value]


def _no_error(one: Scalar) -> Scalar:
    if isinstance(one, FormulaError):
        raise one
    return one


def _kept(what: Callable[[], Scalar]) -> Scalar:
    try:
        return what()
    except FormulaError as error:
        return error


def _pairs(what: Callable[[Scalar, Scalar], Scalar], left: Value, right: Value) -> Value:
    if not isinstance(left, list) and not isinstance(right, list):
        return what(_no_error(left), _no_error(right))
    a, b = _rows(left), _rows(right)
    rows, columns = max(len(a), len(b)), max(len(a[0]), len(b[0]))

    def at(of: Array, row: int, column: int) -> Scalar:
        return of[row if len(of) > 1 else 0][column if len(of[0]) > 1 else 0]

    def both(row: int, column: int) -> Scalar:
        return _kept(lambda: what(_no_error(at(a, row, column)), _no_error(at(b, row, column))))

    return [[both(r, c) for c in range(columns)] for r in range(rows)]


def _divided(left: Scalar, right: Scalar) -> float:
    below = _number(right)
    if below == 0:
        raise FormulaError("#DIV/0!")
    return _number(left) / below


def _difference(left: Scalar, right: Scalar) -> float:
    """Nearly equal numbers differ by nothing, as in all three programs."""
    a, b = _number(left), _number(right)
    return 0.0 if a != b and math.isclose(a, b, rel_tol=4e-16, abs_tol=0) else a - b


def _compared(sign: str) -> Callable[[Scalar, Scalar], bool]:
    test = {"=": operator.eq, "<>": operator.ne, "<": operator.lt, ">": operator.gt}
    test |= {"<=": operator.le, ">=": operator.ge}

    def compare(left: Scalar, right: Scalar) -> bool:
        a: Any = left
        b: Any = right
        if a is None:
            a = "" if isinstance(b, str) else 0.0
        if b is None:
            b = "" if isinstance(a, str) else 0.0
        if isinstance(a, str) and isinstance(b, str):
            return bool(test[sign](a.lower(), b.lower()))
        ranks = [2 if isinstance(one, bool) else 1 if isinstance(one, str) else 0 for one in (a, b)]
        if ranks[0] != ranks[1]:  # numbers before texts before truth values
            return bool(test[sign](*ranks))
        if abs(a - b) <= 1e-13 * abs(a):  # else rounding to what these programs compare cannot tell otherwise
            a, b = float(format(a, ".15g")), float(format(b, ".15g"))
        return bool(test[sign](a, b))

    return compare


_OPERATORS: dict[str, Callable[[Scalar, Scalar], Scalar]] = {
    "+": lambda a, b: _number(a) + _number(b),
    "-": _difference,
    "*": lambda a, b: _number(a) * _number(b),
    "/": _divided,
    "^": lambda a, b: _number(a) ** _number(b),
    "&": lambda a, b: _text(a) + _text(b),
    **{sign: _compared(sign) for sign in ("=", "<>", "<", ">", "<=", ">=")},
}


def _joined(sign: str, left: Node, right: Node) -> Node:
    return lambda book: _pairs(_OPERATORS[sign], left(book), right(book))


def _if(parts: list[Node]) -> Node:
    def node(book: Workbook) -> Value:
        chosen = parts[1] if _truth(_single(parts[0](book))) else parts[2] if len(parts) > 2 else lambda _: False
        return chosen(book)

    return node


def _if_error(parts: list[Node]) -> Node:
    def node(book: Workbook) -> Value:
        try:
            return parts[0](book)
        except FormulaError:
            return parts[1](book)

    return node


def _truth(value: Scalar) -> bool:
    if isinstance(value, str):
        raise FormulaError(f"#VALUE!: {value!r}")
    return bool(value)


def _numbers(values: tuple[Value, ...]) -> list[float]:
    """What SUM and its like see: numbers; texts and truth values in ranges are passed over."""
    found: list[float] = []
    for value in values:
        if isinstance(value, list):
            found += [float(one) for one in _flat(value) if isinstance(one, float | int) and not isinstance(one, bool)]
        elif value is not None:
            found.append(_number(value))
    return found


def _half_up(value: Value, digits: Value) -> Value:
    place = Decimal(1).scaleb(-int(_number(_single(digits))))
    return _each(lambda one: float(Decimal(format(_number(one), ".15g")).quantize(place, ROUND_HALF_UP)), value)


def _average(*values: Value) -> float:
    numbers = _numbers(values)
    if not numbers:
        raise FormulaError("#DIV/0!")
    return math.fsum(numbers) / len(numbers)


def _ordered(values: Value, which: Value, *, reverse: bool) -> Value:
    numbers = sorted(_numbers((values,) if isinstance(values, list) else ([[values]],)), reverse=reverse)

    def one(at: Scalar) -> float:
        place = int(_number(at))
        if not 1 <= place <= len(numbers):
            raise FormulaError("#NUM!")
        return numbers[place - 1]

    return _each(one, which)


_CRITERION = re.compile(r"(<=|>=|<>|=|<|>)?(.*)", re.DOTALL)


def _meets(criterion: Scalar) -> Callable[[Scalar], bool]:
    if not isinstance(criterion, str):
        return lambda one: not isinstance(one, str) and one is not None and _compared("=")(one, criterion)
    match = _CRITERION.fullmatch(criterion)
    assert match
    sign, said = match[1] or "=", match[2]
    try:
        wanted: Scalar = float(said)
    except ValueError:
        wanted = said
    if isinstance(wanted, float):
        return lambda one: (
            _compared(sign)(one, wanted) if isinstance(one, float | int) and not isinstance(one, bool) else sign == "<>"
        )
    return lambda one: _compared(sign)(_text(one), wanted) if isinstance(one, str | None) else sign == "<>"


def _those(pairs: tuple[Value, ...]) -> list[bool]:
    kept: list[bool] | None = None
    for area, criterion in zip(pairs[::2], pairs[1::2], strict=True):
        meets = _meets(_single(criterion))
        found = [meets(one) for one in _flat(area)]
        kept = found if kept is None else [a and b for a, b in zip(kept, found, strict=True)]
    return kept or []


def _countif(*pairs: Value) -> Value:
    if len(pairs) == 2 and isinstance(pairs[1], list):
        return _each(lambda one: float(sum(_those((pairs[0], one)))), pairs[1])
    return float(sum(_those(pairs)))


def _sumifs(area: Value, *pairs: Value) -> float:
    kept = zip(_flat(area), _those(pairs), strict=True)
    return math.fsum(_number(one) for one, holds in kept if holds and isinstance(one, float | int))


def _averageifs(area: Value, *pairs: Value) -> float:
    kept = zip(_flat(area), _those(pairs), strict=True)
    return _average([[one for one, holds in kept if holds]])


def _sumif(area: Value, criterion: Value, summed: Value = None) -> float:
    return _sumifs(area if summed is None else summed, area, criterion)


def _sumproduct(*areas: Value) -> float:
    columns = [_flat(area) for area in areas]
    if len({len(column) for column in columns}) != 1:
        raise FormulaError("#VALUE!: areas of different sizes")
    return math.fsum(math.prod(_factor(one) for one in row) for row in zip(*columns, strict=True))


def _factor(one: Scalar) -> float:
    """Texts and truth values are nothing in SUMPRODUCT unless a formula has made numbers of them."""
    return float(one) if isinstance(one, float | int) and not isinstance(one, bool) else 0.0


def _index(area: Value, row: Value, column: Value = None) -> Scalar:
    rows = _rows(area)
    at = int(_number(_single(row)))
    if column is None and len(rows) == 1:
        rows, at = [[one] for one in rows[0]], at
    across = int(_number(_single(column))) if column is not None else 1
    if not 1 <= at <= len(rows) or not 1 <= across <= len(rows[0]):
        raise FormulaError("#REF!")
    return rows[at - 1][across - 1]


def _match(what: Value, area: Value, kind: Value = 1.0) -> Value:
    return _each(lambda one: _matched(one, area, kind), what)


def _matched(sought: Scalar, area: Value, kind: Value) -> float:
    row = _flat(area)
    how = int(_number(_single(kind)))
    same = _compared("=")
    if how == 0:
        if isinstance(sought, str):
            pattern = _pattern(sought)
            found = [at for at, one in enumerate(row, 1) if isinstance(one, str) and pattern.fullmatch(one)]
        else:
            found = [at for at, one in enumerate(row, 1) if one is not None and same(one, sought)]
        place = found[0] if found else 0
    else:
        fits = _compared("<=" if how > 0 else ">=")
        place = 0
        for at, one in enumerate(row, 1):
            if one is None or not fits(one, sought):
                break
            place = at
    if not place:
        raise FormulaError("#N/A")
    return float(place)


def _lookup(what: Value, area: Value, result: Value = None) -> Scalar:
    return _flat(area if result is None else result)[int(_matched(_single(what), area, 1.0)) - 1]


def _pattern(sought: str) -> re.Pattern[str]:
    """What MATCH finds by a text: ? and * stand for others, ~ takes that from them."""
    signs = {"?": ".", "*": ".*"}
    parts = re.findall(r"~[~?*]|.", sought, re.DOTALL)
    made = (signs.get(part, re.escape(part[-1] if len(part) == 2 else part)) for part in parts)
    return re.compile("".join(made), re.DOTALL | re.IGNORECASE)


def _product(left: Value, right: Value) -> Value:
    """MMULT: rows times columns, of numbers only."""
    a, b = _rows(left), _rows(right)
    if len(a[0]) != len(b) or any(isinstance(one, str | bool | None) for one in (*_flat(a), *_flat(b))):
        raise FormulaError("#VALUE!")
    columns = list(zip(*b, strict=True))
    return [[math.fsum(_number(x) * _number(y) for x, y in zip(r, c, strict=True)) for c in columns] for r in a]


def _replaced(text: Value, old: Value, new: Value) -> Value:
    was, put = _text(_single(old)), _text(_single(new))
    return _each(lambda one: _text(one).replace(was, put), text)


def _found_at(what: Value, text: Value) -> Value:
    def one(sought: Scalar, said: Scalar) -> float:
        at = _text(said).find(_text(sought))
        if at < 0:
            raise FormulaError("#VALUE!")
        return at + 1.0

    return _pairs(one, what, text)


_SPELT = re.compile(r"\s*([-+]?)\$?([0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?|[0-9]+\.)(%?)\s*")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def _value(one: Scalar) -> float:
    """VALUE: numbers, percentages and days, as all programs read them."""
    if not isinstance(one, str):
        return _number(one)
    if match := _SPELT.fullmatch(one):
        return float(match[1] + match[2]) / (100 if match[3] else 1)
    return _day_number(one)


def _day_number(one: Scalar) -> float:
    match = _DAY.fullmatch(_text(one).strip())
    try:
        return float((date(*map(int, match.groups())) - date(1899, 12, 30)).days) if match else _refuse()
    except ValueError:
        return _refuse()


def _refuse() -> float:
    raise FormulaError("#VALUE!")


def _is_error(value: Value) -> Value:
    if isinstance(value, list):
        return [[isinstance(one, FormulaError) for one in row] for row in value]
    return isinstance(value, FormulaError)


def _is_number(value: Value) -> Value:
    def one(said: Scalar) -> bool:
        return isinstance(said, float | int) and not isinstance(said, bool)

    return [[one(said) for said in row] for row in value] if isinstance(value, list) else one(value)


def _truths(values: tuple[Value, ...]) -> list[bool]:
    return [_truth(one) for value in values for one in _flat(value) if not isinstance(one, str)]


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "SUM": lambda *values: math.fsum(_numbers(values)),
    "ROUND": _half_up,
    "COUNT": lambda *values: float(len(_numbers(values))),
    "COUNTA": lambda *values: float(sum(one is not None for value in values for one in _flat(value))),
    "COUNTIF": _countif,
    "COUNTIFS": _countif,
    "SUMIF": _sumif,
    "SUMIFS": _sumifs,
    "SUMPRODUCT": _sumproduct,
    "AVERAGE": _average,
    "AVERAGEIFS": _averageifs,
    "MEDIAN": lambda *values: statistics.median(_numbers(values)),
    "MAX": lambda *values: max(_numbers(values), default=0.0),
    "MIN": lambda *values: min(_numbers(values), default=0.0),
    "LARGE": lambda area, which: _ordered(area, which, reverse=True),
    "SMALL": lambda area, which: _ordered(area, which, reverse=False),
    "INDEX": _index,
    "REPT": lambda text, times: _text(_single(text)) * int(_number(_single(times))),
    "MATCH": _match,
    "LOOKUP": _lookup,
    "AND": lambda *values: all(_truths(values)),
    "OR": lambda *values: any(_truths(values)),
    "NOT": lambda value: not _truth(_single(value)),
    "ABS": lambda value: _each(lambda one: abs(_number(one)), value),
    "INT": lambda value: _each(lambda one: float(math.floor(_number(one))), value),
    "N": lambda value: _number(one) if not isinstance(one := _single(value), str) else 0.0,
    "ISNUMBER": _is_number,
    "ISERROR": _is_error,
    "ISBLANK": lambda value: (
        [[one is None for one in row] for row in value] if isinstance(value, list) else value is None
    ),
    "MMULT": _product,
    "SUBSTITUTE": _replaced,
    "FIND": _found_at,
    "LEN": lambda value: _each(lambda one: float(len(_text(one))), value),
    "TRIM": lambda value: _each(lambda one: " ".join(filter(None, _text(one).split(" "))), value),
    "LEFT": lambda value, count: _each(lambda one: _text(one)[: int(_number(_single(count)))], value),
    "MID": lambda value, first, count: _each(
        lambda one: _text(one)[int(_number(_single(first))) - 1 :][: int(_number(_single(count)))], value
    ),
    "VALUE": lambda value: _each(_value, value),
    "DATEVALUE": lambda value: _each(_day_number, value),
}
CELL_BY_CELL = {
    "ABS",
    "INT",
    "ROUND",
    "N",
    "ISNUMBER",
    "ISERROR",
    "SUBSTITUTE",
    "ISBLANK",
    "FIND",
    "LEN",
    "TRIM",
    "LEFT",
    "MID",
}
CELL_BY_CELL |= {"VALUE", "DATEVALUE", "MATCH"}
"""Functions that work on each cell of an area by itself, an error among them."""
