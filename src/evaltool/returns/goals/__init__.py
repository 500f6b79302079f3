"""The goals of a year: declared by the units, reviewed by the office, approved by document, then scored as indicators.

`declared.py` says how far each unit is, `checks.py` what is wrong, `review.py` makes the workbook for those who
approve, `approval.py` writes what was approved into the roster.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from evaltool.checks.declared import GoalsState, UnitGoals, goals_of_units
from evaltool.evaluation import Evaluation, load
from evaltool.evaluation.deciding import Fields
from evaltool.evaluation.named import unit_names
from evaltool.files import write_atomically
from evaltool.findings import Finding, Refused, finding
from evaltool.inbox.intake import Intake
from evaltool.ledger.lines import HASH_DIGITS
from evaltool.names import meant, nearest
from evaltool.returns.goals.approval import FILE, approved_book, goals_of
from evaltool.returns.goals.review import review_book
from evaltool.writers.saving import to_bytes

REVIEW = "goals/目标审核表.xlsx"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Where each unit stands, and the workbook that shows it (relative to the folder)."""

    units: tuple[UnitGoals, ...]
    file: str


@dataclass(frozen=True, slots=True)
class Approved:
    """The units whose goals were approved, how many goals each, and the table they stand in."""

    units: tuple[tuple[str, int], ...]
    left: tuple[UnitGoals, ...]  # not approved yet
    file: str


def review(evaluation: Evaluation, intake: Intake, findings: Iterable[Finding]) -> Reviewed:
    """Write the workbook for those who review and approve."""
    units = goals_of_units(evaluation, intake, findings)
    write_atomically(evaluation.folder / REVIEW, to_bytes(review_book(evaluation, units)))
    return Reviewed(tuple(units), REVIEW)


def approve(
    evaluation: Evaluation,
    intake: Intake,
    findings: Iterable[Finding],
    document: str,
    on: date,
    named: Sequence[str] = (),
) -> Approved:
    """Add the goals of units to the roster; of those named, or of all that are ready.

    Raises `Refused` when a named unit is not ready, when none is, or when the roster would not fit the rules; nothing
    is written then.
    """
    approved, data = to_approve(evaluation, intake, findings, document, on, named)
    write_atomically(evaluation.folder / FILE, data)
    return approved


def to_approve(
    evaluation: Evaluation,
    intake: Intake,
    findings: Iterable[Finding],
    document: str,
    on: date,
    named: Sequence[str] = (),
) -> tuple[Approved, bytes]:
    """What `approve` gives, and the table that it writes, which fits the rules.  Raises `Refused` like it."""
    units = goals_of_units(evaluation, intake, findings)
    chosen = _chosen(evaluation, units, named) if named else [each for each in units if each.state == "ready"]
    if not chosen:
        raise Refused([finding("GOALS_NONE_READY")])
    added = [goal for each in chosen for goal in goals_of(evaluation, each, document, on)]
    # what is decided since stays a decision
    kept = list(evaluation.stated.goals) if (evaluation.folder / FILE).exists() else []
    data = to_bytes(approved_book(evaluation, [*kept, *added]))
    load(evaluation.folder, {FILE: data})
    counts = tuple((each.unit.name, sum(goal.unit == each.unit.id for goal in added)) for each in chosen)
    ids = {each.unit.id for each in chosen}
    left = tuple(each for each in units if each.state != "approved" and each.unit.id not in ids)
    return Approved(counts, left, FILE), data


def to_agree(
    evaluation: Evaluation, intake: Intake, findings: Iterable[Finding], fields: Fields, named: Sequence[str] = ()
) -> list[Fields]:
    """The ledger's lines by which a leader in charge approves the goals of units: of those named, or of all that wait
    for it.  `fields`: document, date, reason, and the leader as new value.  Raises `Refused` like `approve`."""
    units = goals_of_units(evaluation, intake, findings)
    chosen = _chosen(evaluation, units, named, "waiting") if named else [one for one in units if one.state == "waiting"]
    if not chosen:
        raise Refused([finding("GOALS_NONE_WAIT")])
    return [{**fields, "unit": one.unit.name, "file_hash": each[:HASH_DIGITS]} for one in chosen for each in one.unseen]


def _chosen(
    evaluation: Evaluation, units: Sequence[UnitGoals], named: Sequence[str], wanted: GoalsState = "ready"
) -> list[UnitGoals]:
    """The units that are named; all reasons why one cannot be approved at once."""
    chosen: dict[str, UnitGoals] = {}
    wrong: list[Finding] = []
    for text in named:
        each = next(iter(meant(text, units, lambda goals: unit_names(goals.unit))), None)
        if each is None:
            near = nearest(text, [one.unit.name for one in units]) or "—"
            wrong.append(finding("REFERENCE_UNKNOWN", value=text, args={"column": "单位", "near": near}))
        elif each.state != wanted:
            zh, en = _REASONS[each.state]
            args: dict[str, object] = {"unit_name": each.unit.name, "reason_zh": zh, "reason_en": en}
            wrong += [finding("GOALS_NOT_READY", file=each.file, unit=each.unit.id, args=args), *each.wrong]
        else:
            chosen[each.unit.id] = each
    if wrong:
        raise Refused(wrong)
    return list(chosen.values())


_REASONS = {
    "ready": ("不需要审批，或已经审批", "nothing waits for a leader here"),
    "approved": ("目标已批准（要调整的，登记目标调整决定）", "its goals are approved already; changes are decisions"),
    "waiting": ("分管领导还没有审批（evaltool goals --agree）", "the leader in charge has not approved them yet"),
    "wrong": ("申报表有错误", "what it declared has errors"),
    "missing": ("还没有申报", "it has declared nothing"),
}
