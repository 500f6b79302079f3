"""Every command, registered; whoever imports this can run the program.

Exit codes: 0 done; 1 blocking findings, or a difference that moves a rank, grade or award; 2 wrong usage or wrong
rules; 3 internal or I/O error; 130 interrupted; 141 whoever read the output has gone.
What a command needs is imported inside it, so that `--help` answers at once.
"""

import os
import re
import sys
from pathlib import Path

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
        return app(_asked(sys.argv[1:]), prog_name="evaltool", standalone_mode=False) or 0
    except Exception as error:  # Typer has no common class for what its parser raises
        if type(error).__name__ == "Abort":
            return aborted()
        if not hasattr(error, "format_message"):
            raise
        return complain(error)


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
    "proving",
    "remarks",
    "scoring",
    "sheets",
    "supposing",
    "whereabouts",
]
