"""`tools/fuzz.py` runs from its first line to its tables."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parent.parent.parent / "tools" / "fuzz.py"


@pytest.mark.slow
def test_a_few_mutants_and_their_tables() -> None:
    said = subprocess.run(
        [sys.executable, TOOL, "--number", "10", "--workers", "1", "--no-cells"], capture_output=True, text=True
    )
    assert said.returncode == 0, said.stderr
    assert "\n10 mutants in " in said.stdout
