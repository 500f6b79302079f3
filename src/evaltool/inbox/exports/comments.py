"""What people write in the columns of comments: every text once, with how many wrote it.

So many different texts are kept; beyond that those that a digest draws, so that neither the order of rows nor that of
files has a say, and it is said how many were not.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from hashlib import blake2b

from evaltool.inbox.exports.blocks import BROKEN
from evaltool.inbox.exports.shapes import Comment
from evaltool.names import folded
from evaltool.reader.personal import covered, on_one_line

MOST_COMMENTS = 50_000
_LONGEST = 20_000  # characters of one of them
_NOTHING = (
    "",
    "无",
    "没有",
    "暂无",
    "无意见",
    "没意见",
    "没有意见",
    "无建议",
    "没有建议",
    "无意见建议",
    "略",
    "不知道",
)


def says_nothing(text: str) -> bool:
    """Whether a cell of comments was filled in only because it had to be."""
    return not any(sign.isalnum() for sign in text) or folded(text).strip("。.!！~") in _NOTHING


@dataclass
class Comments:
    """Comments as they come: about whom, what, how often; and how many there were in all."""

    most: int = MOST_COMMENTS
    times: Counter[tuple[str, str]] = field(default_factory=Counter)
    total: int = 0
    unread: int = 0  # of rows that lack cells: nobody knows whether it is what was written there
    _digests: dict[tuple[str, str], bytes] = field(default_factory=dict)
    _bound: bytes = b"\xff" * 17

    def add(self, text: str, unit: str, times: int, *, lacking: bool) -> None:
        said = on_one_line(text.strip()[:_LONGEST])
        if says_nothing(said) or BROKEN in text:
            return
        if lacking:
            self.unread += times
            return
        self.total += times
        key = unit, said
        if key not in self.times:
            digest = blake2b(f"{unit}\0{said}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
            if digest > self._bound:
                return
            self._digests[key] = digest
        self.times[key] += times
        if len(self.times) >= 2 * self.most:
            self._draw()

    def _draw(self) -> None:
        drawn = sorted(self._digests.items(), key=lambda each: each[1])[: self.most]
        if len(drawn) == self.most:
            self._bound = drawn[-1][1]
        self._digests = dict(drawn)
        self.times = Counter({key: self.times[key] for key in self._digests})

    def kept(self) -> tuple[Comment, ...]:
        """With whatever tells of a person covered."""
        self._draw()
        said: Counter[Comment] = Counter()
        for (unit, text), times in self.times.items():
            said[Comment(unit, *covered(text))] += times
        return tuple(sorted(each._replace(times=n) for each, n in said.items()))
