"""What the values mean together: checks as data, over the tables of everything that was taken in.

`CHECKS` is a table of code -> expression that marks the bad rows of ANSWERS.  What is wrong inside one cell (not a
number, an error value) was said where the cell was read; a cell that is broken already gets no second finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from evaltool.checks.claims import check_claims
from evaltool.checks.evidence import EVIDENCE_CHECKS
from evaltool.checks.evidence import FIELDS as EVIDENCE_FIELDS
from evaltool.checks.figures import check_figures, check_proofs, check_quotas, check_stages
from evaltool.checks.goals import GOAL_CHECKS, headings
from evaltool.checks.matters import check_matters
from evaltool.checks.reasons import check_reasons
from evaltool.checks.reported import REPORT_CHECKS
from evaltool.checks.trims import check_trims
from evaltool.checks.voters import VOTER_CHECKS
from evaltool.evaluation import Evaluation
from evaltool.findings import Finding, finding
from evaltool.inbox.accounts.cards import card_findings
from evaltool.inbox.intake import Intake
from evaltool.inbox.rowfindings import at_row
from evaltool.inbox.tables import in_words
from evaltool.questions.layout.matters import MATTER
from evaltool.rules import Scheme
from evaltool.rules.methods import Method

if TYPE_CHECKING:
    import polars as pl


def checks() -> dict[str, pl.Expr]:
    """Code -> which rows of ANSWERS are bad."""
    import polars as pl

    col = pl.col
    number = col("value").is_not_null() & (col("high") < 2**62)
    tally = col("field") == "tally"
    return {
        "SCORE_RANGE": number & ~tally & ((col("value") < col("low")) | (col("value") > col("high"))),
        "COUNT_RANGE": number & tally & ((col("value") < col("low")) | (col("value") > col("high"))),
        "SCORE_ZERO": number & (col("field") == "mark") & (col("value") == 0) & (col("low") == 0),
        "ABSTAINED_FIELD": (col("state") == "abstained") & (col("field") != "mark"),
    }


def validate(evaluation: Evaluation, intake: Intake) -> list[Finding]:
    """Everything that is wrong with what was taken in, beyond its single cells."""
    findings = [one for code, bad in checks().items() for one in _rows(evaluation, intake.rows(bad), code)]
    own = (_missing, _abstentions, _duplicate_ranks, _single_ranks, _dates, card_findings, check_claims)
    for check in (*own, *VOTER_CHECKS, *GOAL_CHECKS, *REPORT_CHECKS, *EVIDENCE_CHECKS):
        findings += check(evaluation, intake)
    for more in (check_figures, check_proofs, check_quotas, check_stages, check_trims, check_reasons, check_matters):
        findings += more(evaluation, intake)
    return findings


def _rows(
    evaluation: Evaluation, rows: pl.DataFrame, code: str, **more: Callable[[dict[str, Any]], object]
) -> Iterator[Finding]:
    for row in rows.iter_rows(named=True):
        yield at_row(evaluation, row, code, {key: value(row) for key, value in more.items()})


def _missing(evaluation: Evaluation, intake: Intake) -> Iterable[Finding]:
    """A cell left blank: fine where the rules say what a missing mark means, else somebody must fill it in.

    Where a whole worksheet was left blank, or a whole workbook, that is said once.
    """
    import polars as pl

    blank = intake.rows((pl.col("state") == "blank") & pl.col("required"))
    untouched = _untouched(intake) if blank.height else set()
    closed = {each.id for each in evaluation.matters if each.closed is not None}
    told: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in blank.iter_rows(named=True):
        if row["field"] in EVIDENCE_FIELDS:
            continue  # what nobody verified is no gap: `evidence.py` says what becomes of it
        if row["repeat"] in closed and row["component"] == MATTER:
            continue  # nobody asks any more
        digest, sheet = row["file_hash"], row["sheet"]
        key = (digest, "") if (digest, "") in untouched else (digest, sheet)
        told.setdefault(key if key in untouched else (*key, row["cell"]), []).append(row)
    for key, rows in told.items():
        left_out = all(_is_ruled(evaluation, row) for row in rows)
        if len(rows) == 1 and rows[0]["field"] in headings():
            yield at_row(evaluation, rows[0], "LINE_INCOMPLETE", {"column": headings()[rows[0]["field"]]})
        elif len(rows) == 1:
            yield at_row(evaluation, rows[0], "SCORE_LEFT_OUT" if left_out else "SCORE_MISSING", {})
        else:
            place = {"file": rows[0]["file"], "sheet": key[1], "evaluator": rows[0]["evaluator"]}
            yield finding("SHEET_LEFT_OUT" if left_out else "SHEET_BLANK", **place)


def _is_ruled(evaluation: Evaluation, row: dict[str, Any]) -> bool:
    """Whether the rules say what it means that this answer is missing."""
    component = evaluation.classes[row["class_id"]].components.get(row["component"])
    return row["field"] == "mark" and component is not None and component.missing != "refuse"


def _untouched(intake: Intake) -> set[tuple[str, str]]:
    """(file hash, worksheet) of the worksheets on which nothing was filled in; worksheet "" for whole workbooks."""
    import polars as pl

    used = {(digest, lines.sheet) for lines, _, _, digest, _ in intake.card_lines if lines.used}
    touched = {digest for digest, _ in used}
    found: set[tuple[str, str]] = set()
    some_said = (pl.col("state") != "blank").any()
    sheets = intake.table.lazy().group_by("file_hash", "sheet").agg(some_said)
    for digest, sheet, some in in_words(sheets).collect().iter_rows():
        if some:
            touched.add(digest)
        else:
            found.add((digest, sheet))
    return (found - used) | {(digest, "") for digest, _ in found if digest not in touched}


def _abstentions(evaluation: Evaluation, intake: Intake) -> Iterable[Finding]:
    """A mark withheld: fine where the rules say what it means, else somebody must decide."""
    import polars as pl

    rows = intake.rows((pl.col("state") == "abstained") & (pl.col("field") == "mark"))
    for row in rows.iter_rows(named=True):
        component = evaluation.classes[row["class_id"]].components.get(row["component"])
        if component is None or component.abstained == "refuse":
            yield at_row(evaluation, row, "SCORE_ABSTAINED", {})


def _duplicate_ranks(evaluation: Evaluation, intake: Intake) -> Iterable[Finding]:
    """Two units in the same place of one evaluator's list; the places that nobody got are named with them."""
    import polars as pl

    for scheme, leaf in _leaves(evaluation, lambda method: method.places_name):
        listed = _asked(intake, scheme.id, leaf)
        for (_, repeat), group in listed.group_by(["evaluator", "repeat"], maintain_order=True):
            missing = sorted(set(range(1, len(group) + 1)) - set(group["value"].to_list()))
            again = group.filter(pl.col("value").is_not_null())
            again = again.filter(pl.col("value").is_duplicated()).sort("value", pl.col("cell").str.len_chars(), "cell")
            seen: dict[int, str] = {}
            for row in again.iter_rows(named=True):
                if row["value"] in seen:
                    args: dict[str, object] = {
                        "other": seen[row["value"]],
                        "missing": "、".join(map(str, missing)),
                        "repeat": repeat,
                    }
                    yield at_row(evaluation, row, "RANK_DUPLICATE", args)
                seen.setdefault(row["value"], row["cell"])


def _single_ranks(evaluation: Evaluation, intake: Intake) -> Iterable[Finding]:
    """A list of one: its place is the first whatever the evaluator thinks, which is worth a look.

    A longer list of which only one place can be read is no such list; what is wrong with the others is said there.
    """
    import polars as pl

    for scheme, leaf in _leaves(evaluation, lambda method: method.places_name):
        rows = _asked(intake, scheme.id, leaf).filter(_alone() & pl.col("value").is_not_null())
        for row in rows.iter_rows(named=True):
            yield at_row(evaluation, row, "RANK_SINGLE", {"name": evaluation.evaluators[row["evaluator"]].name})


def _alone() -> pl.Expr:
    """The only row of an evaluator's list."""
    import polars as pl

    return pl.len().over("evaluator", "repeat") == 1


def _leaves(evaluation: Evaluation, wanted: Callable[[Method], object]) -> Iterator[tuple[Scheme, str]]:
    """The leaves with a method of which something holds."""
    for scheme in evaluation.classes.values():
        for leaf in scheme.leaves():
            answer = scheme.components[leaf].answer
            if answer is not None and wanted(answer):
                yield scheme, leaf


def _asked(intake: Intake, class_id: str, leaf: str) -> pl.DataFrame:
    """The cells of a leaf that are for marks, filled in or not."""
    import polars as pl

    mine = (pl.col("class_id") == class_id) & (pl.col("component") == leaf)
    return intake.rows(mine & (pl.col("field") == "mark"))


def _dates(evaluation: Evaluation, intake: Intake) -> Iterable[Finding]:
    """Something that happened, by its date, in another year than the one that is evaluated."""
    import polars as pl

    year = str(evaluation.settings.year)
    dated = (pl.col("field") == "date") & (pl.col("state") == "given")
    rows = intake.rows(dated & ~intake.begins("text", f"{year}-"))
    return _rows(evaluation, rows, "DATE_OTHER_YEAR", year=lambda _: year)
