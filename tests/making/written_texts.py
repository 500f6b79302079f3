"""Regulations of the tests: a text (`办法.md`), the folder that says it, and what everybody fills in (`填报.csv`).

`填报.csv` has a line for each question and a column for each unit: who says what of which component, line and period.
"""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import fillings
from evaltool.evaluation import load
from evaltool.inbox.newkey import make_key
from fillings import COLUMNS, Row

REGULATIONS = Path(__file__).parent / "regulations"
SAID = "填报.csv"


def said(name: str) -> list[Row]:
    """What everybody says, a row for each cell; of cards also how many were issued."""
    folder = REGULATIONS / name
    classes = {row["编号"]: row["对象类别"] for row in _table(folder / "roster" / "单位.csv")}
    rows = list(_said(_table(folder / SAID), classes))
    cards: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        if row["field"] == "tally":
            cards[tuple(row[column] for column in ("evaluator", "batch", "class", "component", "unit"))] += int(row["value"])
    for batch in sorted({place[:4] for place in cards}):
        (count,) = {cards[place] for place in cards if place[:4] == batch}  # every card judges every unit of its batch
        for field, value in (("issued", count), ("returned", count), ("spoiled", 0)):
            rows.append(_row(*batch, "", "", "", field, str(value)))
    return rows


def _said(lines: list[Row], classes: dict[str, str]) -> Iterator[Row]:
    for line in lines:
        at = [line[column] for column in ("评估主体", "批次")]
        for unit in classes.keys() & line.keys():
            if line[unit]:
                where = (classes[unit], line["评估内容"], line["指标"], unit, line["时段"], line["栏"])
                yield _row(*at, *where, line[unit])


def _row(*values: str) -> Row:
    return dict(zip(COLUMNS, values, strict=True))


def _table(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def folder_of(name: str, target: Path) -> Path:
    """The folder of a regulation with every sheet sent out, filled in and returned."""
    folder = Path(shutil.copytree(REGULATIONS / name, target, ignore=shutil.ignore_patterns(SAID)))
    (folder / "inbox").mkdir(exist_ok=True)
    make_key(folder, load(folder)[0].identity)
    evaluation, findings = load(folder)
    assert not findings, [one.message("zh") for one in findings]
    for file, data in fillings.files(evaluation, said(name)).items():
        (folder / "inbox" / file).write_bytes(data)
    return folder
