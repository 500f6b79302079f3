"""When two spellings are the same name, and who is meant by one: one stated normalisation, and suggestions that are
never matches.

Folded: full and half width (NFKC), blanks of every kind, the kinds of brackets and of middle dots.  Anything else that
differs is another name, and the caller says so, with `nearest` as "did you mean".  Names of files are made here too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import TypeVar

Named = TypeVar("Named")
_BRACKETS = str.maketrans("〔〕【】[]·•‧", "()()()...")


@lru_cache(maxsize=50_000)
def folded(name: str) -> str:
    """The form in which names are compared."""
    plain = unicodedata.normalize("NFKC", name).translate(_BRACKETS)
    return "".join(sign for sign in plain if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc"))


def meant(text: str, things: Iterable[Named], names: Callable[[Named], Sequence[str]]) -> list[Named]:
    """Whoever bears this as the first of its names, which is the id; else all that bear it as another one."""
    wanted = folded(text)
    called = [(each, [folded(name) for name in names(each)]) for each in things]
    return [each for each, own in called if own[0] == wanted] or [each for each, own in called if wanted in own]


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that looks most like this one, or "": for a hint only, never for a match."""
    found = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return found[0] if found else ""


def safe_name(name: str) -> str:
    """A file name that every system takes and shows as it is: no separators, no reserved or invisible signs, at most 80
    characters."""
    invisible = ("Cc", "Cf", "Cs")  # U+202E among them, which makes the end of a name stand in front
    kept = "".join("_" if sign in '\\/:*?"<>|' or unicodedata.category(sign) in invisible else sign for sign in name)
    return kept.strip(" .")[:80] or "_"
