"""The data of the benchmarks: an evaluation with so many returned sheets of 240 marks, from a seed.

    python benchmarks/make_data.py FOLDER --sheets 1000

60 units in three groups; a panel whose every evaluator marks four indicators of every unit (90 of 100 points, the mean
over evaluators); one sheet of the office (10 points).  The sheets are the tool's own.  All of the panel have the same
form, so its workbook is written once by the tool, and the others are its copy with another identity and other marks:
part for part what the tool would have written (`tests/project/test_benchmarks.py`), in a hundredth of the time.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import random
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from evaltool.evaluation import Evaluation, load
from evaltool.evaluation.key import write_key
from evaltool.identity import Key
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from evaltool.reader import address
from evaltool.sheets.blank import book
from evaltool.writers.saving import to_bytes

UNITS = 60
GROUPS = ("经济管理类", "社会管理类", "执法监管类")
INDICATORS = (("目标完成", 30), ("工作质量", 30), ("协作配合", 20), ("依法行政", 20))
OFFICE = "J00001"
KEY = Key(bytes(range(32)))

SETTINGS = """format = 1
[evaluation]
id = "benchmark-2026"
name = "某市2026年度绩效评估"
year = 2026
office = "市绩效办"
[roles]
office = "市绩效办"
panel = "评议团"
"""
RULES = f"""format = 1
[scheme]
id = "departments"
name = "市政府工作部门"
total = 100
decimals = 2
groups = [{", ".join(f'{{ id = "g{at}", name = "{name}" }}' for at, name in enumerate(GROUPS, 1))}]
[component.work]
name = "工作实绩"
weight = 90
by = "panel"
answer = {{ points = 100 }}
decimals = 1
[component.base]
name = "基础工作"
weight = 10
by = "office"
answer = "percent"
public = "show"
[rank]
by = "published"
ties = ["work"]
[[grade]]
name = "优秀"
from = 90
[[grade]]
name = "良好"
from = 80
[[grade]]
name = "一般"
from = 60
[[grade]]
name = "较差"
from = 0
[[award]]
name = "先进单位"
ranks = [1, 3]
grade = "良好"
"""


def data(cache: Path, sheets: int, seed: int = 1) -> Path:
    """The folder with so many sheets of the panel, made where it is not there yet."""
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        folder = Path(scratch) / "evaluation"
        evaluation = begin(folder, sheets)
        asked = list(forms(evaluation).values())
        made = cache / f"{sheets}-sheets-{seed}-{_kind(asked[0])}"
        if not made.exists():
            fill(folder, evaluation, asked, seed)
            shutil.move(folder, made)
    return made


def _kind(form: Form) -> str:
    """Data that another tool or another `make_data` made are other data."""
    return hashlib.sha256(form.version().encode() + Path(__file__).read_bytes()).hexdigest()[:8]


def begin(folder: Path, sheets: int) -> Evaluation:
    """The folder with rules and roster, before anything is returned."""
    for name in ("inbox", "roster", "schemes", "decisions"):
        (folder / name).mkdir(parents=True)
    files = {"evaluation.toml": SETTINGS, "schemes/departments.toml": RULES}
    files |= {f"roster/{name}.csv": "\n".join(rows) + "\n" for name, rows in _roster(sheets).items()}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    write_key(folder, KEY)
    evaluation, findings = load(folder)
    assert not any(each.blocks for each in findings), findings
    return evaluation


def _roster(sheets: int) -> dict[str, list[str]]:
    """The rows of the long tables."""
    units = [f"D{at:02},第{at:02}局,市政府工作部门,{GROUPS[at % len(GROUPS)]},{at}" for at in range(1, UNITS + 1)]
    panel = [f"E{at:05},评议员{at:05},panel" for at in range(1, sheets + 1)]
    lines = [f"市政府工作部门,工作实绩,G{at},{name},{full}" for at, (name, full) in enumerate(INDICATORS, 1)]
    return {
        "单位": ["编号,名称,对象类别,分类,顺序", *units],
        "评估主体": ["编号,名称,角色", *panel, f"{OFFICE},市绩效办,office"],
        "指标": ["对象类别,评估内容,编号,名称,预赋分值", *lines],
    }


def fill(folder: Path, evaluation: Evaluation, asked: Sequence[Form], seed: int) -> None:
    """Everybody's sheet, filled in and returned; the panel's in a folder of their own."""
    panel = [form for form in asked if form.evaluator != OFFICE]
    (folder / "inbox" / "panel").mkdir()
    frame = Frame(panel[0], evaluation.key)
    for form in panel:
        filled = frame.filled(form, list(marks(form, seed).values()))
        (folder / "inbox" / "panel" / f"{form.evaluator}.xlsx").write_bytes(filled)
    office = next(form for form in asked if form.evaluator == OFFICE)
    (folder / "inbox" / "office.xlsx").write_bytes(written(office, marks(office, seed), evaluation.key))


Marks = Mapping[tuple[str, str], int | Decimal]
"""(worksheet, address) -> mark, in the order of the cells."""


def marks(form: Form, seed: int) -> Marks:
    """What an evaluator thinks: of each unit what it is worth, a little kinder or stricter than others, in tenths."""
    dice = random.Random(f"{seed} {form.evaluator}")
    kindness = dice.uniform(-0.03, 0.03)
    (sheet,) = form.sheets
    (table,) = sheet.tables
    given: dict[tuple[str, str], int | Decimal] = {}
    for line, number, row, place in table.cells():
        column = table.columns[number]
        if column.kind == "sum":
            continue
        scale = 10**column.decimals
        share = min(max(quality(table.lines[line].unit, seed) + kindness + dice.uniform(-0.05, 0.05), 0), 1)
        steps = round(share * float(column.high) * scale)
        given[sheet.title, address(row, place)] = steps if scale == 1 else Decimal(steps) / scale
    return given


def quality(unit: str, seed: int) -> float:
    """What a unit is worth, between 0.60 and 0.95; no two the same, so that nobody has to decide ties."""
    order = [f"D{at:02}" for at in range(1, UNITS + 1)]
    random.Random(seed).shuffle(order)
    return 0.60 + 0.35 * order.index(unit) / (UNITS - 1)


def written(form: Form, given: Marks, key: Key) -> bytes:
    """A filled sheet as the tool writes it."""
    return to_bytes(book(form, dict(given), key=key))


def mend(folder: Path, seed: int) -> None:
    """One of the panel sends a mended sheet: it names the one that it takes the place of."""
    evaluation, _ = load(folder)
    form = next(iter(forms(evaluation).values()))
    before = (folder / "inbox" / "panel" / f"{form.evaluator}.xlsx").read_bytes()
    filled = dict(marks(form, seed + 1))
    mended = to_bytes(book(form, filled, hashlib.sha256(before).hexdigest(), key=evaluation.key))
    (folder / "inbox" / "panel" / f"{form.evaluator}-mended.xlsx").write_bytes(mended)


class Frame:
    """A filled sheet with holes where the marks of others go; every form must ask the same as the first."""

    def __init__(self, form: Form, key: Key) -> None:
        self.form, self.key = form, key
        given = marks(form, 0)
        with zipfile.ZipFile(io.BytesIO(written(form, given, key))) as archive:
            self.parts = {name: archive.read(name).decode() for name in archive.namelist()}
        self.sheet = "xl/worksheets/sheet1.xml"
        cells = "|".join(cell for _, cell in given)
        text = self.parts[self.sheet].replace("%", "%%")
        text, count = re.subn(rf'(<c r="(?:{cells})" s="\d+"><v>)[^<]*(</v>)', r"\1%s\2", text)
        assert count == len(given), f"{count} of {len(given)} cells"
        self.parts[self.sheet] = text

    def filled(self, form: Form, values: Sequence[int | Decimal]) -> bytes:
        """The sheet of another evaluator with these marks, in the order of the cells."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in self.parts.items():
                own = self._named(text, form)
                own = own % tuple(f"{value:.16G}" for value in values) if name == self.sheet else own
                archive.writestr(zipfile.ZipInfo(name), own, zipfile.ZIP_DEFLATED)
        return out.getvalue()

    def _named(self, text: str, form: Form) -> str:
        for old, new in zip(_identity(self.form, self.key), _identity(form, self.key), strict=True):
            text = text.replace(old, new)
        return text


def _identity(form: Form, key: Key) -> Iterator[str]:
    yield form.identity("", key).code()
    yield form.title


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where the data are kept")
    parser.add_argument("--sheets", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mend", action="store_true", help="FOLDER is such data: somebody mends a sheet")
    given = parser.parse_args()
    if given.mend:
        mend(given.folder, given.seed)
        return
    print(data(given.folder, given.sheets, given.seed))


if __name__ == "__main__":
    main()
