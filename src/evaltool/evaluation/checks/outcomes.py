"""Do the rules about totals hang together: scales, ranking, grades, awards, bonus, constraints, zones, consequences?

Plain functions over what parsed, as in `components.py`, which lists them behind its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import count, pairwise
from typing import TypeVar

from evaltool.evaluation.checks.references import NameKind, duplicates, unknown
from evaltool.exact import half_up, plain
from evaltool.findings import Finding, finding
from evaltool.names import nearest
from evaltool.rules import EXTRAS, Award, Condition, ExtraKind, Extras, Grade, Scheme
from evaltool.rules.outcomes import FOLLOWING, without_signs

RuleEntry = TypeVar("RuleEntry")
SchemeCheck = Callable[[Scheme, Mapping[str, str]], Iterator[Finding]]


def _scales(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    for name, options in scheme.scales.items():
        key = f"scale.{name}"
        yield from duplicates(
            NameKind.CHOICE, [(scheme.file, f"{key}[{at}]", one) for at, (one, _) in enumerate(options, 1)]
        )
        counting = {choice: points for choice, points in options if isinstance(points, Decimal)}
        if not counting:
            yield _wrong("RULES_SCALE", scheme, key, name=name)
        for choice, points in counting.items():
            if not 0 <= points <= 100:
                yield _full_marks(scheme, NameKind.SCALE, key, name, choice, points)


def _places(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    for name, places in scheme.places.items():
        stated = {"first": places.first, "step": places.step, "least": places.least, "last": places.last or Decimal(0)}
        if places.last is not None and (places.step or places.least or places.points or places.last > places.first):
            zh = "不大于 first，不与 step、least、points 同时写"
            en = "should not be above `first`, and goes without `step`, `least` and `points`"
            yield _wrong(
                "RULES_FIGURE", scheme, f"places.{name}.last", name=name, key="last", reason_zh=zh, reason_en=en
            )
        listed = {f"points[{at}]": points for at, points in enumerate(places.points, 1)}
        for word, points in {**stated, **listed}.items():
            if not 0 <= points <= 100:
                yield _full_marks(scheme, NameKind.PLACES, f"places.{name}.{word}", name, word, points)


def _full_marks(scheme: Scheme, kind: NameKind, key: str, name: str, value: str, points: Decimal) -> Finding:
    return _wrong("RULES_FULL_MARKS", scheme, key, value, name=name, points=plain(points), **_words(kind))


def _ties(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    for at, tie in enumerate(scheme.ranking.ties, 1):
        yield from unknown(scheme, NameKind.COMPONENT, tie, f"rank.ties[{at}]", scheme.components, scheme.titles)


# --- grades and zones ------------------------------------------------------------------------------------------------


def _grades(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    names = [(scheme.file, f"grade[{at}].name", grade.name) for at, grade in _numbered(scheme, "grade", scheme.grades)]
    yield from duplicates(NameKind.GRADE, names)
    for at, grade in _numbered(scheme, "grade", scheme.grades):
        if grade.bound is None and grade.top_percent is None:
            yield _wrong("RULES_KEY_MISSING", scheme, f"grade[{at}]", key="from", place=f"grade[{at}]")
        for number, group in enumerate(grade.together, 1):
            groups = {each.id: each.name for each in scheme.head.groups}
            yield from unknown(scheme, NameKind.GROUP, group, f"grade[{at}].together[{number}]", groups, groups)
        for word in ("together", "at_least") if grade.top_percent is None else ():
            if getattr(grade, word):
                yield _wrong("RULES_KEY_MISSING", scheme, f"grade[{at}]", key="top_percent", place=f"grade[{at}]")
    bounds = [(at, grade.name, grade.bound) for at, grade in _numbered(scheme, "grade", scheme.grades)]
    yield from _descending(scheme, NameKind.GRADE, "grade", "from", bounds)
    tops = [
        (at, grade.name, -grade.top_percent)
        for at, grade in _numbered(scheme, "grade", scheme.grades)
        if grade.top_percent is not None
    ]
    yield from _descending(scheme, NameKind.GRADE, "grade", "top_percent", tops)
    if scheme.grades and not _has_unread(scheme, "grade") and not _takes_the_rest(scheme.grades[-1]):
        last = scheme.grades[-1]
        value = plain(last.bound) if last.bound is not None else f"{plain(last.top_percent or Decimal(0))}%"
        yield _wrong(
            "RULES_LAST", scheme, f"grade[{len(scheme.grades)}]", value, name=last.name, **_words(NameKind.GRADE)
        )


def _takes_the_rest(grade: Grade) -> bool:
    return (
        (grade.bound is None or grade.bound <= 0)
        and (grade.top_percent is None or grade.top_percent == 100)
        and not grade.conditions
    )


def _zones(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    yield from duplicates(
        NameKind.ZONE, [(scheme.file, f"zone[{at}].name", z.name) for at, z in _numbered(scheme, "zone", scheme.zones)]
    )
    yield from duplicates(
        NameKind.ZONE,
        [(scheme.file, f"zone[{at}].colour", z.colour) for at, z in _numbered(scheme, "zone", scheme.zones)],
    )
    bounds = [(at, zone.name, zone.bound) for at, zone in _numbered(scheme, "zone", scheme.zones)]
    yield from _descending(scheme, NameKind.ZONE, "zone", "from", bounds)
    if scheme.zones and not _has_unread(scheme, "zone") and scheme.zones[-1].bound > 0:
        last = scheme.zones[-1]
        place = f"zone[{len(scheme.zones)}]"
        yield _wrong("RULES_LAST", scheme, place, plain(last.bound), name=last.name, **_words(NameKind.ZONE))


def _descending(
    scheme: Scheme, kind: NameKind, table: str, word: str, bounds: Sequence[tuple[int, str, Decimal | None]]
) -> Iterator[Finding]:
    stated = [(at, name, bound) for at, name, bound in bounds if bound is not None]
    for (_, before, above), (at, name, bound) in pairwise(stated):
        if bound >= above:
            key = f"{table}[{at}].{word}"
            yield _wrong("RULES_ORDER", scheme, key, plain(abs(bound)), name=name, before=before, **_words(kind))


def _conditions(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    """Conditions of grades and of awards: about one thing that there is, asking for what it can come to."""
    listed: list[tuple[str, str, Sequence[Condition]]] = [
        (f"grade[{at}]", grade.name, grade.conditions) for at, grade in _numbered(scheme, "grade", scheme.grades)
    ]
    listed += [(f"award[{at}]", one.name, one.conditions) for at, one in _numbered(scheme, "award", scheme.awards)]
    for place, name, conditions in listed:
        for number, condition in enumerate(conditions, 1):
            key, known = f"{place}.conditions[{number}]", scheme.components
            if condition.component:
                where = f"{key}.component"
                yield from unknown(scheme, NameKind.COMPONENT, condition.component, where, known, scheme.titles)
            if condition.grade:
                grades = [grade.name for grade in scheme.grades]
                yield from unknown(scheme, NameKind.GRADE, condition.grade, f"{key}.grade", grades)
            value = condition.component or (condition.figure.text if condition.figure else "—")
            for zh, en in _bad_condition(scheme, condition):
                yield _wrong("RULES_CONDITION", scheme, key, value, name=name, reason_zh=zh, reason_en=en)


_ASKED = {
    "figure": ("at_least", "at_most"),
    "every_period": ("percent", "grade"),
    "component": ("percent", "points", "first"),
}
"""What a condition may ask for, by what it is about."""


def _bad_condition(scheme: Scheme, condition: Condition) -> Iterator[tuple[str, str]]:
    if bool(condition.component) == (condition.figure is not None):
        yield (
            "component（哪一项）和 figure（哪个数）要写一个，只能写一个",
            "exactly one of component and figure is needed",
        )
        return
    about = "figure" if condition.figure is not None else "every_period" if condition.every_period else "component"
    words = ("percent", "points", "first", "grade", "at_least", "at_most")
    stated = [word for word in words if getattr(condition, word) not in (None, "")]
    may, several = _ASKED[about], about == "figure"
    fits = bool(stated) and set(stated) <= set(may) and (several or len(stated) == 1)
    if not fits or (about == "figure" and condition.every_period):
        listed = "、".join(may)
        one_zh, one_en = ("至少一个", "at least one of") if several else ("一个，只能写一个", "exactly one of")
        yield f"这样的条件，{listed} 要写{one_zh}，不写别的", f"it needs {one_en} {', '.join(may)}, and nothing else"
    component = scheme.components.get(condition.component)
    if component is None:
        return
    if component.weight is not None and condition.points is not None and condition.points > component.weight:
        most = plain(component.weight)
        zh = f"最多只有 {most} 分，达不到 {plain(condition.points)} 分"
        yield zh, f"it has {most} points at most"
    if condition.every_period:
        yield from _bad_periods(scheme, condition)


def _bad_periods(scheme: Scheme, condition: Condition) -> Iterator[tuple[str, str]]:
    component = scheme.components[condition.component]
    if component.each is None or component.ballot is not None:
        yield "这一项不分时段（没有 each）", "it has no periods (no `each`)"
    grade = next((each for each in scheme.grades if each.name == condition.grade), None)
    if grade is not None and grade.bound is None:
        zh = f"等次“{grade.name}”没有分数下限（from），一个时段评不出来"
        yield zh, f"the grade {grade.name} has no bound (`from`), so that no period can have it"


# --- awards and bonus ------------------------------------------------------------------------------------------------


def _awards(scheme: Scheme, roles: Mapping[str, str]) -> Iterator[Finding]:
    names = [award.name for award in scheme.awards]
    yield from duplicates(
        NameKind.AWARD, [(scheme.file, f"award[{at}].name", name) for at, name in _numbered(scheme, "award", names)]
    )
    for at, award in _numbered(scheme, "award", scheme.awards):
        key = f"award[{at}]"
        yield from _award_kind(scheme, award, key)
        if award.grade:
            yield from unknown(
                scheme, NameKind.GRADE, award.grade, f"{key}.grade", [grade.name for grade in scheme.grades]
            )
        groups = {group.id: group.name for group in scheme.head.groups}
        for group in award.percent:
            yield from unknown(scheme, NameKind.GROUP, group, f"{key}.percent.{group}", groups, groups)
        for number, other in enumerate(award.not_with, 1):
            known = [name for name in names if name != award.name]
            yield from unknown(scheme, NameKind.AWARD, other, f"{key}.not_with[{number}]", known)
        if award.contribution:
            yield from unknown(scheme, NameKind.ROLE, award.contribution.by, f"{key}.contribution.by", roles, roles)
    fields = [
        (scheme.file, f"award[{at}].fields[{number}]", field.id)
        for at, award in _numbered(scheme, "award", scheme.awards)
        for number, field in enumerate(award.fields, 1)
    ]
    yield from duplicates(NameKind.FIELD, fields)


def _award_kind(scheme: Scheme, award: Award, key: str) -> Iterator[Finding]:
    stated = [word for word in ("ranks", "percent", "fields") if getattr(award, word)]
    if len(stated) != 1:
        yield _wrong("RULES_AWARD", scheme, key, "、".join(stated) or "—", name=award.name)
    if award.ranks and (len(award.ranks) != 2 or award.ranks[0] > award.ranks[1]):
        shown = "、".join(str(rank) for rank in award.ranks)
        yield _wrong("RULES_AWARD_RANKS", scheme, f"{key}.ranks", shown, name=award.name)
    if award.by == "gain" and award.fields:
        zh, en = "单项奖按贡献评，不写 by", "leave it out: single fields go by contribution"
        yield _wrong("RULES_FIGURE", scheme, f"{key}.by", name=award.name, key="by", reason_zh=zh, reason_en=en)
    if award.ranks and award.ties == "none" and not scheme.ranking.gaps:
        zh = "并列不占名次（gaps = false）时，名次并列的都得，不会有名额边缘的并列"
        en = "leave it out: without gaps all who share a rank have it, so that nobody ties at an edge"
        yield _wrong("RULES_FIGURE", scheme, f"{key}.ties", name=award.name, key="ties", reason_zh=zh, reason_en=en)
    missing = {"places": award.places, "contribution": award.contribution} if award.fields else {}
    for word, there in missing.items():
        if not there:
            yield _wrong("RULES_KEY_MISSING", scheme, f"{key}.{word}", key=word, place=f"{key}.{word}")


def _extras(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    """Kinds of bonus and of deduction: told apart by their names and levels, each worth something inside the cap."""
    for table in EXTRAS:
        rules, kind = scheme.extras(table), NameKind.BONUS if table == "bonus" else NameKind.DEDUCTION
        listed = [(at, choice) for at, one in enumerate(rules.kinds, 1) for choice in (one.name, *one.choices)]
        named = [(scheme.file, f"{table}.kinds[{at}]", without_signs(name)) for at, name in dict.fromkeys(listed)]
        yield from duplicates(kind, named)
        for at, one in enumerate(rules.kinds, 1):
            for zh, en in _bad_extra(rules, one):
                args = {"table": table, "reason_zh": zh, "reason_en": en, **_words(kind)}
                yield _wrong("RULES_BONUS", scheme, f"{table}.kinds[{at}]", one.name, **args)
        if rules.cap is not None and rules.cap <= 0:
            args = {"table": table, "reason_zh": "上限应大于 0", "reason_en": "the cap is more than 0", **_words(kind)}
            yield _wrong("RULES_BONUS", scheme, f"{table}.cap", plain(rules.cap), **args)


def _bad_extra(rules: Extras, one: ExtraKind) -> Iterator[tuple[str, str]]:
    stated = [word for word in ("points", "levels", "most") if getattr(one, word) not in (None, {})]
    if len(stated) != 1:
        yield (
            "points（一次几分）、levels（各级别的分值）、most（最多几分，由委员会定）要写一个，只能写一个",
            "exactly one of points (what one case is worth), levels (what each level is) and most is needed",
        )
    worths = [points for points in (one.points, one.most, *one.levels.values()) if points is not None]
    for points in [*worths, *([one.cap] if one.cap is not None else [])]:
        if points <= 0 or (rules.cap is not None and points > rules.cap):
            zh = f"{plain(points)} 分，应大于 0 且不超过上限"
            yield zh, f"{plain(points)} points; more than 0, within the cap"
    if one.cap is not None and worths and one.cap < max(worths):
        zh = f"这一种最多 {plain(one.cap)} 分，比其中一次的 {plain(max(worths))} 分还少"
        yield zh, f"the cap of the kind, {plain(one.cap)}, is less than {plain(max(worths))} for one case"


def _claims(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    """Bonuses are claimed where units fill in a sheet, by kinds that there are."""
    bonus = scheme.bonus
    if not bonus.claimed_in:
        return
    known = scheme.components
    yield from unknown(scheme, NameKind.COMPONENT, bonus.claimed_in, "bonus.claimed_in", known, scheme.titles)
    component = known.get(bonus.claimed_in)
    if component and component.by != "self":
        zh, en = "这一项不由被评估单位自己填，无法申报加分", "the unit itself does not fill in this component"
        args = {"table": "bonus", "reason_zh": zh, "reason_en": en, **_words(NameKind.BONUS)}
        yield _wrong("RULES_BONUS", scheme, "bonus.claimed_in", component.name, **args)
    if not bonus.kinds:
        yield _wrong("RULES_KEY_MISSING", scheme, "bonus.kinds", key="kinds", place="bonus.kinds")


def _climb(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    """Places climbed are worth points that are printed whole, beside a first ranking by totals."""
    climb, digits = scheme.climb, scheme.head.decimals
    if climb.model_fields_set and not climb.points and "climb" not in scheme.unread:
        yield _wrong("RULES_KEY_MISSING", scheme, "climb.points", key="points", place="climb.points")
    for key, value in (("points", climb.points), ("most", climb.most)):
        if value is not None and Fraction(value) != half_up(Fraction(value), digits):
            zh, en = f"小数位数不能多于总分的 {digits} 位", f"has more decimals than the total, {digits}"
            yield _wrong("RULES_FIGURE", scheme, f"climb.{key}", name=climb.name, key=key, reason_zh=zh, reason_en=en)
    if climb.points and scheme.ranking.by == "variation":
        zh, en = "按总分增减排名的，已经看进步，不再奖励", 'with `by = "variation"` places go by progress already'
        yield _wrong("RULES_FIGURE", scheme, "climb.points", name=climb.name, key="points", reason_zh=zh, reason_en=en)


def _vetoes(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    """Each kind of veto entails something, at a grade or in a component that there is."""
    listed = [(scheme.file, f"veto.kinds[{at}].name", kind.name) for at, kind in enumerate(scheme.veto.kinds, 1)]
    yield from duplicates(NameKind.VETO, listed)
    for at, kind in enumerate(scheme.veto.kinds, 1):
        key = f"veto.kinds[{at}]"
        if kind.lowers is None and not kind.at_best and not kind.zero:
            yield _wrong("RULES_VETO", scheme, key, name=kind.name)
        if kind.at_best:
            grades = [grade.name for grade in scheme.grades]
            yield from unknown(scheme, NameKind.GRADE, kind.at_best, f"{key}.at_best", grades)
        if kind.zero:
            components = scheme.components
            yield from unknown(scheme, NameKind.COMPONENT, kind.zero, f"{key}.zero", components, scheme.titles)


# --- rules about the rules, consequences, disclosure -----------------------------------------------------------------


def _constraints(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    listed = [
        (scheme.file, f"constraint[{at}].name", one.name)
        for at, one in _numbered(scheme, "constraint", scheme.constraints)
    ]
    yield from duplicates(NameKind.CONSTRAINT, listed)
    for at, constraint in _numbered(scheme, "constraint", scheme.constraints):
        key = f"constraint[{at}]"
        for number, name in enumerate(constraint.components, 1):
            yield from unknown(
                scheme, NameKind.COMPONENT, name, f"{key}.components[{number}]", scheme.components, scheme.titles
            )
        if constraint.at_least is None and constraint.at_most is None:
            yield _wrong("RULES_KEY_MISSING", scheme, key, key="at_least", place=key)
        if scheme.is_tree and all(name in scheme.components for name in constraint.components):
            share = _share(scheme, constraint.components)
            for word, limit, breaks, zh, en in (
                ("at_least", constraint.at_least, share < (constraint.at_least or 0), "不低于", "at least"),
                ("at_most", constraint.at_most, share > (constraint.at_most or 0), "不高于", "at most"),
            ):
                if limit is not None and breaks:
                    parts = "、".join(scheme.components[name].name for name in constraint.components)
                    args = {
                        "name": constraint.name,
                        "list": parts,
                        "limit": plain(limit),
                        "limit_zh": zh,
                        "limit_en": en,
                    }
                    yield _wrong("RULES_CONSTRAINT", scheme, f"{key}.{word}", plain(share), **args)


def _share(scheme: Scheme, components: Sequence[str]) -> Fraction:
    """What the components (each leaf once) make up of everything, in percent."""
    parents = {component.parent for component in scheme.components.values()}
    weights = {key: Fraction(one.weight or 0) for key, one in scheme.components.items() if key not in parents}
    meant = [weight for leaf, weight in weights.items() if {leaf, *scheme.ancestors(leaf)} & set(components)]
    whole = sum(weights.values(), Fraction(0))
    return sum(meant, Fraction(0)) / whole * 100 if whole else Fraction(0)


def _consequences(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    grades = [grade.name for grade in scheme.grades]
    for at, consequence in _numbered(scheme, "consequence", scheme.consequences):
        yield from unknown(scheme, NameKind.GRADE, consequence.grade, f"consequence[{at}].grade", grades)
        if consequence.document and consequence.document not in FOLLOWING:
            args = {"known": "、".join(FOLLOWING), "near": nearest(consequence.document, FOLLOWING) or "—"}
            yield _wrong("RULES_DOCUMENT", scheme, f"consequence[{at}].document", consequence.document, **args)


def _hidden(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    """One hidden part among shown ones comes out by subtraction."""
    for parent in ("", *scheme.components):
        shown_parent = not parent or scheme.components[parent].public == "show"
        hidden = [key for key in scheme.children(parent) if scheme.components[key].public == "hidden"]
        if shown_parent and len(hidden) == 1:
            above = scheme.components[parent].name if parent else scheme.head.name
            name = scheme.components[hidden[0]].name
            yield _wrong("RULES_HIDDEN", scheme, f"component.{hidden[0]}.public", name=name, parent=above)


def _has_unread(scheme: Scheme, table: str) -> bool:
    return any(key.split(".")[0].split("[")[0] == table for key in scheme.unread)


def _numbered(scheme: Scheme, table: str, parsed: Sequence[RuleEntry]) -> Iterator[tuple[int, RuleEntry]]:
    """Entries with their number in the file, where those that could not be read count too."""
    numbers = (number for number in count(1) if f"{table}[{number}]" not in scheme.unread)
    yield from zip(numbers, parsed, strict=False)


def _words(kind: NameKind) -> dict[str, str]:
    return {key: str(word) for key, word in kind.words.items()}


def _wrong(code: str, scheme: Scheme, cell: str, value: str = "", **args: str) -> Finding:
    return finding(code, file=scheme.file, cell=cell, value=value, args=dict(args))


OUTCOME_CHECKS: tuple[SchemeCheck, ...] = (
    _scales,
    _places,
    _ties,
    _grades,
    _conditions,
    _zones,
    _awards,
    _extras,
    _claims,
    _climb,
    _vetoes,
    _constraints,
    _consequences,
    _hidden,
)
