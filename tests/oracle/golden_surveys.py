"""The exports of surveys once more: every answer counted by hand, as rows of a tally; part of `golden.py`."""

from __future__ import annotations

import csv
import io
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Answer = tuple[str, str, str, str]  # respondent, sampling point, unit's name, choice


def surveyed(folder: Path, rules: Mapping[str, Any], exports: Mapping[str, bytes]) -> Iterator[dict[str, str]]:
    """Rows as a tally would have them; repeated answers by the rule of the unit's component."""
    settings = tomllib.loads((folder / "evaluation.toml").read_text("utf-8"))
    with (folder / "roster" / "单位.csv").open(encoding="utf-8-sig") as stream:
        units = {row["名称"]: row for row in csv.DictReader(stream)}
    with (folder / "roster" / "评估主体.csv").open(encoding="utf-8-sig") as stream:
        roles = {row["编号"]: row["角色"] for row in csv.DictReader(stream)}
    for survey in settings.get("survey", ()):
        counts: Counter[tuple[str, str, str, str, str]] = Counter()
        for respondent, answers in by_respondent(survey, exports[survey["file"]]).items():
            for class_id, leaf, unit, point, choice in kept(rules, units, roles[survey["evaluator"]], answers):
                counts[class_id, leaf, unit, point, choice] += 1 if respondent else 0
        for (class_id, leaf, unit, point, choice), count in sorted(counts.items()):
            place = {"evaluator": survey["evaluator"], "batch": point, "class": class_id, "component": leaf}
            yield {**place, "unit": unit, "indicator": choice, "repeat": "", "field": "tally", "value": str(count)}


def by_respondent(survey: Mapping[str, Any], data: bytes) -> dict[str, list[Answer]]:
    """Everybody's answers in the order of the rows."""
    found: dict[str, list[Answer]] = {}
    for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")):
        who, point = row[survey["respondent"]], row.get(survey.get("point", ""), "")
        if survey.get("units") == "columns":
            used = {survey["respondent"], survey.get("point"), *survey.get("personal", ()), *survey.get("ignore", ())}
            said = [(name, choice) for name, choice in row.items() if name not in used]
        else:
            said = [(row[survey["unit"]], row[survey["choice"]])]
        found.setdefault(who, []).extend((who, point, name, choice) for name, choice in said)
    return found


def kept(
    rules: Mapping[str, Any], units: Mapping[str, Mapping[str, str]], role: str, answers: list[Answer]
) -> Iterator[tuple[str, str, str, str, str]]:
    """One respondent's answers that count: of several on one unit those that its component's rule keeps."""
    by_unit: dict[str, list[Answer]] = {}
    for answer in answers:
        by_unit.setdefault(answer[2], []).append(answer)
    for name, said in by_unit.items():
        unit = units[name]
        class_id = next(id_ for id_, tree in rules.items() if unit["对象类别"] in (id_, tree["scheme"]["name"]))
        leaf = next(key for key, each in rules[class_id]["component"].items() if each.get("by") == role)
        rule = rules[class_id]["component"][leaf]["answer"].get("repeated", "refuse")
        assert rule != "refuse" or len(said) == 1, f"{name} twice"
        for _, point, _, choice in {"first": said[:1], "last": said[-1:]}.get(rule, said):
            if choice:
                yield class_id, leaf, unit["编号"], point, choice
