"""What stands in the bulletin of results (结果通报): all classes in one document, figures first, then the tables, the
awards, what stands out, and the explanations that a reader of the tables will ask for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import groupby

from evaltool.award import places
from evaltool.comparison import REST, Group, compared, notable, percent_text, printed, tie_words
from evaltool.decision_words import unit_changes
from evaltool.decisions import ties, waiver_of
from evaltool.forms import sheet_name
from evaltool.notices.letter import GAP, Context, veto_words
from evaltool.rank import Standing
from evaltool.ranked.parts import INTERIM, UNRANKED
from evaltool.result import Result
from evaltool.rounding import half_up, published
from evaltool.rules import Award, Scheme

NUMERALS = "一二三四五六七八九十"
TITLE_WIDTH = 18  # full-width characters of a title's line
RANKING_HEAD = ["名次", "单位", "总分", "等次"]
_RANKING_WIDTHS = [20, 76, 30, 30]  # mm, 156 in all
_PAGE = 156


def bulletin(result: Result) -> Context:
    """The fields of the bulletin."""
    return bulletin_of(result, groups_of(result))


def groups_of(result: Result) -> list[Group]:
    classes = result.evaluation.classes.values()
    return [compared(result, scheme.id, group.id) for scheme in classes for group in scheme.head.groups]


def bulletin_of(result: Result, groups: list[Group]) -> Context:
    settings, notice = result.evaluation.settings, result.evaluation.notice
    groups = [group for group in groups if group.standings]
    sections = [
        (
            "总体情况",
            list(_overview(result, groups)),
            [_grade_table(part) for part in _by_class(groups) if part[0].scheme.grades],
        ),
        ("评估结果", [], [_ranking_table(group) for group in groups]),
        ("获奖情况", list(_awards(groups)), []),
        ("主要特点", list(_highlights(groups)), []),
        ("有关说明", _numbered(_explanations(result, groups)), []),
    ]
    filled = [(heading, paragraphs, tables) for heading, paragraphs, tables in sections if paragraphs or tables]
    return {
        "mark_line": INTERIM if result.interim else "",
        "number": notice.bulletin_number or GAP,
        "title_lines": title_lines(f"关于{settings.name}", "阶段性结果的通报" if result.interim else "结果的通报"),
        "recipients": notice.recipients or GAP,
        "intro": _intro(result),
        "sections": [
            {"heading": f"{NUMERALS[at]}、{heading}", "paragraphs": paragraphs, "tables": tables}
            for at, (heading, paragraphs, tables) in enumerate(filled)
        ],
        "office": notice.signatory or settings.committee or settings.office,
        "date": notice.date or GAP,
        "code": result.code,
    }


def title_lines(*parts: str) -> list[str]:
    """A title on one line if it fits, else broken where its parts meet."""
    whole = "".join(parts)
    width = sum(1.0 if ord(sign) > 0x2E7F else 0.5 for sign in whole)
    return [whole] if width <= TITLE_WIDTH else list(parts)


def _intro(result: Result) -> str:
    name = result.evaluation.settings.name
    if result.interim:
        return f"现将{name}截至目前的阶段性结果通报如下。数据尚未报齐，名次和等次可能变动，不作为最终结果。"
    return f"现将{name}结果通报如下。"


def _numbered(sentences: Iterable[str]) -> list[str]:
    return [f"{number}. {sentence}" for number, sentence in enumerate(sentences, 1)]


def _by_class(groups: Sequence[Group]) -> list[list[Group]]:
    return [list(part) for _, part in groupby(groups, key=lambda group: group.scheme.id)]


def _full_name(group: Group) -> str:
    return group.name if group.name == group.scheme.head.name else f"{group.scheme.head.name}（{group.name}）"


# --- figures ---------------------------------------------------------------------------------------------------------


def _overview(result: Result, groups: list[Group]) -> Iterator[str]:
    """How many took part, how many sheets and cards the result rests on, how the grades came out."""
    units = sum(len(group.standings) for group in groups)
    classes = [(part[0].scheme.head.name, sum(len(group.standings) for group in part)) for part in _by_class(groups)]
    listed = "，".join(f"{name}{number}个" for name, number in classes)
    said = f"参加{result.evaluation.settings.year}年度评估的单位共{units}个" + (
        f"，其中{listed}" if len(classes) > 1 else ""
    )
    counted = sum(role.counted for role in result.accounts.scored)
    cards = sum(batch.valid or 0 for batch in result.accounts.batches)
    said += f"。共计入评估主体报送表{counted}份" if counted else ""
    said += f"、有效评价卡{cards}张次" if counted and cards else ""
    answers = sum(survey.counted for survey in result.accounts.surveys)
    said += f"、调查问卷的有效评价{answers}条" if counted and answers else ""
    yield f"{said}。"
    for part in _by_class(groups):
        if part[0].scheme.grades:
            yield _grades(part)


def _grades(part: list[Group]) -> str:
    standings = [one for group in part for one in group.standings]
    counts = Counter(one.grade for one in standings)
    listed = "、".join(f"{grade.name}{counts[grade.name]}个" for grade in part[0].scheme.grades if counts[grade.name])
    return f"{part[0].scheme.head.name}{len(standings)}个单位中，{listed}。"


def _grade_table(part: list[Group]) -> Context:
    """Grades per group, with the mean of the ranked units."""
    scheme = part[0].scheme
    head = ["分类", "单位数", *(grade.name for grade in scheme.grades), "平均分"]
    rows = []
    for group in part:
        counts = Counter(one.grade for one in group.standings)
        figures = [str(counts[grade.name]) for grade in scheme.grades]
        rows.append([group.name, str(len(group.standings)), *figures, printed(group.mean_total(), group.digits)])
    narrow = min(18.0, (_PAGE - 46) / (len(head) - 1))
    widths = [_PAGE - narrow * (len(head) - 1), *[narrow] * (len(head) - 1)]
    return {"caption": f"{scheme.head.name}等次分布", "head": head, "rows": rows, "widths": widths}


def _ranking_table(group: Group) -> Context:
    rows = [[rank_text(one), one.unit.name, one.text, one.grade] for one in group.standings]
    return {"caption": f"{_full_name(group)}结果", "head": RANKING_HEAD, "rows": rows, "widths": _RANKING_WIDTHS}


def rank_text(one: Standing) -> str:
    return UNRANKED if one.rank is None else str(one.rank)


# --- awards ----------------------------------------------------------------------------------------------------------


def _awards(groups: list[Group]) -> Iterator[str]:
    """Who got what, in the order of the rules, and which places stay empty."""
    for part in _by_class(groups):
        for award in part[0].scheme.awards:
            if award.fields:
                yield _field_award(award, [one for group in part for one in group.standings])
            else:
                yield from (_group_award(award, group) for group in part if _places(award, group))


def _group_award(award: Award, group: Group) -> str:
    several = len(group.scheme.head.groups) > 1
    name = f"{award.name}（{group.name}）" if several else award.name
    given = [one.unit.name for one in group.standings if award.name in one.awards]
    empty = _places(award, group) - len(given)
    vacancy = f"名额空缺{empty}个" if empty > 0 else ""
    if not given:
        return f"{name}：{vacancy}。"
    return f"{name}{len(given)}个：{'、'.join(given)}" + (f"；{vacancy}。" if vacancy else "。")


def _field_award(award: Award, standings: list[Standing]) -> str:
    lists = []
    for field in award.fields:
        names = [one.unit.name for one in standings if f"{award.name}·{field.name}" in one.awards]
        if names:
            lists.append((len(names), f"{field.name}{len(names)}个：{'、'.join(names)}"))
    given = sum(number for number, _ in lists)
    empty = f"，名额空缺{award.places - given}个" if award.places > given else ""
    listed = "；".join(words for _, words in lists)
    return f"{award.name}{given}个{empty}。{listed}。" if lists else f"{award.name}：名额空缺{award.places}个。"


def _places(award: Award, group: Group) -> int:
    if award.ranks:
        return award.ranks[-1] - award.ranks[0] + 1
    return places(award, group.id, len(group.ranked))


# --- what stands out -------------------------------------------------------------------------------------------------


def _highlights(groups: list[Group]) -> Iterator[str]:
    """Figures that a reader would otherwise work out from the tables, and the strongest and weakest components."""
    for group in groups:
        if len(group.ranked) > 1:
            yield f"{_full_name(group)}：{_spread(group)}{_rates(group)}"
    granted = [one for group in groups for one in group.standings if one.bonus]
    if granted:
        digits = groups[0].digits
        listed = "、".join(f"{one.unit.name}{published(one.bonus, digits)}分" for one in granted)
        yield f"获得加分的单位{len(granted)}个：{listed}。"


def _spread(group: Group) -> str:
    ranked, digits = group.ranked, group.digits
    mean = half_up(group.mean_total() or Fraction(0), digits)
    above = sum(one.total > mean for one in ranked)
    first, last = ranked[0], ranked[-1]
    said = f"排名单位{len(ranked)}个，平均{published(mean, digits)}分，{above}个单位高于平均；"
    spread = published(first.total - last.total, digits)
    return f"{said}最高{first.text}分（{first.unit.name}），最低{last.text}分，相差{spread}分。"


def _rates(group: Group) -> str:
    """The best and the worst component by mean rate, among those that may be shown."""
    known = [(group.rates[each], each) for each in group.roots() if each != REST and each in group.rates]
    if len(known) < 2:
        return ""
    ordered = sorted(known, key=lambda pair: pair[0])
    (low, weakest), (high, strongest) = ordered[0], ordered[-1]
    if low == high:
        return ""
    high_text, low_text = percent_text(high), percent_text(low)
    return f"平均得分率最高的是{group.title(strongest)}（{high_text}），最低的是{group.title(weakest)}（{low_text}）。"


# --- explanations ----------------------------------------------------------------------------------------------------


def _explanations(result: Result, groups: list[Group]) -> Iterator[str]:
    yield from _how_decided(groups)
    for group in groups:
        yield from _ties(result, group)
    for group in groups:
        yield from (f"{one.unit.name}{veto_words(one)}" for one in group.standings if one.veto)
    for group in groups:
        for one in group.standings:
            yield from (
                f"依据{document}，撤销{one.unit.name}“{label}”，名额空缺，不递补。" for label, document in one.revoked
            )
    yield from _changes(result, groups)
    unranked = [one.unit.name for group in groups for one in group.standings if one.rank is None]
    if unranked:
        yield f"{'、'.join(unranked)}参加评估，不参加排名。"
    yield from _sheets(result)
    yield from _notable(groups)


def _how_decided(groups: list[Group]) -> Iterator[str]:
    """How totals were rounded and what ranks go by; said once where all classes do the same."""
    said: dict[str, list[str]] = {}
    for part in _by_class(groups):
        scheme = part[0].scheme
        words = f"总分四舍五入，保留{scheme.head.decimals}位小数；{_ranked_by(scheme)}。"
        said.setdefault(words, []).append(scheme.head.name)
    for words, names in said.items():
        yield words if len(said) == 1 else f"{'、'.join(names)}{words}"


def _ranked_by(scheme: Scheme) -> str:
    return {
        "published": "名次、等次按公布的总分确定",
        "exact": "名次、等次按未取舍的总分确定",
        "variation": "名次按总分比上年的增减确定",
    }[scheme.ranking.by]


def _ties(result: Result, group: Group) -> Iterator[str]:
    """One sentence for all units of the same published total."""
    for _, tied in groupby(group.ranked, key=lambda one: one.total):
        block = list(tied)
        if len(block) < 2 or not any(one.tie for one in block):
            continue
        names = "、".join(one.unit.name for one in block)
        documents = _deciding(result, block)
        if len({one.rank for one in block}) == 1:
            yield f"{names}总分相同，名次并列第{block[0].rank}。"
        elif documents:
            listed = "、".join(f"第{one.rank}" for one in block)
            yield f"{names}总分相同，依据{documents}，名次依次为{listed}。"
        else:
            yield "；".join(f"{one.unit.name}{tie_words(group, one)}" for one in block[:-1]) + "。"


def _deciding(result: Result, block: list[Standing]) -> str:
    """The documents of a tie that the committee decided for all of these units."""
    lines = {line.unit: line.document for line in ties(result.evaluation.ledger)}
    documents = [lines.get(one.unit.id, "") for one in block]
    decided = all(document and one.tie.startswith("总分相同") for document, one in zip(documents, block, strict=True))
    return "、".join(dict.fromkeys(documents)) if decided else ""


def _changes(result: Result, groups: list[Group]) -> Iterator[str]:
    """Units renamed, merged, founded or dissolved by decision, as far as the bulletin is about their class."""
    classes = {group.scheme.id for group in groups}
    ids = [unit.id for unit in result.evaluation.roster.units if unit.class_id in classes]
    for unit in ids:
        yield from (f"{said}。" for said in unit_changes(result.evaluation, unit))


def _sheets(result: Result) -> Iterator[str]:
    """Waived and missing sheets by role: whose they are is nobody's business outside."""
    roles, evaluators = result.evaluation.roles, result.evaluation.evaluators
    ledger = result.evaluation.ledger
    counted = {(sheet.evaluator, sheet.batch) for sheet in result.accounts.sheets if sheet.answered == "counted"}
    # two entries of one paper are one sheet
    scored = [sheet for sheet in result.accounts.sheets if not sheet_name(sheet.batch)]
    once = {(sheet.evaluator, sheet.batch): sheet for sheet in scored}
    sheets = [sheet for key, sheet in once.items() if key not in counted]
    for state, words in (("waived", "经批准免报"), ("missing", "截至目前未报")):
        own = [sheet for sheet in sheets if sheet.answered == state]
        counts = Counter(evaluators[sheet.evaluator].role for sheet in own)
        if counts:
            listed = "，".join(f"{roles.get(role, role)}{number}份" for role, number in sorted(counts.items()))
            waivers = [waiver_of(ledger, each.evaluator, each.batch) for each in own]
            documents = "、".join(dict.fromkeys(line.document for line in waivers if line))
            source = f"（{documents}）" if documents and state == "waived" else ""
            rule = "按规则不计入平均" if state == "waived" else "有关评估内容暂未计入"
            yield f"报送表{words}{source}：{listed}，{rule}。"


def _notable(groups: list[Group]) -> Iterator[str]:
    """Units for which a component is not simply scored, together where the same happened to them."""
    happened: dict[tuple[str, str], list[str]] = {}
    for group in groups:
        for one in group.standings:
            for what in notable(group, one):
                name = f"{group.title(what.component)}：" if what.component else ""
                units = happened.setdefault((name, what.general), [])
                units += [] if one.unit.name in units else [one.unit.name]
    for (name, words), units in happened.items():
        yield f"{name}{'、'.join(units)}{words}。"


# --- for others who say the same ---------------------------------------------------------------------------------


def told(result: Result, groups: list[Group]) -> list[tuple[str, list[str]]]:
    """What the bulletin says in sentences: (heading, sentences)."""
    groups = [group for group in groups if group.standings]
    return [
        ("总体情况", list(_overview(result, groups))),
        ("获奖情况", list(_awards(groups))),
        ("主要特点", list(_highlights(groups))),
        ("有关说明", list(_explanations(result, groups))),
    ]
