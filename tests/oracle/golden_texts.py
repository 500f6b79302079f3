"""Whole regulations worked out a second time, from the texts of rules, tables and decisions to the prizes.

    outcomes(folder, said) -> unit -> exact total, printed total, rank, grade, awards

Points are those of `golden.py`; here follow what is taken of classes, years and other folders, vetoes, bonuses and
deductions, the second ranking, quotas over several groups, conditions and prizes.  No code is shared with the tool;
what these loops do not know stops them.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import golden
from golden import Book, Row, Unsettled, half_up
from recompute import extras_of, vetoed_grade

Outcome = tuple[Fraction, str, int | None, str, tuple[str, ...]]


@dataclass
class Standing:
    """One unit, as far as it is worked out."""

    unit: str
    group: str
    total: Fraction
    rates: dict[str, Fraction]  # of full marks, by component
    key: tuple[Fraction, ...] = ()
    rank: int | None = None
    grade: str = ""
    awards: list[str] = field(default_factory=list)


@dataclass
class Year:
    book: Book
    settings: Mapping[str, Any]
    decisions: Sequence[Row]
    elsewhere: Mapping[str, Mapping[str, Fraction]]  # folder -> unit -> percent of full marks
    done: dict[str, list[Standing]] = field(default_factory=dict)


def outcomes(
    folder: Path, said: Sequence[Row], elsewhere: Mapping[str, Mapping[str, Fraction]] | None = None
) -> dict[str, Outcome]:
    """`elsewhere`: what units have of full marks (in percent) in the folders that the rules name."""
    settings = tomllib.loads((folder / "evaluation.toml").read_text("utf-8"), parse_float=Decimal)
    decisions: list[Row] = []
    for path in sorted((folder / "decisions").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            decisions += csv.DictReader(stream)
    year = Year(golden.read(folder, said), settings, decisions, elsewhere or {})
    left = set(year.book.rules)
    while left:  # a class is worked out once those are that it takes of
        ready = sorted(one for one in left if not classes_taken(year, one) & left)
        for class_id in ready:
            take(year, class_id)
            year.done[class_id] = list(of_class(year, class_id))
        left -= set(ready)
    made: dict[str, Outcome] = {}
    for class_id, standings in year.done.items():
        digits = year.book.rules[class_id]["scheme"].get("decimals", 2)
        for one in standings:
            text = (
                f"{Decimal(half_up(one.total, digits).numerator) / half_up(one.total, digits).denominator:.{digits}f}"
            )
            made[one.unit] = (one.total, text, one.rank, one.grade, tuple(one.awards))
    return made


# --- results of others ----------------------------------------------------------------------------------------


def taken_by(year: Year, class_id: str) -> dict[str, Mapping[str, Any]]:
    names = [each["from"] for each in year.book.rules[class_id]["component"].values() if "from" in each]
    return {name: year.settings["result"][name.removeprefix("result.")] for name in names}


def classes_taken(year: Year, class_id: str) -> set[str]:
    return {each["class"] for each in taken_by(year, class_id).values() if "class" in each}


def take(year: Year, class_id: str) -> None:
    """What each unit of a class has of other results: of the unit that it leads, of another folder, of last year."""
    for name, rule in taken_by(year, class_id).items():
        if "folder" in rule and rule["take"] == "percent":
            year.book.taken |= {(name, unit): percent for unit, percent in year.elsewhere[rule["folder"]].items()}
            continue
        if rule.get("earlier") and rule["take"] == "grade":
            for row in sorted(year.book.rows("历年结果"), key=lambda row: int(row["年度"])):
                year.book.taken[name, year.book.unit(row["单位"])] = Fraction(rule["grades"][row["等次"]])
            continue
        of = rule["class"]
        scheme = year.book.rules[of]["scheme"]
        for row in golden.units(year.book, class_id):
            (led,) = (one for one in year.done[of] if one.unit == year.book.unit(row["任职单位"]))
            if rule["take"] == "percent":
                figure = half_up(led.total, scheme.get("decimals", 2)) / Fraction(scheme["total"]) * 100
            elif rule["take"] == "grade":
                figure = Fraction(rule["grades"][led.grade])
            else:
                raise Unsettled(f"{name}: {rule['take']}")
            year.book.taken[name, row["编号"]] = figure


# --- one class -------------------------------------------------------------------------------------------------------


def decided(year: Year, kind: str, unit: str) -> list[Row]:
    return [row for row in year.decisions if row["种类"] == kind and year.book.unit(row["单位"]) == unit]


def of_class(year: Year, class_id: str) -> Iterator[Standing]:
    book, rules = year.book, year.book.rules[class_id]
    standings = [standing(year, class_id, row) for row in golden.units(book, class_id)]
    if any(not golden.is_ranked(row) for row in golden.units(book, class_id)):
        raise Unsettled("a unit without a rank")
    order(year, class_id, standings)
    if "climb" in rules:
        keys = {group: {one.unit: one.key for one in standings if one.group == group} for group in groups(standings)}
        for one in standings:
            one.total += golden.climbed(book, rules, one.unit, keys[one.group])
        order(year, class_id, standings)
    for one in standings:
        one.grade = graded(year, class_id, one, standings)
    for award in rules.get("award", ()):
        give(year, class_id, award, standings)
    yield from standings


def groups(standings: Sequence[Standing]) -> list[str]:
    return list(dict.fromkeys(one.group for one in standings))


def standing(year: Year, class_id: str, row: Row) -> Standing:
    """The total before anything that depends on the others' totals."""
    book, rules, unit = year.book, year.book.rules[class_id], row["编号"]
    got, weights = golden.points(book, class_id, row)
    rates = {
        key: got[key] / weights[key] if weights[key] else of_no_weight(book, class_id, key, unit) for key in weights
    }
    kinds = {each["name"]: each for each in rules.get("veto", {}).get("kinds", [])}
    nothing = {kinds[each["新值"]]["zero"] for each in decided(year, "一票否决", unit) if "zero" in kinds[each["新值"]]}
    if any("in" in rules["component"][key] for key in nothing):
        raise Unsettled("nothing for a part of a component")
    total = got[""] - sum(got[key] for key in nothing)
    total += extras_of(rules.get("bonus", {}), decided(year, "加分", unit))
    total -= extras_of(rules.get("deduction", {}), decided(year, "扣分", unit))
    return Standing(unit, book.id(row["分类"]), total, rates | dict.fromkeys(nothing, Fraction(0)))


def of_no_weight(book: Book, class_id: str, key: str, unit: str) -> Fraction:
    """The rate of what only a condition looks at."""
    found = golden.share(book, class_id, key, unit) if key in book.leaves(class_id) else Fraction(0)
    return found if isinstance(found, Fraction) else Fraction(0)


def order(year: Year, class_id: str, standings: Sequence[Standing]) -> None:
    """Ranks inside every group; equal keys share the best of their places."""
    rules = year.book.rules[class_id]
    for one in standings:
        got = {key: one.rates[key] for key in rules.get("rank", {}).get("ties", ())}
        one.key = golden.order_key(year.book, class_id, one.unit, {"": one.total, **got}, {})
    for one in standings:
        better = [other.key for other in standings if other.group == one.group and other.key > one.key]
        one.rank = 1 + (len(better) if rules.get("rank", {}).get("gaps", True) else len(set(better)))


# --- grades and prizes -----------------------------------------------------------------------------------------------


def graded(year: Year, class_id: str, one: Standing, standings: Sequence[Standing]) -> str:
    rules = year.book.rules[class_id]
    if "grade" not in rules:
        return ""
    printed = half_up(one.total, rules["scheme"].get("decimals", 2))
    at = next(
        at
        for at, grade in enumerate(rules["grade"])
        if printed >= Fraction(grade.get("from", printed))
        and ("top_percent" not in grade or among_best(grade, one, standings))
        and all(meets(year, class_id, one, condition) for condition in grade.get("conditions", ()))
    )
    kinds = [row["新值"] for row in decided(year, "一票否决", one.unit)]
    return str(rules["grade"][vetoed_grade(rules, at, kinds)]["name"])


def among_best(grade: Mapping[str, Any], one: Standing, standings: Sequence[Standing]) -> bool:
    counted = grade.get("together", ())
    pool = counted if one.group in counted else (one.group,)
    keys = [other.key for other in standings if other.group in pool]
    most = Fraction(grade["top_percent"]) * len(keys) / 100
    if "at_least" in grade and most < grade["at_least"]:
        grade = {**grade, "top_percent": Fraction(100 * grade["at_least"], len(keys)), "rounding": "half_up"}
    return golden.within_quota(grade, sum(key > one.key for key in keys), keys.count(one.key), len(keys))


def meets(year: Year, class_id: str, one: Standing, condition: Mapping[str, Any]) -> bool:
    """Whether a unit fulfils a condition of a grade or a prize."""
    book, rules = year.book, year.book.rules[class_id]
    if "figure" in condition:
        rules.setdefault("figure", {})["of the condition"] = {"formula": condition["figure"]}
        value = golden.derived(book, class_id, one.unit, "of the condition", "")
        if value is None:
            return False
        return Fraction(condition.get("at_least", value)) <= value <= Fraction(condition.get("at_most", value))
    key, least = condition["component"], Fraction(condition["percent"])
    if condition.get("every_period"):
        marks = golden.answers(book, class_id, key, one.unit)
        if rules["component"][key]["answer"] != "percent":
            raise Unsettled(f"{key}: periods of something else than marks out of 100")
        return all(Fraction(row["value"]) >= least for row in marks)
    return one.rates[key] * 100 >= least


def give(year: Year, class_id: str, award: Mapping[str, Any], standings: Sequence[Standing]) -> None:
    """A prize: by ranks, by what the total gained, or to so many percent of a group."""
    names = [grade["name"] for grade in year.book.rules[class_id]["grade"]]
    instead = set(award.get("not_with", ()))
    least = names.index(award["grade"]) if "grade" in award else len(names)

    def may(one: Standing) -> bool:
        conditions = award.get("conditions", ())
        if instead & set(one.awards):
            return False
        return names.index(one.grade) <= least and all(meets(year, class_id, one, each) for each in conditions)

    for group in groups(standings):
        own = [one for one in standings if one.group == group]
        if "percent" in award:
            part = Fraction(award["percent"].get(group, 0)) * len(own) / 100
            if award.get("rounding") != "down" and part.denominator != 1:
                raise Unsettled(f"{award['name']}: {part} places")
            fit = sorted((one for one in own if may(one)), key=lambda one: one.rank or 0)
            for one in fit[: max(int(part), award.get("at_least", 1))]:
                one.awards.append(award["name"])
            continue
        by_gain = award.get("by") == "gain"
        found = {one.unit: gain(year, class_id, one) if by_gain else Fraction(-(one.rank or 0)) for one in own}
        measure = {unit: value for unit, value in found.items() if value is not None}
        first, last = award["ranks"]
        for one in own:
            if one.unit in measure and may(one):
                values = list(measure.values())
                place = 1 + sum(value > measure[one.unit] for value in values)
                behind = place + values.count(measure[one.unit]) - 1
                if first <= place <= last and (behind <= last or award.get("ties") == "all"):
                    one.awards.append(award["name"])


def gain(year: Year, class_id: str, one: Standing) -> Fraction | None:
    """What the printed total gained on the last one; None where it gained nothing."""
    rows = [row for row in year.book.rows("历年结果") if year.book.unit(row["单位"]) == one.unit and row["总分"]]
    if not rows:
        return None
    before = Fraction(max(rows, key=lambda row: int(row["年度"]))["总分"])
    gained = half_up(one.total, year.book.rules[class_id]["scheme"].get("decimals", 2)) - before
    return gained if gained > 0 else None
