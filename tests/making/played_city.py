"""The small city whose year is played: the bundled rules, three counties, six departments, about sixty sheets."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from folders import any_voters

COUNTY, DEPARTMENT = "县（区）政府", "市政府工作部门"
ECONOMY, SOCIAL, MARKET = "经济调节和经济管理类", "社会管理和政务管理类", "市场监管和执法监管类"
COUNTIES = {"X1": "东河县", "X2": "西岭县", "X3": "南屏县"}
DEPARTMENTS = {
    "D1": ("财税局", ECONOMY),
    "D2": ("工业局", ECONOMY),
    "D3": ("民政局", SOCIAL),
    "D4": ("卫生局", SOCIAL),
    "D5": ("质监局", MARKET),
    "D6": ("城管局", MARKET),
}
RENAMED = ("D5", "质监局", "市场监管局")
VOTERS = {"city_bodies": "B", "city_departments": "C", "county_heads": "U", "county_departments": "W"}
OF_COUNTIES = {"towns": "T", "citizens": "Q", "county_bodies": "H"}
SURVEY = "E1"
EXPORT, SURVEYED = "企业问卷.csv", 12
PRESET = (50, 22)  # what the office sets of the counties' priority goals
GOALS = {COUNTY: (("创新目标", 10), ("创新目标", 8)), DEPARTMENT: (("", 50), ("", 30))}
Row = tuple[object, ...]
NOTICE = "市绩办函〔2026〕7号"
PUT_RIGHT, OVERDUE = ("X3", "项目档案不全"), ("D6", "投诉办理超期")
MATTERS: tuple[Row, ...] = tuple((*each, NOTICE, "2026-05-12", "2026-09-30") for each in (PUT_RIGHT, OVERDUE))
"""What last year's result left open."""
COMMENT = {("D3", 7): "救助窗口太少，可打13800000007问我"}


def settle(folder: Path) -> None:
    """What the office fills in after `init`: its own long tables, and what it decided about the year."""
    (folder / "roster.xlsx").unlink()
    (folder / "roster").mkdir()
    for name, (header, rows) in tables().items():
        save(folder / "roster" / f"{name}.csv", header.split(","), rows)
    path = folder / "evaluation.toml"
    text = path.read_text(encoding="utf-8")
    text = text.replace('# entered_twice = ["mayor", "citizens"]', 'entered_twice = ["mayor"]')
    path.write_text(text.replace("[notice]", MORE + "[notice]", 1), encoding="utf-8")
    for rules in (folder / "schemes").glob("*.toml"):
        rules.write_text(any_voters(rules.read_text(encoding="utf-8")), encoding="utf-8")


MORE = f"""
[[deadline]]
what = "整改方案"
date = 2026-06-20
sheet = "rectification"
[[deadline]]
what = "整改情况"
date = 2026-10-20
sheet = "rectified"
[[deadline]]
what = "领导评估"
role = "vice_mayor"
date = 2027-04-10
sheet = "marks"
strict = true
[[survey]]
evaluator = "{SURVEY}"
file = "{EXPORT}"
respondent = "问卷编号"
unit = "被评单位"
choice = "评价"
personal = ["电话"]
comments = ["意见建议"]
"""


def rename(folder: Path) -> None:
    """The office writes a department's new name into its list of units."""
    unit, _, name = RENAMED
    header, rows = tables({**DEPARTMENTS, unit: (name, DEPARTMENTS[unit][1])})["单位"]
    save(folder / "roster" / "单位.csv", header.split(","), rows)


def save(path: Path, header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """A long table as clerks export it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def tables(departments: dict[str, tuple[str, str]] = DEPARTMENTS) -> dict[str, tuple[str, list[Row]]]:
    """The long tables: header and rows by name."""
    units: list[Row] = [(unit, name, COUNTY, "县（区）") for unit, name in COUNTIES.items()]
    units += [(unit, name, DEPARTMENT, group) for unit, (name, group) in departments.items()]
    batches: list[Row] = [
        (who, at, f"会议{at}", "", "2027-01-12", 8) for who, _, _, _, many in evaluators() for at in range(1, many + 1)
    ]
    return {
        "单位": ("编号,名称,对象类别,分类,顺序", [(*unit, at) for at, unit in enumerate(units, 1)]),
        "评估主体": ("编号,名称,角色,所属单位", [row[:4] for row in evaluators()]),
        "分管": ("评估主体,对象类别,分类,单位,起,止", list(charges())),
        "批次": ("评估主体,批次,会议,地点,日期,评价卡数", batches),
        "指标": ("对象类别,评估内容,编号,名称,预赋分值,评分主体,单位,部分", list(indicators())),
        "整改事项": ("单位,事项,文号,日期,期限", list(MATTERS)),
        "单项参评": ("单项,单位", [("民生工作", "D3"), ("民生工作", "D4"), ("招商引资", "D1"), ("招商引资", "D2")]),
    }


def evaluators() -> Iterator[tuple[str, str, str, str, int]]:
    """Id, name, role, own unit, batches of cards."""
    yield "J1", "绩效办", "office", "", 0
    yield from ((f"F{at}", f"职能{at}处", "functional", "D2" if at == 3 else "", 0) for at in (1, 2, 3))
    yield "N1", "统计局", "statistics", "", 0
    yield from ((f"P{at}", f"评估{at}组", "review_group", "", 0) for at in (1, 2, 3))
    yield "M", "郑市长", "mayor", "", 0
    yield from ((f"V{at}", f"副市长{at}", "vice_mayor", "", 0) for at in (1, 2))
    yield from ((f"S{at}", f"副秘书长{at}", "deputy", "", 0) for at in (1, 2, 3))
    yield from ((f"{letter}1", f"代表{letter}", role, "", 3) for role, letter in VOTERS.items())
    for role, letter in OF_COUNTIES.items():
        yield from ((f"{letter}{unit[1]}", f"{name}代表{letter}", role, "", 2) for unit, name in COUNTIES.items())
    yield SURVEY, "企业调查队", "enterprises", "", 0
    yield from ((f"K{unit[1]}", f"服务对象{unit[1]}", "clients", "", 2) for unit in DEPARTMENTS)


def charges() -> Iterator[Row]:
    yield "P1", COUNTY, "", "", "", ""
    yield from (("P2", "", "", unit, "", "") for unit in ("D1", "D2", "D3"))
    yield from (("P3", "", "", unit, "", "") for unit in ("D4", "D5", "D6"))
    for letter in ("V", "S"):
        yield from ((f"{letter}{at}", COUNTY, "", "", "", "") for at in (1, 2))
        for at, units in ((1, ("D1", "D2", "D3")), (2, ("D4", "D5", "D6"))):
            yield from ((f"{letter}{at}", "", "", unit, "", "") for unit in units)
    yield "S3", COUNTY, "", "", "", ""
    yield from (("S3", "", "", unit, "", "") for unit in DEPARTMENTS)
    for letter in OF_COUNTIES.values():
        yield from ((f"{letter}{unit[1]}", "", "", unit, "", "") for unit in COUNTIES)
    yield from ((f"K{unit[1]}", "", "", unit, "", "") for unit in DEPARTMENTS)


def indicators() -> Iterator[Row]:
    for name, points in ((COUNTY, (4, 3, 3)), (DEPARTMENT, (8, 7, 5))):
        yield from ((name, "基础工作评估", f"J{at}", f"基础{at}", 10, "", "", "") for at in (1, 2, 3))
        for at, full in enumerate(points, 1):
            yield name, "共性工作目标", f"G{at}", f"共性{at}", full, f"F{at}", "", ""
    for at, full in enumerate(PRESET, 1):
        yield COUNTY, "重点工作目标", f"S{at}", f"市定{at}", full, "", "", "市定目标"


def survey_counts() -> dict[str, dict[str, int]]:
    """What twelve enterprises say of each department; one more 优秀 and one fewer 良好 from one to the next."""
    return {unit: {"优秀": 3 + at, "良好": 7 - at, "不了解": 2} for at, unit in enumerate(DEPARTMENTS)}


def survey_export() -> bytes:
    """The same as the survey's program exports it: a row per answer, with a telephone number; one writes more."""
    said = {
        unit: [choice for choice, many in counts.items() for _ in range(many)]
        for unit, counts in survey_counts().items()
    }
    names = {unit: name for unit, (name, _) in DEPARTMENTS.items()} | {RENAMED[0]: RENAMED[2]}
    rows = [
        f"{who + 1},1380000{who:04},{names[unit]},{said[unit][who]},{COMMENT.get((unit, who), '')}"
        for who in range(SURVEYED)
        for unit in said
    ]
    return "\r\n".join(["问卷编号,电话,被评单位,评价,意见建议", *rows, ""]).encode("gb18030")
