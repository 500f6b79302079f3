"""Whose sheet a file may be by its name alone: asked only about files that say nothing themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import pytest

from evaltool.inbox.accounts.sheets import named_as
from evaltool.questions.forms import Form


@dataclass(frozen=True)
class Sent:
    """What went out under a name."""

    name: str


KNOWN = cast(dict[str, Form], {name: Sent(name) for name in ("O1-绩效办", "O1-绩效办-1", "O1")})


@pytest.mark.parametrize(
    ("file", "sent"),
    [
        ("inbox/O1-绩效办.xlsx", "O1-绩效办"),
        ("inbox/O1-绩效办 (2).xls", "O1-绩效办"),
        ("inbox/O1-绩效办-1（改）.docx", "O1-绩效办-1"),
        ("inbox/O1-绩效办-12.xlsx", "O1-绩效办"),
        ("inbox/O1-绩效办公室.xlsx", "O1"),
        ("inbox/O12.xlsx", ""),
        ("inbox/.xlsx", ""),
    ],
)
def test_the_longest_name_that_ends_there_is_meant(file: str, sent: str) -> None:
    """What follows the name must not go on as a word or a number would."""
    assert named_as(file, KNOWN) == (KNOWN[sent] if sent else None)
