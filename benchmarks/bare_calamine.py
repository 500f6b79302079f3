"""The floor: calamine reads every worksheet of every returned file in two processes, and nothing is done with it.

python benchmarks/bare_calamine.py FOLDER
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from python_calamine import CalamineWorkbook

PROCESSES = 2


def cells(path: Path) -> int:
    """How many cells the worksheets of a file have."""
    with CalamineWorkbook.from_path(path) as book:
        sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    return sum(len(row) for sheet in sheets for row in sheet)


def main() -> None:
    files = sorted((Path(sys.argv[1]) / "inbox").rglob("*.xlsx"))
    with ProcessPoolExecutor(PROCESSES) as pool:
        print(sum(pool.map(cells, files, chunksize=16)))


if __name__ == "__main__":
    main()
