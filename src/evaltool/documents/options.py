"""What the command line says about a document, held against its kind; every mistake in it is named at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from evaltool.documents.kinds import FRAME, KINDS, About, DocumentKind, nearest_notice, notice_named
from evaltool.findings import Finding, Refused, finding
from evaltool.names import day_in
from evaltool.rules.documentnumbers import NUMBER

_SPELT = {"before": "--from", "after": "--to", "reply_by": "--reply-by"}
_DAYS = ("date", "on", "reply_by")
_BETWEEN = ("before", "after")  # runs, and the days of a posting


def option(name: str) -> str:
    """How an attribute is called on the command line."""
    return _SPELT.get(name, f"--{name}")


def kind_of(text: str) -> DocumentKind:
    """The kind of that name.  Raises `Refused` (usage) with the one that comes nearest."""
    kind = notice_named(text)
    if kind is None:
        known = "、".join(f"{each.name} {each.id}" for each in KINDS.values())
        args: dict[str, object] = {"near": nearest_notice(text) or "—", "known": known}
        raise Refused([finding("NOTICE_KIND", value=text, args=args)], usage=True)
    return kind


def checked(kind: DocumentKind, given: Mapping[str, Any]) -> dict[str, Any]:
    """What is given, days as dates and words in English.  Raises `Refused` (usage)."""
    stated = {name: value for name, value in given.items() if value not in ("", None, False)}
    days = (*_DAYS, *(_BETWEEN if kind.beside.posted else ()))
    wrong = [*_misplaced(kind, stated), *_unreadable(kind, stated, days)]
    if wrong:
        raise Refused(wrong, usage=True)
    stated |= {name: day_in(stated[name]) for name in days if name in stated}
    if kind.beside.posted and all(name in stated for name in _BETWEEN) and stated["before"] > stated["after"]:
        args: dict[str, object] = {"first": stated["before"], "last": stated["after"]}
        raise Refused([finding("NOTICE_POSTED", args=args)], usage=True)
    about = _about(kind, stated.get("about", ""))
    return stated | ({"about": about.id} if about else {})


def _about(kind: DocumentKind, text: str) -> About | None:
    """What a draft or a posting is about, by its English or Chinese word."""
    return next((each for each in kind.beside.about if text.strip() in (each.id, each.word)), None)


# --- mistakes ---------------------------------------------------------------------------------------------------------


def _misplaced(kind: DocumentKind, stated: Mapping[str, Any]) -> Iterator[Finding]:
    """Options that the kind has no use for, alone or beside others; options that it cannot do without."""
    known = (*kind.beside.options, *FRAME)
    args: dict[str, object] = {"kind": kind.name, "known": "、".join(map(option, known))}
    for name in stated:
        if name not in known:
            yield finding("NOTICE_NOT_TAKEN", value=option(name), args=args)
    about = _about(kind, stated.get("about", ""))
    for each in kind.beside.about:
        for name in each.options:
            if name in stated and about not in (None, each):
                words = {"kind": kind.name, "about": f"{each.word}（{each.id}）"}
                yield finding("NOTICE_OPTION_ONLY", value=option(name), args=dict(words))
    single = [name for name in kind.beside.single if name in stated]
    if "recipients" in stated and single:
        yield finding(
            "NOTICE_TO_ONE", value=option("recipients"), args={"kind": kind.name, "single": option(single[0])}
        )
    for name in kind.beside.required:
        if name not in stated:
            example = _abouts(kind) if name == "about" else "NAME"
            yield finding("NOTICE_NEEDS", value=option(name), args={"kind": kind.name, "known": example})


def _abouts(kind: DocumentKind) -> str:
    return "、".join(f"{each.word}（{each.id}）" for each in kind.beside.about)


def _unreadable(kind: DocumentKind, stated: Mapping[str, Any], days: tuple[str, ...]) -> Iterator[Finding]:
    """Days, words and numbers that are none; of options that the kind takes."""
    stated = {name: value for name, value in stated.items() if name in (*kind.beside.options, *FRAME)}
    for name in days:
        if name in stated and day_in(stated[name]) is None:
            yield finding("NOTICE_DAY", value=stated[name], args={"option": option(name)})
    if "about" in stated and not _about(kind, stated["about"]):
        yield finding("NOTICE_ABOUT", value=stated["about"], args={"kind": kind.name, "known": _abouts(kind)})
    if "number" in stated and not NUMBER.fullmatch(stated["number"]):
        yield finding("NOTICE_NUMBER", value=stated["number"])
