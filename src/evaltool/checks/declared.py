"""What has each unit declared, and how far is it: approved, ready to be approved, with errors, or missing?"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from evaltool.evaluation import Evaluation
from evaltool.exact import plain
from evaltool.findings import Finding
from evaltool.identity import GOALS
from evaltool.inbox.accounts.files import FileAccount
from evaltool.inbox.intake import Intake
from evaltool.ledger import Decision
from evaltool.questions.layout.goals import goal_components, has_all_goals, own_goals
from evaltool.roster import Goal, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

GoalsState = Literal["approved", "ready", "waiting", "wrong", "missing"]
"""`waiting`: for the leader in charge, where the rules want that; `ready`: to be confirmed."""


@dataclass(frozen=True, slots=True)
class Declared:
    """One line of a unit's sheet; `points` None where the cell says no number."""

    class_id: str
    component: str
    unit: str
    number: int
    texts: Mapping[str, str]  # field -> text, without the numbers
    points: Decimal | None
    base: Decimal | None
    file_hash: str
    sheet: str
    cell: str

    def as_goal(self, number: int, document: str, on: date, agreed: Decision | None = None) -> Goal:
        """The line as an approved goal; `number` counts the unit's goals, `agreed`: how the leader approved it."""
        said = self.texts
        return Goal(
            class_id=self.class_id,
            component=self.component,
            unit=self.unit,
            id=f"{self.unit}-{number:02d}",
            part=said.get("goal_part", ""),
            name=one_line(said["goal_name"]),
            full=Fraction(self.points or 0),
            standard=said["goal_standard"],
            role=said["goal_role"],
            source=said["goal_source"],
            target=said.get("goal_target", ""),
            measure=one_line(said.get("goal_measure", "")),
            method=said.get("goal_method", ""),
            base=None if self.base is None else Fraction(self.base),
            leader=one_line(said["goal_leader"]),
            manager=one_line(said["goal_manager"]),
            person=one_line(said["goal_person"]),
            document=document,
            date=on,
            agreed_by=agreed.after if agreed else "",
            agreed_document=agreed.document if agreed else "",
            file_hash=self.file_hash,
            cell=f"{self.sheet}!{self.cell}",
        )


@dataclass(frozen=True, slots=True)
class UnitGoals:
    """The goals of one unit: where they stand, what it declared, what is wrong with that."""

    unit: Unit
    state: GoalsState
    lines: tuple[Declared, ...] = ()
    wrong: tuple[Finding, ...] = ()
    file: str = ""
    approved: int = 0  # goals in the roster
    agreed: Decision | None = None  # by which the leader in charge approved what it declared
    unseen: tuple[str, ...] = ()  # SHA-256 of the files of its sheet that no such decision names


def goals_of_units(evaluation: Evaluation, intake: Intake, findings: Iterable[Finding]) -> list[UnitGoals]:
    """Every unit that declares goals, in the order of the roster."""
    lines: dict[str, list[Declared]] = {}
    for one in declared(evaluation, intake):
        lines.setdefault(one.unit, []).append(one)
    by_file: dict[str, list[Finding]] = {}
    for each in findings:
        by_file.setdefault(each.file, []).append(each)
    files: dict[str, list[FileAccount]] = {}
    for account in intake.files:
        if account.batch == GOALS and account.became in ("counted", "rejected"):
            files.setdefault(account.evaluator, []).append(account)
    return [
        _state(evaluation, unit, tuple(lines.get(unit.id, ())), files.get(unit.id, []), by_file)
        for unit in evaluation.units.values()
        if any(goal_components(evaluation, unit))
    ]


def _state(
    evaluation: Evaluation,
    unit: Unit,
    lines: tuple[Declared, ...],
    files: list[FileAccount],
    by_file: Mapping[str, list[Finding]],
) -> UnitGoals:
    wrong = tuple(sorted(one for each in files for one in by_file.get(each.file, []) if one.blocks))
    file = next((file for _, file in sorted((each.became, each.file) for each in files)), "")
    count = sum(len(own_goals(evaluation, unit, leaf)) for _, leaf, _ in goal_components(evaluation, unit))
    if has_all_goals(evaluation, unit):
        return UnitGoals(unit, "approved", lines, wrong, file, count)
    if wrong:
        return UnitGoals(unit, "wrong", lines, wrong, file, count)
    if not lines:
        return UnitGoals(unit, "missing", lines, (), file, count)
    seen = [(each.digest, _agreed(evaluation, unit, each.digest)) for each in files if each.became == "counted"]
    agreed = next((line for _, line in seen if line), None)
    unseen = tuple(digest for digest, line in seen if line is None)
    asked = any(component.goals and component.goals.leader for _, _, component in goal_components(evaluation, unit))
    return UnitGoals(unit, "waiting" if asked and unseen else "ready", lines, (), file, count, agreed, unseen)


def _agreed(evaluation: Evaluation, unit: Unit, digest: str) -> Decision | None:
    """The decision by which the leader in charge approved this very file; another one of the unit's was not seen."""
    return next((line for line in evaluation.decided("goals_agreed", unit.id) if line.names(digest)), None)


def declared(evaluation: Evaluation, intake: Intake) -> Iterator[Declared]:
    """Every line that stands on a sheet of goals, in the order of the sheets."""
    import polars as pl

    rows = intake.rows((pl.col("batch") == GOALS) & pl.col("field").str.starts_with("goal_"))
    order = {unit: at for at, unit in enumerate(evaluation.units)}
    lines: dict[tuple[Any, ...], dict[str, dict[str, Any]]] = {}
    for row in rows.iter_rows(named=True):
        leaves = evaluation.classes[row["class_id"]].leaves()
        key = order[row["unit"]], leaves.index(row["component"]), int(row["repeat"])
        lines.setdefault(key, {})[row["field"]] = row
    for _, fields in sorted(lines.items(), key=lambda item: item[0]):
        yield _line(fields)


def _line(fields: Mapping[str, dict[str, Any]]) -> Declared:
    any_row = next(iter(fields.values()))
    place = fields.get("goal_name", any_row)
    return Declared(
        any_row["class_id"],
        any_row["component"],
        any_row["unit"],
        int(any_row["repeat"]),
        {field: tidy(row["text"]) for field, row in fields.items() if field not in _NUMBERS},
        _number(fields.get("goal_points")),
        _number(fields.get("goal_base")),
        place["file_hash"],
        place["sheet"],
        place["cell"],
    )


_NUMBERS = ("goal_points", "goal_base")


def _number(row: Mapping[str, Any] | None) -> Decimal | None:
    return Decimal(row["value"]).scaleb(-row["decimals"]) if row and row["value"] is not None else None


def tidy(text: str) -> str:
    """A text as the roster takes it: no invisible signs, and blanks only inside."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").split("\n")
    shown = ("".join(sign for sign in line if unicodedata.category(sign) not in ("Cc", "Cs")) for line in lines)
    return "\n".join(line.strip() for line in shown if line.strip())


def one_line(text: str) -> str:
    """A name: it stands on sheets and in documents as one line."""
    return "".join(text.split("\n"))


def sums(lines: Iterable[Declared]) -> str:
    """The points of some lines, as a number."""
    return plain(sum((one.points or Decimal(0) for one in lines), Decimal(0)))
