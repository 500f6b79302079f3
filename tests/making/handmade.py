"""Small results made by hand: rules from text, points by unit and leaf, everything else as the tool would make it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding
from evaltool.inbox.accounts.files import FileAccount
from evaltool.inbox.accounts.sheets import SheetAccount
from evaltool.inbox.accounts.whole import Accounts, RoleAccount
from evaltool.inbox.intake import Intake
from evaltool.inbox.tables import ANSWERS, BALLOTS, table
from evaltool.ledger import Decision
from evaltool.points.score import Point, PointState
from evaltool.results.award import award
from evaltool.results.grade import grade
from evaltool.results.interim import unfinished
from evaltool.results.publishing import publishable
from evaltool.results.rank import rank
from evaltool.results.result import Result
from evaltool.roster import Evaluator, Roster, Unit
from evaltool.rules import Scheme, read_scheme
from evaltool.rules.settings import Notice, Settings
from evaltool.writers.official import Official

RULES = """
format = 1
[scheme]
id = "c"
name = "县区"
total = 100
groups = [{ id = "g", name = "县区" }]
[component.base]
name = "基础工作"
weight = 20
by = "office"
answer = "percent"
public = "show"
[component.vote]
name = "民主评估"
[component.deputies]
name = "代表"
in = "vote"
weight = 20
by = "deputies"
answer = "percent"
[component.citizens]
name = "群众"
in = "vote"
weight = 10
by = "citizens"
answer = "percent"
[component.leaders]
name = "领导评估"
public = "sum"
[component.mayor]
name = "市长"
in = "leaders"
weight = 30
by = "mayor"
answer = "percent"
[component.vice]
name = "副市长"
in = "leaders"
weight = 20
by = "vice"
answer = "percent"
[rank]
ties = ["base"]
[[grade]]
name = "优秀"
from = 90
[[grade]]
name = "良好"
from = 80
[[grade]]
name = "较差"
from = 0
[[award]]
name = "一等奖"
ranks = [1, 1]
grade = "优秀"
[disclosure]
floor = 2
"""
ROLES = {"office": "市绩效办", "mayor": "市长", "vice": "副市长", "deputies": "代表", "citizens": "群众"}
SETTINGS = Settings(id="e-2026", name="某市2026年度绩效评估", year=2026, office="某市绩效办")


@dataclass(frozen=True)
class Got:
    """What a unit got in a leaf."""

    points: str
    evaluators: int = 1
    weight: str = ""
    state: PointState = "scored"
    basis: str = ""


Parts = Mapping[str, Got]


def parts(base: str, deputies: str, citizens: str, mayor: str, vice: str) -> dict[str, Got]:
    """Points in every leaf, with as many evaluators as usual."""
    return {
        "base": Got(base),
        "deputies": Got(deputies, 40),
        "citizens": Got(citizens, 50),
        "mayor": Got(mayor, 1),
        "vice": Got(vice, 3),
    }


UNITS: dict[str, Parts] = {
    "清河县": parts("19.005", "18", "9", "28.77", "19.11"),
    "白山区": parts("18", "17", "8.5", "27.03", "17"),
    "临江县": parts("15", "15", "7", "24.41", "16"),
}


def scheme(text: str = RULES) -> Scheme:
    read, findings = read_scheme(text, "schemes/c.toml")
    assert read is not None
    assert findings == [], findings
    return read


def unit_points(rules: Scheme, unit: str, got: Parts) -> dict[tuple[str, str], Point]:
    """Points of every component: leaves as given, nodes as the sum of their parts."""
    made: dict[tuple[str, str], Point] = {}

    def visit(component: str) -> tuple[Fraction, Fraction]:
        children = rules.children(component)
        if component in got:
            own = got[component]
            weight = Fraction(own.weight) if own.weight else rules.weight(component)
            value = Fraction(own.points) if own.points else None
            share = value / weight if value is not None and weight else None
            made[unit, component] = Point(
                rules.id,
                unit,
                component,
                weight,
                share,
                value,
                own.state,
                own.evaluators,
                own.basis,
                received=Fraction(value is not None),
            )
            return weight, value or Fraction(0)
        sums = [visit(child) for child in children]
        weight, value = sum((pair[0] for pair in sums), Fraction(0)), sum((pair[1] for pair in sums), Fraction(0))
        pending = any(made[unit, leaf].points is None for leaf in rules.leaves(component))
        state: PointState = "pending" if pending else "scored"
        made[unit, component] = Point(rules.id, unit, component, weight, value / weight, value, state)
        return weight, value

    visit("")
    return made


def _as_if(got: Parts, full: bool) -> Parts:
    """With nothing, or full marks, where something is missing."""
    rules = scheme()
    return {
        leaf: replace(one, points=str(rules.weight(leaf)) if full else "0", state="scored") if not one.points else one
        for leaf, one in got.items()
    }


def intake(marks: Sequence[tuple[object, ...]] = (), cards: Sequence[tuple[object, ...]] = ()) -> Intake:
    return Intake(table(ANSWERS, list(marks)), table(BALLOTS, list(cards)), (), (), ())


def result(
    units: Mapping[str, Parts] = UNITS,
    *,
    rules: str = RULES,
    ledger: tuple[Decision, ...] = (),
    notice: Notice | None = None,
    interim: bool = False,
    unranked: Sequence[str] = (),
    taken: Intake | None = None,
    findings: tuple[Finding, ...] = (),
    waived: bool = False,
) -> Result:
    """A whole result; a unit's id is its name."""
    read = scheme(rules)
    listed = tuple(
        Unit(name, name, read.id, "g", at, "unranked" if name in unranked else "ranked")
        for at, name in enumerate(units, 1)
    )
    people = (Evaluator("M", "王某（市长）", "mayor"), Evaluator("V", "李某（副市长）", "vice"))
    roster = Roster(units=listed, evaluators=people)
    evaluation = Evaluation(
        Path(),
        SETTINGS,
        ROLES,
        {read.id: read},
        roster,
        ledger,
        notice=notice or Notice(),
        files={"evaluation.toml": b""},
    )
    table_of_points = {key: point for unit, got in units.items() for key, point in unit_points(read, unit, got).items()}
    taken = taken or intake()
    standings, _ = rank(evaluation, table_of_points)
    if interim:
        ends = tuple(
            {
                key: point
                for unit, got in units.items()
                for key, point in unit_points(read, unit, _as_if(got, full)).items()
            }
            for full in (False, True)
        )
        standings = unfinished(evaluation, standings, table_of_points, (ends[0], ends[1]))
    else:
        standings, _ = award(evaluation, grade(evaluation, standings, table_of_points), taken, table_of_points, {})
    second = SheetAccount("V", "", "first", "waived" if waived else "counted")
    sheets = (SheetAccount("M", "", "first", "counted"), second)
    roles = (RoleAccount("mayor", "市长", 1, 1, 0, 0), RoleAccount("vice", "副市长", 1, 1 - waived, 0, int(waived)))
    stray = FileAccount("inbox/b.txt", "", "not_a_submission")
    files = (FileAccount("inbox/=1+1.xlsx", "ab" * 32, "counted", "M"), stray)
    accounts = Accounts(files, sheets, roles, (), ())
    published, _, _ = publishable(evaluation, taken, table_of_points, standings)
    return Result(evaluation, taken, table_of_points, standings, accounts, findings, "0003", interim, published)


def decided(kind: str, unit: str = "", after: str = "", evaluator: str = "") -> Decision:
    return Decision(kind, "某绩委〔2027〕1号", "2027-04-01", "理由", unit=unit, evaluator=evaluator, after=after)


def paper_of(made: Result, kind: str, unit: str = "") -> Official:
    """The document of a kind; one unit's letter."""
    from evaltool.documents.of_run import papers

    own = [each for each in papers(made) if each.kind.id == kind]
    return next(each for each in own if not unit or each.about[0].unit.id == unit).make()
