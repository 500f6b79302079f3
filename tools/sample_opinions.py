"""What people of the sample think: a hearing and a review by experts, opinions that were passed on and answered, sheets
of observers, gone through by the office.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
from sample_files import digest, paper, settled
from sample_play import Play

from evaltool import run
from evaltool.identity import REMARKS
from evaltool.roster import TABLES
from filling import Value, spots

Row = Mapping[str, str]

MINUTES = "附件/听证评审"
MEETINGS: Sequence[Row] = (
    {
        "编号": "H1",
        "会议类型": "听证会",
        "议题": "城市管理和物业服务",
        "日期": "2026-11-18",
        "地点": "市政府第三会议室",
        "主持人": "市绩效评估委员会副主任郭启航",
        "到会人数": "38",
        "纪要文号": "澄绩评纪〔2026〕11号",
        "结果": "12人陈述，收到意见26条，占道经营反复、物业维修不及时较为集中，列为改进事项，2027年6月底前完成",
        "纪要文件": "澄绩评纪〔2026〕11号 听证会纪要.pdf",
    },
    {
        "编号": "P1",
        "会议类型": "专家评审",
        "议题": "重点工作目标完成情况",
        "日期": "2027-03-16",
        "地点": "市会议中心",
        "主持人": "市绩效评估委员会副主任郭启航",
        "到会人数": "9",
        "纪要文号": "澄绩评纪〔2027〕2号",
        "结果": "抽查32项目标的佐证材料，30项与现场一致，2项材料不足，已请评估组打分时考虑",
        "纪要文件": "澄绩评纪〔2027〕2号 专家评审意见.pdf",
    },
)
_HEARD = {"意见来源": "听证会", "会议": "H1", "日期": "2026-11-18"}
_EXPERTS = {"意见来源": "专家评审", "会议": "P1", "日期": "2027-03-16"}
OPINIONS: Sequence[Row] = (
    {
        "单位": "市城市管理综合执法局",
        "性质": "问题",
        "主题": "城市管理",
        "内容": "早市收摊后占道经营反复出现，夜间垃圾清运不及时",
        "条数": "7",
        "意见来源": "公众",
        "日期": "2026-10-20",
        "是否公开": "公开",
        "转办": "是",
        "答复期限": "2026-11-30",
        "答复": "增设夜间巡查组3个，10个早市全部划线经营，垃圾清运调整到22时前完成。",
        "答复日期": "2026-11-25",
    },
    {
        "单位": "市住房和城乡建设局",
        "性质": "问题",
        "主题": "物业服务",
        "内容": "部分老旧小区改造后物业没有及时接管，电梯维修等待时间长",
        **_HEARD,
        "是否公开": "公开",
        "转办": "是",
        "答复期限": "2026-12-31",
        "答复": "已督促6个小区完成物业接管，电梯维修纳入12345热线限时办结，平均等待由9天降到3天。",
        "答复日期": "2026-12-24",
    },
    {
        "单位": "市城市管理综合执法局",
        "性质": "建议",
        "主题": "城市管理",
        "内容": "设置便民市场先征求周边居民意见，并公示经营时段",
        **_HEARD,
        "是否公开": "公开",
    },
    {
        "单位": "市信访局",
        "性质": "问题",
        "主题": "信访办理",
        "内容": "重复信访事项的答复套话较多，没有说明不予支持的依据",
        "条数": "3",
        "意见来源": "公众",
        "日期": "2027-02-08",
        "转办": "是",
        "答复期限": "2027-03-15",
    },
    {
        "单位": "市交通运输局",
        "性质": "问题",
        "主题": "农村公路养护",
        "内容": "县乡公路养护资金拨付较慢，乡镇反映集中",
        "意见来源": "市绩效办",
        "日期": "2027-03-22",
        "是否公开": "公开",
        "转办": "是",
        "答复期限": "2027-05-10",
    },
    {
        "单位": "澄阳区",
        "性质": "肯定",
        "主题": "政务服务",
        "内容": "“一业一证一码”改革后办事环节明显减少",
        "条数": "12",
        "意见来源": "公众",
        "日期": "2026-12-10",
        "是否公开": "公开",
    },
    {
        "单位": "市卫生健康委员会",
        "性质": "问题",
        "主题": "基层医疗",
        "内容": "乡镇卫生院夜间值班医生不足",
        "条数": "5",
        "意见来源": "公众",
        "日期": "2026-12-10",
        "是否公开": "公开",
    },
    {
        "单位": "松陂县",
        "性质": "问题",
        "主题": "项目建设",
        "内容": "两个重点项目开工手续不全，形象进度与自报不一致",
        **_EXPERTS,
        "是否公开": "公开",
    },
    {
        "单位": "市民政局",
        "性质": "肯定",
        "主题": "养老服务",
        "内容": "养老服务中心建设台账完整，现场与材料一致",
        **_EXPERTS,
        "是否公开": "公开",
    },
    {
        "性质": "建议",
        "主题": "目标设置",
        "内容": "目标值与上年实际衔接，少用“稳步推进”一类无法检查的表述",
        **_EXPERTS,
        "是否公开": "公开",
    },
    {
        "性质": "问题",
        "主题": "数据报送",
        "内容": "部分单位自报数与统计核实数口径不一致，报送前没有核对",
        "意见来源": "市绩效办",
        "日期": "2027-03-05",
        "是否公开": "公开",
    },
    {
        "单位": "市体育局",
        "性质": "问题",
        "主题": "日常管理",
        "内容": "季度进展材料由一人代填，未经分管领导审核",
        "意见来源": "市绩效办",
        "日期": "2027-03-05",
    },
)

OBSERVERS: Sequence[Row] = (
    {"编号": "G01", "名称": "白景文（绩效观察员）", "角色": "绩效观察员"},
    {"编号": "G02", "名称": "纪秋实（绩效观察员）", "角色": "绩效观察员"},
    {"编号": "G03", "名称": "温如玉（绩效观察员）", "角色": "绩效观察员"},
)
# observer -> unit, kind, theme, text; what the office made of it stands below
OBSERVED: Mapping[str, Sequence[tuple[str, str, str, str]]] = {
    "G01": (
        ("沅宁县", "问题", "政务公开", "三个乡镇的政务公开栏半年没有更新"),
        ("市政务服务和数据管理局", "肯定", "政务服务", "窗口一次告知执行较好，抽查10件全部当场告知"),
    ),
    "G02": (
        ("市公安局", "建议", "交通管理", "学校周边上下学时段增派警力疏导"),
        ("", "建议", "评估方法", "实地踏查多一些不打招呼的暗访"),
    ),
    "G03": (
        ("市体育局", "问题", "场馆开放", "公共体育馆低收费时段没有公示，可致电13904380000核实"),
        ("市人力资源和社会保障局", "问题", "窗口服务", "社保窗口午间无人值守"),
    ),
}
KEPT = ("政务公开", "政务服务", "交通管理", "评估方法")
LEFT_OUT = ("场馆开放",)  # the rest waits to be looked at again
PASSED_ON = {"政务公开": "2027-04-30"}


def begin_opinions(roster: Path) -> None:
    """Observers, who may say something of all units; the meetings with the files of their minutes; what was opined."""
    _add(roster / "评估主体.csv", OBSERVERS)
    classes = ("县（区）政府", "市政府工作部门")
    _add(roster / "分管.csv", [{"评估主体": who["名称"], "对象类别": each} for who in OBSERVERS for each in classes])
    held = [{**each, "纪要指纹": digest(paper(Path(each["纪要文件"]).stem))} for each in MEETINGS]
    new_table(roster, "听证评审", held)
    new_table(roster, "意见建议", [{"编号": f"{at:03d}", **each} for at, each in enumerate(OPINIONS, 1)])


def new_table(roster: Path, name: str, rows: Sequence[Row]) -> None:
    _write(roster / f"{name}.csv", [each.header for each in TABLES[name].columns.values()], rows)


def _add(path: Path, rows: Sequence[Row]) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        there = list(csv.DictReader(file))
    _write(path, list(there[0]), [*there, *rows])


def _write(path: Path, columns: Sequence[str], rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)


def tell_opinions(sample: Play) -> None:
    """What observers write on their sheets, the counties' lines and the departments' each on their own."""
    counties = {unit.name for unit in sample.evaluation.units_of("counties")}
    for key, form in sample.reports.items():
        if key[1] == REMARKS:
            sample.given[key] = {}
            for spot in spots(form):
                whose = spot.table.class_id == "counties"
                listed = [each for each in OBSERVED[key[0]] if (each[0] in counties) == whose]
                at = int(spot.repeat) - 1
                if at < len(listed):
                    sample.given[key][spot.place] = _written(listed[at], spot.column.field)


def _written(said: tuple[str, str, str, str], field: str) -> Value:
    unit, kind, theme, text = said
    return {"unit": unit or None, "remark_kind": kind, "remark_theme": theme, "remark_text": text}[field]


def screen(folder: Path) -> None:
    """The office goes through what observers wrote, in its own workbook, and takes over what it keeps."""
    _, made = run.collect_remarks(folder)
    path = folder / made.file
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    top = next(row for row in range(1, 12) if sheet.cell(row, 1).value == "序号")
    at = {sheet.cell(top, column).value: column for column in range(1, sheet.max_column + 1)}
    for row in range(top + 1, sheet.max_row + 1):
        theme = sheet.cell(row, at["主题"]).value
        if theme in KEPT:
            said = {"采用": "是", "是否公开": "公开"}
            said |= {"转办": "是", "答复期限": PASSED_ON[theme]} if theme in PASSED_ON else {}
        else:
            said = {"采用": "否"} if theme in LEFT_OUT else {}
        for header, value in said.items():
            sheet.cell(row, at[header]).value = value
    path.write_bytes(saved(book))
    run.take_remarks(folder, path)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return settled(out.getvalue())
