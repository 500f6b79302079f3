"""What is wrong in one file, as a worker says it: a finding that does not know yet whose file it stands in."""

from __future__ import annotations

from typing import NamedTuple


class Problem(NamedTuple):
    """A finding without its file and evaluator."""

    code: str
    sheet: str = ""
    cell: str = ""
    unit: str = ""
    component: str = ""
    value: str = ""
    args: tuple[tuple[str, str], ...] = ()
