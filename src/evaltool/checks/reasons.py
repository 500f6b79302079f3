"""Points that were taken off without a reason, where the rules want one from a stated loss on."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.exact import plain
from evaltool.findings import Finding
from evaltool.inbox.intake import Intake
from evaltool.inbox.rowfindings import AnswerRow, at_row

MarkKey = tuple[str, ...]
MarksAndReasons = tuple[dict[MarkKey, AnswerRow], dict[MarkKey, AnswerRow]]


def marks_and_reasons(intake: Intake, leaves: list[tuple[str, str]]) -> MarksAndReasons:
    """The marks in some leaves and the reasons beside them, each by what it is about."""
    import polars as pl

    wanted = pl.col("field").is_in(["mark", "reason"]) & pl.col("component").is_in([leaf for _, leaf in leaves])
    marks: dict[MarkKey, AnswerRow] = {}
    reasons: dict[MarkKey, AnswerRow] = {}
    for row in intake.rows(wanted).sort("file", "sheet", "cell").iter_rows(named=True) if leaves else ():
        if (row["class_id"], row["component"]) in leaves:
            about = ("evaluator", "class_id", "component", "unit", "indicator", "repeat")
            (marks if row["field"] == "mark" else reasons)[tuple(row[each] for each in about)] = row
    return marks, reasons


def lost(row: AnswerRow) -> Fraction:
    """How many points a mark is below the most that its cell takes."""
    return Fraction(row["high"] - row["value"], 10 ** row["decimals"])


def with_reasons(evaluation: Evaluation) -> list[tuple[str, str]]:
    """The leaves whose sheets ask for reasons."""
    schemes = evaluation.classes.values()
    return [(scheme.id, leaf) for scheme in schemes for leaf in scheme.leaves() if scheme.components[leaf].reason]


def check_reasons(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """A mark so far below full that it needs a reason, without one: said at the cell where the reason should stand.  A
    mark that a decision corrected has the decision's reason."""
    marks, reasons = marks_and_reasons(intake, with_reasons(evaluation))
    for key, row in marks.items():
        beside = reasons.get(key)
        rule = evaluation.component(row["class_id"], row["component"]).reason
        stated = beside is None or (beside["state"] == "given" and beside["text"].strip())
        if rule is None or stated or row["value"] is None or row["decision"] or not 0 <= row["value"] < row["high"]:
            continue
        if beside is not None and rule.asks(lost(row), Fraction(row["high"], 10 ** row["decimals"])):
            args = {
                "given": row["text"],
                "lost": plain(lost(row)),
                "from": rule.words("zh"),
                "from_en": rule.words("en"),
            }
            yield at_row(evaluation, beside, "REASON_MISSING", args)
