"""A document about persons speaks of persons, and one about units and persons of both: what the writers say of units is
said of them.

A writer marks such a phrase where it writes it (`f"{U}你单位总分"`).  Only what is marked is ever said otherwise:
names, reasons and whatever else somebody typed stay as they are, also where they have the same words in them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from evaltool.documents.content import Content
from evaltool.evaluation import Evaluation
from evaltool.views.ranking import PERSON
from evaltool.writers.official import Attachment, DocumentBlock, DocumentTable, Heading, Text

U = "\ufdd0"
"""Before a phrase about units: a noncharacter of Unicode, which stands in no text."""
_WORDS = {
    "你单位": "你",
    "个排名单位": "名排名人员",
    "个单位": "人",
    "排名单位": "排名人员",
    "参评单位": "参评人员",
    "各单位": "参评人员",
    "下列单位": "下列人员",
    "有关单位": "有关人员",
    "其他单位": "其他人员",
    "单位之间": "人员之间",
    "一个单位": "一人",
    "每个单位": "每人",
    "拟表彰单位": "拟表彰人员",
    "受表彰的单位": "受表彰的人员",
    "受到通报批评的单位": "受到通报批评的人员",
    "成绩突出的单位": "成绩突出的人员",
    "先进单位的决定": "先进个人的决定",
    "整改的单位": "整改的人员",
    "事项的单位": "事项的人员",
    "加分的单位": "加分的人员",
    "可比的单位": "可比的人员",
    "评估的单位": "评估的人员",
    "先进单位的做法": "先进个人的做法",
    "下降的单位": "下降的人员",
    "较慢的单位": "较慢的人员",
    "单位的完成进度": "各人的完成进度",
    "的单位": "的人员",
    "应报单位": "应报人员",
    "已报单位": "已报人员",
    "同分单位": "同分人员",
    "本单位": "本人",
    "单位": PERSON,
    "个": "名",
}
_FOUND = re.compile(f"{U}({'|'.join(sorted(_WORDS, key=len, reverse=True))})")


_OF_BOTH = {
    "你单位": "你单位",
    "本单位": "本单位",
    "个排名单位": "个排名单位和人员",
    "个单位": "个单位和人员",
    "各单位": "各单位和人员",
    "单位之间": "单位之间、人员之间",
    "一个单位": "一个单位或者一人",
    "每个单位": "每个单位或者每人",
    "单位的完成进度": "单位和人员的完成进度",
    "先进单位的决定": "先进单位和先进个人的决定",
    "先进单位的做法": "先进单位和先进个人的做法",
    "个": "个",
}
"""Where 单位和人员 in the place of 单位 would not do."""


def all_persons(evaluation: Evaluation) -> bool | None:
    """Whether every class is one of persons; None where some are, so that what is about all is about both."""
    kinds = {scheme.head.persons for scheme in evaluation.classes.values()}
    return None if len(kinds) > 1 else True in kinds


def whom(evaluation: Evaluation, said: Content) -> Content:
    """The document with whom it speaks of, where its writer says nothing: of all, be they units or persons."""
    return said if said.persons is not None else replace(said, persons=all_persons(evaluation))


def spoken(text: str, *, persons: bool | None) -> str:
    """The text without marks, as it speaks to or of units, or persons, or (None) both."""
    return _FOUND.sub(lambda found: _word(found[1], persons), text) if U in text else text


def _word(word: str, persons: bool | None) -> str:
    if persons is None:
        return _OF_BOTH.get(word) or word.replace("单位", "单位和人员")
    return _WORDS[word] if persons else word


def in_words(said: Content) -> Content:
    """The document as it speaks to or of whom it is about."""
    words = partial(spoken, persons=said.persons)
    attachments = [
        Attachment(tuple(map(words, each.title)), tuple(said_of(each.body, persons=said.persons)))
        for each in said.attachments
    ]
    more = {key: words(text) for key, text in said.more.items()}
    body = said_of(said.body, persons=said.persons)
    return replace(said, title=[*map(words, said.title)], body=body, attachments=attachments, more=more)


def said_of(body: Iterable[DocumentBlock], *, persons: bool | None) -> list[DocumentBlock]:
    """What stands in a document, without marks."""
    return [_block(block, partial(spoken, persons=persons)) for block in body]


def _block(block: DocumentBlock, words: Callable[[str], str]) -> DocumentBlock:
    if isinstance(block, Text | Heading):
        return replace(block, text=words(block.text))
    if isinstance(block, DocumentTable):
        head, rows = tuple(map(words, block.head)), tuple(tuple(map(words, row)) for row in block.rows)
        return replace(block, head=head, rows=rows, caption=words(block.caption))
    return block
