"""What comes next after a command: a line that can be copied and run, with the folder in it."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

from evaltool.cli.console import Console
from evaltool.findings import Finding

if TYPE_CHECKING:
    from evaltool.evaluation import Evaluation

_PLAIN = re.compile(r"[\w@%+=:,./-]+\Z")


def quoted(path: str | Path) -> str:
    """A path as a command line takes it.  Double quotes wherever they do, since PowerShell, cmd and POSIX shells all
    know them; what they would not keep as it is gets the quotes of a POSIX shell, except on Windows."""
    text = str(path)
    if _PLAIN.match(text.replace("\\", "/") if os.name == "nt" else text):
        return text
    return f'"{text}"' if os.name == "nt" or not re.search(r'["$`!\\]', text) else shlex.quote(text)


def line(command: str, folder: str | Path, *more: str) -> str:
    """`evaltool validate city-2027`, with what stands behind the folder."""
    return " ".join(["evaltool", command, quoted(folder), *more])


def say_next(say: Console, command: str, folder: str | Path, *more: str, first: str = "") -> None:
    """Say what comes next; `first`: what a person does before."""
    said = line(command, folder, *more)
    say.message(
        _("Next: {first}; then: {command}").format(first=first, command=said)
        if first
        else _("Next: {command}").format(command=said)
    )


def say_scoring(say: Console, evaluation: Evaluation, folder: str | Path, first: str = "") -> None:
    """Say that a scoring comes next, or what else, where the result is known outside already."""
    from evaltool.runs.stages import passed_stages

    say_next(say, "status" if passed_stages(evaluation).closed_by else "score", folder, first=first)


def after_refusal(say: Console, command: str, folder: str | Path, findings: Sequence[Finding], *, usage: bool) -> None:
    """What to do about a refusal: errors in what came back are mended there, those of the office in its own files."""
    if any(one.code == "SCORE_POSTED" for one in findings):
        say_next(say, "decide", folder)
        return
    own = ("evaluation.toml", "schemes/", "roster", "decisions/")
    if usage and any(one.blocks and one.file.startswith(own) and one.code != "RULES_MISSING" for one in findings):
        say_next(say, "scheme", folder, first=_("mend what is listed"))
    elif not usage and command not in ("validate", "committee") and all(one.code != "RUN_ALTERED" for one in findings):
        say_next(say, "validate", folder)
