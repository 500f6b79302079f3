"""The two report pages of a run as values: one for the office with everything, one for everybody.

Both are made of the same groups; what the public one may show of them is decided in `comparison` and `disclosure`.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from evaltool.documents.assessment import foremost
from evaltool.documents.bulletin import groups_of, told
from evaltool.documents.persons import U, all_persons, spoken
from evaltool.exact import plain, published
from evaltool.explain.sources import Sources, sources
from evaltool.page.accounts import findings, inside_accounts, public_accounts
from evaltool.page.contents import Folded, LabelledFacts, PageBlock, PageSection, Paragraphs, PointedTexts, ReportPage
from evaltool.page.front import front
from evaltool.page.groups import PagedGroup, against_last_year, distribution, figures, paged, ranking, sides
from evaltool.page.tables import Keys, on_page
from evaltool.page.unit import inside_unit, public_unit
from evaltool.results.margins import Cut, cuts
from evaltool.results.rank import Standing, alike
from evaltool.results.reportcard import GroupCard, report_cards
from evaltool.results.result import Result
from evaltool.rules.documentnumbers import day_text
from evaltool.rules.settings import Notice, Settings
from evaltool.views import pictures
from evaltool.views.comparison import ComparedGroup
from evaltool.views.firstpage import GroupFront, first_page
from evaltool.views.grades import by_grade
from evaltool.views.margins import distances

INTERIM = "阶段性结果，不作为最终结果"
LINKED = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,30}")


@dataclass(frozen=True, slots=True)
class Ground:
    """What both pages stand on: the groups as the public may see them, the groups' cards, the units' sections, and what
    the bulletin says."""

    result: Result
    groups: Sequence[ComparedGroup]
    cards: Mapping[tuple[str, str], GroupCard]
    keys: Keys
    told: Sequence[tuple[str, list[str]]]


def ground(result: Result) -> Ground:
    groups = [group for group in groups_of(result) if group.standings]
    cards = {(card.class_id, card.group): card for card in report_cards(result)}
    return Ground(result, groups, cards, unit_keys(result), _plain(result, told(result, groups_of(result))))


def _plain(result: Result, listed: Sequence[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """As the bulletin itself says it."""
    persons = all_persons(result.evaluation)
    return [(heading, [spoken(each, persons=persons) for each in sentences]) for heading, sentences in listed]


def inside(on: Ground) -> ReportPage:
    """The page for the office: everything, with names, files and cells."""
    result, keys, found = on.result, on.keys, sources(on.result)
    seen = first_page(result, inside=True)
    groups = [_inside_group(on, each) for each in seen.groups]
    units = [
        replace(inside_unit(result, each.compared, one, keys[one.unit.id], found), group=each.compared.full_name)
        for each in groups
        for one in each.compared.standings
    ]
    sections = [
        *_opening(result, PageSection("overview", "概况", [*front(result, seen, keys)]), _ranking(on, groups)),
        *_about_groups(on, groups, inside=True),
        _told(on, _figures(result, inside=True)),
        _section("margins", "临界情况", _margins(result, groups, keys)),
        _section("accounts", "报送账目", inside_accounts(result)),
        _section("findings", "校验问题", findings(result)),
        PageSection("units", _units_title(result), _level(result, found), units),
    ]
    return _page(result, "评估报告", sections, "内部资料，含评估主体的评分，不得外传。", inside=True)


def public(on: Ground) -> ReportPage:
    """The page for everybody (law 11)."""
    result, keys = on.result, on.keys
    groups = [paged(result, group, on.cards[group.scheme.id, group.id]) for group in on.groups]
    units = [
        replace(public_unit(result, each.compared, one, keys[one.unit.id]), group=each.compared.full_name)
        for each in groups
        for one in each.compared.standings
    ]
    sections = [
        PageSection("overview", "概况", [*front(result, first_page(result, inside=False), keys)]),
        _ranking(on, groups),
        *_about_groups(on, groups, inside=False),
        _told(on, _figures(result, inside=False)),
        _section("accounts", "评估主体和评价卡", public_accounts(result)),
        PageSection("units", _units_title(result), _how_to_read([]), units),
    ]
    return _page(result, "评估结果", sections, "各项评估内容按规定公开，评估主体过少的只公开合计。", inside=False)


def _inside_group(on: Ground, each: GroupFront) -> PagedGroup:
    """With every component and who stands at a bound."""
    fact = each.fact("near")
    card = on.cards[each.group.scheme.id, each.group.id]
    return paged(on.result, each.group, card, () if fact is None else fact.sentences)


def unit_keys(result: Result) -> Keys:
    """The ids of the units' sections, the same for every result, so that a link to a unit goes on leading there.  What
    cannot stand in a link, or is a person's number, gives way to its digest."""
    persons = {key for key, scheme in result.evaluation.classes.items() if scheme.head.persons}
    return {one.unit.id: _key(one.unit.id, plain_id=one.unit.class_id not in persons) for one in result.standings}


def _key(unit: str, *, plain_id: bool) -> str:
    if plain_id and LINKED.fullmatch(unit):
        return f"unit-{unit}"
    return f"unit_{hashlib.sha256(unit.encode(errors='surrogatepass')).hexdigest()[:16]}"


def _page(
    result: Result, what: str, sections: Iterable[PageSection | None], closing: str, *, inside: bool
) -> ReportPage:
    settings, notice = result.evaluation.settings, result.evaluation.notice
    title = page_title(settings.name, what, interim=result.interim)
    about = [*whose(settings, notice, interim=result.interim), f"校验码 {result.code}"]
    if inside:  # the same result has the same public page, whichever run it is
        about.append(f"第{result.run}次计分")
    kept = [each for each in sections if each is not None]
    return ReportPage(title, INTERIM if result.interim else "", [each for each in about if each], kept, [closing])


def whose(settings: Settings, notice: Notice, *, interim: bool) -> list[str]:
    """Who publishes it on which day; an interim result is the office's, and has none of the final one's."""
    if interim:
        return [settings.office]
    return [notice.signatory or settings.committee or settings.office, day_text(notice.date)]


def page_title(name: str, what: str, *, interim: bool) -> str:
    """The evaluation's name with what it is about, such as 评估结果, without saying 评估 twice."""
    what = what.removeprefix("评估") if name.endswith("评估") else what
    return f"{name}{'阶段性' if interim else ''}{what}"


def _section(id_: str, title: str, blocks: Iterable[PageBlock]) -> PageSection | None:
    """A section, if there is anything in it."""
    own = list(blocks)
    return PageSection(id_, title, own) if own else None


# --- overview --------------------------------------------------------------------------------------------------------


def _figures(result: Result, *, inside: bool) -> LabelledFacts:
    """The figures that one looks for first."""
    standings = result.standings
    persons = all_persons(result.evaluation)
    each = "人" if persons else "个"
    pairs = [(spoken(f"{U}参评单位", persons=persons), f"{len(standings)}{each}")]
    best: Counter[str] = Counter(
        one.grade
        for one in standings
        if one.grade and not result.evaluation.classes[one.unit.class_id].grade_index(one.grade)
    )
    pairs += [(f"{grade}等次", f"{number}{each}") for grade, number in best.items()]
    roles = result.accounts.scored
    counted, expected = sum(role.counted for role in roles), sum(role.expected for role in roles)
    pairs += [("计入报送表", f"{counted}份" if counted == expected else f"{counted}／{expected}份")] if expected else []
    wrong = sum(role.with_errors for role in roles)
    pairs += [("有错待改的报送表", f"{wrong}份")] if wrong else []
    valid = sum(batch.valid or 0 for batch in result.accounts.batches)
    pairs += [("有效评价卡", f"{valid}张次")] if valid else []
    answers = sum(each.counted for each in result.accounts.surveys)
    pairs += [("调查评价", f"{answers}条")] if answers else []
    if inside:
        severities = Counter(one.severity for one in result.findings)
        pairs.append(("校验错误／提醒", f"{severities['error']}／{severities['warning']}条"))
    return LabelledFacts(pairs, large=True)


def _told(on: Ground, large: LabelledFacts) -> PageSection:
    """The key figures and the grades of each group; what the bulletin says in sentences, folded."""
    blocks: list[PageBlock] = [large]
    parts = (list(own) for scheme, own in groupby(on.groups, lambda group: group.scheme) if scheme.grades)
    blocks += [on_page(by_grade(part)) for part in parts]
    blocks += [Folded(heading, [PointedTexts(sentences)]) for heading, sentences in on.told if sentences]
    return PageSection("told", "评估情况", blocks)


# --- groups ----------------------------------------------------------------------------------------------------------


def _ranking(on: Ground, groups: Sequence[PagedGroup]) -> PageSection:
    return PageSection("ranking", "排名", [each for group in groups for each in ranking(on.result, group, on.keys)])


def _opening(result: Result, overview: PageSection, places: PageSection) -> tuple[PageSection, PageSection]:
    """The winners first; of an interim result, which names none, the units as they stand."""
    return (places, overview) if result.interim else (overview, places)


def _about_groups(on: Ground, groups: Sequence[PagedGroup], *, inside: bool) -> Iterator[PageSection | None]:
    """By subject, so that drawings of all groups stand beside each other, on the same axes."""
    result, keys = on.result, on.keys
    scale = pictures.scales(result, [each.compared for each in groups])
    drawn = [each for group in groups for each in distribution(result, group, scale)]
    yield _section("distribution", "总分分布", figures(drawn))
    drawn = [each for group in groups for each in pictures.shares(group.compared, scale)]
    drawn += [each for group in groups for each in pictures.sides(group.compared, scale)]
    tables = [each for group in groups for each in sides(group, keys)]
    yield _section("sides", "各项得分率", [*figures(drawn), *tables])
    drawn = [
        each for group in groups for each in pictures.change(result, group.compared, group.known, scale, falls=inside)
    ]
    changed = [each for group in groups for each in against_last_year(result, group, keys)]
    yield _section("change", "与以前年度比较", [*figures(drawn), *changed])


def _units_title(result: Result) -> str:
    return spoken(f"{U}各单位情况", persons=all_persons(result.evaluation))


def _level(result: Result, found: Sources) -> list[PageBlock]:
    if found.whole:
        said = f"{U}每个单位从总分说到每一格评分，点开各项评估内容可看评分所在的文件、工作表和单元格。"
        return _how_to_read([spoken(said, persons=all_persons(result.evaluation))])
    listed = "本页只列到各评估主体的得分率" if found.shares else "本页只列到各项评估内容的得分"
    return _how_to_read([f"评分共{found.marks}条，{listed}；每一格的评分见 marks 表和排名总表。"])


def _how_to_read(more: Sequence[str]) -> list[PageBlock]:
    return [Paragraphs(["点开名称看详情；打印时只印点开的，各占一页。", *more])]


# --- margins ---------------------------------------------------------------------------------------------------------


def _margins(result: Result, groups: Sequence[PagedGroup], keys: Keys) -> Iterator[PageBlock]:
    """The cuts of all groups, and how near every unit is to them and to its neighbours; an interim result has none."""
    if result.interim:
        return
    every = [each.compared for each in groups]
    yield from figures([each for group in every for each in pictures.margins(group)])
    said = [_cut_words(group, cut) for group in every for cut in cuts(group.scheme, group.id, group.standings)]
    if said:
        yield Folded("各条界线的说明", [PointedTexts(said)])
    for group in every:
        if len(group.standings) > 1:
            made = distances(group)
            yield Folded(made.caption, [on_page(made, keys)])


def _cut_words(group: ComparedGroup, cut: Cut) -> str:
    digits = group.digits
    if cut.bound is None:
        if not cut.outside or cut.gap is None:
            return f"{group.full_name}“{cut.name}”：全部{group.scheme.head.says('单位', '人员')}在内。"
        last, first = cut.inside[0], cut.outside[0]
        at_last = _named(group, [one for one in cut.inside if one.rank == last.rank])
        behind = _named(group, [one for one in cut.outside if one.rank == first.rank])
        said = f"末位{at_last}（{last.text}分）与其后的{behind}（{first.text}分）"
        gap = f"相差{published(cut.gap, digits)}分" if cut.gap else alike(group.scheme)
        return f"{group.full_name}“{cut.name}”：{said}{gap}。"
    said = f"{group.full_name}“{cut.name}”下限{plain(cut.bound)}分，达到的{len(cut.inside)}{group.scheme.head.each}"
    if cut.inside:
        one = cut.inside[0]
        nearest = _named(group, [each for each in cut.inside if each.total == one.total])
        said += f"，最接近的是{nearest}（高出{published(one.total - cut.bound, digits)}分）"
    if cut.outside:
        one = cut.outside[0]
        short = cut.bound - one.total
        how = f"差{published(short, digits)}分" if short else f"总分{one.text}分，未取舍的总分不到"
        nearest = _named(group, [each for each in cut.outside if each.total == one.total])
        said += f"；未达到而最接近的是{nearest}（{how}）"
    return f"{said}。"


def _named(group: ComparedGroup, alike: Sequence[Standing]) -> str:
    """All that are equally near, in the order of the ranking; of many the first, and how many."""
    ordered = sorted(alike, key=lambda one: (one.rank or 0, one.unit.order))
    return foremost([(one.total, one.unit.name) for one in ordered], of=group)
