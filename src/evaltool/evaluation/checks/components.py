"""What the rules of one class mean together: does every name exist, does every sum come out, can every answer be had?

The shape of each piece was checked when it was read; here stand plain functions over the pieces that parsed, in the
order of the rules.  Each yields every mistake it sees.  Where a piece could not be read (`Scheme.unread`), nothing is
said that may only follow from its absence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from evaltool.evaluation.checks.outcomes import OUTCOME_CHECKS, SchemeCheck
from evaltool.evaluation.checks.references import NameKind, duplicates, unknown
from evaltool.exact import plain
from evaltool.findings import Finding, finding
from evaltool.names import folded, nearest
from evaltool.rules import ABSENCES, Component, Dropped, GoalRules, Scheme, WeightTo
from evaltool.rules.absence import mean_of_units
from evaltool.rules.methods import Ballot, Curve, Method, name_of

SELF, OWNER = "self", "owner"

_ABSENCE_WORDS = {
    "none": ("没有人评或没有次数", "nobody was asked"),
    "not_applicable": ("不适用", "it does not apply"),
    "undefined": ("算不出得分", "the method gives no result"),
    "unverified": ("未经核验", "it was not verified"),
}
_LEAF_ONLY = {"by", "answer", "each", "over", "benchmark", "convert", "groups", "verify", "interim", "taken"}
_NEEDED = {
    "by": ("由谁评分", "who answers"),
    "answer": ("怎样计分", "how it is scored"),
    "weight": ("权重", "its weight"),
}


def check_classes(schemes: Sequence[Scheme], roles: Mapping[str, str]) -> list[Finding]:
    """Every mistake of meaning in the rules of all classes of units."""
    findings = [one for scheme in schemes for check in CHECKS for one in check(scheme, roles)]
    return findings + list(_same_classes(schemes))


def _same_classes(schemes: Sequence[Scheme]) -> Iterator[Finding]:
    places = [(scheme.file, "scheme.id", scheme.id) for scheme in schemes]
    yield from duplicates(NameKind.CLASS, places)
    yield from duplicates(NameKind.CLASS, [(scheme.file, "scheme.name", scheme.head.name) for scheme in schemes])


# --- the tree --------------------------------------------------------------------------------------------------------


def _leaves(scheme: Scheme) -> dict[str, Component]:
    """Components without parts, also those that hang on a wrong parent."""
    parents = {component.parent for component in scheme.components.values()}
    return {key: component for key, component in scheme.components.items() if key not in parents}


def _parents(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    for key, component in scheme.components.items():
        if component.parent:
            yield from unknown(
                scheme, NameKind.COMPONENT, component.parent, f"component.{key}.in", scheme.components, scheme.titles
            )


def _circles(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    for key in scheme.components:
        line = scheme.ancestors(key)
        if key in line:
            way = " → ".join([key, *line[: line.index(key) + 1]])
            yield _wrong("RULES_CYCLE", scheme, f"component.{key}.in", name=scheme.components[key].name, list=way)


def _nodes_without_answer(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    leaves = _leaves(scheme)
    for key, component in scheme.components.items():
        if key not in leaves and key not in scheme.ancestors(key):
            parts = "、".join(scheme.components[part].name for part in scheme.children(key))
            stated = component.model_fields_set & _LEAF_ONLY
            for word in ["from"] if component.taken else sorted(stated):
                yield _wrong(
                    "RULES_NODE_ANSWER", scheme, f"component.{key}.{word}", name=component.name, key=word, list=parts
                )


def _leaves_complete(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    if not scheme.components and not scheme.has_unread_components:
        yield _wrong("RULES_KEY_MISSING", scheme, "component", key="[component.…]", place=scheme.file)
    for key, component in _leaves(scheme).items():
        stated = {
            "by": bool(component.by),
            "answer": component.answer is not None,
            "weight": component.weight is not None,
        }
        if not any(stated.values()) and scheme.has_unread_components:
            continue  # its parts may be among those that could not be read
        for word, there in stated.items():
            if not there:
                zh, en = _NEEDED[word]
                args = {"name": component.name, "key": word, "meaning_zh": zh, "meaning_en": en}
                yield _wrong("RULES_LEAF_INCOMPLETE", scheme, f"component.{key}.{word}", **args)


def _component_names(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    """Two parts of one parent with the same name could not be told apart in a document."""
    for parent in ("", *scheme.components):
        places = [
            (scheme.file, f"component.{key}.name", scheme.components[key].name) for key in scheme.children(parent)
        ]
        yield from duplicates(NameKind.COMPONENT, places)


# --- weights ---------------------------------------------------------------------------------------------------------


class _Sum(NamedTuple):
    total: Fraction
    listed: str


def _sum(scheme: Scheme, keys: Iterable[str]) -> _Sum:
    stated = [(scheme.components[key].name, scheme.components[key].weight or Decimal(0)) for key in keys]
    total = sum((Fraction(weight) for _, weight in stated), Fraction(0))
    return _Sum(total, " ＋ ".join(f"{name} {plain(weight)}" for name, weight in stated))


def _weights_add_up(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    """Leaf weights make up the total, for the units of each group where groups differ in their components."""
    leaves = _leaves(scheme)
    complete = leaves and all(component.weight is not None for component in leaves.values())
    unread = scheme.has_unread_components or "scheme" in scheme.unread
    circle = any(key in scheme.ancestors(key) for key in scheme.components)
    if scheme.head.normalise or not complete or unread or circle:
        return
    by_group = any(component.groups for component in leaves.values())
    groups = [(group.id, group.name) for group in scheme.head.groups] if by_group else [("", "")]
    for group, name in groups:
        having = [
            key for key, component in leaves.items() if not group or not component.groups or group in component.groups
        ]
        total, listed = _sum(scheme, having)
        if total != Fraction(scheme.head.total):
            whose = {"group_zh": f"“{name}”的" if name else "", "group_en": f" of {name}" if name else ""}
            args = {"sum": plain(total), "total": plain(scheme.head.total), "list": listed, **whose}
            yield _wrong("RULES_WEIGHTS", scheme, "scheme.total", **args)


def _node_weights(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    for key, component in scheme.components.items():
        if not scheme.is_tree or not scheme.children(key) or component.weight is None:
            continue
        total, listed = _sum(scheme, scheme.leaves(key))
        if total != Fraction(component.weight):
            args = {"name": component.name, "stated": plain(component.weight), "sum": plain(total), "list": listed}
            yield _wrong("RULES_NODE_WEIGHT", scheme, f"component.{key}.weight", **args)


def _weightless(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    listed = (*(grade.conditions for grade in scheme.grades), *(award.conditions for award in scheme.awards))
    used = {condition.component for conditions in listed for condition in conditions}
    by_figure = any(condition.figure is not None for conditions in listed for condition in conditions)
    for key, component in _leaves(scheme).items():
        if by_figure and component.measured:
            continue  # its figures may be what a condition looks at
        if component.weight == 0 and not used & {key, *scheme.ancestors(key)} and "grade" not in scheme.unread:
            yield _wrong("RULES_WEIGHT_ZERO", scheme, f"component.{key}.weight", name=component.name)


# --- who answers, and how --------------------------------------------------------------------------------------------


def _roles(scheme: Scheme, roles: Mapping[str, str]) -> Iterator[Finding]:
    known = [*roles, OWNER]
    for key, component in _leaves(scheme).items():
        if component.by:
            yield from unknown(scheme, NameKind.ROLE, component.by, f"component.{key}.by", known, roles)


def _groups(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    ids = [(scheme.file, f"scheme.groups[{at}].id", group.id) for at, group in enumerate(scheme.head.groups, 1)]
    yield from duplicates(NameKind.GROUP, ids)
    names = [(scheme.file, f"scheme.groups[{at}].name", group.name) for at, group in enumerate(scheme.head.groups, 1)]
    yield from duplicates(NameKind.GROUP, names)
    groups = {group.id: group.name for group in scheme.head.groups}
    for key, component in scheme.components.items():
        for at, group in enumerate(component.groups, 1):
            yield from unknown(scheme, NameKind.GROUP, group, f"component.{key}.groups[{at}]", groups, groups)


def _answered_by_the_right_ones(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    for key, component in _leaves(scheme).items():
        if component.answer is None:
            continue
        reason = _unfit(component.by, component.answer)
        if reason:
            args = {"name": component.name, "method": name_of(component.answer)}
            args |= {"reason_zh": reason[0], "reason_en": reason[1]}
            yield _wrong("RULES_ANSWER_BY", scheme, f"component.{key}.by", component.by, **args)


def _unfit(by: str, answer: Method) -> tuple[str, str] | None:
    if by == OWNER and not answer.lined:
        return "这种方法没有指标，也就没有各指标的评分主体", "this method has no indicators, hence no owners"
    if by in (SELF, OWNER) and answer.by_cards:
        return "评价卡由一类人填写", "cards are filled in by a group of voters"
    if by == SELF and answer.places_name:
        return "被评估单位不能给各单位排名", "a unit cannot rank the units"
    return None


def _methods(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    """The parameters of every method, in a component's answer or under a name of its own."""
    for key, component in _leaves(scheme).items():
        if component.answer is not None:
            yield from _method(scheme, component.answer, f"component.{key}.answer", component.name)
        if component.convert is not None:
            yield from _conversion(scheme, key, component.convert)
    for key, parameters in scheme.methods.items():
        yield from _method(scheme, parameters, f"method.{key}", key)


def _method(scheme: Scheme, answer: Method, key: str, name: str) -> Iterator[Finding]:
    if answer.scale_name:
        yield from unknown(scheme, NameKind.SCALE, answer.scale_name, f"{key}.{name_of(answer)}", scheme.scales)
        choices = [choice for choice, _ in scheme.scales.get(answer.scale_name, ())]
        named = [choice for quota in answer.quotas for choice in quota.choices]
        for choice in dict.fromkeys(named) if choices else ():  # each is said once
            alone = any(quota.choices == [choice] and quota.percent is None for quota in answer.quotas)
            where = f"quota.{choice}" if alone else "together"
            yield from unknown(scheme, NameKind.CHOICE, choice, f"{key}.{where}", choices)
        for choice in answer.satisfied if isinstance(answer, Ballot) and choices else ():
            yield from unknown(scheme, NameKind.CHOICE, choice, f"{key}.satisfied", choices)
    if answer.places_name:
        yield from unknown(scheme, NameKind.PLACES, answer.places_name, f"{key}.{name_of(answer)}", scheme.places)
    parts, preset = answer.preset_parts, answer.preset
    if parts and preset is not None and sum(parts.values()) != preset:
        listed = " ＋ ".join(f"{part} {plain(points)}" for part, points in parts.items())
        total = {"sum": plain(sum(parts.values(), Decimal(0))), "total": plain(preset)}
        yield _wrong("RULES_PARTS", scheme, f"{key}.parts", name=name, list=listed, **total)
    for word, zh, en in answer.mistakes():
        yield _wrong("RULES_FIGURE", scheme, f"{key}.{word}", name=name, key=word, reason_zh=zh, reason_en=en)


def _conversion(scheme: Scheme, leaf: str, convert: Curve) -> Iterator[Finding]:
    """A curve over what all answers come to has nothing else to look at; nor may it stand where marks are confidential,
    since nobody could say what the published points then tell of them."""
    name, key = scheme.components[leaf].name, f"component.{leaf}.convert"
    if convert.over != "figure":
        zh, en = "只能按合成后的得分率折算，不写 over", "converts what all answers come to: leave `over` out"
        yield _wrong("RULES_FIGURE", scheme, f"{key}.over", name=name, key="over", reason_zh=zh, reason_en=en)
    if scheme.is_tree and scheme.is_secret(leaf):
        zh = '不能用于保密的评分（折算后公布的得分会说明什么，无法审核）；公开的写 public = "show"'
        en = (
            'cannot stand where marks are confidential, since what points would tell is not audited; or public = "show"'
        )
        yield _wrong("RULES_FIGURE", scheme, key, name=name, key="convert", reason_zh=zh, reason_en=en)
    yield from _method(scheme, convert, key, name)


_SECRET = (
    '不能用于保密的评分（要看其他单位的评分，公布的得分会说明什么，无法审核）；公开的写 public = "show"',
    'cannot stand where marks are confidential, since what points would tell is not audited; or public = "show"',
)


def _benchmarks(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    """What all results are held against is one thing, and stands where marks are no secret."""
    for key, component in _leaves(scheme).items():
        if component.benchmark is None:
            continue
        wrong = list(component.benchmark.mistakes())
        if scheme.is_tree and scheme.is_secret(key):
            wrong.append(("benchmark", *_SECRET))
        for word, zh, en in wrong:
            place = f"component.{key}.benchmark"
            yield _wrong("RULES_FIGURE", scheme, place, name=component.name, key=word, reason_zh=zh, reason_en=en)


def _dropped(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    """Where so many answers are left out at each end, one at least is left."""
    for key, component in _leaves(scheme).items():
        ways = {"over": component.over, "each.over": component.each.over if component.each else "mean"}
        for word, over in ways.items():
            if isinstance(over, Dropped) and over.least <= 2 * over.drop:
                args = {"name": component.name, "key": "at_least"}
                zh = f"两端各去 {over.drop} 个，至少要有 {2 * over.drop + 1} 个才有剩下的"
                en = f"should be {2 * over.drop + 1} or more: {over.drop} are left out at each end"
                yield _wrong(
                    "RULES_FIGURE", scheme, f"component.{key}.{word}.at_least", **args, reason_zh=zh, reason_en=en
                )


def _multiplied(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    """Points of confidential marks are not multiplied: nobody could say what they then tell."""
    for leaf in scheme.leaves() if scheme.is_tree else ():
        if scheme.factors(leaf) and scheme.components[leaf].answer is not None and scheme.is_secret(leaf):
            name = scheme.components[leaf].name
            zh = '不能用于保密的评分（乘以系数后公布的得分会说明什么，无法审核）；公开的写 public = "show"'
            en = "cannot stand where marks are confidential, since what points would tell is not audited"
            key = f"component.{leaf}{'.factor' if scheme.components[leaf].factor else ''}"
            yield _wrong("RULES_FIGURE", scheme, key, name=name, key="factor", reason_zh=zh, reason_en=en)


def _goals(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    """What units declare are lines with points, marked by one role, in parts and by methods that the rules have."""
    for key, component in _leaves(scheme).items():
        zh, en = "", ""
        yield from _of_goals(scheme, key, component)
        if component.goals and component.answer is not None and not component.answer.by_points:
            zh, en = "目标按预赋分值计分，answer 应为 points", "goals carry points, so `answer` is points"
        elif component.goals and component.by == OWNER:
            zh, en = "申报的目标没有各自的评分主体，by 应为一个角色", "declared goals have no owners, so `by` is a role"
        if zh:
            args = {"place": "goals", "reason_zh": zh, "reason_en": en}
            yield _wrong("RULES_VALUE", scheme, f"component.{key}.goals", "true", **args)


def _of_goals(scheme: Scheme, key: str, component: Component) -> Iterator[Finding]:
    """The parts that units declare, and the methods that a goal may have, are those of the rules."""
    goals = component.goals or GoalRules()
    usable = [name for name, method in scheme.methods.items() if method.measured and not method.per_name]
    for word, named, known in (("declared", goals.declared, list(component.parts)), ("methods", goals.methods, usable)):
        for at, each in enumerate(named, 1):
            if each not in known and f"method.{each}" not in scheme.unread:
                args = {"column": word, "near": nearest(each, known) or "—"}
                yield _wrong("REFERENCE_UNKNOWN", scheme, f"component.{key}.goals.{word}[{at}]", each, **args)


def _reasons(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    """A reason is asked for where somebody enters points, from a loss on that the rules state."""
    for key, component in _leaves(scheme).items():
        if component.reason is None:
            continue
        zh, en = "", ""
        if component.answer is not None and not component.answer.is_mark:
            zh, en = "只有打分的内容才说明失分理由", "reasons are asked for where points are marked"
        elif component.reason.points is None and component.reason.percent is None:
            zh, en = (
                "要写明从失几分（from）或失百分之几（percent）起",
                "say from which loss on: `from`, `percent` or both",
            )
        if zh:
            args = {"place": "reason", "reason_zh": zh, "reason_en": en}
            yield _wrong("RULES_VALUE", scheme, f"component.{key}.reason", "", **args)


def _kinds_of_figures(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    """Kinds of figures head columns of a sheet: each has a name, none twice."""
    for key, component in scheme.components.items():
        kinds = [folded(kind) for kind in component.figures]
        if len(set(kinds)) < len(kinds) or "" in kinds:
            args = {"name": component.name, "list": "、".join(component.figures)}
            yield _wrong("FIGURE_KINDS", scheme, f"component.{key}.figures", **args)


def _policies(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    for key, component in scheme.components.items():
        siblings = [part for part in scheme.children(component.parent) if part != key]
        for absence in ABSENCES:
            policy, place = component.policy(absence), f"component.{key}.{absence}"
            if policy in ("out", "mean") and absence in _ABSENCE_WORDS:
                zh, en = _ABSENCE_WORDS[absence]
                args = {"name": component.name, "key": absence, "absence_zh": zh, "absence_en": en}
                yield _wrong("RULES_POLICY", scheme, place, str(policy), **args)
            elif mean_of_units(policy) and scheme.is_tree and key in _leaves(scheme) and scheme.is_secret(key):
                zh, en = _SECRET
                yield _wrong(
                    "RULES_FIGURE", scheme, place, name=component.name, key=absence, reason_zh=zh, reason_en=en
                )
            elif policy == "reweigh" and scheme.is_tree and not siblings and not _may_shrink(absence, component):
                yield _wrong("RULES_REWEIGH", scheme, place, name=component.name, key=absence)
            elif isinstance(policy, WeightTo):
                yield from _weight_to(scheme, key, policy, place, siblings)


def _may_shrink(absence: str, component: Component) -> bool:
    """Single indicators that do not apply shrink the preset points; no sibling is needed for that."""
    return absence == "not_applicable" and component.lined


def _weight_to(scheme: Scheme, key: str, policy: WeightTo, place: str, siblings: list[str]) -> Iterator[Finding]:
    if policy.parts and sum(policy.parts.values()) != 1:
        args = {
            "name": scheme.components[key].name,
            "key": "weight_to",
            "sum": plain(sum(policy.parts.values(), Fraction(0))),
        }
        zh = f'各部分加起来应为 1，现为 {args["sum"]}；除不尽的写分数，如 "2/3" 和 "1/3"'
        en = f'its parts should add up to 1, not {args["sum"]}; write fractions such as "2/3" and "1/3"'
        yield _wrong("RULES_FIGURE", scheme, place, **args, reason_zh=zh, reason_en=en)
    for at, target in enumerate(policy.weight_to, 1):
        if target not in scheme.components:
            yield from unknown(
                scheme, NameKind.COMPONENT, target, f"{place}.weight_to[{at}]", scheme.components, scheme.titles
            )
        elif target not in siblings and (scheme.is_tree or target == key):
            zh, en = (
                ("它就是自己", "it is the component itself") if target == key else ("不在同一上级之下", "no sibling")
            )
            args = {"name": scheme.components[key].name, "reason_zh": zh, "reason_en": en}
            args["known"] = "、".join(siblings) or "—"
            yield _wrong("RULES_WEIGHT_TO", scheme, f"{place}.weight_to[{at}]", target, **args)


def _repeats(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    for key, component in scheme.components.items():
        if component.each is None:
            continue
        place = f"component.{key}.each"
        if not component.each.periods and not component.each.word:
            yield _wrong("RULES_KEY_MISSING", scheme, place, key="periods", place=place)
        listed = [period for stage in component.each.stages.values() for period in stage] or component.each.periods
        yield from duplicates(
            NameKind.PERIOD, [(scheme.file, f"{place}[{at}]", one) for at, one in enumerate(listed, 1)]
        )
        for period in component.each.periods:
            if component.each.stages:
                yield from unknown(scheme, NameKind.PERIOD, period, f"{place}.periods", listed)


def _so_far(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    """A result so far is made of some of the periods that are asked; a sum of some is not what the sum of all is."""
    for key, component in scheme.components.items():
        each = component.each
        reasons = {
            ("没有写明时段，不知道还缺几次", "without periods nobody knows what is still missing"): bool(
                each and not each.periods
            ),
            ("各次相加的，未报齐时的合计不能当作全年的得分", "a sum of some is not what the sum of all is"): bool(
                each and each.over == "sum"
            ),
        }
        reason = next((said for said, there in reasons.items() if there), None)
        if each and each.so_far and reason:
            args = {"name": component.name, "reason_zh": reason[0], "reason_en": reason[1]}
            yield _wrong("RULES_SO_FAR", scheme, f"component.{key}.each.so_far", **args)


def _interim(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    """The interim result stands beside units that are marked in fixed rows, and is what all the other leaves give."""
    leaves = _leaves(scheme)
    for key, component in leaves.items():
        rows = bool(component.each and component.each.word and not component.each.periods)
        reasons = {
            ("评价卡上没有放阶段结果的地方", "cards have no place for it"): component.ballot is not None,
            ("逐次添行的表没有放阶段结果的地方", "rows that are added have no place for it"): rows,
            ("被评估单位不能看到各单位的阶段结果", "a unit may not see how it stands"): component.by == SELF,
            ("没有其他的评估内容可以显示", "nothing is left to show"): all(each.interim for each in leaves.values()),
        }
        reason = next((said for said, there in reasons.items() if there), None)
        if component.interim and reason:
            args = {"name": component.name, "reason_zh": reason[0], "reason_en": reason[1]}
            yield _wrong("RULES_INTERIM", scheme, f"component.{key}.interim", **args)


def _wrong(code: str, scheme: Scheme, cell: str, value: str = "", **args: str) -> Finding:
    return finding(code, file=scheme.file, cell=cell, value=value, args=dict(args))


CHECKS: tuple[SchemeCheck, ...] = (
    _parents,
    _circles,
    _nodes_without_answer,
    _leaves_complete,
    _component_names,
    _weights_add_up,
    _node_weights,
    _weightless,
    _groups,
    _roles,
    _answered_by_the_right_ones,
    _methods,
    _benchmarks,
    _dropped,
    _multiplied,
    _kinds_of_figures,
    _policies,
    _repeats,
    _so_far,
    _interim,
    _goals,
    _reasons,
    *OUTCOME_CHECKS,
)
