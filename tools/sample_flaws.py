"""The flawed sample: the clean one with twenty different mistakes, and a list of what `validate` must say of each."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import openpyxl
from sample_files import resaved, settled
from sample_play import Key, Play

from evaltool.identity import Key as OfficeKey
from evaltool.questions.forms import Form
from evaltool.reader import address
from evaltool.sheets import blank
from evaltool.writers.saving import to_bytes
from filling import Spot, fill

HEADER = ("file", "sheet", "cell", "code", "what")
Expected = tuple[str, str, str, str, str]


@dataclass
class Inbox:
    """The flawed inbox while mistakes are made in it, and what must be said about them."""

    sample: Play
    folder: Path
    expected: list[Expected] = field(default_factory=list)

    def path(self, key: Key) -> Path:
        return self.folder / "inbox" / self.sample.path(key)

    def say(self, path: Path | None, sheet: str, cell: str, code: str, what: str) -> None:
        file = path.relative_to(self.folder).as_posix() if path else ""
        self.expected.append((file, sheet, cell, code, what))

    def add(self, name: str, data: bytes) -> Path:
        path = self.folder / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def edit(self, key: Key, change: Callable[[openpyxl.Workbook], None]) -> Path:
        """Open a workbook of the inbox, change something, save it."""
        path = self.path(key)
        book = openpyxl.load_workbook(path)
        change(book)
        path.write_bytes(saved(book))
        return path

    def type(self, value: object, code: str, what: str, **meaning: str) -> Path:
        """Somebody types this into the first cell with this meaning."""
        key, spot = next(iter(self.sample.spots(**meaning)))
        return self.type_at(key, spot.sheet, spot.cell, value, code, what)

    def type_at(self, key: Key, sheet: str, cell: str, value: object, code: str, what: str) -> Path:
        def change(book: openpyxl.Workbook) -> None:
            book[sheet][cell] = value

        path = self.edit(key, change)
        self.say(path, sheet, cell, code, what)
        return path


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return settled(out.getvalue())


def flaw(sample: Play, clean: Path, target: Path) -> None:
    """Copy the clean sample, make the mistakes, write `expected/findings.csv`."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(clean, target)
    inbox = Inbox(sample, target)
    for mistakes in (_files, _sheets, _cells, _structure, _cards):
        mistakes(inbox)
    (target / "expected").mkdir()
    with (target / "expected" / "findings.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(HEADER)
        writer.writerows(sorted(inbox.expected))


def _files(inbox: Inbox) -> None:
    """Files that are no sheet of this evaluation."""
    book = openpyxl.Workbook()
    book.active["A1"] = "澄川市绩效工作联络员通讯录"
    inbox.say(inbox.add("部门/联络员通讯录.xlsx", saved(book)), "", "", "ATTACHMENT_FILED", "不是评估表")
    form, answers = inbox.sample.forms["B27", "", "1"], inbox.sample.given["B27", "", "1"]
    key = inbox.sample.evaluation.key
    last_year = _as(key, form, answers, evaluation="chengchuan-2025")
    path = inbox.add("部门/外事办公室自我评估（去年）.xlsx", last_year)
    inbox.say(path, "", "", "TEMPLATE_OTHER_EVALUATION", "上一年度的表")
    leader = ("L04", "", "1")
    stranger = _as(key, inbox.sample.forms[leader], inbox.sample.given[leader], evaluator="L13")
    path = inbox.add("领导/何副市长 打分.xlsx", stranger)
    inbox.say(path, "", "", "EVALUATOR_UNKNOWN", "评估主体不在名单中")
    old = resaved({"old": settled(inbox.sample.file(("B28", "", "1")))}, "xls")["old"]
    inbox.say(inbox.add("部门/民宗局自我评估.xls", old), "", "", "SUBMISSION_DUPLICATE", "同一份表的旧格式 .xls")


def _as(key: OfficeKey, form: Form, answers: Mapping[tuple[str, str], object], **identity: str) -> bytes:
    """A filled form that belongs to somebody or something else."""
    other = replace(form, **identity)  # type: ignore[arg-type]
    return settled(fill(other, to_bytes(blank.book(other, key=key)), answers))


def _sheets(inbox: Inbox) -> None:
    """Submissions that are missing, in two versions, or incomplete."""
    inbox.path(("B10", "", "1")).unlink()
    inbox.say(None, "", "", "SUBMISSION_MISSING", "市住房和城乡建设局没有报送自我评估")
    key = ("Y35", "1", "1")
    cells = [
        each for each in inbox.sample.spots(evaluator="Y35", kind="cards", field="mark") if inbox.sample.value(*each)
    ]
    place, spot = cells[0] if cells else next(iter(inbox.sample.spots(evaluator="Y35", field="tally")))
    book = openpyxl.load_workbook(inbox.path(key))
    book[spot.sheet][spot.cell] = next(c for c in spot.column.choices if c != inbox.sample.value(place, spot))
    rival = inbox.add("评价卡/群众/岚平县群众代表 第二次录入.xlsx", saved(book))
    inbox.say(min(rival, inbox.path(key), key=str), "", "", "SUBMISSION_CONFLICT", "同一批次两份不同的评价卡")
    title = inbox.sample.forms["Z06", "", "1"].sheets[1].title
    path = inbox.edit(("Z06", "", "1"), lambda book: book.remove(book[title]))
    inbox.say(path, title, "", "SHEET_MISSING", "删掉了一张工作表")


def _cells(inbox: Inbox) -> None:
    """Single cells."""
    counties = {"class_id": "counties"}
    departments = {"class_id": "departments"}
    inbox.type(None, "SCORE_MISSING", "漏填一项得分", evaluator="P01", component="priority", unit="X05")
    inbox.type("较好", "SCORE_NOT_NUMBER", "得分写成文字", evaluator="Z02", component="common", unit="X02", **counties)
    inbox.type(105, "SCORE_RANGE", "超过 100 分", evaluator="X05", component="self", field="mark")
    inbox.type(7.333, "SCORE_DECIMALS", "小数超过两位", evaluator="P02", component="priority", unit="B11")
    inbox.type(
        "四等", "CHOICE_UNKNOWN", "没有这个档次", evaluator="L03", component="vice_mayors", unit="X03", **counties
    )
    inbox.type(
        "#N/A", "SCORE_ERROR_CELL", "单元格是错误值", evaluator="Z05", component="common", unit="B20", **departments
    )
    path = inbox.type("=90+5", "SCORE_FORMULA", "得分由公式得出", evaluator="B12", component="self", field="mark")
    path.write_bytes(resaved({"one": path.read_bytes()})["one"])
    places = list(inbox.sample.spots(evaluator="L02", component="vice_mayors", **departments))
    places.sort(key=lambda each: (int(str(inbox.sample.value(*each))), each[1].cell))
    second, third = places[1][1], places[2][1]
    later = max((second, third), key=_row)
    earlier = min((second, third), key=_row)
    rank = inbox.sample.value(("L02", "", "1"), earlier)
    inbox.type_at(("L02", "", "1"), later.sheet, later.cell, rank, "RANK_DUPLICATE", "两个部门同一名次")
    inbox.type(
        "市招商局", "CHOICE_UNKNOWN", "踏查登记的单位名称不在列表中", evaluator="J01", field="unit", **departments
    )


def _row(spot: Spot) -> int:
    return int(spot.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def _structure(inbox: Inbox) -> None:
    """What is not for the evaluator to change: blocked cells, labels, sums."""
    form = inbox.sample.forms["Z04", "", "1"]
    sheet = form.sheets[1]
    table = sheet.tables[0]
    at, number = min(table.blocked)
    cell = address(table.top + 1 + at, table.left + number)
    inbox.type_at(("Z04", "", "1"), sheet.title, cell, 3, "CELL_BLOCKED", "给本部门打分")
    sheet = inbox.sample.forms["Z01", "", "1"].sheets[0]
    cell = address(sheet.tables[0].top + 3, 1)
    inbox.type_at(("Z01", "", "1"), sheet.title, cell, "望汀新区", "LABEL_CHANGED", "单位名称被改动")
    sheet = next(each for each in inbox.sample.forms["J02", "", "1"].sheets if each.tables[0].component == "base")
    table = sheet.tables[0]
    number = next(at for at, column in enumerate(table.columns) if column.kind == "sum")
    cell = address(table.top + 1, table.left + number)
    high = sum(int(table.columns[at].high) for at in table.summed(number))
    inbox.type_at(("J02", "", "1"), sheet.title, cell, high, "SUM_DIFFERS", "合计与各项之和不符")


def _cards(inbox: Inbox) -> None:
    """A tally that counts more cards than came back."""
    given = inbox.sample.given
    key = next(k for k in inbox.sample.forms if k[0].startswith("Y") and _mode(inbox.sample, k) == "tally")
    tallied = [each for each in inbox.sample.spots(evaluator=key[0], field="tally") if each[0] == key]
    _, spot = min(tallied, key=lambda each: (_row(each[1]), len(each[1].cell), each[1].cell))
    old = int(str(given[key][spot.place]))
    path = inbox.edit(key, lambda book: book[spot.sheet].__setitem__(spot.cell, old + 30))
    inbox.say(path, spot.sheet, spot.cell, "TALLY_BEYOND_RETURNED", "各栏之和多于有效卡数")


def _mode(sample: Play, key: Key) -> str:
    mine = [(k, spot) for k, spot in sample.spots(evaluator=key[0]) if k == key]
    filled = {spot.table.kind for k, spot in mine if sample.value(k, spot) is not None}
    return "tally" if "tally" in filled and "cards" not in filled else "cards"
