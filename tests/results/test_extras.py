"""Bonus and deduction by kinds: what a case is worth, levels, caps, once, one deed honoured at several levels."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaltool.evaluation import load
from evaltool.evaluation.checks.extras import DecidedExtra, read_extra
from evaltool.evaluation.extras import counted_once, of_each_deed, summed, unit_extras
from evaltool.evaluation.in_words import explain
from evaltool.explain.as_json import as_value
from evaltool.explain.explanation import explained, readded
from evaltool.findings import Refused
from evaltool.ledger import Decision
from evaltool.questions.forms import Form
from evaltool.results.result import Result
from evaltool.rules import EXTRAS, Bonus, parse
from evaltool.views.ranking import inside_remarks
from evaltool.workbook.ranked import ranked_book
from evaltool.writers.saving import to_bytes
from filling import Spot
from folders import OFFICE_SETTINGS, make, mistakes_in, result_of
from recompute import extras_of
from spreadsheet import disagreeing, opened

RULES = """
format = 1
[scheme]
id = "d"
name = "县区"
total = 100
groups = [{ id = "g", name = "甲类" }]
[component.self]
name = "自我评估"
weight = 100
by = "self"
answer = "percent"
[bonus]
cap = 5
same_deed = "highest"
claimed_in = "self"
[[bonus.kinds]]
name = "竞赛"
levels = { "国家级第一名" = 3, "省级" = 1 }
cap = 4
[[bonus.kinds]]
name = "表彰"
points = 1.5
cap = 3
[[bonus.kinds]]
name = "首创"
levels = { "全国" = 2, "全省" = 0.5 }
once = true
[[bonus.kinds]]
name = "其他"
most = 1
[deduction]
cap = 2
kinds = [{ name = "迟报", points = 0.3 }, { name = "通报批评", levels = { "省级" = 1, "市级" = 0.5 } }]
"""
NAMES = "甲乙丙丁戊己"
TABLES = {
    "单位": "编号,名称,对象类别,分类,顺序\n" + "".join(f"{at},{name}县,d,g,{at}\n" for at, name in enumerate(NAMES, 1)),
}
DECIDED = {
    # 3 + 1 of 竞赛 (cap 4), 1.5 of 表彰: 5.5, the cap of all leaves 5
    "1": [("加分", "竞赛·国家级第一名", "", ""), ("加分", "竞赛", "省级", "二"), ("加分", "表彰", "1.5", "三")],
    # one deed at two levels: 3; 表彰 three times is 4.5, the kind's cap leaves 3: 6, the cap leaves 5
    "2": [
        ("加分", "竞赛", "国家级第一名", "机器人"),
        ("加分", "竞赛", "省级", "机器人"),
        *(("加分", "表彰", "", f"事{at}") for at in range(3)),
    ],
    # 首创 counts once, with the highest: 2; 其他 as decided: 1/2
    "3": [("加分", "首创", "全省", "一"), ("加分", "首创", "全国", "二"), ("加分", "其他", "0.5", "三")],
    # six late reports are 1.8, criticised by the province 1: 2.8, the cap of deductions leaves 2
    "4": [*(("扣分", "迟报", "", f"{at}月") for at in range(6)), ("扣分", "通报批评（省级）", "", "")],
    # the levels of two kinds for one deed: 竞赛 省级 1, 表彰 1.5 counts
    "5": [("加分", "竞赛 省级", "", "改革"), ("加分", "表彰", "", "改革"), ("扣分", "通报批评", "0.5", "")],
}
BONUS = {"1": 5, "2": 5, "3": Fraction(5, 2), "4": 0, "5": Fraction(3, 2), "6": 0}
DEDUCTION = {"1": 0, "2": 0, "3": 0, "4": 2, "5": Fraction(1, 2), "6": 0}


def ledger(decided: dict[str, list[tuple[str, str, str, str]]]) -> str:
    rows = [
        f"{kind},市发{unit}{at}号,2027-02-0{at},有事实,{unit},{item},{after},{deed}\n"
        for unit, of in decided.items()
        for at, (kind, item, after, deed) in enumerate(of, 1)
    ]
    return "种类,文号,日期,理由,单位,项目,新值,事项\n" + "".join(rows)


def says(form: Form, spot: Spot) -> object:
    """80 everywhere; the first unit claims a level with the wrong points, and one thing that nobody decided."""
    said: dict[str, Sequence[object]] = {
        "claim_kind": ("竞赛·省级", "首创·全国"),
        "claim_points": (3, 2),
        "claim_deed": ("机器人大赛", "一网通办"),
        "claim_facts": ("获省级奖", "全国首创"),
        "claim_document": ("纪要1号", "纪要2号"),
    }
    at = int(spot.line.repeat or 0)
    if spot.column.field in said:
        return said[spot.column.field][at - 1] if form.evaluator == "1" and at <= 2 else None
    return {"mark": 80, "reasons": "见附件"}.get(spot.column.field)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return result_of(
        make(tmp_path_factory.mktemp("extras") / "e", TABLES, {"d": RULES}, OFFICE_SETTINGS, ledger(DECIDED)), says
    )


def test_each_kind_counts_as_the_rules_say(result: Result) -> None:
    """Worked out by hand; the independent recomputation, from the rules' text, comes to the same."""
    of = {one.unit.id: one for one in result.standings}
    assert {unit: one.bonus for unit, one in of.items()} == BONUS
    assert {unit: one.deduction for unit, one in of.items()} == DEDUCTION
    assert of["5"].exact == 80 + Fraction(3, 2) - Fraction(1, 2)
    rules = tomllib.loads(RULES, parse_float=Decimal)
    for table, word in (("bonus", "加分"), ("deduction", "扣分")):
        for unit, lines in DECIDED.items():
            said = [
                {"项目": item.replace("（", "·").replace("）", "").replace(" ", "·"), "新值": after, "事项": deed}
                for kind, item, after, deed in lines
                if kind == word
            ]
            assert extras_of(rules[table], said) == {"bonus": BONUS, "deduction": DEDUCTION}[table][unit]


def test_whoever_reads_is_told_the_kind_and_what_does_not_count(result: Result) -> None:
    """Findings, explanation, remarks: which kind, why less; the explanation adds up again."""
    codes = [(one.code, one.unit) for one in result.findings if one.code.startswith(("EXTRA", "BONUS", "DEDUCTION"))]
    assert sorted(codes) == [
        ("BONUS_CAPPED", "1"),
        ("BONUS_CAPPED", "2"),
        ("DEDUCTION_CAPPED", "4"),
        ("EXTRA_DEED", "1"),
        ("EXTRA_KIND_CAPPED", "2"),
        ("EXTRA_ONCE", "3"),
        ("EXTRA_SAME_DEED", "2"),
        ("EXTRA_SAME_DEED", "5"),
    ]
    of = {one.unit.id: one for one in result.standings}
    made = {unit: explained(result, one.unit) for unit, one in of.items()}
    assert all(readded(each) == [] for each in made.values())
    said = "\n".join(made["5"].said)
    assert "加分1分（竞赛·省级）" in said
    assert "事项：改革；同一事项已按最高的一次计，计0分" in said
    ledger_lines: Any = as_value(made["5"])["ledger"]
    assert [(each["named"], each["amount"], each["counted"]) for each in ledger_lines] == [
        ("竞赛·省级", "1/1", "0/1"),
        ("表彰", "3/2", "3/2"),
        ("通报批评·市级", "1/2", "1/2"),
    ]
    assert any("加分1.5分（表彰、" in each for each in inside_remarks(result, of["5"]))


def test_the_rules_are_read_out_by_kind(result: Result) -> None:
    """Kind by kind, with levels and caps, and what holds for all of them."""
    said = "\n".join(explain(result.evaluation))
    assert "加分：每个单位最多加 5 分；同一事项几次受奖的，只按最高的一次计；在“自我评估”的表中申报" in said
    assert "  竞赛：国家级第一名 3 分、省级 1 分；合计最多 4 分" in said
    assert "  首创：全国 2 分、全省 0.5 分；只计一次，取最高的" in said
    assert "扣分：每个单位最多扣 2 分\n    迟报：一次 0.3 分" in said


def test_a_claim_names_a_kind_of_the_rules(result: Result) -> None:
    """The list on the sheet has the levels; other points than the rules give, and what is not decided, are said."""
    found = {(one.code, one.value) for one in result.findings if one.code.startswith("CLAIM")}
    assert found == {("CLAIM_POINTS", "3"), ("CLAIM_UNDECIDED", "首创·全国")}


def number(value: object) -> float:
    assert isinstance(value, int | float)
    return float(value)


def test_the_workbook_counts_by_kind_itself(result: Result) -> None:
    """Its cells come to what was scored; another worth of a level, and another cap, move the total as the rules say."""
    book, cached = opened(to_bytes(ranked_book(result)))
    assert disagreeing(book, cached) == []
    parameters = {
        tuple(cached.get((title, row, at)) for at in (2, 3, 4)): (title, row, 5)
        for title, row, column in cached
        if title == "参数" and column == 5
    }
    total = {
        cached.get((title, row, 2)): (title, row, 3)
        for title, row, at in cached
        if title == "甲类" and at == 3 and row < 12
    }
    assert number(cached[total["乙县"]]) == 85
    lower = book.with_changes({parameters["加分", "竞赛", "国家级第一名"]: 0.5})
    assert number(lower.value(total["乙县"])) == 80 + 1 + 3  # 省级 is the higher one of the deed now
    assert number(lower.value(total["甲县"])) == 80 + 0.5 + 1 + 1.5
    wider = book.with_changes({parameters["加分", "每个单位", "最多"]: 9})
    assert number(wider.value(total["甲县"])) == 85.5


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (("加分", "竟赛", "", ""), "EXTRA_UNKNOWN", "竞赛"),
        (("加分", "竞赛", "", ""), "EXTRA_LEVEL", "国家级第一名、省级"),
        (("加分", "竞赛", "2", ""), "EXTRA_LEVEL", "国家级第一名、省级"),
        (("加分", "竞赛·省级", "2", ""), "EXTRA_POINTS", "改正新值"),
        (("加分", "表彰", "省级", ""), "EXTRA_POINTS", "改正新值"),
        (("加分", "其他", "1.5", ""), "EXTRA_MOST", "改正新值"),
        (("加分", "", "1", ""), "EXTRA_KIND", "竞赛·国家级第一名"),
        (("扣分", "表彰", "1", ""), "EXTRA_UNKNOWN", "迟报"),
        (("加分", "", "", ""), "CELL_EMPTY", ""),
    ],
)
def test_a_decision_that_the_rules_do_not_know_is_refused(
    line: tuple[str, str, str, str], code: str, said: str, tmp_path: Path
) -> None:
    """Nothing is guessed: neither a kind, nor a level, nor points that differ from the rules."""
    with pytest.raises(Refused) as wrong:
        load(make(tmp_path / "e", TABLES, {"d": RULES}, OFFICE_SETTINGS, ledger({"1": [line]})))
    (found,) = wrong.value.findings
    assert (found.code, said in found.hint("zh") + found.message("zh")) == (code, True)


@pytest.mark.parametrize(
    ("before", "after", "code", "cell"),
    [
        ('points = 1.5\n', "", "RULES_BONUS", "bonus.kinds[2]"),
        ('points = 1.5\n', "points = 1.5\nmost = 2\n", "RULES_BONUS", "bonus.kinds[2]"),
        ('points = 1.5\n', "points = 0\n", "RULES_BONUS", "bonus.kinds[2]"),
        ("cap = 4\n", "cap = 2\n", "RULES_BONUS", "bonus.kinds[1]"),
        ("cap = 4\n", "cap = 6\n", "RULES_BONUS", "bonus.kinds[1]"),
        ('name = "其他"', 'name = "竞赛 省级"', "RULES_DUPLICATE", "bonus.kinds[4]"),
        ("[deduction]\ncap = 2", "[deduction]\ncap = 0", "RULES_BONUS", "deduction.cap"),
        ('same_deed = "highest"', 'same_deed = "best"', "RULES_VALUE", "bonus.same_deed"),
        ("once = true", "onse = true", "RULES_KEY_UNKNOWN", "bonus.kinds[3].onse"),
    ],
)  # fmt: skip
def test_kinds_that_cannot_be_say_why(before: str, after: str, code: str, cell: str, tmp_path: Path) -> None:
    """Nothing or two things stated, no points, a cap that no case fits in, two names for one thing."""
    assert RULES.count(before) == 1
    assert (code, cell) in mistakes_in(
        make(tmp_path / "e", TABLES, {"d": RULES.replace(before, after)}, OFFICE_SETTINGS)
    )


def test_rules_without_kinds_stay_as_they_were(tmp_path: Path) -> None:
    """Names with the most that may be granted, as before: a decision says points and no kind."""
    old = f'{RULES[: RULES.index("[bonus]")]}[bonus]\ncap = 2\nkinds = [["表彰", 1], ["推广", 0.5]]\n'
    decided = {"1": [("加分", "", "1.5", ""), ("加分", "", "1", ""), ("扣分", "", "0.25", "")]}
    evaluation, findings = load(make(tmp_path / "e", TABLES, {"d": old}, OFFICE_SETTINGS, ledger(decided)))
    scheme = evaluation.classes["d"]
    assert findings == []
    assert [unit_extras(evaluation, scheme, kind, "1").total for kind in EXTRAS] == [2, Fraction(1, 4)]
    assert "加分：表彰 1、推广 0.5；每个单位最多加 2 分" in "\n".join(explain(evaluation))


# --- laws ------------------------------------------------------------------------------------------------------------


def decisions(drawn: list[tuple[int, str]]) -> Iterator[Decision]:
    kinds = ["竞赛·国家级第一名", "竞赛·省级", "表彰", "首创·全国", "首创·全省"]
    for at, (item, deed) in enumerate(drawn):
        yield Decision("bonus", f"{at}号", "2027-01-01", "", "1", item=kinds[item], deed=deed)


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["", "甲", "乙"])), max_size=7), st.booleans())
def test_caps_hold_whatever_is_decided(drawn: list[tuple[int, str]], highest: bool) -> None:
    """Never above the cap, nor a kind above its own; one decision more never takes points; the order of lines is
    nothing; the independent recomputation agrees."""
    table = tomllib.loads(RULES, parse_float=Decimal)["bonus"] | {"same_deed": "highest" if highest else "each"}
    rules, _ = parse(Bonus, table, "bonus", "")
    assert rules is not None

    def total(lines: Sequence[Decision]) -> Fraction:
        read = [read_extra(rules, line) for line in lines]
        decided = [each for each in read if isinstance(each, DecidedExtra)]
        order = [kind.name for kind in rules.kinds]
        decided.sort(key=lambda each: order.index(each.kind.name) if each.kind else 9)
        once = counted_once(decided, of_each_deed(rules, decided, [each.points for each in decided]))
        made = summed(rules, decided, once, lambda _, cap: Fraction(cap))
        assert isinstance(made, Fraction)
        return made

    lines = list(decisions(drawn))
    assert total(lines) == total(lines[::-1]) <= 5
    rows = [{"项目": line.item, "新值": line.after, "事项": line.deed} for line in lines]
    assert total(lines) == extras_of(table, rows)
    of_kind = [line for line in lines if line.item.startswith("竞赛")]
    assert total(of_kind) <= 4
    assert all(total(lines[:at]) <= total(lines[: at + 1]) for at in range(len(lines))) or highest
