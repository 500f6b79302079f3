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
from evaltool.exact import plain
from evaltool.findings import Finding, finding
from evaltool.rules import Award, Condition, Grade, Scheme

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
    for at, grade in _numbered(scheme, "grade", scheme.grades):
        for number, condition in enumerate(grade.conditions, 1):
            key = f"grade[{at}].conditions[{number}]"
            yield from unknown(
                scheme, NameKind.COMPONENT, condition.component, f"{key}.component", scheme.components, scheme.titles
            )
            for zh, en in _bad_condition(scheme, condition):
                args = {"name": grade.name, "reason_zh": zh, "reason_en": en}
                yield _wrong("RULES_CONDITION", scheme, key, condition.component, **args)


def _bad_condition(scheme: Scheme, condition: Condition) -> Iterator[tuple[str, str]]:
    stated = [bound for bound in (condition.percent, condition.points) if bound is not None]
    if len(stated) != 1:
        yield "percent 和 points 要写一个，只能写一个", "exactly one of percent and points is needed"
    component = scheme.components.get(condition.component)
    if (
        condition.points is not None
        and component
        and component.weight is not None
        and condition.points > component.weight
    ):
        most = plain(component.weight)
        yield f"最多只有 {most} 分，达不到 {plain(condition.points)} 分", f"it has {most} points at most"


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


def _bonus(scheme: Scheme, _: Mapping[str, str]) -> Iterator[Finding]:
    bonus = scheme.bonus
    kinds = [(scheme.file, f"bonus.kinds[{at}]", kind) for at, (kind, _) in enumerate(bonus.kinds, 1)]
    yield from duplicates(NameKind.BONUS, kinds)
    for at, (kind, points) in enumerate(bonus.kinds, 1):
        if points <= 0 or (bonus.cap is not None and points > bonus.cap):
            zh, en = (
                f"{plain(points)} 分，应大于 0 且不超过上限",
                f"{plain(points)} points; more than 0, within the cap",
            )
            yield _wrong("RULES_BONUS", scheme, f"bonus.kinds[{at}]", kind, reason_zh=zh, reason_en=en)
    if bonus.claimed_in:
        yield from unknown(
            scheme, NameKind.COMPONENT, bonus.claimed_in, "bonus.claimed_in", scheme.components, scheme.titles
        )
        component = scheme.components.get(bonus.claimed_in)
        if component and component.by != "self":
            zh, en = "这一项不由被评估单位自己填，无法申报加分", "the unit itself does not fill in this component"
            yield _wrong("RULES_BONUS", scheme, "bonus.claimed_in", component.name, reason_zh=zh, reason_en=en)
        if not bonus.kinds:
            yield _wrong("RULES_KEY_MISSING", scheme, "bonus.kinds", key="kinds", place="bonus.kinds")


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
    _bonus,
    _vetoes,
    _constraints,
    _consequences,
    _hidden,
)
