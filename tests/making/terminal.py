"""evaltool as its users run it: what it printed, its exit code."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from unittest import mock

import typer.main

from evaltool import __main__
from evaltool.cli import language

ROOT = Path(__file__).parents[2]
Ran = subprocess.CompletedProcess[str]
_COMMANDS = cache(typer.main.get_command)


def environment(**more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("EVALTOOL_", "LC_", "LANG"))}
    return {**kept, "PYTHONPATH": str(ROOT / "src"), "LANG": "C.UTF-8", **more}


def ev(*arguments: str, cwd: Path | None = None, **more: str) -> Ran:
    """Run evaltool as a user would, both streams to files; in this process, which spares half a second's start.

    What it shows only at its start (help, completion, the console's encoding) needs a process of its own: `apart`.
    """
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
    with (
        mock.patch.dict(os.environ, environment(**more), clear=True),
        mock.patch.object(sys, "argv", ["evaltool", *arguments]),
        mock.patch("typer.main.get_command", _COMMANDS),  # a fifth of a small command's time, and always the same
        contextlib.chdir(cwd or Path.cwd()),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = _exit_code()
    return Ran(["evaltool", *arguments], code, *(each.buffer.getvalue().decode("utf-8") for each in (out, err)))


def _exit_code() -> int:
    language.speak("en")  # Typer fixes its help on import: the same for whoever comes first
    import evaltool.cli.commands  # noqa: F401

    try:
        __main__.main()
    except SystemExit as ended:
        assert isinstance(ended.code, int)
        return ended.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def apart(*arguments: str, cwd: Path | None = None, **more: str) -> Ran:
    """Run evaltool in a process of its own, both streams to pipes."""
    command = [sys.executable, "-m", "evaltool", *arguments]
    return subprocess.run(
        command, cwd=cwd, env=environment(**more), capture_output=True, text=True, encoding="utf-8", check=False
    )


DECIDED = ("--document", "〔2027〕1号", "--date", "2027-03-31", "--reason", "理由")
