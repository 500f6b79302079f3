"""What was gathered as tables, each once: of cities, of rankings over all, of what the cities' units come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from evaltool.exact import plain
from evaltool.gather.alike import lacking
from evaltool.gather.believed import CityRun, CitySource
from evaltool.gather.gathered import GatheredProvince
from evaltool.gather.standings import CityFigures, GatheredGroup, RankedUnit, units_with_veto
from evaltool.ledger import KINDS
from evaltool.views.ranking import grade_word
from evaltool.views.tables import ShownColumn, ShownRow, ShownTable, ShownValue, table
from evaltool.views.wording import UNRANKED

SOURCES: Mapping[CitySource, str] = {
    "folder": "评估文件夹",
    "archive": "解压的归档（封存未核对）",
    "public": "公开件（只核对校验清单）",
}
PLACE, CITY, UNIT, TOTAL, THERE, GRADE = range(6)
"""Columns of a ranking that formulas look at."""


def cities_table(made: GatheredProvince) -> ShownTable:
    columns = (
        ShownColumn("序号", "count", 6),
        ShownColumn("城市", width=24, names=True),
        ShownColumn("评估", width=36),
        ShownColumn("计分", "word", 8),
        ShownColumn("校验码", "word", 12),
        ShownColumn("程序", "word", 12),
        ShownColumn("单位", "count", 12),
        ShownColumn("取自", width=26),
    )
    rows = [
        (at, city.name, city.evaluation, city.run, city.code, stage_word(city), units_of(city), SOURCES[city.source])
        for at, city in enumerate(made.cities, 1)
    ]
    return table(f"已汇总的城市（{len(rows)}个）", columns, rows)


def units_of(city: CityRun) -> int:
    return sum(len(group.units) for group in city.groups)


def stage_word(city: CityRun) -> str:
    """The stage that its run has reached, as far as its folder says so."""
    if city.source == "public":
        return "公开件"
    return KINDS[city.stage].word if city.stage else "正式计分"


def absent_table(made: GatheredProvince) -> ShownTable:
    """The cities that are missing, with why."""
    reasons = [one.message() for one in made.findings if one.blocks]
    columns = (ShownColumn("序号", "count", 6), ShownColumn("城市", width=24), ShownColumn("原因", width=36))
    rows = [(at, *each) for at, each in enumerate(zip(made.absent, reasons, strict=True), 1)]
    return table(f"没有汇总的城市（{len(rows)}个）", columns, rows)


def groups_table(made: GatheredProvince) -> ShownTable:
    """Which rankings there are, and why some stand apart."""
    columns = (
        ShownColumn("序号", "count", 6),
        ShownColumn("排名", width=24),
        ShownColumn("说明", width=46),
        ShownColumn("满分", "number", 8),
        ShownColumn("城市", "count", 12),
        ShownColumn("单位", "count", 12),
        ShownColumn("参加排名", "count", 12),
        ShownColumn("平均分", "points", 12),
    )
    rows = [
        (
            at,
            each.of.title,
            "；".join(group_remarks(each, made.cities)),
            each.of.shape.full,
            len(each.cities),
            each.whole.units,
            each.whole.ranked,
            each.whole.mean,
        )
        for at, each in enumerate(made.groups, 1)
    ]
    return table("各类排名（方案不同的分开排，不能互相比较）", columns, rows)


def group_remarks(group: GatheredGroup, cities: Sequence[CityRun]) -> Iterator[str]:
    yield from (f"与方案1不同，{each}" for each in group.of.differs)
    if not group.is_ranked:
        yield "名次按比上年的变化确定，不按总分作统一排名"
    if group.of.shape.by == "exact":
        yield "各市的名次按未四舍五入的总分，这里按公布的总分"
    if group.of.rule_files > 1:
        yield f"规则文件有{group.of.rule_files}种，计分细则不完全相同"
    if without := lacking(group.of, cities):
        yield f"不在其中的城市：{'、'.join(without)}"
    if group.withheld:
        names = "、".join(each.split("\n")[0] for each in group.withheld)
        yield f"只有部分城市公布、没有列出的分项：{names}"


# --- rankings --------------------------------------------------------------------------------------------------------


def ranking_table(group: GatheredGroup) -> ShownTable:
    scheme = group.of.cities[0][1].scheme
    digits = group.of.shape.digits
    columns = [
        ShownColumn("名次", "word", 8, "rank"),
        ShownColumn("城市", width=24, key="city"),
        ShownColumn(scheme.head.says("单位", "姓名"), width=28, key="unit", names=True),
        ShownColumn("总分", "total", 10, "total", digits),
        ShownColumn("本市名次", "word", 10, "there"),
        ShownColumn("等次", "word", 9, "grade"),
        ShownColumn("奖项", width=24, key="awards"),
        *(ShownColumn(name, "points", 11, f"part:{name}", digits) for name in group.shared),
        ShownColumn("说明", width=50, key="remarks"),
    ]
    return table(group.of.title, columns, (_row(group, one) for one in group.units))


def _row(group: GatheredGroup, one: RankedUnit) -> ShownRow:
    unit, scheme = one.unit, group.of.cities[0][1].scheme
    known = any(unit.grade == each.name for each in scheme.grades)
    parts: list[ShownValue] = [unit.figures.get(name) for name in group.shared]
    return (
        UNRANKED if one.rank is None else one.rank,
        one.city,
        unit.name,
        unit.total,
        UNRANKED if unit.rank is None else unit.rank,
        grade_word(scheme, unit.grade) if known else unit.grade,
        unit.awards,
        *parts,
        unit.remarks,
    )


# --- what cities come to ---------------------------------------------------------------------------------------------

FIGURES = ("units", "ranked", "mean", "median", "highest", "lowest", "range", "deviation", "best", "vetoes")


def figures_table(group: GatheredGroup) -> ShownTable:
    digits = group.of.shape.digits
    columns = [
        ShownColumn("城市", width=24, key="city", names=True),
        ShownColumn(group.of.cities[0][1].scheme.head.says("单位", "人数"), "count", 8, "units"),
        ShownColumn("参加排名", "count", 10, "ranked"),
        *(
            ShownColumn(header, "points", 10, key, digits)
            for header, key in (
                ("平均分", "mean"),
                ("中位数", "median"),
                ("最高分", "highest"),
                ("最低分", "lowest"),
                ("极差", "range"),
                ("标准差", "deviation"),
            )
        ),
        ShownColumn("最好名次", "count", 10, "best"),
        ShownColumn("一票否决", "count", 10, "vetoes"),
    ]
    for grade in group.grades:
        columns += [ShownColumn(grade, "count", 8, f"grade:{grade}")]
    if group.grades:
        columns += [ShownColumn(f"{group.grades[0]}率", "share", 10, "share")]
    columns += [ShownColumn(f"平均：{name}", "points", 12, f"part:{name}", digits) for name in group.shared]
    return table(group.of.title, columns, (_figures(group, each) for each in (*group.cities, group.whole)))


def _figures(group: GatheredGroup, made: CityFigures) -> ShownRow:
    between = None if made.highest is None or made.lowest is None else made.highest - made.lowest
    row: list[ShownValue] = [made.city, made.units, made.ranked, made.mean, made.median, made.highest, made.lowest]
    row += [between, made.deviation, made.best, made.vetoes, *made.grades.values()]
    if group.grades:
        row.append(Fraction(made.grades[group.grades[0]], made.units) if made.units else None)
    return (*row, *(made.parts.get(name) for name in group.shared))


def vetoes_table(made: GatheredProvince) -> ShownTable:
    columns = (
        ShownColumn("序号", "count", 6),
        ShownColumn("排名", width=24),
        ShownColumn("城市", width=24),
        ShownColumn("单位", width=28),
        ShownColumn("等次", "word", 9),
        ShownColumn("说明", width=60),
    )
    rows = [
        (at, title, one.city, one.unit.name, one.unit.grade, one.unit.remarks)
        for at, (title, one) in enumerate(units_with_veto(made.groups), 1)
    ]
    return table(f"有一票否决事项的单位（{len(rows)}个）", columns, rows)


_SEVERITY = {"error": "错误", "warning": "注意", "note": "提示"}


def findings_table(made: GatheredProvince) -> ShownTable:
    columns = (
        ShownColumn("序号", "count", 6),
        ShownColumn("级别", "word", 8),
        ShownColumn("城市、排名", width=24),
        ShownColumn("问题", width=70),
        ShownColumn("怎样办", width=60),
    )
    rows = [
        (at, _SEVERITY[one.severity], one.value, one.message(), one.hint()) for at, one in enumerate(made.findings, 1)
    ]
    return table(f"待核事项（{len(rows)}项）", columns, rows)


def plain_rows(made: GatheredProvince) -> Iterator[Mapping[str, str]]:
    """Every unit of every ranking as texts, for one long table."""
    for group in made.groups:
        for one in group.units:
            unit = one.unit
            yield {
                "排名": group.of.title,
                "名次": "" if one.rank is None else str(one.rank),
                "城市": one.city,
                "单位": unit.name,
                "满分": plain(group.of.shape.full),
                "总分": plain(unit.total),
                "本市名次": "" if unit.rank is None else str(unit.rank),
                "等次": unit.grade,
                "奖项": unit.awards,
                "说明": unit.remarks,
            }
