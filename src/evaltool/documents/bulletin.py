"""What stands in the bulletin of results (结果通报): all classes in one document, figures first, then awards, what
stands out, what to do; every result is attached, with awards, and so are the explanations that a reader of the tables
will ask for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from evaltool.documents.assessment import Topic, by_class, problems, spreads, strengths, suggestions
from evaltool.documents.consequences import rectified
from evaltool.documents.content import Content
from evaltool.documents.persons import U
from evaltool.documents.phrases import enumerated
from evaltool.documents.remarks import remarked
from evaltool.documents.tables import in_document
from evaltool.evaluation.in_words.decisions import unit_changes
from evaltool.exact import plain, published
from evaltool.identity import sheet_name
from evaltool.ledger import waiver_of
from evaltool.results.award import places
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.results.satisfaction import satisfied_choices
from evaltool.roster import RemarkKind
from evaltool.rules import Award, Scheme
from evaltool.views.comparison import ComparedGroup, compared, notable, weight_text
from evaltool.views.grades import by_grade
from evaltool.views.ranking import ranking
from evaltool.views.satisfaction import satisfaction_table, satisfied_by_group
from evaltool.views.ties import ties_told
from evaltool.views.wording import barred_words, veto_words
from evaltool.writers.official import Attachment, DocumentBlock, DocumentTable, Heading, Text, texts

_PAGE = 156.0  # mm
_WIDTHS = {"rank": 20.0, "total": 30.0, "grade": 30.0}  # the unit has what they leave
_BESIDE_AWARDS = {"rank": 16.0, "total": 20.0, "grade": 18.0, "awards": 42.0}


def groups_of(result: Result) -> list[ComparedGroup]:
    classes = result.evaluation.classes.values()
    return [compared(result, scheme.id, group.id) for scheme in classes for group in scheme.head.groups]


def bulletin(result: Result, groups: list[ComparedGroup]) -> Content:
    settings, notice = result.evaluation.settings, result.evaluation.notice
    groups = [group for group in groups if group.standings]
    annexes = attached(result, groups)
    body: list[DocumentBlock] = [Text(_intro(result) + where(annexes, groups))]
    for heading, blocks in sections(result, groups):
        body += [Heading(heading), *blocks]
    subject = "阶段性结果的通报" if result.interim else "结果的通报"
    whose = settings.office if result.interim else notice.signatory
    title = [each for each in (whose, f"关于{settings.name}{subject}") if each]
    return Content(title, [*body, Text("特此通报。")], annexes)


def attached(result: Result, groups: list[ComparedGroup]) -> list[Attachment]:
    """Every result with its awards, satisfaction unit by unit, and what explains the tables."""
    name = f"{result.evaluation.settings.name}{'阶段性' if result.interim else ''}结果"
    tables = [ranking_table(group, awarded=any(one.awards for one in group.standings)) for group in groups]
    happy = [satisfaction(group) for group in groups if group.satisfied]
    said = enumerated(_explanations(result, groups)) if groups else []
    listed: list[tuple[str, Sequence[DocumentBlock]]] = [
        (name, tables),
        (f"{U}各单位满意率" if len(happy) == len(groups) else "可以公布的满意率", happy),
        ("有关说明", said),
    ]
    return [Attachment((title,), tuple(blocks)) for title, blocks in listed if blocks]


def sections(result: Result, groups: list[ComparedGroup]) -> list[tuple[str, list[DocumentBlock]]]:
    """The bulletin's chapters by their headings, without those that have nothing in them."""
    groups = [group for group in groups if group.standings]
    named = rectified(result)
    tables = [grade_table(part) for part in by_class(groups) if part[0].scheme.grades]
    lead = [Text("各类等次分布如下表。")] if tables else []
    chapters: list[tuple[str, list[DocumentBlock]]] = [
        ("总体情况", [*texts(*overview(result, groups), *received(groups)), *lead, *tables]),
        ("得分情况", [*texts(*spreads(groups), *satisfied(groups))]),
        ("获奖情况", [] if result.interim else [*texts(*awards(groups))]),
        ("主要特点", by_topic([*strengths(result, groups), *_said(result, groups, "praise", "各方面肯定的做法")])),
        (
            "存在问题",
            by_topic([*problems(result, groups, named), *_said(result, groups, "problem", "各方面反映的问题")]),
        ),
        ("工作建议", [] if result.interim else by_topic(_proposed(result, groups, named))),
    ]
    return [(heading, blocks) for heading, blocks in chapters if blocks]


def told(result: Result, groups: list[ComparedGroup]) -> list[tuple[str, list[str]]]:
    """What the bulletin says in sentences, for others who say the same: (heading, sentences)."""
    groups = [group for group in groups if group.standings]
    named = rectified(result)
    return [
        ("总体情况", [*overview(result, groups), *received(groups), *spreads(groups), *satisfied_by_group(groups)]),
        ("获奖情况", [] if result.interim else list(awards(groups))),
        ("主要特点", [*_flat(strengths(result, groups)), *remarked(result, groups, "praise")]),
        ("存在问题", [*_flat(problems(result, groups, named)), *remarked(result, groups, "problem")]),
        ("工作建议", [] if result.interim else _flat(_proposed(result, groups, named))),
        ("有关说明", list(_explanations(result, groups))),
    ]


def _flat(topics: Iterable[Topic]) -> list[str]:
    return [each for _, said in topics for each in said]


def _proposed(result: Result, groups: list[ComparedGroup], named: Collection[str]) -> list[Topic]:
    return [*suggestions(result, groups, named), *_said(result, groups, "advice", "各方面提出的建议")]


def _said(result: Result, groups: list[ComparedGroup], kind: RemarkKind, about: str) -> list[Topic]:
    said = list(remarked(result, groups, kind))
    return [(about, said)] if said else []


def by_topic(topics: Sequence[Topic]) -> list[DocumentBlock]:
    """（一）（二） with what each is about, several sentences as 1. 2. 3.; a single one has no heading."""
    if len(topics) == 1:
        return enumerated(topics[0][1])
    return [block for about, said in topics for block in (Heading(about, 2), *enumerated(said))]


def satisfied(groups: list[ComparedGroup]) -> Iterator[str]:
    """Between what the means of the voters lie, a clause for each group; unit by unit it is attached."""
    said = []
    for group in groups:
        means = [published(each * 100, 1) for each in sorted(group.means.satisfied.values())]
        if means:
            span = f"{means[0]}%" if means[0] == means[-1] else f"{means[0]}%至{means[-1]}%"
            said.append(f"{group.full_name}{span}")
    if said:
        yield f"各评价主体对{U}排名单位的平均满意率：{'；'.join(said)}。"


def _intro(result: Result) -> str:
    name = result.evaluation.settings.name
    if result.interim:
        what = "名次和等次" if any(scheme.grades for scheme in result.evaluation.classes.values()) else "名次"
        return f"现将{name}截至目前的阶段性结果通报如下。数据尚未报齐，{what}可能变动，不作为最终结果。"
    return f"现将{name}结果通报如下。"


def where(attachments: Sequence[Attachment], groups: Sequence[ComparedGroup]) -> str:
    """Which annex has what; the first has the results."""
    what = [f"{U}各单位{tabled(groups, awarded=True)}", *("".join(each.title) for each in attachments[1:])]
    numbers = ("",) if len(attachments) == 1 else range(1, len(attachments) + 1)
    listed = [f"{name}见附件{number}" for name, number in zip(what, numbers, strict=False)]
    return f"{'，'.join(listed)}。" if listed else ""


def tabled(groups: Sequence[ComparedGroup], *, awarded: bool = False) -> str:
    """What stands in the tables of results."""
    known = ["总分", "名次"]
    known += ["等次"] if any(group.scheme.grades for group in groups) else []
    known += ["奖项"] if awarded and any(one.awards for group in groups for one in group.standings) else []
    return f"{'、'.join(known[:-1])}和{known[-1]}"


# --- figures ---------------------------------------------------------------------------------------------------------


def overview(result: Result, groups: list[ComparedGroup]) -> Iterator[str]:
    """How many took part, how many sheets and cards the result rests on, how the grades came out."""
    units = sum(len(group.standings) for group in groups)
    classes = [(part[0].scheme.head, sum(len(group.standings) for group in part)) for part in by_class(groups)]
    listed = "，".join(f"{head.name}{number}{head.each}" for head, number in classes)
    which = "本次专项" if result.evaluation.part_of else f"{result.evaluation.settings.year}年度"
    said = f"参加{which}{U}评估的单位共{units}{U}个" + (f"，其中{listed}" if len(classes) > 1 else "")
    counted = sum(role.counted for role in result.accounts.scored)
    cards = sum(batch.valid or 0 for batch in result.accounts.batches)
    wrong = sum(role.with_errors for role in result.accounts.scored)
    said += f"。共计入评估主体报送表{counted}份" if counted else ""
    said += f"（另有{wrong}份有错待改）" if counted and wrong else ""
    said += f"、有效评价卡{cards}张次" if counted and cards else ""
    answers = sum(survey.counted for survey in result.accounts.surveys)
    said += f"、调查问卷的有效评价{answers}条" if counted and answers else ""
    yield f"{said}。"
    for part in by_class(groups):
        if part[0].scheme.grades:
            yield _grades(part)


def _grades(part: list[ComparedGroup]) -> str:
    standings = [one for group in part for one in group.standings]
    counts, head = Counter(one.grade for one in standings), part[0].scheme.head
    each = head.each
    listed = [f"{grade.name}{counts[grade.name]}{each}" for grade in part[0].scheme.grades if counts[grade.name]]
    listed += [
        f"尚未报到的可能改变等次的{open_}{each}" for open_ in [sum(bool(one.possible) for one in standings)] if open_
    ]
    return f"{head.name}{len(standings)}{head.says('个单位', '人')}中，{'、'.join(listed)}。"


def received(groups: list[ComparedGroup]) -> Iterator[str]:
    """How much of full marks an interim result is made of, by groups; places say little where units differ in it."""
    for group in groups:
        there = [one.received for one in group.standings if one.received is not None]
        if there:
            least, most = weight_text(min(there)), weight_text(max(there))
            full = plain(Fraction(group.scheme.head.total))
            if least == most:
                yield f"{group.full_name}满分{full}分中已报到{most}分。"
            else:
                said = f"{group.scheme.head.says('各单位', '各人')}不同，得分和名次不宜直接比较"
                yield f"{group.full_name}满分{full}分中已报到{least}分至{most}分，{said}。"


def grade_table(part: list[ComparedGroup]) -> DocumentTable:
    """Grades per group, with the mean of the ranked units."""
    made = by_grade(part)
    narrow = min(18.0, (_PAGE - 46) / (len(made.columns) - 1))
    widths = [_PAGE - narrow * (len(made.columns) - 1), *[narrow] * (len(made.columns) - 1)]
    return replace(in_document(made, widths, made.caption), align=())


def ranking_table(group: ComparedGroup, *, awarded: bool = False) -> DocumentTable:
    """Who came where; `awarded`: with the awards."""
    widths = _BESIDE_AWARDS if awarded else _WIDTHS
    keys = [each for each in widths if each != "grade" or group.scheme.grades]
    made = ranking(group).only(keys[0], "unit", *keys[1:])
    left = _PAGE - sum(widths[each] for each in keys)
    return in_document(made, (widths[keys[0]], left, *(widths[each] for each in keys[1:])), f"{group.full_name}结果")


def satisfaction(group: ComparedGroup) -> DocumentTable:
    """Every unit's shares of satisfied voters."""
    made = satisfaction_table(group)
    narrow = min(34.0, 110.0 / (len(made.columns) - 1))
    widths = [_PAGE - narrow * (len(made.columns) - 1), *[narrow] * (len(made.columns) - 1)]
    ways = dict.fromkeys("、".join(satisfied_choices(group.scheme, each)) for each in group.satisfied)
    caption = made.caption + (f"（选{next(iter(ways))}的占表态的比例）" if len(ways) == 1 else "")
    return in_document(made, widths, caption)


# --- awards ----------------------------------------------------------------------------------------------------------


def awards(groups: list[ComparedGroup]) -> Iterator[str]:
    """Who got what, in the order of the rules, and which places stay empty."""
    for part in by_class(groups):
        for award in part[0].scheme.awards:
            if award.fields:
                yield _field_award(award, part[0].scheme.head.each, [one for group in part for one in group.standings])
            else:
                yield from (_group_award(award, group) for group in part if _places(award, group))


def _group_award(award: Award, group: ComparedGroup) -> str:
    several = len(group.scheme.head.groups) > 1
    name = f"{award.name}（{group.name}）" if several else award.name
    given = [one.unit.name for one in group.standings if award.name in one.awards]
    empty = _places(award, group) - len(given)
    vacancy = f"名额空缺{empty}个" if empty > 0 else ""
    if not given:
        return f"{name}：{vacancy}。"
    return f"{name}{len(given)}{group.scheme.head.each}：{'、'.join(given)}" + (f"；{vacancy}。" if vacancy else "。")


def _field_award(award: Award, each: str, standings: list[Standing]) -> str:
    lists = []
    for field in award.fields:
        names = [one.unit.name for one in standings if f"{award.name}·{field.name}" in one.awards]
        if names:
            lists.append((len(names), f"{field.name}{len(names)}{each}：{'、'.join(names)}"))
    given = sum(number for number, _ in lists)
    empty = f"，名额空缺{award.places - given}个" if award.places > given else ""
    listed = "；".join(words for _, words in lists)
    return f"{award.name}{given}{each}{empty}。{listed}。" if lists else f"{award.name}：名额空缺{award.places}个。"


def _places(award: Award, group: ComparedGroup) -> int:
    if award.ranks:
        return award.ranks[-1] - award.ranks[0] + 1
    return places(award, group.id, len(group.ranked))


# --- explanations ----------------------------------------------------------------------------------------------------


def _explanations(result: Result, groups: list[ComparedGroup]) -> Iterator[str]:
    yield from _how_decided(result, groups)
    if not result.interim:
        yield from _how_awarded(groups)
    for group in groups if not result.interim else ():
        yield from ties_told(result, group)
    for group in groups:
        yield from (f"{one.unit.name}{veto_words(one)}" for one in group.standings if one.veto)
    for group in groups:
        for one in group.standings:
            yield from (
                f"依据{document}，撤销{one.unit.name}“{label}”，名额空缺，不递补。" for label, document in one.revoked
            )
            yield from (f"{one.unit.name}{words}。" for words in filter(None, [barred_words(one)]))
    yield from _changes(result, groups)
    unranked = [one.unit.name for group in groups for one in group.standings if one.rank is None]
    if unranked:
        yield f"{'、'.join(unranked)}参加评估，不参加排名。"
    yield from _sheets(result)
    yield from _notable(groups)


def _how_decided(result: Result, groups: list[ComparedGroup]) -> Iterator[str]:
    """How totals were rounded and what ranks go by; said once where all classes do the same."""
    if result.interim:
        yield "总分是已有得分之和，名次只是目前的次序；等次只写尚未报到的也不会改变的，其余写明可能的范围；不评奖项。"
        return
    said: dict[str, list[str]] = {}
    for part in by_class(groups):
        scheme = part[0].scheme
        words = f"总分四舍五入，保留{scheme.head.decimals}位小数；{_ranked_by(scheme)}。"
        said.setdefault(words, []).append(scheme.head.name)
    for words, names in said.items():
        yield words if len(said) == 1 else f"{'、'.join(names)}{words}"


def _how_awarded(groups: list[ComparedGroup]) -> Iterator[str]:
    """How awards of single fields come about: what the list of those who have one does not show."""
    for part in by_class(groups):
        for award in part[0].scheme.awards:
            if award.fields:
                by = (award.contribution.name or "贡献评分") if award.contribution else "总分"
                alone = f"，已得{'、'.join(award.not_with)}的不再参评" if award.not_with else ""
                yield (
                    f"{award.name}名额按各单项{U}参评单位数分配，"
                    f"按{'、'.join(field.name for field in award.fields)}的次序"
                    f"依次评定，先比{by}，再比总分；{U}一个单位最多得一个单项{alone}。"
                )


def _ranked_by(scheme: Scheme) -> str:
    what = "名次、等次" if scheme.grades else "名次"
    return {
        "published": f"{what}按公布的总分确定",
        "exact": f"{what}按未取舍的总分确定",
        "variation": "名次按总分比上年的增减确定",
    }[scheme.ranking.by]


def _changes(result: Result, groups: list[ComparedGroup]) -> Iterator[str]:
    """Units renamed, merged, founded or dissolved by decision, as far as the bulletin is about their class."""
    classes = {group.scheme.id for group in groups}
    ids = [unit.id for unit in result.evaluation.roster.units if unit.class_id in classes]
    for unit in ids:
        yield from (f"{said}。" for said in unit_changes(result.evaluation, unit))


_NOT_COUNTED = (
    ("waived", "经批准免报", "按规则不计入平均"),
    ("with_errors", "已报送、有错待改", "有关评估内容以改正后的为准"),
    ("missing", "截至目前未报", "有关评估内容暂未计入"),
)


def _sheets(result: Result) -> Iterator[str]:
    """Waived and missing sheets by role: whose they are is nobody's business outside."""
    roles, evaluators = result.evaluation.roles, result.evaluation.evaluators
    ledger = result.evaluation.ledger
    counted = {(sheet.evaluator, sheet.batch) for sheet in result.accounts.sheets if sheet.answered == "counted"}
    # two entries of one paper are one sheet
    scored = [sheet for sheet in result.accounts.sheets if not sheet_name(sheet.batch)]
    once = {(sheet.evaluator, sheet.batch): sheet for sheet in scored}
    sheets = [sheet for key, sheet in once.items() if key not in counted]
    for state, words, rule in _NOT_COUNTED:
        own = [sheet for sheet in sheets if sheet.answered == state]
        counts = Counter(evaluators[sheet.evaluator].role for sheet in own)
        if counts:
            listed = "，".join(f"{roles.get(role, role)}{number}份" for role, number in sorted(counts.items()))
            waivers = [waiver_of(ledger, each.evaluator, each.batch) for each in own]
            documents = "、".join(dict.fromkeys(line.document for line in waivers if line))
            source = f"（{documents}）" if documents and state == "waived" else ""
            yield f"报送表{words}{source}：{listed}，{rule}。"


def _notable(groups: Iterable[ComparedGroup]) -> Iterator[str]:
    """Units for which a component is not simply scored, together where the same happened to them: what happened is said
    once, for all components."""
    happened: dict[str, dict[str, list[str]]] = {}
    for group in groups:
        for one in group.standings:
            for what in notable(group, one):
                name = f"（{group.title(what.component)}）" if what.component else ""
                units = happened.setdefault(what.general, {}).setdefault(name, [])
                units += [] if one.unit.name in units else [one.unit.name]
    for words, found in happened.items():
        yield f"{words}的：{'；'.join('、'.join(units) + name for name, units in found.items())}。"
