"""What a written page says, read back by a parser that shares nothing with what wrote it (law 9).

The page is well-formed, so a strict XML parser reads it; one that is not is as good as not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from xml.parsers import expat

from evaltool.views.printed import Printed
from evaltool.views.ranking import PERSON


@dataclass(slots=True)
class _State:
    """Where the parser is: the kind of table or list, its head, the row's cells, the text of the cell or label."""

    rankings: dict[str, tuple[str, Printed]] = field(default_factory=dict)
    sections: dict[str, dict[str, str]] = field(default_factory=dict)
    section: str = ""
    table: str = ""
    large: bool = False
    label: str = ""
    head: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    link: str = ""
    text: list[str] | None = None


@dataclass(frozen=True, slots=True)
class PageReading:
    """What a page says, by the id of each unit's section: its name and result in the rankings; label -> value in the
    section itself."""

    rankings: Mapping[str, tuple[str, Printed]]
    sections: Mapping[str, Mapping[str, str]]


def said_in(data: bytes) -> PageReading:
    """What stands in a page; nothing if it cannot be read."""
    state = _read(data)
    return PageReading(state.rankings, state.sections)


def _read(data: bytes) -> _State:
    state = _State()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = partial(_opened, state)
    parser.EndElementHandler = partial(_closed, state)
    parser.CharacterDataHandler = partial(_heard, state)
    try:
        parser.Parse(data, True)  # noqa: FBT003
    except expat.ExpatError:
        return _State()
    return state


def _heard(state: _State, text: str) -> None:
    if state.text is not None:
        state.text.append(text)


def _opened(state: _State, tag: str, attributes: Mapping[str, str]) -> None:
    if tag == "section":
        state.section = attributes.get("id", "")
    elif tag == "table":
        state.table = attributes.get("class", "")
    elif tag == "dl":
        state.large = attributes.get("class") == "large"
    elif tag == "tr":
        state.cells, state.link = [], ""
    elif tag in ("td", "th", "dt", "dd"):
        state.text = []
    elif tag == "a":
        state.link = attributes.get("href", "").removeprefix("#")


def _closed(state: _State, tag: str) -> None:
    if tag in ("td", "th", "dt", "dd"):
        said, state.text = "".join(state.text or ()), None
        if tag == "dt":
            state.label = said
        elif tag == "dd" and not state.large:
            state.sections.setdefault(state.section, {}).setdefault(state.label, said)
        else:
            state.cells.append(said)
    elif tag == "tr" and state.table == "key-ranking":
        if state.link:
            row = dict(zip(state.head, state.cells, strict=False))
            found = row.get("名次", ""), row.get("总分", ""), row.get("等次", "")
            state.rankings[state.link] = row.get("单位") or row.get(PERSON, ""), found
        else:
            state.head = state.cells
