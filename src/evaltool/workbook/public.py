"""The public workbook 排名表.xlsx: every group's ranking, and the points in the components that may be shown (law 11).

Everything comes from `comparison`, as in the public documents: rounded as it is printed there, without formulas, and
without a component that `disclosure` withholds; what is withheld stands as one sum.  The overview has the first columns
of the internal one, so that the same `read_ranked` reads it back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from evaltool.documents.sentences import veto_words
from evaltool.exact import decimal
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.views.comparison import REST, Group, Line, compared, lines, notable, percent_text, tie_words, weight_text
from evaltool.views.wording import UNRANKED, path
from evaltool.workbook.parts import (
    NONE,
    OVERVIEW,
    Block,
    Column,
    Frame,
    Row,
    grade_style,
    number,
    stacked,
    text,
    total_style,
    word,
)
from evaltool.workbook.ranked import group_titles
from evaltool.writers.book import Book, Cell, Tab

_RANKING = (
    Column("名次", 8),
    Column("单位", 30),
    Column("总分", 10),
    Column("等次", 9),
    Column("奖项", 34),
    Column("说明", 60),
)
MEAN = "排名单位平均得分率"
_PARTS, _NARROW = 12, 10


def public_book(result: Result) -> Book:
    made = Frame(result.evaluation.settings.name, f"校验码 {result.code}", result.interim)
    groups = {title: compared(result, *key) for key, title in group_titles(result).items() if result.group(*key)}
    overview = stacked(OVERVIEW, made, [_ranking(group) for group in groups.values()])
    tabs = [_group_tab(group, title, made) for title, group in groups.items() if group.shown]
    settings = result.evaluation.settings
    return Book(
        (overview, *tabs),
        title=f"{settings.name}　排名表",
        author=settings.office,
        properties=(("校验码", result.code),),
    )


# --- ranking ---------------------------------------------------------------------------------------------------------


def _ranking(group: Group) -> Block:
    name = group.name if group.name == group.scheme.head.name else f"{group.scheme.head.name}·{group.name}"
    return f"{name}（{len(group.standings)}个单位）", _RANKING, [_ranking_row(group, one) for one in group.standings]


def _place(group: Group, one: Standing) -> Row:
    rank = word(UNRANKED) if one.rank is None else Cell(one.rank, "integer")
    grade = word(one.grade, grade_style(group.scheme, one.grade)) if one.grade else word("")
    return rank, text(one.unit.name), Cell(decimal(one.total), total_style(group.scheme)), grade


def _ranking_row(group: Group, one: Standing) -> Row:
    return *_place(group, one), text("、".join(one.awards)), text("；".join(_remarks(group, one)))


def _remarks(group: Group, one: Standing) -> Iterator[str]:
    """Why a unit stands where it does, in words that name nothing that is withheld."""
    if one.tie:
        yield tie_words(group, one)
    if one.veto:
        yield veto_words(one).rstrip("。")
    yield from (f"撤销{label}（{document}）" for label, document in one.revoked)
    for what in notable(group, one):
        yield f"{group.title(what.component)}：{what.general}" if what.component else what.general


# --- components ------------------------------------------------------------------------------------------------------


def _group_tab(group: Group, title: str, made: Frame) -> Tab:
    """The components below the total; then their parts, as many side by side as can be read on a printed page."""
    roots = group.roots()
    parts = [each for each in group.shown if each not in roots]
    blocks = [_block(group, "各部分得分", roots, whole=True)]
    for start in range(0, len(parts), _PARTS):
        blocks.append(_block(group, "其中", parts[start : start + _PARTS], whole=False))
    return stacked(title, made, blocks)


def _block(group: Group, caption: str, components: Sequence[str], *, whole: bool) -> Block:
    """`whole`: with total and grade, bonus and deduction."""
    columns = [Column("名次", 8), Column("单位", 30)]
    columns += [Column("总分", 10), Column("等次", 9)] if whole else []
    columns += [Column(_head(group, each), _NARROW) for each in components]
    columns += [Column("加分", _NARROW), Column("扣分", _NARROW)] if whole else []
    rows = [_points_row(group, one, components, whole=whole) for one in group.standings]
    return caption, columns, [*rows, _mean_row(group, components, whole=whole)]


def _head(group: Group, component: str) -> str:
    if component == REST:
        return group.title(component)
    name = "／".join(path(group.scheme, component).split("／")[-2:])
    return f"{name}\n（{weight_text(group.scheme.weight(component, group.id))}）"


def _points_row(group: Group, one: Standing, components: Sequence[str], *, whole: bool) -> Row:
    found: Mapping[str, Line] = {line.component: line for line in lines(group, one.unit.id)}
    got = [found[each].points if each in found else None for each in components]
    extra = [number(each) if each else word("") for each in (one.bonus, one.deduction)]
    front = _place(group, one)
    return (
        *(front if whole else front[:2]),
        *(number(points) if points is not None else word(NONE) for points in got),
        *(extra if whole else []),
    )


def _mean_row(group: Group, components: Sequence[str], *, whole: bool) -> Row:
    """The mean rates, as the documents tell them."""
    rates = [group.rates.get(each) for each in components]
    shown = [word(NONE) if rate is None else word(percent_text(rate)) for rate in rates]
    blank = [word(""), word("")] if whole else []
    return word(""), Cell(MEAN, "label"), *blank, *shown, *blank
