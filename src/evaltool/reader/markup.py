"""XML in small doses: a parser that knows no entities, bounds itself, and can be asked for a few elements.

Namespaces are resolved by expat, so a prefix can be anything; both the transitional and the Strict name of every
Open XML namespace count as one.  A part must use one of the two throughout.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, TypeVar, TypeVarTuple
from xml.parsers import expat

from evaltool.reader.refusals import Limits, refusal, too_much

_FORMATS = "http://schemas.openxmlformats.org"
_STRICT = "http://purl.oclc.org/ooxml"
MAIN = (f"{_FORMATS}/spreadsheetml/2006/main", f"{_STRICT}/spreadsheetml/main")
LINKS = (f"{_FORMATS}/officeDocument/2006/relationships", f"{_STRICT}/officeDocument/relationships")
PACKAGE_LINKS = (f"{_FORMATS}/package/2006/relationships",)
PROPERTIES = (
    f"{_FORMATS}/officeDocument/2006/custom-properties",
    f"{_STRICT}/officeDocument/customProperties",
)
_VALUES = (f"{_FORMATS}/officeDocument/2006/docPropsVTypes", f"{_STRICT}/officeDocument/docPropsVTypes")
_ENCODINGS = frozenset({"utf-8", "utf-16", "utf-16le", "utf-16be", "us-ascii"})
# large pieces, because old versions of expat scan an unfinished token anew with each piece
_PIECE = 1 << 20
_SMALL = 1 << 16
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_SURROGATE = re.compile("[\ud800-\udfff]")

# what programs write when they have nothing special to say: UTF-8, and text in one piece with references known to all
PLAIN_HEAD = r'<\?xml version="1\.0"(?: encoding="(?:UTF-8|utf-8)")?(?: standalone="(?:yes|no)")?\?>[ \t\r\n]*'
_LETTERS = r"[^<>&\x00-\x08\x0b-\x1f\ufffe\uffff]*+"
PLAIN_TEXT = rf"{_LETTERS}(?:&(?:amp|lt|gt|quot|apos|#[0-9]{{1,7}});{_LETTERS})*+"
PLAIN_SIZE = 1 << 23  # quick ways cut a part in pieces, all at once
_REFERENCE = re.compile("&([^;]*);")

Tree = Mapping[str, "Tree"]
Rest = TypeVarTuple("Rest")
ReadResult = TypeVar("ReadResult")


@dataclass(frozen=True, slots=True)
class Clock:
    """When the reading of one file has to be over.  All are equal: what is read does not depend on it."""

    end: float = field(compare=False)
    seconds: float

    @classmethod
    def start(cls, limits: Limits) -> Clock:
        return cls(time.monotonic() + limits.seconds, limits.seconds)

    def check(self) -> None:
        if time.monotonic() > self.end:
            raise refusal("READER_TIMEOUT", limit=self.seconds)


def remembered(
    many: int,
) -> Callable[[Callable[[bytes, *Rest], ReadResult]], Callable[[bytes, *Rest], ReadResult]]:
    """The same function of a part or a piece of one, which knows again what it said of the last small ones.

    The sheets of one form share most of their bytes.  What is said must not be changed afterwards.
    """

    def of(read: Callable[[bytes, *Rest], ReadResult]) -> Callable[[bytes, *Rest], ReadResult]:
        known = lru_cache(maxsize=many)(read)

        def reading(data: bytes, *rest: *Rest) -> ReadResult:
            return (known if len(data) <= _SMALL else read)(data, *rest)

        return reading

    return of


class Element(NamedTuple):
    """An element that was asked for: local name, attributes, the text right inside it, and its depth."""

    name: str
    attributes: dict[str, str]
    text: list[str]
    depth: int


def new_parser(part: str) -> expat.XMLParserType:
    """An expat parser that names elements `namespace name` and takes no document type and no odd encoding."""

    def doctype(*_: object) -> None:
        raise refusal("XML_DTD", part=part)

    def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            raise refusal("FILE_CORRUPT", part=part, reason="encoding")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = doctype
    parser.XmlDeclHandler = declaration
    return parser


def feed(parser: expat.XMLParserType, data: bytes, part: str, clock: Clock) -> None:
    """Parse a whole part, looking at the clock now and then."""
    try:
        for at in range(0, len(data), _PIECE):
            clock.check()
            parser.Parse(data[at : at + _PIECE], False)  # noqa: FBT003
        parser.Parse(b"", True)  # noqa: FBT003
    except (expat.ExpatError, ValueError):
        raise refusal("FILE_CORRUPT", part=part, reason="xml") from None


def elements(data: bytes, part: str, spaces: tuple[str, ...], tree: Tree, clock: Clock, depth: int) -> list[Element]:
    """The elements that `tree` names, in document order; `*` stands for any value type of a property."""
    picker = _Picker(part, spaces, tree, depth)
    parser = new_parser(part)
    parser.StartElementHandler = picker.start
    parser.EndElementHandler = picker.end
    parser.CharacterDataHandler = picker.characters
    feed(parser, data, part, clock)
    return picker.found


class _Picker:
    """The state of `elements`: where in the tree each open element stands (None outside of it)."""

    def __init__(self, part: str, spaces: tuple[str, ...], tree: Tree, depth: int) -> None:
        self.part = part
        self.spaces = spaces
        self.space = ""
        self.depth = depth
        self.open: list[Tree | None] = [tree]
        self.texts: list[list[str] | None] = [None]
        self.found: list[Element] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        above = self.open[-1]
        space, _, local = name.rpartition(" ")
        if not self.space:
            self._root(space, local)
        tree = None
        if above is not None:
            if space == self.space:
                tree = above.get(local)
            elif space in _VALUES:
                tree = above.get("*")
        text: list[str] | None = None
        if tree is not None:
            text = []
            self.found.append(Element(local, attributes, text, len(self.open)))
        self.open.append(tree)
        self.texts.append(text)
        if len(self.open) > self.depth:
            raise too_much("depth", len(self.open), self.depth, part=self.part)

    def _root(self, space: str, local: str) -> None:
        tree = self.open[0]
        if space not in self.spaces or tree is None or local not in tree:
            raise refusal("FILE_CORRUPT", part=self.part, reason="root")
        self.space = space

    def end(self, _name: str) -> None:
        self.open.pop()
        self.texts.pop()

    def characters(self, text: str) -> None:
        inside = self.texts[-1]
        if inside is not None:
            inside.append(text)


def decoded(text: str) -> str:
    """Text with its `_xHHHH_` escapes resolved; halves of a character outside the basic plane are joined.

    A half on its own becomes U+FFFD: it could not be written to any file.
    """
    if "_x" not in text:
        return text
    text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


class OddMarkup(Exception):
    """Something that the quick ways of reading do not know; the careful way looks at it again."""


class _References(dict[str, str]):
    """What stands for what between & and ;, numbers of characters as they come up."""

    def __missing__(self, name: str) -> str:
        number = int(name[1:])
        if number not in (9, 10, 13) and not 0x20 <= number < 0xD800 and not 0xE000 <= number < 0xFFFE:
            raise OddMarkup
        self[name] = chr(number)
        return self[name]


_REFERENCES = _References(amp="&", lt="<", gt=">", quot='"', apos="'")


def unescaped(text: str) -> str:
    """A text that matches `PLAIN_TEXT`, with its references resolved.  Raises `OddMarkup`."""
    if "&" not in text:
        return text
    pieces = _REFERENCE.split(text)
    pieces[1::2] = [_REFERENCES[name] for name in pieces[1::2]]
    return "".join(pieces)
