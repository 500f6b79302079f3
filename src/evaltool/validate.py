"""What the values mean together: checks as data, over the tables of everything that was taken in.

`CHECKS` is a table of code -> expression that marks the bad rows of ANSWERS.  What is wrong inside one cell (not a
number, an error value) was said where the cell was read; a cell that is broken already gets no second finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from evaltool.conclusions import EVIDENCE_CHECKS
from evaltool.conclusions import FIELDS as EVIDENCE_FIELDS
from evaltool.evaluation import Evaluation
from evaltool.figurechecks import check_figures, check_quotas, check_stages
from evaltool.findings import Finding, finding
from evaltool.goals.checks import GOAL_CHECKS, headings
from evaltool.ingest import Intake
from evaltool.methods import Ballot, Rank
from evaltool.rounding import plain
from evaltool.rules import Scheme

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
    findings = [one for code, bad in checks().items() for one in _rows(evaluation, intake.answers.filter(bad), code)]
    own = (_missing, _abstentions, _duplicate_ranks, _single_ranks, _accounts, _tallies, _voters, _claims)
    for check in (*own, *GOAL_CHECKS, *EVIDENCE_CHECKS):
        findings += check(evaluation, intake)
    for more in (check_figures, check_quotas, check_stages):
        findings += more(evaluation, intake)
    return findings


def _rows(
    evaluation: Evaluation, rows: pl.DataFrame, code: str, **more: Callable[[dict[str, Any]], object]
) -> Iterator[Finding]:
    for row in rows.iter_rows(named=True):
        yield _at(evaluation, row, code, {key: value(row) for key, value in more.items()})


def _at(evaluation: Evaluation, row: dict[str, Any], code: str, args: dict[str, object]) -> Finding:
    unit = evaluation.units.get(row["unit"])
    shown = {
        "unit_name": unit.name if unit else row["unit"],
        "low": plain(Fraction(row["low"], 10 ** row["decimals"])),
        "high": plain(Fraction(row["high"], 10 ** row["decimals"])),
        **args,
    }
    place = {key: row[key] for key in ("file", "sheet", "cell", "unit", "evaluator", "component")}
    return finding(code, **place, value=row["text"], args=shown)


def _missing(evaluation: Evaluation, intake: Intake) -> Iterable[Finding]:
    """A cell left blank: fine where the rules say what a missing mark means, else somebody must fill it in."""
    import polars as pl

    for row in intake.answers.filter((pl.col("state") == "blank") & pl.col("required")).iter_rows(named=True):
        component = evaluation.classes[row["class_id"]].components.get(row["component"])
        if row["field"] in headings():
            yield _at(evaluation, row, "LINE_INCOMPLETE", {"column": headings()[row["field"]]})
            continue
        if row["field"] in EVIDENCE_FIELDS:
            continue  # what nobody verified is no gap: `evidence.py` says what becomes of it
        ruled = row["field"] == "mark" and component is not None and component.missing != "refuse"
        yield _at(evaluation, row, "SCORE_LEFT_OUT" if ruled else "SCORE_MISSING", {})


def _abstentions(evaluation: Evaluation, intake: Intake) -> Iterable[Finding]:
    """A mark withheld: fine where the rules say what it means, else somebody must decide."""
    import polars as pl

    rows = intake.answers.filter((pl.col("state") == "abstained") & (pl.col("field") == "mark"))
    for row in rows.iter_rows(named=True):
        component = evaluation.classes[row["class_id"]].components.get(row["component"])
        if component is None or component.abstained == "refuse":
            yield _at(evaluation, row, "SCORE_ABSTAINED", {})


def _duplicate_ranks(evaluation: Evaluation, intake: Intake) -> Iterable[Finding]:
    """Two units in the same place of one evaluator's list; the place that nobody got is named with them."""
    import polars as pl

    for scheme, leaf in _leaves(evaluation, Rank):
        marks = _marks(intake, scheme.id, leaf)
        for (_, repeat), group in marks.group_by(["evaluator", "repeat"], maintain_order=True):
            places = group["value"].to_list()
            missing = sorted(set(range(1, len(places) + 1)) - set(places))
            again = group.filter(pl.col("value").is_duplicated()).sort("value", pl.col("cell").str.len_chars(), "cell")
            seen: dict[int, str] = {}
            for row in again.iter_rows(named=True):
                if row["value"] in seen:
                    args: dict[str, object] = {
                        "other": seen[row["value"]],
                        "missing": "、".join(map(str, missing)),
                        "repeat": repeat,
                    }
                    yield _at(evaluation, row, "RANK_DUPLICATE", args)
                seen.setdefault(row["value"], row["cell"])


def _single_ranks(evaluation: Evaluation, intake: Intake) -> Iterable[Finding]:
    """A list of one: its place is the first whatever the evaluator thinks, which is worth a look."""
    for scheme, leaf in _leaves(evaluation, Rank):
        rows = _marks(intake, scheme.id, leaf).filter(_alone())
        for row in rows.iter_rows(named=True):
            yield _at(evaluation, row, "RANK_SINGLE", {"name": evaluation.evaluators[row["evaluator"]].name})


def _alone() -> pl.Expr:
    """The only row of an evaluator's list."""
    import polars as pl

    return pl.len().over("evaluator", "repeat") == 1


def _leaves(evaluation: Evaluation, kind: type[Ballot] | type[Rank]) -> Iterator[tuple[Scheme, str]]:
    for scheme in evaluation.classes.values():
        for leaf in scheme.leaves():
            if isinstance(scheme.components[leaf].answer, kind):
                yield scheme, leaf


def _marks(intake: Intake, class_id: str, leaf: str) -> pl.DataFrame:
    import polars as pl

    mine = (pl.col("class_id") == class_id) & (pl.col("component") == leaf)
    return intake.answers.filter(mine & (pl.col("field") == "mark") & pl.col("value").is_not_null())


def _accounts(evaluation: Evaluation, intake: Intake) -> Iterable[Finding]:
    """issued >= returned >= spoiled, and as many valid cards as card rows that are used and not spoiled."""
    lines = {(one.class_id, one.component, digest): one for one, _, _, digest, _ in intake.card_lines}
    for key, account in account_rows(intake).items():
        if set(account) != {"issued", "returned", "spoiled"} or any(row["value"] is None for row in account.values()):
            continue
        issued, returned, spoiled = (account[name]["value"] for name in ("issued", "returned", "spoiled"))
        args: dict[str, object] = {"issued": issued, "returned": returned, "spoiled": spoiled}
        if returned > issued:
            yield _at(evaluation, account["returned"], "CARDS_RETURNED_BEYOND_ISSUED", args)
        if spoiled > returned:
            yield _at(evaluation, account["spoiled"], "CARDS_SPOILED_BEYOND_RETURNED", args)
        used = lines.get(key)
        if used is not None and used.used:
            if used.used != returned:
                yield _at(evaluation, account["returned"], "CARDS_ENTERED_DIFFER", {**args, "entered": used.used})
            if used.spoiled != spoiled and not used.unclear:
                yield _at(evaluation, account["spoiled"], "CARDS_SPOILED_DIFFER", {**args, "entered": used.spoiled})


def account_rows(intake: Intake) -> dict[tuple[str, str, str], dict[str, dict[str, Any]]]:
    """(class, component, file hash) -> the rows of a batch's account by field."""
    import polars as pl

    accounts: dict[tuple[str, str, str], dict[str, dict[str, Any]]] = {}
    rows = intake.answers.filter(pl.col("field").is_in(["issued", "returned", "spoiled"]))
    for row in rows.iter_rows(named=True):
        accounts.setdefault((row["class_id"], row["component"], row["file_hash"]), {})[row["field"]] = row
    return accounts


def _tallies(evaluation: Evaluation, intake: Intake) -> Iterable[Finding]:
    """A tally line adds up to the valid cards; where cards were entered one by one too, both agree."""
    import polars as pl

    accounts = account_rows(intake)
    cards = {(one.class_id, one.component, digest): one for one, _, _, digest, _ in intake.card_lines}
    counted = _counted(intake)
    tallied: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in intake.answers.filter(pl.col("field") == "tally").iter_rows(named=True):
        tallied.setdefault((row["class_id"], row["component"], row["file_hash"]), []).append(row)
    for key, rows in sorted(tallied.items()):
        account = accounts.get(key, {})
        if not {"returned", "spoiled"} <= account.keys():
            continue
        returned, spoiled = account["returned"]["value"], account["spoiled"]["value"]
        filled = any(row["state"] != "blank" for row in rows)
        by_card = key in cards and cards[key].used > 0
        if returned is None or spoiled is None:
            continue
        if not filled and not by_card and returned > spoiled:
            yield _at(evaluation, account["returned"], "CARDS_NOT_ENTERED", {"valid": returned - spoiled})
        if filled:
            yield from _tally_lines(evaluation, key, rows, returned - spoiled, counted if by_card else None)


def _counted(intake: Intake) -> dict[tuple[str, str, str, str, str], int]:
    columns = ("class_id", "component", "file_hash", "unit", "choice", "count")
    return {row[:5]: row[5] for row in intake.ballots.filter("valid").select(columns).iter_rows()}


def _tally_lines(
    evaluation: Evaluation,
    key: tuple[str, str, str],
    rows: list[dict[str, Any]],
    valid: int,
    counted: dict[tuple[str, str, str, str, str], int] | None,
) -> Iterable[Finding]:
    units: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        units.setdefault(row["unit"], []).append(row)
    for unit, line in units.items():
        if any(row["state"] in ("broken", "abstained") for row in line):
            continue
        total = sum(row["value"] or 0 for row in line)
        if total != valid:
            code = "TALLY_BEYOND_RETURNED" if total > valid else "TALLY_SHORT"
            leftmost = min(line, key=lambda row: (len(row["cell"]), row["cell"]))
            yield _at(evaluation, leftmost, code, {"sum": total, "valid": valid})
            continue
        for row in line if counted is not None else ():
            cards = (counted or {}).get((*key, unit, "" if row["indicator"] == "未填" else row["indicator"]), 0)
            if (row["value"] or 0) != cards:
                yield _at(evaluation, row, "TALLY_CARDS_DIFFER", {"cards": cards, "choice": row["indicator"]})


def _voters(evaluation: Evaluation, intake: Intake) -> Iterable[Finding]:
    """Units with fewer valid cards than the rules ask for."""
    import polars as pl

    for scheme, leaf in _leaves(evaluation, Ballot):
        answer = scheme.components[leaf].answer
        assert isinstance(answer, Ballot)
        chosen = [choice for choice, share in scheme.scale(answer.ballot).items() if share is not None]
        mine = pl.col("valid") & (pl.col("class_id") == scheme.id) & (pl.col("component") == leaf)
        rows = intake.ballots.filter(mine & pl.col("choice").is_in(chosen))
        counts = dict(rows.group_by("unit").agg(pl.col("count").sum()).iter_rows())
        for unit in sorted(set(intake.ballots.filter(mine)["unit"])):
            if counts.get(unit, 0) < answer.minimum and answer.minimum > 1:
                args: dict[str, object] = {
                    "count": counts.get(unit, 0),
                    "minimum": answer.minimum,
                    "unit_name": evaluation.units[unit].name,
                }
                yield finding("BALLOTS_TOO_FEW", unit=unit, component=leaf, args=args)


def _claims(evaluation: Evaluation, intake: Intake) -> Iterable[Finding]:
    """A bonus that a unit claims and that nobody has decided on: for the office to look at."""
    import polars as pl

    decided = {line.unit for line in evaluation.ledger if line.kind == "bonus"}
    claims = intake.answers.filter((pl.col("field") == "claim_kind") & (pl.col("state") == "given"))
    for row in claims.iter_rows(named=True):
        if row["unit"] not in decided:
            yield _at(evaluation, row, "CLAIM_UNDECIDED", {})
