"""This year's results against the earlier ones: what they are called, and who gained and climbed, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.exact import published
from evaltool.results.history import ChangeSinceLast, change, public_parts
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.roster import EarlierPart
from evaltool.views.comparison import ComparedGroup, ComponentLine, printed, weight_text
from evaltool.views.ranking import rank_text, whose
from evaltool.views.tables import NONE, Name, ShownColumn, ShownTable, table


def since(evaluation: Evaluation, years: Iterable[int | None]) -> str:
    """What earlier results are called beside this year's: last year where they are of last year, else their year."""
    known = {year for year in years if year is not None}
    return "上年" if known <= {evaluation.settings.year - 1} else period(known)


def period(years: Iterable[int]) -> str:
    """The year of earlier results by its number."""
    known = set(years)
    return f"{known.pop()}年度" if len(known) == 1 else "上次评估"


def places(climbed: int | None) -> str:
    """How many places a unit moved."""
    if climbed is None:
        return NONE
    return "持平" if not climbed else f"升{climbed}位" if climbed > 0 else f"降{-climbed}位"


def changes(result: Result, group: ComparedGroup) -> list[ChangeSinceLast]:
    """The units of a group with an earlier total or place, best first."""
    found = (change(result.evaluation, one) for one in group.standings)
    return [each for each in found if each and (each.gained is not None or each.climbed is not None)]


def means_by_year(compared: Sequence[tuple[ComparedGroup, Mapping[int, Fraction]]], years: Sequence[int]) -> ShownTable:
    """Mean totals of groups in several years."""
    columns = [ShownColumn("分类", "text", 30, names=True)]
    columns += [ShownColumn(f"{year}年", "points", 12) for year in years]
    rows = [(group.full_name, *(printed(own.get(year), group.digits) for year in years)) for group, own in compared]
    kinds = {group.scheme.head.persons for group, _ in compared}
    whose = "排名单位和人员" if len(kinds) > 1 else "排名人员" if True in kinds else "排名单位"
    return table(f"各分类平均分（各年均参评的{whose}）", columns, rows)


def with_last(
    result: Result, group: ComparedGroup, one: Standing, own: Sequence[ComponentLine], made: ShownTable
) -> ShownTable:
    """A unit's components with what it got when it was last evaluated, as far as that was public; what it weighed then,
    where that was something else.  Of lines inside a component nothing earlier is known."""
    last = None if result.interim else result.evaluation.last(one.unit.id)
    if last is None:
        return made
    before = public_parts(result.evaluation, one)
    texts = [_then(group, line, before.get(line.component)) for line in own]
    if all(text == NONE for text in texts):
        return made
    total = NONE if last.total is None else published(last.total, group.digits)
    texts += [total if row[0] == "总分" else NONE for row in made.rows[len(own) :]]
    column = ShownColumn(f"{since(result.evaluation, [last.year])}得分", "word", 12, "before")
    return made.beside(table("", [column], [(text,) for text in texts]))


def _then(group: ComparedGroup, line: ComponentLine, past: EarlierPart | None) -> str:
    if past is None:
        return NONE
    said = published(past.points, group.digits)
    return said if past.weight == line.weight else f"{said}（分值{weight_text(past.weight)}）"


def against_earlier(group: ComparedGroup, known: list[ChangeSinceLast]) -> ShownTable:
    """Totals and places of both years, and how far they are apart; the year of each where it is not the same."""
    years = {each.last.year for each in known}
    then, digits = period(years), group.digits
    columns = [
        whose(group),
        ShownColumn("上次年度", "word", 10, "year"),
        ShownColumn(f"{then}总分", "points", 12, "before", digits),
        ShownColumn("本年度总分", "points", 12, "total", digits),
        ShownColumn("增减", "change", 10, "gained", digits),
        ShownColumn(f"{then}名次", "word", 12, "rank_before"),
        ShownColumn("本年度名次", "word", 12, "rank"),
        ShownColumn("升降", "word", 10, "climbed"),
    ]
    rows = [
        (
            Name(each.one.unit.name, each.one.unit.id),
            f"{each.last.year}",
            None if each.gained is None else each.before,
            each.one.total,
            each.gained,
            each.last.rank,
            rank_text(each.one),
            places(each.climbed),
        )
        for each in known
    ]
    made = table(f"{group.full_name}与{then}比较", columns, rows)
    return made.without("year") if len(years) < 2 else made
