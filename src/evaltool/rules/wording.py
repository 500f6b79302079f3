"""How a sentence about the rules is put together in one of the two languages."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from evaltool.exact import plain, published
from evaltool.findings import Language


def pick(language: Language, zh: str, en: str) -> str:
    return zh if language == "zh" else en


def joined(language: Language, parts: Iterable[str], mark: str = "、") -> str:
    """The parts that say something, with the language's own comma or semicolon."""
    return (mark if language == "zh" else {"、": ", ", "，": ", ", "；": "; "}[mark]).join(
        part for part in parts if part
    )


def worth(number: Fraction) -> str:
    """A weight as the rules write it; where its decimals do not end, rounded and exactly."""
    text = plain(number)
    return f"≈{published(number, 2)} ({text})" if "/" in text else text
