"""A time that was written down, as the clock on the wall showed it here."""

from __future__ import annotations

from datetime import datetime


def local(moment: str) -> str:
    """2027-04-08 17:05:00 +08:00; what is no time stays as it is."""
    try:
        here = datetime.fromisoformat(moment).astimezone()
    except ValueError:
        return moment
    return here.isoformat(" ", timespec="seconds")[:19] + " " + here.isoformat()[-6:]
