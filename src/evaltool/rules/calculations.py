"""How a value was made, as a calculation with its numbers, for people: the third way to read an expression."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from evaltool.exact import plain
from evaltool.findings import Language
from evaltool.rules.expressions import (
    ATOM,
    BINDS,
    CLAUSE,
    HUNDRED,
    PRODUCT,
    SUM,
    Chosen,
    Expr,
    Function,
    Infix,
    Range,
    Written,
    value_of,
)
from evaltool.rules.wording import pick

MOST_TERMS = 12  # of a sum that is written out


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a calculation is written: in which language, and how its numbers are written."""

    language: Language = "zh"
    shown: Callable[[Fraction], str] = plain


_CHINESE = Reader()
_SIGNS = {"+": ("＋", " + "), "-": ("－", " - "), "*": ("×", " x "), "/": ("÷", " / ")}
_LIMITS: Mapping[str, tuple[Any, str, str]] = {"MAX": (max, "不低于", "at least"), "MIN": (min, "最多", "at most")}


def calculation(expr: Expr, reader: Reader = _CHINESE) -> str:
    """How the value was made, with the numbers in it, such as "(87.5 - 80) / (100 - 80) x 3": of conditions the case
    that holds, a limit only where it decides, of other functions what came out."""
    return _said(expr, reader)[0]


def _said(part: Expr, reader: Reader) -> tuple[str, int]:
    """The calculation and how strongly its outermost sign binds."""
    match part:
        case Infix("/", left, right) if right is HUNDRED:
            return f"{_bracketed(_said(left, reader), ATOM, reader)}%", ATOM
        case Infix("+" | "-", left, right) if _is_nothing(right):
            return _said(left, reader)
        case Infix("+", left, right) if _is_nothing(left):
            return _said(right, reader)
        case Infix(sign, left, right):
            low, high = BINDS[sign]
            pieces = _bracketed(_said(left, reader), low, reader), _bracketed(_said(right, reader), high, reader)
            return pick(reader.language, *_SIGNS[sign]).join(pieces), low
        case Chosen():
            return _said(part.taken, reader)
        case Function("ROUND", (Expr() as inner, Expr() as digits)):
            return _rounded(inner, digits, reader) if part.value != inner.value else _said(inner, reader)
        case Function("ABS", (Expr() as inner,)):
            return f"|{_said(inner, reader)[0]}|", ATOM
        case Function("MAX" | "MIN" as name, (Expr() as first, *others)):
            return _limited(name, first, others, reader)
        case Function("SUM", (Range(_, values),)):
            return _sum(values, reader)
        case Function("AVERAGE", (Range(_, values),)):
            return f"{_bracketed(_sum(values, reader), ATOM, reader)}{_sign('/', reader)}{len(values)}", PRODUCT
    if not isinstance(part.value, Fraction):
        return part.value or "—", ATOM
    return reader.shown(part.value), ATOM if part.value >= 0 else SUM  # in brackets behind a sign


def _is_nothing(part: Expr) -> bool:
    """A parameter of 0, which adds nothing to what people are told."""
    given = part.left if isinstance(part, Infix) and part.right is HUNDRED else part
    return isinstance(given, Written) and given.value == 0


def _rounded(inner: Expr, digits: Expr, reader: Reader) -> tuple[str, int]:
    """What is rounded, and that it is: the number that follows is no longer exactly what was reckoned."""
    said, of = _said(inner, reader)[0], plain(value_of(digits))
    return said + pick(reader.language, f"，四舍五入到{of}位小数", f", rounded half up to {of} decimals"), CLAUSE


def _limited(name: str, first: Expr, others: Sequence[Expr | Range], reader: Reader) -> tuple[str, int]:
    """The first, and the limit where it decides."""
    of, zh, en = _LIMITS[name]
    parts = [first, *(other for other in others if isinstance(other, Expr))]
    decisive = of(parts, key=value_of)
    if decisive is first:
        return _said(first, reader)
    limit, said = _said(decisive, reader)[0], _said(first, reader)[0]
    return said + pick(reader.language, f"，{zh}{limit}", f", {en} {limit}"), CLAUSE


def _sum(values: Sequence[Fraction], reader: Reader) -> tuple[str, int]:
    """Numbers as a sum; only how many where they are too many to be written out."""
    if len(values) > MOST_TERMS:
        return pick(reader.language, f"{len(values)}项合计", f"the sum of {len(values)}"), CLAUSE
    return pick(reader.language, *_SIGNS["+"]).join(map(reader.shown, values)), SUM if len(values) > 1 else ATOM


def _sign(sign: str, reader: Reader) -> str:
    return pick(reader.language, *_SIGNS[sign])


def _bracketed(said: tuple[str, int], level: int, reader: Reader) -> str:
    text, binds = said
    return text if binds >= level else pick(reader.language, f"（{text}）", f"({text})")
