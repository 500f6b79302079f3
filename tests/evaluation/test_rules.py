"""Every mistake in rules or roster comes back with its code and its place, and all of them together."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from evaltool.evaluation import load
from evaltool.evaluation.checks.components import check_classes
from evaltool.evaluation.checks.roster import check_roster
from evaltool.exact import plain
from evaltool.findings import CATALOGUE, Finding, Refused, finding
from evaltool.roster.longtables import LongTable
from evaltool.roster.tables import KnownNames, read_roster
from evaltool.rules import Scheme, read_scheme, read_toml

SONGYUAN = Path(__file__).parents[2] / "templates" / "evaluations" / "songyuan"
ROLES = {"self": "被评估单位", "office": "绩效办", "voters": "群众", "leader": "领导", "bureau": "职能部门"}
RULES = """\
format = 1

[scheme]
id = "towns"
name = "乡镇"
total = 100
groups = [{ id = "east", name = "东片" }, { id = "west", name = "西片" }]

[component.base]
name = "基础工作"
weight = 20
by = "office"
answer = { points = 10, parts = { "日常" = 6, "专项" = 4 } }

[component.self]
name = "自我评估"
weight = 10
by = "self"
answer = "percent"

[component.common]
name = "共性目标"
weight = 20
by = "owner"
answer = { points = 5 }
not_applicable = "reweigh"

[component.opinion]
name = "民主评估"
weight = 40

[component.voters]
name = "群众评价"
in = "opinion"
weight = 15
by = "voters"
answer = { ballot = "card" }

[component.leaders]
name = "领导评价"
in = "opinion"
weight = 25
by = "leader"
answer = { rank = "list" }
none = { weight_to = ["voters"] }

[component.figures]
name = "统计指标"
weight = 10
by = "office"
answer = { points = 8 }

[scale]
card = [["好", 100], ["差", 50], ["不了解", "abstain"]]

[places.list]
first = 100
step = 5
least = 60

[method.range]
target = "range"
low = 1
high = 3

[method.head]
growth = "per_head"
per = "people"
full_at = 8

[method.done]
target = "higher"

[rank]
ties = ["opinion"]

[[grade]]
name = "优秀"
from = 90
conditions = [{ component = "base", points = 10 }]
[[grade]]
name = "良好"
from = 60
[[grade]]
name = "较差"
from = 0

[[award]]
name = "一等奖"
ranks = [1, 2]
grade = "优秀"
[[award]]
name = "综合奖"
percent = { east = 40, west = 20 }
[[award]]
name = "单项奖"
places = 2
fields = [{ id = "invest", name = "招商" }]
contribution = { by = "office" }
not_with = ["综合奖"]

[bonus]
cap = 3
claimed_in = "self"
kinds = [["表彰", 1]]

[[constraint]]
name = "民主评估不少于三成"
components = ["opinion"]
at_least = 30

[[zone]]
name = "好"
colour = "green"
from = 60
[[zone]]
name = "差"
colour = "red"
from = 0

[[consequence]]
grade = "较差"
text = "整改"
"""

TABLES = {
    "单位": """编号,名称,对象类别,分类,顺序,参评
u1,甲镇,towns,east,1,
u2,乙镇,towns,west,2,
u3,丙镇,towns,west,3,不参评""",
    "评估主体": """编号,名称,角色,所属单位
o1,绩效办,office,
v1,群众代表,voters,
l1,张副市长,leader,
b1,信访局,bureau,""",
    "分管": """评估主体,单位,起,止
l1,甲镇,,""",
    "批次": """评估主体,批次,评价卡数
v1,一,50""",
    "指标": """对象类别,评估内容,编号,名称,预赋分值,评分主体,单位,部分,计分方法,目标值,基期值
towns,base,1,学习,6,,,日常,,,
towns,base,2,调研,4,,,专项,,,
towns,common,1,信访,5,b1,,,,,
towns,figures,1,增速,5,,,,done,6,
towns,figures,2,物价,3,,,,range,,""",
}


def checked(text: str, roles: Mapping[str, str] = ROLES) -> list[Finding]:
    """Shape and meaning of one file of rules."""
    scheme, findings = read_scheme(text, "a.toml")
    return findings + (check_classes([scheme], roles) if scheme else [])


def rules(old: str = "", new: str = "") -> str:
    assert old in RULES, "the test changes what the rules say"
    return RULES.replace(old, new, 1)


def scheme_of(text: str = RULES) -> Scheme:
    scheme, findings = read_scheme(text, "a.toml")
    assert scheme is not None
    assert findings == []
    return scheme


def rostered(
    changes: Mapping[str, tuple[str, str]] | None = None, text: str = RULES, on: date | None = None
) -> list[Finding]:
    """Findings of a small roster in which, table by table, one text is replaced (or a line added: old = "")."""
    scheme = scheme_of(text)
    tables = [_table(name, *(changes or {}).get(name, ("", ""))) for name in {**TABLES, **(changes or {})}]
    known = KnownNames()
    known.add("class", scheme.id, scheme.head.name)
    for group in scheme.head.groups:
        known.add("group", group.id, group.name)
    for key, component in scheme.components.items():
        known.add("component", key, component.name)
    known.add("field", "invest", "招商")
    for role, name in ROLES.items():
        known.add("role", role, name)
    roster, findings = read_roster(tables, known)
    assert findings == []
    return check_roster({scheme.id: scheme}, roster, ROLES, tables, on)


def _table(name: str, old: str, new: str) -> LongTable:
    text = TABLES.get(name, "")
    assert old in text
    text = text.replace(old, new, 1) if old else f"{text}\n{new}".strip()
    header, *rows = [tuple(line.split(",")) for line in text.splitlines()]
    return LongTable(f"roster/{name}.csv", name, header, tuple(enumerate(rows, 1)))


def places(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(one.code, one.cell) for one in findings]


def test_the_rules_of_these_tests_are_right() -> None:
    """The scheme and the roster that the tests break have no mistake of their own."""
    assert checked(RULES) == []
    assert rostered() == []


SHAPE = [
    ("total = 100", "totl = 100", [("RULES_KEY_UNKNOWN", "scheme.totl")]),
    ("weight = 20", 'weight = "20"', [("RULES_VALUE", "component.base.weight")]),
    ("weight = 20", "weight = true", [("RULES_VALUE", "component.base.weight")]),
    ("weight = 20", "weight = nan", [("RULES_VALUE", "component.base.weight")]),
    ("weight = 20", "weight = -1", [("RULES_VALUE", "component.base.weight")]),
    ("weight = 20", "weight = 20\nwieght = 20", [("RULES_KEY_UNKNOWN", "component.base.wieght")]),
    ('name = "基础工作"', "", [("RULES_KEY_MISSING", "component.base.name")]),
    ('answer = "percent"', 'answer = "procent"', [("RULES_VALUE", "component.self.answer")]),
    ('answer = "percent"', 'answer = "points"', [("RULES_VALUE", "component.self.answer")]),
    ('answer = "percent"', "answer = { percent = 1 }", [("RULES_VALUE", "component.self.answer")]),
    ("points = 5", "points = 5, prats = 1", [("RULES_KEY_UNKNOWN", "component.common.answer.prats")]),
    ("points = 5", "points = 0", [("RULES_VALUE", "component.common.answer.points")]),
    ('"reweigh"', '"rewiegh"', [("RULES_VALUE", "component.common.not_applicable")]),
    ("weight_to", "weight_too", [("RULES_KEY_UNKNOWN", "component.leaders.none.weight_too")]),
    ('["差", 50]', '["差", "abstian"]', [("RULES_VALUE", "scale.card[2][2]")]),
    ('["差", 50]', '["差"]', [("RULES_VALUE", "scale.card[2]")]),
    ("[[grade]]", "[grade]", [("RULES_SYNTAX", "81")]),
    ('[[consequence]]\ngrade = "较差"', '[consequence]\ngrade = "较差"', [("RULES_VALUE", "consequence")]),
    ("ranks = [1, 2]", "ranks = [1, 2, 3]", [("RULES_VALUE", "award[1].ranks")]),
    ("cap = 3", 'cap = "3"', [("RULES_VALUE", "bonus.cap")]),
    ("[bonus]", "[bonuses]", [("RULES_KEY_UNKNOWN", "bonuses")]),
    ("format = 1", "", [("RULES_FORMAT", "format")]),
    ("format = 1", "format = 2", [("RULES_FORMAT", "format")]),
    ("total = 100", "total = ", [("RULES_SYNTAX", "6")]),
    ("total = 100", "total = 100\ntotal = 90", [("RULES_SYNTAX", "7")]),
    ("[scheme]", "[shceme]", [("RULES_KEY_UNKNOWN", "shceme"), ("RULES_KEY_MISSING", "scheme")]),
]


SLIPS = [
    ('name = "基础工作"', "name = “基础工作”", "用了中文引号"),
    ('name = "基础工作"', 'name = "基础工作”', "用了中文引号"),
    ("weight = 40", "weight ＝ 40", "英文（半角）的 ="),
    ("weight = 40", "weight：40", "英文（半角）的 :"),
    ("points = 10, parts", "points = 10， parts", "英文（半角）的 ,"),
    ("[component.self]", "【component.self】", "英文（半角）的 ["),
    ("[component.self]", "[component.自评]", "“自评”不能作项目名或代号"),
    ("weight = 40", "权重 = 40", "“权重”不能作项目名或代号"),
    ("weight = 40", "weight = 40%", "百分数只写数字"),
    ("weight = 40", "weight = 2026年13月1日", "日期应写成"),
    ("weight = 40", "weight = True", "不写“True”"),
    ("weight = 40", "weight = 是  # 算", "不写“是”"),
    ("weight = 40", "weight = Yes", "true"),
    ("weight = 40", "weight = 40 权重，总", "英文（半角）的 ,"),
    ("[[grade]]", "[grade]", "都用双方括号"),
    ('name = "基础工作"', 'name = "基础，“工作', "没有闭合"),
]


@pytest.mark.parametrize(("old", "new", "said"), SLIPS)
def test_a_slip_of_the_keyboard_is_named(old: str, new: str, said: str) -> None:
    """Who typed a Chinese sign, wrote a Chinese key or a percent sign is told so, not that a bracket is open."""
    (one,) = checked(rules(old, new))
    assert one.code == "RULES_SYNTAX"
    assert said in one.message("zh")


def test_a_number_in_full_width_is_read_and_said() -> None:
    """It can be read in one way; the line and the right form are named."""
    (one,) = checked(rules("weight = 40", "weight = ４０"))
    assert (one.code, one.severity) == ("RULES_READ_AS", "note")
    assert "weight = 40" in one.message("zh")


@pytest.mark.parametrize(
    "day",
    ["2027/1/20", "2027-1-20", "2027年1月20日", "2027.1.20", "２０２７／１／２０", "2027-1-20 9:30"],
)
@pytest.mark.parametrize(
    "line", ["date = {}  # 起", "date = {}", "days = [2027-01-19, {} ]", "x = {{ day = {}, y = 1 }}"]
)
def test_days_are_read_as_people_write_them(day: str, line: str) -> None:
    """Wherever a value stands in a line; what is read is said with the line and its right form."""
    tree, (one,) = read_toml("format = 1\n" + line.format(day), "evaluation.toml")
    (*_, said) = (value for value in tree.values())
    said = said[-1] if isinstance(said, list) else said["day"] if isinstance(said, dict) else said
    assert (said, one.code, one.cell) == (date(2027, 1, 20), "RULES_READ_AS", "2")
    assert "2027-01-20" in one.message("zh")


def test_what_is_quoted_is_not_put_right() -> None:
    """A text stays as it is; a line that has a mistake beside it is refused."""
    tree, _ = read_toml('format = 1\nx = "2027/1/20"\ny = 2027/1/21', "a.toml")
    assert tree["x"] == "2027/1/20"
    _, findings = read_toml("format = 1\nx = 2027/1/20 一", "a.toml")
    assert [one.code for one in findings] == ["RULES_SYNTAX"]


def test_chinese_signs_inside_quotes_and_remarks_are_no_slips() -> None:
    """Text may hold any sign; the real mistake of the line is what is said."""
    (one,) = checked(rules("weight = 40", 'weight = "一，二" 3  # 说明：权重'))
    assert "中文" not in one.message("zh")


@pytest.mark.parametrize(
    ("old", "new", "id_"),
    [
        ('ties = ["opinion"]', 'ties = ["民主评估"]', "opinion"),
        ('by = "leader"', 'by = "领导"', "leader"),
        ("east = 40", '"东片" = 40', "east"),
    ],
)
def test_who_writes_the_title_is_told_the_id(old: str, new: str, id_: str) -> None:
    """A component, role or group that is named by its title is recognised, and its id given as what to write."""
    (one,) = checked(rules(old, new))
    assert (one.code, dict(one.args)["near"]) == ("RULES_NAME_UNKNOWN", id_)


@pytest.mark.parametrize(("old", "new", "expected"), SHAPE)
def test_a_mistake_of_shape_is_found_at_its_key(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    """One slip in the text gives one finding, at the key where it stands, and no finding that only follows from it."""
    assert places(checked(rules(old, new))) == expected


MEANING = [
    ("weight = 10\nby", "weight = 20\nby", [("RULES_WEIGHTS", "scheme.total")]),
    ("weight = 40", "weight = 45", [("RULES_NODE_WEIGHT", "component.opinion.weight")]),
    ('in = "opinion"\nweight = 15', 'in = "opinoin"\nweight = 15', [
        ("RULES_NAME_UNKNOWN", "component.voters.in"),
    ]),
    ("weight = 40", 'in = "leaders"\nweight = 40', [
        ("RULES_CYCLE", "component.opinion.in"),
        ("RULES_CYCLE", "component.leaders.in"),
    ]),
    ('by = "self"\n', "", [("RULES_LEAF_INCOMPLETE", "component.self.by"), ("RULES_BONUS", "bonus.claimed_in")]),
    ('answer = "percent"\n', "", [("RULES_LEAF_INCOMPLETE", "component.self.answer")]),
    ("weight = 10\nby", "by", [("RULES_LEAF_INCOMPLETE", "component.self.weight")]),
    ("weight = 40", 'weight = 40\nanswer = "percent"\nby = "office"', [
        ("RULES_NODE_ANSWER", "component.opinion.answer"),
        ("RULES_NODE_ANSWER", "component.opinion.by"),
    ]),
    ('by = "leader"', 'by = "laeder"', [("RULES_NAME_UNKNOWN", "component.leaders.by")]),
    ('ballot = "card"', 'ballot = "crad"', [("RULES_NAME_UNKNOWN", "component.voters.answer.ballot")]),
    ('rank = "list"', 'rank = "lists"', [("RULES_NAME_UNKNOWN", "component.leaders.answer.rank")]),
    ('["voters"]', '["votres"]', [("RULES_NAME_UNKNOWN", "component.leaders.none.weight_to[1]")]),
    ('["voters"]', '["leaders"]', [("RULES_WEIGHT_TO", "component.leaders.none.weight_to[1]")]),
    ('["voters"]', '["base"]', [("RULES_WEIGHT_TO", "component.leaders.none.weight_to[1]")]),
    ('"reweigh"', '"out"', [("RULES_POLICY", "component.common.not_applicable")]),
    ('by = "voters"', 'by = "self"', [("RULES_ANSWER_BY", "component.voters.by")]),
    ('by = "self"\nanswer = "percent"', 'by = "owner"\nanswer = "percent"', [
        ("RULES_ANSWER_BY", "component.self.by"),
        ("RULES_BONUS", "bonus.claimed_in"),
    ]),
    ('"专项" = 4', '"专项" = 5', [("RULES_PARTS", "component.base.answer.parts")]),
    ('name = "自我评估"', 'name = "共性目标"', [("RULES_DUPLICATE", "component.common.name")]),
    ('id = "west"', 'id = "east"', [
        ("RULES_DUPLICATE", "scheme.groups[2].id"),
        ("RULES_NAME_UNKNOWN", "award[2].percent.west"),
    ]),
    ("not_applicable", 'groups = ["north"]\nnot_applicable', [
        ("RULES_WEIGHTS", "scheme.total"),
        ("RULES_WEIGHTS", "scheme.total"),
        ("RULES_NAME_UNKNOWN", "component.common.groups[1]"),
    ]),
    ('answer = "percent"', 'answer = "percent"\neach = []', [("RULES_KEY_MISSING", "component.self.each")]),
    ('answer = "percent"', 'answer = "percent"\neach = ["上", "上"]', [("RULES_DUPLICATE", "component.self.each[2]")]),
    ("low = 1", "low = 4", [("RULES_FIGURE", "method.range.low")]),
    ("low = 1\n", "", [("RULES_FIGURE", "method.range.low")]),
    ('per = "people"\n', "", [("RULES_FIGURE", "method.head.per")]),
    ("full_at = 8", "full_at = 0", [("RULES_FIGURE", "method.head.full_at")]),
    ('["差", 50]', '["差", 150]', [("RULES_FULL_MARKS", "scale.card")]),
    ('["差", 50]', '["好", 50]', [("RULES_DUPLICATE", "scale.card[2]")]),
    ("first = 100", "first = 120", [("RULES_FULL_MARKS", "places.list.first")]),
    ('ties = ["opinion"]', 'ties = ["opinions"]', [("RULES_NAME_UNKNOWN", "rank.ties[1]")]),
    ('name = "良好"\nfrom = 60', 'name = "良好"\nfrom = 90', [("RULES_ORDER", "grade[2].from")]),
    ('name = "良好"\nfrom = 60', 'name = "优秀"\nfrom = 60', [("RULES_DUPLICATE", "grade[2].name")]),
    ('name = "良好"\nfrom = 60', 'name = "良好"', [("RULES_KEY_MISSING", "grade[2]")]),
    ('name = "较差"\nfrom = 0', 'name = "较差"\nfrom = 30', [("RULES_LAST", "grade[3]")]),
    ('component = "base", points = 10', 'component = "bsae", points = 10', [
        ("RULES_NAME_UNKNOWN", "grade[1].conditions[1].component"),
    ]),
    ("points = 10 }]", "points = 30 }]", [("RULES_CONDITION", "grade[1].conditions[1]")]),
    ("points = 10 }]", "points = 10, percent = 5 }]", [("RULES_CONDITION", "grade[1].conditions[1]")]),
    ('grade = "优秀"', 'grade = "优良"', [("RULES_NAME_UNKNOWN", "award[1].grade")]),
    ("ranks = [1, 2]\n", "", [("RULES_AWARD", "award[1]")]),
    ("ranks = [1, 2]", "ranks = [1, 2]\npercent = { east = 1 }", [("RULES_AWARD", "award[1]")]),
    ("ranks = [1, 2]", "ranks = [2, 1]", [("RULES_AWARD_RANKS", "award[1].ranks")]),
    ("east = 40", "north = 40", [("RULES_NAME_UNKNOWN", "award[2].percent.north")]),
    ('["综合奖"]', '["总合奖"]', [("RULES_NAME_UNKNOWN", "award[3].not_with[1]")]),
    ("places = 2\n", "", [("RULES_KEY_MISSING", "award[3].places")]),
    ('contribution = { by = "office" }\n', "", [("RULES_KEY_MISSING", "award[3].contribution")]),
    ('contribution = { by = "office" }', 'contribution = { by = "ofice" }', [
        ("RULES_NAME_UNKNOWN", "award[3].contribution.by"),
    ]),
    ('claimed_in = "self"', 'claimed_in = "selv"', [("RULES_NAME_UNKNOWN", "bonus.claimed_in")]),
    ('claimed_in = "self"', 'claimed_in = "base"', [("RULES_BONUS", "bonus.claimed_in")]),
    ('["表彰", 1]', '["表彰", 4]', [("RULES_BONUS", "bonus.kinds[1]")]),
    ("at_least = 30", "at_least = 50", [("RULES_CONSTRAINT", "constraint[1].at_least")]),
    ("at_least = 30", "at_most = 30", [("RULES_CONSTRAINT", "constraint[1].at_most")]),
    ('text = "整改"', 'text = "整改"\ndocument = "限期整改通知"', [("RULES_DOCUMENT", "consequence[1].document")]),
    ("at_least = 30\n", "", [("RULES_KEY_MISSING", "constraint[1]")]),
    ('components = ["opinion"]', 'components = ["opinions"]', [("RULES_NAME_UNKNOWN", "constraint[1].components[1]")]),
    ('colour = "green"\nfrom = 60', 'colour = "green"\nfrom = 0', [("RULES_ORDER", "zone[2].from")]),
    ('grade = "较差"', 'grade = "很差"', [("RULES_NAME_UNKNOWN", "consequence[1].grade")]),
    ('in = "opinion"\nweight = 15', 'in = "opinion"\npublic = "hidden"\nweight = 15', [
        ("RULES_HIDDEN", "component.voters.public"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), MEANING)
def test_a_mistake_of_meaning_is_found_at_its_key(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    """What parses but cannot be meant is found where it stands."""
    assert sorted(places(checked(rules(old, new)))) == sorted(expected)


def test_all_mistakes_come_back_together() -> None:
    """Shape and meaning, first and last: nobody mends one mistake to be told the next."""
    text = RULES.replace("cap = 3", 'cap = "3"').replace('by = "leader"', 'by = "laeder"')
    text = text.replace("at_least = 30", "at_least = 50").replace(
        'name = "良好"\nfrom = 60', 'name = "良好"\nfrom = 90'
    )
    assert {one.cell for one in checked(text)} == {
        "bonus.cap",
        "component.leaders.by",
        "constraint[1].at_least",
        "grade[2].from",
    }


def test_an_unreadable_component_causes_no_finding_elsewhere() -> None:
    """A component whose shape is wrong is not reported again as missing from sums, parents, ties or constraints."""
    text = rules('name = "民主评估"', "nmae = 1")
    assert {one.cell.split(".")[1] for one in checked(text)} == {"opinion"}


def test_a_wrong_heading_does_not_hide_the_rest() -> None:
    """The components are looked at although `[scheme]` itself has a mistake."""
    text = rules("total = 100", 'total = "100"').replace('by = "leader"', 'by = "laeder"')
    assert {one.cell for one in checked(text)} == {"scheme.total", "component.leaders.by"}


def test_number_in_the_file_counts_unreadable_entries() -> None:
    """`grade[3]` is the third grade of the file, also when the second could not be read."""
    text = rules('name = "良好"\nfrom = 60', 'name = "良好"\nfrom = "60"').replace(
        'name = "较差"\nfrom = 0', 'name = "较差"\nfrom = 95'
    )
    assert ("RULES_ORDER", "grade[3].from") in places(checked(text))


def test_two_files_for_one_class_are_a_mistake() -> None:
    """Class ids are unique across the files of `schemes/`."""
    one, _ = read_scheme(RULES, "schemes/a.toml")
    two, _ = read_scheme(RULES, "schemes/b.toml")
    assert one is not None
    assert two is not None
    found = [(each.code, each.file, each.cell) for each in check_classes([one, two], ROLES)]
    assert found == [
        ("RULES_DUPLICATE", "schemes/b.toml", "scheme.id"),
        ("RULES_DUPLICATE", "schemes/b.toml", "scheme.name"),
    ]


def test_a_misspelt_key_is_answered_with_the_nearest_and_the_known_ones() -> None:
    """The hint teaches: what was probably meant, and what may stand there."""
    wrong = checked(rules("weight = 20", "wieght = 20"))[0]
    assert wrong.hint("zh").startswith("最接近的是 weight；这里可以写：name、in、weight、by、answer")


@pytest.mark.parametrize(("old", "new", "expected"), [*SHAPE, *MEANING])
def test_the_clerk_reads_whole_sentences(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    """No gap stays open in a sentence, and no English of a library stands in a Chinese one."""
    for one in checked(rules(old, new)):
        for text in (one.message("zh"), one.hint("zh"), one.message("en"), one.hint("en")):
            assert "?" not in text, text
        assert not re.search(
            r"[Ii]nput should|valid|pydantic|Decimal\(|[Ee]xpected", one.message("zh") + one.message("en")[:0]
        )


AWAY = "对象类别,评估内容,指标,单位,文号"
ROSTER = [
    ("单位", "u2,乙镇", "u1,乙镇", [("ROSTER_DUPLICATE", "单位", "A3")]),
    ("单位", "u2,乙镇", "u2,丙 镇", [("ROSTER_DUPLICATE", "单位", "B4")]),
    ("单位", "west,2,", "west,2,不参评", [("ROSTER_GROUP_EMPTY", "单位", "")]),
    ("评估主体", "v1,群众代表,voters,", "u1,群众代表,voters,\nv1,群众,voters,", [
        ("ROSTER_SAME_ID", "评估主体", "A3"),
        ("ROSTER_BATCH_MISSING", "评估主体", "A3"),
    ]),
    ("评估主体", "", "o1,督查室,office,", [("ROSTER_DUPLICATE", "评估主体", "A6")]),
    ("评估主体", "", "x1,某局,bureau,", [("ROSTER_IDLE", "评估主体", "B6")]),
    ("评估主体", "", "x1,甲镇（自评）,self,", [("ROSTER_ROLE_SELF", "评估主体", "C6")]),
    ("评估主体", "o1,绩效办,office,", "o1,绩效办,bureau,", [
        ("ROSTER_ROLE_EMPTY", "评估主体", ""),
        ("ROSTER_IDLE", "评估主体", "B2"),
    ]),
    ("分管", "", "v1,甲镇,,", [("ROSTER_NOBODY", "单位", "B3")]),
    ("分管", "", "l1,丙镇,,", [("ROSTER_CHARGE_EMPTY", "分管", "A3")]),
    ("分管", "甲镇,,", "甲镇,2026-06-01,2026-05-01", [
        ("ROSTER_DATES", "分管", "D2"),
        ("ROSTER_IDLE", "评估主体", "B4"),
    ]),
    ("批次", "v1,一,50", "o1,一,50", [
        ("ROSTER_BATCH_USELESS", "批次", "A2"),
        ("ROSTER_BATCH_MISSING", "评估主体", "A3"),
    ]),
    ("批次", "", "v1,一,20", [("ROSTER_DUPLICATE", "批次", "B3")]),
    ("指标", "towns,base,1,学习,6", "towns,base,1,学习,5", [
        ("ROSTER_POINTS", "指标", "E2"),
        ("ROSTER_POINTS", "指标", "E2"),
    ]),
    ("指标", "towns,common,1,信访,5", "towns,common,1,信访,4", [("ROSTER_POINTS", "指标", "E4")]),
    ("指标", "", "towns,figures,3,额外,1,,甲镇,,,,", [("ROSTER_POINTS", "指标", "E5")]),
    ("指标", "日常", "平时", [("ROSTER_PART", "指标", "H2"), ("ROSTER_POINTS", "指标", "E2")]),
    ("指标", "towns,figures,2", "towns,figures,1", [("ROSTER_DUPLICATE", "指标", "C6")]),
    ("指标", "", "towns,figures,1,增速,1,,乙镇,,done,6,", [
        ("ROSTER_DUPLICATE", "指标", "C7"),
        ("ROSTER_POINTS", "指标", "E5"),
    ]),
    ("指标", "", "towns,self,1,总结,1,,,,,,", [("ROSTER_INDICATOR", "指标", "B7")]),
    ("指标", "", "towns,opinion,1,总结,1,,,,,,", [("ROSTER_INDICATOR", "指标", "B7")]),
    ("指标", "信访,5,b1", "信访,5,", [("ROSTER_OWNER_MISSING", "指标", "F4"), ("ROSTER_IDLE", "评估主体", "B5")]),
    ("指标", "增速,5,,", "增速,5,b1,", [("ROSTER_OWNER_EXTRA", "指标", "F5")]),
    ("指标", "done,6", "doen,6", [("REFERENCE_UNKNOWN", "指标", "I5")]),
    ("指标", "done,6", "done,", [("ROSTER_FIGURE", "指标", "J5")]),
    ("指标", "done,6,", "head,6,100", [("REFERENCE_UNKNOWN", "指标", "I5")]),
    ("指标", "", "towns,figures,people,人口,0,,,,,,", []),
    ("指标", "", "towns,figures,cars,车辆,0,,,,,,", [("ROSTER_PRESET", "指标", "E7")]),
    ("指标", "\ntowns,common,1,信访,5,b1,,,,,", "", [
        ("ROSTER_NO_INDICATORS", "指标", ""),
        ("ROSTER_IDLE", "评估主体", "B5"),
    ]),
    ("指标", "信访,5,b1,,", "信访,5,b1,甲镇,", [("ROSTER_NO_INDICATORS", "单位", "B3")]),
    ("不适用", "", f"{AWAY}\ntowns,common,1,u1,一号", []),
    ("不适用", "", f"{AWAY}\ntowns,common,9,u1,一号", [("ROSTER_NOT_APPLICABLE", "不适用", "B2")]),
    ("不适用", "", f"{AWAY}\ntowns,base,,u1,一号", [("ROSTER_NOT_APPLICABLE", "不适用", "B2")]),
    ("不适用", "", f"{AWAY}\ntowns,base,1,u1,一号", []),
    ("不适用", "", f"{AWAY}\ntowns,base,1,u1,一号\ntowns,base,2,u1,一号", [
        ("ROSTER_NOT_APPLICABLE", "不适用", "B2"),
        ("ROSTER_NOT_APPLICABLE", "不适用", "B3"),
    ]),
    ("单项参评", "", "单项,单位\ninvest,u1\ninvest,u1", [("ROSTER_DUPLICATE", "单项参评", "B3")]),
    ("单项参评", "", "单项,单位\ninvest,u3", [("ROSTER_FIELD", "单项参评", "A2")]),
    ("历年结果", "", "年度,单位\n2025,u1\n2025,u1", [("ROSTER_DUPLICATE", "历年结果", "B3")]),
    ("单位变动", "", "单位,变动,文号\nu1,更名,一号", [("ROSTER_CHANGE", "单位变动", "2")]),
    ("单位变动", "", "单位,变动,文号,并入单位\nu1,合并,一号,u2", [("ROSTER_CHANGE_STANDING", "单位变动", "A2")]),
]  # fmt: skip


@pytest.mark.parametrize(("table", "old", "new", "expected"), ROSTER)
def test_a_mistake_in_the_roster_is_found_at_its_cell(
    table: str, old: str, new: str, expected: list[tuple[str, str, str]]
) -> None:
    """A row that does not fit the rules or the other rows is found in its sheet, at its cell."""
    found = [(one.code, one.sheet, one.cell) for one in rostered({table: (old, new)})]
    assert sorted(found) == sorted(expected)
    for one in rostered({table: (old, new)}):
        assert "?" not in one.message("zh") + one.hint("zh") + one.message("en") + one.hint("en")


def test_nobody_in_charge_is_no_mistake_where_the_rules_provide_for_it() -> None:
    """A unit without a leader is silent when `none` is stated, and named when it is refused."""
    refusing = rules('none = { weight_to = ["voters"] }', 'none = "refuse"')
    assert rostered() == []
    assert [(one.code, dict(one.args)["unit"]) for one in rostered(text=refusing)] == [("ROSTER_NOBODY", "乙镇")]


def test_being_in_charge_is_judged_on_the_day_of_marking() -> None:
    """A charge that has ended by then leaves the unit without a leader."""
    refusing = rules('none = { weight_to = ["voters"] }', 'none = "refuse"')
    ended = {"分管": ("l1,甲镇,,", "l1,甲镇,2026-01-01,2026-06-30\nl1,乙镇,,")}
    assert rostered(ended, refusing) == []
    late = rostered(ended, refusing, on=date(2026, 12, 31))
    assert [(one.code, dict(one.args)["unit"]) for one in late] == [("ROSTER_NOBODY", "甲镇")]


def test_ranking_by_change_needs_last_year() -> None:
    """Every ranked unit needs an earlier total where the change decides."""
    text = rules('ties = ["opinion"]', 'by = "variation"')
    earlier = {"历年结果": ("", "年度,单位,总分\n2025,u1,80")}
    assert [(one.code, one.sheet, one.cell) for one in rostered(earlier, text)] == [("ROSTER_EARLIER", "单位", "B3")]


def test_components_of_a_group_make_its_units_weights_differ() -> None:
    """Where a component is for some groups only, the weights of every group must add up to the total."""
    text = rules("not_applicable", 'groups = ["east"]\nnot_applicable')
    wrong = checked(text)
    assert places(wrong) == [("RULES_WEIGHTS", "scheme.total")]
    assert wrong[0].message("zh").startswith("“西片”的各项权重之和是 80，应为 100")
    extra = (
        '\n[component.extra]\nname = "特色工作"\nweight = 20\nby = "office"\nanswer = "percent"\ngroups = ["west"]\n'
    )
    assert checked(text + extra) == []
    scheme = scheme_of(text + extra)
    assert {scheme.weight(group="east"), scheme.weight(group="west")} == {Fraction(100)}


def test_months_in_stages_are_all_periods() -> None:
    """Stages name the periods; the sheet asks for every one of them."""
    text = rules(
        'answer = "percent"',
        'answer = "percent"\neach = { stages = { "一季度" = ["1月", "2月"], "二季度" = ["4月"] } }',
    )
    each = scheme_of(text).components["self"].each
    assert each is not None
    assert each.periods == ["1月", "2月", "4月"]


@pytest.mark.parametrize(("text", "shown"), [("36.0", "36"), ("0.50", "0.5"), ("1E+2", "100"), ("-5", "-5")])
def test_numbers_are_written_as_people_write_them(text: str, shown: str) -> None:
    """36, not 36.0, and no exponent."""
    assert plain(Decimal(text)) == shown


def test_the_bundled_rules_have_no_mistake() -> None:
    """Both classes of the bundled evaluation pass every check with their own roles."""
    roles = tomllib.loads((SONGYUAN / "evaluation.toml").read_text(encoding="utf-8"))["roles"]
    schemes = []
    for path in sorted((SONGYUAN / "schemes").glob("*.toml")):
        scheme, findings = read_scheme(path.read_text(encoding="utf-8"), path.name)
        assert findings == []
        assert scheme is not None
        schemes.append(scheme)
    assert check_classes(schemes, {"self": "被评估单位", **roles}) == []


@pytest.mark.parametrize(
    ("answer", "old", "new", "said"),
    [
        ("{ deduct = 2 }", "towns,figures,1,增速,5,,,,done,6,", "towns,figures,1,事故,7,,,,,,", []),
        ("{ deduct = 2 }", "towns,figures,1,增速,5,,,,done,6,", "towns,figures,1,事故,5,,,,,,", ["合计是 8"]),
        ('{ compare = "best" }', "", "towns,figures,3,额外,2,,甲镇,,,,", ["甲镇 10、乙镇 8"]),
        ('{ compare = "best" }', "", "towns,figures,3,额外,2,,,,,,", []),
    ],
)
def test_preset_points_that_are_converted_are_pointed_out(answer: str, old: str, new: str, said: list[str]) -> None:
    """A warning where units have different sums, or where a deduction is not what the rules say; otherwise silence."""
    found = rostered({"指标": (old, new)}, rules("{ points = 8 }", answer))
    assert [one.code for one in found] == ["ROSTER_CONVERTED"] * len(said)
    assert all(words in one.message("zh") for words, one in zip(said, found, strict=True))
    assert not any(one.blocks for one in found)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('by = "leader"', 'by = "领导"', ("RULES_NAME_UNKNOWN", "component.leaders.by")),
        ('rank = "list"', "rank = 3", ("RULES_VALUE", "component.leaders.answer.rank")),
    ],
)
def test_a_mistake_in_a_component_leaves_its_evaluators_in_peace(
    old: str, new: str, expected: tuple[str, str], tmp_path: Path
) -> None:
    """Nobody is called idle, and no role empty, because the component that asks them could not be understood."""
    (tmp_path / "schemes").mkdir()
    (tmp_path / "roster").mkdir()
    roles = "\n".join(f'{key} = "{name}"' for key, name in ROLES.items() if key != "self")
    head = '[evaluation]\nid = "t"\nname = "测试"\nyear = 2026\noffice = "绩效办"\n'
    (tmp_path / "evaluation.toml").write_text(f"format = 1\n{head}[roles]\n{roles}\n", encoding="utf-8")
    (tmp_path / "schemes" / "towns.toml").write_text(rules(old, new), encoding="utf-8")
    for name, text in TABLES.items():
        (tmp_path / "roster" / f"{name}.csv").write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load(tmp_path)
    wrong = [one for one in refused.value.findings if one.code != "YEAR_PLACES"]  # two towns are few for these rules
    assert [(one.code, one.cell) for one in wrong] == [expected]


def test_a_whole_folder_reports_rules_and_roster_together(tmp_path: Path) -> None:
    """`load` refuses once, with the mistakes of every file."""
    (tmp_path / "schemes").mkdir()
    (tmp_path / "roster").mkdir()
    roles = "\n".join(f'{key} = "{name}"' for key, name in ROLES.items() if key != "self")
    head = '[evaluation]\nid = "t"\nname = "测试"\nyaer = 2026\noffice = "绩效办"\n'
    (tmp_path / "evaluation.toml").write_text(f"format = 1\n{head}[roles]\n{roles}\n", encoding="utf-8")
    (tmp_path / "schemes" / "towns.toml").write_text(rules("weight = 20", "weight = 30"), encoding="utf-8")
    for name, text in TABLES.items():
        wrong = text.replace("u2,乙镇,towns,west", "u2,乙镇,towns,north")
        (tmp_path / "roster" / f"{name}.csv").write_text(wrong, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load(tmp_path)
    found = [(one.code, one.file, one.cell) for one in refused.value.findings]
    assert ("RULES_KEY_UNKNOWN", "evaluation.toml", "evaluation.yaer") in found
    assert ("RULES_WEIGHTS", "schemes/towns.toml", "scheme.total") in found
    assert ("REFERENCE_UNKNOWN", "roster/单位.csv", "D3") in found


def test_every_code_of_the_rules_has_words_in_both_languages() -> None:
    """The catalogue's sentences for rules and roster are complete."""
    codes = [code for code in CATALOGUE if code.startswith(("RULES_", "ROSTER_"))]
    assert len(codes) > 40
    assert all(
        CATALOGUE[code].message[language] and CATALOGUE[code].hint[language]
        for code in codes
        for language in ("zh", "en")
    )


def test_nothing_is_said_of_a_nearest_name_where_there_is_none() -> None:
    """No finding says “nearest: —”; one that knows a name says it."""
    entries = [(code, because) for code, entry in CATALOGUE.items() for because in ("", *entry.because)]
    gaps = dict.fromkeys(re.findall(r"\{(\w+)", str(dict(CATALOGUE))), "?")

    def said(near: str) -> list[str]:
        made = [finding(code, args={**gaps, "near": near}, because=because) for code, because in entries]
        return [words(language) for one in made for words in (one.message, one.hint) for language in ("zh", "en")]

    for text in said("—"):
        assert not re.search("最接近的是|相近的：|nearest:|near to it|—[。；）]", text), text
    assert sum("甲甲" in text for text in said("甲甲")) > 30
