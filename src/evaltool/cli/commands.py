"""Every command, registered; whoever imports this can run the program.

Exit codes: 0 done; 1 blocking findings, or a difference that moves a rank, grade or award; 2 wrong usage or wrong
rules; 3 internal or I/O error; 130 interrupted; 141 whoever read the output has gone.
What a command needs is imported inside it, so that `--help` answers at once.
"""

import os
import re
import sys
from collections.abc import Sequence
from copy import copy
from pathlib import Path
from typing import Any

# each registers its commands, in the order of a year
# isort: off
from evaltool.cli import (
    whereabouts,
    beginning,
    goals,
    sheets,
    confirming,
    remarks,
    scoring,
    deciding,
    committee,
    noticing,
    explaining,
    dossiers,
    differing,
    supposing,
    proving,
    gathering,
)
from evaltool.cli.program import COMPLETE, EVERY, app, get_ready_to_complete
# isort: on

get_ready_to_complete()


def main() -> int:
    """Run what the command line says; its exit code.  What was typed wrong is said in the terminal's language."""
    from evaltool.cli.wrongusage import aborted, complain

    try:
        arguments = _asked(sys.argv[1:])
        return program(arguments)(arguments, prog_name="evaltool", standalone_mode=False) or 0
    except Exception as error:  # Typer has no common class for what its parser raises
        if type(error).__name__ == "Abort":
            return aborted()
        if not hasattr(error, "format_message"):
            raise
        return complain(error)


def program(arguments: Sequence[str]) -> Any:
    """The program, with the command that is asked for alone where one is: Typer takes its time over every other."""
    first = next((each for each in arguments if not each.startswith("-")), "")
    asked = [each for each in app.registered_commands if each.name == first]
    if not asked or COMPLETE in os.environ:
        return app
    alone = copy(app)
    alone.registered_commands = asked
    return alone


def _asked(arguments: list[str]) -> list[str]:
    """What is asked: where the evaluation stands, if nothing is and the current folder has one."""
    said = " ".join(arguments)
    nothing = not re.sub(r"--lang[ =]\S+", "", said).strip() and COMPLETE not in os.environ
    return ["status", *arguments] if nothing and Path("evaluation.toml").is_file() else arguments


__all__ = [
    "EVERY",
    "app",
    "beginning",
    "committee",
    "confirming",
    "deciding",
    "differing",
    "dossiers",
    "explaining",
    "gathering",
    "goals",
    "main",
    "noticing",
    "program",
    "proving",
    "remarks",
    "scoring",
    "sheets",
    "supposing",
    "whereabouts",
]
