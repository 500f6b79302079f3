"""A document about persons speaks of persons: what the writers say of units is said of them.

Only whole phrases of the writers are looked for, so that what somebody typed stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import replace

from evaltool.documents.content import Content
from evaltool.evaluation import Evaluation
from evaltool.views.ranking import PERSON
from evaltool.writers.official import DocumentBlock, DocumentTable, Heading, Text

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
    "成绩突出的单位": "成绩突出的人员",
    "先进单位的决定": "先进个人的决定",
    "整改的单位": "整改的人员",
    "事项的单位": "事项的人员",
    "加分的单位": "加分的人员",
    "可比的单位": "可比的人员",
    "评估的单位": "评估的人员",
    "先进单位的做法": "先进个人的做法",
}
_FOUND = re.compile("|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True)))
_HEADS = {"单位": PERSON}


def all_persons(evaluation: Evaluation) -> bool:
    """Whether every class is one of persons, so that a document about all of them is about persons."""
    return all(scheme.head.persons for scheme in evaluation.classes.values())


def in_persons(said: Content) -> Content:
    """The document as it speaks to or of persons."""
    if not said.persons:
        return said
    attachments = [
        replace(each, title=tuple(map(_said, each.title)), body=tuple(map(_block, each.body)))
        for each in said.attachments
    ]
    title, body = [_said(each) for each in said.title], [_block(each) for each in said.body]
    return replace(said, title=title, body=body, attachments=attachments)


def _block(block: DocumentBlock) -> DocumentBlock:
    if isinstance(block, Text | Heading):
        return replace(block, text=_said(block.text))
    if isinstance(block, DocumentTable):
        head = tuple(_HEADS.get(each, _said(each)) for each in block.head)
        rows = tuple(tuple(map(_said, row)) for row in block.rows)
        return replace(block, head=head, rows=rows, caption=_said(block.caption))
    return block


def _said(text: str) -> str:
    return _FOUND.sub(lambda found: _WORDS[found[0]], text)
