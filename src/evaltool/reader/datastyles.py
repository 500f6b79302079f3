"""Number formats of OpenDocument files: their data styles, written as the codes that workbooks of Excel have.

Only what tells what a cell showed is kept: decimals, percent signs, dates, texts around the number, nothing at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field

NUMBER = "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"
STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"
KINDS = ("number", "percentage", "currency", "date", "time", "boolean", "text")
DATE, TIME, GENERAL = "yyyy-mm-dd", "h:mm:ss", "General"
_GENERATIONS = 20  # parents of a style that are asked
_MOST = 30  # decimals; nobody states more


@dataclass
class DataStyle:
    """One data style while it is read: its pieces of a code; `positive`: the style that stands for numbers above 0."""

    kind: str
    pieces: list[str] = field(default_factory=list)
    positive: str = ""


@dataclass
class Styles:
    """What a file states about styles: data styles, cell styles with their data style and their parent, and names of
    what is hidden."""

    data: dict[str, DataStyle] = field(default_factory=dict)
    cells: dict[str, tuple[str, str]] = field(default_factory=dict)
    hidden: set[tuple[str, str]] = field(default_factory=set)  # family and name
    known: dict[str, str] = field(default_factory=dict)  # cell style -> code, as it was asked for

    def code(self, name: str) -> str:
        """The format code of a cell style, its parent's where it has none."""
        if name not in self.known:
            self.known[name] = self._code(name)
        return self.known[name]

    def _code(self, name: str) -> str:
        for _ in range(_GENERATIONS):
            stated, parent = self.cells.get(name, ("", ""))
            if stated or not parent:
                return self._of_data(stated)
            name = parent
        return GENERAL

    def _of_data(self, name: str) -> str:
        style = self.data.get(name)
        if style is None:
            return GENERAL
        if style.positive in self.data:
            style = self.data[style.positive]
        if style.kind in ("date", "time"):
            return DATE if style.kind == "date" else TIME
        if style.kind == "boolean":
            return GENERAL
        if style.kind == "text":
            return "@"
        return "".join(style.pieces) or ";;;"


def piece(local: str, attributes: dict[str, str]) -> str:
    """What an element inside of a data style shows."""
    if local == "number":
        return _number(attributes)
    if local == "scientific-number":
        return "0.00E+00"
    if local == "fraction":
        return "# ?/?"
    return ""


def _number(attributes: dict[str, str]) -> str:
    stated = attributes.get(f"{NUMBER} decimal-places")
    if stated is None:
        return GENERAL
    decimals = min(int(stated), _MOST) if stated.isascii() and stated.isdigit() else 0
    code = "#,##0" if attributes.get(f"{NUMBER} grouping") == "true" else "0"
    factor = "," if attributes.get(f"{NUMBER} display-factor", "1") != "1" else ""
    return code + ("." + "0" * decimals if decimals else "") + factor


def literal(text: str, kind: str) -> str:
    """A text around the number; the percent sign of a percentage is one."""
    if kind == "percentage" and text.strip() == "%":
        return "%"
    return '"' + text.replace('"', "") + '"' if text else ""
