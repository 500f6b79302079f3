"""Points that were taken off without a reason, where the rules want one from a stated loss on."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from evaltool.evaluation import Evaluation
from evaltool.exact import plain
from evaltool.findings import Finding
from evaltool.inbox.intake import Intake
from evaltool.inbox.rowfindings import AnswerRow, at_row
from evaltool.inbox.tables import in_words

if TYPE_CHECKING:
    import polars as pl

MarkKey = tuple[str, ...]
MarksAndReasons = tuple[dict[MarkKey, AnswerRow], dict[MarkKey, AnswerRow]]


def marks_and_reasons(intake: Intake, leaves: list[tuple[str, str]], marked: pl.Expr | None = None) -> MarksAndReasons:
    """The marks in some leaves and the reasons beside them, each by what it is about; `marked`: only of these marks."""
    import polars as pl

    if not leaves:
        return {}, {}
    inside = [(pl.col("class_id") == class_id) & (pl.col("component") == leaf) for class_id, leaf in leaves]
    is_mark = pl.col("field") == "mark"
    kept = intake.kept(
        pl.any_horizontal(inside) & ((is_mark if marked is None else is_mark & marked) | (pl.col("field") == "reason"))
    )
    marks = kept.filter(is_mark)
    reasons = kept.filter(pl.col("field") == "reason").join(marks, on=_ABOUT, how="semi")
    return _by_matter(marks), _by_matter(reasons)


def _by_matter(kept: pl.DataFrame) -> dict[MarkKey, AnswerRow]:
    rows = in_words(kept.lazy()).collect().sort("file", "sheet", "cell")
    return {tuple(row[each] for each in _ABOUT): row for row in rows.iter_rows(named=True)}


_ABOUT = ("evaluator", "class_id", "component", "unit", "indicator", "repeat")


def lost(row: AnswerRow) -> Fraction:
    """How many points a mark is below the most that its cell takes."""
    return Fraction(row["high"] - row["value"], 10 ** row["decimals"])


def with_reasons(evaluation: Evaluation) -> list[tuple[str, str]]:
    """The leaves whose sheets ask for reasons."""
    schemes = evaluation.classes.values()
    return [(scheme.id, leaf) for scheme in schemes for leaf in scheme.leaves() if scheme.components[leaf].reason]


def _asked(evaluation: Evaluation) -> pl.Expr:
    """Marks that may need a reason: of a million of them only these are looked at one by one."""
    import polars as pl

    lost, full = pl.col("high") - pl.col("value"), pl.col("high")
    enough = [pl.lit(value=False)]
    for class_id, leaf in with_reasons(evaluation):
        rule = evaluation.component(class_id, leaf).reason
        assert rule is not None
        here = (pl.col("class_id") == class_id) & (pl.col("component") == leaf)
        scale = pl.lit(10, dtype=pl.Int64).pow(pl.col("decimals"))
        if rule.points is not None:
            bound = Fraction(rule.points)
            enough.append(here & (lost * bound.denominator >= bound.numerator * scale))
        if rule.percent is not None:
            part = Fraction(rule.percent) / 100
            enough.append(here & (lost * part.denominator >= part.numerator * full))
    below = (pl.col("value") >= 0) & (pl.col("value") < full)
    return below & (pl.col("decision") == "") & pl.any_horizontal(enough)


def check_reasons(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """A mark so far below full that it needs a reason, without one: said at the cell where the reason should stand.  A
    mark that a decision corrected has the decision's reason."""
    marks, reasons = marks_and_reasons(intake, with_reasons(evaluation), _asked(evaluation))
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
