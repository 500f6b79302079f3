"""What the rules give and take beside the components, in words: kinds, levels, caps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from evaltool.exact import plain
from evaltool.findings import Language
from evaltool.rules import ExtraKind, ExtraWord, Scheme
from evaltool.rules.wording import joined, pick

WORDS: dict[ExtraWord, tuple[str, str]] = {"bonus": ("加分", "Bonus"), "deduction": ("扣分", "Deduction")}


def extras_in_words(scheme: Scheme, kind: ExtraWord, language: Language, more: Sequence[str] = ()) -> Iterator[str]:
    """The kinds, a line each where the rules say what they are worth; `more`: what is said of all of them."""
    rules = scheme.extras(kind)
    name = pick(language, f"{WORDS[kind][0]}：", f"{WORDS[kind][1]}: ")
    shared = [*caps_in_words(scheme, kind, language), *more]
    if not rules.are_reckoned:
        kinds = joined(language, (f"{each.name} {plain(each.most or Decimal(0))}" for each in rules.kinds))
        if kinds or shared:
            yield name + joined(language, (kinds, *shared), "；")
        return
    yield name + joined(language, shared, "；")
    for each in rules.kinds:
        yield f"  {each.name}{pick(language, '：', ': ')}{kind_in_words(each, language)}"


def caps_in_words(scheme: Scheme, kind: ExtraWord, language: Language) -> list[str]:
    """What holds for all kinds together."""
    rules, said = scheme.extras(kind), []
    if rules.cap is not None:
        whose, cap = scheme.head.says("每个单位", "每人"), plain(rules.cap)
        verb = {"bonus": "加", "deduction": "扣"}[kind]
        said.append(pick(language, f"{whose}最多{verb} {cap} 分", f"{cap} points at most for a unit"))
    if rules.same_deed == "highest":
        zh, en = "同一事项几次受奖的" if kind == "bonus" else "同一事项几次扣分的", "of one deed"
        said.append(pick(language, f"{zh}，只按最高的一次计", f"{en} the highest alone counts"))
    return said


def kind_in_words(kind: ExtraKind, language: Language) -> str:
    """What a case of a kind is worth, and how much all of them count."""
    levels = joined(language, (f"{level} {_points(language, points)}" for level, points in kind.levels.items()))
    said = [levels]
    if kind.points is not None:
        said = [pick(language, f"一次 {plain(kind.points)} 分", f"{_points(language, kind.points)} each")]
    if kind.most is not None:
        said = [
            pick(language, f"由委员会定，一次最多 {plain(kind.most)} 分", f"{plain(kind.most)} at most, as decided")
        ]
    if kind.once:
        said.append(pick(language, "只计一次，取最高的", "counts once, with the highest"))
    if kind.cap is not None:
        said.append(pick(language, f"合计最多 {plain(kind.cap)} 分", f"{plain(kind.cap)} at most together"))
    return joined(language, said, "；")


def _points(language: Language, points: Decimal) -> str:
    return pick(language, f"{plain(points)} 分", f"{plain(points)} points")
