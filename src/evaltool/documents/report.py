"""评估报告: the evaluation as a whole, with drawings and charts that Word itself draws: how it was done, what came out,
which contents did well or badly, how it compares with earlier years, what to do.  It shows no more than the bulletin
may."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from evaltool.documents.assessment import before, by_class, movements, spreads
from evaltool.documents.bulletin import attached, awards, grade_table, overview, satisfied, sections, where
from evaltool.documents.content import Content
from evaltool.documents.persons import U
from evaltool.documents.phrases import separate
from evaltool.documents.pictured import drawn_rates, drawn_totals, drawn_years
from evaltool.documents.remarks import heard
from evaltool.documents.tables import in_document
from evaltool.exact import half_up, published
from evaltool.results.result import Result
from evaltool.views.comparison import REST, ComparedGroup, percent_text, weight_text
from evaltool.views.components import rates_of
from evaltool.views.history import means_by_year
from evaltool.views.pictures import scales
from evaltool.writers.official import (
    DocumentBlock,
    DocumentChart,
    DocumentPicture,
    DocumentSeries,
    DocumentTable,
    Heading,
    Text,
    texts,
)

_JUDGED = ("主要特点", "存在问题", "工作建议")
_YEARS = 5  # shown at most, this one included


def report(result: Result, groups: list[ComparedGroup]) -> Content:
    settings = result.evaluation.settings
    groups = [group for group in groups if group.standings]
    attachments = attached(result, groups)
    annexed = where(attachments, groups)
    chapters: list[tuple[str, list[DocumentBlock]]] = [
        ("评估工作概况", [*texts(*overview(result, groups)), *_contents(groups)]),
        ("听取意见情况", list(heard(result))),
        (
            "评估结果",
            [*texts(*spreads(groups)), *_grades(groups), *_totals(result, groups, annexed)],
        ),
        ("分项情况", list(_components(groups))),
        ("与以前年度比较", list(_years(result, groups))),
        ("获奖情况", [*texts(*awards(groups))]),
        *((heading, blocks) for heading, blocks in sections(result, groups) if heading in _JUDGED),
    ]
    body: list[DocumentBlock] = [Text(f"现将{settings.name}情况报告如下。{separate(result.evaluation)}")]
    for heading, blocks in chapters:
        body += [Heading(heading), *blocks] if blocks else []
    return Content(_title(result), [*body, Text("特此报告。")], attachments)


def _title(result: Result) -> list[str]:
    """With whom it is from, where it goes to a superior."""
    settings, notice = result.evaluation.settings, result.evaluation.notice
    if not (notice.report_to or notice.numbers.report):
        return [f"{settings.name}报告"]
    return [each for each in (notice.signatory, f"关于{settings.name}情况的报告") if each]


# --- what was evaluated ----------------------------------------------------------------------------------------------


def _contents(groups: list[ComparedGroup]) -> Iterator[DocumentBlock]:
    """The components right below the total with their weights, a sentence for each class."""
    for part in by_class(groups):
        scheme = part[0].scheme
        listed = "、".join(
            f"{scheme.components[each].name}{weight_text(scheme.weight(each))}分" for each in scheme.children()
        )
        yield Text(f"{scheme.head.name}的评估内容：{listed}。")


# --- grades ----------------------------------------------------------------------------------------------------------


def _grades(groups: list[ComparedGroup]) -> Iterator[DocumentBlock]:
    tables = [grade_table(part) for part in by_class(groups) if part[0].scheme.grades]
    yield from [Text("各类等次分布如下表。")] if tables else []
    yield from tables
    graded = [group for group in groups if group.scheme.grades]
    scales = {tuple(grade.name for grade in group.scheme.grades) for group in graded}
    if len(scales) == 1 and sum(len(group.standings) for group in graded) > 1:
        yield _grade_chart(graded, *scales)


def _grade_chart(groups: list[ComparedGroup], names: tuple[str, ...]) -> DocumentChart:
    """Units by grade, a bar for each group; nothing is written where there are none."""
    counts = [[sum(one.grade == name for one in group.standings) for group in groups] for name in names]
    by_name = list(zip(names, counts, strict=True))
    series = tuple(
        DocumentSeries(name, tuple(Decimal(each) if each else None for each in own))
        for name, own in by_name
        if any(own)
    )
    said = "；".join(
        f"{group.full_name}："
        + "、".join(
            f"{name}{own[at]}{group.scheme.head.each}" for name, own in zip(names, counts, strict=True) if own[at]
        )
        for at, group in enumerate(groups)
    )
    height = 28.0 + 12 * len(groups)
    measure = "、".join(dict.fromkeys(group.scheme.head.each for group in groups))
    return DocumentChart(
        "stacked", f"各分类等次分布（单位：{measure}）", _labels(groups), series, said, digits=0, height=height
    )


def _totals(result: Result, groups: list[ComparedGroup], where_all_are: str) -> Iterator[DocumentBlock]:
    """Every total beside the mean of its group and the bounds of grades."""
    drawn = list(drawn_totals(groups, scales(result, groups)))
    bounds = any(each.bound for group in groups for each in group.scheme.grades)
    against = "、".join(
        [*(["同组平均分"] if any(group.ranked for group in groups) else []), *(["等次界线"] if bounds else [])]
    )
    shown = f"{U}各单位总分{f'与{against}的比较' if against else ''}如下图。" if drawn else ""
    yield from texts(*filter(None, [f"{where_all_are}{shown}"]))
    yield from drawn


def _labels(groups: list[ComparedGroup]) -> tuple[str, ...]:
    return tuple(group.name for group in groups)


# --- components ------------------------------------------------------------------------------------------------------


def _components(groups: list[ComparedGroup]) -> Iterator[DocumentBlock]:
    """Mean rates of the components that are shown, by class: a table and a chart; how many were satisfied."""
    for part in by_class(groups):
        shown = [each for each in part[0].roots() if each != REST and all(each in group.rates for group in part)]
        if shown:
            several = len(shown) > 1
            yield Text(f"{part[0].scheme.head.name}各项评估内容的平均得分率如下{'表和图' if several else '表'}。")
            yield _rates_table(part, shown)
            if several:
                yield _rates_picture(part, shown)
    yield from texts(*satisfied(groups))


def _rates_table(part: list[ComparedGroup], shown: list[str]) -> DocumentTable:
    """A column for each group of the class."""
    width = min(34.0, 92.0 / len(part))
    made = rates_of(part, shown)
    return in_document(made, (156 - 16 - width * len(part), 16.0, *[width] * len(part)), made.caption)


def _rates_picture(part: list[ComparedGroup], shown: list[str]) -> DocumentPicture:
    scheme = part[0].scheme
    said = "；".join(
        f"{group.name}："
        + "、".join(f"{scheme.components[each].name}{percent_text(group.rates[each])}" for each in shown)
        for group in part
    )
    return drawn_rates(part, shown, f"{scheme.head.name}各项平均得分率", said)


# --- earlier years ---------------------------------------------------------------------------------------------------


def _years(result: Result, groups: list[ComparedGroup]) -> Iterator[DocumentBlock]:
    """Means of the units that have a total in every year shown, so that only the same units are compared."""
    means = [(group, _means(result, group)) for group in groups]
    years = sorted({each for _, own in means for each in own})
    if len(years) < 2:
        return
    moves = movements(result, groups)
    up, down = sum(gained > 0 for gained, _ in moves), sum(gained < 0 for gained, _ in moves)
    if moves:
        level = f"，持平的{len(moves) - up - down}{U}个" if up + down < len(moves) else ""
        yield Text(
            f"与{before(result, moves)}{U}可比的单位{len(moves)}{U}个，"
            f"其中总分提高的{up}{U}个，下降的{down}{U}个{level}。"
        )
    compared = [(group, own) for group, own in means if own]
    yield Text("各类平均分的变化如下表和图。")
    yield _years_table(compared, years)
    yield _years_picture(compared, years)


def _means(result: Result, group: ComparedGroup) -> dict[int, Fraction]:
    """Year -> mean total of the ranked units with a total in every year shown; nothing if there is no last year."""
    this = result.evaluation.settings.year
    totals = {one.unit.id: {this: one.total} for one in group.ranked}
    for unit, own in totals.items():
        earlier = result.evaluation.earlier(unit)
        own |= {year: half_up(row.total, group.digits) for year, row in earlier.items() if row.total is not None}
    shown = [this]
    while len(shown) < _YEARS and any(shown[-1] - 1 in own for own in totals.values()):
        shown.append(shown[-1] - 1)
    alike = [own for own in totals.values() if all(year in own for year in shown)]
    if len(shown) < 2 or not alike:
        return {}
    return {year: sum((own[year] for own in alike), Fraction(0)) / len(alike) for year in shown}


def _years_table(compared: list[tuple[ComparedGroup, dict[int, Fraction]]], years: list[int]) -> DocumentTable:
    width = min(24.0, 90.0 / len(years))
    made = means_by_year(compared, years)
    return in_document(made, (156 - width * len(years), *[width] * len(years)), made.caption)


def _years_picture(compared: list[tuple[ComparedGroup, dict[int, Fraction]]], years: list[int]) -> DocumentPicture:
    said = "；".join(
        f"{group.full_name}："
        + "、".join(f"{year}年{published(mean, group.digits)}分" for year, mean in sorted(own.items()))
        for group, own in compared
    )
    return drawn_years(compared, years, "各分类平均分变化", said)
