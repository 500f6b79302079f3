"""Invented regulations as an office would hand them over: their text, its rules and tables, what everybody filled in.

`regulations/NAME/` has 办法.md (the text), `evaluation.toml`, `schemes/`, `roster/`, `decisions/` and 填报.csv, in
which a line is what one evaluator says of one thing, with a column for each unit and one for what is about all of them.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import fillings
from evaltool.evaluation import load
from evaltool.evaluation.key import write_key
from folders import KEY

REGULATIONS = Path(__file__).parent / "regulations"
SAID = "填报.csv"
ALL = "各单位"


def text(name: str) -> str:
    return (REGULATIONS / name / "办法.md").read_text(encoding="utf-8")


def folder_of(name: str, top: Path) -> Path:
    """The regulation as a folder whose sheets have all come back, not scored."""
    folder = Path(shutil.copytree(REGULATIONS / name, top / name))
    (folder / SAID).unlink()
    (folder / "inbox").mkdir()
    write_key(folder, KEY)
    return_sheets(folder, said(name))
    return folder


def return_sheets(folder: Path, rows: list[fillings.Row]) -> None:
    for file, data in fillings.files(load(folder)[0], rows).items():
        (folder / "inbox" / file).write_bytes(data)


def said(name: str) -> list[fillings.Row]:
    """What everybody said, a row for each cell."""
    with (REGULATIONS / name / "roster" / "单位.csv").open(encoding="utf-8", newline="") as stream:
        classes = {row["编号"]: row["对象类别"] for row in csv.DictReader(stream)}
    with (REGULATIONS / name / SAID).open(encoding="utf-8", newline="") as stream:
        return [row for line in csv.DictReader(stream) for row in _cells(line, classes)]


def _cells(line: dict[str, str], classes: dict[str, str]) -> Iterator[fillings.Row]:
    place = {column: line[column] for column in fillings.COLUMNS if column in line}
    for unit in (key for key in line if key not in place and line[key]):
        about = {"class": classes[unit], "unit": unit} if unit != ALL else {"class": min(classes.values()), "unit": ""}
        yield {**place, **about, "value": line[unit]}
