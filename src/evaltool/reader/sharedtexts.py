"""The texts that cells share, by index: rich text put together, readings for phonetic display left out."""

from __future__ import annotations

from evaltool.reader.markup import MAIN, Clock, decoded, feed, new_parser
from evaltool.reader.refusals import Limits, refusal, too_much

_PROLOG, _TABLE, _ITEM, _RUN, _TEXT = range(5)
_TAGS = ("sst", "si", "r", "t")
_NAMES = {space: {f"{space} {tag}": tag for tag in _TAGS} for space in MAIN}
_NEXT = {(_TABLE, "si"): _ITEM, (_ITEM, "r"): _RUN, (_ITEM, "t"): _TEXT, (_RUN, "t"): _TEXT}


def texts(data: bytes, part: str, limits: Limits, clock: Clock) -> list[str]:
    """Read the shared strings part.  Raises `Refusal`."""
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
