"""What a hostile or careless world puts into an evaluation: files that lie, and names and texts that look like code.

One small evaluation for all of it; `hostile_files` makes the files, `elements` looks into what was written.
"""

from __future__ import annotations

import csv
import io
import struct
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from xml.etree import ElementTree

import rawxlsx as raw
from evaltool.questions.forms import Form
from filling import Spot

SETTINGS = """
format = 1
[evaluation]
id = "h-2026"
name = "评估"
year = 2026
office = "市绩效办"
[roles]
office = "市绩效办"
voters = "群众"
"""
RULES = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{ id = "g", name = "甲类" }]
[component.self]
name = "自评"
weight = 30
by = "self"
answer = "percent"
[component.visits]
name = "踏查"
weight = 40
by = "office"
answer = "percent"
each = "踏查"
none = "zero"
[component.vote]
name = "民评"
weight = 30
by = "voters"
answer = { ballot = "card" }
[scale]
card = [["好", 100], ["中", 70], ["不了解", "abstain"]]
[bonus]
cap = 2
kinds = [["表彰", 1]]
claimed_in = "self"
consent = true
[[grade]]
name = "优秀"
from = 80
[[grade]]
name = "合格"
from = 0
"""
PLAIN = ("甲局", "乙局", "丙局")
LEDGER = "种类,文号,日期,理由,单位,新值\n"


def roster(units: tuple[str, ...] = PLAIN, evaluators: tuple[str, str] = ("绩效办", "群众代表")) -> dict[str, str]:
    """Long tables with these names."""
    office, voters = evaluators
    return {
        "单位": table(
            "编号,名称,对象类别,分类,顺序", *((f"U{at}", name, "d", "g", at) for at, name in enumerate(units, 1))
        ),
        "评估主体": table("编号,名称,角色", ("O1", office, "office"), ("V1", voters, "voters")),
        "批次": table("评估主体,批次,会议,地点,评价卡数", ("V1", "1", office, voters, 4)),
    }


def table(header: str, *rows: tuple[object, ...]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([header.split(","), *rows])
    return out.getvalue()


def says(form: Form, spot: Spot) -> object:
    """Plain answers, a claim and a visit for every unit; in each text a token that says where it stands."""
    field, repeat = spot.column.field, int(spot.line.repeat or 0)
    if form.batch:
        if spot.table.kind == "grid":
            return {"issued": 4, "returned": 2, "spoiled": 0}[field]
        return ("好", "中")[repeat - 1] if spot.table.kind == "cards" and field == "mark" and repeat <= 2 else None
    if field.startswith("claim") and repeat > 2:
        return None
    if form.evaluator == "O1":
        if repeat > len(spot.table.columns[0].choices):
            return None
        named = {"unit": spot.table.columns[0].choices[repeat - 1], "date": "2026-05-20", "mark": 70 + repeat}
        return named.get(field, token(form, spot))
    known = {"mark": 90, "stated_grade": "优秀", "claim_kind": "表彰", "claim_points": 1}
    return known.get(field, token(form, spot))


TOKEN = r"T\.\w+\.\w+\.\w+\.T"


def token(form: Form, spot: Spot) -> str:
    """A text that stands for another one, put in its place in the file's XML."""
    return f"T.{form.evaluator}.{spot.column.field}.{spot.cell}.T"


# --- an inbox full of everything -------------------------------------------------------------------------------------

GOOD = raw.parts({"表": raw.sheet(raw.cell("><v>38</v>"))})
SHEET = "xl/worksheets/sheet1.xml"
DTD = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">{more}]>'


def with_sheet(xml: str) -> bytes:
    return raw.archive(GOOD | {SHEET: xml})


def lying() -> bytes:
    """Three megabytes that say they are a hundred bytes."""
    data = bytearray(raw.archive(GOOD | {SHEET: b" " * 3_000_000}))
    struct.pack_into("<L", data, data.rindex(SHEET.encode()) - 46 + 24, 100)
    struct.pack_into("<L", data, data.index(SHEET.encode()) - 30 + 22, 100)
    return bytes(data)


def laughing() -> str:
    """A document of entities that would be ten thousand million letters long."""
    more = "".join(
        f'<!ENTITY {after} "{f"&{before};" * 10}">' for before, after in zip("abcdefghi", "bcdefghij", strict=True)
    )
    return raw.sheet(raw.cell('t="str"><v>&j;</v>')).replace("<worksheet", DTD.format(more=more) + "<worksheet")


def stealing(place: str) -> str:
    more = f'<!ENTITY s SYSTEM "{place}">'
    return raw.sheet(raw.cell('t="str"><v>&s;</v>')).replace("<worksheet", DTD.format(more=more) + "<worksheet")


def hostile_files(good: bytes, secret: Path) -> dict[str, bytes]:
    """File name -> what stands in it; none of them is a sheet that can count."""
    merges = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 20_001))
    outside = raw.links(("rId1", "worksheet", f"file://{secret}"), mode=' TargetMode="External"')
    return {
        "空.xlsx": b"",
        "一字节.xlsx": b"P",
        "断.xlsx": good[: len(good) // 2],
        "断尾.xlsx": good[:-30],
        "前有杂物.xlsx": b"junk" + good,
        "后有杂物.xlsx": good + bytes(70_000),
        "表.pdf": b"%PDF-1.7\n",
        "图.xlsx": b"\x89PNG\r\n\x1a\n" + bytes(100),
        "网页.xlsx": b"<html><table><tr><td>38</td></tr></table></html>",
        "逗号.csv": "单位,得分\n甲局,90\n".encode("gb18030"),
        "旧.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000),
        "加密.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + bytes(2_000),
        "信.xlsx": raw.archive({"word/document.xml": "<w/>", "[Content_Types].xml": "<Types/>"}),
        "炸弹.xlsx": raw.archive(GOOD | {"xl/media/x.png": bytes(17 << 20)}),
        "炸弹二.xlsx": with_sheet(raw.sheet(" " * (60 << 20))),
        "谎.xlsx": lying(),
        "双份.xlsx": raw.archive([*GOOD.items(), (SHEET, raw.sheet(raw.cell("><v>12</v>")))]),
        "双份二.xlsx": raw.archive(GOOD | {SHEET.replace("/", "\\"): raw.sheet()}),
        "越界.xlsx": raw.archive(GOOD | {"../../etc/passwd": "x"}),
        "外链.xlsx": raw.archive(GOOD | {"xl/_rels/workbook.xml.rels": outside}),
        "实体.xlsx": with_sheet(laughing()),
        "外部实体.xlsx": with_sheet(stealing(f"file://{secret}")),
        "网络实体.xlsx": with_sheet(stealing("http://127.0.0.1:9/x")),
        "深.xlsx": raw.book(after="<a>" * 5_000 + "</a>" * 5_000),
        "远.xlsx": raw.book(raw.cell("><v>1</v>", at="XFD1048576")),
        "更远.xlsx": raw.book(raw.cell("><v>1</v>", at="XFE1")),
        "极远.xlsx": raw.book('<row r="99999999999999999999"><c r="A99999999999999999999"><v>1</v></c></row>'),
        "合并.xlsx": raw.book(after=f"<mergeCells>{merges}</mergeCells>"),
        "大片合并.xlsx": raw.book(after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
        "无址.xlsx": raw.book("<row>" + "<c><v>1</v></c>" * 16_000 + "</row>"),
        "长文.xlsx": raw.book(raw.cell('t="str"><v>' + "长" * 4_100_000 + "</v>")),
        "编码.xlsx": with_sheet("not xml \x00"),
        "别的评估.xlsx": foreign(good),
    }


def foreign(good: bytes) -> bytes:
    """A sheet that says it is of another evaluation."""
    return patched(good, lambda text: text.replace("evaltool2;h-2026@", "evaltool2;x-2025@"))


def patched(data: bytes, change: Callable[[str], str]) -> bytes:
    """A workbook with the text of all its parts changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return raw.archive({name: change(archive.read(name).decode()) for name in archive.namelist()})


NAMES = (
    "换\n行.xlsx",
    "\x1b[2J\x1b[31m红.xlsx",
    "\u202excod.xlsx",
    "😀.xlsx",
    "=1+1.xlsx",
    "{{ x }}{% for %}.xlsx",
    "<w:p>&amp;.xlsx",
    "$(reboot);`id`.xlsx",
    "长" * 80 + ".xlsx",
    " 空格 .xlsx",
    "-rf",
    "没有后缀",
)


# --- what was written

ACTIVE = ("f", "hyperlink", "instrText", "fldChar", "fldSimple", "externalReference", "oleObject", "object", "drawing")
LAYING_OUT = {"br", "tab", "r", "rPr", "t"}  # a line feed in a text is a line break in Word


def elements(files: Iterable[bytes]) -> Counter[str]:
    """How often each element stands in the parts of these packages; what leads outside or shows an error has its own
    name."""
    counts: Counter[str] = Counter()
    for data in files:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                if name.endswith(".xlsx"):  # the workbook of a chart
                    counts += elements([archive.read(name)])
                    continue
                for event, element in ElementTree.iterparse(io.BytesIO(archive.read(name)), ("start",)):
                    assert event == "start"
                    counts[element.tag.rpartition("}")[2]] += 1
                    counts["outside"] += element.get("TargetMode") == "External"
                    counts["error"] += element.tag.endswith("}c") and element.get("t") == "e"
    return counts


def written(run: Path, suffix: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted(run.rglob(f"*{suffix}")) if "rules" not in path.parts]
