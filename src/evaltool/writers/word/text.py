"""The text of a written .docx, read by other code than what fills templates, so that the two can be compared."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from xml.parsers import expat

_AT_ONCE = 1 << 14  # bytes


def text_of(data: bytes) -> list[str]:
    """The text of a .docx's body in order: an item per paragraph, an item per table cell; empty ones too.

    A cell's paragraphs are joined by line feeds.  Needs the standard library only, so that a written file is read
    back by other code than what wrote it.  Raises ValueError for a file that is not a .docx.
    """
    return list(texts_in(data))


def texts_in(data: bytes) -> Iterator[str]:
    """The same, read only as far as it is asked for."""
    return (text for text, _ in _read(data))


def cells_of(data: bytes) -> list[str]:
    """The same of table cells alone: in pictures too numbers stand beside names."""
    return [text for text, name in _read(data) if name == "w:tc"]


def _read(data: bytes) -> Iterator[tuple[str, str]]:
    """Texts, each with the name of the element that it stands in."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            body = archive.read("word/document.xml")
        yield from _Reading().read(body)
    except (zipfile.BadZipFile, KeyError, RuntimeError, EOFError, zlib.error, expat.ExpatError) as error:
        raise ValueError(f"not a Word document: {error}") from error


class _Reading:
    """What one pass over the body's XML has open: elements, and the texts of the paragraphs and cells they stand in."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.open: list[list[str]] = []
        self.found: list[tuple[str, str]] = []

    def read(self, body: bytes) -> Iterator[tuple[str, str]]:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        for at in range(0, len(body), _AT_ONCE):
            parser.Parse(body[at : at + _AT_ONCE])
            yield from self.found
            self.found.clear()
        parser.Parse(b"", True)  # noqa: FBT003
        yield from self.found

    def start(self, name: str, _attributes: Mapping[str, str]) -> None:
        if name in ("w:p", "w:tc"):
            self.open.append([])
        elif self.path and self.path[-1] == "w:r" and name in ("w:br", "w:cr", "w:tab"):
            self.characters("\t" if name == "w:tab" else "\n", inside="w:r")
        self.path.append(name)

    def end(self, name: str) -> None:
        self.path.pop()
        if name not in ("w:p", "w:tc"):
            return
        text = ("" if name == "w:p" else "\n").join(self.open.pop())
        if name == "w:p" and self.path[-1] == "w:tc":
            self.open[-1].append(text)
        elif "mc:Fallback" not in self.path:  # the same text a second time, for programs before 2010
            self.found.append((text, name))

    def characters(self, text: str, inside: str = "w:t") -> None:
        if self.path[-1] == inside and self.open:
            self.open[-1].append(text)
