"""Documents about persons: the writers' own words become those of persons, nothing that somebody typed does."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import pytest

from evaltool.documents.of_run import papers
from evaltool.documents.persons import U, said_of
from evaltool.page.report import ground, inside, public
from evaltool.results.result import Result
from evaltool.roster import Earlier
from evaltool.writers.official import DocumentTable
from handmade import RULES, UNITS, decided, result

PERSONS = RULES.replace("total = 100", "total = 100\npersons = true")


def said(made: Result) -> str:
    """Everything that the documents of a run and its pages say, as values."""
    on = ground(made)
    return "\n".join([*(repr(paper.make()) for paper in papers(made)), repr(inside(on)), repr(public(on))])


def typed(rules: str) -> Result:
    """A year in which the office has the writers' words in its own names."""
    units = {"下列单位联络员": UNITS["清河县"], "单位": UNITS["白山区"], "临江县": UNITS["临江县"]}
    rules = rules.replace('"基础工作"', '"其他单位评价"').replace('"一等奖"', '"先进单位的决定奖"')
    veto = replace(decided("veto", "单位"), document="请你单位〔2027〕各单位1号")
    return result(units, rules=rules, ledger=(veto,))


@pytest.mark.parametrize("rules", [RULES, PERSONS], ids=["units", "persons"])
def test_what_somebody_typed_stays_whoever_is_spoken_of(rules: str) -> None:
    """Names of persons, components and awards and the number of a decision have phrases in them that the writers use
    too: documents and pages show them as they were typed, in sentences, titles and tables."""
    text = said(typed(rules))
    for name in ("下列单位联络员", "'单位'", "其他单位评价", "先进单位的决定奖", "请你单位〔2027〕各单位1号"):
        assert name in text, name
    for changed in (
        "下列人员联络员",
        "其他人员评价",
        "先进个人的决定奖",
        "请你〔",
        "参评人员1号",
        "请该单位",
        "请该同志",
    ):
        assert changed not in text, changed


@pytest.mark.parametrize("rules", [RULES, PERSONS], ids=["units", "persons"])
def test_no_mark_is_left_in_anything_that_goes_out(rules: str) -> None:
    """Documents and pages, official and interim, have the words and not the marks of the writers."""
    for made in (result(rules=rules), result(rules=rules, interim=True), result(rules=rules, unranked=("临江县",))):
        text = said(made)
        assert U not in text
        assert repr(U)[1:-1] not in text


def test_a_table_speaks_of_persons_wherever_it_says_something() -> None:
    """In its headings, its cells and the line above it."""
    made = DocumentTable((f"{U}单位",), ((f"甲、{U}其他单位", f"3{U}个单位"),), (40.0,), caption=f"{U}参评单位一览")
    (said_so,) = said_of([made], persons=True)
    assert said_so == DocumentTable(("姓名",), (("甲、其他人员", "3人"),), (40.0,), caption="参评人员一览")


def test_persons_are_counted_as_persons() -> None:
    """No document or page of a year of persons counts them by 个 or calls them units, whatever happened in it; one of
    units does."""
    units = {**UNITS, **dict.fromkeys(("丁", "戊", "己", "庚"), UNITS["临江县"])}
    earlier = [Earlier(2025, unit, Fraction(80 + at), at + 1, "良好") for at, unit in enumerate(units)]

    def told(rules: str) -> str:
        made = result(units, rules=rules, ledger=(decided("veto", "白山区"), decided("bonus", "丁", "1.5")))
        roster = replace(made.evaluation.roster, earlier=tuple(earlier))
        return said(replace(made, evaluation=replace(made.evaluation, roster=roster)))

    others = r"文件（\d个）|文件：共\d个|\d个评估主体|（单位：|真实单位名称"
    assert re.findall(r".{9}(?:\d个|单位).{9}", re.sub(others, "", told(PERSONS))) == []
    assert "总分比上年下降的人员5名" in told(PERSONS)
    assert "总分比上年下降的单位5个" in told(RULES)


def test_the_pages_speak_of_persons_too() -> None:
    """What the bulletin says of persons the report pages say as well; of units both say it of units."""
    assert "县区3人中" in said(result(rules=PERSONS))
    assert "县区3个单位中" in said(result())
