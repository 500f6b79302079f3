"""Scores every bundled evaluation from its filling and prints one table.

    python tools/demo_all.py [DIR]

The sheets are the tool's own blank ones with what the filling says; the results are compared with the golden ones,
which another program worked out (`tests/oracle/golden.py`).
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "making"), str(ROOT / "tests" / "oracle")]

from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

import fillings  # noqa: E402
from evaltool.findings import Refused  # noqa: E402
from evaltool.results.result import Result  # noqa: E402
from evaltool.run import score_folder  # noqa: E402
from filled_years import begin  # noqa: E402

EVALUATIONS = ROOT / "templates" / "evaluations"
COLUMNS = ("评估", "对象", "单位", "表", "卡和答卷", "最高", "总分", "问题", "与复算不同", "秒")


def main() -> int:
    """The table; 1 if a result is not the golden one."""
    differing = 0
    table, refused = Table(*COLUMNS), []
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(scratch)
        for source in sorted(path for path in EVALUATIONS.iterdir() if path.is_dir()):
            try:
                row, wrong = _row(source, place / source.name)
            except Refused as refusal:
                refused.append(f"{source.name}：{refusal.findings[0].message('zh')}")
                continue
            table.add_row(source.name, *row)
            differing += wrong
    console = Console(width=150)
    console.print(table)
    for line in refused:
        console.print(f"拒绝 {line}")
    return int(bool(differing))


def _row(source: Path, folder: Path) -> tuple[list[str], int]:
    shutil.rmtree(folder, ignore_errors=True)
    start = time.perf_counter()
    begin(source, folder)
    result = score_folder(folder).result
    wrong = list(differences(source.name, result))
    return [*_cells(result), str(len(wrong)), f"{time.perf_counter() - start:.1f}"], len(wrong)


def _cells(result: Result) -> Iterator[str]:
    evaluation, accounts = result.evaluation, result.accounts
    yield "、".join(scheme.head.name for scheme in evaluation.classes.values())
    yield str(len(evaluation.units))
    yield str(sum(role.counted for role in accounts.roles))
    answers = sum(survey.counted for survey in accounts.surveys)
    yield str(sum(batch.returned or 0 for batch in accounts.batches) + answers)
    best = max(result.standings, key=lambda one: one.total)
    yield best.unit.name
    yield best.text
    yield str(sum(one.severity != "note" for one in result.findings))


def differences(name: str, result: Result) -> Iterator[str]:
    """Units whose total, rank or grade is not the golden one."""
    golden = {row["unit"]: row for row in fillings.read(fillings.FILLINGS / f"{name}-results.csv")}
    for one in result.standings:
        exact = f"{one.exact.numerator}/{one.exact.denominator}"
        got = (exact, one.text, str(one.rank or ""), one.grade)
        wanted = golden[one.unit.id]
        if got != (wanted["exact"], wanted["total"], wanted["rank"], wanted["grade"]):
            yield one.unit.id


if __name__ == "__main__":
    raise SystemExit(main())
