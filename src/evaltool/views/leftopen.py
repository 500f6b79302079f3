"""What a result leaves open for people: an `OpenPoint` for every thing that is still to be sent, decided, answered or
put right, in the order in which it has to be done.

It is said of the result's own inputs and of no day, so that the same result says the same whenever it is made (law 5).
Which documents and commands come next says `runs.whereabouts`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from evaltool.checks.claims import undecided_claims
from evaltool.checks.matters import MatterState, followed
from evaltool.findings import Finding
from evaltool.ledger import KINDS
from evaltool.ledger.stages import run_of, stage_lines
from evaltool.results.rank import Standing, deciding
from evaltool.results.result import Result
from evaltool.views.problems import SEVERITY_WORDS
from evaltool.views.wording import unit_name

OpenKind = Literal["sheets", "findings", "claims", "ties", "register", "matters", "stages"]
NAMED = 5  # things that are named one by one
_MATTERS: dict[MatterState, str] = {
    "no_plan": "未报方案",
    "planned": "整改中",
    "reported": "已报完成、待核实",
    "sent_back": "退回再改",
    "verified": "已核实、待销号",
}


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """`number`: of how many things; 0 where something is merely said."""

    kind: OpenKind
    label: str
    number: int
    words: str


def left_open(result: Result) -> tuple[OpenPoint, ...]:
    said = (_sheets, _findings, _claims, _ties, _entries, _matters, _stages)
    return tuple(point for each in said for point in each(result))


def _sheets(result: Result) -> Iterator[OpenPoint]:
    """Sheets that are missing from an interim result, by roles."""
    roles = [role for role in result.accounts.scored if role.missing or role.with_errors]
    if roles:
        said = [f"{role.name}{role.missing + role.with_errors}份" for role in roles]
        number = sum(role.missing + role.with_errors for role in roles)
        wrong = sum(role.with_errors for role in roles)
        words = f"未报或待改{number}份" + (f"（其中有错待改{wrong}份）" if wrong else "")
        yield OpenPoint("sheets", "报送表", number, f"{words}：{_few(said)}")


def _findings(result: Result) -> Iterator[OpenPoint]:
    """Mistakes and warnings; notes are for the record."""
    serious = [one for one in result.findings if one.severity != "note"]
    if serious:
        counts = Counter(one.severity for one in serious)
        sums = [f"{SEVERITY_WORDS[each]}{counts[each]}条" for each in sorted(counts)]
        yield OpenPoint("findings", "校验问题", len(serious), f"{'、'.join(sums)}：{_few(_by_code(serious), '；')}")


def _by_code(findings: Sequence[Finding]) -> list[str]:
    """One finding of each code in words, and how many more there are of it."""
    ordered = sorted(findings, key=lambda one: (one.severity, one.code))
    said = []
    for _, group in groupby(ordered, key=lambda one: one.code):
        first, *more = group
        said.append(first.message() + (f"（同类共{len(more) + 1}条）" if more else ""))
    return said


def _claims(result: Result) -> Iterator[OpenPoint]:
    """Bonuses that units claim and nobody has decided."""
    waiting = undecided_claims(result.evaluation, result.intake)
    if waiting:
        counts = Counter(each.unit.name for each in waiting)
        said = [f"{name}{number}项" for name, number in counts.items()]
        yield OpenPoint("claims", "加分申报", len(waiting), f"{len(waiting)}项尚无决定：{_few(said)}")


def _ties(result: Result) -> Iterator[OpenPoint]:
    """Places that several units share, which the committee may still decide."""
    if result.interim:
        return
    shared = list(_shared(result))
    if shared:
        said = [f"{'、'.join(one.unit.name for one in block)}并列第{block[0].rank}名" for block in shared]
        yield OpenPoint("ties", "同分并列", len(shared), f"规则未能区分，可由委员会裁定：{_few(said, '；')}")


def _shared(result: Result) -> Iterator[list[Standing]]:
    ranked = [one for one in result.standings if one.rank is not None]
    for (key, _), same in groupby(ranked, key=lambda one: (one.key, one.rank)):
        block = list(same)
        scheme = result.evaluation.classes[key[0]]
        if len(block) > 1 and len({deciding(scheme, one) for one in block}) == 1:
            yield block


def _entries(result: Result) -> Iterator[OpenPoint]:
    """Opinions and objections that nobody has decided or answered."""
    waiting = [each for each in result.evaluation.register if not each.answered]
    if waiting:
        said = []
        for each in waiting:
            who = unit_name(result.evaluation, each.first.unit) if each.first.unit else each.first.source
            state = "待答复" if each.outcome else "待裁定"
            said.append(f"{who}{KINDS[each.first.kind].word}（{each.first.document}）{state}")
        yield OpenPoint("register", "意见和异议", len(waiting), _few(said, "；"))


def _matters(result: Result) -> Iterator[OpenPoint]:
    """Matters that units have been asked to put right."""
    waiting = [each for each in followed(result.evaluation, result.intake) if each.state != "closed"]
    if waiting:
        states = Counter(_MATTERS[each.state] for each in waiting if each.state != "closed")
        said = "、".join(f"{word}{number}项" for word, number in states.items())
        units = dict.fromkeys(unit_name(result.evaluation, each.matter.unit) for each in waiting)
        yield OpenPoint("matters", "整改事项", len(waiting), f"{said}：{_few(list(units))}")


def _stages(result: Result) -> Iterator[OpenPoint]:
    """Which stages lie before this result, and what earlier runs have passed."""
    needed = result.evaluation.stages.listed
    lines = stage_lines(result.evaluation.ledger)
    passed = {line.kind for line in lines if run_of(line)[0].lstrip("0") == result.run.lstrip("0")}
    left = [KINDS[stage].word for stage in needed if stage not in passed]
    if result.interim:
        yield OpenPoint("stages", "程序", 0, "阶段性结果只供内部了解进度，不进入审定、公布等程序")
    elif left:
        yield OpenPoint("stages", "程序", 0, f"本次结果为送审稿，尚待{'、'.join(left)}")
    for number, own in groupby(lines, key=lambda line: run_of(line)[0]):
        if number.lstrip("0") != result.run.lstrip("0"):
            said = [f"{KINDS[line.kind].word}（{line.document}，{line.date}）" for line in own]
            yield OpenPoint("stages", "程序", 0, f"第{number}次计分的结果已{'、'.join(said)}")


def _few(said: Sequence[str], mark: str = "、") -> str:
    """The first of them, and how many there are in all."""
    return mark.join(said[:NAMED]) + (f"等{len(said)}项" if len(said) > NAMED else "")
