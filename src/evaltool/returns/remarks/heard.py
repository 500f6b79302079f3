"""What was said in words, put together for a person to look at: each remark once, in an order that tells of nobody.

From surveys come columns of comments, from sheets of remarks their lines; whatever tells of a person was covered when
they were read.  The source is always said, since documents say it; of which group of voters a remark is, only where
that group is large enough: one in which fewer answered than the rules' floor is not named, nor is another beside which
it would be the only one without a name (law 11).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from evaltool.evaluation import Evaluation
from evaltool.identity import REMARKS
from evaltool.inbox.exports.comments import says_nothing
from evaltool.inbox.exports.shapes import Comment
from evaltool.inbox.intake import Intake
from evaltool.names import folded
from evaltool.questions.forms import REMARK
from evaltool.questions.layout.remarks import can_tell
from evaltool.reader.personal import COVER
from evaltool.roster import RemarkSource

SaidByRole = tuple[Comment, str]
"""A comment, and the role of whoever made it."""
CITIZENS: RemarkSource = "citizens"


@dataclass(frozen=True, slots=True)
class Heard:
    """One remark.  `source` is "" where it has several, `groups` where they may not be told; `few`: so few people could
    have made it that its source gives away who; `mark`: by which it is known when it comes again."""

    unit: str
    text: str
    kind: str
    theme: str
    count: int
    source: RemarkSource | Literal[""]
    groups: str
    few: bool
    personal: tuple[str, ...]
    mark: str


def heard(evaluation: Evaluation, intake: Intake, seen: Collection[str] = ()) -> list[Heard]:
    """What nobody has looked at yet, by unit and text."""
    listed: dict[tuple[str, str], list[SaidByRole]] = {}
    for said in said_of(evaluation, intake):
        listed.setdefault((said[0].unit, folded(said[0].text)), []).append(said)
    known = {*seen, *(each.mark for each in evaluation.roster.remarks)}
    asked = _Asked(evaluation, intake)
    found = (_one(asked, unit, same) for (unit, _), same in listed.items())
    order = {unit: at for at, unit in enumerate(evaluation.units, 1)} | {"": 0}
    kept = [each for each in found if each.mark not in known]
    return sorted(kept, key=lambda each: (order.get(each.unit, len(order)), each.text))


def said_of(evaluation: Evaluation, intake: Intake) -> Iterator[SaidByRole]:
    """Everything that was said in words, of surveys and of sheets of remarks."""
    for comment, evaluator in intake.comments:
        yield comment, evaluation.evaluators[evaluator].role
    for line in _lines(intake):
        text = line.get(REMARK, "")
        if not says_nothing(text):
            kinds = ("个人信息",) if COVER in text else ()
            said = Comment(line["unit"], text, kinds, line.get("remark_kind", ""), line.get("remark_theme", ""))
            yield said, evaluation.evaluators[line["evaluator"]].role


def _lines(intake: Intake) -> Iterable[dict[str, str]]:
    """The lines of sheets of remarks: field -> text."""
    import polars as pl

    lines: dict[tuple[str, ...], dict[str, str]] = {}
    rows = intake.rows((pl.col("batch") == REMARKS) & (pl.col("state") == "given") & (pl.col("field") != "unit"))
    for row in rows.iter_rows(named=True):
        line = lines.setdefault((row["file_hash"], row["sheet"], row["repeat"]), {"evaluator": row["evaluator"]})
        line |= {"unit": row["unit"], row["field"]: row["text"].strip()}
    return lines.values()


def _one(asked: _Asked, unit: str, same: list[SaidByRole]) -> Heard:
    """The same words of several, as one remark."""
    roles = list(dict.fromkeys(role for _, role in same))
    sources = {asked.source(role) for role in roles}
    named = asked.named(unit)
    told = roles if all(role in named for role in roles) else []
    groups = "、".join(sorted(asked.evaluation.roles.get(role, role) for role in told))
    kinds, themes = ({getattr(each, name) for each, _ in same} - {""} for name in ("kind", "theme"))
    personal = dict.fromkeys(kind for each, _ in same for kind in each.personal)
    text = min(each.text for each, _ in same)  # of spellings that differ in blanks always the same one
    return Heard(
        unit,
        text,
        _only(kinds),
        _only(themes),
        sum(each.times for each, _ in same),
        next(iter(sources)) if len(sources) == 1 else "",
        groups,
        any(asked.is_few(unit, source) for source in sources),
        tuple(personal),
        mark_of(unit, text),
    )


def _only(values: Collection[str]) -> str:
    return next(iter(values)) if len(values) == 1 else ""


def mark_of(unit: str, text: str) -> str:
    """By what a remark is known again; nothing that was covered is in it."""
    return hashlib.sha256(f"{unit}\n{folded(text)}".encode("utf-8", "surrogatepass")).hexdigest()[:12]


# --- whose it may be said to be --------------------------------------------------------------------------------------


class _Asked:
    """How many of each role answered about each unit, and who may be named for it."""

    def __init__(self, evaluation: Evaluation, intake: Intake) -> None:
        self.evaluation = evaluation
        self._roles = _roles(evaluation)
        self._cards = _answered(evaluation, intake)
        self._sheets = _sheets(evaluation, intake)
        self._named: dict[str, set[str]] = {}

    def source(self, role: str) -> RemarkSource:
        return self.evaluation.remark_sources.get(role, CITIZENS)

    def named(self, unit: str) -> set[str]:
        """The roles that are named for remarks about a unit ("": about all)."""
        if unit not in self._named:
            by_source, floor = self._counts(unit), self._floor(unit)
            self._named[unit] = {role for counts in by_source.values() for role in nameable(counts, floor)}
        return self._named[unit]

    def is_few(self, unit: str, source: RemarkSource) -> bool:
        return sum(self._counts(unit).get(source, {}).values()) < self._floor(unit)

    def _floor(self, unit: str) -> int:
        classes = self.evaluation.classes
        whose = [classes[self.evaluation.units[unit].class_id]] if unit in self.evaluation.units else classes.values()
        return max(scheme.disclosure.floor for scheme in whose)

    def _counts(self, unit: str) -> dict[RemarkSource, dict[str, int]]:
        """Source -> its roles, with how many of each answered about the unit."""
        found: dict[RemarkSource, dict[str, int]] = {}
        for role in self._roles:
            count = max(self._cards.get((role, unit), 0), self._handed_in(role, unit))
            found.setdefault(self.source(role), {})[role] = count
        return found

    def _handed_in(self, role: str, unit: str) -> int:
        """How many handed in a sheet on which they could say something of the unit."""
        units, alike = self.evaluation.units, self._sheets.get(role, ())
        return sum(len(who) for who in alike if unit not in units or can_tell(self.evaluation, who[0], units[unit]))


def nameable(counts: Mapping[str, int], floor: int) -> set[str]:
    """The names that may be told, of those with so many people: none with fewer than the floor; and those without a
    name are not fewer together, else they would be known by having none."""
    hidden = {name for name, count in counts.items() if count < floor}
    spare = sorted(counts.keys() - hidden, key=lambda name: (counts[name], name))
    while any(counts[name] for name in hidden) and sum(counts[name] for name in hidden) < floor and spare:
        hidden.add(spare.pop(0))
    return set(spare)


def _roles(evaluation: Evaluation) -> list[str]:
    """The roles that are asked for remarks."""
    surveys = [each for each in evaluation.surveys if each.comments or each.comments_on]
    asked = {evaluation.evaluators[each.evaluator].role for each in surveys}
    asked |= {each.role for each in evaluation.deadlines if each.sheet == REMARKS}
    return [role for role in evaluation.roles if role in asked]


def _answered(evaluation: Evaluation, intake: Intake) -> dict[tuple[str, str], int]:
    """Role and unit -> how many cards or questionnaires answered about it; unit "": how many there are at least.  One
    that answers several questions about a unit is one."""
    import polars as pl

    counted = (
        intake.ballots.filter("valid").group_by("evaluator", "batch", "component", "unit").agg(pl.col("count").sum())
    )
    cards: dict[tuple[str, str, str], int] = {}
    for evaluator, batch, _, unit, count in counted.iter_rows():
        for about in (unit, ""):
            cards[evaluator, batch, about] = max(cards.get((evaluator, batch, about), 0), count)
    found: dict[tuple[str, str], int] = {}
    for (evaluator, _, unit), count in cards.items():
        role = evaluation.evaluators[evaluator].role
        found[role, unit] = found.get((role, unit), 0) + count
    return found


def _sheets(evaluation: Evaluation, intake: Intake) -> dict[str, list[list[str]]]:
    """Role -> who handed in a sheet of remarks, those together who are asked about the same units."""
    found: dict[str, dict[int, list[str]]] = {}
    for each in intake.sheets:
        if each.batch == REMARKS and each.answered == "counted":
            of_role = found.setdefault(evaluation.evaluators[each.evaluator].role, {})
            of_role.setdefault(evaluation.alike[each.evaluator], []).append(each.evaluator)
    return {role: list(alike.values()) for role, alike in found.items()}
