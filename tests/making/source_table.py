"""The table of docs/sources.md: what a text says, where it stands in the bundled rules, and what stands there now.

A key is a path into the rules (`component.citizens.answer.voters`; tables of a list go by name: `grade.优秀.from`), or
a word and what it looks at: `weight ID` (all leaves below), `weights` (every leaf), `grades`, `zones`, and of the long
tables `rows`, `names` or `sum` TABLE COLUMN=VALUE ….
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
EVALUATIONS = ROOT / "templates" / "evaluations"
PAGE = ROOT / "docs" / "sources.md"
BASES = ("文", "办", "沿")
"""The text says it; the office's choice; carried over from another year's text."""


class SourceRow(NamedTuple):
    """One line of the table."""

    where: str
    said: str
    rules: str  # bundled evaluation and file of its rules
    key: str
    figure: str
    basis: str


def table() -> list[SourceRow]:
    lines = (line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ") and "`" in line)
    return [SourceRow(*(cell.strip().strip("`") for cell in line.strip("|").split(" | "))) for line in lines]


def rules_of(name: str) -> dict[str, Any]:
    """`songyuan/counties` -> the rules of the file, `songyuan/evaluation` -> what belongs to the year."""
    bundle, file = name.split("/")
    path = EVALUATIONS / bundle / ("evaluation.toml" if file == "evaluation" else f"schemes/{file}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def found(row: SourceRow) -> str:
    """What the rules have at the key of a row, as the table writes it."""
    word, *rest = row.key.split()
    rules = rules_of(row.rules)
    if word in ("rows", "names", "sum"):
        lines = list(_lines(row.rules.split("/")[0], rest[0], dict(each.split("=") for each in rest[1:])))
        if word == "sum":
            return _plain(sum(Decimal(line["预赋分值"]) for line in lines))
        return str(len(lines)) if word == "rows" else "、".join(dict.fromkeys(line["名称"] for line in lines))
    if word == "weights":
        return "、".join(_plain(rules["component"][leaf]["weight"]) for leaf in leaves(rules))
    if word == "weight":
        return "、".join(
            _plain(Decimal(sum(rules["component"][leaf]["weight"] for leaf in leaves(rules, each)))) for each in rest
        )
    if word in ("grades", "zones"):
        bounds = (each.get("from", f"前{each.get('top_percent')}%") for each in rules[word[:-1]])
        names = (each["name"] for each in rules[word[:-1]])
        return "、".join(f"{name} {_plain(bound)}" for name, bound in zip(names, bounds, strict=True))
    return _plain(_at(rules, row.key.split(".")))


def leaves(rules: Mapping[str, Any], above: str = "") -> list[str]:
    parts = [key for key, each in rules["component"].items() if each.get("in", "") == above]
    return [leaf for part in parts for leaf in leaves(rules, part)] if parts else [above]


def _lines(bundle: str, table: str, wanted: Mapping[str, str]) -> Iterator[dict[str, str]]:
    with (EVALUATIONS / bundle / "roster" / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            if all(line[column] == value for column, value in wanted.items()):
                yield line


def _at(value: Any, path: list[str]) -> Any:
    for step in path:
        if isinstance(value, list) and step.isdigit():
            value = value[int(step) - 1]
        elif isinstance(value, list):
            value = next(each for each in value if each["name"] == step)
        else:
            value = value[step]
    return value


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "、".join(_plain(each[0] if isinstance(each, list) else each) for each in value)
    if isinstance(value, dict):
        return "、".join(f"{key} {_plain(each)}" for key, each in value.items())
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
