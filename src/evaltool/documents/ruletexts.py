"""What is evaluated and what follows from it, as documents say it: components with their weights, who answers them,
ranking, grades, awards, bonus."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from evaltool.documents.phrases import closed_up, names, sentence, table
from evaltool.evaluation import Evaluation
from evaltool.evaluation.derived import taken_of
from evaltool.evaluation.in_words import outcomes
from evaltool.evaluation.in_words.extras import WORDS, caps_in_words, kind_in_words
from evaltool.exact import plain
from evaltool.findings import Language
from evaltool.rules import EXTRAS, ExtraKind, Scheme
from evaltool.rules.wording import worth
from evaltool.writers.official import DocumentBlock, Heading, Text

_TOTAL = re.compile(r"总分不低于[\d.]+")


def by_class(evaluation: Evaluation, blocks: Sequence[list[DocumentBlock]], level: int = 2) -> Iterator[DocumentBlock]:
    """What is said of each class under its name; once for all where it is the same."""
    filled = [(scheme.head.name, part) for scheme, part in zip(evaluation.classes.values(), blocks, strict=True)]
    if len(filled) == 1 or all(part == filled[0][1] for _, part in filled):
        yield from filled[0][1]
        return
    for name, part in filled:
        yield Heading(name, level)
        yield from part


def contents(evaluation: Evaluation) -> Iterator[DocumentBlock]:
    """The components of every class."""
    yield from by_class(evaluation, [component_table(evaluation, each) for each in evaluation.classes.values()])


def component_table(evaluation: Evaluation, scheme: Scheme) -> list[DocumentBlock]:
    """The components with their weights and who answers them."""
    several = len(evaluation.classes) > 1
    said = f"{scheme.head.name if several else ''}总分为{plain(scheme.head.total)}分，评估内容和分值如下："
    depths = list(scheme.walk())
    rows = tuple(
        ("　" * depth + scheme.components[key].name, worth(scheme.weight(key)), _answered_by(evaluation, scheme, key))
        for key, depth in depths
    )
    return [Text(said), table(("评估内容", "分值", "评估主体"), rows, (74, 18, 64), left=(0, 2))]


def _answered_by(evaluation: Evaluation, scheme: Scheme, key: str) -> str:
    component = scheme.components[key]
    if scheme.children(key):
        return ""
    if component.taken:
        return f"取用{names(evaluation.results[each].name for each in taken_of(evaluation, scheme, key)) or '已有的数'}"
    if component.by == "owner":
        return "各指标的评分主体"
    who = evaluation.roles.get(component.by, component.by)
    only = [group.name for group in scheme.head.groups if group.id in component.groups]
    return who + (f"（仅{names(only)}）" if only else "")


def results(evaluation: Evaluation) -> Iterator[DocumentBlock]:
    """What holds for all classes first, then what each has of its own."""
    parts = [outcome_texts(evaluation, each) for each in evaluation.classes.values()]
    shared = [block for block in parts[0] if all(block in part for part in parts)]
    own = [[block for block in part if block not in shared] for part in parts]
    yield from shared
    if any(own):
        yield from by_class(evaluation, own)


def outcome_texts(evaluation: Evaluation, scheme: Scheme) -> list[DocumentBlock]:
    """Ranking, grades, awards, veto and bonus, a paragraph each: short lists in brackets, longer ones sentence by
    sentence."""
    made: list[DocumentBlock] = []
    heading, below = "", list[str]()
    for line in [*outcomes(evaluation, scheme), ""]:
        text = _TOTAL.sub(r"\g<0>分", closed_up(line.strip()))
        if line.startswith(" "):
            below.append(text)
            continue
        made += [Text(each) for each in _listed(heading, below)] if heading else []
        heading, below = text, []
    return [*made, *(Text(each) for each in _extras(scheme))]


def _listed(heading: str, below: Sequence[str]) -> list[str]:
    if not below:
        return [sentence(heading)]
    if any("（" in each for each in below):
        return [sentence(each) for each in below]
    pairs = (each.partition("：") for each in below)
    return [sentence(heading + names(f"{name}（{words}）" for name, _, words in pairs))]


def _extras(scheme: Scheme) -> Iterator[str]:
    """Kinds of bonus and of deduction with what they are worth, and the most that a unit can get or lose."""
    for kind in EXTRAS:
        rules = scheme.extras(kind)
        if not rules.kinds and (kind == "bonus" or rules.cap is None):
            continue
        said = kind_in_words if rules.are_reckoned else _at_most
        kinds = names(f"{each.name}（{closed_up(said(each, 'zh'))}）" for each in rules.kinds)
        more = [closed_up(each) for each in caps_in_words(scheme, kind, "zh")]
        more += ["申报须征得分管领导同意"] if kind == "bonus" and scheme.bonus.consent else []
        yield f"{WORDS[kind][0]}：{'。'.join(each for each in (kinds, *more) if each)}。"


def _at_most(kind: ExtraKind, _: Language) -> str:
    return f"{plain(kind.most or Decimal(0))}分"
