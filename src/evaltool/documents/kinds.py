"""Which documents there are beside those of a run: how each is called, and which options it takes.

An option that a document has no use for is refused: it would say something that does not come to stand in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from evaltool.names import folded, nearest
from evaltool.writers.official import KINDS as OFFICIAL

FRAME = ("date", "signatory")
"""What every document takes: when it is issued, and by whom."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document by its name in English.

    `takes`: options about its content and frame, beside `FRAME`; `needs`: those of them that it cannot do without.
    `single`: options that make it a letter to somebody, who is then its recipient.  `only`: options that go with one
    `about` alone.  `inbox`: whether it is about what came in.
    """

    id: str
    takes: tuple[str, ...]
    needs: tuple[str, ...] = ()
    single: tuple[str, ...] = ()
    inbox: bool = False
    only: Mapping[str, str] = field(default_factory=dict)

    def is_letter(self, given: Iterable[str]) -> bool:
        """Whether it goes to somebody as a letter, with these options."""
        return OFFICIAL[self.id].form == "letter" and (not self.single or any(name in self.single for name in given))

    def asks_inbox(self, given: Mapping[str, object]) -> bool:
        """Whether it needs what came in; of drafts that of the goals alone does."""
        return self.inbox and given.get("about") not in ("rules", "results")

    @property
    def word(self) -> str:
        return OFFICIAL[self.id].name


_ALL = (
    Kind("announcement", ("number", "recipients", "copies", "telephone")),
    Kind("targets", ("number", "recipients", "copies", "telephone", "unit", "each"), single=("unit", "each")),
    Kind(
        "reminder",
        ("number", "recipients", "copies", "telephone", "unit", "role", "each", "on", "within", "reply_by"),
        single=("unit", "each"),
        inbox=True,
    ),
    Kind("quarter", ("number", "recipients", "copies", "period"), inbox=True),
    Kind(
        "opinion",
        ("number", "recipients", "copies", "telephone", "about", "unit", "run", "reply_by"),
        needs=("about",),
        inbox=True,
        only={"unit": "targets", "run": "results"},
    ),
    Kind("bonus", ("telephone", "about", "before", "after"), inbox=True),
    Kind("correction", ("number", "recipients", "copies", "telephone", "before", "after")),
    Kind(
        "review",
        ("number", "copies", "telephone", "unit", "asked", "document", "run", "before"),
        needs=("unit",),
        inbox=True,
    ),
)
ABOUT: Mapping[str, Mapping[str, str]] = {
    "opinion": {"rules": "规则", "targets": "目标", "results": "结果"},
    "bonus": {"granted": "认定", "claimed": "申报"},
}
"""What `about` can be, with its Chinese word."""
KINDS: Mapping[str, Kind] = {kind.id: kind for kind in _ALL}


def kind_named(text: str) -> Kind | None:
    """The kind that is called so, in Chinese or in English."""
    wanted = folded(text).casefold()
    return next((each for each in _ALL if wanted in (each.id, folded(each.word))), None)


def nearest_kind(text: str) -> str:
    return nearest(text, [name for each in _ALL for name in (each.word, each.id)])
