"""What a page shows of each group, the same inside and in public as far as the group's value goes: ranking, totals,
components, earlier results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from evaltool.documents.assessment import foremost
from evaltool.documents.persons import U, spoken
from evaltool.exact import published
from evaltool.page.contents import Figure, Figures, Folded, PageBlock, Paragraphs
from evaltool.page.tables import Keys, on_page
from evaltool.results.history import ChangeSinceLast
from evaltool.results.reportcard import GroupCard
from evaltool.results.result import Result
from evaltool.views import pictures
from evaltool.views.comparison import ComparedGroup
from evaltool.views.components import sides as sides_table
from evaltool.views.components import sides_of
from evaltool.views.firstpage import arrow
from evaltool.views.history import against_earlier, changes, period, since
from evaltool.views.pictures import Pictured, Scales
from evaltool.views.ranking import counting
from evaltool.views.ranking import ranking as ranking_table
from evaltool.views.tables import NONE, ShownColumn, ShownTable, Word, table

RANKED_BY = ("rank", "unit", "total", "grade", "climbed", "zone", "awards", "bonus", "deduction", "climb")


@dataclass(frozen=True, slots=True)
class PagedGroup:
    """A group with its card, what is known of earlier results, and who is at a bound, as far as the page says it."""

    compared: ComparedGroup
    card: GroupCard
    known: tuple[ChangeSinceLast, ...]
    near: tuple[str, ...] = ()


def paged(result: Result, group: ComparedGroup, card: GroupCard, near: Iterable[str] = ()) -> PagedGroup:
    return PagedGroup(group, card, tuple(changes(result, group)), tuple(near))


def figures(drawn: Iterable[Pictured]) -> Iterator[Figures]:
    """Drawings beside each other, if there are any."""
    own = [Figure(each.caption, each.drawing) for each in drawn]
    if own:
        yield Figures(own)


# --- ranking ---------------------------------------------------------------------------------------------------------


def ranking(result: Result, each: PagedGroup, keys: Keys) -> Iterator[PageBlock]:
    """The units with what a phone has room for; their components folded."""
    group, roots = each.compared, counting(each.compared)
    made = ranking_table(group, roots)
    count = f"{len(group.standings)}{group.scheme.head.says('个单位', '人')}"
    short = made.beside(_climbed(result, each)).only(*RANKED_BY)
    yield on_page(short.called(f"{group.full_name}排名（{count}）"), keys)
    if roots:
        parts = made.only("rank", "unit", *(f"part:{root}" for root in roots), "total")
        caption = f"{group.full_name}各项得分"
        yield Folded(caption, [on_page(parts.called(caption).keyed(""), keys)])


def _climbed(result: Result, each: PagedGroup) -> ShownTable:
    """How many places everybody moved; nothing where nobody has an earlier place."""
    moved = {one.one.unit.id: one.climbed for one in each.known if one.climbed is not None}
    if not moved:
        return table("", [], [() for _ in each.compared.standings])
    then = since(result.evaluation, (one.last.year for one in each.known))
    column = ShownColumn(f"比{then}", "word", 8, "climbed")
    rows = [(_moved(moved.get(one.unit.id)),) for one in each.compared.standings]
    return table("", [column], rows)


def _moved(climbed: int | None) -> Word:
    """Without a colour: it stands beside the grades, which have theirs."""
    return Word(NONE if climbed is None else arrow(Fraction(climbed), 0).text)


# --- drawings --------------------------------------------------------------------------------------------------------


def distribution(result: Result, each: PagedGroup, scale: Scales) -> Iterator[Pictured]:
    """Where the totals lie between the bounds of the grades; an unfinished total is held against no bound."""
    if len(each.compared.standings) > 1 and not result.interim:
        yield from pictures.totals(each.compared, scale, each.near)


def sides(each: PagedGroup, keys: Keys) -> Iterator[PageBlock]:
    """Every unit's percentage of full marks in each component right below the total, folded."""
    of = sides_of(each.compared)
    if len(of.components) > 1:
        made = sides_table(each.compared, of)
        yield Folded(made.caption, [on_page(made, keys)])


def against_last_year(result: Result, each: PagedGroup, keys: Keys) -> Iterator[PageBlock]:
    """Who gained and who climbed, where the roster has earlier results."""
    group, card = each.compared, each.card
    if not each.known:
        return
    then = period(one.last.year for one in each.known)
    if card.improved:
        names = {one.unit.id: one.unit.name for one in group.standings}
        best = foremost(
            [(gain, f"{names[unit]}（+{published(gain, group.digits)}分）") for unit, gain in card.improved], of=group
        )
        said = f"{group.full_name}：与{then}相比，总分上升的{len(card.improved)}{U}个单位，上升最多的是{best}。"
        yield Paragraphs([spoken(said, persons=group.scheme.head.persons)])
    made = against_earlier(group, list(each.known))
    yield Folded(made.caption, [on_page(made, keys)])
