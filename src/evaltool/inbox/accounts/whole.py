"""The accounts of one intake: every file, every expected sheet, every batch of cards, and whether they close (law 1).

Files: seen = counted + copies + superseded + rejected + excluded + not a submission.  Sheets, per role: expected =
counted + with errors + missing + waived, and the same for each kind of sheet that is not scored.  Cards, per batch:
issued = returned + not returned, returned = valid + spoiled; per unit: valid = choices + abstained + left blank.
Answers, per export of a survey: read = counted + repeated + blank + refused; what is counted and blank is what the
units' accounts say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, get_args

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding, finding
from evaltool.identity import sheet_name
from evaltool.inbox.accounts.cards import account_rows
from evaltool.inbox.accounts.files import FileAccount
from evaltool.inbox.accounts.sheets import OFFICE, SheetAccount, SheetState
from evaltool.inbox.intake import Intake
from evaltool.inbox.submissions import Became
from evaltool.inbox.surveys import SurveyAccount, survey_totals


@dataclass(frozen=True, slots=True)
class RoleAccount:
    """How many sheets of one role are expected and what became of them.

    `sheet`: "marks" (cards among them), or the batch of the sheets of goals, progress or evidence.
    """

    role: str
    name: str
    expected: int
    counted: int
    missing: int
    waived: int
    sheet: str = "marks"
    with_errors: int = 0

    @property
    def told(self) -> int:
        """All of which something is known; as many as are expected."""
        return self.counted + self.with_errors + self.missing + self.waived


@dataclass(frozen=True, slots=True, order=True)
class BatchAccount:
    """The cards of one batch for one voter group of a class; None where the batch does not say."""

    class_id: str
    component: str
    evaluator: str
    batch: str
    file: str
    issued: int | None
    returned: int | None
    spoiled: int | None

    @property
    def valid(self) -> int | None:
        return None if self.returned is None or self.spoiled is None else self.returned - self.spoiled


@dataclass(frozen=True, slots=True, order=True)
class UnitCards:
    """What the valid cards of one batch say about one unit."""

    class_id: str
    component: str
    evaluator: str
    batch: str
    unit: str
    chosen: int
    abstained: int
    blank: int


@dataclass(frozen=True, slots=True)
class Accounts:
    """All accounts of one intake."""

    files: tuple[FileAccount, ...]
    sheets: tuple[SheetAccount, ...]
    roles: tuple[RoleAccount, ...]
    batches: tuple[BatchAccount, ...]
    units: tuple[UnitCards, ...]
    surveys: tuple[SurveyAccount, ...] = ()

    @property
    def scored(self) -> list[RoleAccount]:
        """The accounts of what is scored."""
        return [each for each in self.roles if each.sheet == "marks"]

    def as_value(self) -> dict[str, Any]:
        """The accounts for programs."""
        return {
            "files": {"seen": len(self.files), **self.files_by_fate(), "each": [asdict(each) for each in self.files]},
            "roles": [asdict(each) for each in self.roles],
            "sheets": [asdict(each) for each in self.sheets],
            "batches": [asdict(each) | {"valid": each.valid} for each in self.batches],
            "cards": [asdict(each) for each in self.units],
            "surveys": [asdict(each) for each in self.surveys],
        }

    def files_by_fate(self) -> dict[str, int]:
        """How many files came to what, every fate named even where it is 0."""
        counts = Counter(each.became for each in self.files)
        return {fate: counts[fate] for fate in get_args(Became)}


def with_errors(intake: Intake, findings: Iterable[Finding]) -> Intake:
    """What came in, once all findings are known: sheets that count and in which somebody has to mend something are told
    from the others."""
    wrong: set[str] = set()
    for one in findings:
        if one.blocks and one.code not in OFFICE:
            wrong |= {one.file, dict(one.args).get("other_file", "")} if one.code == "ENTRY_DIFFERS" else {one.file}
    files = (each for each in intake.files if each.became == "counted" and each.file in wrong)
    keys = {(each.evaluator, each.batch, each.entry) for each in files}
    sheets = (
        replace(each, answered="with_errors") if each.digest and each.key in keys else each for each in intake.sheets
    )
    return replace(intake, sheets=tuple(sheets))


def accounts(evaluation: Evaluation, intake: Intake) -> tuple[Accounts, list[Finding]]:
    """The accounts, and a finding for each that does not close."""
    roles, batches, units = _roles(evaluation, intake), _batches(intake), _units(evaluation, intake)
    made = Accounts(intake.files, intake.sheets, roles, batches, units, intake.surveys)
    return made, [*_open_sheets(made), *_open_cards(made), *_open_surveys(made)]


def _roles(evaluation: Evaluation, intake: Intake) -> tuple[RoleAccount, ...]:
    counts: dict[tuple[str, str], Counter[str]] = {}
    for sheet in intake.sheets:
        what = sheet.batch if sheet_name(sheet.batch) else "marks"
        key = evaluation.evaluators[sheet.evaluator].role, what
        counts.setdefault(key, Counter())[sheet.answered] += 1
    kinds = sorted({what for _, what in counts}, key=lambda what: (what != "marks", what))
    return tuple(
        RoleAccount(role, role_sheets(name, what), count.total(), sheet=what, **_answered(count))
        for role, name in evaluation.roles.items()
        for what in kinds
        if (count := counts.get((role, what)))
    )


def _answered(count: Counter[str]) -> dict[SheetState, int]:
    return {state: count[state] for state in get_args(SheetState)}


def role_sheets(role: str, batch: str) -> str:
    """A role's name; with the sheet's, where it is none of marks."""
    return "·".join(part for part in (role, sheet_name(batch)) if part)


def _batches(intake: Intake) -> tuple[BatchAccount, ...]:
    made = []
    for (class_id, component, _), fields in account_rows(intake).items():
        row = next(iter(fields.values()))
        counts = (fields[name]["value"] if name in fields else None for name in ("issued", "returned", "spoiled"))
        made.append(BatchAccount(class_id, component, row["evaluator"], row["batch"], row["file"], *counts))
    return tuple(sorted(made, key=lambda one: (one.class_id, one.component, one.evaluator, one.batch)))


def _units(evaluation: Evaluation, intake: Intake) -> tuple[UnitCards, ...]:
    cards: dict[tuple[str, str, str, str, str], Counter[str]] = {}
    for row in intake.ballots.filter("valid").iter_rows(named=True):
        component = evaluation.component(row["class_id"], row["component"])
        scale = evaluation.classes[row["class_id"]].scale(component.scale_name)
        kind = "blank" if not row["choice"] else ("abstained" if scale.get(row["choice"]) is None else "chosen")
        key = (row["class_id"], row["component"], row["evaluator"], row["batch"], row["unit"])
        cards.setdefault(key, Counter())[kind] += row["count"]
    return tuple(
        UnitCards(*key, counts["chosen"], counts["abstained"], counts["blank"]) for key, counts in sorted(cards.items())
    )


def _open_sheets(made: Accounts) -> list[Finding]:
    return [
        finding(
            "ACCOUNT_OPEN",
            args={"name": role.name, "left": role.expected, "right": role.told},
        )
        for role in made.roles
        if role.expected != role.told
    ]


def _open_cards(made: Accounts) -> list[Finding]:
    """Units whose cards do not add up to the batch's valid ones although nothing else was said about the batch."""
    valid = {(one.class_id, one.component, one.evaluator, one.batch): one for one in made.batches}
    findings = []
    for unit in made.units:
        batch = valid.get((unit.class_id, unit.component, unit.evaluator, unit.batch))
        total = unit.chosen + unit.abstained + unit.blank
        if batch is not None and batch.valid is not None and batch.valid != total:
            args: dict[str, object] = {
                "name": f"{unit.component} {unit.batch} {unit.unit}",
                "left": batch.valid,
                "right": total,
            }
            findings.append(
                finding(
                    "ACCOUNT_OPEN",
                    file=batch.file,
                    unit=unit.unit,
                    evaluator=unit.evaluator,
                    component=unit.component,
                    args=args,
                )
            )
    return findings


def _open_surveys(made: Accounts) -> list[Finding]:
    """Exports whose answers do not add up, by themselves or with what was counted for the units."""
    findings = []
    for each in survey_totals(made.surveys):
        own = [unit for unit in made.units if unit.evaluator == each.evaluator]
        chosen, blank = sum(unit.chosen + unit.abstained for unit in own), sum(unit.blank for unit in own)
        parts = chosen + each.repeated + blank + each.refused
        if (chosen, blank, parts) != (each.counted, each.blank, each.read):
            args: dict[str, object] = {"name": each.file, "left": each.read, "right": parts}
            findings.append(finding("ACCOUNT_OPEN", file=each.file, evaluator=each.evaluator, args=args))
    return findings
