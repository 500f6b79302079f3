"""The papers that a report on a goal names as its proof, held against the attachments that came in for the unit.

Looked for is what says that it is an attachment: a number (附件3, 附件1、2, 附件1—4) or a file's name with its ending.
A text that is a file's name but for the ending means that file too.  Anything else (a document's number, a volume on a
shelf) is proof that did not have to come.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from evaltool.inbox.accounts.files import FileAccount
from evaltool.inbox.intake import Intake
from evaltool.names import folded

_DIGITS = {sign: at for at, sign in enumerate("一二三四五六七八九", 1)}
_NUMBER = r"\s*(?:\d{1,2}(?!\d)|[一二三四五六七八九十]{1,3})"
_NUMBERED = re.compile(
    rf"附件({_NUMBER})((?:\s*[、,和及](?:附件)?{_NUMBER}(?![年月日份张页个项号]))*)(?:\s*[-—–~至]({_NUMBER}))?"
)
_FIRST = re.compile(r"(\d{1,2})(?=[.、_\-— ]|\Z)")  # 3-验收报告.pdf
_ENDINGS = "pdf|ofd|docx?|wps|xlsx?|et|pptx?|dps|jpe?g|png|tiff?|bmp|zip|rar|7z|mp4|txt|csv|dwg"
_FILE = re.compile(rf"[^\s;,、:《》]+?\.(?:{_ENDINGS})(?![a-z0-9])", re.IGNORECASE)
_BETWEEN = re.compile(r"[;,、\n]")
_AHEAD = re.compile(rf"附件{_NUMBER}\s*[:.\-—]?\s*")
UnitPapers = Mapping[str, tuple[str, ...]]
"""Unit -> the names of its attachments, with their folders."""


@dataclass(frozen=True, slots=True)
class Papers:
    """What is named as proof: the files of it that came, and what did not come, as it is called."""

    received: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.received or self.lacking)


NO_PAPERS = Papers()


def unit_papers(intake: Intake) -> UnitPapers:
    """The attachments that belong to each unit."""
    found: dict[str, list[str]] = {}
    for each in sorted(intake.files):
        if _is_paper(each):
            found.setdefault(each.unit, []).append(each.file.removeprefix("inbox/"))
    return {unit: tuple(files) for unit, files in found.items()}


def _is_paper(each: FileAccount) -> bool:
    return each.became == "attachment" and bool(each.unit)


def named_papers(text: str, files: tuple[str, ...]) -> Papers:
    """What a text names, among the files of its unit."""
    said = unicodedata.normalize("NFKC", text)
    wanted = [(f"附件{number}", _by_number(number, files)) for number in sorted(_numbers(said))]
    wanted += [(name, _by_name(name, files)) for name in dict.fromkeys(_FILE.findall(said))]
    received = [file for _, found in wanted for file in found]
    received += [file for part in _BETWEEN.split(said) for file in _by_stem(part, files)]
    lacking = tuple(name for name, found in wanted if not found)
    return Papers(tuple(sorted(set(received))), lacking)


def _numbers(text: str) -> set[int]:
    """附件1、2 and 附件3—5: one, two, three, four, five."""
    found: set[int] = set()
    for first, more, last in _NUMBERED.findall(text):
        listed = [first, *re.findall(_NUMBER, more)]
        found |= {_value(each) for each in listed}
        if last and _value(listed[-1]) < _value(last):
            found |= set(range(_value(listed[-1]), _value(last) + 1))
    return found


def _value(text: str) -> int:
    text = text.strip()
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


def _by_number(number: int, files: tuple[str, ...]) -> list[str]:
    return [file for file in files if number in _numbers_of_file(file)]


def _numbers_of_file(file: str) -> set[int]:
    """Those of its name; where it has none, those of the folder that it lies in."""
    path = PurePosixPath(unicodedata.normalize("NFKC", file))
    for name in (path.stem, path.parent.name):
        first = _FIRST.match(name)
        if found := _numbers(name) | ({int(first[1])} if first else set()):
            return found
    return set()


def _by_name(name: str, files: tuple[str, ...]) -> list[str]:
    bare = folded(_AHEAD.sub("", name)).casefold()
    return [file for file in files if bare in _names(PurePosixPath(file).name)]


def _by_stem(part: str, files: tuple[str, ...]) -> list[str]:
    bare = folded(_AHEAD.sub("", part)).casefold()
    return [file for file in files if bare and bare in _names(PurePosixPath(file).stem)]


def _names(name: str) -> set[str]:
    """A file's name as it is, and without the number ahead of it."""
    plain = unicodedata.normalize("NFKC", name)
    return {folded(plain).casefold(), folded(_AHEAD.sub("", plain)).casefold()}
