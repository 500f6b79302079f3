"""The two report pages of a run as values: one for the office with everything, one for everybody.

Both are made of the same groups; what the public one may show of them is decided in `comparison` and `disclosure`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from evaltool.documents.bulletin import groups_of, told
from evaltool.documents.persons import all_persons, spoken
from evaltool.exact import plain, published
from evaltool.explain.sources import Sources, sources
from evaltool.page import charts
from evaltool.page.accounts import findings, inside_accounts, public_accounts
from evaltool.page.contents import (
    Figure,
    LabelledFacts,
    PageBlock,
    PageSection,
    PageTable,
    Paragraphs,
    PointedTexts,
    ReportPage,
)
from evaltool.page.groups import against_last_year, distribution, ranking, sides
from evaltool.page.tables import Keys, on_page
from evaltool.page.unit import inside_unit, public_unit
from evaltool.results.margins import Cut, cuts
from evaltool.results.reportcard import GroupCard, report_cards
from evaltool.results.result import Result
from evaltool.rules import Scheme
from evaltool.rules.documentnumbers import day_text
from evaltool.rules.settings import Notice, Settings
from evaltool.views.comparison import ComparedGroup, compared
from evaltool.views.grades import by_grade
from evaltool.views.margins import distances
from evaltool.views.ranking import ranking as ranking_table

INTERIM = "阶段性结果，不作为最终结果"
MOST_LOOSE = 6  # sentences that need no points
SPAN = Fraction(2)  # points on both sides of a cut that are drawn
GroupsWithCards = list[tuple[ComparedGroup, GroupCard]]


@dataclass(frozen=True, slots=True)
class Ground:
    """What both pages stand on: the groups as the public may see them, their cards, the units' sections, and what the
    bulletin says."""

    result: Result
    groups: GroupsWithCards
    keys: Keys
    told: Sequence[tuple[str, list[str]]]


def ground(result: Result) -> Ground:
    groups = groups_of(result)
    return Ground(result, _with_cards(result, groups), unit_keys(result), _plain(result, told(result, groups)))


def _plain(result: Result, listed: Sequence[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """As the bulletin itself says it."""
    persons = all_persons(result.evaluation)
    return [(heading, [spoken(each, persons=persons) for each in sentences]) for heading, sentences in listed]


def inside(on: Ground) -> ReportPage:
    """The page for the office: everything, with names, files and cells."""
    result, keys, found = on.result, on.keys, sources(on.result)
    whole = [(compared(result, group.scheme.id, group.id, inside=True), card) for group, card in on.groups]
    units = [inside_unit(result, group, one, keys[one.unit.id], found) for group, _ in whole for one in group.standings]
    sections = [
        PageSection("overview", "概况", [_figures(result, inside=True), *_told(on)]),
        *_about_groups(result, whole, keys),
        _section("margins", "临界情况", [block for group, _ in whole for block in _margins(result, group, keys)]),
        _section("accounts", "报送账目", inside_accounts(result)),
        _section("findings", "校验问题", findings(result)),
        _units(whole, keys, units, _level(found)),
    ]
    return _page(result, "评估报告", sections, "内部资料，含评估主体的评分，不得外传。", inside=True)


def public(on: Ground) -> ReportPage:
    """The page for everybody (law 11)."""
    result, groups, keys = on.result, on.groups, on.keys
    units = [public_unit(result, group, one, keys[one.unit.id]) for group, _ in groups for one in group.standings]
    sections = [
        PageSection("overview", "概况", [_figures(result, inside=False), *_told(on)]),
        *_about_groups(result, groups, keys),
        _section("accounts", "评估主体和评价卡", public_accounts(result)),
        _units(groups, keys, units, []),
    ]
    return _page(result, "评估结果", sections, "各项评估内容按规定公开，评估主体过少的只公开合计。", inside=False)


def _with_cards(result: Result, groups: Iterable[ComparedGroup]) -> GroupsWithCards:
    cards = {(card.class_id, card.group): card for card in report_cards(result)}
    return [(group, cards[group.scheme.id, group.id]) for group in groups if group.standings]


def unit_keys(result: Result) -> Keys:
    """The ids of the units' sections."""
    return {one.unit.id: f"u{number}" for number, one in enumerate(result.standings, 1)}


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
    pairs = [("参评人员", f"{len(standings)}人") if persons else ("参评单位", f"{len(standings)}个")]
    best: Counter[str] = Counter(
        one.grade
        for one in standings
        if one.grade and not result.evaluation.classes[one.unit.class_id].grade_index(one.grade)
    )
    pairs += [(f"{grade}等次", f"{number}个") for grade, number in best.items()]
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


def _told(on: Ground) -> Iterator[PageBlock]:
    """What the bulletin says in sentences, with the grades of each group after the first ones."""
    for at, (heading, sentences) in enumerate(on.told):
        if sentences:
            yield PointedTexts(sentences, heading) if len(sentences) > MOST_LOOSE else Paragraphs(sentences, heading)
        if not at:
            parts = (list(own) for scheme, own in groupby(on.groups, _scheme) if scheme.grades)
            yield from (on_page(by_grade([group for group, _ in part])) for part in parts)


def _scheme(pair: tuple[ComparedGroup, GroupCard]) -> Scheme:
    return pair[0].scheme


# --- groups ----------------------------------------------------------------------------------------------------------


def _about_groups(result: Result, groups: GroupsWithCards, keys: Keys) -> Iterator[PageSection | None]:
    yield _section("ranking", "排名和得分构成", [each for group, _ in groups for each in ranking(group, keys)])
    yield _section("distribution", "总分分布", [each for group, _ in groups for each in distribution(result, group)])
    yield _section("sides", "各部分对照", [each for group, _ in groups for each in sides(group, keys)])
    changes = [each for pair in groups for each in against_last_year(result, *pair, keys)]
    yield _section("change", "与以前年度比较", changes)


def _units(
    groups: GroupsWithCards, keys: Keys, units: Sequence[PageSection], before: Sequence[PageBlock]
) -> PageSection:
    """An index by group, then a section for each unit."""
    index = [_index(group, keys) for group, _ in groups]
    return PageSection("units", "各单位情况", [*before, *index], units, alone=True)


def _index(group: ComparedGroup, keys: Keys) -> PageTable:
    """Where each unit's section begins."""
    made = ranking_table(group, key="index").only("unit", "rank", "total", "grade")
    return on_page(made.called(group.full_name), keys)


def _level(found: Sources) -> list[PageBlock]:
    if found.whole:
        said = "每个单位从总分说到每一格评分，点开各项评估内容可看评分所在的文件、工作表和单元格；打印时，点开的才印。"
        return [Paragraphs([said])]
    listed = "本页只列到各评估主体的得分率" if found.shares else "本页只列到各项评估内容的得分"
    said = f"评分共{found.marks}条，{listed}；每一格的评分见 marks 表和排名总表。"
    return [Paragraphs([said])]


# --- margins ---------------------------------------------------------------------------------------------------------


def _margins(result: Result, group: ComparedGroup, keys: Keys) -> Iterator[PageBlock]:
    """The cuts of a group, and how near every unit is to them and to its neighbours; an interim result has no cuts."""
    if result.interim:
        return
    found = cuts(group.scheme, group.id, group.standings)
    if found:
        yield Paragraphs([_cut_words(group, cut) for cut in found])
        about = (
            "每条横线为一道界线，中间的竖线为界（奖项以末位单位的总分为界）；右侧在线上，左侧在线下，"
            "最近的由细线引出名称和分差。"
        )
        near = [_near(cut) for cut in found]
        title = f"{group.full_name}离各条界线的距离"
        yield Figure(f"{title}（上下各{plain(SPAN)}分以内）", charts.around(title, about, near, SPAN))
    if len(group.standings) > 1:
        yield on_page(distances(group), keys)


def _cut_words(group: ComparedGroup, cut: Cut) -> str:
    digits = group.digits
    if cut.bound is None:
        if not cut.outside or cut.gap is None:
            return f"{group.full_name}“{cut.name}”：全部单位在内。"
        last, first = cut.inside[0], cut.outside[0]
        said = f"末位{last.unit.name}（{last.text}分）与其后的{first.unit.name}（{first.text}分）"
        gap = f"相差{published(cut.gap, digits)}分" if cut.gap else "总分相同"
        return f"{group.full_name}“{cut.name}”：{said}{gap}。"
    said = f"{group.full_name}“{cut.name}”下限{plain(cut.bound)}分，达到的{len(cut.inside)}个"
    if cut.inside:
        one = cut.inside[0]
        said += f"，最接近的是{one.unit.name}（高出{published(one.total - cut.bound, digits)}分）"
    if cut.outside:
        one = cut.outside[0]
        said += f"；未达到而最接近的是{one.unit.name}（差{published(cut.bound - one.total, digits)}分）"
    return f"{said}。"


def _near(cut: Cut) -> charts.Near:
    """Distances from the cut; where it is a place, from the last unit inside."""
    bound = cut.bound if cut.bound is not None else (*cut.inside, *cut.outside)[0].total
    inside, outside = (
        tuple(charts.NamedValue(one.unit.name, one.total - bound) for one in side) for side in (cut.inside, cut.outside)
    )
    return charts.Near(cut.name, inside, outside)
