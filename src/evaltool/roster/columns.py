"""What one line of a row's class says about a column of a long table, and the tables that follow from such lines.

    order: Annotated[int, Header("顺序", "表和公文中的次序", "the order on sheets and in notices")]

The annotation is all there is of a column: what is read, how, where a mistake stands, what the reference page says of
it.  Its type says how a text is read; without a default it must be filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import date
from fractions import Fraction
from typing import Any, Literal, get_args, get_origin, get_type_hints

ReadAs = Literal["text", "date", "number", "count", "list", "choice", "ref"]


@dataclass(frozen=True, slots=True)
class Header:
    """A column: its header, its words in both languages; `refers`: the kind of thing that it names (class, group, unit,
    evaluator, role, component, field); `choices`: the words that it may hold, with what they mean.

    The last three are taken from the attribute that the line stands at.
    """

    header: str
    zh: str
    en: str
    refers: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    attribute: str = ""
    kind: ReadAs = "text"
    required: bool = True


@dataclass(frozen=True, slots=True)
class RosterTable:
    """A long table: its worksheet, the attribute of the roster that holds its rows, the class of a row, its columns in
    the order of the lines, by attribute."""

    sheet: str
    attribute: str
    row: type[Any]
    columns: Mapping[str, Header]

    @property
    def headers(self) -> tuple[str, ...]:
        return tuple(column.header for column in self.columns.values())


def tables_of(roster: type[Any]) -> dict[str, RosterTable]:
    """Worksheet -> table, for every attribute of the roster that is annotated with a worksheet's name."""
    hints = get_type_hints(roster, include_extras=True)
    said = {name: (get_args(hint.__origin__)[0], *hint.__metadata__) for name, hint in hints.items() if _extra(hint)}
    return {sheet: RosterTable(sheet, name, row, _columns(row)) for name, (row, sheet) in said.items()}


def _columns(row: type[Any]) -> dict[str, Header]:
    hints = get_type_hints(row, include_extras=True)
    return {
        each.name: replace(
            column, attribute=each.name, kind=_kind(column, hints[each.name].__origin__), required=_required(each)
        )
        for each in fields(row)
        for column in _extra(hints[each.name])
    }


def _extra(hint: Any) -> tuple[Any, ...]:
    return getattr(hint, "__metadata__", ())


def _required(each: Any) -> bool:
    return each.default is MISSING and each.default_factory is MISSING


_KINDS: Mapping[Any, ReadAs] = {str: "text", date: "date", Fraction: "number", int: "count", tuple: "list"}


def _kind(column: Header, annotation: Any) -> ReadAs:
    if column.refers or column.choices:
        return "ref" if column.refers else "choice"
    origin = get_origin(annotation)
    return _KINDS[origin if origin is tuple else next(iter(get_args(annotation)), annotation)]
