"""Writes `templates/blank/`: one blank workbook of each kind, as the tool makes them for the main evaluation.

Run from the checkout: `python tools/make_blanks.py`.  A test compares the committed files with what this makes.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from evaltool.evaluation import Evaluation, load  # noqa: E402
from evaltool.identity import sheet_name  # noqa: E402
from evaltool.names import safe_name  # noqa: E402
from evaltool.questions.forms import Form  # noqa: E402
from evaltool.questions.layout import forms  # noqa: E402
from evaltool.sheets.blank import book  # noqa: E402
from evaltool.sheets.guidance import guide  # noqa: E402
from evaltool.writers.saving import to_bytes  # noqa: E402

MAIN = ROOT / "templates" / "evaluations" / "songyuan"
FOLDER = ROOT / "templates" / "blank"


def blanks() -> dict[str, bytes]:
    """File name -> content: the first form of every kind."""
    evaluation, _ = load(MAIN)
    first: dict[str, Form] = {}
    for form in forms(evaluation).values():
        first.setdefault(_kind(evaluation, form), form)
    return {
        f"{safe_name(kind)}.xlsx": to_bytes(book(form, guide=guide(evaluation, form))) for kind, form in first.items()
    }


def _kind(evaluation: Evaluation, form: Form) -> str:
    """Forms of a role are of one kind; cards are one kind whoever fills them in; what units fill in for
    themselves is one per class."""
    evaluator = evaluation.evaluators[form.evaluator]
    if form.kind not in ("marks", "cards"):
        return f"{sheet_name(form.batch)}（{evaluation.classes[evaluation.units[evaluator.id].class_id].head.name}）"
    if form.batch:
        return "评价卡"
    if evaluator.role == "self":
        return f"自我评估（{evaluation.classes[evaluation.units[evaluator.id].class_id].head.name}）"
    return evaluation.roles[evaluator.role]


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    made = blanks()
    for path in FOLDER.glob("*.xlsx"):
        if path.name not in made:
            path.unlink()
    for name, data in made.items():
        (FOLDER / name).write_bytes(data)


if __name__ == "__main__":
    main()
