"""What the goals of the sample are: their target and unit of measure as their names have them, standards, sources, the
persons responsible, and how they were approved.

The bundled roster names goals and points only.  Everything else is read off the name or drawn from the seed; all
persons are invented.
"""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

import sample_story as story

from evaltool.roster import TABLES

Kind = Literal["growth", "rate", "amount", "zero", "words"]
_MEASURES = (
    *("个百分点", "个工作日", "平方公里", "亿立方米", "亿斤", "万亩", "万元", "亿元", "万人次", "万人", "万株", "万个"),
    *("万吨", "人次", "公里", "平方米", "批次", "%", "‰", "户", "套", "所", "部", "家", "个", "项", "座", "处", "条"),
    *("场", "件", "倍", "人", "名"),
)
_FIGURE = re.compile(rf"(\d+(?:\.\d+)?)({'|'.join(_MEASURES)})(?!以上项目)")
_IN_TENTHS = ("%", "个百分点", "亿元", "倍", "万亩", "万人", "亿斤", "亿立方米")
_MOVES = re.compile(r"增长|下降|净增|提升|提高(?!到)|降低")
_FILLERS = re.compile(r"(达到|不低于|不少于|保持在|稳定在|提高到|控制在|不高于|低于|降至)$")
HEADS = (
    *("程书远", "梁佩文", "郭启航", "于佳宁", "范知行", "白若溪", "邹景明", "姜云舒", "岳长林"),
    *("卢安澜", "苗雨桐", "康立言", "齐望舒", "祁东来", "裴少卿", "穆青禾", "史怀瑾", "单思齐"),
)
GIVEN = (
    *("文博", "立新", "雨晴", "志高", "海燕", "春生", "晓东", "佳慧", "国平"),
    *("丽娟", "建军", "明远", "思源", "学礼", "红梅", "永强", "亚楠", "振华"),
)
FAMILY = (
    *("周", "吴", "郑", "冯", "蒋", "沈", "韩", "杨", "朱"),
    *("何", "吕", "施", "孔", "曹", "严", "魏", "陶", "姜"),
    *("谢", "邵", "喻", "柏", "水", "窦", "章"),
)
STANDARDS: Mapping[Kind, tuple[str, ...]] = {
    "growth": (
        "达到目标得满分，每低0.1个百分点扣预赋分值的3%，扣完为止",
        "以核实的数为准，达到目标得满分，未达到的按完成比例计分",
    ),
    "rate": (
        "达到目标得满分，每低1个百分点扣1分",
        "达到目标得满分，未达到的按比例计分，低于目标80%的不得分",
        "抽查不少于20件，发现一件不实扣1分，其余按达到率计分",
    ),
    "amount": (
        "完成目标数得满分，未完成的按完成比例计分",
        "按完成比例计分，以竣工验收或批复文件为准",
        "完成目标数且通过验收得满分；完成80%以下的不得分",
    ),
    "zero": ("全年无发生得满分，发生一起扣预赋分值的50%", "问题全部销号得满分，每余一项扣2分"),
    "words": (
        "按期完成并通过验收得满分，延期一个月扣20%，未完成的视进度计分",
        "方案、措施、成效三项各占三分之一，缺一项扣相应分值",
        "形成制度并运行半年以上得满分，只出台文件的得60%",
    ),
}
ROLES = ("独立承担", "独立承担", "独立承担", "牵头", "牵头", "配合", "协调")
FINANCE = re.compile(r"预算收入|预算内投资|直达资金|支出|税收|债务")
STATISTICS = re.compile(
    r"生产总值|工业增加值|固定资产投资|消费品零售|可支配收入|进出口|营业收入|农产品加工产值|人均纯收入"
)


@dataclass(frozen=True, slots=True)
class Aim:
    """What a goal's name says: its kind, the figure to reach, where less is better, the words around the figure."""

    name: str
    kind: Kind
    target: Decimal | None
    measure: str
    subject: str  # what is counted: the first part of the name up to its figure
    verb: str = ""  # 增长, 下降 …
    more: str = ""  # the second part of the name
    lower: bool = False

    @property
    def decimals(self) -> int:
        exponent = self.target.as_tuple().exponent if self.target is not None else 0
        own = -exponent if isinstance(exponent, int) else 0
        return (
            max(own, 1) if self.measure in ("%", "个百分点", "亿元", "倍", "万亩", "万人", "亿斤", "亿立方米") else own
        )


def aim(name: str) -> Aim:
    first, _, more = name.partition("，")
    found = _FIGURE.search(first) or _FIGURE.search(name)
    if found is None:
        zero = re.search(r"零|清零|不发生|不减少|销号", name)
        return Aim(name, "zero" if zero else "words", None, "", first, more=more)
    if found.end() > len(first):
        first, more = name, ""
    moves = _MOVES.search(first)
    lower = bool(re.search(r"以内|降至|(?<!不)低于|不高于|工作日办结|负债率", first))
    rate = found[2] in ("%", "‰") or found[2] == "倍"
    kind: Kind = "growth" if (moves and rate) or found[2] == "个百分点" else "rate" if rate else "amount"
    subject = first[: moves.start()] if moves and kind == "growth" else _FILLERS.sub("", first[: found.start()])
    verb = moves[0] if moves and kind == "growth" else "提高" if kind == "growth" else ""
    return Aim(name, kind, Decimal(found[1]), found[2], subject.rstrip("，"), verb, more, lower)


def dice(*about: object) -> random.Random:
    return random.Random("|".join(map(str, (story.SEED, "goals", *about))))


def source_of(name: str, unit: str, figure: str) -> str:
    """Where it is seen, or the figure taken from."""
    if STATISTICS.search(name):
        return "市统计局"
    return "市财政局" if FINANCE.search(name) else f"{unit}{'业务台账' if figure else '工作台账'}"


# --- the roster ------------------------------------------------------------------------------------------------------

APPROVED = ("澄绩评〔2026〕2号", "2026-05-08")
PRESET = "市定目标"


def write_goals(roster: Path) -> None:
    """Goals go from the table of indicators into that of approved goals; those that the office sets get targets."""
    path = roster / "指标.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = [*rows[0], "目标值", "计量单位", "数据来源", "评分标准", "承担角色", *_PERSONS]
    kept, approved = [], []
    for row in rows:
        if not row["单位"]:
            kept.append(row)
            continue
        told = {**row, **_told(row["单位"], row["编号"], row["名称"])}
        if row["部分"] == PRESET:
            kept.append(told)
        else:
            approved.append({**told, **_approval(roster, row["单位"], row["对象类别"])})
    _write(path, columns, kept)
    _write(roster / "目标.csv", [each.header for each in TABLES["目标"].columns.values()], approved)


_PERSONS = ("责任领导", "分管责任人", "具体责任人")


def _told(unit: str, number: str, name: str) -> dict[str, str]:
    about, drawn = aim(name), dice(number)
    figure = "" if about.target is None else format(about.target, "f")
    people = [drawn.choice(FAMILY) + drawn.choice(GIVEN) for _ in range(2)]
    return {
        "目标值": figure,
        "计量单位": about.measure,
        "数据来源": source_of(name, unit, figure),
        "评分标准": drawn.choice(STANDARDS[about.kind]),
        "承担角色": drawn.choice(ROLES),
        "责任领导": dice("head", unit).choice(HEADS),
        "分管责任人": people[0],
        "具体责任人": people[1],
    }


def _approval(roster: Path, unit: str, class_name: str) -> dict[str, str]:
    """By the committee; of a department before that by the leader in charge."""
    stated = {"文号": APPROVED[0], "日期": APPROVED[1]}
    if class_name.startswith("县"):
        return stated
    return {**stated, "审批领导": leader_of(roster, unit), "审批文号": agreed_document(unit)}


def leader_of(roster: Path, unit: str) -> str:
    """The vice-mayor in charge; the mayor where there is none."""
    with (roster / "分管.csv").open(encoding="utf-8-sig", newline="") as file:
        charges = [row["评估主体"] for row in csv.DictReader(file) if row["单位"] == unit]
    return next((each for each in charges if "副市长" in each or "（秘书长" in each), "张立群（市长）")


def agreed_document(unit: str) -> str:
    return f"市政府领导批示单2026-{dice('agreed', unit).randrange(100, 400)}号"


def _write(path: Path, columns: list[str], rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)


def stand_on_sheets(roster: Path, places: Mapping[str, tuple[str, str]]) -> None:
    """Say in the table of approved goals on which sheet (its hash) and in which cell each was declared."""
    path = roster / "目标.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["编号"] in places:
            row["来源文件指纹"], row["来源单元格"] = places[row["编号"]]
    _write(path, list(rows[0]), rows)
