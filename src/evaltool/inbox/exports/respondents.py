"""Who answered, and when: whether a number can still tell one person from another, and which answer was first or last.

A spreadsheet keeps fifteen digits of a number.  Of an identity number with eighteen it leaves three zeros, or an
exponent: then two people have one number, and nobody can tell whether one of them answered twice.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from decimal import Decimal

_EXPONENT = re.compile(r"[+-]?\d+(?:\.\d*)?[Ee]\+?\d+")
_ZEROS = re.compile(r"\d{15,}")
KEPT = 15  # digits
_MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[T ]*(?:(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:\.\d+)?秒?|分)?)?"
)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")


def is_destroyed(who: str) -> bool:
    """Whether a number has lost digits for certain: it is written with an exponent."""
    return bool(_EXPONENT.fullmatch(who))


def may_be_destroyed(who: str) -> bool:
    """Whether a long number ends in zeros where a spreadsheet has lost digits."""
    return bool(_ZEROS.fullmatch(who)) and who.endswith("000" if len(who) <= KEPT else "0" * (len(who) - KEPT))


def moment(text: str) -> Decimal | None:
    """When an answer was given, as a number that grows with time: days as a spreadsheet counts them, or a date with its
    time, the year in front.  None if nobody can tell."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if _SERIAL.fullmatch(plain):
        return Decimal(plain)
    found = _MOMENT.fullmatch(plain)
    try:
        said = datetime(*(int(part or 0) for part in found.groups())) if found else None  # type: ignore[arg-type]
    except ValueError:
        return None
    if said is None:
        return None
    since = said - datetime(1899, 12, 30)
    return Decimal(since.days) + Decimal(since.seconds) / 86_400
