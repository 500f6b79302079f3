"""The formulas of derived figures: `(revenue - revenue.base) / revenue.base * 100`, exact, over figures that are typed.

A formula is an expression of names, numbers, + - * / and five functions of spreadsheets: IF, MIN, MAX, ROUND, ABS.
Python's own parser reads it; what is not on the list is refused, and nothing is ever executed.  Names may be
written in Chinese, signs as the Chinese keyboard has them; a name with other signs in it stands in single quotes.

A formula says how its number is made over `Number` (`expressions.py`), so that it is reckoned, written into a cell and
told to people by one function.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from evaltool.rules.expressions import Holds, Number, chosen, fine, least, magnitude, most, rounded

Which = Literal["figure", "base", "target"]
WHICH: dict[str, Which] = {"base": "base", "基期值": "base", "target": "target", "目标值": "target"}
SIGNS = str.maketrans("（），＋－×÷／＊＜＞．０１２３４５６７８９", "(),+-*//*<>.0123456789")
DEEPEST = 60  # brackets in brackets; nobody writes more, and Python itself has a limit
_QUOTED = re.compile(r"""('[^']*'|"[^"]*")""")
_NUMBER = re.compile(r"\d{1,15}(\.\d{1,9})?", re.ASCII)
_OPERATIONS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARED = {ast.Lt: "<", ast.Gt: ">", ast.LtE: "<=", ast.GtE: ">="}
_ARGUMENTS = {"IF": (3, 3), "MIN": (2, 20), "MAX": (2, 20), "ROUND": (2, 2), "ABS": (1, 1)}
_ODD: tuple[tuple[str, str, str], ...] = (
    ("%|％", "百分数写成除以 100，如 5 / 100", "a percentage is written as a division: 5 / 100"),
    (r"\^|\*\*", "没有乘方，写成连乘", "there are no powers; multiply"),
    ("#", "名称里有 # 的，整个名称加单引号", "a name with # in it stands in single quotes"),
    ("=", "比较写 <、>、<=、>=，不写 =", "compare by <, >, <=, >=, not by ="),
)
_HOW = (
    "写成名称、数字、+ - * / 和括号，函数只有 IF、MIN、MAX、ROUND、ABS，"
    "如 (财政收入 - 财政收入.基期值) / 财政收入.基期值",
    "write names, numbers, + - * / and brackets; the functions are IF, MIN, MAX, ROUND, ABS: "
    "(revenue - revenue.base) / revenue.base",
)


@dataclass(frozen=True, slots=True)
class FigureName:
    """What a name means: a typed figure or what it is held against, another derived figure, a unit's parameter.
    `component`: where the figure is typed, where the formula says so."""

    name: str
    which: Which = "figure"
    component: str = ""


LookUp = Callable[[FigureName], Number]
NameInWords = Callable[[FigureName], str]


@dataclass(frozen=True)
class FigureFormula:
    """A formula as it is written, and what was read of it."""

    text: str

    @cached_property
    def _tree(self) -> ast.expr:
        return _parsed(_plain(self.text))

    @cached_property
    def names(self) -> tuple[FigureName, ...]:
        """Every name, once, in the order of the formula."""
        return tuple(dict.fromkeys(named for _, named in _places(self._tree)))

    def made(self, look: LookUp) -> Number:
        """The number; raises ZeroDivisionError where fractions are divided by nothing."""
        return _made(self._tree, _plain(self.text), look)

    def in_words(self, said: NameInWords) -> str:
        """The formula with the names as people know them."""
        return _words(self._tree, _plain(self.text), said)

    @classmethod
    def __get_pydantic_core_schema__(cls, _: Any, __: Any) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(read_formula)


def read_formula(value: object) -> FigureFormula:
    """A formula, or what is wrong with it as a mistake of the rules."""
    if isinstance(value, FigureFormula):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "should be text")
    formula = FigureFormula(value)
    _ = formula.names  # parsed once, so that whatever is wrong is said here
    return formula


def _plain(text: str) -> str:
    """On one line, signs as Python has them; names in quotes stay as they are."""
    parts = _QUOTED.split(" ".join(text.split()))
    return "".join(part if at % 2 else _signs(part) for at, part in enumerate(parts))


def _signs(text: str) -> str:
    return re.sub(r"\bif\s*(?=\()", "IF", text.translate(SIGNS), flags=re.IGNORECASE)


def _unquoted(text: str) -> str:
    return _QUOTED.sub("", text)


def _parsed(text: str) -> ast.expr:
    if "#" in _unquoted(text):  # to Python the rest would be a comment
        raise _mistake(text)
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise _mistake(text) from None
    _check(tree, text, DEEPEST)
    return tree


def _mistake(text: str, zh: str = "", en: str = "") -> PydanticCustomError:
    """A mistake that teaches: what this is, and how a formula is written."""
    bare = re.sub(r"[<>]=", "", _unquoted(text))
    slip = next(((one, two) for sign, one, two in _ODD if re.search(sign, bare)), ("", ""))
    found = [part for part in ((zh or slip[0]), _HOW[0]) if part], [part for part in ((en or slip[1]), _HOW[1]) if part]
    return PydanticCustomError(
        "formula", "formula", {"reason_zh": "；".join(found[0]), "reason_en": "; ".join(found[1])}
    )


def _check(part: ast.expr, text: str, depth: int) -> None:
    """Only what is on the list."""
    if depth <= 0:
        raise _mistake(text, "算式太长或括号太多层，应拆成几个", "too long, or too many brackets: split it")
    for inner in _parts(part, text):
        _check(inner, text, depth - 1)


def _parts(part: ast.expr, text: str) -> list[ast.expr]:
    """The numbers that a part is made of; a mistake where it is none that a formula may have."""
    match part:
        case ast.Constant(value=int() | float()) if not isinstance(part.value, bool):
            if not _NUMBER.fullmatch(_segment(text, part)):
                raise _mistake(text, "数字只写数字和小数点", "a number has digits and a point only")
            return []
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return [inner]
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATIONS:
            return [left, right]
        case ast.Call(func=ast.Name(id=name), args=given, keywords=[]) if name.upper() in _ARGUMENTS:
            return _arguments(name.upper(), given, text)
        case ast.Call(func=ast.Name(id=name)):
            raise _mistake(text, f"没有函数 {name}", f"there is no function {name}")
    if _named(part) is None:
        raise _mistake(text)
    return []


def _arguments(name: str, given: list[ast.expr], text: str) -> list[ast.expr]:
    low, high = _ARGUMENTS[name]
    if not low <= len(given) <= high:
        raise _mistake(text, f"{name} 的括号里要有 {low} 个数", f"{name} takes {low} numbers")
    if name == "ROUND" and not (isinstance(given[1], ast.Constant) and _segment(text, given[1]) in "0123456789"):
        raise _mistake(text, "ROUND 的第二个数是小数位数，0 到 9", "ROUND takes the number of decimals, 0 to 9")
    if name != "IF":
        return given
    test = given[0]
    if not (isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in _COMPARED):
        raise _mistake(text, "IF 的第一个是比较，如 甲 < 乙", "IF begins with a comparison: a < b")
    return [test.left, test.comparators[0], *given[1:]]


def _segment(text: str, part: ast.expr) -> str:
    """How a part is written; Python counts bytes of UTF-8."""
    return text.encode()[part.col_offset : part.end_col_offset].decode()


def _named(part: ast.expr) -> FigureName | None:
    """`gdp`, `'R&D'`, `gdp.base`, `economy.gdp`, `economy.gdp.base`."""
    words = _dotted(part)
    if not words or len(words) > 3:
        return None
    which = WHICH.get(words[-1]) if len(words) > 1 else None
    own = words[:-1] if which else words
    if len(own) > 2:
        return None
    return FigureName(own[-1], which or "figure", own[0] if len(own) == 2 else "")


def _dotted(part: ast.expr) -> list[str]:
    match part:
        case ast.Name(id=name):
            return [name]
        case ast.Constant(value=str() as name) if name.strip():
            return [name.strip()]
        case ast.Attribute(value=inner, attr=name):
            before = _dotted(inner)
            return [*before, name] if before else []
    return []


def _places(part: ast.expr) -> Iterator[tuple[ast.expr, FigureName]]:
    """Every name where it stands, from left to right."""
    named = _named(part)
    if named is not None:
        yield part, named
        return
    for inner in ast.iter_child_nodes(part):
        if isinstance(inner, ast.expr) and not (isinstance(part, ast.Call) and inner is part.func):
            yield from _places(inner)


def _made(part: ast.expr, text: str, look: LookUp) -> Number:
    if (named := _named(part)) is not None:
        return look(named)

    def of(inner: ast.expr) -> Number:
        return _made(inner, text, look)

    match part:
        case ast.Constant():
            return Fraction(_segment(text, part))
        case ast.UnaryOp(operand=inner):
            return 0 - of(inner)
        case ast.BinOp(left=left, op=sign, right=right):
            return _reckoned(_OPERATIONS[type(sign)], of(left), of(right))
        case ast.Call(func=ast.Name(id=name), args=given):
            return _called(name.upper(), given, of)
    raise AssertionError(ast.dump(part))


def _reckoned(sign: str, left: Number, right: Number) -> Number:
    if sign == "+":
        return left + right
    if sign == "-":
        return left - right
    return left * right if sign == "*" else left / right


def _called(name: str, given: list[ast.expr], of: Callable[[ast.expr], Number]) -> Number:
    if name == "IF":
        test = given[0]
        assert isinstance(test, ast.Compare)
        holds = _holds(_COMPARED[type(test.ops[0])], fine(of(test.left)), fine(of(test.comparators[0])))
        return chosen(holds, lambda: of(given[1]), lambda: of(given[2]))
    if name == "ROUND":
        digits = given[1]
        assert isinstance(digits, ast.Constant)
        assert isinstance(digits.value, int)
        return rounded(of(given[0]), digits.value)
    if name == "ABS":
        return magnitude(of(given[0]))
    return (most if name == "MAX" else least)(*map(of, given))


def _holds(sign: str, left: Number, right: Number) -> Holds:
    if sign == "<":
        return left < right
    if sign == ">":
        return left > right
    return left <= right if sign == "<=" else left >= right


def _words(part: ast.expr, text: str, said: NameInWords) -> str:
    """The formula's own text, each name replaced by what people call it; Python counts bytes of UTF-8."""
    raw, made, at = text.encode(), "", 0
    for each, named in _places(part):
        made += raw[at : each.col_offset].decode() + said(named)
        at = each.end_col_offset or at
    return made + raw[at:].decode()
