"""Where documents are put: `documents/` of the folder, or a file that is named; nothing is ever written over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Literal

from evaltool.files import write_atomically
from evaltool.names import safe_name
from evaltool.writers.official import Heading, Official, Table, Text
from evaltool.writers.word.templates import text_of

FOLDER = "documents"
_NO_SIGN = re.compile(r"\W+")
Fate = Literal["written", "unchanged", "beside"]


@dataclass(frozen=True, slots=True)
class Shelved:
    """A file and what became of it: written; the same was there already; written beside another of its name."""

    path: Path
    fate: Fate


def place(folder: Path, stem: str, data: bytes, several: str = "", out: Path | None = None) -> Shelved:
    """Put a document where nothing else lies.  `several`: a folder for the documents of one kind."""
    wanted = out or folder / FOLDER / several / f"{safe_name(stem)}.docx"
    for path in _names(wanted):
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, data)
            return Shelved(path, "written" if path == wanted else "beside")
        if path.is_file() and path.read_bytes() == data:
            return Shelved(path, "unchanged")
    raise AssertionError("there is always another name")


def _names(path: Path) -> Iterator[Path]:
    yield path
    for number in count(2):
        yield path.with_name(f"{path.stem}（{number}）{path.suffix}")


# --- read back --------------------------------------------------------------------------------------------------------


def unread(paper: Official, data: bytes) -> list[str]:
    """The texts of a document that are not found in its file, by their letters and figures: each cell of a table as a
    cell, each paragraph inside one, the title wherever its lines are broken."""
    found = [_letters(each) for each in text_of(data)]
    cells, lines, whole = set(found), "\n".join(found), "".join(found)
    wrong = [each for each in (*paper.title, paper.recipients or "") if _letters(each) not in whole]
    for body in (paper.body, *(each.body for each in paper.attachments)):
        for block in body:
            if isinstance(block, Table):
                shown = (*block.head, *(cell for row in block.rows for cell in row))
                wrong += [each for each in shown if _letters(each) and _letters(each) not in cells]
                wrong += [block.caption] if _letters(block.caption) not in lines else []
            elif isinstance(block, Text | Heading) and _letters(block.text) not in lines:
                wrong.append(block.text)
    return wrong


def _letters(text: str) -> str:
    return _NO_SIGN.sub("", text)
