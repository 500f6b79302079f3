"""The table of docs/sources.md and the bundled rules say the same, so that neither drifts."""

from __future__ import annotations

import re

import pytest

from source_table import BASES, EVALUATIONS, found, rules_of, table

ROWS = table()
FILES = sorted(f"{path.parts[-3]}/{path.stem}" for path in EVALUATIONS.glob("*/schemes/*.toml"))


def test_the_rules_have_what_the_table_says() -> None:
    """At the key of every line stands the figure (or the names) that the line states."""
    assert len(ROWS) > 300
    assert {(row.rules, row.key): found(row) for row in ROWS} == {(row.rules, row.key): row.figure for row in ROWS}


@pytest.mark.parametrize("file", FILES)
def test_the_weights_bounds_and_limits_of_every_file_are_in_the_table(file: str) -> None:
    """No weight, bound, limit, veto or bonus stands in bundled rules without a line on whose it is."""
    rules, keys = rules_of(file), {row.key for row in ROWS if row.rules == file}
    wanted = {"weights"} | {f"{table}s" for table in ("grade", "zone") if table in rules}
    wanted |= {f"constraint.{each['name']}.at_least" for each in rules.get("constraint", [])}
    wanted |= {f"consequence.{at}.text" for at, _ in enumerate(rules.get("consequence", []), 1)}
    wanted |= {f"award.{each['name']}.{key}" for each in rules.get("award", []) for key in _AWARD & each.keys()}
    wanted |= {f"scale.{name}" for name in rules.get("scale", {})}
    wanted |= {f"{table}.{key}" for table in ("veto", "bonus") for key in _LIMITS & rules.get(table, {}).keys()}
    for key, each in rules["component"].items():
        answer = each.get("answer", "")
        limits = {"voters", "minimum"} & answer.keys() if isinstance(answer, dict) else set()
        wanted |= {f"component.{key}.answer.{limit}" for limit in limits}
    assert wanted - keys == set()


_AWARD = {"ranks", "percent", "places", "grade", "at_least"}
_LIMITS = {"lowers", "facts", "cap", "kinds"}


@pytest.mark.parametrize("file", FILES)
def test_preset_points_and_figures_of_methods_are_in_the_table_or_marked(file: str) -> None:
    """Whoever reads the rules takes what is not marked for the text's own."""
    keys = {row.key for row in ROWS if row.rules == file}
    bundle, name = file.split("/")
    section, unmarked = "", []
    for line in (EVALUATIONS / bundle / "schemes" / f"{name}.toml").read_text(encoding="utf-8").splitlines():
        section = line if line.startswith("[") else section
        key = section.split("]")[0].strip("[")
        points = key.startswith("component.") and line.startswith("answer = { points = ")
        figure = key.startswith("method.") and re.search(r"^\w+ = -?\d", line)
        known = any(each == f"{key}.answer.points" or (each.startswith(f"{key}.") and figure) for each in keys)
        if (points or figure) and not known and "[办]" not in line + section * bool(figure):
            unmarked.append((key, line))
    assert unmarked == []


def test_every_line_says_whose_it_is_and_its_words_are_there() -> None:
    """Text, office or carried over; and none is without a sentence or a place in the text."""
    assert {row.basis for row in ROWS} <= set(BASES)
    assert [row for row in ROWS if not (row.where and row.said)] == []


def test_what_the_table_gives_to_the_office_is_marked_in_the_rules() -> None:
    """A file of which the table says that something is the office's choice has the mark, with a word on it."""
    for file in {row.rules for row in ROWS if row.basis == "办" and not row.rules.endswith("/evaluation")}:
        bundle, name = file.split("/")
        text = (EVALUATIONS / bundle / "schemes" / f"{name}.toml").read_text(encoding="utf-8")
        assert "[办]" in text, file
