"""What the report shows as drawings: totals beside their mean and the bounds of grades, rates by group, change over the
years.

Every drawing is made of figures that stand in the same document, as they are printed there: what is drawn tells nothing
that is not said.  All of them are said to who cannot see it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice

from evaltool import charts
from evaltool.charts.drawing import around_all, label_width
from evaltool.exact import half_up, published
from evaltool.views.comparison import ComparedGroup
from evaltool.views.pictures import MOST_LINES, Scales, totals
from evaltool.views.tables import signed
from evaltool.writers.official import DocumentPicture

_ROWS = 20  # of a drawing that takes no more than the half of a page, as large as a table is written


def drawn_totals(groups: Sequence[ComparedGroup], scale: Scales) -> Iterator[DocumentPicture]:
    """Of a group that is too large for a page, where its totals lie; what everybody got is in the annex."""
    for group in groups:
        several = len(group.standings) > MOST_LINES
        for each in islice(totals(group, scale, most=_ROWS), 1 if several else None):
            about = f"{each.drawing.about}{_spoken(group)}"
            yield DocumentPicture(each.caption, replace(each.drawing, about=about))


def _spoken(group: ComparedGroup) -> str:
    mean = group.mean_total()
    said = "" if mean is None else f"平均{published(mean, group.digits)}分；"
    return said + "；".join(f"{one.unit.name}{one.text}分" for one in group.standings) + "。"


def drawn_rates(part: Sequence[ComparedGroup], shown: Sequence[str], title: str, about: str) -> DocumentPicture:
    """Mean rates of a class: the fields of its groups, or a mark for each component where it has but one."""
    names = [part[0].scheme.components[each].name for each in shown]
    percents = [tuple(half_up(group.rates[each] * 100, 1) for group in part) for each in shown]
    values = [value for row in percents for value in row]
    groups = [group.name for group in part]
    if len(part) > 1:
        rows = [charts.HeatRow(name, row) for name, row in zip(names, percents, strict=True)]
        drawing = charts.heat(title, about, groups, rows, charts.scale_of(values), digits=1)
    else:
        sided = [charts.Sided(name, row) for name, row in zip(names, percents, strict=True)]
        drawing = charts.dots(title, about, groups, sided, charts.Span(*around_all(values), label_width(names)))
    return DocumentPicture(f"{title}（单位：%）", drawing)


def drawn_years(
    compared: Sequence[tuple[ComparedGroup, Mapping[int, Fraction]]], years: Sequence[int], title: str, about: str
) -> DocumentPicture:
    """An arrow for each group from one year to the next, a line over more of them."""
    means = [(group.name, _printed(group, own, years), group.digits) for group, own in compared]
    if len(years) > 2:
        lines = [charts.YearLine(name, own, name) for name, own, _ in means]
        drawing = charts.slopes(title, about, [f"{year}年" for year in years], lines)
    else:
        both = [(name, own[0], own[1], digits) for name, own, digits in means]
        changes = [
            charts.TotalChange(name, before, now, signed(now - before, digits))
            for name, before, now, digits in both
            if before is not None and now is not None
        ]
        ends = [value for each in changes for value in (each.before, each.now)]
        span = charts.Span(*around_all(ends), label_width(each.name for each in changes))
        drawing = charts.arrows(title, about, changes, span)
    return DocumentPicture(f"{title}（单位：分）", drawing)


def _printed(group: ComparedGroup, own: Mapping[int, Fraction], years: Sequence[int]) -> tuple[Fraction | None, ...]:
    return tuple(half_up(own[year], group.digits) if year in own else None for year in years)
