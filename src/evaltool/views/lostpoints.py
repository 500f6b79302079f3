"""Where a unit lost points, line by line: how many, why, what its group got there, what it had reported itself.

What may be told is decided in `results.publishing`; here nothing is finer than it says (law 11).  Of a leaf whose lines
are only named there is neither figure nor mean nor an order by what was lost; reasons that speak of points are left out
wherever figures are coarse.  Who marked is said nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from evaltool.checks.reported import NO_REPORT, GoalKey, GoalReport, reported
from evaltool.evaluation.lines import target_of
from evaltool.points.leaves import days_of
from evaltool.points.linebyline import LinePoints
from evaltool.points.score import ABSENCE_WORDS
from evaltool.results.linelevels import TENTHS, LineLevel, as_told, is_told
from evaltool.results.linestold import LineTables, line_tables
from evaltool.results.result import Result
from evaltool.roster import Unit
from evaltool.rules.documentnumbers import day_text
from evaltool.rules.titles import title_of
from evaltool.views.comparison import ComparedGroup, ComponentLine, lines

if TYPE_CHECKING:
    import polars as pl

FEWEST = 3
"""Units that a mean over single lines is made of at least, so that nobody's line follows from it and another one."""
_POINTS = re.compile(r"\d\s*分(?![钟管之])|[零一二两三四五六七八九半]分(?![钟管之])")
_POLICIES = {"full": "满分", "zero": "零分"}
_Key = tuple[str, str, str, str]  # unit, leaf, indicator, repeat (of visits with who made it)


@dataclass(frozen=True, slots=True)
class LostLine:
    """A line that lost points, or a component that is not taken apart.  `full`, `points`, `mean`: in its own points, as
    they are told; `cost`: of the total; `worth`: what full marks in it are worth there.  Where a line is only named
    there are neither points nor cost nor mean."""

    leaf: str
    component: str
    name: str
    when: str
    level: LineLevel
    digits: int
    full: Fraction
    worth: Fraction
    points: Fraction | None
    cost: Fraction | None
    mean: Fraction | None
    reasons: tuple[str, ...] = ()
    report: GoalReport = NO_REPORT

    @property
    def title(self) -> str:
        """What it is called outside its component: 重点工作目标：修路（上半年）."""
        said = "：".join(part for part in (self.component, self.name) if part)
        return f"{said}（{self.when}）" if self.when else said


@dataclass(frozen=True, slots=True)
class LostPoints:
    """What one unit lost.  `lines`: with figures, what cost most first; `named`: without, what is worth most first;
    `unlost`: how many lines lost nothing; `over`: what lines that are told with figures add to the total above
    full marks; `whole`: components whose lines have no part of their own in the loss; `coarse`: those with lines that
    are told less than exactly; `stops`: what is shown without its lines."""

    lines: tuple[LostLine, ...] = ()
    named: tuple[LostLine, ...] = ()
    unlost: int = 0
    over: Fraction = Fraction(0)
    whole: tuple[str, ...] = ()
    coarse: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()

    @property
    def is_told(self) -> bool:
        """Whether anything is told that the table of components does not say."""
        more = any(each.reasons or each.title not in self.whole for each in self.lines)
        return bool(more or self.named or self.unlost)

    @property
    def cost(self) -> Fraction:
        return sum((each.cost for each in self.lines if each.cost is not None), Fraction(0))


def lost_points(result: Result, groups: Iterable[ComparedGroup]) -> dict[str, LostPoints]:
    """Unit -> what it lost."""
    found: dict[str, LostPoints] = {}
    said = WrittenBeside.of(result)
    tables: dict[str, LineTables] = {}
    for group in groups:
        scheme = group.scheme
        if scheme.id not in tables:
            tables[scheme.id] = line_tables(result.evaluation, result.intake, scheme, result.points)
        means = _means(group, tables[scheme.id])
        for one in group.standings:
            found[one.unit.id] = _of_unit(result, group, one.unit, tables[scheme.id], means, said)
    return found


# --- what was said ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WrittenBeside:
    """Everything that was written beside marks: reasons, documents of corrections, days of visits, reports."""

    reasons: Mapping[_Key, Sequence[str]]
    of_leaf: Mapping[tuple[str, str], Sequence[tuple[str, str]]]  # unit, leaf -> indicator, reason
    corrected: Mapping[_Key, Sequence[str]]
    days: Mapping[str, Mapping[str, Mapping[str, str]]]  # leaf of a class -> evaluator -> row -> day
    reports: Mapping[GoalKey, GoalReport]

    @classmethod
    def of(cls, result: Result) -> WrittenBeside:
        import polars as pl

        evaluation, intake = result.evaluation, result.intake
        given = intake.rows((pl.col("field") == "reason") & (pl.col("state") == "given"))
        decided = intake.rows((pl.col("field") == "mark") & (pl.col("decision") != ""))
        days = {
            f"{scheme.id} {leaf}": days_of(intake, scheme, leaf)
            for scheme in evaluation.classes.values()
            for leaf in scheme.leaves()
            if (each := scheme.components[leaf].each) and each.word
        }
        reasons = _by_line(given, "text")
        of_leaf: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for (unit, leaf, indicator, _), texts in _by_line(given.with_columns(evaluator=pl.lit("")), "text").items():
            of_leaf.setdefault((unit, leaf), []).extend((indicator, text) for text in texts)
        return cls(reasons, of_leaf, _by_line(decided, "decision"), days, reported(evaluation, intake))


def _by_line(rows: pl.DataFrame, column: str) -> dict[_Key, list[str]]:
    """What stands in a column about each line, and about each row of somebody's visits; once, whoever wrote it."""
    found: dict[_Key, list[str]] = {}
    named = ("unit", "component", "indicator", "repeat", "evaluator", column)
    for unit, leaf, indicator, repeat, who, text in sorted(rows.select(named).iter_rows()):
        said = " ".join(text.split())
        keys = [(unit, leaf, indicator, repeat)] + ([(unit, leaf, indicator, f"{who}\t{repeat}")] if who else [])
        for key in keys if said else ():
            if said not in found.setdefault(key, []):
                found[key].append(said)
    return found


# --- one unit ---------------------------------------------------------------------------------------------------------

_Means = Mapping[tuple[str, str, str], Fraction]  # leaf, indicator, repeat -> mean points


def _of_unit(
    result: Result, group: ComparedGroup, unit: Unit, tables: LineTables, means: _Means, said: WrittenBeside
) -> LostPoints:
    shown = {line.component: line for line in lines(group, unit.id)}
    there = {leaf: level for leaf, level in group.lines.items() if _is_sure(group, unit, leaf)}
    split = {leaf: own for leaf in there if (own := tables[leaf].get(unit.id, ()))}
    whole = [leaf for leaf in there if leaf not in split and leaf in shown and shown[leaf].lost > 0]
    rows = [
        _line(result, group, unit, each, there[leaf], means, said)
        for leaf, own in split.items()
        for each in own
        if is_told(each.points, each.full, there[leaf])
    ]
    rows += [_whole(result, group, unit, shown[leaf], said) for leaf in whole]
    told = [(each, there[leaf]) for leaf, own in split.items() for each in own]
    return LostPoints(
        tuple(sorted((row for row in rows if row.cost is not None), key=lambda row: (-(row.cost or 0), row.title))),
        tuple(sorted((row for row in rows if row.cost is None), key=lambda row: (-row.worth, row.title))),
        sum(not is_told(each.points, each.full, level) for each, level in told),
        sum((-_cost(each, level) for each, level in told if level != "named" and each.lost < 0), Fraction(0)),
        tuple(title_of(group.scheme, leaf) for leaf in whole),
        tuple(title_of(group.scheme, leaf) for leaf in split if there[leaf] == "tenths"),
        tuple(group.title(key) for key in _stops(group, shown, there)),
    )


def _stops(group: ComparedGroup, shown: Mapping[str, ComponentLine], there: Iterable[str]) -> list[str]:
    """What is shown and not told by line; of a component with nothing else below it the component alone."""
    told = set(there)

    def is_told(key: str) -> bool:
        parts = group.parts(key)
        return any(map(is_told, parts)) if parts else key in told or not (shown[key].complete and shown[key].weight)

    above = {part: key for key in shown for part in group.parts(key)}
    silent = [key for key in shown if not is_told(key)]
    return [key for key in silent if above.get(key) not in silent]


def _is_sure(group: ComparedGroup, unit: Unit, leaf: str) -> bool:
    """Whether the unit has the leaf, and nothing that is missing could change it."""
    point = group.points.get((unit.id, leaf))
    return point is not None and bool(point.weight) and point.is_complete and point.received == 1


def _line(
    result: Result,
    group: ComparedGroup,
    unit: Unit,
    each: LinePoints,
    level: LineLevel,
    means: _Means,
    said: WrittenBeside,
) -> LostLine:
    line, leaf = each.line, each.line.component
    with_figures, digits = level != "named", TENTHS if level == "tenths" else group.digits
    is_visit = f"{group.scheme.id} {leaf}" in said.days
    repeat = f"{each.who}\t{each.repeat}" if is_visit else each.repeat
    return LostLine(
        leaf,
        title_of(group.scheme, leaf),
        " ".join(line.name.split()),
        _when(group, each, said),
        level,
        digits,
        line.full,
        each.weighed,
        as_told(each.points, level) if with_figures else None,
        _cost(each, level) if with_figures else None,
        means.get((leaf, line.id, each.repeat)) if with_figures and not line.unit else None,
        tuple(_reasons(result, unit, each, level, repeat, said)),
        said.reports.get((unit.id, leaf, line.id), NO_REPORT),
    )


def _cost(each: LinePoints, level: LineLevel) -> Fraction:
    return (each.full - as_told(each.points, level)) / each.full * each.weighed


def _whole(result: Result, group: ComparedGroup, unit: Unit, line: ComponentLine, said: WrittenBeside) -> LostLine:
    """A component as its line in the table above has it, with all that was said of it."""
    leaf = line.component
    basis = group.points[unit.id, leaf].basis
    names = {
        each.id: " ".join(each.name.split()) for each in result.evaluation.indicators(group.scheme.id, leaf, unit.id)
    }
    given = [f"{names[key]}：{text}" if key in names else text for key, text in said.of_leaf.get((unit.id, leaf), ())]
    reasons = [*([basis] if basis else []), *dict.fromkeys(_allowed(given, group.lines[leaf]))]
    points = line.points if leaf in group.shown else None
    return LostLine(
        leaf,
        title_of(group.scheme, leaf),
        "",
        "",
        group.lines[leaf],
        group.figures,
        line.weight,
        line.weight,
        points,
        None if points is None else line.weight - points,
        line.mean,
        tuple(reasons),
    )


def _when(group: ComparedGroup, each: LinePoints, said: WrittenBeside) -> str:
    """The period, or the day of a visit."""
    leaf = each.line.component
    days = said.days.get(f"{group.scheme.id} {leaf}")
    if days is None:
        return each.repeat
    day = days.get(each.who, {}).get(each.repeat, "")
    return day_text(date.fromisoformat(day)) if day else f"第{each.repeat}行"


def _reasons(
    result: Result, unit: Unit, each: LinePoints, level: LineLevel, repeat: str, said: WrittenBeside
) -> Iterator[str]:
    """Why it lost points: what whoever marked it wrote, what the rules do without a mark, what was measured."""
    key = unit.id, each.line.component, each.line.id, repeat
    if each.kind:
        yield f"{ABSENCE_WORDS[each.kind]}，按规则计{_POLICIES.get(each.policy, '分')}"
    yield from _allowed(said.reasons.get(key, ()), level)
    if each.figure and level == "exact":
        target = target_of(result.evaluation, each.line)
        yield f"完成值{each.figure}{each.line.measure}" + (f"，目标值{target}" if target else "")
    yield from (f"依据{document}更正" for document in said.corrected.get(key, ()))


def _allowed(reasons: Iterable[str], level: LineLevel) -> Iterator[str]:
    """Reasons; none that says how many points it was where these are not told so finely."""
    for each in reasons:
        yield each if level == "exact" or not _POINTS.search(each) else "理由中写有分数，按规定不列"


# --- the group --------------------------------------------------------------------------------------------------------


def _means(group: ComparedGroup, tables: LineTables) -> _Means:
    """Of lines that all have alike, where enough ranked units are told theirs with figures."""
    got: dict[tuple[str, str, str], list[tuple[Fraction, Fraction]]] = {}
    for leaf, level in group.lines.items():
        each = group.scheme.components[leaf].each
        if level == "named" or (each and each.word):
            continue
        for one in group.ranked:
            for line in tables[leaf].get(one.unit.id, ()):
                if not line.line.unit and _is_sure(group, one.unit, leaf):
                    got.setdefault((leaf, line.line.id, line.repeat), []).append(
                        (as_told(line.points, level), line.full)
                    )
    least = max(FEWEST, group.scheme.disclosure.floor)
    return {
        key: sum((points for points, _ in own), Fraction(0)) / len(own)
        for key, own in got.items()
        if len(own) >= least and len({full for _, full in own}) == 1
    }
