"""The texts that cells share, by index: rich text put together, readings for phonetic display left out.

There are two ways to read them, as with worksheets: a quick one that accounts for every byte of what programs write
or declines, and the careful one.
"""

from __future__ import annotations

import re

from evaltool.reader.markup import (
    MAIN,
    PLAIN_HEAD,
    PLAIN_SIZE,
    PLAIN_TEXT,
    Clock,
    OddMarkup,
    decoded,
    feed,
    keep,
    new_parser,
    unescaped,
)
from evaltool.reader.refusals import Limits, refusal, too_much

_PROLOG, _TABLE, _ITEM, _RUN, _TEXT = range(5)
_TAGS = ("sst", "si", "r", "t")
_NAMES = {space: {f"{space} {tag}": tag for tag in _TAGS} for space in MAIN}
_NEXT = {(_TABLE, "si"): _ITEM, (_ITEM, "r"): _RUN, (_ITEM, "t"): _TEXT, (_RUN, "t"): _TEXT}


_HEAD = re.compile(
    rf'(?:{PLAIN_HEAD})?<sst xmlns="{re.escape(MAIN[0])}"(?: count="[0-9]*")?(?: uniqueCount="[0-9]*")?>'
)
_END = re.compile(r"</sst>[ \t\r\n]*")
_BEGIN, _CLOSE = '<t(?: xml:space="preserve")?(?:/>|>', "</t>)"
# fonts are skipped, but no attribute may come twice
_STATED = r'="[^"<>&\x00-\x1f\ufffe\uffff]*+"'
_FONT = f"(?:<[A-Za-z]+(?: (?:val|rgb|indexed){_STATED}| theme{_STATED}(?: tint{_STATED})?)?/>)*+"
_RUN_HEAD = f"<r>(?:<rPr>{_FONT}</rPr>)?+"
_RUNS = re.compile(f"{_RUN_HEAD}{_BEGIN}({PLAIN_TEXT}){_CLOSE}</r>")
_READING = '(?:<phoneticPr fontId="[0-9]+"(?: type="[A-Za-z]+")?(?: alignment="[A-Za-z]+")?/>)?+'
# the text of an item, or its runs
_PLAIN_ITEM = re.compile(
    f"(?:{_BEGIN}({PLAIN_TEXT}){_CLOSE}|((?:{_RUN_HEAD}{_BEGIN}{PLAIN_TEXT}{_CLOSE}</r>)++)){_READING}</si>"
)


def texts(data: bytes, part: str, limits: Limits, clock: Clock) -> list[str]:
    """Read the shared strings part.  Raises `Refusal`."""
    plain = plain_texts(data, limits)
    return careful_texts(data, part, limits, clock) if plain is None else plain


def plain_texts(data: bytes, limits: Limits) -> list[str] | None:
    """The quick way: what `careful_texts` says, or None if the part is not written as plainly as all that."""
    if len(data) > PLAIN_SIZE or limits.depth < 2:
        return None
    try:
        whole = data.decode("utf-8")
        head, end = _HEAD.match(whole), _END.fullmatch(whole, max(whole.rfind("</sst>"), 0))
        if not head or not end:
            return None
        first, *items = whole[head.end() : end.start()].split("<si>")
        if first or max(map(len, items), default=0) > limits.text:
            return None
        return list(map(_ITEMS.__getitem__, items))
    except (OddMarkup, UnicodeDecodeError):
        return None


class _Items(dict[str, str]):
    """The text of an item by what stands behind its tag.  The sheets of one form have nearly all of them in common."""

    def __missing__(self, item: str) -> str:
        match = _PLAIN_ITEM.fullmatch(item)
        if not match:
            raise OddMarkup
        text, runs = match.groups()
        said = decoded(unescaped("".join(_RUNS.findall(runs)) if runs else text or ""))
        keep(self, item, said)
        return said


_ITEMS = _Items()


def careful_texts(data: bytes, part: str, limits: Limits, clock: Clock) -> list[str]:
    """The careful way.  Raises `Refusal`."""
    table = _Table(part, limits)
    parser = new_parser(part)
    parser.StartElementHandler = table.start
    parser.EndElementHandler = table.end
    parser.CharacterDataHandler = table.text.append
    feed(parser, data, part, clock)
    return table.texts


class _Table:
    """The state of reading: the open text, what of an item is complete, and how deep in something without text."""

    def __init__(self, part: str, limits: Limits) -> None:
        self.part, self.limits = part, limits
        self.names: dict[str, str] = {}
        self.levels = [_PROLOG]
        self.skipped = 0
        self.text: list[str] = []
        self.pieces: list[str] = []
        self.texts: list[str] = []

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        level = self.levels[-1]
        if level == _PROLOG:
            self._root(name)
            return
        below = None if self.skipped else _NEXT.get((level, self.names.get(name, "")))
        if below is None:
            self._skip(level)
        else:
            self.levels.append(below)
        self.text.clear()

    def _root(self, name: str) -> None:
        self.names = _NAMES.get(name.rpartition(" ")[0], {})
        if self.names.get(name) != "sst":
            raise refusal("FILE_CORRUPT", part=self.part, reason="root")
        self.levels.append(_TABLE)

    def _skip(self, level: int) -> None:
        # an element inside a text would cut it in two
        if level == _TEXT:
            raise refusal("FILE_CORRUPT", part=self.part, reason="structure")
        self.skipped += 1
        if self.skipped > self.limits.depth:
            raise too_much("depth", self.skipped, self.limits.depth, part=self.part)

    def end(self, _name: str) -> None:
        if self.skipped:
            self.skipped -= 1
        else:
            level = self.levels.pop()
            if level == _TEXT:
                self.pieces += self.text
            elif level == _ITEM:
                self._close_item()
        self.text.clear()

    def _close_item(self) -> None:
        text = "".join(self.pieces)
        self.pieces.clear()
        if len(text) > self.limits.text:
            raise too_much("text", len(text), self.limits.text, code="TEXT_TOO_LONG", part=self.part)
        self.texts.append(decoded(text))
