"""evaltool as its users run it: a process of its own, what it printed, its exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def environment(**more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("EVALTOOL_", "LC_", "LANG"))}
    return {**kept, "PYTHONPATH": str(ROOT / "src"), "LANG": "C.UTF-8", **more}


def ev(*arguments: str, cwd: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """Run evaltool as a user would, both streams to pipes."""
    command = [sys.executable, "-m", "evaltool", *arguments]
    return subprocess.run(
        command, cwd=cwd, env=environment(**more), capture_output=True, text=True, encoding="utf-8", check=False
    )


DECIDED = ("--document", "〔2027〕1号", "--date", "2027-03-31", "--reason", "理由")
