"""The rules in words, as one would read them to the committee: plain lines, indented, one class of units after another.

What is strict by default goes without saying; what the rules decided otherwise is said where it applies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from evaltool.evaluation import Evaluation
from evaltool.evaluation.derived import figures_of, taken_of
from evaltool.evaluation.derived import in_words as derived_in_words
from evaltool.evaluation.in_words.collection import surveys
from evaltool.evaluation.in_words.conditions import condition_in_words
from evaltool.evaluation.in_words.extras import extras_in_words
from evaltool.evaluation.in_words.stages import stages
from evaltool.evaluation.lines import is_figure
from evaltool.evaluation.taken import in_words as taken_in_words
from evaltool.exact import plain, share_of
from evaltool.findings import Language
from evaltool.roster import WAYS_TO_VERIFY
from evaltool.rules import ABSENCES, Component, GoalRules, Policy, Scheme, VetoKind, WeightTo
from evaltool.rules.combining import way_in_words
from evaltool.rules.outcomes import Award, Grade
from evaltool.rules.wording import joined, pick, worth

_STRICT = {"waived": "out"}  # every other kind of absence is refused unless the rules say otherwise
_ABSENT = {
    "none": ("没有人评的", "where nobody was asked"),
    "not_applicable": ("不适用的", "where it does not apply"),
    "missing": ("未报送的", "where an answer is missing"),
    "abstained": ("弃权的", "where everybody abstained"),
    "waived": ("免报的", "where an evaluator is waived"),
    "excluded": ("报送表被排除的", "where a sheet is excluded"),
    "unverified": ("未经核验的", "where a figure is not verified"),
    "undefined": ("算不出得分的", "where the method gives no result"),
}
_MEAN_OF = "the others decide; where there are none, the mean rate of the other units of {}"
_POLICIES = {
    "refuse": ("不得计分，须先处理", "nothing is scored until it is settled"),
    "out": ("不计入平均", "it is left out of the mean"),
    "full": ("按满分计", "full marks"),
    "zero": ("按零分计", "no points"),
    "reweigh": ("权重按比例转到并列的其他部分", "its weight goes to its siblings in proportion"),
    "mean": ("按其余的平均计", "the mean of the others counts"),
    "group_mean": ("以其余的为准；全部没有的，按本分类其他单位的平均得分率计", _MEAN_OF.format("its group")),
    "class_mean": ("以其余的为准；全部没有的，按同类对象的平均得分率计", _MEAN_OF.format("its class")),
}
_OF_NOBODY = {
    "group_mean": ("按本分类其他单位的平均得分率计", "the mean rate of the other units of its group"),
    "class_mean": ("按同类对象的平均得分率计", "the mean rate of the other units of its class"),
}
"""Where nothing of the unit's own could decide instead."""
_ROUNDING = {
    "half_up": ("四舍五入", "rounded half up"),
    "up": ("有余数即进一", "rounded up"),
    "down": ("舍去余数", "rounded down"),
}
SectionInWords = Callable[[Evaluation, Scheme, Language], Iterator[str]]


def explain(evaluation: Evaluation, language: Language = "zh") -> list[str]:
    """The whole evaluation in words."""
    settings = evaluation.settings
    lines = [pick(language, f"{settings.name}（{settings.office}）", f"{settings.name} ({settings.office})")]
    if whole := evaluation.part_of:
        zh = f"“{whole.name}”以外单独进行的专项评估"
        lines.append(pick(language, zh, f"the evaluation of a single matter beside {whole.name}"))
    for scheme in evaluation.classes.values():
        lines += ["", scheme.head.name]
        for section in SECTIONS:
            lines += [f"  {line}" for line in section(evaluation, scheme, language)]
    for after in (surveys(evaluation, language), stages(evaluation, language)):
        said = list(after)
        lines += ["", *said] if said else []
    return lines


# --- the total and its parts -----------------------------------------------------------------------------------------


def _head(evaluation: Evaluation, scheme: Scheme, language: Language) -> Iterator[str]:
    total, digits = plain(scheme.head.total), scheme.head.decimals
    zh = f"总分 {total} 分，公布到小数点后 {digits} 位，四舍五入，只在总分上进行一次。"
    yield pick(
        language, zh, f"Total {total} points, published to {digits} decimals, rounded half up, once, at the total."
    )
    each = pick(language, f" {scheme.head.each}", "")
    groups = [f"{group.name} {len(evaluation.units_of(scheme.id, group.id))}{each}" for group in scheme.head.groups]
    whom = scheme.head.says("参评单位：", "参评人员：")
    yield pick(language, whom, scheme.head.says("Units: ", "Persons: ")) + joined(language, groups)
    if scheme.head.normalise:
        stated = plain(scheme.stated_total())
        zh = f"规则中的权重之和是 {stated}，只表示比例，折算到 {total} 分。"
        yield pick(language, zh, f"The weights add up to {stated}; they are proportions, scaled to {total}.")
    if factor := scheme.head.factor:
        zh, en = (
            f"各项得分之和乘以{scheme.head.says('各单位', '参评人员')}的“{factor}”。",
            f"The total before bonus is multiplied by the unit's {factor}.",
        )
        yield pick(language, zh, en)
    if scheme.head.source:
        yield pick(language, f"依据：{scheme.head.source}", f"Source: {scheme.head.source}")


def _tree(evaluation: Evaluation, scheme: Scheme, language: Language) -> Iterator[str]:
    yield pick(language, "评估内容：", "Components:")
    for key, depth in scheme.walk():
        component = scheme.components[key]
        weight = worth(scheme.weight(key)) + pick(language, " 分", "")
        indent = "  " * (depth + 1)
        yield f"{indent}{component.name}　{weight}"
        said = _leaf(evaluation, scheme, key, language) if not scheme.children(key) else []
        yield from (f"{indent}    {line}" for line in [*said, *_common(scheme, component, language)])


def _leaf(evaluation: Evaluation, scheme: Scheme, key: str, language: Language) -> list[str]:
    """Who answers, how it is scored, how repeats and several evaluators become one, what absence means."""
    component = scheme.components[key]
    lines = [_who(evaluation, component, language)]
    if component.answer is not None:
        lines.append(component.answer.in_words(language, scheme, plain(scheme.weight(key))))
    lines += list(_by_named_methods(evaluation, scheme, key, language))
    lines += list(reckoned(evaluation, scheme, key, language))
    lines += list(_lines_away(evaluation, scheme, key, language))
    stated = () if component.taken else evaluation.indicators(scheme.id, key)
    measured = any(is_figure(scheme, line) for line in stated)
    if measured and len(component.figures) > 1:
        kinds = joined(language, component.figures)
        zh, en = f"数据种类：{kinds}，以填了的最后一种为准", f"kinds of figures: {kinds}; the last one stated counts"
        lines.append(pick(language, zh, en))
    if component.each:
        lines.append(component.each.in_words(language))
    if component.benchmark:
        lines.append(component.benchmark.in_words(language))
    if component.convert:
        points = component.convert.points_in_words(language)
        zh, en = f"合成后的得分率（%）再折算：{points}", f"what all answers come to (%) is converted: {points}"
        lines.append(pick(language, zh, en))
    if component.groups:
        names = {group.id: group.name for group in scheme.head.groups}
        listed = joined(language, (names[group] for group in component.groups))
        lines.append(pick(language, f"只适用于：{listed}", f"only for {listed}"))
    if component.goals:
        lines.append(_goals(component, component.goals, language))
    if component.reason:
        zh = f"失分达到{component.reason.words('zh')}的，评分的人写明失分理由"
        en = f"from a loss of {component.reason.words('en')} on, whoever marks says why"
        lines.append(pick(language, zh, en))
    if component.verify:
        said = pick(language, "经核验后才计分", "counts once it is verified")
        lines.append(said + _ways(evaluation, scheme, key, language))
    if component.interim:
        lines.append(
            pick(
                language,
                "打分时可以看到阶段得分和名次（其他各项得分之和，不含加分和扣分）",
                "whoever marks it may see the points and places so far (without bonus and deduction)",
            )
        )
    return lines


def _goals(component: Component, goals: GoalRules, language: Language) -> str:
    """Which lines units declare, who approves them, by what a goal may be scored beside marks."""
    preset = [part for part in component.parts if not component.declares(part)]
    zh, en = "各单位年初申报工作目标", "its lines are declared by the units"
    if preset:
        shares = [f"{part} {plain(component.parts[part])}" for part in component.declared_parts]
        zh = f"{'、'.join(preset)}由绩效办预设，{'、'.join(shares)} 分由各单位年初申报"
        en = f"{', '.join(preset)} is preset by the office, {', '.join(shares)} is declared by the units"
    zh += "，经分管领导审批、委员会确认后逐项计分" if goals.leader else "，批准后逐项计分"
    en += ", approved by the leader in charge and confirmed" if goals.leader else " and approved"
    en += " before they count"
    if goals.methods:
        zh += f"；有数据的可按{'、'.join(goals.methods)}计分"
        en += f"; from figures by {', '.join(goals.methods)}"
    return pick(language, zh, en)


def _who(evaluation: Evaluation, component: Component, language: Language) -> str:
    bearers = sum(each.role == component.by for each in evaluation.roster.evaluators)
    if component.taken:
        return pick(language, "没有人评，由已有的数得出", "answered by nobody: it follows from a figure that is there")
    if component.by == "self":
        return pick(language, "由被评估单位自己填报", "answered by the unit itself")
    if component.by == "owner":
        return pick(language, "由各指标的评分主体打分", "answered by each indicator's owner")
    role = evaluation.roles.get(component.by, component.by)
    several = ""
    if bearers > 1 and not component.ballot:
        over = way_in_words(language, component.over)
        several = pick(language, f"，有多个主体评的{over}", f"; of several {over}")
    months = ""
    if component.charge == "months":
        months = pick(language, "，按在任月份计", ", by months in charge")
    zh = f"由“{role}”评（{bearers} 个评估主体）{several}{months}"
    return pick(language, zh, f"answered by {role} (evaluators: {bearers}){several}{months}")


def _ways(evaluation: Evaluation, scheme: Scheme, key: str, language: Language) -> str:
    """How many lines have to be verified in which way, where the roster says it."""
    lines = [
        row.verified_by
        for unit in evaluation.units_of(scheme.id)
        for row in evaluation.indicators(scheme.id, key, unit.id)
        if evaluation.is_applicable(scheme.id, key, row.id, unit.id)
    ]
    ways = Counter(filter(None, lines))
    if not ways:
        return ""
    each = joined(language, [f"{way} {ways[way]}" for way in WAYS_TO_VERIFY if ways[way]])
    return pick(language, f"：共 {len(lines)} 项，{each}", f": {len(lines)} lines, {each}")


def _by_named_methods(evaluation: Evaluation, scheme: Scheme, key: str, language: Language) -> Iterator[str]:
    """Indicators that are scored by a method of their own."""
    if not scheme.components[key].lined:
        return
    rows = evaluation.indicators(scheme.id, key)
    for method in dict.fromkeys(row.method for row in rows if row.method in scheme.methods):
        names = joined(language, dict.fromkeys(row.name for row in rows if row.method == method))
        words = scheme.methods[method].in_words(language, scheme, pick(language, "预赋分值", "preset points"))
        yield pick(language, f"指标“{names}”：{words}", f"indicators {names}: {words}")


def reckoned(evaluation: Evaluation, scheme: Scheme, key: str, language: Language) -> Iterator[str]:
    """Lines whose figure nobody types."""
    for figure in figures_of(evaluation, scheme, key):
        lines = [line.name for line in evaluation.indicators(scheme.id, key) if line.figure == figure]
        names, formula = joined(language, dict.fromkeys(lines)), derived_in_words(evaluation, scheme, figure, language)
        if formula != names:
            zh = f"指标“{names}”的数值不用填，由工具算出：{formula}"
            yield pick(language, zh, f"the figure of indicators {names} is reckoned: {formula}")
    yield from (taken_in_words(evaluation, name, language) for name in taken_of(evaluation, scheme, key))


def _lines_away(evaluation: Evaluation, scheme: Scheme, key: str, language: Language) -> Iterator[str]:
    """What becomes of single lines that do not apply, where no policy for the whole says it."""
    rows = ((row.class_id, row.component) for row in evaluation.roster.not_applicable)
    if scheme.components[key].not_applicable == "refuse" and (scheme.id, key) in rows:
        zh, en = (
            "个别指标不适用的，其分值从满分中减去",
            "where an indicator does not apply, full marks shrink by its points",
        )
        yield pick(language, zh, en)


def absences_in_words(scheme: Scheme, component: Component, language: Language) -> Iterator[str]:
    """What becomes of absent answers, wherever it is not refused until somebody settles it."""
    for absence in ABSENCES:
        policy = component.policy(absence)
        if policy != _STRICT.get(absence, "refuse"):
            when, then = _absent(component, absence, language), _policy(scheme, policy, language)
            if str(policy) in _OF_NOBODY and (component.taken or absence in ("none", "not_applicable")):
                then = pick(language, *_OF_NOBODY[str(policy)])
            yield pick(language, f"{when}，{then}", f"{when}: {then}")


def _common(scheme: Scheme, component: Component, language: Language) -> Iterator[str]:
    """What a part and a leaf can both say: absence, rounding, disclosure."""
    yield from absences_in_words(scheme, component, language)
    if component.factor:
        whose = scheme.head.says("各单位", "参评人员")
        zh, en = f"得分乘以{whose}的“{component.factor}”", f"its points times the unit's {component.factor}"
        yield pick(language, zh, en)
    if component.own_line == "count" and component.by not in ("", "self"):
        yield pick(language, "对本单位的评分也计入", "an evaluator's mark for his own unit counts")
    if component.round is not None:
        yield pick(language, f"先四舍五入到 {component.round} 位小数", f"rounded to {component.round} decimals first")
    if component.public != "show":
        shown = {"sum": ("公开材料只到合计", "public: the sum only"), "hidden": ("不公开", "not public")}
        yield pick(language, *shown[component.public])


def _absent(component: Component, absence: str, language: Language) -> str:
    if absence == "none" and component.each and component.each.word:
        return pick(language, "没有人评或全年一次也没有的", "where nobody was asked or no occasion took place")
    if absence == "not_applicable" and component.lined:
        zh = "个别指标不适用的，其分值从满分中减去；全部不适用的"
        return pick(
            language, zh, "where an indicator does not apply, full marks shrink by its points; where none applies"
        )
    if absence == "missing" and component.taken:
        return pick(language, "没有可以取用的结果的", "where there is no result to take")
    return pick(language, *_ABSENT[absence])


def _policy(scheme: Scheme, policy: Policy, language: Language) -> str:
    if isinstance(policy, WeightTo):
        if policy.parts:
            parts = joined(language, (f"{scheme.components[to].name} {plain(of)}" for to, of in policy.parts.items()))
            return pick(language, f"权重分给：{parts}", f"its weight is shared out: {parts}")
        names = joined(language, (scheme.components[each].name for each in policy.weight_to))
        shared = len(policy.weight_to) > 1
        zh, en = ("按各自的权重", " in proportion to their own") if shared else ("", "")
        return pick(language, f"权重{zh}转到“{names}”", f"its weight goes to {names}{en}")
    if isinstance(policy, Decimal):
        return pick(language, f"按满分的 {plain(policy)}% 计", f"{plain(policy)}% of full marks")
    return pick(language, *_POLICIES[policy])


# --- what follows from the total -------------------------------------------------------------------------------------


def _ranking(_: Evaluation, scheme: Scheme, language: Language) -> Iterator[str]:
    by = {
        "published": ("公布的总分", "the published total"),
        "exact": ("未取整的总分", "the unrounded total"),
        "variation": ("总分比上年的增减", "the change of the total against the year before"),
    }
    zh, en = by[scheme.ranking.by]
    names = joined(language, (scheme.components[tie].name for tie in scheme.ranking.ties))
    zh_turn, en_turn = ("依次", ", one after the other") if len(scheme.ranking.ties) > 1 else ("", "")
    zh_ties = f"；相同的{zh_turn}比较{names}" if names else ""
    en_ties = f"; ties by {names}{en_turn}" if names else ""
    zh_gaps, en_gaps = (
        ("占名次：1、2、2、4", "takes up as many: 1, 2, 2, 4")
        if scheme.ranking.gaps
        else ("不占名次：1、2、2、3", "leaves no gap: 1, 2, 2, 3")
    )
    zh = f"排名：各分类内以{zh}从高到低{zh_ties}；仍相同的并列，并列的{zh_gaps}。"
    shared = f"what is still equal shares a place and {en_gaps}"
    yield pick(language, zh, f"Ranking: inside each group by {en}{en_ties}; {shared}.")


def _climb(_: Evaluation, scheme: Scheme, language: Language) -> Iterator[str]:
    climb = scheme.climb
    if climb.points:
        points = plain(climb.points)
        zh_most = "" if climb.most is None else f"，最多加 {plain(climb.most)} 分"
        en_most = "" if climb.most is None else f", {plain(climb.most)} at most"
        zh = f"{climb.name}：先按上述办法排一次名次（同分的并列），比上年名次每上升 1 位加 {points} 分{zh_most}，"
        zh += "没有上年名次的不加；加分后再排一次，以第二次的总分和名次为准，不再加分。"
        en = f"{climb.name}: all are ranked once (equal totals share a place); each place before last year's rank adds "
        en += f"{points}{en_most}, nothing without an earlier rank; then all are ranked again, which is final."
        yield pick(language, zh, en)


def _grades(evaluation: Evaluation, scheme: Scheme, language: Language) -> Iterator[str]:
    if scheme.grades:
        yield pick(language, "等次：", "Grades:")
        for grade in scheme.grades:
            bounds = joined(language, _bounds(evaluation, scheme, grade, language), "，")
            yield f"  {grade.name}{pick(language, '：', ': ')}{bounds}"


def _bounds(evaluation: Evaluation, scheme: Scheme, grade: Grade, language: Language) -> Iterator[str]:
    if (grade.bound or 0) <= 0 and grade.top_percent in (None, 100):
        yield pick(language, "其余", "the rest")
    elif grade.bound is not None:
        bound = plain(grade.bound)
        yield pick(language, f"总分不低于 {bound}", f"a total of {bound} or more")
    if grade.top_percent is not None and grade.top_percent < 100:
        top = plain(grade.top_percent)
        zh, en = _ROUNDING[grade.rounding]
        zh_ties, en_ties = _QUOTA_TIES[grade.ties]
        counts = joined(language, _quotas(evaluation, scheme, grade, language))
        ranked, counted = scheme.head.says("排名单位", "排名人员"), scheme.head.says("单位数", "人数")
        named = joined(language, (scheme.group_name(group) for group in grade.together))
        whose_zh, whose_en = (f"{named}合计", f"of all in {named}") if named else ("本分类", "the group's")
        zh += f"，至少 {grade.at_least} {scheme.head.each}" if grade.at_least else ""
        en += f", {grade.at_least} at least" if grade.at_least else ""
        yield pick(
            language,
            f"名次在{whose_zh}{ranked}的前 {top}%（{counted}{zh}：{counts}；名额边缘名次并列的，{zh_ties}）",
            f"a rank in the first {top}% of {whose_en} ranked units (their number {en}: {counts}; of units that share "
            f"the place at the edge {en_ties})",
        )
    for condition in grade.conditions:
        yield condition_in_words(evaluation, scheme, condition, language)


_QUOTA_TIES: Mapping[str, tuple[str, str]] = {
    "committee": ("由委员会裁定", "the committee decides"),
    "all": ("都评上", "all have it"),
    "none": ("都不评上", "none has it"),
}


def _quotas(evaluation: Evaluation, scheme: Scheme, grade: Grade, language: Language) -> Iterator[str]:
    """What the percentage comes to in each group, or in those that are counted as one."""
    fields = dict.fromkeys(grade.shares(group.id) for group in scheme.head.groups)
    for groups in fields:
        of = [unit for group in groups for unit in evaluation.units_of(scheme.id, group)]
        units = sum(unit.standing == "ranked" for unit in of)
        most = max(share_of(units, grade.top_percent or 0, grade.rounding), min(grade.at_least, units))
        if units:
            name = joined(language, map(scheme.group_name, groups)) if len(scheme.head.groups) > 1 else ""
            yield pick(
                language,
                f"{name}{units} {scheme.head.says('个单位取', '人取')} {most} {scheme.head.each}",
                f"{name}{' ' if name else ''}{most} of {units}",
            )


def _awards(evaluation: Evaluation, scheme: Scheme, language: Language) -> Iterator[str]:
    if scheme.awards:
        yield pick(language, "奖项：", "Awards:")
    for award in scheme.awards:
        yield f"  {award.name}{pick(language, '：', ': ')}{award_in_words(evaluation, scheme, award, language)}"


def award_in_words(evaluation: Evaluation, scheme: Scheme, award: Award, language: Language) -> str:
    """Who gets an award."""
    grade = pick(language, f"等次不低于“{award.grade}”", f"graded {award.grade} or better") if award.grade else ""
    others = joined(language, award.not_with)
    alone = pick(language, f"已得“{others}”的不再得", f"not together with {others}") if others else ""
    asked = [condition_in_words(evaluation, scheme, each, language) for each in award.conditions]
    barred = pick(language, "不得评奖的，由后一名递补", "who may have no award makes way for the next")
    moved = barred if award.barred == "next" and any(one.no_awards for one in scheme.consequences) else ""
    return joined(language, (_places(scheme, award, language), grade, *asked, alone, moved), "；")


def _places(scheme: Scheme, award: Award, language: Language) -> str:
    by_gain = award.by == "gain"
    edge = {
        "committee": ("；名额边缘同分的由委员会裁定", "; of a tie at the edge the committee decides"),
        "all": ("；名额边缘并列的都得", "; all who tie at the edge have it"),
        "none": ("；名额边缘并列的都不得", "; of a tie at the edge none has it"),
    }[award.ties]
    if award.ranks:
        first, last = award.ranks[0], award.ranks[-1]
        span = f"{first}" if first == last else f"{first}—{last}"
        if not scheme.ranking.gaps:
            edge = ("；名次并列的都得", "; all who share a rank")
        zh, en = (
            ("总分比上年提高最多的", "by the gain of the total on the year before, place") if by_gain else ("", "rank")
        )
        return pick(language, f"{zh}第 {span} 名{edge[0]}", f"{en} {span}{edge[1]}")
    if award.percent:
        names = {group.id: group.name for group in scheme.head.groups}
        listed = joined(language, (f"{names[group]} {plain(share)}%" for group, share in award.percent.items()))
        zh, en = _ROUNDING[award.rounding]
        counted = scheme.head.says("单位数", "人数")
        zh_by, en_by = ("，给总分比上年提高最多的", ", to those whose total gained most") if by_gain else ("", "")
        return pick(
            language,
            f"按参加排名{counted}的百分比：{listed}（{zh}，至少 {award.at_least} 名）{zh_by}{edge[0]}",
            f"a percentage of the ranked units: {listed} ({en}, at least {award.at_least}){en_by}{edge[1]}",
        )
    decided = {
        "committee": ("再相同的由委员会裁定", "then the committee decides"),
        "all": ("再相同的都得", "then all have it"),
        "none": ("再相同的都不得", "then none has it"),
    }[award.ties]
    fields = joined(language, (field.name for field in award.fields))
    by = award.contribution.name or award.contribution.by if award.contribution else ""
    one, entered = scheme.head.says("一个单位", "一人"), scheme.head.says("参评单位数", "参评人数")
    return pick(
        language,
        f"共 {award.places} 个名额，按各单项的{entered}分配（最大余数法，余数相同的先列者得）：{fields}；"
        f"{by}高的先得，相同的比总分，{decided[0]}；按所列单项的次序评，{one}最多得一个单项，"
        f"在前面单项已得的，后面的单项由下{one}得",
        f"{award.places} places over the fields in proportion to the units that enter them (largest remainder, an "
        f"equal one to the earlier field): {fields}; by {by}, then by total, {decided[1]}; field by "
        "field in this order, one for a unit at most: where it has one already, the next one gets it",
    )


def _veto(_: Evaluation, scheme: Scheme, language: Language) -> Iterator[str]:
    if scheme.veto.facts:
        facts = joined(language, scheme.veto.facts, "；")
        zh = f"一票否决（由评估委员会决定，最多降低一个等次，总分和名次不变）：{facts}"
        yield pick(language, zh, f"Veto (decided by the committee; lowers the grade by one, not the total): {facts}")
    if scheme.veto.kinds:
        yield pick(
            language, "一票否决的情形（由评估委员会决定是哪一种）：", "Kinds of veto (the committee decides which):"
        )
    for kind in scheme.veto.kinds:
        yield f"  {kind.name}{pick(language, '：', ': ')}{joined(language, _entailed(scheme, kind, language), '，')}"


def _entailed(scheme: Scheme, kind: VetoKind, language: Language) -> Iterator[str]:
    """What a kind of veto entails."""
    if kind.lowers:
        yield pick(language, f"等次降 {kind.lowers} 等", f"the grade goes down by {kind.lowers}")
    if kind.at_best:
        yield pick(language, f"等次最高只能是“{kind.at_best}”", f"the grade is {kind.at_best} at best")
    if kind.zero:
        name = scheme.components[kind.zero].name
        yield pick(language, f"“{name}”得零分", f"nothing for {name}")


def _bonus(_: Evaluation, scheme: Scheme, language: Language) -> Iterator[str]:
    bonus = scheme.bonus
    if bonus.kinds:
        more = []
        if bonus.claimed_in:
            name = scheme.components[bonus.claimed_in].name
            more.append(pick(language, f"在“{name}”的表中申报", f"claimed in the sheet of {name}"))
        if bonus.consent:
            more.append(pick(language, "申报须经分管领导同意", "a claim needs the consent of the leader in charge"))
        yield from extras_in_words(scheme, "bonus", language, more)


def _deduction(_: Evaluation, scheme: Scheme, language: Language) -> Iterator[str]:
    yield from extras_in_words(scheme, "deduction", language)


# --- the rules about the rules, and what is published ----------------------------------------------------------------


def _constraints(_: Evaluation, scheme: Scheme, language: Language) -> Iterator[str]:
    if scheme.constraints:
        yield pick(language, "对规则的规定（已核对，符合）：", "Rules about the rules (checked, they hold):")
    for constraint in scheme.constraints:
        names = joined(language, (scheme.components[each].name for each in constraint.components))
        least, most = constraint.at_least, constraint.at_most
        bounds = joined(
            language,
            (
                pick(language, f"不低于 {plain(least)}%", f"at least {plain(least)}%") if least is not None else "",
                pick(language, f"不高于 {plain(most)}%", f"at most {plain(most)}%") if most is not None else "",
            ),
        )
        yield pick(
            language,
            f"  {constraint.name}：{names}占总分{bounds}",
            f"  {constraint.name}: {names}: {bounds} of the total",
        )


def _zones(_: Evaluation, scheme: Scheme, language: Language) -> Iterator[str]:
    colours = {"green": "绿", "blue": "蓝", "yellow": "黄", "red": "红"}
    if scheme.zones:
        listed = [
            pick(language, f"{zone.name}（{colours[zone.colour]}区）", f"{zone.name} ({zone.colour})")
            + f" ≥ {plain(zone.bound)}"
            for zone in scheme.zones
        ]
        yield pick(language, "区域：", "Zones: ") + joined(language, listed)


_NO_AWARDS: dict[str | None, tuple[str, str]] = {
    None: ("", ""),
    "this": ("；当年不授奖", "; no awards this year"),
    "next": ("；次年不授奖", "; no awards next year"),
    "both": ("；当年和次年不授奖", "; no awards this year and the next"),
}


def _consequences(_: Evaluation, scheme: Scheme, language: Language) -> Iterator[str]:
    if scheme.consequences:
        yield pick(language, "结果运用：", "Consequences:")
    for one in scheme.consequences:
        years = pick(language, f"连续 {one.years} 年", f" {one.years} years running") if one.years > 1 else ""
        zh, en = f"  {years}“{one.grade}”：{one.text}", f"  {one.grade}{years}: {one.text}"
        document = pick(language, f"（{one.document}）", f" ({one.document})") if one.document else ""
        yield pick(language, zh, en) + document + pick(language, *_NO_AWARDS[one.no_awards])


def _disclosure(_: Evaluation, scheme: Scheme, language: Language) -> Iterator[str]:
    floor, secret = scheme.disclosure.floor, [leaf for leaf in scheme.leaves() if scheme.is_secret(leaf)]
    if floor > 1:
        named = [component.name for component in scheme.components.values() if component.is_always_public]
        zh = f"公开：评估主体少于 {floor} 个的内容不公开，只公开上一级合计"
        en = f"Public: nothing with fewer than {floor} evaluators; the sum above it is shown"
        if named:
            zh, en = f"{zh}；{'、'.join(named)}不受此限", f"{en}; whatever their number: {', '.join(named)}"
        yield pick(language, f"{zh}。", f"{en}.")
    if secret:
        yield from _guarded(scheme, secret, language)


def _guarded(scheme: Scheme, secret: Sequence[str], language: Language) -> Iterator[str]:
    """Of what single marks stay with the office, how much is left open, and what is published less for it."""
    names, part = joined(language, (scheme.components[leaf].name for leaf in secret)), plain(scheme.disclosure.open)
    yield pick(
        language,
        f"保密：{names}的单个评分不公开，也不得由全部公开材料推算出来：每个评分至少留有两种可能，"
        f"可能的范围不小于全部档次（分值）范围的 {part}%；总分本身就能说明的除外。",
        f"Confidential: single marks of {names}; nor may they follow from all that is public together: each has two "
        f"possible values at least, over {part}% of its scale or more, unless the total itself tells it.",
    )
    yield pick(
        language,
        "总分、名次、等次、奖项、加分和扣分一律公开；各项得分在计分时逐个单位审核，做不到上述要求的，"
        "同组各单位一律依次减少：各项得分少留小数（至少1位）；某项不列其组成部分或不单列；再多一项不单列；只公布总分。"
        "反馈书的失分明细照此审核，依次减少：列得分；只留1位小数；只列项目和理由；不列。",
        "Total, rank, grade, awards, bonus and deduction are always public; whether the components' points may be is "
        "audited for every unit when it is scored. Where not, all units of the group are told less, in this order: "
        "points with fewer decimals (one at least); a component without its parts, or not by itself; one more of them; "
        "the total alone. So are the lines that letters list: with points; with one decimal; with reasons alone; not.",
    )


SECTIONS: tuple[SectionInWords, ...] = (
    _head,
    _tree,
    _ranking,
    _climb,
    _grades,
    _awards,
    _veto,
    _bonus,
    _deduction,
    _constraints,
    _zones,
    _consequences,
    _disclosure,
)


def method(evaluation: Evaluation, scheme: Scheme, key: str, language: Language = "zh") -> list[str]:
    """How one component is scored: who answers, the method, what absence means."""
    said = _leaf(evaluation, scheme, key, language) if not scheme.children(key) else []
    return [*said, *_common(scheme, scheme.components[key], language)]


def outcomes(evaluation: Evaluation, scheme: Scheme, language: Language = "zh") -> list[str]:
    """What follows from a class's totals: ranking, grades, awards, veto."""
    parts = (_ranking, _climb, _grades, _awards, _veto)
    return [line for section in parts for line in section(evaluation, scheme, language)]
