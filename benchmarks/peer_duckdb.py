"""The same poll counted by DuckDB alone, with the same checks: units and choices that there are, the first row of every
kind of mistake, who answered again.

    python benchmarks/peer_duckdb.py OUT RULE FILE...
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

import duckdb

from poll_data import CHOICE, CHOICES, POINT, RESPONDENT, TIME, UNIT, UNITS

MEMORY = "900MB"


def main() -> None:
    out, rule, *files = sys.argv[1:]
    with tempfile.TemporaryDirectory() as spilled:
        own = duckdb.connect(config={"threads": 2, "memory_limit": MEMORY, "temp_directory": spilled})
        said = own.execute(_query(files, rule)).fetchall()
    counts: Counter[str] = Counter()
    figures: Counter[str] = Counter()
    for point, unit, choice, standing, n, _first in said:
        figures["rows"] += n
        if unit not in UNITS or (choice or "") not in CHOICES or not point or standing == "refused":
            figures["refused"] += n
        elif standing == "repeated":
            figures["repeated"] += n
        else:
            counts[f"{unit} {point} {choice or ''}"] += n
    figures = Counter({name: figures[name] for name in ("rows", "repeated", "refused")})
    made = {"counts": dict(counts), **figures}
    Path(out).write_text(json.dumps(made, ensure_ascii=False, sort_keys=True), "utf-8")


def _query(files: list[str], rule: str) -> str:
    listed = ", ".join(f"'{file}'" for file in files)
    if files[0].endswith(".parquet"):
        source = f"read_parquet([{listed}], file_row_number = true)"
        row = "file_row_number"
    else:
        source, row = f"read_csv([{listed}], header = true, all_varchar = true, strict_mode = true)", "0"
    if rule == "all":
        inner = f"select {POINT} p, {UNIT} u, {CHOICE} c, 'counts' s, {row} r from {source}"
    else:
        order = "asc" if rule == "first" else "desc"
        blank = f"coalesce(trim({RESPONDENT}), '') = ''"
        again = f"row_number() over (partition by {RESPONDENT}, {UNIT} order by {TIME} {order}) > 1"
        tied = f"count(*) over (partition by {RESPONDENT}, {UNIT}, {TIME}) > 1"
        standing = f"case when {blank} or ({tied}) then 'refused' when {again} then 'repeated' else 'counts' end"
        inner = f"select {POINT} p, {UNIT} u, {CHOICE} c, {standing} s, {row} r from {source}"
    return f"select p, u, c, s, count(*), min(r) from ({inner}) group by all"


if __name__ == "__main__":
    main()
