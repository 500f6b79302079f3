"""Law 10, end to end: whatever lies in the inbox or is typed into a sheet, the tool counts what is good and stays safe.

A folder of broken, lying and misnamed files is taken in beside good sheets; formulas, links and markup are typed into
every text that people may type; and while it works, nothing outside the evaluation's folder is opened.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import struct
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

import rawxlsx as raw
from evaltool import reading
from evaltool.evaluation import load
from evaltool.forms import Form
from evaltool.layout import forms
from evaltool.run import TakenIn, score_folder, scored, take_in
from filling import Spot
from folders import decide, filled, make, return_all

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
        "单位": _table(
            "编号,名称,对象类别,分类,顺序", *((f"U{at}", name, "d", "g", at) for at, name in enumerate(units, 1))
        ),
        "评估主体": _table("编号,名称,角色", ("O1", office, "office"), ("V1", voters, "voters")),
        "批次": _table("评估主体,批次,会议,地点,评价卡数", ("V1", "1", office, voters, 4)),
    }


def _table(header: str, *rows: tuple[object, ...]) -> str:
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
    """A sheet of another evaluation."""
    return patched(good, lambda text: text.replace("evaltool1;h-2026;", "evaltool1;x-2025;"))


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


@pytest.fixture
def besieged(tmp_path: Path) -> Path:
    """Good sheets of everybody among hostile files, links, pipes and folders; beside the evaluation lies a secret."""
    secret = tmp_path / "secret.xlsx"
    folder = make(tmp_path / "e", roster(), {"d": RULES}, SETTINGS)
    return_all(folder, says)
    inbox = folder / "inbox"
    good = next(inbox.glob("*O1*")).read_bytes()
    secret.write_bytes(good)
    for name, data in hostile_files(good, secret).items():
        (inbox / name).write_bytes(data)
    (inbox / "夹.xlsx").mkdir()
    for at, name in enumerate(NAMES):
        (inbox / "夹.xlsx" / name).write_bytes(b"not a workbook %d" % at)
    os.mkfifo(inbox / "管道.xlsx")
    (inbox / "链接.xlsx").symlink_to(secret)
    (inbox / "零.xlsx").symlink_to("/dev/zero")
    (inbox / "断链.xlsx").symlink_to(tmp_path / "nowhere")
    (inbox / "环").symlink_to(inbox)
    (inbox / "~$锁.xlsx").write_bytes(b"lock")
    return folder


def paths(folder: Path) -> list[str]:
    """Everything in the inbox that is no real folder."""
    found = sorted((folder / "inbox").rglob("*"))
    return [path.relative_to(folder).as_posix() for path in found if path.is_symlink() or not path.is_dir()]


def test_everything_in_a_hostile_inbox_is_accounted_for_and_the_good_sheets_count(besieged: Path) -> None:
    """Within seconds, every path once in the accounts; five good sheets count and give the result they always give."""
    begun = time.monotonic()
    taken = take_in(besieged)
    assert time.monotonic() - begun < 20
    assert Counter(each.file for each in taken.accounts.files) == Counter(paths(besieged))
    counted = [each for each in taken.accounts.files if each.became == "counted"]
    assert len(counted) == len(PLAIN) + 2
    assert {each.answered for each in taken.accounts.sheets} == {"counted"}
    spoken = {one.file for one in taken.findings}
    assert [each.file for each in taken.accounts.files if each.became != "counted" and each.file not in spoken] == []
    totals = {one.unit.name: one.exact for one in scored(taken, "0001", interim=True).standings}
    assert totals == {
        name: Fraction(27) + Fraction(40 * (70 + at), 100) + Fraction(51, 2) for at, name in enumerate(PLAIN, 1)
    }


def test_a_hostile_inbox_is_refused_the_same_way_again(besieged: Path) -> None:
    """What is wrong is known by content: a second look, and one through worker processes, says the same."""
    first = take_in(besieged)
    assert len(first.accounts.files) > reading.SMALL
    again = take_in(besieged)
    assert (again.accounts, again.findings) == (first.accounts, first.findings)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_named(besieged: Path) -> None:
    """It is no submission, and a finding says why."""
    (besieged / "inbox" / "空.xlsx").chmod(0)
    taken = take_in(besieged)
    assert "FILE_UNREADABLE" in {one.code for one in taken.findings if one.file == "inbox/空.xlsx"}


def test_a_name_that_is_no_text_is_accounted_for(besieged: Path) -> None:
    """A file whose name is no UTF-8 stands in the accounts, and its findings can be printed."""
    name = os.fsdecode("乙.xlsx".encode("gb18030"))
    (besieged / "inbox" / name).write_bytes(b"not a workbook, oddly named")
    for _ in range(2):
        taken = take_in(besieged)
        assert len(taken.accounts.files) == len(paths(besieged))
        for one in taken.findings:
            json.dumps(one.as_row(), ensure_ascii=False).encode()


# --- nothing else is touched -----------------------------------------------------------------------------------------

_WATCHED: list[list[tuple[str, str]]] = []  # an audit hook cannot be taken out again, so it looks here


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if _WATCHED and event.startswith(
        ("open", "socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.system", "os.fork")
    ):
        named = arguments[0] if event == "open" and arguments else ""
        _WATCHED[-1].append((event, os.fsdecode(named) if isinstance(named, str | bytes) else ""))


@pytest.fixture
def watched() -> Iterator[list[tuple[str, str]]]:
    """What is opened, connected to or started while the test runs."""
    if not getattr(sys, "_evaltool_hook", False):
        sys.addaudithook(_hook)
        sys._evaltool_hook = True  # type: ignore[attr-defined]
    _WATCHED.append([])
    yield _WATCHED[-1]
    _WATCHED.pop()


def test_nothing_outside_the_folder_is_opened_and_nobody_is_called(
    besieged: Path, watched: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taking in a hostile inbox opens the folder's files and the interpreter's own, no socket and no other process."""
    monkeypatch.setattr(reading, "SMALL", 10_000)
    watched.clear()
    take_in(besieged)
    events = list(watched)
    assert [event for event, _ in events if event != "open"] == []
    libraries = [sys.prefix, sys.base_prefix, sys.exec_prefix, Path(reading.__file__).parent]
    allowed = [str(besieged), *(str(Path(each).resolve()) for each in libraries), *map(str, libraries)]
    opened = {os.path.abspath(path) for _, path in events if path}
    assert [path for path in sorted(opened) if not path.startswith(tuple(allowed))] == []
    assert str(besieged.parent / "secret.xlsx") not in opened


# --- formulas, links and markup in texts -----------------------------------------------------------------------------

INJECTIONS = (
    "=1+1",
    '=HYPERLINK("http://evil.example/","点这里")',
    "=cmd|' /C calc'!A0",
    "{=SUM(A1)}",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "http://evil.example/x",
    "mailto:a@evil.example",
    "file:///etc/passwd",
    "internal:'排名'!A1",
    "#N/A",
    "<w:p>",
    '</w:t></w:r><w:r><w:instrText>INCLUDETEXT "c:/x"</w:instrText></w:r><w:r><w:t>',
    "<!-- x -->]]>",
    "{{ x }}",
    "{{ 7 * 7 }}",
    "{% for %}",
    "{%tr if 1 %}",
    "{# x #}",
    "\x01\x1b[31m",
    "\ufffe",
    "<r><t>x</t></r>",
    "&",
    "&amp;&lt;",
    "_x003D_1+1",
    "'=1",
    "%s %d {0} {unit}",
    "第一行\n第二行",
    "\u202e倒过来",
    "😀",
    "长" * 40_000,
)
LONE = "\ud83d"
NAMED = (
    "=1+1局",
    "@委/办",
    "{{ x }}局",
    "{% if x %}局",
    "<w:p>&amp;局",
    "http://evil.example/局",
    "#N/A",
    "<r>局</r>",
    "-1",
    "{=SUM(A1)}",
    "局'\"&",
)


def typed(data: bytes, texts: Mapping[str, str]) -> bytes:
    """A filled sheet with tokens replaced by what no library would write, as Excel stores such texts."""

    def change(xml: str) -> str:
        return re.sub(r"T\.\w+\.\w+\.\w+\.T", lambda found: stored(texts.get(found[0], "文字")), xml)

    return patched(data, change)


def stored(text: str) -> str:
    """A text as Excel writes it: what XML cannot hold by its number."""
    literal = re.sub("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    return re.sub(
        "[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]", lambda sign: f"_x{ord(sign[0]):04X}_", escape(literal)
    )


def injected(folder: Path, texts: tuple[str, ...]) -> dict[str, str]:
    """Fill the inbox; every text that is asked gets the next one of these.  Token -> text."""
    put: dict[str, str] = {}
    evaluation, _ = load(folder)
    for form in forms(evaluation).values():
        data = filled(form, lambda spot, form=form: says(form, spot))  # type: ignore[misc]
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = re.findall(r"T\.\w+\.\w+\.\w+\.T", archive.read("xl/sharedStrings.xml").decode())
        put |= {each: texts[(len(put) + at) % len(texts)] for at, each in enumerate(found)} if texts else {}
        (folder / "inbox" / form.file_name).write_bytes(typed(data, put))
    return put


def injected_folder(
    root: Path, name: str, units: tuple[str, ...], texts: tuple[str, ...]
) -> tuple[Path, dict[str, str]]:
    """An evaluation with texts put into every place that takes some."""
    signs = texts or ("文",)
    folder = make(root / name, roster(units, (signs[0], signs[-2])), {"d": RULES}, SETTINGS)
    lines = [
        ("加分", signs[at % len(signs)], "2027-01-05", signs[-1 - at], unit, 1) for at, unit in enumerate(units[:5])
    ]
    lines += [("一票否决", signs[3 % len(signs)], "2027-01-05", signs[1 % len(signs)], units[-1], "")]
    decide(folder, _table(LEDGER.strip(), *lines))
    return folder, injected(folder, texts)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, TakenIn, dict[str, str]]:
    """The runs of an evaluation with injections everywhere and of the same with plain words; what was typed where."""
    root = tmp_path_factory.mktemp("injected")
    names = tuple(f"单位{at}局" for at in range(len(NAMED)))
    plain, _ = injected_folder(root, "plain", names, ())
    harmful, put = injected_folder(root, "harmful", NAMED, (*INJECTIONS[:22], *INJECTIONS[24:30], *INJECTIONS[31:]))
    run = score_folder(harmful)
    return run.folder, score_folder(plain).folder, take_in(harmful), put
