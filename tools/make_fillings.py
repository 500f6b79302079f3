"""Draws what everybody says in the bundled evaluations and works the results out: `sample_data/fillings/`.

    python tools/make_fillings.py [NAME ...]

A filling is drawn once from its seed; the golden results come from `tests/oracle/golden.py`, which shares no code
with the tool.
"""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "making"), str(ROOT / "tests" / "oracle")]

import fillings  # noqa: E402
import golden  # noqa: E402
import survey_exports  # noqa: E402
from evaltool.evaluation import load  # noqa: E402
from evaltool.findings import Refused  # noqa: E402

EVALUATIONS = ROOT / "templates" / "evaluations"
SEED = fillings.SEED


def main() -> None:
    fillings.FILLINGS.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or sorted(path.name for path in EVALUATIONS.iterdir() if path.is_dir()):
        try:
            evaluation, _ = load(EVALUATIONS / name)
        except Refused:
            continue
        rows = fillings.draw(evaluation, SEED)
        (fillings.FILLINGS / f"{name}.csv").write_text(fillings.text_of(rows), encoding="utf-8")
        results = golden.results(EVALUATIONS / name, rows, survey_exports.exports(evaluation, SEED))
        (fillings.FILLINGS / f"{name}-results.csv").write_text(_text(results), encoding="utf-8")


def _text(results: list[golden.Result]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("class", "group", "unit", "exact", "total", "rank", "grade"))
    for one in results:
        exact = f"{one.exact.numerator}/{one.exact.denominator}"
        writer.writerow((one.class_id, one.group, one.unit, exact, one.published, one.rank or "", one.grade))
    return out.getvalue()


if __name__ == "__main__":
    main()
