"""When two spellings are one name or one day: one stated normalisation, and suggestions that are never matches.

Folded: full and half width (NFKC), blanks of every kind, the kinds of brackets and of middle dots.  Anything else that
differs is another name, and the caller says so, with `nearest` as "did you mean".  Names of files are made here too.

A day is year, month, day in this order, with strokes, hyphens, full stops or 年月日 between, a time behind or not.
Nothing else is one: 3/4/2027 can be read in two ways.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from typing import TypeVar

Named = TypeVar("Named")
_BRACKETS = str.maketrans("〔〕【】[]·•‧", "()()()...")


@lru_cache(maxsize=50_000)
def folded(name: str) -> str:
    """The form in which names are compared."""
    plain = "".join(unicodedata.normalize("NFKC", name).translate(_BRACKETS).split())
    if plain.isprintable():  # as nearly every name is: nothing in it is invisible
        return plain
    return "".join(sign for sign in plain if unicodedata.category(sign) not in ("Cf", "Cc"))


def meant(text: str, things: Iterable[Named], names: Callable[[Named], Sequence[str]]) -> list[Named]:
    """Whoever bears this as the first of its names, which is the id; else all that bear it as another one."""
    wanted = folded(text)
    called = [(each, [folded(name) for name in names(each)]) for each in things]
    return [each for each, own in called if own[0] == wanted] or [each for each, own in called if wanted in own]


def nearest(name: str, known: Iterable[str], at_least: float = 0.5) -> str:
    """The known name that looks most like this one, or "": for a hint only, never for a match.  `at_least`: how alike
    they must be, from 0 to 1."""
    found = get_close_matches(name, list(known), n=1, cutoff=at_least)
    return found[0] if found else ""


def mistaken_for(name: str, known: Iterable[str]) -> str:
    """The known name that this one was probably meant to be, since it contains it or differs in little; or ""."""
    known = list(known)
    inside = [each for each in known if len(each) > 1 and folded(each) in folded(name)]
    return max(inside, key=len, default="") or nearest(name, known, at_least=0.6)


def is_shared(one: str, other: str) -> bool:
    """Whether some name is meant by both of two patterns, in which * stands for anything."""
    reached = {0}
    for sign in [*one.casefold(), ""]:
        every = {at + n for at in reached for n in range(len(other) - at + 1) if not other[at : at + n].strip("*")}
        if sign == "" or not every:
            return len(other) in every
        if sign == "*":
            reached = set(range(min(every), len(other) + 1))
        else:
            stays = {at for at in every if other[at : at + 1] == "*"}
            reached = stays | {at + 1 for at in every if other[at : at + 1].casefold() == sign}
    return False


_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])[ .]*(\.|\Z)", re.IGNORECASE)
_MOST_SIGNS, _MOST_BYTES = 80, 200  # with what is put behind it still below the 255 bytes of a name


def safe_name(name: str) -> str:
    """A file name that every system takes and shows as it is: no separators, no reserved or invisible signs, none of
    the devices of Windows, at most 80 characters and 200 bytes."""
    invisible = ("Cc", "Cf", "Cs", "Zl", "Zp")  # U+202E among them, which makes the end of a name stand in front
    plain = unicodedata.normalize("NFC", name)
    kept = "".join("_" if sign in '\\/:*?"<>|' or unicodedata.category(sign) in invisible else sign for sign in plain)
    cut = kept.strip(" .")[:_MOST_SIGNS].encode()[:_MOST_BYTES].decode(errors="ignore").rstrip(" .") or "_"
    return f"_{cut}" if _RESERVED.match(cut) else cut


# --- days -----------------------------------------------------------------------------------------------------------

_TIME = r"(?:[T ]*\d{1,2}[:时]\d{1,2}分?(?:[:]?\d{1,2}(?:\.\d+)?秒?)?(?:Z|[+-]\d\d:?\d\d)?)?"
_DAY = re.compile(
    rf"(\d{{4}})(?:([-/.])(\d{{1,2}})\2(\d{{1,2}})|年(\d{{1,2}})月(\d{{1,2}})日?|(\d\d)(\d\d)){_TIME}", re.ASCII
)


def day_in(text: str) -> date | None:
    """The day that a text means; None if it means none."""
    plain = " ".join(unicodedata.normalize("NFKC", text).replace("\u2013", "-").split())
    found = _DAY.fullmatch(re.sub(r"(?<=[-/.年月]) | (?=[-/.年月日])", "", plain))
    if found is None:
        return None
    year, _, *rest = found.groups()
    month, day = (part for part in rest if part is not None)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
